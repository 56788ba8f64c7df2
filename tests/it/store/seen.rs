//! What somebody has seen: lines that come late from elsewhere are news, too.

use casebook::store::{Look, Seen};
use chrono::TimeDelta;

use super::{Bench, append, at, create, id};

#[test]
fn what_was_written_before_i_left_and_came_late_is_news_all_the_same() {
    let bench = Bench::new();
    let here = bench.store(1);
    let created = create(&here, 1);
    let (address, mut ours) = (created.address, created.pen);
    append(&mut ours, 1, "mine");
    // Somebody at another machine wrote before I left; their segment came after it.
    let mut theirs = bench.store(2).pen(&address).unwrap();
    append(&mut theirs, 2, "theirs");
    let journal = address.folder.join("journal");
    let segment = std::fs::read_dir(&journal).unwrap().map(|entry| entry.unwrap().path());
    let late = segment.max_by_key(|path| path.metadata().unwrap().modified().unwrap()).unwrap();
    let aside = bench.folder.path().join("late.jsonl");
    std::fs::rename(&late, &aside).unwrap();
    append(&mut ours, 3, "mine again");
    let record = here.read(&address).unwrap();
    let mut seen = Seen::default();
    seen.look(&record, &record.incident, at(4));
    seen.left = Some(at(4));
    here.keep_seen("ana", &seen).unwrap();
    std::fs::rename(&aside, &late).unwrap();
    append(&mut theirs, 5, "theirs again");
    let again = bench.store(3).seen("ana");
    assert_eq!(again, seen, "kept and read back");
    let came = here.came_since(&address, again.sight(address.id).unwrap()).unwrap();
    let texts: Vec<String> = came.iter().map(|line| line.event.data()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("theirs") && texts[1].contains("theirs again"), "{texts:?}");
    assert!(came.iter().all(|line| line.recorded < at(4) + TimeDelta::minutes(2)));
}

#[test]
fn who_wrote_last_hides_nothing_that_another_wrote_before() {
    let bench = Bench::new();
    let store = bench.store(1);
    let mut pen = create(&store, 1).pen;
    let row = |store: &casebook::store::Store| store.list(Look::Checked).unwrap().remove(0).1;
    let mut seen = Seen::default();
    seen.left = Some(at(1));
    seen.list(id(1), row(&store).entries);
    assert!(!seen.grew(&row(&store)));
    append(&mut bench.store(2).pen(&store.addresses().unwrap()[0]).unwrap(), 2, "theirs");
    append(&mut pen, 3, "mine");
    let row = row(&store);
    assert!(seen.grew(&row), "{row:?}");
    let me = row.by.clone().unwrap_or_default();
    assert!(
        !seen.misses(row.id, row.entries, row.by.as_deref(), &me),
        "the list marks what others wrote last"
    );
    seen.left = None;
    assert!(!seen.grew(&row), "nothing is news to who was never here");
}

#[test]
fn two_screens_of_one_person_keep_the_later_look_and_another_person_keeps_their_own() {
    let bench = Bench::new();
    let store = bench.store(1);
    let (mut first, mut second) = (Seen::default(), Seen::default());
    first.list(id(1), 7);
    first.left = Some(at(1));
    second.list(id(1), 5);
    second.list(id(2), 3);
    second.left = Some(at(2));
    store.keep_seen("ana", &first).unwrap();
    store.keep_seen("ana", &second).unwrap();
    let kept = store.seen("ana");
    assert_eq!(kept.left, Some(at(2)));
    assert!(!kept.misses(id(1), 7, Some("bo"), "ana") && kept.misses(id(1), 8, Some("bo"), "ana"));
    assert!(kept.misses(id(2), 4, Some("bo"), "ana") && !kept.misses(id(2), 4, Some("ana"), "ana"));
    assert!(kept.misses(id(3), 1, Some("bo"), "ana"), "one that was not there yet");
    assert_eq!(store.seen("bo"), Seen::default());
    assert!(!store.seen("bo").misses(id(1), 7, Some("ana"), "bo"), "nothing is news to who was never here");
}
