//! The whole of delivery over a desk in memory, with a clock moved by hand and a real outbox file.

mod bulk;
mod claims;
mod consoles;
mod crashes;
mod deliver;
mod rig;
mod roles;
mod scripts;
