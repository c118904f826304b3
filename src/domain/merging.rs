//! Which tickets may be merged. A merge cannot be taken back, and shows each requester the other's words.

use jiff::SignedDuration;

use super::ids::GroupId;
use super::ticket::Ticket;
use crate::text::fold::fold;

/// Two tickets of one person in one group, written so soon after one another, are likely to be one matter.
const TOGETHER: SignedDuration = SignedDuration::from_hours(12);

/// Whether two tickets are likely to be one matter, told twice: of the same requesters, both open, in one group, and soon
/// after one another or with the same subject. Where nobody knows the group, the subject decides.
pub fn may_be_one(a: (&Ticket, &GroupId), b: (&Ticket, &GroupId)) -> bool {
    let ((a, a_group), (b, b_group)) = (a, b);
    let people = |ticket: &Ticket| -> Option<Vec<_>> {
        let people = ticket.requesters.known()?.iter();
        let mut ids: Vec<_> = people.map(|who| who.id.as_str().to_owned()).collect();
        ids.sort();
        (!ids.is_empty()).then_some(ids)
    };
    let is_one_person = people(a).is_some() && people(a) == people(b);
    let is_open = a.status.class.is_active() && b.status.class.is_active();
    let is_soon = a.created.duration_since(b.created).abs() <= TOGETHER;
    let is_soon = is_soon && a_group.as_str() != "other";
    let is_same_subject = subject(a) == subject(b) && !subject(a).is_empty();
    a.id != b.id && is_one_person && is_open && a_group == b_group && (is_soon || is_same_subject)
}

/// A subject without what mail programs put before it.
fn subject(ticket: &Ticket) -> String {
    let folded = fold(&ticket.subject);
    let mut rest = folded.trim();
    while let Some(after) = ["re:", "sv:", "fw:", "fwd:", "vs:", "vb:"]
        .iter()
        .find_map(|prefix| rest.strip_prefix(prefix))
    {
        rest = after.trim_start();
    }
    rest.to_owned()
}

/// Why `from` must not be merged into `into`; nothing if it may.
pub fn why_not(from: &Ticket, into: &Ticket) -> Option<String> {
    let (a, b) = (&from.id, &into.id);
    if a == b {
        return Some(format!("{a} cannot be merged into itself"));
    }
    if into.status.class.is_gone() {
        // Request Tracker does it, and both are gone.
        return Some(format!(
            "{a} is not merged into {b}: that one was deleted, and {a} would be gone with it"
        ));
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

#[cfg(test)]
mod tests {
    use super::super::delivery::testing::ticket;
    use super::super::fact::Fact;
    use super::super::person::PersonRef;
    use super::super::ticket::StatusClass;
    use super::*;

    #[test]
    fn one_matter_told_twice_by_one_person() {
        let (vpn, wifi) = (GroupId::from("vpn"), GroupId::from("wifi"));
        let other = GroupId::other();
        let mut a = ticket();
        a.requesters = Fact::Known(vec![PersonRef::new("kari".into(), "Kari")]);
        a.subject = "VPN virker ikke".into();
        let mut b = a.clone();
        (b.id, b.subject) = ("99".into(), "Kommer ikke på".into());
        b.created = a.created + SignedDuration::from_hours(2);
        let one = |b: &Ticket, group: &GroupId| may_be_one((&a, group), (b, group));
        assert!(one(&b, &vpn));
        assert!(!may_be_one((&a, &vpn), (&b, &wifi)), "another group");
        assert!(!one(&b, &other), "nobody knows what either is about");
        assert!(!one(&a.clone(), &vpn), "itself");
        let mut late = b.clone();
        late.created = a.created + SignedDuration::from_hours(40);
        assert!(!one(&late, &vpn));
        late.subject = "SV: vpn virker ikke".into();
        assert!(one(&late, &vpn) && one(&late, &other));
        let mut solved = b.clone();
        solved.status.class = StatusClass::Resolved;
        assert!(!one(&solved, &vpn));
        let mut theirs = b.clone();
        theirs.requesters = Fact::Known(vec![PersonRef::new("ola".into(), "Ola")]);
        assert!(!one(&theirs, &vpn), "across persons nothing is suggested");
        theirs.requesters = Fact::Unknown;
        assert!(!one(&theirs, &vpn));
    }
}
