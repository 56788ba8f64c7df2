//! Records gathered text by text: which have the words, in one field or in several, and the best of them.

use super::fit::{Fit, Letters, Way};
use super::{Found, Reach, Words, way};
use crate::incident::find::{Findable, Spot};

/// How well a record fits; the smaller, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    worst: Way,
    /// It is a line that only tells of an act.
    told: bool,
    /// The words stand in several fields.
    apart: bool,
    /// It is not called so; another field has the words.
    beside: bool,
    fit: Fit,
}

impl Rank {
    fn of(fit: Fit, beside: bool) -> Self {
        Self { worst: fit.worst, told: false, apart: false, beside, fit }
    }

    /// How the word that fits worst stands there.
    pub fn way(self) -> Way {
        self.worst
    }

    /// Of something that is called by this text, such as an incident by its title.
    pub fn called(fit: Fit) -> Self {
        Self::of(fit, false)
    }
}

/// Records with the words, as they come.
pub(super) struct Gathering<'a, 'w> {
    words: &'w Words,
    reach: Reach,
    letters: Letters,
    /// The record in hand: its best text, and where each word stands in it.
    best: Option<(Rank, Findable<'a>)>,
    each: Vec<Option<((Way, u16), Findable<'a>)>>,
    /// The spot of the record in hand, and its place in the order of the incident.
    on: Option<(Spot<'a>, usize)>,
    /// The best of those that fit, and a few more; and how many fit.
    found: Vec<Placed<'a>>,
    count: usize,
    most: usize,
}

/// A record that fits, and its place in the order of the incident.
pub(super) type Placed<'a> = (Rank, usize, Findable<'a>);

impl<'a, 'w> Gathering<'a, 'w> {
    /// Of which the best `most` are wanted.
    pub(super) fn new(words: &'w Words, reach: Reach, most: usize) -> Self {
        let (each, letters) = (vec![None; words.wanted.len()], Letters::default());
        Self { words, reach, letters, best: None, each, on: None, found: Vec::new(), count: 0, most }
    }

    /// Takes the next text; those of one record follow one another.
    pub(super) fn take(&mut self, it: Findable<'a>, number: usize) {
        if self.on.is_none_or(|(spot, _)| !spot.same(&it.spot)) {
            self.end();
            self.on = Some((it.spot, number));
        }
        let near = self.reach == Reach::Near;
        if near {
            self.letters.read(it.text);
        }
        let letters = near.then_some(&self.letters);
        let (mut real, mut whole) = (None, Some(self.words.fits_none(it.text)));
        for (word, each) in self.words.wanted.iter().zip(&mut self.each) {
            let way = way(word, it.text, letters, &mut real);
            whole = whole.zip(way).map(|(fit, way)| fit.and(way));
            if let Some(way) = way
                && each.as_ref().is_none_or(|(before, _)| way < *before)
            {
                *each = Some((way, it));
            }
            // With one word nothing can stand apart.
            if whole.is_none() && self.words.wanted.len() == 1 {
                return;
            }
        }
        if let Some(fit) = whole {
            let rank = Rank { told: told(&it), ..Rank::of(fit, it.text != it.name) };
            if self.best.is_none_or(|(before, _)| rank < before) {
                self.best = Some((rank, it));
            }
        }
    }

    /// The record in hand is over.
    fn end(&mut self) {
        let Some((_, number)) = self.on.take() else { return };
        let whole = self.best.take().or_else(|| self.apart());
        self.each.fill(None);
        let wanted = |rank: Rank| rank.worst.near() == (self.reach == Reach::Near);
        if let Some((rank, it)) = whole.filter(|(rank, _)| wanted(*rank)) {
            self.count += 1;
            self.found.push((rank, number, it));
            // A hundred thousand that fit are never there at once.
            if self.found.len() / 4 > self.most {
                keep(&mut self.found, self.most);
            }
        }
    }

    /// The words in several fields of one record; what it is not called by says more.
    fn apart(&self) -> Option<(Rank, Findable<'a>)> {
        if self.each.iter().any(Option::is_none) {
            return None;
        }
        let all: Vec<_> = self.each.iter().flatten().collect();
        let fit = all.iter().fold(Fit::ANY, |fit, (way, _)| fit.and(*way));
        let (_, it) = all.iter().find(|(_, it)| it.text != it.name).or(all.first())?;
        Some((Rank { apart: true, told: told(it), ..Rank::of(fit, true) }, *it))
    }

    /// The best of the records that fit, in no order, and how many fit.
    pub(super) fn found(mut self) -> (Vec<Placed<'a>>, usize) {
        self.end();
        (self.found, self.count)
    }
}

/// Leaves the best `most`, in no order.
fn keep(all: &mut Vec<Placed<'_>>, most: usize) {
    if all.len() > most && most > 0 {
        all.select_nth_unstable_by_key(most - 1, order);
    }
    all.truncate(most);
}

fn order((rank, number, _): &Placed<'_>) -> (Rank, usize) {
    (*rank, *number)
}

/// The best `most` of what was gathered, in their order.
pub(super) fn best_of(mut all: Vec<Placed<'_>>, most: usize) -> Vec<Found<'_>> {
    keep(&mut all, most);
    all.sort_unstable_by_key(order);
    all.into_iter().map(|(rank, _, it)| Found { it, rank }).collect()
}

/// Whether it is a line that only tells of an act, whose words stand in what was done, too.
fn told(it: &Findable<'_>) -> bool {
    matches!(it.spot, Spot::Line(entry) if !entry.kind.written())
}
