//! The day of a municipality: when people write to the desk.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

/// Of a thousand: how busy each hour of a working day is, against the mean of office hours.
const HOURS: [u32; 24] = [
    30, 20, 20, 20, 30, 80, 250, 900, 1_600, 1_500, 1_250, 950, 700, 1_100, 1_050, 800, 450, 250,
    160, 140, 120, 90, 60, 40,
];

/// Of a hundred: who is at work in each hour, in schools. Lessons begin at eight and end at two.
const SCHOOL: [u32; 24] = [
    0, 0, 0, 0, 0, 1, 20, 100, 100, 70, 60, 70, 60, 70, 60, 30, 12, 4, 3, 5, 6, 3, 0, 0,
];

/// The same in care, which never closes; shifts change at seven, three and eleven.
const CARE: [u32; 24] = [
    30, 26, 26, 26, 26, 30, 60, 100, 90, 80, 70, 60, 60, 70, 80, 90, 70, 60, 55, 50, 45, 45, 50, 45,
];

/// The same in offices; councillors read in the evening.
const OFFICE: [u32; 24] = [
    1, 0, 0, 0, 0, 2, 25, 80, 100, 100, 90, 80, 50, 80, 80, 70, 40, 14, 8, 9, 8, 5, 2, 1,
];

/// How busy the desk is at a moment, of a thousand.
pub(crate) fn per_mille(second: i64, zone: &TimeZone) -> u32 {
    let Some((hour, weekday)) = local(second, zone) else {
        return 1_000;
    };
    let busy = HOURS.get(hour).copied().unwrap_or(1_000);
    match weekday {
        Weekday::Saturday | Weekday::Sunday => busy / 12,
        Weekday::Monday => busy * 5 / 4,
        _ => busy,
    }
}

/// Of a hundred: how many of those who work at a kind of site are at work.
pub(crate) fn at_work(kind: &str, second: i64, zone: &TimeZone) -> u32 {
    let Some((hour, weekday)) = local(second, zone) else {
        return 100;
    };
    let weekend = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
    let of = |hours: &[u32; 24]| hours.get(hour).copied().unwrap_or(100);
    match (kind, weekend) {
        ("school", true) => of(&SCHOOL) / 30,
        ("school", false) => of(&SCHOOL),
        ("care", true) => of(&CARE) * 3 / 4,
        ("care", false) => of(&CARE),
        (_, true) => of(&OFFICE) / 20,
        (_, false) => of(&OFFICE),
    }
}

fn local(second: i64, zone: &TimeZone) -> Option<(usize, Weekday)> {
    let moment = jiff::Timestamp::from_second(second).ok()?;
    let local = moment.to_zoned(zone.clone());
    Some((usize::try_from(local.hour()).ok()?, local.weekday()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_second()
    }

    #[test]
    fn mornings_are_busy_and_sundays_are_not() {
        let at = |text: &str| per_mille(second(text), &TimeZone::UTC);
        let (monday, tuesday, night, sunday, lunch) = (
            at("2026-03-02T08:10:00Z"),
            at("2026-03-03T08:10:00Z"),
            at("2026-03-03T02:00:00Z"),
            at("2026-03-01T08:10:00Z"),
            at("2026-03-03T12:10:00Z"),
        );
        assert!(
            monday > tuesday && tuesday > 50 * night && tuesday > 10 * sunday,
            "{monday} {tuesday} {night} {sunday}"
        );
        assert!(lunch < tuesday / 2, "{lunch}");
    }

    #[test]
    fn schools_close_and_care_does_not() {
        let at = |kind: &str, text: &str| at_work(kind, second(text), &TimeZone::UTC);
        let (morning, night, sunday) = (
            "2026-03-03T08:00:00Z",
            "2026-03-03T02:00:00Z",
            "2026-03-01T10:00:00Z",
        );
        assert_eq!((at("school", night), at("office", night)), (0, 0));
        assert!(at("care", night) >= 20 && at("care", sunday) > 10 * at("school", sunday));
        assert_eq!((at("school", morning), at("office", morning)), (100, 100));
    }
}
