//! What somebody who may write to the remote puts there that no casebook would.

use casebook::store::Class;
use casebook::store::sync::Notice;

use super::{Machine, Office, assert_equal, files, git, settle};

/// Puts a delivery on a branch of the hub, by hand.
pub(super) fn deliver(office: &Office, branch: &str, path: &str, bytes: &[u8]) {
    let hub = office.hub();
    let blob = git(&hub, &["hash-object", "-w", "--stdin"], bytes);
    let mut tree = format!("100644 blob {blob}\t{}\n", path.rsplit('/').next().unwrap());
    for folder in path.rsplit('/').skip(1) {
        let id = git(&hub, &["mktree"], tree.as_bytes());
        tree = format!("040000 tree {id}\t{folder}\n");
    }
    let id = git(&hub, &["mktree"], tree.as_bytes());
    let name = format!("refs/heads/{branch}");
    let listed = git(&hub, &["for-each-ref", "--format=%(objectname)", &name], b"");
    let mut args = vec!["commit-tree", "-m", "by hand", &id];
    if !listed.is_empty() {
        args.extend(["-p", &listed]);
    }
    let commit = git(&hub, &args, b"");
    git(&hub, &["update-ref", &name, &commit], b"");
}

/// The one journal of a machine's incident, by its place in deliveries, with its bytes.
pub(super) fn journal(machine: &Machine, n: u8, writer: Option<&str>) -> (String, String, Vec<u8>) {
    let address = machine.address(n);
    let folder = address.folder.file_name().unwrap().to_str().unwrap().to_owned();
    for entry in std::fs::read_dir(address.folder.join("journal")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if writer.is_none_or(|writer| name.starts_with(writer)) {
            let bytes = std::fs::read(entry.path()).unwrap();
            let writer = name.split('.').next().unwrap().to_owned();
            return (writer, format!("{folder}/journal/{name}"), bytes);
        }
    }
    panic!("no journal");
}

/// Where a file goes on.
pub(super) fn place(path: &str, at: usize) -> String {
    format!("{path}/{at:012}")
}

fn refused(machine: &Machine) -> Vec<String> {
    let of = |notice: Notice| match notice {
        Notice::Refused { path, why, .. } => Some(format!("{path}: {why}")),
        _ => None,
    };
    machine.notices().into_iter().filter_map(of).collect()
}

/// Ana and bo share an incident; then this is on the remote. Bo is as before but for what he was told.
fn told(forge: impl FnOnce(&Office, &Machine) -> String) {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    ana.log(1, "second line");
    settle(&[&ana, &bo]);
    let before = files(&bo);
    let expected = forge(&office, &ana);
    bo.sync();
    let said = refused(&bo);
    assert!(said.iter().any(|said| said.contains(&expected)), "{expected}: {:?}", bo.notices());
    assert_eq!(files(&bo), before, "{expected}");
    assert_eq!(bo.verified().0, Class::Clean);
    // Everybody else's work goes on.
    bo.log(1, "all the same");
    bo.sync();
    let eve = office.machine("eve");
    eve.sync();
    assert_eq!(eve.ids(1), bo.ids(1));
}

/// A line of ana's journal with one of its words changed, and its id made anew from its bytes.
pub(super) fn line_with(bytes: &[u8], from: &str, to: &str) -> String {
    let last = String::from_utf8(bytes.to_vec()).unwrap().lines().last().unwrap().replace(from, to);
    let head = last.rsplit_once(",\"id\":\"").unwrap().0.to_owned();
    let id = <sha2::Sha256 as sha2::Digest>::digest(head.as_bytes());
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{head},\"id\":\"{id}\"}}\n")
}

#[test]
fn bytes_that_are_no_line_are_refused_by_name() {
    told(|office, ana| {
        let (writer, path, bytes) = journal(ana, 1, None);
        deliver(office, &writer, &place(&path, bytes.len()), b"what is this?\n");
        "are no line".into()
    });
}

#[test]
fn a_line_whose_bytes_were_changed_is_refused_by_name() {
    told(|office, ana| {
        let (writer, path, bytes) = journal(ana, 1, None);
        let line = String::from_utf8(bytes.clone()).unwrap().lines().last().unwrap().to_owned();
        let line = line.replace("\"n\":2", "\"n\":3").replace("second line", "another word") + "\n";
        deliver(office, &writer, &place(&path, bytes.len()), line.as_bytes());
        "the bytes of line 3 are not those its id was made from".into()
    });
}

#[test]
fn a_branch_that_carries_the_journal_of_another_writer_is_refused_by_name() {
    told(|office, ana| {
        let (writer, path, bytes) = journal(ana, 1, None);
        deliver(office, "w-mallory1", &place(&path, bytes.len()), b"{}\n");
        format!("it is a journal of {writer}, and this is the branch of w-mallory1")
    });
}

#[test]
fn a_line_of_another_writer_in_a_journal_is_refused_by_name() {
    told(|office, ana| {
        let (writer, path, bytes) = journal(ana, 1, None);
        let line = line_with(&bytes, &writer, "w-mallory1");
        deliver(office, &writer, &place(&path, bytes.len()), line.as_bytes());
        "is of another writer, w-mallory1".into()
    });
}

#[test]
fn a_line_of_another_incident_is_refused_by_name() {
    told(|office, ana| {
        let (writer, path, bytes) = journal(ana, 1, None);
        let line = line_with(&bytes, "00000000-0001-7000", "00000000-0002-7000");
        deliver(office, &writer, &place(&path, bytes.len()), line.as_bytes());
        "is of another incident".into()
    });
}

#[test]
fn evidence_that_is_not_what_it_is_called_after_is_refused_by_name() {
    told(|office, ana| {
        let (_, path, _) = journal(ana, 1, None);
        let hash = "ab".repeat(32);
        let folder = path.split('/').next().unwrap();
        deliver(office, "c-mallory1", &format!("{folder}/vault/ab/{hash}"), b"poison");
        "its bytes are not those it is called after".into()
    });
}

#[test]
fn what_leads_out_of_an_incident_is_refused_by_name() {
    told(|office, ana| {
        let (_, path, _) = journal(ana, 1, None);
        let folder = path.split('/').next().unwrap();
        deliver(office, "c-mallory1", &format!("{folder}/incident.json"), b"{}");
        "it is no piece of an incident".into()
    });
}

#[test]
fn a_line_that_follows_one_that_nobody_has_waits_and_is_named() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    settle(&[&ana, &bo]);
    ana.log(1, "second line");
    let (writer, path, bytes) = journal(&ana, 1, None);
    let held = bytes.len();
    ana.log(1, "third line");
    let (_, _, all) = journal(&ana, 1, None);
    deliver(&office, &writer, &place(&path, held), &all[held..]);
    let before = files(&bo);
    bo.sync();
    assert!(matches!(&bo.notices()[..], [Notice::Waiting { .. }]), "{:?}", bo.notices());
    assert_eq!(files(&bo), before);
    // Ana sends what was missing; what waited is taken, and nobody needs to know any more.
    let from = String::from_utf8_lossy(&bytes).lines().take(2).map(|line| line.len() + 1).sum::<usize>();
    deliver(&office, &writer, &place(&path, from), &bytes[from..]);
    bo.sync();
    assert_eq!(bo.ids(1), ana.ids(1));
    assert_eq!(bo.notices(), Vec::new());
}

#[test]
fn a_piece_that_follows_nothing_withholds_no_incident() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    ana.sync();
    let (_, path, bytes) = journal(&ana, 1, None);
    let (folder, _) = path.split_once('/').unwrap();
    let last = String::from_utf8_lossy(&bytes).lines().last().unwrap().to_owned() + "\n";
    let line = line_with(last.as_bytes(), &path.split('/').nth(2).unwrap()[..10], "w-mallory1");
    deliver(
        &office,
        "w-mallory1",
        &format!("{folder}/journal/w-mallory1.0001.jsonl/000000009999"),
        line.as_bytes(),
    );
    bo.sync();
    assert!(bo.has(1) && bo.ids(1) == ana.ids(1), "{:?}", bo.notices());
    assert!(matches!(&bo.notices()[..], [Notice::Waiting { .. }]), "{:?}", bo.notices());
}

#[test]
fn an_incident_under_the_last_number_there_is_stops_nobody_from_opening_one() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    bo.open(2, "his own");
    bo.sync();
    let (writer, path, bytes) = journal(&ana, 1, None);
    let path = path.replace("INC-2026-0001", "INC-2026-4294967295");
    deliver(&office, &writer, &place(&path, 0), &bytes);
    bo.sync();
    assert!(bo.has(1), "it is kept: {:?}", bo.notices());
    assert!(matches!(&bo.notices()[..], [Notice::Number { .. }]), "{:?}", bo.notices());
    assert_eq!(bo.open(4, "the next").number, "INC-2026-0002");
}

#[test]
fn replayed_lines_change_nothing() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    ana.log(1, "second line");
    settle(&[&ana, &bo]);
    let before = files(&bo);
    let (writer, path, bytes) = journal(&ana, 1, None);
    deliver(&office, &writer, &place(&path, 0), &bytes);
    deliver(&office, "c-mallory1", &place(&path, 0), &bytes);
    let came = bo.sync();
    assert_eq!((came.tally.lines_in, files(&bo)), (0, before));
    assert_eq!((bo.notices(), ana.sync().noticed), (Vec::new(), Vec::new()));
    assert_equal(&[&ana, &bo]);
}

#[test]
fn a_second_line_of_the_same_number_that_holds_is_kept_and_verify_says_fork() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    ana.log(1, "second line");
    settle(&[&ana, &bo]);
    let (_, path, bytes) = journal(&ana, 1, None);
    let last = String::from_utf8_lossy(&bytes).lines().last().unwrap().len() + 1;
    let line = line_with(&bytes, "second line", "a lie of the same length");
    deliver(&office, "c-mallory1", &place(&path, bytes.len() - last), line.as_bytes());
    settle(&[&ana, &bo]);
    for machine in [&ana, &bo] {
        assert_eq!(machine.ids(1).len(), 3, "{}", machine.name);
        let (class, words) = machine.verified();
        assert!(
            class == Class::Declared && words.len() == 1 && words[0].contains("two lines 2"),
            "{words:?}"
        );
    }
}

#[test]
fn expunged_words_do_not_come_back() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    let secret = ana.log(1, "the password is hunter2");
    settle(&[&ana, &bo]);
    let (writer, path, bytes) = journal(&ana, 1, None);
    expunge(&mut bo, &secret);
    let words = |machine: &Machine| {
        files(machine).values().any(|bytes| String::from_utf8_lossy(bytes).contains("hunter2"))
    };
    assert!(words(&ana) && !words(&bo));
    settle(&[&ana, &bo]);
    let eve = office.machine("eve");
    eve.sync();
    // It is carried out where somebody says yes.
    for machine in [&ana, &eve] {
        let address = machine.address(1);
        assert!(words(machine));
        machine.store.carry_out(&address, &machine.store.waiting(&address)).unwrap();
    }
    assert!(!words(&ana) && !words(&bo) && !words(&eve));
    deliver(&office, &writer, &place(&path, 0), &bytes);
    settle(&[&ana, &bo, &eve]);
    for machine in [&ana, &bo, &eve] {
        assert!(!words(machine), "{}", machine.name);
        let (class, said) = machine.verified();
        assert!(class == Class::Declared && said.iter().all(|said| said.contains("expunged")), "{said:?}");
    }
    assert_equal(&[&ana, &bo, &eve]);
}

/// Takes the words of a line away for good.
pub(super) fn expunge(machine: &mut Machine, line: &str) {
    use casebook::incident::event::Event;
    let data = format!(r#"{{"targets":["{line}"],"reason":"a password","with":"cy/legal"}}"#);
    let address = machine.address(1);
    let draft =
        casebook::incident::line::Draft { event: Event::read("expunged", &data, false), ..super::note("") };
    let mut pen = machine.store.pen(&address).unwrap();
    pen.append(&[draft], casebook::store::Together::Apart, machine.now).unwrap();
    machine.store.finish_expunging(&address).unwrap();
}
