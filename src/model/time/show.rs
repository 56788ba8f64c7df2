//! Times and spans as screens, answers and reports write them.

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta, Timelike, Utc};

use super::Happened;
use super::read::{Sense, read};
use super::zone::Zone;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `14:05`.
pub fn clock(at: DateTime<Utc>, zone: &Zone) -> String {
    zone.at(at).format("%H:%M").to_string()
}

/// `14:05:02`.
pub fn clock_seconds(at: DateTime<Utc>, zone: &Zone) -> String {
    zone.at(at).format("%H:%M:%S").to_string()
}

/// `14:05` today, `20 Nov 14:05` on another day, `20 Nov 2025 14:05` in another year.
pub fn when(at: DateTime<Utc>, now: DateTime<Utc>, zone: &Zone) -> String {
    let (at, now) = (zone.at(at), zone.at(now));
    let format = if at.date_naive() == now.date_naive() {
        "%H:%M"
    } else if at.year() == now.year() {
        "%-d %b %H:%M"
    } else {
        "%-d %b %Y %H:%M"
    };
    at.format(format).to_string()
}

/// How long, for people, to the minute and rounded down: `0:14` and `2:31` are hours and minutes, then
/// `22 h 43 m`, then from three days on `3 d 4 h`. Milliseconds; a negative span reads like a positive one.
pub fn span(ms: i64) -> String {
    let ms = ms.unsigned_abs();
    let (days, hours, minutes) = (ms / DAY, ms / HOUR, ms / MINUTE % 60);
    if hours < 10 {
        format!("{hours}:{minutes:02}")
    } else if hours < 72 {
        format!("{hours} h {minutes:02} m")
    } else {
        format!("{days} d {} h", hours % 24)
    }
}

/// How long, about, for people: `14 min`, from two hours on `2 h`. Milliseconds; negative reads like positive.
pub fn roughly(ms: i64) -> String {
    let minutes = ms.unsigned_abs() / MINUTE;
    if minutes < 120 { format!("{minutes} min") } else { format!("{} h", minutes / 60) }
}

/// What is left of a notice or a timer: like [`span`], with seconds in the last ten minutes (`9 m 05 s`).
pub fn countdown(ms: i64) -> String {
    let left = ms.unsigned_abs();
    if left < 10 * MINUTE { format!("{} m {:02} s", left / MINUTE, left / 1_000 % 60) } else { span(ms) }
}

/// `just now`, `4 min ago`, `in 30 min`, `2 h 05 m ago`, `in 3 d 4 h`.
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let ms = (now - at).num_milliseconds();
    let long = match ms.unsigned_abs() {
        0..MINUTE => return "just now".to_owned(),
        ms @ MINUTE..HOUR => format!("{} min", ms / MINUTE),
        ms @ HOUR..DAY => format!("{} h {:02} m", ms / HOUR, ms / MINUTE % 60),
        _ => span(ms),
    };
    if ms < 0 { format!("in {long}") } else { format!("{long} ago") }
}

/// [`moment`] with the seconds where there are any: a time that was typed to the second is said back so.
pub fn moment_exact(at: DateTime<FixedOffset>, now: DateTime<Utc>) -> String {
    let short = moment(at, now);
    match at.second() {
        0 => short,
        _ => short.replacen(&at.format("%H:%M").to_string(), &at.format("%H:%M:%S").to_string(), 1),
    }
}

/// A time with its offset, so short that it still reads back: `03:09 +01:00`, with the date where the
/// time alone would be taken for another day. In UTC `03:09Z`.
pub fn moment(at: DateTime<FixedOffset>, now: DateTime<Utc>) -> String {
    let offset = match at.offset().local_minus_utc() {
        0 => "Z".to_owned(),
        _ => at.format(" %:z").to_string(),
    };
    let bare = format!("{}{offset}", at.format("%H:%M"));
    let own = Zone::fixed(*at.offset());
    let today = own.at(now).date_naive() == at.date_naive();
    if today && read(&bare, now, &own, sense(at.to_utc(), now)).is_ok_and(|read| same_minute(read.at, at)) {
        bare
    } else {
        format!("{} {bare}", at.format("%Y-%m-%d"))
    }
}

/// What the note line and every answer say back about a time that was typed: `03:09 +01:00 (4 min ago)`.
/// The time is shown in `zone`, whatever zone it was typed in.
pub fn echo(happened: &Happened, now: DateTime<Utc>, zone: &Zone) -> String {
    let at = happened.at.to_utc();
    format!("{} ({})", moment(zone.at(at), now), ago(at, now))
}

fn sense(at: DateTime<Utc>, now: DateTime<Utc>) -> Sense {
    if at <= now + TimeDelta::minutes(2) { Sense::Fact } else { Sense::Due }
}

fn same_minute(one: DateTime<FixedOffset>, two: DateTime<FixedOffset>) -> bool {
    let minute = |at: DateTime<FixedOffset>| (at.date_naive(), at.hour(), at.minute());
    minute(one) == minute(two)
}
