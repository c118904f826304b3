//! What happened in an incident, in order, as Markdown for those who were not there.
//!
//! Invariant: the same facts give the same text; nothing of it steers a terminal or a Markdown reader, and personal numbers
//! are masked.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::ids::TicketId;
use crate::text::mask::mask;
use crate::text::sanitize;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What, one sentence.
    pub what: String,
}

/// The course of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// What the file is called, without its ending.
    pub name: String,
    /// What the incident is called.
    pub title: String,
    /// When it began.
    pub since: Timestamp,
    /// How it stands, one sentence each.
    pub facts: Vec<String>,
    /// What happened, in any order.
    pub happened: Vec<Happening>,
    /// Its tickets and those that were left out: what the audit says of them belongs to it.
    pub tickets: BTreeSet<TicketId>,
}

impl Timeline {
    /// The text, times in a zone.
    pub fn markdown(&self, zone: &TimeZone) -> String {
        let mut text = format!("# {}\n\n", safe(&self.title));
        for fact in &self.facts {
            let _ = writeln!(text, "- {}", safe(fact));
        }
        text.push_str("\n| when | what |\n|---|---|\n");
        let happened: BTreeSet<&Happening> = self.happened.iter().collect();
        for one in happened {
            let at = one.at.to_zoned(zone.clone());
            let at = at.strftime("%Y-%m-%d %H:%M");
            let _ = writeln!(text, "| {at} | {} |", safe(&one.what));
        }
        text
    }
    /// The name of its file: letters, digits and dashes.
    pub fn file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = self.name.chars().map(plain).take(80).collect();
        format!("{name}.md")
    }
}

/// One line that means nothing to a reader of Markdown.
fn safe(text: &str) -> String {
    let line = sanitize::line(text);
    let mut out = String::with_capacity(line.len());
    for c in mask(&line).chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_795_248_000 + minute * 60).unwrap()
    }

    #[test]
    fn it_is_in_order_safe_and_the_same_each_time() {
        let happened = |minute, what: &str| Happening {
            at: at(minute),
            what: what.to_owned(),
        };
        let mut timeline = Timeline {
            name: "2026-11-21 vpn/5012".into(),
            title: "VPN | <b>down</b>\u{1b}[2J".into(),
            since: at(5),
            facts: vec!["38 of 38 linked to 5012".into()],
            happened: vec![
                happened(31, "Declared as 5012 by Mette Ravn"),
                happened(
                    5,
                    "First ticket 4205: CPR 010190-1234 virker ikke\nnew line",
                ),
                happened(31, "Declared as 5012 by Mette Ravn"),
            ],
            tickets: BTreeSet::new(),
        };
        let text = timeline.markdown(&TimeZone::UTC);
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[0].starts_with("# VPN \\| \\<b\\>down\\</b\\>") && !text.contains('\u{1b}'),
            "{text}"
        );
        assert_eq!(lines[2], "- 38 of 38 linked to 5012");
        assert!(
            lines[6].starts_with("| 2026-11-21 08:05 | First ticket 4205"),
            "{text}"
        );
        assert!(!text.contains("010190-1234"), "{text}");
        assert_eq!(
            lines[7],
            "| 2026-11-21 08:31 | Declared as 5012 by Mette Ravn |"
        );
        assert_eq!(lines.len(), 8, "what is told twice happened once");
        timeline.happened.reverse();
        assert_eq!(timeline.markdown(&TimeZone::UTC), text);
        assert_eq!(timeline.file_name(), "2026-11-21-vpn-5012.md");
    }
}
