//! From the words in the phase dialog to the one move they ask for.

use super::{Choice, Done, PhaseDialog};
use crate::incident::command::{Command, Stay};
use crate::incident::moves::{Accept, Destination, Go};
use crate::model::id::NounId;
use crate::model::lifecycle::{Gate, Level};
use crate::model::refusal::Refusal;
use crate::tui::app::{App, OnScreen};
use crate::tui::form::{Form, Slot};
use crate::tui::modal::Modal;
use crate::tui::{answer, give};

/// Makes the move; if words are missing, the keys go to the first place that lacks them.
pub(super) fn go(app: &mut App) -> Done {
    let Some(Modal::Phase(dialog)) = app.modals.last() else { return Ok(Vec::new()) };
    let dialog = dialog.clone();
    let given = match command(app, &dialog) {
        Ok(command) => give::give(app, &command).map_err(|refusal| (None, refusal)),
        Err((slot, refusal)) => Err((Some(slot), refusal)),
    };
    match given {
        Ok(effects) => {
            app.modals.pop();
            app.send_off("phase", dialog.words());
            Ok(effects)
        }
        Err((slot, refusal)) => {
            if let Some(Modal::Phase(dialog)) = app.modals.last_mut() {
                if let Some(slot) = slot {
                    dialog.form.go(slot);
                    dialog.choosing = false;
                }
                dialog.form.wrong = Some(refusal.on_screen());
            }
            Ok(Vec::new())
        }
    }
}

/// The command of the way chosen, or the first place where words are missing.
fn command(app: &App, dialog: &PhaseDialog) -> Result<Command, (Slot, Refusal)> {
    let form = &dialog.form;
    let reason = form.said(Slot::Reason);
    let needed = |what: &str| (Slot::Reason, Refusal::refused(what.to_owned()));
    let there = match dialog.choice() {
        Some(Choice::Hold) => {
            let reason = reason.ok_or_else(|| needed("Say what the incident waits for."))?;
            return Ok(Command::Hold(Some(reason)));
        }
        Some(Choice::GoOn) => return Ok(Command::Hold(None)),
        Some(Choice::Stay) => {
            return Ok(Command::Stay(Stay {
                reason: reason.ok_or_else(|| needed("Say why the incident stays; it is recorded."))?,
                category: form.chosen(Slot::Category).map(str::to_owned),
                component: form.chosen(Slot::Component).map(str::to_owned),
            }));
        }
        Some(Choice::Go(there) | Choice::Close(there)) => there,
        None => return Err(needed("No way leads out of here.")),
    };
    if there.reason_required && reason.is_none() {
        return Err(needed("This way needs a reason; it is what the next reader asks first."));
    }
    let approval = answer::yes(app, form, &app.zone()).map_err(|refusal| (Slot::ApprovedWhen, refusal))?;
    let accepts = accepts(app, form, there, approval.is_some())?;
    let of = form.said(Slot::DuplicateOf);
    let disposition = form.chosen(Slot::Disposition).map(str::to_owned);
    if there.way.closes() && disposition.is_none() && needs_disposition(there) {
        let refusal = Refusal::refused("Closing asks for a disposition.").hint("← and → choose one.");
        return Err((Slot::Disposition, refusal));
    }
    Ok(Command::Go(Go {
        reason,
        category: form.chosen(Slot::Category).map(str::to_owned),
        component: form.chosen(Slot::Component).map(str::to_owned),
        accepts,
        approval,
        holds: form.checked(Slot::Holds).into_iter().map(NounId).collect(),
        disposition,
        of,
        ..Go::to(there.to)
    }))
}

fn needs_disposition(there: &Destination) -> bool {
    there
        .findings
        .iter()
        .any(|finding| finding.gate == Gate::DispositionMissing && finding.level == Level::Strong)
}

/// Who accepts each strong gate. Empty words are those of the gate above; an approval that is missing is
/// accepted only by words of its own.
fn accepts(
    app: &App,
    form: &Form,
    there: &Destination,
    approved: bool,
) -> Result<Vec<Accept>, (Slot, Refusal)> {
    let mut accepts: Vec<Accept> = Vec::new();
    let read = |slot: Slot| -> Option<(String, String)> {
        let words = form.said(slot)?;
        let (name, why) = words.split_once(':').unwrap_or((&app.me.name, &words));
        let (name, why) = (name.trim(), why.trim());
        (!name.is_empty() && !why.is_empty()).then(|| (name.to_owned(), why.to_owned()))
    };
    for field in &form.fields {
        let Slot::Accept(gate) = field.slot else { continue };
        let above = accepts.last().map(|accept| (accept.name.clone(), accept.why.clone()));
        let given = match gate {
            Gate::Authorisation if approved => continue,
            Gate::Authorisation => read(field.slot),
            _ => read(field.slot).or(above),
        };
        let Some((name, why)) = given else {
            let fact = there.findings.iter().find(|finding| finding.gate == gate);
            let message = match fact {
                Some(finding) => format!("Who accepts it, and why: {}?", finding.fact),
                None => "This way asks for an approval: name who gave it, or who goes without it and why."
                    .to_owned(),
            };
            let slot = if gate == Gate::Authorisation { Slot::ApprovedBy } else { field.slot };
            return Err((
                slot,
                Refusal::refused(message).hint("Write NAME: why, or only why in your own name."),
            ));
        };
        accepts.push(Accept { gate: Some(gate), name, why });
    }
    Ok(accepts)
}
