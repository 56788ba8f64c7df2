//! The way back from `hxxps://bad[.]example`, in whatever style it was made harmless.

use super::defang::host;

/// The real value behind one defanged value, in whatever style people and feeds defang:
/// `hxxps[:]//bad(.)example`, `bad[dot]example`, `[http]://…`, `ceo at bad dot example`.
pub fn refang(value: &str) -> String {
    let mut value = value.to_owned();
    // Styles are stacked on one another, but not deeper than this.
    for _ in 0..5 {
        let next = once(&value);
        if next == value {
            break;
        }
        value = next;
    }
    value
}

/// What is written for what, longest first; letters in either case.
const MARKS: &[(&str, &str)] = &[
    ("[://]", "://"),
    ("[[.]]", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("{dot}", "."),
    ("[at]", "@"),
    ("(at)", "@"),
    ("{at}", "@"),
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[@]", "@"),
    ("(@)", "@"),
    ("{@}", "@"),
    ("[:]", ":"),
    ("[/]", "/"),
    ("[.", "."),
    (".]", "."),
];

const SCHEMES: &[(&str, &str)] = &[
    ("[https]", "https"),
    ("[http]", "http"),
    ("[ftp]", "ftp"),
    ("hxxps", "https"),
    ("hxxp", "http"),
    ("h**ps", "https"),
    ("h**p", "http"),
    ("htxps", "https"),
    ("htxp", "http"),
    ("hxtps", "https"),
    ("hxtp", "http"),
    ("meows", "https"),
    ("meow", "http"),
    ("fxp", "ftp"),
    ("https", "https"),
    ("http", "http"),
    ("ftp", "ftp"),
];

const SEPARATORS: [&str; 4] = ["://", "[:]//", "[://]", ":\\\\"];

fn once(value: &str) -> String {
    let visible: String = value
        .chars()
        .filter(|c| !matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'))
        .map(|c| if matches!(c, '\u{FF0E}' | '\u{3002}' | '\u{FF61}') { '.' } else { c })
        .collect();
    let bare = unwrapped(&visible);
    let mut out = String::with_capacity(bare.len());
    let mut rest = bare;
    if let Some((name, after)) = scheme(rest) {
        out.push_str(name);
        out.push_str("://");
        rest = after;
    }
    // A backslash before every dot is somebody's defanging; among others it is a path.
    let backslashed = bare.split('\\').skip(1).all(|after| after.starts_with('.'));
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if let Some((mark, real)) = MARKS.iter().find(|(mark, _)| starts_with(rest, mark)) {
            out.push_str(real);
            rest = &rest[mark.len()..];
        } else {
            if c != '\\' || !backslashed || !out.ends_with(char::is_alphanumeric) {
                out.push(c);
            }
            rest = after;
        }
    }
    spoken(out)
}

/// The real name of the scheme at the front, and what follows its separator.
fn scheme(value: &str) -> Option<(&'static str, &str)> {
    SCHEMES.iter().find_map(|(mark, name)| {
        let after = starts_with(value, mark).then(|| &value[mark.len()..])?;
        let after = SEPARATORS.iter().find_map(|separator| after.strip_prefix(separator))?;
        Some((*name, after))
    })
}

fn starts_with(text: &str, mark: &str) -> bool {
    text.as_bytes().get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark.as_bytes()))
}

/// Without quotes and angle brackets around it and punctuation after it, unless that belongs to a pair.
fn unwrapped(value: &str) -> &str {
    let mut value = value.trim();
    loop {
        let before = value;
        for (open, close) in [('"', '"'), ('\'', '\''), ('`', '`'), ('<', '>'), ('“', '”'), ('‘', '’')]
        {
            if let Some(inner) = value.strip_prefix(open).and_then(|inner| inner.strip_suffix(close)) {
                value = inner.trim();
            }
        }
        value = value.trim_end_matches(['.', ',', ';']);
        for (open, close) in [('(', ')'), ('[', ']')] {
            if value.matches(close).count() > value.matches(open).count() {
                value = value.strip_suffix(close).unwrap_or(value);
            }
        }
        if value == before {
            return value;
        }
    }
}

/// `ceo at bad dot example`, where what comes out is an address.
fn spoken(value: String) -> String {
    if !value.contains(' ') {
        return value;
    }
    let words = value.split_whitespace().map(|word| match word.to_ascii_lowercase().as_str() {
        "dot" => ".",
        "at" => "@",
        _ => word,
    });
    let joined = words.collect::<Vec<_>>().join(" ").replace(" . ", ".").replace(" @ ", "@");
    let domain = joined.rsplit_once('@').map_or(joined.as_str(), |(_, domain)| domain);
    if !joined.contains(' ') && host(domain) { joined } else { value }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The pairs that `assets/indicators.json` gives for a rule.
    pub(in crate::model::text) fn pairs(rule: &str) -> Vec<(String, String)> {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../../../assets/indicators.json")).unwrap();
        serde_json::from_value(file[rule]["tests"].clone()).unwrap()
    }

    #[test]
    fn values_are_refanged_as_the_indicator_rules_say() {
        let pairs = pairs("refang");
        assert!(pairs.len() >= 10);
        for (shown, real) in pairs {
            assert_eq!(refang(&shown), real);
            assert_eq!(refang(&real), real);
        }
        for (shown, real) in [
            ("h**ps[://]bad{.}example", "https://bad.example"),
            ("hxxp:\\\\bad[.]example\\x", "http://bad.example\\x"),
            ("ceo at bad dot example", "ceo@bad.example"),
            ("<https://bad.example/a>.", "https://bad.example/a"),
            ("\"203[.]0[.]113[.]7\",", "203.0.113.7"),
            ("bad\\.example", "bad.example"),
            ("C:\\Users\\.ssh\\id", "C:\\Users\\.ssh\\id"),
            ("b\u{200B}ad\u{FF0E}example", "bad.example"),
            ("https://bad.example/a_(b)", "https://bad.example/a_(b)"),
            ("look at this", "look at this"),
            ("", ""),
        ] {
            assert_eq!(refang(shown), real);
        }
    }
}
