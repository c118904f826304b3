//! TLS: ring as the provider, the machine's CA store plus a private CA.

use std::path::Path;

use reqwest::{Certificate, ClientBuilder};

use crate::domain::outcome::{Trouble, TroubleKind};

fn config(message: impl Into<String>) -> Trouble {
    Trouble::new(TroubleKind::Config, message)
}

/// Makes ring the provider of this process; a second call changes nothing.
fn install_provider() {
    // It fails only when a provider is already there, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// For plain http: no TLS roots at all, so that a machine without any CA store can speak to itself.
pub(super) fn none(builder: ClientBuilder) -> Result<ClientBuilder, Trouble> {
    install_provider();
    let tls = rustls::ClientConfig::builder_with_provider(
        rustls::crypto::ring::default_provider().into(),
    )
    .with_safe_default_protocol_versions()
    .map_err(|e| config(format!("TLS cannot start ({e}).")))?
    .with_root_certificates(rustls::RootCertStore::empty())
    .with_no_client_auth();
    Ok(builder.tls_backend_preconfigured(tls))
}

/// Reads the certificates of a `ca_file`.
pub(super) fn read_ca(file: &Path) -> Result<Vec<Certificate>, Trouble> {
    let shown = crate::text::sanitize::line_max(&file.display().to_string(), 200);
    let pem = std::fs::read(file).map_err(|e| {
        config(format!(
            "ca_file {shown} cannot be read ({e}). Check its path and rights."
        ))
    })?;
    let certificates = Certificate::from_pem_bundle(&pem)
        .map_err(|_| config(format!("ca_file {shown} is not a PEM certificate file.")))?;
    if certificates.is_empty() {
        return Err(config(format!("ca_file {shown} holds no certificate.")));
    }
    Ok(certificates)
}

/// Builds a client that checks certificates. `make` gives a fresh builder, because a failed build uses it up.
pub(super) fn build(
    make: impl Fn() -> ClientBuilder,
    ca: &[Certificate],
) -> Result<reqwest::Client, Trouble> {
    install_provider();
    let mut first = make();
    if !ca.is_empty() {
        first = first.tls_certs_merge(ca.iter().cloned());
    }
    match first.build() {
        Ok(client) => Ok(client),
        // Without a CA store on the machine, the private CA alone is enough.
        Err(_) if !ca.is_empty() => make()
            .tls_certs_only(ca.iter().cloned())
            .build()
            .map_err(|_| config("TLS cannot start with the certificates of ca_file.")),
        Err(_) => Err(config(
            "TLS cannot start: this machine seems to have no CA certificates. Install them (Debian: ca-certificates) or set ca_file.",
        )),
    }
}
