//! T17: umask, shared group, links, files of somebody else, disks that cannot be written.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;

use casebook::store::Row;
use casebook::store::{Class, Closed, Depth, Look};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

/// All files and folders below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut paths = vec![folder.to_owned()];
    let mut next = 0;
    while let Some(path) = paths.get(next).cloned() {
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        }
        next += 1;
    }
    paths
}

const UMASK: &str = "store::rights::t17_whatever_the_umask_files_are_private";

#[test]
fn t17_whatever_the_umask_files_are_private() {
    if let Some(word) = child_word() {
        let (mask, folder) = word.split_once(' ').unwrap();
        rustix::process::umask(u32::from_str_radix(mask, 8).unwrap().into());
        let folder = PathBuf::from(folder);
        let host = Host::default();
        let setup =
            Setup { root: folder.join("store"), state: Some(folder.join("state")), host, seed: [1; 32] };
        let store = Store::open(setup);
        let Created { address, mut pen, .. } = create(&store, 1);
        append(&mut pen, 1, "private");
        return store.publish(&store.read(&address).unwrap());
    }
    for mask in ["000", "022", "077", "777"] {
        let bench = Bench::new();
        let child = again(UMASK, &format!("{mask} {}", bench.folder.path().display())).output().unwrap();
        assert!(child.status.success(), "umask {mask}: {}", String::from_utf8_lossy(&child.stdout));
        for path in below(&bench.root()).into_iter().chain(below(&bench.folder.path().join("state"))) {
            let want = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode(&path), want, "umask {mask}: {}", path.display());
        }
    }
}

#[test]
fn t17_a_shared_store_is_open_to_its_group_and_to_nobody_else() {
    let bench = Bench::new();
    let store = bench.store(1);
    create(&store, 1);
    let group = rustix::process::getgid().as_raw();
    store.share(&group.to_string()).unwrap();
    let Created { mut pen, .. } = create(&store, 2);
    append(&mut pen, 1, "shared");
    for path in below(&bench.root()) {
        let want = if path.is_dir() { 0o2770 } else { 0o660 };
        assert_eq!(mode(&path), want, "{}", path.display());
        assert_eq!(fs::metadata(&path).unwrap().gid(), group);
    }
}

#[test]
fn t17_a_store_that_others_can_read_is_named() {
    let bench = Bench::new();
    let store = bench.store(1);
    create(&store, 1);
    assert_eq!(store.open_to_others(), None);
    fs::set_permissions(bench.root(), fs::Permissions::from_mode(0o755)).unwrap();
    let warning = store.open_to_others().unwrap();
    assert!(warning.contains("chmod"), "{warning}");
}

#[test]
fn t17_a_journal_that_is_a_link_is_neither_read_nor_written() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, pen, .. } = create(&store, 1);
    drop((pen, store));
    let store = bench.store(2);
    let path = segments(&address).remove(0);
    let elsewhere = bench.folder.path().join("elsewhere.jsonl");
    fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    let record = store.read(&address).unwrap();
    assert_eq!(record.lines(), 0);
    assert!(record.damage[0].why.contains("symbolic link"), "{:?}", record.damage);
    append(&mut store.pen(&address).unwrap(), 1, "beside it");
    assert_eq!(fs::read(&elsewhere).unwrap(), before);
    assert_eq!(store.verify(&address, Depth::Full).class(), Class::Unreadable);
}

#[test]
fn t17_a_journal_folder_that_is_a_link_is_refused_with_its_name() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, pen, .. } = create(&store, 1);
    drop(pen);
    let journal = address.folder.join("journal");
    let elsewhere = bench.folder.path().join("elsewhere");
    fs::rename(&journal, &elsewhere).unwrap();
    symlink(&elsewhere, &journal).unwrap();
    for error in [store.read(&address).map(drop).unwrap_err(), store.pen(&address).map(drop).unwrap_err()] {
        let said = error.to_string();
        assert!(said.contains("journal is a symbolic link"), "{said}");
    }
}

const OTHERS: &str = "store::rights::t17_files_of_somebody_else_are_refused_in_one_sentence";

#[test]
fn t17_files_of_somebody_else_are_refused_in_one_sentence() {
    if let Some(word) = child_word() {
        return meet_what_is_closed(Path::new(&word));
    }
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, pen, .. } = create(&store, 1);
    create(&store, 2);
    drop((pen, store));
    // The second incident stays closed; the first can be read and not be written.
    for path in below(&bench.root()) {
        let mode = if path.is_dir() { 0o555 } else { 0o444 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let closed = bench.root().join("incidents/2026/00/INC-2026-0002-7f3a9102");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(bench.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = again(OTHERS, bench.root().to_str().unwrap());
    // Root may do everything; somebody else may not.
    let program = bench.folder.path().join("casebook-test");
    if rustix::process::geteuid().is_root() {
        // By a program of its own: what another test starts meanwhile holds no copy open that is still written.
        let copied =
            std::process::Command::new("cp").arg(std::env::current_exe().unwrap()).arg(&program).status();
        assert!(copied.unwrap().success());
        let mut other = std::process::Command::new(&program);
        other.args(["--exact", OTHERS, "--nocapture"]).env("CASEBOOK_TEST_CHILD", bench.root());
        other.uid(65_534).gid(65_534).current_dir("/");
        command = other;
    }
    let child = command.output().unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    for path in below(&bench.root()).into_iter().filter(|path| path.is_dir()) {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    }
    let said = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{said}");
    assert_eq!(store_lines(&bench, &address), 1, "nothing was written");
}

fn store_lines(bench: &Bench, address: &Address) -> usize {
    bench.store(9).lines(address).unwrap().len()
}

fn meet_what_is_closed(root: &Path) {
    let setup = Setup { root: root.to_owned(), state: None, host: Host::default(), seed: [3; 32] };
    let store = Store::open(setup);
    let rows: Vec<(Address, Row)> = store.list(Look::Checked).unwrap();
    assert_eq!(rows[0].1.shut, Some(Closed::Restricted));
    assert_eq!((rows[0].1.number.as_str(), rows[0].1.title.as_str()), ("INC-2026-0002", ""));
    let address = store.locate("1", 2026).unwrap();
    assert_eq!(store.read(&address).unwrap().lines(), 1);
    let error = store.pen(&address).unwrap().append(&[note("no")], Together::Apart, at(1)).unwrap_err();
    assert!(error.to_string().ends_with("permission denied"), "{error}");
    assert!(error.hint().unwrap().contains("--store DIR"));
    let error = store.locate("2", 2026).unwrap_err();
    assert!(error.to_string().starts_with("INC-2026-0002 is restricted"), "{error}");
    let first = |_: &casebook::store::Number| Ok::<_, StoreError>(vec![note("opened")]);
    let error = store.create(Series::Inc, id(3), at(0), first).unwrap_err();
    assert!(error.to_string().contains("permission denied"), "{error}");
}
