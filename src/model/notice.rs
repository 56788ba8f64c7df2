//! A notice: a notification somebody owes, with a clock that starts from a fact.
//!
//! What the law says is copied into the event that starts the clock ([`Terms`]): later reviews of the law
//! never touch a live incident. Nothing starts a clock but a person.

pub mod clock;
pub mod duties;
mod event;
pub mod law;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use event::{
    Add, ChangeFact, Close, Command, Next, NoticeAdded, NoticeClosed, NoticeFactChanged, NoticeSent,
    NoticeStarted, SecondLimit, Send, Start, Terms, round,
};

use super::id::{LineId, NounId};
use super::ledger::approval::Approval;
use super::register::{Careful, Register};
use clock::Doubt;
use law::Fact;

/// How far a notice is. Overdue is not one of them: it is what a running one becomes by time alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeState {
    Running,
    Sent,
    NotRequired,
    Deferred,
    /// Started by mistake, or no longer wanted.
    Cancelled,
}

impl NoticeState {
    /// The word on disk and on screens.
    pub fn word(self) -> &'static str {
        match self {
            NoticeState::Running => "running",
            NoticeState::Sent => "sent",
            NoticeState::NotRequired => "not required",
            NoticeState::Deferred => "deferred",
            NoticeState::Cancelled => "cancelled",
        }
    }
}

/// The fact a clock runs from, and when it runs out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    pub fact: Fact,
    /// When the fact happened (UTC).
    pub at: DateTime<Utc>,
    /// How that time is known, where nobody typed it: `confirmed`, `first signal` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// UTC; `None`: it is owed without delay, and no number says when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
    /// When it would be due without the weekend rule (UTC), where that rule moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<DateTime<Utc>>,
    /// What people aim at where nothing is due (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<DateTime<Utc>>,
    /// When the second limit runs out (UTC), where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backstop: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
}

impl Started {
    /// `aware`, `detected`; of one that follows another, which: `N-3 sent`.
    pub fn from(&self) -> &str {
        match &self.basis {
            Some(basis) if self.fact == Fact::ReportSent => basis,
            _ => self.fact.word(),
        }
    }

    /// Whether the due time may be wrong by days: people must count again.
    pub fn approximate(&self) -> bool {
        self.doubts.iter().any(|doubt| matches!(doubt, Doubt::WeekendsOnly | Doubt::WeekendRule))
    }
}

impl Careful for Started {
    // Whoever says the earlier due time is the careful one. Minutes since 1970 fit for four thousand years.
    fn care(&self) -> i32 {
        self.due
            .or(self.target)
            .map_or(i32::MIN + 1, |due| i32::try_from(-due.timestamp() / 60).unwrap_or(i32::MIN + 1))
    }
}

/// What became of a notice, since when and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub state: NoticeState,
    /// When it came to this (UTC): of a sent notice, when it was sent.
    pub at: DateTime<Utc>,
    pub by: String,
    /// The recipient's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What shows that it was sent, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// The evidence item that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<NounId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Until when it is deferred (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

impl Standing {
    /// Running since, by whom.
    pub fn running(at: DateTime<Utc>, by: &str) -> Self {
        Self {
            state: NoticeState::Running,
            at,
            by: by.to_owned(),
            reference: None,
            proof: None,
            evidence: None,
            reason: None,
            approval: None,
            until: None,
        }
    }
}

impl Careful for Standing {
    // What is still owed is the careful side; what was sent stays sent.
    fn care(&self) -> i32 {
        match self.state {
            NoticeState::Running => 2,
            NoticeState::Deferred => 1,
            NoticeState::Sent | NoticeState::NotRequired | NoticeState::Cancelled => 0,
        }
    }
}

/// A notification owed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    pub id: NounId,
    /// `N-1`, in the order they were started. Stored when it is started, never changed.
    pub number: String,
    /// Somebody at another desk gave the same number at the same time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub twin: bool,
    /// `GDPR: Notify the supervisory authority`.
    pub name: String,
    pub recipient: String,
    /// What the law or contract says, as it was when the clock was started; `None`: one added by hand.
    pub terms: Option<Box<Terms>>,
    /// Sending it starts the next one, so many minutes later.
    pub every: Option<u32>,
    /// The notice whose sending started this one.
    pub after: Option<NounId>,
    pub line: LineId,
    pub undone: bool,
    pub started: Register<Started>,
    pub standing: Register<Standing>,
    /// The lines that said it was sent: they are corrected, never taken back.
    pub sends: Vec<LineId>,
}

/// The moment a notice runs towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// UTC.
    pub at: DateTime<Utc>,
    pub hard: Hardness,
}

/// Whether missing a moment is a breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hardness {
    /// Owed by then.
    Due,
    /// Aimed at; no law has the number.
    Target,
}

impl Notice {
    /// Its number as screens show it; where two people gave the same one, with two letters of the id: `N-3·k7`.
    pub fn label(&self) -> String {
        self.id.tell_apart(&self.number, self.twin)
    }

    pub fn state(&self) -> NoticeState {
        self.standing.get().map_or(NoticeState::Running, |standing| standing.state)
    }

    /// Still owed: running, or put off.
    pub fn owed(&self) -> bool {
        matches!(self.state(), NoticeState::Running | NoticeState::Deferred)
    }

    /// Owed at `now`: a deferral that has run out is owed again.
    pub fn running(&self, now: DateTime<Utc>) -> bool {
        match self.standing.get() {
            Some(standing) if standing.state == NoticeState::Deferred => {
                standing.until.is_some_and(|until| until <= now)
            }
            Some(standing) => standing.state == NoticeState::Running,
            None => true,
        }
    }

    /// Whether the law has no number for it.
    pub fn soft(&self) -> bool {
        self.terms.as_ref().is_some_and(|terms| terms.soft)
    }

    /// What a notice that is still owed runs towards; `None`: nothing with a time.
    pub fn limit(&self) -> Option<Limit> {
        let standing = self.standing.get()?;
        let started = self.started.get()?;
        match standing.state {
            NoticeState::Deferred => standing.until.map(|at| Limit { at, hard: Hardness::Due }),
            NoticeState::Running => match (started.due, started.target) {
                (Some(at), _) if !self.soft() => Some(Limit { at, hard: Hardness::Due }),
                (at, target) => at.or(target).map(|at| Limit { at, hard: Hardness::Target }),
            },
            NoticeState::Sent | NoticeState::NotRequired | NoticeState::Cancelled => None,
        }
    }

    /// Whether it is owed and its due time is past. A target that is past is no breach.
    pub fn overdue(&self, now: DateTime<Utc>) -> bool {
        self.limit().is_some_and(|limit| limit.hard == Hardness::Due && limit.at <= now)
    }

    /// How long before its due time it was sent, in milliseconds; negative: late. `None`: not sent, or
    /// nothing was due.
    pub fn margin_ms(&self) -> Option<i64> {
        let standing = self.standing.get().filter(|standing| standing.state == NoticeState::Sent)?;
        let started = self.started.get()?;
        Some((started.due.or(started.target)? - standing.at).num_milliseconds())
    }

    /// The regime's clock, as `eu-gdpr/authority`; of one added by hand its number.
    pub fn of(&self) -> String {
        self.terms.as_ref().map_or_else(|| self.label(), |terms| format!("{}/{}", terms.regime, terms.clock))
    }

    /// Whether it is of this clock of this regime.
    pub fn is_of(&self, regime: &str, clock: &str) -> bool {
        self.terms.as_ref().is_some_and(|terms| terms.regime == regime && terms.clock == clock)
    }
}

/// The number after the highest of these, as `N-3`; `nth`: how many more are given before it.
pub fn next_number<'a>(numbers: impl Iterator<Item = &'a str>, nth: u32) -> String {
    let highest = numbers.filter_map(|number| number.strip_prefix("N-")?.parse::<u32>().ok()).max();
    format!("N-{}", highest.unwrap_or(0).saturating_add(1).saturating_add(nth))
}
