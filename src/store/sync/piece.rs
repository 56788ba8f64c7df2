//! A piece: what a delivery is made of. Its place in the delivery's tree says where its bytes belong.

use std::fmt;

use super::super::locate::parse;
use super::super::number::Number;
use super::super::part::Part;

/// Digits of the byte at which a piece of a journal begins: more than any segment has.
const DIGITS: usize = 12;

/// Where the bytes of a piece belong: `INC-2026-0007-7f3a91c2/journal/w-k7m2q9x4.0001.jsonl/000000004096`. Evidence
/// and seals come whole, under their own names. There is no other way to make one, so none leads elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Piece {
    pub(super) number: Number,
    /// The eight digits of the incident's id.
    pub(super) tail: String,
    pub(super) part: Part,
    /// The first byte, in a journal; else 0.
    pub(super) at: u64,
}

impl Piece {
    pub(super) fn read(path: &str) -> Option<Self> {
        let (folder, rest) = path.split_once('/')?;
        let (number, tail) = parse(folder)?;
        // Some numbers can be spelled in two ways; only one of them is its name.
        if format!("{number}-{tail}") != folder {
            return None;
        }
        let (part, at) = match rest.strip_prefix("journal/") {
            Some(_) => {
                let (part, at) = rest.rsplit_once('/')?;
                let digits = at.len() == DIGITS && at.bytes().all(|byte| byte.is_ascii_digit());
                (part, at.parse().ok().filter(|_| digits)?)
            }
            None => (rest, 0),
        };
        let part = Part::read(part)?;
        // Copies of damaged bytes stay on the machine whose disk did it.
        let sent = !part.path().starts_with("quarantine/");
        sent.then(|| Self { number, tail: tail.to_owned(), part, at })
    }

    /// The name of the incident's folder.
    pub(super) fn folder(&self) -> String {
        format!("{}-{}", self.number, self.tail)
    }

    /// The file it is of, by incident and place.
    pub(super) fn file(&self) -> String {
        format!("{}/{}", self.folder(), self.part.path())
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file())?;
        match self.part.segment() {
            Some(_) => write!(f, "/{:0DIGITS$}", self.at),
            None => Ok(()),
        }
    }
}

/// What stands before the digits in the name of a file that holds the other side of a fork.
const FORK: &str = ".f-";

/// Whose a segment is by its name: `w-k7m2q9x4` of `w-k7m2q9x4.0001.jsonl`, and of `w-k7m2q9x4.f-9c01d2e3.0001.jsonl`.
pub(in super::super) fn writer_of(segment: &str) -> &str {
    segment.split('.').next().unwrap_or(segment)
}

/// Whether a segment holds the other side of a fork.
pub(super) fn is_fork(segment: &str) -> bool {
    segment.contains(FORK)
}

/// What the other side of a segment is called: after the first line in which it is another.
pub(super) fn fork_name(segment: &str, first: &str) -> Option<String> {
    let (writer, number) = segment.strip_suffix(".jsonl")?.rsplit_once('.')?;
    let writer = writer_of(writer);
    Some(format!("{writer}{FORK}{}.{number}.jsonl", first.get(..8)?))
}

/// A branch of a remote: what one writer wrote, or what one store carries for others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Branch(String);

impl Branch {
    /// Reads its name, `w-k7m2q9x4`, `w-k7m2q9x4.2` or `c-k7m2q9x4`.
    pub(super) fn read(name: &str) -> Option<Self> {
        let rest = name.strip_prefix("w-").or_else(|| name.strip_prefix("c-"))?;
        let (id, turn) = rest.split_once('.').map_or((rest, None), |(id, turn)| (id, Some(turn)));
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = (1..=32).contains(&id.len()) && id.bytes().all(plain);
        let turned = turn.is_none_or(|turn| {
            (1..=6).contains(&turn.len()) && turn.bytes().all(|byte| byte.is_ascii_digit())
        });
        (fits && turned).then(|| Self(name.to_owned()))
    }

    /// The branch of a writer; the second and later ones have a turn.
    pub(super) fn of(writer: &str, turn: u32) -> Option<Self> {
        Self::read(&if turn < 2 { writer.to_owned() } else { format!("{writer}.{turn}") })
    }

    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// Whose lines it brings; `None`: it carries those of others.
    pub(super) fn writer(&self) -> Option<&str> {
        self.0.starts_with("w-").then(|| writer_of(&self.0))
    }

    /// Which branch of its writer it is, from 1.
    pub(super) fn turn(&self) -> u32 {
        self.0.split_once('.').and_then(|(_, turn)| turn.parse().ok()).unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_piece_is_a_place_in_an_incident_and_nothing_else() {
        let hash = "ab".repeat(32);
        for path in [
            "INC-2026-0007-7f3a91c2/journal/w-k7m2q9x4.0001.jsonl/000000004096".to_owned(),
            format!("EX-2026-0001-7f3a91c2/vault/ab/{hash}"),
            "INC-2026-0007-7f3a91c2/seals/1.seal.sig".to_owned(),
        ] {
            assert_eq!(Piece::read(&path).unwrap().to_string(), path);
        }
        for path in [
            "INC-2026-0007-7f3a91c2/journal/w-k7m2q9x4.0001.jsonl",
            "INC-2026-0007-7f3a91c2/journal/w-k7m2q9x4.0001.jsonl/4096",
            "INC-2026-0007-7f3a91c2/quarantine/w-a.0001.jsonl.12",
            "INC-2026-0007-7f3a91c2/incident.json",
            "INC-2026-00007-7f3a91c2/journal/w-k7m2q9x4.0001.jsonl/000000004096",
            "inc-2026-0007-7f3a91c2/journal/w-k7m2q9x4.0001.jsonl/000000004096",
            "../INC-2026-0007-7f3a91c2/journal/w-a.0001.jsonl/000000000000",
            "INC-2026-0007-7f3a91c2/../journal/w-a.0001.jsonl/000000000000",
            "README.md",
        ] {
            assert_eq!(Piece::read(path), None, "{path}");
        }
    }

    #[test]
    fn the_other_side_of_a_fork_has_a_name_of_its_own_and_the_same_writer() {
        let name = fork_name("w-k7m2q9x4.0002.jsonl", "9c01d2e3ffff").unwrap();
        assert_eq!(name, "w-k7m2q9x4.f-9c01d2e3.0002.jsonl");
        assert!(is_fork(&name) && !is_fork("w-k7m2q9x4.0002.jsonl"));
        assert_eq!(writer_of(&name), "w-k7m2q9x4");
        assert!(Part::read(&format!("journal/{name}")).is_some());
        assert_eq!(fork_name(&name, "11111111").unwrap(), "w-k7m2q9x4.f-11111111.0002.jsonl");
    }

    proptest! {
        #[test]
        fn whatever_reads_as_a_piece_is_written_the_same_way(path in "(INC|EX)-20[0-9]{2}-[0-9]{3,6}-[0-9a-f]{8}/(journal|seals|vault)/[a-z0-9./-]{1,30}(/[0-9]{12})?") {
            if let Some(piece) = Piece::read(&path) {
                prop_assert_eq!(piece.to_string(), path);
            }
        }

        #[test]
        fn a_branch_is_plain_letters(name in "(w|c)?-?.{0,20}") {
            if let Some(branch) = Branch::read(&name) {
                prop_assert!(branch.name().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.'));
                prop_assert!(!branch.name().contains(".."));
            }
        }
    }
}
