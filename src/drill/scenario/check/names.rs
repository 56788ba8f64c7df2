//! Every id stands once, and every name in a scenario is the name of something.

use std::collections::{BTreeMap, BTreeSet};

use super::place::Path;
use super::{Known, Told, atoms, conditions};
use crate::drill::condition::{Atom, Field};
use crate::drill::scenario::{Moment, Scenario};
use crate::model::attack::attack;
use crate::model::lifecycle::lifecycle;
use crate::model::phase::Phase;
use crate::model::severity::Level;
use crate::model::taxonomy::{Determination, TAXONOMY, Tlp};
use crate::model::text::nearest;

/// The ids of a file and the words from outside that it may use.
struct Names<'a> {
    injects: Vec<&'a str>,
    actions: Vec<&'a str>,
    objectives: Vec<&'a str>,
    components: Vec<&'a str>,
    types: Vec<&'a str>,
    roles: Vec<&'a str>,
    assets: Vec<&'a str>,
    evidence: Vec<&'a str>,
    tasks: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn of(scenario: &'a Scenario, known: Known<'a>) -> Self {
        let playbooks = || known.playbooks.all();
        let steps = playbooks().flat_map(|playbook| playbook.phases.values().flatten());
        let mut types: Vec<&str> = TAXONOMY.case_types.iter().map(|kind| kind.id.as_str()).collect();
        types.extend(playbooks().map(|playbook| playbook.id.as_str()));
        types.sort_unstable();
        types.dedup();
        Self {
            injects: scenario.injects.iter().map(|one| one.id.as_str()).collect(),
            actions: scenario.actions.iter().map(|one| one.id().as_str()).collect(),
            objectives: scenario.objectives.iter().map(|one| one.id.as_str()).collect(),
            components: scenario.components.iter().map(|one| one.id.as_str()).collect(),
            types,
            roles: TAXONOMY.roles.iter().map(|role| role.id.as_str()).collect(),
            assets: TAXONOMY.asset_types.iter().map(|kind| kind.id.as_str()).collect(),
            evidence: TAXONOMY.evidence_types.iter().map(|kind| kind.id.as_str()).collect(),
            tasks: steps.map(|step| step.id.as_str()).collect(),
        }
    }
}

/// Most words that a fix lists; of more, only the nearest is named.
const LISTED: usize = 16;

/// Faults a word that is none of those there are.
fn one_of(path: &Path, what: &str, word: &str, there: &[&str], told: &mut Told) {
    if there.contains(&word) {
        return;
    }
    let fix = match nearest(word, there.iter().copied()) {
        Some(near) => format!("Did you mean {near}?"),
        None if there.is_empty() => format!("The file has no {what} at all."),
        None if there.len() <= LISTED => format!("Write one of {}.", there.join(", ")),
        None => format!("Look the {what} up in the screens of casebook; ids are written in full."),
    };
    told.fault(path, format!("{word:?} is no {what}"), fix);
}

pub(super) fn check(scenario: &Scenario, stem: Option<&str>, known: Known<'_>, told: &mut Told) {
    let names = Names::of(scenario, known);
    ids(scenario, &names, told);
    head(scenario, stem, &names, told);
    component_names(scenario, told);
    for owned in conditions(scenario) {
        for (atom, path) in atoms(owned.condition, &owned.path) {
            check_atom(scenario, atom, &path, &names, known, told);
        }
    }
    references(scenario, &names, told);
}

fn ids(scenario: &Scenario, names: &Names<'_>, told: &mut Told) {
    let questions: Vec<&str> = scenario.questions.iter().map(|one| one.id.as_str()).collect();
    let gauges: Vec<&str> = scenario.gauges.iter().map(|one| one.id.as_str()).collect();
    for (list, ids) in [
        ("injects", &names.injects),
        ("actions", &names.actions),
        ("questions", &questions),
        ("components", &names.components),
        ("objectives", &names.objectives),
        ("gauges", &gauges),
    ] {
        for (i, id) in ids.iter().enumerate() {
            if let Some(first) = ids[..i].iter().position(|other| other == id) {
                let what = format!("the id {id} stands twice; {list}[{first}] has it already");
                told.fault(&Path::of(list).at(i).key("id"), what, "Give one of them an id of its own.");
            }
        }
    }
}

fn head(scenario: &Scenario, stem: Option<&str>, names: &Names<'_>, told: &mut Told) {
    if let Some(stem) = stem.filter(|stem| *stem != scenario.id) {
        let what = format!("the id is {}, and the file is called {stem}.json", scenario.id);
        told.fault(
            &Path::of("id"),
            what,
            format!("Call the file {}.json, or the scenario {stem}.", scenario.id),
        );
    }
    let (minutes, clock) = (scenario.minutes, &scenario.clock);
    if minutes.checked_mul(clock.ratio) != Some(clock.end_min) {
        let what = format!("{minutes} minutes at ratio {} are not end_min {}", clock.ratio, clock.end_min);
        let fix = match clock.end_min % clock.ratio.max(1) {
            0 => format!("Write {} minutes, or change ratio or end_min.", clock.end_min / clock.ratio.max(1)),
            _ => "Make minutes times ratio the same as end_min.".to_owned(),
        };
        told.fault(&Path::of("minutes"), what, fix);
    }
    words("case_types", "type of incident", &scenario.case_types, &names.types, told);
    words("roles", "role", &scenario.roles, &names.roles, told);
    let types: Vec<&str> = scenario.case_types.iter().map(String::as_str).collect();
    for (i, kind) in scenario.case.types.iter().enumerate() {
        one_of(&Path::of("case").key("types").at(i), "type among case_types", kind, &types, told);
    }
    for (i, id) in scenario.case.components.iter().enumerate() {
        one_of(&Path::of("case").key("components").at(i), "component", id.as_str(), &names.components, told);
    }
    let mut voices = names.roles.clone();
    voices.extend(["staff", "outside"]);
    for (i, contact) in scenario.contacts.iter().enumerate() {
        one_of(&Path::of("contacts").at(i).key("role"), "role", &contact.role, &voices, told);
    }
}

fn words(key: &str, what: &str, given: &[String], there: &[&str], told: &mut Told) {
    for (i, word) in given.iter().enumerate() {
        one_of(&Path::of(key).at(i), what, word, there, told);
    }
}

/// A name that two components answer to would match neither for sure.
fn component_names(scenario: &Scenario, told: &mut Told) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (i, component) in scenario.components.iter().enumerate() {
        let names = std::iter::once(&component.name).chain(&component.names);
        for name in names.map(|name| name.to_lowercase()).collect::<BTreeSet<_>>() {
            let owner = *first.entry(name.clone()).or_insert(i);
            if owner != i {
                let what = format!("{name:?} names this and components[{owner}]");
                let fix = "Give each component names that only it has.";
                told.fault(&Path::of("components").at(i).key("names"), what, fix);
            }
        }
    }
}

fn check_atom(
    scenario: &Scenario,
    atom: &Atom,
    path: &Path,
    names: &Names<'_>,
    known: Known<'_>,
    told: &mut Told,
) {
    if let Some(since) = atom.since() {
        one_of(&path.key("since"), "inject", since.as_str(), &names.injects, told);
    }
    match atom {
        Atom::Task { task, .. } => check_task(scenario, task, &path.key("task"), names, told),
        Atom::Move { edges, .. } => {
            for (i, edge) in edges.iter().enumerate() {
                if lifecycle().find(edge.from, edge.to).is_none() {
                    told.fault(
                        &path.key("move").at(i),
                        format!("{edge} is not a move that is allowed"),
                        moves_from(edge.from),
                    );
                }
            }
        }
        Atom::Component { component, .. } => {
            one_of(&path.key("component"), "component", component.as_str(), &names.components, told);
        }
        Atom::Evidence { evidence, component, .. } => {
            list(&path.key("evidence"), "type of evidence", evidence, &names.evidence, told);
            if let Some(component) = component {
                one_of(&path.key("component"), "component", component.as_str(), &names.components, told);
            }
        }
        Atom::Clock { clock, trigger, .. } => {
            check_clock(clock, &path.key("clock"), known, told);
            if let Some(trigger) = trigger {
                one_of(&path.key("trigger"), "inject", trigger.as_str(), &names.injects, told);
            }
        }
        Atom::Approval { approval, .. } => list(&path.key("approval"), "role", approval, &names.roles, told),
        Atom::Set { set, to } => check_set(*set, to, &path.key("to"), names, told),
        Atom::Note { note, .. } => {
            if let Err(why) = note.compiles() {
                let fix = "Write a plain regular expression, without look-around and back-references.";
                told.fault(&path.key("note"), format!("the pattern cannot be used: {why}"), fix);
            }
        }
        Atom::Reply { reply, option } => match scenario.inject(reply.as_str()) {
            None => one_of(&path.key("reply"), "inject", reply.as_str(), &names.injects, told),
            Some(inject) => {
                let options: Vec<&str> = inject.replies.iter().map(|reply| reply.id.as_str()).collect();
                let what = format!("reply to {reply}");
                one_of(&path.key("option"), &what, option.as_str(), &options, told);
            }
        },
        Atom::Action { action } => {
            one_of(&path.key("action"), "action", action.as_str(), &names.actions, told)
        }
        Atom::Inject { inject } => {
            one_of(&path.key("inject"), "inject", inject.as_str(), &names.injects, told)
        }
        Atom::Elapsed { elapsed, .. } => check_moment(elapsed, &path.key("elapsed"), names, told),
        Atom::Phase { .. } | Atom::Indicator { .. } | Atom::Recorded { .. } | Atom::Minute { .. } => {}
    }
}

fn list(path: &Path, what: &str, given: &[String], there: &[&str], told: &mut Told) {
    for (i, word) in given.iter().enumerate() {
        one_of(&path.at(i), what, word, there, told);
    }
}

fn moves_from(phase: Phase) -> String {
    let moves: Vec<&str> = lifecycle().from(phase).iter().map(|step| step.id.as_str()).collect();
    format!("Write one of {}.", moves.join(", "))
}

fn check_task(scenario: &Scenario, task: &str, path: &Path, names: &Names<'_>, told: &mut Told) {
    if !names.tasks.contains(&task) {
        let list: Vec<&str> = task.rsplit_once('.').map_or(Vec::new(), |(list, _)| {
            names
                .tasks
                .iter()
                .copied()
                .filter(|id| id.rsplit_once('.').is_some_and(|(other, _)| other == list))
                .collect()
        });
        let there = if list.is_empty() { &names.tasks } else { &list };
        return one_of(path, "task", task, there, told);
    }
    let playbook = task.split('.').next().unwrap_or_default();
    if playbook != "generic" && !scenario.case_types.iter().any(|kind| kind == playbook) {
        let what = format!("the task {task} is on the list of {playbook}, which is not among case_types");
        told.fault(
            path,
            what,
            format!("Add {playbook} to case_types, or take a task of a list that is there."),
        );
    }
}

fn check_clock(clock: &str, path: &Path, known: Known<'_>, told: &mut Told) {
    let (regime, name) = clock.split_once('.').unwrap_or((clock, ""));
    match known.duties.regime(regime) {
        None => {
            let regimes: Vec<&str> = known.duties.regimes().map(|regime| regime.id.as_str()).collect();
            one_of(path, "regime", regime, &regimes, told);
        }
        Some(found) => {
            let clocks: Vec<&str> = found.clocks.iter().map(|clock| clock.id.as_str()).collect();
            one_of(path, &format!("clock of {regime}"), name, &clocks, told);
        }
    }
}

fn check_set(field: Field, to: &[String], path: &Path, names: &Names<'_>, told: &mut Told) {
    let levels = Level::ALL.map(Level::id);
    let determinations: Vec<&str> =
        TAXONOMY.determinations.iter().map(|terms| Determination::id(terms.id)).collect();
    let labels = Tlp::ALL.map(Tlp::id);
    let there: &[&str] = match field {
        Field::Type => &names.types,
        Field::Severity => &levels,
        Field::Determination => &determinations,
        Field::Tlp => &labels,
        Field::Role => &names.roles,
    };
    list(path, field.word(), to, there, told);
}

fn check_moment(moment: &Moment, path: &Path, names: &Names<'_>, told: &mut Told) {
    match moment {
        Moment::Start => {}
        Moment::Inject(id) => one_of(path, "inject", id.as_str(), &names.injects, told),
        Moment::Action(id) => one_of(path, "action", id.as_str(), &names.actions, told),
    }
}

/// What stands outside of conditions and points at something.
fn references(scenario: &Scenario, names: &Names<'_>, told: &mut Told) {
    let injects = &names.injects;
    for (i, component) in scenario.components.iter().enumerate() {
        one_of(&Path::of("components").at(i).key("type"), "asset type", &component.kind, &names.assets, told);
    }
    for (i, action) in scenario.actions.iter().enumerate() {
        one_of(
            &Path::of("actions").at(i).key("objective"),
            "objective",
            action.objective().as_str(),
            &names.objectives,
            told,
        );
        let crate::drill::scenario::Action::Expected(action) = action else { continue };
        for (n, from) in action.window.from.iter().enumerate() {
            check_moment(from, &Path::of("actions").at(i).key("window").key("from").at(n), names, told);
        }
    }
    for (i, question) in scenario.questions.iter().enumerate() {
        let path = Path::of("questions").at(i);
        one_of(&path.key("after"), "inject", question.after.as_str(), injects, told);
        one_of(&path.key("objective"), "objective", question.objective.as_str(), &names.objectives, told);
    }
    for (i, inject) in scenario.injects.iter().enumerate() {
        for (n, id) in inject.reveals.iter().enumerate() {
            one_of(
                &Path::of("injects").at(i).key("reveals").at(n),
                "component",
                id.as_str(),
                &names.components,
                told,
            );
        }
    }
    for (i, measure) in scenario.measures.iter().enumerate() {
        let path = Path::of("measures").at(i);
        check_moment(&measure.from, &path.key("from"), names, told);
        one_of(&path.key("to"), "action", measure.to.as_str(), &names.actions, told);
    }
    for (i, truth) in scenario.truth.iter().enumerate() {
        let path = Path::of("truth").at(i);
        for (n, id) in truth.techniques.iter().enumerate().filter(|(_, id)| attack().technique(id).is_none())
        {
            let what = format!("{id} is no technique of {}", crate::model::attack::RELEASE);
            told.fault(&path.key("techniques").at(n), what, "Look the technique up, or take it out.");
        }
        for (n, clue) in truth.clue.iter().enumerate() {
            one_of(&path.key("clue").at(n), "inject", clue.as_str(), injects, told);
        }
    }
}
