//! Appending and coming back: one writer, several writers, a writer whose memory is gone.

use std::fs;

use casebook::store::{News, Series, Together};

use super::*;

#[test]
fn what_is_appended_is_read_back_in_order_by_another_process() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    assert_eq!(address.number, "INC-2026-0001");
    assert!(address.folder.ends_with("incidents/2026/00/INC-2026-0001-7f3a9101"));
    let line = append(&mut pen, 1, "beacon from FS02");
    let lines = bench.store(2).lines(&address).unwrap();
    assert_eq!(texts(&lines), ["opened", "beacon from FS02"]);
    assert_eq!(lines[1], line);
    assert_eq!(lines[1].n, 2);
}

#[test]
fn a_writer_comes_back_to_its_own_journal() {
    let bench = Bench::new();
    let Created { address, pen, .. } = create(&bench.store(1), 1);
    let writer = pen.writer().to_owned();
    drop(pen);
    for k in 1..5 {
        let mut pen = bench.store(1 + k).pen(&address).unwrap();
        assert_eq!(pen.writer(), writer);
        append(&mut pen, i64::from(k), "again");
    }
    assert_eq!(segments(&address).len(), 1);
    assert_eq!(bench.store(9).lines(&address).unwrap().len(), 5);
}

#[test]
fn two_processes_at_once_are_two_writers_that_name_each_other() {
    let bench = Bench::new();
    let (one, two) = (bench.store(1), bench.store(2));
    let Created { address, pen: mut ana, .. } = create(&one, 1);
    let mut bo = two.pen(&address).unwrap();
    assert_ne!(ana.writer(), bo.writer());
    append(&mut bo, 1, "from bo");
    append(&mut ana, 1, "from ana");
    let (lines, journals) = (one.lines(&address).unwrap(), segments(&address));
    assert_eq!(texts(&lines), ["opened", "from bo", "from ana"]);
    assert_eq!(journals.len(), 2);
    let all: String = journals.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    assert!(all.contains(&format!("\"seen\":[\"{}/1/{}\"", bo.writer(), lines[1].id)));
}

#[test]
fn entries_of_a_burst_share_a_look_at_the_others_and_what_rests_on_another_line_never_does() {
    let bench = Bench::new();
    let (one, two) = (bench.store(1), bench.store(2));
    let Created { address, pen: mut ana, .. } = create(&one, 1);
    let mut bo = two.pen(&address).unwrap();
    let ms = |ms: i64| at(10) + chrono::TimeDelta::milliseconds(ms);
    let mut give = |draft: Draft, at: i64| {
        let from_bo = bo.append(&[note("from bo")], Together::Apart, ms(at)).unwrap().lines.remove(0);
        let before: Vec<usize> =
            segments(&address).iter().map(|path| fs::read(path).unwrap().len()).collect();
        let line = ana.append(&[draft], Together::Apart, ms(at)).unwrap().lines.remove(0);
        let after = segments(&address).into_iter().zip(before);
        let new: Vec<u8> = after.flat_map(|(path, from)| fs::read(path).unwrap().split_off(from)).collect();
        let names = String::from_utf8(new).unwrap().contains(&format!("/{}\"", from_bo.id));
        (names, line.id)
    };
    let (names, first) = give(note("the first looks"), 0);
    assert!(names);
    assert!(!give(note("fifteen milliseconds later"), 15).0);
    assert!(give(Draft { over: vec![first], ..note("instead of another") }, 16).0);
    assert!(give(note("thirty milliseconds later"), 46).0);
    assert!(give(note("a clock that stands still"), 46).0);
    assert!(give(note("a clock that went back"), 45).0);
    assert_eq!(one.lines(&address).unwrap().len(), 13);
}

#[test]
fn a_writer_without_its_memory_is_retired_and_its_lines_stay() {
    let bench = Bench::new();
    let Created { address, pen, .. } = create(&bench.store(1), 1);
    let writer = pen.writer().to_owned();
    drop(pen);
    fs::remove_dir_all(bench.folder.path().join("state/writers").join(&writer)).unwrap();
    let store = bench.store(2);
    let mut pen = store.pen(&address).unwrap();
    assert_ne!(pen.writer(), writer);
    append(&mut pen, 1, "still here");
    assert_eq!(texts(&store.lines(&address).unwrap()), ["opened", "still here"]);
    assert!(bench.folder.path().join("state/writers").join(format!("{writer}.retired")).exists());
}

#[test]
fn a_writer_whose_journal_got_shorter_is_retired() {
    let bench = Bench::new();
    let Created { address, mut pen, .. } = create(&bench.store(1), 1);
    append(&mut pen, 1, "one");
    let writer = pen.writer().to_owned();
    drop(pen);
    let path = &segments(&address)[0];
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() - 40]).unwrap();
    let pen = bench.store(2).pen(&address).unwrap();
    assert_ne!(pen.writer(), writer);
}

#[test]
fn a_lease_made_on_another_machine_is_not_used() {
    let bench = Bench::new();
    let Created { address, pen, .. } = create(&bench.store(1), 1);
    let writer = pen.writer().to_owned();
    drop(pen);
    let mut setup = bench.setup(2);
    setup.host.machine = "machine-b".into();
    assert_ne!(Store::open(setup).pen(&address).unwrap().writer(), writer);
}

#[test]
fn without_a_state_folder_every_process_is_a_writer_of_its_own() {
    let bench = Bench::new();
    let stateless = |seed| Store::open(Setup { state: None, ..bench.setup(seed) });
    let Created { address, .. } = create(&stateless(1), 1);
    for k in 2..5 {
        append(&mut stateless(k).pen(&address).unwrap(), i64::from(k), "on");
    }
    assert_eq!(segments(&address).len(), 4);
    assert_eq!(stateless(9).lines(&address).unwrap().len(), 4);
}

#[test]
fn numbers_go_on_and_none_comes_twice() {
    let bench = Bench::new();
    let store = bench.store(1);
    assert_eq!(create(&store, 1).address.number, "INC-2026-0001");
    assert_eq!(create(&bench.store(2), 2).address.number, "INC-2026-0002");
    let drill = |number: &casebook::store::Number| {
        assert_eq!(number.to_string(), "EX-2026-0001");
        Ok::<_, StoreError>(vec![note("drill")])
    };
    store.create(Series::Ex, id(3), at(0), drill).unwrap();
    // FORMAT.json out of an old backup: the folders are asked as well.
    let format = bench.root().join("FORMAT.json");
    let text = fs::read_to_string(&format).unwrap();
    fs::write(&format, text.replace("\"INC\":2", "\"INC\":0")).unwrap();
    assert_eq!(create(&store, 4).address.number, "INC-2026-0003");
    let declined = store.create(Series::Inc, id(5), at(0), |_| Err(StoreError::NoHome));
    assert!(declined.is_err());
    assert_eq!(create(&store, 6).address.number, "INC-2026-0004");
}

#[test]
fn an_incident_is_found_by_number_tail_and_series() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, .. } = create(&store, 1);
    for reference in ["1", "0001", "INC-2026-0001", "inc-1", "0001·7f3a", "INC-2026-0001-7f3a9101"] {
        assert_eq!(store.locate(reference, 2026).unwrap(), address, "{reference}");
        assert_eq!(store.locate(reference, 2027).unwrap(), address, "{reference}");
    }
    assert!(matches!(store.locate("2", 2026), Err(StoreError::NotFound { .. })));
    assert!(matches!(store.locate("EX-1", 2026), Err(StoreError::NotFound { .. })));
}

#[test]
fn a_record_follows_others_and_folds_anew_for_what_comes_late() {
    let bench = Bench::new();
    let (one, two) = (bench.store(1), bench.store(2));
    let Created { address, pen: mut ana, .. } = create(&one, 1);
    let mut bo = two.pen(&address).unwrap();
    let mut record = one.read(&address).unwrap();
    append(&mut ana, 10, "a");
    append(&mut bo, 20, "b");
    assert_eq!(record.catch_up().unwrap(), News::Lines(2));
    assert_eq!(record.catch_up().unwrap(), News::Nothing);
    // bo's clock has seen everything, a third writer on a slow machine has seen nothing.
    let before = fs::read(&segments(&address)[0]).unwrap();
    assert!(!before.is_empty());
    record.apply(&[append(&mut ana, 30, "mine")]);
    assert_eq!(record.catch_up().unwrap(), News::Nothing);
    assert_eq!(record.lines(), 4);
    let fresh = one.read(&address).unwrap();
    assert_eq!(fresh.incident, record.incident);
}

#[test]
fn a_batch_is_numbered_and_named_by_its_first_line() {
    let bench = Bench::new();
    let Created { mut pen, .. } = create(&bench.store(1), 1);
    let drafts: Vec<Draft> = (0..3).map(|k| note(&format!("line {k}"))).collect();
    let lines = pen.append(&drafts, Together::Batch, at(1)).unwrap().lines;
    let batches: Vec<_> = lines.iter().map(|line| line.batch.clone().unwrap()).collect();
    assert_eq!((batches[0].0.as_str(), batches[0].1, batches[0].2), ("", 1, 3));
    assert_eq!((batches[2].0.as_str(), batches[2].1), (lines[0].id.to_string().as_str(), 3));
}

#[test]
fn a_line_over_one_mebibyte_is_refused_with_the_limit_and_nothing_is_written() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    let error = pen.append(&[note(&"x".repeat(1 << 20))], Together::Apart, at(1)).unwrap_err();
    assert!(error.to_string().contains("1048576 bytes (1 MiB)"), "{error}");
    append(&mut pen, 2, "goes on");
    assert_eq!(texts(&store.lines(&address).unwrap()), ["opened", "goes on"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_took_the_place_of_one_that_is_held_is_the_one_that_is_looked_at_and_written() {
    use casebook::store::{Disk, Files, Held};
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    // The one that is held lives on under another name: as a second link, or moved there.
    let keeps: [fn(&std::path::Path, &std::path::Path) -> std::io::Result<()>; 2] =
        [|from, to| fs::hard_link(from, to), |from, to| fs::rename(from, to)];
    for (n, keep) in keeps.into_iter().enumerate() {
        let (named, kept) = (path("named"), path(&format!("kept-{n}")));
        fs::write(&named, "one").unwrap();
        let (mut looked, mut written) = (Held::default(), Held::default());
        assert_eq!(Disk.size_held(&mut looked, &named).unwrap(), 3);
        Disk.overwrite_held(&mut written, &named, b"two").unwrap();
        keep(&named, &kept).unwrap();
        fs::write(path("new"), "three").unwrap();
        fs::rename(path("new"), &named).unwrap();
        assert_eq!(Disk.size_held(&mut looked, &named).unwrap(), 5);
        assert_eq!(Disk.read_held(&mut looked, &named, 0, 5).unwrap(), b"three");
        Disk.overwrite_held(&mut written, &named, b"4").unwrap();
        assert_eq!(
            (fs::read(&named).unwrap(), fs::read(&kept).unwrap()),
            (b"4hree".to_vec(), b"two".to_vec())
        );
    }
}

#[test]
fn a_journal_of_four_mebibytes_is_followed_by_another() {
    let bench = Bench::new();
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    let long = "x".repeat(900_000);
    let drafts: Vec<Draft> = (0..12).map(|_| note(&long)).collect();
    pen.append(&drafts, Together::Apart, at(1)).unwrap();
    append(&mut pen, 2, "last");
    let sizes: Vec<u64> = segments(&address).iter().map(|path| fs::metadata(path).unwrap().len()).collect();
    assert_eq!(sizes.len(), 3);
    assert!(sizes.iter().all(|size| *size < (5 << 20)));
    assert_eq!(store.lines(&address).unwrap().len(), 14);
    drop(pen);
    append(&mut store.pen(&address).unwrap(), 3, "after");
    assert_eq!(segments(&address).len(), 3);
}
