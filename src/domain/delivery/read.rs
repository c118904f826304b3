//! A reply that met messages which its writer had not seen: what they have seen once these were shown to them.

use crate::domain::action::{Seen, Verb};
use crate::domain::outbox::{Item, State};

/// What a person has seen of the ticket who has read all that stood in the way of this reply; none where something else
/// stands in its way than messages and the status, or it is not known which messages they were.
pub fn as_read(item: &Item) -> Option<Seen> {
    let is_reply = matches!(item.action.verb, Verb::Reply { .. });
    if !is_reply || item.state != State::Conflict {
        return None;
    }
    let mut seen = item.action.seen.clone();
    let mut newest = None;
    for difference in &item.differences {
        match (difference.field.as_str(), &difference.entry) {
            ("message", Some(entry)) => newest = newest.max(Some(entry)),
            ("status", _) => seen.status = Some(difference.theirs.clone()),
            _ => return None,
        }
    }
    seen.last_entry = Some(newest?.clone());
    Some(seen)
}

#[cfg(test)]
mod tests {
    use super::super::testing::action;
    use super::*;
    use crate::domain::ids::EntryId;
    use crate::domain::outcome::Difference;

    fn difference(field: &str, theirs: &str, entry: Option<&str>) -> Difference {
        Difference {
            field: field.to_owned(),
            seen: String::new(),
            theirs: theirs.to_owned(),
            by: None,
            at: None,
            entry: entry.map(EntryId::from),
        }
    }

    fn reply(differences: Vec<Difference>) -> Item {
        let verb = Verb::Reply {
            text: "Hej".to_owned(),
            files: Vec::new(),
        };
        let at = crate::domain::Timestamp::UNIX_EPOCH;
        let mut item = Item::new(action(verb, Seen::default()), State::Conflict, None, at);
        item.differences = differences;
        item
    }

    #[test]
    fn the_newest_message_is_the_last_that_was_read_and_a_field_is_no_message() {
        let (first, last) = (Some("9"), Some("11"));
        let both = vec![
            difference("message", "igen", last),
            difference("message", "stadig ikke", first),
            difference("status", "resolved", None),
        ];
        let seen = as_read(&reply(both)).unwrap();
        assert_eq!(seen.last_entry, Some(EntryId::from("11")));
        assert_eq!(seen.status.as_deref(), Some("resolved"));
        let owner = vec![
            difference("message", "igen", last),
            difference("ticket", "merged into 7", None),
        ];
        assert_eq!(as_read(&reply(owner)), None);
        let old = vec![difference("message", "igen", None)];
        assert_eq!(as_read(&reply(old)), None, "which one it was is not known");
        let mut sent = reply(vec![difference("message", "igen", last)]);
        sent.state = State::Ready;
        assert_eq!(as_read(&sent), None);
    }
}
