//! The walls of the house: `docs/architecture.md` says who may use whom, and this test reads the source.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "architecture/map.rs"]
mod map;
#[path = "architecture/scan.rs"]
mod scan;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use map::Map;
use scan::{Uses, scan};

/// Lines of code (without tests, comments, blanks) past which a file is named, and past which it is refused.
const LONG: usize = 400;
const TOO_LONG: usize = 700;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> Map {
    Map::parse(
        &std::fs::read_to_string(root().join("docs/architecture.md"))
            .expect("docs/architecture.md is there"),
    )
}

/// Every source file of the crate that is not only a test, with its module path.
fn sources() -> Vec<(String, Vec<String>, Uses)> {
    let mut files = Vec::new();
    walk(&root().join("src"), &mut files);
    files.sort();
    let mut read = Vec::new();
    for file in files {
        let name = file
            .strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let mut module: Vec<String> = Path::new(&name)
            .with_extension("")
            .components()
            .skip(1)
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        if module
            .last()
            .is_some_and(|last| last == "tests" || last.ends_with("_tests"))
            || module.contains(&"tests".to_string())
        {
            continue;
        }
        if module == ["main"] || module == ["lib"] {
            module.clear();
        }
        let uses = scan(&std::fs::read_to_string(&file).unwrap(), &refs(&module));
        read.push((name, module, uses));
    }
    assert!(
        read.len() > 10,
        "only {} source files were found",
        read.len()
    );
    read
}

fn refs(module: &[String]) -> Vec<&str> {
    module.iter().map(String::as_str).collect()
}

fn walk(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn no_use_that_the_page_does_not_allow() {
    let map = page();
    let complaints: Vec<String> = sources()
        .iter()
        .filter(|(name, ..)| name != "src/lib.rs")
        .flat_map(|(name, module, uses)| map.complaints(name, &refs(module), uses))
        .collect();
    assert!(
        complaints.is_empty(),
        "{} uses are not in docs/architecture.md:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn the_page_lists_the_rooms_that_exist() {
    let rooms: BTreeSet<String> = std::fs::read_dir(root().join("src"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() || path.ends_with("main.rs"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        page().rooms.into_keys().collect::<BTreeSet<_>>(),
        rooms,
        "left: the page, right: src"
    );
}

#[test]
fn the_page_lists_every_dependency_and_only_rooms() {
    let manifest: toml::Table =
        toml::from_str(&std::fs::read_to_string(root().join("Cargo.toml")).unwrap()).unwrap();
    let mut names: BTreeSet<String> = manifest["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    for target in manifest
        .get("target")
        .and_then(|targets| targets.as_table())
        .into_iter()
        .flat_map(|targets| targets.values())
    {
        names.extend(target["dependencies"].as_table().unwrap().keys().cloned());
    }
    let map = page();
    assert_eq!(
        map.crates.keys().cloned().collect::<BTreeSet<_>>(),
        names,
        "left: the page, right: Cargo.toml"
    );
    let places = map
        .crates
        .values()
        .chain(map.clocks.values())
        .flatten()
        .chain(map.rooms.values().flatten());
    let strangers: BTreeSet<&str> = places
        .map(|place| place.split("::").next().unwrap_or(place))
        .filter(|room| *room != "*" && !map.rooms.contains_key(*room))
        .collect();
    assert!(strangers.is_empty(), "not rooms: {strangers:?}");
}

#[test]
fn rooms_do_not_use_each_other_in_a_circle() {
    assert_eq!(page().circle(), None);
}

#[test]
fn files_stay_small() {
    let mut long: Vec<(usize, String)> = sources()
        .into_iter()
        .map(|(name, _, uses)| (uses.code_lines, name))
        .filter(|(lines, _)| *lines > LONG)
        .collect();
    long.sort_by(|a, b| b.cmp(a));
    for (lines, name) in &long {
        println!("{name}: {lines} lines of code; is there a second thing in it?");
    }
    let refused: Vec<_> = long.iter().filter(|(lines, _)| *lines > TOO_LONG).collect();
    assert!(
        refused.is_empty(),
        "over {TOO_LONG} lines of code: {refused:?}"
    );
}

/// The checker itself: it must see what it is there for.
mod checker {
    use super::*;

    const PAGE: &str = "
| room | may use | what |
|---|---|---|
| text | – | leaf |
| board | text | index |
| ui | text, board | view |
| runtime | text, board, ui | root |

| crate | only in |
|---|---|
| serde | * |
| serde_json | runtime |
| tokio-util | runtime |
| editor | ui::compose |

| name | only in |
|---|---|
| Instant::now | runtime |
";

    fn complaints(module: &[&str], source: &str) -> Vec<String> {
        Map::parse(PAGE).complaints("f", module, &scan(source, module))
    }

    #[test]
    fn allows_what_the_page_allows() {
        let source = "use serde::Deserialize;\nuse crate::{board::Row, text};\nuse super::other;\nuse std::collections::BTreeMap;\nfn f() { crate::ui::g(); }";
        assert_eq!(complaints(&["ui", "panes"], source), Vec::<String>::new());
    }

    #[test]
    fn finds_a_forbidden_room_in_every_spelling() {
        for source in [
            "use crate::ui::View;",
            "use crate::{text::fold, ui::View};",
            "use crate::{text::{fold, width}, ui};",
            "use super::ui::View;",
            "mod inner { use super::super::ui::View; }",
            "fn f() { let _ = crate::ui::view(); }",
            "fn f() -> Vec<crate::ui::View> { vec![] }",
            "fn f() { println!(\"{}\", crate::ui::NAME); }",
            "pub use vagt::ui as screen;",
        ] {
            let found = complaints(&["board"], source);
            assert_eq!(found.len(), 1, "{source}: {found:?}");
            assert!(
                found
                    .iter()
                    .all(|sentence| sentence.contains("`board` must not use `ui`")),
                "{found:?}"
            );
        }
        assert_eq!(complaints(&["board"], "use crate::*;").len(), 1);
    }

    #[test]
    fn finds_a_forbidden_crate_and_clock() {
        assert_eq!(
            complaints(&["board"], "use serde_json::Value;"),
            ["f:1: `serde_json` must not be named in `board`"]
        );
        assert_eq!(
            complaints(&["board"], "\nuse tokio_util::sync::X;"),
            ["f:2: `tokio-util` must not be named in `board`"]
        );
        assert_eq!(complaints(&["board"], "use serde_json as json;").len(), 1);
        assert_eq!(
            complaints(
                &["board"],
                "#[tokio_util::main] fn f() {\n std::time::Instant::now();\n Instant::now(); }"
            )
            .len(),
            3
        );
        assert_eq!(
            complaints(&["ui", "compose"], "use editor::Area;"),
            Vec::<String>::new()
        );
        assert_eq!(
            complaints(&["ui", "compose", "keys"], "use editor::Area;"),
            Vec::<String>::new()
        );
        assert_eq!(
            complaints(&["ui", "composer"], "use editor::Area;").len(),
            1
        );
    }

    #[test]
    fn does_not_see_comments_strings_fields_and_tests() {
        let source = r##"
//! [`crate::ui`]
/* use crate::ui; /* nested */ */
const A: &str = "crate::ui::x"; const B: &str = r#"use crate::ui;" "#; const C: char = '"'; const D: &[u8] = b"crate::ui";
fn f<'a>(x: &'a X) { x.serde_json::<u8>(); let q = '\''; my::serde_json::g(); }
#[cfg(test)]
mod tests { use crate::ui::View; fn g() { let x = [0; 3]; } }
#[cfg(test)]
use crate::ui::Other;
#[cfg(test)]
fn helper(x: [u8; 2]) { crate::ui::go(); }
"##;
        assert_eq!(complaints(&["board"], source), Vec::<String>::new());
        assert_eq!(
            complaints(&["board"], &format!("{source}\nuse crate::ui::View;")).len(),
            1,
            "code after a test module counts"
        );
    }

    #[test]
    fn finds_a_circle_and_an_unknown_room() {
        let map = Map::parse(&PAGE.replace("| text | – |", "| text | board |"));
        assert_eq!(map.circle().as_deref(), Some("board, runtime, text, ui"));
        assert_eq!(Map::parse(PAGE).circle(), None);
        assert_eq!(
            complaints(&["attic"], ""),
            ["f: `attic` is not in the table of rooms"]
        );
    }
}
