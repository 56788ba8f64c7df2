//! What the board says of every state an incident and its screen can be in.

use std::sync::Arc;

use casebook::incident::command::Command;
use casebook::incident::moves::Go;
use casebook::model::component::Stage;
use casebook::model::entry::{Correct, LogKind};
use casebook::model::head::Open;
use casebook::model::phase::{Phase, View};
use casebook::model::task::State;
use casebook::model::time::Zone;
use casebook::tui::app::{App, Banner, Disk, Focus, Me, ShownZone};
use casebook::tui::case::{AsOf, Case, Then};
use casebook::tui::list::{Incidents, Status};
use casebook::tui::theme::{Colours, Letters, Theme};

use super::fixture;
use super::telling::{Telling, at};
use super::{press, styled, text};

/// The board of an incident that was told.
fn board(telling: Telling, size: (u16, u16)) -> App {
    let me = Me { name: "ana".to_owned(), role: None };
    let mut app = App::new(me, at("14:06"), [7; 32]);
    app.case = Some(Case::of(telling.incident));
    app.focus = Focus::Tasks;
    app.size = size;
    app
}

fn opened(title: &str) -> Telling {
    let mut telling = Telling::new(casebook::model::playbook::Playbooks::default());
    let open = Open { title: title.to_owned(), ..Open::default() };
    telling.at("09:00", "ana").open("INC-2026-0001", &open);
    telling
}

#[test]
fn an_empty_store_and_a_new_incident_say_what_to_do() {
    let me = Me { name: "ana".to_owned(), role: None };
    let mut app = App::new(me, at("14:06"), [7; 32]);
    for size in [(140, 20), (80, 24), (45, 20)] {
        app.size = size;
        insta::assert_snapshot!(format!("empty_{}", size.0), text(&app));
    }
    let mut app = board(opened("Strange login at 03:00"), (80, 24));
    insta::assert_snapshot!("new_incident", text(&app));
    app.case.as_mut().unwrap().task_filter = "no such task".to_owned();
    app.case.as_mut().unwrap().log_filter = "nothing".to_owned();
    app.case.as_mut().unwrap().refilter_log();
    insta::assert_snapshot!("nothing_matches", text(&app));
}

#[test]
fn what_cannot_be_saved_is_said_above_everything() {
    for size in [(140, 20), (80, 24), (45, 20), (10, 3)] {
        let mut app = fixture::app(size.0, size.1);
        app.disk = Disk::NotSaved(3, "disk full".to_owned());
        let last = app.case.as_ref().unwrap().incident.entries.last().unwrap().id;
        app.case.as_mut().unwrap().unsaved.insert(last);
        press(&mut app, "p");
        let text = text(&app);
        assert!(text.lines().next().unwrap().contains("NOT SAVED"), "{text}");
        insta::assert_snapshot!(format!("not_saved_{}", size.0), text);
    }
}

#[test]
fn an_answer_hides_no_line_that_is_not_saved() {
    let answers =
        ["Done.", "The task is not on this checklist any more, so nothing was written for it here."];
    for (size, answer) in
        [(140, 40), (100, 30), (80, 24), (80, 14), (45, 20)].into_iter().flat_map(|s| answers.map(|a| (s, a)))
    {
        for focus in Focus::ALL {
            let mut app = fixture::app(size.0, size.1);
            (app.disk, app.focus) = (Disk::NotSaved(3, "disk full".to_owned()), focus);
            let refusal =
                casebook::model::refusal::Refusal::refused(answer).hint("Tab leads to the checklist.");
            app.refuse(refusal);
            let text = text(&app);
            assert!(text.lines().last().unwrap().contains("NOT SAVED"), "{size:?} {focus:?}\n{text}");
            let low: Vec<&str> = text.lines().rev().take(6).collect();
            assert!(low.iter().any(|line| line.contains(&answer[..5])), "{size:?} {focus:?}\n{text}");
            assert!(low.iter().any(|line| line.contains("checklist")), "{size:?} {focus:?}\n{text}");
        }
    }
}

#[test]
fn a_drill_and_a_demo_say_so_at_every_size() {
    for (banner, word) in [(Banner::Exercise, "EXERCISE"), (Banner::Demo, "DEMO")] {
        for size in [(140, 40), (200, 14), (100, 30), (80, 24), (66, 50), (45, 20), (10, 3)] {
            let mut app = fixture::app(size.0, size.1);
            app.banner = banner;
            let text = text(&app);
            assert!(text.lines().next().unwrap().contains(word), "{text}");
        }
    }
}

#[test]
fn the_record_shows_its_seams() {
    let mut telling = opened("Seams");
    let note = telling.at("09:10", "bo").log(LogKind::Note, "Beacon from APP02");
    let wrong = telling.at("09:12", "bo").log(LogKind::Note, "An entry in the wrong incident");
    telling
        .at("09:15", "ana")
        .give(&Command::Correct(Correct { entry: note, text: "Beacon from APP03".into() }));
    telling.at("09:20", "bo").give(&Command::Undo(Some(wrong)));
    telling.late("08:00", "09:30", "cy").log(LogKind::Observation, "The night shift saw it first");
    telling
        .at("09:31", "bo")
        .log(LogKind::Note, "two\nlines \u{1b}[31mand a colour\u{7} at http://bad.example/x");
    telling
        .at("09:32", "bo")
        .log(LogKind::Note, "世界 wide, e\u{301} combined, 👩‍🚒 joined, and so on until it is long");
    let mut app = board(telling, (80, 24));
    app.focus = Focus::Log;
    insta::assert_snapshot!("seams", styled(&app));
    press(&mut app, "G");
    press(&mut app, "k");
    insta::assert_snapshot!("seams_of_a_correction", text(&app));
}

#[test]
fn another_day_and_another_zone_are_named() {
    let mut telling = fixture::telling();
    let playbooks = Arc::new(telling.playbooks().clone());
    telling.at("14:05", "bo").log(LogKind::Note, "The last one of the day");
    let mut app = board(telling, (100, 30));
    app.playbooks = playbooks;
    app.now += chrono::TimeDelta::days(1);
    app.incident_zone = Some(Zone::parse("Europe/Berlin").unwrap());
    app.zone = ShownZone::Incident;
    insta::assert_snapshot!("next_day", text(&app));
}

#[test]
fn an_incident_that_others_wrote_in_is_marked_in_the_list() {
    let mut app = fixture::app(140, 20);
    app.incidents.unread.insert(uuid::Uuid::from_u128(5));
    let text = text(&app);
    assert!(text.lines().any(|line| line.contains("0005 SEV3 Analysis") && line.contains("new│")), "{text}");
}

#[test]
fn a_closed_an_owing_and_a_held_incident_say_so() {
    let mut telling = opened("Nothing after all");
    telling.at("09:10", "ana").log(LogKind::Note, "A test of the red team");
    let dismiss = Go {
        reason: Some("a test of ours".into()),
        disposition: Some("false-positive".into()),
        ..Go::to(Phase::Preparation)
    };
    telling.at("09:20", "ana").go_as(&dismiss);
    insta::assert_snapshot!("closed", text(&board(telling, (100, 30))));
    let mut telling = opened("Waiting for the provider");
    telling.at("09:20", "ana").go(Phase::Containment, Some("it spreads"), &[]);
    telling.at("09:25", "ana").component("WEB01", "server", Stage::Confirmed);
    telling.at("09:30", "ana").give(&Command::Hold(Some("the provider of the portal".to_owned())));
    insta::assert_snapshot!("owing_and_held", text(&board(telling, (80, 24))));
}

#[test]
fn an_incident_that_runs_ahead_of_its_components_says_so() {
    let mut telling = fixture::telling();
    telling.at("14:05", "ana").go(Phase::Recovery, Some("business must return"), &[]);
    let app = board(telling, (140, 20));
    let text = text(&app);
    assert!(text.contains("Recovery runs ahead of them"), "{text}");
    insta::assert_snapshot!("ahead", text);
}

#[test]
fn a_late_task_and_one_done_without_approval_hurt() {
    let mut telling = fixture::telling();
    telling.at("14:05", "bo").set("Take the ERP", State::Done, None);
    telling.at("14:05", "bo").set("Tell staff", State::Blocked, Some("the spokesperson is asleep"));
    let mut app = board(telling, (80, 24));
    app.now = at("14:42");
    insta::assert_snapshot!("late_and_unapproved", styled(&app));
}

#[test]
fn what_two_people_said_at_once_is_shown_with_both_sides() {
    let mut telling = fixture::telling();
    telling.at_once(
        |one| {
            one.at("14:05", "bo").set("Take the ERP", State::Waived, Some("not needed"));
        },
        |other| {
            other.at("14:05", "cy").set("Take the ERP", State::InProgress, None);
        },
    );
    telling.at_once(
        |one| {
            one.at("14:05", "bo").lead("bo");
        },
        |other| {
            other.at("14:05", "cy").lead("cy");
        },
    );
    let mut app = board(telling, (80, 24));
    app.case.as_mut().unwrap().tasks.at = 5;
    insta::assert_snapshot!("contested", text(&app));
    press(&mut app, "0");
    insta::assert_snapshot!("contested_to_rule", text(&app));
}

#[test]
fn the_record_as_of_then_and_a_damaged_one_stand_under_a_banner() {
    let mut app = fixture::app(80, 24);
    let case = app.case.as_mut().unwrap();
    case.damage = vec![
        "w-abc.jsonl line 12 cannot be read (bytes 4,096 to 4,310); all other lines hold".to_owned(),
        "w-def.jsonl ends in a torn line".to_owned(),
        "w-def.jsonl has a gap before line 9".to_owned(),
    ];
    insta::assert_snapshot!("damaged", text(&app));
    let mut telling = Telling::new(casebook::model::playbook::Playbooks::default());
    telling.at("09:00", "ana").open("INC-2026-0007", &Open { title: "As it was".into(), ..Open::default() });
    let case = app.case.as_mut().unwrap();
    case.damage.clear();
    let then = Then::Once(Box::new(telling.incident));
    case.as_of = Some(AsOf { then, at: at("09:00"), later: 2, cursors: Default::default() });
    insta::assert_snapshot!("as_of", text(&app));
}

#[test]
fn houses_with_six_or_four_phases_see_their_own_rail() {
    for (view, name) in [(View::Six, "six"), (View::Four, "four")] {
        let mut app = fixture::app(140, 16);
        app.view = view;
        let wide = text(&app);
        app.size = (80, 16);
        let both = [wide, text(&app)].map(|text| text.lines().take(4).collect::<Vec<_>>().join("\n"));
        insta::assert_snapshot!(format!("rail_{name}"), both.join("\n"));
    }
}

#[test]
fn ten_thousand_rows_cost_a_window() {
    let mut telling = opened("Long");
    for n in 0..2_000 {
        telling.at("10:00", "bo").log(LogKind::Note, &format!("note {n}"));
    }
    let mut app = board(telling, (140, 24));
    let rows = (0..10_000u32).map(|n| {
        let number = format!("INC-2026-{:05}", 10_000 - n);
        fixture::row(u128::from(n), &number, "One of many", None, Phase::Analysis, Status::Open)
    });
    app.incidents = Incidents::default();
    app.incidents.fill(rows.collect(), 10, None);
    app.incidents.cursor.go(9_999, 10_000, 8);
    app.case.as_mut().unwrap().log.go(1_999, 2_001, 17);
    app.focus = Focus::Log;
    insta::assert_snapshot!("many", text(&app));
}

#[test]
fn every_question_is_drawn() {
    let asks = [
        ("phase", "p"),
        ("phase_back", "<"),
        ("phase_words", "p<tab>because it must"),
        ("note", "nshares of FS02 gone, note in every folder @-4m"),
        ("note_wrong", "nsomething @25:99"),
        ("scribe", "None"),
        ("severity", "S"),
        ("head", "E"),
        ("approval", "!"),
        ("new", "<tab><tab>a"),
        ("waive", "w"),
        ("due", "Din 20 minutes"),
        ("palette", "<ctrl-p>sev"),
        ("find", "/FS02"),
        ("filter", "fmemory"),
        ("command", ":ta"),
        ("undo", "u"),
        ("undo_list", "U"),
        ("card", "<enter>"),
        ("help", "?"),
        ("refused", "<tab><tab><tab>jjxo"),
    ];
    for (name, keys) in asks {
        for size in [(140, 40), (80, 24), (45, 20)] {
            let mut app = fixture::app(size.0, size.1);
            press(&mut app, keys);
            insta::assert_snapshot!(format!("ask_{name}_{}", size.0), text(&app));
        }
    }
}

#[test]
fn words_are_typed_where_the_cursor_is() {
    let mut app = fixture::app(80, 24);
    app.theme = Theme::new(Colours::None, Letters::Ascii);
    press(&mut app, "nshäres");
    let area = ratatui::layout::Rect::new(0, 0, 80, 24);
    let mut buf = ratatui::buffer::Buffer::empty(area);
    assert_eq!(casebook::tui::view::picture(&app, area, &mut buf), Some((12, 22)));
}
