//! Writes `assets/THIRD-PARTY-NOTICES.txt`: whose work is in casebook, and on which terms.
//!
//! `cargo run --example notices`, after a dependency came, went or changed its version. It reads the licence files of
//! the crates that Cargo.lock names, on every platform, and needs them to be downloaded (`cargo fetch`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::Value;

const HEAD: &str = "\
casebook is under the MIT License; this is the work of others that a built casebook holds, and the terms it came on.
Facts from public sources (ATT&CK, NIST, FIRST, regulations) are named where casebook shows them.

";

/// A crate that ends up in the program, or builds it.
struct Crate {
    /// `name version`.
    name: String,
    licence: String,
    folder: PathBuf,
}

fn main() -> ExitCode {
    match notices().and_then(|text| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/THIRD-PARTY-NOTICES.txt");
        std::fs::write(path, text).map_err(|error| format!("{path}: {error}"))
    }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn notices() -> Result<String, String> {
    let mut text = HEAD.to_owned();
    // The same terms of several crates stand once, with the copyright lines of each.
    let mut terms: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for one in crates()? {
        writeln!(text, "{}  {}", one.name, one.licence).map_err(|error| error.to_string())?;
        for terms_of in terms_in(&one.folder)? {
            let (whose, terms_of): (Vec<&str>, Vec<&str>) = terms_of.lines().partition(|line| is_whose(line));
            let whose: Vec<&str> = whose.into_iter().map(str::trim).collect();
            let body = terms_of.join("\n").trim_matches('\n').to_owned();
            let key: String = body.split_whitespace().flat_map(|word| [word, " "]).collect();
            let (_, crates) = terms.entry(key).or_insert((body, BTreeSet::new()));
            crates.insert(
                format!("{}: {}", one.name, whose.join("; ")).trim_end_matches([':', ' ']).to_owned(),
            );
        }
    }
    for (body, crates) in terms.into_values() {
        let crates: Vec<String> = crates.into_iter().collect();
        write!(text, "\n{}\n{}\n\n{body}\n", "-".repeat(100), crates.join("\n"))
            .map_err(|error| error.to_string())?;
    }
    Ok(text)
}

/// Whether a line says whose the work is.
fn is_whose(line: &str) -> bool {
    let line = line.trim();
    ["Copyright (c)", "Copyright ©", "Copyright 1", "Copyright 2", "(c) 20"]
        .iter()
        .any(|start| line.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)))
}

/// What the program is built from, without what only tests need.
fn crates() -> Result<Vec<Crate>, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let answer = Command::new(cargo).args(["metadata", "--format-version", "1", "--locked"]).output();
    let answer = answer.map_err(|error| error.to_string())?;
    let found: Value = serde_json::from_slice(&answer.stdout).map_err(|error| error.to_string())?;
    let of = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let nodes: HashMap<String, Value> =
        list(&found["resolve"]["nodes"]).into_iter().map(|node| (of(&node, "id"), node)).collect();
    let mut wanted = BTreeSet::new();
    let mut open = vec![of(&found["resolve"], "root")];
    while let Some(id) = open.pop() {
        if !wanted.insert(id.clone()) {
            continue;
        }
        for dependency in list(&nodes[&id]["deps"]) {
            if list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev") {
                open.push(of(&dependency, "pkg"));
            }
        }
    }
    wanted.remove(&of(&found["resolve"], "root"));
    // What has no source is a part of casebook itself.
    let others = list(&found["packages"]).into_iter().filter(|package| !package["source"].is_null());
    let packages = others.filter(|package| wanted.contains(&of(package, "id")));
    let mut crates: Vec<Crate> = packages
        .map(|package| Crate {
            name: format!("{} {}", of(&package, "name"), of(&package, "version")),
            licence: of(&package, "license"),
            folder: Path::new(&of(&package, "manifest_path")).parent().unwrap_or(Path::new("")).to_owned(),
        })
        .collect();
    crates.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(crates)
}

/// The terms that lie beside a crate. Where it may be taken on several, those of MIT, the shortest.
fn terms_in(folder: &Path) -> Result<Vec<String>, String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| {
            let name = name.to_uppercase();
            ["LICEN", "COPYING", "NOTICE", "UNLICENSE"].iter().any(|start| name.starts_with(start))
        })
        .filter(|name| folder.join(name).is_file())
        .collect();
    names.sort();
    let upper = |name: &String| name.to_uppercase();
    if names.iter().any(|name| upper(name).contains("MIT")) {
        names.retain(|name| upper(name).contains("MIT") || upper(name).starts_with("NOTICE"));
    }
    names
        .iter()
        .map(|name| {
            let bytes = std::fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
            let text = String::from_utf8_lossy(&bytes).replace('\r', "");
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            Ok(lines.join("\n").trim_matches('\n').to_owned())
        })
        .collect()
}
