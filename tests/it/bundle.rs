//! Bundles: what leaves one store arrives in another byte for byte, and nothing else ever does.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

use casebook::exchange::bundle::{self, FORMAT, Fault, Manifest, Packed, Packer, Taker};
use casebook::incident::Incident;
use casebook::store::{
    Address, Adopted, Adopting, Class, Depth, Keep, Number, Part, Proof, Series, Store, StoreError,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::{Bench, append, at, create, id};

#[derive(Debug)]
pub(crate) struct No(String);

impl From<Fault> for No {
    fn from(fault: Fault) -> Self {
        No(fault.to_string())
    }
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        No(error.to_string())
    }
}

struct Taking<'s> {
    store: &'s Store,
    keep: Keep,
    now: Option<(Manifest, Adopting<'s>)>,
}

impl Taker for Taking<'_> {
    type No = No;

    fn manifest(&mut self, manifest: &Manifest) -> Result<(), No> {
        let number: Number = manifest.number.parse().map_err(|_| No("no number".into()))?;
        self.now = Some((manifest.clone(), self.store.adopt(number, manifest.id, self.keep)?));
        Ok(())
    }

    fn file(&mut self, part: &Part, packed: &Packed, from: &mut dyn Read) -> Result<(), No> {
        let (_, adopting) = self.now.as_mut().unwrap();
        Ok(adopting.take(part, packed.bytes, &packed.sha256, from)?)
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Packs an incident as `export bundle` does.
pub(crate) fn pack(store: &Store, address: &Address) -> Vec<u8> {
    let inventory = store.inventory(address).unwrap();
    let mut proof = Proof::new(address.id);
    let mut files = Vec::new();
    for (part, bytes) in &inventory.parts {
        let mut content = Vec::new();
        store.open_part(address, part, *bytes).unwrap().read_to_end(&mut content).unwrap();
        if let Some(name) = part.segment() {
            proof.segment(name, &content).unwrap();
        }
        files.push(Packed { path: part.path().into(), bytes: *bytes, sha256: hash(&content) });
    }
    let proven = proof.proven();
    let manifest = Manifest {
        format: FORMAT.into(),
        notice: None,
        number: address.number.clone(),
        id: address.id,
        title: String::new(),
        tlp: "TLP:AMBER".into(),
        head_code: proven.head.to_string(),
        lines: proven.lines,
        packed: "2026-11-22T10:00:00Z".into(),
        by: "ana".into(),
        with: "casebook".into(),
        bytes: files.iter().map(|file| file.bytes).sum(),
        faults: proven.faults(),
        files,
    };
    let mut packer = Packer::new(Vec::new(), &manifest, 0).unwrap();
    for ((part, bytes), packed) in inventory.parts.iter().zip(&manifest.files) {
        packer.add(packed, &mut store.open_part(address, part, *bytes).unwrap()).unwrap();
    }
    packer.finish().unwrap()
}

/// Takes a bundle in as `import bundle` does.
pub(crate) fn take(store: &Store, bytes: &[u8], keep: Keep) -> Result<Adopted, No> {
    let mut taking = Taking { store, keep, now: None };
    bundle::read(bytes, &mut taking)?;
    let (manifest, adopting) = taking.now.unwrap();
    let ready = adopting.ready()?;
    manifest.made_of(&ready.theirs).map_err(No)?;
    Ok(ready.settle()?)
}

/// Everything below a folder, by its path: what is in a file, or nothing for a folder.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    let mut all = BTreeMap::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(path) = todo.pop() {
        for entry in std::fs::read_dir(&path).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            all.insert(name, path.is_file().then(|| std::fs::read(&path).unwrap()));
            if path.is_dir() {
                todo.push(path);
            }
        }
    }
    all
}

fn record(address: &Address) -> BTreeMap<String, Option<Vec<u8>>> {
    let mut all = tree(&address.folder);
    all.remove("incident.json");
    all
}

fn fold(store: &Store, address: &Address) -> Incident {
    store.read(address).unwrap().incident
}

fn same(a: (&Store, &Address), b: (&Store, &Address)) {
    let state = |(store, address): (&Store, &Address)| {
        serde_json::to_string(&fold(store, address).document()).unwrap()
    };
    assert_eq!(state(a), state(b));
    assert_eq!(fold(a.0, a.1).root, fold(b.0, b.1).root);
}

/// An incident that several people wrote in, with evidence.
pub(crate) fn incident(
    store: &Store,
    others: &[&Store],
    notes: &[(usize, String)],
    files: &[Vec<u8>],
) -> Address {
    let created = create(store, 1);
    let address = created.address.clone();
    drop(created);
    for (n, (who, text)) in (1..).zip(notes) {
        let store = others.get(who % (others.len() + 1)).copied().unwrap_or(store);
        append(&mut store.pen(&address).unwrap(), n, text);
    }
    for file in files {
        store.vault(&address).put(file).unwrap();
    }
    address
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_bundle_arrives_byte_for_byte_and_what_came_since_joins_it(
        notes in proptest::collection::vec((0usize..3, "[a-zäöü \\\"]{0,40}"), 0..12),
        later in proptest::collection::vec((0usize..3, "[a-z]{0,9}"), 0..6),
        files in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..4000), 0..3),
    ) {
        let (here, there, third) = (Bench::new(), Bench::new(), Bench::new());
        let (a, b) = (here.store(1), there.store(2));
        // A colleague on another machine who writes into the same folder.
        let mut setup = third.setup(3);
        setup.root = here.root();
        setup.host.machine = "machine-b".into();
        let c = Store::open(setup);
        let notes: Vec<_> = notes.into_iter().map(|(who, text)| (who, format!("x{text}"))).collect();
        let address = incident(&a, &[&c], &notes, &files);
        let first = pack(&a, &address);

        let told = take(&b, &first, Keep::Nothing).unwrap();
        prop_assert!(tree(&there.root()).is_empty(), "a look writes nothing");
        let came = take(&b, &first, Keep::All).unwrap();
        prop_assert_eq!((told.lines, told.files, told.bytes), (came.lines, came.files, came.bytes));
        prop_assert!(!came.here);
        prop_assert_eq!(record(&address), record(&came.address));
        same((&a, &address), (&b, &came.address));
        prop_assert_eq!(b.verify(&came.address, Depth::Full).class(), Class::Clean);

        let before = tree(&there.root());
        let again = take(&b, &first, Keep::All).unwrap();
        prop_assert_eq!((again.here, again.files, again.new_lines), (true, 0, 0));
        prop_assert_eq!(before, tree(&there.root()));

        // Both go on; each bundle brings the other what it lacks.
        for (n, (who, text)) in (100..).zip(&later) {
            let (store, place) = if who % 2 == 0 { (&a, &address) } else { (&b, &came.address) };
            append(&mut store.pen(place).unwrap(), n, &format!("y{text}"));
        }
        let (from_a, from_b) = (pack(&a, &address), pack(&b, &came.address));
        let at_b = take(&b, &from_a, Keep::All).unwrap();
        prop_assert_eq!(at_b.new_lines, later.iter().filter(|(who, _)| who % 2 == 0).count() as u64);
        take(&a, &from_b, Keep::All).unwrap();
        same((&a, &address), (&b, &came.address));
        for (store, place) in [(&a, &address), (&b, &came.address)] {
            prop_assert_eq!(store.verify(place, Depth::Full).class(), Class::Clean);
            append(&mut store.pen(place).unwrap(), 500, "and work goes on");
            prop_assert_eq!(store.verify(place, Depth::Full).class(), Class::Clean);
        }
    }

    #[test]
    fn no_bytes_are_taken_for_a_bundle(bytes: Vec<u8>, start in 0usize..4) {
        let there = Bench::new();
        let begin: [&[u8]; 4] = [&[], &[0x28, 0xb5, 0x2f, 0xfd], b"age-encryption.org/v1\n", b"INC-2026-0001-7f3a9101/MANIFEST.json"];
        let bytes = [begin[start], &bytes].concat();
        prop_assert!(take(&there.store(2), &bytes, Keep::All).is_err());
        prop_assert!(tree(&there.root()).is_empty());
    }
}

/// Whether nothing of an incident is in a store; `FORMAT.json` may be.
fn empty(bench: &Bench) -> bool {
    tree(&bench.root()).keys().all(|name| name == "FORMAT.json" || name == "incidents")
}

#[test]
fn a_bundle_that_was_hit_or_cut_anywhere_is_refused_and_leaves_nothing() {
    let (here, there) = (Bench::new(), Bench::new());
    let a = here.store(1);
    let address = incident(&a, &[], &[(0, "one".into()), (0, "two".into())], &[b"evidence".to_vec()]);
    let whole = pack(&a, &address);
    let b = there.store(2);
    for cut in (0..whole.len()).step_by(7) {
        let refused = take(&b, &whole[..cut], Keep::All);
        assert!(refused.is_err(), "cut at {cut}");
        assert!(empty(&there), "cut at {cut}");
    }
    for at in (0..whole.len()).step_by(3) {
        let mut hit = whole.clone();
        hit[at] ^= 1 << (at % 8);
        // Some bits of a packed stream mean nothing: then the very same bytes come out of it.
        if take(&b, &hit, Keep::Nothing).is_ok() {
            assert_eq!(plain(&hit), plain(&whole), "hit at {at}");
        }
        assert!(empty(&there), "hit at {at}");
    }
    take(&b, &whole, Keep::All).unwrap();
}

/// What zstd frames hold.
pub(crate) fn plain(mut packed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    while !packed.is_empty() {
        let mut frame = ruzstd::decoding::StreamingDecoder::new(&mut packed).unwrap();
        frame.read_to_end(&mut plain).unwrap();
    }
    plain
}

/// A bundle of one incident, entry by entry, to be made worse.
fn entries(store: &Store, address: &Address) -> Vec<(String, Vec<u8>)> {
    entries_of(&pack(store, address))
}

/// The names and bytes of what a bundle holds, its list of contents first.
pub(crate) fn entries_of(packed: &[u8]) -> Vec<(String, Vec<u8>)> {
    let plain = plain(packed);
    let mut archive = tar::Archive::new(&plain[..]);
    let read = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.path().unwrap().display().to_string(), bytes)
    });
    read.collect()
}

/// A plain tar whose names are not looked at.
pub(crate) fn archive(entries: &[(String, Vec<u8>)], kinds: &[(usize, tar::EntryType)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (at, (name, bytes)) in entries.iter().enumerate() {
        let mut header = tar::Header::new_ustar();
        let kind = kinds.iter().find(|(of, _)| *of == at).map_or(tar::EntryType::Regular, |(_, kind)| *kind);
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        if kind != tar::EntryType::Regular {
            header.as_mut_bytes()[157..168].copy_from_slice(b"/etc/passwd");
        }
        header.set_cksum();
        builder.append(&header, &bytes[..]).unwrap();
    }
    builder.into_inner().unwrap()
}

/// The entries with another list of contents.
pub(crate) fn relisted(
    entries: &[(String, Vec<u8>)],
    change: impl FnOnce(&mut Manifest),
) -> Vec<(String, Vec<u8>)> {
    let mut manifest: Manifest = serde_json::from_slice(&entries[0].1).unwrap();
    change(&mut manifest);
    manifest.bytes = manifest.files.iter().map(|file| file.bytes).sum();
    let mut entries = entries.to_vec();
    entries[0].1 = serde_json::to_vec(&manifest).unwrap();
    entries
}

#[test]
fn a_hostile_archive_is_refused_with_what_and_where() {
    use tar::EntryType as Kind;
    let (here, there) = (Bench::new(), Bench::new());
    let a = here.store(1);
    let address = incident(&a, &[], &[(0, "one".into())], &[b"evidence".to_vec()]);
    let good = entries(&a, &address);
    let folder = good[0].0.strip_suffix("MANIFEST.json").unwrap().to_owned();
    let with = |name: &str| [good.clone(), vec![(name.to_owned(), b"x".to_vec())]].concat();
    let link = |kind| archive(&with(&format!("{folder}journal/w-x.0001.jsonl")), &[(3, kind)]);
    let another = {
        let created = create(&a, 2);
        std::fs::read(crate::store::segments(&created.address)[0].clone()).unwrap()
    };
    let named = |path: &str, bytes: &[u8]| {
        let added = relisted(&good, |manifest| {
            let packed = Packed { path: path.into(), bytes: bytes.len() as u64, sha256: hash(bytes) };
            manifest.files.push(packed);
        });
        archive(&[added, vec![(format!("{folder}{path}"), bytes.to_vec())]].concat(), &[])
    };
    let altered = {
        let mut entries = relisted(&good, |_| {});
        let text = String::from_utf8(entries[1].1.clone()).unwrap().replace("one", "two");
        entries[1].1 = text.into_bytes();
        let sha256 = hash(&entries[1].1);
        let entries = relisted(&entries, |manifest| manifest.files[0].sha256 = sha256);
        archive(&entries, &[])
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("path escape", archive(&with("../../etc/cron.d/x"), &[]), "leads out of the incident's folder"),
        ("escape within", archive(&with(&format!("{folder}../x")), &[]), "leads out"),
        ("absolute", archive(&with("/etc/passwd"), &[]), "leads out of the incident's folder"),
        ("named escape", named("journal/../../x.jsonl", b"x"), "no part of an incident lies there"),
        ("cache", named("incident.json", b"{}"), "no part of an incident lies there"),
        ("symlink", link(Kind::Symlink), "a symbolic link"),
        ("hard link", link(Kind::Link), "a hard link"),
        ("device", link(Kind::Char), "a device or a pipe"),
        ("pipe", link(Kind::Fifo), "a device or a pipe"),
        ("long name", link(Kind::GNULongName), "no plain file"),
        ("extension", link(Kind::XHeader), "no plain file"),
        ("sparse", link(Kind::GNUSparse), "no plain file"),
        ("twice", archive(&[good.clone(), vec![good[1].clone()]].concat(), &[]), "comes a second time"),
        ("unlisted", archive(&with(&format!("{folder}journal/w-x.0001.jsonl")), &[]), "does not name it"),
        ("missing", archive(&good[..2], &[]), "it ends too early"),
        ("no list", archive(&good[1..], &[]), "begins with MANIFEST.json"),
        ("other lines", named("journal/w-zzzzzzzz.0001.jsonl", &another), "belongs to another incident"),
        ("no lines", named("journal/w-zzzzzzzz.0001.jsonl", b"junk\n"), "are no line"),
        ("altered line", altered, "are not those its id was made from"),
        (
            "other number",
            archive(&relisted(&good, |m| m.number = "INC-2026-0099".into()), &[]),
            "the folder of this incident",
        ),
        (
            "format",
            archive(&relisted(&good, |m| m.format = "casebook-bundle/9".into()), &[]),
            "casebook-bundle/9",
        ),
        ("head", archive(&relisted(&good, |m| m.head_code = "0".into()), &[]), "head code"),
        ("sizes", archive(&relisted(&good, |m| m.files[0].bytes += 1), &[]), "MANIFEST.json says"),
        ("listed twice", archive(&relisted(&good, |m| m.files.push(m.files[0].clone())), &[]), "twice"),
        (
            "journal of 600 MiB",
            archive(&relisted(&good, |m| m.files[0].bytes = 600 << 20), &[]),
            "over the limit",
        ),
        ("trailing", [archive(&good, &[]), b"more".to_vec()].concat(), "follows the end"),
        ("empty", Vec::new(), "the file is empty"),
    ];
    let b = there.store(2);
    take(&b, &archive(&good, &[]), Keep::Nothing).unwrap();
    for (case, bytes, why) in cases {
        for keep in [Keep::Nothing, Keep::All] {
            let No(said) = take(&b, &bytes, keep).expect_err(case);
            assert!(said.contains(why), "{case}: {said}");
            assert!(empty(&there), "{case}");
        }
    }
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let (here, there) = (Bench::new(), Bench::new());
    let a = here.store(1);
    let address = incident(&a, &[], &[], &[b"evidence".to_vec()]);
    let zeros = vec![0; 200 << 20];
    let good = relisted(&entries(&a, &address), |manifest| {
        manifest.files[1].bytes = zeros.len() as u64;
    });
    let plain = archive(&[good[..2].to_vec(), vec![(good[2].0.clone(), zeros)]].concat(), &[]);
    let bomb = ruzstd::encoding::compress_to_vec(&plain[..], ruzstd::encoding::CompressionLevel::Fastest);
    assert!(bomb.len() < 20_000, "{}", bomb.len());
    let No(said) = take(&there.store(2), &bomb, Keep::All).unwrap_err();
    assert!(said.contains("taken for a bomb"), "{said}");
    assert!(empty(&there));
}

#[test]
fn zeros_that_are_evidence_are_no_bomb() {
    let (here, there) = (Bench::new(), Bench::new());
    let a = here.store(1);
    let address = incident(&a, &[], &[], &[vec![0; 80 << 20]]);
    let came = take(&there.store(2), &pack(&a, &address), Keep::All).unwrap();
    assert_eq!(record(&address), record(&came.address));
}

#[test]
fn a_number_that_is_taken_is_kept_twice_and_told_apart() {
    let (here, there) = (Bench::new(), Bench::new());
    let (a, b) = (here.store(1), there.store(2));
    let address = incident(&a, &[], &[(0, "theirs".into())], &[]);
    let mut bytes = *id(2).as_bytes();
    bytes[12] = 0x11;
    let first = |_: &_| Ok::<_, StoreError>(vec![crate::store::note("ours")]);
    let ours = b.create(Series::Inc, Uuid::from_bytes(bytes), at(0), first).unwrap().address;
    assert_eq!(ours.number, address.number);
    let came = take(&b, &pack(&a, &address), Keep::All).unwrap();
    assert_ne!(came.address.folder, ours.folder);
    assert!(matches!(b.locate(&ours.number, 2026), Err(StoreError::Ambiguous { .. })));
    assert_eq!(b.locate(&came.address.apart(), 2026).unwrap().id, address.id);
    assert_eq!(fold(&b, &ours).id, ours.id);
}

#[test]
fn a_journal_that_says_something_else_is_refused_by_name_and_stays() {
    let (here, there) = (Bench::new(), Bench::new());
    let (a, b) = (here.store(1), there.store(2));
    let address = incident(&a, &[], &[(0, "one".into())], &[]);
    let bytes = pack(&a, &address);
    let came = take(&b, &bytes, Keep::All).unwrap();
    let segment = crate::store::segments(&came.address)[0].clone();
    let text = std::fs::read_to_string(&segment).unwrap().replace("one", "two");
    std::fs::write(&segment, &text).unwrap();
    let No(said) = take(&b, &bytes, Keep::All).unwrap_err();
    assert!(said.contains("it is here with other bytes") && said.contains("journal/w-"), "{said}");
    assert_eq!(std::fs::read_to_string(&segment).unwrap(), text);
}

#[test]
fn what_a_stop_left_behind_is_swept_and_is_no_incident() {
    let (here, there) = (Bench::new(), Bench::new());
    let (a, b) = (here.store(1), there.store(2));
    let address = incident(&a, &[], &[], &[]);
    let left = there.root().join("incidents/.in-00ff");
    std::fs::create_dir_all(left.join("journal")).unwrap();
    std::fs::File::create(left.join("journal/w-a.0001.jsonl")).unwrap().write_all(b"{").unwrap();
    assert!(b.list(casebook::store::Look::Checked).unwrap().is_empty());
    take(&b, &pack(&a, &address), Keep::All).unwrap();
    assert!(!left.exists());
    let names: Vec<_> = tree(&there.root()).into_keys().filter(|name| name.contains(".in-")).collect();
    assert!(names.is_empty(), "{names:?}");
}
