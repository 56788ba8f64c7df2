//! What each part of a screen looks like: styles by meaning, and glyphs with their ASCII form.
//!
//! Colour never carries a meaning alone: every style here stands on a word, a mark or a badge that says
//! the same. The default background and text are the terminal's own, so that any scheme stays readable.

use ratatui::style::{Color, Modifier, Style};

use crate::model::entry::Kind;
use crate::model::severity::Level;
use crate::model::taxonomy::Tlp;

/// Which colours the terminal can show, and on what ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// 256 colours on a dark ground.
    #[default]
    Dark,
    /// 256 colours on a light ground.
    Light,
    /// The sixteen that every terminal names itself.
    Sixteen,
    /// `NO_COLOR`: bold, reverse and words only.
    None,
}

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

/// The styles and glyphs of one session.
#[derive(Debug)]
pub struct Theme {
    pub colours: Colours,
    pub letters: Letters,
    pub glyphs: &'static Glyphs,
    pub text: Style,
    /// Names, titles, what the eye should find first.
    pub strong: Style,
    /// Done, labels, times.
    pub dim: Style,
    /// Lines and frames.
    pub faint: Style,
    /// Where you are.
    pub accent: Style,
    /// What hurts.
    pub hurt: Style,
    /// What must be seen before anything else: NOT SAVED, overdue.
    pub alarm: Style,
    pub good: Style,
    pub info: Style,
    pub decide: Style,
    pub notice: Style,
    /// A filled badge in the accent colour: the current tab, EXERCISE.
    pub badge: Style,
    /// A filled badge for what waits for somebody: needs approval, what waits for you.
    pub wanted: Style,
    /// The text of the terminal as a colour of its own, for words on a ground that is ours.
    pub ink: Option<Color>,
    /// Laid over the selected row of the pane in focus, and of another.
    pub selected: Style,
    pub selected_elsewhere: Style,
    /// Laid over an entry that was taken back; the word "undone" stands beside it.
    pub undone: Style,
    /// A field of a form: the ground words are typed on.
    pub field: Style,
}

impl Theme {
    pub fn new(colours: Colours, letters: Letters) -> Self {
        let glyphs = match letters {
            Letters::Unicode => &UNICODE,
            Letters::Ascii => &ASCII,
        };
        let hues = Hues::of(colours);
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let none = colours == Colours::None;
        let ink = |colour: Color| if none { plain } else { plain.fg(colour) };
        let quiet = match colours {
            // Grey is no colour of the sixteen that can be relied on; the attribute is.
            Colours::Sixteen | Colours::None => plain.add_modifier(Modifier::DIM),
            Colours::Dark | Colours::Light => plain,
        };
        let filled = |ground: Color| {
            if none { bold.add_modifier(Modifier::REVERSED) } else { bold.fg(hues.on_badge).bg(ground) }
        };
        let laid = |ground: Option<Color>| match (colours, ground) {
            (Colours::None, Some(_)) => plain.add_modifier(Modifier::REVERSED),
            (Colours::Sixteen, Some(ground)) => bold.fg(Color::White).bg(ground),
            (_, Some(ground)) => plain.bg(ground),
            (_, None) => bold,
        };
        Self {
            colours,
            letters,
            glyphs,
            text: plain,
            strong: bold,
            dim: hues.dim.map_or(quiet, |dim| plain.fg(dim)),
            faint: hues.faint.map_or(quiet, |faint| plain.fg(faint)),
            accent: if none { bold } else { bold.fg(hues.accent) },
            hurt: if none { bold.add_modifier(Modifier::UNDERLINED) } else { bold.fg(hues.red) },
            alarm: if none {
                bold.add_modifier(Modifier::REVERSED)
            } else {
                bold.fg(Color::White).bg(hues.deep_red)
            },
            good: ink(hues.green),
            info: ink(hues.blue),
            decide: ink(hues.purple),
            notice: ink(hues.yellow),
            badge: filled(hues.accent),
            wanted: filled(hues.purple),
            ink: match colours {
                Colours::Dark => Some(Color::Indexed(253)),
                Colours::Light => Some(Color::Indexed(234)),
                Colours::Sixteen | Colours::None => None,
            },
            selected: laid(Some(hues.selected)),
            selected_elsewhere: laid(hues.selected_elsewhere),
            undone: plain.add_modifier(Modifier::CROSSED_OUT),
            field: match colours {
                Colours::None | Colours::Sixteen => plain.add_modifier(Modifier::UNDERLINED),
                Colours::Dark => plain.fg(Color::Indexed(253)).bg(hues.selected),
                Colours::Light => plain.fg(Color::Indexed(234)).bg(hues.selected),
            },
        }
    }

    /// The badge of a severity; `None` is `SEV?`.
    pub fn severity(&self, level: Option<Level>) -> Style {
        let hues = Hues::of(self.colours);
        if self.colours == Colours::None {
            let bold = Style::new().add_modifier(Modifier::BOLD);
            return match level {
                Some(Level::Sev1 | Level::Sev2) => bold.add_modifier(Modifier::REVERSED),
                Some(_) => bold,
                None => bold.add_modifier(Modifier::UNDERLINED),
            };
        }
        let bold = Style::new().add_modifier(Modifier::BOLD);
        match level {
            Some(Level::Sev1) => bold.fg(Color::White).bg(hues.deep_red),
            Some(Level::Sev2) => bold.fg(hues.on_badge).bg(hues.orange),
            Some(Level::Sev3) => bold.fg(hues.on_badge).bg(hues.blue),
            Some(Level::Sev4 | Level::Sev5) => bold.fg(hues.on_badge).bg(hues.grey),
            None => bold.fg(hues.on_badge).bg(hues.yellow),
        }
    }

    /// A severity as coloured words, for lists.
    pub fn severity_word(&self, level: Option<Level>) -> Style {
        let hues = Hues::of(self.colours);
        let bold = Style::new().add_modifier(Modifier::BOLD);
        if self.colours == Colours::None {
            return bold;
        }
        match level {
            Some(Level::Sev1) => bold.fg(hues.red),
            Some(Level::Sev2) => bold.fg(hues.orange),
            Some(Level::Sev3) => bold.fg(hues.blue),
            Some(Level::Sev4 | Level::Sev5) => self.dim.add_modifier(Modifier::BOLD),
            None => bold.fg(hues.yellow),
        }
    }

    /// The badge of a TLP label, in the colours of the TLP 2.0 standard as near as the terminal has them.
    pub fn tlp(&self, tlp: Tlp) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let ground = match (self.colours, tlp) {
            (Colours::None, _) => return bold.add_modifier(Modifier::REVERSED),
            (Colours::Sixteen, Tlp::Clear) => Color::White,
            (Colours::Sixteen, Tlp::Green) => Color::Green,
            (Colours::Sixteen, Tlp::Amber | Tlp::AmberStrict) => Color::Yellow,
            (Colours::Sixteen, Tlp::Red) => return bold.fg(Color::White).bg(Color::Red),
            (Colours::Light, Tlp::Clear) => Color::Indexed(252),
            (_, Tlp::Clear) => Color::Indexed(231),
            (_, Tlp::Green) => Color::Indexed(82),
            (_, Tlp::Amber | Tlp::AmberStrict) => Color::Indexed(214),
            (_, Tlp::Red) => return bold.fg(Color::Indexed(16)).bg(Color::Indexed(203)),
        };
        bold.fg(black(self.colours)).bg(ground)
    }

    /// The word of an entry's kind in the activity log.
    pub fn kind(&self, kind: Kind) -> Style {
        let bold = Modifier::BOLD;
        match kind {
            Kind::Note | Kind::Observation | Kind::Action | Kind::Communication => self.strong,
            Kind::Decision | Kind::Approval | Kind::Posture | Kind::Assumption => {
                self.decide.add_modifier(bold)
            }
            Kind::Opened | Kind::Task | Kind::Ack | Kind::People | Kind::Handover => {
                self.good.add_modifier(bold)
            }
            Kind::Phase | Kind::Hold => self.accent,
            Kind::Component | Kind::Signal | Kind::Indicator | Kind::Evidence => self.info.add_modifier(bold),
            Kind::Severity => self.hurt,
            Kind::Determination | Kind::Notice | Kind::Measure | Kind::Timer => {
                self.notice.add_modifier(bold)
            }
            Kind::Lesson | Kind::Improvement => self.good.add_modifier(bold),
            Kind::Edit | Kind::Link | Kind::Correction | Kind::Undo | Kind::Unknown => self.dim,
        }
    }
}

fn black(colours: Colours) -> Color {
    match colours {
        Colours::Sixteen => Color::Black,
        Colours::Dark | Colours::Light | Colours::None => Color::Indexed(16),
    }
}

/// The colours of a ground, by name.
struct Hues {
    accent: Color,
    red: Color,
    deep_red: Color,
    orange: Color,
    green: Color,
    blue: Color,
    purple: Color,
    yellow: Color,
    grey: Color,
    dim: Option<Color>,
    faint: Option<Color>,
    on_badge: Color,
    selected: Color,
    selected_elsewhere: Option<Color>,
}

impl Hues {
    fn of(colours: Colours) -> Self {
        match colours {
            Colours::Dark => Self {
                accent: Color::Indexed(215),
                red: Color::Indexed(203),
                deep_red: Color::Indexed(124),
                orange: Color::Indexed(209),
                green: Color::Indexed(114),
                blue: Color::Indexed(75),
                purple: Color::Indexed(141),
                yellow: Color::Indexed(221),
                grey: Color::Indexed(246),
                dim: Some(Color::Indexed(247)),
                faint: Some(Color::Indexed(239)),
                on_badge: Color::Indexed(16),
                selected: Color::Indexed(236),
                selected_elsewhere: Some(Color::Indexed(235)),
            },
            Colours::Light => Self {
                accent: Color::Indexed(130),
                red: Color::Indexed(160),
                deep_red: Color::Indexed(124),
                orange: Color::Indexed(130),
                green: Color::Indexed(22),
                blue: Color::Indexed(25),
                purple: Color::Indexed(91),
                yellow: Color::Indexed(94),
                grey: Color::Indexed(240),
                dim: Some(Color::Indexed(240)),
                faint: Some(Color::Indexed(249)),
                on_badge: Color::Indexed(231),
                selected: Color::Indexed(254),
                selected_elsewhere: Some(Color::Indexed(255)),
            },
            Colours::Sixteen | Colours::None => Self {
                accent: Color::Yellow,
                red: Color::LightRed,
                deep_red: Color::Red,
                orange: Color::Yellow,
                green: Color::Green,
                blue: Color::Cyan,
                purple: Color::Magenta,
                yellow: Color::Yellow,
                grey: Color::Gray,
                dim: None,
                faint: None,
                on_badge: Color::Black,
                selected: Color::Blue,
                selected_elsewhere: None,
            },
        }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(Colours::default(), Letters::default())
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

    /// The relative luminance of WCAG 2.2 of one of the 256 colours of a terminal.
    fn luminance(colour: Color) -> f64 {
        let Color::Indexed(index) = colour else { panic!("{colour:?} is not one of the 256") };
        let cube = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
        let rgb = match index {
            0..=15 => panic!("the terminal's own colours have no fixed value"),
            16..=231 => [(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6].map(cube),
            232.. => [8 + 10 * (index - 232); 3],
        };
        let linear = rgb.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    #[test]
    fn words_keep_their_contrast_in_the_selected_row() {
        for colours in [Colours::Dark, Colours::Light] {
            let theme = Theme::new(colours, Letters::Unicode);
            let mut styles = vec![theme.dim, theme.accent, theme.hurt, theme.good, theme.info];
            styles.extend([theme.decide, theme.notice, theme.badge, theme.wanted]);
            styles.extend(Level::ALL.map(|level| theme.severity_word(Some(level))));
            for style in styles {
                let ink = luminance(style.fg.unwrap());
                let ground = luminance(style.bg.or(theme.selected.bg).unwrap());
                let ratio = (ink.max(ground) + 0.05) / (ink.min(ground) + 0.05);
                assert!(
                    ratio >= if style == theme.dim { 4.5 } else { 3.6 },
                    "{colours:?} {style:?}: {ratio:.2}"
                );
            }
        }
    }

    #[test]
    fn without_colour_no_style_names_one() {
        let theme = Theme::new(Colours::None, Letters::Unicode);
        let mut styles = vec![
            theme.text,
            theme.strong,
            theme.dim,
            theme.faint,
            theme.accent,
            theme.hurt,
            theme.alarm,
            theme.good,
            theme.info,
            theme.decide,
            theme.notice,
            theme.badge,
            theme.wanted,
            theme.selected,
            theme.selected_elsewhere,
            theme.undone,
            theme.field,
        ];
        styles.extend(Kind::ALL.map(|kind| theme.kind(kind)));
        styles.extend(Tlp::ALL.map(|tlp| theme.tlp(tlp)));
        styles.extend(Level::ALL.map(|level| theme.severity(Some(level))));
        styles.extend(Level::ALL.map(|level| theme.severity_word(Some(level))));
        assert!(styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
    }
}
