//! Device health: the port and its sources.
