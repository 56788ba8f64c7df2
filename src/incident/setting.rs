//! Every replaceable field of an incident with the value it takes: the one door to the registers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Incident;
use super::event::Event;
use super::evidence;
use super::indicator::{edited_fields, retired_fields};
use super::ledger;
use crate::model::component::{Detail as ComponentDetail, Staged};
use crate::model::evidence::Detail;
use crate::model::handover::Answer;
use crate::model::head::Opened;
use crate::model::id::{LineId, NounId};
use crate::model::indicator::Field;
use crate::model::ledger as model_ledger;
use crate::model::lesson::Part;
use crate::model::link::Tie;
use crate::model::notice::{self as model_notice, Started};
use crate::model::register::{Register, Side};
use crate::model::roster::Fact;
use crate::model::severity::Severity;
use crate::model::task::{Progress, State};
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::triage::Acknowledgement;
use crate::model::visit::Place;

/// A field and its value: what an event writes, and what an undo puts back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", content = "to", rename_all = "kebab-case")]
pub enum Setting {
    Title(String),
    Summary(Option<String>),
    Tlp(Option<Tlp>),
    Lead(Option<String>),
    Source(Option<String>),
    Severity(Option<Severity>),
    Determination(Option<String>),
    Posture(Option<Posture>),
    Acknowledged(Option<Acknowledgement>),
    Hold(Option<String>),
    Place(Place),
    Progress(NounId, Progress),
    Assignee(NounId, Option<String>),
    Due(NounId, Option<DateTime<Utc>>),
    Stage(NounId, Staged),
    Evidence(NounId, Detail),
    Indicator(NounId, Field),
    Ledger(NounId, model_ledger::Field),
    Improvement(NounId, Part),
    /// What else is known of a component.
    Component(NounId, ComponentDetail),
    Person(NounId, Fact),
    Handover(NounId, Answer),
    NoticeStarted(NounId, Box<Started>),
    NoticeStanding(NounId, Box<model_notice::Standing>),
    Link(uuid::Uuid, Option<Tie>),
}

impl Setting {
    /// The id of what the field belongs to; `None`: the incident itself.
    pub fn noun(&self) -> Option<String> {
        match self {
            Setting::Title(_)
            | Setting::Summary(_)
            | Setting::Tlp(_)
            | Setting::Lead(_)
            | Setting::Source(_)
            | Setting::Severity(_)
            | Setting::Determination(_)
            | Setting::Posture(_)
            | Setting::Acknowledged(_)
            | Setting::Hold(_)
            | Setting::Place(_) => None,
            Setting::Progress(id, _)
            | Setting::Assignee(id, _)
            | Setting::Due(id, _)
            | Setting::Stage(id, _)
            | Setting::Evidence(id, _)
            | Setting::Indicator(id, _)
            | Setting::Ledger(id, _)
            | Setting::Improvement(id, _)
            | Setting::Component(id, _)
            | Setting::Person(id, _)
            | Setting::Handover(id, _)
            | Setting::NoticeStarted(id, _)
            | Setting::NoticeStanding(id, _) => Some(id.to_string()),
            Setting::Link(id, _) => Some(id.simple().to_string()),
        }
    }

    /// Whether one word sets both, and ruling on one of them rules on the other: who takes a task has begun it.
    pub fn goes_with(&self, other: &Self) -> bool {
        let begun = |one: &Self, two: &Self| matches!((one, two), (Setting::Progress(a, _), Setting::Assignee(b, _)) if a == b);
        begun(self, other) || begun(other, self)
    }
}

/// A value that was replaced, with the line and the person it was of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Was {
    pub line: LineId,
    pub by: String,
    #[serde(flatten)]
    pub setting: Setting,
}

impl Was {
    /// A side that was replaced, as the setting it was.
    pub(super) fn of<T>(side: Side<T>, setting: impl FnOnce(T) -> Setting) -> Self {
        Self { line: side.line, by: side.by, setting: setting(side.value) }
    }

    /// The side a register takes back, with this value.
    pub(super) fn side<T>(&self, value: T) -> Side<T> {
        Side { line: self.line, by: self.by.clone(), value }
    }
}

/// What a line wrote in one field, and the values that stood there before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Back {
    pub wrote: Setting,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<Was>,
}

impl Incident {
    /// Writes a value over the sides in `over`; returns the values it replaced.
    /// `None`: the noun it belongs to is not known (its line is missing).
    pub(super) fn put(
        &mut self,
        line: LineId,
        by: &str,
        over: &[LineId],
        setting: Setting,
    ) -> Option<Vec<Was>> {
        macro_rules! set {
            ($register:expr, $value:expr, $wrap:expr) => {{
                let replaced = $register.set(line, by, over, $value).into_iter();
                Some(replaced.map(|side| Was::of(side, $wrap)).collect())
            }};
        }
        match setting {
            Setting::Title(to) => set!(self.title, to, Setting::Title),
            Setting::Summary(to) => set!(self.summary, to, Setting::Summary),
            Setting::Tlp(to) => set!(self.tlp, to, Setting::Tlp),
            Setting::Lead(to) => set!(self.lead, to, Setting::Lead),
            Setting::Source(to) => set!(self.source, to, Setting::Source),
            Setting::Severity(to) => set!(self.severity, to, Setting::Severity),
            Setting::Determination(to) => set!(self.determination, to, Setting::Determination),
            Setting::Posture(to) => set!(self.posture, to, Setting::Posture),
            Setting::Acknowledged(to) => set!(self.acknowledged, to, Setting::Acknowledged),
            Setting::Hold(to) => set!(self.hold, to, Setting::Hold),
            Setting::Place(to) => set!(self.place, to, Setting::Place),
            Setting::Progress(id, to) => {
                set!(self.task_mut(&id)?.progress, to, |was| Setting::Progress(id.clone(), was))
            }
            Setting::Assignee(id, to) => {
                set!(self.task_mut(&id)?.assignee, to, |was| Setting::Assignee(id.clone(), was))
            }
            Setting::Due(id, to) => set!(self.task_mut(&id)?.due, to, |was| Setting::Due(id.clone(), was)),
            Setting::Stage(id, to) => {
                set!(self.component_mut(&id)?.stage, to, |was| Setting::Stage(id.clone(), was))
            }
            Setting::Evidence(id, to) => self.put_detail(line, by, over, (id, to)),
            Setting::Indicator(id, to) => {
                let replaced = self.indicators.fields_mut(&id)?.put(line, by, over, to).into_iter();
                let was = |side| Was::of(side, |value| Setting::Indicator(id.clone(), value));
                Some(replaced.map(was).collect())
            }
            Setting::Ledger(id, to) => self.put_field(line, by, over, (id, to)),
            Setting::Improvement(id, to) => self.put_improvement(line, by, over, (id, to)),
            Setting::Component(id, to) => self.put_component(line, by, over, (id, to)),
            Setting::Person(id, to) => self.put_fact(line, by, over, (id, to)),
            Setting::Handover(id, to) => {
                set!(self.handover_mut(&id)?.answer, to, |was| Setting::Handover(id.clone(), was))
            }
            Setting::NoticeStarted(id, to) => {
                let was = |was| Setting::NoticeStarted(id.clone(), Box::new(was));
                set!(self.notice_mut(&id)?.started, *to, was)
            }
            Setting::NoticeStanding(id, to) => {
                let was = |was| Setting::NoticeStanding(id.clone(), Box::new(was));
                set!(self.notice_mut(&id)?.standing, *to, was)
            }
            Setting::Link(id, to) => set!(self.link_mut(id)?.tie, to, |was| Setting::Link(id, was)),
        }
    }

    /// Takes away what `line` wrote in a field and puts back what it had replaced.
    pub(super) fn put_back(&mut self, line: LineId, back: &Back) {
        self.restore(line, &back.wrote, None);
        for was in back.was.iter().rev() {
            self.restore(line, &was.setting, Some(was));
        }
    }

    fn restore(&mut self, line: LineId, field: &Setting, was: Option<&Was>) {
        macro_rules! restore {
            ($register:expr, $value:expr) => {
                $register.restore(line, was.map(|was| was.side($value.clone())))
            };
        }
        match field {
            Setting::Title(to) => restore!(self.title, to),
            Setting::Summary(to) => restore!(self.summary, to),
            Setting::Tlp(to) => restore!(self.tlp, to),
            Setting::Lead(to) => restore!(self.lead, to),
            Setting::Source(to) => restore!(self.source, to),
            Setting::Severity(to) => restore!(self.severity, to),
            Setting::Determination(to) => restore!(self.determination, to),
            Setting::Posture(to) => restore!(self.posture, to),
            Setting::Acknowledged(to) => restore!(self.acknowledged, to),
            Setting::Hold(to) => restore!(self.hold, to),
            Setting::Place(to) => restore!(self.place, to),
            Setting::Progress(id, to) => {
                if let Some(noun) = self.task_mut(id) {
                    restore!(noun.progress, to);
                }
            }
            Setting::Assignee(id, to) => {
                if let Some(noun) = self.task_mut(id) {
                    restore!(noun.assignee, to);
                }
            }
            Setting::Due(id, to) => {
                if let Some(noun) = self.task_mut(id) {
                    restore!(noun.due, to);
                }
            }
            Setting::Stage(id, to) => {
                if let Some(noun) = self.component_mut(id) {
                    restore!(noun.stage, to);
                }
            }
            Setting::Evidence(id, to) => self.restore_detail(line, id, to, was),
            Setting::Indicator(id, to) => {
                if let Some(fields) = self.indicators.fields_mut(id) {
                    fields.restore(line, to, was.map(|was| (was.line, was.by.clone())));
                }
            }
            Setting::Ledger(id, to) => self.restore_field(line, id, to, was),
            Setting::Improvement(id, to) => self.restore_improvement(line, id, to, was),
            Setting::Component(id, to) => self.restore_component(line, id, to, was),
            Setting::Person(id, to) => self.restore_fact(line, id, to, was),
            Setting::Handover(id, to) => {
                if let Some(noun) = self.handover_mut(id) {
                    restore!(noun.answer, to);
                }
            }
            Setting::NoticeStarted(id, to) => {
                if let Some(noun) = self.notice_mut(id) {
                    restore!(noun.started, **to);
                }
            }
            Setting::NoticeStanding(id, to) => {
                if let Some(noun) = self.notice_mut(id) {
                    restore!(noun.standing, **to);
                }
            }
            Setting::Link(id, to) => {
                if let Some(noun) = self.link_mut(*id) {
                    restore!(noun.tie, to);
                }
            }
        }
    }

    /// The lines whose value a new one would replace in the field this setting names.
    pub(super) fn heads_of(&self, setting: &Setting) -> Vec<LineId> {
        fn heads<T: crate::model::register::Careful + Clone + PartialEq>(
            register: &Register<T>,
        ) -> Vec<LineId> {
            register.heads().collect()
        }
        match setting {
            Setting::Title(_) => heads(&self.title),
            Setting::Summary(_) => heads(&self.summary),
            Setting::Tlp(_) => heads(&self.tlp),
            Setting::Lead(_) => heads(&self.lead),
            Setting::Source(_) => heads(&self.source),
            Setting::Severity(_) => heads(&self.severity),
            Setting::Determination(_) => heads(&self.determination),
            Setting::Posture(_) => heads(&self.posture),
            Setting::Acknowledged(_) => heads(&self.acknowledged),
            Setting::Hold(_) => heads(&self.hold),
            Setting::Place(_) => heads(&self.place),
            Setting::Progress(id, _) => self.task(id).map_or_else(Vec::new, |task| heads(&task.progress)),
            Setting::Assignee(id, _) => self.task(id).map_or_else(Vec::new, |task| heads(&task.assignee)),
            Setting::Due(id, _) => self.task(id).map_or_else(Vec::new, |task| heads(&task.due)),
            Setting::Stage(id, _) => self.component(id).map_or_else(Vec::new, |c| heads(&c.stage)),
            Setting::Evidence(id, to) => self.detail_heads(id, to),
            Setting::Indicator(id, to) => match (self.indicators.fields(id), self.indicators.get(id)) {
                (Some(fields), _) => fields.heads_of(to),
                (None, Some(item)) => vec![self.indicators.addition(item).line],
                (None, None) => Vec::new(),
            },
            Setting::Ledger(id, to) => self.field_heads(id, to),
            Setting::Improvement(id, to) => self.improvement_heads(id, to),
            Setting::Component(id, to) => {
                let register = self.component(id).and_then(|c| c.details.get(&to.part()));
                register.map_or_else(Vec::new, heads)
            }
            Setting::Person(id, to) => self.fact_heads(id, to),
            Setting::Handover(id, _) => self.handover(id).map_or_else(Vec::new, |h| heads(&h.answer)),
            Setting::NoticeStarted(id, _) => self.notice(id).map_or_else(Vec::new, |n| heads(&n.started)),
            Setting::NoticeStanding(id, _) => self.notice(id).map_or_else(Vec::new, |n| heads(&n.standing)),
            Setting::Link(id, _) => self.link_to(*id).map_or_else(Vec::new, |link| heads(&link.tie)),
        }
    }
}

impl Incident {
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
            Event::Ruled(ruled) => settings.extend(ruled.put.iter().cloned()),
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
            Event::ApprovalGranted(granted) => {
                settings.extend(ledger::granting(granted));
                settings.extend(granted.ticks.iter().map(done));
            }
            Event::ApprovalRefused(refused) => settings.extend(ledger::refusing(refused, at)),
            Event::LedgerSettled(settled) => settings.push(ledger::settling(settled, actor, at)),
            Event::LedgerTimed(timed) => settings.extend(ledger::timing(timed)),
            Event::LedgerGiven(given) => settings.push(ledger::giving(given)),
            Event::ComponentStaged(staged) => {
                let by = actor.to_owned();
                let to = Staged { stage: staged.to, at, by, reason: staged.reason.clone() };
                settings.push(Setting::Stage(staged.component.clone(), to));
                settings.extend(staged.facts.ticks.iter().map(done));
            }
            Event::StageNoted(noted) => settings.extend(noted.facts.ticks.iter().map(done)),
            Event::ComponentEdited(edited) => {
                let id = &edited.component;
                let changes = edited.changes().into_iter();
                settings.extend(changes.map(|change| Setting::Component(id.clone(), change.to)));
            }
            Event::EvidenceAdded(added) => settings.extend(added.ticks.iter().map(done)),
            Event::EvidenceReceived(received) => {
                settings.extend(evidence::receiving(received, actor, at));
                settings.extend(received.ticks.iter().map(done));
            }
            Event::CustodyPassed(passed) => settings.extend(evidence::passing(passed)),
            Event::EvidenceEdited(edited) => settings.extend(evidence::editing(edited)),
            Event::EvidenceWithdrawn(it) => settings.extend(evidence::withdrawing(it, actor, at)),
            Event::IndicatorEdited(edited) => settings.extend(edited_fields(edited)),
            Event::IndicatorRetired(retired) => settings.extend(retired_fields(retired, actor, at)),
            Event::IncidentLinked(it) => {
                let (relation, reason, by) = (it.to, it.reason.clone(), actor.to_owned());
                settings.push(Setting::Link(it.incident, Some(Tie { relation, reason, by, at })));
            }
            Event::IncidentUnlinked(it) => settings.push(Setting::Link(it.incident, None)),
            Event::ImprovementAdded(added) => settings.extend(added.ticks.iter().map(done)),
            Event::ImprovementChanged(changed) => {
                settings.extend(super::lesson::settings(changed, actor, at));
                settings.extend(changed.ticks.iter().map(done));
            }
            Event::PersonEdited(_) | Event::ShiftSet(_) | Event::PersonLeft(_) => {
                settings.extend(super::people::settings(event, at));
            }
            Event::HandoverOffered(_) | Event::HandoverAccepted(_) | Event::HandoverDeclined(_) => {
                settings.extend(super::handover::settings(event, actor, at));
            }
            Event::NoticeStarted(started) => settings.extend(started.ticks.iter().map(done)),
            Event::NoticeSent(_) | Event::NoticeClosed(_) | Event::NoticeFactChanged(_) => {
                settings.extend(super::notice::settings(event, actor, at));
            }
            Event::Stayed(_)
            | Event::LessonRecorded(_)
            | Event::NoticeAdded(_)
            | Event::TaskAdded(_)
            | Event::EvidenceRequested(_)
            | Event::EvidenceVerified(_)
            | Event::PersonAdded(_)
            | Event::SitrepGiven(_)
            | Event::ComponentAdded(_)
            | Event::IndicatorsAdded(_)
            | Event::IndicatorLinked(_)
            | Event::ApprovalRequested(_)
            | Event::DecisionTaken(_)
            | Event::AssumptionMade(_)
            | Event::MeasurePut(_)
            | Event::TimerSet(_)
            | Event::DeclarationMade(_)
            | Event::Logged(_)
            | Event::DrillPaused(_)
            | Event::DrillResumed(_)
            | Event::DrillPaced(_)
            | Event::DrillSkipped(_)
            | Event::InjectDelivered(_)
            | Event::InjectUnanswered(_)
            | Event::InjectWithheld(_)
            | Event::InjectsPostponed(_)
            | Event::ReplyGiven(_)
            | Event::QuestionAnswered(_)
            | Event::HintTaken(_)
            | Event::ControlNoted(_)
            | Event::DrillEnded(_)
            | Event::Corrected(_)
            | Event::Redacted(_)
            | Event::Expunged(_)
            | Event::ExpungeDeclined(_)
            | Event::Stub(_)
            | Event::Restricted(_)
            | Event::EntryMarked(_)
            | Event::Undone(_)
            | Event::Unknown { .. } => {}
        }
        settings
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
