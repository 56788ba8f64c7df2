//! Makes what README.md shows anew: the board of the tests' incident as `assets/board.svg`, and the table of keys.

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
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/board.svg"), svg::svg(&buf))?;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path)?;
    let (before, rest) = readme.split_once("<!-- keys -->").unwrap_or((&readme, ""));
    let after = rest.split_once("<!-- /keys -->").map_or("", |(_, after)| after);
    let keys = casebook::tui::keymap::markdown();
    std::fs::write(path, format!("{before}<!-- keys -->\n{keys}<!-- /keys -->{after}"))
}
