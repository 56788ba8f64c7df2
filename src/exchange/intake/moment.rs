//! The times of other programs: with an offset, as seconds since 1970 in any unit, or on a wall clock whose
//! zone somebody has to name.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::Reading;
use crate::model::text::quoted;
use crate::model::time::{self, Happened, Sense};

/// Other clocks differ a little.
const SKEW: TimeDelta = TimeDelta::minutes(2);
/// Facts before this year are clocks that were never set.
const EARLIEST_YEAR: i32 = 1990;
/// The most characters of a time that are kept as it was said.
const TYPED: usize = 64;

/// In which order a date with slashes has its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slashes {
    /// `11/21/2026`, as log2timeline writes.
    MonthFirst,
    /// Told from a part above 12, and refused where neither is.
    Told,
}

/// Reads a time as files have it.
///
/// # Errors
/// In words: what is no time, what names no zone while none is assumed, and what cannot be.
pub fn read(words: &str, reading: &Reading<'_>) -> Result<Happened, String> {
    read_with(words, reading, Slashes::Told)
}

/// [`read`], where the order of a date with slashes is known.
///
/// # Errors
/// As [`read`].
pub fn read_with(words: &str, reading: &Reading<'_>, slashes: Slashes) -> Result<Happened, String> {
    let words = words.trim();
    if words.is_empty() {
        return Err("the time is empty".to_owned());
    }
    if let Some(at) = since_1970(words) {
        return sound(plain(at.fixed_offset()), reading, words);
    }
    let (naive, offset) =
        parts(words, slashes)?.ok_or_else(|| format!("{} is no time that can be read", quoted(words)))?;
    match offset {
        Some(offset) => {
            let at = naive.and_local_timezone(offset).single();
            let at = at.ok_or_else(|| format!("{} is no time that can be", quoted(words)))?;
            sound(plain(at), reading, words)
        }
        None => assumed(naive, words, reading),
    }
}

/// Seconds since 1970 (UTC), or milli-, micro- or nanoseconds, told apart by how many there are.
pub fn since_1970(words: &str) -> Option<DateTime<Utc>> {
    if let Some((whole, part)) = words.split_once('.') {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(part) || part.len() > 9 || !(9..=11).contains(&whole.len()) || !digits(whole) {
            return None;
        }
        let nanos = format!("{part:0<9}").parse().ok()?;
        return DateTime::from_timestamp(whole.parse().ok()?, nanos);
    }
    if !words.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = words.parse().ok()?;
    match words.len() {
        9..=11 => DateTime::from_timestamp(number, 0),
        12..=14 => DateTime::from_timestamp_millis(number),
        15..=17 => DateTime::from_timestamp_micros(number),
        18..=19 => Some(DateTime::from_timestamp_nanos(number)),
        _ => None,
    }
}

/// A time that something falls due, with its offset.
///
/// # Errors
/// In words: what is no time and what names no zone.
pub fn due(words: &str) -> Result<DateTime<Utc>, String> {
    let words = words.trim();
    let (naive, offset) = parts(words, Slashes::Told)?
        .ok_or_else(|| format!("{} is no time that can be read", quoted(words)))?;
    let at = offset.and_then(|offset| naive.and_local_timezone(offset).single());
    at.map(|at| at.to_utc()).ok_or_else(|| format!("{} names no zone", quoted(words)))
}

fn plain(at: DateTime<FixedOffset>) -> Happened {
    Happened { at, typed: None, zone: None, assumed: false }
}

/// A time on a wall clock, in the zone that is assumed.
fn assumed(naive: NaiveDateTime, words: &str, reading: &Reading<'_>) -> Result<Happened, String> {
    let Some(zone) = reading.assume else {
        return Err(format!(
            "{} names no zone; --assume-zone utc (or +02:00, Europe/Berlin) says which it is",
            quoted(words)
        ));
    };
    let clock = naive.format("%Y-%m-%d %H:%M:%S%.f").to_string();
    let happened = time::read(&clock, reading.now, zone, Sense::Fact).map_err(|refusal| {
        let message = refusal.message;
        message.trim_end_matches('.').to_owned()
    })?;
    let typed = Some(words.chars().take(TYPED).collect());
    Ok(Happened { typed, zone: Some(zone.name()), assumed: true, ..happened })
}

/// Nothing happened after now, nor before there were clocks to tell it.
fn sound(happened: Happened, reading: &Reading<'_>, words: &str) -> Result<Happened, String> {
    let at = happened.utc();
    if at > reading.now + SKEW {
        return Err(format!("{} is still ahead, and a fact cannot have happened yet", quoted(words)));
    }
    if at.year() < EARLIEST_YEAR {
        return Err(format!("{} is before {EARLIEST_YEAR}: a clock that was not set", quoted(words)));
    }
    Ok(happened)
}

type Parts = (NaiveDateTime, Option<FixedOffset>);

/// Date, time of day and offset of `2026-11-21T14:02:03.5+01:00`, `21.11.2026 14:02`, `11/21/2026 2:02 PM`.
fn parts(words: &str, slashes: Slashes) -> Result<Option<Parts>, String> {
    let split = words.find(['T', 't', ' ']).unwrap_or(words.len());
    let (day, rest) = words.split_at(split);
    let Some(date) = date(day, slashes)? else { return Ok(None) };
    let rest = rest.trim_start_matches(['T', 't', ' ']).trim();
    if rest.is_empty() {
        return Ok(Some((date.and_time(NaiveTime::MIN), None)));
    }
    let (clock, zone) = match rest.find(|c: char| !matches!(c, '0'..='9' | ':' | '.' | ',')) {
        Some(at) => (rest[..at].trim(), rest[at..].trim()),
        None => (rest, ""),
    };
    let upper = zone.to_ascii_uppercase();
    let (half, zone) = match upper.get(..2) {
        Some(half @ ("AM" | "PM")) => (Some(half == "PM"), upper[2..].trim()),
        _ => (None, upper.as_str()),
    };
    let Some(time) = time_of_day(clock, half) else { return Ok(None) };
    let offset = match zone {
        "" => None,
        zone => match offset(zone) {
            Some(offset) => Some(offset),
            None => return Ok(None),
        },
    };
    Ok(Some((date.and_time(time), offset)))
}

fn date(words: &str, slashes: Slashes) -> Result<Option<NaiveDate>, String> {
    let mark = if words.contains('/') {
        '/'
    } else if words.contains('.') {
        '.'
    } else {
        '-'
    };
    let numbers: Vec<&str> = words.split(mark).collect();
    let [a, b, c] = numbers[..] else { return Ok(None) };
    let number = |text: &str| {
        let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (Some(x), Some(y), Some(z)) = (number(a), number(b), number(c)) else { return Ok(None) };
    let ymd = |year: u32, month, day| {
        i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
    };
    if a.len() == 4 {
        return Ok(ymd(x, y, z));
    }
    if c.len() != 4 {
        return Ok(None);
    }
    match (mark, slashes) {
        ('.', _) => Ok(ymd(z, y, x)),
        ('/', Slashes::MonthFirst) => Ok(ymd(z, x, y)),
        ('/', Slashes::Told) if x > 12 => Ok(ymd(z, y, x)),
        ('/', Slashes::Told) if y > 12 || x == y => Ok(ymd(z, x, y)),
        ('/', Slashes::Told) => {
            Err(format!("{} may have the day or the month first; write it as 2026-11-21", quoted(words)))
        }
        _ => Ok(None),
    }
}

/// `14:02`, `14:02:03`, `14:02:03.123456`; `half`: it is after noon, on a clock of twelve hours.
fn time_of_day(words: &str, half: Option<bool>) -> Option<NaiveTime> {
    let (clock, part) = match words.find(['.', ',']) {
        Some(at) => (&words[..at], &words[at + 1..]),
        None => (words, ""),
    };
    let numbers: Vec<u32> = clock
        .split(':')
        .map(|text| ((1..=2).contains(&text.len())).then(|| text.parse().ok()).flatten())
        .collect::<Option<_>>()?;
    let (hour, minute, second) = match numbers[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(after_noon) => hour % 12 + if after_noon { 12 } else { 0 },
    };
    if part.len() > 9 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nanos = format!("{part:0<9}").parse().ok()?;
    NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)
}

/// `Z`, `UTC`, `+01:00`, `+0100`, `-03`.
fn offset(zone: &str) -> Option<FixedOffset> {
    if matches!(zone, "Z" | "UTC" | "GMT") {
        return FixedOffset::east_opt(0);
    }
    let (sign, rest) = match zone.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, zone.strip_prefix(['-', '\u{2212}'])?),
    };
    let digits: String = rest.chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 =
        digits.get(2..4).filter(|text| !text.is_empty()).map_or(Some(0), |text| text.parse().ok())?;
    let within = hours <= 14 && minutes < 60;
    within.then(|| FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::time::Zone;

    fn reading(assume: Option<&Zone>) -> Reading<'_> {
        Reading { now: "2026-11-22T00:00:00Z".parse().unwrap(), assume, columns: &[] }
    }

    #[test]
    fn the_forms_of_other_programs_mean_one_instant() {
        let at: DateTime<Utc> = "2026-11-21T13:02:03.5Z".parse().unwrap();
        for words in [
            "2026-11-21T13:02:03.5Z",
            "2026-11-21T14:02:03.500+01:00",
            "2026-11-21T13:02:03.500000+0000",
            "2026-11-21 13:02:03,5 UTC",
            "21.11.2026 10:02:03.5 -03",
            "11/21/2026 1:02:03.5 PM +00:00",
            "21/11/2026 13:02:03.5Z",
            "1795266123.5",
            "1795266123500",
            "1795266123500000",
            "1795266123500000000",
        ] {
            assert_eq!(read(words, &reading(None)).unwrap().utc(), at, "{words}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_refused_or_assumed_and_says_so() {
        let refused = read("2026-07-01 14:02", &reading(None)).unwrap_err();
        assert_eq!(
            refused,
            "\"2026-07-01 14:02\" names no zone; --assume-zone utc (or +02:00, Europe/Berlin) says which it is"
        );
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let happened = read("2026-07-01 14:02", &reading(Some(&zone))).unwrap();
        assert_eq!(happened.at.to_rfc3339(), "2026-07-01T14:02:00+02:00");
        assert_eq!((happened.assumed, happened.zone.as_deref()), (true, Some("Europe/Berlin")));
        assert_eq!(happened.typed.as_deref(), Some("2026-07-01 14:02"));
        let twice = read("2026-10-25 02:30", &reading(Some(&zone))).unwrap_err();
        assert!(twice.contains("is there twice in Europe/Berlin"), "{twice}");
    }

    #[test]
    fn what_cannot_be_is_refused_with_the_reason() {
        for (words, why) in [
            ("", "the time is empty"),
            ("soon", "\"soon\" is no time that can be read"),
            ("now", "\"now\" is no time that can be read"),
            ("2026-13-21T14:02:00Z", "\"2026-13-21T14:02:00Z\" is no time that can be read"),
            (
                "2026-11-23T14:02:00Z",
                "\"2026-11-23T14:02:00Z\" is still ahead, and a fact cannot have happened yet",
            ),
            ("1601-01-01T00:00:00Z", "\"1601-01-01T00:00:00Z\" is before 1990: a clock that was not set"),
            (
                "03/04/2026 10:00Z",
                "\"03/04/2026\" may have the day or the month first; write it as 2026-11-21",
            ),
        ] {
            assert_eq!(read(words, &reading(None)).unwrap_err(), why);
        }
    }

    proptest! {
        #[test]
        fn no_words_make_it_panic(words in "\\PC{0,40}|[0-9:./ TZAPM+-]{0,30}") {
            let _ = read(&words, &reading(Some(&Zone::utc())));
            let _ = read_with(&words, &reading(None), Slashes::MonthFirst);
        }
    }
}
