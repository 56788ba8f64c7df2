//! Judgement: a command becomes one event with all its side effects, or nothing, or a refusal.

use super::Incident;
use super::command::{AddTask, Command, Stay};
use super::event::Event;
use super::line::Draft;
use crate::model::component::{AddComponent, ComponentAdded};
use crate::model::desk::Desk;
use crate::model::entry::{Correct, Corrected, Logged};
use crate::model::head::{Change, Edit, Edited, Open, Opened, SetSeverity, SeveritySet};
use crate::model::id::NounId;
use crate::model::ledger::approval::{About, ApprovalGranted, Approve};
use crate::model::lifecycle::lifecycle;
use crate::model::phase::Phase;
use crate::model::playbook::GENERIC;
use crate::model::refusal::Refusal;
use crate::model::severity::{Assessment, Override, Severity};
use crate::model::task::{NewTask, TaskAdded};
use crate::model::taxonomy::{Determination, Posture, TAXONOMY, Tlp};
use crate::model::text;
use crate::model::triage::{
    Acknowledged, Determine, Determined, PostureSet, RecordSignal, SetPosture, SignalRecorded,
};
use crate::model::visit::{HoldSet, Stayed, Visit};

/// Judges the opening of an incident that will carry this number.
///
/// # Errors
/// Refuses an empty or too long title and unknown types or sources.
pub fn open(command: &Open, number: &str, desk: &Desk<'_>) -> Result<Draft, Refusal> {
    let title = text::title(&command.title)?;
    let types = known_types(&command.types, desk)?;
    let phase = command.phase.unwrap_or(Phase::Detection);
    if !matches!(phase, Phase::Preparation | Phase::Detection) {
        return Err(Refusal::refused(format!(
            "An incident opens in Detection or Preparation, not in {phase}."
        ))
        .hint(format!("Open it, then give: casebook phase {} --reason \"…\"", phase.id())));
    }
    let usual = |id: &String| TAXONOMY.case_type(id).map(|case_type| case_type.default_tlp);
    let tlp = command.tlp.or_else(|| types.iter().filter_map(usual).max_by_key(|tlp| tlp.rank()));
    let severity = command
        .severity
        .map(|level| Severity::overridden(Override { level, reason: "at opening".to_owned() }, None));
    let steps = desk.playbooks.steps(&types, phase);
    let opened = Opened {
        number: number.to_owned(),
        title,
        summary: command.summary.as_deref().map(text::body).transpose()?,
        severity,
        source: command.source.as_deref().map(source).transpose()?,
        tlp: tlp.unwrap_or(Tlp::Amber),
        refs: command.refs.iter().map(|word| text::name(word)).collect::<Result<_, _>>()?,
        lead: command.lead.as_deref().map(text::name).transpose()?,
        phase,
        visit: desk.id(0),
        tasks: (1..).zip(steps).map(|(k, step)| NewTask::from_step(desk.id(k), step)).collect(),
        types,
    };
    Ok(draft(opened.into(), Vec::new(), desk))
}

/// Judges an entry. Needs no history: allowed in every incident that can be written, closed ones too.
///
/// # Errors
/// Refuses an empty text and one over the limit.
pub fn log(command: &Logged, desk: &Desk<'_>) -> Result<Draft, Refusal> {
    let logged = Logged {
        kind: command.kind,
        text: text::body(&command.text)?,
        components: command.components.iter().map(|name| text::name(name)).collect::<Result<_, _>>()?,
        techniques: command.techniques.iter().map(|id| text::name(id)).collect::<Result<_, _>>()?,
    };
    Ok(draft(logged.into(), Vec::new(), desk))
}

/// Judges a signal. Needs no history, like [`log`].
///
/// # Errors
/// Refuses an empty text, one over the limit, and an unknown source.
pub fn signal(command: &RecordSignal, desk: &Desk<'_>) -> Result<Draft, Refusal> {
    let recorded = SignalRecorded {
        text: text::body(&command.text)?,
        source: command.source.as_deref().map(source).transpose()?,
        ticks: Vec::new(),
    };
    Ok(draft(recorded.into(), Vec::new(), desk))
}

fn draft(event: Event, over: Vec<crate::model::id::LineId>, desk: &Desk<'_>) -> Draft {
    Draft {
        by: desk.by.clone(),
        who: desk.who.clone().filter(|who| *who != desk.by),
        happened: desk.happened.clone(),
        ex: desk.ex,
        now_set: desk.now_set,
        over,
        event,
    }
}

impl Incident {
    /// Judges a command: one event with its side effects, or `None` where it is so already.
    ///
    /// # Errors
    /// A refusal says what is missing and what to do next.
    pub fn decide(&self, command: &Command, desk: &Desk<'_>) -> Result<Option<Draft>, Refusal> {
        if self.read_only {
            return Err(Refusal::refused(format!(
                "{} holds lines of a newer casebook that this one must understand to write safely.",
                self.number
            ))
            .hint("Update casebook, or read on without writing."));
        }
        if self.closed() {
            self.allowed_when_closed(command)?;
        }
        let Some(event) = self.event(command, desk)? else { return Ok(None) };
        let mut over = Vec::new();
        for setting in self.settings(&event, desk.actor(), desk.at()) {
            for head in self.heads_of(&setting) {
                if !over.contains(&head) {
                    over.push(head);
                }
            }
        }
        if let Event::Undone(undone) = &event {
            over.push(undone.target);
        }
        Ok(Some(draft(event, over, desk)))
    }

    fn event(&self, command: &Command, desk: &Desk<'_>) -> Result<Option<Event>, Refusal> {
        Ok(match command {
            Command::Edit(edit) => self.edit(edit, desk)?.map(Event::from),
            Command::SetSeverity(set) => self.set_severity(set)?.map(Event::from),
            Command::RecordSignal(record) => {
                let mut draft = signal(record, desk)?;
                if let Event::SignalRecorded(recorded) = &mut draft.event {
                    recorded.ticks = self.ticked_by("signal");
                }
                Some(draft.event)
            }
            Command::Acknowledge => self.acknowledge(desk).map(Event::from),
            Command::Determine(determine) => self.determine(determine)?.map(Event::from),
            Command::SetPosture(set) => self.set_posture(set)?.map(Event::from),
            Command::Log(logged) => Some(log(logged, desk)?.event),
            Command::Correct(correct) => self.correct(correct)?.map(Event::from),
            Command::Go(go) => {
                let mut go = go.clone();
                go.reason = reason(go.reason.as_deref())?;
                self.decide_go(&go, desk)?
            }
            Command::Stay(stay) => Some(self.stay(stay)?.into()),
            Command::Hold(to) => self.set_hold(to.as_deref())?.map(Event::from),
            Command::AddTask(add) => Some(self.add_task(add, desk)?.into()),
            Command::SetTask(set) => {
                let mut set = set.clone();
                set.reason = reason(set.reason.as_deref())?;
                self.known_task(&set.task)?.decide_set(&set, desk)?.map(Event::from)
            }
            Command::AssignTask { task, to } => {
                let to = to.as_deref().map(text::name).transpose()?;
                self.known_task(task)?.decide_assign(to).map(Event::from)
            }
            Command::SetDue { task, to } => self.known_task(task)?.decide_due(*to).map(Event::from),
            Command::Approve(approve) => self.approve(approve, desk)?.map(Event::from),
            Command::AddComponent(add) => self.add_component(add, desk)?.map(Event::from),
            Command::StageComponent(stage) => {
                let known = self.component(&stage.component).filter(|component| !component.undone);
                let component =
                    known.ok_or_else(|| Refusal::refused("No such component in this incident."))?;
                component.decide_stage(stage)?.map(Event::from)
            }
            Command::Undo(target) => self.decide_undo(*target, desk)?.map(Event::from),
        })
    }

    /// A closed incident takes reopening, entries, corrections and what is still owed.
    fn allowed_when_closed(&self, command: &Command) -> Result<(), Refusal> {
        let here = self.place.get().map(|place| &place.visit);
        let tickable = |task: &NounId| self.task(task).is_some_and(|task| Some(&task.visit) == here);
        let allowed = match command {
            Command::Log(_) | Command::RecordSignal(_) | Command::Correct(_) => true,
            Command::Go(_) | Command::Undo(_) | Command::Approve(_) => true,
            // The Preparation that the cycle opened stays tickable.
            Command::SetTask(set) => tickable(&set.task),
            Command::AssignTask { task, .. } | Command::SetDue { task, .. } => tickable(task),
            Command::AddTask(_) => {
                self.visit().is_some_and(|visit| visit.way == Some(crate::model::lifecycle::Way::Cycle))
            }
            Command::Edit(_)
            | Command::SetSeverity(_)
            | Command::Acknowledge
            | Command::Determine(_)
            | Command::SetPosture(_)
            | Command::Stay(_)
            | Command::Hold(_)
            | Command::AddComponent(_)
            | Command::StageComponent(_) => false,
        };
        if allowed {
            return Ok(());
        }
        Err(Refusal::refused(format!(
            "{} is closed; it takes entries and corrections, and it can be reopened.",
            self.number
        ))
        .hint(format!(
            "casebook reopen -i {} --to analysis --reason \"…\" --approved-by \"NAME/ROLE\"",
            self.number
        )))
    }

    fn known_task(&self, id: &NounId) -> Result<&crate::model::task::Task, Refusal> {
        self.task(id).filter(|task| !task.undone).ok_or_else(|| {
            Refusal::refused("No such task in this incident.").hint("casebook task list shows them.")
        })
    }

    /// Open tasks that this act does.
    pub(super) fn ticked_by(&self, act: &str) -> Vec<NounId> {
        let open = self.tasks.iter().filter(|task| !task.undone && !task.settled());
        open.filter(|task| task.what.act.as_deref() == Some(act)).map(|task| task.what.id.clone()).collect()
    }

    /// The classify tasks, if after this act type, severity and TLP will all be set.
    fn classified_by(&self, types: usize, severity: bool, tlp: bool) -> Vec<NounId> {
        let complete = (types > 0 || self.types().next().is_some())
            && (severity || self.severity().is_some())
            && (tlp || self.tlp().is_some());
        if complete { self.ticked_by("classify") } else { Vec::new() }
    }

    fn edit(&self, edit: &Edit, desk: &Desk<'_>) -> Result<Option<Edited>, Refusal> {
        fn change<T: PartialEq + Clone>(from: T, to: T, contested: bool) -> Option<Change<T>> {
            (from != to || contested).then_some(Change { from, to })
        }
        let mut edited = Edited::default();
        if let Some(to) = &edit.title {
            let to = text::title(to)?;
            edited.title = change(self.title().to_owned(), to, self.title.contested().is_some());
        }
        if let Some(to) = &edit.summary {
            let to = Some(text::body(to)?);
            edited.summary =
                change(self.summary.get().cloned().flatten(), to, self.summary.contested().is_some());
        }
        if let Some(to) = edit.tlp {
            edited.tlp = change(self.tlp(), Some(to), self.tlp.contested().is_some());
        }
        if let Some(to) = &edit.lead {
            let to = if to.trim().is_empty() { None } else { Some(text::name(to)?) };
            edited.lead = change(self.lead().map(str::to_owned), to, self.lead.contested().is_some());
        }
        if let Some(to) = &edit.source {
            let to = Some(source(to)?);
            edited.source =
                change(self.source.get().cloned().flatten(), to, self.source.contested().is_some());
        }
        for word in &edit.refs {
            let word = text::name(word)?;
            if !self.refs().any(|have| have == word) && !edited.refs_added.contains(&word) {
                edited.refs_added.push(word);
            }
        }
        let added = known_types(&edit.types, desk)?;
        edited.types_added = added.into_iter().filter(|word| !self.has_type(word)).collect();
        let here = self.place.get();
        for (k, step) in (1..).zip(desk.playbooks.steps(&edited.types_added, self.phase())) {
            let have = here.is_some_and(|place| {
                self.checklist(&place.visit).any(|task| task.what.playbook_id.as_deref() == Some(&step.id))
            });
            if !have && !edited.types_added.is_empty() {
                edited.tasks.push(NewTask::from_step(desk.id(k), step));
            }
        }
        if edited.changes_nothing() {
            return Ok(None);
        }
        edited.ticks = self.classified_by(edited.types_added.len(), false, edited.tlp.is_some());
        Ok(Some(edited))
    }

    fn set_severity(&self, set: &SetSeverity) -> Result<Option<SeveritySet>, Refusal> {
        let confirmed = self.determination.get().and_then(Option::as_deref) == Some("confirmed");
        let before = self.severity();
        let assessed = set.impact.clone().map(|impact| Assessment::of(impact, confirmed));
        let to = match (set.level, assessed) {
            (Some(level), assessed) => {
                let reason = reason(set.reason.as_deref())?.ok_or_else(|| {
                    Refusal::refused("A severity set by hand needs a reason.")
                        .hint("casebook severity 2 --reason \"…\"; without a level, give the impact: casebook severity --functional high …")
                })?;
                let assessed = assessed.or_else(|| before.and_then(|severity| severity.assessed.clone()));
                Severity::overridden(Override { level, reason }, assessed)
            }
            (None, Some(assessed)) => Severity::assessed(assessed),
            (None, None) => {
                return Err(Refusal::misused("A severity is a level from 1 to 5, or answers on the impact.")
                    .hint("casebook severity 2 --reason \"…\", or casebook severity --functional high --information suspected --recoverability regular"));
            }
        };
        if before == Some(&to) && self.severity.contested().is_none() {
            return Ok(None);
        }
        Ok(Some(SeveritySet { from: before.cloned(), to, ticks: self.classified_by(0, true, false) }))
    }

    fn acknowledge(&self, desk: &Desk<'_>) -> Option<Acknowledged> {
        let from = self.acknowledged.get().and_then(Option::as_ref).map(|ack| ack.by.clone());
        let to = desk.actor().to_owned();
        (from.as_ref() != Some(&to) || self.acknowledged.contested().is_some()).then(|| Acknowledged {
            from,
            to,
            ticks: self.ticked_by("ack"),
        })
    }

    fn determine(&self, determine: &Determine) -> Result<Option<Determined>, Refusal> {
        let to = Determination::parse(&determine.to)?.id().to_owned();
        let from = self.determination.get().cloned().flatten();
        if from.as_ref() == Some(&to) && self.determination.contested().is_none() {
            return Ok(None);
        }
        let reason = reason(determine.reason.as_deref())?;
        Ok(Some(Determined { from, to, reason, ticks: self.ticked_by("determine") }))
    }

    fn set_posture(&self, set: &SetPosture) -> Result<Option<PostureSet>, Refusal> {
        let from: Option<Posture> = self.posture.get().copied().flatten();
        if from == Some(set.to) && self.posture.contested().is_none() {
            return Ok(None);
        }
        let reason = reason(set.reason.as_deref())?;
        Ok(Some(PostureSet { from, to: set.to, reason, ticks: self.ticked_by("posture") }))
    }

    fn correct(&self, correct: &Correct) -> Result<Option<Corrected>, Refusal> {
        let entry = self.entry_of(correct.entry).ok_or_else(|| {
            Refusal::refused("No entry has that id.").hint("casebook activity shows the ids.")
        })?;
        if !entry.kind.written() {
            return Err(Refusal::refused(format!(
                "Only words that somebody wrote are corrected; this is a {} line.",
                entry.kind.word()
            ))
            .hint("Take it back with casebook undo, or do the act again."));
        }
        let to = text::body(&correct.text)?;
        let from = entry.shown().to_owned();
        Ok((from != to).then_some(Corrected { target: correct.entry, from, to }))
    }

    fn stay(&self, stay: &Stay) -> Result<Stayed, Refusal> {
        let reason = reason(Some(&stay.reason))?.ok_or_else(|| {
            Refusal::refused("Staying after looking at a way back is recorded with its reason.")
                .hint("Say in a sentence why the incident stays here.")
        })?;
        let known = |word: &&String| !lifecycle().reason_categories.contains(*word);
        if let Some(word) = stay.category.as_ref().filter(known) {
            return Err(Refusal::misused(format!("{word:?} is no reason category."))
                .hint(format!("One of: {}.", lifecycle().reason_categories.join(", "))));
        }
        Ok(Stayed {
            phase: self.phase(),
            reason,
            category: stay.category.clone(),
            component: stay.component.clone(),
        })
    }

    fn set_hold(&self, to: Option<&str>) -> Result<Option<HoldSet>, Refusal> {
        let from = self.hold.get().cloned().flatten();
        let to = match to {
            Some(words) => Some(reason(Some(words))?.ok_or_else(|| {
                Refusal::refused("Putting an incident on hold needs a word on what it waits for.")
                    .hint("casebook hold --reason \"waiting for the provider\"")
            })?),
            None => None,
        };
        Ok((from != to || self.hold.contested().is_some()).then_some(HoldSet { from, to }))
    }

    fn add_task(&self, add: &AddTask, desk: &Desk<'_>) -> Result<TaskAdded, Refusal> {
        let place = self.place.get().ok_or_else(|| {
            Refusal::refused(
                "The opening line of this incident is missing, so there is no checklist to add to.",
            )
            .hint("casebook verify names the damage.")
        })?;
        Ok(TaskAdded {
            visit: place.visit.clone(),
            phase: place.phase,
            task: NewTask {
                id: desk.id(0),
                playbook_id: None,
                title: text::title(&add.title)?,
                text: add.text.as_deref().map(text::body).transpose()?.unwrap_or_default(),
                why: String::new(),
                role: add.role.as_deref().map(text::name).transpose()?.unwrap_or_default(),
                required: add.required,
                needs_authorisation: false,
                act: None,
            },
            assignee: add.assignee.as_deref().map(text::name).transpose()?,
            due: add.due,
        })
    }

    fn approve(&self, approve: &Approve, desk: &Desk<'_>) -> Result<Option<ApprovalGranted>, Refusal> {
        let (about, what, ticks) = match &approve.about {
            Some(About::Task(id)) => {
                let task = self.known_task(id)?;
                let act = task.what.act.as_deref() == Some("approval") && !task.settled();
                let ticks = if act { vec![task.what.id.clone()] } else { Vec::new() };
                (About::Task(task.what.id.clone()), task.what.title.clone(), ticks)
            }
            Some(About::Visit(id)) => self.approved_visit(self.visits().find(|visit| visit.id == *id))?,
            None => self.approved_visit(self.visit())?,
        };
        let mut approval = approve.approval.clone();
        approval.name = text::name(&approval.name)?;
        let same = self.approval_of(&about).is_some_and(|have| {
            (&have.approval.name, &have.approval.role) == (&approval.name, &approval.role)
        });
        if same && ticks.is_empty() {
            return Ok(None);
        }
        Ok(Some(ApprovalGranted { id: desk.id(0), about, what, approval, ticks }))
    }

    /// What an approval of the move into a visit is about.
    fn approved_visit(&self, visit: Option<&Visit>) -> Result<(About, String, Vec<NounId>), Refusal> {
        let visit = visit.ok_or_else(|| Refusal::refused("There is no visit to approve."))?;
        Ok((About::Visit(visit.id.clone()), format!("{}, visit {}", visit.phase, visit.n), Vec::new()))
    }

    fn add_component(&self, add: &AddComponent, desk: &Desk<'_>) -> Result<Option<ComponentAdded>, Refusal> {
        let name = text::name(&add.name)?;
        if self.components().any(|component| component.name.eq_ignore_ascii_case(&name)) {
            return Ok(None);
        }
        let kind = TAXONOMY.asset_type(&add.kind)?.id.clone();
        Ok(Some(ComponentAdded { id: desk.id(0), name, kind, stage: add.stage }))
    }
}

/// A reason as it goes on record; blank words are none.
fn reason(words: Option<&str>) -> Result<Option<String>, Refusal> {
    match words.map(str::trim).filter(|words| !words.is_empty()) {
        Some(words) => text::reason(words).map(Some),
        None => Ok(None),
    }
}

fn source(words: &str) -> Result<String, Refusal> {
    Ok(TAXONOMY.source(words)?.id.clone())
}

/// The types as words, each once; `generic` always applies and is not named.
fn known_types(words: &[String], desk: &Desk<'_>) -> Result<Vec<String>, Refusal> {
    let mut types: Vec<String> = Vec::new();
    for word in words {
        let word = word.trim().to_lowercase();
        if desk.playbooks.get(&word).is_none() {
            let all: Vec<&str> = desk
                .playbooks
                .all()
                .map(|playbook| playbook.id.as_str())
                .filter(|id| *id != GENERIC)
                .collect();
            return Err(Refusal::misused(format!("{} is no incident type.", text::quoted(&word)))
                .hint(format!("One of: {}.", all.join(", "))));
        }
        if word != GENERIC && !types.contains(&word) {
            types.push(word);
        }
    }
    Ok(types)
}
