//! The ledger with keys: decided, asked, put in place, waited for, and settled.

use casebook::model::ledger::{Sort, State};

use super::session::{Place, Story, incident};

/// The state of the last line of this noun.
fn last(story: &Story, place: &Place, sort: Sort) -> State {
    story.on_disk(place).ledger_of(sort).next_back().unwrap().state()
}

/// How often the terminal was rung.
fn bells(story: &Story) -> usize {
    story.session.console.sent.iter().filter(|byte| **byte == 7).count()
}

#[test]
fn a_forgotten_firewall_rule_is_named_on_the_way_to_closing_and_taken_down() {
    let (place, story) = incident();
    let story = story.press("mDeny 203.0.113.7 at the egress<enter>p3<enter>");
    let story = story.press("p7");
    assert!(story.screen().contains("still in place"), "{}", story.screen());
    assert!(story.screen().contains("M-1 Deny 203[.]0[.]113[.]7 at the egress"), "{}", story.screen());
    // Going on with it is possible, and the record says so.
    let kept = story.press("<enter>done for today<enter>").on_disk(&place);
    assert!(kept.measures_in_place().count() == 1);
}

#[test]
fn what_is_taken_down_no_longer_stands_in_the_way() {
    let (place, story) = incident();
    let story = story.press("mDeny 203.0.113.7 at the egress<enter>p3<enter>8");
    assert!(story.screen().contains("in place"), "{}", story.screen());
    let story = story.press("x");
    assert_eq!(last(&story, &place, Sort::Measure), State::Removed);
    let story = story.press("p7");
    assert!(!story.screen().contains("still in place"), "{}", story.screen());
    let story = story.press("<esc>u<enter>");
    assert_eq!(last(&story, &place, Sort::Measure), State::Open);
}

#[test]
fn a_timer_rings_once_waits_and_asks_for_the_result() {
    let (place, story) = incident();
    let story = story.press("TBo back with the logs<tab>+10m<enter>");
    assert!(story.screen().contains("Bo back with the logs in 0:10"), "{}", story.screen());
    let story = story.later(11).settled();
    assert_eq!(bells(&story), 1, "{}", story.screen());
    assert!(story.screen().contains("RANG"), "{}", story.screen());
    let story = story.later(3).settled();
    assert_eq!(bells(&story), 1);
    let story = story.press("0x");
    assert!(story.screen().contains("Result"), "{}", story.screen());
    let story = story.press("nothing in them<enter>");
    assert_eq!(last(&story, &place, Sort::Timer), State::Done);
    assert!(!story.screen().contains("RANG"), "{}", story.screen());
}

#[test]
fn decisions_and_assumptions_are_settled_each_in_its_own_words() {
    let (place, story) = incident();
    let story = story.press("dKeep DC01 up<tab>switch it off<tab>the keys are in memory<enter>");
    let story = story.press("8<tab><tab><tab>x");
    assert_eq!(last(&story, &place, Sort::Decision), State::Confirmed, "{}", story.screen());
    let story = story.press("w");
    let story = story.press("<enter>");
    assert!(story.screen().contains("only with a reason"), "{}", story.screen());
    let story = story.press("its memory is taken<enter>");
    assert_eq!(last(&story, &place, Sort::Decision), State::Withdrawn);
    let story = story.press("<tab>aThe backups are clean<enter>");
    assert_eq!(last(&story, &place, Sort::Assumption), State::Open, "{}", story.screen());
    let story = story.press("whits in two sets<enter>");
    assert_eq!(last(&story, &place, Sort::Assumption), State::Refuted, "{}", story.screen());
    let story = story.press("othe scan was of another set<enter>");
    assert_eq!(last(&story, &place, Sort::Assumption), State::Open, "{}", story.screen());
}

#[test]
fn an_approval_is_asked_of_two_and_given_by_each() {
    let (place, story) = incident();
    let story = story.press("8<tab><tab>athe ERP goes offline<tab>Mira/CISO; Lars/Legal<enter>");
    assert_eq!(story.on_disk(&place).ledger_of(Sort::Approval).count(), 2, "{}", story.screen());
    let story = story.press("x<enter>kwmonth end<enter>");
    let states: Vec<State> =
        story.on_disk(&place).ledger_of(Sort::Approval).map(|item| item.state()).collect();
    assert_eq!(states, [State::Granted, State::Refused], "{}", story.screen());
}

#[test]
fn the_ledger_is_drawn_with_what_is_late_above_it() {
    for (columns, rows) in [(140, 40), (80, 24)] {
        let place = Place::new();
        let story = place.sit_at("ana", (columns, rows)).press("aRansomware on the file servers<enter>");
        let story = story.press(":component add FS02 --stage confirmed<enter>");
        let story = story.press(
            ":measure add --kind rule --component FS02 --review +10m Deny 203.0.113.7 at the egress<enter>",
        );
        let story = story.press(":measure add --kind disabled svc-backup disabled<enter>");
        let story = story.press(":decide --why \"the keys are in memory\" Keep DC01 up<enter>");
        let story = story.press(":timer add --in 15m Bo back with the logs<enter>");
        let story = story.press(":declare major --reason \"three sites are down\" --reference BCM-7<enter>");
        let story = story.press(":approve request --matter \"the ERP goes offline\" --of Mira/CISO<enter>");
        let story = story.later(12).settled().press("8");
        insta::assert_snapshot!(format!("decisions_{columns}x{rows}"), story.screen());
    }
}

#[test]
fn a_yes_a_no_and_a_question_without_an_answer_are_recorded_by_one_key() {
    let place = Place::new();
    let story = place.open("bo", (140, 40), |setup| setup.me.role = None);
    let story =
        story.press("aRansomware on the file servers<enter>p4<tab>it spreads<tab><tab>Mira/CISO<enter>");
    let story = story.settled().press("g!");
    assert!(story.screen().contains("said yes"), "{}", story.screen());
    let story = story.press("Lars/Legal<tab><right><tab>phone<enter>").settled();
    assert_eq!(last(&story, &place, Sort::Approval), State::Open);
    assert!(story.screen().contains("Approval: asked Lars 14:06, no answer"), "{}", story.screen());
    // The next look knows whom it was asked of, and takes a no with its reason.
    let story = story.press("!");
    assert!(story.screen().contains("Asked Lars 14:06, no answer."), "{}", story.screen());
    let story = story.press("<tab><right><right><enter>");
    assert!(story.state().contains("recorded with its reason"), "{}", story.state());
    let story = story.press("month end<enter>").settled();
    assert_eq!(last(&story, &place, Sort::Approval), State::Refused);
    assert!(story.screen().contains("Approval: REFUSED by Lars 14:06"), "{}", story.screen());
    // A yes until a time waits for another one when the time has come.
    let story = story.press("!Lars/Legal<tab><tab><tab><tab><tab>15:00<enter>").settled();
    let story = story.later(66).settled();
    assert!(
        story.screen().contains("LAPSED") && story.screen().contains("lapsed 0:12 ago"),
        "{}",
        story.screen()
    );
    let story = story.press("0");
    assert!(story.state().contains("! records a new one"), "{}", story.screen());
}

#[test]
fn zero_leads_to_an_overdue_notice_evidence_and_an_action_one_after_the_other() {
    let (_place, story) = incident();
    let story = story.press(":notice add Update --due +10m<enter>");
    let story = story.press(":evidence request \"Proxy logs\" --from provider --due +20m<enter>");
    let story = story.press(":improve add \"Rotate the keys\" --owner ana --due +30m<enter>").settled();
    let mut story = story.later(31).settled();
    assert!(story.screen().contains("0  3 wait for you"), "{}", story.screen());
    for (said, screen) in [
        ("1 of 3: N-1 Update is OVERDUE. x records that it was sent.", "Notices"),
        ("2 of 3: E-001 Proxy logs is OVERDUE. x receives it.", "Evidence"),
        ("3 of 3: A-1 Rotate the keys is OVERDUE. x says what came of it.", "Decisions"),
    ] {
        story = story.press("0");
        assert!(story.state().contains(said), "{screen}: {}", story.state());
    }
}
