//! `people` and `handover`: the roster, one person, what a handover tells.

use super::super::choose;
use super::super::failure::{Failure, note};
use super::super::leave;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::release::Holds;
use crate::model::handover::{Handover, Standing};
use crate::model::roster::{Detail, Duty, Person, Roles};
use crate::model::task::Task;
use crate::model::time;
use crate::report;
use crate::store::{Address, Presence};
use crate::verb::{Leave, Said, refs};

/// `people list`.
pub(in crate::cli) fn list(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let here = here(shell, &address);
    if shell.json {
        let document = incident.document();
        let people: Vec<_> = document.roster.iter().filter(|person| !person.undone).collect();
        let open: Vec<_> = here
            .iter()
            .map(|it| serde_json::json!({ "by": it.by, "host": it.host, "since": it.since }))
            .collect();
        let unheld = incident.roles_unheld();
        return Out::json(
            shell,
            &serde_json::json!({
                "incident": incident.number, "lead": incident.lead(), "people": people,
                "roles_unheld": unheld, "here": open
            }),
        );
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let mut people: Vec<&Person> = incident.people().collect();
    people.sort_by_key(|person| {
        (person.left().is_some(), !person.on_shift(shell.now), person.name().to_lowercase())
    });
    if people.is_empty() {
        out.line(Line::of(
            "  nobody on the roster yet; casebook people add NAME --role analyst --phone NUMBER",
        ));
    }
    out.table(2, people.iter().map(|person| row(shell, incident, person, &here)).collect());
    for line in beside(shell, incident, &here) {
        out.line(line);
    }
    Ok(out)
}

/// Everybody who has the incident open now.
fn here(shell: &Shell, address: &Address) -> Vec<Presence> {
    let mut present = shell.store.present();
    present.retain(|presence| presence.incident == Some(address.id));
    present
}

fn is_here(incident: &Incident, person: &Person, here: &[Presence]) -> bool {
    here.iter().any(|presence| incident.same_person(&presence.by, person.name()))
}

fn row(shell: &Shell, incident: &Incident, person: &Person, here: &[Presence]) -> Vec<Line> {
    let out = person.left().is_some();
    let name = if out { Tone::Dim } else { Tone::Strong };
    let leads = incident.leads(person.name()) && !out;
    let held = person.roles().iter().map(String::as_str).filter(|role| !(leads && *role == "incident-lead"));
    let roles: Vec<&str> = leads.then_some("LEAD").into_iter().chain(held).collect();
    let open = incident.tasks_of(person.name()).count();
    let tasks = match open {
        0 => String::new(),
        1 => "1 task".to_owned(),
        n => format!("{n} tasks"),
    };
    let channel = person.detail(Detail::Channel).map(|channel| format!("out of band: {channel}"));
    let now = if is_here(incident, person, here) { "here now" } else { "" };
    vec![
        Line::default().tone(name, person.name()),
        Line::of(roles.join(", ")),
        shift(shell, person),
        Line::of(person.reach().unwrap_or("no contact")),
        Line::of(channel.unwrap_or_default()),
        Line::of(tasks),
        Line::default().tone(Tone::Here, now),
        Line::default().tone(Tone::Dim, person.id.short()),
    ]
}

/// `on since 09:00 until 18:00`, `off until 06:00`, `left 14:10`.
fn shift(shell: &Shell, person: &Person) -> Line {
    let when = |at| time::when(at, shell.now, &shell.zone);
    if let Some(left) = person.left() {
        return Line::default().tone(Tone::Dim, format!("left {}", when(left.at)));
    }
    let Some(shifted) = person.shift() else { return Line::default().tone(Tone::Dim, "shift not said") };
    let until = shifted.shift.until;
    if until.is_some_and(|until| until <= shell.now) {
        let ended = until.map(when).unwrap_or_default();
        return Line::default()
            .tone(Tone::Warn, format!("{} until {ended}, over", shifted.shift.duty.word()));
    }
    let since = when(shifted.since);
    let until = until.map(|until| format!(" until {}", when(until))).unwrap_or_default();
    match shifted.shift.duty {
        Duty::On => Line::default().tone(Tone::Good, format!("on since {since}{until}")),
        Duty::Off => Line::of(format!("off since {since}{until}")),
    }
}

/// Under the roster: roles nobody holds, who is here without being on it, the handover.
fn beside(shell: &Shell, incident: &Incident, here: &[Presence]) -> Vec<Line> {
    let mut lines = Vec::new();
    let unheld = incident.roles_unheld();
    if !unheld.is_empty() {
        lines.push(Line::default().tone(Tone::Warn, format!("  no {}", unheld.join(", no "))));
    }
    match incident.lead() {
        None => lines.push(Line::default().tone(Tone::Warn, "  nobody leads; casebook edit --lead NAME")),
        Some(lead) if incident.person_called(lead).is_none() => {
            let words = format!("  {lead} leads and is not on the roster; ");
            let add = format!("casebook people add \"{lead}\" --role incident-lead");
            lines.push(Line::default().tone(Tone::Warn, words).tone(Tone::Here, add));
        }
        Some(_) => {}
    }
    for presence in here.iter().filter(|presence| incident.person_called(&presence.by).is_none()) {
        let since = time::when(presence.since, shell.now, &shell.zone);
        lines.push(Line::of(format!(
            "  {} has it open since {since} on {} and is not on the roster",
            presence.by, presence.host
        )));
    }
    if let Some(last) = incident.handovers().next_back() {
        lines.push(Line::of("  ").join(stands(shell, incident, last)));
    }
    lines
}

/// `handover ana → dee  accepted by dee 14:06`.
fn stands(shell: &Shell, incident: &Incident, handover: &Handover) -> Line {
    let when = |at| time::when(at, shell.now, &shell.zone);
    let from = handover.from.as_deref().unwrap_or("nobody");
    let line = Line::of(format!("handover {from} → {}  ", handover.to));
    match handover.answer.get().filter(|answer| answer.standing != Standing::Offered) {
        None => line.tone(
            Tone::Warn,
            format!("offered by {} {}, waits for an answer", handover.by, when(handover.at)),
        ),
        Some(answer) => {
            let words =
                incident.answer_words(handover).map(|words| format!("  \"{words}\"")).unwrap_or_default();
            line.put(format!("{} by {} {}{words}", answer.standing.word(), answer.by, when(answer.at)))
        }
    }
}

/// What follows from a change of the roster or the lead, and what is offered with it.
pub(in crate::cli) fn follows(incident: &Incident, event: &Event, by: &str) -> Vec<Line> {
    let named = |name: &str, roles: Option<&Roles>| {
        let lead = roles.is_some_and(|roles| roles.has("incident-lead")) && !incident.leads(name);
        let now = incident.lead().map_or("nobody leads".to_owned(), |lead| format!("{lead} leads"));
        let command = match incident.lead() {
            Some(_) => format!("casebook handover --to \"{name}\""),
            None => format!("casebook edit --lead \"{name}\""),
        };
        lead.then(|| next(format!("  lead    {now} until it is said otherwise: "), command))
    };
    match event {
        Event::PersonAdded(added) => named(added.name(), Some(&added.roles)).into_iter().collect(),
        Event::PersonEdited(edited) => {
            named(&edited.name, edited.roles.as_ref().map(|roles| &roles.to)).into_iter().collect()
        }
        Event::PersonLeft(left) => {
            let theirs = |task: &&Task| task.assignee() == Some(left.name.as_str());
            let open = incident.tasks.iter().filter(|task| !task.undone && !task.settled()).filter(theirs);
            open.map(|task| {
                next(format!("  still theirs: {}  ", task.what.title), {
                    let id = refs::short_task_id(incident, task);
                    format!("casebook task assign {id} NAME")
                })
            })
            .collect()
        }
        Event::HandoverOffered(offered) => offered_by(incident, &offered.to, by),
        Event::Acknowledged(acknowledged) if incident.lead().is_none() => vec![next(
            "  lead    nobody leads: ".to_owned(),
            format!("casebook edit --lead {}", one_word(&acknowledged.to)),
        )],
        Event::HandoverAccepted(accepted) if incident.person_called(&accepted.to).is_none() => vec![next(
            format!("  roster  {} is not on it: ", accepted.to),
            format!("casebook people add \"{}\" --role incident-lead", accepted.to),
        )],
        _ => Vec::new(),
    }
}

/// What follows, and the line that does it.
fn next(words: String, command: String) -> Line {
    Line::of(words).tone(Tone::Here, command)
}

/// A name as a line takes it.
fn one_word(name: &str) -> String {
    if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name.to_owned() }
}

/// What follows from an offer of the lead: it is made whoever makes it and whoever gets it, and what is unusual
/// in that is said.
fn offered_by(incident: &Incident, to: &str, by: &str) -> Vec<Line> {
    let mut lines = vec![next(
        format!("  told    {to} reads and answers: "),
        "casebook handover read, then casebook handover accept".to_owned(),
    )];
    if incident.person_called(to).is_none() {
        lines.push(next(
            format!("  roster  {to} is not on it: "),
            format!("casebook people add {}", one_word(to)),
        ));
    }
    match incident.lead() {
        None => lines.push(next("  lead    nobody leads until then: ".to_owned(), {
            format!("casebook edit --lead {}", one_word(by))
        })),
        Some(lead) if !incident.leads(by) => lines.push(next(
            format!("  lead    {lead} leads, not {by}; to take it back: "),
            "casebook undo".to_owned(),
        )),
        Some(_) => {}
    }
    lines
}

/// `people show NAME`: the card.
pub(in crate::cli) fn show(shell: &Shell, words: &str, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let person = refs::person(incident, words)?;
    if shell.json {
        let document = incident.document();
        let card = document.roster.iter().find(|card| card.id == &person.id);
        let tasks: Vec<&str> =
            incident.tasks_of(person.name()).map(|task| task.what.title.as_str()).collect();
        return Out::json(
            shell,
            &serde_json::json!({ "incident": incident.number, "person": card, "tasks": tasks }),
        );
    }
    let here = here(shell, &address);
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let lead = if incident.leads(person.name()) { "   LEAD" } else { "" };
    out.line(Line::default().tone(Tone::Strong, person.name()).tone(Tone::Here, lead));
    let mut rows = vec![("roles", Line::of(person.roles().join(", ")))];
    rows.push(("shift", shift(shell, person)));
    for detail in Detail::ALL.into_iter().skip(1) {
        let label = if detail == Detail::Channel { "out of band" } else { detail.word() };
        rows.extend(person.detail(detail).map(|text| (label, Line::of(text))));
    }
    for presence in here.iter().filter(|here| incident.same_person(&here.by, person.name())) {
        let since = time::when(presence.since, shell.now, &shell.zone);
        rows.push(("here", Line::default().tone(Tone::Here, format!("since {since} on {}", presence.host))));
    }
    if let Some(reason) = person.left().and_then(|left| left.reason.as_deref()) {
        rows.push(("left", Line::of(reason)));
    }
    rows.push(("added", Line::of(time::when(person.added, shell.now, &shell.zone))));
    rows.push(("id", Line::of(person.id.as_str())));
    let rows = rows.into_iter().filter(|(_, line)| !line.is_empty());
    out.texts(2, rows.map(|(label, line)| vec![Line::default().tone(Tone::Dim, label), line]).collect());
    let tasks: Vec<_> = incident.tasks_of(person.name()).collect();
    if !tasks.is_empty() {
        out.gap();
        out.table(2, tasks.into_iter().map(|task| super::task::row(shell, incident, task)).collect());
    }
    Ok(out)
}

/// `handover`: what it would tell now. Looking writes nothing.
pub(in crate::cli) fn handover(shell: &Shell, leave: &Leave, said: &Said) -> Result<Out, Failure> {
    let released = leave::released(shell, said, leave, Holds::Incident)?;
    let told =
        report::handover::released(&released, &report::Clock::at(shell.now, leave.terms.as_of, &shell.zone));
    let number = &released.incident.number;
    if leave.output.is_some() {
        return leave::give(shell, number, leave::unsteered(told.into_bytes()), leave.output.as_deref());
    }
    if shell.json {
        return Out::json(shell, &serde_json::json!({ "incident": number, "told": told }));
    }
    note("Nothing was recorded; casebook handover --to NAME offers the lead.");
    Ok(super::sitrep::read_out(shell, told))
}

/// `handover read`: the offer that waits, whole, and how the others went.
pub(in crate::cli) fn handovers(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    if shell.json {
        let document = incident.document();
        let all: Vec<_> = document.handovers.iter().filter(|handover| !handover.undone).collect();
        return Out::json(shell, &serde_json::json!({ "incident": incident.number, "handovers": all }));
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    let all: Vec<&Handover> = incident.handovers().collect();
    let Some(last) = all.last() else {
        out.line(Line::of("  no handover yet; casebook handover --to NAME offers the lead"));
        return Ok(out);
    };
    for handover in &all {
        out.line(Line::of("  ").join(stands(shell, incident, handover)));
    }
    out.gap();
    if let Some(note) = incident.handover_note(last) {
        out.line(Line::of(format!("{} adds: {note}", last.by)));
        out.gap();
    }
    for line in incident.handover_told(last).lines() {
        out.whole(Line::of(line));
    }
    if last.waits() {
        out.gap();
        let answer = match incident.same_person(&last.to, &shell.by) {
            true => "casebook handover accept; or casebook handover decline --reason \"…\"".to_owned(),
            false => format!("{} answers: casebook handover accept", last.to),
        };
        out.line(Line::default().tone(Tone::Here, answer));
    }
    Ok(out)
}
