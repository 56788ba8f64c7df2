//! One incident as read from its journals, kept up with what others append.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::error::StoreError;
use super::files::Files;
use super::locate::Address;
use super::reading::{Cursor, Damage, Reading, Tail, read, read_part};
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::line::{Clock, Line, WriterId};
use crate::model::id::LineId;

/// The place of a line in the total order.
pub(super) type Order = (Clock, WriterId, u64, LineId);

/// What a look at the journals brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Nothing that was not known.
    Nothing,
    /// So many lines, all behind the ones known.
    Lines(usize),
    /// Lines that belong between known ones: the incident was folded anew.
    Late,
}

/// An incident with its place in its journals.
#[derive(Debug)]
pub struct Record {
    files: Arc<dyn Files>,
    pub address: Address,
    pub incident: Incident,
    /// Bytes that could not be read; everything else was.
    pub damage: Vec<Damage>,
    /// Lines somebody is writing, or was stopped in.
    pub tails: Vec<Tail>,
    /// A kind of line that must be known to write here.
    pub crit: Option<String>,
    pub(super) cursor: Cursor,
    pub(super) lines: usize,
    /// Lines in `incident.json` as it was read; 0 if it was not.
    pub(super) kept: usize,
    pub(super) last: Option<Order>,
    /// Applied here before they were read back: own lines, saved or still waiting.
    ahead: Vec<Line>,
}

impl Record {
    pub(super) fn empty(files: Arc<dyn Files>, address: Address) -> Self {
        Self {
            files,
            incident: Incident::fold(address.id, []),
            address,
            damage: Vec::new(),
            tails: Vec::new(),
            crit: None,
            cursor: Cursor::default(),
            lines: 0,
            kept: 0,
            last: None,
            ahead: Vec::new(),
        }
    }

    /// Opens it from its snapshot, if that is worth it and valid, else from nothing.
    pub(super) fn open(files: Arc<dyn Files>, address: Address) -> Result<Self, StoreError> {
        let mut record = Self::empty(Arc::clone(&files), address.clone());
        super::snapshot::open(&*files, &address, &mut record);
        record.catch_up()?;
        Ok(record)
    }

    fn journal(&self) -> PathBuf {
        self.address.folder.join("journal")
    }

    /// Whether every line it is folded from has been read from the disk.
    pub fn settled(&self) -> bool {
        self.ahead.is_empty()
    }

    /// How many lines the incident is folded from.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Applies lines of this process at once, before they are read back: saved or about to be.
    pub fn apply(&mut self, lines: &[Line]) {
        self.ahead.extend(lines.iter().cloned());
        if !self.go_on(lines.iter().collect(), Incident::apply) {
            // Somebody else's line came in between: the next look folds anew, and this is good until then.
            self.last = None;
        }
    }

    /// Applies lines that stand behind all known ones. `false`: some do not, and nothing was applied.
    /// Those that are owned go one by one, so that a long incident is not in memory twice.
    fn go_on<L: Borrow<Line>>(&mut self, lines: Vec<L>, obey: impl Fn(&mut Incident, L)) -> bool {
        // What takes words away or shows them again changes lines that were applied: it is folded anew.
        if lines.iter().any(|line| hides(line.borrow())) {
            return false;
        }
        let mut last = self.last.as_ref().map(|(clock, writer, n, id)| (*clock, writer, *n, *id));
        for line in &lines {
            let order = line.borrow().order();
            if last.is_some_and(|last| order <= last) {
                return false;
            }
            last = Some(order);
        }
        self.last = last.map(|(clock, writer, n, id)| (clock, writer.clone(), n, id));
        self.lines += lines.len();
        for line in lines {
            obey(&mut self.incident, line);
        }
        true
    }

    /// Reads what was appended since, by whomever. In order it costs what is new; late lines cost a fold.
    pub fn catch_up(&mut self) -> Result<News, StoreError> {
        let mut inc = Some(self.address.id.to_string());
        let mut fresh = read(&*self.files, &self.journal(), &mut inc, &mut self.cursor)?;
        // A repair that names damage changes what was read before it.
        if !fresh.joins || !fresh.set_aside.is_empty() {
            self.last = None;
            self.damage.clear();
        }
        let own: HashSet<LineId> = self.ahead.iter().map(|line| line.id).collect();
        if !own.is_empty() {
            let back: HashSet<LineId> = fresh.lines.iter().map(|line| line.id).collect();
            self.ahead.retain(|line| !back.contains(&line.id));
            fresh.lines.retain(|line| !own.contains(&line.id));
        }
        let lines = std::mem::take(&mut fresh.lines);
        self.hear(fresh);
        if lines.is_empty() && (self.last.is_some() || self.lines == 0) {
            return Ok(News::Nothing);
        }
        let count = lines.len();
        if (self.last.is_some() || self.lines == 0) && self.go_on(lines, Incident::obey) {
            return Ok(News::Lines(count));
        }
        self.refold()?;
        Ok(News::Late)
    }

    /// Reads the journals from their beginning up to a cursor, into a record that has read nothing.
    pub(super) fn read_up_to(&mut self, cursor: &Cursor) -> Result<(), StoreError> {
        let mut inc = Some(self.address.id.to_string());
        let mut reading = read_part(&*self.files, &self.journal(), &mut inc, &mut self.cursor, Some(cursor))?;
        let lines = std::mem::take(&mut reading.lines);
        self.hear(reading);
        // One by one, where nothing among them changes what stands before it.
        if lines.iter().any(hides) {
            self.fold(&lines);
        } else {
            self.go_on(lines, Incident::obey);
        }
        Ok(())
    }

    fn fold(&mut self, lines: &[Line]) {
        self.incident = Incident::fold(self.address.id, lines);
        self.lines = lines.len();
        self.last = lines.last().map(|line| (line.clock, line.writer.clone(), line.n, line.id));
    }

    fn hear(&mut self, fresh: Reading) {
        for damage in fresh.damage {
            if !self.damage.contains(&damage) {
                self.damage.push(damage);
            }
        }
        self.tails = fresh.tails;
        self.crit = self.crit.take().or(fresh.crit);
    }

    /// Folds all lines anew.
    fn refold(&mut self) -> Result<(), StoreError> {
        let mut inc = Some(self.address.id.to_string());
        let mut cursor = Cursor::default();
        let mut all = read(&*self.files, &self.journal(), &mut inc, &mut cursor)?;
        let read: HashSet<LineId> = all.lines.iter().map(|line| line.id).collect();
        self.ahead.retain(|line| !read.contains(&line.id));
        all.lines.extend(self.ahead.iter().cloned());
        all.lines.sort_by(|a, b| a.order().cmp(&b.order()));
        let lines = std::mem::take(&mut all.lines);
        self.fold(&lines);
        self.cursor = cursor;
        self.damage.clear();
        self.hear(all);
        Ok(())
    }

    /// The incident as the record had it at a moment: only lines written down until then, in a drill by the
    /// clock of its story.
    pub fn as_of(&self, moment: DateTime<Utc>) -> Result<Incident, StoreError> {
        let lines = all_lines(&*self.files, &self.address)?.lines;
        Ok(Incident::as_of(self.address.id, &lines, moment))
    }

    /// Whether all lines it is folded from have been read from the disk, without damage.
    pub(super) fn whole(&self) -> bool {
        self.ahead.is_empty() && self.damage.is_empty() && self.crit.is_none() && self.last.is_some()
    }

    /// Why nothing may be written here, if that is so.
    pub fn read_only(&self) -> Option<String> {
        let kind = self.crit.as_ref()?;
        Some(format!("it holds a “{kind}” line of a newer casebook that must be known to write"))
    }
}

/// Whether a line changes what is seen of others.
fn hides(line: &Line) -> bool {
    matches!(line.event, Event::Expunged(_) | Event::ExpungeDeclined(_))
}

/// All lines of an incident in their total order.
pub(super) fn all_lines(files: &dyn Files, address: &Address) -> Result<Reading, StoreError> {
    let mut inc = Some(address.id.to_string());
    read(files, &address.folder.join("journal"), &mut inc, &mut Cursor::default())
}

/// The incident's id as the first readable line of its journals spells it, where it fits the folder's name.
pub(super) fn id_of(
    files: &dyn Files,
    folder: &std::path::Path,
    tail: &str,
) -> Result<Option<Uuid>, StoreError> {
    let journal = folder.join("journal");
    for name in super::reading::segments(files, &journal, &mut Vec::new())? {
        let path = journal.join(&name);
        // The first line says it, unless that is damaged.
        for most in [4 << 10, 64 << 10] {
            let start = files.read_some(&path, 0, most).unwrap_or_default();
            let said = start.split(|byte| *byte == b'\n').find_map(|line| id_in(line, tail));
            if said.is_some() {
                return Ok(said);
            }
            if (start.len() as u64) < most {
                break;
            }
        }
    }
    Ok(None)
}

/// The id that a line spells.
fn id_in(line: &[u8], tail: &str) -> Option<Uuid> {
    let text = line.strip_prefix(super::line::START.as_bytes())?.get(..36)?;
    let id = Uuid::try_parse(std::str::from_utf8(text).ok()?).ok()?;
    id.simple().to_string().ends_with(tail).then_some(id)
}
