//! What happened, in order, and how long it took; and what had really happened.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::story_time;
use crate::drill::play::Play;
use crate::drill::scenario::{Action, ActionId, InjectId};
use crate::model::component::Stage;
use crate::model::drill::Message;
use crate::model::id::LineId;
use crate::model::lifecycle::Way;
use crate::model::phase::Phase;

/// What a row of the timeline tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happening {
    /// A message reached the players.
    Inject,
    /// Nobody answered in time.
    Silence,
    Reply,
    /// The incident went to another phase.
    Move,
    /// An expected action was matched.
    Action,
    /// A harmful one was.
    Harm,
    Hint,
    End,
}

impl Happening {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Happening::Inject => "came",
            Happening::Silence => "silence",
            Happening::Reply => "said",
            Happening::Move => "moved",
            Happening::Action => "done",
            Happening::Harm => "harm",
            Happening::Hint => "hint",
            Happening::End => "end",
        }
    }
}

/// A row of the timeline: what came, against what was done.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Exercise minute.
    pub minute: u32,
    /// In the zone of the story.
    pub story: DateTime<FixedOffset>,
    pub what: Happening,
    /// The inject or action it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub text: String,
}

/// A way back with a reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WayBack {
    pub minute: u32,
    pub from: Phase,
    pub to: Phase,
    pub reason: String,
    pub by: String,
    /// The expected actions this very move showed.
    pub shows: Vec<ActionId>,
}

/// A duration the scenario asks for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasureTold {
    pub text: String,
    pub from: String,
    pub to: ActionId,
    /// Exercise minutes; `None`: one of both did not happen.
    pub minutes: Option<u32>,
    pub good_min: u32,
    pub good: Option<bool>,
}

/// Exercise minutes from STARTEX; `None`: it did not happen.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Times {
    /// To the first signal on record.
    pub detect: Option<u32>,
    /// To the first determination.
    pub classify: Option<u32>,
    /// Until everything known to be affected was contained, for the last time.
    pub contain: Option<u32>,
    /// To the first notice sent.
    pub notify: Option<u32>,
}

/// A step of what really happened, and whether it could be seen on this path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TruthTold {
    pub time: DateTime<FixedOffset>,
    pub text: String,
    /// ATT&CK ids.
    pub techniques: Vec<String>,
    /// The messages that reached the players and showed it.
    pub seen_in: Vec<InjectId>,
    pub clue: Vec<InjectId>,
}

pub(super) fn timeline(play: &Play) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |minute: u32, what: Happening, id: Option<String>, text: String| {
        rows.push(Row { minute, story: story_time(play, minute), what, id, text });
    };
    for message in play.drill().into_iter().flat_map(|drill| &drill.messages) {
        let id = Some(message.what.inject.clone());
        row(message.minute, Happening::Inject, id.clone(), told(message));
        if let Some((line, reply)) = &message.reply {
            let minute = play.record().minute(*line).unwrap_or(message.minute);
            row(minute, Happening::Reply, id.clone(), format!("to {}: {}", reply.to, reply.text));
        }
        if let (Some(words), Some(minute)) = (&message.unanswered, silence(play, message)) {
            row(minute, Happening::Silence, id, words.clone());
        }
    }
    for visit in play.incident().visits().filter(|visit| visit.from.is_some()) {
        let from = visit.from.map(|from| from.to_string()).unwrap_or_default();
        let reason = visit.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let minute = play.record().minute(visit.line).unwrap_or_default();
        row(minute, Happening::Move, None, format!("{from} → {}{reason}", visit.phase));
    }
    for action in &play.scenario().actions {
        let Some(minute) = play.matched(action.id().as_str()) else { continue };
        let (what, state) = match action {
            Action::Expected(expected) => (Happening::Action, play.timing(expected).word()),
            Action::Harmful(_) => (Happening::Harm, "harmful"),
        };
        row(minute, what, Some(action.id().to_string()), format!("{}: {state}", action.title()));
    }
    for (hint, minute) in play.hints_taken() {
        let text = format!("hint ({}): {}", hint.level.word(), hint.text);
        row(*minute, Happening::Hint, Some(hint.action.clone()), text);
    }
    if let Some((minute, _)) = play.ending() {
        row(minute, Happening::End, None, "ENDEX".to_owned());
    }
    // Rows of one minute stand as they were gathered, what reached the players first.
    rows.sort_by_key(|row| (row.minute, row.what));
    rows
}

fn told(message: &Message) -> String {
    let subject = message.what.subject.as_deref();
    format!("{} ({}): {}", message.what.from, message.what.channel, subject.unwrap_or(&message.what.text))
}

fn silence(play: &Play, message: &Message) -> Option<u32> {
    let silence = play.scenario().inject(&message.what.inject)?.silence.as_ref()?;
    Some(message.minute.saturating_add(silence.after_min))
}

pub(super) fn ways_back(play: &Play) -> Vec<WayBack> {
    let visits = play.incident().visits();
    let back = visits.filter(|visit| matches!(visit.way, Some(Way::Back | Way::Reopen)));
    back.filter_map(|visit| {
        let reason = visit.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty())?;
        Some(WayBack {
            minute: play.record().minute(visit.line)?,
            from: visit.from?,
            to: visit.phase,
            reason: reason.to_owned(),
            by: visit.by.clone(),
            shows: shown_by(play, visit.line),
        })
    })
    .collect()
}

fn shown_by(play: &Play, line: LineId) -> Vec<ActionId> {
    let by = |id: &&ActionId| play.match_of(id.as_str()).is_some_and(|it| it.line == Some(line));
    play.scenario().expected().map(|expected| &expected.id).filter(by).cloned().collect()
}

pub(super) fn measures(play: &Play) -> Vec<MeasureTold> {
    let measures = play.scenario().measures.iter().map(|measure| {
        let from = play.course().moment(play.scenario(), &measure.from);
        let minutes = from.zip(play.matched(measure.to.as_str()));
        let minutes = minutes.map(|(from, to)| to.saturating_sub(from));
        MeasureTold {
            text: measure.text.clone(),
            from: measure.from.to_string(),
            to: measure.to.clone(),
            minutes,
            good_min: measure.good_min,
            good: minutes.map(|minutes| minutes <= measure.good_min),
        }
    });
    measures.collect()
}

pub(super) fn times(play: &Play) -> Times {
    let (incident, record) = (play.incident(), play.record());
    let signals = incident.signals.iter().filter(|signal| !signal.undone);
    let sent = incident.notices.iter().filter(|notice| !notice.undone).flat_map(|notice| &notice.sends);
    let determined = incident
        .entries
        .iter()
        .filter(|entry| entry.kind == crate::model::entry::Kind::Determination && entry.undone_by.is_none());
    Times {
        detect: signals.filter_map(|signal| record.minute(signal.line)).min(),
        classify: determined.filter_map(|entry| record.minute(entry.id)).min(),
        contain: contained(play),
        notify: sent.filter_map(|line| record.minute(*line)).min(),
    }
}

/// When the last of the affected components came to be held; `None`: one is not, or none ever was.
fn contained(play: &Play) -> Option<u32> {
    let holds = |stage: Stage| !stage.uncontained() && stage != Stage::Suspected && stage != Stage::Cleared;
    let mut last = None;
    for component in play.incident().components() {
        if component.uncontained() {
            return None;
        }
        if !holds(component.stage()) {
            continue;
        }
        let steps: Vec<_> = component.steps().filter(|step| step.moved()).collect();
        let held = steps.iter().rposition(|step| !holds(step.to)).map_or(0, |at| at + 1);
        let minute = steps.get(held).and_then(|step| play.record().minute(step.line));
        last = last.max(minute);
    }
    last
}

pub(super) fn truth(play: &Play) -> Vec<TruthTold> {
    let steps = play.scenario().truth.iter().map(|step| TruthTold {
        time: step.time,
        text: step.text.clone(),
        techniques: step.techniques.clone(),
        seen_in: step
            .clue
            .iter()
            .filter(|inject| play.delivered(inject.as_str()).is_some())
            .cloned()
            .collect(),
        clue: step.clue.clone(),
    });
    steps.collect()
}
