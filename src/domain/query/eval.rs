//! What a query means for one ticket. Text is compared folded, so `mote` finds `møte`.

use jiff::Timestamp;

use super::{Field, Op, Query, Term, Test};
use crate::domain::device::{Device, Value};
use crate::domain::fact::Fact;
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::person::PersonRef;
use crate::domain::ticket::{StatusClass, Ticket};
use crate::text::fold;

/// What `has:` can ask for.
pub const HAS: [&str; 5] = ["owner", "tag", "due", "device", "link"];

/// A ticket with everything that a query may ask about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// Its group.
    pub group: &'a GroupId,
    /// Its lanes.
    pub lanes: &'a [GroupId],
    /// Its language.
    pub lang: Option<&'a str>,
    /// Folded text that free words are looked for in.
    pub key: &'a str,
    /// Devices of its requester.
    pub devices: &'a [&'a Device],
    /// Who `me` is.
    pub me: Option<&'a PersonId>,
    /// Now, for ages.
    pub now: Timestamp,
}

/// Reads a time span (`30m`, `2h`, `3d`, `1w`, `90s`) as seconds.
pub fn seconds(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
    if !number.is_finite() || !(0.0..=1e7).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded two lines above")]
    let whole = (number * f64::from(factor)).round() as i64;
    Some(whole)
}

impl Query {
    /// Whether all terms hold.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.terms.iter().all(|t| holds(t, subject))
    }
}

impl Query {
    /// Whether all terms hold for a device by itself: facts, `site`, `device`, and words of its name or holder.
    pub fn matches_device(&self, device: &Device) -> bool {
        let holder = device
            .holder
            .known()
            .map_or_else(String::new, |p| format!("{} {}", p.name, p.id));
        let key = fold::fold(&format!("{} {} {holder}", device.id, device.name));
        self.terms.iter().all(|term| {
            let yes = match &term.test {
                Test::Text(words) => fold::contains_folded(&key, words),
                Test::Field { field, op, values } => values.iter().any(|value| match field {
                    Field::Fact(fact) => device_fact(device, fact, *op, value),
                    Field::Named(name) if name == "site" => device
                        .text("site")
                        .is_some_and(|site| has_text(site, value)),
                    Field::Named(name) if name == "device" => has_text(&device.name, value),
                    Field::Named(_) => false,
                }),
            };
            yes != term.negated
        })
    }
}

fn holds(term: &Term, subject: &Subject<'_>) -> bool {
    let yes = match &term.test {
        Test::Text(words) => fold::contains_folded(subject.key, words),
        Test::Field { field, op, values } => values.iter().any(|value| match field {
            Field::Named(name) => named(name, *op, value, subject),
            Field::Fact(key) => fact(key, *op, value, subject.devices),
        }),
    };
    yes != term.negated
}

fn has_text(hay: &str, value: &str) -> bool {
    fold::contains_folded(&fold::fold(hay), value)
}

fn is_text(hay: &str, value: &str) -> bool {
    fold::fold(hay) == fold::fold(value)
}

fn is_person(person: &PersonRef, value: &str, me: Option<&PersonId>) -> bool {
    if value == "me" {
        return me == Some(&person.id);
    }
    has_text(&person.name, value) || is_text(person.id.as_str(), value)
}

fn compare<T: PartialOrd>(op: Op, left: &T, right: &T) -> bool {
    match op {
        Op::Is => left == right,
        Op::Less => left < right,
        Op::AtMost => left <= right,
        Op::More => left > right,
        Op::AtLeast => left >= right,
    }
}

fn named(name: &str, op: Op, value: &str, s: &Subject<'_>) -> bool {
    let t = s.ticket;
    match name {
        "id" => t.id.as_str() == value,
        "subject" => has_text(&t.subject, value),
        "body" => t.body.known().is_some_and(|b| has_text(b, value)),
        "status" => is_status(t, value),
        "owner" if value == "none" => t.owner == Fact::Empty,
        "owner" => t.owner.known().is_some_and(|p| is_person(p, value, s.me)),
        "requester" => t
            .requesters
            .known()
            .is_some_and(|r| r.iter().any(|p| is_person(p, value, s.me))),
        "queue" => t.queue.known().is_some_and(|q| has_text(q, value)),
        "group" => s.group.as_str() == value,
        "lane" => {
            let slug = if value == "care" { "health" } else { value };
            s.lanes.iter().any(|l| l.as_str() == slug)
        }
        "lang" => s.lang == Some(value),
        "tag" if value == "none" => {
            t.tags.known().is_some_and(Vec::is_empty) || t.tags == Fact::Empty
        }
        "tag" => t
            .tags
            .known()
            .is_some_and(|tags| tags.iter().any(|tag| is_text(tag, value))),
        "priority" if value == "none" => t.priority == Fact::Empty,
        "priority" => t
            .priority
            .known()
            .zip(value.parse::<i64>().ok())
            .is_some_and(|(p, v)| compare(op, p, &v)),
        "age" => span(op, s.now, t.created, value),
        "updated" => span(op, s.now, t.updated, value),
        "due" => due(op, value, t, s.now),
        "site" => s
            .devices
            .iter()
            .any(|d| d.text("site").is_some_and(|site| has_text(site, value))),
        "device" => {
            t.device.known().is_some_and(|d| has_text(d, value))
                || s.devices.iter().any(|d| is_text(&d.name, value))
        }
        "has" => match value {
            "owner" => t.owner.known().is_some(),
            "tag" => t.tags.known().is_some_and(|x| !x.is_empty()),
            "due" => t.due.known().is_some(),
            "device" => !s.devices.is_empty() || t.device.known().is_some(),
            "link" => t.links.known().is_some_and(|x| !x.is_empty()),
            _ => false,
        },
        _ => false,
    }
}

fn is_status(ticket: &Ticket, value: &str) -> bool {
    let class = ticket.status.class;
    match value {
        "active" => class.is_active(),
        "waiting" => matches!(
            class,
            StatusClass::WaitingRequester | StatusClass::WaitingOther
        ),
        "any" => true,
        _ => ticket.status.name.eq_ignore_ascii_case(value) || class_word(class) == value,
    }
}

fn class_word(class: StatusClass) -> &'static str {
    match class {
        StatusClass::New => "new",
        StatusClass::Open => "open",
        StatusClass::WaitingRequester | StatusClass::WaitingOther => "waiting",
        StatusClass::Resolved => "resolved",
        StatusClass::Closed => "closed",
        StatusClass::Merged => "merged",
        StatusClass::Deleted => "deleted",
        StatusClass::Unmapped => "unmapped",
    }
}

/// `age>2h`: created more than two hours ago. `age:2h` means at most that old.
fn span(op: Op, now: Timestamp, then: Timestamp, value: &str) -> bool {
    let op = if op == Op::Is { Op::AtMost } else { op };
    seconds(value)
        .is_some_and(|v| compare(op, &now.as_second().saturating_sub(then.as_second()), &v))
}

/// `due<2h`: due within two hours, or overdue. `due:over`: overdue. `due:none`: without a date.
fn due(op: Op, value: &str, ticket: &Ticket, now: Timestamp) -> bool {
    if value == "none" {
        return ticket.due == Fact::Empty;
    }
    let Some(left) = ticket
        .due
        .known()
        .map(|d| d.as_second().saturating_sub(now.as_second()))
    else {
        return false;
    };
    if value == "over" {
        return left < 0;
    }
    let op = if op == Op::Is { Op::AtMost } else { op };
    seconds(value).is_some_and(|v| compare(op, &left, &v))
}

fn fact(key: &str, op: Op, value: &str, devices: &[&Device]) -> bool {
    devices.iter().any(|d| device_fact(d, key, op, value))
}

/// Whether a device's fact compares so; an unknown fact never does.
pub fn device_fact(device: &Device, key: &str, op: Op, value: &str) -> bool {
    match device.facts.get(key).map(|f| &f.value) {
        Some(Value::Number(n)) => value.parse::<f64>().is_ok_and(|v| compare(op, n, &v)),
        Some(Value::Flag(b)) => {
            op == Op::Is && matches!((b, value), (true, "yes" | "true") | (false, "no" | "false"))
        }
        Some(Value::Text(t)) => op == Op::Is && has_text(t, value),
        None => false,
    }
}
