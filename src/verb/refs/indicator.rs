//! The indicator that is meant: its value as it is or defanged, an id prefix, a part of the value.

use super::{LEAST, ambiguous};
use crate::incident::Incident;
use crate::model::indicator::{Indicator, detect, shown};
use crate::model::refusal::{Refusal, quoted};
use crate::model::text::refang;

/// The indicator that is meant; retired ones are among them.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn indicator<'a>(incident: &'a Incident, words: &str) -> Result<&'a Indicator, Refusal> {
    let words = words.trim();
    let all = &incident.indicators;
    // The same value may be of two types; with its type before it, it is one.
    if let Some(item) = words.split_once(' ').and_then(|(kind, value)| all.find(kind, value)) {
        return Ok(item);
    }
    let normal = detect(words).map(|found| found.value).unwrap_or_else(|_| refang(words));
    let exact: Vec<&Indicator> = all
        .iter()
        .filter(|item| item.value == words || item.value == normal || item.id.as_str() == words)
        .collect();
    let lower = refang(words).to_lowercase();
    let part = |item: &&Indicator| {
        let by_id = words.len() >= LEAST && item.id.as_str().starts_with(words);
        by_id || (!lower.is_empty() && item.value.to_lowercase().contains(&lower))
    };
    let fitting = if exact.is_empty() { all.iter().filter(part).collect() } else { exact };
    match fitting[..] {
        [one] => Ok(one),
        [] => Err(Refusal::misused(format!("{} has no indicator {}.", incident.number, quoted(words)))
            .hint("casebook indicator list shows them; casebook indicator add VALUE puts one on the list.")),
        _ => {
            let values: Vec<(String, String)> = fitting
                .iter()
                .map(|item| (item.id.short().to_owned(), shown(all.kind(item), &item.value)))
                .collect();
            let named = values.iter().map(|(id, value)| (id.as_str(), value.as_str())).collect();
            Err(ambiguous("indicators", words, named))
        }
    }
}
