//! Tickets that are like another one, with what helped then; and what staff corrected, so that the next twin follows.
//!
//! A ticket is known by its [`Sketch`]: the stems of its words and its concepts, which are the same in all languages.
//! Two sketches are as alike as the rare things they share (cosine, weighed by rarity).

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::segment;
use crate::domain::finding::{Finding, Reason};
use crate::domain::ids::{GroupId, TicketId};
use crate::text::fold;

/// Letters of a stem: Nordic words are alike in their first letters, whatever the ending.
const STEM: usize = 5;

/// Most words of a sketch, and characters of a body that are read for it.
const MOST: (usize, usize) = (40, 4_000);

/// What a concept counts against a word.
const CONCEPT: f32 = 2.0;

/// What the same group adds.
const SAME_GROUP: f32 = 1.15;

/// Below this two tickets only have everyday words in common.
const LEAST: f32 = 0.25;

/// From here a ticket is the twin of a corrected one.
const TWIN: f32 = 0.6;

/// Most tickets of an index; the oldest makes room.
const MOST_TICKETS: usize = 100_000;

/// Tickets that have a key, from which it is too common to look them up by it. It counts all the same.
const COMMON: usize = 2_000;

/// Most characters of a fix that are kept.
const MOST_FIX: usize = 400;

/// How sure the group of a twin is.
const SURE: f64 = 0.9;

/// What a ticket is known by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sketch {
    group: Option<GroupId>,
    /// Keys of stems and concepts, sorted, each once; and whether it is a concept.
    keys: Vec<(u64, bool)>,
    /// The words behind the stems, as the ticket has them.
    words: BTreeMap<u64, String>,
}

impl Sketch {
    /// The sketch of a ticket and what was found in it.
    pub fn new(subject: &str, body: &str, finding: &Finding) -> Self {
        let end = body
            .char_indices()
            .nth(MOST.1)
            .map_or(body.len(), |(at, _)| at);
        let own = segment::body(body.get(..end).unwrap_or(body)).own;
        let mut keys = BTreeSet::new();
        let mut words = BTreeMap::new();
        for text in [segment::subject(subject).0, own.as_str()] {
            for word in text
                .split(|c: char| !(c.is_alphanumeric() || c == '-'))
                .filter(|word| !word.is_empty())
            {
                let folded = fold::fold(word);
                let letters = folded.chars().count();
                if letters < 3 || keys.len() >= MOST.0 {
                    continue;
                }
                let stem: String = folded.chars().take(STEM).collect();
                let key = hash(&stem);
                keys.insert((key, false));
                words.entry(key).or_insert_with(|| word.to_owned());
            }
        }
        keys.extend(finding.concepts.iter().map(|concept| (hash(concept), true)));
        Self {
            group: Some(finding.group.clone()),
            keys: keys.into_iter().collect(),
            words,
        }
    }

    /// The sketch without the words behind the stems: enough for [`Similar`], in a tenth of the memory.
    #[must_use]
    pub fn without_words(self) -> Self {
        Self {
            words: BTreeMap::new(),
            ..self
        }
    }
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A ticket like another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    /// The ticket.
    pub id: TicketId,
    /// How alike, 0 to 1.
    pub score: f32,
    /// What the desk wrote when it was solved.
    pub fix: Option<String>,
}

/// One ticket of the index.
#[derive(Debug, Clone)]
struct Known {
    id: TicketId,
    sketch: Sketch,
    fix: Option<Box<str>>,
    /// When it was put here, as a running number.
    turn: u64,
}

/// Tickets by what they are known by; at most [`MOST_TICKETS`].
#[derive(Debug, Clone, Default)]
pub struct Similar {
    known: Vec<Option<Known>>,
    /// Places of `known` that are free.
    free: Vec<u32>,
    places: HashMap<TicketId, usize>,
    /// Tickets by key.
    holders: HashMap<u64, Vec<u32>>,
    /// Tickets in the order in which they were put here, with their running number.
    order: VecDeque<(TicketId, u64)>,
    turn: u64,
}

impl Similar {
    /// Adds a ticket or puts it in the place of what was known of it. `fix` is what the desk wrote when it was solved; its
    /// first characters are kept.
    pub fn put(&mut self, id: TicketId, sketch: Sketch, fix: Option<&str>) {
        self.remove(&id);
        while self.places.len() >= MOST_TICKETS {
            let Some((oldest, turn)) = self.order.pop_front() else {
                break;
            };
            if self.known(&oldest).is_some_and(|known| known.turn == turn) {
                self.remove(&oldest);
            }
        }
        let place = self.free.pop().or_else(|| {
            self.known.push(None);
            u32::try_from(self.known.len() - 1).ok()
        });
        let Some(at) = place else { return };
        for (key, _) in &sketch.keys {
            self.holders.entry(*key).or_default().push(at);
        }
        self.turn += 1;
        self.order.push_back((id.clone(), self.turn));
        self.places.insert(id.clone(), at as usize);
        // Tickets that were put here again leave their old turns behind.
        if self.order.len() > 2 * MOST_TICKETS {
            let (known, places) = (&self.known, &self.places);
            self.order.retain(|(id, turn)| {
                let place = places.get(id).and_then(|at| known.get(*at)?.as_ref());
                place.is_some_and(|known| known.turn == *turn)
            });
        }
        if let Some(slot) = self.known.get_mut(at as usize) {
            *slot = Some(Known {
                id,
                sketch,
                fix: fix.map(|text| text.chars().take(MOST_FIX).collect()),
                turn: self.turn,
            });
        }
    }

    fn known(&self, id: &TicketId) -> Option<&Known> {
        self.known.get(*self.places.get(id)?)?.as_ref()
    }

    /// Forgets a ticket.
    pub fn remove(&mut self, id: &TicketId) {
        let Some((at, known)) = self
            .places
            .remove(id)
            .and_then(|at| self.known.get_mut(at)?.take().map(|known| (at, known)))
        else {
            return;
        };
        for (key, _) in &known.sketch.keys {
            if let Some(holders) = self.holders.get_mut(key) {
                holders.retain(|holder| *holder as usize != at);
                if holders.is_empty() {
                    self.holders.remove(key);
                }
            }
        }
        self.free.extend(u32::try_from(at));
    }

    /// Tickets that are known.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no ticket is known.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The tickets most like a known one, at most `most`, the most alike first; nothing for one that is not known.
    pub fn to(&self, id: &TicketId, most: usize) -> Vec<Alike> {
        self.known(id)
            .map(|known| self.like(Some(id), &known.sketch, most))
            .unwrap_or_default()
    }

    /// How rare a key is among the tickets.
    fn rarity(&self, key: u64) -> f32 {
        let all = small(self.places.len());
        let have = small(self.holders.get(&key).map_or(0, Vec::len));
        ((1.0 + all) / (1.0 + have)).ln() + 0.2
    }

    fn weight(&self, key: u64, is_concept: bool) -> f32 {
        self.rarity(key) * if is_concept { CONCEPT } else { 1.0 }
    }

    /// The length of a sketch.
    fn length(&self, sketch: &Sketch) -> f32 {
        let squares: f32 = sketch
            .keys
            .iter()
            .map(|(key, is_concept)| self.weight(*key, *is_concept).powi(2))
            .sum();
        squares.sqrt().max(1e-3)
    }

    /// The most alike first, at most `most`, without the ticket itself.
    pub fn like(&self, id: Option<&TicketId>, sketch: &Sketch, most: usize) -> Vec<Alike> {
        let holders = |key: &u64| self.holders.get(key).map_or(&[][..], Vec::as_slice);
        let rarest = sketch
            .keys
            .iter()
            .map(|(key, _)| holders(key).len())
            .filter(|count| *count > 0)
            .min()
            .unwrap_or(0);
        // Looking up what thousands have would cost more than it finds; it is compared afterwards.
        let (asked, rest): (Vec<&(u64, bool)>, Vec<_>) = sketch
            .keys
            .iter()
            .partition(|(key, _)| holders(key).len() <= COMMON.max(rarest));
        let mut sums: HashMap<u32, f32> = HashMap::new();
        for (key, is_concept) in asked {
            let square = self.weight(*key, *is_concept).powi(2);
            for holder in holders(key).iter().rev().take(COMMON) {
                *sums.entry(*holder).or_default() += square;
            }
        }
        let shared_by_many = |other: &Sketch| -> f32 {
            rest.iter()
                .filter(|pair| other.keys.binary_search(pair).is_ok())
                .map(|(key, is_concept)| self.weight(*key, *is_concept).powi(2))
                .sum()
        };
        let length = self.length(sketch);
        let mut alike: Vec<Alike> = sums
            .into_iter()
            .filter_map(|(at, sum)| {
                let known = self.known.get(at as usize)?.as_ref()?;
                let bonus = if known.sketch.group == sketch.group {
                    SAME_GROUP
                } else {
                    1.0
                };
                let sum = sum + shared_by_many(&known.sketch);
                // Cheap bound first: the other one is at least as long as what they share.
                let bound = sum / (length * sum.sqrt()) * bonus;
                if bound < LEAST || Some(&known.id) == id {
                    return None;
                }
                let score = (sum / (length * self.length(&known.sketch)) * bonus).min(1.0);
                (score >= LEAST).then(|| Alike {
                    id: known.id.clone(),
                    score,
                    fix: known.fix.as_deref().map(str::to_owned),
                })
            })
            .collect();
        alike.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        alike.truncate(most);
        alike
    }
}

fn small(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// What staff corrected. The group stands on the desk, so every console that reads the desk learns the same.
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    tickets: Similar,
    groups: HashMap<TicketId, GroupId>,
}

impl Lessons {
    /// A person put a ticket into a group. Whether they had put it into another one before.
    pub fn learn(&mut self, id: TicketId, sketch: Sketch, group: GroupId) -> bool {
        self.tickets.put(
            id.clone(),
            Sketch {
                group: None,
                ..sketch
            },
            None,
        );
        let changes = self.groups.get(&id).is_some_and(|before| *before != group);
        self.groups.insert(id, group);
        changes
    }

    /// The correction was undone. Whether there was one.
    pub fn forget(&mut self, id: &TicketId) -> bool {
        self.tickets.remove(id);
        self.groups.remove(id).is_some()
    }

    /// The finding of a ticket after what was corrected on its twin; the reasons are the words that they share.
    #[must_use]
    pub fn apply(&self, id: Option<&TicketId>, sketch: &Sketch, finding: Finding) -> Finding {
        let asked = Sketch {
            group: None,
            ..sketch.clone()
        };
        let twin = self
            .tickets
            .like(id, &asked, 1)
            .into_iter()
            .find(|alike| alike.score >= TWIN);
        let Some((twin, group)) = twin.and_then(|twin| {
            Some((
                self.tickets.places.get(&twin.id)?,
                self.groups.get(&twin.id)?,
            ))
        }) else {
            return finding;
        };
        if finding.group == *group {
            return Finding {
                confidence: finding.confidence.max(SURE),
                ..finding
            };
        }
        let shared = self.tickets.known.get(*twin).and_then(Option::as_ref);
        let mut reasons: Vec<Reason> = shared
            .into_iter()
            .flat_map(|known| &known.sketch.keys)
            .filter_map(|(key, _)| {
                let weight = f64::from(self.tickets.rarity(*key));
                Some(Reason {
                    text: sketch.words.get(key)?.clone(),
                    group: group.clone(),
                    weight: (weight * 100.0).round() / 100.0,
                })
            })
            .collect();
        reasons.sort_by(|a, b| {
            b.weight
                .total_cmp(&a.weight)
                .then_with(|| a.text.cmp(&b.text))
        });
        reasons.truncate(3);
        let mut also = finding.also;
        also.retain(|other| other != group);
        Finding {
            group: group.clone(),
            confidence: SURE,
            runner_up: None,
            also,
            reasons,
            ..finding
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(text: &str, concepts: &[&str]) -> Sketch {
        let concepts = concepts.iter().map(|c| (*c).to_owned()).collect();
        Sketch::new(
            text,
            "",
            &Finding {
                concepts,
                ..Finding::of("vpn".into(), 0.5)
            },
        )
    }

    fn ids(alike: &[Alike]) -> Vec<&str> {
        alike.iter().map(|a| a.id.as_str()).collect()
    }

    #[test]
    fn the_ticket_with_the_same_rare_words_comes_first_with_its_fix() {
        let mut similar = Similar::default();
        similar.put(
            "1".into(),
            sketch("kortlæseren i skranken læser ikke kort", &[]),
            Some("Skift kabel"),
        );
        similar.put(
            "2".into(),
            sketch("skærmen i mødelokalet er sort", &[]),
            None,
        );
        similar.put("3".into(), sketch("kortlæseren blinker rødt", &[]), None);
        for nth in 10..40 {
            similar.put(
                TicketId::new(nth.to_string()),
                sketch(&format!("vpn virker ikke hos nummer{nth}"), &[]),
                None,
            );
        }
        let found = similar.like(
            Some(&"9".into()),
            &sketch("Kortlæser i skranke læser intet kort", &[]),
            2,
        );
        assert_eq!(
            found.first().and_then(|a| a.fix.as_deref()),
            Some("Skift kabel")
        );
        assert_eq!(ids(&found).first(), Some(&"1"));
        let twin = sketch("Kortlæser i skranke læser intet kort", &[]);
        similar.put("9".into(), twin.without_words(), None);
        assert_eq!(ids(&similar.to(&"9".into(), 1)), ["1"]);
        assert!(similar.to(&"unknown".into(), 5).is_empty());
        similar.remove(&"1".into());
        assert!(
            !ids(&similar.like(
                None,
                &sketch("Kortlæser i skranke læser intet kort", &[]),
                5
            ))
            .contains(&"1")
        );
    }

    #[test]
    fn the_index_stays_as_large_as_it_may_be() {
        let mut similar = Similar::default();
        let put = |similar: &mut Similar, nth: usize| {
            let sketch = Sketch {
                keys: vec![(1, false), (nth as u64 / 2 + 10, false)],
                ..Sketch::default()
            };
            similar.put(TicketId::new(nth.to_string()), sketch, None);
        };
        for nth in 0..MOST_TICKETS + 10 {
            put(&mut similar, nth);
        }
        put(&mut similar, MOST_TICKETS);
        assert_eq!(similar.len(), MOST_TICKETS);
        assert!(similar.known.len() <= MOST_TICKETS);
        // The oldest went; what all have in common does not hide what two have.
        assert!(similar.to(&"3".into(), 5).is_empty());
        assert_eq!(ids(&similar.to(&"1000".into(), 5)), ["1001"]);
    }

    #[test]
    fn concepts_join_languages() {
        let mut similar = Similar::default();
        similar.put(
            "en".into(),
            sketch("keeps dropping me", &["vpn/drop", "vpn:anyconnect"]),
            None,
        );
        similar.put(
            "da".into(),
            sketch("printeren larmer", &["printing:canon"]),
            None,
        );
        assert_eq!(
            ids(&similar.like(
                None,
                &sketch("ryger hele tiden", &["vpn/drop", "vpn:anyconnect"]),
                3
            )),
            ["en"]
        );
    }

    #[test]
    fn a_correction_teaches_its_twin_and_is_undone() {
        let mut lessons = Lessons::default();
        let told = |lessons: &Lessons, text: &str| {
            lessons
                .apply(
                    Some(&"9".into()),
                    &sketch(text, &[]),
                    Finding::of("vpn".into(), 0.7),
                )
                .group
                .to_string()
        };
        lessons.learn(
            "1".into(),
            sketch("Kiosken i foyeren viser en grå kasse", &[]),
            "hardware".into(),
        );
        assert_eq!(told(&lessons, "kiosk i foyer viser grå kasse"), "hardware");
        assert_eq!(told(&lessons, "VPN viser en fejl"), "vpn");
        let finding = lessons.apply(
            None,
            &sketch("kiosk i foyer viser grå kasse", &[]),
            Finding::of("vpn".into(), 0.7),
        );
        assert!(
            finding
                .reasons
                .iter()
                .any(|r| r.text == "foyer" && r.group == "hardware".into()),
            "{:?}",
            finding.reasons
        );
        lessons.forget(&"1".into());
        assert_eq!(told(&lessons, "kiosk i foyer viser grå kasse"), "vpn");
    }
}
