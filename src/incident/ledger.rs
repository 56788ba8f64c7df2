//! The ledger inside an incident: what is judged against the rest, what its lines bring into the world,
//! and what others ask of it.

mod fields;
mod put;

use chrono::{DateTime, Utc};

pub(super) use fields::{giving, granting, refusing, settling, timing};

use super::Incident;
use super::event::Event;
use super::judge::reason;
use crate::model::desk::Desk;
use crate::model::head::Change;
use crate::model::id::NounId;
use crate::model::ledger::approval::Person;
use crate::model::ledger::assumption::{Assume, AssumptionMade};
use crate::model::ledger::decision::{Decide, Decision, DecisionTaken};
use crate::model::ledger::declaration::{DeclarationMade, Declare, Declared};
use crate::model::ledger::measure::{InPlace, Measure, MeasurePut, NewMeasure, PutMeasure};
use crate::model::ledger::timer::{SetTimer, TimerSet};
use crate::model::ledger::{Command, Item, Looked, MOST, Settle, Sort, WORDS, What};
use crate::model::phase::Phase;
use crate::model::refusal::Refusal;
use crate::model::text;

/// Questions people and screens ask of the ledger.
impl Incident {
    /// Lines of the ledger that were not taken back, in the order they were written.
    pub fn ledger(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.ledger.iter().filter(|item| !item.undone)
    }

    /// Those of one noun.
    pub fn ledger_of(&self, sort: Sort) -> impl DoubleEndedIterator<Item = &Item> {
        self.ledger().filter(move |item| item.sort() == sort)
    }

    /// The line of the ledger with this id, also one that was taken back.
    pub fn ledger_item(&self, id: &NounId) -> Option<&Item> {
        self.ledger.iter().find(|item| item.id == *id)
    }

    pub(super) fn ledger_mut(&mut self, id: &NounId) -> Option<&mut Item> {
        self.ledger.iter_mut().find(|item| item.id == *id)
    }

    /// Temporary measures that nobody has taken down, oldest first.
    pub fn measures_in_place(&self) -> impl Iterator<Item = &Item> {
        self.ledger_of(Sort::Measure).filter(|item| item.open())
    }

    /// What is still in place, where a move asks for it: into Recovery and Lessons Learned, and at the end.
    pub fn in_place_for(&self, to: Phase, closes: bool) -> Vec<InPlace> {
        if !closes && !matches!(to, Phase::Recovery | Phase::LessonsLearned) {
            return Vec::new();
        }
        let said =
            |item: &Item| InPlace { id: item.id.clone(), number: item.label(), text: item.text.clone() };
        self.measures_in_place().map(said).collect()
    }

    /// The temporary measures that hold a component and are in place.
    pub fn measures_on<'a>(&'a self, component: &'a NounId) -> impl Iterator<Item = &'a Item> + 'a {
        self.measures_in_place()
            .filter(move |item| item.measure().is_some_and(|m| m.components.contains(component)))
    }

    /// What is declared and in force, a major incident first.
    pub fn declared(&self) -> Vec<&Item> {
        let mut all: Vec<&Item> = self.ledger_of(Sort::Declaration).filter(|item| item.open()).collect();
        all.sort_by_key(|item| declared(item) != Some(Declared::Major));
        all
    }

    /// What asks for an answer: rung, over review, to be revisited or checked, unanswered; longest first.
    pub fn ledger_waiting(&self, now: DateTime<Utc>) -> Vec<&Item> {
        let mut all: Vec<&Item> = self.ledger().filter(|item| item.overdue(now)).collect();
        all.sort_by_key(|item| item.next_time());
        all
    }

    /// Timers that run, the next to ring first.
    pub fn timers(&self) -> Vec<&Item> {
        let mut all: Vec<&Item> = self.ledger_of(Sort::Timer).filter(|item| item.open()).collect();
        all.sort_by_key(|item| item.due());
        all
    }
}

/// What a declaration declares.
pub(crate) fn declared(item: &Item) -> Option<Declared> {
    if let What::Declaration(declaration) = &item.what { Some(declaration.what) } else { None }
}

/// Judgement.
impl Incident {
    pub(super) fn decide_ledger(&self, command: &Command, desk: &Desk<'_>) -> Result<Option<Event>, Refusal> {
        Ok(match command {
            Command::Decide(decide) => self.decide_decision(decide, desk)?.map(Event::from),
            Command::Assume(assume) => self.decide_assumption(assume, desk)?.map(Event::from),
            Command::Request(request) => self.decide_request(request, desk)?.map(Event::from),
            Command::Refuse(refuse) => self.decide_refusal(refuse, desk)?.map(Event::from),
            Command::Put(put) => self.new_measure(put, desk)?.map(|new| MeasurePut(new).into()),
            Command::SetTimer(set) => self.decide_timer(set, desk)?.map(Event::from),
            Command::Declare(declare) => self.decide_declaration(declare, desk)?.map(Event::from),
            Command::Settle(Settle { item, to, reason: words }) => {
                self.known_line(item)?.decide_settle(*to, reason(words.as_deref())?)?.map(Event::from)
            }
            Command::SetTimes(set) => {
                let item = set.item.as_ref().ok_or_else(no_such_item)?;
                let note = match &set.looked {
                    Looked::Yes(note) => reason(note.as_deref())?,
                    Looked::No => None,
                };
                let item = self.known_line(item)?;
                let timed = item.decide_times(set, note)?;
                if let Some(timed) = &timed {
                    let to = |change: &Option<Change<_>>| change.as_ref().and_then(|change| change.to);
                    ahead("new time", to(&timed.due), desk)?;
                    ahead("planned removal", to(&timed.removal), desk)?;
                }
                timed.map(Event::from)
            }
            Command::Give { item, to } => {
                let to = to.as_deref().map(text::name).transpose()?;
                self.known_line(item)?.decide_give(to).map(Event::from)
            }
        })
    }

    /// The line of the ledger with this id, if it was not taken back.
    pub(super) fn known_line(&self, id: &NounId) -> Result<&Item, Refusal> {
        self.ledger_item(id).filter(|item| !item.undone).ok_or_else(no_such_item)
    }

    fn decide_decision(&self, decide: &Decide, desk: &Desk<'_>) -> Result<Option<DecisionTaken>, Refusal> {
        let words = words_of("decision", &decide.text)?;
        let said = &decide.decision;
        few("alternatives", said.alternatives.len())?;
        let decision = Decision {
            alternatives: said.alternatives.iter().map(|one| WORDS.clean(one)).collect::<Result<_, _>>()?,
            why: reason(said.why.as_deref())?,
            approved_by: said.approved_by.as_ref().map(clean_person).transpose()?,
        };
        let same = |item: &Item| matches!(&item.what, What::Decision(have) if *have == decision);
        if self.stands_already(Sort::Decision, &words, decide.revisit, same) {
            return Ok(None);
        }
        ahead("time to revisit it", decide.revisit, desk)?;
        let number = self.next_ledger_number(Sort::Decision, 0);
        Ok(Some(DecisionTaken { id: desk.id(0), number, text: words, decision, revisit: decide.revisit }))
    }

    fn decide_assumption(&self, assume: &Assume, desk: &Desk<'_>) -> Result<Option<AssumptionMade>, Refusal> {
        let words = words_of("assumption", &assume.text)?;
        let refuted_by = reason(assume.refuted_by.as_deref())?;
        let same =
            |item: &Item| matches!(&item.what, What::Assumption(have) if have.refuted_by == refuted_by);
        if self.stands_already(Sort::Assumption, &words, assume.check, same) {
            return Ok(None);
        }
        ahead("check", assume.check, desk)?;
        let number = self.next_ledger_number(Sort::Assumption, 0);
        Ok(Some(AssumptionMade { id: desk.id(0), number, text: words, refuted_by, check: assume.check }))
    }

    /// Judges a measure to be put in place; `None`: it is in place already.
    ///
    /// # Errors
    /// Refuses empty or too long words and components that are not in the incident.
    fn new_measure(&self, put: &PutMeasure, desk: &Desk<'_>) -> Result<Option<NewMeasure>, Refusal> {
        let words = words_of("measure", &put.text)?;
        let mut names = Vec::new();
        for id in &put.components {
            let known = self.component(id).filter(|component| !component.undone);
            let component = known.ok_or_else(|| {
                Refusal::refused("No such component in this incident.")
                    .hint("casebook component list shows them.")
            })?;
            names.push(component.name.clone());
        }
        let measure = Measure {
            kind: put.kind,
            components: put.components.clone(),
            names,
            place: put.place.as_deref().map(text::name).transpose()?,
        };
        let same = |item: &Item| {
            item.measure().is_some_and(|have| {
                (have.kind, &have.components, &have.place)
                    == (measure.kind, &measure.components, &measure.place)
            })
        };
        if self.measures_in_place().any(|item| item.text == words && same(item)) {
            return Ok(None);
        }
        ahead("review", put.review, desk)?;
        ahead("planned removal", put.remove, desk)?;
        Ok(Some(NewMeasure {
            id: desk.id(0),
            number: self.next_ledger_number(Sort::Measure, 0),
            text: words,
            measure,
            owner: put.owner.as_deref().map(text::name).transpose()?,
            review: put.review,
            remove: put.remove,
        }))
    }

    fn decide_timer(&self, set: &SetTimer, desk: &Desk<'_>) -> Result<Option<TimerSet>, Refusal> {
        let words = text::title(&set.text)?;
        if self.stands_already(Sort::Timer, &words, Some(set.due), |_| true) {
            return Ok(None);
        }
        ahead("ring", Some(set.due), desk)?;
        let number = self.next_ledger_number(Sort::Timer, 0);
        Ok(Some(TimerSet { id: desk.id(0), number, text: words, due: set.due }))
    }

    fn decide_declaration(
        &self,
        declare: &Declare,
        desk: &Desk<'_>,
    ) -> Result<Option<DeclarationMade>, Refusal> {
        let why = reason(Some(&declare.reason))?.ok_or_else(|| {
            Refusal::refused(format!("Declaring a {} needs a reason.", declare.what.name()))
                .hint(format!("casebook declare {} --reason \"…\"", declare.what.id()))
        })?;
        if self.declared().into_iter().any(|item| declared(item) == Some(declare.what)) {
            return Ok(None);
        }
        let reference = declare.reference.as_deref().map(|words| text::TICKET.clean(words)).transpose()?;
        Ok(Some(DeclarationMade { id: desk.id(0), what: declare.what, reason: why, reference }))
    }

    /// Whether these very words stand in the ledger and were not settled.
    fn stands_already(
        &self,
        sort: Sort,
        words: &str,
        due: Option<DateTime<Utc>>,
        same: impl Fn(&Item) -> bool,
    ) -> bool {
        self.ledger_of(sort).any(|item| {
            item.open() && item.text == words && (due.is_none() || item.due() == due) && same(item)
        })
    }

    /// The number after the highest ever given to this noun here, and `k` more.
    pub(super) fn next_ledger_number(&self, sort: Sort, k: u32) -> String {
        let prefix = format!("{}-", sort.letter());
        let given = self.ledger.iter().map(|item| item.number.as_str()).chain(self.gone_numbers());
        let given = given.filter_map(|number| number.strip_prefix(&prefix)?.parse::<u32>().ok());
        format!("{prefix}{}", given.max().unwrap_or(0).saturating_add(1).saturating_add(k))
    }
}

fn no_such_item() -> Refusal {
    Refusal::refused("The ledger of this incident has no such line.")
        .hint("casebook decide list, assume list, approve list, measure list and timer list show them.")
}

/// A time to look at something again, which lies ahead of the act itself: one that is past would be late the
/// moment it is set.
///
/// # Errors
/// Refuses a time at or before the act.
fn ahead(what: &str, time: Option<DateTime<Utc>>, desk: &Desk<'_>) -> Result<(), Refusal> {
    match time.filter(|time| *time <= desk.at()) {
        None => Ok(()),
        Some(time) => Err(Refusal::misused(format!(
            "The {what} would be at {}, which is past.",
            time.format("%Y-%m-%d %H:%MZ")
        ))
        .hint("Type a time ahead, such as +3h, 14:30, tomorrow 09:00 or \"in 14 days\".")),
    }
}

/// The words of a line of the ledger, whose limit is then named after it.
fn words_of(what: &'static str, typed: &str) -> Result<String, Refusal> {
    text::Limit { what, ..WORDS }.clean(typed)
}

/// Refuses a list that is longer than one act takes.
pub(super) fn few(what: &str, n: usize) -> Result<(), Refusal> {
    if n <= MOST {
        return Ok(());
    }
    Err(Refusal::misused(format!("{n} {what} in one act; the limit is {MOST}."))
        .hint("Give it in several acts."))
}

/// A person as they go on record.
pub(super) fn clean_person(person: &Person) -> Result<Person, Refusal> {
    Ok(Person {
        name: text::name(&person.name)?,
        title: person.title.as_deref().map(text::name).transpose()?,
        role: person.role.as_deref().map(text::name).transpose()?,
    })
}
