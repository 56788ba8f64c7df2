//! A time zone somebody chose: UTC, a fixed offset, or an IANA name read from the bundled table.

use std::fmt;
use std::sync::LazyLock;

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Timelike, Utc,
};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use crate::model::refusal::Refusal;
use crate::model::text::quoted;

/// The IANA zones compiled into the program: the same on every machine, with nothing read from it.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone to read and show times in.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(Rule);

#[derive(Clone, Debug, PartialEq)]
enum Rule {
    Utc,
    Fixed(FixedOffset),
    Named { name: String, zone: TimeZone },
}

/// What a date and a time of day on a wall clock mean in a zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    One(DateTime<FixedOffset>),
    /// The clocks went forward over it; the two instants it could stand for, the earlier first.
    Void(DateTime<FixedOffset>, DateTime<FixedOffset>),
    /// The clocks went back over it; the two instants it was, the earlier first.
    Double(DateTime<FixedOffset>, DateTime<FixedOffset>),
}

impl Reading {
    pub(super) fn earliest(self) -> DateTime<FixedOffset> {
        match self {
            Self::One(at) | Self::Void(at, _) | Self::Double(at, _) => at,
        }
    }

    pub(super) fn latest(self) -> DateTime<FixedOffset> {
        match self {
            Self::One(at) | Self::Void(_, at) | Self::Double(_, at) => at,
        }
    }
}

impl Zone {
    pub const fn utc() -> Self {
        Self(Rule::Utc)
    }

    /// Reads `utc`, `Z`, an offset such as `+02:00`, or an IANA name such as `Europe/Berlin`.
    ///
    /// # Errors
    ///
    /// Anything else is refused, with the names that come close. `local` is no name: whoever knows the
    /// machine passes its IANA name.
    pub fn parse(words: &str) -> Result<Self, Refusal> {
        let words = words.trim();
        if ["utc", "z", "gmt", "etc/utc"].iter().any(|name| words.eq_ignore_ascii_case(name)) {
            return Ok(Self::utc());
        }
        if let Some(offset) = offset(words) {
            return Ok(Self::fixed(offset));
        }
        if words.starts_with(['+', '-', '\u{2212}']) {
            return Err(Refusal::misused(format!("{} is no offset from UTC.", quoted(words))).hint(
                "Type hours and minutes, such as +02:00 or -03:30; the widest are -12:00 and +14:00.",
            ));
        }
        match ZONES.get(words) {
            Ok(zone) => {
                let name = zone.iana_name().unwrap_or(words).to_owned();
                Ok(Self(Rule::Named { name, zone }))
            }
            Err(_) => Err(unknown(words)),
        }
    }

    /// An offset from UTC that never changes.
    pub fn fixed(offset: FixedOffset) -> Self {
        if offset.local_minus_utc() == 0 { Self::utc() } else { Self(Rule::Fixed(offset)) }
    }

    /// `UTC`, `+02:00` or the IANA name.
    pub fn name(&self) -> String {
        match &self.0 {
            Rule::Utc => "UTC".to_owned(),
            Rule::Fixed(offset) => offset.to_string(),
            Rule::Named { name, .. } => name.clone(),
        }
    }

    /// The instant on this zone's wall clock.
    pub fn at(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.offset(at))
    }

    /// The date of an instant on this zone's calendar.
    pub fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        self.at(at).date_naive()
    }

    /// 23:59:59 of a day. Where a clock change makes it double or void, the earlier reading.
    pub fn last_second(&self, date: NaiveDate) -> DateTime<Utc> {
        let time = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
        self.read(date, time).earliest().to_utc()
    }

    /// Noon of a day.
    pub fn noon(&self, date: NaiveDate) -> DateTime<Utc> {
        let time = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or(NaiveTime::MIN);
        self.read(date, time).earliest().to_utc()
    }

    fn offset(&self, at: DateTime<Utc>) -> FixedOffset {
        let seconds = match &self.0 {
            Rule::Utc => 0,
            Rule::Fixed(offset) => return *offset,
            // Years beyond 9999 are outside the table; they are shown in UTC.
            Rule::Named { zone, .. } => jiff::Timestamp::from_second(at.timestamp())
                .map_or(0, |instant| zone.to_offset(instant).seconds()),
        };
        chrono_offset(seconds)
    }

    /// What this date and time of day mean here.
    pub(super) fn read(&self, date: NaiveDate, time: NaiveTime) -> Reading {
        let local = date.and_time(time);
        let Rule::Named { zone, .. } = &self.0 else {
            return Reading::One(with_offset(local, self.offset(DateTime::UNIX_EPOCH)));
        };
        let Some(civil) = civil(local) else {
            return Reading::One(with_offset(local, chrono_offset(0)));
        };
        let with = |offset: jiff::tz::Offset| with_offset(local, chrono_offset(offset.seconds()));
        match zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => Reading::One(with(offset)),
            AmbiguousOffset::Fold { before, after } => Reading::Double(with(before), with(after)),
            AmbiguousOffset::Gap { before, after } => {
                // Shown on the clock as it really stood, not on one that skipped nothing.
                let real = |at: DateTime<FixedOffset>| self.at(at.to_utc());
                Reading::Void(real(with(after)), real(with(before)))
            }
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Reads `+02:00`, `+0200` or `+02`, with any of the minus signs that phones and editors type.
pub(super) fn offset(words: &str) -> Option<FixedOffset> {
    let (sign, digits) = if let Some(rest) = words.strip_prefix('+') {
        (1, rest)
    } else {
        (-1, words.strip_prefix(['-', '\u{2212}', '\u{2013}'])?)
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) if hours.len() <= 2 && minutes.len() == 2 => (hours, minutes),
        None if digits.len() <= 2 => (digits, "0"),
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        _ => return None,
    };
    let number = |digits: &str| match digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => digits.parse::<i32>().ok(),
        false => None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let seconds = sign * (hours * 60 + minutes) * 60;
    // The widest offsets in use are -12:00 and +14:00.
    if minutes > 59 || !(-12 * 3600..=14 * 3600).contains(&seconds) {
        return None;
    }
    FixedOffset::east_opt(seconds)
}

fn unknown(words: &str) -> Refusal {
    let refusal = Refusal::misused(format!("There is no time zone {}.", quoted(words)));
    let wanted = words.to_ascii_lowercase().replace(' ', "_");
    let near: Vec<String> = ZONES
        .available()
        .map(|name| name.to_string())
        .filter(|name| {
            let name = name.to_ascii_lowercase();
            wanted.len() >= 3 && name.rsplit('/').next().is_some_and(|city| city.starts_with(&wanted))
        })
        .take(3)
        .collect();
    if near.is_empty() {
        refusal.hint("Type utc, an offset such as +02:00, or a name such as Europe/Berlin.")
    } else {
        refusal.hint(format!("Type {}.", near.join(" or ")))
    }
}

fn chrono_offset(seconds: i32) -> FixedOffset {
    FixedOffset::east_opt(seconds).expect("an offset of the table is less than a day")
}

fn with_offset(local: NaiveDateTime, offset: FixedOffset) -> DateTime<FixedOffset> {
    offset.from_local_datetime(&local).single().unwrap_or_else(|| local.and_utc().fixed_offset())
}

fn civil(local: NaiveDateTime) -> Option<jiff::civil::DateTime> {
    jiff::civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        i8::try_from(local.month()).ok()?,
        i8::try_from(local.day()).ok()?,
        i8::try_from(local.hour()).ok()?,
        i8::try_from(local.minute()).ok()?,
        i8::try_from(local.second()).ok()?,
        i32::try_from(local.nanosecond()).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_utc_an_offset_or_a_name_and_says_which() {
        for (typed, name) in [
            ("utc", "UTC"),
            ("Z", "UTC"),
            ("+00:00", "UTC"),
            ("+02:00", "+02:00"),
            ("-0330", "-03:30"),
            ("+2", "+02:00"),
            ("\u{2212}05:00", "-05:00"),
            ("europe/berlin", "Europe/Berlin"),
            ("Asia/Kathmandu", "Asia/Kathmandu"),
        ] {
            let zone = Zone::parse(typed).unwrap();
            assert_eq!(zone.name(), name);
            assert_eq!(Zone::parse(&zone.name()).unwrap(), zone);
        }
    }

    #[test]
    fn a_zone_nobody_knows_is_refused_with_what_to_type() {
        let refusal = Zone::parse("Berlin").unwrap_err();
        assert_eq!(refusal.message, "There is no time zone \"Berlin\".");
        assert_eq!(refusal.hint.as_deref(), Some("Type Europe/Berlin."));
        for words in ["", "local", "Mars/Base", "+15:00", "+1:2:3", "-12:30", "+02:60", "+é2"] {
            assert!(Zone::parse(words).unwrap_err().hint.is_some(), "{words}");
        }
    }

    #[test]
    fn a_zone_shows_an_instant_on_its_own_wall_clock() {
        let at: DateTime<Utc> = "2026-07-01T12:00:00Z".parse().unwrap();
        let shown = |zone: &str| Zone::parse(zone).unwrap().at(at).to_rfc3339();
        assert_eq!(shown("Europe/Berlin"), "2026-07-01T14:00:00+02:00");
        assert_eq!(shown("Asia/Kathmandu"), "2026-07-01T17:45:00+05:45");
        assert_eq!(shown("-03:30"), "2026-07-01T08:30:00-03:30");
        // Beyond the table nothing panics.
        assert_eq!(
            Zone::parse("Europe/Berlin").unwrap().at(DateTime::<Utc>::MAX_UTC).to_utc(),
            DateTime::<Utc>::MAX_UTC
        );
    }
}
