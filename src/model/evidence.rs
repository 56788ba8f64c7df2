//! An evidence item: what was kept, of which component, its hash, and in whose hands it is.
//!
//! Order of volatility after RFC 3227, section 2.1: what is gone first is collected first. Custody after
//! NIST SP 800-86 and ISO/IEC 27037: who had it, from whom, when, why, and whether it was still the same.

mod acts;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{LineId, NounId};
use super::register::{Careful, Register};

pub use acts::{
    Acquired, Add, Command, CustodyPassed, Described, Edit, EvidenceAdded, EvidenceEdited, EvidenceReceived,
    EvidenceRequested, EvidenceVerified, EvidenceWithdrawn, Found, KEPT, MOST_COMPONENTS, Measured, NAME,
    NOTE, OfComponent, PATH, Pass, Receive, Rehashed, Request, TERMS, Verify, guessed_type, sha256,
};
pub(crate) use acts::{optional, typed};

/// The replaceable details of an item. Each is a register of its own: two people may edit two of them at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    Name,
    Type,
    Components,
    Origin,
    Source,
    Place,
    Tool,
    Kept,
    Seal,
    Note,
    Acquired,
    AcquiredBy,
    Due,
    Holder,
    Withdrawn,
}

impl Field {
    /// The word on screens.
    pub fn word(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Type => "type",
            Field::Components => "components",
            Field::Origin => "origin",
            Field::Source => "from",
            Field::Place => "taken at",
            Field::Tool => "tool",
            Field::Kept => "kept",
            Field::Seal => "seal",
            Field::Note => "note",
            Field::Acquired => "taken",
            Field::AcquiredBy => "taken by",
            Field::Due => "due",
            Field::Holder => "holder",
            Field::Withdrawn => "withdrawn",
        }
    }
}

/// What sort of evidence, and how soon it is gone: 1 (memory) to 7 (archive), as the taxonomy had it then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    pub id: String,
    pub volatility: u8,
}

/// A mistaken item was taken off the list; it stays visible, struck through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Withdrawn {
    pub reason: String,
    pub by: String,
    /// UTC.
    pub at: DateTime<Utc>,
}

/// One detail with its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "detail", content = "is", rename_all = "kebab-case")]
pub enum Detail {
    Name(String),
    Type(Typed),
    Components(Vec<NounId>),
    /// The path or place it was taken from.
    Origin(Option<String>),
    /// From whom it came or was asked.
    Source(Option<String>),
    /// Where it was acquired.
    Place(Option<String>),
    /// How, with which tool; whether a write blocker was used.
    Tool(Option<String>),
    /// Where it is kept: a path, a safe, a shelf. Not for what lies in the vault.
    Kept(Option<String>),
    /// The number of the bag or seal.
    Seal(Option<String>),
    Note(Option<String>),
    /// When it was acquired (UTC).
    Acquired(Option<DateTime<Utc>>),
    AcquiredBy(Option<String>),
    /// When an item that was asked for is expected (UTC).
    Due(Option<DateTime<Utc>>),
    Holder(Option<String>),
    Withdrawn(Option<Withdrawn>),
}

impl Detail {
    /// Which detail it is.
    pub fn field(&self) -> Field {
        match self {
            Detail::Name(_) => Field::Name,
            Detail::Type(_) => Field::Type,
            Detail::Components(_) => Field::Components,
            Detail::Origin(_) => Field::Origin,
            Detail::Source(_) => Field::Source,
            Detail::Place(_) => Field::Place,
            Detail::Tool(_) => Field::Tool,
            Detail::Kept(_) => Field::Kept,
            Detail::Seal(_) => Field::Seal,
            Detail::Note(_) => Field::Note,
            Detail::Acquired(_) => Field::Acquired,
            Detail::AcquiredBy(_) => Field::AcquiredBy,
            Detail::Due(_) => Field::Due,
            Detail::Holder(_) => Field::Holder,
            Detail::Withdrawn(_) => Field::Withdrawn,
        }
    }

    /// The value for people; times are UTC.
    pub fn say(&self) -> String {
        let words = |words: &Option<String>| words.clone().unwrap_or_else(|| "nothing".to_owned());
        let time = |at: &Option<DateTime<Utc>>| {
            at.map_or_else(|| "nothing".to_owned(), |at| at.format("%Y-%m-%d %H:%MZ").to_string())
        };
        match self {
            Detail::Name(name) => name.clone(),
            Detail::Type(typed) => typed.id.clone(),
            Detail::Components(all) => match all.len() {
                0 => "nothing".to_owned(),
                1 => "1 component".to_owned(),
                n => format!("{n} components"),
            },
            Detail::Origin(to)
            | Detail::Source(to)
            | Detail::Place(to)
            | Detail::Tool(to)
            | Detail::Kept(to)
            | Detail::Seal(to)
            | Detail::Note(to)
            | Detail::AcquiredBy(to)
            | Detail::Holder(to) => words(to),
            Detail::Acquired(at) | Detail::Due(at) => time(at),
            Detail::Withdrawn(to) => to.as_ref().map_or_else(|| "no".to_owned(), |it| it.reason.clone()),
        }
    }
}

impl Careful for Detail {
    // An item that one side withdrew and another did not is kept in sight as an item.
    fn care(&self) -> i32 {
        i32::from(matches!(self, Detail::Withdrawn(None)))
    }
}

/// That it came into our hands, and which bytes it was. These never change: another file is another item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    pub line: LineId,
    /// Bytes; `None`: not a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// 64 hex digits in small letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// A copy lies in the vault of the incident.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vault: bool,
    /// The source was being written while it was read: the copy is what was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
}

/// It went from one pair of hands to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passed {
    pub line: LineId,
    /// When (UTC).
    pub at: DateTime<Utc>,
    pub from: Option<String>,
    pub to: String,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Whether it was still the same; `None`: nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches: Option<bool>,
}

/// Somebody hashed it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub line: LineId,
    /// When (UTC).
    pub at: DateTime<Utc>,
    pub by: String,
    pub matches: bool,
    /// The hash found.
    pub found: String,
    /// Where the bytes were: `vault`, or a path.
    pub of: String,
}

/// What the checks of an item say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Integrity {
    /// Nobody has looked again since it was taken.
    Unchecked,
    Matches,
    /// It matches now, and did not at some time before.
    MatchesAgain,
    Mismatch,
}

impl Integrity {
    /// The word on screens; a mismatch is loud.
    pub fn word(self) -> &'static str {
        match self {
            Integrity::Unchecked => "not re-checked",
            Integrity::Matches => "matches",
            Integrity::MatchesAgain => "matches, MISMATCH before",
            Integrity::Mismatch => "MISMATCH",
        }
    }
}

/// How an item stands, in the order of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Asked for, not received.
    Requested,
    /// In custody.
    Held,
    Withdrawn,
}

/// Something kept as evidence, or asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceItem {
    pub id: NounId,
    /// The number on the bag: `E-003`. Stored when the item is made, never changed.
    pub number: String,
    /// Another item, made elsewhere at the same time, bears the same number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub twin: bool,
    pub line: LineId,
    /// When it was put on the list (UTC, happened time) and by whom.
    pub listed: DateTime<Utc>,
    pub by: String,
    /// It was asked for before it came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// `None`: asked for and not received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
    pub details: BTreeMap<Field, Register<Detail>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custody: Vec<Passed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    pub undone: bool,
}

/// Reads a detail of this kind, or the default.
macro_rules! detail {
    ($item:expr, $field:ident, $value:pat => $out:expr, $default:expr) => {
        match $item.details.get(&Field::$field).and_then(Register::get) {
            Some(Detail::$field($value)) => $out,
            _ => $default,
        }
    };
}

impl EvidenceItem {
    pub fn name(&self) -> &str {
        detail!(self, Name, name => name, "")
    }

    /// A word of the taxonomy's evidence types.
    pub fn kind(&self) -> &str {
        detail!(self, Type, typed => &typed.id, "")
    }

    /// Order of volatility, 1 (memory) to 7 (archive); an unknown type stands last.
    pub fn volatility(&self) -> u8 {
        detail!(self, Type, typed => typed.volatility, 7)
    }

    pub fn components(&self) -> &[NounId] {
        detail!(self, Components, all => all, &[])
    }

    pub fn origin(&self) -> Option<&str> {
        detail!(self, Origin, it => it.as_deref(), None)
    }

    /// From whom it came or was asked.
    pub fn source(&self) -> Option<&str> {
        detail!(self, Source, it => it.as_deref(), None)
    }

    pub fn place(&self) -> Option<&str> {
        detail!(self, Place, it => it.as_deref(), None)
    }

    pub fn tool(&self) -> Option<&str> {
        detail!(self, Tool, it => it.as_deref(), None)
    }

    pub fn kept(&self) -> Option<&str> {
        detail!(self, Kept, it => it.as_deref(), None)
    }

    pub fn seal(&self) -> Option<&str> {
        detail!(self, Seal, it => it.as_deref(), None)
    }

    pub fn note(&self) -> Option<&str> {
        detail!(self, Note, it => it.as_deref(), None)
    }

    /// When it was acquired (UTC).
    pub fn acquired(&self) -> Option<DateTime<Utc>> {
        detail!(self, Acquired, at => *at, None)
    }

    pub fn acquired_by(&self) -> Option<&str> {
        detail!(self, AcquiredBy, it => it.as_deref(), None)
    }

    /// When an item that was asked for is expected (UTC).
    pub fn due(&self) -> Option<DateTime<Utc>> {
        detail!(self, Due, at => *at, None)
    }

    pub fn holder(&self) -> Option<&str> {
        detail!(self, Holder, it => it.as_deref(), None)
    }

    pub fn withdrawn(&self) -> Option<&Withdrawn> {
        detail!(self, Withdrawn, it => it.as_ref(), None)
    }

    pub fn sha256(&self) -> Option<&str> {
        self.taken.as_ref()?.sha256.as_deref()
    }

    /// Bytes; `None`: not a file, or not received.
    pub fn size(&self) -> Option<u64> {
        self.taken.as_ref()?.size
    }

    /// Whether a copy lies in the vault of the incident.
    pub fn in_vault(&self) -> bool {
        self.taken.as_ref().is_some_and(|taken| taken.vault)
    }

    pub fn standing(&self) -> Standing {
        match (self.withdrawn(), &self.taken) {
            (Some(_), _) => Standing::Withdrawn,
            (None, None) => Standing::Requested,
            (None, Some(_)) => Standing::Held,
        }
    }

    /// Asked for and still not here.
    pub fn awaited(&self) -> bool {
        // What lies in the item itself comes first: every frame asks this of thousands.
        !self.undone && self.taken.is_none() && self.standing() == Standing::Requested
    }

    /// In custody and not withdrawn.
    pub fn held(&self) -> bool {
        !self.undone && self.standing() == Standing::Held
    }

    /// What the checks say; `None`: there is no hash to compare with.
    pub fn integrity(&self) -> Option<Integrity> {
        self.sha256()?;
        let Some(last) = self.checks.last() else { return Some(Integrity::Unchecked) };
        Some(match (last.matches, self.checks.iter().all(|check| check.matches)) {
            (false, _) => Integrity::Mismatch,
            (true, true) => Integrity::Matches,
            (true, false) => Integrity::MatchesAgain,
        })
    }

    /// Whether hash, holder or chain is wanting (gate `custody-gaps`). Devices and papers have no hash.
    pub fn gap(&self) -> bool {
        self.held()
            && (self.holder().is_none()
                || self.contested(Field::Holder)
                || (self.sha256().is_none() && !self.paper())
                || self.integrity() == Some(Integrity::Mismatch))
    }

    /// A device or a paper, which can have no hash.
    pub fn paper(&self) -> bool {
        matches!(self.kind(), "physical" | "archive" | "document") && self.size().is_none()
    }

    fn contested(&self, field: Field) -> bool {
        self.details.get(&field).is_some_and(|register| register.contested().is_some())
    }

    /// The number on the bag; where two stores gave the same one, with two letters of the id: `E-003·k7`.
    pub fn label(&self) -> String {
        self.id.tell_apart(&self.number, self.twin)
    }

    /// The act that took it into custody, passed it on or checked it, which is only corrected and never undone.
    pub fn firm(&self, line: LineId) -> bool {
        self.taken.as_ref().is_some_and(|taken| taken.line == line)
            || self.custody.iter().any(|passed| passed.line == line)
            || self.checks.iter().any(|check| check.line == line)
    }
}

/// The number after the highest given: `E-001` first.
pub fn next_number<'a>(given: impl Iterator<Item = &'a str>) -> String {
    let highest = given.filter_map(|number| number.strip_prefix("E-")?.parse::<u32>().ok()).max();
    format!("E-{:03}", highest.unwrap_or(0).saturating_add(1))
}

/// `1.2 GB`, `812 bytes`: decimal units, as disks and file managers give them.
pub fn bytes(size: u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    let Some((unit, one)) = UNITS.into_iter().find(|(_, one)| size >= *one) else {
        return if size == 1 { "1 byte".to_owned() } else { format!("{size} bytes") };
    };
    let tenths = (u128::from(size) * 10) / u128::from(one);
    match tenths {
        1000.. => format!("{} {unit}", tenths / 10),
        _ => format!("{}.{} {unit}", tenths / 10, tenths % 10),
    }
}
