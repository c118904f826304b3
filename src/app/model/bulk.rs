//! What is shown before a bulk action, and while it goes on.

use crate::app::line::Line;
use crate::domain::action::Verb;
use crate::domain::bulk::LeftOut;
use crate::domain::ids::{ActionId, TicketId};

use super::pick::Target;

/// What would be done to the marked tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What it does, in a few words.
    pub what: String,
    /// How many are marked.
    pub marked: usize,
    /// What is done to each that is not left out.
    pub children: Vec<(Target, Verb)>,
    /// Those left out, and why.
    pub left_out: Vec<(TicketId, LeftOut)>,
    /// People behind the children, each once; `None`: of some it is not known.
    pub people: Option<usize>,
    /// Whether requesters will see it.
    pub is_visible: bool,
    /// The text that they get or that staff will read.
    pub text: Option<String>,
    /// What is typed, where the number of tickets must be.
    pub typed: Option<Line>,
    /// What is wrong with it.
    pub problem: Option<&'static str>,
    /// The bulk that it takes back, with the action of each child.
    pub undoes: Option<(ActionId, Vec<ActionId>)>,
    /// First visible line.
    pub top: usize,
}
