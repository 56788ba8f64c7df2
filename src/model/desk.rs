//! What a judgement needs and the journal does not hold: the time, the person, fresh ids, the playbooks.

use chrono::{DateTime, Utc};

use super::id::NounId;
use super::lesson::Carried;
use super::notice::duties::Duties;
use super::playbook::Playbooks;
use super::time::Happened;

/// The desk somebody sits at while giving one command.
#[derive(Clone, Debug)]
pub struct Desk<'a> {
    /// The moment (UTC); in a drill that of the story.
    pub now: DateTime<Utc>,
    /// Whether `CASEBOOK_NOW` set `now`.
    pub now_set: bool,
    /// Who writes it down.
    pub by: String,
    /// My role (`incident-lead`, `analyst` …), if I said one; some roles may authorise.
    pub role: Option<String>,
    /// Who did it, where that is somebody else.
    pub who: Option<String>,
    /// When it happened, where that is not now.
    pub happened: Option<Happened>,
    /// Exercise minute, in a drill.
    pub ex: Option<u32>,
    /// Fresh randomness for this command; all ids of its event derive from it.
    pub seed: [u8; 16],
    pub playbooks: &'a Playbooks,
    /// Open improvement actions of the whole store: what opens in Preparation takes them over.
    pub carried: &'a [Carried],
    /// The regimes and what was configured about them.
    pub duties: &'a Duties,
}

/// Roles that may authorise (lifecycle policy; the roles stand in the taxonomy).
const MAY_AUTHORISE: [&str; 2] = ["incident-lead", "executive"];

impl Desk<'_> {
    /// In a drill everything happens in the time of the story: `now`, which is not when it is written down.
    pub fn story(&self) -> Option<Happened> {
        self.ex.map(|_| Happened { at: self.now.fixed_offset(), typed: None, zone: None, assumed: false })
    }

    /// The `k`-th fresh id of this command.
    pub fn id(&self, k: u32) -> NounId {
        NounId::derive(&self.seed, k)
    }

    /// When it happened.
    pub fn at(&self) -> DateTime<Utc> {
        self.happened.as_ref().map_or(self.now, |happened| happened.at.to_utc())
    }

    /// Who did it.
    pub fn actor(&self) -> &str {
        self.who.as_deref().unwrap_or(&self.by)
    }

    /// Whether I may approve a move on my own authority.
    pub fn may_authorise(&self) -> bool {
        self.role.as_deref().is_some_and(|role| MAY_AUTHORISE.contains(&role))
    }
}
