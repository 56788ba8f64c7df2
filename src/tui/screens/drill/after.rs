//! After ENDEX: the debrief to read and to write out, and what shall be better next time.

use std::path::PathBuf;

use super::take::fill;
use super::{Below, Key, the_drill};
use crate::drill::debrief::{Candidate, Debrief};
use crate::model::refusal::Refusal;
use crate::report::debrief::{html, markdown, text};
use crate::report::full::Papers;
use crate::store::outgoing;
use crate::tui::app::App;
use crate::tui::ask::line;
use crate::tui::case::Case;
use crate::tui::form::Slot;
use crate::tui::modal::{Modal, Page};
use crate::tui::msg::Effect;
use crate::tui::screens::{Done, Question, Screen, decisions};

/// The heading above what could become improvement actions.
pub const BETTER: &str = "Better next time";

const READ: u16 = 100;

/// How the heading of a debrief that is read begins.
const TITLE: &str = "EXERCISE: debrief of ";

/// Whether a page is the debrief of a drill, which can be written to a file.
pub fn is_read(page: &Page) -> bool {
    page.title.starts_with(TITLE)
}

/// The debrief of the open drill.
///
/// # Errors
/// Refuses before ENDEX: it would give the play away.
pub fn debrief(app: &App) -> Result<&Debrief, Refusal> {
    the_drill(app)?;
    let told = app.case.as_ref().and_then(|case| case.seat.debrief.as_deref());
    told.ok_or_else(|| {
        Refusal::refused("This drill is still being played; its debrief would give it away.")
            .hint(":drill end ends it now.")
    })
}

/// Opens the debrief as a text to read.
///
/// # Errors
/// Refuses before ENDEX.
pub fn read(app: &mut App) -> Done {
    let debrief = debrief(app)?;
    let columns = app.size.0.saturating_sub(8).clamp(30, READ);
    let title = format!("{TITLE}{}  (W writes it to a file)", debrief.number);
    let lines = text(debrief, usize::from(columns)).lines().map(str::to_owned).collect();
    app.modals.push(Modal::Page(Page { title, lines, top: 0 }));
    Ok(Vec::new())
}

/// Where the debrief goes; the end of the name says as what.
pub const WRITE: Question = Question {
    name: "drill-write",
    spoken: "where the debrief goes",
    title: |_, _| Ok("EXERCISE: write the debrief to a file".to_owned()),
    about: |_, _| {
        vec![".md is Markdown, .html one page for a browser, .json everything for programs.".to_owned()]
    },
    fields: |app, _| {
        let name = format!("EXERCISE-{}.md", debrief(app)?.number);
        Ok(vec![line(Slot::Of("path"), "File", "where it is written", &name)])
    },
    answer: |app, form, _, _| {
        let path = form.said(Slot::Of("path")).ok_or_else(|| Refusal::misused("No file is named."))?;
        write(app, PathBuf::from(path))
    },
};

/// Writes the debrief to a file; its name says that it is of an exercise.
///
/// # Errors
/// Refuses before ENDEX.
pub fn write(app: &App, path: PathBuf) -> Done {
    let debrief = debrief(app)?;
    let path = outgoing::marked(&path, &debrief.number);
    let words = match path.extension().and_then(|end| end.to_str()) {
        Some("html" | "htm") => Papers::with([])
            .and_then(|papers| html(&papers, debrief))
            .map_err(|fault| Refusal::refused(format!("{fault}.")))?,
        Some("json") => serde_json::to_string_pretty(debrief)
            .map_err(|error| Refusal::refused(format!("The debrief could not be written: {error}.")))?,
        _ => markdown(debrief),
    };
    Ok(vec![Effect::WriteFile(path, words)])
}

/// What could become an improvement action, by its row.
pub fn candidate<'a>(case: &'a Case, key: &Key) -> Option<&'a Candidate> {
    let Some(Below::Better(at)) = Below::of(key) else { return None };
    case.seat.debrief.as_ref()?.improvements.get(at)
}

/// Whether there is an improvement action of this name already.
pub fn agreed(case: &Case, candidate: &Candidate) -> bool {
    case.incident.improvements().any(|action| !action.undone && action.title == candidate.title)
}

/// Opens the form of an improvement action with what the selected row says.
///
/// # Errors
/// Refuses where no such row is selected, and for one that is agreed on.
pub fn improve(app: &mut App) -> Done {
    let case = app.case.as_ref().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let selected = case.list(Screen::Drill).key().and_then(|key| candidate(case, key));
    let found = selected.ok_or_else(|| {
        Refusal::refused("Nothing is added here.").hint("n c i e take what stands here into the record.")
    })?;
    if agreed(case, found) {
        return Err(Refusal::refused("That is an improvement action already.").hint("8 shows it."));
    }
    let title = found.title.clone();
    fill(app, decisions::IMPROVE.name, &[("text", title)])
}
