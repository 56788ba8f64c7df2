//! Running text: which of its words are indicators.

use super::super::host::known_end;
use super::super::value::{real, sound};
use super::super::{Found, Kind, Why, of_kind};
use super::Reader;

/// How a word stands in its line; it decides doubts.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The word before it, without its marks.
    before: &'a str,
    /// Nothing else stands on the line, or in the cell.
    alone: bool,
}

impl Reader<'_> {
    /// Takes what there is to take from a line of text.
    pub(super) fn words(&mut self, line: &str) {
        let words: Vec<(usize, &str)> =
            line.split_whitespace().map(|word| (word.as_ptr().addr() - line.as_ptr().addr(), word)).collect();
        let alone = words.len() == 1;
        let (mut at, mut before) = (0, "");
        while let Some((start, word)) = words.get(at).copied() {
            let taken = if alone { 1 } else { self.phrase(line, &words[at..], start) };
            match taken {
                1 => {
                    self.word(word, Place { before, alone });
                    at += 1;
                }
                many => at += many,
            }
            before = word.trim_matches([':', '=', '"', '\'', '(', '[', ',']);
        }
    }

    /// Several words that are one value: a path or key with blanks in it, an IBAN in groups. Returns how many
    /// words it took; 1: none.
    fn phrase(&mut self, line: &str, words: &[(usize, &str)], start: usize) -> usize {
        let word = words[0].1;
        let (quoted, bare) = match word.strip_prefix(['"', '\'']) {
            Some(bare) => (Some(&word[..1]), bare),
            None => (None, word),
        };
        if bare.contains('\\') && begins_path(bare) {
            if let Some(quote) = quoted {
                let rest = &line[start + 1..];
                let Some(end) = rest.find(quote) else { return 1 };
                let inner = &rest[..end];
                if inner.contains(' ') && self.phrase_of(inner) {
                    return words.iter().take_while(|(at, _)| *at < start + 1 + end).count();
                }
                return 1;
            }
            let count = path_words(words);
            if count > 1 {
                let (at, last) = words[count - 1];
                let whole = &line[start..at + last.len()];
                if self.phrase_of(whole.trim_end_matches(['.', ',', ';', ')'])) {
                    return count;
                }
            }
        } else if word.len() == 4 && is_iban_head(word.as_bytes()) {
            return self.iban(words);
        }
        1
    }

    fn phrase_of(&mut self, whole: &str) -> bool {
        match sound(whole) {
            Some(Ok(found)) if matches!(found.kind, Kind::PathWindows | Kind::RegistryKey) => {
                self.take(found, None);
                true
            }
            _ => false,
        }
    }

    fn iban(&mut self, words: &[(usize, &str)]) -> usize {
        let groups = words[1..].iter().take_while(|(_, word)| {
            word.len() <= 4 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        });
        let most = 1 + groups.take(8).count();
        for count in (4..=most).rev() {
            let joined: Vec<&str> = words[..count].iter().map(|(_, word)| *word).collect();
            if let Ok(found) = of_kind(Kind::Iban, &joined.concat()) {
                self.take(found, None);
                return count;
            }
        }
        1
    }

    /// One word between blanks. Commas part values first.
    fn word(&mut self, word: &str, place: Place<'_>) {
        if prose(word) {
            return;
        }
        if !word.contains(',') {
            return self.part(word, place);
        }
        for part in word.split(',').filter(|part| !prose(part)) {
            self.part(part, place);
        }
    }

    fn part(&mut self, part: &str, place: Place<'_>) {
        if let Some(named) = named_kind(place.before, part) {
            return self.take(named, None);
        }
        let part = part.trim_end_matches([':', '!', '?']);
        let value = real(part);
        match sound(&value) {
            Some(verdict) => self.judge(part, verdict, place),
            None => self.pieces(part, &value, place),
        }
    }

    fn judge(&mut self, word: &str, verdict: Result<Found, Why>, place: Place<'_>) {
        match verdict {
            Ok(found) if self.doubtful(&found, word, place) => {}
            Ok(found) if found.kind == Kind::Ipv4 && versions(place.before) => {
                self.refuse(word, Why::Version, Some((found.kind, found.value)));
            }
            Ok(found) => self.weigh(found, word, None),
            Err(Why::Octet | Why::LeadingZero) if versions(place.before) => {
                self.refuse(word, Why::Version, None)
            }
            Err(why) => self.refuse(word, why, None),
        }
    }

    /// Whether a sound value is more likely a word of the text.
    fn doubtful(&self, found: &Found, word: &str, place: Place<'_>) -> bool {
        match found.kind {
            // A missing blank after a full stop, a name with a dot: no top-level domain is called that, or
            // a sentence begins there.
            Kind::Domain => {
                let sentence = word.split('.').skip(1).any(|label| {
                    let mut letters = label.chars();
                    letters.next().is_some_and(char::is_uppercase)
                        && letters.next().is_some_and(char::is_lowercase)
                });
                let sure = place.alone || marked(word);
                !sure && (sentence || !known_end(&found.value))
            }
            // What a web server was asked for.
            Kind::PathUnix => {
                matches!(place.before, "GET" | "POST" | "HEAD" | "PUT" | "DELETE" | "OPTIONS" | "PATCH")
            }
            // `::` and the like of programs.
            Kind::Ipv6 => {
                found.value.len() <= 2 || (!place.alone && !word.bytes().any(|b| b.is_ascii_digit()))
            }
            // Hexadecimal words such as a count in a log; a hash has both letters and digits.
            Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => {
                found.value.bytes().all(|b| b == found.value.as_bytes()[0])
            }
            _ => false,
        }
    }

    /// A word that is no value as a whole: a value in brackets, after a name and `=`, in a tag.
    fn pieces(&mut self, part: &str, value: &str, place: Place<'_>) {
        if let Some((start, end)) = url_in(value) {
            let url = &value[start..end];
            let (before, after) = (&value[..start], &value[end..]);
            let inner = real(url);
            if let Some(verdict) = sound(&inner) {
                self.judge(url, verdict, place);
            }
            for rest in [before, after] {
                if !prose(rest) && !rest.contains("://") {
                    self.pieces(rest, rest, place);
                }
            }
            return;
        }
        let parting = |c: char| {
            matches!(c, ';' | '|' | '"' | '\'' | '<' | '>' | '=' | '(' | ')' | '{' | '}' | '`' | '[' | ']')
        };
        let text = if value.is_empty() { part } else { value };
        let mut before = place.before;
        for piece in text.split(parting).filter(|piece| !piece.is_empty()) {
            let piece = piece.trim_end_matches(['.', ':', '!', '?']);
            let here = Place { before, alone: place.alone };
            before = piece;
            if prose(piece) {
                continue;
            }
            if let Some(named) = named_kind(here.before, piece) {
                self.take(named, None);
                continue;
            }
            let inner = real(piece);
            match sound(&inner) {
                Some(verdict) => self.judge(piece, verdict, here),
                // `src:203.0.113.7`, `sha256:…`.
                None => {
                    if let Some((name, rest)) = piece.split_once(':')
                        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
                        && !prose(rest)
                        && let Some(verdict) = sound(&real(rest))
                    {
                        self.judge(rest, verdict, Place { before: name, alone: place.alone });
                    }
                }
            }
        }
    }
}

/// Whether a word can be passed over at a glance: most of a text is.
fn prose(word: &str) -> bool {
    word.len() < 2
        || word.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'\'' | b',' | b'-') || b >= 0x80)
}

/// Whether somebody has made the word harmless: then it is meant as a value.
fn marked(word: &str) -> bool {
    const MARKS: [&str; 9] = ["[.", ".]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", "[@]", "\\."];
    let lower = word.to_ascii_lowercase();
    MARKS.iter().any(|mark| lower.contains(mark)) || lower.starts_with("hxxp") || lower.starts_with("fxp")
}

fn versions(before: &str) -> bool {
    const WORDS: [&str; 8] = ["version", "versions", "ver", "v", "build", "release", "firmware", "agent"];
    WORDS.iter().any(|word| before.trim_end_matches('.').eq_ignore_ascii_case(word))
}

/// A value whose type only the word before it tells.
fn named_kind(before: &str, part: &str) -> Option<Found> {
    let kind = match before.to_ascii_lowercase().as_str() {
        "jarm" => Kind::Jarm,
        "imphash" => Kind::Imphash,
        "ja3" | "ja3s" => Kind::Ja3,
        "message-id" | "in-reply-to" | "references" => Kind::MessageId,
        _ => return None,
    };
    of_kind(kind, part.trim_end_matches([',', ';'])).ok()
}

fn begins_path(word: &str) -> bool {
    let bytes = word.as_bytes();
    let drive = matches!(bytes, [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    drive
        || word.starts_with("\\\\")
        || word.starts_with('%')
        || word.get(..2).is_some_and(|h| h.eq_ignore_ascii_case("hk"))
}

/// How many words from the first on are one path: as long as another part of it follows a blank.
fn path_words(words: &[(usize, &str)]) -> usize {
    let mut count = 1;
    loop {
        let last = words[count - 1].1;
        let ends = last.ends_with(['.', ',', ';', ')', '"']) || file_like(last);
        if ends {
            return count;
        }
        // `C:\Program Files (x86)\App\x.exe`: between two parts stand at most two words of a name.
        let next = words[count..].iter().take(3).position(|(_, word)| word.contains('\\'));
        let Some(steps) = next else { return count };
        let between = &words[count..count + steps];
        let name = |word: &str| {
            word.starts_with(|c: char| c.is_uppercase() || c == '(')
                && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '(' | ')' | '-' | '_'))
        };
        if begins_path(words[count + steps].1) || !between.iter().all(|(_, word)| name(word)) {
            return count;
        }
        count += steps + 1;
    }
}

/// Whether the last part of a path ends as files do.
fn file_like(word: &str) -> bool {
    let part = word.rsplit('\\').next().unwrap_or(word);
    part.rsplit_once('.').is_some_and(|(name, end)| {
        !name.is_empty() && (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn is_iban_head(word: &[u8]) -> bool {
    word[..2].iter().all(u8::is_ascii_uppercase) && word[2..].iter().all(u8::is_ascii_digit)
}

/// Where a URL stands inside a word.
fn url_in(word: &str) -> Option<(usize, usize)> {
    let at = word.find("://")?;
    let scheme = word[..at]
        .bytes()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-'))
        .count();
    let start = at - scheme;
    let closing = |c: char| matches!(c, '"' | '\'' | '<' | '>' | '`' | '|');
    let end = word[at..].find(closing).map_or(word.len(), |end| at + end);
    // A bracket that was opened before the URL closes it.
    let opened = word[..start].ends_with(['(', '[', '{']);
    let end =
        if opened { word[start..end].find([')', ']', '}']).map_or(end, |close| start + close) } else { end };
    // The whole word was tried before.
    (scheme > 1 && (start > 0 || end < word.len())).then_some((start, end))
}
