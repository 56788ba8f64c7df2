//! Texts to read: the card of a task or an entry, help, why a phase move warns.

use super::act::Action;
use super::app::App;
use super::case::Case;
use super::keymap::{self, KEYMAP, Scope};
use super::modal::{Modal, Page};
use super::msg::Effect;
use super::screens::drill::after;
use super::{board, pick, screens, text, view};
use crate::incident::Lack;
use crate::model::attack;
use crate::model::id::LineId;
use crate::model::lane::Lane;
use crate::model::ledger::approval::About;
use crate::model::ledger::{Item, State, What};
use crate::model::lifecycle::lifecycle;
use crate::model::refusal::Refusal;
use crate::model::task::Task;
use crate::model::time;

type Done = Result<Vec<Effect>, Refusal>;

/// The words of incident response as casebook uses them, for the end of the help.
const WORDS: &[(&str, &str)] = &[
    ("phase", "one of seven: Preparation to Lessons Learned; an incident goes back and forth between them"),
    ("visit", "one stay in a phase, with its own time, checklist and ticks"),
    ("gate", "what a move warns of; it tells and asks who accepts it, it never blocks"),
    ("entry", "a line of the activity log; corrected by another one, never changed"),
    ("happened, recorded", "the two times of every entry"),
    ("component", "an affected host, account, data set, link or application, with a stage of its own"),
    ("(3) on the rail", "so many components whose own stage is in that phase"),
    ("NOW?", "on screen 3: contained by what somebody says, not yet seen to hold"),
    ("(was)", "on screen 3: a stage somebody claimed that holds no more: withdrawn, overruled or contested"),
    ("● in the list", "the incident on the screen, wherever the cursor stands"),
    ("SEV1–SEV5", "severity, SEV1 the worst; SEV? until it is set"),
    ("TLP", "who may be told: CLEAR, GREEN, AMBER, AMBER+STRICT, RED"),
    ("contested", "set by several people at once; 0 leads there, and a number says whose word holds"),
    ("owed", "an approval or an analysis that was left behind and still has to come"),
];

/// Opens the card of the selected task: what it says, where it stands, every act with its key.
///
/// # Errors
/// Refuses when no task is selected.
pub fn task_card(app: &mut App) -> Done {
    let task = board::task(app)?;
    let facts = task_facts(app, task);
    let title = task.what.title.clone();
    let acts = [
        Action::Done,
        Action::DoneBy,
        Action::Take,
        Action::Blocked,
        Action::Waive,
        Action::Reopen,
        Action::Assign,
        Action::Due,
        Action::Approval,
        Action::Copy,
    ];
    pick::open_card(app, title, facts, acts)
}

fn task_facts(app: &App, task: &Task) -> Vec<(String, String)> {
    let zone = app.zone();
    let at = |at| time::when(at, app.now, &zone);
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut fact = |label: &str, words: String| {
        if !words.is_empty() {
            facts.push((label.to_owned(), words));
        }
    };
    fact("Do", task.what.text.clone());
    fact("Why", task.what.why.clone());
    if let Some(progress) = task.progress.get() {
        let held = progress.holds_from.map(|visit| format!(", holds from visit {visit}")).unwrap_or_default();
        fact("State", format!("{}, {} {}{held}", progress.state.word(), progress.by, at(progress.at)));
        fact("Reason", progress.reason.clone().unwrap_or_default());
    }
    fact("Owner", task.assignee().unwrap_or("nobody").to_owned());
    fact("Due", task.due().map(at).unwrap_or_default());
    fact("Role", task.what.role.clone());
    fact("It is", if task.what.required { "required" } else { "recommended" }.to_owned());
    if task.what.needs_authorisation {
        fact("Approval", approval_words(app, task));
    }
    let visit = app.incident().and_then(|i| i.visits().find(|visit| visit.id == task.visit));
    fact("From", visit.map_or(String::new(), |visit| format!("{}, visit {}", visit.phase, visit.n)));
    facts
}

/// What there is of the approval a task wants: the yes and until when it holds, else what is lacking.
fn approval_words(app: &App, task: &Task) -> String {
    let Some(incident) = app.incident() else { return String::new() };
    match incident.lacks_approval(task, app.now) {
        Some(Lack::Unasked) => "none yet, nobody asked".to_owned(),
        Some(lack) => lack.words(app.now, &app.zone()),
        None => incident.approval_of(&About::Task(task.id().clone())).map_or(String::new(), |granted| {
            let until = granted.terms.until_words(app.now, &app.zone());
            let until = until.map(|until| format!(", {until}")).unwrap_or_default();
            format!("{}{until}", granted.approval)
        }),
    }
}

/// All that is known of a line of the ledger.
pub fn ledger_facts(app: &App, item: &Item) -> Vec<(String, String)> {
    let zone = app.zone();
    let at = |at| time::when(at, app.now, &zone);
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut fact = |label: &str, words: String| {
        if !words.is_empty() {
            facts.push((label.to_owned(), words));
        }
    };
    fact("By", format!("{} {}", item.by, at(item.made)));
    if let Some(stand) = item.stand.get().filter(|stand| stand.state != State::Open) {
        let reason = stand.reason.as_deref().map(|reason| format!(", \"{reason}\"")).unwrap_or_default();
        fact("Now", format!("{}, {} {}{reason}", item.state_word(), stand.by, at(stand.at)));
    }
    let due_word = item.sort().due_word();
    fact(
        &format!("{}{}", due_word[..1].to_uppercase(), &due_word[1..]),
        item.due().map(at).unwrap_or_default(),
    );
    fact("Take down", item.removal().map(at).unwrap_or_default());
    fact("Owner", item.owner().unwrap_or_default().to_owned());
    match &item.what {
        What::Decision(it) => {
            fact("Instead of", it.alternatives.join("; "));
            fact("Why", it.why.clone().unwrap_or_default());
            fact("Approved by", it.approved_by.as_ref().map(ToString::to_string).unwrap_or_default());
        }
        What::Assumption(it) => fact("Refuted by", it.refuted_by.clone().unwrap_or_default()),
        What::Approval(it) => {
            fact("Asked", it.of.to_string());
            fact("How", it.how.clone().unwrap_or_default());
            fact("Words", it.words.clone().unwrap_or_default());
        }
        What::Measure(it) => {
            fact("Kind", it.kind.id().replace('-', " "));
            fact("On", it.names.join(", "));
            fact("Where", it.place.clone().unwrap_or_default());
        }
        What::Timer(_) => {}
        What::Declaration(it) => fact("Reference", it.reference.clone().unwrap_or_default()),
    }
    for review in item.reviews.iter().filter(|review| !review.undone) {
        let note = review.note.as_deref().map(|note| format!(", \"{note}\"")).unwrap_or_default();
        fact("Looked at", format!("{} {}{note}", review.by, at(review.at)));
    }
    facts
}

/// Opens the card of the selected entry: all its words and both its times.
///
/// # Errors
/// Refuses when the log is empty.
pub fn entry_card(app: &mut App) -> Done {
    let id = board::entry(app)?.id;
    card_of_entry(app, id)
}

/// Opens the card of an entry: all its words and both its times.
///
/// # Errors
/// Refuses an entry that is gone.
pub fn card_of_entry(app: &mut App, id: LineId) -> Done {
    let zone = app.zone();
    let case = app.case.as_ref();
    // A look at another time may list what was written after it.
    let entry = case.and_then(|case| case.shown().entry_of(id).or_else(|| case.incident.entry_of(id)));
    let entry = entry.ok_or_else(|| Refusal::refused("That entry is gone."))?;
    let at = |at| time::moment(zone.at(at), app.now);
    let mut facts = vec![("Text".to_owned(), entry.shown().to_owned())];
    let mut fact = |label: &str, words: String| {
        if !words.is_empty() {
            facts.push((label.to_owned(), words));
        }
    };
    if entry.shown() != entry.text {
        fact("First words", entry.text.clone());
    }
    let typed = entry.said.as_ref().and_then(|said| said.typed.clone());
    let typed = typed.map(|typed| format!(", typed as {typed}")).unwrap_or_default();
    fact("Happened", format!("{}{typed}", at(entry.happened)));
    fact("Recorded", format!("{} by {}", at(entry.written()), entry.by));
    fact("Done by", entry.who.clone().unwrap_or_default());
    fact("Components", entry.components.join(", "));
    let techniques: Vec<String> = entry.techniques().map(attack::shown).collect();
    fact("ATT&CK", techniques.join(", "));
    fact("Lane", entry.said_lane().map_or("", Lane::word).to_owned());
    fact("Known from", entry.source().unwrap_or_default().to_owned());
    let taken_back = entry.undone_by.and_then(|by| app.incident()?.entry_of(by));
    let taken_back = taken_back.map(|undo| format!("{} by {}", at(undo.written()), undo.by));
    fact("Taken back", taken_back.unwrap_or_default());
    fact("Id", entry.id.short(12));
    let title = format!("{} of {}", entry.kind.word(), at(entry.happened));
    let acts = [Action::PlaceIn, Action::Correct, Action::AsOf, Action::Copy, Action::CopyReal];
    pick::open_card(app, title, facts, acts)
}

/// Opens the help: the keys of this place, the inner ones first, then the words.
///
/// # Errors
/// None; the type is that of every act.
pub fn help(app: &mut App) -> Done {
    let mut lines = Vec::new();
    let mut scopes = app.scopes();
    scopes.extend([Scope::PhaseDialog, Scope::Typing]);
    for scope in scopes {
        lines.push(format!("{}:", scope.name()));
        for binding in KEYMAP.iter().filter(|binding| binding.scope == scope) {
            let keys = match binding.keys {
                [first @ ("0" | "1"), .., last] => format!("{first}–{last}"),
                keys => keys.join(" "),
            };
            let refused = app.offers(binding.action).err().filter(|_| binding.action.writes());
            let not_now = refused.map(|refusal| format!("   (not now: {})", refusal.message));
            lines.push(format!("  {keys:<18} {}{}", binding.help, not_now.unwrap_or_default()));
        }
        lines.push(String::new());
    }
    lines.push("Words:".to_owned());
    lines.extend(WORDS.iter().map(|(word, means)| format!("  {word:<18} {means}")));
    lines.extend([String::new(), "About:".to_owned()]);
    lines.push(format!(
        "  casebook {}, MIT licence. Names of techniques: {}.",
        env!("CARGO_PKG_VERSION"),
        attack::RELEASE
    ));
    let room = app.size.0.saturating_sub(8).clamp(20, 100);
    lines.extend(text::wrap(attack::ATTRIBUTION, room).map(|line| format!("  {line}")));
    lines.push("  The terms of ATT&CK: casebook man, at its end.".to_owned());
    app.modals.push(Modal::Page(Page { title: "Keys of this place".to_owned(), lines, top: 0 }));
    Ok(Vec::new())
}

/// Opens why the chosen way warns: what each gate watches, what is open, what answers it.
///
/// # Errors
/// None; the type is that of every act.
pub fn why(app: &mut App) -> Done {
    let Some(Modal::Phase(dialog)) = app.modals.last() else { return Ok(Vec::new()) };
    let Some(there) = dialog.choice().and_then(|choice| choice.destination()) else { return Ok(Vec::new()) };
    let from = app.case.as_ref().map(Case::shown).map_or(there.to, |incident| incident.phase());
    let quiet = dialog.choice().map(|choice| choice.quiet(from)).unwrap_or_default();
    let mut lines = vec![there.when.clone(), String::new()];
    for finding in &there.findings {
        lines.push(format!("{} ({}): {}", finding.gate.id(), level(finding.level), finding.message));
        lines.push(format!("    open: {}", finding.fact));
    }
    for gate in quiet {
        let message = lifecycle().gate(gate).map_or("", |text| text.message.as_str());
        lines.push(format!("{} (ok): {message}", gate.id()));
    }
    if let Some(text) = lifecycle().phase(there.to) {
        lines.extend([String::new(), format!("{}: {}", there.to, text.objective), text.teach.clone()]);
    }
    let title = format!("To {}: why these checks", there.to);
    app.modals.push(Modal::Page(Page { title, lines, top: 0 }));
    Ok(Vec::new())
}

fn level(level: crate::model::lifecycle::Level) -> &'static str {
    match level {
        crate::model::lifecycle::Level::Info => "info",
        crate::model::lifecycle::Level::Warn => "warn",
        crate::model::lifecycle::Level::Strong => "strong: somebody accepts it and says why",
    }
}

/// Takes a key of a page.
///
/// # Errors
/// None; the type is that of every act.
pub fn key(app: &mut App, name: &str) -> Done {
    let room = usize::from(app.size.1).saturating_sub(6).max(1);
    let Some(Modal::Page(page)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    if name == "W" && after::is_read(page) {
        return app.open_question(after::WRITE.name, "");
    }
    let last = page.lines.len().saturating_sub(room);
    match moved(name, page.top, last, room) {
        Some(top) => page.top = top,
        None => _ = app.modals.pop(),
    }
    Ok(Vec::new())
}

/// Takes a key of the report: it scrolls, `]` and `[` go to the next and the last of its parts, `W` writes it.
///
/// # Errors
/// None; the type is that of every act.
pub fn document_key(app: &mut App, name: &str) -> Done {
    if name == "W" {
        return screens::report::write_report(app);
    }
    let Some(Modal::Document(document)) = app.modals.last() else { return Ok(Vec::new()) };
    let laid = view::document(app, document);
    let last = laid.rows.saturating_sub(laid.room);
    let here = document.top.min(last);
    let to = match name {
        "]" => laid.headings.into_iter().find(|row| *row > here).or(Some(here)),
        "[" => laid.headings.into_iter().rev().find(|row| *row < here).or(Some(0)),
        _ => moved(name, here, last, laid.room),
    };
    match (to, app.modals.last_mut()) {
        (Some(to), Some(Modal::Document(document))) => document.top = to.min(last),
        _ => _ = app.modals.pop(),
    }
    Ok(Vec::new())
}

/// Where a text stands after a key; `None`: the key closes it.
fn moved(name: &str, top: usize, last: usize, room: usize) -> Option<usize> {
    let walk = keymap::find(&[Scope::Lists], name).map(|binding| binding.action);
    let to = match (name, walk) {
        ("Esc" | "Ctrl-C" | "q" | "?", _) => return None,
        ("Space", _) | (_, Some(Action::PageDown)) => top + room,
        (_, Some(Action::PageUp)) => top.saturating_sub(room),
        (_, Some(Action::HalfDown)) => top + room / 2,
        (_, Some(Action::HalfUp)) => top.saturating_sub(room / 2),
        ("Enter", _) | (_, Some(Action::Down)) => top + 1,
        (_, Some(Action::Up)) => top.saturating_sub(1),
        (_, Some(Action::Top)) => 0,
        (_, Some(Action::Bottom)) => last,
        _ => top,
    };
    Some(to.min(last))
}
