//! Draws the picture of the README: the board of the tests' incident, as `assets/board.svg`.

#![allow(dead_code, reason = "the tests tell more than this picture shows")]

#[path = "../tests/it/screens/fixture.rs"]
mod fixture;
#[path = "../tests/it/screens/svg.rs"]
mod svg;
#[path = "../tests/it/screens/telling.rs"]
mod telling;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn main() -> std::io::Result<()> {
    let app = fixture::picture();
    let area = Rect::new(0, 0, app.size.0, app.size.1);
    let mut buf = Buffer::empty(area);
    casebook::tui::view::picture(&app, area, &mut buf);
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/board.svg"), svg::svg(&buf))
}
