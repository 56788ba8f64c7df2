//! Nothing real in a made-up story: addresses of the documentation ranges, names under `.example`. These are
//! remarks. Marks for times that players would read as they stand are faults.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Told;
use super::place::Path;
use crate::model::text::refang;

/// Looks at every text of the file.
pub(super) fn look(file: &Value, told: &mut Told) {
    walk(file, &Path::default(), told);
}

fn walk(value: &Value, path: &Path, told: &mut Told) {
    match value {
        Value::String(text) => look_at(text, path, told),
        Value::Array(list) => list.iter().enumerate().for_each(|(i, item)| walk(item, &path.at(i), told)),
        Value::Object(object) => {
            // Ids of clocks and tasks have dots in them, as hosts have.
            let texts = object.iter().filter(|(key, _)| {
                !["$schema", "clock", "task"].contains(&key.as_str()) || object[*key].is_object()
            });
            texts.for_each(|(key, value)| walk(value, &path.key(key), told));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn look_at(text: &str, path: &Path, told: &mut Told) {
    let cut = text.split("{{").skip(1).map(|rest| rest.split_once("}}").map_or(rest, |(mark, _)| mark));
    for mark in cut.filter(|mark| !is_mark(mark)) {
        let what = format!("there is no mark {{{{{mark}}}}}");
        told.fault(
            path,
            what,
            "Write {{t}}, {{t-4}} or {{t+30}}: story time at delivery, shifted by minutes.",
        );
    }
    if text.chars().any(char::is_control) {
        let fix = "Write plain text; paragraphs are not needed in so short a message.";
        told.fault(path, "a character in it could steer a terminal", fix);
    }
    if UNFINISHED.is_match(&text.to_lowercase()) {
        told.remark(path, "the text looks unfinished", "Write what belongs here.");
    }
    let plain = refang(text).to_lowercase();
    for address in addresses(&plain) {
        let what = format!("{address} is no address of the ranges for documentation");
        told.remark(
            path,
            what,
            "Take one of 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 or 2001:db8::/32.",
        );
    }
    for host in HOST.captures_iter(&plain).filter_map(|found| found.get(1)) {
        let host = host.as_str().trim_end_matches(['.', '-']);
        let named = host.contains('.') && host.parse::<Ipv4Addr>().is_err();
        if named && !host.ends_with(".example") {
            told.remark(
                path,
                format!("the name {host} is not under .example"),
                "Use names such as portal.acme.example.",
            );
        }
    }
}

static UNFINISHED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(todo|tbd|lorem ipsum|xxx)\b"));
static HOST: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:[a-z]{3,6}://|@)([a-z0-9.-]+)"));

fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("the pattern is a constant, and a test uses it")
}

/// `t`, `t-4`, `t+30`: at most four digits.
fn is_mark(mark: &str) -> bool {
    let Some(shift) = mark.strip_prefix('t') else { return false };
    let digits = shift.strip_prefix(['+', '-']);
    shift.is_empty()
        || digits.is_some_and(|digits| {
            (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        })
}

/// The addresses in a text that are nobody's to use in a story.
fn addresses(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':'));
    let address = |word: &str| {
        let word = word.trim_matches(['.', ':']);
        // A port after an address of four numbers.
        let host = word.split_once(':').filter(|(host, _)| host.contains('.')).map_or(word, |(host, _)| host);
        match (host.parse::<Ipv4Addr>(), word.parse::<Ipv6Addr>()) {
            (Ok(four), _) => (!four.is_documentation()).then(|| host.to_owned()),
            (_, Ok(six)) => (six.segments()[..2] != [0x2001, 0xdb8]).then(|| word.to_owned()),
            _ => None,
        }
    };
    words.filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_real_is_remarked_and_a_mark_nobody_fills_in_is_a_fault() {
        for (text, remarks, faults) in [
            ("from 203.0.113.77:443 at {{t-4}}, 2001:db8::7, jo@acme.example, 14:02:11", 0, 0),
            ("from 8.8.8.8 and 2606:4700::1111", 2, 0),
            ("defanged 8[.]8[.]4[.]4 and hxxps://evil[.]com/x", 2, 0),
            ("mail desk@helper.org", 1, 0),
            ("TODO", 1, 0),
            ("at {{now}} or {{t+12345}} or {{t}}", 0, 2),
            ("ring \u{7}", 0, 1),
        ] {
            let mut told = Told::default();
            look(&serde_json::json!({"text": [text]}), &mut told);
            assert_eq!((told.remarks.len(), told.count), (remarks, faults), "{text}: {told:?}");
        }
    }
}
