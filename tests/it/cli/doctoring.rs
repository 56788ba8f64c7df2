//! The doctor at the shell: what it says of a damaged store, what a repair does, what a support file does not hold.

use std::fs;
use std::path::PathBuf;

use super::Home;

/// The journals of the only incident.
fn journals(home: &Home) -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::from(home.path("store/incidents"))];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().contains("/journal/") => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

fn worked() -> Home {
    let home = Home::new();
    home.done("new \"Lost stick\"");
    for text in ["the stick is found", "it is empty", "the owner is told"] {
        home.done(&format!("log \"{text}\""));
    }
    home
}

#[test]
fn a_flipped_bit_is_explained_and_put_right_by_adding() {
    let home = worked();
    let journal = journals(&home).remove(0);
    let mut bytes = fs::read(&journal).unwrap();
    let at = bytes.windows(8).position(|window| window == b"is empty").unwrap();
    bytes[at] ^= 4;
    fs::write(&journal, &bytes).unwrap();
    let looked = home.say("doctor");
    assert_eq!(looked.code, 2, "{}", looked.out);
    assert!(
        looked.out.contains("--repair: a repair adds what is missing from the damaged bytes themselves"),
        "{}",
        looked.out
    );
    assert_eq!(journals(&home).len(), 1, "a look writes nothing");
    let mended = home.say("doctor --repair");
    assert_eq!(mended.code, 1, "{}", mended.out);
    assert!(
        mended.out.contains("done  1 line came back from the damaged bytes themselves"),
        "{}",
        mended.out
    );
    assert_eq!(fs::read(&journal).unwrap(), bytes, "the damaged file stays as it is");
    assert!(home.say("activity").out.contains("it is empty"));
    assert_eq!(home.say("verify").code, 1);
    let again: serde_json::Value = serde_json::from_str(&home.say("doctor --json").out).unwrap();
    assert_eq!(
        (again["class"].as_str(), again["found"][0]["cure"].as_str()),
        (Some("declared"), Some("none"))
    );
    assert!(!home.say("doctor --repair").out.contains("  done  "), "a second time does nothing more");
}

#[test]
fn lines_of_a_rescue_file_and_of_a_backup_come_back_by_their_ids() {
    let home = worked();
    let copy = home.path("copy");
    home.done(&format!("backup {copy}"));
    let journal = journals(&home).remove(0);
    let text = fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.last().unwrap();
    // The end is cut off, and was rescued to another disk.
    fs::write(&journal, lines[..lines.len() - 1].join("\n") + "\n").unwrap();
    let inc = &last[last.find("\"inc\":\"").unwrap() + 7..][..36];
    let rescue = home.path(&format!("state/rescue-{inc}-w-00000000.jsonl"));
    assert_eq!(home.say("doctor").code, 2);
    fs::write(&rescue, format!("{last}\n")).unwrap();
    let mended = home.say("doctor --repair");
    assert!(mended.out.contains("1 line came back from") && mended.out.contains("rescue-"), "{}", mended.out);
    assert!(home.say("activity").out.contains("the owner is told"));
    // The whole journal is deleted, and stands in the backup.
    journals(&home).iter().for_each(|path| fs::remove_file(path).unwrap());
    assert_eq!(home.say("doctor INC-2026-0001").code, 2);
    fs::remove_file(rescue).unwrap();
    let mended = home.say(&format!("doctor INC-2026-0001 --repair --from {copy}"));
    assert!(mended.out.contains("4 lines came back from"), "{}", mended.out);
    assert!(home.say("activity").out.contains("it is empty"));
}

#[test]
fn a_support_file_holds_no_word_of_a_rich_incident() {
    let home = Home::new();
    let file = home.path("stick.bin");
    fs::write(&file, "quokka\n").unwrap();
    for line in [
        "new \"Wombat ransom\" --summary \"Zephyr shares are locked\"",
        "log \"Narwhal beacon to 203.0.113.77 at evil-otter.example\" --who Philippa",
        "component add lynxhost --type server",
        "indicator add evil-otter.example",
        "people join Philippa --role incident-lead",
        "decide \"Isolate the ibex subnet\" --why \"kestrel spreads\"",
        &format!("evidence add {file}"),
        "config name Gwendolyn",
        "config domains marmot.example",
    ] {
        let said = home.say(line);
        assert!(
            said.code == 0 || !line.starts_with("new") && !line.starts_with("log"),
            "{line}: {}",
            said.err
        );
    }
    let journal = journals(&home).remove(0);
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replace("Narwhal", "Walrus!")).unwrap();
    let to = home.path("support.json");
    let said = home.say(&format!("doctor --support {to}"));
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("Look before you send it"), "{}", said.err);
    let support = fs::read_to_string(&to).unwrap();
    let low = support.to_lowercase();
    for word in [
        "wombat",
        "zephyr",
        "narwhal",
        "walrus",
        "203.0.113",
        "otter",
        "philippa",
        "lynx",
        "ibex",
        "kestrel",
        "quokka",
        "stick.bin",
        "gwendolyn",
        "marmot",
        "inc-2026",
        &home.path("").to_lowercase(),
    ] {
        assert!(!low.contains(word), "{word} in {support}");
    }
    let host = fs::read_to_string("/etc/hostname").unwrap_or_default();
    // As a word: two letters of a short name stand in many an id.
    assert!(support.split(|c: char| !c.is_alphanumeric()).all(|word| word.is_empty() || word != host.trim()));
    assert!(
        support.contains("\"means\"") && support.contains(".jsonl") && support.contains("\"line\""),
        "{support}"
    );
    assert_eq!(home.say(&format!("doctor --support {to}")).code, 1, "a file is not written over");
}

/// The folder of an incident.
fn folder(home: &Home, number: &str) -> PathBuf {
    let mut folders = vec![PathBuf::from(home.path("store/incidents"))];
    while let Some(folder) = folders.pop() {
        if folder.to_string_lossy().contains(&format!("/{number}-")) {
            return folder;
        }
        let inside = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        folders.extend(inside.filter(|path| path.is_dir()));
    }
    panic!("{number} has no folder");
}

/// Two incidents, one with evidence in the vault; a bundle of it, and a backup.
fn kept_elsewhere() -> (Home, String, String) {
    let home = worked();
    fs::write(home.path("image.raw"), "the bytes of the stick").unwrap();
    home.done(&format!("evidence add {} --copy", home.path("image.raw")));
    let (bundle, copy) = (home.path("stick.tar.zst"), home.path("copy"));
    home.done(&format!("export bundle -o {bundle}"));
    home.done("new Another");
    home.done(&format!("backup {copy}"));
    (home, bundle, copy)
}

#[test]
fn evidence_that_is_gone_or_altered_comes_back_by_its_hash_from_a_bundle() {
    let (home, bundle, _) = kept_elsewhere();
    let vault = folder(&home, "INC-2026-0001").join("vault");
    let inner = fs::read_dir(&vault).unwrap().next().unwrap().unwrap().path();
    let object = fs::read_dir(inner).unwrap().next().unwrap().unwrap().path();
    for damage in ["gone", "altered"] {
        fs::remove_file(&object).unwrap();
        if damage == "altered" {
            fs::write(&object, "the bytes of the stock").unwrap();
        }
        assert_eq!(home.say("doctor").code, 2, "{damage}");
        // Looked at only, what is named is told to hold it.
        let looked = home.say(&format!("doctor --from {bundle}"));
        let said = format!("a repair puts it back from {bundle}");
        assert!(looked.code == 2 && looked.out.contains(&said), "{damage}: {}{}", looked.out, looked.err);
        let mended = home.say(&format!("doctor --repair --from {bundle}"));
        let said = format!("the copy of evidence E-001 is back from {bundle}");
        assert!(mended.code < 2 && mended.out.contains(&said), "{damage}: {}{}", mended.out, mended.err);
        assert_eq!(fs::read_to_string(&object).unwrap(), "the bytes of the stick");
    }
}

#[test]
fn a_copy_that_does_not_help_is_named_and_never_hinted_at_again() {
    let home = worked();
    let stubs = home.path("stubs");
    home.done(&format!("backup {stubs}"));
    let activity = home.json("activity -i 1");
    let note = activity["entries"].as_array().unwrap().iter().find(|entry| entry["kind"] == "note").unwrap();
    let line = note["id"].as_str().unwrap()[..8].to_owned();
    let journal = |root: &str| {
        let inside = folder(&home, "INC-2026-0001");
        let inside = inside.strip_prefix(home.path("store")).unwrap().join("journal");
        let mut all = fs::read_dir(PathBuf::from(root).join(inside)).unwrap();
        all.next().unwrap().unwrap().path()
    };
    // The copy has the words no more; here they are there, and so many bytes are others that none can be guessed.
    let whole = fs::read_to_string(journal(&home.path("store"))).unwrap();
    let state = home.path("other-state");
    let expunge = format!("--store {stubs} -i 1 expunge --yes {line} --reason private --with Bo/legal");
    let mut there = home.words(&expunge);
    there.env("CASEBOOK_STATE", &state);
    let answer = super::run(there);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let at = whole.find(&format!(",\"id\":\"{line}")).unwrap() - 40;
    let mut bytes = whole.clone().into_bytes();
    bytes[at..at + 30].iter_mut().for_each(|byte| *byte ^= 1);
    fs::write(journal(&home.path("store")), bytes).unwrap();
    let looked = home.say(&format!("-i 1 doctor --from {stubs}"));
    assert!(looked.out.contains("has of it only what an expunge left"), "{}", looked.out);
    assert!(!looked.out.contains("--repair --from PATH"), "{}", looked.out);
}

#[test]
fn what_was_agreed_to_and_does_not_read_is_told_by_verify_and_doctor() {
    let home = worked();
    let file = folder(&home, "INC-2026-0001").join(".expunged.json");
    fs::write(&file, "{\"lines\":").unwrap();
    for line in ["-i 1 verify", "-i 1 doctor"] {
        let said = home.say(line);
        assert_eq!(said.code, 1, "{line}: {}", said.out);
        assert!(said.out.contains(".expunged.json, which says what somebody here agreed"), "{}", said.out);
    }
    fs::remove_file(&file).unwrap();
    assert!(!home.say("-i 1 verify").out.contains(".expunged.json"));
}

#[test]
fn a_number_that_stayed_with_others_is_explained_where_the_store_syncs() {
    let home = worked();
    home.done("new Another");
    home.done("new \"A third\"");
    fs::remove_dir_all(folder(&home, "INC-2026-0002")).unwrap();
    fs::remove_dir_all(home.path("state")).unwrap();
    let alone = home.say("doctor");
    assert!(alone.out.contains("no folder has the number INC 2, which was given"), "{}", alone.out);
    assert!(alone.out.contains("or it was given in another store"), "{}", alone.out);
    home.done(&format!("sync set {}", home.path("hub.git")));
    let synced = home.say("doctor");
    assert!(synced.out.contains("no folder has the number INC 2"), "{}", synced.out);
    assert!(synced.out.contains("it may be restricted there, or archived, and stay there"), "{}", synced.out);
}

#[test]
fn evidence_that_was_expunged_here_is_not_put_back_from_a_copy_that_has_it() {
    let (home, bundle, copy) = kept_elsewhere();
    let files = || {
        let vault = folder(&home, "INC-2026-0001").join("vault");
        let inner = fs::read_dir(vault).into_iter().flatten().map(|entry| entry.unwrap().path());
        inner.flat_map(|inner| fs::read_dir(inner).unwrap()).count()
    };
    assert_eq!(files(), 1);
    home.done("-i 1 expunge --yes E-001 --reason \"a private file\" --with Bo/legal");
    assert_eq!(files(), 0);
    for from in [&bundle, &copy] {
        let mended = home.say(&format!("-i 1 doctor --repair --from {from}"));
        assert!(!mended.out.contains("is back from"), "{}", mended.out);
        assert_eq!(files(), 0, "{from}");
    }
}

#[test]
fn an_incident_whose_folder_is_gone_is_explained_and_brought_back_from_a_bundle_or_a_backup() {
    let (home, bundle, copy) = kept_elsewhere();
    let before = home.json("show -i 1");
    for from in [bundle, copy] {
        fs::remove_dir_all(folder(&home, "INC-2026-0001")).unwrap();
        let looked = home.say("doctor");
        assert_eq!(looked.code, 2, "{}", looked.out);
        assert!(looked.out.contains("is not there, and this machine had written"), "{}", looked.out);
        assert!(looked.out.contains("casebook doctor --repair --from PATH"), "{}", looked.out);
        let mended = home.say(&format!("doctor --repair --from {from}"));
        assert!(mended.code < 2, "{}{}", mended.out, mended.err);
        assert!(mended.out.contains(&format!("INC-2026-0001 is back from {from}")), "{}", mended.out);
        assert_eq!(home.json("show -i 1"), before);
    }
}

#[test]
fn locks_that_nobody_holds_are_told_and_taken_away_and_those_of_living_screens_stay() {
    let home = worked();
    let here = PathBuf::from(home.path("store/here"));
    fs::create_dir_all(&here).unwrap();
    let presence = r#"{"by":"bo","host":"jump","since":"2026-11-21T14:00:00Z"}"#;
    fs::write(here.join("w-11111111"), presence).unwrap();
    fs::write(here.join("w-22222222"), presence).unwrap();
    let alive = fs::File::options().read(true).write(true).open(here.join("w-22222222")).unwrap();
    alive.lock().unwrap();
    let lease = PathBuf::from(home.path("state/writers/w-33333333.lock"));
    fs::write(&lease, r#"{"machine":"another"}"#).unwrap();
    let looked = home.say("doctor").out;
    assert!(looked.contains("1 lock file of screens that were killed"), "{looked}");
    assert!(looked.contains("1 lock file of writers from another machine"), "{looked}");
    assert!(here.join("w-11111111").exists() && lease.exists(), "a look takes nothing away");
    home.say("doctor --repair");
    assert!(!here.join("w-11111111").exists() && here.join("w-22222222").exists() && !lease.exists());
    assert!(!home.say("doctor").out.contains("lock file"));
}
