//! What is to come if nobody does anything: the loop of the engine, played ahead on a copy.
//!
//! After every minute actions, then due injects in the order of the file with actions after each, again until
//! nothing changes; then the end.

use super::judge::View;
use super::play::{Changed, Course, Delivery, Play, latch};
use super::record::Nth;
use super::scenario::Inject;
use super::tell;
use crate::model::drill::{
    Came, Clock, Command, Drill, Ending, InjectDelivered, InjectUnanswered, ReplyGiven,
};

/// Something that falls due by time alone: whoever notices writes it down, and twice is harmless.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// The exercise minute it belongs to.
    pub minute: u32,
    pub command: Command,
}

/// What is to come if nobody does anything.
struct Ahead<'a> {
    play: &'a Play,
    course: Course,
    clock: Clock,
    /// Whether silence was told, in the order of the scenario's injects.
    silent: Vec<bool>,
    due: Vec<Due>,
}

impl<'a> Ahead<'a> {
    fn of(play: &'a Play, drill: &'a Drill) -> Self {
        let told = |inject: &Inject| {
            inject.silence.is_none()
                || drill
                    .message(inject.id.as_str())
                    .is_some_and(|message| message.reply.is_some() || message.unanswered.is_some())
        };
        Self {
            play,
            course: play.course().clone(),
            clock: drill.clock.clone(),
            silent: play.scenario().injects.iter().map(told).collect(),
            due: Vec::new(),
        }
    }

    /// One minute: silence, then the loop, then the end. `changed`: since what was tested last.
    fn step(&mut self, changed: Changed) {
        self.silence();
        self.latch(changed);
        while self.deliver() {}
        let (scenario, minute) = (self.play.scenario(), self.course.minute);
        let reached = View { later: 0, ..self.view() }.holds(&scenario.end);
        let why = match reached {
            true => Some(Ending::Reached),
            false => (minute >= scenario.clock.end_min).then_some(Ending::Time),
        };
        if let Some(why) = why {
            self.course.ended = Some((minute, why));
            self.due.push(Due { minute, command: Command::End(why) });
        }
    }

    fn view(&self) -> View<'_> {
        View {
            scenario: self.play.scenario(),
            record: self.play.record(),
            course: &self.course,
            later: self.play.postponed(),
        }
    }

    fn latch(&mut self, changed: Changed) {
        let play = self.play;
        latch(play.scenario(), play.rules(), play.record(), &mut self.course, changed);
    }

    fn silence(&mut self) {
        for (at, inject) in self.play.scenario().injects.iter().enumerate() {
            let (Some(silence), Some(delivery)) = (&inject.silence, self.course.injects[at]) else {
                continue;
            };
            if self.silent[at] || self.course.minute < delivery.minute.saturating_add(silence.after_min) {
                continue;
            }
            self.silent[at] = true;
            let text = tell::told(&silence.text, self.play.zoned(delivery.story));
            let it = InjectUnanswered { inject: inject.id.to_string(), text };
            self.due.push(Due { minute: self.course.minute, command: Command::Unanswered(it) });
        }
    }

    /// Delivers what is due, in the order of the file; whether anything was.
    fn deliver(&mut self) -> bool {
        let before = self.due.len();
        for (at, inject) in self.play.scenario().injects.iter().enumerate() {
            let comes = self.course.injects[at].is_none()
                && self.course.minute >= inject.at_min.saturating_add(self.play.postponed())
                && !self.play.withheld(inject)
                && inject.when.as_ref().is_none_or(|when| self.view().holds(when));
            if !comes {
                continue;
            }
            let minute = self.course.minute;
            if let Some(to) = inject.jump_to {
                self.clock.jump(minute, to.to_utc());
            }
            let story = self.clock.story_of(minute);
            self.course.injects[at] = Some(Delivery { nth: Nth::MAX, minute, story });
            let it = tell::delivered(self.play.scenario(), inject, self.play.zoned(story), Came::Due);
            self.due.push(Due { minute, command: Command::Deliver(it) });
            // Its line is one of the journal, and after every line actions are tested.
            self.latch(Changed::Anything(None));
        }
        self.due.len() > before
    }
}

/// What falls due.
impl Play {
    /// What falls due from the last line up to an exercise minute if nothing else happens, in order: what
    /// reaches the players, silence where nobody answered in time, the end. Empty once these are in the
    /// journal.
    pub fn due(&self, until: u32) -> Vec<Due> {
        self.ahead(until, |_| false).map_or_else(Vec::new, |ahead| ahead.due)
    }

    /// The next exercise minute, not before `now`, at which something falls due if nothing else happens.
    pub fn next(&self, now: u32) -> Option<u32> {
        let ahead = self.ahead(u32::MAX, |ahead| !ahead.due.is_empty())?;
        ahead.due.first().map(|due| due.minute.max(now))
    }

    /// Where a skip leads from `now`: to the next minute at which something falls due or the time limit of an
    /// open action has passed, whichever is first.
    pub fn skip(&self, now: u32) -> Option<u32> {
        let next = self.next(now);
        let open = self.open().filter_map(|(expected, from)| {
            let passed = from.checked_add(expected.window.limit_min)?.checked_add(1)?;
            (passed > now).then_some(passed)
        });
        let end = self.scenario().clock.end_min;
        next.into_iter().chain(open.filter(|minute| *minute <= end)).min().filter(|_| !self.ended())
    }

    fn ahead(&self, until: u32, enough: impl Fn(&Ahead<'_>) -> bool) -> Option<Ahead<'_>> {
        let drill = self.drill().filter(|_| !self.ended())?;
        let until = until.min(self.scenario().clock.end_min);
        let mut ahead = Ahead::of(self, drill);
        // What holds at the last line was latched with it.
        let mut changed = Changed::Minute;
        loop {
            ahead.step(changed);
            if ahead.course.ended.is_some() || ahead.course.minute >= until || enough(&ahead) {
                return Some(ahead);
            }
            ahead.course.minute += 1;
            changed = Changed::Minute;
        }
    }

    /// The gauges' stops if nothing else happens until a minute.
    pub(super) fn stops(&self, minute: u32) -> Vec<Option<u32>> {
        let ahead = if minute > self.minute() { self.ahead(minute, |_| false) } else { None };
        ahead.map_or_else(|| self.course().stopped.clone(), |ahead| ahead.course.stopped)
    }

    /// What a facilitator sends now, ahead of its time or off its path. `None`: the scenario has none of this
    /// name, or it has come.
    pub fn send(&self, inject: &str, minute: u32) -> Option<InjectDelivered> {
        let inject = self.scenario().inject(inject)?;
        let drill = self.drill().filter(|drill| drill.message(inject.id.as_str()).is_none())?;
        let mut clock = drill.clock.clone();
        if let Some(to) = inject.jump_to {
            clock.jump(minute, to.to_utc());
        }
        Some(tell::delivered(self.scenario(), inject, self.zoned(clock.story_of(minute)), Came::Sent))
    }

    /// What a player says with a choice, and what is said back, with the times of the story filled in. `None`:
    /// no such message has come, or it has no such choice.
    pub fn reply(&self, inject: &str, option: &str) -> Option<ReplyGiven> {
        let message = self.drill()?.message(inject)?;
        let choice = self.scenario().inject(inject)?.reply(option)?;
        let story = self.zoned(message.at);
        Some(ReplyGiven {
            inject: inject.to_owned(),
            to: message.what.from.clone(),
            option: option.to_owned(),
            text: tell::told(&choice.text, story),
            answer: choice.answer.as_deref().map(|answer| tell::told(answer, story)),
        })
    }
}
