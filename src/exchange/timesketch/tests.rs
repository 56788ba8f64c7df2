//! Tables as the programs write them, and back again what left.

use super::*;
use crate::exchange::intake::tests::{fresh, try_in, with};
use crate::incident::event::Event;
use crate::model::time::Zone;

fn taken(text: &str) -> Vec<(String, Logged)> {
    let judged = try_in(read, text, None, &[], &fresh()).unwrap();
    assert_eq!(judged.faults, 0, "{:?}", judged.refused);
    let of = |draft: crate::incident::line::Draft| match draft.event {
        Event::Logged(logged) => {
            (draft.happened.unwrap().utc().to_rfc3339_opts(SecondsFormat::AutoSi, true), logged)
        }
        other => panic!("{other:?}"),
    };
    judged.drafts.into_iter().map(of).collect()
}

#[test]
fn timesketchs_own_example_is_read() {
    let text = "message,timestamp,datetime,timestamp_desc,extra_field_1,tag\n\
                A message,1331698658276340,2015-07-24T19:01:01+00:00,Write time,foo,\"['T1059.001', 'seen']\"\n";
    let [(at, logged)] = &taken(text)[..] else { panic!() };
    assert_eq!(at, "2015-07-24T19:01:01Z");
    assert_eq!(logged.text, "Write time: A message  #seen");
    assert_eq!(logged.techniques, ["T1059.001"]);
    assert_eq!((logged.lane, logged.source.as_deref()), (None, Some("file.csv")));
}

#[test]
fn json_lines_and_plasos_columns_are_read() {
    let text = r#"{"message": "Run key set", "timestamp": 1753441261500000, "timestamp_desc": "Last Written", "data_type": "windows:registry:key", "display_name": "NTUSER.DAT", "hostname": "FS01", "username": "ana", "tag": ["T1547.1"]}"#;
    let [(at, logged)] = &taken(text)[..] else { panic!() };
    assert_eq!(at, "2025-07-25T11:01:01.500Z");
    assert_eq!(logged.text, "Last Written: Run key set  user ana");
    assert_eq!(logged.components, ["FS01"]);
    assert_eq!(logged.techniques, ["T1547.001"]);
    assert_eq!(logged.source.as_deref(), Some("windows:registry:key, NTUSER.DAT"));
}

#[test]
fn log2timelines_older_table_is_read() {
    let text = "date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,version,filename,inode,notes,format,extra\n\
                07/04/2025,11:01:01,UTC,M...,FILE,NTFS,Content Modification Time,-,FS01,a,/evil.exe,2,/evil.exe,1,-,filestat,-\n";
    let [(at, logged)] = &taken(text)[..] else { panic!() };
    assert_eq!(at, "2025-07-04T11:01:01Z");
    assert_eq!(logged.text, "Content Modification Time: /evil.exe");
}

#[test]
fn a_time_without_a_zone_is_refused_with_its_row_or_assumed() {
    let text = "message,datetime,timestamp_desc\nx,2025-07-04 11:01:01,t\ny,2025-07-04T11:01:02Z,t\n";
    let judged = try_in(read, text, None, &[], &fresh()).unwrap();
    assert_eq!((judged.new, judged.faults), (1, 1));
    assert_eq!(judged.refused[0].to_string(), "row 2, datetime");
    let zone = Zone::parse("+02:00").unwrap();
    let judged = try_in(read, text, Some(&zone), &[], &fresh()).unwrap();
    let happened = judged.drafts[0].happened.as_ref().unwrap();
    assert_eq!((happened.at.to_rfc3339(), happened.assumed), ("2025-07-04T11:01:01+02:00".into(), true));
}

#[test]
fn another_table_is_refused_with_what_to_type() {
    let refusal = try_in(read, "a,b\n1,2\n", None, &[], &fresh()).unwrap_err();
    assert_eq!(refusal.message, "It is no timeline of Timesketch or Plaso: it has no column message.");
}

#[test]
fn what_leaves_comes_back_and_only_once() {
    let before = fresh();
    let text = "message,datetime,timestamp_desc,tag\n\"a, \"\"b\"\"\",2025-07-04T11:01:02.000123Z,t,T1059\n=1+1,2025-07-04T11:01:03Z,t,\n";
    let there = with(&before, &try_in(read, text, None, &[], &before).unwrap());
    let released = crate::exchange::tests::released(&there);
    let zone = Zone::utc();
    let moment = Moment { now: crate::exchange::intake::tests::now(), zone: &zone };
    for bytes in [write_csv(&released, moment).unwrap(), write_jsonl(&released, moment).unwrap()] {
        let again = try_in(read, &bytes, None, &[], &there).unwrap();
        assert_eq!((again.new, again.faults), (0, 0), "{:?}", again.refused);
        let elsewhere = with(&before, &try_in(read, &bytes, None, &[], &before).unwrap());
        let written = |incident: &crate::incident::Incident| {
            let all = incident.entries.iter().filter(|entry| entry.kind.written());
            all.map(|e| {
                (
                    e.kind,
                    e.happened,
                    e.shown().to_owned(),
                    e.techniques().map(str::to_owned).collect::<Vec<_>>(),
                    e.source().map(str::to_owned),
                    e.lane(),
                )
            })
            .collect::<Vec<_>>()
        };
        assert_eq!(written(&elsewhere), written(&there));
    }
}
