//! The replaceable fields of the ledger: which an event writes, and the one door to their registers.

use chrono::{DateTime, Utc};

use super::super::Incident;
use super::super::setting::{Setting, Was};
use crate::model::id::{LineId, NounId};
use crate::model::ledger::approval::{ApprovalGranted, ApprovalRefused};
use crate::model::ledger::{Field, LedgerGiven, LedgerSettled, LedgerTimed, Stand, State};

/// The requests a yes answers.
pub(in crate::incident) fn granting(granted: &ApprovalGranted) -> Vec<Setting> {
    let by = granted.approval.to_string();
    let stand = Stand { state: State::Granted, at: granted.approval.at, by, reason: None };
    granted.answers.iter().map(|id| Setting::Ledger(id.clone(), Field::Stand(stand.clone()))).collect()
}

/// The requests a no answers.
pub(in crate::incident) fn refusing(refused: &ApprovalRefused, at: DateTime<Utc>) -> Vec<Setting> {
    let (by, reason) = (refused.by.to_string(), Some(refused.reason.clone()));
    let stand = Stand { state: State::Refused, at, by, reason };
    refused.answers.iter().map(|id| Setting::Ledger(id.clone(), Field::Stand(stand.clone()))).collect()
}

pub(in crate::incident) fn settling(settled: &LedgerSettled, actor: &str, at: DateTime<Utc>) -> Setting {
    let (by, reason) = (actor.to_owned(), settled.reason.clone());
    Setting::Ledger(settled.item.clone(), Field::Stand(Stand { state: settled.to, at, by, reason }))
}

pub(in crate::incident) fn timing(timed: &LedgerTimed) -> Vec<Setting> {
    let due = timed.due.as_ref().map(|to| Field::Due(to.to));
    let removal = timed.removal.as_ref().map(|to| Field::Removal(to.to));
    let fields = due.into_iter().chain(removal);
    fields.map(|field| Setting::Ledger(timed.item.clone(), field)).collect()
}

pub(in crate::incident) fn giving(given: &LedgerGiven) -> Setting {
    Setting::Ledger(given.item.clone(), Field::Owner(given.to.clone()))
}

impl Incident {
    pub(in crate::incident) fn put_field(
        &mut self,
        line: LineId,
        by: &str,
        over: &[LineId],
        (id, to): (NounId, Field),
    ) -> Option<Vec<Was>> {
        let item = self.ledger_mut(&id)?;
        macro_rules! set {
            ($register:expr, $value:expr, $field:expr) => {{
                let replaced = $register.set(line, by, over, $value).into_iter();
                let was = |side| Was::of(side, |value| Setting::Ledger(id.clone(), $field(value)));
                Some(replaced.map(was).collect())
            }};
        }
        match to {
            Field::Stand(to) => set!(item.stand, to, Field::Stand),
            Field::Due(to) => set!(item.due, to, Field::Due),
            Field::Owner(to) => set!(item.owner, to, Field::Owner),
            Field::Removal(to) => set!(item.removal, to, Field::Removal),
        }
    }

    pub(in crate::incident) fn restore_field(
        &mut self,
        line: LineId,
        id: &NounId,
        field: &Field,
        was: Option<&Was>,
    ) {
        let Some(item) = self.ledger_mut(id) else { return };
        match field {
            Field::Stand(to) => item.stand.restore(line, was.map(|was| was.side(to.clone()))),
            Field::Due(to) => item.due.restore(line, was.map(|was| was.side(*to))),
            Field::Owner(to) => item.owner.restore(line, was.map(|was| was.side(to.clone()))),
            Field::Removal(to) => item.removal.restore(line, was.map(|was| was.side(*to))),
        }
    }

    pub(in crate::incident) fn field_heads(&self, id: &NounId, field: &Field) -> Vec<LineId> {
        let Some(item) = self.ledger_item(id) else { return Vec::new() };
        match field {
            Field::Stand(_) => item.stand.heads().collect(),
            Field::Due(_) => item.due.heads().collect(),
            Field::Owner(_) => item.owner.heads().collect(),
            Field::Removal(_) => item.removal.heads().collect(),
        }
    }
}
