//! Exit codes and streams: 0 done, 1 could not, 2 misused, 3 refused by the incident.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use super::{Home, run};

#[test]
fn every_line_ends_with_its_code() {
    let home = Home::new();
    home.done("new Strange logon");
    for (line, code) in [
        ("list", 0),
        ("", 0),
        ("--help", 0),
        ("--version", 0),
        ("help task done", 0),
        ("ack", 0),
        ("ack", 0),
        ("keys", 0),
        ("completions bash", 0),
        ("man", 0),
        ("verify --quick", 0),
        ("nonsense", 2),
        ("help nonsense", 2),
        ("log", 2),
        ("show 99", 2),
        ("task done nothing", 2),
        ("--zone Nowhere/Town list", 2),
        ("phase recovery", 3),
        ("phase containment", 3),
        ("task waive duplicate", 3),
        ("severity 1", 3),
        ("close", 3),
    ] {
        let answer = home.say(line);
        assert_eq!(answer.code, code, "{line}: {}{}", answer.out, answer.err);
        assert_eq!(answer.err.is_empty(), code == 0, "{line}: {}", answer.err);
    }
}

#[test]
fn an_error_is_a_document_where_answers_are() {
    let home = Home::new();
    home.done("new Strange logon");
    for (line, kind) in [
        ("--json phase recovery", "refused"),
        ("phase recovery --json", "refused"),
        ("--json nonsense", "misused"),
        ("log --json", "misused"),
        ("log --json --wrong", "misused"),
    ] {
        let answer = home.say(line);
        let error: serde_json::Value = serde_json::from_str(&answer.err).unwrap();
        assert_eq!(error["error"]["kind"], kind, "{line}");
        assert!(error["error"]["message"].as_str().unwrap().ends_with('.'), "{line}: {error}");
        assert!(error["error"]["hint"].is_string(), "{line}: {error}");
        assert_eq!(answer.out, "", "{line}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let home = Home::new();
    home.done("new Strange logon");
    for line in [&["man"][..], &["log", "one fact"], &["list"], &["show", "--json"]] {
        let mut command = home.command(line);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{line:?}: {said}");
    }
    assert!(home.done("activity").contains("one fact"), "what was recorded is there all the same");
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_says_that_the_fact_is_saved() {
    let home = Home::new();
    home.done("new Strange logon");
    let mut command = home.command(&["log", "written before the answer"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("saved"));
    assert!(home.done("activity").contains("written before the answer"));
}

#[test]
fn standard_input_is_one_entry_or_one_a_line() {
    let home = Home::new();
    home.done("new Strange logon");
    let feed = |args: &[&str], input: &[u8]| {
        let mut command = home.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(feed(&["log", "-"], b"first line\nsecond line\n").0, Some(0));
    assert_eq!(feed(&["log", "--lines", "--kind", "action"], b"port off\n\naccount off\n").0, Some(0));
    assert_eq!(feed(&["log", "-"], b"\xff\xfe not UTF-8").0, Some(0));
    let entries = home.json("activity")["entries"].clone();
    let text = |at: usize| entries[at]["text"].as_str().unwrap().to_owned();
    assert_eq!(text(1), "first line\nsecond line");
    assert_eq!((text(2), text(3)), ("port off".into(), "account off".into()));
    assert_eq!(entries[2]["batch"], serde_json::json!([entries[2]["id"], 1, 2]));
    assert!(text(4).ends_with("not UTF-8"));
    let (code, said) = feed(&["log", "--lines"], b"good\n\xc2\x9b\n");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("Line 2"), "{said}");
    assert_eq!(feed(&["log", "--lines"], b"\n").0, Some(2));
    let (code, said) = feed(&["log", "-"], &b"x".repeat(200_000));
    assert_eq!(code, Some(2));
    assert!(said.contains("200,000") && said.contains("16,384"), "{said}");
    // A batch is taken back as one.
    let batch = entries[3]["id"].as_str().unwrap()[..12].to_owned();
    home.done(&format!("undo {batch}"));
    let after = home.json("activity")["entries"].clone();
    assert!(after[2]["undone_by"].is_string() && after[3]["undone_by"].is_string());
    assert!(after[1]["undone_by"].is_null());
}

#[test]
fn a_title_of_200_kilobytes_and_control_characters_are_met_with_a_sentence() {
    let home = Home::new();
    let long = "x".repeat(100_000);
    let answer = run(home.command(&["new", &long]));
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("200"), "{}", answer.err);
    assert_eq!(home.done("new \u{1b}[31mRed\u{7}\u{202e} alert"), "INC-2026-0001\n");
    home.done("log \u{1b}]0;owned\u{7}a \u{9b}2Jfact");
    for line in ["show", "activity", "list", "next", "timeline --format csv", "show --color always", "phase"]
    {
        let out = home.done(line);
        let bare = out.replace("\u{1b}[0m", "").replace("\u{1b}[1;31m", "").replace("\u{1b}[1;36m", "");
        let bare =
            ["1", "2", "32", "33"].iter().fold(bare, |text, sgr| text.replace(&format!("\u{1b}[{sgr}m"), ""));
        assert!(!bare.chars().any(|c| c.is_control() && c != '\n' && c != '\r'), "{line}: {out:?}");
    }
    assert!(home.done("list").contains("Red alert"));
}

#[test]
fn without_a_home_the_way_out_is_named() {
    let home = Home::new();
    let mut command = home.command(&["list"]);
    command.env_remove("HOME").env_remove("XDG_CONFIG_HOME").env_remove("CASEBOOK_STATE");
    assert_eq!(run(command).code, 0, "a store that is named needs no home");
}

#[cfg(unix)]
#[test]
fn a_store_that_cannot_be_written_is_named_and_stays_readable() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.done("new Strange logon");
    std::fs::write(home.path("file"), "no folder").unwrap();
    let mut command = home.command(&["new", "No room"]);
    command.env("CASEBOOK_STORE", home.path("file/store"));
    let answer = run(command);
    assert_eq!(answer.code, 1, "{}", answer.err);
    assert!(answer.err.contains("Hint: "), "{}", answer.err);
    let store = home.path("store");
    let closed = |mode| std::fs::set_permissions(&store, std::fs::Permissions::from_mode(mode)).unwrap();
    closed(0o500);
    let answer = home.say("new Not here");
    closed(0o700);
    // Root may write everywhere.
    assert!(answer.code == 1 && answer.err.contains("Hint: ") || answer.code == 0, "{}", answer.err);
    assert!(home.done("list").contains("Strange logon"));
}

#[test]
fn follow_tells_each_change_of_others_on_a_line() {
    let home = Home::new();
    home.done("new Strange logon");
    let mut child = home.command(&["follow"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("Strange logon"));
    home.done("--as bo log C2 answers on port 443");
    let line = lines.next().unwrap().unwrap();
    assert!(line.contains("bo") && line.contains("C2 answers on port 443"), "{line}");
    home.done("task done duplicate");
    let line = lines.next().unwrap().unwrap();
    assert!(line.contains("task") && line.contains("done"), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_line_to_type_is_about_the_incident_that_was_named() {
    let home = Home::new();
    home.done("new \"Ransomware on the file servers\"");
    home.done("new \"Payroll phishing\"");
    home.done("use 1");
    let refused = home.say("close -i 2");
    assert!(refused.err.contains("casebook close -i 2 "), "{}", refused.err);
    let told = home.done("phase -i 2");
    assert!(told.contains("casebook phase -i 2 "), "{told}");
    assert!(!home.done("phase").contains(" -i "), "nothing is added where none was named");
}
