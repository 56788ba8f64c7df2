//! Lists to choose from over the board: palette, find, my acts, and the card of a thing.

use ratatui::layout::Rect;

use super::dialog;
use super::pen::Pen;
use super::typing::{self, Hand};
use crate::tui::list::Cursor;
use crate::tui::modal::{Card, CardOf, Item, Pick, PickOf};
use crate::tui::msg::Target;
use crate::tui::text::{one_line, paragraph, width, wrap};

/// Columns of these dialogs.
const WIDE: u16 = 84;
/// Rows of a list at most.
const MOST: u16 = 24;
/// Rows that tell of the scenario in hand.
const BLURB: u16 = 3;
/// Rows of a list that narrows and widens with every letter.
const STEADY: u16 = 18;

/// Draws a list that narrows as one types.
pub(crate) fn draw(pen: &mut Pen<'_>, screen: Rect, pick: &Pick) {
    let theme = pen.theme;
    let (title, keys, none) = match pick.of {
        PickOf::Palette => (
            "Every act, verb and record",
            "Enter do it   Esc back",
            "No act, verb or record has these letters.",
        ),
        PickOf::Find => (
            "Find in this incident",
            "Enter go there   Tab all incidents   Esc back",
            "Nothing in this incident has these words. Tab looks through all incidents.",
        ),
        PickOf::FindAll => (
            "Find in all incidents",
            "Enter open   Tab this incident   Esc back",
            "No incident is called so, and no record of any has these words.",
        ),
        PickOf::Drills => (
            "EXERCISE: what shall be played?",
            "Enter read the briefing   Esc back",
            "No scenario has these letters.",
        ),
        PickOf::Readiness => (
            "Readiness: open improvement actions of all incidents",
            "Enter open the incident   Esc back",
            "Nothing is open. :improve add TEXT --owner NAME --due TIME agrees on an action.",
        ),
        PickOf::Undo => {
            ("My acts, newest first", "Enter take back   Esc back", "There is no act of yours to take back.")
        }
        PickOf::UndoLast => (
            "Take back my last act?",
            "Enter take back   Esc leave it",
            "There is no act of yours to take back.",
        ),
    };
    let title = pick.head.as_deref().unwrap_or(title);
    let ask = pick.of != PickOf::UndoLast;
    // What is found comes and goes with every letter: the frame stays where it is.
    let room = match pick.of {
        PickOf::Palette | PickOf::Find | PickOf::FindAll => STEADY,
        PickOf::Drills => u16::try_from(pick.items.len()).unwrap_or(u16::MAX).clamp(2, MOST) + BLURB + 1,
        PickOf::Readiness | PickOf::Undo | PickOf::UndoLast => {
            u16::try_from(pick.items.len()).unwrap_or(u16::MAX).clamp(2, MOST)
        }
    };
    let rows = room + if ask { 2 } else { 0 };
    let mut inside = dialog::open(pen, screen, title, keys, (WIDE, rows));
    if ask {
        let mut row = pen.row(inside, 0);
        let count = match pick.searched {
            Some((at, of)) => {
                let thousands = super::incidents::thousands;
                format!(
                    "{} of {} incidents, {} found",
                    thousands(at),
                    thousands(of),
                    thousands(pick.shown.len())
                )
            }
            None => super::incidents::thousands(pick.shown.len()),
        };
        if row.room() > 30 {
            row.right(&count, 0, theme.dim);
        }
        row.put("> ", theme.accent);
        let field = Rect { x: row.at(), width: row.room(), height: 1.min(inside.height), ..inside };
        typing::input(pen, field, &pick.input, theme.text, Hand::In);
        let head = 1.min(inside.height);
        inside = Rect { y: inside.y + head, height: inside.height - head, ..inside };
        if inside.height > 6 {
            pen.line(inside, 0, theme.faint);
            inside = Rect { y: inside.y + 1, height: inside.height - 1, ..inside };
        }
    }
    if pick.shown.is_empty() {
        let none = if pick.searched.is_some() { "Looking through all incidents." } else { none };
        super::pane::empty(pen, inside, &[none]);
        return;
    }
    let item = |at: usize| pick.shown.get(at).and_then(|at| pick.items.get(*at as usize));
    if pick.of == PickOf::Drills && inside.height > BLURB + 3 {
        inside.height -= BLURB + 1;
        pen.line(Rect { y: inside.bottom(), height: 1, ..inside }, 0, theme.faint);
        let place = Rect { x: inside.x + 1, y: inside.bottom() + 1, width: inside.width - 2, height: BLURB };
        let blurb = item(pick.cursor.at).and_then(|item| item.text.split_once(": "));
        let blurb = paragraph(blurb.map_or("", |(_, blurb)| blurb)).into_owned();
        for (line, words) in (0u16..BLURB).zip(wrap(&blurb, place.width)) {
            pen.row(place, line).put(words, theme.text);
        }
    }
    items(pen, inside, pick.cursor, pick.shown.len(), item);
}

/// The rows in sight of a list of items.
fn items<'a>(
    pen: &mut Pen<'_>,
    area: Rect,
    cursor: Cursor,
    total: usize,
    item: impl Fn(usize) -> Option<&'a Item>,
) {
    let theme = pen.theme;
    let window = cursor.window(total, usize::from(area.height));
    let keys = window.clone().filter_map(&item).map(|item| width(&item.key)).max().unwrap_or(0).min(18);
    for (line, at) in (0u16..area.height).zip(window) {
        let Some(item) = item(at) else { break };
        let place = Rect { y: area.y + line, height: 1, ..area };
        pen.spot(place, Target::Choice(at));
        let selected = at == cursor.at;
        let mut row = pen.row(place, 0);
        row.put(if selected { theme.glyphs.bar } else { theme.glyphs.no_bar }, theme.accent).skip(1);
        let start = row.at();
        let refused = item.refused.is_some();
        if keys > 0 {
            row.put(&item.key, if refused { theme.dim } else { theme.accent }).to(start + keys + 2);
        }
        let note = match &item.refused {
            Some(refusal) => one_line(&refusal.message),
            None => one_line(&item.note),
        };
        let text = one_line(&item.text);
        let rest = row.room().saturating_sub(width(&text) + 2);
        if width(&note) <= rest.max(row.room() / 3) && !note.is_empty() {
            row.right(&format!("  {note}"), 0, theme.dim);
            row.put(&text, if refused { theme.dim } else { theme.text });
        } else {
            row.put(&text, if refused { theme.dim } else { theme.text });
            row.skip(2).put(&note, theme.dim);
        }
        if selected {
            pen.select(place, theme.selected);
        }
    }
}

/// Draws a thing with its facts and every act it takes.
pub(crate) fn card(pen: &mut Pen<'_>, screen: Rect, card: &Card) {
    let theme = pen.theme;
    let columns = WIDE.min(screen.width.saturating_sub(4)).max(10);
    let labels = card.facts.iter().map(|(label, _)| width(label)).max().unwrap_or(0).min(16) + 3;
    let facts: Vec<(&str, String)> = card
        .facts
        .iter()
        .flat_map(|(label, words)| {
            let words = paragraph(words);
            let lines: Vec<String> =
                wrap(&words, columns.saturating_sub(labels + 1)).map(str::to_owned).collect();
            let labels = std::iter::once(label.as_str()).chain(std::iter::repeat(""));
            labels.zip(lines).collect::<Vec<_>>()
        })
        .collect();
    let acts = u16::try_from(card.items.len()).unwrap_or(u16::MAX).min(20);
    let needs = u16::try_from(facts.len()).unwrap_or(u16::MAX).saturating_add(acts + 1);
    let keys = match card.of {
        CardOf::Ruling => "1 2 rule   j k move   Enter rule   Esc back",
        CardOf::Head | CardOf::Thing => "Enter do it   j k move   Esc back",
    };
    let inside = dialog::open(pen, screen, &one_line(&card.title), keys, (WIDE, needs));
    // The acts always have their rows; the facts take what is left.
    let least = acts.min(inside.height / 2).max(1);
    let above = inside.height.saturating_sub(least + 1).min(u16::try_from(facts.len()).unwrap_or(u16::MAX));
    for (line, (label, words)) in (0u16..above).zip(&facts) {
        let mut row = pen.row(inside, line);
        row.skip(1).put(label, theme.dim).to(inside.x + labels);
        let more = line + 1 == above && usize::from(above) < facts.len();
        row.put(words, theme.text).put(if more { theme.glyphs.ellipsis } else { "" }, theme.dim);
    }
    pen.line(inside, above, theme.faint);
    let below = Rect {
        y: (inside.y + above + 1).min(inside.bottom()),
        height: inside.height.saturating_sub(above + 1),
        ..inside
    };
    items(pen, below, card.cursor, card.items.len(), |at| card.items.get(at));
}
