//! Bars that are measured over a whole process: the real program beside a process that does the bare work.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Stores;
use super::ground::Place;
use super::measure::rounds;
use super::peers::Sqlite;
use super::table::Limit::{AtMost, None as Free};
use super::table::{Table, ms};
use super::yard;

const TEXT: &str =
    "checked the mailbox rules and reset the session tokens of user12; follow-up due in four hours";

/// The program under test, at a store.
pub(crate) fn casebook(place: &Place, words: &[&str]) -> Command {
    let mut command = Command::new(super::program());
    command.args(words);
    // No settings, no name and no clock of the person who measures.
    command.env_clear().env("CASEBOOK_STORE", &place.root).env("CASEBOOK_STATE", &place.state);
    command.env("HOME", place.root.join("nobody")).env("CASEBOOK_USER", "ana");
    command
}

fn run(command: &mut Command) {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().expect("the program starts");
    assert!(status.success(), "{command:?}: {status}");
}

/// Runs it with a pipe for its answer, read to the end.
fn piped(command: &mut Command) {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().expect("the program starts");
    assert!(output.status.success() && !output.stdout.is_empty(), "{command:?}");
}

/// Notes, looks and lists in stores of one and of ten thousand incidents.
pub(crate) fn processes(table: &mut Table, scratch: &Path, stores: &Stores) {
    let me = std::env::current_exe().expect("this program has a path");
    let bare = |words: &[&str], file: &Path| {
        let mut command = Command::new(&me);
        command.args(words).arg(file);
        command
    };
    let log = |place: &Place, n| run(&mut casebook(place, &["log", "-i", n, TEXT]));
    let mut k = 0;
    let mut edit = || {
        k += 1;
        run(&mut casebook(&stores.wide, &["edit", "-i", "4000", "--title", &format!("title {k}")]));
    };
    let found = rounds(
        41,
        &mut [
            &mut || run(&mut bare(&["append1"], &scratch.join("append1"))),
            &mut || run(Command::new(&me).arg("nothing")),
            &mut || log(&stores.wide, "5000"),
            &mut || log(&stores.empty, "1"),
            &mut || log(&stores.long, "1"),
            &mut || run(&mut casebook(&stores.wide, &["show", "6000"])),
            &mut edit,
            &mut || run(&mut casebook(&stores.wide, &["--version"])),
        ],
    );
    let said = |i, by| format!("{} by {}", ms(found.wall(i)), ms(found.wall(by)));
    let mut bar = |n, what: &str, i, by, limits| {
        table.ratio(n, what, said(i, by), found.wall_ratio(i, by), limits);
    };
    bar("13", "casebook log, 10,000 incidents / append1-durable", 2, 0, (AtMost(2.0), AtMost(1.4)));
    bar("14", "casebook log, 10,000 incidents / 1 incident", 2, 3, (AtMost(1.2), AtMost(1.05)));
    bar("", "casebook log, 100,000 entries / append1-durable", 4, 0, (AtMost(2.0), AtMost(1.4)));
    bar("", "casebook log, 100,000 entries / few entries", 4, 3, (AtMost(1.1), AtMost(1.05)));
    bar("17", "casebook show, 10,000 incidents / append1-durable", 5, 0, (AtMost(3.0), AtMost(1.5)));
    bar("17", "casebook edit, 10,000 incidents / append1-durable", 6, 0, (AtMost(3.0), AtMost(1.5)));
    bar("", "casebook --version / a process that does nothing", 7, 1, (Free, Free));
    lists(table, scratch, stores, &me);
    verifying(table, &stores.long, &me);
    syncs(table, scratch, &stores.wide);
    peers(table, scratch, stores);
}

/// The same work done by what people use instead.
fn peers(table: &mut Table, scratch: &Path, stores: &Stores) {
    let wide = &stores.wide;
    let mut log = || run(&mut casebook(wide, &["log", "-i", "3000", TEXT]));
    match Sqlite::make(scratch, super::LONG) {
        None => table.note("SQLite is not there: no note was held against one of its."),
        Some(sqlite) => {
            let found = rounds(21, &mut [&mut log, &mut || sqlite.note(TEXT)]);
            let said = format!("{} by {}", ms(found.wall(0)), ms(found.wall(1)));
            let what = "casebook log, 10,000 incidents / a durable row by sqlite3";
            table.ratio("13", what, said, found.wall_ratio(0, 1), (Free, AtMost(1.0)));
        }
    }
    match &stores.tasks {
        None => table.note("Taskwarrior 2.6 is not there: nothing was held against it."),
        Some(tasks) => {
            let mut list = || piped(&mut casebook(wide, &["list"]));
            let works: &mut [&mut dyn FnMut()] =
                &mut [&mut log, &mut || tasks.note("checked"), &mut list, &mut || tasks.list()];
            let found = rounds(5, works);
            let mut bar = |n, what: &str, ours, theirs, limit| {
                let said = format!("{} by {}", ms(found.wall(ours)), ms(found.wall(theirs)));
                table.ratio(n, what, said, found.wall_ratio(ours, theirs), (AtMost(limit), Free));
            };
            bar("13", "casebook log / task annotate, 10,000", 0, 1, 1.0 / 20.0);
            bar("16", "casebook list / task list, 10,000", 2, 3, 2.0 / 3.0);
        }
    }
}

/// The list to a pipe, against the typed parse of as many plain incidents in a process of its own.
fn lists(table: &mut Table, scratch: &Path, stores: &Stores, me: &Path) {
    let plain = scratch.join("plain.jsonl");
    yard::plain_incidents(&plain, super::WIDE);
    let files = scratch.join("plain");
    yard::plain_files(&files, super::WIDE);
    let found = rounds(
        11,
        &mut [
            &mut || run(Command::new(me).arg("parse").arg(&plain)),
            &mut || run(Command::new(me).arg("parse-files").arg(&files)),
            &mut || piped(&mut casebook(&stores.wide, &["list"])),
        ],
    );
    let said = |by| format!("{} by {}", ms(found.wall(2)), ms(found.wall(by)));
    let limits = (AtMost(1.5), AtMost(1.0));
    table.ratio(
        "16",
        "casebook list, 10,000 to a pipe / parse of a file each",
        said(1),
        found.wall_ratio(2, 1),
        limits,
    );
    table.ratio(
        "16",
        "casebook list, 10,000 to a pipe / parse of one file",
        said(0),
        found.wall_ratio(2, 0),
        (Free, AtMost(1.0)),
    );
}

/// The program that ships verifies a long incident, against one SHA-256 over its files in a process of its own.
pub(crate) fn verifying(table: &mut Table, long: &Place, me: &Path) {
    let found = rounds(
        11,
        &mut [
            &mut || run(Command::new(me).arg("hash").args(long.journals())),
            &mut || run(&mut casebook(long, &["verify", "--quick"])),
            &mut || run(&mut casebook(long, &["verify"])),
        ],
    );
    let mut bar = |what: &str, work, limits| {
        let said = format!("{} by {}", ms(found.wall(work)), ms(found.wall(0)));
        table.ratio("", what, said, found.wall_ratio(work, 0), limits);
    };
    bar("casebook verify --quick, 100,000 lines / SHA-256", 1, (AtMost(2.0), AtMost(1.85)));
    bar("casebook verify, 100,000 lines / SHA-256", 2, (AtMost(6.0), Free));
}

/// How often a note waits for the disk, as strace counts it.
fn syncs(table: &mut Table, scratch: &Path, place: &Place) {
    let trace = scratch.join("strace");
    let note = casebook(place, &["log", "-i", "7000", TEXT]);
    let mut command = Command::new("strace");
    command.args(["-f", "-e", "trace=fsync,fdatasync,sync,syncfs,sync_file_range,msync", "-o"]).arg(&trace);
    command.arg(note.get_program()).args(note.get_args());
    command.envs(note.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let traced = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    // The first note of this writer there also makes its journal; the second is one like any other.
    if !(traced(&mut command) && traced(&mut command)) {
        table.note("Syncs of a note (bar 15) were not counted: strace is not here or may not trace.");
        return;
    }
    let text = std::fs::read_to_string(&trace).unwrap_or_default();
    let count = text.lines().filter(|line| line.contains("sync")).count();
    let what = "syncs of a note, 10,000 incidents";
    table.add("15", what, String::new(), count as f64, "", (AtMost(2.0), AtMost(1.0)));
}
