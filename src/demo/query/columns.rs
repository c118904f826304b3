//! Values that are columns: `Told > Created`, `Subject = CF.{Device}`. Only TicketSQL has them; what is
//! written without quotes and is no column is refused there.

use super::parse::Op;
use super::{Where, terms};
use crate::demo::base::{DeskBase, Kind};

/// Columns of a ticket with their SQL; letter case counts, as on the real desk.
const COLUMNS: [(&str, &str); 20] = [
    ("id", "t.id"),
    ("EffectiveId", "t.effective"),
    ("Queue", "t.queue"),
    ("Owner", "t.owner"),
    ("Subject", "t.subject"),
    ("InitialPriority", "t.initial_priority"),
    ("FinalPriority", "t.final_priority"),
    ("Priority", "t.priority"),
    ("TimeEstimated", "t.time_estimated"),
    ("TimeWorked", "t.time_worked"),
    ("TimeLeft", "t.time_left"),
    ("Status", "t.status"),
    ("Told", "t.told"),
    ("Starts", "t.starts"),
    ("Started", "t.started"),
    ("Due", "t.due"),
    ("Resolved", "t.resolved"),
    ("LastUpdated", "t.updated"),
    ("Created", "t.created"),
    ("Creator", "t.creator"),
];

/// Compares a column of a ticket with another one. The error is the sentence without its place.
pub(crate) fn compare(
    base: &DeskBase,
    key: &str,
    op: Op,
    column: &str,
    query: &str,
) -> Result<Where, String> {
    let other = match COLUMNS.iter().find(|(name, _)| *name == column) {
        Some((_, sql)) => (*sql).to_owned(),
        None => value_of_field(base, column)
            .ok_or_else(|| format!("Wrong query, no such column '{column}' in '{query}'"))?,
    };
    let own = COLUMNS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(key))
        .map(|(_, sql)| *sql);
    let own = own.filter(|own| !other.starts_with('(') || matches!(*own, "t.subject" | "t.status"));
    let (Some(own), true) = (own, op.compares()) else {
        return Ok(terms::never());
    };
    Ok(Where {
        sql: format!("{own} {} {other}", terms::symbol(op)),
        values: Vec::new(),
    })
}

/// The SQL of `CF.{Name}` as a value: its first value on the ticket; none if it is no custom field's form.
fn value_of_field(base: &DeskBase, column: &str) -> Option<String> {
    let name = column
        .get(..3)
        .filter(|start| start.eq_ignore_ascii_case("CF."))?;
    let name = column.get(name.len()..)?;
    let name = name
        .strip_prefix('{')
        .and_then(|name| name.split_once('}'))
        .map_or(name, |(name, _)| name);
    Some(match base.field(Kind::Ticket, name) {
        None => "NULL".to_owned(),
        Some(field) => format!(
            "(SELECT v.content FROM custom_values v WHERE v.kind = 1 AND v.object = t.id AND v.field = {} LIMIT 1)",
            field.id
        ),
    })
}
