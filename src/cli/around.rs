//! What the shell finds around it: variables, the terminal, the clock, the zone of this machine.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use chrono::{DateTime, SubsecRound, Utc};
use sha2::{Digest, Sha256};

use super::failure::Failure;
use crate::model::refusal::Refusal;
use crate::model::text::quoted;
use crate::model::time::Zone;
use crate::verb::Colour;

/// A variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}

/// A variable that names a folder.
pub(super) fn folder(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from)
}

/// The moment, and whether `CASEBOOK_NOW` set it.
pub(super) fn now() -> Result<(DateTime<Utc>, bool), Failure> {
    match variable("CASEBOOK_NOW") {
        Some(words) => match DateTime::parse_from_rfc3339(words.trim()) {
            Ok(at) => Ok((at.to_utc().trunc_subsecs(3), true)),
            Err(_) => Err(Refusal::misused(format!("CASEBOOK_NOW is {}, which is no time.", quoted(&words)))
                .hint("Set it as in RFC 3339, for example 2026-11-21T14:02:00+01:00, or unset it.")
                .into()),
        },
        None => Ok((clock(), false)),
    }
}

#[expect(clippy::disallowed_methods, reason = "the shell is where the time comes in")]
pub(super) fn clock() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}

/// Randomness of the operating system, for ids and salts.
#[expect(clippy::disallowed_methods, reason = "the shell is where randomness comes in")]
pub(super) fn seed() -> [u8; 32] {
    // A version 7 uuid brings 74 random bits; four of them are more than the 256 that are kept.
    let mut hash = Sha256::new();
    for _ in 0..4 {
        hash.update(uuid::Uuid::now_v7().as_bytes());
    }
    hash.finalize().into()
}

/// An id for a new incident.
#[expect(clippy::disallowed_methods, reason = "the shell is where ids come in")]
pub(super) fn incident_id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// The zone of this machine by its IANA name, else its offset right now.
pub fn local_zone() -> Zone {
    let named = variable("TZ").map(|name| name.trim_start_matches(':').to_owned());
    let linked = || {
        let target = std::fs::read_link("/etc/localtime").ok()?;
        let target = target.to_string_lossy().into_owned();
        target.split_once("zoneinfo/").map(|(_, name)| name.to_owned())
    };
    let written = || std::fs::read_to_string("/etc/timezone").ok().map(|name| name.trim().to_owned());
    let known = |name: String| Zone::parse(&name).ok();
    named
        .and_then(known)
        .or_else(|| linked().and_then(known))
        .or_else(|| written().and_then(known))
        .unwrap_or_else(|| {
            let offset = clock().with_timezone(&chrono::Local).offset().to_string();
            Zone::parse(&offset).unwrap_or_else(|_| Zone::utc())
        })
}

/// Whether colours are wanted on standard output.
pub(super) fn colours(said: Option<Colour>) -> bool {
    match said.unwrap_or_default() {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            std::io::stdout().is_terminal()
                && variable("NO_COLOR").is_none()
                && variable("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// Whether only ASCII can be shown: said so, or the locale is another.
pub(super) fn ascii(said: bool) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    let other = locale.is_some_and(|locale| {
        let locale = locale.to_lowercase();
        !locale.contains("utf-8") && !locale.contains("utf8")
    });
    said || variable("CASEBOOK_ASCII").is_some() || (other && std::io::stdout().is_terminal())
}

/// Columns of the terminal; `None`: not a terminal, so that nothing needs to be cut.
pub(super) fn columns() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns).max(40))
}
