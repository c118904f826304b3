//! Assets: devices with their holders.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, params};

use super::history::NewTxn;
use super::people::NOBODY;
use super::ticket_writes::quoted;
use super::{Base, DeskBase, Kind, Person, Refusal};

/// Statuses of the assets lifecycle.
pub(crate) const STATUSES: [&str; 6] = [
    "new",
    "allocated",
    "in-use",
    "recycled",
    "stolen",
    "deleted",
];

/// Whether the assets lifecycle has this step.
fn may_become(old: &str, new: &str) -> bool {
    let next: &[&str] = match old {
        "new" => &["allocated", "in-use", "stolen", "deleted"],
        "allocated" => &["in-use", "recycled", "stolen", "deleted"],
        "in-use" => &["allocated", "recycled", "stolen", "deleted"],
        _ => &["allocated"],
    };
    next.contains(&new)
}

/// Role of somebody on an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub(crate) enum Holder {
    /// Who uses it.
    HeldBy = 0,
    /// Whom to ask about it.
    Contact = 1,
}

/// An asset as stored.
#[derive(Debug, Clone)]
pub(crate) struct Asset {
    pub(crate) id: i64,
    pub(crate) catalog: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) status: String,
    pub(crate) owner: i64,
    pub(crate) created: i64,
    pub(crate) creator: i64,
    pub(crate) updated: i64,
    pub(crate) updated_by: i64,
}

/// What a new asset is made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewAsset {
    pub(crate) catalog: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) status: Option<String>,
    pub(crate) held_by: Vec<String>,
    pub(crate) contact: Vec<String>,
    pub(crate) fields: BTreeMap<String, Vec<String>>,
}

impl DeskBase {
    /// The asset with this number.
    pub(crate) fn asset(&self, id: i64) -> Base<Option<Asset>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT id, catalog, name, description, status, owner, created, creator, updated, updated_by
                 FROM assets WHERE id = ?1",
            )?
            .query_row([id], |row| {
                Ok(Asset {
                    id: row.get(0)?,
                    catalog: row.get(1)?,
                    name: row.get(2)?,
                    description: row.get(3)?,
                    status: row.get(4)?,
                    owner: row.get(5)?,
                    created: row.get(6)?,
                    creator: row.get(7)?,
                    updated: row.get(8)?,
                    updated_by: row.get(9)?,
                })
            })
            .optional()?)
    }

    /// The people of a role on an asset.
    pub(crate) fn holders(&self, asset: i64, role: Holder) -> Base<Vec<i64>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT user FROM holders WHERE asset = ?1 AND role = ?2 ORDER BY user",
        )?;
        let rows = statement.query_map(params![asset, role as i64], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Creates an asset, as `POST /asset` does.
    pub(crate) fn create_asset(&mut self, new: &NewAsset, who: &Person) -> Result<i64, Refusal> {
        if new.catalog.is_empty() {
            return Err(Refusal::new(400, "Invalid Catalog"));
        }
        // Devices are the administrator's: agents change them, and do not make them.
        let catalog = self
            .catalog(&new.catalog)
            .filter(|_| who.role.rules())
            .ok_or_else(|| Refusal::new(403, "Permission Denied"))?;
        let status = new.status.as_deref().unwrap_or("new").to_lowercase();
        if !STATUSES.contains(&status.as_str()) {
            return Err(Refusal::new(
                400,
                format!("Status '{status}' isn't a valid status for assets."),
            ));
        }
        if !matches!(status.as_str(), "new" | "allocated" | "in-use") {
            return Err(Refusal::new(
                400,
                format!("New assets cannot have status '{status}'."),
            ));
        }
        self.conn
            .prepare_cached(
                "INSERT INTO assets (catalog, name, description, status, owner, created, creator, updated, updated_by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?7)",
            )?
            .execute(params![catalog.id, new.name, new.description, status, NOBODY, self.now, who.id])?;
        let id = self.conn.last_insert_rowid();
        for (people, role) in [
            (&new.held_by, Holder::HeldBy),
            (&new.contact, Holder::Contact),
        ] {
            for name in people {
                let person = self
                    .find_or_make_person(name)?
                    .ok_or_else(|| Refusal::new(400, "Couldn't load user: Couldn't find row"))?;
                self.conn
                    .prepare_cached(
                        "INSERT OR IGNORE INTO holders (asset, role, user) VALUES (?1, ?2, ?3)",
                    )?
                    .execute(params![id, role as i64, person.id])?;
            }
        }
        for (name, values) in &new.fields {
            let field = self.field(Kind::Asset, name).ok_or_else(|| {
                Refusal::new(
                    400,
                    format!(
                        "Couldn't add custom field value on create: Custom field {name} not found"
                    ),
                )
            })?;
            for value in field.kept(values) {
                self.put_value(&field, id, value)?;
            }
        }
        self.record(NewTxn {
            kind: Kind::Asset,
            object: id,
            typ: "Create",
            field: "",
            old: "",
            new: "",
            creator: who.id,
        })?;
        Ok(id)
    }

    /// Sets one of name, description, status; the desk's sentence, none when nothing changes.
    pub(crate) fn set_asset(
        &mut self,
        asset: &Asset,
        field: &str,
        new: &str,
        who: &Person,
    ) -> Base<Option<String>> {
        let (old, sql) = match field {
            "Name" => (&asset.name, "UPDATE assets SET name = ?2 WHERE id = ?1"),
            "Description" => (
                &asset.description,
                "UPDATE assets SET description = ?2 WHERE id = ?1",
            ),
            _ => (&asset.status, "UPDATE assets SET status = ?2 WHERE id = ?1"),
        };
        if old == new {
            return Ok(None);
        }
        if !who.role.works() {
            return Ok(Some("Permission Denied".to_owned()));
        }
        let status = field == "Status";
        if status && !STATUSES.contains(&new) {
            return Ok(Some(format!(
                "Status '{new}' isn't a valid status for this asset."
            )));
        }
        if status && !may_become(old, new) {
            return Ok(Some(format!(
                "You can't change status from '{old}' to '{new}'."
            )));
        }
        self.conn
            .prepare_cached(sql)?
            .execute(params![asset.id, new])?;
        let typ = if status { "Status" } else { "Set" };
        self.record(NewTxn {
            kind: Kind::Asset,
            object: asset.id,
            typ,
            field,
            old,
            new,
            creator: who.id,
        })?;
        Ok(Some(format!(
            "{field} changed from {} to {}",
            quoted(old),
            quoted(new)
        )))
    }

    /// Makes these people the holders; the desk's sentences.
    pub(crate) fn set_holders(
        &mut self,
        asset: i64,
        wanted: &[String],
        who: &Person,
    ) -> Base<Vec<String>> {
        let refused = || "No permission to modify this asset".to_owned();
        let current = self.holders(asset, Holder::HeldBy)?;
        let mut keep = Vec::new();
        let mut said = Vec::new();
        for name in wanted {
            let Some(person) = self.find_or_make_person(name)? else {
                said.push(format!("Couldn't load principal: {name}"));
                continue;
            };
            keep.push(person.id);
            if !current.contains(&person.id) && !who.role.works() {
                said.push(refused());
            } else if !current.contains(&person.id) {
                self.conn
                    .prepare_cached(
                        "INSERT OR IGNORE INTO holders (asset, role, user) VALUES (?1, 0, ?2)",
                    )?
                    .execute(params![asset, person.id])?;
                let id = person.id.to_string();
                self.record(NewTxn {
                    kind: Kind::Asset,
                    object: asset,
                    typ: "AddWatcher",
                    field: "HeldBy",
                    old: "",
                    new: &id,
                    creator: who.id,
                })?;
                said.push(format!("Member added: {}", person.name));
            }
        }
        for gone in current.into_iter().filter(|user| !keep.contains(user)) {
            if !who.role.works() {
                said.push(refused());
                continue;
            }
            self.conn
                .prepare_cached("DELETE FROM holders WHERE asset = ?1 AND role = 0 AND user = ?2")?
                .execute(params![asset, gone])?;
            let id = gone.to_string();
            self.record(NewTxn {
                kind: Kind::Asset,
                object: asset,
                typ: "DelWatcher",
                field: "HeldBy",
                old: &id,
                new: "",
                creator: who.id,
            })?;
            said.push("Member deleted".to_owned());
        }
        Ok(said)
    }
}
