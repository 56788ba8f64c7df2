//! A replaceable value that several people may set at once: the newest word where they knew of each
//! other, every side where they did not.

use serde::{Deserialize, Serialize};

use super::id::LineId;
use super::severity::Severity;
use super::taxonomy::{Posture, Tlp};
use super::triage::Acknowledgement;

/// One side: a value nobody has replaced yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side<T> {
    pub line: LineId,
    pub by: String,
    pub value: T,
}

/// A value with all sides nobody has replaced. Sides stand in the order of their lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Register<T> {
    sides: Vec<Side<T>>,
}

impl<T> Default for Register<T> {
    fn default() -> Self {
        Self { sides: Vec::new() }
    }
}

/// How careful a value is: among contested sides the most careful is shown, among equals the last.
pub trait Careful {
    fn care(&self) -> i32 {
        0
    }
}

impl Careful for String {}

impl Careful for Tlp {
    // The narrower circle is the careful one.
    fn care(&self) -> i32 {
        i32::from(self.rank())
    }
}

impl Careful for Severity {
    // The higher severity is the careful one.
    fn care(&self) -> i32 {
        -i32::from(self.level.number())
    }
}

impl Careful for Posture {}
impl Careful for Acknowledgement {}

impl<T: Careful> Careful for Option<T> {
    fn care(&self) -> i32 {
        self.as_ref().map_or(i32::MIN, Careful::care)
    }
}

impl<T: Careful + Clone + PartialEq> Register<T> {
    /// The value: the only side, or the most careful of several.
    pub fn get(&self) -> Option<&T> {
        self.holds().map(|side| &side.value)
    }

    /// The side whose value holds, with the line that said it.
    pub fn holds(&self) -> Option<&Side<T>> {
        // max_by_key returns the last of equals, which is the newest line.
        self.sides.iter().max_by_key(|side| side.value.care())
    }

    /// Puts a value in place of the sides in `over`; returns those sides.
    pub fn set(&mut self, line: LineId, by: &str, over: &[LineId], value: T) -> Vec<Side<T>> {
        // A line that makes a noun gives its fields their first values, and may then set them at once.
        self.sides.retain(|side| side.line != line);
        let replaced = self.sides.extract_if(.., |side| over.contains(&side.line)).collect();
        self.sides.push(Side { line, by: by.to_owned(), value });
        replaced
    }

    /// Takes the side of `line` away again and puts back one it had replaced.
    pub fn restore(&mut self, line: LineId, was: Option<Side<T>>) {
        self.sides.retain(|side| side.line != line);
        if let Some(was) = was.filter(|was| !self.stands(was.line)) {
            self.sides.insert(0, was);
        }
    }

    /// The lines a new value would replace.
    pub fn heads(&self) -> impl Iterator<Item = LineId> + '_ {
        self.sides.iter().map(|side| side.line)
    }

    /// All sides nobody has replaced, in the order of their lines.
    pub fn sides(&self) -> &[Side<T>] {
        &self.sides
    }

    /// Whether this line's value still stands.
    pub fn stands(&self, line: LineId) -> bool {
        self.sides.iter().any(|side| side.line == line)
    }

    /// All sides, if they differ.
    pub fn contested(&self) -> Option<&[Side<T>]> {
        let (first, others) = self.sides.split_first()?;
        others.iter().any(|side| side.value != first.value).then_some(&self.sides[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: u8) -> LineId {
        LineId([n; 32])
    }

    #[test]
    fn a_value_replaced_knowingly_is_gone_and_one_replaced_unknowingly_is_contested() {
        let mut title = Register::default();
        title.set(line(1), "ana", &[], "a".to_owned());
        title.set(line(2), "ana", &[line(1)], "b".to_owned());
        assert_eq!((title.get().map(String::as_str), title.contested()), (Some("b"), None));
        title.set(line(3), "bo", &[line(1)], "c".to_owned());
        assert_eq!(title.get().map(String::as_str), Some("c"));
        assert_eq!(title.contested().map(<[_]>::len), Some(2));
        let heads: Vec<LineId> = title.heads().collect();
        title.set(line(4), "ana", &heads, "b".to_owned());
        assert_eq!((title.get().map(String::as_str), title.contested()), (Some("b"), None));
    }

    #[test]
    fn equal_words_of_two_people_are_agreed() {
        let mut title = Register::default();
        title.set(line(1), "ana", &[], "a".to_owned());
        title.set(line(2), "bo", &[], "a".to_owned());
        assert_eq!(title.contested(), None);
    }
}
