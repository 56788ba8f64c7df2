//! What a remote can do to those who use it: be written anew, full, shut, something else, gone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use casebook::store::Class;
use casebook::store::sync::{Means, Notice, Remote, SyncFault};

use super::{Machine, Office, assert_equal, git, settle};

/// The hub with two people's work on it.
fn shared(office: &Office) -> (Machine, Machine) {
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "files are encrypted");
    settle(&[&ana, &bo]);
    bo.log(1, "shares of FS02 gone");
    ana.log(1, "isolated FS02");
    settle(&[&ana, &bo]);
    (ana, bo)
}

fn branches(hub: &Path) -> Vec<String> {
    let text = git(hub, &["for-each-ref", "--format=%(refname:short)", "refs/heads"], b"");
    text.lines().filter(|name| *name != "casebook").map(str::to_owned).collect()
}

/// A newcomer gets from the hub all that these have.
fn whole_on_the_hub(office: &Office, machines: &[&Machine]) {
    let eve = office.machine("eve");
    eve.sync();
    assert_equal(&[machines[0], &eve]);
    assert_eq!(eve.verified().0, Class::Clean);
}

#[test]
fn a_remote_that_was_rewritten_raises_the_alarm_loses_nothing_and_is_made_whole_without_force() {
    let office = Office::new();
    let (mut ana, bo) = shared(&office);
    // Somebody throws away all branches but their roots, on other commits, by force.
    for branch in branches(&office.hub()) {
        let name = format!("refs/heads/{branch}");
        let tree = git(&office.hub(), &["rev-parse", &format!("{branch}^{{tree}}")], b"");
        let root = git(&office.hub(), &["commit-tree", "-m", "rewritten", &tree], b"");
        git(&office.hub(), &["update-ref", &name, &root], b"");
    }
    let rewritten = branches(&office.hub());
    ana.log(1, "work goes on");
    let noticed = ana.sync().noticed;
    let alarms: Vec<_> = noticed.iter().filter(|it| matches!(it, Notice::Rewritten { .. })).collect();
    assert_eq!(alarms.len(), rewritten.len(), "{noticed:?}");
    for branch in &rewritten {
        assert!(alarms.iter().any(|it| it.words().contains(branch)), "{alarms:?}");
    }
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
    assert_eq!((ana.unsent(), bo.unsent()), (0, 0));
    whole_on_the_hub(&office, &[&ana, &bo]);
    assert_eq!(ana.verified().0, Class::Clean);
    // Said once, and kept until somebody has read it.
    assert!(ana.sync().noticed.is_empty() && !ana.notices().is_empty());
    ana.store.sync_seen().unwrap();
    assert_eq!(ana.notices(), Vec::new());
}

#[test]
fn an_old_copy_of_the_remote_is_brought_up_to_date() {
    let office = Office::new();
    let (mut ana, bo) = shared(&office);
    super::copy(&office.hub(), &office.path("old.git"));
    ana.log(1, "after the copy");
    settle(&[&ana, &bo]);
    std::fs::remove_dir_all(office.hub()).unwrap();
    std::fs::rename(office.path("old.git"), office.hub()).unwrap();
    let noticed = ana.sync().noticed;
    assert!(matches!(&noticed[..], [Notice::SetBack { .. }]), "{noticed:?}");
    bo.sync();
    whole_on_the_hub(&office, &[&ana, &bo]);
}

#[test]
fn a_remote_that_was_emptied_is_filled_again() {
    let office = Office::new();
    let (ana, bo) = shared(&office);
    std::fs::remove_dir_all(office.hub()).unwrap();
    git(&office.hub(), &["init", "--quiet", "--bare"], b"");
    let noticed = bo.sync().noticed;
    assert!(
        noticed.iter().all(|it| matches!(it, Notice::Vanished { .. })) && noticed.len() == 2,
        "{noticed:?}"
    );
    whole_on_the_hub(&office, &[&ana, &bo]);
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
}

/// Means by which every push meets a remote that says this and declines.
fn declining(office: &Office, machine: &Machine, says: &str) -> Means {
    let script = office.path("declining-git");
    let text = format!(
        "#!/bin/sh\ncase \"$*\" in *' push '*) echo 'remote: {says}' >&2; echo 'error: pre-receive hook declined' >&2; exit 1;; \
         *) exec git \"$@\";; esac\n"
    );
    let mut write = std::process::Command::new("sh");
    write
        .args(["-c", "rm -f \"$2\"; printf %s \"$1\" > \"$2\" && chmod 755 \"$2\"", "sh", &text])
        .arg(&script);
    assert!(write.status().unwrap().success());
    Means { program: script.to_str().unwrap().into(), ..machine.means() }
}

/// What an exchange fails of whose pushes meet a remote that says this.
fn declined(office: &Office, machine: &Machine, says: &str) -> SyncFault {
    let means = declining(office, machine, says);
    machine.store.exchange(&machine.store.remotes().unwrap()[0], &means).unwrap_err()
}

#[test]
fn a_remote_that_is_full_or_declines_keeps_nobody_from_receiving_and_everything_is_sent_later() {
    let office = Office::new();
    let (mut ana, mut bo) = shared(&office);
    bo.log(1, "sent before the disk was full");
    bo.sync();
    ana.log(1, "not sent");
    let fault = declined(&office, &ana, "fatal: No space left on device");
    assert!(matches!(fault, SyncFault::Full { .. }), "{fault}");
    assert!(ana.ids(1).contains(bo.ids(1).last().unwrap()), "what came was taken in all the same");
    assert_eq!(ana.unsent(), 1);
    let fault = declined(&office, &ana, "\u{1b}[31mnot on a Sunday");
    assert!(matches!(fault, SyncFault::Declined { .. }), "{fault}");
    assert!(!fault.to_string().contains('\u{1b}'));
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
    assert_eq!(ana.unsent(), 0);
}

#[test]
fn a_remote_one_may_only_read_is_read() {
    if rustix::process::geteuid().is_root() {
        // Root may write everywhere: a folder that takes nothing is one whose objects are a file.
        return readable_only_for_root();
    }
    let office = Office::new();
    let (mut ana, _bo) = shared(&office);
    ana.log(1, "not sent");
    let set = |mode| {
        for folder in ["objects", "refs/heads", "."] {
            let path = office.hub().join(folder);
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(0o555);
    let fault = ana.try_sync().unwrap_err();
    set(0o755);
    assert!(matches!(fault, SyncFault::ReadOnly { .. }), "{fault}");
    assert_eq!(ana.unsent(), 1);
}

fn readable_only_for_root() {
    let office = Office::new();
    let (mut ana, _bo) = shared(&office);
    ana.log(1, "not sent");
    let says = "error: insufficient permission for adding an object to repository database objects";
    let fault = declined(&office, &ana, says);
    assert!(matches!(fault, SyncFault::ReadOnly { .. }), "{fault}");
    assert_eq!(ana.unsent(), 1);
}

#[test]
fn a_repository_of_something_else_is_never_written_to() {
    let office = Office::new();
    let ana = Machine::new(&office.path("ana"), "ana", 0);
    git(&office.hub(), &["init", "--quiet", "--bare"], b"");
    let tree = git(&office.hub(), &["mktree"], b"");
    let commit = git(&office.hub(), &["commit-tree", "-m", "a web site", &tree], b"");
    git(&office.hub(), &["update-ref", "refs/heads/main", &commit], b"");
    let remote = Remote::read(office.hub().to_str().unwrap()).unwrap();
    let fault = ana.store.sync_set(remote, &ana.means()).unwrap_err();
    assert!(matches!(&fault, SyncFault::Foreign { why, .. } if why.contains("main")), "{fault}");
    assert!(ana.store.remotes().unwrap().is_empty());
}

#[test]
fn without_git_one_clear_sentence_is_said() {
    let office = Office::new();
    let (ana, _bo) = shared(&office);
    let means = Means { program: "no-such-git".into(), ..ana.means() };
    let fault = ana.store.exchange(&ana.store.remotes().unwrap()[0], &means).unwrap_err();
    assert!(matches!(fault, SyncFault::NoGit), "{fault}");
}

#[test]
fn a_remote_that_never_answers_is_given_up() {
    let office = Office::new();
    let (ana, _bo) = shared(&office);
    // A git that sleeps whenever a remote is asked.
    let script = office.path("slow-git");
    // Written by another process: no other thread that just starts one holds it open.
    let text = r#"#!/bin/sh
case "$*" in *' fetch '*) sleep 600;; *) exec git "$@";; esac
"#;
    let mut write = std::process::Command::new("sh");
    write.args(["-c", "printf %s \"$1\" > \"$2\" && chmod 755 \"$2\"", "sh", text]).arg(&script);
    assert!(write.status().unwrap().success());
    let limit = std::time::Duration::from_millis(300);
    let means = Means { program: script.to_str().unwrap().into(), limit, ..ana.means() };
    let fault = ana.store.exchange(&ana.store.remotes().unwrap()[0], &means).unwrap_err();
    assert!(matches!(fault, SyncFault::TooSlow { .. }), "{fault}");
    assert_eq!(ana.sync().tally.lines_in, 0);
}

#[test]
fn without_the_repository_beside_the_store_everything_is_looked_at_again() {
    let office = Office::new();
    let (mut ana, bo) = shared(&office);
    let before = branches(&office.hub());
    for entry in std::fs::read_dir(ana.state.join("sync")).unwrap() {
        for entry in std::fs::read_dir(entry.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                std::fs::remove_dir_all(path).unwrap();
            } else if path.extension().is_some_and(|it| it == "json") && !path.ends_with("remotes.json") {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
    let again = ana.sync();
    assert_eq!((again.tally.lines_in, again.tally.pushes, again.noticed), (0, 0, Vec::new()));
    ana.log(1, "and on");
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
    assert_eq!(branches(&office.hub()), before);
}

#[test]
fn a_store_that_is_lost_comes_back_from_the_remote() {
    let office = Office::new();
    let (ana, bo) = shared(&office);
    std::fs::remove_dir_all(&ana.root).unwrap();
    let mut ana = ana.again(7);
    // The state folder still says that it has seen everything: the remote is looked at once more.
    for entry in std::fs::read_dir(ana.state.join("sync")).unwrap() {
        for entry in std::fs::read_dir(entry.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|it| it == "json") && !path.ends_with("remotes.json") {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
    ana.sync();
    assert_equal(&[&ana, &bo]);
    ana.log(1, "back at work");
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
    assert_eq!(ana.verified(), (Class::Clean, Vec::new()));
}

#[test]
fn nothing_that_stands_in_a_folder_others_write_to_runs_as_whoever_syncs() {
    let office = Office::new();
    let (mut ana, bo) = shared(&office);
    let ran = office.path("ran");
    let script = office.path("script");
    let text = format!("#!/bin/sh\necho \"$0\" >> '{}'\n", ran.display());
    let hooks = office.hub().join("hooks");
    std::fs::create_dir_all(&hooks).unwrap();
    let names =
        ["pre-receive", "update", "post-receive", "post-update", "reference-transaction", "proc-receive"];
    for path in names.iter().map(|name| hooks.join(name)).chain([script.clone()]) {
        std::fs::write(&path, &text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    git(&office.hub(), &["config", "core.alternateRefsCommand", script.to_str().unwrap()], b"");
    git(&office.hub(), &["config", "core.fsmonitor", script.to_str().unwrap()], b"");
    let other = office.path("other.git");
    git(&other, &["init", "--quiet", "--bare"], b"");
    std::fs::create_dir_all(office.hub().join("objects/info")).unwrap();
    let objects = format!("{}\n", other.join("objects").display());
    std::fs::write(office.hub().join("objects/info/alternates"), objects).unwrap();
    ana.log(1, "sent all the same");
    settle(&[&ana, &bo]);
    assert_equal(&[&ana, &bo]);
    assert!(!ran.exists(), "{}", std::fs::read_to_string(&ran).unwrap_or_default());
}
