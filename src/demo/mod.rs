//! The embedded desk and the simulated municipality.
