//! Bars of keys: how soon the whole program answers them in a terminal, beside a bare table in a terminal of its own.

use std::process::Command;
use std::time::Duration;

use portable_pty::CommandBuilder;

use super::Stores;
use super::measure::{median, once, quantile, within_a_minute};
use super::outside::{bare, casebook};
use super::table::Limit::{AtMost, None as Free};
use super::table::{Table, ms};
use super::terminal::{self, Answer, Terminal};

/// How often both are started anew: the slowest of a hundred keys says something only of many hundred.
const STARTS: usize = 5;
/// Longer than one start with its keys takes.
const LONG_ENOUGH: Duration = Duration::from_secs(15);
/// How often a burst and another size are measured.
const TIMES: usize = 6;

/// Down the list and most of the way up again.
fn walk() -> impl Iterator<Item = &'static str> {
    (0..4).flat_map(|_| (0..35).map(|key| if key < 20 { "j" } else { "k" }))
}

/// The bare table, and casebook with as many incidents.
fn both(stores: &Stores) -> [Terminal; 2] {
    let started = [(bare("table"), "READY"), (casebook(&stores.wide), "10,000 open")];
    started.map(|(command, words)| Terminal::start(command, words).0)
}

/// One key after the other: bars 3, 4 and 8.
pub(crate) fn single(table: &mut Table, stores: &Stores) {
    let (mut found, mut calm): ([Vec<Answer>; 2], Calm) = Default::default();
    for _ in 0..STARTS {
        within_a_minute(LONG_ENOUGH);
        let mut both = both(stores);
        for key in walk() {
            for (terminal, found) in both.iter_mut().zip(&mut found) {
                found.extend(terminal.press(key));
            }
        }
        for terminal in both {
            terminal.end(|terminal| terminal.send("q"));
        }
        calm.look();
    }
    let [bare, ours] = found;
    let at = |part: f64| {
        let [bare, ours] = [&bare, &ours].map(|found| quantile(found.iter().map(|answer| answer.ms), part));
        (format!("{} by {}", ms(ours), ms(bare)), ours / bare)
    };
    let (said, ratio) = at(0.5);
    table.ratio("3", "key at 10,000 / bare table", said, ratio, (AtMost(2.0), AtMost(1.3)));
    let quiet = calm.is_quiet();
    let must = |limit| if quiet { AtMost(limit) } else { Free };
    let (said, ratio) = at(0.99);
    table.ratio("4", "the same, p99", said, ratio, (must(3.0), AtMost(2.0)));
    let slowest = (1..).zip(&ours).max_by(|(_, a), (_, b)| a.ms.total_cmp(&b.ms));
    let (nth, slowest) = slowest.map_or((0, Answer::default()), |(nth, answer)| (nth, *answer));
    let said = format!("key {nth} of {}, pieces: {}; {}", ours.len(), slowest.pieces, at(1.0).0);
    table.add("4", "the same, the slowest", said, slowest.ms, "ms", (must(16.0), Free));
    table.note(calm.say());
    let mean =
        |found: &[Answer]| found.iter().map(|answer| answer.bytes as f64).sum::<f64>() / found.len() as f64;
    let (ours, bare) = (mean(&ours), mean(&bare));
    let said = format!("{ours:.0} by {bare:.0}");
    table.ratio("8", "bytes a key / bare table", said, ours / bare, (AtMost(2.0), AtMost(1.2)));
}

/// Many keys at once, and another size: bars 7 and 12.
pub(crate) fn together(table: &mut Table, stores: &Stores) {
    let mut both = both(stores);
    let mut measured = |what: &dyn Fn(&mut Terminal) -> f64| {
        let rounds: Vec<[f64; 2]> = (0..TIMES).map(|_| both.each_mut().map(what)).collect();
        let [bare, ours] = [0, 1].map(|k| median(rounds.iter().map(|round| round[k])));
        (format!("{} by {}", ms(ours), ms(bare)), median(rounds.iter().map(|[bare, ours]| ours / bare)))
    };
    let (said, ratio) = measured(&|terminal| {
        let there = terminal.press(&"j".repeat(200)).unwrap_or_default().ms;
        terminal.press(&"k".repeat(200));
        there
    });
    table.ratio("7", "a burst of 200 keys / bare table", said, ratio, (AtMost(1.0), AtMost(0.2)));
    let (said, ratio) = measured(&|terminal| {
        let smaller = terminal.resize((80, 24)).ms;
        (smaller + terminal.resize(terminal::SIZE).ms) / 2.0
    });
    table.ratio("12", "another size / bare table", said, ratio, (AtMost(3.0), AtMost(2.0)));
}

/// What nobody can make faster here, meanwhile: it says whether the slowest keys are casebook's or the machine's.
#[derive(Default)]
struct Calm {
    /// To start a program that does nothing, in milliseconds.
    starts: Vec<f64>,
    /// To send a letter through a terminal and back, in milliseconds.
    echoes: Vec<f64>,
}

impl Calm {
    /// How often each is measured at a time.
    const COUNT: usize = 40;

    fn look(&mut self) {
        let start = || once(|| Command::new("true").status()).0.wall;
        self.starts.extend((0..Self::COUNT).map(|_| start()));
        let mut command = CommandBuilder::new("sh");
        // It gives every letter back by itself and ends after the last.
        command
            .args(["-c", &format!("stty raw -echo; printf READY; exec dd bs=1 count={} 2>&-", Self::COUNT)]);
        let (mut echo, _) = Terminal::start(command, "READY");
        self.echoes.extend((0..Self::COUNT).filter_map(|_| echo.press("x")).map(|answer| answer.ms));
        echo.end(|_| ());
    }

    /// The median start, and the echo that 95 of 100 do not exceed.
    fn figures(&self) -> (f64, f64) {
        (median(self.starts.iter().copied()), quantile(self.echoes.iter().copied(), 0.95))
    }

    fn is_quiet(&self) -> bool {
        let (start, echo) = self.figures();
        start <= 1.5 && echo <= 1.0
    }

    fn say(&self) -> String {
        let (start, echo) = self.figures();
        let held = if self.is_quiet() { "so bar 4 is judged" } else { "so bar 4 is not judged" };
        format!(
            "Beside the keys a program that does nothing started in {} (median, at most 1.5 ms on a quiet machine) \
             and a letter came back from a terminal in {} (p95, at most 1 ms): {held}.",
            ms(start),
            ms(echo)
        )
    }
}
