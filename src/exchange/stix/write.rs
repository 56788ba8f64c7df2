//! The incident as a STIX bundle.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::Moment;
use super::super::lasting::{SPACE, Tells, banner, label, name, tells, title};
use super::{
    Head, case, extension, extension_definition, maker_identity, marking_definition, observed, pattern,
    percent, put,
};
use crate::incident::Incident;
use crate::incident::release::Released;
use crate::model::attack::{Meaning, attack};
use crate::model::component::Component;
use crate::model::indicator::{Indicator, Kind};
use crate::model::lesson::Lesson;
use crate::model::refusal::Refusal;
use crate::model::taxonomy::Tlp;

/// Writes the bundle. Doing so twice gives the same bytes.
///
/// # Errors
/// None that is known; the table of formats asks for the possibility.
pub fn write(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let mut bundle = Bundle::of(released);
    let tied = released.incident.indicators.all_ties();
    for item in released.incident.indicators.iter() {
        let on = tied.get(&item.id).map_or(&[][..], |ties| &ties.components[..]);
        let on: Vec<&Component> = on.iter().filter_map(|id| released.incident.component(id)).collect();
        bundle.indicator(item, &on);
    }
    if bundle.tells == Tells::Incident {
        released.incident.components().for_each(|component| bundle.component(component));
        bundle.techniques();
        released.incident.lessons().for_each(|lesson| bundle.lesson(lesson));
        bundle.incident();
    }
    Ok(bundle.finish())
}

/// The objects so far, by the place their sort has in the bundle.
struct Bundle<'a> {
    incident: &'a Incident,
    tells: Tells,
    /// Of the incident itself.
    own: Tlp,
    labels: BTreeSet<Tlp>,
    head: Vec<Value>,
    items: Vec<Value>,
    /// By id; the closest label of all that need it.
    observables: BTreeMap<String, (Tlp, Value)>,
    seen: Vec<Value>,
    notes: Vec<Value>,
    relations: Vec<Value>,
    techniques: BTreeSet<String>,
}

impl<'a> Bundle<'a> {
    fn of(released: &'a Released) -> Self {
        let incident = &released.incident;
        Self {
            incident,
            tells: tells(released),
            own: label(incident),
            labels: BTreeSet::new(),
            head: Vec::new(),
            items: Vec::new(),
            observables: BTreeMap::new(),
            seen: Vec::new(),
            notes: Vec::new(),
            relations: Vec::new(),
            techniques: BTreeSet::new(),
        }
    }

    fn head<'h>(&mut self, sort: &'h str, part: &str, created: DateTime<Utc>, label: Tlp) -> Head<'h> {
        self.labels.insert(label);
        let id = name(self.incident, sort, part);
        Head { sort, id, created, modified: created, label }
    }

    fn incident_id(&self) -> String {
        format!("incident--{}", name(self.incident, "incident", ""))
    }

    fn incident(&mut self) {
        let incident = self.incident;
        let mut head = self.head("incident", "", incident.opened, self.own);
        head.modified = incident.updated;
        let mut object = head.object();
        object.insert("name".into(), json!(title(incident)));
        object.insert("description".into(), json!(description(incident)));
        let reference = |number: &str| match number {
            // STIX keeps these beginnings for their own lists.
            _ if number.starts_with("CVE-") || number.starts_with("CAPEC-") => {
                json!({ "source_name": "ticket", "description": number })
            }
            _ => json!({ "source_name": "ticket", "external_id": number }),
        };
        let mut references = vec![json!({ "source_name": "casebook", "external_id": incident.number })];
        references.extend(incident.refs().map(reference));
        put(&mut object, "external_references", references);
        put(&mut object, "labels", labels(incident));
        object.insert("extensions".into(), json!({ case::extension(): case::own(incident) }));
        self.head.push(Value::Object(object));
    }

    fn component(&mut self, component: &Component) {
        let head = self.head("identity", component.id.as_str(), component.added, self.own);
        let (id, mut object) = (head.id(), head.object());
        object.insert("name".into(), json!(component.name));
        let class = if component.kind == "account" { "individual" } else { "system" };
        object.insert("identity_class".into(), json!(class));
        if let Some(note) = component.note() {
            object.insert("description".into(), json!(note));
        }
        put(&mut object, "labels", vec![json!(component.kind), json!(component.stage().id())]);
        self.head.push(Value::Object(object));
        self.relate(&self.incident_id(), &id, component.id.as_str(), component.added, self.own, "affected");
    }

    fn indicator(&mut self, item: &Indicator, on: &[&Component]) {
        let all = &self.incident.indicators;
        let (kind, added) = (all.kind(item), all.addition(item).at);
        let label = all.tlp(item).unwrap_or(self.own);
        let known = Kind::of(kind);
        let mut object = match known {
            Some(Kind::Cve) => self.vulnerability(item, added, label),
            Some(Kind::Technique) => self.attack_pattern(&item.value, item.id.as_str(), added, label),
            _ => {
                let mut object = self.head("indicator", item.id.as_str(), added, label).object();
                object.insert("name".into(), json!(item.value));
                object.insert("indicator_types".into(), json!(["malicious-activity"]));
                object.insert("pattern".into(), json!(pattern::of(kind, &item.value)));
                object.insert("pattern_type".into(), json!("stix"));
                object.insert("pattern_version".into(), json!("2.1"));
                let valid = all.first(item).unwrap_or(added);
                object.insert("valid_from".into(), json!(super::stamp(valid)));
                object
            }
        };
        if item.edits.is_some() {
            object.insert("modified".into(), json!(super::stamp(self.incident.updated.max(added))));
        }
        self.said(&mut object, item);
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        self.items.push(Value::Object(object));
        if self.tells == Tells::Incident {
            let label = label.max(self.own);
            self.relate(&id, &self.incident_id(), item.id.as_str(), added, label, "seen in");
            if !on.is_empty() {
                self.sighting(item, &id, on, label);
            }
        }
    }

    /// What our record says of an indicator, whatever object it is.
    fn said(&self, object: &mut Map<String, Value>, item: &Indicator) {
        let all = &self.incident.indicators;
        if let Some(confidence) = all.confidence(item) {
            object.insert("confidence".into(), json!(percent(confidence)));
        }
        if let Some(note) = all.note(item) {
            object.insert("description".into(), json!(note));
        }
        put(object, "labels", all.tags(item).into_iter().map(Value::String).collect());
        let mut ours = json!({ "extension_type": "property-extension", "kind": all.kind(item) });
        let time = |at: DateTime<Utc>| json!(at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        for (field, value) in [
            ("first_seen", all.first(item).map(time)),
            ("last_seen", all.last(item).map(time)),
            ("source", all.source(item).map(|words| json!(words))),
            ("retired", all.retired(item).map(|retired| json!(retired.reason))),
        ] {
            if let Some(value) = value {
                ours[field] = value;
            }
        }
        if all.retired(item).is_some() {
            object.insert("revoked".into(), json!(true));
        }
        object.insert("extensions".into(), json!({ extension(): ours }));
    }

    fn vulnerability(&mut self, item: &Indicator, added: DateTime<Utc>, label: Tlp) -> Map<String, Value> {
        let mut object = self.head("vulnerability", item.id.as_str(), added, label).object();
        object.insert("name".into(), json!(item.value));
        // MITRE writes no leading zero before more than four digits; what does is no reference.
        let number = item.value.rsplit('-').next().unwrap_or_default();
        if number.len() == 4 || !number.starts_with('0') {
            let reference = json!({ "source_name": "cve", "external_id": item.value });
            put(&mut object, "external_references", vec![reference]);
        }
        object
    }

    fn attack_pattern(&mut self, id: &str, part: &str, at: DateTime<Utc>, label: Tlp) -> Map<String, Value> {
        let mut object = self.head("attack-pattern", part, at, label).object();
        let mut phases = Vec::new();
        let name = match attack().meaning(id) {
            Meaning::Known(technique) | Meaning::Moved(_, technique) => {
                let phase = |short: &str| json!({ "kill_chain_name": "mitre-attack", "phase_name": short });
                phases = technique.tactics.iter().map(|tactic| phase(tactic.short)).collect();
                technique.name
            }
            Meaning::Unknown => id,
        };
        object.insert("name".into(), json!(name));
        let url = format!("https://attack.mitre.org/techniques/{}", id.replace('.', "/"));
        let reference = json!({ "source_name": "mitre-attack", "external_id": id, "url": url });
        put(&mut object, "external_references", vec![reference]);
        put(&mut object, "kill_chain_phases", phases);
        self.techniques.insert(id.to_owned());
        object
    }

    /// The techniques the log names, beside those that are indicators.
    fn techniques(&mut self) {
        for entry in self.incident.entries.iter().filter(|entry| entry.undone_by.is_none()) {
            for said in entry.techniques() {
                let id = attack().current(said);
                if self.techniques.contains(id) || crate::model::attack::id(id).is_none() {
                    continue;
                }
                let (own, at) = (self.own, self.incident.opened);
                let object = self.attack_pattern(id, id, at, own);
                let technique = object["id"].as_str().unwrap_or_default().to_owned();
                self.items.push(Value::Object(object));
                self.relate(&technique, &self.incident_id(), id, at, own, "seen in");
            }
        }
    }

    fn sighting(&mut self, item: &Indicator, of: &str, on: &[&Component], label: Tlp) {
        let all = &self.incident.indicators;
        let added = all.addition(item).at;
        let first = all.first(item).or(all.last(item)).unwrap_or(added);
        let last = all.last(item).unwrap_or(first).max(first);
        let mut object = self.head("sighting", item.id.as_str(), added, label).object();
        object.insert("sighting_of_ref".into(), json!(of));
        object.insert("first_seen".into(), json!(super::stamp(first)));
        object.insert("last_seen".into(), json!(super::stamp(last)));
        let place = |component: &&Component| {
            json!(format!("identity--{}", name(self.incident, "identity", component.id.as_str())))
        };
        put(&mut object, "where_sighted_refs", on.iter().map(place).collect());
        let things =
            Kind::of(all.kind(item)).map_or_else(Vec::new, |kind| observed::of(kind, &item.value, label));
        if let Some((thing, _)) = things.last() {
            let mut data = self.head("observed-data", item.id.as_str(), added, label).object();
            data.insert("first_observed".into(), json!(super::stamp(first)));
            data.insert("last_observed".into(), json!(super::stamp(last)));
            data.insert("number_observed".into(), json!(1));
            data.insert("object_refs".into(), json!([thing]));
            put(&mut object, "observed_data_refs", vec![data["id"].clone()]);
            self.seen.push(Value::Object(data));
        }
        for (id, thing) in things {
            let (closest, kept) = self.observables.entry(id).or_insert((label, thing));
            if label > *closest {
                *closest = label;
                kept["object_marking_refs"] = json!([super::marking(label)]);
            }
        }
        self.seen.push(Value::Object(object));
    }

    fn lesson(&mut self, lesson: &Lesson) {
        let mut object = self.head("note", lesson.id.as_str(), lesson.at, self.own).object();
        let parts = [("What it shows", &lesson.finding), ("Why", &lesson.cause)];
        let mut content = lesson.text.clone();
        for (what, words) in parts.into_iter().filter_map(|(what, words)| Some((what, words.as_ref()?))) {
            content.push_str(&format!("\n{what}: {words}"));
        }
        object.insert("abstract".into(), json!(format!("Lesson {}", self.incident.lesson_number(lesson))));
        object.insert("content".into(), json!(content));
        object.insert("authors".into(), json!([lesson.by]));
        object.insert("object_refs".into(), json!([self.incident_id()]));
        self.notes.push(Value::Object(object));
    }

    fn relate(&mut self, from: &str, to: &str, part: &str, at: DateTime<Utc>, label: Tlp, how: &str) {
        let mut object = self.head("relationship", part, at, label).object();
        object.insert("relationship_type".into(), json!("related-to"));
        object.insert("source_ref".into(), json!(from));
        object.insert("target_ref".into(), json!(to));
        object.insert("description".into(), json!(how));
        self.relations.push(Value::Object(object));
    }

    fn finish(self) -> Vec<u8> {
        let mut objects: Vec<Value> = self.labels.into_iter().map(marking_definition).collect();
        objects.push(maker_identity());
        objects.push(extension_definition());
        if self.tells == Tells::Incident {
            objects.push(case::extension_definition());
        }
        objects.extend(self.head);
        objects.extend(self.items);
        objects.extend(self.observables.into_values().map(|(_, thing)| thing));
        objects.extend(self.seen);
        objects.extend(self.notes);
        objects.extend(self.relations);
        let objects = Value::Array(objects);
        let id = Uuid::new_v5(&SPACE, objects.to_string().as_bytes());
        let bundle = json!({ "type": "bundle", "id": format!("bundle--{id}"), "objects": objects });
        let mut bytes = format!("{bundle:#}").into_bytes();
        bytes.push(b'\n');
        bytes
    }
}

/// What the stub of an incident has no fields for, in words.
fn description(incident: &Incident) -> String {
    let mut lines: Vec<String> = banner(incident).map(str::to_owned).into_iter().collect();
    lines.extend(incident.summary.get().cloned().flatten());
    let mut facts =
        vec![incident.number.clone(), format!("{} ({})", incident.phase().name(), incident.status())];
    if let Some(severity) = incident.severity() {
        facts.push(severity.level.label().to_owned());
    }
    facts.extend(incident.determination.get().cloned().flatten());
    lines.push(facts.join(" · "));
    lines.join("\n")
}

fn labels(incident: &Incident) -> Vec<Value> {
    let mut labels: Vec<String> = incident.types().map(str::to_owned).collect();
    labels.push(format!("phase:{}", incident.phase().id()));
    labels.push(format!("status:{}", incident.status()));
    labels.extend(incident.severity().map(|severity| format!("severity:{}", severity.level.id())));
    labels.extend(banner(incident).map(|banner| banner.split(' ').next().unwrap_or(banner).to_lowercase()));
    labels.into_iter().map(Value::String).collect()
}
