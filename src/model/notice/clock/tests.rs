//! The arithmetic of clocks, over the edges of calendars and zones.

use proptest::prelude::*;

use super::*;

fn at(words: &str) -> DateTime<Utc> {
    words.parse().unwrap()
}

fn day(words: &str) -> NaiveDate {
    words.parse().unwrap()
}

fn length(value: u32, unit: Unit) -> Length {
    Length { value: Some(value), unit }
}

/// The due time after the weekend rule.
fn by_rule(from: DateTime<Utc>, length: Length, rule: WeekendRule, place: &Place<'_>) -> Option<Due> {
    let plain = due(from, length, place)?;
    Some(relieved(&plain, rule, place).unwrap_or(plain))
}

/// The due time in a zone, with these holidays.
fn due_in(from: &str, length: Length, rule: WeekendRule, zone: &str, holidays: &[&str]) -> Due {
    let zone = Zone::parse(zone).unwrap();
    let calendar: Calendar = holidays.iter().map(|words| day(words)).collect();
    let place = Place { zone: &zone, assumed: false, calendar: &calendar };
    by_rule(at(from), length, rule, &place).unwrap()
}

fn check(from: &str, length: Length, zone: &str, expected: &str) {
    let due = due_in(from, length, WeekendRule::None, zone, &[]);
    assert_eq!(due.at, at(expected), "{length} from {from} in {zone}");
}

#[test]
fn hours_are_counted_in_utc_over_clock_changes_and_weekends() {
    check("2026-03-27T23:00:00Z", length(72, Unit::Hours), "Europe/Berlin", "2026-03-30T23:00:00Z");
    check("2026-10-24T12:00:00Z", length(24, Unit::Hours), "Europe/Berlin", "2026-10-25T12:00:00Z");
}

#[test]
fn calendar_days_end_in_the_last_second_of_the_last_day_where_the_recipient_is() {
    let days = |n| length(n, Unit::CalendarDays);
    check("2026-11-22T03:12:00Z", days(3), "utc", "2026-11-25T23:59:59Z");
    // It is still the 21st in New York.
    check("2026-11-22T03:12:00Z", days(30), "America/New_York", "2026-12-22T04:59:59Z");
    // Summer time begins meanwhile: the last day has the new offset.
    check("2026-03-28T10:00:00Z", days(3), "Europe/Berlin", "2026-03-31T21:59:59Z");
    // The first second of a day and the last of it have the same due time.
    check("2026-11-21T23:00:00Z", days(1), "Europe/Berlin", "2026-11-23T22:59:59Z");
    check("2026-11-22T22:59:59Z", days(1), "Europe/Berlin", "2026-11-23T22:59:59Z");
    check("2028-02-28T10:00:00Z", days(1), "utc", "2028-02-29T23:59:59Z");
    check("2026-02-28T10:00:00Z", days(1), "utc", "2026-03-01T23:59:59Z");
}

#[test]
fn a_last_second_that_a_clock_change_doubles_is_taken_the_first_time() {
    // In Beirut the clocks went back at midnight: 23:59:59 of that Saturday was there twice.
    check("2021-10-29T10:00:00Z", length(1, Unit::CalendarDays), "Asia/Beirut", "2021-10-30T20:59:59Z");
}

#[test]
fn business_days_leave_out_weekends_and_the_holidays_that_are_set() {
    let four = length(4, Unit::BusinessDays);
    // A Friday: Monday is day one.
    let plain = due_in("2026-11-20T15:00:00Z", four, WeekendRule::None, "America/New_York", &[]);
    assert_eq!((plain.at, plain.doubts), (at("2026-11-27T04:59:59Z"), vec![Doubt::WeekendsOnly]));
    // Thanksgiving is the fourth of them.
    let known = due_in("2026-11-20T15:00:00Z", four, WeekendRule::None, "America/New_York", &["2026-11-26"]);
    assert_eq!((known.at, known.doubts), (at("2026-11-28T04:59:59Z"), vec![]));
    // On a Sunday the Monday is day one, as it is from the Friday.
    let sunday = due_in("2026-11-22T15:00:00Z", four, WeekendRule::None, "America/New_York", &["2026-11-26"]);
    assert_eq!(sunday.at, known.at);
    // A calendar that ends with the year knows nothing of the next.
    let over = due_in("2026-12-30T15:00:00Z", four, WeekendRule::None, "utc", &["2026-12-25"]);
    assert_eq!((over.at, over.doubts), (at("2027-01-05T23:59:59Z"), vec![Doubt::WeekendsOnly]));
}

#[test]
fn a_month_ends_on_the_same_day_or_on_the_last_of_a_shorter_month() {
    let months = |n| length(n, Unit::Months);
    check("2026-11-22T14:00:00Z", months(1), "utc", "2026-12-22T23:59:59Z");
    check("2026-01-31T14:00:00Z", months(1), "utc", "2026-02-28T23:59:59Z");
    check("2028-01-31T14:00:00Z", months(1), "utc", "2028-02-29T23:59:59Z");
    check("2026-12-31T14:00:00Z", months(1), "utc", "2027-01-31T23:59:59Z");
    check("2026-08-31T14:00:00Z", months(6), "utc", "2027-02-28T23:59:59Z");
}

#[test]
fn the_weekend_rule_moves_to_noon_of_the_next_working_day_and_says_so() {
    let rule = WeekendRule::NextWorkingDayNoon;
    let hours = |n| length(n, Unit::Hours);
    let on_saturday = due_in("2026-11-20T23:30:00Z", hours(4), rule, "Europe/Berlin", &[]);
    assert_eq!((on_saturday.at, on_saturday.doubts), (at("2026-11-23T11:00:00Z"), vec![Doubt::WeekendRule]));
    let on_monday = due_in("2026-11-22T23:30:00Z", hours(4), rule, "Europe/Berlin", &[]);
    assert_eq!((on_monday.at, on_monday.doubts), (at("2026-11-23T03:30:00Z"), vec![]));
    let over_christmas = due_in(
        "2026-12-24T20:30:00Z",
        hours(4),
        rule,
        "Europe/Berlin",
        &["2026-12-24", "2026-12-25", "2026-12-26"],
    );
    assert_eq!(over_christmas.at, at("2026-12-28T11:00:00Z"));
}

#[test]
fn what_is_owed_without_delay_has_no_due_time_and_the_year_ends_where_the_recipient_is() {
    let (zone, calendar) = (Zone::utc(), Calendar::default());
    let place = Place { zone: &zone, assumed: true, calendar: &calendar };
    assert_eq!(due(at("2026-11-22T03:12:00Z"), Length::ASAP, &place), None);
    let new_york = Zone::parse("America/New_York").unwrap();
    assert_eq!(year_end(at("2027-01-01T03:00:00Z"), &new_york), at("2027-01-01T04:59:59Z"));
    assert_eq!(year_end(at("2027-01-01T05:00:00Z"), &new_york), at("2028-01-01T04:59:59Z"));
}

#[test]
fn an_assumed_zone_is_a_doubt_where_days_are_counted() {
    let (zone, calendar) = (Zone::utc(), Calendar::default());
    let place = Place { zone: &zone, assumed: true, calendar: &calendar };
    let doubts = |length| due(at("2026-11-22T03:12:00Z"), length, &place).unwrap().doubts;
    assert_eq!(doubts(length(72, Unit::Hours)), []);
    assert_eq!(doubts(length(1, Unit::Months)), [Doubt::ZoneAssumed]);
}

const ZONES: [&str; 8] = [
    "utc",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "America/Santiago",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "Asia/Beirut",
];

fn units() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![
        Unit::Minutes,
        Unit::Hours,
        Unit::CalendarDays,
        Unit::BusinessDays,
        Unit::Months,
    ])
}

proptest! {
    #[test]
    fn nothing_is_due_before_its_fact_and_a_later_fact_is_never_due_earlier(
        seconds in 1_500_000_000i64..2_500_000_000,
        later in 0i64..5_000_000,
        value in 1u32..60,
        unit in units(),
        zone in prop::sample::select(ZONES.to_vec()),
        noon in any::<bool>(),
    ) {
        let zone = Zone::parse(zone).unwrap();
        let calendar: Calendar = [day("2026-12-25"), day("2027-01-01")].into_iter().collect();
        let place = Place { zone: &zone, assumed: false, calendar: &calendar };
        let rule = if noon { WeekendRule::NextWorkingDayNoon } else { WeekendRule::None };
        let from = DateTime::from_timestamp(seconds, 0).unwrap();
        let then = from + TimeDelta::seconds(later);
        let length = length(value, unit);
        let (first, second) = (by_rule(from, length, rule, &place).unwrap(), by_rule(then, length, rule, &place).unwrap());
        prop_assert!(first.at > from, "{:?} is due {} from {from}", length, first.at);
        // Noon of a Monday comes after the Monday morning of a later fact.
        prop_assert!(noon || first.at <= second.at);
        if unit == Unit::BusinessDays {
            prop_assert!(calendar.works(zone.date(first.at)));
        }
        if matches!(unit, Unit::CalendarDays | Unit::BusinessDays | Unit::Months) && !noon {
            prop_assert_eq!(zone.at(first.at).format("%H:%M:%S").to_string(), "23:59:59");
        }
        if rule == WeekendRule::NextWorkingDayNoon {
            prop_assert!(calendar.works(zone.date(first.at)));
        }
    }

    #[test]
    fn business_days_are_the_working_days_in_between(
        seconds in 1_500_000_000i64..2_500_000_000,
        value in 1u32..40,
        free in prop::collection::vec(0i64..80, 0..8),
    ) {
        let zone = Zone::utc();
        let from = DateTime::from_timestamp(seconds, 0).unwrap();
        let start = zone.date(from);
        let calendar: Calendar = free.iter().map(|days| start + TimeDelta::days(*days)).collect();
        let place = Place { zone: &zone, assumed: false, calendar: &calendar };
        let last = zone.date(due(from, length(value, Unit::BusinessDays), &place).unwrap().at);
        let worked = (1..=(last - start).num_days()).filter(|n| calendar.works(start + TimeDelta::days(*n)));
        prop_assert_eq!(worked.count(), value as usize);
    }
}
