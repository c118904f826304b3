//! Action cards: what to do now, on one page, for a lane or a group.

use serde::{Deserialize, Serialize};

use super::ids::GroupId;

/// One card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Name of its file without the ending.
    pub name: String,
    /// Title, one safe line.
    pub title: String,
    /// Lanes that it is for; they count first.
    pub lanes: Vec<GroupId>,
    /// Groups that it is for.
    pub groups: Vec<GroupId>,
    /// Markdown, safe text of several lines.
    pub text: String,
}

/// The cards that fit a ticket, best first: by lane, then by group, then by name.
pub fn fitting<'a>(cards: &'a [Card], lane: Option<&GroupId>, group: &GroupId) -> Vec<&'a Card> {
    let mut found: Vec<(bool, &Card)> = cards
        .iter()
        .filter_map(|card| {
            let by_lane = lane.is_some_and(|lane| card.lanes.contains(lane));
            let fits = by_lane || card.groups.contains(group);
            fits.then_some((!by_lane, card))
        })
        .collect();
    found.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    found.into_iter().map(|(_, card)| card).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, lane: &str, group: &str) -> Card {
        Card {
            name: name.into(),
            title: name.into(),
            lanes: vec![lane.into()],
            groups: vec![group.into()],
            text: String::new(),
        }
    }

    #[test]
    fn the_lane_counts_before_the_group() {
        let cards = [card("a", "none", "vpn"), card("b", "health", "none")];
        let names = |lane: Option<&str>| -> Vec<String> {
            let lane = lane.map(GroupId::from);
            let found = fitting(&cards, lane.as_ref(), &"vpn".into());
            found.into_iter().map(|c| c.name.clone()).collect()
        };
        assert_eq!(names(Some("health")), ["b", "a"]);
        assert_eq!(names(None), ["a"]);
        assert!(fitting(&cards, None, &"video".into()).is_empty());
    }
}
