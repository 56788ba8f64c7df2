//! The laws of the house that can be read off its source: the floors, no `unwrap`, no clock in the ground.

use std::fs;
use std::path::Path;

/// The floors from the ground up. A module uses what stands on its own floor or below, never above.
const FLOORS: &[&[&str]] = &[
    &["bytes", "model"],
    &["incident"],
    &["verb", "query", "metrics", "readiness", "drill"],
    &["store"],
    &["report", "exchange", "demo", "control"],
    &["cli", "tui"],
];

/// Two mouths on one floor that never speak to each other.
const APART: [&str; 2] = ["cli", "tui"];

/// What the ground may not touch: files, clocks, randomness, the terminal, the environment.
const NOT_IN_THE_GROUND: &[&str] = &[
    "Utc::now",
    "Local::now",
    "SystemTime",
    "Instant::now",
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "std::io",
    "now_v7",
    "new_v4",
    "getrandom",
    "println!",
    "eprintln!",
    "crossterm",
    "ratatui",
    "rustix",
];

/// Who may ask for the time and for ids: the mouths, at their edge.
const CLOCKS: &[&str] = &["Utc::now", "Local::now", "now_v7"];
const MAY_ASK_THE_CLOCK: &[&str] = &["src/main.rs", "src/cli/", "src/tui/run"];

/// Where it is decided what a program that is started is given.
const STARTS_PROGRAMS: &str = "src/store/child.rs";

/// The sources of casebook, each with its path.
fn all_sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for folder in ["src", "bytes/src"] {
        read(Path::new(env!("CARGO_MANIFEST_DIR")), Path::new(folder), &mut sources);
    }
    assert!(sources.len() > 20, "the sources were not found");
    sources
}

/// What holds code in a comment: by fences, or by four spaces. No test runs it, and what is not run does not stay right.
fn code_in_comments(source: &str) -> Vec<&str> {
    let mut fenced = false;
    let comments = source.lines().map(str::trim_start).filter_map(|line| {
        let words = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
        Some((line, words))
    });
    let code = comments.filter(|(_, words)| {
        if !words.trim_start().starts_with("```") {
            return !fenced && words.starts_with("     ");
        }
        fenced = !fenced;
        fenced && words.trim() != "```text"
    });
    code.map(|(line, _)| line).collect()
}

#[test]
fn no_comment_holds_code_that_nothing_runs() {
    for (path, source) in all_sources() {
        assert_eq!(code_in_comments(&source), Vec::<&str>::new(), "{path}");
    }
    let bad = "/// ```\n/// let a = 1;\n/// ```\n//! ```rust\n//! ```\n/// ```text\n///     drawn\n/// ```\n///     let b = 2;\n// ```\n";
    assert_eq!(code_in_comments(bad), ["/// ```", "//! ```rust", "///     let b = 2;"]);
}

#[test]
fn every_floor_uses_only_what_is_below_it_and_the_ground_is_pure() {
    let faults: Vec<String> = all_sources().iter().flat_map(|(path, source)| faults(path, source)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_bad_source_is_found_out() {
    for (path, source, fault) in [
        (
            "src/model/x.rs",
            "use crate::store::Journal;",
            "src/model/x.rs:1 (model) uses store, which is above it",
        ),
        (
            "src/model/x.rs",
            "use crate::incident::Incident;",
            "src/model/x.rs:1 (model) uses incident, which is above it",
        ),
        (
            "src/query.rs",
            "\nuse crate::{model::id, cli};",
            "src/query.rs:2 (query) uses cli, which is above it",
        ),
        (
            "src/store/mod.rs",
            "use crate::{\n    model::{id::X, time},\n    report::{self, sitrep},\n};",
            "src/store/mod.rs:3 (store) uses report, which is above it",
        ),
        ("src/incident/event.rs", "fn f() { crate::tui::run() }", "(incident) uses tui, which is above it"),
        ("src/incident/event.rs", "use super::super::verb::Verb;", "(incident) uses verb, which is above it"),
        ("src/incident/mod.rs", "use super::store::Store;", "(incident) uses store, which is above it"),
        (
            "src/model/ledger/mod.rs",
            "#[cfg(test)] mod tests { use crate::verb::Verb; }",
            "(ledger) uses verb",
        ),
        (
            "src/cli/run.rs",
            "use crate::tui::theme;",
            "(cli) uses tui, and the two mouths never import each other",
        ),
        (
            "src/tui/app.rs",
            "use crate::cli::output;",
            "(tui) uses cli, and the two mouths never import each other",
        ),
        ("src/attic.rs", "fn f() {}", "src/attic.rs: attic stands on no floor"),
        (
            "src/store/line.rs",
            "fn f() { g().unwrap() }",
            "src/store/line.rs:1 unwraps; say why it cannot fail",
        ),
        ("src/store/line.rs", "fn f() { g()\n  .unwrap() }", "src/store/line.rs:2 unwraps"),
        (
            "src/model/time.rs",
            "fn f() { chrono::Utc::now(); }",
            "src/model/time.rs:1 has Utc::now in the ground",
        ),
        ("src/incident/mod.rs", "use std::fs;", "src/incident/mod.rs:1 has std::fs in the ground"),
        ("src/store/mod.rs", "fn f() { Utc::now(); }", "src/store/mod.rs:1 asks the clock: Utc::now"),
        (
            "src/cli/run.rs",
            "use std::process::Command; fn f() { Command::new(\"age\"); }",
            "src/cli/run.rs:1 starts a program past store/child",
        ),
        ("src/model/bare.rs", "fn f() {}", "src/model/bare.rs opens without a //! line"),
    ] {
        let found = faults(path, source);
        // The module name in the message is the floor's, whatever file it is.
        let fault = fault.replace("(ledger)", "(model)");
        assert!(
            found.iter().any(|found| found.contains(&fault)),
            "{path}: wanted {fault:?}, found {found:?}"
        );
    }
}

#[test]
fn a_good_source_is_left_alone() {
    for (path, source) in [
        ("src/model/x.rs", "//! X.\nuse crate::model::id::NounId;\nuse super::time::Happened;"),
        ("src/tui/app.rs", "//! X.\nuse crate::{model::id, store::Store, report};"),
        ("src/tui/run.rs", "//! X.\nfn f() { chrono::Utc::now(); }"),
        ("src/verb.rs", "//! X.\nuse crate::query;"),
        (
            "src/model/y.rs",
            "//! See crate::store.\n// crate::store, .unwrap()\n/* crate::cli */\n\
             const A: &str = \"crate::store .unwrap() Utc::now\";\nconst B: &str = r#\"crate::cli \" \"#;\n\
             const C: char = '\"';\nfn f<'a>(x: &'a str) -> &'a str { x }\n\
             #[cfg(test)]\nmod tests {\n    fn f() { Some(1).unwrap(); }\n}\n",
        ),
        ("src/model/z/tests.rs", "//! X.\nfn f() { Some(1).unwrap(); }"),
        ("src/model/z/tests/x.rs", "//! X.\nfn f() { Some(1).unwrap(); }"),
        ("src/lib.rs", "//! X.\npub mod store; pub mod model; use crate::store::Store;"),
    ] {
        assert_eq!(faults(path, source), Vec::<String>::new(), "{path}");
    }
}

fn read(root: &Path, folder: &Path, sources: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(root.join(folder)).expect("the crate has sources") {
        let entry = entry.expect("a folder of the crate can be listed");
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            read(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(entry.path()).expect("a source is UTF-8");
            sources.push((path.to_string_lossy().replace('\\', "/"), source));
        }
    }
}

fn faults(path: &str, source: &str) -> Vec<String> {
    let code = code_of(source);
    let tested = without_tests(&code);
    let mut faults = Vec::new();
    if !source.starts_with("//!") {
        faults.push(format!("{path} opens without a //! line that says what it is"));
    }
    let line = |code: &str, at: usize| code[..at].matches('\n').count() + 1;
    if !path.ends_with("/tests.rs") && !path.contains("/tests/") {
        for (at, _) in tested.match_indices(".unwrap()") {
            faults.push(format!("{path}:{} unwraps; say why it cannot fail, with expect", line(&tested, at)));
        }
    }
    let forbid = |words: &[&str], what: &str, faults: &mut Vec<String>| {
        for word in words {
            for (at, _) in tested.match_indices(word) {
                faults.push(format!("{path}:{} {}", line(&tested, at), what.replace('*', word)));
            }
        }
    };
    // The command tree of the shell is made of clap's commands.
    if path != STARTS_PROGRAMS && !tested.contains("clap") {
        forbid(
            &["Command::new("],
            "starts a program past store/child: * gives it all of the environment",
            &mut faults,
        );
    }
    if !MAY_ASK_THE_CLOCK.iter().any(|allowed| path.starts_with(allowed)) {
        forbid(CLOCKS, "asks the clock: * belongs to the mouths and comes in through Desk", &mut faults);
    }
    let module = module_of(path);
    if matches!(module, "lib" | "main") {
        return faults;
    }
    let Some(own) = floor(module) else {
        faults.push(format!("{path}: {module} stands on no floor; give it one in this test and in lib.rs"));
        return faults;
    };
    if own <= 1 {
        forbid(NOT_IN_THE_GROUND, "has * in the ground", &mut faults);
    }
    for (at, used) in used_modules(path, &code) {
        let place = format!("{path}:{} ({module}) uses {used}", line(&code, at));
        match floor(used) {
            Some(above) if above > own => faults.push(format!("{place}, which is above it")),
            Some(_) if APART.contains(&module) && APART.contains(&used) && used != module => {
                faults.push(format!("{place}, and the two mouths never import each other"));
            }
            _ => {}
        }
    }
    faults
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// `store` for `src/store/line.rs` and for `src/store.rs`.
fn module_of(path: &str) -> &str {
    let path = path.strip_prefix("src/").unwrap_or(path);
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

/// The top-level modules a source names, by `crate::` or by enough `super::`, with the place in the code.
fn used_modules<'a>(path: &str, code: &'a str) -> Vec<(usize, &'a str)> {
    let folders = path.strip_prefix("src/").unwrap_or(path).split('/').count();
    // `src/store/line.rs` is crate::store::line, `src/store/mod.rs` is crate::store.
    let depth = if path.ends_with("/mod.rs") { folders - 1 } else { folders };
    let to_the_root = "super::".repeat(depth);
    let mut used = Vec::new();
    for root in ["crate::", to_the_root.as_str()] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let from = at + root.len();
            if code[from..].starts_with('{') {
                used.extend(group(code, from + 1));
            } else {
                used.push((from, word(code, from)));
            }
        }
    }
    used
}

/// The first words of the parts of a `{a::b, c::{d, e}}` group.
fn group(code: &str, from: usize) -> Vec<(usize, &str)> {
    let mut used = Vec::new();
    let mut depth = 0;
    let mut expect = true;
    for (at, c) in code[from..].char_indices().map(|(at, c)| (from + at, c)) {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expect = true,
            c if expect && !c.is_whitespace() => {
                used.push((at, word(code, at)));
                expect = false;
            }
            _ => {}
        }
    }
    used
}

fn word(code: &str, from: usize) -> &str {
    let rest = &code[from..];
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end]
}

/// The code without comments and without what stands in quotes; every line stays on its line.
fn code_of(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let taken = skipped(rest);
        if taken == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.push(' ');
            code.extend(rest[..taken].chars().filter(|c| *c == '\n'));
            rest = &rest[taken..];
        }
    }
    code
}

/// How many bytes of a comment, string or character stand at the front.
fn skipped(rest: &str) -> usize {
    let until =
        |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return until("*/", 2);
    }
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            return until(&format!("\"{}", "#".repeat(hashes)), hashes + 2);
        }
    }
    if rest.starts_with('"') {
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return at + 1,
                _ => {}
            }
        }
        return rest.len();
    }
    if let Some(quoted) = rest.strip_prefix('\'') {
        if quoted.starts_with('\\') {
            return until("'", 3);
        }
        let c = quoted.chars().next().map_or(0, char::len_utf8);
        if quoted[c..].starts_with('\'') {
            return c + 2;
        }
    }
    0
}

/// The code without the modules that are compiled for tests only; every line stays on its line.
fn without_tests(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..at]);
        let item = &rest[at..];
        let mut depth = 0;
        let mut end = item.len();
        for (at, c) in item.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 1 => {
                    end = at + 1;
                    break;
                }
                '}' => depth -= 1,
                ';' if depth == 0 => {
                    end = at + 1;
                    break;
                }
                _ => {}
            }
        }
        kept.extend(item[..end].chars().filter(|c| *c == '\n'));
        rest = &item[end..];
    }
    kept.push_str(rest);
    kept
}

/// The files that obey events: there a new event must find its arm, or the compiler says so.
const OBEYING: [&str; 3] = ["src/incident/make.rs", "src/incident/setting.rs", "src/incident/words.rs"];

fn swallows(source: &str) -> bool {
    source.lines().any(|line| line.trim_start().starts_with("_ =>"))
}

#[test]
fn obeying_an_event_leaves_no_event_out() {
    for path in OBEYING {
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        assert!(!swallows(&source), "{path} has an arm that swallows events");
    }
    assert!(swallows("match event {\n    _ => {}\n}"));
}
