//! DFIR-IRIS: the tables it takes in (assets, IOCs, timeline events) and those its pages give out.
//!
//! Columns after iris-web 2.4: the upload forms of a case, the download of its timeline, and the headings of
//! its tables of tasks and evidence.

use std::cell::Cell;
use std::ops::ControlFlow;

use chrono::SecondsFormat;

use super::Moment;
use super::csv::components::{COLUMNS as OURS, no_type};
use super::csv::entry::{self, telling};
use super::csv::indicators;
use super::csv::mark::{PLAYED, played};
use super::csv::row::{Each, Row, rows};
use super::csv::tasks::Listed;
use super::csv::write::Table;
use super::intake::{Act, Piece, Reading, Sink, moment};
use crate::incident::command::{AddTask, Command};
use crate::incident::component::Order;
use crate::incident::release::Released;
use crate::model::attack;
use crate::model::component::{AddComponent, Details as ComponentDetails, Stage};
use crate::model::entry::{Kind, LogKind, Logged};
use crate::model::evidence::{self, Add, Receive};
use crate::model::indicator::{Details, Kind as Sort};
use crate::model::lane::Lane;
use crate::model::refusal::Refusal;
use crate::model::task::State;
use crate::model::taxonomy::Tlp;
use crate::model::time::Zone;
use crate::model::triage::RecordSignal;

const ASSETS: [&str; 6] =
    ["asset_name", "asset_type_name", "asset_description", "asset_ip", "asset_domain", "asset_tags"];
const IOCS: [&str; 5] = ["ioc_value", "ioc_type", "ioc_description", "ioc_tags", "ioc_tlp"];
const EVENTS: [&str; 10] = [
    "event_date",
    "event_tz",
    "event_title",
    "event_category",
    "event_content",
    "event_raw",
    "event_source",
    "event_assets",
    "event_iocs",
    "event_tags",
];
const TASKS: [&str; 6] = ["Title", "Description", "Status", "Assigned to", "Open date", "Tags"];
const EVIDENCE: [&str; 6] = ["Name", "Type", "Hash", "Size (bytes)", "Description", "Added by"];

/// Its asset types, and ours for them.
const ASSET_TYPES: [(&str, &str); 24] = [
    ("Windows - Server", "server"),
    ("Linux - Server", "server"),
    ("Windows - DC", "server"),
    ("Windows - Computer", "workstation"),
    ("Linux - Computer", "workstation"),
    ("Mac - Computer", "workstation"),
    ("Phone - Android", "mobile"),
    ("Phone - IOS", "mobile"),
    ("Firewall", "network"),
    ("Router", "network"),
    ("Switch", "network"),
    ("VPN", "network"),
    ("WAF", "network"),
    ("Account", "account"),
    ("Linux Account", "account"),
    ("Windows Account - Local", "account"),
    ("Windows Account - Local - Admin", "account"),
    ("Windows Account - AD", "account"),
    ("Windows Account - AD - Admin", "account"),
    ("Windows Account - AD - krbtgt", "account"),
    ("Windows Account - AD - Service", "account"),
    // It has no word for these; the nearest of its own.
    ("Account", "mailbox"),
    ("Linux - Server", "database"),
    ("Linux - Server", "application"),
];

/// Its types of IOCs, which are MISP's, and ours for them where the words differ.
const IOC_TYPES: [(&str, Sort); 22] = [
    ("ip-dst", Sort::Ipv4),
    ("ip-dst", Sort::Ipv6),
    ("ip-dst", Sort::Ipv4Cidr),
    ("ip-dst|port", Sort::Ipv4Port),
    ("email", Sort::Email),
    ("mac-address", Sort::Mac),
    ("ja3-fingerprint-md5", Sort::Ja3),
    ("jarm-fingerprint", Sort::Jarm),
    ("vulnerability", Sort::Cve),
    ("AS", Sort::Asn),
    ("regkey", Sort::RegistryKey),
    ("file-path", Sort::PathWindows),
    ("file-path", Sort::PathUnix),
    ("btc", Sort::Btc),
    ("xmr", Sort::Xmr),
    ("iban", Sort::Iban),
    ("email-message-id", Sort::MessageId),
    ("domain", Sort::Onion),
    ("x509-fingerprint-sha256", Sort::CertSha256),
    ("windows-service-name", Sort::Service),
    ("windows-scheduled-task", Sort::ScheduledTask),
    ("phone-number", Sort::Phone),
];

/// Words of its IOC types that are the same as ours.
const SAME: [&str; 14] = [
    "url",
    "domain",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "ssdeep",
    "filename",
    "mutex",
    "user-agent",
    "imphash",
    "email-subject",
    "account",
    "text",
];

/// What stands before the kind of an entry, in the tag of a row that a casebook wrote.
const OURS_BY: &str = "casebook:";

/// Cells parted by `|`, as IRIS parts tags.
fn tags_of(tags: &[String]) -> String {
    tags.iter().map(|tag| tag.replace('|', " ")).collect::<Vec<_>>().join("|")
}

/// The components as assets.
///
/// # Errors
/// None that can happen.
pub fn write_assets(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let mut table = Table::new(&ASSETS);
    for component in released.incident.components_by(Order::Name) {
        let known = ASSET_TYPES.iter().find(|(_, ours)| *ours == component.kind);
        let about = [Some(component.stage().name()), component.note(), Some(played(released))];
        let about: Vec<&str> = about.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        table.row(&[
            component.name.as_str(),
            known.map_or("Account", |(theirs, _)| theirs),
            &about.join(". "),
            "",
            "",
            &tags_of(component.tags()),
        ]);
    }
    table.end()
}

/// The indicators in use as IOCs.
///
/// # Errors
/// None that can happen.
pub fn write_iocs(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let all = &released.incident.indicators;
    let usual = released.label();
    let mut table = Table::new(&IOCS);
    for item in all.all().iter().filter(|item| !all.undone(item) && all.retired(item).is_none()) {
        let kind = all.kind(item);
        let theirs = IOC_TYPES.iter().find(|(_, ours)| ours.id() == kind).map(|(theirs, _)| *theirs);
        let word = theirs.or_else(|| SAME.iter().copied().find(|same| *same == kind)).unwrap_or("other");
        let about = [all.note(item).unwrap_or_default(), played(released)];
        let about: Vec<&str> = about.into_iter().filter(|part| !part.is_empty()).collect();
        let tlp = all.tlp(item).unwrap_or(usual).id();
        table.row(&[item.value.as_str(), word, &about.join(". "), &tags_of(&all.tags(item)), tlp]);
    }
    table.end()
}

/// The timeline as events.
///
/// # Errors
/// None that can happen.
pub fn write_events(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let mut table = Table::new(&EVENTS);
    for entry in telling(&released.incident) {
        let at = entry.happened.to_rfc3339_opts(SecondsFormat::Millis, true);
        let (title, rest) = titled(entry.shown());
        let known = |name: &&String| released.incident.component_called(name).is_some();
        let assets: Vec<&str> = entry.components.iter().filter(known).map(String::as_str).collect();
        // Tags are free in DFIR-IRIS; by this one a casebook knows again what it wrote.
        let mut tags = vec![format!("{OURS_BY}{}", entry.kind.word())];
        tags.extend(entry.lane().map(|lane| lane.word().to_owned()));
        tags.extend(entry.techniques().map(str::to_owned));
        let content = if rest.is_empty() { String::new() } else { entry.shown().to_owned() };
        table.row(&[
            at.trim_end_matches('Z'),
            "+00:00",
            &title,
            "Unspecified",
            &content,
            format!("{} by {} {}", entry.kind.word(), entry.actor(), played(released)).trim(),
            entry.source().unwrap_or("casebook"),
            &assets.join(";"),
            "",
            &tags_of(&tags),
        ]);
    }
    table.end()
}

/// The first line of a text as a title, and what does not fit on it.
fn titled(text: &str) -> (String, &str) {
    const MOST: usize = 160;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST) {
        Some((end, _)) => (format!("{}…", line[..end].trim_end()), &line[end..]),
        None => (line.to_owned(), text[line.len()..].trim_start()),
    }
}

/// The tasks as its table of tasks has them.
///
/// # Errors
/// None that can happen.
pub fn write_tasks(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let mut table = Table::new(&TASKS);
    for visit in released.incident.visits() {
        for task in released.incident.checklist(&visit.id) {
            let status = match task.state() {
                State::Open => "To do",
                State::InProgress => "In progress",
                State::Blocked => "On hold",
                State::Done => "Done",
                State::NotApplicable | State::Waived => "Canceled",
            };
            table.row(&[
                task.what.title.as_str(),
                &task.what.text,
                status,
                task.assignee().unwrap_or_default(),
                &task
                    .progress
                    .get()
                    .map(|it| it.at.to_rfc3339_opts(SecondsFormat::Secs, true))
                    .unwrap_or_default(),
                [task.phase.id(), played(released)].join("|").trim_end_matches('|'),
            ]);
        }
    }
    table.end()
}

/// The evidence as its table of evidence has it.
///
/// # Errors
/// None that can happen.
pub fn write_evidence(released: &Released, _: Moment<'_>) -> Result<Vec<u8>, Refusal> {
    let mut table = Table::new(&EVIDENCE);
    for item in released.incident.evidence.iter().filter(|item| item.held()) {
        let about = [Some(item.label()), item.note().map(str::to_owned), Some(played(released).to_owned())];
        let about: Vec<String> = about.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        table.row(&[
            item.name(),
            item.kind(),
            item.sha256().unwrap_or_default(),
            &item.size().map(|size| size.to_string()).unwrap_or_default(),
            &about.join(". "),
            item.acquired_by().unwrap_or(&item.by),
        ]);
    }
    table.end()
}

/// Reads whichever of its tables it is.
///
/// # Errors
/// Refuses what is none of them.
pub fn read(
    text: &mut dyn std::io::BufRead,
    reading: &Reading<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let own_acts = Cell::new(0);
    rows(text, sink, |heading, _| {
        each(heading, reading, &own_acts).ok_or_else(|| {
            Refusal::refused("It is no table of DFIR-IRIS: assets, IOCs, timeline, tasks or evidence.")
                .hint("Any other table: casebook import csv FILE --dry-run.")
        })
    })?;
    if let Some(remark) = entry::left_out(own_acts.get()) {
        let _ = sink(remark);
    }
    Ok(())
}

/// What to do with the rows of a table with this heading; `None`: it is none of its tables. Rows that tell acts
/// of casebook itself are counted in `own_acts`.
pub(super) fn each<'r>(
    heading: &[String],
    reading: &'r Reading<'r>,
    own_acts: &'r Cell<usize>,
) -> Option<Each<'r>> {
    let has =
        |names: &[&str]| names.iter().all(|name| heading.iter().any(|have| have.eq_ignore_ascii_case(name)));
    Some(match () {
        () if has(&OURS[..2]) => return None,
        () if has(&["asset_name"]) => Box::new(asset),
        () if has(&["ioc_value"]) => Box::new(ioc),
        () if has(&["event_title"]) => Box::new(move |row, sink| event(row, reading, own_acts, sink)),
        () if has(&["Title", "Status", "Assigned to"]) => Box::new(task),
        () if has(&["Name", "Hash", "Added by"]) => Box::new(item),
        () => return None,
    })
}

fn cells(row: &Row<'_>, name: &str, mark: char) -> Vec<String> {
    let cell = row.get(name).unwrap_or_default();
    cell.split([mark, '|']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn asset(row: &Row<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let Some(name) = row.get("asset_name") else {
        return sink(row.refused("asset_name", "there is no name"));
    };
    let Some(theirs) = row.get("asset_type_name") else {
        return sink(row.refused("asset_type_name", "there is no type"));
    };
    let known = ASSET_TYPES.iter().find(|(have, _)| have.eq_ignore_ascii_case(theirs));
    let kind = known.map_or(theirs, |(_, ours)| ours);
    if let Some(why) = no_type(kind) {
        return sink(row.refused("asset_type_name", why));
    }
    let note: Vec<&str> =
        ["asset_description", "asset_ip", "asset_domain"].iter().filter_map(|it| row.get(it)).collect();
    let note = (!note.is_empty()).then(|| note.join(", "));
    let details =
        ComponentDetails { note, tags: cells(row, "asset_tags", ','), ..ComponentDetails::default() };
    // An asset of a case is one that somebody suspects; IRIS says so of those it found compromised.
    let add = AddComponent { details, ..AddComponent::new(name, kind, Stage::Suspected) };
    sink(Piece::Act(Box::new(Act::new(row.place.clone(), Command::AddComponent(add)))))
}

fn ioc(row: &Row<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let Some(value) = row.get("ioc_value") else {
        return sink(row.refused("ioc_value", "there is no value"));
    };
    let tlp = match row.get("ioc_tlp").map(Tlp::parse).transpose() {
        Ok(tlp) => tlp,
        Err(refusal) => return sink(row.refused("ioc_tlp", refusal.message.trim_end_matches('.'))),
    };
    let own = Details {
        tlp,
        note: row.get("ioc_description").map(str::to_owned),
        tags: cells(row, "ioc_tags", ','),
        ..Details::default()
    };
    // The value says itself which address or path it is; a type that is none of ours is asked of the value, too.
    let several =
        |word: &str| IOC_TYPES.iter().filter(|(theirs, _)| theirs.eq_ignore_ascii_case(word)).count() > 1;
    let word = row.get("ioc_type").filter(|word| !several(word) && !matches!(*word, "IP" | "other"));
    let named = word.map(|word| {
        let known = IOC_TYPES.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(word));
        known.map_or(word, |(_, ours)| ours.id())
    });
    let adding = indicators::adding(value, named, own.clone()).or_else(|why| match named.map(Sort::parse) {
        // The type is one we know, and the value is none of it.
        Some(Ok(Some(_))) => Err(why),
        _ => indicators::adding(value, None, own.clone())
            .or_else(|_| indicators::adding(value, Some("other"), own)),
    });
    match adding {
        Ok(adding) => indicators::add((&row.place, None, None), adding, &[], sink),
        Err(why) => sink(row.refused("ioc_value", why)),
    }
}

fn event(
    row: &Row<'_>,
    reading: &Reading<'_>,
    own_acts: &Cell<usize>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let tags = cells(row, "event_tags", ',');
    let ours = tags.iter().find_map(|tag| Kind::read(tag.strip_prefix(OURS_BY)?));
    if ours.is_some_and(|kind| !kind.written()) {
        own_acts.set(own_acts.get() + 1);
        return ControlFlow::Continue(());
    }
    // What it downloads has the time in UTC in a column that says so.
    let utc = Zone::utc();
    let at = match (row.get("event_date(utc)"), row.get("event_date")) {
        (Some(words), _) => moment::read(words, &Reading { assume: Some(&utc), ..reading.clone() })
            .map(|at| crate::model::time::Happened { assumed: false, ..at })
            .map_err(|why| ("event_date(UTC)", why)),
        (None, Some(words)) => {
            let zone = row.get("event_tz").unwrap_or_default();
            let with_zone = format!("{words} {zone}");
            let already =
                words.ends_with('Z') || words.get(19..).is_some_and(|rest| rest.contains(['+', '-']));
            moment::read(if already { words } else { &with_zone }, reading).map_err(|why| ("event_date", why))
        }
        (None, None) => Err(("event_date", "the time is empty".to_owned())),
    };
    let at = match at {
        Ok(at) => at,
        Err((column, why)) => return sink(row.refused(column, why)),
    };
    let Some(title) = row.get("event_title") else {
        return sink(row.refused("event_title", "there is no title"));
    };
    let about = row
        .first(&["event_content", "event_description"])
        .map(|(_, cell)| cell)
        .filter(|cell| *cell != title);
    let text = match about {
        // What left here has the title on the first line of its words.
        Some(about) if about.starts_with(title.trim_end_matches('…')) => about.to_owned(),
        Some(about) => format!("{title}\n{about}"),
        None => title.to_owned(),
    };
    let assets = if row.has("event_assets") { "event_assets" } else { "linked_assets" };
    let lane = ours.and_then(|_| tags.iter().find_map(|tag| Lane::parse(tag).ok()));
    let techniques = tags.into_iter().filter(|tag| attack::id(tag).is_some()).collect();
    let source = row.get("event_source").filter(|word| ours.is_none() || *word != "casebook");
    let command = match ours {
        Some(Kind::Signal) => Command::RecordSignal(RecordSignal { text, source: None }),
        _ => Command::Log(Logged {
            kind: LogKind::ALL
                .into_iter()
                .find(|kind| Some(kind.kind()) == ours)
                .unwrap_or(LogKind::Observation),
            text,
            components: cells(row, assets, ';'),
            techniques,
            lane,
            source: source.map(entry::source),
        }),
    };
    // Ours say in the raw column who it was: `note by ana`.
    let by = ours.and_then(|kind| {
        let by = row.get("event_raw")?.strip_prefix(&format!("{} by ", kind.word()))?;
        Some(PLAYED.iter().fold(by, |by, played| by.strip_suffix(played).unwrap_or(by)).trim())
    });
    let who = by.or_else(|| row.get("created_by")).filter(|who| !who.is_empty()).map(str::to_owned);
    sink(Piece::Act(Box::new(Act { at: Some(at), who, ..Act::new(row.place.clone(), command) })))
}

fn task(row: &Row<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let Some(title) = row.get("title") else {
        return sink(row.refused("Title", "there is no title"));
    };
    let status = row.get("status").unwrap_or("To do");
    let state = match status.to_lowercase().as_str() {
        "to do" | "todo" => State::Open,
        "in progress" => State::InProgress,
        "on hold" => State::Blocked,
        "done" => State::Done,
        "canceled" | "cancelled" => State::NotApplicable,
        _ => {
            return sink(
                row.refused("Status", format!("there is no state {}", crate::model::text::quoted(status))),
            );
        }
    };
    let reason =
        matches!(state, State::Blocked | State::NotApplicable).then(|| format!("{status} in DFIR-IRIS"));
    let add = AddTask {
        title: title.to_owned(),
        text: row.get("description").map(str::to_owned),
        assignee: row.get("assigned to").map(str::to_owned),
        ..AddTask::default()
    };
    Listed { add, state, reason, ..Listed::default() }.take(row, sink)
}

fn item(row: &Row<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let Some(name) = row.get("name") else {
        return sink(row.refused("Name", "there is no name"));
    };
    let hash = row.get("hash").map(|hash| hash.trim_start_matches("sha256:").trim());
    let sha256 = hash.filter(|hash| hash.len() == 64).map(str::to_owned);
    let other = hash.filter(|_| sha256.is_none()).map(|hash| format!("hash {hash}"));
    let size = row.first(&["size (bytes)", "size(bytes)"]).map(|(_, size)| format!("{size} bytes"));
    let note: Vec<String> =
        [row.get("description").map(str::to_owned), other, size].into_iter().flatten().collect();
    let note = (!note.is_empty()).then(|| note.join(", "));
    let how = Receive { sha256, source: Some("DFIR-IRIS".to_owned()), ..Receive::default() };
    let kind = row.get("type").filter(|kind| crate::model::taxonomy::TAXONOMY.evidence_type(kind).is_ok());
    let kind = kind.map_or_else(|| evidence::guessed_type(name).to_owned(), str::to_owned);
    let add = Add { name: name.to_owned(), kind, components: Vec::new(), note, how };
    let who = row.get("added by").map(str::to_owned);
    let command = Command::Evidence(evidence::Command::Add(Box::new(add)));
    sink(Piece::Act(Box::new(Act { who, ..Act::new(row.place.clone(), command) })))
}

#[cfg(test)]
mod tests;
