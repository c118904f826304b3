//! The day of a municipality: when people write to the desk.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

/// Of a thousand: how busy each hour of a working day is, against the mean of office hours.
const HOURS: [u32; 24] = [
    30, 20, 20, 20, 30, 80, 250, 900, 1_600, 1_500, 1_250, 950, 700, 1_100, 1_050, 800, 450, 250,
    160, 140, 120, 90, 60, 40,
];

/// How busy the desk is at a moment, of a thousand.
pub(crate) fn per_mille(second: i64, zone: &TimeZone) -> u32 {
    let Ok(moment) = jiff::Timestamp::from_second(second) else {
        return 1_000;
    };
    let local = moment.to_zoned(zone.clone());
    let hour = usize::try_from(local.hour()).unwrap_or(12);
    let busy = HOURS.get(hour).copied().unwrap_or(1_000);
    match local.weekday() {
        Weekday::Saturday | Weekday::Sunday => busy / 12,
        Weekday::Monday => busy * 5 / 4,
        _ => busy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mornings_are_busy_and_sundays_are_not() {
        let at = |text: &str| {
            per_mille(
                text.parse::<jiff::Timestamp>().unwrap().as_second(),
                &TimeZone::UTC,
            )
        };
        let (monday, tuesday, night, sunday) = (
            at("2026-03-02T08:10:00Z"),
            at("2026-03-03T08:10:00Z"),
            at("2026-03-03T02:00:00Z"),
            at("2026-03-01T08:10:00Z"),
        );
        assert!(
            monday > tuesday && tuesday > 50 * night && tuesday > 10 * sunday,
            "{monday} {tuesday} {night} {sunday}"
        );
    }
}
