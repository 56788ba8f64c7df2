//! What each part of a screen looks like: styles by meaning, and glyphs with their ASCII form.
//!
//! Colour never carries a meaning alone: every style here stands on a word, a mark or a badge that says
//! the same. The default background and text are the terminal's own, so that any scheme stays readable.

mod glyphs;
mod hues;

use ratatui::style::{Color, Modifier, Style};

use crate::model::entry::Kind;
use crate::model::severity::Level;
use crate::model::taxonomy::Tlp;

pub use glyphs::{Glyphs, Letters};
pub use hues::Colours;
use hues::{Hues, black, white};

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
        let glyphs = Glyphs::of(letters);
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
                bold.fg(white(colours)).bg(hues.deep_red)
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
            Some(Level::Sev1) => bold.fg(white(self.colours)).bg(hues.deep_red),
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
            Kind::Inject => self.notice.add_modifier(bold),
            Kind::Edit | Kind::Link | Kind::Drill | Kind::Correction | Kind::Undo | Kind::Unknown => self.dim,
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

    /// The contrast of WCAG 2.2 between two colours.
    fn contrast(one: Color, other: Color) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// WCAG 2.2, 1.4.3 (AA): the least contrast of words with what they stand on.
    const LEAST: f64 = 4.5;

    #[test]
    fn words_can_be_read_on_every_ground_they_stand_on() {
        let mut faults = Vec::new();
        for (colours, grounds) in [(Colours::Dark, [16, 233, 235]), (Colours::Light, [231, 255, 254])] {
            let theme = Theme::new(colours, Letters::Unicode);
            let laid = [theme.selected.bg, theme.selected_elsewhere.bg, theme.field.bg];
            let grounds: Vec<Color> =
                grounds.map(Color::Indexed).into_iter().chain(laid.into_iter().flatten()).collect();
            let mut styles = vec![theme.dim, theme.accent, theme.hurt, theme.good, theme.info];
            styles.extend([theme.decide, theme.notice, theme.badge, theme.wanted, theme.alarm, theme.field]);
            styles.extend(Level::ALL.map(|level| theme.severity_word(Some(level))));
            styles.extend(Level::ALL.map(|level| theme.severity(Some(level))));
            styles.extend([theme.severity(None), theme.severity_word(None)]);
            styles.extend(Tlp::ALL.map(|tlp| theme.tlp(tlp)));
            styles.extend(
                Kind::ALL.map(|kind| theme.kind(kind)).into_iter().filter(|style| style.fg.is_some()),
            );
            let ink = Style::new().fg(theme.ink.unwrap());
            styles.push(ink);
            for style in styles {
                let own: Vec<Color> = style.bg.into_iter().collect();
                for ground in if own.is_empty() { &grounds } else { &own } {
                    let ratio = contrast(style.fg.unwrap(), *ground);
                    if ratio < LEAST {
                        faults.push(format!("{colours:?} {:?} on {ground:?}: {ratio:.2}", style.fg.unwrap()));
                    }
                }
            }
        }
        faults.sort();
        faults.dedup();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
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
