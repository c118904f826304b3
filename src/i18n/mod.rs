//! Sentences: Fluent bundles. Findings become words here.
//!
//! Start at [`incident::Sentences`].

pub mod incident;
