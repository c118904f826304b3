//! The JSON searches: `[{"field": …, "operator": …, "value": …}]`.
//!
//! As on the real desk, conditions on one field are joined by OR (unless `entry_aggregator` says
//! AND), different fields by AND, and an unknown field is dropped without a word: a window of ids
//! needs `"entry_aggregator": "AND"`.

use serde_json::Value;

use super::parse::Op;
use super::{Where, terms};
use crate::demo::base::{DeskBase, Kind};

/// A column that a JSON search may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Name on the wire.
    pub(crate) name: &'static str,
    /// Its SQL.
    pub(crate) sql: &'static str,
    /// Whether it holds numbers.
    pub(crate) number: bool,
}

/// A text column.
pub(crate) const fn words(name: &'static str, sql: &'static str) -> Column {
    Column {
        name,
        sql,
        number: false,
    }
}

/// A number column.
pub(crate) const fn count(name: &'static str, sql: &'static str) -> Column {
    Column {
        name,
        sql,
        number: true,
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(i64::from(*flag).to_string()),
        _ => None,
    }
}

/// The SQL of a JSON search, or none if no condition is left (the real desk then has no limit at
/// all). `custom` names the kind of object whose custom fields may be asked for, and its id column.
pub(crate) fn compile(
    base: &DeskBase,
    query: &[Value],
    columns: &[Column],
    custom: Option<(Kind, &str)>,
) -> Option<Where> {
    let mut groups: Vec<(String, Where)> = Vec::new();
    for limit in query {
        let (Some(field), Some(value)) = (
            limit.get("field").and_then(Value::as_str),
            limit.get("value").and_then(plain),
        ) else {
            continue;
        };
        let op = match limit.get("operator").and_then(Value::as_str) {
            None | Some("") => Some(Op::Equal),
            Some(text) => Op::spelled(text),
        };
        let aggregator = match limit.get("entry_aggregator").and_then(Value::as_str) {
            Some(text) if text.eq_ignore_ascii_case("and") => " AND ",
            _ => " OR ",
        };
        let known = columns.iter().any(|column| column.name == field)
            || custom.is_some_and(|(kind, _)| {
                custom_name(field).is_some_and(|name| base.field(kind, name).is_some())
            });
        if !known {
            continue;
        }
        let Some(op) = op else {
            // The real desk's database refuses such a query, and it shows nothing.
            return Some(terms::never());
        };
        let term = if let Some(column) = columns.iter().find(|column| column.name == field) {
            if column.number {
                terms::number(column.sql, op, &value)
            } else {
                terms::text(column.sql, op, &value)
            }
        } else if let Some((kind, object)) = custom
            && let Some(name) = custom_name(field)
            && let Some(known) = base.field(kind, name)
        {
            let from = format!(
                "SELECT v.object FROM custom_values v WHERE v.kind = {} AND v.field = {} AND",
                kind as i64, known.id
            );
            terms::member(
                object,
                op.negated(),
                &from,
                terms::text("v.content", op.positive(), &value),
            )
        } else {
            continue;
        };
        match groups.iter_mut().find(|(name, _)| name == field) {
            Some((_, group)) => {
                group.sql.push_str(aggregator);
                group.sql.push('(');
                group.sql.push_str(&term.sql);
                group.sql.push(')');
                group.values.extend(term.values);
            }
            None => groups.push((
                field.to_owned(),
                Where {
                    sql: format!("({})", term.sql),
                    values: term.values,
                },
            )),
        }
    }
    if groups.is_empty() {
        return None;
    }
    let mut all = Where::default();
    for (_, group) in groups {
        if !all.sql.is_empty() {
            all.sql.push_str(" AND ");
        }
        all.sql.push('(');
        all.sql.push_str(&group.sql);
        all.sql.push(')');
        all.values.extend(group.values);
    }
    Some(all)
}

fn custom_name(field: &str) -> Option<&str> {
    let rest = field
        .strip_prefix("CustomField.{")
        .or_else(|| field.strip_prefix("CF.{"))?;
    rest.strip_suffix('}')
}
