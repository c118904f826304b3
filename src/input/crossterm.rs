//! The one place that knows the terminal library: its events become ours.

use ::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::keys::{Code, Key};

/// What the person at the terminal did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Pressed a key, or held it.
    Key(Key),
    /// Pasted text, as it came: not yet safe to show.
    Paste(String),
    /// Changed the size of the terminal.
    Resize {
        /// New width in cells.
        columns: u16,
        /// New height in cells.
        rows: u16,
    },
    /// Came to the terminal, or left it.
    Focus(bool),
}

/// Our form of an event; `None` for what Vagt does not use (key releases, the mouse, media keys).
pub fn input(event: Event) -> Option<Input> {
    match event {
        Event::Key(event) => key(&event).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(columns, rows) => Some(Input::Resize { columns, rows }),
        Event::FocusGained => Some(Input::Focus(true)),
        Event::FocusLost => Some(Input::Focus(false)),
        Event::Mouse(_) => None,
    }
}

/// Our form of a key press.
pub fn key(event: &KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let code = match event.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    let mut ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let mut alt = event.modifiers.contains(KeyModifiers::ALT);
    // Windows reports AltGr as Ctrl and Alt together: on a Nordic keyboard that is how `@` and `{` are typed.
    if ctrl && alt && matches!(code, Code::Char(c) if !c.is_ascii_alphanumeric()) {
        (ctrl, alt) = (false, false);
    }
    let shift = event.modifiers.contains(KeyModifiers::SHIFT);
    Some(Key::new(code, ctrl, alt, shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
        key(&KeyEvent::new(code, modifiers))
    }

    #[test]
    fn keys_arrive_in_normal_form() {
        assert_eq!(
            press(KeyCode::Char('Å'), KeyModifiers::SHIFT),
            Some(Key::char('Å'))
        );
        assert_eq!(
            press(KeyCode::BackTab, KeyModifiers::SHIFT),
            Some(Key::plain(Code::BackTab))
        );
        assert_eq!(
            press(KeyCode::Char('d'), KeyModifiers::CONTROL),
            Some(Key::ctrl('d'))
        );
    }

    #[test]
    fn altgr_types_a_character() {
        let altgr = KeyModifiers::CONTROL | KeyModifiers::ALT;
        assert_eq!(press(KeyCode::Char('@'), altgr), Some(Key::char('@')));
    }

    #[test]
    fn releases_are_not_presses() {
        let mut event = KeyEvent::new(KeyCode::Char('t'), KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(key(&event), None);
        event.kind = KeyEventKind::Repeat;
        assert_eq!(key(&event), Some(Key::char('t')));
    }
}
