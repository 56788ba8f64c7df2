//! A strict walk over the JSON of one line: fields in their order, no key twice, nothing copied.

use std::borrow::Cow;

use crate::fields::Flaw;
use crate::id::{LineId, is_hex};

/// Deeper JSON than this is refused, as serde does.
const DEPTH: u32 = 128;

/// A place in the text of a line.
pub(crate) struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// Keys of the objects that are open, innermost last.
    keys: Vec<Cow<'a, str>>,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, keys: Vec::new() }
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Steps over `literal` if it stands here.
    #[inline(always)]
    pub(crate) fn eat(&mut self, literal: &str) -> bool {
        let here = self.bytes()[self.at..].starts_with(literal.as_bytes());
        if here {
            self.at += literal.len();
        }
        here
    }

    /// Steps over `literal`, which must stand here.
    #[inline(always)]
    pub(crate) fn expect(&mut self, literal: &'static str) -> Result<(), Flaw> {
        if self.eat(literal) { Ok(()) } else { Err(Flaw::Expected { literal, at: self.at }) }
    }

    /// A decimal number as this format writes them: no plus, no leading zero, no point.
    pub(crate) fn integer(&mut self) -> Result<i64, Flaw> {
        let start = self.at;
        let negative = self.eat("-");
        let first = self.at;
        while self.bytes().get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        let digits = &self.text[first..self.at];
        let plain = digits.len() == 1 || !digits.starts_with('0');
        let wrong = Flaw::Expected { literal: "a whole number", at: start };
        if !plain || (negative && digits == "0") {
            return Err(wrong);
        }
        self.text[start..self.at].parse().map_err(|_| wrong)
    }

    /// The inside of a string up to its closing quote, escapes as they stand. The opening quote is behind us.
    pub(crate) fn rest_of_string(&mut self) -> Result<&'a str, Flaw> {
        let start = self.at;
        let bytes = self.bytes();
        loop {
            self.at += plain(&bytes[self.at..]);
            match bytes.get(self.at) {
                Some(b'"') => {
                    let inside = &self.text[start..self.at];
                    self.at += 1;
                    return Ok(inside);
                }
                Some(b'\\') => self.escape()?,
                None | Some(0..=0x1f) => return Err(Flaw::NotJson { at: self.at }),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), Flaw> {
        let bytes = self.bytes();
        let long = match bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u')
                if bytes
                    .get(self.at + 2..self.at + 6)
                    .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) =>
            {
                6
            }
            _ => return Err(Flaw::NotJson { at: self.at }),
        };
        self.at += long;
        Ok(())
    }

    /// Exactly `digits` lower-case hex digits and the closing quote.
    pub(crate) fn hex(&mut self, digits: usize) -> Result<&'a str, Flaw> {
        let wrong = Flaw::Expected { literal: "lower-case hex digits", at: self.at };
        let hex = self.bytes().get(self.at..self.at + digits);
        if !hex.is_some_and(is_hex) {
            return Err(wrong);
        }
        let hex = &self.text[self.at..self.at + digits];
        self.at += digits;
        self.expect("\"")?;
        Ok(hex)
    }

    /// The name of a line and the closing quote.
    pub(crate) fn id(&mut self) -> Result<LineId, Flaw> {
        let hex = self.bytes()[self.at..].first_chunk().and_then(LineId::read);
        let id = hex.ok_or(Flaw::Expected { literal: "lower-case hex digits", at: self.at })?;
        self.at += 64;
        self.expect("\"")?;
        Ok(id)
    }

    /// Any JSON value, as it stands. No object in it has a key twice.
    pub(crate) fn value(&mut self) -> Result<&'a str, Flaw> {
        let start = self.at;
        self.walk(0)?;
        Ok(&self.text[start..self.at])
    }

    fn walk(&mut self, depth: u32) -> Result<(), Flaw> {
        if depth > DEPTH {
            return Err(Flaw::NotJson { at: self.at });
        }
        match self.bytes().get(self.at) {
            Some(b'"') => {
                self.at += 1;
                self.rest_of_string().map(|_| ())
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b't') => self.expect("true"),
            Some(b'f') => self.expect("false"),
            Some(b'n') => self.expect("null"),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Result<(), Flaw> {
        let start = self.at;
        self.eat("-");
        let whole = self.digits();
        if whole == 0 || (whole > 1 && self.bytes()[self.at - whole] == b'0') {
            return Err(Flaw::NotJson { at: start });
        }
        if self.eat(".") && self.digits() == 0 {
            return Err(Flaw::NotJson { at: start });
        }
        if self.eat("e") || self.eat("E") {
            let _ = self.eat("+") || self.eat("-");
            if self.digits() == 0 {
                return Err(Flaw::NotJson { at: start });
            }
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.bytes().get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        self.at - start
    }

    fn space(&mut self) {
        while matches!(self.bytes().get(self.at), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    fn array(&mut self, depth: u32) -> Result<(), Flaw> {
        self.at += 1;
        self.space();
        if self.eat("]") {
            return Ok(());
        }
        loop {
            self.space();
            self.walk(depth + 1)?;
            self.space();
            if self.eat("]") {
                return Ok(());
            }
            self.expect(",")?;
        }
    }

    fn object(&mut self, depth: u32) -> Result<(), Flaw> {
        let mine = self.keys.len();
        self.at += 1;
        self.space();
        if self.eat("}") {
            return Ok(());
        }
        loop {
            self.space();
            self.expect("\"")?;
            let key = self.rest_of_string()?;
            self.keys.push(unescaped(key));
            self.space();
            self.expect(":")?;
            self.space();
            self.walk(depth + 1)?;
            self.space();
            if self.eat("}") {
                break;
            }
            self.expect(",")?;
        }
        let twice = twice(&mut self.keys[mine..]);
        self.keys.truncate(mine);
        twice.map_or(Ok(()), |key| Err(Flaw::Twice { key }))
    }
}

/// How many bytes at the front are surely neither a quote, nor a backslash, nor a control character. Texts are the
/// most of a line, so eight bytes are looked at together; the last few are left to the caller.
pub(crate) fn plain(bytes: &[u8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let eights = bytes.as_chunks::<8>().0;
    for (k, eight) in eights.iter().enumerate() {
        let here = u64::from_le_bytes(*eight);
        let (quote, slash) = (here ^ (EACH * 0x22), here ^ (EACH * 0x5C));
        // A borrow sets the top bit of a byte that is below what is taken from it; the lowest such bit is right.
        let control = here.wrapping_sub(EACH * 0x20) & !here;
        let met = control | quote.wrapping_sub(EACH) & !quote | slash.wrapping_sub(EACH) & !slash;
        let met = met & (EACH * 0x80);
        if met != 0 {
            return 8 * k + met.trailing_zeros() as usize / 8;
        }
    }
    8 * eights.len()
}

/// A key that stands more than once.
pub(crate) fn twice(keys: &mut [Cow<'_, str>]) -> Option<String> {
    if keys.len() > 12 {
        keys.sort_unstable();
        return keys.windows(2).find(|two| two[0] == two[1]).map(|two| two[0].to_string());
    }
    let repeated = |i: &usize| keys[..*i].contains(&keys[*i]);
    (1..keys.len()).find(repeated).map(|i| keys[i].to_string())
}

/// The text of a JSON string whose inside is `inside`.
pub fn unescaped(inside: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return Cow::Borrowed(inside);
    }
    // A lone half of a surrogate pair is no text; it stays as it was written.
    serde_json::from_str(&format!("\"{inside}\"")).map_or(Cow::Borrowed(inside), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scan(text: &str) -> Result<bool, Flaw> {
        let mut scan = Scan::new(text);
        scan.value()?;
        Ok(scan.at_end())
    }

    #[test]
    fn a_key_that_stands_twice_is_found_at_any_depth_and_through_escapes() {
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"{"b":[{"a":1,"c":{},"a":2}]}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"10":0,"11":0,"12":0,"13":0,"7":1}"#,
        ] {
            assert!(matches!(scan(text), Err(Flaw::Twice { .. })), "{text}");
        }
        assert_eq!(scan(r#"{"a":{"a":[{"a":1},{"a":2}]},"b":"a"}"#), Ok(true));
    }

    #[test]
    fn json_as_deep_as_serde_reads_it_is_the_limit() {
        let deep = |n| "[".repeat(n) + &"]".repeat(n);
        assert_eq!(scan(&deep(100)), Ok(true));
        assert!(scan(&deep(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn a_string_ends_where_a_walk_byte_by_byte_ends_it(text in "[a-zé\u{80}\u{7f} !#~\"\\\\\u{0}-\u{1f}]{0,40}") {
            let steers = |byte: u8| byte == b'"' || byte == b'\\' || byte < 0x20;
            let first = text.bytes().position(steers);
            let surely = plain(text.as_bytes());
            prop_assert!(surely <= first.unwrap_or(text.len()), "{:?}", text);
            prop_assert!(text.len() - surely < 8 || Some(surely) == first, "{:?}", text);
        }

        /// Whatever this walk accepts, serde accepts as well.
        #[test]
        fn what_is_accepted_is_json(text in r#"[\[\]{}",:\\0-9eE+. a-ftrulns-]{0,24}"#) {
            if scan(&text) == Ok(true) {
                prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
            }
        }
    }
}
