//! The questions about evidence: what is new, what has come, who gets it, whether it is still the same.

use std::path::{Path, PathBuf};

use crate::model::evidence::{self, EvidenceItem, bytes};
use crate::model::id::NounId;
use crate::model::refusal::Refusal;
use crate::model::taxonomy::TAXONOMY;
use crate::model::time::Sense;
use crate::tui::app::App;
use crate::tui::ask::{choice, line, opt, text, time};
use crate::tui::form::{Field, Form, Opt, Slot};
use crate::tui::give::Envelope;
use crate::tui::hashing;
use crate::tui::screens::{Done, Question, Screen};
use crate::verb::{EvidenceAct, EvidenceWhat as What};

pub(super) const ADD: &str = "add-evidence";
pub(super) const RECEIVE: &str = "receive-evidence";
pub(super) const PASS: &str = "pass-custody";
pub(super) const VERIFY: &str = "hash-again";
pub(super) const WITHDRAW: &str = "withdraw-evidence";
pub(super) const EDIT: &str = "edit-evidence";
pub(super) const STOP: &str = "stop-hashing";

pub(super) const ALL: &[Question] = &[
    Question {
        name: ADD,
        spoken: "new evidence",
        title: |_, _| Ok("Add evidence".to_owned()),
        about: |_, _| {
            vec![
                "A file is hashed where it lies, beside your work; nothing but its bytes is trusted."
                    .to_owned(),
            ]
        },
        fields: |app, _| Ok(add_fields(app)),
        answer: add,
    },
    Question {
        name: RECEIVE,
        spoken: "evidence that has come",
        title: |app, id| Ok(format!("Received: {}", named(app, id)?)),
        about: |app, id| {
            item(app, id)
                .map_or(Vec::new(), |item| vec![format!("Asked of {}.", item.source().unwrap_or("somebody"))])
        },
        fields: |app, id| Ok(receive_fields(item(app, id)?)),
        answer: receive,
    },
    Question {
        name: PASS,
        spoken: "a change of hands",
        title: |app, id| Ok(format!("Pass on: {}", named(app, id)?)),
        about: |app, id| {
            item(app, id)
                .map_or(Vec::new(), |item| vec![format!("Held by {}.", item.holder().unwrap_or("nobody"))])
        },
        fields: |app, id| Ok(pass_fields(item(app, id)?)),
        answer: pass,
    },
    Question {
        name: VERIFY,
        spoken: "a look at a hash",
        title: |app, ids| Ok(format!("Hash again: {}", several(app, ids)?)),
        about: |app, ids| about_verify(app, ids),
        fields: |_, ids| Ok(verify_fields(ids)),
        answer: verify,
    },
    Question {
        name: WITHDRAW,
        spoken: "why an item is withdrawn",
        title: |app, id| Ok(format!("Withdraw: {}", named(app, id)?)),
        about: |_, _| {
            vec!["It stays on the list, struck through; what was recorded of it stays, too.".to_owned()]
        },
        fields: |_, _| Ok(vec![line(Slot::Reason, "Reason", "needed", "")]),
        answer: |app, form, id, envelope| {
            let reason = form.said(Slot::Reason).unwrap_or_default();
            begin(app, form, What::Withdraw { item: id.to_owned(), reason }, envelope)
        },
    },
    Question {
        name: EDIT,
        spoken: "a correction of evidence",
        title: |app, id| Ok(format!("Correct: {}", named(app, id)?)),
        about: |_, _| vec!["The old words stay in the log. Bytes and hash are never corrected.".to_owned()],
        fields: |app, id| Ok(edit_fields(app, item(app, id)?)),
        answer: edit,
    },
    Question {
        name: STOP,
        spoken: "whether to stop",
        title: |app, _| {
            let label = app.hashing.as_ref().map(|hashing| hashing.label.clone());
            label
                .map(|label| format!("Stop reading {label}?"))
                .ok_or_else(|| Refusal::refused("No file is being read."))
        },
        about: |app, _| {
            let progress = app.hashing.as_ref().map(hashing::Hashing::progress);
            vec![format!(
                "{}. Enter stops it, Esc lets it go on; your words are kept.",
                progress.unwrap_or_default()
            )]
        },
        fields: |_, _| Ok(Vec::new()),
        answer: |app, _, _, _| hashing::stop(app),
    },
];

fn item<'a>(app: &'a App, id: &str) -> Result<&'a EvidenceItem, Refusal> {
    let found = app.incident().and_then(|incident| incident.evidence_item(&NounId(id.to_owned())));
    found.filter(|item| !item.undone).ok_or_else(|| Refusal::refused("That item is gone."))
}

fn named(app: &App, id: &str) -> Result<String, Refusal> {
    item(app, id).map(|item| format!("{} {}", item.label(), item.name()))
}

fn several(app: &App, ids: &str) -> Result<String, Refusal> {
    match ids.split(' ').collect::<Vec<_>>()[..] {
        [id] => named(app, id),
        ref all => {
            let labels: Vec<String> =
                all.iter().map(|id| Ok(item(app, id)?.label())).collect::<Result<_, _>>()?;
            Ok(labels.join(", "))
        }
    }
}

fn about_verify(app: &App, ids: &str) -> Vec<String> {
    let items: Vec<&EvidenceItem> = ids.split(' ').filter_map(|id| item(app, id).ok()).collect();
    let size: u64 = items.iter().filter_map(|item| item.size()).sum();
    let lies = match items[..] {
        [one] if one.in_vault() => "The copy in the vault is read".to_owned(),
        [one] => {
            one.kept().map_or_else(|| "Say where its file is".to_owned(), |kept| format!("{kept} is read"))
        }
        _ => "Each is read where it lies".to_owned(),
    };
    vec![format!("{lies}, {}; what is found goes on record.", bytes(size))]
}

fn types(without: &str) -> Field {
    let options = TAXONOMY.evidence_types.iter();
    let option = |kind: &crate::model::taxonomy::EvidenceType| {
        opt(&kind.id, &kind.name, &format!("volatility {} of 7", kind.volatility))
    };
    choice(Slot::Of("type"), "Type", without, options.map(option).collect(), None)
}

fn copies() -> Vec<Opt> {
    vec![
        opt("no", "leave it where it lies", ""),
        opt("yes", "keep a copy in the vault", "Copied, read again, and never written over."),
    ]
}

/// The component in front of whoever asks: on the Components screen the selected one.
fn component_here(app: &App) -> String {
    let on_components = app.screen() == Some(Screen::Components);
    let id = app.noun().ok().filter(|_| on_components);
    let component = id.and_then(|id| app.incident()?.component(id));
    component.map_or_else(String::new, |component| component.name.clone())
}

fn add_fields(app: &App) -> Vec<Field> {
    vec![
        line(Slot::Of("path"), "File", "its path; empty for a thing, or something asked for", ""),
        line(Slot::Of("name"), "Name", "else the name of the file", ""),
        types("as the name of the file suggests"),
        line(Slot::Of("of"), "Of", "components, with commas between", &component_here(app)),
        choice(
            Slot::Of("is"),
            "It is",
            "",
            vec![
                opt("here", "here", ""),
                opt("asked", "asked for, not here yet", "It stands on top until it has come."),
            ],
            Some(0),
        ),
        line(Slot::Of("from"), "From", "from whom it came, or who was asked", ""),
        time(Slot::Due, "Due", "when it is expected, if asked for", Sense::Due),
        choice(Slot::Of("copy"), "Copy", "", copies(), Some(0)),
        line(Slot::Of("how"), "How", "tool and version, write blocker", ""),
        line(Slot::Of("where"), "Where", "where it was taken", ""),
        line(Slot::Of("origin"), "Origin", "what it was: RAM of FS02, C:\\…; else the path", ""),
        line(Slot::Of("holder"), "Holder", "whoever took it", ""),
        line(Slot::Of("kept"), "Kept", "a safe, a shelf; else where it lies", ""),
        line(Slot::Of("seal"), "Seal", "number of bag or seal", ""),
        line(Slot::Who, "Taken by", "me", ""),
        time(Slot::When, "When", "now", Sense::Fact),
        text(Slot::Of("note"), "Note", "optional", ""),
    ]
}

fn receive_fields(item: &EvidenceItem) -> Vec<Field> {
    vec![
        line(Slot::Of("path"), "File", "its path; empty: no file", ""),
        line(Slot::Of("from"), "From", "", item.source().unwrap_or_default()),
        choice(Slot::Of("copy"), "Copy", "", copies(), Some(0)),
        line(Slot::Of("how"), "How", "mail, courier, tool", ""),
        line(Slot::Of("where"), "Where", "optional", ""),
        line(Slot::Of("origin"), "Origin", "what it was; else the path", ""),
        line(Slot::Of("holder"), "Holder", "whoever received it", ""),
        line(Slot::Of("kept"), "Kept", "a safe, a shelf; else where it lies", ""),
        line(Slot::Of("seal"), "Seal", "number of bag or seal", ""),
        line(Slot::Who, "Received by", "me", ""),
        time(Slot::When, "When", "now", Sense::Fact),
    ]
}

fn pass_fields(item: &EvidenceItem) -> Vec<Field> {
    let file = match (item.sha256(), item.in_vault()) {
        (None, _) => "it has no hash",
        (Some(_), true) => "else the copy in the vault",
        (Some(_), false) => "else where it lies",
    };
    vec![
        line(Slot::Of("to"), "To", "who gets it", ""),
        line(Slot::Reason, "Reason", "needed", ""),
        line(Slot::Of("path"), "Hash this file", file, ""),
        line(Slot::Of("where"), "Where", "where it changes hands", ""),
        line(Slot::Of("kept"), "Kept", "where it is kept from then on", ""),
        line(Slot::Who, "Done by", "me", ""),
        time(Slot::When, "When", "now", Sense::Fact),
    ]
}

fn verify_fields(ids: &str) -> Vec<Field> {
    match ids.contains(' ') {
        true => Vec::new(),
        false => vec![line(Slot::Of("path"), "File", "where it lies; name another place here", "")],
    }
}

fn edit_fields(app: &App, item: &EvidenceItem) -> Vec<Field> {
    let said = |words: Option<&str>| words.unwrap_or_default().to_owned();
    let of = app.incident().map(|incident| super::of(incident, item)).unwrap_or_default();
    let mut kind = types("");
    if let crate::tui::form::Value::Choice { options, at } = &mut kind.value {
        *at = options.iter().position(|option| option.id == item.kind());
    }
    let mut fields = vec![
        line(Slot::Of("name"), "Name", "", item.name()),
        kind,
        line(Slot::Of("of"), "Of", "components, with commas between", &of),
        line(Slot::Of("from"), "From", "", &said(item.source())),
    ];
    if item.awaited() {
        fields.push(time(Slot::Due, "Due", "as it is; a time sets another", Sense::Due));
    } else {
        fields.extend([
            line(Slot::Of("origin"), "Origin", "", &said(item.origin())),
            line(Slot::Of("how"), "How", "", &said(item.tool())),
            line(Slot::Of("where"), "Where", "", &said(item.place())),
            line(Slot::Of("holder"), "Holder", "a correction, not a change of hands", &said(item.holder())),
            line(Slot::Of("kept"), "Kept", "", &said(item.kept())),
            line(Slot::Of("seal"), "Seal", "", &said(item.seal())),
            line(Slot::Of("by"), "Taken by", "", &said(item.acquired_by())),
            time(Slot::Of("taken"), "Taken", "as it is; a time sets another", Sense::Fact),
        ]);
    }
    fields.push(text(Slot::Of("note"), "Note", "optional", &said(item.note())));
    fields
}

fn said(form: &Form, name: &'static str) -> Option<String> {
    form.said(Slot::Of(name))
}

fn path(form: &Form) -> Option<PathBuf> {
    said(form, "path").map(PathBuf::from)
}

fn names(form: &Form) -> Vec<String> {
    let words = said(form, "of").unwrap_or_default();
    words.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn circumstances(form: &Form) -> evidence::Receive {
    evidence::Receive {
        file: None,
        sha256: None,
        origin: said(form, "origin"),
        source: said(form, "from"),
        place: said(form, "where"),
        tool: said(form, "how"),
        holder: said(form, "holder"),
        kept: said(form, "kept"),
        seal: said(form, "seal"),
    }
}

fn begin(app: &mut App, form: &Form, what: What, envelope: Envelope) -> Done {
    hashing::begin(app, EvidenceAct::of(what), envelope, Some((form.ask.key(), form.words())))
}

fn add(app: &mut App, form: &Form, _: &str, envelope: Envelope) -> Done {
    let path = path(form);
    let file = path.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let name = said(form, "name").or(file.clone()).ok_or_else(|| {
        Refusal::misused("Neither a file nor a name is said.")
            .hint("Type the path of a file, or the name of what is no file.")
    })?;
    let asked = form.chosen(Slot::Of("is")) == Some("asked");
    let guessed = match &file {
        Some(file) => evidence::guessed_type(file),
        None if asked => "logs",
        None => "physical",
    };
    let kind = form.chosen(Slot::Of("type")).unwrap_or(guessed).to_owned();
    let (components, note) = (names(form), said(form, "note"));
    if asked {
        let zone = app.zone();
        let due = form.time(Slot::Due, app.now, &zone)?.map(|due| due.utc());
        let from = said(form, "from").ok_or_else(|| {
            Refusal::misused("Nobody is named who was asked.").hint("Say who in the field From.")
        })?;
        let request = evidence::Request { name, kind, components: Vec::new(), from, due, note };
        return begin(app, form, What::Request { request, components }, envelope);
    }
    let copy = form.chosen(Slot::Of("copy")) == Some("yes");
    let add = evidence::Add { name, kind, components: Vec::new(), note, how: circumstances(form) };
    begin(app, form, What::Add { add, components, path, copy }, envelope)
}

fn receive(app: &mut App, form: &Form, id: &str, envelope: Envelope) -> Done {
    let copy = form.chosen(Slot::Of("copy")) == Some("yes");
    let what = What::Receive { item: id.to_owned(), how: circumstances(form), path: path(form), copy };
    begin(app, form, what, envelope)
}

fn pass(app: &mut App, form: &Form, id: &str, envelope: Envelope) -> Done {
    let to = said(form, "to")
        .ok_or_else(|| Refusal::misused("Nobody is named who gets it.").hint("Say who in the field To."))?;
    let pass = evidence::Pass {
        from: None,
        to,
        reason: form.said(Slot::Reason).unwrap_or_default(),
        place: said(form, "where"),
        kept: said(form, "kept"),
        hash: None,
    };
    begin(app, form, What::Transfer { item: id.to_owned(), pass, path: path(form) }, envelope)
}

fn verify(app: &mut App, form: &Form, ids: &str, envelope: Envelope) -> Done {
    let items = ids.split(' ').map(str::to_owned).collect();
    begin(app, form, What::Verify { items, file: path(form) }, envelope)
}

/// What was changed of an item; a field that was emptied takes its detail away.
fn edit(app: &mut App, form: &Form, id: &str, envelope: Envelope) -> Done {
    let began =
        |slot: Slot| form.began.iter().find(|(key, _)| *key == slot.key()).map(|(_, words)| words.clone());
    let words = form.words();
    let changed = |name: &'static str| {
        let slot = Slot::Of(name);
        let now = words.iter().find(|(key, _)| *key == slot.key()).map(|(_, words)| words.clone());
        now.filter(|now| began(slot).as_ref() != Some(now))
    };
    let zone = app.zone();
    let edit = evidence::Edit {
        name: changed("name"),
        kind: changed("type"),
        components: None,
        origin: changed("origin"),
        source: changed("from"),
        place: changed("where"),
        tool: changed("how"),
        kept: changed("kept"),
        seal: changed("seal"),
        note: changed("note"),
        holder: changed("holder"),
        acquired: form.time(Slot::Of("taken"), app.now, &zone)?.map(|taken| taken.utc()),
        acquired_by: changed("by"),
        due: form.time(Slot::Due, app.now, &zone)?.map(|due| Some(due.utc())),
    };
    let components = changed("of").map(|_| names(form));
    begin(app, form, What::Edit { item: id.to_owned(), edit: Box::new(edit), components }, envelope)
}
