//! Bars of finding: words and values over ten thousand incidents, and a screen with thousands of evidence items.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use casebook::incident::Incident;
use casebook::incident::command::Command;
use casebook::model::evidence::{self, Add, Measured, Receive};
use casebook::model::indicator::{self, AddIndicators, Adding};
use casebook::query::Words;
use casebook::store::{Look, Search, Store, StoreError};
use casebook::tui::case::Case;
use crossterm::event::KeyCode;

use super::ground::{self, Place, Unsynced};
use super::measure::{median, once, quantile};
use super::table::Limit::{AtMost, None as Free};
use super::table::{Table, ms};
use super::{file, screen};

/// Items on the screen.
const ITEMS: usize = 5_000;

fn address(k: usize) -> Adding {
    let value = format!("198.{}.{}.{}", 18 + k % 2, (k / 256) % 256, k % 256);
    let found = indicator::detect(&value).expect("an address");
    Adding { kind: found.kind, value: found.value, own: None }
}

/// Ten thousand incidents with notes and two indicators each, one of which another one has too.
pub(crate) fn many(place: &Place, count: usize) -> Result<(), StoreError> {
    ground::wide(place, count)?;
    let store = Store::with(place.setup(8), Arc::new(Unsynced));
    for (k, (address_of, _)) in store.list(Look::Cached)?.into_iter().enumerate() {
        let mut incident = store.read(&address_of)?.incident;
        let mut pen = store.pen(&address_of)?;
        let indicators = vec![address(k), address(k / 2 + count)];
        let add = AddIndicators { indicators, ..AddIndicators::default() };
        let add = Command::Indicator(indicator::Command::Add(add));
        ground::give(&mut pen, &mut incident, count + k, &[add])?;
        store.publish(&store.read(&address_of)?);
    }
    Ok(())
}

/// An incident with so many evidence items.
fn evidence(place: &Place) -> Result<Incident, StoreError> {
    let at = ground::long(place, 100)?;
    let store = Store::with(place.setup(7), Arc::new(Unsynced));
    let (mut incident, mut pen) = (store.read(&at)?.incident, store.pen(&at)?);
    for from in (0..ITEMS).step_by(50) {
        let kinds = ["memory", "disk-image", "logs", "network-capture"];
        for k in from..from + 50 {
            let sha256 = format!("{:064x}", (k as u128 + 7) * 0x9e37_79b9_7f4a_7c15_f39c_c060);
            let file = Measured { sha256, size: 1 << 30, ..Measured::default() };
            let add = Add {
                name: format!("host-{:04}-{}.raw", k % 997, k),
                kind: kinds[k % kinds.len()].to_owned(),
                how: Receive { file: Some(file), ..Receive::default() },
                ..Add::default()
            };
            let add = Command::Evidence(evidence::Command::Add(Box::new(add)));
            ground::give(&mut pen, &mut incident, 1_000 + k, &[add])?;
        }
    }
    Ok(incident)
}

/// Words of every sort, over all incidents: when the first hit comes, and when all have been looked through.
pub(crate) fn words(table: &mut Table, place: &Place, count: usize) {
    let store = place.store(50);
    for (what, words) in [
        ("what one incident has", "TICKET-04711"),
        ("an address of two", "198[.]18[.]3[.]7"),
        ("what every incident has", "mailbox"),
        ("what nothing is near", "zeppelin"),
        ("a slip, every incident looked into", "mialbox"),
    ] {
        let wanted = Words::read(words);
        let (mut firsts, mut alls, mut found) = (Vec::new(), Vec::new(), 0);
        for _ in 0..5 {
            let (start, mut first) = (Instant::now(), None);
            found = 0;
            let done = store.search(
                &wanted,
                Look::Cached,
                |_| true,
                |news| {
                    if let Search::Found(_) = news {
                        found += 1;
                        first.get_or_insert_with(|| start.elapsed().as_secs_f64() * 1e3);
                    }
                    ControlFlow::Continue(())
                },
            );
            done.expect("the made store lists");
            alls.push(start.elapsed().as_secs_f64() * 1e3);
            firsts.extend(first);
        }
        let first = if firsts.is_empty() { "none".to_owned() } else { ms(median(firsts.into_iter())) };
        let said = format!("{words}: {found} found, the first after {first}");
        let what = format!("find over {count} incidents, {what}");
        table.add("", &what, said, median(alls.into_iter()), "ms", (AtMost(1000.0), AtMost(500.0)));
    }
}

/// In which other incidents a value occurs: at the first look of a store, and from then on.
pub(crate) fn values(table: &mut Table, place: &Place, count: usize) {
    let store = place.store(51);
    let look = || {
        let value = address(count + 40).value;
        let found = store.incidents_with([("ipv4", value.as_str())], None, &|_, _| {});
        assert_eq!(found.expect("the made store lists").incidents.len(), 2, "{value}");
    };
    let (first, ()) = once(look);
    let later: Vec<f64> = (0..9).map(|_| once(look).0.wall).collect();
    let what = format!("where else a value occurs, {count} incidents");
    let said = format!("{} at the first look of the store", ms(first.wall));
    table.add("", &what, said, median(later.into_iter()), "ms", (AtMost(500.0), AtMost(200.0)));
}

/// The Evidence screen under a walking cursor and a filter.
pub(crate) fn items(table: &mut Table, place: &Place) {
    let incident = evidence(place).expect("the store is made on a disk that can be written");
    let mut app = screen::board(&[], Case::of(incident));
    let mut terminal = screen::terminal();
    let opened = file::press(&mut app, &mut terminal, KeyCode::Char('5'));
    let mut times: Vec<f64> = Vec::new();
    for key in "jjjkjjjkjj".repeat(30).chars().chain("GgGg".chars()) {
        times.push(file::press(&mut app, &mut terminal, KeyCode::Char(key)));
    }
    for key in [KeyCode::PageDown, KeyCode::PageUp].repeat(20) {
        times.push(file::press(&mut app, &mut terminal, key));
    }
    let filtered: Vec<f64> =
        "fhost-04".chars().map(|key| file::press(&mut app, &mut terminal, KeyCode::Char(key))).collect();
    let slowest = filtered.iter().copied().fold(0.0, f64::max);
    let p99 = quantile(times.iter().copied(), 0.99);
    let said = format!("{} to open", ms(opened));
    table.add("", "Evidence, 5,000 items: key and frame, p99", said, p99, "ms", (AtMost(16.0), AtMost(8.0)));
    let said = String::new();
    table.add(
        "",
        "Evidence, 5,000 items: a letter of the filter, the slowest",
        said,
        slowest,
        "ms",
        (AtMost(50.0), Free),
    );
}
