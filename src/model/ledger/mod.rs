//! The ledger: what was decided, assumed and asked for, what must be taken back, who is waited for.
//!
//! Its nouns share one shape, [`Item`]: a number for papers, words, a time to look at it again, an owner,
//! and how it stands. What only one of them has is in its own file.

pub mod approval;
pub mod assumption;
pub mod decision;
pub mod declaration;
pub mod measure;
pub mod timer;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::head::Change;
use super::id::{LineId, NounId};
use super::refusal::Refusal;
use super::register::{Careful, Register};
use super::text::{Limit, Lines, Unit};
use approval::{RefuseApproval, Request, RequestApproval};
use assumption::{Assume, Assumption};
use decision::{Decide, Decision};
use declaration::{Declaration, Declare};
use measure::{Measure, PutMeasure};
use timer::{SetTimer, Timer};

/// The words of a decision, an assumption, a measure: one line, for lists.
pub const WORDS: Limit = Limit { what: "text", most: 500, unit: Unit::Characters, lines: Lines::One };
/// How many alternatives, people or components one act may name.
pub const MOST: usize = 20;

/// Which noun of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    Decision,
    Assumption,
    Approval,
    Measure,
    Timer,
    Declaration,
}

impl Sort {
    pub const ALL: [Sort; 6] =
        [Sort::Decision, Sort::Assumption, Sort::Approval, Sort::Measure, Sort::Timer, Sort::Declaration];

    /// The word for one, on screens and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Sort::Decision => "decision",
            Sort::Assumption => "assumption",
            Sort::Approval => "approval",
            Sort::Measure => "measure",
            Sort::Timer => "timer",
            Sort::Declaration => "declaration",
        }
    }

    /// The verb of the command line.
    pub fn verb(self) -> &'static str {
        match self {
            Sort::Decision => "decide",
            Sort::Assumption => "assume",
            Sort::Approval => "approve",
            Sort::Measure => "measure",
            Sort::Timer => "timer",
            Sort::Declaration => "declare",
        }
    }

    /// What its numbers begin with: `D-4`. A declaration goes by its word instead.
    pub fn letter(self) -> &'static str {
        match self {
            Sort::Decision => "D",
            Sort::Assumption => "A",
            Sort::Approval => "R",
            Sort::Measure => "M",
            Sort::Timer => "T",
            Sort::Declaration => "",
        }
    }

    /// What its time is the time of.
    pub fn due_word(self) -> &'static str {
        match self {
            Sort::Decision => "revisit",
            Sort::Assumption => "check",
            Sort::Approval => "answer by",
            Sort::Measure => "review",
            Sort::Timer => "rings",
            Sort::Declaration => "review",
        }
    }
}

/// How a line of the ledger stands. Which of these a noun may take, [`Sort::may`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In force, in place, asked, running.
    Open,
    /// A decision looked at again and kept; an assumption that turned out true.
    Confirmed,
    /// A decision or a request taken back.
    Withdrawn,
    /// An assumption that turned out wrong.
    Refuted,
    /// An assumption nobody needs any more.
    Dropped,
    Granted,
    Refused,
    /// A measure that was taken down.
    Removed,
    /// A measure that is temporary no longer.
    Permanent,
    /// A timer whose result came.
    Done,
    Cancelled,
    /// A declaration that was ended.
    StoodDown,
}

impl State {
    /// The word on screens and on disk, as it is said of this noun.
    pub fn word(self, sort: Sort) -> &'static str {
        match (self, sort) {
            (State::Open, Sort::Decision) => "stands",
            (State::Open, Sort::Assumption) => "assumed",
            (State::Open, Sort::Approval) => "asked",
            (State::Open, Sort::Measure) => "in place",
            (State::Open, Sort::Timer) => "running",
            (State::Open, Sort::Declaration) => "in force",
            (State::Confirmed, _) => "confirmed",
            (State::Withdrawn, _) => "withdrawn",
            (State::Refuted, _) => "refuted",
            (State::Dropped, _) => "dropped",
            (State::Granted, _) => "granted",
            (State::Refused, _) => "refused",
            (State::Removed, _) => "removed",
            (State::Permanent, _) => "permanent",
            (State::Done, _) => "done",
            (State::Cancelled, _) => "cancelled",
            (State::StoodDown, _) => "stood down",
        }
    }

    /// Whether coming to stand so asks for a reason.
    pub fn asks_why(self) -> bool {
        !matches!(self, State::Open | State::Confirmed | State::Granted | State::Removed | State::Done)
    }
}

impl Sort {
    /// Whether this noun can come to stand so by being settled or opened again. Approvals are granted and
    /// refused by acts of their own, which say who did.
    pub fn may(self, to: State) -> bool {
        match self {
            Sort::Decision => matches!(to, State::Open | State::Confirmed | State::Withdrawn),
            Sort::Assumption => {
                matches!(to, State::Open | State::Confirmed | State::Refuted | State::Dropped)
            }
            Sort::Approval => matches!(to, State::Open | State::Withdrawn),
            Sort::Measure => matches!(to, State::Open | State::Removed | State::Permanent),
            Sort::Timer => matches!(to, State::Open | State::Done | State::Cancelled),
            Sort::Declaration => matches!(to, State::Open | State::StoodDown),
        }
    }
}

/// How something stands, since when, by whom and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stand {
    pub state: State,
    /// Since when (UTC).
    pub at: DateTime<Utc>,
    pub by: String,
    /// Why, or what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Careful for Stand {
    // What may still be open must be looked at.
    fn care(&self) -> i32 {
        i32::from(self.state == State::Open)
    }
}

/// A replaceable field of a line of the ledger with the value it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    Stand(Stand),
    Due(Option<DateTime<Utc>>),
    Owner(Option<String>),
    Removal(Option<DateTime<Utc>>),
}

/// What only one noun has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "sort", rename_all = "kebab-case")]
pub enum What {
    Decision(Decision),
    Assumption(Assumption),
    Approval(Request),
    Measure(Measure),
    Timer(Timer),
    Declaration(Declaration),
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub id: NounId,
    /// As it stands on papers: `D-4`. Given once; two people who wrote at the same time may share one.
    pub number: String,
    /// Two share this number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub twin: bool,
    pub text: String,
    pub what: What,
    /// When it was put there (UTC, happened time) and by whom.
    pub made: DateTime<Utc>,
    pub by: String,
    pub line: LineId,
    pub undone: bool,
    pub stand: Register<Stand>,
    /// When it must be looked at again (UTC): revisited, checked, answered, reviewed, rung.
    pub due: Register<Option<DateTime<Utc>>>,
    /// Who sees to it.
    pub owner: Register<Option<String>>,
    /// When a measure is to be taken down (UTC).
    pub removal: Register<Option<DateTime<Utc>>>,
    /// When it was last looked at without being changed (UTC).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
}

/// Somebody looked at it again, and it stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// UTC.
    pub at: DateTime<Utc>,
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub line: LineId,
    pub undone: bool,
}

impl Item {
    /// Its number as screens show it; where two people gave the same one, with two letters of the id: `D-4·k7`.
    pub fn label(&self) -> String {
        self.id.tell_apart(&self.number, self.twin)
    }

    pub fn sort(&self) -> Sort {
        match self.what {
            What::Decision(_) => Sort::Decision,
            What::Assumption(_) => Sort::Assumption,
            What::Approval(_) => Sort::Approval,
            What::Measure(_) => Sort::Measure,
            What::Timer(_) => Sort::Timer,
            What::Declaration(_) => Sort::Declaration,
        }
    }

    pub fn state(&self) -> State {
        self.stand.get().map_or(State::Open, |stand| stand.state)
    }

    /// Whether it still asks for something: in place, running, asked; a decision or an assumption that stands.
    pub fn open(&self) -> bool {
        self.state() == State::Open
    }

    pub fn state_word(&self) -> &'static str {
        self.state().word(self.sort())
    }

    /// When it must be looked at again (UTC); a confirmed decision may have a time too.
    pub fn due(&self) -> Option<DateTime<Utc>> {
        self.due.get().copied().flatten()
    }

    /// Whether its time has come: rung, to be revisited, over review. A measure is also late when its
    /// planned removal has passed.
    pub fn overdue(&self, now: DateTime<Utc>) -> bool {
        let asks = self.open() || (self.sort() == Sort::Decision && self.state() == State::Confirmed);
        asks && self.next_time().is_some_and(|due| due <= now)
    }

    /// The nearest of its times (UTC): the review, or the planned removal.
    pub fn next_time(&self) -> Option<DateTime<Utc>> {
        [self.due(), self.removal()].into_iter().flatten().min()
    }

    pub fn owner(&self) -> Option<&str> {
        self.owner.get().and_then(Option::as_deref)
    }

    pub fn removal(&self) -> Option<DateTime<Utc>> {
        self.removal.get().copied().flatten()
    }

    /// Whether one of its values is contested.
    pub fn contested(&self) -> bool {
        self.stand.contested().is_some()
            || self.due.contested().is_some()
            || self.owner.contested().is_some()
            || self.removal.contested().is_some()
    }

    /// Its own words of a measure.
    pub fn measure(&self) -> Option<&Measure> {
        if let What::Measure(measure) = &self.what { Some(measure) } else { None }
    }

    /// Its own words of an approval that was asked for.
    pub fn request(&self) -> Option<&Request> {
        if let What::Approval(request) = &self.what { Some(request) } else { None }
    }
}

/// Bring a line of the ledger to stand otherwise. Giving it twice changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Settle {
    pub item: NounId,
    pub to: State,
    /// Why; for a timer, what came of it.
    pub reason: Option<String>,
}

/// Look at it again: it stays, and gets another time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetTimes {
    pub item: Option<NounId>,
    /// The next time to look at it; `Some(None)`: no time.
    pub due: Option<Option<DateTime<Utc>>>,
    /// When a measure is to be taken down.
    pub removal: Option<Option<DateTime<Utc>>>,
    pub looked: Looked,
}

/// Whether somebody looked at the thing itself, or only set another time.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Looked {
    #[default]
    No,
    /// With a word on what they saw.
    Yes(Option<String>),
}

/// What one can ask of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Decide(Decide),
    Assume(Assume),
    Request(RequestApproval),
    Refuse(RefuseApproval),
    Put(PutMeasure),
    SetTimer(SetTimer),
    Declare(Declare),
    Settle(Settle),
    SetTimes(SetTimes),
    /// Who sees to it; `None`: nobody.
    Give {
        item: NounId,
        to: Option<String>,
    },
}

/// A line of the ledger came to stand otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerSettled {
    pub item: NounId,
    pub sort: Sort,
    pub number: String,
    /// For people: its words.
    pub text: String,
    pub from: State,
    pub to: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A line of the ledger was looked at again, or got other times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerTimed {
    pub item: NounId,
    pub sort: Sort,
    pub number: String,
    /// For people: its words.
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Change<Option<DateTime<Utc>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<Change<Option<DateTime<Utc>>>>,
    /// Somebody looked at the thing itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub looked: bool,
    /// What they saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A line of the ledger was given to somebody, or to nobody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerGiven {
    pub item: NounId,
    pub sort: Sort,
    pub number: String,
    /// For people: its words.
    pub text: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

impl Item {
    /// Judges how it shall stand.
    ///
    /// # Errors
    /// Refuses what this noun cannot come to, and what asks for a reason and has none.
    pub fn decide_settle(&self, to: State, reason: Option<String>) -> Result<Option<LedgerSettled>, Refusal> {
        let (from, sort) = (self.state(), self.sort());
        if from == to && self.stand.contested().is_none() {
            return Ok(None);
        }
        if !sort.may(to) {
            return Err(Refusal::refused(format!(
                "{} is a {}; it cannot be {}.",
                self.label(),
                sort.word(),
                to.word(sort)
            ))
            .hint(format!("casebook {} --help names what it can be.", sort.verb())));
        }
        let reopening = to == State::Open && from != State::Open;
        if reason.is_none() && (reopening || to.asks_why()) {
            let what = if reopening { "opened again" } else { to.word(sort) };
            return Err(Refusal::refused(format!("{} is {what} only with a reason.", self.number))
                .hint("Add --reason \"…\" and give the command again."));
        }
        Ok(Some(LedgerSettled {
            item: self.id.clone(),
            sort,
            number: self.label(),
            text: self.text.clone(),
            from,
            to,
            reason,
        }))
    }

    /// Judges other times, and a look at the thing itself.
    ///
    /// # Errors
    /// Refuses what is settled, and a planned removal of what is no measure.
    pub fn decide_times(&self, set: &SetTimes, note: Option<String>) -> Result<Option<LedgerTimed>, Refusal> {
        let sort = self.sort();
        if !self.open() && self.state() != State::Confirmed {
            return Err(Refusal::refused(format!("{} is {} already.", self.label(), self.state_word()))
                .hint("Only what still stands is looked at again."));
        }
        if set.removal.is_some() && sort != Sort::Measure {
            return Err(Refusal::refused(format!(
                "{} is a {}; only a measure has a planned removal.",
                self.label(),
                sort.word()
            )));
        }
        let change = |from: Option<DateTime<Utc>>, to: Option<Option<DateTime<Utc>>>, contested: bool| {
            to.filter(|to| *to != from || contested).map(|to| Change { from, to })
        };
        let due = change(self.due(), set.due, self.due.contested().is_some());
        let removal = change(self.removal(), set.removal, self.removal.contested().is_some());
        let looked = matches!(set.looked, Looked::Yes(_));
        Ok((looked || due.is_some() || removal.is_some()).then(|| LedgerTimed {
            item: self.id.clone(),
            sort,
            number: self.label(),
            text: self.text.clone(),
            due,
            removal,
            looked,
            note,
        }))
    }

    /// Judges giving it to somebody (`None`: to nobody).
    pub fn decide_give(&self, to: Option<String>) -> Option<LedgerGiven> {
        let from = self.owner().map(str::to_owned);
        (from != to || self.owner.contested().is_some()).then(|| LedgerGiven {
            item: self.id.clone(),
            sort: self.sort(),
            number: self.label(),
            text: self.text.clone(),
            from,
            to,
        })
    }
}
