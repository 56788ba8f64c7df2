//! What people type or paste: its limits, what must never reach the disk, and what screens may show.

mod defang;
mod near;
mod refang;

use std::borrow::Cow;

use super::refusal::Refusal;

pub use defang::{defang, names_a_file};
pub use near::nearest;
pub use refang::refang;

/// Words in quotes for a message: one line, nothing that could steer a terminal, at most 40 characters.
pub fn quoted(words: &str) -> String {
    let all: Vec<char> = words.chars().take(42).collect();
    let safe = |at: usize, c: char| match joiner(c) {
        true => joins(at.checked_sub(1).map(|at| all[at]), all.get(at + 1).copied()),
        false => !steers(c),
    };
    let mut short: String =
        all.iter().take(41).enumerate().map(|(at, c)| if safe(at, *c) { *c } else { ' ' }).collect();
    if let Some((end, _)) = short.char_indices().nth(40) {
        short.truncate(end);
        short.push('…');
    }
    format!("\"{short}\"")
}

/// How much a text may hold, and whether it may have several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What it is the limit of, for the refusal: "title".
    pub what: &'static str,
    /// The most it may hold.
    pub most: usize,
    pub unit: Unit,
    pub lines: Lines,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Characters,
    /// Bytes of UTF-8, in which journals are written.
    Bytes,
}

/// What becomes of line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// Every run of white space becomes one blank.
    One,
    /// Line breaks stay.
    Many,
}

/// Of an incident, task, lesson, timer.
pub const TITLE: Limit = one_line("title", 200);
/// What an incident is about, in a paragraph.
pub const SUMMARY: Limit = Limit { what: "summary", most: 2 * 1024, unit: Unit::Bytes, lines: Lines::Many };
/// A line of the activity log, which may have many lines; more belongs in a file of its own.
pub const ENTRY: Limit = Limit { what: "text", most: 16 * 1024, unit: Unit::Bytes, lines: Lines::Many };
/// Why something was done, waived, accepted.
pub const REASON: Limit = Limit { what: "reason", most: 2 * 1024, unit: Unit::Bytes, lines: Lines::Many };
/// Of a person, component, role.
pub const NAME: Limit = one_line("name", 80);
/// The number of a ticket elsewhere, or a link to it.
pub const TICKET: Limit = one_line("reference", 200);

const fn one_line(what: &'static str, characters: usize) -> Limit {
    Limit { what, most: characters, unit: Unit::Characters, lines: Lines::One }
}

/// A title as it goes on record, within [`TITLE`].
///
/// # Errors
///
/// Refused when it is empty or too long.
pub fn title(typed: &str) -> Result<String, Refusal> {
    TITLE.clean(typed)
}

/// A name as it goes on record, within [`NAME`].
///
/// # Errors
///
/// Refused when it is empty or too long.
pub fn name(typed: &str) -> Result<String, Refusal> {
    NAME.clean(typed)
}

/// An entry's text as it goes on record, within [`ENTRY`]; line breaks stay.
///
/// # Errors
///
/// Refused when it is empty or too long.
pub fn body(typed: &str) -> Result<String, Refusal> {
    ENTRY.clean(typed)
}

/// A reason as it goes on record, within [`REASON`]; line breaks stay.
///
/// # Errors
///
/// Refused when it is empty or too long.
pub fn reason(typed: &str) -> Result<String, Refusal> {
    REASON.clean(typed)
}

impl Limit {
    /// What may be kept of what was typed or pasted: without control characters, terminal sequences and
    /// marks that turn the reading direction, trimmed, and no longer than the limit. Cleaning twice changes nothing.
    ///
    /// # Errors
    ///
    /// Refused when nothing is left, and when it is too long; nothing is ever cut off.
    pub fn clean(&self, typed: &str) -> Result<String, Refusal> {
        let text = self.clean_or_empty(typed)?;
        if text.is_empty() {
            return Err(Refusal::misused(format!("The {} is empty.", self.what))
                .hint(format!("Type the {} in words.", self.what)));
        }
        Ok(text)
    }

    /// [`clean`](Self::clean), where nothing at all is an answer too.
    ///
    /// # Errors
    ///
    /// Refused when it is too long.
    pub fn clean_or_empty(&self, typed: &str) -> Result<String, Refusal> {
        let harmless = harmless(typed);
        let text = match self.lines {
            Lines::One => harmless.split_whitespace().collect::<Vec<_>>().join(" "),
            Lines::Many => lines(&harmless),
        };
        let (held, unit) = match self.unit {
            Unit::Characters => (text.chars().count(), "characters"),
            Unit::Bytes => (text.len(), "bytes"),
        };
        if held <= self.most {
            return Ok(text);
        }
        Err(Refusal::misused(format!(
            "The {} has {} {unit}; the limit is {}.",
            self.what,
            thousands(held),
            thousands(self.most)
        ))
        .hint(match self.lines {
            Lines::One => "Shorten it, and put the rest into an entry of the log.",
            Lines::Many if *self == ENTRY => {
                "Split it into several entries, or keep it as a file: casebook evidence add FILE"
            }
            Lines::Many => "Shorten it, or split it into several entries.",
        }))
    }
}

/// Without blank lines before, and without white space after the text and after its lines.
fn lines(text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..blank);
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines.join("\n")
}

/// A number of things in words: `1 line`, `3 lines`. `one`: a noun whose plural ends in s.
pub fn counted(n: impl TryInto<u64>, one: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// `204,800`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whether a character could steer a terminal, turn the reading direction or hide between others without a
/// width of its own. Line breaks are among them. Of Unicode's format characters (category Cf) those are not that
/// have a shape of their own (Arabic number signs, Kaithi, hieroglyphs), and the joiners, of which
/// [`joins`] judges by their neighbours.
fn steers(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            // Soft hyphen, Arabic letter mark, Syriac and Mongolian separators.
            '\u{AD}' | '\u{61C}' | '\u{70F}' | '\u{180E}'
            // Zero-width space, marks and overrides of direction, line and paragraph separators.
            | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            // Word joiner, invisible operators, isolates, and format characters that nobody uses any more.
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            // Of shorthand and music, and tags, which spell whole sentences that nobody sees.
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

/// Zero-width joiner and non-joiner.
fn joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Whether a joiner between these two is part of how they are written: between emoji, and between letters of
/// scripts that join theirs. Anywhere else it hides.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let emoji = |c: char| matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{3030}' | '\u{1F000}'..='\u{1FAFF}');
    let letter = |c: char| {
        !steers(c)
            && matches!(c,
                '\u{600}'..='\u{10FF}' | '\u{1780}'..='\u{18AF}' | '\u{1900}'..='\u{1CFF}' | '\u{A800}'..='\u{ABFF}'
                | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10A00}'..='\u{11FFF}' | '\u{1E900}'..='\u{1E95F}')
    };
    match (before, after) {
        (Some(before), Some(after)) => {
            letter(before) && letter(after) || (emoji(before) || before == '\u{FE0F}') && emoji(after)
        }
        _ => false,
    }
}

/// How many characters of a text are left out of the record because they steer: nobody loses them unsaid.
pub fn left_out(typed: &str) -> usize {
    harmless_and_lost(typed).1
}

/// The text without anything that steers; every kind of line break becomes `\n`, a tab becomes blanks.
pub fn harmless(text: &str) -> Cow<'_, str> {
    harmless_and_lost(text).0
}

fn harmless_and_lost(text: &str) -> (Cow<'_, str>, usize) {
    if casebook_bytes::is_plain(text) || !text.chars().any(|c| steers(c) && c != '\n' || joiner(c)) {
        return (Cow::Borrowed(text), 0);
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut lost) = (text, 0);
    let mut drop = |whole: &str, rest: &str| lost += whole.chars().count() - rest.chars().count();
    while let Some(c) = rest.chars().next() {
        let (whole, after) = (rest, &rest[c.len_utf8()..]);
        rest = match c {
            '\r' => {
                out.push('\n');
                after.strip_prefix('\n').unwrap_or(after)
            }
            '\n' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.push('\n');
                after
            }
            '\t' => {
                out.push_str("    ");
                after
            }
            c if joiner(c) => {
                match joins(out.chars().next_back(), after.chars().next()) {
                    true => out.push(c),
                    false => drop(whole, after),
                }
                after
            }
            c if steers(c) => {
                let after = match c {
                    '\u{1B}' => after_escape(after),
                    '\u{9B}' => after_csi(after),
                    '\u{90}' | '\u{98}' | '\u{9D}'..='\u{9F}' => after_string(after),
                    _ => after,
                };
                drop(whole, after);
                after
            }
            c => {
                out.push(c);
                after
            }
        };
    }
    (Cow::Owned(out), lost)
}

/// What follows an escape sequence whose ESC has been read (ECMA-48). In doubt only the ESC goes and the
/// words stay: a stray letter can be read over, a lost word cannot.
fn after_escape(rest: &str) -> &str {
    let mut chars = rest.chars();
    match chars.next() {
        Some('[') => after_csi(chars.as_str()),
        Some(']' | 'P' | 'X' | '^' | '_') => after_string(chars.as_str()),
        Some('7' | '8' | '=' | '>' | 'c' | '\\') => chars.as_str(),
        // Character sets: one more letter.
        Some('(' | ')' | '*' | '+' | '%' | '#') => {
            let one = chars.as_str();
            one.strip_prefix(|c: char| c.is_ascii_alphanumeric() || c == '@').unwrap_or(one)
        }
        _ => rest,
    }
}

/// What follows a control sequence: parameters, intermediates, one final byte.
fn after_csi(rest: &str) -> &str {
    let end =
        rest.trim_start_matches(|c| matches!(c, '0'..='?')).trim_start_matches(|c| matches!(c, ' '..='/'));
    end.strip_prefix(|c| matches!(c, '@'..='~')).unwrap_or(rest)
}

/// What follows a control string such as a window title: up to its terminator on the same line, else nothing
/// of it goes.
fn after_string(rest: &str) -> &str {
    for (at, c) in rest.char_indices() {
        match c {
            '\u{07}' | '\u{9C}' => return &rest[at + c.len_utf8()..],
            '\u{1B}' if rest[at + 1..].starts_with('\\') => return &rest[at + 2..],
            '\n' | '\r' | '\u{1B}' => return rest,
            _ => {}
        }
    }
    rest
}

/// Text of others as a screen may show it: control characters as `^[`, marks that turn the reading
/// direction as `<U+202E>`, a tab as blanks; line breaks stay. Nothing is dropped.
pub fn visible(text: &str) -> Cow<'_, str> {
    let plain = text.bytes().all(|byte| byte == b'\n' || (0x20..0x7F).contains(&byte));
    if plain || !text.chars().any(|c| steers(c) && c != '\n' || joiner(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        let joined = joins(before.replace(c), chars.peek().copied());
        match c {
            '\n' => out.push('\n'),
            c if joiner(c) && joined => out.push(c),
            c if joiner(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            '\t' => out.push_str("    "),
            '\0'..='\u{1F}' => out.extend(['^', char::from(c as u8 + 0x40)]),
            '\u{7F}' => out.push_str("^?"),
            c if steers(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A document as it leaves: what steers is shown as [`visible`] shows it; line breaks of both kinds and tabs stay.
pub fn unsteered(text: &str) -> Cow<'_, str> {
    let kept =
        |at: usize, c: char| matches!(c, '\n' | '\t') || (c == '\r' && text[at + 1..].starts_with('\n'));
    if !text.char_indices().any(|(at, c)| steers(c) && !kept(at, c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        match c {
            c if kept(at, c) || !steers(c) => out.push(c),
            c => out.push_str(&visible(c.encode_utf8(&mut [0; 4]))),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: [Limit; 6] = [TITLE, SUMMARY, ENTRY, REASON, NAME, TICKET];

    #[test]
    fn what_terminals_obey_never_reaches_the_disk_and_the_words_do() {
        for (typed, kept) in [
            ("\u{1b}[31mred\u{1b}[0m alert", "red alert"),
            ("\u{1b}[1;38:2::255:0:0mred", "red"),
            ("\u{1b}]0;owned\u{7}title", "title"),
            ("\u{1b}]8;;http://bad.example\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{1b}P1$r0m\u{1b}\\text", "text"),
            ("\u{9b}31mred", "red"),
            ("\u{9d}0;owned\u{9c}title", "title"),
            ("\u{1b}[200~pasted\u{1b}[201~", "pasted"),
            ("\u{1b}(Btext\u{1b}7\u{1b}c", "text"),
            // Cut-off sequences take no word with them.
            ("\u{1b}]0;never ends", "0;never ends"),
            ("\u{1b}[éclair", "éclair"),
            ("\u{1b}", ""),
            ("Alt-\u{1b}n note", "Alt-n note"),
            ("bell\u{7} null\0 back\u{8} del\u{7f}", "bell null back del"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("\u{2066}isolated\u{2069}", "isolated"),
            ("\u{feff}start", "start"),
            ("a\tb", "a    b"),
            ("one\r\ntwo\rthree\u{2028}four\u{85}five", "one\ntwo\nthree\nfour\nfive"),
            ("\n\n  indented  \n\n", "  indented"),
            ("Привет, 世界 👩‍🚒", "Привет, 世界 👩‍🚒"),
        ] {
            assert_eq!(ENTRY.clean_or_empty(typed).unwrap(), kept, "{typed:?}");
        }
    }

    #[test]
    fn what_has_no_width_goes_and_what_a_script_or_an_emoji_is_written_with_stays() {
        let hidden =
            ['\u{AD}', '\u{61C}', '\u{180E}', '\u{200B}', '\u{200C}', '\u{200D}', '\u{200E}', '\u{200F}'];
        let hidden = hidden.into_iter().chain('\u{202A}'..='\u{202E}').chain('\u{2060}'..='\u{206F}');
        let hidden = hidden.chain(['\u{FEFF}', '\u{FFF9}', '\u{1D173}', '\u{E0001}', '\u{E0041}']);
        for c in hidden {
            let typed = format!("FS{c}01 {c} é{c}");
            assert_eq!(NAME.clean(&typed).unwrap(), "FS01 é", "{c:?}");
            assert!(
                left_out(&typed) == 3 && !visible(&typed).contains(c) && !quoted(&typed).contains(c),
                "{c:?}"
            );
        }
        for kept in [
            "نمی\u{200C}خواهم",
            "र\u{94D}\u{200D}य",
            "ක\u{DCA}\u{200D}ෂ",
            "👩\u{200D}👩\u{200D}👧",
            "🏳\u{FE0F}\u{200D}🌈",
            "🧑🏽\u{200D}🚒",
            "❤\u{FE0F}\u{200D}🔥",
        ] {
            assert_eq!((NAME.clean(kept).unwrap().as_str(), left_out(kept)), (kept, 0));
            assert_eq!((visible(kept).as_ref(), quoted(kept)), (kept, format!("\"{kept}\"")));
        }
        // Where it joins nothing it goes, from between emoji and letters, too.
        assert_eq!(NAME.clean("👩\u{200D}a\u{200D}👧\u{200C}ن\u{200D}").unwrap(), "👩a👧ن");
    }

    #[test]
    fn a_title_is_one_line() {
        assert_eq!(
            TITLE.clean("  Ransomware\n on\tthe\r\nfile   servers ").unwrap(),
            "Ransomware on the file servers"
        );
    }

    #[test]
    fn a_limit_is_quoted_and_nothing_is_cut_off() {
        let refusal = TITLE.clean(&"x".repeat(204_800)).unwrap_err();
        assert_eq!(refusal.message, "The title has 204,800 characters; the limit is 200.");
        assert_eq!(refusal.hint.unwrap(), "Shorten it, and put the rest into an entry of the log.");
        assert_eq!(TITLE.clean(&"é".repeat(200)).unwrap().chars().count(), 200);
        let refusal = ENTRY.clean(&"é".repeat(8193)).unwrap_err();
        assert_eq!(refusal.message, "The text has 16,386 bytes; the limit is 16,384.");
        assert!(refusal.hint.unwrap().contains("casebook evidence add FILE"));
        assert_eq!(NAME.clean(" \u{1b}[0m ").unwrap_err().message, "The name is empty.");
    }

    #[test]
    fn words_in_a_message_are_short_and_harmless() {
        assert_eq!(quoted("a\u{1b}[31m\nb\u{202e}"), "\"a [31m b \"");
        assert_eq!(quoted(&"é".repeat(41)), format!("\"{}…\"", "é".repeat(40)));
    }

    #[test]
    fn what_others_stored_is_shown_and_not_obeyed() {
        assert_eq!(
            visible("\u{1b}[31mred\u{7}\n\u{9b}1m\u{202e}x\t\u{7f}"),
            "^[[31mred^G\n<U+009B>1m<U+202E>x    ^?"
        );
        assert!(matches!(visible("Привет\nplain"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn cleaning_leaves_nothing_that_steers_and_cleaning_twice_changes_nothing(
            text in proptest::collection::vec(
                prop_oneof![
                    any::<char>(),
                    proptest::char::range('\0', '\u{9F}'),
                    proptest::char::range('\u{2020}', '\u{2070}'),
                    Just('\u{1b}'), Just('['), Just(']'), Just('\n'),
                ],
                0..60,
            )
        ) {
            let text: String = text.into_iter().collect();
            for limit in LIMITS {
                let clean = limit.clean_or_empty(&text).unwrap();
                let newline = |c| c == '\n' && limit.lines == Lines::Many;
                prop_assert!(clean.chars().all(|c| !steers(c) || newline(c)));
                prop_assert_eq!(&limit.clean_or_empty(&clean).unwrap(), &clean);
            }
            let shown = visible(&text);
            prop_assert!(shown.chars().all(|c| !steers(c) || c == '\n'));
        }

        #[test]
        fn plain_words_are_kept_as_they_are(words in "[a-zA-Z0-9é世,.:/@-]{1,20}( [a-zA-Z0-9]{1,9}){0,5}") {
            for limit in [TITLE, ENTRY, REASON, SUMMARY] {
                prop_assert_eq!(&limit.clean(&words).unwrap(), &words);
            }
        }
    }
}
