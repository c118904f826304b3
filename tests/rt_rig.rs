//! The real Request Tracker that the other tests stand on is the desk they think it is.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "common/rt.rs"]
mod rt;

use std::os::unix::fs::PermissionsExt;

use rt::{Rt, Who};
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["Name"].as_str())
        .collect()
}

#[test]
fn an_agent_sees_the_desk_but_one_queue_and_no_totals() {
    let Some(rt) = Rt::from_env() else { return };
    let queues = rt.get(Who::Mette, "/queues/all?fields=Name");
    assert!(names(&queues).contains(&"Videomøder"), "{queues}");
    assert!(!names(&queues).contains(&"Personalesager"), "{queues}");
    assert_eq!(queues["total"], Value::Null);
    assert!(names(&rt.get(Who::Root, "/queues/all?fields=Name")).contains(&"Personalesager"));

    let assets = rt.get(
        Who::Mette,
        "/assets?query=id > 0&fields=Name,CustomFields&per_page=100",
    );
    assert_eq!(assets["total"], Value::Null);
    assert!(
        names(&assets).iter().any(|name| name.starts_with("LT-")),
        "{assets}"
    );
    assert!(
        !names(&assets).iter().any(|name| name.starts_with("SRV-")),
        "{assets}"
    );

    let feed = rt.get(
        Who::Mette,
        "/transactions?query=id > 0&orderby=id&per_page=100",
    );
    let shown = feed["items"].as_array().map_or(0, Vec::len);
    assert!(
        shown < 100,
        "rows of the hidden queue leave no hole: {shown}"
    );
}

#[test]
fn rights_differ_as_the_staff_list_says() {
    let Some(rt) = Rt::from_env() else { return };
    let ticket = rt.create(Who::Mette, "Videomøder", "Rettigheder");
    let path = format!("/ticket/{ticket}");
    let priority = json!({"Priority": 80});
    assert_eq!(rt.call(Who::Vikar, "GET", &path, None).status, 403);
    assert_eq!(rt.call(Who::Reader, "GET", &path, None).status, 200);
    for (who, kept) in [(Who::Reader, false), (Who::Kaare, true)] {
        assert_eq!(
            rt.call(who, "PUT", &path, Some(&priority)).status,
            200,
            "refusals come as 200"
        );
        assert_eq!(
            rt.get(Who::Root, &path)["Priority"]
                .to_string()
                .contains("80"),
            kept,
            "{who:?}"
        );
    }
}

#[test]
fn markers_can_be_found_and_switched_off() {
    let Some(rt) = Rt::from_env() else { return };
    let ticket = rt.create(Who::Mette, "Videomøder", "Mærke");
    let note = |marker: &str| {
        let body = json!({"Content": "Intern.", "ContentType": "text/plain", "TxnCustomFields": {"Vagt action": marker}});
        let answer = rt.call(
            Who::Mette,
            "POST",
            &format!("/ticket/{ticket}/comment"),
            Some(&body),
        );
        assert_eq!(answer.status, 201);
        rt.get(
            Who::Mette,
            &format!("/transactions?query=CF.{{Vagt action}}='{marker}'"),
        )["items"]
            .as_array()
            .map_or(0, Vec::len)
    };
    let made = std::process::id();
    assert_eq!(note(&format!("on-{made}")), 1);
    rt.up(&["markers", "off"]);
    let found = note(&format!("off-{made}"));
    rt.up(&["markers", "on"]);
    assert_eq!(found, 0, "a switched-off marker was kept");
    assert_eq!(note(&format!("again-{made}")), 1);
}

/// Request Tracker's answer to a reply by a Danish user is Latin-1 that calls itself UTF-8, although the reply was
/// kept. A connector that insists on reading it would send the reply twice.
#[test]
fn the_answer_to_a_note_is_not_always_utf8() {
    let Some(rt) = Rt::from_env() else { return };
    let ticket = rt.create(Who::Mette, "Videomøder", "Tegnsæt");
    let answer = rt.call(
        Who::Mette,
        "POST",
        &format!("/ticket/{ticket}/comment"),
        Some(&json!({"Content": "Grød på ærø.", "ContentType": "text/plain"})),
    );
    assert_eq!(answer.status, 201);
    assert!(
        answer.head.to_lowercase().contains("charset=\"utf-8\""),
        "{}",
        answer.head
    );
    assert!(String::from_utf8(answer.body).is_err());
}

#[test]
fn secrets_are_readable_by_their_owner_alone() {
    if Rt::from_env().is_none() {
        return;
    }
    for who in [
        Who::Root,
        Who::Mette,
        Who::Ingrid,
        Who::Kaare,
        Who::Reader,
        Who::Vikar,
    ] {
        let mode = std::fs::metadata(who.token_file())
            .expect("the token file is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{}", who.login());
        assert!(!who.password().is_empty());
    }
}
