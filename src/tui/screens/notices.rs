//! Notices: what is owed to whom by when, what was settled, and what could be owed.

mod questions;

use chrono::{DateTime, Utc};

use super::{Done, Face, Keep, Key, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::notice::Candidate;
use crate::model::id::LineId;
use crate::model::ledger::approval::Approval;
use crate::model::notice::law::{DISCLAIMER, Fact};
use crate::model::notice::{self, Add, ChangeFact, Close, Notice, NoticeState, Send, Start, Terms};
use crate::model::refusal::Refusal;
use crate::model::time;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::keymap::Scope;
use crate::tui::pick;

/// The heading above what is still owed.
pub const OWED: &str = "Owed";
/// The heading above what was sent, or is not owed.
pub const SETTLED: &str = "Settled";
/// The heading above the clocks nobody has started.
pub const CANDIDATES: &str = "Could be owed";

pub const FACE: Face = Face {
    screen: Screen::Notices,
    word: "Notices",
    short: "Notices",
    scope: Scope::Notices,
    count: |incident| incident.notices().filter(|notice| notice.owed()).count(),
    orders: &["nearest first"],
    rows,
    words: |incident, key| {
        let notice = notice(incident, key)?;
        Some(format!("{} {}", notice.label(), notice.name))
    },
    line,
    acts: &[Action::StartClock, Action::NoticeSent, Action::NotOwed, Action::OtherFact],
    offers,
    perform,
    questions: questions::ALL,
};

/// The notice of a row.
pub fn notice<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Notice> {
    incident.notice(key.noun()?)
}

/// The candidate of a row.
pub fn candidate<'a>(app: &'a App, incident: &Incident, key: &Key) -> Option<Candidate<'a>> {
    let Key::Word(of) = key else { return None };
    incident.candidate_of(&app.duties, of, app.now)
}

fn line(incident: &Incident, key: &Key) -> Option<LineId> {
    notice(incident, key).and_then(|notice| notice.standing.heads().last())
}

fn rows(app: &App, case: &Case, _: usize, keep: Keep<'_>) -> Vec<Key> {
    let incident = case.shown();
    let called = |notice: &&Notice| {
        keep(&[&notice.number, &notice.name, &notice.recipient, notice.state().word(), &notice.of()])
    };
    let far = DateTime::<Utc>::MAX_UTC;
    let mut all: Vec<&Notice> = incident.notices().filter(called).collect();
    all.sort_by_key(|notice| (!notice.owed(), notice.limit().map_or(far, |limit| limit.at)));
    let key = |notice: &&&Notice| Key::Noun(notice.id.clone());
    let mut keys = vec![Key::Section(OWED)];
    keys.extend(all.iter().filter(|notice| notice.owed()).map(|notice| key(&notice)));
    keys.push(Key::Section(SETTLED));
    keys.extend(all.iter().filter(|notice| !notice.owed()).map(|notice| key(&notice)));
    keys.push(Key::Section(CANDIDATES));
    let candidates = incident.candidates(&app.duties, app.now);
    let called = |one: &&Candidate<'_>| {
        keep(&[&one.of(), &one.regime.name, &one.clock.label, &one.clock.recipient, &one.regime.jurisdiction])
    };
    keys.extend(candidates.iter().filter(called).map(|one| Key::Word(one.of())));
    keys
}

fn selected(app: &App) -> Result<&Notice, Refusal> {
    let gone = || Refusal::refused("No notice is selected.").hint("t starts the clock that is selected.");
    notice(app.incident().ok_or_else(gone)?, app.row()?).filter(|notice| !notice.undone).ok_or_else(gone)
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    let words = || Some("…".to_owned());
    let somebody = || Approval { name: "…".to_owned(), role: None, how: None, at: app.now };
    Ok(Some(Command::Notice(match action {
        Action::StartClock => match app.row()? {
            Key::Word(of) => {
                let waits = app.incident().and_then(|it| it.candidate_of(&app.duties, of, app.now));
                let chained = waits.is_some_and(|it| it.waits_for.is_some());
                let at = (!chained).then_some(app.now);
                notice::Command::Start(Start { of: of.clone(), at, ..Start::default() })
            }
            Key::Noun(_) => {
                let notice = selected(app)?;
                return Err(Refusal::refused(format!(
                    "{} is {} already.",
                    notice.label(),
                    notice.state().word()
                ))
                .hint("o lets it run from another fact."));
            }
            Key::Section(_) | Key::Nothing(_) | Key::Line(_) | Key::Gap(..) => return Ok(None),
        },
        Action::NoticeSent => notice::Command::Send(Send {
            notice: selected(app)?.id.clone(),
            reference: words(),
            proof: None,
            evidence: None,
        }),
        Action::NotOwed => notice::Command::Close(Close {
            notice: selected(app)?.id.clone(),
            to: NoticeState::NotRequired,
            reason: words(),
            until: None,
            approval: Some(somebody()),
        }),
        Action::OtherFact => notice::Command::ChangeFact(ChangeFact {
            notice: selected(app)?.id.clone(),
            fact: None,
            at: Some(app.now),
            reason: words(),
        }),
        Action::Add => {
            notice::Command::Add(Add { name: "…".to_owned(), every: Some(30), ..Add::default() })
        }
        _ => return Ok(None),
    })))
}

fn perform(app: &mut App, action: Action) -> Done {
    let about = |app: &App| selected(app).map(|notice| notice.id.to_string());
    match action {
        Action::Add => app.open_question(questions::ADD, ""),
        Action::Open => card(app),
        Action::StartClock => match app.row()?.clone() {
            Key::Word(of) => app.open_question(questions::START, &of),
            _ => Ok(Vec::new()),
        },
        Action::NoticeSent => about(app).and_then(|id| app.open_question(questions::SENT, &id)),
        Action::NotOwed => about(app).and_then(|id| app.open_question(questions::NOT_OWED, &id)),
        Action::OtherFact => about(app).and_then(|id| app.open_question(questions::FACT, &id)),
        Action::Assign => {
            Err(Refusal::refused("A notice has a recipient, not an owner.")
                .hint("Who sent it is said with x."))
        }
        Action::Due => Err(Refusal::refused("A notice is due by its fact and its law.")
            .hint("o lets it run from another fact; w puts it off.")),
        _ => Ok(Vec::new()),
    }
}

/// Opens the card of a notice or a candidate: what its law says, every act with its key.
fn card(app: &mut App) -> Done {
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let key = app.row()?;
    let (title, facts, acts) = match (notice(incident, key), candidate(app, incident, key)) {
        (Some(notice), _) => (
            format!("{}  {}", notice.label(), notice.name),
            facts(app, notice),
            vec![Action::NoticeSent, Action::NotOwed, Action::OtherFact, Action::Copy],
        ),
        (None, Some(candidate)) => (
            format!("{}: {}", candidate.regime.short(), candidate.clock.label),
            candidate_facts(app, &candidate),
            vec![Action::StartClock],
        ),
        (None, None) => return Err(Refusal::refused("That row is gone.")),
    };
    let facts = facts.into_iter().map(|(label, words)| (label.to_owned(), words)).collect();
    pick::open_card(app, title, facts, acts)
}

/// Whether it is said how a time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    Said,
    Left,
}

/// `aware 12:49 (confirmed)`, `aware now`, `notification was sent`.
pub fn fact_words(app: &App, candidate: &Candidate<'_>, basis: Basis) -> String {
    let started = &candidate.started;
    match (candidate.waits_for, &candidate.known) {
        (Some(before), _) => format!("{before} was sent"),
        (None, Some(known)) => {
            let at = time::when(started.at, app.now, &app.zone());
            match (started.fact, basis) {
                (Fact::ReportSent, _) => format!("{} {at}", known.basis),
                (fact, Basis::Said) => format!("{} {at} ({})", fact.word(), known.basis),
                (fact, Basis::Left) => format!("{} {at}", fact.word()),
            }
        }
        (None, None) => format!("{} now", started.fact.word()),
    }
}

/// What is known of a clock that nobody started.
pub fn candidate_facts(app: &App, candidate: &Candidate<'_>) -> Vec<(&'static str, String)> {
    let terms = Terms::of(candidate.regime, candidate.clock, &app.duties.zone.name());
    let mut facts = vec![("If", fact_words(app, candidate, Basis::Said))];
    if !candidate.clock.recipient.is_empty() {
        facts.push(("Recipient", candidate.clock.recipient.clone()));
    }
    facts.extend(said_by(&terms));
    facts
}

/// What is known of a notice: label and words.
pub fn facts(app: &App, notice: &Notice) -> Vec<(&'static str, String)> {
    let zone = app.zone();
    let at = |at| time::when(at, app.now, &zone);
    let mut facts = Vec::new();
    if let Some(standing) = notice.standing.get() {
        let mut words = match standing.state {
            NoticeState::Running => "running".to_owned(),
            state => format!("{} {} by {}", state.word(), at(standing.at), standing.by),
        };
        if let Some(until) = standing.until {
            words.push_str(&format!(" until {}", at(until)));
        }
        if let Some(ms) = notice.margin_ms() {
            words.push_str(&format!(", {} {}", time::span(ms), if ms < 0 { "LATE" } else { "early" }));
        }
        facts.push(("State", words));
        let approval = standing.approval.as_ref().map(ToString::to_string);
        let said = [
            ("Reference", standing.reference.clone()),
            ("Proof", standing.proof.clone()),
            ("Reason", standing.reason.clone()),
            ("Approved", approval),
        ];
        facts.extend(said.into_iter().filter_map(|(label, words)| Some((label, words?))));
    }
    if !notice.recipient.is_empty() {
        facts.push(("Recipient", notice.recipient.clone()));
    }
    if let Some(started) = notice.started.get() {
        let basis = started.basis.as_deref().map(|basis| format!(" ({basis})")).unwrap_or_default();
        let word = if notice.terms.is_some() { started.fact.word() } else { "added" };
        facts.push(("Runs from", format!("{word} {}{basis}", at(started.at))));
        let due =
            started.due.map(at).or_else(|| started.target.map(|target| format!("aimed at {}", at(target))));
        facts.push(("Due", due.unwrap_or_else(|| "without delay".to_owned())));
        facts.extend(started.plain.map(|plain| ("", format!("{} without the weekend rule", at(plain)))));
        facts.extend(started.doubts.iter().map(|doubt| ("Uncertain", doubt.words().to_owned())));
    }
    facts.extend(notice.every.map(|minutes| ("Repeats", format!("every {minutes} min, when it was sent"))));
    if let Some(terms) = &notice.terms {
        facts.extend(said_by(terms));
    }
    facts
}

/// What the law says of a clock, with how sure it is.
pub fn said_by(terms: &Terms) -> Vec<(&'static str, String)> {
    let day = if terms.as_of.is_empty() { "no date" } else { &terms.as_of };
    let rows = [
        (
            "Regime",
            format!("{}, {}", terms.regime_name, terms.jurisdiction).trim_end_matches(", ").to_owned(),
        ),
        ("Applies", terms.applies_when.clone()),
        ("Clock", format!("{} from: {}", terms.duration, terms.trigger)),
        ("Threshold", terms.threshold.clone()),
        ("Note", terms.notes.clone()),
        ("Source", terms.citation.clone()),
        (
            "Sure",
            format!(
                "confidence {}, {}, {}, as of {day}; {DISCLAIMER}",
                terms.confidence, terms.verification, terms.status
            ),
        ),
    ];
    rows.into_iter().filter(|(_, words)| !words.is_empty()).collect()
}
