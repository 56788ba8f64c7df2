//! What arrives in a file of another program; `import`.

use std::path::PathBuf;

use clap::Args;

use super::{Act, Context, Said, Verb};
use crate::model::refusal::{Refusal, quoted};
use crate::model::time::Zone;

/// A file to take in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Importing {
    /// In which format it is.
    pub format: String,
    /// `-`: standard input.
    pub file: PathBuf,
    pub how: Taking,
    /// The zone of times that name none.
    pub assume: Option<Assumed>,
    /// Which column is what: `(column, field)`.
    pub columns: Vec<(String, String)>,
    /// As a playbook of one's own, for this type of incident; empty: one with the name it has.
    pub as_playbook: Option<String>,
}

/// Whether what is read is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Taking {
    /// Whoever is at a terminal is asked first.
    #[default]
    Ask,
    /// Only told what it would bring.
    Look,
    Record,
}

/// The zone of times that name none.
#[derive(Clone, Debug, PartialEq)]
pub enum Assumed {
    /// The one of this machine.
    Local,
    Zone(Zone),
}

#[derive(Args)]
pub(super) struct Import {
    /// In which format it is; without it, the formats there are
    #[arg(value_name = "FORMAT")]
    format: Option<String>,
    /// The file; - is standard input
    #[arg(value_name = "FILE", allow_hyphen_values = true)]
    file: Option<PathBuf>,
    /// Tell what it would bring, and record nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// The zone of times that name none: utc, local, +02:00, Europe/Berlin
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    assume_zone: Option<String>,
    /// Which column of a table is what; may be given several times
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    columns: Vec<String>,
    /// Keep a CACAO playbook as the checklist of a type of incident, in your settings folder
    #[arg(long, value_name = "TYPE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    as_playbook: Option<String>,
    /// Record it without asking
    #[arg(long)]
    yes: bool,
}

impl Verb for Import {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let Some(format) = self.format else { return Ok(Said::plain(Act::Formats)) };
        let file = self.file.ok_or_else(|| {
            Refusal::misused("casebook import needs a file.")
                .hint(format!("casebook import {format} FILE --dry-run tells what it would bring."))
        })?;
        let assume = match self.assume_zone.as_deref().map(str::trim) {
            None => None,
            Some(word) if word.eq_ignore_ascii_case("local") => Some(Assumed::Local),
            Some(words) => Some(Assumed::Zone(Zone::parse(words)?)),
        };
        let how = match (self.dry_run, self.yes) {
            (true, _) => Taking::Look,
            (false, true) => Taking::Record,
            (false, false) => Taking::Ask,
        };
        if self.as_playbook.is_some() && !format.eq_ignore_ascii_case("cacao") {
            return Err(Refusal::misused(format!("{} is no playbook.", quoted(&format)))
                .hint("casebook import cacao FILE --as-playbook=TYPE"));
        }
        let as_playbook = self.as_playbook.map(|word| word.trim().to_owned());
        let columns = self.columns.iter().map(|words| column(words)).collect::<Result<_, _>>()?;
        Ok(Said::plain(Act::Import(Box::new(Importing { format, file, how, assume, columns, as_playbook }))))
    }
}

/// `Event Time=time`: a column may have an equals sign in its name, a field has none.
fn column(words: &str) -> Result<(String, String), Refusal> {
    match words.rsplit_once('=') {
        Some((column, field)) if !column.trim().is_empty() && !field.trim().is_empty() => {
            Ok((column.trim().to_owned(), field.trim().to_lowercase()))
        }
        _ => Err(Refusal::misused(format!("{} maps no column.", quoted(words))).hint(
            "Type --map COLUMN=FIELD, such as --map \"Event Time=time\"; --map COLUMN=skip leaves one out.",
        )),
    }
}
