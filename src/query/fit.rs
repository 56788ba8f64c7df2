//! How well a text fits what was typed: the one order of find, in the shell and on the screens.
//!
//! A word that stands there as typed comes before its beginning, that before its middle, and all of them
//! before what is only near: a slip of the finger, or letters with gaps.

use casebook_bytes::{Stands, Word};
use serde::Serialize;

/// How a typed word stands in a text, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// As a word of its own.
    Word,
    /// At the beginning of a word.
    Start,
    /// Inside a word.
    Part,
    /// With a letter wrong, missing, too many, swapped or without its mark; two in a word of eight letters or more. A word with
    /// a digit in it names one thing and no other: of that nothing is guessed.
    Slip,
    /// With gaps between its letters, which go on inside the word or at the beginning of a later one.
    Letters,
}

impl Way {
    /// Whether the word does not stand there as it was typed.
    pub fn near(self) -> bool {
        matches!(self, Way::Slip | Way::Letters)
    }
}

/// How well all typed words fit a text; the smaller, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fit {
    /// Of the word that fits worst.
    pub worst: Way,
    /// The text has other words, too.
    pub(super) more: bool,
    /// Of all words together.
    pub(super) sum: u16,
    /// Letters that are wrong or stand apart.
    pub(super) off: u16,
}

impl Fit {
    /// Of no word: everything fits.
    pub(super) const ANY: Fit = Fit { worst: Way::Word, more: true, sum: 0, off: 0 };

    pub(super) fn and(self, (way, off): (Way, u16)) -> Self {
        Fit {
            worst: self.worst.max(way),
            more: self.more,
            sum: self.sum.saturating_add(way as u16),
            off: self.off.saturating_add(off),
        }
    }
}

/// Letters of a text that are looked at for what is near; what a thing is called stands there.
const LOOKED_AT: usize = 400;
/// So many letters make a word of which something near can be guessed.
const GUESSED: usize = 3;
/// A slip is looked for in words of so many letters, and a second one in longer ones.
const ONE_SLIP: usize = 4;
const TWO_SLIPS: usize = 8;
/// Slips are not looked for in longer words: hashes and addresses are typed by no finger.
const LONGEST: usize = 32;

/// A word that was typed, in small letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) word: Word,
    /// Whether all of it is ASCII, which stands for both cases by itself.
    ascii: bool,
    /// Whether it may be of an address: of what stands otherwise where one was made harmless.
    pub(super) of_address: bool,
    letters: Vec<char>,
    slips: usize,
}

impl Wanted {
    pub(super) fn new(text: String) -> Self {
        let letters: Vec<char> = text.chars().map(bare).collect();
        let slips = match letters.len() {
            n if n > LONGEST || !letters.iter().all(|c| c.is_alphabetic()) => 0,
            TWO_SLIPS.. => 2,
            ONE_SLIP.. => 1,
            _ => 0,
        };
        // Made harmless, an address has marks around its marks, and another scheme.
        let of_address = !text.chars().all(char::is_alphanumeric) || "https ftps".contains(&text);
        Self { ascii: text.is_ascii(), of_address, word: Word::new(text), letters, slips }
    }

    /// As it was typed, in small letters.
    pub(super) fn text(&self) -> &str {
        self.word.text()
    }

    /// How it stands in a text as it was typed, whatever the case.
    pub(super) fn typed(&self, text: &str) -> Option<Way> {
        let stands = if self.ascii {
            self.word.stands(text)
        } else if text.is_ascii() {
            None
        } else {
            self.word.stands(&text.to_lowercase())
        };
        stands.map(|stands| match stands {
            Stands::Whole => Way::Word,
            Stands::Start => Way::Start,
            Stands::Inside => Way::Part,
        })
    }

    /// What of a text is near it, and by how many letters it is off.
    pub(super) fn near(&self, text: &Letters) -> Option<(Way, u16)> {
        if self.letters.len() < GUESSED {
            return None;
        }
        let slips = text.words().filter_map(|word| self.slipped(word)).min();
        let off = |off: usize| u16::try_from(off).unwrap_or(u16::MAX);
        match slips {
            Some(slips) => Some((Way::Slip, off(slips))),
            None => {
                text.starts.iter().filter_map(|at| self.gaps(text, *at)).min().map(|n| (Way::Letters, off(n)))
            }
        }
    }

    /// With how many slips it was typed for this word, or for its beginning.
    fn slipped(&self, word: &[char]) -> Option<usize> {
        let wanted = &self.letters;
        if self.slips == 0 || word.len() + self.slips < wanted.len() {
            return None;
        }
        // A finger that slips knows how the word begins.
        let swapped = word.len() > 1 && word[0] == wanted[1] && word[1] == wanted[0];
        if word[0] != wanted[0] && !swapped {
            return None;
        }
        let within = &word[..word.len().min(wanted.len() + self.slips)];
        let [row, ..] = edits(wanted, within);
        let whole = row[within.len()];
        // The beginning of a word counts where enough of it was typed.
        let beginning = row[..=within.len()].iter().copied().min().filter(|_| wanted.len() > ONE_SLIP);
        let whole = if within.len() == word.len() { whole } else { usize::MAX };
        Some(beginning.unwrap_or(usize::MAX).min(whole)).filter(|slips| *slips <= self.slips)
    }

    /// How many letters it leaves out when its letters are found in order from here on.
    fn gaps(&self, text: &Letters, start: usize) -> Option<usize> {
        let all = &text.all;
        if all[start] != self.letters[0] {
            return None;
        }
        let (mut at, mut left_out) = (start, 0);
        for wanted in &self.letters[1..] {
            let end = text.end_of(at);
            let inside = (at + 1..end).find(|k| all[*k] == *wanted);
            let ahead = || text.starts.iter().copied().find(|k| *k > at && all[*k] == *wanted);
            let to = inside.or_else(ahead)?;
            // A new word is one gap, however long the one that was left.
            left_out += if inside.is_some() { to - at - 1 } else { 1 };
            at = to;
        }
        (left_out <= 2 * self.letters.len()).then_some(left_out)
    }
}

/// A small letter without its mark, as many a keyboard types it.
fn bare(c: char) -> char {
    match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        _ => c,
    }
}

/// The beginning of a text in small letters without their marks, and where its words begin.
#[derive(Debug, Default)]
pub struct Letters {
    all: Vec<char>,
    starts: Vec<usize>,
}

impl Letters {
    /// Takes another text, in the room of the one before.
    pub(super) fn read(&mut self, text: &str) {
        self.all.clear();
        self.starts.clear();
        let mut between = true;
        for c in text.chars().take(LOOKED_AT) {
            if c.is_ascii() {
                between = self.adds(c.to_ascii_lowercase(), between);
            } else {
                between = c.to_lowercase().map(bare).fold(between, |between, c| self.adds(c, between));
            }
        }
    }

    /// Adds a letter. `true`: a word may begin behind it.
    fn adds(&mut self, c: char, between: bool) -> bool {
        let of_word = c.is_alphanumeric();
        if between && of_word {
            self.starts.push(self.all.len());
        }
        self.all.push(c);
        // What follows the zeros of 0042 is how people say the number.
        !of_word || (between && c == '0')
    }

    /// Where the word around a letter ends.
    fn end_of(&self, at: usize) -> usize {
        (at..self.all.len()).find(|k| !self.all[*k].is_alphanumeric()).unwrap_or(self.all.len())
    }

    fn words(&self) -> impl Iterator<Item = &[char]> {
        self.starts.iter().map(|start| &self.all[*start..self.end_of(*start)])
    }
}

/// The last three rows of the table of edits (insert, leave out, replace, swap) between a word and another,
/// the last first: how many it takes to make all of `wanted` out of each beginning of `word`.
fn edits(wanted: &[char], word: &[char]) -> [[usize; LONGEST + 3]; 3] {
    let mut rows = [[0; LONGEST + 3]; 3];
    for (at, edits) in rows[0].iter_mut().enumerate() {
        *edits = at;
    }
    for (i, letter) in wanted.iter().enumerate() {
        rows.rotate_right(1);
        rows[0][0] = i + 1;
        for (j, other) in word.iter().enumerate() {
            let replaced = rows[1][j] + usize::from(letter != other);
            let mut best = replaced.min(rows[1][j + 1] + 1).min(rows[0][j] + 1);
            if i > 0 && j > 0 && wanted[i - 1] == *other && word[j - 1] == *letter {
                best = best.min(rows[2][j - 1] + 1);
            }
            rows[0][j + 1] = best;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn way(typed: &str, text: &str) -> Option<Way> {
        let wanted = Wanted::new(typed.to_owned());
        let mut letters = Letters::default();
        letters.read(text);
        wanted.typed(text).or_else(|| wanted.near(&letters).map(|(way, _)| way))
    }

    #[test]
    fn a_word_stands_before_its_beginning_its_middle_a_slip_and_letters_with_gaps() {
        for (typed, text, expected) in [
            ("fs02", "C2 answers, from FS02.", Some(Way::Word)),
            ("203.0.113.7", "C2 on 203.0.113.7:443", Some(Way::Word)),
            ("203.0.113.7", "203.0.113.77", Some(Way::Start)),
            ("ransom", "Ransomware on FS02", Some(Way::Start)),
            ("ware", "Ransomware on FS02", Some(Way::Part)),
            ("server", "the fileserver, and the server", Some(Way::Word)),
            ("übers", "Gehackte Übersicht", Some(Way::Start)),
            ("ransomwre", "Ransomware on FS02", Some(Way::Slip)),
            ("ranosmw", "Ransomware on FS02", Some(Way::Slip)),
            ("arnsomware", "Ransomware on FS02", Some(Way::Slip)),
            ("ubersicht", "Gehackte Übersicht", Some(Way::Slip)),
            ("gehakcte", "Gehackte Übersicht", Some(Way::Slip)),
            ("mria", "granted by Mira", Some(Way::Slip)),
            ("ws114", "WS-114", Some(Way::Letters)),
            ("rotkey", "Rotate the key", Some(Way::Letters)),
            ("hst42", "host-0042", Some(Way::Letters)),
            ("fs01", "FS02", None),
            ("most", "host", None),
            ("ab", "axb", None),
            ("key", "kernel of the enemy", None),
        ] {
            assert_eq!(way(typed, text), expected, "{typed:?} in {text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_slip_but_in_the_first_letter_is_found(
            word in "[a-z]{5,12}", at in 1usize..12, letter in proptest::char::range('a', 'z'), what in 0u8..4,
        ) {
            let mut typed: Vec<char> = word.chars().collect();
            let at = at.min(typed.len() - 1);
            match what {
                0 => typed[at] = letter,
                1 => typed.insert(at, letter),
                2 if typed.len() > ONE_SLIP => _ = typed.remove(at),
                _ if at + 1 < typed.len() => typed.swap(at, at + 1),
                _ => {}
            }
            let typed: String = typed.into_iter().collect();
            let found = way(&typed, &format!("about {word}, yes"));
            prop_assert!(found.is_some_and(|way| way <= Way::Slip), "{typed} in {word}: {found:?}");
        }

        #[test]
        fn no_text_and_no_word_make_it_stumble(typed in "\\PC{1,40}", text in "\\PC{0,60}") {
            let small = typed.to_lowercase();
            for word in small.split_whitespace() {
                let _ = way(word, &text);
            }
            // What is in a text is found in it.
            let lower = text.to_lowercase();
            for word in lower.split_whitespace() {
                prop_assert!(way(word, &text).is_some_and(|way| !way.near()), "{word} in {text}");
            }
        }
    }
}
