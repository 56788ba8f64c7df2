//! Handing over the lead: offered with what the next one is told, taken or declined by that one.

use super::Incident;
use super::event::Event;
use super::line::Line;
use super::setting::Setting;
use super::words::{changed, with_reason};
use crate::model::desk::Desk;
use crate::model::entry::Entry;
use crate::model::handover::{
    Answer, Command, Handover, HandoverAccepted, HandoverDeclined, HandoverOffered, Offer, Standing,
};
use crate::model::id::{LineId, NounId};
use crate::model::redaction::Words;
use crate::model::refusal::Refusal;
use crate::model::text;
use chrono::{DateTime, Utc};

impl Incident {
    /// Handovers that were not taken back, in the order they were offered.
    pub fn handovers(&self) -> impl DoubleEndedIterator<Item = &Handover> {
        self.handovers.iter().filter(|handover| !handover.undone)
    }

    pub fn handover(&self, id: &NounId) -> Option<&Handover> {
        self.handovers.iter().find(|handover| handover.id == *id)
    }

    pub(super) fn handover_mut(&mut self, id: &NounId) -> Option<&mut Handover> {
        self.handovers.iter_mut().find(|handover| handover.id == *id)
    }

    /// The last handover that was accepted.
    pub fn last_handover(&self) -> Option<&Handover> {
        let accepted = self.handovers().filter(|handover| handover.standing() == Standing::Accepted);
        accepted.max_by_key(|handover| handover.answer.get().map(|answer| answer.at))
    }

    /// The offer that waits for somebody.
    pub fn offered_to(&self, name: &str) -> Option<&Handover> {
        self.handovers().rev().find(|handover| handover.waits() && self.same_person(&handover.to, name))
    }

    pub(super) fn decide_handover(
        &self,
        command: &Command,
        desk: &Desk<'_>,
    ) -> Result<Option<Event>, Refusal> {
        Ok(match command {
            Command::Offer(offer) => self.offer(offer, desk)?.map(Event::from),
            Command::Accept { handover, note } => {
                let handover = self.meant(handover.as_ref(), desk)?;
                if handover.standing() == Standing::Accepted && handover.answer.contested().is_none() {
                    return Ok(None);
                }
                self.open_for(handover, desk, "accept")?;
                let note = said(note.as_deref())?;
                let (id, from, to) =
                    (handover.id.clone(), self.lead().map(str::to_owned), handover.to.clone());
                Some(HandoverAccepted { handover: id, from, to, note }.into())
            }
            Command::Decline { handover, reason } => {
                let handover = self.meant(handover.as_ref(), desk)?;
                let answer = handover.answer.get();
                let same =
                    answer.and_then(|answer| answer.words.as_ref()).is_some_and(|it| it.are(reason.trim()));
                if handover.standing() == Standing::Declined && same {
                    return Ok(None);
                }
                self.open_for(handover, desk, "decline")?;
                let reason = said(Some(reason))?.ok_or_else(|| {
                    Refusal::refused("Declining a handover needs a reason.")
                        .hint("casebook handover decline --reason \"…\"")
                })?;
                let (id, to) = (handover.id.clone(), handover.to.clone());
                Some(HandoverDeclined { handover: id, to, reason }.into())
            }
        })
    }

    fn offer(&self, offer: &Offer, desk: &Desk<'_>) -> Result<Option<HandoverOffered>, Refusal> {
        let typed = text::name(&offer.to)?;
        let to = self.person_called(&typed).map_or(typed, |person| person.name().to_owned());
        if self.person_called(&to).is_some_and(|person| person.left().is_some()) {
            return Err(Refusal::refused(format!("{to} has left the incident."))
                .hint(format!("casebook people shift \"{to}\" on brings them back.")));
        }
        let note = said(offer.note.as_deref())?;
        let waiting: Vec<&Handover> = self.handovers().filter(|handover| handover.waits()).collect();
        if waiting.is_empty() && self.leads(&to) && self.lead.contested().is_none() {
            return Ok(None);
        }
        if let [one] = waiting[..]
            && self.same_person(&one.to, &to)
            && note.as_deref().is_none_or(|note| one.note.as_ref().is_some_and(|said| said.are(note)))
        {
            return Ok(None);
        }
        Ok(Some(HandoverOffered {
            id: desk.id(0),
            from: self.lead().map(str::to_owned),
            to,
            note,
            told: text::ENTRY.clean_or_empty(&offer.told)?,
            instead_of: waiting.into_iter().map(|handover| handover.id.clone()).collect(),
        }))
    }

    /// The offer an answer is about: the one named, else the newest that is for this person, else the newest
    /// that waits.
    fn meant(&self, named: Option<&NounId>, desk: &Desk<'_>) -> Result<&Handover, Refusal> {
        let none = || {
            Refusal::refused(format!("No handover of {} waits for an answer.", self.number))
                .hint("casebook handover --to NAME offers the lead.")
        };
        if let Some(id) = named {
            return self.handover(id).filter(|handover| !handover.undone).ok_or_else(none);
        }
        let mine = |handover: &&Handover| self.same_person(&handover.to, desk.actor());
        let mut waiting = self.handovers().rev().filter(|handover| handover.waits());
        let newest = self.handovers().rev().find(mine);
        self.offered_to(desk.actor()).or_else(|| waiting.next()).or(newest).ok_or_else(none)
    }

    /// An answer belongs to the one who was asked, and to an offer that waits.
    fn open_for(&self, handover: &Handover, desk: &Desk<'_>, verb: &str) -> Result<(), Refusal> {
        if !self.same_person(&handover.to, desk.actor()) {
            return Err(Refusal::refused(format!(
                "The lead is offered to {}, not to {}.",
                handover.to,
                desk.actor()
            ))
            .hint(format!(
                "If {0} has said so to you: casebook handover {verb} --who \"{0}\".",
                handover.to
            )));
        }
        let Some(answer) = handover.answer.get().filter(|_| handover.answer.contested().is_none()) else {
            return Ok(());
        };
        if answer.standing == Standing::Offered {
            return Ok(());
        }
        Err(Refusal::refused(format!(
            "That handover to {} was {} by {}.",
            handover.to,
            answer.standing.word(),
            answer.by
        ))
        .hint("casebook handover --to NAME offers the lead anew."))
    }

    /// What a line offers.
    pub(super) fn hold_out(&mut self, line: &Line, offered: &HandoverOffered) {
        let mut handover = Handover {
            id: offered.id.clone(),
            from: offered.from.clone(),
            to: offered.to.clone(),
            note: offered.note.clone().map(Words::from),
            told: offered.told.clone().into(),
            by: line.actor().to_owned(),
            at: line.at(),
            line: line.id,
            undone: false,
            answer: Default::default(),
        };
        let by = line.actor().to_owned();
        let first = Answer { standing: Standing::Offered, by, at: line.at(), words: None };
        handover.answer.set(line.id, line.actor(), &[], first);
        self.handovers.push(handover);
    }

    /// What is handed over is handed back, never taken back.
    pub(super) fn handed_over(&self, entry: &Entry) -> Option<Refusal> {
        let accepted = |handover: &&Handover| handover.standing() == Standing::Accepted;
        let by = |handover: &&Handover, line: LineId| handover.answer.stands(line);
        let handover = self.handovers().filter(accepted).find(|handover| by(handover, entry.id))?;
        let back = handover.from.as_deref().unwrap_or("NAME");
        Some(
            Refusal::refused(format!("{} took the lead; that is handed back, not taken back.", handover.to))
                .hint(format!("casebook handover --to \"{back}\"")),
        )
    }
}

/// Words of an offer or an answer; blank ones are none.
fn said(words: Option<&str>) -> Result<Option<String>, Refusal> {
    super::judge::reason(words)
}

/// What a line of a handover sets: how the offer stands, and the lead once it is accepted.
pub(super) fn settings(event: &Event, actor: &str, at: DateTime<Utc>) -> Vec<Setting> {
    let answer = |id: &NounId, standing, words: Option<&String>| {
        Setting::Handover(
            id.clone(),
            Answer { standing, by: actor.to_owned(), at, words: words.cloned().map(Words::from) },
        )
    };
    if let Event::HandoverOffered(offered) = event {
        offered.instead_of.iter().map(|id| answer(id, Standing::Withdrawn, None)).collect()
    } else if let Event::HandoverAccepted(accepted) = event {
        let standing = answer(&accepted.handover, Standing::Accepted, accepted.note.as_ref());
        vec![standing, Setting::Lead(Some(accepted.to.clone()))]
    } else if let Event::HandoverDeclined(declined) = event {
        vec![answer(&declined.handover, Standing::Declined, Some(&declined.reason))]
    } else {
        Vec::new()
    }
}

/// A handover in the log. What was told stands on the handover, not here.
pub(super) fn words(event: &Event) -> String {
    if let Event::HandoverOffered(offered) = event {
        let what = format!("lead offered: {}", changed(offered.from.as_deref(), Some(&offered.to)));
        with_reason(&what, offered.note.as_deref())
    } else if let Event::HandoverAccepted(accepted) = event {
        let what = format!("{} accepts the lead", accepted.to);
        let from = accepted.from.as_deref().map(|from| format!(" from {from}")).unwrap_or_default();
        with_reason(&format!("{what}{from}"), accepted.note.as_deref())
    } else if let Event::HandoverDeclined(declined) = event {
        with_reason(&format!("{} declines the lead", declined.to), Some(&declined.reason))
    } else {
        String::new()
    }
}
