//! What every row that leaves says of the incident it is of: its number, and that it was played.

use super::row::Each;
use crate::exchange::intake::Piece;
use crate::incident::release::Released;

/// The names of these columns; they stand last.
pub const COLUMNS: [&str; 2] = ["incident", "exercise"];

/// Their cells.
pub fn cells(released: &Released) -> [String; 2] {
    [released.incident.number.clone(), played(released).to_owned()]
}

/// The words of a drill and of the demo.
pub const PLAYED: [&str; 2] = ["EXERCISE EXERCISE EXERCISE", "DEMO"];

/// What a drill and the demo say wherever they leave.
pub fn played(released: &Released) -> &'static str {
    match () {
        () if released.incident.is_drill() => PLAYED[0],
        () if released.incident.number.starts_with("DEMO") => PLAYED[1],
        () => "",
    }
}

/// The same reading, which says once that rows are of an exercise or the demo: none of it has happened.
pub fn told(mut each: Each<'_>) -> Each<'_> {
    let mut said = false;
    Box::new(move |row, sink| {
        if let Some(word) = row.get("exercise").filter(|_| !said) {
            said = true;
            sink(Piece::Remark(format!(
                "MADE UP: its rows are marked {word}; an exercise or the demo wrote them, and none of it has happened."
            )))?;
        }
        each(row, sink)
    })
}
