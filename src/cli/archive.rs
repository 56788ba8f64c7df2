//! `archive`: sealed, verified, packed, read again, and only then moved out of the store.

use std::io::{BufRead, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::bundle::{Differs, Packed, Packing, Spoilt, beside, compare, public};
use super::choose;
use super::evidence::Stop;
use super::failure::{Failure, note};
use super::out::{Line, Out, Tone};
use super::seal;
use super::shell::Shell;
use crate::incident::Incident;
use crate::model::evidence::bytes as in_words;
use crate::model::refusal::Refusal;
use crate::model::text::counted;
use crate::store::outgoing::marked;
use crate::store::sync::Remote;
use crate::store::{self, Address, Archived, Class, Depth, Leftover, Number, Series, StoreError};
use crate::verb::{Archiving, Guard, Said};

/// `archive`.
pub(super) fn archive(shell: &Shell, archiving: &Archiving, said: &Said) -> Result<Out, Failure> {
    archiving.recipients.iter().try_for_each(|recipient| public(recipient))?;
    let stop = Stop::listen();
    let mut watch = |_| if stop.asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    if let Some(done) = finished(shell, said, &mut watch)? {
        return told(shell, &done, Told::Before);
    }
    let address = choose::incident(shell, said)?;
    let Some(_turn) = shell.store.turn(&address) else {
        return Err(Failure::could_not(format!(
            "{} is being archived by somebody else just now.",
            address.number
        ))
        .hint("Wait for it; casebook list --all says where it went."));
    };
    let incident = shell.read(&address)?.incident;
    guarded(shell, &address, &incident, archiving)?;
    let path = place(shell, archiving, &address)?;
    // Counted before the seal adds its own.
    let unsent = shell.store.unsent_of(&address).unwrap_or_default();
    if let Some(stub) = packed_before(shell, &address, archiving, &path, &mut watch)? {
        shell.store.move_out(&address, &stub, &mut watch)?;
        unsent.iter().for_each(|unsent| left(&address, unsent));
        return told(shell, &stub, Told::Now);
    }
    if path.symlink_metadata().is_ok() {
        return Err(Failure::could_not(format!("{} exists; nothing was written.", path.display()))
            .hint("Give another name with -o."));
    }
    // What has to be gone is gone before the record is sealed and packed.
    shell.store.finish_expunging(&address)?;
    seal::on(shell, &address, "archive");
    verified(shell, &address, archiving.guard)?;
    let packing = Packing::of(shell, &address, &incident, &stop)?;
    let beside = beside(&path);
    let packed = pack(shell, &packing, &beside, &archiving.recipients, &stop);
    let kept = packed.and_then(|()| {
        let mut stub = stub(shell, (&packing, &incident), (&path, &beside), archiving, &mut watch)?;
        stub.unsent = unsent.iter().map(|(remote, lines)| (remote.shown(), *lines)).collect();
        shell.store.leave_stub(&address, &stub)?;
        store::outgoing::put_new(&beside, &path)
            .map_err(|error| Failure::could_not(format!("{} could not be made: {error}.", path.display())))?;
        Ok(stub)
    });
    let stub = match kept {
        Ok(stub) => stub,
        Err(failure) => {
            let _ = std::fs::remove_file(&beside);
            return Err(failure);
        }
    };
    shell.store.move_out(&address, &stub, &mut watch)?;
    unsent.iter().for_each(|unsent| left(&address, unsent));
    told(shell, &stub, Told::Now)
}

/// Lines that others do not have, and that no sync sends while the incident is away.
fn left(address: &Address, (remote, lines): &(Remote, u64)) {
    let (lines, were) = (counted(*lines, "line"), if *lines == 1 { "was" } else { "were" });
    note(&format!(
        "{lines} of {} {were} not sent to {}; once it is back, casebook sync sends what is missing there.",
        address.number,
        remote.shown()
    ));
}

/// An incident that was moved out before, or whose move was stopped and is finished now.
fn finished(shell: &Shell, said: &Said, watch: store::Watcher<'_>) -> Result<Option<Archived>, Failure> {
    let Some(reference) = &said.incident else { return Ok(None) };
    let Err(StoreError::Archived { number, file, .. }) = shell.store.locate(reference, shell.year()) else {
        return Ok(None);
    };
    let all = shell.store.archived()?;
    let Some(stub) = all.into_iter().find(|stub| (&stub.number, &stub.file) == (&number, &file)) else {
        return Ok(None);
    };
    match shell.store.finish_move(&shell.store.place_of(&stub)?, &stub, watch)? {
        Leftover::PutBack => {
            note(&format!(
                "{number} had been written in while it was packed, and was put back; it is packed anew."
            ));
            Ok(None)
        }
        Leftover::None | Leftover::Finished => Ok(Some(stub)),
    }
}

/// What is usually a mistake is refused with the line that does it all the same.
fn guarded(
    shell: &Shell,
    address: &Address,
    incident: &Incident,
    archiving: &Archiving,
) -> Result<(), Failure> {
    let number = &address.number;
    let real = number.parse::<Number>().is_ok_and(|number| number.series == Series::Inc);
    if real && !incident.closed() && archiving.guard == Guard::Refuse {
        return Err(Refusal::refused(format!("{number} is not closed: nobody could work on it any more."))
            .hint(format!("casebook close -i {number} first, or: casebook archive {number} --anyway"))
            .into());
    }
    let here = shell.store.present().into_iter().find(|present| present.incident == Some(address.id));
    if let Some(present) = here {
        return Err(Refusal::refused(format!(
            "{number} is open on a screen of {} ({}).",
            present.by, present.host
        ))
        .hint("Close it there, and give the command again.")
        .into());
    }
    let strange = shell.store.strange(address)?;
    if let Some(first) = strange.first() {
        return Err(Refusal::refused(format!(
            "{first} lies in the folder of {number} and is no part of the record: it would be gone."
        ))
        .hint(format!("Move it away: it is in {}", address.folder.display()))
        .into());
    }
    Ok(())
}

/// A record with faults is archived only by who says so.
fn verified(shell: &Shell, address: &Address, guard: Guard) -> Result<(), Failure> {
    let verdict = shell.store.verify(address, Depth::Full);
    if verdict.class() < Class::Broken || guard == Guard::Pass {
        return Ok(());
    }
    let number = &address.number;
    let why = verdict.findings.first().map(ToString::to_string).unwrap_or_default();
    Err(Refusal::refused(format!("The record of {number} has faults: {why}."))
        .hint(format!(
            "casebook verify {number} tells them all; as it is: casebook archive {number} --anyway"
        ))
        .into())
}

/// Where the file goes: never into the store.
fn place(shell: &Shell, archiving: &Archiving, address: &Address) -> Result<PathBuf, Failure> {
    let ending = if archiving.recipients.is_empty() { "tar.zst" } else { "tar.zst.age" };
    let named = || PathBuf::from(format!("{}.{ending}", address.number));
    let path = marked(&archiving.output.clone().unwrap_or_else(named), &address.number);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let whole = std::fs::canonicalize(folder)
        .map_err(|error| Failure::could_not(format!("{} could not be opened: {error}.", folder.display())))?;
    if whole.starts_with(shell.store.root()) {
        return Err(Refusal::misused("An archive inside the store is none.")
            .hint("Give a file elsewhere: -o FILE, best on another disk.")
            .into());
    }
    Ok(whole.join(path.file_name().unwrap_or_default()))
}

/// An archive that was stopped after its file was whole: the stub that says so, if all still is as it was.
fn packed_before(
    shell: &Shell,
    address: &Address,
    archiving: &Archiving,
    path: &Path,
    watch: store::Watcher<'_>,
) -> Result<Option<Archived>, Failure> {
    let Some(stub) = shell.store.stub(&address.folder) else { return Ok(None) };
    let asked = archiving.output.is_none() || stub.file == path;
    if !asked || stub.encrypted == archiving.recipients.is_empty() || stub.file.symlink_metadata().is_err() {
        return Ok(None);
    }
    let file = store::measure(&stub.file, watch)?;
    let same = (file.size, &file.sha256) == (stub.bytes, &stub.sha256);
    Ok(Some(stub)
        .filter(|_| same)
        .filter(|stub| shell.store.contents(address, watch).is_ok_and(|contents| contents == stub.contents)))
}

/// Writes the file and reads it again.
fn pack(
    shell: &Shell,
    packing: &Packing,
    beside: &Path,
    recipients: &[String],
    stop: &Stop,
) -> Result<(), Failure> {
    let store = &shell.store;
    let packed = Packed {
        write: |to: &mut dyn Write| packing.write(store, stop, to),
        compare: |from: &mut dyn BufRead| compare(from, (store, packing), stop),
    };
    packed.into(beside, recipients).map_err(|why| match why {
        Spoilt::Unwritten(failure) => failure,
        Spoilt::Differs(Differs(why)) => Failure::could_not(format!(
            "The packed file is not what the folder holds: {why}; nothing was moved."
        ))
        .hint("Look at the disk it was written to, and give the command again."),
    })
}

/// The stub of what was packed.
fn stub(
    shell: &Shell,
    (packing, incident): (&Packing, &Incident),
    (path, beside): (&Path, &Path),
    archiving: &Archiving,
    watch: store::Watcher<'_>,
) -> Result<Archived, Failure> {
    let file = store::measure(beside, watch)?;
    let encrypted = !archiving.recipients.is_empty();
    let restricted = shell.store.restricted(&packing.address, incident);
    Ok(Archived {
        title: (!encrypted && !restricted).then(|| incident.title().to_owned()),
        restricted,
        file: path.to_owned(),
        bytes: file.size,
        sha256: file.sha256,
        encrypted,
        head: packing.manifest.head_code.clone(),
        lines: packing.manifest.lines,
        contents: packing.contents(),
        ..Archived::new(&packing.address, shell.wall, &shell.by)
    })
}

/// When it was moved out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Now,
    Before,
}

fn told(shell: &Shell, stub: &Archived, when: Told) -> Result<Out, Failure> {
    let there = stub.file.symlink_metadata().is_ok();
    if !there {
        note(&format!("{} is not there any more: look for it before anything else.", stub.file.display()));
    }
    if shell.json {
        let document = serde_json::json!({
            "incident": stub.number, "id": stub.id, "file": stub.file, "there": there, "bytes": stub.bytes,
            "sha256": stub.sha256, "encrypted": stub.encrypted, "head_code": stub.head, "lines": stub.lines,
            "before": when == Told::Before,
        });
        return Out::json(shell, &document);
    }
    let word = if when == Told::Now { "archived" } else { "was archived before" };
    let mut out = Out::new(shell);
    out.line(
        Line::default().tone(Tone::Strong, &stub.number).tone(Tone::Good, format!("  {word}")).put(format!(
            "  {}, head {}",
            counted(stub.lines, "line"),
            stub.head
        )),
    );
    out.line(Line::of(format!("  {}", stub.file.display())));
    out.line(Line::of(format!("  {}, SHA-256 {}", in_words(stub.bytes), stub.sha256)));
    if when == Told::Now {
        let checked = match stub.encrypted {
            false => "checked: the file was read again from the disk, and every byte is that of the folder",
            true => {
                "checked: what age was given, every byte against the folder; that age ended well, and the size of its \
                 file. Not checked: that a key opens it"
            }
        };
        out.line(Line::of(format!("  {checked}")));
    }
    let back = match stub.encrypted {
        false => format!("casebook import bundle {}", stub.file.display()),
        true => format!("age -d -i YOUR-KEY.txt {} | casebook import bundle -", stub.file.display()),
    };
    out.line(Line::of(format!("  bring it back: {back}")));
    Ok(out)
}
