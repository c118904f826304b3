//! Why a ticket is where it is, and what solved tickets like it say.

use fluent_bundle::FluentArgs;
use jiff::Timestamp;

use super::incident::Sentences;
use crate::domain::alike::{Fix, Likeness};
use crate::domain::finding::{Automatic, Urgency};
use crate::domain::ids::GroupId;

/// A word or a sentence about one ticket that is always the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The heading.
    Heading,
    /// The engine has not looked at it.
    Unread,
    /// It is not on the Board.
    OffBoard,
    /// What speaks for the group.
    For,
    /// What speaks against it.
    Against,
    /// What is ruled out.
    Cleared,
    /// The group that comes second.
    Second,
    /// What of the device agrees.
    Agrees,
    /// What of the device does not.
    Differs,
    /// It asks how something is done.
    HowTo,
    /// It reports something broken.
    Fault,
    /// An agent put it into the incident.
    Pinned,
    /// An agent took it out of the incident.
    Split,
    /// Nothing but words and time put it into the incident.
    WordsAndTime,
    /// Its device failed in the way of the incident, since that began; it may be well by now.
    Fails,
    /// Its device does not.
    Well,
    /// The heading of the solved tickets like it.
    AlikeHeading,
    /// They are being looked for.
    AlikeLooking,
}

impl Why {
    fn id(self) -> &'static str {
        match self {
            Self::Heading => "why-heading",
            Self::Unread => "why-unread",
            Self::OffBoard => "why-off-board",
            Self::For => "why-for",
            Self::Against => "why-against",
            Self::Cleared => "why-cleared",
            Self::Second => "why-second",
            Self::Agrees => "why-agrees",
            Self::Differs => "why-differs",
            Self::HowTo => "why-howto",
            Self::Fault => "why-fault",
            Self::Pinned => "member-pinned",
            Self::Split => "member-split",
            Self::WordsAndTime => "member-words",
            Self::Fails => "member-fails",
            Self::Well => "member-well",
            Self::AlikeHeading => "alike-heading",
            Self::AlikeLooking => "alike-looking",
        }
    }
}

impl Sentences {
    /// A word or a sentence that is always the same.
    pub fn why(&self, what: Why) -> String {
        self.say(what.id(), &FluentArgs::new())
    }
    /// "Why 4211 is in this group".
    pub fn why_title(&self, ticket: &str) -> String {
        self.one("why-title", "ticket", ticket)
    }
    /// "VPN: staff chose this group".
    pub fn chosen_by_staff(&self, group: &str) -> String {
        self.one("why-staff", "group", group)
    }
    /// "VPN: no words speak for any group".
    pub fn nothing_speaks(&self, group: &str) -> String {
        self.one("why-nothing", "group", group)
    }
    /// "VPN, 94 % sure".
    pub fn sure(&self, group: &str, confidence: f64) -> String {
        let percent = (confidence.clamp(0.0, 1.0) * 100.0).round();
        let mut args = FluentArgs::new();
        args.set("group", group.to_owned());
        args.set("percent", format!("{percent:.0}"));
        self.say("why-sure", &args)
    }
    /// "Could also be Remote desktop, Files".
    pub fn could_also_be(&self, groups: &[String]) -> String {
        self.one("why-also", "groups", &groups.join(", "))
    }
    /// "Lane: School".
    pub fn lane(&self, groups: &[String]) -> String {
        self.one("why-lane", "groups", &groups.join(", "))
    }
    /// "Incident i1: 14 people since 08:05".
    pub fn in_incident(&self, incident: &str, people: usize, since: &str) -> String {
        let mut args = FluentArgs::new();
        args.set("incident", incident.to_owned());
        args.set("people", self.people(people));
        args.set("since", since.to_owned());
        self.say("why-incident", &args)
    }
    /// "Looks like incident i1 since 08:05, and does not fit".
    pub fn like_incident(&self, incident: &str, since: &str) -> String {
        let mut args = FluentArgs::new();
        args.set("incident", incident.to_owned());
        args.set("since", since.to_owned());
        self.say("why-odd", &args)
    }
    /// A fact of a member, as its value alone says enough, or "error 809", "stops at 40 %".
    pub fn told_fact(&self, fact: &str, value: &str) -> String {
        match fact {
            "code" => self.one("member-code", "value", value),
            "stage" => self.one("member-stage", "value", value),
            _ => value.to_owned(),
        }
    }
    /// "Speaks of 12 people".
    pub fn speaks_of(&self, people: u32) -> String {
        self.one("why-people", "n", &people.to_string())
    }
    /// "Written in Danish"; none for a language that is none of the five.
    pub fn written_in(&self, lang: &str) -> Option<String> {
        let lang = self.find(&format!("lang-{lang}"), &FluentArgs::new())?;
        Some(self.one("why-language", "lang", &lang))
    }
    /// What a mail is that no person wrote.
    pub fn automatic(&self, what: Automatic) -> String {
        let id = match what {
            Automatic::Absence => "automatic-absence",
            Automatic::Delivery => "automatic-delivery",
            Automatic::Monitoring => "automatic-monitoring",
            Automatic::Newsletter => "automatic-newsletter",
            Automatic::Notice => "automatic-notice",
        };
        self.say(id, &FluentArgs::new())
    }
    /// Why it cannot wait, with the ticket's own words.
    pub fn cannot_wait(&self, urgency: &Urgency) -> String {
        let mut args = FluentArgs::new();
        args.set("text", urgency.text.clone());
        let id = format!("wait-{}", urgency.sign);
        self.find(&id, &args)
            .unwrap_or_else(|| format!("{}: {}", urgency.sign, urgency.text))
    }
    /// What a device says of a group: "LT-0412: VPN is down"; none where devices say nothing of that group.
    pub fn device_says(&self, group: &GroupId, device: &str, is_failing: bool) -> Option<String> {
        let kind = if is_failing { "fails" } else { "well" };
        let mut args = FluentArgs::new();
        args.set("device", device.to_owned());
        self.find(&format!("{kind}-{group}"), &args)
    }
    /// Among how many solved tickets the most alike were looked for, and whether there are any.
    pub fn alike_among(&self, among: usize, has_any: bool) -> String {
        match (among, has_any) {
            (0, _) => self.say("alike-unknown", &FluentArgs::new()),
            (n, false) => self.counted("alike-none", n),
            (n, true) => self.counted("alike-among", n),
        }
    }
    /// How alike two tickets are, in a word.
    pub fn likeness(&self, likeness: Likeness) -> String {
        let id = match likeness {
            Likeness::Same => "likeness-same",
            Likeness::Much => "likeness-much",
            Likeness::Some => "likeness-some",
        };
        self.say(id, &FluentArgs::new())
    }
    /// What helped; `date` says a time as the screen does, `text` makes the desk's words fit to be shown.
    pub fn fix(
        &self,
        fix: &Fix,
        date: impl Fn(Timestamp) -> String,
        text: impl Fn(&str) -> String,
    ) -> String {
        let none = FluentArgs::new();
        let (words, at, is_public) = match fix {
            Fix::Reading => return self.say("fix-reading", &none),
            Fix::Silent => return self.say("fix-silent", &none),
            Fix::Unread => return self.say("fix-unread", &none),
            Fix::Told {
                text,
                at,
                is_public,
                ..
            } => (text, *at, *is_public),
        };
        let mut args = FluentArgs::new();
        args.set("date", date(at));
        args.set("text", text(words));
        let id = if is_public { "fix-answer" } else { "fix-note" };
        self.say(id, &args)
    }
    /// That the requester said afterwards that it works.
    pub fn confirmed(&self, fix: &Fix) -> Option<String> {
        matches!(
            fix,
            Fix::Told {
                is_confirmed: true,
                ..
            }
        )
        .then(|| self.say("fix-confirmed", &FluentArgs::new()))
    }
    /// "3 days ago".
    pub fn ago(&self, since: Timestamp, now: Timestamp) -> String {
        let minutes = now.duration_since(since).as_mins().max(0);
        let (id, n) = match minutes {
            0..120 => ("age-minutes", minutes),
            120..2_880 => ("age-hours", minutes / 60),
            _ => ("age-days", minutes / 1_440),
        };
        self.counted(id, usize::try_from(n).unwrap_or(0))
    }
    fn one(&self, id: &str, name: &'static str, value: &str) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value.to_owned());
        self.say(id, &args)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::text::lang::Lang;

    #[test]
    fn a_fix_names_who_could_read_it_and_whether_it_worked() {
        let say = |lang, is_public, is_confirmed| {
            let fix = Fix::Told {
                text: "Ny oplader".to_owned(),
                at: Timestamp::UNIX_EPOCH,
                is_public,
                is_confirmed,
            };
            let say = Sentences::new(lang, TimeZone::UTC);
            let told = say.fix(&fix, |_| "18.11".to_owned(), str::to_owned);
            (told, say.confirmed(&fix))
        };
        let (told, confirmed) = say(Lang::En, true, false);
        assert_eq!(told, "Answer 18.11: “Ny oplader”");
        assert_eq!(confirmed, None);
        let (told, confirmed) = say(Lang::Nn, false, true);
        assert_eq!(told, "Internt notat 18.11: «Ny oplader»");
        assert_eq!(confirmed.unwrap(), "Brukaren skreiv at det verkar.");
    }

    #[test]
    fn every_sign_of_urgency_and_every_group_with_device_limits_has_its_sentence() {
        for lang in Lang::ALL {
            let say = Sentences::new(lang, TimeZone::UTC);
            for sign in [
                "care", "exam", "council", "deadline", "waiting", "security", "payroll",
            ] {
                let urgency = Urgency {
                    sign: sign.to_owned(),
                    text: "nu".to_owned(),
                };
                let told = say.cannot_wait(&urgency);
                assert!(!told.starts_with(sign), "{lang:?}: {told}");
            }
            for group in ["vpn", "video", "mobile", "wifi", "hardware"] {
                for is_failing in [true, false] {
                    let told = say.device_says(&GroupId::from(group), "LT-1", is_failing);
                    assert!(
                        told.is_some_and(|told| told.starts_with("LT-1: ")),
                        "{group}"
                    );
                }
            }
            assert_eq!(say.device_says(&GroupId::from("login"), "LT-1", true), None);
        }
    }
}
