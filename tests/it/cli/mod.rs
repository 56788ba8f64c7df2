//! The shell as people and scripts meet it: transcripts of whole sessions, documents, exit codes.

mod answers;
mod archive;
mod backup;
mod bombs;
mod catching_up;
mod codes;
mod doctoring;
pub(crate) mod escapes;
mod expunge;
mod faulty;
mod install;
mod packing;
mod redacting;
mod report;
mod restrict;
mod ruling;
mod sealing;
mod shared;
mod sizes;
mod speak;
mod spelling;
mod syncing;

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The moment of every line; in a transcript each line sets its own.
const NOW: &str = "2026-11-21T14:05:00Z";

/// A person at a shell, with a home of their own that goes with the test.
pub(crate) struct Home(TempDir);

/// What a line came to.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        let quick = Path::new("/dev/shm");
        Self(if quick.is_dir() { tempfile::tempdir_in(quick) } else { tempfile::tempdir() }.unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// What its program is told by the environment.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("HOME", self.path("")),
            ("XDG_CONFIG_HOME", self.path("config")),
            ("CASEBOOK_STORE", self.path("store")),
            ("CASEBOOK_STATE", self.path("state")),
            ("CASEBOOK_USER", "ana".into()),
            ("CASEBOOK_INCIDENT", String::new()),
            ("CASEBOOK_ASCII", String::new()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
        ]
    }

    /// The program with these arguments, ready to run.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
        command.args(args).envs(self.variables()).env("CASEBOOK_NOW", NOW).stdin(Stdio::null());
        command
    }

    /// A line, ready to run; words are split at blanks, and double quotes hold them together.
    pub(crate) fn words(&self, line: &str) -> Command {
        let parts: Vec<String> = line.split('"').map(str::to_owned).collect();
        let mut args = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            match at % 2 {
                0 => args.extend(part.split_whitespace()),
                _ => args.push(part.as_str()),
            }
        }
        self.command(&args)
    }

    /// Runs a line.
    pub(crate) fn say(&self, line: &str) -> Answer {
        run(self.words(line))
    }

    /// Runs a line that must be done.
    pub(crate) fn done(&self, line: &str) -> String {
        let answer = self.say(line);
        assert_eq!(answer.code, 0, "{line}: {}", answer.err);
        answer.out
    }

    /// The document a line answers with.
    pub(crate) fn json(&self, line: &str) -> serde_json::Value {
        serde_json::from_str(&self.done(&format!("{line} --json"))).unwrap()
    }
}

pub(crate) fn run(mut command: Command) -> Answer {
    let output = command.output().unwrap();
    Answer {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Replays a session and compares every answer.
fn transcript(name: &str) {
    let home = Home::new();
    let cases = trycmd::TestCases::new();
    cases.case(format!("tests/it/cli/{name}.trycmd"));
    for (variable, value) in home.variables() {
        cases.env(variable, value);
    }
    // What unpacks a packed store where there is no casebook.
    cases.register_bin("tar", Path::new("/usr/bin/tar"));
    cases.insert_var("[HOME]", home.path("").trim_end_matches('/').to_owned()).unwrap();
    cases.run();
}

#[test]
fn the_first_hour_of_an_incident() {
    transcript("first-hour");
}

#[test]
fn the_whole_record_goes_to_another_place() {
    transcript("bundle");
}

#[test]
fn an_incident_is_packed_and_moved_out_of_the_store() {
    transcript("archive");
}

#[test]
fn what_is_wrong_is_looked_at_and_told() {
    transcript("doctor");
}

#[test]
fn who_may_read_an_incident() {
    transcript("restrict");
}

#[test]
fn words_that_have_to_be_gone() {
    transcript("expunge");
}

#[test]
fn what_is_accepted_on_the_way() {
    transcript("accept");
}

#[test]
fn the_whole_store_goes_to_another_folder() {
    transcript("backup");
}

#[test]
fn cases_of_thehive_come_in_as_incidents() {
    transcript("thehive");
}

#[test]
fn a_case_file_of_aurora_comes_in_as_an_incident() {
    transcript("aurora");
}

#[test]
fn incidents_of_the_past_come_in_at_once() {
    transcript("veris");
}

#[test]
fn the_record_entry_by_entry() {
    transcript("replay");
}

#[test]
fn the_shelf_of_drills_and_the_check_of_ones_own() {
    transcript("drill");
}

#[test]
fn a_drill_is_played_from_the_shell_in_the_time_of_its_story() {
    transcript("play");
}

#[test]
fn a_record_is_sealed_and_later_held_against_its_head_code() {
    transcript("seal");
}

#[test]
fn a_name_that_nobody_shall_read_is_hidden_and_can_be_brought_back() {
    transcript("redact");
}

#[test]
fn a_report_is_written_once_in_the_form_its_file_names() {
    transcript("report");
}

#[test]
fn a_timeline_tells_what_both_sides_did() {
    transcript("timeline");
}

#[test]
fn lessons_outlive_their_incident_and_begin_the_next_preparation() {
    transcript("lesson");
}

#[test]
fn a_thing_is_found_again_in_every_incident_and_kind_of_record() {
    transcript("find");
}

#[test]
fn incidents_that_belong_together_are_linked() {
    transcript("link");
}

#[test]
fn what_other_programs_wrote_is_taken_in() {
    transcript("import");
}

#[test]
fn what_other_programs_read_goes_out_and_comes_in() {
    transcript("export");
}

#[test]
fn what_is_refused_says_what_to_type() {
    transcript("refusals");
}

#[test]
fn indicators_are_taken_as_they_come() {
    transcript("indicator");
}

#[test]
fn evidence_is_kept_passed_on_and_looked_at_again() {
    transcript("evidence");
}
#[test]
fn people_are_reached_given_tasks_and_handed_the_lead() {
    transcript("people");
}

#[test]
fn the_ledger_says_what_was_decided_asked_put_in_place_and_is_waited_for() {
    transcript("ledger");
}

#[test]
fn whatever_falls_due_is_told_before_it_does() {
    transcript("due");
}

#[test]
fn a_sitrep_is_read_out_and_kept_once_it_was_given() {
    transcript("sitrep");
}

#[test]
fn an_approval_that_ends_asks_for_another() {
    transcript("approval");
}

/// The matrix.org breach of April 2019, by its published timeline.
#[test]
fn the_matrix_breach_of_2019_is_replayed_by_its_timeline() {
    transcript("matrix-2019");
}

/// Clocks started from facts, the NIS2 chain, notices sent early and late, corrected, waived, repeated.
#[test]
fn notices_are_started_sent_and_never_taken_back() {
    transcript("notice");
}

#[test]
fn each_component_is_as_far_as_it_is_and_says_since_when() {
    transcript("components");
}

#[test]
fn how_long_until_what_of_one_incident_and_over_many() {
    transcript("stats");
}

/// Each line says whose machine it is typed on.
#[test]
fn two_people_sync_through_a_folder() {
    let home = Home::new();
    let cases = trycmd::TestCases::new();
    cases.case("tests/it/cli/sync.trycmd");
    for (variable, value) in home.variables() {
        if !["CASEBOOK_STORE", "CASEBOOK_STATE"].contains(&variable) {
            cases.env(variable, value);
        }
    }
    cases.run();
}
