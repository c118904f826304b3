//! Times as the screen says them. Fresh data shows clock times, which cost nothing to keep true; ages stand only
//! where something is late.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// As long as a day and month say which day is meant.
const NEAR: SignedDuration = SignedDuration::from_hours(24 * 300);

/// A time in five columns: `08:07` today, `18.11` on another day, the year when that is long ago.
pub fn short(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let is_near = now.duration_since(at).abs() < NEAR;
    let at = at.to_zoned(zone.clone());
    let now = now.to_zoned(zone.clone());
    if at.date() == now.date() {
        at.strftime("%H:%M").to_string()
    } else if is_near {
        at.strftime("%d.%m").to_string()
    } else {
        format!("{:>5}", at.year())
    }
}

/// A time with its day where that is not today: `08:07`, `18.11 08:07`, `18.11.2025 08:07`.
pub fn long(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    let now = now.to_zoned(zone.clone());
    let format = if at.date() == now.date() {
        "%H:%M"
    } else if at.year() == now.year() {
        "%d.%m %H:%M"
    } else {
        "%d.%m.%Y %H:%M"
    };
    at.strftime(format).to_string()
}

/// How long ago, in whole minutes, hours or days: `12 min`, `3 h`, `2 d`.
pub fn age(since: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(since).as_mins().max(0);
    match minutes {
        0..120 => format!("{minutes} min"),
        120..2880 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn today_is_a_clock_time_in_the_persons_zone() {
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let now = at("2026-11-21T08:00:00Z");
        assert_eq!(short(at("2026-11-21T06:07:00Z"), now, &zone), "07:07");
        assert_eq!(short(at("2026-11-20T22:59:00Z"), now, &zone), "20.11");
        assert_eq!(short(at("2026-11-20T23:01:00Z"), now, &zone), "00:01");
        assert_eq!(short(at("2024-01-01T12:00:00Z"), now, &zone), " 2024");
        assert_eq!(long(at("2026-11-18T06:07:00Z"), now, &zone), "18.11 07:07");
        assert_eq!(
            long(at("2025-11-18T06:07:00Z"), now, &zone),
            "18.11.2025 07:07"
        );
    }

    #[test]
    fn a_year_boundary_is_no_reason_to_hide_the_day() {
        let now = at("2027-01-02T08:00:00Z");
        assert_eq!(
            short(at("2026-12-30T08:00:00Z"), now, &TimeZone::UTC),
            "30.12"
        );
    }

    #[test]
    fn ages_are_whole_and_never_negative() {
        let now = at("2026-11-21T08:00:00Z");
        assert_eq!(age(at("2026-11-21T07:48:30Z"), now), "11 min");
        assert_eq!(age(at("2026-11-21T05:00:00Z"), now), "3 h");
        assert_eq!(age(at("2026-11-18T05:00:00Z"), now), "3 d");
        assert_eq!(age(at("2026-11-21T09:00:00Z"), now), "0 min");
    }
}
