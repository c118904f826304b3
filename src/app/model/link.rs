//! The desk as the console knows it: who it is, what it can do, whether it lives, and what to say about that.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::app::words;
use crate::domain::source::{Capabilities, Identity, Liveness, Pulse, Source, Vocab};

use super::{Leaving, Model};
use crate::i18n::say;

/// What is known of the desk.
#[derive(Debug, Clone, Default)]
pub struct DeskLink {
    /// Liveness of each source; a source that is missing has not been heard of.
    pub sources: BTreeMap<Source, Liveness>,
    /// Who the desk is; `None` before it has answered.
    pub identity: Option<Box<Identity>>,
    /// The desk's words; empty before it has answered.
    pub vocab: Vocab,
    /// When the cache that the console started with was in step with the desk.
    pub cache_as_of: Option<Timestamp>,
    /// When the desk was first live.
    pub live_since: Option<Timestamp>,
}

impl DeskLink {
    /// What the desk can do, as far as is known.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.identity.as_ref().map(|i| &i.capabilities)
    }
    /// The desk's clock minus ours.
    pub fn skew(&self) -> SignedDuration {
        let millis = self.identity.as_ref().and_then(|i| i.skew_ms);
        SignedDuration::from_millis(millis.unwrap_or(0))
    }
    /// Liveness of a source.
    pub fn pulse(&self, source: Source) -> Pulse {
        self.sources
            .get(&source)
            .map_or(Pulse::Starting, |l| l.pulse)
    }
    /// Whether what comes from this source must be marked STALE.
    pub fn is_stale(&self, source: Source) -> bool {
        self.pulse(source) == Pulse::Stale
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Something is not as it should be.
    Warning,
    /// A person must act, or the screen is not to be trusted.
    Error,
}

/// A line at the top of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// How bad it is.
    pub severity: Severity,
    /// One sentence.
    pub text: String,
}

pub(super) fn banners(model: &Model) -> Vec<Banner> {
    let mut out = Vec::new();
    let mut tell = |severity, text: String| out.push(Banner { severity, text });
    for (source, liveness) in &model.desk.sources {
        if let Some((severity, text)) = words::liveness(model, *source, liveness) {
            tell(severity, text);
        }
    }
    if let Some(why) = &model.outbox.paused {
        tell(Severity::Error, say!("sending-paused", why = why));
    }
    if let [first, rest @ ..] = model.settings.config_problems.as_slice() {
        let text = match rest.len() {
            0 => say!("config-problem", first = first),
            n => say!("config-problems", first = first, n = n),
        };
        tell(Severity::Error, text);
    }
    for why in model.read_only() {
        tell(Severity::Warning, say!("read-only-why", why = why));
    }
    if matches!(model.leaving, Leaving::WhenSent { .. }) {
        let text = say!("leaving-when-sent", n = model.outbox.unsent());
        tell(Severity::Info, text);
    }
    out.sort_by_key(|banner| std::cmp::Reverse(banner.severity));
    out
}
