//! A pattern over a player's words, as scenarios write it.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

/// A pattern over a player's words: a regular expression without look-around and back-references, so that
/// no text takes longer than its length to test; matched anywhere, ignoring case.
/// Both are compared in small letters, so what asks for capitals only (`[[:upper:]]`, `\x41`) finds nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

/// Most bytes a compiled pattern may take.
const PATTERN_BYTES: usize = 1 << 20;

impl Pattern {
    /// As it stands in the file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it compiles; it is compiled once, when first asked for.
    ///
    /// # Errors
    /// What is wrong with it, in the words of the regular expression engine, last line only.
    pub fn compiles(&self) -> Result<(), String> {
        compile(&self.source).map(|_| ()).map_err(|error| {
            let words = error.to_string();
            let last = words.lines().last().unwrap_or_default();
            last.trim().trim_start_matches("error: ").to_owned()
        })
    }

    /// Whether the text holds it. A pattern that does not compile matches nothing; the check refuses it.
    pub fn matches(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| compile(&self.source).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(&text.to_lowercase()))
    }
}

/// The engine's own way to ignore case would bring a table of every letter there is, to be set right in memory
/// whenever the program starts, whatever it is started for.
fn compile(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&in_small_letters(source)).size_limit(PATTERN_BYTES).nest_limit(50).build()
}

/// A pattern with its letters small, but those that are no text: after a backslash, and at the start of a group.
fn in_small_letters(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let kept = match first {
            '\\' => escape(rest),
            '(' if rest.starts_with("(?") => rest.find([')', ':', '>']).map_or(rest.len(), |end| end + 1),
            _ => 0,
        };
        let (verbatim, after) = rest.split_at(kept);
        rest = after;
        match first {
            _ if kept == 0 => {
                out.extend(first.to_lowercase());
                rest = &rest[first.len_utf8()..];
            }
            '(' => out.push_str(&without_case(verbatim)),
            _ => out.push_str(verbatim),
        }
    }
    out
}

/// The start of a group, `(?i)` or `(?is-u:`, without the flag for case, which is ignored anyway.
fn without_case(start: &str) -> String {
    let flags = start[2..].strip_suffix([')', ':']).filter(|flags| flags.contains('i'));
    let Some(flags) = flags.map(|flags| flags.replace('i', "")) else { return start.to_owned() };
    match (flags.trim_end_matches('-'), &start[start.len() - 1..]) {
        ("", ")") => String::new(),
        (flags, end) => format!("(?{flags}{end}"),
    }
}

/// How many bytes an escape takes: `\S`, `\pL`, `\p{Greek}`.
fn escape(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    let Some((at, letter)) = letters.next() else { return rest.len() };
    let end = at + letter.len_utf8();
    match (letter, letters.next()) {
        ('p' | 'P' | 'x' | 'u' | 'U' | 'b', Some((_, '{'))) => {
            rest.find('}').map_or(rest.len(), |close| close + 1)
        }
        ('p' | 'P', Some((at, class))) => at + class.len_utf8(),
        _ => end,
    }
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.source
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_ignores_case_and_one_that_cannot_be_is_explained() {
        let pattern = Pattern::from("8443|kiosk".to_owned());
        assert!(pattern.matches("the Kiosk port") && !pattern.matches("port 844"));
        for (source, found, other) in [
            (r"\bÜBER\b|müll", "das MÜLL, über", "rübersetzen"),
            (r"^\S+\W\D$", "Ab- c", "ab-c1"),
            (r"8[A-C]|(?P<Who>Zoe)|(?s:x.y)", "8B", "8D"),
            (r"(?P<Who>Dee) \x{62}", "DEE BO", "deebo"),
            ("[[:alpha:]]{3}-[^A-Z]", "ABC-1", "ABC-d"),
            ("(?i)Wipe|(?i:Re)image|(?-i)(?is:a.b)|(?<Which>x)1", "wipe", "ripe"),
            ("(?i)Wipe|(?i:Re)image|(?-i)(?is:a.b)|(?<Which>x)1", "A\nB", "X2"),
        ] {
            let pattern = Pattern::from(source.to_owned());
            assert_eq!(pattern.compiles(), Ok(()), "{source}");
            assert!(pattern.matches(found), "{source}: {found}");
            assert!(!pattern.matches(other), "{source}: {other}");
        }
        for wrong in
            ["(a", "(?", "(?)", "(?=a)b", r"(a)\1", r"a\", r"\p{", "(?i", "(?ü", "(?é)", "a{1000}{1000}"]
        {
            let pattern = Pattern::from(wrong.to_owned());
            let why = pattern.compiles().unwrap_err();
            assert!(!why.is_empty() && !why.contains('\n'), "{wrong}: {why:?}");
            assert!(!pattern.matches("a"), "{wrong}");
        }
    }
}
