//! Speak mode: a session in plain lines, for the ear and for slow links.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use super::{Answer, Home};

/// A script on standard input.
fn script(home: &Home, lines: &str) -> Answer {
    let mut command = home.command(&["--speak"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_session_is_a_sentence_for_each_line() {
    let home = Home::new();
    let answer = script(
        &home,
        "new Ransomware on the file servers --type ransomware\n\
         log @-12m shares of FS02 gone, can't reach it\n\
         : signal \"EDR alert on FS01\" --at 13:49\n\
         component add FS01 FS02 --stage confirmed\n\
         task done \"Preserve logs\" --reason copied\n\
         \n\
         next\n\
         show\n\
         phase\n\
         log --at 13:40 Encryption starts\n\
         undo\n\
         quit\n\
         log never heard\n",
    );
    assert_eq!((answer.code, answer.out.contains('\u{1b}')), (0, false), "{}", answer.err);
    // Ids are drawn anew each time.
    let id_less = |line: &str| match line.split_once(", ") {
        Some((state @ ("open" | "done"), rest)) => format!("{state}, ID{}", &rest[rest.find(',').unwrap()..]),
        _ => line.to_owned(),
    };
    insta::assert_snapshot!(answer.out.lines().map(id_less).collect::<Vec<_>>().join("\n"));
    assert!(!home.done("activity").contains("never heard"));
}

#[test]
fn what_is_found_is_a_line_for_each_record() {
    let home = Home::new();
    let answer = script(
        &home,
        "new Odd logins --ref T-7\nlog C2 answers on 203.0.113.7, from FS02\n\
         component add FS02\nfind fs02\nfind unkonwn\nfind --all 203[.]0[.]113[.]7 fs02\n",
    );
    assert_eq!(answer.code, 0, "{}", answer.err);
    let told: Vec<&str> = answer.out.lines().skip_while(|line| !line.starts_with("component,")).collect();
    insta::assert_snapshot!("found", told.join("\n"));
}

#[test]
fn what_goes_wrong_in_a_script_is_said_and_the_rest_is_done() {
    let home = Home::new();
    home.done("new Strange logon");
    let answer = script(&home, "lgo a slip\nlog a fact\nphase recovery\ncomponent stage FS01 contained\n");
    assert_eq!(answer.code, 2, "the code of the first line that was not carried out");
    assert!(answer.err.contains("Did you mean casebook log?"), "{}", answer.err);
    assert!(answer.err.contains("has no component"), "{}", answer.err);
    assert!(home.done("activity").contains("a fact"));
    assert_eq!(script(&home, "log --help\nhelp\nhelp task done\n").code, 0);
    assert_eq!(home.say("--speak list").code, 2);
}

#[test]
fn what_an_act_brings_about_in_a_drill_is_heard_with_it() {
    let home = Home::new();
    home.done("drill start lost-laptop");
    home.done("drill skip");
    home.done("drill skip --to 2");
    let answer = script(&home, "log \"Ida rang: laptop left on the tram\" --kind communication\n");
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.err.contains("EXERCISE I4: "), "{}", answer.err);
}

#[test]
fn a_follower_hears_others_as_they_write_and_not_itself() {
    let home = Home::new();
    home.done("new Strange logon");
    let mut command = home.command(&["--speak"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let mut heard = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    writeln!(to, "follow").unwrap();
    assert_eq!(heard.next().unwrap(), "Following INC-2026-0001. Enter ends it.");
    home.done("--as bo log C2 answers on 203.0.113.7");
    let line = heard.next().unwrap();
    assert!(
        line.starts_with("14:05, bo, note,") && line.ends_with("C2 answers on 203[.]0[.]113[.]7"),
        "{line}"
    );
    writeln!(to, "log mine").unwrap();
    assert!(heard.next().unwrap().contains("mine"));
    home.done("--as cy log while ana typed");
    writeln!(to, "log more of mine\nquit").unwrap();
    let rest: Vec<String> = heard.collect();
    assert!(
        rest.iter().any(|line| line.contains("cy, note") && line.contains("while ana typed")),
        "{rest:?}"
    );
    assert_eq!(rest.iter().filter(|line| line.contains("mine")).count(), 1, "{rest:?}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
