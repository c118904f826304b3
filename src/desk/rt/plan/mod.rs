//! What would be sent for an action. Pure.

mod fields;
mod message;

use serde_json::{Value, json};

use crate::desk::rt::RtDesk;
use crate::desk::rt::entries::ticket_number;
use crate::domain::Fact;
use crate::domain::action::{Action, Verb};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::person::PersonRef;
use crate::domain::plan::{Expect, Marker, Plan, Step};
use crate::domain::source::Can;
use crate::domain::ticket::Ticket;

use fields::{give_back, plan_assign, plan_link, plan_priority, plan_queue, plan_status};

/// RT cuts subjects at so many bytes.
pub(super) const SUBJECT_BYTES: usize = 200;

fn invalid(message: impl Into<String>) -> Trouble {
    Trouble::new(TroubleKind::Validation, message)
}

impl RtDesk {
    pub(super) fn plan_for(
        &self,
        action: &Action,
        current: Option<&Ticket>,
    ) -> Result<Plan, Trouble> {
        let can = self.known_capabilities();
        if let Some(why) = can.write.reason() {
            return Err(Trouble::new(TroubleKind::Permission, why));
        }
        if let Verb::Create { new } = &action.verb {
            return self.plan_create(action, new, &can);
        }
        let Some(id) = &action.ticket else {
            return Err(invalid("This action needs a ticket."));
        };
        let id = ticket_number(id)?;
        let seen_owner = current.map_or_else(
            || action.seen.owner.clone(),
            |t| t.owner.clone().map(|p| p.id),
        );
        match &action.verb {
            Verb::Take => Ok(Plan {
                inverse: Some(Verb::Release),
                ..put(
                    id,
                    "take the ticket",
                    "/take",
                    &json!({}),
                    self.owned_by_me()?,
                )
            }),
            Verb::Release => {
                let expects = vec![Expect::Owner(Fact::Empty)];
                Ok(Plan {
                    inverse: Some(Verb::Take),
                    ..put(id, "give up the ticket", "/untake", &json!({}), expects)
                })
            }
            Verb::Steal => {
                let what = "take the ticket from its owner";
                Ok(Plan {
                    inverse: give_back(&seen_owner),
                    ..put(id, what, "/steal", &json!({}), self.owned_by_me()?)
                })
            }
            Verb::Assign { to } => Ok(plan_assign(id, to, &seen_owner)),
            Verb::Status { to } => Ok(plan_status(action, id, to, current)),
            Verb::Priority { to } => Ok(plan_priority(action, id, *to, current)),
            Verb::Queue { to } => Ok(plan_queue(action, id, to, current)),
            Verb::Group { to } => self.plan_group(action, id, to.as_ref(), current, &can),
            Verb::Tag { tag } => self.plan_tag(id, tag, true, current, &can),
            Verb::Untag { tag } => self.plan_tag(id, tag, false, current, &can),
            Verb::Link { link } => plan_link(id, link, true),
            Verb::Unlink { link } => plan_link(id, link, false),
            Verb::Merge { into } => {
                let target = ticket_number(into)?;
                if target == id {
                    return Err(invalid("A ticket cannot be merged into itself."));
                }
                let expects = vec![Expect::MergedInto(into.clone())];
                let mut plan = put(
                    id,
                    &format!("merge into {into}"),
                    "",
                    &json!({"MergeInto": target}),
                    expects,
                );
                plan.notices.push(format!(
                    "The requesters of {id} and {into} get all further answers. A merge cannot be taken back."
                ));
                Ok(plan)
            }
            Verb::Reply { text, files } => {
                let mut plan = self.plan_message(action, id, "correspond", text, files, &can)?;
                plan.notices
                    .push("The desk mails this to the requester and those copied.".to_owned());
                Ok(plan)
            }
            Verb::Note { text, files } => {
                self.plan_message(action, id, "comment", text, files, &can)
            }
            Verb::Claim { claim } => self.plan_claim(action, id, claim, true, current, &can),
            Verb::Unclaim { claim } => self.plan_claim(action, id, claim, false, current, &can),
            Verb::Create { .. } => Err(invalid("A create has no ticket yet.")),
        }
    }

    /// That we are the owner.
    fn owned_by_me(&self) -> Result<Vec<Expect>, Trouble> {
        match self.me() {
            Some(me) => Ok(vec![Expect::Owner(Fact::Known(me.id))]),
            None => Err(Trouble::new(
                TroubleKind::Transient,
                "The desk has not said who we are yet. It is asked first.",
            )),
        }
    }

    /// Who we are, once the desk has said so.
    pub(super) fn me(&self) -> Option<PersonRef> {
        self.known().me.clone()
    }
}

/// A guarded PUT on a ticket.
fn put(id: u64, what: &str, below: &str, body: &Value, expects: Vec<Expect>) -> Plan {
    Plan {
        steps: vec![Step {
            what: what.to_owned(),
            method: "PUT".to_owned(),
            path: format!("/ticket/{id}{below}"),
            body: Some(body.clone()),
            guarded: true,
        }],
        expects,
        marker: Marker::ByState,
        inverse: None,
        notices: Vec::new(),
        warnings: Vec::new(),
    }
}

/// A custom field that the action needs, or why the desk cannot do it.
fn needed<'a>(field: &'a str, can: &Can) -> Result<&'a str, Trouble> {
    match can.reason() {
        Some(why) => Err(Trouble::new(TroubleKind::Unsupported, why)),
        None if field.is_empty() => Err(Trouble::new(
            TroubleKind::Unsupported,
            "The config names no custom field for this.",
        )),
        None => Ok(field),
    }
}
