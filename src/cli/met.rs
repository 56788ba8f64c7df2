//! What an exchange brought together and people have to know of: fields that two sides changed, and incidents of one number.

use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::store::sync::Tally;

/// So many are named.
const NAMED: usize = 5;

/// What is contested, and what has the number of another, among the incidents that came or grew.
pub(super) fn told(shell: &Shell, out: &mut Out, tally: &Tally) {
    let Ok(all) = shell.store.addresses() else { return };
    let warned = |out: &mut Out, words: String| out.line(Line::of("  ").tone(Tone::Warn, words));
    for number in tally.opened.iter().take(NAMED) {
        let same = all.iter().filter(|address| address.number == *number).count();
        if same > 1 {
            warned(
                out,
                format!(
                    "{same} incidents are called {number}: each is named with its tail, as casebook list shows"
                ),
            );
        }
    }
    let touched =
        all.iter().filter(|it| tally.grown.contains(&it.number) || tally.opened.contains(&it.number));
    let mut said = 0;
    for address in touched {
        let Ok(record) = shell.read(address) else { continue };
        let fields: Vec<String> = record.incident.contested().into_iter().map(|one| one.field).collect();
        if fields.is_empty() {
            continue;
        }
        said += 1;
        if said > NAMED {
            return warned(out, "and more are contested: casebook list shows them".to_owned());
        }
        let shown = fields.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more =
            if fields.len() > NAMED { format!(" and {} more", fields.len() - NAMED) } else { String::new() };
        warned(out, format!("contested in {}: {shown}{more}; casebook rule -i {0} decides", address.number));
    }
}
