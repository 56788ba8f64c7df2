//! The tabs: one for each screen that is built, with the digit that opens it.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::Pen;
use super::scene::Scene;
use crate::tui::screens::{FACES, Screen};
use crate::tui::text::width;
use crate::tui::theme::Letters;

/// How much of each tab there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// The word and how many things there are.
    Counted,
    Full,
    Short,
    /// The digits, and the word of the one that is open.
    Digits,
}

/// Draws the tabs on one row.
pub(crate) fn draw(pen: &mut Pen<'_>, area: Rect, scene: &Scene<'_>) {
    let theme = pen.theme;
    let Some(incident) = scene.incident().filter(|_| !area.is_empty()) else { return };
    let here = scene.app.screen().map_or(1, |screen| screen.digit());
    let marked = theme.letters == Letters::Ascii;
    let board = (1, "Board", "Board", 0);
    let counts = || FACES.iter().map(|face| (face.screen, (face.count)(incident))).collect();
    let counts = scene.app.counts.of(incident, counts);
    let count = |screen| counts.iter().find(|(of, _)| *of == screen).map_or(0, |(_, count)| *count);
    let tabs: Vec<(u8, &str, &str, usize)> = std::iter::once(board)
        .chain(scene.app.faces().map(|face| (face.screen.digit(), face.word, face.short, count(face.screen))))
        .collect();
    let word = |words: Words, tab: &(u8, &'static str, &'static str, usize)| match words {
        Words::Counted | Words::Full => tab.1,
        Words::Short => tab.2,
        Words::Digits if tab.0 == here => tab.2,
        Words::Digits => "",
    };
    let count = |words: Words, tab: &(u8, &str, &str, usize)| match (words, tab.3) {
        (Words::Counted, 1..) => format!(" {}", tab.3),
        _ => String::new(),
    };
    let gap = |words| if matches!(words, Words::Counted | Words::Full) && area.width >= 90 { 3 } else { 1 };
    let needs = |words: Words| -> u16 {
        tabs.iter()
            .map(|tab| 2 + width(word(words, tab)) + width(&count(words, tab)) + gap(words))
            .sum::<u16>()
            + 2
    };
    let all = [Words::Counted, Words::Full, Words::Short];
    let words = all.into_iter().find(|words| needs(*words) <= area.width).unwrap_or(Words::Digits);
    let mut row = pen.row(area, 0);
    for (at, tab) in tabs.iter().enumerate() {
        let word = word(words, tab);
        let blank = if word.is_empty() { "" } else { " " };
        // What has no digit is where 0 leads when nothing waits.
        let digit = match tab.0 {
            drill if drill == Screen::Drill.digit() => "0".to_owned(),
            control if control == Screen::Control.digit() => "]".to_owned(),
            digit => digit.to_string(),
        };
        if tab.0 == here {
            let (open, close) = if marked { ("[", "]") } else { (" ", " ") };
            row.put(&format!("{open}{digit}{blank}{word}{}{close}", count(words, tab)), theme.badge);
        } else {
            row.skip(u16::from(at == 0 || at > 0 && tabs[at - 1].0 != here));
            row.put(&digit, theme.dim).put(blank, Style::new()).put(word, theme.text);
            row.put(&count(words, tab), theme.dim);
        }
        row.skip(gap(words) - 1);
    }
}
