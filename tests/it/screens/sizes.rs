//! The board at the sizes and in the modes terminals come in.

use casebook::tui::theme::{Colours, Letters, Theme};

use super::{fixture, press, styled, text};

#[test]
fn the_board_is_drawn_at_every_size() {
    for (columns, rows) in [(172, 34), (140, 40), (200, 14), (100, 30), (80, 24), (66, 50), (45, 20), (10, 3)]
    {
        let app = fixture::app(columns, rows);
        insta::assert_snapshot!(format!("board_{columns}x{rows}"), text(&app));
    }
}

#[test]
fn the_ascii_form_is_that_of_the_mock_up_and_nothing_in_it_is_beyond_ascii() {
    for (columns, rows) in [(140, 40), (80, 24), (45, 20)] {
        let mut app = fixture::app(columns, rows);
        app.theme = Theme::new(Colours::None, Letters::Ascii);
        let text = text(&app);
        assert!(text.is_ascii());
        insta::assert_snapshot!(format!("ascii_{columns}x{rows}"), text);
    }
}

#[test]
fn colours_stand_on_words_that_say_the_same() {
    let modes = [
        ("dark", Colours::Dark),
        ("light", Colours::Light),
        ("sixteen", Colours::Sixteen),
        ("none", Colours::None),
    ];
    let plain = text(&fixture::app(80, 24));
    for (name, colours) in modes {
        let mut app = fixture::app(80, 24);
        app.theme = Theme::new(colours, Letters::Unicode);
        assert_eq!(text(&app), plain, "{name} has other words");
        insta::assert_snapshot!(format!("styled_{name}"), styled(&app));
    }
}

#[test]
fn the_pane_in_focus_is_marked_at_every_width() {
    for (columns, rows) in [(140, 40), (100, 30), (80, 24)] {
        let mut app = fixture::app(columns, rows);
        press(&mut app, "<tab>jjj");
        insta::assert_snapshot!(format!("log_{columns}x{rows}"), styled(&app));
        press(&mut app, "<tab>j");
        insta::assert_snapshot!(format!("incidents_{columns}x{rows}"), text(&app));
    }
}
