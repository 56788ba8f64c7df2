//! Why an exchange could not be made: each cause its own sentence, with what to do next.

use std::path::PathBuf;

use super::super::error::StoreError;

/// Why an exchange, or what prepares one, could not be done. Nothing is lost by any of them.
#[derive(Debug, thiserror::Error)]
pub enum SyncFault {
    #[error("there is no program git here, and sync works by it")]
    NoGit,
    #[error("sync keeps what it has sent in the state folder, and there is none")]
    NoState,
    #[error("this store is not set up to sync with anybody")]
    NotSet,
    #[error("{what} is no place to sync with: {why}")]
    NoRemote { what: String, why: String },
    /// Another process is at it.
    #[error("another casebook is syncing this store just now")]
    Busy,
    #[error("{remote} cannot be reached: {said}")]
    Unreachable { remote: String, said: String },
    #[error("{remote} did not answer within {seconds} seconds")]
    TooSlow { remote: String, seconds: u64 },
    /// It would fill the disk.
    #[error("{remote} sends more than {} at once, and was stopped; what came before was taken in", crate::model::evidence::bytes(*most))]
    TooMuch { remote: String, most: u64 },
    #[error("{remote} refused the credentials: {said}")]
    Credentials { remote: String, said: String },
    #[error("the host key of {remote} is not known here: {said}")]
    HostKey { remote: String, said: String },
    /// Somebody else may stand in its place.
    #[error("the certificate of {remote} is not trusted here: {said}")]
    Certificate { remote: String, said: String },
    #[error("{remote} is not there: {said}")]
    Missing { remote: String, said: String },
    #[error("{remote} belongs to another account, and git does not trust it: {said}")]
    NotTrusted { remote: String, said: String },
    #[error("{remote} is full: {said}")]
    Full { remote: String, said: String },
    #[error("{remote} can be read and not written: {said}")]
    ReadOnly { remote: String, said: String },
    #[error("{remote} declined what was sent: {said}")]
    Declined { remote: String, said: String },
    #[error("{remote} holds something else than a casebook: {why}")]
    Foreign { remote: String, why: String },
    #[error("what is to be sent could not be signed: {said}")]
    Unsigned { said: String },
    /// Others wrote to our branches again and again.
    #[error("{remote} changed under our hands {times} times")]
    Contended { remote: String, times: usize },
    #[error("git could not {what}: {said}")]
    Git { what: &'static str, said: String },
    #[error("{} is not a file of an exchange: {why}", file.display())]
    NoBundle { file: PathBuf, why: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SyncFault {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoGit => {
                "install it (apt install git, dnf install git, brew install git), or copy the store's folder by hand".into()
            }
            Self::NoState => "set HOME, or CASEBOOK_STATE to a folder on a local disk".into(),
            Self::NotSet => {
                "casebook sync set REMOTE, where REMOTE is a folder, ssh://HOST/PATH, HOST:PATH or https://…".into()
            }
            Self::NoRemote { .. } => "name a folder, ssh://HOST/PATH, HOST:PATH or https://…".into(),
            Self::Busy => "wait for it; casebook sync status says when it is done".into(),
            Self::Unreachable { .. } | Self::TooSlow { .. } => {
                "nothing is lost: what is unsent goes with the next casebook sync".into()
            }
            Self::TooMuch { .. } => {
                "casebook sync goes on from there; to take in more at once: casebook config sync.receive 20GB; if so much is not \
                 to be expected, ask its owner who fills it"
                    .into()
            }
            Self::Credentials { .. } => {
                "for ssh, load the key with ssh-add; for https, let git keep the password (git help credentials); then \
                 casebook sync"
                    .into()
            }
            Self::HostKey { .. } => {
                "compare the key with the one its owner names, then connect once by hand: ssh HOST".into()
            }
            Self::Certificate { .. } => {
                "ask its owner whether that is right; for an authority of your own: git config --global \
                 http.https://HOST/.sslCAInfo FILE"
                    .into()
            }
            Self::Missing { .. } => {
                "ask its owner for the right place, or for an empty one: git init --bare FOLDER".into()
            }
            Self::NotTrusted { .. } => {
                "if you trust its owner: git config --global --add safe.directory FOLDER".into()
            }
            Self::Full { .. } => {
                "everything is kept here and still unsent; let its owner make room, then casebook sync".into()
            }
            Self::ReadOnly { .. } => {
                "what others sent was taken in; ask its owner for the right to write there".into()
            }
            Self::Declined { .. } => "everything is kept here and still unsent; show its owner this message".into(),
            Self::Foreign { .. } => "name an empty repository of its own for the casebook".into(),
            Self::Unsigned { .. } => {
                "load the key with ssh-add, or look at it: casebook config seal.key; what others sent was taken in".into()
            }
            Self::Contended { .. } => "give casebook sync again".into(),
            Self::Git { .. } => "give casebook sync again; what is kept here is untouched".into(),
            Self::NoBundle { .. } => "a file of an exchange is what casebook sync --bundle FILE writes".into(),
            Self::Store(error) => return error.hint(),
        })
    }

    /// Whether this is what being offline looks like: no reason to disturb anybody.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TooSlow { .. } | Self::Busy)
    }

    /// What `git` said of a remote, told apart by its words (asked for in English).
    pub(super) fn of(remote: &str, what: &'static str, said: &str) -> Self {
        let lower = said.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let remote = remote.to_owned();
        let told = spoken(said);
        if has(&["dubious ownership", "safe.directory"]) {
            return Self::NotTrusted { remote, said: told };
        }
        if has(&["host key verification failed"]) {
            return Self::HostKey { remote, said: told };
        }
        if has(&["certificate", "ssl peer", "server cert"]) {
            return Self::Certificate { remote, said: told };
        }
        if has(&["no space left", "quota", "disk full", "file too large", "insufficient storage"]) {
            return Self::Full { remote, said: told };
        }
        let refused = [
            "permission denied (",
            "authentication failed",
            "could not read username",
            "could not read password",
            "terminal prompts disabled",
            "error: 401",
            "error: 403",
            "access denied",
            "invalid credentials",
        ];
        if has(&refused) {
            return Self::Credentials { remote, said: told };
        }
        let shut = [
            "insufficient permission",
            "read-only",
            "unable to create temporary",
            "permission denied",
            "denied to",
        ];
        if has(&shut) {
            return Self::ReadOnly { remote, said: told };
        }
        if has(&["hook declined", "declined", "protected branch", "prohibited"]) {
            return Self::Declined { remote, said: told };
        }
        let unreachable = [
            "could not resolve",
            "connection refused",
            "connection timed out",
            "timed out",
            "network is unreachable",
            "no route to host",
            "unable to access",
            "failed to connect",
            "connection reset",
            "connection closed",
            "couldn't connect",
        ];
        let missing =
            ["does not appear to be a git repository", "does not exist", "not found", "no such file"];
        if has(&missing) && !has(&unreachable[..6]) {
            return Self::Missing { remote, said: told };
        }
        if has(&unreachable) || has(&["could not read from remote", "hung up"]) {
            return Self::Unreachable { remote, said: told };
        }
        Self::Git { what, said: told }
    }
}

/// The most telling line of what a program said, short and without what steers a terminal.
pub(super) fn spoken(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let telling = |line: &&&str| {
        let lower = line.to_lowercase();
        let tells = ["fatal:", "error:", "permission denied", "no space", "declined", "denied", "refused"];
        tells.iter().any(|word| lower.contains(word))
    };
    // What is nearest to the cause comes first; a summary is the last resort.
    let summary = |line: &&&str| line.contains("failed to push some refs");
    let line = lines.iter().find(|line| telling(line) && !summary(line)).or(lines.first());
    let line = line.map_or("it gave no reason", |line| *line);
    let line =
        ["remote: ", "fatal: ", "error: "].iter().fold(line, |line, word| line.trim_start_matches(word));
    let line: String = line.chars().filter(|c| !c.is_control()).take(200).collect();
    line.trim_end_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_is_told_apart_by_what_git_says() {
        let of = |said: &str| match SyncFault::of("remote", "fetch", said) {
            SyncFault::Unreachable { .. } => "unreachable",
            SyncFault::Credentials { .. } => "credentials",
            SyncFault::HostKey { .. } => "host key",
            SyncFault::Certificate { .. } => "certificate",
            SyncFault::Missing { .. } => "missing",
            SyncFault::NotTrusted { .. } => "not trusted",
            SyncFault::Full { .. } => "full",
            SyncFault::ReadOnly { .. } => "read-only",
            SyncFault::Declined { .. } => "declined",
            _ => "git",
        };
        for (said, cause) in [
            (
                "ssh: Could not resolve hostname vault: Name or service not known\nfatal: Could not read from remote repository.",
                "unreachable",
            ),
            ("ssh: connect to host 192.0.2.1 port 22: Connection refused", "unreachable"),
            ("fatal: unable to access 'https://x/': Failed to connect to x port 443", "unreachable"),
            (
                "ana@host: Permission denied (publickey).\nfatal: Could not read from remote repository.",
                "credentials",
            ),
            ("fatal: could not read Username for 'https://x': terminal prompts disabled", "credentials"),
            ("remote: Invalid credentials\nfatal: Authentication failed for 'https://x/'", "credentials"),
            ("Host key verification failed.\nfatal: Could not read from remote repository.", "host key"),
            (
                "fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none CRLfile: none",
                "certificate",
            ),
            (
                "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate",
                "certificate",
            ),
            ("fatal: '/mnt/x.git' does not appear to be a git repository", "missing"),
            ("fatal: detected dubious ownership in repository at '/srv/x.git'", "not trusted"),
            (
                "remote: fatal: write error: No space left on device\nerror: remote unpack failed: index-pack failed",
                "full",
            ),
            (
                "remote: error: insufficient permission for adding an object to repository database objects",
                "read-only",
            ),
            ("! refs/heads/w-a:refs/heads/w-a\t[remote rejected] (pre-receive hook declined)", "declined"),
            ("something else", "git"),
        ] {
            assert_eq!(of(said), cause, "{said}");
        }
    }

    #[test]
    fn what_a_remote_says_steers_no_terminal() {
        let said = spoken("remote: fatal: \u{1b}[2J\u{7}no space left\u{9b}31m on device.\n");
        assert_eq!(said, "[2Jno space left31m on device");
        assert_eq!(spoken(""), "it gave no reason");
    }
}
