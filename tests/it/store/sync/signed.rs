//! Signed deliveries: nobody's signature stands for what somebody else pushed, and no other branch is a way around it.

use std::path::PathBuf;

use casebook::store::sync::{Means, Notice, Trust};

use super::forged::{deliver, journal, line_with, place};
use super::stick::key;
use super::{Machine, Office, git};

fn exchange(machine: &Machine, means: &Means) -> Vec<Notice> {
    machine.store.exchange(&machine.store.remotes().unwrap()[0], means).unwrap().noticed
}

/// A list of signers with ana's key in it, and the key; `None`: there is no ssh-keygen here.
fn hers(office: &Office) -> Option<(PathBuf, PathBuf)> {
    let key = key(office, "ana")?;
    let public = std::fs::read_to_string(key.with_extension("key.pub")).unwrap();
    let signers = office.path("signers");
    std::fs::write(&signers, format!("ana@example.org {public}")).unwrap();
    Some((key, signers))
}

/// The next line of a journal, in the name of its writer.
fn next(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let last = text.lines().last().unwrap();
    let id = &last[last.len() - 66..last.len() - 2];
    let n: u64 = last.split("\"n\":").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    let prev = last.split("\"prev\":\"").nth(1).unwrap()[..64].to_owned();
    let clock = last.split("\"clock\":[").nth(1).unwrap().split(']').next().unwrap().to_owned();
    let later = format!("{},9", clock.split(',').next().unwrap());
    let made = last
        .replace(&format!("\"n\":{n}"), &format!("\"n\":{}", n + 1))
        .replace(&clock, &later)
        .replace(&prev, id);
    line_with(made.as_bytes(), "second line", "in her name")
}

#[test]
fn no_signature_vouches_for_what_somebody_else_pushed_before() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    let Some((key, signers)) = hers(&office) else { return eprintln!("there is no ssh-keygen here") };
    for list in [Some(signers.clone()), None] {
        let signs = Means { key: Some(key.clone()), signers: list, ..ana.means() };
        if !ana.has(1) {
            ana.open(1, "files are encrypted");
        }
        ana.log(1, "second line");
        exchange(&ana, &signs);
        assert!(exchange(&ana, &signs).is_empty());
        let checks = Means { signers: Some(signers.clone()), trust: Trust::Signed, ..bo.means() };
        exchange(&bo, &checks);
        let (writer, path, bytes) = journal(&ana, 1, None);
        let turns = git(&office.hub(), &["for-each-ref", "--format=%(refname:short)", "refs/heads/w-*"], b"");
        let branch = turns.lines().last().unwrap();
        assert!(branch.starts_with(&writer));
        deliver(&office, branch, &place(&path, bytes.len()), next(&bytes).as_bytes());
        exchange(&ana, &signs);
        ana.log(1, "a further line");
        exchange(&ana, &signs);
        exchange(&bo, &checks);
        ana.log(1, "second line");
        exchange(&ana, &signs);
        let ids = bo.ids(1);
        let words = |machine: &Machine| {
            super::files(machine).values().any(|it| String::from_utf8_lossy(it).contains("in her name"))
        };
        assert!(!words(&bo), "a foreign commit was vouched for");
        assert!(ana.ids(1).iter().filter(|id| ids.contains(id)).count() >= 3, "{ids:?}");
        // One who comes now gets all of hers, too.
        let late = office.machine(if checks.signers == signs.signers { "late" } else { "later" });
        exchange(&late, &Means { now: late.now, ..checks.clone() });
        assert!(!words(&late) && late.ids(1).len() == ana.ids(1).len(), "{:?}", late.notices());
    }
}

#[test]
fn a_carrier_whom_nobody_signed_brings_nothing_new_of_a_writer_who_signs() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    let Some((key, signers)) = hers(&office) else { return eprintln!("there is no ssh-keygen here") };
    ana.open(1, "files are encrypted");
    ana.log(1, "second line");
    exchange(&ana, &Means { key: Some(key), ..ana.means() });
    let checks = Means { signers: Some(signers), ..bo.means() };
    exchange(&bo, &checks);
    let (_, path, bytes) = journal(&ana, 1, None);
    deliver(&office, "c-mallory1", &place(&path, bytes.len()), next(&bytes).as_bytes());
    // What is known already may be carried by anybody.
    deliver(&office, "c-mallory2", &place(&path, 0), &bytes);
    let noticed = exchange(&bo, &checks);
    let told = |it: &Notice| matches!(it, Notice::Refused { why, .. } if why.contains("ana@example.org"));
    assert!(noticed.len() == 1 && noticed.iter().all(told), "{noticed:?}");
    assert_eq!(bo.ids(1), ana.ids(1));
}

#[test]
fn a_line_in_my_name_is_an_alarm_whoever_brings_it() {
    let office = Office::new();
    let mut ana = office.machine("ana");
    ana.open(1, "files are encrypted");
    ana.log(1, "second line");
    ana.sync();
    let (_, path, bytes) = journal(&ana, 1, None);
    deliver(&office, "c-mallory1", &place(&path, bytes.len()), next(&bytes).as_bytes());
    let noticed = ana.sync().noticed;
    assert!(matches!(&noticed[..], [it @ Notice::Foreign { n: 3, .. }] if it.is_alarm()), "{noticed:?}");
    assert!(ana.sync().noticed.is_empty(), "told once");
}
