//! The lines of journals, folded while their bytes are read for something else: nobody reads them twice.

use uuid::Uuid;

use super::files::Files;
use super::locate::Address;
use super::reading::{Piece, segments};
use super::record::Order;
use super::snapshot::{self, Head, Says};
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::line::Line;
use crate::model::id::LineId;

/// The kind of the lines that say nothing of evidence.
const ENTRY: &str = "logged";

/// What `incident.json` is held against.
pub(super) struct Gathering<'f> {
    files: &'f dyn Files,
    address: Address,
    /// Its id as its lines spell it.
    inc: String,
    /// What is written before the state in `incident.json`; without one, only what tells of evidence is gathered.
    head: Option<Head>,
    /// Where several write, their lines have to be put in order first: those it knows, and those that came later.
    waiting: Option<[Vec<Line>; 2]>,
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
        let writer = |name: &String| name.split('.').next().map(str::to_owned);
        let many = names.windows(2).any(|two| writer(&two[0]) != writer(&two[1]));
        Self {
            files,
            address: address.clone(),
            inc: address.id.to_string(),
            plain: head.is_ok(),
            head: head.ok().flatten(),
            waiting: many.then(Default::default),
            before: LineId::ZERO,
            incident: Incident::fold(address.id, []),
            count: 0,
            last: None,
            held: false,
        }
    }

    /// Whether lines of this kind are wanted.
    pub(super) fn wants(&self, kind: &str) -> bool {
        self.plain && (self.head.is_some() || kind != ENTRY)
    }

    /// Something was met that has to be looked at more closely.
    pub(super) fn give_up(&mut self) {
        (self.plain, self.waiting) = (false, None);
        self.incident = Incident::fold(Uuid::nil(), []);
    }

    /// Takes a stretch of a segment that begins at this byte, and what it reads as where that is wanted.
    pub(super) fn take(&mut self, name: &str, at: u64, piece: &Piece<'_>, line: Option<Line>) {
        if !self.plain {
            return;
        }
        let Ok(envelope) = &piece.what else { return self.give_up() };
        if envelope.inc != self.inc || envelope.crit {
            return self.give_up();
        }
        let known = self.head.as_ref().map_or(0, |head| head.reaches(name));
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
        let Some(line) = line else {
            if self.wants(envelope.kind) {
                self.give_up();
            }
            return;
        };
        match &mut self.waiting {
            _ if matches!(line.event, Event::Expunged(_)) => self.give_up(),
            Some(waiting) => waiting[usize::from(!within)].push(line),
            None => self.apply(line, within),
        }
    }

    fn apply(&mut self, line: Line, within: bool) {
        if !self.plain || (!within && !self.hold()) {
            return self.give_up();
        }
        let order = line.order();
        if self.last.as_ref().is_some_and(|(clock, writer, n, id)| order <= (*clock, writer, *n, *id)) {
            return self.give_up();
        }
        match &mut self.last {
            Some(last) if last.1 == line.writer => (last.0, last.2, last.3) = (line.clock, line.n, line.id),
            last => *last = Some((line.clock, line.writer.clone(), line.n, line.id)),
        }
        self.count += 1;
        self.incident.obey(line);
    }

    /// Holds `incident.json` against the lines it knows, once. `false`: it says something else.
    fn hold(&mut self) -> bool {
        let held = std::mem::replace(&mut self.held, true);
        let Some(head) = self.head.as_ref().filter(|_| !held) else { return true };
        let lines = (self.count, self.last.as_ref());
        head.is_said_by(self.files, &self.address.folder, lines, &self.incident)
    }

    /// What is known of evidence, if `incident.json` says what the lines say. `None`: that needs a closer look.
    pub(super) fn finish(mut self) -> Option<(Incident, Says)> {
        for (mut lines, within) in self.waiting.take().into_iter().flatten().zip([true, false]) {
            lines.sort_by(|a, b| a.order().cmp(&b.order()));
            lines.dedup_by(|a, b| a.id == b.id);
            for line in lines {
                self.apply(line, within);
            }
        }
        let says = if self.head.is_some() { Says::TheSame } else { Says::Nothing };
        (self.plain && self.hold()).then_some((self.incident, says))
    }
}
