//! From key presses to named commands: keys, the command registry, the keymap and sequences of keys.
//!
//! Invariant: a pane never sees a raw key that is bound. A key goes through the [`sequence::Resolver`] and comes
//! out as a [`command::Command`], as text for a field, or as "not bound". Help, palette, hints and `docs/keys.md`
//! are made from [`command::COMMANDS`]; there is no second list of keys. Start at [`command`].

pub mod command;
pub mod crossterm;
pub mod docs;
pub mod keymap;
pub mod keys;
pub mod sequence;

pub use command::{Command, Context};
pub use keymap::Keymap;
pub use keys::{Code, Key};
