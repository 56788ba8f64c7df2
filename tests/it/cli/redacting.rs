//! Words that are hidden stand in nothing that anybody looks at or that leaves, and undo brings them back.

use casebook::exchange::EXPORTS;
use casebook::verb::VERBS;

use super::Home;

/// Every kind of text that can be hidden: the line that writes it, and what it is called afterwards. The words
/// to hide begin with `Zyx`.
const TEXTS: &[(&str, &str)] = &[
    ("log Zyxnote of somebody --source Zyxlog", "Zyxnote"),
    ("log Zyxdeed of theirs --lane actor --technique T1059 --at -3h", "Zyxdeed"),
    ("log Zyxaction --kind action", "Zyxaction"),
    ("log Zyxseen --kind observation", "Zyxseen"),
    ("log Zyxchoice --kind decision", "Zyxchoice"),
    ("log Zyxcall --kind communication", "Zyxcall"),
    ("signal Zyxalarm came", "Zyxalarm"),
    ("sitrep --given-to Mira --how phone --judgement \"Zyxjudged it\"", "Zyxjudged"),
    ("handover --to bo --note \"Zyxoffer him this\"", "Zyxoffer"),
    ("handover decline --who bo --reason \"Zyxdecline of his\"", "Zyxdecline"),
    ("handover --to dee --note \"Zyxagain for her\"", "Zyxagain"),
    ("handover accept --who dee --note \"Zyxaccept of hers\"", "Zyxaccept"),
];

/// What is looked at: the first words of a line, and lines that are verbs of it. Every verb stands here or among
/// those that show nothing of a record.
const LOOKS: &[(&str, &[&str])] = &[
    ("list", &["list"]),
    ("find", &["find Zyx", "find Zyx --all"]),
    ("mine", &["mine"]),
    ("next", &["next"]),
    ("catchup", &["catchup --since 14:00", "catchup --all --since 14:00"]),
    ("show", &["show", "show --as-of 14:05", "show --as-of -1m"]),
    ("activity", &["activity", "activity --kind note"]),
    ("timeline", &["timeline", "timeline --as-of 14:05", "timeline --format csv", "timeline --format jsonl"]),
    ("replay", &["replay", "replay --at 14:05"]),
    ("severity", &["severity"]),
    ("decide", &["decide list --all"]),
    ("assume", &["assume list --all"]),
    ("declare", &["declare list --all"]),
    ("phase", &["phase"]),
    ("task", &["task", "task list --all"]),
    ("component", &["component"]),
    ("indicator", &["indicator"]),
    ("evidence", &["evidence list"]),
    ("people", &["people"]),
    ("handover", &["handover", "handover read"]),
    ("notice", &["notice"]),
    ("approve", &["approve list --all"]),
    ("measure", &["measure list --all"]),
    ("timer", &["timer list --all"]),
    ("lesson", &["lesson"]),
    ("improve", &["improve"]),
    ("link", &["link"]),
    ("sitrep", &["sitrep", "sitrep --as-of 14:05"]),
    ("report", &["report", "report --format html", "report --format json", "report --as-of 14:05"]),
    ("export", &["export csv-timeline"]),
    ("stats", &["stats"]),
    ("verify", &["verify"]),
];

/// Verbs that show nothing of a record but what they were just given, or refuse to.
const OTHERS: &[&str] = &[
    "new",
    "use",
    "follow",
    "log",
    "signal",
    "correct",
    "redact",
    "rule",
    "undo",
    "ack",
    "determine",
    "posture",
    "edit",
    "unlink",
    "hold",
    "close",
    "reopen",
    "import",
    "seal",
    "proof",
    "demo",
    "drill",
    "config",
    "keys",
    "completions",
    "man",
    "install",
    "licences",
    "archive",
    "backup",
    "doctor",
    "expunge",
    "restrict",
    "sync",
];

/// Everything that is seen, a line and what it printed each.
fn seen(home: &Home) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let exports = EXPORTS.iter().map(|format| format!("export {}", format.name));
    let looks = LOOKS.iter().flat_map(|(_, lines)| *lines).map(|line| (*line).to_owned());
    for line in looks.chain(exports) {
        for line in [line.clone(), format!("{line} --json"), format!("{line} --ascii")] {
            let answer = home.say(&line);
            // verify says with 1 that the clock was set.
            assert!(answer.code == 0 || line.starts_with("verify"), "{line}: {}", answer.err);
            let asked = answer.out.replace("\"find Zyx\"", "").replace("\"Zyx\"", "");
            all.push((line, asked + &answer.err));
        }
    }
    all
}

#[test]
fn hidden_words_stand_in_nothing_that_is_seen_or_leaves_and_undo_brings_them_back() {
    for verb in VERBS {
        let looked = LOOKS.iter().any(|(name, _)| *name == verb.name);
        assert!(looked != OTHERS.contains(&verb.name), "{} stands in one of the two lists", verb.name);
    }
    let home = Home::new();
    home.done("new Files renamed --type ransomware --tlp amber");
    for (write, called) in TEXTS {
        home.done(write);
        if !write.starts_with("sitrep") && !write.starts_with("handover") {
            home.done(&format!("correct {called} Zyxother words of {called}"));
            home.done("undo");
            home.done(&format!("correct {called} {called} in other words --source Zyxsource-of-{called}"));
        }
    }
    home.done("sitrep --given-to Mira");
    home.done("log Zyxslip of the pen");
    home.done("undo");
    let before = seen(&home);
    let shows = |line: &str| before.iter().any(|(said, out)| said == line && out.contains("Zyx"));
    for line in
        ["activity", "timeline", "replay", "handover read", "find Zyx", "report", "export csv-timeline"]
    {
        assert!(shows(line), "{line} shows the words while they may be seen");
    }
    for called in TEXTS.iter().map(|(_, called)| *called).chain(["Zyxslip"]) {
        let answer = home.say(&format!("redact {called} --reason \"a name\""));
        assert_eq!(answer.code, 0, "{called}: {}", answer.err);
    }
    for (line, out) in seen(&home) {
        let at = out.find("Zyx");
        let around = at.map(|at| out[..at].chars().rev().take(200).collect::<Vec<_>>());
        let before: String = around.into_iter().flatten().rev().collect();
        assert!(at.is_none(), "{line}: {before}{}", &out[at.unwrap_or(0)..]);
    }
    for (_, called) in TEXTS {
        let answer = home.say(&format!("proof {called} -o {}", home.path("proof")));
        assert_ne!(answer.code, 0, "{called}");
    }
    // Everything is seen again once nothing is hidden.
    let ids = home.json("activity")["entries"].clone();
    for entry in ids.as_array().unwrap().iter().filter(|entry| !entry["redacted"].is_null()) {
        let id = entry["id"].as_str().unwrap();
        home.say(&format!("redact --end {id}"));
    }
    assert!(before.len() == seen(&home).len());
    let again = home.done("activity");
    for (_, called) in TEXTS {
        assert!(again.contains(called), "{called}: {again}");
    }
}
