//! Changing tickets: fields, owner, status, queue, people.
//!
//! Everything answers with the sentences that Request Tracker answers with; a refusal is a sentence
//! too, because that is what its `PUT` does (status 200).

use rusqlite::params;

use super::history::NewTxn;
use super::people::NOBODY;
use super::tickets::{ACTIVE, INACTIVE, Ticket, Watcher, subject_line};
use super::{Base, DeskBase, Kind, Person};
use crate::demo::query::dates::iso_utc;

const DENIED: &str = "Permission Denied";

/// The three ways to change an owner that have a path of their own, and the general one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnerChange {
    /// `PUT /ticket/N/take`
    Take,
    /// `PUT /ticket/N/untake`
    Untake,
    /// `PUT /ticket/N/steal`
    Steal,
    /// `PUT /ticket/N {"Owner": …}`
    Set,
}

/// The word for a priority, as Request Tracker shows it.
fn priority_word(priority: i64) -> &'static str {
    match priority {
        ..50 => "Low",
        50..100 => "Medium",
        _ => "High",
    }
}

/// A priority as a client writes it: a number, or one of the words that the desk shows.
pub(crate) fn priority_number(text: &str) -> i64 {
    match text.trim().to_lowercase().as_str() {
        "low" => 0,
        "medium" => 50,
        "high" => 100,
        number => number.parse().unwrap_or(0),
    }
}

/// A number of minutes in a sentence.
fn minutes(number: i64) -> String {
    if number == 0 {
        "(no value)".to_owned()
    } else {
        format!("'{number}'")
    }
}

/// A text in a sentence.
pub(crate) fn quoted(text: &str) -> String {
    if text.is_empty() {
        "(no value)".to_owned()
    } else {
        format!("'{text}'")
    }
}

impl DeskBase {
    /// Changes a column of a ticket and records it.
    fn change(&mut self, id: i64, column: Column, old: &str, new: &str, who: i64) -> Base<()> {
        self.conn
            .prepare_cached(column.sql())?
            .execute(params![id, new])?;
        self.note(id, "Set", column.name(), [old, new], who)?;
        Ok(())
    }

    /// Records that a field of a ticket went from an old value to a new one; the number of the transaction.
    fn note(
        &mut self,
        object: i64,
        typ: &str,
        field: &str,
        [old, new]: [&str; 2],
        creator: i64,
    ) -> Base<i64> {
        self.record(NewTxn {
            kind: Kind::Ticket,
            object,
            typ,
            field,
            old,
            new,
            creator,
        })
    }

    /// Sets the subject.
    pub(crate) fn set_subject(
        &mut self,
        ticket: &Ticket,
        new: &str,
        who: &Person,
    ) -> Base<Option<String>> {
        let new = subject_line(new);
        if new == ticket.subject {
            return Ok(None);
        }
        if !who.role.works() {
            return Ok(Some(DENIED.to_owned()));
        }
        self.change(ticket.id, Column::Subject, &ticket.subject, &new, who.id)?;
        Ok(Some(format!(
            "Subject changed from {} to {}",
            quoted(&ticket.subject),
            quoted(&new)
        )))
    }

    /// Sets the priority; words (`High`) are understood as numbers are.
    pub(crate) fn set_priority(
        &mut self,
        ticket: &Ticket,
        new: &str,
        who: &Person,
    ) -> Base<Option<String>> {
        let new = priority_number(new);
        if new == ticket.priority {
            return Ok(None);
        }
        if !who.role.works() {
            return Ok(Some(DENIED.to_owned()));
        }
        self.change(
            ticket.id,
            Column::Priority,
            &ticket.priority.to_string(),
            &new.to_string(),
            who.id,
        )?;
        Ok(Some(format!(
            "Priority changed from '{}' to '{}'",
            priority_word(ticket.priority),
            priority_word(new)
        )))
    }

    /// Sets `Starts` or `Due` from the text of a client, which is kept in the history as it came.
    pub(crate) fn set_moment(
        &mut self,
        ticket: &Ticket,
        field: &'static str,
        text: &str,
        who: &Person,
    ) -> Base<Option<String>> {
        let (before, sql) = if field == "Due" {
            (ticket.due, "UPDATE tickets SET due = ?2 WHERE id = ?1")
        } else {
            (
                ticket.starts,
                "UPDATE tickets SET starts = ?2 WHERE id = ?1",
            )
        };
        let old = sql_time(before);
        if text == old {
            return Ok(None);
        }
        if !who.role.works() {
            return Ok(Some(DENIED.to_owned()));
        }
        let new = iso_utc(text);
        self.conn
            .prepare_cached(sql)?
            .execute(params![ticket.id, new])?;
        self.note(ticket.id, "Set", field, [&old, text], who.id)?;
        let zone = self.zone_of(who);
        Ok(Some(format!(
            "{field} changed from {} to {}",
            shown(before, &zone),
            shown(new, &zone)
        )))
    }

    /// Sets one of the minutes, or the priority that a ticket is to reach.
    pub(crate) fn set_number(
        &mut self,
        ticket: &Ticket,
        field: &'static str,
        text: &str,
        who: &Person,
    ) -> Base<Option<String>> {
        let (before, sql) = match field {
            "FinalPriority" => (
                ticket.final_priority,
                "UPDATE tickets SET final_priority = ?2 WHERE id = ?1",
            ),
            "TimeLeft" => (
                ticket.time_left,
                "UPDATE tickets SET time_left = ?2 WHERE id = ?1",
            ),
            "TimeEstimated" => (
                ticket.time_estimated,
                "UPDATE tickets SET time_estimated = ?2 WHERE id = ?1",
            ),
            _ => (
                ticket.time_worked,
                "UPDATE tickets SET time_worked = ?2 WHERE id = ?1",
            ),
        };
        let new: i64 = text.trim().parse().unwrap_or(0);
        if new == before {
            return Ok(None);
        }
        if !who.role.works() {
            return Ok(Some(DENIED.to_owned()));
        }
        self.conn
            .prepare_cached(sql)?
            .execute(params![ticket.id, new])?;
        let (was, is) = (before.to_string(), new.to_string());
        let txn = self.note(ticket.id, "Set", field, [&was, &is], who.id)?;
        if field == "TimeWorked" {
            self.conn
                .prepare_cached("UPDATE transactions SET time_taken = ?2 WHERE id = ?1")?
                .execute(params![txn, new - before])?;
        }
        Ok(Some(match field {
            "FinalPriority" => format!(
                "FinalPriority changed from '{}' to '{}'",
                priority_word(before),
                priority_word(new)
            ),
            "TimeWorked" if new > before => format!("Worked {} minutes", new - before),
            "TimeWorked" => format!("Adjusted time worked by {} minutes", new - before),
            _ => format!(
                "{field} changed from {} to {}",
                minutes(before),
                minutes(new)
            ),
        }))
    }

    /// Moves to another queue.
    pub(crate) fn set_queue(
        &mut self,
        ticket: &Ticket,
        new: &str,
        who: &Person,
    ) -> Base<Option<String>> {
        let old_name = self
            .queue(&ticket.queue.to_string())
            .map(|queue| queue.name.clone())
            .unwrap_or_default();
        let Some(queue) = self.queue(new) else {
            return Ok(Some(if who.role.works() {
                format!("Queue {new} does not exist")
            } else {
                DENIED.to_owned()
            }));
        };
        if queue.id == ticket.queue {
            return Ok(None);
        }
        if !who.role.works() {
            return Ok(Some(DENIED.to_owned()));
        }
        self.change(
            ticket.id,
            Column::Queue,
            &ticket.queue.to_string(),
            &queue.id.to_string(),
            who.id,
        )?;
        Ok(Some(format!(
            "Queue changed from {old_name} to {}",
            queue.name
        )))
    }

    /// Changes the owner; always a sentence, refused or not.
    pub(crate) fn set_owner(
        &mut self,
        ticket: &Ticket,
        new: &str,
        how: OwnerChange,
        who: &Person,
    ) -> Base<String> {
        let say = |sentence: &str| Ok(sentence.to_owned());
        if how == OwnerChange::Steal && ticket.owner == who.id {
            return say("You already own this ticket");
        }
        let Some(person) = self.find_person(new)? else {
            return say("That user does not exist");
        };
        if !Self::may_own(&person) {
            return say("That user may not own tickets in that queue");
        }
        if person.id == ticket.owner {
            return say("That user already owns that ticket");
        }
        if !who.role.works() {
            return say(DENIED);
        }
        match how {
            OwnerChange::Steal if ticket.owner == NOBODY => {
                return say("You can only steal a ticket owned by someone else");
            }
            OwnerChange::Take if ticket.owner != NOBODY => {
                return say("You can only take tickets that are unowned");
            }
            _ => {}
        }
        let (old, fresh) = (ticket.owner.to_string(), person.id.to_string());
        self.change(ticket.id, Column::Owner, &old, &fresh, who.id)?;
        self.note(ticket.id, "SetWatcher", "Owner", [&old, &fresh], who.id)?;
        let before = self
            .person(ticket.owner)?
            .map(|person| person.name.clone())
            .unwrap_or_default();
        Ok(format!("Owner changed from {before} to {}", person.name))
    }

    /// Sets the status; always a sentence, refused or not.
    pub(crate) fn set_status(&mut self, id: i64, new: &str, who: &Person) -> Base<String> {
        let Some(ticket) = self.ticket(id)? else {
            return Ok(DENIED.to_owned());
        };
        let new = new.to_lowercase();
        let old = ticket.status.clone();
        if !ACTIVE.contains(&new.as_str()) && !INACTIVE.contains(&new.as_str()) {
            return Ok(format!(
                "Status '{new}' isn't a valid status for this ticket."
            ));
        }
        if old == new || (new == "new" && old == "deleted" && !who.role.rules()) {
            return Ok(format!("You can't change status from '{old}' to '{new}'."));
        }
        if !who.role.works() || (new == "deleted" && !who.role.rules()) {
            return Ok(DENIED.to_owned());
        }
        if INACTIVE.contains(&new.as_str())
            && !INACTIVE.contains(&old.as_str())
            && self.has_open_dependencies(ticket.id)?
        {
            return Ok("That ticket has unresolved dependencies".to_owned());
        }
        self.change_status(ticket.id, &new, who.id)?;
        Ok(format!("Status changed from '{old}' to '{new}'"))
    }

    /// Changes a status without asking who may, with the times that follow from it.
    pub(crate) fn change_status(&mut self, id: i64, new: &str, who: i64) -> Base<()> {
        let Some(ticket) = self.raw_ticket(id)? else {
            return Ok(());
        };
        let started = if ticket.status == "new" && new != "new" {
            self.now
        } else {
            ticket.started
        };
        let resolved = if INACTIVE.contains(&new) {
            self.now
        } else {
            ticket.resolved
        };
        self.conn
            .prepare_cached(
                "UPDATE tickets SET status = ?2, started = ?3, resolved = ?4 WHERE id = ?1",
            )?
            .execute(params![id, new, started, resolved])?;
        self.note(id, "Status", "Status", [&ticket.status, new], who)?;
        Ok(())
    }

    /// Makes these people the ones of a role, and returns the desk's sentences.
    pub(crate) fn set_watchers(
        &mut self,
        id: i64,
        role: Watcher,
        wanted: &[String],
        who: &Person,
    ) -> Base<Vec<String>> {
        let name = Watcher::ALL
            .into_iter()
            .find(|(known, _)| *known == role)
            .map_or("", |(_, name)| name);
        let current = self.watchers(id, role)?;
        let mut keep = Vec::new();
        let mut said = Vec::new();
        for entry in wanted {
            let Some(person) = self.find_or_make_person(entry)? else {
                said.push(format!("Couldn't load principal: {entry}"));
                continue;
            };
            keep.push(person.id);
            if current.contains(&person.id) {
                continue;
            }
            if !who.role.works() {
                said.push("Permission denied".to_owned());
                continue;
            }
            self.add_watcher(id, role, person.id)?;
            let number = person.id.to_string();
            self.note(id, "AddWatcher", name, ["", &number], who.id)?;
            said.push(format!("Added {} as {name} for this ticket", person.name));
        }
        for gone in current.into_iter().filter(|user| !keep.contains(user)) {
            if !who.role.works() {
                said.push("Permission denied".to_owned());
                continue;
            }
            self.conn
                .prepare_cached(
                    "DELETE FROM watchers WHERE ticket = ?1 AND role = ?2 AND user = ?3",
                )?
                .execute(params![id, role as i64, gone])?;
            self.note(id, "DelWatcher", name, [&gone.to_string(), ""], who.id)?;
            let label = self
                .person(gone)?
                .map(|person| person.name.clone())
                .unwrap_or_default();
            said.push(format!("{label} is no longer {name} for this ticket"));
        }
        Ok(said)
    }
}

/// A time as the desk writes it into a history: UTC, `YYYY-MM-DD HH:MM:SS`.
pub(crate) fn sql_time(second: i64) -> String {
    jiff::Timestamp::from_second(second)
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

/// A time as a sentence of the desk shows it.
fn shown(second: i64, zone: &jiff::tz::TimeZone) -> String {
    if second == 0 {
        return "Not set".to_owned();
    }
    jiff::Timestamp::from_second(second)
        .map(|time| {
            time.to_zoned(zone.clone())
                .strftime("%a %b %d %H:%M:%S %Y")
                .to_string()
        })
        .unwrap_or_default()
}

/// Columns of a ticket that change by `Set`.
#[derive(Debug, Clone, Copy)]
enum Column {
    Subject,
    Priority,
    Queue,
    Owner,
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Subject => "Subject",
            Self::Priority => "Priority",
            Self::Queue => "Queue",
            Self::Owner => "Owner",
        }
    }

    fn sql(self) -> &'static str {
        match self {
            Self::Subject => "UPDATE tickets SET subject = ?2 WHERE id = ?1",
            Self::Priority => "UPDATE tickets SET priority = CAST(?2 AS INTEGER) WHERE id = ?1",
            Self::Queue => "UPDATE tickets SET queue = CAST(?2 AS INTEGER) WHERE id = ?1",
            Self::Owner => "UPDATE tickets SET owner = CAST(?2 AS INTEGER) WHERE id = ?1",
        }
    }
}
