//! People: who is on shift, what they do here, how they are reached, and who was told what with the lead.

mod ask;

use super::{Done, Face, Keep, Key, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::handover::{self, Handover, Offer, Standing};
use crate::model::id::NounId;
use crate::model::refusal::Refusal;
use crate::model::roster::{self, AddPerson, Detail, Duty, Person, Shift};
use crate::model::time;
use crate::report;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::give::{self, Envelope};
use crate::tui::keymap::Scope;
use crate::tui::modal::{Modal, Page};
use crate::tui::pick;

pub use ask::assignees;

/// The headings of the list.
pub const ON: &str = "On shift";
pub const OFF: &str = "Off shift, or nobody said";
pub const GONE: &str = "Left the incident";
pub const HANDOVER: &str = "Handover";

/// The row of what a handover would tell now.
const NOW: &str = "now";

pub const FACE: Face = Face {
    screen: Screen::People,
    word: "People",
    short: "People",
    scope: Scope::People,
    count: |incident| incident.present().count(),
    orders: &[],
    rows,
    words,
    line: |incident, key| {
        let person = person(incident, key).map(|person| person.line);
        person.or_else(|| told(incident, key).map(|handover| handover.line))
    },
    acts: &[Action::Take, Action::Done, Action::Reopen, Action::Waive],
    offers,
    perform,
    questions: ask::QUESTIONS,
};

/// The person of a row.
pub fn person<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Person> {
    incident.person(key.noun()?)
}

/// The handover of a row.
pub fn told<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Handover> {
    incident.handover(key.noun()?)
}

/// Whether a row is what a handover would tell now.
pub fn would_tell(key: &Key) -> bool {
    matches!(key, Key::Word(word) if word == NOW)
}

/// Name, roles, title and every way to reach them: as they are copied.
fn words(incident: &Incident, key: &Key) -> Option<String> {
    if let Some(handover) = told(incident, key) {
        return Some(incident.handover_told(handover).to_owned());
    }
    let person = person(incident, key)?;
    let mut parts = vec![person.name().to_owned()];
    parts.extend(Some(person.roles().join(", ")).filter(|roles| !roles.is_empty()));
    let ways =
        [Detail::Title, Detail::Organisation, Detail::Phone, Detail::Mail, Detail::Contact, Detail::Channel];
    parts.extend(ways.into_iter().filter_map(|detail| person.detail(detail)).map(str::to_owned));
    Some(parts.join("  "))
}

fn rows(app: &App, case: &Case, _: usize, keep: Keep<'_>) -> Vec<Key> {
    let incident = case.shown();
    let called = |person: &&Person| {
        let mut words = vec![person.name()];
        words.extend(person.roles().iter().map(String::as_str));
        words.extend(Detail::ALL.into_iter().filter_map(|detail| person.detail(detail)));
        keep(&words)
    };
    let mut people: Vec<&Person> = incident.people().filter(called).collect();
    people.sort_by_cached_key(|person| (!incident.leads(person.name()), person.name().to_lowercase()));
    let key = |person: &&Person| Key::Noun(person.id.clone());
    let gone = |person: &&Person| person.left().is_some();
    let on = |person: &&Person| person.on_shift(app.now);
    let mut keys = vec![Key::Section(ON)];
    keys.extend(people.iter().filter(|person| on(person)).map(key));
    keys.push(Key::Section(OFF));
    keys.extend(people.iter().filter(|person| !on(person) && !gone(person)).map(key));
    keys.push(Key::Section(GONE));
    keys.extend(people.iter().filter(|person| gone(person)).map(key));
    keys.push(Key::Section(HANDOVER));
    let handovers = incident.handovers().rev();
    keys.extend(
        handovers
            .filter(|it| keep(&[&it.to, incident.handover_told(it), "handover"]))
            .map(|it| Key::Noun(it.id.clone())),
    );
    // With nobody there the list is empty and says how to begin.
    if keep(&["handover"]) && (incident.people().next().is_some() || incident.handovers().next().is_some()) {
        keys.push(Key::Word(NOW.to_owned()));
    }
    keys
}

/// The people an act is about: the marked ones, else the one under the cursor.
fn in_hand(app: &App) -> Result<Vec<NounId>, Refusal> {
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    app.row()?;
    let people: Vec<NounId> = app.nouns().into_iter().filter(|id| incident.person(id).is_some()).collect();
    match people.is_empty() {
        true => {
            Err(Refusal::refused("This row is a handover, not a person.")
                .hint("Enter reads it, H answers it."))
        }
        false => Ok(people),
    }
}

fn shift(person: NounId, duty: Duty) -> Command {
    Command::People(roster::Command::SetShift { person, to: Shift { duty, until: None } })
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    let one = || in_hand(app).map(|people| people[0].clone());
    Ok(match action {
        Action::Add => {
            let name = "…".to_owned();
            Some(Command::People(roster::Command::Add(AddPerson { name, ..AddPerson::default() })))
        }
        Action::Take | Action::Due => Some(shift(one()?, Duty::On)),
        Action::Done => Some(shift(one()?, Duty::Off)),
        Action::Reopen => Some(Command::People(roster::Command::Edit(ask::edit(one()?)))),
        Action::Waive => Some(Command::People(roster::Command::Leave { person: one()?, reason: None })),
        Action::Assign => {
            let person = one()?;
            let open = app.incident().and_then(|incident| ask::open_tasks(incident).next());
            let task = open.ok_or_else(|| Refusal::refused("No task is open here."))?.id().clone();
            let to = app.incident().and_then(|incident| incident.person(&person));
            Some(Command::AssignTask { task, to: to.map(|person| person.name().to_owned()) })
        }
        _ => None,
    })
}

fn perform(app: &mut App, action: Action) -> Done {
    let about = |app: &App| in_hand(app).map(|people| people[0].to_string());
    let all = |app: &mut App, duty: Duty| {
        let commands: Vec<Command> = in_hand(app)?.into_iter().map(|person| shift(person, duty)).collect();
        let done = give::give_all(app, &commands, &Envelope::default());
        super::unmark(app);
        done
    };
    match action {
        Action::Add => app.open_question("person-add", ""),
        Action::Open => open(app),
        Action::Take => all(app, Duty::On),
        Action::Done => all(app, Duty::Off),
        Action::Due => about(app).and_then(|id| app.open_question("person-shift", &id)),
        Action::Reopen => about(app).and_then(|id| app.open_question("person-edit", &id)),
        Action::Waive => about(app).and_then(|id| app.open_question("person-leave", &id)),
        Action::Assign => about(app).and_then(|id| app.open_question("person-task", &id)),
        _ => Ok(Vec::new()),
    }
}

/// Opens the card of the selected person, or the words of the selected handover.
fn open(app: &mut App) -> Done {
    let key = app.row()?.clone();
    let Some(incident) = app.incident() else { return Ok(Vec::new()) };
    if would_tell(&key) {
        return would(app);
    }
    if let Some(handover) = told(incident, &key) {
        let page = page(app, incident, handover);
        app.modals.push(Modal::Page(page));
        return Ok(Vec::new());
    }
    let Some(person) = person(incident, &key) else { return Ok(Vec::new()) };
    let (title, facts) = (person.name().to_owned(), facts(app, incident, person));
    let acts = [
        Action::Take,
        Action::Done,
        Action::Due,
        Action::Assign,
        Action::Reopen,
        Action::Waive,
        Action::Handover,
        Action::Copy,
    ];
    pick::open_card(app, title, facts, acts)
}

/// Everything about a person, a label and its words each.
pub fn facts(app: &App, incident: &Incident, person: &Person) -> Vec<(String, String)> {
    let lead = if incident.leads(person.name()) { "leads the incident" } else { "" };
    let roles = person.roles().join(", ");
    let both = [lead, &roles].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("; ");
    let mut facts = vec![("Roles", both), ("Shift", on_shift(app, person))];
    let labels = [
        (Detail::Phone, "Phone"),
        (Detail::Mail, "Mail"),
        (Detail::Contact, "Contact"),
        (Detail::Channel, "Out of band"),
        (Detail::Title, "Title"),
        (Detail::Organisation, "Works for"),
        (Detail::Note, "Note"),
    ];
    for (detail, label) in labels {
        facts.push((label, person.detail(detail).unwrap_or_default().to_owned()));
    }
    let tasks: Vec<&str> = incident.tasks_of(person.name()).map(|task| task.what.title.as_str()).collect();
    facts.push(("Open tasks", tasks.join("; ")));
    let here = is_here(app, incident, person);
    facts.push(("Here", if here { "has this incident open now" } else { "" }.to_owned()));
    let left = person.left().map(|left| {
        let reason = left.reason.as_deref().map(|reason| format!(", {reason}")).unwrap_or_default();
        format!("{}{reason}", time::when(left.at, app.now, &app.zone()))
    });
    facts.push(("Left", left.unwrap_or_default()));
    let kept = facts.into_iter().filter(|(_, words)| !words.is_empty());
    kept.map(|(label, words)| (label.to_owned(), words)).collect()
}

/// Whether somebody has the incident open now.
pub fn is_here(app: &App, incident: &Incident, person: &Person) -> bool {
    app.here.iter().any(|name| incident.same_person(name, person.name()))
}

/// `on since 14:07 until 22:07`, `off`, `not said`.
pub fn on_shift(app: &App, person: &Person) -> String {
    let zone = app.zone();
    let when = |at| time::when(at, app.now, &zone);
    let Some(shifted) = person.shift() else { return "not said".to_owned() };
    let until = shifted.shift.until.map(|until| match until <= app.now {
        true => format!(" until {}, over", when(until)),
        false => format!(" until {}", when(until)),
    });
    format!("{} since {}{}", shifted.shift.duty.word(), when(shifted.since), until.unwrap_or_default())
}

/// `offered by ana 14:10, waits`, `accepted by dee 14:12`.
pub fn answered(app: &App, incident: &Incident, handover: &Handover) -> String {
    let zone = app.zone();
    let when = |at| time::when(at, app.now, &zone);
    match handover.answer.get().filter(|answer| answer.standing != Standing::Offered) {
        None => format!("offered by {} {}, waits for an answer", handover.by, when(handover.at)),
        Some(answer) => {
            let words =
                incident.answer_words(handover).map(|words| format!(", \"{words}\"")).unwrap_or_default();
            format!("{} by {} {}{words}", answer.standing.word(), answer.by, when(answer.at))
        }
    }
}

/// What somebody was told, to read.
fn page(app: &App, incident: &Incident, handover: &Handover) -> Page {
    let from = handover.from.as_deref().unwrap_or("nobody");
    let mut lines = vec![answered(app, incident, handover), String::new()];
    if let Some(note) = incident.handover_note(handover) {
        lines.push(format!("{} adds: {note}", handover.by));
        lines.push(String::new());
    }
    lines.extend(incident.handover_told(handover).lines().map(str::to_owned));
    Page { title: format!("Handover, {from} to {}", handover.to), lines, top: 0 }
}

/// Shows what a handover would tell now. Nothing is written.
pub fn would(app: &mut App) -> Done {
    let Some(incident) = app.incident() else { return Ok(Vec::new()) };
    let told = report::handover::told(incident, &app.clock());
    let lines = told.lines().map(str::to_owned).collect();
    let title = "A handover would tell now; H offers the lead".to_owned();
    app.modals.push(Modal::Page(Page { title, lines, top: 0 }));
    Ok(Vec::new())
}

/// The command `H` comes down to.
pub fn offers_handover(app: &App) -> Option<Command> {
    let waits = app.incident().is_some_and(|incident| incident.offered_to(&app.me.name).is_some());
    let to = "…".to_owned();
    let offer = handover::Command::Offer(Offer { to, ..Offer::default() });
    (!waits).then_some(Command::Handover(offer))
}

/// `H`: answers the offer that waits for me, after reading all of it; else offers the lead.
///
/// # Errors
/// Refuses while no incident is open.
pub fn hand_over(app: &mut App) -> Done {
    let Some(incident) = app.incident() else { return Err(Refusal::refused("No incident is open.")) };
    let Some(handover) = incident.offered_to(&app.me.name) else {
        return app.open_question("handover", "");
    };
    let mut page = page(app, incident, handover);
    page.title = format!("{} offers you the lead: read it, then Esc to answer", handover.by);
    let id = handover.id.to_string();
    let done = app.open_question("handover-answer", &id)?;
    app.modals.push(Modal::Page(page));
    Ok(done)
}
