//! The scenarios at hand: those that ship, and the user's own over and beside them. One is parsed when it is
//! played, none for the list.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::check::{self, Checked, Known};
use crate::model::refusal::{Refusal, quoted};
use crate::model::text::nearest;

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    pub id: Cow<'static, str>,
    pub title: Cow<'static, str>,
    /// 1 for somebody's first drill, to 5 for experts.
    pub level: u8,
    /// Planned real minutes.
    pub minutes: u32,
    /// What it is about, giving nothing away.
    pub blurb: Cow<'static, str>,
    /// The user's own file, by its name; `None`: it ships with casebook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A scenario as text, before anybody parsed it. What a drill is played from is kept as these words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub row: Row,
    /// The whole file.
    pub text: Cow<'static, str>,
}

impl Source {
    /// Parses and checks it.
    pub fn check(&self, known: Known<'_>) -> Checked {
        check::check(&self.text, Some(&self.row.id), known)
    }
}

macro_rules! built_in {
    ($($id:literal $title:literal, level $level:literal, $minutes:literal min, $blurb:literal;)*) => {
        /// The scenarios that ship, the easiest first. A test holds each row to its file.
        static BUILT_IN: &[(Row, &str)] = &[$((
            Row {
                id: Cow::Borrowed($id),
                title: Cow::Borrowed($title),
                level: $level,
                minutes: $minutes,
                blurb: Cow::Borrowed($blurb),
                file: None,
            },
            include_str!(concat!("../../../assets/scenarios/", $id, ".json")),
        )),*];
    };
}

built_in! {
    "lost-laptop" "Lost laptop", level 1, 20 min,
        "Wednesday, half past five. A care nurse calls: her laptop is still on the tram. Your very first drill, with a guided tour of the keys.";
    "ticket-desk" "Ticket desk", level 2, 65 min,
        "Monday morning, the busiest day of the year for a university portal. A filter has logged one odd request. Good first drill.";
    "invoice-4471" "Invoice 4471", level 2, 65 min,
        "A supplier asks for money that was paid this morning. One mailbox, two payments, and a bank that goes home at half past five.";
    "four-minutes" "Four minutes", level 3, 65 min,
        "A cloud key was public for four minutes before somebody used it. The morning is about everything that the key made.";
    "saint-orla" "Night shift at Saint Orla", level 4, 90 min,
        "Saturday, ten past two at night, a hospital with 420 beds. A ward reports strange file names. Hours count, and so do patients.";
}

/// The built-in scenarios with the user's own over and beside them, found by id.
#[derive(Clone, Debug, Default)]
pub struct Library {
    own: Vec<Source>,
}

impl Library {
    /// Puts the user's own scenarios over the built-in ones of the same id.
    pub fn with(own: Vec<Source>) -> Self {
        Self { own }
    }

    /// Every scenario once: those that ship, the easiest first, then the user's others.
    pub fn rows(&self) -> Vec<&Row> {
        let built_in = BUILT_IN.iter().map(|(row, _)| self.own(&row.id).map_or(row, |own| &own.row));
        let other = |own: &&Source| {
            let last = self.own(&own.row.id).is_some_and(|last| std::ptr::eq(last, *own));
            last && !BUILT_IN.iter().any(|(row, _)| row.id == own.row.id)
        };
        built_in.chain(self.own.iter().filter(other).map(|own| &own.row)).collect()
    }

    /// Of two own ones of one id, the later file.
    fn own(&self, id: &str) -> Option<&Source> {
        self.own.iter().rfind(|own| own.row.id == id)
    }

    pub fn get(&self, id: &str) -> Option<Source> {
        let built_in = || {
            let (row, text) = BUILT_IN.iter().find(|(row, _)| row.id == id)?;
            Some(Source { row: row.clone(), text: Cow::Borrowed(*text) })
        };
        self.own(id).cloned().or_else(built_in)
    }

    /// The scenario that is meant: its id, the beginning of it, or its title.
    ///
    /// # Errors
    /// Refused with what there is.
    pub fn named(&self, words: &str) -> Result<Source, Refusal> {
        let wanted = words.trim().to_lowercase();
        let rows = self.rows();
        let exact = rows.iter().find(|row| *row.id == *wanted || row.title.to_lowercase() == wanted);
        let mut near = rows.iter().filter(|row| !wanted.is_empty() && row.id.starts_with(&wanted));
        let row = exact.or_else(|| near.next().filter(|_| near.next().is_none()));
        row.and_then(|row| self.get(&row.id)).ok_or_else(|| {
            let ids: Vec<&str> = rows.iter().map(|row| &*row.id).collect();
            let hint = match nearest(&wanted, ids.iter().copied()) {
                Some(id) => format!("Did you mean {id}?"),
                None => format!("Type one of {}.", ids.join(", ")),
            };
            Refusal::misused(format!("There is no scenario {}.", quoted(words))).hint(hint)
        })
    }
}

/// What the list shows of a file, whatever else it holds.
#[derive(Deserialize)]
struct Heading {
    id: String,
    title: String,
    difficulty: u8,
    minutes: u32,
    summary: String,
}

/// Reads a user's own scenario for the list; whether it can be played is the check's to say.
///
/// # Errors
/// One sentence that names the file, what is wrong and what to do.
pub fn read(file: &str, text: &str) -> Result<Vec<Source>, Refusal> {
    let heading: Heading = serde_json::from_str(text).map_err(|error| {
        Refusal::misused(format!("Scenario {file}: {error}."))
            .hint(format!("casebook drill check {file} names every fault with its place."))
    })?;
    let row = Row {
        id: heading.id.into(),
        title: heading.title.into(),
        level: heading.difficulty,
        minutes: heading.minutes,
        blurb: heading.summary.into(),
        file: Some(file.to_owned()),
    };
    Ok(vec![Source { row, text: Cow::Owned(text.to_owned()) }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::notice::duties::Duties;
    use crate::model::playbook::Playbooks;

    #[test]
    fn every_scenario_that_ships_stands_in_the_list_as_its_file_says_and_is_sound() {
        let playbooks = Playbooks::default();
        let known = Known { playbooks: &playbooks, duties: Duties::plain() };
        for (row, text) in BUILT_IN {
            let read = read("x.json", text).unwrap().remove(0).row;
            assert_eq!(Row { file: None, ..read }, *row);
            let checked = Library::default().get(&row.id).unwrap().check(known);
            let said: Vec<String> =
                checked.faults.iter().chain(&checked.remarks).map(ToString::to_string).collect();
            assert_eq!(said, Vec::<String>::new(), "{}", row.id);
            assert!(checked.sound().is_ok());
        }
        let levels: Vec<u8> = BUILT_IN.iter().map(|(row, _)| row.level).collect();
        assert!(levels.is_sorted(), "the easiest first");
    }

    fn own(id: &str, title: &str) -> Source {
        let text = format!(
            r#"{{"id":"{id}","title":"{title}","difficulty":1,"minutes":20,"summary":"s","more":[]}}"#
        );
        read(&format!("{id}.json"), &text).unwrap().remove(0)
    }

    #[test]
    fn an_own_scenario_stands_beside_the_built_in_ones_or_takes_the_place_of_one() {
        let library = Library::with(vec![
            own("kiosk", "Kiosk"),
            own("ticket-desk", "Our desk"),
            own("kiosk", "Kiosk 2"),
        ]);
        let titles: Vec<&str> = library.rows().iter().map(|row| &*row.title).collect();
        assert_eq!(titles.iter().filter(|title| title.contains("iosk")).count(), 1);
        assert!(
            titles.contains(&"Our desk") && titles.contains(&"Kiosk 2") && !titles.contains(&"Ticket desk")
        );
        assert_eq!(library.get("kiosk").unwrap().row.title, "Kiosk 2");
        assert_eq!(library.get("nothing"), None);
    }

    #[test]
    fn a_scenario_is_named_by_id_beginning_or_title() {
        let library = Library::default();
        for words in ["saint-orla", "saint", "Night shift at saint orla", " SAINT "] {
            assert_eq!(library.named(words).unwrap().row.id, "saint-orla");
        }
        for (words, hint) in
            [("sant-orla", "Did you mean saint-orla?"), ("", "Type one of"), ("zebra", "Type one of")]
        {
            let refusal = library.named(words).unwrap_err();
            assert!(refusal.hint.unwrap().starts_with(hint), "{words}");
        }
    }

    #[test]
    fn a_file_that_is_no_scenario_is_left_out_with_its_name() {
        let refusal = read("kiosk.json", "{\"id\": 7}").unwrap_err();
        assert!(refusal.message.starts_with("Scenario kiosk.json: ") && refusal.hint.is_some(), "{refusal}");
    }
}
