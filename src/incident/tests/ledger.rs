//! The ledger in the laws, one of each of its events, and what only the ledger promises.

use super::super::Incident;
use super::super::command::Command;
use super::{Person, at, opened};
use crate::model::ledger::approval::{
    About, Approval, Approve, Person as Approver, RefuseApproval, RequestApproval, Terms,
};
use crate::model::ledger::assumption::Assume;
use crate::model::ledger::decision::{Decide, Decision};
use crate::model::ledger::declaration::{Declare, Declared};
use crate::model::ledger::measure::{MeasureKind, PutMeasure};
use crate::model::ledger::timer::SetTimer;
use crate::model::ledger::{self, Looked, SetTimes, Settle, Sort, State};

/// A command to the ledger out of two random numbers.
pub(super) fn command(incident: &Incident, pick: usize, word: u8) -> ledger::Command {
    let text = format!("words {word}");
    let due = word.is_multiple_of(3).then(|| at(i64::from(word)));
    let task =
        incident.tasks.get(pick % incident.tasks.len().max(1)).map(|task| About::Task(task.what.id.clone()));
    let person = Approver { name: ["Mira", "Lars"][pick % 2].into(), ..Approver::default() };
    let item = incident.ledger.get(pick % incident.ledger.len().max(1));
    match (pick / 7 % 16, item) {
        (0 | 1, _) => ledger::Command::Decide(Decide { text, revisit: due, ..Decide::default() }),
        (2 | 3, _) => ledger::Command::Assume(Assume { text, refuted_by: None, check: due }),
        (4, _) => ledger::Command::Request(RequestApproval {
            about: task.into_iter().collect(),
            of: vec![person],
            until: due,
            ..RequestApproval::default()
        }),
        (5, _) => ledger::Command::Refuse(RefuseApproval {
            about: task.into_iter().collect(),
            by: person,
            reason: Some(text),
            ..RefuseApproval::default()
        }),
        (6 | 7, _) => ledger::Command::Put(PutMeasure {
            text,
            components: incident.components().take(pick % 3).map(|one| one.id.clone()).collect(),
            review: due,
            ..PutMeasure::default()
        }),
        (8, _) => ledger::Command::SetTimer(SetTimer { text, due: at(i64::from(word)) }),
        (9, _) | (_, None) => {
            ledger::Command::Declare(Declare { what: Declared::ALL[pick % 2], reason: text, reference: None })
        }
        (10, Some(item)) => ledger::Command::Give { item: item.id.clone(), to: Some(text) },
        (11 | 12, Some(item)) => ledger::Command::SetTimes(SetTimes {
            item: Some(item.id.clone()),
            due: Some(due),
            removal: None,
            looked: if pick.is_multiple_of(2) { Looked::Yes(None) } else { Looked::No },
        }),
        (_, Some(item)) => ledger::Command::Settle(Settle {
            item: item.id.clone(),
            to: [State::Open, State::Confirmed, State::Removed, State::Withdrawn, State::Done]
                [usize::from(word) % 5],
            reason: Some(text),
        }),
    }
}

/// Whether it says that somebody looked at something again, which is added each time.
pub(super) fn looks(order: &ledger::Command) -> bool {
    matches!(order, ledger::Command::SetTimes(set) if set.looked != Looked::No)
}

/// One of each command that puts something into the ledger.
fn orders(ana: &Person) -> Vec<ledger::Command> {
    let person =
        |name: &str, role: &str| Approver { name: name.into(), title: None, role: Some(role.into()) };
    let task = About::Task(ana.incident.tasks[3].what.id.clone());
    vec![
        ledger::Command::Decide(Decide {
            text: "Keep DC01 up until its memory is taken".into(),
            decision: Decision {
                alternatives: vec!["switch it off now".into()],
                why: Some("the keys are in memory".into()),
                approved_by: Some(person("Mira", "CISO")),
            },
            revisit: Some(at(120)),
        }),
        ledger::Command::Assume(Assume {
            text: "The backups are clean".into(),
            refuted_by: Some("a hit in the backup scan".into()),
            check: Some(at(240)),
        }),
        ledger::Command::Request(RequestApproval {
            about: vec![task.clone(), About::Matter("the ERP goes offline".into())],
            of: vec![person("Mira", "CISO"), person("Lars", "Legal")],
            how: Some("phone".into()),
            words: Some("may we?".into()),
            until: Some(at(90)),
        }),
        ledger::Command::Refuse(RefuseApproval {
            about: vec![task],
            by: person("Jo", "Finance"),
            how: Some("mail".into()),
            reason: Some("month end".into()),
            answers: None,
        }),
        ledger::Command::Put(PutMeasure {
            text: "Deny 203.0.113.7 at the egress".into(),
            kind: MeasureKind::Rule,
            components: ana.incident.components().map(|one| one.id.clone()).collect(),
            place: Some("fw-edge".into()),
            owner: Some("bo".into()),
            review: Some(at(600)),
            remove: Some(at(6000)),
        }),
        ledger::Command::SetTimer(SetTimer { text: "Bo back with the logs".into(), due: at(45) }),
        ledger::Command::Declare(Declare {
            what: Declared::Major,
            reason: "three sites are down".into(),
            reference: Some("BCM-7".into()),
        }),
    ]
}

/// The JSON of each event of the ledger, byte for byte: what is on disk must read the same for ever.
#[test]
fn the_json_of_the_ledger_is_pinned() {
    let mut ana = opened();
    let opened = ana.lines.len();
    for (minute, order) in (30..).zip(orders(&ana)) {
        ana.give(&Command::Ledger(Box::new(order)), at(minute)).unwrap();
    }
    let asked = ana.incident.ledger_of(Sort::Approval).next().map(|item| item.id.clone());
    let approval = Approval { name: "Mira".into(), role: None, how: None, at: at(50) };
    let terms = Terms {
        title: Some("Head of IT".into()),
        words: Some("go, but keep the logs".into()),
        condition: Some("the logs are kept".into()),
        until: Some(at(600)),
    };
    ana.give(
        &Command::Approve(Box::new(Approve { approval, terms, answers: asked, ..Approve::default() })),
        at(50),
    )
    .unwrap();
    let item = ana.incident.ledger_of(Sort::Measure).next().unwrap().id.clone();
    for (minute, order) in (51..).zip([
        ledger::Command::SetTimes(SetTimes {
            item: Some(item.clone()),
            due: Some(Some(at(900))),
            removal: None,
            looked: Looked::Yes(Some("still needed".into())),
        }),
        ledger::Command::Give { item: item.clone(), to: Some("cy".into()) },
        ledger::Command::Settle(Settle { item, to: State::Permanent, reason: Some("kept".into()) }),
    ]) {
        ana.give(&Command::Ledger(Box::new(order)), at(minute)).unwrap();
    }
    let pinned: String = ana.lines[opened..]
        .iter()
        .map(|line| format!("{} {}\n", line.event.kind(), line.event.data()))
        .collect();
    insta::assert_snapshot!(pinned);
}

#[test]
fn a_yes_until_a_time_lapses_then_waits_for_another_and_blocks_nothing() {
    let mut ana = opened();
    let task =
        ana.incident.tasks.iter().find(|task| task.what.needs_authorisation).map(|t| t.what.id.clone());
    let about = task.map_or(About::Matter("the plan".into()), About::Task);
    let yes = |until: Option<i64>, name: &str| {
        let approval = Approval { name: name.into(), role: None, how: None, at: at(10) };
        let terms = Terms { until: until.map(at), ..Terms::default() };
        Command::Approve(Box::new(Approve {
            about: Some(about.clone()),
            approval,
            terms,
            ..Approve::default()
        }))
    };
    ana.give(&yes(Some(60), "Lars"), at(10)).unwrap();
    assert_eq!(ana.incident.lack(&about, at(59)), None);
    assert!(matches!(ana.incident.lack(&about, at(60)), Some(crate::incident::Lack::Lapsed(_))));
    assert_eq!((ana.incident.lapsed(at(59)).len(), ana.incident.lapsed(at(60)).len()), (0, 1));
    // Another person's word does, where nobody was asked; a new one of the same person too.
    ana.give(&yes(None, "Mira"), at(61)).unwrap();
    assert_eq!(ana.incident.lack(&about, at(70)), None);
    assert!(ana.incident.lapsed(at(70)).is_empty());
    ana.give(&Command::Undo(None), at(71)).unwrap();
    assert_eq!(ana.incident.lapsed(at(71)).len(), 1);
    ana.give(&yes(Some(120), "Lars"), at(72)).unwrap();
    assert!(ana.incident.lapsed(at(119)).is_empty());
    assert_eq!(ana.incident.lapsed(at(121))[0].terms.until, Some(at(120)));
}

#[test]
fn each_who_was_asked_has_to_stand_by_it() {
    let mut ana = opened();
    let about = About::Matter("the plan".into());
    let person = |name: &str| Approver { name: name.into(), title: None, role: None };
    let of = vec![person("Lars"), person("Mira")];
    let ask = RequestApproval { about: vec![about.clone()], of, ..RequestApproval::default() };
    ana.give(&Command::Ledger(Box::new(ledger::Command::Request(ask))), at(1)).unwrap();
    for (name, until) in [("Lars", Some(60)), ("Mira", None)] {
        let approval = Approval { name: name.into(), role: None, how: None, at: at(2) };
        let terms = Terms { until: until.map(at), ..Terms::default() };
        let yes = Approve { about: Some(about.clone()), approval, terms, ..Approve::default() };
        ana.give(&Command::Approve(Box::new(yes)), at(2)).unwrap();
    }
    assert_eq!(ana.incident.lack(&about, at(59)), None);
    let words = ana.incident.lack(&about, at(61)).unwrap().words(at(61), &crate::model::time::Zone::utc());
    assert!(words.starts_with("approved by Lars until") && words.ends_with("lapsed 0:01 ago"), "{words}");
}
