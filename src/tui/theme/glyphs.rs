//! Marks and line pieces, with their ASCII form.

/// Which letters the terminal can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Letters {
    #[default]
    Unicode,
    /// `--ascii`, or a locale that is not UTF-8: nothing above `~` is drawn.
    Ascii,
}

/// Marks and line pieces. Each stands beside a word where it matters.
#[derive(Debug)]
pub struct Glyphs {
    pub done: &'static str,
    pub open: &'static str,
    pub in_progress: &'static str,
    pub blocked: &'static str,
    pub waived: &'static str,
    pub not_applicable: &'static str,
    /// A phase that was visited, left backwards, is current, was not visited.
    pub visited: &'static str,
    pub went_back: &'static str,
    pub current: &'static str,
    pub not_visited: &'static str,
    /// Before the selected row; the same width without.
    pub bar: &'static str,
    pub no_bar: &'static str,
    pub marked: &'static str,
    pub ellipsis: &'static str,
    pub arrow: &'static str,
    pub dot: &'static str,
    pub bar_full: &'static str,
    pub bar_empty: &'static str,
    pub saved: &'static str,
    pub cursor: &'static str,
    pub horizontal: &'static str,
    pub vertical: &'static str,
    pub top_left: &'static str,
    pub top_right: &'static str,
    pub bottom_left: &'static str,
    pub bottom_right: &'static str,
    pub tee_left: &'static str,
    pub tee_right: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    done: "✓",
    open: "○",
    in_progress: "◐",
    blocked: "■",
    waived: "–",
    not_applicable: "–",
    visited: "✓",
    went_back: "↶",
    current: "●",
    not_visited: "○",
    bar: "▌",
    no_bar: " ",
    marked: "•",
    ellipsis: "…",
    arrow: "→",
    dot: "·",
    bar_full: "▰",
    bar_empty: "▱",
    saved: "✓ ",
    cursor: "▏",
    horizontal: "─",
    vertical: "│",
    top_left: "╭",
    top_right: "╮",
    bottom_left: "╰",
    bottom_right: "╯",
    tee_left: "├",
    tee_right: "┤",
};

const ASCII: Glyphs = Glyphs {
    done: "[x]",
    open: "[ ]",
    in_progress: "[~]",
    blocked: "[!]",
    waived: "[w]",
    not_applicable: "[-]",
    visited: "ok",
    went_back: "back",
    current: "*",
    not_visited: "--",
    bar: ">",
    no_bar: " ",
    marked: "*",
    ellipsis: "...",
    arrow: "->",
    dot: "-",
    bar_full: "#",
    bar_empty: ".",
    saved: "",
    cursor: "_",
    horizontal: "-",
    vertical: "|",
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    tee_left: "|",
    tee_right: "|",
};

impl Glyphs {
    /// The glyphs these letters can show.
    pub fn of(letters: Letters) -> &'static Self {
        match letters {
            Letters::Unicode => &UNICODE,
            Letters::Ascii => &ASCII,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr as _;

    fn all(glyphs: &Glyphs) -> [&'static str; 29] {
        let g = glyphs;
        [
            g.done,
            g.open,
            g.in_progress,
            g.blocked,
            g.waived,
            g.not_applicable,
            g.visited,
            g.went_back,
            g.current,
            g.not_visited,
            g.bar,
            g.no_bar,
            g.marked,
            g.ellipsis,
            g.arrow,
            g.dot,
            g.bar_full,
            g.bar_empty,
            g.saved,
            g.cursor,
            g.horizontal,
            g.vertical,
            g.top_left,
            g.top_right,
            g.bottom_left,
            g.bottom_right,
            g.tee_left,
            g.tee_right,
            " ",
        ]
    }

    #[test]
    fn the_ascii_form_is_ascii_and_task_marks_of_one_form_are_equally_wide() {
        assert!(all(&ASCII).iter().all(|glyph| glyph.is_ascii()));
        for glyphs in [&ASCII, &UNICODE] {
            let marks = [
                glyphs.done,
                glyphs.open,
                glyphs.in_progress,
                glyphs.blocked,
                glyphs.waived,
                glyphs.not_applicable,
            ];
            assert!(marks.iter().all(|mark| mark.width() == marks[0].width()));
            assert_eq!(glyphs.bar.width(), glyphs.no_bar.width());
            for piece in [glyphs.horizontal, glyphs.vertical, glyphs.top_left, glyphs.tee_right] {
                assert_eq!(piece.width(), 1);
            }
        }
    }
}
