//! What the variables of templates stand for on one ticket, in the language of whoever reads the text.
//!
//! Whatever cannot be said for certain is not known, with the reason: a text with a guess in it is worse than one that
//! has to be finished by hand. Start at [`values`].

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::incident::Sentences;
use crate::domain::device::Device;
use crate::domain::fact::Fact;
use crate::domain::ids::DeviceId;
use crate::domain::incident::Incident;
use crate::domain::person::{Person, PersonRef};
use crate::domain::template::{Values, Variable};
use crate::domain::ticket::Ticket;
use crate::text::lang::Lang;

/// Most requesters whose names are put together.
const TOGETHER: usize = 3;

/// What is known about one ticket and around it.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// The requester, as the directory has them.
    pub requester: Option<&'a Person>,
    /// Devices of the requester, and the one that the ticket names.
    pub devices: Vec<&'a Device>,
    /// The device that the incident engine takes it to be about.
    pub likely: Option<&'a DeviceId>,
    /// The incident that the ticket is in; none for one that only looks as if it were.
    pub incident: Option<&'a Incident>,
    /// Who writes.
    pub me: Option<&'a PersonRef>,
    /// Time zone of clock times.
    pub zone: &'a TimeZone,
    /// The time.
    pub now: Timestamp,
}

/// The language in which to write about a ticket: that of its text; else that of the requester, of the agent, of the
/// screen.
pub fn language(
    finding: Option<&str>,
    requester: Option<&Person>,
    agent: Option<&Person>,
    screen: &str,
) -> Lang {
    let of = |person: Option<&Person>| {
        let code = person.and_then(|p| p.lang.known());
        code.map_or(Lang::Unknown, |code| Lang::from_code(code))
    };
    let finding = finding.map_or(Lang::Unknown, Lang::from_code);
    let screen = Lang::from_code(screen);
    [finding, of(requester), of(agent), screen]
        .into_iter()
        .find(|lang| *lang != Lang::Unknown)
        .unwrap_or(Lang::En)
}

/// The values of all variables.
pub fn values(about: &About<'_>, lang: Lang) -> Values {
    let mut values = Values::default();
    let id = &about.ticket.id;
    values.set(Variable::TicketId, id.as_str(), "the ticket has no number");
    let none = format!("{id} has no subject");
    values.set(Variable::TicketSubject, &about.ticket.subject, none);
    requester(about, lang, &mut values);
    device(about, &mut values);
    incident(about, lang, &mut values);
    agent(about.me, &mut values);
    values
}

/// The values that are the same for every ticket: those of the agent.
pub fn of_agent(me: Option<&PersonRef>) -> Values {
    let mut values = Values::default();
    for variable in Variable::ALL {
        values.lack(*variable, "it is another one for each ticket");
    }
    agent(me, &mut values);
    values
}

fn agent(me: Option<&PersonRef>, values: &mut Values) {
    match me {
        Some(me) => {
            let none = format!("the desk knows you only as {}", me.id);
            let names = [real_name(me)].into_iter().flatten();
            values.set(
                Variable::AgentName,
                names.clone().next().unwrap_or(""),
                none.clone(),
            );
            let first = names.map(first_name).next().unwrap_or("");
            values.set(Variable::AgentFirstName, first, none);
        }
        None => {
            for variable in [Variable::AgentName, Variable::AgentFirstName] {
                values.lack(variable, "the desk has not said yet who you are");
            }
        }
    }
}

fn requester(about: &About<'_>, lang: Lang, values: &mut Values) {
    let id = &about.ticket.id;
    let why = match &about.ticket.requesters {
        Fact::Known(people) => match names_of(about, people) {
            Ok(names) => {
                let first: Vec<&str> = names.iter().map(|name| first_name(name)).collect();
                values.set(Variable::RequesterName, &listed(&names, lang), "");
                values.set(Variable::RequesterFirstName, &listed(&first, lang), "");
                return;
            }
            Err(why) => why,
        },
        Fact::Empty => format!("{id} has no requester"),
        Fact::Unknown => format!("the requester of {id} is not known"),
    };
    values.lack(Variable::RequesterName, why.clone());
    values.lack(Variable::RequesterFirstName, why);
}

/// The names of the requesters, or why they cannot be addressed by name.
fn names_of<'a>(about: &'a About<'_>, people: &'a [PersonRef]) -> Result<Vec<&'a str>, String> {
    if people.len() > TOGETHER {
        return Err(format!(
            "{} has {} requesters",
            about.ticket.id,
            people.len()
        ));
    }
    let known = |person: &'a PersonRef| {
        let listed = about
            .requester
            .map(|p| &p.who)
            .filter(|p| p.id == person.id);
        real_name(person)
            .or_else(|| listed.and_then(real_name))
            .ok_or_else(|| format!("the desk knows no name of {}", person.id))
    };
    let names: Vec<&str> = people.iter().map(known).collect::<Result<_, _>>()?;
    if names.is_empty() {
        return Err(format!("{} has no requester", about.ticket.id));
    }
    Ok(names)
}

/// The name of a person, where it is more than a login or an address.
fn real_name(person: &PersonRef) -> Option<&str> {
    let name = person.name.trim();
    let is_name =
        name != person.id.as_str() && !name.contains('@') && name.contains(char::is_alphabetic);
    is_name.then_some(name)
}

/// `Kåre` of `Kåre Ødegård` and of `Ødegård, Kåre`.
fn first_name(name: &str) -> &str {
    let given = match name.split_once(',') {
        Some((_, given)) if !given.trim().is_empty() => given,
        _ => name,
    };
    given.split_whitespace().next().unwrap_or(name)
}

/// `Kåre`, `Kåre og Åse`, `Kåre, Åse og Pia`.
fn listed(names: &[&str], lang: Lang) -> String {
    let and = match lang {
        Lang::Da | Lang::Nb | Lang::Nn => "og",
        Lang::Sv => "och",
        Lang::En | Lang::Unknown => "and",
    };
    match names {
        [before @ .., last] if !before.is_empty() => {
            format!("{} {and} {last}", before.join(", "))
        }
        _ => names.join(""),
    }
}

/// Who holds the devices, for reasons.
fn holder(about: &About<'_>) -> String {
    let name = about
        .ticket
        .requester()
        .map(|p| real_name(p).map_or_else(|| p.id.as_str(), first_name));
    name.map_or_else(|| "the requester".to_owned(), ToOwned::to_owned)
}

fn device(about: &About<'_>, values: &mut Values) {
    let facts = [
        (Variable::DeviceGateway, "gateway", "VPN gateway"),
        (Variable::DeviceCarrier, "carrier", "mobile carrier"),
    ];
    match the_device(about, None) {
        Ok(device) => {
            let none = "the device has no name";
            values.set(Variable::DeviceName, &device.name, none);
        }
        Err(why) => values.lack(Variable::DeviceName, why),
    }
    for (variable, key, words) in facts {
        match the_device(about, Some(key)) {
            Ok(device) => {
                let none = format!("no {words} is known for {}", device.name);
                values.set(variable, device.text(key).unwrap_or_default(), none);
            }
            Err(why) => values.lack(variable, why),
        }
    }
}

/// The device that the ticket is about: the one that it names, the one that the engine takes it for, the only one of the
/// requester, or the only one of which this fact is known. Why not, if none of these is there.
fn the_device<'a>(about: &About<'a>, fact: Option<&str>) -> Result<&'a Device, String> {
    let devices = &about.devices;
    if let Some(named) = about.ticket.device.known() {
        let found = devices
            .iter()
            .find(|d| d.name == *named || d.id.as_str() == named);
        return found.copied().ok_or_else(|| {
            format!(
                "nothing is known of {named}, which {} names",
                about.ticket.id
            )
        });
    }
    let likely = devices.iter().find(|d| Some(&d.id) == about.likely);
    if let Some(likely) = likely {
        return Ok(likely);
    }
    let who = holder(about);
    let with_fact: Vec<&'a Device> = match fact {
        Some(key) => devices
            .iter()
            .copied()
            .filter(|d| d.text(key).is_some())
            .collect(),
        None => Vec::new(),
    };
    match (devices.as_slice(), with_fact.as_slice()) {
        ([], _) => Err(format!("no device is known for {who}")),
        ([one], _) | (_, [one]) => Ok(one),
        (many, _) => Err(format!(
            "{who} has {} devices, and {} does not say which",
            many.len(),
            about.ticket.id
        )),
    }
}

fn incident(about: &About<'_>, lang: Lang, values: &mut Values) {
    let Some(incident) = about.incident else {
        for variable in [
            Variable::IncidentSince,
            Variable::IncidentShared,
            Variable::IncidentPeople,
        ] {
            values.lack(variable, format!("{} is in no incident", about.ticket.id));
        }
        return;
    };
    let since = since(incident.since, about, lang);
    values.set(Variable::IncidentSince, &since, "");
    values.set(Variable::IncidentPeople, &incident.people.to_string(), "");
    let shared = incident.shared.first().map(|shared| {
        if shared.fact == "word" {
            format!("»{}«", shared.value)
        } else {
            let sentences = Sentences::new(lang, about.zone.clone());
            format!("{} {}", sentences.fact_name(&shared.fact), shared.value)
        }
    });
    let none = "nothing that its people share stands out";
    values.set(Variable::IncidentShared, &shared.unwrap_or_default(), none);
}

/// A time as it follows "since": `kl. 08.05`, `den 20. november kl. 08.05`, `08:05 on 20 November`.
fn since(at: Timestamp, about: &About<'_>, lang: Lang) -> String {
    let at = at.to_zoned(about.zone.clone());
    let is_today = at.date() == about.now.to_zoned(about.zone.clone()).date();
    let (hour, minute, day) = (at.hour(), at.minute(), at.day());
    let months: [&str; 12] = match lang {
        Lang::Da | Lang::Nb | Lang::Nn => [
            "januar",
            "februar",
            "marts",
            "april",
            "maj",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "december",
        ],
        Lang::Sv => [
            "januari",
            "februari",
            "mars",
            "april",
            "maj",
            "juni",
            "juli",
            "augusti",
            "september",
            "oktober",
            "november",
            "december",
        ],
        Lang::En | Lang::Unknown => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    };
    let nth = usize::try_from(at.month() - 1).unwrap_or(0);
    let month = match (lang, at.month()) {
        (Lang::Nb | Lang::Nn, 3) => "mars",
        (Lang::Nb | Lang::Nn, 5) => "mai",
        (Lang::Nb | Lang::Nn, 12) => "desember",
        _ => months.get(nth).copied().unwrap_or_default(),
    };
    match (lang, is_today) {
        (Lang::En | Lang::Unknown, true) => format!("{hour:02}:{minute:02}"),
        (Lang::En | Lang::Unknown, false) => format!("{hour:02}:{minute:02} on {day} {month}"),
        (_, true) => format!("kl. {hour:02}.{minute:02}"),
        (Lang::Da, false) => format!("den {day}. {month} kl. {hour:02}.{minute:02}"),
        (Lang::Sv, false) => format!("den {day} {month} kl. {hour:02}.{minute:02}"),
        (_, false) => format!("{day}. {month} kl. {hour:02}.{minute:02}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::device::{DeviceFact, Value};
    use crate::domain::ids::{GroupId, IncidentId, PersonId, TicketId};
    use crate::domain::incident::{IncidentState, Shared};
    use crate::domain::ticket::{Status, StatusClass};

    const NOW: &str = "2026-11-20T07:10:00Z";

    fn ticket(people: &[(&str, &str)]) -> Ticket {
        let at: Timestamp = NOW.parse().unwrap();
        Ticket {
            id: TicketId::from("4211"),
            subject: "VPN ryger".into(),
            body: Fact::Unknown,
            status: Status {
                name: "new".into(),
                class: StatusClass::New,
            },
            priority: Fact::Unknown,
            queue: Fact::Unknown,
            owner: Fact::Empty,
            requesters: Fact::Known(people.iter().map(|(id, name)| person(id, name)).collect()),
            tags: Fact::Unknown,
            group: Fact::Empty,
            device: Fact::Empty,
            links: Fact::Unknown,
            created: at,
            updated: at,
            due: Fact::Empty,
            resolved: Fact::Empty,
            custom: BTreeMap::new(),
            claims: Fact::Unknown,
            version: None,
        }
    }

    fn person(id: &str, name: &str) -> PersonRef {
        PersonRef::new(PersonId::from(id), name)
    }

    fn device(name: &str, facts: &[(&str, &str)]) -> Device {
        let fact = |text: &str| DeviceFact {
            value: Value::Text(text.to_owned()),
            seen: None,
        };
        Device {
            id: DeviceId::from(name),
            name: name.to_owned(),
            kind: Fact::Unknown,
            holder: Fact::Unknown,
            status: Fact::Unknown,
            last_seen: Fact::Unknown,
            facts: facts
                .iter()
                .map(|(k, v)| ((*k).to_owned(), fact(v)))
                .collect(),
            source: "test".into(),
        }
    }

    fn suspected(since: &str, shared: &[(&str, &str)]) -> Incident {
        let shared = shared.iter().map(|(fact, value)| Shared {
            fact: (*fact).to_owned(),
            value: (*value).to_owned(),
            inside: 20,
            inside_of: 24,
            fleet: 301,
            fleet_of: 1_204,
            p: 1e-9,
        });
        Incident {
            at: NOW.parse().unwrap(),
            incident: IncidentId::from("i1"),
            state: IncidentState::Suspected,
            group: GroupId::from("vpn"),
            tickets: vec!["4211".into()],
            people: 14,
            since: since.parse().unwrap(),
            shared: shared.collect(),
            silent: vec![],
            odd: vec![],
            restored: None,
            into: None,
        }
    }

    /// The value of a variable, or why not.
    fn value(about: &About<'_>, variable: Variable, lang: Lang) -> String {
        let values = values(about, lang);
        match values.get(variable) {
            Ok(value) => value.to_owned(),
            Err(why) => format!("? {why}"),
        }
    }

    fn about<'a>(ticket: &'a Ticket, devices: &'a [Device], zone: &'a TimeZone) -> About<'a> {
        About {
            ticket,
            requester: None,
            devices: devices.iter().collect(),
            likely: None,
            incident: None,
            me: None,
            zone,
            now: NOW.parse().unwrap(),
        }
    }

    #[test]
    fn people_are_addressed_by_their_names_only() {
        let zone = TimeZone::UTC;
        for (people, whole, first) in [
            (vec![("kare", "Kåre Ødegård")], "Kåre Ødegård", "Kåre"),
            (vec![("kare", "Ødegård, Kåre")], "Ødegård, Kåre", "Kåre"),
            (
                vec![("a", "Åse Lund"), ("b", "Pia")],
                "Åse Lund og Pia",
                "Åse og Pia",
            ),
            (
                vec![("k@x.example", "k@x.example")],
                "? the desk knows no name of k@x.example",
                "? the desk knows no name of k@x.example",
            ),
            (
                vec![("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")],
                "? 4211 has 4 requesters",
                "? 4211 has 4 requesters",
            ),
            (vec![], "? 4211 has no requester", "? 4211 has no requester"),
        ] {
            let ticket = ticket(&people);
            let about = about(&ticket, &[], &zone);
            assert_eq!(value(&about, Variable::RequesterName, Lang::Da), whole);
            assert_eq!(value(&about, Variable::RequesterFirstName, Lang::Da), first);
        }
        let mut unknown = ticket(&[]);
        unknown.requesters = Fact::Unknown;
        let said = value(
            &about(&unknown, &[], &zone),
            Variable::RequesterName,
            Lang::Da,
        );
        assert_eq!(said, "? the requester of 4211 is not known");
    }

    #[test]
    fn the_directory_knows_a_name_that_the_ticket_does_not() {
        let zone = TimeZone::UTC;
        let ticket = ticket(&[("kare", "kare")]);
        let known = Person {
            who: person("kare", "Kåre Ødegård"),
            email: Fact::Unknown,
            phone: Fact::Unknown,
            site: Fact::Unknown,
            lang: Fact::Unknown,
            agent: Fact::Unknown,
        };
        let mut about = about(&ticket, &[], &zone);
        about.requester = Some(&known);
        assert_eq!(
            value(&about, Variable::RequesterFirstName, Lang::Da),
            "Kåre"
        );
    }

    #[test]
    fn a_device_is_told_only_when_it_is_clear_which() {
        let zone = TimeZone::UTC;
        let mut ticket = ticket(&[("kare", "Kåre Ødegård")]);
        let gateway = |about: &About<'_>| value(about, Variable::DeviceGateway, Lang::Da);
        let laptop = device("LT-0412", &[("gateway", "gw2")]);
        let other = device("LT-0413", &[("gateway", "gw1")]);
        let router = device("4G-7", &[("carrier", "Telia")]);
        let none = [];
        assert_eq!(
            gateway(&about(&ticket, &none, &zone)),
            "? no device is known for Kåre"
        );
        let two = [laptop.clone(), router.clone()];
        let of_two = about(&ticket, &two, &zone);
        assert_eq!(gateway(&of_two), "gw2");
        assert_eq!(value(&of_two, Variable::DeviceCarrier, Lang::Da), "Telia");
        assert_eq!(
            value(&of_two, Variable::DeviceName, Lang::Da),
            "? Kåre has 2 devices, and 4211 does not say which"
        );
        let laptops = [laptop, other, router];
        assert!(gateway(&about(&ticket, &laptops, &zone)).starts_with("? Kåre has 3 devices"));
        let likely = DeviceId::from("LT-0413");
        let mut guessed = about(&ticket, &laptops, &zone);
        guessed.likely = Some(&likely);
        assert_eq!(gateway(&guessed), "gw1");
        ticket.device = Fact::Known("4G-7".to_owned());
        assert_eq!(
            gateway(&about(&ticket, &laptops, &zone)),
            "? no VPN gateway is known for 4G-7"
        );
        ticket.device = Fact::Known("LT-9".to_owned());
        assert_eq!(
            gateway(&about(&ticket, &laptops, &zone)),
            "? nothing is known of LT-9, which 4211 names"
        );
    }

    #[test]
    fn an_incident_is_told_in_the_language_of_the_reader() {
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let ticket = ticket(&[("kare", "Kåre Ødegård")]);
        let mut about = about(&ticket, &[], &zone);
        assert_eq!(
            value(&about, Variable::IncidentSince, Lang::Da),
            "? 4211 is in no incident"
        );
        let today = suspected(
            "2026-11-20T07:05:00Z",
            &[("gateway", "gw2"), ("town", "Sorø")],
        );
        about.incident = Some(&today);
        for (lang, since, shared) in [
            (Lang::Da, "kl. 08.05", "gateway gw2"),
            (Lang::Sv, "kl. 08.05", "gateway gw2"),
            (Lang::En, "08:05", "gateway gw2"),
        ] {
            assert_eq!(value(&about, Variable::IncidentSince, lang), since);
            assert_eq!(value(&about, Variable::IncidentShared, lang), shared);
        }
        assert_eq!(value(&about, Variable::IncidentPeople, Lang::Da), "14");
        let before = suspected("2026-05-19T06:05:00Z", &[]);
        about.incident = Some(&before);
        for (lang, since) in [
            (Lang::Da, "den 19. maj kl. 08.05"),
            (Lang::Nb, "19. mai kl. 08.05"),
            (Lang::Nn, "19. mai kl. 08.05"),
            (Lang::Sv, "den 19 maj kl. 08.05"),
            (Lang::En, "08:05 on 19 May"),
        ] {
            assert_eq!(value(&about, Variable::IncidentSince, lang), since);
        }
        assert!(value(&about, Variable::IncidentShared, Lang::Da).starts_with("? nothing"));
    }

    #[test]
    fn the_language_is_that_of_the_ticket_then_of_the_people() {
        let of = |lang: &str| Person {
            who: person("x", "X"),
            email: Fact::Unknown,
            phone: Fact::Unknown,
            site: Fact::Unknown,
            lang: Fact::Known(lang.to_owned()),
            agent: Fact::Unknown,
        };
        let (sv, da) = (of("sv"), of("da"));
        assert_eq!(language(Some("nn"), Some(&sv), Some(&da), "en"), Lang::Nn);
        assert_eq!(language(None, Some(&sv), Some(&da), "en"), Lang::Sv);
        assert_eq!(language(None, None, Some(&da), "en"), Lang::Da);
        assert_eq!(language(Some("fi"), None, None, "nb"), Lang::Nb);
        assert_eq!(language(None, None, None, "auto"), Lang::En);
    }
}
