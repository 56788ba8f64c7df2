//! What can be done with evidence: the commands, the events they become, and what each may hold.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Detail, EvidenceItem, Typed};
use crate::model::head::Change;
use crate::model::id::NounId;
use crate::model::refusal::Refusal;
use crate::model::taxonomy::TAXONOMY;
use crate::model::text::{Limit, Lines, Unit, quoted};

/// Of an item: what it is, in a line.
pub const NAME: Limit = line("name of the item", 200);
/// A place, tool, seal or person's words about an item.
pub const TERMS: Limit = line("text", 200);
/// A path: as long as Linux takes one.
pub const PATH: Limit = Limit { what: "path", most: 4096, unit: Unit::Bytes, lines: Lines::One };
/// Where an item is kept: a path or a place.
pub const KEPT: Limit =
    Limit { what: "place where it is kept", most: 4096, unit: Unit::Bytes, lines: Lines::One };
/// What else is to say of it.
pub const NOTE: Limit = Limit { what: "note", most: 2 * 1024, unit: Unit::Bytes, lines: Lines::Many };
/// Components one item may be of.
pub const MOST_COMPONENTS: usize = 100;

const fn line(what: &'static str, most: usize) -> Limit {
    Limit { what, most, unit: Unit::Characters, lines: Lines::One }
}

/// The bytes of a file as they were read: hash and size never come from its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// 64 hex digits in small letters.
    pub sha256: String,
    pub size: u64,
    /// A copy lies in the vault.
    pub vault: bool,
    /// It was written to while it was read.
    pub changed: bool,
}

/// Bytes that were hashed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehashed {
    pub sha256: String,
    pub size: u64,
    /// Where the bytes were: `vault`, or a path.
    pub of: String,
}

/// What an item is, whether it is here or asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Add {
    pub name: String,
    /// A word of the taxonomy's evidence types.
    pub kind: String,
    pub components: Vec<NounId>,
    pub note: Option<String>,
    pub how: Receive,
}

/// How an item came into our hands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receive {
    /// `None`: not a file.
    pub file: Option<Measured>,
    /// A hash that somebody else took, of bytes that are not here.
    pub sha256: Option<String>,
    pub origin: Option<String>,
    pub source: Option<String>,
    pub place: Option<String>,
    pub tool: Option<String>,
    /// `None`: whoever took it.
    pub holder: Option<String>,
    pub kept: Option<String>,
    pub seal: Option<String>,
}

/// Ask somebody for something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub name: String,
    pub kind: String,
    pub components: Vec<NounId>,
    pub from: String,
    /// UTC.
    pub due: Option<DateTime<Utc>>,
    pub note: Option<String>,
}

/// Give an item into other hands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pass {
    /// Who gives it; `None`: who holds it.
    pub from: Option<String>,
    pub to: String,
    pub reason: String,
    pub place: Option<String>,
    /// Where it is kept from then on.
    pub kept: Option<String>,
    pub hash: Option<Rehashed>,
}

/// Hash an item again.
#[derive(Clone, Debug, PartialEq)]
pub struct Verify {
    pub hash: Rehashed,
}

/// Correct details; only what is given changes, and an empty text takes one away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edit {
    pub name: Option<String>,
    pub kind: Option<String>,
    pub components: Option<Vec<NounId>>,
    pub origin: Option<String>,
    pub source: Option<String>,
    pub place: Option<String>,
    pub tool: Option<String>,
    pub kept: Option<String>,
    pub seal: Option<String>,
    pub note: Option<String>,
    pub holder: Option<String>,
    pub acquired: Option<DateTime<Utc>>,
    pub acquired_by: Option<String>,
    pub due: Option<Option<DateTime<Utc>>>,
}

/// What shall be with evidence.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Add(Box<Add>),
    Request(Request),
    Receive { item: NounId, how: Box<Receive> },
    Pass { item: NounId, pass: Box<Pass> },
    Verify { item: NounId, verify: Verify },
    Edit { item: NounId, edit: Box<Edit> },
    Withdraw { item: NounId, reason: String },
}

/// A component an item is of; the name is for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfComponent {
    pub id: NounId,
    pub name: String,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Described {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub volatility: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<OfComponent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How an item came into our hands. When and by whom stands in the envelope of the line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Acquired {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vault: bool,
    /// The source was being written while it was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
    pub holder: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

/// A file or a thing was taken into custody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceAdded {
    pub id: NounId,
    pub number: String,
    #[serde(flatten)]
    pub what: Described,
    #[serde(flatten)]
    pub how: Acquired,
    /// Tasks this act ticks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

/// Somebody was asked for something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceRequested {
    pub id: NounId,
    pub number: String,
    #[serde(flatten)]
    pub what: Described,
    pub from: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
}

/// What was asked for has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceReceived {
    pub item: NounId,
    pub number: String,
    /// For people.
    pub name: String,
    #[serde(flatten)]
    pub how: Acquired,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<NounId>,
}

/// What was found on hashing again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub expected: String,
    pub found: String,
    pub size: u64,
    pub matches: bool,
    /// Where the bytes were: `vault`, or a path.
    pub of: String,
}

/// An item went into other hands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustodyPassed {
    pub item: NounId,
    pub number: String,
    pub name: String,
    pub from: Option<String>,
    pub to: String,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// `None`: the hash was not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<Found>,
}

/// An item was hashed again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceVerified {
    pub item: NounId,
    pub number: String,
    pub name: String,
    #[serde(flatten)]
    pub hash: Found,
}

/// Details of an item were corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceEdited {
    pub item: NounId,
    pub number: String,
    pub changes: Vec<Change<Detail>>,
}

/// An item was on the list by mistake, or is not coming.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceWithdrawn {
    pub item: NounId,
    pub number: String,
    pub name: String,
    pub reason: String,
}

impl Receive {
    /// What goes on record of how it came; `holder` where none was named.
    ///
    /// # Errors
    /// Refuses words over their limits, a hash that is none, and a file that changed while it was read
    /// without a copy of what was read.
    pub fn acquired(&self, holder: &str) -> Result<Acquired, Refusal> {
        if let Some(file) = self.file.as_ref().filter(|file| file.changed && !file.vault) {
            return Err(Refusal::refused(format!(
                "The file was written to while it was read ({} bytes read); a hash of it would hold for nothing.",
                file.size
            ))
            .hint("Add --copy to keep exactly what was read, or stop what writes to it."));
        }
        let sha256 = match (&self.file, &self.sha256) {
            (Some(file), Some(said)) if sha256(said)? != file.sha256 => {
                return Err(Refusal::refused(format!(
                    "The file has SHA-256 {}, not the one that was named.",
                    file.sha256
                ))
                .hint("Compare with whoever gave it; without --sha256 it is taken as it is."));
            }
            (Some(file), _) => Some(file.sha256.clone()),
            (None, said) => said.as_deref().map(sha256).transpose()?,
        };
        let holder =
            self.holder.as_deref().map(str::trim).filter(|holder| !holder.is_empty()).unwrap_or(holder);
        Ok(Acquired {
            size: self.file.as_ref().map(|file| file.size),
            sha256,
            vault: self.file.as_ref().is_some_and(|file| file.vault),
            changed: self.file.as_ref().is_some_and(|file| file.changed),
            holder: crate::model::text::name(holder)?,
            origin: optional(&PATH, self.origin.as_deref())?,
            source: optional(&TERMS, self.source.as_deref())?,
            place: optional(&TERMS, self.place.as_deref())?,
            tool: optional(&TERMS, self.tool.as_deref())?,
            kept: optional(&KEPT, self.kept.as_deref())?,
            seal: optional(&TERMS, self.seal.as_deref())?,
        })
    }
}

impl EvidenceItem {
    /// Compares bytes that were hashed again with the hash on record.
    ///
    /// # Errors
    /// Refuses an item without a hash.
    pub fn compare(&self, hash: &Rehashed) -> Result<Found, Refusal> {
        let expected = self.sha256().ok_or_else(|| {
            Refusal::refused(format!("{} has no hash to compare with.", self.label()))
                .hint("What has no bytes is checked by its seal: casebook evidence edit REF --seal \"…\"")
        })?;
        Ok(Found {
            expected: expected.to_owned(),
            found: hash.sha256.clone(),
            size: hash.size,
            matches: hash.sha256 == expected && self.size().is_none_or(|size| size == hash.size),
            of: PATH.clean(&hash.of)?,
        })
    }

    /// The changes an edit makes.
    ///
    /// # Errors
    /// Refuses words over their limits and unknown types.
    pub fn edits(&self, edit: &Edit) -> Result<Vec<Change<Detail>>, Refusal> {
        let mut to: Vec<Detail> = Vec::new();
        if let Some(name) = &edit.name {
            to.push(Detail::Name(NAME.clean(name)?));
        }
        if let Some(kind) = &edit.kind {
            to.push(Detail::Type(typed(kind)?));
        }
        to.extend(edit.components.clone().map(Detail::Components));
        type Word = (fn(Option<String>) -> Detail, &'static Limit);
        let words: [(&Option<String>, Word); 9] = [
            (&edit.origin, (Detail::Origin, &PATH)),
            (&edit.source, (Detail::Source, &TERMS)),
            (&edit.place, (Detail::Place, &TERMS)),
            (&edit.tool, (Detail::Tool, &TERMS)),
            (&edit.kept, (Detail::Kept, &KEPT)),
            (&edit.seal, (Detail::Seal, &TERMS)),
            (&edit.note, (Detail::Note, &NOTE)),
            (&edit.holder, (Detail::Holder, &crate::model::text::NAME)),
            (&edit.acquired_by, (Detail::AcquiredBy, &crate::model::text::NAME)),
        ];
        for (words, (detail, limit)) in words {
            if let Some(words) = words {
                to.push(detail(optional(limit, Some(words))?));
            }
        }
        to.extend(edit.acquired.map(|at| Detail::Acquired(Some(at))));
        to.extend(edit.due.map(Detail::Due));
        Ok(to.into_iter().filter_map(|to| self.change(to)).collect())
    }

    fn change(&self, to: Detail) -> Option<Change<Detail>> {
        let register = self.details.get(&to.field())?;
        let from = register.get()?.clone();
        (from != to || register.contested().is_some()).then_some(Change { from, to })
    }
}

/// The type of this word, with its volatility.
///
/// # Errors
/// Refused with the types there are.
pub(crate) fn typed(words: &str) -> Result<Typed, Refusal> {
    let found = TAXONOMY.evidence_type(words)?;
    Ok(Typed { id: found.id.clone(), volatility: found.volatility })
}

/// A hash as it goes on record.
///
/// # Errors
/// Refuses what is not 64 hex digits.
pub fn sha256(words: &str) -> Result<String, Refusal> {
    let hash = words.trim().to_lowercase();
    if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(hash);
    }
    Err(Refusal::misused(format!("{} is no SHA-256: that has 64 hex digits.", quoted(words)))
        .hint("Give the hash whole, as sha256sum prints it."))
}

/// Cleaned words; blank ones are none.
pub(crate) fn optional(limit: &Limit, words: Option<&str>) -> Result<Option<String>, Refusal> {
    let words = words.map(|words| limit.clean_or_empty(words)).transpose()?;
    Ok(words.filter(|words| !words.is_empty()))
}

/// The type a file's name suggests; the person sees it and may say another.
pub fn guessed_type(name: &str) -> &'static str {
    let lower = name.to_lowercase();
    let plain = lower.strip_suffix(".gz").or_else(|| lower.strip_suffix(".zst")).unwrap_or(&lower);
    match plain.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "mem" | "vmem" | "lime" | "dmp" | "raw" => "memory",
        "pcap" | "pcapng" | "cap" => "network-capture",
        "e01" | "ex01" | "dd" | "img" | "aff4" | "vmdk" | "vhd" | "vhdx" | "qcow2" => "disk-image",
        "evtx" | "log" | "jsonl" | "csv" => "logs",
        "eml" | "msg" | "mbox" | "pst" | "ost" => "mail",
        "zip" | "7z" | "tar" | "tgz" => "triage-package",
        "conf" | "cfg" | "ini" | "yaml" | "yml" => "configuration",
        _ => "document",
    }
}
