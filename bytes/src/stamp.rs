//! The one form in which the record writes an instant, read without a general parser: it stands in every line.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserializer, de};

/// Reads `2026-11-21T22:15:03.123Z`, with up to nine decimals or none. `None`: it is written in another
/// way, which may be right all the same.
pub fn stamp(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    let (front, rest) = bytes.split_at_checked(19)?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| front[*at] != *mark) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(number(&front[..4])?).ok()?,
        number(&front[5..7])?,
        number(&front[8..10])?,
    )?;
    let nanos = match rest.strip_suffix(b"Z")? {
        [] => 0,
        [b'.', decimals @ ..] if (1..=9).contains(&decimals.len()) => {
            (decimals.len()..9).fold(number(decimals)?, |value, _| value * 10)
        }
        _ => return None,
    };
    let at = date.and_hms_nano_opt(
        number(&front[11..13])?,
        number(&front[14..16])?,
        number(&front[17..19])?,
        nanos,
    )?;
    Some(at.and_utc())
}

fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0')))
}

/// Reads an instant as serde's own reading of it does, the usual form quicker.
///
/// # Errors
/// What is no instant does not read.
pub fn quickly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    struct Visitor;
    impl de::Visitor<'_> for Visitor {
        type Value = DateTime<Utc>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an instant such as 2026-11-21T22:15:03.123Z")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<DateTime<Utc>, E> {
            stamp(text).map_or_else(|| text.parse().map_err(E::custom), Ok)
        }
    }
    deserializer.deserialize_str(Visitor)
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_instant_reads_as_it_was_written(seconds in -62_000_000_000i64..253_000_000_000, nanos in 0u32..1_000_000_000) {
            let at = DateTime::from_timestamp(seconds, nanos).unwrap();
            for form in [SecondsFormat::Secs, SecondsFormat::Millis, SecondsFormat::Micros, SecondsFormat::Nanos, SecondsFormat::AutoSi] {
                let text = at.to_rfc3339_opts(form, true);
                prop_assert_eq!(stamp(&text), text.parse().ok(), "{}", text);
            }
        }

        #[test]
        fn what_reads_here_reads_so_everywhere(text in "[0-9]{4}-[0-3][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?(Z|z|\\+00:00|)") {
            if let Some(at) = stamp(&text) {
                prop_assert_eq!(Ok(at), DateTime::parse_from_rfc3339(&text).map(|at| at.to_utc()));
            }
        }
    }
}
