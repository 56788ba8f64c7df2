//! The work: what is needed from whom, who does what, what is left to do, who is there.

use super::super::lines::{Row, Section, Style, clause, plain};
use super::Phrases;
use crate::incident::Lack;
use crate::model::ledger::Sort;
use crate::model::task::{State, Task};

impl Phrases<'_> {
    /// Open tasks of this visit, then of those that were left.
    fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        let here = self.incident.visit().map(|visit| &visit.id);
        let current = here.into_iter().flat_map(|id| self.incident.checklist(id));
        current.filter(|task| !task.settled()).chain(self.incident.left_open())
    }

    fn title(&self, task: &Task) -> String {
        let here = self.incident.visit().is_some_and(|visit| visit.id == task.visit);
        let from = if here { String::new() } else { format!(" (from {})", task.phase) };
        format!("{}{from}", clause(&task.what.title))
    }

    /// What others have to say, give or do before we can go on.
    pub(in super::super) fn needed(&self) -> Section {
        let style = Style::List;
        let asked: Vec<_> = self.incident.ledger_of(Sort::Approval).filter(|item| item.open()).collect();
        let asked = Section::of("NEEDED", style, asked, |item| {
            let of = item.request().map(|request| request.of.to_string()).unwrap_or_default();
            let by = item.due().map(|due| match due <= self.clock.now {
                true => format!("OVERDUE since {}", self.when(due)),
                false => format!("needed by {}", self.when(due)),
            });
            let asked = format!("asked {}", self.when(item.made));
            Row::of(format!("{}: yes or no to {}", plain(&of), clause(&item.text)))
                .and(by.unwrap_or_default())
                .and(asked)
        });
        let offers: Vec<_> = self.incident.handovers().filter(|handover| handover.waits()).collect();
        let offers = Section::of("NEEDED", style, offers, |offer| {
            Row::of(format!("{}: take the lead, offered {}", plain(&offer.to), self.when(offer.at)))
        });
        let here = self.incident.visit().map(|visit| &visit.id);
        let unasked = self.open_tasks().filter(|task| Some(&task.visit) == here);
        // What nobody was asked yet stands with what is left to do.
        let answered = |lack: &Lack<'_>| matches!(lack, Lack::Refused(_) | Lack::Lapsed(_));
        let lacking: Vec<(&Task, Lack<'_>)> = unasked
            .filter_map(|task| Some((task, self.incident.lacks_approval(task, self.clock.now)?)))
            .filter(|(_, lack)| answered(lack))
            .collect();
        let lacking = Section::of("NEEDED", style, lacking, |(task, lack)| {
            let lack = plain(&lack.words(self.clock.now, &self.clock.zone));
            Row::of(format!("A yes to \"{}\"", self.title(task))).and(lack)
        });
        let blocked: Vec<&Task> = self.open_tasks().filter(|task| task.state() == State::Blocked).collect();
        let blocked = Section::of("NEEDED", style, blocked, |task| {
            let why = task.progress.get().and_then(|progress| progress.reason.as_deref());
            let why = why.map_or_else(|| "nobody said by what".to_owned(), clause);
            Row::of(format!("{}: blocked, {why}", self.title(task)))
        });
        let debts = Section::of("NEEDED", style, self.incident.debts(), |debt| Row::of(clause(&debt.shown)));
        let mut awaited: Vec<_> = self.incident.awaited_evidence().collect();
        awaited.sort_by_key(|item| item.due());
        let awaited = Section::of("NEEDED", style, awaited, |item| {
            let from = item.source().map(|from| format!("{}: ", plain(from))).unwrap_or_default();
            let due = item.due().map(|due| match due <= self.clock.now {
                true => format!("OVERDUE since {}", self.when(due)),
                false => format!("due {}", self.when(due)),
            });
            let due = due.map(|due| format!(", {due}")).unwrap_or_default();
            Row::named(format!("{from}{}", clause(item.name())), due)
        });
        asked.and(offers).and(lacking).and(blocked).and(debts).and(awaited)
    }

    /// Who is at what, and what is given to somebody with a time.
    pub(in super::super) fn doing(&self) -> Section {
        let at_it = self.open_tasks().filter(|task| task.state() == State::InProgress);
        let given = self.open_tasks().filter(|task| task.state() == State::Open && task.due().is_some());
        let tasks: Vec<&Task> = at_it.chain(given).collect();
        Section::of("DOING", Style::List, tasks, |task| {
            let by = task.progress.get().filter(|_| task.state() == State::InProgress);
            let who = task.assignee().map(str::to_owned).or_else(|| by.map(|by| by.by.clone()));
            let who = who.map_or_else(|| "Nobody yet".to_owned(), |who| plain(&who));
            let since = by.map(|by| format!("since {}", self.when(by.at))).unwrap_or_default();
            let head = Row::of(format!("{who}: {}", self.title(task)));
            let due = task.due().map(|due| match due <= self.clock.now {
                true => format!("OVERDUE, due {}", self.when(due)),
                false => format!("due {}", self.when(due)),
            });
            head.and(due.unwrap_or_default()).and(since)
        })
    }

    /// Required tasks that nobody is at.
    pub(in super::super) fn to_do(&self) -> Section {
        let open = |task: &&Task| task.what.required && task.state() == State::Open && task.due().is_none();
        let tasks: Vec<&Task> = self.open_tasks().filter(open).collect();
        Section::of("TO DO", Style::List, tasks, |task| {
            let who = task.assignee().map(|who| format!("{}: ", plain(who))).unwrap_or_default();
            let lack = self.incident.lacks_approval(task, self.clock.now);
            let lack = lack.map(|lack| lack.words(self.clock.now, &self.clock.zone));
            Row::of(format!("{who}{}", self.title(task)))
                .and(lack.map(|lack| plain(&lack)).unwrap_or_default())
        })
    }

    /// Temporary measures, each: what must be taken back, by whom, and when it is looked at.
    pub(in super::super) fn measures(&self) -> Section {
        let mut all: Vec<_> = self.incident.measures_in_place().collect();
        all.sort_by_key(|item| item.next_time().unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC));
        Section::of("IN PLACE", Style::List, all, |item| {
            let row = Row::of(format!("{} {}", item.label(), clause(&item.text)));
            let row = row.and(item.owner().map(plain).unwrap_or_default());
            let late = item.overdue(self.clock.now);
            let review = item.due().map(|due| format!("review {}", self.when(due))).unwrap_or_default();
            let removal = item.removal().map(|at| format!("to be removed {}", self.when(at)));
            let row = row.and(review).and(removal.unwrap_or_default());
            row.and(if late { "OVERDUE" } else { "" })
        })
    }

    /// Who is on shift, in which role, until when.
    pub(in super::super) fn people(&self) -> Section {
        let on: Vec<_> = self.incident.on_shift(self.clock.now).collect();
        Section::of("PEOPLE", Style::Flow, on, |person| {
            let roles = plain(&person.roles().join(", "));
            let roles = if roles.is_empty() { roles } else { format!(" ({roles})") };
            let until = person.shift().and_then(|shifted| shifted.shift.until);
            let until = until.map(|until| format!(" until {}", self.when(until))).unwrap_or_default();
            let reach =
                person.reach().map(|reach| format!(", {}", super::super::lines::tight(&plain(reach))));
            Row::of(format!("{}{roles}{until}{}", plain(person.name()), reach.unwrap_or_default()))
        })
    }
}
