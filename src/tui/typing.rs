//! Keys while words are typed: the note line, forms, the phase dialog, lists that narrow, lines at the bottom.

use crossterm::event::KeyEvent;

use super::act::Action;
use super::app::{App, Tone};
use super::form::{Ask, Form, Slot, Value};
use super::keymap::{self, Scope};
use super::list::Filter;
use super::modal::Modal;
use super::msg::Effect;
use super::note::{self, Note};
use super::{answer, board, command_line, keys, phase_dialog, pick};
use crate::model::refusal::Refusal;
use crate::model::text::left_out;

type Done = Result<Vec<Effect>, Refusal>;

/// Takes a key for what is on top.
pub fn key(app: &mut App, key: KeyEvent, name: &str) -> Done {
    if matches!(name, "Esc" | "Ctrl-C") {
        // A list that is left is looked through no more.
        let search = matches!(app.top(), Some(Modal::Pick(_)));
        leave(app);
        return Ok(search.then(|| Effect::Search(String::new())).into_iter().collect());
    }
    let action = keymap::find(&[Scope::Typing], name).map(|binding| binding.action);
    if action == Some(Action::Editor) {
        return Ok(editor(app));
    }
    match app.modals.last_mut() {
        Some(Modal::Note(note)) => match action {
            Some(Action::Save) => note::save(app),
            Some(Action::NextField) => {
                note.turn_kind(board::Step::After);
                Ok(Vec::new())
            }
            Some(Action::PreviousField) => {
                note.turn_kind(board::Step::Before);
                Ok(Vec::new())
            }
            _ => {
                note.wrong = None;
                note.input.key(key);
                Ok(Vec::new())
            }
        },
        Some(Modal::Form(form)) => match action {
            Some(Action::Save) if form.continued() => Ok(Vec::new()),
            Some(Action::Save) => answer::save(app),
            _ => {
                form.wrong = None;
                form.key(key, name, action);
                Ok(Vec::new())
            }
        },
        Some(Modal::Phase(_)) => phase_dialog::key(app, key, name, action),
        Some(Modal::Pick(_)) => pick::key(app, key, name),
        Some(Modal::Filter(filter)) => {
            if name == "Enter" {
                app.modals.pop();
                return Ok(Vec::new());
            }
            if matches!(name, "↓" | "↑" | "PgDn" | "PgUp") {
                if let Some(binding) = keymap::find(&[Scope::Lists], name) {
                    board::walk(app, binding.action);
                }
                return Ok(Vec::new());
            }
            filter.input.key(key);
            let words = filter.input.value();
            board::filter(app, &words);
            Ok(Vec::new())
        }
        Some(Modal::Command(_)) => command_line::key(app, key, name),
        _ => Ok(Vec::new()),
    }
}

/// One step back out of what is on top. Words typed are kept.
fn leave(app: &mut App) {
    match app.modals.pop() {
        Some(Modal::Filter(Filter { before, .. })) => board::filter(app, &before),
        Some(modal) => app.put_aside(&modal),
        None => {}
    }
}

/// Takes a paste, with brackets or without: inside a field it is text, its line breaks included; on the
/// board it opens the note line.
pub fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    match left_out(text) {
        0 => {}
        1 => app.say(Tone::Told, "1 control character of the paste was left out."),
        n => app.say(Tone::Told, format!("{n} control characters of the paste were left out.")),
    }
    match app.modals.last_mut() {
        Some(Modal::Note(note)) => note.input.paste(text),
        Some(Modal::Form(form)) => form.paste(text),
        Some(Modal::Phase(dialog)) if !dialog.choosing => dialog.form.paste(text),
        Some(Modal::Phase(_)) => {}
        Some(Modal::Pick(pick)) => {
            pick.input.paste(text);
            pick::refresh(app);
            return pick::search(app);
        }
        Some(Modal::Filter(filter)) => {
            filter.input.paste(text);
            let words = filter.input.value();
            board::filter(app, &words);
        }
        Some(Modal::Command(line)) => line.input.paste(text),
        Some(
            Modal::Card(_)
            | Modal::Intake(_)
            | Modal::Page(_)
            | Modal::Document(_)
            | Modal::Reading(_)
            | Modal::Stats(_)
            | Modal::Quit(_),
        )
        | None => {
            app.modals.clear();
            if app.offers(Action::Note).is_err() {
                // Nowhere to note it: it begins a new incident.
                let asked = app.open_form(Ask::New);
                if let (Ok(_), Some(Modal::Form(form))) = (asked, app.modals.last_mut()) {
                    form.go(Slot::Summary);
                    form.paste(text);
                    form.go(Slot::Title);
                }
                return Vec::new();
            }
            app.open_note(Note::new(false));
            if let Some(Modal::Note(note)) = app.modals.last_mut() {
                note.input.paste(text);
            }
        }
    }
    Vec::new()
}

/// Takes a paste without brackets. One that begins with a verb on the `:` line belongs there, and waits for
/// Enter; every other is a paste like any.
///
/// # Errors
/// None; the type is that of every act.
pub fn burst(app: &mut App, text: &str) -> Done {
    let line = text.strip_prefix(':').filter(|line| {
        let verb = line.split_whitespace().next().unwrap_or_default();
        !line.starts_with(char::is_whitespace) && crate::verb::spec(verb).is_some()
    });
    if let Some(line) = line.filter(|_| app.top().is_none_or(Modal::only_read)) {
        app.put_down();
        return command_line::open(app, &line.trim_end().replace('\n', " "));
    }
    Ok(paste(app, text))
}

impl App {
    /// Takes away what is only read, so that words find a place.
    pub fn put_down(&mut self) {
        if self.top().is_some_and(Modal::only_read) {
            self.modals.clear();
        }
    }

    /// Whether characters that came at once make sense as keys: words are being typed here, or the first key
    /// that does not only move opens a place to type them. Over a text to read only `:` and a note do.
    pub fn types_ahead(&self, text: &str) -> bool {
        match self.top() {
            Some(modal) if modal.only_read() => {
                let first = text.chars().next().and_then(|c| self.binding(&c.to_string()));
                return first.is_some_and(|first| {
                    matches!(first.action, Action::Command | Action::Note)
                        && self.offers(first.action).is_ok()
                });
            }
            Some(_) => return true,
            None => {}
        }
        let name = |c: char| if c == ' ' { "Space".to_owned() } else { c.to_string() };
        let first = text.chars().find_map(|c| {
            let action = self.binding(&name(c))?.action;
            (keymap::find(&[Scope::Lists], &name(c)).is_none() || action.writes()).then_some(action)
        });
        first.is_some_and(|action| {
            matches!(
                action,
                Action::Note
                    | Action::Scribe
                    | Action::Add
                    | Action::Command
                    | Action::Find
                    | Action::Filter
                    | Action::Head
                    | Action::Severity
                    | Action::Correct
            ) && self.offers(action).is_ok()
        })
    }
}

/// Gives the text in hand to the user's editor.
fn editor(app: &mut App) -> Vec<Effect> {
    let text = match app.modals.last_mut() {
        Some(Modal::Note(note)) => Some(note.input.value()),
        Some(Modal::Form(form)) => form.text_in_hand(),
        Some(Modal::Phase(dialog)) if !dialog.choosing => dialog.form.text_in_hand(),
        _ => None,
    };
    text.map(Effect::Editor).into_iter().collect()
}

/// The text came back from the editor.
pub fn edited(app: &mut App, text: Result<String, String>) -> Vec<Effect> {
    let text = match text {
        Ok(text) => text,
        Err(why) => {
            app.say(Tone::Refused, why);
            return Vec::new();
        }
    };
    let input = match app.modals.last_mut() {
        Some(Modal::Note(note)) => Some(&mut note.input),
        Some(Modal::Form(form)) => form.input_in_hand(),
        Some(Modal::Phase(dialog)) => dialog.form.input_in_hand(),
        _ => None,
    };
    if let Some(input) = input {
        input.clear();
        input.paste(text.trim_end());
    }
    Vec::new()
}

impl Form {
    /// Takes a key that is neither save nor leave.
    pub fn key(&mut self, key: KeyEvent, name: &str, action: Option<Action>) {
        match action {
            Some(Action::NextField) => return self.turn(board::Step::After),
            Some(Action::PreviousField) => return self.turn(board::Step::Before),
            _ => {}
        }
        if keys::letter(key).is_none_or(|letter| letter == ' ') {
            self.word.clear();
        }
        let Some(field) = self.fields.get_mut(self.at) else { return };
        let taken = match &mut field.value {
            Value::Line(input) | Value::Text(input) | Value::Time(input, _) => input.key(key),
            Value::Choice { options, at } => {
                let n = options.len().max(1);
                match (action, keys::letter(key)) {
                    (Some(Action::OptionNext), _) | (_, Some(' ')) => {
                        *at = Some(at.map_or(0, |at| (at + 1) % n));
                    }
                    (Some(Action::OptionPrevious), _) => *at = Some(at.map_or(n - 1, |at| (at + n - 1) % n)),
                    (_, Some(letter)) => *at = jump(options.iter(), *at, &mut self.word, letter).or(*at),
                    _ if matches!(name, "Backspace" | "Delete") => *at = None,
                    _ => {}
                }
                !matches!(name, "↓" | "↑")
            }
            Value::Checks { options, at } => {
                let n = options.len().max(1);
                match (action, keys::letter(key)) {
                    (_, Some(' ')) => {
                        if let Some((_, on)) = options.get_mut(*at) {
                            *on = !*on;
                        }
                    }
                    (Some(Action::OptionNext), _) => *at = (*at + 1) % n,
                    (Some(Action::OptionPrevious), _) => *at = (*at + n - 1) % n,
                    (_, Some(letter)) => {
                        *at = {
                            let words = options.iter().map(|(option, _)| option);
                            jump(words, Some(*at), &mut self.word, letter).unwrap_or(*at)
                        };
                    }
                    _ => {}
                }
                !matches!(name, "↓" | "↑")
            }
        };
        // Up and down leave the field where they mean nothing inside it.
        match name {
            "↓" if !taken => self.turn(board::Step::After),
            "↑" if !taken => self.turn(board::Step::Before),
            _ => {}
        }
    }

    fn turn(&mut self, to: board::Step) {
        let n = self.fields.len().max(1);
        self.word.clear();
        self.at = if to == board::Step::After { self.at + 1 } else { self.at + n - 1 } % n;
    }

    /// Puts a text into the field in hand; where that one takes no words, into the next that does.
    pub fn paste(&mut self, text: &str) {
        let n = self.fields.len();
        let takes = |field: &super::form::Field| {
            matches!(field.value, Value::Line(_) | Value::Text(_) | Value::Time(..))
        };
        let next = (0..n).map(|step| (self.at + step) % n).find(|at| takes(&self.fields[*at]));
        self.at = next.unwrap_or(self.at);
        if let Some(input) = self.input_in_hand() {
            input.paste(text);
        }
    }

    /// The text field in hand.
    pub fn input_in_hand(&mut self) -> Option<&mut super::input::Input> {
        match &mut self.fields.get_mut(self.at)?.value {
            Value::Line(input) | Value::Text(input) | Value::Time(input, _) => Some(input),
            Value::Choice { .. } | Value::Checks { .. } => None,
        }
    }

    fn text_in_hand(&mut self) -> Option<String> {
        self.input_in_hand().map(|input| input.value())
    }

    /// Whether Enter only goes on in a new line, after a `\`.
    fn continued(&mut self) -> bool {
        self.input_in_hand().is_some_and(super::input::Input::continued)
    }
}

/// The answer whose word begins with what was typed so far. A letter that cannot go on begins anew after one
/// letter, so that pressing it again goes round; after more it is a slip and changes nothing.
fn jump<'a>(
    options: impl Iterator<Item = &'a super::form::Opt>,
    at: Option<usize>,
    word: &mut String,
    letter: char,
) -> Option<usize> {
    let options: Vec<[String; 2]> =
        options.map(|option| [option.id.to_lowercase(), option.label.to_lowercase()]).collect();
    let begins = |at: &usize, word: &str| options[*at].iter().any(|own| own.starts_with(word));
    let next = at.map_or(0, |at| at + 1);
    let round =
        |word: &str| (next..options.len()).chain(0..next.min(options.len())).find(|at| begins(at, word));
    let first = word.is_empty();
    word.extend(letter.to_lowercase());
    if first {
        return round(word);
    }
    let here = at.filter(|at| *at < options.len() && begins(at, word));
    let found = here.or_else(|| (0..options.len()).find(|at| begins(at, word)));
    if found.is_none() && word.chars().count() == 2 {
        *word = letter.to_lowercase().collect();
        return round(word);
    }
    found
}
