//! A table with a heading: each row one indicator with what its columns say of it.

use super::super::{Confidence, Details, Kind, Why, detect, of_kind};
use super::Reader;
use crate::model::taxonomy::Tlp;
use crate::model::text::{self, quoted};
use crate::model::time::{Sense, read};

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Value,
    Type,
    Tlp,
    Confidence,
    First,
    Last,
    Source,
    Note,
    Tags,
    /// Something else; left out.
    Else,
}

impl Column {
    fn of(word: &str) -> Column {
        match word.trim().trim_matches('"').to_lowercase().replace([' ', '-'], "_").as_str() {
            "value" | "indicator" | "ioc" | "observable" | "indicator_value" | "ioc_value" => Column::Value,
            "type" | "kind" | "indicator_type" | "ioc_type" => Column::Type,
            "tlp" => Column::Tlp,
            "confidence" => Column::Confidence,
            "first" | "first_seen" | "firstseen" => Column::First,
            "last" | "last_seen" | "lastseen" => Column::Last,
            "source" | "origin" => Column::Source,
            "note" | "notes" | "comment" | "comments" | "description" => Column::Note,
            "tag" | "tags" | "labels" => Column::Tags,
            _ => Column::Else,
        }
    }
}

/// The heading of a table.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    parting: char,
    columns: Vec<Column>,
}

impl Heading {
    /// A heading, if the first line is one: it names a column of values and at least one other.
    pub(super) fn read(line: &str) -> Option<Self> {
        let line = line.trim_start_matches('\u{FEFF}');
        [',', ';', '\t', '|'].into_iter().find_map(|parting| {
            let columns: Vec<Column> = line.split(parting).map(Column::of).collect();
            let values = columns.iter().filter(|column| **column == Column::Value).count();
            (columns.len() > 1 && values == 1).then_some(Heading { parting, columns })
        })
    }
}

impl Reader<'_> {
    /// Takes a row of the table. A broken one is named with its number; no other row is lost for it.
    pub(super) fn row(&mut self, heading: &Heading, line: &str) {
        let fields = match fields(line, heading.parting) {
            Ok(fields) => fields,
            Err(why) => return self.refuse(line, Why::Row(why), None),
        };
        if fields.len() > heading.columns.len() {
            let why = format!("{} columns where the heading has {}", fields.len(), heading.columns.len());
            return self.refuse(line, Why::Row(why), None);
        }
        let mut own = Details::default();
        let (mut value, mut kind) = ("", None);
        for (column, field) in heading.columns.iter().zip(&fields) {
            let field = field.trim();
            if field.is_empty() {
                continue;
            }
            match column {
                Column::Value => value = field,
                // A type nobody here knows is no reason to lose the row: the value says what it is.
                Column::Type => kind = Kind::parse(field).unwrap_or(None),
                _ => {
                    if let Err(why) = self.said(*column, field, &mut own) {
                        return self.refuse(line, Why::Row(why), None);
                    }
                }
            }
        }
        if value.is_empty() {
            return self.refuse(line, Why::Row("no value in this row".into()), None);
        }
        let found = match kind {
            Some(kind) => of_kind(kind, value).or_else(|why| detect(value).map_err(|_| why)),
            None => detect(value),
        };
        match found {
            Ok(found) => self.weigh(found, value, (!own.is_empty()).then(|| Box::new(own))),
            Err(why) => self.refuse(value, why, None),
        }
    }

    fn said(&self, column: Column, field: &str, own: &mut Details) -> Result<(), String> {
        let time = || {
            let said = read(field, self.around.now, self.around.zone, Sense::Fact);
            said.map(|said| said.utc()).map_err(|_| format!("{} is no time", quoted(field)))
        };
        match column {
            Column::Tlp => {
                own.tlp = Some(Tlp::parse(field).map_err(|_| format!("{} is no TLP", quoted(field)))?)
            }
            Column::Confidence => {
                let confidence =
                    Confidence::parse(field).map_err(|_| format!("{} is no confidence", quoted(field)))?;
                own.confidence = Some(confidence);
            }
            Column::First => own.first = Some(time()?),
            Column::Last => own.last = Some(time()?),
            Column::Source => {
                own.source = Some(super::super::SOURCE.clean(field).map_err(|refusal| refusal.message)?);
            }
            Column::Note => own.note = Some(text::SUMMARY.clean(field).map_err(|refusal| refusal.message)?),
            Column::Tags => {
                let tags = field.split([',', ';', '|', ' ']).filter(|tag| !tag.trim().is_empty());
                own.tags = tags.take(super::super::MOST_TAGS).map(|tag| tag.trim().to_owned()).collect();
                if let Some(long) = own.tags.iter().find(|tag| text::name(tag).is_err()) {
                    return Err(format!("the tag {} is too long", quoted(long)));
                }
            }
            Column::Value | Column::Type | Column::Else => {}
        }
        if own.first.zip(own.last).is_some_and(|(first, last)| first > last) {
            return Err("last seen before first seen".into());
        }
        Ok(())
    }
}

/// The fields of a row (RFC 4180, on one line).
fn fields(line: &str, parting: char) -> Result<Vec<String>, String> {
    let mut fields = Vec::new();
    let mut letters = line.chars().peekable();
    loop {
        let mut field = String::new();
        if letters.peek() == Some(&'"') {
            letters.next();
            loop {
                match letters.next() {
                    None => return Err("a quote that is not closed".into()),
                    Some('"') if letters.peek() == Some(&'"') => {
                        letters.next();
                        field.push('"');
                    }
                    Some('"') => break,
                    Some(c) => field.push(c),
                }
            }
        }
        loop {
            match letters.next() {
                None => {
                    fields.push(field);
                    return Ok(fields);
                }
                Some(c) if c == parting => break,
                Some(c) => field.push(c),
            }
        }
        fields.push(field);
    }
}
