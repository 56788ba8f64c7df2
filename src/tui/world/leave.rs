//! Making a document beside the loop, on its terms, and writing it where somebody said.

use std::sync::Arc;

use super::{Arrival, World, sentence};
use crate::exchange::Moment;
use crate::incident::release::{Holds, Released};
use crate::report::full::{Fault, Papers, Report};
use crate::report::{handover, sitrep};
use crate::store::outgoing::{marked, not_written, write_new};
use crate::store::places;
use crate::store::settings::own_files;
use crate::tui::app::App;
use crate::tui::leaving::{Leaving, Left, What};
use crate::tui::msg::Msg;
use crate::verb::Form;

impl World {
    /// Makes a document of the open incident.
    pub fn leave(&mut self, app: &App, leaving: Leaving) {
        let Some(address) = self.record.as_ref().map(|record| record.address.clone()) else { return };
        let store = Arc::clone(&self.store);
        // The moment at which something left is one somebody may ask about.
        let export = matches!(leaving.what, What::Export(_) | What::Report(_)) && leaving.output.is_some();
        let sealing = self.sealing(app, "export").filter(|_| export);
        self.start(move || {
            let holds = match &leaving.what {
                What::Export(export) => export.holds,
                What::Sitrep { .. } | What::Handover | What::Report(_) => Holds::Incident,
            };
            let released = store.lines(&address).map_err(|error| sentence(&error)).and_then(|lines| {
                let mut released =
                    leaving.terms.of(address.id, &lines, holds).map_err(|refusal| refusal.to_string())?;
                released.incident.faults = store.faults(&address);
                Ok(released)
            });
            let left = released.and_then(|released| made(&leaving, &released));
            Arrival::Said(Msg::Left(match (left, sealing.map(|sealing| sealing.make(&store))) {
                (Ok(Left::File(path, bytes, remark)), Some(Err(why))) => {
                    Ok(Left::File(path, bytes, format!("{remark} {why}")))
                }
                (left, _) => left,
            }))
        });
    }
}

fn made(leaving: &Leaving, released: &Released) -> Result<Left, String> {
    let bytes = match &leaving.what {
        What::Sitrep { judgement } => {
            let saying = sitrep::Saying { judgement: judgement.as_deref(), next: None };
            sitrep::Sitrep::released(released, saying, &leaving.clock).text().into_bytes()
        }
        What::Handover => handover::released(released, &leaving.clock).into_bytes(),
        What::Report(form) => report(*form, leaving, released)?.into_bytes(),
        What::Export(export) => {
            let moment = Moment { now: leaving.clock.now, zone: &leaving.clock.zone };
            (export.write)(released, moment).map_err(|refusal| refusal.to_string())?
        }
    };
    let Some(path) = &leaving.output else {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let What::Report(Form::Md) = leaving.what {
            let title = format!("{} of {}", leaving.what.title(), released.incident.number);
            return Ok(Left::Markdown { title, text });
        }
        return Ok(Left::Text { title: leaving.what.title().to_owned(), text, copy: leaving.copy });
    };
    let path = marked(path, &released.incident.number);
    write_new(&path, &bytes).map_err(|error| {
        let (why, hint) = not_written(&path, &error);
        format!("{why} {}", hint.unwrap_or_default()).trim_end().to_owned()
    })?;
    let label = released.label();
    let remark = match released.held_back {
        0 => String::new(),
        1 => format!(" 1 indicator of a closer label than {label} was left out."),
        n => format!(" {n} indicators of a closer label than {label} were left out."),
    };
    Ok(Left::File(path, bytes.len(), remark))
}

/// The whole report, by the person's own templates where there are any.
fn report(form: Form, leaving: &Leaving, released: &Released) -> Result<String, String> {
    let zone = &leaving.clock.zone;
    let report = Report::of(released, leaving.clock.now, zone);
    let said = |fault: Fault| {
        let line = fault.line.map(|line| format!(" line {line}")).unwrap_or_default();
        format!("Template {}{line}: {}; nothing was written.", fault.file, fault.what)
    };
    let papers = || {
        let config = places::config().ok();
        let files = config.map(|config| own_files(&config, "templates", &[".html", ".md", ".css"]));
        let mut own = Vec::new();
        for file in files.unwrap_or_default() {
            let file = file.map_err(|error| sentence(&error))?;
            own.push((file.path.file_name().unwrap_or_default().to_string_lossy().into_owned(), file.text));
        }
        Papers::with(own).map_err(said)
    };
    match form {
        Form::Md => papers()?.markdown(report, zone).map_err(said),
        Form::Html => papers()?.html(report, zone).map_err(said),
        Form::Json => serde_json::to_string_pretty(&report)
            .map(|text| text + "\n")
            .map_err(|error| format!("The report could not be written: {error}.")),
    }
}
