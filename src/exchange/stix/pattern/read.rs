//! Reading a pattern: its words, its comparisons, and the values they ask for.

use super::super::super::arriving::one_of;
use super::{joined, paths};
use crate::model::indicator::{Found, Kind, shown};
use crate::model::refusal::quoted;

/// So deep may parentheses stand in each other.
const DEEPEST: usize = 32;
/// So many ways to meet a pattern are told apart.
const WAYS: usize = 1_000;

/// What stands in a pattern.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    pub found: Vec<Found>,
    /// What was not understood or is not sound: why, in the order it stands.
    pub refused: Vec<String>,
    /// The pattern asks for more than any one of the values: it should be kept beside them.
    pub more: bool,
}

/// The values of a pattern.
///
/// # Errors
/// Why it is no pattern that can be read.
pub fn read(pattern: &str) -> Result<Values, String> {
    let mut words = Words { rest: pattern, depth: 0 };
    let mut values = Values::default();
    let mut before = false;
    while let Some(word) = words.next()? {
        match word {
            Word::Mark("[") => {
                let any = words.any()?;
                words.expect("]")?;
                values.take(any);
                before = true;
            }
            Word::Mark("(" | ")") => {}
            Word::Plain("AND" | "FOLLOWEDBY" | "WITHIN" | "REPEATS" | "START" | "STOP") if before => {
                values.more = true;
            }
            Word::Plain("OR" | "SECONDS" | "TIMES") if before => {}
            Word::Number(_) | Word::Constant(_) if values.more => {}
            word => return Err(format!("{} is not understood there", word.quoted())),
        }
    }
    if before { Ok(values) } else { Err("it holds no comparison".into()) }
}

/// One comparison.
#[derive(Clone, Debug)]
struct Test {
    /// Without quotes and places in lists: `file:hashes.SHA-256`.
    path: String,
    /// Why it cannot be read as "is one of these".
    other: Option<String>,
    values: Vec<String>,
}

/// Ways to meet a pattern; each is a list of tests that must all hold.
type Any = Vec<Vec<Test>>;

impl Values {
    fn take(&mut self, any: Any) {
        for all in any {
            match all.iter().find_map(|test| test.other.clone()) {
                Some(why) => {
                    self.more = true;
                    self.refused.push(why);
                }
                None => self.all(all),
            }
        }
    }

    /// Tests that must all hold.
    fn all(&mut self, mut all: Vec<Test>) {
        let mut said = 0;
        if let Some(both) = two_halves(&mut all, "file:parent_directory_ref.path", "file:name") {
            said += 1;
            let kinds = [Kind::PathWindows, Kind::PathUnix, Kind::Other];
            self.push(&kinds, &joined(&both.0, &both.1));
        }
        if let Some(at) = all.iter().position(|test| test.path == "network-traffic:dst_port")
            && let Some(of) = all.iter().position(|test| test.path == "network-traffic:dst_ref.value")
            && let ([port], [address]) = (&all[at].values[..], &all[of].values[..])
            && let Ok(found) = one_of(&[Kind::Ipv4Port], &format!("{address}:{port}"))
        {
            said += 1;
            self.add(found);
            all.remove(of);
        }
        let alone = said == 0 && all.iter().all(|test| paths::beside(&test.path));
        said += all.iter().filter(|test| !paths::beside(&test.path)).count();
        self.more |= said > 1;
        for test in &all {
            match paths::kinds(&test.path) {
                Some(kinds) => test.values.iter().for_each(|value| self.push(kinds, value)),
                None if paths::beside(&test.path) && !alone => {}
                None => self.refused.push(format!("casebook has no type for {}", quoted(&test.path))),
            }
        }
    }

    fn push(&mut self, kinds: &[Kind], value: &str) {
        let value =
            if kinds == [Kind::Asn] { &format!("AS{}", value.trim_start_matches("AS")) } else { value };
        match one_of(kinds, value) {
            Ok(found) => self.add(found),
            Err(why) => {
                let kind = kinds.first().map_or("other", |kind| kind.id());
                self.refused.push(format!("{}: {}", quoted(&shown(kind, value)), why.words()));
            }
        }
    }

    fn add(&mut self, found: Found) {
        if !self.found.contains(&found) {
            self.found.push(found);
        }
    }
}

/// Takes two tests out that are one value, if each asks for one.
fn two_halves(all: &mut Vec<Test>, first: &str, second: &str) -> Option<(String, String)> {
    let at = |path: &str| all.iter().position(|test| test.path == path && test.values.len() == 1);
    let (a, b) = (at(first)?, at(second)?);
    let both = (all[a].values[0].clone(), all[b].values[0].clone());
    all.remove(a.max(b));
    all.remove(a.min(b));
    Some(both)
}

enum Word<'a> {
    Mark(&'a str),
    /// A word of the language.
    Plain(&'a str),
    /// `file:hashes.MD5`, without quotes and places in lists.
    Path(String),
    Text(String),
    Number(&'a str),
    /// A moment, bytes: with a letter before the quotes.
    Constant(&'a str),
}

impl Word<'_> {
    fn quoted(&self) -> String {
        match self {
            Word::Mark(word) | Word::Plain(word) | Word::Number(word) | Word::Constant(word) => quoted(word),
            Word::Path(word) | Word::Text(word) => quoted(word),
        }
    }
}

struct Words<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Words<'a> {
    /// Tests joined by `OR`, of which each may be several joined by `AND`.
    fn any(&mut self) -> Result<Any, String> {
        let mut any = self.all()?;
        while self.passed("OR") {
            any.extend(self.all()?);
        }
        Ok(any)
    }

    fn all(&mut self) -> Result<Any, String> {
        let mut all = self.one()?;
        while self.passed("AND") {
            let more = self.one()?;
            if all.len().saturating_mul(more.len()) > WAYS {
                return Err(format!("it can be met in more than {WAYS} ways"));
            }
            let both = |a: &Vec<Test>, b: &Vec<Test>| a.iter().chain(b).cloned().collect::<Vec<_>>();
            all = all.iter().flat_map(|a| more.iter().map(move |b| both(a, b))).collect();
        }
        Ok(all)
    }

    fn one(&mut self) -> Result<Any, String> {
        if self.depth == DEEPEST {
            return Err(format!("its parentheses are more than {DEEPEST} deep"));
        }
        match self.next()?.ok_or("it ends in the middle")? {
            Word::Mark("(") => {
                self.depth += 1;
                let any = self.any()?;
                self.depth -= 1;
                self.expect(")")?;
                Ok(any)
            }
            Word::Path(path) => Ok(vec![vec![self.test(path)?]]),
            word => Err(format!("{} stands where a path should, such as ipv4-addr:value", word.quoted())),
        }
    }

    fn test(&mut self, path: String) -> Result<Test, String> {
        let not = self.passed("NOT");
        let (how, values) = match self.next()?.ok_or("it ends in the middle")? {
            Word::Mark("=" | "==") => ("=", vec![self.constant()?]),
            Word::Plain("IN") => ("IN", self.set()?),
            Word::Mark(how @ ("!=" | "<>" | "<" | ">" | "<=" | ">=")) => (how, vec![self.constant()?]),
            Word::Plain(how @ ("LIKE" | "MATCHES" | "ISSUBSET" | "ISSUPERSET")) => {
                (how, vec![self.constant()?])
            }
            word => return Err(format!("{} is no way to compare", word.quoted())),
        };
        let other = match (not, how) {
            (false, "=" | "IN") => None,
            (false, how) => Some(format!("{path} {how}: only = and IN name a value")),
            (true, how) => Some(format!("{path} NOT {how}: only = and IN name a value")),
        };
        Ok(Test { path, other, values })
    }

    fn constant(&mut self) -> Result<String, String> {
        match self.next()?.ok_or("it ends in the middle")? {
            Word::Text(text) => Ok(text),
            Word::Number(text) | Word::Constant(text) | Word::Plain(text @ ("true" | "false")) => {
                Ok(text.to_owned())
            }
            word => Err(format!("{} stands where a value should", word.quoted())),
        }
    }

    fn set(&mut self) -> Result<Vec<String>, String> {
        self.expect("(")?;
        let mut values = vec![self.constant()?];
        while self.passed(",") {
            values.push(self.constant()?);
        }
        self.expect(")")?;
        Ok(values)
    }

    /// Passes a word or mark, if it stands next.
    fn passed(&mut self, wanted: &str) -> bool {
        let here = self.rest;
        match self.next() {
            Ok(Some(Word::Mark(word) | Word::Plain(word))) if word == wanted => true,
            _ => {
                self.rest = here;
                false
            }
        }
    }

    fn expect(&mut self, mark: &str) -> Result<(), String> {
        match self.next()? {
            Some(Word::Mark(word)) if word == mark => Ok(()),
            Some(word) => Err(format!("{} stands where {mark} should", word.quoted())),
            None => Err("it ends in the middle".into()),
        }
    }

    fn next(&mut self) -> Result<Option<Word<'a>>, String> {
        self.rest = self.rest.trim_start();
        let rest = self.rest;
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let marks = ["<=", ">=", "!=", "<>", "==", "=", "<", ">", "(", ")", "[", "]", ","];
        if let Some(mark) = marks.into_iter().find(|mark| rest.starts_with(mark)) {
            self.rest = &rest[mark.len()..];
            return Ok(Some(Word::Mark(mark)));
        }
        if first == '\'' {
            return self.text().map(|text| Some(Word::Text(text)));
        }
        if rest.len() > 1 && matches!(first, 't' | 'b' | 'h') && rest.as_bytes()[1] == b'\'' {
            self.rest = &rest[1..];
            self.text()?;
            return Ok(Some(Word::Constant(&rest[..rest.len() - self.rest.len()])));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
        let end = rest.find(|c: char| !plain(c)).unwrap_or(rest.len());
        if first.is_ascii_digit() || matches!(first, '-' | '+') {
            let end = rest.find(|c: char| !plain(c) && c != '.').unwrap_or(rest.len());
            self.rest = &rest[end..];
            return Ok(Some(Word::Number(&rest[..end])));
        }
        if end == 0 {
            return Err(format!("{} is not understood", quoted(rest)));
        }
        self.rest = &rest[end..];
        if self.rest.starts_with(':') {
            self.path(&rest[..end]).map(Some)
        } else {
            Ok(Some(Word::Plain(&rest[..end])))
        }
    }

    /// The rest of a path behind the name of its object.
    fn path(&mut self, object: &str) -> Result<Word<'a>, String> {
        let mut path = format!("{object}:");
        self.rest = &self.rest[1..];
        loop {
            if self.rest.starts_with('\'') {
                path.push_str(&self.text()?);
            } else {
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
                let end = self.rest.find(|c: char| !plain(c)).unwrap_or(self.rest.len());
                path.push_str(&self.rest[..end]);
                self.rest = &self.rest[end..];
            }
            // The place in a list: any of it is meant by one, too.
            if self.rest.starts_with('[')
                && let Some(end) = self.rest.find(']')
            {
                self.rest = &self.rest[end + 1..];
            }
            let Some(rest) = self.rest.strip_prefix('.') else { return Ok(Word::Path(path)) };
            path.push('.');
            self.rest = rest;
        }
    }

    /// A text between quotes, without its escapes.
    fn text(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let mut chars = self.rest[1..].char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    self.rest = &self.rest[at + 2..];
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, c)) => text.push(c),
                    None => break,
                },
                c => text.push(c),
            }
        }
        Err("a quotation mark is not closed".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str) -> (Vec<(&'static str, String)>, Vec<String>, bool) {
        let values = read(pattern).unwrap();
        let found = values.found.into_iter().map(|found| (found.kind.id(), found.value)).collect();
        (found, values.refused, values.more)
    }

    #[test]
    fn the_values_of_other_peoples_patterns_are_found() {
        for (pattern, values, more) in [
            ("[ipv4-addr:value = '203.0.113.7']", vec![("ipv4", "203.0.113.7")], false),
            ("[ipv4-addr:value='203.0.113.7']", vec![("ipv4", "203.0.113.7")], false),
            (
                "[ipv4-addr:value = '203.0.113.0/24' OR domain-name:value = 'Bad.example']",
                vec![("ipv4-cidr", "203.0.113.0/24"), ("domain", "bad.example")],
                false,
            ),
            (
                "[url:value IN ('http://a.example/x', 'http://b.example/y')]",
                vec![("url", "http://a.example/x"), ("url", "http://b.example/y")],
                false,
            ),
            (
                "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '203.0.113.7' AND network-traffic:dst_port = 443 AND network-traffic:protocols[*] = 'tcp']",
                vec![("ipv4-port", "203.0.113.7:443")],
                false,
            ),
            (
                "[file:hashes.'MD5' = 'd41d8cd98f00b204e9800998ecf8427e' AND file:name = 'x.exe']",
                vec![("md5", "d41d8cd98f00b204e9800998ecf8427e"), ("filename", "x.exe")],
                true,
            ),
            (
                "[(file:name = 'a.exe' OR file:name = 'b.exe') AND file:parent_directory_ref.path = 'C:\\\\t']",
                vec![("path-windows", "C:\\t\\a.exe"), ("path-windows", "C:\\t\\b.exe")],
                false,
            ),
            (
                "([domain-name:value = 'a.example'] FOLLOWEDBY [ipv4-addr:value = '203.0.113.7']) WITHIN 300 SECONDS",
                vec![("domain", "a.example"), ("ipv4", "203.0.113.7")],
                true,
            ),
            (
                "[email-message:from_ref.value = 'a@bad.example'] START t'2026-11-21T00:00:00Z' STOP t'2026-11-22T00:00:00Z'",
                vec![("email", "a@bad.example")],
                true,
            ),
            ("[domain-name:resolves_to_refs[*].value = '203.0.113.7']", vec![("ipv4", "203.0.113.7")], false),
        ] {
            let values: Vec<_> = values.into_iter().map(|(kind, value)| (kind, value.to_owned())).collect();
            assert_eq!(found(pattern), (values, vec![], more), "{pattern}");
        }
    }

    #[test]
    fn what_names_no_value_is_refused_and_the_rest_taken() {
        for (pattern, values, why) in [
            ("[file:name LIKE 'a%' OR file:name = 'b.exe']", 1, "file:name LIKE: only = and IN name a value"),
            (
                "[ipv4-addr:value != '203.0.113.7' AND url:value = 'http://a.example/']",
                0,
                "ipv4-addr:value !=",
            ),
            ("[file:name NOT = 'b.exe']", 0, "file:name NOT ="),
            (
                "[software:name = 'Word' OR ipv4-addr:value = '203.0.113.7']",
                1,
                "no type for \"software:name\"",
            ),
            ("[ipv4-addr:value = '203.0.113.999']", 0, "\"203[.]0[.]113[.]999\""),
            ("[network-traffic:dst_port = 443]", 0, "no type for \"network-traffic:dst_port\""),
        ] {
            let (found, refused, _) = found(pattern);
            assert_eq!(found.len(), values, "{pattern}");
            assert!(refused.len() == 1 && refused[0].contains(why), "{pattern}: {refused:?}");
        }
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        let deep = format!("[{}url:value = 'x'{}]", "(".repeat(5_000), ")".repeat(5_000));
        for (pattern, why) in [
            ("", "no comparison"),
            ("rule x { condition: true }", "\"rule\" is not understood there"),
            ("[url:value = 'http://a.example", "not closed"),
            ("[url:value = 'http://a.example'", "ends in the middle"),
            ("[url:value]", "no way to compare"),
            ("[url:value = ]", "stands where a value should"),
            ("[]", "stands where a path should"),
            (&deep, "more than 32 deep"),
        ] {
            let said = read(pattern).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
