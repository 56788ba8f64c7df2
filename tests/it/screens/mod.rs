//! The screens as they are drawn: at every size, in every mode, in every state, and as the README's picture.

mod any;
mod fixture;
mod sizes;
mod states;
mod svg;
mod telling;

use casebook::tui::app::App;
use casebook::tui::view;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

/// The screen of an app.
fn draw(app: &App) -> Buffer {
    let area = Rect::new(0, 0, app.size.0, app.size.1);
    let mut buf = Buffer::empty(area);
    view::picture(app, area, &mut buf);
    buf
}

/// The letters of a screen, each row between bars.
fn text(app: &App) -> String {
    let buf = draw(app);
    let mut out = String::new();
    for y in 0..buf.area.height {
        out.push('|');
        let mut hidden = 0;
        for x in 0..buf.area.width {
            if hidden > 0 {
                hidden -= 1;
                continue;
            }
            let symbol = buf[(x, y)].symbol();
            hidden = casebook::tui::text::width(symbol).saturating_sub(1);
            out.push_str(symbol);
        }
        out.push_str("|\n");
    }
    out
}

/// The letters of a screen, and under each row which style they wear; a legend names the styles.
fn styled(app: &App) -> String {
    let buf = draw(app);
    let mut known: Vec<Style> = vec![Style::new()];
    let text = text(app);
    let mut out = String::new();
    for (y, line) in (0u16..).zip(text.lines()) {
        out.push_str(line);
        out.push('\n');
        let mut wears = String::from(" ");
        for x in 0..buf.area.width {
            let style = worn(buf[(x, y)].style());
            let at = known.iter().position(|one| *one == style).unwrap_or_else(|| {
                known.push(style);
                known.len() - 1
            });
            wears.push(if at == 0 { ' ' } else { char::from(b'a' + u8::try_from(at - 1).unwrap()) });
        }
        if !wears.trim().is_empty() {
            out.push_str(wears.trim_end());
            out.push('\n');
        }
    }
    for (letter, style) in ('a'..).zip(&known[1..]) {
        out.push_str(&format!("{letter}: {}\n", named(*style)));
    }
    out
}

/// The style without what the terminal does anyway.
fn worn(style: Style) -> Style {
    let plain = |colour: Option<Color>| colour.filter(|colour| *colour != Color::Reset);
    Style { fg: plain(style.fg), bg: plain(style.bg), ..Style::new() }.add_modifier(style.add_modifier)
}

fn named(style: Style) -> String {
    let mut words = Vec::new();
    words.extend(style.fg.map(|colour| format!("{colour:?}")));
    words.extend(style.bg.map(|colour| format!("on {colour:?}")));
    let all = [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
        (Modifier::CROSSED_OUT, "struck"),
    ];
    words.extend(
        all.iter().filter(|(m, _)| style.add_modifier.contains(*m)).map(|(_, word)| (*word).to_owned()),
    );
    words.join(" ")
}

/// Types keys at an app whose effects nobody performs; `<enter>` and its kin are special keys.
fn press(app: &mut App, keys: &str) {
    let mut rest = keys;
    while let Some(letter) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
        let (key, after) = match named.and_then(|(name, after)| Some((special(name)?, after))) {
            Some(found) => found,
            None => (KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE), &rest[letter.len_utf8()..]),
        };
        casebook::tui::update::update(app, casebook::tui::msg::Msg::Key(key));
        rest = after;
    }
}

fn special(name: &str) -> Option<KeyEvent> {
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "down" => KeyCode::Down,
        "right" => KeyCode::Right,
        "ctrl-p" => return Some(KeyEvent::new(KeyCode::Char('p'), KeyModifiers::CONTROL)),
        _ => return None,
    };
    Some(KeyEvent::new(code, KeyModifiers::NONE))
}

/// The picture of the README is the board as it is drawn now: `cargo run --example picture` draws it again.
#[test]
fn the_picture_of_the_readme_is_current() {
    let app = fixture::picture();
    let now = svg::svg(&draw(&app));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/board.svg");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == now, "assets/board.svg is not the board of today; run: cargo run --example picture");
}
