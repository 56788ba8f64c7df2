//! A remote that is filled with what no casebook sends: everybody's work goes on, and what is told can be read.

use std::time::{Duration, Instant};

use casebook::store::sync::{Means, Notice, Remote, SyncFault};

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

/// Bytes that no packing makes fewer, others for every seed.
fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ seed;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..bytes / 8).flat_map(|_| next()).collect()
}

/// A git that takes down which verb it was asked for.
#[cfg(unix)]
fn counting(office: &Office, machine: &Machine) -> (Means, impl Fn() -> usize + use<>) {
    let (script, log) = (office.path("counting-git"), office.path("log"));
    let text = format!(
        "#!/bin/sh\ncase \"$*\" in *' fetch '*) echo fetch >> {};; esac\nexec git \"$@\"\n",
        log.display()
    );
    let mut write = std::process::Command::new("sh");
    write.args(["-c", "printf %s \"$1\" > \"$2\" && chmod 755 \"$2\"", "sh", &text]).arg(&script);
    assert!(write.status().unwrap().success());
    let means = Means { program: script.to_str().unwrap().into(), ..machine.means() };
    let count = move || {
        let fetches = std::fs::read_to_string(&log).unwrap_or_default().lines().count();
        let _ = std::fs::remove_file(&log);
        fetches
    };
    (means, count)
}

#[test]
fn a_flood_is_stopped_at_a_limit_fills_no_disk_and_stops_nobody_else() {
    let office = Office::new();
    let (mut ana, bo) = two(&office);
    let (_, path, _) = journal(&ana, 1, None);
    deliver(&office, "c-mallory1", &place(&path, 0), &noise(48 << 20, 0));
    ana.log(1, "while somebody fills the remote");
    ana.sync();
    let remote = bo.store.remotes().unwrap().remove(0);
    let little = Means { receive: 1 << 20, ..bo.means() };
    let noticed = bo.store.exchange(&remote, &little).unwrap().noticed;
    assert!(
        matches!(&noticed[..], [Notice::Distrusted { branch, why }]
            if branch == "c-mallory1" && why == "it brings more than 1.0 MB; it is tried again in an hour"),
        "{noticed:?}"
    );
    assert_eq!(bo.ids(1), ana.ids(1), "what the others sent came");
    assert_eq!(bo.store.exchange(&remote, &little).unwrap().noticed, Vec::new(), "it is told once");
    let mut left = 0;
    for entry in std::fs::read_dir(bo.state.join("sync")).unwrap() {
        for sidecar in std::fs::read_dir(entry.unwrap().path()).unwrap() {
            let packs = sidecar.unwrap().path().join("objects").join("pack");
            let files = std::fs::read_dir(packs).into_iter().flatten().map(|file| file.unwrap());
            left += files.map(|file| file.metadata().unwrap().len()).sum::<u64>();
        }
    }
    assert!(left < 1 << 20, "{left} bytes of it were left");
    // What bo writes is kept; with room for it, the rest goes on.
    goes_on(&mut ana, &bo);
}

#[test]
fn a_remote_whose_own_branch_is_a_flood_is_no_place_for_a_casebook() {
    let office = Office::new();
    git(&office.hub(), &["init", "--quiet", "--bare"], b"");
    deliver(&office, "casebook", "x/y", &noise(90 << 20, 0));
    let ana = Machine::new(&office.path("ana"), "ana", 0);
    let remote = Remote::read(office.hub().to_str().unwrap()).unwrap();
    let fault = ana.store.sync_set(remote, &ana.means()).unwrap_err();
    let why = "its branch casebook is longer than 67.1 MB";
    assert!(matches!(&fault, SyncFault::Foreign { why: said, .. } if said == why), "{fault}");
    assert!(!fault.hint().unwrap().contains("sync.receive"), "no setting lets it in");
}

#[test]
fn more_than_one_exchange_may_bring_comes_in_several() {
    let office = Office::new();
    let (mut ana, bo) = two(&office);
    let (_, path, _) = journal(&ana, 1, None);
    let remote = bo.store.remotes().unwrap().remove(0);
    for n in 1..=3 {
        deliver(&office, &format!("c-mallory{n}"), &place(&path, 0), &noise(12 << 20, n));
    }
    let little = Means { receive: 16 << 20, ..bo.means() };
    for _ in 0..2 {
        let fault = bo.store.exchange(&remote, &little).unwrap_err();
        assert!(matches!(fault, SyncFault::TooMuch { .. }), "{fault}");
        let said = "sends more than 16.7 MB at once, and was stopped; what came before was taken in";
        assert!(fault.to_string().ends_with(said), "{fault}");
        assert!(fault.hint().unwrap().contains("config sync.receive"));
    }
    bo.store.exchange(&remote, &little).unwrap();
    goes_on(&mut ana, &bo);
}

#[test]
fn floods_that_change_every_time_keep_nobody_from_the_others() {
    let office = Office::new();
    let (mut ana, mut bo) = two(&office);
    let (_, path, _) = journal(&ana, 1, None);
    let remote = bo.store.remotes().unwrap().remove(0);
    let little = Means { receive: 8 << 20, ..bo.means() };
    for turn in 0..2_u64 {
        // Their names stand before those of every writer, and two of them take all the room.
        for n in 1..=3 {
            deliver(&office, &format!("c-mallory{n}"), &place(&path, 0), &noise(5 << 20, 10 * turn + n));
        }
        ana.log(1, "beside a flood");
        ana.sync();
        bo.log(1, "beside a flood, too");
        let _ = bo.store.exchange(&remote, &little);
        assert!(ana.ids(1).iter().all(|id| bo.ids(1).contains(id)), "what ana wrote came to bo, turn {turn}");
        ana.sync();
        assert!(bo.ids(1).iter().all(|id| ana.ids(1).contains(id)), "what bo wrote was sent, turn {turn}");
    }
}

#[cfg(unix)]
#[test]
fn a_branch_that_git_does_not_take_costs_the_others_one_look_and_is_tried_again_an_hour_later() {
    let office = Office::new();
    let (mut ana, mut bo) = two(&office);
    let hub = office.hub();
    let (writer, _, _) = journal(&ana, 1, None);
    let branch = format!("refs/heads/{writer}");
    let good = git(&hub, &["rev-parse", &branch], b"");
    let tree = git(&hub, &["mktree"], b"");
    let odd = format!("tree {tree}\nauthor nobody\ncommitter nobody\n\nodd\n");
    let odd = git(&hub, &["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], odd.as_bytes());
    git(&hub, &["update-ref", &branch, &odd], b"");
    let (means, fetches) = counting(&office, &bo);
    let remote = bo.store.remotes().unwrap().remove(0);
    let sync = |bo: &Machine| {
        let noticed = bo.store.exchange(&remote, &Means { now: bo.now, ..means.clone() }).unwrap().noticed;
        (noticed.iter().filter(|it| it.is_alarm()).count(), fetches())
    };
    let (alarms, first) = sync(&bo);
    assert!(alarms == 1 && first > 2, "{alarms} {first}: one by one");
    assert_eq!(sync(&bo), (0, 1), "the others come at once");
    bo.now += chrono::Duration::minutes(61);
    assert_eq!(sync(&bo), (0, 2), "it is tried again, and told once");
    assert_eq!(sync(&bo), (0, 1));
    // Whoever owns the remote puts back what stood there.
    git(&hub, &["update-ref", &branch, &good], b"");
    bo.now += chrono::Duration::minutes(61);
    assert_eq!(sync(&bo), (0, 2));
    ana.log(1, "all the same");
    ana.sync();
    assert_eq!(sync(&bo), (0, 1));
    assert_eq!(bo.ids(1), ana.ids(1), "{:?}", bo.notices());
}
