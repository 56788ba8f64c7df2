//! Any bytes as a bundle, plain or as zstd: it is read to its end in bounded memory or refused with plain words.
#![no_main]

use std::io::Read;

use casebook::exchange::bundle::{self, Fault, Manifest, Packed, Taker};
use casebook::store::Part;
use libfuzzer_sys::fuzz_target;

/// Takes every file and keeps none.
struct Reader;

impl Taker for Reader {
    type No = Fault;

    fn manifest(&mut self, _: &Manifest) -> Result<(), Fault> {
        Ok(())
    }

    fn file(&mut self, part: &Part, packed: &Packed, from: &mut dyn Read) -> Result<(), Fault> {
        assert!(!part.path().contains(".."), "{} leaves its folder", part.path());
        let read = std::io::copy(from, &mut std::io::sink()).map_err(Fault::Unread)?;
        assert!(read <= packed.bytes, "{read} bytes where {} are named", packed.bytes);
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Err(fault) = bundle::read(bytes, &mut Reader) {
        // What it quotes of the file is made visible where it is printed.
        _ = fault.to_string();
    }
});
