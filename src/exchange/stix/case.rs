//! The incident a bundle tells of: what it is called and about, as a head to open or as words for the log.

use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

use super::super::case::{flat, short, summary};
use super::super::intake::json::{list, text, texts};
use super::super::intake::{Reading, moment};
use super::{SPACE, known_confidence};
use crate::incident::Incident;
use crate::incident::moves::Go;
use crate::model::head::Open;
use crate::model::phase::Phase;
use crate::model::severity::Level;
use crate::model::taxonomy::{Determination, TAXONOMY, Tlp};
use crate::model::text::quoted;
use crate::model::time::Happened;
use crate::model::triage::Determine;
use uuid::Uuid;

/// The longest title that is taken, in characters; a longer one is cut, and stands whole in the log.
const TITLE: usize = 160;
/// The longest reference that is taken as one, in characters; a longer one stands in the log only.
const REFERENCE: usize = 180;
/// At most so many references are taken as such; all of them stand in the log.
const REFERENCES: usize = 20;
/// Fields of an incident object that are said in words of their own, or say nothing to a person.
const KNOWN: [&str; 17] = [
    "type",
    "spec_version",
    "id",
    "created",
    "modified",
    "created_by_ref",
    "object_marking_refs",
    "granular_markings",
    "name",
    "description",
    "labels",
    "confidence",
    "external_references",
    "extensions",
    "lang",
    "revoked",
    "severity",
];

/// The id of our extension of an incident.
pub(super) fn extension() -> String {
    format!("extension-definition--{}", Uuid::new_v5(&SPACE, b"stix incident 1"))
}

pub(super) fn extension_definition() -> Value {
    json!({
        "type": "extension-definition", "spec_version": "2.1", "id": extension(),
        "created": super::OWN_CREATED, "modified": super::OWN_CREATED, "created_by_ref": super::made_by(),
        "name": "casebook incident",
        "description": "What an incident's record says that the STIX 2.1 incident object has no field for.",
        "schema": "An object. number: what the incident is called in casebook, such as INC-2026-0007. \
                   opened: an RFC 3339 timestamp. summary: what it is about, in a paragraph. \
                   types: a list of words such as ransomware. severity: SEV1 (critical) to SEV5. \
                   determination: whether it is one, such as confirmed. source: how it was noticed. \
                   phase: the phase it is in. closed: whether it is closed. All but extension_type may \
                   be left out.",
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    })
}

/// What our extension says of an incident.
pub(super) fn own(incident: &Incident) -> Value {
    let mut own = Map::new();
    let mut put = |field: &str, value: Value| _ = own.insert(field.to_owned(), value);
    put("extension_type", json!("property-extension"));
    put("number", json!(incident.number));
    put("opened", json!(incident.opened.to_rfc3339_opts(SecondsFormat::AutoSi, true)));
    put("phase", json!(incident.phase().id()));
    put("closed", json!(incident.closed()));
    let types: Vec<&str> = incident.types().collect();
    for (field, value) in [
        ("summary", incident.summary.get().cloned().flatten().map(Value::String)),
        ("types", Some(json!(types)).filter(|_| !types.is_empty())),
        ("severity", incident.severity().map(|severity| json!(severity.level.id()))),
        ("determination", incident.determination.get().cloned().flatten().map(Value::String)),
        ("source", incident.source.get().cloned().flatten().map(Value::String)),
    ] {
        if let Some(value) = value {
            put(field, value);
        }
    }
    Value::Object(own)
}

/// Under which name an incident that came as STIX is known here: `stix:incident--…`.
fn key(id: &str) -> String {
    format!("stix:{}", short(&id.replace(char::is_whitespace, "-"), 80))
}

/// Under which name the incident with this id of ours leaves, whoever imports it.
pub fn key_of(incident: Uuid) -> String {
    key(&format!("incident--{}", super::super::lasting::named(incident, "incident", "")))
}

/// An incident as a bundle tells it.
pub(super) struct Case<'a> {
    object: &'a Value,
    /// What our own extension says of it.
    ours: Option<&'a Value>,
}

impl<'a> Case<'a> {
    pub(super) fn of(object: &'a Value) -> Self {
        Self { object, ours: object["extensions"].get(extension()) }
    }

    pub(super) fn key(&self) -> String {
        key(text(self.object, "id").unwrap_or("incident"))
    }

    fn name(&self) -> String {
        let name = flat(text(self.object, "name").unwrap_or_default());
        if name.is_empty() { "Incident without a name, from STIX".to_owned() } else { name }
    }

    fn field(&self, name: &str) -> Option<&'a str> {
        text(self.ours?, name)
    }

    /// The head of an incident of its own.
    pub(super) fn open(&self, tlp: Option<Tlp>) -> Open {
        let known = |word: &&str| TAXONOMY.case_types.iter().any(|known| known.id == *word);
        Open {
            title: short(&self.name(), TITLE),
            types: self.types().into_iter().filter(known).map(str::to_owned).collect(),
            summary: self.about().and_then(|words| summary(words).0),
            severity: self.severity().and_then(|word| level(&word)),
            source: self.field("source").filter(|word| TAXONOMY.source(word).is_ok()).map(str::to_owned),
            tlp,
            refs: self.references(),
            ..Open::default()
        }
    }

    fn types(&self) -> Vec<&'a str> {
        self.ours.map(|ours| texts(ours, "types")).unwrap_or_default()
    }

    /// What it is about. The description that we write says more than that, of what has no field.
    fn about(&self) -> Option<&'a str> {
        match self.ours {
            Some(ours) => text(ours, "summary"),
            None => text(self.object, "description"),
        }
    }

    /// When it was opened, where that is said. When the object was made says nothing of it.
    pub(super) fn opened(&self, reading: &Reading<'_>) -> Option<Happened> {
        moment::read(self.field("opened")?, reading).ok()
    }

    /// When it began, or when the object was made.
    pub(super) fn began(&self, reading: &Reading<'_>) -> Option<Happened> {
        let said = self.field("opened").or(text(self.object, "first_seen")).or(text(self.object, "created"));
        moment::read(said?, reading).ok()
    }

    /// The words for its severity, wherever they stand.
    fn severity(&self) -> Option<String> {
        if let Some(word) = self.field("severity") {
            return Some(word.to_owned());
        }
        let stands = |value: &Value| {
            ["severity", "x_severity", "criticality", "impact"]
                .iter()
                .find_map(|field| text(value, field).map(str::to_owned))
        };
        let within = self.object["extensions"].as_object().into_iter().flatten();
        stands(self.object).or_else(|| within.map(|(_, value)| value).find_map(stands))
    }

    /// What is said of whether it is an incident at all.
    pub(super) fn determination(&self) -> Option<Determine> {
        let within = self.object["extensions"].as_object().into_iter().flatten();
        let word = within.map(|(_, value)| value).find_map(|value| text(value, "determination"))?;
        let to = Determination::parse(word).ok()?.id().to_owned();
        let reason = match self.field("number") {
            Some(number) => format!("as in {}", short(&flat(number), 80)),
            None => "as the STIX incident says".to_owned(),
        };
        Some(Determine { to, reason: Some(reason) })
    }

    /// It was over before it came: a dismissal that says so.
    pub(super) fn over(&self) -> Option<Go> {
        let closed = self.ours?.get("closed")?.as_bool()?;
        let number = short(self.field("number").unwrap_or("another casebook"), 80);
        let reason = format!("Closed as {number} where it comes from: it was handled there.");
        let go = Go {
            reason: Some(reason),
            category: Some("nothing-to-do".to_owned()),
            disposition: Some("not-ours-transferred".to_owned()),
            ..Go::to(Phase::Preparation)
        };
        closed.then_some(go)
    }

    /// Its names and places elsewhere.
    pub(super) fn references(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for one in list(self.object, "external_references") {
            let own = text(one, "source_name") == Some("casebook");
            let word = text(one, "external_id").or(text(one, "url"));
            // Ours are tickets of which a list of vulnerabilities keeps the beginning for itself.
            let ticket = text(one, "description").filter(|_| text(one, "source_name") == Some("ticket"));
            let Some(word) = word.or(ticket).map(flat) else { continue };
            let word = if own { format!("casebook:{word}") } else { word };
            if word.chars().count() <= REFERENCE && !all.contains(&word) && all.len() < REFERENCES {
                all.push(word);
            }
        }
        all
    }

    /// All that the head does not hold, in words.
    pub(super) fn rest(&self) -> String {
        let mut words = vec![format!("From STIX, incident {}", quoted(&self.name()))];
        let fits = self.about().is_none_or(|about| summary(about).1.is_none());
        let derived = self.ours.is_some();
        if let Some(description) = text(self.object, "description").filter(|_| derived || !fits) {
            words.push(description.to_owned());
        }
        words.extend(self.facts());
        words.join("\n")
    }

    /// All of it, in words.
    pub(super) fn whole(&self) -> String {
        let mut words = vec![format!("The STIX incident {}", quoted(&self.name()))];
        words.extend(text(self.object, "description").map(str::to_owned));
        words.extend(self.facts());
        words.join("\n")
    }

    fn facts(&self) -> Vec<String> {
        let mut facts = Vec::new();
        let mut times = Vec::new();
        for (field, what) in [("created", "made"), ("modified", "changed")] {
            times.extend(text(self.object, field).map(|at| format!("{what} {at}")));
        }
        if !times.is_empty() {
            facts.push(format!("The object was {}", times.join(", ")));
        }
        if let Some(severity) = self.severity() {
            facts.push(format!("severity: {severity}"));
        }
        if let Some(percent) = self.object["confidence"].as_u64() {
            let word = known_confidence(percent).map_or(String::new(), |word| format!(" ({})", word.id()));
            facts.push(format!("confidence: {percent}{word}"));
        }
        let labels = texts(self.object, "labels");
        if !labels.is_empty() {
            facts.push(format!("labels: {}", labels.join(", ")));
        }
        for one in list(self.object, "external_references") {
            let parts = ["source_name", "external_id", "url", "description"];
            let parts: Vec<&str> = parts.iter().filter_map(|field| text(one, field)).collect();
            facts.push(format!("reference: {}", parts.join(" ")));
        }
        let said = |(field, value): (&String, &Value)| format!("{field}: {}", plain(value));
        let fields = self.object.as_object().into_iter().flatten();
        facts.extend(fields.filter(|(field, _)| !KNOWN.contains(&field.as_str())).map(said));
        for (id, value) in self.object["extensions"].as_object().into_iter().flatten() {
            // Ours is in the head, and in the description that we wrote.
            if *id != extension() {
                let fields = value.as_object().into_iter().flatten();
                facts.extend(fields.filter(|(field, _)| *field != "extension_type").map(said));
            }
        }
        facts
    }
}

/// A value as somebody would write it on a line.
fn plain(value: &Value) -> String {
    match value {
        Value::String(words) => words.clone(),
        Value::Array(all) if all.iter().all(|one| !one.is_object() && !one.is_array()) => {
            all.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// The level of a word that others have for it.
fn level(word: &str) -> Option<Level> {
    match word.trim().to_lowercase().as_str() {
        "medium" | "moderate" => Some(Level::Sev3),
        "informational" | "info" | "none" => Some(Level::Sev5),
        other => Level::parse(other).ok(),
    }
}
