//! When a day of the town begins.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The town keeps Central European Time, written out so that no database of time zones is needed.
const TOWN_ZONE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

/// A Monday in the week in which recorded days lie, unless they are given a date.
pub const MONDAY: Date = Date::constant(2026, 3, 2);

/// Which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Today; at the weekend the Friday before, so that there is something to see.
    Working,
    /// The last such day, today included.
    Last(Weekday),
    /// This one, in the town's own time zone: the same on every machine.
    Date(Date),
}

/// A moment at which the desk's clock starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartAt {
    /// The day.
    pub day: Day,
    /// The time of day.
    pub time: Time,
}

impl StartAt {
    /// Shortly after eight on a working day: the busiest time.
    pub const MORNING: Self = Self {
        day: Day::Working,
        time: Time::constant(8, 5, 0, 0),
    };

    /// Reads `08:00`, `mon 08:00` or `2026-03-02T08:00`; none if it is something else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, time) = match text.split_once([' ', 'T']) {
            None => (Day::Working, text),
            Some((day, time)) => {
                let day = match Date::strptime("%Y-%m-%d", day) {
                    Ok(date) => Day::Date(date),
                    Err(_) => Day::Last(weekday(day)?),
                };
                (day, time)
            }
        };
        let time = Time::strptime("%H:%M", time.trim()).ok()?;
        Some(Self { day, time })
    }

    /// The same on a date: in the week of [`MONDAY`] if it has none.
    #[must_use]
    pub fn dated(self) -> Self {
        let date = match self.day {
            Day::Date(date) => date,
            Day::Working => MONDAY,
            Day::Last(weekday) => {
                let days = i64::from(weekday.to_monday_zero_offset());
                MONDAY.saturating_add(jiff::Span::new().days(days))
            }
        };
        Self {
            day: Day::Date(date),
            ..self
        }
    }

    /// The time zone of the day: the town's for a date, else the machine's.
    pub fn zone(self) -> TimeZone {
        match self.day {
            Day::Date(_) => town_zone(),
            _ => TimeZone::system(),
        }
    }

    /// The moment, seen from `now`.
    pub fn moment(self, now: Timestamp) -> Timestamp {
        let zone = self.zone();
        let today = now.to_zoned(zone.clone()).date();
        let back = |weekday: Weekday| {
            let days = today.weekday().since(weekday);
            today.saturating_sub(jiff::Span::new().days(i64::from(days)))
        };
        let date = match self.day {
            Day::Date(date) => date,
            Day::Last(weekday) => back(weekday),
            Day::Working => match today.weekday() {
                Weekday::Saturday | Weekday::Sunday => back(Weekday::Friday),
                _ => today,
            },
        };
        let zoned = date.to_datetime(self.time).to_zoned(zone);
        zoned.map_or(now, |zoned: Zoned| zoned.timestamp())
    }
}

/// The town's own time zone.
pub fn town_zone() -> TimeZone {
    TimeZone::posix(TOWN_ZONE).unwrap_or(TimeZone::UTC)
}

fn weekday(word: &str) -> Option<Weekday> {
    const DAYS: [(&str, Weekday); 7] = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    let word = word.to_lowercase();
    DAYS.into_iter()
        .find(|(name, _)| *name == word)
        .map(|(_, day)| day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> StartAt {
        StartAt::parse(text).unwrap()
    }

    #[test]
    fn times_days_and_dates() {
        assert_eq!(at("08:00").day, Day::Working);
        assert_eq!(at("sun 02:10").day, Day::Last(Weekday::Sunday));
        assert_eq!(at("2026-03-05T08:30"), at("2026-03-05 08:30"));
        for wrong in ["8", "25:00", "someday 08:00", "2026-13-01T08:00", ""] {
            assert_eq!(StartAt::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_date_is_the_same_moment_everywhere() {
        let moment = |text: &str| at(text).moment(Timestamp::UNIX_EPOCH).to_string();
        assert_eq!(moment("2026-03-02T08:00"), "2026-03-02T07:00:00Z");
        assert_eq!(moment("2026-07-01T08:00"), "2026-07-01T06:00:00Z");
        let sunday = at("sun 02:10").dated();
        assert_eq!(
            sunday.moment(Timestamp::UNIX_EPOCH).to_string(),
            "2026-03-08T01:10:00Z"
        );
    }

    #[test]
    fn a_weekend_shows_the_friday_before() {
        let saturday: Timestamp = "2026-03-07T12:00:00Z".parse().unwrap();
        let zoned = at("08:00").moment(saturday).to_zoned(TimeZone::system());
        assert_eq!(zoned.weekday(), Weekday::Friday);
        let last = at("wed 08:00")
            .moment(saturday)
            .to_zoned(TimeZone::system());
        assert_eq!((last.weekday(), last.day()), (Weekday::Wednesday, 4));
    }
}
