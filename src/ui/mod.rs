//! The screen: a function of the model.
//!
//! Invariant: [`view()`] reads the model and changes nothing but its own [`ViewCache`]; only rows that can be seen are built;
//! every state is readable as a word, without colour; no key hint is cut. Start at [`view()`], then [`look`] (colours and
//! signs), [`compose`] (fitting parts into lines), [`layout`] (where things go), `panes/` (screens) and `overlays/`.

pub mod alarms;
mod big;
mod cache;
mod chrome;
pub mod compose;
pub mod layout;
pub mod look;
mod overlays;
pub mod paint;
mod panes;
pub mod spark;
mod view;
pub mod when;
mod words;

pub use cache::ViewCache;
pub use look::Look;
pub use view::view;
