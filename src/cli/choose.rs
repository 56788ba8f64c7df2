//! Which incident a line is about: named, of the environment, of this terminal, or the only open one.

use super::failure::Failure;
use super::out::{Line, Out, Tone};
use super::session;
use super::shell::Shell;
use crate::model::refusal::Refusal;
use crate::store::{Address, Look};
use crate::verb::{Said, Spec, VERBS};

/// Verbs that are about no incident, or name theirs as a word.
const OF_NONE: &[&str] = &[
    "new",
    "list",
    "use",
    "config",
    "keys",
    "demo",
    "drill",
    "import",
    "sync",
    "doctor",
    "backup",
    "archive",
    "mine",
    "stats",
    "install",
    "licences",
    "man",
    "completions",
    "help",
];

/// A text with lines to type, each of them about the incident that was named: who types one as it stands must not
/// meet the incident at hand.
pub(super) fn about(text: &str, reference: &str) -> String {
    let mut parts = text.split("casebook ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = |text: &str| text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len());
        let verb = &part[..end(part)];
        let spec = VERBS.iter().find(|spec| spec.name == verb && !OF_NONE.contains(&verb));
        // Behind the word of a verb that has several: handover read -i 2.
        let under = part[verb.len()..].strip_prefix(' ').map_or("", |rest| &rest[..end(rest)]);
        let has = |spec: &Spec| spec.command().find_subcommand(under).is_some();
        let within = spec.is_some_and(|spec| !under.is_empty() && has(spec));
        let (words, rest) = part.split_at(verb.len() + if within { under.len() + 1 } else { 0 });
        out.push_str("casebook ");
        out.push_str(words);
        let line = rest.split(['\n', ';']).next().unwrap_or_default();
        if spec.is_some() && !line.contains(" -i ") {
            out.push_str(" -i ");
            out.push_str(reference);
        }
        out.push_str(rest);
    }
    out
}

/// How many open incidents a refusal names.
const NAMED: usize = 5;

/// The incident a line is about.
pub(super) fn incident(shell: &Shell, said: &Said) -> Result<Address, Failure> {
    if let Some(address) = &shell.line {
        return Ok(address.clone());
    }
    if let Some(reference) = said.incident.as_ref().or(shell.incident.as_ref()) {
        return Ok(shell.store.locate(reference, shell.year())?);
    }
    if let Some(address) = session::chosen(shell) {
        return Ok(address);
    }
    let mut open = shell.store.list(Look::Checked)?;
    open.retain(|(_, row)| !row.closed && row.shut.is_none());
    match &open[..] {
        [(address, _)] => Ok(address.clone()),
        [] => Err(Refusal::misused("No incident is open.")
            .hint("casebook new TITLE opens one; casebook list --all shows those there are.")
            .into()),
        many => {
            let mut named: Vec<&str> =
                many.iter().take(NAMED).map(|(address, _)| address.number.as_str()).collect();
            if many.len() > NAMED {
                named.push("…");
            }
            Err(Refusal::misused(format!(
                "{} incidents are open and none was chosen: {}.",
                many.len(),
                named.join(", ")
            ))
            .hint(format!(
                "casebook use {} chooses for this terminal session; -i {} for one line.",
                named[0], named[0]
            ))
            .into())
        }
    }
}

/// `use`: works on this incident in this terminal session.
pub(super) fn choose_for_session(shell: &Shell, said: &Said) -> Result<Out, Failure> {
    let address = incident(shell, said)?;
    let record = shell.read(&address)?;
    session::choose(shell, &address).ok_or_else(|| {
        Failure::could_not("The choice could not be kept: there is no state folder for it.")
            .hint(format!("Set CASEBOOK_INCIDENT={} instead.", address.number))
    })?;
    if shell.json {
        return Out::json(shell, &serde_json::json!({ "incident": address.number, "id": address.id }));
    }
    let mut out = Out::new(shell);
    out.line(
        Line::default()
            .tone(Tone::Strong, &address.number)
            .put("  is worked on in this terminal session  ")
            .put(record.incident.title()),
    );
    Ok(out)
}
