//! Finding an incident by what people call it: its number, the tail of it, its id, words of its title.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::StoreError;
use super::files::{Files, Item, met_a_link};
use super::number::{Number, Series};
use super::record::id_of;

/// Where an incident is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    pub id: Uuid,
    /// `INC-2026-0007`. Two stores that met may have it twice; see [`Address::apart`].
    pub number: String,
    pub folder: PathBuf,
}

impl Address {
    /// `0007·7f3a`: the number with as much of the id as tells two of the same number apart.
    pub fn apart(&self) -> String {
        let simple = self.id.simple().to_string();
        format!("{}·{}", self.number, &simple[24..28])
    }
}

/// The name of an incident's folder: the number and eight digits from the random end of its id.
pub(super) fn folder_name(number: &Number, id: Uuid) -> String {
    format!("{number}-{}", &id.simple().to_string()[24..])
}

/// A folder that is named as an incident's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub number: Number,
    /// The eight digits.
    pub tail: String,
    pub folder: PathBuf,
}

impl Found {
    /// The number with as much of the id as tells two of the same number apart.
    pub(super) fn apart(&self) -> String {
        format!("{}·{}", self.number, &self.tail[..4])
    }
}

/// Whether `reference` is the beginning of an incident's id: four characters or more, with or without its
/// dashes, from the front or from the eight digits in the folder's name.
pub(super) fn begins(address: &Address, reference: &str) -> bool {
    let wanted = reference.to_lowercase();
    let simple = address.id.simple().to_string();
    let bare = wanted.replace('-', "");
    bare.len() >= 4
        && wanted.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && (simple.starts_with(&bare) || simple[24..].starts_with(&bare))
}

/// The incident a folder name speaks of.
pub(super) fn parse(name: &str) -> Option<(Number, &str)> {
    let (number, tail) = name.rsplit_once('-')?;
    let hex = tail.len() == 8 && tail.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c));
    Some((number.parse().ok().filter(|_| hex)?, tail))
}

/// Incident folders in one hundred.
pub(super) fn in_hundred(files: &dyn Files, folder: &Path) -> Result<Vec<Found>, StoreError> {
    among(files, folder, |_| true)
}

/// Those of them whose names may be the right ones.
fn among(files: &dyn Files, folder: &Path, may_be: impl Fn(&str) -> bool) -> Result<Vec<Found>, StoreError> {
    let names = match files.list(folder) {
        Ok(names) => names,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io("read the folder", folder)(error)),
    };
    let folders = names.into_iter().filter(|(name, item)| *item == Item::Folder && may_be(name));
    let found = folders.filter_map(|(name, _)| {
        let (number, tail) = parse(&name)?;
        Some(Found { number, tail: tail.to_owned(), folder: folder.join(&name) })
    });
    Ok(found.collect())
}

/// Names of plain folders made of digits, newest first.
fn numbered(files: &dyn Files, folder: &Path) -> Result<Vec<String>, StoreError> {
    let mut names: Vec<String> = match files.list(folder) {
        Ok(names) => {
            names.into_iter().filter(|(_, item)| *item == Item::Folder).map(|(name, _)| name).collect()
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(StoreError::io("read the folder", folder)(error)),
    };
    names.retain(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()));
    names.sort_by(|a, b| (b.len(), b).cmp(&(a.len(), a)));
    Ok(names)
}

/// The folders of the hundreds, newest first.
pub(super) fn hundreds(files: &dyn Files, root: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let incidents = root.join("incidents");
    let mut all = Vec::new();
    for year in numbered(files, &incidents)? {
        let year = incidents.join(year);
        all.extend(numbered(files, &year)?.into_iter().map(|hundred| year.join(hundred)));
    }
    Ok(all)
}

/// A reference that names a number, or the tail of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    series: Option<Series>,
    year: Option<i32>,
    n: u32,
    /// The first digits of the folder's tail, if the number is double.
    tail: String,
}

impl Wanted {
    /// Reads `INC-2026-0007`, `inc-7`, `7`, `0007·7f3a`, `INC-2026-0007-7f3a91c2`. `None`: it is no number.
    pub(super) fn read(reference: &str) -> Option<Self> {
        let mut parts: Vec<&str> = reference.trim().split(['-', '·']).collect();
        let series = Series::ALL.into_iter().find(|s| s.word().eq_ignore_ascii_case(parts[0]));
        if series.is_some() {
            parts.remove(0);
        }
        let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let dotted = reference.contains('·');
        // A year stands before the number, a tail of the id behind it.
        let (year, n, tail) = match parts[..] {
            [n] => (None, n, ""),
            [n, tail] if dotted => (None, n, tail),
            [year, n] if series.is_some() => (Some(year), n, ""),
            [year, n, tail] if series.is_some() => (Some(year), n, tail),
            _ => return None,
        };
        let hex = tail.bytes().all(|byte| byte.is_ascii_hexdigit());
        let year = year.filter(digits).map(str::parse).transpose().ok()?;
        Some(Self {
            series,
            year,
            n: n.parse().ok().filter(|_| digits(&n) && hex)?,
            tail: tail.to_lowercase(),
        })
    }

    fn fits(&self, found: &Found) -> bool {
        found.number.n == self.n
            && self.series.is_none_or(|series| series == found.number.series)
            && self.year.is_none_or(|year| year == found.number.year)
            && found.tail.starts_with(&self.tail)
    }

    /// Looks where such a number can be: one hundred a year, this year first.
    pub(super) fn find(
        &self,
        files: &dyn Files,
        root: &Path,
        this_year: i32,
    ) -> Result<Vec<Found>, StoreError> {
        let incidents = root.join("incidents");
        let mut years: Vec<i32> = match self.year {
            Some(year) => vec![year],
            None => numbered(files, &incidents)?.iter().filter_map(|year| year.parse().ok()).collect(),
        };
        years.sort_by_key(|year| (*year != this_year, -year));
        // A number alone means an incident before a drill, and a drill before the demo.
        let series = self.series.map_or_else(|| Series::ALL.to_vec(), |series| vec![series]);
        let (digits, mut other) = (self.n.to_string(), Vec::new());
        for year in years {
            let hundred = Number { series: Series::Inc, year, n: self.n }.hundred();
            // A name without these digits is not taken apart: a hundred of them are in the way of every note.
            let mut found = among(files, &incidents.join(hundred), |name| name.contains(&digits))?;
            found.retain(|found| self.fits(found));
            let (first, rest): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|found| found.number.series == series[0]);
            if !first.is_empty() {
                return Ok(first);
            }
            other.extend(rest);
        }
        let best = other.iter().map(|found| found.number.series).min();
        let newest = other.iter().find(|found| Some(found.number.series) == best).map(|f| f.number);
        other.retain(|found| Some(found.number) == newest);
        Ok(other)
    }
}

impl Wanted {
    /// The newest incident of such a number that was moved out.
    pub(super) fn archived(&self, files: &dyn Files, root: &Path) -> Result<Option<Found>, StoreError> {
        for hundred in hundreds(files, root)? {
            let found = super::archive::stubs(files, &hundred).into_iter().find(|found| self.fits(found));
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

/// The address of a found folder; its id is read from its journal.
pub(super) fn address(files: &dyn Files, found: &Found) -> Result<Address, StoreError> {
    let number = found.number.to_string();
    let id = id_of(files, &found.folder, &found.tail).map_err(|error| restricted(error, &number))?;
    match id {
        Some(id) => Ok(Address { id, number, folder: found.folder.clone() }),
        None => Err(StoreError::BadFile {
            path: found.folder.join("journal"),
            why: format!("no line of {number} can be read; run casebook verify {number}"),
        }),
    }
}

/// A folder one may not read is a restricted incident, not a fault.
pub fn restricted(error: StoreError, number: &str) -> StoreError {
    match error {
        StoreError::Io { source, .. }
            if source.kind() == std::io::ErrorKind::PermissionDenied && !met_a_link(&source) =>
        {
            StoreError::Restricted { number: number.to_owned() }
        }
        other => other,
    }
}
