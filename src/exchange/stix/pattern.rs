//! STIX patterns: the one an indicator becomes, and the values that stand in one of somebody else.
//!
//! Written is one comparison a value (two, where a path or a port has two halves). Read are comparisons by `=`
//! and `IN`, joined by `AND`, `OR` and parentheses; what says anything else is refused with its words.

mod paths;
mod read;

use crate::model::indicator::Kind;

pub use read::{Values, read};

/// The object our own types stand under that STIX has no path for.
pub const OWN: &str = "x-casebook-indicator";

/// The pattern of an indicator; `kind` may be a word of a newer casebook.
pub fn of(kind: &str, value: &str) -> String {
    match Kind::of(kind) {
        Some(Kind::Ipv4Port) => {
            let (address, port) = value.split_once(':').unwrap_or((value, "0"));
            let address = escaped(address);
            format!("[network-traffic:dst_ref.value = '{address}' AND network-traffic:dst_port = {port}]")
        }
        Some(Kind::Asn) => {
            format!(
                "[autonomous-system:number = {}]",
                value.trim_start_matches(|c: char| !c.is_ascii_digit())
            )
        }
        Some(kind @ (Kind::PathWindows | Kind::PathUnix)) => match halves(kind, value) {
            Some((folder, "")) => format!("[directory:path = '{}']", escaped(folder)),
            Some((folder, name)) if joined(folder, name) == value => format!(
                "[file:name = '{}' AND file:parent_directory_ref.path = '{}']",
                escaped(name),
                escaped(folder)
            ),
            // Doubled marks would be lost between the halves.
            _ => format!("[file:name = '{}']", escaped(value)),
        },
        Some(kind) => match paths::of(kind) {
            Some(path) => format!("[{path} = '{}']", escaped(value)),
            None => format!("[{OWN}:{} = '{}']", own(kind.id()), escaped(value)),
        },
        None => format!("[{OWN}:{} = '{}']", own(kind), escaped(value)),
    }
}

/// A type of ours as a field of our object: STIX allows no hyphens in one.
fn own(kind: &str) -> String {
    kind.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}

/// A text as it stands between quotes.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

/// A path as its folder and the name in it; a folder by itself has no name.
pub fn halves(kind: Kind, path: &str) -> Option<(&str, &str)> {
    let mark = if kind == Kind::PathUnix { '/' } else { '\\' };
    let at = path.rfind(mark)?;
    let (folder, name) = (&path[..at], &path[at + 1..]);
    // The root of a disk keeps its mark: `C:` is another folder than `C:\`.
    let root = folder.is_empty() || folder.ends_with(':');
    Some(match (name, root) {
        ("", _) => (path, ""),
        (_, true) => (&path[..=at], name),
        _ => (folder, name),
    })
}

/// The path of a name in a folder.
fn joined(folder: &str, name: &str) -> String {
    let mark = if folder.starts_with('/') { '/' } else { '\\' };
    if folder.ends_with(mark) { format!("{folder}{name}") } else { format!("{folder}{mark}{name}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::indicator::{Found, of_kind};

    fn listed() -> serde_json::Value {
        serde_json::from_str(include_str!("../../../assets/indicators.json")).unwrap()
    }

    fn back(kind: &str, value: &str) -> Vec<Found> {
        let pattern = of(kind, value);
        let read = read(&pattern).unwrap_or_else(|why| panic!("{pattern}: {why}"));
        assert_eq!(read.refused, Vec::<String>::new(), "{pattern}");
        read.found
    }

    #[test]
    fn every_pattern_is_the_reviewed_one() {
        for listed in listed()["types"].as_array().unwrap() {
            let id = listed["id"].as_str().unwrap();
            let Some(template) = listed["stix_pattern"].as_str() else { continue };
            let (value, expected) = match id {
                "ipv4-port" => {
                    ("192.0.2.1:443", template.replace("{ip}", "192.0.2.1").replace("{port}", "443"))
                }
                "asn" => ("AS64500", template.replace("{n}", "64500")),
                "path-windows" => {
                    ("C:\\a\\b.exe", template.replace("{name}", "b.exe").replace("{dir}", "C:\\\\a"))
                }
                "path-unix" => ("/a/b", template.replace("{name}", "b").replace("{dir}", "/a")),
                _ => ("v", template.replace("{v}", "v")),
            };
            assert_eq!(of(id, value), expected, "{id}");
        }
    }

    #[test]
    fn every_example_comes_back_as_itself() {
        for listed in listed()["types"].as_array().unwrap() {
            let kind = Kind::of(listed["id"].as_str().unwrap()).unwrap();
            for example in listed["examples"].as_array().unwrap() {
                let found = of_kind(kind, example.as_str().unwrap()).unwrap();
                assert_eq!(back(kind.id(), &found.value), [found], "{example}");
            }
        }
        for (kind, value) in [
            (Kind::PathWindows, "C:\\x.exe"),
            (Kind::PathWindows, "C:\\x\\"),
            (Kind::PathUnix, "/x"),
            (Kind::Account, "INTRA\\o'neil"),
            (Kind::CommandLine, "cmd /c \"echo 'x' AND [y] OR z\" \\"),
            (Kind::Other, "quote ' and \\ and ']"),
            (Kind::FileName, "a'] OR [url:value = 'http:x.exe"),
        ] {
            let found = Found { kind, value: value.into() };
            if kind != Kind::FileName {
                assert_eq!(back(kind.id(), value), [found], "{value}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_value_breaks_out_of_its_quotes(value in "[ -~é世]{1,60}", pick in any::<prop::sample::Index>()) {
            let kinds = [Kind::Account, Kind::Mutex, Kind::CommandLine, Kind::Other, Kind::EmailSubject, Kind::UserAgent, Kind::Service, Kind::Phone];
            let kind = kinds[pick.index(kinds.len())];
            prop_assume!(of_kind(kind, &value).is_ok());
            let found = of_kind(kind, &value).unwrap();
            prop_assert_eq!(back(kind.id(), &found.value), vec![found]);
        }

        #[test]
        fn no_path_breaks_out_of_its_quotes(value in "(C:|%T%|\\\\\\\\fs)(\\\\[a-z' .()=]{0,9}){1,4}") {
            if let Ok(found) = of_kind(Kind::PathWindows, &value) {
                prop_assert_eq!(back("path-windows", &found.value), vec![found]);
            }
        }

        #[test]
        fn no_pattern_is_too_strange_to_be_answered(words in prop::collection::vec(prop::sample::select(vec![
            "[", "]", "(", ")", "'", "\\", "=", "!=", "IN", "AND", "OR", "NOT", "LIKE", "FOLLOWEDBY", "WITHIN", "5", "SECONDS",
            "url:value", "file:name", "'x'", "a", ":", ".", ",", "t'", "é", "[*]", " ",
        ]), 0..40)) {
            let _ = read(&words.concat());
            let _ = read(&words.join(" "));
        }
    }
}
