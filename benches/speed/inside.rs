//! Bars that are measured inside this process: append, open, list, verify.

use std::path::Path;
use std::sync::{Arc, Barrier};
use std::time::Instant;

use casebook::store::{Class, Depth, Look, News, Pen, Together, Watch};
use chrono::{DateTime, Utc};

use super::ground::{self, Clock, Place, note};
use super::measure::{Rounds, median, rounds};
use super::table::Limit::{AtLeast, AtMost, None as Free};
use super::table::{Table, ms};
use super::yard::{self, Appender};

fn append(pen: &mut Pen, k: &mut usize) {
    append_at(pen, k, ground::at(1_000_000 + i64::try_from(*k).unwrap_or(0)));
}

fn append_at(pen: &mut Pen, k: &mut usize, now: DateTime<Utc>) {
    *k += 1;
    pen.append(&[note(*k)], Together::Apart, now).expect("an append to the disk");
}

/// A durable note, with a pen that is held and with one that is taken for it, in a short and a long incident.
pub(crate) fn appending(table: &mut Table, scratch: &Path, short: &Place, long: &Place) {
    let (short_store, long_store) = (short.store(2), long.store(2));
    let (short_at, long_at) = (short.only(), long.only());
    let mut bare = Appender::new(&scratch.join("bare"));
    let mut unsynced = Appender::new(&scratch.join("unsynced"));
    let page = vec![b'y'; 4096];
    let (mut a, mut b, mut c, mut d) = (0, 0, 0, 0);
    let held = |place: &Place| place.store(3).pen(&place.only()).expect("a pen");
    let (mut short_pen, mut long_pen) = (held(short), held(long));
    let count = 101;
    let found = rounds(
        count,
        &mut [
            &mut || bare.durable(),
            &mut || append(&mut short_pen, &mut a),
            &mut || append(&mut long_pen, &mut b),
            &mut || append(&mut short_store.pen(&short_at).expect("a pen"), &mut c),
            &mut || append(&mut long_store.pen(&long_at).expect("a pen"), &mut d),
            &mut || yard::replace(scratch, &page),
            &mut || unsynced.write(),
        ],
    );
    let said = |found: &Rounds, i| format!("{} by {}", ms(found.wall(i)), ms(found.wall(0)));
    table.ratio(
        "",
        "write, not synced / append + sync",
        said(&found, 6),
        found.wall_ratio(6, 0),
        (Free, Free),
    );
    table.ratio(
        "",
        "replace a file, synced / append + sync",
        said(&found, 5),
        found.wall_ratio(5, 0),
        (Free, Free),
    );
    table.ratio(
        "",
        "note, pen held / append + sync",
        said(&found, 1),
        found.wall_ratio(1, 0),
        (AtMost(2.0), AtMost(1.4)),
    );
    table.ratio(
        "",
        "note, pen taken for it / append + sync",
        said(&found, 3),
        found.wall_ratio(3, 0),
        (AtMost(2.0), AtMost(1.4)),
    );
    let many = |i| format!("{} by {}", ms(found.wall(i)), ms(found.wall(i - 1)));
    let flat = (AtMost(1.1), AtMost(1.05));
    table.ratio("", "note, pen held: 100,000 / 10 entries", many(2), found.wall_ratio(2, 1), flat);
    table.ratio(
        "",
        "note, pen taken: 100,000 / 10 entries",
        format!("{} by {}", ms(found.wall(4)), ms(found.wall(3))),
        found.wall_ratio(4, 3),
        flat,
    );
}

/// Eight writers of one incident against eight bare appenders, each with a file of its own.
pub(crate) fn eight_writers(table: &mut Table, scratch: &Path, place: &Place) {
    const EACH: usize = 240;
    let together = |work: &(dyn Fn(usize) -> Box<dyn FnMut() + Send> + Sync)| {
        let start = Arc::new(Barrier::new(9));
        std::thread::scope(|threads| {
            for k in 0..8 {
                let (start, mut work) = (Arc::clone(&start), work(k));
                threads.spawn(move || {
                    start.wait();
                    (0..EACH).for_each(|_| work());
                });
            }
            start.wait();
            Instant::now()
        })
        .elapsed()
        .as_secs_f64()
    };
    let address = place.only();
    let stores: Vec<_> = (0..8).map(|k| place.store(20 + k)).collect();
    let pens: Vec<_> = stores.iter().map(|store| store.pen(&address).expect("a pen")).collect();
    let pens: Vec<_> = pens.into_iter().map(|pen| Arc::new(std::sync::Mutex::new((pen, 0)))).collect();
    let clock = Arc::new(Clock::start());
    let mut ratios = Vec::new();
    let mut rates = (Vec::new(), Vec::new());
    // One round unmeasured, as everywhere: the first makes the files.
    for round in 0..=20 {
        let bare = together(&|k| {
            let mut bare = Appender::new(&scratch.join(format!("eight-{k}")));
            Box::new(move || bare.durable())
        });
        let ours = together(&|k| {
            let (pen, clock) = (Arc::clone(&pens[k]), Arc::clone(&clock));
            Box::new(move || {
                let (pen, k) = &mut *pen.lock().expect("one thread a pen");
                append_at(pen, k, clock.now());
            })
        });
        if round == 0 {
            continue;
        }
        let events = 8.0 * EACH as f64;
        ratios.push(bare / ours);
        rates.0.push(events / ours);
        rates.1.push(events / bare);
    }
    let said = format!("{:.0}/s by {:.0}/s", median(rates.0.into_iter()), median(rates.1.into_iter()));
    let what = "8 writers of one incident / 8 bare appenders, events a second";
    table.ratio("", what, said, median(ratios.into_iter()), (AtLeast(0.8), AtLeast(0.95)));
}

/// Opening a long incident, without and with its snapshot.
pub(crate) fn opening(table: &mut Table, long: &Place) {
    let (store, address) = (long.store(4), long.only());
    let snapshot = address.folder.join("incident.json");
    let _ = std::fs::remove_file(&snapshot);
    let paths = long.journals();
    let read = || {
        let record = store.read(&address).expect("the made incident reads");
        assert!(record.lines() > 100_000 && record.damage.is_empty());
    };
    let plain = || assert!(yard::parse(&paths) > 100_000);
    let bare = rounds(7, &mut [&mut || plain(), &mut || read()]);
    let said = format!("{} by {}, processor", ms(bare.cpu(1)), ms(bare.cpu(0)));
    table.ratio(
        "",
        "open 100,000 lines, no snapshot / typed parse",
        said.clone(),
        bare.cpu_ratio(1, 0),
        (Free, Free),
    );
    let (what, must) = ("open 100,000 lines, no snapshot", (AtMost(300.0), AtMost(200.0)));
    table.add("", what, said, bare.cpu(1), "ms", must);
    store.publish(&store.read(&address).expect("the made incident reads"));
    assert!(snapshot.exists(), "the snapshot was written");
    let kept = rounds(7, &mut [&mut || plain(), &mut || read()]);
    let said = format!("{} by {}, processor", ms(kept.cpu(1)), ms(kept.cpu(0)));
    let what = "open 100,000 lines, with snapshot";
    table.add("", what, said, kept.cpu(1), "ms", (AtMost(80.0), AtMost(60.0)));
}

/// The list of a wide store, against a plain file of as many incidents.
pub(crate) fn listing(table: &mut Table, scratch: &Path, wide: &Place, count: usize) {
    let plain = scratch.join("plain.jsonl");
    yard::plain_incidents(&plain, count);
    let store = wide.store(5);
    let list = |look| assert_eq!(store.list(look).expect("the made store lists").len(), count);
    let found = rounds(
        9,
        &mut [
            &mut || assert_eq!(yard::parse_incidents(&plain), count),
            &mut || list(Look::Cached),
            &mut || list(Look::Checked),
            &mut || assert_eq!(yard::folder_names(&wide.root), count),
        ],
    );
    let said = |i| format!("{} by {}", ms(found.wall(i)), ms(found.wall(0)));
    let what = "folder names / plain parse";
    table.ratio("", what, said(3), found.wall_ratio(3, 0), (Free, Free));
    let what = "list for the first frame / plain parse of as many";
    table.ratio("2", what, said(1), found.wall_ratio(1, 0), (AtMost(1.3), AtMost(1.0)));
    let what = "list, every journal looked at / plain parse";
    table.ratio("16", what, said(2), found.wall_ratio(2, 0), (Free, Free));
}

/// Verifying a long incident against one SHA-256 over its files: as `casebook verify` does it, all in this thread.
pub(crate) fn verifying(table: &mut Table, long: &Place) {
    let (store, address, paths) = (long.store(6), long.only(), long.journals());
    let whole = |verdict: casebook::store::Verdict| {
        assert!(verdict.lines > 100_000 && verdict.class() == Class::Clean, "{:?}", verdict.findings);
    };
    let measured = || {
        rounds(
            7,
            &mut [
                &mut || assert_ne!(yard::hash(&paths), [0; 32]),
                &mut || whole(store.verify(&address, Depth::Quick)),
                &mut || whole(store.verify_all(&address, None)),
            ],
        )
    };
    let said = |found: &Rounds, i| format!("{} by {}, processor", ms(found.cpu(i)), ms(found.cpu(0)));
    let mut bar = |what: &str, found: &Rounds, i, limits| {
        table.ratio("", what, said(found, i), found.cpu_ratio(i, 0), limits);
    };
    store.publish(&store.read(&address).expect("the made incident reads"));
    let kept = measured();
    bar("verify --quick, 100,000 lines / SHA-256", &kept, 1, (AtMost(2.0), AtMost(1.85)));
    bar("verify, 100,000 lines and incident.json / SHA-256", &kept, 2, (AtMost(6.0), Free));
    std::fs::remove_file(address.folder.join("incident.json")).expect("it was just written");
    bar("verify, 100,000 lines / SHA-256", &measured(), 2, (AtMost(6.0), Free));
    store.publish(&store.read(&address).expect("the made incident reads"));
}

/// How long after it was acknowledged a line of another writer is in a record that is being looked at.
pub(crate) fn another_terminal(table: &mut Table, long: &Place) {
    let (here, there, address) = (long.store(40), long.store(41), long.only());
    let mut record = here.read(&address).expect("the made incident reads");
    let mut pen = there.pen(&address).expect("a pen");
    let (woken, wake) = std::sync::mpsc::channel();
    let woken = std::sync::Mutex::new(woken);
    let mut watch = Watch::new(move |_| {
        let _ = woken.lock().map(|woken| woken.send(()));
    });
    watch.only(&[address.folder.join("journal")]);
    let mut k = 500_000;
    append(&mut pen, &mut k);
    let mut waits = Vec::new();
    for _ in 0..21 {
        record.catch_up().expect("the journal reads");
        append(&mut pen, &mut k);
        let start = Instant::now();
        let mut news = News::Nothing;
        while news == News::Nothing && start.elapsed().as_secs() < 5 {
            // What waits from before is taken first; a poll is the last resort, as on the screens.
            let _ = wake.recv_timeout(std::time::Duration::from_millis(500));
            news = record.catch_up().expect("the journal reads");
        }
        waits.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let (median, worst) = (median(waits.iter().copied()), waits.iter().copied().fold(0.0, f64::max));
    let how = if watch.polls() { "by looking" } else { "woken by the file system" };
    let what = "another terminal's line is applied, 100,000 entries, worst of 21";
    table.add("", what, format!("{}, {how}", ms(median)), worst, "ms", (AtMost(1000.0), AtMost(50.0)));
}
