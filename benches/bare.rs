//! Bare ratatui, the floor of the screens: `hello` shows one sentence, `table` ten thousand rows.
//!
//! A program of its own, so that what it takes to start and in memory is only what ratatui takes. `cargo bench` also
//! runs it by itself; without one of the two words it does nothing.

use crossterm::event::{Event, KeyCode, read};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph, Row, Table, TableState};

/// Rows of the table, and how many of them a page has.
const ROWS: usize = 10_000;
const PAGE: usize = 30;

fn main() -> std::io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("hello") => show(&[]),
        Some("table") => show(&(0..ROWS).map(row).collect::<Vec<_>>()),
        _ => Ok(()),
    }
}

fn row(i: usize) -> [String; 5] {
    [
        format!("INC-{i:05}"),
        ["open", "triage", "contained", "closed"][i % 4].to_owned(),
        format!("SEV{}", i % 5),
        format!("Suspicious sign-in from host-{:04} by user{}", i % 997, i % 313),
        format!("2026-01-{:02}", i % 28 + 1),
    ]
}

fn show(rows: &[[String; 5]]) -> std::io::Result<()> {
    let (mut chosen, mut top, mut keys) = (0, 0, 0);
    let last = rows.len().saturating_sub(1);
    let mut terminal = ratatui::init();
    loop {
        terminal.draw(|frame| draw(frame, rows, chosen, &mut top, keys))?;
        let Event::Key(key) = read()? else { continue };
        keys += 1;
        chosen = match key.code {
            KeyCode::Char('q') => break,
            KeyCode::Char('j') => (chosen + 1).min(last),
            KeyCode::Char('k') => chosen.saturating_sub(1),
            KeyCode::PageDown => (chosen + PAGE).min(last),
            KeyCode::PageUp => chosen.saturating_sub(PAGE),
            _ => chosen,
        };
    }
    ratatui::restore();
    Ok(())
}

/// Only the rows in sight are made.
fn draw(frame: &mut Frame<'_>, rows: &[[String; 5]], chosen: usize, top: &mut usize, keys: usize) {
    let parts = [Constraint::Length(1), Constraint::Fill(1), Constraint::Length(1)];
    let [head, middle, foot] = Layout::vertical(parts).areas(frame.area());
    frame.render_widget(Line::from(format!("bare ratatui, keys={keys}")).bold(), head);
    if rows.is_empty() {
        let words = Paragraph::new("press a key, q quits").block(Block::bordered().title("hello"));
        frame.render_widget(words, middle);
    } else {
        let height = usize::from(middle.height.saturating_sub(2)).max(1);
        *top = (*top).min(chosen).max((chosen + 1).saturating_sub(height));
        let seen = rows[*top..(*top + height).min(rows.len())].iter();
        let seen = seen.map(|row| Row::new(row.iter().map(String::as_str)));
        let widths = [
            Constraint::Length(10),
            Constraint::Length(10),
            Constraint::Length(5),
            Constraint::Fill(1),
            Constraint::Length(11),
        ];
        let table = Table::new(seen, widths).row_highlight_style(Style::new().reversed());
        let mut state = TableState::default().with_selected(Some(chosen - *top));
        frame.render_stateful_widget(table.block(Block::bordered().title("incidents")), middle, &mut state);
    }
    frame.render_widget(Line::from("READY  j/k move  q quit"), foot);
}
