//! `link`: what belongs to the incident, said here, said elsewhere, or shared.

use serde::Serialize;
use uuid::Uuid;

use super::super::change;
use super::super::choose;
use super::super::failure::Failure;
use super::super::out::{Line, Out, Tone};
use super::super::shell::Shell;
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::link;
use crate::store::Look;
use crate::verb::{Change, Linking, Said};

/// How many incidents that share indicators are named.
const SHARING: usize = 10;

/// `link REF`: finds the other incident and makes the link.
pub(in crate::cli) fn make(shell: &mut Shell, linking: &Linking, said: &Said) -> Result<Out, Failure> {
    let other = shell.store.locate(&linking.other, shell.year())?;
    let title = shell.read(&other)?.incident.title().to_owned();
    let tie = link::Command::Tie {
        incident: other.id,
        number: other.number,
        title,
        relation: linking.relation,
        reason: linking.reason.clone(),
    };
    change::change(shell, &Change::Plain(Command::Link(tie)), said)
}

/// Another incident that belongs to this one, for scripts.
#[derive(Serialize)]
struct Other {
    id: Uuid,
    number: String,
    title: String,
    /// How it reads from here.
    said: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Indicators that both have.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared: Option<usize>,
}

/// `link` alone: the links of this incident, those of others to it, and who shares its indicators.
pub(in crate::cli) fn list(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    let record = shell.read(&address)?;
    let incident = &record.incident;
    let here: Vec<Other> = incident
        .links()
        .map(|(link, tie)| Other {
            id: link.incident,
            number: link.number.clone(),
            title: link.title.clone(),
            said: tie.relation.words().to_owned(),
            reason: tie.reason.clone(),
            shared: None,
        })
        .collect();
    let mut elsewhere = Vec::new();
    for (other, row) in shell.store.list(Look::Checked)? {
        for (to, relation) in &row.links {
            if *to == incident.id {
                elsewhere.push(Other {
                    id: other.id,
                    number: other.number.clone(),
                    title: row.title.clone(),
                    said: relation.back().to_owned(),
                    reason: None,
                    shared: None,
                });
            }
        }
    }
    let sharing = shell.store.sharing_with(incident)?;
    let sharing: Vec<Other> = sharing
        .into_iter()
        .map(|other| Other {
            id: other.address.id,
            number: other.address.number,
            title: other.title,
            said: "shares indicators with".to_owned(),
            reason: None,
            shared: Some(other.values),
        })
        .collect();
    if shell.json {
        return Out::json(
            shell,
            &serde_json::json!({ "incident": incident.number, "links": here, "linked_from": elsewhere, "sharing": sharing }),
        );
    }
    Ok(shown(shell, incident, [here, elsewhere, sharing]))
}

fn shown(shell: &Shell, incident: &Incident, [here, elsewhere, sharing]: [Vec<Other>; 3]) -> Out {
    let mut out = Out::new(shell);
    out.line(super::heading(incident));
    if here.is_empty() && elsewhere.is_empty() && sharing.is_empty() {
        out.line(Line::of(
            "  no link, and no shared indicator; casebook link INC-2026-0003 --relation duplicate",
        ));
    }
    let more = sharing.len().saturating_sub(SHARING);
    let from_there = elsewhere.iter().map(|other| (other, "said there"));
    let all = here.iter().map(|other| (other, "")).chain(from_there);
    let all = all.chain(sharing.iter().take(SHARING).map(|other| (other, "")));
    let rows = all.map(|(other, note)| {
        let count = other.shared.map(|n| format!("{n} {}", if n == 1 { "value" } else { "values" }));
        let reason = other.reason.as_ref().map(|reason| format!("\"{reason}\""));
        let note = count.or(reason).unwrap_or_else(|| note.to_owned());
        vec![
            Line::of(&other.said),
            Line::default().tone(Tone::Strong, &other.number),
            Line::of(&other.title),
            Line::default().tone(Tone::Dim, note),
        ]
    });
    out.table(2, rows.collect());
    if more > 0 {
        out.line(Line::default().tone(Tone::Dim, format!("  and {more} more share indicators")));
    }
    out
}
