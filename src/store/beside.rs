//! What lies beside the journals, held against them: evidence copies, signatures, the cache.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

use super::Store;
use super::error::plain;
use super::finding::{Finding, Verdict};
use super::gather::Gathering;
use super::locate::Address;
use super::measure::Watcher;
use super::seal::Signature;
use super::snapshot::{self, Says};
use super::verify::Depth;
use crate::incident::Incident;

impl Store {
    /// Checks the journals of an incident and what lies beside them; the journals are read once for both. `signers`:
    /// whose keys are known.
    pub fn verify_all(&self, address: &Address, signers: Option<&Path>) -> Verdict {
        let gathering = Gathering::new(&*self.files, address);
        let (mut verdict, gathered) = self.verify_and_gather(address, Depth::Full, Some(gathering));
        let folded = gathered.and_then(Gathering::finish);
        verdict.add(self.beside_of(address, signers, folded, &mut patient()));
        verdict
    }

    /// Holds what lies beside the journals against them. `signers`: whose keys are known. Every evidence copy is
    /// read whole; `watch` is told how far that is, and may stop it.
    pub fn beside(&self, address: &Address, signers: Option<&Path>, watch: Watcher<'_>) -> Vec<Finding> {
        self.beside_of(address, signers, None, watch)
    }

    /// The same, where it may be known already what `incident.json` says.
    fn beside_of(
        &self,
        address: &Address,
        signers: Option<&Path>,
        folded: Option<(Incident, Says)>,
        watch: Watcher<'_>,
    ) -> Vec<Finding> {
        let mut findings = self.signatures(address, signers);
        let read = || snapshot::says(&self.files, address).ok().map(|(record, says)| (record.incident, says));
        let Some((incident, says)) = folded.or_else(read) else { return findings };
        findings.extend(match says {
            Says::Nothing | Says::TheSame => None,
            Says::Unreadable => Some(Finding::Cache { why: "is not what casebook wrote".to_owned() }),
            Says::Another => Some(Finding::Cache { why: "says something else than the journals".to_owned() }),
        });
        findings.extend(skews(&incident));
        let vault = self.vault(address);
        let mut met = BTreeSet::new();
        for item in incident.evidence().filter(|item| item.in_vault()) {
            let Some(sha256) = item.sha256().filter(|sha256| met.insert((*sha256).to_owned())) else {
                continue;
            };
            let why = match vault.measure(sha256, watch) {
                Ok(measured) if measured.sha256 == sha256 => continue,
                Ok(_) => "its copy in the vault does not hold the bytes that were taken in".to_owned(),
                Err(super::StoreError::Stopped { .. }) => break,
                Err(super::StoreError::NoFile { .. }) if incident.file_expunged(sha256).is_some() => {
                    findings.push(Finding::FileExpunged { number: item.number.clone() });
                    continue;
                }
                Err(super::StoreError::NoFile { .. }) => "its copy in the vault is not there".to_owned(),
                Err(super::StoreError::Io { source, .. }) => {
                    format!("its copy in the vault could not be read: {}", plain(&source))
                }
                Err(other) => format!("its copy in the vault could not be read: {other}"),
            };
            findings.push(Finding::Evidence { number: item.number.clone(), why });
        }
        findings.sort_by_key(Finding::order);
        findings
    }

    /// Signatures that do not fit the note they lie beside, and those whose note is gone.
    fn signatures(&self, address: &Address, signers: Option<&Path>) -> Vec<Finding> {
        let seals = self.seals(address);
        let bad = seals
            .iter()
            .filter(|found| found.signed && self.signature(address, found, signers) == Signature::Bad)
            .map(|found| Finding::SealBroken {
                file: found.file.clone(),
                why: "the signature beside it does not fit".to_owned(),
            });
        let names = self.files.list(&address.folder.join("seals")).unwrap_or_default();
        let lost = names.iter().filter_map(|(name, _)| {
            let note = name.strip_suffix(".sig")?;
            let gone = !names.iter().any(|(name, _)| name == note);
            gone.then(|| Finding::SealBroken {
                file: note.to_owned(),
                why: "its signature is here, and the note is not".to_owned(),
            })
        });
        bad.chain(lost).collect()
    }
}

/// Whose clock stood behind what their journal had read.
fn skews(incident: &Incident) -> Vec<Finding> {
    let mut all: BTreeMap<&str, (u64, u32)> = BTreeMap::new();
    for entry in incident.entries.iter().filter(|entry| entry.behind > 0 && !entry.now_set) {
        let (entries, behind) = all.entry(&entry.by).or_default();
        (*entries, *behind) = (*entries + 1, (*behind).max(entry.behind));
    }
    let finding = |(by, (entries, behind)): (&str, _)| Finding::Skew { by: by.to_owned(), entries, behind };
    all.into_iter().map(finding).collect()
}

/// Never stops.
pub fn patient() -> impl FnMut(super::Progress) -> ControlFlow<()> {
    |_| ControlFlow::Continue(())
}
