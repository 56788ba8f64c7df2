//! An incident of another store, taken in as it is: file by file into a folder beside its place, held against
//! itself and against what is here, and only then put there.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Store;
use super::consent;
use super::error::StoreError;
use super::expunge::{Declared, blanked, keep_ours};
use super::files::{Files, write_all};
use super::line::hex;
use super::locate::{self, Address};
use super::measure::{STEP, again};
use super::number::{Format, Number};
use super::part::Part;
use super::proof::{Proof, Proven};
use super::sharing::Rights;
use super::staged::Stage;
use crate::incident::Incident;
use crate::model::restriction::Readers;

/// The longest segment that is taken in, in bytes: 64 MiB. A writer begins a new one at [`ROLL`](super::ROLL).
pub const SEGMENT_MOST: u64 = 64 << 20;

/// Whether what is taken in stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It is looked at, and nothing is written.
    Nothing,
    All,
}

/// An incident that is being taken in.
pub struct Adopting<'s> {
    store: &'s Store,
    address: Address,
    /// It is in this store already.
    here: bool,
    stage: Option<Stage>,
    /// The journals that come, by themselves.
    theirs: Proof,
    /// With those that are here.
    together: Proof,
    met: BTreeSet<Part>,
    fresh: Vec<Fresh>,
    /// Seal notes and signatures that are here with other bytes: both sides sealed the same head, and ours stay.
    ours: BTreeSet<Part>,
    /// What this store has taken away for good: it does not come back.
    gone: Declared,
}

/// A part that is not here as it comes.
struct Fresh {
    part: Part,
    /// So many bytes of it are here; 0: none are.
    from: u64,
    /// Bytes that are new.
    bytes: u64,
}

/// What was taken in, or would be.
#[derive(Clone, Debug)]
pub struct Adopted {
    pub address: Address,
    /// It was here before.
    pub here: bool,
    /// Files that are new or longer than they were.
    pub files: usize,
    /// Bytes that are new.
    pub bytes: u64,
    /// Lines the record has with them, and how many of those are new.
    pub lines: u64,
    pub new_lines: u64,
    /// Seal notes that were not taken: one of the same head is here, and stays.
    pub notes_kept: usize,
    /// Signatures of a note that both have, which were not taken: another one is here, and stays.
    pub signatures_kept: usize,
    /// Who may read it now.
    pub rights: Rights,
}

/// All journals were seen, and nothing is in its place yet.
pub struct Ready<'s> {
    adopting: Adopting<'s>,
    /// What the bundle holds, by itself.
    pub theirs: Proven,
    lines: u64,
    new_lines: u64,
}

impl Store {
    /// Begins to take in an incident under the number it was given elsewhere. Another incident of that number
    /// stays what it is: the id tells them apart.
    ///
    /// # Errors
    /// A store of a newer format; something else in the place of the incident's folder; a full disk.
    pub fn adopt(&self, number: Number, id: Uuid, keep: Keep) -> Result<Adopting<'_>, StoreError> {
        Format::read(&*self.files, &self.root)?;
        let name = locate::folder_name(&number, id);
        let folder = self.root.join("incidents").join(number.hundred()).join(&name);
        if let Some(stub) = self.stub(&folder).filter(|_| keep == Keep::All) {
            // What a stopped archive moved aside is not left lying about when it comes back.
            self.finish_move(&folder, &stub, &mut |_| std::ops::ControlFlow::Continue(()))?;
        }
        let here = match self.files.list(&folder) {
            Ok(_) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(StoreError::io("read the folder", &folder)(error)),
        };
        if here {
            let tail = &id.simple().to_string()[24..];
            let found = super::record::id_of(&*self.files, &folder, tail)?;
            if found != Some(id) {
                let why = "the folder of that name holds another incident here".to_owned();
                return Err(StoreError::NotTaken { what: name, why });
            }
        }
        let gone = if here { self.carried_out(&folder)? } else { Declared::default() };
        let stage = match keep {
            Keep::Nothing => None,
            Keep::All => {
                let salt = self.salts().draw();
                Format::ensure(&*self.files, &self.root, uuid::Builder::from_random_bytes(salt).into_uuid())?;
                Some(Stage::new(self)?)
            }
        };
        Ok(Adopting {
            store: self,
            address: Address { id, number: number.to_string(), folder },
            here,
            stage,
            theirs: Proof::new(id),
            together: Proof::new(id),
            met: BTreeSet::new(),
            fresh: Vec::new(),
            ours: BTreeSet::new(),
            gone,
        })
    }
}

impl<'s> Adopting<'s> {
    /// Where it will stand.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Whether it is in this store already.
    pub fn here(&self) -> bool {
        self.here
    }

    /// Takes in one part of so many bytes and this SHA-256. Memory is bounded by [`SEGMENT_MOST`].
    ///
    /// # Errors
    /// Refuses bytes that are not the ones announced, lines of another incident, and a file that is here with
    /// other bytes. A seal note that is here with other bytes stays as it is, and is counted.
    pub fn take(
        &mut self,
        part: &Part,
        bytes: u64,
        sha256: &str,
        from: &mut dyn Read,
    ) -> Result<(), StoreError> {
        if !self.met.insert(part.clone()) {
            return Err(refused(part, "it stands in the bundle twice"));
        }
        match part.segment() {
            Some(name) => self.segment(part, name, (bytes, sha256), from),
            None => self.file(part, (bytes, sha256), from),
        }
    }

    fn segment(
        &mut self,
        part: &Part,
        name: &str,
        (bytes, sha256): (u64, &str),
        from: &mut dyn Read,
    ) -> Result<(), StoreError> {
        if bytes > SEGMENT_MOST {
            return Err(refused(
                part,
                format!("{bytes} bytes is over the limit of {SEGMENT_MOST} for a journal"),
            ));
        }
        let mut theirs = Vec::new();
        streamed(part, (bytes, sha256), from, |step| {
            theirs.extend_from_slice(step);
            Ok(())
        })?;
        self.theirs.segment(name, &theirs)?;
        blanked(&mut theirs, &self.gone);
        let path = self.address.folder.join(part.path());
        let ours = match self.store.files.read(&path, 0) {
            Ok(ours) => Some(ours),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        if let Some(ours) = &ours {
            keep_ours(ours, &mut theirs);
        }
        if let Some(ours) = ours.as_ref().filter(|ours| ours.starts_with(&theirs)) {
            return self.together.segment(name, ours);
        }
        let ours = ours.unwrap_or_default();
        if !theirs.starts_with(&ours) {
            let at = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
            return Err(refused(part, format!("it is here with other bytes, from byte {at} on")));
        }
        self.together.segment(name, &theirs)?;
        if !ours.is_empty() {
            self.nobody_writes(part, name)?;
        }
        if let Some(path) = self.staged(part)? {
            let write = || {
                let mut file = self.store.files.create(&path)?;
                write_all(&mut *file, &theirs)?;
                file.sync()
            };
            write().map_err(StoreError::io("write", &path))?;
        }
        let here = ours.len() as u64;
        self.fresh.push(Fresh { part: part.clone(), from: here, bytes: bytes - here });
        Ok(())
    }

    /// A journal that is here and shorter is only made longer while its writer is not at work on this machine.
    fn nobody_writes(&self, part: &Part, name: &str) -> Result<(), StoreError> {
        let writer = super::journal::segment_of(name).map_or(name, |(writer, _)| writer);
        let leases = self.store.leases.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if leases.alive_elsewhere(writer) {
            return Err(refused(part, "it is longer in the bundle, and its writer is at work here just now"));
        }
        Ok(())
    }

    fn file(&mut self, part: &Part, said: (u64, &str), from: &mut dyn Read) -> Result<(), StoreError> {
        if part.evidence().is_some_and(|hash| self.gone.files.contains(hash)) {
            return streamed(part, said, from, |_| Ok(()));
        }
        let there = self.address.folder.join(part.path());
        let ours = match self.store.files.size(&there) {
            Ok(_) => Some(again(&*self.store.files, &there, &mut |_| std::ops::ControlFlow::Continue(()))?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(StoreError::io("read", &there)(error)),
        };
        if let Some(ours) = ours {
            let differs = ours.sha256 != said.1;
            if differs && part.note().is_none() {
                return Err(refused(part, "it is here with other bytes"));
            }
            if differs {
                self.ours.insert(part.clone());
            }
            return streamed(part, said, from, |_| Ok(()));
        }
        match self.staged(part)? {
            None => streamed(part, said, from, |_| Ok(()))?,
            Some(path) => written(&*self.store.files, &path, part, said, from)?,
        }
        self.fresh.push(Fresh { part: part.clone(), from: 0, bytes: said.0 });
        Ok(())
    }

    /// Where a part is kept until all are there; its folder is made.
    fn staged(&self, part: &Part) -> Result<Option<PathBuf>, StoreError> {
        let Some(stage) = &self.stage else { return Ok(None) };
        let path = stage.folder.join(part.path());
        let folder = path.parent().unwrap_or(&stage.folder);
        self.store.files.create_folder(folder).map_err(StoreError::io("make the folder", folder))?;
        Ok(Some(path))
    }

    /// All parts were taken. The journals that are here and did not come are held against the others.
    ///
    /// # Errors
    /// Refuses an incident without a line, one whose lines say another number, and journals that do not go
    /// together: those of a bundle made from other lines.
    pub fn ready(mut self) -> Result<Ready<'s>, StoreError> {
        let mut ours = Proof::new(self.address.id);
        if self.here {
            let inventory = self.store.inventory(&self.address)?;
            for (part, bytes) in &inventory.parts {
                let Some(name) = part.segment() else { continue };
                let path = self.address.folder.join(part.path());
                let read =
                    self.store.files.read_some(&path, 0, *bytes).map_err(StoreError::io("read", &path))?;
                ours.segment(name, &read)?;
                if !self.met.contains(part) {
                    self.together.segment(name, &read)?;
                }
            }
        }
        let id = self.address.id;
        let theirs = std::mem::replace(&mut self.theirs, Proof::new(id)).proven();
        let together = std::mem::replace(&mut self.together, Proof::new(id)).proven();
        let what = || format!("{} of the bundle", self.address.number);
        if theirs.lines == 0 {
            return Err(StoreError::NotTaken {
                what: what(),
                why: "it holds no line that can be read".into(),
            });
        }
        if let Some(other) = theirs.numbers.iter().find(|number| **number != self.address.number) {
            let why = format!("its own lines say that it is {other}");
            return Err(StoreError::NotTaken { what: what(), why });
        }
        let ours = ours.proven();
        let known: BTreeSet<String> = theirs.faults().into_iter().chain(ours.faults()).collect();
        if let Some(fault) = together.faults().into_iter().find(|fault| !known.contains(fault)) {
            let why = format!("its lines and those that are here do not go together: {fault}");
            return Err(StoreError::NotTaken { what: what(), why });
        }
        let new_lines = together.lines.saturating_sub(ours.lines);
        // A signature belongs to the note that it was made for.
        let kept: BTreeSet<&str> = self.ours.iter().map(Part::path).collect();
        self.fresh.retain(|fresh| fresh.part.note().is_none_or(|note| !kept.contains(note)));
        Ok(Ready { adopting: self, theirs, lines: together.lines, new_lines })
    }
}

impl Ready<'_> {
    /// What it comes to; nothing is written.
    pub fn outlook(&self) -> Adopted {
        let Adopting { address, here, fresh, ours, .. } = &self.adopting;
        let note = |part: &&Part| part.note() == Some(part.path());
        let notes: BTreeSet<Option<&str>> = ours.iter().filter(note).map(Part::note).collect();
        Adopted {
            address: address.clone(),
            here: *here,
            files: fresh.len(),
            bytes: fresh.iter().map(|fresh| fresh.bytes).sum(),
            lines: self.lines,
            new_lines: self.new_lines,
            notes_kept: notes.len(),
            signatures_kept: ours.iter().filter(|part| !notes.contains(&part.note())).count(),
            rights: Rights::default(),
        }
    }

    /// Puts it into its place: a new incident as a whole; into one that is here, file by file, evidence before
    /// the lines that speak of it, each of them whole. Stopped in between, the same bundle brings the rest.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn settle(self) -> Result<Adopted, StoreError> {
        let adopted = self.outlook();
        let Adopting { store, address, here, stage, fresh, .. } = &self.adopting;
        let Some(stage) = stage else { return Ok(adopted) };
        let sync =
            |path: &Path| store.files.sync_folder(path).map_err(StoreError::io("sync the folder", path));
        let hundred = address.folder.parent().unwrap_or(&address.folder).to_owned();
        if *here {
            for fresh in fresh.iter().rev() {
                add(store, &stage.folder, &address.folder, fresh)?;
            }
            // Whoever brought it here may have failed before its name was certain.
            sync(&hundred)?;
            store.finish_expunging(address)?;
            store.hidden(address);
            let rights = store.close_as_said(address, readers(store, address)?.as_ref());
            return Ok(Adopted { rights, ..adopted });
        }
        for folder in folders(fresh) {
            sync(&stage.folder.join(folder))?;
        }
        sync(&stage.folder)?;
        if let Some(stub) = store.stub(&address.folder) {
            consent::add(&*store.files, &stage.folder, &stub.agreed)?;
        }
        let lies = Address { folder: stage.folder.clone(), ..address.clone() };
        let rights = stage.open(store, &lies, readers(store, &lies)?)?;
        store.lasting(&hundred)?;
        store
            .files
            .rename_new(&stage.folder, &address.folder)
            .map_err(StoreError::io("make the folder", &address.folder))?;
        sync(&hundred)?;
        store.drop_stub(&address.folder);
        store.finish_expunging(address)?;
        Ok(Adopted { rights, ..adopted })
    }
}

/// Who may read an incident, by its own record.
pub(super) fn readers(store: &Store, address: &Address) -> Result<Option<Readers>, StoreError> {
    Ok(Incident::fold(address.id, &store.lines(address)?).readers())
}

/// The folders that hold parts, inner ones first.
fn folders(fresh: &[Fresh]) -> Vec<PathBuf> {
    let of = |fresh: &Fresh| -> Vec<PathBuf> {
        let above = Path::new(fresh.part.path()).ancestors().skip(1);
        above.filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned).collect()
    };
    let all: BTreeSet<PathBuf> = fresh.iter().flat_map(of).collect();
    all.into_iter().rev().collect()
}

/// Puts one part into an incident that is here.
fn add(store: &Store, stage: &Path, folder: &Path, fresh: &Fresh) -> Result<(), StoreError> {
    let (from, to) = (stage.join(fresh.part.path()), folder.join(fresh.part.path()));
    let above = to.parent().unwrap_or(folder);
    store.files.create_folder(above).map_err(StoreError::io("make the folder", above))?;
    if fresh.from == 0 && store.files.size(&to).is_err() {
        store.files.rename_new(&from, &to).map_err(StoreError::io("make", &to))?;
    } else {
        let more = store.files.read(&from, fresh.from).map_err(StoreError::io("read", &from))?;
        let append = || {
            let mut file = store.files.open(&to)?;
            if file.size()? != fresh.from {
                return Err(io::Error::other("somebody wrote to it meanwhile; give the command again"));
            }
            write_all(&mut *file, &more)?;
            file.sync()
        };
        append().map_err(StoreError::io("write", &to))?;
    }
    for folder in above.ancestors().take_while(|path| path.starts_with(folder)) {
        store.files.sync_folder(folder).map_err(StoreError::io("sync the folder", folder))?;
    }
    Ok(())
}

/// Writes a part that is no journal into the folder beside.
fn written(
    files: &dyn Files,
    path: &Path,
    part: &Part,
    said: (u64, &str),
    from: &mut dyn Read,
) -> Result<(), StoreError> {
    let mut file = files.create(path).map_err(StoreError::io("make", path))?;
    streamed(part, said, from, |step| write_all(&mut *file, step).map_err(StoreError::io("write", path)))?;
    if part.evidence().is_some() {
        file.protect().map_err(StoreError::io("write-protect", path))?;
    }
    file.sync().map_err(StoreError::io("sync", path))
}

fn refused(part: &Part, why: impl Into<String>) -> StoreError {
    StoreError::NotTaken { what: part.path().to_owned(), why: why.into() }
}

/// Hands on the bytes of a part, step by step, and holds them against what was announced.
fn streamed(
    part: &Part,
    (bytes, sha256): (u64, &str),
    from: &mut dyn Read,
    mut take: impl FnMut(&[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut buffer = vec![0; STEP.min(usize::try_from(bytes.max(1)).unwrap_or(STEP))];
    let (mut sum, mut read) = (Sha256::new(), 0_u64);
    while read < bytes {
        let room = buffer.len().min(usize::try_from(bytes - read).unwrap_or(usize::MAX));
        let n = match from.read(&mut buffer[..room]) {
            Ok(0) => return Err(refused(part, format!("it ends after {read} of {bytes} bytes"))),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(refused(part, format!("it cannot be read on after {read} bytes: {error}")));
            }
        };
        sum.update(&buffer[..n]);
        take(&buffer[..n])?;
        read += n as u64;
    }
    match hex(&sum.finalize()) == sha256 {
        true => Ok(()),
        false => Err(refused(part, "its bytes are not those that were packed (SHA-256 differs)")),
    }
}
