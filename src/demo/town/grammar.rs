//! Texts from grammars: `{slots}` are other rules of the group, rules of `common`, or facts of the
//! writer.

use std::collections::BTreeMap;

use rand::rngs::StdRng;

use super::chance::{between, pick};
use super::data::Grammar;

/// Slots within slots go no deeper than this.
const DEEPEST: u32 = 6;

/// What a text knows about who writes it.
pub(crate) trait Facts {
    /// The value of a slot that no rule of the grammar has.
    fn fact(&self, slot: &str, rng: &mut StdRng) -> Option<String>;
}

/// Somebody telling something: a slot that was filled once stays the same, so that subject and body
/// speak of one thing.
pub(crate) struct Telling<'a> {
    grammar: &'a Grammar,
    group: &'a str,
    facts: &'a dyn Facts,
    told: BTreeMap<String, String>,
}

impl<'a> Telling<'a> {
    /// Begins to tell something of a group.
    pub(crate) fn new(grammar: &'a Grammar, group: &'a str, facts: &'a dyn Facts) -> Self {
        Self {
            grammar,
            group,
            facts,
            told: BTreeMap::new(),
        }
    }

    /// The alternatives of a rule of the group, or of `common`.
    fn alternatives(&self, rule: &str) -> &'a [String] {
        let of = |group: &str| self.grammar.get(group).and_then(|rules| rules.get(rule));
        of(self.group)
            .or_else(|| of("common"))
            .map_or(&[], Vec::as_slice)
    }

    /// A text of a rule; empty if the grammar has no such rule.
    pub(crate) fn rule(&mut self, rule: &str, rng: &mut StdRng) -> String {
        let template = pick(rng, self.alternatives(rule)).map_or("", String::as_str);
        self.expand(template, rng, 0)
    }

    /// The names of the rules of the group.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let rules = self.grammar.get(self.group);
        rules
            .into_iter()
            .flat_map(|rules| rules.keys().map(String::as_str))
    }

    /// Subject, body, and whether it asks how something is done: a case of the group, in which they
    /// belong together (one that begins with `? ` asks), or any subject with any body.
    pub(crate) fn mail(&mut self, rng: &mut StdRng) -> (String, String, bool) {
        let (cases, free) = (self.alternatives("cases"), self.alternatives("subject"));
        let last = i64::try_from(cases.len() + free.len()).unwrap_or(1) - 1;
        let at = usize::try_from(between(rng, 0, last)).unwrap_or(0);
        match cases.get(at).and_then(|case| case.split_once(" | ")) {
            Some((subject, body)) => {
                let (subject, howto) = match subject.strip_prefix("? ") {
                    Some(subject) => (subject, true),
                    None => (subject, false),
                };
                (
                    self.expand(subject, rng, 0),
                    self.expand(body, rng, 0),
                    howto,
                )
            }
            None => (self.rule("subject", rng), self.rule("body", rng), false),
        }
    }

    fn expand(&mut self, template: &str, rng: &mut StdRng, depth: u32) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((slot, tail)) = after.split_once('}') else {
                rest = after;
                break;
            };
            rest = tail;
            out.push_str(&self.slot(slot, rng, depth));
        }
        out.push_str(rest);
        out
    }

    fn slot(&mut self, slot: &str, rng: &mut StdRng, depth: u32) -> String {
        if let Some(told) = self.told.get(slot) {
            return told.clone();
        }
        let text = if slot == "n" {
            between(rng, 2, 9).to_string()
        } else if depth < DEEPEST
            && let Some(inner) = pick(rng, self.alternatives(slot))
        {
            self.expand(inner, rng, depth + 1)
        } else {
            self.facts.fact(slot, rng).unwrap_or_default()
        };
        self.told.insert(slot.to_owned(), text.clone());
        text
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;
    use crate::demo::town::data;

    /// A writer of whom everything is known, by the name of the slot.
    struct Anybody;

    const KNOWN: [&str; 23] = [
        "video", "soon", "kind", "minutes", "many", "cpr", "name", "title", "first", "dept",
        "site", "town", "device", "gateway", "client", "version", "carrier", "isp", "model",
        "clock", "room", "other", "agent",
    ];

    impl Facts for Anybody {
        fn fact(&self, slot: &str, _rng: &mut StdRng) -> Option<String> {
            assert!(KNOWN.contains(&slot), "nobody knows {{{slot}}}");
            Some(slot.to_uppercase())
        }
    }

    #[test]
    fn every_slot_of_every_language_has_a_value() {
        let data = data::load().unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        for (lang, grammar) in &data.texts {
            for (group, rules) in grammar {
                for rule in rules.keys() {
                    for _ in 0..60 {
                        let text = Telling::new(grammar, group, &Anybody).rule(rule, &mut rng);
                        assert!(
                            !text.contains(['{', '}']) && !text.trim().is_empty(),
                            "{lang} {group}.{rule}: {text:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn every_language_has_every_group() {
        let data = data::load().unwrap();
        let (_, danish) = data.texts.iter().next().unwrap();
        for group in data.town.groups.keys().chain(danish.keys()) {
            for (lang, grammar) in &data.texts {
                assert!(grammar.contains_key(group), "{lang} has no {group}");
            }
        }
        for (section, rules) in [
            (
                "agents",
                vec!["reply", "solved", "note", "called", "known", "restored"],
            ),
            (
                "reactions",
                vec![
                    "still",
                    "works",
                    "answer",
                    "impatient",
                    "thanks",
                    "lost",
                    "away",
                    "again_subject",
                    "again_body",
                ],
            ),
            ("ramble", vec!["office", "school", "care"]),
            (
                "common",
                vec![
                    "hello", "bye", "phone", "footer", "forward", "quoted", "number",
                ],
            ),
        ] {
            for (lang, grammar) in &data.texts {
                for rule in &rules {
                    assert!(
                        grammar[section].contains_key(*rule),
                        "{lang} has no {section}.{rule}"
                    );
                }
            }
        }
        assert_eq!(data.texts.len(), data.town.languages.len());
    }

    #[test]
    fn a_slot_keeps_its_value_within_a_mail() {
        let rules = [
            ("cases", vec!["{thing} is broken | My {thing} is broken."]),
            ("thing", vec!["mouse", "screen", "dock", "lamp"]),
        ];
        let rules = rules.map(|(rule, list)| {
            (
                rule.to_owned(),
                list.into_iter().map(str::to_owned).collect(),
            )
        });
        let grammar: Grammar = [("hardware".to_owned(), rules.into_iter().collect())].into();
        let mut rng = StdRng::seed_from_u64(2);
        for _ in 0..50 {
            let (subject, body, _) = Telling::new(&grammar, "hardware", &Anybody).mail(&mut rng);
            assert_eq!(body, format!("My {subject}."));
        }
    }
}
