//! The person's own settings: one JSON file in the config folder, checked on reading and on writing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::StoreError;
use super::files::{Disk, Files};
use super::sync::{EVIDENCE, EVIDENCE_MOST, RECEIVE, RECEIVE_LEAST, RECEIVE_MOST, Trust};
use crate::model::indicator;
use crate::model::notice::duties::EVERY_CALENDAR;
use crate::model::notice::law::SECTORS;
use crate::model::phase::View;
use crate::model::taxonomy::TAXONOMY;
use crate::model::text::harmless;
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
    /// The organisation's own domains: what a paste finds below them is no indicator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// What the organisation owes notices under, and how loud a clock is.
    #[serde(skip_serializing_if = "NoticeSettings::is_default")]
    pub notice: NoticeSettings,
    /// How long what was copied stays on the terminal's clipboard.
    #[serde(skip_serializing_if = "ClipboardSettings::is_default")]
    pub clipboard: ClipboardSettings,
    /// With which key seals are signed, and whose keys are known.
    #[serde(skip_serializing_if = "SealSettings::is_default")]
    pub seal: SealSettings,
    /// What goes to other stores, and when.
    #[serde(skip_serializing_if = "SyncSettings::is_default")]
    pub sync: SyncSettings,
}

/// What goes to other stores, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncSettings {
    /// The largest evidence file that is sent, in bytes.
    pub evidence: u64,
    /// The most that a remote may bring at once, in bytes.
    pub receive: u64,
    /// So many seconds pass between two exchanges while a screen is open; 0: only when asked.
    pub every: u32,
    /// Whose deliveries are taken in.
    pub trust: Trust,
}

impl Default for SyncSettings {
    fn default() -> Self {
        Self { evidence: EVIDENCE, receive: RECEIVE, every: 60, trust: Trust::Any }
    }
}

impl SyncSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn check(&self) -> Result<(), String> {
        if self.evidence > EVIDENCE_MOST {
            return Err(format!("“sync.evidence” is at most {EVIDENCE_MOST} bytes"));
        }
        if !(RECEIVE_LEAST..=RECEIVE_MOST).contains(&self.receive) {
            return Err(format!("“sync.receive” is {RECEIVE_LEAST} to {RECEIVE_MOST} bytes"));
        }
        if self.every != 0 && !(5..=86_400).contains(&self.every) {
            return Err("“sync.every” is 5 to 86400 seconds, or off".to_owned());
        }
        Ok(())
    }
}

/// What happens to a text that was put on the terminal's clipboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClipboardSettings {
    /// After so many seconds it is cleared, 86,400 at most; 0: it stays.
    pub clear: u32,
}

impl Default for ClipboardSettings {
    fn default() -> Self {
        Self { clear: 60 }
    }
}

impl ClipboardSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What `ssh-keygen` signs and checks seals with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SealSettings {
    /// An SSH key; its public half where an agent holds the private one. `None`: seals are not signed.
    pub key: Option<PathBuf>,
    /// A file of allowed signers (`ssh-keygen(1)`): who signs with which key.
    pub signers: Option<PathBuf>,
}

impl SealSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether the terminal's bell rings for a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bell {
    #[default]
    On,
    Off,
}

/// What narrows the suggestion of notices, and how loud their clocks are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeSettings {
    /// ISO 3166 codes of the countries and subdivisions one works in: `DE`, `US-NY`; or `EU`.
    pub regions: Vec<String>,
    /// Ids of sectors: `health`, `listed-company` …
    pub sectors: Vec<String>,
    /// Days on which people do not work, by region code; `*` for all.
    pub holidays: BTreeMap<String, Vec<NaiveDate>>,
    pub bell: Bell,
    /// How many minutes before a notice is due the bell rings the first time.
    pub warn: u32,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self { regions: Vec::new(), sectors: Vec::new(), holidays: BTreeMap::new(), bell: Bell::On, warn: 60 }
    }
}

impl NoticeSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What cannot be: codes that are none, unknown sectors, more days than a calendar has.
    fn check(&self) -> Result<(), String> {
        let letters = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase());
        let code = |code: &str| {
            let (country, rest) = code.split_once('-').map_or((code, None), |(c, rest)| (c, Some(rest)));
            let sub =
                |rest: &str| (1..=3).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric());
            letters(country) && rest.is_none_or(sub)
        };
        if let Some(wrong) = self.regions.iter().find(|region| !code(region)) {
            return Err(format!("“notice.regions”: {wrong:?} is no region code such as DE, US-NY or EU"));
        }
        if let Some(wrong) = self.sectors.iter().find(|sector| !SECTORS.contains(&sector.as_str())) {
            return Err(format!(
                "“notice.sectors”: there is no sector {wrong:?}; there are {}",
                SECTORS.join(", ")
            ));
        }
        for (calendar, days) in &self.holidays {
            if !code(calendar) && calendar != EVERY_CALENDAR {
                return Err(format!(
                    "“notice.holidays”: {calendar:?} is no region code such as DE, and not *"
                ));
            }
            if days.len() > 1_000 {
                return Err(format!("“notice.holidays.{calendar}” has {} days; 1,000 fit", days.len()));
            }
        }
        if !(1..=10_080).contains(&self.warn) {
            return Err("“notice.warn” is 1 to 10080 minutes".to_owned());
        }
        Ok(())
    }
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
pub const KEYS: [&str; 21] = [
    "name",
    "role",
    "zone",
    "theme",
    "mouse",
    "ascii",
    "view",
    "domains",
    "keys",
    "clipboard.clear",
    "notice.regions",
    "notice.sectors",
    "notice.holidays",
    "notice.bell",
    "notice.warn",
    "seal.key",
    "seal.signers",
    "sync.evidence",
    "sync.receive",
    "sync.every",
    "sync.trust",
];

/// Keys below which one names what is set: an action, a calendar.
const OPEN: [&str; 2] = ["keys", "notice.holidays"];

/// What can be typed as a key, for people.
pub fn writable() -> String {
    let plain: Vec<&str> = KEYS.into_iter().filter(|key| !OPEN.contains(key)).collect();
    format!("{}, keys.ACTION, notice.holidays.REGION, store.shared", plain.join(", "))
}

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
        let known = |key: &str| KEYS.iter().any(|known| known.split('.').next() == Some(key));
        let unknown = said.keys().filter(|key| !known(key)).cloned().collect();
        Ok(Self { path, settings, unknown, said })
    }

    /// What a key says now, as JSON: the file's word, else the default. `None`: there is no such key.
    /// Below `keys` stands one action, `keys.note`; below `notice.holidays` one calendar.
    pub fn get(&self, key: &str) -> Option<Value> {
        let mut all = serde_json::to_value(&self.settings).ok()?;
        all["notice"] = serde_json::to_value(&self.settings.notice).ok()?;
        all["clipboard"] = serde_json::to_value(&self.settings.clipboard).ok()?;
        all["seal"] = serde_json::to_value(&self.settings.seal).ok()?;
        all["sync"] = serde_json::to_value(&self.settings.sync).ok()?;
        if let Some((open, name)) = below(key) {
            let place = open.split('.').try_fold(&all, |place, part| place.get(part))?;
            return Some(place.get(name).cloned().unwrap_or(Value::Null));
        }
        if !key.contains('.') {
            return all.get(key).or_else(|| self.said.get(key)).cloned();
        }
        key.split('.').try_fold(&all, |place, part| place.get(part)).cloned()
    }

    /// Sets one key by the word a person typed and writes the file. An empty word puts the default back.
    /// All other keys, known and unknown, stay as they are.
    pub fn set(&mut self, key: &str, word: &str) -> Result<(), StoreError> {
        let bad = |why: String| StoreError::BadSetting { key: key.to_owned(), why };
        if below(key).is_none() && (OPEN.contains(&key) || !KEYS.contains(&key)) {
            return Err(bad(format!("there is no such setting; there are {}", writable())));
        }
        let value = value(key, &harmless(word)).map_err(&bad)?;
        let parts: Vec<&str> = match below(key) {
            Some((open, name)) => open.split('.').chain([name]).collect(),
            None => key.split('.').collect(),
        };
        let mut said = self.said.clone();
        let (name, folders) = parts.split_last().expect("a key that was split has a part");
        let mut place = &mut said;
        for folder in folders {
            let inner = place.entry((*folder).to_owned()).or_insert_with(|| Value::Object(Map::new()));
            let Some(inner) = inner.as_object_mut() else {
                return Err(bad(format!("“{folder}” in the file is not an object")));
            };
            place = inner;
        }
        match value {
            Some(value) => place.insert((*name).to_owned(), value),
            None => place.remove(*name),
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

/// The key and the name below it, where a key takes one: `keys.note`, `notice.holidays.DE`.
fn below(key: &str) -> Option<(&'static str, &str)> {
    OPEN.into_iter().find_map(|open| {
        let name = key.strip_prefix(open)?.strip_prefix('.')?;
        (!name.is_empty()).then_some((open, name))
    })
}

/// The JSON of a word as typed; `None`: the default again.
fn value(key: &str, word: &str) -> Result<Option<Value>, String> {
    let list = || word.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let key = below(key).map_or(key, |(open, _)| open);
    Ok(Some(match (key, word) {
        (_, "") => return Ok(None),
        ("ascii", "on" | "yes" | "true") => Value::Bool(true),
        ("ascii", "off" | "no" | "false") => Value::Bool(false),
        ("notice.regions", _) => list().map(str::to_uppercase).collect(),
        ("domains", _) => list().map(|domain| domain.trim_matches('.').to_lowercase()).collect(),
        ("notice.sectors", _) => list().map(str::to_lowercase).collect(),
        ("notice.holidays", _) => list().map(str::to_owned).collect(),
        ("clipboard.clear", "never" | "off") => Value::from(0),
        ("clipboard.clear", _) => {
            let seconds: u32 =
                word.trim().parse().map_err(|_| "type a number of seconds, or never".to_owned())?;
            Value::from(seconds)
        }
        ("notice.warn", _) => {
            let minutes: u32 = word.trim().parse().map_err(|_| "type a number of minutes".to_owned())?;
            Value::from(minutes)
        }
        ("sync.every", "off") => Value::from(0_u32),
        ("sync.every", _) => {
            let seconds: u32 =
                word.trim().parse().map_err(|_| "type a number of seconds, or off".to_owned())?;
            Value::from(seconds)
        }
        ("sync.evidence" | "sync.receive", _) => Value::from(bytes(word)?),
        _ => Value::String(word.to_owned()),
    }))
}

/// Bytes as people type them: `10485760`, `10 MiB`, `4 GB`. A unit means what it means wherever sizes are told: 4 GB are
/// 4,000,000,000 bytes, and 4 GiB 4,294,967,296.
fn bytes(word: &str) -> Result<u64, String> {
    let no = || "type a number of bytes, such as 10485760, 10 MiB or 4 GB".to_owned();
    let digits = word.trim().trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match word.trim()[digits.len()..].trim().to_lowercase().as_str() {
        "" | "b" => 1_u64,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        _ => return Err(no()),
    };
    let number: u64 = digits.replace([',', '_'], "").parse().map_err(|_| no())?;
    number.checked_mul(unit).ok_or_else(no)
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
    if let Some(wrong) = settings.domains.iter().find(|domain| !own_domain(domain)) {
        return Err(format!("“domains”: {wrong:?} is no domain such as hospital.example"));
    }
    settings.notice.check()?;
    settings.sync.check()?;
    if settings.clipboard.clear > 86_400 {
        return Err("“clipboard.clear” is 0 to 86400 seconds; 0, or never, leaves it".to_owned());
    }
    Ok(settings)
}

/// A domain in small letters, as names are compared with it.
fn own_domain(domain: &str) -> bool {
    indicator::of_kind(indicator::Kind::Domain, domain).is_ok_and(|found| found.value == *domain)
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

/// A file that somebody wrote and names, as text. Of one that is longer than `most` bytes only one byte more
/// is read.
///
/// # Errors
/// The disk's, or that it is no text.
pub fn named_file(path: &Path, most: usize) -> Result<OwnFile, StoreError> {
    let bytes = Disk.read_some(path, 0, most as u64 + 1).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => StoreError::NoFile { path: path.to_path_buf() },
        _ => StoreError::io("read", path)(error),
    })?;
    let path = path.to_path_buf();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(OwnFile { path, text }),
        // The cut may have gone through a letter.
        Err(error) if error.as_bytes().len() > most => {
            Ok(OwnFile { path, text: String::from_utf8_lossy(error.as_bytes()).into_owned() })
        }
        Err(_) => Err(StoreError::BadFile { path, why: "it is not UTF-8 text".into() }),
    }
}

/// The user's own files of one sort (`playbooks`, `regulations`, `scenarios`, `templates`) with one of these
/// endings in the config folder, by name.
/// One that cannot be read comes back as its error and hides no other.
pub fn own_files(config: &Path, sort: &str, endings: &[&str]) -> Vec<Result<OwnFile, StoreError>> {
    let folder = config.join(sort);
    let mut names: Vec<String> = match Disk.list(&folder) {
        Ok(names) => names.into_iter().map(|(name, _)| name).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => return vec![Err(StoreError::io("read the folder", &folder)(error))],
    };
    names.retain(|name| endings.iter().any(|ending| name.ends_with(ending)) && !name.starts_with('.'));
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
