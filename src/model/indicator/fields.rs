//! The fields of an indicator that can be changed: each a register, so that words of several people at once
//! are contested and an undo puts back what stood.

use chrono::{DateTime, Utc};

use super::{Confidence, Field, Fields, Retirement};
use crate::model::id::LineId;
use crate::model::register::Side;
use crate::model::taxonomy::Tlp;

/// A field that several people set without knowing of each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Disputed {
    pub field: &'static str,
    pub sides: Vec<Disputing>,
    /// Which of them is shown, as a place in `sides`.
    pub shown: usize,
}

/// One side of it: who said what, in which line.
#[derive(Clone, Debug, PartialEq)]
pub struct Disputing {
    pub by: String,
    pub says: String,
    pub line: LineId,
    pub value: Field,
}

/// Does the same with whichever register a field names.
macro_rules! with_register {
    ($fields:expr, $field:expr, |$register:ident, $value:ident, $wrap:ident| $body:expr) => {
        match $field {
            Field::Type($value) => {
                let ($register, $wrap) = (&mut $fields.kind, Field::Type);
                $body
            }
            Field::Tlp($value) => {
                let ($register, $wrap) = (&mut $fields.tlp, Field::Tlp);
                $body
            }
            Field::Confidence($value) => {
                let ($register, $wrap) = (&mut $fields.confidence, Field::Confidence);
                $body
            }
            Field::First($value) => {
                let ($register, $wrap) = (&mut $fields.first, Field::First);
                $body
            }
            Field::Last($value) => {
                let ($register, $wrap) = (&mut $fields.last, Field::Last);
                $body
            }
            Field::Source($value) => {
                let ($register, $wrap) = (&mut $fields.source, Field::Source);
                $body
            }
            Field::Note($value) => {
                let ($register, $wrap) = (&mut $fields.note, Field::Note);
                $body
            }
            Field::Tags($value) => {
                let ($register, $wrap) = (&mut $fields.tags, Field::Tags);
                $body
            }
            Field::Retired($value) => {
                let ($register, $wrap) = (&mut $fields.retired, Field::Retired);
                $body
            }
        }
    };
}

impl Fields {
    /// Writes a value over the sides in `over`; returns those sides.
    pub(crate) fn put(&mut self, line: LineId, by: &str, over: &[LineId], field: Field) -> Vec<Side<Field>> {
        with_register!(self, field, |register, value, wrap| register
            .set(line, by, over, value)
            .into_iter()
            .map(|side| Side { line: side.line, by: side.by, value: wrap(side.value) })
            .collect())
    }

    /// Takes the side of `line` away and puts back one it had replaced.
    pub(crate) fn restore(&mut self, line: LineId, field: &Field, was: Option<(LineId, String)>) {
        with_register!(self, field.clone(), |register, value, _wrap| register
            .restore(line, was.map(|(line, by)| Side { line, by, value })));
    }

    /// The lines whose value a new one would replace in the field this names.
    pub(crate) fn heads_of(&self, field: &Field) -> Vec<LineId> {
        match field {
            Field::Type(_) => self.kind.heads().collect(),
            Field::Tlp(_) => self.tlp.heads().collect(),
            Field::Confidence(_) => self.confidence.heads().collect(),
            Field::First(_) => self.first.heads().collect(),
            Field::Last(_) => self.last.heads().collect(),
            Field::Source(_) => self.source.heads().collect(),
            Field::Note(_) => self.note.heads().collect(),
            Field::Tags(_) => self.tags.heads().collect(),
            Field::Retired(_) => self.retired.heads().collect(),
        }
    }

    pub(super) fn heads(&self) -> Vec<LineId> {
        let mut heads: Vec<LineId> = Vec::new();
        heads.extend(self.kind.heads().chain(self.tlp.heads()).chain(self.confidence.heads()));
        heads.extend(self.first.heads().chain(self.last.heads()).chain(self.source.heads()));
        heads.extend(self.note.heads().chain(self.tags.heads()).chain(self.retired.heads()));
        heads
    }

    pub(super) fn contested(&self) -> Vec<Disputed> {
        let mut all = Vec::new();
        macro_rules! look {
            ($($name:literal $register:ident $wrap:ident $say:expr),+ $(,)?) => {
                $(if let Some(sides) = self.$register.contested() {
                    let say = $say;
                    let holds = self.$register.holds().map(|side| side.line);
                    let shown = sides.iter().position(|side| Some(side.line) == holds).unwrap_or(0);
                    let sides = sides.iter().map(|side| Disputing {
                        by: side.by.clone(),
                        says: say(&side.value),
                        line: side.line,
                        value: Field::$wrap(side.value.clone()),
                    });
                    all.push(Disputed { field: $name, sides: sides.collect(), shown });
                })+
            };
        }
        let plain = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        let time = |value: &Option<DateTime<Utc>>| value.map_or("nothing".to_owned(), |at| at.to_rfc3339());
        look!(
            "type" kind Type String::clone,
            "TLP" tlp Tlp |tlp: &Option<Tlp>| tlp.map_or("nothing", Tlp::label).to_owned(),
            "confidence" confidence Confidence |to: &Option<Confidence>| to.map_or("nothing", Confidence::id).to_owned(),
            "first seen" first First time,
            "last seen" last Last time,
            "source" source Source plain,
            "note" note Note plain,
            "tags" tags Tags |tags: &Vec<String>| tags.join(", "),
            "use" retired Retired |to: &Option<Retirement>| to.as_ref().map_or("in use".to_owned(), |r| format!("retired: {}", r.reason)),
        );
        all
    }
}
