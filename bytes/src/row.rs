//! The list cache: which line is the last of each incident, and a usual line read without a general reader.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::here::Here;
use crate::id::{LineId, uuid};
use crate::stamp::stamp;
use crate::sum::unsummed;

const AT: &str = "{\"at\":\"";

/// The last line of each incident, by its folder, without its sum.
pub struct LastLines<'a> {
    lines: HashMap<&'a str, &'a str>,
    /// How many lines there are, those of the same incident each counted.
    pub count: usize,
    /// Whether all lines are as they were written. Where one is not, nobody knows of which incident it told: an older
    /// line of that one may seem to be its last.
    pub are_whole: bool,
}

impl<'a> LastLines<'a> {
    /// Of lines that were closed with [`crate::summed`]. The end of a line that somebody is writing just now says nothing
    /// but that the lines before are not the last of its incident.
    pub fn of(text: &'a str) -> Self {
        // About as long as a line is.
        let lines = HashMap::with_capacity(text.len() / 400);
        let mut all = Self { lines, count: 0, are_whole: true };
        let (bytes, mut from) = (text.as_bytes(), 0);
        while from < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |at| from + at);
            let line = &text[from..end];
            let front = unsummed(line);
            if let Some((at, _)) = line.strip_prefix(AT).and_then(|rest| rest.split_once('"')) {
                all.lines.insert(at, front.unwrap_or_default());
            }
            all.count += 1;
            all.are_whole &= front.is_some() || end == bytes.len();
            from = end + 1;
        }
        all
    }

    /// The last line of the incident in this folder, an object of JSON without its last brace.
    #[inline(never)]
    pub fn get(&self, at: &str) -> Option<&'a str> {
        self.lines.get(at).copied()
    }

    /// How many incidents there are.
    pub fn incidents(&self) -> usize {
        self.lines.len()
    }

    /// The last line of each, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.lines.values().copied()
    }
}

/// What a line of the list cache says of an incident that can be read, has no links and no improvement actions, and
/// in whose words nothing is escaped.
#[derive(Debug, PartialEq)]
pub struct PlainRow<'a> {
    pub changed: i64,
    /// Names and sizes, as they stand in the line.
    files: &'a str,
    pub id: [u8; 16],
    pub title: &'a str,
    pub status: &'a str,
    pub phase: &'a str,
    pub visit: u32,
    pub entered: DateTime<Utc>,
    pub opened: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub due: Option<DateTime<Utc>>,
    pub severity: Option<u8>,
    pub tlp: Option<&'a str>,
    pub lead: Option<&'a str>,
    types: &'a str,
    refs: &'a str,
    /// Entries; tasks settled and all; not contained, debts, contested.
    pub counts: [u32; 6],
    pub closed: bool,
    pub last: Option<LineId>,
    pub by: Option<&'a str>,
}

impl<'a> PlainRow<'a> {
    /// Reads a line as [`LastLines::get`] has it. `None`: it is another, or written in another way.
    #[inline(never)]
    pub fn read(line: &'a str) -> Option<Self> {
        let mut here = Here::new(line);
        here.eat(AT)?;
        here.rest_of_word()?;
        here.eat(",\"changed\":")?;
        let changed = i64::try_from(here.number()?).ok()?;
        here.eat(",\"files\":[")?;
        let files = here.list(|here| {
            here.eat("[")?;
            here.word()?;
            here.eat(",")?;
            here.number()?;
            here.eat("]")
        })?;
        here.eat(",\"row\":[[\"")?;
        let id = here.take(36).and_then(uuid)?;
        here.eat("\",")?;
        let (title, status, phase) = (here.next_word()?, here.next_word()?, here.next_word()?);
        let visit = here.next_count()?;
        here.eat("[")?;
        let (entered, opened) = (stamp(here.next_word()?)?, stamp(here.next_word()?)?);
        let updated = stamp(here.next_word()?)?;
        let due = match here.maybe(Here::word)? {
            Some(due) => Some(stamp(due)?),
            None => None,
        };
        here.eat("],")?;
        let severity = here.maybe(Here::number)?.map(u8::try_from).transpose().ok()?;
        here.eat(",")?;
        let tlp = here.maybe(Here::word)?;
        here.eat(",")?;
        let lead = here.maybe(Here::word)?;
        here.eat(",[[")?;
        let types = here.list(|here| here.word().map(drop))?;
        here.eat(",[")?;
        let refs = here.list(|here| here.word().map(drop))?;
        here.eat("]],[")?;
        let mut counts = [0; 6];
        for (k, count) in counts.iter_mut().enumerate() {
            if k > 0 {
                here.eat(",")?;
            }
            *count = u32::try_from(here.number()?).ok()?;
        }
        here.eat("],[")?;
        let closed = here.eat("true").is_some();
        if !closed {
            here.eat("false")?;
        }
        here.eat(",")?;
        let last = here.maybe(Here::id)?;
        here.eat(",[],null,null,")?;
        let by = here.maybe(Here::word)?;
        here.eat("]]")?;
        let row = Self {
            changed,
            files,
            id,
            title,
            status,
            phase,
            visit,
            entered,
            opened,
            updated,
            due,
            severity,
            tlp,
            lead,
            types,
            refs,
            counts,
            closed,
            last,
            by,
        };
        here.rest().is_empty().then_some(row)
    }

    /// The journals it was made from: names and sizes.
    pub fn files(&self) -> impl Iterator<Item = (&'a str, u64)> + Clone + use<'a> {
        let mut here = Here::new(self.files);
        std::iter::from_fn(move || {
            here.eat(",");
            here.eat("[")?;
            let name = here.word()?;
            here.eat(",")?;
            let size = here.number()?;
            here.eat("]")?;
            Some((name, size))
        })
    }

    /// What types it is of.
    pub fn types(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        words(self.types)
    }

    /// Its tickets.
    pub fn refs(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        words(self.refs)
    }
}

fn words<'a>(list: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
    let mut here = Here::new(list);
    std::iter::from_fn(move || {
        here.eat(",");
        here.word()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINE: &str = concat!(
        r#"{"at":"2026/81/INC-2026-8122-139afebf","changed":1795388472886416801,"files":[["w-aa1twj3w.0001.jsonl",6367],["w-b.0001.jsonl",0]],"#,
        r#""row":[["01900000-0000-7000-8000-0000139afebf","é in","open","detection",1,["2026-01-06T15:21:00Z","2026-01-06T15:22:00Z","2026-01-06T15:23:00.5Z",null],"#,
        r#"2,"amber",null,[["malware"],[]]],[6,0,10,0,3,0],[false,"0dadda72965e430bb122e1d67c51b3fee6e20caf9e8e509973180c1a2f87951a",[],null,null,"ana"]]}"#,
    );

    fn with_sum(object: &str) -> String {
        let mut line = object.as_bytes().to_vec();
        crate::sum::summed(&mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn a_usual_line_is_read() {
        let row = PlainRow::read(LINE.strip_suffix('}').unwrap()).unwrap();
        assert_eq!(row.files().collect::<Vec<_>>(), [("w-aa1twj3w.0001.jsonl", 6367), ("w-b.0001.jsonl", 0)]);
        assert_eq!(
            (row.changed, row.title, row.status, row.phase),
            (1_795_388_472_886_416_801, "é in", "open", "detection")
        );
        assert_eq!((row.severity, row.tlp, row.lead, row.due), (Some(2), Some("amber"), None, None));
        assert_eq!((row.types().collect::<Vec<_>>(), row.refs().count()), (vec!["malware"], 0));
        assert_eq!((row.counts, row.closed, row.by), ([6, 0, 10, 0, 3, 0], false, Some("ana")));
        assert_eq!(row.last.unwrap().short(8), "0dadda72");
        assert_eq!(row.id[12..], [0x13, 0x9a, 0xfe, 0xbf]);
    }

    #[test]
    fn the_last_line_of_each_incident_counts_and_a_torn_one_takes_the_place_of_those_before() {
        let [a, b, again] = ["a\",1", "b\",2", "a\",3"].map(|line| with_sum(&format!("{AT}{line}}}")));
        let text = format!("{a}\n{b}\n{again}\n{{\"at\":\"c");
        let lines = LastLines::of(&text);
        assert_eq!((lines.count, lines.incidents(), lines.are_whole), (4, 2, true));
        assert_eq!(
            (lines.get("a"), lines.get("b"), lines.get("c")),
            (Some("{\"at\":\"a\",3"), Some("{\"at\":\"b\",2"), None)
        );
        assert_eq!(lines.iter().count(), 2);
        // Of the one at the end, its folder reads: what was known of it is not the last any more.
        let text = format!("{a}\n{b}\n{}", &again[..20]);
        let lines = LastLines::of(&text);
        assert_eq!((lines.get("a"), lines.are_whole), (Some(""), true));
        // Before the end it is no writing that goes on.
        for text in [format!("{a}\n{}\n{b}\n", &again[..20]), format!("{a}\nx\n{b}\n"), format!("{a}{b}\n")] {
            assert!(!LastLines::of(&text).are_whole, "{text}");
        }
    }

    proptest! {
        /// A line that was cut, or hit anywhere, is read as nothing or is JSON all the same.
        #[test]
        fn what_is_read_is_json(at in any::<prop::sample::Index>(), with in "[ -~]{0,3}", drop in 0usize..3) {
            let at = at.index(LINE.len());
            if LINE.is_char_boundary(at) && LINE.is_char_boundary((at + drop).min(LINE.len())) {
                let line = format!("{}{with}{}", &LINE[..at], &LINE[(at + drop).min(LINE.len())..]);
                if line.strip_suffix('}').is_some_and(|front| PlainRow::read(front).is_some()) {
                    prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&line).is_ok(), "{}", line);
                }
            }
        }
    }
}
