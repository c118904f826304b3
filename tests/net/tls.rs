//! TLS: a private CA, and certificates that do not fit.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use vagt::domain::outcome::TroubleKind;
use vagt::net::{Client, Failure, Method, NetOptions, Request, Sent};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/net/certs")
        .join(name)
}

/// A TLS server with one of the certificates; it answers each connection once.
fn server(certificate: &str) -> u16 {
    let chain = vec![CertificateDer::from_pem_file(file(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(file("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::StreamOwned::new(connection, stream);
            let mut buffer = [0; 4096];
            if tls.read(&mut buffer).is_ok() {
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]";
                drop(tls.write_all(answer));
                tls.conn.send_close_notify();
                drop(tls.flush());
            }
        }
    });
    port
}

async fn ask(certificate: &str, host: &str, ca: bool) -> Result<u16, Failure> {
    let port = server(certificate);
    let mut options = NetOptions::new(format!("https://{host}:{port}"));
    options.ca_file = ca.then(|| file("ca.pem"));
    let client = Client::new(options).unwrap();
    let request = Request::write(Method::Post, "/w", Some(&json!({})));
    client.send(&request).await.map(|a| a.status)
}

#[tokio::test]
async fn a_private_ca_is_trusted_when_it_is_named() {
    assert_eq!(ask("good.pem", "localhost", true).await.unwrap(), 200);
    assert_eq!(ask("good.pem", "127.0.0.1", true).await.unwrap(), 200);
}

#[tokio::test]
async fn each_certificate_that_does_not_fit_has_its_own_words() {
    for (certificate, ca, words) in [
        ("good.pem", false, "ca_file"),
        ("expired.pem", true, "expired"),
        ("other-name.pem", true, "another name"),
    ] {
        let failure = ask(certificate, "localhost", ca).await.unwrap_err();
        assert_eq!(
            failure.trouble.kind,
            TroubleKind::Config,
            "{certificate}: {failure:?}"
        );
        assert!(
            failure.trouble.message.contains(words),
            "{certificate}: {}",
            failure.trouble.message
        );
        assert_eq!(failure.sent, Sent::No, "{certificate}");
    }
}

#[tokio::test]
async fn a_plain_server_that_is_spoken_to_in_tls_is_told_apart() {
    let (url, _) = super::raw::server(|_, mut stream| async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut buffer = [0; 1024];
        drop(stream.read(&mut buffer).await);
        drop(
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                .await,
        );
    })
    .await;
    let mut options = NetOptions::new(url.replace("http://", "https://"));
    options.ca_file = Some(file("ca.pem"));
    let failure = Client::new(options)
        .unwrap()
        .send(&Request::get("/x"))
        .await
        .unwrap_err();
    assert!(
        failure.trouble.message.contains("TLS"),
        "{}",
        failure.trouble.message
    );
    assert_eq!(failure.trouble.kind, TroubleKind::Config);
}

#[test]
fn a_ca_file_that_is_none_is_said() {
    for (name, words) in [
        ("missing.pem", "cannot be read"),
        ("make.sh", "no certificate"),
        ("server.key", "no certificate"),
    ] {
        let mut options = NetOptions::new("https://localhost");
        options.ca_file = Some(file(name));
        let trouble = Client::new(options).unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::Config);
        assert!(
            trouble.message.contains(words),
            "{name}: {}",
            trouble.message
        );
    }
}
