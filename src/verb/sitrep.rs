//! `sitrep`: looked at, and given to somebody.

use clap::Args;

use super::leaving::{Leave, Leaving};
use super::when::{When, due};
use super::{Act, Context, Said, Verb};
use crate::model::refusal::Refusal;
use crate::model::sitrep::Give;

/// A SITREP: what is done with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sitrepping {
    /// Its text is kept: to whom, how, with which words. Without its text.
    pub give: Option<Give>,
    /// A line of judgement to look at, where it is given to nobody.
    pub judgement: Option<String>,
    pub leave: Leave,
    pub copy: Copy,
}

/// Whether it goes to the terminal's clipboard, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Copy {
    #[default]
    No,
    Yes,
}

#[derive(Args)]
pub(super) struct LookAtSitrep {
    /// To whom it is given; without it nothing is recorded
    #[arg(long, value_name = "NAME", help_heading = "Given")]
    given_to: Option<String>,
    /// How it is given: phone, mail, in the bridge
    #[arg(long, value_name = "TEXT", help_heading = "Given")]
    how: Option<String>,
    /// One line of your own judgement
    #[arg(long, value_name = "TEXT", help_heading = "Given")]
    judgement: Option<String>,
    /// When the next one is promised: +60m, 15:30; without it, as the severity asks for
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Given")]
    next: Option<String>,
    /// Send it to the terminal's clipboard, too
    #[arg(long, help_heading = "What leaves")]
    copy: bool,
    #[command(flatten)]
    leaving: Leaving,
    #[command(flatten)]
    when: When,
}

impl Verb for LookAtSitrep {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let leave = self.leaving.says(context)?;
        let copy = if self.copy { Copy::Yes } else { Copy::No };
        let Some(to) = self.given_to else {
            if self.how.is_some() || self.next.is_some() {
                return Err(Refusal::misused(
                    "--how and --next are of a SITREP that was given, and nobody is named.",
                )
                .hint("Add --given-to NAME; without it you only look at it."));
            }
            if self.when.at.is_some() || self.when.who.is_some() {
                return Err(Refusal::misused("Looking at a SITREP is nobody's act and has no time.").hint(
                    "--given-to NAME says that it was given; --as-of TIME shows the record as it stood then.",
                ));
            }
            let sitrep = Sitrepping { give: None, judgement: self.judgement, leave, copy };
            return Ok(Said::plain(Act::Sitrep(Box::new(sitrep))));
        };
        if leave.terms.as_of.is_some() {
            return Err(Refusal::misused("What is given is told of now, and --as-of tells of then.")
                .hint("Leave --as-of out, or look at it without --given-to."));
        }
        let next = self.next.as_deref().map(|words| due(words, context)).transpose()?;
        let give = Give {
            to,
            how: self.how,
            judgement: self.judgement,
            next: next.as_ref().map(|next| next.utc()),
            told: String::new(),
        };
        let sitrep = Sitrepping { give: Some(give), judgement: None, leave, copy };
        Ok(Said { due: next, ..self.when.says(Act::Sitrep(Box::new(sitrep)), context)? })
    }
}
