//! Keys that come faster than the store is read: each means what it was typed for.

use super::session::{Place, Story};

/// Two incidents, the first of them open and the keys in the list.
fn two() -> (Place, Story) {
    let place = Place::new();
    let story = place.sit("ana").press("aBeacon from APP03<enter><s-tab>aRansomware<enter><s-tab>k");
    (place, story)
}

fn title(story: &Story) -> &str {
    story.session.app.incident().unwrap().title.get().unwrap()
}

#[test]
fn a_note_typed_right_after_an_incident_was_chosen_goes_to_that_incident_and_no_other() {
    let (_place, story) = two();
    let before = title(&story).to_owned();
    let story = story.press("j").type_ahead("<enter>nfound it<enter>").settled();
    assert_ne!(title(&story), before);
    assert_eq!(story.log().last().unwrap(), "note found it");
    let story = story.press("<s-tab>k<enter>");
    assert_eq!(title(&story), before);
    assert!(!story.log().contains(&"note found it".to_owned()));
}

#[test]
fn a_note_typed_before_the_first_picture_goes_to_the_incident_that_opens() {
    let (place, story) = two();
    story.leave();
    let story = place.begin("ana", (100, 30), |_| {}).type_ahead("nback again<enter>").settled();
    assert_eq!(title(&story), "Ransomware");
    assert_eq!(story.log().last().unwrap(), "note back again");
}

#[test]
fn a_note_typed_right_after_a_look_back_is_refused_there() {
    let (_place, story) = two();
    let story = story.press("<tab><tab>").type_ahead("vnx").settled();
    assert!(story.said().contains("nothing is written there"), "{}", story.said());
    assert!(story.session.app.modals.is_empty());
}

#[test]
fn what_was_typed_ahead_when_the_terminal_went_away_is_kept_where_it_was_typed_for() {
    let (place, story) = two();
    let chosen = story.press("j");
    let id = chosen.session.app.incidents.selected().unwrap().id.to_string();
    chosen.type_ahead("<enter>nhalf a thought").hang_up();
    let drafts = std::fs::read_dir(place.path().join("state/drafts")).unwrap().map(Result::unwrap);
    let drafts: Vec<_> =
        drafts.filter(|draft| draft.file_name().to_string_lossy().starts_with(&id)).collect();
    assert_eq!(drafts.len(), 1, "{drafts:?}");
    let kept = std::fs::read_to_string(drafts[0].path()).unwrap();
    assert!(kept.contains("half a thought"), "{kept}");
}

#[test]
fn who_does_not_want_to_wait_is_told_what_was_not_taken_and_stays_where_they_were() {
    let (_place, story) = two();
    let before = title(&story).to_owned();
    let story = story.press("j").type_ahead("<enter>nfound it<c-c>").settled();
    assert_eq!(title(&story), before);
    assert!(story.said().contains("\"nfound it\""), "{}", story.said());
    assert!(!story.log().contains(&"note found it".to_owned()));
}

#[test]
fn what_was_typed_for_an_incident_that_cannot_be_read_goes_nowhere_and_is_told() {
    let (place, story) = two();
    let before = title(&story).to_owned();
    let story = story.press("j");
    let chosen = story.session.app.incidents.selected().unwrap().number.clone();
    let folder = place.store().locate(&chosen, 2026).unwrap().folder;
    std::fs::remove_dir_all(folder).unwrap();
    let story = story.type_ahead("<enter>nfound it<enter>").settled();
    assert_eq!(title(&story), before);
    assert!(story.said().contains("nfound it"), "{}", story.said());
    assert!(!story.log().contains(&"note found it".to_owned()));
    let story = story.press(":<up>");
    assert!(
        story.screen().contains(":nfound it") || story.screen().contains(": nfound it"),
        "{}",
        story.screen()
    );
}

#[test]
fn a_list_that_cannot_be_read_keeps_no_key_and_does_not_say_that_nothing_is_there() {
    let place = Place::new();
    std::fs::create_dir_all(place.path().join("store")).unwrap();
    std::fs::write(place.path().join("store/incidents"), "no folder").unwrap();
    let story = place.sit("ana").press("?");
    assert_eq!(story.session.app.modals.len(), 1, "{}", story.screen());
    let story = story.press("<esc>");
    assert!(!story.screen().contains("No incident yet"), "{}", story.screen());
}

#[test]
fn after_the_welcome_the_first_incident_is_open() {
    let (place, story) = two();
    story.leave();
    let story = place.open("ana", (100, 30), |setup| setup.welcome = true).press("<enter>");
    assert_eq!(title(&story), "Ransomware");
}
