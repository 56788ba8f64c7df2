//! Settings: every fault named with its place, unknown keys kept, nothing half-written.

use std::fs;

use casebook::store::settings::{Bell, SettingsFile, Theme, own_files};
use serde_json::json;

#[test]
fn a_unit_of_a_size_means_what_it_means_where_sizes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = SettingsFile::read(&folder.path().join("casebook")).unwrap();
    for (typed, bytes) in [
        ("4GB", 4_000_000_000_u64),
        ("4 gb", 4_000_000_000),
        ("4GiB", 4 << 30),
        ("4G", 4 << 30),
        ("50 MB", 50_000_000),
        ("4,000,000,000", 4_000_000_000),
    ] {
        file.set("sync.receive", typed).unwrap();
        assert_eq!(file.settings.sync.receive, bytes, "{typed}");
    }
    file.set("sync.evidence", "10 MiB").unwrap();
    assert_eq!(file.settings.sync.evidence, 10 << 20);
    assert!(file.set("sync.receive", "4 tons").is_err());
}

#[test]
fn a_setting_is_written_read_back_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("casebook");
    let mut file = SettingsFile::read(&config).unwrap();
    assert_eq!(file.settings.theme, Theme::Auto);
    file.set("name", "ana").unwrap();
    file.set("theme", "light").unwrap();
    file.set("ascii", "on").unwrap();
    file.set("keys.note", "F2").unwrap();
    file.set("zone", "Europe/Berlin").unwrap();
    let read = SettingsFile::read(&config).unwrap();
    assert_eq!(read.settings, file.settings);
    assert_eq!(read.get("name"), Some(json!("ana")));
    assert_eq!(read.get("keys.note"), Some(json!("F2")));
    assert_eq!((read.settings.theme, read.settings.ascii), (Theme::Light, true));
    file.set("notice.regions", "de, us-ny").unwrap();
    file.set("notice.sectors", "health").unwrap();
    file.set("notice.holidays.DE", "2026-12-25 2026-12-26").unwrap();
    file.set("notice.holidays.*", "2027-01-01").unwrap();
    file.set("notice.bell", "off").unwrap();
    file.set("notice.warn", "120").unwrap();
    let notice = SettingsFile::read(&config).unwrap().settings.notice;
    assert_eq!(
        (notice.regions, notice.sectors),
        (vec!["DE".to_owned(), "US-NY".into()], vec!["health".to_owned()])
    );
    assert_eq!((notice.holidays["DE"].len(), notice.holidays["*"].len()), (2, 1));
    assert_eq!((notice.bell, notice.warn), (Bell::Off, 120));
    assert_eq!(file.get("notice.regions"), Some(json!(["DE", "US-NY"])));
    assert_eq!(file.get("notice.holidays.DE"), Some(json!(["2026-12-25", "2026-12-26"])));
    file.set("notice.regions", "").unwrap();
    assert_eq!(file.get("notice.regions"), Some(json!([])));
    file.set("theme", "").unwrap();
    assert_eq!(SettingsFile::read(&config).unwrap().settings.theme, Theme::Auto);
}

#[test]
fn a_value_that_cannot_be_is_refused_by_name_and_the_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = SettingsFile::read(folder.path()).unwrap();
    file.set("name", "ana").unwrap();
    let before = fs::read_to_string(&file.path).unwrap();
    for (key, word, says) in [
        ("theme", "pink", "unknown variant `pink`, expected one of `auto`, `dark`, `light`, `none`"),
        ("zone", "Mars/Base", "“zone”"),
        ("role", "king", "“role”"),
        ("notice.regions", "Germany", "“notice.regions”: \"GERMANY\" is no region code such as DE"),
        ("notice.sectors", "piracy", "there is no sector \"piracy\"; there are health"),
        ("notice.holidays.DE", "xmas", "“notice.holidays.DE[0]”"),
        ("notice.holidays.Berlin", "2026-12-25", "\"Berlin\" is no region code"),
        ("notice.holidays", "2026-12-25", "notice.holidays.REGION"),
        ("notice.warn", "soon", "type a number of minutes"),
        ("notice.warn", "0", "1 to 10080"),
        ("colour", "red", "there is no such setting; there are name, role, zone"),
    ] {
        let error = file.set(key, word).unwrap_err().to_string();
        assert!(error.starts_with(&format!("“{key}” was not set:")) && error.contains(says), "{error}");
    }
    assert_eq!(fs::read_to_string(&file.path).unwrap(), before);
}

#[test]
fn a_file_with_a_fault_is_named_with_its_place_and_unknown_keys_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.json");
    fs::write(&path, "{\n  \"keys\": {\"note\": 7}\n}").unwrap();
    let error = SettingsFile::read(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("settings.json: “keys.note”: invalid type") && error.contains("line 2"),
        "{error}"
    );
    fs::write(&path, "{\"name\":\"ana\",\"wings\":2}").unwrap();
    let mut file = SettingsFile::read(folder.path()).unwrap();
    assert_eq!(file.unknown, ["wings"]);
    file.set("name", "bo").unwrap();
    let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(kept, json!({"name": "bo", "wings": 2}));
}

#[test]
fn own_files_come_by_name_and_one_that_cannot_be_read_hides_no_other() {
    let folder = tempfile::tempdir().unwrap();
    assert!(own_files(folder.path(), "playbooks", &[".json"]).is_empty());
    let playbooks = folder.path().join("playbooks");
    fs::create_dir(&playbooks).unwrap();
    fs::write(playbooks.join("b.json"), "{}").unwrap();
    fs::write(playbooks.join("a.json"), [0xff, 0xfe]).unwrap();
    fs::write(playbooks.join("notes.txt"), "not one").unwrap();
    let found = own_files(folder.path(), "playbooks", &[".json"]);
    assert_eq!(found.len(), 2);
    assert!(found[0].as_ref().unwrap_err().to_string().contains("a.json: it is not UTF-8"));
    assert_eq!(found[1].as_ref().unwrap().text, "{}");
}
