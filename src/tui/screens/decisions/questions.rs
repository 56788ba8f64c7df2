//! The forms of the ledger.

use chrono::{DateTime, Utc};

use super::super::{Done, Question};
use super::{by_id, learning, settle, withdrawn};
use crate::incident::command::Command;
use crate::model::ledger::approval::{self, About, Approve, RefuseApproval, RequestApproval, Terms};
use crate::model::ledger::assumption::Assume;
use crate::model::ledger::decision::{Decide, Decision};
use crate::model::ledger::declaration::{Declare, Declared};
use crate::model::ledger::measure::{MeasureKind, PutMeasure};
use crate::model::ledger::timer::SetTimer;
use crate::model::ledger::{self, Looked, SetTimes, Sort, State};
use crate::model::refusal::Refusal;
use crate::model::time::Sense;
use crate::tui::answer;
use crate::tui::app::App;
use crate::tui::ask::{self, choice, line, opt, text, time};
use crate::tui::form::{Field, Form, Slot};
use crate::tui::give::{self, Envelope};
use crate::verb::refs;

pub(super) const ALL: &[Question] = &[
    DECIDE,
    ASSUME,
    MEASURE,
    TIMER,
    ASK,
    DECLARE,
    GRANT,
    RESULT,
    WITHDRAW,
    AGAIN,
    OWNER,
    TIMES,
    learning::LESSON,
    learning::IMPROVE,
    learning::DONE,
    learning::DROP,
    learning::AGAIN,
    learning::OWNER,
    learning::DUE,
];

/// The form that adds to a section.
pub(super) fn adding(sort: Sort) -> &'static str {
    match sort {
        Sort::Decision => DECIDE.name,
        Sort::Assumption => ASSUME.name,
        Sort::Approval => ASK.name,
        Sort::Measure => MEASURE.name,
        Sort::Timer => TIMER.name,
        Sort::Declaration => DECLARE.name,
    }
}

/// The form that settles what asks for words.
pub(super) fn settling(sort: Sort) -> &'static str {
    match sort {
        Sort::Approval => GRANT.name,
        Sort::Timer => RESULT.name,
        Sort::Decision | Sort::Assumption | Sort::Measure | Sort::Declaration => WITHDRAW.name,
    }
}

pub(super) fn said(form: &Form, name: &'static str) -> Option<String> {
    form.said(Slot::Of(name))
}

pub(super) fn at(app: &App, form: &Form, name: &'static str) -> Result<Option<DateTime<Utc>>, Refusal> {
    Ok(form.time(Slot::Of(name), app.now, &app.zone())?.map(|at| at.utc()))
}

/// What is typed with semicolons between.
fn several(words: Option<String>) -> Vec<String> {
    let words = words.unwrap_or_default();
    words.split(';').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

fn gives(app: &mut App, command: ledger::Command, envelope: &Envelope) -> Done {
    give::give_all(app, &[Command::Ledger(Box::new(command))], envelope)
}

pub(super) fn when() -> Field {
    time(Slot::When, "When", "now", Sense::Fact)
}

pub(super) fn who() -> Field {
    line(Slot::Who, "By", "me", "")
}

/// The fields of a question that asks for a reason.
pub(super) fn why() -> Vec<Field> {
    vec![text(Slot::Reason, "Why", "needed", ""), when(), who()]
}

fn named(app: &App, id: &str) -> Result<String, Refusal> {
    let item = by_id(app, id)?;
    Ok(format!("{} {}", item.label(), item.text))
}

pub const DECIDE: Question = Question {
    name: "decide",
    spoken: "a decision",
    title: |_, _| Ok("Decision".to_owned()),
    about: |_, _| Vec::new(),
    fields: |_, _| {
        Ok(vec![
            line(Slot::Text, "Decided", "needed, one line", ""),
            line(Slot::Of("not"), "Instead of", "alternatives considered; several with ;", ""),
            text(Slot::Reason, "Why", "optional", ""),
            line(Slot::ApprovedBy, "Approved by", "NAME/ROLE, if somebody else", ""),
            time(Slot::Of("revisit"), "Look again", "+2h, tomorrow 09:00; optional", Sense::Due),
            when(),
            who(),
        ])
    },
    answer: |app, form, _, envelope| {
        let approved_by = form.said(Slot::ApprovedBy).map(|words| approval::person(&words)).transpose()?;
        let decision =
            Decision { alternatives: several(said(form, "not")), why: form.said(Slot::Reason), approved_by };
        let text = form.said(Slot::Text).unwrap_or_default();
        let decide = Decide { text, decision, revisit: at(app, form, "revisit")? };
        gives(app, ledger::Command::Decide(decide), &envelope)
    },
};

pub const ASSUME: Question = Question {
    name: "assume",
    spoken: "an assumption",
    title: |_, _| Ok("Assumption".to_owned()),
    about: |_, _| vec!["What the work rests on until it is known.".to_owned()],
    fields: |_, _| {
        Ok(vec![
            line(Slot::Text, "Assumed", "needed, one line", ""),
            line(Slot::Of("refuted"), "Refuted by", "what would show it to be wrong", ""),
            time(Slot::Of("check"), "Check by", "+2h, tomorrow 09:00; optional", Sense::Due),
            when(),
            who(),
        ])
    },
    answer: |app, form, _, envelope| {
        let assume = Assume {
            text: form.said(Slot::Text).unwrap_or_default(),
            refuted_by: said(form, "refuted"),
            check: at(app, form, "check")?,
        };
        gives(app, ledger::Command::Assume(assume), &envelope)
    },
};

pub const MEASURE: Question = Question {
    name: "measure",
    spoken: "a temporary measure",
    title: |_, _| Ok("Temporary measure".to_owned()),
    about: |_, _| vec!["It stays in sight until somebody takes it down or makes it permanent.".to_owned()],
    fields: |app, _| {
        let kinds = MeasureKind::ALL.map(|kind| opt(kind.id(), &kind.id().replace('-', " "), "")).to_vec();
        Ok(vec![
            line(Slot::Text, "In place", "what was put in place, needed", ""),
            choice(Slot::Of("kind"), "Kind", "", kinds, Some(4)),
            line(Slot::Component, "Components", "FS01, FS02; optional", ""),
            line(Slot::Of("place"), "Where", "device, if that is no component", ""),
            line(Slot::Of("owner"), "Owner", "nobody", &app.me.name),
            time(Slot::Of("review"), "Review", "+4h, tomorrow 09:00", Sense::Due),
            time(Slot::Of("remove"), "Take down", "when it is planned; optional", Sense::Due),
            when(),
            who(),
        ])
    },
    answer: |app, form, _, envelope| {
        let kind = form.chosen(Slot::Of("kind")).unwrap_or_default();
        let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
        let names = form.said(Slot::Component).unwrap_or_default();
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        let components = names
            .map(|name| refs::component(incident, name).map(|one| one.id.clone()))
            .collect::<Result<_, _>>()?;
        let put = PutMeasure {
            text: form.said(Slot::Text).unwrap_or_default(),
            kind: MeasureKind::ALL.into_iter().find(|known| known.id() == kind).unwrap_or_default(),
            components,
            place: said(form, "place"),
            owner: said(form, "owner"),
            review: at(app, form, "review")?,
            remove: at(app, form, "remove")?,
        };
        gives(app, ledger::Command::Put(put), &envelope)
    },
};

pub const TIMER: Question = Question {
    name: "timer",
    spoken: "a timer",
    title: |_, _| Ok("Come-back timer".to_owned()),
    about: |_, _| vec!["It counts down on every screen, rings once, and asks for the result.".to_owned()],
    fields: |_, _| {
        Ok(vec![
            line(Slot::Text, "Who or what", "Bo back with the logs; needed", ""),
            time(Slot::Of("ring"), "Rings", "+10m, 14:30; needed", Sense::Due),
        ])
    },
    answer: |app, form, _, envelope| {
        let due = at(app, form, "ring")?.ok_or_else(|| {
            Refusal::misused("A timer needs to know when it rings.").hint("Type +10m, or 14:30.")
        })?;
        let text = form.said(Slot::Text).unwrap_or_default();
        gives(app, ledger::Command::SetTimer(SetTimer { text, due }), &envelope)
    },
};

const ASK: Question = Question {
    name: "ask-approval",
    spoken: "a question for an approval",
    title: |_, _| Ok("Ask for an approval".to_owned()),
    about: |_, _| {
        vec!["Each of the people asked has to say yes. ! records a yes nobody asked for.".to_owned()]
    },
    fields: |_, _| {
        Ok(vec![
            line(Slot::Text, "What", "a task's words, or any matter; needed", ""),
            line(Slot::Of("of"), "Asked", "NAME/ROLE; several with ;", ""),
            line(Slot::Of("title"), "On the door", "Head of IT; optional", ""),
            line(Slot::How, "How", "phone, mail, in person …", ""),
            text(Slot::Of("words"), "Exact words", "optional", ""),
            time(Slot::Of("until"), "Answer by", "optional", Sense::Due),
            when(),
            who(),
        ])
    },
    answer: |app, form, _, envelope| {
        let title = said(form, "title");
        let person = |words: &String| -> Result<approval::Person, Refusal> {
            Ok(approval::Person { title: title.clone(), ..approval::person(words)? })
        };
        let of = several(said(form, "of")).iter().map(person).collect::<Result<_, _>>()?;
        let matter = form
            .said(Slot::Text)
            .ok_or_else(|| Refusal::misused("What is to be approved is missing: the text is empty."))?;
        let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
        // Words that name one task are that task.
        let about = match refs::task(incident, &matter) {
            Ok(task) => About::Task(task.id().clone()),
            Err(_) => About::Matter(matter),
        };
        let request = RequestApproval {
            about: vec![about],
            of,
            how: form.said(Slot::How),
            words: said(form, "words"),
            until: at(app, form, "until")?,
        };
        gives(app, ledger::Command::Request(request), &envelope)
    },
};

const DECLARE: Question = Question {
    name: "declare",
    spoken: "a declaration",
    title: |_, _| Ok("Declare".to_owned()),
    about: |_, _| Vec::new(),
    fields: |_, _| {
        let both = [
            (Declared::Major, "The crisis structure of the organisation takes part."),
            (Declared::DisasterRecovery, "Recovery goes by the disaster recovery plan."),
        ];
        let options = both.iter().map(|(what, means)| opt(what.id(), what.name(), means)).collect();
        Ok(vec![
            choice(Slot::Of("what"), "What", "", options, Some(0)),
            text(Slot::Reason, "Why", "needed", ""),
            line(Slot::Ref, "Reference", "number elsewhere, or the plan", ""),
            when(),
            who(),
        ])
    },
    answer: |app, form, _, envelope| {
        let what = match form.chosen(Slot::Of("what")) == Some(Declared::DisasterRecovery.id()) {
            true => Declared::DisasterRecovery,
            false => Declared::Major,
        };
        let reason = form.said(Slot::Reason).unwrap_or_default();
        let declare = Declare { what, reason, reference: form.said(Slot::Ref) };
        gives(app, ledger::Command::Declare(declare), &envelope)
    },
};

const GRANT: Question = Question {
    name: "grant-approval",
    spoken: "a yes",
    title: |app, id| Ok(format!("Granted: {}", named(app, id)?)),
    about: |_, _| Vec::new(),
    fields: |app, id| {
        let of = by_id(app, id)?.request().map(|request| &request.of);
        let signed = of.map(|of| match &of.role {
            Some(role) => format!("{}/{role}", of.name),
            None => of.name.clone(),
        });
        let mut fields = ask::approval(app);
        if let Some(first) = fields.first_mut() {
            *first = line(Slot::ApprovedBy, "Granted by", "NAME/ROLE", &signed.unwrap_or_default());
        }
        fields.push(text(Slot::Of("words"), "Exact words", "optional", ""));
        fields.push(line(Slot::Of("condition"), "Condition", "optional", ""));
        fields.push(time(Slot::Of("until"), "Holds until", "optional", Sense::Due));
        Ok(fields)
    },
    answer: |app, form, id, envelope| {
        let zone = app.zone();
        let approval = answer::yes(app, form, &zone)?
            .ok_or_else(|| Refusal::misused("An approval needs the name of the person who gave it."))?;
        let terms = Terms {
            title: None,
            words: said(form, "words"),
            condition: said(form, "condition"),
            until: at(app, form, "until")?,
        };
        let answers = Some(by_id(app, id)?.id.clone());
        let approve = Approve { approval, terms, answers, ..Approve::default() };
        give::give_all(app, &[Command::Approve(Box::new(approve))], &envelope)
    },
};

const RESULT: Question = Question {
    name: "timer-result",
    spoken: "the result of a timer",
    title: |app, id| named(app, id),
    about: |_, _| Vec::new(),
    fields: |_, _| Ok(vec![text(Slot::Reason, "Result", "what came of it; Enter saves", ""), when(), who()]),
    answer: |app, form, id, envelope| {
        let command = settle(by_id(app, id)?, State::Done, form.said(Slot::Reason));
        give::give_all(app, &[command], &envelope)
    },
};

pub(super) const WITHDRAW: Question = Question {
    name: "withdraw-ledger",
    spoken: "why something of the ledger no longer stands",
    title: |app, id| named(app, id),
    about: |_, _| Vec::new(),
    fields: |app, id| {
        let sort = by_id(app, id)?.sort();
        let options = withdrawn(sort).iter().map(|to| opt(to.word(sort), to.word(sort), "")).collect();
        Ok(vec![
            text(Slot::Reason, "Why", "needed", ""),
            choice(Slot::State, "Now", "", options, Some(0)),
            when(),
            who(),
        ])
    },
    answer: |app, form, id, envelope| {
        let item = by_id(app, id)?;
        let sort = item.sort();
        let chosen = form.chosen(Slot::State).unwrap_or_default();
        let states = withdrawn(sort);
        let to = states.iter().find(|to| to.word(sort) == chosen).or(states.first());
        let to = to.copied().unwrap_or(State::Withdrawn);
        let reason = form.said(Slot::Reason);
        let command = match to {
            State::Refused => {
                let by = item.request().map(|request| request.of.clone()).unwrap_or_default();
                let answers = Some(item.id.clone());
                let refuse = RefuseApproval { answers, by, reason, ..RefuseApproval::default() };
                Command::Ledger(Box::new(ledger::Command::Refuse(refuse)))
            }
            to => settle(item, to, reason),
        };
        give::give_all(app, &[command], &envelope)
    },
};

pub(super) const AGAIN: Question = Question {
    name: "reopen-ledger",
    spoken: "why something of the ledger stands again",
    title: |app, id| Ok(format!("Open again: {}", named(app, id)?)),
    about: |_, _| Vec::new(),
    fields: |_, _| Ok(why()),
    answer: |app, form, id, envelope| {
        let command = settle(by_id(app, id)?, State::Open, form.said(Slot::Reason));
        give::give_all(app, &[command], &envelope)
    },
};

pub(super) const OWNER: Question = Question {
    name: "ledger-owner",
    spoken: "who sees to something of the ledger",
    title: |app, id| Ok(format!("Owner of {}", named(app, id)?)),
    about: |_, _| Vec::new(),
    fields: |app, id| {
        let owner = by_id(app, id)?.owner().unwrap_or(&app.me.name).to_owned();
        Ok(vec![line(Slot::Of("owner"), "Owner", "nobody", &owner)])
    },
    answer: |app, form, id, envelope| {
        let item = by_id(app, id)?.id.clone();
        gives(app, ledger::Command::Give { item, to: said(form, "owner") }, &envelope)
    },
};

pub(super) const TIMES: Question = Question {
    name: "ledger-times",
    spoken: "when to look at something of the ledger again",
    title: |app, id| named(app, id),
    about: |_, _| Vec::new(),
    fields: |app, id| {
        let sort = by_id(app, id)?.sort();
        let mut fields = vec![time(Slot::Of("due"), "Look again", "+4h, tomorrow 09:00", Sense::Due)];
        if sort == Sort::Measure {
            fields.push(time(Slot::Of("remove"), "Take down", "as it is", Sense::Due));
        }
        if sort != Sort::Timer {
            let options = vec![
                opt("looked", "looked at it", "It was looked at and stays."),
                opt("moved", "only the time", ""),
            ];
            fields.push(choice(Slot::State, "Now", "", options, Some(0)));
            fields.push(line(Slot::Reason, "Seen", "what was seen; optional", ""));
        }
        Ok(fields)
    },
    answer: |app, form, id, envelope| {
        let item = by_id(app, id)?.id.clone();
        let looked = match form.chosen(Slot::State) {
            Some("looked") => Looked::Yes(form.said(Slot::Reason)),
            _ => Looked::No,
        };
        let set = SetTimes {
            item: Some(item),
            due: at(app, form, "due")?.map(Some),
            removal: at(app, form, "remove")?.map(Some),
            looked,
        };
        gives(app, ledger::Command::SetTimes(set), &envelope)
    },
};
