//! `vagt rollouts`: new versions on their way through the fleet.

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::args::RolloutsArgs;
use super::exit::{Exit, Stop};
use super::live::{Live, block_on};
use super::load::{plain, reach};
use super::out::Out;
use super::replay::language;
use super::session::Ground;
use crate::domain::rollout::Rollout;
use crate::i18n::incident::Sentences;

/// Prints them.
///
/// # Errors
/// No desk, or trouble with it.
pub fn run(args: &RolloutsArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let sentences = Sentences::new(language(&args.lang)?, TimeZone::system());
    let live = block_on(Live::open(ground))?;
    let found = live.board.rollouts(reach(ground.right()?, None), live.now);
    if args.json {
        out.json(&json!({
            "schema": "vagt.rollouts/1", "at": live.now, "rollouts": rollouts_json(&found, &sentences),
        }))?;
        return Ok(Exit::Done);
    }
    for rollout in &found {
        out.line(sentences.rollout_spread(rollout))?;
        out.line(format!("  {}", sentences.rollout_verdict(rollout)))?;
        out.line(format!("  {}", sentences.rollout_rates(rollout)))?;
    }
    if found.is_empty() {
        out.line(sentences.no_rollout())?;
    }
    Ok(Exit::Done)
}

/// As objects of `docs/json.md`.
pub fn rollouts_json(found: &[Rollout], sentences: &Sentences) -> Json {
    let objects = found.iter().map(|rollout| {
        let mut object = plain(json!(rollout));
        if let Some(map) = object.as_object_mut() {
            map.insert(
                "sentence".to_owned(),
                json!(sentences.rollout_verdict(rollout)),
            );
        }
        object
    });
    objects.collect()
}
