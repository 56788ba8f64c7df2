//! The questions about notices: from which fact, when it was sent, why it is not owed.

use super::{Basis, candidate, fact_words};
use crate::incident::command::Command;
use crate::model::id::NounId;
use crate::model::notice::law::{DISCLAIMER, Fact};
use crate::model::notice::{Notice, NoticeState};
use crate::model::refusal::Refusal;
use crate::model::time::{self, Sense};
use crate::tui::app::App;
use crate::tui::ask::{approval, choice, line, opt, time as time_field};
use crate::tui::form::{Field, Form, Opt, Slot};
use crate::tui::give::{self, Envelope};
use crate::tui::screens::{Done, Key, Question};
use crate::verb::{Change, Context, NoticeChange, round_of};

pub(super) const START: &str = "start-clock";
pub(super) const SENT: &str = "notice-sent";
pub(super) const NOT_OWED: &str = "not-owed";
pub(super) const FACT: &str = "other-fact";
pub(super) const ADD: &str = "add-notice";

const FACT_FIELD: Slot = Slot::Of("fact");
const AT: Slot = Slot::Of("fact-at");
const REFERENCE: Slot = Slot::Of("reference");
const PROOF: Slot = Slot::Of("proof");
const WHAT: Slot = Slot::Of("what");
const RECIPIENT: Slot = Slot::Of("recipient");
const EVERY: Slot = Slot::Of("every");

pub(super) const ALL: &[Question] = &[
    Question {
        name: START,
        spoken: "the start of a clock",
        title: |_, of| Ok(format!("Start the clock {of}")),
        about: about_start,
        fields: start_fields,
        answer: start,
    },
    Question {
        name: SENT,
        spoken: "a notice that was sent",
        title: |app, id| Ok(format!("Sent: {}", named(app, id)?)),
        about: |_, _| vec!["What was sent is not taken back; giving this again corrects it.".to_owned()],
        fields: |_, _| {
            Ok(vec![
                time_field(Slot::When, "When it was sent", "now", Sense::Fact),
                line(Slot::Who, "Sent by", "me", ""),
                line(REFERENCE, "Their number for it", "optional", ""),
                line(PROOF, "Proof", "E-003, or words such as receipt by mail", ""),
            ])
        },
        answer: |app, form, id, envelope| {
            let change = NoticeChange::Send {
                notice: id.to_owned(),
                reference: form.said(REFERENCE),
                proof: form.said(PROOF),
            };
            give(app, change, &envelope)
        },
    },
    Question {
        name: NOT_OWED,
        spoken: "why a notice is not owed",
        title: |app, id| Ok(format!("Not owed, or not yet: {}", named(app, id)?)),
        about: |app, id| {
            let terms = notice(app, id).ok().and_then(|notice| notice.terms.as_ref());
            terms.map(|terms| terms.threshold.clone()).filter(|words| !words.is_empty()).into_iter().collect()
        },
        fields: |app, _| {
            let mut fields = vec![
                choice(WHAT, "What", "", endings(), Some(0)),
                line(Slot::Reason, "Reason", "needed", ""),
                time_field(Slot::Due, "Deferred until", "with deferred only", Sense::Due),
            ];
            fields.extend(approval(app));
            Ok(fields)
        },
        answer: close,
    },
    Question {
        name: FACT,
        spoken: "another starting fact",
        title: |app, id| Ok(format!("Another fact: {}", named(app, id)?)),
        about: |app, id| {
            let started = notice(app, id).ok().and_then(|notice| notice.started.get());
            started.map_or(Vec::new(), |started| {
                let at = time::when(started.at, app.now, &app.zone());
                vec![format!("It runs from {} {at}. The due time is counted anew.", started.fact.word())]
            })
        },
        fields: |app, id| {
            let fact = notice(app, id)?.started.get().map(|started| started.fact);
            Ok(vec![
                choice(FACT_FIELD, "Fact", "", facts(), fact.and_then(place)),
                time_field(AT, "When that was", "as the record has it", Sense::Fact),
                line(Slot::Reason, "Reason", "needed", ""),
            ])
        },
        answer: |app, form, id, envelope| {
            let change = NoticeChange::Fact {
                notice: id.to_owned(),
                fact: form.chosen(FACT_FIELD).map(Fact::parse).transpose()?,
                at: form.time(AT, app.now, &app.zone())?.map(|at| at.utc()),
                reason: form.said(Slot::Reason),
            };
            give(app, change, &envelope)
        },
    },
    Question {
        name: ADD,
        spoken: "a notice of one's own",
        title: |_, _| Ok("A notice of your own".to_owned()),
        about: |_, _| {
            vec!["A contract, the insurer, a round of updates: what no law here asks for.".to_owned()]
        },
        fields: |_, _| {
            Ok(vec![
                line(Slot::Name, "What", "needed", ""),
                line(RECIPIENT, "To", "optional", ""),
                time_field(Slot::Due, "Due", "+24h, tomorrow 09:00", Sense::Due),
                line(EVERY, "Or every", "30m: due that long from now, and again whenever it was sent", ""),
            ])
        },
        answer: add,
    },
];

fn notice<'a>(app: &'a App, id: &str) -> Result<&'a Notice, Refusal> {
    let found = app.incident().and_then(|incident| incident.notice(&NounId(id.to_owned())));
    found.filter(|notice| !notice.undone).ok_or_else(|| Refusal::refused("That notice is gone."))
}

fn named(app: &App, id: &str) -> Result<String, Refusal> {
    notice(app, id).map(|notice| format!("{} {}", notice.label(), notice.name))
}

fn facts() -> Vec<Opt> {
    Fact::ALL.iter().map(|fact| opt(fact.id(), fact.word(), "")).collect()
}

fn place(fact: Fact) -> Option<usize> {
    Fact::ALL.iter().position(|one| *one == fact)
}

fn endings() -> Vec<Opt> {
    vec![
        opt(
            "not-required",
            "not required",
            "The law does not ask for it here: reason, and who decided that.",
        ),
        opt("deferred", "deferred", "Not yet: until when, and why."),
        opt("cancelled", "cancelled", "Started by mistake, or no longer wanted."),
    ]
}

fn about_start(app: &App, of: &str) -> Vec<String> {
    let found = app.incident().and_then(|incident| candidate(app, incident, &Key::Word(of.to_owned())));
    found.map_or(Vec::new(), |one| {
        let (regime, clock) = (one.regime, one.clock);
        let mut lines = vec![
            format!("{} from: {}", clock.duration, clock.trigger),
            clock.threshold.clone(),
            format!("{DISCLAIMER}; as of {}, confidence {}", regime.as_of, regime.confidence),
        ];
        lines.retain(|line| !line.is_empty());
        lines
    })
}

fn start_fields(app: &App, of: &str) -> Result<Vec<Field>, Refusal> {
    let gone = || Refusal::refused("That clock runs already.");
    let incident = app.incident().ok_or_else(gone)?;
    let one = candidate(app, incident, &Key::Word(of.to_owned())).ok_or_else(gone)?;
    let hint = match &one.known {
        Some(_) => format!("as the record has it: {}", fact_words(app, &one, Basis::Said)),
        None => "needed: the record does not know it".to_owned(),
    };
    Ok(vec![
        choice(FACT_FIELD, "Runs from", "", facts(), place(one.clock.trigger_event)),
        time_field(AT, "When that was", &hint, Sense::Fact),
        line(Slot::Who, "Started by", "me", ""),
    ])
}

fn start(app: &mut App, form: &Form, of: &str, envelope: Envelope) -> Done {
    let change = NoticeChange::Start {
        of: vec![of.to_owned()],
        fact: form.chosen(FACT_FIELD).map(Fact::parse).transpose()?,
        at: form.time(AT, app.now, &app.zone())?.map(|at| at.utc()),
    };
    give(app, change, &envelope)
}

fn close(app: &mut App, form: &Form, id: &str, envelope: Envelope) -> Done {
    let zone = app.zone();
    let to = match form.chosen(WHAT) {
        Some("deferred") => NoticeState::Deferred,
        Some("cancelled") => NoticeState::Cancelled,
        _ => NoticeState::NotRequired,
    };
    let until = form.time(Slot::Due, app.now, &zone)?.map(|until| until.utc());
    let change = NoticeChange::Close {
        notice: id.to_owned(),
        to,
        reason: form.said(Slot::Reason),
        until: until.filter(|_| to == NoticeState::Deferred),
        approval: crate::tui::answer::yes(app, form, &zone)?,
    };
    give(app, change, &envelope)
}

fn add(app: &mut App, form: &Form, _: &str, envelope: Envelope) -> Done {
    let zone = app.zone();
    let context = Context { now: app.now, zone: &zone };
    let every = form.said(EVERY).map(|words| round_of(&words, &context)).transpose()?;
    let change = NoticeChange::Add(crate::model::notice::Add {
        name: form.said(Slot::Name).unwrap_or_default(),
        recipient: form.said(RECIPIENT),
        due: form.time(Slot::Due, app.now, &zone)?.map(|due| due.utc()).filter(|_| every.is_none()),
        every,
    });
    give(app, change, &envelope)
}

fn give(app: &mut App, change: NoticeChange, envelope: &Envelope) -> Done {
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let commands: Vec<Command> = Change::Notice(change).commands(incident)?;
    give::give_all(app, &commands, envelope)
}
