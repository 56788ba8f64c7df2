//! The list of incidents and the cursor that every list has.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::input::Input;
use crate::model::link::Relation;
use crate::model::phase::Phase;
use crate::model::severity::Level;
use crate::model::taxonomy::Tlp;
use crate::readiness::Actions;
use crate::store::Seen;

/// Where the cursor of a list stands, and the first row in sight. Follows its thing, not its number:
/// rows that arrive above it push it down with its row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The row it stands on, from 0.
    pub at: usize,
    /// The first row in sight.
    pub top: usize,
}

impl Cursor {
    /// Moves to a row of `total`, keeping it within the `room` rows in sight. Scrolls only at the edges.
    pub fn go(&mut self, at: usize, total: usize, room: usize) {
        self.at = at.min(total.saturating_sub(1));
        self.top = self.window(total, room).start;
    }

    /// The rows in sight: never empty while there are rows, always with the cursor in it.
    pub fn window(&self, total: usize, room: usize) -> Range<usize> {
        let room = room.max(1);
        let last_top = total.saturating_sub(room);
        let top = self.top.clamp((self.at + 1).saturating_sub(room), self.at).min(last_top);
        top..(top + room).min(total)
    }
}

/// How far an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Open,
    OnHold,
    Closed,
}

impl Status {
    /// The word on screens.
    pub fn word(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::OnHold => "on hold",
            Status::Closed => "closed",
        }
    }
}

/// An incident as the list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: Uuid,
    /// `INC-2026-0007`, or with part of the id where two stores met with the same number.
    pub number: String,
    pub title: String,
    pub status: Status,
    pub phase: Phase,
    /// Which visit of that phase, from 1.
    pub visit: u32,
    pub severity: Option<Level>,
    pub tlp: Option<Tlp>,
    pub lead: Option<String>,
    /// UTC.
    pub opened: DateTime<Utc>,
    /// When its last line was written down (UTC).
    pub updated: DateTime<Utc>,
    /// Components known to be affected and not held.
    pub uncontained: u32,
    /// The incidents it is tied to, and how it belongs to each.
    pub links: Vec<(Uuid, Relation)>,
    /// Improvement actions: the open ones, and how the others ended.
    pub actions: Actions,
    /// Its folder may not be read: only the number is known.
    pub restricted: bool,
    /// The last check on this machine found a fault in its record.
    pub faulty: bool,
    /// Entries in its log, and who wrote the last one.
    pub entries: u32,
    pub by: Option<String>,
}

/// Which incidents the list holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Open and on hold.
    #[default]
    Open,
    Closed,
    All,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest number first.
    #[default]
    Number,
    /// What changed last first.
    Updated,
    /// SEV1 first, unset last.
    Severity,
}

/// The incident list. Rows are formatted only when they are in sight.
#[derive(Clone, Debug, Default)]
pub struct Incidents {
    /// All rows, newest number first.
    pub rows: Arc<Vec<Row>>,
    /// The rows the filter leaves, as places in `rows`, in the order of `sort`.
    pub shown: Vec<u32>,
    pub cursor: Cursor,
    pub kept: Kept,
    pub sort: Sort,
    /// What was typed to narrow the list; empty: nothing.
    pub filter: String,
    /// Whether the list is still being read.
    pub loading: bool,
    /// Incidents that changed while another one was open, or since its reader was last here.
    pub unread: BTreeSet<Uuid>,
    /// The incident under the cursor, which the cursor follows when rows come and go.
    on: Option<Uuid>,
}

impl Incidents {
    /// The row at a place of the list as shown.
    pub fn row(&self, at: usize) -> Option<&Row> {
        self.rows.get(*self.shown.get(at)? as usize)
    }

    /// Whether there is a drill other than this one.
    pub fn has_drill_beside(&self, id: Uuid) -> bool {
        self.rows.iter().any(|row| row.number.starts_with("EX-") && row.id != id)
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&Row> {
        self.row(self.cursor.at)
    }

    /// Marks what others wrote since `me` was last here.
    pub fn mark(&mut self, seen: &Seen, me: &str, open: Option<Uuid>) {
        let missed = self.rows.iter().filter(|row| seen.misses(row.id, row.entries, row.by.as_deref(), me));
        self.unread.extend(missed.map(|row| row.id).filter(|id| Some(*id) != open));
    }

    /// All rows anew, newest number first. The cursor stays with its incident.
    pub fn fill(&mut self, rows: Vec<Row>, room: usize, open: Option<Uuid>) {
        let before: HashMap<Uuid, DateTime<Utc>> =
            self.rows.iter().map(|row| (row.id, row.updated)).collect();
        let changed = |row: &&Row| before.get(&row.id).is_none_or(|at| *at < row.updated);
        if !before.is_empty() {
            self.unread.extend(rows.iter().filter(changed).map(|row| row.id).filter(|id| Some(*id) != open));
        }
        if self.rows.is_empty() {
            self.on = open.or(self.on);
        }
        self.rows = Arc::new(rows);
        self.loading = false;
        self.again(room);
    }

    /// Puts in rows that are new or changed.
    pub fn update(&mut self, rows: Vec<Row>, room: usize) {
        for row in rows {
            match self.rows.iter().position(|known| known.id == row.id) {
                // What a check found stays until the list is read anew, or a check of this one ends.
                Some(at) => {
                    let row = Row { faulty: self.rows[at].faulty || row.faulty, ..row };
                    // Whoever holds the rows beside the loop finds them unchanged where they are.
                    if self.rows[at] != row {
                        Arc::make_mut(&mut self.rows)[at] = row;
                    }
                }
                None => Arc::make_mut(&mut self.rows).insert(0, row),
            }
        }
        self.again(room);
    }

    /// Says of an incident whether the last check found a fault in its record. `false`: that was known.
    pub fn check(&mut self, id: Uuid, faulty: bool) -> bool {
        let other = |row: &Row| row.id == id && row.faulty != faulty;
        let Some(at) = self.rows.iter().position(other) else { return false };
        Arc::make_mut(&mut self.rows)[at].faulty = faulty;
        true
    }

    /// Puts the cursor on an incident, if the filter shows it.
    pub fn go_to(&mut self, id: Uuid, room: usize) {
        self.on = Some(id);
        self.again(room);
    }

    /// Remembers which incident the cursor stands on.
    pub fn remember(&mut self) {
        self.on = self.selected().map(|row| row.id);
    }

    fn again(&mut self, room: usize) {
        self.select(0);
        let found = self.on.and_then(|on| self.shown.iter().position(|at| self.rows[*at as usize].id == on));
        self.cursor.go(found.unwrap_or(self.cursor.at), self.shown.len(), room);
    }

    /// Narrows the list as one types. Words are looked for in number, title, lead, phase, severity and TLP;
    /// `closed`, `all` and `open` choose which incidents, `sort:updated` and `sort:severity` the order.
    pub fn narrow(&mut self, words: &str) {
        // One more letter of the last word can only take rows away.
        let further =
            words.starts_with(&self.filter) && !self.filter.is_empty() && !self.filter.ends_with(' ');
        let known = self.shown.len();
        let before = (self.kept, self.sort);
        words.clone_into(&mut self.filter);
        let ask = Ask::read(words);
        (self.kept, self.sort) = (ask.kept, ask.sort);
        if further && before == (self.kept, self.sort) {
            let rows = &self.rows;
            self.shown.retain(|at| ask.keeps(&rows[*at as usize]));
        } else {
            self.select(known);
        }
        self.cursor = Cursor::default();
    }

    fn select(&mut self, expected: usize) {
        let ask = Ask::read(&self.filter);
        (self.kept, self.sort) = (ask.kept, ask.sort);
        self.shown.clear();
        self.shown.reserve(expected);
        let kept = (0u32..).zip(self.rows.iter()).filter(|(_, row)| ask.keeps(row)).map(|(at, _)| at);
        self.shown.extend(kept);
        let rows = &self.rows;
        match self.sort {
            Sort::Number => {}
            Sort::Updated => self.shown.sort_by_key(|at| std::cmp::Reverse(rows[*at as usize].updated)),
            Sort::Severity => self.shown.sort_by_key(|at| {
                rows[*at as usize].severity.map_or(u8::MAX, crate::model::severity::Level::number)
            }),
        }
    }
}

/// What a filter asks for.
struct Ask {
    kept: Kept,
    sort: Sort,
    /// In small letters.
    words: Vec<String>,
}

impl Ask {
    fn read(filter: &str) -> Self {
        let mut ask = Ask { kept: Kept::default(), sort: Sort::default(), words: Vec::new() };
        for word in filter.to_lowercase().split_whitespace() {
            match word {
                "open" => ask.kept = Kept::Open,
                "closed" => ask.kept = Kept::Closed,
                "all" => ask.kept = Kept::All,
                "sort:number" => ask.sort = Sort::Number,
                "sort:updated" => ask.sort = Sort::Updated,
                "sort:severity" => ask.sort = Sort::Severity,
                word => ask.words.push(word.to_owned()),
            }
        }
        ask
    }

    fn keeps(&self, row: &Row) -> bool {
        let kept = match self.kept {
            Kept::Open => row.status != Status::Closed,
            Kept::Closed => row.status == Status::Closed,
            Kept::All => true,
        };
        kept && self.words.iter().all(|word| {
            let named = |text: &str| holds(text, word);
            named(&row.title)
                || named(&row.number)
                || row.lead.as_deref().is_some_and(named)
                || named(row.phase.name())
                || row.severity.is_some_and(|level| named(level.label()))
                || row.tlp.is_some_and(|tlp| named(tlp.label()))
        })
    }
}

/// Whether a text holds a word that is in small letters, whatever its own letters are.
pub fn holds(text: &str, word: &str) -> bool {
    if !text.is_ascii() || !word.is_ascii() {
        return text.to_lowercase().contains(word);
    }
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some((first, _)) = word.split_first() else { return true };
    text.len() >= word.len()
        && text
            .windows(word.len())
            .any(|window| window[0].to_ascii_lowercase() == *first && window.eq_ignore_ascii_case(word))
}

/// The filter line of a list (`f`): the list narrows with each letter.
#[derive(Clone, Debug)]
pub struct Filter {
    pub input: Input,
    /// What the filter was before, for Esc.
    pub before: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(n: u32, title: &str, status: Status) -> Row {
        let at = DateTime::from_timestamp(1_795_299_303 + i64::from(n), 0).unwrap();
        Row {
            id: Uuid::from_u128(u128::from(n)),
            number: format!("INC-2026-{n:04}"),
            title: title.to_owned(),
            status,
            phase: Phase::Detection,
            visit: 1,
            severity: None,
            tlp: Some(Tlp::Amber),
            lead: Some("ana".to_owned()),
            opened: at,
            updated: at,
            uncontained: 0,
            links: Vec::new(),
            actions: Actions::default(),
            faulty: false,
            restricted: false,
            entries: 0,
            by: None,
        }
    }

    fn incidents() -> Incidents {
        let mut incidents = Incidents::default();
        let rows = vec![
            row(3, "Beacon from APP03", Status::Open),
            row(2, "Gehackte Übersicht", Status::Closed),
            row(1, "Ransomware on the file servers", Status::OnHold),
        ];
        incidents.fill(rows, 10, None);
        incidents
    }

    fn titles(incidents: &Incidents) -> Vec<&str> {
        (0..incidents.shown.len()).map(|at| incidents.row(at).unwrap().title.as_str()).collect()
    }

    #[test]
    fn the_list_shows_what_is_open_until_it_is_asked_for_more() {
        let mut incidents = incidents();
        assert_eq!(titles(&incidents), ["Beacon from APP03", "Ransomware on the file servers"]);
        incidents.narrow("all übers");
        assert_eq!(titles(&incidents), ["Gehackte Übersicht"]);
        incidents.narrow("closed");
        assert_eq!(titles(&incidents), ["Gehackte Übersicht"]);
        incidents.narrow("all sort:updated");
        assert_eq!(incidents.row(0).unwrap().number, "INC-2026-0003");
    }

    #[test]
    fn narrowing_letter_by_letter_finds_what_typing_at_once_finds() {
        let words = "all ana app";
        let mut slowly = incidents();
        for end in 1..=words.len() {
            slowly.narrow(&words[..end]);
        }
        let mut at_once = incidents();
        at_once.narrow(words);
        assert_eq!(titles(&slowly), titles(&at_once));
    }

    #[test]
    fn the_cursor_stays_with_its_incident_when_another_arrives() {
        let mut incidents = incidents();
        incidents.cursor.go(1, 2, 10);
        incidents.remember();
        incidents.update(vec![row(4, "New one", Status::Open)], 10);
        assert_eq!(incidents.selected().unwrap().number, "INC-2026-0001");
    }

    #[test]
    fn rows_that_are_told_again_as_they_were_stay_where_they_are() {
        let mut incidents = incidents();
        let shown = Arc::downgrade(&incidents.rows);
        incidents.update(vec![row(1, "Ransomware on the file servers", Status::OnHold)], 10);
        assert!(!incidents.check(row(3, "", Status::Open).id, false));
        assert!(shown.upgrade().is_some_and(|shown| shown.len() == 3));
        assert!(incidents.check(row(3, "", Status::Open).id, true));
        assert!(shown.upgrade().is_none(), "these rows are not on the screen any more");
        assert!(incidents.rows[0].faulty);
    }

    #[test]
    fn a_window_holds_the_cursor_and_scrolls_only_at_its_edges() {
        let mut cursor = Cursor::default();
        for (to, top) in [(3, 0), (4, 0), (5, 1), (4, 1), (1, 1), (0, 0), (99, 95)] {
            cursor.go(to, 100, 5);
            assert_eq!(cursor.top, top, "at {to}");
            assert!(cursor.window(100, 5).contains(&cursor.at));
        }
        assert_eq!(Cursor::default().window(0, 5), 0..0);
    }
}
