//! `report` into files, in the forms their names ask for, and by templates of one's own.

use std::fs;

use super::Home;

fn opened() -> Home {
    let home = Home::new();
    home.done("new \"Files renamed\" --type ransomware");
    home
}

#[test]
fn a_report_takes_the_form_its_file_names_and_never_the_place_of_another() {
    let home = opened();
    for (name, begins) in [("r.html", "<!doctype html>"), ("r.md", "**TLP:"), ("r.json", "{")] {
        let path = home.path(name);
        assert_eq!(home.done(&format!("report -o {path}")).trim(), path);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(begins), "{name}");
        let again = home.say(&format!("report -o {path}"));
        assert_eq!((again.code, fs::read_to_string(&path).unwrap()), (1, text), "{}", again.err);
    }
    let document = home.json("report");
    assert_eq!((&document["format"], &document["version"]), (&"casebook-report".into(), &1.into()));
    assert_eq!(document["cover"]["opened"], "2026-11-21T14:05:00Z");
}

#[test]
fn a_template_of_ones_own_dresses_the_report_and_one_with_a_fault_stops_it() {
    let home = opened();
    let own = |text: &str| {
        fs::create_dir_all(home.path("config/casebook/templates")).unwrap();
        fs::write(home.path("config/casebook/templates/report.md"), text).unwrap();
    };
    own("{{ cover.number }} of the house\n");
    assert_eq!(home.done("report"), "INC-2026-0001 of the house\n");
    own("{{ cover.number }}\n{{ cover.leed }}\n");
    let path = home.path("r.md");
    let answer = home.say(&format!("report -o {path}"));
    assert_eq!(answer.code, 1);
    assert!(answer.err.starts_with("Template report.md line 2: undefined value"), "{}", answer.err);
    assert!(!fs::exists(path).unwrap(), "nothing was written");
    assert!(home.done("report --format html").starts_with("<!doctype html>"), "the page is another template");
}
