//! `sitrep`: one screen to read out, and what is kept of it once it was given to somebody.

use std::io::{IsTerminal, Write};

use super::super::change::{Saved, give, so_already, writable};
use super::super::choose;
use super::super::failure::{Failure, note};
use super::super::leave;
use super::super::out::{Out, plain};
use super::super::shell::Shell;
use crate::incident::command::Command;
use crate::incident::release::Holds;
use crate::model::refusal::Refusal;
use crate::model::sitrep::{self as model, Give};
use crate::model::time;
use crate::report::Clock;
use crate::report::sitrep::{Saying, Sitrep};
use crate::store::outgoing::clipboard;
use crate::verb::{Copy, Said, Sitrepping};

/// Text that is read out, or piped on: nothing stands around it.
pub(super) fn read_out(shell: &Shell, text: String) -> Out {
    match (shell.spoken, shell.ascii) {
        (true, _) => Out::text_of(shell, &text),
        (false, true) => Out::raw(shell, plain(&text)),
        (false, false) => Out::raw(shell, text),
    }
}

/// `sitrep`: looked at, written to a file, copied, given.
pub(in crate::cli) fn sitrep(shell: &mut Shell, wanted: &Sitrepping, said: &Said) -> Result<Out, Failure> {
    let released = leave::released(shell, said, &wanted.leave, Holds::Incident)?;
    let given = wanted.give.as_ref();
    let saying = Saying {
        judgement: given.map_or(wanted.judgement.as_deref(), |give| give.judgement.as_deref()),
        next: given.and_then(|give| give.next),
    };
    let sitrep =
        Sitrep::released(&released, saying, &Clock::at(shell.now, wanted.leave.terms.as_of, &shell.zone));
    let text = sitrep.text();
    let given = given.map(|give| command(give, &text));
    if let Some(command) = &given {
        // Judged before a file is written; what cannot be written is given to nobody yet.
        let record = writable(shell, &choose::incident(shell, said)?)?;
        record.incident.decide(command, &shell.desk(said, &shell.playbooks()))?;
    }
    let mut file = None;
    if let Some(path) = wanted.leave.output.as_deref() {
        let json = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        let bytes = if json { document(&sitrep, &text)? } else { text.clone() };
        file = Some(leave::file(path, &sitrep.incident, bytes.as_bytes())?);
    }
    if wanted.copy == Copy::Yes {
        copy(&text)?;
    }
    if let Some(path) = file.as_ref().filter(|_| !shell.json) {
        note(&format!("Written: {}", path.display()));
    }
    if let Some(command) = given {
        return self::given(shell, command, said);
    }
    match (shell.json, file) {
        (true, _) => Ok(Out::raw(shell, document(&sitrep, &text)?)),
        (false, Some(_)) => Ok(Out::new(shell)),
        (false, None) => Ok(read_out(shell, text)),
    }
}

/// The SITREP for scripts: its sections, and its text.
fn document(sitrep: &Sitrep, text: &str) -> Result<String, Failure> {
    let mut document = serde_json::to_value(sitrep).map_err(written)?;
    if let Some(fields) = document.as_object_mut() {
        fields.insert("text".to_owned(), text.into());
    }
    Ok(serde_json::to_string_pretty(&document).map_err(written)? + "\n")
}

fn written(error: serde_json::Error) -> Failure {
    Failure::could_not(format!("The SITREP could not be written as JSON: {error}."))
}

/// Sends a text to the clipboard of the terminal. Whether it arrives there, nobody tells us.
fn copy(text: &str) -> Result<(), Failure> {
    let bytes = clipboard(text);
    let sent = match (std::io::stderr().is_terminal(), std::io::stdout().is_terminal()) {
        (true, _) => std::io::stderr().lock().write_all(&bytes),
        (false, true) => std::io::stdout().lock().write_all(&bytes),
        (false, false) => {
            return Err(Refusal::misused("There is no terminal here whose clipboard could take it.")
                .hint("Write it to a file: -o FILE; or pipe it: casebook sitrep | xclip")
                .into());
        }
    };
    sent.map_err(|error| Failure::could_not(format!("The terminal did not take it: {error}.")))?;
    note(
        "Sent to the terminal; whether its clipboard took it shows when you paste. Copy something else over it then: the \
         screens take off again what they copied, and this line is over before it could. tmux needs: set -g set-clipboard on",
    );
    Ok(())
}

fn command(give: &Give, text: &str) -> Command {
    Command::Sitrep(model::Command::Give(Give { told: text.to_owned(), ..give.clone() }))
}

/// Records that it was given, with its text.
fn given(shell: &Shell, command: Command, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let mut record = writable(shell, &address)?;
    let Some(appended) = give(shell, &mut record, &[command], said)? else {
        return so_already(shell, &address);
    };
    shell.store.publish(&record);
    let saved = Saved { address: &address, lines: &appended.lines, incident: &record.incident };
    if shell.json {
        return saved.json(shell);
    }
    let mut out = Out::new(shell);
    out.line(saved.line(shell));
    if let Some(next) = record.incident.sitrep_promised() {
        let number = model::label(record.incident.next_sitrep_number());
        let (when, ago) = (time::when(next, shell.now, &shell.zone), time::ago(next, shell.now));
        out.line(super::super::out::Line::of(format!("  next    {number} at {when} ({ago})")));
    }
    Ok(out)
}
