//! Three-valued facts: unknown is not empty.

use serde::{Deserialize, Serialize};

/// A value that a source told us, told us is not set, or did not tell.
///
/// Never turn [`Fact::Unknown`] into zero or "none" on the screen: show it as unknown.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Fact<T> {
    /// The source says the value.
    Known(T),
    /// The source says that there is none.
    Empty,
    /// The source did not say (not asked, not permitted, not readable).
    #[default]
    Unknown,
}

impl<T> Fact<T> {
    /// The value, if there is a known one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(v) => Some(v),
            Self::Empty | Self::Unknown => None,
        }
    }
    /// Whether the source did not say.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
    /// The same fact about another form of the value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Known(v) => Fact::Known(f(v)),
            Self::Empty => Fact::Empty,
            Self::Unknown => Fact::Unknown,
        }
    }
    /// The same fact, borrowed.
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Self::Known(v) => Fact::Known(v),
            Self::Empty => Fact::Empty,
            Self::Unknown => Fact::Unknown,
        }
    }
    /// Takes `newer` unless it is unknown: a list that leaves a field out does not erase it.
    pub fn or_newer(&mut self, newer: Self) {
        if !newer.is_unknown() {
            *self = newer;
        }
    }
}

impl<T> From<Option<T>> for Fact<T> {
    /// `None` becomes [`Fact::Empty`]: use it only where the source was asked and said "none".
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Self::Known)
    }
}
