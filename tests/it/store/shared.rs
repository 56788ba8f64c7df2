//! In which other incidents a value occurs: found without opening what has not changed.

use casebook::model::id::NounId;
use casebook::model::indicator::{Added, Details, IndicatorsAdded};

use super::*;

fn indicators(values: &[&str]) -> Draft {
    let added = |value: &&str| Added {
        id: NounId(format!("{value:0>10}")),
        kind: "domain".into(),
        value: (*value).to_owned(),
        with: None,
    };
    let indicators = values.iter().map(added).collect();
    Draft { event: IndicatorsAdded { indicators, with: Details::default(), part: None }.into(), ..note("") }
}

/// The numbers of the incidents in which a value occurs.
fn where_is(store: &Store, value: &str, except: Option<Uuid>) -> Vec<String> {
    let elsewhere = store.incidents_with([("domain", value)], except, &|_, _| {}).unwrap();
    let numbers = elsewhere.with("domain", value).map(|other| other.address.number.clone());
    numbers.collect()
}

#[test]
fn a_value_is_found_in_every_other_incident_that_has_it_also_after_a_change() {
    let bench = Bench::new();
    let store = bench.store(1);
    let mut all: Vec<Created> = (1..=3).map(|n| create(&store, n)).collect();
    for (k, created) in (0..).zip(&mut all) {
        let own = format!("own{k}.example");
        created.pen.append(&[indicators(&["bad.example", &own])], Together::Apart, at(1)).unwrap();
    }
    let number = |k: usize| all[k].address.number.clone();
    for _ in 0..2 {
        assert_eq!(where_is(&store, "bad.example", Some(all[0].address.id)), [number(2), number(1)]);
        assert_eq!(where_is(&store, "own1.example", None), [number(1)]);
        assert!(where_is(&store, "nobody.example", None).is_empty());
    }
    // Another type is another indicator.
    let other = store.incidents_with([("filename", "bad.example")], None, &|_, _| {}).unwrap();
    assert!(other.incidents.is_empty());
    let (first, second) = (all[0].address.clone(), number(1));
    all[1].pen.append(&[indicators(&["late.example"])], Together::Apart, at(2)).unwrap();
    assert_eq!(where_is(&store, "late.example", None), [second]);
    let record = store.read(&first).unwrap();
    let sharing = store.sharing_with(&record.incident).unwrap();
    assert_eq!(sharing.iter().map(|other| other.values).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn what_was_looked_into_once_is_not_opened_again_and_a_broken_cache_is_made_anew() {
    let bench = Bench::new();
    let store = bench.store(1);
    let mut one = create(&store, 1);
    one.pen.append(&[indicators(&["bad.example"])], Together::Apart, at(1)).unwrap();
    let looked = |store: &Store| {
        let count = std::sync::atomic::AtomicUsize::new(0);
        let hear = |_: usize, _: usize| {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        };
        let found = store.incidents_with([("domain", "bad.example")], None, &hear).unwrap();
        assert_eq!(found.incidents.len(), 1);
        count.into_inner()
    };
    assert_eq!(looked(&store), 1);
    assert_eq!(looked(&store), 0);
    let state = store.state().unwrap().to_owned();
    let names = std::fs::read_dir(&state).unwrap().filter_map(|entry| entry.ok());
    let cache =
        names.map(|entry| entry.path()).find(|path| path.to_string_lossy().contains("indicators-")).unwrap();
    let bytes = std::fs::read(&cache).unwrap();
    for broken in [&bytes[..bytes.len() / 2], b"\xff\x00{}\n", b""] {
        std::fs::write(&cache, broken).unwrap();
        assert_eq!(looked(&store), 1);
        assert_eq!(looked(&store), 0);
    }
}
