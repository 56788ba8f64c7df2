//! The person's own settings: one JSON file in the config folder, checked on reading and on writing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::StoreError;
use super::files::{Disk, Files};
use crate::model::phase::View;
use crate::model::taxonomy::TAXONOMY;
use crate::model::time::Zone;

/// Which colours the screens use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the terminal says, else dark.
    #[default]
    Auto,
    Dark,
    Light,
    /// Bold, reverse and words only.
    None,
}

/// Whether the mouse is caught.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mouse {
    /// On, but off over SSH, so that hashes can be selected.
    #[default]
    Auto,
    On,
    Off,
}

/// What a person can set. Everything has a default; a key this version does not know is kept and named.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The name written behind every fact; else the system's user name.
    pub name: Option<String>,
    /// A role of the taxonomy.
    pub role: Option<String>,
    /// The zone in which times are shown and read: `utc`, `local`, `+02:00` or `Area/City`.
    pub zone: Option<String>,
    pub theme: Theme,
    pub mouse: Mouse,
    /// Plain characters only.
    pub ascii: bool,
    /// How many phases the rail shows.
    pub view: View,
    /// Other keys for actions: action to key.
    pub keys: BTreeMap<String, String>,
}

/// The settings file: what it means, and what it says word for word.
#[derive(Clone, Debug)]
pub struct SettingsFile {
    pub path: PathBuf,
    pub settings: Settings,
    /// Keys in the file that this version does not know.
    pub unknown: Vec<String>,
    said: Map<String, Value>,
}

/// Keys that `config` knows, in the order it shows them.
pub const KEYS: [&str; 8] = ["name", "role", "zone", "theme", "mouse", "ascii", "view", "keys"];

impl SettingsFile {
    /// Reads `settings.json` in the config folder. No file: the defaults.
    pub fn read(config: &Path) -> Result<Self, StoreError> {
        let path = config.join("settings.json");
        let text = match Disk.read(&path, 0) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        let bad = |why: String| StoreError::BadFile { path: path.clone(), why };
        let text = String::from_utf8(text).map_err(|_| bad("it is not UTF-8 text".into()))?;
        let text = if text.trim().is_empty() { "{}" } else { &text };
        let settings = check(text).map_err(bad)?;
        let said: Map<String, Value> = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        let unknown = said.keys().filter(|key| !KEYS.contains(&key.as_str())).cloned().collect();
        Ok(Self { path, settings, unknown, said })
    }

    /// What a key says now, as JSON: the file's word, else the default. `None`: there is no such key.
    /// Below `keys` stands one action: `keys.note`.
    pub fn get(&self, key: &str) -> Option<Value> {
        let all = serde_json::to_value(&self.settings).ok()?;
        let value = match key.split_once('.') {
            Some(("keys", action)) => all.get("keys")?.get(action).cloned().unwrap_or(Value::Null),
            Some(_) => return None,
            None => all.get(key).or_else(|| self.said.get(key))?.clone(),
        };
        Some(value)
    }

    /// Sets one key by the word a person typed and writes the file. An empty word puts the default back.
    /// All other keys, known and unknown, stay as they are.
    pub fn set(&mut self, key: &str, word: &str) -> Result<(), StoreError> {
        let bad = |why: String| StoreError::BadSetting { key: key.to_owned(), why };
        let (top, action) = match key.split_once('.') {
            Some((top, action)) => (top, Some(action)),
            None => (key, None),
        };
        let writable = KEYS.contains(&top) && (top == "keys") == action.is_some();
        if !writable {
            return Err(bad(format!(
                "there is no such setting; there are {}, keys.ACTION",
                KEYS[..7].join(", ")
            )));
        }
        let value = match (top, word) {
            (_, "") => None,
            ("ascii", "on" | "yes" | "true") => Some(Value::Bool(true)),
            ("ascii", "off" | "no" | "false") => Some(Value::Bool(false)),
            _ => Some(Value::String(word.to_owned())),
        };
        let mut said = self.said.clone();
        let place = match action {
            None => Some(&mut said),
            Some(_) => said.entry("keys").or_insert_with(|| Value::Object(Map::new())).as_object_mut(),
        };
        let place = place.ok_or_else(|| bad("“keys” in the file is not an object".into()))?;
        let name = action.unwrap_or(top);
        match value {
            Some(value) => place.insert(name.to_owned(), value),
            None => place.remove(name),
        };
        let text = serde_json::to_string_pretty(&said).expect("JSON that was read or a string");
        let settings = check(&text).map_err(|why| bad(without_place(&why)))?;
        self.write(&text)?;
        (self.settings, self.said) = (settings, said);
        Ok(())
    }

    fn write(&self, text: &str) -> Result<(), StoreError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        Disk.create_folder(folder).map_err(StoreError::io("make the folder", folder))?;
        let text = format!("{text}\n");
        Disk.replace(&self.path, text.as_bytes()).map_err(StoreError::io("write", &self.path))
    }
}

/// Reads the known keys; the answer to a fault names its place.
fn check(text: &str) -> Result<Settings, String> {
    let reader = &mut serde_json::Deserializer::from_str(text);
    let settings: Settings = serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if path == "." { inner.to_string() } else { format!("“{path}”: {inner}") }
    })?;
    if let Some(zone) = &settings.zone
        && zone != "local"
    {
        Zone::parse(zone).map_err(|refusal| format!("“zone”: {refusal}"))?;
    }
    if let Some(role) = &settings.role {
        TAXONOMY.role(role).map_err(|refusal| format!("“role”: {refusal}"))?;
    }
    Ok(settings)
}

/// Line and column mean nothing to somebody who typed one word.
fn without_place(why: &str) -> String {
    why.split(" at line ").next().unwrap_or(why).to_owned()
}

/// A file of the user's own, as text: `playbooks/*.json` and the like. What it means is for its noun to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFile {
    pub path: PathBuf,
    pub text: String,
}

/// The user's own files of one sort (`playbooks`, `regulations`, `scenarios`) in the config folder, by name.
/// One that cannot be read comes back as its error and hides no other.
pub fn own_files(config: &Path, sort: &str) -> Vec<Result<OwnFile, StoreError>> {
    let folder = config.join(sort);
    let mut names: Vec<String> = match Disk.list(&folder) {
        Ok(names) => names.into_iter().map(|(name, _)| name).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => return vec![Err(StoreError::io("read the folder", &folder)(error))],
    };
    names.retain(|name| name.ends_with(".json") && !name.starts_with('.'));
    names.sort_unstable();
    let read = |name: String| {
        let path = folder.join(name);
        let bytes = Disk.read(&path, 0).map_err(StoreError::io("read", &path))?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(OwnFile { path, text }),
            Err(_) => Err(StoreError::BadFile { path, why: "it is not UTF-8 text".into() }),
        }
    };
    names.into_iter().map(read).collect()
}
