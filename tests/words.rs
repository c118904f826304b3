//! The files of languages: the same sentences in all five, with the same things to fill in, none unused and none
//! missing that the source asks for.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 5] = ["en", "da", "nb", "nn", "sv"];

/// Ids that are put together from a kind and the word of a thing: `named("state-", state.word())`.
const KINDS: [&str; 47] = [
    "alarm-",
    "handover-",
    "page-",
    "rollouts-",
    "trends-",
    "report-",
    "grade-",
    "device-sort-",
    "break-down-",
    "alike-",
    "automatic-",
    "claim-",
    "clear-",
    "column-",
    "command-",
    "context-",
    "count-",
    "device-fact-",
    "draft-",
    "fact-",
    "failing-",
    "fails-",
    "fix-",
    "flow-",
    "group-",
    "health-",
    "hint-",
    "lane-",
    "lang-",
    "likeness-",
    "link-",
    "member-",
    "number-",
    "outbox-",
    "pane-",
    "role-",
    "shared",
    "sort-",
    "span-",
    "state-",
    "told-",
    "verb-",
    "wait-",
    "wall-",
    "well-",
    "why-",
    "words-",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Messages of a file: id and text, whole.
fn messages(lang: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(format!("assets/i18n/{lang}.ftl"))).unwrap();
    let mut all: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let begins = line.starts_with(|c: char| c.is_ascii_lowercase());
        match (begins, line.split_once(" = ")) {
            (true, Some((id, rest))) => all.push((id.to_owned(), rest.to_owned())),
            _ if line.is_empty() => {}
            _ => {
                let (_, text) = all.last_mut().expect("a file begins with a message");
                text.push('\n');
                text.push_str(line);
            }
        }
    }
    all
}

/// What a message fills in.
fn variables(text: &str) -> BTreeSet<String> {
    let after = text.split('$').skip(1);
    after
        .map(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            rest[..end.unwrap_or(rest.len())].to_owned()
        })
        .collect()
}

fn sources(dir: &Path, out: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // Tests may say what they like.
            let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
            let is_code = |line: &&str| !line.trim_start().starts_with("//");
            let text: Vec<&str> = text.lines().filter(is_code).collect();
            let text = text.join("\n");
            out.push((path, text));
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    sources(&root().join("src"), &mut out);
    out
}

/// Every `say!("id", name = …)` of a source: id and names.
fn said(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut out = Vec::new();
    for call in text.split("say!(").skip(1) {
        let call = call.trim_start();
        let Some(call) = call.strip_prefix('"') else {
            continue;
        };
        let Some((id, rest)) = call.split_once('"') else {
            continue;
        };
        let mut names = BTreeSet::new();
        let (mut depth, mut in_text, mut before) = (1, false, ' ');
        let mut word = String::new();
        for c in rest.chars() {
            match c {
                '"' if before != '\\' => in_text = !in_text,
                _ if in_text => {}
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                '=' if depth == 1 && before == ' ' => {
                    names.insert(word.trim().to_owned());
                }
                ',' if depth == 1 => word.clear(),
                _ if depth == 1 => word.push(c),
                _ => {}
            }
            if c == ' ' && word.ends_with(' ') && word.trim().is_empty() {
                word.clear();
            }
            before = c;
            if depth == 0 {
                break;
            }
        }
        out.push((id.to_owned(), names));
    }
    out
}

#[test]
fn all_languages_have_the_same_sentences_with_the_same_things_to_fill_in() {
    let english: BTreeMap<_, _> = messages("en").into_iter().collect();
    let mut wrong = Vec::new();
    for lang in LANGUAGES {
        let own = messages(lang);
        let ids: BTreeSet<&String> = own.iter().map(|(id, _)| id).collect();
        if ids.len() != own.len() {
            wrong.push(format!("{lang}: an id stands there twice"));
        }
        for id in english.keys().filter(|id| !ids.contains(id)) {
            wrong.push(format!("{lang}: {id} is missing"));
        }
        for (id, text) in &own {
            match english.get(id) {
                None => wrong.push(format!("{lang}: {id} is not in English")),
                Some(other) if variables(other) != variables(text) => {
                    wrong.push(format!("{lang}: {id} fills in something else"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_sentence_that_the_source_says_is_there_with_all_its_words() {
    let english: BTreeMap<_, _> = messages("en").into_iter().collect();
    let mut wrong = Vec::new();
    for (path, text) in all_sources() {
        let place = path.strip_prefix(root()).unwrap().display().to_string();
        for (id, names) in said(&text) {
            match english.get(&id) {
                None => wrong.push(format!("{place}: {id} is in no file")),
                Some(message) if variables(message) != names => wrong.push(format!(
                    "{place}: {id} is given {names:?} and fills in {:?}",
                    variables(message)
                )),
                Some(_) => {}
            }
        }
        for call in text.split("i18n::word(\"").skip(1) {
            let id = call.split('"').next().unwrap();
            match english.get(id) {
                None => wrong.push(format!("{place}: {id} is in no file")),
                Some(message) if message.contains('{') || message.contains('\n') => {
                    wrong.push(format!("{place}: {id} is no plain word"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_sentence_is_unused() {
    let sources = all_sources();
    let is_used = |id: &str| {
        let quoted = format!("\"{id}\"");
        KINDS.iter().any(|kind| id.starts_with(kind))
            || sources.iter().any(|(_, text)| text.contains(&quoted))
    };
    let unused: Vec<String> = messages("en")
        .into_iter()
        .map(|(id, _)| id)
        .filter(|id| !is_used(id))
        .collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

/// Their words are named by a kind, or are no words of the screen.
const ELSEWHERE: [&str; 4] = [
    "model/hints.rs",
    "model/screen.rs",
    "app/words.rs",
    "update/timeline.rs",
];
/// Pieces of sentences that are known as a whole.
const PIECES: [&str; 21] = [
    "(and X9 more: vagt config check)",
    "X9: the X9 are not known yet and are being read; press the key again",
    "; X9 declares it",
    "From now on this console links to X9 who joins laterX9, and says so each time; never what does not fit",
    "X9 joined X9 later: linked without askingX9X9",
    "; X9 shows the keys",
    "X9 X9; it was not sentX9",
    "X9: a person must decideX9",
    "a parent",
    "X9 is not declaredX9",
    ", answers them from X9 in their own language",
    "X9 does nothing hereX9",
    "(may be the same matter)",
    "The text is kept as a draft.",
    "could not be taken back and may still be sent",
    "could not be dropped and may still be sent",
    "could not be sent again",
    "taken back",
    "size unknown",
    "X9 is marked down, and X9 with itX9",
    "X9 is marked downX9",
];
/// Pieces of the source that are no sentences of the screen.
const NOT_SAID: [&str; 3] = ["reason = ", "#[doc", "assert"];

/// The sentences that a source puts together in English, with something in each open place.
fn sentences(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in text
        .lines()
        .filter(|line| !NOT_SAID.iter().any(|not| line.contains(not)))
    {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('"') {
            let mut end = 0;
            let mut escaped = false;
            for c in after.chars() {
                if c == '"' && !escaped {
                    break;
                }
                escaped = c == '\\' && !escaped;
                end += c.len_utf8();
            }
            let literal = after[..end].replace("\\\"", "\"");
            rest = after.get(end + 1..).unwrap_or("");
            // What is asked for by its id is compared elsewhere.
            if before.ends_with("say!(") || before.ends_with("word(") {
                continue;
            }
            let mut said = String::new();
            let mut depth = 0;
            for c in literal.chars() {
                match c {
                    '{' => {
                        depth += 1;
                        said.push_str("X9");
                    }
                    '}' => depth -= 1,
                    c if depth == 0 => said.push(c),
                    _ => {}
                }
            }
            let words = said
                .split_whitespace()
                .filter(|w| w.chars().all(|c| c.is_ascii_lowercase()));
            if words.count() >= 2 {
                out.push(said);
            }
        }
    }
    out
}

#[test]
fn whatever_a_key_leads_to_is_known_in_every_language() {
    let mut unknown = BTreeSet::new();
    for (path, text) in all_sources() {
        let place = path.strip_prefix(root()).unwrap().display().to_string();
        if !place.starts_with("src/app/")
            || place.contains("/tests/")
            || ELSEWHERE.iter().any(|other| place.ends_with(other))
        {
            continue;
        }
        let whole = |said: &String| !PIECES.contains(&said.trim());
        for said in sentences(&text).into_iter().filter(whole) {
            for lang in ["da", "nb", "nn", "sv"] {
                let _speaking = vagt::i18n::speaking(lang);
                if vagt::i18n::retold(said.trim()) == said.trim() {
                    unknown.insert(format!("{place}: {said}"));
                }
            }
        }
    }
    let all: Vec<String> = unknown.into_iter().collect();
    assert!(
        all.is_empty(),
        "no `told-` message says:\n{}",
        all.join("\n")
    );
}

#[test]
fn every_command_and_its_hint_has_words_in_every_language() {
    use vagt::input::command::COMMANDS;
    for lang in LANGUAGES {
        let own: BTreeMap<_, _> = messages(lang).into_iter().collect();
        for spec in COMMANDS {
            let id = format!("command-{}", spec.id.replace('.', "-"));
            let (title, help) = (own.get(&id), own.get(&format!("{id}-help")));
            let (Some(title), Some(help)) = (title, help) else {
                panic!("{lang}: {id} or {id}-help is missing");
            };
            if lang == "en" {
                assert_eq!(
                    (title.as_str(), help.as_str()),
                    (spec.title, spec.help),
                    "{id}"
                );
            }
        }
    }
}
