//! A table at which a drill is played in memory: commands in, lines out, the exercise minute by hand.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::drill::condition::Condition;
use crate::drill::play::{Due, Play};
use crate::drill::scenario::Scenario;
use crate::incident::command::Command;
use crate::incident::line::{Clock, Draft, Line, WriterId};
use crate::incident::moves::{Accept, Go};
use crate::incident::{Incident, decide};
use crate::model::component::{AddComponent, Stage, StageComponent};
use crate::model::desk::Desk;
use crate::model::drill::{self, CONTROL, Exercise, Profile};
use crate::model::entry::Logged;
use crate::model::head::Open;
use crate::model::id::{LineId, NounId};
use crate::model::ledger::approval::Approval;
use crate::model::notice::duties::Duties;
use crate::model::phase::Phase;
use crate::model::playbook::Playbooks;
use crate::model::task::{SetTask, State, Task};

pub(crate) const ID: Uuid = Uuid::from_u128(9);
const SHIPPED: [&str; 5] = [
    include_str!("../../../assets/scenarios/ticket-desk.json"),
    include_str!("../../../assets/scenarios/invoice-4471.json"),
    include_str!("../../../assets/scenarios/four-minutes.json"),
    include_str!("../../../assets/scenarios/saint-orla.json"),
    include_str!("../../../assets/scenarios/lost-laptop.json"),
];

/// The scenarios that ship.
pub(crate) fn shipped() -> Vec<Arc<Scenario>> {
    SHIPPED.iter().map(|text| Arc::new(Scenario::parse(text).unwrap())).collect()
}

/// A scenario of two servers and the given parts; `end` never comes before minute 60.
pub(crate) fn small(injects: Value, actions: Value) -> Arc<Scenario> {
    let mut file: Value = serde_json::from_str(SHIPPED[0]).unwrap();
    file["injects"] = injects;
    file["actions"] = actions;
    file["questions"] = json!([]);
    file["gauges"] = json!([]);
    file["truth"] = json!([]);
    file["measures"] = json!([]);
    file["clock"]["end_min"] = json!(60);
    file["end"] = json!({"minute": 999});
    Arc::new(Scenario::parse(&file.to_string()).unwrap())
}

pub(crate) fn inject(id: &str, at_min: u32, more: Value) -> Value {
    let mut inject = json!({"id": id, "kind": "clue", "at_min": at_min, "channel": "mail", "from": "Noor", "text": "It is {{t}}."});
    merge(&mut inject, more);
    inject
}

pub(crate) fn action(id: &str, matches: Value, more: Value) -> Value {
    let mut action = json!({
        "id": id, "title": "Do it", "objective": "O1", "level": "major",
        "window": {"from": ["I1"], "target_min": 10, "limit_min": 20}, "match": matches,
        "why": "It matters.", "hints": ["Look.", "Do it."],
        "debrief": {"done": "Done.", "late": "Late.", "missed": "Missed."}
    });
    merge(&mut action, more);
    action
}

pub(crate) fn harm(id: &str, matches: Value) -> Value {
    json!({
        "id": id, "title": "Harm", "objective": "O1", "level": "harmful", "match": matches,
        "why": "It hurts.", "debrief": {"done": "Done.", "avoided": "Avoided."}
    })
}

fn merge(into: &mut Value, more: Value) {
    for (key, value) in more.as_object().unwrap() {
        into[key] = value.clone();
    }
}

/// One drill, its players and its control.
pub(crate) struct Table {
    pub(crate) play: Play,
    pub(crate) lines: Vec<Line>,
    pub(crate) minute: u32,
    /// The incident as everybody has it, what came after ENDEX among it.
    pub(crate) incident: Incident,
    playbooks: Playbooks,
    clock: Clock,
    by: String,
}

impl Table {
    /// STARTEX, as the program opens it.
    pub(crate) fn start(scenario: Arc<Scenario>) -> Self {
        let mut table = Self {
            play: Play::of(scenario.clone(), ID, &[]),
            lines: Vec::new(),
            minute: 0,
            incident: Incident::fold(ID, []),
            playbooks: Playbooks::default(),
            clock: Clock::default(),
            by: "kim".into(),
        };
        let exercise = Exercise {
            scenario: scenario.id.clone(),
            title: scenario.title.clone(),
            version: scenario.version.clone(),
            sha256: "ab".repeat(32),
            start: scenario.clock.start,
            end_min: scenario.clock.end_min,
            ratio: scenario.clock.ratio,
            profile: Profile::Coached,
            facilitated: true,
        };
        let open = Open {
            title: scenario.case.title.clone(),
            types: scenario.case.types.clone(),
            phase: Some(scenario.case.phase),
            drill: Some(Box::new(exercise)),
            ..Open::default()
        };
        let draft = decide::open(&open, "EX-2026-0003", &table.desk("kim")).unwrap();
        table.write(draft);
        for id in &scenario.case.components {
            let component = scenario.component(id.as_str()).unwrap();
            table.add(&component.name, &component.kind, Stage::Suspected);
        }
        table.until(0);
        table
    }

    fn desk(&self, by: &str) -> Desk<'_> {
        let seed = Sha256::digest(format!("{by} {}", self.lines.len()));
        let clock = self.incident.drill.as_ref().map(|drill| drill.clock.clone());
        let story = clock.map_or(self.play.scenario().clock.start.to_utc(), |it| it.story_of(self.minute));
        Desk {
            now: story,
            now_set: true,
            by: by.to_owned(),
            role: None,
            who: None,
            happened: None,
            ex: Some(self.minute),
            seed: seed[..16].try_into().unwrap(),
            playbooks: &self.playbooks,
            carried: &[],
            duties: Duties::plain(),
        }
    }

    fn write(&mut self, draft: Draft) {
        let recorded: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
        let recorded = recorded + TimeDelta::minutes(self.minute.into());
        self.clock = self.clock.tick(recorded.timestamp_millis(), []);
        let id = Sha256::digest(format!("{} {:?}", self.lines.len(), draft.event));
        let line = Line {
            id: LineId(id.into()),
            writer: WriterId("w-table".into()),
            n: self.lines.len() as u64 + 1,
            clock: self.clock,
            recorded,
            by: draft.by,
            who: draft.who,
            happened: draft.happened,
            ex: draft.ex,
            now_set: true,
            batch: None,
            over: draft.over,
            event: draft.event,
        };
        self.incident.apply(&line);
        self.play.go_on(std::slice::from_ref(&line));
        self.lines.push(line);
    }

    /// Goes on to a minute, writing down what falls due on the way. Never past ENDEX.
    pub(crate) fn until(&mut self, minute: u32) -> Vec<Due> {
        let due = self.play.due(minute);
        for due in &due {
            self.minute = due.minute;
            self.says(CONTROL, &Command::Drill(Box::new(due.command.clone())));
        }
        self.minute = minute.max(self.minute);
        due
    }

    /// Whether it changed anything; refusals panic.
    pub(crate) fn says(&mut self, by: &str, command: &Command) -> bool {
        let draft = self.incident.decide(command, &self.desk(by));
        let draft = draft.unwrap_or_else(|refusal| panic!("{command:?}: {}", refusal.message));
        draft.map(|draft| self.write(draft)).is_some()
    }

    /// A player acts; what falls due by that is written after it.
    pub(crate) fn does(&mut self, command: Command) -> &mut Self {
        let by = self.by.clone();
        self.says(&by, &command);
        self.until(self.minute);
        self
    }

    pub(crate) fn drill(&mut self, command: drill::Command) -> &mut Self {
        self.does(Command::Drill(Box::new(command)))
    }

    pub(crate) fn reply(&mut self, inject: &str, option: &str) -> &mut Self {
        let reply = self.play.reply(inject, option).unwrap_or_else(|| panic!("{inject} {option}"));
        self.drill(drill::Command::Reply(reply))
    }

    pub(crate) fn log(&mut self, text: &str) -> &mut Self {
        self.does(Command::Log(Logged { text: text.into(), ..Logged::default() }))
    }

    pub(crate) fn add(&mut self, name: &str, kind: &str, stage: Stage) -> &mut Self {
        self.does(Command::AddComponent(AddComponent::new(name, kind, stage)))
    }

    pub(crate) fn component(&self, name: &str) -> NounId {
        self.incident.components().find(|it| it.name == name).unwrap_or_else(|| panic!("{name}")).id.clone()
    }

    pub(crate) fn stage(&mut self, name: &str, to: Stage) -> &mut Self {
        let mut staging = StageComponent::to(self.component(name), to);
        staging.reason = Some(format!("seen in minute {}", self.minute));
        self.does(Command::StageComponent(staging))
    }

    pub(crate) fn go(&mut self, to: Phase, reason: Option<&str>) -> &mut Self {
        let approval = Approval {
            name: "kim".into(),
            role: Some("incident-lead".into()),
            how: None,
            at: DateTime::UNIX_EPOCH,
        };
        let mut go = Go { reason: reason.map(str::to_owned), approval: Some(approval), ..Go::to(to) };
        // Where a strong gate asks, and only there.
        if self.incident.decide(&Command::Go(go.clone()), &self.desk(&self.by)).is_err() {
            go.accepts = vec![Accept { gate: None, name: "kim".into(), why: "in a drill".into() }];
        }
        self.does(Command::Go(go))
    }

    /// Settles a task of the present checklist by its id in the playbook; `false`: it is not on it.
    pub(crate) fn tick(&mut self, playbook: &str, to: State) -> bool {
        let visit = self.incident.visit().unwrap().id.clone();
        let is = |task: &&Task| task.what.playbook_id.as_deref() == Some(playbook);
        let task = self.incident.checklist(&visit).find(is).map(|task| task.what.id.clone());
        let Some(task) = task else { return false };
        let reason = (to != State::Done).then(|| "again".to_owned());
        self.does(Command::SetTask(SetTask { task, to, reason, holds_from: None }));
        true
    }

    pub(crate) fn undo(&mut self) -> &mut Self {
        self.does(Command::Undo(None))
    }

    /// Takes back the player's last act, if it can be.
    pub(crate) fn undo_if_any(&mut self) -> &mut Self {
        let undo = Command::Undo(None);
        if self.incident.decide(&undo, &self.desk("kim")).is_ok_and(|draft| draft.is_some()) {
            self.does(undo);
        }
        self
    }

    /// Whether a condition holds now.
    pub(crate) fn holds(&self, condition: Value) -> bool {
        let condition: Condition = serde_json::from_value(condition).unwrap();
        self.play.holds(&condition)
    }
}
