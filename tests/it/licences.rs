//! What casebook is built from: on which terms, with whose notices, and what runs while it is built.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Terms a dependency may come on: they ask for a notice at most, or (MPL-2.0) for the source of that file.
const ALLOWED: [&str; 11] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "Unlicense",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "Zlib",
    "CC0-1.0",
    "Unicode-3.0",
    "MPL-2.0",
];

/// Crates that run a program of their own while casebook is built on Linux. Each was read: they look at the compiler
/// and the target, and fetch nothing. A new one is read before it is added.
const BUILD_SCRIPTS: [&str; 18] = [
    "encoding_rs",
    "getrandom",
    "inotify-sys",
    "libc",
    "libm",
    "num-traits",
    "parking_lot_core",
    "portable-atomic",
    "proc-macro2",
    "quote",
    "rustix",
    "rustversion",
    "serde",
    "serde_core",
    "serde_json",
    "signal-hook",
    "thiserror",
    "zmij",
];

/// Crates that open connections: none of them is needed by a program that never does.
const NETWORK: [&str; 12] = [
    "async-std",
    "curl",
    "h2",
    "hyper",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rustls",
    "socket2",
    "tokio",
    "ureq",
];

/// Everything that the program is built from on Linux, with the C library of the system or its own, casebook left out,
/// as cargo tells it.
fn packages() -> Vec<Value> {
    let platforms =
        ["gnu", "musl"].map(|library| format!("--filter-platform=x86_64-unknown-linux-{library}"));
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(platforms)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let found: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let nodes = found["resolve"]["nodes"].as_array().unwrap();
    let node = |id: &str| nodes.iter().find(|node| node["id"] == id).unwrap();
    let root = found["resolve"]["root"].as_str().unwrap();
    let (mut wanted, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        if !wanted.insert(id) {
            continue;
        }
        let built = |dependency: &&Value| {
            dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"] != "dev")
        };
        let dependencies = node(id)["deps"].as_array().unwrap().iter().filter(built);
        open.extend(dependencies.map(|dependency| dependency["pkg"].as_str().unwrap()));
    }
    wanted.remove(root);
    let all = found["packages"].as_array().unwrap();
    // What has no source is a part of casebook itself.
    let others = all.iter().filter(|package| !package["source"].is_null());
    others.filter(|package| wanted.contains(package["id"].as_str().unwrap())).cloned().collect()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

/// Whether terms can be met with what is allowed; `A OR B` by either side, `A AND B` by both.
fn allowed(terms: &str) -> bool {
    let terms = terms.replace('/', " OR ");
    let terms = terms.trim();
    if let Some((one, other)) = terms.strip_prefix('(').and_then(|rest| rest.split_once(") AND ")) {
        return allowed(one) && allowed(other);
    }
    terms.split(" OR ").any(|one| one.split(" AND ").all(|term| ALLOWED.contains(&term.trim())))
}

#[test]
fn terms_are_read_as_they_are_written() {
    assert!(
        allowed("GPL-3.0 OR MIT")
            && allowed("MIT/Apache-2.0")
            && allowed("(MIT OR Apache-2.0) AND Unicode-3.0")
    );
    assert!(!allowed("GPL-3.0") && !allowed("MIT AND GPL-3.0") && !allowed("(MIT OR ISC) AND GPL-3.0"));
}

#[test]
fn every_dependency_came_on_terms_that_ask_for_a_notice_at_most_and_the_notice_ships() {
    let notices = include_str!("../../assets/THIRD-PARTY-NOTICES.txt");
    let packages = packages();
    assert!(packages.len() > 80, "{} packages", packages.len());
    for package in &packages {
        let terms = package["license"].as_str().unwrap_or_default();
        assert!(allowed(terms), "{} came on {terms:?}", name(package));
        let entry = format!("\n{} {}  {terms}\n", name(package), package["version"].as_str().unwrap());
        assert!(notices.contains(&entry), "cargo run --example notices: {entry}");
    }
}

#[test]
fn no_dependency_opens_connections_and_what_runs_at_build_time_is_known() {
    let packages = packages();
    let names: BTreeSet<&str> = packages.iter().map(name).collect();
    let network: Vec<_> = NETWORK.iter().filter(|name| names.contains(**name)).collect();
    assert!(network.is_empty(), "{network:?}");
    let runs = |package: &&Value| {
        package["targets"].as_array().unwrap().iter().any(|target| target["kind"][0] == "custom-build")
    };
    let scripts: BTreeSet<&str> = packages.iter().filter(runs).map(name).collect();
    assert_eq!(scripts, BUILD_SCRIPTS.into_iter().collect(), "build scripts");
}

#[test]
fn the_fuzz_targets_read_with_the_same_crates_as_the_program() {
    let pinned = |lock: &'static str| -> BTreeSet<Vec<&str>> {
        let packages = lock.split("[[package]]\n").skip(1);
        packages.map(|package| package.lines().take(2).collect()).collect()
    };
    let ours = pinned(include_str!("../../Cargo.lock"));
    let theirs = pinned(include_str!("../../fuzz/Cargo.lock"));
    let other: Vec<_> = theirs.difference(&ours).collect();
    // What only a fuzzer needs, and itself.
    assert_eq!(other.len(), 4, "copy Cargo.lock to fuzz/ and let cargo add what is missing: {other:#?}");
}
