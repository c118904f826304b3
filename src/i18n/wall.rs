//! The words of the wall.

use fluent_bundle::FluentArgs;
use jiff::Timestamp;

use super::incident::Sentences;
use crate::domain::numbers::Metric;
use crate::domain::numbers::forecast::{Clear, Outlook};
use crate::domain::numbers::wall::Verdict;

fn args(of: &[(&'static str, String)]) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    for (name, value) in of {
        args.set(*name, value.clone());
    }
    args
}

impl Sentences {
    fn wall(&self, id: &str, of: &[(&'static str, String)]) -> String {
        self.say(&format!("wall-{id}"), &args(of))
    }
    /// What a number is worth against its target; one that is not known says so.
    pub fn verdict(&self, verdict: Option<Verdict>) -> String {
        match verdict {
            Some(Verdict::Fine) => self.wall("fine", &[]),
            Some(Verdict::Watch) => self.wall("watch", &[]),
            Some(Verdict::Act) => self.wall("act", &[]),
            None => self.not_known(),
        }
    }
    /// "as of 08:10".
    pub fn as_of(&self, clock: &str) -> String {
        self.wall("as-of", &[("clock", clock.to_owned())])
    }
    /// Beside the key for help.
    pub fn what_they_mean(&self) -> String {
        self.wall("help", &[])
    }
    /// "at most 0 · 1 h".
    pub fn target(&self, most: &str, window: &str) -> String {
        let of = [("n", most.to_owned()), ("window", window.to_owned())];
        self.wall("at-most", &of)
    }
    /// The window of what is counted at this moment.
    pub fn now(&self) -> String {
        self.wall("now", &[])
    }
    /// "in 38 · out 21".
    pub fn in_and_out(&self, come: f64, gone: f64) -> String {
        self.wall(
            "flow",
            &[("in", format!("{come:.0}")), ("out", format!("{gone:.0}"))],
        )
    }
    /// The band of a forecast, or why there is none.
    pub fn clear_range(&self, clear: &Clear) -> String {
        match clear.expected {
            Outlook::In { .. } => self.band(clear),
            other => self.outlook(other),
        }
    }
    /// The title of the oldest ticket.
    pub fn oldest(&self) -> String {
        self.wall("oldest", &[])
    }
    /// "since 18.11 08:07".
    pub fn waits_since(&self, at: &str) -> String {
        self.wall("since", &[("at", at.to_owned())])
    }
    /// "due 30 · past due 5".
    pub fn due_and_past(&self, due: usize, past: usize) -> String {
        self.wall(
            "due",
            &[("due", due.to_string()), ("past", past.to_string())],
        )
    }
    /// No ticket has a due time.
    pub fn no_due_times(&self) -> String {
        self.wall("no-due", &[])
    }
    /// The title of the incidents where there is none.
    pub fn incidents_title(&self) -> String {
        self.wall("incidents", &[])
    }
    /// "people since 08:05".
    pub fn people_since(&self, since: Timestamp, now: Timestamp) -> String {
        self.wall("people-since", &[("since", self.since(since, now))])
    }
    /// No incident goes on.
    pub fn no_incident(&self) -> String {
        self.wall("no-incident", &[])
    }
    /// "2 incidents · 95 silent".
    pub fn going_on(&self, incidents: usize, silent: usize) -> String {
        let id = if incidents == 1 {
            "going-on-one"
        } else {
            "going-on"
        };
        self.wall(
            id,
            &[("n", incidents.to_string()), ("silent", silent.to_string())],
        )
    }
    /// "no owner 43", with the agents on shift where those are known.
    pub fn unowned(&self, n: usize, agents: Option<usize>) -> String {
        match agents {
            Some(agents) => self.wall(
                "unowned-shift",
                &[("n", n.to_string()), ("agents", agents.to_string())],
            ),
            None => self.wall("unowned", &[("n", n.to_string())]),
        }
    }
    /// "no owner at most 20".
    pub fn unowned_target(&self, most: i64) -> String {
        self.wall("unowned-target", &[("n", most.to_string())])
    }
    /// Heads of the tables of a report: group, open, without owner, in the last hour, time.
    pub fn report_heads(&self) -> [String; 5] {
        ["group", "open", "unowned", "hour", "time"]
            .map(|id| self.say(&format!("report-{id}"), &FluentArgs::new()))
    }
    /// What all numbers mean: a heading, then one a paragraph.
    pub fn definitions(&self) -> Vec<String> {
        let mut all = vec![self.wall("definitions", &[])];
        all.extend(Metric::ALL.map(|metric| {
            let (title, definition) = (self.metric(metric), self.definition(metric));
            format!("{title}: {definition}")
        }));
        all
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::text::lang::Lang;
    use crate::text::width;

    /// Columns inside a tile at 80x24.
    const TILE: usize = 24;

    #[test]
    fn every_word_of_the_wall_fits_its_tile_in_every_language() {
        let at: Timestamp = "2026-03-02T08:05:00Z".parse().unwrap();
        for lang in Lang::ALL {
            let words = Sentences::new(lang, TimeZone::UTC);
            let day = words.span(24 * 3_600);
            for text in [
                words.target("0", &words.span(3_600)),
                words.target(&day, &words.now()),
                words.in_and_out(188.0, 121.0),
                words.waits_since("18.11 08:07"),
                words.due_and_past(30, 12),
                words.no_due_times(),
                words.people_since(at, at),
                words.no_incident(),
                words.going_on(1, 95),
                words.going_on(3, 125),
                words.unowned(143, None),
                words.unowned(43, Some(7)),
                words.unowned_target(20),
            ] {
                assert!(
                    !text.contains("wall-") && !text.contains('{'),
                    "{lang:?}: {text}"
                );
                assert!(width::of(&text) <= TILE, "{lang:?}: {text}");
            }
            for verdict in [Verdict::Fine, Verdict::Watch, Verdict::Act] {
                let word = words.verdict(Some(verdict));
                assert!(
                    width::of(&word) <= 9 && !word.contains("wall-"),
                    "{lang:?}: {word}"
                );
            }
        }
    }
}
