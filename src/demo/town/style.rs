//! How people write: in a hurry, in capitals, with lost letters, signatures and old mails below.

use rand::rngs::StdRng;

use super::chance::{between, percent};
use super::data::Grammar;
use super::grammar::{Facts, Telling};

/// A finished mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) html: bool,
}

/// A mail about a group of problems, in the manner of whoever writes it.
pub(crate) fn mail(grammar: &Grammar, group: &str, facts: &dyn Facts, rng: &mut StdRng) -> Mail {
    let mut telling = Telling::new(grammar, group, facts);
    let (mut subject, mut body) = telling.mail(rng);
    if percent(rng, 70) {
        body = start_big(&body);
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
        17..=19 => {
            subject = unfold(&subject, between(rng, 0, 1) == 0);
            body = unfold(&body, between(rng, 0, 1) == 0);
        }
        20..=22 => body.clear(),
        _ => {}
    }
    let html = !body.is_empty() && percent(rng, 8);
    if html {
        body = as_html(&body);
    }
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

fn as_html(text: &str) -> String {
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
    fn lost_letters_and_markup() {
        assert_eq!(unfold("kan ikke nå møde", true), "kan ikke naa moede");
        assert_eq!(unfold("kan ikke nå møde", false), "kan ikke n? m?de");
        assert!(as_html("a < b\n\nc").contains("<p>a &lt; b</p>\n<p>c</p>"));
    }
}
