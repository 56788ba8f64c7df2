//! The words of the activity log for what happens to the ledger.

use chrono::{DateTime, Utc};

use super::{changed, with_reason};
use crate::model::entry::Kind;
use crate::model::ledger::approval::{ApprovalGranted, ApprovalRefused, ApprovalRequested};
use crate::model::ledger::assumption::AssumptionMade;
use crate::model::ledger::decision::DecisionTaken;
use crate::model::ledger::declaration::DeclarationMade;
use crate::model::ledger::measure::NewMeasure;
use crate::model::ledger::timer::TimerSet;
use crate::model::ledger::{LedgerGiven, LedgerSettled, LedgerTimed, Sort, State};

/// Standing so again is a way back.
pub(super) const REOPENED: State = State::Open;

pub(super) fn assumption(it: &AssumptionMade) -> String {
    let refuted = it.refuted_by.as_deref().map(|what| format!(", refuted by {what}")).unwrap_or_default();
    format!("{} {}{refuted}{}", it.number, it.text, time(", check", it.check))
}

pub(super) fn timer(it: &TimerSet) -> String {
    format!("{} {}{}", it.number, it.text, time(", rings", Some(it.due)))
}

pub(super) fn declaration(it: &DeclarationMade) -> String {
    let plan = it.reference.as_deref().map(|plan| format!(", {plan}")).unwrap_or_default();
    with_reason(&format!("{} declared{plan}", it.what.name()), Some(&it.reason))
}

pub(super) fn given(it: &LedgerGiven) -> String {
    let change = changed(it.from.as_deref(), it.to.as_deref());
    format!("{} {}: {change}", it.number, it.text)
}

/// The kind of the log's lines about a noun of the ledger.
pub(in crate::incident) fn kind(sort: Sort) -> Kind {
    match sort {
        Sort::Decision | Sort::Declaration => Kind::Decision,
        Sort::Assumption => Kind::Assumption,
        Sort::Approval => Kind::Approval,
        Sort::Measure => Kind::Measure,
        Sort::Timer => Kind::Timer,
    }
}

/// `, review 2026-11-22 14:00Z`; nothing where there is no time.
fn time(what: &str, at: Option<DateTime<Utc>>) -> String {
    at.map(|at| format!("{what} {}", at.format("%Y-%m-%d %H:%MZ"))).unwrap_or_default()
}

pub(super) fn decision(it: &DecisionTaken) -> String {
    let instead = match it.decision.alternatives.is_empty() {
        true => String::new(),
        false => format!(", not: {}", it.decision.alternatives.join("; ")),
    };
    let approved =
        it.decision.approved_by.as_ref().map(|who| format!(", approved by {who}")).unwrap_or_default();
    let words = format!("{} {}{instead}{approved}{}", it.number, it.text, time(", revisit", it.revisit));
    with_reason(&words, it.decision.why.as_deref())
}

pub(super) fn granted(it: &ApprovalGranted) -> String {
    let condition = it.terms.condition.as_deref().map(|what| format!(", if {what}")).unwrap_or_default();
    let words = format!("{}: {}{condition}{}", it.approval, it.what, time(", until", it.terms.until));
    with_reason(&words, it.terms.words.as_deref())
}

pub(super) fn requested(it: &ApprovalRequested) -> String {
    let of: Vec<String> = it.requests.iter().map(|one| format!("{} {}", one.number, one.of)).collect();
    let how = it.how.as_deref().map(|how| format!(", {how}")).unwrap_or_default();
    let words = format!("asked {}{how}: {}{}", of.join(", "), it.what, time(", answer by", it.until));
    with_reason(&words, it.words.as_deref())
}

pub(super) fn refused(it: &ApprovalRefused) -> String {
    let how = it.how.as_deref().map(|how| format!(", {how}")).unwrap_or_default();
    with_reason(&format!("REFUSED by {}{how}: {}", it.by, it.what), Some(&it.reason))
}

pub(super) fn measure(it: &NewMeasure) -> String {
    let on = match it.measure.names.is_empty() {
        true => String::new(),
        false => format!(" on {}", it.measure.names.join(", ")),
    };
    let place = it.measure.place.as_deref().map(|place| format!(" at {place}")).unwrap_or_default();
    let owner = it.owner.as_deref().map(|owner| format!(", {owner}")).unwrap_or_default();
    let (review, remove) = (time(", review", it.review), time(", remove", it.remove));
    format!("{} {} ({}){on}{place}{owner}{review}{remove}", it.number, it.text, it.measure.kind.id())
}

pub(super) fn settled(it: &LedgerSettled) -> String {
    let to = match it.to {
        State::Open => "open again",
        to => to.word(it.sort),
    };
    // A declaration goes by its word and its text is the reason it was made.
    let what = match it.sort {
        Sort::Declaration => it.number.clone(),
        _ => format!("{} {}", it.number, it.text),
    };
    with_reason(&format!("{what}: {to}"), it.reason.as_deref())
}

pub(super) fn timed(it: &LedgerTimed) -> String {
    let mut words = vec![];
    if it.looked {
        words.push("looked at again".to_owned());
    }
    let said = |at: &DateTime<Utc>| at.format("%Y-%m-%d %H:%MZ").to_string();
    for (what, change) in [(it.sort.due_word(), &it.due), ("remove", &it.removal)] {
        if let Some(change) = change {
            let (from, to) = (change.from.as_ref().map(said), change.to.as_ref().map(said));
            words.push(format!("{what} {}", changed(from.as_deref(), to.as_deref())));
        }
    }
    with_reason(&format!("{} {}: {}", it.number, it.text, words.join(", ")), it.note.as_deref())
}
