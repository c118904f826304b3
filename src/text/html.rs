//! Mail HTML, hostile or broken, as plain text.
//!
//! No tree is built: one pass over the tags writes lines. Scripts, styles, comments and the head are
//! dropped, links keep their address when it says something else than their text, lists and quotes keep
//! their shape. The result has been through [`sanitize::block`]. Time is linear in the input, the output
//! is bounded, and anything that is no well-formed tag is text or ignored, never an error.

mod entity;
mod tag;
mod writer;

use super::sanitize;
use tag::{Markup, Scanner};
use writer::Writer;

/// Longest result in bytes of [`to_text`].
pub const MAX_TEXT: usize = 256 * 1024;

/// Longest link address that is written out, in characters.
const MAX_URL: usize = 300;

/// The text of an HTML document or fragment.
///
/// ```
/// use vagt::text::html::to_text;
/// let html = "<p>VPN&nbsp;er <b>nede</b><script>alert(1)</script></p><blockquote>Hej</blockquote>";
/// assert_eq!(to_text(html), "VPN er nede\n\n> Hej");
/// ```
pub fn to_text(html: &str) -> String {
    to_text_max(html, MAX_TEXT)
}

/// [`to_text`] with a result of at most `max` characters, the last of which is then `…`.
pub fn to_text_max(html: &str, max: usize) -> String {
    let mut page = Page {
        out: Writer::default(),
        links: Vec::new(),
        lists: Vec::new(),
    };
    for markup in Scanner::new(html) {
        match markup {
            Markup::Text(text) => entity::decode(text, |c| page.out.text(c)),
            Markup::Open { name, attributes } => page.open(&name, attributes),
            Markup::Close { name } => page.close(&name),
        }
        // Sanitising only shrinks; a little more than is asked for tells that something was cut.
        if page.out.len() > max.saturating_mul(4).saturating_add(4096) {
            break;
        }
    }
    sanitize::block_max(&page.out.finish(), max)
}

struct Page {
    out: Writer,
    /// Open links: address, and where their text begins.
    links: Vec<(String, usize)>,
    /// Open lists: the next number, or none for bullets.
    lists: Vec<Option<u32>>,
}

impl Page {
    fn open(&mut self, name: &str, attributes: &str) {
        match name {
            "br" => self.out.line_break(),
            "hr" => {
                self.out.paragraph();
                "---".chars().for_each(|c| self.out.text(c));
                self.out.paragraph();
            }
            "a" => {
                let address = tag::attribute(attributes, "href")
                    .and_then(|href| shown_address(&href))
                    .unwrap_or_default();
                if self.links.len() < 16 {
                    self.links.push((address, self.out.mark()));
                }
            }
            "img" => {
                if let Some(alt) =
                    tag::attribute(attributes, "alt").filter(|alt| !alt.trim().is_empty())
                {
                    let alt = sanitize::line_max(&alt, 80);
                    format!("[{alt}]").chars().for_each(|c| self.out.text(c));
                }
            }
            "ul" | "ol" => {
                self.block();
                self.lists.push((name == "ol").then_some(1));
            }
            "li" => {
                self.out.line();
                let depth = self.lists.len().clamp(1, 8);
                let bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number = number.saturating_add(1);
                        format!("{}. ", number.saturating_sub(1))
                    }
                    _ => "- ".to_owned(),
                };
                self.out
                    .bullet(&format!("{}{bullet}", "  ".repeat(depth - 1)));
            }
            "td" | "th" => self.out.cell(),
            "blockquote" => {
                self.out.paragraph();
                self.out.quote(1);
            }
            "pre" => {
                self.out.paragraph();
                self.out.preformatted(1);
            }
            name => self.edge(name),
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "a" => self.close_link(),
            "ul" | "ol" => {
                self.lists.pop();
                self.block();
            }
            "blockquote" => {
                self.out.paragraph();
                self.out.quote(-1);
            }
            "pre" => {
                self.out.preformatted(-1);
                self.out.paragraph();
            }
            // `</br>` is a line break in every browser.
            "br" => self.out.line_break(),
            name => self.edge(name),
        }
    }

    fn close_link(&mut self) {
        let Some((address, start)) = self.links.pop() else {
            return;
        };
        let text = self.out.since(start);
        if !address.is_empty() && bare(text) != bare(&address) {
            let open = if text.trim().is_empty() { "<" } else { " <" };
            format!("{open}{address}>")
                .chars()
                .for_each(|c| self.out.text(c));
        }
    }

    /// A list inside a list begins on the next line, any other after a blank one.
    fn block(&mut self) {
        if self.lists.is_empty() {
            self.out.paragraph();
        } else {
            self.out.line();
        }
    }

    /// What the beginning and the end of an element do to the line.
    fn edge(&mut self, name: &str) {
        match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "dl" | "figure"
            | "fieldset" => self.out.paragraph(),
            "div" | "tr" | "section" | "article" | "header" | "footer" | "address" | "dt"
            | "dd" | "li" | "caption" | "center" | "form" | "option" | "legend" | "aside"
            | "main" | "nav" | "body" | "figcaption" => self.out.line(),
            _ => {}
        }
    }
}

/// The address of a link when it is one that a person can use.
fn shown_address(href: &str) -> Option<String> {
    let mut address = String::new();
    entity::decode(href, |c| address.push(c));
    let address = sanitize::line_max(&address, MAX_URL).replace(' ', "%20");
    let scheme = address
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase())?;
    matches!(
        scheme.as_str(),
        "http" | "https" | "mailto" | "tel" | "ftp" | "sip" | "msteams"
    )
    .then_some(address)
}

/// An address without what makes no difference to a reader.
fn bare(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text = ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .find_map(|p| text.strip_prefix(p))
        .unwrap_or(&text);
    text.trim_start_matches("www.")
        .trim_end_matches('/')
        .to_owned()
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
