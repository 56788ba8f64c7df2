//! What happens to notices, and what one can ask for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clock::{Length, Unit, WeekendRule};
use super::law::{Clock, Fact, Regime};
use super::{NoticeState, Started};
use crate::model::id::NounId;
use crate::model::ledger::approval::Approval;

/// What a regime said about a clock when it was started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    pub regime: String,
    pub clock: String,
    pub regime_name: String,
    pub label: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub jurisdiction: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub applies_when: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stage: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub trigger: String,
    pub trigger_event: Fact,
    pub duration: Length,
    #[serde(default, skip_serializing_if = "WeekendRule::is_none")]
    pub weekend_rule: WeekendRule,
    /// From where on it is owed, and what it must say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub threshold: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub soft: bool,
    /// What people aim at where the law names no number, in hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_hours: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backstop: Option<SecondLimit>,
    /// The clock whose sent time starts this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_after: Option<String>,
    /// The zone in which days are counted: the recipient's, else that of whoever started the clock.
    pub zone: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub zone_assumed: bool,
    /// Whose holidays count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    pub status: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub citation: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    pub confidence: String,
    pub verification: String,
    /// The day of the review these words are from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub as_of: String,
}

/// A second limit; the earlier of both applies, unless it had passed before the first fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondLimit {
    pub fact: Fact,
    pub duration: Length,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Terms {
    /// Copies what a regime says about one of its clocks. `zone`: that of whoever starts it.
    pub fn of(regime: &Regime, clock: &Clock, zone: &str) -> Self {
        let notes = [Some(regime.notes.as_str()), clock.note.as_deref(), clock.computed_from.as_deref()];
        let notes: Vec<&str> = notes.into_iter().flatten().filter(|note| !note.is_empty()).collect();
        Terms {
            regime: regime.id.clone(),
            clock: clock.id.clone(),
            regime_name: regime.name.clone(),
            label: clock.label.clone(),
            jurisdiction: regime.jurisdiction.clone(),
            applies_when: regime.applies_when.clone(),
            stage: clock.stage.clone(),
            trigger: clock.trigger.clone(),
            trigger_event: clock.trigger_event,
            duration: clock.duration,
            weekend_rule: clock.weekend_rule,
            threshold: clock.threshold.clone(),
            notes: notes.join(" "),
            soft: clock.soft,
            target_hours: clock.suggested_target.as_deref().and_then(hours),
            backstop: clock.backstop.as_ref().map(|second| SecondLimit {
                fact: second.trigger_event,
                duration: Length { value: Some(second.value), unit: second.unit },
                note: second.note.clone(),
            }),
            starts_after: clock.starts_after.clone(),
            zone: regime.zone.clone().unwrap_or_else(|| zone.to_owned()),
            zone_assumed: regime.zone.is_none(),
            regions: regime.regions.clone(),
            status: regime.status.clone(),
            citation: regime.source.citation.clone(),
            url: regime.source.url.clone().filter(|url| !url.is_empty()),
            confidence: regime.confidence.clone(),
            verification: regime.verification.clone(),
            as_of: regime.as_of.clone(),
        }
    }
}

/// `72 hours` as a number.
fn hours(words: &str) -> Option<u32> {
    words.split_once(' ').filter(|(_, unit)| unit.starts_with("hour")).and_then(|(n, _)| n.parse().ok())
}

/// How many minutes a round of updates takes, where a clock repeats.
pub fn round(clock: &Clock) -> Option<u32> {
    let value = clock.duration.value.filter(|_| clock.repeats)?;
    match clock.duration.unit {
        Unit::Minutes => Some(value),
        Unit::Hours => value.checked_mul(60),
        Unit::CalendarDays => value.checked_mul(24 * 60),
        Unit::BusinessDays | Unit::Months | Unit::Asap => None,
    }
}

/// A clock of a regime was started from a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeStarted {
    pub id: NounId,
    pub number: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub recipient: String,
    pub started: Started,
    pub terms: Box<Terms>,
    /// Sending it starts the next one, so many minutes later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    /// The notice whose sending started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<NounId>,
    /// Tasks this act ticks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

/// A notice that no regime asks for was put on the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeAdded {
    pub id: NounId,
    pub number: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub recipient: String,
    pub started: Started,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
}

/// A notice was sent, or what is known about its sending was corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeSent {
    pub notice: NounId,
    /// For people: number and name.
    pub name: String,
    pub from: NoticeState,
    /// When it was sent (UTC) and by whom.
    pub at: DateTime<Utc>,
    pub by: String,
    /// When it was due (UTC), for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<NounId>,
    /// The next round, where it is one of a series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
}

/// The next round of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Next {
    pub id: NounId,
    pub number: String,
    pub started: Started,
}

/// A notice is not owed, or not yet, or no longer wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeClosed {
    pub notice: NounId,
    pub name: String,
    pub from: NoticeState,
    pub to: NoticeState,
    pub reason: String,
    /// Until when it is deferred (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// A clock runs from another fact, or from another time of the same; what was settled is owed again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeFactChanged {
    pub notice: NounId,
    pub name: String,
    pub from: Started,
    pub to: Started,
    pub reason: String,
    /// What it was before, where this makes it owed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopens: Option<NoticeState>,
}

/// What one can ask of the notices.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Start(Start),
    Add(Add),
    Send(Send),
    Close(Close),
    ChangeFact(ChangeFact),
}

/// Start a clock of a regime.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// `eu-gdpr/authority`; a regime alone where only one of its clocks can be meant.
    pub of: String,
    /// `None`: the fact the regime names.
    pub fact: Option<Fact>,
    /// When the fact happened (UTC); `None`: as the record knows it.
    pub at: Option<DateTime<Utc>>,
    /// How many the same act starts before this one: its number follows theirs.
    pub nth: u32,
}

/// Put a notice on the list that no regime asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Add {
    pub name: String,
    pub recipient: Option<String>,
    /// UTC.
    pub due: Option<DateTime<Utc>>,
    /// A round of so many minutes: due that long from when it is added, and again whenever it was sent.
    pub every: Option<u32>,
}

/// Record that a notice was sent; again: correct what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Send {
    pub notice: NounId,
    pub reference: Option<String>,
    pub proof: Option<String>,
    pub evidence: Option<NounId>,
}

/// Say that a notice is not owed, not yet, or no longer wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Close {
    pub notice: NounId,
    /// Not required, deferred or cancelled.
    pub to: NoticeState,
    pub reason: Option<String>,
    /// UTC; with deferred only.
    pub until: Option<DateTime<Utc>>,
    pub approval: Option<Approval>,
}

/// Let a clock run from another fact, or another time of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeFact {
    pub notice: NounId,
    pub fact: Option<Fact>,
    /// UTC.
    pub at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}
