//! The words of a ticket as numbers: which ones its neighbours share, and which ones nobody has used before.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::text::fold::fold;
use crate::triage::segment;

/// Number of a word's stem.
pub(crate) type WordId = u32;

/// Letters of a stem: Nordic words are alike in their first letters, whatever the language and the ending.
const STEM: usize = 6;

/// Most words that a ticket is known by.
const MOST: usize = 28;

/// Characters of a body that are read.
const MAX_BODY: usize = 4_000;

/// Stems of ordinary words of the five languages and of office life; one a line.
const ORDINARY: &str = include_str!("../../../assets/lexicon/ordinary-words.txt");

/// Stems of products that the lists know, but that may be new to a desk.
const PRODUCTS: [&str; 18] = [
    "airtam", "blueje", "discor", "gotome", "hangou", "jitsi", "kahoot", "klaxoo", "lifesi",
    "mentim", "padlet", "pexip", "skype", "slack", "starle", "trello", "webex", "whereb",
];

/// In how many tickets of 150 a word is expected before any was seen: one that nobody knows, and a known product.
const EXPECTED: (f64, f64) = (0.25, 1.2);

/// What a ticket's words are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// Stems, sorted, each once.
    pub(crate) stems: Box<[WordId]>,
    /// Those of which no list knows anything, and how they were spelt.
    pub(crate) unknown: Vec<(WordId, String)>,
    /// Error codes and stages, and how they were written: `code:809`.
    pub(crate) codes: Vec<(WordId, String)>,
    /// What goes wrong, in no language.
    pub(crate) problems: Box<[WordId]>,
}

/// All words so far.
#[derive(Debug, Clone)]
pub(crate) struct Lexis {
    numbers: HashMap<String, WordId>,
    /// In how many tickets each word was, incidents' tickets left out.
    usual: Vec<u32>,
    /// How many tickets those are; of which the whole text was read; that ask how to do something.
    tickets: u32,
    whole: u32,
    howto: u32,
    ordinary: HashSet<&'static str>,
    products: HashSet<WordId>,
    /// Words that name places, versions and the like; they are compared as facts.
    named: HashSet<String>,
}

impl Lexis {
    pub(crate) fn new() -> Self {
        Self {
            numbers: HashMap::new(),
            usual: Vec::new(),
            tickets: 0,
            whole: 0,
            howto: 0,
            ordinary: ORDINARY
                .lines()
                .filter(|stem| !PRODUCTS.contains(stem))
                .collect(),
            products: HashSet::new(),
            named: HashSet::new(),
        }
    }
    /// Words that are names of facts' values are no news.
    pub(crate) fn name(&mut self, value: &str) {
        for word in split(&fold(value)) {
            self.named.insert(stem(word).to_owned());
        }
    }
    fn number(&mut self, word: &str) -> WordId {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = WordId::try_from(self.usual.len()).unwrap_or(WordId::MAX);
        self.numbers.insert(word.to_owned(), number);
        self.usual.push(0);
        number
    }
    /// Reads a ticket; `concepts` say the same in no language.
    pub(crate) fn read(&mut self, subject: &str, body: &str, concepts: &[String]) -> Words {
        let short: String = body.chars().take(MAX_BODY).collect();
        let own = segment::body(&short).own;
        let text = format!("{}\n{own}", segment::subject(subject).0);
        let key = fold(&text);
        let names = fold(&addressed(&short));
        let names: HashSet<&str> = split(&names).collect();
        let (mut stems, mut unknown) = (BTreeSet::new(), Vec::<(WordId, String)>::new());
        let (mut codes, mut problems) = (Vec::new(), Vec::new());
        for concept in concepts {
            let number = self.number(&format!("={concept}"));
            if concept.starts_with("code:") || concept.starts_with("stage:") {
                codes.push((number, concept.clone()));
            } else if concept.contains('/') {
                problems.push(number);
            }
            if stems.len() < MOST / 4 {
                stems.insert(number);
            }
        }
        problems.retain(|problem| stems.contains(problem));
        for word in split(&key) {
            let digits = word.chars().filter(char::is_ascii_digit).count();
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            if word.len() > 40 || stems.len() >= MOST || word.chars().count() < 2 {
                continue;
            }
            if letters == 0 || word.chars().count() < 3 {
                continue;
            }
            let stem = stem(word);
            let number = self.number(stem);
            if PRODUCTS.contains(&stem) {
                self.products.insert(number);
            }
            let is_news = letters >= 4
                && !self.ordinary.contains(stem)
                && !self.named.contains(stem)
                && !names.contains(word)
                && digits * 2 < letters;
            if stems.insert(number) && is_news && unknown.len() < 8 {
                unknown.push((number, spelt(&text, word)));
            }
        }
        Words {
            stems: stems.into_iter().collect(),
            unknown,
            codes,
            problems: problems.into_boxed_slice(),
        }
    }
    /// In how many of 150 tickets a word is expected before any was seen.
    pub(crate) fn expected(&self, word: WordId) -> f64 {
        if self.products.contains(&word) {
            EXPECTED.1
        } else {
            EXPECTED.0
        }
    }
    /// A ticket that no incident explains was seen.
    pub(crate) fn learn(&mut self, stems: &[WordId]) {
        self.tickets += 1;
        for word in stems {
            if let Some(count) = self.usual.get_mut(*word as usize) {
                *count += 1;
            }
        }
    }
    /// An incident explains it after all.
    fn unlearn(&mut self, stems: &[WordId]) {
        self.tickets = self.tickets.saturating_sub(1);
        for word in stems {
            if let Some(count) = self.usual.get_mut(*word as usize) {
                *count = count.saturating_sub(1);
            }
        }
    }
    /// The same for a ticket whose whole text was read.
    pub(crate) fn learn_whole(&mut self, stems: &[WordId], is_howto: bool) {
        self.learn(stems);
        self.whole += 1;
        self.howto += u32::from(is_howto);
    }
    /// An incident explains that one after all.
    pub(crate) fn unlearn_whole(&mut self, stems: &[WordId], is_howto: bool) {
        self.unlearn(stems);
        self.whole = self.whole.saturating_sub(1);
        self.howto = self.howto.saturating_sub(u32::from(is_howto));
    }
    /// How many ordinary tickets were read whole.
    pub(crate) fn whole(&self) -> usize {
        self.whole as usize
    }
    /// How many of them ask how to do something.
    pub(crate) fn howto(&self) -> usize {
        self.howto as usize
    }
    /// In how many of how many ordinary tickets a word was.
    pub(crate) fn usual(&self, word: WordId) -> (usize, usize) {
        let with = self.usual.get(word as usize).copied().unwrap_or(0);
        (with as usize, self.tickets as usize)
    }
}

/// Who is greeted and who signs: a short first line that ends in a comma or an exclamation mark, a short last one.
fn addressed(body: &str) -> String {
    let lines: Vec<&str> = body.lines().filter(|l| !l.trim().is_empty()).collect();
    let (Some(first), Some(last), true) = (lines.first(), lines.last(), lines.len() > 1) else {
        return String::new();
    };
    let is_short = |line: &str, words: usize| line.split_whitespace().count() <= words;
    let mut found = String::new();
    if is_short(first, 4) && first.trim_end().ends_with([',', '!']) {
        found.push_str(first);
        found.push(' ');
    }
    if is_short(last, 5) {
        found.push_str(last);
    }
    found
}

fn split(key: &str) -> impl Iterator<Item = &str> {
    key.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
}

fn stem(word: &str) -> &str {
    word.char_indices()
        .nth(STEM)
        .and_then(|(end, _)| word.get(..end))
        .unwrap_or(word)
}

/// A folded word as the ticket has it.
fn spelt(text: &str, key: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric())
        .find(|word| fold(word) == key)
        .unwrap_or(key)
        .to_owned()
}
