//! What lines of the ledger bring into the world, and what taking one back strikes.

use chrono::{DateTime, Utc};

use super::super::Incident;
use super::super::line::Line;
use crate::model::id::{LineId, NounId};
use crate::model::ledger::approval::{ApprovalRefused, ApprovalRequested, Request};
use crate::model::ledger::assumption::{Assumption, AssumptionMade};
use crate::model::ledger::decision::DecisionTaken;
use crate::model::ledger::declaration::{Declaration, DeclarationMade};
use crate::model::ledger::measure::NewMeasure;
use crate::model::ledger::timer::{Timer, TimerSet};
use crate::model::ledger::{Item, LedgerTimed, Review, Sort, Stand, State, What};
use crate::model::register::Register;

/// What a new line of the ledger begins with.
struct New {
    id: NounId,
    number: String,
    text: String,
    what: What,
    due: Option<DateTime<Utc>>,
    owner: Option<String>,
    removal: Option<DateTime<Utc>>,
}

impl New {
    fn of(id: &NounId, number: &str, text: &str, what: What, due: Option<DateTime<Utc>>) -> Self {
        let (number, text) = (number.to_owned(), text.to_owned());
        Self { id: id.clone(), number, text, what, due, owner: None, removal: None }
    }
}

/// What lines of the ledger bring into the world.
impl Incident {
    pub(in crate::incident) fn put_decision(&mut self, line: &Line, it: &DecisionTaken) {
        let what = What::Decision(it.decision.clone());
        self.put_item(line, New::of(&it.id, &it.number, &it.text, what, it.revisit));
    }

    pub(in crate::incident) fn put_assumption(&mut self, line: &Line, it: &AssumptionMade) {
        let what = What::Assumption(Assumption { refuted_by: it.refuted_by.clone() });
        self.put_item(line, New::of(&it.id, &it.number, &it.text, what, it.check));
    }

    pub(in crate::incident) fn put_timer(&mut self, line: &Line, it: &TimerSet) {
        let what = What::Timer(Timer {});
        self.put_item(line, New::of(&it.id, &it.number, &it.text, what, Some(it.due)));
    }

    pub(in crate::incident) fn put_declaration(&mut self, line: &Line, it: &DeclarationMade) {
        let what = What::Declaration(Declaration { what: it.what, reference: it.reference.clone() });
        self.put_item(line, New::of(&it.id, it.what.id(), &it.reason, what, None));
    }

    /// Somebody looked at the thing itself; a mere change of its times makes nothing.
    pub(in crate::incident) fn put_review(&mut self, line: &Line, it: &LedgerTimed) {
        if !it.looked {
            return;
        }
        let (at, by) = (line.at(), line.actor().to_owned());
        let review = Review { at, by, note: it.note.clone(), line: line.id, undone: false };
        if let Some(item) = self.ledger_mut(&it.item) {
            item.reviews.push(review);
        }
    }

    /// Makes a measure that a line carries.
    pub(in crate::incident) fn put_measure(&mut self, line: &Line, new: &NewMeasure) {
        let what = What::Measure(new.measure.clone());
        let first = New::of(&new.id, &new.number, &new.text, what, new.review);
        self.put_item(line, New { owner: new.owner.clone(), removal: new.remove, ..first });
    }

    pub(in crate::incident) fn put_requests(&mut self, line: &Line, asked: &ApprovalRequested) {
        for one in &asked.requests {
            let what = What::Approval(Request {
                about: asked.about.clone(),
                of: one.of.clone(),
                how: asked.how.clone(),
                words: asked.words.clone(),
            });
            self.put_item(line, New::of(&one.id, &one.number, &asked.what, what, asked.until));
        }
    }

    /// A no to a question that nobody had put on record; else the request is what it is about.
    pub(in crate::incident) fn put_refusal(&mut self, line: &Line, refused: &ApprovalRefused) {
        if !refused.answers.is_empty() {
            return;
        }
        let what = What::Approval(Request {
            about: refused.about.clone(),
            of: refused.by.clone(),
            how: refused.how.clone(),
            words: None,
        });
        self.put_item(line, New::of(&refused.id, &refused.number, &refused.what, what, None));
        let stand = Stand {
            state: State::Refused,
            at: line.at(),
            by: refused.by.to_string(),
            reason: Some(refused.reason.clone()),
        };
        if let Some(item) = self.ledger.last_mut() {
            item.stand.set(line.id, line.actor(), &[], stand);
        }
    }

    fn put_item(&mut self, line: &Line, new: New) {
        let mut item = Item {
            id: new.id,
            number: new.number,
            twin: false,
            text: new.text,
            what: new.what,
            made: line.at(),
            by: line.actor().to_owned(),
            line: line.id,
            undone: false,
            stand: Register::default(),
            due: Register::default(),
            owner: Register::default(),
            removal: Register::default(),
            reviews: Vec::new(),
        };
        let by = line.actor().to_owned();
        let open = Stand { state: State::Open, at: line.at(), by, reason: None };
        item.stand.set(line.id, line.actor(), &[], open);
        item.due.set(line.id, line.actor(), &[], new.due);
        item.owner.set(line.id, line.actor(), &[], new.owner);
        item.removal.set(line.id, line.actor(), &[], new.removal);
        if item.sort() != Sort::Declaration {
            for twin in self.ledger.iter_mut().filter(|other| other.number == item.number) {
                (twin.twin, item.twin) = (true, true);
            }
        }
        self.ledger.push(item);
    }

    /// Strikes what these lines made in the ledger.
    pub(in crate::incident) fn strike_ledger(&mut self, gone: impl Fn(&LineId) -> bool) {
        for item in &mut self.ledger {
            item.undone |= gone(&item.line);
            item.reviews.iter_mut().filter(|review| gone(&review.line)).for_each(|r| r.undone = true);
        }
    }

    /// Later lines that worked on what this line made in the ledger.
    pub(in crate::incident) fn ledger_worked(&self, line: LineId) -> impl Iterator<Item = LineId> + '_ {
        self.ledger.iter().filter(move |item| item.line == line).flat_map(|item| {
            let fields = item.stand.heads().chain(item.due.heads());
            let fields = fields.chain(item.owner.heads()).chain(item.removal.heads());
            fields.chain(item.reviews.iter().filter(|review| !review.undone).map(|review| review.line))
        })
    }
}
