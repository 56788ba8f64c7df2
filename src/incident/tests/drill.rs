//! Laws of a drill: whoever reads its lines sees the same play, and what was said stays said.

use proptest::prelude::*;

use super::{ID, Person, at, everything, in_order};
use crate::incident::command::Command;
use crate::incident::{Incident, decide, event::Event};
use crate::model::drill::{
    self, Came, Choice, ControlNoted, Ending, Exercise, HintLevel, HintTaken, InjectDelivered,
    InjectUnanswered, InjectWithheld, Profile, QuestionAnswered, ReplyGiven, Standing,
};
use crate::model::entry::Logged;
use crate::model::head::Open;
use crate::model::playbook::Playbooks;

/// Eight hours before the wall clock of these tests.
const STORY: &str = "2026-09-14T08:20:00+02:00";

fn exercise(profile: Profile) -> Exercise {
    Exercise {
        scenario: "ticket-desk".into(),
        title: "Ticket desk".into(),
        version: "1.0".into(),
        sha256: "ab".repeat(32),
        start: STORY.parse().unwrap(),
        end_min: 195,
        ratio: 3,
        profile,
        facilitated: false,
    }
}

fn opened(profile: Profile) -> Person {
    let mut ana = Person::new("ana");
    let playbooks = Playbooks::default();
    let drill = Some(Box::new(exercise(profile)));
    let open = Open { title: "Script in the uploads".into(), drill, ..Open::default() };
    let draft = decide::open(&open, "EX-2026-0003", &ana.desk(at(0), &playbooks)).unwrap();
    ana.write(draft, at(0));
    ana
}

fn message(id: &str, jump: bool) -> InjectDelivered {
    let choice = |id: &str| Choice { id: id.into(), text: format!("Do {id}.") };
    InjectDelivered {
        inject: id.into(),
        came: Came::Due,
        channel: "phone".into(),
        from: "Greta".into(),
        text: "I have ten minutes.".into(),
        choices: vec![choice("a"), choice("b")],
        jump_to: jump.then(|| "2026-09-15T13:30:00+02:00".parse().unwrap()),
        ..InjectDelivered::default()
    }
}

fn reply(option: &str) -> ReplyGiven {
    ReplyGiven {
        inject: "I1".into(),
        to: "Greta".into(),
        option: option.into(),
        text: format!("Do {option}."),
        answer: Some("\"Good.\"".into()),
    }
}

fn drill(command: drill::Command) -> Command {
    Command::Drill(Box::new(command))
}

fn some(pick: usize, word: u8) -> Command {
    let id = format!("I{}", word % 3 + 1);
    drill(match pick % 13 {
        0 => drill::Command::Pause { at: Some(at(i64::from(word) / 8)), why: Standing::Away },
        1 => drill::Command::Resume,
        2 => drill::Command::Pace(u32::from(word) + 1),
        3 => drill::Command::Skip(u32::from(word)),
        4 | 5 => drill::Command::Deliver(message(&id, word.is_multiple_of(5))),
        6 => drill::Command::Unanswered(InjectUnanswered { inject: id, text: "Greta hangs up.".into() }),
        7 => drill::Command::Withhold(InjectWithheld { inject: id, reason: None }),
        8 => drill::Command::Postpone(u32::from(word)),
        9 => drill::Command::Reply(ReplyGiven { inject: id, ..reply(["a", "b"][usize::from(word) % 2]) }),
        10 => drill::Command::Answer(QuestionAnswered { question: "Q1".into(), picks: vec!["a".into()] }),
        11 => drill::Command::Hint(HintTaken {
            action: "A1".into(),
            level: [HintLevel::Nudge, HintLevel::Direct][usize::from(word) % 2],
            text: "Look again.".into(),
        }),
        _ if word > 250 => drill::Command::End(Ending::Stopped),
        _ => return Command::Log(Logged { text: format!("words {word}"), ..Logged::default() }),
    })
}

proptest! {
    #[test]
    fn whoever_reads_a_drill_sees_the_same_play(steps in prop::collection::vec((0usize..2, any::<usize>(), any::<u8>(), any::<bool>()), 1..60)) {
        let mut people = vec![opened(Profile::Coached), Person::new("bo")];
        let (first, rest) = people.split_at_mut(1);
        rest[0].read(&first[0]);
        for (minute, (who, pick, word, meet)) in (1..).zip(steps) {
            // A refusal is an answer too.
            let _ = people[who].give(&some(pick, word), at(minute));
            if meet {
                let copy = Person { lines: people[1 - who].lines.clone(), ..Person::new("copy") };
                people[who].read(&copy);
            }
        }
        let all = everything(&people);
        let whole = Incident::fold(ID, &all);
        for person in &people {
            let mut lines = all.clone();
            lines.extend(person.lines.iter().rev().cloned());
            prop_assert_eq!(&Incident::fold(ID, &in_order(lines)), &whole);
        }
        let state = serde_json::to_string(&whole.document()).unwrap();
        let memory = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(Incident::from_snapshot(&state, &memory), Some(whole));
        for line in all {
            prop_assert_eq!(Event::read(line.event.kind(), &line.event.data(), false), line.event);
        }
    }
}

#[test]
fn the_first_answer_stands_and_is_not_taken_back() {
    let mut ana = opened(Profile::Coached);
    assert!(ana.give(&drill(drill::Command::Reply(reply("a"))), at(1)).is_err(), "it has not come yet");
    assert!(ana.give(&drill(drill::Command::Deliver(message("I1", false))), at(1)).unwrap());
    assert!(!ana.give(&drill(drill::Command::Deliver(message("I1", false))), at(1)).unwrap());
    assert!(ana.give(&drill(drill::Command::Reply(reply("c"))), at(2)).is_err(), "no such choice");
    assert!(ana.give(&drill(drill::Command::Reply(reply("a"))), at(2)).unwrap());
    assert!(!ana.give(&drill(drill::Command::Reply(reply("a"))), at(2)).unwrap());
    let refusal = ana.give(&drill(drill::Command::Reply(reply("b"))), at(3)).unwrap_err();
    assert!(refusal.message.contains("the first answer stands"), "{}", refusal.message);
    let said = ana.lines.last().unwrap().id;
    assert!(ana.give(&Command::Undo(Some(said)), at(4)).is_err());
    assert_eq!(ana.incident.undoable("ana").next(), None);
}

#[test]
fn a_drill_without_hints_refuses_them_and_a_real_incident_takes_no_part_in_one() {
    let nudge = HintTaken { action: "A1".into(), level: HintLevel::Nudge, text: "Look.".into() };
    let hint = drill(drill::Command::Hint(nudge.clone()));
    assert!(opened(Profile::Strict).give(&hint, at(1)).is_err());
    let mut ana = opened(Profile::Plain);
    let direct = HintTaken { level: HintLevel::Direct, ..nudge };
    assert!(ana.give(&drill(drill::Command::Hint(direct.clone())), at(1)).is_err(), "the nudge is first");
    assert!(ana.give(&hint, at(1)).unwrap());
    assert!(ana.give(&drill(drill::Command::Hint(direct)), at(1)).unwrap());
    let refusal = super::opened().give(&hint, at(1)).unwrap_err();
    assert_eq!(refusal.message, "INC-2026-0007 is no drill.");
}

#[test]
fn a_strict_drill_shuts_a_strong_gate_and_never_the_way_back() {
    use crate::incident::moves::{Accept, Go};
    use crate::model::phase::Phase;
    let accepted = |to| Go {
        reason: Some("because".into()),
        accepts: vec![Accept { gate: None, name: "ana".into(), why: "seen".into() }],
        ..Go::to(to)
    };
    let moves = [Phase::Analysis, Phase::Containment, Phase::Eradication];
    let mut coached = opened(Profile::Coached);
    let mut strict = opened(Profile::Strict);
    let mut shut = 0;
    for to in moves {
        let go = Command::Go(accepted(to));
        assert!(coached.give(&go, at(1)).unwrap(), "a real incident and a coached drill are never stopped");
        if let Err(refusal) = strict.give(&go, at(1)) {
            assert!(refusal.message.starts_with("This drill is strict: "), "{}", refusal.message);
            shut += 1;
            break;
        }
    }
    assert_eq!(shut, 1, "a strong gate stands on the way to Eradication");
    let back = accepted(Phase::Detection);
    if strict.incident.phase() != Phase::Detection {
        assert!(strict.give(&Command::Go(back), at(2)).unwrap());
    }
}

#[test]
fn what_control_notes_is_in_no_log() {
    let mut ana = opened(Profile::Coached);
    let entries = ana.incident.entries.len();
    let note =
        ControlNoted { text: "slow to call".into(), about: Some("A7".into()), mark: Some("watch".into()) };
    ana.give(&drill(drill::Command::Note(note)), at(1)).unwrap();
    assert_eq!(ana.incident.entries.len(), entries);
    assert_eq!(ana.incident.drill.as_ref().unwrap().notes.len(), 1);
    assert!(!serde_json::to_string(&ana.incident.document()).unwrap().contains("slow to call"));
}

#[test]
fn what_two_screens_notice_at_once_is_told_once() {
    let mut ana = opened(Profile::Coached);
    let mut bo = Person::new("bo");
    bo.read(&ana);
    for person in [&mut ana, &mut bo] {
        assert!(person.give(&drill(drill::Command::Deliver(message("I1", true))), at(1)).unwrap());
    }
    bo.read(&ana);
    let told = bo.incident.entries.iter().filter(|entry| entry.text.starts_with("Greta")).count();
    assert_eq!((told, bo.incident.drill.as_ref().unwrap().messages.len()), (1, 1));
}

#[test]
fn after_endex_only_notes_of_control_are_taken() {
    let mut ana = opened(Profile::Coached);
    assert!(ana.give(&drill(drill::Command::End(Ending::Stopped)), at(10)).unwrap());
    assert!(!ana.give(&drill(drill::Command::End(Ending::Time)), at(11)).unwrap());
    assert!(ana.give(&drill(drill::Command::Deliver(message("I1", false))), at(11)).is_err());
    assert_eq!(ana.incident.drill.as_ref().unwrap().ended, Some((30, Ending::Stopped)));
}

/// The JSON of each event, byte for byte.
#[test]
fn the_json_of_drills_is_pinned() {
    let mut ana = opened(Profile::Coached);
    let mut given = message("I1", true);
    given.artefacts = vec![drill::Artefact { name: "hit.txt".into(), lines: vec!["GET /x 200".into()] }];
    given.reveals = vec![drill::Revealed { name: "WEB01".into(), kind: "server".into() }];
    given.subject = Some("UPL-031".into());
    for order in [
        drill::Command::Pause { at: Some(at(1)), why: Standing::Reading },
        drill::Command::Resume,
        drill::Command::Pace(10),
        drill::Command::Skip(30),
        drill::Command::Deliver(given),
        drill::Command::Unanswered(InjectUnanswered { inject: "I1".into(), text: "She hangs up.".into() }),
        drill::Command::Withhold(InjectWithheld { inject: "I2".into(), reason: Some("too hard".into()) }),
        drill::Command::Postpone(5),
        drill::Command::Reply(reply("a")),
        drill::Command::Answer(QuestionAnswered {
            question: "Q1".into(),
            picks: vec!["b".into(), "a".into()],
        }),
        drill::Command::Hint(HintTaken {
            action: "A1".into(),
            level: HintLevel::Nudge,
            text: "Look.".into(),
        }),
        drill::Command::Note(ControlNoted { text: "slow".into(), about: None, mark: None }),
        drill::Command::End(Ending::Reached),
    ] {
        ana.give(&drill(order), at(2)).unwrap();
    }
    let pinned: Vec<String> =
        ana.lines[1..].iter().map(|line| format!("{} {}", line.event.kind(), line.event.data())).collect();
    let Event::Opened(opened) = &ana.lines[0].event else { panic!("the first line opens") };
    let first = serde_json::to_string(&opened.drill).unwrap();
    insta::assert_snapshot!(format!("opened.drill {first}\n{}", pinned.join("\n")));
}
