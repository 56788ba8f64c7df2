//! What others did while somebody was away, told in the shell.

use super::{Home, run};

/// A line of Bo at the same store, an hour later.
fn bo(home: &Home, line: &str) {
    let mut words = home.words(line);
    words.env("CASEBOOK_USER", "bo").env("CASEBOOK_NOW", "2026-11-21T15:05:00Z");
    let answer = run(words);
    assert_eq!(answer.code, 0, "{}", answer.err);
}

#[test]
fn a_moment_is_named_where_the_screens_were_never_open() {
    let home = Home::new();
    home.done("new \"Ransomware on the file servers\"");
    let refused = home.say("catchup");
    assert_eq!(refused.code, 3);
    assert!(
        refused.err.contains("You have not had INC-2026-0001 open in the screens here."),
        "{}",
        refused.err
    );
    assert!(home.say("catchup --all").err.contains("--since TIME names the moment"));
    bo(&home, "log \"FS02 unplugged\"");
    bo(&home, "severity 2 --reason \"two sites down\"");
    bo(&home, "new \"A second one\"");
    home.done("log \"my own words\" -i 1");
    let told = home.done("catchup -i 1 --since 14:04");
    assert!(told.contains("CATCH-UP INC-2026-0001") && told.contains("bo 2 entries"), "{told}");
    assert!(told.contains("FS02 unplugged") && !told.contains("my own words"), "{told}");
    let all = home.done("catchup --all --since 14:04");
    assert!(all.contains("INC-2026-0001") && all.contains("bo 2"), "{all}");
    assert!(all.contains("INC-2026-0002") && all.contains("A second one"), "{all}");
    let document: serde_json::Value =
        serde_json::from_str(&home.done("catchup -i 1 --since 14:04 --json")).unwrap();
    assert_eq!(document["entries"].as_array().unwrap().len(), 2);
    assert_eq!(document["entries"][0]["by"], "bo");
    let mut mine = home.words("catchup -i 2 --since 14:04");
    mine.env("CASEBOOK_USER", "bo");
    assert!(run(mine).out.contains("Nobody else wrote anything into INC-2026-0002"));
}

#[test]
fn the_list_marks_what_others_wrote_since_the_screens_were_open_last() {
    use casebook::store::{Host, Look, Setup, Store};
    let home = Home::new();
    home.done("new \"Ransomware on the file servers\"");
    home.done("new \"A second one\"");
    bo(&home, "log \"FS02 unplugged\" -i 1");
    assert!(!home.done("list").contains("since you were last here"), "all is new to who was never here");
    assert!(home.json("list")["new"].is_null());
    // What the screens keep when they are left.
    let host = Host { host: "here".into(), user: "ana".into(), version: "t".into(), machine: "m".into() };
    let (root, state) = (home.path("store").into(), Some(home.path("state").into()));
    let store = Store::open(Setup { root, state, host, seed: [9; 32] });
    let mut seen = store.seen("ana");
    seen.left = Some("2026-11-21T14:00:00Z".parse().unwrap());
    store.list(Look::Checked).unwrap().iter().for_each(|(_, row)| seen.list(row.id, row.entries));
    store.keep_seen("ana", &seen).unwrap();
    assert!(!home.done("list").contains("new:"));
    bo(&home, "log \"FS03 too\" -i 1");
    let list = home.done("list");
    let row = list.lines().find(|line| line.contains("INC-2026-0001")).unwrap();
    assert!(row.contains(" new "), "{list}");
    assert!(
        list.contains("new: others wrote there since you were last here, 14:00")
            && list.contains("casebook catchup --all tells what"),
        "{list}"
    );
    assert_eq!(home.json("list")["new"], serde_json::json!(["INC-2026-0001"]));
}
