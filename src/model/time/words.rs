//! The grammar of time words: what was said, before anybody asks when that is.

use std::ops::Range;

use chrono::FixedOffset;

use super::zone::{self, Zone};

/// What the words say, with numbers as typed: `99:99` has the shape of a time and is none.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Spoken {
    Now,
    /// Milliseconds from now, negative for the past; `None` when the number is beyond all counting.
    Relative(Option<i64>),
    /// A signed number without its unit, such as `-12`.
    Unitless,
    Absolute {
        day: Option<Day>,
        time: Option<Clock>,
        zone: Option<Zone>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Day {
    Yesterday,
    Today,
    Tomorrow,
    Date {
        year: i32,
        month: u32,
        day: u32,
    },
    /// `21 Nov`, of the year that comes nearest.
    OfYear {
        month: u32,
        day: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clock {
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub nano: u32,
}

/// Where a text may carry an `@` time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Only before the text, as `log` has it.
    Start,
    /// Before or after the text, as the note line has it.
    StartOrEnd,
}

/// An `@` time found in a text, and the text without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtTime<'a> {
    /// The words after the `@`, for [`read`](super::read).
    pub words: &'a str,
    /// Where the `@` and its words stand in the text, in bytes.
    pub range: Range<usize>,
    /// The text without them.
    pub rest: &'a str,
}

/// Finds `@14:02`, `@-12m`, `@yesterday 23:10` … in a text. It looks at the shape only: `@25:00` is found,
/// so that it can be refused and not be kept as text unnoticed. An `@` that is no time, such as `@ana`, is text.
pub fn split_at_time(text: &str, place: Place) -> Option<AtTime<'_>> {
    at_start(text).or_else(|| match place {
        Place::Start => None,
        Place::StartOrEnd => at_end(text),
    })
}

/// The most words one time has: `21 Nov 2026 14:06 UTC`.
const MOST_WORDS: usize = 5;

fn at_start(text: &str) -> Option<AtTime<'_>> {
    let lead = text.len() - text.trim_start().len();
    let after = text[lead..].strip_prefix('@')?;
    let mut ends = Vec::new();
    for word in after.split_ascii_whitespace().take(MOST_WORDS) {
        let end = word.as_ptr().addr() - after.as_ptr().addr() + word.len();
        ends.push(end);
    }
    // A blank after the @ is a lone @, and the longest run of words that is a time wins.
    if after.starts_with(char::is_whitespace) {
        return None;
    }
    ends.iter().rev().find_map(|&end| {
        let bare = after[..end].trim_end_matches([',', ';', ':', '.']);
        spoken(bare)?;
        Some(AtTime { words: bare, range: lead..lead + 1 + end, rest: after[end..].trim_start() })
    })
}

fn at_end(text: &str) -> Option<AtTime<'_>> {
    let trimmed = text.trim_end();
    let at = trimmed.rfind('@')?;
    let (before, after) = (&trimmed[..at], &trimmed[at + 1..]);
    if !before.ends_with(char::is_whitespace) || after.starts_with(char::is_whitespace) {
        return None;
    }
    let bare = after.trim_end_matches([',', ';', ':', '.']);
    spoken(bare)?;
    Some(AtTime { words: bare, range: at..trimmed.len(), rest: before.trim_end() })
}

/// What the words say, or nothing when they have not the shape of a time.
pub(super) fn spoken(words: &str) -> Option<Spoken> {
    let lower = words.to_ascii_lowercase();
    if lower == "now" {
        return Some(Spoken::Now);
    }
    if let Some(relative) = relative(&lower).or_else(|| ahead(&lower)) {
        return Some(relative);
    }
    let mut words: Vec<&str> = lower.split_ascii_whitespace().collect();
    // RFC 3339 joins date and time by a `T`.
    if let Some(first) = words.first().copied()
        && let Some((date, time)) = first.split_once('t')
        && iso_date(date).is_some()
    {
        words.splice(0..1, [date, time]);
    }
    let (day, used) = day(&words);
    let mut words = &words[used..];
    let mut zone = None;
    let mut time = None;
    if let [first, rest @ ..] = words
        && let Some((clock, attached)) = clock(first)
    {
        (time, zone, words) = (Some(clock), attached, rest);
    }
    if let [last] = words
        && time.is_some()
        && zone.is_none()
        && let Some(named) = trailing_zone(last)
    {
        (zone, words) = (Some(named), &[]);
    }
    let said = day.is_some() || time.is_some();
    (said && words.is_empty()).then_some(Spoken::Absolute { day, time, zone })
}

/// `-12m`, `+30m`, `-1h30m`, `-3d`, `-90s`, `-2w`: exact spans, a day being 24 hours.
fn relative(words: &str) -> Option<Spoken> {
    let (sign, rest) = match words.strip_prefix('+') {
        Some(rest) => (1_i64, rest),
        None => (-1, words.strip_prefix(['-', '\u{2212}', '\u{2013}'])?),
    };
    if !rest.is_empty() && rest.len() <= 9 && rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Spoken::Unitless);
    }
    let mut total = Some(0_i64);
    let mut rest = rest;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let (number, unit) = (&rest[..digits], &rest[digits..digits + letters]);
        let unit: i64 = match unit {
            "s" | "sec" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 7 * 86_400_000,
            _ => return None,
        };
        if digits == 0 {
            return None;
        }
        let part = number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit));
        total = total.zip(part).and_then(|(total, part)| total.checked_add(part));
        rest = &rest[digits + letters..];
    }
    (words.len() > 1).then(|| Spoken::Relative(total.map(|total| sign * total)))
}

/// `in 14 days`, `in 20 minutes`, `in 1h30m`: the same spans in words.
fn ahead(words: &str) -> Option<Spoken> {
    let words: Vec<&str> = words.strip_prefix("in ")?.split_ascii_whitespace().collect();
    let unit = |word: &str| {
        Some(match word.strip_suffix('s').filter(|one| one.len() > 1).unwrap_or(word) {
            "s" | "sec" | "second" => "s",
            "m" | "min" | "minute" => "m",
            "h" | "hour" => "h",
            "d" | "day" => "d",
            "w" | "week" => "w",
            _ => return None,
        })
    };
    match words[..] {
        [span] => relative(&format!("+{span}")),
        [number, word] => {
            let digits = (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
            relative(&format!("+{}{}", Some(number).filter(|_| digits)?, unit(word)?))
        }
        _ => None,
    }
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day the words begin with, and how many words it took.
fn day(words: &[&str]) -> (Option<Day>, usize) {
    let Some(first) = words.first() else { return (None, 0) };
    let one = |day| (Some(day), 1);
    match *first {
        "yesterday" => return one(Day::Yesterday),
        "today" => return one(Day::Today),
        "tomorrow" => return one(Day::Tomorrow),
        _ => {}
    }
    if let Some(date) = iso_date(first) {
        return one(date);
    }
    let day_of_month = digits(first, 1..=2);
    let month = words.get(1).and_then(|word| MONTHS.iter().position(|month| month == word));
    let (Some(day), Some(month)) = (day_of_month, month) else { return (None, 0) };
    let month = month as u32 + 1;
    match words.get(2).and_then(|word| digits(word, 4..=4)) {
        Some(year) => (Some(Day::Date { year: year as i32, month, day }), 3),
        None => (Some(Day::OfYear { month, day }), 2),
    }
}

/// `2026-11-21`.
fn iso_date(word: &str) -> Option<Day> {
    let mut parts = word.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = (digits(year, 4..=4)?, digits(month, 1..=2)?, digits(day, 1..=2)?);
    Some(Day::Date { year: year as i32, month, day })
}

/// `14:02`, `14:02:30`, `14:02:30.123`, with `Z` or an offset right behind it.
fn clock(word: &str) -> Option<(Clock, Option<Zone>)> {
    let (word, zone) = match word.find(['z', '+', '-', '\u{2212}', '\u{2013}']) {
        Some(at) if &word[at..] == "z" => (&word[..at], Some(Zone::utc())),
        Some(at) => (&word[..at], Some(Zone::fixed(zone::offset(&word[at..])?))),
        None => (word, None),
    };
    let (word, nano) = match word.split_once(['.', ',']) {
        Some((whole, fraction)) => {
            (whole, Some(digits(fraction, 1..=9)? * 10_u32.pow(9 - fraction.len() as u32)))
        }
        None => (word, None),
    };
    let mut parts = word.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || (nano.is_some() && second.is_none()) {
        return None;
    }
    let clock = Clock {
        hour: digits(hour, 1..=2)?,
        minute: digits(minute, 2..=2)?,
        second: second.map_or(Some(0), |second| digits(second, 2..=2))?,
        nano: nano.unwrap_or(0),
    };
    Some((clock, zone))
}

/// A zone in a word of its own: an offset with its colon, so that "+3 hosts" stays text, or a zone's name.
/// Letters such as CET or IST are not taken: they are different zones to different people.
fn trailing_zone(word: &str) -> Option<Zone> {
    if ["z", "utc", "gmt"].contains(&word) {
        return Some(Zone::utc());
    }
    let fixed: Option<FixedOffset> = word.contains(':').then(|| zone::offset(word)).flatten();
    match fixed {
        Some(offset) => Some(Zone::fixed(offset)),
        None if word.contains('/') => Zone::parse(word).ok(),
        None => None,
    }
}

/// A number of so many digits and nothing else.
fn digits(word: &str, count: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let fits = count.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| word.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, place: Place) -> Option<(&str, &str)> {
        split_at_time(text, place).map(|found| (found.words, found.rest))
    }

    #[test]
    fn a_time_before_the_text_is_taken_out_of_it() {
        for (text, words, rest) in [
            ("@14:02 shares of FS02 gone", "14:02", "shares of FS02 gone"),
            ("  @-12m gone", "-12m", "gone"),
            ("@14:02: gone", "14:02", "gone"),
            ("@yesterday 23:10 gone", "yesterday 23:10", "gone"),
            ("@2026-11-21 14:02 gone", "2026-11-21 14:02", "gone"),
            ("@2026-11-21 14:02 +02:00 gone", "2026-11-21 14:02 +02:00", "gone"),
            ("@21 Nov 2026 14:06 UTC gone", "21 Nov 2026 14:06 UTC", "gone"),
            ("@14:02 Europe/Berlin gone", "14:02 Europe/Berlin", "gone"),
            ("@2026-11-21T14:02:30.5Z gone", "2026-11-21T14:02:30.5Z", "gone"),
            ("@14:02 +3 hosts gone", "14:02", "+3 hosts gone"),
            ("@14:02 and/or later", "14:02", "and/or later"),
            ("@99:99 kept to be refused", "99:99", "kept to be refused"),
            ("@-12 kept to be refused", "-12", "kept to be refused"),
            ("@now", "now", ""),
        ] {
            assert_eq!(found(text, Place::Start), Some((words, rest)), "{text}");
            assert_eq!(found(text, Place::StartOrEnd), Some((words, rest)), "{text}");
        }
    }

    #[test]
    fn a_time_after_the_text_counts_on_the_note_line_only() {
        for (text, words, rest) in [
            ("note in every folder @03:09", "03:09", "note in every folder"),
            ("note in every folder @03:09. ", "03:09", "note in every folder"),
            ("ask @ana @yesterday 23:10", "yesterday 23:10", "ask @ana"),
        ] {
            assert_eq!(found(text, Place::Start), None, "{text}");
            assert_eq!(found(text, Place::StartOrEnd), Some((words, rest)), "{text}");
            let at = split_at_time(text, Place::StartOrEnd).unwrap();
            assert!(text[at.range].starts_with('@'));
        }
    }

    #[test]
    fn an_at_sign_that_is_no_time_is_text() {
        for text in [
            "@ana look at this",
            "ask @ana",
            "mail from ceo@14:02",
            "@ 14:02",
            "@",
            "",
            "port @12:30:45:66",
            "@1",
            "@12m",
            "@-",
            "@+",
            "@-1x",
            "@todays news",
            "é @é",
        ] {
            assert_eq!(found(text, Place::StartOrEnd), None, "{text}");
        }
    }
}
