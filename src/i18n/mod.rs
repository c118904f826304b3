//! Sentences: Fluent bundles. Findings become words here.
//!
//! The screen speaks through [`speak`]: [`word`] and `say!` in the language of [`speaking`]. What is said in a language that
//! somebody asks for is in [`incident::Sentences`]; what is said of one ticket is in [`why`], of the supervisor's numbers in `numbers`,
//! [`values`] is what the variables of templates stand for.

mod alarm;
mod handover;
pub mod incident;
mod numbers;
mod retold;
mod rollouts;
pub mod speak;
mod trends;
pub mod values;
mod wall;
pub mod why;

pub use retold::retold;
pub(crate) use speak::say;
pub use speak::{
    Speaking, Told, day_and_time, decimal, filled, grouped, named, nearest, speaking, spoken, word,
};
