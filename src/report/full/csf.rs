//! Which outcomes of the NIST Cybersecurity Framework 2.0 the recorded work speaks to.
//!
//! Functions and categories by their ids in NIST CSWP 29 (CSF 2.0, 2024); SP 800-61r3 (2025) is its profile for
//! incident response, in which Govern, Identify and Protect prepare, Detect, Respond and Recover work on the
//! incident, and ID.IM learns from it. A category that is named is one the record speaks
//! to; it is no statement that its outcome is achieved.

use serde::Serialize;

use super::Telling;
use crate::model::component::Stage;
use crate::model::entry::Kind;
use crate::model::ledger::Sort;
use crate::model::phase::Phase;

/// A category, and what of the record speaks to it.
#[derive(Debug, Serialize)]
pub struct Category {
    /// `RS`.
    pub function: &'static str,
    pub function_name: &'static str,
    /// `RS.MA`.
    pub id: &'static str,
    pub name: &'static str,
    /// What of the record: `2 measures in place`; empty: nothing.
    pub says: Vec<String>,
}

/// Something of the record that may speak to a category: how many, one, several.
type Fact = (usize, &'static str, &'static str);

impl Telling<'_> {
    pub(super) fn csf(&self) -> Vec<Category> {
        let row = |(id, name, facts): (&'static str, &'static str, Vec<Fact>)| {
            let says = facts.into_iter().filter(|(n, ..)| *n > 0);
            let says = says.map(|(n, one, many)| {
                format!("{} {}", crate::model::text::thousands(n), if n == 1 { one } else { many })
            });
            let (function, function_name) = function(id);
            Category { function, function_name, id, name, says: says.collect() }
        };
        self.prepared().into_iter().chain(self.worked()).map(row).collect()
    }

    fn of(&self, sort: Sort) -> usize {
        self.incident.ledger().filter(|item| item.sort() == sort).count()
    }

    fn logged(&self, kinds: &[Kind]) -> usize {
        let entries = self.incident.entries.iter().filter(|entry| entry.undone_by.is_none());
        entries.filter(|entry| kinds.contains(&entry.kind)).count()
    }

    fn stays(&self, phase: Phase) -> usize {
        self.incident.visits().filter(|visit| visit.phase == phase).count()
    }

    fn steps_to(&self, stages: &[Stage]) -> usize {
        let steps = self.incident.components().flat_map(|component| component.steps());
        steps.filter(|step| step.moved() && stages.contains(&step.to)).count()
    }

    /// Govern, Identify, Protect: what was there before, and what is better after.
    fn prepared(&self) -> Vec<(&'static str, &'static str, Vec<Fact>)> {
        let incident = self.incident;
        let people = incident.roster.iter().filter(|person| !person.undone).count();
        let approvals = incident.approvals.iter().filter(|granted| !granted.undone).count();
        let lessons = incident.lessons.iter().filter(|lesson| !lesson.undone).count();
        let actions = incident.improvements().count();
        let components = incident.components().count();
        let measure = |id: &'static str| {
            incident
                .ledger()
                .filter(|item| item.measure().is_some_and(|measure| measure.kind.id() == id))
                .count()
        };
        vec![
            (
                "GV.RR",
                "Roles, Responsibilities, and Authorities",
                vec![
                    (people, "person with a role", "people with roles"),
                    (approvals, "approval by name", "approvals by name"),
                ],
            ),
            (
                "GV.OC",
                "Organizational Context",
                vec![(incident.notices().count(), "duty to notify looked at", "duties to notify looked at")],
            ),
            (
                "GV.RM",
                "Risk Management Strategy",
                vec![
                    (self.of(Sort::Decision), "decision", "decisions"),
                    (
                        incident.components().filter(|c| c.stage() == Stage::RiskAccepted).count(),
                        "risk accepted by name",
                        "risks accepted by name",
                    ),
                ],
            ),
            ("ID.AM", "Asset Management", vec![(components, "component", "components")]),
            (
                "ID.RA",
                "Risk Assessment",
                vec![
                    (self.techniques().rows.len(), "technique of the attacker", "techniques of the attacker"),
                    (self.of(Sort::Assumption), "assumption", "assumptions"),
                ],
            ),
            (
                "ID.IM",
                "Improvement",
                vec![(lessons, "lesson", "lessons"), (actions, "improvement action", "improvement actions")],
            ),
            (
                "PR.AA",
                "Identity Management, Authentication, and Access Control",
                vec![(measure("disabled-account"), "account disabled for now", "accounts disabled for now")],
            ),
            (
                "PR.IR",
                "Technology Infrastructure Resilience",
                vec![(
                    measure("isolation") + measure("block") + measure("rule"),
                    "isolation, block or rule for now",
                    "isolations, blocks and rules for now",
                )],
            ),
        ]
    }

    /// Detect, Respond, Recover: the incident itself.
    fn worked(&self) -> Vec<(&'static str, &'static str, Vec<Fact>)> {
        let incident = self.incident;
        let signals = incident.signals.iter().filter(|signal| !signal.undone).count();
        let evidence = incident.evidence.iter().filter(|item| item.held()).count();
        let sent = incident.notices().filter(|notice| notice.margin_ms().is_some()).count();
        let in_recovery =
            incident.visits().filter(|visit| visit.phase == Phase::Recovery).map(|visit| visit.entered).min();
        let told_since = |from| {
            let told = incident
                .entries
                .iter()
                .filter(|entry| entry.kind == Kind::Communication && entry.undone_by.is_none());
            told.filter(|entry| entry.happened >= from).count()
        };
        vec![
            ("DE.CM", "Continuous Monitoring", vec![(signals, "signal", "signals")]),
            (
                "DE.AE",
                "Adverse Event Analysis",
                vec![
                    (
                        self.logged(&[Kind::Determination, Kind::Severity]),
                        "judgement of what it is and how bad",
                        "judgements of what it is and how bad",
                    ),
                    (incident.indicators.iter().count(), "indicator", "indicators"),
                ],
            ),
            (
                "RS.MA",
                "Incident Management",
                vec![
                    (incident.visits().count(), "stay in a phase", "stays in phases"),
                    (
                        self.logged(&[Kind::Ack, Kind::Handover]),
                        "act of taking or handing over the lead",
                        "acts of taking or handing over the lead",
                    ),
                    (self.logged(&[Kind::Task]), "act on the checklists", "acts on the checklists"),
                ],
            ),
            (
                "RS.AN",
                "Incident Analysis",
                vec![
                    (self.logged(&[Kind::Observation]), "observation", "observations"),
                    (evidence, "evidence item held", "evidence items held"),
                ],
            ),
            (
                "RS.CO",
                "Incident Response Reporting and Communication",
                vec![
                    (sent, "notice sent", "notices sent"),
                    (self.logged(&[Kind::Communication]), "communication", "communications"),
                ],
            ),
            (
                "RS.MI",
                "Incident Mitigation",
                vec![
                    (
                        self.steps_to(&[Stage::Contained, Stage::Eradicated]),
                        "component contained or clean",
                        "times a component was contained or clean",
                    ),
                    (self.of(Sort::Measure), "temporary measure", "temporary measures"),
                ],
            ),
            (
                "RC.RP",
                "Incident Recovery Plan Execution",
                vec![
                    (self.stays(Phase::Recovery), "stay in Recovery", "stays in Recovery"),
                    (
                        self.steps_to(&[Stage::Restoring, Stage::Restored]),
                        "step of restoring",
                        "steps of restoring",
                    ),
                ],
            ),
            (
                "RC.CO",
                "Incident Recovery Communication",
                vec![(
                    in_recovery.map_or(0, told_since),
                    "communication since Recovery began",
                    "communications since Recovery began",
                )],
            ),
        ]
    }
}

fn function(category: &'static str) -> (&'static str, &'static str) {
    match &category[..2] {
        "GV" => ("GV", "Govern"),
        "ID" => ("ID", "Identify"),
        "PR" => ("PR", "Protect"),
        "DE" => ("DE", "Detect"),
        "RS" => ("RS", "Respond"),
        _ => ("RC", "Recover"),
    }
}
