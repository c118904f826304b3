//! Reads Rust source far enough to see which rooms and crates it names.
//!
//! Comments, strings and test code are taken out first; what is left is a list of tokens, in which every path
//! that starts at `crate`, `super`, `vagt` or a dependency's name is a use. Macros are plain tokens here, so a
//! path inside one counts as well.

use std::collections::BTreeSet;

/// What one file names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Rooms, with the line of the first mention.
    pub rooms: BTreeSet<(String, usize)>,
    /// First names of paths, such as `tokio` in `tokio::spawn`, with the line.
    pub heads: BTreeSet<(String, usize)>,
    /// Neighbours anywhere in a path, such as `Instant::now`, with the line.
    pub pairs: BTreeSet<(String, usize)>,
    /// Lines of code that are neither blank, comment nor test.
    pub code_lines: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Ident(String),
    Path,
    Mark(char),
}

/// Reads one file. `module` is its path from the crate root: `["app", "update"]` for `src/app/update.rs`.
pub fn scan(source: &str, module: &[&str]) -> Uses {
    let tokens = without_tests(&tokens(&blank(source)));
    let code_lines = tokens
        .iter()
        .map(|(line, _)| *line)
        .collect::<BTreeSet<_>>()
        .len();
    let mut uses = Uses {
        code_lines,
        ..Uses::default()
    };
    let mut here: Vec<String> = module.iter().map(ToString::to_string).collect();
    let mut braces: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some((line, token)) = tokens.get(at) {
        if let (Token::Ident(first), Some(Token::Path), Some(Token::Ident(second))) =
            (token, get(&tokens, at + 1), get(&tokens, at + 2))
        {
            uses.pairs.insert((format!("{first}::{second}"), *line));
        }
        match token {
            Token::Ident(word) if word == "mod" => {
                if let (Some(Token::Ident(name)), Some(Token::Mark('{'))) =
                    (get(&tokens, at + 1), get(&tokens, at + 2))
                {
                    here.push(name.clone());
                    braces.push(true);
                    at += 2;
                }
            }
            Token::Mark('{') => braces.push(false),
            Token::Mark('}') if braces.pop() == Some(true) => {
                here.pop();
            }
            Token::Ident(first) if starts_path(&tokens, at) => match first.as_str() {
                "crate" | "vagt" => room(&tokens, at, Vec::new(), &mut uses),
                "super" => room(&tokens, at, parent(&here), &mut uses),
                _ if get(&tokens, at + 1) == Some(&Token::Path) || after_use(&tokens, at) => {
                    uses.heads.insert((first.clone(), *line));
                }
                _ => {}
            },
            _ => {}
        }
        at += 1;
    }
    uses
}

fn get(tokens: &[(usize, Token)], at: usize) -> Option<&Token> {
    tokens.get(at).map(|(_, token)| token)
}

fn parent(path: &[String]) -> Vec<String> {
    path.split_last()
        .map(|(_, rest)| rest.to_vec())
        .unwrap_or_default()
}

/// Notes the rooms of a path that begins at `at` in the module `base`, if it goes up to the crate root.
fn room(tokens: &[(usize, Token)], at: usize, mut base: Vec<String>, uses: &mut Uses) {
    let (line, mut next) = (tokens.get(at).map_or(0, |(line, _)| *line), at + 1);
    while get(tokens, next) == Some(&Token::Path)
        && get(tokens, next + 1) == Some(&Token::Ident("super".into()))
    {
        base = parent(&base);
        next += 2;
    }
    if base.is_empty() && get(tokens, next) == Some(&Token::Path) {
        let heads = heads(tokens, next + 1).into_iter();
        uses.rooms.extend(heads.map(|head| (head, line)));
    }
}

fn after_use(tokens: &[(usize, Token)], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| get(tokens, before)) == Some(&Token::Ident("use".into()))
}

/// A name that is not the tail of a path, a field or a method.
fn starts_path(tokens: &[(usize, Token)], at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| get(tokens, before)) {
        Some(Token::Path) => at
            .checked_sub(2)
            .and_then(|before| get(tokens, before))
            .is_none_or(|token| !matches!(token, Token::Ident(_) | Token::Mark('>'))),
        Some(Token::Mark('.')) => false,
        _ => true,
    }
}

/// The names that can follow a `::`: one, or the first names inside `{…}`.
fn heads(tokens: &[(usize, Token)], at: usize) -> Vec<String> {
    match get(tokens, at) {
        Some(Token::Ident(name)) => vec![name.clone()],
        Some(Token::Mark('*')) => vec!["*".into()],
        Some(Token::Mark('{')) => {
            let (mut names, mut depth, mut first, mut at) = (Vec::new(), 1, true, at + 1);
            while let Some(token) = get(tokens, at).filter(|_| depth > 0) {
                match token {
                    Token::Mark('{') => depth += 1,
                    Token::Mark('}') => depth -= 1,
                    Token::Mark(',') if depth == 1 => first = true,
                    Token::Ident(name) if depth == 1 && first => {
                        names.push(name.clone());
                        first = false;
                    }
                    _ => {}
                }
                at += 1;
            }
            names
        }
        _ => Vec::new(),
    }
}

/// Takes out items under `#[cfg(test)]`.
fn without_tests(tokens: &[(usize, Token)]) -> Vec<(usize, Token)> {
    let marker = ["#", "[", "cfg", "(", "test", ")", "]"];
    let is_marker = |at: usize| {
        marker
            .iter()
            .enumerate()
            .all(|(i, want)| match get(tokens, at + i) {
                Some(Token::Ident(word)) => word == want,
                Some(Token::Mark(mark)) => *want == mark.to_string(),
                _ => false,
            })
    };
    let (mut kept, mut at) = (Vec::new(), 0);
    while let Some(token) = tokens.get(at) {
        if !is_marker(at) {
            kept.push(token.clone());
            at += 1;
            continue;
        }
        // to the end of the item: a `;`, or the `}` that closes its first `{`
        at += marker.len();
        let mut depth = 0;
        while let Some(token) = get(tokens, at) {
            at += 1;
            match token {
                Token::Mark('{' | '[' | '(') => depth += 1,
                Token::Mark(closing @ ('}' | ']' | ')')) => {
                    depth -= 1;
                    if depth == 0 && *closing == '}' {
                        break;
                    }
                }
                Token::Mark(';') if depth == 0 => break,
                _ => {}
            }
        }
    }
    kept
}

/// The source with comments and the insides of literals replaced by spaces; lines stay where they are.
fn blank(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let look = |at: usize| chars.get(at).copied().unwrap_or('\0');
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    let keep_lines = |out: &mut String, from: usize, to: usize| {
        out.extend((from..to).map(|i| if look(i) == '\n' { '\n' } else { ' ' }));
    };
    while at < chars.len() {
        let start = at;
        match (look(at), look(at + 1)) {
            ('/', '/') => {
                while at < chars.len() && look(at) != '\n' {
                    at += 1;
                }
            }
            ('/', '*') => {
                let mut depth = 0;
                loop {
                    match (look(at), look(at + 1)) {
                        ('/', '*') => (depth, at) = (depth + 1, at + 2),
                        ('*', '/') => (depth, at) = (depth - 1, at + 2),
                        _ => at += 1,
                    }
                    if depth == 0 || at >= chars.len() {
                        break;
                    }
                }
            }
            ('"', _) => at = after_string(&chars, at + 1),
            ('\'', '\\') => {
                at += 3;
                while at < chars.len() && look(at) != '\'' {
                    at += 1;
                }
                at += 1;
            }
            ('\'', _) if look(at + 2) == '\'' => at += 3,
            ('r', '"' | '#')
                if !is_word(look(at.wrapping_sub(1)))
                    || matches!(look(at.wrapping_sub(1)), 'b' | 'c') =>
            {
                let hashes = (at + 1..chars.len())
                    .take_while(|&i| look(i) == '#')
                    .count();
                if look(at + 1 + hashes) == '"' {
                    at += 2 + hashes;
                    while at < chars.len()
                        && !(look(at) == '"' && (1..=hashes).all(|i| look(at + i) == '#'))
                    {
                        at += 1;
                    }
                    at += 1 + hashes;
                }
            }
            _ => {}
        }
        if at == start {
            out.push(look(at));
            at += 1;
        } else {
            at = at.min(chars.len());
            keep_lines(&mut out, start, at);
        }
    }
    out
}

fn after_string(chars: &[char], mut at: usize) -> usize {
    while let Some(c) = chars.get(at) {
        match c {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn tokens(source: &str) -> Vec<(usize, Token)> {
    let mut found = Vec::new();
    for (number, line) in source.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(c) = rest.chars().next() {
            let length = if is_word(c) {
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                c.len_utf8()
            };
            let (word, tail) = rest.split_at(length);
            found.push((
                number + 1,
                if is_word(c) {
                    Token::Ident(word.into())
                } else if word == "::" {
                    Token::Path
                } else {
                    Token::Mark(c)
                },
            ));
            rest = tail.trim_start();
        }
    }
    found
}
