//! The executive summary: what happened, what it did, how it stands and what is owed, in plain sentences that
//! are derived from the record and never typed.

use serde::Serialize;

use super::{Telling, lasted};
use crate::incident::agenda::{Due, Thing};
use crate::model::component::{Component, Stage};
use crate::model::ledger::{Sort, State};
use crate::model::lifecycle::Way;
use crate::model::notice::NoticeState;
use crate::model::severity::Severity;
use crate::model::taxonomy::{Determination, TAXONOMY};

/// Names in a sentence; more are counted.
const NAMED: usize = 6;
/// Points under what is owed; more are counted.
const POINTS: usize = 8;

/// Four answers for whoever reads one page. Times are in the report's zone.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// What happened.
    pub happened: Vec<String>,
    /// What it did.
    pub effect: Vec<String>,
    /// How it stands.
    pub stands: Vec<String>,
    /// What is owed, the nearest first.
    pub owed: Vec<String>,
}

impl Telling<'_> {
    pub(super) fn summary(&self) -> Summary {
        Summary { happened: self.happened(), effect: self.effect(), stands: self.stands(), owed: self.owed() }
    }

    fn happened(&self) -> Vec<String> {
        let incident = self.incident;
        let mut all: Vec<String> = incident.summary.get().and_then(Option::clone).into_iter().collect();
        let first = incident.signals.iter().filter(|signal| !signal.undone).min_by_key(|signal| signal.at);
        all.push(match first {
            Some(signal) => {
                let source =
                    incident.signal_source(signal).or(incident.source.get().and_then(Option::as_deref));
                let by = source.map(|id| format!(" by {}", source_name(id))).unwrap_or_default();
                format!(
                    "It was noticed on {}{by}: “{}”.",
                    self.when(signal.at),
                    plain(incident.signal_words(signal))
                )
            }
            None => format!("It was opened on {} by {}.", self.when(incident.opened), incident.opened_by),
        });
        if let Some(dwell) = incident.dwell() {
            let deed = incident.earliest().map(|entry| plain(entry.shown())).unwrap_or_default();
            all.push(format!(
                "The earliest deed of the attacker on record lies {} before that, on {}: “{deed}”.",
                lasted(dwell.ms()),
                self.when(dwell.from)
            ));
        }
        let determination = incident.determination.get().and_then(Option::as_deref);
        let kinds: Vec<&str> = incident.types().map(type_name).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(" Type: {}.", list(&kinds)) };
        all.push(match determination.and_then(|word| Determination::parse(word).ok()) {
            Some(is) => format!("{}.{kinds}", TAXONOMY.determination(is).meaning),
            None => format!("What it is has not been determined.{kinds}"),
        });
        all
    }

    fn effect(&self) -> Vec<String> {
        let incident = self.incident;
        let mut all = vec![match incident.severity() {
            Some(severity) => severity_words(severity),
            None => "No severity has been set.".to_owned(),
        }];
        let affected: Vec<&Component> = incident
            .components()
            .filter(|c| !matches!(c.stage(), Stage::Suspected | Stage::Cleared) || c.uncontained())
            .collect();
        let suspected: Vec<&str> = incident
            .components()
            .filter(|c| c.stage() == Stage::Suspected && !c.uncontained())
            .map(|c| c.name.as_str())
            .collect();
        if affected.is_empty() {
            all.push("No affected component is on record.".to_owned());
        } else {
            let names: Vec<&str> = affected.iter().map(|c| c.name.as_str()).collect();
            let critical: Vec<&str> =
                affected.iter().filter(|c| c.critical()).map(|c| c.name.as_str()).collect();
            let critical = match critical.len() {
                0 => String::new(),
                n if n == names.len() => " The business calls all of them critical.".to_owned(),
                _ => format!(" The business calls {} critical.", list(&critical)),
            };
            all.push(format!("Affected: {} ({}).{critical}", count(names.len(), "component"), list(&names)));
        }
        if !suspected.is_empty() {
            all.push(format!("Suspected and not yet examined: {}.", list(&suspected)));
        }
        for item in incident.ledger().filter(|item| item.sort() == Sort::Declaration && item.open()) {
            let crate::model::ledger::What::Declaration(declaration) = &item.what else { continue };
            all.push(format!(
                "Declared {} on {}: “{}”.",
                declaration.what.name(),
                self.when(item.made),
                plain(&item.text)
            ));
        }
        all
    }

    fn stands(&self) -> Vec<String> {
        let incident = self.incident;
        let mut all = Vec::new();
        match (self.closed(), incident.visit()) {
            (Some(closed), _) => {
                let how = incident.place.get().and_then(|place| place.ending.as_ref());
                let how = how.map(|end| format!(" as {}", end.disposition)).unwrap_or_default();
                let open = lasted((closed - incident.opened).num_milliseconds());
                all.push(format!("Closed on {}{how}, after {open}.", self.when(closed)));
            }
            (None, Some(visit)) => {
                let hold = incident.hold.get().and_then(Option::as_deref);
                let hold =
                    hold.map(|what| format!(" On hold, waiting for {}.", plain(what))).unwrap_or_default();
                all.push(format!(
                    "Open for {}. In {}, visit {}, for {}.{hold}",
                    self.since(incident.opened),
                    visit.phase,
                    visit.n,
                    self.since(visit.entered)
                ));
            }
            (None, None) => {}
        }
        let back = incident.visits().rfind(|visit| matches!(visit.way, Some(Way::Back | Way::Reopen)));
        if let Some(visit) = back {
            let from = visit.from.map(|from| format!(" from {from}")).unwrap_or_default();
            let why = visit
                .reason
                .as_deref()
                .map(|why| format!(", because of “{}”", plain(why)))
                .unwrap_or_default();
            all.push(format!(
                "Work went back{from} to {} on {}{why}.",
                visit.phase,
                self.when(visit.entered)
            ));
        }
        all.push(self.containment());
        let measures: Vec<&str> = incident
            .ledger()
            .filter(|item| item.sort() == Sort::Measure && item.open())
            .map(|item| item.text.as_str())
            .collect();
        if !measures.is_empty() {
            all.push(format!("Temporary measures still in place: {}.", list(&measures)));
        }
        all.push(incident.lead().map_or("Nobody leads it.".to_owned(), |lead| format!("Led by {lead}.")));
        all
    }

    fn containment(&self) -> String {
        let open: Vec<String> = self
            .incident
            .components()
            .filter_map(|c| Some(format!("{} (for {})", c.name, self.since(c.uncontained_since()?))))
            .collect();
        let names: Vec<&str> = open.iter().map(String::as_str).collect();
        match (names.len(), self.incident.components().next()) {
            (0, None) => "No component is on record, so nothing is known of containment.".to_owned(),
            (0, Some(_)) => "Every affected component on record is contained.".to_owned(),
            (_, _) => format!("Not contained: {}.", list(&names)),
        }
    }

    fn owed(&self) -> Vec<String> {
        let incident = self.incident;
        let mut all: Vec<String> = Vec::new();
        let agenda = incident.agenda();
        let (past, coming): (Vec<&Due<'_>>, Vec<&Due<'_>>) =
            agenda.iter().partition(|due| due.overdue(self.now));
        all.extend(past.iter().map(|due| format!("OVERDUE since {}: {}", self.when(due.at), thing(due))));
        let notice = |due: &&&Due<'_>| matches!(due.what, Thing::Notice(..) | Thing::Action(_));
        all.extend(coming.iter().filter(notice).map(|due| self.coming(due)));
        for item in
            incident.ledger().filter(|item| item.sort() == Sort::Approval && item.state() == State::Open)
        {
            let of = item.request().map(|request| request.of.to_string()).unwrap_or_default();
            all.push(format!("An answer of {of}: {} (asked {})", plain(&item.text), self.when(item.made)));
        }
        all.extend(incident.debts().into_iter().map(|debt| debt.shown));
        let contested = incident.contested().len();
        if contested > 0 {
            all.push(format!(
                "A ruling on {} that people set differently at the same time",
                count(contested, "field")
            ));
        }
        all.extend(coming.iter().filter(|due| !notice(due)).map(|due| self.coming(due)));
        let required = |task: &&crate::model::task::Task| task.what.required && !task.settled();
        let here = incident.visit().map_or(0, |visit| incident.checklist(&visit.id).filter(required).count());
        let left = incident.left_open().filter(required).count();
        if here + left > 0 && !incident.closed() {
            all.push(format!(
                "{} open, {left} of them in phases that were left",
                count(here + left, "required task")
            ));
        }
        let deferred = incident.notices().filter(|notice| notice.state() == NoticeState::Deferred).count();
        if deferred > 0 {
            all.push(format!("{} put off, not sent", count(deferred, "notice")));
        }
        let mut all: Vec<String> = all.into_iter().map(|point| capital(&point)).collect();
        if all.len() > POINTS {
            let more = all.len() - (POINTS - 1);
            all.truncate(POINTS - 1);
            all.push(format!("{more} more; the tables below have them"));
        }
        all
    }

    fn coming(&self, due: &Due<'_>) -> String {
        format!(
            "{}: {} {}, {} left",
            thing(due),
            due.word(),
            self.when(due.at),
            lasted((due.at - self.now).num_milliseconds())
        )
    }
}

fn thing(due: &Due<'_>) -> String {
    match due.what {
        Thing::Task(task) => format!("task “{}”", plain(&task.what.title)),
        Thing::Notice(notice, _) => {
            format!("notice {} {}, to {}", notice.label(), plain(&notice.name), plain(&notice.recipient))
        }
        Thing::Evidence(item) => format!("evidence {} {}", item.label(), plain(item.name())),
        Thing::Ledger(item) => format!("{} {} {}", item.sort().word(), item.label(), plain(&item.text)),
        Thing::Approval(granted) => {
            format!("the approval of {} for {}", granted.approval.name, plain(&granted.what))
        }
        Thing::Risk(component) => format!("the accepted risk of {}", component.name),
        Thing::Action(action) => format!("improvement action {} {}", action.number, plain(&action.title)),
        Thing::Sitrep(last) => format!("the next SITREP, promised to {}", plain(&last.to)),
    }
}

fn severity_words(severity: &Severity) -> String {
    let level = severity.level;
    let mut words = format!("Severity {} ({})", level.label(), level.terms().name.to_lowercase());
    if let Some(by) = &severity.overridden {
        words.push_str(&format!(", set by a person: “{}”", plain(&by.reason)));
    }
    words.push('.');
    if let Some(assessed) = &severity.assessed {
        let impact = &assessed.impact;
        let said = [
            meaning(&TAXONOMY.impact.functional, impact.functional),
            meaning(&TAXONOMY.impact.information, impact.information),
            meaning(&TAXONOMY.impact.recoverability, impact.recoverability),
        ];
        words.push_str(&format!(" Services: {}. Information: {}. Recovery: {}.", said[0], said[1], said[2]));
    }
    words
}

fn meaning<T: PartialEq>(answers: &'static [crate::model::taxonomy::Answer<T>], given: T) -> String {
    let found = answers.iter().find(|answer| answer.id == given);
    found.map(|answer| answer.meaning.to_lowercase()).unwrap_or_default()
}

fn source_name(id: &str) -> String {
    let known = TAXONOMY.detection_sources.iter().find(|source| source.id == id);
    let name = known.map_or(id, |source| source.name.split(" (").next().unwrap_or(id));
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn type_name(id: &str) -> &str {
    TAXONOMY.case_type(id).map_or(id, |kind| kind.name.as_str())
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// On one line, without the full stop that the sentence around it brings.
fn plain(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    line.trim_end_matches('.').to_owned()
}

/// `a, b and c`, or the first six and how many more.
fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => plain(one),
        _ if names.len() > NAMED => {
            let first: Vec<String> = names[..NAMED].iter().map(|name| plain(name)).collect();
            format!("{} and {} more", first.join(", "), names.len() - NAMED)
        }
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| plain(name)).collect();
            format!("{} and {}", first.join(", "), plain(last))
        }
    }
}

/// `1 notice`, `3 notices`.
fn count(n: usize, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {noun}{s}", crate::model::text::thousands(n))
}
