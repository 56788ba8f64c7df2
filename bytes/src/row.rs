//! The list cache: which line is the last of each incident, and a usual line read without a general reader.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::here::Here;
use crate::id::{LineId, uuid};
use crate::stamp::stamp;
use crate::sum::unsummed;

const AT: &str = "{\"at\":\"";

/// The last line of each incident, by its folder.
pub struct LastLines<'a> {
    lines: HashMap<&'a str, &'a str>,
    /// How many lines there are, those of the same incident each counted.
    pub count: usize,
}

impl<'a> LastLines<'a> {
    /// Lines that do not begin with a folder are none.
    pub fn of(text: &'a str) -> Self {
        // About as long as a line is.
        let mut all = Self { lines: HashMap::with_capacity(text.len() / 400), count: 0 };
        let (bytes, mut from) = (text.as_bytes(), 0);
        while from < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |at| from + at);
            let line = &text[from..end];
            if let Some((at, _)) = line.strip_prefix(AT).and_then(|rest| rest.split_once('"')) {
                all.lines.insert(at, line);
                all.count += 1;
            }
            from = end + 1;
        }
        all
    }

    /// The last line of the incident in this folder.
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
    /// Reads a line as it is written, with its sum. `None`: it is another, or written in another way, or was changed.
    #[inline(never)]
    pub fn read(line: &'a str) -> Option<Self> {
        let mut here = Here::new(unsummed(line)?);
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
        assert_eq!(PlainRow::read(LINE), None, "it has no sum");
        let line = with_sum(LINE);
        assert_eq!(PlainRow::read(&line.replace("é in", "é on")), None, "it is not as it was written");
        let row = PlainRow::read(&line).unwrap();
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
    fn the_last_line_of_each_incident_counts_and_torn_ones_do_not() {
        let text = "{\"at\":\"a\",1}\n{\"at\":\"b\",2}\nx\n{\"at\":\"a\",3}\n{\"at\":\"c";
        let lines = LastLines::of(text);
        assert_eq!((lines.count, lines.incidents()), (3, 2));
        assert_eq!(
            (lines.get("a"), lines.get("b"), lines.get("c")),
            (Some("{\"at\":\"a\",3}"), Some("{\"at\":\"b\",2}"), None)
        );
        assert_eq!(lines.iter().count(), 2);
    }

    proptest! {
        /// A line that was cut, or hit anywhere, is read as nothing or is JSON all the same, whoever made its sum.
        #[test]
        fn what_is_read_is_json(at in any::<prop::sample::Index>(), with in "[ -~]{0,3}", drop in 0usize..3) {
            let at = at.index(LINE.len());
            if LINE.is_char_boundary(at) && LINE.is_char_boundary((at + drop).min(LINE.len())) {
                let line = with_sum(&format!("{}{with}{}", &LINE[..at], &LINE[(at + drop).min(LINE.len())..]));
                if PlainRow::read(&line).is_some() {
                    prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&line).is_ok(), "{}", line);
                }
            }
        }
    }
}
