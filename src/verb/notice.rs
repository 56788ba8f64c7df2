//! `notice`: what is owed to whom by when, started from facts, sent with proof.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::lookup::{Offered, facts};
use super::place::approver;
use super::when::{When, due, fact};
use super::{Act, Change, Context, Said, Verb, refs};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::id::NounId;
use crate::model::ledger::approval::Approval;
use crate::model::notice::law::Fact;
use crate::model::notice::{self, Add, ChangeFact, Close, NoticeState, Send, Start};
use crate::model::refusal::{Refusal, quoted};

/// What to look at.
#[derive(Clone, Debug, PartialEq)]
pub enum NoticeLook {
    /// What runs and what was settled.
    List {
        /// Those taken back as well.
        all: bool,
    },
    /// What could be started, and when it would be due.
    Suggest,
    Show(String),
    /// The law: a regime by its name, those that hold these words, or all.
    Regimes(Option<String>),
}

/// A change of the notices, in words.
#[derive(Clone, Debug)]
pub enum NoticeChange {
    /// Several clocks are one act.
    Start {
        of: Vec<String>,
        fact: Option<Fact>,
        at: Option<DateTime<Utc>>,
    },
    Add(Add),
    Send {
        notice: String,
        reference: Option<String>,
        proof: Option<String>,
    },
    Close {
        notice: String,
        to: NoticeState,
        reason: Option<String>,
        until: Option<DateTime<Utc>>,
        approval: Option<Approval>,
    },
    Fact {
        notice: String,
        fact: Option<Fact>,
        at: Option<DateTime<Utc>>,
        reason: Option<String>,
    },
}

impl NoticeChange {
    /// The commands it is in this incident.
    ///
    /// # Errors
    /// Unknown and ambiguous references are refused with what to type.
    pub(super) fn commands(&self, incident: &Incident) -> Result<Vec<Command>, Refusal> {
        let id = |words: &String| refs::notice(incident, words).map(|notice| notice.id.clone());
        let one = match self {
            NoticeChange::Start { of, fact, at } => {
                let start = |(nth, of): (u32, &String)| Start { of: of.clone(), fact: *fact, at: *at, nth };
                let all = (0..).zip(of).map(start);
                return Ok(all.map(|start| Command::Notice(notice::Command::Start(start))).collect());
            }
            NoticeChange::Add(add) => notice::Command::Add(add.clone()),
            NoticeChange::Send { notice: words, reference, proof } => {
                let evidence = proof.as_deref().map(|words| item(incident, words)).transpose()?.flatten();
                notice::Command::Send(Send {
                    notice: id(words)?,
                    reference: reference.clone(),
                    proof: proof.clone(),
                    evidence,
                })
            }
            NoticeChange::Close { notice: words, to, reason, until, approval } => {
                notice::Command::Close(Close {
                    notice: id(words)?,
                    to: *to,
                    reason: reason.clone(),
                    until: *until,
                    approval: approval.clone(),
                })
            }
            NoticeChange::Fact { notice: words, fact, at, reason } => {
                notice::Command::ChangeFact(ChangeFact {
                    notice: id(words)?,
                    fact: *fact,
                    at: *at,
                    reason: reason.clone(),
                })
            }
        };
        Ok(vec![Command::Notice(one)])
    }
}

/// The evidence item a proof names: `E-003`, or `evidence E-003`. Other words are proof by themselves.
fn item(incident: &Incident, words: &str) -> Result<Option<NounId>, Refusal> {
    let named = words.trim().strip_prefix("evidence ").unwrap_or(words.trim()).trim();
    let number = |text: &str| text.strip_prefix("E-").is_some_and(|n| n.parse::<u32>().is_ok());
    if !number(&named.to_uppercase()) {
        return Ok(None);
    }
    let same = |number: &str| number.eq_ignore_ascii_case(named);
    let found = incident.evidence.iter().find(|item| !item.undone && same(&item.number));
    found.map(|item| Some(item.id.clone())).ok_or_else(|| {
        Refusal::misused(format!("{} has no evidence item {}.", incident.number, quoted(named))).hint(
            "casebook evidence list shows them; words such as \"receipt mail 14:05\" are proof as well.",
        )
    })
}

#[derive(Args)]
pub(super) struct Notice {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// What is owed, the nearest first; then what was settled
    List {
        /// Also those that were taken back
        #[arg(long)]
        all: bool,
    },
    /// What could be owed here, and when it would be due
    Suggest,
    /// Start a clock from a fact
    Start(Begin),
    /// A notice of your own: a contract, the insurer, a round of updates
    Add(Own),
    /// It was sent; again: correct what is known about it
    Sent(Sent),
    /// It is not required, with --reason and --approved-by
    Waive(Waive),
    /// Not yet, with --until and --reason
    Defer(Defer),
    /// Started by mistake, or no longer wanted, with --reason
    Cancel(Cancel),
    /// It runs from another fact, with --reason
    Fact(Other),
    /// One notice, with everything its law says
    Show {
        /// Which: N-1, eu-gdpr/authority, words of its name
        #[arg(value_name = "REF", required = true)]
        notice: Vec<String>,
    },
    /// The law: regimes and their clocks
    Regimes {
        /// One regime: eu-gdpr, NIS2
        #[arg(value_name = "REGIME")]
        regime: Vec<String>,
        /// Those with these words in id, name, country or sector
        #[arg(long, value_name = "WORDS", conflicts_with = "regime")]
        find: Option<String>,
    },
}

#[derive(Args)]
struct Begin {
    /// Which clock: eu-gdpr/authority, or a regime that has only one; several are one act
    #[arg(value_name = "REGIME/CLOCK", required = true)]
    of: Vec<String>,
    /// What starts it, if not what its law names
    #[arg(long, value_name = "FACT", value_parser = Offered(facts))]
    fact: Option<String>,
    /// When that fact was; without it, as the record knows it
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// Who started it, if somebody else
    #[arg(long, value_name = "NAME", help_heading = "When and who")]
    who: Option<String>,
}

#[derive(Args)]
struct Own {
    /// What it is called
    #[arg(value_name = "NAME", required = true)]
    name: Vec<String>,
    /// Who gets it
    #[arg(long, value_name = "NAME")]
    recipient: Option<String>,
    /// When it is due: +24h, tomorrow 09:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, conflicts_with = "every")]
    due: Option<String>,
    /// Due so long from now, and again whenever it was sent: 30m, 4h
    #[arg(long, value_name = "SPAN")]
    every: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Sent {
    /// Which: N-1, eu-gdpr/authority, words of its name
    #[arg(value_name = "REF", required = true)]
    notice: Vec<String>,
    /// The recipient's number for it
    #[arg(long = "ref", value_name = "NUMBER")]
    reference: Option<String>,
    /// What shows it: E-003, or words such as "receipt by mail"
    #[arg(long, value_name = "TEXT")]
    proof: Option<String>,
    /// Who sent it, if somebody else
    #[arg(long, value_name = "NAME", conflicts_with = "who")]
    by: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Waive {
    /// Which: N-1, eu-gdpr/authority, words of its name
    #[arg(value_name = "REF", required = true)]
    notice: Vec<String>,
    /// Why it is not required
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who decided that
    #[arg(long, value_name = "NAME/ROLE")]
    approved_by: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Defer {
    /// Which: N-1, eu-gdpr/authority, words of its name
    #[arg(value_name = "REF", required = true)]
    notice: Vec<String>,
    /// Until when: +24h, 2026-12-01 09:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who decided that
    #[arg(long, value_name = "NAME/ROLE")]
    approved_by: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Cancel {
    /// Which: N-1, eu-gdpr/authority, words of its name
    #[arg(value_name = "REF", required = true)]
    notice: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Other {
    /// Which: N-1, eu-gdpr/authority, words of its name
    #[arg(value_name = "REF", required = true)]
    notice: Vec<String>,
    /// What it runs from
    #[arg(long, value_name = "FACT", value_parser = Offered(facts))]
    fact: Option<String>,
    /// When that fact was; without it, as the record knows it
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who says so, if somebody else
    #[arg(long, value_name = "NAME", help_heading = "When and who")]
    who: Option<String>,
}

impl Verb for Notice {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let look = |look| Ok(Said::plain(Act::Notices(look)));
        match self.what {
            None => look(NoticeLook::List { all: false }),
            Some(What::List { all }) => look(NoticeLook::List { all }),
            Some(What::Suggest) => look(NoticeLook::Suggest),
            Some(What::Show { notice }) => look(NoticeLook::Show(notice.join(" "))),
            Some(What::Regimes { regime, find }) => {
                let words = Some(regime.join(" ")).filter(|words| !words.is_empty()).or(find);
                look(NoticeLook::Regimes(words))
            }
            Some(What::Start(it)) => {
                let (fact, at) = (facted(it.fact)?, timed(it.at, context)?);
                // On the : line the words of a trailing argument come as one.
                let of = it.of.iter().flat_map(|words| words.split_whitespace()).map(str::to_owned).collect();
                changes(NoticeChange::Start { of, fact, at }, who(it.who), context)
            }
            Some(What::Add(it)) => it.say(context),
            Some(What::Sent(it)) => {
                let when = When { who: it.when.who.or(it.by), at: it.when.at };
                let notice = it.notice.join(" ");
                changes(
                    NoticeChange::Send { notice, reference: it.reference, proof: it.proof },
                    when,
                    context,
                )
            }
            Some(What::Waive(it)) => {
                let approval = approver(it.approved_by.as_deref(), &it.when, context)?;
                closed(&it.notice, NoticeState::NotRequired, it.reason, approval, it.when, context)
            }
            Some(What::Cancel(it)) => {
                closed(&it.notice, NoticeState::Cancelled, it.reason, None, it.when, context)
            }
            Some(What::Defer(it)) => it.say(context),
            Some(What::Fact(it)) => {
                let (fact, at) = (facted(it.fact)?, timed(it.at, context)?);
                let notice = it.notice.join(" ");
                changes(NoticeChange::Fact { notice, fact, at, reason: it.reason }, who(it.who), context)
            }
        }
    }
}

fn changes(change: NoticeChange, when: When, context: &Context<'_>) -> Result<Said, Refusal> {
    when.says(Act::Change(Change::Notice(change)), context)
}

fn who(who: Option<String>) -> When {
    When { at: None, who }
}

fn facted(words: Option<String>) -> Result<Option<Fact>, Refusal> {
    words.as_deref().map(Fact::parse).transpose()
}

fn timed(words: Option<String>, context: &Context<'_>) -> Result<Option<DateTime<Utc>>, Refusal> {
    words.as_deref().map(|words| Ok(fact(words, context)?.utc())).transpose()
}

fn closed(
    notice: &[String],
    to: NoticeState,
    reason: Option<String>,
    approval: Option<Approval>,
    when: When,
    context: &Context<'_>,
) -> Result<Said, Refusal> {
    let notice = notice.join(" ");
    changes(NoticeChange::Close { notice, to, reason, until: None, approval }, when, context)
}

impl Defer {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let until = self.until.as_deref().map(|words| due(words, context)).transpose()?;
        let change = NoticeChange::Close {
            notice: self.notice.join(" "),
            to: NoticeState::Deferred,
            reason: self.reason,
            until: until.as_ref().map(|until| until.utc()),
            approval: approver(self.approved_by.as_deref(), &self.when, context)?,
        };
        Ok(Said { due: until, ..changes(change, self.when, context)? })
    }
}

/// The longest round of updates, in minutes: thirty days.
const LONGEST_ROUND: i64 = 30 * 24 * 60;

impl Own {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let until = self.due.as_deref().map(|words| due(words, context)).transpose()?;
        let every = self.every.as_deref().map(|words| minutes(words, context)).transpose()?;
        let add = Add {
            name: self.name.join(" "),
            recipient: self.recipient,
            due: until.as_ref().map(|until| until.utc()),
            every,
        };
        Ok(Said { due: until, ..changes(NoticeChange::Add(add), self.when, context)? })
    }
}

/// A round of updates, such as `30m`, in minutes.
///
/// # Errors
/// Refuses words that are no span between one minute and thirty days.
pub fn minutes(words: &str, context: &Context<'_>) -> Result<u32, Refusal> {
    let wrong = || {
        Refusal::misused(format!("{} is no round of updates.", quoted(words)))
            .hint("Type a span of one minute to thirty days, such as 30m, 4h or 1d.")
    };
    let bare = words.trim().trim_start_matches('+');
    let until = due(&format!("+{bare}"), context).map_err(|_| wrong())?;
    let minutes = (until.utc() - context.now).num_minutes();
    u32::try_from(minutes).ok().filter(|_| (1..=LONGEST_ROUND).contains(&minutes)).ok_or_else(wrong)
}
