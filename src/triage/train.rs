//! Makes the word model from labelled texts. Deterministic: the same texts and lists make the same file.
//!
//! Multinomial logistic regression by stochastic steps (Adagrad). The temperature, which makes chances of the sums,
//! comes from texts of authors that a model did not see, one author at a time.

use super::classify::Engine;
use super::corpus::Example;
use super::features::{BITS, DENSE, GROUPS, Seen, Shape, Sink, each_word};
use super::languages;
use super::model::{LEAST_SQUARES, Model, ROW, Row, SQUARE};
use super::words::Word;
use crate::domain::ids::GroupId;

/// What may be turned. The defaults were chosen by leaving one author out at a time.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Passes over the texts.
    pub epochs: u32,
    /// First step.
    pub rate: f32,
    /// Pull of a hashed weight to zero over one pass.
    pub decay: f32,
    /// Pull of the lexicon's weights to zero at each step.
    pub dense_decay: f32,
    /// Share of words left out, so that no single one decides.
    pub dropout: f32,
    /// Share of readings without what the lexicon says.
    pub dense_dropout: f32,
    /// What a word, a pair of words and a group of letters count before their rarity is known.
    pub shapes: [f32; 3],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            epochs: 40,
            rate: 0.2,
            decay: 5e-3,
            dense_decay: 1e-3,
            dropout: 0.1,
            dense_dropout: 0.4,
            shapes: [1.5, 1.2, 0.45],
        }
    }
}

/// Parts of the texts of a single author that are left out in turn to find the temperature.
const FOLDS: usize = 5;

/// Step of the lexicon's weights and of the bias against the hashed ones': they are few and always there.
const SLOWER: (f32, f32) = (0.4, 0.2);

/// One text as the model sees it.
struct Text {
    /// Buckets by word, and what the word counts.
    words: Vec<(Vec<u32>, f32)>,
    /// What the lexicon says.
    dense: Vec<(usize, f32)>,
    /// Wanted shares.
    target: [f32; GROUPS],
    /// How much it counts.
    weight: f32,
}

/// What is known of a bucket.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    shape: Option<Shape>,
    /// Texts that have it.
    texts: u16,
    /// What it counts; zero when it is too rare.
    value: f32,
}

/// Weights and the sums of their squared gradients.
#[derive(Clone, Copy)]
struct Learnt {
    weights: [f32; GROUPS],
    squares: [f32; GROUPS],
}

const NEW: Learnt = Learnt {
    weights: [0.0; GROUPS],
    squares: [0.0; GROUPS],
};

impl Learnt {
    fn add_to(&self, sums: &mut [f32; GROUPS], value: f32) {
        for (sum, weight) in sums.iter_mut().zip(&self.weights) {
            *sum += weight * value;
        }
    }

    fn step(&mut self, gradient: &[f32; GROUPS], value: f32, rate: f32, decay: f32) {
        for ((weight, square), g) in self.weights.iter_mut().zip(&mut self.squares).zip(gradient) {
            let g = g * value + decay * *weight;
            *square += g * g;
            *weight -= rate * g / (square.sqrt() + 1e-3);
        }
    }
}

/// Random numbers that are the same everywhere (xorshift).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn is_below(&mut self, limit: f32) -> bool {
        let share = u16::try_from(self.next() >> 48).unwrap_or(u16::MAX);
        f32::from(share) / 65_536.0 < limit
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for at in (1..order.len()).rev() {
            let other = usize::try_from(self.next() % (at as u64 + 1)).unwrap_or(0);
            order.swap(at, other);
        }
    }
}

/// How right a model is on the texts of an author that it has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// The author.
    pub author: String,
    /// Texts of theirs.
    pub texts: u32,
    /// Those put into their group, or one that was allowed.
    pub right: u32,
}

/// A model of these texts with its temperature, and how right models were that did not know one of the authors.
///
/// The temperature comes from the same measure: how sure to be is learnt where the writer is foreign, as the desk's people are.
/// With one author only, a fifth of the texts at a time is left out.
pub fn train(engine: &Engine, examples: &[&Example], settings: &Settings) -> (Model, Vec<Unseen>) {
    let mut authors: Vec<&str> = examples
        .iter()
        .map(|example| example.author.as_str())
        .collect();
    authors.dedup();
    let mut pairs: Vec<([f32; GROUPS], [f32; GROUPS])> = Vec::new();
    let mut measure = |is_left_out: &dyn Fn(usize, &Example) -> bool| {
        let (mut seen, mut unseen) = (Vec::new(), Vec::new());
        for (at, example) in examples.iter().enumerate() {
            if is_left_out(at, example) {
                unseen.push(*example);
            } else {
                seen.push(*example);
            }
        }
        let model = fit(engine, &seen, settings);
        let (mut texts, mut right) = (0, 0);
        for example in unseen {
            let reading = engine.read(&example.subject, &example.body);
            let (dense, sources) = engine.dense(&reading);
            let sums = model.score(&reading, &dense, &sources).sums;
            let target = target(example);
            texts += 1;
            right += u32::from(best(&sums).is_some_and(|at| target.get(at) > Some(&0.0)));
            pairs.push((sums, target));
        }
        (texts, right)
    };
    let mut unseen = Vec::new();
    if authors.len() > 1 {
        for author in authors {
            let (texts, right) = measure(&|_, example| example.author == author);
            unseen.push(Unseen {
                author: author.to_owned(),
                texts,
                right,
            });
        }
    } else {
        for fold in 0..FOLDS {
            measure(&|at, _| at % FOLDS == fold);
        }
    }
    let readings: Vec<_> = examples
        .iter()
        .map(|example| (*example, engine.read(&example.subject, &example.body)))
        .collect();
    let mut model = fit(engine, examples, settings);
    model.temperature = temperature(&pairs);
    for (row, langs) in model.rows.iter_mut().zip(languages::learn(&readings)) {
        let mut numbers = row.numbers();
        for (slot, lang) in numbers.iter_mut().skip(SQUARE + 1).zip(langs) {
            *slot = lang;
        }
        *row = Row::new(&numbers);
    }
    (model, unseen)
}

/// The place of the largest.
fn best(sums: &[f32; GROUPS]) -> Option<usize> {
    let best = sums
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    best.map(|(at, _)| at)
}

/// The temperature at which the chances fit best.
fn temperature(pairs: &[([f32; GROUPS], [f32; GROUPS])]) -> f32 {
    let loss = |temperature: f32| -> f32 {
        pairs
            .iter()
            .map(|(sums, target)| {
                let shares = softmax(sums, temperature);
                let right: f32 = shares
                    .iter()
                    .zip(target)
                    .filter(|(_, wanted)| **wanted > 0.0)
                    .map(|(share, _)| share)
                    .sum();
                -right.max(1e-6).ln()
            })
            .sum()
    };
    (40_u16..=250)
        .map(|percent| f32::from(percent) / 100.0)
        .min_by(|a, b| loss(*a).total_cmp(&loss(*b)))
        .unwrap_or(1.0)
}

/// A model of these texts, without a temperature.
pub fn fit(engine: &Engine, examples: &[&Example], settings: &Settings) -> Model {
    let mut known = vec![Known::default(); 1 << BITS];
    let rows: Vec<Text> = rows(engine, examples, &mut known);
    value(&mut known, rows.len(), settings);
    let mut hashed = vec![NEW; 1 << BITS];
    let mut dense = vec![NEW; DENSE];
    let mut bias = NEW;
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut active: Vec<(usize, f32)> = Vec::new();
    for _ in 0..settings.epochs {
        chance.shuffle(&mut order);
        for row in order.iter().filter_map(|at| rows.get(*at)) {
            gather(row, &known, settings.dropout, &mut chance, &mut active);
            let lexicon: &[(usize, f32)] = if chance.is_below(settings.dense_dropout) {
                &[]
            } else {
                &row.dense
            };
            let mut sums = bias.weights;
            for (at, value) in &active {
                hashed.get(*at).unwrap_or(&NEW).add_to(&mut sums, *value);
            }
            for (at, value) in lexicon {
                dense.get(*at).unwrap_or(&NEW).add_to(&mut sums, *value);
            }
            let mut gradient = softmax(&sums, 1.0);
            for (g, target) in gradient.iter_mut().zip(&row.target) {
                *g = (*g - target) * row.weight;
            }
            for (at, value) in &active {
                if let (Some(learnt), Some(known)) = (hashed.get_mut(*at), known.get(*at)) {
                    // The pull is the same over a pass, however many texts have the feature.
                    learnt.step(
                        &gradient,
                        *value,
                        settings.rate,
                        settings.decay / f32::from(known.texts),
                    );
                }
            }
            for (at, value) in lexicon {
                if let Some(learnt) = dense.get_mut(*at) {
                    learnt.step(
                        &gradient,
                        *value,
                        settings.rate * SLOWER.0,
                        settings.dense_decay,
                    );
                }
            }
            bias.step(&gradient, 1.0, settings.rate * SLOWER.1, 0.0);
        }
    }
    pack(&hashed, &known, &dense, &bias)
}

/// The features of a text that count, some words left out by chance; the vector has length one.
fn gather(
    row: &Text,
    known: &[Known],
    dropout: f32,
    chance: &mut Chance,
    active: &mut Vec<(usize, f32)>,
) {
    active.clear();
    let mut squares = 0.0;
    for (buckets, weight) in &row.words {
        if chance.is_below(dropout) {
            continue;
        }
        for bucket in buckets {
            let at = *bucket as usize;
            let value = known.get(at).map_or(0.0, |known| known.value) * weight;
            if value > 0.0 {
                squares += value * value;
                active.push((at, value));
            }
        }
    }
    let length = squares.max(LEAST_SQUARES).sqrt();
    for (_, value) in active.iter_mut() {
        *value /= length;
    }
}

fn place(group: &GroupId) -> Option<usize> {
    GroupId::BUILT_IN
        .iter()
        .position(|slug| *slug == group.as_str())
}

/// The wanted shares: what the label's author also allowed gets a quarter.
fn target(example: &Example) -> [f32; GROUPS] {
    let mut target = [0.0; GROUPS];
    let label = place(&example.label).unwrap_or(GROUPS - 1);
    let also: Vec<usize> = example.also.iter().filter_map(place).collect();
    let other = if also.is_empty() { 0.0 } else { 0.25 };
    if let Some(slot) = target.get_mut(label) {
        *slot = 1.0 - other;
    }
    let count = u8::try_from(also.len()).unwrap_or(u8::MAX);
    for at in also {
        if let Some(slot) = target.get_mut(at) {
            *slot += other / f32::from(count);
        }
    }
    target
}

fn rows(engine: &Engine, examples: &[&Example], known: &mut [Known]) -> Vec<Text> {
    let mut counts = [0.0_f32; GROUPS];
    for example in examples {
        if let Some(count) = place(&example.label).and_then(|at| counts.get_mut(at)) {
            *count += 1.0;
        }
    }
    let mean = counts.iter().sum::<f32>() / 14.0;
    examples
        .iter()
        .map(|example| {
            let count = place(&example.label)
                .and_then(|at| counts.get(at))
                .copied()
                .unwrap_or(mean);
            // Groups of which few texts speak are not drowned by the others.
            let weight = (mean / count.max(1.0)).sqrt().clamp(0.5, 2.0);
            row(engine, example, weight, known)
        })
        .collect()
}

/// The features of a text by word, and all of them with their shapes.
#[derive(Default)]
struct Gathered {
    words: Vec<(Vec<u32>, f32)>,
    shapes: Vec<(u32, Shape)>,
    /// Of the word that comes next.
    word: Vec<u32>,
}

impl Sink for Gathered {
    fn feature(&mut self, bucket: u32, shape: Shape) {
        self.word.push(bucket);
        self.shapes.push((bucket, shape));
    }

    fn word(&mut self, _: &Word, factor: f32) {
        self.words.push((std::mem::take(&mut self.word), factor));
    }
}

fn row(engine: &Engine, example: &Example, weight: f32, known: &mut [Known]) -> Text {
    let reading = engine.read(&example.subject, &example.body);
    let mut gathered = Gathered::default();
    let mut seen = Seen::new();
    for page in &reading.pages {
        each_word(page, &mut seen, &mut gathered);
    }
    let Gathered { words, shapes, .. } = gathered;
    for (bucket, shape) in &shapes {
        if let Some(known) = known.get_mut(*bucket as usize) {
            known.shape.get_or_insert(*shape);
        }
    }
    let mut found: Vec<u32> = shapes.into_iter().map(|(bucket, _)| bucket).collect();
    found.sort_unstable();
    found.dedup();
    for bucket in found {
        if let Some(known) = known.get_mut(bucket as usize) {
            known.texts = known.texts.saturating_add(1);
        }
    }
    let (dense, _) = engine.dense(&reading);
    Text {
        words,
        dense: dense
            .values
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, value)| *value != 0.0)
            .collect(),
        target: target(example),
        weight,
    }
}

/// The value of each bucket: its shape's weight times its rarity; letter groups of one text alone say nothing.
fn value(known: &mut [Known], texts: usize, settings: &Settings) {
    let all = f32::from(u16::try_from(texts).unwrap_or(u16::MAX));
    let [word, pair, letters] = settings.shapes;
    for known in known {
        let (weight, least) = match known.shape {
            Some(Shape::Word) => (word, 1),
            Some(Shape::Pair) => (pair, 1),
            Some(Shape::Letters) => (letters, 2),
            Some(Shape::Stop) | None => continue,
        };
        if known.texts >= least {
            known.value = weight * (((1.0 + all) / (1.0 + f32::from(known.texts))).ln() + 1.0);
        }
    }
}

/// Shares that add up to one.
pub(super) fn softmax(sums: &[f32; GROUPS], temperature: f32) -> [f32; GROUPS] {
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let mut shares = sums.map(|sum| ((sum - most) / temperature).exp());
    let all: f32 = shares.iter().sum();
    for share in &mut shares {
        *share /= all;
    }
    shares
}

/// Rounds the weights.
fn pack(hashed: &[Learnt], known: &[Known], dense: &[Learnt], bias: &Learnt) -> Model {
    let mut sizes: Vec<f32> = hashed
        .iter()
        .zip(known)
        .flat_map(|(learnt, known)| learnt.weights.map(|weight| (weight * known.value).abs()))
        .filter(|size| *size > 0.0)
        .collect();
    sizes.sort_by(f32::total_cmp);
    // The few largest are cut, so that the many others are told apart.
    let largest = sizes.len().saturating_sub(1 + sizes.len() / 2000);
    let unit = sizes.get(largest).copied().unwrap_or(1.0) / 127.0;
    let rows = hashed
        .iter()
        .zip(known)
        .map(|(learnt, known)| {
            let mut row = [0; ROW];
            for (slot, weight) in row.iter_mut().zip(&learnt.weights) {
                *slot = whole(weight * known.value / unit);
            }
            if let Some(slot) = row.get_mut(SQUARE) {
                *slot = whole(known.value * known.value);
            }
            Row::new(&row)
        })
        .collect();
    Model {
        rows,
        unit,
        dense: dense.iter().map(|learnt| learnt.weights).collect(),
        bias: bias.weights,
        temperature: 1.0,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn whole(value: f32) -> i8 {
    value.round().clamp(-127.0, 127.0) as i8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{Groups, Input, Lexicon, corpus};

    #[test]
    fn words_that_no_list_has_are_learnt_and_the_file_is_the_same_each_time() {
        let lists = || (Lexicon::built_in().unwrap(), Groups::built_in().unwrap());
        let (lexicon, groups) = lists();
        let engine = Engine::with_model(&lexicon, &groups, Model::empty()).unwrap();
        let text = "@ mobile da\nkvaksen tier || kvaksen\nkvaks || tavs igen\n@ printing da\nplimsen spytter || plims\nplimsen || spytter";
        let examples = corpus::read("x", text).unwrap();
        let examples: Vec<&Example> = examples.iter().collect();
        let (model, unseen) = train(&engine, &examples, &Settings::default());
        assert!(unseen.is_empty());
        assert_eq!(
            train(&engine, &examples, &Settings::default()).0.to_bytes(),
            model.to_bytes()
        );
        let again = Model::from_bytes(&model.to_bytes()).unwrap();
        assert_eq!(again, model);
        let engine = Engine::with_model(&lexicon, &groups, again).unwrap();
        let group = |subject| {
            engine
                .classify(&Input {
                    subject,
                    ..Input::default()
                })
                .group
                .to_string()
        };
        assert_eq!(group("min kvaks"), "mobile");
        assert_eq!(group("to plimser"), "printing");
        assert!(Model::from_bytes(&model.to_bytes()[1..]).is_err());
    }
}
