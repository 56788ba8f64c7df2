//! A component's way from stage to stage: what was done and how, when it was asked for and achieved, who saw
//! it hold, who approved.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::desk::Desk;
use super::super::id::{LineId, NounId};
use super::super::ledger::approval::Approval;
use super::super::refusal::Refusal;
use super::super::text::{self, Limit, Lines, Unit};
use super::{Component, Stage};

/// By what means: "switch port off".
pub const HOW: Limit = Limit { what: "method", most: 200, unit: Unit::Characters, lines: Lines::One };

/// Somebody looked, and it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Who looked.
    pub by: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

/// What is known of a step beside where it led. NIST SP 800-61r3 (RS.MI) asks for both times of a
/// containment: the order to act and the moment it took effect may lie hours apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// By what means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// When it was asked for (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<DateTime<Utc>>,
    /// When it took effect (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// For an accepted risk: until when, then it is looked at again (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Who approved it; for an accepted risk, who accepts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Tasks this act ticks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

impl Facts {
    /// Whether nothing is known.
    pub fn none(&self) -> bool {
        *self == Facts::default()
    }
}

/// Bring a component to a stage, or say more of the stage it stands at.
#[derive(Clone, Debug, PartialEq)]
pub struct StageComponent {
    pub component: NounId,
    pub to: Stage,
    pub reason: Option<String>,
    pub facts: Facts,
}

impl StageComponent {
    /// A bare step; the rest is filled in by whoever gives it.
    pub fn to(component: NounId, to: Stage) -> Self {
        Self { component, to, reason: None, facts: Facts::default() }
    }
}

/// A component came to another stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentStaged {
    pub component: NounId,
    pub name: String,
    pub from: Stage,
    pub to: Stage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(flatten)]
    pub facts: Facts,
}

impl ComponentStaged {
    /// Whether a claim was withdrawn.
    pub fn back(&self) -> bool {
        back(self.from, self.to)
    }
}

/// More became known of the stage a component stands at: when it took effect, who saw it hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageNoted {
    pub component: NounId,
    pub name: String,
    pub stage: Stage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(flatten)]
    pub facts: Facts,
}

/// Whether going from one stage to the other withdraws a claim.
fn back(from: Stage, to: Stage) -> bool {
    !to.out() && to < from
}

/// A step of a component's history. One that ends where it began says more of the same stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub line: LineId,
    pub undone: bool,
    /// `None`: it was put on the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Stage>,
    pub to: Stage,
    /// When it happened (UTC).
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(flatten)]
    pub facts: Facts,
}

impl Step {
    /// Whether a claim was withdrawn.
    pub fn back(&self) -> bool {
        self.from.is_some_and(|from| back(from, self.to))
    }

    /// Whether it led to another stage, or put the component on the list.
    pub fn moved(&self) -> bool {
        self.from != Some(self.to)
    }
}

/// What a step became.
#[derive(Clone, Debug, PartialEq)]
pub enum Stepped {
    Staged(ComponentStaged),
    Noted(StageNoted),
}

impl Component {
    /// Judges a change of stage, or more words on the same one, by the lifecycle's component rules.
    ///
    /// # Errors
    /// Refuses a way back or a skipped verification without a reason, an accepted risk without a reason, a
    /// name and a review time, and a step that took effect before it was asked for.
    pub fn decide_stage(
        &self,
        command: &StageComponent,
        desk: &Desk<'_>,
    ) -> Result<Option<Stepped>, Refusal> {
        let from = self.stage();
        let reason = match command.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty()) {
            Some(reason) => Some(text::reason(reason)?),
            None => None,
        };
        let mut facts = self.clean(&command.facts)?;
        if from == command.to && self.stage.contested().is_none() {
            return Ok(self.more(reason, facts).map(Stepped::Noted));
        }
        if command.to == Stage::RiskAccepted {
            self.acceptance(reason.is_some(), &mut facts, desk)?;
        }
        let skips = match command.to {
            Stage::Eradicated => matches!(from, Stage::Suspected | Stage::Confirmed | Stage::Containing),
            Stage::Restored => !matches!(from, Stage::Eradicated | Stage::Restoring | Stage::Restored),
            _ => false,
        };
        if reason.is_none() && (back(from, command.to) || skips) {
            return Err(Refusal::refused(format!(
                "{} goes from {} to {} only with a reason.",
                self.name,
                from.id(),
                command.to.id()
            ))
            .hint("Add --reason \"…\" and give the command again."));
        }
        let (component, name) = (self.id.clone(), self.name.clone());
        Ok(Some(Stepped::Staged(ComponentStaged { component, name, from, to: command.to, reason, facts })))
    }

    /// What the words add to the stage it stands at; `None` where they were said already.
    fn more(&self, reason: Option<String>, mut facts: Facts) -> Option<StageNoted> {
        let known = self.known();
        let new = |have: bool| !have;
        facts.how = facts.how.filter(|how| new(known.how.as_ref() == Some(how)));
        facts.asked = facts.asked.filter(|asked| new(known.asked == Some(*asked)));
        facts.done = facts.done.filter(|done| new(known.done == Some(*done)));
        facts.until = facts.until.filter(|until| new(known.until == Some(*until)));
        facts.seen =
            facts.seen.filter(|seen| new(known.seen.as_ref().is_some_and(|have| have.by == seen.by)));
        facts.approval = facts.approval.filter(|approval| {
            new(known
                .approval
                .as_ref()
                .is_some_and(|have| (&have.name, &have.role) == (&approval.name, &approval.role)))
        });
        let said = self.here().last().and_then(|step| step.reason.clone());
        let reason = reason.filter(|reason| new(said.as_ref() == Some(reason)));
        if facts.none() && reason.is_none() {
            return None;
        }
        let (component, name) = (self.id.clone(), self.name.clone());
        Some(StageNoted { component, name, stage: self.stage(), reason, facts })
    }

    /// The facts as they go on record.
    fn clean(&self, facts: &Facts) -> Result<Facts, Refusal> {
        let mut facts = facts.clone();
        facts.how = match &facts.how {
            Some(how) => Some(HOW.clean_or_empty(how)?).filter(|how| !how.is_empty()),
            None => None,
        };
        if let Some(seen) = &mut facts.seen {
            seen.by = text::name(&seen.by)?;
        }
        if let Some(approval) = &mut facts.approval {
            approval.name = text::name(&approval.name)?;
        }
        if let (Some(asked), Some(done)) = (facts.asked, facts.done)
            && done < asked
        {
            return Err(Refusal::misused(format!("{}: it took effect before it was asked for.", self.name))
                .hint("Give the two times the other way round, or leave one out."));
        }
        Ok(facts)
    }

    /// An accepted risk has a reason, a review time and a name: of whoever may authorise, or the one given.
    fn acceptance(&self, reasoned: bool, facts: &mut Facts, desk: &Desk<'_>) -> Result<(), Refusal> {
        if facts.approval.is_none() && desk.may_authorise() {
            facts.approval = Some(Approval {
                name: desk.actor().to_owned(),
                role: desk.role.clone(),
                how: Some("own authority".to_owned()),
                at: desk.at(),
            });
        }
        let lacks = [
            ("a reason", "--reason \"…\"", !reasoned),
            ("the name of whoever accepts it", "--approved-by \"NAME/ROLE\"", facts.approval.is_none()),
            ("a time at which it is looked at again", "--until \"tomorrow 09:00\"", facts.until.is_none()),
        ];
        let lacking: Vec<_> = lacks.iter().filter(|(_, _, lacks)| *lacks).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let words: Vec<&str> = lacking.iter().map(|(words, _, _)| *words).collect();
        let options: Vec<&str> = lacking.iter().map(|(_, option, _)| *option).collect();
        Err(Refusal::refused(format!("The risk of leaving {} as it is wants {}.", self.name, listed(&words)))
            .hint(format!("Add {} and give the command again.", options.join(" "))))
    }
}

/// `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What the history answers.
impl Component {
    /// The steps that were not taken back, in the order of their lines.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.history.iter().filter(|step| !step.undone)
    }

    /// The steps since it came to the stage it stands at, that one first.
    pub fn here(&self) -> impl Iterator<Item = &Step> {
        let stage = self.stage();
        let steps: Vec<&Step> = self.steps().collect();
        let came = steps.iter().rposition(|step| step.to == stage && step.moved()).unwrap_or(steps.len());
        steps.into_iter().skip(came)
    }

    /// Everything known of the stage it stands at, the newest word on each.
    pub fn known(&self) -> Facts {
        let mut known = Facts::default();
        for step in self.here() {
            let facts = &step.facts;
            known.how = facts.how.clone().or(known.how);
            known.asked = facts.asked.or(known.asked);
            known.done = facts.done.or(known.done);
            known.seen = facts.seen.clone().or(known.seen);
            known.until = facts.until.or(known.until);
            known.approval = facts.approval.clone().or(known.approval);
            known.ticks.extend(facts.ticks.iter().cloned());
        }
        known
    }

    /// Since when it is not contained, through every stage of that (UTC).
    ///
    /// What was held once and is suspected again is not contained either: the claim that held it was taken
    /// back, a second beacon is the usual reason, and nobody has looked yet. It would be the worst of places to
    /// call it merely suspected. It counts from the step that took the claim back. What was never held, or was
    /// examined and cleared since, is only suspected.
    pub fn uncontained_since(&self) -> Option<DateTime<Utc>> {
        let stage = self.stage();
        if !stage.uncontained() && stage != Stage::Suspected {
            return None;
        }
        // `known`: affected without a gap. `all`: with suspicion between, which counts where it was held before.
        let (mut known, mut all) = (stage.uncontained().then(|| self.since()), self.since());
        let mut gap = false;
        for step in self.steps().rev().filter(|step| step.moved()) {
            if step.to.uncontained() || step.to == Stage::Suspected {
                all = all.min(step.at);
                gap |= step.to == Stage::Suspected;
                known = if gap { known } else { known.map(|since| since.min(step.at)) };
            } else if step.to.out() {
                break;
            } else {
                return Some(all);
            }
        }
        known
    }

    /// Known to be affected and not held, or held once and suspected again.
    pub fn uncontained(&self) -> bool {
        self.stage().uncontained() || (self.stage() == Stage::Suspected && self.uncontained_since().is_some())
    }

    /// Affected and not yet verified clean.
    pub fn uneradicated(&self) -> bool {
        self.stage().uneradicated() || self.uncontained()
    }

    /// Affected and not yet back in accepted use.
    pub fn unrestored(&self) -> bool {
        self.stage().unrestored() || self.uncontained()
    }

    /// Whether somebody once said a later stage: a way back withdrew that, or the word of somebody who did not know of
    /// it stands against it.
    pub fn was(&self, stage: Stage) -> bool {
        stage > self.stage() && self.claim(stage).is_some()
    }

    /// The newest step that led to a stage.
    pub fn claim(&self, stage: Stage) -> Option<&Step> {
        self.steps().rfind(|step| step.moved() && step.to == stage)
    }

    /// Whether a way back led from a stage, or from beyond it, since it was said last.
    pub fn withdrawn(&self, stage: Stage) -> bool {
        let over =
            |step: &&Step| step.back() && step.to < stage && step.from.is_some_and(|from| from >= stage);
        let since = self.steps().rev().take_while(|step| !(step.moved() && step.to == stage));
        since.into_iter().any(|step| over(&step))
    }

    /// The ruling that its stage rests on: who ruled. `None`: it rests on somebody's own word.
    pub fn ruled_by(&self) -> Option<&str> {
        let holds = self.stage.holds()?;
        // Every word of one's own is a step; a ruling takes the word of a side and is none.
        (!self.history.iter().any(|step| step.line == holds.line)).then_some(holds.by.as_str())
    }
}
