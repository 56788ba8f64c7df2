//! Changes to indicators as they were worded, and the commands they are in an incident.

use std::path::PathBuf;

use super::refs;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::id::NounId;
use crate::model::indicator::paste::in_lines;
use crate::model::indicator::{
    self, Adding, Details, EditIndicator, Kind, LinkIndicators, PER_LINE, RetireIndicators, Ties, Use,
    against, shown,
};
use crate::model::refusal::Refusal;

/// What shall be with indicators, in words.
#[derive(Clone, Debug)]
pub enum Indicating {
    Add { indicators: Vec<Adding>, with: Details, components: Vec<String> },
    Edit { indicator: String, to: Box<EditIndicator> },
    Link { indicators: Vec<String>, components: Vec<String>, entries: Vec<String>, incidents: Vec<String> },
    Retire { indicators: Vec<String>, to: Use, reason: Option<String> },
}

/// Which indicators to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndicatorList {
    pub kind: Option<Kind>,
    pub retired: bool,
    pub find: Option<String>,
    /// Say in which other incidents each occurs.
    pub elsewhere: bool,
}

/// A text to take indicators from.
#[derive(Clone, Debug, PartialEq)]
pub struct Paste {
    pub from: PasteFrom,
    pub dry_run: bool,
    /// Values to leave out.
    pub without: Vec<String>,
    pub with: Details,
    /// Components by the words that name them.
    pub components: Vec<String>,
}

/// Where the text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasteFrom {
    Input,
    File(PathBuf),
}

impl Indicating {
    /// The commands it is in this incident, which are one act.
    ///
    /// # Errors
    /// Unknown and ambiguous references are refused with what to type.
    pub(super) fn commands(&self, incident: &Incident) -> Result<Vec<Command>, Refusal> {
        let commands: Vec<indicator::Command> = match self {
            Indicating::Add { indicators, with, components } => {
                let with = Details { components: named(incident, components)?, ..with.clone() };
                in_lines(indicators.clone(), &with).into_iter().map(indicator::Command::Add).collect()
            }
            Indicating::Edit { indicator: words, to } => {
                let indicator = Some(refs::indicator(incident, words)?.id.clone());
                vec![indicator::Command::Edit(EditIndicator { indicator, ..(**to).clone() })]
            }
            Indicating::Link { indicators, components, entries, incidents } => {
                let entries = entries.iter().map(|words| refs::entry(incident, words).map(|entry| entry.id));
                let to = Ties {
                    components: named(incident, components)?,
                    entries: entries.collect::<Result<_, _>>()?,
                    incidents: incidents.clone(),
                };
                let link = |indicators: &[NounId]| {
                    indicator::Command::Link(LinkIndicators {
                        indicators: indicators.to_vec(),
                        to: to.clone(),
                    })
                };
                all(incident, indicators)?.chunks(PER_LINE).map(link).collect()
            }
            Indicating::Retire { indicators, to, reason } => {
                let retire = |indicators: &[NounId]| {
                    let (indicators, to, reason) = (indicators.to_vec(), *to, reason.clone());
                    indicator::Command::Retire(RetireIndicators { indicators, to, reason })
                };
                all(incident, indicators)?.chunks(PER_LINE).map(retire).collect()
            }
        };
        Ok(commands.into_iter().map(Command::Indicator).collect())
    }

    /// What a person should know of it beside the answer: what is here already, what is nobody's address.
    pub(super) fn remarks(&self, incident: &Incident) -> Vec<String> {
        let Indicating::Add { indicators, .. } = self else { return Vec::new() };
        let mut remarks = Vec::new();
        for new in indicators {
            let kind = new.kind.id();
            if let Some(have) = incident.indicators.find(kind, &new.value) {
                let value = shown(kind, &new.value);
                let by = &incident.indicators.addition(have).by;
                remarks.push(match incident.indicators.retired(have) {
                    Some(retired) => format!("{value} is already here, retired by {}.", retired.by),
                    None => format!("{value} is already here, added by {by}."),
                });
            }
            let found = indicator::Found { kind: new.kind, value: new.value.clone() };
            if let Some(why) = against(&found, &[]) {
                remarks.push(format!("{}: {}.", shown(kind, &new.value), why.words()));
            }
        }
        remarks
    }
}

/// The components that were named.
///
/// # Errors
/// Unknown and ambiguous words are refused with what to type.
pub fn named(incident: &Incident, words: &[String]) -> Result<Vec<NounId>, Refusal> {
    words.iter().map(|words| refs::component(incident, words).map(|component| component.id.clone())).collect()
}

fn all(incident: &Incident, words: &[String]) -> Result<Vec<NounId>, Refusal> {
    words.iter().map(|words| refs::indicator(incident, words).map(|item| item.id.clone())).collect()
}
