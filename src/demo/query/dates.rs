//! Dates in queries and in writes, read in the time zone of the token's user, as the real desk does.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// Reads a date as the desk would, in seconds since 1970. What cannot be read is 0, as on the real
/// desk: a query with a misspelt date then finds everything. A `Z` or offset at the end is ignored,
/// as there, so the text is always taken for the user's own zone.
pub(crate) fn parse_date(text: &str, zone: &TimeZone, now: i64) -> i64 {
    let text = text.trim();
    let lower = text.to_lowercase();
    if let Some(second) = relative(&lower, zone, now) {
        return second;
    }
    let civil = civil(text);
    civil
        .and_then(|civil| zone.to_ambiguous_zoned(civil).compatible().ok())
        .map_or(0, |zoned| zoned.timestamp().as_second())
}

/// Reads a moment as the desk keeps it: `YYYY-MM-DD HH:MM:SS` (or with a `T`, with a `Z`) in UTC. Anything
/// else is 0, unset, as on the real desk.
pub(crate) fn iso_utc(text: &str) -> i64 {
    let bare = text.trim();
    let bare = bare.strip_suffix(['Z', 'z']).unwrap_or(bare);
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|format| DateTime::strptime(format, bare).ok())
        .and_then(|civil| civil.to_zoned(TimeZone::UTC).ok())
        .map_or(0, |zoned| zoned.timestamp().as_second())
}

fn civil(text: &str) -> Option<DateTime> {
    let bare = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let bare = bare.strip_suffix("+00:00").unwrap_or(bare).trim();
    for format in [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
    ] {
        if let Ok(found) = DateTime::strptime(format, bare) {
            return Some(found);
        }
    }
    Date::strptime("%Y-%m-%d", bare)
        .ok()
        .map(|date| date.at(0, 0, 0, 0))
}

/// `now`, `today`, `yesterday`, `tomorrow`, `2 hours ago`, `-3 days`.
fn relative(text: &str, zone: &TimeZone, now: i64) -> Option<i64> {
    let moment = Timestamp::from_second(now).ok()?;
    let days = |days: i64| {
        let there = moment.to_zoned(zone.clone());
        let there = there.checked_add(Span::new().try_days(days).ok()?).ok()?;
        Some(there.timestamp().as_second())
    };
    match text {
        // The real desk keeps the time of day.
        "now" | "today" => return Some(now),
        "yesterday" => return days(-1),
        "tomorrow" => return days(1),
        "next week" => return days(7),
        "last week" => return days(-7),
        _ => {}
    }
    let (body, sign) = match text.strip_suffix(" ago") {
        Some(body) => (body, -1),
        None => (text, 1),
    };
    let (number, unit) = body.split_once(' ')?;
    let number: i64 = number.strip_prefix('+').unwrap_or(number).parse().ok()?;
    let second = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return None,
    };
    let shift = SignedDuration::from_secs(number.checked_mul(second)?.checked_mul(sign)?);
    moment.checked_add(shift).ok().map(Timestamp::as_second)
}

/// The zone of a user: empty or unknown is the desk's own, UTC.
pub(crate) fn zone_of(name: &str) -> TimeZone {
    if name.is_empty() {
        TimeZone::UTC
    } else {
        TimeZone::get(name).unwrap_or(TimeZone::UTC)
    }
}

/// A time for the wire: `2026-11-21T20:42:36Z`.
pub(crate) fn wire_time(second: i64) -> String {
    Timestamp::from_second(second)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_zone_counts_and_a_z_does_not() {
        let oslo = zone_of("Europe/Oslo");
        let utc = zone_of("");
        let plain = parse_date("2026-11-21 21:00:00", &oslo, 0);
        assert_eq!(wire_time(plain), "2026-11-21T20:00:00Z");
        assert_eq!(parse_date("2026-11-21T21:00:00Z", &oslo, 0), plain);
        assert_eq!(
            wire_time(parse_date("2026-11-21", &utc, 0)),
            "2026-11-21T00:00:00Z"
        );
        assert_eq!(parse_date("someday", &utc, 0), 0);
    }

    #[test]
    fn relative_words() {
        let utc = zone_of("");
        let now = parse_date("2026-11-21 10:30:00", &utc, 0);
        assert_eq!(parse_date("2 hours ago", &utc, now), now - 7_200);
        assert_eq!(
            wire_time(parse_date("tomorrow", &utc, now)),
            "2026-11-22T10:30:00Z"
        );
        assert_eq!(parse_date("9223372036854775807 weeks", &utc, now), 0);
    }
}
