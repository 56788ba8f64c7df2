//! Somebody who does at once what the story asks for: reads each expected action, and acts until it is matched.

use chrono::{DateTime, Utc};

use super::table::Table;
use crate::drill::condition::{Atom, ClockState, Condition, Edge, Fact, Field};
use crate::drill::scenario::{ComponentId, InjectId, Key, QuestionKind, Verdict};
use crate::incident::command::Command;
use crate::model::component::Stage;
use crate::model::drill::{self, QuestionAnswered};
use crate::model::evidence::{self, Add, Receive};
use crate::model::head::{Edit, SetSeverity};
use crate::model::indicator::{self, AddIndicators, Adding, detect};
use crate::model::ledger::approval::{About, Approval, Approve};
use crate::model::lesson::{self, AddImprovement};
use crate::model::notice;
use crate::model::phase::Phase;
use crate::model::roster::{self, AddPerson};
use crate::model::severity::Level;
use crate::model::task::State;
use crate::model::taxonomy::{Posture, Tlp};
use crate::model::triage::{Determine, RecordSignal, SetPosture};

/// What must be said at some time in one of the stories: the first that a pattern likes is logged.
const WORDS: [&str; 16] = [
    "the answer had 14 212 bytes",
    "first use 2026-09-01, 03:12",
    "port 8443 of the kiosk is closed",
    "412 000 went out at 11:05",
    "the bank's number is FD-20931",
    "Marta called the contract number",
    "recall of the second one, 188 000",
    "we look at both sides together, with their logs",
    "known and open points are in the note; next report at noon",
    "the key was out at 08:45, used within four minutes",
    "no record between 09:07 and now: a gap",
    "confirmed: one bucket; not known: who read it",
    "diverted ambulances; paper charts; the wards were told and use paper, keys by hand",
    "phones only from now on, off the chat",
    "restore from 25 Oct, before 27 Oct",
    "archive asked for: thirty days",
];

type Act = Box<dyn FnOnce(&mut Table)>;

/// How a condition comes to hold.
enum Way {
    Holds,
    By(Vec<Act>),
    /// From one of these phases only.
    From(Vec<Phase>),
    /// Not by anything one can do now.
    No,
}

impl Way {
    fn by(act: impl FnOnce(&mut Table) + 'static) -> Self {
        Way::By(vec![Box::new(act)])
    }
}

fn way(table: &Table, condition: &Condition) -> Way {
    if table.play.holds(condition) {
        return Way::Holds;
    }
    match condition {
        Condition::All { all } => {
            let (mut acts, mut from) = (Vec::new(), None);
            for part in all {
                match way(table, part) {
                    Way::Holds => {}
                    Way::By(more) => acts.extend(more),
                    Way::From(phases) => from = from.or(Some(phases)),
                    Way::No => return Way::No,
                }
            }
            match from {
                Some(phases) if acts.is_empty() => Way::From(phases),
                _ => Way::By(acts),
            }
        }
        Condition::Any { any } => {
            let mut ways: Vec<Way> = any.iter().map(|part| way(table, part)).collect();
            let rank = |way: &Way| match way {
                Way::Holds => 0,
                Way::By(_) => 1,
                Way::From(_) => 2,
                Way::No => 3,
            };
            ways.sort_by_key(rank);
            if ways.is_empty() { Way::No } else { ways.swap_remove(0) }
        }
        Condition::Not { .. } => Way::No,
        Condition::Atom(atom) => by(table, atom),
    }
}

fn by(table: &Table, atom: &Atom) -> Way {
    let come = |inject: &InjectId| table.play.delivered(inject.as_str()).is_some();
    if atom.since().is_some_and(|since| !come(since)) {
        return Way::No;
    }
    match atom.clone() {
        Atom::Task { task, .. } => tick(table, &task),
        Atom::Move { edges, .. } => moving(table, &edges),
        Atom::Phase { phase } => Way::From(phase),
        Atom::Component { component, stage, .. } => Way::by(move |it| {
            let name = present(it, &component);
            it.stage(&name, stage);
        }),
        Atom::Evidence { evidence, component, .. } => {
            Way::by(move |it| keep(it, &evidence[0], component.as_ref()))
        }
        Atom::Clock { clock, state, trigger, .. } => match trigger {
            Some(trigger) if !come(&trigger) => Way::No,
            trigger => Way::by(move |it| run(it, &clock, state, trigger.as_ref())),
        },
        Atom::Approval { approval, .. } => Way::by(move |it| approve(it, &approval)),
        Atom::Indicator { indicator, .. } => Way::by(move |it| indicate(it, &indicator[0])),
        Atom::Set { set, to } => Way::by(move |it| set_to(it, set, &to[0])),
        Atom::Recorded { recorded, .. } => Way::by(move |it| record(it, recorded)),
        Atom::Note { note, .. } => {
            let words = WORDS.iter().find(|words| note.matches(words));
            let words = words.unwrap_or_else(|| panic!("no words for {}", note.source()));
            Way::by(move |it| {
                it.log(words);
            })
        }
        Atom::Reply { .. }
        | Atom::Action { .. }
        | Atom::Inject { .. }
        | Atom::Elapsed { .. }
        | Atom::Minute { .. } => Way::No,
    }
}

fn tick(table: &Table, id: &str) -> Way {
    let visit = table.incident.visit().unwrap().id.clone();
    let is = |task: &&crate::model::task::Task| task.what.playbook_id.as_deref() == Some(id);
    let here = table.incident.checklist(&visit).find(is).map(|task| task.state());
    let phase = id.split('.').nth(1).and_then(|word| Phase::ALL.into_iter().find(|phase| phase.id() == word));
    let id = id.to_owned();
    match (here, phase) {
        (Some(State::Done), _) => Way::by(move |it| {
            it.tick(&id, State::Open);
            it.tick(&id, State::Done);
        }),
        (Some(_), _) => Way::by(move |it| {
            it.tick(&id, State::Done);
        }),
        (None, Some(phase)) if phase != table.incident.phase() => Way::From(vec![phase]),
        (None, _) => Way::No,
    }
}

fn moving(table: &Table, edges: &[Edge]) -> Way {
    let here = table.incident.phase();
    match edges.iter().find(|edge| edge.from == here) {
        Some(Edge { to, .. }) => {
            let to = *to;
            Way::by(move |it| leave(it, to))
        }
        None => Way::From(edges.iter().map(|edge| edge.from).collect()),
    }
}

/// Goes to a phase with a reason; forward only once the list is done.
fn leave(table: &mut Table, to: Phase) {
    if to > table.incident.phase() {
        let visit = table.incident.visit().unwrap().id.clone();
        let open = table.incident.checklist(&visit).filter(|task| !task.settled());
        let ids: Vec<String> = open.filter_map(|task| task.what.playbook_id.clone()).collect();
        ids.iter().filter(|_| !table.play.ended()).cloned().collect::<Vec<_>>().iter().for_each(|id| {
            table.tick(id, State::Done);
        });
    }
    table.go(to, Some("the facts say so"));
}

/// One step towards one of these phases.
fn towards(table: &mut Table, wanted: &[Phase]) {
    let here = table.incident.phase();
    if wanted.contains(&here) {
        return;
    }
    let to: Vec<Phase> = table.incident.destinations(table.incident.updated).iter().map(|it| it.to).collect();
    let target = wanted.iter().find(|phase| to.contains(phase)).or(wanted.first()).copied().unwrap();
    let nearest = to.into_iter().min_by_key(|phase| phase.number().abs_diff(target.number()));
    leave(table, nearest.unwrap());
}

fn present(table: &mut Table, id: &ComponentId) -> String {
    let component = table.play.scenario().component(id.as_str()).unwrap().clone();
    if !table.incident.components().any(|it| it.name == component.name) {
        table.add(&component.name, &component.kind, Stage::Suspected);
    }
    component.name
}

fn keep(table: &mut Table, kind: &str, component: Option<&ComponentId>) {
    let name = component.map(|id| present(table, id));
    let components = name.map(|name| vec![table.component(&name)]).unwrap_or_default();
    // Every item is another file.
    let sha256 = format!("{:064x}", table.incident.evidence.len() + 1);
    let how = Receive { sha256: Some(sha256), holder: Some("kim".into()), ..Receive::default() };
    let add = Add { name: format!("{kind} item"), kind: kind.into(), components, note: None, how };
    table.does(Command::Evidence(evidence::Command::Add(Box::new(add))));
}

fn now(table: &Table) -> DateTime<Utc> {
    table.incident.drill.as_ref().unwrap().clock.story_of(table.minute)
}

fn run(table: &mut Table, clock: &str, state: ClockState, trigger: Option<&InjectId>) {
    let (regime, name) = clock.split_once('.').unwrap();
    let notice = |table: &Table| {
        table.incident.notices.iter().find(|it| !it.undone && it.is_of(regime, name)).map(|it| it.id.clone())
    };
    if notice(table).is_none() {
        let message = trigger.and_then(|id| table.incident.drill.as_ref().unwrap().message(id.as_str()));
        let at = Some(message.map_or_else(|| now(table), |message| message.at));
        let start = notice::Start { of: format!("{regime}/{name}"), fact: None, at, nth: 0 };
        table.does(Command::Notice(notice::Command::Start(start)));
    }
    if state != ClockState::Started {
        let notice = notice(table).unwrap();
        let send = notice::Send { notice, reference: Some("N-26".into()), proof: None, evidence: None };
        table.does(Command::Notice(notice::Command::Send(send)));
    }
}

fn approve(table: &mut Table, roles: &[String]) {
    let contacts = &table.play.scenario().contacts;
    let contact = contacts.iter().find(|contact| roles.contains(&contact.role));
    let name = contact.map_or_else(|| "kim".to_owned(), |contact| contact.name.clone());
    let approval = Approval { name, role: Some(roles[0].clone()), how: None, at: now(table) };
    let about = Some(About::Matter(format!("what is done in minute {}", table.minute)));
    table.does(Command::Approve(Box::new(Approve { about, approval, ..Approve::default() })));
}

fn indicate(table: &mut Table, value: &str) {
    let found = detect(value).unwrap();
    let indicators = vec![Adding { kind: found.kind, value: found.value, own: None }];
    table.does(Command::Indicator(indicator::Command::Add(AddIndicators {
        indicators,
        ..AddIndicators::default()
    })));
}

fn set_to(table: &mut Table, field: Field, to: &str) {
    table.does(match field {
        Field::Type => Command::Edit(Edit { types: vec![to.into()], ..Edit::default() }),
        Field::Severity => Command::SetSeverity(SetSeverity {
            impact: None,
            level: Some(Level::parse(to).unwrap()),
            reason: Some("by what is known".into()),
        }),
        Field::Determination => {
            Command::Determine(Determine { to: to.into(), reason: Some("proven".into()) })
        }
        Field::Tlp => Command::Edit(Edit { tlp: Some(Tlp::parse(to).unwrap()), ..Edit::default() }),
        Field::Role if to == "incident-lead" => {
            Command::Edit(Edit { lead: Some("kim".into()), ..Edit::default() })
        }
        Field::Role => Command::People(roster::Command::Add(AddPerson {
            name: "Lee".into(),
            roles: vec![to.into()],
            ..AddPerson::default()
        })),
    });
}

fn record(table: &mut Table, fact: Fact) {
    let due = Some(now(table));
    table.does(match fact {
        Fact::Signal => {
            Command::RecordSignal(RecordSignal { text: "as the alert says".into(), source: None })
        }
        Fact::Acknowledged => Command::Acknowledge,
        Fact::Posture => Command::SetPosture(SetPosture { to: Posture::Cut, reason: Some("at work".into()) }),
        Fact::Improvement => Command::Lesson(lesson::Command::Add(AddImprovement {
            title: "Keep logs longer".into(),
            owner: Some("Lee".into()),
            due,
            ..AddImprovement::default()
        })),
    });
}

/// Plays a drill to its end.
pub(super) fn play(table: &mut Table) {
    while !table.play.ended() {
        reply(table);
        answer(table);
        act(table);
        if !table.play.ended() {
            table.until(table.minute + 1);
        }
    }
}

fn reply(table: &mut Table) {
    let waiting: Vec<String> =
        table.incident.drill.as_ref().unwrap().waiting().map(|message| message.what.inject.clone()).collect();
    for id in waiting {
        let inject = table.play.scenario().inject(&id).unwrap();
        let good = inject.replies.iter().find(|reply| reply.verdict == Verdict::Good).unwrap().id.to_string();
        table.reply(&id, &good);
    }
}

fn answer(table: &mut Table) {
    let open = table.play.questions().into_iter().filter(|asked| asked.picks.is_empty());
    for asked in open.collect::<Vec<_>>() {
        let question = table.play.scenario().question(asked.id.as_str()).unwrap();
        let mut right: Vec<_> = question.options.iter().filter(|option| option.key() != Key::Wrong).collect();
        if asked.kind == QuestionKind::Order {
            right.sort_by_key(|option| option.rank);
        }
        let picks = right.iter().map(|option| option.id.to_string()).collect();
        let answer = QuestionAnswered { question: asked.id.to_string(), picks };
        table.drill(drill::Command::Answer(answer));
    }
}

/// Does all that can be done in this minute: what is open, the nearest limit first; then goes where the next
/// open action, or else the next message, waits.
fn act(table: &mut Table) {
    let mut tries = 0;
    while !table.play.ended() && tries < 40 {
        tries += 1;
        let mut open: Vec<(u32, Condition, String)> = table
            .play
            .open()
            .map(|(it, from)| (from + it.window.limit_min, it.matches.clone(), it.title.clone()))
            .collect();
        open.sort_by_key(|(limit, ..)| *limit);
        let mut wanted = None;
        let mut acted = false;
        for (_, condition, title) in open {
            match way(table, &condition) {
                Way::By(acts) => {
                    acts.into_iter().for_each(|act| act(table));
                    table.log(&format!("done: {title}"));
                    acted = true;
                    break;
                }
                Way::From(phases) => wanted = wanted.or(Some(phases)),
                Way::Holds | Way::No => {}
            }
        }
        if acted {
            continue;
        }
        let wanted = wanted.or_else(|| next(table));
        match wanted {
            Some(phases) if !phases.contains(&table.incident.phase()) => towards(table, &phases),
            _ => break,
        }
    }
}

/// The phase in which the next message waits whose time has come.
fn next(table: &Table) -> Option<Vec<Phase>> {
    let scenario = table.play.scenario();
    let due = scenario.injects.iter().filter(|inject| {
        !inject.branch && inject.at_min <= table.minute && table.play.delivered(inject.id.as_str()).is_none()
    });
    let mut ways =
        due.filter_map(|inject| inject.when.as_ref()).chain([&scenario.end]).map(|it| way(table, it));
    ways.find_map(|way| if let Way::From(phases) = way { Some(phases) } else { None })
}
