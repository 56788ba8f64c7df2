//! The tree holds every verb of the contract, and each says what it does.

use super::*;

fn every(command: &Command, path: &str, look: &mut dyn FnMut(&str, &Command)) {
    look(path, command);
    for inner in command.get_subcommands() {
        every(inner, &format!("{path} {}", inner.get_name()), look);
    }
}

#[test]
fn every_verb_of_the_contract_is_there() {
    let contract = "new list mine next show use edit follow correct signal ack determine posture log activity phase \
                    task component evidence approve severity close reopen hold undo timeline verify keys config completions man demo";
    for verb in contract.split_whitespace() {
        assert!(spec(verb).is_some(), "{verb}");
    }
    let tasks = tree().find_subcommand("task").unwrap().clone();
    for verb in ["list", "add", "start", "done", "reopen", "waive", "block", "assign", "due", "holds"] {
        assert!(tasks.find_subcommand(verb).is_some(), "task {verb}");
    }
}

#[test]
fn clap_finds_no_fault_in_the_tree() {
    tree().debug_assert();
}

#[test]
fn no_verb_takes_the_words_of_a_global_option() {
    let globals = Globals::augment_args(Command::new("x"));
    let names: Vec<&str> = globals.get_arguments().map(|arg| arg.get_id().as_str()).collect();
    for spec in VERBS {
        every(&spec.command(), spec.name, &mut |path, command| {
            for arg in command.get_arguments() {
                assert!(!names.contains(&arg.get_id().as_str()), "{path}: {}", arg.get_id());
            }
        });
    }
}

#[test]
fn every_line_of_help_is_ascii_and_ends_without_a_period() {
    let mut tree = tree();
    tree.build();
    every(&tree, "casebook", &mut |path, command| {
        let text = command.clone().render_help().to_string();
        assert!(text.is_ascii(), "{path}: {text}");
        for arg in command.get_arguments() {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(!help.is_empty() && !help.ends_with('.'), "{path} {}: {help:?}", arg.get_id());
        }
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        assert!(!about.is_empty() && !about.ends_with('.'), "{path}: {about:?}");
    });
}

#[test]
fn every_verb_has_its_help_built_alone() {
    for spec in VERBS {
        let text = help_of(&[spec.name]).unwrap();
        assert!(text.contains(&format!("Usage: casebook {}", spec.name)), "{text}");
        assert!(text.contains("--json"), "{text}");
        let alone = typed(&[OsString::from(spec.name), OsString::from("--help")]);
        assert!(matches!(alone, Err(Halt::Print(printed)) if printed == text), "{}", spec.name);
    }
    assert!(help_of(&["task", "done"]).unwrap().contains("casebook task done"));
    assert!(help_of(&[]).unwrap().contains("casebook VERB --help"));
}

#[test]
fn global_options_stand_before_or_after_any_verb() {
    for line in
        ["--json -i 7 task done isolate", "task --json done -i 7 isolate", "task done isolate --json -i 7"]
    {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let typed = typed(&args).unwrap_or_else(|halt| panic!("{line}: {halt:?}"));
        assert_eq!((typed.verb(), typed.globals.json), (Some("task"), true), "{line}");
        assert_eq!(typed.globals.incident.as_deref(), Some("7"), "{line}");
    }
    assert_eq!(typed(&["--ascii".into()]).unwrap().verb(), None);
}
