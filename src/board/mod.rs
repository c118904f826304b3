//! The live index: tickets, devices and findings in sorted views, kept incrementally.
