//! Text being typed: one line or several, with the shell's editing keys.

use crossterm::event::KeyEvent;
use ratatui_textarea::{CursorMove, TextArea};

use super::act::Action;
use super::{keymap, keys};
use crate::model::text::harmless;

/// Text being typed and where the cursor stands in it.
#[derive(Clone, Debug)]
pub struct Input {
    area: TextArea<'static>,
    many: bool,
}

impl Input {
    /// A field of one line; pasted newlines become spaces.
    pub fn line(text: &str) -> Self {
        Self::with(text, false)
    }

    /// A field of several lines.
    pub fn text(text: &str) -> Self {
        Self::with(text, true)
    }

    fn with(text: &str, many: bool) -> Self {
        let mut input = Self { area: TextArea::default(), many };
        input.paste(text);
        input
    }

    /// The text, lines joined by newlines.
    pub fn value(&self) -> String {
        self.area.lines().join("\n")
    }

    /// The lines, at least one.
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// The cursor: line and column, both from 0, the column in characters.
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Whether the text may have several lines.
    pub fn many(&self) -> bool {
        self.many
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        *self = Self::with("", self.many);
    }

    /// Puts a text in, as typed at the cursor. What could steer a terminal is dropped.
    pub fn paste(&mut self, text: &str) {
        let plain = harmless(text);
        let clean = if self.many { plain.into_owned() } else { plain.replace('\n', " ") };
        self.area.insert_str(clean);
    }

    /// Takes a key that edits or moves within the text. `false`: it does not, and nothing changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        if let Some(letter) = keys::letter(key) {
            let (mut bytes, joiner) = ([0; 4], matches!(letter, '\u{200C}' | '\u{200D}'));
            let typed: &str = letter.encode_utf8(&mut bytes);
            // A paste without brackets comes as keys, too. Whether a joiner joins is told by its neighbours to come.
            match joiner || harmless(typed) == typed {
                true => self.area.insert_char(letter),
                false => self.paste(typed),
            }
            return true;
        }
        let Some(name) = keys::name(key) else { return false };
        match name.as_str() {
            "Backspace" => self.area.delete_char(),
            "Delete" => self.area.delete_next_char(),
            _ => {
                let bound = keymap::find(&[keymap::Scope::Typing], &name);
                return bound.is_some_and(|binding| self.act(binding.action, name.starts_with("Ctrl-")));
            }
        };
        true
    }

    /// Does one of the shell's editing acts; `far`: by a whole word.
    fn act(&mut self, action: Action, far: bool) -> bool {
        let (row, column) = self.cursor();
        let step = |near, word| if far { word } else { near };
        match action {
            Action::LineStart if column > 0 => self.area.move_cursor(CursorMove::Head),
            Action::LineEnd => self.area.move_cursor(CursorMove::End),
            Action::DeleteWord => _ = self.area.delete_word(),
            Action::DeleteToStart if column > 0 => _ = self.area.delete_line_by_head(),
            Action::DeleteToEnd => _ = self.area.delete_line_by_end(),
            Action::OptionNext => {
                self.area.move_cursor(step(CursorMove::Forward, CursorMove::WordForward));
            }
            Action::OptionPrevious => self.area.move_cursor(step(CursorMove::Back, CursorMove::WordBack)),
            Action::NewLine if self.many => self.area.insert_newline(),
            Action::Up if row > 0 => self.area.move_cursor(CursorMove::Up),
            Action::Down if row + 1 < self.area.lines().len() => self.area.move_cursor(CursorMove::Down),
            Action::LineStart | Action::DeleteToStart => {}
            _ => return false,
        }
        true
    }

    /// Turns a `\` right before the cursor at the end of the text into a new line.
    pub fn continued(&mut self) -> bool {
        let (row, column) = self.cursor();
        let line = &self.lines()[row];
        let at_end = row + 1 == self.lines().len() && column == line.chars().count();
        let continued = self.many && at_end && line.ends_with('\\');
        if continued {
            self.area.delete_char();
            self.area.insert_newline();
        }
        continued
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    fn ctrl(c: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)
    }

    #[test]
    fn the_shells_keys_edit_a_line() {
        let mut input = Input::line("shares of FS02 gone");
        assert!(input.key(ctrl('w')));
        assert_eq!(input.value(), "shares of FS02 ");
        input.key(ctrl('a'));
        input.key(ctrl('k'));
        assert_eq!(input.value(), "");
    }

    #[test]
    fn a_pasted_line_break_stays_in_a_text_and_becomes_a_space_in_a_line() {
        assert_eq!(Input::text("a\r\nb").value(), "a\nb");
        assert_eq!(Input::line("a\r\nb").value(), "a b");
        assert_eq!(Input::line("a\u{1b}[31mb\u{7}").value(), "ab");
    }

    #[test]
    fn a_backslash_at_the_end_goes_on_in_a_new_line() {
        let mut input = Input::text("one\\");
        assert!(input.continued());
        assert_eq!(input.value(), "one\n");
        assert!(!Input::line("one\\").continued());
    }
}
