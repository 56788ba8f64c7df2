//! What is kept beside the truth: `incident.json`, the list, drafts, presence, waking. Stale or broken, it
//! is built anew.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration as Pause;

use casebook::incident::Incident;
use casebook::model::entry::Corrected;
use casebook::model::head::{Change, Edited};
use casebook::model::id::LineId;
use casebook::model::redaction::Redacted;
use casebook::store::{Finding, Look, News, Presence, READ_ABOVE, Slot, Watch};

use super::*;

fn title(to: &str) -> Draft {
    let change = Change { from: String::new(), to: to.to_owned() };
    Draft { event: Edited { title: Some(change), ..Edited::default() }.into(), ..note("") }
}

/// An incident with more lines than are folded from the journal alone, and its snapshot.
fn long(bench: &Bench) -> (Store, Address, Pen) {
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    let drafts: Vec<Draft> = (0..READ_ABOVE + 10).map(|k| note(&format!("note {k}"))).collect();
    pen.append(&drafts, Together::Apart, at(1)).unwrap();
    store.publish(&store.read(&address).unwrap());
    (store, address, pen)
}

fn folded(store: &Store, address: &Address) -> Incident {
    Incident::fold(address.id, &store.lines(address).unwrap())
}

#[test]
fn incident_json_holds_the_document_of_show() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    let ahead = store.read_ahead(&address);
    assert!(ahead.is_some());
    pen.append(&[title("Ransomware on the file servers")], Together::Apart, at(1)).unwrap();
    store.publish_after_log(&address, ahead);
    let kept: serde_json::Value =
        serde_json::from_slice(&fs::read(address.folder.join("incident.json")).unwrap()).unwrap();
    let incident = store.read(&address).unwrap().incident;
    assert_eq!(kept["state"], serde_json::to_value(incident.document()).unwrap());
    assert_eq!(kept["state"]["title"], "Ransomware on the file servers");
}

#[test]
fn whatever_incident_json_says_that_its_lines_do_not_is_found() {
    altered(400, 0, false);
}

#[test]
fn and_where_words_are_hidden() {
    altered(100, 0, true);
}

#[test]
fn and_where_others_write_between_the_lines_of_a_long_journal() {
    altered(25, 1_800, false);
}

/// The JSON of an entry in `incident.json`.
fn entry_in(text: &str, id: LineId) -> &str {
    let entry = &text[text.find(&format!("{{\"id\":\"{id}\"")).unwrap()..];
    &entry[..entry.find(",{\"id\":").unwrap()]
}

/// Alters `incident.json` in so many places, with so many lines of another writer; with words that are hidden, or without.
fn altered(times: usize, more: usize, hides: bool) {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    let mut lines = Vec::new();
    for k in 0..30 {
        let (draft, now) =
            (note(&format!("note {k} of a é day")), at(k) + Duration::milliseconds(60 * (k % 4)));
        lines.extend(pen.append(&[draft], Together::Apart, now).unwrap().lines);
    }
    let (from, to) = ("note 3 of a é day".to_owned(), "note \"three\"".to_owned());
    if more > 0 {
        let mut bo = bench.store(2).pen(&address).unwrap();
        for k in 0..more {
            append(&mut bo, 30, &format!("{k} of bo, between those of ana: {}", "x".repeat(200)));
            if k % 200 == 0 {
                append(&mut pen, 30, "of ana, between those of bo");
            }
        }
    }
    store.publish(&store.read(&address).unwrap());
    let before = fs::read_to_string(address.folder.join("incident.json")).unwrap();
    let corrected = Corrected { target: lines[3].id, from, to };
    let redacted = Redacted { target: lines[5].id, reason: "a name".into() };
    for event in [Event::from(corrected), Event::from(redacted)].into_iter().take(1 + usize::from(hides)) {
        pen.append(&[Draft { event, ..note("") }], Together::Apart, at(40)).unwrap();
    }
    let other = Draft { who: Some("bo".into()), now_set: true, ..note("with more than words") };
    pen.append(&[other, title("Ransomware"), note("the last")], Together::Apart, at(41)).unwrap();
    store.publish(&store.read(&address).unwrap());
    append(&mut pen, 50, "after it");
    let path = address.folder.join("incident.json");
    let caches = || {
        let findings = store.verify_all(&address, None).findings;
        findings.iter().filter(|finding| matches!(finding, Finding::Cache { .. })).count()
    };
    assert_eq!(caches(), 0);
    let text = fs::read_to_string(&path).unwrap();
    // The memory behind it may be written in other ways, as long as it reads as the same.
    let (state, memory) = (text.find(",\"state\":").unwrap() + 9, text.find(",\"memory\":").unwrap());
    let (entry, next) = (text.find("{\"id\":").unwrap(), text.find(",{\"id\":").unwrap());
    let without = format!("{}{}", &text[..entry], &text[next + 1..]);
    let twice = format!("{}{}{}", &text[..next], &text[entry - 1..next].replace('[', ","), &text[next..]);
    let uncorrected = text.replacen(entry_in(&text, lines[3].id), entry_in(&before, lines[3].id), 1);
    let mut others = vec![
        without,
        twice,
        uncorrected,
        text.replacen("note 7 of", "note 8 of", 1),
        text.replacen("\"who\":\"bo\"", "\"who\":\"eve\"", 1),
    ];
    let mut dice = Dice::new(18);
    for _ in 0..times {
        let at = state + dice.below(memory - state);
        if text.is_char_boundary(at) && text.as_bytes()[at].is_ascii_alphanumeric() {
            let letter = if text.as_bytes()[at] == b'7' { "8" } else { "7" };
            others.push(format!("{}{letter}{}", &text[..at], &text[at + 1..]));
        }
    }
    for other in others {
        assert_ne!(other, text);
        // With its own sum and with one that fits it.
        for said in [super::tamper::summed(&other), other] {
            fs::write(&path, &said).unwrap();
            assert_eq!(caches(), 1, "{said}");
        }
    }
    fs::write(&path, &text).unwrap();
    assert_eq!(caches(), 0);
}

#[test]
fn a_long_incident_opens_from_its_snapshot_to_the_same_state() {
    let bench = Bench::new();
    let (store, address, mut pen) = long(&bench);
    append(&mut pen, 2, "after the snapshot");
    let mut record = store.read(&address).unwrap();
    assert_eq!(record.incident, folded(&store, &address));
    // Proof that the snapshot was read: a state changed together with its sum would be believed, one
    // changed alone is not.
    let path = address.folder.join("incident.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("note 17", "note XX", 1)).unwrap();
    assert_eq!(store.read(&address).unwrap().incident, record.incident);
    append(&mut pen, 3, "and on");
    assert_eq!(record.catch_up().unwrap(), News::Lines(1));
    assert_eq!(record.incident, folded(&store, &address));
}

#[test]
fn a_snapshot_whose_journal_was_replaced_or_cut_is_not_believed() {
    let bench = Bench::new();
    let (store, address, mut pen) = long(&bench);
    append(&mut pen, 2, "after the snapshot");
    let path = segments(&address).remove(0);
    let whole = fs::read(&path).unwrap();
    // Shorter than the cursor.
    fs::write(&path, &whole[..whole.len() - 2_000]).unwrap();
    assert_eq!(store.read(&address).unwrap().incident, folded(&store, &address));
    // As long as before, with another line behind the cursor.
    let text = String::from_utf8(whole).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let swapped = [&lines[..lines.len() - 2], &[lines[lines.len() - 1], lines[lines.len() - 2]]].concat();
    fs::write(&path, swapped.join("\n") + "\n").unwrap();
    assert_eq!(store.read(&address).unwrap().incident, folded(&store, &address));
}

#[test]
fn the_list_shows_what_others_changed_behind_the_cache() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    create(&store, 2);
    let titles = |store: &Store, look| -> Vec<String> {
        store
            .list(look)
            .unwrap()
            .into_iter()
            .map(|(_, row)| format!("{} {}", row.number, row.title))
            .collect()
    };
    let untitled = titles(&store, Look::Cached);
    assert!(untitled[0].starts_with("INC-2026-0002 ") && untitled[1].starts_with("INC-2026-0001 "));
    // Another process, which writes no cache of ours.
    pen.append(&[title("Phish")], Together::Apart, at(1)).unwrap();
    assert_eq!(titles(&store, Look::Cached), untitled);
    assert_eq!(titles(&store, Look::Checked)[1], "INC-2026-0001 Phish");
    assert_eq!(titles(&store, Look::Cached)[1], "INC-2026-0001 Phish");
    // A journal of a new writer.
    let mut bo = bench.store(2).pen(&address).unwrap();
    bo.append(&[title("Phish in finance")], Together::Apart, at(2)).unwrap();
    assert_eq!(titles(&store, Look::Checked)[1], "INC-2026-0001 Phish in finance");
    assert_eq!(store.locate("finance phish", 2026).unwrap(), address);
    assert_eq!(store.locate(&address.id.to_string()[..13], 2026).unwrap().id, address.id);
}

#[test]
fn a_log_into_a_long_incident_folds_nothing_and_the_list_shows_it_at_the_next_look() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    create(&store, 2);
    store.publish(&store.read(&address).unwrap());
    let before = store.list(Look::Checked).unwrap();
    let index = fs::read_dir(bench.folder.path().join("state")).unwrap();
    let index = index.map(|entry| entry.unwrap().path()).find(|path| path.is_file()).unwrap();
    let kept = fs::read(address.folder.join("incident.json")).unwrap();
    for k in 1..=3 {
        append(&mut pen, k, "beacon");
        let size = index.metadata().unwrap().len();
        store.publish_after_log(&address, None);
        assert!(index.metadata().unwrap().len() > size, "a screen that watches the cache wakes");
    }
    assert_eq!(fs::read(address.folder.join("incident.json")).unwrap(), kept);
    // Also where the cache is believed.
    let rows = store.list(Look::Cached).unwrap();
    let stateless = Store::open(Setup { state: None, ..bench.setup(3) });
    assert_eq!(rows, stateless.list(Look::Checked).unwrap());
    assert_eq!((rows[1].1.entries, &rows[0]), (before[1].1.entries + 3, &before[0]));
    // Folded once, and taken down.
    let size = index.metadata().unwrap().len();
    assert_eq!(store.list(Look::Cached).unwrap(), rows);
    assert_eq!(index.metadata().unwrap().len(), size);
    assert_eq!(store.read(&address).unwrap().incident, folded(&store, &address));
}

#[test]
fn a_broken_cache_and_a_missing_state_folder_change_nothing_in_the_list() {
    let bench = Bench::new();
    let store = bench.store(1);
    for n in 1..=5 {
        create(&store, n);
    }
    let rows = store.list(Look::Checked).unwrap();
    let index = fs::read_dir(bench.folder.path().join("state")).unwrap();
    let index = index.map(|entry| entry.unwrap().path()).find(|path| path.is_file()).unwrap();
    fs::write(&index, "{\"at\":\"2026/00/INC-2026-0001-7f3a9101\",\"cha").unwrap();
    assert_eq!(store.list(Look::Cached).unwrap(), rows);
    let stateless = Store::open(Setup { state: None, ..bench.setup(3) });
    assert_eq!(stateless.list(Look::Cached).unwrap(), rows);
}

#[test]
fn whatever_byte_of_the_list_cache_is_hit_the_list_says_what_the_journals_say() {
    let bench = Bench::new();
    let store = bench.store(1);
    let mut all = [1, 2, 3].map(|n| create(&store, n));
    store.list(Look::Checked).unwrap();
    // Of one there is more than one row, and of another somebody says that its row is outdated.
    append(&mut all[0].pen, 1, "another");
    store.list(Look::Checked).unwrap();
    append(&mut all[1].pen, 2, "and another");
    store.publish_after_log(&all[1].address, None);
    let index = fs::read_dir(bench.folder.path().join("state")).unwrap();
    let index = index.map(|entry| entry.unwrap().path()).find(|path| path.is_file()).unwrap();
    let whole = fs::read(&index).unwrap();
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 5, "{}", String::from_utf8_lossy(&whole));
    let rows = store.list(Look::Checked).unwrap();
    for at in (0..whole.len()).step_by(3) {
        let mut hit = whole.clone();
        hit[at] ^= 1;
        fs::write(&index, hit).unwrap();
        assert_eq!(
            store.list(Look::Cached).unwrap(),
            rows,
            "byte {at} of {}",
            String::from_utf8_lossy(&whole)
        );
    }
}

#[test]
fn one_damaged_incident_never_hides_the_others() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, .. } = create(&store, 1);
    create(&store, 2);
    fs::write(&segments(&address)[0], "not a journal\n").unwrap();
    let rows = store.list(Look::Checked).unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].1.shut.is_none());
    assert!(rows[1].1.shut.is_some());
}

#[test]
fn a_store_in_a_newer_format_is_named_and_not_written() {
    let bench = Bench::new();
    let store = bench.store(1);
    assert!(!store.exists().unwrap());
    create(&store, 1);
    let path = bench.root().join("FORMAT.json");
    let text = fs::read_to_string(&path).unwrap().replace("casebook/1", "casebook/2");
    fs::write(&path, &text).unwrap();
    let error = store.exists().unwrap_err();
    assert!(error.to_string().contains("newer format casebook/2; this casebook reads casebook/1"), "{error}");
    let first = |_: &casebook::store::Number| Ok::<_, StoreError>(vec![note("opened")]);
    assert!(matches!(store.create(Series::Inc, id(2), at(1), first), Err(StoreError::Newer { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn the_incident_chosen_in_a_terminal_is_found_there_and_nowhere_else() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, .. } = create(&store, 1);
    store.choose("pts/3 4711", &address).unwrap();
    assert_eq!(bench.store(2).chosen("pts/3 4711"), Some(address.clone()));
    assert_eq!(bench.store(2).chosen("pts/4 4711"), None);
    fs::rename(&address.folder, bench.folder.path().join("archived")).unwrap();
    assert_eq!(bench.store(2).chosen("pts/3 4711"), None, "it is gone from the store");
}

#[test]
fn a_draft_outlives_its_process_and_is_not_offered_while_that_lives() {
    let bench = Bench::new();
    let store = bench.store(1);
    let slot = Slot::Of(id(1));
    store.keep_draft(slot, "shares of FS02 go").unwrap();
    store.keep_draft(slot, "shares of FS02 gone").unwrap();
    let other = bench.store(2);
    other.seat();
    assert_eq!(other.drafts(), []);
    drop(store);
    let found = other.drafts();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].slot, found[0].text.as_str()), (slot, "shares of FS02 gone"));
    other.drop_draft(&found[0]).unwrap();
    assert_eq!(other.drafts(), []);
    other.keep_draft(Slot::New, "x").unwrap();
    other.keep_draft(Slot::New, "").unwrap();
    assert_eq!(other.drafts(), []);
}

#[test]
fn what_a_terminal_held_is_free_when_it_is_gone_although_another_starts_programs() {
    // Between fork and exec a child has every descriptor of its parent, and with them its locks.
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::process::Command::new("true").status().unwrap();
                }
            });
        }
        let held = (0..400).find(|_| {
            let bench = Bench::new();
            let store = bench.store(1);
            store.keep_draft(Slot::New, "shares of FS02 gone").unwrap();
            drop(store);
            bench.store(2).drafts().is_empty()
        });
        done.store(true, Ordering::Relaxed);
        assert_eq!(held, None, "a draft of nobody is not offered");
    });
}

#[test]
fn who_is_here_is_seen_by_the_others_and_is_gone_with_the_screen() {
    let bench = Bench::new();
    let (ana, bo) = (bench.store(1), bench.store(2));
    let mut said = Presence { by: "ana".into(), host: "jump01".into(), since: at(0), incident: None };
    let mut here = ana.arrive(&said).unwrap();
    assert_eq!(ana.present(), [], "oneself is not somebody else");
    assert_eq!(bo.present(), [said.clone()]);
    said.incident = Some(id(1));
    here.say(&said).unwrap();
    assert_eq!(bo.present(), [said.clone()]);
    // A screen that was killed leaves its file and not its lock.
    let file = fs::read_dir(bench.root().join("here")).unwrap().next().unwrap().unwrap().path();
    let copy = file.with_file_name("w-killed00");
    fs::copy(&file, &copy).unwrap();
    assert_eq!(bo.present(), [said]);
    assert!(!copy.exists());
    drop(here);
    assert_eq!(bo.present(), []);
}

#[test]
fn an_append_by_another_process_wakes_who_watches_the_journal() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    let (sender, receiver) = mpsc::channel();
    let mut watch = Watch::new(move |path| drop(sender.send(path.to_owned())));
    watch.only(&[address.folder.join("journal")]);
    append(&mut pen, 1, "wake up");
    let woken: PathBuf = receiver.recv_timeout(Pause::from_secs(10)).unwrap();
    assert!(woken.starts_with(address.folder.join("journal")));
    // A folder that is not there yet is looked at until it is.
    let later = bench.folder.path().join("later");
    watch.only(std::slice::from_ref(&later));
    assert!(watch.polls());
    while receiver.try_recv().is_ok() {}
    fs::create_dir(&later).unwrap();
    fs::write(later.join("file"), "x").unwrap();
    assert!(receiver.recv_timeout(Pause::from_secs(10)).unwrap().starts_with(&later));
}
