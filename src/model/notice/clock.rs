//! When a notice falls due: hours, days, business days and months from the fact that starts its clock.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};

use crate::model::time::Zone;

/// What a length is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// For clocks of one's own, such as a round of updates.
    Minutes,
    /// In UTC: weekends, holidays and clock changes count like any other hour.
    Hours,
    /// The day of the fact is day zero; due in the last second of the last day, where the recipient is.
    CalendarDays,
    /// Like calendar days, but only days on which the recipient works are counted.
    BusinessDays,
    /// The same day of a later month, or its last day if it is shorter; due in the last second of it.
    Months,
    /// Without a number: nothing is due, the time that has passed is shown.
    Asap,
}

/// How long a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Length {
    /// `None` with [`Unit::Asap`] only.
    pub value: Option<u32>,
    pub unit: Unit,
}

/// The longest a clock may run, in each unit: three years.
const LONGEST_DAYS: u32 = 1_100;

impl Length {
    pub const ASAP: Length = Length { value: None, unit: Unit::Asap };

    pub fn minutes(minutes: u32) -> Self {
        Length { value: Some(minutes), unit: Unit::Minutes }
    }

    /// Whether it is counted in days of somebody's calendar.
    pub fn counts_days(self) -> bool {
        matches!(self.unit, Unit::CalendarDays | Unit::BusinessDays | Unit::Months)
    }

    /// Whether the number is there and in reason: no clock runs longer than three years.
    pub fn in_reason(self) -> bool {
        let most = match self.unit {
            Unit::Minutes => LONGEST_DAYS * 24 * 60,
            Unit::Hours => LONGEST_DAYS * 24,
            Unit::CalendarDays | Unit::BusinessDays => LONGEST_DAYS,
            Unit::Months => LONGEST_DAYS / 30,
            Unit::Asap => return self.value.is_none(),
        };
        self.value.is_some_and(|value| (1..=most).contains(&value))
    }
}

impl std::fmt::Display for Length {
    /// `72 h`, `14 days`, `4 business days`, `1 month`, `without delay`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(value) = self.value else { return f.write_str("without delay") };
        let s = if value == 1 { "" } else { "s" };
        match self.unit {
            Unit::Minutes => write!(f, "{value} min"),
            Unit::Hours => write!(f, "{value} h"),
            Unit::CalendarDays => write!(f, "{value} day{s}"),
            Unit::BusinessDays => write!(f, "{value} business day{s}"),
            Unit::Months => write!(f, "{value} month{s}"),
            Unit::Asap => f.write_str("without delay"),
        }
    }
}

/// What happens to a due time on a day the recipient does not work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeekendRule {
    #[default]
    None,
    /// It moves to noon of the next working day.
    NextWorkingDayNoon,
}

impl WeekendRule {
    pub fn is_none(&self) -> bool {
        *self == WeekendRule::None
    }
}

/// Why a due time is less certain than it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Business days were counted without holidays; only weekends were left out.
    WeekendsOnly,
    /// The weekend rule moved it to a later day; not everybody may use that rule.
    WeekendRule,
    /// The days were counted in the zone of whoever started the clock, for want of the recipient's.
    ZoneAssumed,
}

impl Doubt {
    /// In words, for people.
    pub fn words(self) -> &'static str {
        match self {
            Doubt::WeekendsOnly => "no holidays are set, only weekends were left out",
            Doubt::WeekendRule => "moved by the weekend rule, which is not for everybody",
            Doubt::ZoneAssumed => "counted in your own zone, the recipient's is not known",
        }
    }
}

/// The days on which a recipient does not work beside weekends. It knows the years it has a day of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    holidays: BTreeSet<NaiveDate>,
}

impl FromIterator<NaiveDate> for Calendar {
    fn from_iter<I: IntoIterator<Item = NaiveDate>>(days: I) -> Self {
        Self { holidays: days.into_iter().collect() }
    }
}

impl Calendar {
    /// Whether people work on a day.
    pub fn works(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains(&day)
    }

    /// Whether it says anything about every year from one day to another.
    fn knows(&self, from: NaiveDate, to: NaiveDate) -> bool {
        (from.year()..=to.year()).all(|year| self.holidays.iter().any(|day| day.year() == year))
    }
}

/// When something is due (UTC), and what is uncertain about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub at: DateTime<Utc>,
    /// In order, each once.
    pub doubts: Vec<Doubt>,
}

/// Where and by whose calendar days are counted.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// The recipient's zone; for hours and minutes it plays no part.
    pub zone: &'a Zone,
    /// Whether that zone is only assumed.
    pub assumed: bool,
    pub calendar: &'a Calendar,
}

/// When a clock of this length runs out that started at `from`. `None`: it has no due time.
///
/// The law of the European Union may give a little more time than this plain sum (Regulation 1182/71);
/// the stricter of the two is what is shown.
pub fn due(from: DateTime<Utc>, length: Length, place: &Place<'_>) -> Option<Due> {
    let value = length.value?;
    let mut doubts = BTreeSet::new();
    let start = place.zone.date(from);
    let at = match length.unit {
        Unit::Asap => return None,
        Unit::Minutes => from.checked_add_signed(TimeDelta::minutes(i64::from(value)))?,
        Unit::Hours => from.checked_add_signed(TimeDelta::hours(i64::from(value)))?,
        Unit::CalendarDays => {
            place.zone.last_second(start.checked_add_signed(TimeDelta::days(i64::from(value)))?)
        }
        Unit::BusinessDays => {
            let last = working_day(start, value, place.calendar)?;
            if !place.calendar.knows(start, last) {
                doubts.insert(Doubt::WeekendsOnly);
            }
            place.zone.last_second(last)
        }
        // Chrono's months end on the last day of a shorter month.
        Unit::Months => place.zone.last_second(start.checked_add_months(Months::new(value))?),
    };
    if place.assumed && length.counts_days() {
        doubts.insert(Doubt::ZoneAssumed);
    }
    Some(Due { at, doubts: doubts.into_iter().collect() })
}

/// What the weekend rule makes of a due time, where it falls on a day that is not worked; else nothing.
pub fn relieved(due: &Due, rule: WeekendRule, place: &Place<'_>) -> Option<Due> {
    let day = place.zone.date(due.at);
    if rule.is_none() || place.calendar.works(day) {
        return None;
    }
    let next = working_day(day, 1, place.calendar)?;
    let mut doubts: BTreeSet<Doubt> = due.doubts.iter().copied().collect();
    doubts.insert(Doubt::WeekendRule);
    if place.assumed {
        doubts.insert(Doubt::ZoneAssumed);
    }
    Some(Due { at: place.zone.noon(next), doubts: doubts.into_iter().collect() })
}

/// The `n`-th working day after a day. Whether that day itself is worked does not matter: it is day zero.
fn working_day(after: NaiveDate, n: u32, calendar: &Calendar) -> Option<NaiveDate> {
    let mut day = after;
    for _ in 0..n {
        day = day.succ_opt()?;
        while !calendar.works(day) {
            day = day.succ_opt()?;
        }
    }
    Some(day)
}

/// The end of the year in which something was discovered, where the recipient is.
pub fn year_end(discovered: DateTime<Utc>, zone: &Zone) -> DateTime<Utc> {
    let year = zone.date(discovered).year();
    NaiveDate::from_ymd_opt(year, 12, 31).map_or(discovered, |day| zone.last_second(day))
}

#[cfg(test)]
mod tests;
