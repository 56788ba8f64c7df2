//! Keys and signals: the two threads that wait for the terminal and the system.

use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEventKind, poll, read};

use super::keymap::{self, Scope};
use super::keys;
use super::msg::Msg;
use super::world::Arrival;

/// From so many characters in one read on, nobody has typed them.
const PASTE: usize = 12;

/// The reading thread. It sends what one read brought and then waits to be told to go on: while an editor
/// owns the terminal nobody reads from it, and a burst of keys is one batch.
pub struct Keys {
    go_on: SyncSender<()>,
}

impl Keys {
    /// Starts reading.
    pub fn listen(to: Sender<Arrival>) -> Self {
        let (go_on, told) = sync_channel(1);
        thread::spawn(move || {
            // A terminal that cannot be read any more is one that was closed.
            if reading(&to, &told).is_err() {
                let _ = to.send(Arrival::Gone);
            }
        });
        Self { go_on }
    }

    /// The batch was taken and answered; the next one may come.
    pub fn go_on(&self) {
        let _ = self.go_on.try_send(());
    }
}

fn reading(to: &Sender<Arrival>, told: &Receiver<()>) -> io::Result<()> {
    loop {
        let mut batch = vec![read()?];
        while poll(Duration::ZERO)? {
            batch.push(read()?);
        }
        if to.send(Arrival::Input(batch)).is_err() || told.recv().is_err() {
            return Ok(());
        }
    }
}

/// A part of what one read brought.
#[derive(Debug, PartialEq)]
pub enum Part {
    Event(Event),
    /// Keys that type characters, one right after the other.
    Typed(Vec<Event>),
}

impl Part {
    /// What it types, word for word.
    pub fn text(self) -> String {
        match self {
            Part::Event(Event::Paste(text)) => text,
            Part::Event(_) => String::new(),
            Part::Typed(events) => events.iter().filter_map(typed).collect(),
        }
    }

    /// The text of many characters in one read; `None` where somebody may have typed them one by one. A key
    /// held down comes in bursts too, and is no text.
    pub fn burst(&self) -> Option<String> {
        let Part::Typed(events) = self else { return None };
        let text: String = events.iter().filter_map(typed).collect();
        let moves = |c: char| {
            let name = if c == ' ' { "Space".to_owned() } else { c.to_string() };
            keymap::find(&[Scope::Lists], &name).is_some()
        };
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        let many = text.chars().count() >= PASTE && letters.len() > 3;
        (many && !text.chars().all(moves)).then_some(text)
    }
}

/// Takes a batch apart: runs of typed characters, and everything else.
pub fn parts(batch: Vec<Event>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for event in batch {
        if matches!(&event, Event::Key(key) if key.kind == KeyEventKind::Release) {
            continue;
        }
        match (typed(&event), parts.last_mut()) {
            (Some(_), Some(Part::Typed(run))) => run.push(event),
            (Some(_), _) => parts.push(Part::Typed(vec![event])),
            (None, _) => parts.push(Part::Event(event)),
        }
    }
    parts
}

/// The character a key types, a line break included.
fn typed(event: &Event) -> Option<char> {
    let Event::Key(key) = event else { return None };
    match key.code {
        KeyCode::Enter if key.modifiers.is_empty() => Some('\n'),
        _ => keys::letter(*key),
    }
}

/// The message of an event; the mouse is read by whoever knows what lies under it.
pub fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => Some(Msg::Key(key)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(columns, rows) => Some(Msg::Resize(columns, rows)),
        Event::Mouse(_) | Event::FocusGained | Event::FocusLost => None,
    }
}

/// Whether somebody did something, and so looks at the screen.
pub fn is_an_act(event: &Event) -> bool {
    matches!(event, Event::Key(_) | Event::Paste(_) | Event::Mouse(_))
}

/// Waits for the signals that ask us to end or to stop.
///
/// # Errors
/// The system lets nobody wait for them.
#[cfg(unix)]
pub fn signals(to: Sender<Arrival>) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            let arrival = if signal == SIGTSTP { Arrival::Stop } else { Arrival::Gone };
            if to.send(arrival).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Other systems close the terminal, which ends the reading.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn signals(_: Sender<Arrival>) -> io::Result<()> {
    Ok(())
}

/// Stops this process until the shell wakes it.
#[cfg(unix)]
pub fn stop() {
    let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
}

/// There is no shell to go back to.
#[cfg(not(unix))]
pub fn stop() {}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyEvent;

    use super::*;

    fn burst(text: &str) -> Option<String> {
        let key = |c| match c {
            '\n' => Event::Key(KeyEvent::from(KeyCode::Enter)),
            c => Event::Key(KeyEvent::from(KeyCode::Char(c))),
        };
        let parts = parts(text.chars().map(key).collect());
        assert_eq!(parts.len(), 1);
        parts[0].burst()
    }

    #[test]
    fn many_characters_in_one_read_are_a_text() {
        let pasted = "powershell -enc\nnew-object\n";
        assert_eq!(burst(pasted).as_deref(), Some(pasted));
    }

    #[test]
    fn a_few_characters_and_keys_held_down_are_keys() {
        assert_eq!(burst("nshort\n"), None);
        assert_eq!(burst(&"j".repeat(200)), None);
        assert_eq!(burst(&"jjjjkkkkgG  ".repeat(9)), None);
    }
}
