//! `signal`, `ack`, `determine`, `posture` and `severity`: the first half hour.

use clap::Args;

use super::lookup::{
    self, Offered, determinations, functionals, informations, modifiers, postures, recoverabilities,
    severities, sources,
};
use super::when::When;
use super::{Act, Change, Context, Said, Verb};
use crate::incident::command::Command;
use crate::model::head::SetSeverity;
use crate::model::refusal::Refusal;
use crate::model::severity::{Functional, Impact, Information, Level, Modifier, Recoverability};
use crate::model::triage::{Determine, RecordSignal, SetPosture};

#[derive(Args)]
pub(super) struct Signal {
    /// What raised the alarm
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// How it was noticed
    #[arg(long, value_name = "SOURCE", value_parser = Offered(sources), hide_possible_values = true)]
    source: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Signal {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let signal = RecordSignal { text: self.text.join(" "), source: self.source };
        self.when.says(Act::Signal(signal), context)
    }
}

#[derive(Args)]
pub(super) struct Ack {
    #[command(flatten)]
    when: When,
}

impl Verb for Ack {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        self.when.says(Act::Change(Change::Plain(Command::Acknowledge)), context)
    }
}

#[derive(Args)]
pub(super) struct DetermineAs {
    /// What it was judged to be
    #[arg(value_name = "WHAT", value_parser = Offered(determinations))]
    to: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for DetermineAs {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let determine = Determine { to: self.to, reason: self.reason };
        self.when.says(Act::Change(Change::Plain(Command::Determine(determine))), context)
    }
}

#[derive(Args)]
pub(super) struct ChoosePosture {
    /// Watch the actor, or cut them off
    #[arg(value_name = "POSTURE", value_parser = Offered(postures))]
    to: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for ChoosePosture {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let set = SetPosture { to: lookup::posture(&self.to)?, reason: self.reason };
        self.when.says(Act::Change(Change::Plain(Command::SetPosture(set))), context)
    }
}

#[derive(Args)]
pub(super) struct Severity {
    /// Set by hand, with --reason: sev1 (the worst) to sev5
    #[arg(value_name = "LEVEL", value_parser = Offered(severities), hide_possible_values = true)]
    level: Option<String>,
    /// What the services lost
    #[arg(long, value_name = "IMPACT", value_parser = Offered(functionals))]
    functional: Option<String>,
    /// What happened to information
    #[arg(long, value_name = "IMPACT", value_parser = Offered(informations))]
    information: Option<String>,
    /// How well one comes back from it
    #[arg(long, value_name = "IMPACT", value_parser = Offered(recoverabilities))]
    recoverability: Option<String>,
    /// What makes it worse; may be given several times
    #[arg(long = "modifier", value_name = "WORD", value_parser = Offered(modifiers))]
    modifiers: Vec<String>,
    /// Why a level was set by hand
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Severity {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let level = self.level.as_deref().map(Level::parse).transpose()?;
        let asked = self.functional.is_some()
            || self.information.is_some()
            || self.recoverability.is_some()
            || !self.modifiers.is_empty();
        if level.is_none() && !asked && self.reason.is_none() {
            return Ok(Said::plain(Act::Severity));
        }
        let impact = asked.then(|| self.impact()).transpose()?;
        let set = SetSeverity { impact, level, reason: self.reason };
        self.when.says(Act::Change(Change::Plain(Command::SetSeverity(set))), context)
    }
}

impl Severity {
    /// The answers; a question left out is answered with the least.
    fn impact(&self) -> Result<Impact, Refusal> {
        Ok(Impact {
            functional: self.functional.as_deref().map(Functional::parse).transpose()?.unwrap_or_default(),
            information: self.information.as_deref().map(Information::parse).transpose()?.unwrap_or_default(),
            recoverability: self
                .recoverability
                .as_deref()
                .map(Recoverability::parse)
                .transpose()?
                .unwrap_or_default(),
            modifiers: self.modifiers.iter().map(|word| Modifier::parse(word)).collect::<Result<_, _>>()?,
        })
    }
}
