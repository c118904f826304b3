//! The engine that says what a ticket is about. Pure and deterministic: no clock, no I/O.
