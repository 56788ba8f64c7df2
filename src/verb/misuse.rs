//! What clap says, in our words: one sentence and the next thing to type.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::tree::Halt;
use crate::model::refusal::Refusal;
use crate::model::text::nearest;

/// Help and version are to be printed; anything else is a refusal.
pub(super) fn halt(error: &clap::Error) -> Halt {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Halt::Print(error.to_string()),
        _ => Halt::Refused(refusal(error)),
    }
}

/// The refusal for words the grammar does not take.
pub(super) fn refusal(error: &clap::Error) -> Refusal {
    let said = |kind| context(error, kind).unwrap_or_default();
    let verb = verb_of(error);
    let usage = usage_of(error);
    let (message, hint) = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = said(ContextKind::InvalidSubcommand);
            let family = verb.split(' ').nth(1).and_then(super::tree::spec).map(super::tree::Spec::command);
            let names =
                family.iter().flat_map(|family| family.get_subcommands().map(clap::Command::get_name));
            let hint = match nearest(&word, names) {
                None => format!("{verb} --help names them all."),
                Some(near) => format!("Did you mean {verb} {near}?"),
            };
            (format!("{verb} has no verb {word:?}."), hint)
        }
        ErrorKind::UnknownArgument => {
            let option = said(ContextKind::InvalidArg);
            let near = said(ContextKind::SuggestedArg);
            let hint = match near.is_empty() {
                true => format!("{verb} --help names its options; words that begin with - go after --."),
                false => format!("Did you mean {near}?"),
            };
            let what = if option.starts_with('-') { "option" } else { "place for" };
            (format!("{verb} has no {what} {option}."), hint)
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = said(ContextKind::InvalidArg).replace("...", "");
            (format!("{verb} needs {missing}."), usage)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            (format!("{verb} needs a verb."), format!("{verb} --help names them all."))
        }
        ErrorKind::InvalidValue => {
            let (option, value) = (said(ContextKind::InvalidArg), said(ContextKind::InvalidValue));
            match value.is_empty() {
                true if usage.is_empty() => (
                    format!("{} needs a value; \"\" is none.", option.trim_matches(['[', ']'])),
                    "Say what is meant, or leave the empty word out; --help behind the verb tells more."
                        .to_owned(),
                ),
                true => (format!("{option} needs a value."), usage),
                false => (
                    format!("{value:?} is no value of {option}."),
                    format!("One of: {}.", said(ContextKind::ValidValue)),
                ),
            }
        }
        ErrorKind::ArgumentConflict => {
            let (one, other) = (said(ContextKind::InvalidArg), said(ContextKind::PriorArg));
            let other = if other.is_empty() { "another option".to_owned() } else { other };
            (format!("{one} and {other} do not go together."), "Leave one of them out.".to_owned())
        }
        ErrorKind::TooManyValues => {
            let extra = said(ContextKind::InvalidValue);
            (format!("{extra:?} is one word too many."), usage)
        }
        ErrorKind::InvalidUtf8 => ("A word is not valid UTF-8.".to_owned(), "Type it again.".to_owned()),
        _ => (first_sentence(error), usage),
    };
    let refusal = Refusal::misused(message);
    if hint.is_empty() { refusal } else { refusal.hint(hint) }
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    Some(match error.get(kind)? {
        ContextValue::String(text) => plain(text),
        ContextValue::Strings(texts) => texts.iter().map(|text| plain(text)).collect::<Vec<_>>().join(", "),
        ContextValue::StyledStr(text) => plain(&text.to_string()),
        other => plain(&other.to_string()),
    })
}

/// `--reason <TEXT>` and `<TEXT>` without the brackets, which are no part of what one types.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '<' | '>') && !c.is_control()).collect();
    text.trim().to_owned()
}

/// What the name of a verb is spelt with; an option begins with `-`, no verb does.
fn in_verb(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter == '-'
}

/// `casebook task done`, as far as clap knows it.
fn verb_of(error: &clap::Error) -> String {
    let usage = context(error, ContextKind::Usage).unwrap_or_default();
    let words = usage.trim_start_matches("Usage:").split_whitespace();
    let verb: Vec<&str> =
        words.take_while(|word| !word.starts_with('-') && word.chars().all(in_verb)).collect();
    if verb.is_empty() { "casebook".to_owned() } else { verb.join(" ") }
}

fn usage_of(error: &clap::Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => return String::new(),
    };
    usage.trim_start_matches("Usage:").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first_sentence(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ").trim();
    let mut sentence = line.to_owned();
    if let Some(first) = sentence.get(..1) {
        sentence.replace_range(..1, &first.to_uppercase());
    }
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    sentence
}
