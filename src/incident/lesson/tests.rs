//! Laws of lessons and improvement actions.

use uuid::Uuid;

use super::super::command::Command;
use super::super::decide;
use super::super::event::Event;
use super::super::tests::{Person, at, go, opened};
use super::*;
use crate::model::head::Open;
use crate::model::lesson::{self, Effect, RecordLesson, SetImprovement, State};
use crate::model::phase::Phase;
use crate::model::playbook::Playbooks;
use crate::model::task;

/// A command on lessons and actions that makes sense for what is there.
pub(crate) fn some(incident: &Incident, pick: usize, word: u8) -> Command {
    let text = format!("words {word}");
    let action = incident.improvements.get(pick % incident.improvements.len().max(1)).map(|it| it.id.clone());
    let lesson = incident.lessons().next().map(|lesson| lesson.id.clone());
    let due = Some(at(i64::from(word)));
    Command::Lesson(match (action, pick / 7 % 6) {
        (_, 0) => lesson::Command::Record(RecordLesson { text, ..RecordLesson::default() }),
        (None, _) | (_, 1) => lesson::Command::Add(AddImprovement {
            title: text.clone(),
            lesson,
            owner: word.is_multiple_of(2).then_some(text),
            due: due.filter(|_| word.is_multiple_of(3)),
            ..AddImprovement::default()
        }),
        (Some(improvement), 2 | 3) => lesson::Command::Set(SetImprovement {
            improvement,
            to: [State::Open, State::Done, State::Dropped][usize::from(word) % 3],
            reason: Some(text),
            evidence: None,
        }),
        (Some(improvement), 4) => lesson::Command::Assign { improvement, to: Some(text) },
        (Some(improvement), _) => lesson::Command::Due { improvement, to: due },
    })
}

fn record(text: &str) -> Command {
    Command::Lesson(lesson::Command::Record(RecordLesson { text: text.into(), ..RecordLesson::default() }))
}

fn add(title: &str, owner: Option<&str>, due: Option<i64>) -> Command {
    Command::Lesson(lesson::Command::Add(AddImprovement {
        title: title.into(),
        owner: owner.map(str::to_owned),
        due: due.map(at),
        ..AddImprovement::default()
    }))
}

fn set(improvement: &NounId, to: State, reason: Option<&str>) -> Command {
    Command::Lesson(lesson::Command::Set(SetImprovement {
        improvement: improvement.clone(),
        to,
        reason: reason.map(str::to_owned),
        evidence: None,
    }))
}

/// Ana, in Lessons Learned.
fn learning() -> Person {
    let mut ana = opened();
    for (minute, phase) in (1..).zip([
        Phase::Analysis,
        Phase::Containment,
        Phase::Eradication,
        Phase::Recovery,
        Phase::LessonsLearned,
    ]) {
        ana.give(&Command::Go(go(phase)), at(minute)).unwrap();
    }
    ana
}

#[test]
fn numbers_are_given_once_and_never_again() {
    let mut ana = opened();
    ana.give(&record("no restore was ever tried"), at(1)).unwrap();
    ana.give(&add("Try a restore every month", None, None), at(2)).unwrap();
    ana.give(&Command::Undo(None), at(3)).unwrap();
    ana.give(&add("Try a restore every quarter", None, None), at(4)).unwrap();
    let numbers: Vec<&str> = ana.incident.improvements().map(|action| action.number.as_str()).collect();
    assert_eq!((ana.incident.lessons[0].number.as_str(), numbers), ("L-1", vec!["A-2"]));
}

#[test]
fn two_stores_that_gave_one_number_show_both_apart() {
    let mut ana = opened();
    let mut bo = Person::new("bo");
    bo.read(&ana);
    ana.give(&add("Segment the server network", None, None), at(1)).unwrap();
    bo.give(&add("Try a restore every month", None, None), at(2)).unwrap();
    ana.read(&bo);
    let shown: Vec<String> =
        ana.incident.improvements().map(|action| ana.incident.action_number(action)).collect();
    assert!(shown.iter().all(|number| number.starts_with("A-1·")) && shown[0] != shown[1], "{shown:?}");
}

#[test]
fn dropping_and_opening_again_ask_why_and_done_does_not() {
    let mut ana = opened();
    ana.give(&add("Try a restore", Some("bo"), Some(60)), at(1)).unwrap();
    let id = ana.incident.improvements[0].id.clone();
    assert!(ana.give(&set(&id, State::Dropped, None), at(2)).unwrap_err().message.contains("A-1"));
    assert_eq!(ana.give(&set(&id, State::Done, None), at(3)), Ok(true));
    assert_eq!(ana.give(&set(&id, State::Done, None), at(4)), Ok(false));
    assert!(ana.give(&set(&id, State::Open, Some("  ")), at(5)).is_err());
    assert_eq!(ana.give(&set(&id, State::Open, Some("it was the wrong share")), at(6)), Ok(true));
    assert!(ana.incident.entries.last().unwrap().back);
}

#[test]
fn an_action_with_owner_and_due_date_answers_the_gate_and_ticks_its_task() {
    let mut ana = learning();
    let asks = |ana: &Person| {
        let all = ana.incident.destinations(at(20));
        let closing = all.iter().find(|there| there.way.closes()).unwrap();
        let unowned = closing.findings.iter().find(|it| it.gate.id() == "actions-unowned");
        unowned.map(|finding| finding.fact.clone())
    };
    let task = |ana: &Person| {
        let mut all = ana.incident.tasks.iter();
        all.find(|task| task.what.act.as_deref() == Some("improvement")).unwrap().state()
    };
    ana.give(&add("Try a restore", None, None), at(10)).unwrap();
    assert_eq!((asks(&ana).as_deref(), task(&ana)), (Some("A-1 Try a restore"), task::State::Open));
    let improvement = ana.incident.improvements[0].id.clone();
    let owner = lesson::Command::Assign { improvement: improvement.clone(), to: Some("bo".into()) };
    ana.give(&Command::Lesson(owner), at(11)).unwrap();
    assert!(asks(&ana).is_some());
    ana.give(&Command::Lesson(lesson::Command::Due { improvement, to: Some(at(99)) }), at(12)).unwrap();
    assert_eq!((asks(&ana), task(&ana)), (None, task::State::Done));
}

/// The tasks that take over an action: title and origin.
fn taken_over(incident: &Incident) -> Vec<(String, String)> {
    let visit = &incident.visit().unwrap().id;
    let tasks = incident.checklist(visit);
    tasks.filter_map(|task| Some((task.what.title.clone(), task.what.origin.as_ref()?.to_string()))).collect()
}

#[test]
fn the_next_cycle_begins_with_the_open_actions_of_this_incident_and_of_others() {
    let mut ana = learning();
    ana.give(&add("Try a restore", Some("bo"), Some(900)), at(10)).unwrap();
    ana.give(&add("Buy a safe", None, None), at(11)).unwrap();
    let done = ana.incident.improvements[1].id.clone();
    ana.give(&set(&done, State::Done, None), at(12)).unwrap();
    let other = Carried {
        incident: Uuid::from_u128(9),
        incident_number: "INC-2025-0031".into(),
        incident_title: "Stolen laptop".into(),
        number: "A-4".into(),
        id: NounId("x".into()),
        title: "Encrypt every disk".into(),
        owner: None,
        due: Some(at(30)),
        success: None,
    };
    let playbooks = Playbooks::default();
    // The list may be older than this incident: of its own actions only what stands here counts.
    let stale = Carried { incident: ana.incident.id, title: "old".into(), ..other.clone() };
    let open = [other, stale];
    let desk = Desk { carried: &open, ..ana.desk(at(20), &playbooks) };
    let draft = ana.incident.decide(&Command::Go(go(Phase::Preparation)), &desk).unwrap().unwrap();
    ana.write(draft, at(20));
    assert!(ana.incident.closed());
    assert_eq!(
        taken_over(&ana.incident),
        [
            ("Encrypt every disk".to_owned(), "INC-2025-0031 A-4".to_owned()),
            ("Try a restore".to_owned(), "INC-2026-0007 A-1".to_owned()),
        ]
    );
    let task = ana.incident.tasks.last().unwrap();
    assert_eq!((task.own, task.assignee(), task.due()), (true, Some("bo"), Some(at(900))));
    assert!(task.what.text.contains("casebook improve done A-1 -i INC-2026-0007"), "{}", task.what.text);
}

#[test]
fn an_incident_that_opens_in_preparation_takes_over_at_most_forty_actions_and_says_how_many_are_left() {
    let ana = Person::new("ana");
    let playbooks = Playbooks::default();
    let one = |n: u32| Carried {
        incident: Uuid::from_u128(9),
        incident_number: "INC-2025-0031".into(),
        incident_title: "Stolen laptop".into(),
        number: format!("A-{n}"),
        id: NounId(format!("x{n}")),
        title: format!("action {n}"),
        owner: None,
        due: None,
        success: None,
    };
    let open: Vec<Carried> = (1..=45).map(one).collect();
    let desk = Desk { carried: &open, ..ana.desk(at(0), &playbooks) };
    let tasks = |phase: Phase| {
        let open = Open { title: "Readiness 2027".into(), phase: Some(phase), ..Open::default() };
        let Event::Opened(opened) = decide::open(&open, "INC-2026-0008", &desk).unwrap().event else {
            panic!("an opening opens")
        };
        opened.tasks
    };
    let prepared = tasks(Phase::Preparation);
    assert_eq!(prepared.iter().filter(|task| task.origin.is_some()).count(), MOST_CARRIED);
    assert_eq!(prepared.last().unwrap().title, "Look through 5 more open improvement actions");
    assert!(tasks(Phase::Detection).iter().all(|task| task.origin.is_none()));
}

#[test]
fn a_closed_incident_takes_lessons_and_actions() {
    let mut ana = learning();
    ana.give(&add("Try a restore", Some("bo"), Some(900)), at(10)).unwrap();
    ana.give(&Command::Go(go(Phase::Preparation)), at(11)).unwrap();
    assert!(ana.incident.closed());
    let id = ana.incident.improvements[0].id.clone();
    assert_eq!(ana.give(&set(&id, State::Done, None), at(12)), Ok(true));
    assert_eq!(ana.give(&record("the restore took nine hours"), at(13)), Ok(true));
}

#[test]
fn the_json_of_lessons_is_pinned() {
    let mut ana = opened();
    let whole = RecordLesson {
        text: "nobody could read the runbook".into(),
        finding: Some("it lay on the encrypted share".into()),
        cause: Some("one copy".into()),
        category: Some("Preparation".into()),
        effect: Some(Effect::Hindered),
        phase: Some(Phase::Containment),
    };
    ana.give(&Command::Lesson(lesson::Command::Record(whole)), at(1)).unwrap();
    let agreed = AddImprovement {
        title: "Print the runbook".into(),
        lesson: Some(ana.incident.lessons[0].id.clone()),
        success: Some("a copy at the front desk".into()),
        owner: Some("bo".into()),
        due: Some(at(60)),
    };
    ana.give(&Command::Lesson(lesson::Command::Add(agreed)), at(2)).unwrap();
    let improvement = ana.incident.improvements[0].id.clone();
    let orders = [
        lesson::Command::Assign { improvement: improvement.clone(), to: None },
        lesson::Command::Due { improvement: improvement.clone(), to: Some(at(90)) },
        lesson::Command::Set(SetImprovement {
            improvement,
            to: State::Done,
            reason: None,
            evidence: Some("ticket 4711".into()),
        }),
    ];
    for (minute, order) in (3..).zip(orders) {
        ana.give(&Command::Lesson(order), at(minute)).unwrap();
    }
    let pinned: Vec<String> =
        ana.lines[1..].iter().map(|line| format!("{} {}", line.event.kind(), line.event.data())).collect();
    insta::assert_snapshot!(pinned.join("\n"));
}
