//! What each token may do: the administrator, agents, readers, people without rights, nobody.

use serde_json::{Value, json};

use super::bare::Bare;
use vagt::demo::setup::{Member, Role};
use vagt::demo::{Desk, DeskOptions, Setup};

/// A short word for what came of a request.
fn outcome(status: u16, body: &Value) -> String {
    let said = body.to_string();
    let denied = said.contains("Permission Denied")
        || said.contains("Permission denied")
        || said.contains("may not own");
    match status {
        200 | 400 if denied => "denied".to_owned(),
        200 if body["count"] == 0 => "nothing".to_owned(),
        200 | 201 | 204 => "done".to_owned(),
        // deleting without the right fails on the real desk
        500 => "failed".to_owned(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn every_token_opens_what_it_should_and_no_more() {
    let mut setup = Setup::default();
    setup.staff.push(Member {
        name: "borger".to_owned(),
        real_name: "Bo Borger".to_owned(),
        email: "borger@example.org".to_owned(),
        zone: String::new(),
        role: Role::Requester,
    });
    let desk = Desk::start(DeskOptions {
        setup,
        devices: 10,
        tickets: 4,
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    let root = Bare::new(&desk.url(), desk.admin_token());
    let hidden = json!({"Queue": "Personalesager", "Subject": "skjult"});
    let hidden = root.change("POST", "/ticket", hidden).await["id"].clone();
    let hidden = hidden.as_str().unwrap();
    let note = json!({"Content": "internt", "ContentType": "text/plain"});
    root.change("POST", "/ticket/1/comment", note.clone()).await;
    let feed = root
        .get("/transactions?query=Type='Comment'&orderby=id")
        .await;
    let noted = feed["items"][0]["id"].as_str().unwrap().to_owned();
    let clients = [
        root,
        Bare::new(&desk.url(), desk.agent_token()),
        Bare::new(&desk.url(), desk.reader_token()),
        Bare::new(&desk.url(), desk.token_of("borger")),
        Bare::new(&desk.url(), "1-20-forkert".to_owned().into()),
    ];
    let (done, denied, nothing, failed) = ("done", "denied", "nothing", "failed");
    let hidden_path = format!("/ticket/{hidden}");
    let hidden_find = format!("/tickets?query=id={hidden}");
    let hidden_history = format!("{hidden_path}/history");
    let noted_path = format!("/transaction/{noted}");
    let noted_file = format!("/transaction/{noted}/attachments");
    let some = json!([{"field": "id", "operator": ">", "value": 0}]);
    // one case a line, so that the columns can be read
    #[rustfmt::skip]
    let cases: Vec<(&str, &str, Value, [&str; 5])> = vec![
        ("GET", "/rt", Value::Null, [done, done, done, done, "401"]),
        ("GET", "/ticket/1", Value::Null, [done, done, done, "403", "401"]),
        ("GET", "/tickets?query=id=1", Value::Null, [done, done, done, nothing, "401"]),
        ("GET", "/ticket/1/history", Value::Null, [done, done, done, nothing, "401"]),
        ("GET", &hidden_path, Value::Null, [done, "403", "403", "403", "401"]),
        ("GET", &hidden_find, Value::Null, [done, nothing, nothing, nothing, "401"]),
        ("GET", &hidden_history, Value::Null, [done, nothing, nothing, nothing, "401"]),
        ("GET", &noted_path, Value::Null, [done, done, "403", "403", "401"]),
        ("GET", &noted_file, Value::Null, [done, done, nothing, nothing, "401"]),
        ("GET", "/asset/1", Value::Null, [done, done, done, "403", "401"]),
        ("GET", "/assets?query=id=1", Value::Null, [done, done, done, nothing, "401"]),
        ("GET", "/user/jens", Value::Null, [done, done, done, done, "401"]),
        ("GET", "/queue/Personalesager", Value::Null, [done, "403", "403", "403", "401"]),
        ("POST", "/groups", some.clone(), [done, done, done, nothing, "401"]),
        ("POST", "/customfields", some, [done, nothing, nothing, nothing, "401"]),
        ("PUT", "/ticket/1", json!({"Subject": "en anden"}), [done, done, denied, "403", "401"]),
        ("PUT", &hidden_path, json!({"Subject": "en anden"}), [done, "403", "403", "403", "401"]),
        ("PUT", "/asset/1", json!({"Description": "en anden"}), [done, done, denied, "403", "401"]),
        ("POST", "/ticket/1/comment", note.clone(), [done, done, denied, denied, "401"]),
        ("POST", "/ticket/1/correspond", note, [done, done, denied, denied, "401"]),
        ("POST", "/ticket", json!({"Queue": "Servicedesk", "Subject": "ny"}), [done, done, "403", "403", "401"]),
        ("PUT", "/ticket/2/take", json!({}), [done, done, denied, "403", "401"]),
        ("DELETE", "/ticket/3", Value::Null, [done, failed, failed, "403", "401"]),
    ];
    let mut wrong = Vec::new();
    for (method, path, body, wanted) in cases {
        // from below, so that what is refused is refused on what is still there
        for (client, wanted) in clients.iter().zip(wanted).rev() {
            let mut body = body.clone();
            if let Some(text) = body.get_mut("Subject") {
                *text = json!(format!("{wanted} {}", wrong.len()));
            }
            let answer = client
                .call(method, path, Some(body).filter(|body| !body.is_null()))
                .await;
            let found = outcome(answer.status, &answer.json());
            if found != wanted {
                let who = ["wrong token", "requester", "reader", "agent", "root"];
                let at = clients
                    .iter()
                    .rev()
                    .position(|known| std::ptr::eq(known, client))
                    .unwrap();
                wrong.push(format!(
                    "{} {method} {path}: {found}, not {wanted}: {}",
                    who[at],
                    answer.json()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    desk.shutdown().await;
}
