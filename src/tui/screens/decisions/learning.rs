//! The forms of lessons and improvement actions.

use super::super::{Done, Question};
use super::learned::set;
use super::questions::{at, said, when, who, why};
use crate::incident::command::Command;
use crate::model::id::NounId;
use crate::model::lesson::{self, AddImprovement, Improvement, RecordLesson, State};
use crate::model::refusal::Refusal;
use crate::model::time::Sense;
use crate::tui::app::App;
use crate::tui::ask::{line, text, time};
use crate::tui::form::Slot;
use crate::tui::give::{self, Envelope};
use crate::verb::refs;

fn by_id<'a>(app: &'a App, id: &str) -> Result<&'a Improvement, Refusal> {
    let known = app.incident().and_then(|incident| incident.improvement(&NounId(id.to_owned())));
    known.filter(|action| !action.undone).ok_or_else(|| Refusal::refused("That improvement action is gone."))
}

fn named(app: &App, id: &str) -> Result<String, Refusal> {
    let action = by_id(app, id)?;
    Ok(format!("{} {}", action.number, action.title))
}

fn gives(app: &mut App, command: lesson::Command, envelope: &Envelope) -> Done {
    give::give_all(app, &[Command::Lesson(command)], envelope)
}

pub(super) const LESSON: Question = Question {
    name: "lesson",
    spoken: "a lesson",
    title: |_, _| Ok("Lesson".to_owned()),
    about: |_, _| vec!["What an improvement action follows from.".to_owned()],
    fields: |_, _| {
        Ok(vec![
            text(Slot::Text, "What happened", "needed", ""),
            text(Slot::Of("cause"), "Cause", "why it came to that; optional", ""),
            text(Slot::Of("finding"), "Finding", "what it shows; optional", ""),
            when(),
            who(),
        ])
    },
    answer: |app, form, _, envelope| {
        let record = RecordLesson {
            text: form.said(Slot::Text).unwrap_or_default(),
            cause: said(form, "cause"),
            finding: said(form, "finding"),
            ..RecordLesson::default()
        };
        gives(app, lesson::Command::Record(record), &envelope)
    },
};

pub const IMPROVE: Question = Question {
    name: "improvement",
    spoken: "an improvement action",
    title: |_, _| Ok("Improvement action".to_owned()),
    about: |app, _| {
        // The lessons no action follows from yet, the newest first: what one is most likely to be about.
        let Some(incident) = app.incident() else { return Vec::new() };
        let answered = |id: &NounId| incident.improvements().any(|it| it.lesson.as_ref() == Some(id));
        let lessons: Vec<_> = incident.lessons().filter(|lesson| !answered(&lesson.id)).collect();
        let newest = lessons.into_iter().rev().take(3);
        newest.map(|lesson| format!("{} {}", incident.lesson_number(lesson), lesson.text)).collect()
    },
    fields: |app, _| {
        Ok(vec![
            line(Slot::Text, "Better", "what shall be better, needed", ""),
            line(Slot::Of("lesson"), "Lesson", "L-1, or words of it; optional", ""),
            line(Slot::Of("owner"), "Owner", "nobody", &app.me.name),
            time(Slot::Of("due"), "Due", "+14d, 2026-12-01, tomorrow 17:00", Sense::Due),
            line(Slot::Of("success"), "Measure", "what will show that it worked; optional", ""),
            when(),
            who(),
        ])
    },
    answer: |app, form, _, envelope| {
        let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
        let lesson = said(form, "lesson")
            .map(|words| refs::lesson(incident, &words).map(|lesson| lesson.id.clone()))
            .transpose()?;
        let add = AddImprovement {
            title: form.said(Slot::Text).unwrap_or_default(),
            lesson,
            success: said(form, "success"),
            owner: said(form, "owner"),
            due: at(app, form, "due")?,
        };
        gives(app, lesson::Command::Add(add), &envelope)
    },
};

pub(super) const DONE: Question = Question {
    name: "improvement-done",
    spoken: "what shows that an improvement action is done",
    title: |app, id| Ok(format!("Done: {}", named(app, id)?)),
    about: |_, _| Vec::new(),
    fields: |_, _| {
        Ok(vec![
            line(Slot::Of("shows"), "Shown by", "a ticket, a test, a document; optional", ""),
            when(),
            who(),
        ])
    },
    answer: |app, form, id, envelope| {
        let command = set(by_id(app, id)?, State::Done, None, said(form, "shows"));
        give::give_all(app, &[command], &envelope)
    },
};

pub(super) const DROP: Question = Question {
    name: "improvement-dropped",
    spoken: "why an improvement action is not followed",
    title: |app, id| Ok(format!("Drop: {}", named(app, id)?)),
    about: |_, _| Vec::new(),
    fields: |_, _| Ok(why()),
    answer: |app, form, id, envelope| {
        let command = set(by_id(app, id)?, State::Dropped, form.said(Slot::Reason), None);
        give::give_all(app, &[command], &envelope)
    },
};

pub(super) const AGAIN: Question = Question {
    name: "improvement-again",
    spoken: "why an improvement action is open again",
    title: |app, id| Ok(format!("Open again: {}", named(app, id)?)),
    about: |_, _| Vec::new(),
    fields: |_, _| Ok(why()),
    answer: |app, form, id, envelope| {
        let command = set(by_id(app, id)?, State::Open, form.said(Slot::Reason), None);
        give::give_all(app, &[command], &envelope)
    },
};

pub(super) const OWNER: Question = Question {
    name: "improvement-owner",
    spoken: "who sees to an improvement action",
    title: |app, id| Ok(format!("Owner of {}", named(app, id)?)),
    about: |_, _| Vec::new(),
    fields: |app, id| {
        let owner = by_id(app, id)?.owner().unwrap_or(&app.me.name).to_owned();
        Ok(vec![line(Slot::Of("owner"), "Owner", "nobody", &owner)])
    },
    answer: |app, form, id, envelope| {
        let improvement = by_id(app, id)?.id.clone();
        gives(app, lesson::Command::Assign { improvement, to: said(form, "owner") }, &envelope)
    },
};

pub(super) const DUE: Question = Question {
    name: "improvement-due",
    spoken: "until when an improvement action is due",
    title: |app, id| named(app, id),
    about: |_, _| Vec::new(),
    fields: |_, _| Ok(vec![time(Slot::Of("due"), "Due", "+14d, 2026-12-01; empty: none", Sense::Due)]),
    answer: |app, form, id, envelope| {
        let improvement = by_id(app, id)?.id.clone();
        let to = at(app, form, "due")?;
        gives(app, lesson::Command::Due { improvement, to }, &envelope)
    },
};
