//! The terminal: taken over, written to, read from, and always given back.
//!
//! Invariant: whatever ends the program (quit, error, panic of the loop, SIGTERM, SIGHUP, Ctrl-Z), the terminal is
//! left as it was found, and a frame reaches it in one write or not at all. Nothing here asks the terminal a
//! question and waits for the answer.
//!
//! Start at [`guard`] (taking over and giving back), then [`screen`] (drawing), [`pace`] (when), [`events`] (reading),
//! [`caps`] (what the terminal can do, from the environment only), [`osc`] (clipboard, title, bell), [`signals`] and
//! [`suspend`] (stopping, and lending the terminal to an editor).

pub mod backend;
pub mod caps;
pub mod events;
pub mod guard;
pub mod osc;
pub mod pace;
mod rejoin;
pub mod screen;
pub mod signals;
pub mod suspend;
pub mod writer;
