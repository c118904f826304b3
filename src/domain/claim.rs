//! Soft claims: who looks at a ticket or writes on it, told to colleagues by a word on the desk.
//!
//! Invariant: a claim locks nothing and ends by itself. It is a word in one field of the ticket, written so that people
//! who read it in the desk's own pages understand it, and several claims stand in it side by side. Times are those of
//! the desk's clock. Start at [`read`] and [`print`](fn@print).

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::PersonId;
use super::person::PersonRef;
use crate::text::sanitize;

/// No claim on a ticket holds longer.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(2);
/// No word about an alarm holds longer: a night and a day.
pub const LONGEST_OF_ALARM: SignedDuration = SignedDuration::from_hours(24);
/// Our word for the field in the history of a ticket.
pub const FIELD: &str = "claim";
/// Most claims of one ticket that are read and kept.
const MOST: usize = 8;
/// Longest name and number of a console, in characters.
const WORD: usize = 120;
/// What stands between two claims in the field.
const BETWEEN: char = ';';

/// What somebody does with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    /// Looks at it, and said so by a key.
    Looking,
    /// Writes a reply or a note.
    Writing,
    /// Has the alarm about its incident in hand.
    Acknowledged,
    /// Wants no alarm about its incident for a while.
    Snoozed,
}

impl Doing {
    /// All of them.
    const ALL: [Self; 4] = [
        Self::Looking,
        Self::Writing,
        Self::Acknowledged,
        Self::Snoozed,
    ];
    /// The word in the field of the desk and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Looking => "looking",
            Self::Writing => "writing",
            Self::Acknowledged => "acknowledged",
            Self::Snoozed => "snoozed",
        }
    }
    /// Whether it is about an alarm, not about the ticket itself.
    pub fn is_of_alarm(self) -> bool {
        matches!(self, Self::Acknowledged | Self::Snoozed)
    }
    /// No claim holds longer after it was written, whatever it says: a clock that is wrong must not hold one for days.
    fn longest(self) -> SignedDuration {
        if self.is_of_alarm() {
            LONGEST_OF_ALARM
        } else {
            LONGEST
        }
    }
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What they do.
    pub doing: Doing,
    /// Who.
    pub who: PersonRef,
    /// Since when, by the desk's clock; to the second.
    pub since: Timestamp,
    /// Until when it holds unless it is renewed, by the desk's clock; to the second.
    pub until: Timestamp,
    /// Which console: one person may have two.
    pub console: String,
}

impl Claim {
    /// A claim whose words can be written into the field and read again.
    pub fn new(
        doing: Doing,
        who: &PersonRef,
        (since, until): (Timestamp, Timestamp),
        console: &str,
    ) -> Self {
        let second = |at: Timestamp| Timestamp::from_second(at.as_second()).unwrap_or(at);
        Self {
            doing,
            who: PersonRef::new(who.id.clone(), plain(&who.name)),
            since: second(since),
            until: second(until),
            console: plain(console).replace(' ', ""),
        }
    }
    /// Whether it still holds at a time of the desk's clock.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.until && self.until.duration_since(now) <= self.doing.longest()
    }
    /// Whole minutes since it began.
    pub fn minutes(&self, now: Timestamp) -> i64 {
        now.duration_since(self.since).as_mins().max(0)
    }
    /// Two letters for a list: of first and last name, else of the login.
    pub fn initials(&self) -> String {
        let mut words = self.who.name.split_whitespace();
        let first = words.next().unwrap_or_default();
        let letters: String = match words.next_back() {
            Some(last) => first.chars().take(1).chain(last.chars().take(1)).collect(),
            None => first.chars().take(2).collect(),
        };
        letters.to_uppercase()
    }
}

/// A text without what stands between claims and around names.
fn plain(text: &str) -> String {
    sanitize::line_max(&text.replace([BETWEEN, '(', ')'], " "), WORD)
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            doing,
            who,
            since,
            until,
            console,
        } = self;
        write!(
            f,
            "{} since {since} until {until} console {console} by {} ({})",
            doing.word(),
            who.id,
            who.name
        )
    }
}

/// Reads the value of the field. What is no claim, somebody's own words for example, is left out.
pub fn read(value: &str) -> Vec<Claim> {
    let claims = value.split(BETWEEN).filter_map(|text| one(text.trim()));
    claims.take(MOST).collect()
}

fn one(text: &str) -> Option<Claim> {
    let (doing, rest) = text.split_once(" since ")?;
    let (since, rest) = rest.split_once(" until ")?;
    let (until, rest) = rest.split_once(" console ")?;
    let (console, rest) = rest.split_once(" by ")?;
    let (who, name) = rest.split_once(" (")?;
    let doing = Doing::ALL.into_iter().find(|d| d.word() == doing)?;
    let who = PersonRef::new(PersonId::from(who), name.strip_suffix(')')?);
    Some(Claim {
        doing,
        who,
        since: since.parse().ok()?,
        until: until.parse().ok()?,
        console: console.to_owned(),
    })
}

/// The word of a console for what it says of alarms: it stands beside what the same console does on the ticket.
pub fn console_of_alarms(console: &str) -> String {
    format!("{console}-alarm")
}

/// The value of a field in which these claims stand.
pub fn print(claims: &[Claim]) -> String {
    let all: Vec<String> = claims.iter().take(MOST).map(Claim::to_string).collect();
    all.join("; ")
}

/// The claims of a ticket after this one came to them, at a time of the desk's clock: those that are over make room, and
/// so does what the same console said before.
pub fn with(before: &[Claim], new: &Claim, now: Timestamp) -> Vec<Claim> {
    let mut claims = without(before, &new.console, now);
    if new.doing.is_of_alarm() {
        // Of one person the latest word about an alarm counts, whichever console said it.
        claims.retain(|claim| !claim.doing.is_of_alarm() || claim.who.id != new.who.id);
    }
    // What ends first makes room.
    while claims.len() >= MOST {
        let ends = claims
            .iter()
            .enumerate()
            .min_by_key(|(_, claim)| claim.until);
        let Some((first, _)) = ends else { break };
        claims.remove(first);
    }
    claims.push(new.clone());
    claims
}

/// The claims of a ticket after a console took its own back.
pub fn without(before: &[Claim], console: &str, now: Timestamp) -> Vec<Claim> {
    let others = before.iter().filter(|c| c.console != console);
    others.filter(|c| c.is_live(now)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_795_248_000 + minute * 60).unwrap()
    }
    fn claim(name: &str, console: &str, from: i64) -> Claim {
        let who = PersonRef::new(PersonId::from("anna"), name);
        Claim::new(Doing::Writing, &who, (at(from), at(from + 15)), console)
    }

    #[test]
    fn a_claim_is_a_sentence_that_can_be_read_again() {
        let anna = claim("Anna Lind", "3f2a", 0);
        assert_eq!(
            anna.to_string(),
            "writing since 2026-11-21T08:00:00Z until 2026-11-21T08:15:00Z console 3f2a by anna (Anna Lind)"
        );
        let both = [anna, claim("Bo", "77aa", 3)];
        assert_eq!(read(&print(&both)), both);
    }

    #[test]
    fn a_new_word_takes_the_place_of_the_same_persons_and_else_of_what_ends_first() {
        let anna = PersonRef::new(PersonId::from("anna"), "Anna Lind");
        let word = |console: &str, from: i64| {
            Claim::new(
                Doing::Acknowledged,
                &anna,
                (at(from), at(from + 600)),
                console,
            )
        };
        let once = with(&[], &word("1-alarm", 0), at(0));
        let twice = with(&once, &word("2-alarm", 1), at(1));
        assert_eq!(twice, [word("2-alarm", 1)]);
        // Their work on the ticket is something else, and a colleague's word stays.
        let mut full = vec![word("2-alarm", 1)];
        for n in 0..i64::try_from(MOST).unwrap() - 1 {
            let bo = PersonRef::new(PersonId::from("bo"), "Bo");
            let console = format!("c{n}");
            full.push(Claim::new(
                Doing::Writing,
                &bo,
                (at(n), at(n + 15)),
                &console,
            ));
        }
        let now = with(&full, &claim("Cecilie", "x", 5), at(6));
        assert_eq!(now.len(), MOST);
        assert!(now.contains(&word("2-alarm", 1)), "it holds longest");
        assert!(!now.iter().any(|c| c.console == "c0"), "it ended first");
    }

    #[test]
    fn what_is_no_claim_is_left_out() {
        let anna = claim("Anna Lind", "3f2a", 0);
        let mixed = format!("I look at it // Bo; {anna}; writing since yesterday");
        assert_eq!(read(&mixed), [anna]);
        assert!(read("").is_empty());
    }

    #[test]
    fn it_ends_by_itself_and_no_wrong_clock_holds_it_for_days() {
        let anna = claim("Anna Lind", "3f2a", 0);
        assert!(anna.is_live(at(14)) && !anna.is_live(at(15)));
        let far = Claim {
            until: at(60 * 24 * 9),
            ..anna
        };
        assert!(!far.is_live(at(1)));
    }

    #[test]
    fn a_console_has_one_claim_and_leaves_those_of_others_alone() {
        let (anna, bo) = (claim("Anna Lind", "3f2a", 0), claim("Bo Ek", "77aa", 3));
        let both = with(std::slice::from_ref(&anna), &bo, at(3));
        assert_eq!(both, [anna.clone(), bo.clone()]);
        let again = claim("Anna Lind", "3f2a", 5);
        assert_eq!(with(&both, &again, at(5)), [bo.clone(), again]);
        assert_eq!(without(&both, "77aa", at(16)), [], "Anna's is over");
        assert_eq!(without(&both, "3f2a", at(5)), [bo]);
    }

    #[test]
    fn initials_are_of_the_name() {
        assert_eq!(claim("Anna Maria Lind", "1", 0).initials(), "AL");
        assert_eq!(claim("Øyvind", "1", 0).initials(), "ØY");
        assert_eq!(claim("", "1", 0).initials(), "AN", "of the login");
    }

    proptest! {
        #[test]
        fn any_name_comes_back_and_any_text_is_harmless(name in ".{0,40}", text in ".{0,200}") {
            let claim = claim(&name, "3f2a", 0);
            prop_assert_eq!(read(&print(std::slice::from_ref(&claim))), vec![claim]);
            prop_assert!(read(&text).len() <= MOST);
        }
    }
}
