//! Keys, key map, command registry and key sequences.
