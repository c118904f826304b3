//! One HTTP client for all: TLS, private CA, proxy, limits, redaction.
//!
//! Every desk and fleet source speaks through [`Client`]. Invariants: no request waits longer than its deadline, no
//! answer takes more memory than its cap (counted after decompression), a redirect is never followed, a write is
//! never sent twice by this room, and no message of this room holds a secret or the address' user part.
//! Start at [`Client::send`]; what a status means is in [`answer`], what a broken connection means in `words`.

pub mod answer;
pub mod backoff;
mod client;
pub mod options;
pub mod redact;
pub mod request;
mod retry_after;
mod tls;
mod words;

pub use answer::Answer;
pub use client::{Client, Failure, Sent};
pub use options::NetOptions;
pub use request::{Method, Request};
