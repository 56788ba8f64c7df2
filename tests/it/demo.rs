//! The demo: its script is understood to the last line and tells what it promises.

use casebook::demo;
use casebook::model::component::Stage;
use casebook::model::phase::Phase;
use casebook::model::time::Zone;
use casebook::report::sitrep::{Saying, Sitrep};
use casebook::report::{Clock, handover};
use casebook::store::{Look, Store};

use crate::store::{Bench, at};

fn told(bench: &Bench) -> Store {
    let store = bench.store(1);
    demo::tell(&store, at(0), [7; 16]).unwrap();
    store
}

#[test]
fn the_demo_tells_five_incidents_in_different_phases() {
    let bench = Bench::new();
    let store = told(&bench);
    let listed = store.list(Look::Checked).unwrap();
    let told: Vec<String> = listed
        .iter()
        .map(|(address, _)| {
            let incident = store.read(address).unwrap().incident;
            let visit = incident.visit().unwrap();
            let place = format!("{} visit {}", visit.phase, visit.n);
            let severity = incident.severity().map_or("SEV?", |severity| severity.level.label());
            format!("{} {severity} {} {place}: {}", incident.number, incident.status(), incident.title())
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_ransomware_case_is_in_its_second_containment_and_not_contained() {
    let bench = Bench::new();
    let store = told(&bench);
    let (address, _) = store.list(Look::Checked).unwrap().remove(0);
    let incident = store.read(&address).unwrap().incident;
    let visit = incident.visit().unwrap();
    assert_eq!(
        (visit.phase, visit.n, visit.reason.as_deref()),
        (Phase::Containment, 2, Some("second foothold on FS02"))
    );
    let open: Vec<&str> =
        incident.components().filter(|c| c.stage() == Stage::Containing).map(|c| c.name.as_str()).collect();
    assert_eq!(open, ["FS02", "svc-backup"]);
    let held = incident
        .checklist(&visit.id)
        .filter(|task| task.progress.get().is_some_and(|progress| progress.holds_from == Some(1)));
    assert_eq!(held.count(), 2);
    assert!(incident.left_open().count() > 0);
}

#[test]
fn the_ransomware_case_is_told_in_one_screen() {
    let bench = Bench::new();
    let store = told(&bench);
    let (address, _) = store.list(Look::Checked).unwrap().remove(0);
    let incident = store.read(&address).unwrap().incident;
    let clock = Clock::of(at(0), &Zone::parse("+01:00").unwrap());
    let text = Sitrep::of(&incident, Saying::default(), &clock).text();
    assert!(text.lines().count() <= 24 && text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!(text);
    insta::assert_snapshot!("the_ransomware_case_is_handed_over", handover::told(&incident, &clock));
}
