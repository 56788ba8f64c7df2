//! What is known of a component beside its stage: name, type, owner, how much hangs on it, tags, note, verdict.

use serde::{Deserialize, Serialize};

use super::super::head::Change;
use super::super::id::NounId;
use super::super::refusal::Refusal;
use super::super::register::Careful;
use super::super::text::{self, Limit, Lines, Unit};

/// A word to find it by.
pub const TAG: Limit = Limit { what: "tag", most: 40, unit: Unit::Characters, lines: Lines::One };
/// What it is and where: "file server, Building 2".
pub const NOTE: Limit = Limit { what: "note", most: 2 * 1024, unit: Unit::Bytes, lines: Lines::Many };
/// What its examination came to, in a sentence.
pub const VERDICT: Limit = Limit { what: "verdict", most: 200, unit: Unit::Characters, lines: Lines::One };
/// The most tags one component carries.
pub const TAGS: usize = 20;

/// Which detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Name,
    Type,
    Owner,
    Critical,
    Tags,
    Note,
    Verdict,
}

impl Part {
    /// The word on screens.
    pub fn word(self) -> &'static str {
        match self {
            Part::Name => "name",
            Part::Type => "type",
            Part::Owner => "owner",
            Part::Critical => "critical",
            Part::Tags => "tags",
            Part::Note => "note",
            Part::Verdict => "verdict",
        }
    }
}

/// A detail with its value; `None`: not known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "part", content = "to", rename_all = "kebab-case")]
pub enum Detail {
    Name(String),
    /// A word of the taxonomy's asset types.
    Type(String),
    /// Who answers for it in the business: a person or a team.
    Owner(Option<String>),
    /// Whether the business stands still without it.
    Critical(bool),
    Tags(Vec<String>),
    Note(Option<String>),
    Verdict(Option<String>),
}

impl Detail {
    pub fn part(&self) -> Part {
        match self {
            Detail::Name(_) => Part::Name,
            Detail::Type(_) => Part::Type,
            Detail::Owner(_) => Part::Owner,
            Detail::Critical(_) => Part::Critical,
            Detail::Tags(_) => Part::Tags,
            Detail::Note(_) => Part::Note,
            Detail::Verdict(_) => Part::Verdict,
        }
    }

    /// The value for people.
    pub fn words(&self) -> String {
        match self {
            Detail::Name(words) | Detail::Type(words) => words.clone(),
            Detail::Owner(words) | Detail::Note(words) | Detail::Verdict(words) => {
                words.clone().unwrap_or_else(|| "nothing".to_owned())
            }
            Detail::Critical(critical) => if *critical { "yes" } else { "no" }.to_owned(),
            Detail::Tags(tags) if tags.is_empty() => "nothing".to_owned(),
            Detail::Tags(tags) => tags.join(", "),
        }
    }
}

impl Careful for Detail {
    // Where two disagree whether the business hangs on it, it does.
    fn care(&self) -> i32 {
        i32::from(matches!(self, Detail::Critical(true)))
    }
}

/// What may be said of a component when it is put on the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Details {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub critical: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
}

impl Details {
    /// The details as they go on record; blank words are none.
    ///
    /// # Errors
    /// Refuses what is over its limit.
    pub fn clean(&self) -> Result<Self, Refusal> {
        let words = |limit: Limit, typed: &Option<String>| match typed {
            Some(typed) => optional(limit, typed),
            None => Ok(None),
        };
        Ok(Self {
            owner: words(OWNER, &self.owner)?,
            critical: self.critical,
            tags: tags(Vec::new(), &self.tags)?,
            note: words(NOTE, &self.note)?,
            verdict: words(VERDICT, &self.verdict)?,
        })
    }

    /// The details that were said.
    pub(crate) fn said(&self) -> Vec<Detail> {
        let mut said = Vec::new();
        said.extend(self.owner.clone().map(|owner| Detail::Owner(Some(owner))));
        said.extend(self.critical.then_some(Detail::Critical(true)));
        said.extend((!self.tags.is_empty()).then(|| Detail::Tags(self.tags.clone())));
        said.extend(self.note.clone().map(|note| Detail::Note(Some(note))));
        said.extend(self.verdict.clone().map(|verdict| Detail::Verdict(Some(verdict))));
        said
    }
}

const OWNER: Limit = Limit { what: "owner", ..text::NAME };

/// Change what is known of a component; only what is given changes.
#[derive(Clone, Debug, PartialEq)]
pub struct EditComponent {
    pub component: NounId,
    pub name: Option<String>,
    pub kind: Option<String>,
    /// `Some("")`: nobody. The same for note and verdict.
    pub owner: Option<String>,
    pub critical: Option<bool>,
    pub tags_added: Vec<String>,
    pub tags_removed: Vec<String>,
    pub note: Option<String>,
    pub verdict: Option<String>,
}

impl EditComponent {
    /// A change of nothing; the rest is filled in by whoever gives it.
    pub fn of(component: NounId) -> Self {
        Self {
            component,
            name: None,
            kind: None,
            owner: None,
            critical: None,
            tags_added: Vec::new(),
            tags_removed: Vec::new(),
            note: None,
            verdict: None,
        }
    }
}

/// What is known of a component was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentEdited {
    pub component: NounId,
    /// For people: its name before this.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed: Option<Change<String>>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Change<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Change<Option<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub critical: Option<Change<bool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Change<Vec<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Change<Option<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Change<Option<String>>>,
}

impl ComponentEdited {
    /// Old and new of everything that changed.
    pub fn changes(&self) -> Vec<Change<Detail>> {
        fn one<T: Clone>(change: &Option<Change<T>>, detail: fn(T) -> Detail) -> Option<Change<Detail>> {
            let change = change.as_ref()?;
            Some(Change { from: detail(change.from.clone()), to: detail(change.to.clone()) })
        }
        [
            one(&self.renamed, Detail::Name),
            one(&self.kind, Detail::Type),
            one(&self.owner, Detail::Owner),
            one(&self.critical, Detail::Critical),
            one(&self.tags, Detail::Tags),
            one(&self.note, Detail::Note),
            one(&self.verdict, Detail::Verdict),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl super::Component {
    /// Judges a change of details. Whether another component has the new name is the incident's to say.
    ///
    /// # Errors
    /// Refuses an empty name and whatever is over its limit.
    pub fn decide_edit(&self, edit: &EditComponent) -> Result<Option<ComponentEdited>, Refusal> {
        fn change<T: PartialEq>(from: T, to: T, contested: bool) -> Option<Change<T>> {
            (from != to || contested).then_some(Change { from, to })
        }
        let contested =
            |part: Part| self.details.get(&part).is_some_and(|register| register.contested().is_some());
        let words = |limit: Limit, part: Part, typed: &Option<String>, have: Option<&str>| match typed {
            Some(typed) => {
                optional(limit, typed).map(|to| change(have.map(str::to_owned), to, contested(part)))
            }
            None => Ok(None),
        };
        let mut edited = ComponentEdited {
            component: self.id.clone(),
            name: self.name.clone(),
            renamed: None,
            kind: None,
            owner: words(OWNER, Part::Owner, &edit.owner, self.owner())?,
            critical: edit.critical.and_then(|to| change(self.critical(), to, contested(Part::Critical))),
            tags: None,
            note: words(NOTE, Part::Note, &edit.note, self.note())?,
            verdict: words(VERDICT, Part::Verdict, &edit.verdict, self.verdict())?,
        };
        if let Some(name) = &edit.name {
            edited.renamed = change(self.name.clone(), text::name(name)?, contested(Part::Name));
        }
        if let Some(kind) = &edit.kind {
            edited.kind = change(self.kind.clone(), kind.clone(), contested(Part::Type));
        }
        if !edit.tags_added.is_empty() || !edit.tags_removed.is_empty() {
            let gone = |tag: &String| !edit.tags_removed.iter().any(|gone| gone.eq_ignore_ascii_case(tag));
            let left = self.tags().iter().filter(|tag| gone(tag)).cloned().collect();
            let to = tags(left, &edit.tags_added)?;
            edited.tags = change(self.tags().to_vec(), to, contested(Part::Tags));
        }
        Ok((!edited.changes().is_empty()).then_some(edited))
    }
}

/// Words as they go on record; blank ones are none.
fn optional(limit: Limit, typed: &str) -> Result<Option<String>, Refusal> {
    let words = limit.clean_or_empty(typed)?;
    Ok((!words.is_empty()).then_some(words))
}

/// Tags with those that were typed, each once, whatever its capitals.
fn tags(mut have: Vec<String>, typed: &[String]) -> Result<Vec<String>, Refusal> {
    for tag in typed.iter().flat_map(|tag| tag.split(',')).filter(|tag| !tag.trim().is_empty()) {
        let tag = TAG.clean(tag.trim().trim_start_matches('#'))?;
        if !have.iter().any(|had| had.eq_ignore_ascii_case(&tag)) {
            have.push(tag);
        }
    }
    if have.len() > TAGS {
        return Err(Refusal::misused(format!(
            "A component carries at most {TAGS} tags; these are {}.",
            have.len()
        ))
        .hint("Put the rest into its note."));
    }
    Ok(have)
}
