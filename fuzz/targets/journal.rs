//! Any bytes as a journal: every line reads or is a flaw, what reads is folded, and an event that was read is the
//! same after it was written and read again.
#![no_main]

use casebook::incident::Incident;
use casebook::incident::event::Event;
use casebook::store::Envelope;
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

fuzz_target!(|bytes: &[u8]| {
    let mut lines: Vec<_> = bytes
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let envelope = match Envelope::read(line) {
                Ok(envelope) => envelope,
                Err(flaw) => {
                    _ = flaw.to_string();
                    return None;
                }
            };
            _ = envelope.seen();
            let line = envelope.line().ok()?;
            let again = Event::read(line.event.kind(), &line.event.data(), envelope.crit);
            assert_eq!(again.data(), line.event.data(), "an event changes by being written");
            Some(line)
        })
        .collect();
    // Ids are not proved here, so that more than a hash can be found; each stands once, as a store reads them.
    lines.sort_by_key(|line| line.id);
    lines.dedup_by_key(|line| line.id);
    lines.sort_by(|a, b| (a.clock, &a.writer, a.n).cmp(&(b.clock, &b.writer, b.n)));
    _ = Incident::fold(Uuid::from_u128(7), &lines);
});
