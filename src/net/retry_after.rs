//! `Retry-After`: seconds, an HTTP date, or nonsense.

use std::time::{Duration, SystemTime};

/// What we wait when the desk says nothing that makes sense.
pub(super) const DEFAULT: Duration = Duration::from_secs(30);
/// Longest wait that we grant; a desk that says "tomorrow" is asked again after this.
pub(super) const CAP: Duration = Duration::from_secs(600);

/// The wait that a `Retry-After` header asks for. `now` is the time by the same clock, best the answer's own `Date`.
pub(super) fn parse(header: Option<&str>, now: SystemTime) -> Duration {
    let Some(text) = header.map(str::trim) else {
        return DEFAULT;
    };
    if let Ok(seconds) = text.parse::<u64>() {
        return Duration::from_secs(seconds).min(CAP);
    }
    // Digits that no integer holds still mean "long".
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return CAP;
    }
    match httpdate::parse_http_date(text) {
        Ok(at) => at
            .duration_since(now)
            .map_or(Duration::from_secs(1), |d| d.min(CAP)),
        Err(_) => DEFAULT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_dates_and_nonsense() {
        let now = httpdate::parse_http_date("Sat, 21 Nov 2026 20:00:00 GMT").unwrap();
        let wait = |h| parse(Some(h), now).as_secs();
        assert_eq!(wait("7"), 7);
        assert_eq!(wait(" 0 "), 0);
        assert_eq!(wait("86400"), 600);
        assert_eq!(wait("99999999999999999999999"), 600);
        assert_eq!(wait("Sat, 21 Nov 2026 20:01:30 GMT"), 90);
        assert_eq!(wait("Sat, 21 Nov 2026 19:00:00 GMT"), 1);
        assert_eq!(wait("Fri, 01 Jan 2100 00:00:00 GMT"), 600);
        for nonsense in ["soon", "-5", "1.5", "", "ø"] {
            assert_eq!(wait(nonsense), 30, "{nonsense}");
        }
        assert_eq!(parse(None, now).as_secs(), 30);
    }
}
