//! The debrief of a drill as a document: after-action report and improvement plan (HSEEP), as text for a
//! terminal, Markdown or one self-contained page of HTML. Addresses are defanged in all of them.

mod sections;
mod text;

use std::borrow::Cow;

use serde::Serialize;

use super::full::{Fault, Papers};
use super::marks;
use crate::drill::debrief::Debrief;
use crate::model::text::defang;

/// What stands at the top and the bottom of everything a drill writes.
pub const EXERCISE: &str = "EXERCISE EXERCISE EXERCISE";

/// A part of a document. Texts are plain: each way to write them escapes what it must.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Block {
    Heading(String),
    Paragraph(String),
    List(Vec<String>),
    /// `bare`: how many cells of a row speak for themselves where it does not stand in columns.
    Table {
        head: Vec<&'static str>,
        rows: Vec<Vec<String>>,
        bare: usize,
    },
}

/// As Markdown.
pub fn markdown(debrief: &Debrief) -> String {
    let mut out = format!("**{EXERCISE}**\n\n# {}\n", marked(&sections::title(debrief)));
    for block in sections::all(debrief) {
        out.push('\n');
        match block {
            Block::Heading(words) => out.push_str(&format!("## {}\n", marked(&words))),
            Block::Paragraph(words) => out.push_str(&format!("{}\n", marked(&words))),
            Block::List(items) => {
                items.iter().for_each(|item| out.push_str(&format!("- {}\n", marked(item))));
            }
            Block::Table { head, rows, .. } => {
                out.push_str(&format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len())));
                for row in rows {
                    let cells: Vec<String> = row.iter().map(|cell| marked(cell)).collect();
                    out.push_str(&format!("| {} |\n", cells.join(" | ")));
                }
            }
        }
    }
    out.push_str(&format!("\n**{EXERCISE}**\n"));
    out
}

/// As one page of HTML that asks for nothing from anywhere.
///
/// # Errors
/// A fault in a template of the person's own.
pub fn html(papers: &Papers, debrief: &Debrief) -> Result<String, Fault> {
    #[derive(Serialize)]
    struct Page {
        mark: &'static str,
        title: String,
        blocks: Vec<Block>,
    }
    let page = Page { mark: EXERCISE, title: sections::title(debrief), blocks: sections::all(debrief) };
    papers.page("debrief.html", &page)
}

/// As text of so many columns.
pub fn text(debrief: &Debrief, columns: usize) -> String {
    text::text(&sections::title(debrief), &sections::all(debrief), columns)
}

/// One line of Markdown in which nothing is a mark.
fn marked(words: &str) -> String {
    marks::markdown(&one_line(words))
}

/// Without line breaks and control characters, its addresses defanged.
fn one_line(words: &str) -> Cow<'_, str> {
    let broken = words.chars().any(char::is_control);
    if !broken {
        return defang(words);
    }
    let joined: Vec<&str> =
        words.split(|c: char| c.is_control() || c == ' ').filter(|word| !word.is_empty()).collect();
    Cow::Owned(defang(&joined.join(" ")).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::tests::table::{Table, shipped};
    use crate::model::component::Stage;
    use crate::model::drill::{Command, ControlNoted, HintTaken, QuestionAnswered};
    use crate::model::phase::Phase;

    /// A play of the ticket desk with something of everything, ended.
    fn played() -> Debrief {
        let mut table = Table::start(shipped()[0].clone());
        table.until(6);
        table.log("14 212 bytes");
        table.reply("I2", "a");
        let offer = table.play.hint(6).unwrap();
        table.drill(Command::Hint(HintTaken::from(&offer)));
        let answer = QuestionAnswered { question: "Q1".into(), picks: vec!["b".into()] };
        table.drill(Command::Answer(answer));
        table.go(Phase::Analysis, None);
        table.until(16);
        table.go(Phase::Detection, Some("too thin | <b>*now*</b> http://portal.brenholt.example/a"));
        table.stage("WEB01", Stage::Contained);
        let note = ControlNoted {
            text: "Calm on the phone.".into(),
            about: Some("O3".into()),
            mark: Some("good".into()),
        };
        table.drill(Command::Note(note));
        table.until(u32::MAX);
        Debrief::of(&table.play)
    }

    fn page(debrief: &Debrief) -> String {
        html(&Papers::with([]).unwrap(), debrief).unwrap()
    }

    #[test]
    fn every_form_says_exercise_first_and_last_and_tells_what_mattered() {
        let debrief = played();
        let forms = [markdown(&debrief), page(&debrief), text(&debrief, 100)];
        for form in &forms {
            let inner = form.trim_start_matches("**").trim_end().trim_end_matches("**");
            if !form.starts_with('<') {
                assert!(inner.starts_with(EXERCISE) && inner.ends_with(EXERCISE));
            }
            assert_eq!(form.matches(EXERCISE).count(), 2);
            for words in
                ["Shell deleted before it was captured", "too thin", "Calm on the phone.", "EX-2026-0003"]
            {
                assert!(form.contains(words), "{words}");
            }
            assert!(
                !form.contains("http://") && !form.contains("brenholt.example"),
                "addresses are harmless"
            );
        }
        insta::assert_snapshot!(text(&debrief, 100));
    }

    #[test]
    fn words_of_players_stay_words() {
        let debrief = played();
        assert!(page(&debrief).contains("&lt;b&gt;*now*&lt;/b&gt;") && !page(&debrief).contains("<b>"));
        assert!(markdown(&debrief).contains(r"too thin \| \<b\>\*now\*"));
        for words in ["# no", "- no", "1. no", "a | b", "a\nb", "![x](y)"] {
            let line = marked(words);
            assert!(
                !line.starts_with(['#', '-']) && !line.starts_with("1.") && !line.contains('\n'),
                "{line}"
            );
            assert!(!line.contains(" | ") && !line.contains("!["), "{line}");
        }
    }

    #[test]
    fn a_narrow_terminal_gets_no_line_that_is_too_wide() {
        let debrief = played();
        for columns in [40, 80, 120] {
            let text = text(&debrief, columns);
            let long = text.lines().filter(|line| unicode_width::UnicodeWidthStr::width(*line) > columns);
            // A word of its own may be longer than a line: a hash, an address.
            for line in long {
                assert!(line.split_whitespace().count() <= 2, "{columns}: {line}");
            }
        }
    }
}
