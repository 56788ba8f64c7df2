//! Bar 18: a thousand incidents that arrive at once, durable as a whole.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use super::measure::rounds;
use super::table::Limit::{AtMost, None as Free};
use super::table::{Table, ms};

/// Incidents of one import.
const MANY: usize = 1_000;
const ROUNDS: usize = 7;

/// `casebook import veris` beside `task import` of Taskwarrior 2.6, and beside folders that are only made.
pub(crate) fn importing(table: &mut Table, scratch: &Path) {
    let (cases, tasks) = (scratch.join("cases.jsonl"), scratch.join("tasks.json"));
    fs::write(&cases, lines(case)).expect("a file in a folder that was just made");
    fs::write(&tasks, lines(task)).expect("a file in a folder that was just made");
    let turn = Cell::new(0);
    let fresh = || -> PathBuf {
        turn.set(turn.get() + 1);
        let folder = scratch.join(format!("import-{}", turn.get()));
        fs::create_dir(&folder).expect("a new folder");
        folder
    };
    let mut ours = || {
        let folder = fresh();
        let mut command = Command::new(super::program());
        command.env_clear().env("CASEBOOK_STORE", folder.join("store")).env("CASEBOOK_USER", "ana");
        command.env("CASEBOOK_STATE", folder.join("state")).env("HOME", folder.join("nobody"));
        run(command.args(["import", "veris"]).arg(&cases));
    };
    let mut bare = || folders(&fresh().join("bare"));
    let version = Command::new("task").arg("--version").stdin(Stdio::null()).output();
    let version = version.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned()).ok();
    let Some(version) = version.filter(|version| version.starts_with("2.")) else {
        let found = rounds(ROUNDS, &mut [&mut ours, &mut bare]);
        let said = format!("{} by {}", ms(found.wall(0)), ms(found.wall(1)));
        table.ratio(
            "",
            "import of 1,000 incidents / 1,000 folders",
            said,
            found.wall_ratio(0, 1),
            (Free, Free),
        );
        return table.note("Bar 18 was not held against its yardstick: there is no Taskwarrior 2.6 here.");
    };
    let mut theirs = || {
        let folder = fresh();
        let mut command = Command::new("task");
        command.env("TASKRC", "/dev/null").env("TASKDATA", &folder).env("HOME", &folder);
        run(command.args(["rc.confirmation=no", "rc.verbose=nothing", "import"]).arg(&tasks));
    };
    let found = rounds(ROUNDS, &mut [&mut ours, &mut theirs, &mut bare]);
    let said = |by| format!("{} by {}", ms(found.wall(0)), ms(found.wall(by)));
    let what = format!("import of 1,000 incidents / task {version} import");
    table.ratio("18", &what, said(1), found.wall_ratio(0, 1), (AtMost(3.0), AtMost(2.0)));
    table.ratio(
        "",
        "import of 1,000 incidents / 1,000 folders",
        said(2),
        found.wall_ratio(0, 2),
        (Free, Free),
    );
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
