//! `component`: the affected hosts, accounts, data sets, and how far each is.

use clap::{Args, Subcommand};

use super::lookup::{self, Offered, asset_types, stages};
use super::when::When;
use super::{Act, Change, Context, Said, Verb};
use crate::model::component::{AddComponent, Stage};
use crate::model::refusal::Refusal;

#[derive(Args)]
pub(super) struct Component {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Every component, what is not contained first
    List,
    /// Put one or several on the list
    Add(Add),
    /// Bring one or several to a stage
    Stage(Bring),
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
    #[command(flatten)]
    when: When,
}

impl Verb for Component {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        match self.what {
            None | Some(What::List) => Ok(Said::plain(Act::Components)),
            Some(What::Add(it)) => {
                let stage: Stage = lookup::stage(&it.stage)?;
                let add = |name: &String| AddComponent { name: name.clone(), kind: it.kind.clone(), stage };
                let change = Change::Add(it.names.iter().map(add).collect());
                it.when.says(Act::Change(change), context)
            }
            Some(What::Stage(it)) => {
                let to = lookup::stage(&it.stage)?;
                let change = Change::Stage { components: it.components, to, reason: it.reason };
                it.when.says(Act::Change(change), context)
            }
        }
    }
}
