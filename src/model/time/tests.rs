//! Reading times and showing them again.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::model::refusal::Kind;

/// A Saturday afternoon in winter.
const NOW: &str = "2026-11-21T14:06:30.250Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn fact(words: &str, zone_name: &str) -> String {
    match read(words, at(NOW), &zone(zone_name), Sense::Fact) {
        Ok(happened) => happened.at.to_rfc3339(),
        Err(refusal) => refusal.message,
    }
}

fn due(words: &str, zone_name: &str) -> String {
    match read(words, at(NOW), &zone(zone_name), Sense::Due) {
        Ok(happened) => happened.at.to_rfc3339(),
        Err(refusal) => refusal.message,
    }
}

#[test]
fn facts_take_the_nearest_past() {
    for (words, zone, expected) in [
        ("now", "utc", "2026-11-21T14:06:30.250+00:00"),
        ("-12m", "utc", "2026-11-21T13:54:30.250+00:00"),
        ("-2h", "Europe/Berlin", "2026-11-21T13:06:30.250+01:00"),
        ("-1h30m", "utc", "2026-11-21T12:36:30.250+00:00"),
        ("\u{2212}90s", "utc", "2026-11-21T14:05:00.250+00:00"),
        ("-3d", "utc", "2026-11-18T14:06:30.250+00:00"),
        ("-1w", "utc", "2026-11-14T14:06:30.250+00:00"),
        ("14:02", "utc", "2026-11-21T14:02:00+00:00"),
        ("14:02:30", "utc", "2026-11-21T14:02:30+00:00"),
        ("9:05", "utc", "2026-11-21T09:05:00+00:00"),
        ("14:10", "utc", "2026-11-20T14:10:00+00:00"),
        // Watches differ: two minutes ahead is still today.
        ("14:08", "utc", "2026-11-21T14:08:00+00:00"),
        ("14:02", "Europe/Berlin", "2026-11-21T14:02:00+01:00"),
        ("15:30", "Europe/Berlin", "2026-11-20T15:30:00+01:00"),
        ("14:02Z", "Europe/Berlin", "2026-11-21T14:02:00+00:00"),
        ("14:02 UTC", "Europe/Berlin", "2026-11-21T14:02:00+00:00"),
        ("14:02+02:00", "utc", "2026-11-21T14:02:00+02:00"),
        ("14:02 +02:00", "utc", "2026-11-21T14:02:00+02:00"),
        ("14:02 america/new_york", "utc", "2026-11-20T14:02:00-05:00"),
        ("yesterday 23:10", "utc", "2026-11-20T23:10:00+00:00"),
        ("Yesterday  23:10", "Pacific/Auckland", "2026-11-21T23:10:00+13:00"),
        ("today 09:00", "utc", "2026-11-21T09:00:00+00:00"),
        ("2026-11-20", "Europe/Berlin", "2026-11-20T00:00:00+01:00"),
        ("2026-11-20 14:02", "Europe/Berlin", "2026-11-20T14:02:00+01:00"),
        ("2026-07-20 14:02", "Europe/Berlin", "2026-07-20T14:02:00+02:00"),
        ("2026-11-20T14:02:30.123456Z", "utc", "2026-11-20T14:02:30.123456+00:00"),
        ("2026-11-20 14:02:30,5", "utc", "2026-11-20T14:02:30.500+00:00"),
        ("2026-11-20t14:02:30-05:00", "utc", "2026-11-20T14:02:30-05:00"),
        ("21 Nov 14:06", "utc", "2026-11-21T14:06:00+00:00"),
        ("22 nov 14:06", "utc", "2025-11-22T14:06:00+00:00"),
        ("21 Nov 2024 14:06 UTC", "utc", "2024-11-21T14:06:00+00:00"),
        ("29 Feb 10:00", "utc", "2024-02-29T10:00:00+00:00"),
    ] {
        assert_eq!(fact(words, zone), expected, "{words} in {zone}");
    }
}

#[test]
fn due_times_take_the_nearest_future() {
    for (words, zone, expected) in [
        ("+30m", "utc", "2026-11-21T14:36:30.250+00:00"),
        ("+1d12h", "utc", "2026-11-23T02:06:30.250+00:00"),
        ("14:30", "utc", "2026-11-21T14:30:00+00:00"),
        ("14:06", "utc", "2026-11-21T14:06:00+00:00"),
        ("14:05", "utc", "2026-11-22T14:05:00+00:00"),
        ("09:00", "Europe/Berlin", "2026-11-22T09:00:00+01:00"),
        ("tomorrow 09:00", "Europe/Berlin", "2026-11-22T09:00:00+01:00"),
        ("tomorrow", "Europe/Berlin", "2026-11-22T23:59:00+01:00"),
        ("2026-12-24", "utc", "2026-12-24T23:59:00+00:00"),
        ("20 Nov 10:00", "utc", "2027-11-20T10:00:00+00:00"),
        // What is already over may be written down, and the echo says so.
        ("2026-11-20 10:00", "utc", "2026-11-20T10:00:00+00:00"),
    ] {
        assert_eq!(due(words, zone), expected, "{words} in {zone}");
    }
}

#[test]
fn an_assumed_zone_is_recorded_as_assumed_and_a_typed_one_is_not() {
    let read = |words: &str| read(words, at(NOW), &zone("Europe/Berlin"), Sense::Fact).unwrap();
    let shown = |happened: &Happened| serde_json::to_string(happened).unwrap();
    assert_eq!(
        shown(&read("yesterday  23:10")),
        r#"{"at":"2026-11-20T23:10:00+01:00","typed":"yesterday 23:10","zone":"Europe/Berlin","assumed":true}"#
    );
    assert_eq!(shown(&read("14:02Z")), r#"{"at":"2026-11-21T14:02:00Z","typed":"14:02Z","zone":"UTC"}"#);
    // Where the clock stands does not matter to -12m, so nothing was assumed.
    assert_eq!(
        shown(&read("-12m")),
        r#"{"at":"2026-11-21T14:54:30.250+01:00","typed":"-12m","zone":"Europe/Berlin"}"#
    );
}

#[test]
fn words_that_are_no_time_are_refused_with_what_to_type() {
    for (words, message) in [
        ("", "The time is empty."),
        ("soon", "\"soon\" is not a time."),
        ("25:00", "There is no such time of day as \"25:00\"."),
        ("24:00", "There is no such time of day as \"24:00\"."),
        ("14:60", "There is no such time of day as \"14:60\"."),
        ("23:59:60", "There is no such time of day as \"23:59:60\"."),
        ("2026-02-30 10:00", "There is no such date as \"2026-02-30 10:00\"."),
        ("2026-13-01", "There is no such date as \"2026-13-01\"."),
        ("31 Nov 10:00", "There is no such date as \"31 Nov 10:00\"."),
        ("-12", "\"-12\" has no unit."),
        ("1026-11-21 14:02", "\"1026-11-21 14:02\" is before 1990."),
        ("-99999999999999999999d", "\"-99999999999999999999d\" is too far from now."),
        ("-9223372036854775d", "\"-9223372036854775d\" is too far from now."),
        ("-40000000d", "\"-40000000d\" is before 1990."),
        ("14:02 CET", "\"14:02 CET\" is not a time."),
        ("14:02 Europe/Berln", "\"14:02 Europe/Berln\" is not a time."),
        ("14:02 14:03", "\"14:02 14:03\" is not a time."),
        ("11/21/2026", "\"11/21/2026\" is not a time."),
        ("é", "\"é\" is not a time."),
        ("\u{1b}[31m", "\" [31m\" is not a time."),
    ] {
        let refusal = read(words, at(NOW), &Zone::utc(), Sense::Fact).unwrap_err();
        assert_eq!(refusal.message, message, "{words}");
        assert_eq!(refusal.kind, Kind::Misused);
        assert!(refusal.hint.is_some(), "{words}");
    }
    let long = read(&"1".repeat(200_000), at(NOW), &Zone::utc(), Sense::Fact).unwrap_err();
    assert!(long.message.len() < 100);
    assert_eq!(due("+9999999d", "utc"), "\"+9999999d\" is too far from now.");
}

#[test]
fn a_fact_cannot_be_in_the_future() {
    for words in ["+30m", "tomorrow 09:00", "today 14:09", "2026-11-21 14:30", "2027-11-21"] {
        let refusal = read(words, at(NOW), &Zone::utc(), Sense::Fact).unwrap_err();
        assert!(refusal.message.contains("is still ahead"), "{words}: {}", refusal.message);
    }
    let refusal = read("today 18:00", at(NOW), &zone("Europe/Berlin"), Sense::Fact).unwrap_err();
    assert_eq!(
        refusal.message,
        "\"today 18:00\" is 18:00 +01:00, which is still ahead, and a fact cannot have happened yet."
    );
    assert_eq!(refusal.hint.unwrap(), "It is 15:06 +01:00 now; type a time before that, such as -12m.");
}

#[test]
fn a_local_time_doubled_or_voided_by_a_clock_change_is_refused_with_both_readings() {
    for (zone_name, words, message, hint) in [
        (
            "Europe/Paris",
            "2026-10-25 02:30",
            "2026-10-25 02:30 is there twice in Europe/Paris, because the clocks change then; \
             it could be 02:30 +02:00 (00:30Z) or 02:30 +01:00 (01:30Z).",
            "Type \"2026-10-25 02:30+02:00\" or \"2026-10-25 02:30+01:00\".",
        ),
        (
            "Europe/Paris",
            "2026-03-29 02:30",
            "2026-03-29 02:30 does not exist in Europe/Paris, because the clocks change then; \
             it could be 01:30 +01:00 (00:30Z) or 03:30 +02:00 (01:30Z).",
            "Type \"2026-03-29 01:30+01:00\" or \"2026-03-29 03:30+02:00\".",
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-05 01:45",
            "2026-04-05 01:45 is there twice in Australia/Lord_Howe, because the clocks change then; \
             it could be 01:45 +11:00 (14:45Z) or 01:45 +10:30 (15:15Z).",
            "Type \"2026-04-05 01:45+11:00\" or \"2026-04-05 01:45+10:30\".",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-04 02:15",
            "2026-10-04 02:15 does not exist in Australia/Lord_Howe, because the clocks change then; \
             it could be 01:45 +10:30 (15:15Z) or 02:45 +11:00 (15:45Z).",
            "Type \"2026-10-04 01:45+10:30\" or \"2026-10-04 02:45+11:00\".",
        ),
        (
            "America/New_York",
            "2026-11-01 01:30",
            "2026-11-01 01:30 is there twice in America/New_York, because the clocks change then; \
             it could be 01:30 -04:00 (05:30Z) or 01:30 -05:00 (06:30Z).",
            "Type \"2026-11-01 01:30-04:00\" or \"2026-11-01 01:30-05:00\".",
        ),
        (
            "America/New_York",
            "2026-03-08 02:00:01",
            "2026-03-08 02:00:01 does not exist in America/New_York, because the clocks change then; \
             it could be 01:00:01 -05:00 (06:00:01Z) or 03:00:01 -04:00 (07:00:01Z).",
            "Type \"2026-03-08 01:00:01-05:00\" or \"2026-03-08 03:00:01-04:00\".",
        ),
    ] {
        for sense in [Sense::Fact, Sense::Due] {
            let refusal = read(words, at(NOW), &zone(zone_name), sense).unwrap_err();
            assert_eq!(refusal.message, message);
            assert_eq!(refusal.hint.as_deref(), Some(hint));
        }
        // What the hint says to type is taken.
        for words in hint.split('"').skip(1).step_by(2) {
            assert!(read(words, at(NOW), &zone(zone_name), Sense::Fact).is_ok(), "{words}");
        }
    }
}

#[test]
fn the_morning_after_a_clock_change_a_bare_time_is_refused_too_and_its_neighbours_are_not() {
    let paris = zone("Europe/Paris");
    let morning = at("2026-10-25T09:00:00Z");
    assert!(read("02:30", morning, &paris, Sense::Fact).is_err());
    assert!(read("today 02:59", morning, &paris, Sense::Fact).is_err());
    let shown = |words| read(words, morning, &paris, Sense::Fact).unwrap().at.to_rfc3339();
    assert_eq!(shown("01:59"), "2026-10-25T01:59:00+02:00");
    assert_eq!(shown("03:00"), "2026-10-25T03:00:00+01:00");
    assert_eq!(shown("02:30+02:00"), "2026-10-25T02:30:00+02:00");
    // A day alone never meets the change, not even where midnight itself is skipped.
    let beirut = read("2026-03-29", morning, &zone("Asia/Beirut"), Sense::Fact).unwrap();
    assert_eq!(beirut.at.to_rfc3339(), "2026-03-29T01:00:00+03:00");
}

#[test]
fn a_span_says_how_long_at_a_glance() {
    const MINUTE: i64 = 60_000;
    for (ms, text) in [
        (0, "0:00"),
        (59_999, "0:00"),
        (14 * MINUTE, "0:14"),
        (151 * MINUTE, "2:31"),
        (10 * 60 * MINUTE, "10 h 00 m"),
        ((22 * 60 + 43) * MINUTE, "22 h 43 m"),
        ((70 * 60 + 43) * MINUTE, "70 h 43 m"),
        (76 * 60 * MINUTE, "3 d 4 h"),
        (-14 * MINUTE, "0:14"),
        (i64::MIN, "106751991167 d 7 h"),
    ] {
        assert_eq!(span(ms), text);
    }
    assert_eq!(countdown(10 * MINUTE), "0:10");
    assert_eq!(countdown(10 * MINUTE - 1), "9 m 59 s");
    assert_eq!(countdown(5_000), "0 m 05 s");
}

#[test]
fn clocks_name_the_day_only_when_it_is_another() {
    let (now, berlin) = (at(NOW), zone("Europe/Berlin"));
    assert_eq!(clock(now, &berlin), "15:06");
    assert_eq!(clock_seconds(now, &berlin), "15:06:30");
    assert_eq!(when(at("2026-11-21T00:30:00Z"), now, &berlin), "01:30");
    assert_eq!(when(at("2026-11-20T22:30:00Z"), now, &berlin), "20 Nov 23:30");
    assert_eq!(when(at("2025-01-02T22:30:00Z"), now, &berlin), "2 Jan 2025 23:30");
}

#[test]
fn the_echo_says_time_zone_and_how_long_ago() {
    let berlin = zone("Europe/Berlin");
    let now = at("2026-11-21T02:13:00Z");
    let said = |words, zone: &Zone, sense| echo(&read(words, now, zone, sense).unwrap(), now, zone);
    assert_eq!(said("03:09", &berlin, Sense::Fact), "03:09 +01:00 (4 min ago)");
    assert_eq!(said("now", &berlin, Sense::Fact), "03:13 +01:00 (just now)");
    assert_eq!(said("yesterday 23:10", &berlin, Sense::Fact), "2026-11-20 23:10 +01:00 (4 h 03 m ago)");
    assert_eq!(said("02:09", &Zone::utc(), Sense::Fact), "02:09Z (4 min ago)");
    assert_eq!(said("+30m", &berlin, Sense::Due), "03:43 +01:00 (in 30 min)");
    assert_eq!(said("2026-11-24 09:00", &berlin, Sense::Due), "2026-11-24 09:00 +01:00 (in 3 d 5 h)");
    assert_eq!(said("02:09Z", &berlin, Sense::Fact), "03:09 +01:00 (4 min ago)");
}

fn zones() -> impl Strategy<Value = Zone> {
    let names: Vec<String> = jiff::tz::TimeZoneDatabase::bundled()
        .available()
        .map(|name| name.to_string())
        .chain(["utc", "+05:45", "-03:30", "+14:00", "-12:00"].map(str::to_owned))
        .collect();
    proptest::sample::select(names).prop_map(|name| zone(&name))
}

/// Milliseconds from 2000 to 2037, where the zones change their clocks by rules people live with.
fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    (946_684_800_000_i64..2_145_916_800_000).prop_map(|ms| DateTime::from_timestamp_millis(ms).unwrap())
}

/// The minute `at` lies in on the wall clock of `zone`.
fn whole_minute(at: DateTime<Utc>, zone: &Zone) -> DateTime<Utc> {
    at - TimeDelta::milliseconds(i64::from(zone.at(at).format("%S%3f").to_string().parse::<u32>().unwrap()))
}

proptest! {
    #[test]
    fn what_the_echo_prints_reads_back_as_the_same_minute(
        now in moments(), back in 0..200_000_000_i64, zone in zones(), ahead: bool,
    ) {
        let (at, sense) = match ahead {
            true => (now + TimeDelta::milliseconds(back), Sense::Due),
            false => (now - TimeDelta::milliseconds(back), Sense::Fact),
        };
        let happened = Happened { at: zone.at(at), typed: None, zone: None, assumed: false };
        let printed = echo(&happened, now, &zone);
        let (printed, _) = printed.split_once(" (").unwrap();
        let again = read(printed, now, &zone, sense).unwrap();
        prop_assert!(!again.assumed);
        prop_assert_eq!(again.at.to_utc(), whole_minute(at, &zone), "{} at {} in {}", printed, now, zone);
    }

    #[test]
    fn a_span_back_is_exact_in_every_zone(now in moments(), zone in zones(), minutes in 0..5_000_000_i64) {
        let words = format!("-{}d{}h{}m", minutes / 1440, minutes / 60 % 24, minutes % 60);
        let read = read(&words, now, &zone, Sense::Fact).unwrap();
        prop_assert_eq!(now - read.at.to_utc(), TimeDelta::minutes(minutes));
        prop_assert_eq!(read.at, zone.at(read.at.to_utc()));
    }

    #[test]
    fn a_wall_clock_time_reads_back_or_is_refused_with_two_readings(now in moments(), zone in zones()) {
        let local = zone.at(now);
        let words = local.format("%Y-%m-%d %H:%M:%S%.f").to_string();
        match read(&words, now, &zone, Sense::Fact) {
            Ok(read) => {
                prop_assert!(read.assumed);
                prop_assert_eq!(read.at, local);
            }
            Err(refusal) => {
                prop_assert!(refusal.message.contains("is there twice"), "{}", refusal.message);
                let hint = refusal.hint.unwrap();
                let readings: Vec<_> = hint.split('"').skip(1).step_by(2).collect();
                prop_assert_eq!(readings.len(), 2);
            }
        }
    }

    #[test]
    fn rfc_3339_always_reads_back_to_the_bit(now in moments(), zone in zones(), nano in 0..1_000_000_i64) {
        let at = zone.at(now - TimeDelta::nanoseconds(nano));
        let read = read(&at.to_rfc3339(), now, &Zone::utc(), Sense::Fact).unwrap();
        prop_assert_eq!(read.at, at);
        prop_assert_eq!(read.at.offset(), at.offset());
    }

    #[test]
    fn no_words_at_all_make_it_panic(words in ".{0,70}", spoken in "[-+@0-9:.tzTZ dhmsw/,]{0,24}", now in moments()) {
        for words in [words, spoken] {
            for sense in [Sense::Fact, Sense::Due] {
                if let Err(refusal) = read(&words, now, &Zone::utc(), sense) {
                    prop_assert!(refusal.hint.is_some());
                }
            }
            for text in [format!("@{words}"), format!("x @{words}")] {
                if let Some(found) = split_at_time(&text, Place::StartOrEnd) {
                    prop_assert!(text[found.range.clone()].contains(found.words));
                    prop_assert!(text.contains(found.rest));
                }
            }
        }
    }
}

#[test]
fn a_span_is_said_in_words_too() {
    let now = "2026-11-21T14:00:00Z".parse().unwrap();
    let utc = Zone::utc();
    for (words, short) in [
        ("in 14 days", "+14d"),
        ("in 1 day", "+1d"),
        ("in 20 minutes", "+20m"),
        ("In 2 hours", "+2h"),
        ("in 1h30m", "+1h30m"),
        ("in 3 weeks", "+3w"),
        ("in 5 s", "+5s"),
    ] {
        let at = |words: &str| read(words, now, &utc, Sense::Due).unwrap().at;
        assert_eq!(at(words), at(short), "{words}");
    }
    for words in ["in", "in days", "in 3", "in x days", "in 3 sheep", "in -3 days"] {
        assert!(read(words, now, &utc, Sense::Due).is_err(), "{words}");
    }
}
