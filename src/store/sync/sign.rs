//! Who sent a delivery: commits signed with the SSH key that signs seals, and held against the list of signers.

use std::path::Path;

use super::Means;
use super::fault::{SyncFault, spoken};
use super::git::Git;

/// Signs a commit: the same tree and message, with a signature.
pub(super) fn commit(
    git: &Git,
    id: &str,
    key: &Path,
    parent: Option<&String>,
    means: &Means,
) -> Result<String, SyncFault> {
    let (key, tree) = (format!("user.signingKey={}", key.display()), format!("{id}^{{tree}}"));
    let shown =
        git.here("read what is to be sent", &["show", "--no-patch", "--format=%cn%n%s", id], b"")?.text();
    let (name, message) = shown.split_once('\n').unwrap_or(("casebook", ""));
    let (name, mail) = (format!("user.name={name}"), format!("user.email={name}@casebook"));
    let date = format!("{} +0000", means.now.timestamp());
    let mut args = vec![
        "-c",
        "gpg.format=ssh",
        "-c",
        &key,
        "-c",
        &name,
        "-c",
        &mail,
        "commit-tree",
        "-S",
        "-m",
        message,
    ];
    if let Some(parent) = parent {
        args.extend(["-p", parent]);
    }
    args.push(&tree);
    let answer = git.dated(&args, &date)?;
    match answer.done {
        true => Ok(answer.text()),
        false => Err(SyncFault::Unsigned { said: spoken(&answer.said) }),
    }
}

/// What the signature of a commit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    /// By somebody in the list.
    By(String),
    /// By a key that is not in the list.
    Stranger(String),
    None,
    Bad,
}

/// Looks at the signature of a commit, which vouches for all before it.
pub(super) fn of(git: &Git, id: &str, signers: &Path) -> Result<Signed, SyncFault> {
    let list = format!("gpg.ssh.allowedSignersFile={}", signers.display());
    let args = [
        "-c",
        "gpg.format=ssh",
        "-c",
        &list,
        "log",
        "-1",
        "--no-show-signature",
        "--format=%G?%n%GS%n%GF",
        id,
    ];
    let text = git.here("look at a signature", &args, b"")?.text();
    let mut lines = text.lines();
    let (sort, who, key) = (lines.next(), lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let plain = |words: &str| words.chars().filter(|c| !c.is_control()).take(80).collect::<String>();
    Ok(match sort {
        Some("G") => Signed::By(plain(who)),
        Some("U") => Signed::Stranger(plain(key)),
        Some("N") | None => Signed::None,
        _ => Signed::Bad,
    })
}

impl Signed {
    /// Whether a delivery is taken in: who signed it, where somebody in the list did. `before`: who signed earlier
    /// deliveries of this writer. `strict`: only what somebody in the list signed is taken in.
    ///
    /// # Errors
    /// Why it is not, in a few words.
    pub(super) fn judged(&self, before: Option<&str>, strict: bool) -> Result<Option<String>, String> {
        match (self, before) {
            (Self::Bad, _) => Err("its signature does not fit".to_owned()),
            (Self::By(who), Some(before)) if who != before => {
                Err(format!("it is signed by {who}, and what came before by {before}"))
            }
            (Self::By(who), _) => Ok(Some(who.clone())),
            (Self::Stranger(key), Some(before)) => {
                Err(format!("it is signed with a key nobody knows, {key}, and what came before by {before}"))
            }
            (Self::None, Some(before)) => {
                Err(format!("it is not signed, and what came before was, by {before}"))
            }
            (Self::Stranger(key), None) if strict => {
                Err(format!("it is signed with a key nobody knows, {key}"))
            }
            (Self::None, None) if strict => Err("it is not signed".to_owned()),
            (Self::Stranger(_) | Self::None, None) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_signed_once_signs_always_and_nobody_signs_for_another() {
        let by = |who: &str| Signed::By(who.to_owned());
        assert_eq!(by("ana").judged(None, true), Ok(Some("ana".to_owned())));
        assert_eq!(by("ana").judged(Some("ana"), false), Ok(Some("ana".to_owned())));
        assert!(by("bo").judged(Some("ana"), false).is_err());
        assert!(Signed::None.judged(Some("ana"), false).is_err());
        assert!(Signed::Stranger("SHA256:x".into()).judged(Some("ana"), false).is_err());
        assert!(Signed::Bad.judged(None, false).is_err());
        assert_eq!(Signed::None.judged(None, false), Ok(None));
        assert!(Signed::None.judged(None, true).is_err());
    }
}
