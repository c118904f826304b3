//! Scripted sessions: keys in, model out, without a runtime.

mod anchoring;
mod board;
mod bulk;
mod cards;
mod checks;
mod claims;
mod composing;
mod declare;
mod delivery;
mod finding;
mod letters;
mod lists;
mod macros;
mod property;
mod restored;
mod roles;
mod screens;
mod session;
mod templates;
mod time;
mod views;
