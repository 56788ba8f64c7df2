//! The verbs, one row each, and the clap tree: of the one verb that was typed, or of all for help.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::{
    Context, Said, Verb, about, component, doctoring, drill, evidence, head, import, indicator, keeping,
    leaving, ledger, lesson, link, misuse, notice, people, place, record, report, ruling, sealing, sitrep,
    stats, sync, task, triage,
};
use crate::model::attack;
use crate::model::refusal::{Refusal, quoted};
use crate::model::text::nearest;

pub use clap_complete::Shell;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal that has not said NO_COLOR
    #[default]
    Auto,
    Always,
    Never,
}

/// Options that stand before or after any verb.
#[derive(Clone, Debug, Default, Args)]
pub struct Globals {
    /// Incident: number, its tail, id prefix, or unique words of the title
    #[arg(
        id = "on",
        short = 'i',
        long = "incident",
        value_name = "REF",
        global = true,
        help_heading = "Everywhere"
    )]
    pub incident: Option<String>,
    /// Folder of the incidents
    #[arg(long, value_name = "DIR", global = true, help_heading = "Everywhere")]
    pub store: Option<PathBuf>,
    /// Who I am
    #[arg(id = "as", long, value_name = "NAME", global = true, help_heading = "Everywhere")]
    pub name: Option<String>,
    /// One JSON document on standard output, also for errors
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
    /// Zone of times: utc, local, +02:00, Europe/Berlin
    #[arg(long, value_name = "ZONE", global = true, allow_hyphen_values = true, help_heading = "Everywhere")]
    pub zone: Option<String>,
    /// When to use colours: auto, always, never
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        hide_possible_values = true,
        global = true,
        help_heading = "Everywhere"
    )]
    pub color: Option<Colour>,
    /// Only ASCII characters
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub ascii: bool,
}

impl Globals {
    /// A verb's command with these options beside its own.
    pub(super) fn command(command: Command) -> Command {
        Globals::augment_args(command)
    }
}

/// The option that opens a prompt.
const SPEAK: &str = "speak";

/// Global options that take a value, for finding the verb before clap does.
const VALUED: [&str; 6] = ["-i", "--incident", "--store", "--as", "--zone", "--color"];

/// What a verb is for: its place in the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Find,
    Record,
    Judge,
    Work,
    Share,
    Check,
    Casebook,
}

impl Group {
    pub const ALL: [Group; 7] =
        [Group::Find, Group::Record, Group::Judge, Group::Work, Group::Share, Group::Check, Group::Casebook];

    /// The heading in the help.
    pub fn heading(self) -> &'static str {
        match self {
            Group::Find => "Open, find, see",
            Group::Record => "Record",
            Group::Judge => "Judge",
            Group::Work => "Work",
            Group::Share => "Say it and share it",
            Group::Check => "Check",
            Group::Casebook => "Casebook itself",
        }
    }
}

/// A verb.
pub struct Spec {
    pub name: &'static str,
    /// What it does, without a period.
    pub about: &'static str,
    pub group: Group,
    build: fn(Command) -> Command,
    say: fn(&ArgMatches, &Context<'_>) -> Result<Said, Refusal>,
}

impl Spec {
    const fn of<V: Verb>(name: &'static str, group: Group, about: &'static str) -> Self {
        Self { name, about, group, build: V::augment_args, say: say::<V> }
    }

    /// Its clap command, without the rest of the tree.
    pub fn command(&self) -> Command {
        (self.build)(Command::new(self.name)).about(self.about).disable_help_subcommand(true)
    }
}

fn say<V: Verb>(matches: &ArgMatches, context: &Context<'_>) -> Result<Said, Refusal> {
    V::from_arg_matches(matches).map_err(|error| misuse::refusal(&error))?.say(context)
}

/// Every verb, in the order of the help.
pub static VERBS: &[Spec] = &[
    Spec::of::<head::New>("new", Group::Find, "Open an incident; prints its number"),
    Spec::of::<about::ListThem>("list", Group::Find, "Incidents, open ones first"),
    Spec::of::<about::FindThem>("find", Group::Find, "Words in any record of the incident, or of all"),
    Spec::of::<about::Mine>("mine", Group::Find, "Tasks given to me or to a role of mine, everywhere"),
    Spec::of::<about::Next>("next", Group::Find, "What is next: required tasks, due times, debts"),
    Spec::of::<about::CatchUp>("catchup", Group::Find, "What others did since you were last here"),
    Spec::of::<about::Show>("show", Group::Find, "One incident on one screen"),
    Spec::of::<head::Use>("use", Group::Find, "Work on this incident in this terminal session"),
    Spec::of::<about::Follow>("follow", Group::Find, "One line per change, as they happen"),
    Spec::of::<record::LogEntry>("log", Group::Record, "Record an entry; on disk before the prompt is back"),
    Spec::of::<triage::Signal>("signal", Group::Record, "Record what raised the alarm"),
    Spec::of::<record::Correct>("correct", Group::Record, "Put other words in place of an entry's"),
    Spec::of::<record::Redact>("redact", Group::Record, "Hide an entry's words in views and outputs"),
    Spec::of::<record::Undo>("undo", Group::Record, "Take back my last act, or the one named"),
    Spec::of::<record::ShowActivity>("activity", Group::Record, "The activity log, newest last"),
    Spec::of::<record::ShowTimeline>("timeline", Group::Record, "Entries in the order they happened"),
    Spec::of::<about::Replay>("replay", Group::Record, "Step through the record: what was known when"),
    Spec::of::<triage::Ack>("ack", Group::Judge, "Take ownership of the incident"),
    Spec::of::<triage::DetermineAs>("determine", Group::Judge, "Say what it is"),
    Spec::of::<triage::ChoosePosture>("posture", Group::Judge, "Watch the actor, or cut them off"),
    Spec::of::<triage::Severity>("severity", Group::Judge, "Show or set the severity"),
    Spec::of::<head::EditHead>("edit", Group::Judge, "Change title, summary, types, TLP, tickets, lead"),
    Spec::of::<ruling::Rule>("rule", Group::Judge, "Say whose word holds of a contested field"),
    Spec::of::<ledger::decide::Decide>("decide", Group::Judge, "Decisions: instead of what, why, until when"),
    Spec::of::<ledger::assume::Assume>("assume", Group::Judge, "What the work rests on until it is known"),
    Spec::of::<ledger::declare::Declare>("declare", Group::Judge, "Major incident, disaster recovery"),
    Spec::of::<place::GoTo>("phase", Group::Work, "Where we are and may go; go there"),
    Spec::of::<task::Task>("task", Group::Work, "The checklist"),
    Spec::of::<component::Component>("component", Group::Work, "Affected hosts, accounts, data sets"),
    Spec::of::<indicator::Indicator>(
        "indicator",
        Group::Work,
        "What tells where the actor was; paste any text",
    ),
    Spec::of::<evidence::Evidence>("evidence", Group::Work, "Files and things in custody, and asked for"),
    Spec::of::<people::People>("people", Group::Work, "The roster: roles, contacts, shifts; who is here"),
    Spec::of::<people::HandOver>("handover", Group::Work, "Offer the lead, read what is told, take it"),
    Spec::of::<notice::Notice>("notice", Group::Work, "What is owed to whom by when; started, sent"),
    Spec::of::<ledger::approve::Approve>(
        "approve",
        Group::Work,
        "Record who approved, was asked, or said no",
    ),
    Spec::of::<ledger::measure::Measure>("measure", Group::Work, "Temporary measures, and taking them down"),
    Spec::of::<ledger::timer::Timer>("timer", Group::Work, "Who is expected back, and when to ask"),
    Spec::of::<lesson::Lesson>("lesson", Group::Work, "What was learned"),
    Spec::of::<lesson::Improve>("improve", Group::Work, "Improvement actions, over all incidents"),
    Spec::of::<link::LinkThem>("link", Group::Work, "Other incidents that belong to this one"),
    Spec::of::<link::Unlink>("unlink", Group::Work, "Take a link away"),
    Spec::of::<place::Hold>("hold", Group::Work, "Wait for an outside party; --end: go on"),
    Spec::of::<place::Close>("close", Group::Work, "Close the incident"),
    Spec::of::<place::Reopen>("reopen", Group::Work, "Open a closed incident again"),
    Spec::of::<sitrep::LookAtSitrep>("sitrep", Group::Share, "One screen to read out; --given-to keeps it"),
    Spec::of::<report::Report>("report", Group::Share, "The whole incident as a document: md, html, json"),
    Spec::of::<leaving::Export>("export", Group::Share, "The incident in the format of another program"),
    Spec::of::<import::Import>("import", Group::Share, "Take in a file of another program; --dry-run first"),
    Spec::of::<sync::Sync>("sync", Group::Share, "Exchange with other stores, through git or by a file"),
    Spec::of::<stats::ShowStats>("stats", Group::Share, "How long until what, of one incident or over many"),
    Spec::of::<sealing::Verify>("verify", Group::Check, "Prove that the record was not altered"),
    Spec::of::<doctoring::Doctor>("doctor", Group::Check, "What is wrong here, and what can be put right"),
    Spec::of::<sealing::Seal>(
        "seal",
        Group::Check,
        "A note over every line so far, signed where you have a key",
    ),
    Spec::of::<sealing::Proof>("proof", Group::Check, "One entry, with proof that it is in the record"),
    Spec::of::<keeping::Restrict>(
        "restrict",
        Group::Check,
        "Who may read the incident: a group, or nobody else",
    ),
    Spec::of::<keeping::Expunge>(
        "expunge",
        Group::Check,
        "Take words out of the journal for good, with a second person",
    ),
    Spec::of::<keeping::Archive>("archive", Group::Check, "Pack an incident, check the file, move it out"),
    Spec::of::<keeping::Backup>("backup", Group::Check, "The whole store into a folder, or into one file"),
    Spec::of::<about::Demo>("demo", Group::Casebook, "Five made-up incidents; --store DIR keeps them"),
    Spec::of::<drill::Drill>("drill", Group::Casebook, "Exercises: made-up incidents to play"),
    Spec::of::<about::Config>("config", Group::Casebook, "Show or set settings"),
    Spec::of::<about::Keys>("keys", Group::Casebook, "The keys of the screens"),
    Spec::of::<about::Completions>("completions", Group::Casebook, "A completion script for your shell"),
    Spec::of::<about::Man>("man", Group::Casebook, "The manual page"),
    Spec::of::<about::Install>(
        "install",
        Group::Casebook,
        "Completions and manual page, where they are found",
    ),
    Spec::of::<about::Licences>("licences", Group::Casebook, "Whose work is in here, and on which terms"),
];

/// The verb of this name.
pub fn spec(name: &str) -> Option<&'static Spec> {
    VERBS.iter().find(|spec| spec.name == name)
}

/// A line taken apart.
#[derive(Debug)]
pub struct Typed {
    pub globals: Globals,
    /// A prompt instead of the screens: `--speak`.
    pub speak: bool,
    verb: Option<(&'static Spec, Given)>,
}

/// What stands behind a verb.
#[derive(Debug)]
enum Given {
    /// As clap took it apart.
    Options(ArgMatches),
    /// Nothing but words.
    Words(Vec<String>),
}

impl std::fmt::Debug for Spec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Why there is no line to read on with.
#[derive(Debug)]
pub enum Halt {
    /// Help or version, for standard output.
    Print(String),
    Refused(Refusal),
}

impl Typed {
    /// The verb's name; `None`: no verb was typed.
    pub fn verb(&self) -> Option<&'static str> {
        self.verb.as_ref().map(|(spec, _)| spec.name)
    }

    /// What the line says; `None`: no verb was typed.
    ///
    /// # Errors
    /// Words that a verb does not understand are refused with what to type.
    pub fn say(&self, context: &Context<'_>) -> Result<Option<Said>, Refusal> {
        let mut said = match &self.verb {
            None => return Ok(None),
            Some((spec, Given::Options(matches))) => (spec.say)(matches, context)?,
            Some((_, Given::Words(words))) => record::log(words.clone(), context)?,
        };
        said.incident = said.incident.or_else(|| self.globals.incident.clone());
        Ok(Some(said))
    }
}

/// Takes an argument list apart (without the program's name). Builds only the verb that was typed, and none for a
/// plain line.
///
/// # Errors
/// Help to print, or a refusal with what to type.
pub fn typed(args: &[OsString]) -> Result<Typed, Halt> {
    match plain::read(args) {
        Some((globals, words)) => {
            let verb = words.and_then(|words| Some((spec(plain::VERB)?, Given::Words(words))));
            Ok(Typed { globals, speak: false, verb })
        }
        None => by_clap(args),
    }
}

fn by_clap(args: &[OsString]) -> Result<Typed, Halt> {
    let verb = verb_in(args);
    if verb == Some(OsStr::new("help")) {
        return Err(Halt::Print(help(args)?));
    }
    let spec = match verb {
        None => None,
        Some(word) => Some(word.to_str().and_then(spec).ok_or_else(|| Halt::Refused(no_verb(word)))?),
    };
    let mut command = root();
    match spec {
        Some(spec) => command = command.subcommand(spec.command()),
        // Only the help of all asks for all.
        None if args.iter().any(|arg| arg == "-h" || arg == "--help") => {
            return Err(Halt::Print(tree().render_help().to_string()));
        }
        None => {}
    }
    let name = OsString::from("casebook");
    let mut matches = command
        .try_get_matches_from(std::iter::once(&name).chain(args))
        .map_err(|error| misuse::halt(&error))?;
    let globals = Globals::from_arg_matches(deepest(&matches))
        .map_err(|error| Halt::Refused(misuse::refusal(&error)))?;
    let speak = matches.get_flag(SPEAK);
    let verb = spec.and_then(|spec| Some((spec, Given::Options(matches.remove_subcommand()?.1))));
    if let Some((spec, _)) = verb.as_ref().filter(|_| speak) {
        let words = format!("--speak opens a prompt, and {} was given too.", spec.name);
        return Err(Halt::Refused(Refusal::misused(words).hint(format!(
            "Give casebook --speak alone and type {} there, or leave --speak out.",
            spec.name
        ))));
    }
    Ok(Typed { globals, speak, verb })
}

/// Global options that follow the verb are known to the innermost matches only.
fn deepest(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| deepest(inner))
}

/// The first word that is no option and no option's value.
fn verb_in(args: &[OsString]) -> Option<&OsStr> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let word = arg.to_string_lossy();
        if word == "--" {
            return args.next().map(OsString::as_os_str);
        }
        if VALUED.contains(&word.as_ref()) {
            args.next();
        } else if !word.starts_with('-') {
            return Some(arg);
        }
    }
    None
}

/// `help`, `help VERB`, `help VERB VERB`.
fn help(args: &[OsString]) -> Result<String, Halt> {
    let words: Vec<&str> = args
        .iter()
        .filter_map(|arg| arg.to_str())
        .filter(|word| !word.starts_with('-') && *word != "help")
        .collect();
    help_of(&words).map_err(Halt::Refused)
}

/// The help of a verb (`["task", "done"]`), or of all (`[]`).
///
/// # Errors
/// Refuses what is no verb, with the nearest one.
pub fn help_of(words: &[&str]) -> Result<String, Refusal> {
    let Some((first, rest)) = words.split_first() else {
        return Ok(tree().render_help().to_string());
    };
    let spec = spec(first).ok_or_else(|| no_verb(OsStr::new(first)))?;
    let mut command = root().subcommand(spec.command());
    command.build();
    let mut inner = command.find_subcommand_mut(first).ok_or_else(|| no_verb(OsStr::new(first)))?;
    for word in rest {
        inner = inner.find_subcommand_mut(word).ok_or_else(|| no_verb(OsStr::new(word)))?;
    }
    Ok(inner.render_help().to_string())
}

/// The refusal for a word that is no verb, with the nearest one that is.
fn no_verb(word: &OsStr) -> Refusal {
    let word = word.to_string_lossy();
    let refusal = Refusal::misused(format!("There is no verb {}.", quoted(&word)));
    let near = nearest(&word, VERBS.iter().map(|spec| spec.name));
    match near {
        Some(near) => refusal.hint(format!("Did you mean casebook {near}?")),
        None => refusal.hint("casebook --help names them all."),
    }
}

/// The program with its global options and no verb.
fn root() -> Command {
    let root = Command::new("casebook")
        .version(env!("CARGO_PKG_VERSION"))
        .long_version(format!(
            "{}\nMIT licence. Names of techniques: {}\n{}",
            env!("CARGO_PKG_VERSION"),
            attack::RELEASE,
            attack::ATTRIBUTION
        ))
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .color(clap::ColorChoice::Never)
        .max_term_width(100)
        .infer_long_args(false)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .global(true)
                .action(clap::ArgAction::HelpShort)
                .help_heading("Everywhere")
                .help("Help on this verb"),
        )
        .arg(
            Arg::new(SPEAK)
                .long(SPEAK)
                .action(clap::ArgAction::SetTrue)
                .help("A prompt in plain lines instead of the screens: for screen readers and slow links"),
        )
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(clap::ArgAction::Version)
                .hide(true)
                .help("The version"),
        );
    Globals::augment_args(root).about("Incident response from a terminal")
}

/// Every verb: for help, completion and the manual page.
pub fn tree() -> Command {
    let mut verbs = String::new();
    for group in Group::ALL {
        verbs.push_str(&format!("{}:\n", group.heading()));
        for spec in VERBS.iter().filter(|spec| spec.group == group) {
            verbs.push_str(&format!("  {:<12} {}\n", spec.name, spec.about));
        }
        verbs.push('\n');
    }
    let template = format!(
        "{{about}}\n\nUsage: casebook [VERB] [OPTIONS]      without a verb: the screens\n\n{verbs}{{options}}\n\n\
         casebook VERB --help tells more\n"
    );
    let root = root().help_template(template);
    VERBS.iter().fold(root, |root, spec| root.subcommand(spec.command()))
}

mod plain;

#[cfg(test)]
mod tests;
