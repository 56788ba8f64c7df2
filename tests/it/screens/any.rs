//! Whatever the size, the incident and the keys before it: a picture is drawn, inside its place.

use casebook::incident::command::Command;
use casebook::model::component::{Stage, StageComponent};
use casebook::model::entry::LogKind;
use casebook::model::head::Open;
use casebook::model::phase::Phase;
use casebook::model::playbook::Playbooks;
use casebook::model::task::State;
use casebook::tui::app::{App, Banner, Disk, Focus, Me};
use casebook::tui::case::Case;
use casebook::tui::theme::{Colours, Letters, Theme};
use casebook::tui::view;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::fixture;
use super::press;
use super::telling::{Telling, at};

/// Something that happens to an incident; what it may not do now is left out.
#[derive(Clone, Debug)]
enum Act {
    Log(String),
    Go(usize),
    Settle(usize, State),
    Component(String),
    Stage(usize, usize),
    Undo,
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{1,40}",
        "[a-zA-Z0-9 .:/é世👩\u{200d}🚒\u{301}\u{202e}\n\t]{1,120}",
        Just("x".repeat(400)),
        Just("203.0.113.7 ".repeat(20)),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let states =
        [State::Open, State::InProgress, State::Blocked, State::Done, State::NotApplicable, State::Waived];
    prop_oneof![
        3 => words().prop_map(Act::Log),
        2 => (0usize..7).prop_map(Act::Go),
        3 => (0usize..20, proptest::sample::select(states.to_vec())).prop_map(|(at, to)| Act::Settle(at, to)),
        1 => "[A-Za-z0-9é世-]{1,80}".prop_map(Act::Component),
        2 => (0usize..9, 0usize..11).prop_map(|(at, to)| Act::Stage(at, to)),
        1 => Just(Act::Undo),
    ]
}

fn happen(telling: &mut Telling, act: Act) {
    let reason = Some("because".to_owned());
    match act {
        Act::Log(text) if !text.trim().is_empty() => {
            telling.try_give(&Command::Log(casebook::model::entry::Logged {
                kind: LogKind::Note,
                text,
                ..Default::default()
            }));
        }
        Act::Log(_) => {}
        Act::Go(to) => telling.try_go(Phase::ALL[to]),
        Act::Settle(at, to) => {
            let visit = telling.incident.visit().unwrap().id.clone();
            let task = telling.incident.checklist(&visit).nth(at).map(|task| task.id().clone());
            if let Some(task) = task {
                let set = casebook::model::task::SetTask { task, to, reason, holds_from: None };
                telling.try_give(&Command::SetTask(set));
            }
        }
        Act::Component(name) => {
            let add = casebook::model::component::AddComponent::new(name, "server", Stage::Suspected);
            telling.try_give(&Command::AddComponent(add));
        }
        Act::Stage(at, to) => {
            let component = telling.incident.components().nth(at).map(|component| component.id.clone());
            if let Some(component) = component {
                let to = Stage::ALL[to];
                let stage = StageComponent { reason, ..StageComponent::to(component, to) };
                telling.try_give(&Command::StageComponent(stage));
            }
        }
        Act::Undo => telling.try_give(&Command::Undo(None)),
    }
}

/// The title as an incident may carry it: words of marks alone are no title.
fn accepted(words: &str) -> String {
    let short: String = words.chars().take(200).collect();
    casebook::model::text::title(&short).unwrap_or_else(|_| "untitled".to_owned())
}

fn incident(title: &str, acts: Vec<Act>) -> casebook::incident::Incident {
    let mut telling = Telling::new(Playbooks::default());
    let title = accepted(title);
    telling
        .at("09:00", "ana")
        .open("INC-2026-0001", &Open { title, types: vec!["ransomware".into()], ..Open::default() });
    for act in acts {
        telling.at("09:30", "ana");
        happen(&mut telling, act);
    }
    telling.incident
}

fn theme() -> impl Strategy<Value = Theme> {
    let colours = [Colours::Dark, Colours::Light, Colours::Sixteen, Colours::None];
    (proptest::sample::select(colours.to_vec()), any::<bool>()).prop_map(|(colours, ascii)| {
        Theme::new(colours, if ascii { Letters::Ascii } else { Letters::Unicode })
    })
}

fn app() -> impl Strategy<Value = App> {
    let incident =
        (words(), proptest::collection::vec(act(), 0..25)).prop_map(|(title, acts)| incident(&title, acts));
    let disk = prop_oneof![
        Just(Disk::Quiet),
        Just(Disk::Saving(1)),
        Just(Disk::Saved(at("14:05"))),
        words().prop_map(|why| Disk::NotSaved(2, why)),
    ];
    let banner = proptest::sample::select(vec![Banner::Real, Banner::Demo, Banner::Exercise]);
    let focus = proptest::sample::select(Focus::ALL.to_vec());
    let size = (1u16..250, 1u16..80);
    (incident, disk, banner, focus, size, theme(), any::<bool>()).prop_map(|parts| {
        let (incident, disk, banner, focus, size, theme, open) = parts;
        let mut app = App::new(Me { name: "ana".into(), role: None }, at("14:06"), [1; 32]);
        app.incidents = fixture::incidents();
        app.case = open.then(|| Case::of(incident));
        (app.disk, app.banner, app.focus, app.size, app.theme) = (disk, banner, focus, size, theme);
        if !open {
            app.focus = Focus::Incidents;
        }
        app
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn a_picture_is_drawn_inside_its_place(
        mut app in app(),
        keys in "[npSE!uU/f:?,.<>xtbwojkGgDAzv0N]{0,3}[a-z @:0-9]{0,12}",
        tabs in 0usize..3,
    ) {
        press(&mut app, &"<tab>".repeat(tabs));
        press(&mut app, &keys);
        // A place in the middle of a larger buffer: nothing outside it may change.
        let (columns, rows) = app.size;
        let whole = Rect::new(0, 0, columns + 4, rows + 4);
        let area = Rect::new(2, 2, columns, rows);
        let mut buf = Buffer::filled(whole, ratatui::buffer::Cell::new("@"));
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                buf[(x, y)].reset();
            }
        }
        let cursor = view::picture(&app, area, &mut buf);
        for y in 0..whole.height {
            for x in 0..whole.width {
                if !area.contains((x, y).into()) {
                    prop_assert_eq!(buf[(x, y)].symbol(), "@", "{} {} is outside", x, y);
                } else {
                    let symbol = buf[(x, y)].symbol();
                    prop_assert!(!symbol.contains(char::is_control));
                    prop_assert!(x + casebook::tui::text::width(symbol).max(1) <= area.right());
                    prop_assert!(app.theme.letters == Letters::Unicode || symbol.is_ascii());
                }
            }
        }
        if let Some(cursor) = cursor {
            prop_assert!(area.contains(cursor.into()), "{:?}", cursor);
        }
        if matches!(app.disk, Disk::NotSaved(..)) && columns >= 12 {
            let first: String = (2..columns + 2).map(|x| buf[(x, 2)].symbol().to_owned()).collect();
            prop_assert!(first.contains("NOT SAVED"));
        }
        // What lies where is asked without a panic, and rows that are said to be there are there.
        for (x, y) in [(0, 0), (columns / 2, rows / 2), (columns - 1, rows - 1)] {
            view::hit(&app, x, y);
        }
        for focus in Focus::ALL {
            prop_assert!(view::rows(&app, focus) >= 1);
        }
    }
}

#[test]
fn words_that_leave_no_title_are_told_under_another() {
    for nothing in ["", " ", "\u{202e}", "\u{202e}\n\t \u{202e}"] {
        assert_eq!(incident(nothing, Vec::new()).title(), "untitled");
    }
    assert_eq!(incident("\u{202e}Ransomware ", Vec::new()).title(), "Ransomware");
}

#[test]
fn a_click_lands_on_the_row_that_is_drawn_there() {
    use casebook::tui::msg::Target;
    for (columns, rows) in [(140, 40), (200, 14), (100, 30), (80, 24), (66, 50)] {
        let app = fixture::app(columns, rows);
        let text = super::text(&app);
        let case = app.case.as_ref().unwrap();
        let task =
            case.task_rows().iter().position(|task| task.what.title.starts_with("Take the ERP")).unwrap();
        let (row, line) = (0u16..).zip(text.lines()).find(|(_, line)| line.contains("Take the ERP")).unwrap();
        let bytes = line.find("Take the ERP").unwrap();
        let column = casebook::tui::text::width(&line[1..bytes]);
        assert_eq!(view::hit(&app, column, row), Some(Target::Row(Focus::Tasks, task)), "{columns}x{rows}");
    }
    let app = fixture::app(80, 24);
    assert_eq!(view::hit(&app, 2, 22), Some(Target::Key(casebook::tui::act::Action::Note)));
}
