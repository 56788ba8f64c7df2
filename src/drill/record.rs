//! What the journal of a play shows: its incident, and of every fact after which line it was entered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::condition::{Atom, Condition};
use super::said::said;
use super::scenario::{Component, ComponentId, Scenario};
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::line::Line;
use crate::model::drill::CONTROL;
use crate::model::id::{LineId, NounId};
use crate::model::indicator;
use crate::model::text::refang;

/// A place in the order of lines, from 1. Zero comes before every line.
pub(super) type Nth = u32;

/// Words a player wrote.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub nth: Nth,
    pub line: LineId,
    /// Exercise minute.
    pub minute: u32,
    undone: bool,
}

/// The incident of a play, folded line by line, with what a condition needs beside it.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub incident: Incident,
    /// Where each line stands, and its exercise minute.
    lines: HashMap<LineId, (Nth, u32)>,
    /// Where the tasks of a step of a playbook stand in the incident's list.
    tasks: HashMap<String, Vec<usize>>,
    tasks_known: usize,
    /// Where the components stand that are this one of the scenario.
    components: BTreeMap<ComponentId, Vec<usize>>,
    /// Indicators by their value in small letters, with the line that added them.
    values: HashMap<String, Vec<(Nth, NounId)>>,
    /// What the scenario calls a value, and how it may stand in the record: in small letters, normalised.
    spellings: HashMap<String, Vec<String>>,
    words: Vec<Words>,
    /// Who wrote lines, in small letters: the people at the table.
    players: BTreeSet<String>,
    /// The patterns of the scenario by their source.
    patterns: Vec<super::pattern::Pattern>,
    pattern_at: HashMap<String, usize>,
    /// Which words match each of them.
    hits: Vec<Vec<usize>>,
}

impl Record {
    pub(super) fn new(scenario: &Scenario, id: Uuid) -> Self {
        let (mut patterns, mut pattern_at) = (Vec::new(), HashMap::new());
        let mut spellings = HashMap::new();
        for atom in conditions(scenario).flat_map(Condition::atoms) {
            if let Atom::Note { note, .. } = atom {
                pattern_at.entry(note.source().to_owned()).or_insert_with(|| {
                    patterns.push(note.clone());
                    patterns.len() - 1
                });
            } else if let Atom::Indicator { indicator, .. } = atom {
                spellings.extend(indicator.iter().map(|value| (value.clone(), spelt(value))));
            }
        }
        Self {
            incident: Incident::fold(id, []),
            lines: HashMap::new(),
            tasks: HashMap::new(),
            tasks_known: 0,
            components: BTreeMap::new(),
            values: HashMap::new(),
            spellings,
            words: Vec::new(),
            players: BTreeSet::new(),
            hits: vec![Vec::new(); patterns.len()],
            patterns,
            pattern_at,
        }
    }

    /// Takes the next line, written down in an exercise minute.
    pub(super) fn apply(&mut self, scenario: &Scenario, line: &Line, minute: u32) {
        let nth = Nth::try_from(self.lines.len() + 1).unwrap_or(Nth::MAX);
        self.lines.insert(line.id, (nth, minute));
        self.incident.apply(line);
        if line.by != CONTROL && !self.players.contains(&line.by.to_lowercase()) {
            self.players.insert(line.by.to_lowercase());
        }
        for place in self.tasks_known..self.incident.tasks.len() {
            if let Some(id) = &self.incident.tasks[place].what.playbook_id {
                self.tasks.entry(id.clone()).or_default().push(place);
            }
        }
        self.tasks_known = self.incident.tasks.len();
        if let Event::IndicatorsAdded(added) = &line.event {
            for one in &added.indicators {
                self.values.entry(one.value.to_lowercase()).or_default().push((nth, one.id.clone()));
            }
        }
        let named = matches!(line.event, Event::ComponentAdded(_) | Event::ComponentEdited(_));
        let undone = matches!(line.event, Event::Undone(_));
        if named || undone {
            self.find_components(scenario);
        }
        if undone {
            self.strike();
        }
        self.hear(line, nth, minute);
    }

    fn hear(&mut self, line: &Line, nth: Nth, minute: u32) {
        let texts = said(line);
        if texts.is_empty() {
            return;
        }
        for (pattern, hits) in self.patterns.iter().zip(&mut self.hits) {
            if texts.iter().any(|text| pattern.matches(text)) {
                hits.push(self.words.len());
            }
        }
        self.words.push(Words { nth, line: line.id, minute, undone: false });
    }

    /// Words that were taken back are not said any more.
    fn strike(&mut self) {
        for words in self.words.iter_mut().filter(|words| !words.undone) {
            words.undone = self.incident.entry_of(words.line).is_some_and(|entry| entry.undone_by.is_some());
        }
    }

    fn find_components(&mut self, scenario: &Scenario) {
        self.components.clear();
        for (place, component) in self.incident.components.iter().enumerate() {
            if let Some(known) = named(&scenario.components, &component.name) {
                self.components.entry(known.id.clone()).or_default().push(place);
            }
        }
    }

    /// Where a line stands; zero for one that is not of this play.
    pub(super) fn nth(&self, line: LineId) -> Nth {
        self.lines.get(&line).map_or(0, |(nth, _)| *nth)
    }

    /// The exercise minute a line was written down in.
    pub(super) fn minute(&self, line: LineId) -> Option<u32> {
        self.lines.get(&line).map(|(_, minute)| *minute)
    }

    /// The tasks, of all visits, that a step of a playbook became and that were not taken back.
    pub(super) fn tasks(&self, id: &str) -> impl Iterator<Item = &crate::model::task::Task> {
        let places = self.tasks.get(id).into_iter().flatten();
        places.filter_map(|place| self.incident.tasks.get(*place)).filter(|task| !task.undone)
    }

    /// The player's components that are this one of the scenario.
    pub(super) fn components(
        &self,
        id: &ComponentId,
    ) -> impl Iterator<Item = &crate::model::component::Component> {
        let places = self.components.get(id.as_str()).into_iter().flatten();
        places.filter_map(|place| self.incident.components.get(*place)).filter(|known| !known.undone)
    }

    /// The lines that added this value of the scenario and were not taken back.
    pub(super) fn added(&self, value: &str) -> impl Iterator<Item = Nth> {
        let all = &self.incident.indicators;
        let stands = move |id: &NounId| all.get(id).is_some_and(|item| !all.undone(item));
        let spellings = self.spellings.get(value).into_iter().flatten();
        let added = spellings.filter_map(|value| self.values.get(value)).flatten();
        added.filter(move |(_, id)| stands(id)).map(|(nth, _)| *nth)
    }

    /// Whether somebody of this name plays.
    pub(super) fn plays(&self, name: &str) -> bool {
        self.players.contains(&name.to_lowercase())
    }

    /// The players' words that stand, in the order of their lines.
    pub(super) fn words(&self) -> impl Iterator<Item = &Words> {
        self.words.iter().filter(|words| !words.undone)
    }

    /// The words that match a pattern of the scenario, by its source.
    pub(super) fn matching(&self, source: &str) -> impl Iterator<Item = &Words> {
        let hits = self.pattern_at.get(source).and_then(|at| self.hits.get(*at)).into_iter().flatten();
        hits.filter_map(|at| self.words.get(*at)).filter(|words| !words.undone)
    }
}

/// How a value may stand in the record: without a disguise, and as the indicators normalise it.
fn spelt(value: &str) -> Vec<String> {
    let plain = refang(value).to_lowercase();
    let normal = indicator::detect(value).ok().map(|found| found.value.to_lowercase());
    let other = normal.filter(|normal| *normal != plain);
    std::iter::once(plain).chain(other).collect()
}

/// All conditions of a scenario.
fn conditions(scenario: &Scenario) -> impl Iterator<Item = &Condition> {
    let injects = scenario.injects.iter().filter_map(|inject| inject.when.as_ref());
    let actions = scenario.actions.iter().map(super::scenario::Action::matches);
    let gauges = scenario.gauges.iter().filter_map(|gauge| gauge.stop.as_ref());
    injects.chain(actions).chain(gauges).chain(std::iter::once(&scenario.end))
}

/// The component of a scenario that is meant by a name: the one whose name, or one of whose names, occurs in
/// it as a whole word, ignoring case. The longest hit wins; among equals the first of the file.
pub(super) fn named<'a>(components: &'a [Component], name: &str) -> Option<&'a Component> {
    let name = name.to_lowercase();
    let hit = |component: &Component| {
        let names = component.names.iter().chain([&component.name]);
        names.filter(|own| word_in(&name, &own.to_lowercase())).map(|own| own.chars().count()).max()
    };
    let hits = components.iter().filter_map(|component| hit(component).map(|length| (length, component)));
    // `max_by_key` keeps the last of equals; reversed, that is the first of the file.
    hits.rev().max_by_key(|(length, _)| *length).map(|(_, component)| component)
}

/// Whether `word` stands in `text` with no letter, digit or underscore beside it.
pub(super) fn word_in(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + word.len()..].chars().next();
            !before.is_some_and(inside) && !after.is_some_and(inside)
        })
}
