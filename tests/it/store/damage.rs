//! T2 and T3: a journal cut at every byte, a journal with every bit flipped.

use std::fs;

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
