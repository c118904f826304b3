//! Many tickets in one call; every item has its own outcome.

use serde_json::{Map, Value, json};

use super::record::reference;
use super::{Answer, Reply, Request, input, tickets};
use crate::demo::base::{DeskBase, Refusal};

fn no_version(request: &Request) -> Result<(), Refusal> {
    if request.if_match.is_some() {
        Err(Refusal::new(412, "Precondition Failed"))
    } else {
        Ok(())
    }
}

/// `POST /tickets/bulk`: creates.
pub(crate) fn create(base: &mut DeskBase, request: &Request) -> Answer {
    no_version(request)?;
    let mut results = Vec::new();
    for map in input::array(request)? {
        results.push(match tickets::create_from(base, request, &map) {
            Ok(id) => Value::Object(reference(base, "ticket", &id.to_string())),
            Err(refusal) if refusal.status >= 500 => return Err(refusal),
            Err(refusal) => json!({"message": refusal.message}),
        });
    }
    Ok(Reply::created(
        Value::Array(results),
        "/REST/2.0/tickets/bulk".to_owned(),
    ))
}

/// The id as the client wrote it, and as a number.
fn take_id(map: &mut Map<String, Value>) -> (Value, Option<i64>) {
    let id = map.remove("id").unwrap_or(Value::Null);
    let number = input::text(&id).and_then(|text| text.parse().ok());
    (id, number)
}

/// `PUT /tickets/bulk`: changes.
pub(crate) fn update(base: &mut DeskBase, request: &Request) -> Answer {
    no_version(request)?;
    let mut results = Vec::new();
    for mut map in input::array(request)? {
        let (id, number) = take_id(&mut map);
        let ticket = match number {
            Some(number) => base.ticket(number)?,
            None => None,
        };
        let mut row = vec![id];
        match ticket {
            Some(ticket) if !base.sees_queue(&request.viewer, ticket.queue) => {
                row.push(json!(format!("Ticket {}: Permission Denied", ticket.id)));
            }
            Some(ticket) => {
                row.extend(
                    tickets::update_from(base, request, ticket.id, &map)?
                        .into_iter()
                        .map(Value::String),
                );
            }
            None => row.push(json!("Resource does not exist")),
        }
        results.push(Value::Array(row));
    }
    Ok(Reply::ok(Value::Array(results)))
}

/// `POST /tickets/bulk/comment` and `correspond`.
pub(crate) fn message(base: &mut DeskBase, request: &Request, public: bool) -> Answer {
    no_version(request)?;
    let mut results = Vec::new();
    for mut map in input::array(request)? {
        let (id, number) = take_id(&mut map);
        let mut row = vec![id];
        match (number, input::message(&map, public)) {
            (None, _) => row.push(json!("Resource does not exist")),
            (_, Err(message)) => row.push(json!(message)),
            (Some(number), Ok(new)) => match base.add_message(number, &new, &request.viewer) {
                Ok((_, said)) => row.extend(said.into_iter().map(Value::String)),
                Err(refusal) if refusal.status >= 500 => return Err(refusal),
                Err(refusal) => row.push(json!(refusal.message)),
            },
        }
        results.push(Value::Array(row));
    }
    Ok(Reply::created(
        Value::Array(results),
        "/REST/2.0/tickets/bulk".to_owned(),
    ))
}
