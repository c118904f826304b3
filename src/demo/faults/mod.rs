//! Faults on demand: what a desk does on a bad day, switchable while it runs.
//!
//! A [`Fault`] says what goes wrong, for which requests, how often. Rules are tried in order; the
//! first that fits decides, delays add up before it. Everything that waits ends when the faults are
//! cleared. Every request is counted, so a test can say "one request per poll".

pub(crate) mod spec;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::sync::watch;

pub use spec::SpecError;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultKind {
    /// This status, with this `Retry-After` header if any (seconds, an HTTP date, or nonsense).
    Status(u16, Option<String>),
    /// The login page of the web interface, with status 200.
    LoginPage,
    /// 302 to the login page.
    Redirect,
    /// `Content-Length` promises more than is sent, then the connection closes.
    CutBody,
    /// The right length, but the JSON breaks off in the middle.
    MalformedJson,
    /// Well-formed JSON in which numbers are texts, lists are objects, and so on.
    WrongTypes,
    /// A body of so many bytes.
    HugeBody(u64),
    /// A body that never ends.
    EndlessBody,
    /// Nothing is answered, and nothing was applied, until the faults are cleared; then the line is cut.
    StallBeforeHeaders,
    /// Applied, but nothing is answered until the faults are cleared; then the line is cut.
    StallAfterApplied,
    /// Half of the body, then silence until the faults are cleared.
    StallMidBody,
    /// The request is read, not applied, and the line is cut.
    DropBefore,
    /// The request is applied, and the line is cut before the answer: no clear answer.
    DropAfter,
    /// The answer comes so much later, give or take the second duration.
    Slow(Duration, Duration),
    /// Applied twice, as by a proxy that sends again; the second answer is given.
    Twice,
    /// The desk's clock is so many seconds ahead of the right time (behind, if negative), for as long as
    /// the fault stands.
    Skew(i64),
}

/// Which requests a fault touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Touches {
    /// All of them.
    #[default]
    All,
    /// Those that may change the desk.
    Writes,
    /// Those that cannot.
    Reads,
}

/// A fault, with where and how often it strikes.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// For which requests.
    pub touches: Touches,
    /// Only for paths below `/REST/2.0` that start so, e.g. `/transactions`. Empty: all.
    pub path: String,
    /// For so many requests; none: until cleared.
    pub times: Option<u32>,
    /// Of 1: how likely it strikes a request that it touches.
    pub chance: f64,
}

impl Fault {
    /// This fault for every request until cleared.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            touches: Touches::All,
            path: String::new(),
            times: None,
            chance: 1.0,
        }
    }

    /// Only for the next so many requests.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Only for requests that may change the desk.
    #[must_use]
    pub fn on_writes(self) -> Self {
        Self {
            touches: Touches::Writes,
            ..self
        }
    }

    /// Only for requests that cannot change the desk.
    #[must_use]
    pub fn on_reads(self) -> Self {
        Self {
            touches: Touches::Reads,
            ..self
        }
    }

    /// Only for paths below `/REST/2.0` that start so.
    #[must_use]
    pub fn on_path(self, path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            ..self
        }
    }

    fn fits(&self, write: bool, path: &str) -> bool {
        let touches = match self.touches {
            Touches::All => true,
            Touches::Writes => write,
            Touches::Reads => !write,
        };
        touches && path.starts_with(&self.path) && self.times != Some(0)
    }
}

/// A request that the desk has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// `GET`, `PUT` …
    pub method: String,
    /// Path below the host, without the query.
    pub path: String,
    /// The raw query, `token` left out.
    pub query: String,
}

/// At most so many requests are remembered one by one.
const REMEMBERED: usize = 2_000;
/// Of so many bytes of path and query each.
const LONGEST: usize = 2_048;
/// At most so many kinds are counted; the others are one kind.
const KINDS: usize = 500;
/// The kind of what is not counted by its own.
const OTHERS: &str = "others";

struct Inner {
    faults: Vec<Fault>,
    rng: StdRng,
    total: u64,
    counts: BTreeMap<String, u64>,
    seen: VecDeque<Seen>,
}

/// The beginning of a text.
fn cut(mut text: String) -> String {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.shrink_to_fit();
    text
}

/// The switchboard of the faults and the counters of a running desk. Cheap to clone.
#[derive(Clone)]
pub struct Faults {
    inner: Arc<Mutex<Inner>>,
    cleared: watch::Sender<u64>,
}

/// What was decided for one request.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Verdict {
    pub(crate) delay: Duration,
    pub(crate) kind: Option<FaultKind>,
    /// How often faults had been cleared when this was decided.
    pub(crate) cleared: u64,
}

impl Faults {
    /// No faults; chances are drawn from this seed.
    pub fn new(seed: u64) -> Self {
        let inner = Inner {
            faults: Vec::new(),
            rng: StdRng::seed_from_u64(seed),
            total: 0,
            counts: BTreeMap::new(),
            seen: VecDeque::new(),
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            cleared: watch::Sender::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a fault behind those that are set.
    pub fn add(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }

    /// Makes this the only fault. What waits goes on.
    pub fn set(&self, fault: Fault) {
        self.lock().faults = vec![fault];
        self.release();
    }

    /// Adds the faults of a text such as `latency=800ms±200,500=1%,cut=2x@writes`.
    pub fn add_spec(&self, text: &str) -> Result<(), SpecError> {
        let faults = spec::parse(text)?;
        self.lock().faults.extend(faults);
        Ok(())
    }

    /// How many seconds the desk's clock is to be ahead.
    pub fn skew(&self) -> i64 {
        let inner = self.lock();
        inner
            .faults
            .iter()
            .map(|fault| match fault.kind {
                FaultKind::Skew(seconds) => seconds,
                _ => 0,
            })
            .sum()
    }

    /// Takes all faults away. What waits goes on.
    pub fn clear(&self) {
        self.lock().faults.clear();
        self.release();
    }

    fn release(&self) {
        self.cleared.send_modify(|times| *times += 1);
    }

    /// Waits until faults are cleared or replaced after a verdict.
    pub(crate) async fn until_cleared(&self, cleared: u64) {
        let mut watch = self.cleared.subscribe();
        drop(watch.wait_for(|times| *times != cleared).await);
    }

    /// Counts a request and decides what happens to it.
    pub(crate) fn decide(&self, seen: Seen, kind: String, write: bool, path: &str) -> Verdict {
        use rand::Rng as _;
        let mut inner = self.lock();
        inner.total += 1;
        let kind = if inner.counts.len() < KINDS || inner.counts.contains_key(&kind) {
            kind
        } else {
            OTHERS.to_owned()
        };
        *inner.counts.entry(kind).or_default() += 1;
        let seen = Seen {
            path: cut(seen.path),
            query: cut(seen.query),
            ..seen
        };
        if inner.seen.len() >= REMEMBERED {
            inner.seen.pop_front();
        }
        inner.seen.push_back(seen);
        let Inner { faults, rng, .. } = &mut *inner;
        let mut verdict = Verdict {
            cleared: *self.cleared.borrow(),
            ..Verdict::default()
        };
        for fault in faults.iter_mut() {
            if matches!(fault.kind, FaultKind::Skew(_)) {
                continue;
            }
            let slow = matches!(fault.kind, FaultKind::Slow(..));
            if !fault.fits(write, path) || (!slow && verdict.kind.is_some()) {
                continue;
            }
            if fault.chance < 1.0 && rng.random::<f64>() >= fault.chance {
                continue;
            }
            if let Some(times) = &mut fault.times {
                *times = times.saturating_sub(1);
            }
            if let FaultKind::Slow(middle, spread) = &fault.kind {
                let wide = spread.as_secs_f64() * (rng.random::<f64>() * 2.0 - 1.0);
                let delay = (middle.as_secs_f64() + wide).max(0.0);
                verdict.delay += Duration::try_from_secs_f64(delay).unwrap_or_default();
            } else {
                verdict.kind = Some(fault.kind.clone());
            }
        }
        faults.retain(|fault| fault.times != Some(0));
        verdict
    }

    /// How many requests the desk has seen.
    pub fn total(&self) -> u64 {
        self.lock().total
    }

    /// Requests by kind: `GET /ticket/:id`, `POST /ticket/:id/comment` …
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.lock().counts.clone()
    }

    /// The latest requests, oldest first.
    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.iter().cloned().collect()
    }

    /// Starts counting from nothing.
    pub fn reset_counters(&self) {
        let mut inner = self.lock();
        inner.total = 0;
        inner.counts.clear();
        inner.seen.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Seen {
        Seen {
            method: "GET".to_owned(),
            path: "/REST/2.0/rt".to_owned(),
            query: String::new(),
        }
    }

    fn decide(faults: &Faults, write: bool, path: &str) -> Option<FaultKind> {
        faults
            .decide(seen(), "GET /rt".to_owned(), write, path)
            .kind
    }

    #[test]
    fn scope_and_times() {
        let faults = Faults::new(1);
        faults.add(
            Fault::new(FaultKind::Status(500, None))
                .on_writes()
                .times(2),
        );
        faults.add(Fault::new(FaultKind::LoginPage).on_path("/transactions"));
        assert_eq!(decide(&faults, false, "/rt"), None);
        assert_eq!(
            decide(&faults, true, "/ticket/1"),
            Some(FaultKind::Status(500, None))
        );
        assert_eq!(
            decide(&faults, true, "/ticket/1"),
            Some(FaultKind::Status(500, None))
        );
        assert_eq!(decide(&faults, true, "/ticket/1"), None);
        assert_eq!(
            decide(&faults, false, "/transactions"),
            Some(FaultKind::LoginPage)
        );
        assert_eq!(faults.total(), 5);
        faults.clear();
        assert_eq!(decide(&faults, false, "/transactions"), None);
    }

    #[test]
    fn chances_come_out_about_right_and_repeat_with_the_seed() {
        let strikes = |seed| {
            let faults = Faults::new(seed);
            faults.add(Fault {
                chance: 0.2,
                ..Fault::new(FaultKind::DropBefore)
            });
            (0..1_000)
                .map(|_| decide(&faults, true, "/").is_some())
                .collect::<Vec<_>>()
        };
        let first = strikes(7);
        assert_eq!(first, strikes(7));
        assert!((150..250).contains(&first.iter().filter(|hit| **hit).count()));
    }
}
