//! What a script asks for is looked at before anything is sent: what the desk would refuse, or quietly take for
//! something else, is said at once, in a dry run too.

use super::exit::{Exit, Stop};
use crate::desk::port::Desk;
use crate::domain::action::Verb;
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::merging;
use crate::domain::outcome::TroubleKind;
use crate::domain::ticket::Ticket;
use crate::triage::Groups;

/// Most people that are suggested.
const NEAR: usize = 3;

/// Whether `verb` makes sense on `ticket` (none for a new one).
///
/// # Errors
/// It does not, with the reason: an unknown group is a wrong command line, the rest is refused.
pub async fn check(
    desk: &dyn Desk,
    groups: &Groups,
    verb: &Verb,
    ticket: Option<&Ticket>,
) -> Result<(), Stop> {
    match verb {
        Verb::Merge { into } => {
            let into = desk.read(into).await?;
            // What is merged already is for the desk to say.
            let from = ticket.filter(|t| t.id != into.id);
            match from.and_then(|from| merging::why_not(from, &into)) {
                Some(why) => Err(Stop::new(Exit::Refused, why)),
                None => Ok(()),
            }
        }
        Verb::Assign { to } => person(desk, to).await,
        Verb::Group { to: Some(group) } => known(groups, group),
        Verb::Create { new } => {
            if let Some(group) = &new.group {
                known(groups, group)?;
            }
            if let Some(owner) = &new.owner {
                person(desk, owner).await?;
            }
            // To a mail address the desk makes an account; any other word it may take for nobody, and for us.
            if new.requester.as_str().contains('@') {
                return Ok(());
            }
            person(desk, &new.requester).await
        }
        _ => Ok(()),
    }
}

fn known(groups: &Groups, group: &GroupId) -> Result<(), Stop> {
    if groups.get(group).is_some() {
        return Ok(());
    }
    let slugs: Vec<&str> = groups.in_order().map(|g| g.slug.as_str()).collect();
    let all = slugs.join(", ");
    Err(Stop::new(
        Exit::Usage,
        format!(
            "there is no group {:?}; there are {all}, and none",
            group.as_str()
        ),
    ))
}

async fn person(desk: &dyn Desk, id: &PersonId) -> Result<(), Stop> {
    match desk.person(id).await {
        Err(trouble) if trouble.kind == TroubleKind::NotFound => {}
        // Whoever may not look people up has to leave it to the desk.
        _ => return Ok(()),
    }
    let near = desk.people(id.as_str(), NEAR).await.unwrap_or_default();
    let names: Vec<String> = near
        .iter()
        .map(|p| format!("{} ({})", p.who.name, p.who.id))
        .collect();
    let advice = if names.is_empty() {
        "`vagt person` finds people by a part of the name".to_owned()
    } else {
        format!("did you mean {}?", names.join(", "))
    };
    Err(Stop::new(
        Exit::Refused,
        format!(
            "the desk knows nobody with the login {:?}; {advice}",
            id.as_str()
        ),
    ))
}
