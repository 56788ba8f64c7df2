//! One value: which type it is, whether it is sound, how it is written on disk, and what speaks against it.

use std::net::{Ipv4Addr, Ipv6Addr};

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::super::attack::{Meaning, attack};
use super::super::text;
use super::kind::Kind;
use super::shape::{fits, hive};
use super::why::Why;

/// The most characters a value may have.
pub const MOST: usize = 2_048;

/// A value that was understood.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    pub kind: Kind,
    /// The real value as it goes on record: refanged and normalised.
    pub value: String,
}

/// The type and the value of one thing that somebody typed: refanged, tried against every type that is found
/// by itself, in order; the first that is sound wins.
///
/// # Errors
/// Why it is none.
pub fn detect(typed: &str) -> Result<Found, Why> {
    let value = real(typed);
    if value.chars().nth(MOST).is_some() {
        return Err(Why::TooLong);
    }
    sound(&value).unwrap_or(Err(Why::NoType))
}

/// The value of a type that was named.
///
/// # Errors
/// Why it is none.
pub fn of_kind(kind: Kind, typed: &str) -> Result<Found, Why> {
    let value =
        if matches!(kind, Kind::MessageId) || !found_alone(kind) { clean(typed) } else { real(typed) };
    if value.chars().nth(MOST).is_some() {
        return Err(Why::TooLong);
    }
    if value.is_empty() {
        return Err(Why::NoType);
    }
    let value = match kind {
        Kind::Imphash | Kind::Ja3 if !fits(Kind::Md5, &value) => return Err(Why::NotThisType(kind.name())),
        Kind::CertSha256 if !fits(Kind::Sha256, &value.replace(':', "")) => {
            return Err(Why::NotThisType(kind.name()));
        }
        Kind::CertSha256 => value.replace(':', ""),
        _ => value,
    };
    if !fits(kind, &value) {
        return Err(Why::NotThisType(kind.name()));
    }
    // Somebody who names the type has confirmed what would be in doubt.
    let value = match kind {
        Kind::Domain => value.trim_end_matches('.').to_lowercase(),
        Kind::PathUnix => value,
        _ => normal(kind, &value)?,
    };
    Ok(Found { kind, value })
}

/// Types that are recognised without being named.
fn found_alone(kind: Kind) -> bool {
    kind <= Kind::FileName && kind != Kind::Jarm
}

/// Without what steers terminals, on one line, trimmed.
fn clean(typed: &str) -> String {
    text::harmless(typed).replace('\n', " ").trim().to_owned()
}

/// The real value behind what was typed.
pub(super) fn real(typed: &str) -> String {
    let value = clean(typed);
    if plain(&value) { value } else { text::refang(&value) }
}

/// Whether refanging could not change it: cheap, because most words of a paste are plain.
fn plain(value: &str) -> bool {
    let bytes = value.as_bytes();
    let ends =
        |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-'));
    let inside = |b: &u8| b.is_ascii_alphanumeric() || b".:/@_-?=&+#~$".contains(b);
    let scheme = !value.contains("://") || value.starts_with("http://") || value.starts_with("https://");
    ends(bytes.first()) && ends(bytes.last()) && bytes.iter().all(inside) && scheme
}

/// The first type that the value fits and that is sound. `None`: it looks like nothing.
pub(super) fn sound(value: &str) -> Option<Result<Found, Why>> {
    let mut against = None;
    for kind in Kind::ALL.iter().copied().filter(|kind| found_alone(*kind)) {
        if !possible(kind, value) || !fits(kind, value) {
            continue;
        }
        match normal(kind, value) {
            Ok(value) => return Some(Ok(Found { kind, value })),
            Err(Why::NoType) => {}
            Err(why) => against = against.or(Some(why)),
        }
    }
    against.map(Err)
}

/// A glance at the length and the first letters, so that most types need not be tried.
fn possible(kind: Kind, value: &str) -> bool {
    let length = value.len();
    let first = value.as_bytes().first().copied().unwrap_or(b' ');
    match kind {
        Kind::Sha512 => length == 128,
        Kind::Sha256 => length == 64,
        Kind::Sha1 => length == 40,
        Kind::Md5 => length == 32,
        Kind::Ipv4 | Kind::Ipv4Port | Kind::Ipv4Cidr | Kind::Ssdeep => first.is_ascii_digit(),
        Kind::Ipv6 => length <= 60,
        Kind::Btc => length >= 14 && matches!(first, b'1' | b'3' | b'b'),
        Kind::Technique => matches!(first, b't' | b'T') && length <= 9,
        Kind::Iban => length >= 15 && first.is_ascii_uppercase(),
        _ => true,
    }
}

/// The value as it goes on record. [`Why::NoType`]: it is of another type.
fn normal(kind: Kind, value: &str) -> Result<String, Why> {
    Ok(match kind {
        Kind::Url => url(value)?,
        Kind::Email => {
            let (local, domain) = value.rsplit_once('@').ok_or(Why::NoType)?;
            let domain = domain.to_lowercase();
            if !fits(Kind::Domain, &domain) {
                return Err(Why::Host);
            }
            format!("{local}@{domain}")
        }
        Kind::Ipv4 => ipv4(value)?.to_string(),
        Kind::Ipv4Port => {
            let (address, port) = value.split_once(':').ok_or(Why::NoType)?;
            let port: u16 = port.parse().ok().filter(|port| *port > 0).ok_or(Why::Port)?;
            format!("{}:{port}", ipv4(address)?)
        }
        Kind::Ipv4Cidr => {
            let (address, bits) = value.split_once('/').ok_or(Why::NoType)?;
            let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32).ok_or(Why::Prefix)?;
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            format!("{}/{bits}", Ipv4Addr::from_bits(ipv4(address)?.to_bits() & mask))
        }
        Kind::Ipv6 => {
            let address = value.split('%').next().unwrap_or_default();
            if address.bytes().filter(|b| *b == b':').count() < 2 {
                return Err(Why::NoType);
            }
            address.parse::<Ipv6Addr>().map_err(|_| Why::NoType)?.to_string()
        }
        Kind::Mac => value.to_lowercase().replace('-', ":"),
        Kind::Sha512 | Kind::Sha256 | Kind::Sha1 | Kind::Md5 | Kind::Onion => value.to_lowercase(),
        Kind::Jarm | Kind::Imphash | Kind::Ja3 | Kind::CertSha256 => value.to_lowercase(),
        Kind::Ssdeep => ssdeep(value)?,
        Kind::Cve => value.to_uppercase(),
        Kind::Technique => technique(value)?,
        Kind::Asn => {
            let number: u32 = value[2..].parse().ok().filter(|n| *n > 0).ok_or(Why::NoType)?;
            format!("AS{number}")
        }
        Kind::RegistryKey => {
            let (full, rest) = hive(value).ok_or(Why::NoType)?;
            format!("{full}{rest}")
        }
        // One component is a word with a slash as often as a path: the person is asked.
        Kind::PathUnix if value.matches('/').count() < 2 => return Err(Why::NoType),
        Kind::Btc => btc(value)?,
        Kind::Iban => iban(value)?,
        Kind::Domain => {
            if text::names_a_file(value) {
                return Err(Why::NoType);
            }
            value.to_lowercase()
        }
        _ => value.to_owned(),
    })
}

/// Four numbers of at most 255 without leading zeros.
fn ipv4(value: &str) -> Result<Ipv4Addr, Why> {
    let mut octets = [0; 4];
    for (octet, part) in octets.iter_mut().zip(value.split('.')) {
        if part.len() > 1 && part.starts_with('0') {
            return Err(Why::LeadingZero);
        }
        *octet = part.parse::<u8>().map_err(|_| Why::Octet)?;
    }
    Ok(Ipv4Addr::from(octets))
}

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

fn url(value: &str) -> Result<String, Why> {
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
    let host = host.to_lowercase();
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
    if host.trim_end_matches('.').split('.').all(label) { Ok(()) } else { Err(Why::Host) }
}

/// Block sizes of ssdeep are 3 times a power of two: that tells it from a line of a log.
fn ssdeep(value: &str) -> Result<String, Why> {
    let size: u64 = value.split(':').next().and_then(|size| size.parse().ok()).ok_or(Why::NoType)?;
    let real = size.is_multiple_of(3) && (size / 3).is_power_of_two();
    if real { Ok(value.to_owned()) } else { Err(Why::NoType) }
}

/// A technique that ATT&CK has or had; one that moved is recorded under its present id.
fn technique(value: &str) -> Result<String, Why> {
    let id = value.to_uppercase();
    match attack().meaning(&id) {
        Meaning::Unknown => Err(Why::NoType),
        Meaning::Known(_) | Meaning::Moved(..) => Ok(attack().current(&id).to_owned()),
    }
}

fn btc(value: &str) -> Result<String, Why> {
    let good = if value.starts_with("bc1") { bech32(value) } else { base58check(value) };
    if good { Ok(value.to_owned()) } else { Err(Why::Checksum) }
}

/// Base58Check: the last four of 25 bytes are the beginning of the double SHA-256 of the others.
fn base58check(value: &str) -> bool {
    const LETTERS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0u8; 25];
    for letter in value.bytes() {
        let Some(digit) = LETTERS.iter().position(|known| *known == letter) else { return false };
        let mut carry = digit;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = (carry & 255) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    let (body, sum) = bytes.split_at(21);
    Sha256::digest(Sha256::digest(body))[..4] == *sum
}

/// Bech32 (BIP 173) and Bech32m (BIP 350).
fn bech32(value: &str) -> bool {
    const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const STEPS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let mut sum = 1u32;
    let mut step = |five: u32| {
        let top = sum >> 25;
        sum = (sum & 0x1ff_ffff) << 5 ^ five;
        for (bit, poly) in STEPS.iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= poly;
            }
        }
    };
    for five in [3, 3, 0, 2, 3] {
        step(five);
    }
    for letter in value.bytes().skip(3) {
        let Some(five) = LETTERS.iter().position(|known| *known == letter) else { return false };
        step(five as u32);
    }
    matches!(sum, 1 | 0x2bc8_30a3)
}

/// ISO 13616: moved around and read as a number, the remainder by 97 is 1.
fn iban(value: &str) -> Result<String, Why> {
    let value = value.replace(' ', "");
    let (head, tail) = value.split_at(4);
    let remainder = tail.bytes().chain(head.bytes()).fold(0u32, |sum, b| match b {
        b'0'..=b'9' => (sum * 10 + u32::from(b - b'0')) % 97,
        _ => (sum * 100 + u32::from(b - b'A') + 10) % 97,
    });
    if remainder == 1 { Ok(value) } else { Err(Why::Checksum) }
}

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

/// The host in a URL that was understood.
pub fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Some(parted(host)?.0)
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

#[cfg(test)]
mod tests {
    use super::super::tests::file;
    use super::*;

    #[test]
    fn every_example_of_the_reviewed_list_is_found_as_its_type() {
        let mut seen = 0;
        for listed in file()["types"].as_array().unwrap() {
            let kind = Kind::of(listed["id"].as_str().unwrap()).unwrap();
            assert_eq!(listed["auto"].as_bool().unwrap(), found_alone(kind), "{}", kind.id());
            for example in listed["examples"].as_array().unwrap() {
                let example = example.as_str().unwrap();
                assert_eq!(of_kind(kind, example).unwrap().kind, kind);
                // A Message-ID is an address in angle brackets, unless its header names it.
                if kind != Kind::MessageId && kind != Kind::Jarm {
                    assert_eq!(detect(example).unwrap().kind, kind, "{example}");
                }
                seen += 1;
            }
        }
        assert!(seen >= 30);
    }

    #[test]
    fn defanged_and_refanged_it_is_the_same_value() {
        for (shown, kind, value) in [
            ("hxxps[:]//bad[.]example/a", Kind::Url, "https://bad.example/a"),
            ("203[.]0[.]113[.]7", Kind::Ipv4, "203.0.113.7"),
            ("203[.]0[.]113[.]7[:]443", Kind::Ipv4Port, "203.0.113.7:443"),
            ("ceo at Bad dot example", Kind::Email, "ceo@bad.example"),
            ("2001[:]0DB8[:][:]1%eth0", Kind::Ipv6, "2001:db8::1"),
            ("fxp://203[.]0[.]113[.]7/x", Kind::Url, "ftp://203.0.113.7/x"),
            ("HTTP://User@BAD.example:80/Path?Q=A", Kind::Url, "http://User@bad.example/Path?Q=A"),
            ("https://[2001:DB8::1]:8443/x", Kind::Url, "https://[2001:db8::1]:8443/x"),
            ("203.0.113.77/24", Kind::Ipv4Cidr, "203.0.113.0/24"),
            ("0.0.0.0/0", Kind::Ipv4Cidr, "0.0.0.0/0"),
            ("00-1A-22-33-44-55", Kind::Mac, "00:1a:22:33:44:55"),
            ("cve-2024-55591", Kind::Cve, "CVE-2024-55591"),
            ("as64500", Kind::Asn, "AS64500"),
            ("hklm\\Software\\X", Kind::RegistryKey, "HKEY_LOCAL_MACHINE\\Software\\X"),
            ("DE89 3704 0044 0532 0130 00", Kind::Iban, "DE89370400440532013000"),
            (
                "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
                Kind::Btc,
                "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            ),
            ("Setup.ZIP", Kind::FileName, "Setup.ZIP"),
            ("t1059.001", Kind::Technique, "T1059.001"),
            ("T1562", Kind::Technique, "T1685"),
        ] {
            assert_eq!(detect(shown), Ok(Found { kind, value: value.into() }), "{shown}");
            assert_eq!(detect(&kind.defang(value)), Ok(Found { kind, value: value.into() }), "{value}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_refused_with_its_reason() {
        for (typed, why) in [
            ("203.0.113.999", Why::Octet),
            ("203.0.113.07", Why::LeadingZero),
            ("203.0.113.7:99999", Why::Port),
            ("203.0.113.7/40", Why::Prefix),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", Why::Checksum),
            ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdz", Why::Checksum),
            ("DE89370400440532013001", Why::Checksum),
            ("gopher://bad.example/", Why::Scheme),
            ("http://bad..example/", Why::Host),
            ("14:02:30", Why::NoType),
            ("10:INFO:main", Why::NoType),
            ("and/or", Why::NoType),
            ("", Why::NoType),
        ] {
            assert_eq!(detect(typed), Err(why), "{typed}");
        }
        assert_eq!(detect(&"a.".repeat(1_100)), Err(Why::TooLong));
        assert_eq!(of_kind(Kind::Imphash, "xyz"), Err(Why::NotThisType("Import hash")));
        // The type that is named settles what would be in doubt.
        assert_eq!(of_kind(Kind::Domain, "setup[.]zip").unwrap().value, "setup.zip");
        assert_eq!(of_kind(Kind::PathUnix, "/x").unwrap().value, "/x");
        assert_eq!(of_kind(Kind::CommandLine, " cmd  /c\n x ").unwrap().value, "cmd  /c  x");
    }

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
