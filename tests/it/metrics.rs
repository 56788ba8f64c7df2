//! The measures of the demo, against what its script says, minute by minute.

use casebook::demo;
use casebook::metrics::over::{Brief, Over};
use casebook::metrics::{self, Margin, Measure, Metrics, Share, Value};
use casebook::model::phase::Phase;
use casebook::store::Look;

use crate::store::{Bench, at};

const MINUTE: i64 = 60_000;

/// Of the five incidents, the newest first: ransomware, payroll phishing, CI token, impossible travel, lost laptop.
fn measured() -> Vec<Metrics> {
    let bench = Bench::new();
    let store = bench.store(1);
    demo::tell(&store, at(0), [7; 16]).unwrap();
    let listed = store.list(Look::Checked).unwrap();
    listed.iter().map(|(address, _)| metrics::of(&store.read(address).unwrap().incident, at(0))).collect()
}

fn minutes(metrics: &Metrics, measure: Measure) -> Result<i64, String> {
    match metrics.time(measure) {
        Value::Known { ms, .. } => Ok(ms / MINUTE),
        Value::Absent { why } => Err(why.clone()),
    }
}

#[test]
fn the_measures_of_the_demo_are_what_its_script_says() {
    use Measure::{Acknowledge, Classify, Close, ContainFinal, ContainFirst, Dwell, Eradicate, Recover};
    let all = measured();
    let of = |at: usize, measure| minutes(&all[at], measure);
    let not = |words: &str| Err(words.to_owned());

    // Ransomware: opened at -135, the first deed of the actor on record at -90-3015.
    assert_eq!(of(0, Dwell), Ok(3105 - 135));
    assert_eq!((of(0, Acknowledge), of(0, Classify)), (Ok(135 - 132), Ok(135 - 126)));
    assert_eq!(of(0, ContainFirst), Ok(135 - 26), "svc-backup was the last to be contained");
    assert_eq!(of(0, ContainFinal), not("not contained yet: FS02, svc-backup"));
    assert_eq!(of(0, Close), not("not closed"));

    // Payroll phishing: the first signal at -838-22.
    assert_eq!((of(1, Acknowledge), of(1, Classify)), (Ok(860 - 836), Ok(860 - 825)));
    assert_eq!((of(1, ContainFirst), of(1, ContainFinal)), (Ok(860 - 780), Ok(860 - 780)));
    assert_eq!((of(1, Eradicate), of(1, Recover)), (Ok(860 - 650), not("not restored yet: 14 mailboxes")));
    assert_eq!(of(1, Dwell), not("no deed of the actor is on record"));

    // CI token: the first signal at -1638-26.
    assert_eq!(of(2, Acknowledge), Ok(1664 - 1630));
    assert_eq!(of(2, Classify), not("it was not determined what it is"));

    // Impossible travel: a false alarm, opened at -4400.
    assert_eq!((of(3, Acknowledge), of(3, Classify), of(3, Close)), (Ok(4), Ok(20), Ok(22)));

    // Lost laptop: the first signal at -12958-95.
    assert_eq!((of(4, Acknowledge), of(4, Classify)), (Ok(13053 - 12955), Ok(13053 - 12945)));
    assert_eq!((of(4, ContainFirst), of(4, Recover)), (Ok(13053 - 12860), Ok(13053 - 11500)));
    assert_eq!(of(4, Close), Ok(13053 - 10080));
}

#[test]
fn the_ransomware_case_went_back_once_and_told_the_insurer_in_time() {
    let case = &measured()[0];
    let visits: Vec<(Phase, u32, i64)> =
        case.visits.iter().map(|visit| (visit.phase, visit.n, visit.ms / MINUTE)).collect();
    assert_eq!(
        visits,
        [
            (Phase::Detection, 1, 135 - 123),
            (Phase::Analysis, 1, 123 - 75),
            (Phase::Containment, 1, 75 - 22),
            (Phase::Eradication, 1, 22 - 14),
            (Phase::Containment, 2, 14),
        ]
    );
    assert_eq!(case.rework.rate(), Some(Share { part: 1, of: 4 }));
    assert_eq!(case.rework.backs[0].category.as_deref(), Some("second-foothold"));
    assert_eq!(case.rework.withdrawn, 2, "FS02 and svc-backup were not contained after all");
    assert_eq!(case.evidence.items, 2);
    assert_eq!(case.evidence.hashed, Some(Share { part: 2, of: 2 }));
    assert_eq!(case.evidence.not_come, Some(Share { part: 2, of: 2 }));
    let insurer = case.notices.iter().find(|notice| notice.name.contains("nsur")).unwrap();
    assert!(matches!(insurer.margin, Margin::Before { .. } | Margin::NoLimit), "{insurer:?}");
    assert_eq!(case.notices.iter().filter(|notice| notice.margin == Margin::Owed).count(), 2);
}

#[test]
fn over_the_demo_the_false_alarm_stands_apart_and_every_figure_was_measured() {
    let briefs: Vec<Brief> = measured().iter().map(Brief::of).collect();
    let sets = Over::sets(&briefs);
    let words: Vec<(&str, u32)> = sets.iter().map(|over| (over.set.word(), over.all.n)).collect();
    assert_eq!(words, [("demo incidents", 4), ("demo false alarms", 1)]);
    let figures = |measure| {
        let summary = sets[0].all.time(measure);
        (summary.n, summary.median_ms.map(|ms| ms / MINUTE), summary.p90_ms.map(|ms| ms / MINUTE))
    };
    assert_eq!(figures(Measure::Acknowledge), (4, Some(24), Some(98)), "of 3, 24, 34 and 98");
    assert_eq!(figures(Measure::Classify), (3, Some(35), Some(108)), "of 9, 35 and 108");
    assert_eq!(figures(Measure::ContainFirst), (3, Some(109), Some(193)), "of 80, 109 and 193");
    assert_eq!(figures(Measure::Close), (1, Some(2973), Some(2973)));
    let severities: Vec<(&str, u32)> = sets[0].by_severity.iter().map(|cut| (&*cut.name, cut.n)).collect();
    assert_eq!(severities, [("SEV1", 1), ("SEV2", 1), ("SEV3", 1), ("SEV4", 1)]);
    assert_eq!(sets[0].all.rework.reasons[0].category, "second-foothold");
}
