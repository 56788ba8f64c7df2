//! What came, incident by incident: judged, put into the store, and taken down as what the remote has.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::Store;
use super::super::error::StoreError;
use super::super::expunge::{A_STUB, holds_words};
use super::super::locate::{Address, parse};
use super::super::number::{Format, Number, Series};
use super::super::part::Part;
use super::super::sharing::Rights;
use super::super::writer::Memory;
use super::arrive::Arrived;
use super::barred::own_writers;
use super::fault::SyncFault;
use super::git::Objects;
use super::judge::{Good, No};
use super::ledger::{Ledger, Notice, is_ours, retire};
use super::offered::{Offered, doubted, read};
use super::piece::{Branch, writer_of};
use super::place::Place;
use super::tally::Tally;

/// What taking in goes by.
pub(super) struct Desk<'a> {
    pub(super) only: &'a [Uuid],
    pub(super) now: DateTime<Utc>,
}

/// Whether what came for an incident was looked at.
enum Taken {
    Looked,
    /// It was not, and has to be once more.
    PassedOver,
    /// So much came that this is still to be looked at.
    More(Vec<Arrived>),
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
        for one in &offered {
            match &one.no {
                Some(No::Refused(why)) => refuse(ledger, &one.arrived, why),
                Some(No::Waits(why)) => {
                    ledger.note(Notice::Waiting { path: one.arrived.piece.to_string(), why: why.clone() });
                    wait(ledger, &first.folder());
                }
                None => {}
            }
        }
        let forked: Vec<bool> = came.good.iter().map(|(_, good)| place.forks(good)).collect();
        // What failed before may have been the last step of it: the lines are here, and what they ask for is not done.
        let again = ledger.missed.contains(&first.folder());
        if place.is_new() || again && place.is_here() {
            if !place.has_lines() {
                wait(ledger, &first.folder());
                return Ok(left);
            }
            let address = Address { id: inc, number: first.number.to_string(), folder };
            let one = offered.first().map(|one| &one.arrived);
            let both = (&mut *ledger, &mut *tally);
            if !self.settle((&address, first.number), (place, again), one, both)? {
                return Ok(Taken::PassedOver);
            }
        }
        for ((branch, good), forked) in came.good.iter().zip(forked) {
            self.meet(inc, branch, good, forked, desk.now, ledger);
        }
        tally.lines_in += came.good.iter().filter(|(_, good)| good.n > 0).count() as u64;
        let (notes, signatures): (Vec<&Part>, Vec<&Part>) =
            came.left.iter().partition(|part| part.note() == Some(part.path()));
        tally.notes_kept += notes.len();
        tally.signatures_left += signatures.len();
        tally.bytes_in += offered.iter().map(|one| one.bytes.len() as u64).sum::<u64>();
        let wordless = self.wordless_of_ours(&offered);
        for (file, at, end) in came.covered {
            // Whoever carries our lines without their words keeps nobody from having them of us.
            if !wordless.contains(&(file.clone(), at)) {
                ledger.cover(&file, at, end);
            }
        }
        for (file, from) in came.apart {
            let known = ledger.apart.entry(file).or_insert(from);
            *known = (*known).min(from);
        }
        Ok(left)
    }

    /// Pieces of our own journals that somebody else carries with a stub in them, by file and byte.
    fn wordless_of_ours(&self, offered: &[Offered]) -> BTreeSet<(String, u64)> {
        let stubs = |one: &&Offered| holds_words(&one.bytes, A_STUB);
        let mut wordless: Vec<&Offered> = offered.iter().filter(stubs).collect();
        if wordless.is_empty() {
            return BTreeSet::new();
        }
        let own = own_writers(self.state.as_deref());
        wordless.retain(|one| {
            let writer = one.arrived.piece.part.segment().map(writer_of);
            writer.is_some_and(|writer| own.contains(writer) && one.arrived.branch.name() != writer)
        });
        wordless.iter().map(|one| (one.arrived.piece.file(), one.arrived.piece.at)).collect()
    }

    /// Puts what was found good into the store, and tells what that brought about. `false`: it would not have it, and
    /// has to be offered it once more.
    fn settle(
        &self,
        (address, number): (&Address, Number),
        (place, again): (Place<'_>, bool),
        first: Option<&Arrived>,
        (ledger, tally): (&mut Ledger, &mut Tally),
    ) -> Result<bool, SyncFault> {
        let (is_new, opens) = (place.is_new(), !place.is_here());
        let parts = place.parts();
        let declares = parts.declare();
        match self.put(address, number, parts, again) {
            Ok(Rights::Open(why)) => {
                ledger.note(Notice::Open { path: address.number.clone(), why });
            }
            Ok(_) => {}
            Err(StoreError::NotTaken { why, .. }) => {
                first.into_iter().for_each(|one| refuse(ledger, one, &why));
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        }
        if opens && !Format::follow(&*self.files, &self.root, number, self.fresh_id())? {
            ledger.note(Notice::Number { path: address.number.clone() });
        }
        if is_new {
            let list = if opens { &mut tally.opened } else { &mut tally.grown };
            list.insert(address.number.clone());
        }
        if declares {
            for one in self.hidden(address) {
                ledger.note(one.notice(address));
            }
        }
        self.tell(address);
        Ok(true)
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

pub(super) fn refuse(ledger: &mut Ledger, one: &Arrived, why: &str) {
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
