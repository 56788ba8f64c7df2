//! What is wrong with a store, what that means for the record, and what can be put right by adding: no recorded byte is
//! ever changed or dropped here.

mod explain;
mod heal;
mod house;
mod mend;
mod source;

use std::path::Path;

use chrono::{DateTime, Utc};

use super::Store;
use super::finding::{Class, Finding};
use super::locate::Address;

pub use source::Source;

/// Whether anything is put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// It is only looked at.
    No,
    Yes,
}

/// What can be done about an ailment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cure {
    /// A repair does it.
    Repair,
    /// A repair does it where a copy of the store is at hand.
    Copy,
    /// Somebody has to.
    Hand,
    /// Nothing has to be done, or nothing can be.
    None,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ailment {
    pub class: Class,
    /// A sentence.
    pub what: String,
    /// Name of the file, where it is about one.
    pub file: Option<String>,
    /// From 1.
    pub line: Option<u64>,
    pub byte: Option<u64>,
    /// What it means for the record.
    pub means: String,
    pub cure: Cure,
    /// What can be done.
    pub can: String,
}

impl Ailment {
    fn new(
        class: Class,
        what: impl Into<String>,
        means: impl Into<String>,
        cure: Cure,
        can: impl Into<String>,
    ) -> Self {
        let (what, means, can) = (what.into(), means.into(), can.into());
        Self { class, what, file: None, line: None, byte: None, means, cure, can }
    }
}

/// How a look goes about it.
pub struct Round<'a> {
    /// Where else lines and evidence of an incident may be.
    pub sources: &'a [Source],
    pub repair: Repair,
    /// Whose keys are known.
    pub signers: Option<&'a Path>,
    pub now: DateTime<Utc>,
}

/// What a look at one incident, or at the store, came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// What is wrong; after a repair, what still is.
    pub ailments: Vec<Ailment>,
    /// What a repair did, a sentence each.
    pub done: Vec<String>,
}

impl Examined {
    /// The worst of what is wrong.
    pub fn class(&self) -> Class {
        self.ailments.iter().map(|ailment| ailment.class).max().unwrap_or(Class::Clean)
    }
}

impl Store {
    /// Looks at one incident, and puts right what can be put right by adding.
    ///
    /// # Errors
    /// A repair that the disk does not take. What was done before stays.
    pub fn examine(&self, address: &Address, round: &Round<'_>) -> Result<Examined, super::StoreError> {
        let mut done = Vec::new();
        if round.repair == Repair::Yes && self.may_write(address) {
            // Before a line is looked for elsewhere that has to be gone.
            if self.unexpunged(address) != (0, 0) {
                let touched = self.finish_expunging(address)?;
                done.push(format!("an expunge that was stopped was finished: {}", touched.words()));
            }
            self.mend_cache(address, round, &mut done);
            self.mend_lines(address, round, &mut done)?;
            self.mend_evidence(address, round, &mut done)?;
            self.mend_quarantine(address, Repair::Yes, &mut done)?;
        }
        let mut ailments = self.ailments(address, round);
        let mut copies = Vec::new();
        self.mend_quarantine(address, Repair::No, &mut copies)?;
        ailments.extend(copies.into_iter().map(|what| {
            Ailment::new(
                Class::Declared,
                what,
                "nothing is lost: the bytes still stand in the journal",
                Cure::Repair,
                "a repair copies them again",
            )
        }));
        ailments.sort_by_key(|ailment| std::cmp::Reverse(ailment.class));
        Ok(Examined { ailments, done })
    }

    /// Nothing is written into what a newer casebook wrote, not even to repair it.
    fn may_write(&self, address: &Address) -> bool {
        let newer = super::number::Format::read(&*self.files, &self.root);
        let newer = matches!(newer, Err(super::StoreError::Newer { .. }));
        !newer && self.read(address).map_or(true, |record| record.read_only().is_none())
    }

    /// Every finding of a full verification, explained.
    fn ailments(&self, address: &Address, round: &Round<'_>) -> Vec<Ailment> {
        let verdict = self.verify_all(address, round.signers);
        let mut remedy = self.remedy(address, round);
        remedy.evidence = self.evidence_elsewhere(address, &verdict.findings, round);
        let mut ailments: Vec<Ailment> =
            verdict.findings.iter().map(|finding| explain::ailment(finding, &remedy)).collect();
        let gaps = |finding: &Finding| matches!(finding, Finding::NoPrev { .. } | Finding::NotThere { .. });
        let found = remedy.lines.len();
        if found > 0 && !verdict.findings.iter().any(gaps) {
            ailments.push(Ailment::new(
                Class::Declared,
                format!(
                    "{} in {} and not here",
                    explain::counted(found, "line is", "lines are"),
                    remedy.names()
                ),
                "they were written for this incident and are missing from its journals",
                Cure::Repair,
                "a repair adds them in a file of their own",
            ));
        }
        ailments
    }
}
