//! The phase dialog: the ways out of here, what each would leave undone, the words it asks.

use ratatui::layout::Rect;

use super::dialog;
use super::form;
use super::pen::Pen;
use super::rail;
use super::scene::Scene;
use crate::incident::gates::Finding;
use crate::model::ledger::measure::InPlace;
use crate::model::lifecycle::{Gate, Level, Way};
use crate::model::phase::Phase;
use crate::tui::form::Slot;
use crate::tui::msg::Target;
use crate::tui::phase_dialog::{Choice, PhaseDialog};
use crate::tui::text::{one_line, width};

/// Columns of the dialog.
const WIDE: u16 = 98;

/// Draws the dialog over the board.
pub(crate) fn draw(pen: &mut Pen<'_>, screen: Rect, scene: &Scene<'_>, dialog: &PhaseDialog) {
    let keys = "Enter go   Tab next field   0-9 choose   ? why these checks   Esc back, words are kept";
    let sheet = pen.sheet(dialog::columns(screen, WIDE), |pen, sheet| body(pen, sheet, scene, dialog));
    let inside = dialog::open(pen, screen, &one_line(&dialog.form.title), keys, (WIDE, sheet.used));
    pen.show(inside, sheet);
}

fn body(
    pen: &mut Pen<'_>,
    sheet: Rect,
    scene: &Scene<'_>,
    dialog: &PhaseDialog,
) -> (u16, std::ops::Range<u16>) {
    let (mut y, mut hand) = ways(pen, sheet, scene, dialog);
    let Some(choice) = dialog.choice() else { return (y, hand) };
    let theme = pen.theme;
    let labels = form::labels(&dialog.form.fields, sheet.width);
    let mut drawn = vec![false; dialog.form.fields.len()];
    let mut draw_field = |pen: &mut Pen<'_>, y: u16, at: usize| {
        let in_hand = !dialog.choosing && dialog.form.at == at;
        let rows = form::field(pen, sheet, y, scene, &dialog.form.fields[at], at, in_hand, labels);
        if in_hand {
            hand = y.saturating_sub(1)..y + rows;
        }
        rows
    };
    if let Some(there) = choice.destination() {
        if sheet.width < WIDE - 2 {
            // The row of the way had too little room for all of its sentence.
            y = form::words(pen, sheet, y, 1, &there.when, theme.text);
        }
        y = summary(pen, sheet, y, scene, choice, there.to, &there.findings);
        // What wants somebody's name comes first.
        let mut findings: Vec<&Finding> = there.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        for finding in findings {
            y = self::finding(pen, sheet, y, finding);
            let answers = |slot: &Slot| *slot == Slot::Accept(finding.gate);
            let field = dialog.form.fields.iter().position(|field| answers(&field.slot));
            if let Some(at) = field {
                y += draw_field(pen, y, at);
                drawn[at] = true;
            }
        }
        if !there.in_place.is_empty() {
            y = in_place(pen, sheet, y, &there.in_place);
        }
        if !there.findings.is_empty() || !there.in_place.is_empty() {
            pen.line(sheet, y, theme.faint);
            y += 1;
        }
    }
    for (at, _) in drawn.iter().enumerate().filter(|(_, drawn)| !**drawn) {
        y += draw_field(pen, y, at);
    }
    if let Some(wrong) = &dialog.form.wrong {
        y = form::wrong(pen, sheet, y, wrong);
        hand.end = hand.end.max(y).min(hand.start + 16);
    }
    if !dialog.form.about.is_empty() {
        y += u16::from(!dialog.form.fields.is_empty());
        for sentence in &dialog.form.about {
            y = form::words(pen, sheet, y, 2, sentence, theme.dim);
        }
    }
    (y, hand)
}

/// Where the incident stands and the ways out of there; returns the row below them and the rows in hand.
fn ways(
    pen: &mut Pen<'_>,
    sheet: Rect,
    scene: &Scene<'_>,
    dialog: &PhaseDialog,
) -> (u16, std::ops::Range<u16>) {
    let theme = pen.theme;
    rail::draw(pen, Rect { height: 1, ..sheet }, scene);
    let advice = "Where to? What stays open is recorded with names; nothing here is impossible.";
    pen.row(sheet, 1).skip(1).put(advice, theme.dim);
    let (mut y, mut hand) = (2, 0..1);
    for (at, choice) in dialog.choices.iter().enumerate() {
        let place = Rect { y: sheet.y + y, height: 1, ..sheet };
        self::choice(pen, place, scene, choice, at == dialog.at, dialog.choosing);
        pen.spot(place, Target::Choice(at));
        if at == dialog.at && dialog.choosing {
            hand = if at < 4 { 0..y + 1 } else { y..y + 1 };
        }
        y += 1;
    }
    pen.line(sheet, y, theme.faint);
    (y + 1, hand)
}

/// A way: digit, where, direction, when one goes it, what it asks.
fn choice(pen: &mut Pen<'_>, place: Rect, scene: &Scene<'_>, choice: &Choice, chosen: bool, choosing: bool) {
    let theme = pen.theme;
    let (name, way, when): (&str, &str, &str) = match choice {
        Choice::Go(there) => (there.to.name(), there.way.word(), &there.when),
        Choice::Close(there) => ("Close", there.way.word(), &there.when),
        Choice::Stay => {
            let phase = scene.incident().map_or("", |incident| incident.phase().name());
            (if phase.is_empty() { "Stay" } else { "Stay here" }, "no move", "The reason is recorded.")
        }
        Choice::Hold => ("Hold", "waiting", "Somebody outside must act first. Clocks run on."),
        Choice::GoOn => ("Go on", "no hold", "What the incident waited for has come."),
    };
    let mut row = pen.row(place, 0);
    let bar = if chosen { theme.glyphs.bar } else { theme.glyphs.no_bar };
    row.put(bar, theme.accent).skip(1);
    let strong = if chosen { theme.accent } else { theme.text };
    row.put(&choice.digit().to_string(), theme.accent).skip(1);
    let start = row.at();
    row.put(name, strong).to(start + 16);
    let back = choice.destination().is_some_and(|there| matches!(there.way, Way::Back | Way::Reopen));
    let start = row.at();
    row.put(way, if back { theme.hurt } else { theme.dim }).to(start + 8);
    if let Some(there) = choice.destination() {
        let asks = match (there.reason_required, there.authorisation) {
            (true, true) => "needs reason, approval",
            (true, false) => "needs a reason",
            (false, true) => "needs approval",
            (false, false) => "",
        };
        if row.room() > width(asks) + 24 {
            row.right(asks, 1, theme.dim);
            row.right("  ", 0, theme.dim);
        }
    }
    row.skip(1).put(when, if chosen { theme.text } else { theme.dim });
    if chosen {
        pen.select(place, if choosing { theme.selected } else { theme.selected_elsewhere });
    }
}

/// `To Eradication: 4 of 7 checks are not met      evidence, cause, scope: ok`.
fn summary(
    pen: &mut Pen<'_>,
    sheet: Rect,
    y: u16,
    scene: &Scene<'_>,
    choice: &Choice,
    to: Phase,
    findings: &[Finding],
) -> u16 {
    let theme = pen.theme;
    let from = scene.incident().map_or(to, |incident| incident.phase());
    let quiet = choice.quiet(from);
    let all = quiet.len() + findings.len();
    let words = match (findings.len(), all) {
        (_, 0) => format!("To {to}: nothing is checked on this way."),
        (0, all) => format!("To {to}: all {all} checks are met."),
        (open, all) => format!("To {to}: {open} of {all} checks are not met"),
    };
    let mut row = pen.row(sheet, y);
    row.skip(1).put(&words, theme.strong);
    if !quiet.is_empty() && !findings.is_empty() {
        let names: Vec<&str> = quiet.iter().map(|gate| watched(*gate)).collect();
        let room = row.room().saturating_sub(8);
        let names = names.join(", ");
        let names = super::text::fit(&names, room, theme);
        row.right(&format!("{names}: ok"), 1, theme.good);
    }
    y + 1
}

fn finding(pen: &mut Pen<'_>, sheet: Rect, y: u16, finding: &Finding) -> u16 {
    let theme = pen.theme;
    let (word, style) = match finding.level {
        Level::Strong => ("STRONG", theme.hurt),
        Level::Warn => ("warn", theme.notice),
        Level::Info => ("info", theme.info),
    };
    let mut row = pen.row(sheet, y);
    row.skip(2).put(word, style).to(sheet.x + 10);
    row.put(open(finding.gate), theme.text).to(sheet.x + 30);
    let indent = row.at() - sheet.x;
    let room = sheet.width.saturating_sub(indent + 1);
    let words = super::text::paragraph(&finding.fact);
    let lines: Vec<&str> = super::text::wrap(&words, room).take(3).collect();
    for (line, words) in (y..).zip(&lines) {
        pen.row(sheet, line).skip(indent).put(words, theme.dim);
    }
    y + u16::try_from(lines.len()).unwrap_or(1).max(1)
}

/// Temporary measures that are still in place: told, not asked.
fn in_place(pen: &mut Pen<'_>, sheet: Rect, y: u16, measures: &[InPlace]) -> u16 {
    let theme = pen.theme;
    let mut row = pen.row(sheet, y);
    row.skip(2).put("info", theme.info).to(sheet.x + 10);
    row.put("still in place", theme.text).to(sheet.x + 30);
    let indent = row.at() - sheet.x;
    let room = sheet.width.saturating_sub(indent + 1);
    let named: Vec<String> = measures.iter().map(InPlace::to_string).collect();
    let words = named.join("; ");
    let words = crate::model::text::defang(&words);
    let lines: Vec<&str> = super::text::wrap(&words, room).take(3).collect();
    for (line, words) in (y..).zip(&lines) {
        pen.row(sheet, line).skip(indent).put(words, theme.notice);
    }
    y + u16::try_from(lines.len()).unwrap_or(1).max(1)
}

/// What a gate watches, in a word or two.
fn watched(gate: Gate) -> &'static str {
    match gate {
        Gate::NoSignal => "signal",
        Gate::NoOwner => "owner",
        Gate::NoLead => "lead",
        Gate::Unclassified => "classification",
        Gate::Unconfirmed => "determination",
        Gate::EmptyScope => "scope",
        Gate::VolatileEvidence => "memory",
        Gate::PostureUnset => "posture",
        Gate::UncontainedComponents => "containment",
        Gate::ContainmentUnverified => "verification",
        Gate::EvidenceBeforeChange => "evidence",
        Gate::CauseUnknown => "cause",
        Gate::ScopeUnstable => "scope",
        Gate::ApprovalMissing => "approvals",
        Gate::UneradicatedComponents => "eradication",
        Gate::SecretsNotRotated => "secrets",
        Gate::RestoreSourceUnverified => "restore source",
        Gate::UnrestoredComponents => "recovery",
        Gate::MonitoringOpen => "monitoring",
        Gate::ClocksOpen => "clocks",
        Gate::RequiredTasksOpen => "checklist",
        Gate::CustodyGaps => "custody",
        Gate::ReportMissing => "report",
        Gate::ActionsUnowned => "actions",
        Gate::DispositionMissing => "disposition",
        Gate::LegalHold => "legal hold",
        Gate::Authorisation => "authorisation",
    }
}

/// What is wrong where a gate speaks, in a word or two.
fn open(gate: Gate) -> &'static str {
    match gate {
        Gate::NoSignal => "no signal",
        Gate::NoOwner => "no owner",
        Gate::NoLead => "no lead",
        Gate::Unclassified => "not classified",
        Gate::Unconfirmed => "not confirmed",
        Gate::EmptyScope => "nothing in scope",
        Gate::VolatileEvidence => "memory not taken",
        Gate::PostureUnset => "posture not set",
        Gate::UncontainedComponents => "not contained",
        Gate::ContainmentUnverified => "not verified",
        Gate::EvidenceBeforeChange => "evidence at risk",
        Gate::CauseUnknown => "cause unknown",
        Gate::ScopeUnstable => "scope still grows",
        Gate::ApprovalMissing => "approval missing",
        Gate::UneradicatedComponents => "not eradicated",
        Gate::SecretsNotRotated => "secrets not rotated",
        Gate::RestoreSourceUnverified => "restore source",
        Gate::UnrestoredComponents => "not restored",
        Gate::MonitoringOpen => "monitoring open",
        Gate::ClocksOpen => "clocks run",
        Gate::RequiredTasksOpen => "checklist",
        Gate::CustodyGaps => "custody gaps",
        Gate::ReportMissing => "no report",
        Gate::ActionsUnowned => "actions unowned",
        Gate::DispositionMissing => "no disposition",
        Gate::LegalHold => "legal hold",
        Gate::Authorisation => "no authorisation",
    }
}
