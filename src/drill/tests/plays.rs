//! The scenarios that ship, played by nobody and by somebody who merely ticks boxes.

use super::perfect;
use super::table::{ID, Table, shipped};
use crate::drill::debrief::{Debrief, State};
use crate::drill::play::Play;
use crate::drill::scenario::InjectKind;
use crate::drill::score::Rating;
use crate::model::drill::Ending;
use crate::model::phase::Phase;
use crate::model::task::State as Task;

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
                table.tick(id, Task::Done);
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

#[test]
fn whoever_does_at_once_what_the_story_asks_for_rates_p_everywhere() {
    for scenario in shipped() {
        let mut table = Table::start(scenario.clone());
        perfect::play(&mut table);
        let score = table.play.score();
        let told: Vec<String> = Debrief::of(&table.play)
            .actions
            .iter()
            .filter(|it| !matches!(it.state, State::OnTime | State::LeftOut | State::NotDone))
            .map(|it| format!("{} {:?} {:?} {:?}", it.id, it.state, it.minute, it.window))
            .collect();
        println!("{}: {} {:?} {:?}", scenario.id, score.score, score.ratings, table.play.ending());
        assert!(told.is_empty(), "{}: {told:?}", scenario.id);
        assert_eq!(score.overall, Rating::P, "{}", scenario.id);
        assert!(score.ratings.iter().all(|(_, rating)| *rating == Rating::P), "{}: {score:?}", scenario.id);
        assert!(score.score > 95.0, "{}: {score:?}", scenario.id);
    }
}

#[test]
fn five_hundred_lines_and_two_hundred_minutes_are_replayed_in_no_time() {
    let scenario = shipped()[0].clone();
    let mut table = Table::start(scenario.clone());
    perfect::play(&mut table);
    // The play again, with idle words up to five hundred lines before its end.
    let end = table.lines.len() - 1;
    let mut lines = table.lines.clone();
    let idle = lines[end / 2].clone();
    for n in 0..500usize.saturating_sub(lines.len()) {
        let mut line = idle.clone();
        line.id = crate::model::id::LineId(<sha2::Sha256 as sha2::Digest>::digest(n.to_le_bytes()).into());
        let text = format!("nothing new on port {n} of the servers");
        line.event = crate::model::entry::Logged { text, ..Default::default() }.into();
        lines.insert(end / 2 + 1, line);
    }
    let began = std::time::Instant::now();
    let play = Play::of(scenario.clone(), ID, &lines);
    let whole = began.elapsed();
    let began = std::time::Instant::now();
    let due = play.due(u32::MAX);
    println!("{} lines: {whole:?}, due {:?} ({})", lines.len(), began.elapsed(), due.len());
    assert!(play.ended());
    // A build without optimisation on a busy machine; a release build takes a fraction.
    assert!(whole < std::time::Duration::from_secs(1), "{whole:?}");
}
