//! Bytes of any encoding as UTF-8, in one place before every reader and in bounded memory.
//!
//! UTF-8 with or without a byte order mark, UTF-16 with one; bytes that are no UTF-8 are read one by one as
//! windows-1252, which holds Latin-1. NUL and the other control characters go, and both are said.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::model::text::thousands;

/// Bytes read from the file at once.
const CHUNK: usize = 64 << 10;

/// A file as UTF-8 text.
pub struct Decoded<R> {
    file: R,
    encoding: Encoding,
    /// Bytes of the file that are not decoded yet: the beginning of a character.
    rest: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    ended: bool,
    foreign: usize,
    dropped: usize,
    /// Control characters stay: who reads it leaves them out, and says of which row and column.
    keeps_control: bool,
}

enum Encoding {
    /// Nothing was read yet.
    Unknown,
    Utf8,
    Utf16(Box<Decoder>),
}

impl<R: Read> Decoded<R> {
    pub fn new(file: R) -> Self {
        Self {
            file,
            encoding: Encoding::Unknown,
            rest: Vec::new(),
            text: Vec::new(),
            at: 0,
            ended: false,
            foreign: 0,
            dropped: 0,
            keeps_control: false,
        }
    }

    /// For what is read as a table, whose cells are cleaned one by one.
    pub fn keep_control(&mut self) {
        self.keeps_control = true;
    }

    /// What a person should know of how it was read.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        match self.foreign {
            0 => {}
            1 => remarks.push("1 byte was no UTF-8 and was read as windows-1252.".to_owned()),
            n => remarks.push(format!("{} bytes were no UTF-8 and were read as windows-1252.", thousands(n))),
        }
        match self.dropped {
            0 => {}
            1 => remarks.push("1 control character was left out.".to_owned()),
            n => remarks.push(format!("{} control characters were left out.", thousands(n))),
        }
        remarks
    }

    fn fill(&mut self) -> io::Result<()> {
        let kept = self.rest.len();
        self.rest.resize(kept + CHUNK, 0);
        let read = loop {
            match self.file.read(&mut self.rest[kept..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.rest.truncate(kept + read);
        self.ended = read == 0;
        if matches!(self.encoding, Encoding::Unknown) {
            if self.rest.len() < 3 && !self.ended {
                return Ok(());
            }
            self.begin();
        }
        self.text.clear();
        self.at = 0;
        let bytes = std::mem::take(&mut self.rest);
        match &mut self.encoding {
            Encoding::Utf16(decoder) => {
                self.text.resize(bytes.len() * 3 + 16, 0);
                let (mut from, mut to) = (0, 0);
                loop {
                    let (result, read, wrote, _) =
                        decoder.decode_to_utf8(&bytes[from..], &mut self.text[to..], self.ended);
                    (from, to) = (from + read, to + wrote);
                    match result {
                        CoderResult::InputEmpty => break,
                        CoderResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                    }
                }
                self.text.truncate(to);
            }
            Encoding::Utf8 | Encoding::Unknown => self.utf8(&bytes),
        }
        if self.keeps_control {
            return Ok(());
        }
        let before = self.text.len();
        self.text.retain(|byte| !steers(*byte));
        self.dropped += before - self.text.len();
        Ok(())
    }

    /// Takes the byte order mark off and knows the encoding by it.
    fn begin(&mut self) {
        let (encoding, mark) = match self.rest[..] {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16(Box::new(UTF_16LE.new_decoder_without_bom_handling())), 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16(Box::new(UTF_16BE.new_decoder_without_bom_handling())), 2),
            _ => (Encoding::Utf8, 0),
        };
        self.encoding = encoding;
        self.rest.drain(..mark);
    }

    fn utf8(&mut self, mut bytes: &[u8]) {
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => return self.text.extend_from_slice(text.as_bytes()),
                Err(error) => {
                    let (good, bad) = bytes.split_at(error.valid_up_to());
                    self.text.extend_from_slice(good);
                    let count = match error.error_len() {
                        Some(count) => count,
                        None if self.ended => bad.len(),
                        // A character that goes on in the next chunk.
                        None => return self.rest.extend_from_slice(bad),
                    };
                    let (foreign, after) = bad.split_at(count);
                    let (text, _) = WINDOWS_1252.decode_without_bom_handling(foreign);
                    self.text.extend_from_slice(text.as_bytes());
                    self.foreign += count;
                    bytes = after;
                }
            }
        }
    }
}

/// Control characters of ASCII but tab, line break and ESC: what a sequence of the last holds goes with it,
/// when the text is cleaned for the record.
fn steers(byte: u8) -> bool {
    matches!(byte, 0x00..=0x08 | 0x0B | 0x0C | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F)
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut text = self.fill_buf()?;
        let read = text.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.text.len() && !self.ended {
            self.fill()?;
        }
        Ok(&self.text[self.at..])
    }

    fn consume(&mut self, used: usize) {
        self.at = (self.at + used).min(self.text.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A file that comes in pieces of so many bytes.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(into.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn read(bytes: &[u8], piece: usize) -> (String, Vec<String>) {
        let mut decoded = Decoded::new(Pieces(bytes, piece));
        let mut text = String::new();
        decoded.read_to_string(&mut text).unwrap();
        (text, decoded.remarks())
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn latin_letters_and_nul_bytes_are_read_and_said() {
        let (text, remarks) = read(b"M\xfcller\0 \x93quoted\x94\x07", 1);
        assert_eq!(text, "Müller “quoted”");
        assert_eq!(
            remarks,
            ["3 bytes were no UTF-8 and were read as windows-1252.", "2 control characters were left out."]
        );
    }

    proptest! {
        #[test]
        fn every_text_reads_back_whatever_its_encoding_and_however_it_comes(
            text in "[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1a\\x1c-\\x1f\\x7f\u{feff}]{0,80}", piece in 1usize..9,
        ) {
            let plain = text.as_bytes().to_vec();
            let marked = [b"\xEF\xBB\xBF".as_slice(), &plain].concat();
            for bytes in [plain, marked, utf16(&text, true), utf16(&text, false)] {
                prop_assert_eq!(read(&bytes, piece), (text.clone(), Vec::new()));
            }
        }

        #[test]
        fn any_bytes_become_text_without_control_characters(bytes: Vec<u8>, piece in 1usize..9) {
            let (text, _) = read(&bytes, piece);
            prop_assert!(text.bytes().all(|byte| !steers(byte)));
            prop_assert_eq!(read(&bytes, 1).0, text);
        }
    }
}
