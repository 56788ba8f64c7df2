//! The laws of judgement and fold, over random commands of several people.

mod drill;
mod expunge;
mod indicator;
mod people;
mod redaction;
mod ruling;
mod sitrep;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeZone, Utc};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

mod ledger;

use super::Incident;
use super::command::{AddTask, Command, Stay};
use super::decide;
use super::event::Event;
use super::line::{Clock, Draft, Line, WriterId};
use super::moves::{Accept, Go};
use crate::model::component::{AddComponent, Details, EditComponent, Facts, Seen, Stage, StageComponent};
use crate::model::desk::Desk;
use crate::model::entry::{Correct, Entry, Kind, Logged};
use crate::model::evidence::{self, Add, Measured, Pass, Receive, Rehashed, Request};
use crate::model::handover;
use crate::model::head::{Edit, Open, SetSeverity};
use crate::model::id::{LineId, NounId};
use crate::model::lane::{Lane, MarkEntry, Marks};
use crate::model::ledger::Sort;
use crate::model::ledger::approval::{About, Approval, Approve};
use crate::model::lifecycle::{Gate, Way, lifecycle};
use crate::model::notice::duties::Duties;
use crate::model::phase::Phase;
use crate::model::playbook::Playbooks;
use crate::model::redaction::Redact;
use crate::model::refusal;
use crate::model::severity::Level;
use crate::model::task::{SetTask, State};
use crate::model::taxonomy::Posture;
use crate::model::triage::{Determine, RecordSignal, SetPosture};

mod notice;

/// One person at one screen: what they have read so far, and the lines they wrote.
pub(crate) struct Person {
    name: &'static str,
    pub(crate) lines: Vec<Line>,
    pub(crate) incident: Incident,
    clock: Clock,
    n: u64,
}

pub(crate) const ID: Uuid = Uuid::from_u128(7);

impl Person {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            lines: Vec::new(),
            incident: Incident { id: ID, ..Incident::default() },
            clock: Clock::default(),
            n: 0,
        }
    }

    pub(crate) fn desk<'a>(&self, now: DateTime<Utc>, playbooks: &'a Playbooks) -> Desk<'a> {
        let seed = Sha256::digest(format!("{} {}", self.name, self.n));
        Desk {
            now,
            now_set: false,
            by: self.name.to_owned(),
            role: None,
            who: None,
            happened: None,
            ex: None,
            seed: seed[..16].try_into().unwrap(),
            playbooks,
            carried: &[],
            duties: Duties::plain(),
        }
    }

    pub(crate) fn write(&mut self, draft: Draft, now: DateTime<Utc>) {
        self.n += 1;
        let seen = self.lines.iter().map(|line| line.clock);
        self.clock = self.clock.tick(now.timestamp_millis(), seen);
        let id = Sha256::digest(format!("{} {} {:?}", self.name, self.n, draft.event));
        let line = Line {
            id: super::super::model::id::LineId(id.into()),
            writer: WriterId(format!("w-{}", self.name)),
            n: self.n,
            clock: self.clock,
            recorded: now,
            by: draft.by,
            who: draft.who,
            happened: draft.happened,
            ex: draft.ex,
            now_set: draft.now_set,
            batch: None,
            over: draft.over,
            event: draft.event,
        };
        self.lines.push(line);
        let line = &self.lines[self.lines.len() - 1];
        // What takes words away changes lines that were applied.
        match line.event {
            Event::Expunged(_) => self.incident = Incident::fold(ID, &self.lines),
            _ => self.incident.apply(line),
        }
    }

    pub(crate) fn give(
        &mut self,
        command: &Command,
        now: DateTime<Utc>,
    ) -> Result<bool, super::super::model::refusal::Refusal> {
        let playbooks = Playbooks::default();
        let draft = self.incident.decide(command, &self.desk(now, &playbooks))?;
        Ok(draft.map(|draft| self.write(draft, now)).is_some())
    }

    /// Reads everything another has written.
    pub(crate) fn read(&mut self, other: &Person) {
        self.lines.extend(other.lines.iter().cloned());
        self.lines = in_order(self.lines.clone());
        self.incident = Incident::fold(ID, &self.lines);
    }
}

fn in_order(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| a.order().cmp(&b.order()));
    lines.dedup_by_key(|line| line.id);
    lines
}

pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    Utc.timestamp_opt(1_795_298_400 + minute * 60, 0).unwrap()
}

pub(crate) fn opened() -> Person {
    let mut ana = Person::new("ana");
    let playbooks = Playbooks::default();
    let open = Open { title: "Ransomware".into(), types: vec!["ransomware".into()], ..Open::default() };
    let draft = decide::open(&open, "INC-2026-0007", &ana.desk(at(0), &playbooks)).unwrap();
    ana.write(draft, at(0));
    ana
}

/// A small incident with something of each noun, told in commands.
pub(crate) fn case() -> Incident {
    let mut ana = Person::new("ana");
    let playbooks = Playbooks::default();
    let open = Open { title: "Files renamed".into(), types: vec!["ransomware".into()], ..Open::default() };
    ana.write(decide::open(&open, "INC-2026-0007", &ana.desk(at(0), &playbooks)).unwrap(), at(0));
    let add = |name: &str| AddComponent::new(name, "server", Stage::Confirmed);
    let mut told = |command: Command| ana.give(&command, at(1)).unwrap();
    told(Command::AddComponent(add("FS02")));
    told(Command::AddComponent(add("WS-114")));
    told(Command::Undo(None));
    told(Command::Log(Logged { text: "shares of FS02 gone".into(), ..Logged::default() }));
    told(Command::AddTask(AddTask { title: "Rotate the key".into(), ..AddTask::default() }));
    let mira = Approval { name: "Mira".into(), role: Some("CISO".into()), how: None, at: at(1) };
    told(Command::Approve(Box::new(Approve { approval: mira, ..Approve::default() })));
    ana.incident
}

pub(crate) fn go(to: Phase) -> Go {
    Go {
        reason: Some("because".into()),
        accepts: vec![Accept { gate: None, name: "ana".into(), why: "seen".into() }],
        ..Go::to(to)
    }
}

/// Turns three random numbers into a command that makes sense for what the person sees.
fn command(person: &Person, kind: u8, pick: usize, word: u8) -> Command {
    let incident = &person.incident;
    let task =
        |pick: usize| incident.tasks.get(pick % incident.tasks.len().max(1)).map(|task| task.what.id.clone());
    let text = format!("words {word}");
    let nothing = Command::Log(Logged {
        text: text.clone(),
        lane: [None, Some(Lane::Actor)][pick % 2],
        source: word.is_multiple_of(2).then(|| "EDR".into()),
        ..Logged::default()
    });
    match kind % KINDS {
        0 => Command::Edit(Edit { title: Some(text), ..Edit::default() }),
        1 => Command::Edit(Edit { types: vec![["malware", "phishing"][pick % 2].into()], ..Edit::default() }),
        2 => Command::SetSeverity(SetSeverity {
            impact: None,
            level: Some(Level::ALL[pick % 5]),
            reason: Some(text),
        }),
        3 => Command::RecordSignal(RecordSignal { text, source: None }),
        4 => Command::Acknowledge,
        5 => Command::Determine(Determine { to: ["suspected", "confirmed"][pick % 2].into(), reason: None }),
        6 => Command::SetPosture(SetPosture { to: [Posture::Watch, Posture::Cut][pick % 2], reason: None }),
        7 => match incident.destinations(at(0)).get(pick % 4) {
            Some(there) => Command::Go(go(there.to)),
            None => nothing,
        },
        8 => Command::Hold(word.is_multiple_of(2).then_some(text)),
        9 => Command::AddTask(AddTask { title: text, ..AddTask::default() }),
        10 => match task(pick) {
            Some(task) => Command::SetTask(SetTask {
                task,
                to: [State::InProgress, State::Done, State::Waived, State::Open][usize::from(word) % 4],
                reason: Some(text),
                holds_from: None,
            }),
            None => nothing,
        },
        11 => match task(pick) {
            Some(task) => Command::AssignTask { task, to: Some(text) },
            None => nothing,
        },
        12 => match task(pick) {
            Some(task) => Command::Approve(Box::new(Approve {
                about: Some(About::Task(task)),
                approval: Approval { name: text, role: None, how: None, at: at(0) },
                ..Approve::default()
            })),
            None => nothing,
        },
        13 => Command::AddComponent(AddComponent::new(text, "server", Stage::ALL[pick % 4])),
        14 => match incident.components.get(pick % incident.components.len().max(1)) {
            Some(component) => component_command(component.id.clone(), incident, pick, word, text),
            None => nothing,
        },
        15 => evidence(incident, pick, word),
        16 => match incident.entries.iter().rev().filter(|entry| entry.kind.written()).nth(pick % 3) {
            Some(entry) => Command::MarkEntry(MarkEntry {
                entry: entry.id,
                marks: Marks {
                    lane: [None, Some(Lane::Actor), Some(Lane::Us)][pick % 3],
                    source: word.is_multiple_of(3).then_some(text),
                    techniques: vec![["T1486", "T1562", "T1078.002"][usize::from(word) % 3].into()],
                },
            }),
            None => nothing,
        },
        17 => indicator::command(incident, pick, word),
        18 => Command::Ledger(Box::new(ledger::command(incident, pick, word))),
        19 => super::lesson::tests::some(incident, pick, word),
        20 => people::roster_command(person, pick, word).unwrap_or(nothing),
        21 => people::handover_command(person, pick, word),
        22 => notice::any(incident, pick, word).unwrap_or(nothing),
        23 => super::link::tests::some(pick, word),
        24 => redaction::any(incident, pick, text).unwrap_or(nothing),
        25 => sitrep::command(pick, word),
        26 => expunge::any(incident, pick, word, text).unwrap_or(nothing),
        27 => expunge::restrict(pick, word),
        28 => ruling::any(incident, pick, word).unwrap_or(nothing),
        _ => nothing,
    }
}

/// How many sorts of commands there are; the last is an entry.
const KINDS: u8 = 30;

/// A command on evidence that makes sense for what is there.
fn evidence(incident: &Incident, pick: usize, word: u8) -> Command {
    let text = format!("words {word}");
    let hash = |word: u8| format!("{word:02x}").repeat(32);
    let how = Receive {
        file: Some(Measured { sha256: hash(word), size: 1, ..Measured::default() }),
        ..Receive::default()
    };
    let (name, kind) = (text.clone(), "memory".to_owned());
    let item = incident.evidence.get(pick % incident.evidence.len().max(1)).map(|item| item.id.clone());
    let of = incident.components().next().map(|component| component.id.clone());
    Command::Evidence(match (item, pick / 7 % 8) {
        (None, 0) | (_, 7) => {
            evidence::Command::Request(Request { name, kind, from: text, ..Request::default() })
        }
        (None, _) | (_, 0 | 1) => evidence::Command::Add(Box::new(Add {
            name,
            kind,
            components: of.into_iter().collect(),
            how,
            ..Add::default()
        })),
        (Some(item), 2) => evidence::Command::Receive { item, how: Box::new(how) },
        (Some(item), 3) => {
            let pass = Pass { to: text.clone(), reason: text, ..Pass::default() };
            evidence::Command::Pass { item, pass: Box::new(pass) }
        }
        (Some(item), 4) => {
            let hash = Rehashed { sha256: hash(word), size: 1, of: "vault".into() };
            evidence::Command::Verify { item, verify: evidence::Verify { hash } }
        }
        (Some(item), 5) => evidence::Command::Withdraw { item, reason: text },
        (Some(item), _) => {
            let edit =
                evidence::Edit { name: Some(text.clone()), holder: Some(text), ..evidence::Edit::default() };
            evidence::Command::Edit { item, edit: Box::new(edit) }
        }
    })
}

/// A step of a component, more words on the same stage, or a change of what is known of it.
fn component_command(component: NounId, incident: &Incident, pick: usize, word: u8, text: String) -> Command {
    if word.is_multiple_of(3) {
        return Command::EditComponent(EditComponent {
            name: word.is_multiple_of(2).then(|| format!("host {text}")),
            owner: Some(if word.is_multiple_of(5) { String::new() } else { text.clone() }),
            critical: Some(pick.is_multiple_of(2)),
            tags_added: vec![text.clone()],
            tags_removed: vec![format!("words {}", word.wrapping_sub(3))],
            verdict: Some(text),
            ..EditComponent::of(component)
        });
    }
    let task = incident.tasks.get(pick % incident.tasks.len().max(1)).map(|task| task.what.id.clone());
    let facts = Facts {
        how: word.is_multiple_of(2).then(|| text.clone()),
        seen: word.is_multiple_of(5).then(|| Seen { by: text.clone(), at: at(0) }),
        until: Some(at(1000)),
        approval: Some(Approval { name: text.clone(), role: None, how: None, at: at(0) }),
        ticks: task.filter(|_| word.is_multiple_of(7)).into_iter().collect(),
        ..Facts::default()
    };
    let to = Stage::ALL[usize::from(word) % 11];
    Command::StageComponent(StageComponent { component, to, reason: Some(text), facts })
}

type Step = (u8, u8, usize, u8, u8);

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0u8..3, any::<u8>(), any::<usize>(), any::<u8>(), any::<u8>()), 1..60)
}

/// Three people work, read each other now and then, and take acts back.
pub(crate) fn work(steps: &[Step]) -> Vec<Person> {
    let ana = opened();
    let mut people = vec![ana, Person::new("bo"), Person::new("cy")];
    for one in 1..3 {
        let (first, rest) = people.split_at_mut(1);
        rest[one - 1].read(&first[0]);
    }
    for (minute, (who, kind, pick, word, meet)) in (1..).zip(steps) {
        let who = usize::from(*who);
        let order = if kind % (KINDS + 1) == KINDS {
            Command::Undo(None)
        } else {
            command(&people[who], *kind, *pick, *word)
        };
        // A refusal is an answer too: nothing is written.
        let before = people[who].lines.len();
        if people[who].give(&order, at(minute)).is_err() {
            assert_eq!(people[who].lines.len(), before);
        }
        if meet % 3 == 0 {
            let other = (who + 1 + usize::from(meet % 2)) % 3;
            let copy = Person { lines: people[other].lines.clone(), ..Person::new("copy") };
            people[who].read(&copy);
        }
    }
    people
}

pub(crate) fn everything(people: &[Person]) -> Vec<Line> {
    in_order(people.iter().flat_map(|person| person.lines.iter().cloned()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whoever_reads_everything_sees_the_same(steps in steps()) {
        let people = work(&steps);
        let all = everything(&people);
        let whole = Incident::fold(ID, &all);
        for person in &people {
            let mut lines = all.clone();
            lines.extend(person.lines.iter().rev().cloned());
            prop_assert_eq!(&Incident::fold(ID, &in_order(lines)), &whole);
        }
    }

    #[test]
    fn a_line_that_nobody_else_needs_is_obeyed_as_any_other(steps in steps()) {
        let all = everything(&work(&steps));
        let gone = all.iter().filter(|line| matches!(line.event, Event::Expunged(_)));
        let (mut lent, mut given) = (Incident::knowing(ID, gone.clone()), Incident::knowing(ID, gone));
        for line in all {
            lent.apply(&line);
            given.obey(line);
        }
        prop_assert_eq!(given, lent);
    }

    #[test]
    fn whoever_has_the_plain_entries_has_all_that_their_lines_did(steps in steps()) {
        let all = everything(&work(&steps));
        let gone = all.iter().filter(|line| matches!(line.event, Event::Expunged(_)));
        let (mut whole, mut told) = (Incident::knowing(ID, gone.clone()), Incident::knowing(ID, gone));
        let changed: BTreeSet<LineId> = all.iter().flat_map(|line| line.event.targets()).collect();
        // What a redaction hides is not all named by it.
        let hides = all.iter().any(|line| matches!(line.event, Event::Redacted(_)));
        let mut met = BTreeSet::new();
        for line in &all {
            whole.apply(line);
            let entry = whole.entry_of(line.id).filter(|entry| entry.kind == Kind::Note && entry.plain());
            let plain = entry.is_some() && line.batch.is_none() && !changed.contains(&line.id) && !hides;
            if plain && told.obey_told(line.id, line.recorded) {
                met.insert(line.id);
            } else {
                told.apply(line);
            }
        }
        let (theirs, rest): (Vec<_>, Vec<_>) =
            whole.entries.iter().cloned().partition(|entry| met.contains(&entry.id));
        prop_assert!(theirs.iter().all(Entry::plain), "{:?}", theirs);
        prop_assert_eq!(&told.entries, &rest);
        prop_assert_eq!(told.tell_around(), whole.tell_around());
        prop_assert_eq!(serde_json::to_string(&told).unwrap(), serde_json::to_string(&whole).unwrap());
    }

    #[test]
    fn a_line_changes_no_entries_but_those_it_names(steps in steps()) {
        let all = everything(&work(&steps));
        let mut incident = Incident::knowing(ID, all.iter().filter(|line| matches!(line.event, Event::Expunged(_))));
        for line in &all {
            let before = incident.entries.clone();
            let batch = incident.clone();
            incident.apply(line);
            let named: BTreeSet<LineId> =
                line.event.targets().into_iter().flat_map(|id| batch.together(id)).collect();
            let free = matches!(line.event, Event::Redacted(_) | Event::Expunged(_) | Event::ExpungeDeclined(_));
            for (was, is) in before.iter().zip(&incident.entries) {
                prop_assert!(was == is || free || named.contains(&is.id) || !was.plain(), "{:?} {:?}", line.event, is);
            }
        }
    }

    #[test]
    fn a_snapshot_reads_back_as_it_was(steps in steps()) {
        let whole = Incident::fold(ID, &everything(&work(&steps)));
        let state = serde_json::to_string(&whole.document()).unwrap();
        let memory = serde_json::to_string(&whole).unwrap();
        let mut told = Vec::new();
        whole.tell(|piece| {
            told.extend_from_slice(piece);
            true
        });
        prop_assert_eq!(&String::from_utf8(told).unwrap(), &state, "piece by piece it is the same");
        prop_assert_eq!(Incident::from_snapshot(&state, &memory), Some(whole));
    }

    #[test]
    fn every_event_reads_back_as_it_was(steps in steps()) {
        for line in everything(&work(&steps)) {
            let data = line.event.data();
            prop_assert_eq!(Event::read(line.event.kind(), &data, false), line.event);
        }
    }

    #[test]
    fn taking_back_an_act_restores_what_stood_before(steps in steps(), kind in 0u8..KINDS - 1, pick: usize, word: u8) {
        let mut ana = work(&steps).swap_remove(0);
        let before = standing(&ana.incident);
        let order = command(&ana, kind, pick, word);
        // A lead that was taken is handed back; a test of its own says so.
        prop_assume!(!matches!(order, Command::Handover(handover::Command::Accept { .. })));
        // What is gone is gone, and rights are no act of the record; a test of its own says so.
        prop_assume!(!matches!(order, Command::Expunge(_) | Command::Restrict(_)));
        // What was sent is only corrected.
        prop_assume!(!matches!(order, Command::Notice(crate::model::notice::Command::Send(_)) | Command::Sitrep(_)));
        if ana.give(&order, at(100)).unwrap_or(false) {
            let wrote = ana.lines.len();
            if ana.incident.firm(ana.lines[wrote - 1].id).is_some() {
                let refusal = ana.give(&Command::Undo(None), at(101)).unwrap_err();
                prop_assert!(refusal.hint.unwrap().contains("evidence withdraw"));
                return Ok(());
            }
            prop_assert!(ana.give(&Command::Undo(None), at(101)).unwrap());
            prop_assert_eq!(ana.lines.len(), wrote + 1);
            prop_assert_eq!(standing(&ana.incident), before);
        }
    }

    #[test]
    fn no_number_is_given_twice_in_one_act(steps in steps(), acts in prop::collection::vec((0u8..KINDS - 1, any::<usize>(), any::<u8>()), 2..9)) {
        let mut ana = work(&steps).swap_remove(0);
        let playbooks = Playbooks::default();
        let orders: Vec<Command> = acts
            .iter()
            .map(|(kind, pick, word)| command(&ana, *kind, *pick, *word))
            // What is taken away takes its number with it; a law of its own says what becomes of that.
            .filter(|order| !matches!(order, Command::Expunge(_)))
            .filter(|order| ana.incident.decide(order, &ana.desk(at(100), &playbooks)).is_ok())
            .collect();
        let desk = |k: u32| {
            let seed = Sha256::digest(format!("act {k}"))[..16].try_into().unwrap();
            Desk { seed, ..ana.desk(at(100), &playbooks) }
        };
        let drafts = ana.incident.decide_all(&orders, desk).unwrap();
        let before = numbers(&ana.incident).len();
        drafts.into_iter().for_each(|draft| ana.write(draft, at(100)));
        let after = numbers(&ana.incident);
        let fresh = &after[before..];
        prop_assert!(fresh.iter().all(|one| after.iter().filter(|other| *other == one).count() == 1), "{after:?}");
    }

    #[test]
    fn contested_fields_are_settled_by_saying_it_again(steps in steps()) {
        let people = work(&steps);
        let mut judge = Person::new("dee");
        for person in &people {
            judge.read(person);
        }
        if judge.incident.closed() {
            return Ok(());
        }
        let ruling = [
            Command::Go(go(judge.incident.phase())),
            Command::Edit(Edit { title: Some("ruled".into()), ..Edit::default() }),
            Command::SetSeverity(SetSeverity { impact: None, level: Some(Level::Sev2), reason: Some("ruled".into()) }),
        ];
        for (minute, order) in (200..).zip(ruling) {
            judge.give(&order, at(minute)).unwrap();
        }
        for field in judge.incident.contested() {
            prop_assert!(!["phase", "title", "severity"].contains(&field.field.as_str()), "{field:?}");
        }
    }

    #[test]
    fn giving_a_command_twice_changes_nothing(kind in 0u8..KINDS - 1, pick: usize, word: u8) {
        // Entries, signals, tasks and the like are added each time; everything else says "it is so".
        prop_assume!(![3, 9, 19].contains(&kind));
        let mut ana = opened();
        let order = command(&ana, kind, pick, word);
        // What is refused is refused again; a task is set with words each time.
        let Ok(done) = ana.give(&order, at(1)) else { return Ok(()) };
        if done && matches!(order, Command::SetTask(_)) {
            return Ok(());
        }
        let added = matches!(&order, Command::Ledger(order)
            if ledger::looks(order));
        if !added && !matches!(order, Command::Go(_) | Command::Log(_)) {
            prop_assert_eq!(ana.give(&order, at(2)), Ok(false));
        }
    }
}

/// The document without what must differ: entries, times of writing, and nouns that were struck.
/// The numbers on papers, in the order they were given.
fn numbers(incident: &Incident) -> Vec<String> {
    let ledger = incident.ledger.iter().filter(|item| item.sort() != Sort::Declaration);
    let mut all: Vec<(chrono::DateTime<Utc>, &str, &str)> = ledger
        .map(|item| (item.made, "ledger", item.number.as_str()))
        .chain(incident.evidence.iter().map(|item| (item.listed, "evidence", item.number.as_str())))
        .chain(
            incident
                .notices
                .iter()
                .map(|item| (moment_of(incident, item.line), "notice", item.number.as_str())),
        )
        .chain(incident.lessons.iter().map(|item| (item.at, "lesson", item.number.as_str())))
        .chain(incident.improvements.iter().map(|item| (item.added, "action", item.number.as_str())))
        .collect();
    all.sort_by_key(|(at, ..)| *at);
    all.into_iter().map(|(_, noun, number)| format!("{noun} {number}")).collect()
}

fn moment_of(incident: &Incident, line: crate::model::id::LineId) -> DateTime<Utc> {
    incident.entry_of(line).unwrap().happened
}

fn standing(incident: &Incident) -> serde_json::Value {
    let mut state = serde_json::to_value(incident.document()).unwrap();
    let fields = state.as_object_mut().unwrap();
    fields.remove("entries");
    fields.remove("updated");
    for list in [
        "visits",
        "tasks",
        "components",
        "signals",
        "evidence",
        "indicators",
        "roster",
        "handovers",
        "notices",
    ] {
        if let Some(items) = fields.get_mut(list).and_then(|items| items.as_array_mut()) {
            items.retain(|item| item["undone"] != true);
        }
    }
    for list in [
        "decisions",
        "assumptions",
        "approvals",
        "requests",
        "measures",
        "timers",
        "declarations",
        "lessons",
        "improvements",
    ] {
        let items = fields["ledger"][list].as_array_mut().unwrap();
        items.retain(|item| item["undone"] != true);
        for reviews in items.iter_mut().filter_map(|item| item.get_mut("reviews")?.as_array_mut()) {
            reviews.retain(|review| review["undone"] != true);
        }
    }
    for component in fields["components"].as_array_mut().unwrap() {
        component["history"].as_array_mut().unwrap().retain(|step| step["undone"] != true);
    }
    state
}

#[test]
fn every_listed_move_can_be_made_and_every_other_is_refused_naming_the_legal_ones() {
    for from in Phase::ALL {
        for to in Phase::ALL.into_iter().filter(|to| *to != from) {
            let mut ana = opened();
            let listed = lifecycle().find(from, to);
            ana.incident = stand_in(from);
            let result = ana.give(&Command::Go(go(to)), at(1));
            match listed {
                Some(_) => assert_eq!(result, Ok(true), "{from} to {to}"),
                None => {
                    let refusal = result.unwrap_err();
                    assert_eq!(refusal.kind, refusal::Kind::Refused);
                    for legal in lifecycle().from(from) {
                        assert!(refusal.message.contains(legal.to.id()), "{refusal}");
                    }
                }
            }
        }
    }
}

/// An open incident that stands in a phase, reached by nothing but its place.
fn stand_in(phase: Phase) -> Incident {
    let mut ana = opened();
    let Some(place) = ana.incident.place.get().cloned() else { panic!("opened incidents stand somewhere") };
    let head = ana.incident.place.heads().next().unwrap();
    ana.incident.place.set(head, "ana", &[head], crate::model::visit::Place { phase, ..place });
    ana.incident
}

#[test]
fn a_move_that_asks_why_is_refused_without_a_reason() {
    for asked in lifecycle().moves.iter().filter(|m| m.reason) {
        let mut ana = opened();
        ana.incident = stand_in(asked.from);
        let silent = Go { reason: Some("  ".into()), ..go(asked.to) };
        let refusal = ana.give(&Command::Go(silent), at(1)).unwrap_err();
        assert!(refusal.message.contains("reason"), "{}: {refusal}", asked.id);
    }
}

#[test]
fn a_strong_gate_is_refused_with_the_line_to_type_and_recorded_once_accepted() {
    let mut ana = opened();
    for order in [
        Command::Go(go(Phase::Analysis)),
        Command::AddComponent(AddComponent::new("FS02", "server", Stage::Confirmed)),
        Command::Go(go(Phase::Containment)),
    ] {
        ana.give(&order, at(1)).unwrap();
    }
    let bare = Go { accepts: Vec::new(), ..go(Phase::Eradication) };
    let refusal = ana.give(&Command::Go(bare.clone()), at(2)).unwrap_err();
    let hint = refusal.hint.unwrap();
    for words in ["uncontained-components", "evidence-before-change", "--approved-by"] {
        assert!(hint.contains(words), "{hint}");
    }
    assert!(refusal.message.contains("FS02"));
    ana.give(&Command::Go(go(Phase::Eradication)), at(3)).unwrap();
    let visit = ana.incident.visit().unwrap();
    let gate = visit.gates.iter().find(|gate| gate.gate == "uncontained-components").unwrap();
    assert_eq!((gate.accepted_by.as_deref(), gate.why.as_deref()), (Some("ana"), Some("seen")));
    assert_eq!(ana.incident.debts()[0].id, "authorisation-owed");
    let approval = Approval { name: "Mira".into(), role: Some("CISO".into()), how: None, at: at(4) };
    ana.give(&Command::Approve(Box::new(Approve { approval, ..Approve::default() })), at(4)).unwrap();
    assert!(ana.incident.debts().is_empty());
}

#[test]
fn containment_is_unverified_until_somebody_saw_it_hold() {
    let mut ana = opened();
    ana.give(&Command::Go(go(Phase::Containment)), at(1)).unwrap();
    ana.give(&Command::AddComponent(AddComponent::new("FS02", "server", Stage::Confirmed)), at(2)).unwrap();
    let says = |ana: &Person| {
        let there = ana.incident.destinations(at(9));
        let there = there.into_iter().find(|there| there.to == Phase::Eradication).unwrap();
        let found = there.findings.into_iter().find(|finding| finding.gate == Gate::ContainmentUnverified);
        found.map(|finding| finding.fact)
    };
    let component = ana.incident.components[0].id.clone();
    let contained = StageComponent::to(component, Stage::Contained);
    ana.give(&Command::StageComponent(contained.clone()), at(3)).unwrap();
    assert_eq!(says(&ana).as_deref(), Some("nobody has seen it hold: FS02"));
    let seen = Facts { seen: Some(Seen { by: "bo".into(), at: at(4) }), ..Facts::default() };
    ana.give(&Command::StageComponent(StageComponent { facts: seen, ..contained }), at(4)).unwrap();
    assert_eq!(says(&ana), None);
    ana.give(&Command::Undo(None), at(5)).unwrap();
    assert_eq!(says(&ana).as_deref(), Some("nobody has seen it hold: FS02"));
}

#[test]
fn a_component_found_past_containment_says_where_the_incident_stood() {
    let mut ana = opened();
    for to in [Phase::Containment, Phase::Eradication, Phase::Recovery] {
        ana.give(&Command::Go(go(to)), at(1)).unwrap();
    }
    ana.give(&Command::AddComponent(AddComponent::new("APP03", "server", Stage::Confirmed)), at(2)).unwrap();
    assert_eq!(ana.incident.components[0].found_in, Some(Phase::Recovery));
    assert!(ana.incident.entries.last().unwrap().text.ends_with("FOUND IN RECOVERY"));
}

#[test]
fn a_component_of_another_name_is_found_by_both_and_no_two_share_one() {
    let mut ana = opened();
    for name in ["FSO2", "FS01"] {
        ana.give(&Command::AddComponent(AddComponent::new(name, "server", Stage::Confirmed)), at(1)).unwrap();
    }
    ana.give(
        &Command::Log(Logged { text: "x".into(), components: vec!["FSO2".into()], ..Logged::default() }),
        at(2),
    )
    .unwrap();
    let rename = |to: &str, ana: &Person| {
        let id = ana.incident.components[0].id.clone();
        Command::EditComponent(EditComponent { name: Some(to.into()), ..EditComponent::of(id) })
    };
    let refusal = ana.give(&rename("fs01", &ana), at(3)).unwrap_err();
    assert!(refusal.message.contains("on the list already"), "{refusal}");
    ana.give(&rename("FS02", &ana), at(4)).unwrap();
    let fs02 = &ana.incident.components[0];
    assert_eq!(fs02.name, "FS02");
    assert_eq!(ana.incident.entries_about(fs02).count(), 3);
    ana.give(&Command::Undo(None), at(5)).unwrap();
    assert_eq!(ana.incident.components[0].name, "FSO2");
}

#[test]
fn emergency_containment_leaves_analysis_owed_until_it_is_paid() {
    let mut ana = opened();
    ana.give(&Command::Go(go(Phase::Containment)), at(1)).unwrap();
    let owed = |ana: &Person| ana.incident.debts().iter().any(|debt| debt.id == "analysis-owed");
    assert!(owed(&ana));
    for order in [
        Command::Go(go(Phase::Analysis)),
        Command::SetSeverity(SetSeverity {
            impact: None,
            level: Some(Level::Sev1),
            reason: Some("x".into()),
        }),
        Command::AddComponent(AddComponent::new("FS02", "server", Stage::Confirmed)),
    ] {
        assert!(owed(&ana));
        ana.give(&order, at(2)).unwrap();
    }
    assert!(!owed(&ana));
}

#[test]
fn going_back_makes_a_second_visit_with_a_checklist_of_its_own_and_ticks_may_hold() {
    let mut ana = opened();
    ana.give(&Command::Go(go(Phase::Analysis)), at(1)).unwrap();
    let first = ana.incident.visit().unwrap().id.clone();
    let task = ana.incident.checklist(&first).nth(1).unwrap().what.clone();
    let done = SetTask { task: task.id.clone(), to: State::Done, reason: None, holds_from: None };
    ana.give(&Command::SetTask(done), at(2)).unwrap();
    ana.give(&Command::Go(go(Phase::Containment)), at(3)).unwrap();
    let held = Go { holds: vec![task.id.clone()], ..go(Phase::Analysis) };
    ana.give(&Command::Go(held), at(4)).unwrap();
    let visit = ana.incident.visit().unwrap();
    assert_eq!((visit.phase, visit.n, visit.way), (Phase::Analysis, 2, Some(Way::Back)));
    assert_ne!(visit.id, first);
    let again = ana.incident.checklist(&visit.id).find(|t| t.what.playbook_id == task.playbook_id).unwrap();
    assert_eq!(again.progress.get().unwrap().holds_from, Some(1));
    assert_ne!(again.what.id, task.id);
    assert!(ana.incident.left_open().any(|task| task.visit == first));
}

#[test]
fn acts_tick_their_tasks_in_the_same_line() {
    let mut ana = opened();
    let state = |ana: &Person, act: &str| {
        ana.incident.tasks.iter().find(|task| task.what.act.as_deref() == Some(act)).unwrap().state()
    };
    ana.give(
        &Command::RecordSignal(RecordSignal { text: "EDR alert".into(), source: Some("automated".into()) }),
        at(1),
    )
    .unwrap();
    ana.give(&Command::Acknowledge, at(2)).unwrap();
    ana.give(&Command::Determine(Determine { to: "confirmed".into(), reason: None }), at(3)).unwrap();
    for act in ["signal", "ack", "determine"] {
        assert_eq!(state(&ana, act), State::Done, "{act}");
    }
    assert_eq!(ana.lines.len(), 4);
    ana.give(&Command::Go(go(Phase::Analysis)), at(4)).unwrap();
    let level = SetSeverity { impact: None, level: Some(Level::Sev2), reason: Some("x".into()) };
    ana.give(&Command::SetSeverity(level), at(5)).unwrap();
    assert_eq!(state(&ana, "classify"), State::Done);
}

#[test]
fn a_type_added_mid_case_brings_its_tasks_and_loses_no_tick() {
    let mut ana = opened();
    let task = ana.incident.tasks[0].what.id.clone();
    let done = SetTask { task: task.clone(), to: State::Done, reason: None, holds_from: None };
    ana.give(&Command::SetTask(done), at(1)).unwrap();
    let before = ana.incident.tasks.len();
    ana.give(&Command::Edit(Edit { types: vec!["phishing".into()], ..Edit::default() }), at(2)).unwrap();
    assert!(ana.incident.tasks.len() > before);
    assert_eq!(ana.incident.task(&task).unwrap().state(), State::Done);
}

#[test]
fn a_closed_incident_takes_entries_corrections_and_reopening_only() {
    let mut ana = opened();
    ana.give(&Command::Log(Logged { text: "frist".into(), ..Logged::default() }), at(1)).unwrap();
    let entry = ana.lines[1].id;
    let dismissal = Go { disposition: Some("false-positive".into()), ..go(Phase::Preparation) };
    ana.give(&Command::Go(dismissal), at(2)).unwrap();
    assert_eq!(ana.incident.status(), "closed");
    assert!(ana.incident.checklist(&ana.incident.visit().unwrap().id).next().is_none());
    assert!(ana.give(&Command::Acknowledge, at(3)).unwrap_err().hint.unwrap().contains("reopen"));
    ana.give(&Command::Log(Logged { text: "later".into(), ..Logged::default() }), at(4)).unwrap();
    ana.give(&Command::Correct(Correct { entry, text: "first".into() }), at(5)).unwrap();
    assert_eq!(ana.incident.entry_of(entry).unwrap().shown(), "first");
    ana.give(&Command::Go(go(Phase::Analysis)), at(6)).unwrap();
    assert_eq!((ana.incident.status(), ana.incident.visit().unwrap().way), ("open", Some(Way::Reopen)));
}

#[test]
fn closing_from_lessons_learned_opens_a_preparation_that_stays_tickable() {
    let mut ana = opened();
    for to in [Phase::Analysis, Phase::LessonsLearned] {
        ana.give(&Command::Go(Go { disposition: Some("true-positive".into()), ..go(to) }), at(1)).unwrap();
    }
    ana.give(&Command::Go(go(Phase::Preparation)), at(2)).unwrap();
    assert_eq!((ana.incident.status(), ana.incident.place.get().unwrap().cycle), ("closed", 2));
    let visit = ana.incident.visit().unwrap().id.clone();
    let task = ana.incident.checklist(&visit).next().unwrap().what.id.clone();
    let done = SetTask { task, to: State::Done, reason: None, holds_from: None };
    assert_eq!(ana.give(&Command::SetTask(done), at(3)), Ok(true));
}

#[test]
fn an_act_with_a_later_act_on_it_is_not_taken_back_before_that_one() {
    let mut ana = opened();
    for (minute, title) in [(1, "a"), (2, "b")] {
        ana.give(&Command::Edit(Edit { title: Some(title.into()), ..Edit::default() }), at(minute)).unwrap();
    }
    let refusal = ana.give(&Command::Undo(Some(ana.lines[1].id)), at(3)).unwrap_err();
    assert!(refusal.message.contains("later act"), "{refusal}");
    ana.give(&Command::Undo(None), at(4)).unwrap();
    assert_eq!(ana.incident.title(), "a");
    ana.give(&Command::Undo(None), at(5)).unwrap();
    assert_eq!(ana.incident.title(), "Ransomware");
    assert!(ana.give(&Command::Undo(None), at(6)).is_err());
}

#[test]
fn staying_keeps_the_reason_and_moves_nothing() {
    let mut ana = opened();
    let stay = Stay { reason: "only APP03".into(), component: Some("APP03".into()), ..Stay::default() };
    ana.give(&Command::Stay(stay), at(1)).unwrap();
    assert_eq!(ana.incident.phase(), Phase::Detection);
    assert!(ana.incident.entries.last().unwrap().text.contains("only APP03"));
    assert!(ana.give(&Command::Stay(Stay::default()), at(2)).is_err());
}

#[test]
fn taking_back_the_move_that_settled_two_moves_brings_both_visits_back() {
    let mut ana = opened();
    let mut bo = Person::new("bo");
    bo.read(&ana);
    ana.give(&Command::Go(go(Phase::Containment)), at(1)).unwrap();
    bo.give(&Command::Go(go(Phase::Containment)), at(2)).unwrap();
    ana.read(&bo);
    assert_eq!(ana.incident.contested()[0].field, "phase");
    ana.give(&Command::Go(go(Phase::Analysis)), at(3)).unwrap();
    assert!(ana.incident.contested().is_empty());
    ana.give(&Command::Undo(None), at(4)).unwrap();
    assert_eq!(ana.incident.contested()[0].field, "phase");
    let open = ana.incident.visits().filter(|visit| visit.left.is_none()).count();
    assert_eq!(open, 2);
}

#[test]
fn a_signal_written_without_history_ticks_its_task_and_can_be_taken_back() {
    let mut ana = opened();
    let playbooks = Playbooks::default();
    let record = RecordSignal { text: "EDR alert".into(), source: None };
    let draft = decide::signal(&record, &ana.desk(at(1), &playbooks)).unwrap();
    ana.write(draft, at(1));
    assert_eq!(ana.incident.tasks[0].state(), State::Done);
    assert!(ana.incident.contested().is_empty());
    ana.give(&Command::Undo(None), at(2)).unwrap();
    assert_eq!(ana.incident.tasks[0].state(), State::Open);
}

/// A component with everything that can be said of one.
fn told_of_components(ana: &mut Person) {
    let details = Details {
        owner: Some("Lars".into()),
        critical: true,
        tags: vec!["building 2".into()],
        note: Some("file server".into()),
        verdict: Some("entry point".into()),
    };
    let add = AddComponent { details, ..AddComponent::new("FS03", "server", Stage::Confirmed) };
    ana.give(&Command::AddComponent(add), at(30)).unwrap();
    let component = ana.incident.components[1].id.clone();
    let approval = Approval { name: "Mira".into(), role: Some("CISO".into()), how: None, at: at(31) };
    let facts = Facts {
        how: Some("switch port off".into()),
        asked: Some(at(30)),
        done: Some(at(31)),
        approval: Some(approval),
        ticks: vec![ana.incident.tasks[3].what.id.clone()],
        ..Facts::default()
    };
    let contained = StageComponent { facts, ..StageComponent::to(component.clone(), Stage::Contained) };
    ana.give(&Command::StageComponent(contained), at(31)).unwrap();
    let seen = Facts { seen: Some(Seen { by: "bo".into(), at: at(32) }), ..Facts::default() };
    let seen = StageComponent { facts: seen, ..StageComponent::to(component.clone(), Stage::Contained) };
    ana.give(&Command::StageComponent(seen), at(32)).unwrap();
    let edit = EditComponent {
        name: Some("FS-03".into()),
        owner: Some(String::new()),
        critical: Some(false),
        tags_added: vec!["rack 9".into()],
        ..EditComponent::of(component)
    };
    ana.give(&Command::EditComponent(edit), at(33)).unwrap();
}

/// The JSON of each event, byte for byte: what is on disk must read the same for ever.
#[test]
fn the_json_of_events_is_pinned() {
    let mut ana = opened();
    let say = |text: &str| Logged { text: text.into(), components: vec!["FS02".into()], ..Logged::default() };
    let severity = SetSeverity { impact: None, level: Some(Level::Sev1), reason: Some("patients".into()) };
    let task = ana.incident.tasks[3].what.id.clone();
    let approval =
        Approval { name: "Mira".into(), role: Some("CISO".into()), how: Some("phone".into()), at: at(9) };
    for (minute, order) in (1..).zip([
        Command::Edit(Edit {
            title: Some("Ransomware on FS02".into()),
            refs: vec!["T-1".into()],
            ..Edit::default()
        }),
        Command::SetSeverity(severity),
        Command::RecordSignal(RecordSignal {
            text: "EDR alert 4471".into(),
            source: Some("automated".into()),
        }),
        Command::Acknowledge,
        Command::Determine(Determine { to: "confirmed".into(), reason: Some("ransom note".into()) }),
        Command::SetPosture(SetPosture { to: Posture::Cut, reason: None }),
        Command::Log(say("shares gone")),
        Command::SetTask(SetTask {
            task: task.clone(),
            to: State::InProgress,
            reason: None,
            holds_from: None,
        }),
        Command::AssignTask { task: task.clone(), to: Some("bo".into()) },
        Command::SetDue { task: task.clone(), to: Some(at(60)) },
        Command::Approve(Box::new(Approve {
            about: Some(About::Task(task)),
            approval,
            ..Approve::default()
        })),
        Command::AddComponent(AddComponent::new("FS02", "server", Stage::Confirmed)),
        Command::Hold(Some("the provider".into())),
        Command::Stay(Stay { reason: "one host".into(), ..Stay::default() }),
    ]) {
        ana.give(&order, at(minute)).unwrap();
    }
    let component = ana.incident.components[0].id.clone();
    let stage = StageComponent::to(component, Stage::Contained);
    ana.give(&Command::StageComponent(stage), at(20)).unwrap();
    ana.give(&Command::AddTask(AddTask { title: "Call the bank".into(), ..AddTask::default() }), at(21))
        .unwrap();
    let entry = ana.lines[7].id;
    ana.give(&Command::Correct(Correct { entry, text: "shares of FS02 gone".into() }), at(22)).unwrap();
    ana.give(&Command::Go(go(Phase::Analysis)), at(23)).unwrap();
    ana.give(&Command::Undo(None), at(24)).unwrap();
    let place = Logged {
        text: "VPN logon of a contractor".into(),
        lane: Some(Lane::Actor),
        source: Some("VPN log".into()),
        techniques: vec!["t1133".into()],
        ..Logged::default()
    };
    ana.give(&Command::Log(place), at(25)).unwrap();
    let marks = Marks {
        lane: Some(Lane::Actor),
        source: Some("file server".into()),
        techniques: vec!["encrypted for impact".into()],
    };
    ana.give(&Command::MarkEntry(MarkEntry { entry, marks }), at(26)).unwrap();
    indicator::to_pin(&mut ana);
    told_of_components(&mut ana);
    notice::one_of_each(&mut ana);
    ana.give(&Command::Redact(Redact { entry, reason: "name of a patient".into() }), at(60)).unwrap();
    sitrep::to_pin(&mut ana);
    expunge::to_pin(&mut ana);
    let mut pinned = String::new();
    for line in &ana.lines {
        let mut data: serde_json::Value = serde_json::from_str(&line.event.data()).unwrap();
        // One task stands for the whole checklist.
        if let Some(tasks) = data.get_mut("tasks").and_then(|tasks| tasks.as_array_mut()) {
            tasks.truncate(1);
        }
        let whole = if data.get("tasks").is_some() { data.to_string() } else { line.event.data() };
        pinned.push_str(&format!("{} {whole}\n", line.event.kind()));
    }
    insta::assert_snapshot!(pinned);
}
