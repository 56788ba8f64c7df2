//! A text line by line in bounded memory: a line that never ends costs itself, not the machine.

use std::io::{self, BufRead};

/// The longest line of a text that is read, in bytes: 4 MiB, far over what anything of ours may hold.
pub const LONGEST: usize = 4 << 20;

/// What stands next in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A line without its line break.
    Line(String),
    /// A line longer than [`LONGEST`] was passed over; so many bytes.
    TooLong(u64),
    End,
}

/// The next line. The text has been decoded: what is no UTF-8 all the same is replaced.
///
/// # Errors
/// The file can no longer be read.
pub fn next(text: &mut dyn BufRead) -> io::Result<Next> {
    let (mut line, mut dropped, mut met) = (Vec::new(), 0u64, false);
    loop {
        let chunk = text.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        met = true;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let (part, used) = end.map_or((chunk, chunk.len()), |end| (&chunk[..end], end + 1));
        if dropped == 0 && line.len() + part.len() <= LONGEST {
            line.extend_from_slice(part);
        } else {
            dropped += (std::mem::take(&mut line).len() + part.len()) as u64;
        }
        text.consume(used);
        if end.is_some() {
            break;
        }
    }
    if !met {
        return Ok(Next::End);
    }
    if dropped > 0 {
        return Ok(Next::TooLong(dropped));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Next::Line(String::from_utf8(line).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_any_break_and_the_last_needs_none() {
        let mut text: &[u8] = b"one\r\n\ntwo";
        let mut read = || next(&mut text).unwrap();
        assert_eq!(read(), Next::Line("one".into()));
        assert_eq!(read(), Next::Line(String::new()));
        assert_eq!(read(), Next::Line("two".into()));
        assert_eq!(read(), Next::End);
    }

    #[test]
    fn a_line_over_the_limit_is_passed_over_and_the_next_is_read() {
        let long = "x".repeat(LONGEST + 5) + "\nafter";
        let mut text = io::BufReader::new(long.as_bytes());
        assert_eq!(next(&mut text).unwrap(), Next::TooLong(LONGEST as u64 + 5));
        assert_eq!(next(&mut text).unwrap(), Next::Line("after".into()));
    }
}
