//! A sealed incident of three writers, and the ways to lay hands on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use casebook::model::evidence::{Acquired, Described, EvidenceAdded};
use casebook::model::id::NounId;
use casebook::store::Series;
use sha2::{Digest, Sha256};

use super::super::*;

/// Whether the incident was sealed before hands were laid on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sealed {
    No,
    Yes,
}

/// One incident of the corpus, fresh.
pub(crate) struct Case {
    pub(crate) bench: Bench,
    pub(crate) address: Address,
    /// Ana's, Bo's and Cy's writer ids.
    pub(crate) writers: [String; 3],
}

/// An SSH key made for this run.
fn key() -> &'static Path {
    static KEY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = KEY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let mut make = Command::new("ssh-keygen");
        make.args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"]).arg(&path);
        assert!(make.status().unwrap().success());
        (folder, path)
    });
    path
}

/// Signs a file with that key, as a note of a seal is signed.
pub(crate) fn sign(path: &Path) {
    let mut sign = Command::new("ssh-keygen");
    sign.args(["-q", "-Y", "sign", "-n", "casebook-seal", "-f"]).arg(key()).arg(path);
    assert!(sign.status().unwrap().success());
}

/// Puts other words into what a writer remembers, with the sum that tells a whole memory from half of one.
fn remember_else(memory: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(memory).unwrap().lines().next().unwrap().replace(old, new);
    let sum: String = Sha256::digest(&text)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(memory, format!("{text}\n{sum}\n")).unwrap();
}

impl Case {
    /// Ana writes two segments, Bo and Cy one each, an evidence file lies in the vault; all know of each other but
    /// for the last line of each.
    pub(crate) fn new(sealed: Sealed) -> Self {
        static MADE: [OnceLock<Case>; 2] = [OnceLock::new(), OnceLock::new()];
        let at = usize::from(sealed == Sealed::Yes);
        MADE[at].get_or_init(|| Self::make(sealed)).copy()
    }

    /// The same in a folder of its own, as if it had been made there.
    fn copy(&self) -> Self {
        let bench = Bench::new();
        let (from, to) = (self.bench.folder.path(), bench.folder.path());
        let status = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().unwrap();
        assert!(status.success());
        let (old, new) = (from.to_str().unwrap(), to.to_str().unwrap());
        for writer in &self.writers {
            let memory = to.join("state/writers").join(writer).join(self.address.id.to_string());
            remember_else(&memory, old, new);
        }
        let folder = to.join(self.address.folder.strip_prefix(from).unwrap());
        let address = Address { folder, ..self.address.clone() };
        Self { bench, address, writers: self.writers.clone() }
    }

    fn make(sealed: Sealed) -> Self {
        let bench = Bench::new();
        let (one, two, three) = (bench.store(1), bench.store(2), bench.store(3));
        let Created { address, pen: mut ana, .. } = create(&one, 1);
        let mut bo = two.pen(&address).unwrap();
        let mut cy = three.pen(&address).unwrap();
        let writers = [ana.writer(), bo.writer(), cy.writer()].map(str::to_owned);
        for k in 0..2 {
            append(&mut ana, 10 * k + 1, "Ana looks at the mail server");
            append(&mut bo, 10 * k + 2, "Bo calls the provider");
            append(&mut cy, 10 * k + 3, "Cy takes the image");
        }
        drop((ana, one));
        // After a failed sync a writer goes on in a new segment.
        let memory = bench.folder.path().join("state/writers").join(&writers[0]).join(address.id.to_string());
        remember_else(&memory, "\"broken\":false", "\"broken\":true");
        let one = bench.store(4);
        let mut ana = one.pen(&address).unwrap();
        assert_eq!(ana.writer(), writers[0], "the writer that was let go is taken up again");
        let kept = one.vault(&address).put(b"an image of the disk\n").unwrap();
        ana.append(&[evidence(&kept.sha256, kept.size)], Together::Apart, at(30)).unwrap();
        append(&mut ana, 31, "Ana reads the image");
        append(&mut bo, 32, "Bo has an answer");
        if sealed == Sealed::Yes {
            let made = one.seal(&address, at(40), "ana", "phase").unwrap();
            sign(&made.path);
        }
        append(&mut ana, 50, "Ana goes home");
        one.publish(&one.read(&address).unwrap());
        drop((ana, bo, cy, one, two, three));
        Self { bench, address, writers }
    }

    /// A process on this machine.
    pub(crate) fn here(&self) -> Store {
        self.bench.store(9)
    }

    /// A process on a machine that never wrote here.
    pub(crate) fn elsewhere(&self) -> Store {
        Store::open(Setup { state: None, ..self.bench.setup(9) })
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.bench.folder.path().join("state")
    }

    pub(crate) fn inside(&self, path: &str) -> PathBuf {
        self.address.folder.join(path)
    }

    /// `A1`: Ana's first segment; `A2`, `B1`, `C1`.
    pub(crate) fn segment(&self, name: &str) -> PathBuf {
        let at = usize::from(name.as_bytes()[0] - b'A');
        self.inside(&format!("journal/{}.{:0>4}.jsonl", self.writers[at], &name[1..]))
    }

    pub(crate) fn bytes(&self, segment: &str) -> Vec<u8> {
        fs::read(self.segment(segment)).unwrap()
    }

    pub(crate) fn lines(&self, segment: &str) -> Vec<String> {
        fs::read_to_string(self.segment(segment)).unwrap().lines().map(str::to_owned).collect()
    }

    /// Puts other lines into the place of a segment's.
    pub(crate) fn edit(&self, segment: &str, change: impl FnOnce(&mut Vec<String>)) {
        let mut lines = self.lines(segment);
        change(&mut lines);
        fs::write(self.segment(segment), lines.join("\n") + "\n").unwrap();
    }

    /// Changes the bytes of a segment.
    pub(crate) fn hack(&self, segment: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.bytes(segment);
        change(&mut bytes);
        fs::write(self.segment(segment), bytes).unwrap();
    }

    /// Flips the lowest bit of the byte that stands so far behind `mark` in a line of Ana's first segment.
    pub(crate) fn flip(&self, mark: &str, behind: usize) {
        self.edit("A1", |lines| {
            let at = lines[3].find(mark).unwrap() + mark.len() + behind;
            let mut bytes = std::mem::take(&mut lines[3]).into_bytes();
            bytes[at] ^= 1;
            lines[3] = String::from_utf8(bytes).unwrap();
        });
    }

    /// Replaces words in all lines of some writers, and makes every id, `prev` and `seen` of them fit.
    pub(crate) fn forge(&self, writers: &str, from: &str, to: &str) {
        let names: Vec<&str> =
            ["A1", "A2", "B1", "C1"].into_iter().filter(|name| writers.contains(&name[..1])).collect();
        let mut files: Vec<Vec<String>> = names.iter().map(|name| self.lines(name)).collect();
        let mut order: Vec<((u64, u64), usize, usize)> = Vec::new();
        for (file, lines) in files.iter().enumerate() {
            order.extend(lines.iter().enumerate().map(|(line, text)| (clock(text), file, line)));
        }
        order.sort_unstable();
        let mut ids: Vec<(String, String)> = Vec::new();
        for (_, file, line) in order {
            let (front, id) = files[file][line].rsplit_once(",\"id\":\"").unwrap();
            let mut front = front.replace(from, to);
            for (old, new) in &ids {
                front = front.replace(old, new);
            }
            let old = id[..64].to_owned();
            files[file][line] = with_id(&front);
            ids.push((old, id_of(&files[file][line])));
        }
        for (name, lines) in names.iter().zip(files) {
            fs::write(self.segment(name), lines.join("\n") + "\n").unwrap();
        }
    }

    /// The only seal and its signature.
    pub(crate) fn seal(&self) -> PathBuf {
        let names = fs::read_dir(self.inside("seals")).unwrap();
        let mut names = names.map(|entry| entry.unwrap().path());
        names.find(|path| path.extension().is_some_and(|end| end == "seal")).unwrap()
    }

    /// The only copy in the vault.
    pub(crate) fn copy_in_vault(&self) -> PathBuf {
        let below = |path: PathBuf| fs::read_dir(path).unwrap().next().unwrap().unwrap().path();
        below(below(self.inside("vault")))
    }

    /// Another incident in the same store, written by Ana's writer.
    pub(crate) fn another(&self) -> Address {
        let first = |_: &_| Ok::<_, StoreError>(vec![note("another story")]);
        let made = self.bench.store(1).create(Series::Inc, id(2), at(60), first).unwrap();
        made.address
    }
}

fn evidence(sha256: &str, size: u64) -> Draft {
    let what = Described {
        name: "disk image".into(),
        kind: "disk-image".into(),
        volatility: 4,
        components: Vec::new(),
        note: None,
    };
    let how = Acquired {
        size: Some(size),
        sha256: Some(sha256.to_owned()),
        vault: true,
        holder: "ana".into(),
        ..Acquired::default()
    };
    let added = EvidenceAdded {
        id: NounId("evidence00".into()),
        number: "E-001".into(),
        what,
        how,
        ticks: Vec::new(),
    };
    Draft { event: added.into(), ..note("") }
}

fn clock(line: &str) -> (u64, u64) {
    let (wall, rest) = line.split_once("\"clock\":[").unwrap().1.split_once(',').unwrap();
    (wall.parse().unwrap(), rest.split_once(']').unwrap().0.parse().unwrap())
}

fn id_of(line: &str) -> String {
    line.rsplit_once(",\"id\":\"").unwrap().1[..64].to_owned()
}

/// A line from all that stands before its id.
pub(crate) fn with_id(front: &str) -> String {
    let id = casebook::model::id::LineId(sha2::Sha256::digest(front).into());
    format!("{front},\"id\":\"{id}\"}}")
}

/// A line with other words and an id that fits them.
pub(crate) fn reworded(line: &str, from: &str, to: &str) -> String {
    let front = line.rsplit_once(",\"id\":\"").unwrap().0;
    assert!(front.contains(from), "{from} in {front}");
    with_id(&front.replacen(from, to, 1))
}
