//! The scenarios that ship, played by nobody and by somebody who merely ticks boxes.

use super::table::{Table, shipped};
use crate::drill::scenario::InjectKind;
use crate::drill::score::Rating;
use crate::model::drill::Ending;
use crate::model::phase::Phase;
use crate::model::task::State;

#[test]
fn if_nobody_does_anything_the_story_runs_to_its_end_and_everything_for_everybody_comes() {
    for scenario in shipped() {
        let mut table = Table::start(scenario.clone());
        let due = table.play.due(u32::MAX);
        assert_eq!(table.until(u32::MAX), due);
        let end = scenario.clock.end_min;
        assert_eq!(table.play.ending(), Some((end, Ending::Time)), "{}", scenario.id);
        for inject in scenario.injects.iter().filter(|it| !it.branch && it.kind != InjectKind::Control) {
            assert!(table.play.delivered(inject.id.as_str()).is_some(), "{} {}", scenario.id, inject.id);
        }
        let score = table.play.score();
        assert_eq!(score.overall, Rating::U);
        assert!(score.score < 10.0, "{}: {score:?}", scenario.id);
    }
}

/// Goes through the phases and ticks whatever stands on each list, every five minutes.
fn ticker(table: &mut Table) {
    let phases = [
        Phase::Detection,
        Phase::Analysis,
        Phase::Containment,
        Phase::Eradication,
        Phase::Recovery,
        Phase::LessonsLearned,
    ];
    let each = table.play.scenario().clock.end_min / (phases.len() as u32 + 1);
    for phase in phases {
        if table.play.ended() {
            break;
        }
        if table.incident.phase() != phase {
            table.go(phase, None);
        }
        let until = table.minute + each;
        while table.minute < until && !table.play.ended() {
            let visit = table.incident.visit().unwrap().id.clone();
            let open = table.incident.checklist(&visit).filter(|task| !task.settled());
            let ids: Vec<String> = open.filter_map(|task| task.what.playbook_id.clone()).collect();
            ids.iter().filter(|_| !table.play.ended()).cloned().collect::<Vec<_>>().iter().for_each(|id| {
                table.tick(id, State::Done);
            });
            table.until(table.minute + 5);
        }
    }
    table.until(u32::MAX);
}

#[test]
fn whoever_merely_ticks_boxes_does_not_pass() {
    for scenario in shipped() {
        let mut table = Table::start(scenario.clone());
        ticker(&mut table);
        let score = table.play.score();
        println!("{}: {} {:?}", scenario.id, score.score, score.overall);
        assert_ne!(score.overall, Rating::P, "{}", scenario.id);
        assert!(score.score < 60.0, "{}: {score:?}", scenario.id);
    }
}
