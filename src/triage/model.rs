//! The linear model: one row of small whole numbers for each hashed feature, one of weights for each feature of
//! the lexicon. It is made by [`super::train`] and shipped as a file.

use std::ops::Range;

use super::evidence::Reading;
use super::features::{BITS, DENSE, Dense, GROUPS, Seen, Shape, Sink, each_word};
use super::languages::{self, LANGS};
use super::words::Word;
use crate::text::lang::Lang;

/// First bytes of the file; the number changes when features or layout do.
const MAGIC: &[u8; 8] = b"vagtlm03";

/// Numbers in a row: the groups, the square of the feature's value, the languages.
pub(super) const ROW: usize = GROUPS + 1 + LANGS;

/// Where a row has the square of the feature's value.
pub(super) const SQUARE: usize = GROUPS;

/// What the squares of a text are at least, so that three letters are no certainty.
pub(super) const LEAST_SQUARES: f32 = 150.0;

/// A row in memory: eight numbers in each of its words, each number 128 too large, so that none is negative and several
/// are added at once. It never lies across two lines of the processor's cache, and its end is zeros.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(32))]
pub(super) struct Row([u64; WORDS]);

/// Words of a row.
const WORDS: usize = 3;

/// Numbers in the words of a row.
const WIDE: usize = WORDS * 8;

/// What is added to each number of a row.
const ABOVE: u8 = 128;

/// Every other byte of a word.
const EVEN: u64 = 0x00ff_00ff_00ff_00ff;

impl Row {
    /// A row of numbers.
    pub(super) fn new(numbers: &[i8; ROW]) -> Self {
        let mut bytes = [ABOVE; WIDE];
        for (byte, number) in bytes.iter_mut().zip(numbers) {
            *byte = number.cast_unsigned().wrapping_add(ABOVE);
        }
        let mut words = [0; WORDS];
        for (word, eight) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = eight.try_into().map_or(0, u64::from_le_bytes);
        }
        Self(words)
    }

    /// Its numbers.
    pub(super) fn numbers(&self) -> [i8; ROW] {
        let mut numbers = [0; ROW];
        let bytes = self.0.iter().flat_map(|word| word.to_le_bytes());
        for (number, byte) in numbers.iter_mut().zip(bytes) {
            *number = byte.wrapping_sub(ABOVE).cast_signed();
        }
        numbers
    }
}

/// Sums of rows: the bytes of their words, spread over twice as many words.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    even: [u64; WORDS],
    odd: [u64; WORDS],
    /// Rows that were added. A word has fewer than 256 features, so sixteen bits hold each sum.
    rows: u16,
}

impl Sum {
    fn add(&mut self, row: &Row) {
        let [first, second, third] = row.0;
        let [x, y, z] = &mut self.even;
        *x += first & EVEN;
        *y += second & EVEN;
        *z += third & EVEN;
        let [x, y, z] = &mut self.odd;
        *x += (first >> 8) & EVEN;
        *y += (second >> 8) & EVEN;
        *z += (third >> 8) & EVEN;
        self.rows += 1;
    }

    fn numbers(&self) -> [i16; ROW] {
        let above = self.rows.wrapping_mul(u16::from(ABOVE));
        let mut numbers = [0; ROW];
        let mut halves = self.even.into_iter().zip(self.odd);
        let (mut even, mut odd) = (0, 0);
        for (at, number) in numbers.iter_mut().enumerate() {
            if at % 8 == 0 {
                (even, odd) = halves.next().unwrap_or_default();
            }
            let low = u16::try_from(even & 0xffff).unwrap_or_default();
            *number = low.wrapping_sub(above).cast_signed();
            (even, odd) = (odd, even >> 16);
        }
        numbers
    }
}

/// A trained model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What each hashed feature says for each group, in units of `unit`.
    pub(super) rows: Vec<Row>,
    /// What one step of a row is worth.
    pub(super) unit: f32,
    /// What each feature of the lexicon says.
    pub(super) dense: Vec<[f32; GROUPS]>,
    /// What a text without features says.
    pub(super) bias: [f32; GROUPS],
    /// What the sums are divided by so that the shares are the chances to be right.
    pub(super) temperature: f32,
}

/// Why a file is no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the file of the word model is damaged or of another version: expected {expected} bytes that begin with vagtlm03, found {found}"
)]
pub struct ModelError {
    expected: usize,
    found: usize,
}

/// What a word says, as sums of the rows of its features.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// Number of the passage.
    pub(super) page: usize,
    /// Bytes of its key.
    pub(super) range: Range<usize>,
    sums: [i16; ROW],
    /// What the word counts.
    weight: f32,
}

impl Said {
    /// For a language, not to scale.
    pub(super) fn lang(&self, nth: usize) -> f32 {
        self.says(SQUARE + 1 + nth)
    }

    fn says(&self, at: usize) -> f32 {
        f32::from(self.sums.get(at).copied().unwrap_or_default()) * self.weight
    }
}

/// A find of the lexicon: number of the passage, bytes of its key, its feature, and its share of what that says.
type Find = (usize, Range<usize>, usize, f32);

/// What the model makes of a text.
pub(super) struct Scored {
    /// By group; differences are log-odds.
    pub(super) sums: [f32; GROUPS],
    /// Every word in order.
    pub(super) words: Vec<Said>,
    /// Every find of the lexicon.
    finds: Vec<Find>,
    /// What the sums of the words are worth.
    factor: f32,
    /// The language, if any word speaks for one.
    pub(super) lang: Lang,
}

impl Scored {
    /// Leaves what the lexicon says: words of a language that the model never saw are chance.
    pub(super) fn forget_words(&mut self, dense: &Dense, model: &Model) {
        self.sums = model.of_lists(dense);
        self.words
            .retain(|word| (0..LANGS).all(|nth| word.lang(nth) == 0.0));
    }

    /// Whether nothing was found that says anything.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.finds.is_empty()
    }

    /// Where the sums come from: number of the passage, bytes of its key, and what they say for one group against another.
    /// Every word in order, then every find of the lexicon.
    pub(super) fn for_against<'a>(
        &'a self,
        model: &'a Model,
        (one, other): (usize, usize),
    ) -> impl Iterator<Item = (usize, &'a Range<usize>, f32)> {
        let words = self.words.iter().map(move |word| {
            let says = |at: usize| {
                if at < GROUPS {
                    word.says(at) * self.factor
                } else {
                    0.0
                }
            };
            (word.page, &word.range, says(one) - says(other))
        });
        let finds = self.finds.iter().map(move |(page, range, feature, share)| {
            let weights = model.dense.get(*feature);
            let says = |at: usize| {
                let weight = weights.and_then(|weights| weights.get(at));
                weight.copied().unwrap_or_default() * share
            };
            (*page, range, says(one) - says(other))
        });
        words.chain(finds)
    }
}

/// Adds up the rows of the features of words.
struct Adder<'a> {
    rows: &'a [Row],
    page: usize,
    /// Of the word that comes next.
    sum: Sum,
    total: [f32; ROW],
    words: Vec<Said>,
}

impl Sink for Adder<'_> {
    #[inline]
    fn feature(&mut self, bucket: u32, _: Shape) {
        if let Some(row) = self.rows.get(bucket as usize) {
            self.sum.add(row);
        }
    }

    fn word(&mut self, word: &Word, weight: f32) {
        let sums = std::mem::take(&mut self.sum).numbers();
        for (all, sum) in self.total.iter_mut().zip(&sums) {
            *all += f32::from(*sum) * weight;
        }
        if let (Some(all), Some(own)) = (self.total.get_mut(SQUARE), sums.get(SQUARE)) {
            // What counts half has a quarter of the square.
            *all -= f32::from(*own) * weight * (1.0 - weight);
        }
        self.words.push(Said {
            page: self.page,
            range: word.start..word.end,
            sums,
            weight,
        });
    }
}

const FLOATS: usize = 2 + GROUPS + DENSE * GROUPS;

impl Model {
    /// Bytes of a file.
    fn size() -> usize {
        MAGIC.len() + FLOATS * 4 + (ROW << BITS)
    }

    /// A model that says nothing, to read training texts with.
    pub fn empty() -> Self {
        Self {
            rows: Vec::new(),
            unit: 1.0,
            dense: Vec::new(),
            bias: [0.0; GROUPS],
            temperature: 1.0,
        }
    }

    /// What sums are divided by to make chances of them.
    pub fn temperature(&self) -> f32 {
        self.temperature
    }

    /// Reads a file that [`Model::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let wrong = ModelError {
            expected: Self::size(),
            found: bytes.len(),
        };
        let rest = bytes
            .strip_prefix(MAGIC)
            .filter(|_| bytes.len() == Self::size())
            .ok_or(wrong)?;
        let (floats, rows) = rest.split_at(FLOATS * 4);
        let mut floats = floats
            .chunks_exact(4)
            .map(|four| four.try_into().map_or(0.0, f32::from_le_bytes));
        let mut next = || floats.next().unwrap_or_default();
        let (unit, temperature) = (next(), next());
        let mut some = || {
            let mut row = [0.0; GROUPS];
            for slot in &mut row {
                *slot = next();
            }
            row
        };
        let bias = some();
        let dense = (0..DENSE).map(|_| some()).collect();
        let rows = rows
            .chunks_exact(ROW)
            .map(|bytes| {
                let mut row = [0; ROW];
                for (slot, byte) in row.iter_mut().zip(bytes) {
                    *slot = byte.cast_signed();
                }
                Row::new(&row)
            })
            .collect();
        Ok(Self {
            rows,
            unit,
            dense,
            bias,
            temperature,
        })
    }

    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let floats = [self.unit, self.temperature];
        for float in floats
            .iter()
            .chain(&self.bias)
            .chain(self.dense.iter().flatten())
        {
            bytes.extend(float.to_le_bytes());
        }
        let rows = self.rows.iter().flat_map(Row::numbers);
        bytes.extend(rows.map(i8::cast_unsigned));
        bytes
    }

    /// What the lexicon alone says.
    fn of_lists(&self, dense: &Dense) -> [f32; GROUPS] {
        let mut sums = self.bias;
        for (value, weights) in dense
            .values
            .iter()
            .zip(&self.dense)
            .filter(|(value, _)| **value != 0.0)
        {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
        sums
    }

    /// What it makes of a text. `sources` say for each piece of evidence which feature it went into, and its share there.
    pub(super) fn score(
        &self,
        reading: &Reading,
        dense: &Dense,
        sources: &[Option<(usize, f32)>],
    ) -> Scored {
        let count = reading.pages.iter().map(|page| page.words.len()).sum();
        let mut adder = Adder {
            rows: &self.rows,
            page: 0,
            sum: Sum::default(),
            total: [0.0; ROW],
            words: Vec::with_capacity(count),
        };
        let mut seen = Seen::new();
        for (nth, page) in reading.pages.iter().enumerate() {
            adder.page = nth;
            each_word(page, &mut seen, &mut adder);
        }
        let Adder { total, words, .. } = adder;
        let squares = total.get(SQUARE).copied().unwrap_or_default();
        let factor = self.unit / squares.max(LEAST_SQUARES).sqrt();
        let mut sums = self.of_lists(dense);
        for (sum, all) in sums.iter_mut().zip(&total) {
            *sum += all * factor;
        }
        let finds = reading.evidence.iter().zip(sources);
        let finds = finds.filter_map(|(evidence, source)| {
            let (at, share) = (*source)?;
            let value = dense.values.get(at).filter(|_| at < self.dense.len())?;
            let (page, range) = evidence.place.clone();
            Some((page, range, at, share * value))
        });
        Scored {
            sums,
            words,
            finds: finds.collect(),
            factor,
            lang: languages::best(total.get(SQUARE + 1..).unwrap_or_default()),
        }
    }
}
