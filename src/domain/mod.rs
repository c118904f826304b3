//! Plain types and rules: tickets, people, devices, actions, plans, outcomes, queries.
//!
//! No I/O, no clock, no randomness. Start at [`ticket`], then [`action`] and [`outbox`].
