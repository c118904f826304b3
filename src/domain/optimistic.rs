//! The optimistic view: a ticket as it will be when what is unsent has arrived. Computed, never stored.

use super::action::Verb;
use super::fact::Fact;
use super::person::PersonRef;
use super::ticket::{Status, StatusClass, Ticket};

/// `ticket` with `verbs` (oldest first) laid over it. `me` is who takes; `classify` maps a status word to its class.
pub fn overlay(
    ticket: &Ticket,
    verbs: &[Verb],
    me: Option<&PersonRef>,
    classify: impl Fn(&str) -> StatusClass,
) -> Ticket {
    let mut shown = ticket.clone();
    for verb in verbs {
        match verb {
            Verb::Take | Verb::Steal => {
                if let Some(me) = me {
                    shown.owner = Fact::Known(me.clone());
                }
            }
            Verb::Release => shown.owner = Fact::Empty,
            Verb::Assign { to } => {
                shown.owner = Fact::Known(PersonRef::new(to.clone(), to.as_str()));
            }
            Verb::Status { to } => {
                shown.status = Status {
                    name: to.clone(),
                    class: classify(to),
                }
            }
            Verb::Priority { to } => shown.priority = Fact::Known(*to),
            Verb::Queue { to } => shown.queue = Fact::Known(to.clone()),
            Verb::Group { to } => shown.group = Fact::from(to.clone()),
            Verb::Tag { tag } => {
                let mut tags = shown.tags.known().cloned().unwrap_or_default();
                if !tags.contains(tag) {
                    tags.push(tag.clone());
                    tags.sort();
                }
                shown.tags = Fact::Known(tags);
            }
            Verb::Untag { tag } => {
                if let Fact::Known(tags) = &mut shown.tags {
                    tags.retain(|t| t != tag);
                }
            }
            Verb::Link { link } => {
                let mut links = shown.links.known().cloned().unwrap_or_default();
                if !links.contains(link) {
                    links.push(link.clone());
                    links.sort();
                }
                shown.links = Fact::Known(links);
            }
            Verb::Unlink { link } => {
                if let Fact::Known(links) = &mut shown.links {
                    links.retain(|l| l != link);
                }
            }
            Verb::Merge { .. } => shown.status.class = StatusClass::Merged,
            Verb::Reply { .. }
            | Verb::Note { .. }
            | Verb::Create { .. }
            | Verb::Claim { .. }
            | Verb::Unclaim { .. } => {}
        }
    }
    shown
}
