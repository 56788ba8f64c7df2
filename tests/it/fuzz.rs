//! T16: broken bytes of every kind for everything that reads: the lines of journals, every format that is imported, and
//! bundles. Nothing may panic, write where it should not, or say more than it was told.
//!
//! What is broken comes from files that are right: what casebook exports of the demo, and the fixtures of the
//! transcripts, ten times each for each format by day. `CASEBOOK_NIGHTLY=1` makes forty of it, `CASEBOOK_SEED` begins elsewhere.

use std::ops::ControlFlow;

use casebook::demo;
use casebook::exchange::intake::Reading;
use casebook::exchange::intake::decode::Decoded;
use casebook::exchange::intake::judge::judge;
use casebook::exchange::{EXPORTS, IMPORTS, Moment};
use casebook::incident::Incident;
use casebook::incident::release::{Holds, Release};
use casebook::model::desk::Desk;
use casebook::model::notice::duties::Duties;
use casebook::model::playbook::Playbooks;
use casebook::model::time::Zone;
use casebook::store::{Class, Depth, Envelope, Keep, Look};
use chrono::{DateTime, Utc};

use crate::bundle::{incident, pack, take, tree};
use crate::store::{Bench, Dice, at, is_nightly, nightly, segments};

/// Files made of each that is right.
fn files() -> usize {
    if is_nightly() { 100 } else { 10 }
}

/// What readers stumble over.
const TOKENS: [&[u8]; 22] = [
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc3\x28",
    b"\r\n",
    b"\"",
    b"\"\"",
    b",",
    b"{",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"}",
    b"\\u0000",
    b"\\ud800",
    b"\x1b]52;c;AAAA\x07",
    b"../../../../etc/passwd",
    b"-1",
    b"99999999999999999999999999",
    b"1e999",
    b"null",
    b"0000-00-00T99:99:99Z",
    b"9999-12-31T23:59:59+99:99",
    "\u{202e}\u{200b}\u{feff}".as_bytes(),
];

/// Breaks a file somewhere, up to six times.
fn broken(right: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = right.to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        let to = (at + dice.below(40)).min(bytes.len());
        match dice.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let piece = bytes[at..to].to_vec();
                bytes.splice(to..to, piece.repeat(1 + dice.below(50)));
            }
            4 => {
                let from = dice.below(other.len() + 1);
                let piece = &other[from..(from + dice.below(200)).min(other.len())];
                bytes.splice(at..to, piece.iter().copied());
            }
            5 => bytes[at..to].fill(0),
            _ => drop(bytes.splice(at..at, TOKENS[dice.below(TOKENS.len())].iter().copied())),
        }
    }
    bytes
}

fn now() -> DateTime<Utc> {
    "2027-01-01T00:00:00Z".parse().unwrap()
}

/// The demo's ransomware case and everything it is written as.
fn corpus() -> (Incident, Vec<Vec<u8>>) {
    let bench = Bench::new();
    let store = bench.store(1);
    demo::tell(&store, at(0), [7; 16]).unwrap();
    let (address, _) = store.list(Look::Checked).unwrap().remove(0);
    let lines = store.lines(&address).unwrap();
    let released = Release::default().of(address.id, &lines, Holds::Incident).unwrap();
    let zone = Zone::parse("utc").unwrap();
    let moment = Moment { now: now(), zone: &zone };
    let mut right: Vec<Vec<u8>> =
        EXPORTS.iter().map(|export| (export.write)(&released, moment).unwrap()).collect();
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/cli");
    for folder in std::fs::read_dir(fixtures).unwrap().map(|entry| entry.unwrap().path()) {
        if folder.extension().is_some_and(|ending| ending == "in") {
            let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
            right.extend(files.filter(|file| file.is_file()).map(|file| std::fs::read(file).unwrap()));
        }
    }
    (store.read(&address).unwrap().incident, right)
}

/// Every string in a document.
fn strings(data: &str) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![serde_json::from_str(data).unwrap()]);
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::String(text) => found.push(text),
            serde_json::Value::Array(values) => open.extend(values),
            serde_json::Value::Object(fields) => open.extend(fields.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    found
}

#[test]
fn no_importer_falls_over_a_broken_file_and_what_it_takes_is_plain_text_of_no_more_than_it_read() {
    let (incident, right) = corpus();
    let playbooks = Playbooks::default();
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let (mut read, mut taken) = (0, 0);
    for seed in nightly(1, 4) {
        println!("seed {seed}");
        let mut dice = Dice::new(seed);
        for import in IMPORTS {
            for _ in 0..files() {
                // Every format is given what is right for any of them: a wrong one is the commonest mistake.
                for right in &right {
                    let other = &right[dice.below(right.len() + 1)..];
                    let bytes = broken(&right[..right.len().min(20_000)], other, &mut dice);
                    let desk = |k: u32| Desk {
                        now: now(),
                        now_set: false,
                        by: "ana".into(),
                        role: None,
                        who: None,
                        happened: None,
                        ex: None,
                        seed: (u128::from(k) + 1).to_le_bytes(),
                        playbooks: &playbooks,
                        carried: &[],
                        duties: Duties::plain(),
                    };
                    let reading = Reading { now: now(), assume: Some(&zone), columns: &[] };
                    let mut file = Decoded::new(&bytes[..]);
                    let into = (&incident, "file");
                    let go_on = &mut |_| ControlFlow::Continue(());
                    read += 1;
                    let judged = match judge(import.read, (&mut file, &reading), into, desk, go_on) {
                        Ok(judged) => judged,
                        Err(refusal) => {
                            let said = refusal.to_string();
                            assert!(!said.chars().any(char::is_control), "{}: {said:?}", import.name);
                            continue;
                        }
                    };
                    taken += 1;
                    let said: Vec<String> = judged.drafts.iter().map(|draft| draft.event.data()).collect();
                    let size: usize = said.iter().map(String::len).sum();
                    assert!(size < 40 * bytes.len() + 20_000, "{} bytes of {}", size, bytes.len());
                    let mut words: Vec<String> = said.iter().flat_map(|data| strings(data)).collect();
                    words.extend(judged.remarks);
                    words.extend(judged.refused.into_iter().map(|it| it.why));
                    let steers = words.iter().find(|text| text.chars().any(|c| c.is_control() && c != '\n'));
                    assert!(steers.is_none(), "{}: {steers:?}", import.name);
                }
            }
        }
    }
    println!("{read} files read, {taken} of them understood in part");
    assert!(taken > 0);
}

#[test]
fn no_line_of_a_journal_is_too_broken_to_be_passed_over_and_all_whole_ones_are_read() {
    let (mut broken_files, mut kept) = (0, 0);
    for seed in nightly(3, 40) {
        println!("seed {seed}");
        let mut dice = Dice::new(seed);
        let bench = Bench::new();
        let store = bench.store(1);
        let notes: Vec<_> = (0..20).map(|n| (0, format!("note {n} of the night"))).collect();
        let address = incident(&store, &[], &notes, &[]);
        let path = segments(&address).remove(0);
        let right = std::fs::read(&path).unwrap();
        for _ in 0..if is_nightly() { 200 } else { 60 } {
            let bytes = broken(&right, &right, &mut dice);
            for line in bytes.split(|byte| *byte == b'\n') {
                _ = Envelope::read(line);
            }
            std::fs::write(&path, &bytes).unwrap();
            broken_files += 1;
            let verdict = store.verify(&address, Depth::Full);
            let quick = store.verify(&address, Depth::Quick);
            assert!(bytes == right || verdict.class() > Class::Clean, "a broken file passes");
            assert!(quick.class() <= verdict.class());
            let whole: Vec<&[u8]> = right.split_inclusive(|byte| *byte == b'\n').collect();
            let still = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| whole.contains(line));
            // The opening of a segment is in no chain.
            let still: std::collections::HashSet<&[u8]> =
                still.filter(|line| !line.windows(14).any(|part| part == b"segment-opened")).collect();
            if let Ok(lines) = store.lines(&address) {
                kept += lines.len();
                assert!(lines.len() >= still.len(), "{} whole lines, {} read", still.len(), lines.len());
            } else {
                assert!(still.is_empty(), "{} whole lines and nothing is read", still.len());
            }
            assert_eq!(std::fs::read(&path).unwrap(), bytes, "looking changes nothing");
        }
    }
    println!("{broken_files} journals read, {kept} lines kept");
}

#[test]
fn a_broken_bundle_brings_what_holds_or_nothing_and_never_leaves_its_place() {
    let (mut refused, mut came) = (0, 0);
    for seed in nightly(1, 10) {
        println!("seed {seed}");
        let mut dice = Dice::new(seed);
        let here = Bench::new();
        let store = here.store(1);
        let notes: Vec<_> = (0..6).map(|n| (0, format!("note {n}"))).collect();
        let address = incident(&store, &[], &notes, &[b"evidence".to_vec()]);
        let packed = pack(&store, &address);
        let mut inner = Vec::new();
        let mut plain = ruzstd::decoding::StreamingDecoder::new(&packed[..]).unwrap();
        std::io::Read::read_to_end(&mut plain, &mut inner).unwrap();
        for n in 0..if is_nightly() { 400 } else { 60 } {
            // The outside is broken, or the inside, under an outside that is right.
            let bytes = match n % 3 {
                0 => broken(&packed, &inner, &mut dice),
                _ => {
                    let inside = broken(&inner, &inner, &mut dice);
                    ruzstd::encoding::compress_to_vec(
                        &inside[..],
                        ruzstd::encoding::CompressionLevel::Fastest,
                    )
                }
            };
            let there = Bench::new();
            let other = there.store(2);
            match take(&other, &bytes, Keep::All) {
                Ok(adopted) => {
                    came += 1;
                    assert!(adopted.address.folder.starts_with(there.root()));
                    assert_eq!(other.verify(&adopted.address, Depth::Full).class(), Class::Clean);
                }
                Err(_) => {
                    refused += 1;
                    let rows = other.list(Look::Checked).unwrap();
                    assert!(rows.is_empty(), "half an incident stands in the list");
                }
            }
            let beside: Vec<_> = tree(there.root().parent().unwrap()).into_keys().collect();
            assert!(
                beside.iter().all(|path| path.starts_with("store") || path.starts_with("state")),
                "{beside:?}"
            );
        }
    }
    println!("{refused} refused, {came} came");
    assert!(refused > 0);
}
