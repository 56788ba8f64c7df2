//! A component's rules and what its history answers.

use chrono::{DateTime, TimeZone, Utc};

use super::*;
use crate::model::desk::Desk;
use crate::model::ledger::approval::Approval;
use crate::model::notice::duties::Duties;
use crate::model::playbook::Playbooks;

fn at(minute: i64) -> DateTime<Utc> {
    Utc.timestamp_opt(1_795_298_400 + minute * 60, 0).unwrap()
}

fn desk<'a>(playbooks: &'a Playbooks, role: Option<&str>) -> Desk<'a> {
    Desk {
        now: at(0),
        now_set: false,
        by: "ana".into(),
        role: role.map(str::to_owned),
        who: None,
        happened: None,
        ex: None,
        seed: [7; 16],
        playbooks,
        duties: Duties::plain(),
        carried: &[],
    }
}

fn component(stage: Stage) -> Component {
    let added = ComponentAdded {
        id: NounId("0123456789".into()),
        name: "FS02".into(),
        kind: "server".into(),
        stage,
        details: Details::default(),
        found_in: None,
    };
    Component::new(&added, LineId([1; 32]), "ana", at(0))
}

/// Walks a component through stages, one a minute, with a reason for each.
fn walk(component: &mut Component, stages: &[(i64, Stage)]) {
    for (minute, to) in stages {
        let line = LineId([u8::try_from(*minute + 1).unwrap(); 32]);
        let from = component.stage();
        let staged = Staged { stage: *to, at: at(*minute), by: "bo".into(), reason: None };
        let heads: Vec<LineId> = component.stage.heads().collect();
        component.stage.set(line, "bo", &heads, staged);
        component.history.push(Step {
            line,
            undone: false,
            from: Some(from),
            to: *to,
            at: at(*minute),
            by: "bo".into(),
            reason: None,
            facts: Facts::default(),
        });
    }
}

fn bring(to: Stage, reason: Option<&str>) -> StageComponent {
    let reason = reason.map(str::to_owned);
    StageComponent { reason, ..StageComponent::to(NounId("0123456789".into()), to) }
}

#[test]
fn every_way_back_asks_why_and_every_way_on_but_two_does_not() {
    let playbooks = Playbooks::default();
    for from in Stage::ALL {
        for to in Stage::ALL.into_iter().filter(|to| *to != from && *to != Stage::RiskAccepted) {
            let component = component(from);
            let silent = component.decide_stage(&bring(to, Some("  ")), &desk(&playbooks, None));
            let skips = match to {
                Stage::Eradicated => from < Stage::Contained,
                Stage::Restored => from < Stage::Eradicated || from.out(),
                _ => false,
            };
            let asks = skips || (to < from && !to.out());
            assert_eq!(silent.is_err(), asks, "{from:?} to {to:?}");
            assert!(component.decide_stage(&bring(to, Some("because")), &desk(&playbooks, None)).is_ok());
        }
    }
}

#[test]
fn an_accepted_risk_wants_a_reason_a_name_and_a_time_to_look_again() {
    let playbooks = Playbooks::default();
    let component = component(Stage::Confirmed);
    let refusal = component.decide_stage(&bring(Stage::RiskAccepted, None), &desk(&playbooks, None));
    let refusal = refusal.unwrap_err();
    for words in ["a reason", "the name of whoever accepts it", "looked at again"] {
        assert!(refusal.message.contains(words), "{refusal}");
    }
    let mut whole = bring(Stage::RiskAccepted, Some("vendor appliance"));
    whole.facts.until = Some(at(60));
    assert!(component.decide_stage(&whole, &desk(&playbooks, None)).is_err());
    // The incident lead accepts it on their own authority.
    let lead = component.decide_stage(&whole, &desk(&playbooks, Some("incident-lead"))).unwrap();
    let Some(Stepped::Staged(staged)) = lead else { panic!("{lead:?}") };
    assert_eq!(staged.facts.approval.unwrap().name, "ana");
    let approval = Approval { name: "Mira".into(), role: Some("CISO".into()), how: None, at: at(0) };
    whole.facts.approval = Some(approval);
    assert!(component.decide_stage(&whole, &desk(&playbooks, None)).is_ok());
}

#[test]
fn it_is_not_contained_since_the_first_of_its_uncontained_stages_without_a_gap() {
    let mut fs02 = component(Stage::Suspected);
    assert_eq!(fs02.uncontained_since(), None);
    walk(&mut fs02, &[(3, Stage::Confirmed), (5, Stage::Containing)]);
    assert_eq!(fs02.uncontained_since(), Some(at(3)));
    walk(&mut fs02, &[(9, Stage::Contained)]);
    assert_eq!(fs02.uncontained_since(), None);
    assert!(!fs02.was(Stage::Contained));
    walk(&mut fs02, &[(20, Stage::Containing)]);
    assert_eq!(fs02.uncontained_since(), Some(at(20)));
    assert!(fs02.was(Stage::Contained) && !fs02.was(Stage::Eradicated));
    fs02.history.last_mut().unwrap().undone = true;
    assert_eq!(fs02.steps().count(), 4);
}

#[test]
fn what_was_held_and_is_suspected_again_is_not_contained_since_then() {
    let mut fs02 = component(Stage::Suspected);
    walk(&mut fs02, &[(3, Stage::Confirmed), (5, Stage::Contained), (9, Stage::Suspected)]);
    assert!(fs02.uncontained() && fs02.uneradicated());
    assert_eq!(fs02.uncontained_since(), Some(at(9)));
    walk(&mut fs02, &[(12, Stage::Confirmed)]);
    assert_eq!(fs02.uncontained_since(), Some(at(9)), "confirming it does not start the time anew");
    walk(&mut fs02, &[(20, Stage::Cleared), (30, Stage::Suspected)]);
    assert!(!fs02.uncontained(), "it was examined and cleared: a new suspicion is only that");
    let mut never = component(Stage::Suspected);
    walk(&mut never, &[(3, Stage::Confirmed), (5, Stage::Suspected)]);
    assert!(!never.uncontained(), "it never was held");
}

#[test]
fn more_words_on_the_same_stage_are_kept_and_the_same_words_twice_are_not() {
    let playbooks = Playbooks::default();
    let mut fs02 = component(Stage::Contained);
    let mut seen = bring(Stage::Contained, None);
    seen.facts.seen = Some(Seen { by: "bo".into(), at: at(4) });
    let more = fs02.decide_stage(&seen, &desk(&playbooks, None)).unwrap();
    let Some(Stepped::Noted(noted)) = more else { panic!("{more:?}") };
    assert_eq!((noted.stage, noted.facts.seen.as_ref().unwrap().by.as_str()), (Stage::Contained, "bo"));
    fs02.history.push(Step {
        line: LineId([9; 32]),
        undone: false,
        from: Some(Stage::Contained),
        to: Stage::Contained,
        at: at(4),
        by: "bo".into(),
        reason: None,
        facts: noted.facts,
    });
    assert_eq!(fs02.decide_stage(&seen, &desk(&playbooks, None)), Ok(None));
    assert_eq!(fs02.known().seen.unwrap().by, "bo");
    // Gone from the stage, the word no longer holds.
    walk(&mut fs02, &[(10, Stage::Containing), (12, Stage::Contained)]);
    assert_eq!(fs02.known().seen, None);
}

#[test]
fn what_took_effect_before_it_was_asked_for_is_refused() {
    let playbooks = Playbooks::default();
    let mut twisted = bring(Stage::Containing, None);
    twisted.facts.asked = Some(at(9));
    twisted.facts.done = Some(at(4));
    let refusal = component(Stage::Confirmed).decide_stage(&twisted, &desk(&playbooks, None)).unwrap_err();
    assert!(refusal.message.contains("before it was asked for"), "{refusal}");
}

#[test]
fn every_detail_has_a_limit_that_its_refusal_quotes() {
    let fs02 = component(Stage::Confirmed);
    let id = || EditComponent::of(NounId("0123456789".into()));
    let many = |n: usize| Some("x".repeat(n));
    for (edit, limit) in [
        (EditComponent { name: many(81), ..id() }, "80"),
        (EditComponent { owner: many(81), ..id() }, "80"),
        (EditComponent { note: many(2049), ..id() }, "2,048"),
        (EditComponent { verdict: many(201), ..id() }, "200"),
        (EditComponent { tags_added: vec!["x".repeat(41)], ..id() }, "40"),
        (EditComponent { tags_added: (0..21).map(|n| format!("t{n}")).collect(), ..id() }, "20"),
    ] {
        let refusal = fs02.decide_edit(&edit).unwrap_err();
        assert!(refusal.message.contains(limit), "{refusal}");
    }
    let owner = EditComponent { owner: Some("Lars".into()), critical: Some(true), ..id() };
    let edited = fs02.decide_edit(&owner).unwrap().unwrap();
    assert_eq!(edited.changes().len(), 2);
    assert_eq!(fs02.decide_edit(&EditComponent { owner: Some(" ".into()), ..id() }), Ok(None));
}
