//! The README says what the program does: its commands are verbs, its shell check is the one that is tested.

const README: &str = include_str!("../../README.md");

#[test]
fn the_shell_check_in_the_readme_is_the_one_the_tests_run() {
    let check = include_str!("store/check.sh").trim_end();
    assert!(check.lines().count() <= 8, "the README promises a short check");
    assert!(README.contains(check));
}

#[test]
fn every_casebook_line_in_the_readme_is_understood() {
    let now = chrono::DateTime::parse_from_rfc3339("2026-11-21T22:15:00Z").unwrap().to_utc();
    let zone = casebook::model::time::Zone::utc();
    let context = casebook::verb::Context { now, zone: &zone };
    let lines: Vec<&str> = README.lines().filter(|line| line.starts_with("casebook ")).collect();
    assert!(lines.len() >= 5, "the README has lost its examples");
    for line in lines {
        let line = line.split("  #").next().unwrap();
        if let Err(refusal) = casebook::verb::parse_line(line, &context) {
            panic!("{line}: {refusal}");
        }
    }
}

#[test]
fn the_condition_in_the_readme_is_one() {
    let example = README.lines().find(|line| line.starts_with("{\"any\"")).expect("there is an example");
    let condition: casebook::drill::condition::Condition = serde_json::from_str(example).unwrap();
    assert_eq!(
        serde_json::to_value(&condition).unwrap(),
        serde_json::from_str::<serde_json::Value>(example).unwrap()
    );
}
