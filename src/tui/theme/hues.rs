//! The colours of a ground, by name.

use ratatui::style::Color;

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

/// White as this terminal has it.
pub(super) fn white(colours: Colours) -> Color {
    match colours {
        Colours::Sixteen => Color::White,
        Colours::Dark | Colours::Light | Colours::None => Color::Indexed(231),
    }
}

/// Black as this terminal has it.
pub(super) fn black(colours: Colours) -> Color {
    match colours {
        Colours::Sixteen => Color::Black,
        Colours::Dark | Colours::Light | Colours::None => Color::Indexed(16),
    }
}

/// The colours of a ground, by name.
pub(super) struct Hues {
    pub(super) accent: Color,
    pub(super) red: Color,
    pub(super) deep_red: Color,
    pub(super) orange: Color,
    pub(super) green: Color,
    pub(super) blue: Color,
    pub(super) purple: Color,
    pub(super) yellow: Color,
    pub(super) grey: Color,
    pub(super) dim: Option<Color>,
    pub(super) faint: Option<Color>,
    pub(super) on_badge: Color,
    pub(super) selected: Color,
    pub(super) selected_elsewhere: Option<Color>,
}

impl Hues {
    pub(super) fn of(colours: Colours) -> Self {
        match colours {
            Colours::Dark => Self {
                accent: Color::Indexed(215),
                red: Color::Indexed(204),
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
                accent: Color::Indexed(94),
                red: Color::Indexed(124),
                deep_red: Color::Indexed(88),
                orange: Color::Indexed(94),
                green: Color::Indexed(22),
                blue: Color::Indexed(25),
                purple: Color::Indexed(91),
                yellow: Color::Indexed(58),
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
