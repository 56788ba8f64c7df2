//! Finding by words over many incidents: which of their records have all the words, and where.

use serde::Serialize;

use crate::incident::Incident;
use crate::incident::find::{Findable, Source, Spot};
use crate::model::entry::Kind;
use crate::model::text::refang;

/// Words that shall all stand in one text, in any case and any order. Addresses may be typed defanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    wanted: Vec<String>,
}

impl Words {
    pub fn read(typed: &str) -> Self {
        Self { wanted: typed.split_whitespace().map(|word| refang(word).to_lowercase()).collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether all of them stand in this text.
    pub fn in_text(&self, text: &str) -> bool {
        self.wanted.iter().all(|word| has(text.as_bytes(), word) || (!text.is_ascii() && folded(text, word)))
    }

    /// Whether all of them could stand somewhere in a journal: a quick look at its bytes, before it is folded.
    pub fn could_stand_in(&self, journal: &[u8]) -> bool {
        self.wanted.iter().all(|word| !plain(word) || has(journal, word))
    }
}

/// Whether a word stands in a journal as it is typed, not escaped, and is the same in both cases but for ASCII.
fn plain(word: &str) -> bool {
    word.is_ascii() && !word.contains(['"', '\\'])
}

fn folded(text: &str, word: &str) -> bool {
    text.to_lowercase().contains(word)
}

/// Whether a word stands in some bytes, whatever the case of its ASCII letters.
fn has(text: &[u8], word: &str) -> bool {
    let word = word.as_bytes();
    let Some((first, rest)) = word.split_first() else { return true };
    let (small, large) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let Some(last) = text.len().checked_sub(word.len()) else { return false };
    (0..=last).any(|at| {
        (text[at] == small || text[at] == large) && text[at + 1..at + word.len()].eq_ignore_ascii_case(rest)
    })
}

/// A record that has the words, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    /// `task`, `indicator`, `note` …
    pub kind: &'static str,
    /// What the record is called.
    pub name: String,
    /// The field that has the words, and its text.
    pub field: &'static str,
    pub text: String,
}

/// The records of an incident that have the words: the first `most`, and how many there are. Words that a
/// playbook brought stand in every incident and are left out; of the log only what somebody wrote.
pub fn matches(incident: &Incident, words: &Words, most: usize) -> (Vec<Match>, usize) {
    let (mut found, mut count) = (Vec::new(), 0);
    let mut last: Option<Spot<'_>> = None;
    for it in incident.records().filter(counts).filter(|it| words.in_text(it.text)) {
        if last.is_some_and(|last| last.same(&it.spot)) {
            continue;
        }
        last = Some(it.spot);
        count += 1;
        if found.len() < most {
            let (name, text) = (it.name.to_owned(), it.text.to_owned());
            found.push(Match { kind: it.what(), name, field: it.field, text });
        }
    }
    (found, count)
}

fn counts(it: &Findable<'_>) -> bool {
    let told = match it.spot {
        Spot::Line(entry) => {
            let moves = matches!(entry.kind, Kind::Phase | Kind::Hold | Kind::Severity | Kind::Posture);
            entry.undone_by.is_none()
                && it.field == "text"
                && (entry.kind.written() || moves || entry.kind == Kind::Determination)
        }
        Spot::Head | Spot::Noun(..) => true,
    };
    told && it.source == Source::Written
}

#[cfg(test)]
mod tests {
    use super::super::incident::tests::case;
    use super::*;

    #[test]
    fn words_are_found_in_any_order_and_case_and_defanged() {
        let words = Words::read("203[.]0[.]113[.]7 C2");
        assert!(words.in_text("c2 answers on 203.0.113.7"));
        assert!(!words.in_text("203.0.113.7 is quiet"));
        assert!(Words::read("ÜBER").in_text("das war über Nacht"));
        assert!(Words::read("").in_text("anything"));
        // What could be escaped or folded otherwise in the bytes is left to the fold.
        assert!(Words::read("a\"b Über").could_stand_in(b"{}"));
        assert!(!Words::read("fs02").could_stand_in(b"{\"name\":\"FS01\"}"));
        assert!(Words::read("fs02").could_stand_in(b"{\"name\":\"FS02\"}"));
    }

    #[test]
    fn a_match_says_what_it_is_and_in_which_field_and_counts_each_record_once() {
        let incident = case();
        let (found, count) = matches(&incident, &Words::read("fs02"), 1);
        assert_eq!((found[0].kind, found[0].field, found[0].name.as_str()), ("component", "name", "FS02"));
        assert_eq!((found.len(), count), (1, 2));
        assert_eq!(matches(&incident, &Words::read("capture memory"), 9).1, 0);
    }
}
