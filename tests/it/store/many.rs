//! T8, T9, T10: several writers at once, lines in any order, clocks that are wrong.
//!
//! How far a reader is behind is held without a clock: whatever was acknowledged before it looked is in what it sees.
//! How many milliseconds later a screen looks is a bar of `cargo bench`, where a busy machine fails nobody's build.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

use casebook::incident::Incident;
use casebook::incident::line::Clock;
use casebook::model::head::{Change, Edited};
use casebook::store::{Class, Depth};
use chrono::TimeDelta;

use super::*;

const WRITERS: usize = 8;
const EVENTS: usize = 1_000;
const T8: &str = "store::many::t8_eight_processes_write_a_thousand_events_each_and_all_readers_agree";

#[test]
fn t8_eight_processes_write_a_thousand_events_each_and_all_readers_agree() {
    if let Some(word) = child_word() {
        return write_a_thousand(&word);
    }
    let bench = Bench::new();
    let Created { address, pen, .. } = create(&bench.store(1), 1);
    drop(pen);
    let over = AtomicBool::new(false);
    let incidents: Vec<Incident> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|reader| {
                let (store, bench, address, over) = (bench.store(100 + reader), &bench, &address, &over);
                scope.spawn(move || {
                    let mut record = store.read(address).unwrap();
                    for looks in 1.. {
                        let last = over.load(Ordering::SeqCst);
                        let acknowledged = (0..WRITERS).map(|k| acknowledged(bench, k));
                        let acknowledged: Vec<usize> = acknowledged.collect();
                        record.catch_up().unwrap();
                        let seen = written_by(&record.incident);
                        let behind = acknowledged.iter().zip(&seen).position(|(told, seen)| seen < told);
                        assert_eq!(behind, None, "acknowledged {acknowledged:?}, seen {seen:?}");
                        if last {
                            assert_eq!(seen, [EVENTS; WRITERS]);
                            assert_eq!(record.lines(), 1 + WRITERS * EVENTS);
                            println!("reader {reader} looked {looks} times");
                            break;
                        }
                    }
                    record.incident
                })
            })
            .collect();
        let writers: Vec<_> = (0..WRITERS)
            .map(|k| {
                let word = format!("{}\n{}\n{k}", bench.folder.path().display(), address.folder.display());
                again(T8, &word).stdout(Stdio::null()).spawn().unwrap()
            })
            .collect();
        for mut writer in writers {
            assert!(writer.wait().unwrap().success());
        }
        over.store(true, Ordering::SeqCst);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    let store = bench.store(99);
    let fresh = store.read(&address).unwrap();
    assert_eq!(fresh.incident, incidents[0]);
    assert_eq!(fresh.incident, incidents[1]);
    let lines = store.lines(&address).unwrap();
    let ids: std::collections::HashSet<_> = lines.iter().map(|line| line.id).collect();
    assert_eq!(ids.len(), 1 + WRITERS * EVENTS);
    assert_eq!(store.verify(&address, Depth::Full).class(), Class::Clean);
    assert_eq!(store.verify(&address, Depth::Quick).class(), Class::Clean);
}

/// Where a writer says that a line of it was acknowledged: a byte each.
fn acknowledgements(folder: &Path, writer: usize) -> PathBuf {
    folder.join(format!("acknowledged-{writer}"))
}

fn acknowledged(bench: &Bench, writer: usize) -> usize {
    let told = fs::metadata(acknowledgements(bench.folder.path(), writer));
    told.map_or(0, |told| usize::try_from(told.len()).unwrap())
}

/// How many entries of each writer there are.
fn written_by(incident: &Incident) -> [usize; WRITERS] {
    let mut counts = [0; WRITERS];
    for writer in incident.entries.iter().filter_map(|entry| entry.by.strip_prefix("writer-")) {
        counts[writer.parse::<usize>().unwrap()] += 1;
    }
    counts
}

fn write_a_thousand(word: &str) {
    let words: Vec<&str> = word.lines().collect();
    let writer: usize = words[2].parse().unwrap();
    let seed = 10 + u8::try_from(writer).unwrap();
    let host = Host { machine: "machine-a".into(), ..Host::default() };
    let folder = PathBuf::from(words[0]);
    let setup =
        Setup { root: folder.join("store"), state: Some(folder.join("state")), host, seed: [seed; 32] };
    let store = Store::open(setup);
    let address = Address { id: id(1), number: "INC-2026-0001".into(), folder: words[1].into() };
    let mut pen = store.pen(&address).unwrap();
    let mut told = fs::File::create(acknowledgements(&folder, writer)).unwrap();
    for k in 0..EVENTS {
        let draft = Draft { by: format!("writer-{writer}"), ..note(&format!("{seed} {k}")) };
        pen.append(&[draft], Together::Apart, at(i64::try_from(k / 50).unwrap())).unwrap();
        told.write_all(b".").unwrap();
    }
}

/// A title set over the titles named, so that titles given apart are contested.
fn title(to: &str, over: &[&Line]) -> Draft {
    let change = Change { from: "?".to_owned(), to: to.to_owned() };
    let edited = Edited { title: Some(change), ..Edited::default() };
    Draft { event: edited.into(), over: over.iter().map(|line| line.id).collect(), ..note("") }
}

#[test]
fn t9_any_order_duplication_and_split_of_lines_folds_to_the_same_state() {
    let workers = 2;
    std::thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || {
                let mut dice = Dice::new(worker);
                for _ in 0..10 {
                    rearrange(&mut dice, 500);
                }
            });
        }
    });
}

/// Writes a random history by three writers, then lays its lines out in other orders and files.
fn rearrange(dice: &mut Dice, times: usize) {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, pen, .. } = create(&store, 1);
    let mut pens = [pen, bench.store(2).pen(&address).unwrap(), bench.store(3).pen(&address).unwrap()];
    let mut lines = store.lines(&address).unwrap();
    for k in 0..4 + dice.below(5) {
        let over: Vec<&Line> = lines.iter().filter(|_| dice.below(2) == 0).collect();
        let draft = if dice.below(3) == 0 { note("n") } else { title(&format!("t{}", k % 3), &over) };
        let second = i64::try_from(dice.below(4)).unwrap();
        let pen = &mut pens[dice.below(3)];
        lines.extend(pen.append(&[draft], Together::Apart, at(second)).unwrap().lines);
    }
    let whole = store.read(&address).unwrap().incident;
    let mut raw = Vec::new();
    for path in segments(&address) {
        raw.extend(fs::read_to_string(&path).unwrap().lines().map(str::to_owned));
        fs::remove_file(path).unwrap();
    }
    for _ in 0..times {
        let mut laid = raw.clone();
        laid.extend(raw.iter().filter(|_| dice.below(4) == 0).cloned());
        dice.shuffle(&mut laid);
        let files = 1 + dice.below(3);
        let mut texts = vec![String::new(); files];
        for line in laid {
            let text = &mut texts[dice.below(files)];
            text.push_str(&line);
            text.push('\n');
        }
        let paths: Vec<PathBuf> = (0..files)
            .map(|k| address.folder.join(format!("journal/w-somebody.{:04}.jsonl", k + 1)))
            .collect();
        for (path, text) in paths.iter().zip(&texts) {
            fs::write(path, text).unwrap();
        }
        assert_eq!(store.read(&address).unwrap().incident, whole);
        for path in paths {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn t9_a_contested_title_is_settled_by_a_ruling_whatever_order_it_is_read_in() {
    let bench = Bench::new();
    let (one, two) = (bench.store(1), bench.store(2));
    let Created { address, pen: mut ana, .. } = create(&one, 1);
    let mut bo = two.pen(&address).unwrap();
    let a = ana.append(&[title("a", &[])], Together::Apart, at(1)).unwrap().lines.remove(0);
    let b = bo.append(&[title("b", &[])], Together::Apart, at(2)).unwrap().lines.remove(0);
    let mut record = one.read(&address).unwrap();
    assert_eq!(record.incident.contested().len(), 1);
    ana.append(&[title("a", &[&b, &a])], Together::Apart, at(3)).unwrap();
    record.catch_up().unwrap();
    assert!(record.incident.contested().is_empty());
    assert_eq!(record.incident.title(), "a");
}

#[test]
fn t10_clocks_that_are_wrong_keep_the_order_of_each_writer_and_of_cause_and_are_named() {
    let bench = Bench::new();
    let Created { address, .. } = create(&bench.store(1), 1);
    let day = 24 * 3_600;
    // Seconds by which each wall clock is off; the last one stands still.
    let offs = [-3_600, -3_652 * day, 3_652 * day, 0, 0];
    let stores: Vec<Store> = (0..5).map(|k| bench.store(20 + k)).collect();
    let mut pens: Vec<Pen> = stores.iter().map(|store| store.pen(&address).unwrap()).collect();
    let mut dice = Dice::new(10);
    let mut written: Vec<(Line, Option<i64>)> = Vec::new();
    for k in 0..200_i64 {
        let who = dice.below(5);
        let wall = if who == 4 { at(0) } else { at(k) + TimeDelta::seconds(offs[who]) };
        let appended = pens[who].append(&[note(&format!("{k}"))], Together::Apart, wall).unwrap();
        written.push((appended.lines[0].clone(), appended.skew_ms));
    }
    // Each line was written knowing all before it, so the order of writing is the order of cause.
    let clocks: Vec<Clock> = written.iter().map(|(line, _)| line.clock).collect();
    assert!(clocks.windows(2).all(|two| two[0] < two[1]));
    let read = stores[0].lines(&address).unwrap();
    let ids = |lines: &[Line]| lines.iter().map(|line| line.id).collect::<Vec<_>>();
    let in_cause: Vec<Line> = written.iter().map(|(line, _)| line.clone()).collect();
    assert_eq!(ids(&read[1..]), ids(&in_cause));
    // The wall clock of the record is left as it was read.
    assert!(written.iter().any(|(line, _)| line.recorded < at(-3_000 * day)));
    // After the first line from the future every other clock is far behind, and is told so.
    let future = written.iter().position(|(line, _)| line.recorded > at(3_000 * day)).unwrap();
    for (line, skew) in &written[future + 1..] {
        let ahead = line.recorded > at(3_000 * day);
        assert_eq!(skew.is_some(), !ahead, "{line:?}");
        assert!(ahead || skew.unwrap() < 0);
    }
}
