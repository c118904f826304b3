//! Bodies in parts (`multipart/form-data`): the JSON in a part named `JSON`, files in parts named
//! `Attachments`. They become the JSON body that the rest of the dialect reads.

use base64::Engine as _;
use serde_json::{Map, Value, json};

use super::{Request, input};
use crate::demo::base::Refusal;

/// More parts than this are refused.
const MOST_PARTS: usize = 1_000;
/// A boundary is no longer (RFC 2046).
const LONGEST_BOUNDARY: usize = 70;

/// One part: name, file name, type, content.
struct Part<'a> {
    name: String,
    file: Option<String>,
    kind: String,
    content: &'a [u8],
}

/// The request with a JSON body, if its body came in parts.
pub(crate) fn unfolded(request: &Request) -> Result<Option<Request>, Refusal> {
    let kind = request.content_type.as_str();
    let form = kind
        .get(..19)
        .is_some_and(|start| start.eq_ignore_ascii_case("multipart/form-data"));
    if !form {
        return Ok(None);
    }
    let boundary = parameter(kind, "boundary")
        .filter(|boundary| (1..=LONGEST_BOUNDARY).contains(&boundary.len()));
    let parts = match boundary {
        Some(boundary) => parts(&request.body, &boundary)?,
        None => Vec::new(),
    };
    let missing = || Refusal::new(400, "JSON is a required field for multipart/form-data");
    let text = parts
        .iter()
        .find(|part| part.name == "JSON" && !part.content.is_empty())
        .ok_or_else(missing)?;
    input::modest(text.content)?;
    let mut map: Map<String, Value> = serde_json::from_slice(text.content)
        .map_err(|error| Refusal::new(400, format!("JSON parse error: {error}\n")))?;
    let files: Vec<Value> = parts
        .iter()
        .filter(|part| part.name == "Attachments" && !part.content.is_empty())
        .map(|part| {
            json!({
                "FileName": part.file.as_deref().unwrap_or("file"),
                "FileType": part.kind,
                "FileContent": base64::engine::general_purpose::STANDARD.encode(part.content),
            })
        })
        .collect();
    if !files.is_empty() {
        map.insert("Attachments".to_owned(), Value::Array(files));
    }
    Ok(Some(Request {
        content_type: "application/json".to_owned(),
        body: Value::Object(map).to_string().into_bytes(),
        ..request.clone()
    }))
}

/// The value of `name=` or `name="…"` in a header.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|piece| {
        let (key, value) = piece.split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>, Refusal> {
    let line = format!("--{boundary}").into_bytes();
    let mut found = Vec::new();
    let mut rest = body;
    while let Some(at) = find(rest, &line) {
        if found.len() > MOST_PARTS {
            return Err(Refusal::new(400, "Too many parts"));
        }
        rest = rest.get(at + line.len()..).unwrap_or_default();
        if rest.starts_with(b"--") {
            break;
        }
        let Some(head) = find(rest, b"\r\n\r\n") else {
            break;
        };
        let headers = String::from_utf8_lossy(rest.get(..head).unwrap_or_default()).into_owned();
        let content = rest.get(head + 4..).unwrap_or_default();
        let end = find(content, &line).unwrap_or(content.len());
        let content = content.get(..end).unwrap_or_default();
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        let header = |name: &str| {
            headers.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        let shown = header("content-disposition").unwrap_or_default();
        found.push(Part {
            name: parameter(shown, "name").unwrap_or_default(),
            file: parameter(shown, "filename"),
            kind: header("content-type").unwrap_or("text/plain").to_owned(),
            content,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"JSON\"\r\n\r\n{\"Content\":\"a\"}\r\n--x\r\n\
            Content-Disposition: form-data; name=\"Attachments\"; filename=\"l.txt\"\r\nContent-Type: text/plain\r\n\r\n1\r\n2\r\n--x--\r\n";
        let found = parts(body, "x").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].content, b"{\"Content\":\"a\"}");
        assert_eq!(found[1].file.as_deref(), Some("l.txt"));
        assert_eq!(found[1].content, b"1\r\n2");
    }

    proptest! {
        #[test]
        fn never_panics(body in proptest::collection::vec(any::<u8>(), 0..200), boundary in "[-x\\r\\n]{1,5}") {
            drop(parts(&body, &boundary));
        }
    }
}
