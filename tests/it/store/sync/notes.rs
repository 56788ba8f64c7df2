//! Seal notes of one head that two stores made: both makers are honest, each keeps its own, and a signature stands beside
//! the note it signs and nowhere else.

use std::collections::BTreeMap;
use std::path::Path;

use casebook::store::sync::{Notice, Tally};
use casebook::store::{Class, Signing};

use super::forged::deliver;
use super::stick::key;
use super::{Machine, Office, settle};

/// What lies in the folder of seals, by name.
fn notes(machine: &Machine) -> BTreeMap<String, String> {
    let folder = machine.address(1).folder.join("seals");
    let files = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap());
    let named = |file: std::fs::DirEntry| {
        (file.file_name().into_string().unwrap(), std::fs::read_to_string(file.path()).unwrap())
    };
    files.map(named).collect()
}

/// Seals what is there, and signs that where there is a key.
fn seal(machine: &mut Machine, key: Option<&Path>) {
    machine.now += chrono::Duration::seconds(1);
    let sealed = machine.store.seal(&machine.address(1), machine.now, &machine.name, "on demand").unwrap();
    let signed = machine.store.sign(&sealed, key);
    assert_eq!(signed, if key.is_some() { Signing::Signed } else { Signing::NoKey });
}

fn left(tally: &Tally) -> (usize, usize) {
    (tally.notes_kept, tally.signatures_left)
}

fn two(office: &Office) -> (Machine, Machine) {
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    settle(&[&ana, &bo]);
    (ana, bo)
}

#[test]
fn where_both_sealed_the_same_head_each_keeps_its_own_and_no_signature_stands_beside_the_other() {
    let office = Office::new();
    let (mut ana, mut bo) = two(&office);
    let Some(hers) = key(&office, "ana") else { return eprintln!("there is no ssh-keygen here") };
    let his = key(&office, "bo").unwrap();
    seal(&mut ana, Some(&hers));
    bo.now += chrono::Duration::hours(1);
    seal(&mut bo, None);
    let (of_ana, of_bo) = (notes(&ana), notes(&bo));
    assert!(of_ana.len() == 2 && of_bo.len() == 1 && of_ana.values().next() != of_bo.values().next());
    ana.sync();
    let came = bo.sync();
    assert_eq!((left(&came.tally), came.noticed), ((1, 1), Vec::new()), "no alarm: both are honest");
    let came = ana.sync();
    assert_eq!((left(&came.tally), came.noticed), ((1, 0), Vec::new()));
    assert_eq!((notes(&ana), notes(&bo)), (of_ana.clone(), of_bo));
    // Signed later, it comes later; and who has neither gets one note, with a signature that is its own.
    seal(&mut bo, Some(&his));
    settle(&[&ana, &bo]);
    assert_eq!(notes(&ana), of_ana);
    let late = office.machine("late");
    late.sync();
    assert!([&notes(&ana), &notes(&bo)].contains(&&notes(&late)), "{:?}", notes(&late));
    for machine in [&ana, &bo, &late] {
        assert_eq!(machine.verified().0, Class::Clean);
        let signatures = machine.store.beside(&machine.address(1), None, &mut casebook::store::patient());
        assert_eq!((signatures, machine.notices()), (Vec::new(), Vec::new()));
    }
    let quiet = bo.sync();
    assert_eq!((quiet.tally.pushes, left(&quiet.tally)), (0, (0, 0)));
}

#[test]
fn a_signature_comes_after_its_note_and_one_that_fits_nothing_never() {
    let office = Office::new();
    let (mut ana, bo) = two(&office);
    let Some(hers) = key(&office, "ana") else { return eprintln!("there is no ssh-keygen here") };
    seal(&mut ana, None);
    settle(&[&ana, &bo]);
    let name = notes(&ana).keys().next().unwrap().clone();
    let folder = ana.address(1).folder.file_name().unwrap().to_str().unwrap().to_owned();
    deliver(&office, "c-mallory1", &format!("{folder}/seals/{name}.sig"), b"no signature");
    deliver(
        &office,
        "c-mallory2",
        &format!("{folder}/seals/00000009-0123456789abcdef.seal.sig"),
        b"of nothing",
    );
    let came = bo.sync();
    assert_eq!(left(&came.tally), (0, 1));
    assert!(matches!(&came.noticed[..], [Notice::Waiting { .. }]), "{:?}", came.noticed);
    assert_eq!(notes(&bo), notes(&ana));
    seal(&mut ana, Some(&hers));
    settle(&[&ana, &bo]);
    assert!(notes(&ana).len() == 2 && notes(&bo) == notes(&ana));
}

#[test]
fn a_note_under_the_name_of_another_head_or_of_another_incident_is_refused() {
    let office = Office::new();
    let (mut ana, bo) = two(&office);
    seal(&mut ana, None);
    let (name, text) = notes(&ana).pop_first().unwrap();
    let folder = ana.address(1).folder.file_name().unwrap().to_str().unwrap().to_owned();
    deliver(&office, "c-mallory1", &format!("{folder}/seals/1.seal"), text.as_bytes());
    let other = text.replace("00000000-0001-7000", "00000000-0002-7000");
    assert_ne!(other, text);
    deliver(&office, "c-mallory2", &format!("{folder}/seals/{name}"), other.as_bytes());
    let noticed = bo.sync().noticed;
    let refused = |it: &&Notice| matches!(it, Notice::Refused { .. });
    assert_eq!(noticed.iter().filter(refused).count(), 2, "{noticed:?}");
    assert_eq!(notes(&bo), BTreeMap::new());
    settle(&[&ana, &bo]);
    assert_eq!(notes(&bo), notes(&ana));
}
