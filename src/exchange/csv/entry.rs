//! Entries of the log as rows: the columns that are ours, in every table that tells what happened.

use std::ops::ControlFlow;

use super::row::Row;
use crate::exchange::intake::{Act, Piece, Reading, Sink, moment};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::timeline::By;
use crate::model::entry::{Entry, Kind, LogKind, Logged};
use crate::model::lane::Lane;
use crate::model::taxonomy::TAXONOMY;
use crate::model::text;
use crate::model::triage::RecordSignal;

/// The entries that tell something, in the order they happened.
pub fn telling(incident: &Incident) -> impl Iterator<Item = &Entry> {
    incident.timeline(By::Happened).into_iter().filter_map(|at| incident.entries.get(at))
}

/// Parts of one cell.
pub fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    parts.into_iter().collect::<Vec<_>>().join("; ")
}

/// What a row of ours says happened, by the column of its text and the one of its time.
pub fn take(
    row: &Row<'_>,
    (text_in, time_in): (&'static str, &'static str),
    reading: &Reading<'_>,
    own_acts: &mut usize,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let word = row.get("kind").unwrap_or("note");
    let Some(kind) = Kind::read(word) else {
        return sink(row.refused("kind", format!("there is no kind of entry {}", text::quoted(word))));
    };
    if !kind.written() {
        *own_acts += 1;
        return ControlFlow::Continue(());
    }
    let at = match moment::read(row.get(time_in).unwrap_or_default(), reading) {
        Ok(at) => at,
        Err(why) => return sink(row.refused(time_in, why)),
    };
    let Some(words) = row.get(text_in) else {
        return sink(row.refused(text_in, "there are no words"));
    };
    let lane = match row.get("lane").map(Lane::parse).transpose() {
        Ok(lane) => lane,
        Err(refusal) => return sink(row.refused("lane", refusal.message.trim_end_matches('.'))),
    };
    let text = words.to_owned();
    // The timeline of `casebook timeline --format csv` parts names by blanks.
    let parted = |name: &str| match row.has("gap_before_minutes") {
        true => row.get(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        false => row.list(name),
    };
    let command = match LogKind::ALL.into_iter().find(|written| written.kind() == kind) {
        Some(kind) => Command::Log(Logged {
            kind,
            text,
            components: parted("components"),
            techniques: parted("techniques"),
            lane,
            source: row.get("source").map(str::to_owned),
        }),
        None => {
            // How it was noticed is one of a few words; where an entry is known from is any.
            let source = row.get("source").filter(|word| TAXONOMY.source(word).is_ok());
            Command::RecordSignal(RecordSignal { text, source: source.map(str::to_owned) })
        }
    };
    let who = row.get("who").map(str::to_owned);
    sink(Piece::Act(Box::new(Act { at: Some(at), who, ..Act::new(row.place.clone(), command) })))
}

/// Acts of casebook are told by what they brought about, not by words in the log.
pub fn left_out(own_acts: usize) -> Option<Piece> {
    let why = "(opened, phase, component …)";
    Some(Piece::Remark(match own_acts {
        0 => return None,
        1 => format!("1 row tells an act of casebook itself {why} and stays out: a bundle brings it."),
        n => format!(
            "{} rows tell acts of casebook itself {why} and stay out: a bundle brings them.",
            text::thousands(n)
        ),
    }))
}

/// Where an entry is known from, as far as its column holds it.
pub fn source(words: &str) -> String {
    let most = text::NAME.most;
    match words.char_indices().nth(most) {
        None => words.to_owned(),
        Some(_) => words.chars().take(most - 1).chain(['…']).collect(),
    }
}
