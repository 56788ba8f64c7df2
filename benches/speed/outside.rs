//! Bars of the whole program in a terminal, beside bare ratatui in the same terminal: start, calm, memory, end.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use portable_pty::CommandBuilder;

use super::Stores;
use super::ground::Place;
use super::keys;
use super::measure::{median, within_a_minute};
use super::peers::Tasks;
use super::table::Limit::{self, AtMost, None as Free};
use super::table::{Table, ms};
use super::terminal::{Answer, Taken, Terminal, taken};
use super::yard;

/// How often each is started, in turn.
const STARTS: usize = 15;
/// How long a program is left alone.
const IDLE: Duration = Duration::from_secs(10);
/// The largest program, in bytes: 12 MB.
const LARGEST: f64 = 12.0;

/// `hello` or `table` of the program beside this one.
pub(crate) fn bare(word: &str) -> CommandBuilder {
    let mut command = CommandBuilder::new(beside("bare").expect("cargo bench builds it"));
    command.arg(word);
    command
}

/// The newest program of that name which was built with this one.
fn beside(name: &str) -> Option<PathBuf> {
    let me = std::env::current_exe().ok()?;
    let named = |path: &PathBuf| {
        let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
        let hash = file.trim_end_matches(".exe").strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
        hash.is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let files = std::fs::read_dir(me.parent()?).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let made =
        |path: &PathBuf| path.metadata().and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    files.filter(named).max_by_key(made)
}

pub(crate) fn casebook(place: &Place) -> CommandBuilder {
    let mut command = CommandBuilder::new(super::program());
    command.env_clear();
    command.env("CASEBOOK_STORE", &place.root);
    command.env("CASEBOOK_STATE", &place.state);
    command.env("HOME", place.root.join("nobody"));
    command.env("CASEBOOK_USER", "ana");
    command
}

/// How a program is started, and the words of its first picture.
type Watched<'a> = (Box<dyn Fn() -> CommandBuilder + 'a>, &'static str);

/// The four programs that are watched.
fn programs<'a>(empty: &'a Place, stores: &'a Stores) -> [Watched<'a>; 4] {
    [
        (Box::new(|| bare("hello")), "READY"),
        (Box::new(|| bare("table")), "READY"),
        (Box::new(|| casebook(empty)), "No incident yet"),
        (Box::new(|| casebook(&stores.wide)), "10,000 open"),
    ]
}

/// All bars that are seen from outside.
pub(crate) fn screens(table: &mut Table, scratch: &Path, stores: &Stores) {
    if !cfg!(unix) {
        return table
            .note("The bars that are seen from outside were not measured: that needs a Unix terminal.");
    }
    let empty = Place::new(scratch, "nothing");
    starts(table, scratch, &empty, stores);
    tasks(table, stores);
    keys::single(table, stores);
    keys::together(table, stores);
    calm(table, &empty, stores);
    ends(table, &stores.wide);
    let size = std::fs::metadata(super::program()).map_or(f64::NAN, |about| about.len() as f64 / 1e6);
    table.add(
        "21",
        "the program",
        "one file, no service".to_owned(),
        size,
        "MB",
        (AtMost(LARGEST), AtMost(6.0)),
    );
}

/// Start and memory: bars 1, 2 and 11.
fn starts(table: &mut Table, scratch: &Path, empty: &Place, stores: &Stores) {
    let files = scratch.join("plain");
    if !files.exists() {
        yard::plain_files(&files, super::WIDE);
    }
    let mut found: [Vec<(Answer, Option<Taken>)>; 4] = Default::default();
    let (mut floors, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..=STARTS {
        for (found, (command, words)) in found.iter_mut().zip(&programs(empty, stores)) {
            let (terminal, answer) = Terminal::start(command(), words);
            found.push((answer, taken(terminal.pid())));
            terminal.end(|terminal| terminal.send("q"));
        }
        let since = Instant::now();
        assert_eq!(yard::parse_files(&files), super::WIDE);
        floors.push(since.elapsed().as_secs_f64() * 1e3);
        let last = |k: usize| found[k].last().map_or(f64::NAN, |(answer, _)| answer.ms);
        ratios.push((
            last(2) / last(0),
            last(3) / (last(1) + 1.3 * floors[floors.len() - 1]),
            last(3) / last(1),
        ));
    }
    // The first round warms up.
    let time = |k: usize| median(found[k].iter().skip(1).map(|(answer, _)| answer.ms));
    let ratio = |pick: fn(&(f64, f64, f64)) -> f64| median(ratios.iter().skip(1).map(pick));
    let by = |a, b| format!("{} by {}", ms(time(a)), ms(time(b)));
    table.ratio("1", "start, empty store / bare hello", by(2, 0), ratio(|r| r.0), (AtMost(3.0), AtMost(1.5)));
    let said = format!("{} by {} and {}", ms(time(3)), ms(time(1)), ms(median(floors.into_iter())));
    let what = "start at 10,000 incidents / bare table + 1.3 × parse of a file each";
    table.ratio("2", what, said, ratio(|r| r.1), (AtMost(1.0), Free));
    table.ratio("2", "start at 10,000 incidents / bare table", by(3, 1), ratio(|r| r.2), (Free, AtMost(5.0)));
    let peak = |k: usize| median(found[k].iter().filter_map(|(_, taken)| Some(taken.as_ref()?.peak)));
    for (what, k, by, limits) in [
        ("peak memory, empty store / bare hello", 2, 0, (AtMost(4.0), AtMost(2.5))),
        ("peak memory, 10,000 incidents / bare table", 3, 1, (AtMost(6.0), AtMost(4.0))),
    ] {
        if peak(k).is_nan() {
            return table
                .note("Memory (bar 11) was not measured: this system does not tell a process's peak.");
        }
        let said = format!("{:.1} MiB by {:.1} MiB", peak(k), peak(by));
        table.ratio("11", what, said, peak(k) / peak(by), limits);
    }
}

/// Start beside taskwarrior-tui with as many tasks: bar 2.
fn tasks(table: &mut Table, stores: &Stores) {
    let Some(screen) = stores.tasks.as_ref().and_then(Tasks::screen) else {
        return table
            .note("taskwarrior-tui with Taskwarrior 2.6 is not there: no start was held against its start.");
    };
    let start = |command, words| {
        let (terminal, answer) = Terminal::start(command, words);
        terminal.end(|terminal| terminal.send("q"));
        answer.ms
    };
    let rounds =
        (0..3).map(|_| (start(casebook(&stores.wide), "10,000 open"), start(screen.clone(), "Suspicious")));
    let found: Vec<(f64, f64)> = rounds.collect();
    let (ours, theirs) = (median(found.iter().map(|r| r.0)), median(found.iter().map(|r| r.1)));
    let ratio = median(found.iter().map(|(ours, theirs)| ours / theirs));
    let what = "start / taskwarrior-tui, 10,000";
    table.ratio("2", what, format!("{} by {}", ms(ours), ms(theirs)), ratio, (AtMost(1.0 / 20.0), Free));
}

/// Nothing is done while nothing is due: bars 9 and 10.
fn calm(table: &mut Table, empty: &Place, stores: &Stores) {
    let mut demo = casebook(empty);
    demo.arg("demo");
    // The minute on the screen changes at most once in the time: what that takes is allowed for.
    for (n, what, command, words, cpu, wakes, bytes) in [
        ("9", "idle at 10,000 incidents", casebook(&stores.wide), "10,000 open", 0.05, 0.2, 0.0),
        ("10", "idle with clocks that run", demo, "DEMO-2026", 0.2, 1.2, 64.0),
    ] {
        if n == "9" {
            within_a_minute(IDLE + Duration::from_secs(4));
        }
        let (mut terminal, _) = Terminal::start(command, words);
        terminal.idle(Duration::from_secs(2));
        let Some(before) = taken(terminal.pid()) else {
            return table
                .note("Idling (bars 9 and 10) was not measured: this system does not tell wake-ups.");
        };
        let came = terminal.idle(IDLE);
        let after = taken(terminal.pid()).unwrap_or(before);
        terminal.end(|terminal| terminal.send("q"));
        let each = |of: f64| of / IDLE.as_secs_f64();
        let percent = each(after.cpu - before.cpu) / 10.0;
        let woken = each((after.woken - before.woken) as f64);
        let limit = |most: f64| -> (Limit, Limit) { (AtMost(most), Free) };
        table.add(n, &format!("{what}: processor"), String::new(), percent, "%", limit(cpu));
        table.add(n, &format!("{what}: wake-ups"), String::new(), woken, "/s", limit(wakes));
        table.add(n, &format!("{what}: bytes"), String::new(), each(came as f64), "/s", limit(bytes));
    }
}

/// However it is ended, the terminal is given back at once: bar 20.
fn ends(table: &mut Table, wide: &Place) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process};
        let signal = |name: Signal| {
            move |terminal: &mut Terminal| {
                let pid = i32::try_from(terminal.pid()).ok().and_then(Pid::from_raw);
                let _ = kill_process(pid.expect("it runs"), name);
            }
        };
        type How = Box<dyn Fn(&mut Terminal)>;
        let hows: [(&str, How); 3] = [
            ("q", Box::new(|terminal| terminal.send("q"))),
            ("SIGTERM", Box::new(signal(Signal::TERM))),
            ("SIGHUP", Box::new(signal(Signal::HUP))),
        ];
        for (what, how) in &hows {
            let mut times = Vec::new();
            for _ in 0..9 {
                let (terminal, _) = Terminal::start(casebook(wide), "10,000 open");
                let (took, restored) = terminal.end(how);
                assert!(restored, "{what} left the terminal as it was on the screens");
                times.push(took);
            }
            let worst = times.iter().copied().fold(0.0, f64::max);
            let said = format!("the slowest {}; the terminal is given back", ms(worst));
            let figure = median(times.into_iter());
            table.add("20", &format!("end by {what}"), said, figure, "ms", (AtMost(50.0), Free));
        }
    }
    #[cfg(not(unix))]
    let _ = (table, wide);
}
