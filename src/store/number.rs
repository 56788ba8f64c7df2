//! The number of an incident: given once, under a lock, and never again.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::StoreError;
use super::files::{Files, lasting_folder, write_all};

/// The format this version writes.
pub const FORMAT: &str = "casebook/1";

/// The highest number of another store that is followed, and how far it may be beyond the last one here: whoever sends an
/// incident under the last number there is must not stop everybody else from opening one.
const MOST: u32 = 100_000_000;
const STEP: u32 = 1_000_000;

/// What sort of incident a number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Series {
    /// A real one.
    Inc,
    /// A drill.
    Ex,
    /// Part of the demo.
    Demo,
}

impl Series {
    pub const ALL: [Self; 3] = [Self::Inc, Self::Ex, Self::Demo];

    /// As it stands in the number.
    pub fn word(self) -> &'static str {
        match self {
            Self::Inc => "INC",
            Self::Ex => "EX",
            Self::Demo => "DEMO",
        }
    }

    fn read(word: &str) -> Option<Self> {
        match word {
            "INC" => Some(Self::Inc),
            _ => Self::ALL.into_iter().find(|series| series.word().eq_ignore_ascii_case(word)),
        }
    }
}

/// `INC-2026-0007`. The count goes on over the years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    pub series: Series,
    pub year: i32,
    pub n: u32,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}-{:04}", self.series.word(), self.year, self.n)
    }
}

/// Not of the form `INC-2026-0007`.
#[derive(Debug, thiserror::Error)]
#[error("a number looks like INC-2026-0007")]
pub struct NotANumber;

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let (word, year, n) = casebook_bytes::number(text).ok_or(NotANumber)?;
        Ok(Self { series: Series::read(word).ok_or(NotANumber)?, year, n })
    }
}

impl Number {
    /// It spelled out, with room for nothing else.
    pub(super) fn text(self) -> String {
        match u32::try_from(self.year) {
            Ok(year) => {
                let mut text = String::with_capacity(self.series.word().len() + 10);
                casebook_bytes::spell(&mut text, self.series.word(), year, self.n);
                text
            }
            Err(_) => self.to_string(),
        }
    }

    /// The one after it; `None`: there is none.
    pub(super) fn next(self) -> Option<Self> {
        Some(Self { n: self.n.checked_add(1)?, ..self })
    }

    /// The folder of the hundred it stands in, below `incidents/`.
    pub(super) fn hundred(&self) -> PathBuf {
        Path::new(&format!("{:04}", self.year)).join(format!("{:02}", self.n / 100))
    }
}

/// `FORMAT.json`: what the store is, and the highest number ever given in each series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Format {
    format: String,
    pub store: Uuid,
    #[serde(default)]
    highest: BTreeMap<String, u32>,
    /// What a later version may add is kept.
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

fn path(root: &Path) -> PathBuf {
    root.join("FORMAT.json")
}

impl Format {
    /// Reads it. `None`: there is no store here yet.
    pub(super) fn read(files: &dyn Files, root: &Path) -> Result<Option<Self>, StoreError> {
        let path = path(root);
        let bytes = match files.read(&path, 0) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            // Made by somebody who is about to write it, or was stopped there.
            return Ok(None);
        }
        let said = serde_json::from_slice::<serde_json::Value>(&bytes);
        let format = said.as_ref().ok().and_then(|said| said.get("format")?.as_str());
        match format {
            Some(FORMAT) => {}
            Some(found) if found.starts_with("casebook/") => {
                return Err(StoreError::Newer { path: root.to_owned(), found: found.to_owned() });
            }
            _ => {
                let why = "FORMAT.json names no casebook format".into();
                return Err(StoreError::NotAStore { path: root.to_owned(), why });
            }
        }
        let read = serde_json::from_slice(&bytes);
        read.map(Some)
            .map_err(|error| StoreError::NotAStore { path: root.to_owned(), why: error.to_string() })
    }

    /// Refuses a store of a newer format, and nothing else. As every note begins with this, the usual file is known by
    /// its beginning.
    pub(super) fn refuse_newer(files: &dyn Files, root: &Path) -> Result<(), StoreError> {
        let usual = format!("{{\"format\":\"{FORMAT}\",\"store\":\"");
        if files.read(&path(root), 0).is_ok_and(|bytes| bytes.starts_with(usual.as_bytes())) {
            return Ok(());
        }
        match Self::read(files, root) {
            Err(newer @ StoreError::Newer { .. }) => Err(newer),
            _ => Ok(()),
        }
    }

    fn new(store: Uuid) -> Self {
        Self { format: FORMAT.into(), store, highest: BTreeMap::new(), rest: serde_json::Map::new() }
    }

    /// Makes a store where there is none yet.
    pub(super) fn ensure(files: &dyn Files, root: &Path, new_store: Uuid) -> Result<(), StoreError> {
        if Self::read(files, root)?.is_some() {
            return Ok(());
        }
        let (format, _held) = Self::held(files, root, new_store)?;
        match Self::read(files, root)? {
            Some(_) => Ok(()),
            None => format.write(files, &path(root)),
        }
    }

    /// As it is, with the lock under which numbers are given.
    pub(super) fn held(
        files: &dyn Files,
        root: &Path,
        new_store: Uuid,
    ) -> Result<(Self, Box<dyn Send>), StoreError> {
        // A store is there when FORMAT.json is; until then its folder may be a name that a power cut takes.
        if Self::read(files, root)?.is_none() {
            lasting_folder(files, root).map_err(StoreError::io("make the folder", root))?;
        }
        let path = path(root);
        let held = files.lock(&path).map_err(StoreError::io("lock", &path))?;
        Ok((Self::read_or_new(files, root, new_store)?, held))
    }

    /// As it is, or as it would begin.
    pub(super) fn read_or_new(files: &dyn Files, root: &Path, new_store: Uuid) -> Result<Self, StoreError> {
        Ok(Self::read(files, root)?.unwrap_or_else(|| Self::new(new_store)))
    }

    /// The last number given in a series, as one of this year.
    pub(super) fn last(&self, series: Series, year: i32) -> Number {
        Number { series, year, n: self.highest.get(series.word()).copied().unwrap_or(0) }
    }

    /// Uses up the numbers to this one.
    pub(super) fn give(&mut self, files: &dyn Files, root: &Path, number: Number) -> Result<(), StoreError> {
        self.highest.insert(number.series.word().into(), number.n);
        self.write(files, &path(root))
    }

    /// Writes the file anew, with at least these numbers given; what it could still be read to say is kept, and one
    /// that could not be read lies beside it.
    pub(super) fn restore(
        files: &dyn Files,
        root: &Path,
        highest: &BTreeMap<Series, u32>,
        new_store: Uuid,
    ) -> Result<(), StoreError> {
        let path = path(root);
        let mut format = match Self::read(files, root) {
            Ok(format) => format.unwrap_or_else(|| Self::new(new_store)),
            Err(newer @ StoreError::Newer { .. }) => return Err(newer),
            Err(_) => {
                let bytes = files.read(&path, 0).unwrap_or_default();
                let sum = super::line::hex(&Sha256::digest(&bytes));
                let beside = path.with_file_name(format!("FORMAT.json.damaged-{}", &sum[..8]));
                let aside = files.rename_new(&path, &beside);
                aside.map_err(StoreError::io("put aside", &path))?;
                Self::new(new_store)
            }
        };
        for (series, n) in highest.iter().filter(|(_, n)| **n <= MOST) {
            let given = format.highest.entry(series.word().into()).or_default();
            *given = (*given).max(*n);
        }
        format.write(files, &path)
    }

    /// Takes down a number that another store gave: none as low is given here any more. `false`: it is far beyond all that
    /// were given, and none here follows it.
    pub(super) fn follow(
        files: &dyn Files,
        root: &Path,
        number: Number,
        new_store: Uuid,
    ) -> Result<bool, StoreError> {
        let (mut format, _held) = Self::held(files, root, new_store)?;
        let last = format.last(number.series, number.year);
        if number.n > MOST || number.n.saturating_sub(last.n) > STEP {
            return Ok(false);
        }
        if last < number {
            format.give(files, root, number)?;
        }
        Ok(true)
    }

    /// What is said when there is no next number.
    pub(super) fn full(root: &Path, series: Series) -> StoreError {
        StoreError::NotAStore {
            path: root.to_owned(),
            why: format!("FORMAT.json says that the last number of {} was given", series.word()),
        }
    }

    /// Gives the next number of a series. `first` says what to do with it, and may still decline;
    /// then the number is not used up.
    pub(super) fn next<T, E: From<StoreError>>(
        files: &dyn Files,
        root: &Path,
        series: Series,
        year: i32,
        new_store: Uuid,
        first: impl FnOnce(Number) -> Result<T, E>,
    ) -> Result<(Number, T), E> {
        let (mut format, _held) = Self::held(files, root, new_store)?;
        let mut number = format.last(series, year);
        loop {
            number = number.next().ok_or_else(|| Self::full(root, series))?;
            // FORMAT.json may be older than the folders, for example out of a backup.
            if !taken(files, root, &number)? {
                break;
            }
        }
        let answer = first(number)?;
        format.give(files, root, number)?;
        Ok((number, answer))
    }

    fn write(&self, files: &dyn Files, path: &Path) -> Result<(), StoreError> {
        let beside = path.with_file_name(format!(".FORMAT.json.{}", std::process::id()));
        let text = serde_json::to_vec(self).expect("strings and numbers");
        let put = || {
            let _ = files.remove(&beside);
            let mut file = files.create(&beside)?;
            write_all(&mut *file, &text)?;
            write_all(&mut *file, b"\n")?;
            file.sync()?;
            files.rename(&beside, path)?;
            files.sync_folder(path.parent().unwrap_or(Path::new(".")))
        };
        put().map_err(StoreError::io("write", path))
    }
}

fn taken(files: &dyn Files, root: &Path, number: &Number) -> Result<bool, StoreError> {
    let folder = root.join("incidents").join(number.hundred());
    let start = format!("{number}-");
    match files.list(&folder) {
        Ok(names) => Ok(names.iter().any(|(name, _)| name.starts_with(&start))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::io("read the folder", &folder)(error)),
    }
}
