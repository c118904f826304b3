//! What the linear model sees of a text: hashed words, word pairs and letter groups, and what the lexicon found.
//!
//! Words in a clause which clears ("VPN virker fint") count half, those in a clause that says that something fails more,
//! those of a long body that says neither less. A word counts once a ticket. Start at [`each_word`] (hashed part) and [`Dense`] (lexicon part).

use super::clause::Tone;
use super::evidence::Page;
use super::lexicon::Kind;
use super::words::Word;
use crate::domain::ids::GroupId;
use crate::text::fold;

/// Groups that the model knows: the built-in ones, in their order.
pub(super) const GROUPS: usize = GroupId::BUILT_IN.len();

/// Buckets of the hashed features, as a power of two.
pub(super) const BITS: u32 = 17;

/// Letters of the longest groups; the shortest have three. The edges of a word count as letters.
const LONGEST: usize = 5;

/// Longer words are cut: nothing that long is a word.
const MAX_WORD: usize = 40;

/// Kinds of lexicon entries that have features of their own, and one for "cleared".
const KINDS: usize = 10;

/// Features of the lexicon part: kinds by group, the sum by group, and flags.
pub(super) const DENSE: usize = GROUPS * (KINDS + 1) + FLAGS;

/// Facts about a text beside its words.
pub(super) const FLAGS: usize = 8;

/// Where FNV begins.
const SEED: u32 = 0x811c_9dc5;

/// What a word counts in a clause that clears, or that another one goes against.
const QUIET: f32 = 0.5;

/// What a word counts in a clause that says that something fails.
const LOUD: f32 = 1.6;

/// What a word counts in a clause of a long body that says neither: most of those tell of other things.
const ASIDES: f32 = 0.7;

/// Words of a body that is not long.
const SHORT: usize = 25;

/// Words that join others and name nothing, in five languages, folded. They say the language, and the group in pairs only.
const STOP_WORDS: &str = "\
    jeg du han hun hon ho vi i de dem dei det den der da at til pa fra for med om men som en et ei ein eit ett er ar \
    og och and eller af av of mig meg dig deg os oss jer dere ni dykk min mit mitt mina mine mi din dit sin sit sitt \
    seg sig vores vare vart deres deira era nogen noen nokon nagon noget noe noko nagot nogle nokre nagra blev ble \
    blir bliver blivit vert skal skulle vil ville har hadde havde hade ha vaere vere vara vaeret varit ved vid nu na \
    no igen igjen att ogsa ocksa selv sjolv sjalv saa sa helt heilt slet mens medens hvis viss fordi siden sidan \
    sedan nar naar gang gong gange ganger efter etter forst sidst sist hver hvert varje alt allt mange mangen ikke \
    ikkje inte not ej aldrig aldri jo nok vel godt bra meget veldig mycket mye mykje lige like akkurat just the a an \
    is are was were be been it its this that these those to on in by from with without as or but if so do does did \
    done has have had would should will me we us our you your he she his her they them their there here than then too \
    very also again still yet even any some every each into up down over under about after before because while since \
    until op upp opp ned dar denne dette disse denna detta dessa same samme samma kaere dear ja nei nej yes jag eg";

/// The words that only join others, as keys.
pub(super) fn stop_words() -> impl Iterator<Item = String> {
    STOP_WORDS.split_whitespace().map(fold::fold)
}

/// What a hashed feature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A whole word.
    Word,
    /// A word and the one before it.
    Pair,
    /// Three to five letters.
    Letters,
    /// A word that names nothing; it says the language only.
    Stop,
}

/// Words that a ticket had already. Sixteen bits of the hash: chance likenesses are rare and cost one word.
pub(super) struct Seen([u64; 1024]);

impl Seen {
    pub(super) fn new() -> Self {
        Self([0; 1024])
    }

    /// Whether the hash is new; it is not from now on.
    fn is_new(&mut self, hash: u32) -> bool {
        let at = (hash >> 16) as usize;
        let Some(bits) = self.0.get_mut(at / 64) else {
            return false;
        };
        let bit = 1_u64 << (at % 64);
        let is_new = *bits & bit == 0;
        *bits |= bit;
        is_new
    }
}

/// What gets the features of a text, one by one.
pub(super) trait Sink {
    /// A feature of the word that comes next.
    fn feature(&mut self, bucket: u32, shape: Shape);

    /// A word all features of which have come, and what they count. Words without features do not come.
    fn word(&mut self, word: &Word, factor: f32);
}

/// Gives every word of a page that has features to the sink.
pub(super) fn each_word(page: &Page, seen: &mut Seen, sink: &mut impl Sink) {
    let plain = if page.nth > 0 && page.words.len() > SHORT {
        ASIDES
    } else {
        1.0
    };
    for clause in &page.clauses {
        let factor = match clause.tone {
            Tone::Fails => LOUD,
            Tone::Plain if !clause.is_aside => plain,
            Tone::Works | Tone::Plain => QUIET,
        };
        let mut before = None;
        for word in page.words.get(clause.words.clone()).unwrap_or_default() {
            let bytes = word.of(&page.plain).as_bytes();
            if bytes.len() > 5 && bytes.iter().all(u8::is_ascii_digit) {
                continue;
            }
            let own = mix(word.hash);
            let mut has_features = false;
            if let Some(before) = before {
                let pair = mix(hash_from(before, bytes));
                if seen.is_new(pair) {
                    sink.feature(bucket(pair), Shape::Pair);
                    has_features = true;
                }
            }
            before = Some(mix(word.hash ^ 0x9e37_79b9));
            if seen.is_new(own) {
                if word.known.is_stop {
                    sink.feature(bucket(own), Shape::Stop);
                    has_features = true;
                } else if bytes.len() > 1 {
                    sink.feature(bucket(own), Shape::Word);
                    letters(bytes, sink);
                    has_features = true;
                }
            }
            if has_features {
                sink.word(word, factor);
            }
        }
    }
}

/// The letter groups of a word with its edges.
fn letters(word: &[u8], sink: &mut impl Sink) {
    let mut edged = [b' '; MAX_WORD + 2];
    let length = word.len().min(MAX_WORD);
    for (slot, byte) in edged.iter_mut().skip(1).zip(word.iter().take(length)) {
        *slot = *byte;
    }
    let mut rest = edged.get(..length + 2).unwrap_or_default();
    while let [first, second, third, behind @ ..] = rest {
        let start = step(step(SEED ^ 0x5bd1_e995, *first), *second);
        let mut state = step(start, *third);
        sink.feature(bucket(mix(state)), Shape::Letters);
        for byte in behind.iter().take(LONGEST - 3) {
            state = step(state, *byte);
            sink.feature(bucket(mix(state)), Shape::Letters);
        }
        rest = rest.get(1..).unwrap_or_default();
    }
}

/// The hash of a word.
pub(super) fn hash(word: &[u8]) -> u32 {
    hash_from(SEED, word)
}

fn hash_from(seed: u32, word: &[u8]) -> u32 {
    word.iter()
        .take(MAX_WORD)
        .fold(seed, |state, byte| step(state, *byte))
}

/// FNV-1a.
fn step(state: u32, byte: u8) -> u32 {
    (state ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// Spreads the bits, for FNV's upper ones are poor on short words.
pub(super) fn mix(mut state: u32) -> u32 {
    state ^= state >> 15;
    state = state.wrapping_mul(0x2c1b_3c6d);
    state ^= state >> 13;
    state.wrapping_mul(0x297a_2d39)
}

fn bucket(mixed: u32) -> u32 {
    mixed >> (32 - BITS)
}

/// The lexicon part: how much each kind of entry says for each group.
pub(super) struct Dense {
    /// Values by feature; most are zero.
    pub(super) values: [f32; DENSE],
}

impl Dense {
    pub(super) fn new() -> Self {
        Self {
            values: [0.0; DENSE],
        }
    }

    /// Adds one piece of evidence; says which feature got it.
    pub(super) fn add(
        &mut self,
        group: usize,
        kind: Kind,
        weight: f32,
        is_cleared: bool,
    ) -> Option<usize> {
        let at = index(group, kind, is_cleared)?;
        if let Some(value) = self.values.get_mut(at) {
            *value += weight / 3.0;
        }
        Some(at)
    }

    /// Sets a flag.
    pub(super) fn flag(&mut self, nth: usize, is_set: bool) {
        if let Some(value) = self.values.get_mut(GROUPS * (KINDS + 1) + nth) {
            *value = f32::from(u8::from(is_set));
        }
    }

    /// Dampens what was added: the third match says less than the first. Fills in the sums.
    pub(super) fn finish(&mut self) {
        for group in 0..GROUPS {
            let range = group * KINDS..group * KINDS + KINDS - 1;
            let sum: f32 = self.values.get(range).unwrap_or_default().iter().sum();
            if let Some(value) = self.values.get_mut(GROUPS * KINDS + group) {
                *value = sum.ln_1p();
            }
        }
        for value in self.values.iter_mut().take(GROUPS * KINDS) {
            if *value != 0.0 {
                *value = value.ln_1p();
            }
        }
    }
}

/// The feature of a kind of entry in a group.
fn index(group: usize, kind: Kind, is_cleared: bool) -> Option<usize> {
    let nth = match kind {
        _ if is_cleared => KINDS - 1,
        Kind::Phrase => 0,
        Kind::Product => 1,
        Kind::Typo => 2,
        Kind::Strong => 3,
        Kind::Word => 4,
        Kind::Weak => 5,
        Kind::Cue => 6,
        Kind::Lane => 7,
        Kind::Never => return None,
    };
    (group < GROUPS).then_some(group * KINDS + nth)
}
