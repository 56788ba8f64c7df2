//! `component list` and `component show`: what is affected and how far each is, what is not contained first.

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::component::Order;
use crate::model::component::{Component, Facts, Stage, Step};
use crate::model::time;
use crate::verb::{Components, Said, refs};

pub(in crate::cli) fn list(shell: &Shell, which: &Components, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let wanted = |component: &&Component| {
        (!which.uncontained || component.uncontained())
            && which.stage.is_none_or(|stage| component.stage() == stage)
            && which.find.as_deref().is_none_or(|words| component.fits(words))
    };
    let all: Vec<&Component> = incident.components_by(Order::default()).into_iter().filter(wanted).collect();
    if shell.json {
        let document = incident.document();
        let shown: std::collections::BTreeSet<_> = all.iter().map(|component| &component.id).collect();
        let components: Vec<_> = document.components.iter().filter(|c| shown.contains(c.id)).collect();
        return Out::json(
            shell,
            &serde_json::json!({ "incident": incident.number, "components": components }),
        );
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    if incident.components().next().is_none() {
        out.line(Line::of("  no component yet; casebook component add NAME --type server"));
        return Ok(out);
    }
    if all.is_empty() {
        out.line(none(incident, which));
        return Ok(out);
    }
    out.table(2, all.into_iter().map(|component| row(shell, component)).collect());
    Ok(out)
}

/// That nothing fits, in words.
fn none(incident: &Incident, which: &Components) -> Line {
    let n = incident.components().count();
    let suspected = incident.components().filter(|component| component.stage() == Stage::Suspected).count();
    match which {
        // No all-clear: what nobody has looked at yet may be anything.
        Components { uncontained: true, .. } if suspected > 0 => Line::default().tone(
            Tone::Warn,
            format!("  none of {n} is known to be uncontained; {suspected} suspected, not yet confirmed or ruled out"),
        ),
        Components { uncontained: true, .. } => {
            Line::default().tone(Tone::Good, format!("  none of {n} is known to be uncontained"))
        }
        _ => Line::of(format!("  none of {n} fits")),
    }
}

fn tone(component: &Component) -> Tone {
    if component.uncontained() { Tone::Bad } else { tone_of(component.stage()) }
}

fn tone_of(stage: Stage) -> Tone {
    match stage {
        stage if stage.uncontained() => Tone::Bad,
        Stage::Suspected => Tone::Warn,
        stage if stage.out() => Tone::Dim,
        _ => Tone::Plain,
    }
}

fn row(shell: &Shell, component: &Component) -> Vec<Line> {
    let stage = component.stage();
    let staged = component.stage.get();
    let since = component.uncontained_since().unwrap_or_else(|| component.since());
    let lasting = match component.uncontained() {
        true => format!(", {}", time::span((shell.now - since).num_milliseconds())),
        false => String::new(),
    };
    vec![
        Line::default().tone(Tone::Strong, &component.name),
        Line::of(&component.kind),
        Line::default().tone(tone(component), stage.id()),
        Line::of(format!("since {}{lasting}", time::when(since, shell.now, &shell.zone))),
        Line::of(staged.map_or("", |staged| staged.by.as_str())),
        Line::default().tone(Tone::Dim, component.id.short()),
        Line::default().tone(Tone::Warn, if component.critical() { "critical" } else { "" }),
        Line::of(staged.and_then(|staged| staged.reason.as_deref()).unwrap_or_default()),
    ]
}

pub(in crate::cli) fn show(shell: &Shell, words: &str, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let component = refs::component(incident, words)?;
    if shell.json {
        let document = incident.document();
        let known = document.components.iter().find(|known| *known.id == component.id);
        let entries: Vec<_> =
            incident.entries_about(component).map(crate::incident::document::EntryDocument::of).collect();
        return Out::json(
            shell,
            &serde_json::json!({ "incident": incident.number, "component": known, "entries": entries }),
        );
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    known(&mut out, shell, incident, component);
    out.gap();
    out.line(Line::default().tone(Tone::Strong, "History"));
    let steps = component.history.iter().map(|step| history(shell, step));
    out.texts(2, steps.collect());
    let mut entries = incident.entries_about(component).filter(|entry| entry.kind.written()).peekable();
    if entries.peek().is_some() {
        out.gap();
        out.line(Line::default().tone(Tone::Strong, "Entries about it"));
        out.texts(2, entries.map(|entry| super::activity::row(shell, entry, entry.happened)).collect());
    }
    Ok(out)
}

/// What is known of it beside its history.
fn known(out: &mut Out, shell: &Shell, incident: &Incident, component: &Component) {
    let stage = component.stage();
    let when = |at| time::when(at, shell.now, &shell.zone);
    out.line(
        Line::default()
            .tone(Tone::Strong, &component.name)
            .put(format!("  {}  ", component.kind))
            .tone(tone(component), stage.id())
            .put(format!(" since {}  ", when(component.since())))
            .tone(Tone::Dim, component.id.short()),
    );
    let mut rows: Vec<(&str, Line)> = Vec::new();
    let mut add = |what, line| rows.push((what, line));
    if let Some(since) = component.uncontained_since() {
        let span = time::span((shell.now - since).num_milliseconds());
        add("not contained", Line::default().tone(Tone::Bad, format!("since {}, {span}", when(since))));
    }
    if let Some(phase) = component.found_in {
        let words = format!("{}, when the incident stood in {phase}", when(component.added));
        add("found", Line::default().tone(Tone::Warn, words));
    }
    add("critical", Line::of(if component.critical() { "yes" } else { "no" }));
    for (what, words) in
        [("owner", component.owner()), ("note", component.note()), ("verdict", component.verdict())]
    {
        if let Some(words) = words {
            add(what, Line::of(words));
        }
    }
    if !component.tags().is_empty() {
        add("tags", Line::of(component.tags().join(", ")));
    }
    let held = component.known();
    match &held.seen {
        Some(seen) => add("seen to hold", Line::of(format!("by {}, {}", seen.by, when(seen.at)))),
        None if stage == Stage::Contained => {
            add("seen to hold", Line::default().tone(Tone::Warn, "nobody has looked yet"));
        }
        None => {}
    }
    if let Some(until) = held.until {
        let tone = if until <= shell.now { Tone::Bad } else { Tone::Plain };
        let word = if until <= shell.now { "review OVERDUE since " } else { "until " };
        add("accepted", Line::default().tone(tone, format!("{word}{}", when(until))));
    }
    let measures = incident.held_by(component);
    if !measures.is_empty() {
        add("in place", Line::default().tone(Tone::Warn, measures.join(", ")));
    }
    let before: Vec<&str> =
        component.former.iter().map(String::as_str).filter(|name| *name != component.name).collect();
    if !before.is_empty() {
        add("known before as", Line::of(before.join(", ")));
    }
    out.texts(
        2,
        rows.into_iter().map(|(what, line)| vec![Line::default().tone(Tone::Dim, what), line]).collect(),
    );
}

/// A step in columns: when, who, where to, what is known of it.
fn history(shell: &Shell, step: &Step) -> Vec<Line> {
    let way = match step.from {
        None => format!("found, {}", step.to.id()),
        Some(from) if from == step.to => format!("{}, more known", step.to.id()),
        Some(from) => format!("{} → {}", from.id(), step.to.id()),
    };
    let mark = match step {
        Step { undone: true, .. } => "taken back",
        step if step.back() => "BACK",
        _ => "",
    };
    let tone = if step.undone { Tone::Dim } else { tone_of(step.to) };
    let reason = step.reason.as_deref().map(|reason| format!("\"{reason}\""));
    let words: Vec<String> = facts(shell, &step.facts).into_iter().chain(reason).collect();
    vec![
        Line::of(time::when(step.at, shell.now, &shell.zone)),
        Line::of(&step.by),
        Line::default().tone(tone, way),
        Line::default().tone(Tone::Warn, mark),
        Line::of(words.join(", ")),
    ]
}

/// `switch port off, asked 13:54, done 13:59, seen to hold by bo`.
fn facts(shell: &Shell, facts: &Facts) -> Vec<String> {
    let when = |at| time::when(at, shell.now, &shell.zone);
    let mut words = Vec::new();
    words.extend(facts.how.clone());
    words.extend(facts.asked.map(|at| format!("asked {}", when(at))));
    words.extend(facts.done.map(|at| format!("done {}", when(at))));
    words.extend(facts.seen.as_ref().map(|seen| format!("seen to hold by {} {}", seen.by, when(seen.at))));
    words.extend(facts.approval.as_ref().map(|approval| format!("approved by {approval}")));
    words.extend(facts.until.map(|at| format!("until {}", when(at))));
    words
}
