//! A verification under way: segment by segment, whatever the lines say of themselves and of each other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use casebook_bytes::{Ends, Links};
use uuid::Uuid;

use super::error::{StoreError, plain};
use super::expunge::{Declared, EXPUNGED, declared, names, stub_of};
use super::files::{Files, met_a_link};
use super::finding::{Finding, Left, Spot, Verdict};
use super::gather::{Gathering, Read, Wants};
use super::glance::Glance;
use super::journal::{Opened, Torn, segment_of, tail};
use super::line::{Envelope, Flaw, Head, holds, incident_in, is_of};
use super::reading::{Damage, Mark, Piece, Tail, pieces, segments};
use super::remains::remains;
use super::runs::{Pushed, Runs};
use super::verify::Depth;
use crate::incident::line::Clock;
use crate::model::id::LineId;

/// What stands in a journal that declares something as gone.
const DECLARES: &[u8] = b"\"kind\":\"expunged\"";

/// A verification under way.
pub(super) struct Check<'f> {
    files: &'f dyn Files,
    pub(super) journal: PathBuf,
    pub(super) depth: Depth,
    /// The incident's id as its lines spell it. `None`: who asks has looked at that.
    inc: Option<[u8; 36]>,
    /// Whether the bytes at hand came after the verification began: what they have seen may stand in a
    /// journal that was read before it was there.
    fresh: bool,
    pub(super) findings: Vec<Finding>,
    /// What takes the lines for something else beside.
    pub(super) gathering: Option<Gathering<'f>>,
    /// Lines whose bytes are those their ids were made from, by writer.
    pub(super) chains: HashMap<String, Runs>,
    /// What lines whose bytes were changed say of themselves. Nothing is believed of it; what follows such a line
    /// is not blamed for it.
    claims: HashMap<(String, u64), Vec<LineId>>,
    altered: Vec<Altered>,
    damaged: Vec<(Damage, Torn)>,
    openings: HashMap<String, HashSet<LineId>>,
    /// `prev` of openings and heads in `seen`, looked up when everything has been read.
    owed: Vec<Owed>,
    torn: Vec<Torn>,
    /// Damage that a repair has named and set aside.
    set_aside: Vec<Torn>,
    tails: Vec<(Tail, Torn)>,
    now_set: u64,
    /// Lines that read as stubs; and what is declared as gone.
    stubs: Vec<Blank>,
    declared: Declared,
    /// Those that came so, and nobody here agreed to it.
    pub(super) wordless: BTreeSet<LineId>,
    crit: BTreeMap<String, ()>,
    /// Lines of other incidents by file: the first, and how many.
    strangers: BTreeMap<String, (u64, u64)>,
    /// The segment at hand.
    here: Here,
    lines: u64,
    bytes: u64,
}

/// What is known of the segment at hand.
#[derive(Default)]
struct Here {
    /// Whose it is by its name.
    writer: String,
    /// Another writer that has lines in it.
    other: Option<String>,
    /// Its opening says that it holds lines of others.
    lends: bool,
    /// The last line of its writer, and the clock it had.
    clock: Option<(u64, Clock)>,
    /// The lines of its writer, taken out of those of all while it is read: each of its lines looks here.
    runs: Runs,
}

/// A line whose id is not the hash of its bytes.
struct Altered {
    spot: Spot,
    writer: String,
    n: u64,
    id: LineId,
    bytes: Torn,
}

/// A line that reads as a stub.
struct Blank {
    spot: Spot,
    id: LineId,
    /// The beginning of the id of the line that it says declares it.
    by: String,
    /// What is left of it.
    left: Option<String>,
}

/// Something a line says of another.
struct Owed {
    spot: Spot,
    writer: String,
    n: u64,
    id: LineId,
    what: Says,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Prev,
    OpeningPrev,
    Seen,
}

/// Where a line stands, and its bytes.
#[derive(Clone, Copy)]
struct At<'a> {
    name: &'a str,
    line: u64,
    at: u64,
    bytes: &'a [u8],
}

impl At<'_> {
    fn spot(&self) -> Spot {
        Spot { file: self.name.to_owned(), line: self.line }
    }
}

impl<'f> Check<'f> {
    pub(super) fn new(files: &'f dyn Files, folder: &Path) -> Self {
        Self {
            files,
            journal: folder.join("journal"),
            depth: Depth::Full,
            inc: None,
            fresh: false,
            findings: Vec::new(),
            gathering: None,
            chains: HashMap::new(),
            claims: HashMap::new(),
            altered: Vec::new(),
            damaged: Vec::new(),
            openings: HashMap::new(),
            owed: Vec::new(),
            torn: Vec::new(),
            set_aside: Vec::new(),
            tails: Vec::new(),
            now_set: 0,
            stubs: Vec::new(),
            declared: Declared::default(),
            wordless: BTreeSet::new(),
            crit: BTreeMap::new(),
            strangers: BTreeMap::new(),
            here: Here::default(),
            lines: 0,
            bytes: 0,
        }
    }

    /// Of the incident with this id: lines of another are strangers.
    pub(super) fn of(self, id: Uuid, depth: Depth) -> Self {
        let mut inc = [0; 36];
        id.hyphenated().encode_lower(&mut inc);
        Self { inc: Some(inc), depth, ..self }
    }

    /// Reads every segment there is.
    pub(super) fn all(&mut self) {
        let sizes = self.sizes();
        let mut strange = Vec::new();
        let mut names = match segments(self.files, &self.journal, &mut strange) {
            Ok(names) => names,
            Err(error) => {
                let why = match &error {
                    StoreError::Io { source, .. } => plain(source),
                    StoreError::Link { .. } => LINK.to_owned(),
                    other => other.to_string(),
                };
                self.findings.push(Finding::Unreadable { file: "journal".into(), why });
                return;
            }
        };
        if let Some(gathering) = &self.gathering {
            gathering.arrange(&mut names);
        }
        let unreadable = |damage: Damage| Finding::Unreadable { file: damage.file, why: damage.why };
        self.findings.extend(strange.into_iter().map(unreadable));
        let mut bytes = Vec::new();
        for name in names {
            match self.files.read_over(&self.journal.join(&name), &mut bytes) {
                Ok(()) => {
                    // Kinds are not read one by one: whether the words stand in it at all is found much quicker.
                    if self.depth == Depth::Quick && casebook_bytes::find(&bytes, DECLARES).is_some() {
                        declared(&bytes, &mut self.declared);
                    }
                    self.segment(&name, &bytes, sizes.get(&name).copied().unwrap_or(0));
                }
                Err(error) => {
                    self.gathering.iter_mut().for_each(Gathering::give_up);
                    let why = if met_a_link(&error) { LINK.into() } else { plain(&error) };
                    self.findings.push(Finding::Unreadable { file: name, why });
                }
            }
        }
        let none = self.lines == 0 && self.strangers.is_empty();
        if none && !self.findings.iter().any(|it| matches!(it, Finding::Unreadable { .. })) {
            self.findings.push(Finding::Empty);
        }
    }

    /// How long each segment is as the verification begins. All that those bytes name is there by then.
    fn sizes(&self) -> HashMap<String, u64> {
        let names = segments(self.files, &self.journal, &mut Vec::new()).unwrap_or_default();
        let size = |name: String| Some((self.files.size(&self.journal.join(&name)).ok()?, name));
        names.into_iter().filter_map(size).map(|(size, name)| (name, size)).collect()
    }

    /// Takes in a segment, of which so many bytes were there when the verification began.
    pub(super) fn segment(&mut self, name: &str, bytes: &[u8], known: u64) {
        self.bytes += bytes.len() as u64;
        let writer = segment_of(name).map_or("", |_| super::sync::writer_of(name)).to_owned();
        let runs = self.chains.remove(&writer).unwrap_or_default();
        self.here = Here { writer, runs, ..Here::default() };
        self.gathering.iter_mut().for_each(|gathering| gathering.begins(name));
        let (mut at, mut line, mut rest) = (0_u64, 0_u64, bytes);
        while !rest.is_empty() {
            let length = casebook_bytes::line_length(rest);
            let (slice, after) = rest.split_at(length);
            rest = after;
            line += 1;
            self.fresh = at + length as u64 > known;
            let bytes = match slice.split_last() {
                Some((b'\n', line)) => line,
                _ => slice,
            };
            let quick = if self.depth == Depth::Quick { Glance::read(bytes) } else { None };
            match quick {
                Some(glance) => self.line(At { name, line, at, bytes }, &glance),
                None => self.slowly(name, slice, at, line),
            }
            at += length as u64;
        }
        let Here { writer, other, lends, runs, .. } = std::mem::take(&mut self.here);
        if !runs.is_empty() {
            self.chains.insert(writer, runs);
        }
        if let Some(writer) = other.filter(|_| !lends) {
            self.findings.push(Finding::Misnamed { file: name.to_owned(), writer });
        }
    }

    /// A slice that is read in full: because that was asked for, or because its fields are not in their place.
    fn slowly(&mut self, name: &str, slice: &[u8], at: u64, line: u64) {
        pieces(slice, &Mark::default(), |piece| {
            let here = At { name, line, at: at + piece.at, bytes: piece.bytes };
            let read = match &piece.what {
                Ok(envelope) => self.envelope(here, envelope),
                Err(_) => Read::Nothing,
            };
            if let Some(gathering) = &mut self.gathering {
                gathering.take(here.at, &piece, read);
            }
            match &piece.what {
                Ok(_) => {}
                Err(_) if piece.tail => {
                    let found = Tail { file: name.to_owned(), at: here.at, bytes: piece.bytes.len() as u64 };
                    self.tails.push((found, tail(Path::new(name), here.at, piece.bytes)));
                }
                Err(flaw) => self.no_line(here, &piece, flaw),
            }
        });
    }

    /// Bytes that are no line. Where their own id holds all the same, somebody made them so, and the chain knows
    /// them.
    fn no_line(&mut self, at: At<'_>, piece: &Piece<'_>, flaw: &Flaw) {
        let links = Ends::read(at.bytes).map(|ends| ends.links).filter(|links| {
            // No line holds a NUL, and the tools of a shell read past it.
            holds(at.bytes, links.id) && !at.bytes.contains(&0)
        });
        if let Some(links) = links {
            self.findings.push(Finding::Malformed { spot: at.spot(), why: flaw.to_string() });
            return self.whole(at, &Glance { links, seen: None, data: "", clock: None });
        }
        let damage = Damage {
            file: at.name.to_owned(),
            line: at.line,
            at: at.at,
            bytes: piece.bytes.len() as u64,
            why: flaw.to_string(),
        };
        self.damaged.push((damage, tail(Path::new(at.name), at.at, at.bytes)));
    }

    /// Takes a line that reads. What it says is handed back where somebody gathers that.
    fn envelope<'e>(&mut self, at: At<'_>, envelope: &Envelope<'e>) -> Read<'e> {
        let seen = envelope.seen();
        let wants = self.gathering.as_ref().map_or(Wants::Nothing, |gathering| gathering.wants(envelope));
        let read = match wants {
            Wants::All => envelope.line().map(|line| Read::Line(Box::new(line))),
            Wants::Words(kind, text) => envelope.reads().map(|()| Read::Words(kind, text)),
            Wants::Nothing => envelope.reads().map(|()| Read::Nothing),
        };
        let (read, flaw) = read.map_or_else(|flaw| (Read::Nothing, Some(flaw)), |read| (read, None));
        if let Some(flaw) = flaw.or_else(|| seen.as_ref().err().cloned()) {
            self.findings.push(Finding::Malformed { spot: at.spot(), why: flaw.to_string() });
        }
        let links =
            Links { writer: envelope.writer, n: envelope.n, id: envelope.id(), prev: envelope.prev() };
        // Hashing is the most of a verification: each line is hashed once.
        let whole = holds(at.bytes, links.id);
        if whole && !self.strange(at.bytes) {
            self.now_set += u64::from(envelope.now_set);
            if envelope.kind == EXPUNGED {
                declared(at.bytes, &mut self.declared);
            }
            if envelope.crit {
                self.crit.insert(envelope.kind.to_owned(), ());
            }
            for head in seen.unwrap_or_default() {
                self.has_seen(at.spot(), head);
            }
        }
        let glance = Glance { links, seen: None, data: envelope.data, clock: Some(envelope.clock) };
        if whole {
            self.whole(at, &glance)
        } else {
            self.altered(at, &glance)
        }
        read
    }

    fn has_seen(&mut self, spot: Spot, head: Head) {
        if !self.fresh {
            let (writer, n, id) = (head.writer.0, head.n, head.id);
            self.owed.push(Owed { spot, writer, n, id, what: Says::Seen });
        }
    }

    /// Whether a line is of another incident.
    fn strange(&self, bytes: &[u8]) -> bool {
        self.inc.as_ref().is_some_and(|inc| !is_of(bytes, inc))
    }

    fn line(&mut self, at: At<'_>, glance: &Glance<'_>) {
        let whole = holds(at.bytes, glance.links.id);
        if whole { self.whole(at, glance) } else { self.altered(at, glance) }
    }

    /// A line whose id is not the hash of its bytes: one that was expunged, or altered.
    fn altered(&mut self, at: At<'_>, glance: &Glance<'_>) {
        let Links { writer, n, id, .. } = glance.links;
        if let Some(by) = stub_of(at.bytes) {
            self.stubs.push(Blank { spot: at.spot(), id, by, left: remains(at.bytes) });
            return self.whole(at, glance);
        }
        let bytes = tail(Path::new(at.name), at.at, at.bytes);
        self.altered.push(Altered { spot: at.spot(), writer: writer.to_owned(), n, id, bytes });
        self.claims.entry((writer.to_owned(), n)).or_default().push(id);
    }

    /// A line that stands in its chain.
    fn whole(&mut self, at: At<'_>, glance: &Glance<'_>) {
        let Links { writer, n, id, prev } = glance.links;
        if self.strange(at.bytes) {
            let first = self.strangers.entry(at.name.to_owned()).or_insert((at.line, 0));
            first.1 += 1;
            return self.stranger(at, glance);
        }
        let own = writer == self.here.writer;
        if !own {
            self.here.other.get_or_insert_with(|| writer.to_owned());
        }
        for head in glance.heads() {
            match head {
                Some(head) => self.has_seen(at.spot(), head),
                None => self.findings.push(Finding::Malformed {
                    spot: at.spot(),
                    why: Flaw::Field { field: "seen" }.to_string(),
                }),
            }
        }
        let owes = |what| Owed { spot: at.spot(), writer: writer.to_owned(), n, id: prev, what };
        if n == 0 {
            self.openings.entry(writer.to_owned()).or_default().insert(id);
            // Most open behind the line that was just read.
            if prev != LineId::ZERO && !(own && self.here.runs.end_with(prev)) {
                self.owed.push(owes(Says::OpeningPrev));
            }
            if let Ok(said) = serde_json::from_str::<Opened>(glance.data) {
                self.here.lends |= said.repair.is_some();
                self.torn.extend(said.torn);
                self.set_aside.extend(said.damaged);
            }
            return;
        }
        let runs = if own { &mut self.here.runs } else { self.chains.entry(writer.to_owned()).or_default() };
        let pushed = runs.push(n, id, prev);
        self.lines += u64::from(pushed != Pushed::Known);
        if pushed == Pushed::Apart {
            self.owed.push(owes(Says::Prev));
        }
        self.tick(at, glance);
    }

    /// The clock of a writer goes forward with every line.
    fn tick(&mut self, at: At<'_>, glance: &Glance<'_>) {
        let Some(clock) = glance.clock.filter(|_| glance.links.writer == self.here.writer) else { return };
        let before = self.here.clock.replace((glance.links.n, clock));
        if before.is_some_and(|(n, before)| n + 1 == glance.links.n && clock <= before) {
            self.findings.push(Finding::ClockBack(at.spot()));
        }
    }

    /// A line of another incident: it is held against its own chain and counts for nothing here.
    fn stranger(&mut self, at: At<'_>, glance: &Glance<'_>) {
        let inc = incident_in(at.bytes).map(String::from_utf8_lossy).unwrap_or_default();
        let Links { n, id, prev, .. } = glance.links;
        let writer = format!("{} of {inc}", glance.links.writer);
        let owed = |what| Owed { spot: at.spot(), writer: writer.clone(), n, id: prev, what };
        if n == 0 {
            self.openings.entry(writer.clone()).or_default().insert(id);
            self.owed.extend((prev != LineId::ZERO).then(|| owed(Says::OpeningPrev)));
        } else if self.chains.entry(writer.clone()).or_default().push(n, id, prev) == Pushed::Apart {
            self.owed.push(owed(Says::Prev));
        }
    }

    /// Damage that nobody has declared, and whose line is whole nowhere else.
    pub(super) fn wounds(&self) -> Vec<Torn> {
        let altered = self.altered.iter().filter(|it| !self.has(&it.writer, it.n, it.id)).map(|it| &it.bytes);
        let all = altered.chain(self.damaged.iter().map(|(_, bytes)| bytes));
        all.filter(|bytes| !self.set_aside.contains(bytes)).cloned().collect()
    }

    /// All that openings have declared.
    pub(super) fn declared(&self) -> Vec<Torn> {
        self.torn.iter().chain(&self.set_aside).cloned().collect()
    }

    /// Ids of lines that others name and that are not here.
    pub(super) fn wanted(&self) -> HashSet<LineId> {
        self.owed.iter().filter(|owed| !self.there(owed, Self::has)).map(|owed| owed.id).collect()
    }

    /// Whether a line, or the opening of a segment, is here as it was made.
    pub(super) fn stands(&self, writer: &str, n: u64, id: LineId) -> bool {
        match n {
            0 => self.openings.get(writer).is_some_and(|ids| ids.contains(&id)),
            _ => self.has(writer, n, id),
        }
    }

    /// Whether a writer has any line of this number.
    pub(super) fn has_number(&self, writer: &str, n: u64) -> bool {
        self.chains.get(writer).is_some_and(|chain| chain.has_number(n))
    }

    /// Whether the line that stood at a wound is whole, here or by `added`. Damage that says of itself nothing at all
    /// may be anything.
    pub(super) fn replaced(&self, wound: &Torn, added: &dyn Fn(&str, u64) -> bool) -> bool {
        let claim = self.altered.iter().find(|it| it.bytes == *wound);
        claim.is_none_or(|it| self.has_number(&it.writer, it.n) || added(&it.writer, it.n))
    }

    /// Whether a line is there as it was made.
    pub(super) fn has(&self, writer: &str, n: u64, id: LineId) -> bool {
        self.chains.get(writer).is_some_and(|chain| chain.has(n, id))
    }

    /// The first line of a writer up to `n` whose bytes were changed and that is whole nowhere else.
    pub(super) fn altered_up_to(&self, writer: &str, n: u64) -> Option<u64> {
        let under = |it: &Altered| it.writer == writer && (1..=n).contains(&it.n);
        let named = |it: &Altered| self.set_aside.contains(&it.bytes);
        let lost = |it: &&Altered| under(it) && !named(it) && !self.has(writer, it.n, it.id);
        self.altered.iter().filter(lost).map(|it| it.n).min()
    }

    /// Whether anything is declared as gone.
    pub(super) fn declares(&self) -> bool {
        !self.declared.lines.is_empty() || !self.declared.files.is_empty()
    }

    /// Whether a line is there, or one that says it is this one.
    pub(super) fn knows(&self, writer: &str, n: u64, id: LineId) -> bool {
        let claimed = || self.claims.get(&(writer.to_owned(), n)).is_some_and(|ids| ids.contains(&id));
        self.has(writer, n, id) || claimed()
    }

    /// Looks up what lines have said of each other, now that all are known.
    pub(super) fn verdict(mut self) -> Verdict {
        for owed in std::mem::take(&mut self.owed) {
            self.settle(owed);
        }
        let mut forks: Vec<(&String, u64)> = Vec::new();
        for (writer, chain) in &self.chains {
            forks.extend(chain.forks().into_iter().map(|n| (writer, n)));
        }
        forks.sort_unstable();
        self.findings
            .extend(forks.into_iter().map(|(writer, n)| Finding::Fork { writer: writer.clone(), n }));
        self.settle_damage();
        self.settle_torn();
        for blank in std::mem::take(&mut self.stubs) {
            let found = self.left_of(blank);
            self.findings.push(found);
        }
        if self.now_set > 0 {
            self.findings.push(Finding::NowSet { lines: self.now_set });
        }
        self.findings.extend(self.crit.into_keys().map(|kind| Finding::Critical { kind }));
        let strangers = self.strangers.into_iter();
        self.findings.extend(
            strangers.map(|(file, (line, lines))| Finding::Stranger { spot: Spot { file, line }, lines }),
        );
        self.findings.sort_by_key(Finding::order);
        let ours = |writer: &&String| !writer.contains(' ');
        Verdict {
            findings: self.findings,
            lines: self.lines,
            writers: self.chains.keys().filter(ours).count(),
            bytes: self.bytes,
            seals: Vec::new(),
        }
    }

    /// What is to be said of a line without words. Of several who say what is left of it one may have made it up: where
    /// one says it rightly, that is told of the others and breaks nothing.
    fn left_of(&self, Blank { spot, id, by, left }: Blank) -> Finding {
        let Some(lines) = self.declared.lines.get(&id) else { return Finding::Altered(spot) };
        let said = self.declared.left.get(&id);
        let teller = |rightly: bool| {
            let mut all = said.into_iter().flatten();
            all.find(|(_, was)| (left.as_ref() == Some(*was)) == rightly)
                .map(|(line, _)| line.short(8).to_string())
        };
        let named = lines.iter().any(|line| names(*line, &by));
        match (teller(true), teller(false)) {
            (right, None) if named => {
                let left = if right.is_some() { Left::Held } else { Left::Unknown };
                match self.wordless.contains(&id) {
                    true => Finding::Wordless { spot, by, left },
                    false => Finding::Expunged { spot, by, left },
                }
            }
            (Some(says), Some(denies)) if named => Finding::Disputed { spot, says, denies },
            _ => {
                let by = lines.first().map_or(by, |line| line.short(8).to_string());
                Finding::RemainsAltered { spot, by }
            }
        }
    }

    /// Whether a line that another names is there, by one way of looking.
    fn there(&self, owed: &Owed, has: impl Fn(&Self, &str, u64, LineId) -> bool) -> bool {
        let Owed { writer, n, id, what, .. } = owed;
        let (n, id) = (*n, *id);
        let opening = || self.openings.get(writer).is_some_and(|ids| ids.contains(&id));
        match what {
            // An earlier casebook named the last line of its writer's other side so, after a copy: it is there.
            Says::Seen if n == 0 => opening() || has(self, writer, 0, id) || self.anywhere(writer, id),
            Says::Seen => has(self, writer, n, id),
            Says::Prev if n == 1 => id == LineId::ZERO,
            Says::Prev => has(self, writer, n - 1, id),
            Says::OpeningPrev => {
                self.anywhere(writer, id) || self.altered.iter().any(|it| it.writer == *writer && it.id == id)
            }
        }
    }

    /// Whether a line of a writer is there, whatever its number.
    fn anywhere(&self, writer: &str, id: LineId) -> bool {
        self.chains.get(writer).is_some_and(|chain| chain.has_anywhere(id))
    }

    fn settle(&mut self, owed: Owed) {
        if self.there(&owed, Self::knows) {
            return;
        }
        let Owed { spot, writer, n, id, what } = owed;
        self.findings.push(match what {
            Says::Seen => Finding::NotThere { spot, head: format!("{writer}/{n}/{}", id.short(8)) },
            Says::Prev | Says::OpeningPrev => Finding::NoPrev { spot, writer, n },
        });
    }

    /// Damage that was named by a repair, or whose line is whole elsewhere, is no loss any more.
    fn settle_damage(&mut self) {
        for it in std::mem::take(&mut self.altered) {
            let named = self.set_aside.contains(&it.bytes);
            self.findings.push(match self.has(&it.writer, it.n, it.id) {
                true => Finding::Mended(it.spot),
                false if named => Finding::SetAside { spot: it.spot, at: it.bytes.at, bytes: it.bytes.bytes },
                false => Finding::Altered(it.spot),
            });
        }
        for (damage, bytes) in std::mem::take(&mut self.damaged) {
            let named = self.set_aside.contains(&bytes);
            let spot = || Spot { file: damage.file.clone(), line: damage.line };
            self.findings.push(match named {
                true => Finding::SetAside { spot: spot(), at: damage.at, bytes: damage.bytes },
                false => Finding::Damaged(damage),
            });
        }
    }

    fn settle_torn(&mut self) {
        let tails = std::mem::take(&mut self.tails);
        for (found, torn) in &tails {
            let declared = self.torn.contains(torn) || self.set_aside.contains(torn);
            let found = found.clone();
            self.findings.push(if declared { Finding::Torn(found) } else { Finding::Unfinished(found) });
        }
        let mut declared = std::mem::take(&mut self.torn);
        declared.dedup();
        for torn in declared {
            if !tails.iter().any(|(_, found)| *found == torn) {
                self.findings.push(Finding::TornAltered { file: torn.file, at: torn.at });
            }
        }
    }
}

const LINK: &str = "it is a symbolic link, which is not followed";
