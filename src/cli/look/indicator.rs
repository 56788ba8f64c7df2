//! `indicator list` and `indicator show`: values defanged for people, real for scripts.

use serde::Serialize;
use serde_json::json;

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::document::IndicatorDocument;
use crate::model::indicator::{Indicator, Kind, shown};
use crate::model::text::defang;
use crate::model::time;
use crate::store::Elsewhere;
use crate::verb::{IndicatorList, Said, refs};

/// How many other incidents a row names.
const NAMED: usize = 3;

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    indicator: IndicatorDocument<'a>,
    /// Numbers of the other incidents in which the value occurs; left out where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    elsewhere: Option<Vec<&'a str>>,
}

pub(in crate::cli) fn list(shell: &Shell, wanted: &IndicatorList, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let all = &incident.indicators;
    let mut rows: Vec<&Indicator> = all.iter().filter(|item| fits(incident, item, wanted)).collect();
    rows.sort_by_key(|item| all.retired(item).is_some());
    let elsewhere = wanted.elsewhere.then(|| others(shell, incident, &rows)).transpose()?;
    if shell.json {
        let documents = documents(incident, &rows, elsewhere.as_ref());
        return Out::json(shell, &json!({ "incident": incident.number, "indicators": documents }));
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    for short in all.cut_short() {
        let words = format!("  A paste was cut short: {} of {} are here.", short.here, short.of);
        out.line(Line::default().tone(Tone::Bad, words));
    }
    if rows.is_empty() {
        out.line(Line::of(match all.iter().next() {
            None => "  no indicator yet; casebook indicator add VALUE, or casebook indicator paste FILE",
            Some(_) => "  no indicator is like that",
        }));
        return Ok(out);
    }
    let ties = all.all_ties();
    let rows = rows.into_iter().map(|item| {
        let retired = all.retired(item);
        let tone = if retired.is_some() { Tone::Dim } else { Tone::Strong };
        let components = ties.get(&item.id).map_or(&[][..], |ties| &ties.components);
        let mut last = Line::of(components_of(incident, components));
        if let Some(elsewhere) = &elsewhere {
            let numbers = elsewhere.numbers(all.kind(item), &item.value, NAMED);
            if !numbers.is_empty() {
                let gap = if last.is_empty() { "" } else { "  " };
                last = last.put(gap).tone(Tone::Warn, format!("also in {numbers}"));
            }
        }
        if let Some(retired) = retired {
            let gap = if last.is_empty() { "" } else { "  " };
            last = last.put(gap).tone(Tone::Dim, format!("retired: {}", retired.reason));
        }
        vec![
            Line::default().tone(tone, shown(all.kind(item), &item.value)),
            Line::of(all.kind(item)),
            Line::of(all.tlp(item).map_or("", |tlp| tlp.label())),
            Line::of(all.confidence(item).map_or("", |confidence| confidence.id())),
            Line::of(seen(incident, item, shell)),
            Line::default().tone(Tone::Dim, item.id.short()),
            last,
        ]
    });
    out.table(2, rows.collect());
    Ok(out)
}

fn fits(incident: &Incident, item: &Indicator, wanted: &IndicatorList) -> bool {
    let all = &incident.indicators;
    let kind = wanted.kind.is_none_or(|kind| all.kind(item) == kind.id());
    let retired = !wanted.retired || all.retired(item).is_some();
    kind && retired && wanted.find.as_deref().is_none_or(|words| has(incident, item, words))
}

/// Whether every word stands in value, type, note, source or tags.
fn has(incident: &Incident, item: &Indicator, words: &str) -> bool {
    let all = &incident.indicators;
    let mut text = format!("{} {} {}", item.value, shown(all.kind(item), &item.value), all.kind(item));
    for more in [all.note(item), all.source(item)].into_iter().flatten() {
        text.push(' ');
        text.push_str(more);
    }
    for tag in all.tags(item) {
        text.push(' ');
        text.push_str(&tag);
    }
    let text = text.to_lowercase();
    words.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
}

/// In which other incidents these occur.
fn others(shell: &Shell, incident: &Incident, rows: &[&Indicator]) -> Result<Elsewhere, Failure> {
    let values = rows.iter().map(|item| (incident.indicators.kind(item), item.value.as_str()));
    Ok(shell.store.incidents_with(values, Some(incident.id), &|_, _| {})?)
}

fn documents<'a>(
    incident: &'a Incident,
    rows: &[&Indicator],
    elsewhere: Option<&'a Elsewhere>,
) -> Vec<Row<'a>> {
    let wanted: std::collections::HashMap<_, _> =
        rows.iter().enumerate().map(|(at, item)| (&item.id, at)).collect();
    let mut documents: Vec<IndicatorDocument<'a>> = incident.indicator_documents();
    documents.retain(|document| wanted.contains_key(document.id));
    documents.sort_by_key(|document| wanted.get(document.id).copied());
    let with = |indicator: IndicatorDocument<'a>| {
        let numbers = elsewhere.map(|elsewhere| {
            let others = elsewhere.with(indicator.kind, indicator.value);
            others.map(|other| other.address.number.as_str()).collect()
        });
        Row { indicator, elsewhere: numbers }
    };
    documents.into_iter().map(with).collect()
}

/// The names of components, in one line.
fn components_of(incident: &Incident, ids: &[crate::model::id::NounId]) -> String {
    let names = ids.iter().filter_map(|id| incident.component(id)).filter(|component| !component.undone);
    names.map(|component| component.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// `03:09 to 14:05`, when it was seen at work.
fn seen(incident: &Incident, item: &Indicator, shell: &Shell) -> String {
    let all = &incident.indicators;
    let when = |at| time::when(at, shell.now, &shell.zone);
    match (all.first(item), all.last(item)) {
        (Some(first), Some(last)) if first == last => when(first),
        (Some(first), Some(last)) => format!("{} to {}", when(first), when(last)),
        (Some(first), None) => format!("since {}", when(first)),
        (None, Some(last)) => format!("until {}", when(last)),
        (None, None) => String::new(),
    }
}

pub(in crate::cli) fn show(shell: &Shell, words: &str, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let item = refs::indicator(incident, words)?;
    let elsewhere = others(shell, incident, &[item])?;
    if shell.json {
        let row = documents(incident, &[item], Some(&elsewhere)).pop();
        return Out::json(shell, &json!({ "incident": incident.number, "indicator": row }));
    }
    let all = &incident.indicators;
    let kind = all.kind(item);
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    out.whole(Line::of("  ").tone(Tone::Strong, shown(kind, &item.value)));
    let ties = all.ties(item);
    let addition = all.addition(item);
    let mut rows: Vec<(&str, Line)> = vec![
        ("type", Line::of(Kind::of(kind).map_or_else(|| kind.to_owned(), |kind| kind.name().to_owned()))),
        ("TLP", Line::of(all.tlp(item).map_or("", |tlp| tlp.label()))),
        ("confidence", Line::of(all.confidence(item).map_or("", |confidence| confidence.id()))),
        ("seen", Line::of(seen(incident, item, shell))),
        ("source", Line::of(defang(all.source(item).unwrap_or_default()))),
        ("note", Line::of(defang(all.note(item).unwrap_or_default()))),
        ("tags", Line::of(all.tags(item).join(", "))),
        ("components", Line::of(components_of(incident, &ties.components))),
    ];
    for entry in ties.entries.iter().filter_map(|id| incident.entry_of(*id)) {
        let when = time::when(entry.happened, shell.now, &shell.zone);
        rows.push(("entry", Line::of(format!("{} {when} {}", entry.id.short(8), defang(entry.shown())))));
    }
    if !ties.incidents.is_empty() {
        rows.push(("tied to", Line::of(ties.incidents.join(", "))));
    }
    for other in elsewhere.with(kind, &item.value) {
        let closed = if other.closed { ", closed" } else { "" };
        let words = format!("{}  {}{closed}", other.address.number, other.title);
        rows.push(("also in", Line::default().tone(Tone::Warn, words)));
    }
    if let Some(retired) = all.retired(item) {
        let when = time::when(retired.at, shell.now, &shell.zone);
        rows.push(("retired", Line::of(format!("{when} {}: {}", retired.by, retired.reason))));
    }
    let when = time::when(addition.at, shell.now, &shell.zone);
    rows.push(("added", Line::of(format!("{when} by {}", addition.by))));
    rows.push(("id", Line::default().tone(Tone::Dim, item.id.as_str())));
    for (name, line) in rows.into_iter().filter(|(_, line)| line.width() > 0) {
        out.line(Line::default().tone(Tone::Dim, format!("  {name:<12}")).join(line));
    }
    Ok(out)
}
