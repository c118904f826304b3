//! Untrusted text made safe and comparable: sanitising, width, folding, masking, language, HTML.
//!
//! Leaf room: nothing here knows tickets, screens or the network. Start at [`sanitize`].
//!
//! Invariant: what [`sanitize::line`] and [`sanitize::block`] return can be laid out and drawn as it is.
//! It holds no control character (a block keeps `\n`), nothing invisible and nothing that reorders its
//! neighbours, and its width by [`width`] is the number of columns that the screen gives it.

pub mod addresses;
mod escape;
pub mod file_name;
pub mod fold;
pub mod html;
pub mod lang;
pub mod mask;
pub mod nearest;
pub mod quick;
pub mod sanitize;
pub mod width;
