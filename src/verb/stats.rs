//! `stats`: the measures of one incident, or over many.

use clap::Args;

use super::leaving::Leaving;
use super::lookup::{Offered, severities, types};
use super::when::fact;
use super::{Act, Context, Leave, Said, Verb};
use crate::incident::release::Release;
use crate::metrics::over::Wanted;
use crate::model::refusal::Refusal;
use crate::model::severity::Level;

/// What `stats` asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    pub wanted: Wanted,
    pub which: Played,
    pub format: Figures,
    pub leave: Leave,
}

/// Whether real incidents are measured, or drills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Played {
    /// Incidents, and the demo apart from them.
    #[default]
    No,
    Drills,
}

/// How measures are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Figures {
    /// Tables to read
    #[default]
    Text,
    /// One document, with the definitions
    Json,
    /// One line an incident; of one incident, one line a measure
    Csv,
}

/// How long until what, how often back, how well kept: over all incidents, or of the one that -i names.
///
/// Median and p90 are by nearest rank, with n; false alarms, drills and the demo are counted apart.
#[derive(Args)]
pub(super) struct ShowStats {
    /// What each measure means: from which fact to which fact
    #[arg(long)]
    define: bool,
    /// Only incidents opened since then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    /// Only of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(types), hide_possible_values = true)]
    kind: Option<String>,
    /// Only of this severity
    #[arg(long, value_name = "LEVEL", value_parser = Offered(severities), hide_possible_values = true)]
    severity: Option<String>,
    /// Drills in place of incidents
    #[arg(long)]
    drills: bool,
    /// How it is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Figures,
    #[command(flatten)]
    leaving: Leaving,
}

impl Verb for ShowStats {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        if self.define {
            return Ok(Said::plain(Act::Definitions));
        }
        let since = self.since.as_deref().map(|words| fact(words, context)).transpose()?;
        let severity = self.severity.as_deref().map(Level::parse).transpose()?;
        Ok(Said::plain(Act::Stats(Box::new(Stats {
            wanted: Wanted {
                since: since.map(|at| at.utc()),
                kind: self.kind,
                severity: severity.map(Level::number),
            },
            which: if self.drills { Played::Drills } else { Played::No },
            format: self.format,
            leave: self.leaving.says(context)?,
        }))))
    }
}

impl Stats {
    /// Of one incident: what narrows many down has no meaning then.
    ///
    /// # Errors
    /// Refuses such an option.
    pub fn of_one(&self) -> Result<(), Refusal> {
        if self.wanted == Wanted::default() && self.which == Played::No {
            return Ok(());
        }
        Err(Refusal::misused(
            "--since, --type, --severity and --drills choose among incidents, and -i names one.",
        )
        .hint("Leave them out, or leave -i out."))
    }

    /// Over many: terms on which one incident leaves have no meaning then; no title, name or text is in the
    /// figures.
    ///
    /// # Errors
    /// Refuses such an option.
    pub fn of_many(&self) -> Result<(), Refusal> {
        if self.leave.terms == Release::default() {
            return Ok(());
        }
        Err(Refusal::misused("--tlp, --anonymise and --as-of are terms on which one incident leaves.")
            .hint("Name it: casebook stats -i INCIDENT; the figures over many hold no names and no texts."))
    }
}
