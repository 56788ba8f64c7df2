//! The yardsticks: what the disk, the hash and the JSON reader cost without casebook.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Bytes of a line as the bare appenders write it: what a note of 150 characters becomes in a journal.
pub(crate) const LINE: usize = 640;

/// A file that grows by one line at a time.
pub(crate) struct Appender {
    file: File,
    line: Vec<u8>,
}

impl Appender {
    pub(crate) fn new(path: &Path) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(path).expect("the folder was just made");
        let mut line = vec![b'x'; LINE];
        line.push(b'\n');
        Self { file, line }
    }

    /// A bare write.
    pub(crate) fn write(&mut self) {
        self.file.write_all(&self.line).expect("a bare append");
    }

    /// The floor of a durable note: one write, one sync.
    pub(crate) fn durable(&mut self) {
        self.write();
        self.file.sync_data().expect("a bare sync");
    }
}

/// Temporary file, sync, rename, sync of the folder: what keeping a whole file costs.
pub(crate) fn replace(folder: &Path, bytes: &[u8]) {
    let (beside, path) = (folder.join("replaced.tmp"), folder.join("replaced"));
    let put = || {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        File::open(folder)?.sync_all()
    };
    put().expect("a bare replacement");
}

/// SHA-256 over files as they are.
pub(crate) fn hash(paths: &[PathBuf]) -> [u8; 32] {
    let mut hash = Sha256::new();
    paths.iter().for_each(|path| hash.update(fs::read(path).expect("a file that was just made")));
    hash.finalize().into()
}

/// A line as a plain program would read it: typed, owned, unchecked.
#[derive(Deserialize)]
#[expect(dead_code, reason = "the reading is what is measured")]
struct PlainLine {
    writer: String,
    n: u64,
    clock: (i64, u32),
    recorded: String,
    by: String,
    kind: String,
    data: PlainData,
    prev: String,
    id: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "the reading is what is measured")]
struct PlainData {
    #[serde(default)]
    text: String,
}

/// The load floor of a journal: a typed parse of its lines. Says how many they are.
pub(crate) fn parse(paths: &[PathBuf]) -> usize {
    let mut count = 0;
    for path in paths {
        let bytes = fs::read(path).expect("a file that was just made");
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let read: Vec<PlainLine> =
            lines.map(|line| serde_json::from_slice(line).expect("a line is JSON")).collect();
        count += read.len();
    }
    count
}

/// An incident as a plain program would keep it, about 1 KB.
#[derive(Serialize, Deserialize)]
struct PlainIncident {
    id: String,
    title: String,
    status: String,
    severity: u8,
    created: String,
    updated: String,
    assignee: String,
    tags: Vec<String>,
    indicators: Vec<(String, String, String)>,
    notes: Vec<(String, String, String)>,
}

/// One file of JSON lines with so many incidents.
pub(crate) fn plain_incidents(path: &Path, count: usize) {
    let mut file = std::io::BufWriter::new(File::create(path).expect("the folder was just made"));
    for i in 0..count {
        serde_json::to_writer(&mut file, &plain(i)).expect("plain strings");
        file.write_all(b"\n").expect("a file that was just made");
    }
}

/// A folder with a file for each of so many incidents.
pub(crate) fn plain_files(folder: &Path, count: usize) {
    fs::create_dir_all(folder).expect("the folder can be made");
    for i in 0..count {
        let text = serde_json::to_vec(&plain(i)).expect("plain strings");
        fs::write(folder.join(format!("INC-{i:05}.json")), text).expect("a file can be made");
    }
}

fn plain(i: usize) -> PlainIncident {
    PlainIncident {
        id: format!("INC-{i:05}"),
        title: format!("Suspicious sign-in from host-{:04} by user{}", i % 997, i % 313),
        status: ["open", "triage", "contained", "closed"][i % 4].into(),
        severity: u8::try_from(i % 5).unwrap_or(0),
        created: format!("2026-01-{:02}T10:{:02}:00Z", i % 28 + 1, i % 60),
        updated: format!("2026-02-{:02}T10:{:02}:00Z", i % 28 + 1, i % 60),
        assignee: format!("analyst{}", i % 12),
        tags: vec!["phishing".into(), format!("wave-{}", i % 9)],
        indicators: (0..2)
            .map(|k| ("ipv4".into(), format!("10.{}.{k}.{}", i % 255, i % 13), "seen in the proxy log".into()))
            .collect(),
        notes: (0..3)
            .map(|k| {
                let text = format!(
                    "note {k}: checked the mailbox rules and reset the session tokens of user{} on host-{:04}. \
                     Escalated to the identity team; follow-up due in four hours.",
                    i % 313,
                    i % 997
                );
                (format!("2026-01-{:02}T11:{k:02}:00Z", i % 28 + 1), "analyst1".into(), text)
            })
            .collect(),
    }
}

/// The same incident as Taskwarrior takes it, its indicators and notes as annotations.
pub(crate) fn plain_task(i: usize) -> String {
    let incident = plain(i);
    let noted = incident.notes.into_iter().map(|(_, _, text)| text);
    let seen = incident.indicators.into_iter().map(|(_, value, context)| format!("{value} {context}"));
    let said = noted.chain(seen).zip(0..);
    let annotations: Vec<_> = said
        .map(|(text, k)| json!({ "entry": format!("20260201T1100{k:02}Z"), "description": text }))
        .collect();
    json!({
        "description": incident.title, "entry": "20260101T100000Z", "status": "pending",
        "uuid": format!("00000000-0000-4000-8000-{i:012}"), "project": incident.assignee,
        "tags": incident.tags.iter().map(|tag| tag.replace('-', "")).collect::<Vec<_>>(), "annotations": annotations,
    })
    .to_string()
}

/// The same incident as TheHive gives it, with its notes as logs and its indicators as observables.
pub(crate) fn plain_case(i: usize) -> String {
    let incident = plain(i);
    let log = |(_, by, text): &(String, String, String)| json!({ "message": text, "startDate": 1_769_943_600_000_i64, "createdBy": by });
    let seen = |(_, value, context): &(String, String, String)| json!({ "dataType": "ip", "data": value, "message": context });
    let logs: Vec<_> = incident.notes.iter().map(log).collect();
    let seen: Vec<_> = incident.indicators.iter().map(seen).collect();
    json!({
        "_id": format!("~{i}"), "number": i + 1, "title": incident.title, "severity": 1 + i % 4, "status": "InProgress",
        "startDate": 1_769_940_000_000_i64, "owner": incident.assignee, "tags": incident.tags, "logs": logs,
        "observables": seen,
    })
    .to_string()
}

/// The load floor of a list: a typed parse of those lines.
pub(crate) fn parse_incidents(path: &Path) -> usize {
    let bytes = fs::read(path).expect("a file that was just made");
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let read: Vec<PlainIncident> =
        lines.map(|line| serde_json::from_slice(line).expect("a line is JSON")).collect();
    read.len()
}

/// The same of a file each: the load floor of a list without a cache.
pub(crate) fn parse_files(folder: &Path) -> usize {
    let names = fs::read_dir(folder).expect("a folder that was just made");
    let read: Vec<PlainIncident> = names
        .filter_map(|entry| fs::read(entry.ok()?.path()).ok())
        .map(|bytes| serde_json::from_slice(&bytes).expect("it is JSON"))
        .collect();
    read.len()
}

/// Reads the names of all folders two levels down, and of what is in them.
pub(crate) fn folder_names(root: &Path) -> usize {
    let names = |folder: &Path| fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut count = 0;
    for year in names(&root.join("incidents")) {
        for hundred in names(&year.path()) {
            count += names(&hundred.path()).filter_map(|entry| entry.file_name().into_string().ok()).count();
        }
    }
    count
}
