//! `task`: the checklist, listed and worked.

use clap::{Args, Subcommand};

use super::change::Ticking;
use super::lookup::{Offered, roles};
use super::when::{When, due};
use super::{Act, Change, Context, Said, Verb};
use crate::incident::command::{AddTask, Command};
use crate::incident::people::ROLE_MARK;
use crate::model::refusal::Refusal;
use crate::model::task::State;

#[derive(Args)]
pub(super) struct Task {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// The checklist of this visit, and what was left open in others
    List {
        /// Every visit
        #[arg(long)]
        all: bool,
    },
    /// Add a task of your own to this visit
    Add(Add),
    /// Take a task: mine, in progress
    #[command(alias = "take")]
    Start(Plain),
    /// Done
    Done(Done),
    /// Open a settled task again, with --reason
    Reopen(Reasoned),
    /// Not needed, with --reason
    Waive(Waive),
    /// It waits for something, with --reason
    Block(Reasoned),
    /// Give it to somebody
    Assign(Assign),
    /// When it is due
    Due(Due),
    /// The tick of an earlier visit still holds
    Holds(Plain),
}

#[derive(Args)]
struct Add {
    /// What is to be done, in a few words
    #[arg(value_name = "TITLE", required = true)]
    title: Vec<String>,
    /// The whole instruction
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// The role that does it
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// It must be answered before the phase is left quietly
    #[arg(long)]
    required: bool,
    /// Who does it: a name, or a role of the roster as @analyst
    #[arg(long, value_name = "NAME")]
    assign: Option<String>,
    /// When it is due: +30m, 14:30, tomorrow 09:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    due: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Plain {
    /// Which task: id prefix, playbook id, or unique words of its title
    #[arg(value_name = "REF", required = true)]
    task: Vec<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Done {
    /// Which task: id prefix, playbook id, or unique words of its title
    #[arg(value_name = "REF", required = true)]
    task: Vec<String>,
    /// What came of it
    #[arg(long, value_name = "TEXT", alias = "reason")]
    result: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Reasoned {
    /// Which task: id prefix, playbook id, or unique words of its title
    #[arg(value_name = "REF", required = true)]
    task: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Waive {
    /// Which task: id prefix, playbook id, or unique words of its title
    #[arg(value_name = "REF", required = true)]
    task: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// It does not apply to this incident
    #[arg(long)]
    not_applicable: bool,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Assign {
    /// Which task: id prefix, playbook id, or words of its title in quotes
    #[arg(value_name = "REF")]
    task: String,
    /// Who does it: a name, or a role of the roster as @analyst
    #[arg(value_name = "NAME", required_unless_present_any = ["nobody", "role"])]
    name: Option<String>,
    /// The role that does it; everybody who holds it has the task
    #[arg(long, value_name = "ROLE", value_parser = Offered(roles), conflicts_with = "name", hide_possible_values = true)]
    role: Option<String>,
    /// Take it from whoever has it
    #[arg(long, conflicts_with_all = ["name", "role"])]
    nobody: bool,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Due {
    /// Which task: id prefix, playbook id, or words of its title in quotes
    #[arg(value_name = "REF")]
    task: String,
    /// When: +30m, 14:30, tomorrow 09:00
    #[arg(value_name = "TIME", required_unless_present = "none")]
    time: Vec<String>,
    /// No due time
    #[arg(long, conflicts_with = "time")]
    none: bool,
    #[command(flatten)]
    when: When,
}

impl Verb for Task {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let mut until = None;
        let (tick, when) = match self.what {
            None => return Ok(Said::plain(Act::Tasks { all: false })),
            Some(What::List { all }) => return Ok(Said::plain(Act::Tasks { all })),
            Some(What::Add(add)) => return add.say(context),
            Some(What::Start(it)) => (ticking(&it.task, State::InProgress, None), it.when),
            Some(What::Done(it)) => (ticking(&it.task, State::Done, it.result), it.when),
            Some(What::Reopen(it)) => (ticking(&it.task, State::Open, it.reason), it.when),
            Some(What::Block(it)) => (ticking(&it.task, State::Blocked, it.reason), it.when),
            Some(What::Waive(it)) => {
                let to = if it.not_applicable { State::NotApplicable } else { State::Waived };
                (ticking(&it.task, to, it.reason), it.when)
            }
            Some(What::Holds(it)) => (Change::Holds { task: it.task.join(" ") }, it.when),
            Some(What::Assign(it)) => {
                let role = it.role.map(|role| format!("{ROLE_MARK}{role}"));
                (Change::Assign { task: it.task, to: it.name.or(role) }, it.when)
            }
            Some(What::Due(it)) => {
                if !it.none {
                    until = Some(due(&it.time.join(" "), context)?);
                }
                let to = until.as_ref().map(|until| until.utc());
                (Change::Due { task: it.task, to }, it.when)
            }
        };
        Ok(Said { due: until, ..when.says(Act::Change(tick), context)? })
    }
}

fn ticking(task: &[String], to: State, reason: Option<String>) -> Change {
    Change::Tick(Ticking { task: task.join(" "), to, reason })
}

impl Add {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let due = self.due.as_deref().map(|words| due(words, context)).transpose()?;
        let add = AddTask {
            title: self.title.join(" "),
            text: self.text,
            role: self.role,
            required: self.required,
            assignee: self.assign,
            due: due.as_ref().map(|due| due.utc()),
        };
        Ok(Said { due, ..self.when.says(Act::Change(Change::Plain(Command::AddTask(add))), context)? })
    }
}
