//! A ticket as the engine keeps it.

use super::fleet::{DeviceNo, Fleet, ValueId};
use super::reply::Said;
use super::rings::Key;
use super::usual::{ALL, GroupNo};
use super::words::WordId;
use crate::domain::ids::TicketId;

/// Facts of place, and facts of the way to the desk: the pairs that say together what neither says alone
/// ("carrier and town").
const PLACES: [&str; 2] = ["town", "site"];
const WAYS: [&str; 3] = ["carrier", "isp", "gateway"];

/// Number of a person.
pub(crate) type PersonNo = u32;

/// Tickets in a row that are too old, after which nothing newer is expected further back.
const STRAGGLERS: usize = 1_000;

/// The tickets written at a moment or later, with their places, newest arrival first. Records stand in the order in which
/// they arrived; one that comes late (moved in from another queue, opened again) does not hide those before it.
pub(crate) fn newest(records: &[Record], since: i64) -> impl Iterator<Item = (usize, &Record)> {
    let mut old = 0;
    let arrived = records.iter().enumerate().rev();
    arrived
        .take_while(move |(_, record)| {
            old = if record.at < since { old + 1 } else { 0 };
            old <= STRAGGLERS
        })
        .filter(move |(_, record)| record.at >= since)
}

/// A ticket.
#[expect(
    clippy::struct_excessive_bools,
    reason = "where a ticket counts, each by itself; half a state machine would say less"
)]
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: TicketId,
    pub(crate) at: i64,
    pub(crate) person: PersonNo,
    pub(crate) group: GroupNo,
    /// Another group that would be fair.
    pub(crate) also: Option<GroupNo>,
    pub(crate) confidence: f32,
    pub(crate) device: Option<DeviceNo>,
    /// Facts at the time of writing.
    pub(crate) values: Box<[ValueId]>,
    pub(crate) stems: Box<[WordId]>,
    /// Error codes and stages.
    pub(crate) codes: Box<[WordId]>,
    /// What goes wrong, in no language; also among the stems.
    pub(crate) problems: Box<[WordId]>,
    /// It asks how to do something.
    pub(crate) is_howto: bool,
    /// Unknown words.
    pub(crate) unknown: Box<[WordId]>,
    /// The incident it belongs to, or belonged to last.
    pub(crate) incident: Option<u16>,
    /// Its person counts by it: in its group, among all.
    pub(crate) in_group: bool,
    pub(crate) in_all: bool,
    /// Stands in no rings, because an incident explains it or because it was not counted yet.
    pub(crate) is_out: bool,
    /// Its words count as usual.
    pub(crate) is_learned: bool,
    /// Written by a machine, or gone from the desk.
    pub(crate) is_nobodys: bool,
    pub(crate) said: Option<Said>,
    /// When they said it.
    pub(crate) said_at: i64,
    pub(crate) is_solved: bool,
}

impl Record {
    /// The rings of its group, and of everybody as counted by groups.
    pub(crate) fn group_keys(&self, fleet: &Fleet) -> Vec<Key> {
        let mut keys = vec![Key::Group(self.group), Key::Group(ALL)];
        keys.extend(self.values.iter().map(|v| Key::Value(self.group, *v)));
        let named = |names: &[&str]| -> Vec<ValueId> {
            self.values
                .iter()
                .filter(|v| names.contains(&fleet.name(**v).0))
                .copied()
                .collect()
        };
        for way in named(&WAYS) {
            keys.extend(
                named(&PLACES)
                    .into_iter()
                    .map(|place| Key::Pair(self.group, way, place)),
            );
        }
        keys
    }
    /// The rings of all groups, where a person counts once.
    pub(crate) fn all_keys(&self) -> Vec<Key> {
        let mut keys = vec![Key::People];
        keys.extend(self.values.iter().map(|v| Key::Value(ALL, *v)));
        keys.extend(self.unknown.iter().map(|w| Key::Word(*w)));
        keys
    }
    /// The rings in which it counts, unless it is out of them.
    pub(crate) fn keys(&self, fleet: &Fleet) -> Vec<Key> {
        let mut keys = Vec::new();
        if self.in_group {
            keys.extend(self.group_keys(fleet));
        }
        if self.in_all {
            keys.extend(self.all_keys());
        }
        keys
    }
    /// The value of a fact.
    pub(crate) fn value_of(&self, fact: u16, fleet: &Fleet) -> Option<ValueId> {
        self.values.iter().copied().find(|v| fleet.fact(*v) == fact)
    }
}
