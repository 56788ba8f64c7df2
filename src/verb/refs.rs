//! What people call a task, an entry or a component: an id prefix, a playbook id, a name, words of its title.

mod indicator;
mod notice;

use std::collections::BTreeSet;

mod numbered;

use crate::incident::Incident;
use crate::model::component::Component;
use crate::model::entry::Entry;
use crate::model::evidence::EvidenceItem;
use crate::model::id::LineId;
use crate::model::id::NounId;
use crate::model::ledger::{Item, Sort};
use crate::model::refusal::{Refusal, quoted};
use crate::model::roster::Person;
use crate::model::task::Task;

pub use indicator::indicator;
pub use notice::notice;

pub use numbered::{improvement, lesson, link};

/// The fewest letters of an id that name something.
const LEAST: usize = 3;
/// How many candidates a refusal names.
const NAMED: usize = 5;

/// The task that is meant: of the current visit first, then of what was left open, then of all visits.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn task<'a>(incident: &'a Incident, words: &str) -> Result<&'a Task, Refusal> {
    let here = incident.visit().map(|visit| &visit.id);
    let alive = |task: &&Task| !task.undone && incident.visits().any(|visit| visit.id == task.visit);
    let current: Vec<&Task> =
        incident.tasks.iter().filter(alive).filter(|t| Some(&t.visit) == here).collect();
    let left: Vec<&Task> = incident.left_open().collect();
    let all: Vec<&Task> = incident.tasks.iter().filter(alive).collect();
    for scope in [&current, &left, &all] {
        match pick_task(scope, words) {
            Picked::None => {}
            Picked::One(task) => return Ok(task),
            Picked::Many(tasks) => return Err(many_tasks(incident, words, &tasks)),
        }
    }
    Err(Refusal::misused(format!("{} has no task {}.", incident.number, quoted(words)))
        .hint("casebook task list shows them with their ids."))
}

/// The task that is meant among these.
pub(super) fn task_among<'a>(
    incident: &Incident,
    among: &[&'a Task],
    words: &str,
) -> Result<&'a Task, Refusal> {
    match pick_task(among, words) {
        Picked::One(task) => Ok(task),
        Picked::Many(tasks) => Err(many_tasks(incident, words, &tasks)),
        Picked::None => {
            let titles: Vec<&str> = among.iter().take(NAMED).map(|task| task.what.title.as_str()).collect();
            let hint = match titles.is_empty() {
                true => "No earlier visit of that phase has a tick; leave --holds out.".to_owned(),
                false => format!("Ticks that could hold: {}.", titles.join(", ")),
            };
            Err(Refusal::misused(format!("{} has no earlier tick {}.", incident.number, quoted(words)))
                .hint(hint))
        }
    }
}

fn many_tasks(incident: &Incident, words: &str, tasks: &[&Task]) -> Refusal {
    let named = tasks.iter().map(|task| (short_task_id(incident, task), task.what.title.as_str()));
    ambiguous("tasks", words, named.collect())
}

/// The shortest beginning of a task's id that names it in its incident, of at least four letters.
pub fn short_task_id<'a>(incident: &Incident, task: &'a Task) -> &'a str {
    let id = task.id().as_str();
    let others = || incident.tasks.iter().map(|other| other.id().as_str()).filter(|other| *other != id);
    // A journal may hold an id that is none of ours.
    let mut lengths = (4..id.len()).filter(|length| id.is_char_boundary(*length));
    let apart = lengths.find(|length| !others().any(|other| other.starts_with(&id[..*length])));
    &id[..apart.unwrap_or(id.len())]
}

/// The entry that is meant.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn entry<'a>(incident: &'a Incident, words: &str) -> Result<&'a Entry, Refusal> {
    pick_entry(incident, words, |_| true)
}

/// The entry that is meant, among those somebody wrote; `last` is the last of them.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn written<'a>(incident: &'a Incident, words: &str) -> Result<&'a Entry, Refusal> {
    pick_entry(incident, words, |entry| entry.kind.written())
}

/// The entry whose words are meant to be hidden, among those that can be; also one that was taken back, whose
/// words stand in sight struck through. `last` is the last that was not.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn redactable<'a>(incident: &'a Incident, words: &str) -> Result<&'a Entry, Refusal> {
    let which = |entry: &Entry| incident.redactable(entry);
    let last = |entry: &Entry| which(entry) && entry.kind.written();
    match words.trim().eq_ignore_ascii_case("last") {
        true => pick_entry(incident, words, last),
        false => pick_entry(incident, words, which)
            .or_else(|_| pick_among(incident, words, which))
            .or_else(|_| entry(incident, words)),
    }
}

/// The entry whose words are hidden and meant to be seen again: its id, or words of the reason.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn redacted<'a>(incident: &'a Incident, words: &str) -> Result<&'a Entry, Refusal> {
    let hidden = |entry: &Entry| entry.redacted.is_some() && incident.redactable(entry);
    let found = pick_entry(incident, words, hidden).or_else(|_| pick_among(incident, words, hidden))?;
    match found.redacted {
        Some(_) => Ok(found),
        None => Err(Refusal::refused("No words of that entry are hidden.")
            .hint("casebook activity shows which are: [redacted: …].")),
    }
}

/// The line that says what was expunged: the beginning of its id.
///
/// # Errors
/// Fewer than four digits, an id of no such line, and one that several begin with.
pub fn expunge(incident: &Incident, words: &str) -> Result<LineId, Refusal> {
    let prefix = words.trim().to_lowercase();
    let all = incident.declaring().filter(|line| prefix.len() >= 4 && line.to_string().starts_with(&prefix));
    match all.collect::<Vec<_>>()[..] {
        [one] => Ok(one),
        [] => Err(Refusal::misused(format!("No expunge is declared by a line {prefix}."))
            .hint("casebook expunge --carry-out names what waits, with the id of each.")),
        _ => Err(Refusal::misused(format!(
            "More than one line that declares an expunge begins with {prefix}."
        ))
        .hint("Give more digits of its id.")),
    }
}

fn pick_entry<'a>(
    incident: &'a Incident,
    words: &str,
    which: impl Fn(&Entry) -> bool,
) -> Result<&'a Entry, Refusal> {
    let words = words.trim();
    let lower = words.to_lowercase();
    // An id names any entry, also one of another kind: the judgement then says why that does not do.
    if lower.len() >= LEAST && lower.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let by_id: Vec<&Entry> =
            incident.entries.iter().filter(|e| e.id.to_string().starts_with(&lower)).collect();
        match by_id[..] {
            [one] => return Ok(one),
            [] => {}
            _ => return Err(many_entries(words, &by_id)),
        }
    }
    let open = |entry: &Entry| entry.undone_by.is_none() && which(entry);
    if lower == "last" {
        let last = incident.entries.iter().rfind(|entry| open(entry));
        return last.ok_or_else(|| no_entry(incident, words));
    }
    pick_among(incident, words, open)
}

/// The one entry among these that has the words.
fn pick_among<'a>(
    incident: &'a Incident,
    words: &str,
    which: impl Fn(&Entry) -> bool,
) -> Result<&'a Entry, Refusal> {
    let wanted = words_of(words);
    let among = incident.entries.iter().filter(|entry| which(entry));
    let fitting: Vec<&Entry> = among.filter(|entry| fits(&wanted, entry.shown())).collect();
    match fitting[..] {
        [one] => Ok(one),
        [] => Err(no_entry(incident, words)),
        _ => Err(many_entries(words, &fitting)),
    }
}

fn no_entry(incident: &Incident, words: &str) -> Refusal {
    Refusal::misused(format!("{} has no such entry {}.", incident.number, quoted(words)))
        .hint("casebook activity shows the entries with their ids.")
}

fn many_entries(words: &str, entries: &[&Entry]) -> Refusal {
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.short(8)).collect();
    let named = ids.iter().zip(entries).map(|(id, entry)| (id.as_str(), entry.shown()));
    ambiguous("entries", words, named.collect())
}

/// The component that is meant.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn component<'a>(incident: &'a Incident, words: &str) -> Result<&'a Component, Refusal> {
    if let Some(component) = incident.components().find(|component| component.name == words.trim()) {
        return Ok(component);
    }
    let lower = words.trim().to_lowercase();
    let all: Vec<&Component> = incident.components().collect();
    let exact = all.iter().find(|c| c.name.to_lowercase() == lower || c.id.as_str() == lower);
    if let Some(component) = exact {
        return Ok(component);
    }
    let wanted = words_of(&lower);
    let fitting: Vec<&Component> = all
        .into_iter()
        .filter(|c| {
            let by_id = lower.len() >= LEAST && c.id.as_str().starts_with(&lower);
            by_id || fits(&wanted, &c.name) || (!lower.is_empty() && c.name.to_lowercase().contains(&lower))
        })
        .collect();
    match fitting[..] {
        [one] => Ok(one),
        [] => Err(Refusal::misused(format!("{} has no component {}.", incident.number, quoted(words)))
            .hint("casebook component list shows them; casebook component add NAME puts one on the list.")),
        _ => {
            let named = fitting.iter().map(|c| (c.id.short(), c.name.as_str()));
            Err(ambiguous("components", words, named.collect()))
        }
    }
}

/// The evidence item that is meant: its number, with or without `E-`, the beginning of its id, or words of
/// its name. A number that two items bear is told apart as it is shown: `E-003·k7`.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn evidence<'a>(incident: &'a Incident, words: &str) -> Result<&'a EvidenceItem, Refusal> {
    let lower = words.trim().to_lowercase();
    let all: Vec<&EvidenceItem> = incident.evidence().collect();
    let number = lower.strip_prefix("e-").or_else(|| lower.strip_prefix('e')).unwrap_or(&lower);
    let number = number.parse::<u32>().ok().map(|number| format!("E-{number:03}"));
    let exact = |item: &&&EvidenceItem| {
        item.id.as_str() == lower
            || item.label().to_lowercase() == lower
            || number.as_ref() == Some(&item.number)
    };
    let mut fitting: Vec<&EvidenceItem> = all.iter().filter(exact).copied().collect();
    if fitting.is_empty() {
        let wanted = words_of(&lower);
        let near = |item: &&EvidenceItem| {
            (lower.len() >= LEAST && item.id.as_str().starts_with(&lower)) || fits(&wanted, item.name())
        };
        fitting = all.into_iter().filter(near).collect();
    }
    match fitting[..] {
        [one] => Ok(one),
        [] => Err(Refusal::misused(format!("{} has no evidence {}.", incident.number, quoted(words)))
            .hint("casebook evidence list shows it; casebook evidence add PATH takes a file into custody.")),
        _ => {
            let labels: Vec<String> = fitting.iter().map(|item| item.label()).collect();
            let named = labels.iter().zip(&fitting).map(|(label, item)| (label.as_str(), item.name()));
            Err(ambiguous("items", words, named.collect()))
        }
    }
}
/// The person of the roster that is meant; those in the incident come before those who left.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn person<'a>(incident: &'a Incident, words: &str) -> Result<&'a Person, Refusal> {
    let lower = words.trim().to_lowercase();
    let all: Vec<&Person> = incident.people().collect();
    let exact = |person: &&&Person| person.name().to_lowercase() == lower || person.id.as_str() == lower;
    if let Some(person) = all.iter().find(exact) {
        return Ok(person);
    }
    let wanted = words_of(&lower);
    let fits = |person: &&Person| {
        (lower.len() >= LEAST && person.id.as_str().starts_with(&lower)) || fits(&wanted, person.name())
    };
    let fitting: Vec<&Person> = all.into_iter().filter(fits).collect();
    let here: Vec<&Person> = fitting.iter().filter(|person| person.left().is_none()).copied().collect();
    match (&here[..], &fitting[..]) {
        ([one], _) | (_, [one]) => Ok(one),
        (_, []) => Err(Refusal::misused(format!("{} has nobody called {}.", incident.number, quoted(words)))
            .hint("casebook people list shows the roster; casebook people add NAME puts somebody on it.")),
        _ => {
            let named = fitting.iter().map(|person| (person.id.short(), person.name()));
            Err(ambiguous("people", words, named.collect()))
        }
    }
}

/// The components that are meant, each once; commas may stand between them.
///
/// # Errors
/// As [`component`].
pub fn components(incident: &Incident, words: &[String]) -> Result<Vec<NounId>, Refusal> {
    let mut ids: Vec<NounId> = Vec::new();
    let mut seen = BTreeSet::new();
    for words in words {
        // A name may hold a comma itself; then it is meant as a whole.
        let whole = incident.component_called(words.trim()).map(|component| vec![component.id.clone()]);
        let meant = match whole {
            Some(whole) => whole,
            None => {
                let names = words.split(',').map(str::trim).filter(|name| !name.is_empty());
                names.map(|name| Ok(component(incident, name)?.id.clone())).collect::<Result<_, Refusal>>()?
            }
        };
        ids.extend(meant.into_iter().filter(|id| seen.insert(id.clone())));
    }
    Ok(ids)
}

/// The line of the ledger that is meant, by its number, its id or its words; what is open first.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn ledger<'a>(incident: &'a Incident, sort: Sort, words: &str) -> Result<&'a Item, Refusal> {
    let lower = words.trim().to_lowercase();
    let all: Vec<&Item> = incident.ledger_of(sort).collect();
    let numbered = |item: &Item| {
        let number = item.number.to_lowercase();
        let bare = number.rsplit('-').next().is_some_and(|digits| digits == lower);
        number == lower || item.label().to_lowercase() == lower || bare
    };
    // A number of another noun is not read as words.
    let number = lower.split_once('-').is_some_and(|(letter, digits)| {
        letter.len() == 1 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let wanted = if number { Vec::new() } else { words_of(&lower) };
    let near = |item: &Item| {
        (lower.len() >= LEAST && item.id.as_str().starts_with(&lower)) || fits(&wanted, &item.text)
    };
    for which in [&numbered as &dyn Fn(&Item) -> bool, &near] {
        let found: Vec<&Item> = all.iter().copied().filter(|item| which(item)).collect();
        let open: Vec<&Item> = found.iter().copied().filter(|item| item.open()).collect();
        match if open.is_empty() { &found } else { &open }[..] {
            [] => {}
            [one] => return Ok(one),
            ref many => {
                let named = many.iter().map(|item| (item.id.short(), item.text.as_str()));
                return Err(ambiguous(&format!("{}s", sort.word()), words, named.collect()));
            }
        }
    }
    let verb = sort.verb();
    let what = if sort == Sort::Approval { "approval request" } else { sort.word() };
    Err(Refusal::misused(format!("{} has no {what} {}.", incident.number, quoted(words)))
        .hint(format!("casebook {verb} list --all shows them with their numbers.")))
}

enum Picked<'a> {
    None,
    One(&'a Task),
    Many(Vec<&'a Task>),
}

fn pick_task<'a>(scope: &[&'a Task], words: &str) -> Picked<'a> {
    let lower = words.trim().to_lowercase();
    let exact = |task: &&&Task| {
        task.id().as_str() == lower
            || task.what.playbook_id.as_deref() == Some(lower.as_str())
            || task.what.title.to_lowercase() == lower
    };
    let exactly: Vec<&Task> = scope.iter().filter(exact).copied().collect();
    let wanted = words_of(&lower);
    let near = |task: &&&Task| {
        (lower.len() >= LEAST && task.id().as_str().starts_with(&lower)) || fits(&wanted, &task.what.title)
    };
    let found = if exactly.is_empty() { scope.iter().filter(near).copied().collect() } else { exactly };
    match found[..] {
        [] => Picked::None,
        [one] => Picked::One(one),
        _ => Picked::Many(found),
    }
}

/// The words in a text: runs of letters and digits, in small letters.
fn words_of(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether every wanted word begins a word of the text.
fn fits(wanted: &[String], text: &str) -> bool {
    let have = words_of(text);
    !wanted.is_empty() && wanted.iter().all(|word| have.iter().any(|have| have.starts_with(word)))
}

fn ambiguous(what: &str, words: &str, candidates: Vec<(&str, &str)>) -> Refusal {
    let named: Vec<String> =
        candidates.iter().take(NAMED).map(|(id, title)| format!("{id} {}", quoted(title))).collect();
    let more = match candidates.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let first = candidates.first().map_or("", |(id, _)| id);
    Refusal::misused(format!(
        "{} fits {} {what}: {}{more}.",
        quoted(words),
        candidates.len(),
        named.join(", ")
    ))
    .hint(format!("Type more of its words, or its id, such as {first}."))
}

#[cfg(test)]
mod tests;
