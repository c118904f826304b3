//! The engine that says what a ticket is about. Pure and deterministic: no clock, no I/O.
//!
//! Start at [`Engine::classify`]: text is cut into what the writer says and what is quoted ([`segment`]),
//! folded and split into clauses ([`clause`]), searched once for everything the lexicon knows
//! ([`matcher`], [`lexicon`]), and weighed together with all other words by a linear model ([`model`], [`features`]).
//! The model is made from labelled texts ([`train`], [`corpus`]); [`similar`] finds twins and learns from corrections, [`fix`] says what helped.
//!
//! Invariant: the same texts, lexicon and groups give the same finding, byte for byte; a reason quotes the
//! ticket's own words.

mod automatic;
pub mod classify;
mod clause;
mod closing;
mod concepts;
pub mod corpus;
mod crowd;
mod evidence;
mod features;
pub mod fix;
pub mod groups;
pub mod incident;
mod languages;
pub mod lexicon;
mod matcher;
pub mod model;
mod phrases;
mod reasons;
pub mod score;
mod segment;
pub mod similar;
mod spelling;
mod starts;
pub mod train;
mod urgency;
mod words;

pub use classify::{Engine, Input};
pub use groups::Groups;
pub use lexicon::Lexicon;
