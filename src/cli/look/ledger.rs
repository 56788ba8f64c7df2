//! The lists of the ledger: what stands and what is due first.

use chrono::{DateTime, Utc};

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::{Incident, Lack};
use crate::model::ledger::approval::{About, Granted};
use crate::model::ledger::{Item, Sort, What};
use crate::model::refusal::quoted;
use crate::model::text::defang;
use crate::model::time;
use crate::verb::refs::short_task_id;
use crate::verb::{Listing, Said};

/// The lines of one noun, what asks for something first.
pub(in crate::cli) fn list(shell: &Shell, listing: Listing, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    if shell.json {
        return json(shell, incident, listing);
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let items = shown(incident, listing, shell.now);
    // A yes to a question stands with the question; one that has lapsed asks for another.
    let lapsed: Vec<&Granted> = incident.lapsed(shell.now);
    let over = |one: &Granted| lapsed.iter().any(|it| it.id == one.id);
    let shown = |one: &&Granted| !one.undone && ((listing.all && one.answers.is_empty()) || over(one));
    let granted: Vec<&Granted> = match listing.sort {
        Sort::Approval => incident.approvals.iter().filter(shown).collect(),
        _ => Vec::new(),
    };
    if items.is_empty() && granted.is_empty() {
        out.line(Line::of(nothing(listing.sort)));
        return Ok(out);
    }
    let mut rows: Vec<Vec<Line>> = items.iter().map(|item| row(shell, item)).collect();
    rows.extend(granted.into_iter().map(|one| yes(shell, one)));
    out.table(2, rows);
    let settled = incident.ledger_of(listing.sort).count() - items.len();
    if settled > 0 {
        let verb = listing.sort.verb();
        out.line(
            Line::default().tone(Tone::Dim, format!("  and {settled} settled; casebook {verb} list --all")),
        );
    }
    Ok(out)
}

fn json(shell: &Shell, incident: &Incident, listing: Listing) -> Result<Out, Failure> {
    let ledger = incident.document().ledger;
    let (word, items) = match listing.sort {
        Sort::Decision => ("decisions", ledger.decisions),
        Sort::Assumption => ("assumptions", ledger.assumptions),
        Sort::Approval => ("requests", ledger.requests),
        Sort::Measure => ("measures", ledger.measures),
        Sort::Timer => ("timers", ledger.timers),
        Sort::Declaration => ("declarations", ledger.declarations),
    };
    let order = shown(incident, listing, shell.now);
    let mut items: Vec<_> = items
        .into_iter()
        .filter_map(|item| Some((order.iter().position(|one| one.id == *item.id)?, item)))
        .collect();
    items.sort_by_key(|(at, _)| *at);
    let items: Vec<_> = items.into_iter().map(|(_, item)| item).collect();
    let mut document = serde_json::json!({ "incident": incident.number, word: items });
    if listing.sort == Sort::Approval {
        let given: Vec<_> = ledger.approvals.iter().filter(|one| !one.undone).collect();
        document["approvals"] = serde_json::to_value(given).unwrap_or_default();
    }
    Out::json(shell, &document)
}

/// What is late, then what is open by its time, then what is settled, newest first.
fn shown(incident: &Incident, listing: Listing, now: DateTime<Utc>) -> Vec<&Item> {
    let stands =
        |item: &&Item| listing.all || item.open() || (item.sort() == Sort::Decision && item.overdue(now));
    let mut items: Vec<&Item> = incident.ledger_of(listing.sort).filter(stands).collect();
    let far = DateTime::<Utc>::MAX_UTC;
    items.sort_by_key(|item| (!item.overdue(now), !item.open(), item.next_time().unwrap_or(far)));
    items
}

fn nothing(sort: Sort) -> &'static str {
    match sort {
        Sort::Decision => "  no decision stands; casebook decide \"…\" --why \"…\"",
        Sort::Assumption => "  nothing is assumed; casebook assume \"…\" --refuted-by \"…\"",
        Sort::Approval => "  nobody is asked; casebook approve request \"…\" --of \"NAME/ROLE\"",
        Sort::Measure => "  no temporary measure is in place; casebook measure add \"…\" --review +4h",
        Sort::Timer => "  no timer runs; casebook timer add \"…\" --in 10m",
        Sort::Declaration => "  nothing is declared; casebook declare major --reason \"…\"",
    }
}

fn row(shell: &Shell, item: &Item) -> Vec<Line> {
    let at = |at: DateTime<Utc>| time::when(at, shell.now, &shell.zone);
    let late = item.overdue(shell.now);
    let dim = |words: String| match item.open() {
        true => Line::of(words),
        false => Line::default().tone(Tone::Dim, words),
    };
    let stand = item.stand.get();
    let since = stand.map_or(item.made, |stand| stand.at);
    let by = stand.filter(|_| !item.open()).map_or(item.by.as_str(), |stand| stand.by.as_str());
    let mut due = Line::default();
    for (word, when) in [(item.sort().due_word(), item.due()), ("remove", item.removal())] {
        let Some(when) = when.filter(|_| item.open() || late) else { continue };
        let gap = if due.is_empty() { "" } else { ", " };
        due = due.put(gap);
        due = match when <= shell.now {
            true if item.sort() == Sort::Timer => due.tone(Tone::Bad, format!("RANG {}", at(when))),
            true => due.tone(Tone::Bad, format!("OVERDUE {word} {}", at(when))),
            false => due.put(format!("{word} {}", at(when))),
        };
    }
    let mut row = vec![
        Line::default().tone(Tone::Strong, item.label()),
        dim(item.state_word().to_owned()),
        dim(defang(&item.text).into_owned()),
        dim(format!("{by} {}", at(since))),
        Line::of(item.owner().unwrap_or_default()),
        due,
        Line::default().tone(Tone::Dim, more(item)),
    ];
    if item.contested() {
        row.push(Line::default().tone(Tone::Warn, "CONTESTED"));
    }
    row
}

/// What is declared, what is in place and who is expected, for the summary.
pub(super) fn standing(incident: &Incident, shell: &Shell, now: DateTime<Utc>) -> Vec<Line> {
    let at = |at: DateTime<Utc>| time::when(at, now, &shell.zone);
    let mut lines = Vec::new();
    for item in incident.declared() {
        let What::Declaration(it) = &item.what else { continue };
        let plan = it.reference.as_deref().map(|plan| format!(", {plan}")).unwrap_or_default();
        let what = it.what.name().to_uppercase();
        let words = format!("{what} since {}, {}{plan}: {}", at(item.made), item.by, defang(&item.text));
        lines.push(Line::default().tone(Tone::Bad, words));
    }
    let measures: Vec<&Item> = incident.measures_in_place().collect();
    if !measures.is_empty() {
        let late = measures.iter().filter(|item| item.overdue(now)).count();
        let named: Vec<String> =
            measures.iter().take(4).map(|item| format!("{} {}", item.label(), defang(&item.text))).collect();
        let more =
            if measures.len() > 4 { format!("; and {} more", measures.len() - 4) } else { String::new() };
        let line = Line::of(format!("in place {}: {}{more}", measures.len(), named.join("; ")));
        let over = format!("   {late} over review");
        lines.push(if late > 0 { line.tone(Tone::Bad, over) } else { line });
    }
    if let Some(item) = incident.timers().first()
        && let Some(due) = item.due()
    {
        let (tone, word) = if due <= now { (Tone::Bad, "RANG") } else { (Tone::Plain, "rings") };
        let words =
            format!("{} {}: {word} {}, {}", item.label(), defang(&item.text), at(due), time::ago(due, now));
        lines.push(Line::default().tone(tone, words));
    }
    lines
}

/// What asks for an answer now, with the line that gives it.
pub(super) fn asks(item: &Item, shell: &Shell) -> Vec<Line> {
    let number = item.label();
    let (word, line) = match item.sort() {
        Sort::Timer => ("rang", format!("casebook timer done {number} \"…\"")),
        Sort::Measure => ("review", format!("casebook measure review {number} --next +4h")),
        Sort::Decision => ("revisit", format!("casebook decide confirm {number}")),
        Sort::Assumption => ("check", format!("casebook assume confirm {number}")),
        Sort::Approval | Sort::Declaration => {
            ("asked", format!("casebook approve {number} --by \"NAME/ROLE\""))
        }
    };
    let due = item.next_time().map(|due| time::when(due, shell.now, &shell.zone)).unwrap_or_default();
    vec![
        Line::default().tone(Tone::Warn, word),
        Line::of(format!("{number} {}   {due}", defang(&item.text))),
        Line::default().tone(Tone::Here, line),
    ]
}

/// What an approval lacks, in a few words.
pub(super) fn lack(lack: &Lack<'_>, settled: bool, shell: &Shell) -> String {
    match lack {
        Lack::Unasked if settled => "no approval".to_owned(),
        lack => lack.words(shell.now, &shell.zone),
    }
}

/// An approval that has lapsed, with the line that gives it anew.
pub(super) fn lapsed(incident: &Incident, granted: &Granted, shell: &Shell) -> Vec<Line> {
    let until = granted.terms.until_words(shell.now, &shell.zone).unwrap_or_default();
    let about = match &granted.about {
        About::Task(id) => incident.task(id).map_or("", |task| short_task_id(incident, task)).to_owned(),
        About::Visit(_) => String::new(),
        About::Matter(words) => format!("--matter {}", quoted(words)),
    };
    let gap = if about.is_empty() { "" } else { " " };
    vec![
        Line::default().tone(Tone::Warn, "lapsed"),
        Line::of(format!("{}: {} {until}", defang(&granted.what), granted.approval.name)),
        Line::default().tone(Tone::Here, format!("casebook approve {about}{gap}--by \"NAME/ROLE\"")),
    ]
}

/// What only this noun has, in a few words.
fn more(item: &Item) -> String {
    let reason = item.stand.get().filter(|_| !item.open()).and_then(|stand| stand.reason.as_deref());
    let mut words: Vec<String> = match &item.what {
        What::Decision(it) => {
            let not = it.alternatives.iter().map(|one| format!("not: {one}"));
            let approved = it.approved_by.iter().map(|who| format!("approved by {who}"));
            not.chain(it.why.iter().map(|why| format!("\"{why}\""))).chain(approved).collect()
        }
        What::Assumption(it) => it.refuted_by.iter().map(|what| format!("refuted by {what}")).collect(),
        What::Approval(it) => vec![format!("of {}", it.of)],
        What::Measure(it) => {
            let on = (!it.names.is_empty()).then(|| it.names.join(", "));
            [Some(it.kind.id().to_owned()), on, it.place.clone()].into_iter().flatten().collect()
        }
        What::Timer(_) => Vec::new(),
        What::Declaration(it) => it.reference.iter().cloned().collect(),
    };
    words.extend(reason.map(|reason| format!("\"{reason}\"")));
    words.join(", ")
}

/// An approval that nobody had asked for on record.
fn yes(shell: &Shell, granted: &Granted) -> Vec<Line> {
    vec![
        Line::default(),
        Line::default().tone(Tone::Dim, "granted"),
        Line::default().tone(Tone::Dim, defang(&granted.what)),
        Line::default().tone(
            Tone::Dim,
            format!("{} {}", granted.approval, time::when(granted.approval.at, shell.now, &shell.zone)),
        ),
        Line::default(),
        match granted.terms.until_words(shell.now, &shell.zone) {
            Some(until) if granted.terms.hold(shell.now) => Line::of(until),
            Some(until) => Line::default().tone(Tone::Bad, until),
            None => Line::default(),
        },
    ]
}
