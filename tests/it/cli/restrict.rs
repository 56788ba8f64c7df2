//! A restricted incident: its number is seen by whoever may read the store, and nothing else of it.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use super::{Answer, Home, run};

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

fn incident(home: &Home) -> PathBuf {
    let all = below(Path::new(&home.path("store/incidents")));
    all.into_iter().find(|path| path.join("journal").is_dir()).unwrap()
}

fn modes(folder: &Path) -> Vec<u32> {
    let mut modes: Vec<u32> =
        below(folder).iter().map(|path| fs::metadata(path).unwrap().mode() & 0o7777).collect();
    modes.sort_unstable();
    modes.dedup();
    modes
}

#[test]
fn the_rights_are_those_of_the_group_or_of_nobody_else_and_come_back() {
    let home = Home::new();
    home.done("new \"Board member under suspicion\"");
    fs::write(home.path("a.txt"), "a").unwrap();
    home.done(&format!("evidence add {} --copy", home.path("a.txt")));
    let before = modes(&incident(&home));
    let group = fs::metadata(home.path("store")).unwrap().gid().to_string();
    home.done(&format!("restrict {group}"));
    assert_eq!(modes(&incident(&home)), [0o440, 0o660, 0o2770]);
    home.done("log \"later entries have the same rights\"");
    assert_eq!(modes(&incident(&home)), [0o440, 0o660, 0o2770]);
    home.done("restrict --only-me");
    assert_eq!(modes(&incident(&home)), [0o400, 0o600, 0o700]);
    assert!(home.done("restrict --only-me").contains("so already"));
    home.done("restrict --end");
    assert_eq!(modes(&incident(&home)), before);
    let log = home.done("activity");
    assert!(log.contains("restricted to the owner") && log.contains("no longer restricted"), "{log}");
    let answer = home.say("restrict no-such-group-here");
    assert_eq!(answer.code, 2, "{}", answer.err);
    assert_eq!(home.say("restrict").code, 2);
}

/// Somebody who may read the store and is neither its owner nor in its group.
fn somebody(home: &Home, line: &str) -> Answer {
    let mut words = home.words(line);
    words
        .uid(65_534)
        .gid(65_534)
        .env("HOME", home.path("their"))
        .env("CASEBOOK_STATE", home.path("their/state"));
    words.env("XDG_CONFIG_HOME", home.path("their/config")).env("CASEBOOK_USER", "somebody");
    run(words)
}

#[test]
fn who_may_not_read_it_sees_its_number_and_that_it_is_restricted() {
    if !rustix::process::geteuid().is_root() {
        // Only root may become somebody else; the rights themselves are looked at above.
        return;
    }
    let home = Home::new();
    home.done("new \"Board member under suspicion\"");
    home.done("log \"the board member was seen\"");
    home.done("indicator add board.example");
    home.done("new \"Lost stick\"");
    let their = home.path("their");
    fs::create_dir(&their).unwrap();
    std::os::unix::fs::chown(&their, Some(65_534), Some(65_534)).unwrap();
    for path in below(Path::new(&home.path("store"))) {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::set_permissions(home.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(somebody(&home, "list").out.contains("Board member"), "{}", somebody(&home, "list").err);
    somebody(&home, "indicator list --elsewhere -i 2");
    home.done("restrict --only-me -i 1");
    for line in [
        "list --all",
        "list",
        "list --all --json",
        "find board",
        "find board --all",
        "list --all --find board",
        "stats",
        "verify --all",
        "mine",
        "improve list",
    ] {
        let answer = somebody(&home, line);
        let said = answer.out + &answer.err;
        assert!(!said.contains("Board") && !said.contains("board member"), "{line}: {said}");
    }
    let list = somebody(&home, "list --all").out;
    assert!(
        list.contains("INC-2026-0001") && list.contains("restricted") && list.contains("Lost stick"),
        "{list}"
    );
    for line in ["show 1", "-i 1 activity", "-i 1 log x", "-i 1 export bundle -o /dev/null"] {
        let answer = somebody(&home, line);
        assert_ne!(answer.code, 0, "{line}");
        assert!(answer.err.contains("restricted"), "{line}: {}", answer.err);
    }
    // The cache that was theirs before keeps no row with a title, and none of the hashes of indicators.
    let mut caches = below(Path::new(&home.path("their/state")));
    caches.retain(|path| path.is_file());
    for path in caches {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        assert!(!text.contains("Board"), "{}: {text}", path.display());
    }
    for line in ["doctor", "doctor --repair", "verify --all", "verify --all --quick"] {
        let answer = somebody(&home, line);
        assert_eq!(answer.code, 1, "{line}: {}{}", answer.out, answer.err);
        let said = "1 incident is restricted to others and was not looked at: INC-2026-0001.";
        assert!(answer.out.contains(said), "{line}: {}", answer.out);
    }
    for line in ["doctor --json", "verify --all --json"] {
        let document: serde_json::Value = serde_json::from_str(&somebody(&home, line).out).unwrap();
        assert_eq!(document["closed"], serde_json::json!(["INC-2026-0001"]), "{line}");
    }
    assert!(somebody(&home, "doctor 1").err.contains("restricted"));
    let support = home.path("their/support.json");
    let answer = somebody(&home, &format!("doctor --support {support}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    let support: serde_json::Value = serde_json::from_str(&fs::read_to_string(support).unwrap()).unwrap();
    assert_eq!((&support["closed"], support["incidents"].as_array().unwrap().len()), (&1.into(), 1));
    let answer = somebody(&home, &format!("backup {}", home.path("their/copy")));
    assert_eq!(answer.code, 1, "{}", answer.err);
    assert!(answer.out.contains("INC-2026-0001") && answer.out.contains("1 incident of this store"));
    home.done("restrict --end -i 1");
    assert!(!somebody(&home, "list --all").out.is_empty());
}

/// A restricted incident in a store that the group of somebody shares.
fn closed_in_a_shared_store() -> Home {
    let home = Home::new();
    home.done("new \"Board member under suspicion\"");
    home.done("config store.shared 65534");
    home.done("restrict --only-me -i 1");
    let their = home.path("their");
    fs::create_dir(&their).unwrap();
    std::os::unix::fs::chown(&their, Some(65_534), Some(65_534)).unwrap();
    fs::set_permissions(home.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    home
}

#[test]
fn an_archive_of_a_restricted_incident_comes_back_restricted_and_its_stub_tells_nothing() {
    if !rustix::process::geteuid().is_root() {
        // Only root may give a folder to a group it is not in.
        return;
    }
    let home = closed_in_a_shared_store();
    let file = home.path("board.tar.zst");
    home.done(&format!("archive 1 --anyway -o {file}"));
    let stub = below(Path::new(&home.path("store/incidents")));
    let stub = stub.into_iter().find(|path| path.to_string_lossy().ends_with(".archived.json")).unwrap();
    assert!(!fs::read_to_string(&stub).unwrap().contains("Board"));
    assert_eq!(fs::metadata(&stub).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
    for line in ["list --all", "list --all --json", "show 1"] {
        let answer = somebody(&home, line);
        assert!(!(answer.out + &answer.err).contains("Board"), "{line}");
    }
    let answer = somebody(&home, "show 1");
    assert!(answer.code == 1 && answer.err.contains("restricted"), "{}", answer.err);
    home.done("config store.shared 65534");
    assert_eq!(fs::metadata(&stub).unwrap().mode() & 0o777, 0o600, "sharing the store again shares no stub");
    let answer = home.say(&format!("import bundle {file}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.err.contains("restricted to the owner of its folder"), "{}", answer.err);
    assert_eq!(modes(&incident(&home)), [0o600, 0o700]);
    assert!(somebody(&home, "list --all").out.contains("restricted"));
}

#[test]
fn what_was_restricted_to_a_group_that_is_not_here_is_its_owners_alone() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let home = closed_in_a_shared_store();
    home.done("restrict 4242 -i 1");
    let file = home.path("their/board.tar.zst");
    home.done(&format!("export bundle -i 1 -o {file}"));
    std::os::unix::fs::chown(&file, Some(65_534), Some(65_534)).unwrap();
    let other = home.path("their/store");
    let answer = somebody(&home, &format!("--store {other} import bundle {file}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.err.contains("only you may read it") && answer.err.contains("4242"), "{}", answer.err);
    let folder = below(Path::new(&other)).into_iter().find(|path| path.join("journal").is_dir()).unwrap();
    assert_eq!(modes(&folder), [0o600, 0o700]);
}

#[test]
fn a_backup_of_a_restricted_incident_is_as_closed_as_the_incident() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let home = closed_in_a_shared_store();
    let copy = home.path("copy");
    fs::create_dir(&copy).unwrap();
    std::os::unix::fs::chown(&copy, None, Some(65_534)).unwrap();
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o2770)).unwrap();
    home.done(&format!("backup {copy}"));
    let folder = below(Path::new(&copy)).into_iter().find(|path| path.join("journal").is_dir()).unwrap();
    assert_eq!(modes(&folder), [0o600, 0o700]);
}
