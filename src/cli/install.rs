//! `install`: completions, manual page and notices, laid where shells and `man` look for them.

use std::fs;
use std::path::{Path, PathBuf};

use directories::BaseDirs;

use super::about;
use super::failure::Failure;
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::verb;

/// What becomes of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Wanted,
    Written,
    Same,
}

impl Fate {
    fn word(self) -> &'static str {
        match self {
            Self::Wanted => "would be written",
            Self::Written => "written",
            Self::Same => "is there already",
        }
    }
}

/// Lays them below `prefix/share`, or for this person alone. What an older casebook laid there is replaced.
pub(super) fn install(shell: &Shell, prefix: Option<&Path>, dry_run: bool) -> Result<Out, Failure> {
    let share = share(prefix)?;
    let mut rows = Vec::new();
    for (name, text) in files()? {
        let path = share.join(name);
        let fate = match fs::read_to_string(&path) {
            Ok(there) if there == text => Fate::Same,
            _ if dry_run => Fate::Wanted,
            _ => lay(&path, &text).map(|()| Fate::Written)?,
        };
        rows.push((path, fate));
    }
    if shell.json {
        let document =
            |(path, fate): &(PathBuf, Fate)| serde_json::json!({ "file": path, "fate": fate.word() });
        return Out::json(shell, &rows.iter().map(document).collect::<Vec<_>>());
    }
    let mut out = Out::new(shell);
    let row = |(path, fate): &(PathBuf, Fate)| {
        let tone = if *fate == Fate::Written { Tone::Good } else { Tone::Dim };
        vec![Line::default().tone(tone, fate.word()), Line::of(path.display().to_string())]
    };
    out.texts(2, rows.iter().map(row).collect());
    out.line(Line::of(format!(
        "bash and fish find theirs in a new shell; zsh once its .zshrc has, before compinit: fpath+=({})",
        share.join("zsh/site-functions").display()
    )));
    Ok(out)
}

/// The folder of what programs share.
fn share(prefix: Option<&Path>) -> Result<PathBuf, Failure> {
    match prefix {
        Some(prefix) => Ok(prefix.join("share")),
        None => BaseDirs::new().map(|dirs| dirs.data_dir().to_owned()).ok_or_else(|| {
            Failure::could_not("There is no home folder to put them in.".to_owned())
                .hint("Name a place: --prefix DIR")
        }),
    }
}

/// What is laid where, below the shared folder.
fn files() -> Result<[(&'static str, String); 5], Failure> {
    Ok([
        ("bash-completion/completions/casebook", about::script(verb::Shell::Bash)),
        ("zsh/site-functions/_casebook", about::script(verb::Shell::Zsh)),
        ("fish/vendor_completions.d/casebook.fish", about::script(verb::Shell::Fish)),
        ("man/man1/casebook.1", about::page()?),
        ("doc/casebook/THIRD-PARTY-NOTICES.txt", about::NOTICES.to_owned()),
    ])
}

fn lay(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(|error| {
        Failure::could_not(format!("{} could not be written: {error}.", path.display()))
            .hint("--prefix DIR names another place; --dry-run says what goes where.")
    })
}
