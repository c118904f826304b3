//! SQLite on its own thread: cache and outbox, two files.
