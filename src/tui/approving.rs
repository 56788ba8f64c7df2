//! The question behind `!`: who was asked, who said yes and who said no, in one form.

use super::app::App;
use super::ask::{approval, choice, line, opt, text, time};
use super::board;
use super::form::{Field, Form, Slot};
use super::give::Envelope;
use crate::incident::Lack;
use crate::incident::command::Command;
use crate::model::id::NounId;
use crate::model::ledger;
use crate::model::ledger::approval::{self, Approve, RefuseApproval, RequestApproval, Terms};
use crate::model::refusal::Refusal;
use crate::model::time::Sense;

/// What became of the question.
const ANSWER: Slot = Slot::Of("answer");
/// Until when a yes holds, or an answer is needed.
const UNTIL: Slot = Slot::Of("until");

/// What the approval of a task, or of the last move (`None`), lacks now.
fn lack<'a>(app: &'a App, task: Option<&NounId>) -> Option<Lack<'a>> {
    let about = board::about(app, task.cloned())?;
    app.incident()?.lack(&about, app.now)
}

/// What there is already: whom it was asked of, who refused, what has lapsed.
pub(super) fn known(app: &App, task: Option<&NounId>) -> Option<String> {
    let lack = lack(app, task).filter(|lack| *lack != Lack::Unasked)?;
    let words = lack.words(app.now, &app.zone());
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    Some(format!("{first}{}.", letters.as_str()))
}

/// The fields, with whoever was asked filled in.
pub(super) fn fields(app: &App, task: Option<&NounId>) -> Vec<Field> {
    let asked = match lack(app, task) {
        Some(Lack::Asked(items)) => items.first().and_then(|item| item.request()).map(|request| {
            let role = request.of.role.as_ref().map(|role| format!("/{role}")).unwrap_or_default();
            format!("{}{role}", request.of.name)
        }),
        _ => None,
    };
    let mut fields = approval(app);
    if let Some(first) = fields.first_mut() {
        match asked {
            Some(asked) => *first = line(Slot::ApprovedBy, "Who", "NAME/ROLE", &asked),
            None => first.label = "Who".to_owned(),
        }
    }
    let answers = vec![
        opt("yes", "said yes", ""),
        opt("asked", "was asked", "No answer yet; it stands in the ledger until there is one."),
        opt("no", "said no", "Wants the reason; nothing is blocked by it."),
    ];
    fields.insert(1, choice(ANSWER, "Answer", "", answers, Some(0)));
    fields.push(text(Slot::Reason, "Words", "optional; for a no the reason", ""));
    fields.push(time(UNTIL, "Until", "optional: the yes holds, the answer is needed", Sense::Due));
    fields
}

/// The act the form asks for.
///
/// # Errors
/// Refuses a form without a name, and times that are none.
pub(super) fn command(
    app: &App,
    form: &Form,
    task: Option<&NounId>,
    envelope: &mut Envelope,
) -> Result<Command, Refusal> {
    let zone = app.zone();
    let about = board::about(app, task.cloned());
    let who = form.said(Slot::ApprovedBy).ok_or_else(|| {
        Refusal::misused("An approval needs the name of the person.")
            .hint("Write it as NAME/ROLE, for example Mira/CISO.")
    })?;
    let (how, words) = (form.said(Slot::ApprovedHow), form.said(Slot::Reason));
    let until = form.time(UNTIL, app.now, &zone)?.map(|until| until.utc());
    let when = form.time(Slot::ApprovedWhen, app.now, &zone)?;
    let answer = form.chosen(ANSWER);
    if answer == Some("asked") || answer == Some("no") {
        envelope.happened = when;
        let (about, of) = (about.into_iter().collect(), approval::person(&who)?);
        return Ok(Command::Ledger(Box::new(match answer {
            Some("asked") => {
                ledger::Command::Request(RequestApproval { about, of: vec![of], how, words, until })
            }
            _ => {
                let by = of;
                ledger::Command::Refuse(RefuseApproval { answers: None, about, by, how, reason: words })
            }
        })));
    }
    let mut approval = approval::read(&who, when.map_or(app.now, |at| at.utc()))?;
    approval.how = how;
    let terms = Terms { words, until, ..Terms::default() };
    Ok(Command::Approve(Box::new(Approve { about, approval, terms, ..Approve::default() })))
}
