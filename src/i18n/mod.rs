//! Sentences: Fluent bundles. Findings become words here.
//!
//! Start at [`incident::Sentences`]; what is said of one ticket is in [`why`], of the supervisor's numbers in `numbers`, [`values`] is what the variables of templates
//! stand for.

mod alarm;
mod handover;
pub mod incident;
mod numbers;
mod rollouts;
mod trends;
pub mod values;
mod wall;
pub mod why;
