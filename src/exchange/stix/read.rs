//! The indicators of a STIX bundle, of whoever made it.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::arriving::{Fields, Said, one_of};
use super::super::elements::{Part, Step, Way, walk};
use super::super::intake::{Piece, Place, Reading, Sink};
use super::{confidence, extension, known_label, pattern};
use crate::model::indicator::{Found, Kind, of_kind};
use crate::model::refusal::{Refusal, quoted};
use crate::model::taxonomy::Tlp;

/// So many observables wait for the indicators, which say more of the same values.
const WAITING: usize = 100_000;
/// The tag of a value that was only observed: nobody there calls it an indicator.
const OBSERVED: &str = "observed";

const FIELDS: Fields =
    Fields { note: "description", source: "external_references", tags: "labels", times: "extensions" };

/// Reads a bundle, or several in one file.
///
/// # Errors
/// Refuses what is no bundle: no JSON, or without a list of objects.
pub fn read(reader: &mut dyn BufRead, _: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let plan = |path: &[Step]| match path {
        [] | [Step::Item(_)] => Way::Into,
        [Step::Field(name)] | [Step::Item(_), Step::Field(name)] if name == "objects" => Way::Into,
        [.., Step::Field(name), Step::Item(_)] if name == "objects" => Way::Take,
        [.., Step::Field(name)] if name == "type" || name == "spec_version" => Way::Take,
        _ => Way::Skip,
    };
    let mut arrived = Arrived::default();
    let mut sort = None;
    walk(reader, &plan, &mut |path, part| {
        let object = path.iter().any(|step| *step == Step::Field("objects".into()));
        match (path.last(), part) {
            (Some(Step::Item(n)), part) if object => arrived.take(*n, part, sink),
            (Some(Step::Field(name)), Part::Sound(Value::String(word))) if name == "type" => {
                sort.get_or_insert(word);
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        }
    })?;
    if arrived.objects == 0 && sort.as_deref() != Some("bundle") {
        let is = sort.map_or_else(String::new, |sort| format!(" Its type is {}.", quoted(&sort)));
        return Err(Refusal::misused(format!("This is no STIX bundle: it has no list of objects.{is}"))
            .hint("A MISP event: casebook import misp FILE. One object alone belongs into a bundle."));
    }
    let _ = arrived.end(sink);
    Ok(())
}

/// What is known of the file so far.
#[derive(Default)]
struct Arrived {
    objects: u64,
    labels: BTreeMap<String, Option<Tlp>>,
    waiting: Vec<(Place, Found, Said)>,
    /// Sorts of objects there is no place for, and how many.
    passed: BTreeMap<String, u64>,
    revoked: u64,
    /// The bundle was written by a casebook.
    from_us: bool,
    /// Objects under terms that are no TLP label.
    terms: u64,
}

impl Arrived {
    fn take(&mut self, n: u64, part: Part, sink: &mut Sink<'_>) -> ControlFlow<()> {
        self.objects += 1;
        let place = Place::row(n);
        let mut pieces = Vec::new();
        match part {
            Part::Sound(object) => self.object(&place, &object, &mut pieces),
            Part::Damaged(why) => pieces.push(Piece::Refused { place, why }),
        }
        pieces.into_iter().try_for_each(&mut *sink)?;
        if self.waiting.len() > WAITING { self.release(sink) } else { ControlFlow::Continue(()) }
    }

    fn object(&mut self, place: &Place, object: &Value, pieces: &mut Vec<Piece>) {
        let Some(sort) = object["type"].as_str() else {
            let why = "it has no type, so it cannot be read".to_owned();
            pieces.push(Piece::Refused { place: place.column("type"), why });
            return;
        };
        match sort {
            "marking-definition" => self.marking(object),
            "indicator" | "vulnerability" | "attack-pattern" if object["revoked"] == Value::Bool(true) => {
                self.revoked += 1;
            }
            "indicator" => self.indicator(place, object, pieces),
            "vulnerability" => self.named(place, object, &["cve"], Kind::Cve, pieces),
            // What only the log names comes with it, not as an indicator.
            "attack-pattern" if ours(object).is_none() && by_us(object) => {}
            "attack-pattern" => {
                let lists = ["mitre-attack", "mitre-mobile-attack", "mitre-ics-attack"];
                self.named(place, object, &lists, Kind::Technique, pieces);
            }
            "incident" => pieces.push(Piece::Remark(incident(object))),
            "identity" if object["id"].as_str() == Some(&super::made_by()) => self.from_us = true,
            // Ours are the indicators once more, as what was seen.
            _ if observable(sort) && !self.from_us => self.observable(place, object, sort),
            _ => *self.passed.entry(sort.chars().take(40).collect()).or_default() += 1,
        }
    }

    fn indicator(&mut self, place: &Place, object: &Value, pieces: &mut Vec<Piece>) {
        let place = &place.column("pattern");
        let mut refuse = |why: String| pieces.push(Piece::Refused { place: place.clone(), why });
        let Some(words) = object["pattern"].as_str() else {
            return refuse("it has no pattern".into());
        };
        if let Some(other) = object["pattern_type"].as_str().filter(|language| *language != "stix") {
            return refuse(format!(
                "the pattern is of {}, not STIX; such a rule is kept as a file: casebook evidence add FILE",
                quoted(other)
            ));
        }
        let values = match pattern::read(words) {
            Ok(values) => values,
            Err(why) => return refuse(format!("the pattern is not understood, {why}: {}", quoted(words))),
        };
        for why in &values.refused {
            refuse(format!("{why}, in the pattern {}", quoted(words)));
        }
        let mut said = self.said(object);
        if values.more {
            let note = said.note.take().map_or_else(String::new, |note| format!("{note}\n"));
            said.note = Some(format!("{note}Part of the pattern {words}"));
        }
        // The type our own record gave it, where the value is sound as that.
        let own = ours(object).and_then(|own| Kind::of(own["kind"].as_str()?));
        for found in values.found {
            let found = own.and_then(|kind| of_kind(kind, &found.value).ok()).unwrap_or(found);
            said.bring(place, found, FIELDS, &mut |piece| pieces.push(piece));
        }
    }

    /// An object that is known by its number in a public list.
    fn named(&mut self, place: &Place, object: &Value, lists: &[&str], kind: Kind, pieces: &mut Vec<Piece>) {
        let references = object["external_references"].as_array().map_or(&[][..], Vec::as_slice);
        let listed = references
            .iter()
            .find(|one| one["source_name"].as_str().is_some_and(|name| lists.contains(&name)));
        let number = listed.and_then(|one| one["external_id"].as_str()).or(object["name"].as_str());
        let number = number.unwrap_or_default();
        match of_kind(kind, number) {
            Ok(found) => {
                let mut said = self.said(object);
                if ours(object).is_none() && kind == Kind::Technique {
                    // The words of a public list about a technique are no words about this indicator.
                    said.note = None;
                }
                said.bring(place, found, FIELDS, &mut |piece| pieces.push(piece));
            }
            Err(_) => pieces.push(Piece::Refused {
                place: place.column("external_references"),
                why: format!("{} is no {}", quoted(number), kind.name()),
            }),
        }
    }

    fn observable(&mut self, place: &Place, object: &Value, sort: &str) {
        let mut said = self.said(object);
        said.tags.push(OBSERVED.to_owned());
        let text = |field: &str| object[field].as_str().map(str::to_owned);
        let mut take = |kinds: &[Kind], value: Option<String>| {
            if let Some(found) = value.and_then(|value| one_of(kinds, &value).ok()) {
                self.waiting.push((place.clone(), found, said.clone()));
            }
        };
        match sort {
            "ipv4-addr" | "ipv6-addr" => take(&[Kind::Ipv4, Kind::Ipv4Cidr, Kind::Ipv6], text("value")),
            "domain-name" => take(&[Kind::Onion, Kind::Domain], text("value")),
            "url" => take(&[Kind::Url], text("value")),
            "email-addr" => take(&[Kind::Email], text("value")),
            "mac-addr" => take(&[Kind::Mac], text("value")),
            "mutex" => take(&[Kind::Mutex], text("name")),
            "windows-registry-key" => take(&[Kind::RegistryKey], text("key")),
            "user-account" => match text("account_login") {
                Some(login) => take(&[Kind::Account], Some(login)),
                None => take(&[Kind::AwsKeyId, Kind::Account], text("user_id")),
            },
            "autonomous-system" => {
                take(&[Kind::Asn], object["number"].as_u64().map(|number| format!("AS{number}")));
            }
            _ => {
                let hashes = object["hashes"].as_object().into_iter().flatten();
                for (method, hash) in hashes {
                    let kind = match (sort, method.replace('-', "").to_uppercase().as_str()) {
                        ("file" | "artifact", "MD5") => Kind::Md5,
                        ("file" | "artifact", "SHA1") => Kind::Sha1,
                        ("file" | "artifact", "SHA256") => Kind::Sha256,
                        ("file" | "artifact", "SHA512") => Kind::Sha512,
                        ("x509-certificate", "SHA256") => Kind::CertSha256,
                        _ => continue,
                    };
                    take(&[kind], hash.as_str().map(str::to_owned));
                }
                if sort == "file" && object["parent_directory_ref"].is_null() {
                    take(&[Kind::FileName], text("name"));
                }
            }
        }
    }

    /// What every sort of object says alike.
    fn said(&mut self, object: &Value) -> Said {
        let own = ours(object);
        let text = |field: &str| object[field].as_str().map(str::to_owned);
        let time = |field: &str| -> Option<DateTime<Utc>> {
            DateTime::parse_from_rfc3339(own?[field].as_str()?).ok().map(|at| at.to_utc())
        };
        let labels = object["labels"].as_array().map_or(&[][..], Vec::as_slice);
        Said {
            tlp: self.label(object),
            confidence: object["confidence"].as_u64().and_then(confidence),
            first: time("first_seen"),
            last: time("last_seen"),
            source: own.and_then(|own| own["source"].as_str()).map(str::to_owned),
            note: text("description"),
            tags: labels.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    }

    /// The closest of its labels.
    fn label(&mut self, object: &Value) -> Option<Tlp> {
        let marks = object["object_marking_refs"].as_array().map_or(&[][..], Vec::as_slice);
        let mut closest = None;
        for mark in marks.iter().filter_map(Value::as_str) {
            match known_label(mark).or_else(|| self.labels.get(mark).copied().flatten()) {
                Some(label) => closest = closest.max(Some(label)),
                None => self.terms += 1,
            }
        }
        closest
    }

    fn marking(&mut self, object: &Value) {
        let Some(id) = object["id"].as_str() else { return };
        let word = object["extensions"][super::TLP_EXTENSION]["tlp_2_0"].as_str();
        let word = word.or(object["definition"]["tlp"].as_str()).or(object["name"].as_str());
        if self.labels.len() < WAITING {
            self.labels.insert(id.to_owned(), word.and_then(|word| Tlp::parse(word).ok()));
        }
    }

    fn release(&mut self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        for (place, found, said) in self.waiting.drain(..) {
            let mut pieces = Vec::new();
            said.bring(&place, found, FIELDS, &mut |piece| pieces.push(piece));
            pieces.into_iter().try_for_each(&mut *sink)?;
        }
        ControlFlow::Continue(())
    }

    fn end(mut self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        self.release(sink)?;
        let several =
            |n: u64, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
        if self.revoked > 0 {
            let said = several(
                self.revoked,
                "indicator is revoked there and was",
                "indicators are revoked there and were",
            );
            sink(Piece::Remark(format!("{said} left out.")))?;
        }
        if self.terms > 0 {
            let said = several(self.terms, "object stands", "objects stand");
            sink(Piece::Remark(format!(
                "{said} under terms that are no TLP label; casebook does not keep them."
            )))?;
        }
        if !self.passed.is_empty() {
            let passed: Vec<String> = self.passed.iter().map(|(sort, n)| format!("{sort} {n}")).collect();
            sink(Piece::Remark(format!(
                "Left out, because only indicators are taken in: {}.",
                passed.join(", ")
            )))?;
        }
        ControlFlow::Continue(())
    }
}

/// What our own extension says of an object.
fn ours(object: &Value) -> Option<&Value> {
    object["extensions"].get(extension())
}

fn by_us(object: &Value) -> bool {
    object["created_by_ref"].as_str() == Some(&super::made_by())
}

fn observable(sort: &str) -> bool {
    matches!(
        sort,
        "artifact"
            | "autonomous-system"
            | "domain-name"
            | "email-addr"
            | "file"
            | "ipv4-addr"
            | "ipv6-addr"
            | "mac-addr"
            | "mutex"
            | "url"
            | "user-account"
            | "windows-registry-key"
            | "x509-certificate"
    )
}

/// What an incident of somebody else is called and about.
fn incident(object: &Value) -> String {
    let name = object["name"].as_str().unwrap_or_default();
    let about = object["description"].as_str().map_or_else(String::new, |text| format!(": {text}"));
    let words =
        crate::model::text::visible(&format!("The bundle tells of the incident {}{about}", quoted(name)))
            .into_owned();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = words.chars().take(600).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    short
}
