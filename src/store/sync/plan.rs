//! What is to be sent: every whole line of this store that the remote does not have, with its evidence and seals.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use uuid::Uuid;

use super::super::Store;
use super::super::error::StoreError;
use super::super::expunge::stub_of;
use super::super::files::Item;
use super::super::journal::{segment_of, tail};
use super::super::line::holds;
use super::super::locate::{Found, hundreds, in_hundred};
use super::super::number::Series;
use super::super::part::Part;
use super::super::reading::{Mark, pieces, segments};
use super::super::record::id_of;
use super::barred::{Barred, closed_by_rights, own_writers};
use super::judge::declared_torn;
use super::ledger::{Ledger, Notice};
use super::piece::{Branch, Piece, fork_name, is_fork, writer_of};

/// A piece on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outgoing {
    /// The writer whose branch it goes to; `None`: it is carried.
    pub(super) writer: Option<String>,
    pub(super) piece: Piece,
    pub(super) bytes: Vec<u8>,
    /// Whole lines in it.
    pub(super) lines: u64,
}

/// What is to be sent next.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) out: Vec<Outgoing>,
    pub(super) lines: u64,
    pub(super) bytes: u64,
    pub(super) incidents: BTreeSet<String>,
    /// More is to be sent than fits into one delivery.
    pub(super) more: bool,
    /// Evidence that is too large to be sent: files and bytes.
    pub(super) large: (u64, u64),
    /// Incidents that stay here because not everybody may read them.
    pub(super) restricted: u64,
    pub(super) notices: Vec<Notice>,
}

/// Bytes of one delivery, about: 32 MiB. An incident is not cut in two for it.
pub(super) const DELIVERY: u64 = 32 << 20;
/// The largest seal or signature, in bytes.
pub(super) const SEAL_MOST: u64 = 1 << 20;

/// What a plan goes by.
pub(super) struct Terms<'a> {
    pub(super) only: &'a [Uuid],
    /// The largest evidence file that is sent, in bytes.
    pub(super) evidence: u64,
    /// Bytes after which a plan is full.
    pub(super) most: u64,
}

impl Store {
    /// What the remote lacks, as far as it fits.
    pub(super) fn plan(&self, ledger: &Ledger, terms: &Terms<'_>) -> Result<Plan, StoreError> {
        let mut plan = Plan::default();
        let mut own = own_writers(self.state.as_deref());
        own.retain(|writer| !ledger.cloned.contains(writer));
        let mut all: Vec<Found> = Vec::new();
        for hundred in hundreds(&*self.files, &self.root)? {
            all.extend(in_hundred(&*self.files, &hundred)?);
        }
        all.sort_by(|a, b| (a.number, &a.tail).cmp(&(b.number, &b.tail)));
        for found in all {
            if plan.bytes >= terms.most {
                plan.more = true;
                break;
            }
            match self.of_incident(&found, ledger, terms, &own, &mut plan) {
                Ok(()) => {}
                // One that may not be read, or that somebody moves away just now, hides no other.
                Err(StoreError::Io { .. } | StoreError::Restricted { .. }) => plan.restricted += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(plan)
    }

    fn of_incident(
        &self,
        found: &Found,
        ledger: &Ledger,
        terms: &Terms<'_>,
        own: &HashSet<String>,
        plan: &mut Plan,
    ) -> Result<(), StoreError> {
        if found.number.series == Series::Demo {
            return Ok(());
        }
        if terms.only.is_empty() {
            if closed_by_rights(&found.folder) {
                plan.restricted += 1;
                return Ok(());
            }
        } else {
            let tail = |id: &&Uuid| id.simple().to_string().ends_with(&found.tail);
            let Some(wanted) = terms.only.iter().find(tail) else { return Ok(()) };
            if id_of(&*self.files, &found.folder, &found.tail)? != Some(*wanted) {
                return Ok(());
            }
        }
        let piece = |part: Part, at| Piece { number: found.number, tail: found.tail.clone(), part, at };
        let before = plan.out.len();
        let journal = found.folder.join("journal");
        let names = segments(&*self.files, &journal, &mut Vec::new())?;
        for name in &names {
            let Some(part) = Part::read(&format!("journal/{name}")) else { continue };
            let unsent = self.of_segment(&journal, &names, name, &piece(part, 0), ledger, own)?;
            plan.notices.extend(unsent.notice);
            if let Some((writer, piece, bytes)) = unsent.piece {
                let lines = lines_in(&bytes);
                plan.lines += lines;
                plan.out.push(Outgoing { writer, piece, bytes, lines });
            }
        }
        for (part, size) in self.whole_files(&found.folder)? {
            let piece = piece(part, 0);
            if ledger.covered.contains_key(&piece.file()) {
                continue;
            }
            if piece.part.evidence().is_some() && size > terms.evidence {
                plan.large = (plan.large.0 + 1, plan.large.1 + size);
                continue;
            }
            if piece.part.evidence().is_none() && size > SEAL_MOST {
                continue;
            }
            let path = found.folder.join(piece.part.path());
            let bytes = self.files.read(&path, 0).map_err(StoreError::io("read", &path))?;
            plan.out.push(Outgoing { writer: None, piece, bytes, lines: 0 });
        }
        if plan.out.len() > before && terms.only.is_empty() {
            let barred = self.barred(&found.folder, &journal, &names);
            if barred != Barred::No {
                plan.lines -= plan.out[before..].iter().map(|out| out.lines).sum::<u64>();
                plan.out.truncate(before);
                plan.restricted += 1;
            }
            if barred == Barred::EndedElsewhere {
                let why = "somebody else's line says that it is no longer restricted; casebook restrict --end here sends it";
                plan.notices.push(Notice::Unsent { path: found.number.to_string(), why: why.into() });
            }
        }
        if plan.out.len() > before {
            plan.incidents.insert(format!("{}-{}", found.number, found.tail));
            plan.bytes += plan.out[before..].iter().map(|out| out.bytes.len() as u64).sum::<u64>();
        }
        Ok(())
    }

    /// Evidence and seals of an incident, with their sizes.
    fn whole_files(&self, folder: &Path) -> Result<Vec<(Part, u64)>, StoreError> {
        let mut all = Vec::new();
        let list = |path: &Path| match self.files.list(path) {
            Ok(names) => Ok(names),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(StoreError::io("read the folder", path)(error)),
        };
        let mut inner: Vec<(String, Item)> = list(&folder.join("seals"))?
            .into_iter()
            .map(|(name, item)| (format!("seals/{name}"), item))
            .collect();
        for (two, item) in list(&folder.join("vault"))? {
            if item == Item::Folder && two.len() == 2 {
                let names = list(&folder.join("vault").join(&two))?;
                inner.extend(names.into_iter().map(|(name, item)| (format!("vault/{two}/{name}"), item)));
            }
        }
        inner.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (name, item) in inner {
            if let (Item::File, Some(part)) = (item, Part::read(&name)) {
                let path = folder.join(&name);
                all.push((part, self.files.size(&path).map_err(StoreError::io("read", &path))?));
            }
        }
        Ok(all)
    }

    fn of_segment(
        &self,
        journal: &Path,
        names: &[String],
        name: &str,
        piece: &Piece,
        ledger: &Ledger,
        own: &HashSet<String>,
    ) -> Result<Unsent, StoreError> {
        let path = journal.join(name);
        let mut size = self.files.size(&path).map_err(StoreError::io("read", &path))?;
        let writer = writer_of(name);
        let own = own.contains(writer) && !is_fork(name);
        if own && let Some(acknowledged) = self.acknowledged(journal, name) {
            size = size.min(acknowledged);
        }
        let (from, fork) = match ledger.apart.get(&piece.file()) {
            None => (ledger.covered.get(&piece.file()).copied().unwrap_or(0), None),
            Some(from) if *from >= size => return Ok(Unsent::default()),
            Some(from) => {
                let first =
                    self.files.read_some(&path, *from, 1 << 21).map_err(StoreError::io("read", &path))?;
                let mut id = None;
                pieces(&first, &Mark::default(), |piece| {
                    id = id.or(piece.what.ok().map(|envelope| envelope.id()));
                });
                let Some(name) = id.and_then(|id| fork_name(name, &id.to_string())) else {
                    return Ok(Unsent::default());
                };
                let Some(part) = Part::read(&format!("journal/{name}")) else { return Ok(Unsent::default()) };
                let there = Piece { part, ..piece.clone() };
                let sent = ledger.covered.get(&there.file()).copied().unwrap_or(0);
                (from + sent, Some(Piece { at: sent, ..there }))
            }
        };
        if size <= from {
            return Ok(Unsent::default());
        }
        let bytes = self.files.read_some(&path, from, size - from).map_err(StoreError::io("read", &path))?;
        let (whole, notice) = self.sendable(journal, names, name, &bytes, from)?;
        let notice = notice.map(|why| Notice::Unsent { path: piece.file(), why });
        let bytes = bytes[..whole].to_vec();
        let writer = (own && fork.is_none()).then(|| writer.to_owned());
        let piece = fork.unwrap_or_else(|| Piece { at: from, ..piece.clone() });
        Ok(Unsent { piece: (whole > 0).then_some((writer, piece, bytes)), notice })
    }

    /// How many bytes of a segment of this account were acknowledged: what lies behind may still be torn off.
    fn acknowledged(&self, journal: &Path, name: &str) -> Option<u64> {
        let (writer, segment) = segment_of(name)?;
        let memory = self.memory_of(journal.parent()?, writer)?;
        match segment.cmp(&memory.segment) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Equal => Some(memory.bytes),
            std::cmp::Ordering::Greater => Some(0),
        }
    }

    /// How many of these bytes can be sent: whole lines that hold, and what an opening declares as torn.
    fn sendable(
        &self,
        journal: &Path,
        names: &[String],
        name: &str,
        bytes: &[u8],
        from: u64,
    ) -> Result<(usize, Option<String>), StoreError> {
        let (mut whole, mut stopped): (usize, Option<(u64, bool)>) = (0, None);
        let mut torn: Option<HashSet<(String, u64, String)>> = None;
        pieces(bytes, &Mark { bytes: from, ..Mark::default() }, |piece| {
            if stopped.is_some() {
                return;
            }
            let end =
                usize::try_from(piece.at - from).unwrap_or(0) + piece.bytes.len() + usize::from(piece.ended);
            let good = piece.ended
                && piece.what.as_ref().is_ok_and(|envelope| {
                    holds(piece.bytes, envelope.id()) || stub_of(piece.bytes).is_some()
                });
            let good = good || {
                let declared = torn.get_or_insert_with(|| self.torn_of(journal, names, name));
                let found = tail(Path::new(name), piece.at, piece.bytes);
                declared.contains(&(found.file, found.at, found.sha256))
            };
            match good {
                true => whole = end,
                false => stopped = Some((piece.at, piece.tail || !piece.ended)),
            }
        });
        let why = match stopped {
            // Somebody is writing it.
            None | Some((_, true)) => None,
            Some((at, false)) => {
                Some(format!("what stands at byte {at} is damaged; casebook doctor tells more"))
            }
        };
        Ok((whole, why))
    }

    /// What the journals of a writer declare as torn.
    fn torn_of(&self, journal: &Path, names: &[String], name: &str) -> HashSet<(String, u64, String)> {
        let mut torn = HashSet::new();
        for other in names.iter().filter(|other| writer_of(other) == writer_of(name)) {
            declared_torn(&self.files.read(&journal.join(other), 0).unwrap_or_default(), &mut torn);
        }
        torn
    }
}

/// Lines of the record in these bytes; openings of segments are none.
fn lines_in(bytes: &[u8]) -> u64 {
    let mut lines = 0;
    pieces(bytes, &Mark::default(), |piece| {
        lines += u64::from(piece.what.is_ok_and(|envelope| !envelope.opens_segment()));
    });
    lines
}

/// What a segment has that is to be sent.
#[derive(Default)]
struct Unsent {
    piece: Option<(Option<String>, Piece, Vec<u8>)>,
    notice: Option<Notice>,
}

impl Plan {
    /// The pieces by branch, in the order in which they are sent.
    pub(super) fn by_branch(
        &self,
        ledger: &mut Ledger,
        fresh: impl FnOnce() -> String,
    ) -> BTreeMap<Branch, Vec<&Outgoing>> {
        let mut all: BTreeMap<Branch, Vec<&Outgoing>> = BTreeMap::new();
        let carrier = match self.out.iter().any(|out| out.writer.is_none()) {
            true => ledger.carrier(fresh),
            false => None,
        };
        for out in &self.out {
            let branch = match &out.writer {
                Some(writer) => Branch::of(writer, ledger.turns.get(writer).copied().unwrap_or(1)),
                None => carrier.clone(),
            };
            if let Some(branch) = branch {
                all.entry(branch).or_default().push(out);
            }
        }
        all
    }
}
