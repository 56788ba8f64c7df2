//! What can go wrong with the disk, each as one sentence with the next step.

use std::io;
use std::path::{Path, PathBuf};

/// Why the store could not do it. Nothing that was acknowledged before is affected.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system said no.
    #[error("could not {what} {}: {}", path.display(), plain(source))]
    Io { what: &'static str, path: PathBuf, source: io::Error },
    /// Neither `--store` nor a home folder says where the incidents are.
    #[error("there is no home folder to keep incidents in (HOME is not set)")]
    NoHome,
    /// The folder was written by a later casebook.
    #[error("{} was written in the newer format {found}; this casebook reads casebook/1", path.display())]
    Newer { path: PathBuf, found: String },
    /// `FORMAT.json` is there and says something else.
    #[error("{} does not describe a casebook store: {why}", path.display())]
    NotAStore { path: PathBuf, why: String },
    /// A symbolic link where the store keeps a file or folder of its own.
    #[error("{} is a symbolic link, and casebook follows none inside a store", path.display())]
    Link { path: PathBuf },
    /// Something that is not read as evidence.
    #[error("{} is {what}, and evidence is a plain file", path.display())]
    NotAFile { path: PathBuf, what: &'static str },
    /// A file that somebody named, and that is not there.
    #[error("there is no file {}", path.display())]
    NoFile { path: PathBuf },
    /// Told to stop while a file was read.
    #[error("stopped while reading {}; nothing was recorded and no copy was kept", path.display())]
    Stopped { path: PathBuf },
    /// A file of another store that is not what it is said to be, or does not fit what is here.
    #[error("{what}: {why}; nothing was taken in")]
    NotTaken { what: String, why: String },
    /// A file of the vault that does not hold the bytes its name says.
    #[error("{} does not hold the bytes its name says; it is left as it is", path.display())]
    Altered { path: PathBuf },
    /// No incident answers to the reference.
    #[error("no incident is called “{reference}” in {}", store.display())]
    NotFound { reference: String, store: PathBuf },
    /// It was packed into a file and moved out of the store.
    #[error("{number} was archived on {on} into {}", file.display())]
    Archived { number: String, on: String, file: PathBuf, encrypted: bool },
    /// A folder that cannot take a backup.
    #[error("{} is no place for this backup: {why}", path.display())]
    NotABackup { path: PathBuf, why: String },
    /// Packed, and not moved out of the store.
    #[error("{number} stays where it is: {why}")]
    NotArchived { number: String, why: String },
    /// More than one incident answers to the reference.
    #[error("“{reference}” fits {} incidents: {}", candidates.len(), candidates.join(", "))]
    Ambiguous { reference: String, candidates: Vec<String> },
    /// An incident folder one may not read.
    #[error("{} is restricted: its folder may not be read by you", number)]
    Restricted { number: String },
    /// A fact that does not fit on one line of the journal.
    #[error("a line of {bytes} bytes is over the limit of {} bytes (1 MiB)", super::line::LIMIT)]
    TooLong { bytes: usize },
    /// An event whose JSON no reader would take back.
    #[error("this cannot be recorded: {why}")]
    Unwritable { why: String },
    /// The incident holds a line that this version must not write behind.
    #[error("{number} can only be read here: {why}")]
    ReadOnly { number: String, why: String },
    /// A setting that is not one, or a value it cannot have.
    #[error("“{key}” was not set: {why}")]
    BadSetting { key: String, why: String },
    /// A line that says of what would be left of others what is not so.
    #[error("what line {line} says would be left of the lines it expunges is not so; nothing was taken away")]
    Untrue { line: String },
    /// A JSON file of the user's or of the store that does not read.
    #[error("{}: {why}", path.display())]
    BadFile { path: PathBuf, why: String },
}

impl StoreError {
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::of(what, path, source)
    }

    fn of(what: &'static str, path: PathBuf, source: io::Error) -> Self {
        // O_NOFOLLOW answers ELOOP.
        if super::files::met_a_link(&source) { Self::Link { path } } else { Self::Io { what, path, source } }
    }

    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Io { source, path, .. } => return io_hint(source, path),
            Self::NoHome => "set HOME, or say where: casebook --store DIR".into(),
            Self::Newer { .. } | Self::ReadOnly { .. } => {
                "everything stays readable; to write, use the newer casebook".into()
            }
            Self::NotAStore { .. } => {
                "choose another folder with --store DIR, or put FORMAT.json back".into()
            }
            Self::Link { path } => format!("put the real file or folder in the place of {}", path.display()),
            Self::NotAFile { path, what } => match *what {
                "a folder" => "pack it first, and add the archive: tar -cf FILE.tar FOLDER".into(),
                "a symbolic link" => match std::fs::canonicalize(path) {
                    Ok(file) => format!("name the file it leads to: {}", file.display()),
                    Err(_) => "it leads nowhere; name the file itself".into(),
                },
                _ => "image it first, and add the image".into(),
            },
            Self::NoFile { .. } => "look at the path; one with blanks goes in quotes".into(),
            Self::Stopped { .. } => "give the command again to begin anew".into(),
            Self::Altered { .. } => {
                "somebody or a failing disk changed it: verify the evidence, and keep the source".into()
            }
            Self::Archived { file, encrypted: false, .. } => {
                format!("casebook import bundle {} brings it back", file.display())
            }
            Self::Archived { file, .. } => {
                format!(
                    "to bring it back: age -d -i YOUR-KEY.txt {} | casebook import bundle -",
                    file.display()
                )
            }
            Self::NotABackup { .. } => {
                "name a new folder, best on another disk: casebook backup FOLDER".into()
            }
            Self::NotArchived { .. } => "give the command again; it packs what came since, too".into(),
            Self::NotFound { .. } => "casebook list --all shows every incident".into(),
            Self::Ambiguous { .. } => "say the full number, with its last four digits if it is double".into(),
            Self::Restricted { .. } => "ask its lead for access to the folder".into(),
            Self::TooLong { .. } => "put the text in a file and add that as evidence".into(),
            Self::NotTaken { .. } => {
                "ask for the bundle anew, and compare its SHA-256 with the one of who made it".into()
            }
            Self::Untrue { line } => {
                format!(
                    "no casebook wrote it so; keep the words: casebook expunge --decline {line} --reason \"…\""
                )
            }
            Self::Unwritable { .. } => return None,
            Self::BadSetting { .. } => "casebook config shows every setting and its value".into(),
            Self::BadFile { .. } => "correct the file, or move it away to start with the defaults".into(),
        })
    }

    /// The cause in a few words for the state line: `disk full`, `read-only`, ….
    pub fn in_short(&self) -> String {
        match self {
            Self::Io { source, .. } => plain(source),
            other => other.to_string(),
        }
    }

    /// Whether waiting and trying again can help: the disk's fault, not the line's.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Io { .. })
    }
}

fn io_hint(source: &io::Error, path: &Path) -> Option<String> {
    use io::ErrorKind as K;
    Some(match source.kind() {
        K::StorageFull | K::QuotaExceeded => format!("free some space on the disk of {}", path.display()),
        K::ReadOnlyFilesystem => "the disk is mounted read-only: choose another with --store DIR".into(),
        K::PermissionDenied => {
            format!(
                "see who owns it with: ls -ld {} ; or choose another place with --store DIR",
                path.display()
            )
        }
        K::NotFound => {
            "see whether the disk is still mounted, or choose another place with --store DIR".into()
        }
        _ => return None,
    })
}

/// An operating system's error in plain words, without its number.
pub(crate) fn plain(source: &io::Error) -> String {
    use io::ErrorKind as K;
    match source.kind() {
        K::StorageFull => "disk full".into(),
        K::QuotaExceeded => "disk quota used up".into(),
        K::ReadOnlyFilesystem => "the disk is read-only".into(),
        K::PermissionDenied => "permission denied".into(),
        K::NotFound => "not there".into(),
        K::AlreadyExists => "it exists already".into(),
        _ => {
            let text = source.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_owned()
        }
    }
}
