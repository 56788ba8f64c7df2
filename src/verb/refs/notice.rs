//! What people call a notice: its number, its clock, an id prefix, words of its name.

use super::{LEAST, ambiguous, fits, words_of};
use crate::incident::Incident;
use crate::model::notice::Notice;
use crate::model::refusal::{Refusal, quoted};

/// The notice that is meant: among those still owed first, then among all.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn notice<'a>(incident: &'a Incident, words: &str) -> Result<&'a Notice, Refusal> {
    let lower = words.trim().to_lowercase();
    let owed: Vec<&Notice> = incident.notices().filter(|notice| notice.owed()).collect();
    let all: Vec<&Notice> = incident.notices().collect();
    for scope in [&owed, &all] {
        let exact = |notice: &&&Notice| {
            notice.number.to_lowercase() == lower
                || notice.label().to_lowercase() == lower
                || notice.id.as_str() == lower
                || notice.of() == lower
        };
        let wanted = words_of(&lower);
        let near = |notice: &&&Notice| {
            let by_id = lower.len() >= LEAST && notice.id.as_str().starts_with(&lower);
            let regime = notice.terms.as_ref().is_some_and(|terms| terms.regime == lower);
            by_id || regime || fits(&wanted, &notice.name)
        };
        let exactly: Vec<&Notice> = scope.iter().filter(exact).copied().collect();
        let found = if exactly.is_empty() { scope.iter().filter(near).copied().collect() } else { exactly };
        match found[..] {
            [] => {}
            [one] => return Ok(one),
            _ => {
                let labels: Vec<String> = found.iter().map(|notice| notice.label()).collect();
                let named = labels.iter().zip(&found).map(|(label, notice)| (label.as_str(), &*notice.name));
                return Err(ambiguous("notices", words, named.collect()));
            }
        }
    }
    Err(Refusal::misused(format!("{} has no notice {}.", incident.number, quoted(words)))
        .hint("casebook notice list shows them; casebook notice suggest what could be started."))
}
