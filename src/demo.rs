//! The five incidents of `casebook demo`: a script in the verbs of the shell, played into a fresh store.

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};

use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::decide;
use crate::incident::line::Draft;
use crate::model::desk::Desk;
use crate::model::lesson::Carried;
use crate::model::notice::duties::Duties;
use crate::model::playbook::Playbooks;
use crate::model::refusal::Refusal;
use crate::model::sitrep;
use crate::model::time::Zone;
use crate::report;
use crate::store::{Address, Created, Series, Store, StoreError, Together};
use crate::verb::{self, Act, Context, Said, Text};

/// What is told, in lines of `minutes from now, who, verb …`.
const SCRIPT: &str = include_str!("../assets/demo.txt");

/// The name the demo is worked under.
pub const LEAD: &str = "ana";

/// Why the demo could not be told.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A line of the script that the rules refuse; a test keeps this from happening.
    #[error("Line {line} of the demo: {refusal}")]
    Script { line: usize, refusal: Refusal },
}

/// Plays the script into a store, ending at `now`. The incidents come back in the order they were opened.
///
/// # Errors
/// Fails where the store cannot be written.
pub fn tell(store: &Store, now: DateTime<Utc>, seed: [u8; 16]) -> Result<Vec<Address>, DemoError> {
    let playbooks = Playbooks::default();
    let mut told = Vec::new();
    let mut open: Option<Case> = None;
    let mut carried: Vec<Carried> = Vec::new();
    for (line, words) in (1..).zip(SCRIPT.lines()) {
        let Some((minutes, who, words)) = parts(words) else { continue };
        if words.starts_with("new ")
            && let Some(case) = open.take()
        {
            carried.extend(case.incident.carried());
            told.push(case.close(store));
        }
        let refused = |refusal| DemoError::Script { line, refusal };
        let desk = Desk {
            now: now + Duration::minutes(minutes),
            now_set: false,
            by: who.to_owned(),
            role: None,
            who: None,
            happened: None,
            ex: None,
            seed: fresh(&seed, line),
            playbooks: &playbooks,
            carried: &carried,
            duties: Duties::plain(),
        };
        let context = Context { now: desk.now, zone: &Zone::utc() };
        let said = verb::parse_line(words, &context).map_err(refused)?;
        let desk = Desk { happened: said.at.clone(), who: said.who.clone(), ..desk };
        if let Act::Open(command) = &said.act {
            let id =
                uuid::Builder::from_unix_timestamp_millis(millis(desk.now), &tail(&desk.seed)).into_uuid();
            let created = store.create(Series::Demo, id, desk.now, |number| {
                decide::open(command, &number.to_string(), &desk).map(|draft| vec![draft]).map_err(refused)
            })?;
            open = Some(Case::new(created));
        } else if let Some(case) = &mut open {
            case.give(&said, &desk).map_err(|error| error.at(line))?;
        }
    }
    told.extend(open.take().map(|case| case.close(store)));
    Ok(told)
}

/// The incident the script is telling.
struct Case {
    created: Created,
    incident: Incident,
}

/// A line refused by the rules, or a store that cannot be written.
enum Stopped {
    Refused(Refusal),
    Store(StoreError),
}

impl Stopped {
    fn at(self, line: usize) -> DemoError {
        match self {
            Stopped::Refused(refusal) => DemoError::Script { line, refusal },
            Stopped::Store(error) => DemoError::Store(error),
        }
    }
}

impl Case {
    fn new(created: Created) -> Self {
        let incident = Incident::fold(created.address.id, &created.lines);
        Self { created, incident }
    }

    fn give(&mut self, said: &Said, desk: &Desk<'_>) -> Result<(), Stopped> {
        let drafts = self.judge(said, desk).map_err(Stopped::Refused)?;
        if drafts.is_empty() {
            return Ok(());
        }
        let together = if drafts.len() > 1 { Together::Batch } else { Together::Apart };
        let appended = self.created.pen.append(&drafts, together, desk.now).map_err(Stopped::Store)?;
        for line in &appended.lines {
            self.incident.apply(line);
        }
        Ok(())
    }

    fn judge(&self, said: &Said, desk: &Desk<'_>) -> Result<Vec<Draft>, Refusal> {
        let commands = match &said.act {
            Act::Signal(signal) => vec![Command::RecordSignal(signal.clone())],
            Act::Change(change) => change.commands(&self.incident)?,
            Act::Sitrep(sitrep) => {
                sitrep.give.iter().cloned().map(|give| Command::Sitrep(sitrep::Command::Give(give))).collect()
            }
            Act::Log(log) => {
                let Text::Given(text) = &log.text else { return Ok(Vec::new()) };
                vec![Command::Log(log.entry(text.clone()))]
            }
            _ => return Err(Refusal::misused("The demo only changes incidents.")),
        };
        let commands = report::tell(&commands, &self.incident, &report::Clock::of(desk.now, &Zone::utc()));
        let desk = |k: u32| Desk { seed: fresh(&desk.seed, k as usize), ..desk.clone() };
        self.incident.decide_all(&commands, desk)
    }

    /// Leaves the incident to its readers.
    fn close(self, store: &Store) -> Address {
        let address = self.created.address;
        drop(self.created.pen);
        if let Ok(record) = store.read(&address) {
            store.publish(&record);
        }
        address
    }
}

/// `-12 ana log "…"`; nothing for an empty line and a comment.
fn parts(line: &str) -> Option<(i64, &str, &str)> {
    let mut words = line.trim().splitn(3, ' ');
    let minutes = words.next()?.parse().ok()?;
    Some((minutes, words.next()?, words.next()?))
}

fn fresh(seed: &[u8; 16], line: usize) -> [u8; 16] {
    let hash = Sha256::new().chain_update(seed).chain_update(line.to_le_bytes()).finalize();
    let mut fresh = [0; 16];
    fresh.copy_from_slice(&hash[..16]);
    fresh
}

fn tail(seed: &[u8; 16]) -> [u8; 10] {
    let mut tail = [0; 10];
    tail.copy_from_slice(&seed[..10]);
    tail
}

fn millis(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis()).unwrap_or(0)
}
