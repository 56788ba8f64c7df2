//! Evidence in its incident: what may be done with it, what a line makes of it, which bytes are still the same.

pub mod document;
mod fold;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use super::Incident;
use super::event::Event;
use super::judge::reason;
use crate::model::desk::Desk;
use crate::model::evidence::{
    self, Acquired, Add, Command, CustodyPassed, Described, EvidenceAdded, EvidenceEdited, EvidenceItem,
    EvidenceReceived, EvidenceRequested, EvidenceVerified, EvidenceWithdrawn, Field, MOST_COMPONENTS,
    OfComponent, Pass, Receive, Request, Standing,
};
use crate::model::id::{LineId, NounId};
use crate::model::refusal::Refusal;
use crate::model::text;

pub use document::EvidenceDocument;
pub(super) use fold::{Came, editing, passing, receiving, withdrawing};
pub(super) use words::{added, checked, edited, names, passed, received, requested, withdrawn};

/// Questions people and screens ask.
impl Incident {
    /// Items that were not taken back, in the order of their making. Withdrawn ones are among them.
    pub fn evidence(&self) -> impl DoubleEndedIterator<Item = &EvidenceItem> {
        self.evidence.iter().filter(|item| !item.undone)
    }

    pub fn evidence_item(&self, id: &NounId) -> Option<&EvidenceItem> {
        self.evidence.get(*self.evidence_at.get(id)?)
    }

    /// The item that a line found changed: its hash was not the one on record.
    pub fn mismatch(&self, line: LineId) -> Option<&EvidenceItem> {
        let found =
            |item: &&EvidenceItem| item.checks.iter().any(|check| check.line == line && !check.matches);
        self.evidence.iter().find(found)
    }

    /// What was asked for and has not come.
    pub fn awaited_evidence(&self) -> impl Iterator<Item = &EvidenceItem> {
        self.evidence.iter().filter(|item| item.awaited())
    }

    pub(super) fn item_mut(&mut self, id: &NounId) -> Option<&mut EvidenceItem> {
        self.evidence.get_mut(*self.evidence_at.get(id)?)
    }

    /// Takes down where each item stands, after reading them all from a snapshot.
    pub(super) fn place_evidence(&mut self) {
        let ids = self.evidence.iter().enumerate().map(|(at, item)| (item.id.clone(), at));
        self.evidence_at = BTreeMap::new();
        for (id, at) in ids {
            // Two of one name cannot be told apart: the first is meant.
            self.evidence_at.entry(id).or_insert(at);
        }
    }
}

/// Judgement.
impl Incident {
    pub(super) fn decide_evidence(
        &self,
        command: &Command,
        desk: &Desk<'_>,
    ) -> Result<Option<Event>, Refusal> {
        Ok(match command {
            Command::Add(add) => self.add_evidence(add, desk)?.map(Event::from),
            Command::Request(request) => self.request_evidence(request, desk)?.map(Event::from),
            Command::Receive { item, how } => self.receive_evidence(item, how, desk)?.map(Event::from),
            Command::Pass { item, pass } => self.pass_custody(item, pass)?.map(Event::from),
            Command::Verify { item, verify } => {
                let item = self.in_custody(item)?;
                let (number, name) = (item.label(), item.name().to_owned());
                let hash = item.compare(&verify.hash)?;
                Some(EvidenceVerified { item: item.id.clone(), number, name, hash }.into())
            }
            Command::Edit { item, edit } => {
                let item = self.known_item(item)?;
                if let Some(components) = &edit.components {
                    self.of_components(components)?;
                }
                let changes = item.edits(edit)?;
                let edited = EvidenceEdited { item: item.id.clone(), number: item.label(), changes };
                (!edited.changes.is_empty()).then(|| edited.into())
            }
            Command::Withdraw { item, reason: why } => {
                let item = self.known_item(item)?;
                let reason = reason(Some(why))?.ok_or_else(|| {
                    Refusal::refused(format!("{} is withdrawn only with a reason.", item.label()))
                        .hint("Say what was wrong: --reason \"…\"")
                })?;
                let already = item.withdrawn().is_some_and(|withdrawn| withdrawn.reason == reason);
                let (number, name) = (item.label(), item.name().to_owned());
                (!already).then(|| EvidenceWithdrawn { item: item.id.clone(), number, name, reason }.into())
            }
        })
    }

    fn known_item(&self, id: &NounId) -> Result<&EvidenceItem, Refusal> {
        self.evidence_item(id).filter(|item| !item.undone).ok_or_else(|| {
            Refusal::refused("No such evidence in this incident.").hint("casebook evidence list shows it.")
        })
    }

    fn in_custody(&self, id: &NounId) -> Result<&EvidenceItem, Refusal> {
        let item = self.known_item(id)?;
        let label = item.label();
        match item.standing() {
            Standing::Held => Ok(item),
            Standing::Requested => {
                Err(Refusal::refused(format!("{label} was asked for and has not come yet."))
                    .hint(format!("casebook evidence receive {} PATH", item.number)))
            }
            Standing::Withdrawn => Err(Refusal::refused(format!(
                "{label} was withdrawn: {:?}.",
                item.withdrawn().map_or("", |withdrawn| &withdrawn.reason)
            ))
            .hint("Add it again as an item of its own.")),
        }
    }

    fn of_components(&self, ids: &[NounId]) -> Result<Vec<OfComponent>, Refusal> {
        if ids.len() > MOST_COMPONENTS {
            return Err(Refusal::misused(format!(
                "An item is of at most {MOST_COMPONENTS} components; {} were named.",
                ids.len()
            )));
        }
        let known = |id: &NounId| {
            let component = self.component(id).filter(|component| !component.undone);
            let name = component.map(|component| component.name.clone());
            name.map(|name| OfComponent { id: id.clone(), name })
                .ok_or_else(|| Refusal::refused("No such component in this incident."))
        };
        ids.iter().map(known).collect()
    }

    fn described(
        &self,
        name: &str,
        kind: &str,
        components: &[NounId],
        note: Option<&str>,
    ) -> Result<Described, Refusal> {
        let typed = evidence::typed(kind)?;
        Ok(Described {
            name: evidence::NAME.clean(name)?,
            kind: typed.id,
            volatility: typed.volatility,
            components: self.of_components(components)?,
            note: evidence::optional(&evidence::NOTE, note)?,
        })
    }

    fn next_number(&self) -> String {
        let given = self.evidence.iter().map(|item| item.number.as_str());
        evidence::next_number(given.chain(self.gone_numbers()))
    }

    /// The same bytes are not two items. Empty files are all alike and say nothing.
    fn has_bytes(&self, how: &Acquired) -> bool {
        let same = |item: &EvidenceItem| item.held() && item.sha256() == how.sha256.as_deref();
        how.sha256.is_some() && how.size != Some(0) && self.evidence.iter().any(same)
    }

    fn add_evidence(&self, add: &Add, desk: &Desk<'_>) -> Result<Option<EvidenceAdded>, Refusal> {
        let what = self.described(&add.name, &add.kind, &add.components, add.note.as_deref())?;
        let how = add.how.acquired(desk.actor())?;
        if self.has_bytes(&how) {
            return Ok(None);
        }
        let components: Vec<NounId> = what.components.iter().map(|of| of.id.clone()).collect();
        let ticks = self.imaged_by(what.volatility, &components);
        Ok(Some(EvidenceAdded { id: desk.id(0), number: self.next_number(), what, how, ticks }))
    }

    fn request_evidence(
        &self,
        request: &Request,
        desk: &Desk<'_>,
    ) -> Result<Option<EvidenceRequested>, Refusal> {
        let what =
            self.described(&request.name, &request.kind, &request.components, request.note.as_deref())?;
        let from = evidence::TERMS.clean(&request.from)?;
        let same = |item: &EvidenceItem| {
            item.name() == what.name && item.source() == Some(&from) && item.due() == request.due
        };
        if self.awaited_evidence().any(same) {
            return Ok(None);
        }
        let (id, number) = (desk.id(0), self.next_number());
        Ok(Some(EvidenceRequested { id, number, what, from, due: request.due }))
    }

    fn receive_evidence(
        &self,
        item: &NounId,
        how: &Receive,
        desk: &Desk<'_>,
    ) -> Result<Option<EvidenceReceived>, Refusal> {
        let item = self.known_item(item)?;
        let how = how.acquired(desk.actor())?;
        match item.standing() {
            Standing::Requested => {}
            Standing::Held if item.sha256() == how.sha256.as_deref() => return Ok(None),
            Standing::Held => {
                return Err(Refusal::refused(format!("{} is here already.", item.label()))
                    .hint("What came later is an item of its own: casebook evidence add PATH"));
            }
            Standing::Withdrawn => _ = self.in_custody(&item.id)?,
        }
        Ok(Some(EvidenceReceived {
            item: item.id.clone(),
            number: item.label(),
            name: item.name().to_owned(),
            how,
            ticks: self.imaged_by(item.volatility(), item.components()),
        }))
    }

    fn pass_custody(&self, item: &NounId, pass: &Pass) -> Result<Option<CustodyPassed>, Refusal> {
        let item = self.in_custody(item)?;
        let to = text::name(&pass.to)?;
        let reason = reason(Some(&pass.reason))?.ok_or_else(|| {
            Refusal::refused(format!("Custody of {} is passed on only with a reason.", item.label()))
                .hint("Say why: --reason \"to the lab for imaging\"")
        })?;
        let holder = item.holder().map(str::to_owned);
        let from = evidence::optional(&text::NAME, pass.from.as_deref())?;
        if let (Some(said), Some(holder)) = (&from, &holder)
            && !said.eq_ignore_ascii_case(holder)
        {
            return Err(Refusal::refused(format!("{} is held by {holder}, not by {said}.", item.label()))
                .hint(format!(
                    "If the record is wrong, correct it first: casebook evidence edit {} --holder \"{said}\"",
                    item.number
                )));
        }
        let contested = item.details.get(&Field::Holder).is_some_and(|held| held.contested().is_some());
        if holder.as_ref() == Some(&to) && !contested {
            return Ok(None);
        }
        Ok(Some(CustodyPassed {
            item: item.id.clone(),
            number: item.label(),
            name: item.name().to_owned(),
            from: holder.or(from),
            to,
            reason,
            place: evidence::optional(&evidence::TERMS, pass.place.as_deref())?,
            kept: evidence::optional(&evidence::KEPT, pass.kept.as_deref())?,
            hash: pass.hash.as_ref().map(|hash| item.compare(hash)).transpose()?,
        }))
    }

    /// The tasks "image before changes" that this item does: nothing that is about to be changed is left
    /// without an image.
    fn imaged_by(&self, volatility: u8, components: &[NounId]) -> Vec<NounId> {
        if volatility > 4 {
            return Vec::new();
        }
        let left = self.components().any(|component| {
            component.live()
                && component.uneradicated()
                && !components.contains(&component.id)
                && !self.kept(component, 1..=4)
        });
        if left { Vec::new() } else { self.ticked_by("evidence") }
    }
}
