//! What lines make of evidence, and the details they write.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::incident::Incident;
use crate::incident::line::Line;
use crate::incident::setting::{Setting, Was};
use crate::model::evidence::{
    Acquired, Check, CustodyPassed, Described, Detail, EvidenceEdited, EvidenceItem, EvidenceReceived,
    EvidenceWithdrawn, Found, Passed, Taken, Typed, Withdrawn,
};
use crate::model::id::{LineId, NounId};
use crate::model::register::Register;

/// What lines make of evidence.
impl Incident {
    pub(in crate::incident) fn list_evidence(
        &mut self,
        line: &Line,
        (id, number): (&NounId, &str),
        what: &Described,
        came: Came<'_>,
    ) {
        let mut item = EvidenceItem {
            id: id.clone(),
            number: number.to_owned(),
            twin: false,
            line: line.id,
            listed: line.at(),
            by: line.actor().to_owned(),
            asked: matches!(came, Came::Asked { .. }),
            taken: None,
            details: BTreeMap::new(),
            custody: Vec::new(),
            checks: Vec::new(),
            undone: false,
        };
        for twin in self.evidence.iter_mut().filter(|other| other.number == number) {
            (twin.twin, item.twin) = (true, true);
        }
        let typed = Typed { id: what.kind.clone(), volatility: what.volatility };
        let mut details = vec![
            Detail::Name(what.name.clone()),
            Detail::Type(typed),
            Detail::Components(what.components.iter().map(|of| of.id.clone()).collect()),
            Detail::Note(what.note.clone()),
            Detail::Withdrawn(None),
        ];
        match came {
            Came::Asked { from, due } => {
                let nothing = Acquired { source: Some(from.to_owned()), ..Acquired::default() };
                details.extend(circumstances(&nothing));
                details.extend([
                    Detail::Source(nothing.source),
                    Detail::Holder(None),
                    Detail::Acquired(None),
                    Detail::AcquiredBy(None),
                    Detail::Due(due),
                ]);
            }
            Came::Here(how) => {
                item.taken = Some(taken(line.id, how));
                details.extend(circumstances(how));
                details.extend(arrival(line, how));
                details.extend([Detail::Source(how.source.clone()), Detail::Due(None)]);
            }
        }
        for detail in details {
            item.details.entry(detail.field()).or_default().set(line.id, line.actor(), &[], detail);
        }
        self.evidence_at.entry(item.id.clone()).or_insert(self.evidence.len());
        self.evidence.push(item);
    }

    pub(in crate::incident) fn take_evidence(&mut self, line: &Line, received: &EvidenceReceived) {
        let by = line.actor().to_owned();
        let Some(item) = self.item_mut(&received.item) else { return };
        match &item.taken {
            None => item.taken = Some(taken(line.id, &received.how)),
            // Two people received it at once: what differs is no detail, it is a finding.
            Some(taken) => {
                let found = received.how.sha256.clone().unwrap_or_default();
                let matches = taken.sha256.as_deref().unwrap_or_default() == found;
                let of = "received twice".to_owned();
                item.checks.push(Check { line: line.id, at: line.at(), by, matches, found, of });
            }
        }
    }

    pub(in crate::incident) fn hand_over_evidence(&mut self, line: &Line, passed: &CustodyPassed) {
        let Some(item) = self.item_mut(&passed.item) else { return };
        item.custody.push(Passed {
            line: line.id,
            at: line.at(),
            from: passed.from.clone(),
            to: passed.to.clone(),
            reason: passed.reason.clone(),
            place: passed.place.clone(),
            matches: passed.hash.as_ref().map(|hash| hash.matches),
        });
        if let Some(hash) = &passed.hash {
            self.check_evidence(line, &passed.item, hash);
        }
    }

    pub(in crate::incident) fn check_evidence(&mut self, line: &Line, item: &NounId, hash: &Found) {
        let Some(item) = self.item_mut(item) else { return };
        item.checks.push(Check {
            line: line.id,
            at: line.at(),
            by: line.actor().to_owned(),
            matches: hash.matches,
            found: hash.found.clone(),
            of: hash.of.clone(),
        });
    }

    pub(in crate::incident) fn put_detail(
        &mut self,
        line: LineId,
        by: &str,
        over: &[LineId],
        (id, to): (NounId, Detail),
    ) -> Option<Vec<Was>> {
        let register = self.item_mut(&id)?.details.entry(to.field()).or_default();
        let was = |side| Was::of(side, |value| Setting::Evidence(id.clone(), value));
        Some(register.set(line, by, over, to).into_iter().map(was).collect())
    }

    pub(in crate::incident) fn restore_detail(
        &mut self,
        line: LineId,
        id: &NounId,
        to: &Detail,
        was: Option<&Was>,
    ) {
        if let Some(register) = self.item_mut(id).and_then(|item| item.details.get_mut(&to.field())) {
            register.restore(line, was.map(|was| was.side(to.clone())));
        }
    }

    pub(in crate::incident) fn detail_heads(&self, id: &NounId, to: &Detail) -> Vec<LineId> {
        let register = self.evidence_item(id).and_then(|item| item.details.get(&to.field()));
        register.map_or_else(Vec::new, |register| Register::heads(register).collect())
    }

    /// The item that an act took into custody, passed on or checked: such an act is only corrected.
    pub(in crate::incident) fn firm(&self, line: LineId) -> Option<&EvidenceItem> {
        self.evidence.iter().find(|item| item.firm(line))
    }
}

/// How a new item came on the list.
#[derive(Clone, Copy)]
pub(in crate::incident) enum Came<'a> {
    Asked { from: &'a str, due: Option<DateTime<Utc>> },
    Here(&'a Acquired),
}

fn taken(line: LineId, how: &Acquired) -> Taken {
    Taken { line, size: how.size, sha256: how.sha256.clone(), vault: how.vault, changed: how.changed }
}

fn circumstances(how: &Acquired) -> Vec<Detail> {
    vec![
        Detail::Origin(how.origin.clone()),
        Detail::Place(how.place.clone()),
        Detail::Tool(how.tool.clone()),
        Detail::Kept(how.kept.clone()),
        Detail::Seal(how.seal.clone()),
    ]
}

fn arrival(line: &Line, how: &Acquired) -> [Detail; 3] {
    [
        Detail::Holder(Some(how.holder.clone())),
        Detail::Acquired(Some(line.at())),
        Detail::AcquiredBy(Some(line.actor().to_owned())),
    ]
}

/// What the arrival of an item that was asked for writes.
pub(in crate::incident) fn receiving(
    received: &EvidenceReceived,
    actor: &str,
    at: DateTime<Utc>,
) -> Vec<Setting> {
    let how = &received.how;
    let mut details = circumstances(how);
    details.extend([
        Detail::Holder(Some(how.holder.clone())),
        Detail::Acquired(Some(at)),
        Detail::AcquiredBy(Some(actor.to_owned())),
    ]);
    details.extend(how.source.clone().map(|from| Detail::Source(Some(from))));
    of(&received.item, details)
}

/// What a change of hands writes.
pub(in crate::incident) fn passing(passed: &CustodyPassed) -> Vec<Setting> {
    let mut details = vec![Detail::Holder(Some(passed.to.clone()))];
    details.extend(passed.kept.clone().map(|kept| Detail::Kept(Some(kept))));
    of(&passed.item, details)
}

/// What a correction writes.
pub(in crate::incident) fn editing(edited: &EvidenceEdited) -> Vec<Setting> {
    of(&edited.item, edited.changes.iter().map(|change| change.to.clone()).collect())
}

/// What a withdrawal writes.
pub(in crate::incident) fn withdrawing(
    it: &EvidenceWithdrawn,
    actor: &str,
    at: DateTime<Utc>,
) -> Vec<Setting> {
    let withdrawn = Withdrawn { reason: it.reason.clone(), by: actor.to_owned(), at };
    of(&it.item, vec![Detail::Withdrawn(Some(withdrawn))])
}

fn of(item: &NounId, details: Vec<Detail>) -> Vec<Setting> {
    details.into_iter().map(|detail| Setting::Evidence(item.clone(), detail)).collect()
}
