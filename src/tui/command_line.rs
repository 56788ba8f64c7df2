//! The `:` line: the shell's verbs with the open incident implied, completed as one types.

use crossterm::event::KeyEvent;

use super::app::{App, Disk, Focus, OnScreen, Tone};
use super::form::Ask;
use super::give::{self, Envelope};
use super::input::Input;
use super::list::Row;
use super::listed;
use super::modal::{CommandLine, Modal};
use super::msg::Effect;
use super::screens::{self, Key, Screen};
use super::{board, hashing, intake, leaving, page, pick, replay, stats};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::entry::Logged;
use crate::model::id::NounId;
use crate::model::link;
use crate::model::refusal::{Refusal, quoted};
use crate::verb::{
    self, Act, Change, Context, Format, Linking, NoticeLook, Over, Said, Syncing, Text, Timeline, VERBS,
    Which, refs,
};

type Done = Result<Vec<Effect>, Refusal>;

/// How many completions are offered.
const MOST: usize = 8;

/// Opens the line with these words on it.
///
/// # Errors
/// None; the type is that of every act.
pub fn open(app: &mut App, words: &str) -> Done {
    let input = Input::line(words);
    let offers = offers(words);
    app.modals.push(Modal::Command(CommandLine { input, offers, at: None, past: None, wrong: None }));
    Ok(Vec::new())
}

/// Takes a key of the line: Tab completes, Enter does it, ↑ brings back the lines before.
///
/// # Errors
/// None: a refusal stands on the line.
pub fn key(app: &mut App, key: KeyEvent, name: &str) -> Done {
    let Some(Modal::Command(line)) = app.modals.last_mut() else { return Ok(Vec::new()) };
    line.wrong = None;
    match name {
        "Enter" => return enter(app),
        "Tab" | "Shift-Tab" if !line.offers.is_empty() => {
            let n = line.offers.len();
            let at = match (line.at, name) {
                (None, "Tab") => 0,
                (None, _) => n - 1,
                (Some(at), "Tab") => (at + 1) % n,
                (Some(at), _) => (at + n - 1) % n,
            };
            let words = line.input.value();
            let kept = words.rfind(' ').map_or("", |space| &words[..=space]);
            let completed = format!("{kept}{}", line.offers[at]);
            line.input = Input::line(&completed);
            line.at = Some(at);
            return Ok(Vec::new());
        }
        "↑" | "↓" => {
            let n = app.past_lines.len();
            let past = match (line.past, name) {
                (None, "↑") => n.checked_sub(1),
                (Some(past), "↑") => Some(past.saturating_sub(1)),
                (Some(past), _) => Some(past + 1).filter(|past| *past < n),
                (None, _) => None,
            };
            line.past = past;
            line.input = Input::line(past.map_or("", |past| &app.past_lines[past]));
        }
        "Backspace" if line.input.is_empty() => {
            app.modals.pop();
            return Ok(Vec::new());
        }
        _ => _ = line.input.key(key),
    }
    line.at = None;
    line.offers = offers(&line.input.value());
    Ok(Vec::new())
}

/// How the last word could go on: a verb, one of its parts, or one of its options.
fn offers(words: &str) -> Vec<String> {
    let mut typed: Vec<&str> = words.split(' ').collect();
    let last = typed.pop().unwrap_or_default();
    let Some((verb, rest)) = typed.split_first() else {
        let verbs = VERBS.iter().map(|verb| verb.name).filter(|name| name.starts_with(last));
        return verbs.take(MOST).map(|name| format!("{name} ")).collect();
    };
    let Some(spec) = verb::spec(verb) else { return Vec::new() };
    let mut command = spec.command();
    for word in rest {
        if let Some(inner) = command.find_subcommand(word) {
            command = inner.clone();
        }
    }
    let inner = command.get_subcommands().map(|inner| inner.get_name().to_owned());
    let options = command.get_arguments().filter_map(clap::Arg::get_long).map(|long| format!("--{long}"));
    let values = command
        .get_arguments()
        .flat_map(clap::Arg::get_possible_values)
        .map(|value| value.get_name().to_owned());
    let mut offers: Vec<String> = inner.chain(options).chain(values).collect();
    offers.retain(|offer| !last.is_empty() && offer.starts_with(last) && offer != last);
    offers.dedup();
    offers.truncate(MOST);
    offers.into_iter().map(|offer| format!("{offer} ")).collect()
}

fn enter(app: &mut App) -> Done {
    let Some(Modal::Command(line)) = app.modals.last() else { return Ok(Vec::new()) };
    let words = line.input.value().trim().to_owned();
    // The line goes before it is done: what it opens lies where it lay.
    let modal = app.modals.pop();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    match run(app, &words) {
        Ok(effects) => {
            app.past_lines.retain(|past| *past != words);
            app.past_lines.push(words);
            Ok(effects)
        }
        Err(refusal) => {
            app.modals.extend(modal);
            if let Some(Modal::Command(line)) = app.modals.last_mut() {
                line.wrong = Some(refusal.on_screen());
            }
            Ok(Vec::new())
        }
    }
}

/// Does what a line says, as Enter on it does.
///
/// # Errors
/// What the line asks for is refused.
pub fn run(app: &mut App, words: &str) -> Done {
    match words.trim_start_matches(':').trim() {
        "q" | "q!" | "quit" | "wq" | "x" => return app.perform(super::act::Action::Quit),
        "w" => {
            let said = match &app.disk {
                Disk::NotSaved(n, why) => format!("{n} changes are not saved: {why}. They are tried again."),
                Disk::Saving(n) => format!("{n} changes are on their way to the disk."),
                Disk::Saved(_) | Disk::Quiet => {
                    "Everything is on the disk; every line is saved at once.".to_owned()
                }
            };
            app.say(Tone::Told, said);
            return Ok(Vec::new());
        }
        _ => {}
    }
    let zone = app.zone();
    let said = verb::parse_line(words, &Context { now: app.now, zone: &zone })?;
    if let Some(reference) = &said.incident
        && !matches!(said.act, Act::Use | Act::Show { .. })
    {
        let open = app.incident().is_some_and(|incident| named(&incident.number, reference));
        if !open {
            return Err(Refusal::refused(format!(
                "{} is not the incident on this screen.",
                quoted(reference)
            ))
            .hint(format!("Go there first: use {reference}")));
        }
    }
    act(app, said)
}

/// Whether a reference means this number: the whole of it, or its tail.
fn named(number: &str, reference: &str) -> bool {
    let tail = number.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
    number.eq_ignore_ascii_case(reference) || tail == reference.trim_start_matches('0')
}

fn act(app: &mut App, said: Said) -> Done {
    let who = said.who.filter(|who| *who != app.me.name);
    let envelope = Envelope { who, happened: said.at };
    match said.act {
        Act::Open(open) => {
            let seed = app.seeds.fresh();
            Ok(vec![Effect::Create(open, envelope, seed)])
        }
        Act::Log(log) => {
            let Text::Given(text) = log.text else { return Err(no_input()) };
            let logged = Logged { text, ..log.about };
            give::give_all(app, &[Command::Log(logged)], &envelope)
        }
        Act::Signal(signal) => give::give_all(app, &[Command::RecordSignal(signal)], &envelope),
        Act::Change(Change::Evidence(act)) => hashing::begin(app, *act, envelope, None),
        Act::Change(change) => {
            let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
            let command: Vec<Command> = change.commands(incident)?;
            give::give_all(app, &command, &envelope)
        }
        Act::Use | Act::Show { as_of: None } => go(app, said.incident.as_deref()),
        Act::Show { as_of: Some(at) } => Ok(vec![Effect::AsOf(at)]),
        Act::Replay { at } => replay::begin(app, at.as_deref()),
        Act::Timeline(Timeline { as_of, format: Format::Text, lane }) => {
            screens::open(app, screens::Screen::Timeline)?;
            if let Some(lane) = lane {
                screens::filter(app, screens::Screen::Timeline, lane.word());
            }
            Ok(as_of.map(Effect::AsOf).into_iter().collect())
        }
        Act::List(list) => {
            let which = match list.which {
                Which::Open => "",
                Which::Closed => "closed ",
                Which::Drills | Which::All => "all ",
            };
            let phase = list.phase.map(|phase| phase.name().to_owned()).unwrap_or_default();
            let severity = list.severity.map(|level| level.label().to_owned()).unwrap_or_default();
            let filter = [which.to_owned(), phase, severity, list.find.unwrap_or_default()].join(" ");
            app.focus = Focus::Incidents;
            board::filter(app, filter.split_whitespace().collect::<Vec<_>>().join(" ").as_str());
            Ok(Vec::new())
        }
        Act::Evidence { requested } => {
            listed::open(app, Screen::Evidence, [None, None], &[(requested, "--requested")])
        }
        Act::EvidenceItem(words) => {
            at(app, Screen::Evidence, |it| Ok(refs::evidence(it, &words)?.id.clone()))
        }
        Act::Components(which) => {
            let words = [which.stage.map(|stage| stage.id().to_owned()), which.find];
            listed::open(app, Screen::Components, words, &[(which.uncontained, "--uncontained")])
        }
        Act::Component(words) => {
            at(app, Screen::Components, |it| Ok(refs::component(it, &words)?.id.clone()))
        }
        Act::Indicators(which) => {
            let words = [which.kind.map(|kind| kind.id().to_owned()), which.find];
            listed::open(app, Screen::Indicators, words, &[(which.elsewhere, "--elsewhere")])
        }
        Act::Indicator(words) => {
            at(app, Screen::Indicators, |it| Ok(refs::indicator(it, &words)?.id.clone()))
        }
        Act::Notices(NoticeLook::List { .. }) => screens::open(app, Screen::Notices),
        Act::Notices(NoticeLook::Show(words)) => {
            at(app, Screen::Notices, |it| Ok(refs::notice(it, &words)?.id.clone()))
        }
        Act::Notices(NoticeLook::Suggest) => suggest(app),
        Act::Ledger(_) => screens::open(app, Screen::Decisions),
        Act::Phase => app.open_phase(None),
        Act::Severity => app.open_form(Ask::Severity),
        Act::Tasks { .. } => {
            app.focus = Focus::Tasks;
            Ok(Vec::new())
        }
        Act::Activity(which) => listed::activity(app, &which),
        Act::Keys => page::help(app),
        Act::Config { key: Some(key), value: Some(value) } => Ok(vec![Effect::Config(key, value)]),
        Act::People(name) => people(app, name.as_deref()),
        Act::Handover(leave) => leaving::handover(app, &leave),
        Act::Sitrep(sitrep) => leaving::sitrep(app, *sitrep, &envelope),
        Act::Report { form, leave } => leaving::report(app, form, &leave),
        Act::Export { format, leave, .. } => leaving::export(app, &format, &leave),
        Act::Handovers => {
            screens::open(app, Screen::People)?;
            let last = app.incident().and_then(|incident| incident.handovers().next_back());
            if let Some(key) = last.map(|handover| Key::Noun(handover.id.clone())) {
                screens::select(app, Screen::People, &key);
            }
            Ok(Vec::new())
        }
        Act::Drill(drilling) => super::drill::say(app, drilling, &envelope),
        Act::Seal => match app.disk {
            _ if app.case.is_none() => Err(Refusal::refused("No incident is open.")),
            Disk::NotSaved(..) | Disk::Saving(_) => {
                Err(Refusal::refused("What is not on the disk yet cannot be sealed.")
                    .hint("Wait until the foot says saved."))
            }
            _ => Ok(vec![Effect::Seal]),
        },
        Act::Sync(Syncing::Now) => Ok(vec![Effect::Sync]),
        Act::Sync(Syncing::Status(_)) => {
            let told = super::syncing::status(app);
            app.say(Tone::Told, told);
            Ok(Vec::new())
        }
        Act::Import(order) => intake::begin(app, *order),
        Act::CatchUp { since: None, over: Over::Here } => app.perform(super::act::Action::CatchUp),
        Act::CatchUp { .. } => Err(Refusal::refused(
            "Here catchup tells of the open incident, since you left it.",
        )
        .hint("The list marks the others; casebook catchup --all --since TIME in a shell tells more.")),
        Act::Next => app.perform(super::act::Action::Waiting),
        Act::Improvements => pick::open_readiness(app),
        Act::Find { words, over } => pick::find_words(app, &words, over),
        Act::Link(linking) => tie(app, &linking, &envelope),
        Act::Links => super::head::open(app),
        Act::Stats(_) => stats::open(app),
        Act::Definitions => stats::define(app),
        Act::Mine
        | Act::Lessons
        | Act::Paste(_)
        | Act::Notices(NoticeLook::Regimes(_))
        | Act::Timeline(_)
        | Act::Follow
        | Act::Formats
        | Act::Verify(_)
        | Act::Doctor(_)
        | Act::Proof { .. }
        | Act::Archive(_)
        | Act::Expunge(_)
        | Act::CarryOut(_)
        | Act::Restrict(_)
        | Act::Backup(_)
        | Act::Sync(_)
        | Act::Config { .. }
        | Act::Demo
        | Act::Completions(_)
        | Act::Man
        | Act::Install { .. }
        | Act::Licences => Err(in_a_shell()),
    }
}

/// What has no place on a screen. Short enough to stand whole on the narrowest one.
pub(super) fn in_a_shell() -> Refusal {
    Refusal::refused("That prints text: give it in a shell.").hint("Ctrl-Z leads there, fg back.")
}

/// Opens a screen at a noun of the open incident.
fn at(app: &mut App, screen: Screen, which: impl Fn(&Incident) -> Result<NounId, Refusal>) -> Done {
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let key = Key::Noun(which(incident)?);
    screens::select(app, screen, &key);
    Ok(Vec::new())
}

/// Opens the notices at the first clock that could be started.
fn suggest(app: &mut App) -> Done {
    let effects = screens::open(app, Screen::Notices)?;
    let incident = app.incident().ok_or_else(|| Refusal::refused("No incident is open."))?;
    let first = incident.candidates(&app.duties, app.now).first().map(|one| Key::Word(one.of()));
    match first {
        Some(key) => screens::select(app, Screen::Notices, &key),
        None => app.say(Tone::Told, "Nothing is suggested for this type of incident.".to_owned()),
    }
    Ok(effects)
}

/// Links the open incident with another one of the list.
fn tie(app: &mut App, linking: &Linking, envelope: &Envelope) -> Done {
    let row = row_of(app, &linking.other)?;
    let tie = link::Command::Tie {
        incident: row.id,
        number: row.number.clone(),
        title: row.title.clone(),
        relation: linking.relation,
        reason: linking.reason.clone(),
    };
    give::give_all(app, &[Command::Link(tie)], envelope)
}

/// Opens the roster, at somebody if one is named.
fn people(app: &mut App, name: Option<&str>) -> Done {
    let found = match (name, app.incident()) {
        (Some(name), Some(incident)) => Some(Key::Noun(refs::person(incident, name)?.id.clone())),
        _ => None,
    };
    screens::open(app, Screen::People)?;
    if let Some(key) = found {
        screens::select(app, Screen::People, &key);
    }
    Ok(Vec::new())
}

fn no_input() -> Refusal {
    Refusal::misused("There is no standard input on this line.").hint("Type the text itself.")
}

/// Opens the incident a reference means: a number, its tail, or words of its title.
fn go(app: &mut App, reference: Option<&str>) -> Done {
    let Some(reference) = reference else {
        board::home(app)?;
        return Ok(Vec::new());
    };
    let id = row_of(app, reference)?.id;
    Ok(board::open_incident(app, id))
}

/// The row a reference means: by its number, its tail, or words of its title.
fn row_of<'a>(app: &'a App, reference: &str) -> Result<&'a Row, Refusal> {
    let words = reference.to_lowercase();
    let rows = &app.incidents.rows;
    let by_number: Vec<_> = rows.iter().filter(|row| named(&row.number, reference)).collect();
    let by_title =
        rows.iter().filter(|row| words.split_whitespace().all(|word| super::list::holds(&row.title, word)));
    let found: Vec<_> = if by_number.is_empty() { by_title.take(2).collect() } else { by_number };
    match found[..] {
        [one] => Ok(one),
        [] => Err(Refusal::misused(format!("No incident is called {}.", quoted(reference)))
            .hint("/ and Tab look through all of them.")),
        _ => Err(Refusal::misused(format!("{} means several incidents.", quoted(reference)))
            .hint("Give the number, or more words of the title.")),
    }
}
