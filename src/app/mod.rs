//! The application: model, messages, update, effects. No I/O, no clock, no terminal.
