//! What we put on the terminal's clipboard, as long as it may still be there and is ours to take away again.
//!
//! A clipboard cannot be read back through a terminal. Taking away what somebody copied since would be worse than
//! leaving a text there: so whoever went to another window, had another program in this terminal, or pasted something
//! else has taken the clipboard out of our hands, and it is left alone.

use chrono::{DateTime, TimeDelta, Utc};

/// The clipboard, as far as we know it.
#[derive(Debug, Default)]
pub struct Clip {
    /// `None`: what is put there stays.
    after: Option<TimeDelta>,
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    text: String,
    since: DateTime<Utc>,
}

impl Clip {
    /// Cleared so many seconds after a copy; 0: never.
    pub fn set(&mut self, seconds: u32) {
        self.after = (seconds > 0).then(|| TimeDelta::seconds(seconds.into()));
    }

    /// We put a text there.
    pub fn copied(&mut self, text: &str, now: DateTime<Utc>) {
        self.held = Some(Held { text: text.to_owned(), since: now });
    }

    /// Somebody pasted a text here: where it is another, the clipboard holds something else by now.
    pub fn pasted(&mut self, text: &str) {
        let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        self.held.take_if(|held| lines(&held.text) != lines(text));
    }

    /// Somebody was where we do not see what is copied.
    pub fn went_elsewhere(&mut self) {
        self.held = None;
    }

    /// When it is to be cleared (UTC).
    pub fn due(&self) -> Option<DateTime<Utc>> {
        Some(self.held.as_ref()?.since + self.after?)
    }

    /// Whether it is to be cleared now. Asked once.
    pub fn over(&mut self, now: DateTime<Utc>) -> bool {
        let over = self.due().is_some_and(|due| due <= now);
        if over {
            self.held = None;
        }
        over
    }

    /// Whether it is to be cleared because we leave.
    pub fn leave(&mut self) -> bool {
        self.held.take().is_some() && self.after.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_269_960 + seconds, 0).unwrap()
    }

    fn holding(seconds: u32) -> Clip {
        let mut clip = Clip::default();
        clip.set(seconds);
        clip.copied("one\ntwo", at(0));
        clip
    }

    #[test]
    fn it_is_cleared_once_when_the_time_has_passed_and_at_leaving() {
        let mut clip = holding(60);
        assert!(!clip.over(at(59)));
        assert!(clip.over(at(60)) && !clip.over(at(61)) && !clip.leave());
        clip.copied("again", at(70));
        clip.copied("and again", at(100));
        assert!(!clip.over(at(140)), "the last copy counts");
        assert!(clip.leave() && !clip.leave());
    }

    #[test]
    fn what_may_be_somebody_elses_is_left_alone() {
        let mut clip = holding(60);
        clip.pasted("one\rtwo");
        assert!(clip.due().is_some(), "our own text was pasted");
        clip.pasted("another");
        assert!(!clip.over(at(90)) && !clip.leave());
        let mut clip = holding(60);
        clip.went_elsewhere();
        assert!(!clip.over(at(90)) && !clip.leave());
    }

    #[test]
    fn never_means_never() {
        let mut clip = holding(0);
        assert!(clip.due().is_none() && !clip.over(at(100_000)) && !clip.leave());
    }
}
