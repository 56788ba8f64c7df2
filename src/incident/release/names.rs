//! Other names for the people, hosts and addresses of a record, each the same wherever it stands.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::other_words::OtherWords;
use crate::incident::event::Event;
use crate::incident::line::Line;
use crate::model::drill::CONTROL;
use crate::model::indicator::Kind;
use crate::model::indicator::paste::{Around, offered};
use crate::model::time::{Zone, stamp};

/// Fields that name a person, in any event.
const PEOPLE: [&str; 7] = ["by", "who", "holder", "owner", "lead", "assignee", "accepted_by"];
/// Fields beside which `name` is the name of a person.
const SAYS: [&str; 5] = ["role", "words", "why", "how", "at"];
/// Events in which somebody passes something to somebody.
const PASSING: [&str; 8] = [
    "acknowledged",
    "task-assigned",
    "handover-offered",
    "handover-accepted",
    "handover-declined",
    "custody-passed",
    "ledger-given",
    "sitrep-given",
];

/// The other names of a record.
#[derive(Default)]
struct Naming {
    other: OtherWords,
    /// How many there are of a sort.
    count: HashMap<String, usize>,
}

/// The other names for everything these lines name.
pub(super) fn of(lines: &[Line], now: DateTime<Utc>) -> OtherWords {
    let mut naming = Naming::default();
    let documents: Vec<(&str, Value)> = lines
        .iter()
        .map(|line| (line.event.kind(), serde_json::from_str(&line.event.data()).unwrap_or(Value::Null)))
        .collect();
    for (line, (kind, document)) in lines.iter().zip(&documents) {
        naming.person(&line.by);
        line.who.iter().for_each(|who| naming.person(who));
        naming.of_event(&line.event);
        naming.of_document(kind, document);
    }
    // Addresses in free text come last: what is on a list has its name by then.
    for (_, document) in &documents {
        naming.in_texts(document, now);
    }
    naming.other
}

impl Naming {
    fn numbered(&mut self, sort: &str) -> usize {
        let count = self.count.entry(sort.to_owned()).or_default();
        *count += 1;
        *count
    }

    fn person(&mut self, name: &str) {
        if !name.trim().is_empty() && name != CONTROL && self.other.of(name).is_none() {
            let to = format!("Person-{}", self.numbered("person"));
            // People call each other by a part of the name.
            let parts = name.split_whitespace().filter(|_| name.contains(char::is_whitespace));
            let named = |part: &&str| part.chars().count() > 2 && part.starts_with(char::is_uppercase);
            for part in parts.filter(named) {
                self.other.put(part, to.clone());
            }
            self.other.put(name, to);
        }
    }

    /// Something of a sort that is called by it and a number: `server-2`.
    fn thing(&mut self, sort: &str, name: &str) {
        if self.other.of(name).is_none() {
            let to = format!("{sort}-{}", self.numbered(sort));
            self.other.put(name, to);
        }
    }

    fn of_event(&mut self, event: &Event) {
        match event {
            Event::ComponentAdded(added) => self.thing(&added.kind, &added.name),
            Event::ComponentEdited(edited) => {
                if let Some(renamed) = &edited.renamed {
                    // One thing under two names stays one thing.
                    if let Some(to) = self.other.of(&renamed.from).map(str::to_owned) {
                        self.other.put(&renamed.to, to);
                    }
                }
            }
            Event::Opened(opened) => opened.refs.iter().for_each(|ticket| self.thing("ticket", ticket)),
            Event::Edited(edited) => edited.refs_added.iter().for_each(|ticket| self.thing("ticket", ticket)),
            Event::IndicatorsAdded(added) => {
                for one in &added.indicators {
                    if let Some(kind) = Kind::of(&one.kind) {
                        self.value(kind, &one.value);
                    }
                }
            }
            _ => {}
        }
    }

    /// A value of a sort that says where or who somebody is; hashes and names of files say neither.
    fn value(&mut self, kind: Kind, value: &str) {
        if self.other.of(value).is_some() {
            return;
        }
        let n = self.numbered(kind.id());
        let (high, low) = (n / 250, n % 250 + 1);
        // Addresses of RFC 2544, RFC 3849 and RFC 2606, which nobody has.
        let to = match kind {
            Kind::Ipv4 => format!("198.18.{high}.{low}"),
            Kind::Ipv4Port => {
                format!("198.18.{high}.{low}:{}", value.rsplit(':').next().unwrap_or_default())
            }
            Kind::Ipv4Cidr => format!("198.19.{}.0/24", n % 256),
            Kind::Ipv6 => format!("2001:db8::{n:x}"),
            Kind::Mac => format!("02:00:00:00:{:02x}:{:02x}", high % 256, low),
            Kind::Domain | Kind::Onion => format!("host-{n}.example"),
            Kind::Url => format!("https://url-{n}.example/"),
            Kind::Email => format!("mail-{n}@example.com"),
            Kind::MessageId => format!("<message-{n}@example.com>"),
            Kind::Account | Kind::Phone | Kind::Iban | Kind::AwsKeyId => format!("{}-{n}", kind.id()),
            _ => return,
        };
        self.other.put(&kind.defang(value), kind.defang(&to));
        self.other.put(value, to);
    }

    fn of_document(&mut self, kind: &str, document: &Value) {
        let Value::Object(fields) = document else {
            if let Value::Array(many) = document {
                many.iter().for_each(|one| self.of_document(kind, one));
            }
            return;
        };
        let roster = matches!(kind, "person-added" | "person-edited" | "person-left" | "shift-set");
        let named = roster || SAYS.iter().any(|says| fields.contains_key(*says));
        for (field, value) in fields {
            let texts = || texts_of(value);
            match field.as_str() {
                "from" | "to" if PASSING.contains(&kind) => texts().for_each(|name| self.person(name)),
                "name"
                    if named
                        && !fields.contains_key("type")
                        && !fields.contains_key("number")
                        && !kind.starts_with("component") =>
                {
                    texts().for_each(|name| self.person(name));
                }
                "from" if kind.starts_with("evidence-") => texts().for_each(|name| self.thing("party", name)),
                "phone" | "contact" | "channel" | "organisation" if roster => {
                    texts().for_each(|words| self.thing(field, words));
                }
                "mail" if roster => texts().for_each(|mail| self.value(Kind::Email, mail)),
                "components" if kind == "logged" => texts().for_each(|name| self.thing("host", name)),
                field if PEOPLE.contains(&field) => texts().for_each(|name| self.person(name)),
                _ => {}
            }
            self.of_document(kind, value);
        }
    }

    /// Addresses that stand in texts only.
    fn in_texts(&mut self, document: &Value, now: DateTime<Utc>) {
        match document {
            Value::String(text) if text.contains(['.', ':', '@']) && stamp(text).is_none() => {
                let zone = Zone::utc();
                for row in offered(text, Around { now, zone: &zone, own: &[] }) {
                    self.value(row.kind, &row.value);
                }
            }
            Value::Array(many) => many.iter().for_each(|one| self.in_texts(one, now)),
            Value::Object(fields) => fields.values().for_each(|value| self.in_texts(value, now)),
            _ => {}
        }
    }
}

/// The texts a field holds: itself, a list of them, or what it was and is.
fn texts_of(value: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match value {
        Value::String(text) => Box::new(std::iter::once(text.as_str())),
        Value::Array(many) => Box::new(many.iter().filter_map(Value::as_str)),
        Value::Object(change) => {
            Box::new(["from", "to"].into_iter().filter_map(|side| change.get(side)?.as_str()))
        }
        _ => Box::new(std::iter::empty()),
    }
}
