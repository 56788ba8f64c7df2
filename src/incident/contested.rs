//! What several people set without knowing of each other: every such field, with its sides in words.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Incident;
use crate::model::component::{Detail as ComponentDetail, Staged};
use crate::model::evidence::Detail;
use crate::model::ledger::Stand;
use crate::model::lesson::Standing;
use crate::model::link::Tie;
use crate::model::notice::{Standing as NoticeStanding, Started};
use crate::model::register::{Careful, Register};
use crate::model::severity::Severity;
use crate::model::task::Progress;
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::triage::Acknowledgement;
use crate::model::visit::Place;

/// A field that several people set without knowing of each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contested {
    pub field: String,
    /// Who said what.
    pub sides: Vec<(String, String)>,
}

/// Adds a field if its sides differ. Its name is only made then: most fields never are.
pub(super) fn look<T: Careful + Clone + PartialEq>(
    all: &mut Vec<Contested>,
    field: impl FnOnce() -> String,
    register: &Register<T>,
    say: impl Fn(&T) -> String,
) {
    if let Some(sides) = register.contested() {
        let sides = sides.iter().map(|side| (side.by.clone(), say(&side.value))).collect();
        all.push(Contested { field: field(), sides });
    }
}

fn plain(value: &Option<String>) -> String {
    value.clone().unwrap_or_else(|| "nothing".to_owned())
}

fn time(at: &Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "nothing".to_owned(), |at| at.to_rfc3339())
}

impl Incident {
    /// Every contested field with its sides in words, for people.
    pub fn contested(&self) -> Vec<Contested> {
        let mut all = self.contested_head();
        all.extend(self.contested_nouns());
        all
    }

    fn contested_head(&self) -> Vec<Contested> {
        let mut all = Vec::new();
        look(&mut all, || "title".to_owned(), &self.title, Clone::clone);
        look(&mut all, || "summary".to_owned(), &self.summary, plain);
        look(
            &mut all,
            || "tlp".to_owned(),
            &self.tlp,
            |tlp: &Option<Tlp>| tlp.map_or("nothing", Tlp::label).to_owned(),
        );
        look(&mut all, || "lead".to_owned(), &self.lead, plain);
        look(&mut all, || "source".to_owned(), &self.source, plain);
        look(
            &mut all,
            || "severity".to_owned(),
            &self.severity,
            |to: &Option<Severity>| {
                to.as_ref().map_or("nothing", |severity| severity.level.label()).to_owned()
            },
        );
        look(&mut all, || "determination".to_owned(), &self.determination, plain);
        look(
            &mut all,
            || "posture".to_owned(),
            &self.posture,
            |to: &Option<Posture>| to.map_or("nothing", Posture::id).to_owned(),
        );
        look(
            &mut all,
            || "acknowledged".to_owned(),
            &self.acknowledged,
            |to: &Option<Acknowledgement>| {
                to.as_ref().map_or_else(|| "nobody".to_owned(), |ack| ack.by.clone())
            },
        );
        look(&mut all, || "hold".to_owned(), &self.hold, plain);
        look(
            &mut all,
            || "phase".to_owned(),
            &self.place,
            |place: &Place| match &place.ending {
                Some(ending) => format!("closed, {}", ending.disposition),
                None => place.phase.name().to_owned(),
            },
        );
        all
    }

    fn contested_nouns(&self) -> Vec<Contested> {
        let mut all = Vec::new();
        for task in self.tasks.iter().filter(|task| !task.undone && task.contested()) {
            let title = &task.what.title;
            look(
                &mut all,
                || format!("task {title}"),
                &task.progress,
                |to: &Progress| to.state.word().to_owned(),
            );
            look(&mut all, || format!("owner of {title}"), &task.assignee, plain);
            look(&mut all, || format!("due time of {title}"), &task.due, time);
        }
        for component in self.components.iter().filter(|component| !component.undone) {
            look(
                &mut all,
                || format!("stage of {}", component.name),
                &component.stage,
                |to: &Staged| to.stage.id().to_owned(),
            );
            for (part, register) in &component.details {
                look(
                    &mut all,
                    || format!("{} of {}", part.word(), component.name),
                    register,
                    ComponentDetail::words,
                );
            }
        }
        for item in self.evidence() {
            for (field, register) in &item.details {
                look(&mut all, || format!("{} of {}", field.word(), item.label()), register, Detail::say);
            }
        }
        for (item, disputed) in self.indicators.contested() {
            let field = format!("{} of {}", disputed.field, item.value);
            all.push(Contested { field, sides: disputed.sides });
        }
        for item in self.ledger().filter(|item| item.contested()) {
            let (number, sort) = (&item.number, item.sort());
            let stand = |to: &Stand| format!("{} by {}", to.state.word(sort), to.by);
            look(&mut all, || number.clone(), &item.stand, stand);
            look(&mut all, || format!("{} of {number}", sort.due_word()), &item.due, time);
            look(&mut all, || format!("owner of {number}"), &item.owner, plain);
            look(&mut all, || format!("removal of {number}"), &item.removal, time);
        }
        for link in &self.links {
            look(
                &mut all,
                || format!("link to {}", link.number),
                &link.tie,
                |to: &Option<Tie>| to.as_ref().map_or("none", |tie| tie.relation.id()).to_owned(),
            );
        }
        for action in self.improvements().filter(|action| action.contested()) {
            let number = self.action_number(action);
            look(
                &mut all,
                || format!("action {number}"),
                &action.state,
                |to: &Standing| to.state.word().to_owned(),
            );
            look(&mut all, || format!("owner of {number}"), &action.owner, plain);
            look(&mut all, || format!("due time of {number}"), &action.due, time);
        }
        all.extend(self.contested_people());
        for notice in self.notices() {
            let number = &notice.number;
            look(
                &mut all,
                || format!("state of {number}"),
                &notice.standing,
                |to: &NoticeStanding| to.state.word().to_owned(),
            );
            look(
                &mut all,
                || format!("starting fact of {number}"),
                &notice.started,
                |to: &Started| format!("{} {}", to.fact.word(), to.at.format("%Y-%m-%d %H:%MZ")),
            );
        }
        all
    }
}
