//! One store by many spellings of its path: one list, one choice, and no second cache that keeps what is gone.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use casebook::store::Print;
use sha2::{Digest, Sha256};

use super::{Home, run};

/// The caches of lists on this machine.
fn caches(home: &Home) -> Vec<String> {
    let names = fs::read_dir(home.path("state")).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    names.filter(|name| name.starts_with("index-") || name.starts_with("indicators-")).collect()
}

/// Every spelling of a store that stands in the home's `store`.
fn spellings(home: &Home) -> Vec<String> {
    fs::create_dir_all(home.path("real/deep")).unwrap();
    symlink(home.path("real/deep"), home.path("away")).unwrap();
    symlink(home.path("store"), home.path("link")).unwrap();
    symlink("../link", home.path("real/twice")).unwrap();
    symlink(home.path(""), home.path("real/home")).unwrap();
    let all = [
        "store",
        "store/",
        "./store/.",
        "real/../store",
        "away/../../store",
        "link",
        "link/",
        "real/twice",
        "real/home/store",
        "real/deep/../home/link/../store",
    ];
    all.map(|name| home.path(name)).to_vec()
}

#[test]
fn a_second_spelling_of_the_path_is_the_same_cache() {
    let home = Home::new();
    home.done("new \"Stolen laptop\"");
    home.done("new \"Mail account taken over\"");
    home.done("-i 2 indicator add 203.0.113.7");
    for spelling in spellings(&home) {
        assert!(home.done(&format!("--store {spelling} list")).contains("Mail account"), "{spelling}");
        home.done(&format!("--store {spelling} -i 2 log \"by {spelling}\""));
        home.done(&format!("--store {spelling} -i 2 indicator list --elsewhere"));
        assert_eq!(caches(&home).len(), 2, "{spelling}: {:?}", caches(&home));
    }
    let mut relative = home.words("--store away/../../store list");
    relative.current_dir(home.path(""));
    assert!(run(relative).out.contains("Mail account"));
    assert_eq!(caches(&home).len(), 2);
}

#[test]
fn what_was_chosen_by_one_spelling_is_chosen_by_the_others() {
    let home = Home::new();
    home.done("new \"Mail account taken over\"");
    home.done("new \"Stolen laptop\"");
    for spelling in spellings(&home) {
        home.done(&format!("--store {spelling} use 1"));
        assert!(home.done("show").contains("Mail account"), "{spelling}");
        home.done("use 2");
        assert!(home.done(&format!("--store {spelling} show")).contains("Stolen laptop"), "{spelling}");
    }
    for spelling in ["store", "real/../store", "link"] {
        let mut relative = home.words(&format!("--store {spelling} show"));
        relative.current_dir(home.path(""));
        let answer = run(relative);
        assert!(answer.out.contains("Stolen laptop"), "{spelling}: {}", answer.err);
    }
}

/// Two incidents, the first of which has words in its rows and its prints.
fn told(home: &Home) {
    home.done("new \"Mail account\"");
    home.done("edit --title \"Mail account of hunter2\"");
    home.done("indicator add hunter2-sommer.example");
    home.done("new \"Stolen laptop\"");
    home.done("-i 2 indicator add 203.0.113.7");
}

/// Takes the words away, with all that says them.
fn expunge(home: &Home) {
    home.done("-i 1 edit --title \"Mail account\"");
    let entries = home.json("-i 1 activity")["entries"].take();
    let gone = entries.as_array().unwrap()[1..].iter().map(|entry| &entry["id"].as_str().unwrap()[..10]);
    let gone = gone.collect::<Vec<_>>().join(" ");
    home.done(&format!("-i 1 expunge --yes {gone} --reason \"a password\" --with Bo/legal"));
}

/// Files of a state folder that hold the words, or the print by which who knows them finds them.
fn holding(state: &str) -> Vec<String> {
    let print = format!("{:?}", Print::of("domain", "hunter2-sommer.example"));
    let print: u64 = print.replace(|c: char| !c.is_ascii_digit(), "").parse().unwrap();
    let words = ["hunter2".to_owned(), format!("{print:016x}")];
    let files = fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let texts = files.map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()));
    texts.filter(|(_, text)| words.iter().any(|words| text.contains(words))).map(|(path, _)| path).collect()
}

#[test]
fn words_that_are_expunged_are_in_no_cache_of_another_spelling_or_of_a_place_the_store_left() {
    let home = Home::new();
    told(&home);
    home.done("-i 2 indicator list --elsewhere");
    // As a release before this one, a store that was moved and a process that was killed leave them.
    let state = home.path("state");
    for name in caches(&home) {
        let (kind, _) = name.split_once('-').unwrap();
        for other in [format!("{kind}-0123456789abcdef.jsonl"), format!(".{name}.4711.0")] {
            fs::copy(Path::new(&state).join(&name), Path::new(&state).join(other)).unwrap();
        }
    }
    assert_eq!(holding(&state).len(), 6);
    expunge(&home);
    assert_eq!(holding(&state), Vec::<String>::new());
}

#[test]
fn words_that_one_person_expunged_go_from_the_caches_of_the_next_one_who_lists_the_store() {
    let home = Home::new();
    told(&home);
    let bo = |line: &str| {
        let mut words = home.words(line);
        words.env("CASEBOOK_STATE", home.path("state-of-bo")).env("CASEBOOK_USER", "bo");
        let answer = run(words);
        assert_eq!(answer.code, 0, "{line}: {}", answer.err);
        answer.out
    };
    bo("-i 2 indicator list --elsewhere");
    assert_eq!(holding(&home.path("state-of-bo")).len(), 2);
    expunge(&home);
    assert!(bo("list").contains("Mail account"));
    assert_eq!(holding(&home.path("state-of-bo")), Vec::<String>::new());
}

#[test]
fn what_was_kept_under_a_spelling_moves_where_it_cannot_be_made_anew_and_goes_where_it_can() {
    let home = Home::new();
    let (hub, state) = (home.path("hub.git"), home.path("state"));
    told(&home);
    home.done("-i 2 indicator list --elsewhere");
    home.done(&format!("sync set {hub}"));
    home.done("sync");
    home.done(&format!("backup {}", home.path("copy")));
    // As a release before this one has it for a store that is called by a link.
    symlink(home.path("store"), home.path("link")).unwrap();
    let key = |path: String| {
        let hash = Sha256::digest(path.as_bytes());
        hash[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let (real, link) = (key(home.path("store")), key(home.path("link")));
    let kept = |place: &str| {
        ["index-P.jsonl", "indicators-P.jsonl", "backups-P.json", "sync/P"]
            .map(|name| Path::new(&state).join(name.replace('P', place)))
    };
    for (from, to) in kept(&real).iter().zip(kept(&link)) {
        fs::rename(from, to).unwrap();
    }
    let status = home.done(&format!("--store {} sync status", home.path("link")));
    assert!(status.contains(&hub), "{status}");
    assert_eq!(home.done("sync status"), status);
    assert!(kept(&link).iter().all(|path| !path.exists()), "{:?}", fs::read_dir(&state));
    assert!(kept(&real)[2..].iter().all(|path| path.exists()));
}

#[test]
fn an_incident_that_was_written_in_by_another_spelling_and_taken_away_is_missed() {
    let home = Home::new();
    home.done("new \"Stolen laptop\"");
    home.done("new \"Mail account taken over\"");
    symlink(home.path("store"), home.path("link")).unwrap();
    // As a release before this one remembered it.
    let inside =
        |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let writers = inside(Path::new(&home.path("state/writers")));
    for memory in inside(writers.iter().find(|path| path.is_dir()).unwrap()) {
        let text = fs::read_to_string(&memory).unwrap();
        let text = text.lines().next().unwrap().replace(&home.path("store/"), &home.path("link/"));
        assert!(text.contains("/link/"), "{text}");
        let sum: String = Sha256::digest(&text)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(&memory, format!("{text}\n{sum}\n")).unwrap();
    }
    let year = inside(Path::new(&home.path("store/incidents"))).remove(0);
    let incidents = inside(&year.join("00"));
    let first = incidents.iter().find(|path| path.to_string_lossy().contains("-0001-")).unwrap();
    fs::remove_dir_all(first).unwrap();
    for spelling in ["store", "link"] {
        let answer = run(home.words(&format!("--store {} verify --all", home.path(spelling))));
        assert!(answer.out.contains("is not there any more"), "{spelling}: {}{}", answer.out, answer.err);
    }
}

#[test]
fn a_store_that_is_not_there_yet_is_made_where_its_path_leads() {
    let home = Home::new();
    spellings(&home);
    for spelling in ["new/one/", "real/../new/one", "away/../../new/one", "real/home/new/./one"] {
        home.done(&format!("--store {} new \"Stolen laptop\"", home.path(spelling)));
        assert!(Path::new(&home.path("new/one/FORMAT.json")).is_file(), "{spelling}");
        fs::remove_dir_all(home.path("new")).unwrap();
    }
}

#[test]
fn a_link_that_leads_elsewhere_is_another_store_and_a_store_that_was_moved_is_the_same() {
    let home = Home::new();
    let (one, two, link) = (home.path("one"), home.path("two"), home.path("current"));
    home.done(&format!("--store {one} new \"Mail account taken over\""));
    home.done(&format!("--store {two} new \"Stolen laptop\""));
    symlink(&one, &link).unwrap();
    assert!(home.done(&format!("--store {link} list")).contains("Mail account"));
    fs::remove_file(&link).unwrap();
    symlink(&two, &link).unwrap();
    let list = home.done(&format!("--store {link} list"));
    assert!(list.contains("Stolen laptop") && !list.contains("Mail account"), "{list}");
    home.done(&format!("--store {link} log \"it was in the car\""));
    // They change places under the same names.
    fs::rename(&one, home.path("three")).unwrap();
    fs::rename(&two, &one).unwrap();
    fs::rename(home.path("three"), &two).unwrap();
    for (store, title) in [(&one, "Stolen laptop"), (&link, "Mail account"), (&two, "Mail account")] {
        let list = home.done(&format!("--store {store} list"));
        assert!(list.contains(title) && list.matches("INC-").count() == 1, "{store}: {list}");
        home.done(&format!("--store {store} -i 1 log \"after the move\""));
        assert_eq!(home.say(&format!("--store {store} verify --quick")).code, 0, "{store}");
    }
}
