//! The terminal: guard, buffered writer, events, OSC sequences.
