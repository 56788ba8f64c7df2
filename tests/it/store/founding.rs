//! Many incidents at once: all of them or none, each whole.

use casebook::incident::Incident;
use casebook::store::{Class, Depth, Founding, Keep, Look, Series};
use uuid::Uuid;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::Stdio;

use super::{Bench, Dice, Host, Setup, Store, again, at, child_word, create, note, texts};

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

const KILLED: &str = "store::founding::a_founding_killed_at_any_moment_leaves_whole_incidents_or_none";
/// Incidents of one founding of the child.
const SOME: u32 = 25;
const KILLS: usize = 120;

#[test]
fn a_founding_killed_at_any_moment_leaves_whole_incidents_or_none() {
    if let Some(word) = child_word() {
        return found_until_killed(&word);
    }
    let mut dice = Dice::new(9);
    let bench = Bench::new();
    create(&bench.store(1), 1);
    let (mut acknowledged, mut between): (Vec<String>, usize) = (Vec::new(), 0);
    for kill in 0..KILLS {
        let word = format!("{}\n{kill}", bench.folder.path().display());
        let mut child = again(KILLED, &word).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        // The moment: after so many steps of the child, then so many turns of this loop.
        let (steps, turns) = (dice.below(2 * SOME as usize + 4), dice.below(60_000));
        let mut heard: Vec<String> = lines.by_ref().take(steps).collect();
        (0..turns).for_each(|_| std::hint::spin_loop());
        child.kill().unwrap();
        heard.extend(lines);
        child.wait().unwrap();
        acknowledged.extend(heard.iter().filter_map(|line| line.strip_prefix("ack ").map(str::to_owned)));
        between += usize::from(heard.last().is_some_and(|line| line.starts_with("step ")));
    }
    assert!(between > 0, "no kill met a founding under way");
    let store = bench.store(2);
    let listed = store.list(Look::Checked).unwrap();
    let there: Vec<&str> = listed.iter().map(|(address, _)| address.number.as_str()).collect();
    for number in &acknowledged {
        assert!(there.contains(&number.as_str()), "{number} was founded and is gone");
    }
    assert!(
        !acknowledged.is_empty() && there.len() > acknowledged.len(),
        "{} {}",
        acknowledged.len(),
        there.len()
    );
    let mut once = there.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), there.len(), "a number was given twice");
    for (address, _) in listed.iter().filter(|(address, _)| address.number != "INC-2026-0001") {
        let lines = store.lines(address).unwrap();
        let told = texts(&lines);
        assert!(told.len() == 2 && told[1].starts_with("it is "), "{}: {told:?}", address.number);
        let verdict = store.verify(address, Depth::Full);
        assert_eq!(verdict.class(), Class::Clean, "{}: {:?}", address.number, verdict.findings);
    }
    // The next founding takes away what the killed ones left beside.
    let mut founding = store.found_many(Series::Inc, at(0), Keep::All).unwrap();
    let number = founding.number().unwrap().to_string();
    assert!(!there.contains(&number.as_str()), "{number}");
    fill(&mut founding, 1);
    assert_eq!(founding.settle().unwrap().len(), 1);
    let names = std::fs::read_dir(bench.root().join("incidents")).unwrap();
    let left =
        names.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".in-"));
    assert_eq!(left.count(), 0);
}

fn found_until_killed(word: &str) {
    let (folder, kill) = word.split_once('\n').unwrap();
    let kill: u32 = kill.parse().unwrap();
    let host = Host { machine: "machine-a".into(), ..Host::default() };
    let (root, state) = (PathBuf::from(folder).join("store"), PathBuf::from(folder).join("state"));
    let mut seed = [3; 32];
    seed[..4].copy_from_slice(&kill.to_le_bytes());
    let store = Store::open(Setup { root, state: Some(state), host, seed });
    let say = |words: &str| {
        println!("{words}");
        std::io::stdout().flush().unwrap();
    };
    for round in 0..200 {
        let mut founding = store.found_many(Series::Inc, at(0), Keep::All).unwrap();
        for n in 0..SOME {
            let number = founding.number().unwrap();
            let mut sheet = founding.sheet(number, id(1_000_000 + kill * 10_000 + round * SOME + n));
            let mut lines = sheet.write(&[note("opened")], at(0)).unwrap();
            lines.extend(sheet.write(&[note(&format!("it is {n}"))], at(0)).unwrap());
            let mut incident = Incident::fold(sheet.incident(), &lines);
            incident.number = number.to_string();
            founding.keep(sheet, &incident).unwrap();
            say(&format!("step {n}"));
        }
        for address in founding.settle().unwrap() {
            say(&format!("ack {}", address.number));
        }
    }
}
