//! `approve`: who was asked, who said yes and who said no to what wanted an approval.

use clap::{Args, Subcommand};

use super::super::place::approver;
use super::super::when::When;
use super::super::{Context, Said, Verb};
use super::{Abouts, LedgerChange, Reasoned, Which, due_of, says, with_due};
use crate::model::ledger::approval::{self, Approval, Person, RefuseApproval, RequestApproval, Terms};
use crate::model::ledger::{Sort, State};
use crate::model::refusal::Refusal;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(in crate::verb) struct Approve {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    grant: Grant,
}

#[derive(Subcommand)]
enum What {
    /// Approvals that were asked for, and those given with --all
    List(Which),
    /// Somebody was asked; several may each have to say yes
    Request(Request),
    /// Somebody said yes, the same as approve alone
    Grant(Grant),
    /// Somebody said no, with --reason
    Refuse(Refuse),
    /// The question is taken back, with --reason
    Withdraw(Reasoned),
}

/// What it is about.
#[derive(Args)]
struct Matter {
    /// Which task: id prefix, playbook id, or unique words of its title, or the number of a request;
    /// without it, the move that still owes one
    #[arg(value_name = "REF")]
    task: Vec<String>,
    /// Another task it covers; may be given several times
    #[arg(long, value_name = "REF")]
    also: Vec<String>,
    /// What it is about, where that is no task
    #[arg(long, value_name = "TEXT")]
    matter: Option<String>,
}

#[derive(Args)]
struct Grant {
    #[command(flatten)]
    matter: Matter,
    /// Who gave it
    #[arg(long, value_name = "NAME/ROLE", required = true)]
    by: Option<String>,
    /// What it says on their door
    #[arg(long, value_name = "WORDS")]
    title: Option<String>,
    /// How it was given: phone, mail, in person
    #[arg(long, value_name = "WORDS")]
    how: Option<String>,
    /// Their exact words
    #[arg(long, value_name = "TEXT")]
    words: Option<String>,
    /// Under what condition
    #[arg(long, value_name = "TEXT")]
    condition: Option<String>,
    /// Until when it holds
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Request {
    #[command(flatten)]
    matter: Matter,
    /// Who was asked; may be given several times
    #[arg(long, value_name = "NAME/ROLE")]
    of: Vec<String>,
    /// What it says on their door, where one person was asked
    #[arg(long, value_name = "WORDS")]
    title: Option<String>,
    /// How they were asked: phone, mail, in person
    #[arg(long, value_name = "WORDS")]
    how: Option<String>,
    /// The exact words of the question
    #[arg(long, value_name = "TEXT")]
    words: Option<String>,
    /// When the answer is needed
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Refuse {
    #[command(flatten)]
    matter: Matter,
    /// Who said no; not needed with the number of a request
    #[arg(long, value_name = "NAME/ROLE")]
    by: Option<String>,
    /// How: phone, mail, in person
    #[arg(long, value_name = "WORDS")]
    how: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Matter {
    fn abouts(self) -> Abouts {
        let named = (!self.task.is_empty()).then(|| self.task.join(" "));
        Abouts { named, also: self.also, matter: self.matter }
    }
}

impl Verb for Approve {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        match self.what {
            None => self.grant.give(context),
            Some(What::Grant(grant)) => grant.give(context),
            Some(What::List(which)) => Ok(which.list(Sort::Approval)),
            Some(What::Request(it)) => it.ask(context),
            Some(What::Refuse(it)) => it.refuse(context),
            Some(What::Withdraw(it)) => it.settle(Sort::Approval, State::Withdrawn, context),
        }
    }
}

impl Grant {
    fn give(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let given = approver(self.by.as_deref(), &self.when, context)?
            .ok_or_else(|| Refusal::misused("An approval needs the name of the person who gave it."))?;
        let until = due_of(self.until.as_ref(), context)?;
        let approve = approval::Approve {
            approval: Approval { how: self.how, ..given },
            terms: Terms {
                title: self.title,
                words: self.words,
                condition: self.condition,
                until: until.as_ref().map(|at| at.utc()),
            },
            ..approval::Approve::default()
        };
        let change = LedgerChange::Grant { abouts: self.matter.abouts(), approve };
        Ok(with_due(says(change, self.when, context)?, until))
    }
}

impl Request {
    fn ask(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let title = self.title;
        let of: Vec<Person> = self
            .of
            .iter()
            .map(|words| Ok(Person { title: title.clone(), ..approval::person(words)? }))
            .collect::<Result<_, Refusal>>()?;
        let until = due_of(self.until.as_ref(), context)?;
        let request = RequestApproval {
            about: Vec::new(),
            of,
            how: self.how,
            words: self.words,
            until: until.as_ref().map(|at| at.utc()),
        };
        let change = LedgerChange::Request { abouts: self.matter.abouts(), request };
        Ok(with_due(says(change, self.when, context)?, until))
    }
}

impl Refuse {
    fn refuse(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let by = self.by.as_deref().map(approval::person).transpose()?.unwrap_or_default();
        let refuse = RefuseApproval { by, how: self.how, reason: self.reason, ..RefuseApproval::default() };
        says(LedgerChange::Refuse { abouts: self.matter.abouts(), refuse }, self.when, context)
    }
}
