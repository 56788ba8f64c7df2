//! A text in the user's own editor.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::model::id::NounId;
use crate::store::child::{Task, child};

/// What the name of an editor's folder begins with.
pub const FOLDER: &str = "editing-";

/// The program a person wants their texts in: `$VISUAL`, else `$EDITOR`, else `vi`.
pub fn program() -> String {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    named.into_iter().find(|program| !program.trim().is_empty()).unwrap_or("vi".to_owned())
}

/// Lets a program change a text. Its file lies alone in a folder that only its owner may enter, and goes with
/// that folder, and with the swap and backup files that editors leave beside it; if the editor fails both stay, and
/// the place is said.
///
/// # Errors
/// A sentence: what could not be made, started or read.
pub fn edit(program: &str, state: &Path, text: &str, seed: &[u8; 16]) -> Result<String, String> {
    let folder = state.join(format!("{FOLDER}{}", NounId::derive(seed, 0)));
    let path = folder.join("casebook.txt");
    let wrong = |what: &str, error: &dyn std::fmt::Display| format!("{what} {}: {error}.", path.display());
    closed_folder(&folder).map_err(|error| wrong("Could not make the folder of", &error))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(|error| wrong("Could not make", &error))?;
    file.write_all(text.as_bytes()).map_err(|error| wrong("Could not write", &error))?;
    drop(file);
    // `$EDITOR` may carry arguments, as in "code --wait".
    let mut words = program.split_whitespace();
    let status = child(words.next().unwrap_or("vi"), Task::Edit).args(words).arg(&path).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => {
            return Err(format!("{program} ended with {status}; its text is in {}.", path.display()));
        }
        Err(error) => {
            let _ = fs::remove_dir_all(&folder);
            return Err(format!("Could not start {program}: {error}. Set $EDITOR to an editor."));
        }
    }
    let text = fs::read(&path).map_err(|error| wrong("Could not read back", &error))?;
    let text = String::from_utf8(text)
        .map_err(|_| format!("What the editor saved is not UTF-8 text; it is in {}.", path.display()))?;
    let _ = fs::remove_dir_all(&folder);
    Ok(text)
}

/// A new folder that only its owner may enter.
fn closed_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder.parent().unwrap_or(folder))?;
    let mut made = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut made, 0o700);
    made.create(folder)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// An editor that is a line of shell; `$1` is its file.
    fn editor(home: &Path, line: &str) -> String {
        let path = home.join("editor");
        fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        path.display().to_string()
    }

    fn left(state: &Path) -> Vec<std::path::PathBuf> {
        fs::read_dir(state).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn a_text_is_edited_in_a_closed_folder_and_swap_files_go_with_it() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        let line = "cd \"${1%/*}\"; stat -c %a . \"$1\" >\"$1~\"; cp \"$1\" .casebook.txt.swp; \
                    cp \"$1\" '#casebook.txt#'; mkdir .x; cp \"$1\" .x/y; cat \"$1~\" >>\"$1\"";
        let text = edit(&editor(home.path(), line), &state, "one\n", &[7; 16]).unwrap();
        assert_eq!(text, "one\n700\n600\n");
        assert!(left(&state).is_empty(), "{:?}", left(&state));
    }

    #[test]
    fn what_an_editor_that_failed_had_is_kept_and_named() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        let why = edit(&editor(home.path(), "echo two >>\"$1\"; exit 1"), &state, "one\n", &[7; 16]);
        let kept = left(&state).remove(0).join("casebook.txt");
        assert!(why.unwrap_err().contains(&kept.display().to_string()));
        assert_eq!(fs::read_to_string(kept).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn an_editor_that_is_not_there_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let why = edit("/no/such/editor", home.path(), "one\n", &[7; 16]).unwrap_err();
        assert!(why.contains("Set $EDITOR"), "{why}");
        assert!(left(home.path()).is_empty());
    }
}
