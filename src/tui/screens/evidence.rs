//! Evidence: what was asked for and has not come, what is in custody with what is gone first on top.

mod questions;

use super::{Done, Face, Keep, Key, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::evidence::{self, EvidenceItem, Standing};
use crate::model::expunge::Expunging;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::model::time;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::keymap::Scope;
use crate::tui::pick;

/// The heading above what was asked for and has not come.
pub const AWAITED: &str = "Asked for, not received";
/// The heading above what is here.
pub const HELD: &str = "In custody";
/// The heading above what was a mistake, or is not coming.
pub const WITHDRAWN: &str = "Withdrawn";

pub const FACE: Face = Face {
    screen: Screen::Evidence,
    word: "Evidence",
    short: "Evid",
    scope: Scope::Evidence,
    count: |incident| incident.evidence().filter(|item| item.standing() != Standing::Withdrawn).count(),
    orders: &["what is gone first on top"],
    rows,
    words: |incident, key| item(incident, key).map(copied),
    line,
    acts: &[Action::Receive, Action::PassOn, Action::HashAgain],
    offers,
    perform,
    questions: questions::ALL,
};

/// The item of a row.
pub fn item<'a>(incident: &'a Incident, key: &Key) -> Option<&'a EvidenceItem> {
    incident.evidence_item(key.noun()?)
}

/// `E-003 memory of FS02  SHA-256 …`: what goes into a ticket.
fn copied(item: &EvidenceItem) -> String {
    let hash = item.sha256().map(|hash| format!("  SHA-256 {hash}")).unwrap_or_default();
    format!("{} {}{hash}", item.label(), item.name())
}

/// The names of the components an item is of.
pub fn of(incident: &Incident, item: &EvidenceItem) -> String {
    let name = |id| incident.component(id).map(|component| component.name.as_str());
    item.components().iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

fn line(incident: &Incident, key: &Key) -> Option<LineId> {
    let item = item(incident, key)?;
    let custody = item.custody.last().map(|passed| (passed.at, passed.line));
    let check = item.checks.last().map(|check| (check.at, check.line));
    let taken = item.taken.as_ref().map_or(item.line, |taken| taken.line);
    Some(custody.max(check).map_or(taken, |(_, line)| line))
}

fn rows(_: &App, case: &Case, _: usize, keep: Keep<'_>) -> Vec<Key> {
    let incident = case.shown();
    let called = |item: &&EvidenceItem| {
        let label = item.label();
        let of = of(incident, item);
        let words = [item.holder(), item.source(), item.sha256()].map(Option::unwrap_or_default);
        keep(&[&label, item.name(), item.kind(), &of, words[0], words[1], words[2]])
    };
    let mut all: Vec<&EvidenceItem> = incident.evidence().filter(called).collect();
    let due = |item: &EvidenceItem| item.due().filter(|_| item.awaited());
    // Each is asked once: the answers lie far apart in memory.
    all.sort_by_cached_key(|item| (item.standing(), due(item).is_none(), due(item), item.volatility()));
    let mut keys = Vec::with_capacity(all.len() + 3);
    for (standing, heading) in
        [(Standing::Requested, AWAITED), (Standing::Held, HELD), (Standing::Withdrawn, WITHDRAWN)]
    {
        keys.push(Key::Section(heading));
        let these = all.iter().filter(|item| item.standing() == standing);
        keys.extend(these.map(|item| Key::Noun(item.id.clone())));
    }
    keys
}

/// Adding something, judged and never given.
pub fn probe_add() -> Command {
    let add =
        evidence::Add { name: "…".to_owned(), kind: "document".to_owned(), ..evidence::Add::default() };
    Command::Evidence(evidence::Command::Add(Box::new(add)))
}

/// Opens the question for new evidence; of the component that is selected, where one is.
///
/// # Errors
/// Refuses while no incident is open.
pub fn add(app: &mut App) -> Done {
    app.open_question(questions::ADD, "")
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    if matches!(action, Action::Add | Action::Open | Action::Assign | Action::Due) {
        return Ok((action == Action::Add).then(probe_add));
    }
    if action == Action::HashAgain && app.hashing.is_some() {
        return Ok(None);
    }
    let item = selected(app)?;
    let id = item.id.clone();
    let words = || "…".to_owned();
    Ok(Some(Command::Evidence(match action {
        Action::Receive => {
            if !item.awaited() {
                return Err(here_already(item));
            }
            evidence::Command::Receive { item: id, how: Box::default() }
        }
        Action::PassOn => {
            let pass = evidence::Pass { to: words(), reason: words(), ..evidence::Pass::default() };
            evidence::Command::Pass { item: id, pass: Box::new(pass) }
        }
        Action::HashAgain => {
            let hash = evidence::Rehashed { sha256: words(), size: 0, of: words() };
            evidence::Command::Verify { item: id, verify: evidence::Verify { hash } }
        }
        Action::Withdraw => evidence::Command::Withdraw { item: id, reason: words() },
        Action::EditItem => {
            let edit = evidence::Edit { name: Some(words()), ..evidence::Edit::default() };
            evidence::Command::Edit { item: id, edit: Box::new(edit) }
        }
        _ => return Ok(None),
    })))
}

fn here_already(item: &EvidenceItem) -> Refusal {
    Refusal::refused(match item.standing() {
        Standing::Withdrawn => format!("{} was withdrawn.", item.label()),
        _ => format!("{} is here already.", item.label()),
    })
    .hint("e adds what is new.")
}

fn selected(app: &App) -> Result<&EvidenceItem, Refusal> {
    let gone = || Refusal::refused("That item is gone.");
    item(app.incident().ok_or_else(gone)?, app.row()?).ok_or_else(gone)
}

fn perform(app: &mut App, action: Action) -> Done {
    let about = |app: &App| selected(app).map(|item| item.id.to_string());
    match action {
        Action::Add => add(app),
        Action::Open => card(app),
        Action::Receive => about(app).and_then(|id| app.open_question(questions::RECEIVE, &id)),
        Action::PassOn => about(app).and_then(|id| app.open_question(questions::PASS, &id)),
        Action::HashAgain if app.hashing.is_some() => app.open_question(questions::STOP, ""),
        Action::HashAgain => {
            let ids: Vec<String> = app.nouns().iter().map(ToString::to_string).collect();
            app.open_question(questions::VERIFY, &ids.join(" "))
        }
        Action::Withdraw => about(app).and_then(|id| app.open_question(questions::WITHDRAW, &id)),
        Action::EditItem => about(app).and_then(|id| app.open_question(questions::EDIT, &id)),
        Action::Assign => Err(Refusal::refused("Evidence has a holder, not an owner.")
            .hint("> passes custody on; o corrects who holds it by the record.")),
        Action::Due => about(app).and_then(|id| app.open_question(questions::EDIT, &id)),
        _ => Ok(Vec::new()),
    }
}

/// Opens the card of an item: everything known of it, its whole chain, every act with its key.
fn card(app: &mut App) -> Done {
    let item = selected(app)?;
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let title = format!("{}  {}", item.label(), item.name());
    let mut facts: Vec<(String, String)> =
        facts(app, incident, item).into_iter().map(|(label, words)| (label.to_owned(), words)).collect();
    facts.extend(chain(app, item).into_iter().map(|step| ("Custody".to_owned(), step.words)));
    let acts = [
        Action::Receive,
        Action::PassOn,
        Action::HashAgain,
        Action::EditItem,
        Action::Withdraw,
        Action::Copy,
    ];
    let awaited = item.awaited();
    let acts = acts.into_iter().filter(|action| awaited || *action != Action::Receive);
    pick::open_card(app, title, facts, acts)
}

/// What is known of an item: label and words.
pub fn facts(app: &App, incident: &Incident, item: &EvidenceItem) -> Vec<(&'static str, String)> {
    let zone = app.zone();
    let at = |at| time::when(at, app.now, &zone);
    let taken = item.acquired().map(|when| {
        let by = item.acquired_by().map(|by| format!(", {by}")).unwrap_or_default();
        format!("{}{by}", at(when))
    });
    let expunged = incident.evidence_expunged(item).map(Expunging::shown);
    let file_is_gone = item.sha256().is_some_and(|hash| incident.file_expunged(hash).is_some());
    let kept = match item.in_vault() && !file_is_gone {
        true => Some("a copy in the vault of the incident".to_owned()),
        false => item.kept().map(str::to_owned),
    };
    let size = item.size().map(|size| match size {
        0..1000 => evidence::bytes(size),
        _ => format!("{}, {size} bytes", evidence::bytes(size)),
    });
    let withdrawn = item.withdrawn().map(|it| format!("{} by {}: {}", at(it.at), it.by, it.reason));
    let own = |words: Option<&str>| words.map(str::to_owned);
    let facts = [
        ("Withdrawn", withdrawn),
        ("Gone", expunged),
        ("SHA-256", own(item.sha256())),
        ("Hash", item.integrity().map(|integrity| integrity.word().to_owned())),
        ("Size", size),
        ("Type", Some(format!("{}, volatility {} of 7", item.kind(), item.volatility()))),
        ("Of", Some(of(incident, item)).filter(|names| !names.is_empty())),
        ("Asked of", own(item.source()).filter(|_| item.awaited())),
        ("Due", item.due().filter(|_| item.awaited()).map(at)),
        ("Taken", taken),
        ("From", own(item.source()).filter(|_| !item.awaited())),
        ("Origin", own(item.origin())),
        ("Where", own(item.place())),
        ("How", own(item.tool())),
        ("Kept", kept),
        ("Seal", own(item.seal())),
        ("Holder", own(item.holder())),
        ("Note", own(item.note())),
    ];
    facts.into_iter().filter_map(|(label, words)| Some((label, words?))).collect()
}

/// One step of the chain of custody, in words, and what the look at its hash said.
pub struct Step {
    pub words: String,
    pub matches: Option<bool>,
}

/// Who took it, whose hands it went through, and each look at its hash, oldest first.
pub fn chain(app: &App, item: &EvidenceItem) -> Vec<Step> {
    if item.taken.is_none() {
        return Vec::new();
    }
    let zone = app.zone();
    let at = |at| time::when(at, app.now, &zone);
    let matched = |matches| match matches {
        None => "hash not re-checked",
        Some(true) => "hash matches",
        Some(false) => "MISMATCH",
    };
    let began = item.acquired().unwrap_or(item.listed);
    let first = item.custody.first().map_or(item.holder(), |passed| passed.from.as_deref());
    let by = item.acquired_by().unwrap_or(&item.by);
    let mut steps = vec![(
        began,
        Step {
            words: format!("{} taken by {by}, held by {}", at(began), first.unwrap_or("nobody")),
            matches: None,
        },
    )];
    for passed in &item.custody {
        let from = passed.from.as_deref().unwrap_or("nobody");
        let place = passed.place.as_deref().map(|place| format!(", {place}")).unwrap_or_default();
        let (to, reason) = (&passed.to, &passed.reason);
        let words =
            format!("{} {from} → {to}, \"{reason}\"{place}, {}", at(passed.at), matched(passed.matches));
        steps.push((passed.at, Step { words, matches: passed.matches }));
    }
    let of_custody = |line| item.custody.iter().any(|passed| passed.line == line);
    for check in item.checks.iter().filter(|check| !of_custody(check.line)) {
        let of = if check.of == "vault" { "copy in the vault" } else { &check.of };
        let words =
            format!("{} hashed again by {}: {} ({of})", at(check.at), check.by, matched(Some(check.matches)));
        steps.push((check.at, Step { words, matches: Some(check.matches) }));
    }
    steps.sort_by_key(|(at, _)| *at);
    steps.into_iter().map(|(_, step)| step).collect()
}
