//! SITREPs in an incident: what is kept of one that was given, which is the next, and what came after the last.

use chrono::{DateTime, TimeDelta, Utc};

use super::Incident;
use super::event::Event;
use super::line::Line;
use super::setting::Setting;
use super::words::with_reason;
use crate::model::desk::Desk;
use crate::model::entry::Entry;
use crate::model::id::LineId;
use crate::model::redaction::Words;
use crate::model::refusal::Refusal;
use crate::model::severity::Severity;
use crate::model::sitrep::{Command, Give, HOW, JUDGEMENT, KEPT_BY_THIS, Sitrep, SitrepGiven, label, number};
use crate::model::text;

impl Incident {
    /// The SITREPs that were given, in the order of their lines.
    pub fn sitreps(&self) -> impl DoubleEndedIterator<Item = &Sitrep> {
        self.sitreps.iter()
    }

    /// The last one that was given.
    pub fn last_sitrep(&self) -> Option<&Sitrep> {
        self.sitreps.last()
    }

    /// The number of the one that comes next.
    pub fn next_sitrep_number(&self) -> u32 {
        let gone = self.gone_numbers().filter_map(number);
        self.sitreps.iter().map(|sitrep| sitrep.number).chain(gone).max().unwrap_or(0).saturating_add(1)
    }

    /// When the next SITREP is promised (UTC). A closed incident owes none.
    pub fn sitrep_promised(&self) -> Option<DateTime<Utc>> {
        self.last_sitrep().and_then(|sitrep| sitrep.next).filter(|_| !self.closed())
    }

    /// When the one after a SITREP given at `now` is due, where nobody says: what was promised still stands unless
    /// this one keeps it; else as often as the severity asks for. `None`: on change only.
    pub fn sitrep_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.closed() {
            return None;
        }
        let kept = now + TimeDelta::minutes(KEPT_BY_THIS);
        let every = self.severity().and_then(|severity| severity.level.update_minutes());
        let next = every.map(|minutes| now + TimeDelta::minutes(i64::from(minutes)));
        self.sitrep_promised().filter(|promised| *promised > kept).or(next)
    }

    /// The severity that stood before the one that holds; `None`: none did.
    pub fn severity_before(&self) -> Option<(&Severity, LineId)> {
        let line = self.severity.holds()?.line;
        let backs = self.backs.get(&line)?;
        backs.iter().flat_map(|back| &back.was).find_map(|was| match &was.setting {
            Setting::Severity(Some(severity)) => Some((severity, was.line)),
            _ => None,
        })
    }

    /// Where an entry stands in the log, from 0.
    pub fn place_in_log(&self, line: LineId) -> Option<usize> {
        self.place_of(line)
    }

    pub(super) fn decide_sitrep(&self, command: &Command, desk: &Desk<'_>) -> Result<Option<Event>, Refusal> {
        let Command::Give(give) = command;
        let given = self.give_sitrep(give, desk)?;
        Ok((!self.said_already(&given)).then(|| given.into()))
    }

    /// Whether the same was said to the same person the same way, and nothing came into the record since.
    fn said_already(&self, given: &SitrepGiven) -> bool {
        let last = self.last_sitrep().filter(|last| self.entries.last().is_some_and(|e| e.id == last.line));
        last.is_some_and(|last| {
            let judged = match (&last.judgement, &given.judgement) {
                (Some(last), Some(given)) => last.are(given),
                (last, given) => last.is_none() && given.is_none(),
            };
            judged && (&last.to, &last.how) == (&given.to, &given.how)
        })
    }

    fn give_sitrep(&self, give: &Give, desk: &Desk<'_>) -> Result<SitrepGiven, Refusal> {
        let line = |limit: text::Limit, words: &Option<String>| -> Result<Option<String>, Refusal> {
            let words = words.as_deref().map(|words| limit.clean_or_empty(words)).transpose()?;
            Ok(words.filter(|words| !words.is_empty()))
        };
        let to = text::NAME.clean_or_empty(&give.to)?;
        if to.is_empty() {
            return Err(Refusal::refused("A SITREP is given to somebody.")
                .hint("Name them: casebook sitrep --given-to NAME --how phone"));
        }
        let to = self.person_called(&to).map_or(to, |person| person.name().to_owned());
        if give.next.is_some_and(|next| next <= desk.at()) {
            return Err(Refusal::refused("The next SITREP would be due before this one was given.")
                .hint("Give a time that is still ahead: --next +60m, --next 15:30."));
        }
        Ok(SitrepGiven {
            id: desk.id(0),
            number: self.next_sitrep_number(),
            to,
            how: line(HOW, &give.how)?,
            judgement: line(JUDGEMENT, &give.judgement)?,
            next: give.next.or_else(|| self.sitrep_after(desk.at())),
            told: text::ENTRY.clean_or_empty(&give.told)?,
        })
    }

    /// Keeps what a line says was given.
    pub(super) fn keep_sitrep(&mut self, line: &Line, given: &SitrepGiven) {
        let mut twin = false;
        for other in self.sitreps.iter_mut().filter(|other| other.number == given.number) {
            other.twin = true;
            twin = true;
        }
        self.sitreps.push(Sitrep {
            id: given.id.clone(),
            number: given.number,
            twin,
            to: given.to.clone(),
            how: given.how.clone(),
            judgement: given.judgement.clone().map(Words::from),
            next: given.next,
            told: given.told.clone().into(),
            by: line.actor().to_owned(),
            at: line.at(),
            line: line.id,
        });
    }

    /// What was said is not unsaid.
    pub(super) fn told_already(&self, entry: &Entry) -> Option<Refusal> {
        let sitrep = self.sitreps.iter().find(|sitrep| sitrep.line == entry.id)?;
        let id = entry.id.short(10);
        Some(
            Refusal::refused(format!(
                "{} was given to {}; what was said is not taken back.",
                sitrep.label(),
                sitrep.to
            ))
            .hint(format!("Correct what the log says of it: casebook correct {id} \"…\"")),
        )
    }
}

/// A SITREP in the log. The text stands on the SITREP, not here.
pub(super) fn words(given: &SitrepGiven) -> String {
    let how = given.how.as_deref().map(|how| format!(", {how}")).unwrap_or_default();
    let next = given.next.map(|next| format!("; the next one {}", next.format("%Y-%m-%d %H:%MZ")));
    let what = format!("{} given to {}{how}{}", label(given.number), given.to, next.unwrap_or_default());
    with_reason(&what, given.judgement.as_deref())
}
