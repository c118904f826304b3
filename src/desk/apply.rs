//! Carrying out one action on any desk: read, compare, write, read back.
//!
//! Invariant: a text, a new ticket or a merge goes out at most once between two looks at the desk, whatever the network
//! does; and nothing goes out before the [`Gate`] wrote it down. An HTTP answer alone decides nothing. The rules are
//! [`crate::domain::delivery`]; when to try and to look is `sync::outbox`. Start at [`apply`](fn@apply).

use std::cmp::Ordering;

use async_trait::async_trait;
use jiff::Timestamp;

use super::port::{Answer, Desk, Files};
use crate::domain::action::{Action, Verb};
use crate::domain::claim;
use crate::domain::delivery::{
    Compare, Evidence, Field, Verified, compare, is_entry_needed, is_text_needed, verify,
};
use crate::domain::entry::Entry;
use crate::domain::fact::Fact;
use crate::domain::ids::{EntryId, PersonId, TicketId};
use crate::domain::outcome::{Found, Outcome, Trouble, TroubleKind};
use crate::domain::plan::{Marker, Plan};
use crate::domain::ticket::Ticket;

/// How often one attempt reads and compares again when the ticket changes under it.
const TRIES: usize = 5;

/// Asked right before each write, as late as possible.
#[async_trait]
pub trait Gate: Send + Sync {
    /// Writes down that the action is about to go out. `false`: do not send, another console does.
    async fn may_write(&self) -> bool;
}

/// As whom we write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    /// Our own id on the desk.
    pub me: PersonId,
}

/// One attempt at an action.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The action.
    pub action: &'a Action,
    /// Bytes of its files.
    pub files: &'a Files,
    /// When it may have gone out before, without a clear answer.
    pub sent_at: Option<Timestamp>,
    /// Entries, for a create numbers of tickets, that are known to be other actions of ours: the same text twice is
    /// two texts, and two calls about one thing are two tickets.
    pub known: &'a [EntryId],
}

/// What came of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The outcome.
    pub outcome: Outcome,
    /// Surely nothing of it reached the desk in this attempt.
    pub unsent: bool,
    /// The value before, as the desk had it.
    pub before: Option<String>,
    /// The value after, as read back.
    pub after: Option<String>,
}

/// The gate said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// What a look for an action whose answer was lost found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// It is there; the outcome is `Done`.
    There(Outcome),
    /// It is not there. `certain`: the desk would have found it by its marker, so that it may be sent again once
    /// enough time has passed.
    NotThere {
        /// Whether "not there" can be relied on.
        certain: bool,
    },
    /// The desk could not be asked.
    Later(Trouble),
}

/// Carries out one attempt. Fails with [`Stopped`] when the gate says no; nothing was sent then.
pub async fn apply(
    desk: &dyn Desk,
    attempt: Attempt<'_>,
    writer: &Writer,
    gate: &dyn Gate,
) -> Result<Applied, Stopped> {
    let again = attempt.sent_at.is_some() && !attempt.action.verb.is_repeatable();
    if again && let Some(applied) = found_before(desk, attempt).await {
        return Ok(applied);
    }
    let mut applied = match &attempt.action.ticket {
        Some(id) => on_ticket(desk, attempt, id, writer, gate).await?,
        None => create(desk, attempt, gate).await?,
    };
    if again
        && matches!(applied.outcome, Outcome::Done { .. })
        && let Looked::There(outcome) = look(desk, attempt).await
    {
        // Should the first one have arrived after all, it is there twice, and that is told.
        applied.outcome = outcome;
    }
    Ok(applied)
}

/// Looks for an action whose answer was lost.
pub async fn look(desk: &dyn Desk, attempt: Attempt<'_>) -> Looked {
    let action = attempt.action;
    let current = match &action.ticket {
        None => None,
        Some(id) => match desk.read(id).await {
            Ok(ticket) => Some(ticket),
            Err(trouble) if may_help_later(&trouble) => return Looked::Later(trouble),
            Err(_) => return Looked::NotThere { certain: false },
        },
    };
    let Ok(plan) = desk.plan(action, current.as_ref()) else {
        return Looked::NotThere { certain: false };
    };
    if let (Verb::Merge { into }, Some(ticket)) = (&action.verb, current) {
        if action.ticket.as_ref() == Some(&ticket.id) {
            return Looked::NotThere { certain: true };
        }
        // Merged, but perhaps by somebody else, and into another one.
        let remark = format!("it is part of ticket {} now", ticket.id);
        let remarks = (ticket.id != *into).then_some(remark);
        return Looked::There(done(Some(ticket), None, remarks.into_iter().collect()));
    }
    let sent_at = attempt.sent_at.unwrap_or(action.at);
    match desk.find(action, &plan, sent_at).await {
        Err(trouble) if may_help_later(&trouble) => Looked::Later(trouble),
        Err(_) => Looked::NotThere { certain: false },
        Ok(found) => match not_another(found, attempt.known, action.ticket.is_none()) {
            Found::No => Looked::NotThere {
                certain: plan.marker == Marker::Searchable,
            },
            Found::Yes { entry, ticket } => {
                let id = ticket.as_ref().or(action.ticket.as_ref());
                Looked::There(done(read_quietly(desk, id).await, entry, Vec::new()))
            }
            Found::Twice(ids) => Looked::There(twice(desk, action, &ids).await),
        },
    }
}

/// It is there more than once. That cannot be mended, so it is told.
async fn twice(desk: &dyn Desk, action: &Action, ids: &[EntryId]) -> Outcome {
    let words: Vec<&str> = ids.iter().map(EntryId::as_str).collect();
    let remark = format!(
        "it is on the desk {} times (numbers {}); it cannot be taken back",
        ids.len(),
        words.join(", ")
    );
    let first = ids.first().cloned();
    if matches!(action.verb, Verb::Create { .. }) {
        // Of new tickets the numbers are those of the tickets.
        let id = first.map(|id| TicketId::new(id.as_str()));
        return done(read_quietly(desk, id.as_ref()).await, None, vec![remark]);
    }
    let ticket = read_quietly(desk, action.ticket.as_ref()).await;
    done(ticket, first, vec![remark])
}

/// A text that is about to be sent again is looked for once more, right before.
async fn found_before(desk: &dyn Desk, attempt: Attempt<'_>) -> Option<Applied> {
    match look(desk, attempt).await {
        Looked::There(outcome) => Some(unsent(outcome)),
        Looked::Later(trouble) => Some(unsent(Outcome::Later(trouble))),
        Looked::NotThere { .. } => None,
    }
}

async fn on_ticket(
    desk: &dyn Desk,
    attempt: Attempt<'_>,
    id: &TicketId,
    writer: &Writer,
    gate: &dyn Gate,
) -> Result<Applied, Stopped> {
    let action = attempt.action;
    for _ in 0..TRIES {
        let before = match desk.read(id).await {
            Ok(ticket) => ticket,
            Err(trouble) => return Ok(unsent(before_sending(trouble))),
        };
        match checked(desk, attempt, &before, writer).await {
            Ok(None) => {}
            Ok(Some(outcome)) => {
                let value = value_of(&action.verb, &before);
                return Ok(Applied {
                    before: value.clone(),
                    after: value,
                    ..unsent(outcome)
                });
            }
            Err(trouble) => return Ok(unsent(before_sending(trouble))),
        }
        let plan = match desk.plan(action, Some(&before)) {
            Ok(plan) => plan,
            Err(trouble) => return Ok(unsent(before_sending(trouble))),
        };
        if !gate.may_write().await {
            return Err(Stopped);
        }
        let answer = desk
            .write(action, &plan, before.version.as_ref(), attempt.files)
            .await;
        let (no_answer, remarks) = match answer {
            Answer::Stale => continue,
            Answer::Refused(message) => return Ok(unsent(Outcome::Refused { message })),
            Answer::NotSent(trouble) => return Ok(unsent(before_sending(trouble))),
            Answer::NoAnswer(why) => (Some(why), Vec::new()),
            Answer::Accepted { remarks, .. } => (None, remarks),
        };
        let written = Written {
            plan: &plan,
            before: &before,
            no_answer,
            remarks,
        };
        return Ok(read_back(desk, action, id, writer, written).await);
    }
    let trouble = Trouble::new(
        TroubleKind::Conflict,
        "the ticket changes faster than it can be written; it is tried again in a moment",
    );
    Ok(unsent(Outcome::Later(trouble)))
}

/// What ends the attempt before a write: a conflict, or that it is so already.
async fn checked(
    desk: &dyn Desk,
    attempt: Attempt<'_>,
    before: &Ticket,
    writer: &Writer,
) -> Result<Option<Outcome>, Trouble> {
    let action = attempt.action;
    let me = &writer.me;
    let since = if is_entry_needed(action, before, me) {
        unseen(desk, action, before).await?
    } else {
        Vec::new()
    };
    match compare(action, before, &since, me) {
        Compare::Clear => Ok(None),
        Compare::Conflict(differences, unseen) => Ok(Some(Outcome::Conflict {
            differences,
            unseen,
        })),
        Compare::AlreadySo => {
            let ticket = Some(Box::new(before.clone()));
            if attempt.sent_at.is_none() {
                return Ok(Some(Outcome::NoChange { ticket }));
            }
            // A write of ours went out before: who made it so?
            let history = unseen(desk, action, before).await?;
            let plan = desk.plan(action, Some(before))?;
            let read = Evidence {
                before: None,
                after: before,
                since: &history,
                has_texts: false,
            };
            Ok(Some(match verify(action, &plan, &read, me) {
                Verified::Done { entry, remarks } => done(Some(before.clone()), entry, remarks),
                Verified::Conflict(differences) => Outcome::Conflict {
                    differences,
                    unseen: Vec::new(),
                },
                Verified::NoChange | Verified::NotThere => Outcome::NoChange { ticket },
            }))
        }
    }
}

/// What happened since the person looked, oldest first; empty where neither they nor the desk can tell.
async fn unseen(desk: &dyn Desk, action: &Action, now: &Ticket) -> Result<Vec<Entry>, Trouble> {
    let seen = &action.seen;
    let is_reply = matches!(action.verb, Verb::Reply { .. });
    // A conversation may be older on the screen than the row beside it: for a reply the newest entry counts.
    if let (true, Some(last)) = (is_reply, &seen.last_entry) {
        let mut entries = desk.entries(&now.id).await?;
        entries.retain(|e| e.id.cmp(last) == Ordering::Greater);
        return Ok(entries);
    }
    if let Some(version) = &seen.version {
        if now.version.as_ref() == Some(version) {
            return Ok(Vec::new());
        }
        return desk.entries_after(&now.id, version).await;
    }
    if let Some(at) = &seen.at {
        let mut entries = desk.entries(&now.id).await?;
        entries.retain(|e| e.at >= *at);
        return Ok(entries);
    }
    Ok(Vec::new())
}

struct Written<'a> {
    plan: &'a Plan,
    before: &'a Ticket,
    /// Why there was no clear answer, if there was none.
    no_answer: Option<String>,
    remarks: Vec<String>,
}

async fn read_back(
    desk: &dyn Desk,
    action: &Action,
    id: &TicketId,
    writer: &Writer,
    written: Written<'_>,
) -> Applied {
    let is_lost = written.no_answer.is_some();
    let read = async {
        let after = desk.read(id).await?;
        // A merged ticket has the history of the one that stayed; reading its id is enough.
        let mut history = if matches!(action.verb, Verb::Merge { .. }) {
            Vec::new()
        } else {
            after_version(desk, id, written.before).await?
        };
        let has_texts = is_text_needed(action, &history, &writer.me, is_lost);
        if has_texts {
            fill_in_texts(desk, id, &mut history).await?;
        }
        Ok::<_, Trouble>((after, history, has_texts))
    };
    let applied = |outcome, after: Option<&Ticket>| Applied {
        outcome,
        unsent: false,
        before: value_of(&action.verb, written.before),
        after: after.and_then(|t| value_of(&action.verb, t)),
    };
    let (after, history, has_texts) = match read.await {
        Ok(all) => all,
        Err(trouble) => {
            let why = written
                .no_answer
                .clone()
                .unwrap_or_else(|| format!("sent, but it could not be read back: {trouble}"));
            return applied(no_clear_answer(action, why, trouble.retry_after), None);
        }
    };
    let evidence = Evidence {
        before: Some(written.before),
        after: &after,
        since: &history,
        has_texts,
    };
    let outcome = match verify(action, written.plan, &evidence, &writer.me) {
        Verified::Done { entry, mut remarks } => {
            remarks.splice(0..0, written.remarks.clone());
            done(Some(after.clone()), entry, remarks)
        }
        Verified::NoChange => Outcome::NoChange {
            ticket: Some(Box::new(after.clone())),
        },
        Verified::Conflict(differences) => Outcome::Conflict {
            differences,
            unseen: Vec::new(),
        },
        Verified::NotThere => match &written.no_answer {
            Some(why) => no_clear_answer(action, why.clone(), None),
            None if action.verb.is_repeatable() => Outcome::Refused {
                message: refusal(&written.remarks),
            },
            // Accepted, and not there yet: a desk was seen to store a text 13 seconds later.
            None => Outcome::Unknown {
                message: "the desk accepted it, but it is not in the history yet".to_owned(),
            },
        },
    };
    applied(outcome, Some(&after))
}

/// What happened after `before` was read, oldest first.
async fn after_version(
    desk: &dyn Desk,
    id: &TicketId,
    before: &Ticket,
) -> Result<Vec<Entry>, Trouble> {
    if let Some(version) = &before.version {
        return desk.entries_after(id, version).await;
    }
    let mut entries = desk.entries(id).await?;
    entries.retain(|e| e.at > before.updated);
    Ok(entries)
}

/// Reads the texts that a history comes without.
async fn fill_in_texts(
    desk: &dyn Desk,
    id: &TicketId,
    history: &mut [Entry],
) -> Result<(), Trouble> {
    let whole = desk.entries(id).await?;
    for entry in history.iter_mut().filter(|e| e.text.is_empty()) {
        if let Some(read) = whole.iter().find(|e| e.id == entry.id) {
            entry.text.clone_from(&read.text);
            entry.cut = read.cut;
        }
    }
    Ok(())
}

async fn create(
    desk: &dyn Desk,
    attempt: Attempt<'_>,
    gate: &dyn Gate,
) -> Result<Applied, Stopped> {
    let action = attempt.action;
    let plan = match desk.plan(action, None) {
        Ok(plan) => plan,
        Err(trouble) => return Ok(unsent(before_sending(trouble))),
    };
    if !gate.may_write().await {
        return Err(Stopped);
    }
    let answer = desk.write(action, &plan, None, attempt.files).await;
    let outcome = match answer {
        Answer::Refused(message) => return Ok(unsent(Outcome::Refused { message })),
        Answer::NotSent(trouble) => return Ok(unsent(before_sending(trouble))),
        Answer::Stale => {
            return Ok(unsent(Outcome::Refused {
                message: "the desk asked for a version of a ticket that does not exist yet"
                    .to_owned(),
            }));
        }
        Answer::NoAnswer(message) => Outcome::Unknown { message },
        Answer::Accepted {
            mut remarks,
            created: Some(id),
        } => match desk.read(&id).await {
            Ok(ticket) => {
                remarks.extend(another_requester(&action.verb, &ticket));
                done(Some(ticket), None, remarks)
            }
            Err(trouble) => Outcome::Unknown {
                message: format!("created as {id}, but it could not be read back: {trouble}"),
            },
        },
        Answer::Accepted { created: None, .. } => Outcome::Unknown {
            message: "the desk accepted it without naming the new ticket".to_owned(),
        },
    };
    let after = match &outcome {
        Outcome::Done { ticket, .. } => ticket.as_ref().map(|t| t.id.to_string()),
        _ => None,
    };
    Ok(Applied {
        outcome,
        unsent: false,
        before: None,
        after,
    })
}

/// A desk may take a login that it does not know for nobody, and write the creator down instead.
fn another_requester(verb: &Verb, ticket: &Ticket) -> Option<String> {
    let Verb::Create { new } = verb else {
        return None;
    };
    let asked = new.requester.as_str();
    // Of a mail address it is not known which login the desk has for it.
    if asked.contains('@') {
        return None;
    }
    let there = ticket.requesters.known()?;
    let is_there = there
        .iter()
        .any(|p| p.id.as_str().eq_ignore_ascii_case(asked));
    let names: Vec<&str> = there.iter().map(|p| p.name.as_str()).collect();
    (!is_there).then(|| {
        format!(
            "the desk has {} as requester, not {asked}; mend it there",
            names.join(", ")
        )
    })
}

fn done(ticket: Option<Ticket>, entry: Option<EntryId>, remarks: Vec<String>) -> Outcome {
    Outcome::Done {
        ticket: ticket.map(Box::new),
        entry,
        remarks,
    }
}

fn unsent(outcome: Outcome) -> Applied {
    Applied {
        outcome,
        unsent: true,
        before: None,
        after: None,
    }
}

fn refusal(remarks: &[String]) -> String {
    if remarks.is_empty() {
        "the desk answered, but changed nothing".to_owned()
    } else {
        remarks.join(" ")
    }
}

/// Trouble before anything went out: refused, or later.
fn before_sending(trouble: Trouble) -> Outcome {
    if may_help_later(&trouble) {
        Outcome::Later(trouble)
    } else {
        Outcome::Refused {
            message: trouble.message,
        }
    }
}

fn may_help_later(trouble: &Trouble) -> bool {
    match trouble.kind {
        TroubleKind::Config
        | TroubleKind::Auth
        | TroubleKind::Conflict
        | TroubleKind::RateLimited
        | TroubleKind::Transient
        | TroubleKind::NoAnswer
        | TroubleKind::Malformed => true,
        TroubleKind::Permission
        | TroubleKind::NotFound
        | TroubleKind::Validation
        | TroubleKind::Unsupported => false,
    }
}

fn no_clear_answer(action: &Action, why: String, after: Option<std::time::Duration>) -> Outcome {
    if action.verb.is_repeatable() {
        let mut trouble = Trouble::new(TroubleKind::NoAnswer, why);
        trouble.retry_after = after;
        Outcome::Later(trouble)
    } else {
        Outcome::Unknown { message: why }
    }
}

fn not_another(found: Found, known: &[EntryId], is_create: bool) -> Found {
    match found {
        Found::Yes {
            entry: Some(entry), ..
        } if known.contains(&entry) => Found::No,
        Found::Yes {
            entry: None,
            ticket: Some(ticket),
        } if known.iter().any(|k| k.as_str() == ticket.as_str()) => Found::No,
        Found::Twice(mut entries) => {
            entries.retain(|e| !known.contains(e));
            match entries.len() {
                0 => Found::No,
                1 if is_create => Found::Yes {
                    entry: None,
                    ticket: entries.pop().map(|id| TicketId::new(id.as_str())),
                },
                1 => Found::Yes {
                    entry: entries.pop(),
                    ticket: None,
                },
                _ => Found::Twice(entries),
            }
        }
        other => other,
    }
}

async fn read_quietly(desk: &dyn Desk, id: Option<&TicketId>) -> Option<Ticket> {
    desk.read(id?).await.ok()
}

/// The value that a verb is about, for the audit log.
fn value_of(verb: &Verb, ticket: &Ticket) -> Option<String> {
    if let Some(field) = Field::of(verb) {
        return Some(Field::show(&field.on(ticket)));
    }
    match verb {
        Verb::Tag { .. } | Verb::Untag { .. } => Some(match &ticket.tags {
            Fact::Known(tags) => tags.join(", "),
            Fact::Empty => "none".to_owned(),
            Fact::Unknown => "unknown".to_owned(),
        }),
        Verb::Merge { .. } => Some(ticket.id.to_string()),
        Verb::Claim { .. } | Verb::Unclaim { .. } => Some(match &ticket.claims {
            Fact::Known(claims) => claim::print(claims),
            Fact::Empty => "none".to_owned(),
            Fact::Unknown => "unknown".to_owned(),
        }),
        _ => None,
    }
}
