//! The tables of `docs/architecture.md`, and what breaks them.

use std::collections::{BTreeMap, BTreeSet};

use super::scan::Uses;

/// What the page allows.
#[derive(Debug, Default)]
pub struct Map {
    /// Room → rooms it may use.
    pub rooms: BTreeMap<String, BTreeSet<String>>,
    /// Crate (as written in Cargo.toml) → places that may name it; `*` is everywhere.
    pub crates: BTreeMap<String, BTreeSet<String>>,
    /// `Type::function` that reads a clock → places that may name it.
    pub clocks: BTreeMap<String, BTreeSet<String>>,
}

impl Map {
    /// Reads the three tables; a table is known by the first cell of its head.
    pub fn parse(page: &str) -> Map {
        let mut map = Map::default();
        let mut table = "";
        for line in page.lines() {
            let cells: Vec<&str> = line
                .trim()
                .trim_matches('|')
                .split('|')
                .map(str::trim)
                .collect();
            match cells.as_slice() {
                _ if !line.starts_with('|') => table = "",
                [head @ ("room" | "crate" | "name"), ..] if table.is_empty() => table = head,
                [first, ..] if first.starts_with("---") => {}
                [first, second, ..] => {
                    let names = second
                        .split(',')
                        .map(|name| name.trim().to_string())
                        .filter(|name| name != "–")
                        .collect();
                    match table {
                        "room" => map.rooms.insert((*first).into(), names),
                        "crate" => map.crates.insert((*first).into(), names),
                        "name" => map.clocks.insert((*first).into(), names),
                        _ => None,
                    };
                }
                _ => {}
            }
        }
        map
    }

    /// Says what in one file is not allowed, one sentence each.
    pub fn complaints(&self, file: &str, module: &[&str], uses: &Uses) -> Vec<String> {
        let room = module.first().copied().unwrap_or("main");
        let mut found = Vec::new();
        let Some(allowed) = self.rooms.get(room) else {
            return vec![format!("{file}: `{room}` is not in the table of rooms")];
        };
        for (used, line) in &uses.rooms {
            if used == room || allowed.contains(used) {
                continue;
            }
            if self.rooms.contains_key(used) || used == "*" {
                found.push(format!("{file}:{line}: `{room}` must not use `{used}`"));
            } else {
                found.push(format!("{file}:{line}: `crate::{used}` is not a room"));
            }
        }
        let place = module.join("::");
        let name_of = |head: &str| {
            if self.crates.contains_key(head) {
                head.to_string()
            } else {
                head.replace('_', "-")
            }
        };
        let crates = uses
            .heads
            .iter()
            .map(|(head, line)| (name_of(head), line, &self.crates));
        let clocks = uses
            .pairs
            .iter()
            .map(|(pair, line)| (pair.clone(), line, &self.clocks));
        for (name, line, table) in crates.chain(clocks) {
            if table
                .get(&name)
                .is_some_and(|places| !allows(places, &place))
            {
                found.push(format!(
                    "{file}:{line}: `{name}` must not be named in `{place}`"
                ));
            }
        }
        found
    }

    /// A circle among rooms that is not through a composition root, if there is one.
    pub fn circle(&self) -> Option<String> {
        let mut left: BTreeMap<&String, &BTreeSet<String>> = self.rooms.iter().collect();
        loop {
            let free: Vec<&String> = left
                .iter()
                .filter(|(_, uses)| uses.iter().all(|used| !left.contains_key(used)))
                .map(|(room, _)| *room)
                .collect();
            if free.is_empty() {
                break;
            }
            for room in free {
                left.remove(room);
            }
        }
        (!left.is_empty()).then(|| {
            left.keys()
                .map(|room| room.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        })
    }
}

fn allows(places: &BTreeSet<String>, place: &str) -> bool {
    places.iter().any(|allowed| {
        allowed == "*"
            || place == allowed
            || (allowed == "main" && place.is_empty())
            || place
                .strip_prefix(allowed.as_str())
                .is_some_and(|rest| rest.starts_with("::"))
    })
}
