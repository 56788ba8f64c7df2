//! The air gap: one file that is carried, and a receipt that is carried back.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::Store;
use super::super::error::StoreError;
use super::super::files::{Disk, Files, beside};
use super::super::locate::{hundreds, in_hundred};
use super::super::outgoing::put_new;
use super::super::part::Part;
use super::super::pen::last_line;
use super::Means;
use super::commit;
use super::exchange::{Exchange, Exchanged, IN};
use super::fault::SyncFault;
use super::git::Git;
use super::ledger::{Ledger, is_ours};
use super::marker::Marker;
use super::piece::{Branch, writer_of};
use super::plan::{DELIVERY, Terms};
use super::remote::Remote;
use super::tally::Tally;

/// What a receipt says of itself.
const FORMAT: &str = "casebook-receipt/1";
/// The largest receipt that is read, in bytes: 64 MiB.
const RECEIPT_MOST: u64 = 64 << 20;

/// What a store has: how long each journal is and with which line it ends; evidence and seals by their names. Not a
/// word of the record is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    format: String,
    /// By incident and place.
    pub journals: BTreeMap<String, Held>,
    #[serde(default)]
    pub files: BTreeMap<String, u64>,
}

/// How much of a journal a store has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub bytes: u64,
    /// The last line of it, as `writer/n/id`.
    pub last: String,
}

/// What was written for somebody to carry.
#[derive(Clone, Debug, Default)]
pub struct Bundled {
    pub tally: Tally,
    /// The size of the file; 0: there was nothing to write, and there is none.
    pub size: u64,
}

impl Receipt {
    /// Reads one.
    ///
    /// # Errors
    /// A file that is none.
    pub fn read(file: &Path) -> Result<Self, SyncFault> {
        let no = |why: String| SyncFault::NoBundle { file: file.to_owned(), why };
        let bytes = Disk.read_some(file, 0, RECEIPT_MOST).map_err(|error| no(error.to_string()))?;
        let read: Self =
            serde_json::from_slice(&bytes).map_err(|_| no("it does not read as a receipt".into()))?;
        match read.format == FORMAT {
            true => Ok(read),
            false => Err(no("it is no receipt of this casebook".into())),
        }
    }

    /// Writes it into a new file.
    ///
    /// # Errors
    /// A file that is there already, and the disk's.
    pub fn write(&self, file: &Path) -> Result<(), SyncFault> {
        let text = serde_json::to_string_pretty(self).expect("plain strings and numbers") + "\n";
        let written = super::super::outgoing::write_new(file, text.as_bytes());
        Ok(written.map_err(StoreError::io("write", file))?)
    }
}

impl Store {
    /// What this store has, of all incidents.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub fn receipt(&self) -> Result<Receipt, SyncFault> {
        let mut receipt =
            Receipt { format: FORMAT.into(), journals: BTreeMap::new(), files: BTreeMap::new() };
        for hundred in hundreds(&*self.files, &self.root)? {
            for found in in_hundred(&*self.files, &hundred)? {
                let address = super::super::locate::Address {
                    id: uuid::Uuid::nil(),
                    number: found.number.to_string(),
                    folder: found.folder.clone(),
                };
                let Ok(inventory) = self.inventory(&address) else { continue };
                for (part, bytes) in inventory.parts {
                    let name = format!("{}-{}/{}", found.number, found.tail, part.path());
                    if part.segment().is_none() {
                        receipt.files.insert(name, bytes);
                    } else if let Some((last, _)) =
                        last_line(&*self.files, &found.folder.join(part.path()), bytes)?
                    {
                        receipt.journals.insert(name, Held { bytes, last: last.to_string() });
                    }
                }
            }
        }
        Ok(receipt)
    }

    /// What somebody with this receipt has, as far as it is the same here.
    fn known_by(&self, receipt: &Receipt) -> Result<Ledger, SyncFault> {
        let mut ledger = Ledger::default();
        for (name, held) in &receipt.journals {
            let Some(path) = self.inside(name) else { continue };
            let size = self.files.size(&path).unwrap_or(0);
            let writer = writer_of(name.rsplit('/').next().unwrap_or_default());
            // Of a journal that others write, who has more than we do has what we have.
            let same = match size < held.bytes {
                true => !is_ours(self.state.as_deref(), writer),
                false => last_line(&*self.files, &path, held.bytes)?
                    .is_some_and(|(last, _)| last.to_string() == held.last),
            };
            if same {
                ledger.cover(name, 0, held.bytes);
            }
        }
        for (name, bytes) in &receipt.files {
            if self.inside(name).is_some() {
                ledger.cover(name, 0, *bytes);
            }
        }
        Ok(ledger)
    }

    /// Where a file of an incident lies here, by incident and place.
    fn inside(&self, name: &str) -> Option<std::path::PathBuf> {
        let (folder, part) = name.split_once('/')?;
        let (number, _) = super::super::locate::parse(folder)?;
        let part = Part::read(part)?;
        Some(self.root.join("incidents").join(number.hundred()).join(folder).join(part.path()))
    }

    /// Writes what others may lack into a new file: everything that may be sent, without what the receipt names.
    ///
    /// # Errors
    /// A file that is there already, and the disk's.
    pub fn sync_bundle(
        &self,
        file: &Path,
        receipt: Option<&Receipt>,
        means: &Means,
    ) -> Result<Bundled, SyncFault> {
        let _turn = self.sync_turn()?;
        if file.symlink_metadata().is_ok() {
            let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(StoreError::io("write", file)(exists).into());
        }
        let scratch = self.sync_folder()?.join("bundle.git");
        let _ = std::fs::remove_dir_all(&scratch);
        let git = Git::new(&means.program, means.config, scratch, means.limit);
        let made = self.bundle(&git, file, receipt, means);
        let _ = std::fs::remove_dir_all(&git.folder);
        made
    }

    fn bundle(
        &self,
        git: &Git,
        file: &Path,
        receipt: Option<&Receipt>,
        means: &Means,
    ) -> Result<Bundled, SyncFault> {
        git.there()?;
        git.begin()?;
        let mut ledger = receipt.map(|receipt| self.known_by(receipt)).transpose()?.unwrap_or_default();
        let (mut tips, mut done): (BTreeMap<Branch, String>, Bundled) = Default::default();
        loop {
            let terms = Terms { only: &[], evidence: means.evidence, most: DELIVERY };
            let plan = self.plan(&ledger, &terms)?;
            (done.tally.large, done.tally.restricted) = (plan.large, plan.restricted);
            if plan.out.is_empty() {
                break;
            }
            let branches =
                plan.by_branch(&mut ledger, || self.fresh_id().simple().to_string()[..8].to_owned());
            tips.extend(commit::make(git, &branches, &tips, means)?);
            for out in &plan.out {
                ledger.cover(&out.piece.file(), out.piece.at, out.piece.at + out.bytes.len() as u64);
            }
            done.tally.sends(&plan);
        }
        if tips.is_empty() {
            return Ok(done);
        }
        let marker =
            Marker::for_remote(&Remote { address: String::new(), only: Vec::new() }).make(git, None)?;
        let mut orders = format!("update {IN}casebook {marker}\n");
        for (branch, commit) in &tips {
            orders.push_str(&format!("update {IN}{} {commit}\n", branch.name()));
        }
        git.here("keep what is to be carried", &["update-ref", "--stdin"], orders.as_bytes())?;
        let place = std::path::absolute(file).map_err(StoreError::io("write", file))?;
        let stage = beside(&place);
        let path = stage.to_string_lossy().into_owned();
        let written =
            git.here("write the file", &["bundle", "create", "--quiet", &path, "--glob=refs/in/*"], b"");
        let put = written.and_then(|_| {
            let put = || {
                let opened = std::fs::OpenOptions::new().read(true).write(true).open(&stage)?;
                owner_only(&opened)?;
                opened.sync_all()?;
                put_new(&stage, &place)?;
                Ok(opened.metadata()?.len())
            };
            Ok(put().map_err(StoreError::io("write", file))?)
        });
        let _ = std::fs::remove_file(&stage);
        done.size = put?;
        Ok(done)
    }

    /// Takes in a file that was carried here.
    ///
    /// # Errors
    /// A file that is none of an exchange, and the disk's.
    pub fn sync_from(&self, file: &Path, means: &Means) -> Result<Exchanged, SyncFault> {
        let _turn = self.sync_turn()?;
        let no = |why: &str| SyncFault::NoBundle { file: file.to_owned(), why: why.to_owned() };
        let path = std::fs::canonicalize(file).map_err(|error| no(&error.to_string()))?;
        if !path.is_file() {
            return Err(no("it is no plain file"));
        }
        let scratch = self.sync_folder()?.join("from.git");
        let _ = std::fs::remove_dir_all(&scratch);
        let remote = Remote { address: path.to_string_lossy().into_owned(), only: Vec::new() };
        let mut exchange = Exchange::at(self, &remote, means, scratch.clone())?;
        let done = exchange.carried(file);
        let exchanged = exchange.end(&done);
        let _ = std::fs::remove_dir_all(&scratch);
        done.map(|()| exchanged)
    }
}

#[cfg(unix)]
fn owner_only(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn owner_only(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
