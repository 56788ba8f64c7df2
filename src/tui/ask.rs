//! The questions: which fields each form has, what stands in them at first, what one should know.

use super::app::App;
use super::approving;
use super::form::{Ask, Field, Form, Opt, Slot, Value};
use super::input::Input;
use crate::incident::Incident;
use crate::model::id::NounId;
use crate::model::playbook::GENERIC;
use crate::model::refusal::Refusal;
use crate::model::severity::{Functional, Information, Level, Modifier, Recoverability};
use crate::model::task::{State, Task};
use crate::model::taxonomy::{Determination, Posture, TAXONOMY, Tlp};
use crate::model::time::{self, Sense};

/// Whoever of the roster is chosen for a task.
pub const ASSIGNEE: Slot = Slot::Of("assignee");

/// Builds the form for a question.
///
/// # Errors
/// Refuses a question about a thing that is gone.
pub fn form(app: &App, ask: Ask) -> Result<Form, Refusal> {
    let title = title(app, &ask)?;
    let mut form = Form::new(ask, title);
    form.fields = fields(app, &form.ask)?;
    form.about = about(app, &form.ask);
    form.began = form.words();
    Ok(form)
}

/// What a draft is of, in words.
pub fn spoken(key: &str) -> String {
    match key.split_once(' ').map_or(key, |(word, _)| word) {
        "note" => "a note".to_owned(),
        "new" => "a new incident".to_owned(),
        "phase" => "a phase move".to_owned(),
        "severity" => "the severity".to_owned(),
        "head" => "the head of the incident".to_owned(),
        "approval" => "an approval".to_owned(),
        "add-task" => "a new task".to_owned(),
        "done-by" => "who did a task".to_owned(),
        "block" => "what blocks a task".to_owned(),
        "waive" => "why a task is not needed".to_owned(),
        "reopen" => "why a task is open again".to_owned(),
        "assign" => "the owner of a task".to_owned(),
        "due" => "a due time".to_owned(),
        "correct" => "a correction".to_owned(),
        "signal" => "a signal".to_owned(),
        "determine" => "what it is".to_owned(),
        "posture" => "watch or cut".to_owned(),
        word => match super::screens::question(word) {
            Some(question) => question.spoken.to_owned(),
            None => format!("the form {word:?}"),
        },
    }
}

fn task<'a>(app: &'a App, id: &NounId) -> Result<&'a Task, Refusal> {
    let task = app.incident().and_then(|incident| incident.task(id)).filter(|task| !task.undone);
    task.ok_or_else(|| Refusal::refused("That task is gone."))
}

fn title(app: &App, ask: &Ask) -> Result<String, Refusal> {
    let number = app.incident().map_or("", |incident| incident.number.as_str());
    let named = |id: &NounId| -> Result<String, Refusal> { Ok(task(app, id)?.what.title.clone()) };
    Ok(match ask {
        Ask::Welcome => "Welcome to casebook".to_owned(),
        Ask::New => "New incident".to_owned(),
        Ask::Severity => format!("Severity of {number}"),
        Ask::Head => format!("Head of {number}"),
        Ask::Approval(Some(id)) => format!("Approval: {}", named(id)?),
        Ask::Approval(None) => "Approval of the move into this visit".to_owned(),
        Ask::AddTask => "New task".to_owned(),
        Ask::DoneBy(id) => format!("Done: {}", named(id)?),
        Ask::Take(id) => format!("Take over: {}", named(id)?),
        Ask::Block(id) => format!("Blocked: {}", named(id)?),
        Ask::Waive(id) => format!("Not needed: {}", named(id)?),
        Ask::Reopen(id) => format!("Open again: {}", named(id)?),
        Ask::Assign(id) => format!("Owner of: {}", named(id)?),
        Ask::Due(id) => format!("Due: {}", named(id)?),
        Ask::Correct(_) => "Correct the entry".to_owned(),
        Ask::Signal => "Record a signal".to_owned(),
        Ask::Acknowledge => format!("Take ownership of {number}"),
        Ask::Determine => "What is it?".to_owned(),
        Ask::Posture => "Watch or cut?".to_owned(),
        Ask::Phase => format!("Phase of {number}"),
        Ask::Of(question, about) => (question.title)(app, about)?,
    })
}

fn about(app: &App, ask: &Ask) -> Vec<String> {
    let instruction = |id: &NounId| {
        task(app, id).map_or(Vec::new(), |task| {
            let mut lines = vec![task.what.text.clone(), format!("Why: {}", task.what.why)];
            lines.retain(|line| !line.is_empty() && line != "Why: ");
            lines
        })
    };
    match ask {
        Ask::Welcome => vec![
            "Your name stands at every line you write; it can be changed later in the settings.".to_owned(),
        ],
        Ask::Take(id) => task(app, id).map_or(Vec::new(), |task| {
            let since = task.progress.get().map(|progress| time::when(progress.at, app.now, &app.zone()));
            vec![format!(
                "{} has it since {}. Enter gives it to you.",
                task.assignee().unwrap_or("somebody"),
                since.unwrap_or_default()
            )]
        }),
        Ask::Approval(task) => {
            let mut lines = task.as_ref().map(instruction).unwrap_or_default();
            lines.extend(approving::known(app, task.as_ref()));
            lines
        }
        Ask::DoneBy(id)
        | Ask::Block(id)
        | Ask::Waive(id)
        | Ask::Reopen(id)
        | Ask::Assign(id)
        | Ask::Due(id) => instruction(id),
        Ask::Severity => {
            vec![
                "A level wants a reason; the impact answers give a level of their own. Both are kept."
                    .to_owned(),
            ]
        }
        Ask::Acknowledge => app
            .incident()
            .and_then(|incident| incident.acknowledged.get().cloned().flatten())
            .map(|ack| vec![format!("{} has it since {}.", ack.by, time::when(ack.at, app.now, &app.zone()))])
            .unwrap_or_default(),
        Ask::Correct(_) => vec!["The old words stay readable.".to_owned()],
        Ask::Of(question, about) => (question.about)(app, about),
        Ask::New | Ask::Head | Ask::AddTask | Ask::Signal | Ask::Determine | Ask::Posture | Ask::Phase => {
            Vec::new()
        }
    }
}

fn fields(app: &App, ask: &Ask) -> Result<Vec<Field>, Refusal> {
    let when = || time(Slot::When, "When", "now", Sense::Fact);
    let incident = app.incident();
    Ok(match ask {
        Ask::Welcome => welcome(app),
        Ask::New => new(),
        Ask::Severity => severity(incident),
        Ask::Head => head(incident),
        Ask::Approval(task) => approving::fields(app, task.as_ref()),
        Ask::AddTask => vec![
            line(Slot::Title, "Title", "what is to be done", ""),
            text(Slot::Text, "Instruction", "optional", ""),
            choice(Slot::Required, "Required", "", yes_no("recommended", "required"), Some(0)),
            line(Slot::Who, "Owner", "nobody", ""),
            time(Slot::Due, "Due", "no due time", Sense::Due),
        ],
        Ask::DoneBy(_) => vec![
            line(Slot::Who, "Done by", "me", ""),
            when(),
            text(Slot::Reason, "What came of it", "optional", ""),
        ],
        Ask::Take(_) => vec![line(Slot::Reason, "Why", "optional", "")],
        Ask::Block(_) => vec![line(Slot::Reason, "By what, waiting for whom", "needed", "")],
        // The reason first: whoever types at once types it, not into a choice.
        Ask::Waive(_) => vec![
            line(Slot::Reason, "Reason", "needed", ""),
            choice(
                Slot::State,
                "It is",
                "",
                [State::Waived, State::NotApplicable].map(|s| opt(s.word(), s.word(), "")).to_vec(),
                Some(0),
            ),
        ],
        Ask::Reopen(_) => vec![line(Slot::Reason, "Reason", "needed for a settled task", "")],
        Ask::Assign(id) => {
            let owner = task(app, id)?.assignee().unwrap_or(&app.me.name);
            let mut fields = vec![line(Slot::Who, "Owner", "nobody", owner)];
            // Roles can be chosen where there is a roster that says who holds them.
            let known = incident.filter(|incident| incident.present().next().is_some());
            fields.extend(known.map(|incident| {
                let options = super::screens::people::assignees(incident);
                choice(ASSIGNEE, "or choose", "a person or a role of the roster", options, None)
            }));
            fields
        }
        Ask::Due(_) => vec![time(Slot::Due, "Due", "empty: no due time", Sense::Due)],
        Ask::Correct(id) => {
            let entry = incident.and_then(|incident| incident.entry_of(*id));
            let entry = entry.ok_or_else(|| Refusal::refused("That entry is gone."))?;
            vec![text(Slot::Text, "Text", "", entry.shown())]
        }
        Ask::Signal => vec![
            text(Slot::Signal, "What raised the alarm", "", ""),
            choice(Slot::Source, "Source", "optional", sources(), None),
            when(),
        ],
        Ask::Acknowledge => vec![line(Slot::Who, "Owner", "me", &app.me.name), when()],
        Ask::Determine => vec![determination(incident), line(Slot::Reason, "Reason", "optional", "")],
        Ask::Posture => vec![posture(incident), line(Slot::Reason, "Reason", "optional", "")],
        Ask::Phase => Vec::new(),
        Ask::Of(question, about) => (question.fields)(app, about)?,
    })
}

fn welcome(app: &App) -> Vec<Field> {
    let roles = TAXONOMY.roles.iter().map(|role| opt(&role.id, &role.name, &role.duty)).collect();
    let here = app.here_zone.as_ref().map_or("UTC".to_owned(), time::Zone::name);
    vec![
        line(Slot::Name, "Your name", &app.me.name, ""),
        choice(Slot::Role, "Your role", "optional", roles, None),
        line(Slot::Zone, "Your time zone", "UTC", &here),
        choice(
            Slot::Start,
            "Start with",
            "",
            vec![
                opt("own", "my own incidents", "The list is empty; a opens the first one."),
                opt("demo", "the demo", "Five made-up incidents to look at; nothing of it is kept."),
                opt("drill", "a drill", "A made-up incident to work on; Ticket desk is a good first one."),
            ],
            Some(0),
        ),
    ]
}

fn new() -> Vec<Field> {
    vec![
        line(Slot::Title, "Title", "what happened, in a line", ""),
        checks(Slot::Types, "Types", "each brings its own checklist", types(&[])),
        choice(Slot::Severity, "Severity", "not set yet", levels(), None),
        choice(Slot::Source, "Noticed by", "optional", sources(), None),
        choice(Slot::Tlp, "TLP", "the usual of its types", tlps(), None),
        line(Slot::Lead, "Lead", "nobody yet", ""),
        text(Slot::Summary, "Summary", "optional", ""),
        line(Slot::Ref, "Ticket", "optional", ""),
        choice(
            Slot::Of("opens-in"),
            "Opens in",
            "",
            vec![
                opt("detection", "Detection", "Something was noticed."),
                opt(
                    "preparation",
                    "Preparation",
                    "A readiness cycle: begins with the open improvement actions.",
                ),
            ],
            Some(0),
        ),
        time(Slot::When, "Happened", "now", Sense::Fact),
    ]
}

fn severity(incident: Option<&Incident>) -> Vec<Field> {
    let now = incident.and_then(Incident::severity);
    let level = now.filter(|severity| severity.overridden.is_some()).map(|severity| severity.level);
    let impact = now.and_then(|severity| severity.assessed.as_ref()).map(|assessed| &assessed.impact);
    let questions = &TAXONOMY.impact;
    let at = |known: Option<usize>| known;
    vec![
        choice(
            Slot::Severity,
            "Level",
            "as the impact says",
            levels(),
            at(level.and_then(|level| Level::ALL.iter().position(|l| *l == level))),
        ),
        line(
            Slot::Reason,
            "Reason",
            "needed with a level",
            now.and_then(|severity| severity.overridden.as_ref()).map_or("", |by| by.reason.as_str()),
        ),
        choice(
            Slot::Functional,
            "Functions",
            "not answered",
            questions.functional.iter().map(|a| opt(a.id.id(), a.id.id(), &a.meaning)).collect(),
            impact.and_then(|impact| Functional::ALL.iter().position(|id| *id == impact.functional)),
        ),
        choice(
            Slot::Information,
            "Information",
            "not answered",
            questions.information.iter().map(|a| opt(a.id.id(), a.id.id(), &a.meaning)).collect(),
            impact.and_then(|impact| Information::ALL.iter().position(|id| *id == impact.information)),
        ),
        choice(
            Slot::Recoverability,
            "Recovery",
            "not answered",
            questions.recoverability.iter().map(|a| opt(a.id.id(), a.id.id(), &a.meaning)).collect(),
            impact.and_then(|impact| Recoverability::ALL.iter().position(|id| *id == impact.recoverability)),
        ),
        checks(
            Slot::Modifiers,
            "Also true",
            "",
            Modifier::ALL
                .iter()
                .map(|m| {
                    let on = impact.is_some_and(|impact| impact.modifiers.contains(m));
                    (opt(m.id(), &m.id().replace('-', " "), ""), on)
                })
                .collect(),
        ),
    ]
}

fn head(incident: Option<&Incident>) -> Vec<Field> {
    let Some(incident) = incident else { return Vec::new() };
    let known: Vec<&str> = incident.types().collect();
    let tlp = incident.tlp().and_then(|tlp| Tlp::ALL.iter().position(|t| *t == tlp));
    let summary = incident.summary.get().cloned().flatten().unwrap_or_default();
    vec![
        line(Slot::Title, "Title", "", incident.title()),
        checks(Slot::Types, "Types to add", "a type stays once it is there", types(&known)),
        determination(Some(incident)),
        choice(Slot::Tlp, "TLP", "", tlps(), tlp),
        text(Slot::Signal, "New signal", "what raised the alarm", ""),
        posture(Some(incident)),
        line(Slot::Lead, "Lead", "nobody", incident.lead().unwrap_or_default()),
        choice(Slot::Acknowledge, "Acknowledge", "", yes_no("leave as it is", "I take ownership"), Some(0)),
        text(Slot::Summary, "Summary", "optional", &summary),
        line(Slot::Ref, "Ticket to add", "optional", ""),
    ]
}

/// The role of whoever the head names as the lead, where they gave themselves none.
const ROLE_OF_LEAD: &str = "incident-lead";

/// Who I am as an approver, where my role may approve, or I lead the incident; else nothing.
pub fn own_authority(app: &App) -> String {
    let leads = || app.me.role.is_none() && app.incident().is_some_and(|it| it.leads(&app.me.name));
    match app.desk([0; 16]).may_authorise() {
        true => app.signature(),
        false if leads() => format!("{}/{}", app.me.name, ROLE_OF_LEAD),
        false => String::new(),
    }
}

/// The fields of a yes, with mine filled in where I may give it.
pub fn approval(app: &App) -> Vec<Field> {
    let mine = own_authority(app);
    let how = if mine.is_empty() { "" } else { "own authority" };
    vec![
        line(Slot::ApprovedBy, "Approved by", "NAME/ROLE", &mine),
        line(Slot::ApprovedHow, "How", "phone, mail, in person …", how),
        time(Slot::ApprovedWhen, "When", "now", Sense::Fact),
    ]
}

fn determination(incident: Option<&Incident>) -> Field {
    let now = incident.and_then(|incident| incident.determination.get().cloned().flatten());
    let at = Determination::ALL.iter().position(|d| Some(d.id()) == now.as_deref());
    let options = Determination::ALL
        .iter()
        .map(|d| opt(d.id(), &d.id().replace('-', " "), &TAXONOMY.determination(*d).meaning))
        .collect();
    choice(Slot::Determination, "Determination", "not said yet", options, at)
}

fn posture(incident: Option<&Incident>) -> Field {
    let now = incident.and_then(|incident| incident.posture.get().copied().flatten());
    let both = [
        (Posture::Watch, "Leave the actor unaware while the extent is found."),
        (Posture::Cut, "Cut access now, at the price of showing that we know."),
    ];
    let at = both.iter().position(|(posture, _)| Some(*posture) == now);
    let options = both.iter().map(|(posture, means)| opt(posture.id(), posture.id(), means)).collect();
    choice(Slot::Posture, "Posture", "not chosen yet", options, at)
}

fn types(known: &[&str]) -> Vec<(Opt, bool)> {
    let mut all: Vec<(Opt, bool)> = Vec::new();
    for case_type in TAXONOMY.case_types.iter().filter(|t| t.id != GENERIC && !known.contains(&t.id.as_str()))
    {
        all.push((opt(&case_type.id, &case_type.name, ""), false));
    }
    all
}

fn levels() -> Vec<Opt> {
    let option = |level: &Level| {
        let terms = level.terms();
        opt(level.id(), &format!("{} {}", level.number(), terms.name), &terms.cadence)
    };
    Level::ALL.iter().map(option).collect()
}

fn tlps() -> Vec<Opt> {
    Tlp::ALL.iter().map(|tlp| opt(tlp.id(), tlp.label(), tlp.meaning())).collect()
}

fn sources() -> Vec<Opt> {
    TAXONOMY.detection_sources.iter().map(|source| opt(&source.id, &source.name, "")).collect()
}

fn yes_no(no: &str, yes: &str) -> Vec<Opt> {
    vec![opt("no", no, ""), opt("yes", yes, "")]
}

/// An answer to choose.
pub fn opt(id: &str, label: &str, note: &str) -> Opt {
    Opt { id: id.to_owned(), label: label.to_owned(), note: note.to_owned() }
}

fn field(slot: Slot, label: &str, hint: &str, value: Value) -> Field {
    Field { slot, label: label.to_owned(), hint: hint.to_owned(), value }
}

/// A field of one line.
pub fn line(slot: Slot, label: &str, hint: &str, words: &str) -> Field {
    field(slot, label, hint, Value::Line(Input::line(words)))
}

/// A field of several lines.
pub fn text(slot: Slot, label: &str, hint: &str, words: &str) -> Field {
    field(slot, label, hint, Value::Text(Input::text(words)))
}

/// A time field.
pub fn time(slot: Slot, label: &str, hint: &str, sense: Sense) -> Field {
    field(slot, label, hint, Value::Time(Input::line(""), sense))
}

/// A field with one answer of several.
pub fn choice(slot: Slot, label: &str, hint: &str, options: Vec<Opt>, at: Option<usize>) -> Field {
    field(slot, label, hint, Value::Choice { options, at })
}

/// A field with any answers of several.
pub fn checks(slot: Slot, label: &str, hint: &str, options: Vec<(Opt, bool)>) -> Field {
    field(slot, label, hint, Value::Checks { options, at: 0 })
}
