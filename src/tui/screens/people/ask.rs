//! The questions of the roster and the handover: their fields and what becomes of the answers.

use std::collections::BTreeMap;

use super::super::{Done, Question};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::people::ROLE_MARK;
use crate::model::handover::{self, Handover, Offer};
use crate::model::id::NounId;
use crate::model::refusal::Refusal;
use crate::model::roster::{self, AddPerson, Detail, Duty, EditPerson, Person, Shift};
use crate::model::task::Task;
use crate::model::taxonomy::TAXONOMY;
use crate::model::time::Sense;
use crate::tui::app::App;
use crate::tui::ask::{checks, choice, line, opt, text, time};
use crate::tui::form::{Field, Form, Opt, Slot};
use crate::tui::give::{self, Envelope};

const ROLES: Slot = Slot::Of("roles");
const SHIFT: Slot = Slot::Of("shift");
const UNTIL: Slot = Slot::Of("until");
const TASK: Slot = Slot::Of("task");
const TO: Slot = Slot::Of("to");
const PERSON: Slot = Slot::Of("person");
const ANSWER: Slot = Slot::Of("answer");

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        name: "person-add",
        spoken: "somebody for the roster",
        title: |_, _| Ok("Somebody for the roster".to_owned()),
        about: |_, _| Vec::new(),
        fields: |_, _| {
            let mut fields = vec![line(Slot::Name, "Name", "needed", ""), roles(&[])];
            fields.extend(details(None));
            fields.insert(5, choice(SHIFT, "Shift", "not said", duties(), None));
            fields.insert(6, time(UNTIL, "Until", "open", Sense::Due));
            Ok(fields)
        },
        answer: add,
    },
    Question {
        name: "person-edit",
        spoken: "a change of the roster",
        title: |app, about| Ok(format!("Roster: {}", known(app, about)?.name())),
        about: |_, _| Vec::new(),
        fields: |app, about| {
            let person = known(app, about)?;
            let mut fields = vec![line(Slot::Name, "Name", "needed", person.name()), roles(person.roles())];
            fields.extend(details(Some(person)));
            Ok(fields)
        },
        answer: change,
    },
    Question {
        name: "person-shift",
        spoken: "a shift",
        title: |app, about| Ok(format!("Shift of {}", known(app, about)?.name())),
        about: |app, about| {
            known(app, about).map(|person| vec![super::on_shift(app, person)]).unwrap_or_default()
        },
        fields: |_, _| {
            Ok(vec![
                time(UNTIL, "Until", "open", Sense::Due),
                choice(SHIFT, "Shift", "", duties(), Some(0)),
                time(Slot::When, "Since", "now", Sense::Fact),
            ])
        },
        answer: shift,
    },
    Question {
        name: "person-leave",
        spoken: "why somebody leaves",
        title: |app, about| Ok(format!("{} leaves the incident", known(app, about)?.name())),
        about: |app, about| {
            let Some(incident) = app.incident() else { return Vec::new() };
            let Ok(person) = known(app, about) else { return Vec::new() };
            let open: Vec<&str> =
                incident.tasks_of(person.name()).map(|task| task.what.title.as_str()).collect();
            match open.is_empty() {
                true => vec!["The record keeps them; t brings them back.".to_owned()],
                false => vec![format!("Still with them: {}.", open.join("; "))],
            }
        },
        fields: |_, _| Ok(vec![line(Slot::Reason, "Reason", "optional", "")]),
        answer: leave,
    },
    Question {
        name: "person-task",
        spoken: "a task for somebody",
        title: |app, about| Ok(format!("A task for {}", known(app, about)?.name())),
        about: |_, _| Vec::new(),
        fields: |app, _| {
            let Some(incident) = app.incident() else { return Ok(Vec::new()) };
            let options = open_tasks(incident).map(|task| {
                let now = task.assignee().unwrap_or("nobody has it");
                opt(task.id().as_str(), &task.what.title, now)
            });
            Ok(vec![choice(TASK, "Task", "none chosen", options.collect(), Some(0))])
        },
        answer: give_task,
    },
    Question {
        name: "handover",
        spoken: "an offer of the lead",
        title: |app, _| {
            let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
            Ok(format!("Offer the lead of {}", incident.number))
        },
        about: |app, _| {
            let lead = app.incident().and_then(Incident::lead).unwrap_or("nobody");
            vec![format!(
                "{lead} leads until the offer is accepted. What they are told is derived from the record: \
                 the last row of the People screen shows it."
            )]
        },
        fields: |app, _| {
            let mine = |person: &&Person| {
                app.incident().is_some_and(|it| !it.same_person(person.name(), &app.me.name))
            };
            let people: Vec<Opt> = app
                .incident()
                .into_iter()
                .flat_map(|incident| incident.present().filter(mine))
                .map(|person| opt(person.name(), person.name(), &super::on_shift(app, person)))
                .collect();
            let mut fields = Vec::new();
            if !people.is_empty() {
                fields.push(choice(PERSON, "To", "somebody else, named below", people, None));
            }
            let label = if fields.is_empty() { "To" } else { "or by name" };
            fields.push(line(TO, label, "the name they work under", ""));
            fields.push(text(Slot::Text, "You add", "optional: what the record does not say", ""));
            Ok(fields)
        },
        answer: offer,
    },
    Question {
        name: "handover-answer",
        spoken: "an answer to a handover",
        title: |app, about| Ok(format!("{} offers you the lead", offered(app, about)?.by)),
        about: |_, _| vec!["H shows again what you are told.".to_owned()],
        fields: |_, _| {
            let both = vec![
                opt("accept", "I take the lead", "With what I was told. It is handed back, not taken back."),
                opt("decline", "I do not", "With a reason. The lead stays where it is."),
            ];
            Ok(vec![
                choice(ANSWER, "Answer", "choose", both, None),
                line(Slot::Reason, "Words", "needed to decline", ""),
            ])
        },
        answer,
    },
];

/// Open tasks that can be given to somebody: of this visit, then of those that were left.
pub(super) fn open_tasks(incident: &Incident) -> impl Iterator<Item = &Task> {
    let here = incident.visit().map(|visit| &visit.id);
    let current = here.into_iter().flat_map(|id| incident.checklist(id)).filter(|task| !task.settled());
    current.chain(incident.left_open())
}

/// An edit that changes nothing yet.
pub(super) fn edit(person: NounId) -> EditPerson {
    EditPerson { person, details: BTreeMap::new(), roles: Vec::new(), roles_gone: Vec::new() }
}

/// Who a task can be given to: everybody in the incident, then every role, with who holds it.
pub fn assignees(incident: &Incident) -> Vec<Opt> {
    let people =
        incident.present().map(|person| opt(person.name(), person.name(), &person.roles().join(", ")));
    let roles = TAXONOMY.roles.iter().map(|role| {
        let held: Vec<&str> = incident.present().filter(|p| p.holds(&role.id)).map(Person::name).collect();
        let held = if held.is_empty() { "nobody holds it".to_owned() } else { held.join(", ") };
        let word = format!("{ROLE_MARK}{}", role.id);
        opt(&word, &word, &held)
    });
    people.chain(roles).collect()
}

fn known<'a>(app: &'a App, about: &str) -> Result<&'a Person, Refusal> {
    let person = app.incident().and_then(|incident| incident.person(&NounId(about.to_owned())));
    person.filter(|person| !person.undone).ok_or_else(|| Refusal::refused("That person is gone."))
}

fn offered<'a>(app: &'a App, about: &str) -> Result<&'a Handover, Refusal> {
    let handover = app.incident().and_then(|incident| incident.handover(&NounId(about.to_owned())));
    handover.filter(|handover| !handover.undone).ok_or_else(|| Refusal::refused("That offer is gone."))
}

fn roles(held: &[String]) -> Field {
    let all =
        TAXONOMY.roles.iter().map(|role| (opt(&role.id, &role.name, &role.duty), held.contains(&role.id)));
    checks(ROLES, "Roles", "", all.collect())
}

fn duties() -> Vec<Opt> {
    vec![opt("on", "on", ""), opt("off", "off", "")]
}

/// Fields of a person with what stands in them: the ways to reach them first.
const DETAILS: [(Detail, &str, &str, &str); 7] = [
    (Detail::Phone, "phone", "Phone", "optional"),
    (Detail::Mail, "mail", "Mail", "optional"),
    (Detail::Channel, "channel", "Out of band", "how, when our own systems are not trusted"),
    (Detail::Contact, "contact", "Other contact", "optional"),
    (Detail::Title, "job", "Title", "optional"),
    (Detail::Organisation, "organisation", "Works for", "optional"),
    (Detail::Note, "note", "Note", "optional"),
];

fn details(person: Option<&Person>) -> Vec<Field> {
    let now = |detail| person.and_then(|person| person.detail(detail)).unwrap_or_default();
    let field = |(detail, slot, label, hint): (Detail, &'static str, &str, &str)| match detail {
        Detail::Note => text(Slot::Of(slot), label, hint, now(detail)),
        _ => line(Slot::Of(slot), label, hint, now(detail)),
    };
    DETAILS.into_iter().map(field).collect()
}

/// What stands in the fields; an emptied one is there with no words.
fn said(form: &Form) -> BTreeMap<Detail, String> {
    let words = |slot| form.said(Slot::Of(slot)).unwrap_or_default();
    DETAILS.into_iter().map(|(detail, slot, ..)| (detail, words(slot))).collect()
}

fn duty(form: &Form) -> Option<Duty> {
    form.chosen(SHIFT).map(|word| if word == "off" { Duty::Off } else { Duty::On })
}

fn give_one(app: &mut App, command: Command, envelope: &Envelope) -> Done {
    give::give_all(app, &[command], envelope)
}

fn add(app: &mut App, form: &Form, _: &str, envelope: Envelope) -> Done {
    let until = form.time(UNTIL, app.now, &app.zone())?.map(|until| until.utc());
    let details = said(form).into_iter().filter(|(_, words)| !words.is_empty()).collect();
    let shift = duty(form).or(until.map(|_| Duty::On)).map(|duty| Shift { duty, until });
    let name = form.said(Slot::Name).unwrap_or_default();
    let add = AddPerson { name: name.clone(), roles: form.checked(ROLES), details, shift };
    let done = give_one(app, Command::People(roster::Command::Add(add)), &envelope)?;
    let leads = app.incident().is_some_and(|incident| incident.leads(&name));
    if form.checked(ROLES).iter().any(|role| role == "incident-lead") && !leads && !done.is_empty() {
        let lead = app
            .incident()
            .and_then(Incident::lead)
            .map_or("Nobody leads".to_owned(), |lead| format!("{lead} leads"));
        app.say(
            crate::tui::app::Tone::Told,
            format!("{lead} until it is said otherwise; H offers the lead to {name}."),
        );
    }
    Ok(done)
}

fn change(app: &mut App, form: &Form, about: &str, envelope: Envelope) -> Done {
    let person = known(app, about)?;
    let mut details = said(form);
    details.insert(Detail::Name, form.said(Slot::Name).unwrap_or_default());
    let roles = form.checked(ROLES);
    let roles_gone = person.roles().iter().filter(|role| !roles.contains(role)).cloned().collect();
    let edit = EditPerson { person: person.id.clone(), details, roles, roles_gone };
    give_one(app, Command::People(roster::Command::Edit(edit)), &envelope)
}

fn shift(app: &mut App, form: &Form, about: &str, envelope: Envelope) -> Done {
    let until = form.time(UNTIL, app.now, &app.zone())?.map(|until| until.utc());
    let to = Shift { duty: duty(form).unwrap_or(Duty::On), until };
    let set = |person| Command::People(roster::Command::SetShift { person, to: to.clone() });
    let commands: Vec<Command> = those(app, about)?.into_iter().map(set).collect();
    give::give_all(app, &commands, &envelope)
}

fn leave(app: &mut App, form: &Form, about: &str, envelope: Envelope) -> Done {
    let reason = form.said(Slot::Reason);
    let leave = |person| Command::People(roster::Command::Leave { person, reason: reason.clone() });
    let commands: Vec<Command> = those(app, about)?.into_iter().map(leave).collect();
    give::give_all(app, &commands, &envelope)
}

/// The people an answer is for: all that are marked, if the one asked about is among them.
fn those(app: &App, about: &str) -> Result<Vec<NounId>, Refusal> {
    let id = known(app, about)?.id.clone();
    let marked = app.nouns();
    Ok(if marked.contains(&id) { super::in_hand(app)? } else { vec![id] })
}

fn give_task(app: &mut App, form: &Form, about: &str, envelope: Envelope) -> Done {
    let to = Some(known(app, about)?.name().to_owned());
    let task = form.chosen(TASK).ok_or_else(|| Refusal::misused("No task is chosen."))?;
    give_one(app, Command::AssignTask { task: NounId(task.to_owned()), to }, &envelope)
}

fn offer(app: &mut App, form: &Form, _: &str, envelope: Envelope) -> Done {
    let to = form.said(TO).or_else(|| form.chosen(PERSON).map(str::to_owned));
    let to = to.ok_or_else(|| {
        Refusal::misused("Nobody is named to take the lead.").hint("Choose somebody, or type a name.")
    })?;
    let offer = Offer { to, note: form.said(Slot::Text), told: String::new() };
    give_one(app, Command::Handover(handover::Command::Offer(offer)), &envelope)
}

fn answer(app: &mut App, form: &Form, about: &str, envelope: Envelope) -> Done {
    let handover = Some(offered(app, about)?.id.clone());
    let words = form.said(Slot::Reason);
    let command = match form.chosen(ANSWER) {
        Some("accept") => handover::Command::Accept { handover, note: words },
        Some(_) => handover::Command::Decline { handover, reason: words.unwrap_or_default() },
        None => {
            return Err(
                Refusal::misused("No answer is chosen.").hint("← and → choose; a letter leads to its word.")
            );
        }
    };
    give_one(app, Command::Handover(command), &envelope)
}
