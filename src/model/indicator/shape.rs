//! What a value of each type looks like: the patterns of `assets/indicators.json`, written by hand so that a
//! paste of 65,000 lines is one walk over its bytes. A test holds each against its pattern.

use super::kind::Kind;

/// Endings of the file names in the reviewed list.
const FILES: &[&str] = &[
    "7z", "ashx", "aspx", "bat", "bin", "cmd", "com", "dat", "dll", "doc", "docm", "docx", "dylib", "eml",
    "exe", "gz", "hta", "htm", "html", "img", "iso", "jar", "js", "jse", "jsp", "jspx", "lnk", "msg", "msi",
    "msix", "one", "pdf", "php", "ppt", "pptx", "ps1", "psm1", "py", "rar", "rtf", "scr", "sh", "so", "svg",
    "sys", "tar", "tmp", "txt", "vbe", "vbs", "vhd", "vhdx", "war", "wsf", "xls", "xlsm", "xlsx", "zip",
];

const HIVES: &[(&str, &str)] = &[
    ("HKEY_LOCAL_MACHINE", "HKEY_LOCAL_MACHINE"),
    ("HKEY_CURRENT_USER", "HKEY_CURRENT_USER"),
    ("HKEY_CLASSES_ROOT", "HKEY_CLASSES_ROOT"),
    ("HKEY_USERS", "HKEY_USERS"),
    ("HKEY_CURRENT_CONFIG", "HKEY_CURRENT_CONFIG"),
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCR", "HKEY_CLASSES_ROOT"),
    ("HKU", "HKEY_USERS"),
    ("HKCC", "HKEY_CURRENT_CONFIG"),
];

/// Whether a value looks like one of this type. Types without a pattern look like anything.
pub(super) fn fits(kind: Kind, value: &str) -> bool {
    let bytes = value.as_bytes();
    match kind {
        Kind::Url => url(value),
        Kind::Email => email(value),
        Kind::Ipv4 => quad(value).is_some_and(|rest| rest.is_empty()),
        Kind::Ipv4Port => {
            quad(value).and_then(|rest| rest.strip_prefix(':')).is_some_and(|port| digits(port, 1, 5))
        }
        Kind::Ipv4Cidr => {
            quad(value).and_then(|rest| rest.strip_prefix('/')).is_some_and(|bits| digits(bits, 1, 2))
        }
        Kind::Ipv6 => ipv6(value),
        Kind::Mac => mac(bytes),
        Kind::Sha512 => hex(value, 128),
        Kind::Sha256 => hex(value, 64),
        Kind::Sha1 => hex(value, 40),
        Kind::Md5 => hex(value, 32),
        Kind::Ssdeep => ssdeep(value),
        Kind::Ja4 => ja4(bytes),
        Kind::Jarm => bytes.len() == 62 && bytes.iter().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()),
        Kind::Cve => cut(value, "cve-")
            .and_then(|rest| rest.split_once('-'))
            .is_some_and(|(year, n)| digits(year, 4, 4) && digits(n, 4, 19)),
        Kind::Technique => cut(value, "t").is_some_and(|rest| match rest.split_once('.') {
            Some((id, sub)) => digits(id, 4, 4) && digits(sub, 3, 3),
            None => digits(rest, 4, 4),
        }),
        Kind::Asn => cut(value, "as").is_some_and(|n| digits(n, 1, 10)),
        Kind::RegistryKey => hive(value).is_some(),
        Kind::PathWindows => path_windows(value),
        Kind::PathUnix => path_unix(value),
        Kind::Btc => btc(bytes),
        Kind::Eth => value.strip_prefix("0x").is_some_and(|rest| hex(rest, 40)),
        Kind::Xmr => {
            bytes.len() == 95
                && matches!(bytes[0], b'4' | b'8')
                && matches!(bytes[1], b'0'..=b'9' | b'A' | b'B')
                && bytes[2..].iter().all(|b| base58(*b))
        }
        Kind::Iban => iban(bytes),
        Kind::AwsKeyId => {
            bytes.len() == 20
                && (value.starts_with("AKIA") || value.starts_with("ASIA"))
                && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        }
        Kind::MessageId => message_id(value),
        Kind::Onion => onion(value),
        Kind::Domain => domain(value),
        Kind::FileName => file_name(value),
        _ => true,
    }
}

fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// What follows a word in any case.
fn cut<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.as_bytes().get(..word.len())?;
    head.eq_ignore_ascii_case(word.as_bytes()).then(|| &text[word.len()..])
}

fn url(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    let mut letters = scheme.bytes();
    (2..=20).contains(&scheme.len())
        && letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        && letters.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
        && rest.chars().next().is_some_and(|c| !matches!(c, '/' | '$' | '.' | '?' | '#'))
        && !rest.contains(char::is_whitespace)
}

fn email(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    let letter = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b);
    (1..=64).contains(&local.len())
        && local.bytes().all(letter)
        && domain.contains('.')
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

/// What follows four numbers of one to three digits with dots between them.
fn quad(value: &str) -> Option<&str> {
    let mut rest = value;
    for part in 0..4 {
        if part > 0 {
            rest = rest.strip_prefix('.')?;
        }
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=3).contains(&length) {
            return None;
        }
        rest = &rest[length..];
    }
    Some(rest)
}

fn ipv6(value: &str) -> bool {
    let (address, zone) = match value.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (value, None),
    };
    (2..=39).contains(&address.len())
        && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':')
        && zone.is_none_or(|zone| !zone.is_empty() && zone.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn mac(bytes: &[u8]) -> bool {
    bytes.len() == 17
        && bytes.iter().enumerate().all(|(at, b)| match at % 3 {
            2 => matches!(b, b':' | b'-'),
            _ => b.is_ascii_hexdigit(),
        })
}

fn ssdeep(value: &str) -> bool {
    let mut parts = value.split(':');
    let (Some(size), Some(one), Some(two), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let chunk = |part: &str| {
        (3..=64).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'+'))
    };
    digits(size, 1, 10) && chunk(one) && chunk(two)
}

fn ja4(bytes: &[u8]) -> bool {
    let version = |two: &[u8]| {
        matches!(two, [b'1', b'0'..=b'3'] | [b's', b'2' | b'3'] | [b'd', b'1'..=b'3'] | [b'0', b'0'])
    };
    let small_hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    bytes.len() == 36
        && matches!(bytes[0], b't' | b'q' | b'd')
        && version(&bytes[1..3])
        && matches!(bytes[3], b'd' | b'i')
        && bytes[4..8].iter().all(u8::is_ascii_digit)
        && bytes[8..10].iter().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
        && bytes[10] == b'_'
        && bytes[11..23].iter().all(small_hex)
        && bytes[23] == b'_'
        && bytes[24..].iter().all(small_hex)
}

/// The full name of the hive at the front of a registry key, and what follows it.
pub(super) fn hive(value: &str) -> Option<(&'static str, &str)> {
    HIVES.iter().find_map(|(short, full)| {
        let rest = cut(value, short)?;
        let key = rest.strip_prefix('\\')?;
        (!key.is_empty() && !key.contains('\n')).then_some((*full, rest))
    })
}

fn path_windows(value: &str) -> bool {
    let bytes = value.as_bytes();
    let share = || {
        let (host, rest) = value.strip_prefix("\\\\")?.split_once('\\')?;
        (!host.is_empty() && !host.contains(char::is_whitespace)).then_some(rest)
    };
    let variable = || {
        let (name, rest) = value.strip_prefix('%')?.split_once("%\\")?;
        let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'(' | b')');
        (!name.is_empty() && name.bytes().all(letter)).then_some(rest)
    };
    let rest = match bytes {
        [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic() => Some(&value[3..]),
        [b'\\', ..] => share(),
        _ => variable(),
    };
    rest.is_some_and(|rest| !rest.contains(['<', '>', '"', '|', '?', '*', '\r', '\n']))
}

fn path_unix(value: &str) -> bool {
    value.strip_prefix('/').is_some_and(|rest| {
        !rest.contains(|c: char| c.is_whitespace() || c == '\0')
            && rest.split('/').all(|part| !part.is_empty())
    })
}

fn base58(b: u8) -> bool {
    b.is_ascii_alphanumeric() && !matches!(b, b'0' | b'I' | b'O' | b'l')
}

fn btc(bytes: &[u8]) -> bool {
    match bytes {
        [b'1' | b'3', rest @ ..] => (25..=34).contains(&rest.len()) && rest.iter().all(|b| base58(*b)),
        [b'b', b'c', b'1', rest @ ..] => {
            let letter =
                |b: &u8| matches!(b, b'a' | b'c'..=b'h' | b'j'..=b'n' | b'p'..=b'z' | b'0' | b'2'..=b'9');
            (11..=71).contains(&rest.len()) && rest.iter().all(letter)
        }
        _ => false,
    }
}

fn iban(bytes: &[u8]) -> bool {
    let (Some(head), Some(tail)) = (bytes.get(..4), bytes.get(4..)) else { return false };
    if !(head[..2].iter().all(u8::is_ascii_uppercase) && head[2..].iter().all(u8::is_ascii_digit)) {
        return false;
    }
    let mut letters = 0;
    let mut blank = false;
    for b in tail {
        match b {
            b' ' if blank => return false,
            b' ' => blank = true,
            b'A'..=b'Z' | b'0'..=b'9' => {
                letters += 1;
                blank = false;
            }
            _ => return false,
        }
    }
    !blank && (11..=30).contains(&letters)
}

fn message_id(value: &str) -> bool {
    let inner = value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let part = |part: &str| {
        (1..=200).contains(&part.chars().count())
            && !part.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '@'))
    };
    inner.and_then(|inner| inner.split_once('@')).is_some_and(|(left, right)| part(left) && part(right))
}

fn onion(value: &str) -> bool {
    let Some(at) = value.len().checked_sub(6) else { return false };
    if !value.is_char_boundary(at) || !value[at..].eq_ignore_ascii_case(".onion") {
        return false;
    }
    let mut labels = value[..at].rsplit('.');
    let key = labels.next().unwrap_or_default();
    key.len() == 56
        && key.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'2'..=b'7'))
        && labels
            .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

fn domain(value: &str) -> bool {
    let Some((labels, end)) = value.rsplit_once('.') else { return false };
    let label = |label: &str| {
        let bytes = label.as_bytes();
        let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        match bytes {
            [] => false,
            [one] => one.is_ascii_alphanumeric() || *one == b'_',
            [first, middle @ .., last] => {
                bytes.len() <= 63
                    && (first.is_ascii_alphanumeric() || *first == b'_')
                    && last.is_ascii_alphanumeric()
                    && middle.iter().all(inner)
            }
        }
    };
    let top = (2..=63).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphabetic());
    let puny = cut(end, "xn--").is_some_and(|rest| {
        (2..=59).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    (top || puny) && labels.split('.').all(label)
}

fn file_name(value: &str) -> bool {
    let Some((name, ending)) = value.rsplit_once('.') else { return false };
    let wrong = |c: char| matches!(c, '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\r' | '\n');
    FILES.binary_search(&ending.to_ascii_lowercase().as_str()).is_ok()
        && (1..=200).contains(&name.chars().count())
        && !name.contains(wrong)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::super::tests::file;
    use super::*;

    /// The reviewed patterns, by type. Types that are only ever picked by hand have none.
    static PATTERNS: LazyLock<Vec<(Kind, Regex)>> = LazyLock::new(|| {
        let file = file();
        let types = file["types"].as_array().unwrap().iter();
        let with = types.filter(|listed| !listed["regex"].as_str().unwrap().is_empty());
        with.map(|listed| {
            let kind = Kind::of(listed["id"].as_str().unwrap()).unwrap();
            (kind, Regex::new(listed["regex"].as_str().unwrap()).unwrap())
        })
        .collect()
    });

    fn agree(value: &str) {
        for (kind, pattern) in PATTERNS.iter() {
            assert_eq!(fits(*kind, value), pattern.is_match(value), "{} {value:?}", kind.id());
        }
    }

    #[test]
    fn endings_are_sorted_for_the_search() {
        assert!(FILES.is_sorted());
    }

    #[test]
    fn every_example_fits_its_type_and_is_seen_as_its_pattern_sees_it() {
        assert!(PATTERNS.len() >= 29);
        for listed in file()["types"].as_array().unwrap() {
            let kind = Kind::of(listed["id"].as_str().unwrap()).unwrap();
            for example in listed["examples"].as_array().unwrap() {
                let example = example.as_str().unwrap();
                assert!(fits(kind, example), "{example}");
                agree(example);
                agree(&example.to_uppercase());
                agree(&example.to_lowercase());
                agree(&format!("{example}.exe"));
                // Every example with one character less, and with one more of the awkward ones.
                for (at, _) in example.char_indices() {
                    let mut less = example.to_owned();
                    less.remove(at);
                    agree(&less);
                    for c in [' ', '.', ':', '-', '\\', '/', '%', '@', 'z', '9', '_', '\n'] {
                        let mut more = example.to_owned();
                        more.insert(at, c);
                        agree(&more);
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_value_is_seen_as_its_pattern_sees_it(
            value in "[ -~]{0,40}",
            near in "([0-9]{1,4}[.:/]){1,5}[0-9]{0,5}|([a-zA-Z0-9_-]{1,4}\\.){1,4}[a-z-]{1,9}|[a-zA-Z]{1,5}://[ -~]{1,12}",
            paths in "([A-Za-z]:|%[A-Za-z()_]{1,4}%|\\\\\\\\[a-z]{0,3}|HK[LC][MU]|)(\\\\[ -~]{0,3}){0,3}|(/[ -~]{0,3}){1,4}",
            keys in "[A-Z]{2}[0-9]{2}( ?[A-Z0-9]){9,12}|(AS|T|CVE-|0x|AKIA)[0-9A-F.-]{3,20}|<[a-z]{0,2}@?[a-z]{0,2}>",
        ) {
            for value in [value, near, paths, keys] {
                agree(&value);
            }
        }
    }
}
