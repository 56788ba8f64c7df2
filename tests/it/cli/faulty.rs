//! A record with a fault says so wherever it is shown, and on everything that leaves the house.

use std::fs;
use std::path::{Path, PathBuf};

use super::Home;

fn journal(root: &str) -> PathBuf {
    let mut path = Path::new(root).join("incidents");
    while !path.join("journal").is_dir() {
        let inner = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
        path = inner.filter(|path| path.is_dir()).min().unwrap();
    }
    fs::read_dir(path.join("journal")).unwrap().next().unwrap().unwrap().path()
}

/// An incident in whose journal one byte was flipped: it still reads.
fn flipped() -> Home {
    let home = Home::new();
    home.done("new \"Mail account taken over\"");
    home.done("log \"three mails went out\"");
    home.done("log \"the account is locked\"");
    let path = journal(&home.path("store"));
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("three mails", "thrde mails")).unwrap();
    home
}

const DOUBT: &str = "THE RECORD HAS A FAULT: casebook doctor -i INC-2026-0001 explains it";

#[test]
fn a_flipped_byte_is_told_wherever_the_record_is_shown_or_leaves() {
    let home = flipped();
    for line in ["show", "activity", "sitrep", "report", "handover"] {
        let answer = home.say(line);
        assert!(answer.out.contains(DOUBT), "{line}: {}{}", answer.out, answer.err);
    }
    for line in ["show", "activity", "report"] {
        assert_eq!(home.json(line)["faults"].as_array().unwrap().len(), 1, "{line}");
    }
    for line in ["timeline", "export misp", "seal"] {
        let answer = home.say(line);
        assert!(answer.err.contains("THE RECORD HAS"), "{line}: {}", answer.err);
        assert!(
            answer.err.contains("line 3: the bytes are not those its id was made from"),
            "{}",
            answer.err
        );
    }
    // The seals over it are no further fault: verify names them as what follows.
    for line in ["seal", "show", "report"] {
        assert_eq!(home.json(line)["faults"].as_array().unwrap().len(), 1, "{line}");
    }
    let verify = home.say("verify");
    assert_eq!(verify.code, 2);
    assert!(verify.out.contains("and so seal 0"), "{}", verify.out);
    let first = verify.out.find("are not those its id was made from").unwrap();
    assert!(first < verify.out.find("and so seal").unwrap(), "{}", verify.out);
}

#[test]
fn what_leaves_has_the_doubt_on_every_page_and_in_its_first_row() {
    let home = flipped();
    let sitrep = home.done("sitrep");
    assert_eq!(sitrep.lines().next(), Some(DOUBT));
    assert!(sitrep.lines().all(|line| line.chars().count() <= 78), "{sitrep}");
    let page = home.path("report.html");
    home.done(&format!("report -o {page}"));
    assert!(fs::read_to_string(page).unwrap().matches(DOUBT).count() >= 2, "at the top and at the bottom");
}

#[test]
fn the_list_marks_what_a_check_found_until_a_check_finds_nothing() {
    let home = flipped();
    assert!(!home.done("list").contains("FAULT"), "the list itself hashes nothing");
    home.done("show");
    let list = home.done("list");
    assert!(
        list.contains("INC-2026-0001  ITS RECORD HAS A FAULT: casebook doctor -i INC-2026-0001"),
        "{list}"
    );
    assert_eq!(home.json("list")["faulty"][0], "INC-2026-0001");
    let path = journal(&home.path("store"));
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("thrde mails", "three mails")).unwrap();
    home.done("show");
    assert!(!home.done("list").contains("FAULT"));
    assert!(home.json("list")["faulty"].is_null());
}

#[test]
fn a_backup_says_that_it_holds_a_record_with_a_fault() {
    let home = flipped();
    let answer = home.say(&format!("backup {}", home.path("copy")));
    assert_eq!(answer.code, 1, "{}", answer.out);
    assert!(answer.out.contains("in it with this fault: INC-2026-0001: w-"), "{}", answer.out);
}
