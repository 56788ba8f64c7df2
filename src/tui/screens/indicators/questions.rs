//! The questions about indicators: what is new, what a paste brings, what is tied, retired and corrected.

use crate::incident::command::Command;
use crate::model::id::NounId;
use crate::model::indicator::paste::in_lines;
use crate::model::indicator::{
    self, Adding, Confidence, Details, EditIndicator, Indicator, Kind, Use, detect, of_kind, shown,
};
use crate::model::refusal::{Refusal, quoted};
use crate::model::taxonomy::Tlp;
use crate::model::text::thousands;
use crate::model::time::Sense;
use crate::tui::app::App;
use crate::tui::ask::{choice, line, opt, text, time};
use crate::tui::form::{Field, Form, Opt, Slot};
use crate::tui::give::{Envelope, give_all};
use crate::tui::paste::{self, Pasting};
use crate::tui::screens::{Done, Question};
use crate::verb::{Change, Indicating, named};

pub(super) const ADD: &str = "add-indicator";
pub(super) const PASTE: &str = "paste";
pub(super) const RECORD: &str = "record-paste";
pub(super) const RETIRE: &str = "retire-indicator";
pub(super) const RESTORE: &str = "restore-indicator";
pub(super) const LINK: &str = "link-indicator";
pub(super) const EDIT: &str = "edit-indicator";

pub(super) const ALL: &[Question] = &[
    Question {
        name: ADD,
        spoken: "a new indicator",
        title: |_, _| Ok("Add an indicator".to_owned()),
        about: |_, _| {
            vec!["As it is or defanged; its type is found, or say it. Several: P pastes.".to_owned()]
        },
        fields: |app, _| Ok(add_fields(app)),
        answer: add,
    },
    Question {
        name: PASTE,
        spoken: "a paste",
        title: |_, _| Ok("Paste anything".to_owned()),
        about: |_, _| {
            vec!["Mail, log, CSV, chat: what looks like an indicator is shown as a table; nothing is recorded before you say so.".to_owned()]
        },
        fields: |_, _| Ok(vec![text(Slot::Of("paste"), "Text", "paste it here, then Enter", "")]),
        answer: |app, form, _, _| Ok(paste::begin(app, form.said(Slot::Of("paste")).unwrap_or_default())),
    },
    Question {
        name: RECORD,
        spoken: "a paste to record",
        title: |app, _| match &app.pasting {
            Pasting::Table(table) => Ok(format!("Record {} indicators as one act", thousands(table.taken()))),
            _ => Err(Refusal::refused("There is no paste to record.").hint("P opens the paste box.")),
        },
        about: |_, _| vec!["What is said here holds for all of them. Taken back as one.".to_owned()],
        fields: |_, _| Ok(with_fields()),
        answer: record,
    },
    Question {
        name: RETIRE,
        spoken: "why an indicator is retired",
        title: |app, ids| Ok(format!("Retire: {}", several(app, ids)?)),
        about: |_, _| vec!["It stays in the record, at the end of the list; w takes it up again.".to_owned()],
        fields: |_, _| Ok(vec![line(Slot::Reason, "Reason", "needed", "")]),
        answer: |app, form, ids, envelope| retire(app, form, ids, Use::Retired, &envelope),
    },
    Question {
        name: RESTORE,
        spoken: "why an indicator is in use again",
        title: |app, ids| Ok(format!("Take up again: {}", several(app, ids)?)),
        about: |_, _| Vec::new(),
        fields: |_, _| Ok(vec![line(Slot::Reason, "Reason", "optional", "")]),
        answer: |app, form, ids, envelope| retire(app, form, ids, Use::InUse, &envelope),
    },
    Question {
        name: LINK,
        spoken: "a tie of an indicator",
        title: |app, ids| Ok(format!("Tie: {}", several(app, ids)?)),
        about: |_, _| Vec::new(),
        fields: |_, _| {
            Ok(vec![
                line(Slot::Component, "Components", "with commas between", ""),
                line(Slot::Of("entry"), "Entry", "id or words of an entry of the log", ""),
                line(Slot::Of("incident"), "Incident", "number of another incident", ""),
            ])
        },
        answer: link,
    },
    Question {
        name: EDIT,
        spoken: "a correction of an indicator",
        title: |app, id| Ok(format!("Change: {}", several(app, id)?)),
        about: |_, _| {
            vec!["The old words stay in the log. A wrong value is retired, the right one added.".to_owned()]
        },
        fields: edit_fields,
        answer: edit,
    },
];

fn item<'a>(app: &'a App, id: &str) -> Result<&'a Indicator, Refusal> {
    let found = app.incident().and_then(|incident| incident.indicators.get(&NounId(id.to_owned())));
    found.ok_or_else(|| Refusal::refused("That indicator is gone."))
}

fn several(app: &App, ids: &str) -> Result<String, Refusal> {
    let all: Vec<&str> = ids.split(' ').collect();
    let first = item(app, all[0])?;
    let value = shown(&first.kind, &first.value);
    Ok(if all.len() > 1 { format!("{value} and {} more", all.len() - 1) } else { value })
}

fn kinds(at: Option<&str>) -> Field {
    let none = opt("", "found by itself", "");
    let known = Kind::ALL.iter().map(|kind| opt(kind.id(), kind.id(), kind.name()));
    let options: Vec<Opt> = std::iter::once(none).chain(known).collect();
    let at = options.iter().position(|option| Some(option.id.as_str()) == at).or(Some(0));
    choice(Slot::Of("type"), "Type", "", options, at)
}

fn levels(tlp: Option<Tlp>, confidence: Option<Confidence>) -> [Field; 2] {
    let none = || opt("", "not said", "");
    let tlps: Vec<Opt> = std::iter::once(none())
        .chain(Tlp::ALL.map(|tlp| opt(tlp.id(), tlp.label(), tlp.meaning())))
        .collect();
    let sure: Vec<Opt> = std::iter::once(none())
        .chain(Confidence::ALL.map(|confidence| opt(confidence.id(), confidence.id(), "")))
        .collect();
    let at = |options: &[Opt], id: Option<&str>| {
        options.iter().position(|option| Some(option.id.as_str()) == id).or(Some(0))
    };
    let (first, second) = (at(&tlps, tlp.map(Tlp::id)), at(&sure, confidence.map(Confidence::id)));
    [
        choice(Slot::Tlp, "TLP", "", tlps, first),
        choice(Slot::Of("confidence"), "Confidence", "", sure, second),
    ]
}

fn with_fields() -> Vec<Field> {
    let mut fields = Vec::from(levels(None, None));
    fields.extend([
        line(Slot::Component, "Seen on", "components, with commas between", ""),
        line(Slot::Source, "Source", "where it comes from", ""),
        line(Slot::Of("tags"), "Tags", "with commas between", ""),
        text(Slot::Of("note"), "Note", "optional", ""),
    ]);
    fields
}

fn add_fields(app: &App) -> Vec<Field> {
    let offered = super::offered(app).into_iter().next().map(|(kind, value)| kind.defang(&value));
    let offered = offered.unwrap_or_default();
    let mut fields =
        vec![line(Slot::Of("value"), "Value", "203[.]0[.]113[.]7, hxxps://…, a hash", &offered), kinds(None)];
    fields.extend(with_fields());
    fields.push(time(Slot::Of("first"), "First seen", "not said", Sense::Fact));
    fields.push(time(Slot::Of("last"), "Last seen", "not said", Sense::Fact));
    fields
}

fn words(form: &Form, slot: Slot) -> Vec<String> {
    let said = form.said(slot).unwrap_or_default();
    said.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn chosen(form: &Form, slot: Slot) -> Option<&str> {
    form.chosen(slot).filter(|word| !word.is_empty())
}

fn details(app: &App, form: &Form) -> Result<Details, Refusal> {
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let seen = |slot| form.time(slot, app.now, &app.zone()).map(|said| said.map(|said| said.utc()));
    Ok(Details {
        tlp: chosen(form, Slot::Tlp).map(Tlp::parse).transpose()?,
        confidence: chosen(form, Slot::Of("confidence")).map(Confidence::parse).transpose()?,
        first: seen(Slot::Of("first"))?,
        last: seen(Slot::Of("last"))?,
        source: form.said(Slot::Source),
        note: form.said(Slot::Of("note")),
        tags: words(form, Slot::Of("tags")),
        components: named(incident, &words(form, Slot::Component))?,
        entry: None,
    })
}

fn give(app: &mut App, all: Vec<Adding>, with: &Details, envelope: &Envelope) -> Done {
    let commands: Vec<Command> =
        in_lines(all, with).into_iter().map(|add| Command::Indicator(indicator::Command::Add(add))).collect();
    give_all(app, &commands, envelope)
}

fn add(app: &mut App, form: &Form, _: &str, envelope: Envelope) -> Done {
    let typed = form.said(Slot::Of("value")).unwrap_or_default();
    let kind = chosen(form, Slot::Of("type")).and_then(Kind::of);
    let found = kind.map_or_else(|| detect(&typed), |kind| of_kind(kind, &typed)).map_err(|why| {
        Refusal::misused(format!("{} is no indicator: {}.", quoted(&typed), why.words()))
            .hint("Look at it again, or choose its type.")
    })?;
    let with = details(app, form)?;
    give(app, vec![Adding { kind: found.kind, value: found.value, own: None }], &with, &envelope)
}

fn record(app: &mut App, form: &Form, _: &str, envelope: Envelope) -> Done {
    let with = details(app, form)?;
    let Pasting::Table(table) = &app.pasting else {
        return Err(Refusal::refused("There is no paste to record."));
    };
    let all = table.adding();
    if all.is_empty() {
        return Err(Refusal::refused("Every row was taken out.")
            .hint("Space takes a row in again; Esc leaves the paste."));
    }
    let done = give(app, all, &with, &envelope)?;
    app.pasting = Pasting::Nothing;
    crate::tui::screens::relist(app);
    Ok(done)
}

fn retire(app: &mut App, form: &Form, ids: &str, to: Use, envelope: &Envelope) -> Done {
    let indicators = ids.split(' ').map(str::to_owned).collect();
    let reason = form.said(Slot::Reason);
    change(app, Indicating::Retire { indicators, to, reason }, envelope)
}

fn link(app: &mut App, form: &Form, ids: &str, envelope: Envelope) -> Done {
    let link = Indicating::Link {
        indicators: ids.split(' ').map(str::to_owned).collect(),
        components: words(form, Slot::Component),
        entries: words(form, Slot::Of("entry")),
        incidents: words(form, Slot::Of("incident")),
    };
    change(app, link, &envelope)
}

fn change(app: &mut App, change: Indicating, envelope: &Envelope) -> Done {
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let commands = Change::Indicator(change).commands(incident)?;
    let done = give_all(app, &commands, envelope)?;
    crate::tui::screens::unmark(app);
    Ok(done)
}

fn edit_fields(app: &App, id: &str) -> Result<Vec<Field>, Refusal> {
    let item = item(app, id)?;
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let all = &incident.indicators;
    let mut fields = vec![kinds(Some(all.kind(item)))];
    fields.extend(levels(all.tlp(item), all.confidence(item)));
    fields.extend([
        time(Slot::Of("first"), "First seen", "as it is; a time sets another", Sense::Fact),
        time(Slot::Of("last"), "Last seen", "as it is; a time sets another", Sense::Fact),
        line(Slot::Source, "Source", "", all.source(item).unwrap_or_default()),
        line(Slot::Of("tags"), "Tags", "with commas between", &all.tags(item).join(", ")),
        text(Slot::Of("note"), "Note", "", all.note(item).unwrap_or_default()),
    ]);
    Ok(fields)
}

fn edit(app: &mut App, form: &Form, id: &str, envelope: Envelope) -> Done {
    let with = details(app, form)?;
    let item = item(app, id)?;
    let have = app.incident().map(|incident| incident.indicators.tags(item)).unwrap_or_default();
    let to = EditIndicator {
        indicator: Some(item.id.clone()),
        kind: chosen(form, Slot::Of("type")).and_then(Kind::of),
        tlp: with.tlp,
        confidence: with.confidence,
        first: with.first,
        last: with.last,
        source: Some(with.source.unwrap_or_default()),
        note: Some(with.note.unwrap_or_default()),
        tags_removed: have.into_iter().filter(|tag| !with.tags.contains(tag)).collect(),
        tags_added: with.tags,
    };
    give_all(app, &[Command::Indicator(indicator::Command::Edit(to))], &envelope)
}
