//! The samples that DFIR-IRIS offers for download, and its tables back from ours.

use crate::exchange::intake::tests::{fresh, now, try_in, with};
use crate::exchange::tests::released;
use crate::exchange::{EXPORTS, Moment};
use crate::incident::Incident;
use crate::model::time::Zone;

use super::*;

fn take(text: &str, incident: &Incident) -> Incident {
    let judged = try_in(read, text, None, &[], incident).unwrap();
    assert_eq!(judged.faults, 0, "{:?}", judged.refused);
    with(incident, &judged)
}

fn filled() -> Incident {
    let mut incident = fresh();
    for text in [
        "asset_name,asset_type_name,asset_description,asset_ip,asset_domain,asset_tags\n\
         \"My computer\",\"Mac - Computer\",\"Computer of the CFO\",\"192.168.15.5\",\"corp.example\",\"Finance|Mac\"\n",
        "ioc_value,ioc_type,ioc_description,ioc_tags,ioc_tlp\n\
         1.1.1.1,ip-dst,A resolver,DNS|public,green\n\
         wannacry.exe,filename,Sample found,Malware|PE,amber\n",
        "event_date,event_tz,event_title,event_category,event_content,event_raw,event_source,event_assets,event_iocs,event_tags\n\
         \"2023-03-26T03:00:30.000\",\"+00:00\",\"An event\",\"Unspecified\",\"Event description\",\"raw\",\"source\",\"My computer\",\"\",\"defender|T1059\"\n",
        "Title,Description,Status,Assigned to,Open date,Tags\nBlock the host,now,Done,bo,2023-03-26,\n",
        "Name,Type,Hash,Size (bytes),Description,Added by\ndisk.e01,disk-image,,12,of the CFO,bo\n",
    ] {
        incident = take(text, &incident);
    }
    incident
}

#[test]
fn its_own_samples_are_read() {
    let incident = filled();
    let host = incident.component_called("My computer").unwrap();
    assert_eq!(
        (host.kind.as_str(), host.note()),
        ("workstation", Some("Computer of the CFO, 192.168.15.5, corp.example"))
    );
    assert_eq!(host.tags(), ["Finance", "Mac"]);
    let ip = incident.indicators.find("ipv4", "1.1.1.1").unwrap();
    assert_eq!(
        (incident.indicators.tlp(ip), incident.indicators.tags(ip)),
        (Some(Tlp::Green), vec!["DNS".into(), "public".into()])
    );
    assert!(incident.indicators.find("filename", "wannacry.exe").is_some());
    let entry = incident.entries.iter().find(|entry| entry.shown() == "An event\nEvent description").unwrap();
    assert_eq!(entry.happened.to_rfc3339(), "2023-03-26T03:00:30+00:00");
    assert_eq!((entry.source(), entry.techniques().collect::<Vec<_>>()), (Some("source"), vec!["T1059"]));
    let task = incident.tasks.iter().find(|task| task.what.title == "Block the host").unwrap();
    assert_eq!((task.state(), task.assignee()), (State::Done, Some("bo")));
    assert_eq!(incident.evidence[0].kind(), "disk-image");
}

#[test]
fn its_download_of_a_timeline_is_read() {
    let text = "event_date(UTC),event_title,event_description,event_tz,event_date_wtz,event_category,event_tags,linked_assets,linked_iocs\n\
                \"2023-03-26T03:00:30.000000\",\"An event\",\"\",\"+00:00\",\"2023-03-26T03:00:30.000000\",\"Unspecified\",\"\",\"FS01;\",\"\"\n";
    let incident = take(text, &fresh());
    let entry = incident.entries.iter().find(|entry| entry.shown() == "An event").unwrap();
    assert_eq!(
        (entry.components.as_slice(), entry.happened.timestamp()),
        (&["FS01".to_owned()][..], 1_679_799_630)
    );
    assert!(entry.said.as_ref().is_some_and(|said| !said.assumed));
}

#[test]
fn our_own_acts_do_not_come_back_as_observations() {
    let mut there = fresh();
    let text = "happened,kind,text,who,lane,components\n2026-11-21T10:00:00Z,note,Called the hoster,bo,,\n\
         2026-11-21T10:05:00Z,observation,Shares gone,,attacker,FS02\n2026-11-21T10:06:00Z,signal,EDR alert,,,\n";
    there = with(&there, &try_in(crate::exchange::csv::read, text, None, &[], &there).unwrap());
    let zone = Zone::utc();
    let bytes = write_events(&released(&there), Moment { now: now(), zone: &zone }).unwrap();
    for read in [read, crate::exchange::csv::read] {
        let elsewhere = crate::incident::tests::opened().incident;
        let judged = try_in(read, &bytes, None, &[], &elsewhere).unwrap();
        assert_eq!(judged.faults, 0, "{:?}", judged.refused);
        let own = telling(&there).filter(|entry| !entry.kind.written()).count();
        assert!(
            judged
                .remarks
                .iter()
                .any(|words| words.starts_with(&format!("{own} rows tell acts of casebook itself"))),
            "{:?}",
            judged.remarks
        );
        let after = with(&elsewhere, &judged);
        let said = |incident: &Incident| {
            let entries =
                incident.entries.iter().filter(|entry| entry.kind.written() && entry.undone_by.is_none());
            let mut all: Vec<_> = entries
                .map(|it| {
                    (it.happened, it.kind.word(), it.shown().to_owned(), it.actor().to_owned(), it.lane())
                })
                .collect();
            all.sort_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
            all
        };
        assert_eq!(said(&after), said(&there));
        // Where it came from, nothing of it is new.
        assert_eq!(try_in(read, &bytes, None, &[], &there).unwrap().new, 0);
    }
}

#[test]
fn what_leaves_has_its_headings_and_comes_back() {
    let (there, zone) = (filled(), Zone::utc());
    let mut elsewhere = fresh();
    for (name, heading) in [
        ("iris-assets", ASSETS.join(",")),
        ("iris-iocs", IOCS.join(",")),
        ("iris-events", EVENTS.join(",")),
        ("iris-tasks", TASKS.join(",")),
        ("iris-evidence", EVIDENCE.join(",")),
    ] {
        let export = EXPORTS.iter().find(|export| export.name == name).unwrap();
        let bytes = (export.write)(&released(&there), Moment { now: now(), zone: &zone }).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().next(), Some(heading.as_str()));
        elsewhere = take(&text, &elsewhere);
    }
    let values = |incident: &Incident| {
        let mut all: Vec<_> =
            incident.indicators.all().iter().map(|it| (it.kind.clone(), it.value.clone())).collect();
        all.extend(incident.components().map(|it| (it.name.clone(), it.kind.clone())));
        all.extend(incident.evidence.iter().map(|it| (it.name().to_owned(), it.kind().to_owned())));
        all.extend(incident.tasks.iter().map(|it| (it.what.title.clone(), format!("{:?}", it.state()))));
        all.sort();
        all
    };
    assert_eq!(values(&elsewhere), values(&there));
    assert!(elsewhere.entries.iter().any(|entry| entry.shown() == "An event\nEvent description"));
}
