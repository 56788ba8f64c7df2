//! `phase` without TO: where we are, where we may go, and what each move warns of right now.

use serde::Serialize;

use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::document::VisitDocument;
use crate::incident::gates::Debt;
use crate::incident::moves::Destination;
use crate::model::ledger::measure::InPlace;
use crate::model::lifecycle::{Gate, Level, Way};
use crate::model::time;
use crate::verb::Said;

#[derive(Serialize)]
struct Where<'a> {
    incident: &'a str,
    status: &'static str,
    phase: crate::model::phase::Phase,
    visit: Option<VisitDocument<'a>>,
    moves: Vec<Move>,
    debts: Vec<Debt>,
}

#[derive(Serialize)]
struct Move {
    #[serde(flatten)]
    there: Destination,
    /// The line to type.
    line: String,
}

pub(in crate::cli) fn phase(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let moves = incident.destinations(shell.now);
    if shell.json {
        let moves = moves.into_iter().map(|there| Move { line: line(&there), there }).collect();
        let visit = incident.visit().map(VisitDocument::of);
        return Out::json(
            shell,
            &Where {
                incident: &incident.number,
                status: incident.status(),
                phase: incident.phase(),
                visit,
                moves,
                debts: incident.debts(),
            },
        );
    }
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    out.line(here(incident, shell));
    if let Some(came) = came(incident, shell) {
        out.line(Line::of("  ").put(came));
    }
    for there in &moves {
        out.gap();
        destination(&mut out, there);
    }
    Ok(out)
}

/// `Containment, visit 2, for 0:14`, and whether it waits or is closed.
pub(super) fn here(incident: &Incident, shell: &Shell) -> Line {
    if let Some(ending) = incident.place.get().and_then(|place| place.ending.as_ref()) {
        let of = ending.of.as_deref().map(|of| format!(" of {of}")).unwrap_or_default();
        return Line::default().put("  ").tone(Tone::Here, format!("closed: {}{of}", ending.disposition));
    }
    let lasted = incident.visit().map_or(0, |visit| visit.lasted_ms(shell.now));
    let mut line =
        Line::of("  ").tone(Tone::Here, super::place(incident)).put(format!(", for {}", time::span(lasted)));
    if let Some(what) = incident.hold.get().and_then(Option::as_deref) {
        line = line.tone(Tone::Warn, format!("   ON HOLD: {what}"));
    }
    if incident.place.contested().is_some() {
        line = line.tone(Tone::Warn, "   CONTESTED");
    }
    line
}

/// `Back from Eradication 13:52, ana: "second foothold"`.
pub(super) fn came(incident: &Incident, shell: &Shell) -> Option<String> {
    let visit = incident.visit()?;
    let (way, from) = (visit.way?, visit.from?);
    let how = match way {
        Way::Back => "Back",
        Way::Forward => "On",
        Way::Skip => "Skipped here",
        Way::Dismiss => "Dismissed",
        Way::Cycle => "Closed, on to a new Preparation",
        Way::Reopen => "Reopened",
    };
    let when = time::when(visit.entered, shell.now, &shell.zone);
    let reason = visit.reason.as_deref().map(|reason| format!(": \"{reason}\"")).unwrap_or_default();
    Some(format!("{how} from {from} {when}, {}{reason}", visit.by))
}

fn destination(out: &mut Out, there: &Destination) {
    let mut head = Line::of("  ").tone(Tone::Strong, there.to.name()).put(format!("   {}", there.way.word()));
    if there.typical {
        head = head.tone(Tone::Dim, ", usual");
    }
    out.line(head);
    out.line(Line::of(format!("    {}", there.when)));
    let rows = there.findings.iter().map(|finding| {
        let (word, tone) = match finding.level {
            Level::Info => ("info", Tone::Dim),
            Level::Warn => ("warn", Tone::Warn),
            Level::Strong => ("STRONG", Tone::Bad),
        };
        vec![Line::default().tone(tone, word), Line::of(finding.gate.id()), Line::of(&finding.fact)]
    });
    out.table(4, rows.collect());
    if !there.in_place.is_empty() {
        out.line(Line::of("    ").tone(Tone::Warn, in_place(&there.in_place)));
    }
    out.whole(Line::of("    ").tone(Tone::Here, line(there)));
}

/// `still in place: M-1 Deny 203.0.113.7 at the egress; M-2 …`: at most four, then how many more.
pub(in crate::cli) fn in_place(measures: &[InPlace]) -> String {
    let named: Vec<String> = measures.iter().take(4).map(InPlace::to_string).collect();
    let more = match measures.len() - named.len() {
        0 => String::new(),
        n => format!("; and {n} more"),
    };
    format!("still in place: {}{more}", named.join("; "))
}

/// The line that makes the move, with everything it asks for.
pub(super) fn line(there: &Destination) -> String {
    let mut line = match there.way {
        Way::Reopen => format!("casebook reopen --to {}", there.to.id()),
        Way::Dismiss | Way::Cycle => "casebook close".to_owned(),
        _ => format!("casebook phase {}", there.to.id()),
    };
    if there.reason_required {
        line.push_str(" --reason \"…\"");
    }
    for finding in there.findings.iter().filter(|finding| finding.level == Level::Strong) {
        match finding.gate {
            Gate::DispositionMissing => line.push_str(" --disposition WORD"),
            gate => line.push_str(&format!(" --accept {}=\"NAME: why\"", gate.id())),
        }
    }
    if there.authorisation {
        line.push_str(" --approved-by \"NAME/ROLE\"");
    }
    line
}
