//! Queries as text: TicketSQL values that cannot break out of their quotes, and percent-encoding.

use std::fmt::Write as _;

use crate::domain::outcome::{Trouble, TroubleKind};

/// A value for TicketSQL, TransactionSQL and AssetSQL, in quotes. Quote and backslash are escaped; control
/// characters, which no value of ours needs, become spaces.
pub(super) fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    for c in value.chars() {
        match c {
            '\'' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// A custom field's column, `CF.{Vagt group}`, in quotes as RT wants it. A name with braces or quotes cannot be
/// written there: it is refused rather than bent.
pub(super) fn custom_field(name: &str) -> Result<String, Trouble> {
    let is_bad = |c: char| matches!(c, '{' | '}' | '\'' | '"' | '\\') || c.is_control();
    if name.trim().is_empty() || name.contains(is_bad) {
        return Err(Trouble::new(
            TroubleKind::Config,
            format!(
                "The custom field name {:?} cannot be used in a query. Rename it on the desk and in the config.",
                crate::text::sanitize::line_max(name, 60)
            ),
        ));
    }
    Ok(format!("'CF.{{{name}}}'"))
}

/// A time so many seconds ago, in words that RT reads relative to its own clock, so that neither the user's time
/// zone nor our clock matters. Rounded up; never with four digits, which RT would take for a time of day.
pub(super) fn ago(seconds: i64) -> String {
    let seconds = seconds.max(60);
    let up = |unit: i64| (seconds / unit).saturating_add(i64::from(seconds % unit != 0));
    if up(60) <= 240 {
        format!("{} minutes ago", up(60))
    } else if up(3_600) <= 240 {
        format!("{} hours ago", up(3_600))
    } else {
        format!("{} days ago", up(86_400).min(900))
    }
}

/// `id=1 OR id=2`; `None` without ids.
pub(super) fn any_id(field: &str, ids: &[u64]) -> Option<String> {
    let parts: Vec<String> = ids.iter().map(|id| format!("{field}={id}")).collect();
    (!parts.is_empty()).then(|| parts.join(" OR "))
}

/// Percent-encodes everything but unreserved characters, for a query value or one path segment.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            other => {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

/// A list request: path, SQL or JSON query, `fields` and their expansions, order by id, page size.
#[derive(Debug, Clone)]
pub(super) struct List {
    path: String,
    params: Vec<(&'static str, String)>,
}

impl List {
    /// A list at `path`, ordered by id.
    pub(super) fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            params: vec![("orderby", "id".to_owned())],
        }
    }
    /// The query, in the language of the path.
    pub(super) fn query(self, query: impl Into<String>) -> Self {
        self.with("query", query)
    }
    /// Fields of each row; `expansions` name the sub-fields of references.
    pub(super) fn fields(mut self, fields: &str, expansions: &[(&'static str, &str)]) -> Self {
        self = self.with("fields", fields);
        for (key, value) in expansions {
            self = self.with(key, *value);
        }
        self
    }
    /// Newest first.
    pub(super) fn descending(self) -> Self {
        self.with("order", "DESC")
    }
    /// Rows of a page; RT cuts at 100 without a word.
    pub(super) fn per_page(self, rows: usize) -> Self {
        self.with("per_page", rows.clamp(1, 100).to_string())
    }
    /// Page number from 1.
    pub(super) fn page(self, page: u32) -> Self {
        self.with("page", page.to_string())
    }
    fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.params.push((key, value.into()));
        self
    }
    /// Path and query string below `/REST/2.0`.
    pub(super) fn to_path(&self) -> String {
        let params: Vec<String> = self
            .params
            .iter()
            .map(|(k, v)| format!("{}={}", encoded(k), encoded(v)))
            .collect();
        format!("{}?{}", self.path, params.join("&"))
    }
}

/// One condition of a JSON search; conditions on the same field after the first are alternatives (RT joins
/// different fields with AND and the rows of one field by `entry_aggregator`).
pub(super) fn json_any<T: ToString>(field: &str, values: &[T]) -> Vec<serde_json::Value> {
    values
        .iter()
        .enumerate()
        .map(|(i, v)| {
            if i == 0 {
                serde_json::json!({"field": field, "value": v.to_string()})
            } else {
                serde_json::json!({"field": field, "value": v.to_string(), "entry_aggregator": "OR"})
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a quoted value back as RT's parser does: a backslash takes the next character as it is.
    fn unquote(text: &str) -> Option<String> {
        let mut chars = text.chars();
        if chars.next() != Some('\'') {
            return None;
        }
        let mut out = String::new();
        loop {
            match chars.next()? {
                '\\' => out.push(chars.next()?),
                '\'' => return chars.next().is_none().then_some(out),
                c => out.push(c),
            }
        }
    }

    #[test]
    fn quotes_cannot_be_broken_out_of() {
        assert_eq!(quoted("O'Brien' OR id > '0"), r"'O\'Brien\' OR id > \'0'");
        assert_eq!(quoted(r"back\"), r"'back\\'");
        assert_eq!(quoted("æøå"), "'æøå'");
    }

    #[test]
    fn a_field_name_that_cannot_be_written_is_refused() {
        assert_eq!(custom_field("Vagt group").unwrap(), "'CF.{Vagt group}'");
        for bad in [
            "",
            " ",
            "a}b",
            "it's",
            "x' OR '1'='1",
            "a\\b",
            "line\nbreak",
        ] {
            assert_eq!(
                custom_field(bad).unwrap_err().kind,
                TroubleKind::Config,
                "{bad}"
            );
        }
    }

    #[test]
    fn ages_never_have_four_digits() {
        assert_eq!(ago(-5), "1 minutes ago");
        assert_eq!(ago(901), "16 minutes ago");
        assert_eq!(ago(48 * 3_600), "48 hours ago");
        assert_eq!(ago(241 * 3_600), "11 days ago");
        assert_eq!(ago(i64::MAX), "900 days ago");
    }

    #[test]
    fn a_list_is_encoded() {
        let path = List::new("/tickets")
            .query("Queue='Videomøder' AND id > 7")
            .fields("Subject,Owner", &[("fields[Owner]", "RealName")])
            .per_page(500)
            .to_path();
        assert_eq!(
            path,
            "/tickets?orderby=id&query=Queue%3D%27Videom%C3%B8der%27%20AND%20id%20%3E%207&fields=Subject%2COwner&fields%5BOwner%5D=RealName&per_page=100"
        );
    }

    proptest! {
        #[test]
        fn any_value_comes_back_as_it_was(value in "[^\\p{Cc}]*") {
            prop_assert_eq!(unquote(&quoted(&value)), Some(value));
        }

        #[test]
        fn encoding_leaves_only_safe_characters(value: String) {
            prop_assert!(encoded(&value).bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%".contains(&b)));
        }
    }
}
