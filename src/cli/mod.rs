//! The command line: one file a subcommand; the only room that prints.

pub mod args;
pub mod exit;
