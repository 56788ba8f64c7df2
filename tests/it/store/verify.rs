//! What `verify` says to each way of tampering, and that the shell check of the README agrees with it.

use std::fs;
use std::process::Command;

use casebook::store::{Class, Depth, Finding, Verdict};
use sha2::Digest;

use super::*;

/// Two writers, six lines, each knowing the other.
fn incident(bench: &Bench) -> Address {
    let Created { address, pen: mut ana, .. } = create(&bench.store(1), 1);
    let mut bo = bench.store(2).pen(&address).unwrap();
    for k in 1..4 {
        append(&mut ana, 2 * k, "one");
        append(&mut bo, 2 * k + 1, "two");
    }
    address
}

fn shell_check(address: &Address) -> bool {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/store/check.sh");
    let output = Command::new("sh").arg(script).arg(&address.folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.success(), said.ends_with("lines hold\n"), "{said}");
    output.status.success()
}

/// Whether ids, `prev` and `n` hold, by the findings.
fn chains_hold(verdict: &Verdict) -> bool {
    !verdict.findings.iter().any(Finding::is_of_the_chain)
}

/// Verifies without this machine's memory of what it wrote, in both depths, and with the shell.
fn judge(bench: &Bench, address: &Address) -> Verdict {
    let store = Store::open(Setup { state: None, ..bench.setup(9) });
    let full = store.verify(address, Depth::Full);
    let quick = store.verify(address, Depth::Quick);
    assert_eq!(shell_check(address), chains_hold(&full), "{full:?}");
    assert_eq!(chains_hold(&quick), chains_hold(&full), "{quick:?} {full:?}");
    full
}

/// The journal of the writer that opened the incident.
fn first(address: &Address) -> PathBuf {
    let opened = |path: &PathBuf| fs::read_to_string(path).unwrap().contains("\"opened\"");
    segments(address).into_iter().find(opened).unwrap()
}

/// Puts another text in the place of that journal.
fn tamper(address: &Address, change: impl FnOnce(Vec<String>) -> Vec<String>) {
    let path = first(address);
    let lines = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
    fs::write(&path, change(lines).join("\n") + "\n").unwrap();
}

#[test]
fn an_untouched_incident_is_clean_and_verify_says_what_that_proves() {
    let bench = Bench::new();
    let address = incident(&bench);
    let verdict = judge(&bench, &address);
    assert_eq!((verdict.class(), verdict.lines, verdict.writers), (Class::Clean, 7, 2));
    assert!(verdict.proves_not().contains("that a clock was right"));
}

#[test]
fn an_edited_line_is_altered() {
    let bench = Bench::new();
    let address = incident(&bench);
    tamper(&address, |mut lines| {
        lines[2] = lines[2].replace("one", "two").replace("two\"", "one!\"");
        lines
    });
    let verdict = judge(&bench, &address);
    assert_eq!(verdict.class(), Class::Broken);
    assert!(matches!(&verdict.findings[..], [Finding::Altered(spot)] if spot.line == 3), "{verdict:?}");
}

#[test]
fn a_line_taken_out_is_missed_by_the_next_and_by_who_had_seen_it() {
    let bench = Bench::new();
    let address = incident(&bench);
    tamper(&address, |mut lines| {
        lines.remove(2);
        lines
    });
    let verdict = judge(&bench, &address);
    assert_eq!(verdict.class(), Class::Broken);
    assert!(verdict.findings.iter().any(|f| matches!(f, Finding::NoPrev { n: 3 | 2, .. })), "{verdict:?}");
    assert!(verdict.findings.iter().any(|f| matches!(f, Finding::NotThere { .. })), "{verdict:?}");
}

#[test]
fn a_line_edited_with_its_id_made_anew_breaks_the_chain_behind_it() {
    let bench = Bench::new();
    let address = incident(&bench);
    tamper(&address, |mut lines| {
        let (front, _) =
            lines[2].split_once(",\"id\":\"").map(|(a, b)| (a.replace("one", "won"), b)).unwrap();
        let id = sha2::Sha256::digest(front.as_bytes());
        let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        lines[2] = format!("{front},\"id\":\"{hex}\"}}");
        lines
    });
    let verdict = judge(&bench, &address);
    assert_eq!(verdict.class(), Class::Broken);
    assert!(verdict.findings.iter().any(|f| matches!(f, Finding::NoPrev { n: 3, .. })), "{verdict:?}");
}

#[test]
fn an_end_cut_off_is_missed_by_who_had_seen_it_and_by_this_machine() {
    let bench = Bench::new();
    let address = incident(&bench);
    tamper(&address, |mut lines| {
        lines.truncate(lines.len() - 1);
        lines
    });
    let verdict = judge(&bench, &address);
    assert_eq!(verdict.class(), Class::Broken);
    assert!(matches!(&verdict.findings[..], [Finding::NotThere { .. }]), "{verdict:?}");
    let here = bench.store(9).verify(&address, Depth::Quick);
    assert!(here.findings.iter().any(|f| matches!(f, Finding::Shorter { .. })), "{here:?}");
}

#[test]
fn a_journal_taken_away_is_missed() {
    let bench = Bench::new();
    let address = incident(&bench);
    fs::remove_file(first(&address)).unwrap();
    assert_eq!(judge(&bench, &address).class(), Class::Broken);
}

#[test]
fn a_torn_tail_is_unfinished_until_its_writer_declares_it() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    append(&mut pen, 1, "one");
    drop((pen, store));
    let path = segments(&address).remove(0);
    let mut bytes = fs::read(&path).unwrap();
    // A beginning that ends like a line: inside the data.
    let begun = bytes.clone();
    let line = begun.split(|byte| *byte == b'\n').nth(1).unwrap();
    let inner = line.windows(2).position(|two| two == b"\"}").unwrap() + 2;
    bytes.extend(&line[..inner]);
    fs::write(&path, &bytes).unwrap();
    let verdict = judge(&bench, &address);
    assert!(matches!(&verdict.findings[..], [Finding::Unfinished(_)]), "{verdict:?}");
    assert!(verdict.findings[0].to_string().starts_with("unfinished tail of w-"));
    append(&mut bench.store(2).pen(&address).unwrap(), 2, "back");
    let verdict = judge(&bench, &address);
    assert_eq!(verdict.class(), Class::Declared);
    assert!(matches!(&verdict.findings[..], [Finding::Torn(_)]), "{verdict:?}");
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let copy = fs::read_dir(address.folder.join("quarantine")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::read(copy).unwrap(), &line[..inner]);
}

#[test]
fn a_copied_writer_is_a_fork_and_both_sides_are_kept() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    drop(pen);
    drop(store);
    // The same machine-id and state on two machines: a cloned disk.
    let clone = Bench::new();
    copy(&bench.folder.path().join("state"), &clone.folder.path().join("state"));
    let root = clone.root();
    copy(&bench.root(), &root);
    let there = Address { folder: root.join("incidents/2026/00/INC-2026-0001-7f3a9101"), ..address.clone() };
    pen = bench.store(2).pen(&address).unwrap();
    append(&mut pen, 1, "here");
    append(&mut clone.store(3).pen(&there).unwrap(), 1, "there");
    let other = segments(&there).remove(0);
    let name = other.file_name().unwrap().to_str().unwrap().replace(".0001.", ".0002.");
    fs::copy(&other, address.folder.join("journal").join(name)).unwrap();
    let verdict = judge(&bench, &address);
    assert!(matches!(&verdict.findings[..], [Finding::Fork { n: 2, .. }]), "{verdict:?}");
    assert_eq!(verdict.class(), Class::Declared);
    assert_eq!(bench.store(4).lines(&address).unwrap().len(), 3);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            drop(fs::copy(entry.path(), target))
        }
    }
}

#[test]
fn a_set_clock_is_declared() {
    let bench = Bench::new();
    let Created { address, mut pen, .. } = create(&bench.store(1), 1);
    pen.append(&[Draft { now_set: true, ..note("x") }], Together::Apart, at(1)).unwrap();
    assert_eq!(judge(&bench, &address).findings, [Finding::NowSet { lines: 1 }]);
}

#[test]
fn fields_out_of_order_and_keys_that_stand_twice_are_refused_even_with_a_good_id() {
    let bench = Bench::new();
    let Created { address, .. } = create(&bench.store(1), 1);
    let good = fs::read_to_string(&segments(&address)[0]).unwrap();
    for (from, to) in [
        ("\"by\":\"ana\",\"kind\":\"logged\"", "\"kind\":\"logged\",\"by\":\"ana\""),
        ("\"by\":\"ana\",\"kind\"", "\"by\":\"ana\",\"by\":\"eve\",\"kind\""),
        ("\"text\":\"opened\"", "\"text\":\"a\",\"text\":\"opened\""),
        ("\"text\":\"opened\"", "\"text\":\"a\",\"te\\u0078t\":\"opened\""),
    ] {
        tamper(&address, |_| {
            let mut lines: Vec<String> = good.lines().map(str::to_owned).collect();
            let front = lines[1].split_once(",\"id\":\"").unwrap().0.replace(from, to);
            let id = sha2::Sha256::digest(front.as_bytes());
            let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
            lines[1] = format!("{front},\"id\":\"{hex}\"}}");
            lines
        });
        let store = bench.store(5);
        let verdict = store.verify(&address, Depth::Full);
        assert!(matches!(&verdict.findings[..], [Finding::Malformed { .. }, ..]), "{to}: {verdict:?}");
        assert_eq!(store.lines(&address).unwrap().len(), 0, "{to}");
    }
}

#[test]
fn unknown_kinds_and_fields_are_kept_and_a_critical_one_makes_the_incident_read_only() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    let event = |crit| Event::Unknown { kind: "moon-seen".into(), data: "{\"phase\":\"full\"}".into(), crit };
    let mut line =
        pen.append(&[Draft { event: event(false), ..note("") }], Together::Apart, at(1)).unwrap().lines;
    assert_eq!(line.remove(0).event, event(false));
    assert_eq!(store.read(&address).unwrap().read_only(), None);
    pen.append(&[Draft { event: event(true), ..note("") }], Together::Apart, at(2)).unwrap();
    let why = store.read(&address).unwrap().read_only().unwrap();
    assert!(why.contains("moon-seen"), "{why}");
    assert_eq!(judge(&bench, &address).findings, [Finding::Critical { kind: "moon-seen".into() }]);
}

#[test]
fn the_readme_carries_the_shell_check_word_for_word_in_eight_lines() {
    let readme = include_str!("../../../README.md");
    let script = include_str!("check.sh");
    assert!(readme.contains(script));
    assert_eq!(script.lines().count(), 8);
}

#[test]
fn the_shell_check_agrees_on_random_flips_and_cuts() {
    let bench = Bench::new();
    let address = incident(&bench);
    let path = first(&address);
    let whole = fs::read(&path).unwrap();
    let mut dice = Dice::new(5);
    for _ in 0..150 {
        let mut bytes = whole.clone();
        if dice.below(3) == 0 {
            bytes.truncate(dice.below(whole.len()));
        } else {
            bytes[dice.below(whole.len())] ^= 1 << dice.below(8);
        }
        fs::write(&path, bytes).unwrap();
        judge(&bench, &address);
    }
}

/// A clean verdict in both depths by a process that knows what this machine wrote.
fn findings_here(bench: &Bench, address: &Address) -> Vec<Finding> {
    let store = bench.store(9);
    let full = store.verify(address, Depth::Full).findings;
    assert_eq!(store.verify(address, Depth::Quick).findings, full);
    full
}

#[test]
fn who_writes_during_a_verification_is_not_taken_for_a_forger() {
    let bench = Bench::new();
    let Created { address, pen: mut ana, .. } = create(&bench.store(1), 1);
    let mut bo = bench.store(2).pen(&address).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for pen in [&mut ana, &mut bo] {
            let done = &done;
            scope.spawn(move || {
                for k in 1.. {
                    append(pen, k, "one");
                    if k > 1_500 || done.load(std::sync::atomic::Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        for round in 0..30 {
            let depth = if round % 2 == 0 { Depth::Full } else { Depth::Quick };
            let verdict = bench.store(9).verify(&address, depth);
            if verdict.class() > Class::Declared {
                done.store(true, std::sync::atomic::Ordering::Relaxed);
                panic!("round {round}: {:?}", verdict.findings);
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(bench.store(9).verify(&address, Depth::Full).class(), Class::Clean);
}

/// Writes a journal anew with other words and every id and `prev` made to fit.
fn forge(lines: Vec<String>) -> Vec<String> {
    let mut ids: Vec<(String, String)> = Vec::new();
    let anew = |line: String| {
        let (front, id) = line.rsplit_once(",\"id\":\"").unwrap();
        let mut front = front.replace("\"opened\"}", "\"forged\"}");
        for (old, new) in &ids {
            front = front.replace(old, new);
        }
        let new = casebook::model::id::LineId(sha2::Sha256::digest(&front).into()).to_string();
        ids.push((id[..64].to_owned(), new.clone()));
        format!("{front},\"id\":\"{new}\"}}")
    };
    lines.into_iter().map(anew).collect()
}

#[test]
fn a_journal_written_anew_from_its_first_line_is_found_out_by_the_machine_that_wrote_it() {
    let bench = Bench::new();
    let Created { address, mut pen, .. } = create(&bench.store(1), 1);
    append(&mut pen, 1, "one");
    let writer = pen.writer().to_owned();
    drop(pen);
    tamper(&address, forge);
    // Its own files cannot tell, and verify says so.
    assert_eq!(judge(&bench, &address).class(), Class::Clean);
    let forged = Finding::Rewritten { writer, n: 2 };
    assert_eq!(findings_here(&bench, &address), std::slice::from_ref(&forged));
    // The writer retires at its next append; what it remembers stays.
    append(&mut bench.store(2).pen(&address).unwrap(), 5, "on");
    assert_eq!(findings_here(&bench, &address), [forged]);
}

#[test]
fn writing_in_a_copy_of_the_store_casts_no_doubt_on_the_original() {
    let bench = Bench::new();
    let Created { address, mut pen, .. } = create(&bench.store(1), 1);
    append(&mut pen, 1, "one");
    let backup = bench.folder.path().join("backup");
    copy(&bench.root(), &backup);
    append(&mut pen, 2, "later");
    drop(pen);
    let there = Store::open(Setup { root: backup, ..bench.setup(4) });
    let copied = there.locate("1", 2026).unwrap();
    assert_eq!(there.verify(&copied, Depth::Full).class(), Class::Clean, "older, and whole");
    append(&mut there.pen(&copied).unwrap(), 3, "in the copy");
    append(&mut bench.store(5).pen(&address).unwrap(), 4, "in the original");
    for (store, address) in [(bench.store(6), &address), (there, &copied)] {
        assert_eq!(store.verify(address, Depth::Full).findings, []);
    }
}

#[test]
fn an_incident_taken_away_whole_is_missed_by_the_machine_that_wrote_in_it() {
    let bench = Bench::new();
    let Created { address, mut pen, .. } = create(&bench.store(1), 1);
    append(&mut pen, 1, "one");
    drop(pen);
    assert_eq!(bench.store(2).gone(), []);
    fs::remove_dir_all(&address.folder).unwrap();
    let gone = bench.store(2).gone();
    assert_eq!(
        gone.iter().map(|gone| (gone.folder.clone(), gone.lines)).collect::<Vec<_>>(),
        [(address.folder, 2)]
    );
}

#[test]
fn a_hit_version_digit_is_damage_and_stops_nobody_from_writing() {
    let bench = Bench::new();
    let Created { address, mut pen, .. } = create(&bench.store(1), 1);
    append(&mut pen, 1, "hit");
    drop(pen);
    let newer = |text: &str| {
        tamper(&address, |mut lines| {
            *lines.last_mut().unwrap() = text.to_owned();
            lines
        });
    };
    let last = fs::read_to_string(first(&address)).unwrap().lines().last().unwrap().to_owned();
    newer(&last.replacen("{\"v\":1", "{\"v\":3", 1));
    let other = Store::open(Setup { state: None, ..bench.setup(3) });
    append(&mut other.pen(&address).unwrap(), 2, "goes on");
    // A line that is of a newer format by its own words still asks for a newer casebook.
    newer("{\"v\":2,\"words\":\"not known here\"}");
    let refused = other.pen(&address).unwrap().append(&[note("no")], Together::Apart, at(3));
    assert!(matches!(refused, Err(StoreError::Newer { .. })), "{refused:?}");
}

#[test]
fn a_store_of_a_newer_format_is_read_and_not_written() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, pen, .. } = create(&store, 1);
    drop(pen);
    fs::write(bench.root().join("FORMAT.json"), "{\"format\":\"casebook/2\"}").unwrap();
    assert!(matches!(store.pen(&address), Err(StoreError::Newer { .. })));
    assert_eq!(store.read(&address).unwrap().lines(), 1);
    // Damage to that file is no reason to lose a note.
    fs::write(bench.root().join("FORMAT.json"), "{\"for").unwrap();
    append(&mut store.pen(&address).unwrap(), 1, "saved");
}

#[test]
fn the_last_number_there_is_is_not_followed_by_a_panic() {
    let bench = Bench::new();
    let store = bench.store(1);
    create(&store, 1);
    let path = bench.root().join("FORMAT.json");
    let text = fs::read_to_string(&path).unwrap().replace("\"INC\":1", &format!("\"INC\":{}", u32::MAX));
    fs::write(&path, text).unwrap();
    let first = |_: &_| Ok::<_, StoreError>(vec![note("opened")]);
    assert!(store.create(Series::Inc, id(2), at(1), first).is_err());
}
