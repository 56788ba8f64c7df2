//! What the reader makes of VERIS records: told in plain words, dates as far as they are known, never a panic.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::severity::Level;
use crate::verb::Change;

fn read_all(text: &str) -> (Vec<Piece>, Result<(), Refusal>) {
    let mut pieces = Vec::new();
    let now = chrono::DateTime::from_timestamp(1_795_299_303, 0).unwrap();
    let reading = Reading { now, assume: None, columns: &[] };
    let done = read(&mut text.as_bytes(), &reading, &mut |piece| {
        pieces.push(piece);
        ControlFlow::Continue(())
    });
    (pieces, done)
}

fn hospital() -> Value {
    json!({
        "incident_id": "3C6DE2A4-0000-4000-8000-0000000000AA",
        "security_incident": "Confirmed",
        "summary": "Files of a clinic were encrypted after a mail.",
        "reference": "https://news.example/clinic",
        "timeline": {"incident": {"year": 2021, "month": 5, "day": 14}, "discovery": {"unit": "Days", "value": 3}},
        "victim": {"victim_id": "Lakeside Clinic", "country": ["US"], "industry": "622110"},
        "actor": {"external": {"variety": ["Organized crime"], "motive": ["Financial"], "country": ["Unknown"]}},
        "action": {
            "malware": {"variety": ["Ransomware"], "vector": ["Email attachment"]},
            "social": {"variety": ["Phishing"], "vector": ["Email"], "target": ["End-user"]},
        },
        "asset": {"assets": [{"variety": "S - Database", "amount": 2}, {"variety": "U - Laptop"}, {"variety": "Unknown"}]},
        "attribute": {
            "confidentiality": {"data_disclosure": "Potentially", "data": [{"variety": "Medical", "amount": 4100}]},
            "availability": {"variety": ["Obscuration"], "duration": {"unit": "Weeks", "value": 2}},
        },
        "discovery_method": {"internal": {"variety": ["Reported by employee"]}},
        "impact": {"overall_rating": "Damaging", "iso_currency_code": "USD", "overall_amount": 120_000},
    })
}

fn texts_of(pieces: &[Piece]) -> Vec<String> {
    let text = |piece: &Piece| match piece {
        Piece::Incident(it) => format!(
            "INCIDENT {} | {} | {:?} {:?} {:?}",
            it.key, it.open.title, it.open.types, it.open.severity, it.open.source
        ),
        Piece::Act(act) => match &act.change {
            Change::Plain(Command::Log(logged)) => logged.text.clone(),
            Change::Plain(Command::AddComponent(it)) => {
                format!("{} ({}): {}", it.name, it.kind, it.details.note.clone().unwrap_or_default())
            }
            Change::Plain(Command::Determine(it)) => format!("determined {}", it.to),
            Change::Plain(Command::Go(go)) => format!("closed {:?}", go.disposition),
            other => format!("{other:?}"),
        },
        Piece::Refused { place, why } => format!("refused {place}: {why}"),
        Piece::Remark(words) => words.clone(),
    };
    pieces.iter().map(text).collect()
}

#[test]
fn a_record_is_told_in_plain_words_and_no_hour_is_made_up() {
    let (pieces, done) = read_all(&hospital().to_string());
    done.unwrap();
    insta::assert_snapshot!(texts_of(&pieces).join("\n"));
}

#[test]
fn severity_comes_from_the_impact_alone() {
    assert_eq!(kinds::severity(&hospital()), Some(Level::Sev2));
    let mut plain = hospital();
    plain["impact"]["overall_rating"] = json!("Unknown");
    assert_eq!(kinds::severity(&plain), None);
}

#[test]
fn of_a_date_only_what_is_known_is_said() {
    let now = chrono::DateTime::from_timestamp(1_795_299_303, 0).unwrap();
    let of = |date: Value| date::of(&json!({"timeline": {"incident": date}}), now);
    for (date, at, known) in [
        (json!({"year": 2013}), "2013-01-01", "2013, only the year is known"),
        (json!({"year": 2013, "month": 7, "day": 0}), "2013-07-01", "2013-07, only the month is known"),
        (json!({"year": 2013, "month": 7, "day": 9}), "2013-07-09", "2013-07-09, only the day is known"),
        (json!({"year": 2013, "day": 9}), "2013-01-01", "2013, only the year is known"),
    ] {
        let (happened, said) = of(date).unwrap();
        let happened = happened.unwrap();
        assert!(happened.assumed);
        assert_eq!((happened.at.to_rfc3339(), said.as_str()), (format!("{at}T00:00:00+00:00"), known));
    }
    assert_eq!(of(json!({})).unwrap(), (None, "no date is known".to_owned()));
    for date in [json!({"year": 2013, "month": 2, "day": 30}), json!({"year": 2999}), json!({"year": 1})] {
        assert!(of(date).is_err());
    }
}

#[test]
fn a_list_a_line_each_and_one_alone_bring_the_same() {
    let one = hospital().to_string();
    let told = texts_of(&read_all(&one).0);
    assert_eq!(texts_of(&read_all(&format!("[{one}]")).0), told);
    let twice = texts_of(&read_all(&format!("{one}\n{one}\n")).0);
    assert_eq!(twice.len(), 2 * told.len());
    assert!(read_all("{\"cells\": []}").1.is_err(), "what is no VERIS is refused as a whole");
    let mixed = texts_of(&read_all(&format!("{one}\n{{\"a\":1}}\n{{\"b\":}}\n{one}")).0);
    assert_eq!(mixed.iter().filter(|text| text.starts_with("refused row")).count(), 2);
    assert_eq!(mixed.iter().filter(|text| text.starts_with("INCIDENT")).count(), 2);
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let keys = proptest::sample::select(vec![
            "victim",
            "actor",
            "action",
            "asset",
            "attribute",
            "timeline",
            "incident",
            "year",
            "month",
            "day",
            "variety",
            "malware",
            "external",
            "assets",
            "amount",
            "confidentiality",
            "data",
            "impact",
            "loss",
            "ioc",
            "discovery_method",
        ]);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((keys, inner), 0..8).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn no_record_makes_the_reader_panic_and_each_one_ends_closed(victim in anything(), rest in anything()) {
        let mut record = json!({"victim": victim, "action": {}});
        if let Value::Object(more) = rest {
            record.as_object_mut().unwrap().extend(more);
        }
        let (pieces, done) = read_all(&record.to_string());
        prop_assert!(done.is_ok());
        let incidents = pieces.iter().filter(|piece| matches!(piece, Piece::Incident(_))).count();
        prop_assert_eq!(incidents, 1);
        prop_assert!(texts_of(&pieces).last().unwrap().starts_with("closed"));
        for piece in &pieces {
            if let Piece::Incident(it) = piece {
                prop_assert!(crate::model::text::title(&it.open.title).is_ok(), "{}", it.open.title);
            }
        }
    }
}
