//! One line that takes away everybody's words: it is told wherever it comes, and carried out where somebody says yes.

use casebook::incident::command::Command;
use casebook::incident::event::Event;
use casebook::incident::line::Draft;
use casebook::model::component::Stage;
use casebook::model::desk::Desk;
use casebook::model::expunge::DeclineExpunge;
use casebook::model::id::LineId;
use casebook::model::notice::duties::Duties;
use casebook::model::playbook::Playbooks;
use casebook::model::refusal::Refusal;
use casebook::model::taxonomy::{Posture, Tlp};
use casebook::store::sync::Notice;
use casebook::store::{Class, Together};

use super::forged::{deliver, expunge, journal, place};
use super::{Machine, Office, assert_equal, assert_seen_alike, files, settle};

/// Whether the words stand in a file of the record of this machine.
fn stand(machine: &Machine, words: &str) -> bool {
    files(machine).values().any(|bytes| String::from_utf8_lossy(bytes).contains(words))
}

/// Whether the words stand in what screens and exports are made from.
fn shown(machine: &Machine, words: &str) -> bool {
    let address = machine.address(1);
    let incident = machine.store.read(&address).unwrap().incident;
    serde_json::to_string(&incident.document()).unwrap().contains(words)
}

/// Ana and eve have an incident in which ana wrote a line about eve: the id of that line.
fn about_eve() -> (Office, Machine, Machine, String) {
    let office = Office::new();
    let (mut ana, eve) = (office.machine("ana"), office.machine("eve"));
    ana.open(1, "files are encrypted");
    let told = ana.log(1, "eve took the file home");
    settle(&[&ana, &eve]);
    (office, ana, eve, told)
}

/// The machine of ana, whose words were expunged by eve on hers.
fn expunged_elsewhere() -> (Office, Machine) {
    let (office, ana, mut eve, told) = about_eve();
    expunge(&mut eve, &told);
    settle(&[&ana, &eve]);
    (office, ana)
}

#[test]
fn a_line_of_one_writer_takes_the_words_of_nobody_away_in_another_store() {
    let (office, mut ana, mut eve, told) = about_eve();
    expunge(&mut eve, &told);
    eve.sync();
    let came = ana.sync();
    // The words are on the disk, and nowhere else; who took them away, with whom and why, everybody reads.
    assert!(stand(&ana, "took the file home") && !shown(&ana, "took the file home"));
    assert!(shown(&ana, "expunged by"));
    let waiting = ana.store.waiting(&ana.address(1));
    assert_eq!((waiting.len(), waiting[0].lines.len(), &*waiting[0].with), (1, 1, "cy/legal"));
    assert!(
        came.noticed.iter().any(|it| matches!(it, Notice::Expunged { lines: 1, .. })),
        "{:?}",
        came.noticed
    );
    let (class, words) = ana.verified();
    assert!(class == Class::Declared && words[0].contains("until somebody here agrees"), "{words:?}");
    // Nothing that finishes what was stopped carries it out.
    assert_eq!(ana.store.finish_expunging(&ana.address(1)).unwrap().lines, 0);
    ana.log(1, "the next one");
    settle(&[&ana, &eve]);
    assert!(stand(&ana, "took the file home"));
    assert_seen_alike(&[&ana, &eve]);
    // A machine that comes later has them, too, and hides them.
    let late = office.machine("late");
    late.sync();
    assert!(stand(&late, "took the file home") && !shown(&late, "took the file home"));
}

#[test]
fn whoever_says_yes_has_the_words_no_more_and_they_do_not_come_back() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    let secret = ana.log(1, "the password is hunter2");
    settle(&[&ana, &bo]);
    let (writer, path, bytes) = journal(&ana, 1, None);
    expunge(&mut bo, &secret);
    settle(&[&ana, &bo]);
    let address = ana.address(1);
    let waiting = ana.store.waiting(&address);
    assert_eq!(ana.store.carry_out(&address, &waiting).unwrap().lines, 1);
    assert!(!stand(&ana, "hunter2") && ana.store.waiting(&address).is_empty());
    assert!(ana.notices().is_empty(), "{:?}", ana.notices());
    deliver(&office, &writer, &place(&path, 0), &bytes);
    settle(&[&ana, &bo]);
    for machine in [&ana, &bo] {
        assert!(!stand(machine, "hunter2"), "{}", machine.name);
        assert_eq!(machine.verified().0, Class::Declared);
    }
    assert_equal(&[&ana, &bo]);
    assert_eq!(files(&ana), files(&bo));
}

#[test]
fn a_stub_that_is_lent_takes_no_words_away_where_they_stand() {
    let (office, ana, mut eve, told) = about_eve();
    expunge(&mut eve, &told);
    // The whole journal of ana, with the stub in it, by a carrier and as the other side of a fork.
    let (writer, path, bytes) = journal(&eve, 1, Some(&journal(&ana, 1, None).0));
    eve.sync();
    deliver(&office, "c-mallory1", &place(&path, 0), &bytes);
    let fork = path.replace(&writer, &format!("{writer}.f-00000000"));
    deliver(&office, "c-mallory2", &place(&fork, 0), &bytes);
    settle(&[&ana, &eve]);
    assert!(stand(&ana, "took the file home"), "{:?}", ana.notices());
    assert_eq!(ana.store.finish_expunging(&ana.address(1)).unwrap().lines, 0);
    assert_eq!(ana.store.waiting(&ana.address(1)).len(), 1);
}

#[test]
fn what_came_without_its_words_stays_without_them() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    let secret = ana.log(1, "the password is hunter2");
    let (writer, path, bytes) = journal(&ana, 1, None);
    expunge(&mut ana, &secret);
    settle(&[&ana, &bo]);
    assert!(!stand(&bo, "hunter2") && bo.store.waiting(&bo.address(1)).is_empty());
    deliver(&office, &writer, &place(&path, 0), &bytes);
    deliver(&office, "c-mallory1", &place(&path, 0), &bytes);
    settle(&[&ana, &bo]);
    assert!(!stand(&bo, "hunter2") && !stand(&ana, "hunter2"));
    bo.log(1, "all the same");
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
}

/// Appends an event to the first incident; the id of its line.
fn say(machine: &mut Machine, kind: &str, data: &str) -> String {
    machine.now += chrono::Duration::seconds(1);
    let draft = Draft { event: Event::read(kind, data, false), ..super::note("") };
    let mut pen = machine.store.pen(&machine.address(1)).unwrap();
    pen.append(&[draft], Together::Apart, machine.now).unwrap().lines[0].id.to_string()
}

#[test]
fn a_line_that_hides_words_or_says_how_far_they_may_go_is_taken_away_by_nobody() {
    let office = Office::new();
    let (mut ana, mut eve) = (office.machine("ana"), office.machine("eve"));
    ana.open(1, "files are encrypted");
    let secret = ana.log(1, "the password is hunter2");
    let hidden = say(&mut ana, "redacted", &format!(r#"{{"target":"{secret}","reason":"privacy"}}"#));
    let marked = say(&mut ana, "edited", r#"{"tlp":{"from":"amber","to":"red"}}"#);
    let told = ana.log(1, "bo went home");
    settle(&[&ana, &eve]);
    expunge(&mut ana, &told);
    settle(&[&ana, &eve]);
    let lines = eve.store.lines(&eve.address(1)).unwrap();
    let gone = lines.iter().find(|line| line.event.kind() == "expunged").unwrap().id.to_string();
    for line in [&hidden, &marked, &gone] {
        expunge(&mut eve, line);
    }
    settle(&[&ana, &eve]);
    for machine in [&ana, &eve] {
        let incident = machine.store.read(&machine.address(1)).unwrap().incident;
        assert!(!shown(machine, "hunter2") && !shown(machine, "went home"), "{}", machine.name);
        assert_eq!(incident.tlp(), Some(Tlp::Red), "{}", machine.name);
        // Only whoever wrote it takes it back.
        assert!(incident.undoable("ana").any(|entry| entry.id.to_string() == marked), "{}", machine.name);
        let waits: Vec<_> =
            machine.store.waiting(&machine.address(1)).into_iter().flat_map(|one| one.lines).collect();
        assert!(waits.iter().all(|id| id.to_string() == told), "{}: {waits:?}", machine.name);
        let (class, words) = machine.verified();
        assert!(class <= Class::Declared, "{}: {words:?}", machine.name);
    }
    assert_seen_alike(&[&ana, &eve]);
}

#[test]
fn a_line_whose_words_somebody_elsewhere_took_away_still_does_what_it_did_and_its_writer_takes_it_back() {
    let office = Office::new();
    let (mut ana, mut eve) = (office.machine("ana"), office.machine("eve"));
    ana.open(1, "files are encrypted");
    let added = r#"{"id":"w3ege22r61","name":"FS02","type":"server","stage":"confirmed"}"#;
    let lines = [
        say(&mut ana, "hold-set", r#"{"from":null,"to":"the provider of hunter2"}"#),
        say(&mut ana, "posture-set", r#"{"from":null,"to":"cut","reason":"hunter2"}"#),
        say(&mut ana, "component-added", &added.replace("FS02", "hunter2")),
        say(
            &mut ana,
            "component-staged",
            r#"{"component":"w3ege22r61","name":"hunter2","from":"confirmed","to":"contained"}"#,
        ),
    ];
    settle(&[&ana, &eve]);
    for line in &lines {
        expunge(&mut eve, line);
    }
    settle(&[&ana, &eve]);
    let incident = ana.store.read(&ana.address(1)).unwrap().incident;
    assert!(stand(&ana, "hunter2") && !shown(&ana, "hunter2"));
    assert_eq!(
        (incident.status(), incident.posture.get().copied().flatten()),
        ("on-hold", Some(Posture::Cut))
    );
    let steps: Vec<_> = incident.components().flat_map(|it| it.steps()).map(|step| step.to).collect();
    assert_eq!(steps, [Stage::Confirmed, Stage::Contained]);
    assert!(incident.undoable("ana").any(|entry| entry.id.to_string() == lines[0]));
}

#[test]
fn what_somebody_here_declines_is_shown_here_again_and_others_decide_for_themselves() {
    let office = Office::new();
    let (mut ana, mut eve, bo) = (office.machine("ana"), office.machine("eve"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    let told = ana.log(1, "eve took the file home");
    settle(&[&ana, &eve]);
    expunge(&mut eve, &told);
    settle(&[&ana, &eve]);
    let before = ana.store.read(&ana.address(1)).unwrap();
    assert!(!shown(&ana, "took the file home"));
    let line = ana.store.waiting(&ana.address(1))[0].line;
    say(&mut ana, "expunge-declined", &format!(r#"{{"target":"{line}","reason":"it is evidence"}}"#));
    assert!(
        shown(&ana, "took the file home") && shown(&ana, "it is evidence") && shown(&ana, "expunged with")
    );
    assert!(ana.store.waiting(&ana.address(1)).is_empty());
    assert_eq!(ana.verified().0, Class::Clean);
    // Whoever had it open sees it, too.
    let mut open = before;
    open.catch_up().unwrap();
    assert!(serde_json::to_string(&open.incident.document()).unwrap().contains("took the file home"));
    settle(&[&ana, &eve, &bo]);
    assert!(
        stand(&bo, "took the file home") && !shown(&bo, "took the file home") && shown(&bo, "it is evidence")
    );
    assert!(!stand(&eve, "took the file home") && bo.store.waiting(&bo.address(1)).len() == 1);
    // Who declined may still agree.
    assert!(decline(&ana, line).unwrap().is_none(), "it is so already");
    let all = ana.store.not_carried_out(&ana.address(1));
    assert_eq!(ana.store.carry_out(&ana.address(1), &all).unwrap().lines, 1);
    assert!(decline(&ana, line).unwrap_err().message.contains("1 line gone"));
    assert!(!stand(&ana, "took the file home") && shown(&ana, "expunged by"));
}

#[test]
fn what_a_line_says_falsely_of_what_is_left_is_not_carried_out_and_breaks_no_record() {
    let (_office, ana, mut eve, told) = about_eve();
    let left = "ab".repeat(32);
    let forged = format!(r#"{{"targets":["{told}"],"reason":"x","with":"cy/legal","left":["{left}"]}}"#);
    // Somebody who wrote it by hand: no casebook agrees to take away what it writes so.
    let line = say(&mut eve, "expunged", &forged);
    settle(&[&ana, &eve]);
    let address = ana.address(1);
    let refused = ana.store.carry_out(&address, &ana.store.waiting(&address)).unwrap_err();
    assert!(refused.to_string().contains(&line[..8]), "{refused}");
    assert!(stand(&ana, "took the file home") && ana.verified().0 == Class::Declared);
}

#[test]
fn a_stub_that_somebody_carries_before_the_line_has_come_keeps_nobody_from_sending_it() {
    let office = Office::new();
    let mut ana = office.machine("ana");
    ana.open(1, "files are encrypted");
    ana.sync();
    let told = ana.log(1, "eve took the file home");
    // Eve has the line by another way, and takes its words away in her store.
    let mut eve = Machine::new(&office.path("eve"), "eve", 0);
    super::copy(&ana.root, &eve.root);
    expunge(&mut eve, &told);
    let lines = eve.store.lines(&eve.address(1)).unwrap();
    let hers = lines.iter().find(|line| line.event.kind() == "expunged").unwrap().writer.0.clone();
    for writer in [journal(&ana, 1, None).0, hers] {
        let (_, path, bytes) = journal(&eve, 1, Some(&writer));
        deliver(&office, "c-mallory1", &place(&path, 0), &bytes);
    }
    settle(&[&ana]);
    let late = office.machine("late");
    late.sync();
    assert!(stand(&ana, "took the file home") && stand(&late, "took the file home"), "{:?}", late.notices());
}

#[test]
fn whoever_lost_the_yes_to_words_that_are_gone_already_says_it_again() {
    let (_office, ana) = expunged_elsewhere();
    let address = ana.address(1);
    ana.store.carry_out(&address, &ana.store.waiting(&address)).unwrap();
    let agreed = ana.verified();
    std::fs::rename(address.folder.join(".expunged.json"), address.folder.join("lost.json")).unwrap();
    let (class, words) = ana.verified();
    assert!(class == Class::Declared && words[0].contains("nobody here agreed to that"), "{words:?}");
    // There is nothing to be asked about: the words are gone. But who wants to may say yes.
    assert!(ana.store.waiting(&address).is_empty());
    assert_eq!(ana.store.carry_out(&address, &ana.store.not_carried_out(&address)).unwrap().lines, 0);
    assert_eq!(ana.verified(), agreed);
    assert!(ana.store.not_carried_out(&address).is_empty());
}

#[test]
fn a_stub_that_somebody_edited_keeps_the_words_of_no_other_line_on_the_disk() {
    let office = Office::new();
    let (mut ana, mut eve) = (office.machine("ana"), office.machine("eve"));
    ana.open(1, "files are encrypted");
    let (first, second) = (ana.log(1, "eve took the file home"), ana.log(1, "and the key with it"));
    let (writer, _, _) = journal(&ana, 1, None);
    settle(&[&ana, &eve]);
    let lines: Vec<LineId> = [&first, &second].map(|id| id.parse().unwrap()).into();
    let left = eve.store.remains(&eve.address(1), &lines).unwrap();
    let data = serde_json::json!({
        "targets": lines, "reason": "x", "with": "cy/legal",
        "left": lines.iter().map(|id| &left[id]).collect::<Vec<_>>(),
    });
    say(&mut eve, "expunged", &data.to_string());
    eve.store.finish_expunging(&eve.address(1)).unwrap();
    settle(&[&ana, &eve]);
    // In the journal of ana a stub takes the place of the first line, by hand, and not as it was left.
    let (_, path, bytes) = journal(&ana, 1, Some(&writer));
    let (_, _, stubs) = journal(&eve, 1, Some(&writer));
    let line = |bytes: &[u8], id: &str| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.lines().find(|line| line.ends_with(&format!(r#""id":"{id}"}}"#))).unwrap().to_owned()
    };
    let edited = line(&stubs, &first).replace(r#""by":"ana""#, r#""by":"eve""#);
    assert!(edited.contains(r#""kind":"stub""#) && edited.contains(r#""by":"eve""#), "{edited}");
    let text = String::from_utf8(bytes.clone()).unwrap().replace(&line(&bytes, &first), &edited);
    let address = ana.address(1);
    std::fs::write(address.folder.parent().unwrap().join(&path), text).unwrap();
    assert!(stand(&ana, "the key with it") && !stand(&ana, "took the file home"));
    assert_eq!(ana.store.carry_out(&address, &ana.store.waiting(&address)).unwrap().lines, 1);
    assert!(!stand(&ana, "the key with it"));
    assert!(ana.verified().0 > Class::Declared, "{:?}", ana.verified());
}

#[test]
fn a_yes_that_does_not_read_any_more_is_told_and_not_written_over() {
    let (_office, ana) = expunged_elsewhere();
    let address = ana.address(1);
    let path = address.folder.join(".expunged.json");
    std::fs::write(&path, "{\"lines\":[\"9f").unwrap();
    let refused = ana.store.carry_out(&address, &ana.store.waiting(&address)).unwrap_err().to_string();
    assert!(refused.contains(".expunged.json"), "{refused}");
    assert!(stand(&ana, "took the file home") && std::fs::read(&path).unwrap() == b"{\"lines\":[\"9f");
}

#[test]
fn a_number_is_not_given_again_where_somebody_agrees_to_an_expunge_that_names_none() {
    let office = Office::new();
    let (mut ana, mut eve) = (office.machine("ana"), office.machine("eve"));
    ana.open(1, "files are encrypted");
    let sitrep = r#"{"id":"rct5svnt0f","number":1,"to":"Mira","how":"phone","told":"SITREP 1: hunter2"}"#;
    let line = say(&mut ana, "sitrep-given", sitrep);
    settle(&[&ana, &eve]);
    // As a casebook wrote it that knew of no numbers, or somebody by hand.
    expunge(&mut eve, &line);
    settle(&[&ana, &eve]);
    let address = ana.address(1);
    let next = |machine: &Machine| machine.store.read(&address).unwrap().incident.next_sitrep_number();
    assert_eq!(next(&ana), 2);
    ana.store.carry_out(&address, &ana.store.waiting(&address)).unwrap();
    assert!(!stand(&ana, "hunter2"));
    assert_eq!(next(&ana), 2);
}

/// What ana of a machine is answered who declines an expunge.
fn decline(machine: &Machine, target: LineId) -> Result<Option<Draft>, Refusal> {
    let incident = machine.store.read(&machine.address(1)).unwrap().incident;
    let playbooks = Playbooks::default();
    let desk = Desk {
        now: machine.now,
        now_set: false,
        by: "ana".into(),
        role: None,
        who: None,
        happened: None,
        ex: None,
        seed: [1; 16],
        playbooks: &playbooks,
        carried: &[],
        duties: Duties::plain(),
    };
    incident.decide(&Command::DeclineExpunge(DeclineExpunge { target, reason: "evidence".into() }), &desk)
}

#[test]
fn what_was_carried_out_is_not_declined_any_more_although_it_named_a_line_that_stays_or_one_that_never_was() {
    let office = Office::new();
    let (mut ana, mut eve) = (office.machine("ana"), office.machine("eve"));
    ana.open(1, "files are encrypted");
    let stays = say(&mut ana, "edited", r#"{"tlp":{"from":"amber","to":"red"}}"#);
    let told = ana.log(1, "eve took the file home");
    settle(&[&ana, &eve]);
    for other in [stays, "ab".repeat(32)] {
        expunge(&mut eve, &format!("{told}\",\"{other}"));
    }
    settle(&[&ana, &eve]);
    let address = ana.address(1);
    let waiting = ana.store.waiting(&address);
    assert_eq!(waiting.len(), 2);
    assert!(waiting.iter().all(|one| decline(&ana, one.line).unwrap().is_some()));
    ana.store.carry_out(&address, &waiting[..1]).unwrap();
    for one in &waiting {
        let refused = decline(&ana, one.line).unwrap_err();
        assert!(refused.message.contains("1 line gone from this disk"), "{refused}");
    }
}

#[test]
fn of_those_who_agree_at_the_same_moment_everybody_is_heard() {
    let office = Office::new();
    let (mut ana, mut eve) = (office.machine("ana"), office.machine("eve"));
    ana.open(1, "files are encrypted");
    let told: Vec<String> = (0..12).map(|n| ana.log(1, &format!("eve took file {n} home"))).collect();
    settle(&[&ana, &eve]);
    told.iter().for_each(|line| expunge(&mut eve, line));
    settle(&[&ana, &eve]);
    let address = ana.address(1);
    let waiting = ana.store.waiting(&address);
    assert_eq!(waiting.len(), told.len());
    let together = std::sync::Barrier::new(waiting.len());
    std::thread::scope(|scope| {
        for one in &waiting {
            let (ana, address, together) = (&ana, &address, &together);
            scope.spawn(move || {
                together.wait();
                ana.store.carry_out(address, std::slice::from_ref(one)).unwrap();
            });
        }
    });
    assert!(ana.store.waiting(&address).is_empty() && !stand(&ana, "took file"));
    let agreed = String::from_utf8(ana.store.agreed(&address).unwrap().1).unwrap();
    assert!(told.iter().all(|line| agreed.contains(line)), "{agreed}");
    assert_eq!(ana.verified().0, Class::Declared);
}
