//! `docs/keys.md`, made from the registry.

use std::fmt::Write as _;

use super::command::{COMMANDS, Context, Kind};
use super::keymap::Keymap;
use super::keys::print_sequence;

/// What a context is, for the reader.
fn about(context: Context) -> &'static str {
    match context {
        Context::Board => "The Board",
        Context::Ticket => "One ticket",
        Context::Devices => "Devices",
        Context::Outbox => "Outbox",
        Context::Person => "One person",
        Context::Incidents => "Incidents and surges",
        Context::Incident => "One incident",
        Context::Wall => "The wall",
        Context::Trends => "Trends",
        Context::Help => "Help",
        Context::List => "Choosing from a list (letters narrow the list)",
        Context::Field => "One line of text (filter, path, name)",
        Context::Editor => "Writing a reply, a note or a new ticket",
        Context::Menu => "Done writing: what now?",
        Context::Confirm => "A question",
        Context::Bulk => "How far a bulk action is",
        Context::Conflict => "A conflict",
        Context::Quit => "Leaving with unsent actions",
    }
}

/// The page, in Markdown.
pub fn keys_page() -> String {
    let keymap = Keymap::default();
    let mut page = String::from(
        "# Keys\n\n\
        This page is made from the command registry (`src/input/command.rs`); a test keeps it current.\n\n\
        Every key can be changed in the `[keys]` table of the configuration: the id of a command and the keys for it, \
        as `\"ticket.take\" = [\"t\", \"space t\"]`. They replace the defaults; an empty list unbinds the command. \
        `ticket:l` binds in one context only. A key is one character (`å` too) or one of `space enter esc tab backtab \
        backspace delete insert up down left right home end pageup pagedown f1` to `f24`, with `ctrl-`, `alt-` or \
        `shift-` before it; a sequence is keys with blanks between them. No default needs AltGr, and none is Ctrl-A, \
        Ctrl-B, Ctrl-S or Ctrl-Q. Commands marked \"writes\" change the desk and are refused in read-only mode.\n",
    );
    for context in Context::ALL {
        let _ = write!(
            page,
            "\n## {} (`{}`)\n\n| keys | command | what it does |\n|---|---|---|\n",
            about(context),
            context.word()
        );
        for spec in COMMANDS.iter().filter(|spec| spec.applies(context)) {
            let keys = keymap
                .keys(spec.command, context)
                .iter()
                .map(|keys| format!("`{}`", print_sequence(keys)))
                .collect::<Vec<_>>()
                .join(", ");
            let writes = if spec.kind == Kind::Write {
                " (writes)"
            } else {
                ""
            };
            let _ = writeln!(page, "| {keys} | `{}`{writes} | {} |", spec.id, spec.help);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `VAGT_WRITE_DOCS=1 cargo test --lib input::docs` writes the page.
    #[test]
    fn the_page_is_current() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
        if std::env::var_os("VAGT_WRITE_DOCS").is_some() {
            std::fs::write(&path, keys_page()).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == keys_page(),
            "docs/keys.md is not current: run VAGT_WRITE_DOCS=1 cargo test --lib input::docs"
        );
    }
}
