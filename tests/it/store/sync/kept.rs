//! What came is on the disk, or it is told and comes again: a disk that takes nothing, a power cut, an older copy, a
//! delivery that lies about others; and who may read what came.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use casebook::incident::event::Event;
use casebook::incident::line::Draft;
use casebook::model::restriction::{Readers, Restricted};
use casebook::store::sync::{Notice, Remote};
use casebook::store::{Class, Host, Setup, Store, Together};

use super::super::ram::{Call, Ram, Tree};
use super::forged::{deliver, expunge, journal, place};
use super::{Machine, Office, assert_equal, assert_seen_alike, copy, files, id, note, settle};

/// The same machine with its store on a disk that fails when told to.
fn on_ram(office: &Office, name: &str) -> (Machine, Ram) {
    let machine = office.machine(name);
    let ram = Ram::new(&office.path(name), Tree::new());
    let host = Host { host: name.into(), user: name.into(), version: "0.1.0".into(), machine: "m".into() };
    let setup = Setup { root: machine.root.clone(), state: Some(machine.state.clone()), host, seed: [7; 32] };
    let store = Store::with(setup, Arc::new(ram.clone()));
    (Machine { store, ..machine }, ram)
}

#[test]
fn what_the_disk_did_not_take_is_told_and_comes_with_the_next_sync() {
    let office = Office::new();
    let mut ana = office.machine("ana");
    let (bo, ram) = on_ram(&office, "bo");
    ana.open(1, "files are encrypted");
    ana.sync();
    bo.sync();
    ana.log(1, "second line");
    ana.open(2, "another one");
    ana.sync();
    ram.refuse(Some(Call::Write));
    for _ in 0..2 {
        let came = bo.sync();
        assert_eq!((came.tally.lines_in, came.tally.failed.len()), (0, 2), "{:?}", came.noticed);
        assert!(came.tally.grown.is_empty() && came.tally.opened.is_empty());
        let told = came.noticed.iter().filter(|it| matches!(it, Notice::Untaken { .. })).count();
        assert_eq!(told, 2, "{:?}", came.noticed);
        assert!(came.noticed.iter().all(Notice::is_alarm));
    }
    ram.refuse(None);
    let came = bo.sync();
    assert_eq!((came.tally.lines_in, came.tally.failed.len(), bo.notices()), (2, 0, Vec::new()));
    assert_equal(&[&ana, &bo]);
    assert_eq!(bo.verified().0, Class::Clean);
}

#[test]
fn what_came_and_asks_for_more_than_its_lines_is_finished_where_the_disk_failed_behind_them() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    let secret = ana.log(1, "the password is hunter2");
    ana.sync();
    bo.sync();
    expunge(&mut ana, &secret);
    settle(&[&ana, &bo]);
    // Nothing can take the place of a folder.
    let (address, blocked) = (bo.address(1), bo.address(1).folder.join(".expunging.json"));
    std::fs::create_dir(&blocked).unwrap();
    bo.store.carry_out(&address, &bo.store.waiting(&address)).unwrap_err();
    ana.log(1, "the account is locked");
    ana.sync();
    assert_eq!(bo.sync().tally.failed.len(), 1);
    assert_eq!(bo.store.unexpunged(&bo.address(1)).0, 1);
    std::fs::remove_dir(&blocked).unwrap();
    let came = bo.sync();
    assert!(came.tally.failed.is_empty(), "{:?}", came.noticed);
    assert_eq!(bo.store.unexpunged(&bo.address(1)), (0, 0));
}

#[test]
fn a_line_that_a_power_cut_broke_off_while_it_came_is_completed() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    ana.log(1, "second line");
    settle(&[&ana, &bo]);
    let (_, path, bytes) = journal(&bo, 1, None);
    let here = bo.address(1).folder.join("journal").join(path.rsplit('/').next().unwrap());
    for cut in [bytes.len() - 1, bytes.len() - 40, 10, 0] {
        let file = std::fs::OpenOptions::new().write(true).open(&here).unwrap();
        file.set_len(cut as u64).unwrap();
        drop(file);
        ana.log(1, "and one more");
        ana.sync();
        bo.sync();
        assert_eq!(files(&bo), files(&ana), "cut at {cut}");
        assert_eq!((bo.verified().0, bo.notices()), (Class::Clean, Vec::new()), "cut at {cut}");
    }
}

#[test]
fn an_older_copy_that_was_put_back_is_brought_up_to_date() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    settle(&[&ana, &bo]);
    let (folder, old) = (bo.address(1).folder, office.path("old"));
    copy(&folder, &old);
    ana.log(1, "second line");
    settle(&[&ana, &bo]);
    std::fs::remove_dir_all(&folder).unwrap();
    copy(&old, &folder);
    bo.sync();
    assert_equal(&[&ana, &bo]);
}

#[test]
fn a_delivery_that_is_refused_takes_no_words_of_others_away() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    let mut eve = office.machine("eve");
    ana.open(1, "files are encrypted");
    settle(&[&ana, &bo]);
    let third = ana.log(1, "the one thing that must not get lost");
    ana.sync();
    eve.sync();
    expunge(&mut eve, &third);
    let own = std::fs::read_dir(eve.address(1).folder.join("journal")).unwrap();
    let names: Vec<String> = own.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let (anas, _, _) = journal(&ana, 1, None);
    let writer = names.iter().find(|name| !name.starts_with(&anas)).unwrap().split('.').next().unwrap();
    let (writer, path, mut bytes) = journal(&eve, 1, Some(writer));
    bytes.extend_from_slice(b"what is this?\n");
    deliver(&office, &writer, &place(&path, 0), &bytes);
    bo.sync();
    assert!(bo.notices().iter().any(|it| matches!(it, Notice::Refused { .. })), "{:?}", bo.notices());
    assert_eq!(files(&bo), files(&ana));
}

#[test]
fn two_who_took_away_words_of_each_other_are_both_taken_in() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    let of_ana = ana.log(1, "the password is hunter2");
    settle(&[&ana, &bo]);
    let of_bo = bo.log(1, "mine is hunter3");
    settle(&[&ana, &bo]);
    expunge(&mut bo, &of_ana);
    expunge(&mut ana, &of_bo);
    settle(&[&ana, &bo]);
    let eve = office.machine("eve");
    eve.sync();
    assert!(eve.notices().iter().all(|it| matches!(it, Notice::Expunged { .. })), "{:?}", eve.notices());
    assert_seen_alike(&[&ana, &bo, &eve]);
}

fn below(folder: &Path, all: &mut Vec<std::path::PathBuf>) {
    all.push(folder.to_owned());
    if folder.is_dir() {
        std::fs::read_dir(folder).unwrap().for_each(|entry| below(&entry.unwrap().path(), all));
    }
}

#[test]
fn what_comes_has_the_rights_of_the_store_and_what_is_restricted_is_closed() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), Machine::new(&office.path("bo"), "bo", 0));
    bo.open(3, "his own");
    let group = rustix::process::getgid().as_raw();
    bo.store.share(&group.to_string()).unwrap();
    let address = ana.open(1, "files are encrypted");
    let evidence = office.path("evidence");
    std::fs::write(&evidence, b"a small file").unwrap();
    let mut go_on = |_| std::ops::ControlFlow::Continue(());
    ana.store.vault(&address).keep(&evidence, &mut go_on).unwrap();
    ana.store.seal(&address, ana.now, "ana", "test").unwrap();
    let joint = office.path("joint.git");
    let remote = Remote::read(joint.to_str().unwrap()).unwrap();
    ana.store.sync_share(id(1), remote.clone(), &ana.means()).unwrap();
    let few = ana.store.remotes().unwrap().into_iter().find(|remote| !remote.is_whole()).unwrap();
    ana.store.exchange(&few, &ana.means()).unwrap();
    bo.set(&joint);
    bo.sync();
    let mut all = Vec::new();
    below(&bo.root.join("incidents"), &mut all);
    assert!(all.iter().any(|path| path.ends_with("seals")) && all.len() > 8, "{all:?}");
    for path in &all {
        let about = std::fs::symlink_metadata(path).unwrap();
        let vaulted = about.is_file() && path.components().any(|part| part.as_os_str() == "vault");
        let want = if about.is_dir() { 0o2770 } else { 0o660 };
        let mode = about.permissions().mode() & 0o7777;
        assert!(mode == want || vaulted && mode & 0o227 == 0, "{mode:o} {}", path.display());
        assert_eq!(about.gid(), group);
    }
    let event = Event::Restricted(Restricted::to(&Readers::Nobody).unwrap());
    let mut pen = ana.store.pen(&address).unwrap();
    pen.append(&[Draft { event, ..note("") }], Together::Apart, ana.now).unwrap();
    ana.store.exchange(&few, &ana.means()).unwrap();
    bo.sync();
    let about = std::fs::metadata(bo.address(1).folder).unwrap();
    assert_eq!(about.permissions().mode() & 0o7777, 0o700);
}
