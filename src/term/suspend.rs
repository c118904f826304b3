//! Giving the terminal away for a while: Ctrl-Z, and `$EDITOR`.
//!
//! Invariant: whoever gives the terminal away has ended the event stream before (its thread goes on reading keys
//! otherwise), and paints everything when it comes back.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use super::guard::Guard;

/// Stops this process as Ctrl-Z does, with the terminal given back; returns when it is continued, with
/// the terminal taken again. The caller then repaints and asks for the size. Does nothing where processes cannot be
/// stopped.
///
/// # Errors
/// The terminal cannot be taken again.
#[cfg(unix)]
pub fn stop(guard: &mut Guard) -> io::Result<()> {
    guard.release();
    let stopped = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
    guard.take()?;
    stopped
}

/// Does nothing: processes cannot be stopped here.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn stop(_guard: &mut Guard) -> io::Result<()> {
    Ok(())
}

/// Whether [`stop`] does anything here.
pub const CAN_STOP: bool = cfg!(unix);

/// No editor can be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditorError {
    /// Neither `VISUAL` nor `EDITOR` is set.
    #[error("no editor: set EDITOR, for example EDITOR=nano; the inline editor works without")]
    Unset,
    /// The variable cannot be read as a command.
    #[error("EDITOR cannot be read as a command (a quote is not closed): {0}")]
    Unreadable(String),
}

/// Program and arguments that open `file` in the person's editor: the first of `VISUAL` and `EDITOR` that is set,
/// read as a shell would read words.
///
/// # Errors
/// [`EditorError`].
pub fn editor(
    file: &Path,
    env: impl Fn(&str) -> Option<String>,
) -> Result<(OsString, Vec<OsString>), EditorError> {
    let line = ["VISUAL", "EDITOR"]
        .into_iter()
        .filter_map(env)
        .find(|v| !v.trim().is_empty())
        .ok_or(EditorError::Unset)?;
    let mut words = shell_words::split(&line)
        .map_err(|_| EditorError::Unreadable(line.clone()))?
        .into_iter()
        .map(OsString::from);
    let program = words.next().ok_or(EditorError::Unset)?;
    let mut arguments: Vec<OsString> = words.collect();
    arguments.push(file.as_os_str().to_owned());
    Ok((program, arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(vars: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
        |name| {
            vars.iter()
                .find(|(k, _)| *k == name)
                .map(|(_, v)| (*v).to_owned())
        }
    }

    #[test]
    fn an_editor_may_have_arguments_and_quotes() {
        let (program, arguments) = editor(
            Path::new("/tmp/reply æ.txt"),
            with(&[("EDITOR", "'/opt/my editor/vim' -u NONE")]),
        )
        .unwrap();
        assert_eq!(program, "/opt/my editor/vim");
        assert_eq!(arguments, ["-u", "NONE", "/tmp/reply æ.txt"]);
    }

    #[test]
    fn no_editor_is_a_sentence() {
        assert_eq!(
            editor(Path::new("x"), with(&[("VISUAL", " ")])),
            Err(EditorError::Unset)
        );
        assert!(matches!(
            editor(Path::new("x"), with(&[("EDITOR", "vim '")])),
            Err(EditorError::Unreadable(_))
        ));
    }
}
