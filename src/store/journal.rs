//! Appending: open, one write of whole lines, one sync, acknowledge. Nothing is ever truncated.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::StoreError;
use super::files::{Files, Held, Segment, write_all};
use super::line::{self, Head, SEGMENT_OPENED};
use super::pen::is_just_before;
use super::reading::{Mark, pieces};
use super::writer::{Host, Memory, Salts};
use super::written::{Place, Written, write};
use crate::incident::event::Event;
use crate::incident::line::{Clock, Draft, WriterId};
use crate::model::id::LineId;

/// A segment that has grown to this many bytes is followed by a new one: 4 MiB.
pub const ROLL: u64 = 4 << 20;

/// What the first line of a segment says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub host: String,
    pub user: String,
    pub version: String,
    /// The beginning of a line that a stop left at the end of an earlier segment of this writer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub torn: Vec<Torn>,
    /// Why this segment holds lines of others: `rescue` (they had been kept in another place) or `copy` (they were
    /// missing here and stood in a copy of the store). Their bytes are those their writers made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<String>,
    /// Damaged bytes in the middle of segments, which a repair has copied to `quarantine/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damaged: Vec<Torn>,
}

/// Bytes that are no line, declared by the writer whose journal they end, or by a repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Torn {
    pub file: String,
    pub at: u64,
    pub bytes: u64,
    /// SHA-256 of them, as 64 hex digits.
    pub sha256: String,
}

/// What was tried, and how it failed.
type Tried<T> = Result<T, (&'static str, std::io::Error)>;

/// What of a write came through before it failed.
#[derive(Debug)]
pub(super) struct Unsaved {
    /// Lines, from the first, that are on the disk all the same.
    pub saved: usize,
    pub error: StoreError,
}

/// The segment that is written to.
#[derive(Debug)]
enum Now {
    /// Open and trusted: all its bytes are known.
    Open { file: Box<dyn Segment>, size: u64 },
    /// To be opened: its size must be what the memory says.
    Known,
    /// A new one, named by its opening line. The file may be there, without a byte in it.
    New { opening: Box<Written>, file: Option<Box<dyn Segment>> },
    /// The last one may not be written any more.
    Spent,
}

/// One writer's journal in one incident.
#[derive(Debug)]
pub(super) struct Journal {
    files: Arc<dyn Files>,
    /// The incident's folder.
    incident: PathBuf,
    inc: Uuid,
    writer: WriterId,
    host: Host,
    salts: Salts,
    memory_at: Option<PathBuf>,
    /// Where that is written, once it was.
    memory_held: Held,
    /// When that was last found under its name, by the clock of the lines.
    memory_met: Option<DateTime<Utc>>,
    /// What is acknowledged.
    pub memory: Memory,
    /// The highest segment there is.
    segment: u32,
    now: Now,
    /// Tails of earlier segments, to be declared by the next opening.
    torn: Vec<Torn>,
    /// Lines and openings of segments that are not trusted, to be written again behind the next opening.
    again: Vec<Vec<u8>>,
    /// Whether it was made ready for the next write, and nothing was written since.
    is_ready: bool,
}

/// What a journal needs to know at its start.
pub(super) struct Start {
    pub files: Arc<dyn Files>,
    pub incident: PathBuf,
    pub inc: Uuid,
    pub writer: WriterId,
    pub host: Host,
    pub salts: Salts,
    pub memory_at: Option<PathBuf>,
    pub memory: Memory,
    /// The highest segment there is; 0 for none.
    pub segment: u32,
    /// Whether the last segment may be written on.
    pub trusted: bool,
    pub torn: Vec<Torn>,
    /// Whole lines and openings past the memory, which nobody has seen reach the disk.
    pub again: Vec<Vec<u8>>,
}

impl Journal {
    pub(super) fn new(start: Start) -> Self {
        let now = if start.trusted && start.segment > 0 { Now::Known } else { Now::Spent };
        Self {
            files: start.files,
            incident: start.incident,
            inc: start.inc,
            writer: start.writer,
            host: start.host,
            salts: start.salts,
            memory_at: start.memory_at,
            memory_held: Held::default(),
            memory_met: None,
            memory: start.memory,
            segment: start.segment,
            now,
            torn: start.torn,
            again: start.again,
            is_ready: false,
        }
    }

    /// Decides which segment the next write goes to. A new one's opening comes back, to be named by the
    /// next line.
    pub(super) fn ready(&mut self, now: DateTime<Utc>) -> Result<Option<Head>, StoreError> {
        let opening = self.choose(now)?;
        self.is_ready = true;
        Ok(opening)
    }

    fn choose(&mut self, now: DateTime<Utc>) -> Result<Option<Head>, StoreError> {
        if let Now::Known = self.now {
            self.now = self.reopen();
        }
        if let Now::Open { file, size } = &self.now
            && !file.size().is_ok_and(|found| found == *size)
        {
            // Somebody else wrote into it or cut it: what stands there is declared, and left alone.
            self.fail(&self.path(self.segment));
        }
        if matches!(self.now, Now::Open { size, .. } if size >= ROLL) {
            self.now = Now::Spent;
        }
        // One that was made and left without a byte in it is new: nobody forced its name to the disk.
        let file = match std::mem::replace(&mut self.now, Now::Spent) {
            Now::Spent => None,
            Now::Open { file, size: 0 } => Some(file),
            now => {
                self.now = now;
                return Ok(None);
            }
        };
        let opening = self.opening(now)?;
        let head = opening.head();
        self.now = Now::New { opening: Box::new(opening), file };
        Ok(Some(head))
    }

    /// Opens the segment of the memory; another size than we remember means that it is not ours to go on.
    fn reopen(&self) -> Now {
        let open = || {
            let file = self.files.open(&self.path(self.segment)).ok()?;
            let size = file.size().ok()?;
            (size == self.memory.bytes).then_some(Now::Open { file, size })
        };
        open().unwrap_or(Now::Spent)
    }

    fn opening(&mut self, now: DateTime<Utc>) -> Result<Written, StoreError> {
        let said = Opened {
            host: self.host.host.clone(),
            user: self.host.user.clone(),
            version: self.host.version.clone(),
            torn: self.torn.clone(),
            repair: None,
            damaged: Vec::new(),
        };
        let memory = (self.memory.clock, self.memory.id);
        opening(&said, (self.inc, &self.writer), memory, self.salts.draw(), now)
    }

    /// Writes lines and forces them to the disk. Openings made on the way come back with the result.
    pub(super) fn write(
        &mut self,
        lines: &[Written],
        now: DateTime<Utc>,
        openings: &mut Vec<Head>,
    ) -> Result<(), Unsaved> {
        let mut saved = 0;
        while saved < lines.len() {
            if !std::mem::take(&mut self.is_ready) {
                openings.extend(self.choose(now).map_err(|error| Unsaved { saved, error })?);
            }
            let count = self.fitting(&lines[saved..]);
            let group = &lines[saved..saved + count];
            if let Err((what, source)) = self.put(group) {
                let path = self.path(self.segment);
                self.fail(&path);
                return Err(Unsaved { saved, error: StoreError::io(what, &path)(source) });
            }
            self.acknowledge(group, now);
            saved += count;
        }
        Ok(())
    }

    /// How many of the lines go into the segment at hand: at least one.
    fn fitting(&self, lines: &[Written]) -> usize {
        let mut size = match &self.now {
            Now::Open { size, .. } => *size,
            _ => 0,
        };
        let fits = lines.iter().take_while(|line| {
            let room = size < ROLL;
            size += line.bytes.len() as u64 + 1;
            room
        });
        fits.count().max(1)
    }

    /// One write, one sync; for a new segment also the sync of the folder.
    fn put(&mut self, lines: &[Written]) -> Tried<()> {
        let opening = match &mut self.now {
            Now::New { opening, file } => {
                if file.is_none() {
                    let (number, made) = create(&*self.files, &self.incident, &self.writer, self.segment)?;
                    self.segment = number;
                    *file = Some(made);
                }
                Some(opening.bytes.clone())
            }
            _ => None,
        };
        let again = self.again.iter().filter(|_| opening.is_some());
        let all = opening.iter().chain(again).chain(lines.iter().map(|line| &line.bytes));
        let mut bytes = Vec::with_capacity(all.clone().map(|line| line.len() + 1).sum());
        for line in all {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        let file = match &mut self.now {
            Now::Open { file, .. } | Now::New { file: Some(file), .. } => file,
            _ => return Err(("write to", std::io::ErrorKind::NotFound.into())),
        };
        write_all(&mut **file, &bytes).map_err(|error| ("write to", error))?;
        let synced = file.sync();
        if let Err(error) = synced {
            // The kernel may have dropped what it could not write and call the file clean from now on.
            if self.memory.segment != self.segment {
                (self.memory.segment, self.memory.bytes) = (self.segment, 0);
            }
            self.memory.broken = true;
            self.remember();
            return Err(("sync", error));
        }
        if opening.is_some() {
            let folder = self.incident.join("journal");
            self.files.sync_folder(&folder).map_err(|error| ("sync the folder of", error))?;
        }
        self.grown(bytes.len() as u64);
        Ok(())
    }

    /// The bytes are on the disk: the segment is open and as long as this.
    fn grown(&mut self, by: u64) {
        self.now = match std::mem::replace(&mut self.now, Now::Spent) {
            Now::Open { file, size } => Now::Open { file, size: size + by },
            Now::New { opening, file: Some(file) } => {
                self.memory.openings.push(opening.line.id);
                self.torn.clear();
                self.again.clear();
                Now::Open { file, size: by }
            }
            other => other,
        };
    }

    fn acknowledge(&mut self, lines: &[Written], now: DateTime<Utc>) {
        let Some(last) = lines.last() else { return };
        for head in lines.iter().flat_map(|line| &line.seen) {
            if head.writer == self.writer {
                self.memory.openings.retain(|id| *id != head.id);
            } else {
                self.memory.named.insert(head.writer.clone(), head.id);
            }
        }
        if let Now::Open { size, .. } = &self.now {
            self.memory.bytes = *size;
        }
        self.memory.segment = self.segment;
        self.memory.broken = false;
        self.memory.n = last.line.n;
        self.memory.id = last.line.id;
        self.memory.clock = last.line.clock;
        let met = is_just_before(self.memory_met, now);
        if !(met && self.files.write_held(&self.memory_held, &self.memory.text()).is_ok()) {
            self.remember();
            self.memory_met = Some(now);
        }
    }

    /// Writes the memory. Without it this writer id is retired at the next start, and nothing is lost.
    pub(super) fn remember(&mut self) {
        if let Some(path) = &self.memory_at {
            let _ = self.files.overwrite_held(&mut self.memory_held, path, &self.memory.text());
        }
    }

    /// After an error no byte goes to that segment any more, unless it is new and still empty. What is declared as
    /// torn is forced to the disk, so that it stays what was declared; never after a sync that failed.
    fn fail(&mut self, path: &Path) {
        if let Now::New { opening, file } = &self.now {
            match file {
                None => return,
                Some(file) if file.size().is_ok_and(|size| size == 0) => return,
                // Lines that wait name it: it goes with them into the next segment.
                Some(_) => self.again.push(opening.bytes.clone()),
            }
        }
        let was = std::mem::replace(&mut self.now, Now::Spent);
        let from = if self.memory.segment == self.segment { self.memory.bytes } else { 0 };
        if let Some(torn) = torn(&*self.files, path, from) {
            if let (Now::Open { mut file, .. } | Now::New { file: Some(mut file), .. }, false) =
                (was, self.memory.broken)
            {
                let _ = file.sync();
            }
            quarantine(&*self.files, &self.incident, path, &torn);
            self.torn.push(torn);
        }
    }

    /// The incident's folder got its lasting name.
    pub(super) fn moved(&mut self, incident: &Path) {
        self.incident = incident.to_owned();
        self.memory.at = Memory::at(incident);
        self.remember();
    }

    fn path(&self, segment: u32) -> PathBuf {
        self.incident.join("journal").join(segment_name(&self.writer, segment))
    }
}

/// The first line of a segment of a writer whose chain ends with this clock and line.
pub(super) fn opening(
    said: &Opened,
    (inc, writer): (Uuid, &WriterId),
    (clock, prev): (Clock, LineId),
    salt: [u8; 16],
    now: DateTime<Utc>,
) -> Result<Written, StoreError> {
    let data = serde_json::to_string(said).expect("plain strings and numbers");
    let draft = Draft {
        by: said.user.clone(),
        who: None,
        happened: None,
        ex: None,
        now_set: false,
        over: Vec::new(),
        event: Event::Unknown { kind: SEGMENT_OPENED.into(), data, crit: false },
    };
    let recorded = now.trunc_subsecs(3);
    let clock = clock.tick(recorded.timestamp_millis(), []);
    let (batch, seen) = (None, [].as_slice());
    write(&draft, &Place { inc, writer, n: 0, clock, recorded, batch, seen, salt, prev })
}

fn create(
    files: &dyn Files,
    incident: &Path,
    writer: &WriterId,
    last: u32,
) -> Tried<(u32, Box<dyn Segment>)> {
    let mut number = last;
    loop {
        number += 1;
        match files.create(&incident.join("journal").join(segment_name(writer, number))) {
            Ok(file) => return Ok((number, file)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(("create", error)),
        }
    }
}

/// `w-k7m2q9x4.0001.jsonl`
pub(super) fn segment_name(writer: &WriterId, segment: u32) -> String {
    format!("{writer}.{segment:04}.jsonl")
}

/// The writer and number of a segment by its name.
pub(super) fn segment_of(name: &str) -> Option<(&str, u32)> {
    let (writer, number) = name.strip_suffix(".jsonl")?.rsplit_once('.')?;
    Some((writer, number.parse().ok()?))
}

/// The beginning of a line at the end of a segment, if there is one.
pub(super) fn torn(files: &dyn Files, path: &Path, from: u64) -> Option<Torn> {
    let bytes = files.read(path, from).ok()?;
    let mut found = None;
    pieces(&bytes, &Mark { bytes: from, ..Mark::default() }, |piece| {
        found = piece.tail.then(|| tail(path, piece.at, piece.bytes));
    });
    found
}

/// How the tail of a segment is declared.
pub(super) fn tail(path: &Path, at: u64, bytes: &[u8]) -> Torn {
    Torn {
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        at,
        bytes: bytes.len() as u64,
        sha256: line::hex(&Sha256::digest(bytes)),
    }
}

/// Keeps a copy of a torn tail. The original stays where it is, so a full disk loses nothing here.
pub(super) fn quarantine(files: &dyn Files, incident: &Path, path: &Path, torn: &Torn) {
    let folder = incident.join("quarantine");
    let Ok(bytes) = files.read(path, torn.at) else { return };
    if files.create_folder(&folder).is_err() {
        return;
    }
    if let Ok(mut copy) = files.create(&folder.join(format!("{}.{}", torn.file, torn.at))) {
        let _ = write_all(&mut *copy, &bytes).and_then(|()| copy.sync());
    }
}
