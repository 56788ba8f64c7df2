//! Faults that were found by failing calls and cutting the power, each once more by itself.

use std::sync::Arc;

use casebook::incident::Incident;
use casebook::store::{Class, Depth, Finding, Keep, Saver, Series};

use super::cut::durable;
use super::ram::{Call, Lasts, Plan, Ram, Tree, Writes};
use super::*;

fn disk() -> (Bench, Ram) {
    let bench = Bench::new();
    let ram = Ram::new(bench.folder.path(), Tree::new());
    (bench, ram)
}

fn on(bench: &Bench, ram: &Ram, seed: u8) -> Store {
    Store::with(bench.setup(seed), Arc::new(ram.clone()))
}

/// The same store after a power cut that takes all that was not forced to the disk.
fn after_a_cut(bench: &Bench, ram: &Ram) -> Store {
    on(bench, &Ram::new(bench.folder.path(), durable(&ram.acts())), 9)
}

#[test]
fn a_new_store_and_its_first_incident_outlive_a_power_cut() {
    let (bench, ram) = disk();
    let Created { address, pen, .. } = create(&on(&bench, &ram, 1), 1);
    drop(pen);
    let store = after_a_cut(&bench, &ram);
    assert_eq!(texts(&store.lines(&address).unwrap()), ["opened"]);
    assert_eq!(create(&store, 2).address.number, "INC-2026-0002");
}

#[test]
fn a_vault_and_seals_that_failed_once_outlive_a_power_cut_when_they_were_made() {
    let (bench, ram) = disk();
    let store = on(&bench, &ram, 1);
    let Created { address, pen, .. } = create(&store, 1);
    drop(pen);
    ram.refuse(Some(Call::Write));
    assert!(store.vault(&address).put(b"image").is_err());
    ram.refuse(None);
    store.vault(&address).put(b"image").unwrap();
    for kind in [Call::Write, Call::SyncFolder] {
        ram.refuse(Some(kind));
        assert!(store.seal(&address, at(1), "ana", "on demand").is_err());
    }
    ram.refuse(None);
    store.seal(&address, at(1), "ana", "on demand").unwrap();
    let store = after_a_cut(&bench, &ram);
    let parts = store.inventory(&address).unwrap().parts;
    assert_eq!(parts.iter().filter(|(part, _)| part.evidence().is_some()).count(), 1);
    assert!(matches!(&store.seals(&address)[..], [one] if one.seal.is_some()));
}

#[test]
fn a_seal_outlives_no_line_that_it_names() {
    let (bench, ram) = disk();
    let store = on(&bench, &ram, 1);
    let Created { address, mut pen, .. } = create(&store, 1);
    // Another process is between writing a line and forcing it to the disk.
    ram.pend(true);
    append(&mut pen, 1, "on its way");
    ram.pend(false);
    store.seal(&address, at(2), "bo", "on demand").unwrap();
    let store = after_a_cut(&bench, &ram);
    assert_eq!(texts(&store.lines(&address).unwrap()), ["opened", "on its way"]);
    assert_eq!(store.verify(&address, Depth::Full).class(), Class::Clean);
}

#[test]
fn a_line_that_waited_names_no_opening_that_a_failed_write_lost() {
    let (bench, ram) = disk();
    let store = on(&bench, &ram, 1);
    let Created { address, pen, .. } = create(&store, 1);
    let mut saver = Saver::new(pen);
    // The first failure tears the segment at hand, the next ones tear new ones in their opening.
    ram.refuse(Some(Call::Write));
    for second in [1, 4, 7] {
        saver.submit(&[note("waits")], Together::Apart, at(second)).unwrap();
        assert!(saver.flush(at(second)).is_empty());
    }
    ram.refuse(None);
    assert_eq!(saver.flush(at(9)).len(), 3);
    drop(saver);
    let verdict = store.verify(&address, Depth::Full);
    assert!(verdict.findings.iter().all(|f| matches!(f, Finding::Torn(_))), "{:?}", verdict.findings);
    let verdict = after_a_cut(&bench, &ram).verify(&address, Depth::Full);
    assert!(verdict.class() <= Class::Declared, "{:?}", verdict.findings);
}

#[test]
fn a_new_segment_whose_sync_failed_is_left_alone_by_the_next_process() {
    let (bench, ram) = disk();
    let store = on(&bench, &ram, 1);
    let Created { address, pen, .. } = create(&store, 1);
    let mut saver = Saver::new(pen);
    ram.refuse(Some(Call::Sync));
    for second in [1, 4] {
        saver.submit(&[note("in doubt")], Together::Apart, at(second)).unwrap();
        assert!(saver.flush(at(second)).is_empty());
    }
    ram.refuse(None);
    drop((saver, store));
    let store = on(&bench, &ram, 2);
    append(&mut store.pen(&address).unwrap(), 9, "after");
    assert_eq!(ram.broken(), [""; 0], "no file is synced again after its sync failed");
    let lines = after_a_cut(&bench, &ram).lines(&address).unwrap();
    assert_eq!(texts(&lines), ["opened", "in doubt", "in doubt", "after"]);
}

/// T4 by night, seed 1, call 1223: a first write fails, the program ends, and the next one takes the writer up.
#[test]
fn a_segment_that_was_made_and_left_empty_is_named_and_opened_by_the_next_process() {
    let (bench, ram) = disk();
    let one = on(&bench, &ram, 1);
    let Created { address, pen: held, .. } = create(&one, 1);
    let two = on(&bench, &ram, 2);
    let mut pen = two.pen(&address).unwrap();
    let writer = pen.writer().to_owned();
    // The look around, the new segment; not one byte goes into it.
    let calls = [Call::List, Call::Size, Call::Read, Call::Create].len();
    let call = ram.calls().len() + calls;
    ram.fail(Some(Plan { call, error: 5, lasts: Lasts::Once, writes: Writes::Nothing }));
    assert!(pen.append(&[note("waits")], Together::Apart, at(1)).is_err());
    assert_eq!(ram.calls()[call - 1..=call], [Call::Create, Call::Write]);
    drop((pen, two));
    let three = on(&bench, &ram, 3);
    let mut pen = three.pen(&address).unwrap();
    assert_eq!(pen.writer(), writer);
    append(&mut pen, 2, "saved");
    drop((pen, three, held, one));
    let store = after_a_cut(&bench, &ram);
    assert_eq!(texts(&store.lines(&address).unwrap()), ["opened", "saved"]);
    let verdict = store.verify(&address, Depth::Full);
    assert_eq!(verdict.class(), Class::Clean, "{:?}", verdict.findings);
}

#[test]
fn an_incident_founded_with_others_outlives_a_power_cut() {
    let (bench, ram) = disk();
    let store = on(&bench, &ram, 1);
    let mut founding = store.found_many(Series::Inc, at(0), Keep::All).unwrap();
    let number = founding.number().unwrap();
    let mut sheet = founding.sheet(number, id(1));
    let lines = sheet.write(&[note("opened")], at(0)).unwrap();
    founding.keep(sheet, &Incident::fold(id(1), &lines)).unwrap();
    let address = founding.settle().unwrap().remove(0);
    assert_eq!(after_a_cut(&bench, &ram).lines(&address).unwrap().len(), 1);
}

#[test]
fn a_beginning_of_a_line_with_zeros_behind_it_is_a_torn_tail_and_no_damage() {
    for kept in [0, 1, 2, 6, 40] {
        let bench = Bench::new();
        let Created { address, mut pen, .. } = create(&bench.store(1), 1);
        append(&mut pen, 1, "one");
        drop(pen);
        let path = segments(&address).remove(0);
        let mut bytes = std::fs::read(&path).unwrap();
        let begun = bytes[..kept].to_vec();
        bytes.extend(begun);
        bytes.extend([0; 200]);
        std::fs::write(&path, bytes).unwrap();
        let verdict = bench.store(2).verify(&address, Depth::Full);
        assert!(matches!(&verdict.findings[..], [Finding::Unfinished(_)]), "{kept}: {:?}", verdict.findings);
        append(&mut bench.store(3).pen(&address).unwrap(), 2, "and on");
        let verdict = bench.store(4).verify(&address, Depth::Full);
        assert!(matches!(&verdict.findings[..], [Finding::Torn(_)]), "{kept}: {:?}", verdict.findings);
        assert_eq!(verdict.writers, 1, "its writer comes back");
    }
}

#[test]
fn a_memory_that_a_power_cut_left_half_old_and_half_new_is_not_believed() {
    let bench = Bench::new();
    let Created { address, mut pen, .. } = create(&bench.store(1), 1);
    append(&mut pen, 1, "one");
    let memory = bench.folder.path().join("state/writers").join(pen.writer()).join(address.id.to_string());
    let before = std::fs::read(&memory).unwrap();
    append(&mut pen, 2, "two");
    drop(pen);
    let after = std::fs::read(&memory).unwrap();
    for cut in 1..after.len().min(before.len()) {
        let mixed = [&after[..cut], &before[cut..]].concat();
        std::fs::write(&memory, mixed).unwrap();
        let verdict = bench.store(2).verify(&address, Depth::Full);
        assert_eq!(verdict.class(), Class::Clean, "cut at {cut}: {:?}", verdict.findings);
    }
    append(&mut bench.store(3).pen(&address).unwrap(), 3, "three");
    assert_eq!(texts(&bench.store(4).lines(&address).unwrap()), ["opened", "one", "two", "three"]);
}
