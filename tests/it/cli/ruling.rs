//! Two machines that met again: what was set on both is contested, and a person says whose word holds.

use std::fs;
use std::path::Path;

use super::{Answer, Home, run};

/// Copies what is there and not here, file by file: two copies of a store that meet.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match entry.file_type().unwrap().is_dir() {
            true => copy(&from, &to),
            false if to.exists() => {}
            false => _ = fs::copy(from, to).unwrap(),
        }
    }
}

/// A line of somebody at another machine, whose copy of the store is `there`.
fn elsewhere(home: &Home, name: &str, line: &str) -> Answer {
    let mut words = home.words(line);
    words.env("CASEBOOK_STORE", home.path("there")).env("CASEBOOK_STATE", home.path("their-state"));
    words.env("CASEBOOK_USER", name).env("CASEBOOK_NOW", "2026-11-21T14:06:00Z");
    run(words)
}

/// The stage of FS02 was set on two machines that did not know of each other, which then met.
fn contested() -> Home {
    let home = Home::new();
    home.done("new \"Ransomware on the file servers\"");
    home.done("component add FS02 --type server --stage suspected");
    let (here, there) = (home.path("store"), home.path("there"));
    copy(Path::new(&here), Path::new(&there));
    home.done("component stage FS02 contained --reason \"port shut\"");
    home.done("severity 2 --reason \"two servers\"");
    elsewhere(&home, "bo", "component stage FS02 confirmed --reason \"seen in the EDR\"");
    elsewhere(&home, "bo", "severity 1 --reason \"all servers\"");
    copy(Path::new(&there), Path::new(&here));
    home
}

#[test]
fn a_word_rules_a_contested_field_and_undo_takes_the_ruling_back() {
    let home = contested();
    let next = home.done("next");
    assert!(next.contains("stage of FS02") && next.contains("ana: contained | bo: confirmed"), "{next}");
    let told = home.say("rule \"stage of FS02\"");
    assert_eq!(told.code, 3);
    assert!(told.err.contains("1 ana: contained; 2 bo: confirmed"), "{}", told.err);
    assert!(told.err.contains("casebook rule \"stage of FS02\" --for ana"), "{}", told.err);
    let ruled = home.done("rule FS02 --for ana");
    assert!(ruled.contains("ruled: stage of FS02: contained (ana), not confirmed (bo)"), "{ruled}");
    assert!(!home.done("next").contains("stage of FS02"));
    home.done("undo");
    assert!(home.done("next").contains("ana: contained | bo: confirmed"));
    home.done("rule \"stage of FS02\" --for 2");
    assert!(home.done("component list").contains("confirmed"));
    let ruled = home.done("rule severity --for bo");
    assert!(ruled.contains("ruled: severity: SEV1 (bo), not SEV2 (ana)"), "{ruled}");
    assert!(!home.done("show").contains("CONTESTED"));
}

#[test]
fn a_ruling_on_nothing_or_for_nobody_says_what_there_is() {
    let home = contested();
    let refused = home.say("rule title --for ana");
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("No contested field matches \"title\"."), "{}", refused.err);
    assert!(refused.err.contains("severity, stage of FS02"), "{}", refused.err);
    let refused = home.say("rule FS02 --for cy");
    assert!(refused.err.contains("cy is no side of it."), "{}", refused.err);
    let home = Home::new();
    home.done("new \"Ransomware on the file servers\"");
    assert!(home.say("rule severity").err.contains("Nothing is contested in this incident."));
}
