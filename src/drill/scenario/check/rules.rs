//! What makes a scenario fair and worth playing: keys that fit their questions, critical actions that the
//! record must show, and a story with a way back, a pressure, a temptation and a setback.

use super::Told;
use super::place::Path;
use crate::drill::condition::{Atom, Condition};
use crate::drill::scenario::{
    Action, Channel, InjectKind, Question, QuestionKind, Scenario, Verdict, Weight,
};
use crate::model::lifecycle::{Way, lifecycle};

pub(super) fn check(scenario: &Scenario, told: &mut Told) {
    injects(scenario, told);
    actions(scenario, told);
    objectives(scenario, told);
    for (i, question) in scenario.questions.iter().enumerate() {
        check_question(question, &Path::of("questions").at(i), told);
    }
    story(scenario, told);
}

/// Whether the condition cannot hold without an atom for which `is` holds.
pub(super) fn needs(condition: &Condition, is: &dyn Fn(&Atom) -> bool) -> bool {
    match condition {
        Condition::All { all } => all.iter().any(|part| needs(part, is)),
        Condition::Any { any } => any.iter().all(|part| needs(part, is)),
        Condition::Not { .. } => false,
        Condition::Atom(atom) => is(atom),
    }
}

/// Whether the record itself shows it, in more than a tick or a reply.
fn hard(atom: &Atom) -> bool {
    match atom {
        Atom::Move { .. }
        | Atom::Component { .. }
        | Atom::Evidence { .. }
        | Atom::Clock { .. }
        | Atom::Approval { .. }
        | Atom::Indicator { .. }
        | Atom::Set { .. }
        | Atom::Recorded { .. }
        | Atom::Note { .. } => true,
        Atom::Task { .. }
        | Atom::Phase { .. }
        | Atom::Reply { .. }
        | Atom::Action { .. }
        | Atom::Inject { .. }
        | Atom::Elapsed { .. }
        | Atom::Minute { .. } => false,
    }
}

fn injects(scenario: &Scenario, told: &mut Told) {
    for (i, inject) in scenario.injects.iter().enumerate() {
        let path = Path::of("injects").at(i);
        let spoken = matches!(inject.channel, Channel::Phone | Channel::Chat | Channel::InPerson);
        if spoken && !scenario.contacts.iter().any(|contact| contact.name == inject.from) {
            let what =
                format!("{} speaks by {} and is not among the contacts", inject.from, inject.channel.word());
            told.fault(&path.key("from"), what, "Add the contact, or let somebody else call.");
        }
        for (n, reply) in inject.replies.iter().enumerate() {
            let path = path.key("replies").at(n);
            if inject.replies[..n].iter().any(|other| other.id == reply.id) {
                let what = format!("the reply id {} stands twice", reply.id);
                told.fault(&path.key("id"), what, "Give every reply a letter of its own.");
            }
            let matches = |atom: &&Atom| matches!(atom, Atom::Reply { reply: to, option } if *to == inject.id && *option == reply.id);
            let matched = scenario.harmful().any(|action| action.matches.atoms().iter().any(matches));
            if reply.verdict == Verdict::Harmful && !matched {
                let what = format!("reply {} is harmful, and no harmful action matches it", reply.id);
                let fix = format!(
                    "Add a harmful action with {{\"reply\": \"{}\", \"option\": \"{}\"}}, or call the reply poor.",
                    inject.id, reply.id
                );
                told.fault(&path.key("verdict"), what, fix);
            }
        }
        if !inject.replies.is_empty() && !inject.replies.iter().any(|reply| reply.verdict == Verdict::Good) {
            told.fault(&path.key("replies"), "no reply is good", "Write the one that should be said.");
        }
    }
}

fn actions(scenario: &Scenario, told: &mut Told) {
    for (i, action) in scenario.actions.iter().enumerate() {
        let Action::Expected(action) = action else { continue };
        let path = Path::of("actions").at(i);
        let window = &action.window;
        if window.target_min >= window.limit_min {
            let what =
                format!("the target {} is not before the limit {}", window.target_min, window.limit_min);
            told.fault(&path.key("window"), what, "Make target_min smaller than limit_min.");
        }
        if action.level == Weight::Critical && !needs(&action.matches, &hard) {
            let what = "it is critical, and a ticked task or a reply alone satisfies it";
            let fix = "Ask the record for more: a move, a component's stage, evidence, a notice, an approval, an indicator or a note.";
            told.fault(&path.key("match"), what, fix);
        }
    }
}

fn objectives(scenario: &Scenario, told: &mut Told) {
    for (i, objective) in scenario.objectives.iter().enumerate() {
        let path = Path::of("objectives").at(i);
        let mut own = scenario
            .expected()
            .filter(|action| action.objective == objective.id)
            .map(|action| action.level)
            .peekable();
        if own.peek().is_none() {
            told.fault(&path, "no action trains it", "Give it an action, or take it out.");
        } else if objective.critical && !own.any(|level| level == Weight::Critical) {
            let fix = "Make one of its actions critical, or the objective not.";
            told.fault(&path.key("critical"), "it is critical, and none of its actions is", fix);
        }
    }
}

fn check_question(question: &Question, path: &Path, told: &mut Told) {
    let options = &question.options;
    for (n, option) in options.iter().enumerate() {
        if options[..n].iter().any(|other| other.id == option.id) {
            let path = path.key("options").at(n).key("id");
            told.fault(
                &path,
                format!("the option id {} stands twice", option.id),
                "Give every option a letter of its own.",
            );
        }
    }
    let place = path.key("options");
    if question.kind == QuestionKind::Order {
        let mut ranks: Vec<u32> = options.iter().map(|option| option.rank.unwrap_or(0)).collect();
        ranks.sort_unstable();
        if !ranks.iter().copied().eq((1..).take(options.len())) {
            let what = format!("the ranks are not 1 to {}", options.len());
            told.fault(&place, what, "Give every option a rank of its own, 1 for the first.");
        }
        return;
    }
    if options.iter().any(|option| option.rank.is_some()) {
        let fix = "Say correct true or false of each option; ranks belong to the kind order.";
        told.fault(&place, "an option has a rank, and nothing is to be put in order", fix);
        return;
    }
    let right = options.iter().filter(|option| option.correct == Some(true)).count();
    let (fits, fix) = match question.kind {
        QuestionKind::Single => (right == 1, "Make exactly one option correct, or the kind multi."),
        QuestionKind::Multi => {
            (right >= 2 && right < options.len(), "Make two or more options correct, and not all.")
        }
        QuestionKind::Order => (true, ""),
    };
    if !fits {
        told.fault(
            &place,
            format!("{right} of {} options are correct, which does not fit the kind", options.len()),
            fix,
        );
    }
}

/// Whether it asks for a way back: a move along such edges only, or standing in a phase.
fn back(atom: &Atom) -> bool {
    match atom {
        Atom::Phase { .. } => true,
        Atom::Move { edges, .. } => edges
            .iter()
            .all(|edge| lifecycle().find(edge.from, edge.to).is_some_and(|step| step.way == Way::Back)),
        _ => false,
    }
}

fn story(scenario: &Scenario, told: &mut Told) {
    let moves =
        |condition: &Condition| condition.atoms().iter().any(|atom| matches!(atom, Atom::Move { .. }));
    let forced = |action: &&super::super::Expected| {
        action.level != Weight::Minor && needs(&action.matches, &back) && moves(&action.matches)
    };
    if !scenario.expected().any(|action| forced(&action)) {
        let fix =
            "Let a critical or major action need a move back, such as {\"move\": [\"recovery->analysis\"]}.";
        told.fault(&Path::of("actions"), "the story has no way back that is right", fix);
    }
    let kind = |kind| scenario.injects.iter().any(|inject| inject.kind == kind);
    let injects = Path::of("injects");
    if !kind(InjectKind::Pressure) {
        told.fault(&injects, "the story has no business pressure", "Add an inject of kind pressure.");
    }
    if !kind(InjectKind::Setback) {
        told.fault(&injects, "the story has no setback", "Add an inject of kind setback.");
    }
    let tempts = scenario.injects.iter().any(|inject| {
        inject.kind == InjectKind::Temptation
            && inject.replies.iter().any(|reply| reply.verdict == Verdict::Harmful)
    });
    if !tempts {
        let fix = "Add an inject of kind temptation with a harmful reply.";
        told.fault(&injects, "the story has no tempting harmful act", fix);
    }
    truth(scenario, told);
}

fn truth(scenario: &Scenario, told: &mut Told) {
    let path = Path::of("truth");
    for (i, pair) in scenario.truth.windows(2).enumerate() {
        if pair[1].time < pair[0].time {
            told.fault(
                &path.at(i + 1).key("time"),
                "it lies before the step above it",
                "Put the truth in order, oldest first.",
            );
        }
    }
    let start = scenario.clock.start;
    let end = start + chrono::Duration::minutes(scenario.clock.end_min.into());
    let last = scenario.injects.iter().filter_map(|inject| inject.jump_to).fold(end, Ord::max);
    if scenario.truth.first().is_some_and(|first| first.time >= start) {
        told.fault(
            &path.at(0).key("time"),
            "it is not before the start of the drill",
            "Begin the truth before clock.start.",
        );
    }
    if let Some(i) = scenario.truth.len().checked_sub(1).filter(|i| scenario.truth[*i].time > last) {
        let fix = "End the truth with the drill: end_min after the start, or the last jump.";
        told.fault(&path.at(i).key("time"), "it lies after the end of the drill", fix);
    }
}
