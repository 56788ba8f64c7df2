//! A walk over JSON whose form is known: each thing is asked for where it has to stand, and no other way to write it reads.

use crate::id::LineId;
use crate::scan::plain;

/// A place in a text. Whatever does not stand there as it is asked for is `None`.
#[derive(Clone)]
pub(crate) struct Here<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Here<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What stands from here on.
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Steps over `literal`, which must stand here.
    #[inline(always)]
    pub(crate) fn eat(&mut self, literal: &str) -> Option<()> {
        let here = self.text.as_bytes()[self.at..].starts_with(literal.as_bytes());
        self.at += if here { literal.len() } else { 0 };
        here.then_some(())
    }

    /// So many bytes.
    pub(crate) fn take(&mut self, count: usize) -> Option<&'a str> {
        let taken = self.text.get(self.at..self.at + count)?;
        self.at += count;
        Some(taken)
    }

    /// The name of a line, in its quotes.
    pub(crate) fn id(&mut self) -> Option<LineId> {
        self.eat("\"")?;
        let id = LineId::read(self.take(64)?.as_bytes().try_into().ok()?)?;
        self.eat("\"").map(|()| id)
    }

    /// A string without escapes.
    pub(crate) fn word(&mut self) -> Option<&'a str> {
        self.eat("\"")?;
        self.rest_of_word()
    }

    /// What is left of a string whose opening quote is behind us.
    pub(crate) fn rest_of_word(&mut self) -> Option<&'a str> {
        let (from, bytes) = (self.at, self.text.as_bytes());
        self.at += plain(&bytes[from..]);
        loop {
            match bytes.get(self.at)? {
                b'"' => break,
                b'\\' | 0..=0x1f => return None,
                _ => self.at += 1,
            }
        }
        let word = &self.text[from..self.at];
        self.at += 1;
        Some(word)
    }

    /// A string and the comma behind it.
    pub(crate) fn next_word(&mut self) -> Option<&'a str> {
        let word = self.word()?;
        self.eat(",").map(|()| word)
    }

    /// A whole number without a sign, as JSON has it.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let (from, bytes, mut number) = (self.at, self.text.as_bytes(), 0u64);
        while let Some(digit @ b'0'..=b'9') = bytes.get(self.at) {
            number = number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            self.at += 1;
        }
        let digits = self.at - from;
        (digits == 1 || (digits > 1 && bytes[from] != b'0')).then_some(number)
    }

    /// A small whole number and the comma behind it.
    pub(crate) fn next_count(&mut self) -> Option<u32> {
        let count = u32::try_from(self.number()?).ok()?;
        self.eat(",").map(|()| count)
    }

    /// `null`, or what stands there.
    pub(crate) fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.eat("null").is_some() { Some(None) } else { read(self).map(Some) }
    }

    /// The inside of a list whose opening bracket is behind us.
    pub(crate) fn list(&mut self, each: impl Fn(&mut Self) -> Option<()>) -> Option<&'a str> {
        let from = self.at;
        if self.eat("]").is_none() {
            loop {
                each(self)?;
                if self.eat(",").is_none() {
                    break;
                }
            }
            self.eat("]")?;
        }
        Some(&self.text[from..self.at - 1])
    }
}
