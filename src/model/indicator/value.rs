//! One value: which type it is, whether it is sound, and how it is written on disk.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::attack::{Meaning, attack};
use super::super::text;
use super::host::url;
use super::kind::Kind;
use super::proof::{btc, iban};
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
pub(super) fn ipv4(value: &str) -> Result<Ipv4Addr, Why> {
    let mut octets = [0; 4];
    for (octet, part) in octets.iter_mut().zip(value.split('.')) {
        if part.len() > 1 && part.starts_with('0') {
            return Err(Why::LeadingZero);
        }
        *octet = part.parse::<u8>().map_err(|_| Why::Octet)?;
    }
    Ok(Ipv4Addr::from(octets))
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
            ("hxxp://bad[.]example[.]:/a", Kind::Url, "http://bad.example/a"),
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
}
