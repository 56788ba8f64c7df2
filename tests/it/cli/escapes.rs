//! Whatever is typed, pasted, imported or put into a journal by hand: nothing that steers a terminal comes out of it.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Home, run};

/// What steers terminals, turns the reading direction or hides: each in words that people would type.
pub(crate) const HOSTILE: &[&str] = &[
    "osc \u{1b}]0;owned\u{7} title",
    "clip \u{1b}]52;c;ZXZpbA==\u{1b}\\ board",
    "link \u{1b}]8;;http://evil.example\u{1b}\\here\u{1b}]8;;\u{1b}\\ it",
    "csi \u{1b}[2J\u{1b}[31m wipe",
    "dcs \u{1b}P$q\"p\u{1b}\\ ask",
    "c1 \u{9b}31m \u{9d}0;x\u{9c} eight",
    "bidi \u{202e}gpj.exe\u{202c} \u{2066}x\u{2069}",
    "zero a\u{200b}dmin \u{feff}x",
    "marks \u{200f}\u{200e}\u{61c} x",
    "bell \u{7}\u{7} rings",
    "return over\rwritten",
    "back \u{8}\u{8}\u{8}space",
    "del \u{7f}\u{7f} eted",
    "tabs \u{b}\u{c} feeds",
    "lines \u{2028}sep\u{2029}arators",
    "tags \u{e0041}\u{e007f} x",
];

/// Whether a terminal, or an eye, could be misled by it.
fn misleads(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

pub(crate) fn clean(what: &str, text: &str) {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| misleads(*c)) {
        let around: String =
            text[..at].chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
        panic!("{what}: {c:?} after {around:?}");
    }
}

/// No file of the store, the state or the settings holds any of it, as it is or as an escape of JSON.
fn disk(home: &Home, what: &str) {
    for top in ["store", "state", "config"] {
        let mut todo = vec![PathBuf::from(home.path(top))];
        while let Some(path) = todo.pop() {
            for entry in fs::read_dir(&path).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    // Evidence is kept as it is, and git writes its own files.
                    let kept =
                        |name: &std::ffi::OsStr| name == "vault" || name.to_string_lossy().ends_with(".git");
                    if !path.file_name().is_some_and(kept) {
                        todo.push(path);
                    }
                    continue;
                }
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
                let label = format!("{what}: {}", path.display());
                clean(&label, &text);
                for escape in
                    ["\\u001b", "\\u0007", "\\u0008", "\\b", "\\r", "\\f", "\\u007f", "\\u009b", "\\u202e"]
                {
                    assert!(!text.contains(escape), "{label}: {escape}");
                }
            }
        }
    }
}

/// Everything that shows something, in words and as what leaves.
const LOOKS: &[&str] = &[
    "list --all",
    "show",
    "next",
    "mine",
    "activity",
    "timeline",
    "timeline --format csv",
    "task list",
    "component list",
    "indicator list",
    "evidence list",
    "people",
    "notice list",
    "decide list",
    "lesson list",
    "improve list",
    "link",
    "find x",
    "handover read",
    "sitrep",
    "report",
    "report --format html",
    "export csv-timeline",
    "export csv-indicators",
    "verify",
    "stats",
    "config",
];

fn looks(home: &Home, what: &str) -> usize {
    let mut understood = 0;
    for line in LOOKS {
        let answer = home.say(line);
        understood += usize::from(answer.code != 2);
        clean(&format!("{what}: {line}"), &answer.out.replace("\r\n", "\n").replace('\t', " "));
        clean(&format!("{what}: {line} (2)"), &answer.err);
    }
    understood
}

#[test]
fn nothing_that_is_written_by_any_verb_steers_a_terminal() {
    let home = Home::new();
    home.done("new Start");
    home.done("component add FS01 --type server");
    for hostile in HOSTILE {
        let file = home.path("x.bin");
        fs::write(&file, hostile).unwrap();
        let lines: Vec<Vec<&str>> = vec![
            vec!["log", hostile],
            vec!["log", "x", "--who", hostile],
            vec!["log", "x", "--kind", "action", "--component", hostile],
            vec!["signal", hostile],
            vec!["edit", "--title", hostile],
            vec!["edit", "--summary", hostile, "--lead", hostile],
            vec!["task", "add", hostile],
            vec!["component", "add", hostile, "--note", hostile, "--owner", hostile],
            vec!["component", "stage", "FS01", "contained", "--reason", hostile],
            vec!["indicator", "add", hostile, "--note", hostile],
            vec!["indicator", "add", "evil.example", "--note", hostile],
            vec!["evidence", "add", &file, "--name", hostile, "--note", hostile],
            vec!["people", "add", hostile, "--role", "lead"],
            vec!["decide", hostile, "--why", hostile],
            vec!["assume", hostile],
            vec!["measure", "add", hostile],
            vec!["timer", "add", hostile, "--in", "1h"],
            vec!["lesson", hostile],
            vec!["improve", "add", hostile],
            vec!["hold", hostile],
            vec!["correct", "last", hostile],
            vec!["redact", "last", "--reason", hostile],
            vec!["expunge", "last", "--yes", "--reason", hostile, "--with", "Bo/legal"],
            vec!["determine", "confirmed", "--reason", hostile],
            vec!["sitrep", "--given-to", hostile],
            vec!["config", "name", hostile],
            vec!["find", hostile],
            vec!["-i", hostile, "show"],
            vec!["--zone", hostile, "list"],
            vec![hostile],
            vec!["log", "--as", hostile, "by somebody"],
        ];
        let mut done = 0;
        for args in &lines {
            let answer = run(home.command(args));
            done += usize::from(answer.code == 0);
            let what = format!("{args:?}");
            clean(&what, &answer.out);
            clean(&what, &answer.err);
        }
        assert!(done >= 8, "{hostile:?}: only {done} lines were obeyed");
        let mut named = home.command(&["log", "by the environment"]);
        named.env("CASEBOOK_USER", hostile);
        let answer = run(named);
        clean("CASEBOOK_USER", &(answer.out + &answer.err));
        disk(&home, &format!("{hostile:?}"));
    }
    assert!(looks(&home, "after all of it") > LOOKS.len() / 2);
}

#[cfg(unix)]
#[test]
fn a_file_may_be_called_anything() {
    let home = Home::new();
    home.done("new Start");
    for (n, hostile) in HOSTILE.iter().enumerate() {
        let path = home.path(&format!("{n}-{}", hostile.replace('/', "_")));
        fs::write(&path, n.to_string()).unwrap();
        for args in [
            vec!["evidence", "add", path.as_str(), "--copy"],
            vec!["import", "csv", path.as_str(), "--yes"],
            vec!["import", "bundle", path.as_str()],
            vec!["verify", "--proof", path.as_str()],
            vec!["export", "bundle", "-o", path.as_str()],
        ] {
            let answer = run(home.command(&args));
            clean(&format!("{args:?}"), &answer.out);
            clean(&format!("{args:?} (2)"), &answer.err);
        }
        disk(&home, &format!("{hostile:?}"));
    }
    looks(&home, "names of files");
}

/// Programs that casebook starts, each saying these words in every way and failing.
#[cfg(unix)]
fn liars(home: &Home, hostile: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let folder = home.path("bin");
    fs::create_dir_all(&folder).unwrap();
    fs::write(home.path("said"), hostile).unwrap();
    let said = home.path("said");
    for name in ["git", "ssh-keygen", "age"] {
        let program = format!("#!/bin/sh\ncat {said} >&2; cat {said}; exit 1\n");
        fs::write(format!("{folder}/{name}"), program).unwrap();
        fs::set_permissions(format!("{folder}/{name}"), fs::Permissions::from_mode(0o700)).unwrap();
    }
    format!("{folder}:{}", std::env::var("PATH").unwrap_or_default())
}

#[cfg(unix)]
#[test]
fn what_other_programs_say_steers_no_terminal() {
    let home = Home::new();
    home.done("new Start");
    let hub = home.path("hub.git");
    home.done(&format!("sync set {hub}"));
    home.done("sync");
    fs::write(home.path("key"), "no key").unwrap();
    home.done(&format!("config seal.key {}", home.path("key")));
    for hostile in HOSTILE {
        let path = liars(&home, hostile);
        let mut told = 0;
        for line in [
            "sync".to_owned(),
            "sync status".into(),
            "seal".into(),
            "verify".into(),
            format!("export bundle -o {} --recipient age1abc", home.path("x.age")),
            format!("sync set {}", home.path("other.git")),
        ] {
            let mut words = home.words(&line);
            words.env("PATH", &path);
            let answer = run(words);
            told += usize::from(answer.code != 0);
            clean(&format!("{hostile:?}: {line}"), &answer.out);
            clean(&format!("{hostile:?}: {line} (2)"), &answer.err);
        }
        assert!(told >= 3, "{hostile:?}: the programs failed and only {told} lines said so");
        disk(&home, &format!("{hostile:?}"));
    }
}

#[test]
fn settings_that_somebody_wrote_by_hand_steer_no_terminal() {
    let home = Home::new();
    home.done("new Start");
    home.done("config name WORDS");
    let mut todo = vec![PathBuf::from(home.path("config"))];
    let mut settings = None;
    while let Some(folder) = todo.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { todo.push(path) } else { settings = Some(path) }
        }
    }
    let settings = settings.unwrap();
    let right = fs::read_to_string(&settings).unwrap();
    for hostile in HOSTILE {
        let words = serde_json::to_string(hostile).unwrap();
        for wrong in [
            right.replace("\"WORDS\"", &words),
            right.replace("\"name\"", &words),
            right.replace("\"name\"", "\"zone\"").replace("\"WORDS\"", &words),
            right.replace("\"name\"", "\"theme\"").replace("\"WORDS\"", &words),
            format!("{{{hostile}"),
        ] {
            assert_ne!(wrong, right);
            fs::write(&settings, &wrong).unwrap();
            let mut lines = vec!["config", "show", "log by@hand", "list"];
            for line in lines.drain(..) {
                let mut words = home.words(line);
                words.env_remove("CASEBOOK_USER");
                let answer = run(words);
                clean(&format!("{wrong}: {line}"), &answer.out);
                clean(&format!("{wrong}: {line} (2)"), &answer.err);
            }
        }
    }
}

/// A line of a journal with other words, and an id that fits them: somebody who may write here can make it.
fn forged(line: &str, from: &str, to: &str) -> String {
    let front = line.rsplit_once(",\"id\":\"").unwrap().0.replace(from, to);
    let id: String = Sha256::digest(front.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{front},\"id\":\"{id}\"}}\n")
}

fn journal(root: &Path) -> PathBuf {
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
fn what_somebody_put_into_a_journal_by_hand_steers_no_terminal_either() {
    for hostile in HOSTILE {
        let home = Home::new();
        home.done("new WORDS1");
        let path = journal(Path::new(&home.path("store")));
        home.done("log WORDS2 --who WORDS3");
        let whole = fs::read_to_string(&path).unwrap();
        let json = serde_json::to_string(hostile).unwrap();
        let raw = json.trim_matches('"');
        let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
        let last = lines.pop().unwrap();
        let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        text.push_str(&forged(&forged(&last, "WORDS2", raw), "WORDS3", raw));
        fs::write(&path, &text).unwrap();
        looks(&home, &format!("a journal with {hostile:?}"));
        // As the kind of a line nobody knows, and in its data.
        let unknown = forged(&last, "\"kind\":\"logged\"", &format!("\"kind\":\"{raw}\""));
        fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>() + &unknown)
            .unwrap();
        looks(&home, &format!("a kind {hostile:?}"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_stands_in_memory_is_never_dumped() {
    let home = Home::new();
    home.done("new Start");
    let mut speaking = home.command(&["--speak"]);
    speaking.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = speaking.spawn().unwrap();
    // It has said something: it is well past its beginning.
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), b"show\n").unwrap();
    let mut first = [0; 1];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().rev().nth(1), Some("0"), "{core}");
    assert_eq!(core.split_whitespace().rev().nth(2), Some("0"), "{core}");
}
