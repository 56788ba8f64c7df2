//! Notices: started from facts, chained, sent with proof, corrected and never taken back.

use super::*;
use crate::model::notice::clock::Doubt;
use crate::model::notice::law::Fact;
use crate::model::notice::{self, Add, ChangeFact, Close, NoticeState, Send, Start};
use crate::model::refusal::Refusal;

/// What one could do with the notices there are, by three random numbers.
pub(super) fn any(incident: &Incident, pick: usize, word: u8) -> Option<Command> {
    let known = incident.notices.get(pick % incident.notices.len().max(1)).map(|notice| notice.id.clone());
    let why = Some(format!("because {word}"));
    Some(Command::Notice(match word % 7 {
        0 | 1 => {
            let clocks = [
                "eu-gdpr/authority",
                "eu-nis2/early-warning",
                "us-sec-8k/disclosure",
                "eu-nis2/final",
                "ch-fadp",
            ];
            let of = clocks[pick % clocks.len()].to_owned();
            notice::Command::Start(Start {
                of,
                at: pick.is_multiple_of(2).then(|| at(-60)),
                ..Start::default()
            })
        }
        2 => notice::Command::Add(Add {
            name: format!("update {}", pick % 3),
            due: Some(at(90)),
            every: pick.is_multiple_of(2).then_some(30),
            ..Add::default()
        }),
        3 => notice::Command::Send(Send { notice: known?, reference: why, proof: None, evidence: None }),
        4 | 5 => {
            let to = [NoticeState::NotRequired, NoticeState::Deferred, NoticeState::Cancelled][pick % 3];
            notice::Command::Close(Close {
                notice: known?,
                to,
                reason: why,
                until: (to == NoticeState::Deferred).then(|| at(500)),
                approval: Some(Approval { name: "Lea".into(), role: None, how: None, at: at(0) }),
            })
        }
        _ => {
            let at = Some(at(-i64::from(word)));
            notice::Command::ChangeFact(ChangeFact { notice: known?, fact: None, at, reason: why })
        }
    }))
}

/// One of each event about notices, for the pinned JSON.
pub(super) fn one_of_each(ana: &mut Person) {
    let first = |ana: &Person| ana.incident.notices[0].id.clone();
    let start = Start { of: "eu-dora/initial".into(), fact: None, at: Some(at(10)), nth: 0 };
    ana.give(&Command::Notice(notice::Command::Start(start)), at(22)).unwrap();
    let add = Add { name: "Update".into(), recipient: Some("Board".into()), due: None, every: Some(30) };
    ana.give(&Command::Notice(notice::Command::Add(add)), at(22)).unwrap();
    let change =
        ChangeFact { notice: first(ana), fact: None, at: Some(at(11)), reason: Some("later".into()) };
    ana.give(&Command::Notice(notice::Command::ChangeFact(change)), at(22)).unwrap();
    ana.give(&close(ana, "N-1", NoticeState::Deferred, true), at(22)).unwrap();
    ana.give(&sent(ana, "N-1"), at(22)).unwrap();
    ana.give(&sent(ana, "N-2"), at(22)).unwrap();
}

fn start(of: &str) -> Command {
    Command::Notice(notice::Command::Start(Start { of: of.into(), ..Start::default() }))
}

fn start_at(of: &str, minute: i64) -> Command {
    Command::Notice(notice::Command::Start(Start { of: of.into(), at: Some(at(minute)), ..Start::default() }))
}

fn sent(ana: &Person, number: &str) -> Command {
    let notice = by_number(ana, number).id.clone();
    let reference = Some("77120".to_owned());
    Command::Notice(notice::Command::Send(Send { notice, reference, proof: None, evidence: None }))
}

fn close(ana: &Person, number: &str, to: NoticeState, approved: bool) -> Command {
    let approval = Approval { name: "Lea".into(), role: Some("legal".into()), how: None, at: at(0) };
    Command::Notice(notice::Command::Close(Close {
        notice: by_number(ana, number).id.clone(),
        to,
        reason: Some("because".into()),
        until: (to == NoticeState::Deferred).then(|| at(600)),
        approval: approved.then_some(approval),
    }))
}

fn by_number<'a>(ana: &'a Person, number: &str) -> &'a notice::Notice {
    ana.incident.notices.iter().find(|notice| notice.number == number).unwrap()
}

fn due(ana: &Person, number: &str) -> DateTime<Utc> {
    by_number(ana, number).started.get().unwrap().due.unwrap()
}

fn confirmed_at(minute: i64) -> Person {
    let mut ana = opened();
    ana.give(&Command::Determine(Determine { to: "confirmed".into(), reason: None }), at(minute)).unwrap();
    ana
}

fn refusal(ana: &mut Person, order: &Command, minute: i64) -> Refusal {
    ana.give(order, at(minute)).unwrap_err()
}

const HOUR: i64 = 60;

#[test]
fn nothing_starts_a_clock_by_itself_and_a_start_runs_from_what_the_record_knows() {
    let mut ana = confirmed_at(5);
    assert!(ana.incident.notices.is_empty());
    ana.give(&start("gdpr"), at(10)).unwrap();
    let started = by_number(&ana, "N-1").started.get().unwrap();
    assert_eq!(
        (started.fact, started.at, started.basis.as_deref()),
        (Fact::Awareness, at(5), Some("confirmed"))
    );
    assert_eq!(started.due, Some(at(5 + 72 * HOUR)));
    assert!(!by_number(&ana, "N-1").overdue(at(5 + 72 * HOUR - 1)));
    assert!(by_number(&ana, "N-1").overdue(at(5 + 72 * HOUR)));
    assert_eq!(ana.give(&start("eu-gdpr/authority"), at(11)), Ok(false));
    assert!(refusal(&mut ana, &start_at("gdpr", 7), 12).hint.unwrap().contains("notice fact N-1"));
}

#[test]
fn the_chain_of_nis2_runs_24_h_72_h_and_a_month_from_the_notification() {
    let mut ana = confirmed_at(0);
    assert!(refusal(&mut ana, &start("nis2"), 1).hint.unwrap().contains("eu-nis2/early-warning"));
    ana.give(&start("eu-nis2/early-warning"), at(1)).unwrap();
    ana.give(&start("eu-nis2/notification"), at(1)).unwrap();
    assert_eq!((due(&ana, "N-1"), due(&ana, "N-2")), (at(24 * HOUR), at(72 * HOUR)));
    let waits = refusal(&mut ana, &start("eu-nis2/final"), 2);
    assert!(waits.message.contains("eu-nis2/notification was sent"), "{waits}");
    ana.give(&sent(&ana, "N-1"), at(20 * HOUR)).unwrap();
    ana.give(&sent(&ana, "N-2"), at(73 * HOUR)).unwrap();
    assert_eq!(by_number(&ana, "N-1").margin_ms(), Some(4 * 3_600_000));
    assert_eq!(by_number(&ana, "N-2").margin_ms(), Some(-3_600_000));
    // Sending starts nothing: it offers.
    assert_eq!(ana.incident.notices.len(), 2);
    let duties = Duties::plain();
    let offered = ana.incident.candidates(duties, at(74 * HOUR));
    let last = offered.iter().find(|candidate| candidate.of() == "eu-nis2/final").unwrap();
    assert_eq!(last.after.as_ref(), Some(&by_number(&ana, "N-2").id));
    ana.give(&start("eu-nis2/final"), at(74 * HOUR)).unwrap();
    let started = by_number(&ana, "N-3").started.get().unwrap();
    assert_eq!((started.fact, started.at), (Fact::ReportSent, at(73 * HOUR)));
    assert_eq!(started.due.unwrap().to_rfc3339(), "2026-12-24T23:59:59+00:00");
    assert_eq!(started.doubts, [Doubt::ZoneAssumed]);
    let offered = ana.incident.candidates(duties, at(75 * HOUR));
    assert!(offered.iter().all(|candidate| candidate.of() != "eu-nis2/final"));
}

#[test]
fn the_second_limit_of_dora_holds_unless_it_had_passed() {
    // Aware on Saturday at 22:00. The limit of 24 hours comes before 4 hours after a classification at 23;
    // what falls on the Sunday moves to Monday noon, and the plain time stays in sight.
    for (classified, plain, expected) in [
        (2 * HOUR, Some(6 * HOUR), 38 * HOUR),
        (23 * HOUR, Some(24 * HOUR), 38 * HOUR),
        (30 * HOUR, None, 34 * HOUR),
    ] {
        let mut ana = confirmed_at(0);
        ana.give(&start_at("eu-dora/initial", classified), at(40 * HOUR)).unwrap();
        let started = by_number(&ana, "N-1").started.get().unwrap();
        assert_eq!(started.backstop, Some(at(24 * HOUR)));
        assert_eq!((started.due, started.plain), (Some(at(expected)), plain.map(at)));
        assert_eq!(started.approximate(), plain.is_some());
    }
}

#[test]
fn what_was_sent_is_corrected_and_never_taken_back() {
    let mut ana = confirmed_at(0);
    ana.give(&start("gdpr"), at(1)).unwrap();
    ana.give(&sent(&ana, "N-1"), at(2)).unwrap();
    let no = refusal(&mut ana, &Command::Undo(None), 3);
    assert!(no.message.contains("not taken back") && no.hint.unwrap().contains("notice sent N-1"));
    let started = ana.lines[2].id;
    assert!(ana.give(&Command::Undo(Some(started)), at(3)).is_err());
    assert_eq!(ana.give(&sent(&ana, "N-1"), at(4)), Ok(false));
    let notice = by_number(&ana, "N-1").id.clone();
    let better = Send { notice, reference: None, proof: Some("receipt".into()), evidence: None };
    ana.give(&Command::Notice(notice::Command::Send(better)), at(5)).unwrap();
    let standing = by_number(&ana, "N-1").standing.get().unwrap();
    assert_eq!(
        (standing.at, standing.reference.as_deref(), standing.proof.as_deref()),
        (at(2), Some("77120"), Some("receipt"))
    );
    let cancel = close(&ana, "N-1", NoticeState::Cancelled, true);
    assert!(refusal(&mut ana, &cancel, 6).message.contains("was sent"));
}

#[test]
fn not_required_wants_a_name_and_a_deferral_runs_out() {
    let mut ana = confirmed_at(0);
    ana.give(&start("gdpr"), at(1)).unwrap();
    let waive = close(&ana, "N-1", NoticeState::NotRequired, false);
    assert!(refusal(&mut ana, &waive, 2).hint.unwrap().contains("--approved-by"));
    ana.give(&close(&ana, "N-1", NoticeState::Deferred, false), at(2)).unwrap();
    let notice = by_number(&ana, "N-1");
    assert!(!notice.running(at(599)) && notice.running(at(600)) && notice.overdue(at(600)));
    ana.give(&close(&ana, "N-1", NoticeState::NotRequired, true), at(3)).unwrap();
    assert!(!by_number(&ana, "N-1").owed());
    // Another fact makes it owed again.
    let again = ChangeFact {
        notice: by_number(&ana, "N-1").id.clone(),
        fact: None,
        at: Some(at(2)),
        reason: Some("new facts".into()),
    };
    ana.give(&Command::Notice(notice::Command::ChangeFact(again)), at(4)).unwrap();
    assert_eq!(by_number(&ana, "N-1").state(), NoticeState::Running);
    assert_eq!(due(&ana, "N-1"), at(2 + 72 * HOUR));
    ana.give(&Command::Undo(None), at(5)).unwrap();
    assert_eq!(by_number(&ana, "N-1").state(), NoticeState::NotRequired);
    assert_eq!(due(&ana, "N-1"), at(72 * HOUR));
}

#[test]
fn a_round_of_updates_starts_again_when_it_was_sent_until_it_is_cancelled() {
    let mut ana = opened();
    let add = Add { name: "Management update".into(), every: Some(30), ..Add::default() };
    ana.give(&Command::Notice(notice::Command::Add(add.clone())), at(0)).unwrap();
    assert_eq!(ana.give(&Command::Notice(notice::Command::Add(add)), at(1)), Ok(false));
    assert_eq!(due(&ana, "N-1"), at(30));
    ana.give(&sent(&ana, "N-1"), at(25)).unwrap();
    assert_eq!((ana.incident.notices.len(), due(&ana, "N-2")), (2, at(55)));
    ana.give(&close(&ana, "N-2", NoticeState::Cancelled, false), at(40)).unwrap();
    assert_eq!(ana.incident.nearest_notice(), None);
}

#[test]
fn the_nearest_notice_is_the_one_due_first_and_a_target_comes_after_what_is_due() {
    let mut ana = confirmed_at(0);
    for clock in ["insurer", "gdpr", "eu-nis2/early-warning"] {
        ana.give(&start(clock), at(1)).unwrap();
    }
    assert_eq!(ana.incident.nearest_notice().unwrap().name, "NIS2: Early warning");
    let insurer = by_number(&ana, "N-1");
    assert!(insurer.soft() && !insurer.overdue(at(100 * HOUR)));
    assert!(by_number(&ana, "N-2").overdue(at(100 * HOUR)));
}

#[test]
fn notices_go_on_in_a_closed_incident_and_are_named_where_it_is_left() {
    let mut ana = confirmed_at(0);
    ana.give(&start("gdpr"), at(1)).unwrap();
    let task = ana.incident.tasks.iter().find(|task| task.what.act.as_deref() == Some("notice-start"));
    assert!(task.is_none_or(|task| task.state() == State::Done));
    for to in [Phase::Analysis, Phase::LessonsLearned] {
        ana.give(&Command::Go(Go { disposition: Some("true-positive".into()), ..go(to) }), at(2)).unwrap();
    }
    let open = ana.incident.findings(&[crate::model::lifecycle::Gate::ClocksOpen], at(2));
    assert_eq!(open[0].fact, "GDPR: Notify the supervisory authority");
    let late = ana.incident.findings(&[crate::model::lifecycle::Gate::ClocksOpen], at(80 * HOUR));
    assert!(late[0].fact.ends_with("(OVERDUE)"));
    ana.give(&Command::Go(go(Phase::Preparation)), at(3)).unwrap();
    assert_eq!(ana.incident.status(), "closed");
    ana.give(&sent(&ana, "N-1"), at(4)).unwrap();
    assert!(ana.incident.findings(&[crate::model::lifecycle::Gate::ClocksOpen], at(5)).is_empty());
}

#[test]
fn what_the_law_says_is_copied_when_the_clock_is_started() {
    let mut ana = confirmed_at(0);
    ana.give(&start("gdpr"), at(1)).unwrap();
    let terms = by_number(&ana, "N-1").terms.as_ref().unwrap();
    assert_eq!((terms.as_of.as_str(), terms.confidence.as_str()), ("2026-11-21", "high"));
    assert!(terms.threshold.contains("unlikely to result in a risk") && terms.citation.contains("2016/679"));
    let Event::NoticeStarted(event) = &ana.lines[2].event else { panic!("a start is its event") };
    assert_eq!(&event.terms, terms);
}

#[test]
fn two_people_who_say_different_things_of_a_notice_are_both_shown() {
    let mut ana = confirmed_at(0);
    ana.give(&start("gdpr"), at(1)).unwrap();
    let mut bo = Person::new("bo");
    bo.read(&ana);
    bo.give(&close(&bo, "N-1", NoticeState::NotRequired, true), at(2)).unwrap();
    ana.give(&sent(&ana, "N-1"), at(3)).unwrap();
    ana.read(&bo);
    assert_eq!(ana.incident.contested()[0].field, "state of N-1");
}

#[test]
fn two_who_start_the_same_clock_at_once_are_told_apart_and_each_can_be_sent() {
    let mut ana = confirmed_at(5);
    let mut bo = Person::new("bo");
    bo.read(&ana);
    ana.give(&start("gdpr"), at(10)).unwrap();
    bo.give(&start("gdpr"), at(10)).unwrap();
    assert_eq!(ana.incident.notices[0].label(), "N-1");
    bo.read(&ana);
    let labels: Vec<String> = bo.incident.notices().map(notice::Notice::label).collect();
    assert!(labels.iter().all(|label| label.starts_with("N-1·")) && labels[0] != labels[1], "{labels:?}");
    let meant = bo.incident.notices[1].id.clone();
    let send = Send { notice: meant, reference: None, proof: None, evidence: None };
    bo.give(&Command::Notice(notice::Command::Send(send)), at(20)).unwrap();
    let said = bo.incident.entries.last().unwrap().shown().to_owned();
    assert!(said.contains(&labels[1]), "{said}");
}

#[test]
fn two_decisions_of_one_number_are_told_apart() {
    let decide = |ana: &mut Person, words: &str| {
        let decide = crate::model::ledger::decision::Decide { text: words.into(), ..Default::default() };
        let order = crate::model::ledger::Command::Decide(decide);
        ana.give(&Command::Ledger(Box::new(order)), at(10)).unwrap();
    };
    let mut ana = opened();
    let mut bo = Person::new("bo");
    bo.read(&ana);
    decide(&mut ana, "cut");
    decide(&mut bo, "watch");
    bo.read(&ana);
    let labels: Vec<String> = bo.incident.ledger().map(crate::model::ledger::Item::label).collect();
    assert!(labels.iter().all(|label| label.starts_with("D-1·")) && labels[0] != labels[1], "{labels:?}");
}
