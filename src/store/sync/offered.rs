//! Pieces that came, offered to the incident they belong to: each is taken in, waits, or is refused, and why.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::Store;
use super::super::adopt::SEGMENT_MOST;
use super::super::error::StoreError;
use super::super::expunge::holds_words;
use super::super::line::{hex, incident_in};
use super::super::part::Part;
use super::super::record::id_of;
use super::EVIDENCE_MOST;
use super::arrive::Arrived;
use super::fault::SyncFault;
use super::git::Objects;
use super::judge::{Good, No};
use super::ledger::Ledger;
use super::piece::{Branch, Piece, is_fork, writer_of};
use super::place::{Place, Put};
use super::plan::SEAL_MOST;
use super::put::EXPUNGED;
use super::take::refuse;

/// A piece with its bytes, and what became of it.
pub(super) struct Offered {
    pub(super) arrived: Arrived,
    pub(super) bytes: Vec<u8>,
    pub(super) no: Option<No>,
    /// What it declares of other lines holds.
    believed: bool,
    /// It is carried by nobody known, and its writer signs: what is new in it is not taken in.
    pub(super) doubted: Option<String>,
}

/// What an incident that was added to brings about.
#[derive(Default)]
pub(super) struct Came {
    /// What the remote has, as it will be here.
    pub(super) covered: Vec<(String, u64, u64)>,
    pub(super) apart: Vec<(String, u64)>,
    pub(super) good: Vec<(Branch, Good)>,
    /// Seal notes and signatures that others made, and that stay where they are.
    pub(super) left: BTreeSet<Part>,
}

impl Store {
    /// Offers all pieces to the incident. What they declare, as gone or as torn, is believed only of those that are taken
    /// in: where one is not, everything is offered again without its word.
    pub(super) fn placed(
        &self,
        folder: &Path,
        inc: Uuid,
        offered: &mut [Offered],
    ) -> Result<(Place<'_>, Came), StoreError> {
        loop {
            let believed =
                offered.iter().filter(|one| one.believed && one.arrived.piece.part.segment().is_some());
            let mut place = Place::new(self, folder, inc, believed.map(|one| one.bytes.as_slice()))?;
            let came = self.offer_all(&mut place, offered)?;
            let mut changed = false;
            for one in offered.iter_mut().filter(|one| one.believed && one.no.is_some()) {
                one.believed = false;
                changed |= declares(&one.bytes);
            }
            if !changed {
                return Ok((place, came));
            }
        }
    }

    /// The incident's id: as it is here, else as the first line that came spells it.
    pub(super) fn whose(
        &self,
        folder: &Path,
        first: &Piece,
        offered: &[Offered],
    ) -> Result<Option<Uuid>, StoreError> {
        if self.files.list(&folder.join("journal")).is_ok()
            && let Some(id) = id_of(&*self.files, folder, &first.tail)?
        {
            return Ok(Some(id));
        }
        let of = |one: &Offered| {
            let lines =
                one.bytes.split(|byte| *byte == b'\n').filter(|_| one.arrived.piece.part.segment().is_some());
            let ids = lines.filter_map(|line| Uuid::try_parse_ascii(incident_in(line)?).ok());
            ids.into_iter().find(|id| id.simple().to_string().ends_with(&first.tail))
        };
        Ok(offered.iter().find_map(of))
    }

    /// Offers all pieces, again and again as long as some that waited can be taken.
    fn offer_all(&self, place: &mut Place<'_>, offered: &mut [Offered]) -> Result<Came, StoreError> {
        let mut came = Came::default();
        // Own branches before what is carried: a carrier may bring the same, or another side.
        offered.sort_by(|a, b| {
            let key = |one: &Offered| {
                let piece = &one.arrived.piece;
                (
                    one.arrived.branch.writer().is_none(),
                    piece.part.clone(),
                    piece.at,
                    one.arrived.branch.clone(),
                )
            };
            key(a).cmp(&key(b))
        });
        let mut open: Vec<usize> = (0..offered.len()).collect();
        loop {
            let before = open.len();
            let mut left = Vec::new();
            for at in open {
                let one = &mut offered[at];
                one.no = self.offer_one(place, one, &mut came)?;
                if matches!(one.no, Some(No::Waits(_))) {
                    left.push(at);
                }
            }
            open = left;
            if open.is_empty() || open.len() == before {
                return Ok(came);
            }
        }
    }

    fn offer_one(
        &self,
        place: &mut Place<'_>,
        one: &Offered,
        came: &mut Came,
    ) -> Result<Option<No>, StoreError> {
        let (piece, branch) = (&one.arrived.piece, &one.arrived.branch);
        let file = piece.file();
        let Some(segment) = piece.part.segment() else {
            return self.offer_file(place, piece, &one.bytes, came);
        };
        if let Some(writer) = branch.writer()
            && (writer != writer_of(segment) || is_fork(segment))
        {
            let whose = writer_of(segment);
            return Ok(Some(No::Refused(format!(
                "it is a journal of {whose}, and this is the branch of {writer}"
            ))));
        }
        if let Some(signer) = &one.doubted
            && !place.has(segment, piece.at, &one.bytes)?
        {
            let writer = writer_of(segment);
            return Ok(Some(No::Refused(format!(
                "{writer} signs what it sends, as {signer}, and nobody signed what brings this"
            ))));
        }
        match place.offer(segment, piece.at, &one.bytes)? {
            Err(no) => return Ok(Some(no)),
            Ok(Put::Same { to }) => came.covered.push((file, piece.at, to)),
            Ok(Put::On { to, good }) => {
                came.covered.push((file, piece.at, to));
                came.good.extend(good.into_iter().map(|good| (branch.clone(), good)));
            }
            Ok(Put::Apart { from, file: side, good }) => {
                if let Some(from) = from {
                    came.covered.push((file.clone(), piece.at, from));
                    came.apart.push((file, from));
                }
                if side != segment {
                    let there = format!("{}/journal/{side}", piece.folder());
                    came.covered.push((there, 0, place.length(&side)));
                }
                came.good.extend(good.into_iter().map(|good| (branch.clone(), good)));
            }
        }
        Ok(None)
    }

    /// Evidence, a seal, a signature: whole, and never in the place of another.
    fn offer_file(
        &self,
        place: &mut Place<'_>,
        piece: &Piece,
        bytes: &[u8],
        came: &mut Came,
    ) -> Result<Option<No>, StoreError> {
        let Some(hash) = piece.part.evidence() else { return self.offer_note(place, piece, bytes, came) };
        let there = self.there(place, &piece.part)?;
        let no = match there {
            _ if place.is_gone(hash) => None,
            _ if hex(&Sha256::digest(bytes)) != hash => Some("its bytes are not those it is called after"),
            Some(ours) => (ours != bytes).then_some("another one of that name is here"),
            None => {
                place.files.insert(piece.part.clone(), bytes.to_vec());
                None
            }
        };
        if no.is_none() {
            came.covered.push((piece.file(), 0, bytes.len() as u64));
        }
        Ok(no.map(|why| No::Refused(why.to_owned())))
    }
}

/// Whether these bytes may declare something of other bytes: lines that are gone, or a tail that is torn.
fn declares(bytes: &[u8]) -> bool {
    holds_words(bytes, EXPUNGED) || holds_words(bytes, br#""torn""#)
}

/// So many bytes of one incident are looked at at once, about: 256 MiB. One piece may be as large again.
const AT_ONCE: u64 = 256 << 20;

/// The bytes of the pieces, and the pieces that are left for later.
pub(super) fn read(
    objects: &mut Objects,
    arrived: Vec<Arrived>,
    ledger: &mut Ledger,
) -> Result<(Vec<Offered>, Vec<Arrived>), SyncFault> {
    let (mut all, mut met, mut bytes) = (Vec::with_capacity(arrived.len()), BTreeSet::new(), 0);
    let mut arrived = arrived.into_iter();
    while bytes < AT_ONCE
        && let Some(one) = arrived.next()
    {
        if !met.insert(one.clone()) {
            continue;
        }
        let most = match (one.piece.part.segment(), one.piece.part.evidence()) {
            (Some(_), _) => SEGMENT_MOST,
            (None, Some(_)) => EVIDENCE_MOST,
            (None, None) => SEAL_MOST,
        };
        match objects.read(&one.blob, most)? {
            Some((sort, read)) if sort == "blob" => {
                bytes += read.len() as u64;
                all.push(Offered { arrived: one, bytes: read, no: None, believed: true, doubted: None });
            }
            _ => refuse(ledger, &one, "its bytes are not there, or too many"),
        }
    }
    Ok((all, arrived.collect()))
}

/// Who signs for the writer of a journal that somebody carries, where nobody signed what carries it.
pub(super) fn doubted(one: &Arrived, ledger: &Ledger) -> Option<String> {
    if one.branch.writer().is_some() || ledger.signers.contains_key(one.branch.name()) {
        return None;
    }
    ledger.peers.get(writer_of(one.piece.part.segment()?))?.signer.clone()
}
