//! Programs that are started: `age`, `ssh-keygen`, `git`, the person's editor. Each gets the part of the environment it needs.
//!
//! What else stands in the environment of a jump host (cloud keys, tokens, passwords) is nobody's business. No secret
//! stands on a command line, either: there are public keys, paths and options on it.

use std::process::Command;

/// What a program is started for: what it is given follows from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Encrypts what it is given to public keys.
    Encrypt,
    /// Signs, or checks a signature; the private key may lie with the agent.
    Sign,
    /// Carries parts of the record to a remote and back, as `git` does.
    Carry,
    /// Shows a text to the person, who changes it.
    Edit,
}

/// What every program needs to start and to speak: where programs and the home are, whose they are, the language,
/// the zone, where temporary files go. The second line is Windows, which starts nothing without them.
const PLAIN: &str = "PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TERM NO_COLOR SystemRoot SystemDrive windir \
    ComSpec PATHEXT TEMP TMP USERNAME USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA ProgramData \
    ProgramFiles";
/// Beginnings of such names.
const PLAIN_BEGIN: &[&str] = &["LC_"];

/// The way to the agent and to a key on a token.
const SIGN: &str = "SSH_AUTH_SOCK SSH_SK_PROVIDER SSH_PKCS11_HELPER SSH_SK_HELPER";

/// The way to the remote: keys, the agent, proxies, certificates, and where a password is kept or asked. `GIT_DIR` and
/// its like, which would lead git into another repository, are not among them.
const CARRY: &str = "SSH_AUTH_SOCK SSH_ASKPASS SSH_ASKPASS_REQUIRE DISPLAY WAYLAND_DISPLAY XAUTHORITY \
    DBUS_SESSION_BUS_ADDRESS XDG_CONFIG_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR GNUPGHOME KRB5CCNAME GIT_SSH \
    GIT_SSH_COMMAND GIT_ASKPASS GIT_TERMINAL_PROMPT GIT_SSL_CAINFO GIT_EXEC_PATH GIT_CONFIG_GLOBAL \
    GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM SSL_CERT_FILE SSL_CERT_DIR http_proxy https_proxy all_proxy \
    no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY";

/// What an editor with windows of its own, or in a terminal in a window, looks for; and where it keeps its own.
const EDIT: &str = "DISPLAY WAYLAND_DISPLAY WAYLAND_SOCKET XAUTHORITY DBUS_SESSION_BUS_ADDRESS COLORTERM COLORFGBG \
    TERM_PROGRAM TERM_PROGRAM_VERSION TERMINFO TERMINFO_DIRS LINES COLUMNS TMUX TMUX_PANE STY WINDOW \
    SSH_CONNECTION SSH_TTY WSL_DISTRO_NAME WSL_INTEROP VIMINIT EXINIT MYVIMRC VIM VIMRUNTIME NVIM \
    NVIM_APPNAME KAKOUNE_CONFIG_DIR HELIX_RUNTIME ALTERNATE_EDITOR EMACS_SOCKET_NAME INSIDE_EMACS NANORC \
    MICRO_CONFIG_HOME EDITOR VISUAL PAGER LESSCHARSET";
/// `CASEBOOK_`: a casebook that is run from within the editor writes into the same store.
const EDIT_BEGIN: &[&str] = &["XDG_", "CASEBOOK_"];

impl Task {
    /// Whether a program that is started for this is given the variable of this name.
    pub fn needs(self, name: &str) -> bool {
        // Windows does not look at the case of a name.
        let is = |known: &str| if cfg!(windows) { known.eq_ignore_ascii_case(name) } else { known == name };
        let (names, begins): (&str, &[&str]) = match self {
            Self::Encrypt => ("", &[]),
            Self::Sign => (SIGN, &[]),
            Self::Carry => (CARRY, &[]),
            Self::Edit => (EDIT, EDIT_BEGIN),
        };
        PLAIN.split_whitespace().chain(names.split_whitespace()).any(is)
            || PLAIN_BEGIN.iter().chain(begins).any(|begin| name.starts_with(begin))
    }
}

/// A program that is about to be started for a task. It is the only way to start one.
pub fn child(program: &str, task: Task) -> Command {
    let mut command = Command::new(program);
    // Taken away one by one: to find a program for an environment that is built anew, the standard library forks,
    // which copies the tables of all memory, and an open incident may fill much of it.
    for (name, _) in std::env::vars_os() {
        if !name.to_str().is_some_and(|name| task.needs(name)) {
            command.env_remove(name);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_started_without_a_copy_of_what_this_one_has_in_memory() {
        // The standard library forks where an environment is built anew, or another PATH given.
        let git = child("git", Task::Carry);
        assert!(git.get_envs().all(|(name, given)| given.is_none() && name != "PATH"));
    }

    #[test]
    fn a_program_is_given_what_it_needs_and_no_secret_of_the_shell() {
        let secrets = ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "VAULT_TOKEN", "PGPASSWORD", "GIT_DIR"];
        let tasks = [Task::Encrypt, Task::Sign, Task::Carry, Task::Edit];
        for task in tasks {
            assert!(["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"].iter().all(|name| task.needs(name)));
            assert!(!secrets.iter().any(|name| task.needs(name)), "{task:?}");
        }
        for (name, given) in [
            ("SSH_AUTH_SOCK", [false, true, true, false]),
            ("WAYLAND_DISPLAY", [false, false, true, true]),
            ("XDG_DATA_HOME", [false, false, false, true]),
            ("https_proxy", [false, false, true, false]),
            ("CASEBOOK_STORE", [false, false, false, true]),
        ] {
            assert_eq!(tasks.map(|task| task.needs(name)), given, "{name}");
        }
    }
}
