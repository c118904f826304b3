//! Sentences: Fluent bundles. Findings become words here.
