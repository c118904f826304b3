//! The text format.

use std::fmt::Write as _;

use super::Report;
use crate::domain::fact::Fact;
use crate::domain::numbers::Rate;
use crate::domain::numbers::forecast::Outlook;

/// The media type of the text.
pub(super) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

struct Page(String);

impl Page {
    /// One family of gauges: name without prefix, help, and samples with their labels. None: the family is left out.
    fn family(&mut self, name: &str, help: &str, samples: &[(String, f64)]) {
        if samples.is_empty() {
            return;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "# HELP vagt_{name} {help}");
        let _ = writeln!(self.0, "# TYPE vagt_{name} gauge");
        for (labels, value) in samples {
            let _ = writeln!(self.0, "vagt_{name}{labels} {}", number(*value));
        }
    }
    fn one(&mut self, name: &str, help: &str, value: Option<f64>) {
        let samples: Vec<_> = value.map(|v| (String::new(), v)).into_iter().collect();
        self.family(name, help, &samples);
    }
}

fn number(value: f64) -> String {
    if value.is_infinite() {
        let sign = if value > 0.0 { "+" } else { "-" };
        format!("{sign}Inf")
    } else {
        format!("{value}")
    }
}

/// One label. Quotes, backslashes and line ends are escaped.
fn label(name: &str, value: &str) -> String {
    let value = value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("{{{name}=\"{value}\"}}")
}

#[expect(clippy::cast_precision_loss, reason = "counts of one desk")]
fn count(n: usize) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "seconds of some years")]
fn seconds(n: i64) -> f64 {
    n as f64
}

/// Both windows of a rate, as counts.
fn windows(quarter: Rate, hour: Rate) -> Vec<(String, f64)> {
    [("15m", quarter), ("1h", hour)]
        .into_iter()
        // A window that is known in part would be read as a whole one.
        .filter(|(window, rate)| rate.minutes == if *window == "15m" { 15 } else { 60 })
        .map(|(window, rate)| (label("window", window), f64::from(rate.count)))
        .collect()
}

/// Seconds; growing is never.
fn outlook(outlook: Outlook) -> f64 {
    outlook
        .hours()
        .map_or(f64::INFINITY, |hours| (hours * 3_600.0).round())
}

/// The page of a report.
pub fn text(report: &Report) -> String {
    let mut page = Page(String::with_capacity(8 * 1024));
    let numbers = &report.numbers;
    page.one(
        "desk_up",
        "Whether the desk answered when it was last asked.",
        Some(f64::from(u8::from(report.is_up))),
    );
    page.one(
        "data_timestamp_seconds",
        "When the desk last answered, Unix time.",
        Some(seconds(report.synced.as_second())),
    );
    page.one(
        "tickets_open",
        "Tickets that are not over.",
        Some(count(numbers.open)),
    );
    page.one(
        "tickets_backlog",
        "Tickets that are neither over nor wait for their requester.",
        Some(count(numbers.backlog)),
    );
    groups(&mut page, report);
    flow(&mut page, report);
    promises(&mut page, report);
    people(&mut page, report);
    page.one(
        "devices",
        "Devices that are known.",
        Some(count(report.devices)),
    );
    page.0.push_str("# EOF\n");
    page.0
}

fn groups(page: &mut Page, report: &Report) {
    let of = |value: fn(&super::GroupLoad) -> f64| -> Vec<(String, f64)> {
        let groups = report.groups.iter();
        groups
            .map(|group| (label("group", &group.group), value(group)))
            .collect()
    };
    page.family(
        "group_tickets_open",
        "Tickets of a problem group that are not over.",
        &of(|group| count(group.open)),
    );
    page.family(
        "group_tickets_unowned",
        "Open tickets of a problem group that nobody owns.",
        &of(|group| count(group.unowned)),
    );
    page.family(
        "group_arrivals",
        "Tickets of a problem group that came in the last hour.",
        &of(|group| f64::from(group.arrived)),
    );
}

fn flow(page: &mut Page, report: &Report) {
    let numbers = &report.numbers;
    if let Fact::Known(come) = &numbers.arrivals {
        page.family(
            "arrivals",
            "New tickets in the window.",
            &windows(come.quarter, come.hour),
        );
        page.one(
            "arrival_people",
            "Distinct requesters of the tickets of the last hour.",
            come.people.known().copied().map(f64::from),
        );
    }
    if let Fact::Known(gone) = &numbers.closures {
        page.family(
            "closures",
            "Tickets closed for the first time in the window.",
            &windows(gone.quarter, gone.hour),
        );
        page.one(
            "closures_linked",
            "Closures of the last hour that are part of another ticket.",
            Some(f64::from(gone.parts)),
        );
    }
    page.one(
        "net_flow",
        "Arrivals less closures an hour, over the last hour; above zero the backlog grows.",
        numbers.net_flow.known().copied().map(seconds),
    );
    if let Fact::Known(clear) = &numbers.clear {
        let of = |outlook_of| outlook(outlook_of);
        page.family(
            "clear_seconds",
            "Until the backlog is gone at the pace of the last hour; infinite while it grows. 8 of 10 such hours lie between best and worst.",
            &[
                (label("case", "best"), of(clear.best)),
                (label("case", "expected"), of(clear.expected)),
                (label("case", "worst"), of(clear.worst)),
            ],
        );
    }
}

fn promises(page: &mut Page, report: &Report) {
    let numbers = &report.numbers;
    if let Fact::Known(age) = &numbers.age {
        page.family(
            "backlog_age_seconds",
            "Age of the backlog: so many percent are no older.",
            &[
                (label("percentile", "50"), seconds(age.p50)),
                (label("percentile", "90"), seconds(age.p90)),
                (label("percentile", "100"), seconds(age.max)),
            ],
        );
    }
    if let Fact::Known(answers) = &numbers.first_answers {
        let both = [("50", answers.p50), ("90", answers.p90)];
        let samples: Vec<_> = both
            .into_iter()
            .filter_map(|(share, value)| Some((label("percentile", share), seconds(value?))))
            .collect();
        page.family(
            "first_answer_seconds",
            "From the arrival of a ticket to the first public answer by a person, tickets of the last 24 hours: so many percent waited no longer.",
            &samples,
        );
    }
    if let Fact::Known(breach) = &numbers.breach {
        page.one(
            "tickets_past_due",
            "Tickets of the backlog that are past due.",
            Some(count(breach.past)),
        );
        page.family(
            "tickets_due",
            "Tickets of the backlog that become due within the time.",
            &[
                (label("within", "30m"), count(breach.due_at_once)),
                (label("within", "2h"), count(breach.due_soon)),
            ],
        );
        let late = [("30m", breach.late_at_once), ("2h", breach.late_soon)];
        let samples: Vec<_> = late
            .into_iter()
            .filter_map(|(within, n)| Some((label("within", within), count(*n.known()?))))
            .collect();
        page.family(
            "tickets_late",
            "Of those, tickets that will be past due before they are closed, at the pace of the last hour and nearest due first.",
            &samples,
        );
    }
    let reopened = numbers.reopened.known();
    page.one(
        "reopened_ratio",
        "Share of the tickets closed in the last 7 days that was opened again within 7 days.",
        reopened.map(|again| count(again.reopened) / count(again.closed.max(1))),
    );
}

fn people(page: &mut Page, report: &Report) {
    let shift = &report.numbers.shift;
    page.one(
        "agents_active",
        "Agents who did something on the desk in the last 15 minutes.",
        shift.agents.known().copied().map(count),
    );
    page.family(
        "backlog_owned",
        "Tickets of the backlog by whether somebody owns them.",
        &[
            (label("owner", "somebody"), count(shift.owned)),
            (label("owner", "nobody"), count(shift.unowned)),
        ],
    );
    if let Fact::Known(affected) = &report.numbers.affected {
        page.family(
            "affected",
            "Who is hit by incidents that go on: people who wrote, devices that fail and of which nobody wrote.",
            &[
                (label("kind", "reported"), count(affected.reported)),
                (label("kind", "silent"), count(affected.silent)),
            ],
        );
        page.one(
            "incidents",
            "Incidents that go on.",
            Some(count(affected.incidents)),
        );
    }
}
