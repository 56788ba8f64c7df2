//! The `:` line read as people type it.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::incident::command::Command as Order;
use crate::model::time::Zone;
use crate::verb::{Change, Log};

fn read(line: &str) -> Result<Said, Refusal> {
    let now: DateTime<Utc> = "2026-11-21T14:05:00Z".parse().unwrap();
    parse_line(line, &Context { now, zone: &Zone::utc() })
}

fn logged(line: &str) -> (String, Said) {
    let said = read(line).unwrap_or_else(|refusal| panic!("{line}: {refusal}"));
    match said.act.clone() {
        Act::Log(Log { text: Text::Given(text), .. }) => (text, said),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn a_text_takes_the_rest_of_the_line_as_it_was_typed() {
    for (line, text) in [
        ("log can't reach FS01", "can't reach FS01"),
        (":log  two  blanks stay", "two  blanks stay"),
        ("log he said \"no\" and left", "he said \"no\" and left"),
        ("log \"all of it\"", "all of it"),
        ("log \"a quote\" first", "\"a quote\" first"),
        ("log \"never closed", "\"never closed"),
        ("log \u{201c}curly quotes\u{201d}", "curly quotes"),
        ("log ran tool --kind of odd", "ran tool --kind of odd"),
        ("log -5 degrees in the rack", "-5 degrees in the rack"),
        ("log --kind action port off", "port off"),
        ("log \"port off\" --kind action", "port off"),
        ("casebook log pasted from a hint", "pasted from a hint"),
        ("log -i 7 on another incident", "on another incident"),
    ] {
        assert_eq!(logged(line).0, text, "{line}");
    }
    assert_eq!(logged("log -i 7 x").1.incident.as_deref(), Some("7"));
    let kind = |line| match logged(line).1.act {
        Act::Log(log) => log.about.kind.word(),
        _ => "",
    };
    assert_eq!(kind("log --kind act port off"), "action");
    assert_eq!(kind("log \"port off\" --kind action"), "action");
}

#[test]
fn a_time_at_the_start_of_a_text_is_when_it_happened() {
    let (text, said) = logged("log @14:02 port off");
    assert_eq!(
        (text.as_str(), said.at.unwrap().utc().to_rfc3339()),
        ("port off", "2026-11-21T14:02:00+00:00".into())
    );
    assert_eq!(logged("log --at -12m port off").1.at.unwrap().typed.as_deref(), Some("-12m"));
    assert_eq!(logged("log @ana has the key").0, "@ana has the key");
    assert!(read("log --at -12m @14:02 twice").unwrap_err().message.contains("twice"));
    assert!(read("log @25:00 port off").unwrap_err().hint.is_some());
}

#[test]
fn words_of_an_option_go_on_to_the_next_option() {
    let said = read("phase containment --reason second foothold on FS02 --category second-foothold").unwrap();
    match said.act {
        Act::Change(Change::Go(going)) => {
            assert_eq!(going.reason.as_deref(), Some("second foothold on FS02"));
            assert_eq!(going.category.as_deref(), Some("second-foothold"));
        }
        other => panic!("{other:?}"),
    }
    let accepts = |line: &str| match read(line).unwrap().act {
        Act::Change(Change::Go(going)) => going.accepts,
        other => panic!("{other:?}"),
    };
    for line in [
        "phase recovery --accept cause-unknown=\"Mira: rebuilt from clean\" --reason go",
        "phase recovery --accept cause-unknown=Mira: rebuilt from clean --reason go",
        "phase recovery --accept \"cause-unknown=Mira: rebuilt from clean\"",
    ] {
        let accept = &accepts(line)[0];
        assert_eq!((accept.name.as_str(), accept.why.as_str()), ("Mira", "rebuilt from clean"), "{line}");
        assert_eq!(accept.gate.unwrap().id(), "cause-unknown");
    }
    match read("task waive ask the provider --reason they never answer").unwrap().act {
        Act::Change(Change::Tick(tick)) => {
            assert_eq!(
                (tick.task.as_str(), tick.reason.as_deref()),
                ("ask the provider", Some("they never answer"))
            );
        }
        other => panic!("{other:?}"),
    }
    match read("task done isolate --reason nothing was open any more").unwrap().act {
        Act::Change(Change::Tick(tick)) => {
            assert_eq!(tick.reason.as_deref(), Some("nothing was open any more"))
        }
        other => panic!("{other:?}"),
    }
    match read("component stage FS01 \"file store 3\" contained --reason port off").unwrap().act {
        Act::Change(Change::Stage(staging)) => {
            assert_eq!((staging.components.len(), staging.reason.as_deref()), (2, Some("port off")));
        }
        other => panic!("{other:?}"),
    }
    match read("task done isolate --at yesterday 23:10").unwrap() {
        Said { act: Act::Change(Change::Tick(tick)), at: Some(at), .. } => {
            assert_eq!((tick.task.as_str(), at.typed.as_deref()), ("isolate", Some("yesterday 23:10")));
        }
        other => panic!("{other:?}"),
    }
    match read("hold waiting for the provider").unwrap().act {
        Act::Change(Change::Plain(Order::Hold(to))) => {
            assert_eq!(to.as_deref(), Some("waiting for the provider"))
        }
        other => panic!("{other:?}"),
    }
    match read("new Ransomware on the file servers --type ransomware --severity 2").unwrap().act {
        Act::Open(open) => {
            assert_eq!((open.title.as_str(), open.types.len()), ("Ransomware on the file servers", 1))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_line_does_not_understand_is_refused_with_what_to_type() {
    for (line, hint) in [
        ("", "log TEXT"),
        ("lgo the port is off", "Did you mean casebook log?"),
        ("task dnoe isolate", "Did you mean casebook task done?"),
        ("phase --raeson x", "--reason"),
        ("phase nowhere", "containment"),
        ("log -", "casebook log -"),
        ("log", "casebook log"),
        ("severity 9", "sev1"),
    ] {
        let refusal = read(line).map(|said| panic!("{line}: {said:?}")).unwrap_err();
        let said = refusal.hint.as_deref().unwrap_or_default();
        assert!(said.contains(hint), "{line}: {} / {said}", refusal.message);
        assert!(refusal.message.ends_with('.'), "{line}: {}", refusal.message);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_panics_and_an_unquoted_note_is_kept_to_the_letter(text in "\\PC{0,60}", verb in "[a-z]{1,8}") {
        let _ = read(&text);
        let _ = read(&format!("{verb} {text}"));
        let trimmed = text.trim();
        let plain = !trimmed.is_empty()
            && !trimmed.starts_with(['-', '@', '"', '\u{201c}', '\u{201d}', '\u{201e}']);
        if plain {
            prop_assert_eq!(logged(&format!("log {text}")).0, trimmed);
        }
    }
}

#[test]
fn a_time_ends_where_the_letter_of_an_option_begins() {
    let Act::Sitrep(sitrep) = read("sitrep --as-of 12:00 -o x.txt").unwrap().act else { panic!("no SITREP") };
    assert_eq!(sitrep.leave.output.as_deref(), Some(std::path::Path::new("x.txt")));
    assert_eq!(sitrep.leave.terms.as_of.unwrap().to_rfc3339(), "2026-11-21T12:00:00+00:00");
    let Act::Sitrep(sitrep) = read("sitrep --as-of 20 Nov 12:00 -o x.txt").unwrap().act else {
        panic!("no SITREP")
    };
    assert_eq!(sitrep.leave.terms.as_of.unwrap().to_rfc3339(), "2026-11-20T12:00:00+00:00");
    assert_eq!(logged("log --at -12m port off").1.at.unwrap().typed.as_deref(), Some("-12m"));
}
