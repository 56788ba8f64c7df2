//! What the answer to a change of a notice says beside its line.

use super::super::super::out::{Line, Tone};
use super::super::super::shell::Shell;
use super::{day, left, standing};
use crate::incident::Incident;
use crate::incident::event::Event;
use crate::model::notice::Notice;
use crate::model::notice::law::DISCLAIMER;
use crate::model::time;

/// What follows from a change of a notice, below its line in the answer.
pub(in crate::cli) fn answer(shell: &Shell, incident: &Incident, event: &Event) -> Vec<Line> {
    let mut lines = Vec::new();
    match event {
        Event::NoticeStarted(it) => {
            lines.extend(
                incident.notice(&it.id).map(|notice| clock_lines(shell, notice)).into_iter().flatten(),
            );
        }
        Event::NoticeAdded(it) => {
            let notice = incident.notice(&it.id);
            lines.extend(
                notice.map(|notice| Line::of(format!("  {:<7} ", notice.label())).join(left(shell, notice))),
            );
        }
        Event::NoticeFactChanged(it) => {
            lines.extend(
                incident.notice(&it.notice).map(|notice| clock_lines(shell, notice)).into_iter().flatten(),
            );
        }
        Event::NoticeSent(it) => {
            if let Some(next) = &it.next {
                let notice = incident.notice(&next.id);
                lines.extend(notice.map(|notice| {
                    Line::of(format!("  next    {} ", notice.label())).join(left(shell, notice))
                }));
            }
            lines.extend(follows(shell, incident, &it.notice));
        }
        _ => {}
    }
    lines
}

/// When it is due, for whom, and how sure that is.
fn clock_lines(shell: &Shell, notice: &Notice) -> Vec<Line> {
    let mut lines = vec![Line::of(format!("  {:<7} ", notice.label())).join(standing(shell, notice))];
    if let Some(started) = notice.started.get() {
        if let Some(basis) = &started.basis {
            let at = time::moment(shell.zone.at(started.at), shell.now);
            let hint =
                format!("another time: casebook notice fact {} --at TIME --reason \"…\"", notice.label());
            lines.push(
                Line::of(format!("  {} {at}, as the record has it ({basis}); ", started.fact.word()))
                    .tone(Tone::Dim, hint),
            );
        }
        if let Some(plain) = started.plain {
            let plain = time::when(plain, shell.now, &shell.zone);
            lines.push(Line::default().tone(Tone::Warn, format!("  {plain} without the weekend rule")));
        }
        for doubt in &started.doubts {
            lines.push(Line::default().tone(Tone::Warn, format!("  uncertain: {}", doubt.words())));
        }
    }
    if let Some(terms) = &notice.terms {
        let to =
            if notice.recipient.is_empty() { String::new() } else { format!("  to {}. ", notice.recipient) };
        if !terms.threshold.is_empty() || !to.is_empty() {
            lines.push(Line::of(if to.is_empty() {
                format!("  {}", terms.threshold)
            } else {
                format!("{to}{}", terms.threshold)
            }));
        }
        lines.push(Line::default().tone(
            Tone::Dim,
            format!(
                "  {DISCLAIMER}: as of {}, confidence {}, {}",
                day(&terms.as_of),
                terms.confidence,
                terms.verification
            ),
        ));
    }
    lines
}

/// The clocks that could be started now that a notice was sent.
fn follows(shell: &Shell, incident: &Incident, sent: &crate::model::id::NounId) -> Vec<Line> {
    let duties = shell.duties();
    let next =
        incident.candidates(&duties, shell.now).into_iter().filter(|next| next.after.as_ref() == Some(sent));
    next.map(|next| {
        let due = next.started.due.map(|due| time::when(due, shell.now, &shell.zone)).unwrap_or_default();
        Line::of(format!("  then    {}, due {due}: ", next.clock.label))
            .tone(Tone::Here, format!("casebook notice start {}", next.of()))
    })
    .collect()
}
