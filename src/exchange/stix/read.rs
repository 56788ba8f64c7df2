//! A STIX bundle of whoever made it: its incident, its indicators and what they were seen on.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::Import;
use super::super::arriving::{Fields, Said, one_of};
use super::super::case::{flat, parts};
use super::super::elements::{Part, Step, Way, walk};
use super::super::intake::{Act, Arriving, Brings, Piece, Place, Reading, Sink, moment};
use super::case::Case;
use super::place::Places;
use super::{extension, known_confidence, known_label, pattern};
use crate::incident::command::Command;
use crate::model::attack::{Meaning, attack};
use crate::model::entry::{LogKind, Logged};
use crate::model::head::Edit;
use crate::model::indicator::{Found, Kind, of_kind};
use crate::model::refusal::{Refusal, quoted};
use crate::model::taxonomy::Tlp;
use crate::model::text::thousands;
use crate::model::time::Happened;

/// So many observables wait for the indicators, which say more of the same values.
const WAITING: usize = 100_000;
/// The tag of a value that was only observed: nobody there calls it an indicator.
const OBSERVED: &str = "observed";

const FIELDS: Fields =
    Fields { note: "description", source: "external_references", tags: "labels", times: "extensions" };

/// The incidents of bundles, each in a record of its own.
pub static CASES: Import = Import {
    name: "stix",
    about: "STIX 2.1 bundle with an incident",
    brings: Brings::Incidents,
    read: cases,
};

/// Reads a bundle, or several in one file, as acts on an incident.
///
/// # Errors
/// Refuses what is no bundle: no JSON, or without a list of objects.
pub fn read(reader: &mut dyn BufRead, reading: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    arrive(reader, Arrived::new(reading, Into::Here), sink)
}

/// Reads a bundle as an incident with acts of its own.
fn cases(reader: &mut dyn BufRead, reading: &Reading<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    arrive(reader, Arrived::new(reading, Into::Its(Vec::new())), sink)
}

/// Whether a bundle tells of an incident. What is no bundle does not.
pub fn holds_incident(reader: &mut dyn BufRead) -> bool {
    let mut holds = false;
    let _ = walk(reader, &plan, &mut |_, part| match part {
        Part::Sound(object) if object["type"] == "incident" => {
            holds = true;
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    holds
}

fn plan(path: &[Step]) -> Way {
    match path {
        [] | [Step::Item(_)] => Way::Into,
        [Step::Field(name)] | [Step::Item(_), Step::Field(name)] if name == "objects" => Way::Into,
        [.., Step::Field(name), Step::Item(_)] if name == "objects" => Way::Take,
        [.., Step::Field(name)] if name == "type" || name == "spec_version" => Way::Take,
        _ => Way::Skip,
    }
}

fn arrive(reader: &mut dyn BufRead, mut arrived: Arrived<'_>, sink: &mut Sink<'_>) -> Result<(), Refusal> {
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
    if let Some(refusal) = arrived.without_incident() {
        return Err(refusal);
    }
    let _ = arrived.end(sink);
    Ok(())
}

/// Where what arrives goes.
enum Into {
    /// Into the incident at hand.
    Here,
    /// Into the one the file tells of; so much came before it.
    Its(Vec<Piece>),
    /// Into the one the file has told of.
    Opened,
}

/// What is known of the file so far.
struct Arrived<'r> {
    reading: &'r Reading<'r>,
    into: Into,
    objects: u64,
    labels: BTreeMap<String, Option<Tlp>>,
    waiting: Vec<(Place, Found, Said)>,
    places: Places,
    /// Sorts of objects there is no place for, and how many.
    passed: BTreeMap<String, u64>,
    revoked: u64,
    /// The bundle was written by a casebook.
    from_us: bool,
    /// Objects under terms that are no TLP label.
    terms: u64,
    /// An incident that was over where it comes from: it is closed when all of it is here.
    over: Option<(Place, crate::incident::moves::Go)>,
}

impl<'r> Arrived<'r> {
    fn new(reading: &'r Reading<'r>, into: Into) -> Self {
        Self {
            reading,
            into,
            objects: 0,
            labels: BTreeMap::new(),
            waiting: Vec::new(),
            places: Places::default(),
            passed: BTreeMap::new(),
            revoked: 0,
            from_us: false,
            terms: 0,
            over: None,
        }
    }

    fn take(&mut self, n: u64, part: Part, sink: &mut Sink<'_>) -> ControlFlow<()> {
        self.objects += 1;
        let place = Place::row(n);
        let mut pieces = Vec::new();
        match part {
            Part::Sound(object) => self.object(&place, &object, &mut pieces),
            Part::Damaged(why) => pieces.push(Piece::Refused { place, why }),
        }
        self.give(pieces, sink)?;
        if self.waiting.len() > WAITING { self.release(sink) } else { ControlFlow::Continue(()) }
    }

    /// Hands pieces on, or keeps them until the incident they belong to is known.
    fn give(&mut self, pieces: Vec<Piece>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let Into::Its(held) = &mut self.into else { return pieces.into_iter().try_for_each(sink) };
        held.extend(pieces);
        if let Some(at) = held.iter().position(|piece| matches!(piece, Piece::Incident(_))) {
            let incident = held.remove(at);
            let held = std::mem::take(held);
            self.into = Into::Opened;
            sink(incident)?;
            return held.into_iter().try_for_each(sink);
        }
        match held.len() > WAITING {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// Why nothing can be taken in as an incident.
    fn without_incident(&self) -> Option<Refusal> {
        let Into::Its(held) = &self.into else { return None };
        Some(match held.len() > WAITING {
            true => Refusal::refused(format!(
                "More than {} objects stand before the incident of the bundle.",
                thousands(WAITING)
            ))
            .hint("-i INCIDENT takes it into that one, whatever the order."),
            false => Refusal::refused(
                "The bundle tells of no incident; there is nothing to put its indicators into.",
            )
            .hint("-i INCIDENT takes them into that one."),
        })
    }

    fn object(&mut self, place: &Place, object: &Value, pieces: &mut Vec<Piece>) {
        let Some(sort) = object["type"].as_str() else {
            let why = "it has no type, so it cannot be read".to_owned();
            pieces.push(Piece::Refused { place: place.column("type"), why });
            return;
        };
        let taken = match sort {
            "indicator" | "vulnerability" | "attack-pattern" if object["revoked"] == Value::Bool(true) => {
                self.revoked += 1;
                true
            }
            "marking-definition" => {
                self.marking(object);
                true
            }
            "indicator" => {
                self.indicator(place, object, pieces);
                true
            }
            "vulnerability" => {
                self.named(place, object, &["cve"], Kind::Cve, pieces);
                true
            }
            "attack-pattern" => {
                self.technique(place, object, pieces);
                true
            }
            "incident" => {
                self.incident(place, object, pieces);
                true
            }
            "note" => self.note(place, object, pieces),
            "identity" if object["id"].as_str() == Some(&super::made_by()) => {
                self.from_us = true;
                true
            }
            "identity" => {
                let piece = self.places.identity(place, object, by_us(object));
                piece.map(|piece| pieces.extend(piece)).is_ok()
            }
            "sighting" => self.places.sighting(place, object),
            "relationship" => self.places.relationship(object),
            "extension-definition" => true,
            // Ours are the indicators once more, as what was seen.
            "observed-data" | "directory" | "network-traffic" => self.from_us,
            _ if observable(sort) => {
                if !self.from_us {
                    self.observable(place, object, sort);
                }
                true
            }
            _ => false,
        };
        if !taken {
            *self.passed.entry(sort.chars().take(40).collect()).or_default() += 1;
        }
    }

    /// The first incident of a file that is to be one here is opened; of any other it is said what it is.
    fn incident(&mut self, place: &Place, object: &Value, pieces: &mut Vec<Piece>) {
        let case = Case::of(object);
        let tlp = self.label(object);
        let opens = matches!(self.into, Into::Its(_));
        let at = case.began(self.reading);
        if !opens {
            let references = [case.key()].into_iter().chain(case.references()).collect();
            let edit = Edit { refs: references, ..Edit::default() };
            pieces.push(act(&place.column("external_references"), None, Command::Edit(edit)));
            return log(place, (LogKind::Note, &case.whole()), at, &[], pieces);
        }
        let arriving = Arriving {
            place: place.clone(),
            key: case.key(),
            at: case.opened(self.reading),
            open: case.open(tlp),
        };
        pieces.push(Piece::Incident(Box::new(arriving)));
        log(place, (LogKind::Note, &case.rest()), at, &[], pieces);
        if let Some(determine) = case.determination() {
            pieces.push(act(&place.column("determination"), None, Command::Determine(determine)));
        }
        self.over = case.over().map(|go| (place.column("closed"), go));
    }

    /// A technique is an indicator; of ours, only what was one here, and the others are named by the log.
    fn technique(&mut self, place: &Place, object: &Value, pieces: &mut Vec<Piece>) {
        let lists = ["mitre-attack", "mitre-mobile-attack", "mitre-ics-attack"];
        if ours(object).is_some() || !by_us(object) {
            return self.named(place, object, &lists, Kind::Technique, pieces);
        }
        let Some(id) = number(object, &lists) else { return };
        let words = match attack().meaning(id) {
            Meaning::Known(known) | Meaning::Moved(_, known) => format!("{id} {}", known.name),
            Meaning::Unknown => id.to_owned(),
        };
        let words = format!("The log of the incident this is from names {words}");
        log(place, (LogKind::Observation, &words), None, &[id], pieces);
    }

    /// What somebody wrote about it. `false`: nothing.
    fn note(&mut self, place: &Place, object: &Value, pieces: &mut Vec<Piece>) -> bool {
        let text = |field: &str| object[field].as_str().map(str::trim).filter(|text| !text.is_empty());
        let Some(content) = text("content") else { return false };
        let words =
            text("abstract").map_or(content.to_owned(), |short| format!("{}: {content}", flat(short)));
        let at = text("created").and_then(|at| moment::read(at, self.reading).ok());
        log(place, (LogKind::Note, &words), at, &[], pieces);
        true
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
        let typed = |found: Found| own.and_then(|kind| of_kind(kind, &found.value).ok()).unwrap_or(found);
        let all: Vec<Found> = values.found.into_iter().map(typed).collect();
        self.places.means(object, &all);
        for found in all {
            said.bring(place, found, FIELDS, &mut |piece| pieces.push(piece));
        }
    }

    /// An object that is known by its number in a public list.
    fn named(&mut self, place: &Place, object: &Value, lists: &[&str], kind: Kind, pieces: &mut Vec<Piece>) {
        let number = number(object, lists).unwrap_or_default();
        match of_kind(kind, number) {
            Ok(found) => {
                self.places.means(object, std::slice::from_ref(&found));
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
            confidence: object["confidence"].as_u64().and_then(known_confidence),
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
        for (place, found, said) in std::mem::take(&mut self.waiting) {
            let mut pieces = Vec::new();
            said.bring(&place, found, FIELDS, &mut |piece| pieces.push(piece));
            self.give(pieces, sink)?;
        }
        ControlFlow::Continue(())
    }

    fn end(mut self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        self.release(sink)?;
        let (pieces, others) = self.places.end();
        pieces.into_iter().try_for_each(&mut *sink)?;
        if let Some((place, go)) = self.over.take() {
            sink(act(&place, None, Command::Go(go)))?;
        }
        if others > 0 {
            *self.passed.entry("identity".to_owned()).or_default() += others as u64;
        }
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
                "Left out, because there is no place for it here: {}.",
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

/// The number of an object in one of these public lists, or its name.
fn number<'o>(object: &'o Value, lists: &[&str]) -> Option<&'o str> {
    let references = object["external_references"].as_array().map_or(&[][..], Vec::as_slice);
    let listed =
        references.iter().find(|one| one["source_name"].as_str().is_some_and(|name| lists.contains(&name)));
    listed.and_then(|one| one["external_id"].as_str()).or(object["name"].as_str())
}

fn act(place: &Place, at: Option<Happened>, command: Command) -> Piece {
    Piece::Act(Box::new(Act { at, ..Act::new(place.clone(), command) }))
}

/// Words for the log, in as many entries as they need.
fn log(
    place: &Place,
    (kind, words): (LogKind, &str),
    at: Option<Happened>,
    techniques: &[&str],
    pieces: &mut Vec<Piece>,
) {
    for text in parts(words) {
        let techniques = techniques.iter().map(|id| (*id).to_owned()).collect();
        let logged = Logged { kind, text, techniques, ..Logged::default() };
        pieces.push(act(place, at.clone(), Command::Log(logged)));
    }
}
