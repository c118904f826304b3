//! `_hyperlinks`: what is linked, and what the viewer may do. What is not allowed is left out.

use serde_json::{Map, Value, json};

use super::Request;
use super::record::{Record, reference};
use crate::demo::base::links::{End, RELATIONS};
use crate::demo::base::{Base, DeskBase, Kind};

/// Steps of the ticket lifecycle: from, to, label, how it is done.
const TICKET_STEPS: [(&str, &str, &str, Option<&str>); 11] = [
    ("new", "open", "Open It", Some("Respond")),
    ("new", "resolved", "Resolve", Some("Comment")),
    ("new", "rejected", "Reject", Some("Respond")),
    ("new", "deleted", "Delete", None),
    ("open", "stalled", "Stall", Some("Comment")),
    ("open", "resolved", "Resolve", Some("Comment")),
    ("open", "rejected", "Reject", Some("Respond")),
    ("stalled", "open", "Open It", None),
    ("resolved", "open", "Re-open", Some("Comment")),
    ("rejected", "open", "Re-open", Some("Comment")),
    ("deleted", "open", "Undelete", None),
];

/// Steps of the asset lifecycle: to, label, from where it may be done.
const ASSET_STEPS: [(&str, &str, &[&str]); 4] = [
    (
        "allocated",
        "Allocate",
        &["new", "in-use", "recycled", "stolen", "deleted"],
    ),
    ("in-use", "Now in-use", &["new", "allocated"]),
    ("recycled", "Recycle", &["allocated", "in-use"]),
    ("stolen", "Report stolen", &["new", "allocated", "in-use"]),
];

/// The links of a record.
pub(crate) fn of(base: &mut DeskBase, record: &Record, request: &Request) -> Base<Value> {
    let url = format!("{}/{}/{}", base.base_url, record.type_name(), record.id());
    let mut links =
        vec![json!({"ref": "self", "type": record.type_name(), "id": record.id(), "_url": url})];
    let works = request.viewer.role.works();
    match record {
        Record::Ticket(ticket) => {
            related(base, &End::Local(Kind::Ticket, ticket.id), &mut links)?;
            custom(base, Kind::Ticket, &mut links);
            links.push(json!({"ref": "history", "_url": format!("{url}/history")}));
            if works || base.open {
                links.push(json!({"ref": "correspond", "_url": format!("{url}/correspond")}));
            }
            if works {
                links.push(json!({"ref": "comment", "_url": format!("{url}/comment")}));
                for (from, to, label, update) in TICKET_STEPS {
                    if from != ticket.status || (to == "deleted" && !request.viewer.role.rules()) {
                        continue;
                    }
                    let target = match update {
                        Some("Respond") => format!("{url}/correspond"),
                        Some(_) => format!("{url}/comment"),
                        None => url.clone(),
                    };
                    let mut step = json!({"ref": "lifecycle", "from": from, "to": to, "label": label, "_url": target});
                    if let (Some(update), Some(map)) = (update, step.as_object_mut()) {
                        map.insert("update".to_owned(), json!(update));
                    }
                    links.push(step);
                }
            }
        }
        Record::Asset(asset) => {
            related(base, &End::Local(Kind::Asset, asset.id), &mut links)?;
            custom(base, Kind::Asset, &mut links);
            links.push(json!({"ref": "history", "_url": format!("{url}/history")}));
            if works {
                for (to, label, from) in ASSET_STEPS {
                    if from.contains(&asset.status.as_str()) {
                        links.push(json!({"ref": "lifecycle", "from": "*", "to": to, "label": label, "_url": url}));
                    }
                }
            }
        }
        Record::Txn(txn) => {
            if txn.kind == Kind::Ticket {
                custom(base, Kind::Transaction, &mut links);
            }
            for id in base.attachments_of(txn.id)? {
                links.push(json!({"ref": "attachment", "_url": format!("{}/attachment/{id}", base.base_url)}));
            }
        }
        Record::Queue(queue) => {
            links.push(json!({"ref": "history", "_url": format!("{url}/history")}));
            links.push(json!({"ref": "create", "type": "ticket", "_url": format!("{}/ticket?Queue={}", base.base_url, queue.id)}));
        }
        Record::User(person) if works || request.viewer.id == person.id => {
            links.push(json!({"ref": "history", "_url": format!("{url}/history")}));
            if request.viewer.role.rules() {
                links.push(json!({"ref": "memberships", "_url": format!("{url}/groups")}));
            }
        }
        Record::Group(_) => {
            links.push(json!({"ref": "history", "_url": format!("{url}/history")}));
            links.push(json!({"ref": "members", "_url": format!("{url}/members")}));
        }
        Record::Catalog(catalog) if request.viewer.role.rules() => {
            links.push(json!({"ref": "create", "type": "asset", "_url": format!("{}/asset?Catalog={}", base.base_url, catalog.id)}));
        }
        _ => {}
    }
    Ok(Value::Array(links))
}

/// Whether an end is a ticket that was deleted: its links are not shown, from neither side.
fn gone(base: &DeskBase, end: &End) -> Base<bool> {
    Ok(match end {
        End::Local(Kind::Ticket, id) => base
            .raw_ticket(*id)?
            .is_some_and(|ticket| ticket.status == "deleted"),
        _ => false,
    })
}

fn related(base: &DeskBase, here: &End, links: &mut Vec<Value>) -> Base<()> {
    let here_gone = gone(base, here)?;
    for base_here in [true, false] {
        for (typ, other) in base.links_of(here, base_here)? {
            let Some(relation) = RELATIONS
                .into_iter()
                .find(|known| known.typ == typ && known.base_here == base_here)
            else {
                continue;
            };
            let outside = matches!(other, End::Outside(_));
            if (here_gone && !outside) || gone(base, &other)? {
                continue;
            }
            let mut entry: Map<String, Value> = match &other {
                End::Local(Kind::Asset, id) => reference(base, "asset", &id.to_string()),
                End::Local(_, id) => reference(base, "ticket", &id.to_string()),
                End::Outside(address) => {
                    let mut map = Map::new();
                    map.insert("type".to_owned(), json!("external"));
                    map.insert("_url".to_owned(), json!(address));
                    map
                }
            };
            entry.insert("ref".to_owned(), json!(relation.reference));
            links.push(Value::Object(entry));
        }
    }
    Ok(())
}

fn custom(base: &DeskBase, kind: Kind, links: &mut Vec<Value>) {
    for field in base.fields_of(kind) {
        let mut entry = reference(base, "customfield", &field.id.to_string());
        entry.insert("ref".to_owned(), json!("customfield"));
        entry.insert("name".to_owned(), json!(field.name));
        links.push(Value::Object(entry));
    }
}
