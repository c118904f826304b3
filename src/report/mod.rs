//! A report: the numbers of a desk and what came and went, as a page or as data.
//!
//! Invariant: what is not known says so in every format; the page in HTML is one file without scripts and without
//! addresses. Start at [`Report`], then [`markdown`] and [`html`].

pub mod html;
pub mod markdown;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::fact::Fact;
use crate::domain::numbers::{Bin, Metric, Numbers};
use crate::domain::rollout::Rollout;
use crate::i18n::incident::Sentences;

/// One group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// Its title.
    pub title: String,
    /// Tickets that are not over.
    pub open: usize,
    /// Of these, nobody's.
    pub unowned: usize,
    /// What came in the last hour.
    pub arrived: u32,
}

/// What is told.
#[derive(Debug)]
pub struct Report<'a> {
    /// The desk.
    pub place: String,
    /// Where it begins.
    pub from: Timestamp,
    /// The moment of the numbers.
    pub to: Timestamp,
    /// The numbers.
    pub numbers: &'a Numbers,
    /// Each group.
    pub groups: Vec<GroupRow>,
    /// What came and went.
    pub bins: Vec<Bin>,
    /// Incidents that go on, a sentence each; empty: there is none.
    pub incidents: Fact<Vec<String>>,
    /// New versions on their way; `None`: nobody looked.
    pub rollouts: Option<&'a [Rollout]>,
    /// The words.
    pub sentences: &'a Sentences,
    /// The time zone of its times.
    pub zone: TimeZone,
}

impl Report<'_> {
    /// A time.
    fn time(&self, at: Timestamp) -> String {
        let at = at.to_zoned(self.zone.clone());
        at.strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// A count, or that it is not known.
    fn count(&self, fact: Fact<u32>) -> String {
        match fact {
            Fact::Known(n) => n.to_string(),
            Fact::Empty | Fact::Unknown => self.sentences.not_known(),
        }
    }

    /// The incidents as sentences: that there is none and that nobody looked are sentences too.
    fn incidents(&self) -> Vec<String> {
        match &self.incidents {
            Fact::Known(rows) => rows.clone(),
            Fact::Empty => vec![self.sentences.no_incident()],
            Fact::Unknown => vec![self.sentences.not_known()],
        }
    }

    /// Each version that spreads as three sentences; that there is none is one too. Nothing where nobody looked.
    fn rollouts(&self) -> Vec<Vec<String>> {
        let words = self.sentences;
        let Some(rollouts) = self.rollouts else {
            return Vec::new();
        };
        if rollouts.is_empty() {
            return vec![vec![words.no_rollout()]];
        }
        let told = rollouts.iter().map(|one| {
            vec![
                words.rollout_spread(one),
                words.rollout_verdict(one),
                words.rollout_rates(one),
            ]
        });
        told.collect()
    }

    /// Each number as title, value and definition.
    fn numbers(&self) -> Vec<[String; 3]> {
        let all = Metric::ALL.into_iter();
        all.map(|metric| {
            let (title, what) = (
                self.sentences.metric(metric),
                self.sentences.definition(metric),
            );
            [title, self.value(metric), what]
        })
        .collect()
    }

    fn value(&self, metric: Metric) -> String {
        let (numbers, words) = (self.numbers, self.sentences);
        let text = match metric {
            Metric::Backlog => Fact::Known(numbers.backlog.to_string()),
            Metric::Arrivals => numbers.arrivals.map(|come| {
                let people = come.people.known();
                let people = people.map_or_else(String::new, |n| format!(" ({n})"));
                format!("{}{people}", words.per_hour(come.hour.per_hour()))
            }),
            Metric::Closures => numbers
                .closures
                .map(|gone| format!("{} ({})", words.per_hour(gone.hour.per_hour()), gone.parts)),
            Metric::NetFlow => numbers.net_flow.map(|net| words.flow(net)),
            Metric::Clear => numbers.clear.map(|clear| words.clear(&clear)),
            Metric::FirstAnswer => numbers.first_answers.map(|told| {
                let span = |of: Option<i64>| of.map_or_else(String::new, |s| words.span(s));
                format!("{} / {}", span(told.p50), span(told.p90))
            }),
            Metric::Age => numbers.age.map(|age| {
                [age.p50, age.p90, age.max]
                    .map(|seconds| words.span(seconds))
                    .join(" / ")
            }),
            Metric::Breached => numbers.breach.map(|b| format!("{} / {}", b.past, b.of)),
            Metric::Forecast => match numbers.breach {
                Fact::Known(breach) => breach.late_soon.map(|late| late.to_string()),
                Fact::Empty => Fact::Empty,
                Fact::Unknown => Fact::Unknown,
            },
            Metric::Reopened => numbers
                .reopened
                .map(|again| format!("{} / {}", again.reopened, again.closed)),
            Metric::PerAgent => numbers.shift.per_agent().map(|each| format!("{each:.1}")),
            Metric::Affected => numbers
                .affected
                .map(|all| format!("{} + {}", all.reported, all.silent)),
            Metric::Restored => numbers.restored.map(|r| format!("{} / {}", r.well, r.of)),
        };
        match text {
            Fact::Known(text) => text,
            Fact::Empty => "–".to_owned(),
            Fact::Unknown => words.not_known(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::GroupId;
    use crate::domain::numbers::{Case, HOUR, Known, Log, State};
    use crate::text::lang::Lang;

    fn at(clock: &str) -> Timestamp {
        format!("2026-03-02T{clock}:00Z").parse().unwrap()
    }

    fn log() -> Log {
        let case = |created: &str, state, closed: &[&str]| Case {
            created: at(created),
            state,
            closed: closed.iter().map(|clock| at(clock)).collect(),
            reopened: Vec::new(),
            answered: None,
            owner: Fact::Empty,
            due: Fact::Empty,
            requester: Fact::Empty,
            is_part: false,
            group: GroupId::from("vpn"),
        };
        Log {
            cases: vec![
                case("11:10", State::Backlog, &[]),
                case("11:20", State::Backlog, &[]),
                case("10:30", State::Over, &["11:40"]),
            ],
            known: Known {
                flow: Some(at("10:00")),
                ..Known::default()
            },
            ..Log::default()
        }
    }

    fn told(write: impl Fn(&Report<'_>) -> String) -> String {
        let (log, to) = (log(), at("12:00"));
        let (numbers, sentences) = (
            Numbers::of(&log, None, to),
            Sentences::new(Lang::En, TimeZone::UTC),
        );
        write(&Report {
            place: "https://desk <b>".to_owned(),
            from: at("09:00"),
            to,
            numbers: &numbers,
            groups: vec![GroupRow {
                title: "VPN | <script>".to_owned(),
                open: 2,
                unowned: 2,
                arrived: 2,
            }],
            bins: log.bins(at("09:00"), to, HOUR),
            rollouts: Some(&[]),
            incidents: Fact::Known(vec!["VPN: 14 <people>".to_owned()]),
            sentences: &sentences,
            zone: TimeZone::UTC,
        })
    }

    #[test]
    fn markdown_tells_every_number_and_what_is_not_known() {
        let page = told(markdown::page);
        assert!(page.contains("| Backlog | 2 |"), "{page}");
        assert!(page.contains("| Net flow | growing 1/h |"), "{page}");
        assert!(page.contains("| First answer | unknown |"), "{page}");
        assert!(
            page.contains("| 2026-03-02 09:00 | unknown | unknown |"),
            "{page}"
        );
        assert!(page.contains("| 2026-03-02 11:00 | 2 | 1 |"), "{page}");
        assert!(
            page.contains("## Incidents\n\n- VPN: 14 <people>\n"),
            "{page}"
        );
        // A title of one's own breaks no table.
        assert!(page.contains("| VPN \\| <script> | 2 | 2 | 2 |"), "{page}");
    }

    #[test]
    fn html_is_one_file_with_a_picture_and_its_table_and_runs_nothing() {
        let page = told(html::page);
        assert!(page.starts_with("<!doctype html>"), "{page}");
        for part in [
            "<svg role=\"img\"",
            "prefers-color-scheme: dark",
            "@media print",
            "<td>2026-03-02 11:00</td><td class=\"n\">2</td><td class=\"n\">1</td>",
            "VPN | &lt;script&gt;",
            "<li>VPN: 14 &lt;people&gt;</li>",
            "https://desk &lt;b&gt;",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        for never in ["<script", "src=", "href=", "@import", "url("] {
            assert!(!page.contains(never), "{never}");
        }
        // Two bars of known bins each for what came and went; the bin that is not known has none.
        assert_eq!(page.matches("<rect class=\"in\"").count(), 2);
        assert_eq!(page.matches("<rect class=\"out\"").count(), 2);
        assert_eq!(page.matches("<tr>").count(), page.matches("</tr>").count());
    }
}
