//! The loop: waits, drains, updates, draws; runs effects.

pub mod tasks;
