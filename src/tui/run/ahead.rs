//! What is typed while an incident is being read: it waits for that incident, and goes to no other.

use std::collections::VecDeque;
use std::time::Duration;

use crossterm::event::Event;

use super::Session;
use crate::model::text::{harmless, quoted};
use crate::tui::app::Tone;
use crate::tui::console::Console;
use crate::tui::listen::{self, Part};
use crate::tui::msg::Msg;
use crate::tui::world::{Opening, Wished};
use crate::tui::{keys, view};

/// Keys and pastes in the order they came, until what they were typed for is there.
#[derive(Default)]
pub(super) struct Ahead {
    parts: VecDeque<Part>,
    /// Whether the list is not waited for any more, though it never came.
    pub(super) without_list: bool,
}

impl Ahead {
    /// The end of a part that was taken half way comes before all others.
    fn again(&mut self, rest: Vec<Event>) {
        if !rest.is_empty() {
            self.parts.push_front(Part::Typed(rest));
        }
    }

    /// Forgets what waits, and gives its text.
    fn dropped(&mut self) -> String {
        self.parts.drain(..).map(|part| part.text()).collect()
    }
}

/// Whether it is the key that ends waiting.
fn stops(event: &Event) -> bool {
    matches!(event, Event::Key(key) if keys::name(*key).is_some_and(|name| name == "Ctrl-C"))
}

impl<C: Console> Session<C> {
    /// Whether what comes now was typed for something that is still being read: at the start, for the list.
    fn waits(&self) -> bool {
        self.world.is_reading() || self.app.incidents.loading && !self.ahead.without_list
    }

    /// Takes what one read of the terminal brought, or lets it wait.
    pub(super) fn input(&mut self, batch: Vec<Event>) {
        for part in listen::parts(batch) {
            match part {
                Part::Event(Event::Resize(..)) => self.part(part),
                Part::Event(event) if self.waits() && stops(&event) => self.wait_no_more(),
                part => self.ahead.parts.push_back(part),
            }
            self.take_ahead();
        }
        if !self.ahead.parts.is_empty() {
            self.app.say(Tone::Told, "Still reading: what you type waits for it. Ctrl-C stops that.");
            self.stale = true;
        }
    }

    /// Takes what waits, as far as nothing is being read.
    pub(super) fn take_ahead(&mut self) {
        while !self.waits()
            && let Some(part) = self.ahead.parts.pop_front()
        {
            self.part(part);
        }
    }

    /// At the end, gives what was typed ahead the time to find its place.
    pub(super) fn take_the_last(&mut self) {
        self.read_on();
        while !self.ahead.parts.is_empty() {
            match self.arrivals.recv_timeout(Duration::from_secs(2)) {
                Ok(arrival) => {
                    self.arrive(arrival, &mut Vec::new());
                    self.read_on();
                }
                Err(_) => return,
            }
        }
    }

    /// Takes what was asked for, unless nobody waits for it any more.
    pub(super) fn read(&mut self, wish: u64, read: Result<Wished, String>) {
        if !self.world.has_read(wish) {
            return;
        }
        match read {
            Ok(Wished::Incident(record)) => self.show(*record, Opening::Asked),
            Ok(Wished::Told(message)) => self.take(message),
            Err(why) => self.without_it(why),
        }
    }

    fn wait_no_more(&mut self) {
        self.world.wait_no_more();
        self.ahead.without_list = true;
        self.without_it("It is not waited for any more.".to_owned());
    }

    /// What was asked for does not come: what was typed for it must not go elsewhere.
    fn without_it(&mut self, why: String) {
        let typed = self.ahead.dropped();
        self.take(Msg::NotRead(why));
        if let Some(said) = self.app.said.as_mut().filter(|_| !typed.is_empty()) {
            said.hint = Some(format!("Typed for it: {}; : and ↑ bring it back.", quoted(&typed)));
            self.app.past_lines.push(harmless(typed.trim()).replace('\n', " "));
        }
    }

    /// Takes a part of what one read brought. Many characters at once are a paste where they have several
    /// lines, and where the first of them opens no place to type; else they were typed ahead of us.
    fn part(&mut self, part: Part) {
        if let Some(text) = part.burst() {
            if text.trim_end().contains('\n') || !self.app.types_ahead(&text) {
                self.clip.pasted(&text);
                return self.take(Msg::Burst(text));
            }
            self.app.put_down();
        }
        let events = match part {
            Part::Event(event) => vec![event],
            Part::Typed(events) => events,
        };
        let mut events = events.into_iter();
        while let Some(event) = events.next() {
            match &event {
                Event::FocusLost => self.clip.went_elsewhere(),
                Event::Paste(text) => self.clip.pasted(text),
                _ => {}
            }
            if let Event::Mouse(mouse) = event {
                let target = view::hit(&self.app, mouse.column, mouse.row);
                self.take(Msg::Mouse(mouse.kind, target));
            } else if let Some(message) = listen::message(event) {
                self.take(message);
            }
            if self.waits() {
                return self.ahead.again(events.collect());
            }
        }
    }
}
