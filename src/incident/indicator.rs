//! Judgement and fold of the indicators.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::Incident;
use super::event::Event;
use super::judge::reason;
use super::line::Line;
use super::setting::Setting;
use crate::model::desk::Desk;
use crate::model::head::Change;
use crate::model::id::{LineId, NounId};
use crate::model::indicator::{
    self, AddIndicators, Added, Bond, Command, Details, EditIndicator, Field, Indicator, IndicatorEdited,
    IndicatorLinked, IndicatorRetired, IndicatorsAdded, LinkIndicators, MOST_TAGS, Named, RetireIndicators,
    Retirement, Use,
};
use crate::model::refusal::{Refusal, quoted};
use crate::model::text;

impl Incident {
    /// Judges a command about indicators.
    ///
    /// # Errors
    /// Refuses unknown indicators, components and entries, and texts over their limits.
    pub(super) fn decide_indicator(
        &self,
        command: &Command,
        desk: &Desk<'_>,
    ) -> Result<Option<Event>, Refusal> {
        Ok(match command {
            Command::Add(add) => self.add_indicators(add, desk)?.map(Event::from),
            Command::Edit(edit) => self.edit_indicator(edit)?.map(Event::from),
            Command::Link(link) => self.link_indicators(link)?.map(Event::from),
            Command::Retire(retire) => self.retire_indicators(retire)?.map(Event::from),
        })
    }

    fn add_indicators(
        &self,
        add: &AddIndicators,
        desk: &Desk<'_>,
    ) -> Result<Option<IndicatorsAdded>, Refusal> {
        let with = self.details(&add.with)?;
        let mut met = HashSet::new();
        let mut indicators = Vec::with_capacity(add.indicators.len());
        for (k, new) in (0..).zip(&add.indicators) {
            let kind = new.kind.id();
            if self.indicators.find(kind, &new.value).is_some() || !met.insert((kind, new.value.as_str())) {
                continue;
            }
            let own = new.own.as_deref().map(|own| self.details(own)).transpose()?;
            indicators.push(Added {
                id: desk.id(k),
                kind: kind.to_owned(),
                value: new.value.clone(),
                with: own.filter(|own| !own.is_empty()).map(Box::new),
            });
        }
        Ok((!indicators.is_empty()).then_some(IndicatorsAdded { indicators, with, part: add.part }))
    }

    /// What is said of an indicator, within its limits; what it is tied to is known here.
    fn details(&self, with: &Details) -> Result<Details, Refusal> {
        for id in &with.components {
            self.known_component(id)?;
        }
        if let Some(entry) = with.entry {
            self.known_entry(entry)?;
        }
        in_order(with.first, with.last)?;
        Ok(Details {
            source: with.source.as_deref().map(source).transpose()?.flatten(),
            note: with.note.as_deref().map(note).transpose()?.flatten(),
            tags: tags(&with.tags)?,
            ..with.clone()
        })
    }

    fn edit_indicator(&self, edit: &EditIndicator) -> Result<Option<IndicatorEdited>, Refusal> {
        fn change<T: PartialEq>(from: T, to: T, contested: bool) -> Option<Change<T>> {
            (from != to || contested).then_some(Change { from, to })
        }
        let item = self.known_indicator(edit.indicator.as_ref())?;
        let all = &self.indicators;
        let fields = item.edits.as_deref();
        let mut edited = IndicatorEdited::of(item);
        if let Some(to) = edit.kind {
            let sound = indicator::of_kind(to, &item.value).is_ok_and(|found| found.value == item.value);
            if !sound {
                return Err(Refusal::refused(format!(
                    "{} is no {}.",
                    quoted(&indicator::shown(&item.kind, &item.value)),
                    to.name()
                ))
                .hint("Retire it, and add the value it should have."));
            }
            if all.find(to.id(), &item.value).is_some_and(|other| other.id != item.id) {
                return Err(Refusal::refused(format!("The same value stands here as {} too.", to.id()))
                    .hint("Retire one of the two."));
            }
            let contested = fields.is_some_and(|fields| fields.kind.contested().is_some());
            edited.kind = change(all.kind(item).to_owned(), to.id().to_owned(), contested);
        }
        if let Some(to) = edit.tlp {
            let contested = fields.is_some_and(|fields| fields.tlp.contested().is_some());
            edited.tlp = change(all.tlp(item), Some(to), contested);
        }
        if let Some(to) = edit.confidence {
            let contested = fields.is_some_and(|fields| fields.confidence.contested().is_some());
            edited.confidence = change(all.confidence(item), Some(to), contested);
        }
        in_order(edit.first.or(all.first(item)), edit.last.or(all.last(item)))?;
        if let Some(to) = edit.first {
            let contested = fields.is_some_and(|fields| fields.first.contested().is_some());
            edited.first = change(all.first(item), Some(to), contested);
        }
        if let Some(to) = edit.last {
            let contested = fields.is_some_and(|fields| fields.last.contested().is_some());
            edited.last = change(all.last(item), Some(to), contested);
        }
        if let Some(to) = &edit.source {
            let contested = fields.is_some_and(|fields| fields.source.contested().is_some());
            edited.source = change(all.source(item).map(str::to_owned), source(to)?, contested);
        }
        if let Some(to) = &edit.note {
            let contested = fields.is_some_and(|fields| fields.note.contested().is_some());
            edited.note = change(all.note(item).map(str::to_owned), note(to)?, contested);
        }
        if !edit.tags_added.is_empty() || !edit.tags_removed.is_empty() {
            let contested = fields.is_some_and(|fields| fields.tags.contested().is_some());
            let from = all.tags(item);
            let gone = tags(&edit.tags_removed)?;
            let kept = from.iter().filter(|tag| !gone.contains(tag)).cloned();
            let to = tags(&kept.chain(edit.tags_added.iter().cloned()).collect::<Vec<_>>())?;
            edited.tags = change(from, to, contested);
        }
        Ok((!edited.changes_nothing()).then_some(edited))
    }

    fn link_indicators(&self, link: &LinkIndicators) -> Result<Option<IndicatorLinked>, Refusal> {
        if link.to.is_empty() {
            return Err(Refusal::misused("A link needs something to tie the indicator to.")
                .hint("Add --component NAME, --entry REF or --to INCIDENT."));
        }
        let mut names = Vec::new();
        for id in &link.to.components {
            names.push(self.known_component(id)?.name.clone());
        }
        for entry in &link.to.entries {
            self.known_entry(*entry)?;
        }
        let mut to = link.to.clone();
        to.incidents = link.to.incidents.iter().map(|number| text::name(number)).collect::<Result<_, _>>()?;
        let mut indicators = Vec::new();
        for id in &link.indicators {
            let item = self.known_indicator(Some(id))?;
            let have = self.indicators.ties(item);
            let all_there = to.components.iter().all(|one| have.components.contains(one))
                && to.entries.iter().all(|one| have.entries.contains(one))
                && to.incidents.iter().all(|one| have.incidents.contains(one));
            if !all_there {
                indicators.push(named(item));
            }
        }
        Ok((!indicators.is_empty()).then_some(IndicatorLinked { indicators, to, names }))
    }

    fn retire_indicators(&self, retire: &RetireIndicators) -> Result<Option<IndicatorRetired>, Refusal> {
        let why = reason(retire.reason.as_deref())?;
        if retire.to == Use::Retired && why.is_none() {
            return Err(Refusal::refused("An indicator is retired only with a reason.")
                .hint("casebook indicator retire VALUE --reason \"shared host, too many false alarms\""));
        }
        let mut indicators = Vec::new();
        for id in &retire.indicators {
            let item = self.known_indicator(Some(id))?;
            let contested = item.edits.as_deref().is_some_and(|fields| fields.retired.contested().is_some());
            let is = if self.indicators.retired(item).is_some() { Use::Retired } else { Use::InUse };
            if is != retire.to || contested {
                indicators.push(named(item));
            }
        }
        Ok((!indicators.is_empty()).then_some(IndicatorRetired { indicators, to: retire.to, reason: why }))
    }

    fn known_indicator(&self, id: Option<&NounId>) -> Result<&Indicator, Refusal> {
        let item = id.and_then(|id| self.indicators.get(id)).filter(|item| !self.indicators.undone(item));
        item.ok_or_else(|| {
            Refusal::refused("No such indicator in this incident.")
                .hint("casebook indicator list shows them.")
        })
    }

    fn known_entry(&self, id: LineId) -> Result<(), Refusal> {
        self.entry_of(id)
            .map(|_| ())
            .ok_or_else(|| Refusal::refused("No entry has that id.").hint("casebook activity shows the ids."))
    }

    /// Puts what a line adds on the list.
    pub(super) fn make_indicators(&mut self, line: &Line, added: &IndicatorsAdded) {
        let first = line.batch.as_ref().and_then(|batch| batch.0.parse().ok()).unwrap_or(line.id);
        self.indicators.add(line.id, line.actor(), line.at(), first, added);
    }

    /// Ties what a line ties.
    pub(super) fn bind_indicators(&mut self, line: &Line, linked: &IndicatorLinked) {
        self.indicators.bind(Bond {
            indicators: linked.indicators.iter().map(|named| named.id.clone()).collect(),
            to: linked.to.clone(),
            line: line.id,
            by: line.actor().to_owned(),
            at: line.at(),
            undone: false,
        });
    }
}

/// The fields an edit writes.
pub(super) fn edited_fields(edited: &IndicatorEdited) -> Vec<Setting> {
    let mut fields = Vec::new();
    fields.extend(edited.kind.iter().map(|to| Field::Type(to.to.clone())));
    fields.extend(edited.tlp.iter().map(|to| Field::Tlp(to.to)));
    fields.extend(edited.confidence.iter().map(|to| Field::Confidence(to.to)));
    fields.extend(edited.first.iter().map(|to| Field::First(to.to)));
    fields.extend(edited.last.iter().map(|to| Field::Last(to.to)));
    fields.extend(edited.source.iter().map(|to| Field::Source(to.to.clone())));
    fields.extend(edited.note.iter().map(|to| Field::Note(to.to.clone())));
    fields.extend(edited.tags.iter().map(|to| Field::Tags(to.to.clone())));
    fields.into_iter().map(|field| Setting::Indicator(edited.indicator.clone(), field)).collect()
}

/// The fields that taking out of use, or up again, writes.
pub(super) fn retired_fields(retired: &IndicatorRetired, actor: &str, at: DateTime<Utc>) -> Vec<Setting> {
    let to = (retired.to == Use::Retired).then(|| Retirement {
        reason: retired.reason.clone().unwrap_or_default(),
        by: actor.to_owned(),
        at,
    });
    let field = |named: &Named| Setting::Indicator(named.id.clone(), Field::Retired(to.clone()));
    retired.indicators.iter().map(field).collect()
}

fn named(item: &Indicator) -> Named {
    Named { id: item.id.clone(), value: item.value.clone() }
}

impl IndicatorEdited {
    fn of(item: &Indicator) -> Self {
        Self {
            indicator: item.id.clone(),
            value: item.value.clone(),
            kind: None,
            tlp: None,
            confidence: None,
            first: None,
            last: None,
            source: None,
            note: None,
            tags: None,
        }
    }

    fn changes_nothing(&self) -> bool {
        self.kind.is_none()
            && self.tlp.is_none()
            && self.confidence.is_none()
            && self.first.is_none()
            && self.last.is_none()
            && self.source.is_none()
            && self.note.is_none()
            && self.tags.is_none()
    }
}

fn in_order(first: Option<DateTime<Utc>>, last: Option<DateTime<Utc>>) -> Result<(), Refusal> {
    match (first, last) {
        (Some(first), Some(last)) if first > last => {
            Err(Refusal::misused("It was last seen before it was first seen.")
                .hint("Give --first the earlier of the two times."))
        }
        _ => Ok(()),
    }
}

fn source(words: &str) -> Result<Option<String>, Refusal> {
    Ok(Some(indicator::SOURCE.clean_or_empty(words)?).filter(|words| !words.is_empty()))
}

fn note(words: &str) -> Result<Option<String>, Refusal> {
    Ok(Some(text::SUMMARY.clean_or_empty(words)?).filter(|words| !words.is_empty()))
}

/// Tags as they go on record: each once, in the order given.
fn tags(words: &[String]) -> Result<Vec<String>, Refusal> {
    let mut tags: Vec<String> = Vec::new();
    for word in words {
        let word = text::name(word)?;
        if !tags.contains(&word) {
            tags.push(word);
        }
    }
    if tags.len() > MOST_TAGS {
        return Err(Refusal::misused(format!("There are {} tags; the limit is {MOST_TAGS}.", tags.len()))
            .hint("Leave some out."));
    }
    Ok(tags)
}

/// So many values of one addition are named in the log; of more, how many of which type.
const NAMED: usize = 4;

/// The words of an addition in the log.
pub(super) fn added_words(added: &IndicatorsAdded) -> String {
    let with = &added.with;
    if let [one] = &added.indicators[..] {
        let own = one.with.as_deref();
        let mut words = format!("+ {}  {}", one.value, one.kind);
        if let Some(confidence) = own.and_then(|own| own.confidence).or(with.confidence) {
            words.push_str(&format!("  confidence {}", confidence.id()));
        }
        return words;
    }
    if added.part.is_none() && added.indicators.len() <= NAMED {
        let values: Vec<&str> = added.indicators.iter().map(|one| one.value.as_str()).collect();
        return format!("+ {}", values.join(", "));
    }
    let count = added.indicators.len();
    let part = match added.part {
        Some(part) => {
            format!(" ({} to {} of {})", part.from, u64::from(part.from) + count as u64 - 1, part.of)
        }
        None => String::new(),
    };
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for one in &added.indicators {
        match kinds.iter_mut().find(|(kind, _)| *kind == one.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((&one.kind, 1)),
        }
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    format!("+ {count} indicators{part}: {}", kinds.join(", "))
}

/// The words of an edit in the log.
pub(super) fn edited_words(edited: &IndicatorEdited) -> String {
    fn told<T>(what: &str, change: Option<&Change<Option<T>>>, say: impl Fn(&T) -> String) -> Option<String> {
        let said = |value: &Option<T>| value.as_ref().map_or("nothing".to_owned(), &say);
        change.map(|change| match &change.from {
            None => format!("{what} {}", said(&change.to)),
            Some(_) => format!("{what} {} → {}", said(&change.from), said(&change.to)),
        })
    }
    let time = |at: &DateTime<Utc>| at.format("%Y-%m-%d %H:%MZ").to_string();
    let parts = [
        edited.kind.as_ref().map(|change| format!("{} → {}", change.from, change.to)),
        told("", edited.tlp.as_ref(), |tlp| tlp.label().to_owned()).map(|words| words.trim().to_owned()),
        told("confidence", edited.confidence.as_ref(), |to| to.id().to_owned()),
        told("first seen", edited.first.as_ref(), time),
        told("last seen", edited.last.as_ref(), time),
        told("source", edited.source.as_ref(), String::clone),
        told("note", edited.note.as_ref(), |words| format!("\"{words}\"")),
        edited.tags.as_ref().map(|change| format!("tags {}", change.to.join(", "))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{}: {}", edited.value, parts.join(", "))
}

/// The words of a tie in the log.
pub(super) fn linked_words(linked: &IndicatorLinked) -> String {
    let mut to = linked.names.clone();
    to.extend(linked.to.entries.iter().map(|entry| format!("entry {}", entry.short(8))));
    to.extend(linked.to.incidents.iter().cloned());
    format!("{} tied to {}", values(&linked.indicators), to.join(", "))
}

/// The words of taking out of use, or up again, in the log.
pub(super) fn retired_words(retired: &IndicatorRetired) -> String {
    let what = match retired.to {
        Use::Retired => "retired",
        Use::InUse => "in use again",
    };
    format!("{} {what}", values(&retired.indicators))
}

fn values(all: &[Named]) -> String {
    match all {
        [one] => one.value.clone(),
        [one, two] => format!("{}, {}", one.value, two.value),
        [one, ..] => format!("{} and {} more", one.value, all.len() - 1),
        [] => "nothing".to_owned(),
    }
}
