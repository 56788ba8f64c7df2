//! From the words people type to the instant they mean, or a refusal that says what to type.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use super::words::{Clock, Day, Spoken, spoken};
use super::zone::{Reading, Zone};
use super::{Happened, show};
use crate::model::refusal::Refusal;
use crate::model::text::quoted;

/// What the time is for; it decides which day `14:02` belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Something that happened: the nearest past.
    Fact,
    /// Something that falls due: the nearest future; a date without a time means the end of that day.
    Due,
}

/// How far a fact may lie ahead of our clock: other clocks differ a little, and so do watches.
const SKEW: TimeDelta = TimeDelta::minutes(2);
/// Facts before this year, and due times 100 years on, are slips of the finger.
const EARLIEST_YEAR: i32 = 1990;
/// Longer than any time there is to say.
const LONGEST: usize = 64;

const EXAMPLES: &str = "Type a time such as now, -12m, 14:02, yesterday 23:10, 2026-11-21 14:02 or \
                        2026-11-21T14:02:00+02:00.";
const DUE_EXAMPLES: &str = "Type a time such as +30m, in 14 days, 14:30, tomorrow 09:00, 2026-11-21 14:02 or \
                            2026-11-21T14:02:00+02:00.";

/// Reads a time as people type it, at the moment `now`, in `zone` where the words name none.
///
/// The offset kept with the instant is the one that was typed, else the one of the zone at that instant.
///
/// # Errors
///
/// Words that are no time, a date or a time of day that does not exist, a local time that a clock change
/// makes double or void (both readings are named), a fact in the future, before 1990, or a due time more
/// than 100 years on.
pub fn read(words: &str, now: DateTime<Utc>, zone: &Zone, sense: Sense) -> Result<Happened, Refusal> {
    let trimmed = words.trim();
    let said = (trimmed.len() <= LONGEST)
        .then(|| spoken(trimmed))
        .flatten()
        .ok_or_else(|| no_time(trimmed, sense))?;
    let typed = trimmed.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let (at, named, assumed) = match said {
        Spoken::Now => (zone.at(to_millisecond(now)), zone.name(), false),
        Spoken::Unitless => {
            return Err(Refusal::misused(format!("{} has no unit.", quoted(&typed)))
                .hint(format!("Type {typed}m for minutes, {typed}h for hours, {typed}d for days.")));
        }
        Spoken::Relative(span) => {
            let at = span
                .and_then(TimeDelta::try_milliseconds)
                .and_then(|span| to_millisecond(now).checked_add_signed(span))
                .ok_or_else(|| out_of_range(&typed))?;
            (zone.at(at), zone.name(), false)
        }
        Spoken::Absolute { day, time, zone: said } => {
            let assumed = said.is_none();
            let zone = said.unwrap_or_else(|| zone.clone());
            (absolute(&typed, day, time, now, &zone, sense)?, zone.name(), assumed)
        }
    };
    within_reason(at, &typed, now, zone, sense)?;
    Ok(Happened { at, typed: Some(typed), zone: Some(named), assumed })
}

fn absolute(
    typed: &str,
    day: Option<Day>,
    time: Option<Clock>,
    now: DateTime<Utc>,
    zone: &Zone,
    sense: Sense,
) -> Result<DateTime<FixedOffset>, Refusal> {
    let time_of_day = time.map(|clock| time_of_day(typed, clock)).transpose()?;
    let date = match (day, time_of_day) {
        (Some(day), time) => date(typed, day, time, now, zone, sense)?,
        (None, Some(time)) => nearest_day(time, now, zone, sense),
        (None, None) => return Err(no_time(typed, sense)),
    };
    match (time_of_day, sense) {
        (Some(time), _) => settled(date, time, zone),
        // A day alone: its first moment for a fact, its last minute for what is due. Neither is refused
        // for a clock change at midnight, because nobody typed that midnight.
        (None, Sense::Fact) => Ok(zone.read(date, NaiveTime::MIN).latest()),
        (None, Sense::Due) => Ok(zone.read(date, last_minute()).latest()),
    }
}

fn last_minute() -> NaiveTime {
    NaiveTime::from_hms_opt(23, 59, 0).expect("23:59 is a time of day")
}

fn time_of_day(typed: &str, clock: Clock) -> Result<NaiveTime, Refusal> {
    NaiveTime::from_hms_nano_opt(clock.hour, clock.minute, clock.second, clock.nano).ok_or_else(|| {
        Refusal::misused(format!("There is no such time of day as {}.", quoted(typed))).hint(
            "Hours go from 00 to 23, minutes and seconds from 00 to 59; midnight is 00:00 of the new day.",
        )
    })
}

fn date(
    typed: &str,
    day: Day,
    time: Option<NaiveTime>,
    now: DateTime<Utc>,
    zone: &Zone,
    sense: Sense,
) -> Result<NaiveDate, Refusal> {
    let today = zone.at(now).date_naive();
    let date = match day {
        Day::Today => Some(today),
        Day::Yesterday => today.pred_opt(),
        Day::Tomorrow => today.succ_opt(),
        Day::Date { year, month, day } => NaiveDate::from_ymd_opt(year, month, day),
        Day::OfYear { month, day } => {
            // 29 Feb may be some years away, and a leap year may be left out once a century.
            let years = 0..=8;
            let at_or = |year| NaiveDate::from_ymd_opt(year, month, day);
            let read = |date| zone.read(date, time.unwrap_or(NaiveTime::MIN));
            match sense {
                Sense::Fact => years
                    .filter_map(|back| at_or(today.year() - back))
                    .find(|date| read(*date).earliest().to_utc() <= now + SKEW),
                Sense::Due => {
                    years.filter_map(|ahead| at_or(today.year() + ahead)).find(|date| *date >= today)
                }
            }
        }
    };
    date.ok_or_else(|| {
        Refusal::misused(format!("There is no such date as {}.", quoted(typed)))
            .hint("Type year, month and day, such as 2026-11-21.")
    })
}

/// The day that brings a time of day nearest: in the past for a fact, ahead for what is due.
fn nearest_day(time: NaiveTime, now: DateTime<Utc>, zone: &Zone, sense: Sense) -> NaiveDate {
    let today = zone.at(now).date_naive();
    let before = today.pred_opt().unwrap_or(today);
    let after = today.succ_opt().unwrap_or(today);
    let reading = |date: &NaiveDate| zone.read(*date, time);
    match sense {
        Sense::Fact => [after, today]
            .into_iter()
            .find(|date| reading(date).earliest().to_utc() <= now + SKEW)
            .unwrap_or(before),
        // Within the running minute "14:02" still means now.
        Sense::Due => [today]
            .into_iter()
            .find(|date| reading(date).latest().to_utc() > now - TimeDelta::minutes(1))
            .unwrap_or(after),
    }
}

/// The one instant of a local time, or the refusal that names its two.
fn settled(date: NaiveDate, time: NaiveTime, zone: &Zone) -> Result<DateTime<FixedOffset>, Refusal> {
    let (story, one, two) = match zone.read(date, time) {
        Reading::One(at) => return Ok(at),
        Reading::Double(one, two) => ("is there twice", one, two),
        Reading::Void(one, two) => ("does not exist", one, two),
    };
    let clock = if time.second() == 0 && time.nanosecond() == 0 { "%H:%M" } else { "%H:%M:%S%.f" };
    let name = |at: DateTime<FixedOffset>| {
        format!("{} ({}Z)", at.format(&format!("{clock} %:z")), at.to_utc().format(clock))
    };
    let typed = |at: DateTime<FixedOffset>| at.format(&format!("%Y-%m-%d {clock}%:z")).to_string();
    Err(Refusal::misused(format!(
        "{date} {} {story} in {zone}, because the clocks change then; it could be {} or {}.",
        time.format(clock),
        name(one),
        name(two)
    ))
    .hint(format!("Type \"{}\" or \"{}\".", typed(one), typed(two))))
}

fn within_reason(
    at: DateTime<FixedOffset>,
    typed: &str,
    now: DateTime<Utc>,
    zone: &Zone,
    sense: Sense,
) -> Result<(), Refusal> {
    let utc = at.to_utc();
    if sense == Sense::Fact && utc > now + SKEW {
        let shown = show::moment(at, now);
        return Err(Refusal::misused(format!(
            "{} is {shown}, which is still ahead, and a fact cannot have happened yet.",
            quoted(typed)
        ))
        .hint(format!(
            "It is {} now; type a time before that, such as -12m.",
            show::moment(zone.at(now), now)
        )));
    }
    if utc.year() < EARLIEST_YEAR {
        return Err(Refusal::misused(format!("{} is before {EARLIEST_YEAR}.", quoted(typed)))
            .hint("Check the year, and type the date in full, such as 2026-11-21 14:02."));
    }
    if utc.year() > now.year().saturating_add(100) {
        return Err(out_of_range(typed));
    }
    Ok(())
}

fn out_of_range(typed: &str) -> Refusal {
    Refusal::misused(format!("{} is too far from now.", quoted(typed)))
        .hint("Check the number, and type the date in full, such as 2026-11-21 14:02.")
}

fn no_time(words: &str, sense: Sense) -> Refusal {
    let hint = match sense {
        Sense::Fact => EXAMPLES,
        Sense::Due => DUE_EXAMPLES,
    };
    if words.is_empty() {
        return Refusal::misused("The time is empty.").hint(hint);
    }
    Refusal::misused(format!("{} is not a time.", quoted(words))).hint(hint)
}

/// The record keeps milliseconds.
fn to_millisecond(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at)
}
