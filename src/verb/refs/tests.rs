//! References found, and refused with their candidates.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::incident::command::{AddTask, Command};
use crate::incident::decide;
use crate::incident::line::{Clock, Draft, Line, WriterId};
use crate::model::component::{AddComponent, Stage};
use crate::model::desk::Desk;
use crate::model::entry::Logged;
use crate::model::head::Open;
use crate::model::id::LineId;
use crate::model::notice::duties::Duties;
use crate::model::playbook::Playbooks;
use crate::verb::{Context, parse_line};

/// A case that grows line by line, with one person at it.
struct Case {
    incident: Incident,
    playbooks: Playbooks,
    n: u8,
}

impl Case {
    fn new() -> Self {
        let mut case = Self { incident: Incident::default(), playbooks: Playbooks::default(), n: 0 };
        let open = Open { title: "Strange logon".into(), ..Open::default() };
        let draft = decide::open(&open, "INC-2026-0007", &case.desk()).unwrap();
        case.apply(draft);
        case
    }

    fn now(&self) -> DateTime<Utc> {
        "2026-11-21T14:00:00Z".parse::<DateTime<Utc>>().unwrap() + chrono::TimeDelta::minutes(self.n.into())
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            now: self.now(),
            now_set: false,
            by: "ana".into(),
            role: None,
            who: None,
            happened: None,
            ex: None,
            seed: [self.n; 16],
            playbooks: &self.playbooks,
            carried: &[],
            duties: Duties::plain(),
        }
    }

    fn apply(&mut self, draft: Draft) {
        self.n += 1;
        let id = LineId([self.n * 17; 32]);
        let Draft { by, who, happened, ex, now_set, over, event } = draft;
        let clock = Clock(self.now().timestamp_millis(), 0);
        let recorded = self.now();
        let writer = WriterId("w-test0000".into());
        let n = self.n.into();
        let line =
            Line { id, writer, n, clock, recorded, by, who, happened, ex, now_set, batch: None, over, event };
        self.incident.apply(&line);
    }

    fn give(&mut self, command: &Command) {
        if let Some(draft) = self.incident.decide(command, &self.desk()).unwrap() {
            self.apply(draft);
        }
    }

    fn say(&mut self, line: &str) {
        let zone = crate::model::time::Zone::utc();
        let now = self.now();
        let said = parse_line(line, &Context { now, zone: &zone }).unwrap_or_else(|r| panic!("{line}: {r}"));
        let crate::verb::Act::Change(change) = said.act else { panic!("{line}") };
        for command in change.commands(&self.incident).unwrap_or_else(|r| panic!("{line}: {r}")) {
            self.give(&command);
        }
    }
}

#[test]
fn every_task_is_found_by_its_id_its_playbook_id_and_its_title() {
    let case = Case::new();
    assert!(case.incident.tasks.len() > 5);
    for task in &case.incident.tasks {
        let names =
            [Some(task.id().to_string()), task.what.playbook_id.clone(), Some(task.what.title.clone())];
        for name in names.into_iter().flatten() {
            assert_eq!(super::task(&case.incident, &name).unwrap().id(), task.id(), "{name}");
            assert_eq!(super::task(&case.incident, &name.to_uppercase()).unwrap().id(), task.id(), "{name}");
        }
    }
}

#[test]
fn words_that_fit_several_tasks_are_refused_with_the_candidates() {
    let mut case = Case::new();
    for title in ["Block the address", "Block the account", "Call the provider"] {
        case.give(&Command::AddTask(AddTask { title: title.into(), ..AddTask::default() }));
    }
    let refusal = task(&case.incident, "block the").unwrap_err();
    assert!(refusal.message.contains("fits 2 tasks"), "{refusal}");
    assert!(refusal.message.contains("Block the address") && refusal.message.contains("Block the account"));
    assert_eq!(task(&case.incident, "block acc").unwrap().what.title, "Block the account");
    assert_eq!(task(&case.incident, "provider").unwrap().what.title, "Call the provider");
    let none = task(&case.incident, "no such thing").unwrap_err();
    assert!(none.hint.unwrap().contains("casebook task list"));
    // Done or not makes no difference: the same words mean the same task when given twice.
    case.say("task done block account");
    assert_eq!(task(&case.incident, "block acc").unwrap().what.title, "Block the account");
    assert!(task(&case.incident, "block the").is_err());
}

#[test]
fn the_current_visit_comes_before_what_was_left_open() {
    let mut case = Case::new();
    case.give(&Command::AddTask(AddTask { title: "Ring the provider".into(), ..AddTask::default() }));
    case.say("phase analysis --accept ana: drill");
    let left = task(&case.incident, "ring provider").unwrap();
    assert_ne!(Some(&left.visit), case.incident.visit().map(|visit| &visit.id));
    case.give(&Command::AddTask(AddTask { title: "Ring the provider".into(), ..AddTask::default() }));
    let here = task(&case.incident, "ring provider").unwrap();
    assert_eq!(Some(&here.visit), case.incident.visit().map(|visit| &visit.id));
}

#[test]
fn entries_and_components_are_found_by_id_name_and_words() {
    let mut case = Case::new();
    for name in ["FS01", "FS02", "svc-backup"] {
        let add = AddComponent::new(name, "server", Stage::Suspected);
        case.give(&Command::AddComponent(add));
    }
    assert_eq!(component(&case.incident, "fs02").unwrap().name, "FS02");
    assert_eq!(component(&case.incident, "backup").unwrap().name, "svc-backup");
    assert!(component(&case.incident, "fs").unwrap_err().message.contains("FS01"));
    assert!(component(&case.incident, "DC01").unwrap_err().hint.unwrap().contains("component add"));
    let note = |text: &str| Logged { text: text.into(), ..Logged::default() };
    let first = decide::log(&note("C2 answers on port 443"), &case.desk()).unwrap();
    case.apply(first);
    let second = decide::log(&note("Port 443 is closed"), &case.desk()).unwrap();
    case.apply(second);
    assert_eq!(written(&case.incident, "last").unwrap().text, "Port 443 is closed");
    assert_eq!(written(&case.incident, "answers").unwrap().text, "C2 answers on port 443");
    assert!(written(&case.incident, "port 443").unwrap_err().message.contains("fits 2 entries"));
    for known in &case.incident.entries {
        assert_eq!(entry(&case.incident, &known.id.short(10)).unwrap().id, known.id);
    }
}

#[test]
fn closing_takes_the_closing_move_of_the_phase_or_says_the_way() {
    let mut case = Case::new();
    case.say("phase analysis --accept ana: drill");
    case.say("phase containment --accept ana: drill --approved-by Mira/CISO");
    let zone = crate::model::time::Zone::utc();
    let said = parse_line("close", &Context { now: case.now(), zone: &zone }).unwrap();
    let crate::verb::Act::Change(change) = said.act else { panic!() };
    let refusal = change.commands(&case.incident).unwrap_err();
    assert!(refusal.message.contains("Eradication, Recovery, Lessons Learned"), "{refusal}");
    assert_eq!(refusal.hint.as_deref(), Some("casebook phase eradication"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_reference_panics_and_what_is_found_fits(words in "\\PC{0,20}") {
        let case = Case::new();
        let _ = entry(&case.incident, &words);
        let _ = component(&case.incident, &words);
        if let Ok(found) = task(&case.incident, &words) {
            let first = words_of(&words).into_iter().next().unwrap_or_default();
            let known = found.id().as_str().starts_with(&words.trim().to_lowercase())
                || found.what.playbook_id.as_deref().is_some_and(|id| id == words.trim().to_lowercase())
                || words_of(&found.what.title).iter().any(|word| word.starts_with(&first));
            prop_assert!(known);
        }
    }
}
