//! Bytes beside the picture: clipboard (OSC 52), window title, bell. Every payload is made harmless here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::caps::{Caps, Notification};

/// Longest clipboard payload in bytes after base64; terminals cut at about 74 kB and then paste a torso.
pub const CLIPBOARD_MAX: usize = 74_000;
/// Longest title in characters.
const TITLE_MAX: usize = 120;
/// Longest text of a notification in characters.
const TEXT_MAX: usize = 240;
/// GNU screen drops strings longer than 768 bytes; its pass-through is cut into pieces below that.
const SCREEN_PIECE: usize = 512;

/// The text is too long for the terminal's clipboard; write it to a file and say where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is too long for the terminal's clipboard ({bytes} of at most {max} bytes)")]
pub struct TooLong {
    /// Bytes of the text.
    pub bytes: usize,
    /// Bytes that fit.
    pub max: usize,
}

/// The bytes that put `text` into the clipboard. Inside tmux they are sent twice, plain (for `set-clipboard on`) and
/// as pass-through (for `allow-passthrough on`).
///
/// No terminal confirms that it took them: say "sent to the clipboard", not "copied".
///
/// # Errors
/// [`TooLong`].
pub fn copy(text: &str, caps: &Caps) -> Result<Vec<u8>, TooLong> {
    let payload = STANDARD.encode(text);
    if payload.len() > CLIPBOARD_MAX {
        return Err(TooLong {
            bytes: text.len(),
            max: CLIPBOARD_MAX / 4 * 3,
        });
    }
    let plain = format!("\x1b]52;c;{payload}\x07").into_bytes();
    let mut out = Vec::with_capacity(plain.len() * 2 + 16);
    if caps.screen && !caps.tmux {
        for piece in plain.chunks(SCREEN_PIECE) {
            out.extend_from_slice(b"\x1bP");
            out.extend_from_slice(piece);
            out.extend_from_slice(b"\x1b\\");
        }
        return Ok(out);
    }
    out.extend_from_slice(&plain);
    if caps.tmux {
        out.extend_from_slice(b"\x1bPtmux;\x1b");
        out.extend_from_slice(&plain);
        out.extend_from_slice(b"\x1b\\");
    }
    Ok(out)
}

/// The bytes that set the window title; empty where the terminal has none. Control characters are dropped.
pub fn title(text: &str, caps: &Caps) -> Vec<u8> {
    if !caps.title {
        return Vec::new();
    }
    let safe: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(TITLE_MAX)
        .collect();
    format!("\x1b]2;{safe}\x07").into_bytes()
}

/// The bytes that make the terminal show a notification; empty where it shows none. Inside tmux they are passed through
/// (`allow-passthrough on`). Control characters are dropped.
pub fn notify(title: &str, text: &str, caps: &Caps) -> Vec<u8> {
    let safe = |text: &str, most: usize| -> String {
        let plain = text.chars().filter(|c| !c.is_control());
        plain
            .map(|c| if c == ';' { ',' } else { c })
            .take(most)
            .collect()
    };
    let (title, text) = (safe(title, TITLE_MAX), safe(text, TEXT_MAX));
    let plain = match caps.notification {
        Notification::Off => return Vec::new(),
        Notification::Osc9 => format!("\x1b]9;{title}: {text}\x07"),
        Notification::Osc777 => format!("\x1b]777;notify;{title};{text}\x07"),
        Notification::Osc99 => {
            format!("\x1b]99;i=vagt:d=0;{title}\x1b\\\x1b]99;i=vagt:d=1:p=body;{text}\x1b\\")
        }
    };
    if caps.tmux {
        return format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")).into_bytes();
    }
    plain.into_bytes()
}

/// The byte that rings.
pub fn bell() -> Vec<u8> {
    vec![7]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caps(vars: &'static [(&'static str, &'static str)]) -> Caps {
        Caps::detect(|name| {
            vars.iter()
                .find(|(k, _)| *k == name)
                .map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn copy_is_understood_by_a_terminal_and_passed_through_tmux() {
        let plain = copy("Bærum\x1b]0;x\x07", &caps(&[("TERM", "xterm")])).unwrap();
        let text = String::from_utf8(plain.clone()).unwrap();
        let payload = text
            .strip_prefix("\x1b]52;c;")
            .and_then(|t| t.strip_suffix('\x07'))
            .unwrap();
        assert_eq!(
            STANDARD.decode(payload).unwrap(),
            "Bærum\x1b]0;x\x07".as_bytes()
        );
        assert!(payload.chars().all(|c| !c.is_control()));

        let tmux = copy("x", &caps(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/s")])).unwrap();
        let tmux = String::from_utf8(tmux).unwrap();
        assert!(tmux.starts_with("\x1b]52;c;") && tmux.contains("\x1bPtmux;\x1b\x1b]52;c;"));
        assert!(tmux.ends_with("\x1b\\"));
    }

    #[test]
    fn a_text_that_a_terminal_would_cut_is_refused() {
        let caps = caps(&[("TERM", "xterm")]);
        assert!(copy(&"x".repeat(55_500), &caps).is_ok());
        let err = copy(&"x".repeat(55_503), &caps).unwrap_err();
        assert_eq!(err.bytes, 55_503);
    }

    #[test]
    fn a_notification_speaks_as_the_terminal_does_and_smuggles_nothing() {
        let of = |vars| {
            let text = notify("Vagt", "VPN; 14\x1b]0;x\x07", &caps(vars));
            String::from_utf8(text).unwrap()
        };
        assert_eq!(
            of(&[("TERM", "foot")]),
            "\x1b]777;notify;Vagt;VPN, 14]0,x\x07"
        );
        assert_eq!(
            of(&[("TERM", "xterm"), ("WT_SESSION", "1")]),
            "\x1b]9;Vagt: VPN, 14]0,x\x07"
        );
        assert_eq!(
            of(&[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")]),
            "\x1bPtmux;\x1b\x1b]99;i=vagt:d=0;Vagt\x1b\x1b\\\x1b\x1b]99;i=vagt:d=1:p=body;VPN, 14]0,x\x1b\x1b\\\x1b\\"
        );
        assert!(of(&[("TERM", "xterm-256color")]).is_empty());
    }

    #[test]
    fn a_title_cannot_smuggle_a_sequence() {
        let bytes = title(
            "4211 \x1b]52;c;eA==\x07 \u{9b}31m x",
            &caps(&[("TERM", "xterm")]),
        );
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "\x1b]2;4211 ]52;c;eA== 31m x\x07");
        assert!(title("x", &caps(&[("TERM", "linux")])).is_empty());
    }
}
