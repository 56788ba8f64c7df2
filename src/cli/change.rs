//! Changes: judged against the incident as it stands, on the disk, then answered.

use serde::Serialize;

use super::around;
use super::choose;
use super::failure::{Failure, note};
use super::out::{Line, Out, Tone, short};
use super::seal;
use super::session;
use super::shell::Shell;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::decide;
use crate::incident::document::EntryDocument;
use crate::incident::event::Event;
use crate::incident::line::Line as Fact;
use crate::model::desk::Desk;
use crate::model::entry::Entry;
use crate::model::evidence::{Acquired, Found};
use crate::model::head::Open;
use crate::model::phase::Phase;
use crate::model::task::{Origin, State};
use crate::model::text::defang;
use crate::model::time::{self, Happened};
use crate::model::visit::GateShown;
use crate::report;
use crate::store::{Address, Appended, Number, Record, Series, Together};
use crate::verb::{Change, LedgerChange, Said};

/// Columns of an answer for the ear; a longer text is not repeated whole. What goes into a pipe or a file is
/// whole: nobody can make that window wider.
const SPOKEN: usize = 120;

/// `new`: the number on standard output, the rest for people on standard error.
pub(super) fn open(shell: &mut Shell, open: &Open, said: &Said) -> Result<Out, Failure> {
    let playbooks = shell.playbooks();
    let carried = if open.phase == Some(Phase::Preparation) { shell.carried()? } else { Vec::new() };
    let desk = Desk { carried: &carried, ..shell.desk(said, &playbooks) };
    let first = |number: &Number| Ok::<_, Failure>(vec![decide::open(open, &number.to_string(), &desk)?]);
    let created = shell.store.create(Series::Inc, around::incident_id(), shell.wall, first)?;
    let address = created.address;
    session::choose(shell, &address);
    let record = shell.read(&address)?;
    shell.store.publish(&record);
    let saved = Saved { address: &address, lines: &created.lines, incident: &record.incident };
    if shell.json {
        return saved.json(shell);
    }
    note(&saved.sentence(shell));
    note(&checklist(&record.incident));
    let mut out = Out::new(shell);
    out.line(Line::of(&address.number));
    Ok(out)
}

/// A verb that is judged against the incident.
pub(super) fn change(shell: &mut Shell, change: &Change, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let mut record = writable(shell, &address)?;
    for remark in change.remarks(&record.incident) {
        note(&remark);
    }
    let commands = change.commands(&record.incident)?;
    let before = Before::of(&record.incident);
    let Some(appended) = give(shell, &mut record, &commands, said)? else {
        return so_already(shell, &address);
    };
    let incident = &record.incident;
    let saved = Saved { address: &address, lines: &appended.lines, incident };
    let out = if shell.json {
        saved.json(shell)?
    } else {
        let mut out = Out::new(shell);
        for line in saved.all(shell) {
            out.line(line);
        }
        if let Some(due) = &said.due {
            let grants = |change: &LedgerChange| matches!(change, LedgerChange::Grant { .. });
            let ends = match change {
                Change::People(_) => true,
                Change::Ledger(change) => grants(change),
                _ => false,
            };
            let word = if ends { "until" } else { "due" };
            out.line(Line::of(format!("  {word:<7} {}", echo(due, shell))));
        }
        for line in saved.follows(shell, &before) {
            out.line(line);
        }
        out
    };
    if matches!(change, Change::Redact { .. }) {
        note(
            "The words are hidden here, not gone: the journal keeps them, a bundle carries them, and what has left \
             already has them.",
        );
    }
    shell.store.publish(&record);
    seal::after(shell, &address, &appended.lines);
    Ok(out)
}

/// An incident that is to be changed.
pub(super) fn writable(shell: &Shell, address: &Address) -> Result<Record, Failure> {
    let record = shell.read(address)?;
    match record.read_only() {
        Some(why) => Err(Failure::could_not(format!("{} can only be read here: {why}.", address.number))
            .hint("Use the newer casebook to write.")),
        None => Ok(record),
    }
}

/// Whether a command would be obeyed; nothing is written.
pub(super) fn judged(shell: &Shell, record: &Record, command: &Command, said: &Said) -> Result<(), Failure> {
    let (playbooks, duties) = (shell.playbooks(), shell.duties());
    let desk = |k| Desk { carried: &[], duties: &duties, ..shell.desk_of(k, said, &playbooks) };
    record.incident.decide_all(std::slice::from_ref(command), desk)?;
    Ok(())
}

/// Commands that are one act: judged, on the disk and applied. `None`: it is so already.
pub(super) fn give(
    shell: &Shell,
    record: &mut Record,
    commands: &[Command],
    said: &Said,
) -> Result<Option<Appended>, Failure> {
    let (playbooks, duties) = (shell.playbooks(), shell.duties());
    let prepares = |command: &Command| matches!(command, Command::Go(go) if go.to == Phase::Preparation);
    let carried = if commands.iter().any(prepares) { shell.carried()? } else { Vec::new() };
    let commands = report::tell(commands, &record.incident, &report::Clock::of(shell.now, &shell.zone));
    let desk = |k| Desk { carried: &carried, duties: &duties, ..shell.desk_of(k, said, &playbooks) };
    let drafts = record.incident.decide_all(&commands, desk)?;
    if drafts.is_empty() {
        return Ok(None);
    }
    let together = if drafts.len() > 1 { Together::Batch } else { Together::Apart };
    let appended = shell.store.pen(&record.address)?.append(&drafts, together, shell.wall)?;
    record.apply(&appended.lines);
    // Read back, the record is whole and may be published; if it cannot be, it is saved all the same.
    let _ = record.catch_up();
    skew(&appended);
    Ok(Some(appended))
}

/// Said when the wall clock here and the record are far apart.
pub(super) fn skew(appended: &Appended) {
    if let Some(skew) = appended.skew_ms {
        let way = if skew < 0 { "behind" } else { "ahead of" };
        note(&format!(
            "The clock of this machine is {} {way} the last line of the record.",
            time::span(skew)
        ));
    }
}

pub(super) fn so_already(shell: &Shell, address: &Address) -> Result<Out, Failure> {
    if shell.json {
        let document = serde_json::json!({ "incident": address.number, "changed": false, "entries": [] });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    out.line(
        Line::default().tone(Tone::Strong, &address.number).put("  it is so already; nothing was recorded"),
    );
    Ok(out)
}

/// How things stood before, where the answer tells the difference.
struct Before {
    owed: Vec<String>,
    uncontained: Option<String>,
}

impl Before {
    fn of(incident: &Incident) -> Self {
        Self {
            owed: incident.debts().into_iter().map(|debt| debt.shown).collect(),
            uncontained: super::look::show::uncontained(incident),
        }
    }
}

/// What has been recorded, for the answer.
pub(super) struct Saved<'a> {
    pub address: &'a Address,
    pub lines: &'a [Fact],
    /// The incident with these lines, or folded from them alone.
    pub incident: &'a Incident,
}

#[derive(Serialize)]
struct SavedDocument<'a> {
    incident: &'a str,
    id: uuid::Uuid,
    changed: bool,
    saved: bool,
    /// The zone in which times without one were read.
    zone: String,
    entries: Vec<EntryDocument<'a>>,
}

impl Saved<'_> {
    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter().filter_map(|line| self.incident.entry_of(line.id))
    }

    /// The answer for scripts.
    pub(super) fn json(&self, shell: &Shell) -> Result<Out, Failure> {
        Out::json(
            shell,
            &SavedDocument {
                incident: &self.address.number,
                id: self.address.id,
                changed: true,
                saved: true,
                zone: shell.zone.name(),
                entries: self.entries().map(EntryDocument::of).collect(),
            },
        )
    }

    /// A line for each entry.
    fn all(&self, shell: &Shell) -> Vec<Line> {
        self.entries().map(|entry| self.said(entry, shell)).collect()
    }

    /// `INC-2026-0007  note 14:05 +01:00 (now)  C2 answers on …  saved`, for the last entry.
    pub(super) fn line(&self, shell: &Shell) -> Line {
        self.entries().last().map_or_else(Line::default, |entry| self.said(entry, shell))
    }

    fn said(&self, entry: &Entry, shell: &Shell) -> Line {
        let mut line = Line::default().tone(Tone::Strong, &self.address.number);
        {
            let (kind, when) = (entry.kind.word(), moment(entry, shell));
            line = line.put(format!("  {kind} {when}  "));
            let columns = shell.columns.unwrap_or(if shell.spoken { SPOKEN } else { usize::MAX });
            let room = columns.saturating_sub(line.width() + "  saved".len());
            line = line.put(short(&defang(entry.shown()), room.max(20)));
        }
        line.tone(Tone::Good, "  saved")
    }

    /// Whether an action of this same incident is settled; those of others are not looked at.
    fn settled(&self, origin: &Origin) -> bool {
        origin.incident == self.incident.id
            && self.incident.improvement(&origin.id).is_none_or(|action| !action.open())
    }

    fn nothing_to_tick(&self) -> bool {
        self.incident.visit().is_none_or(|visit| self.incident.checklist(&visit.id).next().is_none())
    }

    fn sentence(&self, shell: &Shell) -> String {
        let Some(entry) = self.entries().last() else { return "saved".to_owned() };
        let (kind, when) = (entry.kind.word(), moment(entry, shell));
        let whole = if shell.columns.is_none() && !shell.spoken { usize::MAX } else { SPOKEN / 2 };
        format!("{kind} {when}  {}  saved", short(&defang(entry.shown()), whole))
    }

    /// What follows from it: ticks, a new checklist, new debts.
    fn follows(&self, shell: &Shell, before: &Before) -> Vec<Line> {
        let mut lines = Vec::new();
        for fact in self.lines {
            for id in ticks(&fact.event) {
                if let Some(task) = self.incident.task(id) {
                    lines.push(Line::default().tone(Tone::Good, "  ticked  ").put(&task.what.title));
                }
            }
            lines.extend(hashes(&fact.event));
            lines.extend(super::look::notice::answer(shell, self.incident, &fact.event));
            if let Event::TaskChanged(changed) = &fact.event
                && changed.to == State::Done
                && let Some(origin) =
                    self.incident.task(&changed.task).and_then(|task| task.what.origin.as_ref())
                && !self.settled(origin)
            {
                let words = format!(
                    "{origin} is still open there; casebook improve done {} -i {}",
                    origin.action, origin.number
                );
                lines.push(Line::default().tone(Tone::Warn, "  origin  ").put(words));
            }
            if let Event::PhaseEntered(entered) = &fact.event {
                lines.extend(entered.gates.iter().map(left_behind));
                if !entered.in_place.is_empty() {
                    let words = super::look::phase::in_place(&entered.in_place);
                    lines.push(Line::of("  ").tone(Tone::Warn, words));
                }
            }
            if matches!(fact.event, Event::PhaseEntered(_)) && !self.nothing_to_tick() {
                lines.push(Line::of(format!("  {}", checklist(self.incident))));
            }
        }
        lines.extend(
            self.lines
                .iter()
                .flat_map(|fact| super::look::people::follows(self.incident, &fact.event, fact.actor())),
        );
        let uncontained = super::look::show::uncontained(self.incident);
        if uncontained != before.uncontained {
            lines.push(match uncontained {
                Some(names) => Line::of("  ").tone(Tone::Bad, names),
                None => Line::of("  ").tone(Tone::Good, "no component is left uncontained"),
            });
        }
        for debt in self.incident.debts() {
            if !before.owed.contains(&debt.shown) {
                lines.push(Line::default().tone(Tone::Warn, "  owed    ").put(debt.shown));
            }
        }
        lines
    }
}

/// The hashes an event names, each whole.
fn hashes(event: &Event) -> Vec<Line> {
    let line = |word: &str, hash: &str| Line::of("  ").tone(Tone::Dim, word).put(hash);
    let differ = |found: &Found| match found.matches {
        true => Vec::new(),
        false => vec![line("taken   ", &found.expected), line("found   ", &found.found)],
    };
    let taken = |how: &Acquired| how.sha256.iter().map(|hash| line("sha256  ", hash)).collect();
    match event {
        Event::EvidenceAdded(it) => taken(&it.how),
        Event::EvidenceReceived(it) => taken(&it.how),
        Event::CustodyPassed(it) => it.hash.as_ref().map(differ).unwrap_or_default(),
        Event::EvidenceVerified(it) => differ(&it.hash),
        _ => Vec::new(),
    }
}

/// What a gate said as the incident went past it, and who accepted it.
fn left_behind(gate: &GateShown) -> Line {
    let line = Line::default();
    match (&gate.accepted_by, &gate.why) {
        (Some(name), why) => line.tone(Tone::Warn, "  accepted  ").put(format!(
            "{}: {}, by {name}: {}",
            gate.gate,
            gate.fact,
            why.as_deref().unwrap_or("")
        )),
        (None, _) => line.tone(Tone::Warn, "  seen    ").put(format!("{}: {}", gate.gate, gate.fact)),
    }
}

/// When it happened, as an answer says it back, with the zone that was assumed.
fn moment(entry: &Entry, shell: &Shell) -> String {
    match &entry.said {
        Some(said) => echo(said, shell),
        None => format!("{} (now)", time::moment(shell.zone.at(entry.happened), shell.now)),
    }
}

/// A time that was typed, said back.
fn echo(said: &Happened, shell: &Shell) -> String {
    let echo = time::echo(said, shell.now, &shell.zone);
    match (&said.zone, said.assumed) {
        (Some(zone), true) => format!("{}, {zone} assumed)", echo.trim_end_matches(')')),
        _ => echo,
    }
}

/// The checklist of the current visit in one sentence.
fn checklist(incident: &Incident) -> String {
    let Some(visit) = incident.visit() else { return String::new() };
    let tasks: Vec<_> = incident.checklist(&visit.id).collect();
    let required = tasks.iter().filter(|task| task.what.required).count();
    let held = tasks.iter().filter(|task| task.settled()).count();
    let held = if held > 0 { format!(", {held} of them held") } else { String::new() };
    format!(
        "{}, visit {}: {} tasks, {required} required{held}; casebook next shows them",
        visit.phase,
        visit.n,
        tasks.len()
    )
}

/// The tasks an event ticks beside what it is about.
fn ticks(event: &Event) -> &[crate::model::id::NounId] {
    match event {
        Event::Edited(it) => &it.ticks,
        Event::SeveritySet(it) => &it.ticks,
        Event::SignalRecorded(it) => &it.ticks,
        Event::Acknowledged(it) => &it.ticks,
        Event::Determined(it) => &it.ticks,
        Event::PostureSet(it) => &it.ticks,
        Event::ApprovalGranted(it) => &it.ticks,
        Event::EvidenceAdded(it) => &it.ticks,
        Event::EvidenceReceived(it) => &it.ticks,
        Event::NoticeStarted(it) => &it.ticks,
        _ => &[],
    }
}
