//! Writing on the screen: rows filled from both ends, boxes, rules. Nothing here can leave its area.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use crate::tui::msg::Target;
use crate::tui::text::{self, letters, width};
use crate::tui::theme::Theme;

/// Most rows of a sheet.
const TALLEST: u16 = 200;

/// A buffer and the theme it is drawn in.
pub(crate) struct Pen<'a> {
    pub(crate) buf: &'a mut Buffer,
    pub(crate) theme: &'a Theme,
    /// What lies where, the last one on top; kept only when somebody asks.
    spots: Option<Vec<(Rect, Option<Target>)>>,
    /// Where words are being typed.
    pub(crate) cursor: Option<(u16, u16)>,
}

/// Something drawn that may be higher than its place.
pub(crate) struct Sheet {
    buf: Buffer,
    /// Rows it takes.
    pub(crate) used: u16,
    /// Rows that must be in sight.
    hand: std::ops::Range<u16>,
    cursor: Option<(u16, u16)>,
    spots: Vec<(Rect, Option<Target>)>,
}

impl Sheet {
    /// The first row in sight where so many have room.
    fn top(&self, height: u16) -> u16 {
        let last = self.used.saturating_sub(height);
        self.hand.end.saturating_sub(height).min(self.hand.start).min(last)
    }

    /// How many rows are out of sight below, where so many have room.
    pub(crate) fn below(&self, height: u16) -> u16 {
        self.used.saturating_sub(self.top(height).saturating_add(height))
    }
}

impl<'a> Pen<'a> {
    pub(crate) fn new(buf: &'a mut Buffer, theme: &'a Theme) -> Self {
        Self { buf, theme, spots: None, cursor: None }
    }

    /// Keeps what lies where from now on.
    pub(crate) fn keep_spots(&mut self) {
        self.spots = Some(Vec::new());
    }

    /// Says what an area is for the mouse.
    pub(crate) fn spot(&mut self, area: Rect, target: Target) {
        if let Some(spots) = &mut self.spots {
            spots.push((area, Some(target)));
        }
    }

    /// Says that what lies below an area is out of reach.
    pub(crate) fn cover(&mut self, area: Rect) {
        if let Some(spots) = &mut self.spots {
            spots.push((area, None));
        }
    }

    /// What lies on top at a place.
    pub(crate) fn at(&self, column: u16, row: u16) -> Option<Target> {
        let on = |area: &Rect| area.contains((column, row).into());
        self.spots.as_ref()?.iter().rev().find(|(area, _)| on(area)).and_then(|(_, target)| *target)
    }

    /// The `line`-th row of an area; a row outside has no room.
    pub(crate) fn row(&mut self, area: Rect, line: u16) -> Row<'_> {
        let area = area.intersection(self.buf.area);
        let inside = line < area.height;
        Row {
            x: area.x,
            end: if inside { area.right() } else { area.x },
            y: if inside { area.y + line } else { area.y },
            full: !inside,
            buf: self.buf,
            theme: self.theme,
        }
    }

    /// Lays a style over an area.
    pub(crate) fn tint(&mut self, area: Rect, style: Style) {
        self.buf.set_style(area, style);
    }

    /// Lays the style of a selection over an area. Badges keep their ground; words in the terminal's own
    /// colour get one of ours, so that they can be read on our ground whatever the terminal's own is.
    pub(crate) fn select(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buf.area);
        let ink = self.theme.ink.filter(|_| style.bg.is_some());
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                let cell = &mut self.buf[(x, y)];
                if cell.bg != Color::Reset {
                    continue;
                }
                if let (Some(ink), Color::Reset) = (ink, cell.fg) {
                    cell.fg = ink;
                }
                cell.set_style(style);
            }
        }
    }

    /// Draws something on a sheet of its own, as high as it likes: it is shown by [`Pen::show`].
    ///
    /// `draw` says how many rows it used and which of them are in hand.
    pub(crate) fn sheet(
        &self,
        columns: u16,
        draw: impl FnOnce(&mut Pen<'_>, Rect) -> (u16, std::ops::Range<u16>),
    ) -> Sheet {
        let area = Rect::new(0, 0, columns, TALLEST);
        let mut buf = Buffer::empty(area);
        let mut pen = Pen::new(&mut buf, self.theme);
        pen.spots = self.spots.as_ref().map(|_| Vec::new());
        let (used, hand) = draw(&mut pen, area);
        let (cursor, spots) = (pen.cursor, pen.spots.take().unwrap_or_default());
        Sheet { buf, used: used.min(TALLEST), hand, cursor, spots }
    }

    /// Shows the part of a sheet that is in hand.
    pub(crate) fn show(&mut self, area: Rect, mut sheet: Sheet) {
        let area = area.intersection(self.buf.area);
        if area.is_empty() {
            return;
        }
        let top = sheet.top(area.height);
        let window = Rect::new(0, top, area.width, sheet.used - top).intersection(sheet.buf.area);
        let window = Rect { height: window.height.min(area.height), ..window };
        for y in 0..window.height {
            for x in 0..window.width {
                std::mem::swap(&mut self.buf[(area.x + x, area.y + y)], &mut sheet.buf[(x, top + y)]);
            }
        }
        let cursor = sheet.cursor.filter(|at| window.contains((*at).into()));
        self.cursor = cursor.map(|(x, y)| (area.x + x, area.y + y - top)).or(self.cursor);
        for (spot, target) in sheet.spots {
            let spot = spot.intersection(window);
            if let (Some(mine), false) = (&mut self.spots, spot.is_empty()) {
                mine.push((Rect { x: area.x + spot.x, y: area.y + spot.y - top, ..spot }, target));
            }
        }
    }

    /// Empties an area: for what lies on top of something else.
    pub(crate) fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buf.area);
        for y in area.top()..area.bottom() {
            // A wide character that reaches in from the left would hide the first cell.
            if area.left() > self.buf.area.left() {
                let before = &mut self.buf[(area.left() - 1, y)];
                if text::width(before.symbol()) > 1 {
                    before.set_symbol(" ");
                }
            }
            for x in area.left()..area.right() {
                self.buf[(x, y)].reset();
            }
        }
    }

    /// A line across an area's row.
    pub(crate) fn line(&mut self, area: Rect, line: u16, style: Style) {
        let horizontal = self.theme.glyphs.horizontal;
        let area = area.intersection(self.buf.area);
        if line < area.height {
            for x in area.left()..area.right() {
                self.buf[(x, area.y + line)].set_symbol(horizontal).set_style(style);
            }
        }
    }

    /// A frame around an area; returns what is inside.
    pub(crate) fn frame(&mut self, area: Rect, style: Style) -> Rect {
        let area = area.intersection(self.buf.area);
        if area.width < 2 || area.height < 2 {
            return Rect { width: 0, height: 0, ..area };
        }
        let glyphs = self.theme.glyphs;
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        self.line(area, 0, style);
        self.line(area, area.height - 1, style);
        let mut set = |x, y, glyph: &str| {
            self.buf[(x, y)].set_symbol(glyph).set_style(style);
        };
        for y in area.y + 1..bottom {
            set(area.x, y, glyphs.vertical);
            set(right, y, glyphs.vertical);
        }
        set(area.x, area.y, glyphs.top_left);
        set(right, area.y, glyphs.top_right);
        set(area.x, bottom, glyphs.bottom_left);
        set(right, bottom, glyphs.bottom_right);
        Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 }
    }
}

/// A row being written: words from the left, words from the right, until they meet.
pub(crate) struct Row<'a> {
    buf: &'a mut Buffer,
    theme: &'a Theme,
    y: u16,
    x: u16,
    end: u16,
    /// Something did not fit: what follows it is not shown either.
    full: bool,
}

impl<'a> Row<'a> {
    /// Columns left.
    pub(crate) fn room(&self) -> u16 {
        if self.full { 0 } else { self.end.saturating_sub(self.x) }
    }

    /// The column the next word starts in.
    pub(crate) fn at(&self) -> u16 {
        self.x
    }

    /// Text from the left; ends with an ellipsis where there is too little room.
    pub(crate) fn put(&mut self, words: &str, style: Style) -> &mut Self {
        let words = letters(words, self.theme);
        let room = self.room();
        let ellipsis = self.theme.glyphs.ellipsis;
        match text::cut(&words, room, ellipsis) {
            None => self.set(&words, style),
            Some(shown) => {
                if room >= width(ellipsis) {
                    self.set(shown, style);
                    self.set(ellipsis, style);
                }
                self.full = true;
            }
        }
        self
    }

    /// A value from the left: whole, or not at all (and then nothing after it either).
    pub(crate) fn value(&mut self, words: &str, style: Style) -> &mut Self {
        let words = letters(words, self.theme);
        if width(&words) <= self.room() {
            self.set(&words, style);
        } else {
            self.full = true;
        }
        self
    }

    /// Words that are shown only if they fit as they are, with `gap` columns before them; what follows may
    /// still be shown. Returns whether they were.
    pub(crate) fn fits(&mut self, gap: u16, words: &str, style: Style) -> bool {
        let words = letters(words, self.theme);
        let fits = width(&words) + gap <= self.room();
        if fits {
            self.skip(gap);
            self.set(&words, style);
        }
        fits
    }

    /// Leaves columns empty.
    pub(crate) fn skip(&mut self, columns: u16) -> &mut Self {
        self.x = self.x.saturating_add(columns).min(self.end);
        self
    }

    /// Goes on at a column counted from the start of the screen.
    pub(crate) fn to(&mut self, column: u16) -> &mut Self {
        self.x = self.x.max(column).min(self.end);
        self
    }

    /// Words at the right end, if they fit with `gap` columns to their right; what is written from the left
    /// ends before them. Returns whether they were shown.
    pub(crate) fn right(&mut self, words: &str, gap: u16, style: Style) -> bool {
        let words = letters(words, self.theme);
        let columns = width(&words).saturating_add(gap);
        if columns > self.room() {
            return false;
        }
        self.end -= columns;
        self.write(self.end, self.end + columns, &words, style);
        true
    }

    /// A line up to the right end.
    pub(crate) fn line(&mut self, style: Style) -> &mut Self {
        while self.x < self.end {
            self.buf[(self.x, self.y)].set_symbol(self.theme.glyphs.horizontal).set_style(style);
            self.x += 1;
        }
        self
    }

    /// Lays a style over what is left of the row.
    pub(crate) fn fill(&mut self, style: Style) -> &mut Self {
        let rest = Rect { x: self.x, y: self.y, width: self.end.saturating_sub(self.x), height: 1 };
        self.buf.set_style(rest, style);
        self
    }

    fn set(&mut self, words: &str, style: Style) {
        self.x = self.write(self.x, self.end, words, style);
    }

    /// Words in these columns, as many as have room; returns the column after them.
    fn write(&mut self, from: u16, end: u16, words: &str, style: Style) -> u16 {
        // Words have their own style only, not also that of what they are written over.
        let style = Style::reset().patch(style);
        if !text::stands_alone(words) {
            let room = usize::from(end.saturating_sub(from));
            return self.buf.set_stringn(from, self.y, words, room, style).0;
        }
        let mut x = from;
        for (letter, column) in words.chars().zip(from..end) {
            self.buf[(column, self.y)].set_char(letter).set_style(style);
            x = column + 1;
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_written_as_ratatui_writes_them(
            words in prop_oneof!["[a-z ·…→─█▰●✓]{0,30}", "[a-z ·…→─é世\u{301}\u{fe0f}👩\u{200d}🚒\t]{0,30}"],
            over in "[a世 ]{0,12}", from in 0u16..20, columns in 0u16..20,
        ) {
            let area = Rect::new(0, 0, 24, 1);
            let theme = Theme::default();
            let mut expected = Buffer::empty(area);
            expected.set_string(0, 0, &over, Style::new().italic());
            let mut buf = expected.clone();
            let room = usize::from(columns.min(24 - from));
            expected.set_stringn(from, 0, &words, room, Style::reset().bold());
            let mut pen = Pen::new(&mut buf, &theme);
            let mut row = pen.row(Rect { x: from, width: columns, ..area }, 0);
            row.set(&words, Style::new().bold());
            prop_assert_eq!(buf, expected);
        }

        #[test]
        fn what_stands_alone_is_one_column_a_character(words in "[ -~·–—•…←-↓↶─-◼✓]{0,30}") {
            prop_assert!(text::stands_alone(&words));
            prop_assert_eq!(usize::from(width(&words)), words.chars().count());
        }
    }
}
