//! People at work on a disk that may fail: what they were told was saved, and what was only given.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use casebook::incident::Incident;
use casebook::incident::command::{AddTask, Command};
use casebook::incident::decide;
use casebook::incident::moves::{Accept, Go};
use casebook::model::component::{AddComponent, Stage};
use casebook::model::desk::Desk;
use casebook::model::evidence::{self, Add, Measured, Receive};
use casebook::model::head::Open;
use casebook::model::id::LineId;
use casebook::model::notice::duties::Duties;
use casebook::model::playbook::Playbooks;
use casebook::store::{Class, Depth, Finding, Keep, Look, Record, Saved, Saver, Series, Verdict};

use super::ram::{Ram, Tree};
use super::*;

/// Incidents that are opened in one run, at most.
const MOST: usize = 4;

/// What the outside world was told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Incidents that were opened, with the ids of their lines that are said to be on the disk.
    pub(crate) saved: BTreeMap<String, (Address, BTreeSet<LineId>)>,
    /// Copies in the vault.
    pub(crate) evidence: Vec<(Address, Measured, Vec<u8>)>,
    /// Seals.
    pub(crate) seals: Vec<(PathBuf, String)>,
}

impl Told {
    pub(crate) fn lines(&self) -> usize {
        self.saved.values().map(|(_, ids)| ids.len()).sum()
    }
}

/// One incident on a screen.
struct Screen {
    saver: Saver,
    record: Record,
    /// Given here and not said to be saved, in order.
    open: Vec<LineId>,
}

/// A store on a disk in memory, and whoever works in it.
pub(crate) struct Office {
    pub(crate) ram: Ram,
    setup: Setup,
    store: Option<Store>,
    screens: BTreeMap<String, Screen>,
    dice: Dice,
    step: usize,
    started: u8,
    opened: u8,
    /// Words that were given as entries, saved or not.
    words: HashSet<String>,
    pub(crate) told: Told,
    /// How often something was shown unsaved.
    pub(crate) unsaved: usize,
}

impl Office {
    pub(crate) fn new(bench: &Bench, ram: &Ram, seed: u8) -> Self {
        Self {
            ram: ram.clone(),
            setup: bench.setup(0),
            store: None,
            screens: BTreeMap::new(),
            dice: Dice::new(seed),
            step: 0,
            started: 0,
            opened: 0,
            words: HashSet::new(),
            told: Told::default(),
            unsaved: 0,
        }
    }

    /// Works so many steps; afterwards [`Office::settle`] heals the disk and saves what waits.
    pub(crate) fn work(&mut self, steps: usize) {
        for _ in 0..steps {
            self.step += 1;
            self.act();
        }
    }

    fn now(&self) -> DateTime<Utc> {
        at(3 * i64::try_from(self.step).unwrap())
    }

    fn store(&mut self) -> &Store {
        if self.store.is_none() {
            self.started += 1;
            let setup = Setup { seed: [self.started; 32], ..self.setup.clone() };
            self.store = Some(Store::with(setup, Arc::new(self.ram.clone())));
        }
        self.store.as_ref().unwrap()
    }

    fn desk<'a>(&mut self, playbooks: &'a Playbooks) -> Desk<'a> {
        Desk {
            now: self.now(),
            now_set: false,
            by: "ana".into(),
            role: None,
            who: None,
            happened: None,
            ex: None,
            seed: [u8::try_from(self.step % 251).unwrap(); 16],
            playbooks,
            carried: &[],
            duties: Duties::plain(),
        }
    }

    fn words(&mut self) -> String {
        // Now and then a text of several pages.
        let long = if self.dice.below(12) == 0 { 9_000 } else { self.dice.below(80) };
        let words = format!("entry {} {}", self.step, "x".repeat(long));
        self.words.insert(words.clone());
        words
    }

    fn act(&mut self) {
        let kind = self.dice.below(100);
        let pick = self.dice.below(MOST);
        if self.told.saved.is_empty() || (kind < 6 && self.told.saved.len() < MOST) {
            return self.open();
        }
        let which = pick % self.told.saved.len();
        let address = self.told.saved.values().nth(which).unwrap().0.clone();
        match kind {
            0..38 => self.entry(&address),
            38..48 => self.command(&address, |office, _| {
                let title = format!("task {}", office.step);
                Some(Command::AddTask(AddTask { title, ..AddTask::default() }))
            }),
            48..54 => self.command(&address, |office, _| {
                let name = format!("FS{:03}", office.step);
                Some(Command::AddComponent(AddComponent::new(name, "server", Stage::Confirmed)))
            }),
            54..62 => self.command(&address, |office, incident| {
                let there = incident.destinations(office.now());
                let to = there.get(office.dice.below(there.len().max(1)))?.to;
                let accept = Accept { gate: None, name: "ana".into(), why: "seen".into() };
                Some(Command::Go(Go { reason: Some("because".into()), accepts: vec![accept], ..Go::to(to) }))
            }),
            62..70 => self.command(&address, |_, _| Some(Command::Undo(None))),
            70..76 => self.evidence(&address),
            76..80 => self.seal(&address),
            80..84 => self.publish(&address),
            84..87 => drop(self.store().list(Look::Checked)),
            87..92 => self.log(&address),
            92..95 => self.paste(&address),
            95..96 => self.catch_up(&address),
            96..97 => self.found(),
            97..98 => self.crash(),
            _ => self.restart(),
        }
    }

    /// `casebook new`, and the screen on it.
    fn open(&mut self) {
        let (now, playbooks) = (self.now(), Playbooks::default());
        let desk = self.desk(&playbooks);
        let title = format!("Incident {}", self.step);
        let open = Open { title, types: vec!["ransomware".into()], ..Open::default() };
        self.opened += 1;
        let id = id(self.opened);
        let created = self.store().create(Series::Inc, id, now, |number| {
            Ok::<_, StoreError>(vec![decide::open(&open, &number.to_string(), &desk).unwrap()])
        });
        let Ok(created) = created else { return };
        let ids = created.lines.iter().map(|line| line.id).collect();
        let address = created.address;
        let before = self.told.saved.insert(address.number.clone(), (address.clone(), ids));
        assert!(before.is_none(), "{} was given twice", address.number);
        if let Ok(record) = self.store().read(&address) {
            let screen = Screen { saver: Saver::new(created.pen), record, open: Vec::new() };
            self.screens.insert(address.number, screen);
        }
    }

    /// The screen of an incident; opened if it can be.
    fn look(&mut self, address: &Address) -> Option<&mut Screen> {
        if !self.screens.contains_key(&address.number) {
            let store = self.store();
            let (record, pen) = (store.read(address).ok()?, store.pen(address).ok()?);
            let screen = Screen { saver: Saver::new(pen), record, open: Vec::new() };
            self.screens.insert(address.number.clone(), screen);
        }
        self.screens.get_mut(&address.number)
    }

    fn command(&mut self, address: &Address, make: impl FnOnce(&mut Self, &Incident) -> Option<Command>) {
        if self.look(address).is_none() {
            return;
        }
        let mut screen = self.screens.remove(&address.number).unwrap();
        let playbooks = Playbooks::default();
        if let Some(command) = make(self, &screen.record.incident)
            && let Ok(Some(draft)) = screen.record.incident.decide(&command, &self.desk(&playbooks))
        {
            self.give(&mut screen, address, &[draft]);
        }
        self.screens.insert(address.number.clone(), screen);
    }

    /// A fact goes its way: applied at once, shown unsaved, written, and only then called saved.
    fn give(&mut self, screen: &mut Screen, address: &Address, drafts: &[Draft]) {
        let together = if drafts.len() > 1 { Together::Batch } else { Together::Apart };
        let now = self.now();
        let Ok(lines) = screen.saver.submit(drafts, together, now) else { return };
        screen.record.apply(&lines);
        screen.open.extend(lines.iter().map(|line| line.id));
        assert!(matches!(screen.saver.saved(), Saved::Writing { .. } | Saved::Not { .. }));
        self.flush(screen, address, now);
    }

    fn flush(&mut self, screen: &mut Screen, address: &Address, now: DateTime<Utc>) {
        let saved = screen.saver.flush(now);
        assert_eq!(saved, screen.open[..saved.len()], "what is saved is what was given, in its order");
        screen.open.drain(..saved.len());
        self.told.saved.get_mut(&address.number).unwrap().1.extend(saved);
        assert_eq!(screen.saver.unsaved().collect::<Vec<_>>(), screen.open);
        match screen.saver.saved() {
            Saved::All { .. } => assert!(screen.open.is_empty(), "shown as saved, and is not"),
            Saved::Not { changes, why } => {
                assert_eq!(changes, screen.open.len());
                assert!(!why.is_empty());
                self.unsaved += 1;
            }
            Saved::Writing { changes } => {
                panic!("{changes} changes are said to be on their way, and are not")
            }
        }
    }

    fn entry(&mut self, address: &Address) {
        let text = self.words();
        self.with(address, &[note(&text)]);
    }

    fn with(&mut self, address: &Address, drafts: &[Draft]) {
        if self.look(address).is_none() {
            return;
        }
        let mut screen = self.screens.remove(&address.number).unwrap();
        self.give(&mut screen, address, drafts);
        self.screens.insert(address.number.clone(), screen);
    }

    fn paste(&mut self, address: &Address) {
        let drafts: Vec<Draft> = (0..3).map(|_| note(&self.words())).collect();
        self.with(address, &drafts);
    }

    /// `casebook log` in another terminal.
    fn log(&mut self, address: &Address) {
        let (text, now) = (self.words(), self.now());
        let ahead = self.store().read_ahead(address);
        let Ok(mut pen) = self.store().pen(address) else { return };
        if let Ok(appended) = pen.append(&[note(&text)], Together::Apart, now) {
            let ids = &mut self.told.saved.get_mut(&address.number).unwrap().1;
            ids.extend(appended.lines.iter().map(|line| line.id));
        }
        drop(pen);
        self.store().publish_after_log(address, ahead);
    }

    fn evidence(&mut self, address: &Address) {
        let bytes = format!("memory of {}{}", self.step, "y".repeat(self.dice.below(9_000))).into_bytes();
        let Ok(measured) = self.store().vault(address).put(&bytes) else { return };
        self.told.evidence.push((address.clone(), measured.clone(), bytes));
        self.command(address, |office, _| {
            let name = format!("image {}", office.step);
            let how = Receive { file: Some(measured), ..Receive::default() };
            let add = Add { name, kind: "memory".into(), how, ..Add::default() };
            Some(Command::Evidence(evidence::Command::Add(Box::new(add))))
        });
    }

    fn seal(&mut self, address: &Address) {
        let now = self.now();
        if let Ok(sealed) = self.store().seal(address, now, "ana", "on demand") {
            self.told.seals.push((sealed.path, sealed.seal.text()));
        }
    }

    fn publish(&mut self, address: &Address) {
        if self.look(address).is_some() {
            let screen = self.screens.remove(&address.number).unwrap();
            self.store().publish(&screen.record);
            self.screens.insert(address.number.clone(), screen);
        }
    }

    fn catch_up(&mut self, address: &Address) {
        if let Some(screen) = self.look(address) {
            // What cannot be read now is read later; what was shown stays.
            let before = screen.record.lines();
            let _ = screen.record.catch_up();
            assert!(screen.record.lines() >= before, "facts went from the screen");
        }
    }

    /// A table with rows that are not known is taken in: several incidents at once.
    fn found(&mut self) {
        if self.told.saved.len() > MOST {
            return;
        }
        let (now, first) = (self.now(), self.opened);
        self.opened += 2;
        let found = |store: &Store| {
            let mut founding = store.found_many(Series::Inc, now, Keep::All)?;
            let mut ids = Vec::new();
            for k in first + 1..=first + 2 {
                let number = founding.number()?;
                let mut sheet = founding.sheet(number, id(k));
                let lines = sheet.write(&[note("opened")], now)?;
                ids.push(lines.iter().map(|line| line.id).collect::<BTreeSet<_>>());
                founding.keep(sheet, &Incident::fold(id(k), &lines))?;
            }
            Ok::<_, StoreError>((founding.settle()?, ids))
        };
        self.words.insert("opened".into());
        if let Ok((addresses, ids)) = found(self.store()) {
            for (address, ids) in addresses.into_iter().zip(ids) {
                let before = self.told.saved.insert(address.number.clone(), (address, ids));
                assert!(before.is_none(), "a number was given twice");
            }
        }
    }

    /// The program ends and starts again, where nothing waits.
    fn restart(&mut self) {
        if self.screens.values().all(|screen| screen.open.is_empty()) {
            self.crash();
        }
    }

    /// The program is killed: what waited was never said to be saved.
    fn crash(&mut self) {
        self.screens.clear();
        self.store = None;
        self.ram.killed();
    }

    /// The power goes: nobody saves anything any more.
    pub(crate) fn cut(mut self) -> (Told, HashSet<String>) {
        self.screens.clear();
        self.store = None;
        (self.told, self.words)
    }

    /// The disk is well again: whatever waits is saved under the id it always had.
    pub(crate) fn settle(&mut self) {
        self.ram.fail(None);
        self.step += 1;
        let now = self.now();
        let addresses: Vec<Address> = self.told.saved.values().map(|(address, _)| address.clone()).collect();
        for address in addresses {
            let Some(mut screen) = self.screens.remove(&address.number) else { continue };
            self.flush(&mut screen, &address, now);
            assert!(screen.open.is_empty(), "the disk is well, and something is not saved");
            // Whoever looks on sees what a newcomer sees.
            screen.record.catch_up().unwrap();
            let fresh = self.store().read(&address).unwrap();
            assert_eq!(screen.record.incident, fresh.incident, "a screen shows something else than the disk");
            self.screens.insert(address.number.clone(), screen);
        }
    }
}

/// What stands on a disk: all that was written, or what a power cut left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    All,
    AfterACut,
}

/// Opens a store on what is on a disk now, and holds it against what was told. `worst`: the worst that `verify`
/// may say.
pub(crate) fn hold(
    bench: &Bench,
    (stands, tree): (Stands, Tree),
    told: &Told,
    words: &HashSet<String>,
    worst: Class,
) {
    let ram = Ram::new(bench.folder.path(), tree);
    let setup = Setup { seed: [200; 32], ..bench.setup(0) };
    let store = Store::with(setup, Arc::new(ram));
    let listed = if told.saved.is_empty() { Vec::new() } else { store.list(Look::Checked).unwrap() };
    for (number, (address, ids)) in &told.saved {
        let row = listed.iter().find(|(found, _)| found == address);
        assert!(row.is_some_and(|(_, row)| row.shut.is_none()), "{number} is not in the list");
        let lines = store.lines(address).unwrap();
        let there: BTreeSet<LineId> = lines.iter().map(|line| line.id).collect();
        let lost: Vec<_> = ids.difference(&there).collect();
        assert!(lost.is_empty(), "{number}: {} of {} saved lines are lost: {lost:?}", lost.len(), ids.len());
        for line in &lines {
            let given = match &line.event {
                Event::Logged(logged) => words.contains(&logged.text),
                _ => true,
            };
            assert!(given, "{number}: nobody gave {line:?}");
        }
        if worst < Class::Broken {
            whole(number, &lines);
        }
        let record = store.read(address).unwrap();
        assert_eq!(record.incident, Incident::fold(address.id, &lines), "{number}");
        let verdict = store.verify(address, Depth::Full);
        no_worse(number, &verdict, worst, (stands, ids));
        assert_eq!(store.verify(address, Depth::Quick).class(), verdict.class(), "{number}");
        let line = append(&mut store.pen(address).unwrap(), 100_000, "and on");
        let after = store.lines(address).unwrap();
        assert_eq!(after.len(), lines.len() + 1);
        assert_eq!(after.last().unwrap().id, line.id);
        no_worse(number, &store.verify(address, Depth::Full), worst, (stands, ids));
    }
    kept(&store, told);
    let next = create(&store, 250);
    assert!(!told.saved.contains_key(&next.address.number), "{} was given again", next.address.number);
}

/// `verify` says nothing worse of it. One thing a power cut can do looks like a deed and is called one: a line that
/// never was saved, because forcing it to the disk had failed, though others had read it and named it, or sealed it, is
/// gone with its writer. All that was saved is there: that was held before.
fn no_worse(number: &str, verdict: &Verdict, worst: Class, (stands, saved): (Stands, &BTreeSet<LineId>)) {
    let never_saved = |finding: &Finding| match finding {
        Finding::NotThere { head, .. } => !saved.iter().any(|id| head.ends_with(&id.short(8))),
        Finding::SealBroken { why, .. } => why.ends_with("which it names, is not there"),
        _ => false,
    };
    let missed = verdict.findings.iter().any(|finding| matches!(finding, Finding::NotThere { .. }));
    for finding in verdict.findings.iter().filter(|finding| finding.class() > worst) {
        let gone = missed || stands == Stands::AfterACut;
        assert!(gone && never_saved(finding), "{number}: {:?}", verdict.findings);
    }
}

/// Of each writer there is what it wrote first, and nothing behind what is missing.
fn whole(number: &str, lines: &[Line]) {
    let mut ends: BTreeMap<&str, u64> = BTreeMap::new();
    for line in lines {
        let end = ends.entry(&line.writer.0).or_default();
        assert_eq!(line.n, *end + 1, "{number}: line {} of {} stands alone", line.n, line.writer);
        *end = line.n;
    }
}

/// Copies in the vault and seals are what they were said to be.
fn kept(store: &Store, told: &Told) {
    for (address, measured, bytes) in &told.evidence {
        let inventory = store.inventory(address).unwrap();
        let copy = inventory.parts.iter().find(|(part, _)| part.evidence() == Some(&measured.sha256));
        assert_eq!(copy.map(|(_, size)| *size), Some(bytes.len() as u64), "a copy in the vault is lost");
        // A copy that is there is looked at before it is believed: this fails where its bytes are others.
        assert_eq!(store.vault(address).put(bytes).unwrap(), *measured);
    }
    for (path, _) in &told.seals {
        let file = path.file_name().unwrap().to_str().unwrap();
        let of = |path: &Path| path.parent().unwrap().parent().unwrap().to_owned();
        let (address, _) = told.saved.values().find(|(address, _)| address.folder == of(path)).unwrap();
        let found = store.seals(address).into_iter().find(|found| found.file == file);
        assert!(found.is_some_and(|found| found.seal.is_some()), "seal {file} is lost");
    }
}
