//! Where else a value occurs: the indicators of all incidents, looked up without opening those that have not
//! changed since the last look.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casebook_bytes::unsummed;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::files::{Files, write_all};
use super::index::{Look, cache_line, place_name};
use super::locate::Address;
use super::record::Record;
use super::row::Row;
use crate::incident::Incident;
use crate::model::id::LineId;

/// A value as it is looked up: the first eight bytes of the SHA-256 of its type and itself. A million values
/// share one with a chance of one in thirty million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Print(u64);

impl Print {
    /// Of a type and a normalised value.
    pub fn of(kind: &str, value: &str) -> Self {
        let hash = Sha256::new().chain_update(kind).chain_update([0]).chain_update(value).finalize();
        let mut eight = [0; 8];
        eight.copy_from_slice(&hash[..8]);
        Self(u64::from_be_bytes(eight))
    }
}

/// Another incident in which some of the values asked for occur.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    pub address: Address,
    pub title: String,
    pub closed: bool,
    /// How many of the values asked for occur there.
    pub values: usize,
}

/// In which other incidents values occur.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Elsewhere {
    /// Incidents with at least one of the values, newest number first.
    pub incidents: Vec<Other>,
    /// For a value that occurs elsewhere, the places in `incidents`.
    of: HashMap<Print, Vec<u32>>,
    /// Incidents that could not be looked into.
    pub shut: usize,
}

impl Elsewhere {
    /// The other incidents in which this value occurs, newest first.
    pub fn with(&self, kind: &str, value: &str) -> impl Iterator<Item = &Other> {
        let places = self.of.get(&Print::of(kind, value)).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|at| self.incidents.get(*at as usize))
    }

    /// Their numbers in one line, `most` of them; empty where there are none.
    pub fn numbers(&self, kind: &str, value: &str, most: usize) -> String {
        let all: Vec<&str> = self.with(kind, value).map(|other| other.address.number.as_str()).collect();
        let more = all.len().saturating_sub(most);
        let named = all[..all.len().min(most)].join(", ");
        if more > 0 { format!("{named} and {more} more") } else { named }
    }
}

/// What one incident holds, as it was after its line `last`.
#[derive(Serialize, Deserialize)]
struct Known {
    id: Uuid,
    last: Option<LineId>,
    entries: u32,
    /// The prints of its indicators, sixteen hex digits each, sorted.
    prints: String,
}

/// More than this many threads do not make a first look quicker.
const MOST_THREADS: usize = 4;

impl Store {
    /// The other incidents in which these values (type and normalised value) stand as indicators in use or
    /// retired; `except` is left out. `progress` hears how many incidents of how many were looked into.
    ///
    /// Incidents that have not changed since the last look are not opened: what they hold stands in the state
    /// folder. The first look of a store opens every incident once.
    ///
    /// # Errors
    /// Those of listing the store. An incident that cannot be read is counted in [`Elsewhere::shut`].
    pub fn incidents_with<'a>(
        &self,
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
        except: Option<Uuid>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Elsewhere, StoreError> {
        let mut of: HashMap<Print, Vec<u32>> =
            values.into_iter().map(|(kind, value)| (Print::of(kind, value), Vec::new())).collect();
        let mut elsewhere = Elsewhere::default();
        if of.is_empty() {
            return Ok(elsewhere);
        }
        let cache = Cache::new(self);
        let mut rows = self.list(Look::Checked)?;
        rows.retain(|(address, _)| Some(address.id) != except);
        let (held, shut) = cache.prints(&rows, progress);
        elsewhere.shut = shut;
        for ((address, row), prints) in rows.into_iter().zip(held) {
            let place = u32::try_from(elsewhere.incidents.len()).unwrap_or(u32::MAX);
            let mut count = 0;
            for print in prints {
                if let Some(places) = of.get_mut(&print) {
                    places.push(place);
                    count += 1;
                }
            }
            if count > 0 {
                elsewhere.incidents.push(Other {
                    address,
                    title: row.title,
                    closed: row.closed,
                    values: count,
                });
            }
        }
        of.retain(|_, places| !places.is_empty());
        elsewhere.of = of;
        Ok(elsewhere)
    }

    /// The other incidents that share indicators with this one, those that share most first.
    ///
    /// # Errors
    /// As of [`incidents_with`](Self::incidents_with).
    pub fn sharing_with(&self, incident: &Incident) -> Result<Vec<Other>, StoreError> {
        let all = &incident.indicators;
        let values = all.iter().map(|item| (all.kind(item), item.value.as_str()));
        let mut elsewhere = self.incidents_with(values, Some(incident.id), &|_, _| {})?;
        elsewhere.incidents.sort_by_key(|other| std::cmp::Reverse(other.values));
        Ok(elsewhere.incidents)
    }
}

/// What the caches of prints of all stores begin with.
pub(super) const NAME: &str = "indicators-";

/// The name of the file in which the prints of a store are kept.
pub(super) fn name(root: &Path) -> String {
    format!("{NAME}{}.jsonl", place_name(root))
}

/// How the lines of an incident in such a file begin.
pub(super) fn begins(id: Uuid) -> String {
    format!("{{\"id\":\"{id}\"")
}

/// The prints of every incident, kept in the state folder.
struct Cache {
    files: Arc<dyn Files>,
    /// None without a state folder.
    path: Option<PathBuf>,
}

impl Cache {
    fn new(store: &Store) -> Self {
        let path = store.state.as_ref().map(|state| state.join(name(&store.root)));
        Self { files: Arc::clone(&store.files), path }
    }

    /// The prints of each incident, in the order of `rows`, and how many could not be looked into.
    fn prints(
        &self,
        rows: &[(Address, Row)],
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> (Vec<Vec<Print>>, usize) {
        let bytes = self.path.as_ref().and_then(|path| self.files.read(path, 0).ok()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let (known, lines) = last_lines(&text);
        let mut held: Vec<Option<Vec<Print>>> = Vec::with_capacity(rows.len());
        for (address, row) in rows {
            let known = known.get(&address.id).filter(|known| same(known, row));
            // A folder that may not be read holds nothing for this person.
            let shut = row.shut.is_some().then(Vec::new);
            held.push(known.map(|known| read_prints(&known.prints)).or(shut));
        }
        let shut = rows.iter().filter(|(_, row)| row.shut.is_some()).count();
        let open: Vec<usize> = (0..rows.len()).filter(|at| held[*at].is_none()).collect();
        let done = std::sync::atomic::AtomicUsize::new(rows.len() - open.len());
        let look = |at: &usize| {
            let prints = Record::open(Arc::clone(&self.files), rows[*at].0.clone())
                .ok()
                .map(|record| prints_of(&record.incident));
            progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, rows.len());
            (*at, prints)
        };
        let fresh = shared_out(&open, look);
        let unread = fresh.iter().filter(|(_, prints)| prints.is_none()).count();
        self.keep(rows, &fresh, &known, &text, lines);
        for (at, prints) in fresh {
            held[at] = Some(prints.unwrap_or_default());
        }
        (held.into_iter().map(Option::unwrap_or_default).collect(), shut + unread)
    }

    /// Takes down what was looked into. A cache that cannot be written is slow, not wrong.
    fn keep(
        &self,
        rows: &[(Address, Row)],
        fresh: &[(usize, Option<Vec<Print>>)],
        known: &BTreeMap<Uuid, Known>,
        old: &str,
        lines: usize,
    ) {
        let Some(path) = self.path.as_ref().filter(|_| !fresh.is_empty()) else { return };
        // What another process was stopped in does not take our first line with it.
        let torn = !old.is_empty() && !old.ends_with('\n');
        let mut text = if torn { b"\n".to_vec() } else { Vec::new() };
        for (at, prints) in fresh {
            let Some(prints) = prints else { continue };
            let row = &rows[*at].1;
            cache_line(
                &mut text,
                &Known { id: row.id, last: row.last, entries: row.entries, prints: written(prints) },
            );
        }
        if lines + fresh.len() > rows.len() + rows.len() / 4 + 200 {
            // Compacted: the newest of each incident that is still there.
            let there: std::collections::HashSet<Uuid> = rows.iter().map(|(address, _)| address.id).collect();
            let again: std::collections::HashSet<Uuid> = fresh.iter().map(|(at, _)| rows[*at].0.id).collect();
            for one in known.values().filter(|one| there.contains(&one.id) && !again.contains(&one.id)) {
                cache_line(&mut text, one);
            }
            let _ = self.files.replace(path, &text);
            return;
        }
        let file = self.files.open(path).or_else(|_| {
            path.parent().map_or(Ok(()), |folder| self.files.create_folder(folder))?;
            self.files.create(path)
        });
        let _ = file.and_then(|mut file| write_all(&mut *file, &text));
    }
}

/// Work shared out over a few threads; what there is no thread for is done here.
pub(super) fn shared_out<T: Send>(all: &[usize], work: impl Fn(&usize) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let share = all.len().div_ceil(threads).max(64);
    std::thread::scope(|scope| {
        let work = &work;
        let mut shares = all.chunks(share);
        let first = shares.next().unwrap_or_default();
        let others: Vec<_> = shares
            .map(|share| {
                let run = move || share.iter().map(work).collect::<Vec<T>>();
                std::thread::Builder::new().spawn_scoped(scope, run).map_err(|_| share)
            })
            .collect();
        let mut done: Vec<T> = first.iter().map(work).collect();
        for other in others {
            done.extend(match other {
                Ok(thread) => thread.join().expect("looking into an incident does not panic"),
                Err(share) => share.iter().map(work).collect(),
            });
        }
        done
    })
}

fn same(known: &Known, row: &Row) -> bool {
    row.last.is_some() && known.last == row.last && known.entries == row.entries
}

/// The prints of the indicators an incident works with, sorted, each once.
fn prints_of(incident: &Incident) -> Vec<Print> {
    let all = &incident.indicators;
    let mut prints: Vec<Print> = all.iter().map(|item| Print::of(all.kind(item), &item.value)).collect();
    prints.sort_unstable();
    prints.dedup();
    prints
}

fn written(prints: &[Print]) -> String {
    let mut text = String::with_capacity(prints.len() * 16);
    for print in prints {
        text.push_str(&format!("{:016x}", print.0));
    }
    text
}

fn read_prints(text: &str) -> Vec<Print> {
    let digits =
        |bytes: &[u8]| std::str::from_utf8(bytes).ok().and_then(|hex| u64::from_str_radix(hex, 16).ok());
    text.as_bytes().chunks_exact(16).filter_map(digits).map(Print).collect()
}

/// The last line of each incident, and how many lines there are. One that is torn, or not as it was written, is none.
fn last_lines(text: &str) -> (BTreeMap<Uuid, Known>, usize) {
    let (mut known, mut count) = (BTreeMap::new(), 0);
    for line in text.lines() {
        count += 1;
        if let Some(one) = unsummed(line).and_then(|_| serde_json::from_str::<Known>(line).ok()) {
            known.insert(one.id, one);
        }
    }
    (known, count)
}
