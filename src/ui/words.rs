//! Words of the screen that are no sentences of the application, in one place.

use crate::domain::entry::Visibility;
use crate::domain::fact::Fact;
use crate::domain::health::Grade;
use crate::domain::ids::GroupId;
use crate::domain::person::PersonRef;
use crate::domain::role::Role;
use crate::domain::source::{Liveness, Pulse};
use crate::domain::ticket::{Status, StatusClass, Ticket};
use crate::domain::view::Column;
use crate::i18n::{self, say};
use crate::text::width;

/// The mark of a lane in a row.
pub(super) fn lane(lane: &GroupId) -> &str {
    i18n::named("lane-", lane.as_str()).unwrap_or(lane.as_str())
}

/// The title of a column of rows.
pub(super) fn column(column: Column) -> &'static str {
    i18n::named("column-", column.word()).unwrap_or(column.word())
}

/// How good a fact of a device is.
pub(super) fn grade(grade: Grade) -> &'static str {
    i18n::named("grade-", grade.word()).unwrap_or(grade.word())
}

/// What a console may do, in a word.
pub(super) fn role(role: Role) -> &'static str {
    i18n::named("role-", role.word()).unwrap_or(role.word())
}

/// From this priority on it is "high": said before the subject. Request Tracker's own words are Low 0, Medium 50 and
/// High 100; each word here reaches half way to the next.
const HIGH: i64 = 75;
/// From this priority on it is "medium", below "low".
const MEDIUM: i64 = 25;

/// A priority number as a word. The desk's number stands beside it wherever there is room.
pub fn priority(n: i64) -> &'static str {
    match n {
        HIGH.. => i18n::word("level-high"),
        MEDIUM..HIGH => i18n::word("level-medium"),
        _ => i18n::word("level-low"),
    }
}

/// The word before the subject of a row that must be seen first.
pub fn raised(ticket: &Ticket) -> Option<&'static str> {
    match ticket.priority.known() {
        Some(n) if *n >= HIGH => Some(priority(*n)),
        _ => None,
    }
}

/// A status in four columns.
pub fn status_short(status: &Status) -> String {
    match status.class {
        StatusClass::New => say!("status-new"),
        StatusClass::Open => say!("status-open"),
        StatusClass::WaitingRequester | StatusClass::WaitingOther => say!("status-wait"),
        StatusClass::Resolved | StatusClass::Closed => say!("status-done"),
        StatusClass::Merged => say!("status-merged"),
        StatusClass::Deleted => say!("status-gone"),
        StatusClass::Unmapped => width::fit(&status.name, 4).into_owned(),
    }
}

/// Initials of a name, at most three letters: `MR`; `me` for the person at the console.
pub fn initials(person: &PersonRef, me: Option<&PersonRef>) -> String {
    if me.is_some_and(|me| me.id == person.id) {
        return say!("me");
    }
    let letters: String = person
        .name
        .split(|c: char| c.is_whitespace() || matches!(c, '.' | '-' | '_'))
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(3)
        .flat_map(char::to_uppercase)
        .collect();
    if letters.is_empty() {
        "?".to_owned()
    } else {
        letters
    }
}

/// Who owns a ticket and how far it is, in four columns: initials of the owner, or the status where nobody owns it or
/// it waits; `?` where the desk did not say who owns it.
pub fn state_short(ticket: &Ticket, me: Option<&PersonRef>) -> String {
    let begun = matches!(ticket.status.class, StatusClass::New | StatusClass::Open);
    match &ticket.owner {
        Fact::Known(owner) if begun => initials(owner, me),
        Fact::Unknown => "?".to_owned(),
        _ => status_short(&ticket.status),
    }
}

/// The owner by name; unknown is said to be unknown.
pub fn owner(ticket: &Ticket, me: Option<&PersonRef>) -> String {
    match &ticket.owner {
        Fact::Known(owner) if me.is_some_and(|me| me.id == owner.id) => say!("me"),
        Fact::Known(owner) => owner.name.clone(),
        Fact::Empty => say!("no-owner"),
        Fact::Unknown => say!("owner-unknown"),
    }
}

/// A fact as text; what is empty and what is unknown say so.
pub fn fact<T: ToString>(fact: &Fact<T>, empty: &'static str) -> String {
    match fact {
        Fact::Known(value) => value.to_string(),
        Fact::Empty => empty.to_owned(),
        Fact::Unknown => say!("unknown"),
    }
}

/// Who may read an entry.
pub fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => i18n::word("visibility-public"),
        Visibility::Internal => i18n::word("visibility-internal"),
        Visibility::Unknown => i18n::word("visibility-unknown"),
    }
}

/// Whether a source lives, in a word or two. `age` is since its last good answer, `clock` the time of that.
pub fn pulse(liveness: &Liveness, age: Option<&str>, clock: Option<&str>) -> String {
    match liveness.pulse {
        Pulse::Live => say!("pulse-live"),
        Pulse::Starting => say!("pulse-asking"),
        Pulse::Loading => match liveness.progress {
            Some((done, Some(all))) if all > 0 => {
                say!("pulse-reading-percent", n = (done.min(all) * 100) / all)
            }
            Some((done, _)) => say!("pulse-reading-count", n = done),
            None => say!("pulse-reading"),
        },
        Pulse::Late => clock.map_or_else(
            || say!("pulse-late"),
            |at| say!("pulse-late-since", at = at),
        ),
        Pulse::Stale => age.map_or_else(
            || say!("pulse-stale"),
            |age| say!("pulse-stale-for", age = age),
        ),
        Pulse::Waiting => say!("pulse-waiting"),
        Pulse::Refused => say!("pulse-refused"),
    }
}

/// A number of bytes: `980 B`, `12 kB`, `4.2 MB`.
#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
pub fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{} kB", n.div_ceil(1_000)),
        _ => format!("{} MB", i18n::decimal(&format!("{:.1}", n as f64 / 1e6))),
    }
}

/// A fact's key as a label and its unit, as it stands in a line about one kind of facts: `("SINR", "dB")`. The label is
/// empty where the value says by itself what it is.
pub fn device_fact(key: &str) -> (&str, &'static str) {
    let label = i18n::named("device-fact-", key).unwrap_or(key);
    match key {
        "rsrp_dbm" | "wifi_dbm" => ("", "dBm"),
        "rsrq_db" | "sinr_db" => (label, "dB"),
        "rtt_ms" | "jitter_ms" => (label, "ms"),
        "loss_pct" => (label, "%"),
        "disk_free_gb" => (label, "GB"),
        "vpn_state" | "vpn_client" | "vpn_version" | "gateway" | "os_build" | "carrier" | "isp"
        | "site" | "town" => ("", ""),
        _ => (label, ""),
    }
}

/// What fails, by its key: `VPN`, `4G signal`.
pub fn failing_fact(key: &str) -> &str {
    i18n::named("failing-", key).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;

    #[test]
    fn initials_of_nordic_names() {
        let of = |name: &str| initials(&PersonRef::new(PersonId::from("x"), name), None);
        assert_eq!(of("Mette Ravn"), "MR");
        assert_eq!(of("Åse Østergård-Æbelø"), "ÅØÆ");
        assert_eq!(of("kare.odegard"), "KO");
        assert_eq!(of("..."), "?");
        let me = PersonRef::new(PersonId::from("x"), "Mette Ravn");
        assert_eq!(initials(&me, Some(&me)), "me");
    }

    #[test]
    fn sizes_are_said_short() {
        assert_eq!(bytes(12), "12 B");
        assert_eq!(bytes(12_300), "13 kB");
        assert_eq!(bytes(4_200_000), "4.2 MB");
    }
}
