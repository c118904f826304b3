//! What the desk bears of its clients, as numbers.

use std::time::Duration;

/// What an embedded desk bears of its clients. [`Default`] is meant for people; a test that wants to see a
/// limit at work takes shorter ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time. For one more, the one that has been quiet longest is closed; if all are
    /// busy, the new one waits.
    pub connections: usize,
    /// Between the first byte of a request and the end of its head.
    pub head: Duration,
    /// Between a request's head and the end of its body.
    pub body: Duration,
    /// Between two requests on one connection.
    pub idle: Duration,
    /// In which a client must take at least something of its answer.
    pub answer: Duration,
    /// In which a question must be answered; a longer one is refused.
    pub query: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 600,
            head: Duration::from_secs(20),
            body: Duration::from_secs(60),
            idle: Duration::from_secs(120),
            answer: Duration::from_secs(60),
            query: Duration::from_secs(10),
        }
    }
}
