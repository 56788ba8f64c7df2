//! T2 and T3: a journal cut at every byte, a journal with every bit flipped.

use std::fs;

use casebook::store::{Class, Depth};

use super::*;

/// A journal of forty short lines and where each ends.
fn forty(bench: &Bench) -> (Address, Vec<u8>) {
    let store = bench.store(1);
    let Created { address, mut pen, .. } = create(&store, 1);
    for k in 2..=40 {
        append(&mut pen, k, &format!("n{k}"));
    }
    let bytes = fs::read(&segments(&address)[0]).unwrap();
    (address, bytes)
}

#[test]
fn t2_a_journal_cut_at_every_byte_keeps_exactly_its_whole_lines_and_goes_on() {
    let bench = Bench::new();
    let (address, bytes) = forty(&bench);
    let path = segments(&address).remove(0);
    let name = path.file_name().unwrap().to_owned();
    let reader = bench.store(2);
    let full = texts(&reader.lines(&address).unwrap()).join(" ");
    let all: Vec<&str> = full.split(' ').collect();
    let newlines: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
    for cut in 0..=bytes.len() {
        fs::write(&path, &bytes[..cut]).unwrap();
        // A line is whole without its newline; the opening of the segment is the first.
        let ends = newlines.iter().filter(|end| **end <= cut).count();
        let lines = reader.lines(&address).unwrap();
        assert_eq!(texts(&lines), all[..ends.saturating_sub(1)], "cut at {cut}");
        if cut % 97 == 0 {
            let mut pen = bench.store(3).pen(&address).unwrap();
            append(&mut pen, 100, "after the cut");
            let lines = reader.lines(&address).unwrap();
            assert_eq!(lines.len(), ends.saturating_sub(1) + 1, "cut at {cut}");
            assert_eq!(fs::read(&path).unwrap(), bytes[..cut], "nothing is truncated or added");
            for other in segments(&address).into_iter().filter(|other| other.file_name() != Some(&name)) {
                fs::remove_file(other).unwrap();
            }
        }
    }
}

#[test]
fn t3_every_flipped_bit_is_found_and_every_line_it_does_not_touch_is_read() {
    let bench = Bench::new();
    let (address, bytes) = forty(&bench);
    let path = segments(&address).remove(0);
    let lines = bench.store(2).lines(&address).unwrap();
    let ids: Vec<_> = lines.iter().map(|line| line.id).collect();
    let newlines: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
    let name = path.file_name().unwrap().to_owned();
    let halves = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for half in 0..halves {
            let (bytes, address, ids, newlines, name) = (&bytes, &address, &ids, &newlines, &name);
            scope.spawn(move || {
                // Each thread flips bits in a copy of its own.
                let bench = Bench::new();
                let folder = bench.folder.path().join(address.folder.file_name().unwrap());
                fs::create_dir_all(folder.join("journal")).unwrap();
                let (store, path) = (bench.store(2), folder.join("journal").join(name));
                let address = Address { folder, ..address.clone() };
                for bit in (half..bytes.len() * 8).step_by(halves) {
                    let at = bit / 8;
                    let mut flipped = bytes.clone();
                    flipped[at] ^= 1 << (bit % 8);
                    fs::write(&path, &flipped).unwrap();
                    let verdict = store.verify(&address, Depth::Full);
                    assert!(verdict.class() >= Class::Broken, "byte {at} bit {}: {verdict:?}", bit % 8);
                    // A flip is read around in the same way whichever bit of a byte it is, unless it makes
                    // or unmakes a newline.
                    if bit % 8 != at % 8 && bytes[at] != b'\n' && flipped[at] != b'\n' {
                        continue;
                    }
                    // The opening of the segment is line 0 here and no fold reads it.
                    let touched = newlines.iter().filter(|end| **end < at).count();
                    let read = store.lines(&address).unwrap();
                    let read: Vec<_> = read.iter().map(|line| line.id).collect();
                    for (k, id) in ids.iter().enumerate() {
                        assert!(k + 1 == touched || read.contains(id), "byte {at} bit {}: line {k}", bit % 8);
                    }
                    assert_eq!(fs::read(&path).unwrap(), flipped, "the file is left alone");
                }
            });
        }
    });
}
