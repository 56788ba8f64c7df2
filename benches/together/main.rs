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
    println!("writers  incidents  deliveries  exchange  first of a new machine");
    let mut points = Vec::new();
    for (writers, incidents, deliveries) in [
        (1, 1, 1),
        (8, 1, 1),
        (50, 1, 1),
        (200, 1, 1),
        (1, 1_000, 1),
        (1, 5_000, 1),
        (1, 1, 100),
        (1, 1, 400),
    ] {
        points.push(quiet(writers, incidents, deliveries));
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

/// Writers, incidents and deliveries of a hub, what an exchange with nothing to say costs there, and the first of somebody new (ms).
struct Point {
    writers: f64,
    incidents: f64,
    deliveries: f64,
    idle: f64,
    first: f64,
}

fn quiet(writers: usize, incidents: usize, deliveries: usize) -> Point {
    let office = Office::new(None);
    let mut machines: Vec<Machine> = (0..writers).map(|k| Machine::new(&office, k)).collect();
    (1..=incidents).for_each(|n| machines[0].open(n));
    machines[0].sync();
    for _ in 1..deliveries {
        machines[0].log(1, 0);
        machines[0].sync();
    }
    for machine in &mut machines[1..] {
        machine.sync();
        machine.log(1, 0);
        machine.sync();
    }
    machines[0].sync();
    // The fastest of many: what else runs on the machine only ever makes it slower.
    let idle = (0..15).map(|_| timed(&mut machines[0])).min().unwrap_or_default();
    let mut news: Vec<Machine> = (0..3).map(|k| Machine::new(&office, writers + k)).collect();
    let first = news.iter_mut().map(timed).min().unwrap_or_default();
    assert!(news.iter().all(|new| new.incidents() == incidents));
    let (idle, first) = (ms(idle), ms(first));
    println!("{writers:>7} {incidents:>10} {deliveries:>11} {idle:>6.0} ms {first:>20.0} ms");
    Point {
        writers: writers as f64,
        incidents: incidents as f64,
        deliveries: (writers + deliveries - 1) as f64,
        idle,
        first,
    }
}

/// How long an exchange takes.
fn timed(machine: &mut Machine) -> Duration {
    let start = Instant::now();
    machine.sync();
    start.elapsed()
}

/// The straight lines through the first point and the farthest in each direction, and what they say of shards. A
/// writer of these has made one delivery, so what a delivery costs is taken from what a writer does.
fn model(points: &[Point]) {
    let base = &points[0];
    let slope = |at: fn(&Point) -> f64, of: fn(&Point) -> f64| {
        let far = points.iter().max_by(|a, b| at(a).total_cmp(&at(b))).expect("there are points");
        ((of(far) - of(base)) / (at(far) - at(base))).max(0.0)
    };
    let law = |of: fn(&Point) -> f64| {
        let delivery = slope(|p| p.deliveries, of);
        let writer = (slope(|p| p.writers, of) - delivery).max(0.0);
        (of(base), writer, slope(|p| p.incidents, of), delivery)
    };
    let (idle, first) = (law(|p| p.idle), law(|p| p.first));
    println!();
    for (name, (a, w, i, d)) in [("idle", idle), ("first", first)] {
        println!("{name} = {a:.0} ms + {w:.3} ms a writer + {i:.3} ms an incident + {d:.3} ms a delivery");
    }
    println!("\nwriters  incidents  deliveries  idle exchange  first exchange");
    for (writers, incidents, each) in
        [(20.0, 1_000.0, 10.0), (20.0, 4_000.0, 10.0), (50.0, 10_000.0, 10.0), (1_000.0, 1_000_000.0, 10.0)]
    {
        let deliveries = incidents * each;
        let cost =
            |(a, w, i, d): (f64, f64, f64, f64)| (a + w * writers + i * incidents + d * deliveries) / 1000.0;
        let (idle, first) = (cost(idle), cost(first));
        println!("{writers:>7} {incidents:>10} {deliveries:>11} {idle:>12.2} s {first:>13.1} s");
    }
}
