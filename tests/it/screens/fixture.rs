//! One incident told from its first alarm on, through `decide` and `apply` like any other: ransomware on
//! the file servers, in its second visit to Containment. The screens of the README and of the tests show it.

use casebook::incident::command::Command;
use casebook::model::component::Stage;
use casebook::model::entry::LogKind;
use casebook::model::head::{Open, SetSeverity};
use casebook::model::notice;
use casebook::model::phase::Phase;
use casebook::model::playbook::{self, Playbooks};
use casebook::model::severity::Level;
use casebook::model::task::State;
use casebook::model::taxonomy::{Posture, Tlp};
use casebook::model::triage::{Determine, RecordSignal, SetPosture};
use casebook::readiness::Actions;
use casebook::tui::app::{App, Disk, Focus, Me};
use casebook::tui::case::Case;
use casebook::tui::list::{Incidents, Row, Status};
use uuid::Uuid;

use super::telling::{Telling, at};

/// A step of a playbook.
fn step(
    phase: &str,
    n: usize,
    title: &str,
    required: bool,
    why: &str,
    approval: bool,
    act: Option<&str>,
) -> serde_json::Value {
    let mut step = serde_json::json!({
        "id": format!("generic.{phase}.{n}"),
        "title": title,
        "text": title,
        "why": why,
        "role": "analyst",
        "requirement": if required { "required" } else { "recommended" },
        "needs_authorisation": approval,
    });
    if let Some(act) = act {
        step["act"] = act.into();
    }
    step
}

/// The checklists of this team: short, so that a screen shows one whole.
fn playbooks() -> Playbooks {
    let plain =
        |phase: &str, n, title| step(phase, n, title, true, "It is quick now and slow later.", false, None);
    let extra =
        |phase: &str, n, title| step(phase, n, title, false, "It spares questions later.", false, None);
    let containment = serde_json::json!([
        plain("containment", 1, "Move to the out-of-band channel"),
        plain("containment", 2, "Capture memory before power-off"),
        plain("containment", 3, "Isolate FS01, FS02 at the switch"),
        step(
            "containment",
            4,
            "Block 203.0.113.7 at the egress",
            true,
            "it is the only path left to the operator.",
            false,
            None
        ),
        plain("containment", 5, "Disable svc-backup, rotate its key"),
        step("containment", 6, "Take the ERP offline", true, "Its database lies on FS02.", true, None),
        plain("containment", 7, "Snapshot the domain controllers"),
        extra("containment", 8, "Agree on a spokesperson"),
        extra("containment", 9, "Tell staff what to do and not to do"),
        extra("containment", 10, "Look for the same traffic elsewhere"),
    ]);
    let generic = serde_json::json!({
        "id": "generic", "name": "Any incident",
        "phases": {
            "detection": [
                step("detection", 1, "Record the first signal", true, "Every clock starts there.", false, Some("signal")),
                step("detection", 2, "Acknowledge", true, "Somebody owns it from here.", false, Some("ack")),
            ],
            "analysis": [
                plain("analysis", 1, "Find entry point and spread"),
                step("analysis", 2, "Choose the posture: watch or cut", true, "It decides what may be seen.", false, Some("posture")),
                extra("analysis", 3, "Identify family, check free decryptors"),
            ],
            "containment": containment,
            "eradication": [
                plain("eradication", 1, "Remove the operator's accounts"),
                plain("eradication", 2, "Rebuild FS01 and FS02"),
                plain("eradication", 3, "Rotate every secret that was in reach"),
            ],
            "recovery": [plain("recovery", 1, "Restore from a backup that was checked")],
        },
    });
    let ransomware = serde_json::json!({ "id": "ransomware", "name": "Ransomware", "phases": {} });
    let both = serde_json::json!({ "types": [generic, ransomware] });
    Playbooks::with(
        playbook::read("fixture.json", &both.to_string()).expect("the fixture's playbooks are well made"),
    )
}

/// The first hours: from the alarm to the first containment.
fn first_hours(telling: &mut Telling) {
    telling.at("11:51", "ana").open(
        "INC-2026-0007",
        &Open {
            title: "Ransomware on the file servers".to_owned(),
            types: vec!["ransomware".to_owned()],
            severity: Some(Level::Sev2),
            tlp: Some(Tlp::Amber),
            lead: Some("ana".to_owned()),
            ..Open::default()
        },
    );
    telling.at("11:52", "ana").give(&Command::RecordSignal(RecordSignal {
        text: "EDR alert 4471".to_owned(),
        source: Some("automated".to_owned()),
    }));
    telling.at("11:54", "ana").give(&Command::Acknowledge);
    telling.at("11:58", "bo").log(LogKind::Observation, "Notes of the extortionist in every share of FS01");
    telling.at("12:03", "ana").go(Phase::Analysis, None, &[]);
    telling.at("12:10", "bo").component("FS01", "server", Stage::Confirmed);
    telling.at("12:12", "bo").component("WS-114", "workstation", Stage::Confirmed);
    telling.at("12:20", "cy").log(LogKind::Observation, "First encryption on FS01 at 11:31, from WS-114");
    telling.at("12:31", "bo").component("FS02", "server", Stage::Confirmed);
    telling
        .at("12:40", "bo")
        .give(&Command::Determine(Determine { to: "confirmed".to_owned(), reason: None }));
    telling.at("12:44", "ana").give(&Command::SetPosture(SetPosture {
        to: Posture::Cut,
        reason: Some("it is still spreading".to_owned()),
    }));
    telling.at("12:49", "ana").give(&Command::SetSeverity(SetSeverity {
        impact: None,
        level: Some(Level::Sev1),
        reason: Some("patient data at risk".to_owned()),
    }));
    for of in ["eu-nis2/early-warning", "eu-gdpr/authority"] {
        let start = notice::Start { of: of.to_owned(), at: Some(at("12:49")), ..notice::Start::default() };
        telling.at("12:49", "ana").give(&Command::Notice(notice::Command::Start(start)));
    }
    telling.at("12:50", "ana").log(LogKind::Decision, "Mira (CISO), by phone: isolate the file servers");
    telling.at("12:51", "ana").go(Phase::Containment, None, &[]);
}

/// The insurer is told what the contract asks for.
fn insurer(telling: &mut Telling) {
    let name = "Insurer told".to_owned();
    let add = notice::Add { name, due: Some(at("15:00")), ..notice::Add::default() };
    telling.at("13:18", "dee").give(&Command::Notice(notice::Command::Add(add)));
    let notice = telling.incident.notices().last().expect("it was added above").id.clone();
    let reference = Some("77120".to_owned());
    let send = notice::Send { notice, reference, proof: None, evidence: None };
    telling.at("13:20", "dee").give(&Command::Notice(notice::Command::Send(send)));
}

/// The first containment, and the eradication that came too early.
fn too_early(telling: &mut Telling) {
    telling.at("13:02", "ana").set("Move to", State::Done, None);
    telling.at("13:04", "bo").stage("FS01", Stage::Containing, None);
    telling.at("13:08", "bo").set("Isolate", State::Done, None);
    telling.at("13:10", "bo").stage("WS-114", Stage::Contained, None);
    telling.at("13:12", "cy").component("svc-backup", "account", Stage::Confirmed);
    telling.at("13:20", "cy").component("DC01", "server", Stage::Suspected);
    insurer(telling);
    telling.at("13:22", "bo").stage("FS01", Stage::Contained, None);
    telling.at("13:24", "bo").stage("FS02", Stage::Contained, None);
    telling.at("13:28", "bo").stage("WS-114", Stage::Eradicated, Some("wiped and set up anew"));
    telling.at("13:30", "bo").stage("WS-114", Stage::Restoring, None);
    telling.at("13:31", "cy").set("Capture memory", State::Done, None);
    telling.at("13:33", "cy").log(LogKind::Observation, "E-003 FS02 memory, 16.0 GiB, hashed");
    telling.at("13:38", "bo").set("Disable svc-backup", State::Done, None);
    telling.at("13:40", "bo").stage("svc-backup", Stage::Contained, None);
    telling.at("13:44", "ana").go(Phase::Eradication, None, &[]);
}

/// Back in Containment.
fn second_visit(telling: &mut Telling) {
    let held = ["Move to", "Capture memory", "Disable svc-backup"];
    telling.at("13:52", "ana").go(Phase::Containment, Some("second foothold on FS02"), &held);
    telling.at("13:52", "ana").stage("FS02", Stage::Containing, Some("second foothold"));
    telling.at("13:54", "ana").set("Agree on", State::Waived, Some("the spokesperson of the group speaks"));
    let task = telling.task("Snapshot");
    telling.at("13:55", "ana").give(&Command::AssignTask { task: task.clone(), to: Some("cy".to_owned()) });
    telling.at("13:55", "ana").give(&Command::SetDue { task, to: Some(at("14:30")) });
    telling.at("13:57", "cy").set("Disable svc-backup", State::Open, Some("old ticket used 13:57"));
    telling.at("13:57", "cy").stage("svc-backup", Stage::Containing, Some("old ticket used"));
    telling.at("14:00", "bo").set("Block", State::InProgress, None);
    telling.late("13:59", "14:01", "bo").set("Isolate", State::Done, None);
    telling.at("14:03", "ana").log(LogKind::Decision, "Keep DC01 up until its memory is taken");
    telling.at("14:04", "bo").log(LogKind::Observation, "+ 203.0.113.7  ipv4  confidence high");
    telling.at("14:05", "bo").log(LogKind::Note, "C2 answers on 203.0.113.7:443, from FS02");
}

/// The whole story, up to 14:05.
pub(crate) fn telling() -> Telling {
    let mut telling = Telling::new(playbooks());
    first_hours(&mut telling);
    too_early(&mut telling);
    second_visit(&mut telling);
    telling
}

/// The row of an incident that is not open on the screen.
pub(crate) fn row(
    n: u128,
    number: &str,
    title: &str,
    severity: Option<Level>,
    phase: Phase,
    status: Status,
) -> Row {
    Row {
        id: Uuid::from_u128(n),
        number: number.to_owned(),
        title: title.to_owned(),
        status,
        phase,
        visit: 1,
        severity,
        tlp: Some(Tlp::Amber),
        lead: Some("ana".to_owned()),
        opened: at("08:00"),
        updated: at("13:00"),
        uncontained: 0,
        restricted: false,
        faulty: false,
        entries: 0,
        by: None,
        links: Vec::new(),
        actions: Actions::default(),
    }
}

/// The list the incident stands in.
pub(crate) fn incidents() -> Incidents {
    let open = Row {
        visit: 2,
        uncontained: 2,
        ..row(
            7,
            "INC-2026-0007",
            "Ransomware on the file servers",
            Some(Level::Sev1),
            Phase::Containment,
            Status::Open,
        )
    };
    let rows = vec![
        open,
        row(
            6,
            "INC-2026-0006",
            "Payroll phishing, 14 mailboxes",
            Some(Level::Sev2),
            Phase::Recovery,
            Status::Open,
        ),
        row(5, "INC-2026-0005", "Leaked CI token", Some(Level::Sev3), Phase::Analysis, Status::Open),
        row(4, "EX-2026-0003", "Ticket desk", None, Phase::Detection, Status::Open),
        row(3, "INC-2026-0003", "Lost laptop", Some(Level::Sev4), Phase::LessonsLearned, Status::Closed),
    ];
    let mut incidents = Incidents::default();
    incidents.fill(rows, 10, None);
    incidents
}

/// The board of ana at 14:06, three entries after she last looked.
pub(crate) fn app(columns: u16, rows: u16) -> App {
    let telling = telling();
    let me = Me { name: "ana".to_owned(), role: Some("incident-lead".to_owned()) };
    let mut app = App::new(me, at("14:06"), [7; 32]);
    app.playbooks = std::sync::Arc::new(telling.playbooks().clone());
    let mut case = Case::of(telling.incident);
    let entries = &case.incident.entries;
    case.looked = Some(entries[entries.len() - 4].id);
    case.tasks.at =
        case.task_rows().iter().position(|task| task.what.title.starts_with("Block")).expect("a task");
    app.case = Some(case);
    app.incidents = incidents();
    app.focus = Focus::Tasks;
    app.here = ["ana", "bo", "cy"].map(str::to_owned).to_vec();
    app.disk = Disk::Saved(at("14:05:02"));
    app.size = (columns, rows);
    app
}

/// The board as the README shows it.
pub(crate) fn picture() -> App {
    app(132, 34)
}
