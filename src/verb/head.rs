//! `new`, `edit` and `use`: what an incident is called and how it is marked.

use clap::Args;

use super::lookup::{self, Offered, sources, tlps, types};
use super::when::When;
use super::{Act, Change, Context, Said, Verb};
use crate::incident::command::Command;
use crate::model::head::{Edit, Open};
use crate::model::phase::Phase;
use crate::model::refusal::Refusal;
use crate::model::severity::Level;
use crate::model::taxonomy::Tlp;

#[derive(Args)]
pub(super) struct New {
    /// What happened, in a few words
    #[arg(value_name = "TITLE", required = true)]
    title: Vec<String>,
    /// Type of incident; may be given several times, each brings its checklist
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(types), hide_possible_values = true)]
    types: Vec<String>,
    /// Severity set by hand: sev1 (the worst) to sev5
    #[arg(long, value_name = "LEVEL", value_parser = Offered(super::lookup::severities), hide_possible_values = true)]
    severity: Option<String>,
    /// How it was noticed
    #[arg(long, value_name = "SOURCE", value_parser = Offered(sources), hide_possible_values = true)]
    source: Option<String>,
    /// Who may be told: clear, green, amber, amber+strict, red
    #[arg(long, value_name = "LABEL", value_parser = Offered(tlps), hide_possible_values = true)]
    tlp: Option<String>,
    /// Its number in another system; may be given several times
    #[arg(long = "ref", value_name = "TICKET")]
    refs: Vec<String>,
    /// What is known so far
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    /// Who leads the response
    #[arg(long, value_name = "NAME")]
    lead: Option<String>,
    /// Where it opens: detection, or preparation for a readiness cycle
    #[arg(long, value_name = "PHASE", value_parser = Offered(openings), hide_possible_values = true)]
    phase: Option<String>,
    #[command(flatten)]
    when: When,
}

/// The phases an incident opens in.
fn openings() -> Vec<&'static str> {
    vec![Phase::Detection.id(), Phase::Preparation.id()]
}

impl Verb for New {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let open = Open {
            title: self.title.join(" "),
            types: self.types,
            summary: self.summary,
            severity: self.severity.as_deref().map(Level::parse).transpose()?,
            source: self.source,
            tlp: self.tlp.as_deref().map(Tlp::parse).transpose()?,
            refs: self.refs,
            lead: self.lead,
            phase: self.phase.as_deref().map(lookup::phase).transpose()?,
            drill: None,
        };
        self.when.says(Act::Open(Box::new(open)), context)
    }
}

#[derive(Args)]
pub(super) struct EditHead {
    /// Another title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Another summary
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    /// Type to add; its tasks join the current checklist
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(types), hide_possible_values = true)]
    types: Vec<String>,
    /// Who may be told: clear, green, amber, amber+strict, red
    #[arg(long, value_name = "LABEL", value_parser = Offered(tlps), hide_possible_values = true)]
    tlp: Option<String>,
    /// Number in another system, to add
    #[arg(long = "ref", value_name = "TICKET")]
    refs: Vec<String>,
    /// Who leads the response; "" for nobody
    #[arg(long, value_name = "NAME")]
    lead: Option<String>,
    /// How it was noticed
    #[arg(long, value_name = "SOURCE", value_parser = Offered(sources), hide_possible_values = true)]
    source: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for EditHead {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let edit = Edit {
            title: self.title,
            summary: self.summary,
            tlp: self.tlp.as_deref().map(Tlp::parse).transpose()?,
            lead: self.lead,
            source: self.source,
            refs: self.refs,
            types: self.types,
        };
        if edit == Edit::default() {
            return Err(Refusal::misused("Nothing was named to change.")
                .hint("Give at least one of --title, --summary, --type, --tlp, --ref, --lead, --source."));
        }
        self.when.says(Act::Change(Change::Plain(Command::Edit(edit))), context)
    }
}

#[derive(Args)]
pub(super) struct Use {
    /// Number, its tail, id prefix, or unique words of the title
    #[arg(value_name = "REF", required = true)]
    reference: Vec<String>,
}

impl Verb for Use {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        Ok(Said::of(Act::Use, Some(self.reference.join(" "))))
    }
}
