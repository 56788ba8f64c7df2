//! Where does the incident go: the ways out of here with live gates, and the words each of them asks.

use super::form::Form;
use crate::incident::moves::Destination;

/// A way the dialog offers.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// `1`–`7`: to a phase.
    Go(Destination),
    /// `0`: stay, for one component alone; the reason is kept.
    Stay,
    /// `8`: wait for an outside party.
    Hold,
    /// `8`, on hold: go on.
    GoOn,
    /// `9`: the move that ends the incident here.
    Close(Destination),
}

impl Choice {
    /// The key that chooses it.
    pub fn digit(&self) -> char {
        match self {
            Choice::Go(there) => char::from(b'0' + there.to.number()),
            Choice::Stay => '0',
            Choice::Hold | Choice::GoOn => '8',
            Choice::Close(_) => '9',
        }
    }

    /// The move behind it, if it is one.
    pub fn destination(&self) -> Option<&Destination> {
        match self {
            Choice::Go(there) | Choice::Close(there) => Some(there),
            Choice::Stay | Choice::Hold | Choice::GoOn => None,
        }
    }
}

/// The phase dialog.
#[derive(Clone, Debug)]
pub struct PhaseDialog {
    pub choices: Vec<Choice>,
    /// The way chosen.
    pub at: usize,
    /// Whether the keys choose a way (`true`) or fill the fields of `form`.
    pub choosing: bool,
    /// What the chosen way asks: acceptances, reason, category, component, approval, ticks that hold,
    /// disposition. Words typed stay when another way is chosen and when the dialog is left.
    pub form: Form,
}

impl PhaseDialog {
    /// The way chosen.
    pub fn choice(&self) -> Option<&Choice> {
        self.choices.get(self.at)
    }
}
