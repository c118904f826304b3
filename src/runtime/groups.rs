//! The problem groups of an installation: the built-in ones, with `groups.toml` of the configuration directory on top.
//!
//! What reads tickets and what shows them must know the same groups, so both come from here. `vagt classify` and
//! `vagt replay` do not: they read the built-in groups and what `--config` names, to give the same answer everywhere.

use std::io::ErrorKind;

use crate::config::{Board, ConfigProblem, Dirs, Place};
use crate::triage::classify::EngineError;
use crate::triage::{Engine, Groups, Lexicon};

/// Name of the file beside the configuration.
const FILE: &str = "groups.toml";

/// Larger files are no groups.
const MAX_BYTES: u64 = 1 << 20;

/// The groups of an installation, and what is wrong with its file. With a mistake in it the built-in groups count.
pub fn read(dirs: &Dirs) -> (Groups, Option<ConfigProblem>) {
    let built_in = || Groups::built_in().unwrap_or_default();
    let path = dirs.config.join(FILE);
    let problem = |line, column, message: String| {
        let path = path.clone();
        ConfigProblem::other(Place::File { path, line, column }, message)
    };
    let text = match std::fs::metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return (built_in(), None),
        Ok(meta) if meta.len() > MAX_BYTES => {
            let why = format!(
                "a file of groups has at most {MAX_BYTES} bytes; the built-in groups count"
            );
            return (built_in(), Some(problem(None, None, why)));
        }
        _ => std::fs::read_to_string(&path),
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            let why = format!("it cannot be read: {error}; the built-in groups count");
            return (built_in(), Some(problem(None, None, why)));
        }
    };
    match built_in().with_file(&text) {
        Ok(groups) => (groups, None),
        Err(error) => {
            let at = |n: usize| u32::try_from(n).ok();
            let why = format!("{}; the built-in groups count", error.message);
            let told = problem(at(error.line), at(error.column), why);
            (built_in(), Some(told))
        }
    }
}

/// Gives every group of the file its place and title on the Board, where the configuration does not say otherwise.
pub fn onto_board(groups: &Groups, board: &mut Board) {
    let built_in = Groups::built_in().unwrap_or_default();
    for group in groups.in_order() {
        let slug = group.slug.to_string();
        let is_new_title = built_in
            .get(&group.slug)
            .is_none_or(|own| own.title != group.title);
        if is_new_title && !board.titles.contains_key(&slug) {
            board.titles.insert(slug.clone(), group.title.clone());
        }
        if !board.order.contains(&slug) {
            board.order.push(slug);
        }
    }
}

/// What reads the tickets of this installation.
///
/// # Errors
/// [`EngineError`]: word lists that are too large.
pub fn engine(groups: &Groups) -> Result<Engine, EngineError> {
    Engine::new(&Lexicon::built_in()?, groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, write_private_file};
    use crate::triage::Input;

    fn with(text: &str) -> (Groups, Option<ConfigProblem>) {
        let home = tempfile::tempdir().unwrap();
        let dirs = Dirs::below(home.path());
        write_private_file(&dirs.config.join(FILE), text.as_bytes()).unwrap();
        read(&dirs)
    }

    #[test]
    fn own_groups_are_read_and_shown() {
        let (groups, problem) = with(
            "[[group]]\nslug = \"parking\"\ntitle = \"Parking\"\norder = 15\nwords = [\"EasyPark\"]\n\
             [[group]]\nslug = \"wifi\"\ntitle = \"Net at home\"\n",
        );
        assert_eq!(problem, None);
        let mut config = Config::built_in();
        onto_board(&groups, &mut config.board);
        let order: Vec<&str> = config.board.order.iter().map(String::as_str).collect();
        assert_eq!(order.get(..3), Some(["vpn", "parking", "video"].as_slice()));
        assert_eq!(
            config.board.titles.get("parking").map(String::as_str),
            Some("Parking")
        );
        assert_eq!(
            config.board.titles.get("wifi").map(String::as_str),
            Some("Net at home")
        );
        assert_eq!(config.board.titles.len(), 2);
        let finding = engine(&groups).unwrap().classify(&Input {
            subject: "EasyPark",
            body: "EasyPark starter ikke",
            lang: None,
        });
        assert_eq!(finding.group.as_str(), "parking");
    }

    #[test]
    fn what_the_configuration_says_stays() {
        let (groups, _) = with("[[group]]\nslug = \"parking\"\n");
        let mut config = Config::built_in();
        config.board.order = vec!["login".to_owned()];
        config
            .board
            .titles
            .insert("parking".to_owned(), "P".to_owned());
        onto_board(&groups, &mut config.board);
        assert_eq!(
            config.board.order.first().map(String::as_str),
            Some("login")
        );
        assert_eq!(
            config.board.titles.get("parking").map(String::as_str),
            Some("P")
        );
        assert_eq!(config.board.order.len(), 15);
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let (groups, problem) = with("[[group]]\nslug = \"Par King\"\n");
        assert_eq!(groups, Groups::built_in().unwrap());
        let told = problem.unwrap().to_string();
        assert!(told.contains("groups.toml:2:8: expected a slug"), "{told}");
    }
}
