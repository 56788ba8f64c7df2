//! T15: journals of every release, which every later one reads to the same state and hands on byte for byte.
//!
//! `golden/VERSION/` holds the incidents that a release wrote: their journals, and in `state.json` what it made of
//! them. Nothing in there ever changes. A later release may know more of an incident than `state.json` says, but
//! nothing else: of today's document, the part that stands there has the hash pinned here.
//!
//! A release adds its own: new kinds of events get a line in `golden/samples.txt` (a test asks for it);
//! `CASEBOOK_GOLDEN=VERSION cargo test --test it store::golden` writes what is not in the folder yet and prints the rows
//! for [`RELEASES`]; both are committed.

use std::collections::BTreeSet;
use std::path::Path;

use casebook::demo;
use casebook::incident::Incident;
use casebook::store::{Class, Depth, Keep, Series};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;
use crate::bundle::{pack, take};
use crate::cli::Home;

/// Folder, SHA-256 of its journals, SHA-256 of its state.
const RELEASES: [(&str, &str, &str); 5] = [
    (
        "0.1.0/INC-2026-0001-7f3a9101",
        "16260fba1fa1fc11b253cfd1c8b02005a6572c9e10993104f9d1dcbf1445086b",
        "f1b9dd7870225fe8b1512e119aa714f7b65f2521cb9df794487752988bb0fe71",
    ),
    (
        "0.1.0/INC-2026-0002-7f3a9102",
        "f8a4dc3ad53626a8f4f6450a6abb8baa52336cf2935510cfe65eae7119e5ff1b",
        "208e8c15022064367625b62f061603ebbceabb4a22f6201d8fc841629403b6dd",
    ),
    (
        "0.1.0/DEMO-2026-0005-992234fd",
        "c1db1876de17335074fd64982e294fdaa62cf412d0c78e93e02dfd37e9c6ddee",
        "3778d3b3eba092cd40c369b7fe2e55580f08f8433d14267dce2e5070624eeb3f",
    ),
    (
        "0.1.0/INC-2026-0003-f0cf863a",
        "f705ed0649bbaec55ef0b977139a6ae3f1fdbeb351df0132dd3fc7d23f25cd26",
        "5836d795ba96e57bfb6a992459f96998960c47e6ce116501a4956b46437603e0",
    ),
    (
        "0.1.0/INC-2026-0004-7df42d0c",
        "17f50d048ea6df1b8903ad0432300ede9a376517984e6e940578695e6d958741",
        "b4820587059527c8a55d7f5e57e5c3935cc79d7d1d3307c2306403823186d0e6",
    ),
];

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/store/golden")
}

/// A line for each kind of event, as each was first written: the kind, and its data.
fn samples() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(golden().join("samples.txt")).unwrap();
    let split = |line: &str| {
        let (kind, data) = line.split_once(' ').unwrap();
        (kind.to_owned(), data.to_owned())
    };
    text.lines().map(split).collect()
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The names and bytes of all journals of an incident.
fn journals(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = std::fs::read_dir(folder.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap())
    };
    let mut all: Vec<_> = names.map(read).collect();
    all.sort();
    all
}

fn hash_of_journals(folder: &Path) -> String {
    let all = journals(folder);
    let one = |(name, bytes): &(String, Vec<u8>)| [name.as_bytes(), b"\n", bytes].concat();
    hex(all.iter().flat_map(one).collect::<Vec<u8>>())
}

/// What of `now` stands in `then` as well: an object may have got more fields, and nothing else.
fn part(now: &Value, then: &Value) -> Value {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => {
            let both = now.iter().filter_map(|(key, value)| Some((key.clone(), part(value, then.get(key)?))));
            Value::Object(both.collect())
        }
        (Value::Array(now), Value::Array(then)) if now.len() == then.len() => {
            Value::Array(now.iter().zip(then).map(|(now, then)| part(now, then)).collect())
        }
        _ => now.clone(),
    }
}

fn document(store: &Store, address: &Address) -> Value {
    let incident = Incident::fold(address.id, &store.lines(address).unwrap());
    serde_json::to_value(incident.document()).unwrap()
}

/// A golden incident in a store of its own.
fn laid_out(bench: &Bench, from: &Path) -> Address {
    let name = from.file_name().unwrap().to_str().unwrap();
    let folder = bench.root().join("incidents/2026/00").join(name);
    std::fs::create_dir_all(folder.join("journal")).unwrap();
    for (name, bytes) in journals(from) {
        std::fs::write(folder.join("journal").join(name), bytes).unwrap();
    }
    let number = name.rsplit_once('-').unwrap().0;
    bench.store(1).locate(number, 2026).unwrap()
}

#[test]
fn t15_journals_of_every_release_are_read_to_the_state_they_always_had() {
    if let Ok(version) = std::env::var("CASEBOOK_GOLDEN") {
        return make(&golden().join(&version), &version);
    }
    for (folder, journals, state) in RELEASES {
        let from = golden().join(folder);
        assert_eq!(hash_of_journals(&from), journals, "{folder}: a golden journal was changed");
        let bench = Bench::new();
        let address = laid_out(&bench, &from);
        let store = bench.store(2);
        let then: Value = serde_json::from_slice(&std::fs::read(from.join("state.json")).unwrap()).unwrap();
        assert_eq!(hex(then.to_string()), state, "{folder}: state.json was changed");
        let now = part(&document(&store, &address), &then);
        assert_eq!(hex(now.to_string()), state, "{folder}: {now}");
        for depth in [Depth::Full, Depth::Quick] {
            let verdict = store.verify(&address, depth);
            // Some lines were written with the clock set, one asks for a newer casebook: both are declared.
            assert!(verdict.class() <= Class::Declared, "{folder}: {:?}", verdict.findings);
        }
        let record = store.read(&address).unwrap();
        assert!(record.damage.is_empty() && record.tails.is_empty(), "{folder}: {:?}", record.damage);
        assert_eq!(record.read_only().is_some(), folder.contains("-0002-"), "{folder}");
    }
}

#[test]
fn t15_what_a_release_does_not_know_goes_through_export_and_import_byte_for_byte() {
    for (folder, ..) in RELEASES {
        let (here, there, on) = (Bench::new(), Bench::new(), Bench::new());
        let from = golden().join(folder);
        let address = laid_out(&here, &from);
        let (one, two) = (here.store(2), there.store(3));
        let came = take(&two, &pack(&one, &address), Keep::All).unwrap().address;
        let further = take(&on.store(4), &pack(&two, &came), Keep::All).unwrap().address;
        for address in [&came, &further] {
            assert_eq!(journals(&address.folder), journals(&from), "{folder}");
        }
        assert_eq!(document(&two, &came), document(&one, &address), "{folder}");
    }
}

#[test]
fn t15_the_samples_know_every_kind_of_event() {
    let known: BTreeSet<String> = samples().into_iter().map(|(kind, _)| kind).collect();
    let source = include_str!("../../../src/incident/event.rs");
    let table = source.split_once("\nevents! {\n").unwrap().1.split_once("\n}").unwrap().0;
    let kinds: BTreeSet<String> =
        table.lines().map(|line| line.split('"').nth(1).unwrap().to_owned()).collect();
    assert!(kinds.len() > 70);
    assert_eq!(kinds.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
    for (kind, data) in samples() {
        let event = Event::read(&kind, &data, false);
        assert!(!matches!(event, Event::Unknown { .. }), "{kind} does not read any more: {data}");
    }
}

/// Writes what a release leaves for those to come.
fn make(folder: &Path, version: &str) {
    let bench = Bench::new();
    let (one, two) = (bench.store(1), bench.store(2));
    let addresses = [every_kind(&one, &two), not_known(&one)];
    let told = demo::tell(&bench.store(3), at(0), [7; 16]).unwrap();
    let home = Home::new();
    // INC-2026-0003 is the same tale, told before lines that expunge said what is left of others.
    let said = taken_away(&home);
    // The longest tale, and a drill if there is one.
    for address in addresses
        .iter()
        .chain(told.iter().max_by_key(|address| journals(&address.folder)[0].1.len()))
        .chain([&said])
    {
        let name = address.folder.file_name().unwrap().to_str().unwrap();
        let to = folder.join(name);
        let number = name.rsplit_once('-').unwrap().0;
        let there = |entry: std::fs::DirEntry| entry.file_name().to_str().unwrap().starts_with(number);
        if std::fs::read_dir(folder).is_ok_and(|mut names| names.any(|entry| there(entry.unwrap()))) {
            println!("{number} of {version} is there: what a release wrote is written once");
            continue;
        }
        std::fs::create_dir_all(to.join("journal")).unwrap();
        for (name, bytes) in journals(&address.folder) {
            std::fs::write(to.join("journal").join(name), bytes).unwrap();
        }
        let state = document(&one, address);
        std::fs::write(to.join("state.json"), format!("{state:#}\n")).unwrap();
        println!(
            "    (\n        \"{version}/{name}\",\n        \"{}\",\n        \"{}\",\n    ),",
            hash_of_journals(&to),
            hex(state.to_string())
        );
    }
}

/// Two people write every kind of event there is, in every way a line can be written.
fn every_kind(one: &Store, two: &Store) -> Address {
    let samples = samples();
    let event = |(kind, data): &(String, String)| Event::read(kind, data, false);
    let (kind, data) = &samples[0];
    let data = data.replace("INC-2026-0007", "INC-2026-0001");
    let first = |_: &_| Ok::<_, StoreError>(vec![Draft { event: event(&(kind.clone(), data)), ..note("") }]);
    let Created { address, mut pen, lines } = one.create(Series::Inc, id(1), at(0), first).unwrap();
    let mut bo = two.pen(&address).unwrap();
    let mut last = lines[0].id;
    for (k, sample) in (1..).zip(&samples[1..]) {
        let happened = casebook::model::time::Happened {
            at: at(k - 600).fixed_offset(),
            typed: Some("-10m".into()),
            zone: Some("Europe/Berlin".into()),
            assumed: k % 4 == 0,
        };
        let draft = Draft {
            by: if k % 3 == 0 { "bo".into() } else { "ana".into() },
            who: (k % 5 == 0).then(|| "Mira Ö.".into()),
            happened: (k % 2 == 0).then_some(happened),
            ex: (k % 17 == 0).then_some(4),
            now_set: k % 19 == 0,
            over: if k % 7 == 0 { vec![last] } else { Vec::new() },
            event: event(sample),
        };
        let pen = if k % 3 == 0 { &mut bo } else { &mut pen };
        last = pen.append(&[draft], Together::Apart, at(k)).unwrap().lines[0].id;
    }
    let pasted: Vec<Draft> =
        (0..3).map(|k| note(&format!("pasted {k} \u{1f4d3} \"quoted\" \\ tab\there"))).collect();
    pen.append(&pasted, Together::Batch, at(500)).unwrap();
    address
}

/// Words and a file that were taken away for good, and who may read it: told in the shell.
fn taken_away(home: &Home) -> Address {
    for title in ["one", "two", "three", "Mail account taken over"] {
        home.done(&format!("new \"{title}\" --type account-compromise"));
    }
    std::fs::write(home.path("box.mbox"), "a private mailbox").unwrap();
    for line in [
        "log \"logged in with Sommer2026\" --at -20m".to_owned(),
        "correct \"logged in\" \"logged in with Sommer2026 at noon\"".to_owned(),
        "log \"the account is locked\" --who Bo".to_owned(),
        format!("evidence add {} --copy", home.path("box.mbox")),
        "decide \"the mailbox is read, with the works council\"".to_owned(),
        "seal".to_owned(),
        "restrict --only-me".to_owned(),
        "expunge --yes \"logged in\" --reason \"a password\" --with Bo/legal".to_owned(),
        "expunge --yes E-001 \"works council\" --reason \"a private mailbox\" --with \"Mira Ö./works council\""
            .to_owned(),
        "log \"a new password is set\"".to_owned(),
        "restrict --end".to_owned(),
    ] {
        home.done(&line);
    }
    let root = PathBuf::from(home.path("store"));
    let store = Store::open(Setup { root, ..Bench::new().setup(4) });
    store.locate("INC-2026-0004", 2026).unwrap()
}

/// Lines of a casebook to come: kinds and fields that are not known, and one that must be.
fn not_known(store: &Store) -> Address {
    let Created { address, mut pen, .. } = create(store, 2);
    let unknown = |kind: &str, data: &str, crit| Draft {
        event: Event::Unknown { kind: kind.into(), data: data.into(), crit },
        ..note("")
    };
    let more = [
        unknown(
            "moon-seen",
            "{\"phase\":\"full\",\"deep\":{\"list\":[1,2.5e3,null,{\"a\":\"\\u00e4\"}]}}",
            false,
        ),
        unknown("tide-high", "[]", false),
        // A kind that is known, with data of another shape.
        unknown("logged", "{\"text\":7}", false),
        unknown("log-sealed-off", "{\"from\":3}", true),
    ];
    for (k, draft) in (1..).zip(more) {
        pen.append(&[draft, note(&format!("behind {k}"))], Together::Apart, at(k)).unwrap();
    }
    drop(pen);
    // The last line gets fields between `data` and `seen`, and with them another name.
    let path = segments(&address).remove(0);
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, last) = text.trim_end().rsplit_once('\n').unwrap();
    let front = last.rsplit_once(",\"id\":\"").unwrap().0;
    let front =
        front.replacen(",\"seen\":", ",\"mood\":{\"calm\":true},\"weather\":[\"rain\",1],\"seen\":", 1);
    let id = hex(&front);
    std::fs::write(&path, format!("{before}\n{front},\"id\":\"{id}\"}}\n")).unwrap();
    address
}
