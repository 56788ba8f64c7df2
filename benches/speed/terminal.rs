//! A program in a terminal of its own, watched from outside: when its bytes come, and what it takes meanwhile.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, NativePtySystem, PtySize, PtySystem};

/// Nothing more is coming when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(30);
/// Longer than anything that is measured takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const SIZE: (u16, u16) = (120, 40);

/// A program in a terminal.
pub(crate) struct Terminal {
    screen: vt100::Parser,
    chunks: Receiver<(Instant, Vec<u8>)>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

/// What came after something was done: when the last of it did, in milliseconds, how many bytes it was, and in how many
/// pieces they were read: a second picture behind that of a key is one more.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) ms: f64,
    pub(crate) bytes: usize,
    pub(crate) pieces: usize,
}

fn size((columns, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).unwrap_or(NonZero::<u16>::MIN)
}

impl Terminal {
    /// Starts it and waits for these words; what came until then.
    pub(crate) fn start(mut command: CommandBuilder, words: &str) -> (Self, Answer) {
        let pair = NativePtySystem::default().openpty(size(SIZE)).expect("a terminal can be had");
        // Else it would be started in a home that nobody has.
        command.cwd("/");
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let mut reader = pair.master.try_clone_reader().expect("the terminal was just made");
        let (to, chunks) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 1 << 16];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if to.send((Instant::now(), buffer[..n].to_vec())).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().expect("the terminal was just made");
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let screen = vt100::Parser::new(cells(SIZE.1), cells(SIZE.0), 0);
        let mut terminal = Self { screen, chunks, keys, child, master: pair.master };
        let mut answer = Answer::default();
        while !terminal.screen.screen().contents().contains(words) {
            let chunk = terminal.chunks.recv_timeout(PATIENCE);
            let (when, bytes) = chunk.unwrap_or_else(|_| panic!("{words} never came"));
            terminal.screen.process(&bytes);
            answer.bytes += bytes.len();
            answer.ms = (when - began).as_secs_f64() * 1e3;
        }
        let rest = terminal.settle(began, QUIET);
        if rest.bytes > 0 {
            answer = Answer { bytes: answer.bytes + rest.bytes, ..rest };
        }
        (terminal, answer)
    }

    /// Takes what comes until it is quiet.
    fn settle(&mut self, since: Instant, first: Duration) -> Answer {
        let (mut answer, mut wait) = (Answer::default(), first);
        while let Ok((when, bytes)) = self.chunks.recv_timeout(wait) {
            self.screen.process(&bytes);
            answer.bytes += bytes.len();
            answer.ms = (when - since).as_secs_f64() * 1e3;
            answer.pieces += 1;
            wait = QUIET;
        }
        answer
    }

    /// Sends keys and waits for the picture that answers them. `None`: nothing changed.
    pub(crate) fn press(&mut self, keys: &str) -> Option<Answer> {
        let since = Instant::now();
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("it listens");
        Some(self.settle(since, Duration::from_millis(500))).filter(|answer| answer.bytes > 0)
    }

    /// Makes the terminal another size and waits for the picture.
    pub(crate) fn resize(&mut self, to: (u16, u16)) -> Answer {
        let since = Instant::now();
        self.screen.screen_mut().set_size(cells(to.1), cells(to.0));
        self.master.resize(size(to)).expect("the terminal is there");
        self.settle(since, Duration::from_millis(500))
    }

    /// Lets it alone for a while: how many bytes came.
    pub(crate) fn idle(&mut self, time: Duration) -> usize {
        let end = Instant::now() + time;
        let mut count = 0;
        while let Ok((_, bytes)) = self.chunks.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.screen.process(&bytes);
            count += bytes.len();
        }
        count
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or(0)
    }

    /// Does what ends it: how long that took in milliseconds, and whether the terminal is as it was before.
    pub(crate) fn end(mut self, how: impl FnOnce(&mut Self)) -> (f64, bool) {
        let since = Instant::now();
        how(&mut self);
        let code = self.child.wait();
        let took = since.elapsed().as_secs_f64() * 1e3;
        self.settle(since, QUIET);
        let screen = self.screen.screen();
        (took, code.is_ok() && !screen.alternate_screen() && !screen.hide_cursor())
    }

    /// Types keys without waiting.
    pub(crate) fn send(&mut self, keys: &str) {
        // A program that has ended listens no more.
        let _ = self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush());
    }
}

/// What a process has taken so far, with all its threads.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    /// Processor time in milliseconds.
    pub(crate) cpu: f64,
    /// How often it was woken.
    pub(crate) woken: u64,
    /// The most memory it held, in MiB.
    pub(crate) peak: f64,
}

/// Reads that from the system; `None` where it does not tell.
pub(crate) fn taken(pid: u32) -> Option<Taken> {
    let mut taken = Taken::default();
    let number = |text: &str, name: &str| -> Option<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let thread = thread.ok()?.path();
        let status = std::fs::read_to_string(thread.join("status")).ok()?;
        let times = std::fs::read_to_string(thread.join("schedstat")).ok()?;
        taken.cpu += times.split(' ').next()?.parse::<f64>().ok()? / 1e6;
        // A count of wake-ups is far from where a float loses whole numbers.
        taken.woken += number(&status, "voluntary_ctxt_switches:")? as u64;
        taken.peak = number(&status, "VmHWM:")? / 1024.0;
    }
    Some(taken)
}
