//! Plans that set a field: safe to send again, guarded by the version.

use serde_json::{Value, json};

use super::{invalid, needed, put};
use crate::desk::rt::RtDesk;
use crate::desk::rt::convert::NOBODY;
use crate::desk::rt::entries::ticket_number;
use crate::domain::Fact;
use crate::domain::action::{Action, Verb};
use crate::domain::claim::{self, Claim};
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::outcome::Trouble;
use crate::domain::plan::{Expect, Plan};
use crate::domain::source::Capabilities;
use crate::domain::ticket::{Link, LinkKind, LinkTarget, Ticket};
use crate::text::sanitize;

pub(super) fn plan_assign(id: u64, to: &PersonId, before: &Fact<PersonId>) -> Plan {
    let is_nobody = to.as_str() == NOBODY;
    let expected = if is_nobody {
        Fact::Empty
    } else {
        Fact::Known(to.clone())
    };
    let what = if is_nobody {
        "give the ticket to nobody".to_owned()
    } else {
        format!("make {to} the owner")
    };
    let body = json!({"Owner": to.as_str()});
    let plan = put(id, &what, "", &body, vec![Expect::Owner(expected)]);
    Plan {
        inverse: give_back(before),
        ..plan
    }
}

/// The owner before, again.
pub(super) fn give_back(before: &Fact<PersonId>) -> Option<Verb> {
    match before {
        Fact::Known(to) => Some(Verb::Assign { to: to.clone() }),
        Fact::Empty => Some(Verb::Assign {
            to: PersonId::from(NOBODY),
        }),
        Fact::Unknown => None,
    }
}

pub(super) fn plan_status(action: &Action, id: u64, to: &str, current: Option<&Ticket>) -> Plan {
    let before = match current {
        Some(ticket) => Some(ticket.status.name.clone()),
        None => action.seen.status.clone(),
    };
    let what = format!("set the status to {to}");
    let expects = vec![Expect::Status(to.to_owned())];
    Plan {
        inverse: before.map(|to| Verb::Status { to }),
        ..put(id, &what, "", &json!({"Status": to}), expects)
    }
}

pub(super) fn plan_priority(action: &Action, id: u64, to: i64, current: Option<&Ticket>) -> Plan {
    let before = current.map_or(action.seen.priority, |t| t.priority);
    let what = format!("set the priority to {to}");
    let expects = vec![Expect::Priority(to)];
    Plan {
        inverse: before.known().map(|to| Verb::Priority { to: *to }),
        ..put(id, &what, "", &json!({"Priority": to}), expects)
    }
}

pub(super) fn plan_queue(action: &Action, id: u64, to: &str, current: Option<&Ticket>) -> Plan {
    let before = current.map_or(&action.seen.queue, |t| &t.queue);
    let what = format!("move to the queue {to}");
    let expects = vec![Expect::Queue(to.to_owned())];
    Plan {
        inverse: before.known().map(|to| Verb::Queue { to: to.clone() }),
        ..put(id, &what, "", &json!({"Queue": to}), expects)
    }
}

impl RtDesk {
    pub(super) fn plan_group(
        &self,
        action: &Action,
        id: u64,
        to: Option<&GroupId>,
        current: Option<&Ticket>,
        can: &Capabilities,
    ) -> Result<Plan, Trouble> {
        let field = needed(&self.options.fields.group, &can.group)?;
        let before = current.map_or(&action.seen.group, |t| &t.group);
        let what = match to {
            Some(group) => format!("put into the group {group}"),
            None => "take the group off".to_owned(),
        };
        let value = to.map_or(Value::Null, |g| json!(g.as_str()));
        let expects = vec![Expect::Group(to.cloned().into())];
        let inverse = match before {
            Fact::Known(group) => Some(Verb::Group {
                to: Some(group.clone()),
            }),
            Fact::Empty => Some(Verb::Group { to: None }),
            Fact::Unknown => None,
        };
        Ok(Plan {
            inverse,
            ..put(id, &what, "", &custom(field, &value), expects)
        })
    }

    /// RT replaces all values of a field at once, so the new list is made from the present one and guarded.
    pub(super) fn plan_tag(
        &self,
        id: u64,
        tag: &str,
        add: bool,
        current: Option<&Ticket>,
        can: &Capabilities,
    ) -> Result<Plan, Trouble> {
        let field = needed(&self.options.fields.tags, &can.tags)?;
        let tag = sanitize::line_max(tag, 120);
        if tag.is_empty() {
            return Err(invalid("A tag needs a name."));
        }
        let mut tags = match current.map(|t| &t.tags) {
            Some(Fact::Known(tags)) => tags.clone(),
            Some(Fact::Empty) => Vec::new(),
            Some(Fact::Unknown) | None => {
                return Err(invalid(
                    "The tags of this ticket are not known. Read the ticket first.",
                ));
            }
        };
        let had = tags.contains(&tag);
        tags.retain(|t| *t != tag);
        if add {
            tags.push(tag.clone());
            tags.sort();
        }
        let (what, expect, inverse) = if add {
            (
                format!("add the tag {tag}"),
                Expect::HasTag(tag.clone()),
                Verb::Untag { tag },
            )
        } else {
            (
                format!("remove the tag {tag}"),
                Expect::LacksTag(tag.clone()),
                Verb::Tag { tag },
            )
        };
        // What was there already is not taken away by an undo.
        let inverse = (had != add).then_some(inverse);
        Ok(Plan {
            inverse,
            ..put(id, &what, "", &custom(field, &json!(tags)), vec![expect])
        })
    }
}

impl RtDesk {
    /// Claims of several consoles share one field, so the new value is made from the present one and guarded.
    pub(super) fn plan_claim(
        &self,
        action: &Action,
        id: u64,
        claim: &Claim,
        set: bool,
        current: Option<&Ticket>,
        can: &Capabilities,
    ) -> Result<Plan, Trouble> {
        let field = needed(&self.options.fields.claim, &can.claim)?;
        let before = current.and_then(|t| t.claims.known());
        let before = before.map_or(&[][..], Vec::as_slice);
        // The key was pressed at about the time of the write; what is over by then makes room.
        let (what, claims, expect) = if set {
            let claims = claim::with(before, claim, action.at);
            let expect = Expect::HasClaim(claim.clone());
            (
                format!("say that {} is {}", claim.who.name, claim.doing.word()),
                claims,
                expect,
            )
        } else {
            let claims = claim::without(before, &claim.console, action.at);
            let expect = Expect::LacksClaim(claim.clone());
            ("take the claim back".to_owned(), claims, expect)
        };
        let value = if claims.is_empty() {
            Value::Null
        } else {
            json!(claim::print(&claims))
        };
        Ok(put(id, &what, "", &custom(field, &value), vec![expect]))
    }
}

pub(super) fn plan_link(id: u64, link: &Link, add: bool) -> Result<Plan, Trouble> {
    let (key, value) = link_field(link, id)?;
    let (word, what, expect, inverse) = if add {
        let expect = Expect::HasLink(link.clone());
        ("Add", "add", expect, Verb::Unlink { link: link.clone() })
    } else {
        let expect = Expect::LacksLink(link.clone());
        (
            "Delete",
            "remove",
            expect,
            Verb::Link { link: link.clone() },
        )
    };
    let what = format!("{what} the link {} {}", link.kind.word(), link.target);
    let body = json!({ format!("{word}{key}"): [value] });
    Ok(Plan {
        inverse: Some(inverse),
        ..put(id, &what, "", &body, vec![expect])
    })
}

fn custom(field: &str, value: &Value) -> Value {
    json!({"CustomFields": {field: value}})
}

/// RT's name of a link's kind and the other end as RT takes it.
fn link_field(link: &Link, own: u64) -> Result<(&'static str, String), Trouble> {
    let key = match link.kind {
        LinkKind::RefersTo => "RefersTo",
        LinkKind::ReferredToBy => "ReferredToBy",
        LinkKind::DependsOn => "DependsOn",
        LinkKind::DependedOnBy => "DependedOnBy",
        LinkKind::Parent => "Parent",
        LinkKind::Child => "Child",
    };
    let value = match &link.target {
        LinkTarget::Ticket(id) => {
            let number = ticket_number(id)?;
            if number == own {
                return Err(invalid("A ticket cannot be linked to itself."));
            }
            number.to_string()
        }
        LinkTarget::Device(id) => match id.as_str().parse::<u64>() {
            Ok(number) => format!("asset:{number}"),
            Err(_) => return Err(invalid(format!("{id} is no asset number of the desk."))),
        },
        LinkTarget::Other(text) => text.clone(),
    };
    Ok((key, value))
}
