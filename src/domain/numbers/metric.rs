//! The names of the numbers. Their titles and definitions are sentences: `i18n::numbers`.

/// A number with a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// What the desk has to do.
    Backlog,
    /// What comes.
    Arrivals,
    /// What is closed.
    Closures,
    /// What comes less what is closed.
    NetFlow,
    /// When the backlog is gone.
    Clear,
    /// How long people wait for a first answer.
    FirstAnswer,
    /// How old the backlog is.
    Age,
    /// What is past due.
    Breached,
    /// What will be.
    Forecast,
    /// What came back.
    Reopened,
    /// Work for each pair of hands.
    PerAgent,
    /// Who is hit.
    Affected,
    /// Who is well again.
    Restored,
}

impl Metric {
    /// All, in the order in which they are explained.
    pub const ALL: [Self; 13] = [
        Self::Backlog,
        Self::Arrivals,
        Self::Closures,
        Self::NetFlow,
        Self::Clear,
        Self::FirstAnswer,
        Self::Age,
        Self::Breached,
        Self::Forecast,
        Self::Reopened,
        Self::PerAgent,
        Self::Affected,
        Self::Restored,
    ];
    /// The word in files of sentences and in documentation.
    pub fn word(self) -> &'static str {
        match self {
            Self::Backlog => "backlog",
            Self::Arrivals => "arrivals",
            Self::Closures => "closures",
            Self::NetFlow => "net-flow",
            Self::Clear => "clear",
            Self::FirstAnswer => "first-answer",
            Self::Age => "age",
            Self::Breached => "breached",
            Self::Forecast => "forecast",
            Self::Reopened => "reopened",
            Self::PerAgent => "per-agent",
            Self::Affected => "affected",
            Self::Restored => "restored",
        }
    }
}
