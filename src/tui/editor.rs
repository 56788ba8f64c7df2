//! A text in the user's own editor.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::model::id::NounId;

/// Lets `$VISUAL`, else `$EDITOR`, else `vi` change a text. The file is readable by its owner only and gone
/// afterwards; if the editor fails it stays, and its place is said.
pub fn edit(folder: &Path, text: &str, seed: &[u8; 16]) -> Result<String, String> {
    let program = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let program = program.into_iter().find(|program| !program.trim().is_empty()).unwrap_or("vi".to_owned());
    let path = folder.join(format!("casebook-{}.txt", NounId::derive(seed, 0)));
    let wrong = |what: &str, error: &dyn std::fmt::Display| format!("{what} {}: {error}.", path.display());
    fs::create_dir_all(folder).map_err(|error| wrong("Could not make the folder of", &error))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(|error| wrong("Could not make", &error))?;
    file.write_all(text.as_bytes()).map_err(|error| wrong("Could not write", &error))?;
    drop(file);
    // `$EDITOR` may carry arguments, as in "code --wait".
    let mut words = program.split_whitespace();
    let status = Command::new(words.next().unwrap_or("vi")).args(words).arg(&path).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => {
            return Err(format!("{program} ended with {status}; its text is in {}.", path.display()));
        }
        Err(error) => {
            let _ = fs::remove_file(&path);
            return Err(format!("Could not start {program}: {error}. Set $EDITOR to an editor."));
        }
    }
    let text = fs::read(&path).map_err(|error| wrong("Could not read back", &error))?;
    let _ = fs::remove_file(&path);
    String::from_utf8(text).map_err(|_| "What the editor saved is not UTF-8 text.".to_owned())
}
