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
    found: Vec<(Rank, usize, Findable<'a>)>,
}

impl<'a, 'w> Gathering<'a, 'w> {
    pub(super) fn new(words: &'w Words, reach: Reach) -> Self {
        let each = vec![None; words.wanted.len()];
        Self { words, reach, letters: Letters::default(), best: None, each, on: None, found: Vec::new() }
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
            self.found.push((rank, number, it));
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

    /// The records that fit, with their ranks and their places, in no order.
    pub(super) fn found(mut self) -> Vec<(Rank, usize, Findable<'a>)> {
        self.end();
        self.found
    }
}

/// The best `most` of what was gathered, in their order, and how many there are.
pub(super) fn best_of(mut all: Vec<(Rank, usize, Findable<'_>)>, most: usize) -> (Vec<Found<'_>>, usize) {
    let count = all.len();
    let order = |(rank, number, _): &(Rank, usize, Findable<'_>)| (*rank, *number);
    if all.len() > most && most > 0 {
        all.select_nth_unstable_by_key(most - 1, order);
    }
    all.truncate(most);
    all.sort_unstable_by_key(order);
    (all.into_iter().map(|(rank, _, it)| Found { it, rank }).collect(), count)
}

/// Whether it is a line that only tells of an act, whose words stand in what was done, too.
fn told(it: &Findable<'_>) -> bool {
    matches!(it.spot, Spot::Line(entry) if !entry.kind.written())
}
