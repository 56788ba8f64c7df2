//! Findings have what the class asks for.

use proptest::prelude::*;

use super::super::tests::cases::{demo, limited, moment, random, whole};
use super::*;
use crate::incident::tests::steps;
use crate::model::time::Zone;

fn finding_of(released: &Released) -> Value {
    let zone = Zone::utc();
    let bytes = write(released, moment(&zone)).unwrap();
    assert_eq!(bytes, write(released, moment(&zone)).unwrap(), "exported twice it is the same");
    serde_json::from_slice(&bytes).unwrap()
}

/// What class 2005 of OCSF 1.5.0 requires, and the numbers it allows.
fn sound(finding: &Value) {
    let number = |field: &str| finding[field].as_u64().unwrap_or_else(|| panic!("{field} is missing"));
    assert_eq!((number("class_uid"), number("category_uid")), (2005, 2));
    assert!([1, 2, 3].contains(&number("activity_id")));
    assert_eq!(number("type_uid"), 2005 * 100 + number("activity_id"));
    assert!(number("severity_id") <= 5 && number("status_id") <= 5 && number("verdict_id") <= 10);
    assert!(finding["time"].is_i64() && finding["start_time"].is_i64());
    assert!(finding["assignee"]["name"].is_string() != finding["assignee_group"]["name"].is_string());
    assert_eq!(finding["metadata"]["version"], "1.5.0");
    assert_eq!(finding["metadata"]["profiles"], json!(["incident"]));
    assert!(finding["metadata"]["product"]["name"].is_string());
    let list = finding["finding_info_list"].as_array().unwrap();
    assert!(!list.is_empty() && list.iter().all(|info| info["uid"].is_string() && info["title"].is_string()));
    for observable in finding["observables"].as_array().into_iter().flatten() {
        assert!(observable["type_id"].is_u64() && observable["value"].is_string());
    }
}

#[test]
fn the_demo_and_something_of_everything_are_findings() {
    let ransomware = finding_of(&demo());
    sound(&ransomware);
    assert_eq!(ransomware["severity"], "Critical");
    assert_eq!(
        (&ransomware["status"], &ransomware["verdict"]),
        (&json!("In Progress"), &json!("True Positive"))
    );
    assert_eq!(ransomware["message"], "DEMO: Ransomware on the file servers");
    assert_eq!(ransomware["metadata"]["labels"][1], "DEMO");
    assert!(ransomware["attacks"].as_array().unwrap().len() > 5);
    let all = finding_of(&limited(&whole().lines, None).unwrap());
    sound(&all);
    assert_eq!(all["tickets"][0], json!({ "uid": "JIRA-7" }));
    let sub = all["attacks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["sub_technique"]["uid"] == "T1059.001")
        .unwrap();
    assert_eq!(sub["technique"]["uid"], "T1059");
    let values: Vec<&str> =
        all["observables"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect();
    assert!(
        values.contains(&"203.0.113.7") && values.contains(&"FS01") && !values.contains(&"198.51.100.77")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_incident_is_a_finding(steps in steps()) {
        sound(&finding_of(&random(&steps)));
    }
}
