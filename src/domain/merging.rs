//! Which tickets may be merged. A merge cannot be taken back, and shows each requester the other's words.

use super::ticket::Ticket;

/// Why `from` must not be merged into `into`; nothing if it may.
pub fn why_not(from: &Ticket, into: &Ticket) -> Option<String> {
    let (a, b) = (&from.id, &into.id);
    if a == b {
        return Some(format!("{a} cannot be merged into itself"));
    }
    let (Some(ours), Some(theirs)) = (from.requesters.known(), into.requesters.known()) else {
        return Some(format!(
            "{a} is not merged into {b}: it is not known whether they are of the same person; open both first"
        ));
    };
    let same = ours.iter().any(|p| theirs.iter().any(|q| q.id == p.id));
    let names = |people: &[super::person::PersonRef]| {
        let names: Vec<&str> = people.iter().take(3).map(|p| p.name.as_str()).collect();
        names.join(", ")
    };
    (!same).then(|| {
        format!(
            "{a} is not merged into {b}: they are of different people ({} and {}), and each would see the other's words",
            names(ours),
            names(theirs)
        )
    })
}
