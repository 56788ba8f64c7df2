//! What stands in a message goes into the record by one key: a form opens with it filled in.

use std::path::PathBuf;

use super::Below;
use crate::model::drill::Message;
use crate::model::indicator::paste::{Around, offered};
use crate::model::refusal::Refusal;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::drafts::Words;
use crate::tui::modal::{Modal, Page};
use crate::tui::msg::Effect;
use crate::tui::note::Note;
use crate::tui::pick;
use crate::tui::screens::{Done, Screen};

/// What is taken: the message, and the line of an artefact the cursor stands on.
struct From<'a> {
    message: &'a Message,
    /// The artefact's name and the line.
    row: Option<(&'a str, &'a str)>,
}

fn from(case: &Case) -> Option<From<'_>> {
    let message = case.message()?;
    let row = match Below::of(case.list(Screen::Drill).key()?) {
        Some(Below::Artefact(at, line)) => {
            let artefact = message.what.artefacts.get(at)?;
            Some((artefact.name.as_str(), artefact.lines.get(line)?.trim()))
        }
        Some(Below::Question(_) | Below::Better(_)) => return None,
        None => None,
    };
    Some(From { message, row })
}

/// Opens the form of `n`, `c`, `i` or `e` with what stands under the cursor in it. `None`: nothing does, and
/// the key does what it does everywhere.
pub fn take(app: &mut App, action: Action) -> Option<Done> {
    if app.screen() != Some(Screen::Drill) {
        return None;
    }
    let case = app.case.as_ref()?;
    let from = from(case)?;
    let who = from.message.what.from.clone();
    match action {
        Action::Note => {
            let (name, line) = from.row?;
            let words = vec![("text".to_owned(), format!("{name}: {line}"))];
            if app.drafts.contains_key("note") {
                return None;
            }
            let mut note = Note::new(false);
            note.set_words(&words);
            app.open_note(note);
            Some(Ok(Vec::new()))
        }
        Action::AddComponents => {
            let incident = &case.incident;
            let known = |name: &str| incident.components().any(|component| component.called(name));
            let new = from.message.what.reveals.iter().find(|it| !known(&it.name))?;
            let words = [("names", new.name.clone()), ("kind", new.kind.clone())];
            Some(fill(app, "component-add", &words))
        }
        Action::AddIndicator => {
            let text = match from.row {
                Some((_, line)) => line.to_owned(),
                None => all_words(from.message),
            };
            let zone = app.zone();
            let around = Around { now: app.now, zone: &zone, own: &app.own_domains };
            let found = offered(&text, around).into_iter();
            let indicators = &case.incident.indicators;
            let new = found.map(|row| row.value).find(|value| {
                let kind = crate::model::indicator::detect(value).map(|found| found.kind);
                kind.is_ok_and(|kind| indicators.find(kind.id(), value).is_none())
            });
            let Some(value) = new else {
                return Some(Err(Refusal::refused("No indicator that is not on the list stands here.")
                    .hint("On another row of an artefact it may; :indicator add takes anything.")));
            };
            let source = from.row.map_or(who.clone(), |(name, _)| format!("{name} from {who}"));
            Some(fill(app, "add-indicator", &[("value", value), ("source", source)]))
        }
        Action::AddEvidence => {
            let name = from.row.map(|(name, _)| name.to_owned());
            let first = || from.message.what.artefacts.first().map(|artefact| artefact.name.clone());
            let name = name.or_else(first)?;
            let at = from.message.what.channel.replace('-', " ");
            let artefact = from.message.what.artefacts.iter().find(|artefact| artefact.name == name)?;
            let mut text = artefact.lines.join("\n");
            text.push('\n');
            // Named components only where the words name one: what was not said is not recorded.
            let said = from.row.map_or_else(|| all_words(from.message), |(_, line)| line.to_owned());
            let named: Vec<String> = case
                .incident
                .components()
                .filter(|it| names(&said, &it.name))
                .map(|it| it.name.clone())
                .collect();
            let file = laid(app, &case.incident.number, &name);
            let words = [
                ("path", file.as_ref().map_or_else(String::new, |file| file.display().to_string())),
                ("name", name.clone()),
                ("of", named.join(", ")),
                ("from", format!("{who}, {at}")),
                ("copy", "yes".to_owned()),
                ("origin", format!("{name}, from {who}, {at}")),
                ("holder", app.me.name.clone()),
            ];
            let opened = fill(app, "add-evidence", &words);
            Some(opened.map(|mut effects| {
                effects.extend(file.map(|file| Effect::LayOut(file, text)));
                effects
            }))
        }
        _ => None,
    }
}

/// Where an artefact is laid out as a file. `None`: there is no place for it, and it becomes a thing without
/// bytes.
fn laid(app: &App, number: &str, name: &str) -> Option<PathBuf> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let file: String = name.chars().map(|c| if plain(c) { c } else { '-' }).collect();
    let file = file.trim_start_matches('.');
    (!file.is_empty()).then(|| Some(app.bench.as_ref()?.join(number).join(file)))?
}

/// Whether words name a component, as a whole word in whatever letters.
fn names(words: &str, component: &str) -> bool {
    let mut parts = words.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c));
    parts.any(|word| word.trim_end_matches('.').eq_ignore_ascii_case(component))
}

fn all_words(message: &Message) -> String {
    let mut words = message.what.text.clone();
    for artefact in &message.what.artefacts {
        for line in &artefact.lines {
            words.push('\n');
            words.push_str(line);
        }
    }
    words
}

/// Opens a form with these words in its fields; what was typed for it before goes first.
pub(super) fn fill(app: &mut App, form: &'static str, words: &[(&str, String)]) -> Done {
    let typed = app.drafts.keys().any(|key| key.split(' ').next() == Some(form));
    let effects = app.open_question(form, "")?;
    if let (Some(Modal::Form(form)), false) = (app.modals.last_mut(), typed) {
        let words: Words = words.iter().map(|(slot, words)| ((*slot).to_owned(), words.clone())).collect();
        form.set_words(&words);
    }
    Ok(effects)
}

/// Shows an artefact whole, or the card of a message with its acts.
pub(super) fn card(app: &mut App) -> Done {
    let Some(case) = &app.case else { return Ok(Vec::new()) };
    let key = case.list(Screen::Drill).key();
    let Some(message) = case.message() else { return Ok(Vec::new()) };
    if let Some(Below::Artefact(at, line)) = key.and_then(Below::of)
        && let Some(artefact) = message.what.artefacts.get(at)
    {
        let page = Page { title: artefact.name.clone(), lines: artefact.lines.clone(), top: 0 };
        let facts =
            vec![("Line".to_owned(), page.lines.get(line).cloned().unwrap_or_default().trim().to_owned())];
        let acts =
            [Action::Note, Action::AddIndicator, Action::AddEvidence, Action::AddComponents, Action::Copy];
        return pick::open_card(app, page.title, facts, acts);
    }
    let mut facts = vec![("Says".to_owned(), message.what.text.clone())];
    if let Some((_, reply)) = &message.reply {
        facts.push(("You said".to_owned(), reply.text.clone()));
        facts.extend(reply.answer.clone().map(|answer| ("Back".to_owned(), answer)));
    }
    let title = format!("{}, {}", message.what.from, message.what.channel);
    let acts = [Action::Note, Action::AddComponents, Action::AddIndicator, Action::AddEvidence, Action::Copy];
    pick::open_card(app, title, facts, acts)
}
