//! What people call a lesson, an improvement action or a link: a number, an id prefix, words of its text.

use super::{LEAST, ambiguous, fits, words_of};
use crate::incident::Incident;
use crate::model::lesson::{Improvement, Lesson};
use crate::model::link::Link;
use crate::model::refusal::{Refusal, quoted};

/// The lesson that is meant: its number, with or without `L-`, the beginning of its id, or words of it.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn lesson<'a>(incident: &'a Incident, words: &str) -> Result<&'a Lesson, Refusal> {
    let all = incident.lessons().map(|lesson| Named {
        noun: lesson,
        id: lesson.id.as_str(),
        number: &lesson.number,
        label: incident.lesson_number(lesson),
        text: &lesson.text,
    });
    numbered(incident, words, ("lesson", "L-", "casebook lesson list shows them."), all.collect())
}

/// The improvement action that is meant: its number, with or without `A-`, the beginning of its id, or words
/// of its title.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn improvement<'a>(incident: &'a Incident, words: &str) -> Result<&'a Improvement, Refusal> {
    let all = incident.improvements().map(|action| Named {
        noun: action,
        id: action.id.as_str(),
        number: &action.number,
        label: incident.action_number(action),
        text: &action.title,
    });
    let hint = format!("casebook improve list -i {} shows them.", incident.number);
    numbered(incident, words, ("improvement action", "A-", &hint), all.collect())
}

/// The link that is meant: the other incident's number, the tail of it, or words of its title.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn link<'a>(incident: &'a Incident, words: &str) -> Result<&'a Link, Refusal> {
    let lower = words.trim().to_lowercase();
    let tail =
        |number: &str| number.rsplit('-').next().unwrap_or_default().trim_start_matches('0').to_owned();
    let exact = |link: &&Link| {
        link.number.to_lowercase() == lower
            || (!lower.is_empty() && tail(&link.number) == lower.trim_start_matches('0'))
    };
    let all: Vec<&Link> = incident.links().map(|(link, _)| link).collect();
    let wanted = words_of(&lower);
    let mut found: Vec<&Link> = all.iter().copied().filter(exact).collect();
    if found.is_empty() {
        found = all.into_iter().filter(|link| fits(&wanted, &link.title)).collect();
    }
    match found[..] {
        [one] => Ok(one),
        [] => Err(Refusal::misused(format!("{} has no link to {}.", incident.number, quoted(words)))
            .hint("casebook link shows what it is linked with.")),
        _ => {
            let named = found.iter().map(|link| (link.number.as_str(), link.title.as_str()));
            Err(ambiguous("links", words, named.collect()))
        }
    }
}

/// A noun with a number on paper.
struct Named<'a, T> {
    noun: &'a T,
    id: &'a str,
    number: &'a str,
    /// The number as it is shown, which tells apart two of one number.
    label: String,
    text: &'a str,
}

fn numbered<'a, T>(
    incident: &Incident,
    words: &str,
    (what, prefix, hint): (&str, &str, &str),
    all: Vec<Named<'a, T>>,
) -> Result<&'a T, Refusal> {
    let lower = words.trim().to_lowercase();
    let digits = lower.strip_prefix(&prefix.to_lowercase()).unwrap_or(&lower);
    let number = digits.parse::<u32>().ok().map(|number| format!("{prefix}{number}"));
    let exact = |it: &&Named<'a, T>| {
        it.id == lower || it.label.to_lowercase() == lower || number.as_deref() == Some(it.number)
    };
    let wanted = words_of(&lower);
    let near =
        |it: &&Named<'a, T>| (lower.len() >= LEAST && it.id.starts_with(&lower)) || fits(&wanted, it.text);
    let mut found: Vec<&Named<'a, T>> = all.iter().filter(exact).collect();
    if found.is_empty() {
        found = all.iter().filter(near).collect();
    }
    match found[..] {
        [one] => Ok(one.noun),
        [] => {
            Err(Refusal::misused(format!("{} has no {what} {}.", incident.number, quoted(words))).hint(hint))
        }
        _ => {
            let named = found.iter().map(|it| (it.label.as_str(), it.text));
            Err(ambiguous(&format!("{what}s"), words, named.collect()))
        }
    }
}
