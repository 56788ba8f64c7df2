//! Screen 7 and the bell: a clock is started from a fact by hand, its notice sent with proof.

use super::session::{Place, Story, incident, session};

/// An incident of a type that laws ask about, with screen 7 in front.
fn notices() -> (Place, Story) {
    let (place, story) = incident();
    (place, story.press(":edit --type ransomware<enter>").press("7"))
}

/// Time passes, and somebody presses a key that does nothing.
fn after(story: Story, minutes: i64) -> Story {
    story.later(minutes).press("<c-l>")
}

fn bells(story: &Story) -> usize {
    story.session.console.sent.iter().filter(|byte| **byte == 7).count()
}

#[test]
fn nothing_is_owed_until_somebody_starts_a_clock_from_a_fact() {
    let (place, story) = notices();
    let screen = story.screen();
    assert!(screen.contains("Could be owed") && screen.contains("GDPR: Notify"), "{screen}");
    assert!(screen.contains("not legal advice") && screen.contains("law as of 2026-11-21"), "{screen}");
    assert!(story.on_disk(&place).notices.is_empty());
    // What is due first stands first; a filter leaves the law that is meant.
    let due: Vec<usize> = ["CAC: Report", "GDPR: Notify"].iter().filter_map(|it| screen.find(it)).collect();
    assert!(due.is_sorted(), "{screen}");
    let story = story.press("feu-gdpr/auth<enter>t");
    assert!(story.state().contains("form Start the clock eu-gdpr/authority"), "{}", story.state());
    let story = story.press("<enter>");
    let notice = &story.on_disk(&place).notices[0];
    assert_eq!(
        (notice.number.as_str(), notice.name.as_str()),
        ("N-1", "GDPR: Notify the supervisory authority")
    );
    assert!(story.screen().contains("3 d 0 h left"), "{}", story.screen());
}

#[test]
fn a_notice_is_sent_with_its_number_and_proof_and_not_taken_back() {
    let (place, story) = notices();
    let story = story.press("t<enter>").press("gx").press("<tab><tab>77120<tab>receipt by mail<enter>");
    let incident = story.on_disk(&place);
    let standing = incident.notices[0].standing.get().unwrap();
    assert_eq!(
        (standing.reference.as_deref(), standing.proof.as_deref()),
        (Some("77120"), Some("receipt by mail"))
    );
    assert!(story.screen().contains("early, proof"), "{}", story.screen());
    let story = story.press("u");
    assert!(story.said().contains("not taken back"), "{}", story.said());
    assert_eq!(story.on_disk(&place).entries.len(), incident.entries.len());
}

#[test]
fn not_owed_wants_a_reason_and_another_fact_makes_it_owed_again() {
    let (place, story) = notices();
    let story = story.press("t<enter>").press("gw").press("<enter>");
    assert!(story.state().contains("wants a reason"), "{}", story.state());
    let story = story.press("no personal data<enter>");
    assert!(!story.on_disk(&place).notices[0].owed());
    let story = story.press("go").press("<tab>-10m<tab>a mail box was read<enter>");
    assert!(story.on_disk(&place).notices[0].owed());
    assert!(story.log().last().unwrap().contains("owed again"), "{:?}", story.log());
}

#[test]
fn the_bell_rings_once_before_a_notice_is_due_and_once_when_it_is_overdue() {
    let (_place, story) = session();
    let story = story.press("aPhishing<enter>").press(":notice add Insurer --due +10h<enter>");
    assert_eq!(bells(&story), 0);
    let story = after(story, 8 * 60);
    assert_eq!(bells(&story), 0);
    let story = after(story, 61);
    assert_eq!(bells(&story), 1, "an hour before");
    let story = after(after(story, 10), 10);
    assert_eq!(bells(&story), 1, "once");
    let story = after(story, 50);
    assert_eq!(bells(&story), 2, "overdue");
    assert!(story.screen().contains("OVERDUE"), "{}", story.screen());
    let story = after(story, 600).press("71");
    assert_eq!(bells(&story), 2, "and never again");
}
