//! Sentences: Fluent bundles. Findings become words here.
//!
//! Start at [`incident::Sentences`]; [`values`] is what the variables of templates stand for.

pub mod incident;
pub mod values;
