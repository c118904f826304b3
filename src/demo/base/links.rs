//! Links between tickets and assets, and merging.
//!
//! An end of a link is kept as `ticket:5`, `asset:7` or an address of the outside world; the wire
//! writes the first two as URIs in histories (`fsck.com-rt://…/ticket/5`, `asset://…/7`).

use rusqlite::params;

use super::history::NewTxn;
use super::tickets::Watcher;
use super::{Base, DeskBase, Kind, Person};

/// The organisation in the URIs of this desk.
pub(crate) const ORGANIZATION: &str = "vagt.example";

/// A way of linking: name on the wire, stored type, whether the object itself is the base,
/// field name of the object's transaction, of the other end's transaction, `ref` in hyperlinks, words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) name: &'static str,
    pub(crate) typ: &'static str,
    pub(crate) base_here: bool,
    pub(crate) field: &'static str,
    pub(crate) other_field: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) words: &'static str,
}

const fn relation(
    name: &'static str,
    typ: &'static str,
    base_here: bool,
    names: [&'static str; 2],
    reference: &'static str,
    words: &'static str,
) -> Relation {
    let [field, other_field] = names;
    Relation {
        name,
        typ,
        base_here,
        field,
        other_field,
        reference,
        words,
    }
}

/// Every relation that a client may add or delete.
pub(crate) const RELATIONS: [Relation; 9] = [
    relation(
        "Child",
        "MemberOf",
        false,
        ["HasMember", "MemberOf"],
        "child",
        "member of",
    ),
    relation(
        "DependedOnBy",
        "DependsOn",
        false,
        ["DependedOnBy", "DependsOn"],
        "depended-on-by",
        "depends on",
    ),
    relation(
        "DependsOn",
        "DependsOn",
        true,
        ["DependsOn", "DependedOnBy"],
        "depends-on",
        "depends on",
    ),
    relation(
        "HasMember",
        "MemberOf",
        false,
        ["HasMember", "MemberOf"],
        "child",
        "member of",
    ),
    relation(
        "MemberOf",
        "MemberOf",
        true,
        ["MemberOf", "HasMember"],
        "parent",
        "member of",
    ),
    relation(
        "Members",
        "MemberOf",
        false,
        ["HasMember", "MemberOf"],
        "child",
        "member of",
    ),
    relation(
        "Parent",
        "MemberOf",
        true,
        ["MemberOf", "HasMember"],
        "parent",
        "member of",
    ),
    relation(
        "ReferredToBy",
        "RefersTo",
        false,
        ["ReferredToBy", "RefersTo"],
        "referred-to-by",
        "refers to",
    ),
    relation(
        "RefersTo",
        "RefersTo",
        true,
        ["RefersTo", "ReferredToBy"],
        "refers-to",
        "refers to",
    ),
];

/// The relation with this name on the wire.
pub(crate) fn relation_named(name: &str) -> Option<Relation> {
    RELATIONS.into_iter().find(|relation| relation.name == name)
}

/// One end of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// A ticket or an asset of this desk.
    Local(Kind, i64),
    /// Something else, by its address.
    Outside(String),
}

impl End {
    /// What a client wrote: `5`, `"asset:7"`, a URI of this desk, or an address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = |text: &str| text.parse::<i64>().ok().filter(|id| *id > 0);
        if let Some(id) = number(text) {
            return Some(Self::Local(Kind::Ticket, id));
        }
        for (prefix, kind) in [
            ("ticket:", Kind::Ticket),
            ("t:", Kind::Ticket),
            ("asset:", Kind::Asset),
        ] {
            if let Some(id) = text.strip_prefix(prefix).and_then(number) {
                return Some(Self::Local(kind, id));
            }
        }
        if let Some(rest) = text.strip_prefix("asset://") {
            return rest
                .rsplit('/')
                .next()
                .and_then(number)
                .map(|id| Self::Local(Kind::Asset, id));
        }
        if let Some(rest) = text.strip_prefix("fsck.com-rt://") {
            return rest
                .rsplit('/')
                .next()
                .and_then(number)
                .map(|id| Self::Local(Kind::Ticket, id));
        }
        (text.starts_with("http://") || text.starts_with("https://"))
            .then(|| Self::Outside(text.to_owned()))
    }

    /// How it is stored.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Local(Kind::Asset, id) => format!("asset:{id}"),
            Self::Local(_, id) => format!("ticket:{id}"),
            Self::Outside(address) => address.clone(),
        }
    }

    /// How a history writes it.
    pub(crate) fn uri(&self) -> String {
        match self {
            Self::Local(Kind::Asset, id) => format!("asset://{ORGANIZATION}/{id}"),
            Self::Local(_, id) => format!("fsck.com-rt://{ORGANIZATION}/ticket/{id}"),
            Self::Outside(address) => address.clone(),
        }
    }

    /// How a sentence names it, given what the client wrote.
    fn label(&self) -> String {
        match self {
            Self::Local(Kind::Asset, id) => format!("URI asset:{id}"),
            Self::Local(_, id) => format!("Ticket {id}"),
            Self::Outside(address) => format!("URI {address}"),
        }
    }
}

impl DeskBase {
    fn end_exists(&self, end: &End) -> Base<bool> {
        Ok(match end {
            End::Outside(_) => true,
            End::Local(Kind::Asset, id) => self.asset(*id)?.is_some(),
            End::Local(_, id) => self.ticket(*id)?.is_some(),
        })
    }

    /// The links of an object in one direction: (type, other end).
    pub(crate) fn links_of(&self, object: &End, base_here: bool) -> Base<Vec<(String, End)>> {
        let sql = if base_here {
            "SELECT type, target FROM links WHERE base = ?1 ORDER BY id"
        } else {
            "SELECT type, base FROM links WHERE target = ?1 ORDER BY id"
        };
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([object.key()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (typ, other) = row?;
            found.push((typ, End::parse(&other).unwrap_or(End::Outside(other))));
        }
        Ok(found)
    }

    /// Whether a ticket waits for another open one.
    pub(crate) fn has_open_dependencies(&self, ticket: i64) -> Base<bool> {
        for (typ, other) in self.links_of(&End::Local(Kind::Ticket, ticket), true)? {
            if typ == "DependsOn"
                && let End::Local(Kind::Ticket, id) = other
                && self
                    .ticket(id)?
                    .is_some_and(|ticket| super::tickets::ACTIVE.contains(&ticket.status.as_str()))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether somebody who works may put a link on the other end.
    fn may_change(&self, end: &End, who: &Person) -> Base<bool> {
        Ok(match end {
            End::Outside(_) => true,
            End::Local(Kind::Asset, id) => self
                .asset(*id)?
                .is_none_or(|asset| self.sees_catalog(who, asset.catalog)),
            End::Local(_, id) => self
                .ticket(*id)?
                .is_none_or(|ticket| self.sees_queue(who, ticket.queue)),
        })
    }

    /// Adds a link at the creation of a ticket: only the other end's history tells of it.
    pub(crate) fn link_at_creation(
        &mut self,
        ticket: i64,
        name: &str,
        other: &str,
        who: i64,
    ) -> Base<()> {
        let (Some(relation), Some(other)) = (relation_named(name), End::parse(other)) else {
            return Ok(());
        };
        let here = End::Local(Kind::Ticket, ticket);
        if self.end_exists(&other)?
            && self.insert_link(&here, relation, &other)?
            && let End::Local(kind, object) = other
        {
            self.record(NewTxn {
                kind,
                object,
                typ: "AddLink",
                field: relation.other_field,
                old: "",
                new: &here.uri(),
                creator: who,
            })?;
        }
        Ok(())
    }

    fn insert_link(&mut self, here: &End, relation: Relation, other: &End) -> Base<bool> {
        let (base, target) = if relation.base_here {
            (here, other)
        } else {
            (other, here)
        };
        let added = self
            .conn
            .prepare_cached("INSERT OR IGNORE INTO links (type, base, target) VALUES (?1, ?2, ?3)")?
            .execute(params![relation.typ, base.key(), target.key()])?;
        Ok(added > 0)
    }

    /// Adds or deletes a link; always a sentence, refused or not.
    pub(crate) fn change_link(
        &mut self,
        here: &End,
        relation: Relation,
        other: &str,
        add: bool,
        who: &Person,
    ) -> Base<String> {
        if !who.role.works() {
            return Ok("Permission Denied".to_owned());
        }
        let Some(other_end) = End::parse(other) else {
            return Ok(format!("Couldn't resolve '{other}' into a link."));
        };
        if add && !self.end_exists(&other_end)? {
            return Ok(format!("Couldn't resolve '{other}' into a link."));
        }
        if !self.may_change(&other_end, who)? {
            return Ok("Permission denied".to_owned());
        }
        let (base, target) = if relation.base_here {
            (here, &other_end)
        } else {
            (&other_end, here)
        };
        let typ = if add {
            if here == &other_end {
                return Ok("Link could not be created: Can't link a ticket to itself".to_owned());
            }
            if matches!(relation.typ, "DependsOn" | "MemberOf")
                && self.leads_to(&other_end, here, relation)?
            {
                return Ok(
                    "Refused to add link which would create a circular relationship".to_owned(),
                );
            }
            if !self.insert_link(here, relation, &other_end)? {
                return Ok("Link already exists".to_owned());
            }
            "AddLink"
        } else {
            let gone = self
                .conn
                .prepare_cached("DELETE FROM links WHERE type = ?1 AND base = ?2 AND target = ?3")?
                .execute(params![relation.typ, base.key(), target.key()])?;
            if gone == 0 {
                return Ok("Link not found".to_owned());
            }
            "DeleteLink"
        };
        for (end, field, uri) in [
            (here, relation.field, other_end.uri()),
            (&other_end, relation.other_field, here.uri()),
        ] {
            if let End::Local(kind, object) = end {
                let (old, new) = if add {
                    ("", uri.as_str())
                } else {
                    (uri.as_str(), "")
                };
                self.record(NewTxn {
                    kind: *kind,
                    object: *object,
                    typ,
                    field,
                    old,
                    new,
                    creator: who.id,
                })?;
            }
        }
        let no_longer = if add { "" } else { "no longer " };
        Ok(format!(
            "{} {no_longer}{} {}.",
            base.label(),
            relation.words,
            target.label()
        ))
    }

    /// Whether following links of this type from `from` reaches `to`, the way that would close a circle.
    fn leads_to(&self, from: &End, to: &End, relation: Relation) -> Base<bool> {
        let mut waiting = vec![from.clone()];
        let mut seen = Vec::new();
        while let Some(end) = waiting.pop() {
            if end == *to {
                return Ok(true);
            }
            if seen.contains(&end) || seen.len() > 1_000 {
                continue;
            }
            for (typ, next) in self.links_of(&end, relation.base_here)? {
                if typ == relation.typ {
                    waiting.push(next);
                }
            }
            seen.push(end);
        }
        Ok(false)
    }

    /// Merges a ticket into another; always a sentence, refused or not.
    pub(crate) fn merge(&mut self, source: i64, into: i64, who: &Person) -> Base<String> {
        if !who.role.works() {
            return Ok("Permission Denied".to_owned());
        }
        let Some(target) = self.ticket(into)? else {
            return Ok("New ticket doesn't exist".to_owned());
        };
        if target.id == source {
            return Ok("Can't merge a ticket into itself".to_owned());
        }
        self.conn
            .prepare_cached("UPDATE tickets SET effective = ?2 WHERE effective = ?1")?
            .execute(params![source, target.id])?;
        for (role, _) in Watcher::ALL {
            for user in self.watchers(source, role)? {
                self.add_watcher(target.id, role, user)?;
            }
        }
        let (here, there) = (
            End::Local(Kind::Ticket, source),
            End::Local(Kind::Ticket, target.id),
        );
        for column in ["base", "target"] {
            self.conn
                .prepare_cached(&format!(
                    "UPDATE OR IGNORE links SET {column} = ?2 WHERE {column} = ?1"
                ))?
                .execute(params![here.key(), there.key()])?;
            self.conn
                .prepare_cached(&format!(
                    "DELETE FROM links WHERE {column} = ?1 OR base = target"
                ))?
                .execute([here.key()])?;
        }
        let uri = there.uri();
        for object in [source, target.id] {
            self.record(NewTxn {
                kind: Kind::Ticket,
                object,
                typ: "AddLink",
                field: "MergedInto",
                old: "",
                new: &uri,
                creator: who.id,
            })?;
        }
        Ok("Merge Successful".to_owned())
    }
}
