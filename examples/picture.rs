//! Draws the picture of the README: the board of the tests' incident, as `assets/board.svg`.

#[path = "../tests/it/screens/fixture.rs"]
#[allow(dead_code, unreachable_pub, reason = "the tests tell more with it than this picture does")]
mod fixture;
#[path = "../tests/it/screens/svg.rs"]
#[allow(unreachable_pub, reason = "shared with the tests")]
mod svg;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn main() -> std::io::Result<()> {
    let app = fixture::picture();
    let area = Rect::new(0, 0, app.size.0, app.size.1);
    let mut buf = Buffer::empty(area);
    casebook::tui::view::picture(&app, area, &mut buf);
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/board.svg"), svg::svg(&buf))
}
