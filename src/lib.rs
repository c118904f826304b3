//! Vagt: a helpdesk console for the terminal.
//!
//! Tickets and device health come from a ticketing REST API, the problems of people who work from
//! home are grouped into live panes, and staff triage them from the keyboard. Three promises hold
//! everywhere: nothing lost and nothing twice; nothing moves under your finger; the screen is honest.
//!
//! A ticket goes one way: [`desk`] maps the wire to [`domain`], [`text`] makes every string safe at
//! that door, [`sync`] reconciles, [`store`] keeps it, [`triage`] says what it is, [`board`] files it,
//! [`ui`] shows it. An action goes the other way: key → command → [`app`] → [`store`] (on disk) →
//! [`sync`] → [`desk`] → read back. The rooms and who may use whom: `docs/architecture.md`, enforced by
//! `tests/architecture.rs`.

pub mod app;
pub mod board;
pub mod cli;
pub mod config;
pub mod demo;
pub mod desk;
pub mod diag;
pub mod domain;
pub mod fleet;
pub mod i18n;
pub mod input;
pub mod metrics;
pub mod net;
pub mod report;
pub mod runtime;
pub mod store;
pub mod sync;
pub mod term;
pub mod text;
pub mod triage;
pub mod ui;
