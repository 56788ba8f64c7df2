//! A SITREP fits one screen whatever the incident.

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr as _;

use super::super::lines::COLUMNS;
use super::*;
use crate::incident::command::Command;
use crate::incident::event::Event;
use crate::incident::line::Draft;
use crate::incident::tests::{ID, Person, at, everything, opened, steps, work};
use crate::model::component::{ComponentAdded, Details, Stage};
use crate::model::entry::{LogKind, Logged};
use crate::model::head::Edit;
use crate::model::id::NounId;
use crate::model::ledger::measure::{Measure, MeasurePut, NewMeasure};
use crate::model::sitrep::{self as model, Give};
use crate::model::time::Zone;

/// Names and words as people have them, and as nobody should.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{1,60}",
        "[A-Za-z0-9-]{1,80}",
        "[世界👩\u{200d}🚒e\u{301}\u{5d0}\u{202e} ]{1,80}",
        Just("203.0.113.7:443 ".repeat(5)),
        Just("d41d8cd98f00b204e9800998ecf8427e".repeat(2)),
        Just("https://evil.example/a/very/long/path/without/a/blank/anywhere/in/it".to_owned()),
        Just("w".repeat(80)),
    ]
}

fn put(person: &mut Person, event: Event) {
    let (by, who) = ("ana".to_owned(), None);
    let draft = Draft { by, who, happened: None, ex: None, now_set: false, over: Vec::new(), event };
    person.write(draft, at(50));
}

/// Many things of every sort, as a journal may hold them whatever our limits are.
fn crowd(person: &mut Person, names: &[String], many: usize) {
    for n in 0..many {
        let name = &names[n % names.len()];
        let id = |sort: &str| NounId(format!("{sort}{n}"));
        let (kind, details, stage) = ("server".to_owned(), Details::default(), Stage::ALL[n % 11]);
        let component =
            ComponentAdded { id: id("c"), name: name.clone(), kind, stage, details, found_in: None };
        put(person, component.into());
        let logged = Logged {
            kind: LogKind::ALL[n % 5],
            text: name.clone(),
            components: vec![name.clone()],
            ..Logged::default()
        };
        put(person, logged.into());
        let measure = NewMeasure {
            id: id("m"),
            number: format!("M-{n}"),
            text: name.clone(),
            measure: Measure::default(),
            owner: Some(name.clone()),
            review: Some(at(60)),
            remove: None,
        };
        put(person, MeasurePut(measure).into());
    }
}

fn fits(text: &str) -> Result<(), TestCaseError> {
    prop_assert!(text.lines().count() <= LINES, "{} lines:\n{text}", text.lines().count());
    for line in text.lines() {
        prop_assert!(line.width() <= COLUMNS, "{} columns: {line}\n{text}", line.width());
        prop_assert!(!line.chars().any(char::is_control), "{line:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn one_screen_is_enough_for_any_incident(
        steps in steps(),
        names in prop::collection::vec(words(), 1..6),
        many in prop_oneof![4 => 0usize..12, 1 => 500usize..1500],
        title in words(),
        judgement in prop::option::of(words()),
        minutes in 0i64..100_000,
    ) {
        let people = work(&steps);
        let mut ana = Person::new("ana");
        ana.lines = everything(&people);
        ana.incident = Incident::fold(ID, &ana.lines);
        let lead = Some(names[0].chars().take(80).collect());
        let _ = ana.give(&Command::Edit(Edit { title: Some(title), lead, ..Edit::default() }), at(49));
        crowd(&mut ana, &names, many);
        let beside = Some(Zone::parse("+05:45").unwrap());
        let clock = Clock { now: at(60 + minutes), zone: Zone::utc(), beside, tense: super::super::Tense::Then };
        let saying = Saying { judgement: judgement.as_deref(), next: None };
        let sitrep = Sitrep::of(&ana.incident, saying, &clock);
        let text = sitrep.text();
        fits(&text)?;
        prop_assert!(text.starts_with("AS OF ") && text.contains("\nSITREP "), "{text}");
        prop_assert!(!text.contains("203.0.113.7") && !text.contains("https://"), "{text}");
        let after = text.lines().find(|line| line.starts_with("NEXT")).unwrap();
        prop_assert!(after.contains(&format!("SITREP {}", sitrep.number + 1)), "{text}");
        prop_assert!(text.contains(&sitrep.head), "{text}");
        // Given and told again: nothing of what was said before is new.
        let give = Give { to: "Mira".into(), told: text, ..Give::default() };
        if ana.give(&Command::Sitrep(model::Command::Give(give)), at(55)) == Ok(true) {
            let again = Sitrep::of(&ana.incident, Saying::default(), &clock).text();
            fits(&again)?;
            prop_assert!(!again.lines().any(|line| line.starts_with("DONE")), "{again}");
        }
    }
}

#[test]
fn what_is_cut_says_how_much_is_missing_and_a_time_is_never_cut() {
    let mut ana = opened();
    let names: Vec<String> =
        (0..40).map(|n| format!("file server number {n} of the second building in the north")).collect();
    crowd(&mut ana, &names, 440);
    let text = Sitrep::of(&ana.incident, Saying::default(), &Clock::of(at(60), &Zone::utc())).text();
    let open = text.lines().skip_while(|line| !line.starts_with("OPEN"));
    let open: Vec<&str> = open.take_while(|line| !line.starts_with("HELD")).collect();
    assert!(open.last().unwrap().ends_with(" more."), "{text}");
    assert!(open.iter().all(|line| line.contains(" since ")), "{text}");
}
