//! Keys by the names people write: `x`, `Ctrl-P`, `Shift-Tab`, `PgDn`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The name of a key as [`KEYMAP`](super::keymap::KEYMAP) writes it; `None`: a key that means nothing here.
pub fn name(key: KeyEvent) -> Option<String> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let named = match key.code {
        KeyCode::Char(' ') if !ctrl && !alt => "Space".to_owned(),
        // A terminal says Ctrl-letter in small letters or capitals, as it likes.
        KeyCode::Char(c) if ctrl => c.to_ascii_uppercase().to_string(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::Enter => "Enter".to_owned(),
        KeyCode::Esc => "Esc".to_owned(),
        KeyCode::Tab => "Tab".to_owned(),
        KeyCode::BackTab => return Some("Shift-Tab".to_owned()),
        KeyCode::Backspace => "Backspace".to_owned(),
        KeyCode::Delete => "Delete".to_owned(),
        KeyCode::Home => "Home".to_owned(),
        KeyCode::End => "End".to_owned(),
        KeyCode::PageUp => "PgUp".to_owned(),
        KeyCode::PageDown => "PgDn".to_owned(),
        KeyCode::Up => "↑".to_owned(),
        KeyCode::Down => "↓".to_owned(),
        KeyCode::Left => "←".to_owned(),
        KeyCode::Right => "→".to_owned(),
        _ => return None,
    };
    // Ctrl-H is what many terminals send for Backspace.
    if ctrl && named == "H" {
        return Some("Backspace".to_owned());
    }
    Some(format!("{}{}{named}", if ctrl { "Ctrl-" } else { "" }, if alt { "Alt-" } else { "" }))
}

/// The letter a key types, if it types one.
pub fn letter(key: KeyEvent) -> Option<char> {
    match key.code {
        KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => Some(c),
        _ => None,
    }
}

/// The letter of Alt-letter, which is also what Esc and a letter look like when they come together.
pub fn alt_letter(key: KeyEvent) -> Option<KeyEvent> {
    let alt = key.modifiers.contains(KeyModifiers::ALT) && matches!(key.code, KeyCode::Char(_));
    alt.then(|| KeyEvent::new(key.code, key.modifiers - KeyModifiers::ALT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_called_as_the_keymap_writes_them() {
        let key = |code, modifiers| name(KeyEvent::new(code, modifiers)).unwrap();
        assert_eq!(key(KeyCode::Char('p'), KeyModifiers::CONTROL), "Ctrl-P");
        assert_eq!(key(KeyCode::Char('N'), KeyModifiers::SHIFT), "N");
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::SHIFT), "Shift-Tab");
        assert_eq!(key(KeyCode::Enter, KeyModifiers::ALT), "Alt-Enter");
        assert_eq!(key(KeyCode::Char('h'), KeyModifiers::CONTROL), "Backspace");
        assert_eq!(key(KeyCode::Char(' '), KeyModifiers::NONE), "Space");
    }
}
