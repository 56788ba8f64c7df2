//! `install`: what a shell and `man` find afterwards.

use super::Home;

#[test]
fn completions_manual_and_notices_are_laid_once_and_again_only_when_they_differ() {
    let home = Home::new();
    let prefix = home.path("usr");
    let line = format!("install --prefix {prefix}");
    let dry = home.say(&format!("{line} --dry-run"));
    assert_eq!(dry.out.matches("would be written").count(), 5, "{}", dry.out);
    assert!(!std::path::Path::new(&prefix).exists());
    let laid = home.say(&line);
    assert_eq!(laid.out.matches("written").count(), 5, "{}", laid.out);
    let read = |name: &str| std::fs::read_to_string(format!("{prefix}/share/{name}")).unwrap();
    assert!(read("bash-completion/completions/casebook").contains("complete -F _casebook"));
    assert!(read("zsh/site-functions/_casebook").starts_with("#compdef casebook"));
    assert!(read("fish/vendor_completions.d/casebook.fish").contains("complete -c casebook"));
    assert!(read("man/man1/casebook.1").contains(".TH CASEBOOK 1"));
    assert_eq!(read("doc/casebook/THIRD-PARTY-NOTICES.txt"), home.say("licences").out);
    assert_eq!(home.say(&line).out.matches("is there already").count(), 5);
    std::fs::write(format!("{prefix}/share/man/man1/casebook.1"), "older").unwrap();
    let again = home.say(&line);
    assert_eq!((again.out.matches("is there already").count(), again.code), (4, 0), "{}", again.out);
}
