//! What several people set without knowing of each other: every such field, with its sides in words.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Incident;
use super::setting::Setting;
use crate::model::component::{Detail as ComponentDetail, Staged};
use crate::model::evidence::Detail;
use crate::model::id::LineId;
use crate::model::indicator::Disputing;
use crate::model::ledger::{Field, Stand};
use crate::model::lesson::{Part, Standing};
use crate::model::link::Tie;
use crate::model::notice::{Standing as NoticeStanding, Started};
use crate::model::register::{Careful, Register, Side};
use crate::model::severity::Severity;
use crate::model::task::Progress;
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::triage::Acknowledgement;
use crate::model::visit::Place;

/// A field that several people set without knowing of each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contested {
    /// What it is called, and nothing else is: `stage of FS02`.
    pub field: String,
    /// In the order of their lines.
    pub sides: Vec<Claim>,
    /// Which of them is shown until somebody rules, as a place in `sides`.
    #[serde(skip)]
    pub shown: usize,
}

/// One side of a contested field.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    pub by: String,
    /// The value in words.
    pub says: String,
    /// The line that says so.
    pub line: LineId,
    /// The field with this side's value: what a ruling for it sets.
    pub setting: Setting,
}

impl Serialize for Claim {
    /// As `[who, what]`.
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (&self.by, &self.says).serialize(to)
    }
}

impl Contested {
    /// Who said what, in a line: `cy: contained | ana: suspected`.
    pub fn words(&self) -> String {
        let sides: Vec<String> =
            self.sides.iter().map(|side| format!("{}: {}", side.by, side.says)).collect();
        sides.join(" | ")
    }
}

/// Adds a field if its sides differ. Its name is only made then: most fields never are.
pub(super) fn look<T: Careful + Clone + PartialEq>(
    all: &mut Vec<Contested>,
    field: impl FnOnce() -> String,
    register: &Register<T>,
    say: impl Fn(&T) -> String,
    setting: impl Fn(T) -> Setting,
) {
    let Some(sides) = register.contested() else { return };
    let holds = register.holds().map(|side| side.line);
    let shown = sides.iter().position(|side| Some(side.line) == holds).unwrap_or(0);
    let claim = |side: &Side<T>| Claim {
        by: side.by.clone(),
        says: say(&side.value),
        line: side.line,
        setting: setting(side.value.clone()),
    };
    all.push(Contested { field: field(), sides: sides.iter().map(claim).collect(), shown });
}

fn plain(value: &Option<String>) -> String {
    value.clone().unwrap_or_else(|| "nothing".to_owned())
}

fn time(at: &Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "nothing".to_owned(), |at| at.to_rfc3339())
}

/// Two things may have one name: their fields are called by the beginning of their ids, too: `stage of FS02·k7ab`.
fn tell_apart(all: &mut [Contested]) {
    for letters in [4, usize::MAX] {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for contested in all.iter() {
            *count.entry(contested.field.clone()).or_default() += 1;
        }
        for contested in all.iter_mut().filter(|contested| count[&contested.field] > 1) {
            let id = contested.sides.first().and_then(|side| side.setting.noun());
            let id: String = id.unwrap_or_default().chars().take(letters).collect();
            if !id.is_empty() {
                let name = contested.field.split('·').next().unwrap_or_default();
                contested.field = format!("{name}·{id}");
            }
        }
    }
}

impl Incident {
    /// Every contested field with its sides in words, for people.
    pub fn contested(&self) -> Vec<Contested> {
        let mut all = self.contested_head();
        all.extend(self.contested_nouns());
        tell_apart(&mut all);
        all
    }

    fn contested_head(&self) -> Vec<Contested> {
        let mut all = Vec::new();
        look(&mut all, || "title".to_owned(), &self.title, Clone::clone, Setting::Title);
        look(&mut all, || "summary".to_owned(), &self.summary, plain, Setting::Summary);
        look(
            &mut all,
            || "tlp".to_owned(),
            &self.tlp,
            |tlp: &Option<Tlp>| tlp.map_or("nothing", Tlp::label).to_owned(),
            Setting::Tlp,
        );
        look(&mut all, || "lead".to_owned(), &self.lead, plain, Setting::Lead);
        look(&mut all, || "source".to_owned(), &self.source, plain, Setting::Source);
        look(
            &mut all,
            || "severity".to_owned(),
            &self.severity,
            |to: &Option<Severity>| {
                to.as_ref().map_or("nothing", |severity| severity.level.label()).to_owned()
            },
            Setting::Severity,
        );
        look(&mut all, || "determination".to_owned(), &self.determination, plain, Setting::Determination);
        look(
            &mut all,
            || "posture".to_owned(),
            &self.posture,
            |to: &Option<Posture>| to.map_or("nothing", Posture::id).to_owned(),
            Setting::Posture,
        );
        look(
            &mut all,
            || "acknowledged".to_owned(),
            &self.acknowledged,
            |to: &Option<Acknowledgement>| {
                to.as_ref().map_or_else(|| "nobody".to_owned(), |ack| ack.by.clone())
            },
            Setting::Acknowledged,
        );
        look(&mut all, || "hold".to_owned(), &self.hold, plain, Setting::Hold);
        look(
            &mut all,
            || "phase".to_owned(),
            &self.place,
            |place: &Place| match &place.ending {
                Some(ending) => format!("closed, {}", ending.disposition),
                None => place.phase.name().to_owned(),
            },
            Setting::Place,
        );
        all
    }

    fn contested_nouns(&self) -> Vec<Contested> {
        let mut all = Vec::new();
        for task in self.tasks.iter().filter(|task| !task.undone && task.contested()) {
            let (title, id) = (&task.what.title, task.id());
            let owner = |to| Setting::Assignee(id.clone(), to);
            look(&mut all, || format!("owner of {title}"), &task.assignee, plain, owner);
            look(
                &mut all,
                || format!("task {title}"),
                &task.progress,
                |to: &Progress| to.state.word().to_owned(),
                |to| Setting::Progress(id.clone(), to),
            );
            let due = |to| Setting::Due(id.clone(), to);
            look(&mut all, || format!("due time of {title}"), &task.due, time, due);
        }
        for component in self.components.iter().filter(|component| !component.undone) {
            look(
                &mut all,
                || format!("stage of {}", component.name),
                &component.stage,
                |to: &Staged| to.stage.id().to_owned(),
                |to| Setting::Stage(component.id.clone(), to),
            );
            for (part, register) in &component.details {
                look(
                    &mut all,
                    || format!("{} of {}", part.word(), component.name),
                    register,
                    ComponentDetail::words,
                    |to| Setting::Component(component.id.clone(), to),
                );
            }
        }
        for item in self.evidence() {
            for (field, register) in &item.details {
                let setting = |to| Setting::Evidence(item.id.clone(), to);
                let field = || format!("{} of {}", field.word(), item.label());
                look(&mut all, field, register, Detail::say, setting);
            }
        }
        for (item, disputed) in self.indicators.contested() {
            let field = format!("{} of {}", disputed.field, item.value);
            let claim = |side: Disputing| Claim {
                by: side.by,
                says: side.says,
                line: side.line,
                setting: Setting::Indicator(item.id.clone(), side.value),
            };
            let sides = disputed.sides.into_iter().map(claim).collect();
            all.push(Contested { field, sides, shown: disputed.shown });
        }
        for item in self.ledger().filter(|item| item.contested()) {
            let (number, sort) = (&item.number, item.sort());
            let stand = |to: &Stand| format!("{} by {}", to.state.word(sort), to.by);
            let set = |to| Setting::Ledger(item.id.clone(), to);
            look(&mut all, || number.clone(), &item.stand, stand, |to| set(Field::Stand(to)));
            let due = || format!("{} of {number}", sort.due_word());
            look(&mut all, due, &item.due, time, |to| set(Field::Due(to)));
            look(&mut all, || format!("owner of {number}"), &item.owner, plain, |to| set(Field::Owner(to)));
            let removal = || format!("removal of {number}");
            look(&mut all, removal, &item.removal, time, |to| set(Field::Removal(to)));
        }
        for link in &self.links {
            look(
                &mut all,
                || format!("link to {}", link.number),
                &link.tie,
                |to: &Option<Tie>| to.as_ref().map_or("none", |tie| tie.relation.id()).to_owned(),
                |to| Setting::Link(link.incident, to),
            );
        }
        for action in self.improvements().filter(|action| action.contested()) {
            let number = self.action_number(action);
            let set = |to| Setting::Improvement(action.id.clone(), to);
            look(
                &mut all,
                || format!("action {number}"),
                &action.state,
                |to: &Standing| to.state.word().to_owned(),
                |to| set(Part::State(to)),
            );
            look(&mut all, || format!("owner of {number}"), &action.owner, plain, |to| set(Part::Owner(to)));
            look(&mut all, || format!("due time of {number}"), &action.due, time, |to| set(Part::Due(to)));
        }
        all.extend(self.contested_people());
        for notice in self.notices() {
            let number = &notice.number;
            look(
                &mut all,
                || format!("state of {number}"),
                &notice.standing,
                |to: &NoticeStanding| to.state.word().to_owned(),
                |to| Setting::NoticeStanding(notice.id.clone(), Box::new(to)),
            );
            look(
                &mut all,
                || format!("starting fact of {number}"),
                &notice.started,
                |to: &Started| format!("{} {}", to.fact.word(), to.at.format("%Y-%m-%d %H:%MZ")),
                |to| Setting::NoticeStarted(notice.id.clone(), Box::new(to)),
            );
        }
        all
    }
}
