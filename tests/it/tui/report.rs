//! The documents, keys in and screen out: the SITREP from everywhere, given, written, copied; the screen of them.

use insta::assert_snapshot;

use super::session::{Place, Story};

/// ana leads a ransomware case with a component that is not contained.
fn told(size: (u16, u16)) -> (Place, Story) {
    let place = Place::new();
    let story = place
        .sit_at("ana", size)
        .press("aRansomware on the file servers<tab>r<space><enter>:edit --lead ana --tlp amber<enter>")
        .press(":component add FS01 FS02 --stage confirmed<enter>")
        .press(":severity 1 --reason \"patient data at risk\"<enter>")
        .press(":component stage FS01 contained --how \"port off\" --done -1m<enter>")
        .press(":log --kind action Pulled the plug at the switch<enter>")
        .press(":assume The backups of the week are clean<enter>")
        .press(":decide Keep FS02 up until its memory is taken<enter>");
    (place, story)
}

/// The screen without what differs from run to run.
fn shown(story: &Story) -> String {
    let screen = story.screen();
    let Some(at) = screen.find("ecord head ") else { return screen };
    let (before, rest) = screen.split_at(at + "ecord head ".len());
    format!("{before}0000-0000-0000-0000{}", &rest[19..])
}

#[test]
fn s_shows_the_sitrep_from_everywhere_and_looking_writes_nothing() {
    for (size, name) in
        [((140, 40), "wide"), ((100, 30), "two_panes"), ((80, 24), "small"), ((45, 20), "phone")]
    {
        let (_place, story) = told(size);
        let before = story.log().len();
        for place in ["", "3", "8", "9"] {
            let story = told(size).1.press(place).press("s");
            assert!(story.screen().contains("IN SHORT"), "{}", story.screen());
            let story = story.press("<esc>");
            assert!(!story.screen().contains("x given   W file"), "{}", story.screen());
        }
        let story = story.press("s");
        assert_snapshot!(name, shown(&story));
        let story = story.press("q");
        assert!(!story.session.over(), "q closes the document, not casebook");
        assert_eq!(story.log().len(), before);
    }
}

#[test]
fn on_a_phone_the_text_goes_on_in_the_next_row_and_scrolls_to_its_end() {
    let (_place, story) = told((45, 20));
    let story = story.press("sG");
    let screen = story.screen();
    assert!(screen.contains("9 entries."), "{screen}");
}

#[test]
fn a_whole_screen_of_text_is_seen_whole_on_the_smallest_terminal() {
    let (_place, story) = told((80, 24));
    let names = (1..=9).map(|n| format!("SRV0{n}")).collect::<Vec<_>>().join(" ");
    let story = story
        .press(&format!(":component add {names} --stage confirmed<enter>"))
        .press(":measure add Switch ports off --review +1h<enter>")
        .press(":approve request --of \"Mira/CISO\" --matter \"taking the ERP offline\"<enter>")
        .press("s");
    let screen = story.screen();
    for label in [
        "SITREP 1", "IN SHORT", "NEEDED", "PHASE", "SEVERITY", "OPEN", "HELD", "DONE", "DECIDED", "UNKNOWN",
        "IN PLACE", "NEXT",
    ] {
        assert!(screen.lines().any(|line| line.starts_with(label)), "{label}\n{screen}");
    }
    assert!(screen.lines().last().unwrap().contains("Record head"), "{screen}");
}

#[test]
fn x_keeps_the_text_with_to_whom_and_how_and_the_promise_stands_in_the_frame() {
    let (place, story) = told((100, 30));
    let form = story.press("sx");
    assert_snapshot!("given_form", shown(&form));
    let story = form.press("Mira<tab>phone<tab>It holds if nobody switches FS02 on.<enter>");
    let kept = story.on_disk(&place);
    let sitrep = kept.last_sitrep().unwrap();
    assert_eq!((sitrep.to.as_str(), sitrep.how.as_deref()), ("Mira", Some("phone")));
    let text = kept.sitrep_told(sitrep);
    assert!(text.contains("JUDGED    It holds if nobody switches FS02 on."), "{text}");
    assert!(sitrep.next.is_some());
    assert!(story.said().starts_with("communication: SITREP 1 given to Mira, phone"), "{}", story.said());
    let story = story.press("<esc>");
    assert!(story.screen().contains("SITREP, 1:00 left"), "{}", story.screen());
    let story = story.press("9");
    assert_snapshot!("given", shown(&story));
    let refused = story.press("u");
    assert!(refused.said().contains("what was said is not taken back"), "{}", refused.said());
}

#[test]
fn a_promise_that_is_over_waits_for_whoever_gave_it() {
    let (_place, story) = told((100, 30));
    let story = story.press(":sitrep --given-to Mira --how phone<enter>").later(61).settled().press("0");
    assert!(story.screen().contains("SITREP 2") && story.screen().contains("IN SHORT"), "{}", story.screen());
}

#[test]
fn copying_says_where_it_was_sent_and_never_that_it_was_copied() {
    let (_place, story) = told((100, 30));
    for keys in ["sy", "9y"] {
        let story = told((100, 30)).1.press(keys);
        let sent = String::from_utf8_lossy(&story.session.console.sent).into_owned();
        assert!(sent.starts_with("\u{1b}]52;c;"), "{sent}");
        assert!(story.said().starts_with("Sent to the terminal"), "{}", story.said());
        assert!(!story.screen().to_lowercase().contains("copied"), "{}", story.screen());
        assert!(story.screen().contains("Sent to the terminal"), "{}", story.screen());
    }
    drop(story);
}

#[test]
fn a_file_is_new_and_is_never_replaced() {
    let (place, story) = told((100, 30));
    let path = place.path().join("sitrep.txt");
    let line =
        |story: Story, line: &str| story.press(&format!(":{line} -o {}<enter>", path.display())).settled();
    let story = line(story, "sitrep");
    assert!(story.said().starts_with("Written: "), "{}", story.said());
    let first = std::fs::read_to_string(&path).unwrap();
    assert!(first.starts_with("SITREP 1   INC-2026-0001"), "{first}");
    let story = line(story, "handover");
    assert!(story.said().contains("exists; nothing was written."), "{}", story.said());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
    let form = story.press("9W");
    assert!(form.screen().contains("INC-2026-0001-sitrep-1.txt"), "{}", form.screen());
    let other = place.path().join("handover.txt");
    let story = form.press(&format!("<c-u>{}<enter>", other.display())).settled();
    assert!(other.exists(), "{}", story.said());
}

#[test]
fn what_leaves_leaves_from_the_command_line_too() {
    let (place, story) = told((100, 30));
    let story = story.press(":sitrep --judgement It holds.<enter>").settled();
    assert!(story.screen().contains("JUDGED"), "{}", story.screen());
    let story = story.press("<esc>:handover<enter>");
    assert!(story.screen().contains("HANDOVER of"), "{}", story.screen());
    let story = story.press("<esc>:export nonsense<enter>");
    assert!(story.screen().contains("There is no format"), "{}", story.screen());
    let path = place.path().join("timeline.csv");
    let story = story.press(&format!("<c-u>export timesketch -o {}<enter>", path.display())).settled();
    assert!(path.exists(), "{}", story.said());
    let story = story.press(":sitrep --tlp green<enter>").settled();
    assert!(story.said().contains("would go out as TLP:GREEN"), "{}", story.said());
}

#[test]
fn the_documents_stand_in_a_list_with_the_one_in_hand_below_it() {
    for (size, name) in [((140, 40), "list_wide"), ((80, 24), "list_small")] {
        let (_place, story) = told(size);
        let story = story.press(":sitrep --given-to Mira --how phone<enter>9");
        assert_snapshot!(name, shown(&story));
        let story = story.press("j");
        assert!(story.screen().contains("HANDOVER of"), "{}", story.screen());
    }
}

#[test]
fn the_report_is_read_as_a_document_and_not_as_its_signs() {
    for (size, name) in [((140, 40), "whole_wide"), ((80, 24), "whole_small"), ((45, 20), "whole_phone")] {
        let (_place, story) = told(size);
        let story = story.press("9jj<enter>").until("Report of");
        let screen = story.screen();
        assert!(!screen.contains("**") && !screen.contains("| ") && !screen.contains("# "), "{screen}");
        let story = story.press("]]]]");
        assert_snapshot!(name, story.screen());
        let story = story.press("G");
        assert!(!story.screen().contains(" more "), "{}", story.screen());
        let story = story.press("W");
        assert!(story.screen().contains("Write the report to a file"), "{}", story.screen());
        let story = story.press("<esc>q");
        assert!(!story.session.over(), "q closes the document, not casebook");
    }
}

#[test]
fn what_was_told_is_not_told_again_by_x() {
    let (_place, story) = told((100, 30));
    let mut story = story.press(":sitrep --given-to Mira --how phone<enter>:handover --to bo<enter>9G");
    let before = story.log().len();
    let mut told = Vec::new();
    for key in ["x", "kx"] {
        story = story.press(key);
        told.push(story.screen());
        assert_eq!(story.log().len(), before);
    }
    for words in [
        "The lead is offered to bo, who answers it.",
        "SITREP 1 was given to Mira; what was said stays said.",
    ] {
        assert!(told.iter().any(|screen| screen.contains(words)), "{words}:\n{}", told.join("\n"));
    }
}
