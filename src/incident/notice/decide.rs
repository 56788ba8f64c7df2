//! The judgement of what is done to notices.

use super::{Known, compute};
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::judge::reason;
use crate::model::desk::Desk;
use crate::model::id::NounId;
use crate::model::notice::clock;
use crate::model::notice::law::{Clock, Fact, Regime};
use crate::model::notice::{
    Add, ChangeFact, Close, Command, Next, Notice, NoticeAdded, NoticeClosed, NoticeFactChanged, NoticeSent,
    NoticeStarted, NoticeState, Send, Start, Started, Terms, next_number, round,
};
use crate::model::refusal::{Refusal, quoted};
use crate::model::text;

impl Incident {
    pub(in crate::incident) fn decide_notice(
        &self,
        command: &Command,
        desk: &Desk<'_>,
    ) -> Result<Option<Event>, Refusal> {
        Ok(match command {
            Command::Start(start) => self.start_notice(start, desk)?.map(Event::from),
            Command::Add(add) => self.add_notice(add, desk)?.map(Event::from),
            Command::Send(send) => self.send_notice(send, desk)?.map(Event::from),
            Command::Close(close) => self.close_notice(close)?.map(Event::from),
            Command::ChangeFact(change) => self.change_fact(change, desk)?.map(Event::from),
        })
    }

    fn known_notice(&self, id: &NounId) -> Result<&Notice, Refusal> {
        self.notice(id).filter(|notice| !notice.undone).ok_or_else(|| {
            Refusal::refused("No such notice in this incident.").hint("casebook notice list shows them.")
        })
    }

    fn next_notice_number(&self, nth: u32) -> String {
        let given = self.notices.iter().map(|notice| notice.number.as_str());
        next_number(given.chain(self.gone_numbers()), nth)
    }

    fn start_notice(&self, start: &Start, desk: &Desk<'_>) -> Result<Option<NoticeStarted>, Refusal> {
        let (regime, clock) = desk.duties.named(&start.of)?;
        let clock = match clock {
            Some(clock) => clock,
            None => only_clock(regime, start.fact)?,
        };
        let fact = start.fact.unwrap_or(clock.trigger_event);
        let of = format!("{}/{}", regime.id, clock.id);
        let known = self.fact_time(start, fact, regime, clock)?;
        let terms = Terms::of(regime, clock, &desk.duties.zone.name());
        let second = terms.backstop.as_ref().and_then(|second| self.known_fact(second.fact));
        let mut started = compute(&terms, fact, known.at, second.map(|known| known.at), desk.duties);
        started.basis = start.at.is_none().then_some(known.basis);
        for have in self.notices().filter(|notice| notice.is_of(&regime.id, &clock.id)) {
            let from = have.started.get();
            if from.is_some_and(|from| (from.fact, from.at) == (started.fact, started.at)) {
                return Ok(None);
            }
            if have.owed() {
                return Err(Refusal::refused(format!(
                    "{} runs already, as {}, from another fact.",
                    of,
                    have.label()
                ))
                .hint(format!(
                    "casebook notice fact {} --fact {} --at TIME --reason \"…\"",
                    have.label(),
                    fact.word()
                )));
            }
        }
        let after = clock.starts_after.as_ref().and_then(|before| self.last_sent(&regime.id, before));
        Ok(Some(NoticeStarted {
            id: desk.id(0),
            number: self.next_notice_number(start.nth),
            name: format!("{}: {}", regime.short(), clock.label),
            recipient: clock.recipient.clone(),
            started,
            every: round(clock),
            after: after.map(|notice| notice.id.clone()),
            ticks: if start.nth == 0 { self.ticked_by("notice-start") } else { Vec::new() },
            terms: Box::new(terms),
        }))
    }

    /// From when a clock shall run: as typed, from the notice before it, or as the record knows its fact.
    fn fact_time(&self, start: &Start, fact: Fact, regime: &Regime, clock: &Clock) -> Result<Known, Refusal> {
        if let Some(at) = start.at {
            return Ok(Known { at, basis: String::new() });
        }
        if let Some(before) = clock.starts_after.as_ref().filter(|_| fact == Fact::ReportSent) {
            let sent =
                self.last_sent(&regime.id, before).and_then(|notice| Some((notice, notice.standing.get()?)));
            return match sent {
                Some((notice, standing)) => {
                    Ok(Known { at: standing.at, basis: format!("{} sent", notice.label()) })
                }
                None => Err(Refusal::refused(format!(
                    "{}/{} runs from when {}/{before} was sent, and no such notice was.",
                    regime.id, clock.id, regime.id
                ))
                .hint(format!(
                    "Record that one first: casebook notice sent {}/{before}; or give --at with the time it was sent.",
                    regime.id
                ))),
            };
        }
        let known = if fact == Fact::YearEnd { Fact::Discovery } else { fact };
        self.known_fact(known).ok_or_else(|| {
            Refusal::refused(format!(
                "{}/{} runs from {} ({}), and the record does not know when that was.",
                regime.id,
                clock.id,
                quoted(fact.word()),
                if clock.trigger.is_empty() {
                    "as its contract says"
                } else {
                    clock.trigger.trim_end_matches('.')
                }
            ))
            .hint(format!(
                "casebook notice start {}/{} --fact {} --at TIME",
                regime.id,
                clock.id,
                fact.word()
            ))
        })
    }

    fn add_notice(&self, add: &Add, desk: &Desk<'_>) -> Result<Option<NoticeAdded>, Refusal> {
        let name = text::name(&add.name)?;
        let recipient = add.recipient.as_deref().map(text::name).transpose()?.unwrap_or_default();
        let at = desk.at();
        let due = match add.every {
            Some(minutes) => at.checked_add_signed(chrono::TimeDelta::minutes(i64::from(minutes))),
            None => add.due,
        };
        if due.is_none() {
            return Err(Refusal::misused("A notice of one's own needs a time to be due.").hint(format!(
                "Add --due +24h, or --every 30m for a round of updates: casebook notice add {} --due +24h",
                quoted(&name)
            )));
        }
        let same = |notice: &&Notice| {
            notice.owed()
                && notice.terms.is_none()
                && notice.name.eq_ignore_ascii_case(&name)
                && notice.every == add.every
        };
        if let Some(have) = self.notices().find(same) {
            let as_before =
                add.every.is_some() || have.started.get().is_some_and(|started| started.due == due);
            if as_before {
                return Ok(None);
            }
            return Err(Refusal::refused(format!(
                "{} is on the list already, as {}, with another due time.",
                quoted(&name),
                have.label()
            ))
            .hint(format!("Cancel that one first: casebook notice cancel {} --reason \"…\"", have.label())));
        }
        let started = Started {
            fact: Fact::default(),
            at,
            basis: None,
            due,
            plain: None,
            target: None,
            backstop: None,
            doubts: Vec::new(),
        };
        Ok(Some(NoticeAdded {
            id: desk.id(0),
            number: self.next_notice_number(0),
            name,
            recipient,
            started,
            every: add.every,
        }))
    }

    fn send_notice(&self, send: &Send, desk: &Desk<'_>) -> Result<Option<NoticeSent>, Refusal> {
        let notice = self.known_notice(&send.notice)?;
        let from = notice.state();
        let line =
            |words: &Option<String>| words.as_deref().map(|words| text::TICKET.clean(words)).transpose();
        let (mut reference, mut proof) = (line(&send.reference)?, line(&send.proof)?);
        let mut evidence = send.evidence.clone();
        let (mut at, mut by) = (desk.at(), desk.actor().to_owned());
        let corrects = notice.standing.get().filter(|_| from == NoticeState::Sent);
        if let Some(was) = corrects {
            // What nobody said anew stays as it was.
            reference = reference.or_else(|| was.reference.clone());
            if proof.is_none() && evidence.is_none() {
                (proof, evidence) = (was.proof.clone(), was.evidence.clone());
            }
            if desk.happened.is_none() {
                at = was.at;
            }
            if desk.who.is_none() {
                by.clone_from(&was.by);
            }
            let same = (&reference, &proof, &evidence, at, &by)
                == (&was.reference, &was.proof, &was.evidence, was.at, &was.by);
            if same && notice.standing.contested().is_none() {
                return Ok(None);
            }
        }
        let started = notice.started.get();
        if started.is_some_and(|started| at < started.at && started.fact != Fact::YearEnd) {
            return Err(Refusal::refused(format!(
                "{} cannot have been sent before the fact it runs from.",
                notice.label()
            ))
            .hint(format!(
                "casebook notice fact {} --at TIME --reason \"…\" corrects the fact.",
                notice.label()
            )));
        }
        let next = notice.every.filter(|_| corrects.is_none()).map(|minutes| Next {
            id: desk.id(0),
            number: self.next_notice_number(0),
            started: Started {
                fact: Fact::ReportSent,
                at,
                basis: Some(format!("{} sent", notice.label())),
                due: at.checked_add_signed(chrono::TimeDelta::minutes(i64::from(minutes))),
                plain: None,
                target: None,
                backstop: None,
                doubts: Vec::new(),
            },
        });
        Ok(Some(NoticeSent {
            notice: notice.id.clone(),
            name: format!("{} {}", notice.label(), notice.name),
            from,
            at,
            by,
            due: started.and_then(|started| started.due.or(started.target)),
            reference,
            proof,
            evidence,
            next,
        }))
    }

    fn close_notice(&self, close: &Close) -> Result<Option<NoticeClosed>, Refusal> {
        let notice = self.known_notice(&close.notice)?;
        let from = notice.state();
        if from == NoticeState::Sent {
            return Err(Refusal::refused(format!(
                "{} was sent; what was sent is only corrected.",
                notice.label()
            ))
            .hint(format!(
                "casebook notice sent {} --ref NUMBER corrects what is known about it.",
                notice.label()
            )));
        }
        let verb = match close.to {
            NoticeState::Deferred => "defer",
            NoticeState::Cancelled => "cancel",
            NoticeState::NotRequired | NoticeState::Running | NoticeState::Sent => "waive",
        };
        let binding = notice.terms.as_ref().is_some_and(|terms| !terms.soft);
        let approved = if verb == "waive" && binding { " --approved-by \"NAME/ROLE\"" } else { "" };
        let until = if verb == "defer" { " --until TIME" } else { "" };
        let line = format!("casebook notice {verb} {}{until} --reason \"…\"{approved}", notice.label());
        let standing = notice.standing.get();
        let as_before = from == close.to
            && standing.is_some_and(|was| was.until == close.until)
            && notice.standing.contested().is_none();
        if as_before {
            return Ok(None);
        }
        let why = reason(close.reason.as_deref())?.ok_or_else(|| {
            Refusal::refused(format!("That {} is {} wants a reason.", notice.label(), close.to.word()))
                .hint(line.clone())
        })?;
        if verb == "defer" && close.until.is_none() {
            return Err(Refusal::refused(format!("{} is deferred until a time.", notice.label())).hint(line));
        }
        if !approved.is_empty() && close.approval.is_none() {
            return Err(Refusal::refused(format!(
                "That {} is not required is decided by somebody with a name and a role.",
                notice.label()
            ))
            .hint(line));
        }
        Ok(Some(NoticeClosed {
            notice: notice.id.clone(),
            name: format!("{} {}", notice.label(), notice.name),
            from,
            to: close.to,
            reason: why,
            until: close.until,
            approval: close.approval.clone(),
        }))
    }

    fn change_fact(
        &self,
        change: &ChangeFact,
        desk: &Desk<'_>,
    ) -> Result<Option<NoticeFactChanged>, Refusal> {
        let notice = self.known_notice(&change.notice)?;
        let missing = || Refusal::refused(format!("{} has lost the line that started it.", notice.label()));
        let from = notice.started.get().ok_or_else(missing)?;
        let fact = change.fact.unwrap_or(from.fact);
        let known = match change.at {
            Some(at) => Known { at, basis: String::new() },
            None if fact == from.fact => Known { at: from.at, basis: from.basis.clone().unwrap_or_default() },
            None => self.known_fact(fact).ok_or_else(|| {
                Refusal::refused(format!("The record does not know when {} was.", quoted(fact.word()))).hint(
                    format!(
                        "casebook notice fact {} --fact {} --at TIME --reason \"…\"",
                        notice.label(),
                        fact.word()
                    ),
                )
            })?,
        };
        let second = notice.terms.as_ref().and_then(|terms| terms.backstop.as_ref());
        let second = second.and_then(|second| self.known_fact(second.fact)).map(|known| known.at);
        let mut to = match &notice.terms {
            Some(terms) => compute(terms, fact, known.at, second, desk.duties),
            // One added by hand keeps its length.
            None => Started {
                fact,
                at: known.at,
                due: from.due.and_then(|due| known.at.checked_add_signed(due - from.at)),
                ..from.clone()
            },
        };
        to.basis = change.at.is_none().then_some(known.basis).filter(|basis| !basis.is_empty());
        let state = notice.state();
        let reopens = Some(state).filter(|state| !matches!(state, NoticeState::Running | NoticeState::Sent));
        if to == *from && reopens.is_none() && notice.started.contested().is_none() {
            return Ok(None);
        }
        let why = reason(change.reason.as_deref())?.ok_or_else(|| {
            Refusal::refused(format!("{} gets another starting fact only with a reason.", notice.label()))
                .hint(format!(
                    "casebook notice fact {} --fact {} --at TIME --reason \"…\"",
                    notice.label(),
                    fact.word()
                ))
        })?;
        Ok(Some(NoticeFactChanged {
            notice: notice.id.clone(),
            name: format!("{} {}", notice.label(), notice.name),
            from: from.clone(),
            to,
            reason: why,
            reopens,
        }))
    }
}

/// The clock that is meant where a regime alone was named.
fn only_clock(regime: &Regime, fact: Option<Fact>) -> Result<&Clock, Refusal> {
    if let [one] = &regime.clocks[..] {
        return Ok(one);
    }
    let starts = |clock: &&Clock| {
        clock.starts_after.is_none()
            && !matches!(clock.duration.unit, clock::Unit::Asap)
            && fact.is_none_or(|fact| clock.trigger_event == fact)
    };
    let firm: Vec<&Clock> = regime.clocks.iter().filter(starts).collect();
    if let [one] = firm[..] {
        return Ok(one);
    }
    let first = &regime.clocks[..1];
    let names = if firm.is_empty() { first.iter().collect() } else { firm };
    let names: Vec<String> = names.iter().map(|clock| format!("{}/{}", regime.id, clock.id)).collect();
    let all: Vec<String> = regime
        .clocks
        .iter()
        .map(|clock| format!("{}/{} ({})", regime.id, clock.id, clock.duration))
        .collect();
    Err(Refusal::misused(format!("{} has {} clocks: {}.", regime.id, regime.clocks.len(), all.join(", ")))
        .hint(format!(
            "Name those that apply, such as casebook notice start {}; casebook notice regimes {} tells more.",
            names.join(" "),
            regime.id
        )))
}
