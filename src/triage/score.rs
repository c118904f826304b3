//! How right the engine is on labelled tickets: precision and recall by group and language.
//!
//! Right means the label, or a group that the label's author also allowed (`also`; it then counts as the
//! label). The strict figures, label only, stand beside.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use super::classify::{Engine, Input};
use crate::domain::finding::Finding;
use crate::domain::ids::GroupId;
use crate::text::lang::Lang;
use crate::text::sanitize;

/// One line of the input of `vagt classify`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ticket {
    /// As the line has it, a number as its digits.
    pub id: String,
    /// Title, one line.
    pub subject: String,
    /// First message.
    pub body: String,
    /// Language code, when it was given.
    pub lang: Option<String>,
    /// The right group, when it was given.
    pub label: Option<GroupId>,
    /// Other groups that are right, too.
    pub also: Vec<GroupId>,
}

#[derive(Deserialize)]
struct Written {
    id: serde_json::Value,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    body: Option<String>,
    lang: Option<String>,
    label: Option<String>,
    #[serde(default)]
    also: Vec<String>,
}

/// Reads one line: a JSON object with `id`, `subject`, `body`, and if known `lang`, `label`, `also`.
///
/// The error is a sentence that says what was expected; the caller knows the line's number.
pub fn read_line(line: &str) -> Result<Ticket, String> {
    // Exports of spreadsheets begin with a byte order mark.
    let line = line.trim_start_matches('\u{feff}');
    let written: Written = serde_json::from_str(line)
        .map_err(|e| format!("expected an object with \"id\", \"subject\" and \"body\": {e}"))?;
    let id = match written.id {
        serde_json::Value::String(id) => sanitize::line(&id),
        serde_json::Value::Number(id) => id.to_string(),
        _ => return Err("expected \"id\" to be a string or a number".to_owned()),
    };
    Ok(Ticket {
        id,
        subject: sanitize::line(&written.subject.unwrap_or_default()),
        body: sanitize::block(&written.body.unwrap_or_default()),
        lang: written.lang.as_deref().map(sanitize::line),
        label: written.label.as_deref().map(group),
        also: written.also.iter().map(|also| group(also)).collect(),
    })
}

fn group(slug: &str) -> GroupId {
    GroupId::new(sanitize::line(slug.trim()))
}

impl Ticket {
    /// What the engine says of it.
    pub fn classify(&self, engine: &Engine) -> Finding {
        engine.classify(&Input {
            subject: &self.subject,
            body: &self.body,
            lang: self.lang.as_deref().map(Lang::from_code),
        })
    }
}

/// Counts of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tickets of the group that were put there.
    pub right: u32,
    /// Tickets of other groups that were put there.
    pub extra: u32,
    /// Tickets of the group that were put elsewhere.
    pub missed: u32,
}

impl Counts {
    /// Share of the tickets put here that belong here; 0 when there are none.
    pub fn precision(self) -> f64 {
        ratio(self.right, self.right + self.extra)
    }
    /// Share of the tickets that belong here which were put here; 0 when there are none.
    pub fn recall(self) -> f64 {
        ratio(self.right, self.right + self.missed)
    }
    /// Harmonic mean of both.
    pub fn f1(self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.extra + self.missed)
    }
    /// Tickets that belong here.
    pub fn support(self) -> u32 {
        self.right + self.missed
    }
}

/// The tenth that a confidence is in, 0 to 9.
fn tenth(confidence: f64) -> u8 {
    (1..10_u8)
        .rev()
        .find(|tenth| confidence * 10.0 >= f64::from(*tenth))
        .unwrap_or(0)
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 {
        0.0
    } else {
        f64::from(part) / f64::from(whole)
    }
}

/// Counts of one way to judge.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judged {
    /// By group.
    pub groups: BTreeMap<GroupId, Counts>,
    /// Tickets judged right.
    pub right: u32,
    /// Tickets judged.
    pub all: u32,
}

impl Judged {
    fn add(&mut self, truth: &GroupId, found: &GroupId) {
        let is_right = truth == found;
        self.all += 1;
        self.right += u32::from(is_right);
        if is_right {
            self.groups.entry(truth.clone()).or_default().right += 1;
        } else {
            self.groups.entry(truth.clone()).or_default().missed += 1;
            self.groups.entry(found.clone()).or_default().extra += 1;
        }
    }

    /// Share of tickets judged right.
    pub fn accuracy(&self) -> f64 {
        ratio(self.right, self.all)
    }

    /// Mean F1 over the groups that occur among the labels.
    pub fn macro_f1(&self) -> f64 {
        let f1: Vec<f64> = self
            .groups
            .values()
            .filter(|c| c.support() > 0)
            .map(|c| c.f1())
            .collect();
        let count = u32::try_from(f1.len()).unwrap_or(u32::MAX);
        if count == 0 {
            0.0
        } else {
            f1.iter().sum::<f64>() / f64::from(count)
        }
    }
}

/// Counts of one language.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ByLang {
    /// A group in `also` counts as the label.
    pub lenient: Judged,
    /// Only the label counts.
    pub strict: Judged,
}

/// A ticket that was put into the wrong group.
#[derive(Debug, Clone, PartialEq)]
pub struct Miss {
    /// The ticket's id.
    pub id: String,
    /// Its title.
    pub subject: String,
    /// Its label.
    pub label: GroupId,
    /// Where the engine put it.
    pub found: GroupId,
    /// How sure the engine was.
    pub confidence: f64,
}

/// The result of scoring.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// A group in `also` counts as the label.
    pub lenient: Judged,
    /// Only the label counts.
    pub strict: Judged,
    /// The same by language: of the ticket where it is given, else as found.
    pub languages: BTreeMap<String, ByLang>,
    /// Wrong ones, the surest first.
    pub misses: Vec<Miss>,
    /// How often tickets of one group (first) were put into another.
    pub confusion: BTreeMap<(GroupId, GroupId), u32>,
    /// By tenth of the confidence: tickets, the sum of what was said, and how many were right.
    pub calibration: BTreeMap<u8, (u32, f64, u32)>,
    /// Tickets without a label, which were left out.
    pub unlabelled: u32,
}

impl Report {
    /// Judges findings against labels.
    pub fn new<'a>(judged: impl IntoIterator<Item = (&'a Ticket, &'a Finding)>) -> Self {
        let mut report = Self::default();
        for (ticket, finding) in judged {
            let Some(label) = &ticket.label else {
                report.unlabelled += 1;
                continue;
            };
            let truth = if ticket.also.contains(&finding.group) {
                &finding.group
            } else {
                label
            };
            let lang = ticket
                .lang
                .as_deref()
                .or(finding.lang.as_deref())
                .unwrap_or("unknown");
            let by_lang = report.languages.entry(lang.to_owned()).or_default();
            for judged in [&mut report.lenient, &mut by_lang.lenient] {
                judged.add(truth, &finding.group);
            }
            for judged in [&mut report.strict, &mut by_lang.strict] {
                judged.add(label, &finding.group);
            }
            let tenth = report
                .calibration
                .entry(tenth(finding.confidence))
                .or_default();
            tenth.0 += 1;
            tenth.1 += finding.confidence;
            tenth.2 += u32::from(*truth == finding.group);
            if *truth != finding.group {
                *report
                    .confusion
                    .entry((truth.clone(), finding.group.clone()))
                    .or_default() += 1;
                report.misses.push(Miss {
                    id: ticket.id.clone(),
                    subject: ticket.subject.clone(),
                    label: label.clone(),
                    found: finding.group.clone(),
                    confidence: finding.confidence,
                });
            }
        }
        report.misses.sort_by(|a, b| {
            b.confidence
                .total_cmp(&a.confidence)
                .then_with(|| a.id.cmp(&b.id))
        });
        report
    }

    /// Of the tickets at 0.9, nine in ten should be right.
    fn write_calibration(&self, out: &mut String) {
        let _ = writeln!(out, "\nconfidence  tickets   said  right");
        for (tenth, (tickets, said, right)) in &self.calibration {
            let all = f64::from(*tickets).max(1.0);
            let range = format!(
                "0.{tenth} - {}",
                if *tenth == 9 {
                    "1.0".to_owned()
                } else {
                    format!("0.{}", tenth + 1)
                }
            );
            let _ = writeln!(
                out,
                "{range:<11} {tickets:>7}   {:>4.2}   {:>4.2}",
                said / all,
                f64::from(*right) / all
            );
        }
    }

    /// Which groups were taken for which, the most frequent first.
    fn write_confusion(&self, out: &mut String) {
        if self.confusion.is_empty() {
            return;
        }
        let _ = writeln!(out, "\nconfusion   put into, and how often");
        let mut rows: BTreeMap<&GroupId, Vec<(&GroupId, u32)>> = BTreeMap::new();
        for ((truth, found), count) in &self.confusion {
            rows.entry(truth).or_default().push((found, *count));
        }
        for (truth, mut found) in rows {
            found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
            let words: Vec<String> = found
                .iter()
                .map(|(group, count)| format!("{group} {count}"))
                .collect();
            let _ = writeln!(out, "{:<11} {}", truth.as_str(), words.join(", "));
        }
    }

    /// The report as a table, with the `worst` surest mistakes.
    pub fn to_text(&self, worst: usize) -> String {
        let mut out = String::new();
        let (lenient, strict) = (&self.lenient, &self.strict);
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{} tickets, {} without a label left out",
            lenient.all, self.unlabelled
        );
        let _ = writeln!(
            out,
            "accuracy {:.3} (strict {:.3})   macro-F1 {:.3} (strict {:.3})\n",
            lenient.accuracy(),
            strict.accuracy(),
            lenient.macro_f1(),
            strict.macro_f1()
        );
        let _ = writeln!(
            out,
            "group       tickets  precision  recall     F1  strict F1"
        );
        let groups: BTreeSet<&GroupId> =
            lenient.groups.keys().chain(strict.groups.keys()).collect();
        for group in groups {
            let counts = lenient.groups.get(group).copied().unwrap_or_default();
            let strict = strict.groups.get(group).copied().unwrap_or_default();
            let _ = writeln!(
                out,
                "{:<11} {:>7}  {:>9.2}  {:>6.2}  {:>5.2}  {:>9.2}",
                group.as_str(),
                counts.support(),
                counts.precision(),
                counts.recall(),
                counts.f1(),
                strict.f1()
            );
        }
        let _ = writeln!(
            out,
            "\nlanguage    tickets  accuracy  strict  macro-F1  strict"
        );
        for (lang, ByLang { lenient, strict }) in &self.languages {
            let _ = writeln!(
                out,
                "{lang:<11} {:>7}  {:>8.2}  {:>6.2}  {:>8.2}  {:>6.2}",
                lenient.all,
                lenient.accuracy(),
                strict.accuracy(),
                lenient.macro_f1(),
                strict.macro_f1()
            );
        }
        self.write_calibration(&mut out);
        self.write_confusion(&mut out);
        if worst > 0 && !self.misses.is_empty() {
            let _ = writeln!(out, "\nsurest mistakes");
            for miss in self.misses.iter().take(worst) {
                let _ = writeln!(
                    out,
                    "{:<10} {:<9} for {:<9} {:.2}  {}",
                    miss.id,
                    miss.found.as_str(),
                    miss.label.as_str(),
                    miss.confidence,
                    sanitize::line_max(&miss.subject, 60)
                );
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(rows: &[(&str, &[&str], &str)]) -> Report {
        let tickets: Vec<(Ticket, Finding)> = rows
            .iter()
            .map(|(label, also, found)| {
                let ticket = Ticket {
                    label: Some((*label).into()),
                    also: also.iter().map(|g| (*g).into()).collect(),
                    lang: Some("da".to_owned()),
                    ..Ticket::default()
                };
                (ticket, Finding::of((*found).into(), 0.5))
            })
            .collect();
        Report::new(tickets.iter().map(|(t, f)| (t, f)))
    }

    #[test]
    fn labels_steer_no_terminal() {
        let line = r#"{"id":"1","subject":"","body":"","label":"\u001b]0;x\u0007","also":["\u009b2J"],"lang":"\u202eda"}"#;
        let ticket = read_line(line).unwrap();
        let all = format!("{:?}{:?}{:?}", ticket.label, ticket.also, ticket.lang);
        assert!(
            !all.contains("\\u{1b}") && !all.contains("\\u{9b}") && !all.contains("\\u{202e}"),
            "{all}"
        );
    }

    #[test]
    fn figures_follow_their_definitions() {
        let report = judge(&[
            ("vpn", &[], "vpn"),
            ("vpn", &["login"], "login"),
            ("vpn", &[], "other"),
            ("login", &[], "login"),
        ]);
        assert_eq!(
            (
                report.lenient.right,
                report.strict.right,
                report.lenient.all
            ),
            (3, 2, 4)
        );
        let vpn = report.lenient.groups[&"vpn".into()];
        assert_eq!(
            vpn,
            Counts {
                right: 1,
                extra: 0,
                missed: 1
            }
        );
        let login = report.lenient.groups[&"login".into()];
        assert_eq!(
            login,
            Counts {
                right: 2,
                extra: 0,
                missed: 0
            }
        );
        // `other` is no label, so it has no part in the mean: (2/3 + 1) / 2.
        assert!((report.lenient.macro_f1() - 5.0 / 6.0).abs() < 1e-9);
        assert!((report.strict.groups[&"login".into()].precision() - 0.5).abs() < 1e-9);
        assert_eq!(
            (
                report.languages["da"].lenient.right,
                report.languages["da"].strict.right
            ),
            (3, 2)
        );
        assert_eq!(report.misses.len(), 1);
        assert!(report.to_text(5).contains("accuracy 0.750 (strict 0.500)"));
    }

    #[test]
    fn lines_are_read_or_named() {
        let ticket = read_line(r#"{"id":17,"subject":"a\u001b[1mb","body":"c\r\nd","label":"vpn","also":["login"],"x":1}"#).unwrap();
        assert_eq!(
            (
                ticket.id.as_str(),
                ticket.subject.as_str(),
                ticket.body.as_str()
            ),
            ("17", "ab", "c\nd")
        );
        assert_eq!(ticket.also, ["login".into()]);
        assert_eq!(read_line("\u{feff}{\"id\":\"1\"}").unwrap().id, "1");
        assert!(
            read_line(r#"{"id":"1","subject":null}"#)
                .unwrap()
                .body
                .is_empty()
        );
        for line in ["", "[]", "{}", r#"{"id":{}}"#, "nope"] {
            assert!(read_line(line).is_err(), "{line}");
        }
    }
}
