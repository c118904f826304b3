//! What a console may do, whatever its account may: an agent's, a supervisor's, or one that only reads.

use serde::{Deserialize, Serialize};

use super::action::Verb;

/// The role of a console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Everything that the account may.
    #[default]
    Agent,
    /// Spreads the work: owner, priority, queue, group and links, for one ticket or many; what is done with a ticket and
    /// what people read is the agents'.
    Supervisor,
    /// Nothing is written.
    ReadOnly,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Agent, Self::Supervisor, Self::ReadOnly];
    /// The word in the configuration and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
            Self::ReadOnly => "read-only",
        }
    }
    /// The role of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
    /// Why this console does not send such an action; nothing where it does.
    pub fn why_not(self, verb: &Verb) -> Option<&'static str> {
        match (self, verb) {
            (Self::ReadOnly, _) => Some("this console is set to read only (desk.role)"),
            (Self::Agent, _)
            | (
                Self::Supervisor,
                Verb::Take
                | Verb::Release
                | Verb::Steal
                | Verb::Assign { .. }
                | Verb::Priority { .. }
                | Verb::Queue { .. }
                | Verb::Group { .. }
                | Verb::Link { .. }
                | Verb::Unlink { .. }
                | Verb::Claim { .. }
                | Verb::Unclaim { .. },
            ) => None,
            (Self::Supervisor, _) => Some(SUPERVISOR),
        }
    }
}

/// Why a supervisor's console does not do something.
pub const SUPERVISOR: &str = "this is a supervisor's console (desk.role): it sets owner, priority, queue, group and links, and leaves status, tags and texts to agents";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supervisor_spreads_work_and_writes_to_nobody() {
        let text = || "x".to_owned();
        let files = Vec::new;
        let may = |verb: Verb| Role::Supervisor.why_not(&verb).is_none();
        assert!(may(Verb::Priority { to: 75 }) && may(Verb::Queue { to: text() }));
        assert!(may(Verb::Assign { to: "mette".into() }));
        let (reply, note) = (
            Verb::Reply {
                text: text(),
                files: files(),
            },
            Verb::Note {
                text: text(),
                files: files(),
            },
        );
        assert!(!may(reply.clone()) && !may(note) && !may(Verb::Status { to: text() }));
        assert!(!may(Verb::Merge { into: "4".into() }));
        assert!(Role::Agent.why_not(&reply).is_none());
        assert!(Role::ReadOnly.why_not(&Verb::Take).is_some());
        for role in Role::ALL {
            assert_eq!(Role::parse(role.word()), Some(role));
        }
    }
}
