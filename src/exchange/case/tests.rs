//! What a reader of cases told, as lines; and JSON of any shape for it.

use proptest::prelude::*;
use serde_json::Value;

use super::super::intake::Read;
use super::*;
use crate::model::refusal::Refusal;

/// What a reader told, a line each.
pub(in crate::exchange) fn told(read: Read, text: &str) -> (Vec<String>, Result<(), Refusal>) {
    let now = chrono::DateTime::from_timestamp(1_795_299_303, 0).unwrap();
    let reading = Reading { now, assume: None, columns: &[] };
    let mut told = Vec::new();
    let done = read(&mut text.as_bytes(), &reading, &mut |piece| {
        told.push(line(&piece));
        ControlFlow::Continue(())
    });
    (told, done)
}

fn line(piece: &Piece) -> String {
    match piece {
        Piece::Incident(it) => {
            let open = &it.open;
            format!(
                "INCIDENT {} | {} | {:?} {:?} {:?} {:?}",
                it.key, open.title, open.severity, open.tlp, open.refs, open.lead
            )
        }
        Piece::Act(act) => {
            let at = act.at.as_ref().map_or(String::new(), |at| format!(" at {}", at.at.to_rfc3339()));
            let who = act.who.as_ref().map_or(String::new(), |who| format!(" by {who}"));
            let what = match &act.change {
                Change::Plain(Command::Log(logged)) => format!("{:?} {}", logged.kind, logged.text),
                Change::Plain(Command::AddComponent(it)) => {
                    format!("component {} ({}) {:?}", it.name, it.kind, it.details.note)
                }
                Change::Plain(Command::AddTask(it)) => {
                    format!("task {} {:?} for {:?}", it.title, it.text, it.assignee)
                }
                Change::Plain(Command::Go(it)) => format!("closed {:?} {:?}", it.disposition, it.reason),
                Change::Indicator(Indicating::Add { indicators, .. }) => {
                    let all = indicators.iter().map(|it| format!("{:?} {}", it.kind, it.value));
                    format!("indicator {}", all.collect::<Vec<_>>().join(", "))
                }
                other => format!("{other:?}"),
            };
            format!("{what}{at}{who}")
        }
        Piece::Refused { place, why } => format!("refused {place}: {why}"),
        Piece::Remark(words) => words.clone(),
    }
}

/// JSON of any shape under the names the formats use.
pub(in crate::exchange) fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 40, 4, |inner| {
        let keys = proptest::sample::select(vec![
            "timeline",
            "date_time",
            "event_data",
            "systems",
            "text",
            "malware",
            "md5",
            "actions",
            "task",
            "case",
            "title",
            "tasks",
            "logs",
            "message",
            "startDate",
            "observables",
            "dataType",
            "data",
            "status",
            "tlp",
            "attachment",
            "hashes",
        ]);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((keys, inner), 0..8).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}
