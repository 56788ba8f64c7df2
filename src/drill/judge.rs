//! Whether a condition holds: each atom asked of the journal and of the course of play, nothing else.

use chrono::{DateTime, TimeDelta, Utc};

use super::condition::{Atom, ClockState, Condition, Edge, Fact, Field, TRIGGER_MINUTES};
use super::play::Course;
use super::record::{Nth, Record};
use super::scenario::{InjectId, Moment, Scenario};
use crate::model::component::{Component, Stage};
use crate::model::evidence::EvidenceItem;
use crate::model::id::LineId;
use crate::model::ledger::approval::Approval;
use crate::model::notice::{Notice, NoticeState};
use crate::model::register::{Careful, Register};
use crate::model::task::State;
use crate::model::taxonomy::TAXONOMY;

/// A moment of a play, as a condition sees it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub scenario: &'a Scenario,
    pub record: &'a Record,
    pub course: &'a Course,
    /// Exercise minutes by which what a condition waits for in `minute` comes later: what a facilitator
    /// postponed keeps its spacing.
    pub later: u32,
}

impl View<'_> {
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::All { all } => all.iter().all(|part| self.holds(part)),
            Condition::Any { any } => any.iter().any(|part| self.holds(part)),
            Condition::Not { not } => !self.holds(not),
            Condition::Atom(atom) => self.atom(atom),
        }
    }

    fn atom(&self, atom: &Atom) -> bool {
        let Some(since) = self.since(atom.since()) else { return false };
        let incident = &self.record.incident;
        match atom {
            Atom::Task { task, .. } => self.task(task, since),
            Atom::Move { edges, .. } => self.moved(edges, since),
            Atom::Phase { phase } => phase.contains(&incident.phase()),
            Atom::Component { component, stage, .. } => {
                self.record.components(component).any(|known| self.stands(known, *stage, since))
            }
            Atom::Evidence { evidence, component, .. } => incident.evidence.iter().any(|item| {
                evidence.iter().any(|kind| kind == item.kind())
                    && self.registered(item, since)
                    && component.as_ref().is_none_or(|id| {
                        self.record.components(id).any(|known| item.components().contains(&known.id))
                    })
            }),
            Atom::Clock { clock, state, trigger, .. } => {
                let from = match trigger {
                    Some(inject) => match self.course.delivered(self.scenario, inject) {
                        Some(delivery) => Some(delivery.story),
                        None => return false,
                    },
                    None => None,
                };
                let (regime, clock) = clock.split_once('.').unwrap_or((clock, ""));
                let of = incident.notices.iter().filter(|notice| notice.is_of(regime, clock));
                of.into_iter().any(|notice| self.come_to(notice, *state, from, since))
            }
            Atom::Approval { approval, .. } => self.approved(approval, since),
            Atom::Indicator { indicator, .. } => indicator.iter().any(|value| self.added(value, since)),
            Atom::Set { set, to } => self.set(*set, to),
            Atom::Recorded { recorded, .. } => self.recorded(*recorded, since),
            Atom::Note { note, .. } => {
                self.record.matching(note.source()).any(|words| since.is_none_or(|since| words.nth > since))
            }
            Atom::Reply { reply, option } => {
                let message = incident.drill.as_ref().and_then(|drill| drill.message(reply.as_str()));
                let said = message.and_then(|message| message.reply.as_ref());
                said.is_some_and(|(_, said)| *option == said.option.as_str())
            }
            Atom::Action { action } => self.course.matched(self.scenario, action.as_str()).is_some(),
            Atom::Inject { inject } => self.course.delivered(self.scenario, inject).is_some(),
            Atom::Elapsed { elapsed, min } => self
                .course
                .moment(self.scenario, elapsed)
                .is_some_and(|from| self.course.minute >= from.saturating_add(*min)),
            Atom::Minute { minute } => self.course.minute >= minute.saturating_add(self.later),
        }
    }

    /// After which line entries count: `Some(None)` if all do, `None` if the inject has not come.
    fn since(&self, inject: Option<&InjectId>) -> Option<Option<Nth>> {
        match inject {
            None => Some(None),
            Some(inject) => self.course.delivered(self.scenario, inject).map(|delivery| Some(delivery.nth)),
        }
    }

    fn after(&self, line: LineId, since: Option<Nth>) -> bool {
        since.is_none_or(|since| self.record.nth(line) > since)
    }

    /// Whether the value that holds was said after that.
    fn said_after<T: Careful + Clone + PartialEq>(&self, register: &Register<T>, since: Option<Nth>) -> bool {
        since.is_none() || register.holds().is_some_and(|side| self.after(side.line, since))
    }

    fn task(&self, id: &str, since: Option<Nth>) -> bool {
        self.record.tasks(id).any(|task| {
            let done = task.progress.get().filter(|progress| progress.state == State::Done);
            // An earlier tick that was said to hold still was not made again.
            let anew = |progress: &crate::model::task::Progress| {
                since.is_none() || (progress.holds_from.is_none() && self.said_after(&task.progress, since))
            };
            done.is_some_and(anew)
        })
    }

    fn moved(&self, edges: &[Edge], since: Option<Nth>) -> bool {
        self.record.incident.visits().any(|visit| {
            let edge = visit.from.map(|from| Edge { from, to: visit.phase });
            edge.is_some_and(|edge| edges.contains(&edge)) && self.after(visit.line, since)
        })
    }

    fn stands(&self, component: &Component, wanted: Stage, since: Option<Nth>) -> bool {
        let stage = component.stage();
        let chain = |stage| Stage::CHAIN.contains(&stage);
        let far = match stage {
            _ if stage == wanted => true,
            Stage::Retired => chain(wanted),
            _ => chain(stage) && chain(wanted) && stage >= wanted,
        };
        far && (since.is_none() || component.here().any(|step| self.after(step.line, since)))
    }

    fn registered(&self, item: &EvidenceItem, since: Option<Nth>) -> bool {
        item.held() && item.taken.as_ref().is_some_and(|taken| self.after(taken.line, since))
    }

    /// `from`: story time (UTC) near which the starting fact lies.
    fn come_to(
        &self,
        notice: &Notice,
        wanted: ClockState,
        from: Option<DateTime<Utc>>,
        since: Option<Nth>,
    ) -> bool {
        if notice.undone || notice.state() == NoticeState::Cancelled {
            return false;
        }
        let near = |from: DateTime<Utc>| {
            let started = notice.started.get();
            started.is_some_and(|it| (it.at - from).abs() <= TimeDelta::minutes(TRIGGER_MINUTES))
        };
        if !from.is_none_or(near) {
            return false;
        }
        let said_so = || self.said_after(&notice.standing, since);
        match (wanted, notice.state()) {
            (ClockState::Started, NoticeState::Sent) => self.said_after(&notice.started, since) || said_so(),
            (ClockState::Started, _) => self.said_after(&notice.started, since),
            (ClockState::Sent, state) => state == NoticeState::Sent && said_so(),
            (ClockState::Settled, state) => state != NoticeState::Running && said_so(),
        }
    }

    fn approved(&self, roles: &[String], since: Option<Nth>) -> bool {
        let incident = &self.record.incident;
        let granted = incident.approvals.iter().filter(|granted| !granted.undone);
        let granted = granted.map(|granted| (&granted.approval, granted.line));
        let moves = incident.visits().filter_map(|visit| visit.approval.as_ref().map(|it| (it, visit.line)));
        let steps = incident.components().flat_map(Component::steps);
        let steps = steps.filter_map(|step| step.facts.approval.as_ref().map(|it| (it, step.line)));
        let notices = incident.notices.iter().filter(|notice| !notice.undone);
        let notices = notices.filter_map(|notice| {
            let side = notice.standing.holds()?;
            side.value.approval.as_ref().map(|it| (it, side.line))
        });
        granted
            .chain(moves)
            .chain(steps)
            .chain(notices)
            .any(|(approval, line)| self.after(line, since) && self.plays(approval, roles))
    }

    /// Whether whoever approved has one of these roles. People of the scenario have the role it gives them,
    /// whatever was claimed; players and others the role that was named, of the roster or of the lead.
    fn plays(&self, approval: &Approval, roles: &[String]) -> bool {
        let name = approval.name.trim();
        let wanted = |role: &str| roles.iter().any(|wanted| wanted == role);
        let first = name.split_whitespace().next().unwrap_or(name);
        let contact = self.scenario.contact(name).or_else(|| self.scenario.contact(first));
        if let Some(contact) = contact.filter(|_| !self.record.plays(name)) {
            return wanted(&contact.role);
        }
        if let Some(role) = approval.role.as_deref().and_then(|role| TAXONOMY.role(role).ok()) {
            return wanted(&role.id);
        }
        let incident = &self.record.incident;
        let leads = incident.lead().is_some_and(|lead| lead.eq_ignore_ascii_case(name));
        let mut roster = incident.roster.iter().filter(|person| !person.undone && person.left().is_none());
        (leads && wanted(LEAD))
            || roster.any(|person| {
                person.name().eq_ignore_ascii_case(name) && person.roles().iter().any(|role| wanted(role))
            })
    }

    fn added(&self, value: &str, since: Option<Nth>) -> bool {
        self.record.added(value).any(|nth| since.is_none_or(|since| nth > since))
    }

    fn set(&self, field: Field, to: &[String]) -> bool {
        let incident = &self.record.incident;
        let is = |word: &str| to.iter().any(|wanted| wanted == word);
        match field {
            Field::Type => incident.types().any(is),
            Field::Severity => incident.severity().is_some_and(|severity| is(severity.level.id())),
            Field::Determination => incident.determination.get().and_then(Option::as_deref).is_some_and(is),
            Field::Tlp => incident.tlp().is_some_and(|tlp| is(tlp.id())),
            Field::Role => {
                let mut here = incident.roster.iter().filter(|p| !p.undone && p.left().is_none());
                here.any(|person| person.roles().iter().any(|role| is(role)))
                    || (incident.lead().is_some() && is(LEAD))
            }
        }
    }

    fn recorded(&self, fact: Fact, since: Option<Nth>) -> bool {
        let incident = &self.record.incident;
        match fact {
            Fact::Signal => {
                incident.signals.iter().any(|signal| !signal.undone && self.after(signal.line, since))
            }
            Fact::Acknowledged => {
                incident.acknowledged.get().is_some_and(Option::is_some)
                    && self.said_after(&incident.acknowledged, since)
            }
            Fact::Posture => {
                incident.posture.get().is_some_and(Option::is_some)
                    && self.said_after(&incident.posture, since)
            }
            Fact::Improvement => incident.improvements.iter().any(|action| {
                let last = self.after(action.line, since)
                    || self.said_after(&action.owner, since)
                    || self.said_after(&action.due, since);
                !action.undone && action.owned() && last
            }),
        }
    }
}

/// The role that the field *lead* of an incident assigns.
const LEAD: &str = "incident-lead";

impl Course {
    /// The exercise minute of a moment that has come.
    pub(super) fn moment(&self, scenario: &Scenario, moment: &Moment) -> Option<u32> {
        match moment {
            Moment::Start => Some(0),
            Moment::Inject(id) => self.delivered(scenario, id).map(|delivery| delivery.minute),
            Moment::Action(id) => self.matched(scenario, id.as_str()).map(|matched| matched.minute),
        }
    }
}
