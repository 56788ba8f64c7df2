//! The exercise clock: minutes from STARTEX, and the time of the story they stand for.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Exercise, Standing};

/// The most exercise minutes that may pass in a real one.
pub const FASTEST: u32 = 3600;

const MINUTE_MS: i64 = 60_000;

/// Where the exercise clock stood when it was last touched, and how it has gone since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Story time at STARTEX (UTC).
    start: DateTime<Utc>,
    /// Exercise minutes after which nothing passes any more.
    end_min: u32,
    pub ratio: u32,
    /// `None`: it runs.
    pub stands: Option<Standing>,
    /// When it was last touched (UTC, wall), and what it showed then in exercise milliseconds.
    touched: DateTime<Utc>,
    shown_ms: i64,
    /// Jumps of story time: the exercise minute, and how far in seconds.
    jumps: Vec<(u32, i64)>,
}

impl Clock {
    pub(super) fn start(exercise: &Exercise, wall: DateTime<Utc>) -> Self {
        Self {
            start: exercise.start.to_utc(),
            end_min: exercise.end_min,
            ratio: exercise.ratio.clamp(1, FASTEST),
            stands: None,
            touched: wall,
            shown_ms: 0,
            jumps: Vec::new(),
        }
    }

    /// Exercise milliseconds at this wall time (UTC).
    pub fn ms(&self, wall: DateTime<Utc>) -> i64 {
        let passed = match self.stands {
            Some(_) => 0,
            None => (wall - self.touched).num_milliseconds().max(0).saturating_mul(i64::from(self.ratio)),
        };
        self.shown_ms.saturating_add(passed).min(i64::from(self.end_min) * MINUTE_MS)
    }

    /// The whole exercise minute at this wall time (UTC).
    pub fn minute(&self, wall: DateTime<Utc>) -> u32 {
        u32::try_from(self.ms(wall) / MINUTE_MS).unwrap_or(0)
    }

    /// Story time (UTC) at this wall time.
    pub fn story(&self, wall: DateTime<Utc>) -> DateTime<Utc> {
        let ms = self.ms(wall);
        self.start + TimeDelta::milliseconds(ms) + self.jumped(u32::try_from(ms / MINUTE_MS).unwrap_or(0))
    }

    /// Story time (UTC) as an exercise minute begins.
    pub fn story_of(&self, minute: u32) -> DateTime<Utc> {
        self.start + TimeDelta::minutes(minute.into()) + self.jumped(minute)
    }

    /// The wall time (UTC) at which it will show a minute, if it goes on as it does. `None`: it stands.
    pub fn wall_of(&self, minute: u32) -> Option<DateTime<Utc>> {
        let left = i64::from(minute) * MINUTE_MS - self.shown_ms;
        let ratio = i64::from(self.ratio);
        self.stands
            .is_none()
            .then(|| self.touched + TimeDelta::milliseconds((left + ratio - 1).div_euclid(ratio).max(0)))
    }

    fn jumped(&self, minute: u32) -> TimeDelta {
        TimeDelta::seconds(self.jumps.iter().filter(|jump| jump.0 <= minute).map(|jump| jump.1).sum())
    }

    fn touch(&mut self, wall: DateTime<Utc>) {
        self.shown_ms = self.ms(wall);
        self.touched = self.touched.max(wall);
    }

    /// It stops. A wall time before it was last touched counts as that moment.
    pub(crate) fn pause(&mut self, wall: DateTime<Utc>, why: Standing) {
        self.touch(wall);
        self.stands = Some(why);
    }

    /// It goes on.
    pub(crate) fn resume(&mut self, wall: DateTime<Utc>) {
        self.touch(wall);
        self.stands = None;
    }

    /// Another pace from here on.
    pub(crate) fn pace(&mut self, wall: DateTime<Utc>, ratio: u32) {
        self.touch(wall);
        self.ratio = ratio.clamp(1, FASTEST);
    }

    /// Forward to a minute; never back.
    pub(crate) fn skip(&mut self, wall: DateTime<Utc>, minute: u32) {
        self.touch(wall);
        self.shown_ms = self.shown_ms.max(i64::from(minute.min(self.end_min)) * MINUTE_MS);
    }

    /// Story time jumps with what comes in a minute; never back.
    pub(crate) fn jump(&mut self, minute: u32, to: DateTime<Utc>) {
        let seconds = (to - self.story_of(minute)).num_seconds();
        if seconds > 0 {
            self.jumps.push((minute, seconds));
        }
    }

    /// ENDEX: nothing passes after this minute.
    pub(crate) fn end(&mut self, wall: DateTime<Utc>, minute: u32) {
        self.touch(wall);
        self.end_min = self.end_min.min(minute);
        self.shown_ms = self.shown_ms.min(i64::from(self.end_min) * MINUTE_MS);
        self.stands = Some(Standing::Asked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::drill::Profile;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time in a test")
    }

    fn clock() -> Clock {
        let exercise = Exercise {
            scenario: "t".into(),
            title: "T".into(),
            version: "1.0".into(),
            sha256: String::new(),
            start: "2026-09-14T08:20:00+02:00".parse().expect("a time in a test"),
            end_min: 195,
            ratio: 3,
            profile: Profile::default(),
            facilitated: false,
        };
        Clock::start(&exercise, at("2026-11-22T10:00:00Z"))
    }

    #[test]
    fn minutes_pass_at_the_ratio_and_the_story_goes_with_them() {
        let clock = clock();
        assert_eq!(clock.minute(at("2026-11-22T10:13:20Z")), 40);
        assert_eq!(clock.story(at("2026-11-22T10:13:20Z")), at("2026-09-14T07:00:00Z"));
        assert_eq!(clock.wall_of(40), Some(at("2026-11-22T10:13:20Z")));
        assert_eq!(clock.minute(at("2026-11-22T23:00:00Z")), 195, "it stops at its end");
    }

    #[test]
    fn nothing_passes_while_it_stands_and_a_late_pause_counts_from_the_last_sign_of_life() {
        let mut clock = clock();
        clock.pause(at("2026-11-22T10:10:00Z"), Standing::Away);
        assert_eq!(clock.minute(at("2026-11-22T18:00:00Z")), 30);
        assert_eq!(clock.wall_of(31), None);
        clock.resume(at("2026-11-22T18:00:00Z"));
        assert_eq!(clock.minute(at("2026-11-22T18:01:00Z")), 33);
        clock.pace(at("2026-11-22T18:01:00Z"), 60);
        assert_eq!(clock.minute(at("2026-11-22T18:02:00Z")), 93);
        clock.skip(at("2026-11-22T18:02:00Z"), 90);
        assert_eq!(clock.minute(at("2026-11-22T18:02:00Z")), 93, "never back");
        clock.skip(at("2026-11-22T18:02:00Z"), 100);
        assert_eq!(clock.minute(at("2026-11-22T18:02:30Z")), 130);
    }

    #[test]
    fn a_jump_moves_the_story_from_its_minute_on_and_never_back() {
        let mut clock = clock();
        clock.jump(124, at("2026-09-15T11:30:00Z"));
        assert_eq!(clock.story_of(123), at("2026-09-14T08:23:00Z"));
        assert_eq!(clock.story_of(124), at("2026-09-15T11:30:00Z"));
        clock.jump(130, at("2026-09-14T11:30:00Z"));
        assert_eq!(clock.story_of(130), at("2026-09-15T11:36:00Z"));
    }

    #[test]
    fn at_endex_the_clock_has_ended() {
        let mut clock = clock();
        clock.end(at("2026-11-22T10:20:00Z"), 50);
        assert_eq!(clock.minute(at("2026-11-22T12:00:00Z")), 50);
        assert_eq!(clock.story(at("2026-11-22T12:00:00Z")), at("2026-09-14T07:10:00Z"));
    }
}
