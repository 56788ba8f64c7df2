//! T1 once more: killed in the middle of what writes many files, an import, a founding, a seal; and T4 for imports.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use casebook::incident::Incident;
use casebook::store::{Class, Depth, Keep, Look, Series};

use super::cut::durable;
use super::ram::{Lasts, Plan, Ram, Tree, Writes};
use super::*;
use crate::bundle::{pack, take};

const KILLS: usize = 20;
const KILLS_BY_NIGHT: usize = 700;
/// Incidents in one founding.
const MANY: u32 = 12;

/// Kills a child of this test after some acknowledgements and a while; what it acknowledged comes back.
fn killed(test: &str, word: &str, dice: &mut Dice) -> Vec<String> {
    let mut child = again(test, word).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // From at once to long after: an import is over in some milliseconds.
    let (wanted, reach) = (dice.below(4), 8 + dice.below(13));
    let spins = dice.below(1 << reach);
    let mut heard: Vec<String> = Vec::new();
    while heard.len() < wanted {
        match lines.next() {
            Some(line) => heard.extend(line.unwrap().strip_prefix("ack ").map(str::to_owned)),
            None => break,
        }
    }
    (0..spins).for_each(|_| std::hint::spin_loop());
    child.kill().unwrap();
    heard.extend(lines.filter_map(|line| line.unwrap().strip_prefix("ack ").map(str::to_owned)));
    child.wait().unwrap();
    heard
}

fn acknowledge(what: &str) {
    println!("ack {what}");
    std::io::stdout().flush().unwrap();
}

/// The store in a folder, of a child that is told apart by a number.
fn of(folder: &str, child: usize) -> Store {
    let mut seed = [9; 32];
    seed[..8].copy_from_slice(&(child as u64).to_le_bytes());
    let host = Host { machine: "machine-a".into(), ..Host::default() };
    let folder = PathBuf::from(folder);
    Store::open(Setup { root: folder.join("store"), state: Some(folder.join("state")), host, seed })
}

fn kills() -> usize {
    if is_nightly() { KILLS_BY_NIGHT } else { KILLS }
}

/// An id that nobody else has.
fn fresh(child: usize, k: u32) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&u32::try_from(child).unwrap().to_be_bytes());
    (bytes[6], bytes[8]) = (0x70, 0x80);
    bytes[12..].copy_from_slice(
        &(k.wrapping_mul(2_654_435_761)).wrapping_add(u32::try_from(child).unwrap()).to_be_bytes(),
    );
    Uuid::from_bytes(bytes)
}

/// All incidents of a store are whole, and nothing is beside them after the next founding.
fn all_whole(store: &Store, lines: usize) -> HashSet<String> {
    let rows = store.list(Look::Checked).unwrap();
    for (address, row) in &rows {
        assert!(row.shut.is_none(), "{row:?}");
        assert_eq!(store.lines(address).unwrap().len(), lines, "{} is not whole", address.number);
        let verdict = store.verify(address, Depth::Full);
        assert_eq!(verdict.class(), Class::Clean, "{}: {:?}", address.number, verdict.findings);
    }
    let numbers: HashSet<String> = rows.iter().map(|(address, _)| address.number.clone()).collect();
    assert_eq!(numbers.len(), rows.len(), "a number was given twice");
    numbers
}

fn beside(bench: &Bench) -> usize {
    let names = std::fs::read_dir(bench.root().join("incidents")).unwrap();
    names.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.')).count()
}

const FOUND: &str = "store::stops::a_founding_killed_anywhere_leaves_whole_incidents_and_no_number_twice";

#[test]
fn a_founding_killed_anywhere_leaves_whole_incidents_and_no_number_twice() {
    if let Some(word) = child_word() {
        let (folder, child) = word.split_once('\n').unwrap();
        let child = child.parse().unwrap();
        let store = of(folder, child);
        for round in 0.. {
            let founded = found(&store, child, round);
            founded.iter().for_each(|address| acknowledge(&address.number));
        }
    }
    let mut dice = Dice::new(41);
    let bench = Bench::new();
    let folder = bench.folder.path().display();
    let (mut acknowledged, mut halves) = (HashSet::new(), 0);
    for kill in 0..kills() {
        acknowledged.extend(killed(FOUND, &format!("{folder}\n{kill}"), &mut dice));
        if kill % 20 == 19 {
            let there = all_whole(&bench.store(2), 2);
            assert!(acknowledged.is_subset(&there), "lost: {:?}", acknowledged.difference(&there));
            halves += there.len() % MANY as usize;
        }
    }
    found(&bench.store(3), 1_000_000, 0);
    assert_eq!(beside(&bench), 0, "what a killed founding left is swept by the next");
    println!("{} kills, {} incidents acknowledged, {halves} more", kills(), acknowledged.len());
}

fn found(store: &Store, child: usize, round: u32) -> Vec<Address> {
    let mut founding = store.found_many(Series::Inc, at(0), Keep::All).unwrap();
    for k in 0..MANY {
        let number = founding.number().unwrap();
        let mut sheet = founding.sheet(number, fresh(child, round * MANY + k));
        let mut lines = sheet.write(&[note("opened")], at(0)).unwrap();
        lines.extend(sheet.write(&[note("imported")], at(1)).unwrap());
        let mut incident = Incident::fold(sheet.incident(), &lines);
        incident.number = number.to_string();
        founding.keep(sheet, &incident).unwrap();
    }
    founding.settle().unwrap()
}

/// An incident of two writers with evidence and a seal, in a store elsewhere.
fn elsewhere(bench: &Bench) -> (Store, Address) {
    let (one, two) = (bench.store(1), bench.store(2));
    let Created { address, mut pen, .. } = create(&one, 1);
    for k in 1..6 {
        append(&mut pen, k, &"x".repeat(3_000));
        append(&mut two.pen(&address).unwrap(), k, "from bo");
    }
    one.vault(&address).put(&[7; 50_000]).unwrap();
    one.seal(&address, at(9), "ana", "on demand").unwrap();
    drop(pen);
    (one, address)
}

const TAKE: &str = "store::stops::a_bundle_whose_import_is_killed_anywhere_is_there_whole_or_not_at_all";

#[test]
fn a_bundle_whose_import_is_killed_anywhere_is_there_whole_or_not_at_all() {
    if let Some(word) = child_word() {
        let words: Vec<&str> = word.lines().collect();
        let bundle = std::fs::read(words[1]).unwrap();
        acknowledge("ready");
        take(&of(words[0], words[2].parse().unwrap()), &bundle, Keep::All).unwrap();
        return acknowledge("taken");
    }
    let (here, mut dice) = (Bench::new(), Dice::new(43));
    let (store, address) = elsewhere(&here);
    let bundle = pack(&store, &address);
    let file = here.folder.path().join("bundle");
    std::fs::write(&file, &bundle).unwrap();
    let (mut whole, mut none) = (0, 0);
    for kill in 0..kills() {
        let there = Bench::new();
        let word = format!("{}\n{}\n{kill}", there.folder.path().display(), file.display());
        let heard = killed(TAKE, &word, &mut dice);
        let store = there.store(3);
        let numbers = all_whole(&store, 11);
        assert!(
            numbers.contains(&address.number) || !heard.contains(&"taken".to_owned()),
            "it was said to be here"
        );
        (whole, none) = if numbers.is_empty() { (whole, none + 1) } else { (whole + 1, none) };
        let came = take(&store, &bundle, Keep::All).unwrap();
        all_whole(&store, 11);
        assert_eq!(store.seals(&came.address).len(), 1);
        assert_eq!(beside(&there), 0);
    }
    println!("{} kills: {whole} found it whole, {none} found nothing", kills());
}

const SEAL: &str = "store::stops::a_seal_is_whole_or_not_there_whenever_it_was_killed";

#[test]
fn a_seal_is_whole_or_not_there_whenever_it_was_killed() {
    if let Some(word) = child_word() {
        let words: Vec<&str> = word.lines().collect();
        let store = of(words[0], words[2].parse().unwrap());
        let address = Address { id: id(1), number: "INC-2026-0001".into(), folder: words[1].into() };
        let mut pen = store.pen(&address).unwrap();
        for k in 0.. {
            append(&mut pen, k, "on");
            let sealed = store.seal(&address, at(k), "ana", "on demand").unwrap();
            acknowledge(sealed.path.file_name().unwrap().to_str().unwrap());
        }
    }
    let (bench, mut dice) = (Bench::new(), Dice::new(47));
    let Created { address, pen, .. } = create(&bench.store(1), 1);
    drop(pen);
    let mut acknowledged = HashSet::new();
    for kill in 0..kills() {
        let word = format!("{}\n{}\n{kill}", bench.folder.path().display(), address.folder.display());
        acknowledged.extend(killed(SEAL, &word, &mut dice));
        let store = bench.store(2);
        let found = store.seals(&address);
        assert!(found.iter().all(|found| found.seal.is_some()), "half a seal");
        let names: HashSet<String> = found.into_iter().map(|found| found.file).collect();
        assert!(acknowledged.is_subset(&names), "a seal is lost");
    }
    let verdict = bench.store(3).verify(&address, Depth::Full);
    assert!(verdict.class() <= Class::Declared, "{:?}", verdict.findings);
    assert!(verdict.seals.len() >= acknowledged.len());
    println!("{} kills, {} seals acknowledged", kills(), acknowledged.len());
}

#[test]
fn t4_an_import_whose_disk_fails_anywhere_is_whole_or_refused_and_succeeds_when_it_is_well() {
    const ENOSPC: i32 = 28;
    let here = Bench::new();
    let (store, address) = elsewhere(&here);
    let bundle = pack(&store, &address);
    let mut runs = 0;
    let clean = {
        let (bench, ram) = disk();
        take(&on(&bench, &ram, 3), &bundle, Keep::All).unwrap();
        ram.calls().len()
    };
    for call in 0..clean {
        for (lasts, writes) in
            [(Lasts::Once, Writes::Half), (Lasts::On, Writes::Half), (Lasts::On, Writes::Nothing)]
        {
            let (bench, ram) = disk();
            ram.fail(Some(Plan { call, error: ENOSPC, lasts, writes }));
            let first = take(&on(&bench, &ram, 3), &bundle, Keep::All);
            ram.fail(None);
            let store = on(&bench, &ram, 4);
            let there = all_whole(&store, 11);
            assert!(first.is_err() || there.contains(&address.number), "call {call}");
            take(&store, &bundle, Keep::All).unwrap_or_else(|no| panic!("call {call}, {lasts:?}: {no:?}"));
            assert_eq!(ram.broken(), [""; 0]);
            drop(store);
            // The power goes right after it was said to be here.
            let left = Ram::new(bench.folder.path(), durable(&ram.acts()));
            let store = on(&bench, &left, 5);
            assert!(all_whole(&store, 11).contains(&address.number), "call {call}, {lasts:?}");
            let came = take(&store, &bundle, Keep::All).unwrap();
            assert_eq!(
                (came.here, came.files),
                (true, 0),
                "call {call}, {lasts:?}: not all of it was forced"
            );
            runs += 1;
        }
    }
    println!("{clean} calls, {runs} imports with a failure");
}

fn disk() -> (Bench, Ram) {
    let bench = Bench::new();
    let ram = Ram::new(bench.folder.path(), Tree::new());
    (bench, ram)
}

fn on(bench: &Bench, ram: &Ram, seed: u8) -> Store {
    Store::with(bench.setup(seed), std::sync::Arc::new(ram.clone()))
}
