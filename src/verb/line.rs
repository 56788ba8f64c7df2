//! One line as people type it: only double quotes quote, and a trailing TEXT takes the rest of the line.

use std::ffi::OsString;

use clap::{Arg, Command};

use super::tree::{Halt, spec, typed};
use super::{Act, Context, Said, Text};
use crate::model::refusal::Refusal;

/// Reads one line, as the `:` line and scripts take it; a leading `:` or `casebook` is left out.
///
/// `log can't reach FS01` needs no quotes; options go before such a text, or after it when it is quoted.
/// Curly quotes count as quotes, apostrophes never do.
///
/// # Errors
/// Refuses what is no verb and what the verb does not understand, with what to type.
pub fn parse_line(line: &str, context: &Context<'_>) -> Result<Said, Refusal> {
    let line = line.trim().trim_start_matches(':').trim_start();
    let line = line.strip_prefix("casebook ").unwrap_or(line).trim_start();
    if line.is_empty() {
        return Err(
            Refusal::misused("Nothing was typed.").hint("Type a verb, such as log TEXT, or ? for help.")
        );
    }
    let typed = match typed(&arguments(line)) {
        Ok(typed) => typed,
        Err(Halt::Refused(refusal)) => return Err(refusal),
        Err(Halt::Print(_)) => {
            return Err(
                Refusal::misused("Help is on the ? key here.").hint("In a shell: casebook VERB --help.")
            );
        }
    };
    let said = typed.say(context)?.ok_or_else(|| {
        Refusal::misused("The verb is missing.").hint("Type a verb first, such as log TEXT.")
    })?;
    if let Act::Log(log) = &said.act
        && !matches!(log.text, Text::Given(_))
    {
        return Err(Refusal::misused("There is no standard input on this line.")
            .hint("Type the text itself, or give casebook log - in a shell."));
    }
    Ok(said)
}

/// The argument list a line stands for: options first, then `--`, then the rest.
fn arguments(line: &str) -> Vec<OsString> {
    let mut rest = Cursor(line);
    let mut head: Vec<String> = vec![rest.word().text];
    let Some(spec) = spec(&head[0]) else { return head.into_iter().map(OsString::from).collect() };
    let mut command = super::tree::Globals::command(spec.command());
    loop {
        let word = rest.peek();
        let Some(inner) = command.get_subcommands().find(|inner| inner.get_name() == word).cloned() else {
            break;
        };
        head.push(rest.word().text);
        command = super::tree::Globals::command(inner);
    }
    let (options, places) = split(&command, rest);
    head.extend(options);
    if !places.is_empty() {
        head.push("--".to_owned());
        head.extend(places);
    }
    head.into_iter().map(OsString::from).collect()
}

/// Options and positional words of the rest of a line.
fn split(command: &Command, mut rest: Cursor<'_>) -> (Vec<String>, Vec<String>) {
    let slots: Vec<&Arg> = command.get_positionals().collect();
    let (mut options, mut places) = (Vec::new(), Vec::new());
    while !rest.done() {
        let slot = slots.get(places.len()).or(slots.last()).copied();
        if let Some(arg) = rest.option(command) {
            rest.skip_name();
            let name = arg.get_long().unwrap_or_default();
            let text_follows = slot.is_some() && places.is_empty();
            options.push(match arg.get_action().takes_values() {
                true => format!("--{name}={}", value(command, arg, text_follows, &mut rest)),
                false => format!("--{name}"),
            });
        } else if rest.peek().starts_with("--") && rest.peek().len() > 2 {
            // Unknown here; clap says so, with the nearest one.
            options.push(rest.word().text);
        } else {
            places.push(match slot {
                Some(arg) if many(arg) && !matches!(name_of(arg), "NAME" | "VALUE") => text(arg, &mut rest),
                _ => rest.word().text,
            });
        }
    }
    (options, places)
}

/// The value of an option: one word, or words up to the next option where words are what it takes.
fn value(command: &Command, arg: &Arg, text_follows: bool, rest: &mut Cursor<'_>) -> String {
    if rest.clone().word().quoted {
        return rest.word().text;
    }
    match name_of(arg) {
        "TEXT" | "WORDS" | "[GATE=]NAME: WHY" | "NAME/ROLE" => rest.until_option(),
        // No letter of an option stands in a time or a name; in somebody's own words one may.
        "TIME" | "NAME" | "REF" if !text_follows => rest.until_any_option(command),
        _ => rest.word().text,
    }
}

/// A trailing place: quoted, or the rest of the line for free text, or up to the next option.
fn text(arg: &Arg, rest: &mut Cursor<'_>) -> String {
    let mut after = rest.clone();
    let word = after.word();
    if word.whole && (after.done() || after.peek().starts_with("--")) {
        *rest = after;
        return word.text;
    }
    if name_of(arg) == "TEXT" { rest.all() } else { rest.until_option() }
}

/// What help calls its value; the words a value may have follow from it.
fn name_of(arg: &Arg) -> &str {
    arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str())
}

fn many(arg: &Arg) -> bool {
    arg.get_num_args().is_some_and(|range| range.max_values() > 1)
        || matches!(arg.get_action(), clap::ArgAction::Append)
}

/// What is left of the line.
#[derive(Clone)]
struct Cursor<'a>(&'a str);

struct Word {
    text: String,
    /// Some of it stood in quotes.
    quoted: bool,
    /// All of it stood in one pair of quotes.
    whole: bool,
}

impl<'a> Cursor<'a> {
    fn trim(&mut self) {
        self.0 = self.0.trim_start();
    }

    fn done(&self) -> bool {
        self.0.trim_start().is_empty()
    }

    /// The next run of characters up to a blank, as typed.
    fn peek(&self) -> &'a str {
        self.0.split_whitespace().next().unwrap_or_default()
    }

    /// The next word; double quotes hold words together. A quote that is never closed is a character.
    fn word(&mut self) -> Word {
        self.trim();
        let (mut text, mut quoted) = (String::new(), false);
        let start = self.0;
        let whole_at = close_of(start);
        let mut rest = start;
        while let Some(c) = rest.chars().next().filter(|c| !c.is_whitespace()) {
            if let Some(close) = close_of(rest) {
                let open = c.len_utf8();
                text.push_str(&rest[open..close]);
                quoted = true;
                rest = &rest[close..];
                rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
            } else {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        let used = start.len() - rest.len();
        let whole = whole_at
            .is_some_and(|close| used == close + start[close..].chars().next().map_or(0, char::len_utf8));
        self.0 = rest;
        Word { text, quoted, whole }
    }

    /// The known option that comes next.
    fn option<'c>(&self, command: &'c Command) -> Option<&'c Arg> {
        let word = self.peek();
        let all = || command.get_arguments().filter(|arg| !arg.is_positional());
        if let Some(name) = word.strip_prefix("--") {
            let name = name.split('=').next().unwrap_or_default();
            let known = |arg: &&Arg| arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name));
            return all().find(|arg| arg.get_long() == Some(name) || known(arg));
        }
        let mut letters = word.strip_prefix('-')?.chars();
        let (letter, end) = (letters.next()?, letters.next());
        end.is_none().then(|| all().find(|arg| arg.get_short() == Some(letter)))?
    }

    /// Goes behind an option's name, to its value.
    fn skip_name(&mut self) {
        self.trim();
        let end = self.0.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(self.0.len());
        self.0 = self.0[end..].strip_prefix('=').unwrap_or(&self.0[end..]);
    }

    /// Everything up to the next word that begins with `--`.
    fn until_option(&mut self) -> String {
        self.trim();
        let ends = self.0.match_indices("--").map(|(at, _)| at);
        let end = ends
            .filter(|at| self.0[..*at].ends_with(char::is_whitespace))
            .find(|at| self.0[at + 2..].starts_with(|c: char| c.is_ascii_alphabetic()))
            .unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at(end);
        self.0 = rest;
        text.trim_end().to_owned()
    }

    /// Everything up to the next option the verb knows, by its name or its letter; one word at least.
    fn until_any_option(&mut self, command: &Command) -> String {
        self.trim();
        let whole = self.0;
        let _ = self.word();
        while !self.done() && self.option(command).is_none() && !self.peek().starts_with("--") {
            let _ = self.word();
        }
        let said = &whole[..whole.len() - self.0.len()];
        said.trim_end().to_owned()
    }

    /// Everything that is left.
    fn all(&mut self) -> String {
        self.trim();
        std::mem::take(&mut self.0).trim_end().to_owned()
    }
}

/// Where the quote that opens here is closed, in bytes.
fn close_of(text: &str) -> Option<usize> {
    let open = text.chars().next()?;
    let closes: &[char] = match open {
        '"' => &['"'],
        '\u{201c}' | '\u{201d}' | '\u{201e}' => &['\u{201c}', '\u{201d}', '"'],
        _ => return None,
    };
    let from = open.len_utf8();
    text[from..].find(closes).map(|at| from + at)
}

#[cfg(test)]
mod tests;
