//! `seal`, `proof`, `verify --against` and `verify --proof`: what anchors a record, and what an anchor says later.

use std::path::Path;
use std::process::ExitCode;

use super::choose;
use super::failure::{Failure, note};
use super::leave;
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::incident::line::Line as Fact;
use crate::incident::seal::occasion;
use crate::model::refusal::Refusal;
use crate::model::root::{HeadCode, Root};
use crate::model::text::counted;
use crate::model::time;
use crate::store::{Address, Class, FoundSeal, Inclusion, Sealed, Signature, Signing};
use crate::verb::{Said, refs};

/// The most of a proof file that is read: a line and its path, with room to spare.
const PROOF: u64 = 4 << 20;

/// `seal`: a note over every line so far.
pub(super) fn seal(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    // A seal anchors what stands there, faults and all: who reads its head out has to know.
    let checked = shell.checked(&address)?.incident;
    let sealed = shell.store.seal(&address, shell.wall, &shell.by, "on demand")?;
    let signed = signature(shell, &address, &sealed);
    let (code, file) = (sealed.seal.head_code(), sealed.path.display());
    if shell.json {
        let document = serde_json::json!({
            "incident": address.number, "head": code.to_string(), "lines": sealed.seal.count,
            "root": sealed.seal.root, "file": sealed.path, "signed": signed.is_some(), "before": sealed.before,
            "faults": checked.faults,
        });
        return Out::json(shell, &document);
    }
    shell.doubt(&checked);
    let mut out = Out::new(shell);
    let before = if sealed.before { "sealed before" } else { "sealed" };
    out.line(
        Line::default()
            .tone(Tone::Strong, &address.number)
            .put(format!("  {}, head ", counted(sealed.seal.count, "line")))
            .tone(Tone::Strong, code.to_string())
            .tone(Tone::Good, format!("  {before}")),
    );
    out.line(Line::of(format!("  {file}")));
    out.line(Line::of(format!(
        "  {}",
        signed.unwrap_or_else(|| "not signed: casebook config seal.key FILE names a key".into())
    )));
    out.line(Line::of("  Write the head into the ticket or read it out: casebook verify --against tells later whether it still holds."));
    Ok(out)
}

/// Seals by itself after what others will build on. What cannot be sealed or signed stops nothing.
pub(super) fn after(shell: &Shell, address: &Address, lines: &[Fact]) {
    if let Some(occasion) = occasion(lines) {
        on(shell, address, occasion);
    }
}

/// Seals on an occasion; answers with the head code of the record. `None`: it could not be sealed, which is said.
pub(super) fn on(shell: &Shell, address: &Address, occasion: &str) -> Option<String> {
    match shell.store.seal(address, shell.wall, &shell.by, occasion) {
        Ok(sealed) => {
            signature(shell, address, &sealed);
            Some(sealed.seal.head_code().to_string())
        }
        Err(error) => {
            note(&format!("{} is not sealed: {}", address.number, Failure::from(error)));
            None
        }
    }
}

/// Signs a seal that is not signed yet, where a key is set; what stands beside it then.
fn signature(shell: &Shell, address: &Address, sealed: &Sealed) -> Option<String> {
    match shell.store.sign(sealed, shell.seals.key.as_deref()) {
        Signing::NoKey => None,
        Signing::Failed(why) => {
            note(&format!("The seal is not signed: {why}"));
            None
        }
        Signing::Signed => {
            let file = sealed.path.file_name().unwrap_or_default();
            let found = shell.store.seals(address).into_iter().find(|found| file == found.file.as_str());
            found.map(|found| told(shell, address, &found))
        }
    }
}

/// `phase 14:05 by ana, 41 lines, head 7f3a-91c2-08de-b5a4, signed by ana@example`.
pub(super) fn told(shell: &Shell, address: &Address, found: &FoundSeal) -> String {
    let Some(seal) = &found.seal else { return format!("{} does not read", found.file) };
    let signed =
        match found.signed.then(|| shell.store.signature(address, found, shell.seals.signers.as_deref())) {
            None => "not signed".to_owned(),
            Some(Signature::By(name)) => format!("signed by {name}"),
            Some(Signature::Key(key)) => format!("signed with the key {key}, whose owner no list names"),
            Some(Signature::Bad) => "ITS SIGNATURE DOES NOT FIT".to_owned(),
            Some(Signature::Unknown(why)) => format!("signature not checked: {why}"),
        };
    let at = time::when(seal.at, shell.now, &shell.zone);
    format!(
        "{at} by {}, {}: {}, head {}, {signed}",
        seal.by,
        seal.occasion,
        counted(seal.count, "line"),
        seal.head_code()
    )
}

/// `verify --against`: whether the record once had this code.
pub(super) fn against(shell: &Shell, code: HeadCode, said: &Said) -> Result<ExitCode, Failure> {
    let address = choose::incident(shell, said)?;
    let lines = shell.store.lines(&address)?;
    let mut root = Root::default();
    let stood = lines.iter().position(|line| {
        root.add(line.id);
        root.head_code() == code
    });
    // Lines that came later with an earlier clock moved it; then only its seal knows it.
    let sealed = shell.store.verify(&address, crate::store::Depth::Full).seals;
    let sealed =
        sealed.into_iter().find(|found| found.seal.as_ref().is_some_and(|seal| seal.head_code() == code));
    let (class, words) = match (stood, &sealed) {
        (Some(at), _) if at + 1 == lines.len() => {
            (Class::Clean, format!("holds: it is the code of the record as it stands, {}", counted(lines.len() as u64, "line")))
        }
        (Some(at), _) => {
            let when = time::when(lines[at].recorded, shell.now, &shell.zone);
            let later = lines.len() - at - 1;
            (Class::Clean, format!("holds: the first {} lines, up to {when}, are as they were; {later} came since", at + 1))
        }
        (None, Some(found)) => (Class::Clean, format!("holds by its seal: {}", told(shell, &address, found))),
        (None, None) => (
            Class::Broken,
            "does not hold: no state of this record has that code. Something was altered, dropped or put in between, \
             or the code is of another record"
                .to_owned(),
        ),
    };
    let mut out = Out::new(shell);
    if shell.json {
        let document = serde_json::json!({
            "incident": address.number, "head": code.to_string(), "holds": class == Class::Clean, "words": words,
        });
        out = Out::json(shell, &document)?;
    } else {
        let tone = if class == Class::Clean { Tone::Good } else { Tone::Bad };
        out.line(
            Line::default().tone(Tone::Strong, &address.number).put(format!("  {code}  ")).tone(tone, words),
        );
    }
    let printed = out.print();
    Ok(if printed == ExitCode::SUCCESS { ExitCode::from(class as u8) } else { printed })
}

/// `proof`: one entry for somebody who may not see the others.
pub(super) fn proof(shell: &Shell, entry: &str, output: &Path, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let entry = refs::entry(&record.incident, entry)?;
    if entry.redacted.is_some() || record.incident.quotes_hidden(entry.id) {
        return Err(Refusal::refused(
            "Words in the line of that entry are redacted; a proof would show them.",
        )
        .hint("casebook undo REF brings them back, if they may be seen.")
        .into());
    }
    let id = entry.id;
    on(shell, &address, "proof");
    let proof = shell.store.prove(&address, id)?.ok_or_else(|| {
        Failure::could_not("That line cannot be read whole; casebook verify tells where it is damaged.")
    })?;
    let text = serde_json::to_string_pretty(&proof)
        .map_err(|error| Failure::could_not(format!("The proof could not be written: {error}.")))?;
    note(
        "The file shows the whole line of that entry: who, when, and its words. Of the others it shows nothing.",
    );
    leave::give(shell, &address.number, text.into_bytes(), Some(output))
}

/// `verify --proof`: whether a file proves what it says.
pub(super) fn check_proof(shell: &Shell, file: &Path) -> Result<ExitCode, Failure> {
    use std::io::Read;
    let could_not = |why: String| Failure::could_not(format!("{} could not be read: {why}.", file.display()));
    let mut text = String::new();
    let opened = std::fs::File::open(file).map_err(|error| could_not(error.to_string()))?;
    opened.take(PROOF).read_to_string(&mut text).map_err(|error| could_not(error.to_string()))?;
    let proof: Inclusion = serde_json::from_str(&text).map_err(|error| {
        Failure::from(Refusal::misused(format!("{} is no proof: {error}.", file.display())))
    })?;
    let checked = proof.check();
    let (class, words) = match &checked {
        Ok(code) => (
            Class::Clean,
            format!(
                "holds: line {} of {} in a record of {} with head {code}",
                proof.at + 1,
                proof.count,
                proof.number
            ),
        ),
        Err(why) => (Class::Broken, format!("does not hold: {why}")),
    };
    let mut out = Out::new(shell);
    if shell.json {
        let document = serde_json::json!({ "holds": checked.is_ok(), "words": words, "line": proof.line });
        out = Out::json(shell, &document)?;
    } else {
        let tone = if class == Class::Clean { Tone::Good } else { Tone::Bad };
        out.line(Line::default().tone(tone, words));
        if let (Ok(code), Some((kind, data))) = (&checked, proof.says()) {
            out.texts(2, vec![vec![Line::of(kind), Line::of(data)]]);
            match proof.sealed() {
                Some(seal) => out.line(Line::of(format!(
                    "  The seal that came with it is by {} at {}.",
                    seal.by,
                    seal.at.to_rfc3339()
                ))),
                None => out.line(Line::of("  No seal of that root came with it.")),
            }
            out.line(Line::of(format!("  It proves as much as {code} does: compare that with the head you were given by somebody you trust.")));
        }
    }
    let printed = out.print();
    Ok(if printed == ExitCode::SUCCESS { ExitCode::from(class as u8) } else { printed })
}
