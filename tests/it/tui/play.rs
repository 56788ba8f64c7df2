//! The case of several phases at once, played with keys only from the first line to the lesson.

use casebook::model::component::Stage;
use casebook::model::ledger::Sort;
use casebook::model::phase::Phase;

use super::session::{Place, Story};

fn stage(story: &Story, place: &Place, name: &str) -> Stage {
    let incident = story.on_disk(place);
    incident.components().find(|component| component.name == name).unwrap().stage()
}

/// The selected component goes on to a stage, with what is typed into the form's first fields.
fn on(story: Story, name: &str, words: &str) -> Story {
    story.press(&format!("3f{name}<enter>>{words}<enter><esc>"))
}

/// Ransomware on four hosts: one held, one being cleaned, one on its way back, one just found; the incident is
/// in Recovery already, and a rule stands at the egress.
fn four_hosts(place: &Place) -> Story {
    let story = place.sit_at("ana", (120, 40)).press("aRansomware on four hosts<tab>r<space><enter>");
    let story = story.press("cFS01, FS02, DB01<tab><tab>confirmed<enter>").later(10);
    let story = on(story, "FS01", "contained<tab>switch port off").later(5);
    let story = on(story, "FS02", "eradicating<tab><tab><tab><tab><tab>its image is known");
    let story = on(story, "DB01", "restoring<tab><tab><tab><tab><tab>rebuilt on new discs").later(5);
    let story = story.press("mDeny 203.0.113.7 at the egress<enter>").later(5);
    let story = story.press("p3<enter>p4<enter>").later(20);
    let story = story.press("p5<enter>images cost too much time<enter>").later(20);
    let story = story.press("p6<enter>business must return<enter>").later(60);
    story.press("cWS-114<tab>w<tab>confirmed<enter>")
}

#[test]
fn four_hosts_in_four_phases_are_worked_with_keys_only() {
    let place = Place::new();
    let story = four_hosts(&place);
    assert_eq!(story.on_disk(&place).phase(), Phase::Recovery, "{}", story.screen());
    for (name, at) in [
        ("FS01", Stage::Contained),
        ("FS02", Stage::Eradicating),
        ("DB01", Stage::Restoring),
        ("WS-114", Stage::Confirmed),
    ] {
        assert_eq!(stage(&story, &place, name), at, "{name}");
    }
    // The frame says that the incident runs ahead, and the dialog names the host nobody holds.
    assert!(story.screen().contains("NOT CONTAINED 1: WS-114"), "{}", story.screen());
    let story = story.press("p7");
    assert!(story.screen().contains("WS-114"), "{}", story.screen());
    assert!(story.screen().contains("M-1 Deny 203[.]0[.]113[.]7 at the egress"), "{}", story.screen());
    // Back, with a reason; what runs in Recovery stays as it is.
    let story = story.press("<esc>p4<tab>beacon from WS-114, a host nobody had in scope<enter>");
    let incident = story.on_disk(&place);
    assert_eq!(
        (incident.phase(), incident.visit().unwrap().n),
        (Phase::Containment, 2),
        "{}",
        story.screen()
    );
    assert_eq!(stage(&story, &place, "DB01"), Stage::Restoring);
    let story = on(story, "WS-114", "contained<tab>cable pulled");
    assert_eq!(stage(&story, &place, "WS-114"), Stage::Contained);
    // The rule that was forgotten is taken down.
    let story = story.press("8").press("x");
    assert_eq!(story.on_disk(&place).measures_in_place().count(), 0, "{}", story.screen());
    assert_eq!(story.on_disk(&place).ledger_of(Sort::Measure).count(), 1);
    // What is due first stands first; a filter leaves the law that is meant. Its clock starts from "aware"; its notice is sent with proof.
    let story = story
        .press("7feu-gdpr/auth<enter>t<enter>")
        .later(30)
        .press("gx<tab><tab>77120<tab>receipt by mail<enter>");
    let notices = &story.on_disk(&place).notices;
    let standing = notices[0].standing.get().unwrap();
    assert!(notices[0].name.starts_with("GDPR"), "{}", notices[0].name);
    assert_eq!(
        (standing.reference.as_deref(), standing.proof.as_deref()),
        (Some("77120"), Some("receipt by mail"))
    );
}

#[test]
fn what_was_learned_stands_in_the_preparation_of_the_next_incident() {
    let place = Place::new();
    let story = four_hosts(&place);
    let story = story.press(":lesson add Nobody knew of WS-114<enter>");
    let story = story
        .press(":improve add \"Keep the list of hosts\" --lesson L-1 --owner bo --due 2026-12-01<enter>");
    let story = story.press("1haReadiness").settled();
    let story = story.press(&format!("{}<right><enter>", "<tab>".repeat(8))).settled();
    let incident = story.on_disk(&place);
    let visit = incident.visit().unwrap();
    assert_eq!(visit.phase, Phase::Preparation, "{}", story.screen());
    let brought: Vec<&str> = incident
        .checklist(&visit.id)
        .filter(|task| task.what.origin.is_some())
        .map(|task| task.what.title.as_str())
        .collect();
    assert_eq!(brought, ["Keep the list of hosts"], "{}", story.screen());
}
