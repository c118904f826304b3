//! The municipality: people, devices, a day, and what goes wrong in it.
//!
//! Everything is drawn from one seed with whole numbers only, and driven by the desk's clock, so the
//! same seed gives the same town. [`engine::Town`] decides what happens and when, by a
//! [`scenario::Scenario`] that says what is true; `apply` carries it out on the desk as a person or
//! colleague would; `live` gives the desk a past and lets it go on; `record` writes the day down. All
//! names and places are invented (`assets/demo/town.toml`), the texts come from grammars
//! (`assets/demo/texts/`). Invariant: what happens depends on seed, scenario and clock alone.

pub(crate) mod apply;
pub(crate) mod cast;
pub(crate) mod chance;
pub(crate) mod colleagues;
pub(crate) mod data;
pub(crate) mod engine;
pub(crate) mod fleet;
pub(crate) mod grammar;
pub(crate) mod live;
pub(crate) mod numbers;
pub(crate) mod record;
pub(crate) mod reports;
pub(crate) mod residents;
pub(crate) mod rhythm;
pub(crate) mod scenario;
pub(crate) mod scenario_file;
pub(crate) mod start;
pub(crate) mod style;
pub(crate) mod traffic;
pub(crate) mod trouble;
pub(crate) mod voices;

#[cfg(test)]
mod tests;
