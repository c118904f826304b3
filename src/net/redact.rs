//! Secrets taken out of text that will be logged or shown.

use url::Url;

const MASK: &str = "[hidden]";

/// Names whose value in a query, form or header is a secret.
const SECRET_NAMES: [&str; 9] = [
    "token",
    "pass",
    "password",
    "passwd",
    "secret",
    "auth",
    "authorization",
    "cookie",
    "key",
];

/// An address without user, password, query and fragment. What is no address is hidden whole.
pub fn address(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else {
        return MASK.to_owned();
    };
    // Both fail only for addresses that cannot have a user part.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

/// Text with everything masked that looks like a secret: `token 1-14-…`, `Bearer …`, `Basic …`, `name=value` and
/// `name: value` of a secret name, session cookies, and `user:password@` in addresses.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut mask_next = false;
    for (word, gap) in words(text) {
        if mask_next && !word.is_empty() {
            mask_next = is_scheme(word);
            out.push_str(if mask_next { word } else { MASK });
        } else {
            let (shown, next) = one_word(word);
            out.push_str(&shown);
            mask_next = next;
        }
        out.push_str(gap);
    }
    out
}

/// Splits into words, each with the white space behind it.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split_inclusive(char::is_whitespace).map(|piece| {
        let word = piece.trim_end();
        piece.split_at_checked(word.len()).unwrap_or((piece, ""))
    })
}

/// One word without secrets, and whether the word after it is one.
fn one_word(word: &str) -> (String, bool) {
    if is_scheme(word) {
        return (word.to_owned(), true);
    }
    if is_rt_token(word.trim_matches(|c: char| !c.is_ascii_alphanumeric())) {
        return (MASK.to_owned(), false);
    }
    if let Some((name, rest)) = word.split_once(':')
        && is_secret_name(name)
    {
        return if rest.is_empty() {
            (word.to_owned(), true)
        } else {
            (format!("{name}:{MASK}"), false)
        };
    }
    let without_user = without_userinfo(word);
    let parts: Vec<String> = without_user.split('&').map(pair).collect();
    (parts.join("&"), false)
}

fn pair(part: &str) -> String {
    match part.rsplit_once('=') {
        Some((before, value)) if !value.is_empty() => {
            let name = before
                .rsplit(['?', ';', ','])
                .next()
                .unwrap_or(before)
                .to_owned();
            if is_secret_name(&name) || name.starts_with("RT_SID_") {
                format!("{before}={MASK}")
            } else {
                part.to_owned()
            }
        }
        _ => part.to_owned(),
    }
}

fn without_userinfo(word: &str) -> String {
    if let Some((scheme, rest)) = word.split_once("://")
        && let Some((authority, _)) = rest.split_once(['/', '?', '#']).or(Some((rest, "")))
        && let Some((user, _)) = authority.rsplit_once('@')
        && let Some(after) = rest.strip_prefix(user)
    {
        return format!("{scheme}://{MASK}{after}");
    }
    word.to_owned()
}

fn is_scheme(word: &str) -> bool {
    ["token", "bearer", "basic"]
        .iter()
        .any(|s| word.eq_ignore_ascii_case(s))
}

fn is_secret_name(name: &str) -> bool {
    let name = name.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    SECRET_NAMES.iter().any(|s| name.eq_ignore_ascii_case(s))
}

/// RT's tokens: `1-<user id>-<32 hexadecimal digits>`.
fn is_rt_token(word: &str) -> bool {
    let mut parts = word.splitn(3, '-');
    let number =
        |p: Option<&str>| p.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    number(parts.next())
        && number(parts.next())
        && parts
            .next()
            .is_some_and(|p| p.len() >= 16 && p.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "1-14-0123456789abcdef0123456789abcdef";

    #[test]
    fn no_form_of_a_secret_survives() {
        for form in [
            format!("Authorization: token {TOKEN}"),
            format!("authorization:token {TOKEN}"),
            format!("sent token {TOKEN} to the desk"),
            format!("GET /REST/2.0/rt?token={TOKEN}&x=1"),
            format!("bare {TOKEN}, in a sentence"),
            format!("\"{TOKEN}\""),
            format!("http://kari:{TOKEN}@desk.test/rt"),
            format!("user=kari&pass={TOKEN}"),
            format!("Cookie: RT_SID_desk.443={TOKEN}"),
            format!("Set-Cookie RT_SID_desk.443={TOKEN}; Path=/"),
            format!("Bearer {TOKEN}"),
        ] {
            let shown = text(&form);
            assert!(!shown.contains("0123456789abcdef"), "{form} became {shown}");
        }
        assert_eq!(
            text("http://kari:hemmelig@desk.test/a"),
            "http://[hidden]@desk.test/a"
        );
    }

    #[test]
    fn ordinary_text_stays() {
        for plain in [
            "Cannot reach desk.test:443: connection refused.",
            "query=id > 7 AND x=3  twice   spaced",
            "a ticket 1-2-3 and https://desk.test/Ticket/Display.html?id=7",
        ] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn an_address_loses_user_and_query() {
        assert_eq!(
            address("https://kari:pw@desk.test/rt?token=x#y"),
            "https://desk.test/rt"
        );
        assert_eq!(address("no address"), MASK);
    }
}
