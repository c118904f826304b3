//! The loop: waits, drains, updates, draws; runs effects.
//!
//! Start at [`console::run`], which puts a console together, then [`engine`] (the loop), [`effects`] (what it asks
//! for) and [`tasks`] (who runs it).

pub mod alike;
pub mod clock;
pub mod connect;
pub mod console;
mod declared;
pub mod effects;
pub mod engine;
pub mod files;
pub mod groups;
pub mod handover;
pub mod headless;
pub mod hook;
mod router;
pub mod tasks;
pub mod triage;
pub mod tty;
pub mod watch;
