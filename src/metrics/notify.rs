//! How long before its limit a notice was sent, or how long after it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::incident::Incident;
use crate::model::notice::{Notice, NoticeState};

/// How a notice stands to its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "margin", rename_all = "kebab-case")]
pub enum Margin {
    /// Sent in time, so many milliseconds before its limit.
    Before { ms: i64 },
    /// Sent late, so many milliseconds after it.
    After { ms: i64 },
    /// Sent, and nothing says by when it was due.
    NoLimit,
    /// Owed, and its limit lies ahead or has no time.
    Owed,
    /// Owed, and its limit is past since so many milliseconds.
    Overdue { ms: i64 },
    /// Not required, or cancelled.
    NotOwed,
}

impl Margin {
    fn of(notice: &Notice, now: DateTime<Utc>) -> Self {
        match (notice.state(), notice.margin_ms()) {
            (NoticeState::Sent, Some(ms @ 0..)) => Margin::Before { ms },
            (NoticeState::Sent, Some(ms)) => Margin::After { ms: ms.saturating_neg() },
            (NoticeState::Sent, None) => Margin::NoLimit,
            (NoticeState::Running | NoticeState::Deferred, _) if notice.overdue(now) => {
                let limit = notice.limit().map_or(now, |limit| limit.at);
                Margin::Overdue { ms: (now - limit).num_milliseconds().max(0) }
            }
            (NoticeState::Running | NoticeState::Deferred, _) => Margin::Owed,
            (NoticeState::NotRequired | NoticeState::Cancelled, _) => Margin::NotOwed,
        }
    }
}

/// A notice and its margin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoticeMargin {
    /// `N-1`.
    pub number: String,
    pub name: String,
    pub recipient: String,
    /// What it ran towards is aimed at, not owed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub target: bool,
    /// When its clock began, of which fact (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<DateTime<Utc>>,
    #[serde(flatten)]
    pub margin: Margin,
}

/// Of every notice that was not taken back, in the order they were started.
pub(super) fn margins(incident: &Incident, now: DateTime<Utc>) -> Vec<NoticeMargin> {
    let margin = |notice: &Notice| {
        let started = notice.started.get();
        let sent = notice.standing.get().filter(|standing| standing.state == NoticeState::Sent);
        NoticeMargin {
            number: notice.label(),
            name: notice.name.clone(),
            recipient: notice.recipient.clone(),
            target: notice.soft() || started.is_some_and(|it| it.due.is_none() && it.target.is_some()),
            started: started.map(|started| started.at),
            limit: started.and_then(|started| started.due.or(started.target)),
            sent: sent.map(|standing| standing.at),
            margin: Margin::of(notice, now),
        }
    };
    incident.notices().map(margin).collect()
}
