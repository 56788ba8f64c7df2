//! Text that means only itself in HTML and in Markdown.

/// Within an element or a quoted attribute of HTML.
pub(super) fn html(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

/// One line of Markdown, also within a table, in which nothing is a mark.
pub(super) fn markdown(words: &str) -> String {
    let link = words.contains("](");
    let mut out = String::with_capacity(words.len());
    // A line that begins like a heading, a list or a number of one would become it.
    let number = words.len() - words.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, letter) in words.char_indices() {
        let mark = matches!(letter, '\\' | '`' | '*' | '~' | '<' | '>' | '|')
            || (letter == '&' && entity(&words[at + 1..]))
            || (at == 0 && matches!(letter, '#' | '-' | '='))
            || (at == number && at > 0 && matches!(letter, '.' | ')'))
            || (link && matches!(letter, '[' | '!'));
        if mark {
            out.push('\\');
        }
        out.push(if letter.is_control() { ' ' } else { letter });
    }
    out
}

/// Whether what follows an ampersand would become a letter: `amp;`, `#35;`.
fn entity(rest: &str) -> bool {
    let name = rest.trim_start_matches('#').trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    name.starts_with(';') && name.len() < rest.len()
}
