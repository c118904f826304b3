//! `vagt status`: queue load per group, in a line each or as JSON.

use serde_json::json;

use super::exit::{Exit, Stop};
use super::live::{Live, block_on};
use super::out::Out;
use super::session::Ground;
use crate::board::PaneKind;
use crate::domain::ids::GroupId;

/// Minutes.
const HOUR: i64 = 60;

/// Prints the load.
///
/// # Errors
/// No desk, or trouble with it.
pub fn run(as_json: bool, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let live = block_on(Live::open(ground))?;
    let load = live.board.load();
    let groups: Vec<(String, String, usize, usize, u32)> = live
        .board
        .panes()
        .iter()
        .map(|pane| {
            let own = match &pane.def().kind {
                PaneKind::Group(group) => Some(group.clone()),
                PaneKind::Rest => Some(GroupId::other()),
                PaneKind::Saved(_) => None,
            };
            let recent = own.as_ref().map_or(0, |g| load.arrived_lately_in(g, HOUR));
            let unowned = own.as_ref().map_or(0, |g| load.unowned(g));
            let slug = own.map_or_else(|| pane.def().title.clone(), |g| g.to_string());
            (slug, pane.def().title.clone(), pane.len(), unowned, recent)
        })
        .collect();
    let (arrived, solved) = (load.arrived_lately(HOUR), load.solved_lately(HOUR));
    if as_json {
        let groups: Vec<_> = groups
            .iter()
            .map(|(slug, title, open, unowned, recent)| {
                json!({ "group": slug, "title": title, "open": open, "unowned": unowned, "arrived_last_hour": recent })
            })
            .collect();
        out.json(&json!({
            "schema": "vagt.status/1", "desk": live.desk.place(), "me": live.identity.me.id, "at": live.now,
            "open": load.open_total(), "arrived_last_hour": arrived, "solved_last_hour": solved,
            "oldest": load.oldest(), "groups": groups, "devices": live.board.fleet().len(),
        }))?;
        return Ok(Exit::Done);
    }
    let cells: Vec<String> = groups
        .iter()
        .filter(|g| g.2 > 0)
        .map(|(_, title, open, ..)| format!("{title} {open}"))
        .collect();
    out.line(format!(
        "{} open · in {arrived}/h · out {solved}/h · {}",
        load.open_total(),
        if cells.is_empty() {
            "nothing waits".to_owned()
        } else {
            cells.join(" · ")
        }
    ))?;
    Ok(Exit::Done)
}
