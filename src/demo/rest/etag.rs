//! `ETag`, `If-Match`, `If-None-Match`: the version of a record is the number of its last
//! transaction that the viewer sees.

use super::{Reply, Request};
use crate::demo::base::Refusal;

/// Whether a header names this version. Quotes may be missing; weak tags never match.
fn names(header: &str, version: &str) -> bool {
    header
        .split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_matches('"') == version)
}

/// 304 when the client has this version already.
pub(crate) fn unchanged(request: &Request, version: &str, modified: &str) -> Option<Reply> {
    let header = request.if_none_match.as_deref()?;
    names(header, version).then(|| Reply {
        status: 304,
        etag: Some(version.to_owned()),
        last_modified: Some(modified.to_owned()),
        ..Reply::default()
    })
}

/// 412 when the client wants to see or change another version.
pub(crate) fn check(request: &Request, version: &str) -> Result<(), Refusal> {
    match request.if_match.as_deref() {
        Some(header) if !names(header, version) => Err(Refusal::new(412, "Precondition Failed")),
        _ => Ok(()),
    }
}
