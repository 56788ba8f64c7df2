//! A case of TheHive is told with what stands in it and beside it, and no file makes its reader panic.

use proptest::prelude::*;
use serde_json::json;

use super::super::case::tests::told;
use super::*;

#[test]
fn a_case_of_version_4_and_one_of_version_5() {
    let four = json!({
        "case": {
            "_id": "~4128", "caseId": 12, "title": "Phishing wave", "description": "Mails to finance", "severity": 2,
            "tlp": 3, "startDate": 1_715_680_800_000_i64, "tags": ["phish"], "owner": "ana@lake", "status": "Resolved",
            "resolutionStatus": "FalsePositive", "summary": "It was a training."
        },
        "tasks": [{"title": "Call the bank", "status": "Completed", "owner": "bo",
            "logs": [{"message": "called", "startDate": 1_715_684_400_000_i64, "createdBy": "bo"}]}],
        "observables": [
            {"dataType": "ip", "data": "203.0.113.9", "message": "sender"},
            {"dataType": "hostname", "data": "WS7"}, {"dataType": "ip", "data": "no ip"},
            {"dataType": "other", "data": "a note"},
            {"dataType": "file", "attachment": {"name": "a.exe", "hashes": ["9e107d9d372bb6826bd81d3542a419d6"]}},
        ],
    });
    let five = json!({
        "_id": "~99", "number": 13, "title": "Beacon", "severity": 4, "tlp": 3, "stage": "InProgress", "status": "InProgress",
        "procedures": [{"patternId": "T1059", "occurDate": 1_715_680_800_000_i64, "description": "powershell"}],
    });
    let (told, done) = told(read, &format!("[{four}, {five}, {{\"x\": 1}}]"));
    done.unwrap();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_is_no_case_is_refused_whole() {
    assert!(told(read, "{\"title\": \"a\"}").1.is_err());
    assert!(told(read, "title,number").1.is_err());
}

proptest! {
    #[test]
    fn no_file_makes_it_panic(text in ".*", value in super::super::case::tests::anything()) {
        let _ = told(read, &text);
        let mut case = json!({"title": "a", "number": 1});
        if let serde_json::Value::Object(more) = value {
            case.as_object_mut().unwrap().extend(more);
        }
        let _ = told(read, &case.to_string());
    }
}
