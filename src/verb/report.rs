//! `report`: the incident as a document for others.

use clap::Args;

use super::leaving::Leaving;
use super::{Act, Context, Said, Verb};
use crate::model::refusal::Refusal;

/// The form of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Markdown
    #[default]
    Md,
    /// One page that needs nothing beside it
    Html,
    Json,
}

#[derive(Args)]
#[command(
    after_help = "Templates of your own take the place of those that ship, by file name: report.html, report.md, \
                        debrief.html, page.html and page.css in the folder templates beside your settings."
)]
pub(super) struct Report {
    /// Markdown, a page, or JSON: md, html, json; else as the ending of FILE says
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    format: Option<Form>,
    #[command(flatten)]
    leaving: Leaving,
}

impl Verb for Report {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::plain(Act::Report { form: self.format, leave: self.leaving.says(context)? }))
    }
}
