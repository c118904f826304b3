//! Incidents and surges in one sentence.

use fluent_bundle::{FluentArgs, FluentValue};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::speak;
use crate::domain::ids::GroupId;
use crate::domain::incident::{Event, Incident, IncidentState, Shared, Surge};
use crate::domain::watch::{Alarm, Reading};
use crate::text::lang::Lang;

/// How much is said of what the members of an incident share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// "gateway gw2 20 of 24, fleet 25 %".
    Full,
    /// "gateway gw2 20 of 24".
    Short,
    /// "gateway gw2".
    Bare,
}

/// From so many devices for each person on, a sentence that counts both says which is which.
const MIXED: usize = 2;

/// The rank of the first thing that the members share, among the parts of a sentence.
pub const CAUSE: u8 = 1;

/// The sentences of one language. What a language lacks is said in English.
#[derive(Debug, Clone)]
pub struct Sentences {
    lang: Lang,
    zone: TimeZone,
    /// The day on which they are read; where it is not known, that on which they were told.
    today: Option<Date>,
}

impl Sentences {
    /// Sentences in a language, times in a zone.
    pub fn new(lang: Lang, zone: TimeZone) -> Self {
        Self {
            lang,
            zone,
            today: None,
        }
    }
    /// The code of their language.
    pub fn code(&self) -> &'static str {
        self.lang.code().unwrap_or("en")
    }
    /// The same, to be read on a day: what began on another one is told with it.
    #[must_use]
    pub fn on(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }
    /// What an event says; none for what is over, which needs no sentence.
    pub fn event(&self, event: &Event) -> Option<String> {
        match event {
            Event::Surge(surge) => Some(self.surge(surge)),
            Event::Incident(incident) => Some(self.incident(incident)),
            Event::Clear(_) => None,
        }
    }
    /// "VPN: 14 people since 08:05, usual for this hour 2 (alarm at 7)"; of more than an hour "usual in that time".
    pub fn surge(&self, surge: &Surge) -> String {
        let id = if surge.window_min > 60 {
            "surge-long"
        } else {
            "surge"
        };
        self.say(id, &self.numbers_of(surge))
    }
    /// The same for a line that is read while it goes on: "VPN: 14 people since 08:05, usual 2".
    pub fn surge_now(&self, surge: &Surge) -> String {
        self.say("usual-now", &self.numbers_of(surge))
    }
    fn numbers_of(&self, surge: &Surge) -> FluentArgs<'static> {
        let mut args = FluentArgs::new();
        args.set("group", self.group(surge.group.as_str()));
        args.set("people", self.people(surge.people));
        args.set("since", self.since(surge.since, surge.at));
        args.set("usual", speak::decimal_in(self.lang, &few(surge.usual)));
        args.set("limit", surge.limit.to_string());
        args
    }
    /// Who, since when, what they share, who is silent, what does not fit.
    pub fn incident(&self, incident: &Incident) -> String {
        let parts: Vec<String> = self
            .incident_parts(incident, Form::Full)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        let sentence = parts.join(" · ");
        let mut args = FluentArgs::new();
        args.set("sentence", sentence.clone());
        match (incident.state, &incident.into) {
            (IncidentState::Ended, _) => self.say("ended", &args),
            (IncidentState::Joined, Some(into)) => {
                args.set("into", into.to_string());
                self.say("joined", &args)
            }
            _ => sentence,
        }
    }
    /// The parts of that sentence in their order, each with its rank: the higher, the sooner it may be left out where
    /// there is no room; 0 never. `form`: how much is said of the first thing that they share.
    pub fn incident_parts(&self, incident: &Incident, form: Form) -> Vec<(u8, String)> {
        let mut args = FluentArgs::new();
        args.set("group", self.group(incident.group.as_str()));
        args.set("people", self.people(incident.people));
        args.set("since", self.since(incident.since, incident.at));
        args.set("n", number(incident.silent.len()));
        let word = incident.shared.iter().find(|s| s.fact == "word");
        let head = match word {
            _ if incident.tickets.is_empty() && incident.silent.is_empty() => "past",
            _ if incident.tickets.is_empty() => "failing",
            Some(word) => {
                args.set("word", word.value.clone());
                "named"
            }
            None => "incident",
        };
        let mut parts = vec![(0, self.say(head, &args))];
        let shared: Vec<Shared> = incident
            .shared
            .chunk_by(|a, b| a.fact == b.fact)
            .filter_map(together)
            .filter(|s| s.fact != "word")
            .collect();
        // The first one is the cause as far as anybody knows; further ones only sharpen it.
        parts.extend(
            shared
                .iter()
                .zip([CAUSE].into_iter().chain(5..))
                .map(|(shared, rank)| {
                    let form = if rank == CAUSE { form } else { Form::Full };
                    (rank, self.shared_in(shared, form, incident.people))
                }),
        );
        if shared.is_empty() && word.is_none() {
            parts.push((6, self.say("nothing-shared", &FluentArgs::new())));
        }
        for (rank, id, count) in [
            (3, "silent", incident.silent.len()),
            (4, "odd", incident.odd.len()),
        ] {
            // Nobody follows the devices of one that is over.
            let is_past = incident.state == IncidentState::Ended;
            let is_told = id == "silent" && (incident.tickets.is_empty() || is_past);
            if count > 0 && !is_told {
                parts.push((rank, self.counted(id, count)));
            }
        }
        // Of whom nothing is known is neither well nor ill; where nothing is known of anybody there is nothing to say.
        let told = incident.restored.as_ref();
        if let Some(restored) = told.filter(|told| told.unknown.len() < told.of) {
            let mut args = FluentArgs::new();
            args.set("well", restored.well.to_string());
            args.set("of", restored.of.to_string());
            args.set("unknown", restored.unknown.len().to_string());
            let id = if restored.unknown.is_empty() {
                "restored"
            } else {
                "restored-in-part"
            };
            parts.push((2, self.say(id, &args)));
        }
        parts
    }
    /// How far the engine is; `None` where that goes without saying.
    pub fn reading(&self, reading: Reading) -> Option<String> {
        let mut args = FluentArgs::new();
        let id = match reading {
            Reading::Waiting => "waiting",
            Reading::Begun { done, of } => {
                args.set("done", done.to_string());
                args.set("of", of.to_string());
                "reading"
            }
            Reading::Failed => "failed",
            Reading::UpToDate => return None,
        };
        Some(self.say(id, &args))
    }
    /// Nothing is the matter, or nothing was when the desk last answered.
    pub fn calm(&self, is_live: bool) -> String {
        let id = if is_live { "calm" } else { "calm-then" };
        self.say(id, &FluentArgs::new())
    }
    /// "INCIDENT" and "SURGE".
    pub fn word(&self, alarm: Alarm<'_>) -> String {
        let id = match alarm {
            Alarm::Incident(_) => "word-incident",
            Alarm::Surge(_) => "word-surge",
        };
        self.say(id, &FluentArgs::new())
    }
    /// "DECLARED 5012".
    pub fn declared(&self, parent: Option<&str>) -> String {
        let mut args = FluentArgs::new();
        args.set("parent", parent.unwrap_or_default().to_owned());
        self.say("word-declared", &args).trim_end().to_owned()
    }
    /// What a ticket that stands for an incident says of itself.
    pub fn declared_text(&self) -> String {
        self.say("declared-text", &FluentArgs::new())
    }
    /// "+2 more".
    pub fn more(&self, n: usize) -> String {
        self.counted("more", n)
    }
    /// "gateway gw2 20 of 24, fleet 25 %".
    pub fn shared(&self, shared: &Shared, people: usize) -> String {
        self.shared_in(shared, Form::Full, people)
    }
    /// The same in a form. Where far more devices are counted than there are people, it says that it counts devices.
    fn shared_in(&self, shared: &Shared, form: Form, people: usize) -> String {
        let share = shared.fleet * 100 / shared.fleet_of.max(1);
        let mut args = FluentArgs::new();
        let fact = self.name("fact-", &shared.fact);
        args.set("fact", fact);
        args.set("value", shared.value.clone());
        args.set("inside", shared.inside.to_string());
        args.set("of", shared.inside_of.to_string());
        args.set("share", share.to_string());
        let id = match form {
            Form::Full if shared.inside_of > people * MIXED => "shared-devices",
            Form::Full => "shared",
            Form::Short => "shared-short",
            Form::Bare => "shared-bare",
        };
        self.say(id, &args)
    }
    /// What an incident is called: its group, or the word that nobody knew.
    pub fn incident_name(&self, incident: &Incident) -> String {
        let word = incident.shared.iter().find(|s| s.fact == "word");
        let Some(word) = word else {
            return self.group(incident.group.as_str());
        };
        let mut args = FluentArgs::new();
        args.set("word", word.value.clone());
        self.say("word-name", &args)
    }
    /// How many incidents go on, and how many surges there are: "1 incident goes on", "no surge".
    pub fn counts(&self, open: usize, surges: usize) -> (String, String) {
        let say = |id, n| self.counted(id, n);
        (say("count-open", open), say("count-surges", surges))
    }
    /// "98 silent", for a row.
    pub fn silent_in_short(&self, n: usize) -> String {
        self.counted("short-silent", n)
    }
    /// "2 odd", for a row.
    pub fn odd_in_short(&self, n: usize) -> String {
        self.counted("short-odd", n)
    }
    /// "2 over".
    pub fn over(&self, n: usize) -> String {
        self.counted("count-over", n)
    }
    /// "quiet now, 12 tickets still open": of a declared incident that nobody new writes about.
    pub fn quiet(&self, open: usize) -> String {
        self.counted("quiet", open)
    }
    /// "48 of them in incidents".
    pub fn in_incidents(&self, people: usize) -> String {
        self.counted("in-incidents", people)
    }
    /// What the words of the screens of incidents mean, a heading first.
    pub fn words(&self) -> Vec<String> {
        let ids = [
            "heading", "incident", "surge", "fleet", "silent", "odd", "nothing", "restored",
        ];
        ids.map(|id| self.say(&format!("words-{id}"), &FluentArgs::new()))
            .to_vec()
    }
    /// The name of a group; `all` is one.
    pub fn group_name(&self, group: &GroupId) -> String {
        self.group(group.as_str())
    }
    /// The name of a fact of a device.
    pub fn fact_name(&self, fact: &str) -> String {
        self.name("fact-", fact)
    }
    pub(super) fn people(&self, n: usize) -> String {
        self.counted("people", n)
    }
    pub(super) fn counted(&self, id: &str, n: usize) -> String {
        let mut args = FluentArgs::new();
        args.set("n", number(n));
        self.say(id, &args)
    }
    /// "2026-03-04 05:50".
    pub(super) fn day_and_time(&self, at: Timestamp) -> String {
        let at = at.to_zoned(self.zone.clone());
        at.strftime("%Y-%m-%d %H:%M").to_string()
    }
    /// "05:50"; of another day than `now` with the date.
    pub(super) fn moment(&self, at: Timestamp, now: Timestamp) -> String {
        let (then, today) = (
            at.to_zoned(self.zone.clone()),
            now.to_zoned(self.zone.clone()),
        );
        if then.date() == today.date() {
            then.strftime("%H:%M").to_string()
        } else {
            self.day_and_time(at)
        }
    }
    /// What a group is called; a group of the installation's own by its slug.
    pub fn group(&self, slug: &str) -> String {
        self.name("group-", slug)
    }
    /// The name of a thing; as it is where no language knows it.
    fn name(&self, kind: &str, key: &str) -> String {
        let id = format!("{kind}{key}");
        self.find(&id, &FluentArgs::new())
            .unwrap_or_else(|| key.to_owned())
    }
    /// "08:05"; of another day "yesterday 22:10" or "2026-02-09 22:10". `told`: when it is said.
    pub(super) fn since(&self, since: Timestamp, told: Timestamp) -> String {
        let local = |at: Timestamp| at.to_zoned(self.zone.clone());
        let today = self.today.unwrap_or_else(|| local(told).date());
        let (day, time) = (
            local(since).date(),
            local(since).strftime("%H:%M").to_string(),
        );
        if day == today {
            return time;
        }
        let is_yesterday = today.yesterday().is_ok_and(|yesterday| yesterday == day);
        let id = if is_yesterday {
            "since-yesterday"
        } else {
            "since-date"
        };
        let mut args = FluentArgs::new();
        args.set("time", time);
        args.set("date", day.to_string());
        self.say(id, &args)
    }
    pub(super) fn say(&self, id: &str, args: &FluentArgs) -> String {
        self.find(id, args).unwrap_or_else(|| id.to_owned())
    }
    pub(super) fn find(&self, id: &str, args: &FluentArgs) -> Option<String> {
        speak::find(self.lang, id, args)
    }
}

/// Values of one fact as one: members have any of them, each only one.
fn together(shared: &[Shared]) -> Option<Shared> {
    let values: Vec<&str> = shared.iter().map(|s| s.value.as_str()).collect();
    Some(Shared {
        value: values.join(", "),
        inside: shared.iter().map(|s| s.inside).sum(),
        fleet: shared.iter().map(|s| s.fleet).sum(),
        ..shared.first()?.clone()
    })
}

/// A usual number of people: with a digit behind the point where it is less than one.
pub fn few(usual: f64) -> String {
    if usual < 1.0 {
        format!("{usual:.1}")
    } else {
        format!("{usual:.0}")
    }
}

fn number(n: usize) -> FluentValue<'static> {
    FluentValue::from(u32::try_from(n).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::IncidentId;
    use crate::domain::incident::Level;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn incident() -> Incident {
        Incident {
            at: at("2026-02-11T08:20:00Z"),
            incident: IncidentId::from("i1"),
            state: IncidentState::Suspected,
            group: GroupId::from("vpn"),
            tickets: vec!["1".into()],
            people: 14,
            since: at("2026-02-11T08:05:00Z"),
            shared: vec![Shared {
                fact: "gateway".into(),
                value: "gw2".into(),
                inside: 20,
                inside_of: 24,
                fleet: 301,
                fleet_of: 1_204,
                p: 1e-9,
            }],
            silent: vec!["D1".into(), "D2".into()],
            odd: vec!["9".into()],
            restored: None,
            into: None,
        }
    }

    #[test]
    fn the_surge_says_people_usual_and_limit() {
        let surge = Surge {
            at: at("2026-02-11T08:20:00Z"),
            group: GroupId::from("vpn"),
            people: 14,
            usual: 2.1,
            limit: 7,
            since: at("2026-02-11T08:05:00Z"),
            window_min: 15,
            level: Level::Page,
        };
        let say = |lang| Sentences::new(lang, TimeZone::UTC).surge(&surge);
        assert_eq!(
            say(Lang::En),
            "VPN: 14 people since 08:05, usual for this hour 2 (alarm at 7)"
        );
        assert_eq!(
            say(Lang::Nn),
            "VPN: 14 personar sidan 08:05, vanleg på denne tida 2 (alarm ved 7)"
        );
    }

    #[test]
    fn a_surge_of_several_hours_says_so_and_one_that_began_yesterday_too() {
        let surge = Surge {
            at: at("2026-02-11T00:20:00Z"),
            group: GroupId::from("vpn"),
            people: 40,
            usual: 9.4,
            limit: 21,
            since: at("2026-02-10T22:05:00Z"),
            window_min: 135,
            level: Level::Page,
        };
        let sentences = |lang| Sentences::new(lang, TimeZone::UTC);
        assert_eq!(
            sentences(Lang::En).surge(&surge),
            "VPN: 40 people since yesterday 22:05, usual in that time 9 (alarm at 21)"
        );
        for lang in Lang::ALL {
            let short = Surge {
                window_min: 60,
                ..surge.clone()
            };
            let said = sentences(lang).surge(&surge);
            assert_ne!(said, sentences(lang).surge(&short), "{lang:?}");
            let now = sentences(lang).surge_now(&surge);
            assert!(
                !now.contains("since 22:05") && now.contains("22:05"),
                "{now}"
            );
        }
        // Where it is yesterday there, it is yesterday.
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let said = Sentences::new(Lang::En, zone).surge(&surge);
        assert!(said.contains("since 00:05,"), "{said}");
    }

    #[test]
    fn an_incident_of_another_day_is_told_with_its_day() {
        let say = |day: &str| {
            let sentences = Sentences::new(Lang::En, TimeZone::UTC).on(day.parse().unwrap());
            sentences.incident(&incident())
        };
        assert!(say("2026-02-11").contains("14 people since 08:05 ·"));
        assert!(say("2026-02-12").contains("14 people since yesterday 08:05 ·"));
        assert!(say("2026-02-14").contains("14 people since 2026-02-11 08:05 ·"));
    }

    #[test]
    fn an_incident_in_one_sentence() {
        let say = |lang| Sentences::new(lang, TimeZone::UTC).incident(&incident());
        assert_eq!(
            say(Lang::En),
            "VPN: 14 people since 08:05 · gateway gw2 20 of 24, fleet 25 % · 2 devices fail without a ticket · 1 ticket does not fit"
        );
        for lang in Lang::ALL {
            assert!(say(lang).contains("gw2 20"), "{lang:?}");
        }
    }

    #[test]
    fn devices_are_called_devices_where_they_are_far_more_than_the_people() {
        let mut one = incident();
        one.people = 1;
        let say = |lang: Lang| Sentences::new(lang, TimeZone::UTC).incident(&one);
        assert!(
            say(Lang::En)
                .contains("1 person since 08:05 · gateway gw2 20 of 24 devices, fleet 25 %")
        );
        assert!(say(Lang::Da).contains("gateway gw2 20 af 24 enheder, i hele flåden 25 %"));
        assert!(say(Lang::Sv).contains("av 24 enheter"));
    }

    #[test]
    fn an_incident_of_an_unknown_word_has_one_name() {
        let mut named = incident();
        named.group = GroupId::other();
        named.shared[0].fact = "word".to_owned();
        named.shared[0].value = "Rundbord".to_owned();
        for lang in Lang::ALL {
            let say = Sentences::new(lang, TimeZone::UTC);
            let name = say.incident_name(&named);
            assert!(name.contains("Rundbord"), "{name}");
            assert!(say.incident(&named).starts_with(&name), "{name}");
        }
    }

    #[test]
    fn counts_agree_with_their_words_in_every_language() {
        let of = |lang: Lang, n| Sentences::new(lang, TimeZone::UTC).counts(n, n);
        assert_eq!(of(Lang::En, 1).0, "1 incident goes on");
        assert_eq!(
            of(Lang::En, 2),
            ("2 incidents go on".into(), "2 surges".into())
        );
        assert_eq!(of(Lang::En, 0).1, "no surge");
        assert_eq!(
            of(Lang::Nn, 1),
            ("1 hending går føre seg".into(), "1 auke".into())
        );
    }

    #[test]
    fn several_towns_are_told_together() {
        let mut incident = incident();
        let town = |name: &str, inside| Shared {
            fact: "town".into(),
            value: name.into(),
            inside,
            inside_of: 20,
            fleet: 60,
            ..incident.shared[0].clone()
        };
        let towns = [town("Nesodden", 11), town("Ås", 8)];
        incident.shared.extend(towns);
        let said = Sentences::new(Lang::En, TimeZone::UTC).incident(&incident);
        let expected = "gateway gw2 20 of 24, fleet 25 % · town Nesodden, Ås 19 of 20, fleet 9 %";
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn one_device_and_none_are_told_as_such() {
        let mut one = incident();
        one.tickets.clear();
        one.shared.clear();
        one.odd.clear();
        one.silent.truncate(1);
        let say = |one: &Incident| Sentences::new(Lang::En, TimeZone::UTC).incident(one);
        assert!(
            say(&one).starts_with("VPN: 1 device fails since 08:05"),
            "{}",
            say(&one)
        );
        one.silent.clear();
        let expected = "VPN: since 08:05, no ticket and no failing device any more";
        assert!(say(&one).starts_with(expected), "{}", say(&one));
    }
}
