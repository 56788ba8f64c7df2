//! Unpacking zstd frames that follow each other, with an eye on how much comes out of how little.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::{GROWTH_FREE, GROWTH_MOST};

/// Counts what is read through it.
pub(super) struct Counted<R> {
    pub(super) from: R,
    pub(super) bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(into)?;
        self.bytes += n as u64;
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.from.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.bytes += n as u64;
        self.from.consume(n);
    }
}

/// What comes out of zstd frames that follow each other.
pub(super) struct Unpacked<R: BufRead> {
    now: Now<Counted<R>>,
    out: u64,
}

enum Now<R: BufRead> {
    Between(R, Box<FrameDecoder>),
    Within(StreamingDecoder<R, Box<FrameDecoder>>),
    /// Only while one becomes the other, and after an error.
    Over,
}

impl<R: BufRead> Unpacked<R> {
    pub(super) fn new(from: Counted<R>) -> Self {
        Self { now: Now::Between(from, Box::new(FrameDecoder::new())), out: 0 }
    }

    fn bomb(&self, taken: u64) -> io::Result<()> {
        if self.out <= GROWTH_FREE.saturating_add(taken.saturating_mul(GROWTH_MOST)) {
            return Ok(());
        }
        Err(io::Error::other(format!(
            "{taken} bytes of it unpack to more than {}: over {GROWTH_MOST} times as much is taken for a bomb",
            self.out
        )))
    }
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.now, Now::Over) {
                Now::Over => return Err(io::Error::other("it was cut short or damaged")),
                Now::Between(mut from, decoder) => {
                    if from.fill_buf()?.is_empty() {
                        self.now = Now::Between(from, decoder);
                        return Ok(0);
                    }
                    let within = StreamingDecoder::new_with_decoder(from, decoder)
                        .map_err(|_| io::Error::other("it was cut short or damaged"))?;
                    self.now = Now::Within(within);
                }
                Now::Within(mut frame) => {
                    let n = frame.read(into).map_err(|_| io::Error::other("it was cut short or damaged"))?;
                    self.out += n as u64;
                    self.bomb(frame.get_ref().bytes)?;
                    if n == 0 && !into.is_empty() {
                        let (from, decoder) = frame.into_parts();
                        let said = decoder.get_checksum_from_data();
                        if said.is_some() && said != decoder.get_calculated_checksum() {
                            return Err(io::Error::other("its bytes are not those that were packed"));
                        }
                        self.now = Now::Between(from, decoder);
                        continue;
                    }
                    self.now = Now::Within(frame);
                    return Ok(n);
                }
            }
        }
    }
}
