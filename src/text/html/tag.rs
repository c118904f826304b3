//! HTML cut into text, opening and closing tags. Elements whose content is no text are left out whole.

/// How often a tag may turn out to be broken by its quotes before quotes are no longer believed. Each
/// failure costs a look at the rest of the document; the bound keeps the whole linear.
const MAX_BROKEN_QUOTES: usize = 8;

/// Longest name of an element that matters.
const MAX_NAME: usize = 16;

/// A piece of a document.
pub(super) enum Markup<'a> {
    /// Text with its references undecoded.
    Text(&'a str),
    /// An opening tag; the name in lower case.
    Open { name: String, attributes: &'a str },
    /// A closing tag; the name in lower case.
    Close { name: String },
}

/// Iterates over the pieces of a document.
pub(super) struct Scanner<'a> {
    rest: &'a str,
    broken_quotes: usize,
    has_no_more_tags: bool,
    is_head_unclosed: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self {
            rest: html,
            broken_quotes: 0,
            has_no_more_tags: false,
            is_head_unclosed: false,
        }
    }

    /// Takes `bytes` off the front; everything when that is no boundary.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (front, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        front
    }

    /// Skips to behind `end`, or to the end of the document.
    fn skip_behind(&mut self, end: &str) {
        self.rest = self.rest.split_once(end).map_or("", |(_, after)| after);
    }

    /// Bytes of the tag at the front, brackets included; `None` when it never ends.
    fn tag_length(&mut self) -> Option<usize> {
        if self.broken_quotes < MAX_BROKEN_QUOTES {
            let mut quote = None;
            let mut previous = b' ';
            for (at, byte) in self.rest.bytes().enumerate() {
                match (quote, byte) {
                    (None, b'>') => return Some(at + 1),
                    // A quote opens a value only; `don't` in a broken tag does not.
                    (None, b'"' | b'\'') if previous == b'=' => quote = Some(byte),
                    (Some(open), byte) if byte == open => quote = None,
                    _ => {}
                }
                if !byte.is_ascii_whitespace() {
                    previous = byte;
                }
            }
            self.broken_quotes += 1;
        }
        self.rest.find('>').map(|at| at + 1)
    }

    /// Reads what begins with `<`; `None` when nothing came of it that concerns the reader.
    fn markup(&mut self) -> Option<Markup<'a>> {
        if self.rest.starts_with("<!--") {
            self.take(4);
            // `<!-->` is a whole comment.
            if !self.rest.starts_with('>') {
                self.skip_behind("-->");
            }
            return None;
        }
        let mut ahead = self.rest.chars().skip(1);
        let is_tag = match ahead.next() {
            Some('!' | '?') => {
                self.skip_behind(">");
                return None;
            }
            Some('/') => ahead.next().is_some_and(|c| c.is_ascii_alphabetic()),
            Some(c) => c.is_ascii_alphabetic(),
            None => false,
        };
        let length = if is_tag && !self.has_no_more_tags {
            self.tag_length()
        } else {
            None
        };
        let Some(length) = length else {
            self.has_no_more_tags |= is_tag;
            return Some(Markup::Text(self.take(1)));
        };
        let tag = self.take(length);
        let inner = tag.trim_start_matches('<').trim_end_matches('>');
        let (is_closing, inner) = inner
            .strip_prefix('/')
            .map_or((false, inner), |inner| (true, inner));
        let name_end = inner
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(inner.len());
        let (name, attributes) = inner.split_at_checked(name_end)?;
        let name: String = name
            .chars()
            .take(MAX_NAME)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if is_closing {
            return Some(Markup::Close { name });
        }
        match name.as_str() {
            "script" | "style" | "title" | "iframe" | "noembed" | "noframes" | "template"
            | "svg" | "math" | "object" | "xml" => {
                if !attributes.ends_with('/') {
                    self.skip_content(&name);
                }
                None
            }
            "head" => {
                self.skip_head();
                None
            }
            _ => Some(Markup::Open { name, attributes }),
        }
    }

    /// Skips to the closing tag of an element that shows nothing, or to the end, as browsers do.
    fn skip_content(&mut self, name: &str) {
        let end = find_closing(self.rest, name).unwrap_or(self.rest.len());
        self.take(end);
    }

    /// Skips the head. One that is never closed holds the text, too.
    fn skip_head(&mut self) {
        if self.is_head_unclosed {
            return;
        }
        let closing = find_closing(self.rest, "head");
        let body = find_ignoring_case(self.rest, "<body");
        match closing.into_iter().chain(body).min() {
            Some(end) => {
                self.take(end);
            }
            None => self.is_head_unclosed = true,
        }
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Markup<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            match self.rest.find('<').unwrap_or(self.rest.len()) {
                0 => {
                    if let Some(markup) = self.markup() {
                        return Some(markup);
                    }
                }
                text => return Some(Markup::Text(self.take(text))),
            }
        }
        None
    }
}

fn find_closing(html: &str, name: &str) -> Option<usize> {
    find_ignoring_case(html, &format!("</{name}"))
}

/// Position of an ASCII text of any case that begins with `<`.
fn find_ignoring_case(html: &str, tag: &str) -> Option<usize> {
    html.match_indices('<').map(|(at, _)| at).find(|at| {
        html.get(*at..at + tag.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(tag))
    })
}

/// The value of an attribute, references undecoded; the first one when it is given twice.
pub(super) fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes;
    for _ in 0..64 {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let name_end = rest
            .find(|c: char| c.is_ascii_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(name_end)?;
        let after_name = after.trim_start();
        let Some(value) = after_name.strip_prefix('=') else {
            // A name without a value; an empty name cannot occur twice in a row, so this moves on.
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let (value, left) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = value.get(1..)?;
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => value.split_at_checked(
                value
                    .find(|c: char| c.is_ascii_whitespace())
                    .unwrap_or(value.len()),
            )?,
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value.to_owned());
        }
        rest = left;
    }
    None
}
