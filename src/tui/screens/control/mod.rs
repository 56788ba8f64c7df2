//! The facilitator's screen: the plan of a drill and how it stands, what players should do and did, hidden notes.
//! Only the terminal that was opened for it has this screen; players' screens know nothing of it.

mod questions;

use super::{Done, Face, Keep, Key, Screen, drill as pane};
use crate::drill::msel::{Progress, Row, Watch};
use crate::drill::play::Play;
use crate::incident::command::Command;
use crate::model::drill::{self, Came, ControlNoted, InjectDelivered, InjectWithheld};
use crate::model::refusal::Refusal;
use crate::tui::act::Action;
use crate::tui::app::App;
use crate::tui::case::Case;
use crate::tui::drill::the_play;
use crate::tui::keymap::Scope;
use crate::tui::modal::{Modal, Page};
use crate::verb::Controlling;

/// The heading above the messages of the plan.
pub const EVENTS: &str = "Messages of the plan";
/// The heading above what players should do, or must not.
pub const ACTIONS: &str = "Expected actions";
/// The heading above what was noted for the debrief.
pub const NOTES: &str = "Hidden notes";

pub const FACE: Face = Face {
    screen: Screen::Control,
    word: "Control",
    short: "Control",
    scope: Scope::Control,
    count: |_| 0,
    orders: &[],
    rows,
    words: |incident, key| {
        let Thing::Note(at) = Thing::of(key)? else { return None };
        Some(incident.drill.as_ref()?.notes.get(at)?.what.text.clone())
    },
    line: |_, _| None,
    acts: &[
        Action::Open,
        Action::WithholdMessage,
        Action::Due,
        Action::HiddenNote,
        Action::Observe,
        Action::Add,
        Action::Hold,
        Action::SkipOn,
        Action::Pace,
    ],
    offers,
    perform,
    questions: questions::ALL,
};

/// What a row stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A message of the scenario, or one of the facilitator's own, by its id.
    Event(String),
    /// An action of the scenario, by its id.
    Action(String),
    /// A hidden note, by its place.
    Note(usize),
}

impl Thing {
    /// The thing of a row; `None`: it is a heading.
    pub fn of(key: &Key) -> Option<Self> {
        let Key::Word(words) = key else { return None };
        let (sort, id) = words.split_once(' ')?;
        match sort {
            "event" => Some(Thing::Event(id.to_owned())),
            "action" => Some(Thing::Action(id.to_owned())),
            "note" => Some(Thing::Note(id.parse().ok()?)),
            _ => None,
        }
    }

    fn key(&self) -> Key {
        Key::Word(match self {
            Thing::Event(id) => format!("event {id}"),
            Thing::Action(id) => format!("action {id}"),
            Thing::Note(at) => format!("note {at}"),
        })
    }
}

impl App {
    /// Whether the open incident is a drill that is led from this screen.
    pub fn facilitates(&self) -> bool {
        let open = self.case.as_ref().map(|case| case.incident.id);
        open.is_some() && open == self.facilitates && self.drill().is_some()
    }
}

/// Opens the screen; where no facilitator was announced, after asking whether it is meant.
///
/// # Errors
/// Refuses where no drill is open, or its scenario is lost.
pub fn begin(app: &mut App) -> Done {
    the_play(app)?;
    let drill = pane::the_drill(app)?;
    if app.facilitates() || drill.exercise.facilitated || drill.ended.is_some() {
        return enter(app);
    }
    app.open_question(questions::ENTER, "")
}

/// Makes this terminal the facilitator's.
fn enter(app: &mut App) -> Done {
    app.facilitates = app.case.as_ref().map(|case| case.incident.id);
    super::open(app, Screen::Control)
}

/// A message of the plan as it stands, by its id; one of the facilitator's own is in no plan.
pub fn event(play: &Play, id: &str, minute: u32) -> Option<Row> {
    play.row(id, minute)
}

/// An action as it stands, by its id.
pub fn action(play: &Play, id: &str) -> Option<Watch> {
    play.watched(id)
}

fn rows(_: &App, case: &Case, _: usize, keep: Keep<'_>) -> Vec<Key> {
    let (Some(play), Some(drill)) = (&case.seat.play, case.drill()) else { return Vec::new() };
    let scenario = play.scenario();
    let mut keys = vec![Key::Section(EVENTS)];
    let kept = scenario.injects.iter().filter(|inject| {
        keep(&[inject.id.as_str(), &inject.from, inject.subject.as_deref().unwrap_or_default(), &inject.text])
    });
    keys.extend(kept.map(|inject| Thing::Event(inject.id.to_string()).key()));
    let own = drill.messages.iter().filter(|message| message.what.came == Came::Contingency);
    let own = own.filter(|message| keep(&[&message.what.inject, &message.what.from, &message.what.text]));
    keys.extend(own.map(|message| Thing::Event(message.what.inject.clone()).key()));
    keys.push(Key::Section(ACTIONS));
    let kept = scenario.actions.iter().filter(|action| keep(&[action.id().as_str(), action.title()]));
    keys.extend(kept.map(|action| Thing::Action(action.id().to_string()).key()));
    keys.push(Key::Section(NOTES));
    let notes = drill.notes.iter().enumerate().filter(|(_, note)| keep(&[&note.what.text, &note.by]));
    keys.extend(notes.map(|(at, _)| Thing::Note(at).key()));
    keys
}

fn minute(app: &App) -> Result<u32, Refusal> {
    Ok(pane::the_drill(app)?.clock.minute(app.wall))
}

/// The thing under the cursor.
fn thing(app: &App) -> Option<Thing> {
    Thing::of(app.shown()?.key()?)
}

/// The message under the cursor, by its id.
fn message(app: &App) -> Result<String, Refusal> {
    match thing(app) {
        Some(Thing::Event(id)) => Ok(id),
        _ => Err(Refusal::refused("No message is selected.").hint("Tab goes to the messages of the plan.")),
    }
}

/// Gives what a line of `drill control` asks for; looking opens the screen.
///
/// # Errors
/// What the drill refuses.
pub fn say(app: &mut App, asked: &Controlling) -> Done {
    if *asked == Controlling::List { begin(app) } else { questions::give(app, asked) }
}

/// What sending a message now comes to.
fn sending(app: &App, id: &str) -> Result<drill::Command, Refusal> {
    crate::control::command(the_play(app)?, &Controlling::Send(id.to_owned()), minute(app)?)
}

fn offers(app: &App, action: Action) -> Result<Option<Command>, Refusal> {
    let command = match action {
        Action::SkipOn => return (pane::FACE.offers)(app, action),
        Action::Hold => pane::holding(app)?,
        Action::WithholdMessage => {
            drill::Command::Withhold(InjectWithheld { inject: message(app)?, reason: None })
        }
        Action::Due => drill::Command::Postpone(1),
        Action::HiddenNote | Action::Observe => {
            drill::Command::Note(ControlNoted { text: "…".to_owned(), about: None, mark: None })
        }
        Action::Add => drill::Command::Deliver(InjectDelivered {
            inject: "C".to_owned(),
            came: Came::Contingency,
            from: "…".to_owned(),
            text: "…".to_owned(),
            ..InjectDelivered::default()
        }),
        Action::Pace => drill::Command::Pace(pane::the_drill(app)?.clock.ratio),
        Action::Assign => return Err(Refusal::refused("A message of the plan has no owner.")),
        _ => return Ok(None),
    };
    Ok(Some(Command::Drill(Box::new(command))))
}

fn perform(app: &mut App, action: Action) -> Done {
    let about = match thing(app) {
        Some(Thing::Event(id) | Thing::Action(id)) => id,
        Some(Thing::Note(_)) | None => String::new(),
    };
    match action {
        Action::Open => open(app),
        Action::SkipOn => (pane::FACE.perform)(app, action),
        Action::Hold => pane::hold(app),
        Action::WithholdMessage => app.open_question(questions::WITHHOLD, &message(app)?),
        Action::Due => app.open_question(questions::POSTPONE, ""),
        Action::HiddenNote => app.open_question(questions::NOTE, &about),
        Action::Observe => app.open_question(questions::OBSERVE, &about),
        Action::Add => app.open_question(questions::SAY, ""),
        Action::Pace => app.open_question(questions::PACE, ""),
        _ => Ok(Vec::new()),
    }
}

/// Asks whether to send the message under the cursor; what has come, an action, a note is shown whole.
fn open(app: &mut App) -> Done {
    let now = minute(app)?;
    let play = the_play(app)?;
    let Some(thing) = thing(app) else { return Ok(Vec::new()) };
    if let Thing::Event(id) = &thing
        && play.drill().is_some_and(|drill| drill.ended.is_none())
        && event(play, id, now).is_some_and(|row| !matches!(row.progress, Progress::Delivered(..)))
    {
        return app.open_question(questions::SEND, id);
    }
    let (title, lines) = whole(play, &thing, now);
    app.modals.push(Modal::Page(Page { title, lines, top: 0 }));
    Ok(Vec::new())
}

/// A label and its words: everything a facilitator may want to know of a thing.
pub fn facts(play: &Play, thing: &Thing) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    match thing {
        Thing::Event(id) => {
            let own = play.drill().and_then(|drill| drill.message(id));
            let Some(inject) = play.scenario().inject(id) else {
                facts.extend(own.map(|message| ("text", message.what.text.clone())));
                return facts;
            };
            facts.push(("text", inject.text.clone()));
            facts.extend(inject.facilitator.clone().map(|notes| ("for you", notes)));
            let said = own.and_then(|message| message.reply.as_ref()).map(|(_, reply)| reply.option.as_str());
            facts.extend(inject.replies.iter().map(|reply| {
                let mark = if said == Some(reply.id.as_str()) { "SAID " } else { "" };
                let verdict = reply.verdict.word();
                ("reply", format!("{mark}{} ({verdict}) {} Why: {}", reply.id, reply.text, reply.rationale))
            }));
            facts.extend(
                inject
                    .silence
                    .as_ref()
                    .map(|silence| ("silence", format!("after {} min: {}", silence.after_min, silence.text))),
            );
            facts.extend(inject.when.as_ref().map(|when| ("waits for", when.to_string())));
            let withheld = play.drill().into_iter().flat_map(|drill| &drill.withheld);
            let why = withheld.filter(|it| it.inject == *id).find_map(|it| it.reason.clone());
            facts.extend(why.map(|why| ("withheld", why)));
            let kind = inject.kind.word();
            let branch = if inject.branch { ", on some paths only" } else { "" };
            facts.push(("kind", format!("{kind}{branch}, by {}", inject.channel.word())));
        }
        Thing::Action(id) => {
            let Some(watch) = action(play, id) else { return facts };
            facts.push(("shown by", watch.shown_by.clone()));
            if let Some((from, target, limit)) = watch.window {
                facts.push(("window", format!("open since {from}, on time by {target}, late by {limit}")));
            }
            if let Some(crate::drill::scenario::Action::Expected(expected)) = play.scenario().action(id) {
                facts.push(("why", expected.why.clone()));
                facts.push(("nudge", expected.hints.nudge.clone()));
                facts.push(("hint", expected.hints.direct.clone()));
            } else if let Some(crate::drill::scenario::Action::Harmful(harmful)) = play.scenario().action(id)
            {
                facts.push(("why not", harmful.why.clone()));
            }
            let objective = play.scenario().objective(watch.objective.as_str());
            facts.extend(objective.map(|it| ("objective", it.text.clone())));
        }
        Thing::Note(at) => {
            let note = play.drill().and_then(|drill| drill.notes.get(*at));
            facts.extend(note.map(|note| ("note", note.what.text.clone())));
            facts.extend(note.and_then(|note| note.what.about.clone()).map(|about| ("about", about)));
        }
    }
    facts
}

/// The whole of a thing, to read.
fn whole(play: &Play, thing: &Thing, minute: u32) -> (String, Vec<String>) {
    let title = match thing {
        Thing::Event(id) => {
            event(play, id, minute).map_or_else(|| id.clone(), |row| format!("{id}, {}", row.from))
        }
        Thing::Action(id) => {
            action(play, id).map_or_else(|| id.clone(), |watch| format!("{id} {}", watch.title))
        }
        Thing::Note(_) => "Hidden note".to_owned(),
    };
    let lines = facts(play, thing).into_iter().map(|(label, words)| format!("{label}: {words}"));
    (title, lines.collect())
}
