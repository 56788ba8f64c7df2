//! `--at` and `--who`: the two options of every verb that changes something.

use super::{Act, Context, Said};
use crate::model::refusal::Refusal;
use crate::model::text;
use crate::model::time::{Happened, Sense, read};

/// When it happened and who did it.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct When {
    /// When it happened, if not now: -12m, 14:02, yesterday 23:10, 2026-11-21T14:02:00+02:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "When and who")]
    pub at: Option<String>,
    /// Who did it, if somebody else
    #[arg(long, value_name = "NAME", help_heading = "When and who")]
    pub who: Option<String>,
}

impl When {
    /// The act with its moment and its person.
    pub(super) fn says(self, act: Act, context: &Context<'_>) -> Result<Said, Refusal> {
        let at = self.at.as_deref().map(|words| fact(words, context)).transpose()?;
        let who = self.who.as_deref().map(text::name).transpose()?;
        Ok(Said { at, who, ..Said::plain(act) })
    }
}

/// The time of something that happened.
pub(super) fn fact(words: &str, context: &Context<'_>) -> Result<Happened, Refusal> {
    read(words, context.now, context.zone, Sense::Fact)
}

/// The time something falls due.
pub(super) fn due(words: &str, context: &Context<'_>) -> Result<Happened, Refusal> {
    read(words, context.now, context.zone, Sense::Due)
}
