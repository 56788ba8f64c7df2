//! `component`: the affected hosts, accounts, data sets, and how far each is.

use clap::{Args, Subcommand};

use super::lookup::{self, Offered, asset_types, stages};
use super::when::{self, When};
use super::{Act, Change, Components, Context, Lasting, Said, Staging, Verb};
use crate::model::component::{AddComponent, Details, EditComponent, Facts, Seen, Stage};
use crate::model::id::NounId;
use crate::model::ledger::approval;
use crate::model::refusal::Refusal;
use crate::model::text;

#[derive(Args)]
pub(super) struct Component {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Every component, what is not contained first
    List(List),
    /// One component: what is known of it, its whole history, the entries about it
    Show {
        /// Which: its name, id prefix, or a unique part of its name
        #[arg(value_name = "NAME", required = true)]
        component: Vec<String>,
    },
    /// Put one or several on the list
    Add(Add),
    /// Bring one or several to a stage, or say more of the stage they are at
    Stage(Bring),
    /// Change what is known: name, type, owner, tags, note, verdict
    Edit(Edit),
}

#[derive(Args)]
struct List {
    /// Only what is affected and not contained, and since when
    #[arg(long, conflicts_with = "stage")]
    uncontained: bool,
    /// Only those at this stage
    #[arg(long, value_name = "STAGE", value_parser = Offered(stages))]
    stage: Option<String>,
    /// Only those with these words in name, note, owner, tags or verdict
    #[arg(long, value_name = "WORDS")]
    find: Option<String>,
}

#[derive(Args)]
struct Add {
    /// Its name; several are one act, and a name with blanks goes in quotes
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// What it is
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(asset_types), default_value = "server")]
    kind: String,
    /// How far it is
    #[arg(long, value_name = "STAGE", value_parser = Offered(stages), default_value = "suspected")]
    stage: String,
    /// Who answers for it in the business
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// The business stands still without it
    #[arg(long)]
    critical: bool,
    /// A word to find it by; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// What it is and where: "file server, Building 2"
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// What its examination came to
    #[arg(long, value_name = "TEXT")]
    verdict: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Bring {
    /// Which component: its name, id prefix, or a unique part of its name; several are one act
    #[arg(value_name = "NAME", required = true)]
    components: Vec<String>,
    /// How far it is now
    #[arg(value_name = "STAGE", required = true, value_parser = Offered(stages))]
    stage: String,
    /// Why; a way back, a skipped check and an accepted risk ask for it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// By what means: "switch port off"
    #[arg(long, value_name = "TEXT")]
    how: Option<String>,
    /// When it was asked for
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    asked: Option<String>,
    /// When it took effect
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    done: Option<String>,
    /// Who looked and saw it hold
    #[arg(long, value_name = "NAME")]
    seen: Option<String>,
    /// Until when the risk is accepted
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<String>,
    /// Who approved it, or accepts the risk: "NAME/ROLE"
    #[arg(long, value_name = "NAME/ROLE")]
    approved_by: Option<String>,
    /// It is temporary: what must be taken back later, in words
    #[arg(long, value_name = "TEXT")]
    temporary: Option<String>,
    /// When the temporary measure is looked at again
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, requires = "temporary")]
    review: Option<String>,
    /// A task this does: id prefix, playbook id, or unique words of its title
    #[arg(long, value_name = "REF")]
    ticks: Vec<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Edit {
    /// Which component: its name, id prefix, or a unique part of its name; several are one act
    #[arg(value_name = "NAME", required = true)]
    components: Vec<String>,
    /// Another name for it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What it is
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(asset_types))]
    kind: Option<String>,
    /// Who answers for it in the business; "" for nobody
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// The business stands still without it: yes, no
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes")]
    critical: Option<String>,
    /// A word to find it by; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// A tag to take off
    #[arg(long, value_name = "TAG")]
    untag: Vec<String>,
    /// What it is and where; "" for nothing
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// What its examination came to; "" for nothing
    #[arg(long, value_name = "TEXT")]
    verdict: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Component {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        match self.what {
            None => Ok(Said::plain(Act::Components(Components::default()))),
            Some(What::List(it)) => {
                let stage = it.stage.as_deref().map(lookup::stage).transpose()?;
                let which = Components { uncontained: it.uncontained, stage, find: it.find };
                Ok(Said::plain(Act::Components(which)))
            }
            Some(What::Show { component }) => Ok(Said::plain(Act::Component(component.join(" ")))),
            Some(What::Add(it)) => it.say(context),
            Some(What::Stage(it)) => it.say(context),
            Some(What::Edit(it)) => it.say(context),
        }
    }
}

impl Add {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let stage: Stage = lookup::stage(&self.stage)?;
        let details = Details {
            owner: self.owner,
            critical: self.critical,
            tags: self.tags,
            note: self.note,
            verdict: self.verdict,
        };
        let add =
            |name: String| AddComponent { name, kind: self.kind.clone(), stage, details: details.clone() };
        let change = Change::Add(names(&self.names)?.into_iter().map(add).collect());
        self.when.says(Act::Change(change), context)
    }
}

/// Names as they were listed, with commas between them or not, each once.
fn names(typed: &[String]) -> Result<Vec<String>, Refusal> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for name in typed.iter().flat_map(|words| words.split(',')).filter(|name| !name.trim().is_empty()) {
        let name = text::name(name)?;
        if seen.insert(name.to_lowercase()) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Err(Refusal::misused("The name is empty.")
            .hint("casebook component add FS01 --type server; several names are one act."));
    }
    Ok(names)
}

impl Bring {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let to = lookup::stage(&self.stage)?;
        let fact = |words: &String| when::fact(words, context);
        let asked = self.asked.as_ref().map(fact).transpose()?;
        let done = self.done.as_ref().map(fact).transpose()?;
        let until = self.until.as_deref().map(|words| when::due(words, context)).transpose()?;
        let plain = self.when.says(Act::Components(Components::default()), context)?;
        // What took effect at a time happened then, unless something else is said.
        let at = plain.at.clone().or_else(|| done.clone());
        let moment = at.as_ref().map_or(context.now, |at| at.utc());
        let facts = Facts {
            how: self.how,
            asked: asked.map(|at| at.utc()),
            done: done.map(|at| at.utc()),
            seen: self.seen.map(|by| Seen { by, at: moment }),
            until: until.as_ref().map(|at| at.utc()),
            approval: self.approved_by.as_deref().map(|words| approval::read(words, moment)).transpose()?,
            ticks: Vec::new(),
        };
        let review = self.review.as_deref().map(|words| when::due(words, context)).transpose()?;
        let lasting = |text| Lasting { text, review: review.as_ref().map(|at| at.utc()) };
        let staging = Staging {
            components: self.components,
            to,
            reason: self.reason,
            facts,
            ticks: self.ticks,
            measure: self.temporary.map(lasting),
        };
        let due = until.or(review);
        Ok(Said { act: Act::Change(Change::Stage(Box::new(staging))), at, due, ..plain })
    }
}

impl Edit {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let critical = match self.critical.as_deref().map(str::to_lowercase).as_deref() {
            None => None,
            Some("yes" | "y") => Some(true),
            Some("no" | "n") => Some(false),
            Some(other) => {
                return Err(Refusal::misused(format!("{} is neither yes nor no.", text::quoted(other)))
                    .hint("--critical yes, --critical no"));
            }
        };
        if self.name.is_some() && self.components.len() > 1 {
            return Err(Refusal::misused("Several components cannot take one name.")
                .hint("Rename them one by one: casebook component edit FS01 --name FS-01."));
        }
        let edit = EditComponent {
            name: self.name,
            kind: self.kind,
            owner: self.owner,
            critical,
            tags_added: self.tags,
            tags_removed: self.untag,
            note: self.note,
            verdict: self.verdict,
            ..EditComponent::of(NounId(String::new()))
        };
        if edit == EditComponent::of(NounId(String::new())) {
            return Err(Refusal::misused("Nothing to change was given.")
                .hint("casebook component edit FS01 --owner Lars --critical yes"));
        }
        let change = Change::EditComponents { components: self.components, edit: Box::new(edit) };
        self.when.says(Act::Change(change), context)
    }
}
