//! A seal: a note that names every writer's last line and the root over all of them, so that whoever has it can
//! tell later that nothing up to there was altered, dropped or put in between.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use super::event::Event;
use super::line::{Line, WriterId};
use crate::model::id::LineId;
use crate::model::root::{HeadCode, Root};

/// The first line of a note; its format.
const FORMAT: &str = "casebook seal/1";
/// A note of more writers than this is not read.
const WRITERS: usize = 100_000;

/// What a seal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    pub incident: Uuid,
    /// `INC-2026-0007`, for people.
    pub number: String,
    /// UTC, by the clock of whoever made it.
    pub at: DateTime<Utc>,
    pub by: String,
    /// On what occasion: `on demand`, `phase`, `handover`, `export`, `close`.
    pub occasion: String,
    /// How many lines it covers.
    pub count: u64,
    /// RFC 6962 root over their ids, in the order of the record.
    pub root: LineId,
    /// The last line of each writer: its number and its id.
    pub heads: Vec<(WriterId, u64, LineId)>,
}

/// What a seal says of a record as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Every line it covers is there as it was, and none came between.
    Whole,
    /// A writer's journal ends before the line the seal names, or has another in its place.
    Missing { writer: WriterId, n: u64 },
    /// There are as many lines as it says, or not, and their root is another.
    Another { count: u64 },
}

/// On what occasion lines are sealed by themselves, if on any: others will build on what stands then.
pub fn occasion(lines: &[Line]) -> Option<&'static str> {
    lines.iter().find_map(|line| match &line.event {
        Event::PhaseEntered(entered) if entered.ending.is_some() => Some("close"),
        Event::PhaseEntered(_) => Some("phase"),
        Event::HandoverAccepted(_) => Some("handover"),
        _ => None,
    })
}

impl Seal {
    /// Seals a record as it stands. `incident`: its id and number; `lines`: all of it, in order.
    pub fn of(incident: (Uuid, &str), lines: &[Line], at: DateTime<Utc>, by: &str, occasion: &str) -> Self {
        let mut last: BTreeMap<&WriterId, (u64, LineId)> = BTreeMap::new();
        let mut root = Root::default();
        for line in lines {
            root.add(line.id);
            let head = last.entry(&line.writer).or_default();
            *head = (*head).max((line.n, line.id));
        }
        Self {
            incident: incident.0,
            number: incident.1.to_owned(),
            at,
            by: by.to_owned(),
            occasion: occasion.to_owned(),
            count: root.count(),
            root: root.hash(),
            heads: last.into_iter().map(|(writer, (n, id))| (writer.clone(), n, id)).collect(),
        }
    }

    /// Whether the record still holds what was sealed. Lines that came since change nothing, wherever their clock
    /// puts them.
    pub fn holds<'l>(&self, lines: impl IntoIterator<Item = &'l Line>) -> Holds {
        let heads: BTreeMap<&WriterId, u64> = self.heads.iter().map(|(writer, n, _)| (writer, *n)).collect();
        let mut root = Root::default();
        let mut met = BTreeMap::new();
        let covered = |line: &&Line| heads.get(&line.writer).is_some_and(|n| line.n <= *n);
        for line in lines.into_iter().filter(covered) {
            root.add(line.id);
            met.insert((&line.writer, line.n, line.id), ());
        }
        let missing = self.heads.iter().find(|(writer, n, id)| !met.contains_key(&(writer, *n, *id)));
        match missing {
            Some((writer, n, _)) => Holds::Missing { writer: writer.clone(), n: *n },
            None if root.hash() == self.root && root.count() == self.count => Holds::Whole,
            None => Holds::Another { count: root.count() },
        }
    }

    /// What two people compare on the phone.
    pub fn head_code(&self) -> HeadCode {
        HeadCode::of(self.root)
    }

    /// The name of its file: how many lines, and the head code without its dashes.
    pub fn file_name(&self) -> String {
        format!("{:08}-{}.seal", self.count, self.root.short(16))
    }

    /// The note, as it is signed.
    pub fn text(&self) -> String {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut text = format!(
            "{FORMAT}\nincident {} {}\nsealed {at} {}\noccasion {}\nlines {}\nroot {}\n",
            self.incident, self.number, self.by, self.occasion, self.count, self.root
        );
        for (writer, n, id) in &self.heads {
            let _ = writeln!(text, "{writer} {n} {id}");
        }
        text
    }

    /// Reads a note. `None`: it is none of this format.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix(FORMAT)?.strip_prefix('\n')?.lines();
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let (incident, number) = field("incident")?.split_once(' ')?;
        let (at, by) = field("sealed")?.split_once(' ')?;
        let (occasion, count, root) = (field("occasion")?, field("lines")?, field("root")?);
        let head = |line: &str| {
            let mut words = line.split(' ');
            let head = (
                WriterId(words.next()?.to_owned()),
                words.next()?.parse().ok()?,
                words.next()?.parse().ok()?,
            );
            words.next().is_none().then_some(head)
        };
        Some(Self {
            incident: incident.parse().ok()?,
            number: number.to_owned(),
            at: at.parse().ok()?,
            by: by.to_owned(),
            occasion: occasion.to_owned(),
            count: count.parse().ok()?,
            root: root.parse().ok()?,
            heads: lines.take(WRITERS).map(head).collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::incident::command::Command;
    use crate::incident::tests::{Person, at, opened};
    use crate::model::entry::Logged;

    fn worked(notes: usize) -> Person {
        let mut ana = opened();
        for note in 0..notes {
            let logged = Logged { text: format!("note {note}"), ..Logged::default() };
            ana.give(&Command::Log(logged), at(1)).unwrap();
        }
        ana
    }

    fn seal(person: &Person) -> Seal {
        Seal::of((person.incident.id, &person.incident.number), &person.lines, at(9), "ana", "on demand")
    }

    proptest! {
        #[test]
        fn a_seal_reads_as_it_was_written_and_holds_whatever_comes_later(notes in 0usize..12, later in 0usize..5) {
            let ana = worked(notes + later);
            let mut early = ana.lines.clone();
            early.truncate(ana.lines.len() - later);
            let seal = Seal::of((ana.incident.id, &ana.incident.number), &early, at(9), "ana b", "phase");
            prop_assert_eq!(Seal::parse(&seal.text()), Some(seal.clone()));
            prop_assert_eq!(seal.holds(&ana.lines), Holds::Whole);
        }

        #[test]
        fn a_line_that_is_gone_altered_or_put_in_between_is_found(notes in 1usize..12, pick in 0usize..12) {
            let ana = worked(notes);
            let seal = seal(&ana);
            let at = pick % ana.lines.len();
            let mut gone = ana.lines.clone();
            gone.remove(at);
            prop_assert_ne!(seal.holds(&gone), Holds::Whole);
            let mut altered = ana.lines.clone();
            altered[at].id = LineId([7; 32]);
            prop_assert_ne!(seal.holds(&altered), Holds::Whole);
            let mut more = ana.lines.clone();
            let mut between = more[at].clone();
            between.id = LineId([7; 32]);
            more.insert(at, between);
            prop_assert_ne!(seal.holds(&more), Holds::Whole);
        }

        #[test]
        fn no_text_makes_the_reader_fall(text in "(casebook seal/1\n)?\\PC{0,40}(\n\\PC{0,40}){0,8}") {
            let _ = Seal::parse(&text);
        }
    }

    #[test]
    fn a_line_of_another_writer_whose_clock_stands_earlier_changes_nothing() {
        let ana = worked(3);
        let seal = seal(&ana);
        let mut late = ana.lines[1].clone();
        (late.writer, late.id) = (WriterId("w-late0000".into()), LineId([9; 32]));
        let mut lines = ana.lines.clone();
        lines.insert(1, late);
        assert_eq!(seal.holds(&lines), Holds::Whole);
    }
}
