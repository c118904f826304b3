//! The supervisor's numbers in words: titles, definitions, spans of time.

use fluent_bundle::FluentArgs;
use jiff::Timestamp;

use super::incident::Sentences;
use crate::domain::numbers::Metric;
use crate::domain::numbers::forecast::{Clear, Outlook};

impl Sentences {
    /// What a number is called.
    pub fn metric(&self, metric: Metric) -> String {
        self.say(&format!("number-{}", metric.word()), &FluentArgs::new())
    }
    /// Its definition, with its window.
    pub fn definition(&self, metric: Metric) -> String {
        self.say(&format!("number-{}-is", metric.word()), &FluentArgs::new())
    }
    /// A number that is not known.
    pub fn not_known(&self) -> String {
        self.say("number-unknown", &FluentArgs::new())
    }
    /// "40 min", "5 h 27", "2 d 4 h".
    pub fn span(&self, seconds: i64) -> String {
        let minutes = seconds.max(0) / 60;
        let (hours, rest) = (minutes / 60, minutes % 60);
        let mut args = FluentArgs::new();
        let id = match hours {
            0 => {
                args.set("min", minutes.to_string());
                "span-minutes"
            }
            1..48 if rest == 0 => {
                args.set("h", hours.to_string());
                "span-hours-whole"
            }
            1..48 => {
                args.set("h", hours.to_string());
                args.set("min", format!("{rest:02}"));
                "span-hours"
            }
            _ => {
                args.set("d", (hours / 24).to_string());
                args.set("h", (hours % 24).to_string());
                "span-days"
            }
        };
        self.say(id, &args)
    }
    /// "38/h".
    pub fn per_hour(&self, rate: f64) -> String {
        let mut args = FluentArgs::new();
        args.set("n", format!("{rate:.0}"));
        self.say("per-hour", &args)
    }
    /// "growing 17/h", "shrinking 4/h", "steady".
    pub fn flow(&self, net: i64) -> String {
        let mut args = FluentArgs::new();
        args.set("n", net.unsigned_abs().to_string());
        let id = match net {
            1.. => "flow-growing",
            0 => "flow-steady",
            _ => "flow-shrinking",
        };
        self.say(id, &args)
    }
    /// "in 5 h 27", "growing 17/h", "nothing waits".
    pub fn outlook(&self, outlook: Outlook) -> String {
        match outlook {
            Outlook::Clear => self.say("clear-now", &FluentArgs::new()),
            Outlook::In { hours } => {
                let mut args = FluentArgs::new();
                args.set("span", self.span(seconds(hours)));
                self.say("clear-in", &args)
            }
            Outlook::Growing { per_hour } => self.flow(whole(per_hour)),
        }
    }
    /// "in 10 h (5 h 45 – 38 h 27)"; one that never is has no band.
    pub fn clear(&self, clear: &Clear) -> String {
        let expected = self.outlook(clear.expected);
        if !matches!(clear.expected, Outlook::In { .. }) {
            return expected;
        }
        format!("{expected} ({})", self.band(clear))
    }
    /// "5 h 45 – 38 h 27", "12 h 10 – never".
    pub fn band(&self, clear: &Clear) -> String {
        let edge = |outlook: Outlook| match outlook.hours() {
            Some(hours) => self.span(seconds(hours)),
            None => self.say("clear-never", &FluentArgs::new()),
        };
        format!("{} – {}", edge(clear.best), edge(clear.worst))
    }
    /// "known since 07:55", with its day where that is another one than `now`'s.
    pub fn known_since(&self, since: Timestamp, now: Timestamp) -> String {
        let mut args = FluentArgs::new();
        args.set("since", self.since(since, now));
        self.say("known-since", &args)
    }
}

fn seconds(hours: f64) -> i64 {
    // To the nearest minute, so that 5.4545 h are 5 h 27.
    whole(hours * 60.0) * 60
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "minutes of a few weeks; beyond that the cast saturates"
)]
fn whole(n: f64) -> i64 {
    n.round() as i64
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::numbers::Rate;
    use crate::domain::numbers::forecast::{WhatIf, clear, clear_if};
    use crate::text::lang::Lang;

    fn english() -> Sentences {
        Sentences::new(Lang::En, TimeZone::UTC)
    }

    #[test]
    fn every_number_has_a_title_and_a_definition_in_every_language() {
        for lang in Lang::ALL {
            let sentences = Sentences::new(lang, TimeZone::UTC);
            let mut titles = std::collections::BTreeSet::new();
            for metric in Metric::ALL {
                let (title, definition) = (sentences.metric(metric), sentences.definition(metric));
                assert!(!title.starts_with("number-"), "{lang:?}: {title}");
                assert!(!definition.starts_with("number-"), "{lang:?}: {definition}");
                // One sentence or two, and no title that is cut on the wall.
                assert!(definition.ends_with('.') && title.chars().count() <= 18);
                assert!(titles.insert(title), "{lang:?}: two of one title");
                if lang != Lang::En {
                    assert_ne!(definition, english().definition(metric), "{lang:?}");
                }
            }
        }
    }

    #[test]
    fn spans_and_outlooks_read_as_people_say_them() {
        let en = english();
        for (seconds, words) in [
            (-5, "0 min"),
            (59 * 60, "59 min"),
            (3_600, "1 h"),
            (5 * 3_600 + 27 * 60, "5 h 27"),
            (3_600 + 5 * 60, "1 h 05"),
            (52 * 3_600, "2 d 4 h"),
        ] {
            assert_eq!(en.span(seconds), words);
        }
        let hour = |count| Rate { count, minutes: 60 };
        assert_eq!(
            en.clear(&clear(120, hour(18), hour(30))),
            "in 10 h (5 h 45 – 38 h 27)"
        );
        let two_more = WhatIf {
            more_out: 10.0,
            ..WhatIf::default()
        };
        let told = clear_if(120, hour(18), hour(30), two_more);
        assert_eq!(en.outlook(told.expected), "in 5 h 27");
        assert_eq!(en.clear(&clear(5, hour(30), hour(18))), "growing 12/h");
        assert_eq!(en.clear(&clear(5, hour(9), hour(9))), "steady");
        assert_eq!(en.clear(&clear(0, hour(9), hour(9))), "nothing waits");
        let close = en.clear(&clear(120, hour(20), hour(22)));
        assert!(close.ends_with("– never)"), "{close}");
        let da = Sentences::new(Lang::Da, TimeZone::UTC);
        assert_eq!(da.outlook(told.expected), "om 5 t 27");
        assert_eq!(
            (da.per_hour(37.6), en.per_hour(37.6)),
            ("38/t".to_owned(), "38/h".to_owned())
        );
    }
}
