//! Bars of a whole case file: an incident of 100,000 entries, 50,000 indicators and 5,000 components, each screen
//! of it, find as one types, and what it takes in memory.

use std::process::Command as Process;
use std::sync::Arc;

use casebook::incident::Incident;
use casebook::incident::command::Command;
use casebook::model::indicator::{self, AddIndicators, Adding, Part};
use casebook::model::refusal::Refusal;
use casebook::model::time::Zone;
use casebook::store::{Store, StoreError};
use casebook::tui::app::App;
use casebook::tui::case::Case;
use casebook::tui::msg::Msg;
use casebook::tui::screens::FACES;
use casebook::tui::update::update;
use casebook::verb::{Act, Context, parse_line};
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::ground::{self, Place, Unsynced};
use super::measure::{once, quantile};
use super::screen;
use super::table::Limit::AtMost;
use super::table::{Table, ms};

/// What stands in the incident.
const ENTRIES: usize = 100_000;
const INDICATORS: usize = 50_000;
const COMPONENTS: usize = 5_000;
/// Indicators in one line of the journal.
const TOGETHER: usize = 5_000;
/// Components in one act.
const SET: usize = 100;

/// The `k`-th made-up value.
fn adding(k: usize) -> Adding {
    let value = match k % 3 {
        0 => format!("198.{}.{}.{}", 18 + k % 2, (k / 256) % 256, k % 256),
        1 => format!("node{k}.cdn-{}.example.net", k % 89),
        _ => format!("{:064x}", (k as u128 + 7) * 0x9e37_79b9_7f4a_7c15_f39c_c060),
    };
    let found = indicator::detect(&value).expect("a value that looks like what it is");
    Adding { kind: found.kind, value: found.value, own: None }
}

/// A store with the one incident.
pub(crate) fn make(place: &Place) -> Result<(), StoreError> {
    let address = ground::long(place, ENTRIES - INDICATORS / TOGETHER - 2 * COMPONENTS)?;
    let store = Store::with(place.setup(7), Arc::new(Unsynced));
    let mut incident = store.read(&address)?.incident;
    let mut pen = store.pen(&address)?;
    let mut k = ENTRIES;
    let mut give = |act: &dyn Fn(&Incident) -> Result<Vec<Command>, Refusal>| -> Result<(), StoreError> {
        let refused = |refusal: Refusal| StoreError::Unwritable { why: refusal.to_string() };
        k += 1;
        let commands = act(&incident).map_err(refused)?;
        ground::give(&mut pen, &mut incident, k, &commands)
    };
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    for from in (0..INDICATORS).step_by(TOGETHER) {
        let indicators: Vec<Adding> = (from..from + TOGETHER).map(adding).collect();
        let part = Some(Part { from: count(from + 1), of: count(INDICATORS) });
        let add = AddIndicators { indicators, part, ..AddIndicators::default() };
        let add = Command::Indicator(indicator::Command::Add(add));
        give(&|_| Ok(vec![add.clone()]))?;
    }
    let zone = Zone::utc();
    let context = Context { now: ground::at(200_000), zone: &zone };
    for from in (0..COMPONENTS).step_by(SET) {
        let names: Vec<String> = (from..from + SET).map(|k| format!("host-{k:05}")).collect();
        let stage = ["confirmed", "containing", "contained", "suspected"][from / SET % 4];
        for line in [
            format!("component add {} --type server", names.join(" ")),
            format!("component stage {} {stage}", names.join(" ")),
        ] {
            let said = parse_line(&line, &context).map(|said| said.act);
            let Ok(Act::Change(change)) = said else { panic!("{line}: {said:?}") };
            give(&|incident| change.commands(incident))?;
        }
    }
    store.publish(&store.read(&address)?);
    Ok(())
}

/// What a key and its frame take (milliseconds).
pub(crate) fn press(app: &mut App, terminal: &mut Terminal<TestBackend>, key: KeyCode) -> f64 {
    take(app, terminal, Msg::Key(KeyEvent::from(key)))
}

/// What a message and its frame take (milliseconds).
fn take(app: &mut App, terminal: &mut Terminal<TestBackend>, msg: Msg) -> f64 {
    let (cost, ()) = once(|| {
        let _ = update(app, msg);
        terminal.draw(|frame| casebook::tui::view::draw(app, frame)).expect("a terminal in memory");
    });
    cost.wall
}

/// Every screen of the case file under a walking cursor, and find.
pub(crate) fn screens(table: &mut Table, place: &Place) {
    let record = place.store(33).read(&place.only()).expect("the made incident reads");
    let mut app = screen::board(&[], Case::of(record.incident));
    let mut terminal = screen::terminal();
    let keys = || "jjjkjjjkjj".chars().map(KeyCode::Char).chain([KeyCode::PageDown, KeyCode::PageUp]);
    let mut screens: Vec<(u8, &str)> = vec![(1, "Board")];
    // The others have no digit, and are there in a drill only.
    let digits = FACES.iter().filter(|face| face.screen.digit() <= 9);
    screens.extend(digits.map(|face| (face.screen.digit(), face.word)));
    for (digit, word) in screens {
        let opened = press(&mut app, &mut terminal, KeyCode::Char(char::from(b'0' + digit)));
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..20 {
            times.extend(keys().map(|key| press(&mut app, &mut terminal, key)));
        }
        times.push(press(&mut app, &mut terminal, KeyCode::Char('G')));
        times.push(press(&mut app, &mut terminal, KeyCode::Char('g')));
        let arrived = take(&mut app, &mut terminal, Msg::Arrived(1));
        let p99 = quantile(times.iter().copied(), 0.99);
        let said = format!("{} to open, {} when a line arrives", ms(opened), ms(arrived));
        table.add(
            "",
            &format!("{word}, 100,000 entries: key and frame, p99"),
            said,
            p99,
            "ms",
            (AtMost(16.0), AtMost(8.0)),
        );
    }
    press(&mut app, &mut terminal, KeyCode::Char('1'));
    press(&mut app, &mut terminal, KeyCode::Char('/'));
    let letters: Vec<f64> =
        "host 042 mail".chars().map(|letter| press(&mut app, &mut terminal, KeyCode::Char(letter))).collect();
    let slowest = letters.iter().copied().fold(0.0, f64::max);
    let said = format!("median {}", ms(quantile(letters.iter().copied(), 0.5)));
    table.add(
        "",
        "find in the case file, the slowest letter",
        said,
        slowest,
        "ms",
        (AtMost(50.0), AtMost(16.0)),
    );
}

/// Peak memory of a process that opens the case file.
pub(crate) fn memory(table: &mut Table, place: &Place) {
    let me = std::env::current_exe().expect("this program has a path");
    let output = Process::new(&me).arg("open").args([&place.root, &place.state]).output();
    let output = output.expect("this program starts again");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [lines, cpu, before, peak] = said[..] else { return };
    let what = format!("peak memory, the case file, {lines} lines opened");
    let said = format!("{before:.1} MB before; {} processor", ms(cpu));
    table.add("", &what, said, peak, "MB", (AtMost(300.0), AtMost(200.0)));
}
