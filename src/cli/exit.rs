//! Exit codes: a stable contract.

use std::process::ExitCode;

use crate::domain::outcome::{Trouble, TroubleKind};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Done,
    /// Failed, or no clear answer.
    Failed,
    /// The command line is wrong.
    Usage,
    /// Configuration or sign-in.
    Config,
    /// The desk is not reachable.
    Unreachable,
    /// Refused, or somebody else changed the ticket.
    Refused,
    /// Some of it was done.
    Partly,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<&Trouble> for Exit {
    fn from(trouble: &Trouble) -> Self {
        match trouble.kind {
            TroubleKind::Config | TroubleKind::Auth => Self::Config,
            TroubleKind::Transient | TroubleKind::RateLimited => Self::Unreachable,
            TroubleKind::Permission
            | TroubleKind::NotFound
            | TroubleKind::Conflict
            | TroubleKind::Validation
            | TroubleKind::Unsupported => Self::Refused,
            TroubleKind::NoAnswer | TroubleKind::Malformed => Self::Failed,
        }
    }
}

/// Why a command ended early: what to say on standard error, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// How it ended.
    pub exit: Exit,
    /// What happened and what to do; empty when it has been said.
    pub message: String,
}

impl Stop {
    /// Ends a command with a sentence.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
        }
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self {
            exit: Exit::from(&trouble),
            message: trouble.message,
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self {
                exit: Exit::Done,
                message: String::new(),
            };
        }
        Self {
            exit: Exit::Failed,
            message: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_contract() {
        let all = [
            Exit::Done,
            Exit::Failed,
            Exit::Usage,
            Exit::Config,
            Exit::Unreachable,
            Exit::Refused,
            Exit::Partly,
        ];
        assert_eq!(all.map(|e| e as u8), [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_closed_pipe_ends_in_peace() {
        let stop = Stop::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
        assert_eq!((stop.exit, stop.message.as_str()), (Exit::Done, ""));
    }
}
