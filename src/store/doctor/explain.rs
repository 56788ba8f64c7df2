//! What a finding of a verification means for the record, and what can be done about it, in plain sentences.

use super::super::finding::Finding;
use super::mend::Remedy;
use super::{Ailment, Cure};

/// `1 line`, `2 lines`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

const COPY: &str = "name a copy of the store, a backup or a bundle: casebook doctor --repair --from PATH";

/// A finding with what it means.
pub(super) fn ailment(finding: &Finding, remedy: &Remedy) -> Ailment {
    let (means, cure, can) = meaning(finding);
    let (cure, can) = match (cure, finding) {
        (Cure::Copy, Finding::Evidence { number, .. }) if remedy.evidence.contains_key(number) => {
            (Cure::Repair, format!("a repair puts it back from {}", remedy.evidence[number]))
        }
        (Cure::Copy, _) if remedy.cures(finding) => {
            let from = remedy.names();
            let can = match from.is_empty() {
                true => "a repair copies the bytes to quarantine/ and declares them".to_owned(),
                false => format!("a repair adds what is missing from {from}"),
            };
            (Cure::Repair, can)
        }
        (Cure::Copy, _) if remedy.refused > 0 => {
            (cure, format!("{can} (lines of a copy were left: others stand in their place here)"))
        }
        (Cure::Copy, _) => (cure, remedy.in_vain().unwrap_or_else(|| can.to_owned())),
        _ => (cure, can.to_owned()),
    };
    let (file, line, byte) = place(finding);
    Ailment { file, line, byte, ..Ailment::new(finding.class(), finding.to_string(), means, cure, can) }
}

fn place(finding: &Finding) -> (Option<String>, Option<u64>, Option<u64>) {
    use Finding as F;
    match finding {
        F::Torn(tail) | F::Unfinished(tail) => (Some(tail.file.clone()), None, Some(tail.at)),
        F::Damaged(damage) => (Some(damage.file.clone()), Some(damage.line), Some(damage.at)),
        F::SetAside { spot, at, .. } => (Some(spot.file.clone()), Some(spot.line), Some(*at)),
        F::TornAltered { file, at } => (Some(file.clone()), None, Some(*at)),
        F::Altered(spot)
        | F::Mended(spot)
        | F::Expunged { spot, .. }
        | F::RemainsAltered { spot, .. }
        | F::Disputed { spot, .. }
        | F::Wordless { spot, .. }
        | F::ClockBack(spot)
        | F::Malformed { spot, .. }
        | F::Stranger { spot, .. }
        | F::NoPrev { spot, .. }
        | F::NotThere { spot, .. } => (Some(spot.file.clone()), Some(spot.line), None),
        F::Misnamed { file, .. }
        | F::Shortened { file, .. }
        | F::Shorter { file, .. }
        | F::SealBroken { file, .. }
        | F::SealOver { file, .. }
        | F::Unreadable { file, .. } => (Some(file.clone()), None, None),
        F::Cache { .. } => (Some("incident.json".to_owned()), None, None),
        F::Agreed { .. } => (Some(".expunged.json".to_owned()), None, None),
        F::NowSet { .. }
        | F::Skew { .. }
        | F::NotExpunged { .. }
        | F::Waiting { .. }
        | F::Fork { .. }
        | F::Critical { .. }
        | F::Empty
        | F::Evidence { .. }
        | F::FileExpunged { .. }
        | F::Rewritten { .. } => (None, None, None),
    }
}

/// What it means, what cures it, and how.
fn meaning(finding: &Finding) -> (&'static str, Cure, &'static str) {
    use Finding as F;
    match finding {
        F::Skew { .. } => (
            "nothing is lost and nothing is out of order; times of different people may not be comparable",
            Cure::None,
            "look at the time of that machine; a correction of an entry names the right time",
        ),
        F::NowSet { .. } => (
            "these lines carry a time that somebody chose, as drills and tests do",
            Cure::None,
            "nothing has to be done; it stays visible",
        ),
        F::Expunged { .. } | F::FileExpunged { .. } => (
            "two people took these words away for good, and the journal says who and why",
            Cure::None,
            "nothing has to be done, and nothing brings them back",
        ),
        F::Agreed { .. } => (
            "the record is not touched; what somebody here agreed to take away is not known: until it is, nothing more is \
             taken away here, and a backup in one file has it as it is",
            Cure::Hand,
            "put the file back from a backup of this store; if there is none, move it away and agree again: casebook expunge \
             --carry-out",
        ),
        F::NotExpunged { .. } => (
            "two people took words away for good, and whoever carried it out was stopped before all were gone",
            Cure::Repair,
            "a repair finishes it; so do export bundle, backup, archive and the next expunge",
        ),
        F::Waiting { .. } => (
            "a line of somebody else's says that two people took words away; no screen and no export shows them, and they are \
             taken from this disk only when somebody here says yes",
            Cure::Hand,
            "ask them; casebook expunge --carry-out tells what waits, and carries it out",
        ),
        F::Torn(_) => (
            "a stop cut a line short before it was acknowledged; its writer said so itself",
            Cure::None,
            "nothing has to be done",
        ),
        F::Unfinished(_) => (
            "somebody is writing just now, or was stopped in the middle of a line nobody acknowledged",
            Cure::None,
            "nothing has to be done: its writer declares it when it comes back",
        ),
        F::Fork { .. } => (
            "two machines wrote as one writer, or somebody put another line beside one; both are kept and told",
            Cure::Hand,
            "find out whether a machine was cloned; from there on delete the state folder of the copy",
        ),
        F::Critical { .. } => ("it can be read here, and not written", Cure::Hand, "use the newer casebook"),
        F::Mended(_) | F::SetAside { .. } => (
            "nothing is lost: a repair found the line elsewhere or named the damage",
            Cure::None,
            "nothing has to be done; it stays visible",
        ),
        F::Shortened { .. } => ("nothing is lost", Cure::None, "nothing has to be done"),
        F::Misnamed { .. } => (
            "nothing is lost; somebody moved or renamed a file",
            Cure::Hand,
            "ask who works in the folder by hand",
        ),
        F::Cache { .. } => (
            "the record is not touched: people and programs that read incident.json read something else",
            Cure::Repair,
            "a repair makes it anew from the journals",
        ),
        F::RemainsAltered { .. } => (
            "the words went as two people said, and somebody changed afterwards who wrote this line or when",
            Cure::Hand,
            "compare with a copy of the store made since, and ask who could write here",
        ),
        F::Wordless { .. } => (
            "somebody elsewhere took these words away, and they are missing here: no import and no exchange brings them",
            Cure::Hand,
            "casebook activity shows who and why; casebook expunge --carry-out with the id of that line agrees to it here; if \
             they should not have, ask whoever wrote the line for the words and log them, and keep every copy that has them",
        ),
        F::Disputed { .. } => (
            "one of two lines is wrong: either the one that denies it was made up, or somebody changed afterwards who wrote \
             this line or when, and declared it so",
            Cure::Hand,
            "compare with a copy of the store made before the later of the two, and ask who wrote them",
        ),
        F::Altered(_) => ("what this line says now is not what was recorded", Cure::Copy, COPY),
        F::Damaged(_) => ("these bytes cannot be read as a line; every other line can", Cure::Copy, COPY),
        F::Malformed { .. } => (
            "somebody made this line by hand, with an id that fits",
            Cure::Hand,
            "compare with a copy of the store, and ask who could write here",
        ),
        F::ClockBack(_) => (
            "somebody made this line by hand: its place in the order is not to be trusted",
            Cure::Hand,
            "compare with a copy of the store, and ask who could write here",
        ),
        F::Stranger { .. } => (
            "nothing of this record is lost, and nothing of those lines is shown",
            Cure::Hand,
            "move the file to where it belongs",
        ),
        F::Empty => ("nothing of the record can be read", Cure::Copy, COPY),
        F::Evidence { .. } => (
            "the file itself is not there as it was taken in; its hash and its chain of custody are",
            Cure::Copy,
            COPY,
        ),
        F::NoPrev { .. } => ("one or more lines before this one are missing", Cure::Copy, COPY),
        F::NotThere { .. } => ("somebody read a line that is missing now", Cure::Copy, COPY),
        F::TornAltered { .. } => (
            "bytes that were no part of the record were changed afterwards",
            Cure::None,
            "compare with quarantine/",
        ),
        F::Shorter { .. } => ("the end of a journal was cut off", Cure::Copy, COPY),
        F::Rewritten { .. } => (
            "the journal was written anew by somebody else",
            Cure::Hand,
            "compare with a copy of the store or a head code: casebook verify --against HEAD",
        ),
        F::SealBroken { .. } => (
            "this seal does not vouch for the record as it is now",
            Cure::Copy,
            "find out what was changed by the findings above, or hold the record against the copy of whoever kept the head",
        ),
        F::SealOver { .. } => (
            "it vouches for the line as it was, and goes with the fault that is told above",
            Cure::Copy,
            COPY,
        ),
        F::Unreadable { .. } => (
            "nothing is known of what it holds",
            Cure::Hand,
            "look at the rights and the disk, and put the real file or folder back",
        ),
    }
}
