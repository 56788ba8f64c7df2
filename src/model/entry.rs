//! What people write down: a line of the activity log.

use serde::{Deserialize, Serialize};

/// The kind of an entry somebody wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogKind {
    #[default]
    Note,
    Action,
    Observation,
    Decision,
    Communication,
}

/// Somebody wrote an entry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Logged {
    pub kind: LogKind,
    pub text: String,
    /// Components by the name that was typed; the fold ties them to what it knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<String>,
    /// ATT&CK technique ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
}
