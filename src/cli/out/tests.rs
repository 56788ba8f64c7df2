//! What is printed: harmless, aligned, cut or wrapped where the terminal ends.

use super::*;

#[test]
fn stored_text_cannot_steer_the_terminal() {
    let mut out = Out { colours: true, ..Out::default() };
    out.line(Line::of("a\u{1b}[31mb\u{7}\u{202e}c"));
    assert_eq!(out.render(), "a^[[31mb^G<U+202E>c\n");
}

#[test]
fn columns_stand_under_each_other_whatever_the_width_of_letters() {
    let mut out = Out::default();
    let row = |cells: [&str; 3]| cells.map(Line::of).to_vec();
    out.table(2, vec![row(["漢字", "", "x"]), row(["abcdef", "", "y"])]);
    assert_eq!(out.render(), "  漢字    x\n  abcdef  y\n");
}

#[test]
fn a_line_is_cut_where_the_terminal_ends_and_never_in_a_wide_letter() {
    let mut out = Out { columns: Some(6), ..Out::default() };
    out.table(0, vec![vec![Line::of("ab漢字漢字")], vec![Line::of("abcdef")], vec![Line::of("a\nb")]]);
    assert_eq!(out.render(), "ab漢…\nabcdef\na / b\n");
}

#[test]
fn a_long_text_goes_on_under_itself() {
    let mut out = Out { columns: Some(14), ..Out::default() };
    out.texts(2, vec![vec![Line::of("ana"), Line::of("one two three\nfour")]]);
    out.line(Line::of("  five six seven"));
    out.whole(Line::of("casebook phase containment"));
    let text = "  ana  one two\n       three\n       four\n  five six\n  seven\ncasebook phase containment\n";
    assert_eq!(out.render(), text);
}

#[test]
fn ascii_is_ascii() {
    let mut out = Out { ascii: true, colours: true, ..Out::default() };
    out.line(Line::of("a → b… ü").tone(Tone::Bad, "NOT CONTAINED"));
    let text = out.render();
    assert!(text.is_ascii() && text.contains("a -> b... ?"), "{text}");
    assert_eq!(escaped("{\"a\":\"ü😀\"}"), "{\"a\":\"\\u00fc\\ud83d\\ude00\"}");
}
