//! An act on evidence in words: which files it wants read first, and the commands it becomes with them.

use std::path::PathBuf;

use crate::incident::Incident;
use crate::incident::command::Command as Order;
use crate::model::evidence::{
    Add, Command, Edit, EvidenceItem, Measured, Pass, Receive, Rehashed, Request, Verify, sha256,
};
use crate::model::id::NounId;
use crate::model::refusal::Refusal;
use crate::verb::refs;

/// An act on evidence; references are still words, and files are not read yet.
#[derive(Clone, Debug)]
pub struct EvidenceAct {
    pub what: What,
    /// What reading the wanted files gave, in their order; `None`: it could not be read.
    read: Vec<Option<Read>>,
}

/// What shall be, in words.
#[derive(Clone, Debug)]
pub enum What {
    Add {
        add: Add,
        components: Vec<String>,
        path: Option<PathBuf>,
        copy: bool,
    },
    Request {
        request: Request,
        components: Vec<String>,
    },
    Receive {
        item: String,
        how: Receive,
        path: Option<PathBuf>,
        copy: bool,
    },
    Transfer {
        item: String,
        pass: Pass,
        path: Option<PathBuf>,
    },
    /// No items: everything that has a hash.
    Verify {
        items: Vec<String>,
        file: Option<PathBuf>,
    },
    Edit {
        item: String,
        edit: Box<Edit>,
        components: Option<Vec<String>>,
    },
    Withdraw {
        item: String,
        reason: String,
    },
}

/// Where the bytes of an item are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Path(PathBuf),
    /// In the vault, under this SHA-256.
    Vault(String),
}

/// A file to be read before the act is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What to call it while it is read: `E-003`, or the file.
    pub label: String,
    pub place: Place,
    /// A copy goes into the vault.
    pub copy: bool,
    /// Without it there is no act; else the act goes on without.
    pub must: bool,
    /// The act is nothing but this check: with no file read there is no act.
    pub only_checked: bool,
    /// The hash on record.
    pub expected: Option<String>,
}

/// A file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    pub measured: Measured,
    /// The whole path; `vault` for a copy there.
    pub of: String,
}

impl EvidenceAct {
    pub fn of(what: What) -> Self {
        Self { what, read: Vec::new() }
    }

    /// The act with the files it wanted, in their order.
    #[must_use]
    pub fn with(self, read: Vec<Option<Read>>) -> Self {
        Self { read, ..self }
    }

    /// The act as if its files were read: judged before a file of any length is read for it, and never given.
    ///
    /// # Errors
    /// Refuses a hash that is none.
    pub fn as_if_read(&self, files: usize) -> Result<Self, Refusal> {
        let measured = Measured { sha256: "0".repeat(64), ..Measured::default() };
        let read = Some(Read { measured, of: "not read yet".to_owned() });
        let mut act = self.clone().with(vec![read; files]);
        // The hash it was given with cannot be compared yet.
        if let What::Add { add: Add { how, .. }, .. } | What::Receive { how, .. } = &mut act.what
            && let Some(said) = how.sha256.take()
        {
            sha256(&said)?;
        }
        Ok(act)
    }

    /// The files it wants read first, in order.
    ///
    /// # Errors
    /// Unknown and ambiguous references are refused with what to type.
    pub fn wanted(&self, incident: &Incident) -> Result<Vec<Wanted>, Refusal> {
        let new = |path: &PathBuf, label: String, copy: bool| Wanted {
            label,
            place: Place::Path(path.clone()),
            copy,
            must: true,
            only_checked: false,
            expected: None,
        };
        Ok(match &self.what {
            What::Add { path: Some(path), add, copy, .. } => vec![new(path, add.name.clone(), *copy)],
            What::Receive { item, path: Some(path), copy, .. } => {
                vec![new(path, refs::evidence(incident, item)?.label(), *copy)]
            }
            What::Transfer { item, path, .. } => {
                let item = refs::evidence(incident, item)?;
                let place = path.clone().map(Place::Path).or_else(|| lies(item));
                let must = path.is_some();
                let place = place.filter(|_| item.sha256().is_some());
                let wanted = place.map(|place| again(item, place, must));
                wanted.map(|wanted| Wanted { only_checked: false, ..wanted }).into_iter().collect()
            }
            What::Verify { file: Some(file), .. } => {
                let of = |item: &&EvidenceItem| again(item, Place::Path(file.clone()), true);
                self.checked(incident)?.iter().map(of).collect()
            }
            What::Verify { items, .. } => {
                let mut wanted = Vec::new();
                for item in self.checked(incident)? {
                    match lies(item) {
                        Some(place) => wanted.push(again(item, place, items.len() == 1)),
                        None if items.is_empty() => {}
                        None => return Err(nowhere(item)),
                    }
                }
                wanted
            }
            _ => Vec::new(),
        })
    }

    /// The items to be hashed again: the ones named, or all that have a hash.
    fn checked<'a>(&self, incident: &'a Incident) -> Result<Vec<&'a EvidenceItem>, Refusal> {
        let What::Verify { items, .. } = &self.what else { return Ok(Vec::new()) };
        if !items.is_empty() {
            return items.iter().map(|words| refs::evidence(incident, words)).collect();
        }
        let all: Vec<_> = incident.evidence().filter(|item| item.held() && item.sha256().is_some()).collect();
        if all.is_empty() {
            return Err(Refusal::refused(format!("{} has no evidence with a hash.", incident.number))
                .hint("casebook evidence add PATH takes a file into custody."));
        }
        Ok(all)
    }

    /// The commands it is in this incident.
    ///
    /// # Errors
    /// References as in [`wanted`](Self::wanted); a file that was not read yet.
    pub(in crate::verb) fn commands(&self, incident: &Incident) -> Result<Vec<Order>, Refusal> {
        let wanted = self.wanted(incident)?;
        if self.read.len() != wanted.len() {
            return Err(Refusal::misused("A file is hashed before it is taken into custody.")
                .hint("Add it at the shell, or with e on the screen."));
        }
        let item = |words: &str| refs::evidence(incident, words).map(|item| item.id.clone());
        let first = self.read.first().cloned().flatten();
        let one = match &self.what {
            What::Add { add, components, .. } => {
                let components = these(incident, components)?;
                let how = arrived(&add.how, first);
                Command::Add(Box::new(Add { components, how, ..add.clone() }))
            }
            What::Request { request, components } => {
                Command::Request(Request { components: these(incident, components)?, ..request.clone() })
            }
            What::Receive { item: words, how, .. } => {
                Command::Receive { item: item(words)?, how: Box::new(arrived(how, first)) }
            }
            What::Transfer { item: words, pass, .. } => {
                let pass = Pass { hash: first.map(rehashed), ..pass.clone() };
                Command::Pass { item: item(words)?, pass: Box::new(pass) }
            }
            What::Verify { .. } => {
                let items = self.places(incident)?;
                let read = items.into_iter().zip(&self.read);
                let checks = read.filter_map(|(item, read)| {
                    let hash = rehashed(read.clone()?);
                    Some(Order::Evidence(Command::Verify { item, verify: Verify { hash } }))
                });
                return Ok(checks.collect());
            }
            What::Edit { item: words, edit, components } => {
                let named = |all: &Vec<String>| {
                    let all: Vec<String> = all.iter().filter(|name| !name.is_empty()).cloned().collect();
                    these(incident, &all)
                };
                let components = components.as_ref().map(named).transpose()?;
                let edit = Edit { components, ..(**edit).clone() };
                Command::Edit { item: item(words)?, edit: Box::new(edit) }
            }
            What::Withdraw { item: words, reason } => {
                Command::Withdraw { item: item(words)?, reason: reason.clone() }
            }
        };
        Ok(vec![Order::Evidence(one)])
    }

    /// The items of the wanted files, in the same order.
    fn places(&self, incident: &Incident) -> Result<Vec<NounId>, Refusal> {
        let named = matches!(&self.what, What::Verify { file: Some(_), .. });
        let all = self.checked(incident)?.into_iter();
        Ok(all.filter(|item| named || lies(item).is_some()).map(|item| item.id.clone()).collect())
    }
}

/// Where the record says the bytes of an item are: in the vault, or at a path of this machine.
fn lies(item: &EvidenceItem) -> Option<Place> {
    if item.in_vault() {
        return item.sha256().map(|hash| Place::Vault(hash.to_owned()));
    }
    let path = PathBuf::from(item.kept()?);
    path.is_absolute().then_some(Place::Path(path))
}

fn again(item: &EvidenceItem, place: Place, must: bool) -> Wanted {
    Wanted {
        label: item.label(),
        place,
        copy: false,
        must,
        only_checked: true,
        expected: item.sha256().map(str::to_owned),
    }
}

fn nowhere(item: &EvidenceItem) -> Refusal {
    let label = item.label();
    match item.sha256() {
        None => Refusal::refused(format!("{label} has no hash to compare with."))
            .hint("What has no bytes is checked by its seal."),
        Some(_) => Refusal::refused(format!("{label} is kept at no path of this machine."))
            .hint(format!("Name the file: casebook evidence verify {} --file PATH", item.number)),
    }
}

fn rehashed(read: Read) -> Rehashed {
    Rehashed { sha256: read.measured.sha256, size: read.measured.size, of: read.of }
}

/// How an item came, with its file: where it was found, and where it lies unless a copy is in the vault.
fn arrived(how: &Receive, read: Option<Read>) -> Receive {
    let mut how = how.clone();
    if let Some(read) = read {
        how.origin.get_or_insert_with(|| read.of.clone());
        if !read.measured.vault {
            how.kept.get_or_insert(read.of);
        }
        how.file = Some(read.measured);
    }
    how
}

fn these(incident: &Incident, names: &[String]) -> Result<Vec<NounId>, Refusal> {
    let mut ids: Vec<NounId> = Vec::new();
    for name in names {
        let id = &refs::component(incident, name)?.id;
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    Ok(ids)
}
