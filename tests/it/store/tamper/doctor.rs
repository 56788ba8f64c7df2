//! What `doctor` says to each case of the corpus, and that it repairs by adding alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use casebook::model::id::LineId;
use casebook::store::{Examined, Repair, Round, Source};

use super::super::*;
use super::case::{Case, Sealed};
use super::rows::{Doctor, ROWS, Row, words_in_a_stub};
use super::{full, on_all_threads};

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
            match entry.file_type().unwrap() {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => drop(all.insert(entry.path(), fs::read(entry.path()).unwrap())),
                _ => {}
            }
        }
    }
    all
}

/// The incident and the store, looked at or repaired.
fn examined(case: &Case, sources: &[Source], repair: Repair, seed: u8) -> Examined {
    let store = case.bench.store(seed);
    let round = Round { sources, repair, signers: None, now: at(1_000) };
    let mut one = store.examine(&case.address, &round).unwrap();
    let all = store.examine_store(&round).unwrap();
    one.ailments.extend(all.ailments);
    one.done.extend(all.done);
    one
}

fn ids(case: &Case) -> BTreeSet<LineId> {
    case.here().lines(&case.address).unwrap_or_default().iter().map(|line| line.id).collect()
}

fn judged(row: &Row, faults: &mut Vec<String>) -> String {
    let (case, whole) = (Case::new(Sealed::Yes), Case::new(Sealed::Yes));
    (row.how)(&case);
    let mut no = |why: String| faults.push(format!("{}: {why}", row.name));
    let before = files(&case.bench.root());
    let looked = examined(&case, &[], Repair::No, 20);
    if files(&case.bench.root()) != before {
        no("a look writes".into());
    }
    if (row.doctor == Doctor::Quiet) != looked.ailments.is_empty() {
        no(format!("{:?}", looked.ailments));
    }
    let sources = match row.doctor {
        Doctor::MendsFromACopy | Doctor::Tells => {
            case.here().sources(&whole.bench.root(), &case.address).unwrap()
        }
        Doctor::Mends | Doctor::Quiet => Vec::new(),
    };
    let mended = examined(&case, &sources, Repair::Yes, 21);
    let after = files(&case.bench.root());
    for (path, bytes) in before.iter().filter(|(path, _)| path.to_string_lossy().contains("/journal/")) {
        if after.get(path) != Some(bytes) {
            no(format!("{} was changed", path.display()));
        }
    }
    if matches!(row.doctor, Doctor::Mends | Doctor::MendsFromACopy) {
        if mended.done.is_empty() || mended.class() > casebook::store::Class::Declared {
            no(format!("not mended: {mended:?}"));
        }
        let verdict = full(&case.here(), &case.address);
        if verdict.class() > casebook::store::Class::Declared || !ids(&case).is_superset(&ids(&whole)) {
            no(format!("not whole: {:?}", verdict.findings));
        }
    }
    let again = examined(&case, &sources, Repair::Yes, 22);
    if !again.done.is_empty() || again.ailments != mended.ailments {
        no(format!("a second time does more: {:?}", again.done));
    }
    let mut text = format!("## {}\n", row.name);
    for ailment in &looked.ailments {
        let cure = format!("{:?}", ailment.cure).to_lowercase();
        text.push_str(&format!(
            "{} {}\n    {}\n    {cure}: {}\n",
            ailment.class as u8, ailment.what, ailment.means, ailment.can
        ));
    }
    for done in &mended.done {
        text.push_str(&format!("done: {done}\n"));
    }
    for ailment in &mended.ailments {
        text.push_str(&format!("left: {} {}\n", ailment.class as u8, ailment.what));
    }
    for (bench, name) in [(&case.bench, "HERE"), (&whole.bench, "COPY")] {
        text = text.replace(bench.folder.path().to_str().unwrap(), name);
    }
    for (writer, letter) in case.writers.iter().zip(["A", "B", "C"]) {
        text = text.replace(writer, letter);
    }
    text + "\n"
}

#[test]
fn t14_doctor_explains_every_damage_and_repairs_by_adding_alone() {
    let said = on_all_threads(|at, faults| ROWS.get(at).map(|row| judged(row, faults)));
    insta::assert_snapshot!("doctor", said);
}

#[test]
fn a_repair_writes_nothing_into_what_a_newer_casebook_wrote() {
    for name in ["FORMAT.json of a newer casebook", "a kind that must be known"] {
        let (case, whole) = (Case::new(Sealed::No), Case::new(Sealed::No));
        (ROWS.iter().find(|row| row.name == name).unwrap().how)(&case);
        case.edit("C1", |lines| drop(lines.pop()));
        let sources = case.here().sources(&whole.bench.root(), &case.address).unwrap();
        let before = files(&case.bench.root());
        assert!(examined(&case, &sources, Repair::Yes, 20).done.is_empty(), "{name}");
        assert_eq!(files(&case.bench.root()), before, "{name}");
    }
}

#[test]
fn after_a_repair_everybody_writes_on_and_the_record_holds() {
    let case = Case::new(Sealed::No);
    case.flip("\"text\":\"", 3);
    let shown = |store: &Store| store.read(&case.address).unwrap().incident;
    let mut looking = case.here().read(&case.address).unwrap();
    assert!(!examined(&case, &[], Repair::Yes, 20).done.is_empty());
    looking.catch_up().unwrap();
    assert_eq!(looking.incident, shown(&case.elsewhere()), "a screen that was open sees the line as it was");
    for seed in 30..33 {
        append(&mut case.bench.store(seed).pen(&case.address).unwrap(), 2_000 + i64::from(seed), "on");
    }
    let verdict = case.here().verify(&case.address, casebook::store::Depth::Full);
    assert_eq!(verdict.class(), casebook::store::Class::Declared, "{:?}", verdict.findings);
    assert_eq!(shown(&case.here()), shown(&case.elsewhere()));
}

#[test]
fn what_was_expunged_does_not_come_back_with_a_repair_from_a_copy_made_before() {
    let (case, whole) = (Case::new(Sealed::No), Case::new(Sealed::No));
    words_in_a_stub(&case);
    let gone = case.lines("A1").into_iter().find(|line| line.contains("Ana slept")).unwrap();
    let id = gone.rsplit_once("\"id\":\"").unwrap().1;
    let words = whole.lines("A1").into_iter().find(|line| line.ends_with(id)).unwrap();
    let sources = case.here().sources(&whole.bench.root(), &case.address).unwrap();
    let mended = examined(&case, &sources, Repair::Yes, 20);
    assert!(!mended.done.is_empty());
    // Somebody had laid hands on it, and that stays to be seen.
    assert_eq!(mended.class(), casebook::store::Class::Broken);
    let still = |(path, bytes): (PathBuf, Vec<u8>)| {
        String::from_utf8_lossy(&bytes).lines().any(|line| line == words).then_some(path)
    };
    assert_eq!(files(&case.bench.root()).into_iter().find_map(still), None);
    let shown = case.here().read(&case.address).unwrap().incident;
    assert!(shown.entries.iter().any(|entry| entry.text.starts_with("[expunged by ana with Mira/legal")));
}
