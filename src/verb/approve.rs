//! `approve`: who said yes to what wanted an approval.

use clap::Args;

use super::place::approver;
use super::when::When;
use super::{Act, Change, Context, Said, Verb};
use crate::model::refusal::Refusal;

#[derive(Args)]
pub(super) struct Approve {
    /// Which task: id prefix, playbook id, or unique words of its title; without it, the move that
    /// still owes one
    #[arg(value_name = "REF")]
    task: Vec<String>,
    /// Who gave it
    #[arg(long, value_name = "NAME/ROLE")]
    by: String,
    /// How it was given: phone, mail, in person
    #[arg(long, value_name = "WORDS")]
    how: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Approve {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let mut approval = approver(Some(&self.by), &self.when, context)?
            .ok_or_else(|| Refusal::misused("An approval needs the name of the person who gave it."))?;
        approval.how = self.how;
        let task = (!self.task.is_empty()).then(|| self.task.join(" "));
        self.when.says(Act::Change(Change::Approve { task, approval }), context)
    }
}
