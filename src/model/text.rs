//! What people type or paste: its limits, what must never reach the disk, and what screens may show.

use super::refusal::Refusal;

/// Words in quotes for a message: one line, nothing that could steer a terminal, at most 40 characters.
pub fn quoted(words: &str) -> String {
    let mut short: String = words.chars().take(41).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Some((end, _)) = short.char_indices().nth(40) {
        short.truncate(end);
        short.push('…');
    }
    format!("\"{short}\"")
}

/// Longest title, in characters.
pub const TITLE_LIMIT: usize = 200;
/// Longest text of an entry, in bytes.
pub const BODY_LIMIT: usize = 16 * 1024;
/// Longest reason, in bytes.
pub const REASON_LIMIT: usize = 2 * 1024;
/// Longest name of a person, component or reference, in characters.
pub const NAME_LIMIT: usize = 80;

/// A title as it goes on record: one line, no control characters.
///
/// # Errors
/// Refuses an empty title and one over the limit.
pub fn title(words: &str) -> Result<String, Refusal> {
    one_line("title", words, TITLE_LIMIT)
}

/// A name as it goes on record.
///
/// # Errors
/// Refuses an empty name and one over the limit.
pub fn name(words: &str) -> Result<String, Refusal> {
    one_line("name", words, NAME_LIMIT)
}

/// An entry's text as it goes on record; newlines stay.
///
/// # Errors
/// Refuses an empty text and one over the limit.
pub fn body(words: &str) -> Result<String, Refusal> {
    lines("text", words, BODY_LIMIT)
}

/// A reason as it goes on record; newlines stay.
///
/// # Errors
/// Refuses an empty reason and one over the limit.
pub fn reason(words: &str) -> Result<String, Refusal> {
    lines("reason", words, REASON_LIMIT)
}

fn one_line(what: &str, words: &str, limit: usize) -> Result<String, Refusal> {
    let clean: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = clean.chars().count();
    match length {
        0 => Err(Refusal::misused(format!("The {what} is empty."))),
        _ if length > limit => {
            Err(Refusal::misused(format!("The {what} has {length} characters; the limit is {limit}.")))
        }
        _ => Ok(clean),
    }
}

fn lines(what: &str, words: &str, limit: usize) -> Result<String, Refusal> {
    let clean: String = words.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
    let clean = clean.trim();
    match clean.len() {
        0 => Err(Refusal::misused(format!("The {what} is empty."))),
        length if length > limit => {
            Err(Refusal::misused(format!("The {what} has {length} bytes; the limit is {limit}.")))
        }
        _ => Ok(clean.to_owned()),
    }
}
