//! Links to other incidents: judged, made, and asked about.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::Incident;
use super::event::Event;
use super::find::{Findable, Spot, record};
use super::line::Line;
use super::words;
use crate::model::desk::Desk;
use crate::model::entry::Kind;
use crate::model::id::NounId;
use crate::model::lesson::said;
use crate::model::link::{Command, IncidentLinked, IncidentUnlinked, Link, Relation, Tie};
use crate::model::refusal::Refusal;
use crate::model::register::Register;
use crate::model::text;

/// A link, for scripts.
#[derive(Serialize)]
pub struct LinkDocument<'a> {
    pub id: &'a NounId,
    /// The other incident.
    pub incident: Uuid,
    pub number: &'a str,
    pub title: &'a str,

    pub relation: Relation,
    pub reason: Option<&'a str>,
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

impl Incident {
    /// The links that stand, each with what is said of it, in the order they were made.
    pub fn links(&self) -> impl Iterator<Item = (&Link, &Tie)> {
        self.links.iter().filter_map(|link| Some((link, link.tie()?)))
    }

    /// The link to another incident, whether it stands or was taken away.
    pub fn link_to(&self, incident: Uuid) -> Option<&Link> {
        self.links.iter().find(|link| link.incident == incident)
    }

    pub(super) fn link_mut(&mut self, incident: Uuid) -> Option<&mut Link> {
        self.links.iter_mut().find(|link| link.incident == incident)
    }

    pub(super) fn decide_link(&self, command: &Command, desk: &Desk<'_>) -> Result<Option<Event>, Refusal> {
        match command {
            Command::Tie { incident, number, title, relation, reason } => {
                if *incident == self.id {
                    return Err(Refusal::misused(format!("{} is this incident itself.", self.number))
                        .hint("Name another one: casebook link INC-2026-0003 --relation related"));
                }
                let known = self.link_to(*incident);
                let tie = known.and_then(Link::tie);
                let reason = said(reason.as_deref(), text::reason)?;
                let news = reason.is_some() && tie.is_some_and(|tie| tie.reason != reason);
                let contested = known.is_some_and(|link| link.tie.contested().is_some());
                if tie.is_some_and(|tie| tie.relation == *relation) && !news && !contested {
                    return Ok(None);
                }
                Ok(Some(Event::IncidentLinked(IncidentLinked {
                    id: known.map_or_else(|| desk.id(0), |link| link.id.clone()),
                    incident: *incident,
                    number: number.clone(),
                    title: title.clone(),
                    from: tie.map(|tie| tie.relation),
                    to: *relation,
                    reason,
                })))
            }
            Command::Untie { incident, reason } => {
                let Some((link, tie)) = self.links().find(|(link, _)| link.incident == *incident) else {
                    return Ok(None);
                };
                Ok(Some(Event::IncidentUnlinked(IncidentUnlinked {
                    incident: *incident,
                    number: link.number.clone(),
                    from: tie.relation,
                    reason: said(reason.as_deref(), text::reason)?,
                })))
            }
        }
    }

    /// Makes the link a line speaks of, if nobody has yet.
    pub(super) fn make_link(&mut self, line: &Line, linked: &IncidentLinked) {
        if self.link_to(linked.incident).is_none() {
            self.links.push(Link {
                id: linked.id.clone(),
                incident: linked.incident,
                number: linked.number.clone(),
                title: linked.title.clone(),
                line: line.id,
                tie: Register::default(),
            });
        }
    }

    pub(super) fn link_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.links().flat_map(|(link, tie)| {
            let reason = tie.reason.as_deref().unwrap_or_default();
            let fields = [("number", link.number.as_str()), ("title", &link.title), ("reason", reason)];
            record(Kind::Link, Spot::Noun(&link.id, link.line), fields)
        })
    }

    pub(super) fn link_documents(&self) -> Vec<LinkDocument<'_>> {
        self.links()
            .map(|(link, tie)| LinkDocument {
                id: &link.id,
                incident: link.incident,
                number: &link.number,
                title: &link.title,
                relation: tie.relation,
                reason: tie.reason.as_deref(),
                by: &tie.by,
                at: tie.at,
            })
            .collect()
    }
}

/// `related → duplicate of INC-2026-0003 Odd logins  "same mail"`.
pub(super) fn linked(it: &IncidentLinked) -> String {
    let from = it.from.filter(|from| *from != it.to).map(|from| format!("{} → ", from.id()));
    let words = format!("{}{} {} {}", from.unwrap_or_default(), it.to.words(), it.number, it.title);
    words::with_reason(&words, it.reason.as_deref())
}

/// `no longer related to INC-2026-0003`.
pub(super) fn unlinked(it: &IncidentUnlinked) -> String {
    words::with_reason(&format!("no longer {} {}", it.from.words(), it.number), it.reason.as_deref())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::command::Command as Any;
    use super::super::tests::{Person, at, opened};
    use super::*;

    const OTHER: Uuid = Uuid::from_u128(99);

    fn tie(relation: Relation, reason: Option<&str>) -> Any {
        let (number, title) = ("INC-2026-0003".to_owned(), "Odd logins".to_owned());
        Any::Link(Command::Tie {
            incident: OTHER,
            number,
            title,
            relation,
            reason: reason.map(str::to_owned),
        })
    }

    /// A command on links that makes sense.
    pub(crate) fn some(pick: usize, word: u8) -> Any {
        let incident = Uuid::from_u128(100 + (pick % 3) as u128);
        Any::Link(match word % 4 {
            0 => Command::Untie { incident, reason: None },
            _ => Command::Tie {
                incident,
                number: format!("INC-2026-000{}", pick % 3),
                title: "another".into(),
                relation: Relation::ALL[usize::from(word) % 5],
                reason: None,
            },
        })
    }

    fn stands(person: &Person) -> Vec<(&str, Relation)> {
        person.incident.links().map(|(link, tie)| (link.number.as_str(), tie.relation)).collect()
    }

    #[test]
    fn a_link_is_made_once_changed_taken_away_and_taken_back() {
        let mut ana = opened();
        assert_eq!(ana.give(&tie(Relation::Related, None), at(1)), Ok(true));
        assert_eq!(ana.give(&tie(Relation::Related, None), at(2)), Ok(false));
        assert_eq!(ana.give(&tie(Relation::Duplicate, Some("same mail")), at(3)), Ok(true));
        assert_eq!(stands(&ana), [("INC-2026-0003", Relation::Duplicate)]);
        let untie = Any::Link(Command::Untie { incident: OTHER, reason: None });
        assert_eq!((ana.give(&untie, at(4)), ana.give(&untie, at(5))), (Ok(true), Ok(false)));
        assert!(stands(&ana).is_empty());
        ana.give(&Any::Undo(None), at(6)).unwrap();
        assert_eq!(stands(&ana), [("INC-2026-0003", Relation::Duplicate)]);
    }

    #[test]
    fn two_people_who_link_differently_are_contested_and_neither_is_lost() {
        let mut ana = opened();
        let mut bo = Person::new("bo");
        bo.read(&ana);
        ana.give(&tie(Relation::CausedBy, None), at(1)).unwrap();
        bo.give(&tie(Relation::Duplicate, None), at(2)).unwrap();
        ana.read(&bo);
        assert_eq!(ana.incident.links.len(), 1);
        assert!(ana.incident.contested().iter().any(|it| it.field == "link to INC-2026-0003"));
        ana.give(&tie(Relation::Duplicate, None), at(3)).unwrap();
        assert!(ana.incident.contested().is_empty());
    }

    #[test]
    fn an_incident_is_not_linked_with_itself() {
        let mut ana = opened();
        let own = Command::Tie {
            incident: ana.incident.id,
            number: "INC-2026-0007".into(),
            title: "Ransomware".into(),
            relation: Relation::Related,
            reason: None,
        };
        assert!(ana.give(&Any::Link(own), at(1)).unwrap_err().message.contains("itself"));
    }

    #[test]
    fn the_json_of_links_is_pinned() {
        let mut ana = opened();
        ana.give(&tie(Relation::Related, None), at(1)).unwrap();
        ana.give(&tie(Relation::Duplicate, Some("same mail")), at(2)).unwrap();
        ana.give(&Any::Link(Command::Untie { incident: OTHER, reason: None }), at(3)).unwrap();
        let pinned: Vec<String> = ana.lines[1..]
            .iter()
            .map(|line| format!("{} {}", line.event.kind(), line.event.data()))
            .collect();
        insta::assert_snapshot!(pinned.join("\n"));
    }
}
