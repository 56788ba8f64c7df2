//! Text being typed: one line or several, with the shell's editing keys.

use ratatui_textarea::{CursorMove, TextArea};

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

    /// Puts the cursor behind the last character.
    pub fn to_end(&mut self) {
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// Puts a text in, as typed at the cursor. What could steer a terminal is dropped.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let newline = |c| if self.many { c } else { ' ' };
        let clean: String = text
            .chars()
            .map(|c| if c == '\n' { newline(c) } else { c })
            .filter(|c| *c == '\n' || *c == '\t' || !c.is_control())
            .collect();
        self.area.insert_str(clean);
    }
}
