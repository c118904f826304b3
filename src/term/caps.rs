//! What the terminal can do, as far as the environment says. Nothing here talks to the terminal: a question that waits
//! for an answer costs a round trip over SSH at every start.

/// Which notification a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notification {
    /// None, or none that it tells of.
    Off,
    /// `OSC 9`: a text.
    Osc9,
    /// `OSC 777`: title and text.
    Osc777,
    /// `OSC 99`: title and text.
    Osc99,
}

/// What the terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about a terminal, each asked for by name"
)]
pub struct Caps {
    /// No cursor addressing at all (`TERM=dumb`, or no `TERM`): there can be no screen.
    pub dumb: bool,
    /// The locale is UTF-8: borders and sparklines may use it. Otherwise ASCII.
    pub unicode: bool,
    /// The font has the eighth blocks of a sparkline (the Linux console's has not).
    pub blocks: bool,
    /// Colours may be used (`NO_COLOR` is unset or empty, and the terminal has them).
    pub color: bool,
    /// The session comes over SSH.
    pub ssh: bool,
    /// The terminal is on this machine: it says so, and the session does not come over SSH.
    pub near: bool,
    /// Inside tmux.
    pub tmux: bool,
    /// Inside GNU screen.
    pub screen: bool,
    /// The terminal understands a title and gives the old one back.
    pub title: bool,
    /// Which notification it shows.
    pub notification: Notification,
    /// Frames are bracketed as synchronized output.
    pub synchronized: bool,
    /// Most frames a second: 60, over SSH 30.
    pub frames_per_second: u16,
}

impl Caps {
    /// Reads the environment of this process.
    pub fn from_env() -> Self {
        Self::detect(|name| std::env::var(name).ok())
    }
    /// Reads an environment given as a function.
    pub fn detect(env: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| env(name).filter(|v| !v.is_empty());
        let term = set("TERM");
        // Windows has no TERM; its terminals understand what we send.
        let dumb = match term.as_deref() {
            None => !cfg!(windows),
            Some(t) => t == "dumb" || t == "unknown",
        };
        let linux_console = term.as_deref() == Some("linux");
        let ssh = set("SSH_TTY").is_some() || set("SSH_CONNECTION").is_some();
        let unicode = cfg!(windows) || is_utf8(&set);
        let vt = term.as_deref().is_some_and(|t| t.starts_with("vt"));
        Self {
            dumb,
            unicode,
            blocks: unicode && !linux_console,
            color: set("NO_COLOR").is_none() && !dumb && !vt,
            ssh,
            near: !ssh && (linux_console || LOCAL.iter().any(|name| set(name).is_some())),
            tmux: set("TMUX").is_some() || term.as_deref().is_some_and(|t| t.starts_with("tmux")),
            screen: set("STY").is_some(),
            title: !linux_console && !vt && !dumb,
            notification: notification(&set, term.as_deref()),
            synchronized: !dumb,
            frames_per_second: if ssh { 30 } else { 60 },
        }
    }
}

/// What the environment says of notifications. Over SSH most of it is lost; then the policy of alarms can say it.
fn notification(set: &impl Fn(&str) -> Option<String>, term: Option<&str>) -> Notification {
    let term = term.unwrap_or_default();
    let program = set("TERM_PROGRAM").unwrap_or_default();
    if set("KITTY_WINDOW_ID").is_some() || term.contains("kitty") {
        Notification::Osc99
    } else if term.starts_with("foot") || term.starts_with("rxvt") || set("VTE_VERSION").is_some() {
        Notification::Osc777
    } else if ["iTerm.app", "WezTerm", "ghostty"].contains(&program.as_str())
        || set("WT_SESSION").is_some()
    {
        Notification::Osc9
    } else {
        Notification::Off
    }
}

/// Variables that a terminal or desktop of this machine sets. Absent ones say nothing.
const LOCAL: [&str; 7] = [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "TERM_PROGRAM",
    "VTE_VERSION",
    "KONSOLE_VERSION",
    "KITTY_WINDOW_ID",
    "WT_SESSION",
];

/// Whether the locale's character set is UTF-8: the first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set decides.
fn is_utf8(set: &impl Fn(&str) -> Option<String>) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(set)
        .is_some_and(|v| {
            let v = v.to_ascii_lowercase();
            v.contains("utf-8") || v.contains("utf8")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caps(vars: &[(&str, &str)]) -> Caps {
        let vars: std::collections::BTreeMap<String, String> = vars
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Caps::detect(move |name| vars.get(name).cloned())
    }

    #[test]
    fn a_usual_terminal_over_ssh() {
        let c = caps(&[
            ("TERM", "xterm-256color"),
            ("LANG", "da_DK.UTF-8"),
            ("SSH_TTY", "/dev/pts/3"),
        ]);
        assert!(c.unicode && c.blocks && c.color && c.ssh && !c.dumb && c.title);
        assert_eq!(c.frames_per_second, 30);
    }

    #[test]
    fn a_terminal_is_near_when_it_says_so_and_there_is_no_ssh() {
        assert!(caps(&[("TERM", "xterm"), ("WAYLAND_DISPLAY", "wayland-0")]).near);
        assert!(!caps(&[("TERM", "xterm")]).near);
        let forwarded = [
            ("TERM", "xterm"),
            ("DISPLAY", ":10"),
            ("SSH_TTY", "/dev/pts/3"),
        ];
        assert!(!caps(&forwarded).near);
    }

    #[cfg(not(windows))]
    #[test]
    fn the_first_locale_variable_that_is_set_decides() {
        assert!(!caps(&[("TERM", "xterm"), ("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]).unicode);
        assert!(caps(&[("TERM", "xterm"), ("LC_ALL", ""), ("LANG", "C.utf8")]).unicode);
        assert!(!caps(&[("TERM", "xterm")]).unicode);
    }

    #[test]
    fn notifications_are_those_that_the_terminal_knows() {
        let of = |vars: &[(&str, &str)]| caps(vars).notification;
        assert_eq!(of(&[("TERM", "xterm-kitty")]), Notification::Osc99);
        assert_eq!(of(&[("TERM", "foot-extra")]), Notification::Osc777);
        let tmux = [("TERM", "tmux-256color"), ("TERM_PROGRAM", "WezTerm")];
        assert_eq!(of(&tmux), Notification::Osc9);
        assert_eq!(of(&[("TERM", "xterm-256color")]), Notification::Off);
    }

    #[test]
    fn no_color_and_dumb_are_honoured() {
        assert!(!caps(&[("TERM", "xterm"), ("NO_COLOR", "1")]).color);
        assert!(caps(&[("TERM", "xterm"), ("NO_COLOR", "")]).color);
        assert!(caps(&[("TERM", "dumb")]).dumb);
        assert!(!caps(&[("TERM", "linux"), ("LANG", "da_DK.UTF-8")]).blocks);
    }
}
