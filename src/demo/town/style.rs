//! How people write: in a hurry, in capitals, with lost letters, signatures and old mails below.

use rand::rngs::StdRng;

use super::chance::{between, percent, pick};
use super::data::Grammar;
use super::grammar::{Facts, Telling};

/// A finished mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) subject: String,
    /// Plain, also when it is sent as HTML.
    pub(crate) body: String,
    pub(crate) html: bool,
}

/// What is true about a mail, beside its group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Traits {
    /// There is a second problem in it, of this group.
    pub(crate) also: Option<String>,
    /// It asks how something is done.
    pub(crate) howto: bool,
}

/// A mail from a section of the grammar about a group of problems, in the manner of whoever writes it.
pub(crate) fn mail(
    grammar: &Grammar,
    section: &str,
    group: &str,
    facts: &dyn Facts,
    rng: &mut StdRng,
) -> (Mail, Traits) {
    let mut telling = Telling::new(grammar, section, facts);
    let (mut subject, mut body, howto) = telling.mail(rng);
    let mut traits = Traits { also: None, howto };
    if percent(rng, 75) {
        body = sentences_big(&body);
    }
    // Machines and thanks are left as they are.
    if group == "other" && section == "other" {
        return (
            Mail {
                subject: finished(subject, facts, rng),
                body,
                html: percent(rng, 20),
            },
            traits,
        );
    }
    body = around(body, grammar, group, facts, rng);
    if percent(rng, 3) {
        traits.also = second_problem(&mut body, grammar, group, facts, rng);
    }
    if percent(rng, 4) {
        let note = telling.rule("phone", rng);
        body = format!("{note}\n\n{body}");
    }
    if percent(rng, 45) {
        body = format!("{body}\n\n{}", telling.rule("bye", rng));
    }
    if percent(rng, 8) {
        body = format!("{body}\n\n--\n{}", telling.rule("footer", rng));
    }
    if percent(rng, 5) {
        subject = format!("{}{subject}", telling.rule("forward", rng));
        body = format!("{body}\n\n{}", telling.rule("quoted", rng));
    }
    subject = finished(subject, facts, rng);
    (in_a_manner(subject, body, rng), traits)
}

/// What people put around a problem: how they came to it, whose number it is about, what works.
fn around(
    mut body: String,
    grammar: &Grammar,
    group: &str,
    facts: &dyn Facts,
    rng: &mut StdRng,
) -> String {
    if percent(rng, 7) {
        let kind = facts.fact("kind", rng).unwrap_or_default();
        let ramble = Telling::new(grammar, "ramble", facts).rule(&kind, rng);
        body = after_hello(&ramble, &body);
    }
    if percent(rng, 5) {
        let fine = Telling::new(grammar, "fine", facts);
        let others: Vec<&str> = fine.rules().filter(|other| *other != group).collect();
        if let Some(other) = pick(rng, &others) {
            let said = Telling::new(grammar, "fine", facts).rule(other, rng);
            body = if percent(rng, 50) {
                format!("{body} {said}")
            } else {
                after_hello(&said, &body)
            };
        }
    }
    if matches!(group, "health" | "login" | "files" | "remote") && percent(rng, 3) {
        let number = Telling::new(grammar, "common", facts).rule("number", rng);
        body = format!("{body} {number}");
    }
    body
}

/// A sentence put before the problem, but after the greeting.
fn after_hello(sentence: &str, body: &str) -> String {
    match body.split_once("\n\n") {
        Some((hello, rest)) if hello.chars().count() < 30 => {
            format!("{hello}\n\n{sentence} {rest}")
        }
        _ => format!("{sentence} {body}"),
    }
}

/// A second problem at the end of a mail; its group.
fn second_problem(
    body: &mut String,
    grammar: &Grammar,
    group: &str,
    facts: &dyn Facts,
    rng: &mut StdRng,
) -> Option<String> {
    let telling = Telling::new(grammar, "extra", facts);
    let others: Vec<&str> = telling.rules().filter(|other| *other != group).collect();
    let other = (*pick(rng, &others)?).to_owned();
    let said = Telling::new(grammar, "extra", facts).rule(&other, rng);
    *body = format!("{body}\n\n{said}");
    Some(other)
}

/// A second mail about what somebody wrote before.
pub(crate) fn second(
    grammar: &Grammar,
    group: &str,
    first: &str,
    facts: &dyn Facts,
    rng: &mut StdRng,
) -> Mail {
    let mut telling = Telling::new(grammar, "reactions", facts);
    let lead = telling.rule("again_subject", rng);
    let body = telling.rule("again_body", rng);
    // What it is about stands in words of the group too, because people do not trust a subject.
    let about = Telling::new(grammar, "extra", facts).rule(group, rng);
    let body = if about.is_empty() {
        body
    } else {
        format!("{body} {about}")
    };
    let subject = format!("{lead}{first}");
    in_a_manner(
        subject,
        format!("{body}\n\n{}", telling.rule("bye", rng)),
        rng,
    )
}

/// In capitals, in a hurry, with slips, with lost letters, without a word.
fn in_a_manner(mut subject: String, mut body: String, rng: &mut StdRng) -> Mail {
    match between(rng, 0, 99) {
        0..=2 => {
            subject = subject.to_uppercase();
            body = body.to_uppercase();
        }
        3..=8 => {
            subject = subject.to_lowercase();
            let plain = body.to_lowercase().replace(". ", " ");
            plain.trim_end_matches('.').clone_into(&mut body);
        }
        9..=16 => {
            subject = slip(&subject, rng);
            for _ in 0..between(rng, 1, 3) {
                body = slip(&body, rng);
            }
        }
        17..=18 => {
            subject = unfold(&subject, between(rng, 0, 1) == 0);
            body = unfold(&body, between(rng, 0, 1) == 0);
        }
        19 => {
            subject = encoded_twice(&subject);
            body = encoded_twice(&body);
        }
        20..=22 => body.clear(),
        _ => {}
    }
    let html = !body.is_empty() && percent(rng, 8);
    Mail {
        subject,
        body,
        html,
    }
}

/// A subject as people finish it: with where they are, a sign, a capital letter, or as it is.
fn finished(mut subject: String, facts: &dyn Facts, rng: &mut StdRng) -> String {
    let tail = match between(rng, 0, 19) {
        0..=2 => facts.fact("site", rng).map(|site| format!(" - {site}")),
        3 | 4 => facts.fact("dept", rng).map(|dept| format!(", {dept}")),
        5 | 6 => facts
            .fact("device", rng)
            .map(|device| format!(" ({device})")),
        7 => facts.fact("name", rng).map(|name| format!(" / {name}")),
        8 => Some("!".to_owned()),
        9 => Some(" ???".to_owned()),
        10 => Some("...".to_owned()),
        _ => None,
    };
    if !subject.ends_with('?') {
        subject.extend(tail);
    }
    if percent(rng, 35) {
        start_big(&subject)
    } else {
        subject
    }
}

fn start_big(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Capital letters where sentences begin.
fn sentences_big(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut ended, mut begins) = (false, true);
    for c in text.chars() {
        if begins && c.is_alphabetic() {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        begins = c == '\n' || (begins && !c.is_alphanumeric()) || (ended && c == ' ');
        ended = matches!(c, '.' | '!' | '?') && !abbreviated(&out);
    }
    out
}

/// Whether a text ends with an abbreviation of these languages, after which no sentence begins.
fn abbreviated(text: &str) -> bool {
    let word = text.rsplit([' ', '\n', '(']).next().unwrap_or_default();
    let word = word.to_lowercase();
    matches!(
        word.as_str(),
        "kl." | "ca." | "min." | "nr." | "vedr." | "ang." | "tlf."
    ) || word.starts_with(|c: char| c.is_ascii_digit())
}

/// One slip of the fingers: two letters swapped, one lost, or one doubled.
fn slip(text: &str, rng: &mut StdRng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 5 {
        return text.to_owned();
    }
    let last = i64::try_from(letters.len()).unwrap_or(2) - 2;
    let at = usize::try_from(between(rng, 1, last)).unwrap_or(1);
    let fits = |at: usize| letters.get(at).is_some_and(|c| c.is_alphabetic());
    if fits(at) && fits(at + 1) {
        match between(rng, 0, 2) {
            0 => letters.swap(at, at + 1),
            1 => drop(letters.remove(at)),
            _ => {
                let same = letters.get(at).copied().unwrap_or('e');
                letters.insert(at, same);
            }
        }
    }
    letters.into_iter().collect()
}

/// The letters of a foreign keyboard, or what a bad mail system leaves of ours.
fn unfold(text: &str, spelled: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (c, spelled) {
            ('æ' | 'ä', true) => out.push_str("ae"),
            ('ø' | 'ö', true) => out.push_str("oe"),
            ('å', true) => out.push_str("aa"),
            ('æ' | 'ø' | 'å' | 'ä' | 'ö', false) => out.push('?'),
            _ => out.push(c),
        }
    }
    out
}

/// UTF-8 that a mail system took for Latin-1 and encoded again.
fn encoded_twice(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// The text as a mail program sends it.
pub(crate) fn as_html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let paragraphs: Vec<String> = escaped
        .split("\n\n")
        .map(|part| format!("<p>{}</p>", part.replace('\n', "<br>\n")))
        .collect();
    format!(
        "<html><body style=\"font-family:Calibri\">{}</body></html>",
        paragraphs.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn a_slip_changes_little() {
        let mut rng = StdRng::seed_from_u64(5);
        for _ in 0..200 {
            let text = slip("forbindelsen ryger", &mut rng);
            assert!((17..=19).contains(&text.chars().count()), "{text}");
        }
    }

    #[test]
    fn sentences_begin_with_a_capital_and_abbreviations_end_none() {
        let text = "ingen lyd kl. 08:12 igen. de hører mig ikke! \"fejl\" står der\n\nhvad nu? det er 2. gang";
        let big = "Ingen lyd kl. 08:12 igen. De hører mig ikke! \"Fejl\" står der\n\nHvad nu? Det er 2. gang";
        assert_eq!(sentences_big(text), big);
        assert_eq!(sentences_big("kl. nu"), "Kl. nu");
    }

    #[test]
    fn lost_letters_and_markup() {
        assert_eq!(unfold("kan ikke nå møde", true), "kan ikke naa moede");
        assert_eq!(unfold("kan ikke nå møde", false), "kan ikke n? m?de");
        assert_eq!(encoded_twice("møte"), "mÃ¸te");
        assert!(as_html("a < b\n\nc").contains("<p>a &lt; b</p>\n<p>c</p>"));
    }
}
