//! The bars of speed: `cargo bench` makes its stores, measures each bar beside its yardstick, prints one table.
//!
//! Ratios are taken round by round in one run, so a busy machine moves both sides. The stores are made in the
//! target folder's `tmp` (a disk, not memory) or in `CASEBOOK_BENCH_DIR`, and go when the run ends.
//! `cargo bench -- file` measures one whole case file only, `cargo bench -- find` only finding over many incidents,
//! `cargo bench -- import` only an import of many, `cargo bench -- append` only appends and verifying, `cargo bench -- behind` only how far a screen is behind eight writers.
//! `cargo bench -- screens` measures only what is seen from outside, `cargo bench -- scale FOLDER` how everything
//! grows: up to 100,000 incidents, and up to 1,000,000 entries in one.
//! `cargo bench -- keep FOLDER` makes them in a folder and leaves them there, for tools that look from outside.
//! `CASEBOOK_BENCH_PROGRAM` names the program that is measured from outside. Without it that is the one which Cargo
//! builds for the benches: larger than what `cargo build --release` ships, as it has all that tests need of shared crates.
//! Exit code 1 says that a bar that must hold does not.

mod arrive;
mod behind;
mod file;
mod find;
mod ground;
mod inside;
mod keys;
mod measure;
mod outside;
mod peers;
mod scale;
mod screen;
mod table;
mod terminal;
mod whole;
mod yard;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use ground::Place;
use peers::Tasks;
use table::Limit::AtMost;
use table::{Table, ms};

/// Incidents in the wide store, entries in the long incident.
const WIDE: usize = 10_000;
const LONG: usize = 100_000;

struct Stores {
    empty: Place,
    wide: Place,
    short: Place,
    long: Place,
    file: Place,
    /// As many tasks of Taskwarrior, where it is installed.
    tasks: Option<Tasks>,
}

fn make(folder: &Path) -> Stores {
    let stores = Stores {
        empty: Place::new(folder, "empty"),
        wide: Place::new(folder, "wide"),
        short: Place::new(folder, "short"),
        long: Place::new(folder, "long"),
        file: Place::new(folder, "file"),
        tasks: Tasks::make(folder, WIDE),
    };
    eprintln!("making {WIDE} incidents and one of {LONG} entries in {} …", folder.display());
    let made = ground::wide(&stores.empty, 1)
        .and_then(|()| ground::wide(&stores.wide, WIDE))
        .and_then(|()| ground::long(&stores.short, 10))
        .and_then(|_| ground::long(&stores.long, LONG))
        .and_then(|_| file::make(&stores.file));
    made.expect("the stores are made on a disk that can be written");
    // What was made must not be on its way to the disk while appends are timed.
    #[cfg(unix)]
    rustix::fs::sync();
    stores
}

fn main() -> ExitCode {
    let said: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match said.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["append1", file] => yard::Appender::new(Path::new(file)).durable(),
        ["parse", file] => assert!(yard::parse_incidents(Path::new(file)) > 0),
        ["parse-files", folder] => assert!(yard::parse_files(Path::new(folder)) > 0),
        ["hash", ref files @ ..] => {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            assert_ne!(yard::hash(&files), [0; 32]);
        }
        ["nothing"] => {}
        ["file"] => case_file(),
        ["find"] => finding(),
        ["import"] => importing(),
        ["append"] => appending(),
        ["behind"] => behind(),
        ["screens"] => from_outside(),
        ["scale", folder] => scale::grow(Path::new(folder)),
        ["open", root, state] => open(Path::new(root), Path::new(state)),
        ["keep", folder] => {
            std::fs::create_dir_all(folder).expect("the folder can be made");
            make(Path::new(folder));
        }
        _ => {
            let folder = tempfile::tempdir_in(within()).expect("a folder for the stores");
            if !measure_all(folder.path()) {
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// The program that is measured from outside.
fn program() -> PathBuf {
    std::env::var_os("CASEBOOK_BENCH_PROGRAM")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_casebook")), PathBuf::from)
}

/// Where the stores are made.
fn within() -> PathBuf {
    std::env::var_os("CASEBOOK_BENCH_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from)
}

/// Only the bars of a whole case file.
fn case_file() {
    let folder = tempfile::tempdir_in(within()).expect("a folder for the store");
    let place = Place::new(folder.path(), "file");
    file::make(&place).expect("the store is made on a disk that can be written");
    let mut table = Table::default();
    file::screens(&mut table, &place);
    file::memory(&mut table, &place);
    table.print();
}

/// Only the bar of an import.
fn importing() {
    let folder = tempfile::tempdir_in(within()).expect("a folder for the stores");
    let mut table = Table::default();
    arrive::importing(&mut table, folder.path());
    table.print();
}

/// Only the bars of appending.
fn appending() {
    let folder = tempfile::tempdir_in(within()).expect("a folder for the stores");
    let (short, long) = (Place::new(folder.path(), "short"), Place::new(folder.path(), "long"));
    let made = ground::long(&short, 10).and_then(|_| ground::long(&long, LONG));
    made.expect("the stores are made on a disk that can be written");
    let mut table = Table::default();
    inside::appending(&mut table, folder.path(), &short, &long);
    inside::eight_writers(&mut table, folder.path(), &short);
    inside::verifying(&mut table, &long);
    let me = std::env::current_exe().expect("this program has a path");
    whole::verifying(&mut table, &long, &me);
    table.print();
}

/// Only how far a screen is behind.
fn behind() {
    let folder = tempfile::tempdir_in(within()).expect("a folder for the store");
    let mut table = Table::default();
    behind::eight_writers(&mut table, &Place::new(folder.path(), "behind"));
    table.print();
}

/// Only the bars of finding.
fn finding() {
    let folder = tempfile::tempdir_in(within()).expect("a folder for the stores");
    let mut table = Table::default();
    found(&mut table, folder.path());
    table.print();
}

/// Only the bars that are seen from outside.
fn from_outside() {
    let folder = tempfile::tempdir_in(within()).expect("a folder for the stores");
    let stores = make(folder.path());
    let mut table = Table::default();
    outside::screens(&mut table, folder.path(), &stores);
    table.print();
}

fn found(table: &mut Table, folder: &Path) {
    let (many, evidence) = (Place::new(folder, "many"), Place::new(folder, "evidence"));
    eprintln!("making {WIDE} incidents with indicators …");
    find::many(&many, WIDE).expect("the store is made on a disk that can be written");
    find::words(table, &many, WIDE);
    find::values(table, &many, WIDE);
    find::items(table, &evidence);
}

fn measure_all(folder: &Path) -> bool {
    let stores = make(folder);
    let mut table = Table::default();
    outside::screens(&mut table, folder, &stores);
    inside::appending(&mut table, folder, &stores.short, &stores.long);
    inside::eight_writers(&mut table, folder, &stores.short);
    inside::opening(&mut table, &stores.long);
    memory(&mut table, &stores.long);
    inside::verifying(&mut table, &stores.long);
    inside::another_terminal(&mut table, &stores.long);
    behind::eight_writers(&mut table, &Place::new(folder, "behind"));
    inside::listing(&mut table, folder, &stores.wide, WIDE);
    screen::keys(&mut table, &stores.wide, &stores.long);
    file::screens(&mut table, &stores.file);
    file::memory(&mut table, &stores.file);
    found(&mut table, folder);
    whole::processes(&mut table, folder, &stores);
    arrive::importing(&mut table, folder);
    table.print()
}

/// Opens the incident of a store in this process and says what that took, for the process that started it.
fn open(root: &Path, state: &Path) {
    let place = Place { root: root.to_owned(), state: state.to_owned() };
    let before = measure::peak_mb().unwrap_or(f64::NAN);
    let (cost, record) = measure::once(|| place.store(9).read(&place.only()));
    let record = record.expect("the made incident reads");
    println!("{} {} {before} {}", record.lines(), cost.cpu, measure::peak_mb().unwrap_or(f64::NAN));
}

/// Peak memory of a process that opens the long incident, from its journals and from its snapshot.
fn memory(table: &mut Table, long: &Place) {
    let me = std::env::current_exe().expect("this program has a path");
    let opened = || {
        let output = Command::new(&me).arg("open").args([&long.root, &long.state]).output();
        let output = output.expect("this program starts again");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<f64>>()
    };
    let snapshot = long.only().folder.join("incident.json");
    let with = opened();
    let aside = snapshot.with_extension("aside");
    std::fs::rename(&snapshot, &aside).expect("the snapshot was just written");
    let without = opened();
    std::fs::rename(&aside, &snapshot).expect("it was just moved");
    for (what, said) in [("without", without), ("with", with)] {
        let [lines, cpu, before, peak] = said[..] else {
            table.note("Memory was not measured: this system does not tell a process's peak.");
            return;
        };
        let what = format!("peak memory, {lines} lines opened {what} snapshot");
        let said = format!("{before:.1} MB before; {} processor", ms(cpu));
        table.add("", &what, said, peak, "MB", (AtMost(150.0), AtMost(120.0)));
    }
}
