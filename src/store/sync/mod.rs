//! Several machines: what one store has and another lacks goes through a remote repository of git, in pieces that never
//! change.
//!
//! **After an exchange the remote has every whole line that this store may send, and this store every good line that the
//! remote has.** Each writer has a branch that only its owner pushes, so every push goes on from what is there and nothing
//! is ever merged; what is nobody's own goes on the branch of whoever carries it. A commit is a delivery: its tree holds
//! what it brings and nothing else. The repository beside the store is a cache: without it everything is looked at again.

mod arrive;
mod barred;
mod call;
mod commit;
mod deliver;
mod exchange;
mod fault;
mod fetch;
mod git;
mod judge;
mod ledger;
mod marker;
mod notes;
mod offered;
mod piece;
mod place;
mod plan;
mod put;
mod remote;
mod setup;
mod side;
mod sign;
mod stick;
mod take;
mod tally;
mod trusted;
mod upkeep;

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use exchange::Exchanged;
pub use fault::SyncFault;
pub use git::Config;
pub use ledger::{Notice, Peer};
pub use remote::Remote;
pub use setup::{SetUp, Standing};
pub use stick::{Bundled, Held, Receipt};
pub use tally::Tally;

pub(super) use piece::writer_of;

/// Whose deliveries are taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Also those nobody signed; what was signed once has to stay so.
    #[default]
    Any,
    /// Only those that somebody in the list of signers signed.
    Signed,
}

/// The largest evidence file that is sent where nothing else is set, in bytes: 10 MiB.
pub const EVIDENCE: u64 = 10 << 20;
/// The largest evidence file that can be set to be sent, in bytes: 256 MiB.
pub const EVIDENCE_MOST: u64 = 256 << 20;
/// The most that a remote may bring at once where nothing else is set, in bytes of git's packs: 4 GB.
pub const RECEIVE: u64 = 4_000_000_000;
/// The least and the most that can be set: 1 MiB and 1 TiB.
pub const RECEIVE_LEAST: u64 = 1 << 20;
pub const RECEIVE_MOST: u64 = 1 << 40;
/// How long a call to a remote may take: 10 minutes.
pub const LIMIT: Duration = Duration::from_secs(600);

/// With what an exchange is made.
#[derive(Clone, Debug)]
pub struct Means {
    /// The program git.
    pub program: String,
    pub config: Config,
    /// How long a call to a remote may take.
    pub limit: Duration,
    /// The largest evidence file that is sent, in bytes.
    pub evidence: u64,
    /// The most that a remote may bring at once, in bytes; about, since it is looked at twenty times a second.
    pub receive: u64,
    /// The SSH key deliveries are signed with.
    pub key: Option<PathBuf>,
    /// A file of allowed signers (`ssh-keygen(1)`).
    pub signers: Option<PathBuf>,
    pub trust: Trust,
    pub now: DateTime<Utc>,
}

impl Means {
    /// With the person's own git and nothing else said.
    pub fn plain(now: DateTime<Utc>) -> Self {
        Self {
            program: "git".into(),
            config: Config::Person,
            limit: LIMIT,
            evidence: EVIDENCE,
            receive: RECEIVE,
            key: None,
            signers: None,
            trust: Trust::Any,
            now,
        }
    }
}
