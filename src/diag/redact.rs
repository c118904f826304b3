//! Secrets and personal numbers taken out of what is written to files.
//!
//! Rather one word too many than one too few: a log stays useful with a hidden word in it.

use std::borrow::Cow;

use crate::text::mask::mask;

/// What stands for a secret.
const HIDDEN: &str = "[hidden]";

/// Names whose value is a secret, in lower case.
const NAMES: [&str; 10] = [
    "token",
    "pass",
    "passwd",
    "password",
    "secret",
    "auth",
    "api_key",
    "apikey",
    "vagt_token",
    "vagt_password",
];

/// Headers whose whole line is a secret.
const HEADERS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

/// `text` without tokens of Request Tracker (`1-14-…`), values of secret names (`password=…`, `"token": "…"`),
/// secret headers, session cookies, credentials in addresses, and personal numbers.
pub fn text(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(line).collect();
    mask(&lines.join("\n")).into_owned()
}

fn line(line: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = line;
    while let Some(found) = next_secret(rest) {
        out.push_str(rest.get(..found.start).unwrap_or_default());
        out.push_str(HIDDEN);
        rest = rest.get(found.end..).unwrap_or_default();
    }
    if out.is_empty() && rest.len() == line.len() {
        return Cow::Borrowed(line);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Where the first secret of a line is, in bytes; never empty.
fn next_secret(line: &str) -> Option<std::ops::Range<usize>> {
    words(line)
        .into_iter()
        .filter_map(|(start, word)| {
            let after = start + word.len();
            let found = secret_after(line, word, after)
                .or_else(|| rt_token(line, start))
                .or_else(|| userinfo(line, start, word))?;
            (found.end > found.start).then_some(found)
        })
        .min_by_key(|found| found.start)
}

/// Words of letters, digits, `_` and `-`, with their places.
fn words(line: &str) -> Vec<(usize, &str)> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in line.char_indices().chain([(line.len(), ' ')]) {
        match (start, is_word(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.extend(line.get(from..at).map(|word| (from, word)));
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn secret_after(line: &str, word: &str, after: usize) -> Option<std::ops::Range<usize>> {
    let lower = word.to_ascii_lowercase();
    let rest = line.get(after..)?;
    if rest
        .trim_start_matches(['"', '\'', ' '])
        .starts_with(HIDDEN)
    {
        return None;
    }
    let separator = rest.trim_start_matches(['"', '\'', '\\', ' ']);
    let value = separator
        .strip_prefix(['=', ':'])
        .map(|v| v.trim_start_matches([' ', '\\']));
    let at = |tail: &str| line.len() - tail.len();
    if let Some(value) = value {
        if HEADERS.contains(&lower.as_str()) {
            let end = value.find(['"', '\'']).filter(|end| *end > 0);
            let start = at(value);
            return hide(value, start, end.unwrap_or(value.len()));
        }
        if NAMES.contains(&lower.as_str()) || lower.starts_with("rt_sid_") {
            return quoted_or_word(value, at(value));
        }
    }
    // `token 1-14-…`, `Bearer …`: a scheme and its credential.
    let value = rest.strip_prefix(' ')?;
    let is_scheme = matches!(lower.as_str(), "token" | "bearer" | "basic");
    let length = value.find(is_end).unwrap_or(value.len());
    let looks_secret = length >= 12
        && value
            .get(..length)
            .is_some_and(|v| v.contains(|c: char| c.is_ascii_digit() || c == '='));
    (is_scheme && looks_secret).then(|| at(value)..at(value) + length)
}

fn hide(value: &str, start: usize, length: usize) -> Option<std::ops::Range<usize>> {
    let shown = value.get(..length)?;
    (!shown.starts_with(HIDDEN)).then_some(start..start + length)
}

fn quoted_or_word(value: &str, start: usize) -> Option<std::ops::Range<usize>> {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            let length = inner.find(quote).unwrap_or(inner.len());
            return hide(inner, start + 1, length);
        }
    }
    hide(value, start, value.find(is_end).unwrap_or(value.len()))
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '&' | ',' | ';' | '"' | '\'' | ')' | '}' | ']' | '\\')
}

/// `1-<user>-<32 hexadecimal digits>` that begins at `start`.
fn rt_token(line: &str, start: usize) -> Option<std::ops::Range<usize>> {
    let word = line.get(start..)?;
    let end = word
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(word.len());
    let word = word.get(..end)?;
    // The token may stand behind something else, such as `id-1-14-…`.
    let mut parts: Vec<&str> = word.split('-').collect();
    let hex = parts.pop()?;
    let is_token = hex.len() >= 16
        && hex.bytes().all(|b| b.is_ascii_hexdigit())
        && parts.len() >= 2
        && parts
            .iter()
            .rev()
            .take(2)
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    is_token.then_some(start..start + end)
}

/// `user:password@` behind `://`.
fn userinfo(line: &str, start: usize, scheme: &str) -> Option<std::ops::Range<usize>> {
    let after = start + scheme.len();
    let rest = line.get(after..)?.strip_prefix("://")?;
    let authority = rest.get(..rest.find(['/', '?', '#', ' ', '"']).unwrap_or(rest.len()))?;
    let user = authority.rfind('@')?;
    let from = after + 3;
    hide(authority, from, user)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKEN: &str = "1-14-0123456789abcdef0123456789abcdef";

    #[test]
    fn no_form_of_a_secret_survives() {
        for form in [
            format!("Authorization: token {TOKEN}"),
            format!("authorization=Basic {TOKEN}"),
            format!("{{\"Authorization\": \"token {TOKEN}\"}}"),
            format!("sent token {TOKEN} to the desk"),
            format!("GET /REST/2.0/rt?x=1&token={TOKEN}&y=2"),
            format!("bare {TOKEN}, in a sentence"),
            format!("stuck to others: id-{TOKEN}"),
            format!("http://kari:{TOKEN}@desk.test/rt"),
            format!("user=kari&pass={TOKEN}"),
            format!("VAGT_TOKEN={TOKEN} VAGT_PASSWORD={TOKEN}"),
            format!("{{\"password\":\"{TOKEN}\",\"token\" : '{TOKEN}'}}"),
            format!("body=\"{{\\\"password\\\":\\\"{TOKEN}\\\"}}\""),
            format!("Cookie: RT_SID_desk.443={TOKEN}; other={TOKEN}"),
            format!("two {TOKEN}\nlines {TOKEN}"),
        ] {
            let shown = text(&form);
            assert!(!shown.contains("0123456789abcdef"), "{form} became {shown}");
            assert!(shown.contains(HIDDEN), "{shown}");
        }
    }

    #[test]
    fn a_short_password_is_hidden_by_its_name() {
        assert_eq!(text("password=hemmelig&x=1"), "password=[hidden]&x=1");
        assert_eq!(text("pass: \"to ord\", next"), "pass: \"[hidden]\", next");
        assert_eq!(
            text("http://kari:pw@desk.test/a"),
            "http://[hidden]@desk.test/a"
        );
    }

    #[test]
    fn ordinary_lines_stay() {
        for plain in [
            "poll took 23 ms, 4 tickets",
            "desk.token_file: /home/kari/token cannot be read",
            "query=id > 7 AND x=3  twice   spaced",
            "ticket 1-2-3 at https://desk.test/Ticket/Display.html?id=7",
            "a token was refused; basic checks passed",
        ] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn personal_numbers_are_masked() {
        assert_eq!(text("ringede: 010190-1234"), "ringede: ******-****");
    }

    proptest! {
        #[test]
        fn a_token_never_survives_in_any_surroundings(before in "\\PC{0,30}", after in "\\PC{0,30}") {
            // A digit or letter that touches it makes it another word.
            let shown = text(&format!("{before} {TOKEN} {after}"));
            prop_assert!(!shown.contains("0123456789abcdef"), "{}", shown);
        }

        #[test]
        fn a_token_in_any_tangle_of_names_and_signs_is_hidden(
            before in "(password|token|=|:|\"| |Authorization|1-2-|a|@|://|\\\\){0,12}",
            after in "(password|token|=|:|\"| |@|://){0,6}",
        ) {
            let shown = text(&format!("{before} {TOKEN} {after}"));
            prop_assert!(!shown.contains("0123456789abcdef"), "{}", shown);
        }
    }
}
