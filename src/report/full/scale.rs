//! Time along a picture: stretches in which something happened in proportion, the long gaps between them
//! shortened to a break.

use chrono::{DateTime, TimeDelta, Utc};

use crate::incident::timeline::Gap;

/// Room for a gap, and beside each end of a stretch, in units of the picture.
const BREAK: f64 = 36.0;
const MARGIN: f64 = 10.0;
/// The least width of a stretch: a single moment has a place, too.
const LEAST: f64 = 46.0;

/// A stretch of time in which something happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
    /// Where it lies in the picture.
    pub(super) left: f64,
    pub(super) right: f64,
}

/// Moments to places.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) stretches: Vec<Stretch>,
}

impl Scale {
    /// Over these moments, from `left` to `right`. No moments: a scale of nothing.
    pub(super) fn over(mut moments: Vec<DateTime<Utc>>, left: f64, right: f64) -> Self {
        moments.sort_unstable();
        moments.dedup();
        let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
            return Self { stretches: Vec::new() };
        };
        let least = Gap::least(*last - *first);
        let mut spans = vec![(*first, *first)];
        for pair in moments.windows(2) {
            match (Gap::between(pair[0], pair[1], least), spans.last_mut()) {
                (None, Some(span)) => span.1 = pair[1],
                _ => spans.push((pair[1], pair[1])),
            }
        }
        let ms = |(from, to): &(DateTime<Utc>, DateTime<Utc>)| (*to - *from).num_milliseconds() as f64;
        let whole: f64 = spans.iter().map(ms).sum();
        let room = right - left - BREAK * (spans.len() - 1) as f64 - LEAST * spans.len() as f64;
        let mut at = left;
        let stretches = spans.iter().map(|span| {
            let share = if whole > 0.0 { ms(span) / whole } else { 1.0 / spans.len() as f64 };
            let stretch =
                Stretch { from: span.0, to: span.1, left: at, right: at + LEAST + room.max(0.0) * share };
            at = stretch.right + BREAK;
            stretch
        });
        Self { stretches: stretches.collect() }
    }

    /// Where a moment lies; one in a gap lies in the middle of its break, one outside at the end.
    pub(super) fn x(&self, at: DateTime<Utc>) -> f64 {
        let Some(next) = self.stretches.iter().position(|stretch| at <= stretch.to) else {
            return self.stretches.last().map_or(0.0, |stretch| stretch.right - MARGIN);
        };
        let stretch = self.stretches[next];
        if at < stretch.from {
            return if next == 0 { stretch.left + MARGIN } else { stretch.left - BREAK / 2.0 };
        }
        let whole = (stretch.to - stretch.from).num_milliseconds() as f64;
        let part = if whole > 0.0 { (at - stretch.from).num_milliseconds() as f64 / whole } else { 0.5 };
        stretch.left + MARGIN + part * (stretch.right - stretch.left - 2.0 * MARGIN)
    }

    /// The breaks: where each lies, and how long it was, in milliseconds.
    pub(super) fn breaks(&self) -> impl Iterator<Item = (f64, i64)> + '_ {
        self.stretches.windows(2).map(|pair| {
            ((pair[0].right + pair[1].left) / 2.0, (pair[1].from - pair[0].to).num_milliseconds())
        })
    }

    /// Round moments within the stretches, none nearer to another than `apart` units.
    pub(super) fn ticks(&self, apart: f64) -> Vec<DateTime<Utc>> {
        const STEPS: [i64; 12] = [5, 15, 30, 60, 120, 240, 480, 1440, 2880, 10_080, 43_200, 525_600];
        let mut ticks = Vec::new();
        for stretch in &self.stretches {
            let minutes = (stretch.to - stretch.from).num_minutes().max(1) as f64;
            let most = ((stretch.right - stretch.left - 2.0 * MARGIN) / apart).max(0.0);
            let Some(step) = STEPS.into_iter().find(|step| minutes / *step as f64 <= most) else { continue };
            let seconds = step * 60;
            let first = (stretch.from.timestamp() + seconds - 1).div_euclid(seconds) * seconds;
            let mut tick = DateTime::from_timestamp(first, 0).unwrap_or(stretch.from);
            while tick <= stretch.to && ticks.len() < 200 {
                ticks.push(tick);
                tick += TimeDelta::seconds(seconds);
            }
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_298_400 + minute * 60, 0).unwrap()
    }

    proptest! {
        #[test]
        fn what_happened_earlier_stands_no_further_right_and_all_of_it_in_the_picture(
            minutes in proptest::collection::vec(-500_000i64..500_000, 1..60),
        ) {
            let mut moments: Vec<_> = minutes.into_iter().map(at).collect();
            let scale = Scale::over(moments.clone(), 100.0, 1000.0);
            moments.sort_unstable();
            let places: Vec<f64> = moments.iter().map(|moment| scale.x(*moment)).collect();
            prop_assert!(places.windows(2).all(|pair| pair[0] <= pair[1] + 1e-6), "{:?}", places);
            // Very many stretches may need more room than there is; then the picture is wider.
            let right = scale.stretches.last().unwrap().right;
            prop_assert!(places.iter().all(|place| (100.0..=right).contains(place)));
            prop_assert!(scale.ticks(60.0).iter().all(|tick| (100.0..=right).contains(&scale.x(*tick))));
        }
    }

    #[test]
    fn two_days_of_nothing_are_a_break_and_not_half_of_the_picture() {
        let scale = Scale::over(vec![at(0), at(60), at(3000), at(3060)], 0.0, 1000.0);
        assert_eq!(scale.stretches.len(), 2);
        assert_eq!(scale.breaks().next().unwrap().1, 2940 * 60_000);
        assert!(scale.x(at(60)) > 400.0);
    }
}
