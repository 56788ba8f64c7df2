//! T1: a writer killed at random moments, two thousand times and more.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};

use casebook::store::{Class, Depth, Finding};

use super::*;

const KILLS: usize = 2_000;
/// Kills of one incident; then its lines are counted and the next one begins.
const ROUND: usize = 100;
/// Every so many-th child writes lines of many pages.
const LONG: usize = 10;
const TEST: &str = "store::kill::t1_whatever_was_acknowledged_before_a_kill_is_there_after_it";

#[test]
fn t1_whatever_was_acknowledged_before_a_kill_is_there_after_it() {
    if let Some(word) = child_word() {
        return write_until_killed(&word);
    }
    let mut dice = Dice::new(1);
    let mut torn = 0;
    for round in 0..KILLS / ROUND {
        let bench = Bench::new();
        let Created { address, pen, .. } = create(&bench.store(1), 1);
        drop(pen);
        let mut acknowledged: HashSet<String> = HashSet::new();
        for kill in 0..ROUND {
            let word =
                format!("{}\n{}\n{round}-{kill}", bench.folder.path().display(), address.folder.display());
            let child = again(TEST, &word).stdout(Stdio::piped()).spawn().unwrap();
            let journal = address.folder.join("journal");
            acknowledged.extend(killed_at_random(
                child,
                Some(&*journal).filter(|_| kill % LONG == 0),
                &mut dice,
            ));
        }
        let store = bench.store(2);
        append(&mut store.pen(&address).unwrap(), 9_999, "after the last kill");
        let lines = store.lines(&address).unwrap();
        let there: HashSet<&str> = lines.iter().map(|line| text(line).split(' ').next().unwrap()).collect();
        let lost: Vec<_> = acknowledged.iter().filter(|word| !there.contains(word.as_str())).collect();
        assert!(lost.is_empty(), "round {round}: {lost:?}");
        let verdict = store.verify(&address, Depth::Full);
        assert!(verdict.class() <= Class::Declared, "round {round}: {verdict:?}");
        assert!(verdict.findings.iter().all(|finding| matches!(finding, Finding::Torn(_))), "{verdict:?}");
        assert!(verdict.findings.len() <= ROUND);
        assert_eq!(verdict.writers, 1, "round {round}: the killed writer comes back under its own id");
        torn += verdict.findings.len();
    }
    // Long lines take many pages to write: some kills must have met one half-way.
    assert!(torn > 0, "no kill tore a line");
}

/// Kills the child after a random number of acknowledgements: a random while later, or, if it writes long
/// lines, as soon as its journal grows, which is in the middle of a write.
fn killed_at_random(mut child: Child, journal: Option<&Path>, dice: &mut Dice) -> Vec<String> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (acknowledgements, spins) = (dice.below(if journal.is_some() { 2 } else { 6 }), dice.below(20_000));
    let mut heard: Vec<String> = Vec::new();
    while heard.len() < acknowledgements {
        match lines.next() {
            Some(line) => heard.extend(line.unwrap().strip_prefix("ack ").map(str::to_owned)),
            None => break,
        }
    }
    let size = || journal.map_or(0, size_of_all);
    let before = size();
    for _ in 0..spins {
        if size() != before {
            break;
        }
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    heard.extend(lines.filter_map(|line| line.unwrap().strip_prefix("ack ").map(str::to_owned)));
    child.wait().unwrap();
    heard
}

fn size_of_all(folder: &Path) -> u64 {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}

fn write_until_killed(word: &str) {
    let mut words = word.lines().map(str::to_owned);
    let (folder, incident, name) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
    let host = Host { machine: "machine-a".into(), ..Host::default() };
    let root = PathBuf::from(&folder).join("store");
    let seed = seed(&name);
    let long = name.split('-').next_back().unwrap().parse::<usize>().unwrap().is_multiple_of(LONG);
    let store = Store::open(Setup { root, state: Some(PathBuf::from(folder).join("state")), host, seed });
    let address = Address { id: id(1), number: "INC-2026-0001".into(), folder: incident.into() };
    let mut pen = store.pen(&address).unwrap();
    let filler = if long { "x".repeat(900_000) } else { String::new() };
    for k in 0.. {
        append(&mut pen, k, &format!("{name}-{k} {filler}"));
        println!("ack {name}-{k}");
        std::io::stdout().flush().unwrap();
    }
}

/// A seed out of a name.
fn seed(name: &str) -> [u8; 32] {
    let mut seed = [7; 32];
    for (k, byte) in name.bytes().enumerate() {
        seed[k % 32] ^= byte.rotate_left(u32::try_from(k % 8).unwrap());
        seed[0] = seed[0].wrapping_mul(31).wrapping_add(byte);
    }
    seed
}
