//! Many incidents at once: all of them or none, each whole.

use casebook::incident::Incident;
use casebook::store::{Class, Depth, Founding, Keep, Look, Series};
use uuid::Uuid;

use super::{Bench, at, create, note, texts};

fn id(n: u32) -> Uuid {
    let mut bytes = [7; 16];
    bytes[8] = 0x80;
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    Uuid::from_bytes(bytes)
}

/// Puts so many incidents on sheets, each with two notes.
fn fill(founding: &mut Founding<'_>, count: u32) {
    for n in 0..count {
        let number = founding.number().unwrap();
        let mut sheet = founding.sheet(number, id(n));
        let mut lines = sheet.write(&[note("opened")], at(0)).unwrap();
        lines.extend(sheet.write(&[note(&format!("it is {n}"))], at(0)).unwrap());
        let mut incident = Incident::fold(sheet.incident(), &lines);
        incident.number = number.to_string();
        founding.keep(sheet, &incident).unwrap();
    }
}

#[test]
fn a_thousand_are_founded_at_once_and_each_is_whole() {
    let bench = Bench::new();
    let store = bench.store(1);
    create(&store, 1);
    let mut founding = store.found_many(Series::Inc, at(0), Keep::All).unwrap();
    fill(&mut founding, 1_000);
    assert!(store.list(Look::Checked).unwrap().len() == 1, "nothing is there before all are");
    let founded = founding.settle().unwrap();
    assert_eq!(founded[0].number, "INC-2026-0002");
    assert_eq!(founded[999].number, "INC-2026-1001");
    let listed = store.list(Look::Cached).unwrap();
    assert_eq!(listed.len(), 1_001);
    let again = bench.store(2);
    for (n, address) in founded.iter().enumerate().step_by(97) {
        assert_eq!(texts(&again.lines(address).unwrap()), ["opened", &format!("it is {n}")]);
        let verdict = again.verify(address, Depth::Full);
        assert_eq!(verdict.class(), Class::Clean, "{:?}", verdict.findings);
        let line = super::append(&mut again.pen(address).unwrap(), 9, "and on");
        assert_ne!(
            line.writer,
            again.lines(address).unwrap()[0].writer,
            "the founding's writer never writes again"
        );
        assert_eq!(again.verify(address, Depth::Full).class(), Class::Clean);
    }
    assert_eq!(create(&again, 2).address.number, "INC-2026-1002");
    let left: Vec<_> = std::fs::read_dir(bench.root().join("incidents")).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing is left beside");
}

#[test]
fn a_founding_that_is_given_up_leaves_nothing_and_uses_no_number_up() {
    let bench = Bench::new();
    let store = bench.store(1);
    let mut founding = store.found_many(Series::Inc, at(0), Keep::All).unwrap();
    fill(&mut founding, 20);
    drop(founding);
    assert!(store.list(Look::Checked).unwrap().is_empty());
    assert_eq!(create(&store, 1).address.number, "INC-2026-0001");
}

#[test]
fn a_look_gives_the_numbers_and_writes_nothing() {
    let bench = Bench::new();
    let store = bench.store(1);
    let mut founding = store.found_many(Series::Inc, at(0), Keep::Nothing).unwrap();
    fill(&mut founding, 3);
    assert_eq!(founding.number().unwrap().to_string(), "INC-2026-0004");
    assert!(founding.settle().unwrap().is_empty());
    assert!(!bench.root().exists());
}

#[test]
fn a_long_one_gets_segments_like_any_other() {
    let bench = Bench::new();
    let store = bench.store(1);
    let mut founding = store.found_many(Series::Inc, at(0), Keep::All).unwrap();
    let number = founding.number().unwrap();
    let mut sheet = founding.sheet(number, id(1));
    let mut lines = sheet.write(&[note("opened")], at(0)).unwrap();
    let long = "x".repeat(16 << 10);
    for _ in 0..600 {
        lines.extend(sheet.write(&[note(&long)], at(0)).unwrap());
    }
    let incident = Incident::fold(sheet.incident(), &lines);
    founding.keep(sheet, &incident).unwrap();
    let founded = founding.settle().unwrap().remove(0);
    assert_eq!(super::segments(&founded).len(), 3);
    assert_eq!(store.lines(&founded).unwrap().len(), 601);
    assert_eq!(store.verify(&founded, Depth::Full).class(), Class::Clean);
}
