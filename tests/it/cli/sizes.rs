//! Under a limit on the size of files nothing ends without a word, and nothing that was saved is lost.

use std::process::Command;

use super::{Answer, Home, run};

/// A line of a shell that lets files grow to so many blocks of 512 bytes.
fn under(home: &Home, blocks: u32, line: &[&str]) -> Answer {
    let plain = home.command(line);
    let mut command = Command::new("sh");
    let script = format!("ulimit -f {blocks} && exec \"$0\" \"$@\"");
    command.args(["-c", script.as_str()]).arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    run(command)
}

#[test]
fn a_file_that_may_not_grow_is_told_and_what_was_saved_stays() {
    let home = Home::new();
    home.done("new Start");
    let long = "word ".repeat(1_500);
    for _ in 0..4 {
        home.done(&format!("log \"{long}\""));
    }
    std::fs::write(home.path("image.bin"), vec![7; 300_000]).unwrap();
    let (image, packed) = (home.path("image.bin"), home.path("packed.tar.zst"));
    for (line, blocks) in [
        (vec!["log", long.as_str()], 64),
        (vec!["evidence", "add", image.as_str(), "--copy"], 128),
        (vec!["export", "bundle", "-o", packed.as_str()], 2),
        (vec!["archive", "1", "--anyway", "-o", packed.as_str()], 2),
    ] {
        let answer = under(&home, blocks, &line);
        assert_eq!(answer.code, 1, "{:?}: {}{}", line[0], answer.out, answer.err);
        assert!(answer.err.to_lowercase().contains("too large"), "{:?}: {}", line[0], answer.err);
    }
    assert!(home.done("activity").matches("word word").count() >= 4);
    assert!(home.say("verify").code <= 1);
    home.done(&format!("archive 1 --anyway -o {}", home.path("whole.tar.zst")));
}
