//! The variables of templates: a closed list, and their values for one ticket.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::mask::mask;
use crate::text::sanitize;

/// Longest value, in characters; a longer one ends with an ellipsis.
const LONGEST: usize = 200;

macro_rules! variables {
    ($( $variable:ident $name:literal $help:literal; )+) => {
        /// What may stand in braces in a template.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Variable {
            $( #[doc = $help] $variable, )+
        }

        impl Variable {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variable),+];

            /// Its name, as it is written between braces.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variable => $name),+ }
            }
            /// What it stands for, in a few words.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variable => $help),+ }
            }
        }
    };
}

variables! {
    TicketId "ticket.id" "Number of the ticket.";
    TicketSubject "ticket.subject" "Subject of the ticket.";
    RequesterName "requester.name" "Whole name of the requester.";
    RequesterFirstName "requester.first_name" "First name of the requester; of several, all of them.";
    DeviceName "device.name" "Name of the device that the ticket is about.";
    DeviceGateway "device.gateway" "VPN gateway of that device.";
    DeviceCarrier "device.carrier" "Mobile carrier of that device.";
    IncidentSince "incident.since" "When the incident of the ticket began.";
    IncidentShared "incident.shared" "What the people of the incident have in common, in a few words.";
    IncidentPeople "incident.people" "How many people have written about the incident.";
    AgentName "agent.name" "Your whole name.";
    AgentFirstName "agent.first_name" "Your first name.";
}

impl Variable {
    /// The variable of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.name() == name)
    }
    /// Whether it is about a device.
    pub fn is_of_device(self) -> bool {
        matches!(
            self,
            Self::DeviceName | Self::DeviceGateway | Self::DeviceCarrier
        )
    }
    /// Whether it is about the incident of the ticket.
    pub fn is_of_incident(self) -> bool {
        matches!(
            self,
            Self::IncidentSince | Self::IncidentShared | Self::IncidentPeople
        )
    }
}

impl fmt::Display for Variable {
    /// As it stands in a text that still lacks the value: `{device.gateway}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.name())
    }
}

/// The values of variables for one ticket and one language, each known or with the reason why not.
///
/// Invariant: a value is one safe line without personal numbers. It is made so here, so that nobody can forget it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values(BTreeMap<Variable, Result<String, String>>);

impl Values {
    /// Takes a value; one that is empty, once it is safe, is not known for the reason `else_why`.
    pub fn set(&mut self, variable: Variable, value: &str, else_why: impl Into<String>) {
        let safe = mask(&sanitize::line_max(value, LONGEST)).into_owned();
        let value = if safe.is_empty() {
            Err(else_why.into())
        } else {
            Ok(safe)
        };
        self.0.insert(variable, value);
    }
    /// Notes why a value is not known.
    pub fn lack(&mut self, variable: Variable, why: impl Into<String>) {
        self.0.insert(variable, Err(why.into()));
    }
    /// The value, or why it is not known.
    ///
    /// # Errors
    /// The reason, a part of a sentence: `no device is known for Kåre`.
    pub fn get(&self, variable: Variable) -> Result<&str, &str> {
        match self.0.get(&variable) {
            Some(Ok(value)) => Ok(value),
            Some(Err(why)) => Err(why),
            None => Err("it is not known here"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_and_are_written_in_braces() {
        for variable in Variable::ALL {
            assert_eq!(Variable::parse(variable.name()), Some(*variable));
            assert_eq!(variable.to_string(), format!("{{{}}}", variable.name()));
            assert!(variable.help().ends_with('.'), "{variable}");
        }
        assert_eq!(Variable::parse("device.colour"), None);
    }

    #[test]
    fn the_page_of_templates_lists_every_variable() {
        let page = include_str!("../../../docs/templates.md");
        for variable in Variable::ALL {
            let row = format!("| `{variable}` | {} |", variable.help());
            assert!(page.contains(&row), "{row}");
        }
    }

    #[test]
    fn values_are_safe_lines_without_personal_numbers() {
        let mut values = Values::default();
        let subject = "VPN\u{1b}[31m nede\r\nCPR 010190-1234";
        values.set(Variable::TicketSubject, subject, "");
        assert_eq!(
            values.get(Variable::TicketSubject),
            Ok("VPN nede CPR ******-****")
        );
    }

    #[test]
    fn an_empty_value_is_not_known_for_the_reason_given() {
        let mut values = Values::default();
        values.set(Variable::DeviceName, " \u{202e} ", "the device has no name");
        assert_eq!(
            values.get(Variable::DeviceName),
            Err("the device has no name")
        );
        values.lack(
            Variable::DeviceGateway,
            "no device is known for Kåre Ødegård",
        );
        assert_eq!(
            values.get(Variable::DeviceGateway),
            Err("no device is known for Kåre Ødegård")
        );
        assert!(values.get(Variable::AgentName).is_err());
    }
}
