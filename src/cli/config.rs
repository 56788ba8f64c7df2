//! `config`: the person's settings, shown and set one at a time.

use super::failure::Failure;
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::model::refusal::Refusal;
use crate::model::text::quoted;
use crate::store::places;
use crate::store::settings::{KEYS, SettingsFile, writable};

/// All settings, one, or one set to a new value.
pub(super) fn config(shell: &Shell, key: Option<&str>, value: Option<&str>) -> Result<Out, Failure> {
    if let (Some(SHARED), _) = (key, value) {
        return shared(shell, value);
    }
    let mut file = SettingsFile::read(&places::config()?)?;
    match (key, value) {
        (None, _) => all(shell, &file),
        (Some(key), None) => {
            let value = known(&file, key)?;
            if shell.json {
                return Out::json(shell, &serde_json::json!({ key: value }));
            }
            let mut out = Out::new(shell);
            out.line(Line::of(words(&value)));
            Ok(out)
        }
        (Some(key), Some(value)) => {
            let before = file.get(key).unwrap_or_default();
            file.set(key, value)?;
            let after = file.get(key).unwrap_or_default();
            if shell.json {
                return Out::json(shell, &serde_json::json!({ "key": key, "from": before, "to": after }));
            }
            let mut out = Out::new(shell);
            let change = match before == after {
                true => format!("{key}  {}  (as before)", words(&after)),
                false => format!("{key}  {} → {}", words(&before), words(&after)),
            };
            out.line(Line::of(change).tone(Tone::Good, "  saved"));
            Ok(out)
        }
    }
}

/// The one setting that belongs to the store and not to the person.
const SHARED: &str = "store.shared";

/// The group that may open the store: shown, or set by the rights of its folders and files.
fn shared(shell: &Shell, group: Option<&str>) -> Result<Out, Failure> {
    let before = shell.store.shared_with();
    if let Some(group) = group {
        if group.trim().is_empty() {
            return Err(Refusal::misused(
                "A store that was shared is closed by hand, when its group agrees.",
            )
            .hint(format!("chmod -R go= {}", shell.store.root().display()))
            .into());
        }
        shell.store.share(group.trim())?;
    }
    let after = shell.store.shared_with();
    if shell.json {
        return Out::json(shell, &serde_json::json!({ "key": SHARED, "from": before, "to": after }));
    }
    let named = |group: &Option<String>| group.clone().unwrap_or_else(|| "(with nobody)".to_owned());
    let mut out = Out::new(shell);
    out.line(match group {
        None => Line::of(named(&after)),
        Some(_) => {
            let change = format!("{SHARED}  {} → {}", named(&before), named(&after));
            Line::of(change).tone(Tone::Good, "  saved")
        }
    });
    Ok(out)
}

fn all(shell: &Shell, file: &SettingsFile) -> Result<Out, Failure> {
    if shell.json {
        return Out::json(shell, &file.settings);
    }
    let mut out = Out::new(shell);
    out.line(Line::default().tone(Tone::Dim, file.path.display().to_string()));
    let keys = KEYS.iter().map(|key| (*key).to_owned());
    let rows = keys.map(|key| {
        let value = file.get(&key).unwrap_or_default();
        vec![Line::default().tone(Tone::Strong, &key), Line::of(words(&value))]
    });
    out.table(2, rows.collect());
    for key in &file.unknown {
        out.line(
            Line::default()
                .tone(Tone::Warn, format!("  {key} is known to no setting of this version; it is kept")),
        );
    }
    Ok(out)
}

fn known(file: &SettingsFile, key: &str) -> Result<serde_json::Value, Failure> {
    file.get(key).ok_or_else(|| {
        Refusal::misused(format!("There is no setting {}.", quoted(key)))
            .hint(format!("There are {}.", writable()))
            .into()
    })
}

/// A value as one types it.
fn words(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "(not set)".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(on) => if *on { "on" } else { "off" }.to_owned(),
        serde_json::Value::Object(map) if map.is_empty() => "(as built in)".to_owned(),
        serde_json::Value::Array(list) if list.is_empty() => "(not set)".to_owned(),
        serde_json::Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join(","),
        serde_json::Value::Object(map) if map.values().all(serde_json::Value::is_array) => {
            map.iter().map(|(name, list)| format!("{name}: {}", words(list))).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}
