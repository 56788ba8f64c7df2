//! The shell: one line in, one answer out, an exit code that scripts can rely on.

mod about;
mod archive;
mod around;
mod backup;
mod bundle;
mod carry_out;
mod change;
mod check;
mod choose;
mod config;
mod confirm;
mod demo;
mod doctor;
mod drill;
mod evidence;
mod exercise;
mod expunge;
mod failure;
mod follow;
mod import;
mod install;
mod leave;
mod log;
mod look;
mod machine;
mod met;
mod out;
mod paste;
mod report;
mod restrict;
mod seal;
mod session;
mod shell;
mod speak;
mod stats;
mod support;
mod sync;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

use crate::exchange::bundle::NAME;
use crate::model::refusal::Refusal;
use crate::model::text::left_out;
use crate::verb::{Act, Change, Context, Controlling, Drilling, Halt, Over, Playing, Said, Typed, typed};

pub use around::local_zone;
pub use demo::{Throwaway, told};
use failure::Failure;
use out::Out;
pub use shell::Shell;

/// What the shell does not do itself; the program hands it over.
#[derive(Clone, Copy)]
pub struct Handed {
    /// The table of keys, as `casebook keys` prints it.
    pub keys: fn() -> String,
    /// Opens the screens; called only on a terminal. `None`: the plain list instead.
    pub screens: Option<fn(Shell) -> ExitCode>,
}

/// Carries out one line (without the program's name) and answers it.
pub fn run(args: &[OsString], handed: Handed) -> ExitCode {
    let json = args.iter().take_while(|arg| *arg != "--").any(|arg| arg == "--json");
    let typed = match typed(args) {
        Ok(typed) => typed,
        Err(Halt::Print(text)) => return out::print(&text),
        Err(Halt::Refused(refusal)) => return failure::report(&Failure::from(refusal), json),
    };
    let screens = handed.screens.filter(|_| !json && on_a_terminal());
    let answered = Shell::new(&typed.globals).and_then(|shell| match screens {
        _ if typed.speak => Ok(speak::speak(shell, handed)),
        Some(screens) if typed.verb().is_none() => Ok(screens(shell)),
        Some(screens) => on_screens(&typed, shell, (handed, screens), args),
        None => answer(&typed, shell, handed, args),
    });
    answered.unwrap_or_else(|failure| failure::report(&failure, json))
}

/// A line on a terminal: the verbs that have a screen of their own open it.
fn on_screens(
    typed: &Typed,
    mut shell: Shell,
    (handed, screens): (Handed, fn(Shell) -> ExitCode),
    args: &[OsString],
) -> Result<ExitCode, Failure> {
    let said = typed.say(&Context { now: shell.now, zone: &shell.zone })?;
    let Some((line, said)) = said.and_then(|said| Some((begins(&said.act)?, said))) else {
        return answer(typed, shell, handed, args);
    };
    exercise::enter(&mut shell, &said)?;
    shell.incident = Some(choose::incident(&shell, &said)?.number);
    exercise::leave(&mut shell);
    shell.begin = Some(line);
    Ok(screens(shell))
}

/// The line with which the screens begin what an act asks for; `None`: it is done in the shell.
fn begins(act: &Act) -> Option<String> {
    match act {
        Act::Drill(Drilling::Play(Playing::Control(Controlling::List))) => Some("drill control".to_owned()),
        Act::Replay { at: None } => Some("replay".to_owned()),
        Act::Replay { at: Some(at) } => Some(format!("replay --at \"{at}\"")),
        _ => None,
    }
}

fn on_a_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Says what the line means, does it, and prints the answer.
fn answer(typed: &Typed, mut shell: Shell, handed: Handed, args: &[OsString]) -> Result<ExitCode, Failure> {
    let said = match typed.say(&Context { now: shell.now, zone: &shell.zone }) {
        // Words that make no sense by the clock on the wall may in the time of a story, or are refused in it.
        Err(_) if exercise::enter(&mut shell, &Said::plain(Act::Next))? => {
            typed.say(&Context { now: shell.now, zone: &shell.zone })?
        }
        said => said?,
    };
    let Some(said) = said else { return Ok(look::list::welcome(&shell)?.print()) };
    let said = match exercise::enter(&mut shell, &said)? {
        true => typed.say(&Context { now: shell.now, zone: &shell.zone })?.unwrap_or(said),
        false => said,
    };
    if matches!(said.act, Act::Demo) {
        return demo::demo(shell, typed.globals.store.clone(), handed);
    }
    let named = said.incident.as_deref();
    let mut answer = carry_out(&mut shell, &said, handed).map_err(|failure| failure.about(named))?;
    if let (Answer::Out(out), Some(named)) = (&mut answer, named) {
        out.about(named);
    }
    exercise::after(&shell, &said.act, &mut answer);
    let gives = matches!(&said.act, Act::Sitrep(sitrep) if sitrep.give.is_some());
    let acts =
        matches!(said.act, Act::Open(_) | Act::Log(_) | Act::Signal(_) | Act::Change(_) | Act::Link(_));
    if acts || gives {
        lost(args.iter().map(|arg| left_out(&arg.to_string_lossy())).sum());
    }
    Ok(match answer {
        Answer::Out(out) => out.print(),
        Answer::Given(code) => code,
    })
}

/// Says what of the words was not recorded: control characters never reach the disk, and never vanish unsaid.
fn lost(characters: usize) {
    match characters {
        0 => {}
        1 => failure::note("1 control character was left out of the record."),
        n => failure::note(&format!("{n} control characters were left out of the record.")),
    }
}

/// What an act came to.
enum Answer {
    /// Still to be printed.
    Out(Out),
    /// It was printed as it came.
    Given(ExitCode),
}

/// Does what a line means.
fn carry_out(shell: &mut Shell, said: &Said, handed: Handed) -> Result<Answer, Failure> {
    let out = match &said.act {
        Act::Open(open) => change::open(shell, open, said)?,
        Act::Log(entry) => log::log(shell, entry, said)?,
        Act::Signal(signal) => log::signal(shell, signal, said)?,
        Act::Change(Change::Evidence(act)) => {
            return evidence::evidence(shell, act, said).map(Answer::Given);
        }
        Act::Change(change) => change::change(shell, change, said)?,
        Act::Use => choose::choose_for_session(shell, said)?,
        Act::List(list) => look::list::list(shell, list)?,
        Act::Find { words, over } => look::find::find(shell, words, *over, said)?,
        Act::Mine => look::next::mine(shell)?,
        Act::Next => look::next::next(shell, said)?,
        Act::Show { as_of } => look::show::show(shell, *as_of, said)?,
        Act::Phase => look::phase::phase(shell, said)?,
        Act::Severity => look::severity::severity(shell, said)?,
        Act::Tasks { all } => look::task::list(shell, *all, said)?,
        Act::Evidence { requested } => look::evidence::list(shell, *requested, said)?,
        Act::EvidenceItem(words) => look::evidence::show(shell, words, said)?,
        Act::Link(linking) => look::link::make(shell, linking, said)?,
        Act::Links => look::link::list(shell, said)?,
        Act::Lessons => look::lesson::lessons(shell, said)?,
        Act::Improvements => look::lesson::improvements(shell, said)?,
        Act::Components(which) => look::component::list(shell, which, said)?,
        Act::Component(words) => look::component::show(shell, words, said)?,
        Act::People(None) => look::people::list(shell, said)?,
        Act::People(Some(name)) => look::people::show(shell, name, said)?,
        Act::Handover(leave) => look::people::handover(shell, leave, said)?,
        Act::CatchUp { since, over: Over::Here } => look::catch_up::one(shell, *since, said)?,
        Act::CatchUp { since, over: Over::All } => look::catch_up::all(shell, *since)?,
        Act::Sitrep(sitrep) => look::sitrep::sitrep(shell, sitrep, said)?,
        Act::Handovers => look::people::handovers(shell, said)?,
        Act::Notices(what) => look::notice::notices(shell, what, said)?,
        Act::Ledger(listing) => look::ledger::list(shell, *listing, said)?,
        Act::Indicators(wanted) => look::indicator::list(shell, wanted, said)?,
        Act::Indicator(words) => look::indicator::show(shell, words, said)?,
        Act::Paste(paste) => paste::paste(shell, paste, said)?,
        Act::Activity(activity) => look::activity::activity(shell, activity, said)?,
        Act::Timeline(wanted) => look::timeline::timeline(shell, wanted, said)?,
        Act::Replay { at } => look::replay::replay(shell, at.as_deref(), said)?,
        Act::Export { format, leave, recipients } if format.eq_ignore_ascii_case(NAME) => {
            bundle::export(shell, leave, recipients, said)?
        }
        Act::Export { recipients, .. } if !recipients.is_empty() => return Err(bundle::only_bundles()),
        Act::Export { format, leave, .. } => leave::export(shell, format, leave, said)?,
        Act::Report { form, leave } => report::report(shell, *form, leave, said)?,
        Act::Formats => leave::formats(shell)?,
        Act::Import(order) => return import::import(shell, order, said).map(Answer::Given),
        Act::Stats(wanted) => stats::stats(shell, wanted, said)?,
        Act::Definitions => stats::definitions(shell)?,
        Act::Follow => return follow::follow(shell, said).map(Answer::Given),
        Act::Doctor(order) => return doctor::doctor(shell, order, said).map(Answer::Given),
        Act::Verify(what) => return check::verify(shell, what, said).map(Answer::Given),
        Act::Seal => seal::seal(shell, said)?,
        Act::Backup(backing) => return backup::backup(shell, backing).map(Answer::Given),
        Act::Sync(syncing) => return sync::sync(shell, syncing, said).map(Answer::Given),
        Act::Expunge(order) => expunge::expunge(shell, order, said)?,
        Act::CarryOut(order) => carry_out::carry_out(shell, order, said)?,
        Act::Restrict(readers) => restrict::restrict(shell, readers, said)?,
        Act::Archive(archiving) => archive::archive(shell, archiving, said)?,
        Act::Proof { entry, output } => seal::proof(shell, entry, output, said)?,
        Act::Drill(drilling) => return drill::drill(shell, drilling, said).map(Answer::Given),
        Act::Config { key, value } => config::config(shell, key.as_deref(), value.as_deref())?,
        Act::Demo => {
            return Err(Refusal::misused("The demo is a store of its own; it is not opened from here.")
                .hint("In a shell: casebook demo.")
                .into());
        }
        Act::Keys => Out::text_of(shell, &(handed.keys)()),
        Act::Completions(which) => return Ok(Answer::Given(about::completions(*which))),
        Act::Man => return about::man().map(Answer::Given),
        Act::Install { prefix, dry_run } => install::install(shell, prefix.as_deref(), *dry_run)?,
        Act::Licences => return Ok(Answer::Given(out::print(about::NOTICES))),
    };
    Ok(Answer::Out(out))
}
