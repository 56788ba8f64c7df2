//! The host in an address: taken out of a URL, checked, and whether its name ends in a domain there is.

use std::net::Ipv6Addr;
use std::sync::LazyLock;

use super::kind::Kind;
use super::shape::fits;
use super::value::ipv4;
use super::why::Why;

/// The schemes that are taken, each with its usual port; 0 where there is none.
const SCHEMES: &[(&str, u16)] = &[
    ("http", 80),
    ("https", 443),
    ("ftp", 21),
    ("ftps", 990),
    ("sftp", 22),
    ("ws", 80),
    ("wss", 443),
    ("ldap", 389),
    ("ldaps", 636),
    ("smb", 445),
    ("tcp", 0),
    ("udp", 0),
];

/// A URL as it goes on record: scheme and host in small letters, without a dot behind the host and its usual port.
///
/// # Errors
/// Another scheme, a port there is not, a host that is none.
pub(super) fn url(value: &str) -> Result<String, Why> {
    let (scheme, rest) = value.split_once("://").ok_or(Why::NoType)?;
    let scheme = scheme.to_lowercase();
    let usual = SCHEMES.iter().find(|(known, _)| *known == scheme).ok_or(Why::Scheme)?.1;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
    let (host, port) = parted(host).ok_or(Why::Host)?;
    let port = match port {
        None | Some("") => None,
        Some(port) => Some(port.parse::<u16>().ok().filter(|port| *port > 0).ok_or(Why::Port)?),
    };
    // A dot behind a name says only that it is whole.
    let host = host.trim_end_matches('.').to_lowercase();
    known_host(&host)?;
    let user = if user.is_empty() { String::new() } else { format!("{user}@") };
    let port = port.filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
    Ok(format!("{scheme}://{user}{host}{port}{tail}"))
}

/// Host and port of an authority; the host of an IPv6 address keeps its brackets.
fn parted(host: &str) -> Option<(&str, Option<&str>)> {
    if host.starts_with('[') {
        let (address, after) = host.split_at(host.find(']')? + 1);
        return match after.strip_prefix(':') {
            Some(port) => Some((address, Some(port))),
            None => after.is_empty().then_some((address, None)),
        };
    }
    Some(host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port))))
}

fn known_host(host: &str) -> Result<(), Why> {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().map(|_| ()).map_err(|_| Why::Host);
    }
    if fits(Kind::Ipv4, host) {
        return ipv4(host).map(|_| ());
    }
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    if host.split('.').all(label) { Ok(()) } else { Err(Why::Host) }
}

/// The host in a URL that was understood.
pub fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Some(parted(host)?.0)
}

/// The top-level domains there are, and those that are kept for teaching or for private use.
static TOP: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let listed = include_str!("../../../assets/tlds.txt").lines().filter(|line| !line.starts_with('#'));
    let mut all: Vec<&str> = listed
        .chain(["example", "test", "invalid", "localhost", "local", "onion", "internal", "lan", "corp"])
        .collect();
    all.sort_unstable();
    all
});

/// Whether a name ends in a top-level domain that exists: most words with a dot in them do not.
pub(super) fn known_end(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|end| TOP.binary_search(&end).is_ok())
}
