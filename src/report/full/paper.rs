//! Paper: the document as Markdown and as one page of HTML, by templates that a person may replace.
//!
//! Every value a template prints is made harmless on the way out: control characters and marks that turn the
//! reading direction become visible, addresses are defanged, and whatever the form takes for a mark is
//! escaped. That holds in templates of the person's own, too.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use serde::Serialize;

use super::super::marks;
use super::picture;
use super::{Cut, Report, lasted};
use crate::model::text::{defang, thousands, visible};
use crate::model::time::Zone;

/// The templates that ship, by the file name under which a person's own takes its place.
pub const BUILT_IN: [(&str, &str); 5] = [
    ("page.html", include_str!("../../../assets/templates/page.html")),
    ("page.css", include_str!("../../../assets/templates/page.css")),
    ("report.html", include_str!("../../../assets/templates/report.html")),
    ("report.md", include_str!("../../../assets/templates/report.md")),
    ("debrief.html", include_str!("../../../assets/templates/debrief.html")),
];

/// The most rows of a table on paper; JSON has all of them.
pub(super) const MOST_ROWS: usize = 2_000;
/// The most steps of one component and hands of one item on paper.
pub(super) const MOST_STEPS: usize = 50;

/// What is wrong with a template, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its file name.
    pub file: String,
    /// From 1; `None`: the whole of it.
    pub line: Option<usize>,
    pub what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Template {}", self.file)?;
        if let Some(line) = self.line {
            write!(f, " line {line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// The templates at hand: those that ship, and a person's own in their place.
#[derive(Debug)]
pub struct Papers {
    templates: Environment<'static>,
}

impl Papers {
    /// With a person's own templates, each its file name and its text. Any name may be included by another.
    ///
    /// # Errors
    /// The first that is no template.
    pub fn with(own: impl IntoIterator<Item = (String, String)>) -> Result<Self, Fault> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        templates
            .set_syntax(syntax.expect("blanks around blocks are no delimiters, which alone can be wrong"));
        templates.set_auto_escape_callback(|name| match name.rsplit('.').next() {
            Some("html") => AutoEscape::Html,
            _ => AutoEscape::Custom("marks".into()),
        });
        templates.set_formatter(harmless);
        templates.add_filter("number", |number: usize| thousands(number));
        templates.add_filter("iso", |at: &str| -> Result<String, Error> {
            Ok(moment(at)?.format("%Y-%m-%dT%H:%MZ").to_string())
        });
        templates.add_filter("span", lasted);
        templates.add_filter("abs", |ms: i64| ms.abs());
        templates.add_filter("css", css);
        // For words of the program itself that only look like an address, such as RS.MA.
        templates.add_filter("fixed", |text: &str| Value::from_safe_string(marks::html(text)));
        let mut add = |name: String, text: String| {
            let named = name.clone();
            templates.add_template_owned(name, text).map_err(|error| fault(&error, &named))
        };
        for (name, text) in BUILT_IN {
            add(name.to_owned(), text.to_owned())?;
        }
        for (name, text) in own {
            add(name, text)?;
        }
        Ok(Self { templates })
    }

    /// As Markdown, its times in `zone`.
    ///
    /// # Errors
    /// What a template asks for and the document does not have.
    pub fn markdown(self, report: Report<'_>, zone: &Zone) -> Result<String, Fault> {
        let text = self.paper("report.md", report, zone)?;
        // What a template leaves out leaves its blank line behind.
        let mut out = String::with_capacity(text.len());
        let mut blank = 0;
        for line in text.lines() {
            blank = if line.trim().is_empty() { blank + 1 } else { 0 };
            if blank < 2 {
                out.push_str(line.trim_end());
                out.push('\n');
            }
        }
        Ok(out)
    }

    /// As one page of HTML, its times in `zone`: its style inside, no script, nothing loaded.
    ///
    /// # Errors
    /// What a template asks for and the document does not have.
    pub fn html(self, report: Report<'_>, zone: &Zone) -> Result<String, Fault> {
        self.paper("report.html", report, zone)
    }

    fn paper(mut self, name: &str, mut report: Report<'_>, zone: &Zone) -> Result<String, Fault> {
        #[derive(Serialize)]
        struct Pictures {
            timeline: String,
            phases: String,
        }
        #[derive(Serialize)]
        struct Paper<'r, 'a> {
            #[serde(flatten)]
            report: &'r Report<'a>,
            pictures: Pictures,
        }
        let pictures =
            Pictures { timeline: picture::timeline(&report, zone), phases: picture::phases(&report, zone) };
        report.cut();
        let shown = zone.clone();
        self.templates.add_filter("when", move |at: &str| -> Result<String, Error> {
            Ok(shown.at(moment(at)?).format("%Y-%m-%d %H:%M").to_string())
        });
        let shown = zone.clone();
        self.templates.add_filter("day", move |at: &str| -> Result<String, Error> {
            Ok(shown.at(moment(at)?).format("%A, %-d %B %Y").to_string())
        });
        let shown = zone.clone();
        self.templates.add_filter("clock", move |at: &str| -> Result<String, Error> {
            Ok(shown.at(moment(at)?).format("%H:%M").to_string())
        });
        let paper = Paper { report: &report, pictures };
        self.page(name, &paper)
    }

    /// Any document by the template of this name.
    ///
    /// # Errors
    /// What a template asks for and the document does not have.
    pub fn page(&self, name: &str, document: &impl Serialize) -> Result<String, Fault> {
        let template = self.templates.get_template(name).map_err(|error| fault(&error, name))?;
        template.render(Value::from(Serde(document))).map_err(|error| fault(&error, name))
    }
}

impl Report<'_> {
    /// Cuts tables to what paper can hold: of what happened the beginning and the end, of the rest the
    /// beginning. What was cut is said.
    fn cut(&mut self) {
        let rows = &mut self.timeline.rows;
        if rows.len() > MOST_ROWS {
            self.cut.push(Cut { table: "timeline", shown: MOST_ROWS, of: rows.len() });
            rows.drain(MOST_ROWS / 2..rows.len() - MOST_ROWS / 2);
        }
        let cut = &mut self.cut;
        shorten(cut, "components", &mut self.components, MOST_ROWS);
        shorten(cut, "indicators", &mut self.indicators, MOST_ROWS);
        shorten(cut, "evidence", &mut self.evidence, MOST_ROWS);
        for (table, items) in [
            ("decisions", &mut self.decisions),
            ("assumptions", &mut self.assumptions),
            ("requests", &mut self.requests),
            ("measures", &mut self.measures),
            ("timers", &mut self.timers),
        ] {
            shorten(cut, table, items, MOST_ROWS);
        }
        shorten(cut, "approvals", &mut self.approvals, MOST_ROWS);
        shorten(cut, "notices", &mut self.notices, MOST_ROWS);
        shorten(cut, "lessons", &mut self.lessons, MOST_ROWS);
        shorten(cut, "improvements", &mut self.improvements, MOST_ROWS);
        for component in &mut self.components {
            shorten(cut, "steps of a component", &mut component.history, MOST_STEPS);
        }
        for item in &mut self.evidence {
            shorten(cut, "custody of an item", &mut item.custody, MOST_STEPS);
            shorten(cut, "checks of an item", &mut item.checks, MOST_STEPS);
        }
    }
}

fn shorten<T>(cut: &mut Vec<Cut>, table: &'static str, rows: &mut Vec<T>, most: usize) {
    if rows.len() > most {
        cut.push(Cut { table, shown: most, of: rows.len() });
        rows.truncate(most);
    }
}

/// Writes a value so that it means nothing to whatever reads the page.
fn harmless(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Ok(());
    }
    let text = match value.as_str() {
        Some(text) if value.is_safe() => return Ok(out.write_str(text)?),
        Some(text) => Cow::Borrowed(text),
        None if matches!(value.kind(), ValueKind::Undefined) => {
            return Err(Error::from(ErrorKind::UndefinedError));
        }
        None => Cow::Owned(value.to_string()),
    };
    let text = match value.kind() {
        ValueKind::String => visible(&text).into_owned(),
        _ => text.into_owned(),
    };
    let text = defang(&text);
    let written = match state.auto_escape() {
        AutoEscape::Html => out.write_str(&marks::html(&text)),
        _ => out.write_str(&marks::markdown(&text)),
    };
    Ok(written?)
}

fn moment(at: &str) -> Result<DateTime<Utc>, Error> {
    at.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, format!("{at:?} is no time")))
}

/// A text within a style sheet's quotes.
fn css(text: &str) -> Value {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            ' ' | '-' | ':' | '+' | '.' | 'a'..='z' | 'A'..='Z' | '0'..='9' => out.push(letter),
            letter => out.push_str(&format!("\\{:x} ", u32::from(letter))),
        }
    }
    Value::from_safe_string(out)
}

fn fault(error: &Error, name: &str) -> Fault {
    // An include is told by the innermost of its causes: that is where the words stand.
    let mut inner = error;
    while let Some(cause) = std::error::Error::source(inner).and_then(|cause| cause.downcast_ref::<Error>()) {
        inner = cause;
    }
    let what = match inner.detail() {
        Some(detail) => format!("{}: {detail}", inner.kind()),
        None => inner.kind().to_string(),
    };
    Fault { file: inner.name().unwrap_or(name).to_owned(), line: inner.line(), what }
}
