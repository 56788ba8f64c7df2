//! How far a screen is behind while eight others write: by the record itself, each line's `recorded` against when it
//! was read.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use casebook::store::{Address, Store, Together, Watch};

use super::ground::{self, Clock, Place, note};
use super::table::Limit::AtMost;
use super::table::{Table, ms};

const WRITERS: usize = 8;
const EVENTS: usize = 1_000;

/// Two readers that are woken as screens are, and eight writers of a thousand lines each.
pub(crate) fn eight_writers(table: &mut Table, place: &Place) {
    ground::long(place, 10).expect("the store is made on a disk that can be written");
    let (address, clock, over) = (place.only(), Clock::start(), AtomicBool::new(false));
    let lags: Vec<Vec<f64>> = std::thread::scope(|threads| {
        let readers: Vec<_> = (0..2)
            .map(|k| {
                let (store, address, clock, over) = (place.store(60 + k), &address, &clock, &over);
                threads.spawn(move || read(&store, address, clock, over))
            })
            .collect();
        let writers: Vec<_> = (0..WRITERS)
            .map(|k| {
                let (store, address, clock) = (place.store(70 + k as u8), &address, &clock);
                threads.spawn(move || write(&store, address, clock, k))
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().expect("a writer that writes"));
        over.store(true, Ordering::SeqCst);
        readers.into_iter().map(|reader| reader.join().expect("a reader that reads")).collect()
    });
    let mut all: Vec<f64> = lags.into_iter().flatten().collect();
    all.sort_by(f64::total_cmp);
    let median = all[all.len() / 2];
    let worst = all.last().copied().unwrap_or(f64::NAN);
    let what = "behind eight writers of 1,000 lines, worst line of two readers";
    table.add(
        "",
        what,
        format!("{} the median line", ms(median)),
        worst,
        "ms",
        (AtMost(1000.0), AtMost(250.0)),
    );
}

fn write(store: &Store, address: &Address, clock: &Clock, writer: usize) {
    let mut pen = store.pen(address).expect("a pen");
    for k in 0..EVENTS {
        pen.append(&[note(writer * EVENTS + k)], Together::Apart, clock.now())
            .expect("an append to the disk");
    }
}

/// Milliseconds from the writing down of each line until it was in the record of a reader.
fn read(store: &Store, address: &Address, clock: &Clock, over: &AtomicBool) -> Vec<f64> {
    let (woken, wake) = mpsc::channel();
    let woken = Mutex::new(woken);
    let mut watch = Watch::new(move |_| {
        let _ = woken.lock().map(|woken| woken.send(()));
    });
    watch.only(&[address.folder.join("journal")]);
    let mut record = store.read(address).expect("the made incident reads");
    let (mut seen, mut lags) = (HashSet::new(), Vec::new());
    loop {
        let last = over.load(Ordering::SeqCst);
        // The last resort is a poll, as on the screens; what woke meanwhile is taken together.
        if !last {
            let _ = wake.recv_timeout(Duration::from_millis(500));
            while wake.try_recv().is_ok() {}
        }
        record.catch_up().expect("the journal reads");
        let now = clock.now();
        let ours = record.incident.entries.iter().filter(|entry| entry.recorded >= ground::at(2_000_000));
        for entry in ours.filter(|entry| seen.insert(entry.id)) {
            lags.push((now - entry.recorded).num_microseconds().unwrap_or(0) as f64 / 1e3);
        }
        if last {
            assert_eq!(lags.len(), WRITERS * EVENTS, "every line was seen");
            return lags;
        }
    }
}
