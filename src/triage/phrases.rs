//! Phrases that say something of a ticket beside its group, all of them looked for in one walk over the words.

use std::ops::Range;
use std::sync::LazyLock;

use super::closing::{self, Closing};
use super::evidence::Page;
use super::lexicon::pattern;
use super::starts::Starts;
use super::{automatic, crowd, urgency};
use crate::domain::finding::Automatic;

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It asks how something is done.
    How,
    /// It asks for a guide, or speaks of one.
    Guide,
    /// It asks for something.
    Request,
    /// A machine wrote it.
    Automatic(Automatic),
    /// It asks for nothing any more.
    Closing(Closing),
    /// Somebody else's mail is sent on.
    SentOn,
    /// It cannot wait: the number of the sign, and whether the phrase ends where a word does.
    Urgent(usize, bool),
}

/// A phrase that stands in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    pub(super) says: Says,
    /// Number of the passage.
    pub(super) page: usize,
    /// Bytes of its key.
    pub(super) range: Range<usize>,
}

/// What people write above a mail that they send on.
const SENT_ON: &str = "fyi | videresend | vidaresend | vidarebefordr | sender videre | sender vidare | sendes videre | skickar vidare | forwarding | forwarded | fwd from | passing on | \
    se nedenfor | se nedenunder | se under | sjå under | se nedan | see below | herunder | til info | til orientering | for kännedom | för kännedom | for your information | \
    samme her | same her | samma här | same here | likt hos | lige så hos | gælder også | gjelder også | gjeld òg | gäller även | here too | os med | oss med | även här";

static PHRASES: LazyLock<(Starts, Vec<Says>)> = LazyLock::new(|| {
    let mut all: Vec<(String, Says)> = Vec::new();
    all.extend(crowd::HOW.map(|phrase| (phrase.to_owned(), Says::How)));
    all.extend(crowd::REQUESTS.map(|phrase| (phrase.to_owned(), Says::Request)));
    all.extend(crowd::GUIDES.map(|phrase| (phrase.to_owned(), Says::Guide)));
    let sent_on = SENT_ON.split('|').map(pattern);
    all.extend(sent_on.map(|phrase| (phrase, Says::SentOn)));
    all.extend(automatic::sentences().map(|(kind, phrase)| (phrase, Says::Automatic(kind))));
    all.extend(closing::phrases().map(|(closing, phrase)| (phrase, Says::Closing(closing))));
    all.extend(
        urgency::words()
            .map(|(sign, is_whole, word)| (word.to_owned(), Says::Urgent(sign, is_whole))),
    );
    let starts = Starts::new(all.iter().map(|(phrase, _)| phrase.as_str()));
    (starts, all.into_iter().map(|(_, says)| says).collect())
});

/// The phrases of some passages, in order of their starts; those that start together the shorter ones first.
pub(super) fn find(pages: &[Page]) -> Vec<Phrase> {
    let (starts, says) = &*PHRASES;
    let mut found = Vec::new();
    for (page, text) in pages.iter().enumerate() {
        for word in &text.words {
            starts.at(text.plain.as_bytes(), word.start, |phrase, end| {
                found.extend(says.get(phrase).map(|says| Phrase {
                    says: *says,
                    page,
                    range: word.start..end,
                }));
            });
        }
    }
    found
}
