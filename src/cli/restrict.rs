//! `restrict`: who may read an incident, by the rights of its folder.

use super::change;
use super::choose;
use super::failure::{Failure, note};
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::incident::command::Command;
use crate::model::restriction::{Readers, Restricted};
use crate::verb::Said;

/// `restrict`. The rights come first: a stop in between leaves the folder closed and the log silent, never the
/// other way round.
pub(super) fn restrict(shell: &Shell, readers: &Readers, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let mut record = change::writable(shell, &address)?;
    let command = Command::Restrict(readers.clone());
    change::judged(shell, &record, &command, said)?;
    let mut out = Out::new(shell);
    let number = &address.number;
    let mut changed = shell.store.restrict(&address, readers)?;
    let words = Restricted::to(readers)?.words();
    let ended = matches!(readers, Readers::Store) && record.incident.readers().is_none();
    let again = ended && !shell.store.stays(&address.folder);
    if !again && change::give(shell, &mut record, &[command], said)?.is_some() {
        changed = true;
        shell.store.publish(&record);
        // What was just written has the rights of its folder, whoever made it.
        shell.store.restrict(&address, readers)?;
    }
    if shell.json {
        let document = serde_json::json!({ "incident": number, "readers": words, "changed": changed });
        return Out::json(shell, &document);
    }
    let line = Line::default().tone(Tone::Strong, number);
    out.line(match changed {
        true => line.put(format!("  {words}")).tone(Tone::Good, "  saved"),
        false => line.put(format!("  is so already: {words}")),
    });
    if changed && !matches!(readers, Readers::Store) {
        note(
            "Whoever may not read it sees its number and \"restricted\". What they have of it already they keep: copies, \
             bundles, backups, and the screens they have open.",
        );
    }
    Ok(out)
}
