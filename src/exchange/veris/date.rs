//! When a VERIS incident happened, and how much of that is known.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::Value;

use super::super::intake::json::number;
use crate::model::time::Happened;

/// The first moment of what is known, marked as assumed, and the words for how much that is.
///
/// # Errors
/// Says what is wrong with a date that is none or lies ahead.
pub(super) fn of(record: &Value, now: DateTime<Utc>) -> Result<(Option<Happened>, String), String> {
    let part = |name: &str| number(record, &format!("timeline.incident.{name}")).filter(|part| *part != 0);
    let Some(year) = part("year") else { return Ok((None, "no date is known".to_owned())) };
    let (month, day) = (part("month"), part("day").filter(|_| part("month").is_some()));
    let unit = |part: Option<i64>| part.map_or(Some(1), |part| u32::try_from(part).ok());
    let date = i32::try_from(year).ok().zip(unit(month).zip(unit(day)));
    let date = date.and_then(|(year, (month, day))| NaiveDate::from_ymd_opt(year, month, day));
    let known = match (month, day) {
        (Some(_), Some(_)) => "day",
        (Some(_), None) => "month",
        _ => "year",
    };
    let Some(date) = date.filter(|date| *date >= NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default())
    else {
        return Err(format!("{year}-{}-{} is no date", month.unwrap_or(0), day.unwrap_or(0)));
    };
    let typed = match known {
        "day" => date.format("%Y-%m-%d").to_string(),
        "month" => date.format("%Y-%m").to_string(),
        _ => date.format("%Y").to_string(),
    };
    let at = date.and_time(NaiveTime::MIN).and_utc();
    if at > now {
        return Err(format!("{typed} lies ahead"));
    }
    let said = format!("{typed}, only the {known} is known");
    let zone = Some("UTC".to_owned());
    Ok((Some(Happened { at: at.fixed_offset(), typed: Some(said.clone()), zone, assumed: true }), said))
}
