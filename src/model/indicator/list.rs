//! All indicators of an incident: found by id and by value without a walk, fifty thousand of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Added, Details, Disputed, Fields, Indicator, IndicatorsAdded, Kind, Part, Retirement, Ties};
use crate::model::id::{LineId, NounId};
use crate::model::taxonomy::Tlp;

/// One line that put indicators on the list: who, when, and what holds for all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Addition {
    pub line: LineId,
    /// Who did it.
    pub by: String,
    /// When (UTC, happened time).
    pub at: DateTime<Utc>,
    pub with: Details,
    /// How many this line added.
    pub count: u32,
    /// Its part of a larger paste, and the first line of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<(LineId, Part)>,
    pub undone: bool,
}

/// A tie between indicators and something else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bond {
    pub indicators: Vec<NounId>,
    pub to: Ties,
    pub line: LineId,
    pub by: String,
    pub at: DateTime<Utc>,
    pub undone: bool,
}

/// A paste of which only a part is in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// Its first line.
    pub line: LineId,
    pub here: u32,
    pub of: u32,
}

/// What a snapshot keeps; the ways to find things are made anew.
#[derive(Default, Deserialize)]
struct Kept {
    items: Vec<Indicator>,
    additions: Vec<Addition>,
    bonds: Vec<Bond>,
}

/// The indicators of an incident, in the order of their lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Indicators {
    items: Vec<Indicator>,
    additions: Vec<Addition>,
    bonds: Vec<Bond>,
    #[serde(skip)]
    by_id: HashMap<NounId, u32>,
    /// The last item of a value, whatever its type.
    #[serde(skip)]
    by_value: HashMap<String, u32>,
    /// The item before this one with the same value; itself, if it is the first.
    #[serde(skip)]
    before: Vec<u32>,
}

impl From<Kept> for Indicators {
    fn from(kept: Kept) -> Self {
        let mut all = Self { additions: kept.additions, bonds: kept.bonds, ..Self::default() };
        all.items.reserve_exact(kept.items.len());
        for item in kept.items {
            all.push(item);
        }
        all
    }
}

fn place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Indicators {
    fn push(&mut self, item: Indicator) {
        let at = place(self.items.len());
        self.by_id.entry(item.id.clone()).or_insert(at);
        let before = self.by_value.insert(item.value.clone(), at);
        self.before.push(before.unwrap_or(at));
        self.items.push(item);
    }

    /// Obeys a line that adds.
    pub(crate) fn add(
        &mut self,
        line: LineId,
        by: &str,
        at: DateTime<Utc>,
        first: LineId,
        added: &IndicatorsAdded,
    ) {
        let of = place(self.additions.len());
        self.additions.push(Addition {
            line,
            by: by.to_owned(),
            at,
            with: added.with.clone(),
            count: place(added.indicators.len()),
            part: added.part.map(|part| (first, part)),
            undone: false,
        });
        for Added { id, kind, value, with } in &added.indicators {
            self.push(Indicator {
                id: id.clone(),
                kind: kind.clone(),
                value: value.clone(),
                of,
                own: with.clone(),
                edits: None,
            });
        }
    }

    pub(crate) fn bind(&mut self, bond: Bond) {
        self.bonds.push(bond);
    }

    /// Strikes what the lines made.
    pub(crate) fn strike(&mut self, gone: impl Fn(&LineId) -> bool) {
        self.additions.iter_mut().filter(|a| gone(&a.line)).for_each(|a| a.undone = true);
        self.bonds.iter_mut().filter(|b| gone(&b.line)).for_each(|b| b.undone = true);
    }

    /// The lines that say something of what `made` added, or tie it to something.
    pub(crate) fn standing_on(&self, made: &LineId) -> Vec<LineId> {
        let Some(of) = self.additions.iter().position(|addition| addition.line == *made).map(place) else {
            return Vec::new();
        };
        let mine = |item: &&Indicator| item.of == of;
        let edits = self.items.iter().filter(mine).filter_map(|item| item.edits.as_deref());
        let mut lines: Vec<LineId> = edits.flat_map(Fields::heads).filter(|head| head != made).collect();
        let bonds = self.bonds.iter().filter(|bond| !bond.undone);
        let tied = bonds
            .filter(|bond| bond.indicators.iter().any(|id| self.get(id).is_some_and(|item| item.of == of)));
        lines.extend(tied.map(|bond| bond.line));
        lines
    }

    /// How many were ever added, also those taken back.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// All of them, also those taken back and those that two people added at once.
    pub fn all(&self) -> &[Indicator] {
        &self.items
    }

    pub fn bonds(&self) -> impl Iterator<Item = &Bond> {
        self.bonds.iter().filter(|bond| !bond.undone)
    }

    pub fn get(&self, id: &NounId) -> Option<&Indicator> {
        self.by_id.get(id).and_then(|at| self.items.get(*at as usize))
    }

    pub(crate) fn fields(&self, id: &NounId) -> Option<&Fields> {
        self.get(id)?.edits.as_deref()
    }

    /// The fields of an indicator, ready to be changed.
    pub(crate) fn fields_mut(&mut self, id: &NounId) -> Option<&mut Fields> {
        let at = *self.by_id.get(id)? as usize;
        if self.items.get(at)?.edits.is_none() {
            let fields = self.first_fields(&self.items[at]);
            self.items[at].edits = Some(Box::new(fields));
        }
        self.items[at].edits.as_deref_mut()
    }

    /// The fields as the addition left them.
    fn first_fields(&self, item: &Indicator) -> Fields {
        let addition = self.addition(item);
        let mut fields = Fields::default();
        macro_rules! first {
            ($($field:ident = $value:expr),+) => {
                $(fields.$field.set(addition.line, &addition.by, &[], $value);)+
            };
        }
        first!(
            kind = item.kind.clone(),
            tlp = self.said(item, |with| with.tlp),
            confidence = self.said(item, |with| with.confidence),
            first = self.said(item, |with| with.first),
            last = self.said(item, |with| with.last),
            source = self.said(item, |with| with.source.clone()),
            note = self.said(item, |with| with.note.clone()),
            tags = self.first_tags(item),
            retired = None
        );
        fields
    }

    /// What was said of this one alone, else of all that were added with it.
    fn said<T>(&self, item: &Indicator, of: impl Fn(&Details) -> Option<T>) -> Option<T> {
        item.own.as_deref().and_then(&of).or_else(|| of(&self.addition(item).with))
    }

    fn first_tags(&self, item: &Indicator) -> Vec<String> {
        let own = item.own.iter().flat_map(|own| own.tags.iter());
        let mut tags = self.addition(item).with.tags.clone();
        for tag in own {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        tags
    }

    /// The line that added an indicator.
    pub fn addition(&self, item: &Indicator) -> &Addition {
        &self.additions[item.of as usize]
    }

    /// Whether it was taken back.
    pub fn undone(&self, item: &Indicator) -> bool {
        self.addition(item).undone
    }

    /// The earlier indicator that is the same and stands, where two people added it at once.
    pub fn twin(&self, item: &Indicator) -> Option<&Indicator> {
        self.twin_at(*self.by_id.get(&item.id)? as usize)
    }

    fn twin_at(&self, at: usize) -> Option<&Indicator> {
        let (mut here, mut twin) = (at, None);
        while let Some(before) = self.before.get(here).map(|before| *before as usize).filter(|b| *b != here) {
            here = before;
            let other = &self.items[here];
            if !self.undone(other) && self.kind(other) == self.kind(&self.items[at]) {
                twin = Some(other);
            }
        }
        twin
    }

    /// The ones to work with: each once, without those taken back; retired ones are among them.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Indicator> {
        let all = self.items.iter().enumerate();
        let standing = all.filter(|(at, item)| !self.undone(item) && self.twin_at(*at).is_none());
        standing.map(|(_, item)| item)
    }

    /// The one of this type and value that stands.
    pub fn find(&self, kind: &str, value: &str) -> Option<&Indicator> {
        let mut at = *self.by_value.get(value)? as usize;
        let mut found = None;
        loop {
            let item = &self.items[at];
            if !self.undone(item) && self.kind(item) == kind {
                found = Some(item);
            }
            match self.before[at] as usize {
                before if before == at => return found,
                before => at = before,
            }
        }
    }

    /// Its type as it is now.
    pub fn kind<'a>(&self, item: &'a Indicator) -> &'a str {
        match item.edits.as_deref().and_then(|edits| edits.kind.get()) {
            Some(kind) => kind,
            None => &item.kind,
        }
    }

    pub fn tlp(&self, item: &Indicator) -> Option<Tlp> {
        match &item.edits {
            Some(edits) => edits.tlp.get().copied().flatten(),
            None => self.said(item, |with| with.tlp),
        }
    }

    pub fn confidence(&self, item: &Indicator) -> Option<super::Confidence> {
        match &item.edits {
            Some(edits) => edits.confidence.get().copied().flatten(),
            None => self.said(item, |with| with.confidence),
        }
    }

    /// When it was first seen at work (UTC).
    pub fn first(&self, item: &Indicator) -> Option<DateTime<Utc>> {
        match &item.edits {
            Some(edits) => edits.first.get().copied().flatten(),
            None => self.said(item, |with| with.first),
        }
    }

    /// When it was last seen at work (UTC).
    pub fn last(&self, item: &Indicator) -> Option<DateTime<Utc>> {
        match &item.edits {
            Some(edits) => edits.last.get().copied().flatten(),
            None => self.said(item, |with| with.last),
        }
    }

    pub fn source<'a>(&'a self, item: &'a Indicator) -> Option<&'a str> {
        match &item.edits {
            Some(edits) => edits.source.get().and_then(Option::as_deref),
            None => {
                let own = item.own.as_deref().and_then(|own| own.source.as_deref());
                own.or(self.addition(item).with.source.as_deref())
            }
        }
    }

    pub fn note<'a>(&'a self, item: &'a Indicator) -> Option<&'a str> {
        match &item.edits {
            Some(edits) => edits.note.get().and_then(Option::as_deref),
            None => {
                let own = item.own.as_deref().and_then(|own| own.note.as_deref());
                own.or(self.addition(item).with.note.as_deref())
            }
        }
    }

    pub fn tags(&self, item: &Indicator) -> Vec<String> {
        match item.edits.as_deref().and_then(|edits| edits.tags.get()) {
            Some(tags) => tags.clone(),
            None => self.first_tags(item),
        }
    }

    /// Why, when and by whom it was taken out of use.
    pub fn retired<'a>(&self, item: &'a Indicator) -> Option<&'a Retirement> {
        item.edits.as_deref().and_then(|edits| edits.retired.get()).and_then(Option::as_ref)
    }

    /// What it is tied to: from its addition and from later ties, each once.
    pub fn ties(&self, item: &Indicator) -> Ties {
        let mut ties = self.first_ties(item);
        for bond in self.bonds().filter(|bond| bond.indicators.contains(&item.id)) {
            merge(&mut ties, &bond.to);
        }
        ties
    }

    fn first_ties(&self, item: &Indicator) -> Ties {
        let mut ties = Ties::default();
        for with in [Some(&self.addition(item).with), item.own.as_deref()].into_iter().flatten() {
            let entries = with.entry.iter().copied().collect();
            merge(&mut ties, &Ties { components: with.components.clone(), entries, incidents: Vec::new() });
        }
        ties
    }

    /// The ties of all of them, by id; ones without any are left out. One walk, for lists.
    pub fn all_ties(&self) -> HashMap<&NounId, Ties> {
        let mut all: HashMap<&NounId, Ties> = HashMap::new();
        let with_some = |item: &&Indicator| {
            let tied = |with: &Details| !with.components.is_empty() || with.entry.is_some();
            tied(&self.addition(item).with) || item.own.as_deref().is_some_and(tied)
        };
        for item in self.items.iter().filter(with_some) {
            all.insert(&item.id, self.first_ties(item));
        }
        for bond in self.bonds() {
            for id in &bond.indicators {
                merge(all.entry(id).or_default(), &bond.to);
            }
        }
        all
    }

    /// Pastes of which the record holds a part only: whoever pasted was stopped in the middle.
    pub fn cut_short(&self) -> Vec<Short> {
        let mut all: Vec<Short> = Vec::new();
        for addition in self.additions.iter().filter(|addition| !addition.undone) {
            let Some((first, part)) = addition.part else { continue };
            match all.iter_mut().find(|short| short.line == first) {
                Some(short) => short.here += addition.count,
                None => all.push(Short { line: first, here: addition.count, of: part.of }),
            }
        }
        all.retain(|short| short.here < short.of);
        all
    }

    /// Fields that several people set without knowing of each other.
    pub fn contested(&self) -> Vec<(&Indicator, Disputed)> {
        let mut all = Vec::new();
        for item in self.items.iter().filter(|item| item.edits.is_some() && !self.undone(item)) {
            let Some(fields) = item.edits.as_deref() else { continue };
            all.extend(fields.contested().into_iter().map(|disputed| (item, disputed)));
        }
        all
    }
}

fn merge(ties: &mut Ties, more: &Ties) {
    fn each<T: Clone + PartialEq>(have: &mut Vec<T>, more: &[T]) {
        for one in more {
            if !have.contains(one) {
                have.push(one.clone());
            }
        }
    }
    each(&mut ties.components, &more.components);
    each(&mut ties.entries, &more.entries);
    each(&mut ties.incidents, &more.incidents);
}

impl Indicator {
    /// Its type as it was added, if this casebook knows it.
    pub fn known_kind(&self) -> Option<Kind> {
        Kind::of(&self.kind)
    }
}
