//! Words that were expunged: gone from every file of this machine, never back, and honest about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Home;

const SECRET: &str = "hunter2-Sommer";

/// Every file below a folder that holds these words.
fn with(words: &str, folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(path) = todo.pop() {
        for entry in fs::read_dir(&path).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if fs::read(&path)
                .unwrap_or_default()
                .windows(words.len())
                .any(|window| window == words.as_bytes())
            {
                found.push(path);
            }
        }
    }
    found
}

fn secret(home: &Home) -> Vec<PathBuf> {
    let mut all = with(SECRET, Path::new(&home.path("store")));
    all.extend(with(SECRET, Path::new(&home.path("state"))));
    all
}

fn folder(home: &Home, store: &str) -> PathBuf {
    let mut path = PathBuf::from(home.path(store)).join("incidents");
    while !path.join("journal").is_dir() {
        path = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.is_dir())
            .unwrap();
    }
    path
}

fn journal(home: &Home, store: &str) -> PathBuf {
    let folder = folder(home, store).join("journal");
    fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
}

fn check(home: &Home) -> (bool, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/store/check.sh");
    let output = Command::new("sh").arg(script).arg(folder(home, "store")).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// An incident in which a password was written down, corrected and signalled.
fn told(home: &Home) {
    home.done("new \"Mail account taken over\"");
    home.done(&format!("log \"logged in with {SECRET}\""));
    home.done(&format!("correct \"logged in\" \"logged in with {SECRET} at noon\""));
    home.done("log \"the account is locked\"");
    home.done("seal");
}

const EXPUNGE: &str = "expunge --yes \"logged in\" --reason \"a password\" --with Bo/legal";

#[test]
fn the_words_are_in_no_file_and_the_chain_the_head_and_the_check_still_hold() {
    let home = Home::new();
    told(&home);
    assert!(!secret(&home).is_empty());
    let head = home.json("seal")["head"].as_str().unwrap().to_owned();
    let size = fs::metadata(journal(&home, "store")).unwrap().len();
    home.done(&EXPUNGE.replace("--yes", "--dry-run"));
    assert_eq!(fs::metadata(journal(&home, "store")).unwrap().len(), size);
    let before = home.json("show");
    let answer = home.say(&EXPUNGE.replace(" --yes", ""));
    assert_eq!(answer.code, 3, "nobody can be asked: {}", answer.err);
    assert_eq!(fs::metadata(journal(&home, "store")).unwrap().len(), size);
    home.done(EXPUNGE);
    assert_eq!(secret(&home), Vec::<PathBuf>::new());
    let answer = home.say("verify --json");
    assert_eq!(answer.code, 1, "{}", answer.out);
    assert!(answer.out.contains("its words were expunged, as line"), "{}", answer.out);
    assert_eq!(home.say(&format!("verify --against {head}")).code, 0, "the sealed head still holds");
    let (holds, said) = check(&home);
    assert!(holds && said.contains("2 expunged, as declared"), "{said}");
    assert!(home.done("activity").contains("[expunged by ana with Bo/legal: a password]"));
    assert_eq!(home.json("show")["title"], before["title"]);
    let all = home.json("activity");
    let gone = all["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["text"].as_str().unwrap().starts_with("[expunged"));
    let id = gone.unwrap()["id"].as_str().unwrap()[..10].to_owned();
    assert!(home.done(&EXPUNGE.replace("\"logged in\"", &id)).contains("gone already"));
    home.done("log \"work goes on\"");
    assert_eq!(home.say("verify").code, 1);
}

#[test]
fn a_stub_that_no_event_declares_or_that_says_something_is_broken() {
    let home = Home::new();
    told(&home);
    home.done(EXPUNGE);
    let path = journal(&home, "store");
    let whole = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("\"expunged\":\"", "\"expunged\":\"0"),
        ("\"stub\",\"data\":{\"expunged\":\"", "\"stub\",\"data\":{\"expunged\":\"zz"),
        ("\"salt\":\"00000000000000000000000000000000\"", "\"salt\":\"00000000000000000000000000000001\""),
        ("\"kind\":\"expunged\"", "\"kind\":\"expanged\""),
    ] {
        fs::write(&path, whole.replacen(from, to, 1)).unwrap();
        let answer = home.say("verify --json");
        assert!(answer.out.contains("\"broken\""), "{from}: {}", answer.out);
        if !to.ends_with(":\"0") {
            assert!(!check(&home).0, "{from}: {}", check(&home).1);
        }
    }
}

#[test]
fn what_was_expunged_does_not_come_back_with_a_bundle_and_goes_where_it_had_come_to() {
    let home = Home::new();
    told(&home);
    let (old, new, other) = (home.path("old.tar.zst"), home.path("new.tar.zst"), home.path("other"));
    home.done(&format!("export bundle -o {old}"));
    home.done(&format!("--store {other} import bundle {old}"));
    home.done(EXPUNGE);
    let answer = home.say(&format!("import bundle {old}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(secret(&home), Vec::<PathBuf>::new());
    home.done(&format!("export bundle -o {new}"));
    assert!(!with(SECRET, Path::new(&other)).is_empty());
    let answer = home.say(&format!("--store {other} import bundle {new}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    // It is hidden there, and goes from that disk when somebody there says yes.
    assert!(
        matches!(&with(SECRET, Path::new(&other))[..], [one] if one.extension().is_some_and(|it| it == "jsonl"))
    );
    assert!(!home.done(&format!("--store {other} activity")).contains(SECRET));
    let waits = home.json(&format!("--store {other} -i 1 expunge --carry-out"));
    let line = waits["waiting"][0]["line"].as_str().unwrap().to_owned();
    let shown = home.done(&format!("--store {other} -i 1 expunge --carry-out {line} --dry-run"));
    assert!(shown.contains(SECRET), "whoever says yes sees to what: {shown}");
    let answer = home.say(&format!("--store {other} -i 1 expunge --carry-out {line}"));
    assert_eq!(answer.code, 3, "{}", answer.err);
    assert!(!with(SECRET, Path::new(&other)).is_empty());
    home.done(&format!("--store {other} -i 1 expunge --carry-out {line} --yes"));
    assert_eq!(with(SECRET, Path::new(&other)), Vec::<PathBuf>::new());
    assert_eq!(home.say(&format!("--store {other} verify")).code, 1);
    assert_eq!(
        home.json(&format!("--store {other} -i 1 seal"))["head"],
        home.json("-i 1 seal")["head"],
        "both have the same record"
    );
    let answer = home.say(&format!("--store {other} import bundle {old}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(with(SECRET, Path::new(&other)), Vec::<PathBuf>::new());
}

#[test]
fn verify_says_of_a_line_that_came_without_its_words_that_nobody_here_agreed_to_that() {
    let home = Home::new();
    told(&home);
    home.done(EXPUNGE);
    let (new, other) = (home.path("new.tar.zst"), format!("--store {}", home.path("other")));
    home.done(&format!("export bundle -o {new}"));
    home.done(&format!("{other} import bundle {new}"));
    let came = "it came here without its words, which line ";
    for (store, times) in [("", 0), (other.as_str(), 2)] {
        for line in ["verify", "verify --quick", "doctor -i 1"] {
            let answer = home.say(&format!("{store} {line}"));
            assert_eq!((answer.code, answer.out.matches(came).count()), (1, times), "{line}: {}", answer.out);
        }
    }
    // Whoever reads why may agree, and is asked as for words that are there.
    let verdict = home.say(&format!("{other} verify")).out;
    let line = &verdict.split_once(came).unwrap().1[..8];
    let refused = home.say(&format!("{other} expunge --carry-out {line}"));
    assert!(refused.code != 0 && refused.err.contains("--yes"), "{} {}", refused.code, refused.err);
    let would = home.done(&format!("{other} expunge --carry-out {line} --dry-run"));
    assert!(would.contains("gone from this disk already; would be agreed to"), "{would}");
    assert!(would.contains("2 lines without words already by"), "{would}");
    let agreed = home.done(&format!("{other} expunge --carry-out {line} --yes"));
    assert!(agreed.contains("nothing was there to be taken from this disk; agreed to"), "{agreed}");
    assert!(!home.say(&format!("{other} verify")).out.contains(came));
    let again = home.done(&format!("{other} expunge --carry-out {line} --yes"));
    assert!(
        again.contains("nothing was there to be taken from this disk") && !again.contains("agreed"),
        "{again}"
    );
}

#[test]
fn an_evidence_file_goes_and_its_line_stays() {
    let home = Home::new();
    home.done("new \"Mail account taken over\"");
    fs::write(home.path("box.mbox"), SECRET).unwrap();
    home.done(&format!("evidence add {} --copy", home.path("box.mbox")));
    assert!(!with(SECRET, Path::new(&home.path("store"))).is_empty());
    home.done("expunge --yes E-001 --reason \"a private mailbox\" --with Bo/legal");
    assert!(with(SECRET, Path::new(&home.path("store"))).is_empty());
    assert!(home.done("evidence").contains("E-001"));
    assert_eq!(home.say("verify").code, 1);
}

/// An incident with an evidence file that was expunged, a bundle that still has the file, and the file of an archive.
fn agreed(home: &Home) -> (String, String) {
    home.done("new \"Mail account taken over\"");
    fs::write(home.path("box.mbox"), SECRET).unwrap();
    home.done(&format!("evidence add {} --copy", home.path("box.mbox")));
    let (old, archive) = (home.path("old.tar.zst"), home.path("archive.tar.zst"));
    home.done(&format!("export bundle -o {old}"));
    home.done("expunge --yes E-001 --reason \"a private mailbox\" --with Bo/legal");
    (old, archive)
}

#[test]
fn what_was_agreed_to_outlives_an_archive_and_evidence_does_not_come_back() {
    let home = Home::new();
    let (old, archive) = agreed(&home);
    home.done(&format!("archive 1 --anyway -o {archive}"));
    home.done(&format!("import bundle {archive}"));
    home.done(&format!("import bundle {old}"));
    assert_eq!(with(SECRET, Path::new(&home.path("store"))), Vec::<PathBuf>::new());
    assert!(folder(&home, "store").join(".expunged.json").exists());
    // A second time round, and the older bundle first.
    home.done(&format!("archive 1 --anyway -o {}", home.path("again.tar.zst")));
    home.done(&format!("import bundle {old}"));
    home.done(&format!("import bundle {archive}"));
    assert_eq!(with(SECRET, Path::new(&home.path("store"))), Vec::<PathBuf>::new());
    assert_eq!(home.say("verify").code, 1, "declared, and nothing worse");
}

#[test]
fn what_was_agreed_to_stands_in_every_backup_and_holds_where_one_was_restored() {
    let home = Home::new();
    let (old, file) = (agreed(&home).0, home.path("packed.tar.zst"));
    let (copy, out) = (home.path("copy"), home.path("out"));
    home.done(&format!("backup {copy}"));
    home.done(&format!("backup {file}"));
    fs::create_dir(&out).unwrap();
    let done = Command::new("tar").args(["--zstd", "-xf", &file, "-C", &out]).output().unwrap();
    assert!(done.status.success());
    let packed = fs::read_dir(&out).unwrap().next().unwrap().unwrap().path();
    for store in [copy.as_str(), packed.to_str().unwrap()] {
        home.done(&format!("--store {store} import bundle {old}"));
        assert_eq!(with(SECRET, Path::new(store)), Vec::<PathBuf>::new(), "{store}");
        assert_eq!(home.say(&format!("--store {store} verify")).code, 1, "declared, and nothing worse");
    }
    // What the backup knows is never less than before.
    let yes = folder(&home, "copy").join(".expunged.json");
    let before = fs::read(&yes).unwrap();
    fs::remove_file(folder(&home, "store").join(".expunged.json")).unwrap();
    home.done(&format!("backup {copy}"));
    assert_eq!(fs::read(&yes).unwrap(), before);
}

#[test]
fn an_expunge_from_elsewhere_is_declined_with_a_reason_and_stays_declined() {
    let home = Home::new();
    told(&home);
    let (old, new) = (home.path("old.tar.zst"), home.path("new.tar.zst"));
    let other = format!("--store {}", home.path("other"));
    home.done(&format!("export bundle -o {old}"));
    home.done(&format!("{other} import bundle {old}"));
    home.done(EXPUNGE);
    home.done(&format!("export bundle -o {new}"));
    home.done(&format!("{other} import bundle {new}"));
    let line = home.json(&format!("{other} -i 1 expunge --carry-out"))["waiting"][0]["line"].clone();
    let line = line.as_str().unwrap();
    let entries = home.json(&format!("{other} activity"))["entries"].clone();
    let hidden =
        entries.as_array().unwrap().iter().find(|it| it["text"].as_str().unwrap().starts_with("[expunged"));
    let hidden = hidden.unwrap()["id"].as_str().unwrap();
    for order in [format!("undo {line}"), format!("redact --end {hidden}")] {
        let answer = home.say(&format!("{other} -i 1 {order}"));
        let said = format!("{}{}", answer.out, answer.err);
        assert!(answer.code == 3 && said.contains("--decline") && !said.contains("gone"), "{order}: {said}");
    }
    assert_eq!(home.say(&format!("{other} -i 1 expunge --decline {line}")).code, 2, "a reason is wanted");
    home.done(&format!("{other} -i 1 expunge --decline {line} --reason \"a court wants it\""));
    let shown = |store: &str| home.done(&format!("{store} activity"));
    assert!(shown(&other).contains(SECRET) && shown(&other).contains("a court wants it"));
    assert!(shown(&other).contains("expunged 2 lines") || shown(&other).contains("expunged with Bo/legal"));
    let kept = home.say(&format!("{other} -i 1 undo {line}"));
    assert!(kept.code == 3 && kept.err.contains("what it names stands on this disk"), "{}", kept.err);
    home.done(&format!("{other} -i 1 expunge --decline {line} --reason \"a court wants it\""));
    // It outlives an archive, and a newer bundle.
    let archive = home.path("archive.tar.zst");
    home.done(&format!("{other} archive 1 --anyway -o {archive}"));
    home.done(&format!("{other} import bundle {archive}"));
    home.done(&format!("{other} import bundle {new}"));
    assert!(shown(&other).contains(SECRET));
    home.done(&format!("{other} -i 1 expunge --carry-out {line} --yes"));
    assert_eq!(with(SECRET, Path::new(&home.path("other"))), Vec::<PathBuf>::new());
    assert!(!shown(&other).contains(SECRET));
}

#[test]
fn what_was_taken_from_this_disk_is_not_declined_any_more() {
    let home = Home::new();
    let (old, _) = agreed(&home);
    let other = format!("--store {} -i 1", home.path("other"));
    let new = home.path("new.tar.zst");
    home.done(&format!("export bundle -o {new}"));
    home.done(&format!("{other} import bundle {old}"));
    home.done(&format!("{other} import bundle {new}"));
    let line = home.json(&format!("{other} expunge --carry-out"))["waiting"][0]["line"].clone();
    let line = line.as_str().unwrap();
    home.done(&format!("{other} expunge --carry-out {line} --yes"));
    // Where it was written, somebody agreed, too.
    for store in [other.as_str(), "-i 1"] {
        let before = home.json(&format!("{store} activity"));
        let answer = home.say(&format!("{store} expunge --decline {line} --reason \"a court wants it\""));
        assert_eq!(answer.code, 3, "{store}: {}", answer.out);
        assert!(answer.err.contains("1 file gone from this disk"), "{store}: {}", answer.err);
        assert_eq!(home.json(&format!("{store} activity")), before);
    }
}

#[test]
fn an_expunge_is_the_last_act_and_undo_takes_nothing_else_back() {
    let home = Home::new();
    told(&home);
    home.done("log \"the lead is called\"");
    home.done(EXPUNGE);
    let answer = home.say("undo");
    assert_eq!(answer.code, 3, "{}", answer.out);
    let said = "The last act cannot be taken back: what was expunged is gone; nothing brings it back.";
    assert!(answer.err.contains(said) && answer.err.contains("casebook undo REF"), "{}", answer.err);
    home.done("undo \"lead is called\"");
    home.done("log \"the account is open again\"");
    home.done("undo");
    assert_eq!(home.say("undo").code, 3, "one further back it stands again");
}

#[test]
fn declining_and_restricting_are_last_acts_and_undo_takes_nothing_else_back() {
    let home = Home::new();
    told(&home);
    let (old, new) = (home.path("old.tar.zst"), home.path("new.tar.zst"));
    let other = format!("--store {} -i 1 --as bo", home.path("other"));
    home.done(&format!("export bundle -o {old}"));
    home.done(&format!("{other} import bundle {old}"));
    home.done(EXPUNGE);
    home.done(&format!("export bundle -o {new}"));
    home.done(&format!("{other} import bundle {new}"));
    home.done(&format!("{other} log \"the lead is called\""));
    let line = home.json(&format!("{other} expunge --carry-out"))["waiting"][0]["line"].clone();
    let decline = format!("expunge --decline {} --reason \"a court wants it\"", line.as_str().unwrap());
    for (order, why) in
        [(decline.as_str(), "declining an expunge"), ("restrict --only-me", "a matter of rights")]
    {
        home.done(&format!("{other} {order}"));
        let answer = home.say(&format!("{other} undo"));
        assert_eq!(answer.code, 3, "{order}: {}", answer.out);
        let said = answer.err.contains("The last act cannot be taken back: ") && answer.err.contains(why);
        assert!(said, "{order}: {}", answer.err);
    }
}

#[test]
fn evidence_that_was_expunged_says_so_wherever_it_is_listed_before_the_yes_and_after_it() {
    let home = Home::new();
    let (old, _) = agreed(&home);
    let (other, new) = (format!("--store {} -i 1", home.path("other")), home.path("new.tar.zst"));
    home.done(&format!("export bundle -o {new}"));
    home.done(&format!("{other} import bundle {old}"));
    home.done(&format!("{other} import bundle {new}"));
    let looked = |store: &str| {
        assert!(home.done(&format!("{store} evidence list")).contains("expunged"), "{store}");
        let shown = home.done(&format!("{store} evidence show E-001"));
        let said = shown.contains("[expunged by ana with Bo/legal: a private mailbox]");
        assert!(said && !shown.contains("/vault/"), "{store}: {shown}");
        let item = home.json(&format!("{store} evidence show E-001"));
        assert_eq!(item["expunged"]["by"], "ana", "{store}");
    };
    looked("-i 1");
    looked(&other);
    let line = home.json(&format!("{other} expunge --carry-out"))["waiting"][0]["line"].clone();
    let line = line.as_str().unwrap();
    let waits = home.say(&format!("{other} undo {line}"));
    assert!(
        waits.code == 3 && waits.err.contains("--decline") && !waits.err.contains("gone"),
        "{}",
        waits.err
    );
    home.done(&format!("{other} expunge --decline {line} --reason \"a court wants it\""));
    assert!(home.done(&format!("{other} evidence show E-001")).contains("/vault/"));
}

#[test]
fn evidence_whose_line_was_expunged_elsewhere_says_so_in_the_list() {
    let home = Home::new();
    let (old, _) = agreed(&home);
    let (other, new) = (format!("--store {} -i 1", home.path("other")), home.path("new.tar.zst"));
    home.done(&format!("{other} import bundle {old}"));
    home.done("expunge --yes box.mbox --reason \"a private mailbox\" --with Bo/legal");
    home.done(&format!("export bundle -o {new}"));
    home.done(&format!("{other} import bundle {new}"));
    let list = home.done(&format!("{other} evidence list"));
    assert!(list.contains("E-001") && list.contains("expunged") && !list.contains("unchecked"), "{list}");
}

#[test]
fn what_somebody_else_agreed_to_comes_with_no_archive() {
    let home = Home::new();
    let (old, archive) = agreed(&home);
    home.done(&format!("archive 1 --anyway -o {archive}"));
    let other = home.path("other");
    home.done(&format!("--store {other} import bundle {archive}"));
    assert!(!folder(&home, "other").join(".expunged.json").exists());
    home.done(&format!("--store {other} import bundle {old}"));
    assert!(!with(SECRET, Path::new(&other)).is_empty(), "nobody here agreed");
}

#[test]
fn stopped_between_the_event_and_the_line_or_in_the_middle_of_it_the_next_one_finishes() {
    let home = Home::new();
    told(&home);
    let before = fs::read_to_string(journal(&home, "store")).unwrap();
    home.done(EXPUNGE);
    let path = journal(&home, "store");
    let after = fs::read_to_string(&path).unwrap();
    // The event is there, and the lines are as they were.
    let event = &after[before.len()..];
    fs::write(&path, format!("{before}{event}")).unwrap();
    assert!(home.done("activity").contains("[expunged by ana"), "what is declared is not shown meanwhile");
    assert!(!home.done("activity").contains(SECRET));
    let again = "expunge --yes \"account is locked\" --reason \"another\" --with Bo/legal --json";
    home.done(again);
    assert_eq!(secret(&home), Vec::<PathBuf>::new());
    assert!(check(&home).0);
    // A line half written over, with the plan beside.
    let whole = fs::read(&path).unwrap();
    let at = whole.windows(6).position(|window| window == b"\"stub\"").unwrap();
    let start = whole[..at].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let end = at + whole[at..].iter().position(|byte| *byte == b'\n').unwrap();
    let line = String::from_utf8(whole[start..end].to_vec()).unwrap();
    let id = line.rsplit_once("\"id\":\"").unwrap().1.trim_end_matches("\"}");
    let name = path.file_name().unwrap().to_string_lossy();
    let plan = serde_json::json!([{ "segment": name, "at": start, "id": id, "line": line }]);
    fs::write(folder(&home, "store").join(".expunging.json"), plan.to_string()).unwrap();
    let mut torn = whole.clone();
    torn[at + 20..at + 40].copy_from_slice(b"half a line, as if!!");
    fs::write(&path, &torn).unwrap();
    home.say("expunge --yes \"expunged by ana\" --reason \"a password\" --with Bo/legal");
    assert!(fs::read(&path).unwrap().starts_with(&whole));
    assert!(!folder(&home, "store").join(".expunging.json").exists());
}

#[test]
fn who_is_stopped_after_the_lines_takes_away_the_copies_the_next_time() {
    let home = Home::new();
    told(&home);
    let whole = fs::read(journal(&home, "store")).unwrap();
    home.done(EXPUNGE);
    // As a stop between the lines and the copies leaves it: the plan, the cache and its spare, a copy in quarantine.
    let folder = folder(&home, "store");
    let segment = journal(&home, "store");
    let segment = segment.file_name().unwrap().to_str().unwrap();
    let stubs = fs::read_to_string(journal(&home, "store")).unwrap();
    let mut at = 0;
    let mut planned = Vec::new();
    for line in stubs.split_inclusive('\n') {
        if line.contains("\"kind\":\"stub\"") {
            let id = &line[line.len() - 67..line.len() - 3];
            planned.push(serde_json::json!({
                "segment": segment, "at": at, "id": id, "line": line.trim_end(),
            }));
        }
        at += line.len();
    }
    assert!(!planned.is_empty());
    fs::write(folder.join(".expunging.json"), serde_json::to_vec(&planned).unwrap()).unwrap();
    fs::create_dir_all(folder.join("quarantine")).unwrap();
    fs::write(folder.join("quarantine").join(format!("{segment}.17")), &whole).unwrap();
    fs::write(folder.join(".incident.json.spare"), &whole).unwrap();
    fs::write(folder.join("incident.json"), &whole).unwrap();
    assert_eq!(secret(&home).len(), 3);
    home.say(EXPUNGE);
    assert_eq!(secret(&home), Vec::<PathBuf>::new());
    assert!(!folder.join(".expunging.json").exists());
}

#[test]
fn the_next_backup_into_the_same_folder_takes_out_there_what_was_expunged_here_and_says_so() {
    let home = Home::new();
    told(&home);
    fs::write(home.path("box.mbox"), SECRET).unwrap();
    home.done(&format!("evidence add {} --copy", home.path("box.mbox")));
    let copy = home.path("copy");
    home.done(&format!("backup {copy}"));
    // Whoever opens the backup leaves a cache there.
    home.done(&format!("--store {copy} show"));
    home.done(EXPUNGE);
    home.done("expunge --yes E-001 --reason \"a private mailbox\" --with Bo/legal");
    home.done("log \"after it all\"");
    assert!(!with(SECRET, Path::new(&copy)).is_empty());
    let said = home.done(&format!("backup {copy}"));
    assert_eq!(with(SECRET, Path::new(&copy)), Vec::<PathBuf>::new());
    assert!(
        said.contains("taken out of the backup, too, as expunged here: INC-2026-0001: 2 lines, "),
        "{said}"
    );
    assert!(home.done(&format!("--store {copy} activity")).contains("after it all"));
    assert_eq!(home.say(&format!("--store {copy} verify")).code, 1, "declared, and nothing worse");
    assert!(!folder(&home, "copy").join(".expunging.json").exists());
    let again = home.json(&format!("backup {copy}"));
    assert_eq!(
        (again["expunged_there"].as_array().unwrap().len(), again["files_new"].as_u64()),
        (0, Some(0))
    );
}

#[test]
fn a_backup_that_was_stopped_while_it_took_words_out_is_finished_by_the_next() {
    let home = Home::new();
    told(&home);
    let copy = home.path("copy");
    home.done(&format!("backup {copy}"));
    home.done(EXPUNGE);
    home.done(&format!("backup {copy}"));
    let path = journal(&home, "copy");
    let whole = fs::read(&path).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    let at = text.find("\"stub\"").unwrap();
    let (start, end) = (text[..at].rfind('\n').unwrap() + 1, at + text[at..].find('\n').unwrap());
    let line = &text[start..end];
    let id = line.rsplit_once("\"id\":\"").unwrap().1.trim_end_matches("\"}");
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let plan = serde_json::json!([{ "segment": name, "at": start, "id": id, "line": line }]);
    fs::write(folder(&home, "copy").join(".expunging.json"), plan.to_string()).unwrap();
    let mut torn = whole.clone();
    torn[at + 20..at + 40].copy_from_slice(b"half a line, as if!!");
    fs::write(&path, torn).unwrap();
    home.done(&format!("backup {copy}"));
    assert!(fs::read(&path).unwrap() == whole);
    assert!(!folder(&home, "copy").join(".expunging.json").exists());
}

#[test]
fn copies_this_machine_knows_of_are_named_with_what_to_do() {
    let home = Home::new();
    home.done("new \"Mail account taken over\"");
    let early = home.path("early.tar.zst");
    let mut words = home.words(&format!("backup {early}"));
    words.env("CASEBOOK_NOW", "2026-11-21T13:00:00Z");
    assert_eq!(super::run(words).code, 0);
    home.done(&format!("log \"logged in with {SECRET}\""));
    let (copy, file) = (home.path("copy"), home.path("late.tar.zst"));
    home.done(&format!("backup {copy}"));
    home.done(&format!("backup {file}"));
    home.done("--as bo log \"looked at it\"");
    home.done(&format!("sync set {}", home.path("remote.git")));
    home.done("sync");
    let out = home.done(&EXPUNGE.replace("--yes", "--dry-run"));
    for said in [
        format!("a backup holds them: {copy}: casebook backup {copy}"),
        format!("a backup may hold them: {file}: take it away"),
        "git keeps what was exchanged:".into(),
        "drafts of others: what bo typed".into(),
    ] {
        assert!(out.contains(&said), "{said}: {out}");
    }
    assert!(!out.contains("early.tar.zst"), "it was made before: {out}");
    home.done(EXPUNGE);
    home.done(&format!("backup {copy}"));
    fs::remove_file(&file).unwrap();
    let said = home.json("expunge \"looked at it\" --reason \"a name\" --with Bo/legal --dry-run");
    assert_eq!(said["in_backups"][0], copy.as_str(), "it has that other line: {said}");
    assert_eq!(said["in_backups"].as_array().unwrap().len(), 1);
}

#[test]
fn a_value_of_a_field_that_takes_any_word_is_looked_for_and_a_word_of_a_list_is_not() {
    let home = Home::new();
    home.done("new \"Mail account taken over\"");
    home.done(&format!("lesson add \"passwords on paper\" --category {}", SECRET.to_lowercase()));
    home.done("lesson add \"nobody was called\" --category people");
    home.done(&format!("log \"{} again\"", SECRET.to_lowercase()));
    home.done("log \"people came\"");
    let rows = home.json("activity");
    let id = |text: &str| {
        let rows = rows["entries"].as_array().unwrap();
        let row = rows.iter().find(|row| row["text"].as_str().is_some_and(|it| it.contains(text))).unwrap();
        row["id"].as_str().unwrap()[..10].to_owned()
    };
    let looked = |id: &str| {
        home.json(&format!("expunge {id} --reason \"a password\" --with Bo/legal --dry-run"))["also_said_in"]
            .clone()
    };
    assert_eq!(looked(&id("passwords on paper")).as_array().unwrap().len(), 1);
    assert_eq!(looked(&id("nobody was called")).as_array().unwrap().len(), 0);
}

#[test]
fn a_seal_note_and_a_rescued_line_that_have_the_words_are_named() {
    let home = Home::new();
    home.done("new \"Mail account taken over\"");
    home.done(&format!("log \"{SECRET}\""));
    let mut words = home.words("seal");
    words.env("CASEBOOK_USER", SECRET);
    assert_eq!(super::run(words).code, 0);
    fs::write(home.path("store/rescue-x-w.jsonl"), format!("logged in with {SECRET} at noon")).unwrap();
    let out = home.done(&format!("expunge \"{SECRET}\" --reason \"a password\" --with Bo/legal --dry-run"));
    assert!(out.contains("a seal note: take it and its .sig away"), "{out}");
    assert!(out.contains("rescue-x-w.jsonl: take it away by hand"), "{out}");
}

#[test]
fn the_second_person_agrees_in_a_role_and_the_roster_may_know_it() {
    let home = Home::new();
    told(&home);
    let without = "expunge \"logged in\" --reason \"a password\" --with";
    let answer = home.say(&format!("{without} Mira"));
    assert_eq!(answer.code, 3, "{}", answer.err);
    assert!(answer.err.contains("in which role \"Mira\" may decide"), "{}", answer.err);
    assert!(answer.err.contains("--with \"Mira/legal\""), "{}", answer.err);
    home.done("people add Mira --role legal-compliance");
    home.done(&format!("{without} Mira --yes"));
    assert!(home.done("activity").contains("[expunged by ana with Mira/legal-compliance: a password]"));
}

#[test]
fn nobody_is_the_second_person_of_themselves() {
    let home = Home::new();
    told(&home);
    for (me, second) in
        [("ana/Lead", "ana/Legal"), ("Émile", "émile"), ("ana", "ana (Legal)"), ("ana", "/Legal")]
    {
        let answer = home
            .say(&format!("--as \"{me}\" {} --with \"{second}\"", EXPUNGE.split(" --with").next().unwrap()));
        assert_eq!(answer.code, 3, "{me} with {second}: {}{}", answer.out, answer.err);
    }
}

/// What was declared as gone stands in the journal again, as if whoever carried it out had been stopped.
fn stopped() -> Home {
    let home = Home::new();
    told(&home);
    home.done("close --disposition false-positive --reason \"nothing was on it\"");
    let path = journal(&home, "store");
    let before = fs::read(&path).unwrap();
    home.done(EXPUNGE);
    let after = fs::read(&path).unwrap();
    fs::write(&path, [&before[..], &after[before.len()..]].concat()).unwrap();
    assert!(!secret(&home).is_empty());
    home
}

#[test]
fn an_expunge_that_was_stopped_is_told_by_whoever_looks_and_finished_by_whoever_carries_it_on() {
    let home = stopped();
    let size = fs::read(journal(&home, "store")).unwrap();
    for line in ["verify", "verify --quick", "verify --all", "doctor"] {
        let answer = home.say(line);
        assert_eq!(answer.code, 1, "{line}: {}", answer.out);
        let said = "expunging was stopped: 2 lines and 0 files that are declared as gone are still here";
        assert!(answer.out.contains(said), "{line}: {}", answer.out);
    }
    assert_eq!(fs::read(journal(&home, "store")).unwrap(), size, "a look writes nothing");
    let (bundle, file, copy) = (home.path("a.tar.zst"), home.path("b.tar.zst"), home.path("copy"));
    for line in [
        "doctor --repair".to_owned(),
        format!("export bundle -o {bundle}"),
        format!("archive 1 -o {file}"),
        format!("backup {copy}"),
    ] {
        let home = stopped();
        let answer = home.say(&line);
        assert!(answer.code < 2, "{line}: {}", answer.err);
        assert_eq!(secret(&home), Vec::<PathBuf>::new(), "{line}");
    }
}

#[test]
fn it_names_where_else_the_words_stand_by_the_values_of_fields() {
    let home = Home::new();
    told(&home);
    home.done(&format!("component add {SECRET} --type server"));
    home.done(&format!("decide \"Change {SECRET} everywhere\" --why \"it is known\""));
    home.done("new Another");
    home.done(&format!("log \"{SECRET} was seen here too\" -i 2"));
    let drafts = PathBuf::from(home.path("state/drafts"));
    fs::create_dir_all(&drafts).unwrap();
    fs::write(drafts.join("new.w-11111111"), format!("the password {SECRET}")).unwrap();
    let rows = home.json("activity -i 1");
    let named = |row: &&serde_json::Value| row["kind"] == "component";
    let id = rows["entries"].as_array().unwrap().iter().find(named).unwrap()["id"].as_str().unwrap();
    let answer =
        home.say(&format!("expunge {} -i 1 --reason \"a password\" --with Bo/legal --dry-run", &id[..10]));
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.matches("the same words stand in").count() >= 5, "{}", answer.out);
    assert!(
        answer.out.contains("1 line of INC-2026-0002") && answer.out.contains("a draft: open"),
        "{}",
        answer.out
    );
}
