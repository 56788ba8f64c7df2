//! The lines of journals, folded while their bytes are read for something else: nobody reads them twice.

use std::collections::{BTreeMap, HashSet, VecDeque};

use casebook_bytes::same;
use uuid::Uuid;

use super::files::Files;
use super::line::Envelope;
use super::locate::Address;
use super::reading::{Piece, segments};
use super::record::Order;
use super::snapshot::{self, Head, Says, WORTH_A_LOOK};
use super::told::Told;
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::line::{Clock, Line, WriterId};
use crate::model::entry::LogKind;
use crate::model::id::LineId;

/// The kind of the lines that say nothing of evidence.
const ENTRY: &str = "logged";

/// What of a line is wanted.
pub(super) enum Wants<'e> {
    Nothing,
    /// Only the words of an entry, and the word of its kind: nothing else is said of it.
    Words(&'e str, &'e str),
    All,
}

/// What a line reads as, as far as that was wanted.
pub(super) enum Read<'e> {
    /// Nothing was wanted, or it does not read.
    Nothing,
    Words(&'e str, &'e str),
    Line(Box<Line>),
}

/// What `incident.json` is held against.
pub(super) struct Gathering<'f> {
    files: &'f dyn Files,
    address: Address,
    /// Its id as its lines spell it.
    inc: String,
    /// What is written before the state in `incident.json`; without one, only what tells of evidence is gathered.
    head: Option<Head>,
    /// Whose lines are folded as they come: the only one who writes, or whoever wrote the most, who is read last.
    streamed: Option<String>,
    /// The entries of `incident.json`, met line by line.
    told: Option<Told<'f>>,
    /// Those of them that say what their lines say, and the entries that later lines change.
    met: Vec<LineId>,
    changed: HashSet<LineId>,
    /// The words of the entry at hand.
    text: Vec<u8>,
    /// The lines of the others, which have to be put in order first: those it knows, and those that came later.
    waiting: [VecDeque<Line>; 2],
    /// Whether they are in order.
    ordered: bool,
    /// How far into the segment at hand `incident.json` goes, in bytes.
    known: u64,
    /// The line that stands before the one at hand in its segment.
    before: LineId,
    incident: Incident,
    count: usize,
    last: Option<Order>,
    /// Whether `incident.json` was held against the lines it knows.
    held: bool,
    /// Nothing was met that needs a closer look: damage, a tail, words that are gone, a kind of a newer casebook.
    plain: bool,
}

impl<'f> Gathering<'f> {
    pub(super) fn new(files: &'f dyn Files, address: &Address) -> Self {
        let head = snapshot::head(files, &address.folder);
        let names = segments(files, &address.folder.join("journal"), &mut Vec::new()).unwrap_or_default();
        let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
        for name in &names {
            let size = files.size(&address.folder.join("journal").join(name)).unwrap_or(0);
            *sizes.entry(writer_of(name)).or_default() += size;
        }
        let most = sizes.iter().max_by_key(|(_, size)| **size);
        let most = most.filter(|(_, size)| sizes.len() == 1 || **size >= WORTH_A_LOOK);
        let streamed = most.map(|(writer, _)| (*writer).to_owned());
        let plain = head.is_ok();
        let head = head.ok().flatten();
        Self {
            files,
            address: address.clone(),
            inc: address.id.to_string(),
            plain,
            told: head
                .as_ref()
                .filter(|_| streamed.is_some())
                .and_then(|head| Told::at_entries(head, files, address)),
            streamed,
            met: Vec::new(),
            changed: HashSet::new(),
            text: Vec::new(),
            head,
            waiting: Default::default(),
            ordered: false,
            known: 0,
            before: LineId::ZERO,
            incident: Incident::fold(address.id, []),
            count: 0,
            last: None,
            held: false,
        }
    }

    /// Puts the segments of the writer whose lines are folded as they come behind those of the others.
    pub(super) fn arrange(&self, names: &mut [String]) {
        if let Some(streamed) = &self.streamed {
            names.sort_by_key(|name| writer_of(name) == streamed);
        }
    }

    fn streams(&self, writer: &str) -> bool {
        self.streamed.as_deref() == Some(writer)
    }

    /// What is wanted of a line.
    pub(super) fn wants<'e>(&self, envelope: &Envelope<'e>) -> Wants<'e> {
        let told = || self.head.is_some() || envelope.kind != ENTRY || ahead(envelope);
        match self.plain_entry(envelope) {
            _ if !self.plain => Wants::Nothing,
            Some((kind, text)) => Wants::Words(kind, text),
            None if told() => Wants::All,
            None => Wants::Nothing,
        }
    }

    /// The kind and the text of an entry of which nothing else is said: it is told as it stands in its line.
    fn plain_entry<'e>(&self, envelope: &Envelope<'e>) -> Option<(&'e str, &'e str)> {
        let more = [envelope.who, envelope.happened, envelope.batch, envelope.over];
        let only = envelope.kind == ENTRY
            && more.iter().all(Option::is_none)
            && envelope.ex.is_none()
            && !envelope.now_set
            && !envelope.crit;
        if self.told.is_none() || self.incident.drill.is_some() || !only || !self.streams(envelope.writer) {
            return None;
        }
        let said = casebook_bytes::plain_log(envelope.data)?;
        LogKind::ALL.iter().any(|kind| kind.word() == said.0).then_some(said)
    }

    /// Something was met that has to be looked at more closely.
    pub(super) fn give_up(&mut self) {
        (self.plain, self.waiting, self.told, self.met) = (false, Default::default(), None, Vec::new());
        self.incident = Incident::fold(Uuid::nil(), []);
    }

    /// What is taken from now on stands in this segment.
    pub(super) fn begins(&mut self, name: &str) {
        self.known = self.head.as_ref().map_or(0, |head| head.reaches(name));
    }

    /// Takes a stretch of a segment that begins at this byte, and what it reads as.
    pub(super) fn take(&mut self, at: u64, piece: &Piece<'_>, read: Read<'_>) {
        if !self.plain {
            return;
        }
        let Ok(envelope) = &piece.what else { return self.give_up() };
        if !same(envelope.inc.as_bytes(), self.inc.as_bytes()) || envelope.crit {
            return self.give_up();
        }
        let known = self.known;
        let end = at + piece.bytes.len() as u64 + u64::from(piece.ended);
        let within = end <= known;
        // What came later begins at the end of a line, and names that line.
        if !within && (at < known || (at == known && at > 0 && envelope.prev() != self.before)) {
            return self.give_up();
        }
        self.before = envelope.id();
        if envelope.opens_segment() {
            // It may name damage that was set aside.
            if envelope.data.contains("\"damaged\":") {
                self.give_up();
            }
            return;
        }
        if self.streams(envelope.writer) {
            self.order();
            self.catch_up(Some((envelope.clock, envelope.writer, envelope.n, envelope.id())), within);
            if !self.plain {
                return;
            }
        }
        let line = match read {
            Read::Words(kind, text) => return self.skim(envelope, (kind, text), within),
            Read::Line(line) => *line,
            Read::Nothing if matches!(self.wants(envelope), Wants::Nothing) => return,
            Read::Nothing => return self.give_up(),
        };
        self.changed.extend(line.event.targets());
        // What takes a part of an act back takes all of it back, and the first line of an act does not say that it is.
        self.changed.extend(line.batch.as_ref().and_then(|batch| batch.0.parse::<LineId>().ok()));
        match line.event {
            // What they hide may stand in other entries, too.
            Event::Expunged(_) | Event::ExpungeDeclined(_) | Event::Redacted(_) => self.give_up(),
            _ if self.streams(&line.writer.0) => self.apply(line, within),
            // Whoever is folded as they come was read last, unless a repair has lines of others.
            _ if self.ordered => self.give_up(),
            _ => self.waiting[usize::from(!within)].push_back(line),
        }
    }

    /// Puts what waits in order, once.
    fn order(&mut self) {
        if !std::mem::replace(&mut self.ordered, true) {
            for lines in &mut self.waiting {
                let mut all = Vec::from(std::mem::take(lines));
                all.sort_by(|a, b| a.order().cmp(&b.order()));
                all.dedup_by(|a, b| a.id == b.id);
                *lines = all.into();
            }
        }
    }

    /// Takes what waits and stands before a line, which `incident.json` knows or does not; without one, all.
    fn catch_up(&mut self, line: Option<(Clock, &str, u64, LineId)>, within: bool) {
        let stands_before = |one: &Line| line.is_none_or(|line| parts(one) < line);
        while let Some(one) = self.waiting[0].pop_front_if(|one| !within || stands_before(one)) {
            self.apply(one, true);
        }
        if !within {
            while let Some(one) = self.waiting[1].pop_front_if(|one| stands_before(one)) {
                self.apply(one, false);
            }
        }
    }

    /// Takes a line whose entry is told as it stands there, or is not told so because later lines change it.
    fn skim(&mut self, envelope: &Envelope<'_>, said: (&str, &str), within: bool) {
        let id = envelope.id();
        if within && let Some(told) = &mut self.told {
            self.text.clear();
            let at = casebook_bytes::tell_log(&mut self.text, id, said, (envelope.recorded, envelope.by));
            // A clock that is ahead of the wall's is told as well.
            let at = at.filter(|at| envelope.clock.0 <= at.timestamp_millis());
            if let Some(at) = at.filter(|_| told.says(&self.text)) {
                self.met.push(id);
                let follows = self.follows((envelope.clock, envelope.writer, envelope.n, id));
                if !follows || !self.incident.obey_told(id, at) {
                    self.give_up();
                }
                return;
            }
        }
        match envelope.line() {
            Ok(line) => self.apply(line, within),
            Err(_) => self.give_up(),
        }
    }

    fn apply(&mut self, line: Line, within: bool) {
        if !self.plain || (!within && !self.hold()) || !self.follows(parts(&line)) {
            return self.give_up();
        }
        let at = self.incident.entries.len();
        self.incident.obey(line);
        if self.incident.entries.len() > at
            && let Some(told) = &mut self.told
            && !told.sets_aside()
        {
            self.give_up();
        }
    }

    /// Counts a line. `false`: it does not stand behind all that were counted.
    fn follows(&mut self, line: (Clock, &str, u64, LineId)) -> bool {
        let (clock, writer, n, id) = line;
        match &mut self.last {
            Some(last) if line <= (last.0, last.1.0.as_str(), last.2, last.3) => return false,
            Some(last) if last.1.0 == writer => (last.0, last.2, last.3) = (clock, n, id),
            last => *last = Some((clock, WriterId(writer.to_owned()), n, id)),
        }
        self.count += 1;
        true
    }

    /// Holds `incident.json` against the lines it knows, once. `false`: it says something else.
    fn hold(&mut self) -> bool {
        let held = std::mem::replace(&mut self.held, true);
        let Some(head) = self.head.as_ref().filter(|_| !held) else { return true };
        let changed = |id: &LineId| self.changed.contains(id);
        head.knows(self.count, self.last.as_ref())
            && (self.changed.is_empty() || !self.met.iter().any(changed))
            && match self.told.take() {
                Some(told) => told.ends(&self.incident),
                None => head.is_said_by(self.files, &self.address, &self.incident),
            }
    }

    /// What is known of evidence, if `incident.json` says what the lines say. `None`: that needs a closer look.
    pub(super) fn finish(mut self) -> Option<(Incident, Says)> {
        self.order();
        self.catch_up(None, false);
        let says = if self.head.is_some() { Says::TheSame } else { Says::Nothing };
        (self.plain && self.hold()).then_some((self.incident, says))
    }
}

/// Whether a line's clock is ahead of the wall's by which it was written: that is told of entries, too.
fn ahead(envelope: &Envelope<'_>) -> bool {
    envelope.recorded().is_ok_and(|at| envelope.clock.0 > at.timestamp_millis())
}

/// Whose segment it is by its name.
fn writer_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// What orders a line.
fn parts(line: &Line) -> (Clock, &str, u64, LineId) {
    (line.clock, &line.writer.0, line.n, line.id)
}
