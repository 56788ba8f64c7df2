//! Seals, signatures and proofs, as somebody meets them who was not there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Home;

/// An incident with a few entries; the folder it lies in.
fn worked(home: &Home) -> PathBuf {
    home.done("new \"Lost stick\"");
    for text in ["the stick is found", "it is empty", "the owner is told"] {
        home.done(&format!("log \"{text}\""));
    }
    let year = fs::read_dir(home.path("store/incidents")).unwrap().next().unwrap().unwrap().path();
    let hundred = fs::read_dir(year).unwrap().next().unwrap().unwrap().path();
    fs::read_dir(hundred).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn one_entry_is_proved_to_somebody_who_sees_no_other() {
    let home = Home::new();
    worked(&home);
    let file = home.path("one.json");
    home.done(&format!("proof \"it is empty\" -o {file}"));
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("it is empty") && !text.contains("owner") && !text.contains("found"), "{text}");
    let answer = home.say(&format!("verify --proof {file}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    let head = home.json("seal")["head"].as_str().unwrap().to_owned();
    assert!(answer.out.contains(&head) && answer.out.contains("line 3 of 4"), "{}", answer.out);
    for (from, to) in
        [("it is empty", "it is full"), ("\"at\": 2", "\"at\": 1"), ("\"count\": 4", "\"count\": 5")]
    {
        let other = home.path("other.json");
        fs::write(&other, text.replace(from, to)).unwrap();
        let answer = home.say(&format!("verify --proof {other}"));
        assert_eq!((answer.code, answer.out.contains("does not hold")), (2, true), "{from}: {}", answer.out);
    }
    assert_eq!(home.say(&format!("proof \"it is empty\" -o {file}")).code, 1, "a file is not written over");
}

#[test]
fn a_journal_written_anew_from_end_to_end_passes_every_check_but_its_seal() {
    let home = Home::new();
    let copy = |from: &str, to: &str| {
        let (from, to) = (home.path(from), home.path(to));
        let _ = fs::remove_dir_all(&to);
        assert!(Command::new("cp").args(["-a", &from, &to]).status().unwrap().success());
    };
    home.done("new \"Lost stick\"");
    copy("store", "store-before");
    copy("state", "state-before");
    home.done("log \"the stick was full\"");
    let sealed = home.json("seal");
    let (head, file) = (sealed["head"].as_str().unwrap(), sealed["file"].as_str().unwrap());
    let note = fs::read(file).unwrap();
    // Whoever may write here puts back what was there before the entry and tells it another way.
    copy("store-before", "store");
    copy("state-before", "state");
    home.done("log \"the stick was empty\"");
    assert_eq!(home.say("verify").code, 1, "{}", home.say("verify").out);
    assert_eq!(home.say(&format!("verify --against {head}")).code, 2);
    fs::create_dir(Path::new(file).parent().unwrap()).unwrap();
    fs::write(file, note).unwrap();
    let answer = home.say("verify");
    assert_eq!(answer.code, 2, "{}", answer.out);
    assert!(answer.out.contains("seal 00000002-") && answer.out.contains("does not hold"), "{}", answer.out);
}

/// Makes a key, says that it signs, and seals with it.
fn sealed(home: &Home) -> String {
    let key = home.path("key");
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &key]).status();
    assert!(made.unwrap().success());
    home.done(&format!("config seal.key {key}"));
    home.done("seal");
    key
}

#[test]
fn a_seal_is_signed_with_a_key_and_checked_against_a_list_of_signers() {
    let home = Home::new();
    let folder = worked(&home);
    let key = sealed(&home);
    assert!(home.say("verify").out.contains("signed with the key SHA256:"), "{}", home.say("verify").out);
    let signers = home.path("signers");
    fs::write(&signers, format!("ana@example.org {}", fs::read_to_string(format!("{key}.pub")).unwrap()))
        .unwrap();
    home.done(&format!("config seal.signers {signers}"));
    assert!(home.say("verify").out.contains("signed by ana@example.org"), "{}", home.say("verify").out);
    // A note that says something else than what was signed.
    let seals: Vec<PathBuf> =
        fs::read_dir(folder.join("seals")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let note = seals.iter().find(|path| path.extension().is_some_and(|end| end == "seal")).unwrap();
    let text = fs::read_to_string(note).unwrap().replace("occasion on demand", "occasion close");
    fs::write(note, text).unwrap();
    let answer = home.say("verify");
    assert!(answer.out.contains("the signature beside it does not fit"), "{}", answer.out);
    assert_eq!(answer.code, 2);
}

#[cfg(unix)]
#[test]
fn a_signature_that_this_ssh_keygen_cannot_check_is_not_one_that_does_not_fit() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    worked(&home);
    sealed(&home);
    let folder = home.path("bin");
    fs::create_dir(&folder).unwrap();
    for (says, code, words) in [
        // OpenSSH 8.0, which knows nothing of signatures; 9.2 before a kind of key that came later.
        ("unknown option -- Y\nusage: ssh-keygen [-q] [-b bits]", 1, "unknown option -- Y"),
        (
            "sshsig_wrap_verify: parse signature object: unknown or unsupported key type",
            255,
            "unsupported key",
        ),
        ("Signature version 2 is larger than supported version 1", 255, "larger than supported"),
    ] {
        let program = format!("#!/bin/sh\nprintf '{says}\\n' >&2\nexit {code}\n");
        fs::write(format!("{folder}/ssh-keygen"), program).unwrap();
        fs::set_permissions(format!("{folder}/ssh-keygen"), fs::Permissions::from_mode(0o700)).unwrap();
        let mut verify = home.words("verify");
        verify.env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap()));
        let answer = super::run(verify);
        assert!(!answer.out.to_lowercase().contains("does not fit"), "{says}: {}", answer.out);
        assert!(answer.out.contains("not checked") && answer.out.contains(words), "{says}: {}", answer.out);
        assert!(answer.code < 2, "{says}: {}", answer.out);
    }
}

/// The folder of the seals of the only incident of a store.
fn seals(store: &str) -> PathBuf {
    let mut folder = Path::new(store).join("incidents");
    while !folder.join("journal").is_dir() {
        let mut inside = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        folder = inside.find(|path| path.is_dir()).unwrap();
    }
    folder.join("seals")
}

/// What lies there, by name.
fn notes(store: &str) -> std::collections::BTreeMap<String, String> {
    let files = fs::read_dir(seals(store)).unwrap().map(|entry| entry.unwrap());
    let named = |file: fs::DirEntry| {
        (file.file_name().to_string_lossy().into_owned(), fs::read_to_string(file.path()).unwrap())
    };
    files.map(named).collect()
}

#[test]
fn where_both_sides_sealed_the_same_head_the_bundle_is_taken_and_our_note_stays() {
    let home = Home::new();
    home.done("new \"Lost stick\"");
    let (first, second, other) = (home.path("1.tar.zst"), home.path("2.tar.zst"), home.path("other"));
    home.done(&format!("export bundle -o {first}"));
    home.done(&format!("--store {other} import bundle {first}"));
    home.done("seal");
    let bo = super::run({
        let mut bo = home.words(&format!("--store {other} seal"));
        bo.env("CASEBOOK_USER", "bo");
        bo
    });
    assert_eq!(bo.code, 0, "{}", bo.err);
    let (theirs, ours) = (notes(&home.path("store")), notes(&other));
    assert!(theirs.keys().eq(ours.keys()) && theirs != ours, "{theirs:?} {ours:?}");
    // A signature belongs to the note that it was made for.
    let name = theirs.keys().next().unwrap();
    fs::write(seals(&home.path("store")).join(format!("{name}.sig")), "for the note of ana").unwrap();
    home.done("log \"it lay in the car\"");
    home.done(&format!("export bundle -o {second}"));
    for (how, new) in [("--dry-run", false), ("", true)] {
        let taken = home.say(&format!("--store {other} import bundle {second} {how}"));
        assert_eq!(taken.code, 0, "{}", taken.err);
        let said = "1 seal note of the same head was made on both sides; the one here was kept.";
        assert!(taken.err.contains(said), "{}", taken.err);
        assert_eq!(home.done(&format!("--store {other} activity")).contains("it lay in the car"), new);
        assert_eq!(notes(&other), ours, "nothing is written over, and no signature comes alone");
    }
}

#[test]
fn a_path_is_told_as_it_was_typed() {
    let home = Home::new();
    home.done("new \"Lost stick\"");
    let mut backup = home.command(&["backup", "b1/ana/store"]);
    fs::create_dir_all(home.path("b1/ana/store")).unwrap();
    fs::write(home.path("b1/ana/store/letter"), "mine").unwrap();
    backup.current_dir(home.path(""));
    let answer = super::run(backup);
    assert!(answer.err.starts_with("b1/ana/store "), "{}", answer.err);
}
