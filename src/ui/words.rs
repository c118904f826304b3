//! Words of the screen that are no sentences of the application, in one place.

use crate::domain::entry::Visibility;
use crate::domain::fact::Fact;
use crate::domain::ids::GroupId;
use crate::domain::person::PersonRef;
use crate::domain::source::{Liveness, Pulse};
use crate::domain::ticket::{Status, StatusClass, Ticket};
use crate::text::width;

/// The mark of a lane in a row.
pub(super) fn lane(lane: &GroupId) -> &str {
    match lane.as_str() {
        "health" => "care",
        other => other,
    }
}

/// From this priority on it is "high": said before the subject. Request Tracker's own words are Low 0, Medium 50 and
/// High 100; each word here reaches half way to the next.
const HIGH: i64 = 75;
/// From this priority on it is "medium", below "low".
const MEDIUM: i64 = 25;

/// So many of something: "1 person", "4 people".
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {many}")
    }
}

/// A priority number as a word. The desk's number stands beside it wherever there is room.
pub fn priority(n: i64) -> &'static str {
    match n {
        HIGH.. => "high",
        MEDIUM..HIGH => "medium",
        _ => "low",
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
        StatusClass::New => "new".to_owned(),
        StatusClass::Open => "open".to_owned(),
        StatusClass::WaitingRequester | StatusClass::WaitingOther => "wait".to_owned(),
        StatusClass::Resolved | StatusClass::Closed => "done".to_owned(),
        StatusClass::Merged => "mrgd".to_owned(),
        StatusClass::Deleted => "gone".to_owned(),
        StatusClass::Unmapped => width::fit(&status.name, 4).into_owned(),
    }
}

/// Initials of a name, at most three letters: `MR`; `me` for the person at the console.
pub fn initials(person: &PersonRef, me: Option<&PersonRef>) -> String {
    if me.is_some_and(|me| me.id == person.id) {
        return "me".to_owned();
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
        Fact::Known(owner) if me.is_some_and(|me| me.id == owner.id) => "me".to_owned(),
        Fact::Known(owner) => owner.name.clone(),
        Fact::Empty => "no owner".to_owned(),
        Fact::Unknown => "owner unknown".to_owned(),
    }
}

/// A fact as text; what is empty and what is unknown say so.
pub fn fact<T: ToString>(fact: &Fact<T>, empty: &'static str) -> String {
    match fact {
        Fact::Known(value) => value.to_string(),
        Fact::Empty => empty.to_owned(),
        Fact::Unknown => "unknown".to_owned(),
    }
}

/// Who may read an entry.
pub fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
        Visibility::Unknown => "visibility unknown",
    }
}

/// Whether a source lives, in a word or two. `age` is since its last good answer, `clock` the time of that.
pub fn pulse(liveness: &Liveness, age: Option<&str>, clock: Option<&str>) -> String {
    match liveness.pulse {
        Pulse::Live => "live".to_owned(),
        Pulse::Starting => "asking".to_owned(),
        Pulse::Loading => match liveness.progress {
            Some((done, Some(all))) if all > 0 => {
                format!("reading {} %", (done.min(all) * 100) / all)
            }
            Some((done, _)) => format!("reading {done}"),
            None => "reading".to_owned(),
        },
        Pulse::Late => clock.map_or_else(|| "late".to_owned(), |at| format!("late since {at}")),
        Pulse::Stale => age.map_or_else(|| "STALE".to_owned(), |age| format!("STALE {age}")),
        Pulse::Waiting => "told to wait".to_owned(),
        Pulse::Refused => "REFUSED".to_owned(),
    }
}

/// A number of bytes: `980 B`, `12 kB`, `4.2 MB`.
#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
pub fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{} kB", n.div_ceil(1_000)),
        _ => format!("{:.1} MB", n as f64 / 1e6),
    }
}

/// A fact's key as a label and its unit, as it stands in a line about one kind of facts: `("SINR", "dB")`. The label is
/// empty where the value says by itself what it is.
pub fn device_fact(key: &str) -> (&str, &'static str) {
    match key {
        "rsrp_dbm" | "wifi_dbm" => ("", "dBm"),
        "rsrq_db" => ("RSRQ", "dB"),
        "sinr_db" => ("SINR", "dB"),
        "rtt_ms" => ("rtt", "ms"),
        "jitter_ms" => ("jitter", "ms"),
        "loss_pct" => ("loss", "%"),
        "disk_free_gb" => ("disk free", "GB"),
        "vpn_state" | "vpn_client" | "vpn_version" | "gateway" | "os_build" | "carrier" | "isp"
        | "site" | "town" => ("", ""),
        "video_client_version" => ("client", ""),
        "access" => ("access", ""),
        other => (other, ""),
    }
}

/// What fails, by its key: `VPN`, `4G signal`.
pub fn failing_fact(key: &str) -> &str {
    match key {
        "rsrp_dbm" => "4G signal",
        "rsrq_db" => "4G quality",
        "sinr_db" => "4G noise",
        "wifi_dbm" => "Wi-Fi",
        "rtt_ms" => "round trip",
        "jitter_ms" => "jitter",
        "loss_pct" => "loss",
        "disk_free_gb" => "disk",
        "vpn_state" => "VPN",
        other => other,
    }
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
