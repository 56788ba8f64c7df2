//! A remote that is filled with what no casebook sends: everybody's work goes on, and what is told can be read.

use std::time::{Duration, Instant};

use casebook::store::sync::Notice;

use super::forged::{deliver, journal, place};
use super::{Machine, Office, git, settle};

/// A commit with this tree on a branch of the hub.
fn commit(office: &Office, branch: &str, tree: &str) {
    let commit = git(&office.hub(), &["commit-tree", "-m", "by hand", tree], b"");
    git(&office.hub(), &["update-ref", &format!("refs/heads/{branch}"), &commit], b"");
}

fn two(office: &Office) -> (Machine, Machine) {
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    settle(&[&ana, &bo]);
    (ana, bo)
}

/// What ana writes still comes to bo.
fn goes_on(ana: &mut Machine, bo: &Machine) {
    ana.log(1, "all the same");
    ana.sync();
    bo.sync();
    assert_eq!(bo.ids(1), ana.ids(1), "{:?}", bo.notices());
}

#[test]
fn thousands_of_odd_names_are_told_once_and_counted() {
    let office = Office::new();
    let (mut ana, bo) = two(&office);
    let blob = git(&office.hub(), &["hash-object", "-w", "--stdin"], b"?");
    let names: String = (0..3000).map(|n| format!("100644 blob {blob}\todd{n}\n")).collect();
    let tree = git(&office.hub(), &["mktree"], names.as_bytes());
    commit(&office, "c-mallory1", &tree);
    let noticed = bo.sync().noticed;
    assert!(noticed.len() < 20, "{}", noticed.len());
    assert!(noticed.iter().any(|it| matches!(it, Notice::Refusals { more: 2990, .. })), "{noticed:?}");
    goes_on(&mut ana, &bo);
    assert!(bo.notices().len() < 20);
}

#[test]
fn trees_that_hold_trees_come_to_an_end() {
    let office = Office::new();
    let (mut ana, bo) = two(&office);
    let hub = office.hub();
    let blob = git(&hub, &["hash-object", "-w", "--stdin"], b"?");
    let mut tree = git(&hub, &["mktree"], format!("100644 blob {blob}\tx\n").as_bytes());
    for _ in 0..6 {
        let names: String = (0..40).map(|n| format!("040000 tree {tree}\td{n:02}\n")).collect();
        tree = git(&hub, &["mktree"], names.as_bytes());
    }
    commit(&office, "c-mallory1", &tree);
    let began = Instant::now();
    goes_on(&mut ana, &bo);
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn a_branch_that_git_does_not_take_stops_no_other() {
    let office = Office::new();
    let (mut ana, bo) = two(&office);
    let hub = office.hub();
    let tree = git(&hub, &["mktree"], b"");
    let odd = format!("tree {tree}\nauthor nobody\ncommitter nobody\n\nodd\n");
    let odd = git(&hub, &["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], odd.as_bytes());
    git(&hub, &["update-ref", "refs/heads/w-mallory1", &odd], b"");
    let noticed = bo.sync().noticed;
    let told = |it: &Notice| matches!(it, Notice::Distrusted { branch, .. } if branch == "w-mallory1");
    assert!(noticed.iter().any(told), "{noticed:?}");
    goes_on(&mut ana, &bo);
    // One of ana's own: what stood on it goes to another.
    let (writer, _, _) = journal(&ana, 1, None);
    git(&hub, &["update-ref", &format!("refs/heads/{writer}"), &odd], b"");
    goes_on(&mut ana, &bo);
    let late = office.machine("late");
    late.sync();
    assert_eq!(late.ids(1), ana.ids(1), "{:?}", late.notices());
}

#[test]
fn a_seal_as_large_as_a_disk_is_not_read() {
    let office = Office::new();
    let (mut ana, bo) = two(&office);
    let (_, path, _) = journal(&ana, 1, None);
    let folder = path.split('/').next().unwrap();
    deliver(&office, "c-mallory1", &format!("{folder}/seals/1.seal"), &vec![b' '; 2 << 20]);
    deliver(&office, "w-mallory1", &place(&path, 0), &vec![b' '; 65 << 20]);
    let noticed = bo.sync().noticed;
    let told = |it: &&Notice| matches!(it, Notice::Refused { why, .. } if why.contains("too many"));
    assert_eq!(noticed.iter().filter(told).count(), 2, "{noticed:?}");
    goes_on(&mut ana, &bo);
}
