//! Every atom: when it holds, when it does not, what *since* makes of it.

use serde_json::{Value, json};

use super::table::{Table, action, inject, small};
use crate::incident::command::Command;
use crate::model::component::{EditComponent, Stage};
use crate::model::evidence::{self, Add, Receive};
use crate::model::head::{Edit, SetSeverity};
use crate::model::indicator::{self, AddIndicators, Adding, detect};
use crate::model::ledger::approval::{About, Approval, Approve};
use crate::model::lesson::{self, AddImprovement};
use crate::model::notice::{self, NoticeState};
use crate::model::phase::Phase;
use crate::model::roster::{self, AddPerson};
use crate::model::severity::Level;
use crate::model::task::State;
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::triage::{Determine, RecordSignal, SetPosture};

/// A table where I1 came at the start and I2 comes in minute 10. `asks`: conditions that speak of words and
/// values, which a scenario must have for them to be watched.
fn table(asks: &[Value]) -> Table {
    let replies = json!({"replies": [
        {"id": "a", "text": "Yes.", "verdict": "good", "rationale": "r", "answer": "At {{t}}."},
        {"id": "b", "text": "The kiosk.", "verdict": "poor", "rationale": "r"}
    ], "silence": {"after_min": 5, "text": "\"No word of the kiosk.\""}});
    let injects = json!([inject("I1", 0, replies), inject("I2", 10, json!({}))]);
    let watch = action("A9", json!({"any": asks}), json!({}));
    let actions = json!([action("A1", json!({"note": "never ever said"}), json!({})), watch]);
    Table::start(small(injects, if asks.is_empty() { json!([actions[0]]) } else { actions }))
}

fn and_since(atom: &Value) -> Value {
    let mut since = atom.clone();
    since["since"] = json!("I2");
    since
}

/// Asserts that an atom comes to hold by an act, that entries before I2 are none since it, and later ones are.
fn law(atom: Value, act: impl Fn(&mut Table), again: impl Fn(&mut Table)) {
    let mut table = table(&[atom.clone(), and_since(&atom)]);
    assert!(!table.holds(atom.clone()), "{atom} before");
    act(&mut table);
    assert!(table.holds(atom.clone()), "{atom}");
    assert!(!table.holds(and_since(&atom)), "{atom}: I2 has not come");
    table.until(10);
    assert!(!table.holds(and_since(&atom)), "{atom}: before I2");
    table.until(12);
    again(&mut table);
    assert!(table.holds(and_since(&atom)), "{atom}: since I2");
}

#[test]
fn a_task_is_done_while_it_is_ticked_and_a_tick_that_holds_from_before_is_no_new_one() {
    let task = json!({"task": "generic.detection.03"});
    let id = "generic.detection.03";
    law(
        task.clone(),
        |it| assert!(it.tick(id, State::Done)),
        |it| {
            it.tick(id, State::Open);
            assert!(!it.holds(json!({"task": id})));
            it.tick(id, State::Done);
        },
    );
    let mut table = table(&[]);
    table.tick(id, State::Waived);
    assert!(!table.holds(task.clone()), "waived is not done");
    table.tick(id, State::Open);
    table.tick(id, State::Done);
    table.undo();
    assert!(!table.holds(task), "what was taken back is not done");
}

#[test]
fn a_move_counts_along_its_edge_until_it_is_taken_back_and_the_phase_is_that_of_now() {
    let edge = json!({"move": ["analysis->detection", "detection->analysis"]});
    law(
        edge.clone(),
        |it| {
            it.go(Phase::Analysis, None);
        },
        |it| {
            it.go(Phase::Detection, Some("too thin"));
        },
    );
    let mut table = table(&[]);
    assert!(table.holds(json!({"phase": ["detection"]})));
    table.go(Phase::Analysis, None);
    assert!(table.holds(json!({"phase": ["recovery", "analysis"]})));
    assert!(!table.holds(json!({"move": ["analysis->detection"]})));
    table.undo();
    assert!(!table.holds(edge) && table.holds(json!({"phase": ["detection"]})));
}

#[test]
fn a_component_stands_at_a_stage_or_beyond_and_the_three_ends_stand_for_themselves() {
    let contained = json!({"component": "web01", "stage": "contained"});
    law(
        contained.clone(),
        |it| {
            it.stage("WEB01", Stage::Contained);
        },
        |it| {
            it.stage("WEB01", Stage::Eradicating);
        },
    );
    // The same stage said anew, with a reason, is an entry of its own.
    let mut table = table(&[]);
    table.stage("WEB01", Stage::Contained).until(12);
    let mut again = crate::model::component::StageComponent::to(table.component("WEB01"), Stage::Contained);
    again.reason = Some("restarted, the new key holds".into());
    table.does(Command::StageComponent(again));
    assert!(table.holds(and_since(&contained)));
    for (stage, is) in
        [(Stage::Restored, true), (Stage::Containing, false), (Stage::Retired, true), (Stage::Cleared, false)]
    {
        table.stage("WEB01", stage);
        assert_eq!(table.holds(contained.clone()), is, "{stage:?}");
    }
    assert!(table.holds(json!({"component": "web01", "stage": "cleared"})));
    assert!(!table.holds(json!({"component": "web01", "stage": "suspected"})));
}

#[test]
fn the_longest_name_that_stands_in_the_players_naming_as_a_whole_word_is_meant() {
    let mut table = table(&[]);
    let at = |stage: &str, id: &str| json!({"component": id, "stage": stage});
    table.add("web011", "server", Stage::Confirmed);
    assert!(!table.holds(at("confirmed", "web01")), "no whole word");
    table.add("the Deploy Server of WEB02", "server", Stage::Confirmed);
    assert!(table.holds(at("confirmed", "ci01")), "the longer hit");
    assert!(!table.holds(at("confirmed", "web02")));
    let id = table.component("the Deploy Server of WEB02");
    let edit = EditComponent { name: Some("(web02)".into()), ..EditComponent::of(id) };
    table.does(Command::EditComponent(edit));
    assert!(table.holds(at("confirmed", "web02")) && !table.holds(at("confirmed", "ci01")));
    table.undo().undo();
    assert!(!table.holds(at("suspected", "web02")), "taken back");
}

fn keep(table: &mut Table, kind: &str, component: Option<&str>) {
    let components = component.map(|name| vec![table.component(name)]).unwrap_or_default();
    let add = Add { name: "WEB01 memory".into(), kind: kind.into(), components, ..Add::default() };
    table.does(Command::Evidence(evidence::Command::Add(Box::new(add))));
}

#[test]
fn evidence_counts_once_it_is_here_by_type_and_component_until_it_is_withdrawn() {
    let of = json!({"evidence": ["memory", "logs"], "component": "web01"});
    law(of.clone(), |it| keep(it, "memory", Some("WEB01")), |it| keep(it, "logs", Some("WEB01")));
    let mut table = table(&[]);
    keep(&mut table, "memory", None);
    assert!(table.holds(json!({"evidence": ["memory"]})));
    assert!(!table.holds(of.clone()), "for no component");
    assert!(!table.holds(json!({"evidence": ["logs"]})), "another type");
    let item = table.incident.evidence[0].id.clone();
    let reason = "the wrong host".to_owned();
    table.does(Command::Evidence(evidence::Command::Withdraw { item, reason }));
    assert!(!table.holds(json!({"evidence": ["memory"]})));
    let components = vec![table.component("WEB01")];
    let asked = evidence::Request {
        name: "logs".into(),
        kind: "logs".into(),
        components,
        from: "Noor".into(),
        ..evidence::Request::default()
    };
    table.does(Command::Evidence(evidence::Command::Request(asked)));
    assert!(!table.holds(of.clone()), "asked for is not here");
    let item = table.incident.evidence[1].id.clone();
    let how = Box::new(Receive { holder: Some("kim".into()), ..Receive::default() });
    table.does(Command::Evidence(evidence::Command::Receive { item, how }));
    assert!(table.holds(of));
}

#[test]
fn a_clock_is_started_sent_and_settled_and_its_trigger_is_near_the_message() {
    let started = json!({"clock": "eu-gdpr.authority", "state": "started"});
    let with = |state: &str, trigger: Option<&str>, since: Option<&str>| {
        let mut atom = json!({"clock": "eu-gdpr.authority", "state": state});
        trigger.into_iter().for_each(|it| atom["trigger"] = json!(it));
        since.into_iter().for_each(|it| atom["since"] = json!(it));
        atom
    };
    let start = |table: &mut Table, minute: i64| {
        let begin = table.play.scenario().clock.start.to_utc();
        let at = Some(begin + chrono::TimeDelta::minutes(minute));
        let of = "eu-gdpr.authority".replace('.', "/");
        let start = notice::Start { of, fact: None, at, nth: 0 };
        table.does(Command::Notice(notice::Command::Start(start)));
    };
    let mut table = table(&[]);
    assert!(!table.holds(started.clone()));
    table.until(12);
    start(&mut table, 10);
    assert!(table.holds(started.clone()) && table.holds(with("started", Some("I2"), Some("I2"))));
    assert!(table.holds(with("started", Some("I1"), None)), "ten minutes are near");
    for state in ["sent", "settled"] {
        assert!(!table.holds(with(state, None, None)), "{state}");
    }
    let id = table.incident.notices[0].id.clone();
    let proof = notice::Send { notice: id, reference: Some("DPA-26".into()), proof: None, evidence: None };
    table.does(Command::Notice(notice::Command::Send(proof)));
    for state in ["started", "sent", "settled"] {
        assert!(table.holds(with(state, Some("I2"), Some("I2"))), "{state}");
    }
    let mut far = super::atoms::table(&[]);
    far.until(50);
    start(&mut far, 41);
    assert!(!far.holds(with("started", Some("I2"), None)), "31 minutes after it");
    assert!(!far.holds(with("started", Some("I7"), None)), "no such message came");
    let id = far.incident.notices[0].id.clone();
    let close = notice::Close {
        notice: id,
        to: NoticeState::NotRequired,
        reason: Some("no personal data".into()),
        until: None,
        approval: Some(Approval {
            name: "Ilse".into(),
            role: Some("legal-compliance".into()),
            how: None,
            at: far.play.scenario().clock.start.to_utc(),
        }),
    };
    far.does(Command::Notice(notice::Command::Close(close)));
    assert!(far.holds(json!({"approval": ["legal-compliance"]})), "on a notice");
    assert!(far.holds(with("settled", None, Some("I2"))) && !far.holds(with("sent", None, None)));
}

fn approve(table: &mut Table, name: &str, role: Option<&str>) {
    let at = table.play.scenario().clock.start.to_utc();
    let approval = Approval { name: name.into(), role: role.map(str::to_owned), how: None, at };
    let about = Some(About::Matter("the page".into()));
    table.does(Command::Approve(Box::new(Approve { about, approval, ..Approve::default() })));
}

#[test]
fn an_approval_counts_by_the_role_of_whoever_gave_it() {
    let executive = json!({"approval": ["executive"]});
    law(executive.clone(), |it| approve(it, "Greta", Some("IT director")), |it| approve(it, "Pavel", None));
    for (name, role, counts) in [
        ("Greta", None, true),
        ("greta of IT", Some("executive"), true),
        ("Noor", Some("executive"), false),
        ("Mira", Some("Executive Management"), true),
        ("Mira", Some("CISO"), false),
        ("Mira", None, false),
    ] {
        let mut table = table(&[]);
        approve(&mut table, name, role);
        assert_eq!(table.holds(executive.clone()), counts, "{name} {role:?}");
    }
    let mut table = table(&[]);
    let roles = vec!["executive".to_owned()];
    let add = AddPerson { name: "Mira".into(), roles, ..AddPerson::default() };
    table.does(Command::People(roster::Command::Add(add)));
    approve(&mut table, "mira", None);
    assert!(table.holds(executive.clone()), "by the roster");
    table.undo();
    assert!(!table.holds(executive), "taken back");
    table.go(Phase::Analysis, None);
    table.go(Phase::Containment, None);
    assert!(table.holds(json!({"approval": ["incident-lead"]})), "on a move");
}

fn indicate(table: &mut Table, typed: &str) {
    let found = detect(typed).unwrap();
    let adding = Adding { kind: found.kind, value: found.value, own: None };
    let add = AddIndicators { indicators: vec![adding], ..AddIndicators::default() };
    table.does(Command::Indicator(indicator::Command::Add(add)));
}

#[test]
fn an_indicator_is_compared_without_disguise_and_case_and_whole() {
    let two = json!({"indicator": ["203.0.113.77", "PORTAL[.]brenholt.example"]});
    law(two.clone(), |it| indicate(it, "203.0.113[.]77"), |it| indicate(it, "portal.Brenholt.example"));
    let mut table = table(std::slice::from_ref(&two));
    indicate(&mut table, "hxxp://203.0.113.77/a");
    assert!(!table.holds(two.clone()), "another value");
    indicate(&mut table, "203.0.113.77");
    table.undo();
    assert!(!table.holds(two), "taken back");
}

#[test]
fn what_is_set_is_what_stands_at_the_head_now() {
    let is = |set: &str, to: &[&str]| json!({"set": set, "to": to});
    let mut table = table(&[]);
    assert!(table.holds(is("type", &["web-compromise"])) && !table.holds(is("type", &["data-breach"])));
    table.does(Command::Edit(Edit { types: vec!["data-breach".into()], ..Edit::default() }));
    assert!(table.holds(is("type", &["data-breach"])));
    let level = SetSeverity { impact: None, level: Some(Level::Sev2), reason: Some("now".into()) };
    table.does(Command::SetSeverity(level));
    assert!(table.holds(is("severity", &["sev1", "sev2"])) && !table.holds(is("severity", &["sev3"])));
    table.does(Command::Determine(Determine { to: "confirmed".into(), reason: None }));
    assert!(table.holds(is("determination", &["confirmed"])));
    table.does(Command::Edit(Edit { tlp: Some(Tlp::Red), ..Edit::default() }));
    assert!(table.holds(is("tlp", &["red"])) && !table.holds(is("tlp", &["amber"])));
    assert!(!table.holds(is("role", &["incident-lead"])));
    table.does(Command::Edit(Edit { lead: Some("kim".into()), ..Edit::default() }));
    assert!(table.holds(is("role", &["incident-lead"])) && !table.holds(is("role", &["forensics"])));
    let roles = vec!["forensics".to_owned()];
    let add = AddPerson { name: "Lee".into(), roles, ..AddPerson::default() };
    table.does(Command::People(roster::Command::Add(add)));
    assert!(table.holds(is("role", &["forensics"])));
}

#[test]
fn dated_facts_count_once_they_are_there() {
    let signal = |it: &mut Table| {
        let signal = RecordSignal { text: "14 kB from the uploads".into(), source: None };
        it.does(Command::RecordSignal(signal));
    };
    law(json!({"recorded": "signal"}), signal, signal);
    let posture = |to: Posture| {
        move |it: &mut Table| {
            it.does(Command::SetPosture(SetPosture { to, reason: Some("r".into()) }));
        }
    };
    let (one, other) = (Posture::Watch, Posture::Cut);
    law(json!({"recorded": "posture"}), posture(one), posture(other));
    let improve = |it: &mut Table| {
        let due = Some(it.play.scenario().clock.start.to_utc());
        let owner = Some("Tam".to_owned());
        let add =
            AddImprovement { title: "Keep logs longer".into(), owner, due, ..AddImprovement::default() };
        it.does(Command::Lesson(lesson::Command::Add(add)));
    };
    law(json!({"recorded": "improvement"}), improve, improve);
    let mut table = table(&[]);
    let add = AddImprovement { title: "Some day".into(), ..AddImprovement::default() };
    table.does(Command::Lesson(lesson::Command::Add(add)));
    assert!(!table.holds(json!({"recorded": "improvement"})), "without owner and date");
    assert!(!table.holds(json!({"recorded": "acknowledged"})));
    table.does(Command::Acknowledge);
    assert!(table.holds(json!({"recorded": "acknowledged"})));
}

#[test]
fn a_note_is_a_players_word_in_any_act_and_never_one_of_the_scenario() {
    let note = json!({"note": "kiosk|8443"});
    law(
        note.clone(),
        |it| {
            it.log("the Kiosk port");
        },
        |it| {
            it.does(Command::Hold(Some("for whoever owns 8443".into())));
        },
    );
    let mut table = table(std::slice::from_ref(&note));
    table.reply("I1", "b").until(6);
    assert!(!table.holds(note.clone()), "what was said by choice and by silence");
    table.log("port 8443");
    assert!(table.holds(note.clone()));
    table.undo();
    assert!(!table.holds(note), "taken back");
}

#[test]
fn replies_messages_actions_and_the_clock_are_what_they_are() {
    let mut table = table(&[]);
    let reply = |option: &str| json!({"reply": "I1", "option": option});
    assert!(table.holds(json!({"inject": "I1"})) && !table.holds(json!({"inject": "I2"})));
    table.reply("I1", "a");
    assert!(table.holds(reply("a")) && !table.holds(reply("b")));
    assert!(!table.holds(json!({"action": "A1"})) && !table.holds(json!({"elapsed": "A1", "min": 0})));
    table.until(7);
    table.log("never ever said");
    assert!(table.holds(json!({"action": "A1"})));
    table.until(12).len();
    table.log("on");
    assert!(
        table.holds(json!({"elapsed": "A1", "min": 5})) && !table.holds(json!({"elapsed": "A1", "min": 6}))
    );
    assert!(
        table.holds(json!({"elapsed": "I2", "min": 2}))
            && table.holds(json!({"elapsed": "start", "min": 12}))
    );
    assert!(table.holds(json!({"minute": 12})) && !table.holds(json!({"minute": 13})));
    assert!(table.holds(json!({"all": [{"minute": 1}, {"any": [{"minute": 99}, {"not": {"minute": 99}}]}]})));
}
