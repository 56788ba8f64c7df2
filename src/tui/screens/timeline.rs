//! Timeline: what both sides did, in the order it happened, and the window of the picture above it.

mod listing;

use chrono::{DateTime, TimeDelta, Utc};

pub use listing::{Listed, catch_up};

use super::{Done, Face, Keep, Key, Question, Screen};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::timeline::{By, Dwell, Gap, tells};
use crate::model::attack::{self, attack};
use crate::model::entry::{Correct, Entry, LogKind, Logged};
use crate::model::id::LineId;
use crate::model::lane::{Lane, MarkEntry, Marks};
use crate::model::refusal::Refusal;
use crate::model::time::Sense;
use crate::tui::act::Action;
use crate::tui::app::{App, Tone};
use crate::tui::ask::{choice, line as line_field, opt, text as text_field, time as time_field};
use crate::tui::case::Case;
use crate::tui::form::{Ask, Form, Opt, Slot};
use crate::tui::give::{self, Envelope};
use crate::tui::keymap::Scope;
use crate::tui::page;

/// The heading above what had happened by the time one looks at and was written later.
pub const LATER: &str = "Had happened by then, written later";
/// The picture shows no less than this.
const LEAST: TimeDelta = TimeDelta::minutes(10);

pub const FACE: Face = Face {
    screen: Screen::Timeline,
    word: "Timeline",
    short: "Time",
    scope: Scope::Timeline,
    count: |_| 0,
    orders: &["as it happened", "as it was recorded"],
    rows,
    words: |incident, key| entry(incident, key).map(|entry| entry.shown().to_owned()),
    line: |_, key| line(key),
    acts: &[Action::PlaceIn, Action::Correct, Action::ZoomIn],
    offers,
    perform,
    questions: &[ADD, PLACE],
};

/// What the picture shows, and whether it has the keys.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// From, to (UTC); `None`: everything.
    window: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub held: bool,
    /// As of the last listing.
    pub told: Told,
    /// How far the whole record was listed; `None`: less or more than it was.
    pub listed: Option<Listed>,
}

/// What the whole timeline comes to, found once for each listing: drawing looks through no entry that is not
/// in sight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The first and the last thing that happened; nothing where nothing did.
    ends: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The first deed of the actor on record.
    pub earliest: Option<DateTime<Utc>>,
    pub dwell: Option<Dwell>,
    pub noticed: DateTime<Utc>,
    /// From before it was noticed, in no lane.
    pub unsaid: usize,
    /// When each deed of the actor happened, in order, and when each of everybody else's.
    deeds: [Vec<DateTime<Utc>>; 2],
}

impl Told {
    /// Looks through the whole record.
    pub fn of(incident: &Incident) -> Self {
        let mut deeds = [Vec::new(), Vec::new()];
        for entry in incident.entries.iter().filter(|entry| tells(entry)) {
            deeds[side(entry)].push(entry.happened);
        }
        deeds.iter_mut().for_each(|side| side.sort_unstable());
        let (noticed, unsaid) = (incident.noticed(), incident.unsaid().count());
        let mut told = Self { ends: None, earliest: None, dwell: None, noticed, unsaid, deeds };
        told.conclude();
        told
    }

    /// What follows from the deeds.
    fn conclude(&mut self) {
        let first = self.deeds.iter().filter_map(|side| side.first()).min();
        let last = self.deeds.iter().filter_map(|side| side.last()).max();
        self.ends = first.copied().zip(last.copied());
        self.earliest = self.deeds[0].first().copied();
        let dwell = self.earliest.map(|from| Dwell { from, to: self.noticed });
        self.dwell = dwell.filter(|dwell| dwell.from < dwell.to);
    }

    /// How many deeds of the actor, and of everybody else, happened before a moment.
    pub fn before(&self, at: DateTime<Utc>) -> [usize; 2] {
        [0, 1].map(|side| self.deeds[side].partition_point(|deed: &DateTime<Utc>| *deed < at))
    }

    /// The first and the last moment of a picture of it all: a single moment still has a width.
    fn whole(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.ends.map(|(first, last)| (first, last.max(first + LEAST)))
    }
}

/// Whose deed an entry tells: 0 the actor's, 1 everybody else's.
fn side(entry: &Entry) -> usize {
    usize::from(entry.said_lane() != Some(Lane::Actor))
}

/// By which time the list is ordered.
pub fn by(order: usize) -> By {
    if order == 0 { By::Happened } else { By::Recorded }
}

/// The line of a row.
pub fn line(key: &Key) -> Option<LineId> {
    match key {
        Key::Line(id) => Some(*id),
        Key::Section(_) | Key::Noun(_) | Key::Gap(..) | Key::Nothing(_) | Key::Word(_) => None,
    }
}

/// The entry of a row.
pub fn entry<'a>(incident: &'a Incident, key: &Key) -> Option<&'a Entry> {
    incident.entry_of(line(key)?)
}

fn rows(_: &App, case: &Case, order: usize, keep: Keep<'_>) -> Vec<Key> {
    let incident = case.shown();
    let by = by(order);
    // Without a filter nothing is put into words that nobody reads.
    let all = keep(&[]);
    let kept = |entry: &Entry| {
        if all {
            return true;
        }
        let techniques: Vec<String> = entry.techniques().map(attack::shown).collect();
        let mut words = vec![
            entry.shown(),
            entry.kind.word(),
            entry.actor(),
            entry.lane().map_or("", Lane::word),
            entry.source().unwrap_or_default(),
        ];
        words.extend(techniques.iter().map(String::as_str));
        words.extend(entry.components.iter().map(String::as_str));
        keep(&words)
    };
    let mut keys = in_order(incident, by, &kept);
    if let Some(as_of) = &case.as_of {
        let later = case.incident.written_later(as_of.at).into_iter().filter(|entry| kept(entry));
        keys.push(Key::Section(LATER));
        keys.extend(later.map(|entry| Key::Line(entry.id)));
    }
    keys
}

/// The entries that are kept, in this order, with the stretches of which nothing is known.
fn in_order(incident: &Incident, by: By, kept: &dyn Fn(&Entry) -> bool) -> Vec<Key> {
    let order = incident.timeline(by);
    let ends = order.first().zip(order.last()).map(|(first, last)| (*first, *last));
    let whole = ends.map(|(first, last)| incident.entries[last].happened - incident.entries[first].happened);
    let least = Gap::least(whole.unwrap_or_default());
    let mut keys = Vec::new();
    let (mut last, mut gap): (Option<DateTime<Utc>>, Option<Gap>) = (None, None);
    for at in order {
        let entry = &incident.entries[at];
        if by == By::Happened {
            let before = last.replace(entry.happened);
            gap = before.and_then(|before| Gap::between(before, entry.happened, least)).or(gap);
        }
        if kept(entry) {
            keys.extend(gap.take().map(|gap| Key::Gap(gap.from, gap.to)));
            keys.push(Key::Line(entry.id));
        }
    }
    keys
}

/// The entry an act is about.
fn selected(app: &App) -> Result<LineId, Refusal> {
    line(app.row()?).ok_or_else(|| Refusal::refused("This row is no entry."))
}

fn in_hand(app: &App) -> Vec<LineId> {
    let keys = app.shown().map(super::Shown::in_hand).unwrap_or_default();
    keys.into_iter().filter_map(line).collect()
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    Ok(match action {
        Action::Correct => Some(Command::Correct(Correct { entry: selected(app)?, text: "…".to_owned() })),
        Action::PlaceIn => {
            let marks = Marks { source: Some("…".to_owned()), ..Marks::default() };
            Some(Command::MarkEntry(MarkEntry { entry: selected(app)?, marks }))
        }
        _ => None,
    })
}

fn perform(app: &mut App, action: Action) -> Done {
    match action {
        Action::Open => page::card_of_entry(app, selected(app)?),
        Action::Add => app.open_question(ADD.name, ""),
        Action::Correct => app.open_form(Ask::Correct(selected(app)?)),
        Action::PlaceIn => app.open_question(PLACE.name, ""),
        Action::ZoomIn => zoom(app, |span| span / 2),
        Action::ZoomOut => zoom(app, |span| span * 2),
        Action::PanLater => pan(app, |span| span / 4),
        Action::PanEarlier => pan(app, |span| -(span / 4)),
        Action::Assign | Action::Due => {
            Err(Refusal::refused("What happened has no owner and falls not due.")
                .hint("Tasks are on the Board: 1 goes there."))
        }
        _ => Ok(Vec::new()),
    }
}

/// The keys go to the picture, or back to the list.
pub fn switch(app: &mut App) {
    if let Some(case) = &mut app.case {
        case.time.held = !case.time.held;
    }
}

/// What the picture shows of the record: the window, moved so far that the selected entry is in it.
pub fn window(case: &Case) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let whole = case.time.told.whole()?;
    let Some((from, to)) = case.time.window else { return Some(whole) };
    let key = case.list(Screen::Timeline).key();
    let at = key.and_then(|key| entry(case.shown(), key)).map_or(from, |entry| entry.happened);
    let at = at.clamp(whole.0, whole.1);
    if (from..=to).contains(&at) {
        return Some((from, to));
    }
    Some(around(at, to - from, whole))
}

/// So much of the whole, around a moment.
fn around(
    at: DateTime<Utc>,
    span: TimeDelta,
    whole: (DateTime<Utc>, DateTime<Utc>),
) -> (DateTime<Utc>, DateTime<Utc>) {
    let from = (at - span / 2).min(whole.1 - span).max(whole.0);
    (from, from + span)
}

fn zoom(app: &mut App, to: fn(TimeDelta) -> TimeDelta) -> Done {
    let Some(case) = &app.case else { return Ok(Vec::new()) };
    let Some((from, until)) = window(case) else { return Err(Refusal::refused("Nothing is on record yet.")) };
    let whole = case.time.told.whole().unwrap_or((from, until));
    let span = to(until - from).max(LEAST);
    let key = case.list(Screen::Timeline).key();
    let middle = from + (until - from) / 2;
    let at = key.and_then(|key| entry(case.shown(), key)).map_or(middle, |entry| entry.happened);
    let window = (span < whole.1 - whole.0).then(|| around(at, span, whole));
    if let Some(case) = &mut app.case {
        case.time.window = window;
    }
    if window.is_none() {
        app.say(Tone::Told, "The picture shows all of it.");
    }
    Ok(Vec::new())
}

fn pan(app: &mut App, by: fn(TimeDelta) -> TimeDelta) -> Done {
    let Some(case) = &app.case else { return Ok(Vec::new()) };
    if case.time.window.is_none() {
        return Err(
            Refusal::refused("The picture shows all of it already.").hint("+ shows less of it, larger.")
        );
    }
    let (Some((from, to)), Some(whole)) = (window(case), case.time.told.whole()) else {
        return Ok(Vec::new());
    };
    let moved = around(from + (to - from) / 2 + by(to - from), to - from, whole);
    // The cursor goes with the picture: to the entry nearest its middle.
    let middle = moved.0 + (moved.1 - moved.0) / 2;
    let shown = case.list(Screen::Timeline);
    let at = |key: &Key| match key {
        Key::Gap(_, to) => Some(*to),
        key => entry(case.shown(), key).map(|entry| entry.happened),
    };
    let rows = match self::by(shown.order) {
        // In this order the middle is found without looking at every row.
        By::Happened => {
            let after = shown.keys.partition_point(|key| at(key).is_some_and(|at| at < middle));
            after.saturating_sub(2)..(after + 2).min(shown.keys.len())
        }
        By::Recorded => 0..shown.keys.len(),
    };
    let things = rows.filter(|row| !shown.keys[*row].passed_over());
    let near = things.filter_map(|row| Some((row, at(&shown.keys[row])?)));
    let inside = near.filter(|(_, at)| (moved.0..=moved.1).contains(at));
    let nearest = inside.min_by_key(|(_, at)| (*at - middle).abs()).map(|(row, _)| row);
    if let Some(case) = &mut app.case {
        case.time.window = Some(moved);
    }
    if let Some(row) = nearest {
        super::go(app, Screen::Timeline, row);
    }
    Ok(Vec::new())
}

const ADD: Question = Question {
    name: "timeline-entry",
    spoken: "an entry of the timeline",
    title: |_, _| Ok("What happened".to_owned()),
    about: |_, _| Vec::new(),
    fields: |_, _| {
        let kinds = LogKind::ALL.map(|kind| opt(kind.word(), kind.word(), "")).to_vec();
        Ok(vec![
            text_field(Slot::Text, "What", "needed", ""),
            time_field(Slot::When, "When it happened", "now", Sense::Fact),
            choice(Slot::Of("lane"), "Whose deed", "not said", lanes(), None),
            line_field(Slot::Of("attack"), "ATT&CK", "T1486, or words of its name; several with commas", ""),
            line_field(Slot::Component, "Components", "FS01, FS02", ""),
            line_field(Slot::Of("source"), "Known from", "a log, a person", ""),
            choice(Slot::Of("kind"), "Kind", "", kinds, Some(2)),
            line_field(Slot::Who, "Done by", "me", ""),
        ])
    },
    answer: |app, form, _, envelope| {
        let marks = marks(form)?;
        let kind = form.chosen(Slot::Of("kind")).unwrap_or_default();
        let kind = LogKind::ALL.into_iter().find(|known| known.word() == kind).unwrap_or_default();
        let techniques = marks.techniques.iter().map(|words| attack().resolve(words));
        let logged = Logged {
            kind,
            text: form.said(Slot::Text).unwrap_or_default(),
            components: listed(form.said(Slot::Component)),
            techniques: techniques.collect::<Result<_, _>>()?,
            lane: marks.lane,
            source: marks.source,
        };
        give::give_all(app, &[Command::Log(logged)], &envelope)
    },
};

const PLACE: Question = Question {
    name: "timeline-place",
    spoken: "the lane of an entry",
    title: |app, _| {
        Ok(match in_hand(app).len() {
            0 | 1 => "Lane, ATT&CK, source of this entry".to_owned(),
            n => format!("Lane, ATT&CK, source of {n} entries"),
        })
    },
    about: |_, _| {
        vec!["Old ids of ATT&CK are taken, and shown with the technique that stands for them.".to_owned()]
    },
    fields: |app, _| {
        let entry = app.incident().zip(selected(app).ok()).and_then(|(incident, id)| incident.entry_of(id));
        let one = entry.filter(|_| in_hand(app).len() < 2);
        let lane = one.and_then(Entry::said_lane).and_then(|lane| Lane::ALL.iter().position(|l| *l == lane));
        Ok(vec![
            choice(Slot::Of("lane"), "Whose deed", "not said", lanes(), lane),
            line_field(
                Slot::Of("attack"),
                "ATT&CK to add",
                "T1486, or words of its name; several with commas",
                "",
            ),
            line_field(
                Slot::Of("source"),
                "Known from",
                "a log, a person",
                one.and_then(Entry::source).unwrap_or_default(),
            ),
        ])
    },
    answer: place,
};

fn place(app: &mut App, form: &Form, _: &str, envelope: Envelope) -> Done {
    let marks = marks(form)?;
    let one = |entry| Command::MarkEntry(MarkEntry { entry, marks: marks.clone() });
    let commands: Vec<Command> = in_hand(app).into_iter().map(one).collect();
    give::give_all(app, &commands, &envelope)
}

fn marks(form: &Form) -> Result<Marks, Refusal> {
    Ok(Marks {
        lane: form.chosen(Slot::Of("lane")).map(Lane::parse).transpose()?,
        source: form.said(Slot::Of("source")),
        techniques: listed(form.said(Slot::Of("attack"))),
    })
}

/// Words between commas.
fn listed(words: Option<String>) -> Vec<String> {
    let words = words.unwrap_or_default();
    words.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn lanes() -> Vec<Opt> {
    vec![opt("actor", "actor", "What the attacker did."), opt("us", "us", "What we did.")]
}
