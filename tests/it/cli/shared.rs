//! Three accounts of one machine at one store that is open to their group.

#![cfg(unix)]

use std::os::unix::process::CommandExt;

use super::{Answer, Home, run};

/// The group of all three; the first of them has the store.
const GROUP: u32 = 65_534;

/// A line of one of them, by their own account, with state of their own.
fn by(home: &Home, name: &str, uid: u32, line: &str) -> Answer {
    let mut words = home.words(line);
    words.uid(uid).gid(GROUP).env("HOME", home.path(name)).env("CASEBOOK_USER", name);
    words.env("CASEBOOK_STATE", home.path(&format!("{name}/state")));
    words.env("XDG_CONFIG_HOME", home.path(&format!("{name}/config")));
    run(words)
}

#[test]
fn three_accounts_of_a_jump_host_work_one_incident_without_asking_each_other() {
    if !rustix::process::geteuid().is_root() {
        // Only root may become somebody else; the rights of a shared store are looked at elsewhere.
        return;
    }
    let home = Home::new();
    let people = [("ana", 61_001), ("bo", 61_002), ("cy", 61_003)];
    for (name, uid) in people {
        std::fs::create_dir(home.path(name)).unwrap();
        std::os::unix::fs::chown(home.path(name), Some(uid), Some(GROUP)).unwrap();
    }
    let top = home.path("");
    std::os::unix::fs::chown(&top, Some(people[0].1), Some(GROUP)).unwrap();
    std::fs::set_permissions(&top, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let done = |(name, uid): (&str, u32), line: &str| {
        let answer = by(&home, name, uid, line);
        assert_eq!(answer.code, 0, "{name}: {line}: {}", answer.err);
        answer.out
    };
    done(people[0], "new \"Ransomware on the file servers\"");
    let alone = by(&home, "bo", people[1].1, "log \"before the store is shared\"");
    assert_ne!(alone.code, 0, "nobody else may write before");
    done(people[0], &format!("config store.shared {GROUP}"));
    for round in 0..3 {
        for person in people {
            done(person, &format!("log \"round {round} of {}\"", person.0));
        }
    }
    // One by somebody who does not have the store, worked on by the others.
    done(people[2], "new \"Stolen laptop\"");
    for person in people {
        done(person, "component add LT-7 --type workstation -i 2");
        done(person, "task done \"first signal\" -i 1");
    }
    for person in people {
        let told = done(person, "activity -i 1");
        for round in 0..3 {
            for (name, _) in people {
                assert!(told.contains(&format!("round {round} of {name}")), "{told}");
            }
        }
        let verified = by(&home, person.0, person.1, "verify --all");
        // The clock of these lines was set, which is declared and nothing else.
        assert!(verified.code <= 1, "{}", verified.out);
        assert!(!verified.out.contains("cannot be read"), "{}", verified.out);
    }
}
