//! Many machines, one bare repository: `cargo bench --bench together` measures what an exchange costs and how it grows.
//!
//! It answers three questions with figures: how many pushes are refused when 3, 8 and 50 writers push at once and how
//! soon all are equal; what one exchange costs when there is nothing to say, by the number of writers and of incidents;
//! and what a shard of a given size costs by a straight line through those figures. Stores and repository are made in
//! memory where the machine has that, else in a temporary folder. `cargo bench --bench together -- ssh://HOST/FOLDER`
//! makes the repositories of the first question there, by git's own means.

mod machine;

use std::time::{Duration, Instant};

use casebook::store::sync::Exchanged;
use machine::{Machine, Office};

/// Notes each writer adds before each exchange, and exchanges.
const NOTES: usize = 5;
const TURNS: usize = 4;

fn main() {
    let hubs = std::env::args().skip(1).find(|word| word.contains("://"));
    println!("git, {} cores; {NOTES} notes of 150 characters before each exchange\n", cores());
    println!(
        "writers  exchanges  pushes  refused  given up  median  slowest  all equal after  B/line sent  hub kB/line"
    );
    for writers in [3, 8, 50] {
        let office = Office::new(hubs.as_deref().map(|hub| format!("{hub}-{writers}.git")));
        crowd(&office, writers);
    }
    println!("\nnothing to say, one writer of an otherwise quiet hub");
    println!("writers  incidents  exchange  first of a new machine");
    let mut points = Vec::new();
    for (writers, incidents) in [(1, 1), (8, 1), (50, 1), (200, 1), (1, 100), (1, 1_000), (1, 5_000)] {
        points.push(quiet(writers, incidents));
    }
    model(&points);
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Everybody writes and exchanges at the same moment, again and again, and then until all have the same.
fn crowd(office: &Office, writers: usize) {
    let mut machines: Vec<Machine> = (0..writers).map(|k| Machine::new(office, k)).collect();
    machines[0].open(1);
    machines[0].sync();
    machines[1..].iter_mut().for_each(|machine| drop(machine.sync()));
    let (mut took, mut done, mut lost) = (Vec::new(), Vec::new(), 0);
    for turn in 0..TURNS {
        for machine in &mut machines {
            machine.log(NOTES, turn);
        }
        for (time, exchanged) in together(&mut machines) {
            took.push(time);
            lost += usize::from(exchanged.is_none());
            done.extend(exchanged);
        }
    }
    let last = Instant::now();
    let mut more = 0;
    while !equal(&machines) {
        together(&mut machines);
        more += 1;
        assert!(more < 20, "{writers} writers are not equal after 20 exchanges each");
    }
    took.sort();
    let lines = writers * NOTES * TURNS;
    let sum = |of: fn(&Exchanged) -> u64| done.iter().map(of).sum::<u64>();
    println!(
        "{writers:>7} {:>10} {:>7} {:>8} {lost:>9} {:>4.0} ms {:>5.0} ms {:>13.0} ms {:>12} {:>12.2}",
        took.len(),
        sum(|it| it.tally.pushes),
        sum(|it| it.tally.again),
        ms(took[took.len() / 2]),
        ms(took[took.len() - 1]),
        ms(last.elapsed()),
        sum(|it| it.tally.bytes_out) / lines as u64,
        office.hub_bytes() as f64 / 1000.0 / lines as f64,
    );
    let all = machines[0].lines();
    assert!(all >= lines, "{all} of {lines} lines are there");
}

/// One exchange of each, all begun at once; nothing where it gave up.
fn together(machines: &mut [Machine]) -> Vec<(Duration, Option<Exchanged>)> {
    std::thread::scope(|threads| {
        let one = |machine: &mut Machine| {
            let start = Instant::now();
            let exchanged = machine.try_sync().ok();
            (start.elapsed(), exchanged)
        };
        let begun: Vec<_> = machines.iter_mut().map(|machine| threads.spawn(move || one(machine))).collect();
        begun.into_iter().map(|thread| thread.join().expect("an exchange ends")).collect()
    })
}

fn equal(machines: &[Machine]) -> bool {
    let first = machines[0].root();
    machines.iter().all(|machine| machine.root() == first)
}

/// Writers and incidents of a hub, what an exchange with nothing to say costs there, and the first of somebody new (ms).
struct Point {
    writers: f64,
    incidents: f64,
    idle: f64,
    first: f64,
}

fn quiet(writers: usize, incidents: usize) -> Point {
    let office = Office::new(None);
    let mut machines: Vec<Machine> = (0..writers).map(|k| Machine::new(&office, k)).collect();
    (1..=incidents).for_each(|n| machines[0].open(n));
    machines[0].sync();
    for machine in &mut machines[1..] {
        machine.sync();
        machine.log(1, 0);
        machine.sync();
    }
    machines[0].sync();
    let mut idle: Vec<Duration> = (0..9)
        .map(|_| {
            let start = Instant::now();
            machines[0].sync();
            start.elapsed()
        })
        .collect();
    idle.sort();
    let mut new = Machine::new(&office, writers);
    let start = Instant::now();
    new.sync();
    let first = start.elapsed();
    assert_eq!(new.incidents(), incidents);
    println!("{writers:>7} {incidents:>10} {:>5.0} ms {:>20.0} ms", ms(idle[4]), ms(first));
    Point { writers: writers as f64, incidents: incidents as f64, idle: ms(idle[4]), first: ms(first) }
}

/// The straight line through the first and the last of the points that differ in one thing only, and what it says
/// of shards.
fn model(points: &[Point]) {
    let base = &points[0];
    let slope = |at: fn(&Point) -> f64, of: fn(&Point) -> f64| {
        let far = points.iter().max_by(|a, b| at(a).total_cmp(&at(b))).expect("there are points");
        (of(far) - of(base)) / (at(far) - at(base))
    };
    let (a, w, i) = (base.idle, slope(|p| p.writers, |p| p.idle), slope(|p| p.incidents, |p| p.idle));
    let (fw, fi) = (slope(|p| p.writers, |p| p.first), slope(|p| p.incidents, |p| p.first));
    println!("\nidle exchange = {a:.0} ms + {w:.2} ms a writer + {i:.3} ms an incident");
    println!("first exchange = {:.0} ms + {fw:.2} ms a writer + {fi:.2} ms an incident\n", base.first);
    println!("writers  incidents  idle exchange  first exchange");
    for (writers, incidents) in [(20.0, 1_000.0), (50.0, 10_000.0), (200.0, 50_000.0), (1_000.0, 1_000_000.0)]
    {
        let idle = a + w * writers + i * incidents;
        let first = base.first + fw * writers + fi * incidents;
        println!("{writers:>7} {incidents:>10} {:>11.2} s {:>13.1} s", idle / 1000.0, first / 1000.0);
    }
}
