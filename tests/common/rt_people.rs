//! What people who are no agents do on a real Request Tracker, and what they get to read.

use base64::Engine as _;
use serde_json::{Value, json};

use super::rt::{Rt, Who};

/// A ticket of a person with a text of their own.
pub fn ticket_of(rt: &Rt, requester: &str, subject: &str, body: &str) -> u64 {
    let new = json!({"Queue": "VPN og fjernadgang", "Subject": subject, "Requestor": requester, "Content": body, "ContentType": "text/plain"});
    let answer = rt.call(Who::Root, "POST", "/ticket", Some(&new));
    assert_eq!(answer.status, 201, "{}", answer.json());
    let id = &answer.json()["id"];
    id.as_str()
        .map_or_else(|| id.as_u64(), |id| id.parse().ok())
        .expect("a number")
}

/// The texts of the replies on a ticket, as the desk keeps them.
pub fn replies(rt: &Rt, id: u64) -> Vec<String> {
    let path = format!("/ticket/{id}/history?fields=Type&per_page=100");
    let history = rt.get(Who::Root, &path);
    let items = history["items"].as_array().unwrap().iter();
    let replies: Vec<String> = items
        .filter(|item| item["Type"] == "Correspond")
        .map(|item| text(&item["id"]))
        .collect();
    replies
        .iter()
        .map(|transaction| {
            let path = format!("/transaction/{transaction}/attachments?fields=Content&per_page=20");
            let all = rt.get(Who::Root, &path);
            let contents = all["items"].as_array().unwrap().iter();
            contents
                .map(|item| plain(&text(&item["Content"])))
                .collect()
        })
        .collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Request Tracker gives texts out in base64, in lines.
fn plain(content: &str) -> String {
    base64::engine::general_purpose::STANDARD
        .decode(content.replace(['\n', '\r'], ""))
        .map_or_else(
            |_| content.to_owned(),
            |bytes| String::from_utf8_lossy(&bytes).into_owned(),
        )
}
