//! What the incoming lead is told: where we are, what is not contained, what is open and waits, what
//! happened since the last handover. Derived from the record, never typed.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::incident::Incident;
use crate::incident::command::Command;
use crate::model::component::{Component, Stage};
use crate::model::entry::Kind;
use crate::model::handover;
use crate::model::ledger::{Item, Sort};
use crate::model::lifecycle::Way;
use crate::model::notice::Notice;
use crate::model::task::{State, Task};
use crate::model::text::{self, defang};
use crate::model::time::{self, Zone};

/// Columns of the text; a longer line goes on under its first word.
const COLUMNS: usize = 78;
/// Where the words of a section begin.
const INDENT: usize = 15;
/// Rows of a section; the board has the rest.
const ROWS: usize = 12;
/// Letters of one row that came from somebody's own words.
const ROW: usize = 240;

/// The commands, an offer of the lead among them with the text that is told, as the record stands.
pub fn tell<'a>(
    commands: &'a [Command],
    incident: &Incident,
    now: DateTime<Utc>,
    zone: &Zone,
) -> Cow<'a, [Command]> {
    let silent = |command: &Command| match command {
        Command::Handover(handover::Command::Offer(offer)) => offer.told.is_empty(),
        _ => false,
    };
    if !commands.iter().any(silent) {
        return Cow::Borrowed(commands);
    }
    let mut commands = commands.to_vec();
    for command in &mut commands {
        if let Command::Handover(handover::Command::Offer(offer)) = command
            && offer.told.is_empty()
        {
            offer.told = told(incident, now, zone);
        }
    }
    Cow::Owned(commands)
}

/// The text of a handover, at most 16 KiB, defanged, its times in `zone`.
pub fn told(incident: &Incident, now: DateTime<Utc>, zone: &Zone) -> String {
    let telling = Telling { incident, now, zone };
    let mut text = String::new();
    for line in telling.heading() {
        text.push_str(&line);
        text.push('\n');
    }
    for (label, rows) in telling.sections() {
        let more = rows.len().saturating_sub(ROWS);
        let mut label = label;
        for row in rows.into_iter().take(ROWS) {
            write_row(&mut text, label, &row);
            label = "";
        }
        if more > 0 {
            write_row(&mut text, "", &format!("and {more} more"));
        }
    }
    shortened(defang(&text).trim_end())
}

/// A row under its label, gone on under its own first word.
fn write_row(text: &mut String, label: &str, row: &str) {
    let mut line = format!("{label:<INDENT$}");
    let mut bare = true;
    for word in row.split_whitespace() {
        if !bare && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(INDENT + 2);
            bare = true;
        }
        if !bare {
            line.push(' ');
        }
        line.push_str(word);
        bare = false;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Whole lines up to the limit of an entry, and how many were left off.
fn shortened(text: &str) -> String {
    let most = text::ENTRY.most - 80;
    if text.len() <= text::ENTRY.most {
        return text.to_owned();
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text[..end].rfind('\n').unwrap_or(0);
    format!(
        "{}\nand {} more lines; the incident has them",
        &text[..kept],
        text[kept..].trim().lines().count()
    )
}

/// The record as it is told at one moment.
struct Telling<'a> {
    incident: &'a Incident,
    now: DateTime<Utc>,
    zone: &'a Zone,
}

type Section = (&'static str, Vec<String>);

impl Telling<'_> {
    fn when(&self, at: DateTime<Utc>) -> String {
        time::when(at, self.now, self.zone)
    }

    fn lasted(&self, since: DateTime<Utc>) -> String {
        time::span((self.now - since).num_milliseconds())
    }

    /// Since when there is something to tell: the last handover that was accepted, else the opening.
    fn since(&self) -> (&'static str, DateTime<Utc>) {
        let last = self.incident.last_handover().and_then(|handover| handover.answer.get());
        last.map_or(("the opening", self.incident.opened), |answer| ("the handover", answer.at))
    }

    fn heading(&self) -> Vec<String> {
        let incident = self.incident;
        let tlp = incident.tlp().map(|tlp| format!("   {}", tlp.label())).unwrap_or_default();
        let at = self.zone.at(self.now).format("%-d %b %Y %H:%M");
        let lead = incident.lead().map_or_else(|| "no lead".to_owned(), |lead| format!("lead {lead}"));
        let (what, since) = self.since();
        vec![
            format!("HANDOVER of {}  {}{tlp}", incident.number, incident.title()),
            format!("{at}, times in {}   {lead}   since {what}, {}", self.zone, self.when(since)),
            String::new(),
        ]
    }

    fn sections(&self) -> Vec<Section> {
        let components = |which: fn(Stage) -> bool| -> Vec<String> {
            let these = self.incident.components().filter(|c| which(c.stage()));
            these.map(|c| self.component(c)).collect()
        };
        let all = vec![
            ("WHERE", self.place()),
            ("NOT CONTAINED", components(Stage::uncontained)),
            ("SUSPECTED", components(|stage| stage == Stage::Suspected)),
            ("WAITING", self.waiting()),
            ("OVERDUE", self.tasks(|telling, task| task.due().is_some_and(|due| due <= telling.now))),
            (
                "DOING",
                self.tasks(|telling, task| task.state() == State::InProgress && !telling.overdue(task)),
            ),
            ("OPEN", self.tasks(Telling::open_required)),
            ("CLOCKS", self.notices()),
            ("TIMERS", self.ledger(Sort::Timer)),
            ("IN PLACE", self.ledger(Sort::Measure)),
            ("ASSUMED", self.ledger(Sort::Assumption)),
            ("PEOPLE", self.people()),
            ("SINCE", self.happened()),
        ];
        all.into_iter().filter(|(_, rows)| !rows.is_empty()).collect()
    }

    fn place(&self) -> Vec<String> {
        let incident = self.incident;
        let mut rows = Vec::new();
        if let Some(visit) = incident.visit() {
            let lasted = time::span(visit.lasted_ms(self.now));
            let open = self.lasted(incident.opened);
            rows.push(format!("{}, visit {}, for {lasted}; open for {open}.", visit.phase, visit.n));
            if let (Some(Way::Back | Way::Reopen), Some(from)) = (visit.way, visit.from) {
                let why =
                    visit.reason.as_deref().map(|why| format!(": \"{}\"", brief(why))).unwrap_or_default();
                rows.push(format!("Back from {from} at {}{why}", self.when(visit.entered)));
            }
        }
        let severity = incident.severity().map_or("SEV?", |severity| severity.level.label());
        let judged = incident.determination.get().and_then(Option::as_deref).unwrap_or("not determined");
        let types: Vec<&str> = incident.types().collect();
        rows.push(
            [severity, judged, &types.join(", ")]
                .iter()
                .filter(|w| !w.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join(", "),
        );
        if let Some(what) = incident.hold.get().and_then(Option::as_deref) {
            rows.push(format!("ON HOLD: {}", brief(what)));
        }
        if !incident.components().any(|c| c.uncontained()) {
            rows.push("No component is left uncontained.".to_owned());
        }
        rows
    }

    fn component(&self, component: &Component) -> String {
        let why = component.stage.get().and_then(|staged| staged.reason.as_deref());
        let why = why.map(|why| format!(": \"{}\"", brief(why))).unwrap_or_default();
        let since = component.since();
        let (at, lasted) = (self.when(since), self.lasted(since));
        format!(
            "{} ({}) {} since {at}, {lasted}{why}",
            component.name,
            component.kind,
            component.stage().id()
        )
    }

    /// What nobody has decided yet: debts, contested fields, approvals that are missing.
    fn waiting(&self) -> Vec<String> {
        let mut rows: Vec<String> = self.incident.debts().into_iter().map(|debt| debt.shown).collect();
        rows.extend(self.ledger(Sort::Approval).into_iter().map(|asked| format!("Approval {asked}")));
        rows.extend(self.incident.lapsed(self.now).into_iter().map(|granted| {
            let until = granted.terms.until_words(self.now, self.zone).unwrap_or_default();
            format!("Approval lapsed: {} by {} {until}", granted.what, granted.approval.name)
        }));
        let decisions = self.incident.ledger_of(Sort::Decision).filter(|item| item.overdue(self.now));
        rows.extend(decisions.map(|item| format!("Look again at decision {}", self.item(item))));
        for field in self.incident.contested() {
            let sides: Vec<String> =
                field.sides.iter().map(|(by, value)| format!("{by}: {}", brief(value))).collect();
            rows.push(format!("Contested, {}: {}", field.field, sides.join(" | ")));
        }
        let open = self.incident.tasks.iter().filter(|task| !task.undone && !task.settled());
        let here = self.incident.visit().map(|visit| &visit.id);
        let unapproved =
            open.filter(|task| Some(&task.visit) == here && self.incident.unapproved(task, self.now));
        rows.extend(unapproved.map(|task| format!("Needs approval: {}", task.what.title)));
        rows
    }

    /// What is open of one noun of the ledger, the next to be looked at first.
    fn ledger(&self, sort: Sort) -> Vec<String> {
        let mut open: Vec<&Item> = self.incident.ledger_of(sort).filter(|item| item.open()).collect();
        open.sort_by_key(|item| item.next_time().unwrap_or(DateTime::<Utc>::MAX_UTC));
        open.into_iter().map(|item| self.item(item)).collect()
    }

    fn item(&self, item: &Item) -> String {
        let number = item.label();
        let owner = item.owner().map(|owner| format!(", {owner}")).unwrap_or_default();
        let due = item.due().map(|due| format!(", {} {}", item.sort().due_word(), self.when(due)));
        let removal = item.removal().map(|at| format!(", to be removed {}", self.when(at)));
        let late = if item.overdue(self.now) { ", OVERDUE" } else { "" };
        format!(
            "{number} {}{owner}{}{}{late}",
            brief(&item.text),
            due.unwrap_or_default(),
            removal.unwrap_or_default()
        )
    }

    /// Notices that are owed, the nearest first.
    fn notices(&self) -> Vec<String> {
        let mut owed: Vec<&Notice> = self.incident.notices().filter(|notice| notice.owed()).collect();
        owed.sort_by_key(|notice| notice.limit().map_or(DateTime::<Utc>::MAX_UTC, |limit| limit.at));
        owed.into_iter()
            .map(|notice| {
                let limit = notice.limit().map(|limit| match limit.at <= self.now {
                    true => format!(", due {}, {} over", self.when(limit.at), self.lasted(limit.at)),
                    false => {
                        let left = time::span((limit.at - self.now).num_milliseconds());
                        format!(", due {}, {left} left", self.when(limit.at))
                    }
                });
                format!(
                    "{} {} to {}{}",
                    notice.label(),
                    notice.name,
                    notice.recipient,
                    limit.unwrap_or_default()
                )
            })
            .collect()
    }

    fn overdue(&self, task: &Task) -> bool {
        task.due().is_some_and(|due| due <= self.now)
    }

    /// A required task that nobody is at and that is not overdue.
    fn open_required(&self, task: &Task) -> bool {
        task.what.required && task.state() != State::InProgress && !self.overdue(task)
    }

    /// Open tasks of this visit and of those that were left, with who has them.
    fn tasks(&self, which: fn(&Self, &Task) -> bool) -> Vec<String> {
        let here = self.incident.visit().map(|visit| visit.id.clone());
        let current = here.iter().flat_map(|id| self.incident.checklist(id)).filter(|task| !task.settled());
        let mut rows: Vec<String> =
            current.filter(|task| which(self, task)).map(|task| self.task(task)).collect();
        for task in self.incident.left_open().filter(|task| which(self, task)) {
            rows.push(format!("{} (from {})", self.task(task), task.phase));
        }
        rows
    }

    fn task(&self, task: &Task) -> String {
        let who = match (task.state(), task.assignee()) {
            (_, Some(who)) => format!(", {who}"),
            (State::InProgress, None) => {
                task.progress.get().map(|progress| format!(", {}", progress.by)).unwrap_or_default()
            }
            (_, None) => String::new(),
        };
        let blocked = match task.state() {
            State::Blocked => {
                let why = task.progress.get().and_then(|progress| progress.reason.as_deref());
                format!(", blocked: {}", brief(why.unwrap_or("nobody said by what")))
            }
            _ => String::new(),
        };
        let due = task.due().map(|due| format!(", due {}", self.when(due))).unwrap_or_default();
        format!("{}{who}{blocked}{due}", task.what.title)
    }

    fn people(&self) -> Vec<String> {
        let on: Vec<String> = self
            .incident
            .on_shift(self.now)
            .map(|person| {
                let roles = person.roles().join(", ");
                let until = person.shift().and_then(|shifted| shifted.shift.until);
                let until = until.map(|until| format!(" until {}", self.when(until))).unwrap_or_default();
                match roles.is_empty() {
                    true => format!("{}{until}", person.name()),
                    false => format!("{} ({roles}){until}", person.name()),
                }
            })
            .collect();
        match on.is_empty() {
            true => Vec::new(),
            false => vec![format!("On shift: {}", on.join("; "))],
        }
    }

    /// The moves and judgements since the last handover, oldest first, and how much was logged.
    fn happened(&self) -> Vec<String> {
        let (_, since) = self.since();
        let recent: Vec<_> = self
            .incident
            .entries
            .iter()
            .filter(|entry| entry.written() > since && entry.undone_by.is_none())
            .collect();
        let telling = |kind: Kind| {
            matches!(
                kind,
                Kind::Phase
                    | Kind::Severity
                    | Kind::Determination
                    | Kind::Posture
                    | Kind::Hold
                    | Kind::Decision
                    | Kind::Communication
                    | Kind::Approval
                    | Kind::Handover
            )
        };
        let mut rows: Vec<String> = Vec::new();
        let told: Vec<_> = recent.iter().filter(|entry| telling(entry.kind)).collect();
        // One row is for the count.
        let skipped = told.len().saturating_sub(ROWS - 1);
        rows.push(match skipped {
            0 => format!("{} entries", recent.len()),
            _ => format!("{} entries; the last of those that tell most:", recent.len()),
        });
        rows.extend(told[skipped..].iter().map(|entry| {
            let (at, who) = (self.when(entry.happened), entry.actor());
            format!("{at} {who} {}: {}", entry.kind.word(), brief(entry.shown()))
        }));
        rows
    }
}

/// The beginning of somebody's words, on one line.
fn brief(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(ROW) {
        None => line,
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
    }
}
