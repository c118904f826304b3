//! What a person should know before many are answered or solved: who has the very same answer already, and who is not well.
//!
//! Invariant: who has the answer is left out unless the person says otherwise; who is not well is named, and left out by
//! one key.

use jiff::Timestamp;

use crate::domain::action::Verb;
use crate::domain::bulk::LeftOut;
use crate::domain::entry::EntryKind;
use crate::domain::ids::TicketId;
use crate::domain::outbox::State;
use crate::domain::watch::Ill;

use super::super::fill;
use super::super::model::bulk::{Choices, Preview};
use super::super::model::{Model, Overlay};
use super::super::words;
use super::{bulk, letters, macros};

/// What is looked at for each ticket of a bulk action.
#[derive(Clone, Copy)]
pub(super) struct Checks<'a> {
    /// The template or macro that the text is from, as it stands in its file.
    pub template: Option<&'a str>,
    /// Whether the tickets would be solved, or their people told that it works again.
    pub ends: bool,
    /// What the person chose.
    pub choices: Choices,
}

impl Checks<'_> {
    /// Whether a ticket stays in, with what would be done to it.
    pub fn pass<'v>(
        &self,
        model: &Model,
        id: &TicketId,
        verbs: impl IntoIterator<Item = &'v Verb>,
    ) -> Result<(), LeftOut> {
        if !self.choices.again
            && let Some(at) = self.answered(model, id, verbs)
        {
            let at = words::clock(&model.settings.zone, at, model.now);
            return Err(LeftOut::HasAnswer(at));
        }
        match ill(model, id).filter(|_| self.ends && self.choices.without_ill) {
            Some(why) => Err(why),
            None => Ok(()),
        }
    }

    /// Puts what is to be said into the preview.
    pub fn tell(&self, model: &Model, preview: &mut Preview) {
        preview.choices = self.choices;
        let mut tickets: Vec<&TicketId> = preview.children.iter().map(|(t, _)| &t.ticket).collect();
        tickets.dedup();
        if self.choices.again {
            let verbs = |id: &TicketId| {
                let of_it = preview.children.iter().filter(|(t, _)| t.ticket == *id);
                of_it.map(|(_, verb)| verb).collect::<Vec<_>>()
            };
            let again = tickets.iter().filter(|id| {
                let verbs = verbs(id);
                self.answered(model, id, verbs).is_some()
            });
            preview.repeats = again.count();
        }
        if self.ends {
            let known = tickets.iter().filter_map(|id| {
                let requester = model.ticket(id).and_then(|ticket| ticket.requester());
                let who = requester.map_or_else(String::new, |who| who.name.clone());
                Some(((*id).clone(), ill(model, id)?, who))
            });
            preview.ill = known.collect();
        }
    }

    /// When the requester of a ticket got the very same answer, if so.
    fn answered<'v>(
        &self,
        model: &Model,
        id: &TicketId,
        verbs: impl IntoIterator<Item = &'v Verb>,
    ) -> Option<Timestamp> {
        let text = verbs.into_iter().find_map(|verb| match verb {
            Verb::Reply { text, .. } => Some(text),
            _ => None,
        })?;
        let mine = model.outbox.of_ticket(id).filter(|item| {
            let Verb::Reply { text: sent, .. } = &item.action.verb else {
                return false;
            };
            let counts = !matches!(item.state, State::Dropped | State::Refused);
            let bulk = item.action.parent.and_then(|id| model.outbox.bulk(id));
            let letters = bulk.and_then(|bulk| bulk.template.as_ref());
            let is_of_it = letters.is_some_and(|letters| {
                !letters.is_edited && Some(letters.name.as_str()) == self.template
            });
            counts && (is_of_it || is_same(sent, text))
        });
        let mine = mine.map(|item| item.action.at).max();
        let entries = model.details.shown(id).map(|detail| &detail.entries);
        let on_desk = entries.into_iter().flatten().filter(|entry| {
            entry.kind == EntryKind::Reply
                && entry.is_public_message()
                && is_same(&entry.text, text)
        });
        mine.max(on_desk.map(|entry| entry.at).max())
    }
}

/// Whether two texts say the same: how lines are broken does not count.
fn is_same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// Whether an action solves a ticket.
pub(super) fn ends(model: &Model, verb: &Verb) -> bool {
    let Verb::Status { to } = verb else {
        return false;
    };
    let mut known = model.desk.vocab.statuses.iter();
    let class = known.find_map(|(name, class)| (name == to).then_some(*class));
    class.is_some_and(|class| !class.is_active())
}

/// Why the requester of a ticket is known not to be well.
fn ill(model: &Model, id: &TicketId) -> Option<LeftOut> {
    let standing = model.board.incident_of(id);
    let said = standing.and_then(|standing| standing.ill(id));
    match said {
        Some(Ill::Fails) => return Some(LeftOut::StillFails),
        Some(Ill::SaidNo) => return Some(LeftOut::SaidNo),
        Some(Ill::NotKnown) | None => {}
    }
    // Before the first of an incident is solved, and outside of one, the device itself tells.
    let row = model.board.row(id)?;
    let member = standing.and_then(|s| s.members.iter().find(|m| m.ticket == *id));
    let fleet = model.board.fleet();
    let device = member.and_then(|member| fleet.get(member.device.as_ref()?));
    let requester = row.ticket().requester().map(|who| &who.id);
    let named = row.ticket().device.known().map(String::as_str);
    let devices = match device {
        Some(device) => vec![device],
        None => fleet.around(named, requester),
    };
    let health = model
        .settings
        .health
        .of_group(&row.group, devices, model.now)?;
    (health.failing > 0).then_some(LeftOut::StillFails)
}

/// The person chooses otherwise: the preview is made anew.
pub(super) fn choose(model: &mut Model, choice: impl FnOnce(&mut Choices)) {
    let Some(Overlay::Preview(preview)) = model.overlays.last() else {
        return;
    };
    let mut choices = preview.choices;
    choice(&mut choices);
    if let Some(anew) = anew(model, preview, choices) {
        put(model, anew);
    }
}

/// The preview as it would be with other choices; none where it offers none.
fn anew(model: &Model, preview: &Preview, choices: Choices) -> Option<Preview> {
    match (&preview.run, &preview.written, &preview.verb) {
        (Some(run), Some(written), _) => {
            macros::anew(model, run, written.supplied.clone(), choices)
        }
        (Some(run), None, _) => macros::anew(model, run, fill::Supplied::new(), choices),
        (None, Some(written), _) => letters::anew(model, written, choices),
        (None, None, Some(verb)) => Some(bulk::of_verb(model, verb, choices)),
        (None, None, None) => None,
    }
}

/// Puts a preview in the place of the one that is shown; what is typed and where it stands stay.
pub(super) fn put(model: &mut Model, anew: Preview) {
    if let Some(Overlay::Preview(preview)) = model.overlays.last_mut() {
        let (top, shown) = (preview.top, preview.written.as_ref().map(|w| w.shown));
        let wrote = std::mem::take(&mut preview.wrote);
        **preview = anew;
        (preview.top, preview.wrote) = (top, wrote);
        if let (Some(written), Some(shown)) = (&mut preview.written, shown)
            && written.languages.iter().any(|(lang, _)| *lang == shown)
        {
            written.shown = shown;
        }
    }
    model.touch();
}
