//! The report as one file of HTML: no script, no address, light and dark, fit for paper, a table beside the picture.

use std::fmt::Write as _;

use super::Report;
use crate::domain::fact::Fact;
use crate::domain::numbers::Metric;

/// Size of the picture.
const WIDTH: u32 = 960;
const HEIGHT: u32 = 240;
/// Room for the numbers beside and below it.
const LEFT: u32 = 40;
const BOTTOM: u32 = 24;
/// Room for a time below it.
const LABEL: u32 = 80;

const STYLE: &str = "
:root { --ground: #fff; --text: #1a1a1a; --dim: #5a5a5a; --line: #ccc; --in: #b45309; --out: #1d4ed8; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181c; --text: #e8e8e8; --dim: #a5a5a5; --line: #444; --in: #f59e0b; --out: #7aa2ff; } }
@media print { :root { --ground: #fff; --text: #000; --dim: #444; --line: #bbb; --in: #b45309; --out: #1d4ed8; } section { break-inside: avoid; } }
body { background: var(--ground); color: var(--text); font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: var(--dim); }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .what { color: var(--dim); }
svg { width: 100%; height: auto; } svg text { fill: var(--dim); font-size: 12px; } .axis { stroke: var(--line); }
.in { fill: var(--in); } .out { fill: var(--out); } .key::before { content: '■ '; } .key.i::before { color: var(--in); } .key.o::before { color: var(--out); }
";

/// Text that is nothing but text.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The page.
pub fn page(report: &Report<'_>) -> String {
    let words = report.sentences;
    let (come, gone) = (
        escape(&words.metric(Metric::Arrivals)),
        escape(&words.metric(Metric::Closures)),
    );
    let [group, open, unowned, hour, time] = words.report_heads().map(|head| escape(&head));
    let title = escape(&report.place);
    let span = format!("{} – {}", report.time(report.from), report.time(report.to));
    let mut out = String::with_capacity(32 * 1024);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} · {span}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{span}</p>\n",
        words.code()
    );
    out.push_str("<section>\n<table>\n");
    for row in report.numbers() {
        let [title, value, what] = row.map(|text| escape(&text));
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{title}</th><td class=\"n\">{value}</td><td class=\"what\">{what}</td></tr>"
        );
    }
    out.push_str("</table>\n</section>\n");
    let heading = escape(&words.incidents_title());
    let _ = writeln!(out, "<section>\n<h2>{heading}</h2>\n<ul>");
    for incident in report.incidents() {
        let _ = writeln!(out, "<li>{}</li>", escape(&incident));
    }
    out.push_str("</ul>\n</section>\n");
    let rollouts = report.rollouts();
    if !rollouts.is_empty() {
        let _ = writeln!(
            out,
            "<section>\n<h2>{}</h2>\n<ul>",
            escape(&words.rollouts())
        );
        for rollout in rollouts {
            let lines: Vec<String> = rollout.iter().map(|line| escape(line)).collect();
            let _ = writeln!(out, "<li>{}</li>", lines.join("<br>"));
        }
        out.push_str("</ul>\n</section>\n");
    }
    let _ = writeln!(
        out,
        "<section>\n<h2><span class=\"key i\">{come}</span> <span class=\"key o\">{gone}</span></h2>"
    );
    picture(report, &format!("{come}, {gone}, {span}"), &mut out);
    let _ = writeln!(
        out,
        "<table>\n<tr><th scope=\"col\">{time}</th><th scope=\"col\" class=\"n\">{come}</th><th scope=\"col\" class=\"n\">{gone}</th></tr>"
    );
    for bin in &report.bins {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            report.time(bin.from),
            escape(&report.count(bin.arrived)),
            escape(&report.count(bin.closed))
        );
    }
    let _ = writeln!(
        out,
        "</table>\n</section>\n<section>\n<h2>{group}</h2>\n<table>\n<tr><th scope=\"col\">{group}</th><th scope=\"col\" class=\"n\">{open}</th><th scope=\"col\" class=\"n\">{unowned}</th><th scope=\"col\" class=\"n\">{hour}</th></tr>"
    );
    for row in &report.groups {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            escape(&row.title),
            row.open,
            row.unowned,
            row.arrived
        );
    }
    out.push_str("</table>\n</section>\n</body>\n</html>\n");
    out
}

/// Two bars for each bin of which something is known.
fn picture(report: &Report<'_>, label: &str, out: &mut String) {
    let counts = |fact: Fact<u32>| fact.known().copied().unwrap_or(0);
    let bins = report.bins.iter();
    let most = bins.map(|bin| counts(bin.arrived).max(counts(bin.closed)));
    let most = f64::from(most.max().unwrap_or(0).max(1));
    let number = u32::try_from(report.bins.len()).unwrap_or(1).max(1);
    let (wide, high) = (f64::from(WIDTH - LEFT), f64::from(HEIGHT - BOTTOM));
    let step = wide / f64::from(number);
    let _ = writeln!(
        out,
        "<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\">\n<title>{label}</title>\n<line class=\"axis\" x1=\"{LEFT}\" y1=\"{high}\" x2=\"{WIDTH}\" y2=\"{high}\"/>\n<text x=\"0\" y=\"12\">{most:.0}</text>\n<text x=\"0\" y=\"{high}\">0</text>"
    );
    for (at, bin) in (0..number).zip(&report.bins) {
        let x = f64::from(LEFT) + step * f64::from(at);
        if bin.arrived.is_unknown() && bin.closed.is_unknown() {
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">?</text>",
                x + step / 2.0,
                high - 6.0
            );
        }
        for (class, fact, shift) in [("in", bin.arrived, 0.1), ("out", bin.closed, 0.5)] {
            if let Fact::Known(n) = fact {
                let tall = high * f64::from(n) / most;
                let _ = writeln!(
                    out,
                    "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\"/>",
                    x + step * shift,
                    high - tall,
                    step * 0.38
                );
            }
        }
        // Some eight times below the axis.
        if at.is_multiple_of(number.div_ceil(8)) {
            let here = bin.from.to_zoned(report.zone.clone());
            // The last one ends where the picture does.
            let (x, anchor) = if x > f64::from(WIDTH - LABEL) {
                (f64::from(WIDTH), "end")
            } else {
                (x, "start")
            };
            let _ = writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
                HEIGHT - 6,
                here.strftime("%d.%m %H:%M")
            );
        }
    }
    out.push_str("</svg>\n");
}
