//! What goes out of the house by hand: a file of its own, or the clipboard of the terminal.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::files::{Disk, Files};
use super::number::Series;

/// Writes a file that must not be there yet, readable by its owner alone.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] where it is there, and whatever the disk says.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Gives a whole file its name, which nothing may have yet, and forces that to the disk.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] where it is there, and whatever the disk says.
pub fn put_new(from: &Path, to: &Path) -> io::Result<()> {
    Disk.rename_new(from, to)?;
    match to.parent().filter(|_| cfg!(unix)) {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Why a file could not be written, and what helps, each a sentence.
pub fn not_written(path: &Path, error: &io::Error) -> (String, Option<&'static str>) {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            (format!("{} exists; nothing was written.", path.display()), Some("Give another name."))
        }
        _ => (format!("{} could not be written: {error}.", path.display()), None),
    }
}

/// The path with the word in its name that must stand on what leaves a drill or the demo.
pub fn marked(path: &Path, incident: &str) -> PathBuf {
    let series = |series: Series| incident.starts_with(series.word());
    let word = match incident {
        _ if series(Series::Ex) => "EXERCISE",
        _ if series(Series::Demo) => "DEMO",
        _ => return path.to_owned(),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if name.contains(word) { path.to_owned() } else { path.with_file_name(format!("{word}-{name}")) }
}

/// The bytes that put a text on the terminal's clipboard (OSC 52). Terminals may ignore it, and tmux drops it
/// unless it is told otherwise: nobody may say that it was copied.
pub fn clipboard(text: &str) -> Vec<u8> {
    format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes()
}

/// The bytes that take a text off it again: one blank in its place, because an empty text is dropped by tmux and by
/// some terminals.
pub fn cleared() -> Vec<u8> {
    clipboard(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clipboard_gets_base_64_with_padding_between_the_marks_of_osc_52() {
        assert_eq!(clipboard("fooba"), b"\x1b]52;c;Zm9vYmE=\x07");
    }

    #[test]
    fn what_leaves_a_drill_or_the_demo_says_so_in_its_name_once() {
        for (path, incident, marked_path) in [
            ("out/a.txt", "INC-2026-0001", "out/a.txt"),
            ("out/a.txt", "EX-2026-0001", "out/EXERCISE-a.txt"),
            ("a.txt", "DEMO-2026-0005", "DEMO-a.txt"),
            ("DEMO-2026-0005-sitrep-1.txt", "DEMO-2026-0005", "DEMO-2026-0005-sitrep-1.txt"),
        ] {
            assert_eq!(marked(Path::new(path), incident), Path::new(marked_path));
        }
    }

    #[test]
    fn a_file_that_is_there_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sitrep.txt");
        write_new(&path, b"one").unwrap();
        let error = write_new(&path, b"two").unwrap_err();
        assert!(not_written(&path, &error).0.ends_with("exists; nothing was written."));
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
    }
}
