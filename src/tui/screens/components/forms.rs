//! The questions of the component screen: add, on, back, accept the risk, edit.

use super::super::{Done, Question};
use super::{asked, back, called, meant, on};
use crate::incident::command::Command;
use crate::model::component::{AddComponent, Details, EditComponent, Facts, Seen, Stage, StageComponent};
use crate::model::id::NounId;
use crate::model::ledger;
use crate::model::ledger::measure::PutMeasure;
use crate::model::refusal::Refusal;
use crate::model::taxonomy::TAXONOMY;
use crate::model::text;
use crate::model::time::Sense;
use crate::tui::answer;
use crate::tui::app::App;
use crate::tui::ask::{choice, line, opt, text as paragraph, time};
use crate::tui::form::{Field, Form, Opt, Slot};
use crate::tui::give::{self, Envelope};

pub(super) const QUESTIONS: [Question; 5] = [
    Question {
        name: "component-add",
        spoken: "new components",
        title: |_, _| Ok("Add components".to_owned()),
        about: |_, _| vec!["Several names, with commas between them, are one act and one undo.".to_owned()],
        fields: adding,
        answer: add,
    },
    Question {
        name: "component-on",
        spoken: "a step of a component",
        title: |app, about| Ok(format!("On: {}", called(app, about)?)),
        about: standing,
        fields: going_on,
        answer: step,
    },
    Question {
        name: "component-back",
        spoken: "a way back of a component",
        title: |app, about| Ok(format!("Back: {}", called(app, about)?)),
        about: standing,
        fields: going_back,
        answer: step,
    },
    Question {
        name: "component-risk",
        spoken: "an accepted risk",
        title: |app, about| Ok(format!("Left as it is: {}", called(app, about)?)),
        about: |_, _| {
            vec!["It leaves the incident with a name, a reason and a time to look at it again.".to_owned()]
        },
        fields: accepting,
        answer: step,
    },
    Question {
        name: "component-edit",
        spoken: "what is known of a component",
        title: |app, about| Ok(format!("What is known: {}", called(app, about)?)),
        about: |_, _| Vec::new(),
        fields: editing,
        answer: edit,
    },
];

const NAMES: Slot = Slot::Of("names");
const KIND: Slot = Slot::Of("kind");
const OWNER: Slot = Slot::Of("owner");
const CRITICAL: Slot = Slot::Of("critical");
const TAGS: Slot = Slot::Of("tags");
const NOTE: Slot = Slot::Of("note");
const VERDICT: Slot = Slot::Of("verdict");
const STAGE: Slot = Slot::Of("stage");
const ASKED: Slot = Slot::Of("asked");
const EFFECT: Slot = Slot::Of("effect");
const SEEN: Slot = Slot::Of("seen");
const MEASURE: Slot = Slot::Of("measure");
const REVIEW: Slot = Slot::Of("review");
const TICKS: Slot = Slot::Of("ticks");
const UNTIL: Slot = Slot::Of("until");

/// Most open tasks that are offered to be ticked.
const OFFERED: usize = 40;

fn kinds(now: Option<&str>) -> Field {
    let options: Vec<Opt> = TAXONOMY.asset_types.iter().map(|kind| opt(&kind.id, &kind.name, "")).collect();
    let at = now.map_or(Some(0), |now| options.iter().position(|option| option.id == now));
    choice(KIND, "Type", "", options, at)
}

fn stages(chosen: Option<Stage>, which: impl Fn(&Stage) -> bool) -> Field {
    let all: Vec<Stage> = Stage::ALL.into_iter().filter(which).collect();
    let at = chosen.and_then(|chosen| all.iter().position(|stage| *stage == chosen));
    let options = all.iter().map(|stage| opt(stage.id(), stage.id(), stage.name())).collect();
    choice(STAGE, "Stage", "", options, at)
}

fn critical(now: bool) -> Field {
    let options = vec![opt("no", "no", ""), opt("yes", "yes", "The business stands still without it.")];
    choice(CRITICAL, "Critical", "", options, Some(usize::from(now)))
}

fn envelope() -> [Field; 2] {
    [time(Slot::When, "When", "now", Sense::Fact), line(Slot::Who, "Done by", "me", "")]
}

fn adding(_: &App, _: &str) -> Result<Vec<Field>, Refusal> {
    let mut fields = vec![
        line(NAMES, "Names", "FS01, FS02, svc-backup", ""),
        kinds(None),
        stages(Some(Stage::Suspected), |_| true),
        critical(false),
        line(OWNER, "Owner", "optional: who answers for it in the business", ""),
        line(NOTE, "Note", "optional: what it is and where", ""),
        line(TAGS, "Tags", "optional, with commas between", ""),
    ];
    fields.extend(envelope());
    Ok(fields)
}

fn add(app: &mut App, form: &Form, _: &str, envelope: Envelope) -> Done {
    let typed = form.said(NAMES).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for name in typed.split([',', '\n']).filter(|name| !name.trim().is_empty()) {
        let name = text::name(name)?;
        if !names.iter().any(|have| have.eq_ignore_ascii_case(&name)) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Err(Refusal::misused("No name is given.").hint("Type one or several, with commas between."));
    }
    let details = Details {
        owner: form.said(OWNER),
        critical: form.chosen(CRITICAL) == Some("yes"),
        tags: form.said(TAGS).into_iter().collect(),
        note: form.said(NOTE),
        verdict: None,
    };
    let kind = form.chosen(KIND).unwrap_or("server");
    let stage = chosen(form)?;
    let add = |name| {
        Command::AddComponent(AddComponent {
            details: details.clone(),
            ..AddComponent::new(name, kind, stage)
        })
    };
    let commands: Vec<Command> = names.into_iter().map(add).collect();
    give::give_all(app, &commands, &envelope)
}

fn chosen(form: &Form) -> Result<Stage, Refusal> {
    form.chosen(STAGE).and_then(Stage::read).ok_or_else(|| {
        Refusal::misused("No stage is chosen.").hint("← and → choose; a letter leads to its word.")
    })
}

/// Where it stands, and since when.
fn standing(app: &App, about: &str) -> Vec<String> {
    let Ok(component) = asked(app, about) else { return Vec::new() };
    let when = |at| crate::model::time::when(at, app.now, &app.zone());
    let mut lines =
        vec![format!("{} is {} since {}.", component.name, component.stage().id(), when(component.since()))];
    if component.stage() == Stage::Contained && component.known().seen.is_none() {
        lines.push("Nobody has seen it hold yet; the same stage with a name says who did.".to_owned());
    }
    lines
}

fn going_on(app: &App, about: &str) -> Result<Vec<Field>, Refusal> {
    let component = asked(app, about)?;
    let now = component.stage();
    let to = on(component)?;
    let visit = app.incident().and_then(|incident| Some((incident, &incident.visit()?.id)));
    let open = visit.into_iter().flat_map(|(incident, visit)| incident.checklist(visit));
    let open = open.filter(|task| !task.settled()).take(OFFERED);
    let tasks: Vec<Opt> = open.map(|task| opt(task.id().as_str(), &task.what.title, "")).collect();
    let mut fields = vec![
        stages(Some(to), |stage| *stage >= now && *stage != Stage::RiskAccepted),
        line(Slot::How, "How", "optional: switch port off", ""),
        time(ASKED, "Asked for", "optional", Sense::Fact),
        time(EFFECT, "Took effect", "optional", Sense::Fact),
        line(SEEN, "Seen to hold by", "optional: who looked", ""),
        line(Slot::Reason, "Reason", "needed where a check is skipped", ""),
        line(MEASURE, "To take back later", "optional: the temporary measure, in words", ""),
        time(REVIEW, "Look at it again", "when, if it is temporary", Sense::Due),
        line(Slot::ApprovedBy, "Approved by", "optional: NAME/ROLE", ""),
        choice(TICKS, "Ticks the task", "optional", tasks, None),
    ];
    fields.extend(envelope());
    Ok(fields)
}

fn going_back(app: &App, about: &str) -> Result<Vec<Field>, Refusal> {
    let component = asked(app, about)?;
    let now = component.stage();
    // The reason first: whoever types at once types it, not into a choice.
    let mut fields = vec![
        line(Slot::Reason, "What was learned", "needed: the claim is withdrawn with it", ""),
        stages(Some(back(component)?), |stage| *stage < now && !stage.out()),
    ];
    fields.extend(envelope());
    Ok(fields)
}

fn accepting(app: &App, _: &str) -> Result<Vec<Field>, Refusal> {
    let who = if app.me.role.is_some() { app.signature() } else { String::new() };
    let mut fields = vec![
        line(Slot::Reason, "Reason", "needed", ""),
        line(Slot::ApprovedBy, "Accepted by", "needed: NAME/ROLE", &who),
        time(UNTIL, "Until", "needed: then it is looked at again", Sense::Due),
    ];
    fields.extend(envelope());
    Ok(fields)
}

/// One step for all that are meant, with one reason: one act, one undo.
fn step(app: &mut App, form: &Form, about: &str, envelope: Envelope) -> Done {
    let to = if form.field(STAGE).is_some() { chosen(form)? } else { Stage::RiskAccepted };
    let zone = app.zone();
    let utc = |slot| Ok::<_, Refusal>(form.time(slot, app.now, &zone)?.map(|at| at.utc()));
    let effect = form.time(EFFECT, app.now, &zone)?;
    // What took effect at a time happened then, unless something else is said.
    let happened = envelope.happened.clone().or_else(|| effect.clone());
    let moment = happened.as_ref().map_or(app.now, |at| at.utc());
    let mut facts = Facts {
        how: form.said(Slot::How),
        asked: utc(ASKED)?,
        done: effect.map(|at| at.utc()),
        seen: form.said(SEEN).map(|by| Seen { by, at: moment }),
        until: utc(UNTIL)?,
        approval: answer::yes(app, form, &zone)?,
        ticks: form.chosen(TICKS).map(|id| NounId(id.to_owned())).into_iter().collect(),
    };
    if let Some(approval) = &mut facts.approval {
        approval.at = moment;
    }
    let measure = form.said(MEASURE);
    let review = utc(REVIEW)?;
    let reason = form.said(Slot::Reason);
    let components = meant(app, about);
    let mut commands = Vec::new();
    for component in &components {
        // A task is ticked once, with the first of them.
        let facts = Facts { ticks: std::mem::take(&mut facts.ticks), ..facts.clone() };
        let step =
            StageComponent { reason: reason.clone(), facts, ..StageComponent::to(component.clone(), to) };
        commands.push(Command::StageComponent(step));
    }
    if let Some(text) = measure {
        let put = PutMeasure { text, components, review, ..PutMeasure::default() };
        commands.push(Command::Ledger(Box::new(ledger::Command::Put(put))));
    }
    give::give_all(app, &commands, &Envelope { happened, ..envelope })
}

fn editing(app: &App, about: &str) -> Result<Vec<Field>, Refusal> {
    let component = asked(app, about)?;
    let several = meant(app, about).len() > 1;
    let mut fields = vec![line(OWNER, "Owner", "who answers for it", component.owner().unwrap_or_default())];
    fields.push(critical(component.critical()));
    if !several {
        fields.push(line(NAMES, "Name", "", &component.name));
        fields.push(kinds(Some(&component.kind)));
    }
    fields.extend([
        line(TAGS, "Tags", "with commas between", &component.tags().join(", ")),
        paragraph(NOTE, "Note", "what it is and where", component.note().unwrap_or_default()),
        line(VERDICT, "Verdict", "what its examination came to", component.verdict().unwrap_or_default()),
    ]);
    fields.extend(envelope());
    Ok(fields)
}

/// Only what was changed in the form is said, of all that are meant.
fn edit(app: &mut App, form: &Form, about: &str, envelope: Envelope) -> Done {
    let changed = |slot: Slot| {
        let now = form.words().into_iter().find(|(key, _)| *key == slot.key());
        now.as_ref() != form.began.iter().find(|(key, _)| *key == slot.key())
    };
    let words = |slot| changed(slot).then(|| form.said(slot).unwrap_or_default());
    let typed = form.said(TAGS).unwrap_or_default();
    let now: Vec<&str> = typed.split(',').map(str::trim).filter(|tag| !tag.is_empty()).collect();
    let before = asked(app, about)?.tags().to_vec();
    let removed = before.iter().filter(|tag| !now.contains(&tag.as_str())).cloned();
    let edit = EditComponent {
        name: form.field(NAMES).and_then(|_| words(NAMES)),
        kind: form.chosen(KIND).filter(|_| changed(KIND)).map(str::to_owned),
        owner: words(OWNER),
        critical: changed(CRITICAL).then(|| form.chosen(CRITICAL) == Some("yes")),
        tags_added: if changed(TAGS) {
            now.iter().map(|tag| (*tag).to_owned()).collect()
        } else {
            Vec::new()
        },
        tags_removed: if changed(TAGS) { removed.collect() } else { Vec::new() },
        note: words(NOTE),
        verdict: words(VERDICT),
        ..EditComponent::of(NounId(about.to_owned()))
    };
    let one = |component| Command::EditComponent(EditComponent { component, ..edit.clone() });
    let commands: Vec<Command> = meant(app, about).into_iter().map(one).collect();
    give::give_all(app, &commands, &envelope)
}
