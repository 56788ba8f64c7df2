//! The one table of moves: which phase may follow which, what each move asks, and what its gates watch.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::phase::Phase;

/// The direction of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    Forward,
    #[serde(alias = "skip-forward")]
    Skip,
    Back,
    /// Closes the incident as not one; the record stays.
    Dismiss,
    /// Closes the incident and opens the Preparation that its lessons feed.
    Cycle,
    /// Opens a closed incident again.
    Reopen,
}

impl Way {
    /// The word on screens.
    pub fn word(self) -> &'static str {
        match self {
            Way::Forward => "forward",
            Way::Skip => "skip",
            Way::Back => "back",
            Way::Dismiss => "dismiss",
            Way::Cycle => "cycle",
            Way::Reopen => "reopen",
        }
    }

    /// Whether the move ends the incident.
    pub fn closes(self) -> bool {
        matches!(self, Way::Dismiss | Way::Cycle)
    }
}

/// What a gate watches. The messages and levels stand in the lifecycle asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    NoSignal,
    NoOwner,
    NoLead,
    Unclassified,
    Unconfirmed,
    EmptyScope,
    VolatileEvidence,
    PostureUnset,
    UncontainedComponents,
    ContainmentUnverified,
    EvidenceBeforeChange,
    CauseUnknown,
    ScopeUnstable,
    ApprovalMissing,
    UneradicatedComponents,
    SecretsNotRotated,
    RestoreSourceUnverified,
    UnrestoredComponents,
    MonitoringOpen,
    ClocksOpen,
    RequiredTasksOpen,
    CustodyGaps,
    ReportMissing,
    ActionsUnowned,
    DispositionMissing,
    LegalHold,
    /// Not in the table: the move itself asks for authorisation and none is given.
    Authorisation,
}

impl Gate {
    /// The word on disk and on the command line.
    pub fn id(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(id)) => id,
            _ => String::new(),
        }
    }

    /// Reads a gate from its word.
    pub fn read(id: &str) -> Option<Gate> {
        serde_json::from_value(serde_json::Value::String(id.to_owned())).ok()
    }
}

/// How much a gate asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Shown and recorded.
    Info,
    /// Shown and recorded.
    Warn,
    /// Wants somebody who accepts it, and why. Never impossible in a real incident.
    Strong,
}

/// What the asset says about a gate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateText {
    pub id: Gate,
    pub level: Level,
    /// One sentence.
    pub message: String,
    /// The task that quiets it once settled in any visit (legal hold: that makes it speak).
    #[serde(default)]
    pub answered_by_task: Option<String>,
}

/// A move the lifecycle allows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    pub id: String,
    pub from: Phase,
    pub to: Phase,
    #[serde(rename = "kind")]
    pub way: Way,
    /// When one makes it, in a sentence.
    pub when: String,
    #[serde(rename = "reason_required")]
    pub reason: bool,
    pub authorisation: bool,
    pub gates: Vec<Gate>,
    /// Whether it is the usual way in that direction.
    pub typical: bool,
    #[serde(default)]
    pub note: Option<String>,
}

/// A phase a closed incident may be reopened to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopen {
    pub to: Phase,
    pub when: String,
    #[serde(rename = "reason_required")]
    pub reason: bool,
    pub authorisation: bool,
}

/// What a phase is for.
#[derive(Clone, Debug, Deserialize)]
pub struct PhaseText {
    pub id: Phase,
    pub objective: String,
    pub entry: Vec<String>,
    pub exit: Vec<String>,
    /// One sentence for somebody new to it.
    pub teach: String,
}

/// Something still owed after a move that left it behind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DebtText {
    pub id: String,
    pub raised_by: String,
    pub paid_when: String,
    pub shown: String,
}

/// The whole table.
#[derive(Debug, Deserialize)]
pub struct Lifecycle {
    pub dispositions: Vec<String>,
    pub reason_categories: Vec<String>,
    pub phases: Vec<PhaseText>,
    pub gates: Vec<GateText>,
    #[serde(rename = "transitions")]
    pub moves: Vec<Move>,
    pub reopen: Vec<Reopen>,
    pub debts: Vec<DebtText>,
}

static LIFECYCLE: LazyLock<Lifecycle> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../assets/lifecycle.json"))
        .expect("the lifecycle asset is compiled in and read by a test")
});

/// The lifecycle. Nobody may override it.
pub fn lifecycle() -> &'static Lifecycle {
    &LIFECYCLE
}

impl Lifecycle {
    /// The move between two phases, if it is allowed.
    pub fn find(&self, from: Phase, to: Phase) -> Option<&Move> {
        self.moves.iter().find(|m| m.from == from && m.to == to)
    }

    /// The moves out of a phase: the usual first, forward before back.
    pub fn from(&self, phase: Phase) -> Vec<&Move> {
        let mut moves: Vec<&Move> = self.moves.iter().filter(|m| m.from == phase).collect();
        moves.sort_by_key(|m| match m.way {
            Way::Forward | Way::Cycle => (0, m.to.number()),
            Way::Back => (1, 8 - m.to.number()),
            Way::Skip => (2, m.to.number()),
            Way::Dismiss | Way::Reopen => (3, m.to.number()),
        });
        moves
    }

    /// The move that ends an incident in this phase, if the phase has one.
    pub fn closing(&self, phase: Phase) -> Option<&Move> {
        self.moves.iter().find(|m| m.from == phase && m.way.closes())
    }

    pub fn reopen_to(&self, phase: Phase) -> Option<&Reopen> {
        self.reopen.iter().find(|rule| rule.to == phase)
    }

    /// What the asset says about a gate; `Authorisation` stands in no table and has its own words.
    pub fn gate(&self, gate: Gate) -> Option<&GateText> {
        self.gates.iter().find(|text| text.id == gate)
    }

    pub fn phase(&self, phase: Phase) -> Option<&PhaseText> {
        self.phases.iter().find(|text| text.id == phase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_32_moves_26_gates_6_reopen_rules_and_3_debts() {
        let table = lifecycle();
        assert_eq!(table.moves.len(), 32);
        assert_eq!(table.gates.len(), 26);
        assert_eq!(table.reopen.len(), 6);
        assert_eq!(table.debts.len(), 3);
        assert_eq!(table.phases.len(), 7);
    }

    #[test]
    fn no_move_stands_twice_and_none_leads_to_itself() {
        let moves = &lifecycle().moves;
        for (i, one) in moves.iter().enumerate() {
            assert_ne!(one.from, one.to, "{}", one.id);
            assert!(moves[i + 1..].iter().all(|other| (other.from, other.to) != (one.from, one.to)));
            assert_eq!(one.id, format!("{}->{}", one.from.id(), one.to.id()));
        }
    }

    #[test]
    fn every_way_back_leads_to_an_earlier_phase_and_asks_why() {
        for back in lifecycle().moves.iter().filter(|m| m.way == Way::Back) {
            assert!(back.to < back.from && back.reason, "{}", back.id);
        }
    }

    #[test]
    fn every_gate_word_reads_back() {
        for text in &lifecycle().gates {
            assert_eq!(Gate::read(&text.id.id()), Some(text.id));
        }
        assert_eq!(Gate::read("no-such-gate"), None);
    }
}
