//! Decisions, assumptions, requests, measures, timers, declarations, and the approvals that were given.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Seam, Telling};
use crate::model::ledger::approval::Granted;
use crate::model::ledger::{Item, Sort, What};

/// A line of the ledger. Fields that its noun does not have are `null`.
#[derive(Debug, Default, Serialize)]
pub struct ItemRow<'a> {
    pub number: String,
    pub text: &'a str,
    pub made: DateTime<Utc>,
    pub by: &'a str,
    /// How it stands, in the word of its noun: `in place`, `asked`, `refuted`.
    pub state: &'static str,
    /// Whether it still asks for something.
    pub open: bool,
    /// Since when it stands so (UTC), by whom and why, where it is settled.
    pub since: DateTime<Utc>,
    pub settled_by: Option<&'a str>,
    pub reason: Option<&'a str>,
    /// When it must be looked at again, and when a measure is to be taken down (UTC).
    pub due: Option<DateTime<Utc>>,
    pub removal: Option<DateTime<Utc>>,
    pub overdue: bool,
    pub owner: Option<&'a str>,
    /// What was considered and not chosen, and why.
    pub alternatives: &'a [String],
    pub why: Option<&'a str>,
    /// Who approved a decision; who was asked for an approval.
    pub person: Option<String>,
    /// How somebody was asked, and the exact words.
    pub how: Option<&'a str>,
    pub words: Option<&'a str>,
    /// What would refute an assumption.
    pub refuted_by: Option<&'a str>,
    /// What sort of measure or declaration, on which components, where.
    #[serde(rename = "type")]
    pub kind: Option<&'static str>,
    pub components: &'a [String],
    pub place: Option<&'a str>,
    pub reference: Option<&'a str>,
    /// When it was last looked at and left as it is (UTC).
    pub reviewed: Option<DateTime<Utc>>,
    pub taken_back: Option<Seam<'a>>,
}

/// A yes, in the exact words.
#[derive(Debug, Serialize)]
pub struct ApprovalRow<'a> {
    pub what: &'a str,
    pub name: &'a str,
    pub title: Option<&'a str>,
    pub role: Option<&'a str>,
    pub how: Option<&'a str>,
    /// When it was given (UTC).
    pub at: DateTime<Utc>,
    pub words: Option<&'a str>,
    pub condition: Option<&'a str>,
    /// Until when it holds (UTC), and whether it has lapsed.
    pub until: Option<DateTime<Utc>>,
    pub lapsed: bool,
    pub taken_back: Option<Seam<'a>>,
}

impl<'a> Telling<'a> {
    pub(super) fn items(&self, sort: Sort) -> Vec<ItemRow<'a>> {
        self.incident.ledger.iter().filter(|item| item.sort() == sort).map(|item| self.item(item)).collect()
    }

    fn item(&self, item: &'a Item) -> ItemRow<'a> {
        let stand = item.stand.get();
        let settled = stand.filter(|_| !item.open());
        let row = ItemRow {
            number: item.label(),
            text: &item.text,
            made: item.made,
            by: &item.by,
            state: item.state_word(),
            open: item.open() && !item.undone,
            since: stand.map_or(item.made, |stand| stand.at),
            settled_by: settled.map(|stand| stand.by.as_str()),
            reason: settled.and_then(|stand| stand.reason.as_deref()),
            due: item.due(),
            removal: item.removal(),
            overdue: !item.undone && item.overdue(self.now),
            owner: item.owner(),
            reviewed: item.reviews.iter().rfind(|review| !review.undone).map(|review| review.at),
            taken_back: self.seam_if(item.undone, item.line),
            ..ItemRow::default()
        };
        match &item.what {
            What::Decision(decision) => ItemRow {
                alternatives: &decision.alternatives,
                why: decision.why.as_deref(),
                person: decision.approved_by.as_ref().map(ToString::to_string),
                ..row
            },
            What::Assumption(assumption) => ItemRow { refuted_by: assumption.refuted_by.as_deref(), ..row },
            What::Approval(request) => ItemRow {
                person: Some(request.of.to_string()),
                how: request.how.as_deref(),
                words: request.words.as_deref(),
                ..row
            },
            What::Measure(measure) => ItemRow {
                kind: Some(measure.kind.id()),
                components: &measure.names,
                place: measure.place.as_deref(),
                ..row
            },
            What::Timer(_) => row,
            What::Declaration(declaration) => ItemRow {
                kind: Some(declaration.what.name()),
                reference: declaration.reference.as_deref(),
                ..row
            },
        }
    }

    pub(super) fn approvals(&self) -> Vec<ApprovalRow<'a>> {
        self.incident.approvals.iter().map(|granted| self.approval(granted)).collect()
    }

    fn approval(&self, granted: &'a Granted) -> ApprovalRow<'a> {
        let (approval, terms) = (&granted.approval, &granted.terms);
        ApprovalRow {
            what: &granted.what,
            name: &approval.name,
            title: terms.title.as_deref(),
            role: approval.role.as_deref(),
            how: approval.how.as_deref(),
            at: approval.at,
            words: terms.words.as_deref(),
            condition: terms.condition.as_deref(),
            until: terms.until,
            lapsed: !terms.hold(self.now),
            taken_back: self.seam_if(granted.undone, granted.line),
        }
    }
}
