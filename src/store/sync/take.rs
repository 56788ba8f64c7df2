//! What came, incident by incident: judged, put into the store, and taken down as what the remote has.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::Store;
use super::super::adopt::SEGMENT_MOST;
use super::super::adopt::{Keep, readers};
use super::super::error::StoreError;
use super::super::expunge::holds_words;
use super::super::files::{beside, write_all};
use super::super::line::{hex, incident_in};
use super::super::locate::{Address, parse};
use super::super::number::{Format, Number, Series};
use super::super::part::Part;
use super::super::record::id_of;
use super::super::sharing::Rights;
use super::super::writer::Memory;
use super::EVIDENCE_MOST;
use super::arrive::Arrived;
use super::fault::SyncFault;
use super::git::Objects;
use super::judge::{Good, No};
use super::ledger::{Ledger, Notice, is_ours, retire};
use super::piece::{Branch, Piece, is_fork, writer_of};
use super::place::{Parts, Place, Put};
use super::plan::{Plan, SEAL_MOST};
use crate::incident::seal::Seal;

/// What an exchange came to, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines that are new here.
    pub lines_in: u64,
    /// Incidents that are new here, by their numbers.
    pub opened: BTreeSet<String>,
    /// Incidents that have more lines or files than before, by their numbers.
    pub grown: BTreeSet<String>,
    pub bytes_in: u64,
    /// Incidents of which what came could not be put on the disk, by their numbers.
    pub failed: BTreeSet<String>,
    pub lines_out: u64,
    pub bytes_out: u64,
    /// Incidents something was sent of, by their numbers.
    pub sent: BTreeSet<String>,
    /// Evidence that is too large to be sent: files and bytes.
    pub large: (u64, u64),
    /// Incidents that stay here because not everybody may read them.
    pub restricted: u64,
    /// Deliveries that were pushed.
    pub pushes: u64,
    /// Deliveries that somebody else's came before, and that were made anew.
    pub again: u64,
}

impl Tally {
    /// A plan was sent.
    pub(super) fn sends(&mut self, plan: &Plan) {
        self.lines_out += plan.lines;
        self.bytes_out += plan.out.iter().map(|out| out.bytes.len() as u64).sum::<u64>();
        self.sent.extend(plan.incidents.iter().filter_map(|name| Some(name.rsplit_once('-')?.0.to_owned())));
    }
}

/// What taking in goes by.
pub(super) struct Desk<'a> {
    pub(super) only: &'a [Uuid],
    pub(super) now: DateTime<Utc>,
}

/// A piece with its bytes, and what became of it.
struct Offered {
    arrived: Arrived,
    bytes: Vec<u8>,
    no: Option<No>,
    /// What it declares of other lines holds.
    believed: bool,
    /// It is carried by nobody known, and its writer signs: what is new in it is not taken in.
    doubted: Option<String>,
}

/// Whether what came for an incident was looked at.
enum Taken {
    Looked,
    /// It was not, and has to be once more.
    PassedOver,
    /// So much came that this is still to be looked at.
    More(Vec<Arrived>),
}

/// What an incident that was added to brings about.
#[derive(Default)]
struct Came {
    /// What the remote has, as it will be here.
    covered: Vec<(String, u64, u64)>,
    apart: Vec<(String, u64)>,
    good: Vec<(Branch, Good)>,
}

impl Store {
    /// Takes in what came for one incident, whole or not at all. Where the disk says no, that is told, and the incident is
    /// one that is behind; it hides no other.
    pub(super) fn take(
        &self,
        objects: &mut Objects,
        arrived: Vec<Arrived>,
        desk: &Desk<'_>,
        (ledger, tally): (&mut Ledger, &mut Tally),
    ) -> Result<(), SyncFault> {
        let Some(first) = arrived.first().map(|arrived| arrived.piece.clone()) else { return Ok(()) };
        let number = first.number.to_string();
        let (mut rest, mut passed_over) = (arrived, false);
        // Journals first, and never more at once than there is room for.
        rest.sort_by_key(|one| one.piece.part.segment().is_none());
        let done = loop {
            match self.take_in(objects, rest, desk, (&mut *ledger, &mut *tally)) {
                Ok(Taken::Looked) => break Ok(()),
                Ok(Taken::More(more)) => rest = more,
                Ok(Taken::PassedOver) => {
                    passed_over = true;
                    break Ok(());
                }
                Err(fault) => break Err(fault),
            }
        };
        match done {
            Ok(()) if passed_over => {
                ledger.missed.insert(first.folder());
            }
            Ok(()) => {
                ledger.missed.remove(&first.folder());
                tally.failed.remove(&number);
            }
            Err(SyncFault::Store(error)) => {
                ledger.missed.insert(first.folder());
                let why = match error.hint() {
                    Some(hint) => format!("{error} ({hint})"),
                    None => error.to_string(),
                };
                ledger.note(Notice::Untaken { path: number.clone(), why });
                tally.failed.insert(number);
            }
            Err(fault) => return Err(fault),
        }
        Ok(())
    }

    /// Incidents all that ever came is to be looked at again of: something of them was passed over, or they are shorter here
    /// than what the remote is known to have. Those that are archived stay away.
    pub(super) fn behind(&self, ledger: &Ledger) -> BTreeSet<String> {
        let place = |folder: &str| {
            let (number, _) = parse(folder)?;
            Some(self.root.join("incidents").join(number.hundred()).join(folder))
        };
        let mut all = ledger.missed.clone();
        for (file, covered) in &ledger.covered {
            let Some((folder, part)) = file.split_once('/').filter(|(_, part)| part.starts_with("journal/"))
            else {
                continue;
            };
            let Some(path) = place(folder).map(|folder| folder.join(part)).filter(|_| !all.contains(folder))
            else {
                continue;
            };
            let short = match self.files.size(&path) {
                Ok(size) => size < *covered,
                Err(error) => error.kind() == std::io::ErrorKind::NotFound,
            };
            if short {
                all.insert(folder.to_owned());
            }
        }
        all.retain(|folder| place(folder).is_some_and(|folder| self.stub(&folder).is_none()));
        all
    }

    fn take_in(
        &self,
        objects: &mut Objects,
        arrived: Vec<Arrived>,
        desk: &Desk<'_>,
        (ledger, tally): (&mut Ledger, &mut Tally),
    ) -> Result<Taken, SyncFault> {
        let Some(first) = arrived.first().map(|arrived| arrived.piece.clone()) else {
            return Ok(Taken::Looked);
        };
        let folder = self.root.join("incidents").join(first.number.hundred()).join(first.folder());
        if self.stub(&folder).is_some() {
            // It was moved out of this store; once somebody brings it back, this comes, too.
            return Ok(Taken::PassedOver);
        }
        if first.number.series == Series::Demo {
            refuse(ledger, &arrived[0], "the demo is nobody's incident");
            return Ok(Taken::Looked);
        }
        let (mut offered, more) = read(objects, arrived, ledger)?;
        let left = if more.is_empty() { Taken::Looked } else { Taken::More(more) };
        for one in &mut offered {
            one.doubted = doubted(&one.arrived, ledger);
        }
        let Some(inc) = self.whose(&folder, &first, &offered)? else {
            ledger.note(Notice::Waiting { path: first.folder(), why: "no line of it has come yet".into() });
            wait(ledger, &first.folder());
            return Ok(left);
        };
        if !desk.only.is_empty() && !desk.only.contains(&inc) {
            if let Some(one) = offered.first() {
                refuse(ledger, &one.arrived, "this incident is not one that is shared with this remote");
            }
            return Ok(left);
        }
        let (place, came) = self.placed(&folder, inc, &mut offered)?;
        let waits = offered.iter().any(|one| matches!(one.no, Some(No::Waits(_))));
        for one in &offered {
            match &one.no {
                Some(No::Refused(why)) => refuse(ledger, &one.arrived, why),
                Some(No::Waits(why)) => {
                    ledger.note(Notice::Waiting { path: one.arrived.piece.to_string(), why: why.clone() });
                }
                None => {}
            }
        }
        if waits {
            wait(ledger, &first.folder());
        }
        let forked: Vec<bool> = came.good.iter().map(|(_, good)| place.forks(good)).collect();
        // What failed before may have been the last step of it: the lines are here, and what they ask for is not done.
        let again = ledger.missed.contains(&first.folder());
        let is_new = place.is_new();
        if is_new || again && place.is_here() {
            let mut parts = place.parts();
            parts.expunges |= again;
            if !parts.here && parts.segments.is_empty() {
                wait(ledger, &first.folder());
                return Ok(left);
            }
            let address = Address { id: inc, number: first.number.to_string(), folder };
            let new = !parts.here;
            let declares = parts.segments.iter().any(|(_, _, bytes)| holds_words(bytes, EXPUNGED));
            match self.put(&address, first.number, parts, again) {
                Ok(Rights::Open(why)) => {
                    ledger.note(Notice::Open { path: address.number.clone(), why });
                }
                Ok(_) => {}
                Err(StoreError::NotTaken { why, .. }) => {
                    let one = offered.first().map(|one| &one.arrived);
                    one.into_iter().for_each(|one| refuse(ledger, one, &why));
                    return Ok(Taken::PassedOver);
                }
                Err(error) => return Err(error.into()),
            }
            if new && !Format::follow(&*self.files, &self.root, first.number, self.fresh_id())? {
                ledger.note(Notice::Number { path: address.number.clone() });
            }
            let list = if new { &mut tally.opened } else { &mut tally.grown };
            if is_new {
                list.insert(address.number.clone());
            }
            if declares {
                for one in self.hidden(&address) {
                    ledger.note(one.notice(&address));
                }
            }
            self.tell(&address);
        }
        for ((branch, good), forked) in came.good.iter().zip(forked) {
            self.meet(inc, branch, good, forked, desk.now, ledger);
        }
        tally.lines_in += came.good.iter().filter(|(_, good)| good.n > 0).count() as u64;
        tally.bytes_in += offered.iter().map(|one| one.bytes.len() as u64).sum::<u64>();
        for (file, at, end) in came.covered {
            ledger.cover(&file, at, end);
        }
        for (file, from) in came.apart {
            let known = ledger.apart.entry(file).or_insert(from);
            *known = (*known).min(from);
        }
        Ok(left)
    }

    /// Offers all pieces to the incident. What they declare, as gone or as torn, is believed only of those that are taken
    /// in: where one is not, everything is offered again without its word.
    fn placed(
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
    fn whose(&self, folder: &Path, first: &Piece, offered: &[Offered]) -> Result<Option<Uuid>, StoreError> {
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
            let no = self.offer_file(place, piece, &one.bytes)?;
            if no.is_none() {
                came.covered.push((file, 0, one.bytes.len() as u64));
            }
            return Ok(no);
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
                    came.covered.push((there, 0, place.length_of(&side)));
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
    ) -> Result<Option<No>, StoreError> {
        let refused = |why: &str| Ok(Some(No::Refused(why.to_owned())));
        if let Some(hash) = piece.part.evidence() {
            if place.is_gone(hash) {
                return Ok(None);
            }
            if hex(&Sha256::digest(bytes)) != hash {
                return refused("its bytes are not those it is called after");
            }
        } else if bytes.len() as u64 > SEAL_MOST {
            return refused("it is too large for a seal");
        } else if piece.part.path().ends_with(".seal") {
            let seal = std::str::from_utf8(bytes).ok().and_then(Seal::parse);
            if seal.is_none() {
                return refused("it does not read as a seal");
            }
        } else if !piece.part.path().ends_with(".sig") {
            return refused("it is neither evidence nor a seal");
        }
        let path = place.folder.join(piece.part.path());
        match self.files.read(&path, 0) {
            Ok(ours) if ours == bytes => Ok(None),
            Ok(_) => refused("another one of that name is here"),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if place.files.get(&piece.part).is_some_and(|other| other != bytes) {
                    return refused("another one of that name came, too");
                }
                place.files.insert(piece.part.clone(), bytes.to_vec());
                Ok(None)
            }
            Err(error) => Err(StoreError::io("read", &path)(error)),
        }
    }

    /// Puts on the disk what was found good: evidence and seals before the lines that speak of them. `again`: it failed
    /// before, perhaps behind the last line.
    fn put(
        &self,
        address: &Address,
        number: Number,
        parts: Parts,
        again: bool,
    ) -> Result<Rights, StoreError> {
        let expunges = parts.expunges;
        let restricts = again || parts.segments.iter().any(|(_, _, bytes)| holds_words(bytes, RESTRICTED));
        if !parts.here {
            let mut adopting = self.adopt(number, address.id, Keep::All)?;
            let segments = parts
                .segments
                .into_iter()
                .filter_map(|(name, _, bytes)| Some((Part::read(&format!("journal/{name}"))?, bytes)));
            for (part, bytes) in segments.chain(parts.files) {
                let sum = hex(&Sha256::digest(&bytes));
                adopting.take(&part, bytes.len() as u64, &sum, &mut bytes.as_slice())?;
            }
            let rights = adopting.ready()?.settle()?.rights;
            return Ok(rights);
        }
        for (part, bytes) in parts.files {
            self.put_file(&address.folder, &part, &bytes)?;
        }
        let journal = address.folder.join("journal");
        let mut new = false;
        for (name, from, bytes) in parts.segments {
            let path = journal.join(&name);
            let append = || {
                let mut file = match from {
                    Some(_) => self.files.open(&path)?,
                    None => self.files.create(&path)?,
                };
                if file.size()? != from.unwrap_or(0) {
                    return Err(std::io::Error::other(
                        "somebody wrote to it meanwhile; give the command again",
                    ));
                }
                write_all(&mut *file, &bytes)?;
                file.sync()
            };
            append().map_err(StoreError::io("write", &path))?;
            new |= from.is_none();
        }
        if new {
            self.files.sync_folder(&journal).map_err(StoreError::io("sync the folder", &journal))?;
        }
        if expunges {
            self.finish_expunging(address)?;
        }
        // Who may read it is said by its record, as with an import.
        match restricts {
            true => Ok(self.close_as_said(address, readers(self, address)?.as_ref())),
            false => Ok(Rights::OfStore),
        }
    }

    fn put_file(&self, folder: &Path, part: &Part, bytes: &[u8]) -> Result<(), StoreError> {
        let path = folder.join(part.path());
        let above = path.parent().unwrap_or(folder);
        self.files.create_folder(above).map_err(StoreError::io("make the folder", above))?;
        let write = || {
            let stage = beside(&path);
            let _ = self.files.remove(&stage);
            let mut file = self.files.create(&stage)?;
            write_all(&mut *file, bytes)?;
            if part.evidence().is_some() {
                file.protect()?;
            }
            file.sync()?;
            self.files.rename_new(&stage, &path)?;
            above
                .ancestors()
                .take_while(|path| path.starts_with(folder))
                .try_for_each(|path| self.files.sync_folder(path))
        };
        write().map_err(StoreError::io("write", &path))
    }

    /// The caches learn of an incident that others wrote in.
    fn tell(&self, address: &Address) {
        if let Ok(record) = self.read(address) {
            self.publish(&record);
        }
    }

    pub(super) fn fresh_id(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.salts().draw()).into_uuid()
    }

    /// What a line that came tells of its writer.
    fn meet(
        &self,
        inc: Uuid,
        branch: &Branch,
        good: &Good,
        forked: bool,
        now: DateTime<Utc>,
        ledger: &mut Ledger,
    ) {
        if good.n > 0 && is_ours(self.state.as_deref(), &good.writer) && !ledger.cloned.contains(&good.writer)
        {
            let memory = self.state.as_ref().and_then(|state| {
                let path = state.join("writers").join(&good.writer).join(inc.to_string());
                Memory::read(&*self.files, &path)
            });
            // A line that this machine remembers writing has come back.
            let another = forked || memory.is_none_or(|memory| memory.n < good.n);
            let writer = good.writer.clone();
            if another && branch.writer() == Some(writer.as_str()) {
                retire(self.state.as_deref(), &writer);
                ledger.cloned.push(writer.clone());
                ledger.note(Notice::Cloned { writer });
            } else if another {
                ledger.note(Notice::Foreign { writer, n: good.n, branch: branch.name().to_owned() });
            }
        }
        let peer = ledger.peers.entry(good.writer.clone()).or_default();
        peer.lines += u64::from(good.n > 0);
        if let Some(recorded) = good.recorded.filter(|at| peer.recorded.is_none_or(|known| known <= *at)) {
            (peer.recorded, peer.taken) = (Some(recorded), Some(now));
            peer.by.clone_from(&good.by);
            let wall = recorded.timestamp_millis();
            let ahead = wall.saturating_sub(now.timestamp_millis()).max(0);
            let behind = good.clock.0.saturating_sub(wall).max(0);
            peer.skew_ms = if ahead > 0 { ahead } else { behind.saturating_neg() };
        }
    }
}

/// How the kind of a line stands in it that says who may read the incident.
const RESTRICTED: &[u8] = br#""kind":"restricted""#;

/// How the kind of a line stands in it that says what is gone.
const EXPUNGED: &[u8] = br#""kind":"expunged""#;

/// Whether these bytes may declare something of other bytes: lines that are gone, or a tail that is torn.
fn declares(bytes: &[u8]) -> bool {
    holds_words(bytes, EXPUNGED) || holds_words(bytes, br#""torn""#)
}

/// So many bytes of one incident are looked at at once, about: 256 MiB. One piece may be as large again.
const AT_ONCE: u64 = 256 << 20;

/// The bytes of the pieces, and the pieces that are left for later.
fn read(
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
fn doubted(one: &Arrived, ledger: &Ledger) -> Option<String> {
    if one.branch.writer().is_some() || ledger.signers.contains_key(one.branch.name()) {
        return None;
    }
    ledger.peers.get(writer_of(one.piece.part.segment()?))?.signer.clone()
}

fn refuse(ledger: &mut Ledger, one: &Arrived, why: &str) {
    ledger.note(Notice::Refused {
        branch: one.branch.name().to_owned(),
        path: one.piece.to_string(),
        why: why.to_owned(),
    });
}

fn wait(ledger: &mut Ledger, folder: &str) {
    if !ledger.waiting.iter().any(|waiting| waiting == folder) {
        ledger.waiting.push(folder.to_owned());
    }
}
