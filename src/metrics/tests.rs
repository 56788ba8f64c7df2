//! Laws of the measures, of one incident and of many.

use proptest::prelude::*;

use super::over::{Brief, Cut, Over, Wanted, nearest_rank};
use super::*;
use crate::incident::command::Command;
use crate::incident::tests::{ID, Person, at, everything, go, opened, steps, work};
use crate::model::component::{AddComponent, Stage, StageComponent};
use crate::model::entry::Logged;
use crate::model::head::Edit;
use crate::model::lane::Lane;
use crate::model::phase::Phase;
use crate::model::time::Happened;
use crate::model::triage::{Determine, RecordSignal};

/// A person who does one thing after the other, with the minute of each.
struct Told(Person);

impl Told {
    fn new() -> Self {
        Told(opened())
    }

    fn does(&mut self, minute: i64, command: Command) -> &mut Self {
        self.0.give(&command, at(minute)).unwrap();
        self
    }

    fn adds(&mut self, minute: i64, name: &str, stage: Stage) -> &mut Self {
        self.does(minute, Command::AddComponent(AddComponent::new(name, "server", stage)))
    }

    fn stages(&mut self, minute: i64, name: &str, to: Stage) -> &mut Self {
        let id = self.0.incident.component_called(name).unwrap().id.clone();
        let step = StageComponent { reason: Some("seen".into()), ..StageComponent::to(id, to) };
        self.does(minute, Command::StageComponent(step))
    }

    fn goes(&mut self, minute: i64, to: Phase) -> &mut Self {
        self.does(minute, Command::Go(go(to)))
    }

    fn minutes(&self, measure: Measure) -> Result<i64, String> {
        match of(&self.0.incident, at(1000)).time(measure) {
            Value::Known { ms, .. } => Ok(ms / 60_000),
            Value::Absent { why } => Err(why.clone()),
        }
    }
}

fn determined(word: &str) -> Command {
    Command::Determine(Determine { to: word.into(), reason: None })
}

#[test]
fn what_cannot_be_told_says_why_and_is_not_nothing() {
    let told = Told::new();
    let why = |measure| told.minutes(measure).unwrap_err();
    assert_eq!(why(Measure::Dwell), "no deed of the actor is on record");
    assert_eq!(why(Measure::Acknowledge), "nobody has acknowledged it");
    assert_eq!(why(Measure::Classify), "it was not determined what it is");
    assert_eq!(
        why(Measure::ContainFinal),
        "no component was affected on record, and Containment was not visited"
    );
    assert_eq!(why(Measure::Close), "not closed");
}

#[test]
fn the_first_answer_that_is_one_classifies_and_a_new_answer_moves_it() {
    let mut told = Told::new();
    told.does(5, determined("suspected"));
    assert_eq!(told.minutes(Measure::Classify).unwrap_err(), "only suspected so far");
    told.does(9, determined("confirmed"));
    assert_eq!(told.minutes(Measure::Classify), Ok(9));
    told.does(12, determined("blocked")).does(13, Command::Undo(None));
    assert_eq!(told.minutes(Measure::Classify), Ok(9), "an answer taken back does not count");
}

#[test]
fn containment_is_when_the_last_one_was_held_and_ends_anew_with_a_way_back() {
    let mut told = Told::new();
    told.adds(1, "FS01", Stage::Confirmed).adds(2, "FS02", Stage::Confirmed).adds(
        3,
        "DC01",
        Stage::Suspected,
    );
    told.stages(10, "FS01", Stage::Contained);
    assert_eq!(told.minutes(Measure::ContainFirst).unwrap_err(), "not contained yet: FS02");
    told.stages(20, "FS02", Stage::Contained);
    assert_eq!((told.minutes(Measure::ContainFirst), told.minutes(Measure::ContainFinal)), (Ok(20), Ok(20)));
    told.stages(30, "FS02", Stage::Containing);
    assert_eq!(told.minutes(Measure::ContainFirst), Ok(20));
    assert_eq!(told.minutes(Measure::ContainFinal).unwrap_err(), "not contained yet: FS02");
    told.stages(45, "FS02", Stage::Contained);
    assert_eq!((told.minutes(Measure::ContainFirst), told.minutes(Measure::ContainFinal)), (Ok(20), Ok(45)));
    told.stages(50, "FS01", Stage::Eradicated).stages(60, "FS02", Stage::Retired);
    assert_eq!(told.minutes(Measure::Eradicate), Ok(60));
    assert_eq!(told.minutes(Measure::Recover).unwrap_err(), "not restored yet: FS01");
    let metrics = of(&told.0.incident, at(1000));
    assert_eq!(metrics.rework.withdrawn, 1);
    let Value::Known { from, to, .. } = metrics.time(Measure::Eradicate) else { panic!("it was told") };
    assert_eq!((&*from.fact, &*to.fact), ("opened", "FS02 retired"));
}

#[test]
fn a_step_taken_back_never_was() {
    let mut told = Told::new();
    told.adds(1, "FS01", Stage::Confirmed).stages(10, "FS01", Stage::Contained).does(11, Command::Undo(None));
    assert_eq!(told.minutes(Measure::ContainFirst).unwrap_err(), "not contained yet: FS01");
}

#[test]
fn without_an_affected_component_the_phases_tell() {
    let mut told = Told::new();
    told.goes(5, Phase::Analysis).goes(10, Phase::Containment).goes(20, Phase::Eradication);
    assert_eq!(told.minutes(Measure::ContainFirst), Ok(20));
    told.goes(30, Phase::Containment);
    assert_eq!(told.minutes(Measure::ContainFirst), Ok(20));
    assert_eq!(
        told.minutes(Measure::ContainFinal).unwrap_err(),
        "no component was affected on record, and Containment was not left onward"
    );
    told.goes(50, Phase::Eradication);
    assert_eq!(told.minutes(Measure::ContainFinal), Ok(50));
    let metrics = of(&told.0.incident, at(60));
    assert_eq!(metrics.rework.rate(), Some(Share { part: 1, of: 5 }));
    let contained = metrics.phases.iter().find(|time| time.phase == Phase::Containment).unwrap();
    assert_eq!((contained.visits, contained.ms), (2, 30 * 60_000));
    assert_eq!(metrics.visits.last().unwrap().ms, 10 * 60_000, "the visit under way counts until now");
}

#[test]
fn dwell_begins_with_the_earliest_deed_and_what_was_written_late_is_not_ours_to_answer_for() {
    let mut told = Told::new();
    told.does(2, Command::RecordSignal(RecordSignal { text: "EDR alert".into(), source: None }));
    let playbooks = crate::model::playbook::Playbooks::default();
    let log = |lane: Option<Lane>| Command::Log(Logged { text: "logon".into(), lane, ..Logged::default() });
    for (lane, minute) in [(Some(Lane::Actor), -300), (None, -100), (None, 50)] {
        let happened =
            Some(Happened { at: at(minute).fixed_offset(), typed: None, zone: None, assumed: false });
        let desk = crate::model::desk::Desk { happened, ..told.0.desk(at(60), &playbooks) };
        let draft = told.0.incident.decide(&log(lane), &desk).unwrap().unwrap();
        told.0.write(draft, at(60));
    }
    assert_eq!(told.minutes(Measure::Dwell), Ok(300));
    let log = of(&told.0.incident, at(60)).log.unwrap();
    assert_eq!((log.n, log.median_ms, log.p90_ms), (3, 0, 10 * 60_000));
    assert_eq!(log.at_once, Share { part: 2, of: 3 });
}

#[test]
fn a_reopened_incident_is_measured_to_the_closing_that_holds() {
    let mut told = Told::new();
    told.does(1, determined("confirmed"));
    for (minute, to) in [
        (10, Phase::Analysis),
        (20, Phase::Containment),
        (30, Phase::Eradication),
        (40, Phase::Recovery),
        (50, Phase::LessonsLearned),
    ] {
        told.goes(minute, to);
    }
    let close = || {
        Command::Go(crate::incident::moves::Go {
            disposition: Some("true-positive".into()),
            ..go(Phase::Preparation)
        })
    };
    told.does(60, close());
    assert_eq!(told.minutes(Measure::Close), Ok(60));
    let phases = of(&told.0.incident, at(1000)).phases;
    assert!(
        phases.iter().all(|time| time.phase != Phase::Preparation),
        "nobody stays in what a closing begins"
    );
    assert_eq!(phases.iter().map(|time| time.ms).sum::<i64>(), 60 * 60_000);
    let to = told.0.incident.destinations(at(70))[0].to;
    told.goes(70, to);
    assert_eq!(told.minutes(Measure::Close).unwrap_err(), "reopened and not closed again");
    let closings = of(&told.0.incident, at(80)).closings;
    assert_eq!((closings.closed, closings.times, closings.reopened), (false, 1, 1));
}

#[test]
fn a_false_positive_is_counted_apart() {
    let mut told = Told::new();
    assert_eq!(Set::of(&told.0.incident), Set { origin: Origin::Real, alarm: Alarm::Incident });
    told.does(1, determined("false-positive"));
    assert_eq!(Set::of(&told.0.incident), Set { origin: Origin::Real, alarm: Alarm::False });
    told.does(2, Command::Undo(None))
        .does(3, Command::Edit(Edit { types: vec!["phishing".into()], ..Edit::default() }));
    told.0.incident.number = "DEMO-2026-0001".into();
    assert_eq!(Set::of(&told.0.incident).word(), "demo incidents");
}

#[test]
fn every_measure_is_defined_once_with_a_sentence() {
    for measure in Measure::ALL {
        assert_eq!(definition(measure.id()).unwrap().unit, Unit::Time);
    }
    for (at, one) in DEFINITIONS.iter().enumerate() {
        assert!(DEFINITIONS[at + 1..].iter().all(|other| other.id != one.id), "{} twice", one.id);
        assert!(one.meaning.ends_with('.') && one.meaning.matches(". ").count() == 0, "{}", one.meaning);
    }
}

/// The smallest value with at least so many percent of all at or below it, found by trying each.
fn naive(values: &[i64], percent: usize) -> Option<i64> {
    let below = |value: i64| values.iter().filter(|other| **other <= value).count();
    values.iter().copied().filter(|value| below(*value) * 100 >= percent * values.len()).min()
}

fn brief() -> impl Strategy<Value = Brief> {
    let times = prop::array::uniform8(prop::option::of(0i64..1000));
    let types = prop::collection::vec(prop::sample::select(vec!["malware", "phishing", "ransomware"]), 0..3);
    let head = (0usize..6, prop::option::of(1u8..=5), types, 0i64..100, any::<bool>());
    (head, times, 0u32..4, 0u32..9).prop_map(
        |((set, severity, types, opened, closed), times, backs, moves)| {
            let mut metrics = of(&opened_at(opened), at(0));
            metrics.set = Set::ALL[set];
            metrics.severity = severity;
            metrics.types = types.into_iter().map(str::to_owned).collect();
            metrics.closings.closed = closed;
            Brief { times, backs, moves: moves.max(backs), ..Brief::of(&metrics) }
        },
    )
}

fn opened_at(minute: i64) -> Incident {
    let mut incident = Incident::default();
    incident.opened = at(minute);
    incident
}

proptest! {
    #[test]
    fn no_measure_is_ever_negative_whatever_was_done_by_whom(steps in steps(), now in -100i64..500) {
        let incident = Incident::fold(ID, &everything(&work(&steps)));
        let metrics = of(&incident, at(now));
        for timed in &metrics.times {
            prop_assert!(timed.value.ms().is_none_or(|ms| ms >= 0), "{timed:?}");
        }
        prop_assert!(metrics.visits.iter().all(|visit| visit.ms >= 0));
        prop_assert!(metrics.log.is_none_or(|log| 0 <= log.median_ms && log.median_ms <= log.p90_ms));
        let shares = [metrics.evidence.hashed, metrics.evidence.not_come, metrics.rework.rate()];
        prop_assert!(shares.into_iter().flatten().all(|share| share.part <= share.of));
        // First is never after last, and what is not contained has no last.
        let (first, last) = (metrics.time(Measure::ContainFirst).ms(), metrics.time(Measure::ContainFinal).ms());
        prop_assert!(last.is_none_or(|last| first.is_some_and(|first| first <= last)), "{first:?} {last:?}");
        prop_assert!(last.is_none() || incident.components().all(|component| !component.uncontained()));
    }

    #[test]
    fn the_order_of_incidents_does_not_matter(
        (briefs, mixed) in prop::collection::vec(brief(), 0..30)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        prop_assert_eq!(Over::sets(&briefs), Over::sets(&mixed));
    }

    #[test]
    fn n_adds_up_over_sets_and_severities(briefs in prop::collection::vec(brief(), 0..30)) {
        let sets = Over::sets(&briefs);
        prop_assert_eq!(sets.iter().map(|over| over.all.n as usize).sum::<usize>(), briefs.len());
        for over in &sets {
            prop_assert_eq!(over.by_severity.iter().map(|cut| cut.n).sum::<u32>(), over.all.n);
            prop_assert!(over.by_type.iter().map(|cut| cut.n).sum::<u32>() >= over.all.n);
            for measure in Measure::ALL {
                let of = |cut: &Cut| cut.time(measure).n;
                prop_assert_eq!(over.by_severity.iter().map(of).sum::<u32>(), of(&over.all));
                prop_assert!(of(&over.all) <= over.all.n);
            }
            prop_assert_eq!(over.by_severity.iter().map(|cut| cut.rework.backs).sum::<u32>(), over.all.rework.backs);
        }
    }

    #[test]
    fn medians_are_what_a_naive_count_finds(values in prop::collection::vec(0i64..50, 0..40), percent in 1usize..=100) {
        let mut sorted = values.clone();
        sorted.sort_unstable();
        prop_assert_eq!(nearest_rank(&sorted, percent), naive(&values, percent));
    }

    #[test]
    fn what_is_wanted_is_a_part_of_all(briefs in prop::collection::vec(brief(), 0..20), since in 0i64..100) {
        let wanted = Wanted { since: Some(at(since)), ..Wanted::default() };
        let (some, rest): (Vec<Brief>, Vec<Brief>) = briefs.iter().cloned().partition(|it| wanted.takes(it.opened, &it.types, it.severity));
        prop_assert!(some.iter().all(|brief| at(since) <= brief.opened));
        prop_assert!(rest.iter().all(|brief| brief.opened < at(since)));
    }
}
