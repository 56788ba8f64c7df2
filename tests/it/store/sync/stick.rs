//! The air gap: a file that is carried, a receipt that is carried back, and a folder that is copied by hand.

use std::path::PathBuf;

use casebook::store::Class;
use casebook::store::sync::{Means, Receipt, SyncFault};

use super::{Machine, Office, assert_equal, copy, files};

/// Machines without a remote.
fn apart(office: &Office) -> (Machine, Machine) {
    let machine = |name: &str| Machine::new(&office.path(name), name, 0);
    (machine("ana"), machine("bo"))
}

fn carry(
    office: &Office,
    name: &str,
    from: &Machine,
    to: &Machine,
    receipt: Option<&Receipt>,
) -> (u64, u64, PathBuf) {
    let file = office.path(name);
    let made = from.store.sync_bundle(&file, receipt, &from.means()).unwrap();
    let came = to.store.sync_from(&file, &to.means()).unwrap();
    assert!(came.noticed.is_empty(), "{:?}", came.noticed);
    (made.tally.lines_out, came.tally.lines_in, file)
}

#[test]
fn two_stores_that_only_a_stick_connects_end_equal_and_the_next_file_holds_what_is_missing() {
    let office = Office::new();
    let (mut ana, mut bo) = apart(&office);
    ana.open(1, "files are encrypted");
    ana.open(2, "another one");
    assert_eq!(carry(&office, "1", &ana, &bo, None).1, 2);
    assert_equal(&[&ana, &bo]);
    bo.log(1, "shares of FS02 gone");
    ana.log(1, "isolated FS02");
    let receipt = ana.store.receipt().unwrap();
    let (sent, came, _) = carry(&office, "2", &bo, &ana, Some(&receipt));
    assert_eq!((sent, came), (1, 1));
    let receipt = bo.store.receipt().unwrap();
    let (sent, came, file) = carry(&office, "3", &ana, &bo, Some(&receipt));
    assert_eq!((sent, came), (1, 1));
    assert_equal(&[&ana, &bo]);
    assert_eq!(files(&ana), files(&bo));
    assert_eq!(bo.verified(), (Class::Clean, Vec::new()));
    // The same file again changes nothing.
    assert_eq!(bo.store.sync_from(&file, &bo.means()).unwrap().tally.lines_in, 0);
    let nothing =
        ana.store.sync_bundle(&office.path("4"), Some(&bo.store.receipt().unwrap()), &ana.means()).unwrap();
    assert!(nothing.size == 0 && !office.path("4").exists());
}

#[test]
fn a_receipt_of_other_lines_than_ours_is_not_believed() {
    let office = Office::new();
    let (mut ana, mut bo) = apart(&office);
    ana.open(1, "files are encrypted");
    carry(&office, "1", &ana, &bo, None);
    bo.log(1, "only here");
    let text = serde_json::to_string(&bo.store.receipt().unwrap()).unwrap();
    // Somebody says that they have as much of ana's journal, and it ends with another line.
    let line = ana.ids(1)[0].clone();
    let lie: Receipt = serde_json::from_str(&text.replace(&line, &"0".repeat(64))).unwrap();
    let made = ana.store.sync_bundle(&office.path("2"), Some(&lie), &ana.means()).unwrap();
    assert_eq!(made.tally.lines_out, 1);
}

#[test]
fn a_file_that_is_damaged_or_none_is_named_and_nothing_is_taken_in() {
    let office = Office::new();
    let (mut ana, bo) = apart(&office);
    ana.open(1, "files are encrypted");
    let file = office.path("file");
    ana.store.sync_bundle(&file, None, &ana.means()).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let broken = office.path("broken");
    for cut in [0, 10, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&broken, &whole[..cut]).unwrap();
        let fault = bo.store.sync_from(&broken, &bo.means()).unwrap_err();
        assert!(matches!(fault, SyncFault::NoBundle { .. }), "{cut}: {fault}");
    }
    let mut flipped = whole.clone();
    let at = whole.len() - 40;
    flipped[at] ^= 1;
    std::fs::write(&broken, &flipped).unwrap();
    assert!(bo.store.sync_from(&broken, &bo.means()).is_err());
    assert!(bo.store.addresses().unwrap().is_empty());
    // A file that is there is never written over.
    assert!(ana.store.sync_bundle(&file, None, &ana.means()).is_err());
    assert_eq!(std::fs::read(&file).unwrap(), whole);
}

#[test]
fn a_folder_that_is_copied_by_hand_is_enough() {
    let office = Office::new();
    let (mut ana, mut bo) = apart(&office);
    ana.open(1, "files are encrypted");
    std::fs::create_dir_all(&bo.root).unwrap();
    copy(&ana.root, &bo.root);
    bo.log(1, "shares of FS02 gone");
    copy(&bo.root, &ana.root);
    assert_equal(&[&ana, &bo]);
    // And afterwards a wire goes on from there.
    for machine in [&ana, &bo] {
        machine.set(&office.hub());
    }
    ana.log(1, "isolated FS02");
    super::settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
    assert_eq!(bo.verified(), (Class::Clean, Vec::new()));
}

/// A key of this person's, if `ssh-keygen` is here.
pub(super) fn key(office: &Office, name: &str) -> Option<PathBuf> {
    let path = office.path(&format!("{name}.key"));
    let mut make = std::process::Command::new("ssh-keygen");
    make.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&path);
    make.status().ok().filter(std::process::ExitStatus::success)?;
    Some(path)
}

#[test]
fn who_sent_is_signed_and_a_delivery_of_another_hand_is_not_taken_in() {
    let office = Office::new();
    let (mut ana, bo) = (office.machine("ana"), office.machine("bo"));
    let (Some(hers), Some(other)) = (key(&office, "ana"), key(&office, "mallory")) else {
        return eprintln!("there is no ssh-keygen here");
    };
    let signers = office.path("signers");
    let public = std::fs::read_to_string(hers.with_extension("key.pub")).unwrap();
    std::fs::write(&signers, format!("ana@example.org {public}")).unwrap();
    let exchange = |machine: &Machine, means: &Means| {
        machine.store.exchange(&machine.store.remotes().unwrap()[0], means)
    };
    let checks = Means { signers: Some(signers), ..bo.means() };
    ana.open(1, "files are encrypted");
    exchange(&ana, &Means { key: Some(hers.clone()), ..ana.means() }).unwrap();
    exchange(&bo, &checks).unwrap();
    assert_eq!(bo.ids(1).len(), 1);
    let signer = |machine: &Machine| {
        let peers = machine.store.sync_standing(0).unwrap().remove(0).peers;
        peers.values().filter_map(|peer| peer.signer.clone()).collect::<Vec<_>>()
    };
    assert_eq!(signer(&bo), ["ana@example.org"]);
    for key in [Some(other), None] {
        ana.log(1, "by another hand");
        exchange(&ana, &Means { key, ..ana.means() }).unwrap();
        let noticed = exchange(&bo, &checks).unwrap().noticed;
        assert!(noticed.iter().any(|it| it.words().contains("ana@example.org")), "{noticed:?}");
        assert_eq!(bo.ids(1).len(), 1);
    }
    // Signed again, the branch is believed to its beginning.
    ana.log(1, "by her own");
    exchange(&ana, &Means { key: Some(hers), ..ana.means() }).unwrap();
    exchange(&bo, &checks).unwrap();
    assert_eq!(bo.ids(1), ana.ids(1));
}
