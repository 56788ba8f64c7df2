//! `backup FILE.tar.zst` where something stands in its way: all of the store is in the file, or there is none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Home;

/// What a packed store unpacks into, with nothing but `tar`.
fn untarred(home: &Home, file: &str) -> String {
    let out = home.path("out");
    let _ = fs::remove_dir_all(&out);
    fs::create_dir(&out).unwrap();
    let done = Command::new("tar").args(["--zstd", "-xf", file, "-C", &out]).output().unwrap();
    assert!(done.status.success(), "{file}: {}", String::from_utf8_lossy(&done.stderr));
    fs::read_dir(&out).unwrap().next().unwrap().unwrap().path().display().to_string()
}

/// The folder of an incident.
fn folder(home: &Home, number: &str) -> PathBuf {
    let hundred = Path::new(&home.path("store")).join("incidents/2026/00");
    let mut folders = fs::read_dir(hundred).unwrap().map(|entry| entry.unwrap().path());
    folders.find(|path| path.file_name().unwrap().to_string_lossy().starts_with(number)).unwrap()
}

#[test]
fn what_was_agreed_to_and_does_not_read_is_in_the_file_with_all_the_rest_and_told() {
    let home = Home::new();
    home.done("new \"Mail account taken over\"");
    home.done("log \"logged in with hunter2\"");
    home.done("expunge --yes \"logged in\" --reason \"a password\" --with Bo/legal");
    home.done("new \"Stolen laptop\"");
    let broken = folder(&home, "INC-2026-0001").join(".expunged.json");
    for bytes in [&b"{\"lines\":[\"12"[..], b"", b"null"] {
        fs::write(&broken, bytes).unwrap();
        let file = home.path("bk.tar.zst");
        let answer = home.say(&format!("backup {file}"));
        assert_eq!(answer.code, 1, "{}{}", answer.out, answer.err);
        assert!(answer.out.contains("2 incidents of this store  saved"), "{}{}", answer.out, answer.err);
        assert!(
            answer.out.contains("INC-2026-0001 is in it with this fault: .expunged.json"),
            "{}",
            answer.out
        );
        let to = untarred(&home, &file);
        let there = Path::new(&to).join(broken.strip_prefix(home.path("store")).unwrap());
        assert_eq!(fs::read(there).unwrap(), bytes);
        assert!(home.done(&format!("--store {to} list --all")).contains("Stolen laptop"));
        assert!(home.done(&format!("--store {to} -i 1 show")).contains("Mail account"));
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn of_backups_into_one_file_at_once_one_has_it_and_the_others_say_so() {
    let home = Home::new();
    for n in 0..3 {
        home.done(&format!("new \"Incident {n}\""));
    }
    let key = home.path("key");
    let mut made = Command::new("ssh-keygen");
    made.args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &key]);
    assert!(made.status().unwrap().success());
    home.done(&format!("config seal.key {key}"));
    for round in 0..6 {
        // A head that none of them has sealed yet.
        (1..=3).for_each(|n| drop(home.done(&format!("-i {n} log \"round {round}\""))));
        let file = home.path(&format!("bk-{round}.tar.zst"));
        let start = || {
            let mut words = home.words(&format!("backup {file}"));
            words.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let all: Vec<_> = [(); 4].map(|()| start()).into_iter().collect();
        let all: Vec<_> = all.into_iter().map(|one| one.wait_with_output().unwrap()).collect();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (done, refused): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.status.success());
        let said: Vec<_> = all.iter().map(|one| text(&one.stdout) + &text(&one.stderr)).collect();
        assert_eq!(done.len(), 1, "{said:#?}");
        let strange = ["os error", "xists (", "exists already", "not sealed", "not signed"];
        assert!(!said.iter().any(|said| strange.iter().any(|words| said.contains(words))), "{said:#?}");
        for one in refused {
            let said = text(&one.stderr);
            assert_eq!(one.status.code(), Some(1), "{said}");
            assert!(said.contains("bk-") && said.contains("exists; nothing was written."), "{said}");
        }
        let to = untarred(&home, &file);
        assert!(home.say(&format!("--store {to} verify --all")).code < 2);
        assert!(home.done(&format!("--store {to} list")).contains("Incident 2"));
    }
    let left = fs::read_dir(home.path("")).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().ends_with(".part")).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(home.say("verify --all").code < 2);
}
