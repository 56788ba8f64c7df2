//! Seal notes and their signatures that came. Two stores that sealed the same head are both honest, and each keeps its own
//! note; a signature stands beside the note it signs and nowhere else.

use super::super::Store;
use super::super::error::StoreError;
use super::super::files::{Disk, Files};
use super::super::part::Part;
use super::super::seal::{Signature, key_of};
use super::judge::No;
use super::offered::Came;
use super::piece::Piece;
use super::place::Place;
use super::plan::SEAL_MOST;
use crate::incident::seal::Seal;

impl Store {
    /// A seal note or a signature. What is left where it is does not count as something the remote has: ours is sent, too.
    pub(super) fn offer_note(
        &self,
        place: &mut Place<'_>,
        piece: &Piece,
        bytes: &[u8],
        came: &mut Came,
    ) -> Result<Option<No>, StoreError> {
        let refused = |why: &str| Ok(Some(No::Refused(why.to_owned())));
        if bytes.len() as u64 > SEAL_MOST {
            return refused("it is too large for a seal");
        }
        let Some(note) = piece.part.note().and_then(Part::read) else {
            return refused("it is neither evidence nor a seal");
        };
        if note == piece.part && !names_itself(place, &note, bytes) {
            return refused("it does not read as a seal of this incident and this head");
        }
        let ours = self.there(place, &piece.part)?;
        if ours.as_deref() == Some(bytes) {
            came.covered.push((piece.file(), 0, bytes.len() as u64));
            return Ok(None);
        }
        let taken = ours.is_none()
            && match note == piece.part {
                true => true,
                false => match self.there(place, &note)? {
                    None => return Ok(Some(No::Waits("the seal note it signs has not come".to_owned()))),
                    Some(note) => match self.fits(&note, bytes)? {
                        Signature::Unknown(why) => return Ok(Some(No::Waits(why))),
                        Signature::Bad => false,
                        Signature::By(_) | Signature::Key(_) => true,
                    },
                },
            };
        if taken {
            came.covered.push((piece.file(), 0, bytes.len() as u64));
            place.files.insert(piece.part.clone(), bytes.to_vec());
        } else {
            came.left.insert(piece.part.clone());
        }
        Ok(None)
    }

    /// A file of the incident as it will be.
    pub(super) fn there(&self, place: &Place<'_>, part: &Part) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(bytes) = place.files.get(part) {
            return Ok(Some(bytes.clone()));
        }
        let path = place.folder.join(part.path());
        match self.files.read(&path, 0) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("read", &path)(error)),
        }
    }

    /// Whether a signature signs a note, as `ssh-keygen` says, whoever signed.
    fn fits(&self, note: &[u8], signature: &[u8]) -> Result<Signature, StoreError> {
        let Ok(folder) = self.sync_folder() else {
            return Ok(Signature::Unknown("there is no state folder to look at it in".to_owned()));
        };
        // Nobody else writes there: who syncs holds the right to.
        let (at, sig) = (folder.join("look.seal"), folder.join("look.seal.sig"));
        let said = Disk
            .replace(&at, note)
            .and_then(|()| Disk.replace(&sig, signature))
            .map(|()| key_of(&at, &sig))
            .map_err(StoreError::io("write", &at));
        for path in [&at, &sig] {
            let _ = Disk.remove(path);
        }
        said
    }
}

/// Whether a note is of this incident, and called after the head it seals.
fn names_itself(place: &Place<'_>, part: &Part, bytes: &[u8]) -> bool {
    let seal = std::str::from_utf8(bytes).ok().and_then(Seal::parse);
    seal.is_some_and(|seal| {
        seal.incident == place.inc && part.path().strip_prefix("seals/") == Some(seal.file_name().as_str())
    })
}
