//! Two machines that met again: what was set on both is contested, and a person says whose word holds.

use std::fs;
use std::path::Path;

use super::{Answer, Home, run};

/// Copies what is there and not here, or has grown there, file by file: two copies of a store that meet.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match entry.file_type().unwrap().is_dir() {
            true => copy(&from, &to),
            false if to.exists() && size(&from) <= size(&to) => {}
            false => _ = fs::copy(from, to).unwrap(),
        }
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
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

#[test]
fn two_contested_fields_of_one_name_are_told_apart_by_an_id_and_neither_is_ruled_by_chance() {
    let home = Home::new();
    home.done("new \"Ransomware on the file servers\"");
    let (here, there) = (home.path("store"), home.path("there"));
    copy(Path::new(&here), Path::new(&there));
    // Two people put a server of one name on the list, and two set the stage of each.
    home.done("component add FS02 --type server --stage suspected");
    elsewhere(&home, "bo", "component add FS02 --type server --stage suspected");
    copy(Path::new(&there), Path::new(&here));
    copy(Path::new(&here), Path::new(&there));
    let show = home.json("show");
    let ids: Vec<String> = show["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|component| component["id"].as_str().unwrap().to_owned())
        .collect();
    for id in &ids {
        home.done(&format!("component stage {id} contained --reason \"port shut\""));
        elsewhere(&home, "bo", &format!("component stage {id} confirmed --reason \"seen in the EDR\""));
    }
    copy(Path::new(&there), Path::new(&here));
    let refused = home.say("rule \"stage of FS02\" --for ana");
    assert_eq!(refused.code, 3, "{}{}", refused.out, refused.err);
    for id in &ids {
        let named = format!("stage of FS02·{}: ", &id[..4]);
        assert!(refused.err.contains(&named), "{named}: {}", refused.err);
    }
    assert!(refused.err.contains("Say which: casebook rule"), "{}", refused.err);
    let ruled = home.done(&format!("rule {} --for ana", &ids[1][..4]));
    assert!(ruled.contains("contained (ana), not confirmed (bo)"), "{ruled}");
    let left = home.done("next");
    assert!(
        left.contains("stage of FS02") && !left.contains('·'),
        "one is left, and is called alone: {left}"
    );
    let component = |n: usize| home.json("show")["components"][n]["stage"].as_str().unwrap().to_owned();
    assert_eq!((component(0), component(1)), ("confirmed".to_owned(), "contained".to_owned()));
}
