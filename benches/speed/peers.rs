//! What people use instead, where it is installed: SQLite by its shell, Taskwarrior and its screens.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use portable_pty::CommandBuilder;

use super::yard;

/// A SQLite file with so many notes, each a row of its own.
pub(crate) struct Sqlite(PathBuf);

fn works(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn run(command: &mut Command) {
    assert!(works(command), "{command:?}");
}

impl Sqlite {
    /// `None`: it is not there.
    pub(crate) fn make(scratch: &Path, notes: usize) -> Option<Self> {
        let path = scratch.join("notes.sqlite");
        let fill = format!(
            "PRAGMA journal_mode=WAL; CREATE TABLE notes(id INTEGER PRIMARY KEY, at TEXT, by TEXT, text TEXT);
             WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {notes})
             INSERT INTO notes(at, by, text) SELECT '2026-01-01T10:00:00Z', 'ana', 'note ' || n FROM k;"
        );
        works(Command::new("sqlite3").arg(&path).arg(fill)).then_some(Self(path))
    }

    /// One durable note.
    pub(crate) fn note(&self, text: &str) {
        let words = format!(
            "PRAGMA synchronous=FULL; INSERT INTO notes(at, by, text) VALUES('2026-01-01T10:00:00Z', 'ana', '{text}');"
        );
        run(Command::new("sqlite3").arg(&self.0).arg(words));
    }
}

/// Taskwarrior 2.6 with so many tasks: what [`yard::plain_files`] writes, the notes and indicators as annotations.
pub(crate) struct Tasks(PathBuf);

impl Tasks {
    /// `None`: it is not there, or another version.
    pub(crate) fn make(scratch: &Path, count: usize) -> Option<Self> {
        let version = Command::new("task").arg("--version").stdin(Stdio::null()).output().ok()?;
        if !version.stdout.starts_with(b"2.6") {
            return None;
        }
        let (folder, file) = (scratch.join("tasks"), scratch.join("10k-tasks.json"));
        std::fs::create_dir(&folder).ok()?;
        std::fs::write(folder.join("rc"), format!("data.location={}\n", folder.display())).ok()?;
        std::fs::write(&file, (0..count).map(|n| yard::plain_task(n) + "\n").collect::<String>()).ok()?;
        let tasks = Self(folder);
        works(tasks.command().arg("import").arg(&file)).then_some(tasks)
    }

    /// Its screens, by taskwarrior-tui; `None`: that is not there.
    pub(crate) fn screen(&self) -> Option<CommandBuilder> {
        let mut command = CommandBuilder::new("taskwarrior-tui");
        works(Command::new("taskwarrior-tui").arg("--version")).then_some(())?;
        command.env("TASKRC", self.0.join("rc"));
        command.env("TASKDATA", &self.0);
        command.env("HOME", &self.0);
        Some(command)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("task");
        command.env("TASKRC", "/dev/null").env("TASKDATA", &self.0).env("HOME", &self.0);
        command.args(["rc.confirmation=no", "rc.verbose=nothing", "rc.gc=off"]);
        command
    }

    pub(crate) fn note(&self, text: &str) {
        run(self.command().args(["5000", "annotate", text]));
    }

    pub(crate) fn list(&self) {
        run(self.command().arg("list"));
    }
}
