//! Addresses that cannot be clicked: `hxxps://bad[.]example` on screens and in reports.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Endings that make a name a file and not a host. Those of `assets/indicators.json`, and the ones that
/// fill the notes of responders and are no top-level domains.
const FILE_ENDINGS: &[&str] = &[
    "7z", "aff4", "asp", "aspx", "bak", "bat", "bin", "cap", "cfg", "cmd", "conf", "core", "csv", "dat",
    "db", "dd", "dll", "dmp", "doc", "docm", "docx", "e01", "eml", "evt", "evtx", "ex01", "exe", "gif", "gz",
    "hta", "htm", "html", "img", "ini", "iso", "jar", "jpeg", "jpg", "js", "json", "jsonl", "jsp", "ldif",
    "lime", "lnk", "log", "mbox", "mem", "msg", "msi", "ost", "ova", "pcap", "pcapng", "pdf", "php", "plist",
    "png", "pptx", "ps1", "pst", "py", "qcow2", "rar", "raw", "reg", "rtf", "sh", "sqlite", "svg", "sys",
    "tar", "tgz", "tmp", "txt", "vbs", "vhd", "vhdx", "vmdk", "vmem", "vmsn", "xls", "xlsm", "xlsx", "xml",
    "yaml", "yml", "zip", "zst",
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

/// Whether the ending of a name is a usual one of files, so that it is no host's.
pub fn names_a_file(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or_default();
    FILE_ENDINGS.binary_search(&end.to_ascii_lowercase().as_str()).is_ok()
}

/// Whether it is a host name with a dot: labels of letters, digits and hyphens, and an end that is a
/// top-level domain by its looks and no usual ending of a file.
pub(super) fn host(name: &str) -> bool {
    let Some((labels, end)) = name.rsplit_once('.') else { return false };
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let top_level = end.chars().nth(1).is_some()
        && (end.chars().all(char::is_alphabetic) || end.to_ascii_lowercase().starts_with("xn--"));
    top_level && label(end) && labels.split('.').all(label) && !names_a_file(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::refang::tests::pairs;
    use super::*;
    use crate::model::text::refang;

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
