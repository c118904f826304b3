//! Custom fields and their values.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::history::NewTxn;
use super::{Base, DeskBase, Kind};

/// Type of a field that holds text.
pub(crate) const FREEFORM: &str = "Freeform";
/// Type of a field that holds a moment: written in the writer's time zone, kept and shown in UTC.
pub(crate) const DATE_TIME: &str = "DateTime";

/// A custom field.
#[derive(Debug, Clone)]
pub(crate) struct CustomField {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) multiple: bool,
    pub(crate) typ: String,
    pub(crate) created: i64,
}

impl CustomField {
    /// The values that the creation of an object keeps: all of them, or the last where only one fits.
    pub(crate) fn kept<'a>(&self, values: &'a [String]) -> impl Iterator<Item = &'a String> {
        let skip = if self.multiple {
            0
        } else {
            values.len().saturating_sub(1)
        };
        values.iter().skip(skip).filter(|value| !value.is_empty())
    }

    /// What Request Tracker calls the place where a field applies.
    pub(crate) fn lookup_type(&self) -> &'static str {
        match self.kind {
            Kind::Ticket => "RT::Queue-RT::Ticket",
            Kind::Asset => "RT::Catalog-RT::Asset",
            Kind::Transaction => "RT::Queue-RT::Ticket-RT::Transaction",
            Kind::User => "RT::User",
            Kind::Queue => "RT::Queue",
        }
    }
}

pub(super) fn load(conn: &Connection) -> Base<Vec<Arc<CustomField>>> {
    let mut statement = conn
        .prepare("SELECT id, name, kind, multiple, type, created FROM custom_fields ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok(Arc::new(CustomField {
            id: row.get(0)?,
            name: row.get(1)?,
            kind: Kind::of(row.get(2)?),
            multiple: row.get(3)?,
            typ: row.get(4)?,
            created: row.get(5)?,
        }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl DeskBase {
    /// Adds a custom field.
    pub(crate) fn add_field(
        &mut self,
        name: &str,
        kind: Kind,
        multiple: bool,
        typ: &str,
    ) -> Base<i64> {
        self.conn
            .prepare_cached(
                "INSERT INTO custom_fields (name, kind, multiple, type, created) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![name, kind as i64, multiple, typ, self.now])?;
        let id = self.conn.last_insert_rowid();
        self.fields = load(&self.conn)?;
        Ok(id)
    }

    /// The field of this kind of object with this number or name.
    pub(crate) fn field(&self, kind: Kind, which: &str) -> Option<Arc<CustomField>> {
        let id = which.parse::<i64>().ok();
        self.fields
            .iter()
            .find(|field| {
                field.kind == kind
                    && (Some(field.id) == id || field.name.eq_ignore_ascii_case(which))
            })
            .cloned()
    }

    /// The fields that apply to this kind of object.
    pub(crate) fn fields_of(&self, kind: Kind) -> Vec<Arc<CustomField>> {
        self.fields
            .iter()
            .filter(|field| field.kind == kind)
            .cloned()
            .collect()
    }

    /// The values of one field of one object, oldest first.
    pub(crate) fn values(&self, field: &CustomField, object: i64) -> Base<Vec<String>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT content FROM custom_values WHERE kind = ?1 AND object = ?2 AND field = ?3 ORDER BY id")?;
        let rows = statement.query_map(params![field.kind as i64, object, field.id], |row| {
            row.get(0)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All values of one object, as (field, value), oldest first.
    pub(crate) fn all_values(&self, kind: Kind, object: i64) -> Base<Vec<(i64, String)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT field, content FROM custom_values WHERE kind = ?1 AND object = ?2 ORDER BY id",
        )?;
        let rows = statement.query_map(params![kind as i64, object], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Stores a value without a word in the history (at creation, and for transactions).
    pub(crate) fn put_value(&mut self, field: &CustomField, object: i64, value: &str) -> Base<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO custom_values (kind, object, field, content) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![field.kind as i64, object, field.id, value])?;
        Ok(())
    }

    fn drop_value(&mut self, field: &CustomField, object: i64, value: &str) -> Base<()> {
        self.conn
            .prepare_cached(
                "DELETE FROM custom_values WHERE id = (SELECT min(id) FROM custom_values
                 WHERE kind = ?1 AND object = ?2 AND field = ?3 AND content = ?4 COLLATE BINARY)",
            )?
            .execute(params![field.kind as i64, object, field.id, value])?;
        Ok(())
    }

    /// Makes `wanted` the values of a field and returns the desk's sentences, one a change.
    pub(crate) fn set_values(
        &mut self,
        field: &CustomField,
        object: i64,
        wanted: &[String],
        who: i64,
    ) -> Base<Vec<String>> {
        let mut said = Vec::new();
        let current = self.values(field, object)?;
        if field.multiple {
            let mut left = current.clone();
            for value in wanted {
                if let Some(at) = left.iter().position(|have| have == value) {
                    left.remove(at);
                    continue;
                }
                if value.is_empty() {
                    continue;
                }
                self.put_value(field, object, value)?;
                self.record_value(field, object, "", value, who)?;
                said.push(format!("{value} added as a value for {}", field.name));
            }
            left.sort();
            for value in left {
                self.drop_value(field, object, &value)?;
                self.record_value(field, object, &value, "", who)?;
                said.push(format!(
                    "{value} is no longer a value for custom field {}",
                    field.name
                ));
            }
            return Ok(said);
        }
        let old = current.into_iter().next().unwrap_or_default();
        let new = wanted.first().cloned().unwrap_or_default();
        if old == new {
            return Ok(said);
        }
        if !old.is_empty() {
            self.drop_value(field, object, &old)?;
        }
        if !new.is_empty() {
            self.put_value(field, object, &new)?;
        }
        self.record_value(field, object, &old, &new, who)?;
        said.push(if old.is_empty() {
            format!("{} {new} added", field.name)
        } else if new.is_empty() && !wanted.is_empty() {
            format!("{} {old} deleted", field.name)
        } else if new.is_empty() {
            format!("{old} is no longer a value for custom field {}", field.name)
        } else {
            format!("{} {old} changed to {new}", field.name)
        });
        Ok(said)
    }

    fn record_value(
        &mut self,
        field: &CustomField,
        object: i64,
        old: &str,
        new: &str,
        creator: i64,
    ) -> Base<i64> {
        let id = field.id.to_string();
        self.record(NewTxn {
            kind: field.kind,
            object,
            typ: "CustomField",
            field: &id,
            old,
            new,
            creator,
        })
    }
}
