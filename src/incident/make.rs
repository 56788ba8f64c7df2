//! What a line brings into the world: visits, tasks, components, signals, approvals.

use super::event::Event;
use super::evidence::Came;
use super::line::Line;
use super::{Incident, gates};
use chrono::{DateTime, Utc};

use crate::model::component::{Component, Facts, Stage, Step};
use crate::model::entry::Correction;
use crate::model::head::{Opened, Tag};
use crate::model::id::NounId;
use crate::model::lane::Marking;
use crate::model::ledger::approval::Granted;
use crate::model::phase::Phase;
use crate::model::register::Register;
use crate::model::task::{NewTask, Progress, State, Task};
use crate::model::triage::Signal;
use crate::model::visit::{PhaseEntered, Visit};

impl Incident {
    /// Makes the nouns a line brings into the world.
    pub(super) fn make(&mut self, line: &Line) {
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
                text: signal.text.clone().into(),
                source: signal.source.clone(),
                at: line.at(),
                undone: false,
            }),
            Event::ApprovalGranted(granted) => self.approvals.push(Granted {
                id: granted.id.clone(),
                about: granted.about.clone(),
                also: granted.also.clone(),
                what: granted.what.clone(),
                answers: granted.answers.clone(),
                terms: granted.terms.clone(),
                approval: granted.approval.clone(),
                line: line.id,
                undone: false,
            }),
            Event::ComponentAdded(added) => {
                let component = Component::new(added, line.id, line.actor(), line.at());
                let place = self.components.len();
                self.component_at.entry(component.id.clone()).or_insert(place);
                self.components.push(component);
            }
            Event::EvidenceRequested(asked) => {
                let came = Came::Asked { from: &asked.from, due: asked.due };
                self.list_evidence(line, (&asked.id, &asked.number), &asked.what, came);
            }
            Event::EvidenceAdded(added) => {
                self.list_evidence(line, (&added.id, &added.number), &added.what, Came::Here(&added.how));
            }
            Event::EvidenceReceived(received) => self.take_evidence(line, received),
            Event::CustodyPassed(passed) => self.hand_over_evidence(line, passed),
            Event::EvidenceVerified(verified) => self.check_evidence(line, &verified.item, &verified.hash),
            Event::IndicatorsAdded(added) => self.make_indicators(line, added),
            Event::IndicatorLinked(linked) => self.bind_indicators(line, linked),
            Event::ComponentStaged(it) => {
                self.step(line, &it.component, (Some(it.from), it.to), it.reason.as_ref(), &it.facts);
            }
            Event::StageNoted(it) => {
                self.step(line, &it.component, (Some(it.stage), it.stage), it.reason.as_ref(), &it.facts);
            }
            Event::PersonAdded(added) => self.join(line, added),
            Event::HandoverOffered(offered) => self.hold_out(line, offered),
            Event::SitrepGiven(given) => self.keep_sitrep(line, given),
            Event::NoticeStarted(started) => self.begin_notice(line, started),
            Event::NoticeAdded(added) => self.list_notice(line, added),
            Event::NoticeSent(sent) => self.follow_notice(line, sent),
            Event::Corrected(corrected) => {
                let correction = Correction { line: line.id, text: corrected.to.clone(), undone: false };
                if let Some(entry) = self.entry_mut(corrected.target) {
                    entry.corrections.push(correction);
                }
            }
            Event::Redacted(redacted) => self.hide(line.id, redacted),
            Event::EntryMarked(marked) => {
                let marking = Marking::of(line.id, marked);
                if let Some(entry) = self.entry_mut(marked.target) {
                    entry.markings.push(marking);
                }
            }
            Event::ApprovalRequested(it) => self.put_requests(line, it),
            Event::ApprovalRefused(it) => self.put_refusal(line, it),
            Event::DecisionTaken(it) => self.put_decision(line, it),
            Event::AssumptionMade(it) => self.put_assumption(line, it),
            Event::MeasurePut(it) => self.put_measure(line, &it.0),
            Event::TimerSet(it) => self.put_timer(line, it),
            Event::DeclarationMade(it) => self.put_declaration(line, it),
            Event::LedgerTimed(it) => self.put_review(line, it),
            Event::LessonRecorded(recorded) => self.learn(line, recorded),
            Event::IncidentLinked(linked) => self.make_link(line, linked),
            Event::ImprovementAdded(added) => self.improve(line, added),
            Event::Unknown { crit, .. } => self.read_only |= *crit,
            Event::SeveritySet(_)
            | Event::Acknowledged(_)
            | Event::Determined(_)
            | Event::PostureSet(_)
            | Event::PlaceRuled(_)
            | Event::Ruled(_)
            | Event::Stayed(_)
            | Event::HoldSet(_)
            | Event::TaskChanged(_)
            | Event::TaskAssigned(_)
            | Event::TaskDueSet(_)
            | Event::EvidenceEdited(_)
            | Event::EvidenceWithdrawn(_)
            | Event::IndicatorEdited(_)
            | Event::IndicatorRetired(_)
            | Event::LedgerSettled(_)
            | Event::LedgerGiven(_)
            | Event::ImprovementChanged(_)
            | Event::ComponentEdited(_)
            | Event::PersonEdited(_)
            | Event::ShiftSet(_)
            | Event::PersonLeft(_)
            | Event::HandoverAccepted(_)
            | Event::HandoverDeclined(_)
            | Event::NoticeClosed(_)
            | Event::NoticeFactChanged(_)
            | Event::IncidentUnlinked(_)
            | Event::Logged(_)
            | Event::Expunged(_)
            | Event::ExpungeDeclined(_)
            | Event::Stub(_)
            | Event::Restricted(_)
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

    /// Adds a step to a component's history.
    fn step(
        &mut self,
        line: &Line,
        component: &NounId,
        (from, to): (Option<Stage>, Stage),
        reason: Option<&String>,
        facts: &Facts,
    ) {
        if let Some(component) = self.component_mut(component) {
            component.history.push(Step {
                line: line.id,
                undone: false,
                from,
                to,
                at: line.at(),
                by: line.actor().to_owned(),
                reason: reason.cloned(),
                facts: facts.clone(),
            });
        }
    }

    /// The visits the incident stays in: one, or several that people began at the same time.
    pub(super) fn stays(&self) -> Vec<NounId> {
        self.place.sides().iter().map(|side| side.value.visit.clone()).collect()
    }

    /// Ends the visits in `stood` that the incident no longer stays in; one it stays in (again) goes on.
    pub(super) fn leave(&mut self, stood: &[NounId], at: DateTime<Utc>) {
        let stays = self.stays();
        for visit in self.visits.iter_mut().filter(|visit| !visit.undone) {
            if stays.contains(&visit.id) {
                visit.left = None;
            } else if stood.contains(&visit.id) {
                visit.left = Some(at);
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
            let origin = what.origin.as_ref();
            let mut task = Task {
                what: what.clone(),
                phase,
                visit: visit.clone(),
                line: line.id,
                own: origin.is_some(),
                undone: false,
                progress: Register::default(),
                assignee: Register::default(),
                due: Register::default(),
            };
            let by = line.actor().to_owned();
            let open = Progress { state: State::Open, by, at: line.at(), reason: None, holds_from: None };
            task.progress.set(line.id, line.actor(), &[], open);
            let owner = origin.and_then(|origin| origin.owner.clone());
            task.assignee.set(line.id, line.actor(), &[], owner);
            task.due.set(line.id, line.actor(), &[], origin.and_then(|origin| origin.due));
            self.tasks.push(task);
        }
    }
}
