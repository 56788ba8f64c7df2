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
    assert!(host.trim().is_empty() || !support.contains(host.trim()));
    assert!(
        support.contains("\"means\"") && support.contains(".jsonl") && support.contains("\"line\""),
        "{support}"
    );
    assert_eq!(home.say(&format!("doctor --support {to}")).code, 1, "a file is not written over");
}
