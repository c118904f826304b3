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
    /// Kinds of bytes: those that begin phrases or come second in them have one of their own, all others are 0.
    kinds: Vec<u8>,
    /// Bytes that have a kind, and one.
    known: usize,
    /// The node behind each pair of first bytes, by their kinds; 0 is none. Most words end here.
    second: Vec<u32>,
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
        tree.index(&growing);
        tree
    }

    /// Fills in what is looked up for the first two bytes.
    fn index(&mut self, growing: &[Growing]) {
        let Some(root) = growing.first() else {
            return;
        };
        let below = |at: &usize| growing.get(*at).map(|node| &node.edges);
        let seconds = root.edges.values().filter_map(below).flatten();
        self.kinds = vec![0; 256];
        self.known = 1;
        for (byte, _) in root.edges.iter().chain(seconds) {
            if let Some(kind) = self
                .kinds
                .get_mut(usize::from(*byte))
                .filter(|kind| **kind == 0)
            {
                // There are fewer than 256 bytes in texts: some are no part of UTF-8.
                *kind = u8::try_from(self.known).unwrap_or(0);
                self.known += 1;
            }
        }
        self.second = vec![0; self.known * self.known];
        for (byte, to) in &root.edges {
            if let Some(slot) = self.first.get_mut(usize::from(*byte)) {
                *slot = count(*to);
            }
            for (next, to) in below(to).into_iter().flatten() {
                let at = self.pair(*byte, *next);
                if let Some(slot) = self.second.get_mut(at) {
                    *slot = count(*to);
                }
            }
        }
    }

    /// The place of two first bytes in `second`.
    fn pair(&self, first: u8, second: u8) -> usize {
        let kind = |byte: u8| self.kinds.get(usize::from(byte)).copied().unwrap_or(0);
        usize::from(kind(first)) * self.known + usize::from(kind(second))
    }

    /// Calls `visit` with every phrase that stands at byte `from`, and the byte behind it; the shorter ones first.
    pub(super) fn at(&self, text: &[u8], from: usize, mut visit: impl FnMut(usize, usize)) {
        let (first, second) = match text.get(from..) {
            Some([first, second, ..]) => (*first, Some(*second)),
            Some([first]) => (*first, None),
            _ => return,
        };
        let one = self.first.get(usize::from(first)).copied().unwrap_or(0);
        let Some(node) = self.nodes.get(one as usize).filter(|_| one > 0) else {
            return;
        };
        self.visit(node, from + 1, &mut visit);
        let Some(second) = second else {
            return;
        };
        let at = self.pair(first, second);
        let mut next = self.second.get(at).copied().unwrap_or(0);
        let mut end = from + 2;
        while let Some(node) = self.nodes.get(next as usize).filter(|_| next > 0) {
            self.visit(node, end, &mut visit);
            let Some(byte) = text.get(end) else {
                return;
            };
            end += 1;
            let (start, stop) = (node.edges.0 as usize, node.edges.1 as usize);
            let known = self.bytes.get(start..stop).unwrap_or_default();
            next = known
                .iter()
                .position(|known| known == byte)
                .and_then(|nth| self.to.get(start + nth).copied())
                .unwrap_or(0);
        }
    }

    /// Calls `visit` with the phrases that end at a node.
    fn visit(&self, node: &Node, end: usize, visit: &mut impl FnMut(usize, usize)) {
        let (start, stop) = node.ends;
        if start < stop {
            let ends = self.ends.get(start as usize..stop as usize);
            for phrase in ends.unwrap_or_default() {
                visit(*phrase as usize, end);
            }
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
        let text = "vpn er  nede xvpn æ";
        for word in crate::triage::words::split(text) {
            starts.at(text.as_bytes(), word.start, |phrase, end| {
                found.push((phrases[phrase], word.start, end));
            });
        }
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
        Starts::new([]).at(b"vpn", 0, |_, _| panic!("nothing is known"));
    }
}
