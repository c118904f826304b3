//! `alarms.toml`: who is told of an incident, when and how.
//!
//! The file takes the place of the built-in policy. What is wrong is told with line and caret and costs the entry that it is in; a
//! file that is not TOML costs all of it, and the built-in policy counts. Start at [`load`].

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;

use jiff::SignedDuration;
use jiff::civil::{Date, Time, Weekday};
use toml::{Table, Value};

use super::problem::{ConfigProblem, Place, nearest};
use crate::domain::alarm::{Escalation, Gate, Hook, Hours, Means, Policy, Protocol, Rule};
use crate::domain::ids::GroupId;
use crate::text::sanitize;

/// Name of the file beside the configuration.
pub const FILE: &str = "alarms.toml";
/// The policy that comes with the program, and the reference of the file's keys.
pub const BUILT_IN: &str = include_str!("../../config/alarms.toml");

/// Larger files are no policy.
const MAX_BYTES: u64 = 1 << 20;
/// How long a command may take if the file does not say.
const SECONDS: i64 = 20;
/// Longest that a command may take, in seconds.
const MOST_SECONDS: i64 = 300;
/// Most minutes before somebody else is called.
const MOST_MINUTES: i64 = 24 * 60;

const TOP: [&str; 8] = [
    "holidays", "shifts", "budget", "notify", "hours", "hook", "escalate", "rule",
];
const OF_HOURS: [&str; 3] = ["days", "from", "to"];
const OF_HOOK: [&str; 2] = ["command", "seconds"];
const OF_ESCALATE: [&str; 3] = ["minutes", "command", "seconds"];
const OF_RULE: [&str; 7] = ["groups", "places", "hours", "gate", "people", "sites", "do"];
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// The policy of an installation, and everything that is wrong with its file.
pub fn load(path: &Path) -> (Policy, Vec<ConfigProblem>) {
    let whole = |why: String| {
        let place = Place::File {
            path: path.to_owned(),
            line: None,
            column: None,
        };
        let why = format!("{why}; the built-in alarms count");
        (built_in(), vec![ConfigProblem::other(place, why)])
    };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return (built_in(), Vec::new()),
        Ok(meta) if meta.len() > MAX_BYTES => {
            return whole(format!("a policy has at most {MAX_BYTES} bytes"));
        }
        _ => {}
    }
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, path),
        Err(error) => whole(format!("it cannot be read: {error}")),
    }
}

/// The policy that comes with the program.
pub fn built_in() -> Policy {
    parse(BUILT_IN, Path::new(FILE)).0
}

/// Reads a policy.
fn parse(text: &str, path: &Path) -> (Policy, Vec<ConfigProblem>) {
    let mut reader = Reader {
        text,
        path,
        problems: Vec::new(),
    };
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start);
            let why = format!("not TOML: {}; the built-in alarms count", error.message());
            reader.tell(start, why);
            return (built_in(), reader.problems);
        }
    };
    let policy = reader.policy(&table);
    reader.problems.sort_by_key(|problem| match &problem.place {
        Place::File { line, column, .. } => (*line, *column),
        _ => (None, None),
    });
    (policy, reader.problems)
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    problems: Vec<ConfigProblem>,
}

/// A part of the file: where it begins and ends, in bytes.
#[derive(Clone, Copy)]
struct Part {
    from: usize,
    to: usize,
}

impl Reader<'_> {
    fn policy(&mut self, table: &Table) -> Policy {
        let whole = self.part("", 0);
        self.unknown(table, &TOP, whole);
        let mut policy = Policy::default();
        for date in self.list(table, "holidays", whole) {
            match date.parse::<Date>() {
                Ok(date) => drop(policy.holidays.insert(date)),
                Err(_) => self.wrong(whole, "holidays", "dates such as \"2026-12-25\""),
            }
        }
        for time in self.list(table, "shifts", whole) {
            match clock(&time) {
                Some(time) => drop(policy.shifts.insert(time)),
                None => self.wrong(whole, "shifts", "times such as \"07:00\""),
            }
        }
        policy.budget = self.number(table, "budget", whole, 1..=100).unwrap_or(2);
        policy.protocol = match self.word(table, "notify", whole).as_deref() {
            None | Some("auto") => Protocol::Auto,
            Some("off") => Protocol::Off,
            Some("osc9") => Protocol::Osc9,
            Some("osc777") => Protocol::Osc777,
            Some("osc99") => Protocol::Osc99,
            Some(_) => {
                self.wrong(whole, "notify", "auto, off, osc9, osc777 or osc99");
                Protocol::Auto
            }
        };
        if let Some(hours) = self.table(table, "hours", whole) {
            for (name, value) in hours {
                let part = self.part(&format!("[hours.{name}]"), 0);
                let Some(hours) = value.as_table() else {
                    self.wrong(whole, "hours", "a table such as [hours.office]");
                    continue;
                };
                if let Some(hours) = self.hours(hours, part) {
                    policy.hours.insert(name.clone(), hours);
                }
            }
        }
        if let Some(hook) = self.table(table, "hook", whole) {
            let part = self.part("[hook]", 0);
            self.unknown(hook, &OF_HOOK, part);
            policy.hook = self.hook(hook, part);
        }
        if let Some(escalate) = self.table(table, "escalate", whole) {
            let part = self.part("[escalate]", 0);
            self.unknown(escalate, &OF_ESCALATE, part);
            let after = self.number(escalate, "minutes", part, 1..=MOST_MINUTES);
            let minutes = after.and_then(|n| i64::try_from(n).ok()).unwrap_or(15);
            policy.escalation = self.hook(escalate, part).map(|hook| Escalation {
                after: SignedDuration::from_mins(minutes),
                hook,
            });
        }
        let rules = match table.get("rule") {
            None => &[][..],
            Some(Value::Array(rules)) => rules.as_slice(),
            Some(_) => {
                self.wrong(whole, "rule", "written [[rule]]");
                &[]
            }
        };
        for (nth, rule) in rules.iter().enumerate() {
            let part = self.part("[[rule]]", nth);
            if let Some(rule) = rule.as_table()
                && let Some(rule) = self.rule(rule, part, &policy)
            {
                policy.rules.push(rule);
            }
        }
        policy
    }

    fn hours(&mut self, table: &Table, part: Part) -> Option<Hours> {
        let before = self.problems.len();
        self.unknown(table, &OF_HOURS, part);
        let mut days = BTreeSet::new();
        for word in self.list(table, "days", part) {
            match DAYS.iter().find(|(name, _)| *name == word) {
                Some((_, day)) => drop(days.insert(Hours::day(*day))),
                None => self.wrong(part, "days", "days such as \"mon\", \"tue\""),
            }
        }
        let mut time = |key: &str| {
            let word = self.word(table, key, part);
            let time = word.as_deref().and_then(clock);
            if time.is_none() {
                self.wrong(part, key, "a time such as \"07:00\"");
            }
            time
        };
        let (from, to) = (time("from"), time("to"));
        let is_right = self.problems.len() == before;
        let (from, to) = (from?, to?);
        is_right.then_some(Hours { days, from, to })
    }

    fn hook(&mut self, table: &Table, part: Part) -> Option<Hook> {
        let command = self.list(table, "command", part);
        let limit = self.number(table, "seconds", part, 1..=MOST_SECONDS);
        let limit = limit.and_then(|n| i64::try_from(n).ok()).unwrap_or(SECONDS);
        if command
            .first()
            .is_none_or(|program| program.trim().is_empty())
        {
            self.wrong(
                part,
                "command",
                "a program and its arguments, such as [\"/usr/local/bin/call-me\"]",
            );
            return None;
        }
        Some(Hook {
            command,
            limit: SignedDuration::from_secs(limit),
        })
    }

    /// A rule; nothing when anything about it is wrong: half a condition would hold too often.
    fn rule(&mut self, table: &Table, part: Part, policy: &Policy) -> Option<Rule> {
        let before = self.problems.len();
        self.unknown(table, &OF_RULE, part);
        let groups = self.list(table, "groups", part);
        let hours = self.word(table, "hours", part).map(|text| {
            let (name, is_within) = match text.strip_prefix("not ") {
                Some(name) => (name.trim(), false),
                None => (text.trim(), true),
            };
            if !policy.hours.contains_key(name) {
                let known: Vec<&str> = policy.hours.keys().map(String::as_str).collect();
                let known = if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                };
                self.wrong(
                    part,
                    "hours",
                    &format!("named above, such as [hours.office]; there are {known}"),
                );
            }
            (name.to_owned(), is_within)
        });
        let gate = self.word(table, "gate", part).and_then(|word| {
            let gate = Gate::ALL.into_iter().find(|gate| gate.word() == word);
            if gate.is_none() {
                self.wrong(part, "gate", "banner, page or declared");
            }
            gate
        });
        let mut means = BTreeSet::new();
        for word in self.list(table, "do", part) {
            match Means::ALL.into_iter().find(|means| means.word() == word) {
                Some(one) => drop(means.insert(one)),
                None => self.wrong(part, "do", "any of bell, title, notify, hook"),
            }
        }
        if !table.contains_key("do") {
            self.tell(
                part.from,
                "a rule must say what is done: do = [\"bell\"], or do = [] to wait".to_owned(),
            );
        }
        let places = self.list(table, "places", part);
        let people = self
            .number(table, "people", part, 0..=1_000_000)
            .unwrap_or(0);
        let sites = self.number(table, "sites", part, 0..=10_000).unwrap_or(0);
        (self.problems.len() == before).then(|| Rule {
            groups: groups.into_iter().map(GroupId::new).collect(),
            places: places.iter().map(|place| sanitize::line(place)).collect(),
            hours,
            gate,
            people,
            sites,
            means,
        })
    }

    fn table<'t>(&mut self, table: &'t Table, key: &str, part: Part) -> Option<&'t Table> {
        let value = table.get(key)?;
        if value.as_table().is_none() {
            self.wrong(part, key, "a table");
        }
        value.as_table()
    }

    fn word(&mut self, table: &Table, key: &str, part: Part) -> Option<String> {
        let value = table.get(key)?;
        if value.as_str().is_none() {
            self.wrong(part, key, "a text in quotes");
        }
        value.as_str().map(str::to_owned)
    }

    fn list(&mut self, table: &Table, key: &str, part: Part) -> Vec<String> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let texts = value.as_array().map(|items| {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<String>>>()
        });
        texts.flatten().unwrap_or_else(|| {
            self.wrong(part, key, "a list of texts in quotes");
            Vec::new()
        })
    }

    fn number(
        &mut self,
        table: &Table,
        key: &str,
        part: Part,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<usize> {
        let value = table.get(key)?;
        let number = value.as_integer().filter(|n| range.contains(n));
        if number.is_none() {
            let (least, most) = (range.start(), range.end());
            self.wrong(part, key, &format!("a whole number from {least} to {most}"));
        }
        number.and_then(|n| usize::try_from(n).ok())
    }

    fn unknown(&mut self, table: &Table, known: &[&str], part: Part) {
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            let near = nearest(key, known.iter().map(ToString::to_string));
            let advice = near.map_or_else(
                || format!("there are {}", known.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            let at = self.place_of(part, key);
            let key = sanitize::line_max(key, 40);
            self.tell(at, format!("there is no key {key}; {advice}"));
        }
    }

    fn wrong(&mut self, part: Part, key: &str, expected: &str) {
        let at = self.place_of(part, key);
        self.tell(at, format!("{key} must be {expected}"));
    }

    /// The `nth` part of the file that begins with a header; all of it for none.
    fn part(&self, header: &str, nth: usize) -> Part {
        let mut start = 0;
        let mut found = 0;
        let mut part: Option<Part> = header.is_empty().then_some(Part {
            from: 0,
            to: self.text.len(),
        });
        for line in self.text.split_inclusive('\n') {
            let is_header = line.trim_start().starts_with('[');
            if is_header && !header.is_empty() {
                match &mut part {
                    Some(part) if part.to > start => part.to = start,
                    _ => {}
                }
                let is_it = line.split('#').next().unwrap_or_default().trim() == header;
                if is_it {
                    if found == nth {
                        part = Some(Part {
                            from: start,
                            to: self.text.len(),
                        });
                    }
                    found += 1;
                }
            }
            start += line.len();
        }
        part.unwrap_or(Part {
            from: 0,
            to: self.text.len(),
        })
    }

    /// Where a key stands in a part; the beginning of the part where it is written in another way.
    fn place_of(&self, part: Part, key: &str) -> usize {
        let mut start = part.from;
        let text = self.text.get(part.from..part.to).unwrap_or_default();
        for line in text.split_inclusive('\n') {
            let written = line.trim_start();
            let rest = written.strip_prefix(key).map(str::trim_start);
            if rest.is_some_and(|rest| rest.starts_with('=')) {
                return start + (line.len() - written.len());
            }
            start += line.len();
        }
        part.from
    }

    fn tell(&mut self, at: usize, message: String) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        let number = |n: usize| u32::try_from(n + 1).ok();
        let place = Place::File {
            path: self.path.to_owned(),
            line: number(before.matches('\n').count()),
            column: number(column),
        };
        let line = self.text.get(line_start..).unwrap_or_default();
        let line = line.lines().next().unwrap_or_default();
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        let line = sanitize::line_max(line, 120);
        // The place of a program and its arguments is no place for a secret, but people put one there.
        let is_safe = !line.trim_start().starts_with("command");
        let caret = format!("{line}\n{}^", " ".repeat(column.saturating_sub(indent)));
        self.problems.push(ConfigProblem {
            excerpt: is_safe.then_some(caret),
            ..ConfigProblem::other(place, message)
        });
    }
}

/// A time such as 07:00.
fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| {
        let is_plain = text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i8>().ok().filter(|_| is_plain)
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Policy, Vec<String>) {
        let (policy, problems) = parse(text, Path::new(FILE));
        let told = problems.iter().map(ConfigProblem::with_caret).collect();
        (policy, told)
    }

    #[test]
    fn the_built_in_policy_is_right_and_says_what_it_should() {
        let (policy, problems) = read(BUILT_IN);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!((policy.rules.len(), policy.budget), (4, 2));
        assert!(policy.hours.contains_key("office") && policy.hook.is_none());
    }

    #[test]
    fn what_is_wrong_is_named_with_line_and_caret_and_the_rest_counts() {
        let text = "budget = 0\n[hours.night]\ndays = [\"mon\"]\nfrom = \"22:00\"\nto = \"6\"\n\
            [hook]\ncommand = []\n\
            [[rule]]\ngroups = [\"vpn\"]\ndo = [\"bell\"]\n\
            [[rule]]\n  gatte = \"page\"\ndo = [\"ring\"]\n\
            [[rule]]\nhours = \"office\"\ndo = []\n";
        let (policy, problems) = read(text);
        assert_eq!(
            problems,
            [
                "alarms.toml:1:1: budget must be a whole number from 1 to 100\nbudget = 0\n^",
                "alarms.toml:5:1: to must be a time such as \"07:00\"\nto = \"6\"\n^",
                "alarms.toml:7:1: command must be a program and its arguments, such as [\"/usr/local/bin/call-me\"]",
                "alarms.toml:12:3: there is no key gatte; did you mean gate?\ngatte = \"page\"\n^",
                "alarms.toml:13:1: do must be any of bell, title, notify, hook\ndo = [\"ring\"]\n^",
                "alarms.toml:15:1: hours must be named above, such as [hours.office]; there are none\nhours = \"office\"\n^",
            ]
        );
        assert_eq!(policy.rules.len(), 1, "the right one counts");
        assert_eq!(policy.budget, 2);
    }

    #[test]
    fn a_file_that_is_no_toml_leaves_the_built_in_alarms() {
        let (policy, problems) = read("[[rule]\ndo = []\n");
        assert_eq!(policy, built_in());
        let told = problems.join("\n");
        assert!(
            told.contains("alarms.toml:1:") && told.contains("built-in alarms count"),
            "{told}"
        );
    }

    #[test]
    fn everything_that_can_be_said_is_read() {
        let (policy, problems) = read(
            "notify = \"osc777\"\nholidays = [\"2026-12-25\"]\n[hours.late]\ndays = [\"fri\"]\nfrom = \"22:00\"\nto = \"06:00\"\n\
             [hook]\ncommand = [\"call\", \"a b\"]\nseconds = 3\n[escalate]\nminutes = 5\ncommand = [\"second\"]\n\
             [[rule]]\nplaces = [\"Sorø\"]\nhours = \"not late\"\ngate = \"declared\"\npeople = 3\nsites = 2\ndo = [\"notify\", \"hook\"]\n",
        );
        assert_eq!(problems, Vec::<String>::new());
        let hook = policy.hook.unwrap();
        assert_eq!(hook.command, ["call", "a b"]);
        assert_eq!(hook.limit, SignedDuration::from_secs(3));
        let escalation = policy.escalation.unwrap();
        assert_eq!(escalation.after, SignedDuration::from_mins(5));
        assert_eq!(policy.protocol, Protocol::Osc777);
        let rule = policy.rules.first().unwrap();
        assert_eq!(rule.hours, Some(("late".to_owned(), false)));
        assert_eq!(
            (rule.people, rule.sites, rule.gate),
            (3, 2, Some(Gate::Declared))
        );
        assert_eq!(rule.means, BTreeSet::from([Means::Notify, Means::Hook]));
    }
}
