//! The ledger for scripts: decisions, approvals, and what must be taken back.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::Incident;
use super::super::lesson::{ImprovementDocument, LessonDocument};
use crate::model::id::NounId;
use crate::model::ledger::approval::{About, Approval, Terms};
use crate::model::ledger::{Item, Review, Sort, What};

/// Decisions, approvals and what must be taken back.
#[derive(Serialize)]
pub struct Ledger<'a> {
    pub decisions: Vec<ItemDocument<'a>>,
    pub assumptions: Vec<ItemDocument<'a>>,
    pub approvals: Vec<ApprovalDocument<'a>>,
    /// Approvals that somebody was asked for.
    pub requests: Vec<ItemDocument<'a>>,
    pub measures: Vec<ItemDocument<'a>>,
    pub timers: Vec<ItemDocument<'a>>,
    pub declarations: Vec<ItemDocument<'a>>,
    pub lessons: Vec<LessonDocument<'a>>,
    pub improvements: Vec<ImprovementDocument<'a>>,
}

#[derive(Serialize)]
pub struct ApprovalDocument<'a> {
    pub id: &'a NounId,
    pub about: &'a About,
    #[serde(skip_serializing_if = "<[About]>::is_empty")]
    pub also: &'a [About],
    pub what: &'a str,
    #[serde(flatten)]
    pub approval: &'a Approval,
    #[serde(flatten)]
    pub terms: &'a Terms,
    pub undone: bool,
}

/// A line of the ledger.
#[derive(Serialize)]
pub struct ItemDocument<'a> {
    pub id: &'a NounId,
    pub number: &'a str,
    pub text: &'a str,
    pub made: DateTime<Utc>,
    pub by: &'a str,
    /// How it stands, in the word of its noun: `in place`, `asked`, `refuted`.
    pub state: &'static str,
    pub since: DateTime<Utc>,
    pub settled_by: Option<&'a str>,
    pub reason: Option<&'a str>,
    /// When it must be looked at again.
    pub due: Option<DateTime<Utc>>,
    pub owner: Option<&'a str>,
    /// When a measure is to be taken down.
    pub removal: Option<DateTime<Utc>>,
    pub reviews: &'a [Review],
    #[serde(flatten)]
    pub what: &'a What,
    pub undone: bool,
}

impl<'a> ItemDocument<'a> {
    pub fn of(item: &'a Item) -> Self {
        let stand = item.stand.get();
        let settled = stand.filter(|_| !item.open());
        Self {
            id: &item.id,
            number: &item.number,
            text: &item.text,
            made: item.made,
            by: &item.by,
            state: item.state_word(),
            since: stand.map_or(item.made, |stand| stand.at),
            settled_by: settled.map(|stand| stand.by.as_str()),
            reason: settled.and_then(|stand| stand.reason.as_deref()),
            due: item.due(),
            owner: item.owner(),
            removal: item.removal(),
            reviews: &item.reviews,
            what: &item.what,
            undone: item.undone,
        }
    }
}

impl Incident {
    pub(super) fn approval_documents(&self) -> Vec<ApprovalDocument<'_>> {
        self.approvals
            .iter()
            .map(|granted| ApprovalDocument {
                id: &granted.id,
                about: &granted.about,
                also: &granted.also,
                what: &granted.what,
                approval: &granted.approval,
                terms: &granted.terms,
                undone: granted.undone,
            })
            .collect()
    }

    pub(super) fn item_documents(&self, sort: Sort) -> Vec<ItemDocument<'_>> {
        self.ledger.iter().filter(|item| item.sort() == sort).map(ItemDocument::of).collect()
    }
}
