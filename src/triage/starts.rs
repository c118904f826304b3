//! Words and phrases that are looked for where a word starts.
//!
//! A tree of their bytes is walked from each start, so what is in the middle of words costs nothing.

use std::collections::BTreeMap;

/// Some phrases. A phrase is known by its place in the list that it was made from.
#[derive(Debug, Clone, Default)]
pub(super) struct Starts {
    nodes: Vec<Node>,
    /// Bytes that lead on from a node, and the nodes that they lead to.
    bytes: Vec<u8>,
    to: Vec<u32>,
    /// Phrases that end at a node.
    ends: Vec<u32>,
    /// The node behind each first byte; 0 is none.
    first: Vec<u32>,
}

/// Where what belongs to a node is, in the lists of the tree.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    edges: (u32, u32),
    ends: (u32, u32),
}

/// A node while the tree grows.
#[derive(Default)]
struct Growing {
    edges: BTreeMap<u8, usize>,
    ends: Vec<u32>,
}

impl Starts {
    pub(super) fn new<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let mut growing = vec![Growing::default()];
        for (phrase, nth) in phrases.into_iter().zip(0..) {
            let mut at = 0;
            for byte in phrase.bytes() {
                let new = growing.len();
                let Some(node) = growing.get_mut(at) else {
                    break;
                };
                at = *node.edges.entry(byte).or_insert(new);
                if at == new {
                    growing.push(Growing::default());
                }
            }
            if let Some(node) = growing.get_mut(at).filter(|_| at > 0) {
                node.ends.push(nth);
            }
        }
        let mut tree = Self {
            first: vec![0; 256],
            ..Self::default()
        };
        for node in &growing {
            let (edges, ends) = (count(tree.bytes.len()), count(tree.ends.len()));
            tree.bytes.extend(node.edges.keys());
            tree.to.extend(node.edges.values().map(|to| count(*to)));
            tree.ends.extend(&node.ends);
            tree.nodes.push(Node {
                edges: (edges, count(tree.bytes.len())),
                ends: (ends, count(tree.ends.len())),
            });
        }
        if let Some(root) = growing.first() {
            for (byte, to) in &root.edges {
                if let Some(slot) = tree.first.get_mut(usize::from(*byte)) {
                    *slot = count(*to);
                }
            }
        }
        tree
    }

    /// Calls `visit` with every phrase that stands at byte `from`, and the byte behind it; the shorter ones first.
    pub(super) fn at(&self, text: &[u8], from: usize, mut visit: impl FnMut(usize, usize)) {
        let mut bytes = text.iter().enumerate().skip(from);
        let Some((at, byte)) = bytes.next() else {
            return;
        };
        let mut next = self.first.get(usize::from(*byte)).copied().unwrap_or(0);
        let mut end = at + 1;
        while let Some(node) = self.nodes.get(next as usize).filter(|_| next > 0) {
            let (start, stop) = node.ends;
            for phrase in self
                .ends
                .get(start as usize..stop as usize)
                .unwrap_or_default()
            {
                visit(*phrase as usize, end);
            }
            let Some((at, byte)) = bytes.next() else {
                return;
            };
            end = at + 1;
            let (start, stop) = (node.edges.0 as usize, node.edges.1 as usize);
            let known = self.bytes.get(start..stop).unwrap_or_default();
            next = known
                .iter()
                .position(|known| known == byte)
                .and_then(|nth| self.to.get(start + nth).copied())
                .unwrap_or(0);
        }
    }

    /// Calls `visit` with every phrase that stands at the start of a word, the byte that it begins at and the one
    /// behind it. Words are split by spaces.
    pub(super) fn each(&self, text: &str, mut visit: impl FnMut(usize, usize, usize)) {
        let bytes = text.as_bytes();
        let mut before = b' ';
        for (from, byte) in bytes.iter().enumerate() {
            if before == b' ' && *byte != b' ' {
                self.at(bytes, from, |phrase, end| visit(phrase, from, end));
            }
            before = *byte;
        }
    }
}

/// Lists beyond four thousand million bytes do not come with a program.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_where_words_start() {
        let phrases = ["vpn", "vpn er", "er", "r", "vpn", "æ", ""];
        let starts = Starts::new(phrases);
        let mut found = Vec::new();
        starts.each("vpn er  nede xvpn æ", |phrase, from, end| {
            found.push((phrases[phrase], from, end));
        });
        assert_eq!(
            found,
            [
                ("vpn", 0, 3),
                ("vpn", 0, 3),
                ("vpn er", 0, 6),
                ("er", 4, 6),
                ("æ", 18, 20)
            ]
        );
        Starts::new([]).each("vpn", |_, _, _| panic!("nothing is known"));
    }
}
