//! Repairs of one incident: lines added in a segment of their own, evidence put back, bytes set aside, caches made anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::super::Store;
use super::super::beside::patient;
use super::super::error::StoreError;
use super::super::expunge::{blanked, stub_of};
use super::super::files::write_all;
use super::super::finding::{Finding, Verdict};
use super::super::journal::{Opened, Torn, opening, segment_name};
use super::super::line::{hex, holds};
use super::super::locate::Address;
use super::super::reading::{Mark, pieces};
use super::super::snapshot;
use super::super::verify::Depth;
use super::explain::counted;
use super::{Repair, Round, Source, heal};
use crate::incident::line::{Clock, WriterId};
use crate::model::evidence::EvidenceItem;
use crate::model::id::{LineId, NounId};

/// Damage as long as this may have been a line; shorter is only something put in.
const A_LINE: u64 = 300;

/// What a repair would add.
#[derive(Default)]
pub(super) struct Remedy {
    /// Whole lines that are missing here, by writer, number and id.
    pub lines: BTreeMap<(String, u64, LineId), Vec<u8>>,
    /// Where they were found.
    from: BTreeSet<String>,
    /// Damage that can be declared, because nothing is missing behind it then.
    pub wounds: Vec<Torn>,
    /// The word for its opening.
    word: &'static str,
    /// Lines of copies that were not taken: another stands in their place here.
    pub refused: usize,
    /// Places that were named and have missing lines only as what an expunge left of them.
    stubs: BTreeSet<String>,
    /// Places that were named.
    named: BTreeSet<String>,
    /// Evidence that a repair puts back, by its number, and from where.
    pub evidence: BTreeMap<String, String>,
    /// What would still be wrong.
    pub after: Verdict,
}

/// A line that was found elsewhere.
struct Candidate {
    bytes: Vec<u8>,
    /// The lines it names.
    names: Vec<LineId>,
    from: String,
    rescue: bool,
}

impl Remedy {
    pub(super) fn names(&self) -> String {
        self.from.iter().cloned().collect::<Vec<_>>().join(", ")
    }

    /// Why what was named does not help, if anything was.
    pub(super) fn in_vain(&self) -> Option<String> {
        let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
        match (self.stubs.is_empty(), self.named.is_empty()) {
            (false, _) => Some(format!(
                "{} has of it only what an expunge left: its words are gone there, too; name another copy, if there is one",
                list(&self.stubs)
            )),
            (true, false) => {
                Some(format!("{} does not have it; name another copy of the store", list(&self.named)))
            }
            (true, true) => None,
        }
    }

    /// Whether a finding goes when this is added.
    pub(super) fn cures(&self, finding: &Finding) -> bool {
        if let Finding::Evidence { number, .. } = finding {
            return self.evidence.contains_key(number);
        }
        (!self.lines.is_empty() || !self.wounds.is_empty()) && !self.after.findings.contains(finding)
    }
}

impl Store {
    /// What can be added to an incident, from the damage itself and from other places.
    pub(super) fn remedy(&self, address: &Address, round: &Round<'_>) -> Remedy {
        let check = self.checked(address, Depth::Full, None);
        let (wounds, mut wanted) = (check.wounds(), check.wanted());
        let mut remedy = Remedy { word: "copy", ..Remedy::default() };
        let inc = address.id.to_string();
        let journal = address.folder.join("journal");
        let itself = wounds.iter().filter_map(|wound| {
            let bytes = self.files.read_some(&journal.join(&wound.file), wound.at, wound.bytes).ok()?;
            heal::line(&bytes)
        });
        let mut candidates: BTreeMap<(String, u64, LineId), Candidate> = BTreeMap::new();
        let mut stubs = BTreeSet::new();
        let mut meet = |bytes: &[u8], name: &str, rescue: bool| {
            pieces(bytes, &Mark::default(), |piece| {
                let Ok(envelope) = piece.what else { return };
                let (writer, n, id) = (envelope.writer, envelope.n, envelope.id());
                if envelope.inc == inc && stub_of(piece.bytes).is_some() && !check.stands(writer, n, id) {
                    stubs.insert(name.to_owned());
                }
                if envelope.inc != inc || !holds(piece.bytes, id) || check.stands(writer, n, id) {
                    return;
                }
                let names = envelope.seen().unwrap_or_default().into_iter().map(|head| head.id);
                let names = names.chain([envelope.prev()]).collect();
                let candidate =
                    Candidate { bytes: piece.bytes.to_vec(), names, from: name.to_owned(), rescue };
                candidates.entry((writer.to_owned(), n, id)).or_insert(candidate);
            });
        };
        for line in itself {
            meet(&line, "the damaged bytes themselves", false);
        }
        for source in round.sources {
            for segment in &source.segments {
                meet(segment, &source.name, source.rescue);
            }
        }
        remedy.stubs = stubs;
        remedy.named = round.sources.iter().filter(|it| !it.rescue).map(|it| it.name.clone()).collect();
        // A line of a copy in whose place another stands is taken only where somebody here names it.
        loop {
            let before = remedy.lines.len();
            for (key, candidate) in candidates.iter().rev() {
                let (writer, n, id) = key;
                let free = (*n > 0 && !check.has_number(writer, *n)) || candidate.rescue;
                if (free || wanted.contains(id)) && !remedy.lines.contains_key(key) {
                    wanted.extend(&candidate.names);
                    remedy.from.insert(candidate.from.clone());
                    if candidate.rescue {
                        remedy.word = "rescue";
                    }
                    remedy.lines.insert(key.clone(), candidate.bytes.clone());
                }
            }
            if remedy.lines.len() == before {
                break;
            }
        }
        remedy.refused = candidates.len() - remedy.lines.len();
        let gap = |finding: &Finding| {
            matches!(
                finding,
                Finding::NoPrev { .. }
                    | Finding::NotThere { .. }
                    | Finding::Shorter { .. }
                    | Finding::Rewritten { .. }
                    | Finding::Unreadable { .. }
                    | Finding::Empty
            )
        };
        let opened = |wounds: &[Torn]| self.repair_of(address, &remedy, wounds, round);
        let trial = |wounds: &[Torn]| {
            let bytes = opened(wounds);
            self.verdict_with(
                address,
                bytes.as_ref().ok().map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
            )
        };
        let all = trial(&wounds);
        let whole = !all.findings.iter().any(gap);
        let declared: Vec<Torn> = wounds
            .into_iter()
            .filter(|wound| {
                let back = !remedy.lines.is_empty() || wound.bytes < A_LINE;
                whole
                    && back
                    && check.replaced(wound, &|writer, n| {
                        remedy.lines.keys().any(|(w, m, _)| w == writer && *m == n)
                    })
            })
            .collect();
        let after = if declared.is_empty() && remedy.lines.is_empty() { all } else { trial(&declared) };
        drop(check);
        Remedy { wounds: declared, after, ..remedy }
    }

    /// The segment of a repair: its name and bytes.
    fn repair_of(
        &self,
        address: &Address,
        remedy: &Remedy,
        wounds: &[Torn],
        round: &Round<'_>,
    ) -> Result<(String, Vec<u8>), StoreError> {
        let mut salts = self.salts();
        let writer = WriterId(format!("w-{}", &NounId::derive(&salts.draw(), 0).0[..8]));
        let said = Opened {
            host: self.host.host.clone(),
            user: self.host.user.clone(),
            version: self.host.version.clone(),
            torn: Vec::new(),
            repair: Some(remedy.word.to_owned()),
            damaged: wounds.to_vec(),
        };
        let start = (Clock::default(), LineId::ZERO);
        let mut bytes = opening(&said, (address.id, &writer), start, salts.draw(), round.now)?.bytes;
        bytes.push(b'\n');
        for line in remedy.lines.values() {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        // What was taken away here does not come back, whoever still has it.
        let gone = self.carried_out(&address.folder).unwrap_or_default();
        blanked(&mut bytes, &gone);
        Ok((segment_name(&writer, 1), bytes))
    }

    /// Adds what is missing and names what is damaged. The files that are here stay as they are.
    pub(super) fn mend_lines(
        &self,
        address: &Address,
        round: &Round<'_>,
        done: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        // Nothing is written through a link, or where nobody can read.
        let journal = self.files.list(&address.folder.join("journal"));
        if journal.is_err_and(|error| error.kind() != std::io::ErrorKind::NotFound) {
            return Ok(());
        }
        let remedy = self.remedy(address, round);
        if remedy.lines.is_empty() && remedy.wounds.is_empty() {
            return Ok(());
        }
        for wound in &remedy.wounds {
            self.set_aside(address, wound)?;
        }
        let (name, bytes) = self.repair_of(address, &remedy, &remedy.wounds, round)?;
        let journal = address.folder.join("journal");
        let path = journal.join(&name);
        let write = || {
            self.files.create_folder(&journal)?;
            let mut file = self.files.create(&path)?;
            write_all(&mut *file, &bytes)?;
            file.sync()?;
            self.files.sync_folder(&journal)
        };
        write().map_err(StoreError::io("write", &path))?;
        let lines = remedy.lines.keys().filter(|(_, n, _)| *n > 0).count();
        if !remedy.lines.is_empty() {
            let lines = match lines {
                0 => "the opening of a segment".to_owned(),
                lines => counted(lines, "line", "lines"),
            };
            done.push(format!("{lines} came back from {}, in journal/{name}", remedy.names()));
        }
        if let Ok(record) = self.read(address) {
            self.publish(&record);
        }
        if !remedy.wounds.is_empty() {
            let bytes: u64 = remedy.wounds.iter().map(|wound| wound.bytes).sum();
            let places = counted(remedy.wounds.len(), "place", "places");
            done.push(format!(
                "{bytes} damaged bytes in {places} were copied to quarantine/ and declared in journal/{name}"
            ));
        }
        Ok(())
    }

    /// Keeps a copy of damaged bytes.
    fn set_aside(&self, address: &Address, wound: &Torn) -> Result<(), StoreError> {
        let folder = address.folder.join("quarantine");
        let path = folder.join(format!("{}.{}", wound.file, wound.at));
        let from = address.folder.join("journal").join(&wound.file);
        let bytes =
            self.files.read_some(&from, wound.at, wound.bytes).map_err(StoreError::io("read", &from))?;
        if self.files.read(&path, 0).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        let path = match self.files.size(&path) {
            Ok(_) => folder.join(format!("{}.{}.{}", wound.file, wound.at, &wound.sha256[..8])),
            Err(_) => path,
        };
        let write = || {
            self.files.create_folder(&folder)?;
            let mut file = match self.files.create(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
                made => made?,
            };
            write_all(&mut *file, &bytes)?;
            file.sync()?;
            self.files.sync_folder(&folder)
        };
        write().map_err(StoreError::io("write", &path))
    }

    /// Bytes that were declared and of which no copy is kept: named, or copied.
    pub(super) fn mend_quarantine(
        &self,
        address: &Address,
        repair: Repair,
        said: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        let folder = address.folder.join("quarantine");
        let kept: BTreeSet<String> = self
            .files
            .list(&folder)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(name, _)| self.files.read(&folder.join(name), 0).ok())
            .map(|bytes| hex(&Sha256::digest(bytes)))
            .collect();
        for torn in self.checked(address, Depth::Full, None).declared() {
            if torn.bytes == 0 || kept.contains(&torn.sha256) {
                continue;
            }
            let (file, at, bytes) = (&torn.file, torn.at, torn.bytes);
            if repair == Repair::No {
                said.push(format!(
                    "quarantine/ has no copy of the {bytes} bytes declared in {file} at byte {at}"
                ));
                continue;
            }
            self.set_aside(address, &torn)?;
            said.push(format!("{bytes} declared bytes of {file} were copied to quarantine/ again"));
        }
        Ok(())
    }

    /// Evidence copies that are missing or altered, taken from another copy of the store.
    pub(super) fn mend_evidence(
        &self,
        address: &Address,
        round: &Round<'_>,
        done: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        if round.sources.iter().all(|source| source.folder.is_none()) {
            return Ok(());
        }
        let Ok(record) = self.read(address) else { return Ok(()) };
        let vault = self.vault(address);
        let agreed = self.carried_out(&address.folder).unwrap_or_default().files;
        for item in record.incident.evidence().filter(|item| item.in_vault()) {
            let Some(sha256) = item.sha256() else { continue };
            let here = vault.measure(sha256, &mut patient());
            if here.as_ref().is_ok_and(|measured| measured.sha256 == sha256) {
                continue;
            }
            // What was taken away for good does not come back, whoever still has it.
            let missing = matches!(here, Err(StoreError::NoFile { .. }));
            if agreed.contains(sha256) || (missing && record.incident.file_expunged(sha256).is_some()) {
                continue;
            }
            let good = round.sources.iter().find_map(|source| {
                let path = self.vault_of(source.folder.as_deref()?).path(sha256);
                let good = super::super::measure(&path, &mut patient()).is_ok_and(|it| it.sha256 == sha256);
                good.then_some((path, &source.name))
            });
            let Some((good, name)) = good else { continue };
            if let Ok(other) = here {
                self.move_aside(address, &vault.path(sha256), ("vault", &other.sha256))?;
            }
            vault.keep(&good, &mut patient())?;
            done.push(format!("the copy of evidence {} is back from {name}", item.number));
        }
        Ok(())
    }

    /// Evidence that is missing or altered here and whole in a place that was named, by its number: a repair puts it back.
    pub(super) fn evidence_elsewhere(
        &self,
        address: &Address,
        findings: &[Finding],
        round: &Round<'_>,
    ) -> BTreeMap<String, String> {
        let number = |finding: &Finding| match finding {
            Finding::Evidence { number, .. } => Some(number.clone()),
            _ => None,
        };
        let numbers: BTreeSet<String> = findings.iter().filter_map(number).collect();
        if numbers.is_empty() || round.sources.is_empty() {
            return BTreeMap::new();
        }
        let Ok(record) = self.read(address) else { return BTreeMap::new() };
        let agreed = self.carried_out(&address.folder).unwrap_or_default().files;
        let lost = record.incident.evidence().filter(|item| numbers.contains(&item.number));
        let from = |item: &EvidenceItem| {
            let sha256 = item.sha256().filter(|sha256| !agreed.contains(*sha256))?;
            let has = |source: &&Source| {
                let copy = source.folder.as_deref().map(|folder| self.vault_of(folder).path(sha256));
                let whole = |path: &Path| {
                    super::super::measure(path, &mut patient()).is_ok_and(|it| it.sha256 == sha256)
                };
                source.evidence.contains(sha256) || copy.is_some_and(|path| whole(&path))
            };
            let source = round.sources.iter().find(has)?;
            Some((item.number.clone(), source.name.clone()))
        };
        lost.filter_map(from).collect()
    }

    /// What lies in the place of another file is kept in `quarantine/`, under a word and its hash.
    fn move_aside(
        &self,
        address: &Address,
        path: &Path,
        (word, sha256): (&str, &str),
    ) -> Result<(), StoreError> {
        let folder = address.folder.join("quarantine");
        let to = folder.join(format!("{word}.{}", &sha256[..16.min(sha256.len())]));
        let put = || {
            self.files.create_folder(&folder)?;
            self.files.rename_new(path, &to)?;
            self.files.sync_folder(&folder)
        };
        put().map_err(StoreError::io("put aside", path))
    }

    /// `incident.json` anew, where it does not say what the journals say.
    pub(super) fn mend_cache(&self, address: &Address, round: &Round<'_>, done: &mut Vec<String>) {
        let beside = self.beside(address, round.signers, &mut |_| std::ops::ControlFlow::Break(()));
        if !beside.iter().any(|finding| matches!(finding, Finding::Cache { .. })) {
            return;
        }
        // It may be the only witness of what the journals said before: it is kept.
        let path = snapshot::path(&address.folder);
        if let Ok(bytes) = self.files.read(&path, 0) {
            let _ = self.move_aside(address, &path, ("incident.json", &hex(&Sha256::digest(bytes))));
        }
        if let Ok(record) = self.read(address) {
            self.publish(&record);
        }
        let made = match self.files.size(&snapshot::path(&address.folder)) {
            Ok(_) => "incident.json was made anew from the journals; the old one lies in quarantine/",
            Err(_) => {
                "incident.json, a cache that said something else than the journals, was moved to quarantine/"
            }
        };
        done.push(made.to_owned());
    }
}
