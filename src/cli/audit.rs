//! `vagt audit`: what was written and what came of it, and whether the record of that is whole.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::args::{AuditArgs, AuditShowArgs, AuditVerifyArgs, AuditWhat};
use super::exit::{Exit, Stop};
use super::live::{self, block_on};
use super::out::{Out, say};
use super::session::Ground;
use crate::domain::Timestamp;
use crate::domain::query::eval::seconds;
use crate::store::outbox::{AuditRange, Outbox, Recorded, SHORTEST, Verdict};
use crate::text::mask::mask;
use crate::text::width;

/// Lines that are read at a time.
const PAGE: u32 = 1_000;
/// Hexadecimal digits of a whole hash.
const WHOLE: usize = 64;

/// Runs it. It needs no desk.
///
/// # Errors
/// A time or hash that cannot be read (exit code 2); a file that cannot be used.
pub fn run(args: &AuditArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    block_on(async {
        let outbox = live::outbox(ground)?;
        match &args.what {
            None => show(&outbox, &args.show, out).await,
            Some(AuditWhat::Show(args)) => show(&outbox, args, out).await,
            Some(AuditWhat::Verify(args)) => verify(&outbox, args, out).await,
        }
    })
}

async fn show(outbox: &Outbox, args: &AuditShowArgs, out: &mut Out) -> Result<Exit, Stop> {
    let now = Timestamp::now();
    let moment = |text: &Option<String>| text.as_ref().map(|t| moment(t, now)).transpose();
    let mut range = AuditRange {
        after: args.from.unwrap_or(1) - 1,
        since: moment(&args.since)?,
        until: moment(&args.until)?,
        ticket: args.ticket.as_deref().map(Into::into),
        limit: None,
    };
    let shape = args.shape;
    if shape.csv {
        out.csv(&CELLS)?;
    }
    let mut left = args.limit.unwrap_or(u32::MAX);
    let mut objects = Vec::new();
    let mut any = false;
    loop {
        range.limit = Some(left.min(PAGE));
        let page = outbox.audit(range.clone()).await?;
        let Some(last) = page.last() else { break };
        range.after = last.n;
        left -= u32::try_from(page.len()).unwrap_or(left).min(left);
        any = true;
        for recorded in &page {
            if shape.csv {
                let cells = cells(recorded);
                out.csv(&cells.each_ref().map(String::as_str))?;
            } else if shape.json {
                objects.push(object(recorded));
            } else if shape.ndjson {
                let mut object = object(recorded);
                object
                    .as_object_mut()
                    .map(|o| o.insert("schema".to_owned(), json!("vagt.audit/1")));
                out.json(&object)?;
            } else {
                out.line(line(recorded))?;
            }
        }
    }
    if shape.json {
        out.json(&json!({
            "schema": "vagt.audit/1", "profile": outbox.profile(), "lines": objects
        }))?;
    } else if !any && !shape.ndjson && !shape.csv {
        say("there is nothing in the audit");
    }
    Ok(Exit::Done)
}

/// A time as a person writes it: with or without a clock and a zone, or as an age.
pub(super) fn moment(text: &str, now: Timestamp) -> Result<Timestamp, Stop> {
    let text = text.trim();
    let local = |at: DateTime| Some(at.to_zoned(TimeZone::system()).ok()?.timestamp());
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<DateTime>().ok().and_then(local))
        .or_else(|| {
            now.checked_sub(jiff::SignedDuration::from_secs(seconds(text)?))
                .ok()
        })
        .ok_or_else(|| {
            let why = format!(
                "{text:?} is no time; write 2026-03-02, 2026-03-02T08:00, or an age such as 2h or 3d"
            );
            Stop::new(Exit::Usage, why)
        })
}

/// Columns of the comma-separated form.
const CELLS: [&str; 13] = [
    "n", "at", "verb", "ticket", "who", "state", "before", "after", "entry", "message", "action",
    "old", "hash",
];

fn cells(recorded: &Recorded) -> [String; 13] {
    let (n, old, hash) = (
        recorded.n.to_string(),
        u8::from(recorded.old).to_string(),
        recorded.hash.clone(),
    );
    let Some(line) = &recorded.line else {
        let mut cells = [const { String::new() }; 13];
        [cells[0], cells[9], cells[11], cells[12]] = [n, UNREADABLE.to_owned(), old, hash];
        return cells;
    };
    let masked = |text: &Option<String>| mask(text.as_deref().unwrap_or_default()).into_owned();
    [
        n,
        line.at.to_string(),
        line.verb.clone(),
        line.ticket
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        line.who.clone().unwrap_or_default(),
        line.state.word().to_owned(),
        masked(&line.before),
        masked(&line.after),
        line.entry
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        mask(&line.message).into_owned(),
        line.action.map_or_else(String::new, |id| id.to_string()),
        old,
        hash,
    ]
}

/// Stands for a line that is no line of ours.
const UNREADABLE: &str = "this line cannot be read; `vagt audit verify` says more";

fn object(recorded: &Recorded) -> Json {
    let mut object = recorded
        .line
        .as_ref()
        .map_or_else(|| json!({ "message": UNREADABLE }), |line| json!(line));
    if let Some(map) = object.as_object_mut() {
        map.insert("n".to_owned(), json!(recorded.n));
        map.insert("old".to_owned(), json!(recorded.old));
        map.insert("hash".to_owned(), json!(recorded.hash));
    }
    object
}

fn line(recorded: &Recorded) -> String {
    let n = width::pad_left(&recorded.n.to_string(), 6);
    let Some(line) = &recorded.line else {
        return format!("{n}  {UNREADABLE}");
    };
    let ticket = line.ticket.as_ref().map_or("", |t| t.as_str());
    let mut text = format!(
        "{n}  {:.0}  {}  {}  {}  {}",
        line.at,
        width::pad(line.who.as_deref().unwrap_or("?"), 12),
        width::pad(&line.verb, 8),
        width::pad_left(ticket, 7),
        width::pad(line.state.word(), 9),
    );
    if line.before.is_some() || line.after.is_some() {
        let value = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or("?");
            mask(text).replace('\n', " ")
        };
        for part in ["  ", &value(&line.before), " → ", &value(&line.after)] {
            text.push_str(part);
        }
    }
    if !line.message.is_empty() {
        text.push_str("  ");
        text.push_str(&mask(&line.message).replace('\n', " "));
    }
    text.trim_end().to_owned()
}

async fn verify(outbox: &Outbox, args: &AuditVerifyArgs, out: &mut Out) -> Result<Exit, Stop> {
    let last = args.last.as_deref().map(hash_of).transpose()?;
    let verdict = outbox.verify_audit(last).await?;
    if args.json {
        out.json(&json!({
            "schema": "vagt.audit-verify/1", "profile": outbox.profile(), "intact": verdict.flaw.is_none(),
            "lines": verdict.lines, "old": verdict.old, "since": verdict.from, "until": verdict.to,
            "last": verdict.last, "first_broken": verdict.flaw.as_ref().map(|flaw| flaw.n),
            "message": sentence(&verdict),
        }))?;
    } else if verdict.flaw.is_none() {
        out.line(sentence(&verdict))?;
    } else {
        say(format!("vagt: {}", sentence(&verdict)));
    }
    Ok(if verdict.flaw.is_none() {
        Exit::Done
    } else {
        Exit::Refused
    })
}

/// The hash that a person gave.
fn hash_of(text: &str) -> Result<String, Stop> {
    let text = text.trim();
    let is_hash = (SHORTEST..=WHOLE).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.to_owned()).ok_or_else(|| {
        let why = format!(
            "{text:?} is no hash; give what `vagt audit verify` printed behind \"last hash\", or its first {SHORTEST} digits or more"
        );
        Stop::new(Exit::Usage, why)
    })
}

fn sentence(verdict: &Verdict) -> String {
    let lines = match verdict.lines {
        1 => "1 line".to_owned(),
        n => format!("{n} lines"),
    };
    if let Some(flaw) = &verdict.flaw {
        return format!(
            "the audit is not intact: {flaw}; {lines} before that are as they were written"
        );
    }
    let old = match verdict.old {
        0 => String::new(),
        n => format!(" ({n} of them older than the chain, and safe since it began)"),
    };
    match &verdict.last {
        Some(hash) => format!("{lines}, intact{old}, last hash {hash}"),
        None => "0 lines, intact, no last hash".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_every_form() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        assert_eq!(
            moment("2h", now).unwrap().to_string(),
            "2026-11-22T10:00:00Z"
        );
        let exact = "2026-03-02T08:00:00+01:00";
        assert_eq!(
            moment(exact, now).unwrap().to_string(),
            "2026-03-02T07:00:00Z"
        );
        let day = moment("2026-03-02", now).unwrap();
        let clock = moment("2026-03-02T08:30", now).unwrap();
        assert_eq!(clock.duration_since(day).as_mins(), 8 * 60 + 30);
        assert_eq!(moment("yesterday", now).unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn a_hash_is_long_enough_to_name_one() {
        assert!(hash_of(&"0aF".repeat(4)).is_ok());
        for wrong in ["", "0af", "x123456789abcdef", &"0".repeat(65)] {
            assert_eq!(hash_of(wrong).unwrap_err().exit, Exit::Usage, "{wrong}");
        }
    }

    #[test]
    fn what_a_hand_made_of_a_line_is_still_listed() {
        let broken = Recorded {
            n: 3,
            old: false,
            line: None,
            hash: "00".to_owned(),
        };
        assert!(line(&broken).contains("cannot be read"));
        assert_eq!(cells(&broken)[0], "3");
        assert_eq!(object(&broken)["n"], 3);
    }
}
