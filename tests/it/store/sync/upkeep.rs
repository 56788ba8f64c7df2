//! The repository beside a store, and the remotes that are shared with: they last, and stay where they belong.

use std::time::{Duration, SystemTime};

use casebook::store::sync::{Remote, SyncFault};

use super::{Machine, Office, git, id};

#[test]
fn a_second_incident_that_is_shared_arrives_and_nothing_else_leaves_for_it() {
    let office = Office::new();
    let mut ana = Machine::new(&office.path("ana"), "ana", 0);
    let mut bo = Machine::new(&office.path("bo"), "bo", 0);
    (1..=3).for_each(|n| drop(ana.open(n, "of both")));
    bo.open(9, "his alone");
    let joint = Remote::read(office.path("joint.git").to_str().unwrap()).unwrap();
    let exchange = |machine: &Machine| {
        machine.store.exchange(&machine.store.remotes().unwrap()[0], &machine.means()).unwrap()
    };
    ana.store.sync_share(id(1), joint.clone(), &ana.means()).unwrap();
    exchange(&ana);
    bo.set(&office.path("joint.git"));
    exchange(&bo);
    assert!(bo.has(1) && !bo.has(2));
    ana.store.sync_share(id(2), joint.clone(), &ana.means()).unwrap();
    exchange(&ana);
    exchange(&bo);
    assert!(bo.has(2) && !bo.has(3), "{:?}", bo.notices());
    // It is worked on from both sides.
    bo.log(2, "seen from here");
    exchange(&bo);
    exchange(&ana);
    assert_eq!(ana.ids(2), bo.ids(2));
    // A remote that names an incident of ours gets nothing of it.
    ana.store.sync_share(id(9), joint, &ana.means()).unwrap();
    ana.log(1, "and one more");
    exchange(&ana);
    exchange(&bo);
    exchange(&ana);
    assert!(!ana.has(9));
}

#[test]
fn a_remote_inside_the_store_is_refused_through_a_link_too() {
    let office = Office::new();
    let mut ana = Machine::new(&office.path("ana"), "ana", 0);
    ana.open(1, "files are encrypted");
    let link = office.path("elsewhere");
    std::os::unix::fs::symlink(&ana.root, &link).unwrap();
    for place in [link.join("hub.git"), ana.root.join("hub.git")] {
        let remote = Remote::read(place.to_str().unwrap()).unwrap();
        let fault = ana.store.sync_set(remote, &ana.means()).unwrap_err();
        assert!(matches!(fault, SyncFault::NoRemote { .. }), "{fault}");
    }
}

/// The repository beside the store of a machine.
fn sidecar(machine: &Machine) -> std::path::PathBuf {
    let places = std::fs::read_dir(machine.state.join("sync")).unwrap();
    let place = places.map(|place| place.unwrap().path()).next().unwrap();
    let all = std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path());
    all.into_iter().find(|path| path.extension().is_some_and(|it| it == "git")).unwrap()
}

#[test]
fn locks_that_a_power_cut_left_are_cleared_and_fresh_ones_are_not() {
    let office = Office::new();
    let mut ana = office.machine("ana");
    ana.open(1, "files are encrypted");
    ana.sync();
    let (stale, fresh) = (sidecar(&ana).join("packed-refs.lock"), sidecar(&ana).join("config.lock"));
    let deep = std::fs::read_dir(sidecar(&ana).join("refs/in")).unwrap().next().unwrap().unwrap().path();
    let deep = deep.with_extension("lock");
    for path in [&stale, &deep, &fresh] {
        let file = std::fs::File::create(path).unwrap();
        if path != &fresh {
            file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
        }
    }
    ana.log(1, "second line");
    assert_eq!(ana.sync().tally.lines_out, 1);
    assert!(!stale.exists() && !deep.exists() && fresh.exists());
}

#[test]
fn the_repository_does_not_grow_a_pack_with_every_exchange() {
    let office = Office::new();
    let mut ana = office.machine("ana");
    ana.open(1, "files are encrypted");
    ana.sync();
    let place = sidecar(&ana);
    for n in 0..50 {
        let blob = git(&place, &["hash-object", "-w", "--stdin"], format!("{n}").as_bytes());
        let stem = place.join("objects/pack/pack");
        git(&place, &["pack-objects", "--quiet", stem.to_str().unwrap()], format!("{blob}\n").as_bytes());
    }
    let packs = || {
        let all = std::fs::read_dir(place.join("objects/pack")).unwrap();
        all.filter(|it| it.as_ref().unwrap().path().extension().is_some_and(|it| it == "pack")).count()
    };
    assert!(packs() >= 50);
    ana.log(1, "second line");
    ana.sync();
    assert!(packs() < 10, "{}", packs());
    // Nothing is lost by it.
    let late = office.machine("late");
    late.sync();
    assert_eq!((ana.sync().noticed.len(), late.ids(1)), (0, ana.ids(1)));
}
