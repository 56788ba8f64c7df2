//! A change as it was worded: references are still words, and become ids against the incident they mean.

use chrono::{DateTime, Utc};

use super::Indicating;
use super::evidence::EvidenceAct;
use super::ledger::LedgerChange;
use super::notice::NoticeChange;
use super::people::Peopling;
use super::{Learning, refs};
use crate::incident::Incident;
use crate::incident::command::{Command, Stay};
use crate::incident::moves::{Accept, Go};
use crate::model::component::{AddComponent, EditComponent, Facts, Stage, StageComponent};
use crate::model::entry::Correct;
use crate::model::expunge::DeclineExpunge;
use crate::model::lane::{MarkEntry, Marks};
use crate::model::ledger;
use crate::model::ledger::approval::{About, Approval};
use crate::model::ledger::measure::PutMeasure;
use crate::model::lifecycle::{Way, lifecycle};
use crate::model::link;
use crate::model::phase::Phase;
use crate::model::redaction::Redact;
use crate::model::refusal::Refusal;
use crate::model::task::{SetTask, State};

/// What shall be, in words.
#[derive(Clone, Debug)]
pub enum Change {
    /// Names nothing of the incident.
    Plain(Command),
    /// Several components put on the list are one act.
    Add(Vec<AddComponent>),
    Tick(Ticking),
    /// The tick of an earlier visit still holds.
    Holds {
        task: String,
    },
    Assign {
        task: String,
        to: Option<String>,
    },
    Due {
        task: String,
        /// UTC.
        to: Option<DateTime<Utc>>,
    },
    /// Several components at once are one act.
    Stage(Box<Staging>),
    /// The same details of several components are one act.
    EditComponents {
        components: Vec<String>,
        /// Its component is not known yet.
        edit: Box<EditComponent>,
    },
    Evidence(Box<EvidenceAct>),
    /// Other words, and what is said about its place on the timeline, are one act.
    Indicator(Indicating),
    Correct {
        entry: String,
        text: Option<String>,
        marks: Marks,
    },
    /// The words of an entry are hidden.
    Redact {
        entry: String,
        reason: String,
    },
    /// Whose word holds of a contested field.
    Rule {
        field: String,
        whose: Option<String>,
    },
    /// The words of an entry are no longer hidden.
    Reveal(String),
    /// Keep words that somebody elsewhere expunged: the beginning of the id of the line that says so.
    Decline {
        line: String,
        reason: String,
    },
    Learn(Box<Learning>),
    /// A link is taken away.
    Unlink {
        other: String,
        reason: Option<String>,
    },
    Undo(Option<String>),
    /// The roster, and who leads.
    People(Peopling),
    Notice(NoticeChange),
    Ledger(Box<LedgerChange>),
    Go(Going),
    Close(Closing),
    Reopen(Reopening),
}

impl From<Command> for Change {
    fn from(command: Command) -> Self {
        Change::Plain(command)
    }
}

/// A task and the state it shall be in.
#[derive(Clone, Debug)]
pub struct Ticking {
    pub task: String,
    pub to: State,
    pub reason: Option<String>,
}

/// Components and the stage they shall be at.
#[derive(Clone, Debug)]
pub struct Staging {
    pub components: Vec<String>,
    pub to: Stage,
    pub reason: Option<String>,
    /// Without what it ticks.
    pub facts: Facts,
    /// Tasks it ticks.
    pub ticks: Vec<String>,
    /// The temporary measure it was done by, to be taken back some day.
    pub measure: Option<Lasting>,
}

/// A temporary measure in words, and when it is looked at again (UTC).
#[derive(Clone, Debug)]
pub struct Lasting {
    pub text: String,
    pub review: Option<DateTime<Utc>>,
}

/// A move to a phase.
#[derive(Clone, Debug)]
pub struct Going {
    pub to: Phase,
    pub reason: Option<String>,
    pub category: Option<String>,
    pub component: Option<String>,
    pub accepts: Vec<Accept>,
    pub approval: Option<Approval>,
    pub holds: Vec<String>,
    pub disposition: Option<String>,
    pub of: Option<String>,
}

/// The end of the incident, by whatever move ends it here.
#[derive(Clone, Debug)]
pub struct Closing {
    pub disposition: Option<String>,
    pub of: Option<String>,
    pub reason: Option<String>,
    pub accepts: Vec<Accept>,
    pub approval: Option<Approval>,
}

/// A closed incident opened again.
#[derive(Clone, Debug)]
pub struct Reopening {
    pub to: Phase,
    pub reason: Option<String>,
    pub category: Option<String>,
    pub accepts: Vec<Accept>,
    pub approval: Option<Approval>,
    pub holds: Vec<String>,
}

impl Change {
    /// The commands it is in this incident, which are one act; none where it is so already.
    ///
    /// # Errors
    /// Unknown and ambiguous references are refused with what to type; so is a closing from a phase that
    /// no closing move leaves.
    pub fn commands(&self, incident: &Incident) -> Result<Vec<Command>, Refusal> {
        let task = |words: &String| refs::task(incident, words).map(|task| task.id().clone());
        let one = match self {
            Change::Plain(Command::Stay(stay)) => {
                let component = stay.component.as_deref().map(|words| named(incident, words)).transpose()?;
                Command::Stay(Stay { component, ..stay.clone() })
            }
            Change::Plain(command) => command.clone(),
            Change::Add(all) => return Ok(all.iter().cloned().map(Command::AddComponent).collect()),
            Change::Indicator(what) => return what.commands(incident),
            Change::Stage(staging) => return staging.commands(incident),
            Change::EditComponents { components, edit } => {
                let all = refs::components(incident, components)?;
                let edit = |component| Command::EditComponent(EditComponent { component, ..*edit.clone() });
                return Ok(all.into_iter().map(edit).collect());
            }
            Change::Tick(tick) => Command::SetTask(SetTask {
                task: task(&tick.task)?,
                to: tick.to,
                reason: tick.reason.clone(),
                holds_from: None,
            }),
            Change::Holds { task } => holds(incident, task)?,
            Change::Assign { task: words, to } => Command::AssignTask { task: task(words)?, to: to.clone() },
            Change::Due { task: words, to } => Command::SetDue { task: task(words)?, to: *to },
            Change::Evidence(act) => return act.commands(incident),
            Change::Correct { entry, text, marks } => {
                let entry = refs::written(incident, entry)?.id;
                let words = text.clone().map(|text| Command::Correct(Correct { entry, text }));
                let marks = (!marks.is_empty())
                    .then(|| Command::MarkEntry(MarkEntry { entry, marks: marks.clone() }));
                return Ok(words.into_iter().chain(marks).collect());
            }
            Change::Redact { entry, reason } => {
                let entry = refs::redactable(incident, entry)?.id;
                Command::Redact(Redact { entry, reason: reason.clone() })
            }
            Change::Rule { field, whose } => super::ruling::command(incident, field, whose.as_deref())?,
            Change::Reveal(entry) => {
                let entry = refs::redacted(incident, entry)?;
                if let Some(said) = incident.waits(entry.id) {
                    return Err(incident.waiting(said));
                }
                return Ok(incident.redactions_of(entry.id).map(|line| Command::Undo(Some(line))).collect());
            }
            Change::Decline { line, reason } => {
                let target = refs::expunge(incident, line)?;
                Command::DeclineExpunge(DeclineExpunge { target, reason: reason.clone() })
            }
            Change::Learn(learning) => learning.command(incident)?,
            Change::Unlink { other, reason } => {
                let incident = refs::link(incident, other)?.incident;
                Command::Link(link::Command::Untie { incident, reason: reason.clone() })
            }
            Change::Undo(None) => Command::Undo(None),
            Change::Undo(Some(entry)) => Command::Undo(Some(refs::entry(incident, entry)?.id)),
            Change::People(peopling) => peopling.command(incident)?,
            Change::Notice(change) => return change.commands(incident),
            Change::Ledger(change) => change.command(incident)?,
            Change::Go(going) => Command::Go(going.go(incident)?),
            Change::Close(closing) => return Ok(closing.command(incident)?.into_iter().collect()),
            Change::Reopen(reopening) => return Ok(reopening.command(incident)?.into_iter().collect()),
        };
        Ok(vec![one])
    }

    /// What a person should know of it beside the answer.
    pub fn remarks(&self, incident: &Incident) -> Vec<String> {
        match self {
            Change::Indicator(what) => what.remarks(incident),
            _ => Vec::new(),
        }
    }
}

impl Staging {
    fn commands(&self, incident: &Incident) -> Result<Vec<Command>, Refusal> {
        let task = |words: &String| refs::task(incident, words).map(|task| task.id().clone());
        let ticks = self.ticks.iter().map(task).collect::<Result<_, _>>()?;
        let mut facts = Facts { ticks, ..self.facts.clone() };
        let step = |component| {
            let reason = self.reason.clone();
            // A task is ticked once, with the first of them.
            let facts = Facts { ticks: std::mem::take(&mut facts.ticks), ..facts.clone() };
            Command::StageComponent(StageComponent { component, to: self.to, reason, facts })
        };
        let components = refs::components(incident, &self.components)?;
        let mut commands: Vec<Command> = components.iter().cloned().map(step).collect();
        if let Some(Lasting { text, review }) = self.measure.clone() {
            let put = PutMeasure { text, components, review, ..PutMeasure::default() };
            commands.push(Command::Ledger(Box::new(ledger::Command::Put(put))));
        }
        Ok(commands)
    }
}

/// The name of the component that was meant.
fn named(incident: &Incident, words: &str) -> Result<String, Refusal> {
    refs::component(incident, words).map(|component| component.name.clone())
}

/// The last move that asked for an authorisation and has none; `None`: none does.
pub(super) fn owing(incident: &Incident) -> Option<About> {
    let abouts = incident.visits().rev().filter(|visit| visit.needs_authorisation);
    abouts
        .filter(|visit| visit.approval.is_none())
        .map(|visit| About::Visit(visit.id.clone()))
        .find(|about| incident.approval_of(about).is_none())
}

fn holds(incident: &Incident, words: &str) -> Result<Command, Refusal> {
    let task = refs::task(incident, words)?;
    let earlier = incident.could_hold(task.phase).into_iter().find(|old| {
        old.visit != task.visit
            && old.what.playbook_id.is_some()
            && old.what.playbook_id == task.what.playbook_id
    });
    let visit = earlier.and_then(|old| incident.visits().find(|visit| visit.id == old.visit));
    let visit = visit.ok_or_else(|| {
        Refusal::refused(format!("No earlier visit has a tick of {:?} that could hold.", task.what.title))
            .hint(format!("casebook task done {}", task.id()))
    })?;
    Ok(Command::SetTask(SetTask {
        task: task.id().clone(),
        to: State::Done,
        reason: None,
        holds_from: Some(visit.n),
    }))
}

impl Going {
    fn go(&self, incident: &Incident) -> Result<Go, Refusal> {
        let component = match self.component.as_deref() {
            Some(words) => Some(named(incident, words)?),
            None => None,
        };
        Ok(Go {
            to: self.to,
            reason: self.reason.clone(),
            category: self.category.clone(),
            component,
            accepts: self.accepts.clone(),
            approval: self.approval.clone(),
            holds: held(incident, self.to, &self.holds)?,
            disposition: self.disposition.clone(),
            of: self.of.clone(),
        })
    }
}

/// The ticks of earlier visits to a phase that were named.
fn held(incident: &Incident, to: Phase, words: &[String]) -> Result<Vec<crate::model::id::NounId>, Refusal> {
    let could = incident.could_hold(to);
    let one = |words: &String| {
        if words == "all" {
            return Ok(could.iter().map(|task| task.id().clone()).collect::<Vec<_>>());
        }
        refs::task_among(incident, &could, words).map(|task| vec![task.id().clone()])
    };
    let all: Vec<Vec<_>> = words.iter().map(one).collect::<Result<_, _>>()?;
    Ok(all.into_iter().flatten().collect())
}

impl Closing {
    fn command(&self, incident: &Incident) -> Result<Option<Command>, Refusal> {
        if incident.closed() {
            return Ok(None);
        }
        let here = incident.phase();
        let Some(last) = lifecycle().closing(here) else {
            let way = way_out(here);
            let names: Vec<&str> = way.iter().map(|phase| phase.name()).collect();
            let next = way.first().copied().unwrap_or(Phase::LessonsLearned);
            return Err(Refusal::refused(format!(
                "{} is in {here}, and no closing move leads out of there; the way is {}, then close.",
                incident.number,
                names.join(", ")
            ))
            .hint(format!("casebook phase {}", next.id())));
        };
        Ok(Some(Command::Go(Go {
            reason: self.reason.clone(),
            accepts: self.accepts.clone(),
            approval: self.approval.clone(),
            disposition: self.disposition.clone(),
            of: self.of.clone(),
            ..Go::to(last.to)
        })))
    }
}

/// The shortest way forward from a phase to one that an incident closes from.
fn way_out(from: Phase) -> Vec<Phase> {
    let mut ways = std::collections::VecDeque::from([vec![from]]);
    let mut seen = vec![from];
    while let Some(way) = ways.pop_front() {
        let here = way.last().copied().unwrap_or(from);
        if here == Phase::LessonsLearned {
            return way[1..].to_vec();
        }
        for m in lifecycle().from(here).into_iter().filter(|m| m.way == Way::Forward) {
            if !seen.contains(&m.to) {
                seen.push(m.to);
                ways.push_back([&way[..], &[m.to]].concat());
            }
        }
    }
    Vec::new()
}

impl Reopening {
    fn command(&self, incident: &Incident) -> Result<Option<Command>, Refusal> {
        if !incident.closed() {
            if incident.phase() == self.to {
                return Ok(None);
            }
            return Err(Refusal::refused(format!(
                "{} is not closed; it is open in {}.",
                incident.number,
                incident.phase()
            ))
            .hint(format!("casebook phase {}", self.to.id())));
        }
        Ok(Some(Command::Go(Go {
            reason: self.reason.clone(),
            category: self.category.clone(),
            accepts: self.accepts.clone(),
            approval: self.approval.clone(),
            holds: held(incident, self.to, &self.holds)?,
            ..Go::to(self.to)
        })))
    }
}
