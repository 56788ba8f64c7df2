//! Any text as a drill's scenario, and as a line somebody types.
#![no_main]

use casebook::drill::scenario::Scenario;
use casebook::model::time::{Sense, Zone, read};
use casebook_fuzz::{now, plain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // What a refusal quotes of the file is made visible where it is printed.
    _ = Scenario::parse(text);
    let zone = Zone::parse("Europe/Berlin").expect("a zone of the table");
    for sense in [Sense::Fact, Sense::Due] {
        if let Err(refusal) = read(text, now(), &zone, sense) {
            plain(&refusal.to_string());
        }
    }
});
