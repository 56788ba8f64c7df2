//! Bar 18: a thousand incidents that arrive at once, durable as a whole.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use super::measure::{Rounds, rounds};
use super::table::Limit::{AtMost, None as Free};
use super::table::{Table, ms};
use super::yard;

/// Incidents of one import.
const MANY: usize = 1_000;
const ROUNDS: usize = 7;

/// `casebook import` beside `task import` of Taskwarrior 2.6 of the same, and beside folders that are only made: the
/// incidents of the other bars, by way of TheHive, and those of VERIS, which have few words.
pub(crate) fn importing(table: &mut Table, scratch: &Path) {
    let file = |name: &str, one: fn(usize) -> String| {
        let path = scratch.join(name);
        fs::write(&path, lines(one)).expect("a file in a folder that was just made");
        path
    };
    let (cases, tasks) = (file("cases.jsonl", yard::plain_case), file("tasks.json", yard::plain_task));
    let (few, few_tasks) = (file("veris.jsonl", case), file("few.json", task));
    let turn = Cell::new(0);
    let fresh = || -> PathBuf {
        turn.set(turn.get() + 1);
        let folder = scratch.join(format!("import-{}", turn.get()));
        fs::create_dir(&folder).expect("a new folder");
        folder
    };
    let ours = |format: &str, cases: &Path| {
        let folder = fresh();
        let mut command = Command::new(super::program());
        command.env_clear().env("CASEBOOK_STORE", folder.join("store")).env("CASEBOOK_USER", "ana");
        command.env("CASEBOOK_STATE", folder.join("state")).env("HOME", folder.join("nobody"));
        run(command.args(["import", format]).arg(cases));
    };
    let theirs = |tasks: &Path| {
        let folder = fresh();
        let mut command = Command::new("task");
        command.env("TASKRC", "/dev/null").env("TASKDATA", &folder).env("HOME", &folder);
        run(command.args(["rc.confirmation=no", "rc.verbose=nothing", "import"]).arg(tasks));
    };
    let said = |found: &Rounds, by| format!("{} by {}", ms(found.wall(0)), ms(found.wall(by)));
    let (mut hive, mut veris) = (|| ours("thehive", &cases), || ours("veris", &few));
    let found = rounds(ROUNDS, &mut [&mut hive, &mut || folders(&fresh().join("bare"))]);
    let what = "import of 1,000 incidents / 1,000 folders";
    table.ratio("", what, said(&found, 1), found.wall_ratio(0, 1), (Free, Free));
    let version = Command::new("task").arg("--version").stdin(Stdio::null()).output();
    let version = version.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned()).ok();
    let Some(version) = version.filter(|version| version.starts_with("2.")) else {
        return table.note("Bar 18 was not held against its yardstick: there is no Taskwarrior 2.6 here.");
    };
    let found = rounds(ROUNDS, &mut [&mut hive, &mut || theirs(&tasks)]);
    let what = format!("import of 1,000 incidents / task {version} import");
    table.ratio("18", &what, said(&found, 1), found.wall_ratio(0, 1), (AtMost(3.0), AtMost(2.0)));
    let found = rounds(ROUNDS, &mut [&mut veris, &mut || theirs(&few_tasks)]);
    let what = "the same of VERIS, a line of words each";
    table.ratio("", what, said(&found, 1), found.wall_ratio(0, 1), (Free, AtMost(3.0)));
}

fn run(command: &mut Command) {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().expect("the program starts");
    assert!(status.success(), "{command:?}: {status}");
}

/// What a thousand incidents in folders of their own cost at the least: folder, journal, file, one sync of all.
fn folders(within: &Path) {
    for n in 0..MANY {
        let journal = within.join(format!("incident-{n}")).join("journal");
        fs::create_dir_all(&journal).expect("a new folder");
        fs::write(journal.join("w.jsonl"), case(n)).expect("a new file");
    }
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(fs::File::open(within).expect("it was just made"))
        .expect("a disk that can be written");
}

fn lines(one: fn(usize) -> String) -> String {
    (0..MANY).map(|n| one(n) + "\n").collect()
}

/// A VERIS incident as its community writes them, with few words.
fn case(n: usize) -> String {
    json!({
        "incident_id": format!("M-{n:05}"), "security_incident": "Confirmed",
        "summary": format!("Files of site {n} were encrypted."),
        "timeline": { "incident": { "year": 2021, "month": 5, "day": 1 + n % 28 } },
        "victim": { "victim_id": format!("Site {n}"), "country": ["US"] },
        "actor": { "external": { "variety": ["Organized crime"] } },
        "action": { "malware": { "variety": ["Ransomware"] } },
        "asset": { "assets": [{ "variety": "S - Database" }] },
        "attribute": { "availability": { "variety": ["Obscuration"] } },
    })
    .to_string()
}

fn task(n: usize) -> String {
    json!({
        "description": format!("Site {n}: files were encrypted"), "entry": "20261121T100000Z",
        "status": "pending", "uuid": format!("00000000-0000-4000-8000-{n:012}"),
    })
    .to_string()
}
