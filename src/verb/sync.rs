//! `sync`: exchange with other stores through a remote repository, or by a file that is carried.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Act, Context, Said, Verb};
use crate::model::refusal::Refusal;

/// What is asked of sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Syncing {
    /// Take in and send, now.
    Now,
    /// Whom the whole store syncs with.
    Set {
        remote: String,
    },
    /// One incident goes to a further remote, alone.
    Share {
        remote: String,
    },
    /// Forget a remote; `None`: the one of the whole store.
    Unset {
        remote: Option<String>,
    },
    Status(Seen),
    /// What others may lack, into a file that is carried to them.
    Bundle {
        file: PathBuf,
        /// What the other side said it has.
        receipt: Option<PathBuf>,
    },
    /// A file that was carried here.
    From {
        file: PathBuf,
        /// Where it is written down what was taken.
        receipt: Option<PathBuf>,
    },
}

/// Whether what was noticed so far is put aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seen {
    #[default]
    Keep,
    /// `--seen`: I have read it.
    PutAside,
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Sync {
    #[command(subcommand)]
    what: Option<What>,
    /// Write what others may lack into this new file, to be carried to them
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    bundle: Option<PathBuf>,
    /// Take in a file that --bundle wrote
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// With --bundle: only what this receipt does not name; with --from: write the receipt there
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

#[derive(Subcommand)]
enum What {
    /// Sync this store with a folder, ssh://HOST/PATH, HOST:PATH or https://HOST/PATH; a folder that is not there is made
    Set(To),
    /// What is unsent, when was the last exchange, who else writes, what was noticed
    Status(Status),
    /// Share one incident with a further remote, and nothing else
    Share(Share),
    /// Forget a remote; what was exchanged stays
    Unset(Unset),
}

#[derive(Args)]
struct To {
    /// Where the others look, too
    #[arg(value_name = "REMOTE")]
    remote: String,
}

#[derive(Args)]
struct Status {
    /// I have read what was noticed: put it aside
    #[arg(long)]
    seen: bool,
}

#[derive(Args)]
struct Share {
    /// Number, its tail, id prefix, or unique words of the title
    #[arg(value_name = "INCIDENT")]
    incident: String,
    /// Where the others look, too
    #[arg(value_name = "REMOTE")]
    remote: String,
}

#[derive(Args)]
struct Unset {
    /// Which; without it the one of the whole store
    #[arg(value_name = "REMOTE")]
    remote: Option<String>,
}

impl Verb for Sync {
    fn say(self, _: &Context<'_>) -> Result<Said, Refusal> {
        let mut incident = None;
        let syncing = match (self.what, self.bundle, self.from) {
            (Some(What::Set(to)), ..) => Syncing::Set { remote: to.remote },
            (Some(What::Status(status)), ..) => {
                Syncing::Status(if status.seen { Seen::PutAside } else { Seen::Keep })
            }
            (Some(What::Share(share)), ..) => {
                incident = Some(share.incident);
                Syncing::Share { remote: share.remote }
            }
            (Some(What::Unset(unset)), ..) => Syncing::Unset { remote: unset.remote },
            (None, Some(file), _) => Syncing::Bundle { file, receipt: self.receipt },
            (None, None, Some(file)) => Syncing::From { file, receipt: self.receipt },
            (None, None, None) if self.receipt.is_some() => {
                return Err(Refusal::misused("--receipt goes with --bundle or --from.").hint(
                    "casebook sync --bundle FILE --receipt RECEIPT writes only what it does not name.",
                ));
            }
            (None, None, None) => Syncing::Now,
        };
        Ok(Said::of(Act::Sync(syncing), incident))
    }
}
