//! The rules of delivery: may an action be sent, did it arrive, can it be taken back. Pure.
//!
//! Invariant: only the fields that an action touches decide about it; a colleague's note or claim never stands in
//! the way of a reply. Start at [`compare`](fn@compare), asked before a write, then [`verify`](fn@verify), asked
//! after it, then [`undo_of`]. What is sent, waited for and tried again: `sync::outbox`.

mod compare;
mod field;
mod history;
mod order;
mod parts;
mod read;
mod same;
mod undo;
mod verify;

pub use compare::{Compare, compare, is_entry_needed};
pub use field::Field;
pub use order::{holds_back, order_matters};
pub use parts::{are_parts, follow, may_begin};
pub use read::as_read;
pub use same::is_same_text;
pub use undo::undo_of;
pub use verify::{Evidence, Verified, is_text_needed, verify};

#[cfg(test)]
pub(super) mod testing;
