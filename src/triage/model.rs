//! The linear model: one row of small whole numbers for each hashed feature, one of weights for each feature of
//! the lexicon. It is made by [`super::train`] and shipped as a file.

use std::ops::Range;

use super::evidence::Reading;
use super::features::{BITS, DENSE, Dense, GROUPS, Seen, each_word};
use super::languages::{self, LANGS};
use crate::text::lang::Lang;

/// First bytes of the file; the number changes when features or layout do.
const MAGIC: &[u8; 8] = b"vagtlm03";

/// Numbers in a row: the groups, the square of the feature's value, the languages.
pub(super) const ROW: usize = GROUPS + 1 + LANGS;

/// Where a row has the square of the feature's value.
pub(super) const SQUARE: usize = GROUPS;

/// What the squares of a text are at least, so that three letters are no certainty.
pub(super) const LEAST_SQUARES: f32 = 150.0;

/// A row in memory: it never lies across two lines of the processor's cache, and its end is zeros.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(32))]
pub(super) struct Row(pub(super) [i8; WIDE]);

/// Bytes of a row that are added up: a multiple of what a processor adds at once.
const WIDE: usize = 24;

impl Row {
    pub(super) const ZERO: Self = Self([0; WIDE]);
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

/// What a stretch of text says for each group.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Number of the passage.
    pub(super) page: usize,
    /// Bytes of its key.
    pub(super) range: Range<usize>,
    /// By group.
    pub(super) says: [f32; GROUPS],
    /// By language, not to scale.
    pub(super) langs: [f32; LANGS],
}

/// What the model makes of a text.
pub(super) struct Scored {
    /// By group; differences are log-odds.
    pub(super) sums: [f32; GROUPS],
    /// Where it comes from: every word in order, then every find of the lexicon.
    pub(super) parts: Vec<Part>,
    /// The language, if any word speaks for one.
    pub(super) lang: Lang,
}

impl Scored {
    /// Leaves what the lexicon says: words of a language that the model never saw are chance.
    pub(super) fn forget_words(&mut self, dense: &Dense, model: &Model) {
        self.sums = model.of_lists(dense);
        self.parts
            .retain(|part| part.langs.iter().all(|lang| *lang == 0.0));
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
                let mut row = Row::ZERO;
                for (slot, byte) in row.0.iter_mut().zip(bytes) {
                    *slot = byte.cast_signed();
                }
                row
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
        let rows = self.rows.iter().flat_map(|row| row.0.iter().take(ROW));
        bytes.extend(rows.map(|n| n.cast_unsigned()));
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

    /// What it makes of a text. `dense` says for each piece of evidence which feature it went into.
    pub(super) fn score(
        &self,
        reading: &Reading,
        dense: &Dense,
        sources: &[Option<(usize, f32)>],
    ) -> Scored {
        let mut parts = Vec::with_capacity(64);
        let mut total = [0.0_f32; ROW];
        let mut seen = Seen::new();
        for (nth, page) in reading.pages.iter().enumerate() {
            each_word(
                &page.plain,
                &page.clauses,
                &mut seen,
                |range, features, weight| {
                    // A word has fewer than 256 features, so sixteen bits hold the sum.
                    let mut sums = [0_i16; WIDE];
                    for (bucket, _) in features {
                        if let Some(row) = self.rows.get(*bucket as usize) {
                            for (sum, n) in sums.iter_mut().zip(&row.0) {
                                *sum = sum.wrapping_add(i16::from(*n));
                            }
                        }
                    }
                    let sums = sums.map(|sum| f32::from(sum) * weight);
                    for (all, sum) in total.iter_mut().zip(&sums) {
                        *all += sum;
                    }
                    if let (Some(all), Some(own)) = (total.get_mut(SQUARE), sums.get(SQUARE)) {
                        // What counts half has a quarter of the square.
                        *all -= own * (1.0 - weight);
                    }
                    let mut says = [0.0; GROUPS];
                    for (say, sum) in says.iter_mut().zip(&sums) {
                        *say = *sum;
                    }
                    let mut langs = [0.0; LANGS];
                    for (lang, sum) in langs.iter_mut().zip(sums.iter().skip(SQUARE + 1)) {
                        *lang = *sum;
                    }
                    parts.push(Part {
                        page: nth,
                        range,
                        says,
                        langs,
                    });
                },
            );
        }
        let factor = self.unit
            / total
                .get(SQUARE)
                .copied()
                .unwrap_or_default()
                .max(LEAST_SQUARES)
                .sqrt();
        let mut sums = self.of_lists(dense);
        for (sum, all) in sums.iter_mut().zip(&total) {
            *sum += all * factor;
        }
        for part in &mut parts {
            part.says = part.says.map(|say| say * factor);
        }
        for (evidence, source) in reading.evidence.iter().zip(sources) {
            let Some((weights, share)) = source
                .and_then(|(at, share)| Some((self.dense.get(at)?, share * dense.values.get(at)?)))
            else {
                continue;
            };
            parts.push(Part {
                page: evidence.place.0,
                range: evidence.place.1.clone(),
                says: weights.map(|weight| weight * share),
                langs: [0.0; LANGS],
            });
        }
        Scored {
            sums,
            parts,
            lang: languages::best(total.get(SQUARE + 1..).unwrap_or_default()),
        }
    }
}
