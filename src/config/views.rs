//! Saved panes in the configuration file: put in and taken out by the console, the rest of the file as it stands.
//!
//! Invariant: a file is changed only if, read again, it says exactly what it said before, but for the saved panes. Where a
//! file is written in a way that does not allow that, it stays untouched and what to write by hand is told.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::dirs::write_private_file;
use super::schema::SavedPane;

/// What becomes of the saved panes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ViewChange {
    /// This one joins them, in the place of one of its name.
    Save(SavedPane),
    /// The one of this name goes.
    Remove(String),
}

impl ViewChange {
    /// Changes a list of saved panes. `false`: there is none of that name.
    pub fn apply(&self, panes: &mut Vec<SavedPane>) -> bool {
        match self {
            Self::Save(pane) => {
                match panes.iter_mut().find(|known| known.name == pane.name) {
                    Some(known) => known.clone_from(pane),
                    None => panes.push(pane.clone()),
                }
                true
            }
            Self::Remove(name) => {
                let before = panes.len();
                panes.retain(|known| known.name != *name);
                panes.len() < before
            }
        }
    }
}

/// Changes the saved panes of a configuration file: whole or not at all, mode 0600. Comments outside the list stay.
/// `profile` is the chosen one: panes that it has of its own are not changed.
///
/// # Errors
/// The file cannot be read as TOML or written; it has no pane of that name; it is written in a way that cannot be changed
/// safely, with what to write by hand.
pub fn change(path: &Path, profile: Option<&str>, change: &ViewChange) -> io::Result<()> {
    // A link leads to the file that is meant.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let new = changed(&text, profile, change).map_err(|why| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{}: {why}", path.display()),
        )
    })?;
    write_private_file(&path, new.as_bytes())
}

/// The text of the file afterwards.
fn changed(text: &str, profile: Option<&str>, change: &ViewChange) -> Result<String, String> {
    let before: Table = text
        .parse()
        .map_err(|_| "it is not TOML; `vagt config check` says where".to_owned())?;
    let in_profile = profile.and_then(|name| {
        before
            .get("profiles")?
            .get(name)?
            .get("board")?
            .get("panes")
    });
    if in_profile.is_some() {
        return Err(
            "the chosen profile has saved panes of its own; change them by hand".to_owned(),
        );
    }
    let old = before.get("board").and_then(|board| board.get("panes"));
    let mut panes: Vec<SavedPane> = match old {
        None => Vec::new(),
        Some(old) => old.clone().try_into().map_err(|_| {
            "board.panes is not as it should be; `vagt config check` says why".to_owned()
        })?,
    };
    if !change.apply(&mut panes) {
        return Err(
            "it has no such pane; it comes from another layer (`vagt config show`)".to_owned(),
        );
    }
    let list = render(&panes);
    let by_hand = || {
        format!(
            "it is written in a way that is not changed safely; write into [board] by hand: panes = {list}"
        )
    };
    let new = edit(text, &list).ok_or_else(by_hand)?;
    let mut wanted = before;
    let board = wanted
        .entry("board")
        .or_insert_with(|| Value::Table(Table::new()));
    let value = Value::try_from(&panes).map_err(|error| error.to_string())?;
    board
        .as_table_mut()
        .ok_or_else(by_hand)?
        .insert("panes".to_owned(), value);
    let is_same = new
        .parse::<Table>()
        .is_ok_and(|after| normal(&after) == normal(&wanted));
    if is_same { Ok(new) } else { Err(by_hand()) }
}

/// A table to be compared: the order that panes have when nothing is said is the same as the one said.
fn normal(table: &Table) -> Table {
    let mut table = table.clone();
    let panes = table
        .get_mut("board")
        .and_then(|board| board.get_mut("panes"));
    if let Some(panes) = panes
        && let Ok(read) = panes.clone().try_into::<Vec<SavedPane>>()
        && let Ok(value) = Value::try_from(&read)
    {
        *panes = value;
    }
    table
}

/// The list as it stands in the file.
fn render(panes: &[SavedPane]) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    let mut out = String::from("[\n");
    for pane in panes {
        let mut parts = vec![
            format!("name = {}", quoted(&pane.name)),
            format!("query = {}", quoted(&pane.query)),
        ];
        if pane.sort != crate::domain::view::Sort::default() {
            parts.push(format!("sort = {}", quoted(pane.sort.word())));
        }
        if !pane.columns.is_empty() {
            let columns: Vec<String> = pane.columns.iter().map(|c| quoted(c.word())).collect();
            parts.push(format!("columns = [{}]", columns.join(", ")));
        }
        out.extend(["  { ", &parts.join(", "), " },\n"]);
    }
    out.push(']');
    out
}

/// The text with the list in its place; `None` where there is no place for it.
fn edit(text: &str, list: &str) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let board = find(table.get_ref(), "board");
    let Some(board) = board else {
        let gap = if text.is_empty() || text.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        let blank = if text.is_empty() { "" } else { "\n" };
        return Some(format!("{text}{gap}{blank}[board]\npanes = {list}\n"));
    };
    if let Some(panes) = board
        .get_ref()
        .as_table()
        .and_then(|board| find(board, "panes"))
    {
        let span = panes.span();
        let (head, tail) = (text.get(..span.start)?, text.get(span.end..)?);
        return Some(format!("{head}{list}{tail}"));
    }
    // Below the line of the section.
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let code = line.split('#').next().unwrap_or_default();
        if code.trim() == "[board]" {
            let (head, tail) = (text.get(..at)?, text.get(at..)?);
            let gap = if head.ends_with('\n') { "" } else { "\n" };
            return Some(format!("{head}{gap}panes = {list}\n{tail}"));
        }
    }
    None
}

fn find<'a, 'i>(table: &'a DeTable<'i>, word: &str) -> Option<&'a Spanned<DeValue<'i>>> {
    let found = table.iter().find(|(key, _)| key.get_ref() == word);
    found.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::view::{Column, Sort};

    fn pane(name: &str) -> SavedPane {
        SavedPane {
            name: name.into(),
            query: "owner:me \"fri tekst\"".into(),
            sort: Sort::Oldest,
            columns: vec![Column::Requester, Column::Queue],
        }
    }
    fn saved(text: &str, name: &str) -> String {
        changed(text, None, &ViewChange::Save(pane(name))).unwrap()
    }
    fn names(text: &str) -> Vec<String> {
        let table: Table = text.parse().unwrap();
        let panes = table["board"]["panes"].as_array().unwrap();
        panes
            .iter()
            .map(|p| p["name"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn comments_and_the_rest_stay() {
        let text = "# mine\n[desk]\nurl = \"https://rt.example.org\" # the desk\n\n[board] # what I see\n# order matters\norder = [\"vpn\"]\n\n[ui]\ntheme = \"dark\"\n";
        let one = saved(text, "Mine");
        for line in text.lines() {
            assert!(one.contains(line), "{line}\n{one}");
        }
        assert_eq!(names(&one), ["Mine"]);
        let two = saved(&one, "Ældre end 2 timer");
        assert_eq!(names(&two), ["Mine", "Ældre end 2 timer"]);
        let again = saved(&two, "Mine");
        assert_eq!(again, two, "the one of its name is replaced");
        let less = changed(&two, None, &ViewChange::Remove("Mine".into())).unwrap();
        assert_eq!(names(&less), ["Ældre end 2 timer"]);
        assert!(less.contains("# order matters") && less.contains("theme = \"dark\""));
    }

    #[test]
    fn a_file_without_the_section_or_without_anything_gets_it() {
        assert_eq!(names(&saved("", "Mine")), ["Mine"]);
        assert_eq!(names(&saved("[desk]\nread_only = true", "Mine")), ["Mine"]);
        let inline = "[board]\npanes = [{ name = \"A\", query = \"x\" }] # kept\nhidden = []\n";
        let one = saved(inline, "B");
        assert_eq!(names(&one), ["A", "B"]);
        assert!(
            one.contains("# kept") && one.contains("hidden = []"),
            "{one}"
        );
    }

    #[test]
    fn what_cannot_be_changed_safely_is_left_and_told() {
        let tables = "[[board.panes]]\nname = \"A\"\nquery = \"x\"\n\n[[board.panes]]\nname = \"B\"\nquery = \"y\"\n";
        let told =
            |text: &str, profile, change: ViewChange| changed(text, profile, &change).unwrap_err();
        let save = || ViewChange::Save(pane("C"));
        assert!(told(tables, None, save()).contains("by hand: panes = ["));
        assert!(told("board.order = []\n[desk]\n", None, save()).contains("by hand"));
        assert!(told("[board\n", None, save()).contains("not TOML"));
        let profile = "[profiles.wall.board]\npanes = []\n";
        assert!(told(profile, Some("wall"), save()).contains("profile"));
        assert_eq!(
            names(&saved(profile, "C")),
            ["C"],
            "the profile is not chosen"
        );
        assert!(told("", None, ViewChange::Remove("A".into())).contains("no such pane"));
    }

    #[test]
    fn the_file_is_private_and_keeps_what_it_was_on_trouble() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        change(&path, None, &ViewChange::Save(pane("Mine"))).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(names(&text), ["Mine"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, "[board\n").unwrap();
        change(&path, None, &ViewChange::Save(pane("B"))).unwrap_err();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[board\n");
    }
}
