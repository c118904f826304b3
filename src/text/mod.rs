//! Untrusted text made safe and comparable: sanitising, width, folding, masking, language, HTML.
//!
//! Leaf room: nothing here knows tickets, screens or the network. Start at [`sanitize`].
