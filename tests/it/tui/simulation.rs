//! Several people at several screens over one store: random keys, crashes, clocks and disks that fail, and after every
//! step the laws hold.
//!
//! The seed of a run is printed; `CASEBOOK_SEED` begins elsewhere, and `CASEBOOK_NIGHTLY=1` plays fifty seeds of four
//! times the length.

use std::collections::{BTreeMap, HashSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use casebook::incident::Incident;
use casebook::incident::line::Line;
use casebook::model::id::LineId;
use casebook::store::{Address, Class, Depth, Store};
use casebook::tui::app::Disk;
use chrono::TimeDelta;

use super::session::{Place, Story};
use crate::store::saving::Shared;
use crate::store::{Dice, is_nightly, nightly};

const STEPS: usize = 220;
const PEOPLE: [&str; 3] = ["ana", "bo", "cy"];
/// No space left, an error of input or output, a file system that can only be read.
const FAILURES: [i32; 3] = [28, 5, 30];

/// Acts as people do them; `#` becomes a number that tells them apart.
const ACTS: [&str; 34] = [
    "nword # from the pager<enter>",
    "nseen @-12m, number #<enter>",
    "None of #<enter>two of #<enter><enter>",
    ":log thing # happened<enter>",
    ":component add H# --type server --stage suspected<enter>",
    ":component stage H# contained<enter>",
    ":indicator add 198.51.100.#<enter>",
    ":decide add \"Cut the link #\" --why \"it spreads\"<enter>",
    ":assume add \"backups # are clean\"<enter>",
    ":measure add \"Rule #\" --review \"tomorrow 14:00\"<enter>",
    ":timer add \"bo back #\" --due +30m<enter>",
    ":people add Dee# --role comms<enter>",
    ":severity --functional high<enter>",
    ":severity --functional none<enter>",
    ":edit --title \"Ransomware, take #\"<enter>",
    ":edit --tlp amber<enter>",
    ":edit --lead cy<enter>",
    ":hold --for \"the vendor #\"<enter>",
    ":hold --end<enter>",
    ":lesson add \"we lacked # keys\"<enter>",
    ":ack<enter>",
    ":seal<enter>",
    ":phase analysis --reason \"more of #\"<enter>",
    ":phase containment --accept \"ana: scope #\"<enter>",
    ":phase detection --reason \"again #\"<enter>",
    ":undo<enter>",
    "u<enter>",
    "x",
    "t",
    "jjx",
    "><enter>",
    "<lt>back for #<enter>",
    "gjx",
    "asecond incident #<enter>",
];

/// Single keys, pressed without sense. Those that stop the process or open an editor are not among them.
const KEYS: [&str; 48] = [
    "j", "k", "h", "l", "g", "G", "x", "t", "w", "u", "n", "p", ">", "<lt>", "/", "?", ":", "1", "2", "3",
    "4", "5", "6", "7", "8", "<tab>", "<s-tab>", "<enter>", "<esc>", "<space>", "<bs>", "<up>", "<down>",
    "<pgdn>", "<home>", "<end>", "a", "e", "E", "f", "v", "c", "C", "m", "y", "z", "<c-p>", "<c-c>",
];

/// Somebody at a screen, on a disk of their own mind.
struct Seat {
    name: &'static str,
    disk: Shared,
    story: Story,
}

struct World {
    seed: u8,
    place: Place,
    /// The store as somebody sees it who writes nothing.
    store: Store,
    dice: Dice,
    seats: Vec<Option<Seat>>,
    /// Every line that was ever found on the disk.
    known: BTreeMap<String, HashSet<LineId>>,
    count: usize,
    told: Vec<String>,
    crashes: usize,
}

impl World {
    fn new(seed: u8) -> Self {
        let place = Place::new();
        let told = vec![format!("seed {seed}")];
        let dice = Dice::new(seed);
        let (known, crashes, store) = (BTreeMap::new(), 0, place.store());
        let mut world = Self { seed, place, store, dice, seats: Vec::new(), known, count: 0, told, crashes };
        for name in PEOPLE {
            let seat = world.sit(name);
            world.seats.push(Some(seat));
        }
        world.act(0, "aRansomware on the file servers<enter>");
        for i in 1..PEOPLE.len() {
            world.act(i, "<enter>");
        }
        world
    }

    fn sit(&mut self, name: &'static str) -> Seat {
        let disk = Shared::default();
        let setup = self.place.store_setup();
        let size = [(80, 24), (100, 30), (140, 40), (50, 20)][self.dice.below(4)];
        let files = Arc::new(disk.clone());
        let story = self.place.open(name, size, |screens| screens.store = Store::with(setup, files));
        Seat { name, disk, story }
    }

    fn act(&mut self, i: usize, keys: &str) {
        let mut seat = self.seats[i].take().unwrap();
        self.told.push(format!("{}: {keys}", seat.name));
        seat.story = seat.story.press(keys);
        let gone = seat.story.session.over();
        self.seats[i] = Some(seat);
        if gone {
            self.rise(i);
        }
    }

    /// The screens are closed as they should be, and opened again.
    fn rise(&mut self, i: usize) {
        let seat = self.seats[i].take().unwrap();
        self.told.push(format!("{} leaves", seat.name));
        seat.disk.0.write.store(0, Ordering::SeqCst);
        seat.disk.0.sync.store(0, Ordering::SeqCst);
        let name = seat.name;
        let left = seat.story.leave();
        assert_eq!(left.unsaved, 0, "{}", self.story());
        self.seats[i] = Some(self.sit(name));
    }

    /// The process is gone between two keys: no end of the session.
    fn crash(&mut self, i: usize) {
        let seat = self.seats[i].take().unwrap();
        self.told.push(format!("{} crashes", seat.name));
        self.crashes += 1;
        let name = seat.name;
        // With a line on its way to the disk, or with half a thought in a form.
        let keys =
            ["nthe last of it<enter>", "nhalf a thought", ":log gone with it<enter>", ""][self.dice.below(4)];
        let segment = seat.disk.0.last.lock().unwrap().clone();
        drop(seat.story.cut_off(keys));
        // A process that is gone writes no more; one that is on its way out may.
        if keys.is_empty() {
            self.tear(segment);
        }
        self.seats[i] = Some(self.sit(name));
    }

    /// Half a line at the end of a segment, as a power cut leaves it.
    fn tear(&mut self, segment: Option<PathBuf>) {
        let Some(path) = segment.filter(|path| std::fs::read(path).is_ok_and(|all| all.ends_with(b"\n")))
        else {
            return;
        };
        self.told.push(format!("half a line in {}", path.display()));
        let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(br#"{"v":1,"inc":"0193"#).unwrap();
    }

    fn step(&mut self) {
        let i = self.dice.below(PEOPLE.len());
        self.count += 1;
        match self.dice.below(100) {
            0..52 => {
                let act = ACTS[self.dice.below(ACTS.len())].replace('#', &(self.count % 200).to_string());
                self.act(i, "<esc><esc>");
                self.act(i, &act);
            }
            52..84 => {
                let keys: String =
                    (0..=self.dice.below(5)).map(|_| KEYS[self.dice.below(KEYS.len())]).collect();
                self.act(i, &keys);
            }
            84..88 => self.crash(i),
            88..90 => self.rise(i),
            90..95 => {
                let minutes = [1, 7, 61, 1_500, -61, -4_000][self.dice.below(6)];
                self.told.push(format!("the clock goes {minutes} minutes"));
                self.place.now.set(self.place.now.get() + TimeDelta::minutes(minutes));
            }
            95..98 => {
                let number = FAILURES[self.dice.below(3)];
                let seat = self.seats[i].as_ref().unwrap();
                let on = if number == 5 { &seat.disk.0.sync } else { &seat.disk.0.write };
                on.store(number, Ordering::SeqCst);
                seat.disk.0.through.store(self.dice.below(60), Ordering::SeqCst);
                self.told.push(format!("the disk of {} fails with {number}", seat.name));
            }
            _ => {
                for seat in self.seats.iter().flatten() {
                    seat.disk.0.write.store(0, Ordering::SeqCst);
                    seat.disk.0.sync.store(0, Ordering::SeqCst);
                }
                self.told.push("all disks are well".to_owned());
            }
        }
        self.laws();
    }

    fn addresses(&self) -> Vec<(Address, Incident)> {
        let rows = self.store.list(casebook::store::Look::Checked).unwrap();
        rows.into_iter()
            .map(|(address, _)| {
                let incident =
                    self.store.read(&address).unwrap_or_else(|e| panic!("{e}\n{}", self.story())).incident;
                (address, incident)
            })
            .collect()
    }

    /// An incident and the lines it is folded from. A process that is on its way out may write in between.
    fn at_rest(&self, address: &Address) -> (Incident, Vec<Line>) {
        let mut lines = self.store.lines(address).unwrap();
        loop {
            let incident = self.store.read(address).unwrap().incident;
            let again = self.store.lines(address).unwrap();
            if again.len() == lines.len() {
                return (incident, lines);
            }
            lines = again;
        }
    }

    /// What must hold whatever happened.
    fn laws(&mut self) {
        for (address, _) in self.addresses() {
            let (incident, lines) = self.at_rest(&address);
            let ids: HashSet<LineId> = lines.iter().map(|line| line.id).collect();
            let before = self.known.entry(address.number.clone()).or_default();
            let lost: Vec<_> = before.difference(&ids).collect();
            assert!(lost.is_empty(), "lines vanished: {lost:?}");
            for seat in self.seats.iter().flatten() {
                let app = &seat.story.session.app;
                let Some(shown) = app.incident().filter(|shown| shown.id == incident.id) else { continue };
                if matches!(app.disk, Disk::NotSaved(..) | Disk::Saving(_)) {
                    continue;
                }
                let missing = shown.entries.iter().find(|entry| !ids.contains(&entry.id));
                assert!(
                    missing.is_none(),
                    "{} was told it is saved: {missing:?}\n{}",
                    seat.name,
                    self.told.join("\n")
                );
            }
            *self.known.get_mut(&address.number).unwrap() = ids;
            let verdict = self.store.verify(&address, Depth::Full);
            let class = verdict.class();
            assert!(class <= Class::Declared, "{:?}\n{}", verdict.findings, self.story());
            // Any order folds to the same: here the other way round, and every line twice.
            let mut again: Vec<_> = lines.iter().rev().chain(&lines).collect();
            again.sort_by_key(|line| line.order());
            again.dedup_by_key(|line| line.id);
            let folded = Incident::fold(address.id, again);
            assert_eq!(document(&folded), document(&incident), "{}", self.story());
        }
        for seat in self.seats.iter().flatten() {
            let screen = seat.story.screen();
            assert!(!screen.chars().any(|c| c.is_control() && c != '\n'), "{screen}");
        }
    }

    fn story(&self) -> String {
        self.told.join("\n")
    }

    /// Everybody's disk is well, everybody has everything, and nobody has anything else.
    fn end(mut self) {
        for i in 0..PEOPLE.len() {
            self.rise(i);
        }
        let number = self.addresses()[0].0.number.clone();
        for i in 0..PEOPLE.len() {
            self.act(i, "<esc><esc>1");
            self.act(i, &format!(":use {number}<enter>"));
        }
        self.act(0, "<esc>");
        self.act(0, "nthe last word<enter>");
        let want = self.addresses().into_iter().find(|(address, _)| address.number == number).unwrap().1;
        for seat in self.seats.iter_mut().flatten() {
            let session = &mut seat.story.session;
            for _ in 0..100 {
                if session.app.incident().is_some_and(|shown| shown.root == want.root) {
                    break;
                }
                session.wait(Some(Duration::from_millis(50)));
            }
            let shown = session.app.incident().unwrap();
            assert_eq!(document(shown), document(&want), "{} sees it", seat.name);
        }
        println!(
            "seed {}: {} steps, {} crashes, {} lines, nothing lost",
            self.seed,
            self.count,
            self.crashes,
            self.known.values().map(HashSet::len).sum::<usize>()
        );
    }
}

fn document(incident: &Incident) -> serde_json::Value {
    serde_json::to_value(incident.document()).unwrap()
}

#[test]
fn whatever_people_and_machines_do_nothing_acknowledged_is_lost_and_everybody_ends_with_the_same() {
    for seed in nightly(3, 50) {
        println!("seed {seed}");
        let mut world = World::new(seed);
        for _ in 0..if is_nightly() { 4 * STEPS } else { STEPS } {
            world.step();
        }
        world.end();
    }
}
