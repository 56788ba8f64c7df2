//! Words that have to be gone: judged, and hidden wherever they still stand, while what their lines did stays.

use std::collections::BTreeSet;
use std::collections::btree_map::{self, BTreeMap};

use serde::{Deserialize, Serialize};

use super::Incident;
use super::event::Event;
use super::line::Line;
use super::muted::muted;
use crate::model::entry::{Entry, Kind};
use crate::model::evidence::EvidenceItem;
use crate::model::expunge::{
    DeclineExpunge, Expunge, ExpungeDeclined, Expunged, Expunging, Here, MOST, Stub,
};
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::model::restriction::Readers;
use crate::model::sitrep;
use crate::model::text::{self, counted, quoted};

/// No line gives more numbers than this: an opening takes over forty actions.
const NUMBERS: usize = 50;

/// `1 line`, `2 lines and 1 file`.
fn amount(lines: usize, files: usize) -> String {
    let counts = [(lines, "line"), (files, "file")].into_iter().filter(|(n, _)| *n > 0);
    counts.map(|(n, what)| counted(n as u64, what)).collect::<Vec<_>>().join(" and ")
}

/// Two may have taken the same away: the first by its id speaks.
fn speak<K: Ord>(place: btree_map::Entry<'_, K, Expunging>, said: &Expunging) {
    let known = place.or_insert_with(|| said.clone());
    if said.line < known.line {
        known.clone_from(said);
    }
}

/// `E-` and 3 of `E-003`.
fn series(number: &str) -> Option<(&str, usize)> {
    let letters = number.trim_end_matches(|c: char| c.is_ascii_digit());
    Some((letters, number.get(letters.len()..)?.parse().ok()?))
}

/// What a stub says until it is known who made it.
pub(super) const UNKNOWN: &str = "[expunged]";

/// What a line declares as gone, and what was said of that here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Declaring {
    lines: Vec<LineId>,
    files: usize,
    /// This store declined it.
    #[serde(default)]
    declined: bool,
    /// So many of the files this store agreed to take away; and lines of which there are words yet.
    #[serde(default)]
    agreed_files: usize,
    #[serde(default)]
    agreed: Vec<LineId>,
}

impl Declaring {
    pub(super) fn of(said: &Expunged, stubs: &BTreeSet<LineId>) -> Self {
        let here = &said.here;
        let (kept, kept_files) = here.declined.clone().unwrap_or_default();
        Self {
            lines: said.targets.iter().copied().chain(kept).collect(),
            files: said.files.len() + kept_files,
            declined: here.declined.is_some(),
            agreed_files: here.files,
            agreed: here.lines.iter().copied().filter(|line| !stubs.contains(line)).collect(),
        }
    }
}

impl Incident {
    /// Judges keeping words that somebody elsewhere declared as gone. `None`: this store keeps them already.
    ///
    /// # Errors
    /// Refuses a missing reason, a line that declares nothing, and what is gone from this disk or going.
    pub(super) fn decline_expunge(
        &self,
        decline: &DeclineExpunge,
    ) -> Result<Option<ExpungeDeclined>, Refusal> {
        let reason = text::reason(&decline.reason)?;
        let Some(said) = self.declaring.get(&decline.target) else {
            return Err(Refusal::refused("No line of that id says what was expunged.")
                .hint("casebook expunge --carry-out names what waits, with the id of each."));
        };
        let gone = |line: &&LineId| self.stubs.contains(*line) || said.agreed.contains(*line);
        let hidden = |line: &LineId| self.entry_of(*line).is_some() && !self.staying.contains(line);
        let lines = said.lines.iter().filter(gone).count();
        let rest = said.lines.iter().any(|line| hidden(line) && !gone(&line));
        if lines + said.agreed_files > 0 && !rest && said.files == said.agreed_files {
            return Err(Refusal::refused(format!(
                "Nothing of it is left to keep: {} gone from this disk, and nothing brings that back.",
                amount(lines, said.agreed_files)
            )));
        }
        Ok((!said.declined).then_some(ExpungeDeclined { target: decline.target, reason }))
    }

    /// The line that declares the words of another as gone, where they still stand on this disk.
    pub fn waits(&self, line: LineId) -> Option<LineId> {
        let said = self.expungings.get(&line).map(|said| said.line);
        said.filter(|_| !self.stubs.contains(&line) && !self.staying.contains(&line))
    }

    /// Why an expunge, what it took or what declined it is not taken back, and what to do instead.
    pub(super) fn not_taken_back(&self, line: LineId) -> Option<Refusal> {
        if self.declining.contains(&line) {
            return Some(
                Refusal::refused("Declining an expunge is not taken back.")
                    .hint("casebook expunge --carry-out REF takes the words from this disk all the same."),
            );
        }
        let gone = || Refusal::refused("What was expunged is gone; nothing brings it back.");
        if self.stubs.contains(&line) {
            return Some(gone());
        }
        let said = self.declaring.get(&line)?;
        let files = said.files > said.agreed_files;
        if said.declined && (files || said.lines.iter().any(|line| !self.stubs.contains(line))) {
            return Some(
                Refusal::refused("That expunge was declined here: what it names stands on this disk.")
                    .hint("Where it was carried out it is gone, and nothing brings it back."),
            );
        }
        if files || said.lines.iter().any(|line| self.waits(*line).is_some()) {
            return Some(self.waiting(line));
        }
        Some(gone())
    }

    /// Words are hidden, and wait for somebody here to decide.
    pub fn waiting(&self, declares: LineId) -> Refusal {
        let id = declares.short(8);
        Refusal::refused("Somebody expunged it; its words still stand on this disk, hidden.")
            .hint(format!("casebook expunge --decline {id} --reason \"…\" shows them again here."))
    }

    /// Judges taking words away for good.
    ///
    /// # Errors
    /// Refuses a missing reason or second person, a line that carries the incident, and what is gone already.
    pub(super) fn expunge(&self, expunge: &Expunge, by: &str) -> Result<Option<Expunged>, Refusal> {
        let reason = text::reason(&expunge.reason)?;
        let with = text::name(&expunge.with)?;
        // A role, behind a slash or in brackets, makes nobody another person.
        let person = |name: &str| name.split(['/', '(']).next().unwrap_or_default().trim().to_lowercase();
        if person(&with).is_empty() || person(&with) == person(by) {
            return Err(Refusal::refused("The second person is somebody else than you.")
                .hint("Ask somebody who may decide it, and name them: --with NAME/ROLE."));
        }
        let with = self.in_a_role(with)?;
        let targets: BTreeSet<_> = expunge.targets.iter().copied().collect();
        if targets.len() + expunge.files.len() > MOST {
            return Err(Refusal::refused(format!("One act takes away at most {MOST} lines and files.")));
        }
        for target in &targets {
            let entry = self.entry_of(*target).ok_or_else(|| {
                Refusal::refused("No entry has that id.").hint("casebook activity shows the ids.")
            })?;
            if matches!(entry.kind, Kind::Opened | Kind::Phase | Kind::Drill | Kind::Inject) {
                return Err(Refusal::refused(format!(
                    "A line of the kind {} carries the incident: it stays.",
                    entry.kind.word()
                ))
                .hint("Change what it says (casebook edit), or hide it in what leaves (casebook redact)."));
            }
            if self.expungings.values().any(|said| said.line == *target) {
                return Err(Refusal::refused("That line says what was expunged: it stays."));
            }
            if self.staying.contains(target) {
                return Err(Refusal::refused(
                    "That line says who may read what, and protects the record: it stays.",
                )
                .hint("Expunge the words that it hides."));
            }
        }
        // What somebody elsewhere only declared as gone still stands here, and is this store's own to take away.
        let own = |target: &LineId| self.expungings.get(target).is_some_and(|said| said.by == by);
        let gone = |target: &LineId| self.stubs.contains(target) || own(target);
        let targets: Vec<_> = targets.into_iter().filter(|target| !gone(target)).collect();
        let stands = |file: &&String| !targets.is_empty() || !self.expunged_files.contains_key(*file);
        let files: Vec<String> = expunge.files.iter().filter(stands).cloned().collect();
        if targets.is_empty() && files.is_empty() {
            return Ok(None);
        }
        // All or none: the list stands in the order of the targets.
        let left: Option<Vec<String>> =
            targets.iter().map(|target| expunge.left.get(target).cloned()).collect();
        let numbers = self.numbers_of(&targets);
        let left = left.unwrap_or_default();
        Ok(Some(Expunged { targets, files, reason, with, left, numbers, here: Here::default() }))
    }

    /// The second person with the role in which they agree: the one that was named, else the one on the roster.
    fn in_a_role(&self, with: String) -> Result<String, Refusal> {
        let (name, role) = with.split_once(['/', '(']).unwrap_or((&with, ""));
        if !role.trim_matches([')', ' ']).is_empty() || name.trim().is_empty() {
            return Ok(with);
        }
        let name = name.trim();
        match self.person_called(name).and_then(|person| person.roles().first()) {
            Some(role) => text::name(&format!("{name}/{role}")),
            None => Err(Refusal::refused(format!(
                "Nothing says in which role {} may decide that words go for good.",
                quoted(name)
            ))
            .hint(format!("Name it: --with \"{name}/legal\", or the one they have; casebook people add puts it on the roster."))),
        }
    }

    /// The numbers that these lines gave to what they made.
    pub fn numbers_of(&self, lines: &[LineId]) -> Vec<String> {
        self.given().filter(|(line, _)| lines.contains(line)).map(|(_, number)| number).collect()
    }

    /// Every number that stands on something, with the line that gave it.
    fn given(&self) -> impl Iterator<Item = (LineId, String)> {
        let ledger = self.ledger.iter().map(|item| (item.line, item.number.clone()));
        let evidence = self.evidence.iter().map(|item| (item.line, item.number.clone()));
        let notices = self.notices.iter().map(|notice| (notice.line, notice.number.clone()));
        let lessons = self.lessons.iter().map(|lesson| (lesson.line, lesson.number.clone()));
        let actions = self.improvements.iter().map(|action| (action.line, action.number.clone()));
        let sitreps = self.sitreps.iter().map(|sitrep| (sitrep.line, sitrep::label(sitrep.number)));
        let all = ledger.chain(evidence).chain(notices).chain(lessons).chain(actions).chain(sitreps);
        all.filter(|(_, number)| !number.is_empty())
    }

    /// The numbers of what is gone, which stand on papers all the same.
    pub(super) fn gone_numbers(&self) -> impl Iterator<Item = &str> {
        // Numbers are given one after the other, and what still stands says its own: above the highest of those only
        // lines without words have given any. Whoever names a higher one than all of these can have given makes it up.
        let mut standing: BTreeMap<String, usize> = BTreeMap::new();
        if !self.gone_numbers.is_empty() {
            for (_, number) in self.given() {
                let Some((series, n)) = series(&number) else { continue };
                let highest = standing.entry(series.to_owned()).or_default();
                *highest = n.max(*highest);
            }
        }
        let gone = self.stubs.len().saturating_mul(NUMBERS);
        self.gone_numbers.iter().map(String::as_str).filter(move |number| {
            let highest = |series| standing.get(series).copied().unwrap_or(0);
            series(number).is_some_and(|(series, n)| n <= gone.saturating_add(highest(series)))
        })
    }

    /// Knows of lines whose words are gone, whether they came before or come later.
    pub(super) fn know_expunged<'a>(&mut self, lines: impl IntoIterator<Item = &'a Line>) {
        for line in lines {
            let Event::Expunged(expunged) = &line.event else { continue };
            let said = Expunging {
                line: line.id,
                by: line.actor().to_owned(),
                with: expunged.with.clone(),
                reason: expunged.reason.clone(),
            };
            for target in &expunged.targets {
                speak(self.expungings.entry(*target), &said);
            }
            for file in &expunged.files {
                speak(self.expunged_files.entry(file.clone()), &said);
            }
            self.gone_numbers.extend(expunged.numbers.iter().cloned());
        }
    }

    /// The line as it is folded: without its words, if somebody declared them as gone. What it did stays.
    pub(super) fn without_words(&self, line: &Line) -> Option<Line> {
        let gone = self.expungings.contains_key(&line.id) && !line.event.stays();
        if !gone || matches!(line.event, Event::Stub(_)) {
            return None;
        }
        let people = self.people().map(|person| person.name().to_owned());
        let names = people.chain([line.by.clone()]).chain(line.who.clone()).collect();
        let event = muted(&line.event, UNKNOWN, &names);
        Some(Line { event: event.unwrap_or_else(|| Event::Stub(Stub::default())), ..line.clone() })
    }

    /// Shows who took the words of entries away.
    pub(super) fn show_expunged(&mut self, expunged: &Expunged) {
        for target in &expunged.targets {
            let Some(said) = self.expungings.get(target).cloned() else { continue };
            if self.staying.contains(target) {
                continue;
            }
            if let Some(entry) = self.entry_mut(*target) {
                entry.expunge(&said);
            }
        }
    }

    /// Says in an entry who took its words away, if somebody did.
    pub(super) fn say_expunged(&self, line: &Line, entry: &mut Entry) {
        match self.expungings.get(&line.id).filter(|_| !line.event.stays()) {
            Some(said) => entry.expunge(said),
            None if matches!(line.event, Event::Stub(_)) => {
                (entry.text, entry.redacted) = (UNKNOWN.to_owned(), Some(line.id));
            }
            None => {}
        }
    }

    /// Whether a line says what was expunged, or has no words any more.
    pub(super) fn of_expunging(&self, line: LineId) -> bool {
        self.stubs.contains(&line) || self.declaring.contains_key(&line) || self.declining.contains(&line)
    }

    /// The lines that declare others as gone.
    pub fn declaring(&self) -> impl Iterator<Item = LineId> {
        self.declaring.keys().copied()
    }

    /// Every line whose words were taken away, and who says so.
    pub fn expunged(&self) -> impl Iterator<Item = (LineId, &Expunging)> {
        self.expungings.iter().map(|(line, said)| (*line, said))
    }

    /// Who may read it beside its owner, where that is not whoever may read the store.
    pub fn readers(&self) -> Option<Readers> {
        let said = self.readers.as_ref().filter(|said| !said.ended)?;
        Some(said.group.clone().map_or(Readers::Nobody, Readers::Group))
    }

    /// Who took the file of an evidence item away, or the words of its line.
    pub fn evidence_expunged(&self, item: &EvidenceItem) -> Option<&Expunging> {
        let file = item.sha256().and_then(|sha256| self.file_expunged(sha256));
        file.or_else(|| self.expungings.get(&item.line))
    }

    /// Who took an evidence file away, by its SHA-256.
    pub fn file_expunged(&self, sha256: &str) -> Option<&Expunging> {
        self.expunged_files.get(sha256)
    }

    /// The lines that repeat the words of an entry, with it: its corrections, what took it back, what quotes its id.
    pub fn with_repeats(&self, entry: LineId) -> Vec<LineId> {
        self.repeating(entry)
    }
}
