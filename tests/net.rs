//! The HTTP client against servers that misbehave, certificates that do not fit, and bare machines.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "net/alone.rs"]
mod alone;
#[path = "net/faults.rs"]
mod faults;
#[path = "net/raw.rs"]
mod raw;
#[path = "net/tls.rs"]
mod tls;
