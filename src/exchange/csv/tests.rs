//! What leaves as a table comes back as it was; tables of others are read by their columns.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::exchange::intake::judge::Judged;
use crate::exchange::intake::tests::{fresh, now, try_in, with};
use crate::exchange::tests::released;
use crate::exchange::{EXPORTS, IMPORTS, Moment};
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::model::refusal::Refusal;
use crate::model::time::Zone;

fn take(text: &str, incident: &Incident) -> Judged {
    try_in(super::read, text, None, &[], incident).unwrap()
}

/// An incident with several of each noun, some of them hostile.
fn full() -> Incident {
    let components = "component,type,stage,since,owner,critical,tags,note,verdict\n\
        FS01,server,contained,2026-11-20T10:00:00Z,Lars,yes,a; b,\"=cmd, with\nlines\",\n\
        WS-7,workstation,suspected,2026-11-20T11:00:00.5Z,,,,,clean\n";
    let indicators = "indicator,type,tlp,confidence,first_seen,last_seen,source,note,tags,components,retired,added,added_by,indicator_id\n\
        203.0.113.7,ipv4,green,high,2026-11-19T10:00:00Z,2026-11-20T10:00:00Z,EDR,@note,x; y,FS01; WS-7,,2026-11-20T12:00:00Z,bo,\n\
        bad.example,domain,,,,,,,,,shared host,2026-11-20T12:00:00Z,bo,\n";
    let timeline = "happened,who,kind,lane,text,components,techniques,source\n\
        2026-11-20T10:00:00.123456Z,bo,observation,actor,\"-12 files, \"\"gone\"\"\nsecond line\",FS01; WS-7,T1059.001; T1566,syslog\n\
        2026-11-20T10:01:00Z,cy,signal,,EDR alarm,,,edr\n\
        2026-11-20T10:02:00Z,ana,decision,us,Pull the plug,,,\n";
    let tasks = "task,phase,state,required,role,assignee,due,reason,text,since,by\n\
        Call the vendor,detection,done,yes,analyst,bo,2026-12-01T10:00:00Z,they know,\"=1\",2026-11-20T10:00:00Z,bo\n\
        Ask the press,detection,waived,,,,,nobody asks,,2026-11-20T10:00:00Z,cy\n\
        Rotate the key,detection,in progress,,,cy,,,,2026-11-20T10:00:00Z,cy\n";
    let evidence = "evidence,type,standing,origin,from,holder,acquired,acquired_by,sha256,due,note\n\
        memory of FS01,memory,held,/dev/mem,Lars,bo,2026-11-20T10:00:00Z,bo,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,,\n\
        proxy logs,logs,requested,,the provider,,,,,2026-12-01T10:00:00Z,+soon\n";
    let mut incident = fresh();
    for text in [components, indicators, timeline, tasks, evidence] {
        let judged = take(text, &incident);
        assert_eq!(judged.faults, 0, "{:?}", judged.refused);
        incident = with(&incident, &judged);
    }
    incident
}

/// What a person sees of an incident, without names that are made anew.
fn seen(incident: &Incident) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for it in incident.components() {
        all.insert(format!(
            "{} {} {:?} {} {:?} {} {:?} {:?} {:?}",
            it.name,
            it.kind,
            it.stage(),
            it.since(),
            it.owner(),
            it.critical(),
            it.tags(),
            it.note(),
            it.verdict()
        ));
    }
    let list = &incident.indicators;
    for it in list.all().iter().filter(|it| !list.undone(it)) {
        let tied = list.ties(it).components;
        let tied: BTreeSet<_> = tied.iter().map(|id| incident.component(id).unwrap().name.clone()).collect();
        let retired = list.retired(it).map(|retired| retired.reason.clone());
        all.insert(format!(
            "{} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {tied:?} {retired:?} {}",
            list.kind(it),
            it.value,
            list.tlp(it),
            list.confidence(it),
            list.first(it),
            list.last(it),
            list.source(it),
            list.note(it),
            list.tags(it),
            list.addition(it).at
        ));
    }
    for it in incident.entries.iter().filter(|it| it.kind.written()) {
        let techniques: Vec<_> = it.techniques().collect();
        // An entry that says not where it is from is from the file.
        let source = it.source().filter(|source| *source != "file.csv");
        all.insert(format!(
            "{:?} {} {} {} {:?} {techniques:?} {source:?} {:?}",
            it.kind,
            it.happened,
            it.actor(),
            it.shown(),
            it.components,
            it.lane()
        ));
    }
    for it in incident.tasks.iter().filter(|it| !it.undone) {
        let why = it.progress.get().and_then(|progress| progress.reason.clone());
        all.insert(format!(
            "{} {:?} {why:?} {:?} {:?} {}",
            it.what.title,
            it.state(),
            it.assignee(),
            it.due(),
            it.what.required
        ));
    }
    for it in incident.evidence.iter().filter(|it| !it.undone) {
        all.insert(format!(
            "{} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            it.name(),
            it.kind(),
            it.standing(),
            it.sha256(),
            it.origin(),
            it.source(),
            it.holder(),
            it.due(),
            it.note()
        ));
    }
    all
}

fn written(name: &str, incident: &Incident) -> Vec<u8> {
    let zone = Zone::utc();
    let export = EXPORTS.iter().find(|export| export.name == name).unwrap();
    (export.write)(&released(incident), Moment { now: now(), zone: &zone }).unwrap()
}

const TABLES: [&str; 5] = ["csv-components", "csv-indicators", "csv-timeline", "csv-tasks", "csv-evidence"];

#[test]
fn every_table_comes_back_as_it_was_and_only_once() {
    let there = full();
    let mut elsewhere = fresh();
    for name in TABLES {
        let bytes = written(name, &there);
        let again = try_in(super::read, &bytes, None, &[], &there).unwrap();
        assert_eq!(
            (again.drafts.len(), again.faults),
            (0, 0),
            "{name}: {:?} {:?}",
            again.brings,
            again.refused
        );
        let judged = try_in(super::read, &bytes, None, &[], &elsewhere).unwrap();
        assert_eq!(judged.faults, 0, "{name}: {:?}", judged.refused);
        elsewhere = with(&elsewhere, &judged);
    }
    assert_eq!(seen(&elsewhere), seen(&there));
}

#[test]
fn no_table_has_a_cell_that_a_spreadsheet_would_run() {
    let there = full();
    for export in EXPORTS.iter().filter(|export| export.ending == "csv") {
        let bytes = written(export.name, &there);
        let mut table = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
        for row in table.records() {
            for cell in row.unwrap().iter().filter(|cell| *cell != "+00:00") {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}: {cell}", export.name);
            }
        }
    }
}

fn with_columns(text: &str, columns: &[(&str, &str)]) -> Result<Judged, Refusal> {
    let columns: Vec<_> = columns.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    try_in(super::read, text, None, &columns, &fresh())
}

fn texts(judged: &Judged) -> Vec<String> {
    let text = |event: &Event| match event {
        Event::Logged(logged) => Some(format!("{} [{}]", logged.text, logged.components.join(", "))),
        _ => None,
    };
    judged.drafts.iter().filter_map(|draft| text(&draft.event)).collect()
}

#[test]
fn a_table_of_events_is_read_by_its_headings() {
    let text = "Date;Time;TZ;Computer;Description;Src IP;Level\n\
                2026-11-20;10:00:01;+01:00;FS01;service installed;10.0.0.7;4\n\
                20.11.2026;11:00;Europe/Berlin;FS02;logon;;4\n";
    let judged = with_columns(text, &[]).unwrap();
    assert_eq!(judged.refused, []);
    assert_eq!(texts(&judged), ["service installed  Src IP: 10.0.0.7 [FS01]", "logon [FS02]"]);
    let at = |k: usize| judged.drafts[k].happened.as_ref().unwrap();
    assert_eq!(at(0).utc(), "2026-11-20T09:00:01Z".parse::<DateTime<Utc>>().unwrap());
    assert_eq!((at(1).at.to_rfc3339(), at(1).assumed), ("2026-11-20T11:00:00+01:00".into(), false));
    assert!(judged.remarks[0].ends_with("Left out: Level."), "{:?}", judged.remarks);
}

#[test]
fn a_column_can_be_mapped_and_an_indicator_taken_from_it() {
    let text = "a,b,c\n2026-11-20T10:00:00Z,beacon,203.0.113.9\n2026-11-20T10:00:01Z,beacon,10.0.0.300\n";
    let judged = with_columns(text, &[("a", "time"), ("b", "message"), ("c", "indicator")]).unwrap();
    assert_eq!(judged.sentence(), "2 new (2 entries, 1 indicator), 1 value left out");
    assert_eq!(judged.refused[0].to_string(), "row 3, c");
    for (columns, message) in [
        (&[][..], "No column of the table is known by its heading."),
        (&[("b", "message")], "No column says when it happened."),
        (&[("a", "time")], "No column says what happened."),
    ] {
        assert_eq!(with_columns(text, columns).unwrap_err().message, message);
    }
}

#[test]
fn lists_of_indicators_and_of_hosts_are_read_without_a_time() {
    let judged =
        with_columns("IOC,Type,Comment\nhxxp://bad[.]example/x,url,seen\n127.0.0.1,,\n", &[]).unwrap();
    assert_eq!((judged.new, judged.faults), (1, 1), "{:?}", judged.refused);
    let judged = with_columns("Hostname,Type,Owner\nFS09,server,Lars\nFS10,toaster,\n", &[]).unwrap();
    assert_eq!((judged.new, judged.faults), (1, 1), "{:?}", judged.refused);
}

#[test]
fn every_reader_survives_any_bytes_and_says_why_not() {
    use proptest::prelude::*;
    let heading = prop_oneof![
        Just(""),
        Just("time,message\n"),
        Just("happened,kind,text\n"),
        Just("indicator,type,indicator_id\n"),
        Just("component,type,stage\n"),
        Just("task,phase,state\n"),
        Just("evidence,type,standing\n"),
        Just("message,datetime,timestamp_desc\n"),
        Just("asset_name,asset_type_name\n"),
        Just("ioc_value\n"),
        Just("event_title,event_date\n"),
        Just("Title,Status,Assigned to\n"),
        Just("{\"message\":\"x\"}\n"),
    ];
    let bytes =
        prop_oneof![any::<Vec<u8>>(), "[a-z0-9,;\"'=\n:+TZ{}\\[\\]-]{0,120}".prop_map(String::into_bytes)];
    let incident = fresh();
    let mut runner = proptest::test_runner::TestRunner::default();
    let law = |(heading, bytes): (&str, Vec<u8>)| {
        let bytes = [heading.as_bytes(), &bytes].concat();
        for format in IMPORTS {
            if let Ok(judged) = try_in(format.read, &bytes, None, &[], &incident) {
                prop_assert!(judged.refused.iter().all(|refused| !refused.why.is_empty()));
            }
        }
        Ok(())
    };
    runner.run(&(heading, bytes), law).unwrap();
}

#[test]
fn rows_of_the_demo_or_an_exercise_say_once_that_nothing_of_it_has_happened() {
    let table = "component,type,stage,incident,exercise\nFS01,server,confirmed,DEMO-2026-0005,DEMO\n\
                 FS02,server,confirmed,DEMO-2026-0005,DEMO\n";
    let made_up = |text: &str| {
        take(text, &fresh()).remarks.iter().filter(|remark| remark.starts_with("MADE UP")).count()
    };
    assert_eq!((made_up(table), made_up(&table.replace(",DEMO\n", ",\n"))), (1, 0));
}

#[test]
fn a_column_of_components_is_taken_with_its_events() {
    let text = "Wann,Was,Rechner\n2026-11-20T10:00:00Z,Logon,PC-7\n";
    let columns = [("Wann", "time"), ("Was", "message"), ("Rechner", "component")];
    let incident = with(&fresh(), &with_columns(text, &columns).unwrap());
    assert_eq!(incident.components().filter(|it| it.name == "PC-7").count(), 1);
    assert_eq!(
        incident.entries.iter().filter(|entry| entry.components == ["PC-7"] && entry.text == "Logon").count(),
        1
    );
}

#[test]
fn a_component_goes_through_the_stages_its_rows_tell() {
    let ours = "component,type,stage,since\n\
        FS01,server,suspected,2026-11-20T10:00:00Z\nFS01,server,confirmed,2026-11-20T11:00:00Z\n\
        FS01,server,contained,2026-11-20T12:00:00Z\nWS-7,workstation,suspected,2026-11-20T12:00:00Z\n\
        fs01,server,suspected,2026-11-20T13:00:00Z\nFS01,server,restored,2026-11-20T14:00:00Z\n";
    let theirs = ours.replace("component,type,stage,since", "Hostname,Kind of,State,When");
    let columns = [("Hostname", "component"), ("Kind of", "type"), ("State", "stage"), ("When", "time")];
    for judged in [take(ours, &fresh()), with_columns(&theirs, &columns).unwrap()] {
        assert_eq!((judged.new, judged.here, judged.faults), (6, 0, 0), "{:?}", judged.refused);
        let after = with(&fresh(), &judged);
        let steps: Vec<_> = after
            .component_called("FS01")
            .unwrap()
            .history
            .iter()
            .map(|step| format!("{} {}", step.to.id(), step.at.format("%H:%M")))
            .collect();
        assert_eq!(
            steps,
            ["suspected 10:00", "confirmed 11:00", "contained 12:00", "suspected 13:00", "restored 14:00"]
        );
        let again = take(ours, &after);
        assert_eq!(
            (again.new, again.here, again.faults),
            (0, 6, 0),
            "{:?} {:?}",
            again.brings,
            again.refused
        );
    }
}

#[test]
fn what_nobody_sees_stays_out_of_the_record_and_is_said_of_its_cell() {
    let hidden = [
        "\0",
        "\u{7}",
        "\u{1b}",
        "\u{200B}",
        "\u{2060}",
        "\u{202E}",
        "\u{2066}",
        "\u{2069}",
        "\u{FEFF}",
        "\u{E0041}",
    ];
    for c in hidden {
        let text = format!(
            "When,Ho{c}st,What,Who,IP\n2026-11-20T10:00:00Z,FS{c}01,\"logon {c}of\nbo\",b{c}o,203.0.{c}113.9\n\
             2026-11-20T10:00:0{c}1Z,,plain,,\n{c},,{c}x,,\n"
        );
        let mut file = crate::exchange::intake::decode::Decoded::new(text.as_bytes());
        file.keep_control();
        let columns =
            [("When", "time"), ("Host", "host"), ("What", "message"), ("Who", "who"), ("IP", "indicator")];
        let columns: Vec<_> = columns.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let judged =
            crate::exchange::intake::tests::judged_of(super::read, &mut file, &columns, &fresh()).unwrap();
        assert_eq!((judged.new, judged.values), (2, 5), "{c:?} {:?}", judged.refused);
        let lost = "1 control or invisible character was left out";
        for (row, column) in [(2, "Host"), (2, "What"), (2, "Who"), (2, "IP"), (3, "When")] {
            let said = judged.refused.iter().any(|it| {
                (it.row, it.column.as_deref(), it.why.as_str(), it.rest_taken)
                    == (row, Some(column), lost, true)
            });
            assert!(said, "{c:?} {row} {column}: {:?}", judged.refused);
        }
        assert_eq!(texts(&judged), ["logon of\nbo [FS01]", "plain []"]);
        let kept: String =
            judged.drafts.iter().map(|draft| format!("{} {:?}", draft.event.data(), draft.who)).collect();
        let told = serde_json::to_string(&judged.refused).unwrap() + &judged.remarks.concat();
        let steers = |c: char| c.is_control() || crate::model::text::left_out(&c.to_string()) > 0;
        assert!(!kept.chars().chain(told.chars()).any(|c| c != '\n' && steers(c)), "{c:?} {kept}");
    }
}
