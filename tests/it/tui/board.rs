//! Working the checklist and the log.

use super::session::{Place, incident, session};

#[test]
fn a_new_incident_is_open_and_on_the_disk_when_the_form_closes() {
    let (place, story) = session();
    let story = story.press("aRansomware on the file servers<enter>");
    assert!(story.state().contains("INC-2026-0001 Detection visit 1"), "{}", story.state());
    assert_eq!(story.on_disk(&place).title(), "Ransomware on the file servers");
}

#[test]
fn one_press_settles_a_task_and_the_cursor_stays() {
    let (place, story) = incident();
    let story = story.press("jjx");
    assert_eq!(story.session.app.case.as_ref().unwrap().tasks.at, 2);
    assert!(story.log().last().unwrap().ends_with(": done"), "{:?}", story.log());
    assert_eq!(story.on_disk(&place).entries.len(), 2);
    let story = story.press("x");
    assert_eq!(story.log().len(), 2, "a second x writes nothing");
    assert!(story.said().contains("done by ana"), "{}", story.said());
}

#[test]
fn a_task_that_is_an_act_is_done_by_doing_the_act() {
    let (_place, story) = incident();
    let story = story.press("<enter>EDR alarm on FS01<enter>");
    assert_eq!(story.log().last().unwrap(), "signal EDR alarm on FS01");
    let case = story.session.app.case.as_ref().unwrap();
    let done = case.incident.tasks.iter().find(|task| task.what.act.as_deref() == Some("signal")).unwrap();
    assert!(done.settled());
}

#[test]
fn settling_a_task_that_is_an_act_does_the_act() {
    let (place, story) = incident();
    let story = story.press("jx");
    assert_eq!(story.log().last().unwrap(), "ack ana takes ownership");
    let incident = story.on_disk(&place);
    assert!(incident.tasks.iter().any(|task| task.what.act.as_deref() == Some("ack") && task.settled()));
    let story = story.press("kx");
    assert!(
        story.state().contains("form Record a signal"),
        "the others ask for their words: {}",
        story.state()
    );
}

#[test]
fn dropping_and_reopening_a_task_want_a_reason_and_say_where_it_goes() {
    let (_place, story) = incident();
    let story = story.press("jw<enter>");
    assert!(story.state().contains("! A waived task needs a reason"), "{}", story.state());
    let story = story.press("not our network<enter>");
    assert!(story.log().last().unwrap().contains("waived  \"not our network\""), "{:?}", story.log());
    let story = story.press("o<enter>");
    assert!(story.state().contains("! Opening a settled task again needs a reason"), "{}", story.state());
    let story = story.press("it is ours<enter>");
    assert!(story.log().last().unwrap().contains("open again"), "{:?}", story.log());
}

#[test]
fn a_task_somebody_else_has_is_taken_only_after_asking() {
    let place = Place::new();
    let story = place.sit("ana").press("aBeacon<enter>jA<c-u>bo<enter>t");
    assert!(story.state().contains("form Take over"), "{}", story.state());
    let story = story.press("<enter>");
    assert!(story.log().last().unwrap().contains("in progress"), "{:?}", story.log());
}

#[test]
fn done_by_somebody_else_at_another_time_keeps_both_people_and_both_times() {
    let (place, story) = incident();
    let story = story.press("jXbo<tab>13:59<tab>held<enter>");
    let incident = story.on_disk(&place);
    let entry = incident.entries.last().unwrap();
    assert_eq!((entry.by.as_str(), entry.who.as_deref()), ("ana", Some("bo")));
    assert_eq!(entry.happened.to_rfc3339(), "2026-11-21T13:59:00+00:00");
    assert!(entry.shown().contains("\"held\""));
}

#[test]
fn undo_names_the_act_and_enter_takes_it_back() {
    let (_place, story) = incident();
    let story = story.press("nwrong one<enter>u");
    assert!(story.state().contains("> note wrong one"), "{}", story.state());
    let story = story.press("<enter>");
    assert_eq!(story.log().last().unwrap(), "undo note wrong one");
}

#[test]
fn an_entry_is_corrected_by_another_one() {
    let (_place, story) = incident();
    let story = story.press("nC2 on 203.0.113.8<enter><tab>C<bs>7<enter>");
    assert_eq!(
        story.log(),
        ["opened Ransomware on the file servers", "note C2 on 203.0.113.7", "correction C2 on 203.0.113.7"]
    );
}

#[test]
fn the_record_as_it_stood_is_read_only() {
    let (_place, story) = incident();
    let story = story.press("nfirst<enter>").later(1).press("nsecond<enter><tab>jv");
    assert!(!story.state().contains("note second"), "{}", story.state());
    let story = story.press("n");
    assert!(story.said().contains("nothing is written there"), "{}", story.said());
    let story = story.press("<esc>");
    assert!(story.state().contains("note second"), "{}", story.state());
}

#[test]
fn what_others_write_arrives_and_moves_nothing() {
    let (place, ana) = incident();
    let bo = place.sit("bo");
    let ana = ana.press("jnhalf a no");
    let bo = bo.press("nbo was here<enter>");
    let ana = ana.until("bo note bo was here");
    assert!(ana.state().contains("note [note]> half a no"), "{}", ana.state());
    assert_eq!(ana.session.app.case.as_ref().unwrap().tasks.at, 1);
    assert_eq!(ana.session.app.case.as_ref().unwrap().unseen(), 1);
    drop(bo);
}

#[test]
fn the_list_narrows_by_letters_and_escape_brings_it_back() {
    let (_place, story) = incident();
    let story = story.press("<s-tab>aBeacon from APP03<enter><s-tab>fbeac");
    assert!(!story.state().contains("> INC-2026-0001"), "{}", story.state());
    let story = story.press("<esc>");
    assert_eq!(story.session.app.incidents.shown.len(), 2);
}

#[test]
fn the_line_takes_the_verbs_of_the_shell() {
    let (_place, story) = incident();
    let story = story.press(":log can't reach FS01<enter>");
    assert_eq!(story.log().last().unwrap(), "note can't reach FS01");
    let story = story.press(":severity 2 --reason \"two sites down\"<enter>");
    assert!(story.log().last().unwrap().contains("SEV2"), "{:?}", story.log());
    let story = story.press(":phase recovery<enter>");
    assert!(story.state().contains(":phase recovery"), "a refused line stays: {}", story.state());
}

#[test]
fn the_palette_finds_acts_and_verbs() {
    let (_place, story) = incident();
    let story = story.press("<c-p>scribe<bs><bs><bs><bs><bs><bs>note line that stays<enter>");
    assert!(story.state().contains("note [note]>"), "{}", story.state());
}

#[test]
fn severity_takes_a_digit_and_a_reason() {
    let (_place, story) = incident();
    let story = story.press("S2<enter>");
    assert!(story.state().contains("! A severity set by hand needs a reason"), "{}", story.state());
    let story = story.press("file servers of two sites<enter>");
    assert!(story.log().last().unwrap().contains("SEV2"), "{:?}", story.log());
}

#[test]
fn a_click_selects_and_a_second_one_opens() {
    let (_place, story) = incident();
    let story = story.press("<s-tab>aBeacon from APP03<enter><s-tab>");
    assert!(story.state().contains("> INC-2026-0002"), "{}", story.state());
    let row = story.screen().lines().position(|row| row.contains(" 0001 ")).unwrap();
    let row = u16::try_from(row).unwrap();
    let story = story.click(3, row);
    assert!(story.state().contains("> INC-2026-0001"), "{}", story.state());
    assert!(story.screen().starts_with(" INC-2026-0002"), "{}", story.screen());
    let story = story.click(3, row);
    assert!(story.screen().starts_with(" INC-2026-0001"), "{}", story.screen());
}

#[test]
fn copying_says_that_it_was_sent_and_defangs() {
    let (_place, story) = incident();
    let story = story.press("nC2 on 203.0.113.7<enter><tab>y");
    assert!(story.said().starts_with("Sent to the terminal, defanged"), "{}", story.said());
    assert!(story.session.console.sent.starts_with(b"\x1b]52;c;"));
}

#[test]
fn marked_tasks_are_settled_together() {
    let (_place, story) = incident();
    let story = story.press("j<space><space>kx");
    assert_eq!(story.log().iter().filter(|line| line.ends_with(": done")).count(), 2);
    assert!(story.session.app.case.as_ref().unwrap().marked.is_empty());
    let story = story.press("u<enter>");
    let tasks = &story.session.app.case.as_ref().unwrap().incident.tasks;
    assert!(tasks.iter().all(|task| !task.settled()), "one act is taken back as one");
}

#[test]
fn zones_go_round_and_are_named() {
    let (_place, story) = incident();
    let story = story.press("z");
    assert!(story.said().contains("Europe/Berlin"), "{}", story.said());
    let story = story.press("z");
    assert!(story.said().contains("UTC"), "{}", story.said());
}

#[test]
fn find_narrows_over_this_incident_and_tab_over_all() {
    let (_place, story) = incident();
    let story = story.press("nbeacon from APP03 again<enter><s-tab>aAnother case<enter>");
    let story = story.press("/<tab>ransom<enter>");
    assert!(story.state().contains("INC-2026-0001 Detection"), "{}", story.state());
    let story = story.press("/beacon<enter>");
    assert_eq!(story.session.app.focus, casebook::tui::app::Focus::Log);
}

#[test]
fn the_head_form_gives_each_change_as_the_act_it_is() {
    let (_place, story) = incident();
    let story = story.press("E<c-u>Ransomware, two sites<tab><tab>c<enter>");
    let log = story.log();
    assert!(log.iter().any(|line| line.starts_with("edit title")), "{log:?}");
    assert!(log.iter().any(|line| line.starts_with("determination confirmed")), "{log:?}");
}

#[test]
fn due_times_are_read_ahead_and_a_wrong_one_is_refused_in_the_form() {
    let (_place, story) = incident();
    let story = story.press("jD99:99<enter>");
    assert!(story.state().contains("! There is no such time"), "{}", story.state());
    let story = story.press("<c-u>+30m<enter>");
    assert!(story.log().last().unwrap().contains("due 2026-11-21 14:36"), "{:?}", story.log());
}

#[test]
fn a_word_typed_into_a_choice_chooses_it_and_no_letter_of_it_leads_astray() {
    for (typed, chosen) in [
        ("contained", "contained"),
        ("containing", "containing"),
        ("eradicating", "eradicating"),
        ("con", "confirmed"),
        ("cont", "containing"),
        ("c", "confirmed"),
        ("ccc", "contained"),
        ("rest", "restoring"),
        ("ce", "eradicating"),
    ] {
        let (_place, story) = incident();
        let story = story.press(&format!("cFS02<tab><tab>{typed}<enter>"));
        let said = story.log().last().unwrap().clone();
        assert!(said.contains(&format!("+ FS02 (server) {chosen}")), "{typed}: {said}");
    }
}

#[test]
fn a_note_offers_what_it_recognised_and_i_takes_one_after_the_other() {
    let (place, story) = incident();
    let story = story.press("nC2 answers on 203.0.113.7 and evil-cdn.example.com<enter>");
    assert!(
        story.screen().contains("i takes 203[.]0[.]113[.]7 as an indicator, 1 more"),
        "{}",
        story.screen()
    );
    let story = story.press("i<enter>i<enter>");
    let incident = story.on_disk(&place);
    let values: Vec<&str> = incident.indicators.iter().map(|item| item.value.as_str()).collect();
    assert_eq!(values, ["203.0.113.7", "evil-cdn.example.com"], "{}", story.screen());
    let story = story.press("njust words<enter>");
    assert!(!story.screen().contains("as an indicator"), "{}", story.screen());
}

#[test]
fn the_list_stands_on_the_incident_that_was_opened_by_its_name() {
    let place = super::session::Place::new();
    let story = place.sit_at("ana", (120, 36)).press("aFirst<enter>").settled();
    story.press("haSecond<enter>").settled();
    let story = place.open("ana", (120, 36), |setup| setup.open = Some("INC-2026-0001".to_owned())).settled();
    assert!(story.state().contains("> INC-2026-0001"), "{}", story.state());
    assert_eq!(story.on_disk(&place).title(), "First");
}

#[test]
fn a_value_without_room_says_so_and_leaves_no_row_blank() {
    let place = super::session::Place::new();
    let story = place.sit_at("ana", (80, 24)).press("aPhishing<enter>");
    let story = story.press(":component add finance-desk-07 --type workstation<enter>");
    let seen = "--tlp amber+strict --confidence medium --first -40d --last -30d --component finance-desk-07";
    let story = story.press(&format!(":indicator add d41d8cd98f00b204e9800998ecf8427e {seen}<enter>"));
    let story =
        story.press(&format!(":indicator add https://evil.example.com/{} {seen}<enter>", "a".repeat(60)));
    let screen = story.press("4").screen();
    let rows: Vec<&str> = screen.lines().filter(|row| row.contains(" md5") || row.contains(" url")).collect();
    assert_eq!(rows.len(), 2, "{screen}");
    assert!(rows.iter().any(|row| row.contains("d41d8cd98f00b204e9800998ecf8427e")), "{screen}");
    assert!(rows.iter().any(|row| row.contains("89 characters, whole below")), "{screen}");
}
