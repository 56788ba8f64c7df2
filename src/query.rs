//! Finding by words: which records of an incident have them, where, and how well they fit. One order for the
//! shell, the screens and the palette.

mod defanged;
mod fit;
mod gather;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::incident::Incident;
use crate::incident::find::{Findable, Source, Spot, entry_texts};
use crate::model::entry::Kind;
use crate::model::id::{LineId, NounId};
use crate::model::text::refang;

use fit::Wanted;
pub use fit::{Fit, Letters, Way};
pub use gather::Rank;
use gather::{Gathering, best_of};

/// What is near is looked for where fewer records than this have the words as they were typed.
const FEW: usize = 5;
/// At most so many records are shown that are only near.
pub const NEAR: usize = 10;
/// The things and so many lines are looked through side by side.
const MANY: usize = 10_000;
/// How many things, and how many of the newest lines, are looked through for what is near.
const LOOSE: usize = 10_000;

/// Words that shall all be found, in any case and any order. Addresses may be typed defanged, and are found
/// however they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    wanted: Vec<Wanted>,
    /// Bytes of a text that has these words and nothing else.
    bytes: usize,
}

impl Words {
    /// Reads what was typed; a word is what stands between blanks.
    pub fn read(typed: &str) -> Self {
        let real = |word: &str| Some(refang(word)).filter(|real| !real.is_empty());
        let words = typed.split_whitespace().map(|word| real(word).unwrap_or_else(|| word.to_owned()));
        let wanted: Vec<Wanted> = words.map(|word| Wanted::new(word.to_lowercase())).collect();
        let bytes = wanted.iter().map(|word| word.text().len() + 1).sum::<usize>().saturating_sub(1);
        Self { wanted, bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// How they fit a text in which all of them stand as they were typed.
    pub fn typed(&self, text: &str) -> Option<Fit> {
        self.fit(text, None)
    }

    /// How they fit a text in which all of them stand, or something near them.
    pub fn near(&self, text: &str, room: &mut Letters) -> Option<Fit> {
        room.read(text);
        self.fit(text, Some(room))
    }

    fn fit(&self, text: &str, letters: Option<&Letters>) -> Option<Fit> {
        let mut real = None;
        let none = self.fits_none(text);
        self.wanted.iter().try_fold(none, |fit, word| Some(fit.and(way(word, text, letters, &mut real)?)))
    }

    /// Before any word was looked for in a text.
    fn fits_none(&self, text: &str) -> Fit {
        Fit { more: text.len() > self.bytes, ..Fit::ANY }
    }

    /// Whether all of them could stand as typed somewhere in a journal: a quick look at its bytes, before it
    /// is folded.
    pub fn could_stand_in(&self, journal: &[u8]) -> bool {
        let could = |word: &Wanted| {
            !plain(word.text())
                || word.word.next(journal, 0).is_some()
                || defanged::could_stand_in(journal, word.text())
        };
        self.wanted.iter().all(could)
    }
}

/// Whether a word stands in a journal as it is typed, not escaped, and is the same in both cases but for ASCII.
fn plain(word: &str) -> bool {
    word.is_ascii() && !word.contains(['"', '\\'])
}

/// How a word stands in a text, or in the real text behind a defanged one, which is made at most once.
fn way(
    word: &Wanted,
    text: &str,
    letters: Option<&Letters>,
    real: &mut Option<Option<String>>,
) -> Option<(Way, u16)> {
    let typed = word.typed(text).or_else(|| {
        if !word.of_address {
            return None;
        }
        let real = real.get_or_insert_with(|| defanged::real(text));
        word.typed(real.as_deref()?)
    });
    typed.map(|way| (way, 0)).or_else(|| word.near(letters?))
}

/// Which records are looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Everything in the incident.
    All,
    /// What somebody wrote: without the words a playbook brought, which stand in every incident, and without
    /// the lines that only tell of an act.
    Written,
}

/// How far from the words a text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// As they were typed.
    Typed,
    /// Only near: not as they were typed.
    Near,
}

/// A record that was found, and the text that has the words.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    pub it: Findable<'a>,
    pub rank: Rank,
}

/// The records of an incident that have the words, the best `most` of them first, and how many there are.
/// Where few have them as they were typed, those that are near come behind.
pub fn find<'a>(incident: &'a Incident, words: &Words, among: Among, most: usize) -> (Vec<Found<'a>>, usize) {
    let (mut found, mut count) = records(incident, words, (among, Reach::Typed), most);
    if guess(count, found.first().map(|found| found.rank)) {
        let (near, all) = records(incident, words, (among, Reach::Near), NEAR);
        count += all.min(NEAR);
        found.extend(near);
        found.truncate(most);
    }
    (found, count)
}

/// Whether something near is looked for: few have the words as they were typed, and none has them whole.
pub fn guess(count: usize, best: Option<Rank>) -> bool {
    count < FEW && best.is_none_or(|best| best.way() != Way::Word)
}

/// The records of an incident that have the words as far as `reach` goes, the best `most` of them first, and
/// how many there are. Of those that fit as well, things come first, then what
/// somebody wrote, the newest first, then lines that only tell of an act.
pub fn records<'a>(
    incident: &'a Incident,
    words: &Words,
    (among, reach): (Among, Reach),
    most: usize,
) -> (Vec<Found<'a>>, usize) {
    let wanted = |it: &Findable<'_>, far: bool| {
        (reach == Reach::Typed || !far) && (among == Among::All || written(it))
    };
    let things = || {
        let (mut gathered, mut things) = (Gathering::new(words, reach, most), 0);
        // From within: a look at the next text would go through every kind of thing first.
        incident.things().for_each(|it| {
            things += 1;
            if wanted(&it, things > LOOSE) {
                gathered.take(it, things);
            }
        });
        gathered.found()
    };
    let lines = || {
        let (mut gathered, all) = (Gathering::new(words, reach, most), incident.entries.len());
        for (at, entry) in incident.entries.iter().enumerate() {
            for it in entry_texts(entry).filter(|it| wanted(it, at + 1 + LOOSE < all)) {
                gathered.take(it, usize::MAX - 1 - at);
            }
        }
        gathered.found()
    };
    let [(mut found, of_things), (told, of_lines)] = if incident.entries.len() < MANY {
        [things(), lines()]
    } else {
        std::thread::scope(|threads| {
            let lines = threads.spawn(lines);
            let things = things();
            [things, lines.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))]
        })
    };
    found.extend(told);
    (best_of(found, most), of_things + of_lines)
}

fn written(it: &Findable<'_>) -> bool {
    let wrote = match it.spot {
        Spot::Line(entry) => {
            let moves = matches!(entry.kind, Kind::Phase | Kind::Hold | Kind::Severity | Kind::Posture);
            entry.undone_by.is_none()
                && it.field == "text"
                && (entry.kind.written() || moves || entry.kind == Kind::Determination)
        }
        Spot::Head | Spot::Noun(..) => true,
    };
    wrote && it.source == Source::Written
}

/// Where a record is, for going there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What the head of the incident says.
    Head,
    /// A line of the log.
    Line(LineId),
    /// A task, a component …: its kind, its id, and the line that made it.
    Noun(Kind, NounId, LineId),
}

impl Place {
    /// Of a text that was found.
    pub fn of(it: &Findable<'_>) -> Self {
        match it.spot {
            Spot::Head => Place::Head,
            Spot::Line(entry) => Place::Line(entry.id),
            Spot::Noun(id, line) => Place::Noun(it.kind, id.clone(), line),
        }
    }

    /// The id it goes by in the record; none of the head.
    pub fn id(&self) -> Option<String> {
        match self {
            Place::Head => None,
            Place::Line(id) => Some(id.to_string()),
            Place::Noun(_, id, _) => Some(id.0.clone()),
        }
    }
}

/// A record that has the words, and where, apart from its incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    /// `task`, `indicator`, `note` …
    pub kind: &'static str,
    /// Its id in the record, which `show --json` has too; none of what the head says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What the record is called.
    pub name: String,
    /// The field that has the words, and its text.
    pub field: &'static str,
    pub text: String,
    /// How the word that fits worst stands there: `word`, `start`, `part`; near: `slip`, `letters`.
    pub way: Way,
    /// When a line of the log happened (UTC), and who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(skip)]
    pub rank: Rank,
    #[serde(skip)]
    pub place: Place,
}

impl Match {
    pub fn of(found: &Found<'_>) -> Self {
        let Found { it, rank } = found;
        let entry = match it.spot {
            Spot::Line(entry) => Some(entry),
            Spot::Head | Spot::Noun(..) => None,
        };
        let place = Place::of(it);
        Match {
            kind: it.what(),
            id: place.id(),
            name: it.name.to_owned(),
            field: it.field,
            text: it.text.to_owned(),
            way: rank.way(),
            at: entry.map(|entry| entry.happened),
            by: entry.map(|entry| entry.actor().to_owned()),
            rank: *rank,
            place,
        }
    }
}

/// The places of texts that fit, best first, at most `most`; those that are near only where few fit as typed.
/// No words: all, in their order.
pub fn best<'a>(
    words: &Words,
    texts: impl Iterator<Item = &'a str> + Clone,
    most: usize,
) -> Vec<(Rank, u32)> {
    let typed = |(at, text): (u32, &str)| Some((Rank::called(words.typed(text)?), at));
    let mut all: Vec<(Rank, u32)> = (0u32..).zip(texts.clone()).filter_map(typed).collect();
    all.sort_unstable();
    if guess(all.len(), all.first().map(|(rank, _)| *rank)) && !words.is_empty() {
        let mut room = Letters::default();
        let near = (0u32..).zip(texts).filter_map(|(at, text)| {
            Some((Rank::called(words.near(text, &mut room).filter(|fit| fit.worst.near())?), at))
        });
        let mut near: Vec<(Rank, u32)> = near.collect();
        near.sort_unstable();
        all.extend(near.into_iter().take(NEAR));
    }
    all.truncate(most);
    all
}

#[cfg(test)]
mod tests;
