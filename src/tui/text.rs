//! Words on a screen: how wide they are, where they end, how they wrap, and their ASCII form.
//!
//! A value (address, hash, port, time, number) is shown whole or not at all; other text ends with an
//! ellipsis. Widths are terminal columns, wide and combining characters counted.

use std::borrow::Cow;

use chrono::{DateTime, Datelike as _, Utc};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::theme::{Letters, Theme};
use crate::model::text::{defang, visible};
use crate::model::time::Zone;

/// Columns of a text.
pub fn width(text: &str) -> u16 {
    if text.is_ascii() {
        return u16::try_from(text.len()).unwrap_or(u16::MAX);
    }
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Whether each character of a text takes one column and none joins another: most words on a screen are such, and
/// need no search for where their characters end.
pub fn stands_alone(text: &str) -> bool {
    // ASCII that is printed, and the dots, dashes, arrows, lines and marks that casebook writes itself.
    let alone = |c| matches!(c, ' '..='~' | '·' | '–' | '—' | '•' | '…' | '←'..='↓' | '↶' | '─'..='◼' | '✓');
    text.chars().all(alone)
}

/// The longest beginning of `text` that is at most `room` columns wide, at a character's end.
fn head(text: &str, room: u16) -> &str {
    if text.is_ascii() {
        return &text[..text.len().min(usize::from(room))];
    }
    let (mut end, mut columns) = (0, 0);
    for (at, character) in text.grapheme_indices(true) {
        columns += character.width();
        if columns > usize::from(room) {
            break;
        }
        end = at + character.len();
    }
    &text[..end]
}

/// Whether a word is a value: cutting it would make another one of it.
fn value(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
        || word.len() > 24
        || word.trim_matches(|c: char| !c.is_alphanumeric()).contains(['/', '\\', '@', ':'])
}

/// How much of `text` is shown in `room` columns before an ellipsis; `None`: all of it.
///
/// The cut never falls into a value: then it falls before it.
pub fn cut<'a>(text: &'a str, room: u16, ellipsis: &str) -> Option<&'a str> {
    if width(text) <= room {
        return None;
    }
    let shown = head(text, room.saturating_sub(width(ellipsis)));
    let start = shown.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let end = text[start..].find(char::is_whitespace).map_or(text.len(), |at| start + at);
    let inside = end > shown.len();
    if !inside || !value(&text[start..end]) {
        return Some(shown.trim_end().trim_end_matches('['));
    }
    let before = &shown[..start];
    let told = before.chars().any(char::is_alphanumeric);
    // A long name alone is cut at a joint: a row of nothing but an ellipsis says nothing.
    let name = if told { None } else { joint(&text[start..end], &shown[start..]) };
    Some(name.map_or(before, |name| &shown[..start + name]).trim_end())
}

/// Where the beginning of a name ends at a joint: `FILE-SERVER-` of `FILE-SERVER-12.example.org`, which nobody
/// takes for another server. `None`: an address, a hash, a path, a time; those are shown whole or not at all.
fn joint(word: &str, shown: &str) -> Option<usize> {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let hash = word.chars().all(|c| c.is_ascii_hexdigit());
    let begins = word.chars().next().is_some_and(char::is_alphabetic);
    if !begins || hash || digits >= letters || word.contains(['/', '\\', '@', ':']) {
        return None;
    }
    let shown = shown.split("[.").next().unwrap_or(shown).trim_end_matches('[');
    let at = shown.rfind(['-', '_']).map(|at| at + 1).filter(|at| at * 2 >= shown.len());
    at.or((word.len() > shown.len() && !shown.is_empty()).then_some(shown.len()))
}

/// `text` in `room` columns, ending with an ellipsis where it is longer.
pub fn fit<'a>(text: &'a str, room: u16, theme: &Theme) -> Cow<'a, str> {
    let ellipsis = theme.glyphs.ellipsis;
    match cut(text, room, ellipsis) {
        None => Cow::Borrowed(text),
        Some(_) if room < width(ellipsis) => Cow::Borrowed(""),
        Some(shown) => Cow::Owned(format!("{shown}{ellipsis}")),
    }
}

/// Lines of at most `room` columns, broken between words where there is a place to break, with the
/// line breaks of the text kept. Draws nothing away: a word longer than a line goes on in the next.
pub fn wrap(text: &str, room: u16) -> impl Iterator<Item = &str> {
    let room = room.max(2);
    text.split('\n').flat_map(move |line| Wrapped { rest: Some(line), room })
}

struct Wrapped<'a> {
    rest: Option<&'a str>,
    room: u16,
}

impl<'a> Iterator for Wrapped<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let shown = head(rest, self.room);
        if shown.len() == rest.len() {
            self.rest = None;
            return Some(rest);
        }
        // A character wider than the line is taken alone, so that there is always an end.
        let least = rest.graphemes(true).next().map_or(rest.len(), str::len);
        let goes_on = !rest[shown.len()..].starts_with(char::is_whitespace);
        let end = match shown.rfind(char::is_whitespace) {
            Some(space) if goes_on && !shown[..space].trim().is_empty() => space,
            _ => shown.len().max(least),
        };
        self.rest = Some(rest[end..].trim_start()).filter(|rest| !rest.is_empty());
        Some(rest[..end].trim_end())
    }
}

/// Longest part of a text that a one-line row looks at, in bytes: more is never seen.
const GLANCE: usize = 1024;

/// Stored text for one row: what steers a terminal is shown and not obeyed, addresses cannot be
/// clicked, line breaks become blanks.
pub fn one_line(text: &str) -> Cow<'_, str> {
    let mut end = text.len().min(GLANCE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let line = paragraph(&text[..end]);
    if line.contains('\n') { Cow::Owned(line.replace('\n', " ")) } else { line }
}

/// Stored text for several rows; line breaks stay.
pub fn paragraph(text: &str) -> Cow<'_, str> {
    match visible(text) {
        Cow::Borrowed(text) => defang(text),
        Cow::Owned(text) => Cow::Owned(defang(&text).into_owned()),
    }
}

/// A text of casebook's own for several rows: nothing in it steers a terminal, nothing is defanged.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    visible(text)
}

/// The form of a text the terminal has letters for.
pub fn letters<'a>(text: &'a str, theme: &Theme) -> Cow<'a, str> {
    if theme.letters == Letters::Unicode || text.is_ascii() { Cow::Borrowed(text) } else { ascii(text) }
}

/// A text in ASCII: punctuation and Latin letters by their plain form, the rest as `?`, as wide as it was.
fn ascii(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len());
    for character in text.graphemes(true) {
        let mut chars = character.chars();
        match chars.next() {
            Some(c) if c.is_ascii() => out.push(c),
            Some(c) => match plain(c) {
                "" => out.extend(std::iter::repeat_n('?', character.width().max(1))),
                plain => out.push_str(plain),
            },
            None => {}
        }
    }
    Cow::Owned(out)
}

/// What an ASCII writer puts for a character; empty where there is nothing usual.
fn plain(c: char) -> &'static str {
    match c {
        '→' | '⟶' => "->",
        '←' => "<-",
        '…' => "...",
        '–' | '—' | '−' | '‐' | '‑' | '·' | '•' => "-",
        '‘' | '’' | '‚' => "'",
        '“' | '”' | '„' | '«' | '»' => "\"",
        '\u{a0}' | '\u{202f}' | '\u{2009}' => " ",
        '≤' => "<=",
        '≥' => ">=",
        '×' => "x",
        '✓' => "[x]",
        '€' => "EUR",
        'Ä' | 'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'Ā' | 'Ă' | 'Ą' => "A",
        'ä' | 'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'Æ' => "AE",
        'æ' => "ae",
        'Ç' | 'Ć' | 'Č' => "C",
        'ç' | 'ć' | 'č' => "c",
        'Ď' | 'Đ' | 'Ð' => "D",
        'ď' | 'đ' | 'ð' => "d",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ę' | 'Ě' => "E",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'Ğ' => "G",
        'ğ' => "g",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'İ' | 'Ī' => "I",
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ī' => "i",
        'Ł' => "L",
        'ł' => "l",
        'Ñ' | 'Ń' | 'Ň' => "N",
        'ñ' | 'ń' | 'ň' => "n",
        'Ö' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ø' | 'Ő' => "O",
        'ö' | 'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ő' => "o",
        'Œ' => "OE",
        'œ' => "oe",
        'Ř' => "R",
        'ř' => "r",
        'Ś' | 'Š' | 'Ş' | 'Ș' => "S",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'Ť' | 'Ț' => "T",
        'ť' | 'ț' => "t",
        'Ü' | 'Ù' | 'Ú' | 'Û' | 'Ů' | 'Ű' => "U",
        'ü' | 'ù' | 'ú' | 'û' | 'ů' | 'ű' => "u",
        'Ý' => "Y",
        'ý' | 'ÿ' => "y",
        'Ź' | 'Ż' | 'Ž' => "Z",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

/// The header of a day in a log: `today, 21 Nov`, `yesterday, 20 Nov`, `Thu 19 Nov`, `Sun 2 Nov 2025`.
pub fn day(at: DateTime<Utc>, now: DateTime<Utc>, zone: &Zone) -> String {
    let (at, now) = (zone.at(at).date_naive(), zone.at(now).date_naive());
    match (now - at).num_days() {
        0 => at.format("today, %-d %b").to_string(),
        1 => at.format("yesterday, %-d %b").to_string(),
        _ if at.year() == now.year() => at.format("%a %-d %b").to_string(),
        _ => at.format("%a %-d %b %Y").to_string(),
    }
}

/// The time in the frame with the zone that all times are shown in: `14:06Z`, `15:06 +01:00`.
pub fn clock_and_offset(now: DateTime<Utc>, zone: &Zone) -> String {
    let at = zone.at(now);
    match at.offset().local_minus_utc() {
        0 => at.format("%H:%MZ").to_string(),
        _ => at.format("%H:%M %:z").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tui::theme::Colours;

    fn unicode() -> Theme {
        Theme::default()
    }

    #[test]
    fn text_ends_with_an_ellipsis_and_a_value_is_whole_or_absent() {
        let theme = unicode();
        for (text, room, shown) in [
            ("Ransomware on the file servers", 30, "Ransomware on the file servers"),
            ("Ransomware on the file servers", 23, "Ransomware on the file…"),
            ("Ransomware on the file servers", 20, "Ransomware on the f…"),
            ("C2 answers on 203[.]0[.]113[.]7:443, from FS02", 30, "C2 answers on…"),
            (
                "C2 answers on 203[.]0[.]113[.]7:443, from FS02",
                40,
                "C2 answers on 203[.]0[.]113[.]7:443, fr…",
            ),
            ("203[.]0[.]113[.]7", 10, "…"),
            // A long name alone is cut at a joint: it is no other name, and the row says something.
            ("HOST-1-with-a-rather-long-name[.]example[.]org", 16, "HOST-1-with-a-…"),
            ("DC01-of-the-branch", 8, "DC01-…"),
            (
                "+ HOST-1-with-a-rather-long-name[.]example[.]org (server)",
                30,
                "+ HOST-1-with-a-rather-long-…",
            ),
            ("mail[.]example[.]org", 6, "mail…"),
            ("d41d8cd98f00b204e9800998ecf8427e", 16, "…"),
            ("hxxps://example[.]org/a", 12, "…"),
            ("lars[@]example[.]org", 12, "…"),
            ("2001[:]db8[:][:]7", 12, "…"),
            ("written to C:\\Users\\lars\\note.txt today", 24, "written to…"),
            ("世界世界", 8, "世界世界"),
            ("世界世界", 7, "世界世…"),
            ("世界世界", 6, "世界…"),
            ("e\u{301}e\u{301}e\u{301}e\u{301}", 3, "e\u{301}e\u{301}…"),
            ("👩‍🚒👩‍🚒", 3, "👩‍🚒…"),
            ("anything", 1, "…"),
            ("anything", 0, ""),
        ] {
            assert_eq!(fit(text, room, &theme), shown, "{text} in {room}");
        }
    }

    #[test]
    fn words_wrap_between_words_and_long_ones_go_on() {
        let lines: Vec<&str> = wrap("it is the only path left\nto 0123456789abcdef", 10).collect();
        assert_eq!(lines, ["it is the", "only path", "left", "to", "0123456789", "abcdef"]);
        assert_eq!(wrap("", 10).collect::<Vec<_>>(), [""]);
        assert_eq!(wrap("世界世界", 5).collect::<Vec<_>>(), ["世界", "世界"]);
    }

    #[test]
    fn a_locale_without_unicode_reads_plain_letters() {
        let theme = Theme::new(Colours::None, Letters::Ascii);
        assert_eq!(letters("Zoë → “Łódź”…", &theme), "Zoe -> \"Lodz\"...");
        assert_eq!(letters("世界 ok", &theme), "???? ok");
    }

    #[test]
    fn stored_text_is_shown_and_not_obeyed() {
        assert_eq!(
            one_line("\u{1b}[31mbeacon to\nhttp://bad.example"),
            "^[[31mbeacon to hxxp://bad[.]example"
        );
    }

    #[test]
    fn days_are_named_from_today() {
        let now = "2026-11-21T14:06:00Z".parse().unwrap();
        let day = |at: &str| day(at.parse().unwrap(), now, &Zone::utc());
        assert_eq!(day("2026-11-21T00:00:00Z"), "today, 21 Nov");
        assert_eq!(day("2026-11-20T23:59:59Z"), "yesterday, 20 Nov");
        assert_eq!(day("2026-11-19T12:00:00Z"), "Thu 19 Nov");
        assert_eq!(day("2025-11-02T12:00:00Z"), "Sun 2 Nov 2025");
    }

    proptest! {
        #[test]
        fn what_fits_is_never_wider_than_its_room(
            text in "[a-z0-9 .:世é\u{301}👩\u{200d}🚒]{0,60}", room in 0u16..70, plain in any::<bool>(),
        ) {
            let theme = Theme::new(Colours::Dark, if plain { Letters::Ascii } else { Letters::Unicode });
            prop_assert!(width(&fit(&text, room, &theme)) <= room);
        }

        #[test]
        fn wrapping_loses_no_word(text in "[a-z0-9 .:世é\n]{0,80}", room in 2u16..40) {
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            let lines: Vec<&str> = wrap(&text, room).collect();
            prop_assert!(lines.iter().all(|line| width(line) <= room));
            prop_assert_eq!(squeezed(&lines.concat()), squeezed(&text));
        }
    }
}
