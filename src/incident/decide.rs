//! Judgement: a command becomes one event with all its side effects, or nothing, or a refusal.

use super::Incident;
use super::command::Command;
use super::event::Event;
use super::judge::{known_types, reason, source};
use super::lesson::carried_over;
use super::line::Draft;
use crate::model::attack;
use crate::model::desk::Desk;
use crate::model::entry::Logged;
use crate::model::evidence;
use crate::model::head::{Open, Opened};
use crate::model::id::NounId;
use crate::model::ledger;
use crate::model::phase::Phase;
use crate::model::refusal::Refusal;
use crate::model::restriction::Restricted;
use crate::model::severity::{Override, Severity};
use crate::model::task::NewTask;
use crate::model::taxonomy::{TAXONOMY, Tlp};
use crate::model::text;
use crate::model::triage::{RecordSignal, SignalRecorded};

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
    let mut tasks: Vec<NewTask> = (1..)
        .zip(desk.playbooks.steps(&types, phase))
        .map(|(k, step)| NewTask::from_step(desk.id(k), step))
        .collect();
    if phase == Phase::Preparation {
        tasks.extend(carried_over(desk.carried, desk, tasks.len()));
    }
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
        tasks,
        types,
        drill: command.drill.clone(),
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
        techniques: command.techniques.iter().map(|words| technique(words)).collect::<Result<_, _>>()?,
        lane: command.lane,
        source: command.source.as_deref().map(text::name).transpose()?,
    };
    Ok(draft(logged.into(), Vec::new(), desk))
}

/// A technique as it goes on record: an id in ATT&CK's own spelling, other words as they are. The tables are
/// not asked: an entry must not wait for them, and what they say of it is said where it is shown.
fn technique(words: &str) -> Result<String, Refusal> {
    attack::id(words).map_or_else(|| text::name(words), Ok)
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
        happened: desk.happened.clone().or_else(|| desk.story()),
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
            Command::Expunge(expunge) => self.expunge(expunge, &desk.by)?.map(Event::from),
            Command::DeclineExpunge(decline) => self.decline_expunge(decline)?.map(Event::from),
            Command::Restrict(readers) => {
                let to = Restricted::to(readers)?;
                // What somebody ended elsewhere is ended once more here: sync goes by what is said in its own store.
                let said = self.readers.as_ref().map_or(to.ended, |said| *said == to && !to.ended);
                (!said).then_some(to.into())
            }
            Command::Redact(redact) => self.redact(redact)?.map(Event::from),
            Command::Rule(side) => self.decide_rule(side)?,
            Command::Correct(correct) => self.correct(correct)?.map(Event::from),
            Command::MarkEntry(mark) => self.mark_entry(mark)?.map(Event::from),
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
                let to = to.as_deref().map(|to| self.assignee_meant(to)).transpose()?;
                self.known_task(task)?.decide_assign(to).map(Event::from)
            }
            Command::SetDue { task, to } => self.known_task(task)?.decide_due(*to).map(Event::from),
            Command::Approve(approve) => self.approve(approve, desk)?.map(Event::from),
            Command::Ledger(command) => self.decide_ledger(command, desk)?,
            Command::AddComponent(add) => self.add_component(add, desk)?.map(Event::from),
            Command::Evidence(command) => self.decide_evidence(command, desk)?,
            Command::Indicator(command) => self.decide_indicator(command, desk)?,
            Command::Lesson(lesson) => self.decide_lesson(lesson, desk)?,
            Command::StageComponent(stage) => self.stage_component(stage, desk)?,
            Command::EditComponent(edit) => self.edit_component(edit)?,
            Command::People(command) => self.decide_people(command, desk)?,
            Command::Handover(command) => self.decide_handover(command, desk)?,
            Command::Sitrep(command) => self.decide_sitrep(command, desk)?,
            Command::Notice(command) => self.decide_notice(command, desk)?,
            Command::Link(link) => self.decide_link(link, desk)?,
            Command::Drill(command) => self.decide_drill(command, desk)?,
            Command::Undo(target) => self.decide_undo(*target, desk)?.map(Event::from),
        })
    }

    /// A closed incident takes reopening, entries, corrections and what is still owed.
    fn allowed_when_closed(&self, command: &Command) -> Result<(), Refusal> {
        let here = self.place.get().map(|place| &place.visit);
        let tickable = |task: &NounId| self.task(task).is_some_and(|task| Some(&task.visit) == here);
        let allowed = match command {
            Command::Log(_)
            | Command::RecordSignal(_)
            | Command::Correct(_)
            | Command::Redact(_)
            | Command::Expunge(_)
            | Command::DeclineExpunge(_)
            | Command::Restrict(_)
            | Command::Rule(_)
            | Command::MarkEntry(_) => true,
            // What is still in place, asked or running is seen to; nothing new is put there.
            Command::Ledger(command) => matches!(
                **command,
                ledger::Command::Refuse(_)
                    | ledger::Command::Settle(_)
                    | ledger::Command::SetTimes(_)
                    | ledger::Command::Give { .. }
            ),
            Command::Go(_) | Command::Undo(_) | Command::Approve(_) | Command::Lesson(_) => true,
            // What is owed is owed beyond the end of the work.
            Command::Notice(_) => true,
            Command::Link(_) => true,
            // The last word on it is often said after the end.
            Command::Sitrep(_) => true,
            Command::Drill(_) => true,
            // The Preparation that the cycle opened stays tickable.
            Command::SetTask(set) => tickable(&set.task),
            Command::AssignTask { task, .. } | Command::SetDue { task, .. } => tickable(task),
            Command::AddTask(_) => {
                self.visit().is_some_and(|visit| visit.way == Some(crate::model::lifecycle::Way::Cycle))
            }
            // Custody goes on after the case: what is held is handed over, checked, corrected.
            Command::Evidence(
                evidence::Command::Pass { .. }
                | evidence::Command::Verify { .. }
                | evidence::Command::Edit { .. },
            ) => true,
            Command::Evidence(_)
            | Command::Edit(_)
            | Command::SetSeverity(_)
            | Command::Acknowledge
            | Command::Determine(_)
            | Command::SetPosture(_)
            | Command::Stay(_)
            | Command::Hold(_)
            | Command::AddComponent(_)
            | Command::StageComponent(_)
            | Command::Indicator(_)
            | Command::EditComponent(_)
            | Command::People(_)
            | Command::Handover(_) => false,
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

    pub(super) fn known_task(&self, id: &NounId) -> Result<&crate::model::task::Task, Refusal> {
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
    pub(super) fn classified_by(&self, types: usize, severity: bool, tlp: bool) -> Vec<NounId> {
        let complete = (types > 0 || self.types().next().is_some())
            && (severity || self.severity().is_some())
            && (tlp || self.tlp().is_some());
        if complete { self.ticked_by("classify") } else { Vec::new() }
    }
}
