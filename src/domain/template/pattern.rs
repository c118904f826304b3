//! A text with variables in braces: read once, filled in for each ticket.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::variable::{Values, Variable};
use crate::text::nearest::nearest;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Piece {
    /// Words as they are.
    Words(String),
    /// A variable.
    Variable(Variable),
}

/// A text with variables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(Vec<Piece>);

/// What is wrong with a text with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Which brace of the text it is about: both kinds counted from 0.
    pub brace: usize,
    /// What is wrong and what to write instead.
    pub message: String,
}

/// A variable that stands unfilled in a text, and why its value is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {why}")]
pub struct Missing {
    /// The variable.
    pub variable: Variable,
    /// Why its value is not known.
    pub why: String,
}

/// A text that was filled in as far as possible.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filled {
    /// The text; what is missing stands in it in braces.
    pub text: String,
    /// What is missing, each once, in the order of the text.
    pub missing: Vec<Missing>,
}

impl Pattern {
    /// Reads a text: `{ticket.id}` is a variable, `{{` and `}}` are braces.
    ///
    /// # Errors
    /// A name that is no variable, or a brace that stands alone.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut pieces = Vec::new();
        let mut words = String::new();
        let mut braces = 0;
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            words.push_str(before);
            let error = |message: String| PatternError {
                brace: braces,
                message,
            };
            if let Some(after) = from.strip_prefix("{{") {
                words.push('{');
                (rest, braces) = (after, braces + 2);
            } else if let Some(after) = from.strip_prefix("}}") {
                words.push('}');
                (rest, braces) = (after, braces + 2);
            } else if from.starts_with('}') {
                return Err(error(
                    "a } without its {; write }} for the sign itself".to_owned(),
                ));
            } else {
                let inside = from.get(1..).unwrap_or_default();
                let end = inside.find(['{', '}', '\n']).unwrap_or(inside.len());
                let (name, after) = inside.split_at(end);
                let Some(after) = after.strip_prefix('}') else {
                    return Err(error(
                        "a { without its }; write {{ for the sign itself".to_owned(),
                    ));
                };
                let Some(variable) = Variable::parse(name) else {
                    return Err(error(unknown(name)));
                };
                if !words.is_empty() {
                    pieces.push(Piece::Words(std::mem::take(&mut words)));
                }
                pieces.push(Piece::Variable(variable));
                (rest, braces) = (after, braces + 2);
            }
        }
        words.push_str(rest);
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        Ok(Self(pieces))
    }

    /// The text as it is written in a file: variables in braces, a brace doubled.
    pub fn source(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.replace('{', "{{").replace('}', "}}"),
            Piece::Variable(variable) => variable.to_string(),
        };
        self.0.iter().map(piece).collect()
    }

    /// The variables in it, in the order of the text.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(*variable),
            Piece::Words(_) => None,
        })
    }

    /// The text with its values. A value is never read as a text with variables again.
    pub fn fill(&self, values: &Values) -> Filled {
        let mut filled = Filled::default();
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => filled.text.push_str(words),
                Piece::Variable(variable) => match values.get(*variable) {
                    Ok(value) => filled.text.push_str(value),
                    Err(why) => {
                        filled.text.push_str(&variable.to_string());
                        if !filled.missing.iter().any(|m| m.variable == *variable) {
                            filled.missing.push(Missing {
                                variable: *variable,
                                why: why.to_owned(),
                            });
                        }
                    }
                },
            }
        }
        filled
    }
}

fn unknown(name: &str) -> String {
    let names = || Variable::ALL.iter().map(|v| v.name().to_owned());
    match nearest(name, names()) {
        Some(near) => format!("there is no variable {{{name}}}; did you mean {{{near}}}?"),
        None => format!(
            "there is no variable {{{name}}}; there are {}; write {{{{ for a brace itself",
            names().collect::<Vec<_>>().join(", ")
        ),
    }
}

/// Variables that stand unfilled in a text, with their places in bytes, in order. Whatever else is in braces is text.
pub fn unfilled(text: &str) -> Vec<(Range<usize>, Variable)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('{') {
        let inside = text.get(at + 1..).unwrap_or_default();
        let end = inside.find(['{', '}']);
        let name = end.and_then(|end| inside.get(..end));
        if let Some(variable) = name.and_then(Variable::parse) {
            // A name is followed by what ended it: nothing else can end a name of the list.
            let past = at + variable.name().len() + 2;
            if text.get(..past).is_some_and(|t| t.ends_with('}')) {
                found.push((at..past, variable));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kare() -> Values {
        let mut values = Values::default();
        values.set(Variable::TicketId, "4211", "");
        values.set(Variable::RequesterFirstName, "Kåre", "");
        values.lack(Variable::DeviceGateway, "no device is known for Kåre");
        values
    }

    #[test]
    fn values_stand_where_their_names_stood() {
        let pattern = Pattern::parse("Hej {requester.first_name}, sag {ticket.id} {{ok}}").unwrap();
        let filled = pattern.fill(&kare());
        assert_eq!(Pattern::parse(&pattern.source()), Ok(pattern.clone()));
        assert_eq!(filled.text, "Hej Kåre, sag 4211 {ok}");
        assert_eq!(filled.missing, []);
    }

    #[test]
    fn what_is_missing_stays_in_the_text_and_says_why_once() {
        let pattern = Pattern::parse("{device.gateway} og {device.gateway}").unwrap();
        let filled = pattern.fill(&kare());
        assert_eq!(filled.text, "{device.gateway} og {device.gateway}");
        let why: Vec<String> = filled.missing.iter().map(ToString::to_string).collect();
        assert_eq!(why, ["{device.gateway}: no device is known for Kåre"]);
        let found: Vec<_> = unfilled(&filled.text).into_iter().map(|(r, _)| r).collect();
        assert_eq!(found, [0..16, 20..36]);
    }

    #[test]
    fn a_value_with_braces_is_no_text_with_variables() {
        let mut values = kare();
        values.set(Variable::TicketSubject, "{ticket.id} {x", "");
        let filled = Pattern::parse("{ticket.subject}").unwrap().fill(&values);
        assert_eq!(filled.text, "{ticket.id} {x");
    }

    #[test]
    fn mistakes_are_told_with_their_brace() {
        for (text, brace, part) in [
            ("a {ticket.idd} b", 0, "did you mean {ticket.id}?"),
            ("{ticket.id} {colour}", 2, "there are ticket.id, "),
            ("{ticket.id", 0, "without its }"),
            ("{{ {ticket\n.id}", 2, "without its }"),
            ("{ticket.id} }", 2, "without its {"),
            ("{}", 0, "there is no variable {}"),
        ] {
            let error = Pattern::parse(text).unwrap_err();
            assert_eq!(error.brace, brace, "{text}");
            assert!(error.message.contains(part), "{text}: {}", error.message);
        }
    }

    #[test]
    fn only_names_of_the_list_are_unfilled() {
        let text = "{x} {{ticket.id}} {ticket.id {agent.name} {ticket.idé}";
        let found: Vec<Variable> = unfilled(text).into_iter().map(|(_, v)| v).collect();
        assert_eq!(found, [Variable::TicketId, Variable::AgentName]);
    }

    proptest! {
        #[test]
        fn what_is_missing_is_found_again_and_nothing_panics(text in "[a-zå{}. \n]{0,12}(\\{device\\.gateway\\}|\\{ticket\\.id\\})?[a-zå{}. \n]{0,12}") {
            drop(unfilled(&text));
            if let Ok(pattern) = Pattern::parse(&text) {
                let filled = pattern.fill(&kare());
                for missing in &filled.missing {
                    prop_assert!(unfilled(&filled.text).iter().any(|(_, v)| *v == missing.variable));
                }
            }
        }
    }
}
