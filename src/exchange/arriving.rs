//! An indicator that arrives: its value judged, and what is said of it kept within our limits.

use chrono::{DateTime, Utc};

use super::intake::{Act, Piece, Place};
use crate::incident::command::Command;
use crate::model::indicator::{
    AddIndicators, Adding, Command as OfIndicators, Confidence, Details, Found, Kind, MOST_TAGS, SOURCE, Why,
    of_kind,
};
use crate::model::refusal::{Refusal, quoted};
use crate::model::taxonomy::Tlp;
use crate::model::text;

/// What another program says of an indicator, as it says it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    pub tlp: Option<Tlp>,
    pub confidence: Option<Confidence>,
    pub first: Option<DateTime<Utc>>,
    pub last: Option<DateTime<Utc>>,
    pub source: Option<String>,
    pub note: Option<String>,
    pub tags: Vec<String>,
}

/// Names of the fields over there, for refusals.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    pub note: &'static str,
    pub source: &'static str,
    pub tags: &'static str,
    pub times: &'static str,
}

/// The value as the first of these types it is sound as; a value that fits none of several is free text.
///
/// # Errors
/// Why it is none.
pub fn one_of(kinds: &[Kind], value: &str) -> Result<Found, Why> {
    let mut why = None;
    for kind in kinds {
        match of_kind(*kind, value) {
            Ok(found) => return Ok(found),
            // A wrong number says more than that it has another shape.
            Err(other) if matches!(why, None | Some(Why::NotThisType(_) | Why::NoType)) => {
                why = Some(match (why, other) {
                    (Some(first), Why::NotThisType(_) | Why::NoType) => first,
                    (_, other) => other,
                });
            }
            Err(_) => {}
        }
    }
    Err(why.unwrap_or(Why::NoType))
}

impl Said {
    /// The pieces that bring an indicator: what does not fit our limits is refused by itself, the rest comes.
    pub fn bring(&self, place: &Place, found: Found, fields: Fields, give: &mut dyn FnMut(Piece)) {
        let mut refuse = |column: &str, why: String| {
            give(Piece::Refused { place: place.column(column), why });
        };
        let mut within = |column: &str, limit: text::Limit, words: &Option<String>| {
            let cleaned = words.as_deref().map(|words| limit.clean_or_empty(words)).transpose();
            cleaned.map_or_else(
                |refusal| {
                    refuse(column, left_out(&refusal));
                    None
                },
                |words| words.filter(|words| !words.is_empty()),
            )
        };
        let source = within(fields.source, SOURCE, &self.source);
        let note = within(fields.note, text::SUMMARY, &self.note);
        let mut tags: Vec<String> = Vec::new();
        for words in &self.tags {
            match text::name(words) {
                Ok(tag) if tags.contains(&tag) => {}
                Ok(tag) if tags.len() < MOST_TAGS => tags.push(tag),
                Ok(tag) => refuse(
                    fields.tags,
                    format!("{} is more than the {MOST_TAGS} tags one indicator has", quoted(&tag)),
                ),
                Err(refusal) => refuse(fields.tags, left_out(&refusal)),
            }
        }
        let backwards = self.first.zip(self.last).is_some_and(|(first, last)| first > last);
        if backwards {
            refuse(
                fields.times,
                "it was last seen before it was first seen; both times were left out".into(),
            );
        }
        let with = Details {
            tlp: self.tlp,
            confidence: self.confidence,
            first: self.first.filter(|_| !backwards),
            last: self.last.filter(|_| !backwards),
            source,
            note,
            tags,
            components: Vec::new(),
            entry: None,
        };
        // What is said of this one alone: so that many of them stand on one line of the record.
        let own = Some(with).filter(|with| !with.is_empty()).map(Box::new);
        let adding = Adding { kind: found.kind, value: found.value, own };
        let add = AddIndicators { indicators: vec![adding], ..AddIndicators::default() };
        give(Piece::Act(Box::new(Act::new(place.clone(), Command::Indicator(OfIndicators::Add(add))))));
    }
}

fn left_out(refusal: &Refusal) -> String {
    format!("{}; it was left out", refusal.message.trim_end_matches('.'))
}
