//! Documents for scripts, and what the shell remembers between lines.

use serde_json::Value;

use super::{Home, run};

#[test]
fn show_as_json_is_the_state_of_the_incident_file() {
    let home = Home::new();
    home.done("new Ransomware on the file servers --type ransomware");
    home.done("log @-12m C2 answers on 203.0.113.7");
    home.done("ack");
    home.done("component add FS01 FS02 --stage confirmed");
    home.done("phase analysis");
    let shown = home.json("show");
    let folder =
        std::fs::read_dir(home.path("store/incidents/2026/00")).unwrap().next().unwrap().unwrap().path();
    let kept: Value = serde_json::from_slice(&std::fs::read(folder.join("incident.json")).unwrap()).unwrap();
    assert!(shown == kept["state"], "show --json and incident.json differ");
    for field in
        "number id title types status phase visits severity tlp tasks components entries indicators evidence \
                  notices roster ledger debts contested"
            .split_whitespace()
    {
        assert!(!shown[field].is_null() || field == "severity", "{field}");
    }
    assert_eq!((&shown["number"], &shown["phase"]), (&"INC-2026-0001".into(), &"analysis".into()));
}

#[test]
fn every_answer_is_a_document_with_the_incident_it_acted_on() {
    let home = Home::new();
    home.done("new Strange logon");
    home.done("new Another one");
    for (line, saved) in [
        ("log one fact", true),
        ("signal an alert", true),
        ("ack", true),
        ("ack", false),
        ("severity 2 --reason heard", true),
        ("component add FS01", true),
        ("component stage FS01 confirmed", true),
        ("task start duplicate", true),
        ("task done duplicate", true),
        ("task done duplicate", false),
        ("edit --lead bo", true),
        ("phase analysis", true),
        ("undo", true),
        ("hold waiting", true),
    ] {
        let answer = home.json(&format!("-i 1 {line}"));
        assert_eq!(answer["incident"], "INC-2026-0001", "{line}");
        assert_eq!(answer["changed"], saved, "{line}");
        assert_eq!(answer["entries"].as_array().unwrap().len(), usize::from(saved), "{line}");
    }
    for line in ["show", "phase", "next", "task", "activity", "timeline", "component", "severity", "use 1"] {
        let answer = home.json(&format!("-i 1 {line}"));
        let named = answer["incident"].as_str().or(answer["number"].as_str());
        assert_eq!(named, Some("INC-2026-0001"), "{line}: {answer}");
    }
    for (line, field) in [("list", "incidents"), ("mine", "tasks"), ("verify --all", "incidents")] {
        let code = home.say(&format!("{line} --json"));
        let answer: Value = serde_json::from_str(&code.out).unwrap();
        assert!(answer[field].is_array(), "{line}: {answer}");
    }
}

#[test]
fn several_components_are_one_act_and_are_taken_back_as_one() {
    let home = Home::new();
    home.done("new Strange logon");
    home.done("component add FS01 FS02 \"File store 3\" --stage confirmed");
    let stages = || -> Vec<String> {
        let components = home.json("component")["components"].clone();
        let all = components.as_array().unwrap().iter();
        all.map(|c| format!("{} {}", c["name"].as_str().unwrap(), c["stage"].as_str().unwrap())).collect()
    };
    let before = vec!["FS01 confirmed", "FS02 confirmed", "File store 3 confirmed"];
    assert_eq!(stages(), before);
    home.done("component stage fs01 \"store 3\" contained");
    assert_eq!(stages(), ["FS01 contained", "FS02 confirmed", "File store 3 contained"]);
    home.done("undo");
    assert_eq!(stages(), before);
    home.done("component stage FS01 FS02 contained");
    home.done("component stage FS02 eradicated");
    let first = home.json("activity")["entries"].clone();
    let act = first
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["text"] == "FS01 confirmed → contained" && entry["undone_by"].is_null());
    let id = act.unwrap()["id"].as_str().unwrap()[..12].to_owned();
    let answer = home.say(&format!("undo {id}"));
    assert_eq!(answer.code, 3, "{}", answer.err);
    assert!(answer.err.contains("FS02 contained → eradicated"), "{}", answer.err);
    home.done("undo");
    home.done("undo");
    home.done("undo");
    assert_eq!(stages(), Vec::<String>::new());
}

#[test]
fn a_tick_that_holds_keeps_the_approval_it_had() {
    let home = Home::new();
    home.done("new Ransomware --type ransomware");
    home.done("phase analysis");
    home.done("phase containment --accept \"ana: a drill of the shell\"");
    home.done("task done isolate");
    assert_eq!(home.json("next")["debts"].as_array().unwrap().len(), 1);
    home.done("approve isolate --by Mira/CISO");
    home.done("phase analysis --reason again");
    home.done("phase containment --holds isolate");
    assert_eq!(home.json("next")["debts"], Value::Array(Vec::new()));
}

#[test]
fn an_incident_is_named_by_number_tail_words_or_the_choice_of_the_session() {
    let home = Home::new();
    home.done("new Ransomware on the file servers");
    home.done("new Lost laptop on the train");
    let number = |line: &str| home.json(line)["number"].as_str().unwrap().to_owned();
    // The last one opened is the one at hand.
    assert_eq!(number("show"), "INC-2026-0002");
    home.done("use ransom");
    assert_eq!(number("show"), "INC-2026-0001");
    for reference in ["2", "0002", "INC-2026-0002", "inc-2", "laptop", "\"lost train\""] {
        assert_eq!(number(&format!("-i {reference} show")), "INC-2026-0002", "{reference}");
        assert_eq!(number(&format!("show {reference}")), "INC-2026-0002", "{reference}");
    }
    let mut command = home.command(&["show", "--json"]);
    command.env("CASEBOOK_INCIDENT", "2");
    assert!(run(command).out.contains("INC-2026-0002"));
    let answer = home.say("-i on show");
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("INC-2026-0001") && answer.err.contains("INC-2026-0002"), "{}", answer.err);
}

#[test]
fn without_a_choice_the_only_open_incident_is_meant() {
    let home = Home::new();
    home.done("new Ransomware");
    home.done("new Lost laptop");
    // Another session knows of no choice.
    std::fs::remove_dir_all(home.path("state/sessions")).unwrap();
    let answer = home.say("show");
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("casebook use"), "{}", answer.err);
    home.done("-i 2 close --reason found --disposition false-positive");
    assert_eq!(home.json("show")["number"], "INC-2026-0001");
}

#[test]
fn who_writes_is_said_by_option_variable_setting_or_account() {
    let home = Home::new();
    home.done("new Strange logon");
    let by = |line: &str| home.json(line)["entries"][0]["by"].as_str().unwrap().to_owned();
    assert_eq!(by("log a"), "ana");
    assert_eq!(by("--as bo log b"), "bo");
    home.done("config name cy");
    let mut command = home.command(&["log", "c", "--json"]);
    command.env_remove("CASEBOOK_USER");
    let answer: Value = serde_json::from_str(&run(command).out).unwrap();
    assert_eq!(answer["entries"][0]["by"], "cy");
    let entry = home.json("log d --who dee")["entries"][0].clone();
    assert_eq!((&entry["by"], &entry["who"]), (&"ana".into(), &"dee".into()));
    assert_eq!(entry["now_set"], true, "a clock that was set is marked in the record");
}

#[test]
fn a_time_is_read_in_the_zone_that_was_chosen_and_the_answer_names_it() {
    let home = Home::new();
    home.done("new Strange logon");
    let said = home.done("--zone Europe/Berlin log --at 14:02 a");
    assert!(said.contains("14:02 +01:00") && said.contains("Europe/Berlin assumed"), "{said}");
    let said = home.done("--zone Europe/Berlin log --at 13:02Z b");
    assert!(said.contains("14:02 +01:00") && !said.contains("assumed"), "{said}");
    let entry = home.json("--zone Europe/Berlin log --at 14:02 c")["entries"][0].clone();
    assert_eq!(entry["happened"], "2026-11-21T13:02:00Z");
    assert_eq!(entry["said"]["zone"], "Europe/Berlin");
    home.done("config zone +02:00");
    assert!(home.done("log --at 14:02 d").contains("+02:00 assumed"));
}

#[test]
fn the_demo_without_a_terminal_is_a_list_that_leaves_nothing() {
    let home = Home::new();
    let answer = home.say("demo");
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.lines().count() >= 6 && answer.out.contains("DEMO-2026-0001"), "{}", answer.out);
    assert!(!std::path::Path::new(&home.path("store")).exists());
    let kept = format!("demo --store {}", home.path("demo"));
    home.done(&kept);
    let again = home.done(&kept);
    assert!(again.contains("DEMO-2026-0005") && !again.contains("DEMO-2026-0006"), "told once only");
    home.done("new Strange logon");
    let answer = home.say(&format!("demo --store {}", home.path("store")));
    assert_eq!(answer.code, 2, "{}", answer.err);
}

#[test]
fn a_playbook_of_ones_own_joins_and_a_fault_in_it_stops_nobody() {
    let home = Home::new();
    let folder = home.path("config/casebook/playbooks");
    std::fs::create_dir_all(&folder).unwrap();
    let own = r#"{"id":"kiosk","name":"Kiosk","phases":{"detection":[{"id":"kiosk.detection.01","title":"Look at the kiosk",
        "text":"Look at the screen","why":"somebody saw it first","role":"analyst","requirement":"required"}]}}"#;
    std::fs::write(format!("{folder}/kiosk.json"), own).unwrap();
    home.done("new Kiosk shows a message --type kiosk");
    assert!(home.done("next").contains("Look at the kiosk"));
    std::fs::write(format!("{folder}/other.json"), own.replace("required", "must")).unwrap();
    let answer = home.say("new Another kiosk --type kiosk");
    assert_eq!(answer.code, 0);
    assert!(answer.err.contains("other.json") && answer.err.contains("requirement"), "{}", answer.err);
}

#[test]
fn the_manual_and_the_completions_know_every_verb() {
    let home = Home::new();
    let manual = home.done("man");
    for verb in casebook::verb::VERBS {
        assert!(manual.contains(&format!(".SS casebook {}\n", verb.name)), "{}", verb.name);
    }
    insta::assert_snapshot!("manual", manual);
    for shell in ["bash", "zsh", "fish"] {
        let script = home.done(&format!("completions {shell}"));
        for verb in casebook::verb::VERBS {
            assert!(script.contains(verb.name), "{shell}: {}", verb.name);
        }
    }
    insta::assert_snapshot!("help", home.done("--help"));
    assert!(home.done("keys").contains("Everywhere"));
}

#[test]
fn control_characters_are_left_out_and_the_answer_says_how_many() {
    let home = Home::new();
    home.done("new T");
    let answer = super::run(home.command(&["log", "evil\u{1b}[31mred\u{7}"]));
    assert_eq!(answer.code, 0);
    assert!(answer.out.contains("evilred"), "{}", answer.out);
    assert_eq!(answer.err.trim(), "6 control characters were left out of the record.");
    let answer = super::run(home.command(&["component", "add", "FS\u{202e}02"]));
    assert_eq!(answer.err.trim(), "1 control character was left out of the record.");
    assert_eq!(home.say("log plain").err, "");
}

#[test]
fn a_sitrep_goes_into_a_new_file_and_what_cannot_be_written_is_given_to_nobody() {
    let home = Home::new();
    home.done("new \"Ransomware on the file servers\" --type ransomware --lead ana");
    let path = home.path("sitrep.txt");
    home.done(&format!("sitrep -o {path}"));
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, home.done("sitrep"));
    let again = home.say(&format!("sitrep -o {path} --given-to Lars"));
    assert_eq!(again.code, 1);
    assert!(again.err.contains("exists; nothing was written."), "{}", again.err);
    assert_eq!(home.json("show")["sitreps"].as_array().unwrap().len(), 0);
    let other = home.path("given.txt");
    home.done(&format!("sitrep -o {other} --given-to Lars --judgement \"It holds.\""));
    let kept = home.json("show");
    let told = kept["sitreps"][0]["told"].as_str().unwrap();
    assert_eq!(told, std::fs::read_to_string(&other).unwrap().trim_end(), "what was given is what was kept");
    assert!(told.contains("JUDGED    It holds."), "{told}");
    let document = home.json("sitrep");
    assert_eq!(
        (document["number"].as_u64(), document["since"]["what"].as_str()),
        (Some(2), Some("SITREP 1"))
    );
    let labels: Vec<&str> = document["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|section| section["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["IN SHORT", "PHASE", "NEXT"]);
}
