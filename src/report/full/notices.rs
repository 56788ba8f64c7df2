//! What was owed to whom by when, and how long before or after its limit it was sent.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Seam, Telling};
use crate::model::notice::{Notice, NoticeState};

/// A notice.
#[derive(Debug, Serialize)]
pub struct NoticeRow<'a> {
    pub number: String,
    pub name: &'a str,
    pub recipient: &'a str,
    /// Where the law says so.
    pub citation: Option<&'a str>,
    /// `running`, `sent` …; a running one may be overdue.
    pub state: &'static str,
    pub overdue: bool,
    /// The fact its clock runs from, and when that was (UTC).
    pub fact: Option<&'static str>,
    pub fact_at: Option<DateTime<Utc>>,
    /// UTC. A target is what people aim at where no law has a number.
    pub due: Option<DateTime<Utc>>,
    pub target: Option<DateTime<Utc>>,
    /// The due time may be wrong by days: people must count again.
    pub approximate: bool,
    pub sent: Option<DateTime<Utc>>,
    /// From sending to the limit; negative: it was sent so long after it.
    pub margin_ms: Option<i64>,
    /// What is left until the limit of one that runs; negative: it is past.
    pub left_ms: Option<i64>,
    pub reference: Option<&'a str>,
    pub proof: Option<&'a str>,
    pub by: Option<&'a str>,
    pub reason: Option<&'a str>,
    /// Until when it is deferred (UTC).
    pub until: Option<DateTime<Utc>>,
    pub taken_back: Option<Seam<'a>>,
}

impl<'a> Telling<'a> {
    pub(super) fn notices(&self) -> Vec<NoticeRow<'a>> {
        self.incident.notices.iter().map(|notice| self.notice(notice)).collect()
    }

    fn notice(&self, notice: &'a Notice) -> NoticeRow<'a> {
        let started = notice.started.get();
        let standing = notice.standing.get();
        let sent = standing.filter(|standing| standing.state == NoticeState::Sent);
        let limit = notice.limit().filter(|_| !notice.undone);
        NoticeRow {
            number: notice.label(),
            name: &notice.name,
            recipient: &notice.recipient,
            citation: notice.terms.as_ref().map(|terms| terms.citation.as_str()),
            state: notice.state().word(),
            overdue: !notice.undone && notice.overdue(self.now),
            fact: started.map(|started| started.fact.word()),
            fact_at: started.map(|started| started.at),
            due: started.and_then(|started| started.due),
            target: started.and_then(|started| started.target),
            approximate: started.is_some_and(|started| started.approximate()),
            sent: sent.map(|standing| standing.at),
            margin_ms: notice.margin_ms(),
            left_ms: limit.map(|limit| (limit.at - self.now).num_milliseconds()),
            reference: standing.and_then(|standing| standing.reference.as_deref()),
            proof: standing.and_then(|standing| standing.proof.as_deref()),
            by: standing.map(|standing| standing.by.as_str()),
            reason: standing.and_then(|standing| standing.reason.as_deref()),
            until: standing.and_then(|standing| standing.until),
            taken_back: self.seam_if(notice.undone, notice.line),
        }
    }
}
