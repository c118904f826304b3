//! The text form of faults: `latency=800ms±200,drop=2%,429=1%,cut=3x@writes,500@/transactions`.
//!
//! An item is `name[=how often][@where]`, but `latency` and `skew` take a time. How often: `P%` of the requests, `Nx` for the next N, nothing
//! for always. Where: `writes`, `reads`, or a path below `/REST/2.0`.

use std::time::Duration;

use super::{Fault, FaultKind, Touches};
use crate::text::nearest::nearest;

/// A fault text that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fault '{item}': {problem}")]
pub struct SpecError {
    /// The item that is wrong.
    pub item: String,
    /// What is wrong with it, and what would be right.
    pub problem: String,
}

/// The names, in the order in which a person is told of them.
const KNOWN: [&str; 15] = [
    "latency", "drop", "lostack", "cut", "stall", "midstall", "lateack", "html", "redirect",
    "json", "types", "huge", "endless", "dup", "skew",
];

/// Reads a list of faults.
pub(crate) fn parse(text: &str) -> Result<Vec<Fault>, SpecError> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(item)
        .collect()
}

fn item(text: &str) -> Result<Fault, SpecError> {
    let fail = |problem: String| SpecError {
        item: text.to_owned(),
        problem,
    };
    let (rest, place) = match text.split_once('@') {
        Some((rest, place)) => (rest, Some(place)),
        None => (text, None),
    };
    let (name, value) = match rest.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (rest.trim(), None),
    };
    let kind = match name {
        "latency" => {
            let value =
                value.ok_or_else(|| fail("needs a time, as in latency=800ms±200".to_owned()))?;
            slow(value)
                .ok_or_else(|| fail("is no time; write 800ms, 2s or 800ms±200".to_owned()))?
        }
        "drop" => FaultKind::DropBefore,
        "lostack" => FaultKind::DropAfter,
        "cut" => FaultKind::CutBody,
        "json" => FaultKind::MalformedJson,
        "types" => FaultKind::WrongTypes,
        "huge" => FaultKind::HugeBody(300_000_000),
        "endless" => FaultKind::EndlessBody,
        "stall" => FaultKind::StallBeforeHeaders,
        "midstall" => FaultKind::StallMidBody,
        "lateack" => FaultKind::StallAfterApplied,
        "html" => FaultKind::LoginPage,
        "redirect" => FaultKind::Redirect,
        "dup" => FaultKind::Twice,
        "skew" => {
            let value =
                value.ok_or_else(|| fail("needs a time, as in skew=90s or skew=-5m".to_owned()))?;
            let seconds = skew(value)
                .ok_or_else(|| fail("is no time; write 90s, 5m or -90s, up to a day".to_owned()))?;
            if place.is_some() {
                return Err(fail(
                    "is one clock for all requests; leave out the @".to_owned(),
                ));
            }
            FaultKind::Skew(seconds)
        }
        code => match code.parse::<u16>() {
            Ok(status) if (400..600).contains(&status) => FaultKind::Status(status, None),
            _ => return Err(fail(unknown(name))),
        },
    };
    let mut fault = Fault::new(kind);
    if name != "latency"
        && name != "skew"
        && let Some(value) = value
    {
        if let Some(percent) = value
            .strip_suffix('%')
            .and_then(|number| number.trim().parse::<f64>().ok())
        {
            if !(0.0..=100.0).contains(&percent) {
                return Err(fail("is no share; write 0% to 100%".to_owned()));
            }
            fault.chance = percent / 100.0;
        } else if let Some(times) = value
            .strip_suffix('x')
            .and_then(|number| number.parse().ok())
        {
            fault.times = Some(times);
        } else {
            return Err(fail("how often is not clear; write 2% or 3x".to_owned()));
        }
    }
    match place.map(str::trim) {
        None => {}
        Some("writes") => fault.touches = Touches::Writes,
        Some("reads") => fault.touches = Touches::Reads,
        Some(path) if path.starts_with('/') => path.clone_into(&mut fault.path),
        Some(_) => {
            return Err(fail(
                "where is not clear; write @writes, @reads or @/path".to_owned(),
            ));
        }
    }
    Ok(fault)
}

fn unknown(name: &str) -> String {
    let near = nearest(name, KNOWN.into_iter().map(str::to_owned))
        .map_or_else(String::new, |near| format!(" (did you mean {near}?)"));
    let known = KNOWN.join(", ");
    format!("is not known{near}; there are {known}, or a status such as 429 or 503")
}

/// A time with its sign, in whole seconds.
fn skew(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, factor) = if let Some(number) = text.strip_suffix('m') {
        (number, 60)
    } else if let Some(number) = text.strip_suffix('h') {
        (number, 3_600)
    } else {
        (text.strip_suffix('s')?, 1)
    };
    let seconds = number.parse::<i64>().ok()?.checked_mul(factor)?;
    (0..=86_400).contains(&seconds).then_some(sign * seconds)
}

fn slow(text: &str) -> Option<FaultKind> {
    let (middle, spread) = match text.split_once('±').or_else(|| text.split_once("+-")) {
        Some((middle, spread)) => (middle, Some(spread)),
        None => (text, None),
    };
    let spread = match spread {
        None => Duration::ZERO,
        Some(text) => text
            .parse()
            .map(Duration::from_millis)
            .ok()
            .or_else(|| duration(text))?,
    };
    Some(FaultKind::Slow(duration(middle)?, spread))
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s')?, 1.0),
    };
    let seconds = number.trim().parse::<f64>().ok()? * unit;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| duration.as_secs() < 3_600)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_whole_list() {
        let faults =
            parse("latency=800ms±200, drop=2%, 429=3x@writes, html@/transactions").unwrap();
        assert_eq!(
            faults,
            [
                Fault::new(FaultKind::Slow(
                    Duration::from_millis(800),
                    Duration::from_millis(200)
                )),
                Fault {
                    chance: 0.02,
                    ..Fault::new(FaultKind::DropBefore)
                },
                Fault::new(FaultKind::Status(429, None))
                    .times(3)
                    .on_writes(),
                Fault::new(FaultKind::LoginPage).on_path("/transactions"),
            ]
        );
        assert_eq!(
            parse("dup=1%,skew=-2m").unwrap(),
            [
                Fault {
                    chance: 0.01,
                    ..Fault::new(FaultKind::Twice)
                },
                Fault::new(FaultKind::Skew(-120)),
            ]
        );
    }

    #[test]
    fn mistakes_are_named() {
        for (text, word) in [
            ("lag=2s", "not known"),
            ("latncy=2s", "did you mean latency"),
            ("skew=soon", "no time"),
            ("skew=90s@reads", "one clock"),
            ("drop=often", "how often"),
            ("cut@there", "where"),
            ("latency=fast", "no time"),
            ("200=1%", "not known"),
            ("drop=120%", "share"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.item, text);
            assert!(error.problem.contains(word), "{error}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            drop(parse(&text));
        }
    }
}
