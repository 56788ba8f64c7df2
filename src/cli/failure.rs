//! What went wrong as one sentence and the next step, and the exit code that goes with it.

use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;

use super::choose;
use crate::model::refusal::{Kind, Refusal};
use crate::model::text::visible;
use crate::store::StoreError;

/// Why a line was not carried out.
#[derive(Debug)]
pub(super) struct Failure {
    kind: Sort,
    message: String,
    hint: Option<String>,
}

/// The sort of "no": the exit code follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Sort {
    /// Disk, file, network: 1.
    CouldNot,
    /// The words: 2.
    Misused,
    /// A rule of the incident: 3.
    Refused,
}

impl Sort {
    fn code(self) -> u8 {
        match self {
            Sort::CouldNot => 1,
            Sort::Misused => 2,
            Sort::Refused => 3,
        }
    }
}

impl Failure {
    /// The disk, a file or the network said no.
    pub(super) fn could_not(message: impl Into<String>) -> Self {
        Self { kind: Sort::CouldNot, message: message.into(), hint: None }
    }

    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Failure {
    /// With its lines to type about the incident that was named.
    pub(super) fn about(mut self, reference: Option<&str>) -> Self {
        if let (Some(reference), Some(hint)) = (reference, &mut self.hint) {
            *hint = choose::about(hint, reference);
        }
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " {hint}"))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal.kind {
            Kind::Misused => Sort::Misused,
            Kind::Refused => Sort::Refused,
        };
        Self { kind, message: refusal.message, hint: refusal.hint }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = match error {
            StoreError::NotFound { .. }
            | StoreError::Ambiguous { .. }
            | StoreError::TooLong { .. }
            | StoreError::BadSetting { .. } => Sort::Misused,
            _ => Sort::CouldNot,
        };
        let hint = error.hint().unwrap_or_else(|| "choose another folder with --store DIR".to_owned());
        Self { kind, message: sentence(&error.to_string()), hint: Some(sentence(&hint)) }
    }
}

/// With a capital, unless it begins with what one types, a line or a path, and a full stop.
fn sentence(words: &str) -> String {
    let mut text = words.to_owned();
    let path =
        words.split_whitespace().next().is_some_and(|word| word.contains(['/', std::path::MAIN_SEPARATOR]));
    if !path
        && !words.starts_with("casebook ")
        && let Some(first) = words.chars().next()
    {
        text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    }
    if !text.ends_with(['.', '?', '!']) {
        text.push('.');
    }
    text
}

/// A failure in the words that are told, and the exit code that goes with it.
pub(super) struct Told {
    pub(super) text: String,
    pub(super) code: ExitCode,
}

impl Failure {
    /// What is told of it: the sentence, and the hint on a line of its own.
    pub(super) fn told(&self) -> Told {
        let hint = self.hint.as_ref().map(|hint| format!("\nHint: {hint}")).unwrap_or_default();
        let text = visible(&format!("{}{hint}", self.message)).into_owned();
        let text = if super::around::ascii(false) { super::out::plain(&text) } else { text };
        Told { text, code: ExitCode::from(self.kind.code()) }
    }
}

/// Tells it on standard error and gives the exit code.
pub(super) fn report(failure: &Failure, json: bool) -> ExitCode {
    #[derive(Serialize)]
    struct Document<'a> {
        error: Error<'a>,
    }
    #[derive(Serialize)]
    struct Error<'a> {
        kind: Sort,
        message: &'a str,
        hint: Option<&'a str>,
    }
    let Failure { kind, message, hint } = failure;
    let text = if json {
        let error = Error { kind: *kind, message, hint: hint.as_deref() };
        serde_json::to_string(&Document { error }).unwrap_or_default()
    } else {
        failure.told().text
    };
    // Nobody listens on standard error: the exit code says it all the same.
    let _ = writeln!(std::io::stderr(), "{text}");
    ExitCode::from(kind.code())
}

/// A word for people on standard error that is no failure.
pub(super) fn note(words: &str) {
    let words = visible(words);
    let words = if super::around::ascii(false) { super::out::plain(&words).into() } else { words };
    let _ = writeln!(std::io::stderr(), "{words}");
}
