//! Logging and crash reports.
