//! A backup is a store: it opens, and it is the same; the next one brings only what is new and drops nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Home;

fn states(home: &Home, store: &str) -> Vec<serde_json::Value> {
    let list = home.json(&format!("--store {store} list --all"));
    let numbers = list["incidents"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap());
    let state = |number: &str| {
        let show = home.json(&format!("--store {store} -i {number} show"));
        let verdict = home.say(&format!("--store {store} -i {number} verify --json")).out;
        let verdict: serde_json::Value = serde_json::from_str(&verdict).unwrap();
        serde_json::json!([show, verdict["class"], verdict["lines"]])
    };
    numbers.map(state).collect()
}

#[test]
fn a_backup_opens_as_a_store_and_is_equal_and_the_next_one_brings_what_is_new() {
    let home = Home::new();
    home.done("new Lost stick");
    fs::write(home.path("image.raw"), vec![7; 1_500_000]).unwrap();
    home.done(&format!("-i 1 evidence add {} --copy", home.path("image.raw")));
    home.done("new \"Mail account taken over\"");
    home.done("-i 2 seal");
    let (store, to) = (home.path("store"), home.path("backup"));
    let first = home.json(&format!("backup {to}"));
    assert_eq!((first["incidents"].as_u64(), first["not"].as_array().unwrap().len()), (Some(2), 0));
    assert_eq!(states(&home, &store), states(&home, &to));

    let again = home.json(&format!("backup {to}"));
    assert_eq!((again["files_new"].as_u64(), again["bytes_new"].as_u64()), (Some(0), Some(0)));
    home.done("-i 1 log \"it lay in the car\"");
    home.done(&format!("-i 2 archive 2 --anyway -o {}", home.path("a.tar.zst")));
    let more = home.json(&format!("backup {to}"));
    assert_eq!(more["only_there"][0], "INC-2026-0002", "what is gone here stays there");
    assert_eq!(more["files_new"].as_u64(), Some(2), "one journal grew, one stub came: {more}");
    assert_eq!(states(&home, &to).len(), 2);
    // A number that was given is not given again by a store that was restored.
    assert_eq!(home.json(&format!("--store {to} new Third"))["incident"], "INC-2026-0003");
}

#[test]
fn a_backup_keeps_its_own_where_the_store_lost_or_changed_something() {
    let home = Home::new();
    home.done("new Lost stick");
    for n in 0..5 {
        home.done(&format!("log \"entry {n}\""));
    }
    let to = home.path("backup");
    home.done(&format!("backup {to}"));
    let journal = journal(Path::new(&home.path("store")));
    let kept = fs::read(self::journal(Path::new(&to))).unwrap();
    let whole = fs::read_to_string(&journal).unwrap();
    for (bad, why) in [
        (whole[..whole.len() / 2].to_owned(), "were there before"),
        (whole.replace("entry 2", "entry X"), "others"),
    ] {
        fs::write(&journal, bad).unwrap();
        let answer = home.say(&format!("backup {to}"));
        assert_eq!(answer.code, 1, "{}", answer.out);
        assert!(answer.out.contains(why), "{}", answer.out);
        assert_eq!(fs::read(self::journal(Path::new(&to))).unwrap(), kept);
    }
    // What somebody was just writing is no line yet.
    fs::write(&journal, format!("{whole}{{\"v\":1,\"inc\":\"")).unwrap();
    home.done(&format!("backup {to}"));
    assert_eq!(fs::read(self::journal(Path::new(&to))).unwrap(), kept);
}

fn journal(root: &Path) -> std::path::PathBuf {
    let mut path = root.join("incidents");
    while !path.join("journal").is_dir() {
        path = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.is_dir())
            .unwrap();
    }
    fs::read_dir(path.join("journal")).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn a_backup_lies_outside_the_store_and_in_nothing_else() {
    let home = Home::new();
    assert_eq!(home.say(&format!("backup {}", home.path("b"))).code, 1, "no store, no backup");
    home.done("new Lost stick");
    fs::create_dir(home.path("full")).unwrap();
    fs::write(home.path("full/letter.txt"), "mine").unwrap();
    home.done(&format!("--store {} new Another", home.path("other")));
    for (to, why) in [
        (home.path("store"), "outside the store"),
        (home.path("store/incidents/b"), "outside the store"),
        (home.path(""), "outside the store"),
        (home.path("full"), "not empty"),
        (home.path("other"), "another store"),
    ] {
        let answer = home.say(&format!("backup {to}"));
        assert_eq!(answer.code, 1, "{to}");
        assert!(answer.err.contains(why), "{to}: {}", answer.err);
    }
    assert_eq!(fs::read_dir(home.path("full")).unwrap().count(), 1);
}

/// Two incidents, one of them with evidence, and one that was archived.
fn three(home: &Home) {
    home.done("new Lost stick");
    fs::write(home.path("image.raw"), vec![7; 1_500_000]).unwrap();
    home.done(&format!("-i 1 evidence add {} --copy", home.path("image.raw")));
    home.done("new \"Mail account taken over\"");
    home.done("new \"Gone already\"");
    home.done(&format!("archive 3 --anyway -o {}", home.path("a.tar.zst")));
}

/// Unpacks with nothing but `tar`, and says where the store is then.
fn untarred(home: &Home, file: &str, folder: &str) -> String {
    let out = home.path("out");
    fs::create_dir(&out).unwrap();
    let done = Command::new("tar").args(["--zstd", "-xf", file, "-C", &out]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    format!("{out}/{folder}")
}

#[test]
fn a_backup_in_one_file_is_unpacked_by_tar_and_is_the_same_store() {
    let home = Home::new();
    three(&home);
    let (store, file) = (home.path("store"), home.path("bk.tar.zst"));
    let said = home.json(&format!("backup {file}"));
    assert_eq!(
        (said["incidents"].as_u64(), said["faults"].as_array().unwrap().len()),
        (Some(2), 0),
        "{said}"
    );
    assert!(Path::new(&file).is_file());
    let to = untarred(&home, &file, said["folder"].as_str().unwrap());
    assert_eq!(states(&home, &store), states(&home, &to));
    assert_eq!(home.json(&format!("--store {to} list --all"))["archived"][0]["number"], "INC-2026-0003");
    assert!(home.say(&format!("--store {to} verify --all")).code < 2);
    assert_eq!(home.json(&format!("--store {to} new Third"))["incident"], "INC-2026-0004");
    #[cfg(unix)]
    for path in [to.clone(), folder_of(&to)] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{path} is its owner's");
    }
    // The list names every file with its hash, and the head code of every incident.
    let list: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(format!("{to}/MANIFEST.json")).unwrap()).unwrap();
    assert_eq!(list["incidents"].as_array().unwrap().len(), 2);
    assert!(list["incidents"][0]["head_code"].is_string(), "{list}");
}

fn folder_of(root: &str) -> String {
    journal(Path::new(root)).parent().unwrap().parent().unwrap().display().to_string()
}

#[test]
fn a_backup_in_one_file_writes_nothing_over_and_is_never_a_folder() {
    let home = Home::new();
    three(&home);
    let file = home.path("bk.tar.zst");
    fs::write(&file, "mine").unwrap();
    let answer = home.say(&format!("backup {file}"));
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains("exists; nothing was written."), "{}", answer.err);
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    for (to, code, why) in [
        (home.path("mine.tar"), 2, "mine.tar.zst"),
        (home.path("mine.tgz"), 2, "mine.tar.zst"),
        (home.path("mine.tar.zst.age"), 2, "to whom"),
        (home.path("store/in.tar.zst"), 2, "outside the store"),
        (home.path("none/in.tar.zst"), 1, "could not be opened"),
        (format!("{} --age-recipient age1abc", home.path("folder")), 2, "folder"),
    ] {
        let answer = home.say(&format!("backup {to}"));
        assert_eq!(answer.code, code, "{to}: {}{}", answer.out, answer.err);
        assert!(answer.err.contains(why), "{to}: {}", answer.err);
    }
    let left: Vec<_> = fs::read_dir(home.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("mine")), "{left:?}");
    // A file in the place of a folder is told as that.
    fs::write(home.path("letter"), "mine").unwrap();
    let answer = home.say(&format!("backup {}", home.path("letter")));
    assert!(answer.code == 1 && answer.err.contains("it is a file"), "{}", answer.err);
}

#[test]
fn a_backup_in_one_file_takes_what_is_damaged_and_says_so() {
    let home = Home::new();
    three(&home);
    let journal = journal(Path::new(&home.path("store")));
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replacen("Lost stick", "Lost stock", 1).replacen("Mail acc", "Mall acc", 1))
        .unwrap();
    let file = home.path("bk.tar.zst");
    let answer = home.say(&format!("backup {file}"));
    assert_eq!(answer.code, 1, "{}", answer.err);
    assert!(answer.out.contains("is in it with this fault: w-"), "{}", answer.out);
    assert!(answer.out.contains("casebook doctor -i INC-2026-000"), "{}", answer.out);
    let to = untarred(&home, &file, &folder_name(&home));
    let there = journal.strip_prefix(home.path("store")).unwrap();
    assert!(fs::read(Path::new(&to).join(there)).unwrap() == fs::read(&journal).unwrap());
}

/// The evidence files of a store.
fn evidence(store: &str) -> Vec<std::path::PathBuf> {
    let (mut folders, mut found) = (vec![Path::new(store).join("incidents")], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().contains("/vault/") => found.push(path),
                false => {}
            }
        }
    }
    found
}

/// The bytes of a file become others, in their place.
fn altered(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn evidence_that_is_not_what_its_name_says_is_told_by_every_backup_and_the_rest_is_saved() {
    let home = Home::new();
    three(&home);
    let earlier = home.path("earlier");
    home.done(&format!("backup {earlier}"));
    let here = evidence(&home.path("store")).remove(0);
    let good = fs::read(&here).unwrap();
    let bad = vec![8; good.len()];
    altered(&here, &bad);
    home.done("-i 2 log \"a later word\"");
    let named = "INC-2026-0001: evidence E-001 (image.raw) does not hold the bytes its name says";
    let line = "casebook doctor -i INC-2026-0001";

    let (new, file) = (home.path("new"), home.path("bk.tar.zst"));
    let first = home.say(&format!("backup {new}"));
    assert!(first.code == 1 && first.out.contains(named) && first.out.contains(line), "{}", first.out);
    assert!(home.done(&format!("--store {new} -i 2 activity")).contains("a later word"));
    assert_eq!(fs::read(evidence(&new).remove(0)).unwrap(), bad, "it is in it as it is");
    let again = home.say(&format!("backup {new}"));
    assert!(again.code == 1 && again.out.contains(named), "it is told every time: {}", again.out);

    let packed = home.say(&format!("backup {file}"));
    let named = "INC-2026-0001 is in it with this fault: evidence E-001 (image.raw) does not hold";
    assert!(packed.code == 1 && packed.out.contains(named) && packed.out.contains(line), "{}", packed.out);

    let kept = home.say(&format!("backup {earlier}"));
    assert!(kept.code == 1 && kept.out.contains("the backup keeps its good copy"), "{}", kept.out);
    assert!(kept.out.contains(line), "{}", kept.out);
    assert_eq!(fs::read(evidence(&earlier).remove(0)).unwrap(), good);
    assert!(home.done(&format!("--store {earlier} -i 2 activity")).contains("a later word"));

    // Put right here since, it is not taken for saved where the backup has the damage.
    assert!(home.say(&format!("doctor -i 1 --repair --from {earlier}")).out.contains("is back from"));
    home.done(&format!("backup {earlier}"));
    let after = home.say(&format!("backup {new}"));
    assert!(after.code == 1 && after.out.contains("the backup's copy does not hold"), "{}", after.out);
}

/// What a packed store unpacks into.
fn folder_name(home: &Home) -> String {
    let format: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(home.path("store/FORMAT.json")).unwrap()).unwrap();
    format!("casebook-{}", format["store"].as_str().unwrap().rsplit_once('-').unwrap().1.split_at(4).1)
}

#[cfg(unix)]
#[test]
fn a_backup_in_one_file_goes_through_the_persons_own_age() {
    use std::os::unix::fs::PermissionsExt;
    const HEADING: &str = "age-encryption.org/v1\n";
    let home = Home::new();
    three(&home);
    // A program in the place of age: what it is given, after a heading and before a tail.
    let (folder, seen) = (home.path("bin"), home.path("seen"));
    fs::create_dir(&folder).unwrap();
    let program = format!("#!/bin/sh\necho \"$@\" >{seen}\nprintf '{HEADING}'\ncat\nhead -c 200 /dev/zero\n");
    fs::write(format!("{folder}/age"), program).unwrap();
    fs::set_permissions(format!("{folder}/age"), fs::Permissions::from_mode(0o700)).unwrap();
    let file = home.path("bk.tar.zst.age");
    let mut words = home.words(&format!("backup {file} --age-recipient age1abc"));
    words.env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap()));
    let answer = super::run(words);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(
        answer.out.contains("age -d -i YOUR-KEY.txt") && answer.out.contains("Not checked"),
        "{}",
        answer.out
    );
    assert_eq!(fs::read_to_string(seen).unwrap(), "-r age1abc\n");
    let bytes = fs::read(&file).unwrap();
    let plain = home.path("plain.tar.zst");
    fs::write(&plain, &bytes[HEADING.len()..bytes.len() - 200]).unwrap();
    let to = untarred(&home, &plain, &folder_name(&home));
    assert_eq!(states(&home, &home.path("store")), states(&home, &to));
    let answer = home.say(&format!("backup {} --age-recipient AGE-SECRET-KEY-1QQQ", home.path("no.tar.zst")));
    assert!(answer.code == 2 && answer.err.contains("secret key"), "{}", answer.err);
}

#[test]
fn a_packed_store_that_is_given_for_a_bundle_is_told_as_what_it_is() {
    let home = Home::new();
    three(&home);
    let file = home.path("bk.tar.zst");
    home.done(&format!("backup {file}"));
    let answer = home.say(&format!("import bundle {file}"));
    assert_ne!(answer.code, 0);
    assert!(answer.err.contains("backup of a whole store: tar --zstd -xf"), "{}", answer.err);
}

#[cfg(unix)]
#[test]
fn of_two_backups_into_one_new_folder_the_second_is_refused() {
    let home = Home::new();
    three(&home);
    let to = home.path("copy");
    fs::create_dir(&to).unwrap();
    let held = fs::File::open(&to).unwrap();
    held.lock().unwrap();
    let answer = home.say(&format!("backup {to}"));
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains("another backup is being written there just now"), "{}", answer.err);
    assert_eq!(fs::read_dir(&to).unwrap().count(), 0);
    held.unlock().unwrap();
    home.done(&format!("backup {to}"));
}
