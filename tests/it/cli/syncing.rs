//! Incidents that are moved out of a store others sync with.

use super::{Answer, Home, run};

/// A line of bo, who has a store of his own.
fn bo(home: &Home, line: &str) -> Answer {
    let mut words = home.words(line);
    words.env("CASEBOOK_USER", "bo").env("CASEBOOK_STORE", home.path("bo"));
    words.env("CASEBOOK_STATE", home.path("bo-state"));
    let answer = run(words);
    assert_eq!(answer.code, 0, "{line}: {}", answer.err);
    answer
}

#[test]
fn what_others_send_while_an_incident_is_archived_is_here_once_it_is_back() {
    let home = Home::new();
    home.done("new \"Ransomware on the file servers\"");
    let hub = home.path("hub.git");
    home.done(&format!("sync set {hub}"));
    home.done("sync");
    bo(&home, &format!("sync set {hub}"));
    bo(&home, "sync");
    home.done("log \"nobody else has this\" -i 1");
    let file = home.path("away.tar.zst");
    let archived = home.say(&format!("archive 1 --anyway -o {file}"));
    assert_eq!(archived.code, 0, "{}", archived.err);
    let said = format!("1 line of INC-2026-0001 was not sent to {hub}");
    assert!(archived.err.contains(&said), "{}", archived.err);
    let away = "left unsent with it: 1 line of INC-2026-0001, archived";
    assert!(home.done("sync status").contains(away), "{}", home.done("sync status"));
    let json: serde_json::Value = serde_json::from_str(&home.done("sync status --json")).unwrap();
    assert_eq!(
        json["remotes"][0]["archived_unsent"],
        serde_json::json!([{ "incident": "INC-2026-0001", "lines": 1 }])
    );
    bo(&home, "log \"written meanwhile\" -i 1");
    bo(&home, "sync");
    home.done("sync");
    assert!(!home.done("sync").contains("INC-2026-0001"), "it stays away");
    home.done(&format!("import bundle {file}"));
    let status = home.done("sync status");
    assert!(status.contains("unsent: 1 line of 1 incident"), "{status}");
    assert!(!status.contains("left unsent"), "{status}");
    let back = home.done("sync");
    assert!(back.contains("more of INC-2026-0001"), "{back}");
    let timeline = home.done("timeline -i 1");
    assert!(
        timeline.contains("written meanwhile") && timeline.contains("nobody else has this"),
        "{timeline}"
    );
    bo(&home, "sync");
    assert!(bo(&home, "timeline -i 1").out.contains("nobody else has this"));
}

#[test]
fn where_both_sealed_the_same_head_sync_says_whose_note_is_kept() {
    let home = Home::new();
    let hub = home.path("hub.git");
    home.done("new \"Ransomware on the file servers\"");
    home.done(&format!("sync set {hub}"));
    home.done("sync");
    bo(&home, &format!("sync set {hub}"));
    bo(&home, "sync");
    home.done("seal");
    bo(&home, "seal");
    home.done("sync");
    let said = bo(&home, "sync").out;
    assert!(
        said.contains("1 seal note of the same head was made on both sides; the one here was kept"),
        "{said}"
    );
    let json: serde_json::Value = serde_json::from_str(&home.done("sync --json")).unwrap();
    assert_eq!(json["remotes"][0]["received"]["seal_notes_kept"], 1);
    assert!(bo(&home, "sync").out.contains("received: nothing new"));
}

#[test]
fn what_two_sides_changed_and_two_incidents_of_one_number_are_told_as_they_meet() {
    let home = Home::new();
    let hub = home.path("hub.git");
    home.done("new \"Ransomware on the file servers\"");
    home.done(&format!("sync set {hub}"));
    home.done("sync");
    bo(&home, "new \"A phishing wave\"");
    bo(&home, &format!("sync set {hub}"));
    let met = bo(&home, "sync").out;
    assert!(met.contains("2 incidents are called INC-2026-0001"), "{met}");
    home.done("new \"Mail account taken over\"");
    home.done("sync");
    bo(&home, "sync");
    home.done("edit --title \"Two mail accounts\" -i \"Mail account\"");
    home.done("sync");
    bo(&home, "edit --title \"Mail account of the board\" -i \"Mail account\"");
    let met = bo(&home, "sync").out;
    assert!(met.contains("contested in INC-2026-0002: title"), "{met}");
}
