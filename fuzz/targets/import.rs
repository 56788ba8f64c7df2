//! Any bytes as a file of any format that is imported; the first byte says which.
#![no_main]

use std::cell::LazyCell;
use std::ops::ControlFlow;

use casebook::exchange::IMPORTS;
use casebook::exchange::intake::Reading;
use casebook::exchange::intake::decode::Decoded;
use casebook::exchange::intake::judge::judge;
use casebook::incident::Incident;
use casebook::model::desk::Desk;
use casebook::model::notice::duties::Duties;
use casebook::model::playbook::Playbooks;
use casebook::model::time::Zone;
use casebook_fuzz::{now, opened, plain};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static KNOWN: LazyCell<(Incident, Playbooks)> = LazyCell::new(|| (opened(), Playbooks::default()));
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let import = &IMPORTS[usize::from(*which) % IMPORTS.len()];
    KNOWN.with(|known| {
        let (incident, playbooks) = &**known;
        let desk = |k: u32| Desk {
            now: now(),
            now_set: false,
            by: "ana".into(),
            role: None,
            who: None,
            happened: None,
            ex: None,
            seed: (u128::from(k) + 1).to_le_bytes(),
            playbooks,
            carried: &[],
            duties: Duties::plain(),
        };
        let zone = Zone::parse("utc").expect("utc is a zone");
        let reading = Reading { now: now(), assume: Some(&zone), columns: &[] };
        let go_on = &mut |_| ControlFlow::Continue(());
        match judge(import.read, (&mut Decoded::new(bytes), &reading), (incident, "file"), desk, go_on) {
            Ok(judged) => {
                judged.remarks.iter().for_each(|remark| plain(remark));
                judged.refused.iter().for_each(|refused| plain(&refused.why));
                let said: Vec<String> = judged.drafts.iter().map(|draft| draft.event.data()).collect();
                let size: usize = said.iter().map(String::len).sum();
                assert!(size < 40 * bytes.len() + 20_000, "{size} bytes of {}", bytes.len());
                let mut open: Vec<serde_json::Value> =
                    said.iter().map(|data| serde_json::from_str(data).expect("events are JSON")).collect();
                while let Some(value) = open.pop() {
                    match value {
                        serde_json::Value::String(text) => plain(&text),
                        serde_json::Value::Array(values) => open.extend(values),
                        serde_json::Value::Object(fields) => open.extend(fields.into_iter().map(|it| it.1)),
                        _ => {}
                    }
                }
            }
            Err(refusal) => plain(&refusal.to_string()),
        }
    });
});
