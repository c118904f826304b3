//! Sentences: Fluent bundles. Findings become words here.
//!
//! Start at [`incident::Sentences`]; what is said of one ticket is in [`why`], [`values`] is what the variables of templates
//! stand for.

pub mod incident;
pub mod values;
pub mod why;
