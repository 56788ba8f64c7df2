//! An incident: the nouns together, and the fold that makes it from its journal.

pub mod command;
pub mod decide;
pub mod document;
pub mod event;
pub mod gates;
pub mod line;
pub mod moves;
pub mod setting;
#[cfg(test)]
pub(crate) mod tests;
pub mod undo;
mod words;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::component::{Component, Staged};
use crate::model::entry::{Correction, Entry};
use crate::model::evidence::EvidenceItem;
use crate::model::head::{Opened, Tag};
use crate::model::id::{LineId, NounId};
use crate::model::ledger::approval::{About, Granted};
use crate::model::lesson::Improvement;
use crate::model::notice::Notice;
use crate::model::phase::Phase;
use crate::model::register::Register;
use crate::model::severity::Severity;
use crate::model::task::{NewTask, Progress, State, Task};
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::triage::{Acknowledgement, Signal};
use crate::model::visit::{PhaseEntered, Place, PlaceRuled, Visit};
use event::Event;
use line::Line;
use setting::{Back, Setting};

/// Raised whenever the same lines fold to another state; older snapshots are then built anew.
pub const FOLD: u32 = 1;

/// Everything the journal says about one incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    pub id: Uuid,
    /// `INC-2026-0007`.
    pub number: String,
    /// When it was opened (UTC, happened time) and by whom.
    pub opened: DateTime<Utc>,
    pub opened_by: String,
    pub title: Register<String>,
    pub summary: Register<Option<String>>,
    pub types: Vec<Tag>,
    pub refs: Vec<Tag>,
    pub tlp: Register<Option<Tlp>>,
    pub lead: Register<Option<String>>,
    /// How it was noticed.
    pub source: Register<Option<String>>,
    pub severity: Register<Option<Severity>>,
    pub determination: Register<Option<String>>,
    pub posture: Register<Option<Posture>>,
    pub acknowledged: Register<Option<Acknowledgement>>,
    /// What the incident waits for, when it is on hold.
    pub hold: Register<Option<String>>,
    pub place: Register<Place>,
    pub visits: Vec<Visit>,
    pub tasks: Vec<Task>,
    /// Two people added the same playbook at once: the second instance is the first.
    aliases: BTreeMap<NounId, NounId>,
    pub signals: Vec<Signal>,
    pub components: Vec<Component>,
    pub approvals: Vec<Granted>,
    pub evidence: Vec<EvidenceItem>,
    pub notices: Vec<Notice>,
    pub improvements: Vec<Improvement>,
    /// The activity log, in the order of its lines. Kept beside the rest in a snapshot, not in it.
    #[serde(skip)]
    pub entries: Vec<Entry>,
    /// What taking a line back would put back.
    backs: BTreeMap<LineId, Vec<Back>>,
    /// A newer casebook wrote something this one must understand to write safely.
    pub read_only: bool,
    /// When the last line was written down (UTC).
    pub updated: DateTime<Utc>,
}

impl Incident {
    /// Folds lines that stand in order, each once.
    pub fn fold<'a>(id: Uuid, lines: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut incident = Incident { id, ..Incident::default() };
        for line in lines {
            incident.apply(line);
        }
        incident
    }

    /// Obeys one line. Total: whatever the journal says has happened.
    pub fn apply(&mut self, line: &Line) {
        self.make(line);
        if let Event::PhaseEntered(PhaseEntered { visit, .. }) | Event::PlaceRuled(PlaceRuled { visit, .. }) =
            &line.event
        {
            self.leave(line, visit);
        }
        let mut backs = Vec::new();
        for setting in self.settings(&line.event, line.actor(), line.at()) {
            let wrote = setting.clone();
            let tied = matches!(&line.event, Event::SignalRecorded(signal) if signal.ticks.is_empty());
            let over = if tied { self.heads_of(&setting) } else { Vec::new() };
            let over = if tied { &over } else { &line.over };
            backs.extend(self.put(line.id, line.actor(), over, setting).map(|was| Back { wrote, was }));
        }
        if !backs.is_empty() && !matches!(line.event, Event::Opened(_)) {
            self.backs.insert(line.id, backs);
        }
        if let Event::Undone(undone) = &line.event {
            self.take_back(line.id, undone);
        }
        let entry = self.entry(line);
        self.entries.push(entry);
        self.updated = self.updated.max(line.recorded);
    }

    /// Makes the nouns a line brings into the world.
    fn make(&mut self, line: &Line) {
        match &line.event {
            Event::Opened(opened) => self.open(line, opened),
            Event::PhaseEntered(entered) => self.enter(line, entered),
            Event::Edited(edited) => {
                let tag = |word: &String| Tag { word: word.clone(), line: line.id, undone: false };
                for word in &edited.types_added {
                    if !self.has_type(word) {
                        self.types.push(tag(word));
                    }
                }
                self.refs.extend(edited.refs_added.iter().map(tag));
                if let Some((visit, phase)) = self.place.get().map(|place| (place.visit.clone(), place.phase))
                {
                    self.add_tasks(line, &visit, phase, &edited.tasks);
                }
            }
            Event::TaskAdded(added) => {
                self.add_tasks(line, &added.visit, added.phase, std::slice::from_ref(&added.task));
                if let Some(task) = self.tasks.last_mut().filter(|task| task.what.id == added.task.id) {
                    task.own = true;
                    task.assignee.set(line.id, line.actor(), &[], added.assignee.clone());
                    task.due.set(line.id, line.actor(), &[], added.due);
                }
            }
            Event::SignalRecorded(signal) => self.signals.push(Signal {
                line: line.id,
                text: signal.text.clone(),
                source: signal.source.clone(),
                at: line.at(),
                undone: false,
            }),
            Event::ApprovalGranted(granted) => self.approvals.push(Granted {
                id: granted.id.clone(),
                about: granted.about.clone(),
                approval: granted.approval.clone(),
                line: line.id,
                undone: false,
            }),
            Event::ComponentAdded(added) => {
                let mut component = Component {
                    id: added.id.clone(),
                    name: added.name.clone(),
                    kind: added.kind.clone(),
                    added: line.at(),
                    line: line.id,
                    undone: false,
                    stage: Register::default(),
                };
                let by = line.actor().to_owned();
                let staged = Staged { stage: added.stage, at: line.at(), by, reason: None };
                component.stage.set(line.id, line.actor(), &[], staged);
                self.components.push(component);
            }
            Event::Corrected(corrected) => {
                let correction = Correction { line: line.id, text: corrected.to.clone(), undone: false };
                if let Some(entry) = self.entry_mut(corrected.target) {
                    entry.corrections.push(correction);
                }
            }
            Event::Unknown { crit, .. } => self.read_only |= *crit,
            Event::SeveritySet(_)
            | Event::Acknowledged(_)
            | Event::Determined(_)
            | Event::PostureSet(_)
            | Event::PlaceRuled(_)
            | Event::Stayed(_)
            | Event::HoldSet(_)
            | Event::TaskChanged(_)
            | Event::TaskAssigned(_)
            | Event::TaskDueSet(_)
            | Event::ComponentStaged(_)
            | Event::Logged(_)
            | Event::Undone(_) => {}
        }
    }

    fn open(&mut self, line: &Line, opened: &Opened) {
        self.number.clone_from(&opened.number);
        self.opened = line.at();
        self.opened_by = line.actor().to_owned();
        let tag = |word: &String| Tag { word: word.clone(), line: line.id, undone: false };
        self.types.extend(opened.types.iter().map(tag));
        self.refs.extend(opened.refs.iter().map(tag));
        self.visits.push(Visit {
            id: opened.visit.clone(),
            phase: opened.phase,
            n: 1,
            entered: line.at(),
            left: None,
            by: line.actor().to_owned(),
            reason: None,
            category: None,
            way: None,
            from: None,
            gates: Vec::new(),
            approval: None,
            needs_authorisation: false,
            debts: Vec::new(),
            undone: false,
            line: line.id,
        });
        self.add_tasks(line, &opened.visit, opened.phase, &opened.tasks);
    }

    fn enter(&mut self, line: &Line, entered: &PhaseEntered) {
        let needs_authorisation =
            entered.debts.iter().any(|debt| debt == gates::AUTHORISATION_OWED) || entered.approval.is_some();
        self.visits.push(Visit {
            id: entered.visit.clone(),
            phase: entered.to,
            n: entered.n,
            entered: line.at(),
            left: None,
            by: line.actor().to_owned(),
            reason: entered.reason.clone(),
            category: entered.category.clone(),
            way: Some(entered.way),
            from: Some(entered.from),
            gates: entered.gates.clone(),
            approval: entered.approval.clone(),
            needs_authorisation,
            debts: entered.debts.clone(),
            undone: false,
            line: line.id,
        });
        self.add_tasks(line, &entered.visit, entered.to, &entered.tasks);
    }

    /// Ends the visits this move replaces. Visits that others began at the same time go on until ruled.
    fn leave(&mut self, line: &Line, into: &NounId) {
        let left: Vec<NounId> = self
            .place
            .sides()
            .iter()
            .filter(|side| line.over.contains(&side.line))
            .map(|side| side.value.visit.clone())
            .collect();
        for visit in &mut self.visits {
            if left.contains(&visit.id) && visit.id != *into {
                visit.left = Some(line.at());
            }
        }
    }

    fn add_tasks(&mut self, line: &Line, visit: &NounId, phase: Phase, tasks: &[NewTask]) {
        for what in tasks {
            let twin = self.tasks.iter().find(|task| {
                !task.undone
                    && task.visit == *visit
                    && what.playbook_id.is_some()
                    && task.what.playbook_id == what.playbook_id
            });
            if let Some(twin) = twin {
                self.aliases.insert(what.id.clone(), twin.what.id.clone());
                continue;
            }
            let mut task = Task {
                what: what.clone(),
                phase,
                visit: visit.clone(),
                line: line.id,
                own: false,
                undone: false,
                progress: Register::default(),
                assignee: Register::default(),
                due: Register::default(),
            };
            let by = line.actor().to_owned();
            let open = Progress { state: State::Open, by, at: line.at(), reason: None, holds_from: None };
            task.progress.set(line.id, line.actor(), &[], open);
            task.assignee.set(line.id, line.actor(), &[], None);
            task.due.set(line.id, line.actor(), &[], None);
            self.tasks.push(task);
        }
    }

    /// The fields an event writes.
    pub(crate) fn settings(&self, event: &Event, actor: &str, at: DateTime<Utc>) -> Vec<Setting> {
        let progress = |state, reason: &Option<String>, holds_from| Progress {
            state,
            by: actor.to_owned(),
            at,
            reason: reason.clone(),
            holds_from,
        };
        let done = |task: &NounId| Setting::Progress(task.clone(), progress(State::Done, &None, None));
        let mut settings = Vec::new();
        match event {
            Event::Opened(opened) => settings.extend(opening(opened)),
            Event::Edited(edited) => {
                settings.extend(edited.title.iter().map(|to| Setting::Title(to.to.clone())));
                settings.extend(edited.summary.iter().map(|to| Setting::Summary(to.to.clone())));
                settings.extend(edited.tlp.iter().map(|to| Setting::Tlp(to.to)));
                settings.extend(edited.lead.iter().map(|to| Setting::Lead(to.to.clone())));
                settings.extend(edited.source.iter().map(|to| Setting::Source(to.to.clone())));
                settings.extend(edited.ticks.iter().map(done));
            }
            Event::SeveritySet(set) => {
                settings.push(Setting::Severity(Some(set.to.clone())));
                settings.extend(set.ticks.iter().map(done));
            }
            // A signal written without reading the history ticks what it finds: the fold ties it here.
            Event::SignalRecorded(signal) if signal.ticks.is_empty() => {
                settings.extend(self.ticked_by("signal").iter().map(done));
            }
            Event::SignalRecorded(signal) => settings.extend(signal.ticks.iter().map(done)),
            Event::Acknowledged(ack) => {
                let to = Acknowledgement { by: ack.to.clone(), at };
                settings.push(Setting::Acknowledged(Some(to)));
                settings.extend(ack.ticks.iter().map(done));
            }
            Event::Determined(determined) => {
                settings.push(Setting::Determination(Some(determined.to.clone())));
                settings.extend(determined.ticks.iter().map(done));
            }
            Event::PostureSet(set) => {
                settings.push(Setting::Posture(Some(set.to)));
                settings.extend(set.ticks.iter().map(done));
            }
            Event::PhaseEntered(entered) => {
                settings.push(Setting::Place(Place {
                    visit: entered.visit.clone(),
                    phase: entered.to,
                    ending: entered.ending.clone(),
                    cycle: entered.cycle,
                }));
                settings.extend(entered.holds.iter().map(|held| {
                    let still = Progress {
                        state: State::Done,
                        by: held.by.clone(),
                        at: held.at,
                        reason: None,
                        holds_from: Some(held.visit),
                    };
                    Setting::Progress(held.task.clone(), still)
                }));
                if entered.ending.is_some() && self.hold.get().is_some_and(Option::is_some) {
                    settings.push(Setting::Hold(None));
                }
            }
            Event::PlaceRuled(ruled) => {
                let side = self.place.sides().iter().find(|side| side.value.visit == ruled.visit);
                settings.extend(side.map(|side| Setting::Place(side.value.clone())));
            }
            Event::HoldSet(set) => settings.push(Setting::Hold(set.to.clone())),
            Event::TaskChanged(changed) => {
                let to = progress(changed.to, &changed.reason, changed.holds_from);
                settings.push(Setting::Progress(changed.task.clone(), to));
                if changed.to == State::InProgress {
                    settings.push(Setting::Assignee(changed.task.clone(), Some(actor.to_owned())));
                }
            }
            Event::TaskAssigned(set) => settings.push(Setting::Assignee(set.task.clone(), set.to.clone())),
            Event::TaskDueSet(set) => settings.push(Setting::Due(set.task.clone(), set.to)),
            Event::ApprovalGranted(granted) => settings.extend(granted.ticks.iter().map(done)),
            Event::ComponentStaged(staged) => {
                let by = actor.to_owned();
                let to = Staged { stage: staged.to, at, by, reason: staged.reason.clone() };
                settings.push(Setting::Stage(staged.component.clone(), to));
            }
            Event::Stayed(_)
            | Event::TaskAdded(_)
            | Event::ComponentAdded(_)
            | Event::Logged(_)
            | Event::Corrected(_)
            | Event::Undone(_)
            | Event::Unknown { .. } => {}
        }
        settings
    }

    fn entry(&self, line: &Line) -> Entry {
        let (kind, text) = words::of(&line.event);
        let (components, techniques) = if let Event::Logged(logged) = &line.event {
            (logged.components.clone(), logged.techniques.clone())
        } else {
            (Vec::new(), Vec::new())
        };
        Entry {
            id: line.id,
            kind,
            text,
            happened: line.at(),
            recorded: line.recorded,
            by: line.by.clone(),
            who: line.who.clone(),
            said: line.happened.clone().map(Box::new),
            back: words::goes_back(&line.event),
            now_set: line.now_set,
            undone_by: None,
            corrections: Vec::new(),
            components,
            techniques,
            batch: line
                .batch
                .as_ref()
                .map(|batch| Box::new((batch.0.parse().unwrap_or(line.id), batch.1, batch.2))),
        }
    }
}

/// What an opening sets. Every field gets its first value here, so that each later one can be taken back.
fn opening(opened: &Opened) -> Vec<Setting> {
    vec![
        Setting::Title(opened.title.clone()),
        Setting::Summary(opened.summary.clone()),
        Setting::Tlp(Some(opened.tlp)),
        Setting::Lead(opened.lead.clone()),
        Setting::Source(opened.source.clone()),
        Setting::Severity(opened.severity.clone()),
        Setting::Determination(None),
        Setting::Posture(None),
        Setting::Acknowledged(None),
        Setting::Hold(None),
        Setting::Place(Place { visit: opened.visit.clone(), phase: opened.phase, ending: None, cycle: 1 }),
    ]
}

/// Questions people and screens ask.
impl Incident {
    pub fn title(&self) -> &str {
        self.title.get().map_or("(no title: the opening line is missing)", String::as_str)
    }

    pub fn phase(&self) -> Phase {
        self.place.get().map_or(Phase::Detection, |place| place.phase)
    }

    /// Where it stands; `None` only when the opening line is missing.
    pub fn visit(&self) -> Option<&Visit> {
        let place = self.place.get()?;
        self.visits.iter().find(|visit| visit.id == place.visit)
    }

    pub fn closed(&self) -> bool {
        self.place.get().is_some_and(|place| place.ending.is_some())
    }

    /// `open`, `on-hold` or `closed`.
    pub fn status(&self) -> &'static str {
        if self.closed() {
            "closed"
        } else if self.hold.get().is_some_and(Option::is_some) {
            "on-hold"
        } else {
            "open"
        }
    }

    pub fn tlp(&self) -> Option<Tlp> {
        self.tlp.get().copied().flatten()
    }

    pub fn severity(&self) -> Option<&Severity> {
        self.severity.get().and_then(Option::as_ref)
    }

    pub fn lead(&self) -> Option<&str> {
        self.lead.get().and_then(Option::as_deref)
    }

    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().filter(|tag| !tag.undone).map(|tag| tag.word.as_str())
    }

    pub fn has_type(&self, word: &str) -> bool {
        self.types().any(|have| have == word)
    }

    pub fn refs(&self) -> impl Iterator<Item = &str> {
        self.refs.iter().filter(|tag| !tag.undone).map(|tag| tag.word.as_str())
    }

    /// Visits that were not taken back, in order.
    pub fn visits(&self) -> impl DoubleEndedIterator<Item = &Visit> {
        self.visits.iter().filter(|visit| !visit.undone)
    }

    /// The tasks of a visit that were not taken back: required first, as its checklist shows them.
    pub fn checklist<'a>(&'a self, visit: &'a NounId) -> impl Iterator<Item = &'a Task> + 'a {
        self.tasks.iter().filter(move |task| !task.undone && task.visit == *visit)
    }

    /// Open tasks of visits that were left: they stay in sight.
    pub fn left_open(&self) -> impl Iterator<Item = &Task> {
        let here = self.place.get().map(|place| place.visit.clone());
        let alive = |id: &NounId| self.visits().any(|visit| visit.id == *id);
        self.tasks.iter().filter(move |task| {
            !task.undone && !task.settled() && Some(&task.visit) != here.as_ref() && alive(&task.visit)
        })
    }

    pub fn task(&self, id: &NounId) -> Option<&Task> {
        let id = self.aliases.get(id).unwrap_or(id);
        self.tasks.iter().find(|task| task.what.id == *id)
    }

    pub fn component(&self, id: &NounId) -> Option<&Component> {
        self.components.iter().find(|component| component.id == *id)
    }

    /// Components that were not taken back.
    pub fn components(&self) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(|component| !component.undone)
    }

    pub fn entry_of(&self, id: LineId) -> Option<&Entry> {
        self.entries.iter().rfind(|entry| entry.id == id)
    }

    /// The approval of a task, if there is one that was not taken back.
    pub fn approval_of(&self, about: &About) -> Option<&Granted> {
        self.approvals.iter().rfind(|granted| !granted.undone && granted.about == *about)
    }

    fn task_mut(&mut self, id: &NounId) -> Option<&mut Task> {
        let id = self.aliases.get(id).unwrap_or(id);
        self.tasks.iter_mut().find(|task| task.what.id == *id)
    }

    fn component_mut(&mut self, id: &NounId) -> Option<&mut Component> {
        self.components.iter_mut().find(|component| component.id == *id)
    }

    fn entry_mut(&mut self, id: LineId) -> Option<&mut Entry> {
        self.entries.iter_mut().rfind(|entry| entry.id == id)
    }
}
