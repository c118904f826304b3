//! `vagt purge`: empties the cache. The outbox is never touched.

use serde_json::json;

use super::args::PurgeArgs;
use super::exit::{Exit, Stop};
use super::live::{self, block_on};
use super::out::Out;
use super::session::Ground;
use crate::store::error::StoreErrorKind;

/// Runs it.
///
/// # Errors
/// No desk is configured; the file cannot be used.
pub fn run(args: PurgeArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    block_on(async {
        let (config, desk) = live::desk(ground)?;
        let cache = live::cache(ground, desk.as_ref(), &config)?;
        match cache.purge().await {
            Ok(()) => {}
            Err(error) if error.kind() == StoreErrorKind::Corrupt => drop(live::rebuilt(&cache)?),
            Err(error) => return Err(error.into()),
        }
        if args.json {
            out.json(&json!({ "schema": "vagt.purge/1", "desk": desk.place(), "cache": "empty" }))?;
        } else {
            out.line(format!(
                "the cache of {} is empty; the outbox is untouched",
                desk.place()
            ))?;
        }
        Ok(Exit::Done)
    })
}
