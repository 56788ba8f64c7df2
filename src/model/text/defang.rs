//! Addresses that cannot be clicked: `hxxps://bad[.]example` on screens and in reports, and the way back.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Endings that make a name a file and not a host. Those of `assets/indicators.json`, and the ones that
/// fill the notes of responders and are no top-level domains.
const FILE_ENDINGS: &[&str] = &[
    "7z", "asp", "aspx", "bak", "bat", "bin", "cfg", "cmd", "conf", "csv", "dat", "dll", "dmp", "doc",
    "docm", "docx", "eml", "evtx", "exe", "gif", "gz", "hta", "htm", "html", "img", "ini", "iso", "jar",
    "jpeg", "jpg", "js", "json", "jsp", "lnk", "log", "msg", "msi", "pcap", "pcapng", "pdf", "php", "png",
    "pptx", "ps1", "pst", "py", "rar", "raw", "rtf", "sh", "svg", "sys", "tar", "tmp", "txt", "vbs", "vhd",
    "vhdx", "vmdk", "xls", "xlsm", "xlsx", "xml", "yaml", "yml", "zip",
];

/// Makes addresses in a text unclickable, in one pass: hosts and IPv4 `203[.]0[.]113[.]7`, IPv6
/// `2001[:]db8[:][:]1`, mail `ceo[@]bad[.]example`, schemes `hxxps://`. Paths, hashes and file names stay.
///
/// For display, clipboard and reports; the record and machine exports hold the real value. Doing it twice
/// changes nothing.
pub fn defang(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'.' | b':')) {
        return Cow::Borrowed(text);
    }
    let mut edits = Edits { text, out: String::new(), copied: 0 };
    let mut at = 0;
    for word in text.split(char::is_whitespace) {
        let start = at;
        // Words come in order, so the distance to the next one is its length and one separator.
        at = start + word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        if word.bytes().any(|byte| matches!(byte, b'.' | b':')) {
            scan_word(&mut edits, word, start);
        }
    }
    edits.finish()
}

/// Replacements in a text, from front to back.
struct Edits<'a> {
    text: &'a str,
    out: String,
    copied: usize,
}

impl<'a> Edits<'a> {
    fn replace(&mut self, from: usize, to: usize, with: &str) {
        self.out.push_str(&self.text[self.copied..from]);
        self.out.push_str(with);
        self.copied = to;
    }

    /// Puts every such character of a stretch in brackets, but not those that are in brackets already.
    fn bracket(&mut self, from: usize, to: usize, characters: &[u8]) {
        let bytes = self.text.as_bytes();
        for at in from..to {
            let bracketed = at > 0 && bytes[at - 1] == b'[' && bytes.get(at + 1) == Some(&b']');
            if characters.contains(&bytes[at]) && !bracketed {
                let with = match bytes[at] {
                    b'.' => "[.]",
                    b':' => "[:]",
                    _ => "[@]",
                };
                self.replace(at, at + 1, with);
            }
        }
    }

    fn finish(mut self) -> Cow<'a, str> {
        if self.copied == 0 {
            return Cow::Borrowed(self.text);
        }
        self.out.push_str(&self.text[self.copied..]);
        Cow::Owned(self.out)
    }
}

/// One word: the URLs in it, and what stands before the first one.
fn scan_word(edits: &mut Edits<'_>, word: &str, start: usize) {
    let Some((scheme, separator)) = next_url(word) else {
        return scan_pieces(edits, word, start);
    };
    scan_pieces(edits, &word[..scheme], start);
    let mut next = Some((scheme, separator));
    while let Some((scheme, separator)) = next {
        let name = &word[scheme..separator];
        let authority = separator + if word[separator..].starts_with("://") { 3 } else { 5 };
        match name.to_ascii_lowercase().as_str() {
            "http" => edits.replace(start + scheme, start + separator, "hxxp"),
            "https" => edits.replace(start + scheme, start + separator, "hxxps"),
            "ftp" => edits.replace(start + scheme, start + separator, "fxp"),
            "hxxp" | "hxxps" | "fxp" => {}
            _ if authority == separator + 3 => edits.replace(start + separator, start + authority, "[:]//"),
            _ => {}
        }
        let end = authority
            + word[authority..]
                .find(['/', '?', '#', '\\', ',', ';', '"', '\'', '<', '>', '(', ')', '|'])
                .unwrap_or(word.len() - authority);
        let host = authority + word[authority..end].rfind('@').map_or(0, |at| at + 1);
        let inner = word[host..end].strip_prefix('[').and_then(|host| host.split_once(']'));
        match inner {
            Some((inner, _)) if inner.parse::<Ipv6Addr>().is_ok() => {
                edits.bracket(start + host + 1, start + host + 1 + inner.len(), b".:");
            }
            _ => edits.bracket(start + host, start + end, b"."),
        }
        next = next_url(&word[end..]).map(|(scheme, separator)| (end + scheme, end + separator));
    }
}

/// Where the scheme of the next URL begins, and where its separator does.
fn next_url(word: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let plain = word[from..].find("://").map(|at| from + at);
        let bracketed = word[from..].find("[:]//").map(|at| from + at);
        let separator = match (plain, bracketed) {
            (Some(plain), Some(bracketed)) => plain.min(bracketed),
            (plain, bracketed) => plain.or(bracketed)?,
        };
        let bytes = word.as_bytes();
        let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-');
        let length = bytes[..separator].iter().rev().take_while(|byte| is_scheme(byte)).count();
        if length > 0 {
            return Some((separator - length, separator));
        }
        from = separator + 3;
    }
}

/// A word without a URL: what stands between quotes, brackets and commas is looked at for itself.
fn scan_pieces(edits: &mut Edits<'_>, word: &str, start: usize) {
    // Paths of Windows and registry keys stay readable.
    if word.contains('\\') {
        return;
    }
    let bytes = word.as_bytes();
    let mut from = 0;
    for at in 0..=bytes.len() {
        if at == bytes.len() || parts(bytes, at) {
            let piece = word[from..at].trim_end_matches(['.', '!', '?']);
            scan_piece(edits, piece, start + from);
            from = at + 1;
        }
    }
}

/// Whether the byte stands between two pieces: quotes, brackets, commas, but not the brackets of `[.]`.
fn parts(bytes: &[u8], at: usize) -> bool {
    let mark = |from: usize| matches!(bytes.get(from..from + 3), Some([b'[', b'.' | b':' | b'@', b']']));
    match bytes[at] {
        b',' | b';' | b'|' | b'<' | b'>' | b'"' | b'\'' | b'`' | b'(' | b')' | b'{' | b'}' | b'=' => true,
        b'[' => !mark(at),
        b']' => at < 2 || !mark(at - 2),
        _ => false,
    }
}

fn scan_piece(edits: &mut Edits<'_>, piece: &str, start: usize) {
    let address = piece.split(['/', '%']).next().unwrap_or_default();
    let address = address.strip_suffix(':').unwrap_or(address);
    if address.len() > 2 && address.parse::<Ipv6Addr>().is_ok() {
        return edits.bracket(start, start + address.len(), b".:");
    }
    if let Some((local, domain)) = piece.rsplit_once('@')
        && !local.is_empty()
        && host(domain)
    {
        return edits.bracket(start + local.len(), start + piece.len(), b".@");
    }
    // `bad.example:443/path`: hosts stand before the path, which keeps its dots.
    let before_path = piece.split('/').next().unwrap_or_default();
    let mut at = start;
    for part in before_path.split(':') {
        if !ipv4s(edits, part, at) && host(part) {
            edits.bracket(at, at + part.len(), b".");
        }
        at += part.len() + 1;
    }
}

/// Brackets the IPv4 addresses in a piece, such as `10.0.0.1-10.0.0.9`, and says whether there were any.
fn ipv4s(edits: &mut Edits<'_>, piece: &str, start: usize) -> bool {
    let mut found = false;
    let mut at = start;
    for run in piece.split_inclusive(|c: char| !c.is_ascii_digit() && c != '.') {
        let bare = run.trim_end_matches(|c: char| !c.is_ascii_digit());
        if bare.parse::<Ipv4Addr>().is_ok() {
            edits.bracket(at, at + bare.len(), b".");
            found = true;
        }
        at += run.len();
    }
    found
}

/// Whether it is a host name with a dot: labels of letters, digits and hyphens, and an end that is a
/// top-level domain by its looks and no usual ending of a file.
fn host(name: &str) -> bool {
    let Some((labels, end)) = name.rsplit_once('.') else { return false };
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let top_level = end.chars().nth(1).is_some()
        && (end.chars().all(char::is_alphabetic) || end.to_ascii_lowercase().starts_with("xn--"));
    top_level
        && label(end)
        && labels.split('.').all(label)
        && FILE_ENDINGS.binary_search(&end.to_ascii_lowercase().as_str()).is_err()
}

/// The real value behind one defanged value, in whatever style people and feeds defang:
/// `hxxps[:]//bad(.)example`, `bad[dot]example`, `[http]://…`, `ceo at bad dot example`.
pub fn refang(value: &str) -> String {
    let mut value = value.to_owned();
    // Styles are stacked on one another, but not deeper than this.
    for _ in 0..5 {
        let next = once(&value);
        if next == value {
            break;
        }
        value = next;
    }
    value
}

/// What is written for what, longest first; letters in either case.
const MARKS: &[(&str, &str)] = &[
    ("[://]", "://"),
    ("[[.]]", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("{dot}", "."),
    ("[at]", "@"),
    ("(at)", "@"),
    ("{at}", "@"),
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[@]", "@"),
    ("(@)", "@"),
    ("{@}", "@"),
    ("[:]", ":"),
    ("[/]", "/"),
    ("[.", "."),
    (".]", "."),
];

const SCHEMES: &[(&str, &str)] = &[
    ("[https]", "https"),
    ("[http]", "http"),
    ("[ftp]", "ftp"),
    ("hxxps", "https"),
    ("hxxp", "http"),
    ("h**ps", "https"),
    ("h**p", "http"),
    ("htxps", "https"),
    ("htxp", "http"),
    ("hxtps", "https"),
    ("hxtp", "http"),
    ("meows", "https"),
    ("meow", "http"),
    ("fxp", "ftp"),
    ("https", "https"),
    ("http", "http"),
    ("ftp", "ftp"),
];

const SEPARATORS: [&str; 4] = ["://", "[:]//", "[://]", ":\\\\"];

fn once(value: &str) -> String {
    let visible: String = value
        .chars()
        .filter(|c| !matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'))
        .map(|c| if matches!(c, '\u{FF0E}' | '\u{3002}' | '\u{FF61}') { '.' } else { c })
        .collect();
    let bare = unwrapped(&visible);
    let mut out = String::with_capacity(bare.len());
    let mut rest = bare;
    if let Some((name, after)) = scheme(rest) {
        out.push_str(name);
        out.push_str("://");
        rest = after;
    }
    // A backslash before every dot is somebody's defanging; among others it is a path.
    let backslashed = bare.split('\\').skip(1).all(|after| after.starts_with('.'));
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if let Some((mark, real)) = MARKS.iter().find(|(mark, _)| starts_with(rest, mark)) {
            out.push_str(real);
            rest = &rest[mark.len()..];
        } else {
            if c != '\\' || !backslashed || !out.ends_with(char::is_alphanumeric) {
                out.push(c);
            }
            rest = after;
        }
    }
    spoken(out)
}

/// The real name of the scheme at the front, and what follows its separator.
fn scheme(value: &str) -> Option<(&'static str, &str)> {
    SCHEMES.iter().find_map(|(mark, name)| {
        let after = starts_with(value, mark).then(|| &value[mark.len()..])?;
        let after = SEPARATORS.iter().find_map(|separator| after.strip_prefix(separator))?;
        Some((*name, after))
    })
}

fn starts_with(text: &str, mark: &str) -> bool {
    text.as_bytes().get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark.as_bytes()))
}

/// Without quotes and angle brackets around it and punctuation after it, unless that belongs to a pair.
fn unwrapped(value: &str) -> &str {
    let mut value = value.trim();
    loop {
        let before = value;
        for (open, close) in [('"', '"'), ('\'', '\''), ('`', '`'), ('<', '>'), ('“', '”'), ('‘', '’')]
        {
            if let Some(inner) = value.strip_prefix(open).and_then(|inner| inner.strip_suffix(close)) {
                value = inner.trim();
            }
        }
        value = value.trim_end_matches(['.', ',', ';']);
        for (open, close) in [('(', ')'), ('[', ']')] {
            if value.matches(close).count() > value.matches(open).count() {
                value = value.strip_suffix(close).unwrap_or(value);
            }
        }
        if value == before {
            return value;
        }
    }
}

/// `ceo at bad dot example`, where what comes out is an address.
fn spoken(value: String) -> String {
    if !value.contains(' ') {
        return value;
    }
    let words = value.split_whitespace().map(|word| match word.to_ascii_lowercase().as_str() {
        "dot" => ".",
        "at" => "@",
        _ => word,
    });
    let joined = words.collect::<Vec<_>>().join(" ").replace(" . ", ".").replace(" @ ", "@");
    let domain = joined.rsplit_once('@').map_or(joined.as_str(), |(_, domain)| domain);
    if !joined.contains(' ') && host(domain) { joined } else { value }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The pairs that `assets/indicators.json` gives for a rule.
    fn pairs(rule: &str) -> Vec<(String, String)> {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../../../assets/indicators.json")).unwrap();
        serde_json::from_value(file[rule]["tests"].clone()).unwrap()
    }

    #[test]
    fn values_are_defanged_as_the_indicator_rules_say() {
        let pairs = pairs("defang");
        assert!(pairs.len() >= 7);
        for (real, shown) in pairs {
            assert_eq!(defang(&real), shown);
            assert_eq!(defang(&shown), shown);
            assert_eq!(refang(&shown), real);
        }
    }

    #[test]
    fn values_are_refanged_as_the_indicator_rules_say() {
        let pairs = pairs("refang");
        assert!(pairs.len() >= 10);
        for (shown, real) in pairs {
            assert_eq!(refang(&shown), real);
            assert_eq!(refang(&real), real);
        }
        for (shown, real) in [
            ("h**ps[://]bad{.}example", "https://bad.example"),
            ("hxxp:\\\\bad[.]example\\x", "http://bad.example\\x"),
            ("ceo at bad dot example", "ceo@bad.example"),
            ("<https://bad.example/a>.", "https://bad.example/a"),
            ("\"203[.]0[.]113[.]7\",", "203.0.113.7"),
            ("bad\\.example", "bad.example"),
            ("C:\\Users\\.ssh\\id", "C:\\Users\\.ssh\\id"),
            ("b\u{200B}ad\u{FF0E}example", "bad.example"),
            ("https://bad.example/a_(b)", "https://bad.example/a_(b)"),
            ("look at this", "look at this"),
            ("", ""),
        ] {
            assert_eq!(refang(shown), real);
        }
    }

    #[test]
    fn addresses_in_a_sentence_are_defanged_and_the_sentence_is_not() {
        for (text, shown) in [
            ("C2 answers on 203.0.113.7:443, from FS02.", "C2 answers on 203[.]0[.]113[.]7:443, from FS02."),
            (
                "net 203.0.113.0/24; 10.0.0.1-10.0.0.9",
                "net 203[.]0[.]113[.]0/24; 10[.]0[.]0[.]1-10[.]0[.]0[.]9",
            ),
            ("dst=203.0.113.7", "dst=203[.]0[.]113[.]7"),
            ("(see http://bad.example/a.b)", "(see hxxp://bad[.]example/a.b)"),
            ("http://a.example,https://b.example", "hxxp://a[.]example,hxxps://b[.]example"),
            ("https://user@bad.example:8443/x.php?u=a.b", "hxxps://user@bad[.]example:8443/x.php?u=a.b"),
            ("http://[::ffff:203.0.113.7]/", "hxxp://[[:][:]ffff[:]203[.]0[.]113[.]7]/"),
            ("https://[2001:db8::1]:8443/x", "hxxps://[2001[:]db8[:][:]1]:8443/x"),
            ("smb://fs01.corp.example/c$", "smb[:]//fs01[.]corp[.]example/c$"),
            ("from ceo@bad.example.", "from ceo[@]bad[.]example."),
            ("bad.example/login.php took it", "bad[.]example/login.php took it"),
            ("[bad.example] and bad[.]example", "[bad[.]example] and bad[.]example"),
            ("::ffff:203.0.113.7 and fe80::1%eth0", "[:][:]ffff[:]203[.]0[.]113[.]7 and fe80[:][:]1%eth0"),
            ("пример.испытание answered", "пример[.]испытание answered"),
        ] {
            assert_eq!(defang(text), shown);
            assert_eq!(defang(shown), shown, "twice");
        }
        for text in [
            "Isolated FS02 at 14:02:30, e.g. by i.e. nothing. Done.",
            "invoice.pdf.exe in C:\\Users\\Public\\x.example",
            "HKLM\\Software\\bad.example",
            "/var/spool/.x/run.sh and share/dir.d/app.log",
            "version 1.2.3 of casebook, 3.5 hours",
            "00:11:22:33:44:55 asked for std::io",
            "@ana: look ... here :: there",
            "d41d8cd98f00b204e9800998ecf8427e",
        ] {
            assert!(matches!(defang(text), Cow::Borrowed(_)), "{text} became {}", defang(text));
        }
    }

    #[test]
    fn file_endings_are_sorted_for_the_search() {
        assert!(FILE_ENDINGS.is_sorted());
    }

    proptest! {
        #[test]
        fn defanging_twice_changes_nothing(text in "([a-z0-9.:/@ ,()\\[\\]=%-]|http://|é|[:]//|::){0,40}") {
            let once = defang(&text).into_owned();
            prop_assert_eq!(defang(&once), once.as_str(), "from {:?}", text);
        }

        #[test]
        fn no_text_at_all_makes_it_panic(text in any::<String>(), marked in "[.:/@\\[\\]é \\\\a1]{0,40}") {
            for text in [text, marked] {
                let once = defang(&text).into_owned();
                prop_assert_eq!(defang(&once), once.as_str());
                refang(&text);
            }
        }

        #[test]
        fn what_is_defanged_comes_back(
            host in "[a-z]{1,9}(\\.[a-z]{1,9}){0,2}\\.example",
            ip: std::net::Ipv4Addr,
            ip6: std::net::Ipv6Addr,
            path in "(/[a-z]{1,5}(\\.[a-z]{1,3})?){0,3}",
        ) {
            for real in [
                host.clone(),
                ip.to_string(),
                ip6.to_string(),
                format!("ceo@{host}"),
                format!("https://{host}:8443{path}"),
                format!("http://{ip}{path}"),
                format!("ftp://[{ip6}]{path}"),
            ] {
                let shown = defang(&real);
                prop_assert!(shown.contains("[.]") || shown.contains("[:]"), "{}", shown);
                prop_assert_eq!(refang(&shown), real);
            }
        }
    }
}
