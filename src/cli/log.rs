//! `log` and `signal`: durable before the prompt is back, without reading the history.

use std::io::Read;
use std::thread::Builder;

use super::change::{Saved, skew};
use super::choose;
use super::failure::{Failure, note};
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::incident::Incident;
use crate::incident::decide;
use crate::incident::event::Event;
use crate::incident::line::Draft;
use crate::model::attack::{self, Meaning};
use crate::model::indicator::paste::{Around, Row, offered};
use crate::model::playbook::Playbooks;
use crate::model::refusal::Refusal;
use crate::model::text::{left_out, quoted};
use crate::model::triage::RecordSignal;
use crate::store::Together;
use crate::verb::{Log, Said, Text};

/// The most that is read from standard input: 64 MiB, far over what entries may hold.
pub(super) const MOST: u64 = 64 << 20;

/// So many of what an entry has in it are offered as indicators.
const OFFERED: usize = 4;

/// Records an entry, or several.
pub(super) fn log(shell: &Shell, log: &Log, said: &Said) -> Result<Out, Failure> {
    let playbooks = Playbooks::default();
    let desk = shell.desk(said, &playbooks);
    let one = |text: String| decide::log(&log.entry(text), &desk);
    let drafts = match &log.text {
        Text::Given(text) => vec![one(text.clone())?],
        Text::Whole => {
            let input = read_input()?;
            super::lost(left_out(&input));
            vec![one(input)?]
        }
        Text::Lines => {
            let input = read_input()?;
            super::lost(left_out(&input));
            let lines = (1..).zip(input.lines()).filter(|(_, line)| !line.trim().is_empty());
            let drafts: Vec<Draft> = lines
                .map(|(n, line)| {
                    one(line.to_owned()).map_err(|refusal| Refusal {
                        message: format!("Line {n}: {}", refusal.message),
                        ..refusal
                    })
                })
                .collect::<Result<_, _>>()?;
            if drafts.is_empty() {
                return Err(Refusal::misused("Standard input has no line to record.")
                    .hint("casebook log --lines < FILE records each line of a file.")
                    .into());
            }
            drafts
        }
    };
    record(shell, &drafts, said)
}

/// Records what raised the alarm.
pub(super) fn signal(shell: &Shell, signal: &RecordSignal, said: &Said) -> Result<Out, Failure> {
    let playbooks = Playbooks::default();
    let draft = decide::signal(signal, &shell.desk(said, &playbooks))?;
    record(shell, &[draft], said)
}

fn record(shell: &Shell, drafts: &[Draft], said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let together = if drafts.len() > 1 { Together::Batch } else { Together::Apart };
    // Nobody waits for the history: it is read while the disk takes the entry.
    let (appended, ahead) = std::thread::scope(|threads| {
        let ahead = Builder::new().spawn_scoped(threads, || shell.store.read_ahead(&address));
        let appended = shell.store.pen(&address).and_then(|mut pen| pen.append(drafts, together, shell.wall));
        (appended, ahead.ok().and_then(|ahead| ahead.join().ok().flatten()))
    });
    let appended = appended?;
    skew(&appended);
    let alone = Incident::fold(address.id, &appended.lines);
    let saved = Saved { address: &address, lines: &appended.lines, incident: &alone };
    let out = if shell.json {
        saved.json(shell)?
    } else {
        let mut out = Out::new(shell);
        out.line(saved.line(shell));
        if drafts.len() > 1 {
            out.line(Line::default().tone(Tone::Good, format!("  {} entries saved as one", drafts.len())));
        } else if let Some(line) = recognised(shell, drafts) {
            out.line(line);
        }
        // Asked only now: the entry is on the disk, and the tables kept it waiting for nothing.
        if let Some(last) = alone.entries.last() {
            last.techniques().for_each(|recorded| out.line(meaning(recorded)));
        }
        out
    };
    shell.store.publish_after_log(&address, ahead);
    Ok(out)
}

/// What a recorded technique is called today.
fn meaning(recorded: &str) -> Line {
    let line = Line::of("  ATT&CK  ");
    match attack::attack().meaning(recorded) {
        Meaning::Known(_) => line.put(attack::shown(recorded)),
        Meaning::Moved(redirect, technique) => line
            .put(format!("{} {} is now ", redirect.old, redirect.name))
            .tone(Tone::Strong, format!("{} {}", technique.id, technique.name))
            .put("; kept as you gave it, shown as both"),
        Meaning::Unknown => {
            let refusal = attack::attack().resolve(recorded).err();
            let near = refusal.and_then(|refusal| refusal.hint).unwrap_or_default();
            let words = format!(
                "{} is no technique of {}; kept as you gave it. {near}",
                quoted(recorded),
                attack::RELEASE
            );
            line.tone(Tone::Warn, words)
        }
    }
}

/// What an entry has in it that could be on the list of indicators, in one line.
fn recognised(shell: &Shell, drafts: &[Draft]) -> Option<Line> {
    let [Draft { event: Event::Logged(logged), .. }] = drafts else { return None };
    let values = offered(&logged.text, Around { now: shell.now, zone: &shell.zone, own: &shell.own_domains });
    let plural = if values.len() == 1 { "indicator" } else { "indicators" };
    (!values.is_empty()).then(|| {
        let quoted = |row: &Row| {
            let value = row.kind.defang(&row.value);
            let plain = !value.contains([' ', '\\', '&', '?', '(', '$', ';']);
            if plain { value } else { format!("'{value}'") }
        };
        let all: Vec<String> = values.iter().take(OFFERED).map(quoted).collect();
        let words = format!("  {} {plural} in it: casebook indicator add {}", values.len(), all.join(" "));
        Line::default().tone(Tone::Dim, words)
    })
}

pub(super) fn read_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes).map_err(|error| {
        Failure::could_not(format!("Standard input could not be read: {error}."))
            .hint("Nothing was recorded; give the text on the line instead.")
    })?;
    if bytes.len() as u64 > MOST {
        return Err(Refusal::misused("Standard input has more than 64 MiB; nothing was recorded.")
            .hint("Record it in several parts, or keep it as a file and name that in an entry.")
            .into());
    }
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| {
        note("Standard input was not all UTF-8: what is no text is recorded as \u{fffd}.");
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    }))
}
