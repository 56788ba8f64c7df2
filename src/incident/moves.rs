//! Where an incident may go from here, what that asks, and the one event a move becomes.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Incident;
use super::event::Event;
use super::gates::{ANALYSIS_OWED, AUTHORISATION_OWED, ERADICATION_OWED, Finding};
use super::lesson::carried_over;
use crate::model::desk::Desk;
use crate::model::id::NounId;
use crate::model::ledger::approval::Approval;
use crate::model::ledger::measure::InPlace;
use crate::model::lifecycle::{Gate, Level, Way, lifecycle};
use crate::model::phase::Phase;
use crate::model::refusal::Refusal;
use crate::model::task::NewTask;
use crate::model::text;
use crate::model::visit::{Ending, GateShown, Held, PhaseEntered, PlaceRuled};

/// Who accepts what a strong gate says, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Accept {
    /// `None`: every strong gate of the move.
    pub gate: Option<Gate>,
    pub name: String,
    pub why: String,
}

/// Move the incident to a phase.
#[derive(Clone, Debug, PartialEq)]
pub struct Go {
    pub to: Phase,
    pub reason: Option<String>,
    /// One of the lifecycle's reason categories.
    pub category: Option<String>,
    /// The component a way back is about, by name.
    pub component: Option<String>,
    pub accepts: Vec<Accept>,
    pub approval: Option<Approval>,
    /// Settled tasks of earlier visits whose ticks still hold.
    pub holds: Vec<NounId>,
    pub disposition: Option<String>,
    pub of: Option<String>,
}

impl Go {
    /// A bare move; the rest is filled in by whoever gives it.
    pub fn to(to: Phase) -> Self {
        Self {
            to,
            reason: None,
            category: None,
            component: None,
            accepts: Vec::new(),
            approval: None,
            holds: Vec::new(),
            disposition: None,
            of: None,
        }
    }
}

/// A phase one may go to from here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Destination {
    pub to: Phase,
    pub way: Way,
    /// When one goes there, a sentence.
    pub when: String,
    pub reason_required: bool,
    pub authorisation: bool,
    pub typical: bool,
    /// What the gates say right now.
    pub findings: Vec<Finding>,
    /// Temporary measures that are still in place, where the move asks for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_place: Vec<InPlace>,
}

impl Incident {
    /// Where the incident may go, with live gates: the usual first, forward before back.
    pub fn destinations(&self, now: DateTime<Utc>) -> Vec<Destination> {
        if self.closed() {
            let reopen = |rule: &crate::model::lifecycle::Reopen| Destination {
                to: rule.to,
                way: Way::Reopen,
                when: rule.when.clone(),
                reason_required: rule.reason,
                authorisation: rule.authorisation,
                typical: false,
                findings: Vec::new(),
                in_place: Vec::new(),
            };
            return lifecycle().reopen.iter().map(reopen).collect();
        }
        lifecycle()
            .from(self.phase())
            .into_iter()
            .map(|m| Destination {
                to: m.to,
                way: m.way,
                when: m.when.clone(),
                reason_required: m.reason,
                authorisation: m.authorisation,
                typical: m.typical,
                findings: self.findings(&m.gates, now),
                in_place: self.in_place_for(m.to, m.way.closes()),
            })
            .collect()
    }

    /// Settled tasks of earlier visits to a phase whose ticks might still hold, newest visit first.
    pub fn could_hold(&self, phase: Phase) -> Vec<&crate::model::task::Task> {
        let mut seen = std::collections::BTreeSet::new();
        let mut found = Vec::new();
        for visit in self.visits().filter(|visit| visit.phase == phase).rev() {
            for task in
                self.checklist(&visit.id).filter(|task| task.state() == crate::model::task::State::Done)
            {
                if let Some(playbook_id) = &task.what.playbook_id
                    && seen.insert(playbook_id.clone())
                {
                    found.push(task);
                }
            }
        }
        found
    }

    /// Judges a move.
    ///
    /// # Errors
    /// Refuses a move that is not listed (naming those that are), one without its reason, and strong
    /// gates nobody has accepted (with the line to type).
    pub(super) fn decide_go(&self, go: &Go, desk: &Desk<'_>) -> Result<Option<Event>, Refusal> {
        if let Some(ruled) = self.rule_place(go) {
            let reason = with_unasked(go, &[])?;
            return Ok(Some(PlaceRuled { reason, ..ruled }.into()));
        }
        let from = self.phase();
        if from == go.to && !self.closed() {
            return Ok(None);
        }
        let listed = self.destinations(desk.now).into_iter().find(|destination| destination.to == go.to);
        let mut there = listed.ok_or_else(|| self.unlisted(go.to, desk.now))?;
        if go.disposition.is_some() {
            there.findings.retain(|finding| finding.gate != Gate::DispositionMissing);
        }
        if there.reason_required && go.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
            return Err(Refusal::refused(format!(
                "{} from {} to {} needs a reason.",
                named(there.way),
                from,
                go.to
            ))
            .hint(format!("{} --reason \"…\"", typed(there.way, go))));
        }
        check_words(go)?;
        let approval = go.approval.clone().or_else(|| self.own_authority(&there, desk));
        if there.authorisation && approval.is_none() {
            there.findings.push(Finding {
                gate: Gate::Authorisation,
                level: Level::Strong,
                message: "This move asks for authorisation and none is recorded.".to_owned(),
                fact: "no approval given".to_owned(),
            });
        }
        if let Some(shut) = self.shut(&there) {
            return Err(shut);
        }
        let gates = answer(&there.findings, go).map_err(|open| self.unaccepted(&open, &there, go))?;
        let go = &Go { reason: with_unasked(go, &gates)?, ..go.clone() };
        Ok(Some(self.enter_event(go, &there, gates, approval, desk).into()))
    }

    /// In a strict drill a strong gate is shut until what it asks for is there; the way back never is.
    fn shut(&self, there: &Destination) -> Option<Refusal> {
        if !self.is_strict() || matches!(there.way, Way::Back | Way::Reopen) {
            return None;
        }
        let strong = there.findings.iter().find(|finding| finding.level == Level::Strong)?;
        Some(
            Refusal::refused(format!("This drill is strict: {} {}.", strong.message, strong.fact))
                .hint("Do what it asks for, then move; going back with a reason is always open."),
        )
    }

    fn enter_event(
        &self,
        go: &Go,
        there: &Destination,
        gates: Vec<GateShown>,
        approval: Option<Approval>,
        desk: &Desk<'_>,
    ) -> PhaseEntered {
        let tasks = self.new_tasks(go.to, there.way, desk);
        let cycle = self.place.get().map_or(1, |place| place.cycle);
        let ending = there.way.closes().then(|| Ending {
            disposition: go.disposition.clone().unwrap_or_else(|| self.usual_disposition(there.way)),
            of: go.of.clone(),
        });
        let mut debts = Vec::new();
        if there.way == Way::Skip && (self.phase(), go.to) == (Phase::Detection, Phase::Containment) {
            debts.push(ANALYSIS_OWED.to_owned());
        }
        if there.way == Way::Skip && (self.phase(), go.to) == (Phase::Containment, Phase::Recovery) {
            debts.push(ERADICATION_OWED.to_owned());
        }
        if there.authorisation && approval.is_none() {
            debts.push(AUTHORISATION_OWED.to_owned());
        }
        PhaseEntered {
            visit: desk.id(0),
            n: self.visits().filter(|visit| visit.phase == go.to).map(|visit| visit.n).max().unwrap_or(0) + 1,
            from: self.phase(),
            to: go.to,
            way: there.way,
            reason: go.reason.clone(),
            category: go.category.clone(),
            component: go.component.clone(),
            gates,
            approval,
            debts,
            holds: self.holding(&go.holds, &tasks),
            tasks,
            ending,
            cycle: if there.way == Way::Cycle { cycle + 1 } else { cycle },
            in_place: there.in_place.clone(),
        }
    }

    /// The checklist of a new visit. A dismissal makes none.
    fn new_tasks(&self, phase: Phase, way: Way, desk: &Desk<'_>) -> Vec<NewTask> {
        if way == Way::Dismiss {
            return Vec::new();
        }
        let types: Vec<String> = self.types().map(str::to_owned).collect();
        let steps = desk.playbooks.steps(&types, phase);
        let mut tasks: Vec<NewTask> =
            (1..).zip(steps).map(|(k, step)| NewTask::from_step(desk.id(k), step)).collect();
        if phase == Phase::Preparation {
            tasks.extend(carried_over(&self.to_carry_over(desk.carried), desk, tasks.len()));
        }
        tasks
    }

    /// The earlier ticks that hold, on the tasks of the new visit.
    fn holding(&self, holds: &[NounId], tasks: &[NewTask]) -> Vec<Held> {
        let held = |id: &NounId| {
            let old = self.task(id)?;
            let progress = old.progress.get().filter(|progress| progress.state.settled())?;
            let new = tasks
                .iter()
                .find(|new| new.playbook_id.is_some() && new.playbook_id == old.what.playbook_id)?;
            let visit = self.visits.iter().find(|visit| visit.id == old.visit)?.n;
            Some(Held { task: new.id.clone(), by: progress.by.clone(), at: progress.at, visit })
        };
        holds.iter().filter_map(held).collect()
    }

    /// An approval on my own authority, where my role may give one.
    fn own_authority(&self, there: &Destination, desk: &Desk<'_>) -> Option<Approval> {
        (there.authorisation && there.way != Way::Reopen && desk.may_authorise()).then(|| Approval {
            name: desk.actor().to_owned(),
            role: desk.role.clone(),
            how: Some("own authority".to_owned()),
            at: desk.at(),
        })
    }

    fn usual_disposition(&self, way: Way) -> String {
        let said = self.determination.get().and_then(Option::as_deref);
        let usual = match (way, said) {
            (_, Some("false-positive")) => "false-positive",
            (_, Some("blocked" | "failed-attempt")) => "near-miss-blocked",
            (Way::Cycle, Some("confirmed")) => "true-positive",
            _ => "undetermined",
        };
        usual.to_owned()
    }

    /// When several people moved at once, going to one of their phases rules in its favour.
    fn rule_place(&self, go: &Go) -> Option<PlaceRuled> {
        let sides = self.place.contested()?;
        let side =
            sides.iter().rev().find(|side| side.value.phase == go.to && side.value.ending.is_none())?;
        Some(PlaceRuled { visit: side.value.visit.clone(), phase: go.to, reason: go.reason.clone() })
    }

    fn unlisted(&self, to: Phase, now: DateTime<Utc>) -> Refusal {
        let ways: Vec<&str> = self.destinations(now).iter().map(|there| there.to.id()).collect();
        let state = if self.closed() { "is closed and reopens to" } else { "goes from here to" };
        Refusal::refused(format!(
            "{} stands in {} and cannot go to {} in one move; it {state}: {}.",
            self.number,
            self.phase(),
            to,
            ways.join(", ")
        ))
        .hint("casebook phase shows what each of them asks.".to_owned())
    }

    fn unaccepted(&self, open: &[&Finding], there: &Destination, go: &Go) -> Refusal {
        let facts: Vec<String> =
            open.iter().map(|finding| format!("{}: {}", finding.gate.id(), finding.fact)).collect();
        let mut line = typed(there.way, go);
        for finding in open {
            match finding.gate {
                Gate::Authorisation => line.push_str(" --approved-by \"NAME/ROLE\""),
                Gate::DispositionMissing => line.push_str(" --disposition false-positive"),
                gate => line.push_str(&format!(" --accept {}=\"NAME: why\"", gate.id())),
            }
        }
        Refusal::refused(format!("To {}: nobody has accepted {}.", go.to, facts.join("; "))).hint(line)
    }
}

/// The line of the shell that gives this move, with everything that was said already.
fn typed(way: Way, go: &Go) -> String {
    let mut line = match way {
        Way::Reopen => format!("casebook reopen --to {}", go.to.id()),
        Way::Dismiss | Way::Cycle => "casebook close".to_owned(),
        Way::Forward | Way::Skip | Way::Back => format!("casebook phase {}", go.to.id()),
    };
    let mut add = |option: &str, words: &str| line.push_str(&format!(" --{option} {words:?}"));
    let said = [
        ("reason", &go.reason),
        ("category", &go.category),
        ("component", &go.component),
        ("disposition", &go.disposition),
        ("of", &go.of),
    ];
    for (option, words) in said {
        words.iter().for_each(|words| add(option, words));
    }
    go.holds.iter().for_each(|task| add("holds", task.as_str()));
    for accept in &go.accepts {
        let gate = accept.gate.map(|gate| format!("{}=", gate.id())).unwrap_or_default();
        add("accept", &format!("{gate}{}: {}", accept.name, accept.why));
    }
    if let Some(approval) = &go.approval {
        let role = approval.role.as_deref().map(|role| format!("/{role}")).unwrap_or_default();
        add("approved-by", &format!("{}{role}", approval.name));
    }
    line
}

/// Answers every gate; `Err` = the strong ones nobody accepts.
fn answer<'a>(findings: &'a [Finding], go: &Go) -> Result<Vec<GateShown>, Vec<&'a Finding>> {
    let acceptance = |gate: Gate| {
        let exact = go.accepts.iter().find(|accept| accept.gate == Some(gate));
        exact.or_else(|| go.accepts.iter().find(|accept| accept.gate.is_none()))
    };
    let open: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.level == Level::Strong && acceptance(finding.gate).is_none())
        .collect();
    if !open.is_empty() {
        return Err(open);
    }
    Ok(findings
        .iter()
        .map(|finding| {
            // A warning is accepted by its name alone: nobody accepts what they were not shown.
            let meant =
                |accept: &&Accept| finding.level == Level::Strong || accept.gate == Some(finding.gate);
            let accept = acceptance(finding.gate).filter(meant);
            GateShown {
                gate: finding.gate.id(),
                level: finding.level,
                fact: finding.fact.clone(),
                accepted_by: accept.map(|accept| accept.name.clone()),
                why: accept.map(|accept| accept.why.clone()),
            }
        })
        .collect())
}

/// The reason of a move with what somebody accepted although no gate asked: nothing that was typed is lost, and nobody
/// is stopped for having said too much.
fn with_unasked(go: &Go, gates: &[GateShown]) -> Result<Option<String>, Refusal> {
    let recorded = |accept: &&Accept| {
        gates.iter().any(|gate| {
            gate.accepted_by.as_ref() == Some(&accept.name) && gate.why.as_ref() == Some(&accept.why)
        })
    };
    let unasked = go.accepts.iter().filter(|accept| !recorded(accept));
    let unasked: Vec<String> = unasked.map(|accept| format!("{}: {}", accept.name, accept.why)).collect();
    if unasked.is_empty() {
        return Ok(go.reason.clone());
    }
    let all: Vec<String> = go.reason.clone().into_iter().chain(unasked).collect();
    text::reason(&all.join("; ")).map(Some)
}

/// Checks the words that come from closed lists, and that an acceptance has a name and a why.
fn check_words(go: &Go) -> Result<(), Refusal> {
    let known =
        |what: &str, word: &Option<String>, list: &[String]| match word {
            Some(word) if !list.contains(word) => Err(Refusal::misused(format!("{word:?} is no {what}."))
                .hint(format!("One of: {}.", list.join(", ")))),
            _ => Ok(()),
        };
    known("reason category", &go.category, &lifecycle().reason_categories)?;
    known("disposition", &go.disposition, &lifecycle().dispositions)?;
    let hollow =
        go.accepts.iter().any(|accept| accept.name.trim().is_empty() || accept.why.trim().is_empty());
    if hollow {
        return Err(Refusal::refused("An acceptance names a person and says why.")
            .hint("Write it as --accept \"NAME: why\"."));
    }
    Ok(())
}

fn named(way: Way) -> &'static str {
    match way {
        Way::Forward => "Going",
        Way::Skip => "Skipping",
        Way::Back => "Going back",
        Way::Dismiss => "Dismissing",
        Way::Cycle => "Closing",
        Way::Reopen => "Reopening",
    }
}
