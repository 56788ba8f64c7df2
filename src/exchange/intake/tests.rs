//! Reading a text and judging it, as the tests of every format do, and the laws of the judging itself.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::decode::Decoded;
use super::judge::{Judged, Most, judge, judge_within};
use super::*;
use crate::incident::Incident;
use crate::incident::command::{AddTask, Command};
use crate::incident::line::{Clock, Line, WriterId};
use crate::incident::tests::case;
use crate::model::component::{AddComponent, Stage};
use crate::model::desk::Desk;
use crate::model::entry::Logged;
use crate::model::id::LineId;
use crate::model::indicator::{self, AddIndicators, Adding, Details, Kind};
use crate::model::notice::duties::Duties;
use crate::model::playbook::Playbooks;
use crate::model::task::State;
use crate::verb::{Change, Staging, Ticking};

/// After everything that tests let happen.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

/// Reads a text and judges it against an incident.
pub(crate) fn try_in(
    read: Read,
    text: impl AsRef<[u8]>,
    assume: Option<&Zone>,
    columns: &[(String, String)],
    incident: &Incident,
) -> Result<Judged, Refusal> {
    let playbooks = Playbooks::default();
    let mut file = Decoded::new(text.as_ref());
    let reading = Reading { now: now(), assume, columns };
    judge(read, (&mut file, &reading), (incident, "file.csv"), |k| desk(k, &playbooks), &mut |_| {
        ControlFlow::Continue(())
    })
}

/// Reads a file that was opened in its own way and judges it.
pub(crate) fn judged_of(
    read: Read,
    file: &mut dyn BufRead,
    columns: &[(String, String)],
    incident: &Incident,
) -> Result<Judged, Refusal> {
    let playbooks = Playbooks::default();
    let reading = Reading { now: now(), assume: None, columns };
    judge(read, (file, &reading), (incident, "file.csv"), |k| desk(k, &playbooks), &mut |_| {
        ControlFlow::Continue(())
    })
}

fn try_in_within(most: Most, read: Read, text: &str) -> Result<Judged, Refusal> {
    let playbooks = Playbooks::default();
    let mut file = text.as_bytes();
    let reading = Reading { now: now(), assume: None, columns: &[] };
    judge_within(most, read, (&mut file, &reading), (&fresh(), ""), |k| desk(k, &playbooks), &mut |_| {
        ControlFlow::Continue(())
    })
}

fn desk(k: u32, playbooks: &Playbooks) -> Desk<'_> {
    Desk {
        now: now(),
        now_set: false,
        by: "ana".into(),
        role: None,
        who: None,
        happened: None,
        ex: None,
        seed: (u128::from(k) + 1).to_le_bytes(),
        playbooks,
        carried: &[],
        duties: Duties::plain(),
    }
}

/// The incident with what was judged in it, each line under a name of its own.
pub(crate) fn with(incident: &Incident, judged: &Judged) -> Incident {
    let mut incident = incident.clone();
    let name = |k: usize| {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&(k as u64).to_le_bytes());
        LineId(bytes)
    };
    let known = incident.entries.len();
    for (k, draft) in judged.drafts.iter().enumerate() {
        let over = draft.over.iter().map(|id| id.awaits().map_or(*id, |k| name(known + k as usize)));
        let draft = draft.clone();
        incident.apply(&Line {
            id: name(known + k),
            writer: WriterId("w-00000000".into()),
            n: k as u64 + 1,
            clock: Clock(now().timestamp_millis(), k as u32),
            recorded: now(),
            by: draft.by,
            who: draft.who,
            happened: draft.happened,
            ex: draft.ex,
            now_set: draft.now_set,
            batch: None,
            over: over.collect(),
            event: draft.event,
        });
    }
    incident
}

/// An incident in which nothing was done.
pub(crate) fn fresh() -> Incident {
    case()
}

/// A reader for tests: every line is an act of one kind.
fn told(file: &mut dyn BufRead, _: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    for row in 1.. {
        let lines::Next::Line(line) = lines::next(file).unwrap() else { break };
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let change: Change = match word {
            "log" => Command::Log(Logged { text: rest.into(), ..Logged::default() }).into(),
            "host" => Command::AddComponent(AddComponent::new(rest, "server", Stage::Confirmed)).into(),
            "contained" => Change::Stage(Box::new(Staging {
                components: vec![rest.into()],
                to: Stage::Contained,
                reason: None,
                facts: Default::default(),
                ticks: Vec::new(),
                measure: None,
            })),
            "task" => Command::AddTask(AddTask { title: rest.into(), ..AddTask::default() }).into(),
            "done" => Change::Tick(Ticking { task: rest.into(), to: State::Done, reason: None }),
            "ip" => {
                let one = Adding { kind: Kind::of("ipv4").unwrap(), value: rest.into(), own: None };
                let add = AddIndicators { indicators: vec![one], with: Details::default(), part: None };
                Command::Indicator(indicator::Command::Add(add)).into()
            }
            _ => {
                let piece = Piece::Refused { place: Place::row(row).column("word"), why: "no word".into() };
                if sink(piece).is_break() {
                    break;
                }
                continue;
            }
        };
        if sink(Piece::Act(Box::new(Act::new(Place::row(row), change)))).is_break() {
            break;
        }
    }
    Ok(())
}

#[test]
fn an_act_may_stand_on_an_earlier_one_of_the_same_file() {
    let before = fresh();
    let text = "host SRV-9\ncontained SRV-9\ntask Call the vendor\ndone Call the vendor\nip 203.0.113.7\nip 203.0.113.8\n";
    let judged = try_in(told, text, None, &[], &before).unwrap();
    assert_eq!(judged.sentence(), "6 new (2 changes, 1 component, 2 indicators, 1 task)");
    // Neighbouring indicators share a line of the record.
    assert_eq!(judged.drafts.len(), 5);
    let after = with(&before, &judged);
    let host = after.component_called("SRV-9").unwrap();
    assert_eq!((host.stage(), host.stage.contested().is_some()), (Stage::Contained, false));
    let task = after.tasks.iter().find(|task| task.what.title == "Call the vendor").unwrap();
    assert_eq!((task.state(), task.contested()), (State::Done, false));
    assert_eq!(after.indicators.all().len(), before.indicators.all().len() + 2);
}

#[test]
fn one_bad_row_costs_no_good_one_and_neighbours_with_one_fault_are_told_once() {
    let judged = try_in(told, "log a\nx\nx\nlog b\nhost \nlog c\n", None, &[], &fresh()).unwrap();
    assert_eq!((judged.new, judged.here, judged.faults), (3, 0, 3));
    let told: Vec<String> = judged.refused.iter().map(|it| format!("{it}: {}", it.why)).collect();
    assert_eq!(told, ["rows 2 to 3, word: no word", "row 5: The name is empty; Type the name in words"]);
}

#[test]
fn more_than_one_import_takes_is_refused_whole() {
    let text = "log x\n".repeat(3);
    assert_eq!(try_in(told, text, None, &[], &fresh()).unwrap().here, 2);
    let most = Most { acts: 2, text: 1 << 20 };
    let refusal = try_in_within(most, told, "log a\nlog b\nlog c\n").unwrap_err();
    assert_eq!(
        refusal.message,
        "By row 3 the file brings more than 2 acts, the most one import takes; nothing was recorded."
    );
    let refusal = try_in_within(Most { acts: 9, text: 1 }, told, "log a\n").unwrap_err();
    assert!(refusal.message.contains("more than 0 MiB of text"), "{}", refusal.message);
}

proptest! {
    #[test]
    fn the_same_file_twice_brings_nothing_the_second_time(
        rows in prop::collection::vec("(log|host|contained|task|done|ip|x) (a|b|c|10.0.0.[1-3])", 0..20)
    ) {
        let before = fresh();
        // What stands on another row stands behind it.
        let mut rows = rows;
        rows.sort_by_key(|row| row.starts_with("contained") || row.starts_with("done"));
        let text = rows.join("\n");
        let once = try_in(told, &text, None, &[], &before).unwrap();
        let after = with(&before, &once);
        let again = try_in(told, &text, None, &[], &after).unwrap();
        prop_assert_eq!(again.drafts.len(), 0, "{:?}", again.brings);
        prop_assert_eq!(again.faults, once.faults);
        prop_assert!(once.values <= once.faults);
    }
}
