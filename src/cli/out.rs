//! Output: data to standard output, words to standard error. A closed pipe ends the command in peace.

use std::io::{self, IsTerminal as _, Write};

use serde::Serialize;
use serde_json::Value as Json;

use super::exit::{Exit, Stop};
use crate::text::mask::mask;

/// Keys of objects that hold ids and addresses, which must come out as they are. Every other text is masked, those of
/// keys that nobody has thought of too.
const IDS: [&str; 20] = [
    "id", "ticket", "tickets", "action", "parent", "undoes", "entry", "result", "target", "device",
    "silent", "odd", "hash", "last", "token", "into", "failing", "said_no", "unknown", "incident",
];

/// Standard output, buffered. Nothing else in the program prints to it.
#[derive(Debug)]
pub struct Out {
    inner: io::BufWriter<io::Stdout>,
}

impl Out {
    /// Standard output.
    pub fn new() -> Self {
        Self {
            inner: io::BufWriter::new(io::stdout()),
        }
    }
    /// One line of text. Whoever builds it masks whole texts before they are cut; this catches what was forgotten.
    ///
    /// # Errors
    /// What the system says; a closed pipe becomes an exit in peace, see [`Stop`].
    pub fn line(&mut self, text: impl AsRef<str>) -> Result<(), Stop> {
        self.raw(&mask(text.as_ref()))
    }
    fn raw(&mut self, text: &str) -> Result<(), Stop> {
        self.inner.write_all(text.as_bytes())?;
        self.inner.write_all(b"\n")?;
        Ok(())
    }
    /// One JSON value on one line, personal numbers in its free texts masked.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn json(&mut self, value: &Json) -> Result<(), Stop> {
        let mut value = value.clone();
        mask_texts(&mut value, true);
        self.record(&value)
    }
    /// One JSON value on one line, as it is: for what the person gave us a moment ago.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn record(&mut self, value: &impl Serialize) -> Result<(), Stop> {
        let text = serde_json::to_string(value).map_err(|e| {
            Stop::new(
                Exit::Failed,
                format!("the answer cannot be written as JSON: {e}"),
            )
        })?;
        self.raw(&text)
    }
    /// One row of comma-separated values, quoted where it must be. A cell that a spreadsheet would run as a
    /// formula gets an apostrophe in front.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn csv(&mut self, cells: &[&str]) -> Result<(), Stop> {
        let row: Vec<String> = cells.iter().map(|c| csv_cell(c)).collect();
        self.raw(&row.join(","))
    }
    /// Sends on what is buffered.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn flush(&mut self) -> Result<(), Stop> {
        self.inner.flush()?;
        Ok(())
    }
}

impl Default for Out {
    fn default() -> Self {
        Self::new()
    }
}

fn mask_texts(value: &mut Json, free: bool) {
    match value {
        Json::String(text) if free => {
            if let std::borrow::Cow::Owned(masked) = mask(text) {
                *text = masked;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| mask_texts(item, free)),
        Json::Object(map) => {
            for (key, value) in map {
                mask_texts(value, !IDS.contains(&key.as_str()));
            }
        }
        Json::String(_) | Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '@', '\t'])
        || (text.starts_with('-') && text.parse::<f64>().is_err());
    let guarded = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

/// Says something to the person, on standard error. A standard error that is gone is no reason to fail.
pub fn say(text: impl AsRef<str>) {
    let mut line = mask(text.as_ref()).into_owned();
    line.push('\n');
    drop(io::stderr().write_all(line.as_bytes()));
}

/// Whether a person looks at standard output.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{csv_cell, mask_texts};

    #[test]
    fn personal_numbers_leave_in_no_text_and_ids_stay() {
        let mut item = json!({
            "id": "0101901234",
            "subject": "Borger 010190-1234",
            "action": { "ticket": "0101901234", "verb": { "verb": "reply", "text": "CPR 010190-1234" } },
            "differences": [{ "seen": "010190-1234", "theirs": "none" }],
            "a key of tomorrow": ["010190-1234"],
            "updated": "2026-11-22T06:08:09.101901234Z",
        });
        mask_texts(&mut item, true);
        assert_eq!(item["id"], "0101901234");
        assert_eq!(item["action"]["ticket"], "0101901234");
        assert_eq!(item["subject"], "Borger ******-****");
        assert_eq!(item["action"]["verb"]["text"], "CPR ******-****");
        assert_eq!(item["differences"][0]["seen"], "******-****");
        assert_eq!(item["a key of tomorrow"][0], "******-****");
        assert_eq!(item["updated"], "2026-11-22T06:08:09.101901234Z");
    }

    #[test]
    fn ids_of_an_incident_stay_as_they_are() {
        let said = json!({
            "incident": "0101901234",
            "into": "0101901234",
            "failing": ["0101901234"],
            "said_no": ["0101901234"],
            "unknown": ["0101901234"],
            "sentence": "Borger 010190-1234",
        });
        let mut masked = said.clone();
        mask_texts(&mut masked, true);
        for key in ["incident", "into", "failing", "said_no", "unknown"] {
            assert_eq!(masked[key], said[key], "{key}");
        }
        assert_eq!(masked["sentence"], "Borger ******-****");
    }

    #[test]
    fn cells_are_quoted_and_formulas_are_not_run() {
        assert_eq!(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(csv_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(csv_cell("-110"), "-110");
        assert_eq!(csv_cell("-cmd"), "'-cmd");
    }
}
