//! What a client can rely on, and what it must cope with.

use serde_json::{Value, json};

use super::bare::Bare;
use super::desk;
use vagt::demo::{Desk, DeskOptions};

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_write_is_recorded_once_with_its_version() {
    let (desk, agent) = desk().await;
    let id = desk
        .add_ticket("VPN ryger", "Hej\nden ryger", "p1@kommune.example")
        .await
        .unwrap();
    let before = agent.call("GET", &format!("/ticket/{id}"), None).await;
    let version = before.header("etag").unwrap().to_owned();
    let stale = agent
        .raw(
            "PUT",
            &format!("/REST/2.0/ticket/{id}"),
            &[("If-Match", "\"0\"")],
            br#"{"Priority":80}"#,
        )
        .await
        .unwrap();
    assert_eq!(stale.status, 412);
    let done = agent
        .raw(
            "PUT",
            &format!("/REST/2.0/ticket/{id}"),
            &[("If-Match", &version)],
            br#"{"Priority":81}"#,
        )
        .await
        .unwrap();
    assert_eq!(done.status, 200);
    let again = agent
        .raw(
            "PUT",
            &format!("/REST/2.0/ticket/{id}"),
            &[("If-Match", &version)],
            br#"{"Priority":82}"#,
        )
        .await
        .unwrap();
    assert_eq!(again.status, 412);
    assert_eq!(again.json(), json!({"message": "Precondition Failed"}));
    let fresh = agent.call("GET", &format!("/ticket/{id}"), None).await;
    assert_eq!(fresh.json()["Priority"], "81");
    let same = agent
        .raw(
            "GET",
            &format!("/REST/2.0/ticket/{id}"),
            &[("If-None-Match", fresh.header("etag").unwrap())],
            b"",
        )
        .await
        .unwrap();
    assert_eq!(same.status, 304);
    let history = desk.history(id).await.unwrap();
    let sets: Vec<_> = history
        .iter()
        .filter(|line| line.typ == "Set")
        .map(|line| line.new.as_str())
        .collect();
    assert_eq!(sets.last(), Some(&"81"));
}

#[tokio::test]
async fn a_reply_opens_and_carries_its_marker_and_file() {
    let (desk, agent) = desk().await;
    let id = desk
        .add_ticket("Ingen lyd", "…", "p1@kommune.example")
        .await
        .unwrap();
    let said = agent
        .change(
            "POST",
            &format!("/ticket/{id}/correspond"),
            json!({"Content": "Prøv igen æøå", "ContentType": "text/plain", "TxnCustomFields": {"Vagt action": "a-1"},
                   "Attachments": [{"FileName": "vejl\u{f8}s.txt", "FileType": "text/plain", "FileContent": "aGVp"}]}),
        )
        .await;
    assert_eq!(
        texts(&said),
        ["Correspondence added", "Custom fields updated"]
    );
    assert_eq!(agent.get(&format!("/ticket/{id}")).await["Status"], "open");
    let found = agent
        .get("/transactions?query=CF.{Vagt action}='a-1'&fields=Type,ObjectId,CustomFields")
        .await;
    assert_eq!(found["count"], 1);
    assert_eq!(found["items"][0]["ObjectId"], id.to_string());
    assert_eq!(
        found["items"][0]["CustomFields"][0]["values"],
        json!(["a-1"])
    );
    let parts = agent
        .get(&format!(
            "/ticket/{id}/attachments?fields=Content,Filename,ContentType,Parent"
        ))
        .await;
    let names: Vec<&str> = parts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["Filename"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["", "", "", "vejl\u{fffd}s.txt"],
        "a name that is not ASCII comes back spoilt"
    );
    assert_eq!(parts["items"][2]["Content"], "Prøv igen æøå");
    let single = agent
        .get(&format!(
            "/attachment/{}",
            parts["items"][3]["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(single["Content"], "aGVp\n");
}

#[tokio::test]
async fn without_markers_the_desk_says_so_and_keeps_the_text() {
    let desk = Desk::start(DeskOptions {
        markers: false,
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    let agent = Bare::new(&desk.url(), desk.agent_token());
    let id = desk
        .add_ticket("x", "y", "p1@kommune.example")
        .await
        .unwrap();
    let body = json!({"Content": "note", "ContentType": "text/plain", "TxnCustomFields": {"Vagt action": "a-1"}});
    let said = agent
        .change("POST", &format!("/ticket/{id}/comment"), body)
        .await;
    assert_eq!(
        texts(&said),
        [
            "Comments added",
            "Unable to load transaction custom field: Vagt action"
        ]
    );
    assert_eq!(desk.history(id).await.unwrap().last().unwrap().text, "note");
    let queue = agent.get("/queue/1").await;
    assert_eq!(queue["TicketTransactionCustomFields"], json!([]));
}

#[tokio::test]
async fn agents_get_holes_and_no_totals_and_readers_no_notes() {
    let (desk, agent) = desk().await;
    let root = Bare::new(&desk.url(), desk.admin_token());
    let reader = Bare::new(&desk.url(), desk.reader_token());
    let seen = desk
        .add_ticket("synlig", "…", "p1@kommune.example")
        .await
        .unwrap();
    let hidden = root
        .change(
            "POST",
            "/ticket",
            json!({"Queue": "Personalesager", "Subject": "skjult"}),
        )
        .await;
    let hidden = hidden["id"].as_str().unwrap().to_owned();
    agent
        .change(
            "POST",
            &format!("/ticket/{seen}/comment"),
            json!({"Content": "internt", "ContentType": "text/plain"}),
        )
        .await;

    assert_eq!(
        agent
            .call("GET", &format!("/ticket/{hidden}"), None)
            .await
            .status,
        403
    );
    assert_eq!(agent.get("/tickets?query=id>0").await["total"], 1);
    assert_eq!(root.get("/tickets?query=id>0").await["total"], 2);
    let feed = agent
        .get("/transactions?query=id>0&orderby=id&per_page=2&page=2")
        .await;
    assert_eq!(
        (&feed["total"], &feed["pages"], feed.get("next_page")),
        (&Value::Null, &Value::Null, None)
    );
    assert_eq!(feed["count"], 0, "a page of a hidden queue's rows is empty");
    assert_eq!(
        agent
            .get("/transactions?query=id>0&orderby=id&per_page=2&page=3")
            .await["count"],
        1
    );
    let all = root
        .get("/transactions?query=id>0&orderby=id&per_page=2")
        .await;
    assert_eq!(
        (all["count"].as_i64(), all["total"].as_i64()),
        (Some(2), Some(5))
    );
    let types = |value: &Value| -> Vec<String> {
        value["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["Type"].as_str().unwrap().to_owned())
            .collect()
    };
    let path = format!("/ticket/{seen}/history?fields=Type");
    assert_eq!(types(&agent.get(&path).await), ["Create", "Comment"]);
    assert_eq!(types(&reader.get(&path).await), ["Create"]);
    assert_eq!(
        types(&root.get(&path).await),
        ["Create", "EmailRecord", "Comment"]
    );
    assert_eq!(
        reader
            .get(&format!("/ticket/{seen}/attachments?fields=Content"))
            .await["count"],
        1
    );

    let denied = reader
        .call(
            "PUT",
            &format!("/ticket/{seen}"),
            Some(json!({"Priority": 5})),
        )
        .await;
    assert_eq!(
        (denied.status, texts(&denied.json())),
        (
            200,
            vec![format!("Ticket {seen}: Permission Denied").as_str()]
        )
    );
    let denied = reader
        .call(
            "POST",
            &format!("/ticket/{seen}/comment"),
            Some(json!({"Content": "x", "ContentType": "text/plain"})),
        )
        .await;
    assert_eq!(
        (denied.status, denied.json()),
        (400, json!({"message": "Permission Denied"}))
    );
}

#[tokio::test]
async fn merged_and_deleted_tickets_leave_searches() {
    let (desk, agent) = desk().await;
    let root = Bare::new(&desk.url(), desk.admin_token());
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(
            desk.add_ticket(name, "…", &format!("{name}@kommune.example"))
                .await
                .unwrap(),
        );
    }
    let said = agent
        .change(
            "PUT",
            &format!("/ticket/{}", ids[0]),
            json!({"MergeInto": ids[1]}),
        )
        .await;
    assert_eq!(texts(&said), ["Merge Successful"]);
    assert_eq!(
        root.call("DELETE", &format!("/ticket/{}", ids[2]), None)
            .await
            .status,
        204
    );
    let list = agent.get("/tickets?query=id>0").await;
    assert_eq!(
        (list["total"].as_i64(), list["items"][0]["id"].as_str()),
        (Some(1), Some(ids[1].to_string().as_str()))
    );
    let merged = agent.get(&format!("/ticket/{}", ids[0])).await;
    assert_eq!(merged["id"], ids[1]);
    assert_eq!(merged["Requestor"].as_array().unwrap().len(), 2);
    let deleted = agent.get(&format!("/ticket/{}", ids[2])).await;
    assert_eq!(deleted["Status"], "deleted");
    let feed = agent
        .get("/transactions?query=id>0 AND Type='AddLink'&fields=Field,ObjectId&orderby=id")
        .await;
    let of: Vec<&str> = feed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["ObjectId"].as_str().unwrap())
        .collect();
    assert_eq!(
        of,
        [ids[0].to_string(), ids[1].to_string()],
        "both tickets hear of a merge"
    );
}

#[tokio::test]
async fn a_cookie_session_works_until_it_ends() {
    let (desk, agent) = desk().await;
    let password = desk.password_of("mette").unwrap();
    let form = format!(
        "user=mette&pass={}",
        secrecy::ExposeSecret::expose_secret(&password)
    );
    let form_type = ("Content-Type", "application/x-www-form-urlencoded");
    let bad = agent
        .raw(
            "POST",
            "/NoAuth/Login.html",
            &[form_type, ("Authorization", "")],
            b"user=mette&pass=x",
        )
        .await
        .unwrap();
    assert_eq!((bad.status, bad.header("set-cookie")), (200, None));
    let good = agent
        .raw(
            "POST",
            "/NoAuth/Login.html",
            &[form_type, ("Authorization", "")],
            form.as_bytes(),
        )
        .await
        .unwrap();
    assert_eq!(good.status, 302);
    let cookie = good
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let with = [("Cookie", cookie.as_str()), ("Authorization", "")];
    let me = agent
        .raw("GET", "/REST/2.0/user/mette", &with, b"")
        .await
        .unwrap();
    assert_eq!(me.json()["Timezone"], "Europe/Copenhagen");
    desk.end_sessions();
    let ended = agent.raw("GET", "/REST/2.0/rt", &with, b"").await.unwrap();
    assert_eq!((ended.status, ended.header("location")), (302, Some("/")));
}

#[tokio::test]
async fn hostile_requests_are_refused() {
    let (_desk, agent) = desk().await;
    for path in [
        "/../../etc/passwd",
        "/ticket/1%00",
        "/ticket/99999999999999999999",
        "/tickets/%2e%2e",
        "/user/%ff%fe",
    ] {
        let answer = agent.call("GET", path, None).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let sql = "/tickets?query=Subject = ' OR 1=1); DROP TABLE tickets; --'";
    assert_eq!(agent.get(sql).await["count"], 0);
    let long = format!("/tickets?query={}", "id=1 OR ".repeat(1_000));
    assert_eq!(agent.call("GET", &long, None).await.status, 400);
    let deep = vec![b'['; 20_000];
    let answer = agent
        .raw("PUT", "/REST/2.0/tickets/bulk", &[], &deep)
        .await
        .unwrap();
    assert_eq!(answer.status, 400);
    let huge = vec![b' '; 33 * 1024 * 1024];
    let answer = agent.raw("POST", "/REST/2.0/ticket", &[], &huge).await;
    assert!(answer.is_err() || answer.unwrap().status == 413);
    for token in [
        "",
        "token",
        "token 1-20-",
        "token 1-14-0000",
        "Bearer x",
        "Basic !!!",
    ] {
        let answer = agent
            .raw("GET", "/REST/2.0/rt", &[("Authorization", token)], b"")
            .await
            .unwrap();
        assert_eq!(
            (answer.status, answer.json()),
            (401, json!({"message": "Unauthorized"})),
            "{token}"
        );
    }
}

#[tokio::test]
async fn many_clients_at_once_lose_nothing() {
    let (desk, agent) = desk().await;
    let id = desk
        .add_ticket("mange", "…", "p1@kommune.example")
        .await
        .unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..200 {
        let agent = agent.clone();
        tasks.spawn(async move {
            let body = json!({"Content": format!("note {n}"), "ContentType": "text/plain"});
            agent
                .call("POST", &format!("/ticket/{id}/comment"), Some(body))
                .await
                .status
        });
    }
    while let Some(status) = tasks.join_next().await {
        assert_eq!(status.unwrap(), 201);
    }
    let notes: std::collections::BTreeSet<String> = desk
        .history(id)
        .await
        .unwrap()
        .into_iter()
        .filter(|line| line.typ == "Comment")
        .map(|line| line.text)
        .collect();
    assert_eq!(notes.len(), 200);
}
