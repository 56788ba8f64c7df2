//! The store around the incidents: `FORMAT.json`, numbers, rights, the list cache, what was left behind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::Store;
use super::super::error::StoreError;
use super::super::finding::Class;
use super::super::index::{Look, name};
use super::super::locate;
use super::super::number::{Format, Series};
use super::super::row::Row;
use super::super::sync::Remote;
use super::{Ailment, Cure, Examined, Repair, Round};

impl Store {
    /// Looks at what belongs to no single incident.
    ///
    /// # Errors
    /// A store that cannot be read, or a repair that the disk does not take.
    pub fn examine_store(&self, round: &Round<'_>) -> Result<Examined, StoreError> {
        let mut all = Examined::default();
        self.format(round, &mut all)?;
        self.missing(&mut all);
        self.rights(round, &mut all)?;
        self.list_cache(round, &mut all)?;
        self.left_behind(&mut all);
        self.left_locks(round, &mut all);
        all.ailments.sort_by_key(|ailment| std::cmp::Reverse(ailment.class));
        Ok(all)
    }

    /// The highest number of each series that a folder or a stub has.
    fn highest(&self) -> Result<BTreeMap<Series, Vec<u32>>, StoreError> {
        let mut given: BTreeMap<Series, Vec<u32>> = BTreeMap::new();
        for hundred in locate::hundreds(&*self.files, &self.root)? {
            let stubs = super::super::archive::stubs(&*self.files, &hundred);
            for found in locate::in_hundred(&*self.files, &hundred)?.into_iter().chain(stubs) {
                given.entry(found.number.series).or_default().push(found.number.n);
            }
        }
        Ok(given)
    }

    fn format(&self, round: &Round<'_>, all: &mut Examined) -> Result<(), StoreError> {
        let given = self.highest()?;
        let top: BTreeMap<Series, u32> =
            given.iter().filter_map(|(series, all)| Some((*series, *all.iter().max()?))).collect();
        let read = Format::read(&*self.files, &self.root);
        let what = match &read {
            Err(StoreError::Newer { found, .. }) => {
                let means = "everything can be read, and nothing is written here by this casebook";
                let what = format!("FORMAT.json says {found}, which is newer than this casebook");
                all.ailments.push(about_format(Ailment::new(
                    Class::Declared,
                    what,
                    means,
                    Cure::Hand,
                    "use the newer casebook",
                )));
                return Ok(());
            }
            Err(error) => Some(format!("FORMAT.json cannot be used: {error}")),
            Ok(None) if top.is_empty() => None,
            Ok(None) => Some("FORMAT.json is not there".to_owned()),
            Ok(Some(format)) => top.iter().find_map(|(series, n)| {
                let says = format.last(*series, 0).n;
                let word = series.word();
                (says < *n).then(|| {
                    format!("FORMAT.json says that {word} {says} was the last number, and there is {n}")
                })
            }),
        };
        if let Ok(Some(format)) = &read {
            for (series, numbers) in &given {
                let last = format.last(*series, 0).n;
                let gaps: Vec<u32> =
                    (1..=last.min(1_000_000)).filter(|n| !numbers.contains(n)).take(20).collect();
                let whole = self.remotes().is_ok_and(|all| all.iter().any(Remote::is_whole));
                let syncs = if whole { Syncs::WithOthers } else { Syncs::Alone };
                all.ailments.extend(gaps.first().map(|_| gap(*series, &gaps, syncs)));
            }
        }
        let Some(what) = what else { return Ok(()) };
        if round.repair == Repair::Yes {
            Format::restore(
                &*self.files,
                &self.root,
                &top,
                uuid::Builder::from_random_bytes(self.salts().draw()).into_uuid(),
            )?;
            all.done.push(
                "FORMAT.json was written anew, with the highest number of each series that is here"
                    .to_owned(),
            );
            return Ok(());
        }
        let means =
            "no line is lost; a new incident could not be given its number, or would be asked for one twice";
        all.ailments.push(about_format(Ailment::new(
            Class::Declared,
            what,
            means,
            Cure::Repair,
            "a repair writes it anew by the highest number found; an old one is kept beside it",
        )));
        Ok(())
    }

    fn missing(&self, all: &mut Examined) {
        for gone in self.gone() {
            let name = gone.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let what = format!(
                "the folder {name} is not there, and this machine had written {} lines in it",
                gone.lines
            );
            all.ailments.push(Ailment {
                file: Some(name),
                ..Ailment::new(
                    Class::Broken,
                    what,
                    "an incident was deleted or moved away",
                    Cure::Hand,
                    "name a backup, a copy of the store, or its bundle or archive: casebook doctor --repair --from PATH",
                )
            });
        }
    }

    /// Rows of the list cache that do not say what the journals say.
    fn list_cache(&self, round: &Round<'_>, all: &mut Examined) -> Result<(), StoreError> {
        let wrong = self.list(Look::Cached)?.into_iter().filter(|(address, row)| {
            row.shut.is_none()
                && self.lines(address).is_ok_and(|lines| {
                    let incident = crate::incident::Incident::fold(address.id, &lines);
                    let mut real = Row::of(&incident);
                    real.number.clone_from(&row.number);
                    // One that is only older is no fault.
                    real.last == row.last && real != *row
                })
        });
        let wrong: Vec<String> = wrong.map(|(address, _)| address.number).collect();
        if wrong.is_empty() {
            return Ok(());
        }
        if round.repair == Repair::Yes {
            if let Some(state) = &self.state {
                let _ = self.files.remove(&state.join(name(&self.root)));
            }
            self.list(Look::Checked)?;
            all.done.push("the list cache of this machine was made anew".to_owned());
            return Ok(());
        }
        all.ailments.push(Ailment::new(
            Class::Declared,
            format!(
                "the list cache of this machine says something else than the journals of {}",
                wrong.join(", ")
            ),
            "the record is not touched; the list shows something else",
            Cure::Repair,
            "a repair makes it anew",
        ));
        Ok(())
    }

    /// Files and folders that others can read or write.
    #[cfg(unix)]
    fn rights(&self, round: &Round<'_>, all: &mut Examined) -> Result<(), StoreError> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let Ok(root) = std::fs::symlink_metadata(&self.root) else { return Ok(()) };
        let shared = root.mode() & 0o2020 == 0o2020 && root.mode() & 0o002 == 0;
        let over = if shared { 0o007 } else { 0o077 };
        let (mut open, mut others) = (0_usize, 0_usize);
        // What lies in a folder that is closed is out of reach, whatever its own rights.
        let mut closed: BTreeSet<PathBuf> = BTreeSet::new();
        for path in self.everything()? {
            let Ok(about) = std::fs::symlink_metadata(&path) else { continue };
            let reached = path.parent().is_none_or(|folder| !closed.contains(folder));
            if about.is_symlink() || !reached || about.mode() & over == 0 {
                closed.insert(path);
                continue;
            }
            open += 1;
            if round.repair == Repair::Yes {
                let mode = about.mode() & 0o7777 & !over;
                match std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)) {
                    Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => others += 1,
                    set => set.map_err(StoreError::io("close", &path))?,
                }
            }
        }
        if others > 0 {
            all.ailments.push(Ailment::new(
                Class::Declared,
                format!(
                    "{} of the store can be read or written by others on this machine",
                    super::explain::counted(others, "file or folder", "files and folders")
                ),
                "they are not yours: only their owner can close them",
                Cure::Hand,
                "ask their owner for casebook doctor --repair",
            ));
        }
        if open == others {
            return Ok(());
        }
        let open = open - others;
        let files = super::explain::counted(open, "file or folder", "files and folders");
        match round.repair {
            Repair::Yes => all.done.push(format!("{files} of the store were closed to others")),
            Repair::No => all.ailments.push(Ailment::new(
                Class::Declared,
                format!("{files} of the store can be read or written by others on this machine"),
                "who has an account here may read what was recorded",
                Cure::Repair,
                "a repair closes them: 0600 and 0700, or the group's where the store is shared",
            )),
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn rights(&self, _: &Round<'_>, _: &mut Examined) -> Result<(), StoreError> {
        Ok(())
    }

    /// Presence files of screens that were killed, and leases that came with the disk of another machine. Only what
    /// nobody holds is taken away; a lease of this machine waits for the next process, and is no leftover.
    fn left_locks(&self, round: &Round<'_>, all: &mut Examined) {
        let leases =
            self.leases.lock().unwrap_or_else(std::sync::PoisonError::into_inner).of_other_machines();
        let here = ("of screens that were killed", "they show nobody as being here", self.left_here());
        let other = (
            "of writers from another machine",
            "they came with a copy of its disk, and no writer here takes them; what they remember is kept",
            leases,
        );
        for (of, means, paths) in [here, other] {
            if paths.is_empty() {
                continue;
            }
            let what = format!("{} {of}", super::explain::counted(paths.len(), "lock file", "lock files"));
            if round.repair == Repair::Yes {
                let gone = paths.iter().filter(|path| std::fs::remove_file(path).is_ok()).count();
                all.done.push(format!("{gone} of {what} taken away"));
                continue;
            }
            let can = "a repair takes away what nobody holds";
            all.ailments.push(Ailment::new(Class::Clean, what, means, Cure::Repair, can));
        }
    }

    /// Imports that were stopped, and drafts whose words wait: told, never touched.
    fn left_behind(&self, all: &mut Examined) {
        let incidents = self.root.join("incidents");
        let staged = |folder: &Path| {
            let names = self.files.list(folder).unwrap_or_default();
            let left = |name: &&String| {
                (name.starts_with(".in-") && !name.ends_with(".lock")) || name.starts_with(".new-")
            };
            names.iter().map(|(name, _)| name).filter(left).count()
        };
        let hundreds = locate::hundreds(&*self.files, &self.root).unwrap_or_default();
        let left = staged(&incidents) + hundreds.iter().map(|folder| staged(folder)).sum::<usize>();
        if left > 0 {
            all.ailments.push(Ailment::new(
                Class::Declared,
                format!(
                    "{} of a stopped import or founding",
                    super::explain::counted(left, "folder", "folders")
                ),
                "nothing that was acknowledged is in them",
                Cure::None,
                "nothing has to be done: the next import takes them away",
            ));
        }
        let drafts = self.drafts().len();
        if drafts > 0 {
            all.ailments.push(Ailment::new(
                Class::Clean,
                format!(
                    "{} of words that were being typed",
                    super::explain::counted(drafts, "draft", "drafts")
                ),
                "they are no part of the record yet",
                Cure::None,
                "the screens offer them when their incident is opened",
            ));
        }
    }
}

/// Whether the whole store syncs with others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syncs {
    Alone,
    WithOthers,
}

fn about_format(ailment: Ailment) -> Ailment {
    Ailment { file: Some("FORMAT.json".to_owned()), ..ailment }
}

/// Numbers that were given and have no folder here.
fn gap(series: Series, gaps: &[u32], syncs: Syncs) -> Ailment {
    let numbers: Vec<String> = gaps.iter().map(u32::to_string).collect();
    let word = series.word();
    let what = format!("no folder has the number {word} {}, which was given", numbers.join(", "));
    match syncs {
        Syncs::Alone => Ailment::new(
            Class::Declared,
            what,
            "an incident was deleted or moved away, or a stop came between its number and its first line; or it was given \
             in another store that an incident here came from, and stayed there",
            Cure::Hand,
            "look into a backup; nothing else can tell",
        ),
        Syncs::WithOthers => Ailment::new(
            Class::Clean,
            what,
            "this store syncs, and its numbers follow those of the others: it may be restricted there, or archived, and \
             stay there. What this machine wrote itself and has lost is told by its folder",
            Cure::None,
            "ask the others whose number it is; if nobody has it, look into a backup",
        ),
    }
}
