//! `docs/config.md`, made from the schema and the built-in file.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::{DEFAULT, Kind, all_keys};

const INTRO: &str = "# Configuration

This page is made from `src/config/schema.rs` and `config/default.toml`; a test keeps it current.

`vagt config path` prints where `config.toml` is looked for; `VAGT_CONFIG_DIR` names another directory. Layers, later ones win: the \
built-in values below, `config.toml`, the profile (`[profiles.NAME.SECTION]`, chosen by `--profile NAME` or `VAGT_PROFILE`), the \
environment, the command line. Tables are merged key by key; an empty text takes a key of a table away.

A setting that is wrong is told with file, line, column and what was expected; it is left out, the rest counts, and the console is \
read-only until it is mended. One-shot commands stop with exit code 3.

Other environment names: `VAGT_TOKEN`, `VAGT_PASSWORD` (secrets; never in the file, never on the command line), `VAGT_DESK` \
(`KIND+URL`), `VAGT_PROFILE`, `VAGT_CONFIG_DIR`, `VAGT_DATA_DIR`, `VAGT_KEYS` (a TOML table), `VAGT_CLOCK` \
(the clock of a simulated town, as `vagt serve` prints it). Token and password commands and files \
belong to the address that they stand beside: when a later layer names another address, they are not used for it.
";

/// The page.
pub fn config_page() -> String {
    let built_in: Table = DEFAULT.parse().unwrap_or_default();
    let mut page = INTRO.to_owned();
    let mut section = "";
    for key in all_keys() {
        if key.section != section {
            section = key.section;
            let _ = write!(
                page,
                "\n## `[{section}]`\n\n| key | environment | built in | must be |\n|---|---|---|---|\n"
            );
        }
        let value = built_in.get(section).and_then(|s| s.get(key.name));
        let _ = writeln!(
            page,
            "| `{}` | `{}` | {} | {} |",
            key.name,
            key.env_name(),
            value.map_or_else(String::new, |value| shown(key.kind, value)),
            key.kind.expected()
        );
    }
    let _ = write!(page, "\n## The built-in file\n\n```toml\n{DEFAULT}```\n");
    page
}

/// A value in a cell; long ones stand in the file below.
fn shown(kind: Kind, value: &Value) -> String {
    let text = value.to_string();
    if kind.is_table() || text.len() > 40 {
        "see below".to_owned()
    } else {
        format!("`{text}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `VAGT_WRITE_DOCS=1 cargo test --lib config::docs` writes the page.
    #[test]
    fn the_page_is_current() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/config.md");
        if std::env::var_os("VAGT_WRITE_DOCS").is_some() {
            std::fs::write(&path, config_page()).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == config_page(),
            "docs/config.md is not current: run VAGT_WRITE_DOCS=1 cargo test --lib config::docs"
        );
    }
}
