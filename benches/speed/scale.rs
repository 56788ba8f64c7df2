//! How everything grows: stores of more and more incidents, an incident of more and more entries.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::ground::{self, Place};
use super::measure::median;
use super::table::{ms, short};
use super::terminal::{Terminal, taken};
use super::{outside, whole};

/// Sizes of stores, and of the one incident.
const STORES: [usize; 4] = [100, 1_000, 10_000, 100_000];
const LENGTHS: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// How often each is measured.
const ROUNDS: usize = 5;

/// Makes them one after the other in a folder, measures each, prints two tables, and takes them away again.
pub(crate) fn grow(folder: &Path) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    println!(
        "\n| incidents | start | peak | key | list | find | log | show |\n|---|---|---|---|---|---|---|---|"
    );
    for count in STORES {
        let place = Place::new(folder, "scale-wide");
        ground::wide(&place, count).expect("the store is made on a disk that can be written");
        store(&place, count);
        gone(&place);
    }
    println!(
        "\n| entries | show, no snapshot | peak | show | peak | screens | peak | key | log | verify --quick | verify |\n|---|---|---|---|---|---|---|---|---|---|---|"
    );
    for count in LENGTHS {
        let place = Place::new(folder, "scale-long");
        ground::long(&place, count).expect("the store is made on a disk that can be written");
        incident(&place, count);
        gone(&place);
    }
}

fn gone(place: &Place) {
    for folder in [&place.root, &place.state] {
        std::fs::remove_dir_all(folder).expect("what was just made can be taken away");
    }
}

fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

/// Median time of a process, and its peak memory in MiB where the system tells.
fn process(place: &Place, words: &[&str]) -> (f64, f64) {
    let mut peak = f64::NAN;
    let times = (0..ROUNDS).map(|_| {
        let mut command = whole::casebook(place, words);
        let since = Instant::now();
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.is_ok_and(|status| status.success()), "{command:?}");
        since.elapsed().as_secs_f64() * 1e3
    });
    let time = median(times.collect::<Vec<_>>().into_iter());
    // `time` of the shell tells no memory; GNU time does, where it is.
    let command = whole::casebook(place, words);
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args());
    timed.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    if let Ok(output) = timed.stdin(Stdio::null()).stdout(Stdio::null()).output() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        peak = said.lines().last().and_then(|line| line.parse().ok()).map_or(peak, |kib: f64| kib / 1024.0);
    }
    (time, peak)
}

/// Start, peak and a key on the screens.
fn screens(place: &Place, words: &str) -> [String; 3] {
    let (mut starts, mut keys, mut peak) = (Vec::new(), Vec::new(), f64::NAN);
    for _ in 0..ROUNDS {
        let (mut terminal, answer) = Terminal::start(outside::casebook(place), words);
        starts.push(answer.ms);
        for key in "jjjjjkkkkk".chars() {
            keys.extend(terminal.press(&key.to_string()).map(|answer| answer.ms));
        }
        peak = taken(terminal.pid()).map_or(peak, |taken| taken.peak);
        terminal.end(|terminal| terminal.send("q"));
    }
    [ms(median(starts.into_iter())), format!("{} MiB", short(peak)), ms(median(keys.into_iter()))]
}

fn store(place: &Place, count: usize) {
    // What is done once after a store was made is not measured.
    process(place, &["list"]);
    let [start, peak, key] = screens(place, "Incidents ");
    let (list, _) = process(place, &["list"]);
    let (find, _) = process(place, &["find", "--all", "TICKET-00047"]);
    let (log, _) = process(place, &["log", "-i", "50", "checked the mailbox rules"]);
    let (show, _) = process(place, &["show", "50"]);
    row(&[count.to_string(), start, peak, key, ms(list), ms(find), ms(log), ms(show)]);
}

fn incident(place: &Place, count: usize) {
    let snapshot = place.only().folder.join("incident.json");
    let store = place.store(60);
    let _ = std::fs::remove_file(&snapshot);
    let (plain, plain_peak) = process(place, &["next", "-i", "1"]);
    store.publish(&store.read(&place.only()).expect("the made incident reads"));
    let (kept, kept_peak) = process(place, &["next", "-i", "1"]);
    let [start, peak, key] = screens(place, "INC-2026-0001");
    let (log, _) = process(place, &["log", "-i", "1", "checked the mailbox rules"]);
    let (quick, _) = process(place, &["verify", "-i", "1", "--quick"]);
    let (full, _) = process(place, &["verify", "-i", "1"]);
    let mib = |peak: f64| format!("{} MiB", short(peak));
    row(&[
        count.to_string(),
        ms(plain),
        mib(plain_peak),
        ms(kept),
        mib(kept_peak),
        start,
        peak,
        key,
        ms(log),
        ms(quick),
        ms(full),
    ]);
}
