//! Readiness: the improvement actions of many incidents, what of them is open and overdue, and the share that
//! was done on time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::incident::Incident;
use crate::model::id::NounId;
use crate::model::lesson::{Carried, State};

/// An open improvement action, as a list of incidents keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    pub id: NounId,
    /// `A-3`.
    pub number: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
    /// What will show that it worked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<String>,
}

/// What a list of incidents keeps of one incident's improvement actions: the open ones, and how the others
/// ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actions {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Open>,
    /// Done until its due time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub on_time: u32,
    /// Done after its due time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub late: u32,
    /// Done without ever having had a due time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undated: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Actions {
    /// Those of an incident.
    pub fn of(incident: &Incident) -> Self {
        let mut actions = Actions::default();
        for action in incident.improvements() {
            let done = action.state.get().map(|standing| standing.at);
            match (action.state(), action.due(), done) {
                (State::Open, due, _) => actions.open.push(Open {
                    id: action.id.clone(),
                    number: incident.action_number(action),
                    title: action.title.clone(),
                    owner: action.owner().map(str::to_owned),
                    due,
                    success: action.success.clone(),
                }),
                (State::Dropped, ..) => actions.dropped += 1,
                (State::Done, Some(due), Some(done)) if done > due => actions.late += 1,
                (State::Done, Some(_), _) => actions.on_time += 1,
                (State::Done, None, _) => actions.undated += 1,
            }
        }
        actions
    }

    /// Whether there never was one.
    pub fn none(&self) -> bool {
        *self == Actions::default()
    }

    /// The open ones, as a Preparation takes them over from this incident.
    pub fn carried<'a>(
        &'a self,
        incident: Uuid,
        number: &'a str,
        title: &'a str,
    ) -> impl Iterator<Item = Carried> + 'a {
        self.open.iter().map(move |open| Carried {
            incident,
            incident_number: number.to_owned(),
            incident_title: title.to_owned(),
            number: open.number.clone(),
            id: open.id.clone(),
            title: open.title.clone(),
            owner: open.owner.clone(),
            due: open.due,
            success: open.success.clone(),
        })
    }
}

/// How ready the store's people are: what was learned and is not done yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readiness {
    /// All open actions: overdue ones first, then by due time; those without one last.
    pub open: Vec<Carried>,
    /// How many of them are overdue.
    pub overdue: usize,
    /// How many of them nobody owns, or have no due time.
    pub unowned: usize,
    pub on_time: u32,
    pub late: u32,
    pub undated: u32,
    pub dropped: u32,
}

/// A part of a whole, in counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    pub part: u32,
    pub of: u32,
}

impl Share {
    /// Rounded down, so that 100 means all.
    pub fn percent(self) -> u32 {
        u32::try_from(u64::from(self.part) * 100 / u64::from(self.of.max(1))).unwrap_or(100)
    }
}

impl Readiness {
    /// Over incidents, each with its id, number, title and actions, as they stand at `now`.
    pub fn of<'a>(
        incidents: impl Iterator<Item = (Uuid, &'a str, &'a str, &'a Actions)>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut all = Readiness::default();
        for (id, number, title, actions) in incidents {
            all.open.extend(actions.carried(id, number, title));
            all.on_time += actions.on_time;
            all.late += actions.late;
            all.undated += actions.undated;
            all.dropped += actions.dropped;
        }
        all.open.sort_by(|a, b| {
            let place = |it: &Carried| (it.due.is_none(), it.due);
            let numbers = || (&a.incident_number, &a.number).cmp(&(&b.incident_number, &b.number));
            place(a).cmp(&place(b)).then_with(numbers)
        });
        all.overdue = all.open.iter().filter(|it| overdue(it.due, now)).count();
        all.unowned = all.open.iter().filter(|it| it.owner.is_none() || it.due.is_none()).count();
        all
    }

    /// The share done on time: of all actions that were due, the ones done by then. An open one that is overdue
    /// counts as not; one that was dropped or never had a due time does not count. `None`: none was due yet.
    pub fn done_on_time(&self) -> Option<Share> {
        let overdue = u32::try_from(self.overdue).unwrap_or(u32::MAX);
        let of = self.on_time.saturating_add(self.late).saturating_add(overdue);
        (of > 0).then_some(Share { part: self.on_time, of })
    }
}

/// Whether the due time of something open has come.
pub fn overdue(due: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    due.is_some_and(|due| due <= now)
}

#[cfg(test)]
mod tests {
    use chrono::{Duration, TimeZone};

    use super::*;

    fn open(number: &str, due: Option<DateTime<Utc>>) -> Open {
        Open {
            id: NounId(number.to_lowercase()),
            number: number.into(),
            title: format!("do {number}"),
            owner: due.map(|_| "ana".into()),
            due,
            success: None,
        }
    }

    #[test]
    fn what_is_overdue_stands_first_and_counts_against_the_share_done_on_time() {
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap();
        let day = |days: i64| Some(now + Duration::days(days));
        let one =
            Actions { open: vec![open("A-1", None), open("A-2", day(3))], on_time: 2, ..Actions::default() };
        let two = Actions {
            open: vec![open("A-1", day(-1))],
            late: 1,
            undated: 4,
            dropped: 1,
            ..Actions::default()
        };
        let both = [(Uuid::from_u128(1), "INC-1", "one", &one), (Uuid::from_u128(2), "INC-2", "two", &two)];
        let readiness = Readiness::of(both.into_iter(), now);
        let order: Vec<String> =
            readiness.open.iter().map(|it| format!("{} {}", it.incident_number, it.number)).collect();
        assert_eq!(order, ["INC-2 A-1", "INC-1 A-2", "INC-1 A-1"]);
        assert_eq!((readiness.overdue, readiness.unowned), (1, 1));
        let share = readiness.done_on_time().unwrap();
        assert_eq!((share.part, share.of, share.percent()), (2, 4, 50));
        assert_eq!(Readiness::default().done_on_time(), None);
    }
}
