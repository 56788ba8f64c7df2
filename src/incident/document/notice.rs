//! A notice, for scripts.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::model::id::NounId;
use crate::model::ledger::approval::Approval;
use crate::model::notice::clock::Doubt;
use crate::model::notice::law::{DISCLAIMER, Fact};
use crate::model::notice::{Notice, NoticeState, Terms};

/// A notice with what became of it. What depends on the time of reading, such as overdue, is not in it.
#[derive(Serialize)]
pub struct NoticeDocument<'a> {
    pub id: &'a NounId,
    pub number: &'a str,
    pub name: &'a str,
    pub recipient: &'a str,
    pub state: NoticeState,
    pub fact: Option<Fact>,
    pub fact_at: Option<DateTime<Utc>>,
    pub basis: Option<&'a str>,
    pub due: Option<DateTime<Utc>>,
    /// When it would be due without the weekend rule, where that rule moved it.
    pub plain: Option<DateTime<Utc>>,
    pub target: Option<DateTime<Utc>>,
    pub approximate: bool,
    pub doubts: &'a [Doubt],
    pub soft: bool,
    pub sent: Option<DateTime<Utc>>,
    /// Minutes from sending to the due time; negative: late.
    pub margin_minutes: Option<i64>,
    pub reference: Option<&'a str>,
    pub proof: Option<&'a str>,
    pub evidence: Option<&'a NounId>,
    pub by: Option<&'a str>,
    pub at: Option<DateTime<Utc>>,
    pub reason: Option<&'a str>,
    pub approved_by: Option<&'a Approval>,
    pub until: Option<DateTime<Utc>>,
    pub every_minutes: Option<u32>,
    pub after: Option<&'a NounId>,
    pub terms: Option<&'a Terms>,
    pub disclaimer: &'static str,
    pub undone: bool,
}

impl<'a> NoticeDocument<'a> {
    pub fn of(notice: &'a Notice) -> Self {
        let started = notice.started.get();
        let standing = notice.standing.get();
        Self {
            id: &notice.id,
            number: &notice.number,
            name: &notice.name,
            recipient: &notice.recipient,
            state: notice.state(),
            fact: started.map(|started| started.fact),
            fact_at: started.map(|started| started.at),
            basis: started.and_then(|started| started.basis.as_deref()),
            due: started.and_then(|started| started.due),
            plain: started.and_then(|started| started.plain),
            target: started.and_then(|started| started.target),
            approximate: started.is_some_and(|started| started.approximate()),
            doubts: started.map_or(&[], |started| &started.doubts),
            soft: notice.soft(),
            sent: standing.filter(|standing| standing.state == NoticeState::Sent).map(|standing| standing.at),
            margin_minutes: notice.margin_ms().map(|ms| ms.div_euclid(60_000)),
            reference: standing.and_then(|standing| standing.reference.as_deref()),
            proof: standing.and_then(|standing| standing.proof.as_deref()),
            evidence: standing.and_then(|standing| standing.evidence.as_ref()),
            by: standing.map(|standing| standing.by.as_str()),
            at: standing.map(|standing| standing.at),
            reason: standing.and_then(|standing| standing.reason.as_deref()),
            approved_by: standing.and_then(|standing| standing.approval.as_ref()),
            until: standing.and_then(|standing| standing.until),
            every_minutes: notice.every,
            after: notice.after.as_ref(),
            terms: notice.terms.as_deref(),
            disclaimer: DISCLAIMER,
            undone: notice.undone,
        }
    }
}
