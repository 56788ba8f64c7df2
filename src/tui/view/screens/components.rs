//! Components as they are drawn: what is not contained and since when, a board by stage, and the last
//! entries about the selected one.

use super::{Look, Rows, labelled};
use crate::incident::Incident;
use crate::model::component::{Component, Stage};
use crate::model::entry::{Entry, Kind};
use crate::tui::case::Case;
use crate::tui::screens::components::{component, evidence};
use crate::tui::screens::{Key, Screen};
use crate::tui::text::{fit, one_line, width, wrap};
use crate::tui::view::header::Span;
use crate::tui::view::scene::Scene;
use crate::tui::view::table::{Cell, Column, Line, Wide};

pub(super) const LOOK: Look = Look {
    screen: Screen::Components,
    above,
    columns,
    line,
    detail,
    remark: |_, case| Screen::Components.face().orders[case.list(Screen::Components).order].to_owned(),
    empty: &["No component is listed yet.", "a adds the hosts, accounts and data this incident touches."],
    keys: "> on  < back  Enter card  a add  w accept risk",
};

/// The columns of the board, one a stage of the chain, with the blanks behind each.
struct Board {
    head: &'static str,
    widths: [usize; 8],
}

const NARROW: Board = Board {
    head: "found      containment eradication recovery\nsusp conf  doing holds doing clean doing back",
    widths: [5, 6, 6, 6, 6, 6, 6, 5],
};

const WIDE: Board = Board {
    head: "found          containment    eradication    recovery\nsusp.  conf.   doing  holds   doing  clean   doing  back",
    widths: [7, 8, 7, 8, 7, 8, 7, 5],
};

/// Columns of the terminal from which the board stands wide, and below which it has no room.
const ROOMY: u16 = 110;
const CRAMPED: u16 = 76;

fn board(scene: &Scene<'_>) -> Option<&'static Board> {
    match scene.app.size.0 {
        ROOMY.. => Some(&WIDE),
        CRAMPED.. => Some(&NARROW),
        _ => None,
    }
}

fn columns(scene: &Scene<'_>, _: u16) -> Vec<Column> {
    let column = |title, wide, spare| Column { title, wide, spare };
    let stage = match board(scene) {
        Some(board) => column(board.head, Wide::Most(60), 0),
        None => column("stage", Wide::Most(24), 0),
    };
    let roomy = scene.app.size.0 >= ROOMY;
    let name = if roomy { Wide::Most(28) } else { Wide::Rest };
    let mut all = vec![
        column("name", name, 0),
        column("type", Wide::Most(12), 3),
        stage,
        column("since", Wide::Most(12), 1),
        column("by", Wide::Most(12), 2),
    ];
    // What it is fills the rest of a wide screen.
    all.extend(roomy.then(|| column("what it is", Wide::Rest, 4)));
    all
}

/// What is not contained and what is suspected, each with since when; what was found late.
fn above(scene: &Scene<'_>, case: &Case, columns: u16, most: u16) -> Rows {
    let theme = &scene.app.theme;
    let incident = case.shown();
    let mut rows = Rows::new();
    let open = |one: &&Component| one.uncontained();
    let since = |one: &Component| one.uncontained_since().unwrap_or_else(|| one.since());
    let mut named = |label: &str, style, all: Vec<&Component>| {
        if all.is_empty() {
            return;
        }
        let mut row: Vec<Span<'static>> = vec![(format!(" {label} {}:", all.len()).into(), style)];
        let mut room = columns.saturating_sub(width(&row[0].0) + 1);
        for (shown, one) in all.iter().enumerate() {
            let when = format!(" since {} ({})", scene.when(since(one)), scene.since(since(one)));
            // Those that are left out are counted; the first name gives way before its time does.
            let count = if shown + 1 < all.len() { 7 } else { 0 };
            let mut name = one_line(&one.name).into_owned();
            if shown == 0 {
                name = fit(&name, room.saturating_sub(width(&when) + 2 + count), theme).into_owned();
            }
            let needs = width(&name) + width(&when) + 2;
            if shown > 0 && needs + count > room {
                row.push((format!("  +{}", all.len() - shown).into(), style));
                break;
            }
            room = room.saturating_sub(needs);
            row.push((format!("  {name}").into(), theme.strong));
            row.push((when.into(), theme.text));
        }
        rows.push(row);
    };
    let mut uncontained: Vec<&Component> = incident.components().filter(open).collect();
    uncontained.sort_by_cached_key(|one| since(one));
    let none = uncontained.is_empty();
    named("NOT CONTAINED", theme.hurt, uncontained);
    let suspected = |one: &&Component| one.stage() == Stage::Suspected;
    named("SUSPECTED", theme.notice, incident.components().filter(suspected).collect());
    let late =
        |one: &&Component| one.found_in.is_some() && !one.stage().out() && one.stage() < Stage::Contained;
    let late: Vec<&Component> = incident.components().filter(late).collect();
    if let Some((first, rest)) = late.split_first() {
        let phase = first.found_in.map_or("", |phase| phase.name());
        let more = if rest.is_empty() { String::new() } else { format!(" +{}", rest.len()) };
        let words =
            format!("{}{more}: what was claimed of the whole is not true of it", one_line(&first.name));
        rows.push(vec![
            (format!(" FOUND IN {}:", phase.to_uppercase()).into(), theme.hurt),
            (format!("  {words}").into(), theme.text),
        ]);
    }
    if none && incident.components().next().is_some() {
        rows.insert(0, vec![(" Nothing is known to be uncontained.".into(), theme.good)]);
    }
    if !rows.is_empty() && most > 6 {
        rows.push(Vec::new());
    }
    rows
}

fn line(scene: &Scene<'_>, case: &Case, key: &Key) -> Option<Line> {
    let theme = &scene.app.theme;
    if let Key::Section(words) = key {
        return Some(Line::Section((*words).to_owned(), gone(case.shown())));
    }
    let component = component(case.shown(), key)?;
    let contested = component.stage.contested().is_some()
        || component.details.values().any(|register| register.contested().is_some());
    let by = component.stage.get().map_or("", |staged| staged.by.as_str());
    let since = component.uncontained_since().unwrap_or_else(|| component.since());
    let critical = if component.critical() { " !" } else { "" };
    Some(Line::Row(vec![
        Cell::words(&component.name, theme.strong)
            .and(critical, theme.notice)
            .and(if contested { "  contested" } else { "" }, theme.hurt),
        Cell::words(&component.kind, theme.dim),
        staged(scene, component),
        Cell::value(scene.when(since), theme.dim),
        Cell::words(by, theme.dim),
        Cell::words(what(component), theme.dim),
    ]))
}

/// Its note, else its verdict, and who answers for it.
fn what(component: &Component) -> String {
    let words = component.note().or(component.verdict()).map(|words| one_line(words).into_owned());
    let owner = component.owner().map(|owner| format!("owner {owner}"));
    words.into_iter().chain(owner).collect::<Vec<_>>().join(", ")
}

/// How many are out, by how.
fn gone(incident: &Incident) -> String {
    let of = |stage| incident.components().filter(|component| component.stage() == stage).count();
    let words =
        [(Stage::Cleared, "cleared"), (Stage::Retired, "retired"), (Stage::RiskAccepted, "risk accepted")];
    words.map(|(stage, word)| format!("{} {word}", of(stage))).join(", ")
}

/// Where it stands on the board: `NOW`, `(was)` for a claim that was withdrawn, `.` for what lies behind.
fn staged(scene: &Scene<'_>, component: &Component) -> Cell {
    let theme = &scene.app.theme;
    let stage = component.stage();
    let style = match stage {
        _ if component.uncontained() => theme.hurt,
        Stage::Suspected => theme.notice,
        stage if stage.out() => theme.dim,
        _ => theme.good,
    };
    let held = component.known();
    let unseen = stage == Stage::Contained && held.seen.is_none();
    let Some(board) = board(scene).filter(|_| !stage.out()) else {
        let until = held.until.map(|at| format!(" until {}", scene.when(at))).unwrap_or_default();
        let over = held.until.is_some_and(|at| at <= scene.now());
        let words = if unseen { format!("{}?", stage.id()) } else { stage.id().to_owned() };
        return Cell::words(words, style).and(until, if over { theme.hurt } else { theme.dim });
    };
    let mut cell = Cell::default();
    for (at, wide) in Stage::CHAIN.into_iter().zip(board.widths) {
        let (words, style) = match at {
            at if at == stage && unseen => ("NOW?", style),
            at if at == stage => ("NOW", style),
            at if at < stage => (" .", theme.dim),
            at if component.was(at) => ("(was)", theme.notice),
            _ => ("", theme.dim),
        };
        cell = cell.and(words, style).and(" ".repeat(wide.saturating_sub(words.len())), theme.dim);
    }
    cell
}

/// Entries that are looked through for those about the selected component; older ones stand on its card.
const LOOKED_AT: usize = 16_384;

fn detail(scene: &Scene<'_>, case: &Case, key: &Key, columns: u16) -> Rows {
    let incident = case.shown();
    let Some(component) = component(incident, key) else { return Rows::new() };
    let mut rows = known(scene, incident, component, columns);
    let recent = incident.entries.iter().rev().take(LOOKED_AT);
    let about = recent.filter(|entry| entry.components.iter().any(|name| component.called(name)));
    let mut about: Vec<&Entry> = about.take(12).collect();
    about.sort_by_key(|entry| std::cmp::Reverse(entry.happened));
    let wide = about.iter().map(|entry| width(&scene.when(entry.happened))).max().unwrap_or(0);
    rows.extend(about.into_iter().map(|entry| said(scene, component, entry, usize::from(wide))));
    rows
}

/// A name longer than this stands on a row of its own (columns).
const LONG: u16 = 24;

/// What is known of it, on one row or two.
fn known(scene: &Scene<'_>, incident: &Incident, component: &Component, columns: u16) -> Rows {
    let theme = &scene.app.theme;
    let mut words = Vec::new();
    words.extend(component.note().map(|note| one_line(note).into_owned()));
    words.push(format!("owner: {}", component.owner().unwrap_or("nobody named")));
    words.push(format!("critical: {}", if component.critical() { "yes" } else { "no" }));
    let items = evidence(incident, component);
    words.extend((!items.is_empty()).then(|| format!("evidence: {items}")));
    let held = incident.held_by(component);
    words.extend((!held.is_empty()).then(|| format!("in place: {}", held.join(", "))));
    words.extend(component.verdict().map(|verdict| format!("verdict: {verdict}")));
    words.extend((!component.tags().is_empty()).then(|| format!("tags: {}", component.tags().join(", "))));
    if component.stage() == Stage::Contained {
        words.push(match component.known().seen {
            Some(seen) => format!("seen to hold by {} {}", seen.by, scene.when(seen.at)),
            None => "NOW?: claimed, not yet seen to hold".to_owned(),
        });
    }
    words.extend(was(component));
    let name = one_line(&component.name);
    let words = words.join("   ");
    if width(&name) > LONG {
        // Beside a long name there is no room for what is known of it.
        let mut rows: Rows = vec![vec![(name.into_owned().into(), theme.strong)]];
        rows.extend(wrap(&words, columns).map(|row| vec![(row.to_owned().into(), theme.text)]));
        return rows;
    }
    let mut rows = labelled(scene, &name, &words, columns);
    if let Some((_, style)) = rows.first_mut().and_then(|row| row.first_mut()) {
        *style = theme.strong;
    }
    rows
}

/// What was said of later stages and holds no more, with what took it away: a way back, a ruling, another word.
fn was(component: &Component) -> Vec<String> {
    let was = Stage::CHAIN.into_iter().filter(|stage| component.was(*stage));
    let (withdrawn, others): (Vec<Stage>, Vec<Stage>) = was.partition(|stage| component.withdrawn(*stage));
    let ids = |stages: &[Stage]| stages.iter().map(|stage| stage.id()).collect::<Vec<_>>().join(", ");
    let mut words = Vec::new();
    if !withdrawn.is_empty() {
        words.push(format!("(was): {} until a way back withdrew it", ids(&withdrawn)));
    }
    let Some(last) = others.last().and_then(|stage| component.claim(*stage)) else { return words };
    let holds = component.stage().id();
    let by = component.stage.get().map_or("", |staged| staged.by.as_str());
    let how = match (component.ruled_by(), component.stage.contested()) {
        (_, Some(_)) => format!("contested: {by} says {holds}; 0 rules"),
        (Some(judge), None) if judge == by => format!("{judge} ruled: {holds}"),
        (Some(judge), None) => format!("{judge} ruled: {holds}, as {by} said"),
        (None, None) => format!("{by} says {holds}, and that holds"),
    };
    words.push(format!("(was): {} said {}; {how}", ids(&others), last.by));
    words
}

/// `13:52 ana  BACK        contained → containing  "second foothold"; claim of 13:22 withdrawn`.
fn said(scene: &Scene<'_>, component: &Component, entry: &Entry, wide: usize) -> Vec<Span<'static>> {
    let theme = &scene.app.theme;
    let text = one_line(entry.shown()).into_owned();
    let text = match entry.kind {
        Kind::Component => text.strip_prefix(component.name.as_str()).map_or(text.as_str(), str::trim_start),
        _ => text.as_str(),
    };
    let text = text.trim_start_matches(": ").to_owned();
    let (word, style) = match entry {
        entry if entry.undone_by.is_some() => ("taken back", theme.dim),
        entry if entry.back => ("BACK", theme.hurt),
        entry => (entry.kind.word(), theme.info),
    };
    let withdrawn = withdrawn(component, entry);
    let withdrawn =
        withdrawn.map(|at| format!("; claim of {} withdrawn", scene.when(at))).unwrap_or_default();
    vec![
        (format!(" {:<wide$}  ", scene.when(entry.happened)).into(), theme.dim),
        (format!("{:<6}", entry.actor()).into(), theme.text),
        (format!(" {word:<11} ").into(), style),
        (text.into(), if entry.undone_by.is_some() { theme.dim } else { theme.text }),
        (withdrawn.into(), theme.dim),
    ]
}

/// When the claim was made that a way back withdrew (UTC).
fn withdrawn(component: &Component, entry: &Entry) -> Option<chrono::DateTime<chrono::Utc>> {
    let at = component.history.iter().position(|step| step.line == entry.id && step.back())?;
    let claim = component.history[..at].iter().rev().filter(|step| !step.undone && step.moved());
    claim.map(|step| step.at).next()
}
