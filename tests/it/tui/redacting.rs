//! Hidden words stand on no screen, and on none of an earlier time.

use super::session::{Place, Story};

/// Keys that show everything there is, one after the other; each ends where it began.
const LOOKS: &[&str] = &[
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "9j",
    "9jjj",
    "9jjjj",
    "9jjjjj",
    "9jjjjjj",
    "9jjjj<enter>",
    "s",
    "U",
    "/Zy",
    "2<enter>",
    "2jj<enter>",
    "6<enter>",
    "6j<enter>",
    "6jj<enter>",
    "H",
    ":replay<enter>",
    ":replay --at 14:06<enter>",
];

/// The screen after each look, by its keys.
fn looks(mut story: Story) -> (Story, Vec<(String, String)>) {
    let mut seen = Vec::new();
    for keys in LOOKS {
        story = story.press(keys);
        for step in 0..12 {
            seen.push((format!("{keys}, step {step}"), story.screen()));
            if !keys.starts_with(":replay") {
                break;
            }
            story = story.press("<right>");
        }
        story = story.press("<esc><esc><esc><esc><esc>1");
    }
    (story, seen)
}

#[test]
fn hidden_words_stand_on_no_screen_and_on_none_of_an_earlier_time() {
    let place = Place::new();
    let story = place
        .sit_at("ana", (140, 40))
        .press("aRansomware on the file servers<tab>r<space><enter>:edit --lead ana<enter>")
        .press(":log Zyxnote of somebody<enter>")
        .press(":log --lane actor --at -3h Zyxdeed of theirs<enter>")
        .press(":signal Zyxalarm came<enter>")
        .press(":log Zyxslip of the pen<enter>u<enter>")
        .press(":correct Zyxnote --source Zyxlog<enter>")
        .press(":sitrep --given-to Mira --judgement \"Zyxjudged it\"<enter>")
        .press(":handover --to bo --note \"Zyxoffer him this\"<enter>");
    let (story, seen) = looks(story);
    for keys in ["1", "2", "9jjjj", "s", "6"] {
        let shown = seen.iter().any(|(look, screen)| look.starts_with(keys) && screen.contains("Zyx"));
        assert!(shown, "{keys} shows the words while they may be seen");
    }
    let mut story = story;
    for words in ["Zyxnote", "Zyxdeed", "Zyxalarm", "Zyxslip", "Zyxjudged", "Zyxoffer"] {
        story = story.press(&format!(":redact {words} --reason \"a name\"<enter>"));
        assert!(story.said().contains("redacted: a name"), "{words}: {}", story.said());
    }
    let (story, seen) = looks(story);
    for (look, screen) in seen {
        let told = screen.replace("/Zy", "").replace("Zy▏", "");
        assert!(!told.contains("Zyx"), "{look}:\n{screen}");
    }
    let story = story.press(":redact --end last<enter>");
    let (_, seen) = looks(story);
    assert!(seen.iter().any(|(_, screen)| screen.contains("Zyx")), "undo brings the last one back");
}
