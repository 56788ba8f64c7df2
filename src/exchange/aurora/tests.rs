//! An Aurora case is told with its times, and no file makes its reader panic.

use proptest::prelude::*;
use serde_json::json;

use super::super::case::tests::told;
use super::*;

#[test]
fn a_case_brings_its_systems_accounts_indicators_timeline_and_tasks() {
    let fox = json!({
        "storage_format_version": 7, "locked": true, "case_id": "2024-17", "client": "Lakeside Clinic",
        "summary": "Files encrypted", "start_date": "2024-05-14",
        "systems": [{"text": "FS01", "ip": "10.1.1.5", "system_type": "Server"}, {"text": "WS7", "system_type": "Desktop"}],
        "investigated_systems": [{"hostname": "FS01", "verdict": "Infected", "analyst": "cy", "summary": "beacon found"}],
        "compromised_accounts": [{"account_name": "svc-backup", "domain": "LAKE", "privileges": "admin"}],
        "malware": [{"text": "a.exe", "path_on_disk": "C:\\x\\a.exe", "hostname": "FS01", "md5": "9e107d9d372bb6826bd81d3542a419d6"}],
        "network_indicators": [{"ip": "203.0.113.9", "domainname": "bad.example.net", "port": 443}, {"ip": "none"}],
        "timeline": [
            {"date_time": 1_715_680_800_000_i64, "event_data": "service installed", "event_host": "FS01", "owner": "cy"},
            {"date_time": "when?", "event_data": "kept without its time"},
        ],
        "exfiltration": [{"filename": "hr.zip", "size": 12}],
        "actions": [{"task": "Reset svc-backup", "status": "In Progress", "owner": "bo"}],
        "evidence": [{"name": "fs01.e01", "location": "safe 2"}],
        "casenotes": [{"note": "client called"}],
        "investigators": [{"text": "cy", "full_name": "Cy Lee", "role": "lead"}],
    });
    let (told, done) = told(read, &fox.to_string());
    done.unwrap();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_is_no_case_file_is_refused_whole() {
    for text in ["{\"a\": 1}", "[]x", "{\"storage_format_version\": 7, ", "case;client"] {
        let (told, done) = told(read, text);
        assert!(told.is_empty() && (done.is_err() || text == "[]x"), "{text}: {told:?}");
    }
}

proptest! {
    #[test]
    fn no_file_makes_it_panic(text in ".*", value in super::super::case::tests::anything()) {
        let _ = told(read, &text);
        let mut fox = json!({"storage_format_version": 7});
        if let serde_json::Value::Object(more) = value {
            fox.as_object_mut().unwrap().extend(more);
        }
        let _ = told(read, &fox.to_string());
    }
}
