//! The words of the activity log for what happens to notices. Times in UTC: the reader's zone is not known here.

use chrono::{DateTime, Utc};

use super::with_reason;
use crate::model::notice::{
    NoticeAdded, NoticeClosed, NoticeFactChanged, NoticeSent, NoticeStarted, NoticeState, Started,
};
use crate::model::time::span;

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%MZ").to_string()
}

/// `due 2026-11-24 12:49Z`, `about 2026-11-27 04:59Z`, `without delay`.
fn due(started: &Started) -> String {
    match (started.due, started.target) {
        (Some(due), _) if started.approximate() => format!("due about {}", time(due)),
        (Some(due), _) => format!("due {}", time(due)),
        (None, Some(target)) => format!("without delay, aimed at {}", time(target)),
        (None, None) => "due without delay".to_owned(),
    }
}

pub(super) fn started(it: &NoticeStarted) -> String {
    let basis = it.started.basis.as_deref().map(|basis| format!(" ({basis})")).unwrap_or_default();
    format!(
        "{} {}, {} {}{basis}, {}",
        it.number,
        it.name,
        it.started.fact.word(),
        time(it.started.at),
        due(&it.started)
    )
}

pub(super) fn added(it: &NoticeAdded) -> String {
    let to = if it.recipient.is_empty() { String::new() } else { format!(" to {}", it.recipient) };
    let every = it.every.map(|minutes| format!(", every {minutes} min")).unwrap_or_default();
    format!("{} {}{to}, {}{every}", it.number, it.name, due(&it.started))
}

pub(super) fn sent(it: &NoticeSent) -> String {
    let mut words = match it.from {
        NoticeState::Sent => format!("{} sent {}, corrected", it.name, time(it.at)),
        NoticeState::Running | NoticeState::NotRequired | NoticeState::Deferred | NoticeState::Cancelled => {
            format!("{} sent {}", it.name, time(it.at))
        }
    };
    if let Some(due) = it.due {
        let margin = (due - it.at).num_milliseconds();
        let word = if margin < 0 { "LATE" } else { "early" };
        words.push_str(&format!(", {} {word}", span(margin)));
    }
    for (what, said) in [("ref", &it.reference), ("proof", &it.proof)] {
        if let Some(said) = said {
            words.push_str(&format!(", {what} {said}"));
        }
    }
    if let Some(next) = it.next.as_ref() {
        words.push_str(&format!("; next {} {}", next.number, due(&next.started)));
    }
    words
}

pub(super) fn closed(it: &NoticeClosed) -> String {
    let until = it.until.map(|until| format!(" until {}", time(until))).unwrap_or_default();
    let by = it.approval.as_ref().map(|approval| format!(", approved by {approval}")).unwrap_or_default();
    with_reason(&format!("{} {}{until}{by}", it.name, it.to.word()), Some(&it.reason))
}

pub(super) fn fact_changed(it: &NoticeFactChanged) -> String {
    let from = |started: &Started| format!("{} {}", started.fact.word(), time(started.at));
    let again = if it.reopens.is_some() { ", owed again" } else { "" };
    with_reason(
        &format!("{} {} → {}, {}{again}", it.name, from(&it.from), from(&it.to), due(&it.to)),
        Some(&it.reason),
    )
}
