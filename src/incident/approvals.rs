//! Approvals: who is asked, who says yes or no, and what still lacks one.

use chrono::{DateTime, Utc};

use super::Incident;
use super::judge::reason;
use super::ledger::{clean_person, few};
use crate::model::desk::Desk;
use crate::model::id::NounId;
use crate::model::ledger::approval::{
    About, Approval, ApprovalGranted, ApprovalRefused, ApprovalRequested, Approve, Asked, Granted, Person,
    RefuseApproval, Request, RequestApproval, Terms,
};
use crate::model::ledger::{Item, Sort, State, WORDS};
use crate::model::refusal::Refusal;
use crate::model::task::{self, Task};
use crate::model::text;
use crate::model::time::{Zone, when};
use crate::model::visit::Visit;

/// What an approval lacks, where one is needed.
#[derive(Clone, Debug, PartialEq)]
pub enum Lack<'a> {
    /// Nobody was asked.
    Unasked,
    /// These were asked and have not answered.
    Asked(Vec<&'a Item>),
    /// These said no.
    Refused(Vec<&'a Item>),
    /// It was given until a time that is past.
    Lapsed(&'a Granted),
}

impl Lack<'_> {
    /// What is lacking, with whom and since when, as screens and answers say it.
    pub fn words(&self, now: DateTime<Utc>, zone: &Zone) -> String {
        let at = |at: DateTime<Utc>| when(at, now, zone);
        let name = |item: &Item| item.request().map_or_else(String::new, |request| request.of.name.clone());
        let each = |items: &[&Item], say: &dyn Fn(&Item) -> String| {
            items.iter().map(|item| say(item)).collect::<Vec<_>>().join("; ")
        };
        match self {
            Lack::Unasked => "needs approval".to_owned(),
            Lack::Asked(items) => {
                each(items, &|item| format!("asked {} {}, no answer", name(item), at(item.made)))
            }
            Lack::Refused(items) => each(items, &|item| {
                let since = item.stand.get().map_or(item.made, |stand| stand.at);
                format!("REFUSED by {} {}", name(item), at(since))
            }),
            Lack::Lapsed(granted) => {
                let until = granted.terms.until_words(now, zone).unwrap_or_default();
                format!("approved by {} {until}", granted.approval.name)
            }
        }
    }
}

impl Incident {
    /// The last question to each person about something.
    fn asked_about<'a>(&'a self, about: &About) -> Vec<(&'a Item, &'a Request)> {
        let mut last: Vec<(&Item, &Request)> = Vec::new();
        let asked = self.ledger_of(Sort::Approval).filter_map(|item| Some((item, item.request()?)));
        for (item, request) in asked.filter(|(_, request)| request.about.contains(about)) {
            last.retain(|(_, have)| !have.of.is(&request.of.name));
            last.push((item, request));
        }
        last
    }

    /// What an approval of this still lacks at `now`; `None`: it was given, by everybody who was asked, and
    /// holds.
    pub fn lack(&self, about: &About, now: DateTime<Utc>) -> Option<Lack<'_>> {
        let asked = self.asked_about(about);
        let stand = |state: State| -> Vec<&Item> {
            asked.iter().filter(|(item, _)| item.state() == state).map(|(item, _)| *item).collect()
        };
        let refused = stand(State::Refused);
        if !refused.is_empty() {
            return Some(Lack::Refused(refused));
        }
        let open = stand(State::Open);
        if !open.is_empty() {
            return Some(Lack::Asked(open));
        }
        let given = self.last_of_each(about);
        let holds = |one: &&Granted| one.terms.hold(now);
        let needed = |one: &&Granted| asked.iter().any(|(_, request)| request.of.is(&one.approval.name));
        // Each of those who were asked has to stand by it; else anybody's word does that still holds.
        let over = given.iter().copied().filter(needed).find(|one| !holds(one));
        match (given.last(), over.or(given.iter().copied().find(holds))) {
            (None, _) => Some(Lack::Unasked),
            (Some(last), None) => Some(Lack::Lapsed(last)),
            (_, Some(one)) => (!holds(&one)).then_some(Lack::Lapsed(one)),
        }
    }

    /// What each person last said yes to about this, in the order of their words.
    fn last_of_each(&self, about: &About) -> Vec<&Granted> {
        let mut last: Vec<&Granted> = Vec::new();
        for one in self.approvals.iter().filter(|one| !one.undone && one.covers(about)) {
            last.retain(|have| have.approval.name.to_lowercase() != one.approval.name.to_lowercase());
            last.push(one);
        }
        last
    }

    /// What a task that wants an approval still lacks at `now`. A tick that holds from an earlier visit holds
    /// with the approval it had there.
    pub fn lacks_approval(&self, task: &Task, now: DateTime<Utc>) -> Option<Lack<'_>> {
        if !task.what.needs_authorisation {
            return None;
        }
        let lack = |task: &Task| self.lack(&About::Task(task.what.id.clone()), now);
        let held = self.held_from(task).is_some_and(|old| lack(old).is_none());
        // What was done while the yes held was approved; that it has lapsed is said as long as the work of its
        // visit goes on.
        let done = task.progress.get().filter(|progress| progress.state == task::State::Done);
        let here = self.place.get().is_some_and(|place| place.visit == task.visit);
        let in_time = |granted: &Granted| done.is_some_and(|done| granted.terms.hold(done.at));
        let past = |lack: &Lack<'_>| matches!(lack, Lack::Lapsed(it) if in_time(it) && !here);
        lack(task).filter(|lack| !held && !past(lack))
    }

    /// Approvals that were given until a time that is past and not given anew, while what they are about may
    /// still go on; the longest lapsed first. A task goes on until it is settled, and where it was done as
    /// long as the incident stays in its visit; a move, as long as the incident stays where it led; anything
    /// else, as long as the incident is open.
    pub fn lapsed(&self, now: DateTime<Utc>) -> Vec<&Granted> {
        let over = |one: &&Granted| {
            let lacks = |about| matches!(self.lack(about, now), Some(Lack::Lapsed(it)) if it.id == one.id);
            !one.undone && !one.terms.hold(now) && self.goes_on(one) && one.abouts().any(lacks)
        };
        let mut all: Vec<&Granted> = self.approvals.iter().filter(over).collect();
        all.sort_by_key(|one| one.terms.until);
        all
    }

    /// Whether something a yes is about may still go on.
    pub(super) fn goes_on(&self, granted: &Granted) -> bool {
        let here = self.place.get().map(|place| &place.visit);
        let goes_on = |about: &About| match about {
            About::Task(id) => self.task(id).filter(|task| !task.undone).is_some_and(|task| {
                !task.settled() || (task.state() == task::State::Done && Some(&task.visit) == here)
            }),
            About::Visit(id) => Some(id) == here,
            About::Matter(_) => true,
        };
        !self.closed() && granted.abouts().any(goes_on)
    }

    /// Whether this is the last word of its person about something.
    pub(super) fn stands_last(&self, granted: &Granted) -> bool {
        granted.abouts().any(|about| self.last_of_each(about).iter().any(|one| one.id == granted.id))
    }

    pub(super) fn approve(
        &self,
        approve: &Approve,
        desk: &Desk<'_>,
    ) -> Result<Option<ApprovalGranted>, Refusal> {
        let asked = approve.answers.as_ref().map(|id| self.known_request(id)).transpose()?;
        let abouts = match (asked, &approve.about) {
            (Some(request), _) => request.about.clone(),
            (None, Some(about)) => [std::slice::from_ref(about), &approve.also].concat(),
            (None, None) => vec![self.this_move()?],
        };
        let mut named = self.named_abouts(&abouts)?;
        let approval = Approval { name: text::name(&approve.approval.name)?, ..approve.approval.clone() };
        let terms = clean_terms(&approve.terms)?;
        let ticks = self.ticked_by_approval(&named.abouts);
        let answers = self.answered_by(
            &named.abouts,
            &approval.name,
            approve.answers.as_ref(),
            &[State::Open, State::Refused],
        );
        let about = named.abouts.remove(0);
        let same = self.approval_of(&about).is_some_and(|have| {
            let said = |approval: &Approval| Approval { at: DateTime::UNIX_EPOCH, ..approval.clone() };
            said(&have.approval) == said(&approval)
                && have.terms == terms
                && named.abouts.iter().all(|one| have.also.contains(one))
        });
        if same && ticks.is_empty() && answers.is_empty() {
            return Ok(None);
        }
        let (id, also) = (desk.id(0), named.abouts);
        Ok(Some(ApprovalGranted { id, about, what: named.what, approval, terms, ticks, also, answers }))
    }

    pub(super) fn decide_request(
        &self,
        request: &RequestApproval,
        desk: &Desk<'_>,
    ) -> Result<Option<ApprovalRequested>, Refusal> {
        few("people", request.of.len())?;
        let abouts = if request.about.is_empty() { vec![self.this_move()?] } else { request.about.clone() };
        let named = self.named_abouts(&abouts)?;
        let mut requests = Vec::new();
        let people: Vec<Person> = request.of.iter().map(clean_person).collect::<Result<_, _>>()?;
        for of in people {
            let waits = named.abouts.iter().all(|about| {
                let asked = self.asked_about(about);
                asked.iter().any(|(item, have)| item.open() && have.of.is(&of.name))
            });
            if !waits && !requests.iter().any(|one: &Asked| one.of.is(&of.name)) {
                let k = u32::try_from(requests.len()).unwrap_or(u32::MAX);
                let number = self.next_ledger_number(Sort::Approval, k);
                requests.push(Asked { id: desk.id(k), number, of });
            }
        }
        if request.of.is_empty() {
            return Err(Refusal::misused("Asking for an approval names whoever is asked.")
                .hint("casebook approve request \"…\" --of \"NAME/ROLE\""));
        }
        Ok((!requests.is_empty()).then_some(ApprovalRequested {
            requests,
            about: named.abouts,
            what: named.what,
            how: clean_way(request.how.as_deref())?,
            words: reason(request.words.as_deref())?,
            until: request.until,
        }))
    }

    pub(super) fn decide_refusal(
        &self,
        refuse: &RefuseApproval,
        desk: &Desk<'_>,
    ) -> Result<Option<ApprovalRefused>, Refusal> {
        let asked = refuse.answers.as_ref().map(|id| self.known_request(id)).transpose()?;
        let abouts = match (asked, refuse.about.is_empty()) {
            (Some(request), _) => request.about.clone(),
            (None, false) => refuse.about.clone(),
            (None, true) => vec![self.this_move()?],
        };
        let named = self.named_abouts(&abouts)?;
        let by = match asked {
            Some(request) if refuse.by.name.is_empty() => request.of.clone(),
            _ => clean_person(&refuse.by)?,
        };
        let why = reason(refuse.reason.as_deref())?.ok_or_else(|| {
            Refusal::refused(format!("A refusal by {} is recorded with its reason.", by.name))
                .hint("Add --reason \"…\" and give the command again.")
        })?;
        let answers = self.answered_by(&named.abouts, &by.name, refuse.answers.as_ref(), &[State::Open]);
        let so = |about: &About| {
            let asked = self.asked_about(about);
            asked.iter().any(|(item, have)| item.state() == State::Refused && have.of.is(&by.name))
        };
        if answers.is_empty() && named.abouts.iter().all(so) {
            return Ok(None);
        }
        Ok(Some(ApprovalRefused {
            id: desk.id(0),
            number: self.next_ledger_number(Sort::Approval, 0),
            answers,
            about: named.abouts,
            what: named.what,
            by,
            how: clean_way(refuse.how.as_deref())?,
            reason: why,
        }))
    }

    /// The requests that an answer of this person is the answer to, of those that stand so: the one named,
    /// and what they were last asked about the same.
    fn answered_by(
        &self,
        abouts: &[About],
        name: &str,
        named: Option<&NounId>,
        states: &[State],
    ) -> Vec<NounId> {
        let mut items: Vec<&Item> = named.and_then(|id| self.ledger_item(id)).into_iter().collect();
        for about in abouts {
            for (item, request) in self.asked_about(about) {
                let whole = request.about.iter().all(|one| abouts.contains(one));
                if whole && request.of.is(name) && !items.iter().any(|have| have.id == item.id) {
                    items.push(item);
                }
            }
        }
        let waits = |item: &&Item| states.contains(&item.state());
        items.into_iter().filter(waits).map(|item| item.id.clone()).collect()
    }

    fn known_request(&self, id: &NounId) -> Result<&Request, Refusal> {
        let item = self.known_line(id)?;
        item.request().ok_or_else(|| {
            Refusal::refused(format!(
                "{} is a {}, no approval that was asked for.",
                item.label(),
                item.sort().word()
            ))
            .hint("casebook approve list shows them.")
        })
    }

    /// The open tasks that are done by getting an approval of themselves.
    fn ticked_by_approval(&self, abouts: &[About]) -> Vec<NounId> {
        let tasks = abouts.iter().filter_map(|about| match about {
            About::Task(id) => self.task(id),
            About::Visit(_) | About::Matter(_) => None,
        });
        let acts = tasks.filter(|task| task.what.act.as_deref() == Some("approval") && !task.settled());
        acts.map(|task| task.what.id.clone()).collect()
    }

    fn this_move(&self) -> Result<About, Refusal> {
        let visit = self.visit().ok_or_else(|| Refusal::refused("There is no visit to approve."))?;
        Ok(About::Visit(visit.id.clone()))
    }

    /// What approvals are about, each checked, with words for people.
    fn named_abouts(&self, abouts: &[About]) -> Result<Named, Refusal> {
        few("things to approve", abouts.len())?;
        let mut named = Named { abouts: Vec::new(), what: String::new() };
        for about in abouts {
            let (about, words) = match about {
                About::Task(id) => {
                    let task = self.known_task(id)?;
                    (About::Task(task.what.id.clone()), task.what.title.clone())
                }
                About::Visit(id) => {
                    let visit = self.visits().find(|visit| visit.id == *id);
                    let visit = visit.ok_or_else(|| Refusal::refused("There is no visit to approve."))?;
                    (About::Visit(visit.id.clone()), move_words(visit))
                }
                About::Matter(words) => {
                    let words = WORDS.clean(words)?;
                    (About::Matter(words.clone()), words)
                }
            };
            if !named.abouts.contains(&about) {
                named.what.push_str(if named.what.is_empty() { "" } else { "; " });
                named.what.push_str(&words);
                named.abouts.push(about);
            }
        }
        Ok(named)
    }
}

fn clean_terms(terms: &Terms) -> Result<Terms, Refusal> {
    Ok(Terms {
        title: terms.title.as_deref().map(text::name).transpose()?,
        words: reason(terms.words.as_deref())?,
        condition: reason(terms.condition.as_deref())?,
        until: terms.until,
    })
}

/// What approvals are about, and in words.
struct Named {
    abouts: Vec<About>,
    what: String,
}

fn move_words(visit: &Visit) -> String {
    format!("{}, visit {}", visit.phase, visit.n)
}

fn clean_way(how: Option<&str>) -> Result<Option<String>, Refusal> {
    how.map(str::trim).filter(|how| !how.is_empty()).map(text::name).transpose()
}

/// What a gate and a debt say of what an approval lacks: `asked Mira 14:02Z, no answer`. Times are in UTC,
/// because these words go on record; the day is named where it is not that of `now`.
pub(super) fn lack_words(lack: &Lack<'_>, now: DateTime<Utc>) -> String {
    let time = |at: DateTime<Utc>| match at.date_naive() == now.date_naive() {
        true => at.format("%H:%MZ").to_string(),
        false => at.format("%Y-%m-%d %H:%MZ").to_string(),
    };
    let each = |items: &[&Item], say: &dyn Fn(&Item) -> String| {
        items.iter().map(|item| say(item)).collect::<Vec<_>>().join("; ")
    };
    let name = |item: &Item| item.request().map_or_else(String::new, |request| request.of.name.clone());
    match lack {
        Lack::Unasked => "nobody asked".to_owned(),
        Lack::Asked(items) => {
            each(items, &|item| format!("{} asked {}, no answer", name(item), time(item.made)))
        }
        Lack::Refused(items) => each(items, &|item| {
            let at = item.stand.get().map_or(item.made, |stand| stand.at);
            format!("refused by {} {}", name(item), time(at))
        }),
        Lack::Lapsed(granted) => {
            let until = granted.terms.until.map(time).unwrap_or_default();
            format!("{} approved until {until}, lapsed", granted.approval.name)
        }
    }
}
