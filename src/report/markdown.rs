//! The report in Markdown.

use std::fmt::Write as _;

use super::Report;
use crate::domain::numbers::Metric;

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('\n', " ")
}

/// The page.
pub fn page(report: &Report<'_>) -> String {
    let words = report.sentences;
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# {}\n", cell(&report.place));
    let _ = writeln!(
        out,
        "{} – {}\n",
        report.time(report.from),
        report.time(report.to)
    );
    out.push_str("| | | |\n|---|---|---|\n");
    for row in report.numbers() {
        let [title, value, what] = row.map(|text| cell(&text));
        let _ = writeln!(out, "| {title} | {value} | {what} |");
    }
    let _ = writeln!(out, "\n## {}\n", words.incidents_title());
    for incident in report.incidents() {
        let _ = writeln!(out, "- {}", incident.replace('\n', " "));
    }
    let rollouts = report.rollouts();
    if !rollouts.is_empty() {
        let _ = writeln!(out, "\n## {}\n", words.rollouts());
    }
    for rollout in rollouts {
        let _ = writeln!(out, "- {}", rollout.join(". ").replace('\n', " "));
    }
    let heads = words.report_heads();
    let [group, open, unowned, hour, time] = heads.map(|head| cell(&head));
    let _ = writeln!(
        out,
        "\n| {group} | {open} | {unowned} | {hour} |\n|---|---:|---:|---:|"
    );
    for row in &report.groups {
        let title = cell(&row.title);
        let _ = writeln!(
            out,
            "| {title} | {} | {} | {} |",
            row.open, row.unowned, row.arrived
        );
    }
    let (come, gone) = (
        words.metric(Metric::Arrivals),
        words.metric(Metric::Closures),
    );
    let _ = writeln!(out, "\n| {time} | {come} | {gone} |\n|---|---:|---:|");
    for bin in &report.bins {
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            report.time(bin.from),
            report.count(bin.arrived),
            report.count(bin.closed)
        );
    }
    out
}
