//! Seals in an incident's folder: made, listed, held against the journals, signed by the person's own SSH key.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{DateTime, Utc};

use super::Store;
use super::child::{Task, child};
use super::error::StoreError;
use super::files::write_all;
use super::locate::Address;
use super::reading::segments;
use crate::incident::seal::Seal;

/// What a signature is for, so that none made for something else passes (`ssh-keygen -n`).
const NAMESPACE: &str = "casebook-seal";

/// A seal that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its file in `seals/`.
    pub file: String,
    /// `None`: it does not read as one.
    pub seal: Option<Seal>,
    /// Whether a signature lies beside it.
    pub signed: bool,
}

/// A seal that was made, or was there already.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub seal: Seal,
    pub path: PathBuf,
    /// Whether the same state had been sealed before; then that one stands.
    pub before: bool,
}

/// What became of signing a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signing {
    /// It is signed, now or before.
    Signed,
    /// No key is set.
    NoKey,
    /// What `ssh-keygen` said.
    Failed(String),
}

/// What a signature says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// By somebody in the list of signers.
    By(String),
    /// By this key; no list says whose it is.
    Key(String),
    /// It does not fit the note.
    Bad,
    /// `ssh-keygen` could not be asked, and why.
    Unknown(String),
}

impl Store {
    fn seals_folder(address: &Address) -> PathBuf {
        address.folder.join("seals")
    }

    /// Seals the record as it is on the disk now.
    ///
    /// # Errors
    /// Where it cannot be read, or the note cannot be written.
    pub fn seal(
        &self,
        address: &Address,
        now: DateTime<Utc>,
        by: &str,
        occasion: &str,
    ) -> Result<Sealed, StoreError> {
        let lines = self.lines(address)?;
        self.force_journals(address)?;
        let seal = Seal::of((address.id, &address.number), &lines, now, by, occasion);
        let folder = Self::seals_folder(address);
        let path = folder.join(seal.file_name());
        self.files.create_folder(&folder).map_err(StoreError::io("make the folder", &folder))?;
        let mut before = self.sealed_at(&path);
        if before.is_none()
            && let Err(error) = self.put_whole_new(&path, seal.text().as_bytes())
        {
            // Somebody else sealed the same state meanwhile: then that one stands.
            before = Some(self.sealed_at(&path).ok_or(error).map_err(StoreError::io("write", &path))?);
        }
        // Also for one that was there: whoever made it may have failed or been stopped before its name was certain.
        for folder in [&folder, &address.folder] {
            self.files.sync_folder(folder).map_err(StoreError::io("sync the folder", folder))?;
        }
        Ok(match before {
            Some(before) => Sealed { seal: before, path, before: true },
            None => Sealed { seal, path, before: false },
        })
    }

    /// What was read may be on its way to the disk by another process, and a seal must not outlive what it names.
    fn force_journals(&self, address: &Address) -> Result<(), StoreError> {
        let journal = address.folder.join("journal");
        for name in segments(&*self.files, &journal, &mut Vec::new())? {
            let path = journal.join(name);
            self.files.force(&path).map_err(StoreError::io("force to the disk", &path))?;
        }
        Ok(())
    }

    fn sealed_at(&self, path: &Path) -> Option<Seal> {
        read(&self.files.read(path, 0).ok()?)
    }

    /// Writes a file beside its place and moves it there when all of it is on the disk: there is never half of one.
    fn put_whole_new(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
        let _ = self.files.remove(&beside);
        let mut file = self.files.create(&beside)?;
        write_all(&mut *file, bytes)?;
        file.sync()?;
        let named = self.files.rename_new(&beside, path);
        if named.is_err() {
            let _ = self.files.remove(&beside);
        }
        named
    }

    /// Signs a seal that has no signature yet, where a key is set. Nothing is asked on the terminal.
    pub fn sign(&self, sealed: &Sealed, key: Option<&Path>) -> Signing {
        let path = signature_of(&sealed.path);
        if self.files.size(&path).is_ok() {
            return Signing::Signed;
        }
        let Some(key) = key else { return Signing::NoKey };
        let signature = match sign(&sealed.path, key) {
            Ok(signature) => signature,
            Err(why) => return Signing::Failed(why),
        };
        match self.put_whole_new(&path, &signature) {
            // Where somebody else signed it meanwhile, theirs stands.
            Err(error) if self.files.size(&path).is_err() => {
                Signing::Failed(StoreError::io("write", &path)(error).to_string())
            }
            _ => Signing::Signed,
        }
    }

    /// The seals of an incident, the oldest first.
    pub fn seals(&self, address: &Address) -> Vec<Found> {
        let folder = Self::seals_folder(address);
        let names = self.files.list(&folder).unwrap_or_default();
        let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
        let mut found: Vec<Found> = names
            .iter()
            .filter(|name| name.ends_with(".seal"))
            .map(|name| Found {
                file: name.clone(),
                seal: self.files.read(&folder.join(name), 0).ok().and_then(|bytes| read(&bytes)),
                signed: names.contains(&format!("{name}.sig")),
            })
            .collect();
        found.sort_by(|a, b| a.file.cmp(&b.file));
        found
    }

    /// What the signature beside a seal says. `signers`: a file of `ssh-keygen`'s allowed signers.
    pub fn signature(&self, address: &Address, found: &Found, signers: Option<&Path>) -> Signature {
        let note = Self::seals_folder(address).join(&found.file);
        let sig = signature_of(&note);
        match signers {
            Some(signers) => signed_by(&note, &sig, signers),
            None => key_of(&note, &sig),
        }
    }
}

/// Where the signature of a note lies.
fn signature_of(note: &Path) -> PathBuf {
    let mut name = note.file_name().unwrap_or_default().to_owned();
    name.push(".sig");
    note.with_file_name(name)
}

fn read(bytes: &[u8]) -> Option<Seal> {
    Seal::parse(std::str::from_utf8(bytes).ok()?)
}

/// The signature of a seal with an SSH key. A key with a passphrase is asked of the agent: nothing is asked on the
/// terminal, which may be drawing screens.
///
/// # Errors
/// What `ssh-keygen` says, in one sentence.
fn sign(seal: &Path, key: &Path) -> Result<Vec<u8>, String> {
    let text = std::fs::File::open(seal).map_err(|error| format!("the seal could not be read: {error}"))?;
    let mut sign = keygen();
    sign.args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"]).arg(key).stdin(text);
    match sign.output() {
        Ok(answer) if answer.status.success() => Ok(answer.stdout),
        Ok(answer) => Err(first_line(&answer.stderr)),
        Err(error) => Err(format!("ssh-keygen could not be run: {error}")),
    }
}

/// `ssh-keygen` that asks nobody anything.
fn keygen() -> Command {
    let mut command = child("ssh-keygen", Task::Sign);
    command.env("SSH_ASKPASS", "false").env("SSH_ASKPASS_REQUIRE", "force").stdin(Stdio::null());
    command
}

fn signed_by(note: &Path, sig: &Path, signers: &Path) -> Signature {
    let found = keygen().args(["-Y", "find-principals", "-s"]).arg(sig).arg("-f").arg(signers).output();
    let name = match found {
        Ok(found) if found.status.success() => String::from_utf8_lossy(&found.stdout).trim().to_owned(),
        Ok(_) => return key_of(note, sig),
        Err(error) => return Signature::Unknown(format!("ssh-keygen could not be run: {error}")),
    };
    let Ok(text) = std::fs::File::open(note) else { return Signature::Bad };
    let mut verify = keygen();
    verify.args(["-Y", "verify", "-n", NAMESPACE, "-I", &name, "-s"]).arg(sig).arg("-f").arg(signers);
    match verify.stdin(text).output() {
        Ok(answer) if answer.status.success() => Signature::By(name),
        Ok(_) => Signature::Bad,
        Err(error) => Signature::Unknown(format!("ssh-keygen could not be run: {error}")),
    }
}

/// The key that signed, where no list says whose it is.
pub(super) fn key_of(note: &Path, sig: &Path) -> Signature {
    let text = match std::fs::File::open(note) {
        Ok(text) => text,
        Err(error) => return Signature::Unknown(format!("the seal could not be read: {error}")),
    };
    let mut check = keygen();
    check.args(["-Y", "check-novalidate", "-n", NAMESPACE, "-s"]).arg(sig);
    match check.stdin(text).output() {
        Ok(answer) if answer.status.success() => {
            let said = String::from_utf8_lossy(&answer.stdout);
            let key = said.split_whitespace().find(|word| word.starts_with("SHA256:"));
            Signature::Key(key.unwrap_or("unknown").to_owned())
        }
        Ok(answer) if answer.status.code() == Some(REFUSES) && !beyond(&answer.stderr) => Signature::Bad,
        Ok(answer) => {
            Signature::Unknown(format!("this ssh-keygen cannot check it: {}", first_line(&answer.stderr)))
        }
        Err(error) => Signature::Unknown(format!("ssh-keygen could not be run: {error}")),
    }
}

/// How ssh-keygen ends where a signature does not hold. One that does not know how to check any, as before OpenSSH 8.2, shows
/// its usage and ends in 1; one that was stopped has no such number.
const REFUSES: i32 = 255;

/// Whether ssh-keygen says that a signature is of a sort it does not know.
fn beyond(said: &[u8]) -> bool {
    let said = String::from_utf8_lossy(said);
    ["unknown or unsupported key type", "larger than supported version"]
        .iter()
        .any(|words| said.contains(words))
}

fn first_line(bytes: &[u8]) -> String {
    let said = String::from_utf8_lossy(bytes);
    said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("ssh-keygen said nothing").to_owned()
}
