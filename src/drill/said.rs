//! The words a player wrote, whatever act they came with; never words of the scenario or of a catalog.

use crate::incident::event::Event;
use crate::incident::line::Line;
use crate::model::drill::CONTROL;
use crate::model::evidence::{Acquired, Described, Detail};
use crate::model::indicator::IndicatorsAdded;
use crate::model::ledger::approval::About;
use crate::model::roster::Detail as PersonDetail;

/// The texts of a line, in no order that matters. Empty: nobody at the table wrote any.
pub(super) fn said(line: &Line) -> Vec<&str> {
    if line.by == CONTROL || line.actor() == CONTROL {
        return Vec::new();
    }
    let mut texts = texts(&line.event);
    texts.retain(|text| !text.trim().is_empty());
    texts
}

fn texts(event: &Event) -> Vec<&str> {
    match event {
        Event::Logged(it) => some([Some(&it.text), it.source.as_ref()]),
        Event::Corrected(it) => vec![&it.to],
        Event::Redacted(it) => vec![&it.reason],
        Event::Expunged(it) => vec![&it.reason],
        Event::ExpungeDeclined(it) => vec![&it.reason],
        Event::EntryMarked(it) => some([it.source.as_ref().and_then(|change| change.to.as_ref())]),
        Event::Edited(it) => some([
            it.title.as_ref().map(|change| &change.to),
            it.summary.as_ref().and_then(|change| change.to.as_ref()),
        ]),
        Event::SeveritySet(it) => some([it.to.overridden.as_ref().map(|by| &by.reason)]),
        Event::SignalRecorded(it) => vec![&it.text],
        Event::Determined(it) => some([it.reason.as_ref()]),
        Event::PostureSet(it) => some([it.reason.as_ref()]),
        Event::PhaseEntered(it) => {
            let answers = it.gates.iter().filter_map(|gate| gate.why.as_deref());
            answers.chain(it.reason.as_deref()).collect()
        }
        Event::PlaceRuled(it) => some([it.reason.as_ref()]),
        // Who rules chooses among words that were said before.
        Event::Ruled(_) => Vec::new(),
        Event::Stayed(it) => vec![&it.reason],
        Event::HoldSet(it) => some([it.to.as_ref()]),
        Event::TaskAdded(it) => vec![&it.task.title, &it.task.text, &it.task.why],
        Event::TaskChanged(it) => some([it.reason.as_ref()]),
        Event::ComponentAdded(it) => {
            some([it.details.note.as_ref(), it.details.verdict.as_ref(), it.details.owner.as_ref()])
        }
        Event::ComponentStaged(it) => some([it.reason.as_ref(), it.facts.how.as_ref()]),
        Event::StageNoted(it) => some([it.reason.as_ref(), it.facts.how.as_ref()]),
        Event::ComponentEdited(it) => [&it.note, &it.verdict, &it.owner]
            .into_iter()
            .filter_map(|change| change.as_ref()?.to.as_deref())
            .collect(),
        Event::IndicatorsAdded(it) => added(it),
        Event::IndicatorEdited(it) => {
            [&it.note, &it.source].into_iter().filter_map(|change| change.as_ref()?.to.as_deref()).collect()
        }
        Event::IndicatorRetired(it) => some([it.reason.as_ref()]),
        Event::IncidentLinked(it) => some([it.reason.as_ref()]),
        Event::IncidentUnlinked(it) => some([it.reason.as_ref()]),
        Event::LessonRecorded(it) => some([Some(&it.text), it.finding.as_ref(), it.cause.as_ref()]),
        Event::ImprovementAdded(it) => some([Some(&it.title), it.success.as_ref()]),
        Event::ImprovementChanged(it) => some([it.reason.as_ref(), it.evidence.as_ref()]),
        Event::PersonAdded(it) => some([it.details.get(&PersonDetail::Note)]),
        Event::PersonEdited(it) => {
            some([it.details.get(&PersonDetail::Note).and_then(|change| change.to.as_ref())])
        }
        Event::PersonLeft(it) => some([it.reason.as_ref()]),
        Event::HandoverOffered(it) => some([it.note.as_ref()]),
        Event::HandoverAccepted(it) => some([it.note.as_ref()]),
        Event::HandoverDeclined(it) => vec![&it.reason],
        Event::SitrepGiven(it) => some([it.judgement.as_ref()]),
        Event::NoticeAdded(it) => vec![&it.name],
        Event::NoticeSent(it) => some([it.reference.as_ref(), it.proof.as_ref()]),
        Event::NoticeClosed(it) => vec![&it.reason],
        Event::NoticeFactChanged(it) => vec![&it.reason],
        Event::ApprovalGranted(_)
        | Event::ApprovalRequested(_)
        | Event::ApprovalRefused(_)
        | Event::DecisionTaken(_)
        | Event::AssumptionMade(_)
        | Event::MeasurePut(_)
        | Event::TimerSet(_)
        | Event::DeclarationMade(_)
        | Event::LedgerSettled(_)
        | Event::LedgerTimed(_) => ledger(event),
        Event::EvidenceRequested(_)
        | Event::EvidenceAdded(_)
        | Event::EvidenceReceived(_)
        | Event::CustodyPassed(_)
        | Event::EvidenceEdited(_)
        | Event::EvidenceWithdrawn(_) => evidence(event),
        // The scenario's own words, words of a catalog, or none.
        Event::Opened(_)
        | Event::Acknowledged(_)
        | Event::TaskAssigned(_)
        | Event::TaskDueSet(_)
        | Event::LedgerGiven(_)
        | Event::EvidenceVerified(_)
        | Event::IndicatorLinked(_)
        | Event::ShiftSet(_)
        | Event::NoticeStarted(_)
        | Event::DrillPaused(_)
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
        | Event::DrillEnded(_)
        | Event::Undone(_)
        | Event::Stub(_)
        | Event::Restricted(_)
        | Event::Unknown { .. } => Vec::new(),
    }
}

fn some<const N: usize>(texts: [Option<&String>; N]) -> Vec<&str> {
    texts.into_iter().flatten().map(String::as_str).collect()
}

fn added(it: &IndicatorsAdded) -> Vec<&str> {
    let own = it.indicators.iter().filter_map(|one| one.with.as_deref());
    let details = std::iter::once(&it.with).chain(own);
    details.flat_map(|with| [with.note.as_deref(), with.source.as_deref()]).flatten().collect()
}

fn ledger(event: &Event) -> Vec<&str> {
    match event {
        Event::ApprovalGranted(it) => {
            let matter = |about: &'_ About| matches!(about, About::Matter(_));
            let matter = matter(&it.about).then_some(&it.what);
            some([matter, it.terms.words.as_ref(), it.terms.condition.as_ref()])
        }
        Event::ApprovalRequested(it) => {
            let matter = it.about.iter().any(|about| matches!(about, About::Matter(_)));
            some([matter.then_some(&it.what), it.words.as_ref()])
        }
        Event::ApprovalRefused(it) => vec![&it.reason],
        Event::DecisionTaken(it) => {
            let alternatives = it.decision.alternatives.iter();
            let texts = std::iter::once(&it.text).chain(&it.decision.why).chain(alternatives);
            texts.map(String::as_str).collect()
        }
        Event::AssumptionMade(it) => some([Some(&it.text), it.refuted_by.as_ref()]),
        Event::MeasurePut(it) => some([Some(&it.0.text), it.0.measure.place.as_ref()]),
        Event::TimerSet(it) => vec![&it.text],
        Event::DeclarationMade(it) => vec![&it.reason],
        Event::LedgerSettled(it) => some([it.reason.as_ref()]),
        Event::LedgerTimed(it) => some([it.note.as_ref()]),
        _ => Vec::new(),
    }
}

/// An item's name is often that of an artefact of the scenario; what is said of it is the player's.
fn evidence(event: &Event) -> Vec<&str> {
    fn what(it: &Described) -> [Option<&String>; 1] {
        [it.note.as_ref()]
    }
    fn how(it: &Acquired) -> [Option<&String>; 3] {
        [it.source.as_ref(), it.place.as_ref(), it.tool.as_ref()]
    }
    match event {
        Event::EvidenceRequested(it) => some(what(&it.what)),
        Event::EvidenceAdded(it) => some(what(&it.what)).into_iter().chain(some(how(&it.how))).collect(),
        Event::EvidenceReceived(it) => some(how(&it.how)),
        Event::CustodyPassed(it) => some([Some(&it.reason), it.place.as_ref()]),
        Event::EvidenceEdited(it) => {
            let notes = it.changes.iter().filter_map(|change| match &change.to {
                Detail::Note(note) => note.as_deref(),
                _ => None,
            });
            notes.collect()
        }
        Event::EvidenceWithdrawn(it) => vec![&it.reason],
        _ => Vec::new(),
    }
}
