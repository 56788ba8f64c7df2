//! `evidence list` and `evidence show`: what is kept and asked for, and whose hands each item went through.

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::evidence::EvidenceDocument;
use crate::model::evidence::{EvidenceItem, Integrity, Standing, bytes};
use crate::model::expunge::Expunging;
use crate::model::time;
use crate::verb::{Said, refs};

/// Columns from which a list has room for a hash, which is shown whole or not at all.
const ROOM_FOR_HASHES: usize = 170;

/// `evidence list`: asked for first, then what is kept, what is gone first on top, then what was withdrawn.
pub(in crate::cli) fn list(shell: &Shell, requested: bool, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let mut items: Vec<&EvidenceItem> =
        incident.evidence().filter(|item| !requested || item.awaited()).collect();
    let due = |item: &EvidenceItem| item.due().filter(|_| item.awaited());
    items.sort_by_key(|item| (item.standing(), due(item).is_none(), due(item), item.volatility()));
    if shell.json {
        let items: Vec<_> = items.iter().map(|item| EvidenceDocument::of(item, incident)).collect();
        return Out::json(shell, &serde_json::json!({ "incident": incident.number, "evidence": items }));
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    if items.is_empty() {
        out.line(Line::of(match requested {
            true => "  nothing is asked for; casebook evidence request WHAT --from WHOM",
            false => "  no evidence yet; casebook evidence add PATH --type memory --component NAME",
        }));
        return Ok(out);
    }
    if let Some(names) = incident.without_image().filter(|_| !requested) {
        out.line(Line::default().tone(Tone::Warn, "  NOT IMAGED  ").put(names));
    }
    let hashes = shell.columns.is_none_or(|columns| columns >= ROOM_FOR_HASHES);
    for (standing, heading) in [
        (Standing::Requested, "asked for, not received"),
        (Standing::Held, ""),
        (Standing::Withdrawn, "withdrawn"),
    ] {
        let these = items.iter().filter(|item| item.standing() == standing);
        let rows: Vec<_> = these.map(|item| row(shell, incident, item, hashes)).collect();
        if rows.is_empty() {
            continue;
        }
        if !heading.is_empty() {
            out.line(Line::of("  ").tone(Tone::Dim, heading));
        }
        out.table(2, rows);
    }
    Ok(out)
}

fn row(shell: &Shell, incident: &Incident, item: &EvidenceItem, hashes: bool) -> Vec<Line> {
    let dim = item.standing() == Standing::Withdrawn;
    let tone = if dim { Tone::Dim } else { Tone::Plain };
    let plain = |words: String| Line::default().tone(tone, words);
    let state = match item.standing() {
        Standing::Requested => expected(shell, item),
        Standing::Held => integrity(incident, item),
        Standing::Withdrawn => {
            let reason = item.withdrawn().map_or("", |withdrawn| &withdrawn.reason);
            Line::default().tone(Tone::Dim, format!("\"{reason}\""))
        }
    };
    let holder = match item.standing() {
        Standing::Requested => format!("from {}", item.source().unwrap_or("nobody")),
        _ => item.holder().map_or_else(String::new, |holder| format!("held by {holder}")),
    };
    let hash = item.sha256().filter(|_| hashes).unwrap_or_default();
    vec![
        Line::default().tone(if dim { Tone::Dim } else { Tone::Strong }, item.label()),
        plain(item.name().to_owned()),
        plain(item.kind().to_owned()),
        plain(of(incident, item)),
        plain(item.size().map(bytes).unwrap_or_default()),
        plain(holder),
        state,
        plain(hash.to_owned()),
    ]
}

fn expected(shell: &Shell, item: &EvidenceItem) -> Line {
    match item.due() {
        None => Line::of("no time agreed"),
        Some(due) if due <= shell.now => Line::default()
            .tone(Tone::Bad, format!("OVERDUE since {}", time::when(due, shell.now, &shell.zone))),
        Some(due) => Line::of(format!("due {}", time::when(due, shell.now, &shell.zone))),
    }
}

fn integrity(incident: &Incident, item: &EvidenceItem) -> Line {
    match item.integrity() {
        // Somebody's word that it is gone covers no mismatch.
        integrity if integrity != Some(Integrity::Mismatch) && incident.evidence_expunged(item).is_some() => {
            Line::default().tone(Tone::Warn, "expunged")
        }
        None => Line::default().tone(Tone::Dim, "no hash"),
        Some(it @ Integrity::Mismatch) => Line::default().tone(Tone::Bad, it.word()),
        Some(it @ Integrity::MatchesAgain) => Line::default().tone(Tone::Warn, it.word()),
        Some(it @ Integrity::Matches) => Line::default().tone(Tone::Good, it.word()),
        Some(it @ Integrity::Unchecked) => Line::default().tone(Tone::Dim, it.word()),
    }
}

fn of(incident: &Incident, item: &EvidenceItem) -> String {
    let name = |id| incident.component(id).map(|component| component.name.as_str());
    let names: Vec<&str> = item.components().iter().filter_map(name).collect();
    names.join(", ")
}

/// `evidence show`: everything of one item, and whose hands it went through.
pub(in crate::cli) fn show(shell: &Shell, words: &str, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let item = refs::evidence(incident, words)?;
    if shell.json {
        return Out::json(shell, &EvidenceDocument::of(item, incident));
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let name = Line::of("  ").tone(Tone::Strong, item.label()).put(format!("  {}", item.name()));
    out.line(match item.standing() {
        Standing::Requested => name.tone(Tone::Warn, "  requested, not received"),
        Standing::Held => name,
        Standing::Withdrawn => name.tone(Tone::Warn, "  WITHDRAWN"),
    });
    let moment = |at| time::when(at, shell.now, &shell.zone);
    let expunged = incident.evidence_expunged(item).map(Expunging::shown);
    let copy = item.sha256().filter(|hash| item.in_vault() && incident.file_expunged(hash).is_none());
    let copy = copy.map(|hash| shell.store.vault(&address).path(hash).display().to_string());
    let taken = item.acquired().map(|at| {
        let by = item.acquired_by().map(|by| format!(" by {by}")).unwrap_or_default();
        format!("{}{by}", moment(at))
    });
    let facts = [
        ("type", Some(format!("{}, volatility {} of 7", item.kind(), item.volatility()))),
        ("of", Some(of(incident, item)).filter(|names| !names.is_empty())),
        ("origin", item.origin().map(str::to_owned)),
        ("from", item.source().map(str::to_owned)),
        ("due", item.due().filter(|_| item.awaited()).map(moment)),
        ("taken", taken),
        ("where", item.place().map(str::to_owned)),
        ("how", item.tool().map(str::to_owned)),
        ("size", item.size().map(size)),
        ("sha256", item.sha256().map(str::to_owned)),
        ("copy", copy),
        ("gone", expunged),
        ("kept", item.kept().map(str::to_owned)),
        ("seal", item.seal().map(str::to_owned)),
        ("holder", item.holder().map(str::to_owned)),
        ("note", item.note().map(str::to_owned)),
        (
            "withdrawn",
            item.withdrawn().map(|it| format!("{} by {}: \"{}\"", moment(it.at), it.by, it.reason)),
        ),
    ];
    let told = facts.into_iter().filter_map(|(word, value)| Some((word, value?)));
    let mut rows: Vec<Vec<Line>> =
        told.map(|(word, value)| vec![Line::default().tone(Tone::Dim, word), Line::of(value)]).collect();
    if item.sha256().is_some() {
        rows.push(vec![Line::default().tone(Tone::Dim, "hash"), integrity(incident, item)]);
    }
    out.texts(2, rows);
    if item.taken.is_some() {
        out.gap();
        out.line(Line::of("  ").tone(Tone::Dim, "custody"));
        out.texts(2, chain(shell, item));
    }
    Ok(out)
}

fn size(size: u64) -> String {
    if size < 1000 { bytes(size) } else { format!("{} ({size} bytes)", bytes(size)) }
}

/// Who took it, whose hands it went through, and each look at its hash, in the order they were recorded.
fn chain(shell: &Shell, item: &EvidenceItem) -> Vec<Vec<Line>> {
    let moment = |at| Line::of(time::when(at, shell.now, &shell.zone));
    let matched = |matches: Option<bool>| match matches {
        None => Line::default().tone(Tone::Dim, "hash not re-checked"),
        Some(true) => Line::default().tone(Tone::Good, "hash matches"),
        Some(false) => Line::default().tone(Tone::Bad, "MISMATCH"),
    };
    let first = item.custody.first().map_or(item.holder(), |passed| passed.from.as_deref());
    let mut rows = vec![vec![
        moment(item.acquired().unwrap_or(item.listed)),
        Line::of(format!("taken by {}", item.acquired_by().unwrap_or(&item.by))),
        Line::of(format!("held by {}", first.unwrap_or("nobody"))),
    ]];
    let mut hands: Vec<_> = item
        .custody
        .iter()
        .map(|passed| {
            let from = passed.from.as_deref().unwrap_or("nobody");
            let place = passed.place.as_deref().map(|place| format!(", {place}")).unwrap_or_default();
            let why = format!("\"{}\"{place}", passed.reason);
            (
                passed.at,
                vec![
                    moment(passed.at),
                    Line::of(format!("{from} → {}", passed.to)),
                    matched(passed.matches),
                    Line::of(why),
                ],
            )
        })
        .collect();
    let of_custody = |line| item.custody.iter().any(|passed| passed.line == line);
    let looks = item.checks.iter().filter(|check| !of_custody(check.line));
    hands.extend(looks.map(|check| {
        let found = if check.matches { String::new() } else { format!("found {}", check.found) };
        let by = format!("checked by {}", check.by);
        let of = if check.of == "vault" { "copy in the vault".to_owned() } else { check.of.clone() };
        (
            check.at,
            vec![
                moment(check.at),
                Line::of(by),
                matched(Some(check.matches)),
                Line::of(format!("{of}  {found}").trim_end()),
            ],
        )
    }));
    hands.sort_by_key(|(at, _)| *at);
    rows.extend(hands.into_iter().map(|(_, row)| row));
    rows
}
