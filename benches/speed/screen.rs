//! Bars of the screens inside this process: a key with its frame, and a letter of the filter.

use casebook::store::Look;
use casebook::tui::app::{App, Me};
use casebook::tui::case::Case;
use casebook::tui::list::Row;
use casebook::tui::msg::Msg;
use casebook::tui::update::update;
use casebook::tui::view;
use casebook::tui::world;
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::widgets::{Block, List, ListState};

use super::ground::{self, Place};
use super::measure::rounds;
use super::table::Limit::{AtMost, None as Free};
use super::table::{Table, ms};

const SIZE: (u16, u16) = (120, 40);
/// Keys a round: down as often as up.
const KEYS: usize = 40;

pub(crate) fn terminal() -> Terminal<TestBackend> {
    Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("a terminal in memory")
}

/// The board with so many rows, and an incident open.
pub(crate) fn board(rows: &[Row], case: Case) -> App {
    let me = Me { name: "ana".into(), role: None };
    let mut app = App::new(me, ground::at(700_000), [1; 32]);
    for message in [Msg::Resize(SIZE.0, SIZE.1), Msg::Listed(rows.to_vec()), Msg::Opened(Box::new(case))] {
        let _ = update(&mut app, message);
    }
    app
}

/// Presses a key: what the loop does for it, without the terminal's own time.
fn press(app: &mut App, terminal: &mut Terminal<TestBackend>, key: KeyCode) {
    let _ = update(app, Msg::Key(KeyEvent::from(key)));
    terminal.draw(|frame| view::draw(app, frame)).expect("a terminal in memory");
}

fn walk(app: &mut App, terminal: &mut Terminal<TestBackend>) {
    for k in 0..KEYS {
        press(app, terminal, KeyCode::Char(if k < KEYS / 2 { 'j' } else { 'k' }));
    }
}

/// Keys at 100 and at 10,000 incidents and in an incident of 100,000 entries, beside a bare list.
pub(crate) fn keys(table: &mut Table, wide: &Place, long: &Place) {
    let listed = wide.store(30).list(Look::Cached).expect("the made store lists");
    let rows: Vec<Row> = listed.iter().map(|(address, row)| world::listed(address, row.clone())).collect();
    let few = || Case::of(wide.store(31).read(&listed[0].0).expect("it reads").incident);
    let many = Case::of(long.store(32).read(&long.only()).expect("it reads").incident);
    let told = Case::of(long.store(33).read(&long.only()).expect("it reads").incident);
    let mut timeline = board(&rows, told);
    let _ = update(&mut timeline, Msg::Key(KeyEvent::from(KeyCode::Char('2'))));
    let (mut small, mut large) = (board(&rows[..100], few()), board(&rows, few()));
    let (mut entries, mut filtered) = (board(&rows, many), board(&rows, few()));
    let mut screens = [terminal(), terminal(), terminal(), terminal(), terminal()];
    let [bare, a, b, c, d] = &mut screens;
    let lines: Vec<String> = rows.iter().map(|row| format!("{}  {}", row.number, row.title)).collect();
    let mut chosen = ListState::default();
    let found = rounds(
        15,
        &mut [
            &mut || {
                for k in 0..KEYS {
                    chosen.select(Some(if k < KEYS / 2 { k } else { KEYS - k }));
                    let list = List::new(lines.iter().take(38).map(String::as_str)).block(Block::bordered());
                    let list = list.highlight_symbol("> ");
                    bare.draw(|frame| frame.render_stateful_widget(list, frame.area(), &mut chosen))
                        .expect("a terminal in memory");
                }
            },
            &mut || walk(&mut small, a),
            &mut || walk(&mut large, b),
            &mut || walk(&mut entries, c),
            &mut || {
                for end in 1..=5 {
                    filtered.incidents.narrow(&"hst42"[..end]);
                }
                filtered.incidents.narrow("");
            },
            &mut || walk(&mut timeline, d),
        ],
    );
    let each = |i, keys: usize| ms(found.cpu(i) / keys as f64);
    let said = |i, by| format!("{} by {} a key, processor", each(i, KEYS), each(by, KEYS));
    let what = "key and frame, 10,000 incidents / a bare list's frame";
    table.ratio("3", what, said(2, 0), found.cpu_ratio(2, 0), (Free, Free));
    let what = "key and frame, 10,000 / 100 incidents";
    table.ratio("5", what, said(2, 1), found.cpu_ratio(2, 1), (AtMost(1.25), AtMost(1.1)));
    let what = "key and frame, 100,000 / 6 entries";
    table.ratio("", what, said(3, 2), found.cpu_ratio(3, 2), (Free, AtMost(1.25)));
    let frame = found.cpu(5) / KEYS as f64;
    let what = "key and frame, timeline of 100,000 entries";
    table.add("", what, each(5, KEYS), frame, "ms", (AtMost(16.0), AtMost(8.0)));
    let letter = found.cpu(4) / 6.0;
    table.add(
        "6",
        "filter, a letter over 10,000 rows",
        each(4, 6),
        letter,
        "ms",
        (AtMost(16.0), AtMost(8.0)),
    );
}
