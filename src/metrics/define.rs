//! What each measure means: from which fact to which fact, by which source, in which unit.

use serde::{Serialize, Serializer};

/// A measure of time: from one fact of an incident to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    Dwell,
    Acknowledge,
    Classify,
    ContainFirst,
    ContainFinal,
    Eradicate,
    Recover,
    Close,
}

impl Measure {
    /// In the order of an incident.
    pub const ALL: [Measure; 8] = [
        Measure::Dwell,
        Measure::Acknowledge,
        Measure::Classify,
        Measure::ContainFirst,
        Measure::ContainFinal,
        Measure::Eradicate,
        Measure::Recover,
        Measure::Close,
    ];

    /// The word in JSON, CSV and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Measure::Dwell => "dwell",
            Measure::Acknowledge => "acknowledge",
            Measure::Classify => "classify",
            Measure::ContainFirst => "contain-first",
            Measure::ContainFinal => "contain-final",
            Measure::Eradicate => "eradicate",
            Measure::Recover => "recover",
            Measure::Close => "close",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        definition(self.id()).map_or("", |definition| definition.name)
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// In what a measure is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Milliseconds; people see `2:31` (hours and minutes), `22 h 43 m`, `3 d 4 h`.
    Time,
    /// A part of a whole, in counts: `3 of 4`.
    Share,
    Count,
}

impl Unit {
    /// For people.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Time => "time",
            Unit::Share => "part of a whole",
            Unit::Count => "number",
        }
    }
}

/// What a measure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Definition {
    pub id: &'static str,
    pub name: &'static str,
    pub unit: Unit,
    /// One sentence.
    pub meaning: &'static str,
    /// Where the idea is from; `None`: it is of this house.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
}

/// The definition with this id.
pub fn definition(id: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.id == id)
}

const fn time(
    id: &'static str,
    name: &'static str,
    source: &'static str,
    meaning: &'static str,
) -> Definition {
    Definition { id, name, unit: Unit::Time, meaning, source: Some(source) }
}

const fn other(
    id: &'static str,
    name: &'static str,
    unit: Unit,
    source: Option<&'static str>,
    meaning: &'static str,
) -> Definition {
    Definition { id, name, unit, meaning, source }
}

/// Every measure, in the order in which people are shown them. The subcategories are those of CSF 2.0 in the
/// community profile of NIST SP 800-61r3.
pub const DEFINITIONS: &[Definition] = &[
    time(
        "dwell",
        "dwell",
        "NIST SP 800-61r3, DE.CM and DE.AE",
        "From the earliest deed of the actor on record to when it was noticed: the first signal, or the opening if that was earlier; at least so long.",
    ),
    time(
        "acknowledge",
        "acknowledge",
        "NIST SP 800-61r3, RS.MA-01",
        "From when it was noticed to when somebody took ownership.",
    ),
    time(
        "classify",
        "classify",
        "NIST SP 800-61r3, DE.AE-08 and RS.MA-02",
        "From when it was noticed to when it was determined what it is; \"suspected\" is not yet an answer, and of several answers the one that holds counts.",
    ),
    time(
        "contain-first",
        "contain, first",
        "NIST SP 800-61r3, RS.MI-01",
        "From when it was noticed to the first time that no affected component was uncontained; where no component was ever affected, to when Containment was first left onward.",
    ),
    time(
        "contain-final",
        "contain, final",
        "NIST SP 800-61r3, RS.MI-01",
        "From when it was noticed to the last time that the last uncontained component was contained and all stayed so; without components, to when Containment was last left onward.",
    ),
    time(
        "eradicate",
        "eradicate",
        "NIST SP 800-61r3, RS.MI-02",
        "From when it was noticed to when the last affected component was clean (or cleared, retired, its risk accepted) and all stayed so; without components, to when Eradication was last left onward.",
    ),
    time(
        "recover",
        "recover",
        "NIST SP 800-61r3, RC.RP",
        "From when it was noticed to when the last affected component was back in accepted use (or cleared, retired, its risk accepted) and all stayed so; without components, to when Recovery was last left onward.",
    ),
    time(
        "close",
        "close",
        "NIST SP 800-61r3, RC.RP-06",
        "From when it was noticed to the closing that holds; of an incident that was reopened and closed again, to the last one.",
    ),
    time(
        "notify",
        "notify, margin",
        "NIST SP 800-61r3, RS.CO-02",
        "From when a notice was sent to its limit, one for each notice: before it, or after it (late); a notice still owed has none.",
    ),
    time(
        "phase-time",
        "time in phases",
        "NIST SP 800-61r3, incident response life cycle",
        "From entering a phase to leaving it, one for each visit; the phase's time is their sum, the visit under way counts until now, and what follows a closing does not.",
    ),
    other(
        "rework",
        "moves back",
        Unit::Share,
        None,
        "Moves to an earlier phase, of all moves between phases; a reopening is counted apart, a move taken back not at all.",
    ),
    other(
        "withdrawn",
        "claims withdrawn",
        Unit::Count,
        None,
        "Steps of a component to an earlier stage: it was not contained, clean or restored after all.",
    ),
    other(
        "evidence-hash",
        "evidence with hash",
        Unit::Share,
        Some("NIST SP 800-61r3, RS.AN-07; NIST SP 800-86"),
        "Items in custody with a SHA-256, of all that can have one; devices and papers cannot.",
    ),
    other(
        "evidence-before-change",
        "kept before change",
        Unit::Share,
        Some("NIST SP 800-61r3, RS.AN-07"),
        "Hosts and devices of which memory or disk was acquired before anybody changed them, of all that were changed (eradication or later); one whose items have no time is left out.",
    ),
    other(
        "evidence-order",
        "order of volatility",
        Unit::Share,
        Some("RFC 3227, section 2.1"),
        "Items acquired no later than every less volatile item of the same component, of all that have such a neighbour with a known time.",
    ),
    other(
        "custody-gaps",
        "custody gaps",
        Unit::Count,
        Some("NIST SP 800-86; ISO/IEC 27037"),
        "Items in custody without a holder or a hash, with two holders, or whose last check found other bytes.",
    ),
    other(
        "evidence-requested",
        "requested, not come",
        Unit::Share,
        None,
        "Items that were asked for and have not come, of all that were asked for.",
    ),
    time(
        "log-latency",
        "log latency",
        "NIST SP 800-61r3, RS.AN-06",
        "From when something happened to when it was written down; the actor's deeds and what happened before it was noticed do not count.",
    ),
    other(
        "improvement-closure",
        "improvements in time",
        Unit::Share,
        Some("NIST SP 800-61r3, ID.IM"),
        "Improvement actions done by their due time, of all that were due: done in time, done late, or open and overdue.",
    ),
];

/// What holds for every measure, one sentence each.
pub const GROUND_RULES: &[&str] = &[
    "A measure that cannot be told from the record is absent and says why; it is never 0, and it does not count in n.",
    "What was taken back does not count.",
    "Median and p90 are by nearest rank: a value that was measured, the smallest with half (nine tenths) of all at or below it.",
    "False alarms (determined a false positive, or dismissed), drills and the demo are counted apart; drills by the clock of their story.",
    "An incident of two types counts under both, so that the rows by type may add up to more than all.",
];
