//! `evidence`: what is kept, what was asked for, in whose hands it is, and whether it is still the same.

mod act;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::lookup::{Offered, evidence_types};
use super::when::{When, due, fact};
use super::{Act, Change, Context, Said, Verb};
use crate::model::evidence;
use crate::model::refusal::Refusal;

pub use act::{EvidenceAct, Place, Read, Wanted, What};

#[derive(Args)]
pub(super) struct Evidence {
    #[command(subcommand)]
    verb: Option<Inner>,
}

#[derive(Subcommand)]
enum Inner {
    /// Everything kept and asked for, what is gone first on top
    List(List),
    /// One item with its chain of custody
    Show(One),
    /// Take a file, or with --thing something that is none, into custody
    Add(Box<Add>),
    /// Ask somebody for something
    Request(Ask),
    /// What was asked for has come
    Receive(Box<Come>),
    /// Give an item into other hands, with --to and --reason
    Transfer(Pass),
    /// Hash again what is kept, and compare
    Verify(Check),
    /// Correct what is said of an item; the old words stay in the log
    Edit(Box<Correct>),
    /// Strike an item that was a mistake, or is not coming, with --reason
    Withdraw(Strike),
}

#[derive(Args)]
struct List {
    /// Only what was asked for and has not come
    #[arg(long)]
    requested: bool,
}

#[derive(Args)]
struct One {
    /// Which item: E-003, 3, its id prefix, or unique words of its name
    #[arg(value_name = "REF", required = true)]
    item: Vec<String>,
}

/// Where and how an item came into our hands.
#[derive(Args)]
struct Circumstances {
    /// The path or place it was taken from: C:\Windows\memory.dmp, RAM of FS02
    #[arg(long, value_name = "WHAT")]
    origin: Option<String>,
    /// From whom it came
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// How it was taken: tool and version, write blocker
    #[arg(long, value_name = "TOOL")]
    how: Option<String>,
    /// Where it was taken
    #[arg(long = "where", value_name = "PLACE")]
    place: Option<String>,
    /// Who holds it, if not who took it
    #[arg(long, value_name = "NAME")]
    holder: Option<String>,
    /// Where it is kept: a path, a safe
    #[arg(long, value_name = "PLACE")]
    kept: Option<String>,
    /// Number of its bag or seal
    #[arg(long, value_name = "SEAL")]
    seal: Option<String>,
    /// The hash it was given with; a file with another one is refused
    #[arg(long, value_name = "HASH")]
    sha256: Option<String>,
}

impl Circumstances {
    fn said(self) -> evidence::Receive {
        evidence::Receive {
            file: None,
            sha256: self.sha256,
            origin: self.origin,
            source: self.from,
            place: self.place,
            tool: self.how,
            holder: self.holder,
            kept: self.kept,
            seal: self.seal,
        }
    }
}

#[derive(Args)]
struct Add {
    /// The file; it is hashed where it lies
    #[arg(value_name = "PATH", required_unless_present = "thing", conflicts_with = "thing")]
    path: Option<PathBuf>,
    /// Something that is no file here: a device, a paper, an image kept elsewhere
    #[arg(long, value_name = "NAME")]
    thing: Option<String>,
    /// What to call it; else the name of the file
    #[arg(long, value_name = "TEXT", conflicts_with = "thing")]
    name: Option<String>,
    /// What it is; else what the name of the file suggests
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(evidence_types))]
    kind: Option<String>,
    /// Component it is of; may be given several times
    #[arg(long = "component", value_name = "NAME")]
    components: Vec<String>,
    /// Keep a copy in the vault of the incident
    #[arg(long, conflicts_with = "thing")]
    copy: bool,
    #[command(flatten)]
    how: Circumstances,
    /// What else is to say
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Ask {
    /// What is asked for, in words
    #[arg(value_name = "WHAT", required = true)]
    name: Vec<String>,
    /// Who was asked
    #[arg(long, value_name = "WHOM")]
    from: String,
    /// When it is expected
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    due: Option<String>,
    /// What it is
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(evidence_types), default_value = "logs")]
    kind: String,
    /// Component it is of; may be given several times
    #[arg(long = "component", value_name = "NAME")]
    components: Vec<String>,
    /// What else is to say
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Come {
    /// Which item: E-003, 3, its id prefix, or unique words of its name
    #[arg(value_name = "REF")]
    item: String,
    /// The file; without it, something that is none
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Keep a copy in the vault of the incident
    #[arg(long, requires = "path")]
    copy: bool,
    #[command(flatten)]
    how: Circumstances,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Pass {
    /// Which item: E-003, 3, its id prefix, or unique words of its name
    #[arg(value_name = "REF")]
    item: String,
    /// A file to hash again; else the copy in the vault, or where the item is kept
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Who gets it
    #[arg(long, value_name = "NAME")]
    to: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who gives it, if not who holds it by the record
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// Where it changes hands
    #[arg(long = "where", value_name = "PLACE")]
    place: Option<String>,
    /// Where it is kept from then on
    #[arg(long, value_name = "PLACE")]
    kept: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Check {
    /// Which items: E-003, 3, id prefix, or unique words of a name
    #[arg(value_name = "REF")]
    items: Vec<String>,
    /// Everything that has a hash
    #[arg(long, conflicts_with = "items")]
    all: bool,
    /// The file to hash, where it lies elsewhere than the record says
    #[arg(long, value_name = "PATH", conflicts_with = "all")]
    file: Option<PathBuf>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Correct {
    /// Which item: E-003, 3, its id prefix, or unique words of its name
    #[arg(value_name = "REF")]
    item: String,
    /// What to call it
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What it is
    #[arg(long = "type", value_name = "TYPE", value_parser = Offered(evidence_types))]
    kind: Option<String>,
    /// The components it is of, all of them; "" for none
    #[arg(long = "component", value_name = "NAME")]
    components: Option<Vec<String>>,
    /// The path or place it was taken from
    #[arg(long, value_name = "WHAT")]
    origin: Option<String>,
    /// From whom it came, or was asked
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// How it was taken
    #[arg(long, value_name = "TOOL")]
    how: Option<String>,
    /// Where it was taken
    #[arg(long = "where", value_name = "PLACE")]
    place: Option<String>,
    /// When it was taken
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    taken: Option<String>,
    /// Who took it
    #[arg(long, value_name = "NAME")]
    taken_by: Option<String>,
    /// Who holds it: a correction of the record, not a transfer
    #[arg(long, value_name = "NAME")]
    holder: Option<String>,
    /// Where it is kept
    #[arg(long, value_name = "PLACE")]
    kept: Option<String>,
    /// Number of its bag or seal
    #[arg(long, value_name = "SEAL")]
    seal: Option<String>,
    /// When it is expected; "" for no time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    due: Option<String>,
    /// What else is to say
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Args)]
struct Strike {
    /// Which item: E-003, 3, its id prefix, or unique words of its name
    #[arg(value_name = "REF")]
    item: String,
    /// What was wrong, or why it is not coming
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    when: When,
}

impl Verb for Evidence {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let (what, when) = match self.verb.unwrap_or(Inner::List(List { requested: false })) {
            Inner::List(it) => return Ok(Said::plain(Act::Evidence { requested: it.requested })),
            Inner::Show(it) => return Ok(Said::plain(Act::EvidenceItem(it.item.join(" ")))),
            Inner::Add(it) => add(*it),
            Inner::Request(it) => {
                let due = it.due.as_deref().map(|words| due(words, context)).transpose()?;
                let request = evidence::Request {
                    name: it.name.join(" "),
                    kind: it.kind,
                    components: Vec::new(),
                    from: it.from,
                    due: due.as_ref().map(crate::model::time::Happened::utc),
                    note: it.note,
                };
                let what = What::Request { request, components: it.components };
                let said =
                    it.when.says(Act::Change(Change::Evidence(Box::new(EvidenceAct::of(what)))), context)?;
                return Ok(Said { due, ..said });
            }
            Inner::Receive(it) => {
                (What::Receive { item: it.item, how: it.how.said(), path: it.path, copy: it.copy }, it.when)
            }
            Inner::Transfer(it) => {
                let pass = evidence::Pass {
                    from: it.from,
                    to: it.to,
                    reason: it.reason,
                    place: it.place,
                    kept: it.kept,
                    hash: None,
                };
                (What::Transfer { item: it.item, pass, path: it.path }, it.when)
            }
            Inner::Verify(it) => (verify(it.items, it.all, it.file)?, it.when),
            Inner::Edit(it) => edit(*it, context)?,
            Inner::Withdraw(it) => (What::Withdraw { item: it.item, reason: it.reason }, it.when),
        };
        when.says(Act::Change(Change::Evidence(Box::new(EvidenceAct::of(what)))), context)
    }
}

fn add(it: Add) -> (What, When) {
    let file = it.path.as_ref().map(|path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy());
    let guessed = match &file {
        Some(name) => evidence::guessed_type(name),
        None => "physical",
    };
    let name = it.name.or(it.thing).or_else(|| file.as_deref().map(str::to_owned)).unwrap_or_default();
    let add = evidence::Add {
        name,
        kind: it.kind.unwrap_or_else(|| guessed.to_owned()),
        components: Vec::new(),
        note: it.note,
        how: it.how.said(),
    };
    (What::Add { add, components: it.components, path: it.path, copy: it.copy }, it.when)
}

fn verify(items: Vec<String>, all: bool, file: Option<PathBuf>) -> Result<What, Refusal> {
    if items.is_empty() && !all {
        return Err(Refusal::misused("Which evidence is to be hashed again?")
            .hint("Name items, as in casebook evidence verify E-003, or say --all."));
    }
    if file.is_some() && items.len() != 1 {
        return Err(Refusal::misused("--file is the file of one item, and several were named.")
            .hint("Name one item with its file."));
    }
    Ok(What::Verify { items, file })
}

fn edit(it: Correct, context: &Context<'_>) -> Result<(What, When), Refusal> {
    let due = match it.due.as_deref().map(str::trim) {
        None => None,
        Some("") => Some(None),
        Some(words) => Some(Some(due(words, context)?.utc())),
    };
    let taken = it.taken.as_deref().map(|words| fact(words, context)).transpose()?;
    let edit = evidence::Edit {
        name: it.name,
        kind: it.kind,
        components: None,
        origin: it.origin,
        source: it.from,
        place: it.place,
        tool: it.how,
        kept: it.kept,
        seal: it.seal,
        note: it.note,
        holder: it.holder,
        acquired: taken.map(|taken| taken.utc()),
        acquired_by: it.taken_by,
        due,
    };
    Ok((What::Edit { item: it.item, edit: Box::new(edit), components: it.components }, it.when))
}
