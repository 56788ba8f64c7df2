//! Tells an incident act by act through `decide` and `apply`, with a clock, ids and people of its own.

use casebook::incident::Incident;
use casebook::incident::command::Command;
use casebook::incident::decide;
use casebook::incident::line::{Clock, Draft, Line, WriterId};
use casebook::incident::moves::{Accept, Go};
use casebook::model::component::{AddComponent, Stage, StageComponent};
use casebook::model::desk::Desk;
use casebook::model::entry::{LogKind, Logged};
use casebook::model::head::{Edit, Open};
use casebook::model::id::{LineId, NounId};
use casebook::model::ledger::approval::Approval;
use casebook::model::notice::duties::Duties;
use casebook::model::phase::Phase;
use casebook::model::playbook::Playbooks;
use casebook::model::task::{SetTask, State};
use casebook::model::time::Happened;
use chrono::{DateTime, NaiveTime, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The day everything happens on.
const DAY: &str = "2026-11-21";

/// The moment `clock` (UTC) of the day.
pub(crate) fn at(clock: &str) -> DateTime<Utc> {
    let time: NaiveTime = clock.parse().or_else(|_| format!("{clock}:00").parse()).expect("a time of day");
    DAY.parse::<chrono::NaiveDate>().expect("a day").and_time(time).and_utc()
}

/// Tells an incident act by act.
pub(crate) struct Telling {
    pub(crate) incident: Incident,
    playbooks: Playbooks,
    lines: u64,
    /// Every line, in order.
    kept: Vec<Line>,
    clock: Clock,
    /// When and by whom the next act is given.
    now: DateTime<Utc>,
    by: &'static str,
    /// When the next act is written down, where that is later than it happened.
    recorded: Option<DateTime<Utc>>,
}

impl Telling {
    pub(crate) fn new(playbooks: Playbooks) -> Self {
        let incident = Incident::fold(Uuid::from_u128(7), []);
        let clock = Clock::default();
        Self {
            incident,
            playbooks,
            lines: 0,
            kept: Vec::new(),
            clock,
            now: at("00:00"),
            by: "ana",
            recorded: None,
        }
    }

    /// The next act is given at `clock` by `by`.
    pub(crate) fn at(&mut self, clock: &str, by: &'static str) -> &mut Self {
        (self.now, self.by, self.recorded) = (at(clock), by, None);
        self
    }

    /// The next act happened at `clock` and is written down at `recorded`.
    pub(crate) fn late(&mut self, clock: &str, recorded: &str, by: &'static str) -> &mut Self {
        self.at(clock, by);
        self.recorded = Some(at(recorded));
        self
    }

    fn desk<'a>(
        playbooks: &'a Playbooks,
        now: DateTime<Utc>,
        by: &str,
        n: u64,
        recorded: Option<DateTime<Utc>>,
    ) -> Desk<'a> {
        let happened = recorded.map(|_| Happened { at: now.into(), typed: None, zone: None, assumed: false });
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&n.to_le_bytes());
        let role = (by == "ana").then(|| "incident-lead".to_owned());
        Desk {
            now: recorded.unwrap_or(now),
            now_set: false,
            by: by.to_owned(),
            role,
            who: None,
            happened,
            ex: None,
            seed,
            playbooks,
            carried: &[],
            duties: Duties::plain(),
        }
    }

    fn write(&mut self, draft: Draft) -> LineId {
        self.lines += 1;
        let recorded = self.recorded.unwrap_or(self.now);
        self.clock = self.clock.tick(recorded.timestamp_millis(), []);
        let line = Line {
            id: LineId(Sha256::digest(self.lines.to_le_bytes()).into()),
            writer: WriterId(format!("w-{:0>8}", draft.by)),
            n: self.lines,
            clock: self.clock,
            recorded,
            by: draft.by,
            who: draft.who,
            happened: draft.happened,
            ex: draft.ex,
            now_set: draft.now_set,
            batch: None,
            over: draft.over,
            event: draft.event,
        };
        self.incident.apply(&line);
        let id = line.id;
        self.kept.push(line);
        id
    }

    pub(crate) fn open(&mut self, number: &str, open: &Open) -> LineId {
        let desk = Self::desk(&self.playbooks, self.now, self.by, self.lines, self.recorded);
        let draft = decide::open(open, number, &desk).expect("the telling opens well");
        self.write(draft)
    }

    pub(crate) fn give(&mut self, command: &Command) -> LineId {
        let desk = Self::desk(&self.playbooks, self.now, self.by, self.lines, self.recorded);
        let draft = self.incident.decide(command, &desk);
        let draft = draft.unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        self.write(draft.unwrap_or_else(|| panic!("{command:?} changes nothing")))
    }

    pub(crate) fn log(&mut self, kind: LogKind, text: &str) -> LineId {
        self.give(&Command::Log(Logged { kind, text: text.to_owned(), ..Logged::default() }))
    }

    pub(crate) fn component(&mut self, name: &str, kind: &str, stage: Stage) -> LineId {
        self.give(&Command::AddComponent(AddComponent::new(name, kind, stage)))
    }

    pub(crate) fn stage(&mut self, name: &str, to: Stage, reason: Option<&str>) -> LineId {
        let component =
            self.incident.components().find(|c| c.name == name).expect("a known component").id.clone();
        self.give(&Command::StageComponent(StageComponent {
            reason: reason.map(str::to_owned),
            ..StageComponent::to(component, to)
        }))
    }

    /// The task of the current visit that is called so.
    pub(crate) fn task(&self, title: &str) -> NounId {
        let visit = self.incident.visit().expect("a visit").id.clone();
        let found = self.incident.checklist(&visit).find(|task| task.what.title.starts_with(title));
        found.unwrap_or_else(|| panic!("no task {title:?}")).id().clone()
    }

    pub(crate) fn set(&mut self, title: &str, to: State, reason: Option<&str>) -> LineId {
        let task = self.task(title);
        self.give(&Command::SetTask(SetTask {
            task,
            to,
            reason: reason.map(str::to_owned),
            holds_from: None,
        }))
    }

    /// The move, with what a strong gate asks where there is one.
    fn accepted(&self, go: Go) -> Command {
        let plain = Command::Go(Go { accepts: Vec::new(), ..go });
        let desk = Self::desk(&self.playbooks, self.now, self.by, self.lines, self.recorded);
        match (self.incident.decide(&plain, &desk), plain) {
            (Err(_), Command::Go(go)) => {
                let (name, why) = ("ana".to_owned(), "we cannot wait".to_owned());
                Command::Go(Go { accepts: vec![Accept { gate: None, name, why }], ..go })
            }
            (_, plain) => plain,
        }
    }

    /// A move with everything it asks given in it.
    pub(crate) fn go_as(&mut self, go: &Go) -> LineId {
        self.give(&self.accepted(go.clone()))
    }

    /// Gives a command if the incident takes it.
    pub(crate) fn try_give(&mut self, command: &Command) {
        let desk = Self::desk(&self.playbooks, self.now, self.by, self.lines, self.recorded);
        if let Ok(Some(draft)) = self.incident.decide(command, &desk) {
            self.write(draft);
        }
    }

    /// Moves if the lifecycle knows the way.
    pub(crate) fn try_go(&mut self, to: Phase) {
        let approval =
            Approval { name: "Mira".to_owned(), role: Some("CISO".to_owned()), how: None, at: self.now };
        let reason = Some("it must be".to_owned());
        self.try_give(&self.accepted(Go { reason, approval: Some(approval), ..Go::to(to) }));
    }

    /// Says who leads.
    pub(crate) fn lead(&mut self, name: &str) -> LineId {
        self.give(&Command::Edit(Edit { lead: Some(name.to_owned()), ..Edit::default() }))
    }

    /// Two people act without knowing of each other: both see the incident as it is now.
    pub(crate) fn at_once(&mut self, one: impl FnOnce(&mut Telling), other: impl FnOnce(&mut Telling)) {
        let before = (self.incident.clone(), self.kept.len());
        one(self);
        let first: Vec<Line> = self.kept.split_off(before.1);
        let after = std::mem::replace(&mut self.incident, before.0);
        other(self);
        let second: Vec<Line> = self.kept.split_off(before.1);
        self.incident = after;
        for line in &second {
            self.incident.apply(line);
        }
        self.kept.extend(first.into_iter().chain(second));
    }

    pub(crate) fn playbooks(&self) -> &Playbooks {
        &self.playbooks
    }

    pub(crate) fn go(&mut self, to: Phase, reason: Option<&str>, holds: &[&str]) -> LineId {
        let held = |title: &&str| {
            let could = self.incident.could_hold(to);
            could
                .iter()
                .find(|task| task.what.title.starts_with(title))
                .expect("a tick that may hold")
                .id()
                .clone()
        };
        let holds = holds.iter().map(held).collect();
        let reason = reason.map(str::to_owned);
        self.give(&self.accepted(Go { reason, holds, ..Go::to(to) }))
    }
}
