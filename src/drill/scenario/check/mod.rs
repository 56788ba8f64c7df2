//! Whether a scenario can be played and judged: every fault at once, each with its place and the fix.

mod names;
mod place;
mod reach;
mod real;
mod rules;
mod shape;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::Scenario;
use crate::drill::condition::{Atom, Condition};
use crate::model::notice::duties::Duties;
use crate::model::playbook::Playbooks;
use place::Path;
pub use place::Place;

/// Largest file that is read, in bytes.
pub const FILE_LIMIT: usize = 1 << 20;

/// Most faults that are told of one file; the rest is counted.
pub const FAULTS_TOLD: usize = 100;

/// One thing that is wrong, or that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    #[serde(flatten)]
    pub place: Place,
    /// A clause without a period.
    pub what: String,
    /// What to do about it, in sentences.
    pub fix: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}. {}", self.place, self.what, self.fix)
    }
}

/// What a check came to.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// There whenever its types could be read; sound only without faults.
    pub scenario: Option<Scenario>,
    /// Why it cannot be played.
    pub faults: Vec<Fault>,
    /// Faults beyond [`FAULTS_TOLD`].
    pub more: usize,
    /// What does not stop play and should be looked at: things that may be real.
    pub remarks: Vec<Fault>,
}

impl Checked {
    /// The scenario, where nothing is wrong with it.
    ///
    /// # Errors
    /// The faults, the first of them first.
    pub fn sound(self) -> Result<Scenario, Vec<Fault>> {
        match self.scenario {
            Some(scenario) if self.faults.is_empty() => Ok(scenario),
            _ => Err(self.faults),
        }
    }
}

/// What a scenario may name: the checklists and duties in force, built-in ones and the user's own.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub playbooks: &'a Playbooks,
    pub duties: &'a Duties,
}

/// Checks the text of a scenario file. `stem` is the file's name without `.json`, where it has one; the id
/// must be the same.
///
/// Shape first: a file whose shape is wrong is not judged by its meaning, because half of that would be said
/// about things that are not there. Reach and time are judged once every name resolves.
pub fn check(text: &str, stem: Option<&str>, known: Known<'_>) -> Checked {
    let mut told = Told::default();
    if text.len() > FILE_LIMIT {
        let what = format!("the file has {} bytes, and {FILE_LIMIT} are the most", text.len());
        told.fault(&Path::default(), what, "Shorten it; a scenario is text for a few hours.".to_owned());
        return told.checked(None, &Value::Null, "");
    }
    let file: Value = match serde_json::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let fix = "Check the file with a JSON editor and save it again.".to_owned();
            told.fault(&Path::default(), format!("not JSON: {error}"), fix);
            return told.checked(None, &Value::Null, text);
        }
    };
    shape::faults(&file, &mut |path, what, fix| told.fault(path, what, fix));
    if told.count > 0 {
        return told.checked(None, &file, text);
    }
    let scenario: Scenario = match serde_path_to_error::deserialize(&file) {
        Ok(scenario) => scenario,
        Err(error) => {
            let path = Path::read(&error.path().to_string());
            told.fault(&path, error.inner().to_string(), "Write it as the schema describes it.".to_owned());
            return told.checked(None, &file, text);
        }
    };
    names::check(&scenario, stem, known, &mut told);
    let resolved = told.count == 0;
    rules::check(&scenario, &mut told);
    if resolved {
        reach::check(&scenario, &mut told);
    }
    real::look(&file, &mut told);
    told.checked(Some(scenario), &file, text)
}

/// The faults and remarks as they come up.
#[derive(Debug, Default)]
struct Told {
    faults: Vec<(Path, String, String)>,
    /// All faults, told or not.
    count: usize,
    remarks: Vec<(Path, String, String)>,
}

impl Told {
    fn fault(&mut self, path: &Path, what: impl Into<String>, fix: impl Into<String>) {
        self.count += 1;
        if self.faults.len() < FAULTS_TOLD {
            self.faults.push((path.clone(), what.into(), fix.into()));
        }
    }

    fn remark(&mut self, path: &Path, what: impl Into<String>, fix: impl Into<String>) {
        if self.remarks.len() < FAULTS_TOLD {
            self.remarks.push((path.clone(), what.into(), fix.into()));
        }
    }

    fn checked(self, scenario: Option<Scenario>, file: &Value, text: &str) -> Checked {
        let placed = |told: Vec<(Path, String, String)>| -> Vec<Fault> {
            let fault = |(path, what, fix): (Path, String, String)| Fault {
                place: path.place(file, text),
                what,
                fix,
            };
            let mut faults: Vec<Fault> = told.into_iter().map(fault).collect();
            faults.sort_by_key(|fault| fault.place.line);
            faults
        };
        let more = self.count - self.faults.len();
        Checked { scenario, faults: placed(self.faults), more, remarks: placed(self.remarks) }
    }
}

/// A condition of the file with what it belongs to and where it stands.
struct Owned<'a> {
    condition: &'a Condition,
    path: Path,
}

/// Every condition of the file.
fn conditions(scenario: &Scenario) -> Vec<Owned<'_>> {
    let mut all = Vec::new();
    for (i, inject) in scenario.injects.iter().enumerate() {
        let path = Path::of("injects").at(i).key("when");
        all.extend(inject.when.as_ref().map(|condition| Owned { condition, path }));
    }
    for (i, action) in scenario.actions.iter().enumerate() {
        all.push(Owned { condition: action.matches(), path: Path::of("actions").at(i).key("match") });
    }
    for (i, gauge) in scenario.gauges.iter().enumerate() {
        let path = Path::of("gauges").at(i).key("stop");
        all.extend(gauge.stop.as_ref().map(|condition| Owned { condition, path }));
    }
    all.push(Owned { condition: &scenario.end, path: Path::of("end") });
    all
}

/// Every atom below a condition with its place.
fn atoms<'a>(condition: &'a Condition, path: &Path) -> Vec<(&'a Atom, Path)> {
    let list = |parts: &'a [Condition], key: &str| {
        let path = path.key(key);
        parts.iter().enumerate().flat_map(|(i, part)| atoms(part, &path.at(i))).collect()
    };
    match condition {
        Condition::All { all } => list(all, "all"),
        Condition::Any { any } => list(any, "any"),
        Condition::Not { not } => atoms(not, &path.key("not")),
        Condition::Atom(atom) => vec![(atom, path.clone())],
    }
}
