//! Being woken when others write: by the file system where that works, by looking twice a second elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use notify::{Config, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// Time between two looks at a folder that cannot wake us.
pub const POLL: Duration = Duration::from_millis(500);

/// What is in the folders that are looked at: names and sizes.
type Sizes = BTreeMap<PathBuf, Vec<(String, u64)>>;

/// Watches a few folders, none of them with what is below it. Dropping it ends the watch.
pub struct Watch {
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    polled: BTreeSet<PathBuf>,
    /// Tells the looking thread what to look at, and what was there; none until it is needed.
    looker: Option<Sender<Sizes>>,
    wake: std::sync::Arc<dyn Fn(&Path) + Send + Sync>,
}

impl Watch {
    /// `wake` is called from another thread with the path that changed. It should only send a message:
    /// many changes come as many calls.
    pub fn new(wake: impl Fn(&Path) + Send + Sync + 'static) -> Self {
        let wake: std::sync::Arc<dyn Fn(&Path) + Send + Sync> = std::sync::Arc::new(wake);
        let told = std::sync::Arc::clone(&wake);
        let on_event = move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event
                && matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_))
            {
                for path in &event.paths {
                    told(path);
                }
            }
        };
        let watcher = RecommendedWatcher::new(on_event, Config::default()).ok();
        Self { watcher, watched: BTreeSet::new(), polled: BTreeSet::new(), looker: None, wake }
    }

    /// Watches exactly these folders from now on: the hundred on screen, the journals of the open incident.
    /// Read them after this call, not before, and no change goes by unseen.
    pub fn only(&mut self, folders: &[PathBuf]) {
        let wanted: BTreeSet<PathBuf> = folders.iter().cloned().collect();
        let gone: Vec<PathBuf> = self.watched.difference(&wanted).cloned().collect();
        for folder in gone {
            if let Some(watcher) = &mut self.watcher {
                let _ = watcher.unwatch(&folder);
            }
            self.watched.remove(&folder);
        }
        let mut polled = BTreeSet::new();
        for folder in &wanted {
            if !self.watched.contains(folder) && !self.watch(folder) {
                polled.insert(folder.clone());
            }
        }
        if polled != self.polled {
            self.polled.clone_from(&polled);
            self.look(polled);
        }
    }

    /// Whether any of the folders has to be looked at instead of waking us.
    pub fn polls(&self) -> bool {
        !self.polled.is_empty()
    }

    fn watch(&mut self, folder: &Path) -> bool {
        let Some(watcher) = self.watcher.as_mut().filter(|_| !on_network(folder)) else { return false };
        let watched = watcher.watch(folder, RecursiveMode::NonRecursive).is_ok();
        if watched {
            self.watched.insert(folder.to_owned());
        }
        watched
    }

    fn look(&mut self, folders: BTreeSet<PathBuf>) {
        let none = folders.is_empty();
        let folders: Sizes = folders.into_iter().map(|folder| (folder.clone(), sizes(&folder))).collect();
        let sent = self.looker.as_ref().is_some_and(|looker| looker.send(folders.clone()).is_ok());
        if sent || none {
            return;
        }
        let (sender, receiver) = mpsc::channel();
        let wake = std::sync::Arc::clone(&self.wake);
        thread::spawn(move || looking(folders, &receiver, &*wake));
        self.looker = Some(sender);
    }
}

/// Looks at the folders twice a second until the watch is dropped; sleeps while there are none.
fn looking(mut folders: Sizes, changed: &mpsc::Receiver<Sizes>, wake: &(dyn Fn(&Path) + Send + Sync)) {
    loop {
        for (folder, before) in &mut folders {
            let now = sizes(folder);
            if *before != now {
                *before = now;
                wake(folder);
            }
        }
        let next = if folders.is_empty() {
            changed.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            changed.recv_timeout(POLL)
        };
        match next {
            Ok(next) => folders = next,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn sizes(folder: &Path) -> Vec<(String, u64)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut sizes: Vec<(String, u64)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let size = entry.metadata().ok()?.len();
            Some((entry.file_name().to_string_lossy().into_owned(), size))
        })
        .collect();
    sizes.sort_unstable();
    sizes
}

/// Whether a folder is on a file system whose changes from other machines wake nobody here.
#[cfg(target_os = "linux")]
/// Whether a folder lies on a file system that other machines serve, where nothing wakes and locks may not hold.
pub fn on_network(folder: &Path) -> bool {
    // From statfs(2): NFS, SMB, SMB2/CIFS, Coda, AFS, 9P, FUSE (sshfs among them), Ceph, GFS2, OCFS2.
    const NETWORK: [u32; 11] = [
        0x6969,
        0x517b,
        0xfe53_4d42,
        0xff53_4d42,
        0x7375_7245,
        0x5346_414f,
        0x0102_1997,
        0x6573_5546,
        0x00c3_6400,
        0x0116_1970,
        0x7461_636f,
    ];
    let Ok(about) = rustix::fs::statfs(folder) else { return false };
    u32::try_from(i128::from(about.f_type) & 0xffff_ffff).is_ok_and(|kind| NETWORK.contains(&kind))
}

#[cfg(not(target_os = "linux"))]
/// Nothing is known of that here.
pub fn on_network(_: &Path) -> bool {
    false
}
