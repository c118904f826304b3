//! Puts escape sequences together again that arrived in two pieces.
//!
//! The terminal library takes an ESC at the end of a read for the Esc key; on a slow line the rest (`[A`) then
//! arrives as letters, and letters are commands here. Invariant: the rest of a sequence whose ESC came within
//! [`super::events::GAP`] before it never comes out as letters. Pure: time is told by calling [`Rejoin::give_up`].

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// Longest parameter text of a sequence; longer is no sequence that we know.
const LONGEST: usize = 24;
/// The largest paste that is put together, in bytes.
const PASTE_MAX: usize = 1 << 20;

#[derive(Debug, Default)]
enum Held {
    /// Nothing is held back.
    #[default]
    Nothing,
    /// An Esc that may be the start of a sequence.
    Esc,
    /// `ESC O`.
    Ss3,
    /// `ESC [` and what came since.
    Csi(String),
    /// Inside a paste whose opening was cut; its end is recognised by silence.
    Paste(String),
}

/// The state between two events.
#[derive(Debug, Default)]
pub(super) struct Rejoin {
    held: Held,
}

impl Rejoin {
    /// Whether something is held back, so that silence must be told.
    pub(super) fn waits(&self) -> bool {
        !matches!(self.held, Held::Nothing)
    }

    /// Takes an event; what is certain goes to `out`.
    pub(super) fn push(&mut self, event: Event, out: &mut Vec<Event>) {
        match std::mem::take(&mut self.held) {
            Held::Nothing => {
                if is_esc(&event) {
                    self.held = Held::Esc;
                } else {
                    out.push(event);
                }
            }
            Held::Esc => match typed(&event) {
                Some('[') => self.held = Held::Csi(String::new()),
                Some('O') => self.held = Held::Ss3,
                _ => {
                    out.push(key(KeyCode::Esc));
                    self.push(event, out);
                }
            },
            Held::Ss3 => {
                if let Some(decoded) = typed(&event).and_then(|c| decode("", c)) {
                    out.push(decoded);
                } else {
                    out.push(key(KeyCode::Esc));
                    out.push(key(KeyCode::Char('O')));
                    self.push(event, out);
                }
            }
            Held::Csi(mut parameters) => match typed(&event) {
                Some(c @ ' '..='?') if parameters.len() < LONGEST => {
                    parameters.push(c);
                    self.held = Held::Csi(parameters);
                }
                Some('~') if parameters == "200" => self.held = Held::Paste(String::new()),
                // Unknown, but certainly no letter that anybody typed.
                Some(last @ '@'..='~') => out.extend(decode(&parameters, last)),
                _ => self.push(event, out),
            },
            Held::Paste(mut text) => {
                let Some(c) = pasted(&event) else {
                    out.push(Event::Paste(text));
                    self.push(event, out);
                    return;
                };
                text.push(c);
                if text.len() > PASTE_MAX {
                    out.push(Event::Paste(text));
                } else {
                    self.held = Held::Paste(text);
                }
            }
        }
    }

    /// Nothing came for a while: what is held back was no sequence.
    pub(super) fn give_up(&mut self, out: &mut Vec<Event>) {
        match std::mem::take(&mut self.held) {
            Held::Esc => out.push(key(KeyCode::Esc)),
            Held::Ss3 => out.extend([key(KeyCode::Esc), key(KeyCode::Char('O'))]),
            Held::Csi(parameters) if parameters.is_empty() => {
                out.extend([key(KeyCode::Esc), key(KeyCode::Char('['))]);
            }
            Held::Nothing | Held::Csi(_) => {}
            Held::Paste(text) => out.push(Event::Paste(text)),
        }
    }
}

fn key(code: KeyCode) -> Event {
    Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

fn is_esc(event: &Event) -> bool {
    matches!(event, Event::Key(k)
        if k.code == KeyCode::Esc && k.modifiers.is_empty() && k.kind != KeyEventKind::Release)
}

/// The character of an event that is one typed character.
fn typed(event: &Event) -> Option<char> {
    match event {
        Event::Key(k)
            if k.kind != KeyEventKind::Release
                && (k.modifiers - KeyModifiers::SHIFT).is_empty() =>
        {
            match k.code {
                KeyCode::Char(c) => Some(c),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The character of an event inside a paste.
fn pasted(event: &Event) -> Option<char> {
    match event {
        Event::Key(k) if k.code == KeyCode::Enter => Some('\n'),
        Event::Key(k) if k.code == KeyCode::Tab => Some('\t'),
        other => typed(other),
    }
}

/// The event of a control sequence, from its parameters and its last character.
fn decode(parameters: &str, last: char) -> Option<Event> {
    let mut numbers = parameters.split(';').map(|n| n.parse::<u8>().unwrap_or(0));
    let first = numbers.next().unwrap_or(0);
    let bits = numbers.next().unwrap_or(1).saturating_sub(1);
    let code = match last {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'H' => KeyCode::Home,
        'F' => KeyCode::End,
        'Z' => KeyCode::BackTab,
        'I' => return Some(Event::FocusGained),
        'O' => return Some(Event::FocusLost),
        'P' => KeyCode::F(1),
        'Q' => KeyCode::F(2),
        'R' => KeyCode::F(3),
        'S' => KeyCode::F(4),
        '~' => match first {
            1 | 7 => KeyCode::Home,
            2 => KeyCode::Insert,
            3 => KeyCode::Delete,
            4 | 8 => KeyCode::End,
            5 => KeyCode::PageUp,
            6 => KeyCode::PageDown,
            11..=15 => KeyCode::F(first - 10),
            17..=21 => KeyCode::F(first - 11),
            23 | 24 => KeyCode::F(first - 12),
            _ => return None,
        },
        _ => return None,
    };
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
    ] {
        if bits & bit != 0 {
            modifiers |= modifier;
        }
    }
    Some(Event::Key(KeyEvent::new(code, modifiers)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out of an Esc, then `text` as letters, then silence.
    fn after_esc(text: &str) -> Vec<Event> {
        let mut rejoin = Rejoin::default();
        let mut out = Vec::new();
        rejoin.push(key(KeyCode::Esc), &mut out);
        for c in text.chars() {
            let modifiers = if c.is_uppercase() {
                KeyModifiers::SHIFT
            } else {
                KeyModifiers::NONE
            };
            let code = if c == '\n' {
                KeyCode::Enter
            } else {
                KeyCode::Char(c)
            };
            rejoin.push(Event::Key(KeyEvent::new(code, modifiers)), &mut out);
        }
        rejoin.give_up(&mut out);
        assert!(!rejoin.waits());
        out
    }

    #[test]
    fn a_split_arrow_is_an_arrow() {
        assert_eq!(after_esc("[A"), [key(KeyCode::Up)]);
        assert_eq!(after_esc("OB"), [key(KeyCode::Down)]);
        assert_eq!(after_esc("[6~"), [key(KeyCode::PageDown)]);
        assert_eq!(after_esc("[15~"), [key(KeyCode::F(5))]);
        assert_eq!(
            after_esc("[1;5C"),
            [Event::Key(KeyEvent::new(
                KeyCode::Right,
                KeyModifiers::CONTROL
            ))]
        );
        assert_eq!(after_esc("[I"), [Event::FocusGained]);
    }

    #[test]
    fn an_unknown_sequence_is_no_letters() {
        assert_eq!(after_esc("[99t"), []);
        assert_eq!(after_esc("[<0;12;3M"), []);
        assert_eq!(after_esc("[20"), []);
    }

    #[test]
    fn a_real_esc_comes_out_with_what_was_typed_after_it() {
        assert_eq!(after_esc(""), [key(KeyCode::Esc)]);
        assert_eq!(after_esc("j"), [key(KeyCode::Esc), key(KeyCode::Char('j'))]);
        assert_eq!(after_esc("["), [key(KeyCode::Esc), key(KeyCode::Char('['))]);
        assert_eq!(
            after_esc("Ox"),
            [
                key(KeyCode::Esc),
                key(KeyCode::Char('O')),
                key(KeyCode::Char('x'))
            ]
        );
    }

    #[test]
    fn a_split_paste_types_no_commands() {
        assert_eq!(
            after_esc("[200~tak\nfor det"),
            [Event::Paste("tak\nfor det".to_owned())]
        );
    }
}
