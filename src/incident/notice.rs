//! The notices of an incident: which could be started, from when, and the judgement of what is done to them.

mod decide;
mod make;

pub(super) use make::settings;

use chrono::{DateTime, Utc};

use super::Incident;
use crate::model::id::NounId;
use crate::model::notice::clock::{self, Place};
use crate::model::notice::duties::Duties;
use crate::model::notice::law::{Clock, Fact, Regime};
use crate::model::notice::{Hardness, Notice, NoticeState, Started, Terms};
use crate::model::time::Zone;

/// What the record knows of a fact: when it was (UTC), and by which line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub at: DateTime<Utc>,
    pub basis: String,
}

/// A clock nobody has started: what it would be due.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    pub regime: &'a Regime,
    pub clock: &'a Clock,
    /// From when it would run; `None`: the record does not know its fact, and `started` counts from now.
    pub known: Option<Known>,
    pub started: Started,
    /// The sent notice it follows.
    pub after: Option<NounId>,
    /// Chained to one that was not sent yet: it cannot be started.
    pub waits_for: Option<&'a str>,
}

impl Candidate<'_> {
    /// `eu-gdpr/authority`.
    pub fn of(&self) -> String {
        format!("{}/{}", self.regime.id, self.clock.id)
    }

    /// What is due first comes first, then what has no hour, then what cannot be started yet.
    fn urgency(&self) -> (bool, DateTime<Utc>) {
        let at = self.started.due.or(self.started.target);
        (self.waits_for.is_some(), at.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }
}

/// Questions people and screens ask.
impl Incident {
    /// Notices that were not taken back.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(|notice| !notice.undone)
    }

    pub fn notice(&self, id: &NounId) -> Option<&Notice> {
        self.notices.iter().find(|notice| notice.id == *id)
    }

    /// The notice whose time is nearest: what is due before what is only aimed at, overdue first of all.
    pub fn nearest_notice(&self) -> Option<&Notice> {
        let limits = self.notices().filter_map(|notice| Some((notice.limit()?, notice)));
        limits.min_by_key(|(limit, _)| (limit.hard == Hardness::Target, limit.at)).map(|(_, notice)| notice)
    }

    /// When a fact was, as far as the record knows. Facts that only people can say are not known.
    pub fn known_fact(&self, fact: Fact) -> Option<Known> {
        let known = |at: DateTime<Utc>, basis: &str| Some(Known { at, basis: basis.to_owned() });
        match fact {
            Fact::Detection | Fact::Discovery => {
                let first = self.signals.iter().filter(|signal| !signal.undone).map(|signal| signal.at).min();
                match first {
                    Some(at) => known(at, "first signal"),
                    None => known(self.opened, "opened"),
                }
            }
            Fact::Determination => self.determined(&["confirmed"]),
            Fact::Awareness => self.determined(&["confirmed"]).or_else(|| self.taken_up()),
            Fact::ReasonableBelief => {
                self.determined(&["suspected", "confirmed"]).or_else(|| self.taken_up())
            }
            Fact::Classification => {
                let set = self.severity.sides().iter().find(|side| side.value.is_some())?;
                known(*self.moments.get(&set.line)?, "severity set")
            }
            Fact::IncidentResolved => {
                self.closed().then(|| self.visit()).flatten().and_then(|visit| known(visit.entered, "closed"))
            }
            Fact::Materiality
            | Fact::AssessmentComplete
            | Fact::Payment
            | Fact::ReportSent
            | Fact::MeasureAvailable
            | Fact::YearEnd => None,
        }
    }

    /// As what it was determined, and when (UTC): the answer that holds.
    pub fn determined_as(&self) -> Option<(&str, DateTime<Utc>)> {
        let side = self.determination.holds()?;
        Some((side.value.as_deref()?, *self.moments.get(&side.line)?))
    }

    fn determined(&self, as_one_of: &[&str]) -> Option<Known> {
        let mut sides = self.determination.sides().iter();
        let side = sides.find(|side| side.value.as_deref().is_some_and(|word| as_one_of.contains(&word)))?;
        let at = *self.moments.get(&side.line)?;
        Some(Known { at, basis: side.value.clone().unwrap_or_default() })
    }

    /// When somebody took it up, else when it was first seen.
    fn taken_up(&self) -> Option<Known> {
        match self.acknowledged.get().and_then(Option::as_ref) {
            Some(ack) => Some(Known { at: ack.at, basis: "acknowledged".to_owned() }),
            None => self.known_fact(Fact::Detection),
        }
    }

    /// Every clock that is worth a look and that nobody has started, what is due first before the others, else in the order
    /// of the law: of the regimes suggested for this incident, and of those that it has notices of already.
    pub fn candidates<'a>(&self, duties: &'a Duties, now: DateTime<Utc>) -> Vec<Candidate<'a>> {
        let types: Vec<&str> = self.types().collect();
        let suggested: Vec<&str> =
            duties.suggested(&types).into_iter().map(|regime| regime.id.as_str()).collect();
        let begun = |id: &str| {
            self.notices().any(|notice| notice.terms.as_ref().is_some_and(|terms| terms.regime == id))
        };
        let regimes = duties.regimes().filter(|r| suggested.contains(&r.id.as_str()) || begun(&r.id));
        let facts = Fact::ALL.map(|fact| (fact, self.known_fact(fact)));
        let mut all = Vec::new();
        for regime in regimes {
            for clock in &regime.clocks {
                all.extend(self.candidate(regime, clock, &facts, duties, now));
            }
        }
        all.sort_by_key(Candidate::urgency);
        all
    }

    /// The candidate of this name, `eu-gdpr/authority`; `None`: it runs already, or there is no such clock.
    pub fn candidate_of<'a>(
        &self,
        duties: &'a Duties,
        of: &str,
        now: DateTime<Utc>,
    ) -> Option<Candidate<'a>> {
        let (regime, clock) = of.split_once('/')?;
        let regime = duties.regime(regime)?;
        let facts = Fact::ALL.map(|fact| (fact, self.known_fact(fact)));
        self.candidate(regime, regime.clock(clock)?, &facts, duties, now)
    }

    fn candidate<'a>(
        &self,
        regime: &'a Regime,
        clock: &'a Clock,
        facts: &[(Fact, Option<Known>)],
        duties: &Duties,
        now: DateTime<Utc>,
    ) -> Option<Candidate<'a>> {
        let terms = Terms::of(regime, clock, &duties.zone.name());
        let mut waits_for = None;
        let mut after = None;
        let known = match &clock.starts_after {
            Some(before) => match self.last_sent(&regime.id, before) {
                Some(sent) => {
                    let at = sent.standing.get()?.at;
                    // One for each sending of the notice before.
                    if self.notices().any(|notice| {
                        notice.is_of(&regime.id, &clock.id)
                            && (notice.owed() || notice.after.as_ref() == Some(&sent.id))
                    }) {
                        return None;
                    }
                    after = Some(sent.id.clone());
                    Some(Known { at, basis: format!("{} sent", sent.label()) })
                }
                None => {
                    waits_for = Some(before.as_str());
                    None
                }
            },
            None => {
                if self.notices().any(|notice| notice.is_of(&regime.id, &clock.id)) {
                    return None;
                }
                let fact =
                    if clock.trigger_event == Fact::YearEnd { Fact::Discovery } else { clock.trigger_event };
                facts.iter().find(|(one, _)| *one == fact).and_then(|(_, known)| known.clone())
            }
        };
        if waits_for.is_some() && self.notices().any(|notice| notice.is_of(&regime.id, &clock.id)) {
            return None;
        }
        let from = known.as_ref().map_or(now, |known| known.at);
        let second = terms.backstop.as_ref().and_then(|second| {
            facts.iter().find(|(fact, _)| *fact == second.fact)?.1.as_ref().map(|known| known.at)
        });
        let started = compute(&terms, clock.trigger_event, from, second, duties);
        Some(Candidate { regime, clock, known, started, after, waits_for })
    }

    /// The last notice of this clock that was sent.
    fn last_sent(&self, regime: &str, clock: &str) -> Option<&Notice> {
        let sent = self.notices().filter(|n| n.is_of(regime, clock) && n.state() == NoticeState::Sent);
        sent.max_by_key(|notice| notice.standing.get().map(|standing| standing.at))
    }
}

/// When a clock with these terms runs out that runs from this fact. `second`: when the fact of its second
/// limit was (UTC).
pub fn compute(
    terms: &Terms,
    fact: Fact,
    at: DateTime<Utc>,
    second: Option<DateTime<Utc>>,
    duties: &Duties,
) -> Started {
    let zone = Zone::parse(&terms.zone).unwrap_or(Zone::utc());
    let calendar = duties.calendar(&terms.regions);
    let place = Place { zone: &zone, assumed: terms.zone_assumed, calendar: &calendar };
    let at = if fact == Fact::YearEnd { clock::year_end(at, &zone) } else { at };
    let first = clock::due(at, terms.duration, &place);
    let backstop = terms
        .backstop
        .as_ref()
        .zip(second)
        .and_then(|(limit, from)| clock::due(from, limit.duration, &place));
    let earlier = backstop
        .clone()
        .filter(|limit| at <= limit.at && first.as_ref().is_some_and(|due| limit.at < due.at));
    let plain = earlier.or(first);
    let moved = plain.as_ref().and_then(|due| clock::relieved(due, terms.weekend_rule, &place));
    let target = terms.target_hours.filter(|_| plain.is_none());
    Started {
        fact,
        at,
        basis: None,
        plain: moved.as_ref().and(plain.as_ref()).map(|due| due.at),
        target: target.map(|hours| at + chrono::TimeDelta::hours(i64::from(hours))),
        backstop: backstop.map(|due| due.at),
        due: moved.as_ref().or(plain.as_ref()).map(|due| due.at),
        doubts: moved.or(plain).map(|due| due.doubts).unwrap_or_default(),
    }
}
