//! The words of the log for the roster.

use super::super::Incident;
use super::super::event::Event;
use super::super::find::{Findable, Spot, record};
use super::super::words::{changed, with_reason};
use crate::model::entry::Kind;
use crate::model::roster::{Detail, Roles, Shift};

/// The roster in the log: `+ bo (analyst)`, `bo: phone nothing → +49 …`, `bo: on shift until …`.
pub(in crate::incident) fn words(event: &Event) -> String {
    let named = |roles: &Roles| match roles.0.is_empty() {
        true => None,
        false => Some(roles.words()),
    };
    let on = |shift: &Shift| {
        let until = shift.until.map(|until| format!(" until {}", until.format("%Y-%m-%d %H:%MZ")));
        format!("{} shift{}", shift.duty.word(), until.unwrap_or_default())
    };
    if let Event::PersonAdded(added) = event {
        let roles = named(&added.roles).map(|roles| format!(" ({roles})")).unwrap_or_default();
        let shift = added.shift.as_ref().map(|shift| format!(", {}", on(shift))).unwrap_or_default();
        format!("+ {}{roles}{shift}", added.name())
    } else if let Event::PersonEdited(edited) = event {
        let details = edited.details.iter();
        let mut parts: Vec<String> = details
            .map(|(which, to)| format!("{} {}", which.word(), changed(to.from.as_deref(), to.to.as_deref())))
            .collect();
        parts.extend(
            edited
                .roles
                .iter()
                .map(|to| format!("roles {}", changed(named(&to.from).as_deref(), named(&to.to).as_deref()))),
        );
        format!("{}: {}", edited.name, parts.join(", "))
    } else if let Event::ShiftSet(set) = event {
        let back = if set.back { ", back in the incident" } else { "" };
        format!("{}: {}{back}", set.name, on(&set.to))
    } else if let Event::PersonLeft(left) = event {
        with_reason(&format!("{} leaves the incident", left.name), left.reason.as_deref())
    } else {
        String::new()
    }
}

/// What is found by its words.
impl Incident {
    /// Names, contacts and notes of the roster.
    pub(in crate::incident) fn people_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.people().flat_map(|person| {
            let fields = Detail::ALL.map(|detail| (detail.word(), person.detail(detail).unwrap_or_default()));
            record(Kind::People, Spot::Noun(&person.id, person.line), fields)
        })
    }
}
