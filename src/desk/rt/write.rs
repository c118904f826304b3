//! Sending a plan once, and saying what came back without believing it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::desk::port::{Answer, Files};
use crate::desk::rt::RtDesk;
use crate::desk::rt::wire;
use crate::domain::ids::TicketId;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::plan::{Plan, Step};
use crate::domain::ticket::Version;
use crate::net::{self, Failure, Method, Request, Sent};

impl RtDesk {
    pub(super) async fn send_plan(
        &self,
        plan: &Plan,
        version: Option<&Version>,
        files: &Files,
    ) -> Answer {
        let mut remarks = Vec::new();
        let mut created = None;
        for step in &plan.steps {
            match self.send_step(step, version, files).await {
                Answer::Accepted {
                    remarks: more,
                    created: id,
                } => {
                    remarks.extend(more);
                    created = created.or(id);
                }
                other => return other,
            }
        }
        Answer::Accepted { remarks, created }
    }

    async fn send_step(&self, step: &Step, version: Option<&Version>, files: &Files) -> Answer {
        let method = match step.method.as_str() {
            "PUT" => Method::Put,
            "POST" => Method::Post,
            "DELETE" => Method::Delete,
            other => {
                return Answer::NotSent(Trouble::new(
                    TroubleKind::Validation,
                    format!("The plan has the unknown method {other}."),
                ));
            }
        };
        let mut body = step.body.clone();
        if let Err(message) = fill(body.as_mut(), files) {
            return Answer::NotSent(Trouble::new(TroubleKind::Validation, message));
        }
        let mut request = Request::write(method, format!("/REST/2.0{}", step.path), body.as_ref());
        if let Some(version) = version.filter(|_| step.guarded) {
            request = request.header("if-match", format!("\"{}\"", version.0));
        }
        judge(self.api.send(request).await)
    }
}

/// Puts the bytes of the files into the attachments of a body.
fn fill(body: Option<&mut Value>, files: &Files) -> Result<(), String> {
    let Some(Value::Array(list)) = body.and_then(|b| b.get_mut("Attachments")) else {
        return Ok(());
    };
    if list.len() != files.len() {
        return Err(format!(
            "{} files are planned and {} are at hand.",
            list.len(),
            files.len()
        ));
    }
    for (attachment, bytes) in list.iter_mut().zip(files) {
        // RT takes an empty content for a missing one; padding alone decodes to nothing.
        let content = if bytes.is_empty() {
            "=".to_owned()
        } else {
            BASE64.encode(bytes)
        };
        if let Some(object) = attachment.as_object_mut() {
            object.insert("FileContent".to_owned(), json!(content));
        }
    }
    Ok(())
}

/// What an answer to a write means. Only what surely did not happen is called refused or not sent.
fn judge(result: Result<net::Answer, Failure>) -> Answer {
    let answer = match result {
        Ok(answer) => answer,
        Err(failure) => {
            return match failure.sent {
                Sent::No => Answer::NotSent(failure.trouble),
                Sent::Maybe => Answer::NoAnswer(failure.trouble.message),
            };
        }
    };
    if answer.is_success() && !answer.is_html() {
        return Answer::Accepted {
            created: created(&answer),
            remarks: wire::sentences(&answer.body),
        };
    }
    let trouble = answer.trouble().unwrap_or_else(|| {
        Trouble::new(
            TroubleKind::Config,
            format!(
                "{} answered the write with a web page, as a login page before it does.",
                answer.place
            ),
        )
    });
    match answer.status {
        412 => Answer::Stale,
        // Turned away at the door: nothing was carried out. 401 and 407 are answered before a request is looked at, and
        // a 429 comes from a counter before the work, which says that this request was one too many.
        401 | 407 | 429 => Answer::NotSent(trouble),
        // The desk may have died, or the proxy given up, with the write half or wholly done. A 503 comes from a proxy
        // that has lost its desk as well as from a desk that is closed, with a Retry-After or without; a page or a
        // redirect may be what stands after a write as well as before it.
        200..=399 | 408 | 500..=599 => Answer::NoAnswer(trouble.message),
        _ => Answer::Refused(answer.message().unwrap_or(trouble.message)),
    }
}

/// The ticket that a create made: from the body, else from the `Location`.
fn created(answer: &net::Answer) -> Option<TicketId> {
    if answer.status != 201 {
        return None;
    }
    let from_body = serde_json::from_slice::<Value>(&answer.body)
        .ok()
        .filter(|v| v.get("type").and_then(Value::as_str) == Some("ticket"))
        .and_then(|v| v.get("id").and_then(wire::id));
    from_body
        .or_else(|| wire::trailing_id(answer.location.as_deref()?, "ticket"))
        .map(|id| TicketId::new(id.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn answered(status: u16, content_type: &str, body: &[u8]) -> Answer {
        judge(Ok(net::Answer {
            status,
            content_type: content_type.to_owned(),
            body: body.to_vec(),
            place: "desk.test".to_owned(),
            ..net::Answer::default()
        }))
    }

    #[rstest]
    #[case(412, "stale")]
    #[case(400, "refused")]
    #[case(403, "refused")]
    #[case(404, "refused")]
    #[case(413, "refused")]
    #[case(302, "no answer")]
    #[case(307, "no answer")]
    #[case(401, "not sent")]
    #[case(429, "not sent")]
    #[case(500, "no answer")]
    #[case(502, "no answer")]
    #[case(503, "no answer")]
    #[case(504, "no answer")]
    #[case(408, "no answer")]
    fn a_status_is_never_taken_for_less_than_it_may_be(#[case] status: u16, #[case] means: &str) {
        let got = match answered(status, "application/json", b"{\"message\":\"nej\"}") {
            Answer::Accepted { .. } => "accepted",
            Answer::Stale => "stale",
            Answer::Refused(_) => "refused",
            Answer::NotSent(_) => "not sent",
            Answer::NoAnswer(_) => "no answer",
        };
        assert_eq!(got, means);
    }

    #[rstest]
    #[case(503, "no answer")]
    #[case(429, "not sent")]
    fn a_wish_to_wait_does_not_say_that_nothing_happened(#[case] status: u16, #[case] means: &str) {
        let got = judge(Ok(net::Answer {
            status,
            retry_after: Some(std::time::Duration::from_secs(2)),
            ..net::Answer::default()
        }));
        match got {
            Answer::NotSent(trouble) => {
                assert_eq!(means, "not sent");
                assert!(trouble.retry_after.is_some());
            }
            Answer::NoAnswer(_) => assert_eq!(means, "no answer"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_written_reply_with_a_spoilt_answer_is_accepted() {
        let answer = answered(
            201,
            "application/json; charset=\"utf-8\"",
            b"[\"Korrespondance tilf\xf8jet\"]",
        );
        assert_eq!(
            answer,
            Answer::Accepted {
                remarks: vec!["Korrespondance tilføjet".to_owned()],
                created: None
            }
        );
    }

    #[test]
    fn a_web_page_is_no_success() {
        assert!(matches!(
            answered(200, "text/html", b"<html>Login</html>"),
            Answer::NoAnswer(_)
        ));
    }

    #[test]
    fn the_created_ticket_is_named_by_body_or_location() {
        let body = answered(
            201,
            "application/json",
            b"{\"id\":\"309\",\"type\":\"ticket\"}",
        );
        assert!(matches!(body, Answer::Accepted { created: Some(id), .. } if id.as_str() == "309"));
        let location = judge(Ok(net::Answer {
            status: 201,
            location: Some("/REST/2.0/ticket/310".to_owned()),
            content_type: "application/json".to_owned(),
            ..net::Answer::default()
        }));
        assert!(
            matches!(location, Answer::Accepted { created: Some(id), .. } if id.as_str() == "310")
        );
    }

    #[test]
    fn empty_files_and_missing_files() {
        let mut body = json!({"Attachments": [{"FileName": "a"}, {"FileName": "b"}]});
        fill(Some(&mut body), &vec![Vec::new(), b"hej".to_vec()]).unwrap();
        assert_eq!(body["Attachments"][0]["FileContent"], "=");
        assert_eq!(body["Attachments"][1]["FileContent"], "aGVq");
        fill(Some(&mut body), &vec![Vec::new()]).unwrap_err();
    }
}
