//! A backup is a store: it opens, and it is the same; the next one brings only what is new and drops nothing.

use std::fs;
use std::path::Path;

use super::Home;

fn states(home: &Home, store: &str) -> Vec<serde_json::Value> {
    let list = home.json(&format!("--store {store} list --all"));
    let numbers = list["incidents"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap());
    let state = |number: &str| {
        let show = home.json(&format!("--store {store} -i {number} show"));
        let verdict = home.say(&format!("--store {store} -i {number} verify --json")).out;
        let verdict: serde_json::Value = serde_json::from_str(&verdict).unwrap();
        serde_json::json!([show, verdict["class"], verdict["lines"]])
    };
    numbers.map(state).collect()
}

#[test]
fn a_backup_opens_as_a_store_and_is_equal_and_the_next_one_brings_what_is_new() {
    let home = Home::new();
    home.done("new Lost stick");
    fs::write(home.path("image.raw"), vec![7; 1_500_000]).unwrap();
    home.done(&format!("-i 1 evidence add {} --copy", home.path("image.raw")));
    home.done("new \"Mail account taken over\"");
    home.done("-i 2 seal");
    let (store, to) = (home.path("store"), home.path("backup"));
    let first = home.json(&format!("backup {to}"));
    assert_eq!((first["incidents"].as_u64(), first["not"].as_array().unwrap().len()), (Some(2), 0));
    assert_eq!(states(&home, &store), states(&home, &to));

    let again = home.json(&format!("backup {to}"));
    assert_eq!((again["files_new"].as_u64(), again["bytes_new"].as_u64()), (Some(0), Some(0)));
    home.done("-i 1 log \"it lay in the car\"");
    home.done(&format!("-i 2 archive 2 --anyway -o {}", home.path("a.tar.zst")));
    let more = home.json(&format!("backup {to}"));
    assert_eq!(more["only_there"][0], "INC-2026-0002", "what is gone here stays there");
    assert_eq!(more["files_new"].as_u64(), Some(2), "one journal grew, one stub came: {more}");
    assert_eq!(states(&home, &to).len(), 2);
    // A number that was given is not given again by a store that was restored.
    assert_eq!(home.json(&format!("--store {to} new Third"))["incident"], "INC-2026-0003");
}

#[test]
fn a_backup_keeps_its_own_where_the_store_lost_or_changed_something() {
    let home = Home::new();
    home.done("new Lost stick");
    for n in 0..5 {
        home.done(&format!("log \"entry {n}\""));
    }
    let to = home.path("backup");
    home.done(&format!("backup {to}"));
    let journal = journal(Path::new(&home.path("store")));
    let kept = fs::read(self::journal(Path::new(&to))).unwrap();
    let whole = fs::read_to_string(&journal).unwrap();
    for (bad, why) in [
        (whole[..whole.len() / 2].to_owned(), "were there before"),
        (whole.replace("entry 2", "entry X"), "others"),
    ] {
        fs::write(&journal, bad).unwrap();
        let answer = home.say(&format!("backup {to}"));
        assert_eq!(answer.code, 1, "{}", answer.out);
        assert!(answer.out.contains(why), "{}", answer.out);
        assert_eq!(fs::read(self::journal(Path::new(&to))).unwrap(), kept);
    }
    // What somebody was just writing is no line yet.
    fs::write(&journal, format!("{whole}{{\"v\":1,\"inc\":\"")).unwrap();
    home.done(&format!("backup {to}"));
    assert_eq!(fs::read(self::journal(Path::new(&to))).unwrap(), kept);
}

fn journal(root: &Path) -> std::path::PathBuf {
    let mut path = root.join("incidents");
    while !path.join("journal").is_dir() {
        path = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.is_dir())
            .unwrap();
    }
    fs::read_dir(path.join("journal")).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn a_backup_lies_outside_the_store_and_in_nothing_else() {
    let home = Home::new();
    assert_eq!(home.say(&format!("backup {}", home.path("b"))).code, 1, "no store, no backup");
    home.done("new Lost stick");
    fs::create_dir(home.path("full")).unwrap();
    fs::write(home.path("full/letter.txt"), "mine").unwrap();
    home.done(&format!("--store {} new Another", home.path("other")));
    for (to, why) in [
        (home.path("store"), "outside the store"),
        (home.path("store/incidents/b"), "outside the store"),
        (home.path(""), "outside the store"),
        (home.path("full"), "not empty"),
        (home.path("other"), "another store"),
    ] {
        let answer = home.say(&format!("backup {to}"));
        assert_eq!(answer.code, 1, "{to}");
        assert!(answer.err.contains(why), "{to}: {}", answer.err);
    }
    assert_eq!(fs::read_dir(home.path("full")).unwrap().count(), 1);
}
