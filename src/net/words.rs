//! A failed exchange in words: what happened, what to check, and whether the desk may have got the request.

use std::error::Error;
use std::io;

use crate::domain::outcome::{Trouble, TroubleKind};
use crate::net::client::{Failure, Sent};

/// Trouble of an exchange that ended without a complete answer.
pub(super) fn of_error(error: &reqwest::Error, place: &str) -> Failure {
    if error.is_builder() {
        let message =
            format!("A request for {place} could not be formed. Check the desk's address.");
        return Failure::new(TroubleKind::Config, message, Sent::No);
    }
    if error.is_connect() {
        return Failure {
            trouble: connect(error, place),
            sent: Sent::No,
            broken: false,
        };
    }
    let (kind, message) = if error.is_timeout() {
        (
            TroubleKind::Transient,
            format!("{place} took too long to answer."),
        )
    } else if error.is_decode() {
        (
            TroubleKind::Malformed,
            format!("The answer of {place} broke off or is not readable. It is asked again."),
        )
    } else if error.is_body() {
        (
            TroubleKind::Malformed,
            format!("The answer of {place} broke off. It is asked again."),
        )
    } else {
        let message = format!("{place} closed the connection without an answer.");
        return Failure {
            broken: true,
            ..Failure::new(TroubleKind::Transient, message, Sent::Maybe)
        };
    };
    Failure::new(kind, message, Sent::Maybe)
}

fn connect(error: &reqwest::Error, place: &str) -> Trouble {
    let transient = |message| Trouble::new(TroubleKind::Transient, message);
    if let Some(tls) = find::<rustls::Error>(error) {
        return certificate(tls, place);
    }
    if error.is_dns() || is_name_failure(error) {
        return transient(format!(
            "The name of {place} cannot be looked up. Check the network, and the address in the config."
        ));
    }
    if error.is_timeout() {
        return transient(format!(
            "No connection to {place} in time. Check the network, VPN and firewall."
        ));
    }
    match find_io(error) {
        Some(io::ErrorKind::ConnectionRefused) => transient(format!(
            "{place} refuses the connection. Is the desk running, and is the port right?"
        )),
        Some(
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown,
        ) => transient(format!("No route to {place}. Check the network and VPN.")),
        // A plain server that is spoken to in TLS answers with bytes that rustls calls InvalidData, or hangs up.
        Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => transient(format!(
            "{place} hung up while the connection was made. Check the port, and whether a proxy stands between."
        )),
        _ => transient(format!(
            "No connection to {place}. Check the network, the proxy if there is one, and the address."
        )),
    }
}

fn certificate(error: &rustls::Error, place: &str) -> Trouble {
    use rustls::CertificateError as Cert;
    let why = match error {
        rustls::Error::InvalidCertificate(Cert::UnknownIssuer) => {
            "is signed by a CA that this machine does not know. Set ca_file to that CA's certificate"
        }
        rustls::Error::InvalidCertificate(Cert::Expired | Cert::ExpiredContext { .. }) => {
            "has expired. Tell the desk's administrator, and check this machine's clock"
        }
        rustls::Error::InvalidCertificate(Cert::NotValidYet | Cert::NotValidYetContext { .. }) => {
            "is not valid yet. Check this machine's clock"
        }
        rustls::Error::InvalidCertificate(
            Cert::NotValidForName | Cert::NotValidForNameContext { .. },
        ) => "is for another name. Use the name that stands in the certificate",
        rustls::Error::InvalidCertificate(Cert::Revoked) => {
            "was revoked. Tell the desk's administrator"
        }
        rustls::Error::InvalidCertificate(_) => {
            "is not accepted. Tell the desk's administrator, or set ca_file"
        }
        rustls::Error::InvalidMessage(_) => {
            return Trouble::new(
                TroubleKind::Config,
                format!("{place} does not speak TLS there. Check the port, or whether it is http."),
            );
        }
        _ => {
            return Trouble::new(
                TroubleKind::Config,
                format!("No TLS connection to {place}: {error}. Tell the desk's administrator."),
            );
        }
    };
    Trouble::new(
        TroubleKind::Config,
        format!("The certificate of {place} {why}."),
    )
}

/// The errors behind an error, itself first. What an `io::Error` wraps is one of them: its `source` skips it.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    fn behind<'a>(e: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
        match e.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => e.source(),
        }
    }
    std::iter::successors(Some(error), |e| behind(*e))
}

/// The first error of a type in the chain.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|e| e.downcast_ref::<T>())
}

/// The kind of the innermost `io::Error`: the outer ones only say "other".
fn find_io(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    chain(error)
        .filter_map(|e| e.downcast_ref::<io::Error>())
        .last()
        .map(io::Error::kind)
}

/// The system resolver's failures carry no kind of their own, only these words.
fn is_name_failure(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|e| {
        let text = e.to_string();
        text.contains("lookup address information") || text.contains("dns error")
    })
}
