//! What every format is tested with: incidents to export, the published schemas, an empty incident to import into.

use std::ops::ControlFlow;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use jsonschema::{Draft, Retrieve, Uri, Validator};
use proptest::prelude::*;
use serde_json::Value;

use super::super::Moment;
use super::super::intake::{Piece, Read, Reading};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::line::Line;
use crate::incident::release::{Holds, Release, Released};
use crate::incident::tests::{ID, Person, at, everything, opened, work};
use crate::model::component::{AddComponent, Stage};
use crate::model::entry::Logged;
use crate::model::head::Edit;
use crate::model::indicator::{
    self, AddIndicators, Adding, Confidence, Details, Kind, RetireIndicators, Use, of_kind,
};
use crate::model::refusal::Refusal;
use crate::model::taxonomy::Tlp;
use crate::model::time::Zone;

/// The published schemas of a standard.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn of(name: &str) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/schemas").join(name);
        assert!(root.is_dir(), "{} is missing", root.display());
        Self(root)
    }

    pub(crate) fn validator(&self, file: &str, draft: Draft) -> Validator {
        let schema = load(&self.0.join(file));
        let base = schema["$id"].as_str().unwrap().to_owned();
        let files = Files { root: self.0.clone(), base: base.strip_suffix(file).unwrap().to_owned(), draft };
        let schema = files.of_draft(schema);
        jsonschema::options().with_draft(draft).with_retriever(files).build(&schema).unwrap()
    }
}

fn load(path: &std::path::Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Finds a schema by its address among the files of the folder; nothing is fetched.
struct Files {
    root: PathBuf,
    base: String,
    draft: Draft,
}

impl Files {
    /// Under the rules of the draft asked for, whatever the file itself names.
    fn of_draft(&self, mut schema: Value) -> Value {
        if self.draft == Draft::Draft202012 {
            schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
        }
        schema
    }
}

impl Retrieve for Files {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let uri = uri.as_str().to_owned();
        let file = uri.strip_prefix(&self.base).ok_or_else(|| uri.clone())?;
        Ok(self.of_draft(load(&self.root.join(file))))
    }
}

pub(crate) fn faults(schema: &Validator, value: &Value) -> Vec<String> {
    schema.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}

pub(crate) fn limited(lines: &[Line], limit: Option<Tlp>) -> Result<Released, Refusal> {
    Release { limit, ..Release::default() }.of(ID, lines, Holds::Items)
}

/// What three people did at random.
pub(crate) fn random(steps: &[(u8, u8, usize, u8, u8)]) -> Released {
    limited(&everything(&work(steps)), None).unwrap()
}

/// The demo's ransomware case.
pub(crate) fn demo() -> Released {
    let folder = tempfile::tempdir().unwrap();
    let host = crate::store::Host {
        host: "jump01".into(),
        user: "ana".into(),
        version: "0.1.0".into(),
        machine: "machine-a".into(),
    };
    let root = folder.path().join("store");
    let state = Some(folder.path().join("state"));
    let store = crate::store::Store::open(crate::store::Setup { root, state, host, seed: [1; 32] });
    let addresses = crate::demo::tell(&store, at(0), [7; 16]).unwrap();
    let address = addresses.last().unwrap();
    let lines = store.lines(address).unwrap();
    let case = Release::default().of(address.id, &lines, Holds::Items).unwrap();
    assert_eq!(case.incident.title(), "Ransomware on the file servers");
    case
}

/// An example of every type of indicator.
fn examples() -> Vec<Adding> {
    let listed: Value = serde_json::from_str(include_str!("../../../assets/indicators.json")).unwrap();
    let mut all = Vec::new();
    for one in listed["types"].as_array().unwrap() {
        let kind = Kind::of(one["id"].as_str().unwrap()).unwrap();
        let mut values: Vec<&str> =
            one["examples"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        if values.is_empty() {
            values = match kind {
                Kind::Imphash | Kind::Ja3 => vec!["0123456789abcdef0123456789abcdef"],
                Kind::CertSha256 => vec!["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"],
                Kind::Xmr => vec![],
                Kind::CommandLine => vec!["cmd /c \"echo 'x'\" ] OR [url:value = 'http://no.example/'] \\"],
                Kind::Account => vec!["INTRA\\o'neil"],
                _ => vec!["some 'quoted' \"words\" | \\ and ünïcödé"],
            };
        }
        for value in values {
            let found = of_kind(kind, value).unwrap();
            all.push(Adding { kind, value: found.value, own: None });
        }
    }
    assert!(all.len() > 40);
    all
}

/// Something of everything that is exported.
pub(crate) fn whole() -> Person {
    let mut ana = opened();
    let tell = |ana: &mut Person, command: Command| assert!(ana.give(&command, at(1)).unwrap());
    let refs = vec!["JIRA-7".into(), "CVE-2024-55591".into()];
    tell(&mut ana, Command::Edit(Edit { summary: Some("Two \"servers\"".into()), refs, ..Edit::default() }));
    tell(&mut ana, Command::AddComponent(AddComponent::new("FS01", "server", Stage::Confirmed)));
    tell(&mut ana, Command::AddComponent(AddComponent::new("anna", "account", Stage::Suspected)));
    let logged = Logged { text: "keys".into(), techniques: vec!["T1003".into()], ..Logged::default() };
    tell(&mut ana, Command::Log(logged));
    let lesson = crate::model::lesson::Command::Record(crate::model::lesson::RecordLesson {
        text: "Backups were online".into(),
        cause: Some("one network".into()),
        ..crate::model::lesson::RecordLesson::default()
    });
    tell(&mut ana, Command::Lesson(lesson));
    let components = vec![ana.incident.components[0].id.clone()];
    for (n, mut adding) in (0..).zip(examples()) {
        let own = Details {
            tlp: Tlp::ALL.get(n % 7).copied(),
            confidence: Confidence::ALL.get(n % 4).copied(),
            first: (n % 3 == 0).then(|| at(-90)),
            last: (n % 4 == 0).then(|| at(-30)),
            source: (n % 5 == 0).then(|| "EDR \"east\"".into()),
            note: (n % 2 == 0).then(|| "what it is,\nin two lines".into()),
            tags: if n % 3 == 1 { vec!["c2".into(), "stage two".into()] } else { Vec::new() },
            components: if n % 2 == 1 { components.clone() } else { Vec::new() },
            entry: None,
        };
        adding.own = Some(Box::new(own));
        tell(&mut ana, add(vec![adding]));
    }
    let gone = Adding { kind: Kind::Ipv4, value: "198.51.100.77".into(), own: None };
    tell(&mut ana, add(vec![gone]));
    let indicators = vec![ana.incident.indicators.find("ipv4", "198.51.100.77").unwrap().id.clone()];
    let retire = RetireIndicators { indicators, to: Use::Retired, reason: Some("shared host".into()) };
    tell(&mut ana, Command::Indicator(indicator::Command::Retire(retire)));
    ana
}

fn add(indicators: Vec<Adding>) -> Command {
    Command::Indicator(indicator::Command::Add(AddIndicators { indicators, ..AddIndicators::default() }))
}

pub(crate) fn moment(zone: &Zone) -> Moment<'_> {
    Moment { now: at(500), zone }
}

/// All that a format makes of a file.
pub(crate) fn pieces(read: Read, bytes: &[u8]) -> Result<Vec<Piece>, Refusal> {
    let mut all = Vec::new();
    let reading = Reading { now: at(500), assume: None, columns: &[] };
    read(&mut std::io::BufReader::with_capacity(97, bytes), &reading, &mut |piece| {
        all.push(piece);
        ControlFlow::Continue(())
    })?;
    Ok(all)
}

/// The incident of nothing but what the pieces brought, and what was refused or remarked.
pub(crate) fn taken(pieces: Vec<Piece>) -> (Incident, Vec<String>) {
    let mut bo = opened();
    let mut said = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Act(act) => {
                for command in act.change.commands(&bo.incident).unwrap() {
                    bo.give(&command, at(2)).unwrap();
                }
            }
            Piece::Incident(_) => said.push("an incident".to_owned()),
            Piece::Refused { place, why } => said.push(format!("{place}: {why}")),
            Piece::Remark(words) => said.push(words),
        }
    }
    (bo.incident, said)
}

type Told = (
    String,
    String,
    Option<Tlp>,
    Option<Confidence>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    Option<String>,
    Option<String>,
    Vec<String>,
);

/// What is said of every indicator in use, each under the label that holds for it.
pub(crate) fn told(incident: &Incident) -> Vec<Told> {
    let all = &incident.indicators;
    let mut told: Vec<Told> = all
        .iter()
        .filter(|item| all.retired(item).is_none())
        .map(|item| {
            (
                all.kind(item).to_owned(),
                item.value.clone(),
                all.tlp(item).or(incident.tlp()),
                all.confidence(item),
                all.first(item),
                all.last(item),
                all.source(item).map(str::to_owned),
                all.note(item).map(str::to_owned),
                all.tags(item),
            )
        })
        .collect();
    told.sort();
    told
}

/// Documents that nobody means, with the words of the formats in them.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![
            "indicator",
            "file",
            "[url:value = 'http://a.example/']",
            "stix",
            "TLP:RED",
            "é\u{1b}[2J"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let fields = prop::sample::select(vec![
            "type",
            "pattern",
            "pattern_type",
            "labels",
            "objects",
            "extensions",
            "description",
            "confidence",
            "object_marking_refs",
            "Tag",
            "Attribute",
            "comment",
            "deleted",
            "first_seen",
            "workflow",
            "commands",
            "steps",
            "external_references",
            "hashes",
            "name",
            "value",
            "revoked",
            "definition",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(fields.prop_map(str::to_owned), inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}
