//! Plans that write a text: replies, notes, new tickets. They must never be sent twice, so they carry our marker.

use serde_json::{Map, Value, json};

use super::{SUBJECT_BYTES, invalid, needed};
use crate::desk::rt::RtDesk;
use crate::domain::action::{Action, NewTicket, OutgoingFile};
use crate::domain::outcome::Trouble;
use crate::domain::plan::{Expect, Marker, Plan, Step};
use crate::domain::source::{Can, Capabilities};
use crate::text::sanitize;

impl RtDesk {
    pub(super) fn plan_message(
        &self,
        action: &Action,
        id: u64,
        kind: &str,
        text: &str,
        files: &[OutgoingFile],
        can: &Capabilities,
    ) -> Result<Plan, Trouble> {
        check_text(text)?;
        let mut body = Map::new();
        body.insert("Content".to_owned(), json!(text));
        body.insert("ContentType".to_owned(), json!("text/plain"));
        let mut warnings = Vec::new();
        let field = &self.options.fields.marker_entry;
        if !field.is_empty() && can.marker_entry.reason().is_none() {
            body.insert(
                "TxnCustomFields".to_owned(),
                json!({field: action.id.to_string()}),
            );
        }
        if !files.is_empty() {
            body.insert("Attachments".to_owned(), attachments(files, &mut warnings)?);
        }
        let what = if kind == "correspond" {
            "answer the requester"
        } else {
            "write an internal note"
        };
        Ok(Plan {
            steps: vec![Step {
                what: what.to_owned(),
                method: "POST".to_owned(),
                path: format!("/ticket/{id}/{kind}"),
                body: Some(Value::Object(body)),
                guarded: false,
            }],
            expects: vec![Expect::HasEntry],
            marker: if can.marker_entry == Can::Yes {
                Marker::Searchable
            } else {
                Marker::ByText
            },
            inverse: None,
            notices: Vec::new(),
            warnings,
        })
    }

    pub(super) fn plan_create(
        &self,
        action: &Action,
        new: &NewTicket,
        can: &Capabilities,
    ) -> Result<Plan, Trouble> {
        check_text(&new.text)?;
        let subject = sanitize::line(&new.subject);
        if subject.is_empty() {
            return Err(invalid("A ticket needs a subject."));
        }
        if new.queue.trim().is_empty() {
            return Err(invalid("A ticket needs a queue."));
        }
        if new.requester.as_str().trim().is_empty() {
            return Err(invalid("A ticket needs a requester."));
        }
        let names = &self.options.fields;
        let mut warnings = Vec::new();
        if subject.len() > SUBJECT_BYTES {
            warnings.push(format!(
                "The desk cuts the subject after {SUBJECT_BYTES} bytes."
            ));
        }
        let mut custom = Map::new();
        if !names.marker_create.is_empty() && can.marker_create.reason().is_none() {
            custom.insert(names.marker_create.clone(), json!(action.id.to_string()));
        }
        if let Some(group) = &new.group {
            custom.insert(
                needed(&names.group, &can.group)?.to_owned(),
                json!(group.as_str()),
            );
        }
        if let Some(device) = &new.device {
            match needed(&names.device, &can.device) {
                Ok(field) => {
                    custom.insert(field.to_owned(), json!(device));
                }
                Err(why) => warnings.push(why.message),
            }
        }
        let mut body = json!({
            "Queue": new.queue,
            "Subject": subject,
            "Requestor": new.requester.as_str(),
            "Content": new.text,
            "ContentType": "text/plain",
        });
        if let Some(object) = body.as_object_mut() {
            if let Some(priority) = new.priority {
                object.insert("Priority".to_owned(), json!(priority));
            }
            if let Some(owner) = &new.owner {
                object.insert("Owner".to_owned(), json!(owner.as_str()));
            }
            if !custom.is_empty() {
                object.insert("CustomFields".to_owned(), Value::Object(custom));
            }
        }
        Ok(Plan {
            steps: vec![Step {
                what: format!("create a ticket in {}", new.queue),
                method: "POST".to_owned(),
                path: "/ticket".to_owned(),
                body: Some(body),
                guarded: false,
            }],
            expects: vec![Expect::Created],
            marker: if can.marker_create == Can::Yes {
                Marker::Searchable
            } else {
                Marker::ByText
            },
            inverse: None,
            notices: vec!["The desk mails its receipt to the requester.".to_owned()],
            warnings,
        })
    }
}

/// RT stores nothing for an empty text, nor for a single zero.
fn check_text(text: &str) -> Result<(), Trouble> {
    match text.trim() {
        "" => Err(invalid("There is no text to send.")),
        "0" => Err(invalid(
            "Request Tracker loses a text that is only a zero. Write a little more.",
        )),
        _ => Ok(()),
    }
}

/// The attachments without their content, which `write` fills in.
fn attachments(files: &[OutgoingFile], warnings: &mut Vec<String>) -> Result<Value, Trouble> {
    let mut list = Vec::with_capacity(files.len());
    for file in files {
        if file.name.trim().is_empty() {
            return Err(invalid("An attachment needs a name."));
        }
        let name = sanitize::ascii_file_name(&file.name);
        if name != file.name {
            warnings.push(format!(
                "The desk spoils the file name {}; it is sent as {name}.",
                sanitize::line_max(&file.name, 120)
            ));
        }
        let media_type = if file.media_type.trim().is_empty() {
            "application/octet-stream"
        } else {
            &file.media_type
        };
        list.push(json!({"FileName": name, "FileType": media_type}));
    }
    Ok(Value::Array(list))
}
