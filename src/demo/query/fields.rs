//! The searchable fields of the three languages, and the SQL of each.

use rusqlite::types::Value as SqlValue;

use super::dates::parse_date;
use super::parse::Op;
use super::{Language, Where, terms};
use crate::demo::base::links::End;
use crate::demo::base::tickets::{ACTIVE, INACTIVE, Watcher};
use crate::demo::base::{DeskBase, Kind, Person};

/// What a searchable field is.
#[derive(Debug, Clone, Copy)]
enum Field {
    Number(&'static str),
    Text(&'static str),
    Status(&'static str),
    Date(&'static str),
    User(&'static str),
    Queue(&'static str),
    Catalog,
    ObjectType,
    Watcher(Option<Watcher>),
    Holder(i64),
    Custom(Kind),
    /// Type of link (none: any), and whether our object is its base (none: either).
    Link(Option<&'static str>, Option<bool>),
    /// A ticket's field seen from its transactions.
    OfTicket(&'static str),
    /// A column of the texts and files of a ticket.
    Attached(&'static str),
    /// Known, but finds nothing (as without full-text index).
    Nothing,
}

/// Role of an asset's owner, whom no asset has here: not even `Nobody` is found.
const OWNER: i64 = 9;

fn field(language: Language, key: &str) -> Option<Field> {
    use Field::{
        Attached, Catalog, Custom, Date, Holder, Link, Nothing, Number, ObjectType, OfTicket,
        Queue, Status, Text, User, Watcher as Watch,
    };
    let link = match key {
        "linked" => Some(Link(None, None)),
        "linkedto" => Some(Link(None, Some(true))),
        "linkedfrom" => Some(Link(None, Some(false))),
        "memberof" => Some(Link(Some("MemberOf"), Some(true))),
        "dependson" => Some(Link(Some("DependsOn"), Some(true))),
        "refersto" => Some(Link(Some("RefersTo"), Some(true))),
        "hasmember" => Some(Link(Some("MemberOf"), Some(false))),
        "dependenton" | "dependedonby" => Some(Link(Some("DependsOn"), Some(false))),
        "referredtoby" => Some(Link(Some("RefersTo"), Some(false))),
        _ => None,
    };
    match language {
        Language::Ticket => Some(match key {
            "id" => Number("t.id"),
            "effectiveid" => Number("t.effective"),
            "priority" => Number("t.priority"),
            "initialpriority" => Number("t.initial_priority"),
            "finalpriority" => Number("t.final_priority"),
            "timeworked" => Number("t.time_worked"),
            "timeleft" => Number("t.time_left"),
            "timeestimated" => Number("t.time_estimated"),
            "status" => Status("t.status"),
            "subject" => Text("t.subject"),
            "type" => Text("'ticket'"),
            "lifecycle" => Text("'default'"),
            "sla" => Text("NULL"),
            "queue" => Queue("t.queue"),
            "owner" => User("t.owner"),
            "creator" => User("t.creator"),
            "lastupdatedby" => User("t.updated_by"),
            "created" => Date("t.created"),
            "lastupdated" | "updated" => Date("t.updated"),
            "due" => Date("t.due"),
            "starts" => Date("t.starts"),
            "started" => Date("t.started"),
            "resolved" => Date("t.resolved"),
            "told" => Date("t.told"),
            "requestor" | "requestors" => Watch(Some(Watcher::Requestor)),
            "cc" => Watch(Some(Watcher::Cc)),
            "admincc" => Watch(Some(Watcher::AdminCc)),
            "watcher" => Watch(None),
            "cf" | "customfield" | "customfieldvalue" => Custom(Kind::Ticket),
            "content" => Nothing,
            "contenttype" => Attached("content_type"),
            "filename" => Attached("filename"),
            _ => return link,
        }),
        Language::Asset => Some(match key {
            "id" => Number("a.id"),
            "name" => Text("a.name"),
            "description" => Text("a.description"),
            "status" => Status("a.status"),
            "catalog" => Catalog,
            "lifecycle" => Text("'assets'"),
            "lastupdated" => Date("a.updated"),
            "created" => Date("a.created"),
            "owner" => Holder(OWNER),
            "heldby" => Holder(0),
            "contact" => Holder(1),
            "cf" | "customfield" | "customfieldvalue" => Custom(Kind::Asset),
            _ => return link,
        }),
        Language::Transaction => Some(match key {
            "id" => Number("x.id"),
            "objectid" => Number("x.object"),
            "timetaken" => Number("x.time_taken"),
            "objecttype" => ObjectType,
            "creator" => User("x.creator"),
            "type" => Text("x.type"),
            // nothing is NULL there, and NULL is neither equal nor unequal
            "field" => Text("NULLIF(x.field, '')"),
            // and the values of custom fields stand elsewhere
            "oldvalue" => {
                Text("CASE WHEN x.type = 'CustomField' THEN NULL ELSE NULLIF(x.old, '') END")
            }
            "newvalue" => {
                Text("CASE WHEN x.type = 'CustomField' THEN NULL ELSE NULLIF(x.new, '') END")
            }
            "created" => Date("x.created"),
            "cf" | "customfield" | "customfieldvalue" => Custom(Kind::Transaction),
            "content" | "contenttype" | "filename" | "subject" | "data" => Nothing,
            "ticketid" => OfTicket("id"),
            "ticketsubject" => OfTicket("subject"),
            "ticketqueue" => OfTicket("queue"),
            "ticketstatus" => OfTicket("status"),
            "ticketowner" => OfTicket("owner"),
            "ticketcreator" => OfTicket("creator"),
            "ticketlastupdatedby" => OfTicket("lastupdatedby"),
            "ticketcreated" => OfTicket("created"),
            "ticketlastupdated" => OfTicket("lastupdated"),
            "ticketresolved" => OfTicket("resolved"),
            "ticketdue" => OfTicket("due"),
            "ticketpriority" => OfTicket("priority"),
            "tickettype" => OfTicket("type"),
            _ => return None,
        }),
    }
}

/// Refuses a part of a person that cannot be searched for.
fn person(sub: &str) -> Result<(), String> {
    const PARTS: [&str; 9] = [
        "EmailAddress",
        "Name",
        "RealName",
        "Nickname",
        "Organization",
        "Address1",
        "City",
        "Country",
        "id",
    ];
    if sub.is_empty() || PARTS.contains(&sub) {
        Ok(())
    } else {
        Err(format!("Invalid watcher subfield: '{sub}'"))
    }
}

/// The SQL of one condition. The error is the sentence without its place.
pub(crate) fn term(
    base: &mut DeskBase,
    viewer: &Person,
    language: Language,
    key: &str,
    op: Op,
    value: &str,
) -> Result<Where, String> {
    let (name, sub) = match key.split_once('.') {
        Some((name, sub)) => (name, sub),
        None => (key, ""),
    };
    let field = field(language, &name.to_lowercase()).ok_or_else(|| match language {
        // The real desk forgets which field it was.
        Language::Asset => "No dispatch method for class ''".to_owned(),
        _ => format!("Unknown field: {name}"),
    })?;
    let object = match language {
        Language::Ticket => "t.id",
        Language::Asset => "a.id",
        Language::Transaction => "x.id",
    };
    let failed = |error: rusqlite::Error| format!("Internal error: {error}");
    Ok(match field {
        Field::Number(column) if name.to_lowercase().ends_with("priority") => {
            let word = match value.to_lowercase().as_str() {
                "low" => "0",
                "medium" => "50",
                "high" => "100",
                _ => value,
            };
            terms::number(column, op, word)
        }
        Field::Number(column) => terms::number(column, op, value),
        // These columns are never NULL on the real desk.
        Field::Text(_) if language == Language::Ticket && op == Op::Is => terms::never(),
        Field::Text(_) if language == Language::Ticket && op == Op::IsNot => terms::always(),
        Field::Text(column) => terms::text(column, op, value),
        Field::Status(column) => status(column, op, value),
        Field::Date(column) => {
            let zone = base.zone_of(viewer);
            let second = parse_date(value, &zone, base.now);
            terms::date(column, op, second, day_of(second, &base.zone_of(viewer)))?
        }
        Field::User("t.owner") if person(sub).is_err() => return person(sub).map(|()| terms::never()),
        Field::User(column) => user(base, viewer, column, sub, op, value)
            .map_err(|error| format!("Internal error: {error}"))?,
        Field::Queue(column) => {
            let known: Vec<_> = base
                .queues
                .iter()
                .map(|queue| (queue.id, queue.name.clone()))
                .collect();
            place(column, op, value, &known)
        }
        Field::Catalog => {
            let known: Vec<_> = base
                .catalogs
                .iter()
                .map(|catalog| (catalog.id, catalog.name.clone()))
                .collect();
            place("a.catalog", op, value, &known)
        }
        Field::ObjectType => {
            let kind = [Kind::Ticket, Kind::Asset, Kind::User, Kind::Queue]
                .into_iter()
                .find(|kind| kind.class().eq_ignore_ascii_case(value))
                .map_or(0, |kind| kind as i64);
            // The plus keeps SQLite from walking an index of kinds when it can walk the ids.
            terms::number("+x.kind", op, &kind.to_string())
        }
        // An oddity of the real desk.
        Field::Watcher(None) if op.negated() => terms::always(),
        Field::Watcher(role) => watcher(base, object, role, sub, op, value)?,
        Field::Holder(role) => holder(object, role, sub, op, value)?,
        Field::Custom(_) if sub.is_empty() => return Err("No field specified".to_owned()),
        Field::Custom(kind) => custom(base, kind, object, sub, op, value),
        Field::Link(typ, base_here) => {
            link(base, language, object, typ, base_here, op, value).map_err(failed)?
        }
        Field::OfTicket(inner) => {
            let inner = term(base, viewer, Language::Ticket, inner, op, value)?;
            let found = terms::member("x.object", false, "SELECT t.id FROM tickets t WHERE", inner);
            Where {
                sql: format!("x.kind = 1 AND {}", found.sql),
                values: found.values,
            }
        }
        Field::Attached(column) => terms::member(
            "t.id",
            op.negated(),
            "SELECT e.effective FROM tickets e JOIN transactions x ON x.kind = 1 AND x.object = e.id
             JOIN attachments m ON m.txn = x.id WHERE",
            terms::text(&format!("m.{column}"), op.positive(), value),
        ),
        Field::Nothing => terms::never(),
    })
}

/// A condition on the people of a role on a ticket (none: of any role).
fn watcher(
    base: &DeskBase,
    object: &str,
    role: Option<Watcher>,
    sub: &str,
    op: Op,
    value: &str,
) -> Result<Where, String> {
    person(sub)?;
    let limit = role.map_or(String::new(), |role| {
        format!("w.role = {} AND ", role as i64)
    });
    let inner = terms::text(person_column(sub), op.positive(), value);
    if op.negated()
        && op != Op::NotEqual
        && base
            .several(&inner)
            .map_err(|error| format!("Internal error: {error}"))?
    {
        // An oddity of the real desk when several people are like it: somebody who is unlike it, or
        // nobody at all.
        let unlike = terms::text(person_column(sub), op, value);
        let everybody = limit.replace(" AND ", "");
        return Ok(Where {
            sql: format!(
                "{object} IN (SELECT w.ticket FROM users u JOIN watchers w ON w.user = u.id WHERE {limit}({}))
                 OR {object} NOT IN (SELECT w.ticket FROM watchers w WHERE {everybody})",
                unlike.sql
            ),
            values: unlike.values,
        });
    }
    Ok(terms::member(
        object,
        op.negated(),
        &format!("SELECT w.ticket FROM users u JOIN watchers w ON w.user = u.id WHERE {limit}"),
        inner,
    ))
}

/// A condition on the people of a role on an asset.
fn holder(object: &str, role: i64, sub: &str, op: Op, value: &str) -> Result<Where, String> {
    person(sub)?;
    // Without a part of the person it is the number of the user.
    let column = if sub.is_empty() {
        "u.id"
    } else {
        person_column(sub)
    };
    let inner = terms::text(column, op.positive(), value);
    Ok(terms::member(
        object,
        op.negated(),
        &format!(
            "SELECT w.asset FROM users u JOIN holders w ON w.user = u.id WHERE w.role = {role} AND "
        ),
        inner,
    ))
}

impl DeskBase {
    /// Whether a condition on users fits more than one.
    fn several(&self, inner: &Where) -> Result<bool, rusqlite::Error> {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM users u WHERE {} LIMIT 2)",
            inner.sql
        );
        let count: i64 = self
            .conn
            .prepare_cached(&sql)?
            .query_row(rusqlite::params_from_iter(&inner.values), |row| row.get(0))?;
        Ok(count > 1)
    }
}

fn status(column: &str, op: Op, value: &str) -> Where {
    let value = value.to_lowercase();
    let group = match value.as_str() {
        "__active__" if op.negated() => Some(INACTIVE),
        "__inactive__" if op.negated() => Some(ACTIVE),
        "__active__" => Some(ACTIVE),
        "__inactive__" => Some(INACTIVE),
        _ => None,
    };
    match group {
        // Statuses are kept in small letters, and an index on them compares bytes.
        None if matches!(op, Op::Equal | Op::NotEqual) => terms::one(
            format!("{column} {} ?", terms::symbol(op)),
            SqlValue::Text(value),
        ),
        None => terms::text(column, op, &value),
        Some([a, b, c]) => Where {
            sql: format!("{column} IN (?, ?, ?)"),
            values: [a, b, c]
                .into_iter()
                .map(|name| SqlValue::Text(name.to_owned()))
                .collect(),
        },
    }
}

/// Start and end of the day that holds this moment, in this zone.
fn day_of(second: i64, zone: &jiff::tz::TimeZone) -> (i64, i64) {
    let day = jiff::Timestamp::from_second(second)
        .ok()
        .and_then(|moment| {
            let start = moment.to_zoned(zone.clone()).start_of_day().ok()?;
            let end = start.tomorrow().ok()?;
            Some((start.timestamp().as_second(), end.timestamp().as_second()))
        });
    day.unwrap_or((second, second.saturating_add(86_400)))
}

fn person_column(sub: &str) -> &'static str {
    match sub.to_lowercase().as_str() {
        "name" => "u.name",
        "realname" => "u.real_name",
        "organization" => "u.organization",
        "id" => "u.id",
        _ => "u.email",
    }
}

fn user(
    base: &mut DeskBase,
    viewer: &Person,
    column: &str,
    sub: &str,
    op: Op,
    value: &str,
) -> Result<Where, super::super::base::BaseError> {
    if !sub.is_empty() || !matches!(op, Op::Equal | Op::NotEqual) {
        let inner = terms::text(
            if sub.is_empty() {
                "u.name"
            } else {
                person_column(sub)
            },
            op.positive(),
            value,
        );
        return Ok(terms::member(
            column,
            op.negated(),
            "SELECT u.id FROM users u WHERE",
            inner,
        ));
    }
    let id = if value.eq_ignore_ascii_case("__CurrentUser__") {
        viewer.id
    } else {
        base.find_person(value)?.map_or(0, |person| person.id)
    };
    Ok(terms::number(column, op, &id.to_string()))
}

fn place(column: &str, op: Op, value: &str, known: &[(i64, String)]) -> Where {
    let wanted = value.to_lowercase();
    let fits = |id: i64, name: &str| {
        let name = name.to_lowercase();
        match op.positive() {
            Op::Like => name.contains(&wanted),
            Op::StartsWith => name.starts_with(&wanted),
            Op::EndsWith => name.ends_with(&wanted),
            _ => name == wanted || id.to_string() == wanted,
        }
    };
    let ids: Vec<SqlValue> = known
        .iter()
        .filter(|(id, name)| fits(*id, name))
        .map(|(id, _)| SqlValue::Integer(*id))
        .collect();
    let marks = vec!["?"; ids.len()].join(", ");
    let not = if op.negated() { "NOT " } else { "" };
    Where {
        sql: format!("{column} {not}IN ({marks})"),
        values: ids,
    }
}

fn custom(base: &DeskBase, kind: Kind, object: &str, sub: &str, op: Op, value: &str) -> Where {
    let name = sub
        .strip_suffix(".Content")
        .or_else(|| sub.strip_suffix(".LargeContent"))
        .unwrap_or(sub);
    let name = name
        .strip_prefix('{')
        .and_then(|name| name.strip_suffix('}'))
        .unwrap_or(name);
    let Some(field) = base.field(kind, name) else {
        return if op.negated() {
            terms::always()
        } else {
            terms::never()
        };
    };
    let from = format!(
        "SELECT v.object FROM custom_values v WHERE v.kind = {} AND v.field = {} AND",
        kind as i64, field.id
    );
    let null = matches!(op, Op::Is | Op::IsNot)
        || (value.eq_ignore_ascii_case("null") && matches!(op, Op::Equal | Op::NotEqual));
    if null {
        let negated = matches!(op, Op::Is | Op::Equal);
        return terms::member(
            object,
            negated,
            &from,
            Where {
                sql: "1".to_owned(),
                values: Vec::new(),
            },
        );
    }
    terms::member(
        object,
        op.negated(),
        &from,
        terms::text("v.content", op.positive(), value),
    )
}

fn link(
    base: &DeskBase,
    language: Language,
    object: &str,
    typ: Option<&str>,
    base_here: Option<bool>,
    op: Op,
    value: &str,
) -> Result<Where, rusqlite::Error> {
    let prefix = if language == Language::Asset {
        "asset:"
    } else {
        "ticket:"
    };
    let limit = typ.map_or(String::new(), |typ| format!("l.type = '{typ}' AND "));
    let null = matches!(op, Op::Is | Op::IsNot);
    let other = End::parse(value)
        .filter(|_| language != Language::Asset || !value.trim().starts_with("ticket:"));
    if !null && other.is_none() {
        return Ok(if op.negated() {
            terms::always()
        } else {
            terms::never()
        });
    }
    let key = other.map(|end| end.key()).unwrap_or_default();
    let mut sql = Vec::new();
    let mut values = Vec::new();
    for (here, there, wanted) in [("base", "target", true), ("target", "base", false)] {
        if base_here.is_some_and(|only| only != wanted) {
            continue;
        }
        let mut part = format!(
            "SELECT CAST(substr(l.{here}, {}) AS INTEGER) FROM links l WHERE {limit}l.{here} LIKE '{prefix}%'",
            prefix.len() + 1
        );
        if !null {
            part.push_str(" AND l.");
            part.push_str(there);
            part.push_str(" = ?");
            values.push(SqlValue::Text(key.clone()));
        }
        sql.push(part);
    }
    let negated = op == Op::NotEqual || op == Op::Is;
    let not = if negated { "NOT " } else { "" };
    // A prepared statement checks the text early: it is built from our own words only.
    drop(base.conn.prepare_cached(&sql.join(" UNION "))?);
    Ok(Where {
        sql: format!("{object} {not}IN ({})", sql.join(" UNION ")),
        values,
    })
}
