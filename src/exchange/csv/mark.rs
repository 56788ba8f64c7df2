//! What every row that leaves says of the incident it is of: its number, and that it was played.

use crate::incident::release::Released;

/// The names of these columns; they stand last.
pub const COLUMNS: [&str; 2] = ["incident", "exercise"];

/// Their cells.
pub fn cells(released: &Released) -> [String; 2] {
    [released.incident.number.clone(), played(released).to_owned()]
}

/// What a drill and the demo say wherever they leave.
pub fn played(released: &Released) -> &'static str {
    match () {
        () if released.incident.is_drill() => "EXERCISE EXERCISE EXERCISE",
        () if released.incident.number.starts_with("DEMO") => "DEMO",
        () => "",
    }
}
