//! What stands in a debrief, section by section.

use super::Block;
use crate::drill::debrief::{ActionTold, Debrief, QuestionTold, ReplyTold, State};
use crate::drill::score::LOGGED_WITHIN;
use crate::model::drill::Ending;

pub(super) fn title(debrief: &Debrief) -> String {
    format!("After-action report: {}", debrief.title)
}

pub(super) fn all(debrief: &Debrief) -> Vec<Block> {
    let sections = [
        overall(debrief),
        objectives(debrief),
        practise(debrief),
        improvements(debrief),
        wanting(debrief),
        ways_back(debrief),
        timeline(debrief),
        durations(debrief),
        replies(debrief),
        questions(debrief),
        actions(debrief),
        truth(debrief),
        talk(debrief),
    ];
    sections.into_iter().flatten().collect()
}

fn heading(words: &str) -> Block {
    Block::Heading(words.to_owned())
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn overall(debrief: &Debrief) -> Vec<Block> {
    let why = match debrief.ending {
        Some(Ending::Reached) => "what it was for is reached",
        Some(Ending::Time) => "time is up",
        Some(Ending::Stopped) => "stopped",
        None => "not ended",
    };
    let started = debrief.started.map(|at| format!(", played from {} UTC", at.format("%d %b %Y %H:%M")));
    let points = &debrief.points;
    let minus = |points: f64| if points > 0.0 { format!("-{points}") } else { "0".to_owned() };
    vec![
        Block::Paragraph(format!(
            "{}, scenario {} {}{}. ENDEX in exercise minute {}: {why}.",
            debrief.number,
            debrief.scenario,
            debrief.version,
            started.unwrap_or_default(),
            debrief.end_min
        )),
        Block::Paragraph(format!(
            "Overall {}: {}. {} of 100 points. The score belongs to those who played.",
            debrief.overall.letter(),
            debrief.overall.word(),
            debrief.score
        )),
        Block::Table {
            bare: 3,
            head: vec!["Part", "Points", "Of"],
            rows: vec![
                row(["What was done, by weight and time", &points.actions.to_string(), "60"]),
                row(["Questions", &points.questions.to_string(), "20"]),
                row(["The record", &points.record.to_string(), "20"]),
                row(["Harmful acts", &minus(points.harm), ""]),
                row(["Hints", &minus(points.hints), ""]),
            ],
        },
    ]
}

fn objectives(debrief: &Debrief) -> Vec<Block> {
    let mut blocks = vec![heading("Objectives")];
    let rows = debrief.objectives.iter().map(|it| {
        let critical = if it.critical { "critical" } else { "" };
        row([it.rating.letter(), it.id.as_str(), &it.text, critical, &it.because.join("; ")])
    });
    let head = vec!["Rating", "", "Objective", "", "Because of"];
    blocks.push(Block::Table { head, rows: rows.collect(), bare: 4 });
    blocks.push(Block::Paragraph(
        "P performed without challenges, S with some, M with major challenges, U unable to be performed (HSEEP)."
            .to_owned(),
    ));
    blocks
}

fn practise(debrief: &Debrief) -> Vec<Block> {
    let items = debrief.practise.iter();
    let items: Vec<String> =
        items.map(|it| format!("{} ({} points): {}", it.what, it.lost, it.why)).collect();
    listed("To practise", items, "Nothing was lost.")
}

/// A heading with its list, or the words that say there is none.
fn listed(words: &str, items: Vec<String>, none: &str) -> Vec<Block> {
    let body = if items.is_empty() { Block::Paragraph(none.to_owned()) } else { Block::List(items) };
    vec![heading(words), body]
}

fn improvements(debrief: &Debrief) -> Vec<Block> {
    let rows: Vec<Vec<String>> =
        debrief.improvements.iter().map(|it| row([&it.title, &it.because, &it.about, "", ""])).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = vec!["Improvement", "Because", "From", "Owner", "Due"];
    vec![heading("Improvement plan"), Block::Table { head, rows, bare: 1 }]
}

fn at(minute: Option<u32>) -> String {
    minute.map_or_else(|| "-".to_owned(), |minute| minute.to_string())
}

/// What was harmful, late or missed, and what that changed.
fn wanting(debrief: &Debrief) -> Vec<Block> {
    let wanting =
        |it: &&ActionTold| matches!(it.state, State::Late | State::TooLate | State::Missed | State::Done);
    let told = |it: &ActionTold| {
        let state = if it.state == State::Done { "harmful" } else { it.state.word() };
        let due = it.window.map(|(_, target, _)| format!(", by {target}")).unwrap_or_default();
        let minute = it.minute.map(|minute| format!(", minute {minute}{due}")).unwrap_or_default();
        format!("{} {} ({}): {state}{minute}. {} {}", it.id, it.title, it.level, it.debrief, it.why)
    };
    let items = debrief.actions.iter().filter(wanting).map(told).collect();
    listed("Late, missed, harmful", items, "Everything was done in time, and nothing harmful.")
}

fn ways_back(debrief: &Debrief) -> Vec<Block> {
    let told = debrief.ways_back.iter().map(|it| {
        let shows: Vec<&str> = it.shows.iter().map(|id| id.as_str()).collect();
        let shows =
            if shows.is_empty() { String::new() } else { format!(" It showed {}.", shows.join(", ")) };
        format!("Minute {}, {}: {} back to {}: \"{}\".{shows}", it.minute, it.by, it.from, it.to, it.reason)
    });
    let items: Vec<String> = told.collect();
    if items.is_empty() {
        return Vec::new();
    }
    listed("Ways back with a reason: going back on evidence is right", items, "")
}

fn timeline(debrief: &Debrief) -> Vec<Block> {
    let rows = debrief.timeline.iter().map(|it| {
        let id = it.id.as_deref().unwrap_or_default();
        row([&it.minute.to_string(), &it.story.format("%H:%M").to_string(), it.what.word(), id, &it.text])
    });
    let head = vec!["Minute", "Story", "", "", "What"];
    vec![heading("What came, and what was done"), Block::Table { head, rows: rows.collect(), bare: 5 }]
}

fn durations(debrief: &Debrief) -> Vec<Block> {
    let times = &debrief.times;
    let mut rows = vec![
        row(["To the first signal on record", &at(times.detect), ""]),
        row(["To the first determination", &at(times.classify), ""]),
        row(["Until everything affected was contained", &at(times.contain), ""]),
        row(["To the first notice sent", &at(times.notify), ""]),
    ];
    rows.extend(debrief.measures.iter().map(|it| row([&it.text, &at(it.minutes), &it.good_min.to_string()])));
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let shares = &debrief.record.shares;
    let logged = format!("Actions with words in the log within {LOGGED_WITHIN} minutes");
    let record = vec![
        row([&logged, &percent(shares.logged)]),
        row(["Moves with a reason", &percent(shares.reasoned)]),
        row(["Of type, severity, TLP and determination", &percent(shares.classified)]),
        row(["Evidence with holder and hash", &percent(shares.kept)]),
    ];
    vec![
        heading("How long it took, in exercise minutes"),
        Block::Table { head: vec!["What", "Minutes", "Good"], rows, bare: 1 },
        heading("How the record was kept"),
        Block::Table { head: vec!["What", "Share"], rows: record, bare: 2 },
    ]
}

fn replies(debrief: &Debrief) -> Vec<Block> {
    let told = |it: &ReplyTold| {
        let good: Vec<&str> = it.good.iter().map(|id| id.as_str()).collect();
        match (&it.option, &it.text, it.verdict) {
            (Some(option), Some(text), Some(verdict)) => format!(
                "{} {}, minute {}: {option}, {}. \"{text}\" {}",
                it.inject,
                it.from,
                it.minute.saturating_add(it.after_min.unwrap_or(0)),
                verdict.word(),
                it.rationale.as_deref().unwrap_or_default()
            ),
            _ => format!(
                "{} {}: nobody answered. Good would have been {}.",
                it.inject,
                it.from,
                good.join(", ")
            ),
        }
    };
    listed("What was said", debrief.replies.iter().map(told).collect(), "Nobody asked for an answer.")
}

fn questions(debrief: &Debrief) -> Vec<Block> {
    let told = |it: &QuestionTold| {
        let picks = if it.picks.is_empty() { "not answered".to_owned() } else { it.picks.join(", ") };
        let mut right: Vec<_> =
            it.options.iter().filter(|o| o.right == Some(true) || o.rank.is_some()).collect();
        right.sort_by_key(|option| option.rank);
        let letters: Vec<&str> = right.iter().map(|option| option.id.as_str()).collect();
        let why: Vec<&str> = right.iter().map(|option| option.rationale.as_str()).collect();
        format!(
            "{} {} {} of {} points: {picks}. Right: {}. {}",
            it.id,
            it.text,
            it.earned,
            it.points,
            letters.join(", "),
            why.join(" ")
        )
    };
    listed("Questions", debrief.questions.iter().map(told).collect(), "None was asked.")
}

fn actions(debrief: &Debrief) -> Vec<Block> {
    let rows = debrief.actions.iter().map(|it| {
        let shown = it.shown.as_ref().map(|it| format!("{}: {}", it.by, it.text)).unwrap_or_default();
        let due = at(it.window.map(|(_, target, _)| target));
        let limit = at(it.window.map(|(_, _, limit)| limit));
        row([it.id.as_str(), &it.title, it.level, it.state.word(), &at(it.minute), &due, &limit, &shown])
    });
    let head = vec!["", "Action", "Level", "State", "Minute", "Target", "Limit", "Shown by"];
    vec![heading("Every action, and what showed it"), Block::Table { head, rows: rows.collect(), bare: 4 }]
}

fn truth(debrief: &Debrief) -> Vec<Block> {
    let rows = debrief.truth.iter().map(|it| {
        let seen: Vec<&str> = it.seen_in.iter().map(|id| id.as_str()).collect();
        let seen = if seen.is_empty() { "not on this path".to_owned() } else { seen.join(", ") };
        row([&it.time.format("%d %b %H:%M").to_string(), &it.text, &it.techniques.join(", "), &seen])
    });
    let head = vec!["Story", "What", "ATT&CK", "Seen in"];
    vec![
        heading("What really happened"),
        Block::Paragraph(debrief.summary.clone()),
        Block::Table { head, rows: rows.collect(), bare: 2 },
    ]
}

/// For the people in the room.
fn talk(debrief: &Debrief) -> Vec<Block> {
    let mut blocks = listed("Lessons of the story", debrief.lessons.clone(), "None.");
    blocks.extend(listed("Questions for the hot wash", debrief.discuss.clone(), "None."));
    let noted = debrief.notes.iter().map(|note| {
        let mark = note.what.mark.as_deref().map(|mark| format!("{mark}, ")).unwrap_or_default();
        let about = note.what.about.as_deref().map(|about| format!(" on {about}")).unwrap_or_default();
        format!("{mark}minute {}, {}{about}: {}", note.minute, note.by, note.what.text)
    });
    let noted: Vec<String> = noted.collect();
    if !noted.is_empty() {
        blocks.extend(listed("Notes of the facilitator", noted, ""));
    }
    blocks
}
