//! What is put together in English, said again in the language of the screen: notices, which the log keeps, and reasons
//! of lower rooms, which know no language.
//!
//! Invariant: a text that no message of the files says comes out as it is, so nothing is lost; what a message leaves
//! open (a number, a name, the desk's own words) stays, unless it is such a text itself.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::FluentArgs;

use super::speak::{find, spoken};
use crate::text::lang::Lang;

/// Beginnings of the ids of messages that texts are compared with.
const KINDS: [&str; 5] = ["told-", "verb-", "undo-by", "claim-", "people-"];
/// They stand for what is open while an English message is taken apart; no text from outside has them, for it is
/// sanitised.
const SIGNS: [char; 6] = ['\u{1}', '\u{2}', '\u{3}', '\u{4}', '\u{5}', '\u{6}'];
/// Texts inside texts that are looked at.
const DEEP: usize = 5;
/// Answers that are remembered.
const REMEMBERED: usize = 2_000;

/// A message in English, taken apart.
struct Pattern {
    id: &'static str,
    names: Vec<&'static str>,
    /// Text, and which name is open after it.
    pieces: Vec<(String, Option<usize>)>,
    /// How much of it is text: the more, the sooner it is tried.
    text: usize,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let english = include_str!("../../assets/i18n/en.ftl");
    let mut all: Vec<Pattern> = messages(english)
        .into_iter()
        .filter(|(id, _)| KINDS.iter().any(|kind| id.starts_with(kind)))
        .filter_map(|(id, names)| pattern(id, names))
        .collect();
    all.sort_by_key(|pattern| std::cmp::Reverse(pattern.text));
    all
});

/// Ids of a file, with the names of what each leaves open.
fn messages(file: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase())
            && let Some((id, _)) = line.split_once(" = ")
        {
            all.push((id, Vec::new()));
        }
        let Some((_, names)) = all.last_mut() else {
            continue;
        };
        for after in line.split('$').skip(1) {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric());
            let name = after.get(..end.unwrap_or(after.len())).unwrap_or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    all
}

fn pattern(id: &'static str, names: Vec<&'static str>) -> Option<Pattern> {
    if names.len() > SIGNS.len() {
        return None;
    }
    let mut args = FluentArgs::new();
    for (name, sign) in names.iter().zip(SIGNS) {
        args.set(*name, sign.to_string());
    }
    let english = find(Lang::En, id, &args)?;
    let mut pieces = vec![(String::new(), None)];
    for c in english.chars() {
        match (SIGNS.iter().position(|sign| *sign == c), pieces.last_mut()) {
            (Some(open), Some(last)) => {
                last.1 = Some(open);
                pieces.push((String::new(), None));
            }
            (None, Some((text, _))) => text.push(c),
            (_, None) => {}
        }
    }
    let text = pieces.iter().map(|(text, _)| text.len()).sum();
    Some(Pattern {
        id,
        names,
        pieces,
        text,
    })
}

impl Pattern {
    /// What stands in the open places of a text that this says.
    fn fits<'t>(&self, text: &'t str) -> Option<[&'t str; SIGNS.len()]> {
        let mut found = [""; SIGNS.len()];
        let ((first, open), rest) = self.pieces.split_first()?;
        let mut open = *open;
        let mut text = text.strip_prefix(first.as_str())?;
        for (at, (piece, next)) in rest.iter().enumerate() {
            let is_last = at + 1 == rest.len();
            let (inside, after) = if is_last {
                (text.strip_suffix(piece.as_str())?, "")
            } else {
                text.split_once(piece.as_str())?
            };
            if let Some(place) = open.and_then(|open| found.get_mut(open)) {
                *place = inside;
            }
            (text, open) = (after, *next);
        }
        text.is_empty().then_some(found)
    }
}

thread_local! {
    static ANSWERS: RefCell<HashMap<(Lang, String), Option<String>>> = RefCell::default();
}

/// A text in the language that is spoken, where the files know it; else as it is.
pub fn retold(text: &str) -> Cow<'_, str> {
    let lang = spoken();
    if matches!(lang, Lang::En | Lang::Unknown) || text.is_empty() {
        return Cow::Borrowed(text);
    }
    let answer = ANSWERS.with_borrow_mut(|answers| {
        if answers.len() > REMEMBERED {
            answers.clear();
        }
        let key = (lang, text.to_owned());
        let answer = answers.entry(key).or_insert_with(|| told(lang, text, DEEP));
        answer.clone()
    });
    answer.map_or(Cow::Borrowed(text), Cow::Owned)
}

fn told(lang: Lang, text: &str, deep: usize) -> Option<String> {
    let deeper = deep.checked_sub(1)?;
    let found = PATTERNS
        .iter()
        .find_map(|pattern| Some((pattern, pattern.fits(text)?)));
    let (pattern, open) = found?;
    let mut args = FluentArgs::new();
    for (name, inside) in pattern.names.iter().zip(open) {
        // A number chooses the plural.
        match inside.parse::<i64>() {
            Ok(n) if inside == n.to_string() => args.set(*name, n),
            _ => {
                let inside = told(lang, inside, deeper).unwrap_or_else(|| inside.to_owned());
                args.set(*name, inside);
            }
        }
    }
    find(lang, pattern.id, &args)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::speaking;

    #[test]
    fn a_text_is_said_again_and_what_nobody_knows_stays() {
        let reason = "this console is set to read only (desk.role)";
        assert_eq!(retold(reason), reason);
        let _danish = speaking("da");
        assert_eq!(
            retold(reason),
            "denne konsol er sat til kun læsning (desk.role)"
        );
        assert_eq!(
            retold("the desk has no links of kind refers-to"),
            "systemet har ingen tilknytninger af slagsen henviser til"
        );
        let desk = "No permission to modify ticket";
        assert_eq!(retold(desk), desk);
        assert_eq!(
            retold(&format!("4211: status resolved refused: {desk}")),
            format!("4211: status resolved afvist: {desk}")
        );
    }
}
