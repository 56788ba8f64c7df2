//! The few fields by which a line stands in its chain, taken from their fixed places at both of its ends.

use crate::fields::START;
use crate::id::LineId;

/// What a line says of itself and of the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Links<'a> {
    pub writer: &'a str,
    /// Position in the writer's chain, from 1; 0 opens a segment.
    pub n: u64,
    /// The name of this writer's line before.
    pub prev: LineId,
    /// The name the line gives itself; nobody has looked yet whether it is the hash of its bytes.
    pub id: LineId,
}

/// Both ends of a line, and what stands between them.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'a> {
    pub links: Links<'a>,
    /// From the comma behind `n` to the one before the salt.
    between: &'a [u8],
}

/// `,"salt":"<32>","prev":"<64>","id":"<64>"}`
const END: usize =
    ",\"salt\":\"".len() + 32 + "\",\"prev\":\"".len() + 64 + "\",\"id\":\"".len() + 64 + "\"}".len();

impl<'a> Ends<'a> {
    /// From the bytes of a line without its newline. `None`: the fields are not where they should be.
    #[inline(never)]
    pub fn read(line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_prefix(START.as_bytes())?.get(36..)?.strip_prefix(b"\",\"writer\":\"")?;
        let end = rest.iter().position(|byte| *byte == b'"')?;
        let writer = std::str::from_utf8(&rest[..end]).ok()?;
        let (n, rest) = count(rest[end..].strip_prefix(b"\",\"n\":")?)?;
        if !rest.starts_with(b",") || i64::try_from(n).is_err() {
            return None;
        }
        let (between, end) = rest.split_at_checked(rest.len().checked_sub(END)?)?;
        let end = end.strip_prefix(b",\"salt\":\"")?.get(32..)?.strip_prefix(b"\",\"prev\":\"")?;
        let (prev, end) = end.split_first_chunk()?;
        let (id, end) = end.strip_prefix(b"\",\"id\":\"")?.split_first_chunk()?;
        let links = Links { writer, n, prev: LineId::read(prev)?, id: LineId::read(id)? };
        (end == b"\"}").then_some(Self { links, between })
    }

    /// Wall milliseconds since 1970 (UTC), then a counter on ties.
    pub fn clock(&self) -> Option<(i64, u32)> {
        let (wall, rest) = count(self.between.strip_prefix(b",\"clock\":[")?)?;
        let (tie, rest) = count(rest.strip_prefix(b",")?)?;
        rest.starts_with(b"]").then_some((i64::try_from(wall).ok()?, u32::try_from(tie).ok()?))
    }

    /// The inside of `seen`. Heads hold no brackets, so the last opening is the right one.
    pub fn seen(&self) -> Option<&'a str> {
        let inside = self.between.strip_suffix(b"]")?;
        let start = inside.iter().rposition(|byte| *byte == b'[')?;
        inside[..start].ends_with(b",\"seen\":").then_some(())?;
        std::str::from_utf8(&inside[start + 1..]).ok()
    }
}

/// A whole number without a sign, as JSON has it, and what stands behind it.
fn count(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = bytes.split_at(digits);
    if digits.is_empty() || (digits.len() > 1 && digits[0] == b'0') {
        return None;
    }
    let next = |number: u64, digit: &u8| number.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
    Some((digits.iter().try_fold(0, next)?, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fields::Fields;

    const LINE: &str = concat!(
        r#"{"v":1,"inc":"01900000-0000-7000-8000-000000000000","writer":"w-aa1twj3w","n":14864,"clock":[1767239660000,7],"#,
        r#""recorded":"2026-01-01T03:54:20.000Z","by":"ana","kind":"logged","data":{"text":"é ]"},"seen":["w-b/3/f5f"],"#,
        r#""salt":"d68e691f4e90efdeb52435c7a7586dbf","prev":"f5fdc57e08b269071577ccfe8bde1b8dd61a5a73a9696cde343bd2486ed2b44c","#,
        r#""id":"c2abee21d4043d07c8acae41d525ba5870fe9dbdb1d2a28977d454659d3c5e28"}"#,
    );

    #[test]
    fn the_ends_of_a_line_say_what_its_fields_say() {
        let (ends, fields) = (Ends::read(LINE.as_bytes()).unwrap(), Fields::read(LINE.as_bytes()).unwrap());
        let Fields { writer, n, prev, id, .. } = fields;
        assert_eq!(ends.links, Links { writer, n, prev, id });
        assert_eq!((ends.clock(), ends.seen()), (Some(fields.clock), Some("\"w-b/3/f5f\"")));
    }

    proptest! {
        /// Where a line was hit, its ends say the place in the chain that a strict look at all of it says, and no number but
        /// one that stands there as a line has it.
        #[test]
        fn the_ends_of_what_was_hit_say_no_more_than_its_fields(at in any::<prop::sample::Index>(), near in any::<bool>(), with in "[ -~]{0,3}", drop in 0usize..3) {
            let number = LINE.find("\"n\":").unwrap()..LINE.find("\"clock\":").unwrap();
            let at = if near { number.start + at.index(number.len()) } else { at.index(LINE.len()) };
            let rest = (at + drop).min(LINE.len());
            if LINE.is_char_boundary(at) && LINE.is_char_boundary(rest) {
                let line = format!("{}{with}{}", &LINE[..at], &LINE[rest..]);
                if let Some(Ends { links, .. }) = Ends::read(line.as_bytes()) {
                    prop_assert!(line.contains(&format!("\",\"n\":{},", links.n)), "{}", line);
                    if let Ok(Fields { writer, n, prev, id, .. }) = Fields::read(line.as_bytes()) {
                        prop_assert_eq!(links, Links { writer, n, prev, id }, "{}", line);
                    }
                }
            }
        }
    }

    #[test]
    fn a_number_that_no_line_has_is_none() {
        for n in
            ["5x", "5.0", "5e3", "5 ", "007", "+7", "-7", "", "9223372036854775808", "99999999999999999999"]
        {
            let line = LINE.replace("\"n\":14864", &format!("\"n\":{n}"));
            assert!(Ends::read(line.as_bytes()).is_none(), "{n}");
        }
        let most = LINE.replace("\"n\":14864", "\"n\":9223372036854775807");
        assert_eq!(Ends::read(most.as_bytes()).map(|ends| ends.links.n), u64::try_from(i64::MAX).ok());
    }
}
