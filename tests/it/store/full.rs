//! T7: a small disk that really gets full, and has room again, a hundred times.

#![cfg(target_os = "linux")]

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use casebook::model::id::LineId;
use casebook::store::{Class, Depth, Saved, Saver};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::*;

const LOOPS: usize = 100;
const TEST: &str = "store::full::t7_a_disk_that_is_full_a_hundred_times_loses_nothing";

/// What makes the disk small, in the order in which it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A tmpfs of 4 MiB, mounted where only the child sees it. Needs the right to mount.
    Mounted,
    /// The same, in a name space in which everybody may.
    MountedByAnybody,
    /// Where no mount is allowed: the system lets no file of the child grow any more, and later does.
    NoFileGrows,
}

impl Way {
    const ALL: [Self; 3] = [Self::Mounted, Self::MountedByAnybody, Self::NoFileGrows];

    fn start(self, place: &Path) -> Output {
        let word = format!("{}\n{self:?}", place.display());
        let test = again(TEST, &word);
        let mount = "mount -t tmpfs -o size=4m casebook-test \"$PLACE\" || exit 77; exec \"$@\"";
        let mut command = match self {
            Self::Mounted => Command::new("unshare"),
            Self::MountedByAnybody => Command::new("unshare"),
            // A write that goes over the limit shall fail, not end the program.
            Self::NoFileGrows => Command::new("sh"),
        };
        match self {
            Self::Mounted => command.args(["-m", "sh", "-c", mount, "sh"]),
            Self::MountedByAnybody => command.args(["-rm", "sh", "-c", mount, "sh"]),
            Self::NoFileGrows => command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]),
        };
        command.arg(test.get_program()).args(test.get_args()).env("PLACE", place);
        for (name, value) in test.get_envs() {
            command.env(name, value.unwrap());
        }
        command.output().unwrap_or_else(|error| panic!("{self:?}: {error}"))
    }
}

#[test]
fn t7_a_disk_that_is_full_a_hundred_times_loses_nothing() {
    if let Some(word) = child_word() {
        let (place, way) = word.split_once('\n').unwrap();
        let way = Way::ALL.into_iter().find(|known| format!("{known:?}") == way).unwrap();
        return fill_and_free(Path::new(place), way);
    }
    for way in Way::ALL {
        let bench = Bench::new();
        let child = way.start(bench.folder.path());
        let said = String::from_utf8_lossy(&child.stdout).into_owned();
        if let Some(told) = said.lines().find(|line| line.contains("T7 ")) {
            assert!(child.status.success(), "{said}\n{}", String::from_utf8_lossy(&child.stderr));
            println!("{told}");
            // By night every way is gone that can be gone here.
            if !is_nightly() {
                return;
            }
            continue;
        }
        let failed = format!("{way:?}: {said}\n{}", String::from_utf8_lossy(&child.stderr));
        // Only a system that does not let us mount is a reason to go on to the next way.
        assert!(way != Way::NoFileGrows && !failed.contains("panicked"), "{failed}");
    }
}

/// Takes all the room there is and gives it back.
struct Ballast {
    way: Way,
    path: PathBuf,
    most: Option<u64>,
}

impl Ballast {
    fn new(place: &Path, way: Way) -> Self {
        Self { way, path: place.join("ballast"), most: getrlimit(Resource::Fsize).current }
    }

    /// From now on there is room for so many bytes, or, in a file, up to this length.
    fn fill(&self, room: u64) {
        if self.way == Way::NoFileGrows {
            let limit = Rlimit { current: Some(room), maximum: getrlimit(Resource::Fsize).maximum };
            return setrlimit(Resource::Fsize, limit).unwrap();
        }
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path).unwrap();
        for step in [64 << 10, 4096, 1] {
            while file.write_all(&vec![0; step]).is_ok() {}
        }
        let size = file.metadata().unwrap().len();
        File::set_len(&file, size.saturating_sub(room)).unwrap();
    }

    fn free(&self) {
        if self.way == Way::NoFileGrows {
            let limit = Rlimit { current: self.most, maximum: getrlimit(Resource::Fsize).maximum };
            return setrlimit(Resource::Fsize, limit).unwrap();
        }
        fs::remove_file(&self.path).unwrap();
    }
}

fn fill_and_free(place: &Path, way: Way) {
    let setup = Setup {
        root: place.join("store"),
        state: Some(place.join("state")),
        host: Host { machine: "machine-a".into(), ..Host::default() },
        seed: [1; 32],
    };
    let store = Store::open(setup.clone());
    let Created { address, pen, .. } = create(&store, 1);
    let (mut saver, ballast, mut dice) = (Saver::new(pen), Ballast::new(place, way), Dice::new(7));
    let (mut saved, mut given, mut refused): (Vec<LineId>, Vec<LineId>, usize) = Default::default();
    let mut now = 0;
    for k in 0..LOOPS {
        let room = u64::try_from(dice.below(3) * 2_048 + dice.below(500)).unwrap();
        ballast.fill(room);
        // Facts until the disk takes no more, and three more.
        let mut after = 0;
        while after < 3 {
            now += 3;
            let text = format!("{k} {}", "x".repeat(dice.below(3_000)));
            let lines = saver.submit(&[note(&text)], Together::Apart, at(now)).unwrap();
            given.extend(lines.iter().map(|line| line.id));
            saved.extend(saver.flush(at(now)));
            if let Saved::Not { changes, why } = saver.saved() {
                assert_eq!(changes, given.len() - saved.len());
                assert!(why == "disk full" || way == Way::NoFileGrows, "{why}");
                after += 1;
            }
            assert_eq!(saved, given[..saved.len()]);
        }
        // The same in another terminal: it says that it could not, and not that it could.
        let logged = store
            .pen(&address)
            .and_then(|mut pen| pen.append(&[note(&"y".repeat(20_000))], Together::Apart, at(now)).map(drop));
        refused += usize::from(logged.is_err());
        store.publish_after_log(&address, store.read_ahead(&address));
        ballast.free();
        saved.extend(saver.flush(at(now + 2)));
        assert_eq!(saver.saved(), Saved::All { at: Some(at(now + 2)) });
        assert_eq!(saved, given);
    }
    drop((saver, store));
    let store = Store::open(Setup { seed: [2; 32], ..setup });
    let there: std::collections::HashSet<LineId> =
        store.lines(&address).unwrap().iter().map(|line| line.id).collect();
    let lost = saved.iter().filter(|id| !there.contains(id)).count();
    assert_eq!(lost, 0);
    let verdict = store.verify(&address, Depth::Full);
    assert!(verdict.class() <= Class::Declared, "{:?}", verdict.findings);
    assert_eq!(refused, LOOPS, "a full disk took a long entry");
    println!("T7 {way:?}: full {LOOPS} times, {} facts waited and were saved, {lost} lost", saved.len());
}
