//! From a filled-in form to commands: what was typed is read, judged and given, or the form says why not.

use super::app::{App, OnScreen, ShownZone, Tone};
use super::approving;
use super::ask;
use super::form::{Ask, Form, Slot};
use super::give::{self, Envelope};
use super::modal::Modal;
use super::msg::Effect;
use super::pick;
use super::screens;
use crate::incident::command::{AddTask, Command};
use crate::model::entry::Correct;
use crate::model::head::{Edit, Open, SetSeverity};
use crate::model::id::NounId;
use crate::model::ledger::approval::{self, Approval};
use crate::model::phase::Phase;
use crate::model::refusal::Refusal;
use crate::model::severity::{Assessment, Functional, Impact, Information, Level, Modifier, Recoverability};
use crate::model::task::{SetTask, State};
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::text;
use crate::model::time::Zone;
use crate::model::triage::{Determine, RecordSignal, SetPosture};

/// Saves the form on top. What is wrong is said in it, with the keys on the field it is about.
///
/// # Errors
/// None of its own: a refusal stands in the form.
pub fn save(app: &mut App) -> Result<Vec<Effect>, Refusal> {
    let Some(Modal::Form(form)) = app.modals.last() else { return Ok(Vec::new()) };
    let form = form.clone();
    match answer(app, &form) {
        Ok(effects) => {
            app.modals.pop();
            if effects.iter().any(|effect| matches!(effect, Effect::Write(_) | Effect::Create(..))) {
                app.send_off(&form.ask.key(), form.words());
            }
            Ok(effects)
        }
        Err(mut refusal) => {
            if let Some(Modal::Form(form)) = app.modals.last_mut() {
                if let Some(slot) = place_of(form, &refusal) {
                    form.go(slot);
                    // What a shell would want typed has its field here.
                    refusal.hint = refusal.hint.filter(|hint| !hint.contains("--"));
                }
                form.wrong = Some(refusal.on_screen());
            }
            Ok(Vec::new())
        }
    }
}

/// The field a refusal speaks of, where its words say so.
fn place_of(form: &Form, refusal: &Refusal) -> Option<Slot> {
    let about = |slot: Slot, word: &str| form.field(slot).is_some() && refusal.message.contains(word);
    [(Slot::Reason, "reason"), (Slot::Reason, "waits for"), (Slot::Title, "title"), (Slot::Text, "text")]
        .into_iter()
        .find(|(slot, word)| about(*slot, word))
        .map(|(slot, _)| slot)
}

fn answer(app: &mut App, form: &Form) -> Result<Vec<Effect>, Refusal> {
    let zone = app.zone();
    let happened = form.time(Slot::When, app.now, &zone)?;
    let mut envelope = Envelope { who: None, happened };
    let reason = form.said(Slot::Reason);
    let set = |task: &NounId, to| {
        Command::SetTask(SetTask { task: task.clone(), to, reason: reason.clone(), holds_from: None })
    };
    let commands = match &form.ask {
        Ask::Welcome => return welcome(app, form),
        Ask::New => return open(app, form, envelope),
        Ask::Phase => return Ok(Vec::new()),
        Ask::Of(question, about) => {
            envelope.who = form.said(Slot::Who).filter(|who| *who != app.me.name);
            envelope.who.as_deref().map(text::name).transpose()?;
            let done = (question.answer)(app, form, about, envelope)?;
            screens::unmark(app);
            return Ok(done);
        }
        Ask::Head => head(form)?,
        Ask::Severity => vec![severity(form)?],
        Ask::Approval(task) => {
            vec![approving::command(app, form, task.as_ref(), &mut envelope)?]
        }
        Ask::AddTask => vec![Command::AddTask(AddTask {
            title: form.said(Slot::Title).unwrap_or_default(),
            text: form.said(Slot::Text),
            role: None,
            required: form.chosen(Slot::Required) == Some("yes"),
            assignee: form.said(Slot::Who),
            due: form.time(Slot::Due, app.now, &zone)?.map(|due| due.utc()),
        })],
        Ask::DoneBy(task) => {
            envelope.who = form.said(Slot::Who);
            vec![set(task, State::Done)]
        }
        Ask::Take(task) => vec![set(task, State::InProgress)],
        Ask::Block(task) => marked(app, task).iter().map(|task| set(task, State::Blocked)).collect(),
        Ask::Waive(task) => {
            let not_applicable = form.chosen(Slot::State) == Some(State::NotApplicable.word());
            let to = if not_applicable { State::NotApplicable } else { State::Waived };
            marked(app, task).iter().map(|task| set(task, to)).collect()
        }
        Ask::Reopen(task) => vec![set(task, State::Open)],
        Ask::Assign(task) => {
            let to = form.chosen(ask::ASSIGNEE).map(str::to_owned).or_else(|| form.said(Slot::Who));
            let give = |task: NounId| Command::AssignTask { task, to: to.clone() };
            marked(app, task).into_iter().map(give).collect()
        }
        Ask::Due(task) => {
            let to = form.time(Slot::Due, app.now, &zone)?.map(|due| due.utc());
            marked(app, task).into_iter().map(|task| Command::SetDue { task, to }).collect()
        }
        Ask::Correct(entry) => {
            let text = form.said(Slot::Text).unwrap_or_default();
            vec![Command::Correct(Correct { entry: *entry, text })]
        }
        Ask::Signal => vec![signal(form, &form.said(Slot::Signal).unwrap_or_default())],
        Ask::Acknowledge => {
            envelope.who = form.said(Slot::Who);
            vec![Command::Acknowledge]
        }
        Ask::Determine => {
            let to = form.chosen(Slot::Determination).ok_or_else(|| nothing_chosen("determination"))?;
            vec![Command::Determine(Determine { to: to.to_owned(), reason })]
        }
        Ask::Posture => {
            let to = form.chosen(Slot::Posture).ok_or_else(|| nothing_chosen("posture"))?;
            vec![Command::SetPosture(SetPosture { to: Posture::parse(to)?, reason })]
        }
    };
    envelope.who = envelope.who.filter(|who| *who != app.me.name);
    if let Some(who) = &envelope.who {
        text::name(who)?;
    }
    give::give_all(app, &commands, &envelope)
}

/// The tasks an answer is for: all that are marked, if the one asked about is among them.
pub fn marked(app: &App, task: &NounId) -> Vec<NounId> {
    let marked = app.case.as_ref().map(|case| &case.marked).filter(|marked| marked.contains(task));
    marked.map_or_else(|| vec![task.clone()], |marked| marked.iter().cloned().collect())
}

fn nothing_chosen(what: &str) -> Refusal {
    Refusal::misused(format!("No {what} is chosen.")).hint("← and → choose; a letter leads to its word.")
}

fn signal(form: &Form, words: &str) -> Command {
    let source = form.chosen(Slot::Source).map(str::to_owned);
    Command::RecordSignal(RecordSignal { text: words.to_owned(), source })
}

/// What was changed at the head, each as the command it is.
fn head(form: &Form) -> Result<Vec<Command>, Refusal> {
    let changed = |slot: Slot| {
        let now = form.words().into_iter().find(|(key, _)| *key == slot.key());
        let was = form.began.iter().find(|(key, _)| *key == slot.key());
        now.as_ref() != was
    };
    let edit = Edit {
        title: changed(Slot::Title).then(|| form.said(Slot::Title).unwrap_or_default()),
        summary: form.said(Slot::Summary).filter(|_| changed(Slot::Summary)),
        tlp: form.chosen(Slot::Tlp).filter(|_| changed(Slot::Tlp)).map(Tlp::parse).transpose()?,
        lead: changed(Slot::Lead).then(|| form.said(Slot::Lead).unwrap_or_default()),
        source: None,
        refs: form.said(Slot::Ref).into_iter().collect(),
        types: form.checked(Slot::Types),
    };
    let mut commands = Vec::new();
    if edit != Edit::default() {
        commands.push(Command::Edit(edit));
    }
    if let Some(to) = form.chosen(Slot::Determination).filter(|_| changed(Slot::Determination)) {
        commands.push(Command::Determine(Determine { to: to.to_owned(), reason: None }));
    }
    if let Some(words) = form.said(Slot::Signal) {
        commands.push(signal(form, &words));
    }
    if let Some(to) = form.chosen(Slot::Posture).filter(|_| changed(Slot::Posture)) {
        commands.push(Command::SetPosture(SetPosture { to: Posture::parse(to)?, reason: None }));
    }
    if form.chosen(Slot::Acknowledge) == Some("yes") {
        commands.push(Command::Acknowledge);
    }
    Ok(commands)
}

/// The impact answers, if they were given: all three or none.
///
/// # Errors
/// Refuses one or two of three.
pub fn impact(form: &Form) -> Result<Option<Impact>, Refusal> {
    let said = [Slot::Functional, Slot::Information, Slot::Recoverability].map(|slot| form.chosen(slot));
    match said {
        [None, None, None] => Ok(None),
        [Some(functional), Some(information), Some(recoverability)] => Ok(Some(Impact {
            functional: Functional::parse(functional)?,
            information: Information::parse(information)?,
            recoverability: Recoverability::parse(recoverability)?,
            modifiers: form
                .checked(Slot::Modifiers)
                .iter()
                .map(|word| Modifier::parse(word))
                .collect::<Result<_, _>>()?,
        })),
        _ => Err(Refusal::misused("The impact wants all three answers: functions, information, recovery.")
            .hint("Answer the missing ones, or take the others back with Backspace.")),
    }
}

/// What the impact answers come to, while they are being given.
pub fn preview(app: &App, form: &Form) -> Option<Assessment> {
    let confirmed = app.incident()?.determination.get().and_then(Option::as_deref) == Some("confirmed");
    Some(Assessment::of(impact(form).ok().flatten()?, confirmed))
}

fn severity(form: &Form) -> Result<Command, Refusal> {
    let level = form.chosen(Slot::Severity).map(Level::parse).transpose()?;
    Ok(Command::SetSeverity(SetSeverity { impact: impact(form)?, level, reason: form.said(Slot::Reason) }))
}

/// The yes in the approval fields; `None` where they are empty.
///
/// # Errors
/// Refuses a name that is none and a time that is none.
pub fn yes(app: &App, form: &Form, zone: &Zone) -> Result<Option<Approval>, Refusal> {
    let Some(words) = form.said(Slot::ApprovedBy) else { return Ok(None) };
    let at = form.time(Slot::ApprovedWhen, app.now, zone)?.map_or(app.now, |at| at.utc());
    let mut approval = approval::read(&words, at)?;
    approval.how = form.said(Slot::ApprovedHow);
    Ok(Some(approval))
}

fn open(app: &mut App, form: &Form, envelope: Envelope) -> Result<Vec<Effect>, Refusal> {
    let command = Open {
        title: form.said(Slot::Title).unwrap_or_default(),
        types: form.checked(Slot::Types),
        summary: form.said(Slot::Summary),
        severity: form.chosen(Slot::Severity).map(Level::parse).transpose()?,
        source: form.chosen(Slot::Source).map(str::to_owned),
        tlp: form.chosen(Slot::Tlp).map(Tlp::parse).transpose()?,
        refs: form.said(Slot::Ref).into_iter().collect(),
        lead: form.said(Slot::Lead),
        phase: form.chosen(Slot::Of("opens-in")).and_then(Phase::read),
        drill: None,
    };
    let seed = app.seeds.fresh();
    // Judged before a number is taken, so that a refusal uses none up.
    let mut desk = app.desk(seed);
    desk.happened.clone_from(&envelope.happened);
    crate::incident::decide::open(&command, "", &desk)?;
    Ok(vec![Effect::Create(Box::new(command), envelope, seed)])
}

fn welcome(app: &mut App, form: &Form) -> Result<Vec<Effect>, Refusal> {
    let name = text::name(&form.said(Slot::Name).unwrap_or_else(|| app.me.name.clone()))?;
    if let Some(words) = form.said(Slot::Zone) {
        app.incident_zone = Some(Zone::parse(&words)?);
        app.zone = ShownZone::Incident;
    }
    app.me.name = name;
    app.me.role = form.chosen(Slot::Role).map(str::to_owned);
    let mut effects = vec![Effect::SaveSettings];
    if form.chosen(Slot::Start) == Some("demo") {
        effects.push(Effect::Demo);
    } else if form.chosen(Slot::Start) == Some("drill") {
        pick::open_drills(app)?;
        // The welcome goes when this returns; the list stays.
        let top = app.modals.len().saturating_sub(1);
        app.modals.swap(0, top);
    } else {
        app.say(Tone::Told, format!("Welcome, {}. a opens an incident; ? shows the keys.", app.me.name));
    }
    Ok(effects)
}

impl App {
    /// `ana/incident-lead`, as an approver is written.
    pub fn signature(&self) -> String {
        match &self.me.role {
            Some(role) => format!("{}/{role}", self.me.name),
            None => self.me.name.clone(),
        }
    }
}
