//! Which language a text is in, by the same hashed features as the groups: it tells short bokmål from Danish, which
//! word lists alone do not.

use super::corpus::Example;
use super::evidence::{Page, Reading};
use super::features::{BITS, Seen, Shape, Sink, each_word};
use super::model::Said;
use super::words::Word;
use crate::text::lang::Lang;

/// Languages.
pub(super) const LANGS: usize = Lang::ALL.len();

/// Passes over the texts, first step, and pull to zero over one pass.
const EPOCHS: u32 = 20;
const RATE: f32 = 0.1;
const DECAY: f32 = 0.03;

/// The language that the sums of a text say; unknown when they say nothing.
pub(super) fn best(sums: &[f32]) -> Lang {
    let best = Lang::ALL
        .iter()
        .zip(sums)
        .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
    best.filter(|_| sums.iter().any(|sum| *sum != 0.0))
        .map_or(Lang::Unknown, |(lang, _)| *lang)
}

/// Words that a sentence needs to have a language of its own.
const LEAST_WORDS: usize = 4;

/// How much clearer the language of a sentence is than the ticket's, against the sum of both, to be another one; and where
/// one Nordic language stands against another.
const CLEARER: (f32, f32) = (0.6, 0.8);

/// The languages of the sentences, the commonest first, when there are several. `main` is the ticket's.
pub(super) fn of_sentences(pages: &[Page], said: &[Said], main: Lang) -> Vec<Lang> {
    let mut words = [0_usize; LANGS];
    let mut said = said.iter().peekable();
    for (nth, page) in pages.iter().enumerate().take(2) {
        let (mut sums, mut count) = ([0.0_f32; LANGS], 0);
        let last = page.clauses.len();
        for (clause, at) in page.clauses.iter().zip(1..) {
            while let Some(word) =
                said.next_if(|word| word.page == nth && word.range.start < clause.range.end)
            {
                for (nth, sum) in sums.iter_mut().enumerate() {
                    *sum += word.lang(nth);
                }
                count += 1;
            }
            let text = page.key().get(clause.range.clone()).unwrap_or_default();
            if at < last && !text.trim_end().ends_with(['.', '!', '?', '|']) {
                continue;
            }
            if let Some(slot) = of_sentence(&sums, count, main).and_then(|lang| words.get_mut(lang))
            {
                *slot += count;
            }
            (sums, count) = ([0.0; LANGS], 0);
        }
    }
    let mut found: Vec<(usize, Lang)> = words
        .into_iter()
        .zip(Lang::ALL)
        .filter(|(words, _)| *words > 0)
        .collect();
    if found.len() < 2 {
        return Vec::new();
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().map(|(_, lang)| lang).collect()
}

/// The language of one sentence as a place in [`Lang::ALL`]: the ticket's, unless another one is clearer by far.
fn of_sentence(sums: &[f32; LANGS], words: usize, main: Lang) -> Option<usize> {
    if words < LEAST_WORDS {
        return None;
    }
    let own = Lang::ALL.iter().position(|lang| *lang == main)?;
    let said = Lang::ALL.iter().position(|lang| *lang == best(sums))?;
    let (most, ours) = (*sums.get(said)?, *sums.get(own)?);
    let needed = if Lang::ALL.get(said) == Some(&Lang::En) || main == Lang::En {
        CLEARER.0
    } else {
        CLEARER.1
    };
    let is_clearer = most > 0.0 && most - ours > needed * (most + ours.abs());
    Some(if is_clearer { said } else { own })
}

/// The buckets of a text.
struct Buckets(Vec<usize>);

impl Sink for Buckets {
    fn feature(&mut self, bucket: u32, _: Shape) {
        self.0.push(bucket as usize);
    }

    fn word(&mut self, _: &Word, _: f32) {}
}

/// Learns from texts whose language is known: what each bucket says for each language.
pub(super) fn learn(texts: &[(&Example, Reading)]) -> Vec<[i8; LANGS]> {
    let mut known = vec![0_u16; 1 << BITS];
    let rows: Vec<(Vec<usize>, usize)> = texts
        .iter()
        .filter_map(|(example, reading)| {
            let lang = Lang::ALL
                .iter()
                .position(|lang| lang.code() == Some(example.lang.as_str()))?;
            let mut found = Buckets(Vec::new());
            let mut seen = Seen::new();
            for page in &reading.pages {
                each_word(page, &mut seen, &mut found);
            }
            let Buckets(mut features) = found;
            features.sort_unstable();
            features.dedup();
            Some((features, lang))
        })
        .collect();
    for at in rows.iter().flat_map(|(features, _)| features) {
        if let Some(count) = known.get_mut(*at) {
            *count = count.saturating_add(1);
        }
    }
    let mut counts = [0.0_f32; LANGS];
    for (_, lang) in &rows {
        if let Some(count) = counts.get_mut(*lang) {
            *count += 1.0;
        }
    }
    let mean = counts.iter().sum::<f32>() / 5.0;
    // Languages of which there are few texts are not drowned by the others.
    let balance = counts.map(|count| (mean / count.max(1.0)).clamp(0.5, 3.0));
    let mut weights = vec![([0.0_f32; LANGS], [0.0_f32; LANGS]); 1 << BITS];
    for pass in 0..EPOCHS {
        for nth in 0..rows.len() {
            // A step that has no divisor in common with the number of texts visits each once.
            let at = (nth * 7919 + pass as usize * 31) % rows.len();
            if let Some((features, lang)) = rows.get(at) {
                let weight = balance.get(*lang).copied().unwrap_or(1.0);
                learn_one(&mut weights, &known, (features, *lang), weight);
            }
        }
    }
    pack(&weights)
}

type Weights = ([f32; LANGS], [f32; LANGS]);

fn learn_one(
    weights: &mut [Weights],
    known: &[u16],
    (features, lang): (&[usize], usize),
    balance: f32,
) {
    let length = f32::from(u16::try_from(features.len()).unwrap_or(u16::MAX))
        .sqrt()
        .max(1.0);
    let mut sums = [0.0_f32; LANGS];
    for (own, _) in features.iter().filter_map(|at| weights.get(*at)) {
        for (sum, weight) in sums.iter_mut().zip(own) {
            *sum += weight / length;
        }
    }
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let mut shares = sums.map(|sum| (sum - most).exp());
    let all: f32 = shares.iter().sum();
    for share in &mut shares {
        *share /= all;
    }
    if let Some(share) = shares.get_mut(lang) {
        *share -= 1.0;
    }
    for share in &mut shares {
        *share *= balance;
    }
    for at in features {
        let decay = DECAY / f32::from(known.get(*at).copied().unwrap_or(1).max(1));
        let Some((own, squares)) = weights.get_mut(*at) else {
            continue;
        };
        for ((weight, square), share) in own.iter_mut().zip(squares).zip(&shares) {
            let gradient = share / length + decay * *weight;
            *square += gradient * gradient;
            *weight -= RATE * gradient / (square.sqrt() + 1e-3);
        }
    }
}

fn pack(weights: &[Weights]) -> Vec<[i8; LANGS]> {
    let largest = weights
        .iter()
        .flat_map(|(own, _)| own)
        .fold(1e-6_f32, |most, weight| most.max(weight.abs()));
    weights
        .iter()
        .map(|(own, _)| {
            let mut row = [0; LANGS];
            for (slot, weight) in row.iter_mut().zip(own) {
                *slot = whole(weight / largest * 127.0);
            }
            row
        })
        .collect()
}

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn whole(value: f32) -> i8 {
    value.round().clamp(-127.0, 127.0) as i8
}
