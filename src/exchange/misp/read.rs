//! The attributes of a MISP event, of whoever made it.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::arriving::{Fields, Said, one_of};
use super::super::elements::{Part, Step, Way, walk};
use super::super::intake::{Piece, Place, Reading, Sink};
use super::{CONFIDENCE, TECHNIQUE};
use crate::model::attack;
use crate::model::indicator::{Confidence, Found, Kind, of_kind, shown};
use crate::model::refusal::{Refusal, quoted};
use crate::model::taxonomy::Tlp;
use crate::model::text::{thousands, visible};

/// MISP writes the labels of an event behind its attributes: so many wait for them. Those beyond are taken as
/// TLP:RED, because it may be what comes.
const WAITING: usize = 200_000;

const FIELDS: Fields = Fields { note: "comment", source: "Tag", tags: "Tag", times: "first_seen" };

/// Reads an event, several in a list, or the answer of a MISP server.
///
/// # Errors
/// Refuses what is no event: no JSON, or without one.
pub fn read(reader: &mut dyn BufRead, _: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut arrived = Arrived::default();
    walk(reader, &plan, &mut |path, part| {
        let Some(at) = path.iter().position(|step| field(step) == Some("Event")) else {
            return ControlFlow::Continue(());
        };
        let event = &path[..at];
        if arrived.event.as_deref() != Some(event) {
            arrived.settle(sink)?;
            arrived.event = Some(event.to_vec());
            arrived.events += 1;
        }
        match (&path[at + 1..], part) {
            ([list, Step::Item(_)], part) => arrived.item(field(list) == Some("Object"), part, sink),
            ([name], Part::Sound(value)) => arrived.head(field(name).unwrap_or_default(), &value, sink),
            _ => ControlFlow::Continue(()),
        }
    })?;
    if arrived.events == 0 {
        return Err(Refusal::misused("This is no MISP event: it has no Event.")
            .hint("A STIX bundle: casebook import stix FILE."));
    }
    let _ = arrived.settle(sink);
    let _ = arrived.end(sink);
    Ok(())
}

fn field(step: &Step) -> Option<&str> {
    match step {
        Step::Field(name) => Some(name),
        Step::Item(_) => None,
    }
}

/// `{"Event": {…}}`, `[{"Event": {…}}]`, `{"response": [{"Event": {…}}]}`.
fn plan(path: &[Step]) -> Way {
    let Some(at) = path.iter().position(|step| field(step) == Some("Event")) else {
        return match path {
            [] | [Step::Item(_)] => Way::Into,
            [Step::Field(name), ..] if name == "response" => Way::Into,
            _ => Way::Skip,
        };
    };
    match &path[at + 1..] {
        [] => Way::Into,
        [Step::Field(name)] if name == "Attribute" || name == "Object" => Way::Into,
        [Step::Field(name), Step::Item(_)] if name == "Attribute" || name == "Object" => Way::Take,
        [Step::Field(name)] if name == "Tag" || name == "info" => Way::Take,
        _ => Way::Skip,
    }
}

/// What is known of the file so far.
#[derive(Default)]
struct Arrived {
    event: Option<Vec<Step>>,
    events: u64,
    /// Of the event at hand; the inner `None`: its tags were read and none is a label.
    label: Option<Option<Tlp>>,
    /// How many attributes and objects the file had so far.
    n: u64,
    waiting: Vec<(Place, Found, Said)>,
    overfull: bool,
    deleted: u64,
    retired: u64,
    /// Types there is no place for, and how many.
    passed: BTreeMap<String, u64>,
}

impl Arrived {
    fn head(&mut self, name: &str, value: &Value, sink: &mut Sink<'_>) -> ControlFlow<()> {
        match name {
            "Tag" => {
                self.label = Some(labels(value));
                ControlFlow::Continue(())
            }
            _ => {
                let words = visible(value.as_str().unwrap_or_default()).into_owned();
                let words: String =
                    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
                sink(Piece::Remark(format!("The event is called \"{words}\".")))
            }
        }
    }

    fn item(&mut self, object: bool, part: Part, sink: &mut Sink<'_>) -> ControlFlow<()> {
        self.n += 1;
        let place = Place::row(self.n);
        let item = match part {
            Part::Sound(item) => item,
            Part::Damaged(why) => return sink(Piece::Refused { place, why }),
        };
        let mut pieces = Vec::new();
        if object {
            if deleted(&item) {
                self.deleted += 1;
                return ControlFlow::Continue(());
            }
            let name = item["name"].as_str().unwrap_or("object");
            for (k, attribute) in item["Attribute"].as_array().into_iter().flatten().enumerate() {
                self.attribute(&place.column(format!("{name}.Attribute[{k}]")), attribute, &mut pieces);
            }
        } else {
            self.attribute(&place, &item, &mut pieces);
        }
        pieces.into_iter().try_for_each(&mut *sink)?;
        if self.waiting.len() > WAITING && self.label.is_none() {
            self.overfull = true;
            self.label = Some(Some(Tlp::Red));
        }
        if self.label.is_some() { self.release(sink) } else { ControlFlow::Continue(()) }
    }

    fn attribute(&mut self, place: &Place, attribute: &Value, pieces: &mut Vec<Piece>) {
        let mut refuse = |column: &str, why: String| {
            let column = place.column.as_ref().map_or(column.to_owned(), |of| format!("{of}.{column}"));
            pieces.push(Piece::Refused { place: place.column(column), why });
        };
        let Some(sort) = attribute["type"].as_str() else {
            return refuse("type", "it has no type, so it cannot be read".into());
        };
        if deleted(attribute) {
            self.deleted += 1;
            return;
        }
        let said = match said(attribute) {
            Some(said) => said,
            None => {
                self.retired += 1;
                return;
            }
        };
        let Some(value) = attribute["value"].as_str() else {
            return refuse("value", "it has no value in words".into());
        };
        let mut parts: Vec<(&[Kind], String)> = match said.1 {
            Some(kind) => {
                vec![(kind, value.replacen('|', if kind == [Kind::Ipv4Port] { ":" } else { "|" }, 1))]
            }
            None => split(sort, value),
        };
        if parts.is_empty() {
            *self.passed.entry(sort.chars().take(40).collect()).or_default() += 1;
        }
        for (kinds, value) in parts.drain(..) {
            match one_of(kinds, &value) {
                Ok(found) => self.waiting.push((place.clone(), found, said.0.clone())),
                Err(why) => {
                    let kind = kinds.first().map_or("other", |kind| kind.id());
                    let value = quoted(&shown(kind, &value));
                    refuse("value", format!("{value} is no {sort}: {}", why.words()));
                }
            }
        }
    }

    /// Hands out what waited for the label of its event.
    fn release(&mut self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let of_event = self.label.flatten();
        for (place, found, mut said) in self.waiting.drain(..) {
            said.tlp = said.tlp.or(of_event);
            let mut pieces = Vec::new();
            said.bring(&place, found, FIELDS, &mut |piece| pieces.push(piece));
            pieces.into_iter().try_for_each(&mut *sink)?;
        }
        ControlFlow::Continue(())
    }

    /// The event is at its end.
    fn settle(&mut self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        self.release(sink)?;
        self.label = None;
        ControlFlow::Continue(())
    }

    fn end(self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let several = |n: u64, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
        let were = |n: u64| if n == 1 { "is" } else { "are" };
        if self.overfull {
            let most = thousands(WAITING);
            sink(Piece::Remark(format!(
                "The event names its label only behind {most} attributes; those without one of their own were taken as TLP:RED."
            )))?;
        }
        for (n, how) in [(self.deleted, "deleted"), (self.retired, "retired")] {
            if n > 0 {
                let (said, is) = (several(n, "attribute"), were(n));
                sink(Piece::Remark(format!("{said} {is} {how} there and left out.")))?;
            }
        }
        if !self.passed.is_empty() {
            let passed: Vec<String> = self.passed.iter().map(|(sort, n)| format!("{sort} {n}")).collect();
            let passed = passed.join(", ");
            sink(Piece::Remark(format!(
                "Left out, because casebook has no type of indicator for them: {passed}."
            )))?;
        }
        ControlFlow::Continue(())
    }
}

fn deleted(item: &Value) -> bool {
    item["deleted"] == Value::Bool(true) || item["deleted"].as_str() == Some("1")
}

fn names(tags: &Value) -> impl Iterator<Item = &str> {
    tags.as_array().into_iter().flatten().filter_map(|tag| tag["name"].as_str())
}

/// The closest label among tags.
fn labels(tags: &Value) -> Option<Tlp> {
    let label = |name: &str| name.to_lowercase().starts_with("tlp:").then(|| Tlp::parse(name).ok()).flatten();
    names(tags).filter_map(label).max()
}

/// The value of a machine tag.
fn value<'a>(tag: &'a str, space: &str) -> Option<&'a str> {
    tag.strip_prefix(space)?.strip_prefix('=').map(|value| value.trim_matches('"'))
}

type Described = (Said, Option<&'static [Kind]>);

/// What an attribute says beside its value, and the type our own record gave it; `None`: it is retired.
fn said(attribute: &Value) -> Option<Described> {
    let time = |name: &str| -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(attribute[name].as_str()?).ok().map(|at| at.to_utc())
    };
    let mut said = Said {
        tlp: labels(&attribute["Tag"]),
        first: time("first_seen"),
        last: time("last_seen"),
        note: attribute["comment"].as_str().map(str::to_owned),
        ..Said::default()
    };
    let mut own: Option<&'static [Kind]> = None;
    for tag in names(&attribute["Tag"]) {
        if tag.to_lowercase().starts_with("tlp:") {
            continue;
        }
        if let Some(word) = value(tag, CONFIDENCE) {
            said.confidence = match word {
                "low" => Some(Confidence::Low),
                "moderate" => Some(Confidence::Medium),
                "high" => Some(Confidence::High),
                _ => None,
            };
        } else if let Some(word) = value(tag, "casebook:type") {
            own = Kind::ALL.iter().position(|kind| kind.id() == word).map(|at| &Kind::ALL[at..=at]);
        } else if let Some(words) = value(tag, "casebook:source") {
            said.source = Some(words.to_owned());
        } else if value(tag, "casebook:retired").is_some() {
            return None;
        } else if let Some(words) = value(tag, TECHNIQUE) {
            // `Phishing - T1566`: the number is enough.
            let id = words.rsplit(' ').next().and_then(attack::id);
            said.tags.push(id.unwrap_or_else(|| words.to_owned()));
        } else {
            said.tags.push(tag.to_owned());
        }
    }
    Some((said, own))
}

/// What the value of a type may be, the likelier types first; empty: nothing of ours.
pub(super) fn kinds(sort: &str) -> &'static [Kind] {
    match sort {
        "ip-src" | "ip-dst" => &[Kind::Ipv4, Kind::Ipv4Cidr, Kind::Ipv6],
        "ip-src|port" | "ip-dst|port" => &[Kind::Ipv4Port],
        "hostname" | "domain" => &[Kind::Domain, Kind::Onion],
        "onion-address" => &[Kind::Onion],
        "url" | "uri" => &[Kind::Url],
        "email"
        | "email-src"
        | "email-dst"
        | "email-reply-to"
        | "target-email"
        | "whois-registrant-email"
        | "dns-soa-email" => &[Kind::Email],
        "email-subject" => &[Kind::EmailSubject],
        "email-message-id" => &[Kind::MessageId],
        // A name without a known ending is free text.
        "filename" | "email-attachment" => &[Kind::FileName, Kind::PathWindows, Kind::PathUnix, Kind::Other],
        "md5" => &[Kind::Md5],
        "sha1" => &[Kind::Sha1],
        "sha256" => &[Kind::Sha256],
        "sha512" => &[Kind::Sha512],
        "ssdeep" => &[Kind::Ssdeep],
        "imphash" => &[Kind::Imphash],
        "ja3-fingerprint-md5" => &[Kind::Ja3],
        "jarm-fingerprint" => &[Kind::Jarm],
        "x509-fingerprint-sha256" => &[Kind::CertSha256],
        "mac-address" => &[Kind::Mac],
        "AS" => &[Kind::Asn],
        "regkey" => &[Kind::RegistryKey, Kind::Other],
        "mutex" => &[Kind::Mutex],
        "user-agent" => &[Kind::UserAgent],
        "vulnerability" => &[Kind::Cve, Kind::Other],
        "btc" => &[Kind::Btc],
        "xmr" => &[Kind::Xmr],
        "iban" => &[Kind::Iban],
        "phone-number" | "whois-registrant-phone" => &[Kind::Phone],
        "windows-service-name" => &[Kind::Service],
        "windows-scheduled-task" => &[Kind::ScheduledTask],
        "target-user" | "github-username" | "twitter-id" | "jabber-id" => &[Kind::Account],
        _ => &[],
    }
}

/// The values of an attribute; many types of MISP are two with a bar between them.
fn split(sort: &str, value: &str) -> Vec<(&'static [Kind], String)> {
    let one = |sort: &str, value: &str| match kinds(sort) {
        [] => None,
        kinds => Some((kinds, value.to_owned())),
    };
    let Some((left, right)) = sort.split_once('|').filter(|_| !sort.starts_with("sha512/")) else {
        let value =
            if sort == "AS" && !value.starts_with("AS") { format!("AS{value}") } else { value.to_owned() };
        return one(sort, &value).into_iter().collect();
    };
    let (first, second) = match (left, right) {
        // A value of the registry may hold a bar, the name of a file may not.
        ("regkey", _) => value.split_once('|').unwrap_or((value, "")),
        _ => value.rsplit_once('|').unwrap_or((value, "")),
    };
    match right {
        "port"
            if left.starts_with("ip-") && of_kind(Kind::Ipv4Port, &format!("{first}:{second}")).is_ok() =>
        {
            vec![(kinds(sort), format!("{first}:{second}"))]
        }
        "port" | "value" => one(left, first).into_iter().collect(),
        "ip" => [one(left, first), one("ip-dst", second)].into_iter().flatten().collect(),
        _ => [one(left, first), one(right, second)].into_iter().flatten().collect(),
    }
}
