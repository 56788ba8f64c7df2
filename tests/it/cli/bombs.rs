//! Files that were made to hurt whoever unpacks them, through every verb that reads a packed record: a sentence, little
//! memory, and nothing of it in the store.

use std::fs;
use std::path::Path;

use casebook::exchange::bundle::Manifest;
use tar::EntryType as Kind;

use super::{Home, run};
use crate::bundle::{archive, entries_of, relisted, tree};

/// So much memory a process may ask for, in KiB: what it unpacks would need more.
const MEMORY: usize = 1 << 20;
const GIB: u64 = 1 << 30;

type Entries = Vec<(String, Vec<u8>)>;

/// A zstd frame of these bytes, and so many zeros after them.
fn frame(bytes: &[u8], zeros: u64) -> Vec<u8> {
    // Magic, no size and no sum, a window of 1 MiB.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50];
    let mut block = |kind: u32, size: usize, body: &[u8]| {
        frame.extend_from_slice(&(u32::try_from(size).unwrap() << 3 | kind << 1).to_le_bytes()[..3]);
        frame.extend_from_slice(body);
    };
    for piece in bytes.chunks(128 << 10) {
        block(0, piece.len(), piece);
    }
    for _ in 0..zeros >> 17 {
        block(1, 128 << 10, &[0]);
    }
    // The last block, which is empty.
    frame.extend_from_slice(&[1, 0, 0]);
    frame
}

/// The plain tar of some entries, whose last says that it has so many bytes.
fn claiming(entries: &[(String, Vec<u8>)], kinds: &[(usize, Kind)], bytes: u64) -> Vec<u8> {
    let mut plain = archive(entries, kinds);
    // Two blocks of zeros end it.
    let at = plain.len() - 1024 - entries.last().unwrap().1.len().next_multiple_of(512) - 512;
    let mut header = tar::Header::from_byte_slice(&plain[at..at + 512]).clone();
    header.set_size(bytes);
    header.set_cksum();
    plain[at..at + 512].copy_from_slice(header.as_bytes());
    plain.truncate(at + 512);
    plain
}

/// The list of contents with another size of the evidence.
fn with_evidence(good: &Entries, bytes: u64) -> Entries {
    relisted(good, |list| list.files.last_mut().unwrap().bytes = bytes)
}

/// Every hostile file by its name.
fn hostile(packed: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let good: Entries = entries_of(packed);
    let folder = good[0].0.strip_suffix("MANIFEST.json").unwrap().to_owned();
    let and =
        |name: String| -> Vec<u8> { archive(&[good.clone(), vec![(name, b"x".to_vec())]].concat(), &[]) };
    let link = |kind| {
        let name = format!("{folder}journal/w-x.0001.jsonl");
        archive(&[good.clone(), vec![(name, b"".to_vec())]].concat(), &[(good.len(), kind)])
    };
    let listed = |change: fn(&mut Manifest)| archive(&relisted(&good, change), &[]);
    let list = &good[..1];
    vec![
        (
            "evidence of 40 GiB of nothing",
            frame(&claiming(&with_evidence(&good, 40 * GIB), &[], 40 * GIB), GIB),
        ),
        ("evidence of 16 EiB", claiming(&with_evidence(&good, u64::MAX - 4096), &[], u64::MAX - 4096)),
        ("a journal of 60 MiB, twenty times", {
            let more = relisted(&good, |list| {
                list.files.retain(|file| file.path.starts_with("journal/"));
                let one = list.files[0].clone();
                list.files = (1..=20)
                    .map(|n| {
                        let path = one.path.replace("0001", &format!("{n:04}"));
                        casebook::exchange::bundle::Packed { path, bytes: 60 << 20, ..one.clone() }
                    })
                    .collect();
            });
            frame(&claiming(&more[..2], &[], 60 << 20), 2 * GIB)
        }),
        ("a list of 2 GiB", frame(&claiming(list, &[], 2 * GIB), 2 * GIB)),
        ("a list of 30 MiB of brackets", {
            let list = vec![(good[0].0.clone(), vec![b'['; 30 << 20])];
            frame(&archive(&list, &[]), 0)
        }),
        ("zeros for ever", frame(&[], 2 * GIB)),
        ("zeros after the end", frame(&archive(&good, &[]), 2 * GIB)),
        ("a window of 2 TiB", {
            let mut frame = frame(&archive(&good, &[]), 0);
            frame[5] = 0xf8;
            frame
        }),
        ("a frame that says it holds 16 EiB", {
            let whole = frame(&archive(&good, &[]), 0);
            // One segment: its size is its window.
            [&[0x28, 0xb5, 0x2f, 0xfd, 0xe0][..], &[0xff; 8], &whole[6..]].concat()
        }),
        ("a folder of 16 EiB", {
            let with = [good.clone(), vec![(folder.clone(), Vec::new())]].concat();
            claiming(&with, &[(good.len(), Kind::Directory)], u64::MAX - 4096)
        }),
        ("a deep path", and(format!("{folder}{}x", "a/".repeat(25)))),
        ("a deep path in the list", listed(|list| list.files[0].path = "journal/".repeat(100_000))),
        ("a path from the root", and("/etc/cron.d/x".into())),
        ("a path that leads out", and(format!("{folder}../../x"))),
        (
            "a path that leads out in the list",
            listed(|list| list.files[0].path = "journal/../../x.jsonl".into()),
        ),
        ("a link", link(Kind::Symlink)),
        ("a hard link", link(Kind::Link)),
        ("a pipe", link(Kind::Fifo)),
        ("a name twice", archive(&[good.clone(), vec![good[1].clone()]].concat(), &[])),
        ("a name twice in the list", listed(|list| list.files.push(list.files[0].clone()))),
        ("cut short", packed[..packed.len() / 2].to_vec()),
        ("nothing", Vec::new()),
    ]
}

/// An incident with evidence, packed, and everything hostile that can be made of it, each in a file.
fn made(home: &Home) -> Vec<(&'static str, String)> {
    home.done("new Lost stick");
    fs::write(home.path("image.raw"), vec![7; 3_000]).unwrap();
    home.done(&format!("evidence add {} --copy", home.path("image.raw")));
    home.done(&format!("export bundle -o {}", home.path("good.tar.zst")));
    let packed = fs::read(home.path("good.tar.zst")).unwrap();
    let files = hostile(&packed).into_iter().enumerate().map(|(n, (what, bytes))| {
        let path = home.path(&format!("hostile-{n}.tar.zst"));
        fs::write(&path, bytes).unwrap();
        (what, path)
    });
    files.collect()
}

/// Runs a line with little memory; what it says has to be one sentence that names the file.
fn refused(home: &Home, line: &str, (what, file): (&str, &str)) {
    let words = home.words(line);
    let mut bounded = std::process::Command::new("sh");
    bounded.arg("-c").arg(format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")).arg(words.get_program());
    bounded.args(words.get_args()).envs(words.get_envs().filter_map(|(name, value)| Some((name, value?))));
    bounded.stdin(std::process::Stdio::null());
    let answer = run(bounded);
    let said = answer.err.lines().next().unwrap_or_default();
    assert!([1, 3].contains(&answer.code), "{what}, {line}: {} {}{}", answer.code, answer.out, answer.err);
    assert!(said.contains(file) && said.ends_with('.'), "{what}, {line}: {}", answer.err);
    assert!(said.len() < 600 && !said.contains("os error"), "{what}, {line}: {said}");
}

#[test]
fn a_hostile_file_is_refused_by_every_verb_that_reads_packed_records_and_changes_nothing() {
    let home = Home::new();
    let files = made(&home);
    let store = home.path("store");
    // The evidence is missing here, so a repair would take it out of the file.
    let all = tree(Path::new(&store)).into_iter();
    let evidence = all.filter(|(path, bytes)| path.contains("/vault/") && bytes.is_some());
    evidence.for_each(|(path, _)| fs::remove_file(Path::new(&store).join(path)).unwrap());
    let before = tree(Path::new(&store));
    for (what, file) in &files {
        for line in ["import bundle", "import bundle --dry-run", "doctor --from", "doctor --repair --from"] {
            refused(&home, &format!("{line} {file}"), (what, file));
            assert_eq!(changed(&before, &store), Vec::<String>::new(), "{what}, {line}");
        }
    }
    home.done(&format!("import bundle {}", home.path("good.tar.zst")));
    assert!(home.say("verify").code < 2);
}

#[test]
fn an_incident_whose_folder_is_gone_is_not_brought_back_out_of_a_hostile_file() {
    let home = Home::new();
    let files = made(&home);
    let store = home.path("store");
    fs::remove_dir_all(Path::new(&store).join("incidents/2026")).unwrap();
    let before = tree(Path::new(&store));
    for (what, file) in &files {
        refused(&home, &format!("doctor --repair --from {file}"), (what, file));
        assert_eq!(changed(&before, &store), Vec::<String>::new(), "{what}");
    }
    let back = home.say(&format!("doctor --repair --from {}", home.path("good.tar.zst")));
    assert!(back.out.contains("is back from"), "{}{}", back.out, back.err);
}

/// What is in a store and was not, or is not any more.
fn changed(before: &std::collections::BTreeMap<String, Option<Vec<u8>>>, store: &str) -> Vec<String> {
    let after = tree(Path::new(store));
    let of = |path: &&String| before.get(*path) != after.get(*path) && !path.contains("incident.json");
    before.keys().chain(after.keys()).filter(of).cloned().collect()
}
