//! What speaks against a sound value: private and reserved addresses, names of nobody, hashes of nothing.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::host::host_of;
use super::kind::Kind;
use super::value::Found;
use super::why::Why;

/// What speaks against taking a sound value out of a text: addresses and names that are nobody's in
/// particular. Ranges and names kept for documentation are not among them: drills and teaching live there.
pub fn against(found: &Found, own: &[String]) -> Option<Why> {
    let value = found.value.as_str();
    match found.kind {
        Kind::Ipv4 => value.parse().ok().and_then(unlikely),
        Kind::Ipv4Port => value.split(':').next()?.parse().ok().and_then(unlikely),
        Kind::Ipv4Cidr => value.split('/').next()?.parse().ok().and_then(unlikely),
        Kind::Ipv6 => value.parse().ok().and_then(unlikely6),
        Kind::Domain => unlikely_name(value, own),
        Kind::Email => unlikely_name(value.rsplit_once('@')?.1, own),
        Kind::Url => {
            let host = host_of(value)?;
            match (host.parse(), host.trim_matches(['[', ']']).parse()) {
                (Ok(address), _) => unlikely(address),
                (_, Ok(address)) => unlikely6(address),
                _ => unlikely_name(host, own),
            }
        }
        Kind::Sha512 | Kind::Sha256 | Kind::Sha1 | Kind::Md5 => {
            EMPTY.contains(&value).then_some(Why::EmptyHash)
        }
        _ => None,
    }
}

fn unlikely(address: Ipv4Addr) -> Option<Why> {
    let [a, b, ..] = address.octets();
    if address.is_private() || (a == 100 && (64..128).contains(&b)) {
        Some(Why::Private)
    } else if address.is_loopback() {
        Some(Why::Loopback)
    } else if address.is_link_local() {
        Some(Why::LinkLocal)
    } else if address.is_multicast() {
        Some(Why::Multicast)
    } else {
        (a == 0 || address.is_broadcast()).then_some(Why::Nowhere)
    }
}

fn unlikely6(address: Ipv6Addr) -> Option<Why> {
    if address.is_unspecified() {
        Some(Why::Nowhere)
    } else if address.is_loopback() {
        Some(Why::Loopback)
    } else if address.is_unicast_link_local() {
        Some(Why::LinkLocal)
    } else if address.is_multicast() {
        Some(Why::Multicast)
    } else {
        address.is_unique_local().then_some(Why::Private)
    }
}

fn unlikely_name(name: &str, own: &[String]) -> Option<Why> {
    const RESERVED: &[&str] = &[
        "localhost",
        "local",
        "localdomain",
        "invalid",
        "internal",
        "lan",
        "intranet",
        "home.arpa",
        "in-addr.arpa",
        "ip6.arpa",
    ];
    let below =
        |parent: &str| name.strip_suffix(parent).is_some_and(|left| left.is_empty() || left.ends_with('.'));
    if own.iter().any(|own| below(own)) {
        Some(Why::OwnDomain)
    } else {
        RESERVED.iter().any(|reserved| below(reserved)).then_some(Why::ReservedName)
    }
}

/// MD5, SHA-1, SHA-256 and SHA-512 of no bytes.
const EMPTY: [&str; 4] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
];

#[cfg(test)]
mod tests {
    use super::super::value::detect;
    use super::*;

    #[test]
    fn an_address_of_nobody_in_particular_speaks_against_itself() {
        let own = vec!["hospital.example".to_owned()];
        for (typed, why) in [
            ("10.1.2.3", Some(Why::Private)),
            ("100.64.0.1", Some(Why::Private)),
            ("127.0.0.1:8080", Some(Why::Loopback)),
            ("169.254.0.0/16", Some(Why::LinkLocal)),
            ("224.0.0.1", Some(Why::Multicast)),
            ("fd00::1", Some(Why::Private)),
            ("http://192.168.0.1/x", Some(Why::Private)),
            ("http://[::1]/x", Some(Why::Loopback)),
            ("printer.local", Some(Why::ReservedName)),
            ("fs01.hospital.example", Some(Why::OwnDomain)),
            ("ana@hospital.example", Some(Why::OwnDomain)),
            ("nothospital.example", None),
            ("203.0.113.7", None),
            ("d41d8cd98f00b204e9800998ecf8427e", Some(Why::EmptyHash)),
        ] {
            assert_eq!(against(&detect(typed).unwrap(), &own), why, "{typed}");
        }
    }
}
