//! Exercise control: opens a drill, finds the key to it again, and writes into its journal what fell due.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::drill::play::{Due, Play};
use crate::drill::scenario::Scenario;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::decide;
use crate::incident::line::{Draft, Line};
use crate::model::component::{AddComponent, Stage};
use crate::model::desk::Desk;
use crate::model::drill::{
    self, CONTROL, Came, ControlNoted, Exercise, InjectDelivered, InjectWithheld, Profile,
};
use crate::model::head::Open;
use crate::model::lesson::Carried;
use crate::model::notice::duties::Duties;
use crate::model::playbook::Playbooks;
use crate::model::refusal::Refusal;
use crate::store::{Address, Record, Series, Store, StoreError, Together};
use crate::verb::Controlling;

/// What is asked of a drill that starts.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Exercise minutes in a real one; `None`: as the scenario says.
    pub ratio: Option<u32>,
    pub profile: Profile,
    /// A facilitator leads it.
    pub facilitated: bool,
}

/// Why control could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Refused(Refusal),
    /// The incident has no drill in it.
    #[error("{0} is no drill.")]
    NoDrill(String),
    /// The copy of the scenario is gone or altered, and no scenario at hand is the one that was played.
    #[error(
        "The scenario {scenario} that {number} plays is not in its vault, and none at hand has its hash."
    )]
    Lost { number: String, scenario: String },
    /// The copy cannot be read as a scenario by this casebook.
    #[error("The scenario {scenario} in the vault of {number} cannot be read: {why}.")]
    Fault { number: String, scenario: String, why: String },
}

impl From<Refusal> for ControlError {
    fn from(refusal: Refusal) -> Self {
        ControlError::Refused(refusal)
    }
}

/// When control writes, and with what at hand.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// UTC.
    pub wall: DateTime<Utc>,
    /// Whether `CASEBOOK_NOW` set it.
    pub now_set: bool,
    pub playbooks: &'a Playbooks,
}

/// The key to a drill, and the play so far.
#[derive(Clone, Debug)]
pub struct Control {
    pub play: Play,
}

/// The scenario a drill plays: the copy in its vault, else one at hand (`known`: texts of scenarios) that has
/// its hash.
///
/// # Errors
/// [`ControlError::Lost`] and [`ControlError::Fault`].
pub fn scenario(
    store: &Store,
    address: &Address,
    exercise: &Exercise,
    known: impl IntoIterator<Item = String>,
) -> Result<Scenario, ControlError> {
    let (number, scenario) = (address.number.clone(), exercise.scenario.clone());
    let same = |text: &String| hash(text) == exercise.sha256;
    let text = store.vault(address).text(&exercise.sha256).or_else(|| known.into_iter().find(same));
    let Some(text) = text else { return Err(ControlError::Lost { number, scenario }) };
    Scenario::parse(&text).map_err(|why| ControlError::Fault { number, scenario, why })
}

/// SHA-256 of a scenario's text, lowercase hex.
pub fn hash(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Opens a drill: its incident with what the scenario has in it from the start, its clock running from now,
/// a copy of the scenario in its vault, and what comes at minute 0.
///
/// # Errors
/// A pace out of bounds is refused; and where the disk fails.
pub fn start(
    store: &Store,
    text: &str,
    scenario: &Scenario,
    asked: &Asked,
    (id, seed, by): (Uuid, [u8; 16], &str),
    at: &At<'_>,
) -> Result<Record, ControlError> {
    let exercise = Exercise {
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        version: scenario.version.clone(),
        sha256: hash(text),
        start: scenario.clock.start,
        end_min: scenario.clock.end_min,
        ratio: pace(asked.ratio.unwrap_or(scenario.clock.ratio))?,
        profile: asked.profile,
        facilitated: asked.facilitated,
    };
    let open = Open {
        title: scenario.case.title.clone(),
        types: scenario.case.types.clone(),
        summary: Some(scenario.briefing.situation.clone()),
        phase: Some(scenario.case.phase),
        drill: Some(Box::new(exercise.clone())),
        ..Open::default()
    };
    let story = exercise.start.to_utc();
    let desk = desk((0, story), (by, seed), at);
    let first = |number: &crate::store::Number| {
        Ok::<_, ControlError>(vec![decide::open(&open, &number.to_string(), &desk)?])
    };
    let created = store.create(Series::Ex, id, at.wall, first)?;
    let address = created.address.clone();
    drop(created);
    store.vault(&address).put(text.as_bytes())?;
    let mut record = store.read(&address)?;
    let known = scenario.case.components.iter().filter_map(|id| scenario.component(id.as_str()));
    let mut drafts = Vec::new();
    for (component, k) in known.zip(1u8..) {
        let add = AddComponent::new(&component.name, &component.kind, Stage::Suspected);
        let mut seed = seed;
        seed[0] ^= k;
        let desk = self::desk((0, story), (CONTROL, seed), at);
        drafts.extend(record.incident.decide(&Command::AddComponent(add), &desk)?);
    }
    if !drafts.is_empty() {
        write(store, &mut record, &drafts, Together::Batch, at)?;
    }
    Control::of(store, &record, [])?.lead(store, &mut record, at)?;
    store.publish(&record);
    Ok(record)
}

/// How a facilitator's own message may come.
pub const CHANNELS: [&str; 8] = ["phone", "mail", "chat", "alert", "log", "in-person", "press", "control"];

/// What a facilitator asks for, as a command of the drill at an exercise minute; to look at the plan is none.
///
/// # Errors
/// Refuses a message the scenario has not or that has come, and an unknown way for one to come.
pub fn command(play: &Play, asked: &Controlling, minute: u32) -> Result<drill::Command, Refusal> {
    let unknown = |id: &str| {
        Refusal::misused(format!("The scenario has no message {id}."))
            .hint("casebook drill control lists them.")
    };
    Ok(match asked {
        Controlling::List => {
            return Err(Refusal::misused("Looking at the plan changes nothing.")
                .hint("casebook drill control shows it."));
        }
        Controlling::Send(id) => match play.send(id, minute) {
            Some(inject) => drill::Command::Deliver(inject),
            None if play.drill().is_some_and(|drill| drill.message(id).is_some()) => {
                return Err(Refusal::refused(format!("{id} has reached the players."))
                    .hint("casebook drill control lists them."));
            }
            None => return Err(unknown(id)),
        },
        Controlling::Withhold { message, reason } => {
            let inject = play.scenario().inject(message).ok_or_else(|| unknown(message))?;
            drill::Command::Withhold(InjectWithheld { inject: inject.id.to_string(), reason: reason.clone() })
        }
        Controlling::Postpone(minutes) => drill::Command::Postpone(*minutes),
        Controlling::Note { text, about, mark } => drill::Command::Note(ControlNoted {
            text: text.clone(),
            about: about.clone(),
            mark: mark.map(|mark| mark.word().to_owned()),
        }),
        Controlling::Say { from, channel, text } => {
            let channel = channel.as_deref().unwrap_or("control");
            if !CHANNELS.contains(&channel) {
                return Err(Refusal::misused(format!("{channel} is no way for a message to come."))
                    .hint(format!("One of {}.", CHANNELS.join(", "))));
            }
            let messages = play.drill().into_iter().flat_map(|drill| &drill.messages);
            let own = messages.filter(|message| message.what.came == Came::Contingency).count();
            drill::Command::Deliver(InjectDelivered {
                inject: format!("C{}", own + 1),
                came: Came::Contingency,
                channel: channel.to_owned(),
                from: from.clone(),
                text: text.clone(),
                ..InjectDelivered::default()
            })
        }
    })
}

fn pace(ratio: u32) -> Result<u32, Refusal> {
    let fastest = crate::model::drill::FASTEST;
    if (1..=fastest).contains(&ratio) {
        return Ok(ratio);
    }
    Err(Refusal::misused(format!("{ratio} is no pace."))
        .hint(format!("Give 1 to {fastest} exercise minutes in a real one: --ratio 3")))
}

/// The desk of control at an exercise minute.
fn desk<'a>((minute, story): (u32, DateTime<Utc>), (by, seed): (&str, [u8; 16]), at: &At<'a>) -> Desk<'a> {
    static NOTHING: [Carried; 0] = [];
    Desk {
        now: story,
        now_set: at.now_set,
        by: by.to_owned(),
        role: None,
        who: None,
        happened: None,
        ex: Some(minute),
        seed,
        playbooks: at.playbooks,
        carried: &NOTHING,
        duties: Duties::plain(),
    }
}

/// What a due thing becomes in the journal of this incident; `None`: it stands there already.
///
/// # Errors
/// What the incident refuses.
pub fn draft(incident: &Incident, due: &Due, at: &At<'_>) -> Result<Option<Draft>, Refusal> {
    let Some(drill) = incident.drill.as_deref() else { return Ok(None) };
    let story = drill.clock.story_of(due.minute);
    let desk = desk((due.minute, story), (CONTROL, [0; 16]), at);
    incident.decide(&Command::Drill(Box::new(due.command.clone())), &desk)
}

fn write(
    store: &Store,
    record: &mut Record,
    drafts: &[Draft],
    together: Together,
    at: &At<'_>,
) -> Result<Vec<Line>, ControlError> {
    let appended = store.pen(&record.address)?.append(drafts, together, at.wall)?;
    record.apply(&appended.lines);
    // Read back, it may be published; if it cannot be, it is on the disk all the same.
    let _ = record.catch_up();
    Ok(appended.lines)
}

impl Control {
    /// Takes up a drill where its journal stands. `known`: texts of scenarios at hand.
    ///
    /// # Errors
    /// As [`scenario`]; and where the journal cannot be read.
    pub fn of(
        store: &Store,
        record: &Record,
        known: impl IntoIterator<Item = String>,
    ) -> Result<Self, ControlError> {
        let address = &record.address;
        let Some(drill) = record.incident.drill.as_deref() else {
            return Err(ControlError::NoDrill(address.number.clone()));
        };
        let scenario = scenario(store, address, &drill.exercise, known)?;
        let play = Play::of(scenario, address.id, &store.lines(address)?);
        Ok(Self { play })
    }

    /// Writes what fell due until now, each where it belongs; giving it twice is harmless. The lines written.
    ///
    /// # Errors
    /// Where the disk fails; what was written before stays.
    pub fn lead(
        &mut self,
        store: &Store,
        record: &mut Record,
        at: &At<'_>,
    ) -> Result<Vec<Line>, ControlError> {
        let Some(drill) = record.incident.drill.as_deref() else { return Ok(Vec::new()) };
        let minute = drill.clock.minute(at.wall);
        let mut written = Vec::new();
        for due in self.play.due(minute) {
            if let Some(draft) = draft(&record.incident, &due, at)? {
                let lines = write(store, record, &[draft], Together::Apart, at)?;
                self.play.go_on(&lines);
                written.extend(lines);
            }
        }
        Ok(written)
    }

    /// What is played.
    pub fn scenario(&self) -> &Scenario {
        self.play.scenario()
    }
}
