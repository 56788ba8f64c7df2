//! An archive that is stopped, meets a full disk or is encrypted: nothing is lost, and running again finishes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Answer, Home, run};

/// A closed incident with evidence of this many bytes; its state and head code.
fn closed(home: &Home, evidence: usize) -> (serde_json::Value, String) {
    home.done("new Lost stick");
    home.done("log \"the stick lies in the car\"");
    let bytes: Vec<u8> = (0..evidence).map(|n| ((n * 2_654_435_761_usize) >> 7) as u8).collect();
    fs::write(home.path("image.raw"), bytes).unwrap();
    home.done(&format!("evidence add {} --copy", home.path("image.raw")));
    home.done("close --disposition false-positive --reason \"nothing was on it\"");
    state(home)
}

fn state(home: &Home) -> (serde_json::Value, String) {
    (home.json("-i 1 show"), home.json("-i 1 seal")["head"].as_str().unwrap().to_owned())
}

/// Folders of incidents in the store, moved aside or not.
fn folders(home: &Home) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![PathBuf::from(home.path("store/incidents"))];
    while let Some(path) = todo.pop() {
        if path.join("journal").is_dir() {
            found.push(path);
            continue;
        }
        let inner = fs::read_dir(&path).into_iter().flatten().map(|entry| entry.unwrap().path());
        todo.extend(inner.filter(|path| path.is_dir()));
    }
    found
}

/// Brings the incident back out of its file.
fn back(home: &Home, file: &str) -> (serde_json::Value, String) {
    assert!(folders(home).is_empty(), "{:?}", folders(home));
    home.done(&format!("import bundle {file}"));
    state(home)
}

/// What is left of files that were not finished.
fn half_written(home: &Home) -> Vec<String> {
    let all =
        fs::read_dir(home.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    all.filter(|name| name.ends_with(".part")).collect()
}

#[test]
fn what_comes_back_has_the_same_number_state_and_head() {
    let home = Home::new();
    let before = closed(&home, 3_000_000);
    let file = home.path("stick.tar.zst");
    home.done(&format!("archive 1 -o {file}"));
    assert_eq!(home.json("list --all")["archived"][0]["file"], file.as_str());
    assert_eq!(home.json("new Another")["incident"], "INC-2026-0002");
    assert_eq!(back_beside(&home, &file), before);
    home.done(&format!("archive 1 -o {}", home.path("again.tar.zst")));
    assert_eq!(home.json("list --all")["archived"].as_array().unwrap().len(), 1);
}

fn back_beside(home: &Home, file: &str) -> (serde_json::Value, String) {
    home.done(&format!("import bundle {file}"));
    state(home)
}

#[test]
fn killed_at_any_moment_nothing_is_lost_and_running_again_finishes() {
    let home = Home::new();
    let before = closed(&home, 2_000_000);
    let file = home.path("stick.tar.zst");
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    let mut whole = Duration::from_millis(400);
    for round in 0..16 {
        let start = std::time::Instant::now();
        for attempt in 0.. {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let share = u32::try_from(dice >> 40).unwrap_or(0) % 100;
            let mut words = home.words(&format!("archive 1 -o {file}"));
            let mut child = words.stdout(std::process::Stdio::null()).spawn().unwrap();
            if attempt < 3 {
                // The moment is what the test is about: it is a share of how long a whole run took.
                std::thread::park_timeout(whole * share / 100);
                let _ = child.kill();
                child.wait().unwrap();
                let there = Path::new(&file).is_file() || !folders(&home).is_empty();
                assert!(there, "round {round}, attempt {attempt}: neither the folder nor the file is there");
            } else {
                assert!(child.wait().unwrap().success(), "round {round}");
                break;
            }
        }
        whole = whole.min(start.elapsed());
        assert_eq!(home.json("list --all")["archived"].as_array().unwrap().len(), 1, "round {round}");
        assert!(half_written(&home).is_empty());
        assert_eq!(back(&home, &file), before, "round {round}");
        fs::remove_file(&file).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn on_a_full_disk_everything_stays_where_it_is() {
    let home = Home::new();
    let before = closed(&home, 3_000_000);
    let file = home.path("stick.tar.zst");
    // No file may grow beyond a few blocks: what a full disk says in the middle of the packing.
    let mut shell = std::process::Command::new("sh");
    let line = format!("trap '' XFSZ; ulimit -f 200; exec \"$0\" archive 1 -o '{file}'");
    shell.args(["-c", &line, env!("CARGO_BIN_EXE_casebook")]).envs(home.variables());
    let answer = run(shell);
    assert_eq!(answer.code, 1, "{}", answer.err);
    assert!(!Path::new(&file).exists() && half_written(&home).is_empty());
    assert_eq!(folders(&home).len(), 1);
    assert_eq!(state(&home), before);
    home.done(&format!("archive 1 -o {file}"));
    assert_eq!(back(&home, &file), before);
}

/// A program in the place of `age`: what it is given, after a heading and before a tail.
#[cfg(unix)]
fn age(home: &Home, tail: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let folder = home.path("bin");
    fs::create_dir_all(&folder).unwrap();
    let program = format!("#!/bin/sh\necho age-encryption.org/v1\n{tail}\n");
    fs::write(format!("{folder}/age"), program).unwrap();
    fs::set_permissions(format!("{folder}/age"), fs::Permissions::from_mode(0o700)).unwrap();
    format!("{folder}:{}", std::env::var("PATH").unwrap_or_default())
}

#[cfg(unix)]
fn encrypted(home: &Home, tail: &str) -> Answer {
    let file = home.path("stick.age");
    let mut words = home.words(&format!("archive 1 -o {file} --age-recipient age1abc"));
    words.env("PATH", age(home, tail));
    run(words)
}

#[cfg(unix)]
#[test]
fn the_program_that_encrypts_is_given_no_secret_of_the_shell() {
    let home = Home::new();
    closed(&home, 10);
    let seen = home.path("seen");
    let file = home.path("stick.age");
    let mut words = home.words(&format!("archive 1 -o {file} --age-recipient age1abc"));
    words.env("PATH", age(&home, &format!("env >{seen}; cat; head -c 200 /dev/zero")));
    words.env("VAULT_TOKEN", "s.1234").env("LC_ALL", "C");
    let answer = run(words);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let seen = fs::read_to_string(seen).unwrap();
    assert!(!seen.contains("s.1234") && !seen.contains("CASEBOOK_"), "{seen}");
    assert!(seen.contains("PATH=") && seen.contains("LC_ALL=C"), "{seen}");
}

#[cfg(unix)]
#[test]
fn what_age_was_given_is_compared_and_what_age_wrote_is_measured() {
    let home = Home::new();
    let before = closed(&home, 300_000);
    for (tail, why) in [
        ("cat >/dev/null", "at least"),
        ("head -c 1000; cat >/dev/null; exit 3", "age did not encrypt it"),
        ("head -c 1000", "age did not encrypt it"),
    ] {
        let answer = encrypted(&home, tail);
        if !(answer.code == 1 && tail == "head -c 1000") {
            assert!(answer.err.contains(why), "{tail}: {}", answer.err);
        }
        assert_eq!(answer.code, 1, "{tail}");
        assert_eq!(state(&home), before);
        assert!(!Path::new(&home.path("stick.age")).exists());
    }
    let answer = encrypted(&home, "cat; head -c 5000 /dev/zero");
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.contains("Not checked: that a key opens it"), "{}", answer.out);
    assert!(folders(&home).is_empty());
    let stub = &home.json("list --all")["archived"][0];
    assert_eq!((stub["encrypted"].as_bool(), stub.get("title")), (Some(true), None));
    let answer = home.say("show 1");
    assert!(answer.err.contains("age -d -i YOUR-KEY.txt"), "{}", answer.err);
}

#[test]
fn what_is_no_part_of_the_record_is_not_thrown_away_with_it() {
    let home = Home::new();
    closed(&home, 10);
    let folder = folders(&home).remove(0);
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let answer = home.say(&format!("archive 1 -o {}", home.path("store/a.tar.zst")));
    assert_eq!(answer.code, 3, "{}", answer.err);
    assert!(answer.err.contains("notes.txt"), "{}", answer.err);
    fs::remove_file(folder.join("notes.txt")).unwrap();
    let answer = home.say(&format!("archive 1 -o {}", home.path("store/a.tar.zst")));
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("inside the store"), "{}", answer.err);
    let journal = fs::read_dir(folder.join("journal")).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&journal).unwrap().replace("in the car", "in the bar");
    fs::write(&journal, text).unwrap();
    let answer = home.say(&format!("archive 1 -o {}", home.path("a.tar.zst")));
    assert_eq!(answer.code, 3);
    assert!(answer.err.contains("has faults") && answer.err.contains("--anyway"), "{}", answer.err);
    home.done(&format!("archive 1 --anyway -o {}", home.path("a.tar.zst")));
    assert!(folders(&home).is_empty());
}
