//! A machine without CA certificates and with a proxy set: loopback works all the same.
//!
//! The environment of a process cannot be changed safely, so each case runs this test binary again as a child.

use std::process::Command;

use tokio::io::AsyncWriteExt as _;
use vagt::domain::outcome::TroubleKind;
use vagt::net::{Client, NetOptions, Request};

const URL: &str = "VAGT_TEST_CHILD_URL";

/// Runs one test of this file as a child with an environment of its own.
fn child(test: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        &format!("alone::{test}"),
        "--ignored",
        "--nocapture",
    ]);
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
    ] {
        command.env_remove(name);
    }
    for (name, value) in variables {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

async fn hello() -> String {
    let (url, _) = super::raw::server(|_, mut stream| async move {
        super::raw::request(&mut stream).await;
        drop(
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
                .await,
        );
    })
    .await;
    url
}

const BARE: [(&str, &str); 2] = [
    ("SSL_CERT_FILE", "/nonexistent/ca.pem"),
    ("SSL_CERT_DIR", "/nonexistent"),
];

#[tokio::test(flavor = "multi_thread")]
async fn loopback_works_without_ca_store_and_past_a_proxy() {
    let url = hello().await;
    let dead = "http://127.0.0.1:9";
    let mut variables = BARE.to_vec();
    variables.extend([
        (URL, url.as_str()),
        ("HTTP_PROXY", dead),
        ("http_proxy", dead),
        ("HTTPS_PROXY", dead),
        ("ALL_PROXY", dead),
    ]);
    child("child_reaches_loopback", &variables);
}

#[tokio::test]
#[ignore = "run as a child by loopback_works_without_ca_store_and_past_a_proxy"]
async fn child_reaches_loopback() {
    let url = std::env::var(URL).unwrap();
    let client = Client::new(NetOptions::new(url)).unwrap();
    assert_eq!(client.send(&Request::get("/x")).await.unwrap().status, 200);
}

#[test]
fn without_ca_store_https_says_what_is_missing() {
    child("child_has_no_roots", &BARE);
}

#[tokio::test]
#[ignore = "run as a child by without_ca_store_https_says_what_is_missing"]
async fn child_has_no_roots() {
    let trouble = Client::new(NetOptions::new("https://desk.example.org")).unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Config);
    assert!(trouble.message.contains("ca_file"), "{}", trouble.message);
    let mut options = NetOptions::new("https://desk.example.org");
    options.ca_file = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/net/certs/ca.pem").into());
    Client::new(options).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_machine_is_reached_through_the_proxy() {
    let proxy = hello().await;
    child(
        "child_goes_through_the_proxy",
        &[
            ("HTTP_PROXY", proxy.as_str()),
            ("http_proxy", proxy.as_str()),
        ],
    );
}

#[tokio::test]
#[ignore = "run as a child by another_machine_is_reached_through_the_proxy"]
async fn child_goes_through_the_proxy() {
    let mut options = NetOptions::new("http://desk.example.invalid");
    options.allow_http = true;
    let client = Client::new(options).unwrap();
    // The name does not exist; only the proxy can have answered.
    assert_eq!(client.send(&Request::get("/x")).await.unwrap().status, 200);
}
