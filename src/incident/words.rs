//! The words of the activity log for each event: past tense, old → new, one line.

mod ledger;

pub(in crate::incident) use ledger::kind as ledger_kind;
mod notice;

use super::Incident;
use super::event::Event;
use super::line::Line;
use super::{component, evidence, indicator};
use crate::model::entry::{Entry, Kind, Logged};
use crate::model::evidence::{EvidenceAdded, EvidenceRequested};
use crate::model::head::{Edited, Opened};
use crate::model::lane::{EntryMarked, Lane};
use crate::model::lesson;
use crate::model::lifecycle::Way;
use crate::model::severity::Severity;
use crate::model::task::{State, TaskChanged};
use crate::model::taxonomy::Tlp;
use crate::model::visit::PhaseEntered;

/// From this on a clock is odd, in milliseconds.
const ODD_MS: i64 = 5 * 60 * 1000;

impl Incident {
    /// The line of the activity log that a journal line becomes.
    pub(super) fn entry(&self, line: &Line) -> Entry {
        let (kind, text) = of(&line.event);
        let none = Logged::default();
        let logged = if let Event::Logged(logged) = &line.event { logged } else { &none };
        let components = components(&line.event);
        Entry {
            id: line.id,
            kind,
            text,
            happened: line.at(),
            recorded: line.recorded,
            by: line.by.clone(),
            who: line.who.clone(),
            ex: line.ex,
            story: line.ex.and_then(|minute| Some(self.drill.as_ref()?.clock.story_of(minute))),
            said: line.happened.clone().map(Box::new),
            back: goes_back(&line.event),
            now_set: line.now_set,
            undone_by: None,
            corrections: Vec::new(),
            redacted: None,
            components,
            techniques: logged.techniques.clone(),
            lane: logged.lane,
            source: logged.source.as_deref().map(Box::from),
            markings: Vec::new(),
            behind: behind(line),
            batch: line
                .batch
                .as_ref()
                .map(|batch| Box::new((batch.0.parse().unwrap_or(line.id), batch.1, batch.2))),
        }
    }
}

/// Seconds by which the wall clock of a line's writer stood behind its journal's own, where that is more than
/// clocks differ by anyway.
fn behind(line: &Line) -> u32 {
    let ms = line.clock.0.saturating_sub(line.recorded.timestamp_millis());
    if ms <= ODD_MS { 0 } else { u32::try_from(ms / 1000).unwrap_or(u32::MAX) }
}

/// The components a line is about, by name.
fn components(event: &Event) -> Vec<String> {
    let one = if let Event::Logged(logged) = event {
        return logged.components.clone();
    } else if let Event::EvidenceAdded(EvidenceAdded { what, .. })
    | Event::EvidenceRequested(EvidenceRequested { what, .. }) = event
    {
        return evidence::names(what);
    } else if let Event::ComponentAdded(added) = event {
        Some(&added.name)
    } else if let Event::ComponentStaged(staged) = event {
        Some(&staged.name)
    } else if let Event::StageNoted(noted) = event {
        Some(&noted.name)
    } else if let Event::ComponentEdited(edited) = event {
        Some(edited.renamed.as_ref().map_or(&edited.name, |renamed| &renamed.to))
    } else if let Event::PhaseEntered(entered) = event {
        entered.component.as_ref()
    } else if let Event::Stayed(stayed) = event {
        stayed.component.as_ref()
    } else {
        None
    };
    one.into_iter().cloned().collect()
}

impl Event {
    /// Whether its line stays whatever is declared of it: it carries the incident, hides words, closes the incident
    /// to others, or marks how far it may go. Nobody takes such a line away, here or from elsewhere.
    pub fn stays(&self) -> bool {
        let carries = matches!(
            self,
            Event::Opened(_) | Event::PhaseEntered(_) | Event::PlaceRuled(_) | Event::Stayed(_)
        );
        let closes = matches!(
            self,
            Event::Redacted(_) | Event::Restricted(_) | Event::Expunged(_) | Event::ExpungeDeclined(_)
        );
        let marks = matches!(self, Event::Edited(edited) if edited.tlp.is_some());
        carries || closes || marks
    }
}

/// The kind of an event's line in the log, and its words.
pub(super) fn of(event: &Event) -> (Kind, String) {
    match event {
        Event::Opened(opened) => (Kind::Opened, self::opened(opened)),
        Event::Edited(edited) => (Kind::Edit, self::edited(edited)),
        Event::SeveritySet(set) => {
            let (from, to) = (set.from.as_ref().map_or("SEV?", label), label(&set.to));
            let why = set.to.overridden.as_ref().map(|by| by.reason.as_str());
            let how = if why.is_some() { "by hand" } else { "by impact" };
            let change = if from == to { format!("{to}, now {how}") } else { format!("{from} → {to}") };
            (Kind::Severity, with_reason(&change, why))
        }
        Event::SignalRecorded(signal) => {
            let source = signal.source.as_deref().map(|source| format!(" ({source})")).unwrap_or_default();
            (Kind::Signal, format!("{}{source}", signal.text))
        }
        Event::Acknowledged(ack) => (
            Kind::Ack,
            match &ack.from {
                Some(from) => changed(Some(from), Some(&ack.to)),
                None => format!("{} takes ownership", ack.to),
            },
        ),
        Event::Determined(determined) => {
            let change = changed(determined.from.as_deref(), Some(&determined.to));
            (Kind::Determination, with_reason(&change, determined.reason.as_deref()))
        }
        Event::PostureSet(set) => {
            let change = changed(set.from.map(|from| from.id()), Some(set.to.id()));
            (Kind::Posture, with_reason(&change, set.reason.as_deref()))
        }
        Event::PhaseEntered(entered) => (Kind::Phase, phase(entered)),
        Event::PlaceRuled(ruled) => {
            (Kind::Phase, with_reason(&format!("ruled: {}", ruled.phase), ruled.reason.as_deref()))
        }
        Event::Ruled(ruled) => (Kind::Edit, ruled.words()),
        Event::Stayed(stayed) => {
            let about =
                stayed.component.as_deref().map(|name| format!(", for {name} alone")).unwrap_or_default();
            (Kind::Phase, with_reason(&format!("stays in {}{about}", stayed.phase), Some(&stayed.reason)))
        }
        Event::HoldSet(set) => match &set.to {
            Some(what) => (Kind::Hold, format!("on hold: {what}")),
            None => (Kind::Hold, "goes on".to_owned()),
        },
        Event::TaskAdded(added) => (Kind::Task, format!("+ {}", added.task.title)),
        Event::TaskChanged(changed) => (Kind::Task, task(changed)),
        Event::TaskAssigned(set) => {
            let change = changed(set.from.as_deref(), set.to.as_deref());
            (Kind::Task, format!("{}: {change}", set.title))
        }
        Event::TaskDueSet(set) => {
            let said = |due: &chrono::DateTime<chrono::Utc>| due.format("%Y-%m-%d %H:%MZ").to_string();
            let change =
                changed(set.from.as_ref().map(said).as_deref(), set.to.as_ref().map(said).as_deref());
            (Kind::Task, format!("{}: due {change}", set.title))
        }
        Event::ApprovalGranted(granted) => (Kind::Approval, ledger::granted(granted)),
        Event::ApprovalRequested(it) => (Kind::Approval, ledger::requested(it)),
        Event::ApprovalRefused(it) => (Kind::Approval, ledger::refused(it)),
        Event::DecisionTaken(it) => (Kind::Decision, ledger::decision(it)),
        Event::AssumptionMade(it) => (Kind::Assumption, ledger::assumption(it)),
        Event::MeasurePut(it) => (Kind::Measure, ledger::measure(&it.0)),
        Event::TimerSet(it) => (Kind::Timer, ledger::timer(it)),
        Event::DeclarationMade(it) => (Kind::Decision, ledger::declaration(it)),
        Event::LedgerSettled(it) => (ledger::kind(it.sort), ledger::settled(it)),
        Event::LedgerTimed(it) => (ledger::kind(it.sort), ledger::timed(it)),
        Event::LedgerGiven(it) => (ledger::kind(it.sort), ledger::given(it)),
        Event::ComponentAdded(added) => (Kind::Component, component::added(added)),
        Event::ComponentStaged(it) => {
            let change = format!("{} {} → {}", it.name, it.from.id(), it.to.id());
            (Kind::Component, with_reason(&component::with_facts(&change, &it.facts), it.reason.as_deref()))
        }
        Event::EvidenceRequested(it) => (Kind::Evidence, evidence::requested(it)),
        Event::EvidenceAdded(it) => (Kind::Evidence, evidence::added(it)),
        Event::EvidenceReceived(it) => (Kind::Evidence, evidence::received(it)),
        Event::CustodyPassed(it) => (Kind::Evidence, evidence::passed(it)),
        Event::EvidenceVerified(it) => (Kind::Evidence, evidence::checked(it)),
        Event::EvidenceEdited(it) => (Kind::Evidence, evidence::edited(it)),
        Event::EvidenceWithdrawn(it) => (Kind::Evidence, evidence::withdrawn(it)),
        Event::IndicatorsAdded(added) => (Kind::Indicator, indicator::added_words(added)),
        Event::IndicatorEdited(edited) => (Kind::Indicator, indicator::edited_words(edited)),
        Event::IndicatorLinked(linked) => (Kind::Indicator, indicator::linked_words(linked)),
        Event::IndicatorRetired(retired) => {
            (Kind::Indicator, with_reason(&indicator::retired_words(retired), retired.reason.as_deref()))
        }
        Event::LessonRecorded(recorded) => {
            let words = format!("{} {}", recorded.number, recorded.text);
            (Kind::Lesson, with_reason(&words, recorded.cause.as_deref()))
        }
        Event::IncidentLinked(it) => (Kind::Link, super::link::linked(it)),
        Event::IncidentUnlinked(it) => (Kind::Link, super::link::unlinked(it)),
        Event::ImprovementAdded(added) => (Kind::Improvement, super::lesson::added(added)),
        Event::ImprovementChanged(changed) => (Kind::Improvement, super::lesson::changed(changed)),
        Event::StageNoted(it) => {
            let what = format!("{} {}", it.name, it.stage.id());
            (Kind::Component, with_reason(&component::with_facts(&what, &it.facts), it.reason.as_deref()))
        }
        Event::ComponentEdited(it) => (Kind::Component, component::edited(it)),
        Event::PersonAdded(_) | Event::PersonEdited(_) | Event::ShiftSet(_) | Event::PersonLeft(_) => {
            (Kind::People, super::people::words(event))
        }
        Event::HandoverOffered(_) | Event::HandoverAccepted(_) | Event::HandoverDeclined(_) => {
            (Kind::Handover, super::handover::words(event))
        }
        Event::SitrepGiven(it) => (Kind::Communication, super::sitrep::words(it)),
        Event::NoticeStarted(it) => (Kind::Notice, notice::started(it)),
        Event::NoticeAdded(it) => (Kind::Notice, notice::added(it)),
        Event::NoticeSent(it) => (Kind::Notice, notice::sent(it)),
        Event::NoticeClosed(it) => (Kind::Notice, notice::closed(it)),
        Event::NoticeFactChanged(it) => (Kind::Notice, notice::fact_changed(it)),
        Event::Logged(logged) => (logged.kind.kind(), logged.text.clone()),
        Event::EntryMarked(marked) => (Kind::Correction, self::marked(marked)),
        Event::Expunged(it) => (
            Kind::Correction,
            match it.targets.len() + it.files.len() {
                0 | 1 => format!("expunged with {}: {}", it.with, it.reason),
                n => format!("expunged {n} lines and files with {}: {}", it.with, it.reason),
            },
        ),
        Event::ExpungeDeclined(it) => {
            (Kind::Correction, format!("declined the expunge {}: {}", it.target.short(8), it.reason))
        }
        Event::Restricted(it) => (Kind::Edit, it.words()),
        Event::Stub(_) => (Kind::Note, super::expunge::UNKNOWN.to_owned()),
        Event::Redacted(redacted) => (Kind::Correction, format!("redacted: {}", redacted.reason)),
        Event::Corrected(corrected) => (Kind::Correction, corrected.to.clone()),
        Event::DrillPaused(_)
        | Event::DrillResumed(_)
        | Event::DrillPaced(_)
        | Event::DrillSkipped(_)
        | Event::InjectDelivered(_)
        | Event::InjectUnanswered(_)
        | Event::InjectWithheld(_)
        | Event::InjectsPostponed(_)
        | Event::ReplyGiven(_)
        | Event::QuestionAnswered(_)
        | Event::HintTaken(_)
        | Event::ControlNoted(_)
        | Event::DrillEnded(_) => super::drill::words(event),
        Event::Undone(undone) => (Kind::Undo, format!("{} {}", undone.kind, undone.from)),
        Event::Unknown { kind, data, .. } => (Kind::Unknown, format!("{kind} {data}")),
    }
}

/// Whether a line is a way back, or withdraws a claim.
pub(super) fn goes_back(event: &Event) -> bool {
    if let Event::PhaseEntered(entered) = event {
        matches!(entered.way, Way::Back | Way::Reopen)
    } else if let Event::ComponentStaged(staged) = event {
        staged.back()
    } else if let Event::TaskChanged(changed) = event {
        changed.from.settled() && !changed.to.settled()
    } else if let Event::LedgerSettled(settled) = event {
        settled.to == ledger::REOPENED
    } else if let Event::ImprovementChanged(changed) = event {
        changed
            .state
            .as_ref()
            .is_some_and(|change| change.from != lesson::State::Open && change.to == lesson::State::Open)
    } else {
        false
    }
}

pub(super) fn with_reason(what: &str, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{what}  \"{reason}\""),
        None => what.to_owned(),
    }
}

pub(super) fn changed(from: Option<&str>, to: Option<&str>) -> String {
    match (from, to) {
        (None, Some(to)) => to.to_owned(),
        (from, to) => format!("{} → {}", from.unwrap_or("nothing"), to.unwrap_or("nothing")),
    }
}

fn label(severity: &Severity) -> &'static str {
    severity.level.label()
}

fn opened(opened: &Opened) -> String {
    let types =
        if opened.types.is_empty() { String::new() } else { format!(" [{}]", opened.types.join(", ")) };
    let source = opened.source.as_deref().map(|source| format!(" ({source})")).unwrap_or_default();
    format!("{}{types}{source}", opened.title)
}

fn edited(edited: &Edited) -> String {
    let mut parts = Vec::new();
    if let Some(title) = &edited.title {
        parts.push(format!("title {:?} → {:?}", title.from, title.to));
    }
    if edited.summary.is_some() {
        parts.push("summary".to_owned());
    }
    if let Some(tlp) = &edited.tlp {
        parts.push(changed(tlp.from.map(Tlp::label), tlp.to.map(Tlp::label)));
    }
    for (what, change) in [("lead", &edited.lead), ("source", &edited.source)] {
        if let Some(change) = change {
            parts.push(format!("{what} {}", changed(change.from.as_deref(), change.to.as_deref())));
        }
    }
    parts.extend(edited.refs_added.iter().map(|word| format!("+ ref {word}")));
    parts.extend(edited.types_added.iter().map(|word| format!("+ type {word}")));
    parts.join(", ")
}

fn marked(marked: &EntryMarked) -> String {
    let mut parts = Vec::new();
    if let Some(lane) = &marked.lane {
        parts.push(format!("lane {}", changed(lane.from.map(Lane::word), lane.to.map(Lane::word))));
    }
    if let Some(source) = &marked.source {
        parts.push(format!("source {}", changed(source.from.as_deref(), source.to.as_deref())));
    }
    parts.extend(marked.techniques_added.iter().map(|id| format!("+ {id}")));
    parts.join(", ")
}

fn phase(entered: &PhaseEntered) -> String {
    let ending = entered.ending.as_ref().map(|ending| {
        let of = ending.of.as_deref().map(|of| format!(" of {of}")).unwrap_or_default();
        format!(", closed: {}{of}", ending.disposition)
    });
    let about = entered.component.as_deref().map(|name| format!(", {name}")).unwrap_or_default();
    let move_ = format!("{} → {}{}{about}", entered.from, entered.to, ending.unwrap_or_default());
    with_reason(&move_, entered.reason.as_deref())
}

fn task(changed: &TaskChanged) -> String {
    let state = match (changed.to, changed.holds_from) {
        (State::Done, Some(visit)) => format!("done, holds from visit {visit}"),
        (State::Open, _) if changed.from.settled() => "open again".to_owned(),
        (to, _) => to.word().to_owned(),
    };
    with_reason(&format!("{}: {state}", changed.title), changed.reason.as_deref())
}
