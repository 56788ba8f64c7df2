//! What an archive looks at before nothing but its file is left.

use std::ops::ControlFlow;

use casebook::store::Archived;
use sha2::{Digest, Sha256};

use super::*;

#[test]
fn a_file_that_is_not_the_one_that_was_packed_keeps_the_folder_in_its_place() {
    let bench = Bench::new();
    let store = bench.store(1);
    let address = create(&store, 1).address;
    let file = bench.folder.path().join("packed.tar.zst");
    let right = b"what was packed".to_vec();
    let mut go_on = |_| ControlFlow::Continue(());
    let stub = Archived {
        file: file.clone(),
        bytes: right.len() as u64,
        sha256: Sha256::digest(&right).iter().map(|byte| format!("{byte:02x}")).collect(),
        contents: store.contents(&address, &mut go_on).unwrap(),
        ..Archived::new(&address, at(1), "ana")
    };
    store.leave_stub(&address, &stub).unwrap();
    for wrong in [b"what was".as_slice(), b"what was pAcked"] {
        std::fs::write(&file, wrong).unwrap();
        let error = store.move_out(&address, &stub, &mut go_on).unwrap_err();
        assert!(error.to_string().contains("its file is not the one that was packed"), "{error}");
        assert_eq!(texts(&store.lines(&address).unwrap()), ["opened"]);
    }
    std::fs::remove_file(&file).unwrap();
    assert!(store.move_out(&address, &stub, &mut go_on).is_err());
    std::fs::write(&file, &right).unwrap();
    store.move_out(&address, &stub, &mut go_on).unwrap();
    assert!(!address.folder.exists());
}

#[test]
fn an_incident_is_archived_by_one_at_a_time() {
    let bench = Bench::new();
    let store = bench.store(1);
    let address = create(&store, 1).address;
    let turn = store.turn(&address);
    assert!(turn.is_some() && bench.store(2).turn(&address).is_none());
    drop(turn);
    assert!(bench.store(2).turn(&address).is_some());
}
