//! The roster and the handover: who is meant, what is kept, what cannot be taken back.

use std::collections::BTreeMap;

use super::*;
use crate::model::handover::{Offer, Standing};
use crate::model::refusal::Refusal;
use crate::model::roster::{self, AddPerson, Detail, Duty, EditPerson, Shift};
use crate::model::taxonomy::TAXONOMY;

/// The roster: somebody joins, changes, comes on shift, goes, leaves; a task goes to a role.
pub(super) fn roster_command(person: &Person, pick: usize, word: u8) -> Option<Command> {
    let incident = &person.incident;
    let text = format!("words {word}");
    let one = incident.roster.get(pick % incident.roster.len().max(1)).map(|person| person.id.clone());
    let role = TAXONOMY.roles[pick % 8].id.clone();
    let until = word.is_multiple_of(2).then(|| at(300 + i64::from(word)));
    let details = BTreeMap::from([(Detail::ALL[1 + pick % 7], text.clone())]);
    let command = match (word % 6, one) {
        (0 | 1, _) => roster::Command::Add(AddPerson {
            name: ["bo", "cy", "Dee Okafor"][pick % 3].into(),
            roles: vec![role],
            details,
            shift: (word % 6 == 1).then_some(Shift { duty: Duty::On, until }),
        }),
        (2, Some(person)) => {
            roster::Command::Edit(EditPerson { person, details, roles: vec![role], roles_gone: Vec::new() })
        }
        (3, Some(person)) => {
            let duty = [Duty::On, Duty::Off][pick % 2];
            roster::Command::SetShift { person, to: Shift { duty, until } }
        }
        (4, Some(person)) => roster::Command::Leave { person, reason: Some(text) },
        _ => {
            let task = incident.tasks.get(pick % incident.tasks.len().max(1))?.what.id.clone();
            return Some(Command::AssignTask { task, to: Some(format!("@{role}")) });
        }
    };
    Some(Command::People(command))
}

/// Handing over: offered to one of the three, answered by whoever was asked.
pub(super) fn handover_command(person: &Person, pick: usize, word: u8) -> Command {
    let text = format!("words {word}");
    let handover = person.incident.handovers.get(pick % 4).map(|handover| handover.id.clone());
    Command::Handover(match word % 3 {
        0 => handover::Command::Offer(Offer {
            to: ["ana", "bo", "cy"][pick % 3].into(),
            note: Some(text),
            told: "Where we are".into(),
        }),
        1 => handover::Command::Accept { handover, note: None },
        _ => handover::Command::Decline { handover, reason: text },
    })
}

fn people(command: roster::Command) -> Command {
    Command::People(command)
}

fn add(name: &str, roles: &[&str]) -> Command {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    people(roster::Command::Add(AddPerson { name: name.into(), roles, ..AddPerson::default() }))
}

fn offer(to: &str) -> Command {
    Command::Handover(handover::Command::Offer(Offer {
        to: to.into(),
        note: None,
        told: "NOT CONTAINED 1: FS02".into(),
    }))
}

const ACCEPT: Command = Command::Handover(handover::Command::Accept { handover: None, note: None });

fn id_of(person: &Person, name: &str) -> crate::model::id::NounId {
    person.incident.person_called(name).unwrap().id.clone()
}

fn refused(person: &mut Person, command: &Command) -> Refusal {
    person.give(command, at(90)).unwrap_err()
}

/// ana leads and has a roster of three.
fn staffed() -> Person {
    let mut ana = opened();
    for order in [
        Command::Edit(Edit { lead: Some("ana".into()), ..Edit::default() }),
        add("ana", &["incident-lead"]),
        add("bo", &["analyst", "SOC analyst"]),
        add("Dee Okafor", &["counsel"]),
    ] {
        assert_eq!(ana.give(&order, at(1)), Ok(true));
    }
    ana
}

#[test]
fn somebody_is_known_by_the_name_and_by_a_word_of_it_that_nobody_else_has() {
    let mut ana = staffed();
    let called = |ana: &Person, name: &str| ana.incident.person_called(name).map(|p| p.name().to_owned());
    assert_eq!(called(&ana, "DEE").as_deref(), Some("Dee Okafor"));
    assert_eq!(called(&ana, "de"), None);
    ana.give(&add("Dee Brandt", &[]), at(2)).unwrap();
    assert_eq!(called(&ana, "dee"), None);
    assert_eq!(called(&ana, "dee okafor").as_deref(), Some("Dee Okafor"));
    let roles = ana.incident.person_called("bo").unwrap().roles();
    assert_eq!(roles, ["analyst"], "an alias is the role, once");
    assert_eq!(ana.incident.roles_unheld(), ["forensics", "communications", "it-ops", "executive", "pr"]);
}

#[test]
fn adding_somebody_who_stands_there_keeps_every_word_and_changes_no_lead() {
    let mut ana = staffed();
    let details = BTreeMap::from([(Detail::Phone, "+49 30 555".to_owned())]);
    let more = AddPerson { name: "BO".into(), details, roles: vec!["forensics".into()], shift: None };
    let order = people(roster::Command::Add(AddPerson { roles: vec!["incident-lead".into()], ..more }));
    assert_eq!(ana.give(&order, at(2)), Ok(true));
    assert_eq!(ana.give(&order, at(3)), Ok(false));
    let bo = ana.incident.person_called("bo").unwrap();
    assert_eq!(
        (bo.reach(), bo.roles()),
        (Some("+49 30 555"), &["incident-lead".to_owned(), "analyst".into()][..])
    );
    assert_eq!((ana.incident.lead(), ana.incident.people().count()), (Some("ana"), 3));
}

#[test]
fn what_two_people_change_of_one_person_at_once_is_kept_and_contested_only_where_it_is_the_same_field() {
    let mut ana = staffed();
    let mut bo = Person::new("bo");
    bo.read(&ana);
    let person = id_of(&ana, "dee");
    let edit = |detail: Detail, text: &str| {
        people(roster::Command::Edit(EditPerson {
            person: person.clone(),
            details: BTreeMap::from([(detail, text.to_owned())]),
            roles: Vec::new(),
            roles_gone: Vec::new(),
        }))
    };
    ana.give(&edit(Detail::Phone, "1"), at(2)).unwrap();
    bo.give(&edit(Detail::Mail, "dee@example.org"), at(2)).unwrap();
    bo.give(&edit(Detail::Phone, "2"), at(3)).unwrap();
    ana.read(&bo);
    let fields: Vec<String> = ana.incident.contested().into_iter().map(|field| field.field).collect();
    assert_eq!(fields, ["phone of Dee Okafor"]);
    assert_eq!(ana.incident.person(&person).unwrap().detail(Detail::Mail), Some("dee@example.org"));
    ana.give(&edit(Detail::Phone, "2"), at(4)).unwrap();
    assert!(ana.incident.contested().is_empty());
    ana.give(&edit(Detail::Phone, " "), at(5)).unwrap();
    assert_eq!(ana.incident.person(&person).unwrap().detail(Detail::Phone), None);
}

#[test]
fn a_shift_ends_when_it_was_said_to_and_coming_on_shift_brings_back_who_left() {
    let mut ana = staffed();
    let person = id_of(&ana, "bo");
    let shift =
        |duty, until| people(roster::Command::SetShift { person: person.clone(), to: Shift { duty, until } });
    assert!(refused(&mut ana, &shift(Duty::On, Some(at(90)))).message.contains("before it begins"));
    ana.give(&shift(Duty::On, Some(at(60))), at(2)).unwrap();
    let on = |ana: &Person, minute| {
        ana.incident.on_shift(at(minute)).map(|p| p.name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((on(&ana, 59), on(&ana, 60)), (vec!["bo".to_owned()], Vec::new()));
    let leave = people(roster::Command::Leave { person: person.clone(), reason: Some("on leave".into()) });
    ana.give(&leave, at(3)).unwrap();
    assert_eq!((ana.give(&leave, at(4)), on(&ana, 10)), (Ok(false), Vec::new()));
    assert!(refused(&mut ana, &add("bo", &["pr"])).hint.unwrap().contains("shift \"bo\" on"));
    assert!(refused(&mut ana, &shift(Duty::Off, None)).message.contains("left"));
    ana.give(&shift(Duty::On, None), at(5)).unwrap();
    assert_eq!(on(&ana, 10), ["bo"]);
    ana.give(&Command::Undo(None), at(6)).unwrap();
    assert_eq!(ana.incident.present().count(), 2);
    let lead = people(roster::Command::Leave { person: id_of(&ana, "ana"), reason: None });
    assert!(refused(&mut ana, &lead).hint.unwrap().contains("casebook handover"));
}

#[test]
fn a_task_given_to_a_role_is_of_everybody_who_holds_it() {
    let mut ana = staffed();
    let task = ana.incident.tasks[0].what.id.clone();
    let give = |to: &str| Command::AssignTask { task: task.clone(), to: Some(to.into()) };
    ana.give(&give("@Security Analyst"), at(2)).unwrap();
    assert_eq!(ana.incident.task(&task).unwrap().assignee(), Some("@analyst"));
    assert_eq!((ana.incident.tasks_of("bo").count(), ana.incident.tasks_of("ana").count()), (1, 0));
    ana.give(&give("@dee"), at(3)).unwrap();
    assert_eq!(ana.incident.task(&task).unwrap().assignee(), Some("Dee Okafor"));
    assert_eq!(ana.incident.tasks_of("dee").count(), 1);
    assert!(refused(&mut ana, &give("@barista")).hint.unwrap().contains("it-ops"));
    assert_eq!(ana.give(&give("Lars of the night shift"), at(4)), Ok(true), "the roster is no fence");
}

#[test]
fn the_lead_passes_when_the_one_who_was_asked_accepts_and_is_handed_back_not_taken_back() {
    let mut ana = staffed();
    let mut dee = Person::new("dee");
    assert!(ana.give(&ACCEPT, at(2)).is_err());
    ana.give(&offer("dee"), at(3)).unwrap();
    assert_eq!(ana.give(&offer("Dee Okafor"), at(4)), Ok(false));
    assert_eq!(ana.incident.lead(), Some("ana"), "an offer makes no lead");
    let refusal = refused(&mut ana, &ACCEPT);
    assert!(refusal.hint.unwrap().contains("--who \"Dee Okafor\""));
    dee.read(&ana);
    let offered = dee.incident.offered_to("dee").unwrap();
    assert_eq!(dee.incident.handover_told(offered), "NOT CONTAINED 1: FS02");
    dee.give(&ACCEPT, at(5)).unwrap();
    assert_eq!(dee.give(&ACCEPT, at(6)), Ok(false));
    assert_eq!(dee.incident.lead(), Some("Dee Okafor"));
    let last = dee.incident.last_handover().unwrap();
    assert_eq!((last.from.as_deref(), last.standing()), (Some("ana"), Standing::Accepted));
    let refusal = refused(&mut dee, &Command::Undo(None));
    assert!(refusal.message.contains("handed back") && refusal.hint.unwrap().contains("--to \"ana\""));
    dee.give(&offer("ana"), at(7)).unwrap();
    ana.read(&dee);
    let decline = |reason: &str| {
        Command::Handover(handover::Command::Decline { handover: None, reason: reason.into() })
    };
    assert!(refused(&mut ana, &decline(" ")).message.contains("reason"));
    ana.give(&decline("off shift in ten minutes"), at(8)).unwrap();
    assert_eq!((ana.incident.lead(), ana.incident.offered_to("ana").is_none()), (Some("Dee Okafor"), true));
    ana.give(&Command::Undo(None), at(9)).unwrap();
    assert!(ana.incident.offered_to("ana").is_some(), "an answer that handed nothing over is taken back");
}

#[test]
fn a_second_offer_withdraws_the_first_and_taking_it_back_lets_the_first_stand_again() {
    let mut ana = staffed();
    ana.give(&offer("bo"), at(2)).unwrap();
    ana.give(&offer("dee"), at(3)).unwrap();
    let waits = |ana: &Person, name: &str| ana.incident.offered_to(name).is_some();
    assert_eq!((waits(&ana, "bo"), waits(&ana, "dee")), (false, true));
    ana.give(&Command::Undo(None), at(4)).unwrap();
    assert_eq!((waits(&ana, "bo"), waits(&ana, "dee")), (true, false));
}

#[test]
fn the_json_of_people_and_handovers_is_pinned() {
    let mut ana = opened();
    let mut dee = Person::new("dee");
    let details = Detail::ALL.into_iter().skip(1).map(|detail| (detail, format!("{} of dee", detail.word())));
    let shift = Shift { duty: Duty::On, until: Some(at(480)) };
    let roles = vec!["incident-lead".to_owned(), "forensics".to_owned()];
    let add = AddPerson { name: "dee".into(), roles, details: details.collect(), shift: Some(shift) };
    ana.give(&people(roster::Command::Add(add)), at(1)).unwrap();
    let person = id_of(&ana, "dee");
    let edit = EditPerson {
        person: person.clone(),
        details: BTreeMap::from([(Detail::Phone, "112".into()), (Detail::Note, String::new())]),
        roles: vec!["pr".into()],
        roles_gone: vec!["forensics".into()],
    };
    for order in [
        people(roster::Command::Edit(edit)),
        people(roster::Command::SetShift {
            person: person.clone(),
            to: Shift { duty: Duty::Off, until: None },
        }),
        people(roster::Command::Leave { person: person.clone(), reason: Some("on leave".into()) }),
        people(roster::Command::SetShift { person, to: Shift { duty: Duty::On, until: None } }),
        offer("bo"),
        offer("dee"),
    ] {
        ana.give(&order, at(2)).unwrap();
    }
    dee.read(&ana);
    dee.give(&ACCEPT, at(3)).unwrap();
    dee.give(&offer("ana"), at(4)).unwrap();
    ana.read(&dee);
    let decline = handover::Command::Decline { handover: None, reason: "asleep".into() };
    ana.give(&Command::Handover(decline), at(5)).unwrap();
    let pinned: Vec<String> =
        ana.lines[1..].iter().map(|line| format!("{} {}\n", line.event.kind(), line.event.data())).collect();
    insta::assert_snapshot!(pinned.concat());
    let words: Vec<String> =
        ana.incident.entries[1..].iter().map(|entry| format!("{}\n", entry.text)).collect();
    insta::assert_snapshot!("the_words_of_people_and_handovers", words.concat());
}
