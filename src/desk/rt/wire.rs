//! The wire: RT's JSON as it really comes.
//!
//! Numbers come as strings and the other way round, what is not set is 1970, `""`, null or a missing key, and
//! lists are sometimes `""`. So everything is read leniently from [`Value`]: what is not understood becomes
//! unknown, never an error and never a wrong value. Only the frame of a list is required.

use serde::Deserialize;
use serde_json::Value;

use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::{Fact, Timestamp};
use crate::text::sanitize;

/// One page of a collection.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Page {
    /// Rows, some of which may be null.
    pub(super) items: Vec<Value>,
    /// How many there are in all; null where RT checks rights row by row.
    #[serde(default, deserialize_with = "lenient_count")]
    pub(super) total: Option<u64>,
}

fn lenient_count<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<u64>, D::Error> {
    Ok(number(&Value::deserialize(d)?).and_then(|n| u64::try_from(n).ok()))
}

impl Page {
    /// A page without rows though RT counts some: its SQL failed and it does not say so.
    pub(super) fn check(self, place: &str) -> Result<Self, Trouble> {
        if self.items.is_empty() && self.total.is_some_and(|t| t > 0) {
            return Err(Trouble::new(
                TroubleKind::Malformed,
                format!("{place} counts rows but lists none: its query failed. It is asked again."),
            ));
        }
        Ok(self)
    }

    /// The rows that are objects, with their ids.
    pub(super) fn rows(&self) -> impl DoubleEndedIterator<Item = (u64, &Value)> {
        self.items
            .iter()
            .filter_map(|item| Some((id(item.get("id")?)?, item)))
    }
}

/// A string or number as text; everything else is none.
pub(super) fn raw_text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// One safe line of at most `max` characters; none when it is empty or no text.
pub(super) fn line(value: Option<&Value>, max: usize) -> Option<String> {
    let line = sanitize::line_max(&raw_text(value?)?, max);
    (!line.is_empty()).then_some(line)
}

/// A whole number, also out of a string or a float without fraction.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.as_i64().or_else(|| {
            let float = n.as_f64()?;
            (float.fract() == 0.0 && float.abs() < 9e15).then(|| {
                // Within ±9e15 a float without fraction is exact.
                #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
                let whole = float as i64;
                whole
            })
        }),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
}

/// A record id: a positive number.
pub(super) fn id(value: &Value) -> Option<u64> {
    number(value)
        .and_then(|n| u64::try_from(n).ok())
        .filter(|n| *n > 0)
}

/// A time. 1970 means "not set"; what is missing or unreadable is unknown.
pub(super) fn time(value: Option<&Value>) -> Fact<Timestamp> {
    let Some(Value::String(text)) = value else {
        return Fact::Unknown;
    };
    match text.trim().parse::<Timestamp>() {
        Ok(t) if t.as_second() <= 0 => Fact::Empty,
        Ok(t) => Fact::Known(t),
        Err(_) => Fact::Unknown,
    }
}

/// A reference to another record: `{"id": …, "type": …, "Name": …}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// The id: of users the login name.
    pub(super) id: String,
    value: &'a Value,
}

impl<'a> Reference<'a> {
    pub(super) fn of(value: Option<&'a Value>) -> Option<Self> {
        let value = value?;
        let id = raw_text(value.get("id")?)?;
        (!id.is_empty()).then_some(Self { id, value })
    }
    /// Whether it refers to a record of a type (`user`, `ticket`).
    pub(super) fn is_a(&self, kind: &str) -> bool {
        self.value.get("type").and_then(Value::as_str) == Some(kind)
    }
    /// An expanded field, one safe line.
    pub(super) fn field(&self, name: &str, max: usize) -> Option<String> {
        line(self.value.get(name), max)
    }
}

/// A list of references; none when the answer does not say (missing, `""`, null).
pub(super) fn references(value: Option<&Value>) -> Option<Vec<Reference<'_>>> {
    match value? {
        Value::Array(items) => Some(
            items
                .iter()
                .filter_map(|item| Reference::of(Some(item)))
                .collect(),
        ),
        single @ Value::Object(_) => Some(Reference::of(Some(single)).into_iter().collect()),
        _ => None,
    }
}

/// One custom field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CustomField {
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

/// The custom fields of a record, each value one safe line; none when the answer does not say (lists write `""`
/// where no field applies, which says nothing about values).
pub(super) fn custom_fields(value: Option<&Value>) -> Option<Vec<CustomField>> {
    let Value::Array(items) = value? else {
        return None;
    };
    let fields = items
        .iter()
        .filter_map(|item| {
            let name = line(item.get("name"), 200)?;
            let values = match item.get("values") {
                Some(Value::Array(values)) => {
                    values.iter().filter_map(|v| line(Some(v), 2_000)).collect()
                }
                _ => Vec::new(),
            };
            Some(CustomField { name, values })
        })
        .collect();
    Some(fields)
}

/// The number at the end of an RT address or URI: `fsck.com-rt://desk/ticket/4`, `/REST/2.0/transaction/52`.
pub(super) fn trailing_id(text: &str, kind: &str) -> Option<u64> {
    let (before, number) = text.trim().rsplit_once('/')?;
    let is_kind = before
        .rsplit('/')
        .next()
        .is_some_and(|k| k.eq_ignore_ascii_case(kind));
    if is_kind { number.parse().ok() } else { None }
}

/// The sentences of a write's answer. They may be in Latin-1 though labelled UTF-8 (RT 5.0.3 does that to users
/// whose language has æøå), so bytes that are no UTF-8 are taken as Latin-1 and nothing depends on them.
pub(super) fn sentences(body: &[u8]) -> Vec<String> {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) => body.iter().copied().map(char::from).collect(),
    };
    let Ok(value) = serde_json::from_str::<Value>(&text) else {
        return Vec::new();
    };
    let items = match value {
        Value::Array(items) => items,
        other => vec![other],
    };
    items
        .iter()
        .filter_map(|v| line(Some(v), 300))
        .take(20)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn numbers_in_every_dress() {
        assert_eq!(number(&json!("80")), Some(80));
        assert_eq!(number(&json!(80)), Some(80));
        assert_eq!(number(&json!(80.0)), Some(80));
        assert_eq!(number(&json!(80.5)), None);
        assert_eq!(number(&json!("")), None);
        assert_eq!(number(&json!(1e300)), None);
        assert_eq!(id(&json!("0")), None);
        assert_eq!(id(&json!(-4)), None);
    }

    #[test]
    fn nineteen_seventy_is_not_set_and_nothing_is_unknown() {
        assert_eq!(time(Some(&json!("1970-01-01T00:00:00Z"))), Fact::Empty);
        assert_eq!(time(Some(&json!(""))), Fact::Unknown);
        assert_eq!(time(None), Fact::Unknown);
        let known = time(Some(&json!("2026-11-21T20:42:36Z")));
        assert_eq!(known, Fact::Known("2026-11-21T20:42:36Z".parse().unwrap()));
    }

    #[test]
    fn empty_pages_come_with_a_float_or_null() {
        let page: Page =
            serde_json::from_value(json!({"items": [], "pages": 0.0, "total": 0})).unwrap();
        assert_eq!(page.clone().check("desk").unwrap().total, Some(0));
        let page: Page = serde_json::from_value(
            json!({"items": [null, {"id": "7"}, {"id": 8}, {}], "total": null}),
        )
        .unwrap();
        assert_eq!(page.rows().map(|(id, _)| id).collect::<Vec<_>>(), [7, 8]);
        assert_eq!(page.total, None);
        let broken: Page = serde_json::from_value(json!({"items": [], "total": 5000})).unwrap();
        assert_eq!(
            broken.check("desk").unwrap_err().kind,
            TroubleKind::Malformed
        );
    }

    #[test]
    fn latin_1_in_an_answer_is_no_failure() {
        assert_eq!(
            sentences(b"[\"Korrespondance tilf\xf8jet\"]"),
            ["Korrespondance tilføjet"]
        );
        assert_eq!(
            sentences("[\"Sag 10: æ\\u001b[31m\"]".as_bytes()),
            ["Sag 10: æ"]
        );
        assert!(sentences(b"<html>").is_empty());
    }

    #[test]
    fn ids_out_of_addresses() {
        assert_eq!(
            trailing_id("fsck.com-rt://helpdesk.test/ticket/141", "ticket"),
            Some(141)
        );
        assert_eq!(
            trailing_id("/REST/2.0/transaction/52", "transaction"),
            Some(52)
        );
        assert_eq!(trailing_id("asset://helpdesk.test/asset/4", "ticket"), None);
        assert_eq!(trailing_id("", "ticket"), None);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map(
                    prop_oneof![
                        Just("id".to_owned()),
                        Just("name".to_owned()),
                        Just("values".to_owned()),
                        ".{0,6}"
                    ],
                    inner,
                    0..5
                )
                .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_json_panics(value in any_json()) {
            let _ = (number(&value), id(&value), time(Some(&value)), line(Some(&value), 10));
            let _ = Reference::of(Some(&value)).map(|r| r.field("Name", 5));
            let _ = references(Some(&value)).map(|r| r.len());
            let _ = custom_fields(Some(&value));
            if let Ok(page) = serde_json::from_value::<Page>(value) {
                let _ = page.rows().count();
                let _ = page.check("desk");
            }
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = sentences(&bytes);
        }
    }
}
