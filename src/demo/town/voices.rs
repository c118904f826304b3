//! What people and colleagues say, in the language and with the facts of the requester.

use jiff::tz::TimeZone;
use rand::rngs::StdRng;

use super::chance::{between, pick};
use super::data::{Grammar, TownData};
use super::engine::{Act, Happening, Town};
use super::fleet::{Device, fact};
use super::grammar::{Facts, Telling};
use super::numbers;
use super::residents::Resident;

impl Town {
    /// Which kind of answer the requester of a ticket gives now; `asked`: they were asked something.
    pub(super) fn reaction(&mut self, ticket: usize, asked: bool) -> &'static str {
        let Some((trouble, resident, howto)) = self
            .tickets
            .get(ticket)
            .map(|told| (told.trouble, told.resident, told.howto))
        else {
            return "answer";
        };
        let draw = between(&mut self.rng, 0, 99);
        if draw < 3 {
            return "away";
        }
        if howto {
            return if draw < 70 { "thanks" } else { "lost" };
        }
        if let Some(trouble) = trouble {
            let over = self
                .troubles
                .get(trouble)
                .is_some_and(|trouble| trouble.end.is_some());
            return match (self.is_ill(trouble, resident), over) {
                (false, _) => "works",
                (true, false) if asked && draw < 60 => "answer",
                (true, _) => "still",
            };
        }
        match draw {
            0..=49 if !asked => "works",
            50..=74 => "answer",
            _ if asked => "answer",
            _ => "still",
        }
    }

    pub(super) fn says(&mut self, at: i64, ticket: usize, rule: &str) -> Vec<Happening> {
        let Some(resident) = self.tickets.get(ticket).map(|told| told.resident) else {
            return Vec::new();
        };
        let text = self.with_writer(at, resident, "", |grammar, facts, rng| {
            Telling::new(grammar, "reactions", facts).rule(rule, rng)
        });
        text.map(|text| vec![Happening::Said { ticket, text }])
            .unwrap_or_default()
    }

    pub(super) fn agent_says(
        &mut self,
        at: i64,
        ticket: usize,
        agent: usize,
        rule: &str,
        act: fn(String) -> Act,
    ) -> Vec<Happening> {
        let Some(resident) = self.tickets.get(ticket).map(|told| told.resident) else {
            return Vec::new();
        };
        let name = crate::demo::base::seed::STAFF
            .get(agent)
            .map_or("IT", |(_, name, _)| name.split(' ').next().unwrap_or(name));
        let text = self.with_writer(at, resident, name, |grammar, facts, rng| {
            Telling::new(grammar, "agents", facts).rule(rule, rng)
        });
        text.map(|text| {
            vec![Happening::Acted {
                ticket,
                agent,
                act: act(text),
            }]
        })
        .unwrap_or_default()
    }

    /// Writes something in the language and with the facts of a resident.
    pub(super) fn with_writer<T>(
        &mut self,
        at: i64,
        resident: usize,
        agent: &str,
        write: impl FnOnce(&Grammar, &dyn Facts, &mut StdRng) -> T,
    ) -> Option<T> {
        // Who was hit remembers when, to the minute.
        let since = self
            .troubles
            .iter()
            .rev()
            .filter_map(|trouble| trouble.hit.get(&resident))
            .filter(|hit| hit.well.is_none())
            .find_map(|hit| hit.since);
        let Self {
            data,
            residents,
            devices,
            plan,
            rng,
            ..
        } = self;
        let who = residents.get(resident)?;
        let grammar = data.texts.get(&who.lang)?;
        let writer = Writer {
            data,
            grammar,
            number: resident,
            who,
            device: devices.get(resident)?,
            residents,
            at,
            since,
            zone: &plan.zone,
            agent,
        };
        Some(write(grammar, &writer, rng))
    }
}

/// Who writes, and what they know.
struct Writer<'a> {
    data: &'a TownData,
    grammar: &'a Grammar,
    number: usize,
    who: &'a Resident,
    device: &'a Device,
    residents: &'a [Resident],
    at: i64,
    /// Since when they are hit by something that many are hit by.
    since: Option<i64>,
    zone: &'a TimeZone,
    agent: &'a str,
}

impl Writer<'_> {
    fn time(&self, second: i64) -> Option<String> {
        let moment = jiff::Timestamp::from_second(second).ok()?;
        let local = moment.to_zoned(self.zone.clone());
        Some(local.strftime("%H:%M").to_string())
    }
}

impl Facts for Writer<'_> {
    fn fact(&self, slot: &str, rng: &mut StdRng) -> Option<String> {
        let town = &self.data.town;
        let known = |which: usize| {
            Some(self.device.fact(which).to_owned()).filter(|value| !value.is_empty())
        };
        Some(match slot {
            "name" => self.who.name.clone(),
            "first" => self.who.first.clone(),
            "title" => {
                let kind = &town.sites.get(self.who.site)?.kind;
                let titles = self.grammar.get("common")?.get(&format!("title_{kind}"))?;
                titles.get(self.number % titles.len().max(1))?.clone()
            }
            "dept" => self.who.dept.clone(),
            "site" => town.sites.get(self.who.site)?.name.clone(),
            "town" => town.towns.get(self.who.town)?.name.clone(),
            "device" => self.device.name.clone(),
            "model" => self.device.model.clone(),
            "gateway" => known(fact::GATEWAY)?,
            "client" => known(fact::VPN_CLIENT)?,
            "version" => known(fact::VPN_VERSION)?,
            "carrier" => known(fact::CARRIER)
                .or_else(|| pick(rng, &town.carriers).map(|carrier| carrier.name.clone()))?,
            "isp" => known(fact::ISP).or_else(|| pick(rng, &town.devices.isps).cloned())?,
            "other" => pick(rng, self.residents)?.first.clone(),
            "room" => format!("{}.{:02}", between(rng, 1, 3), between(rng, 1, 40)),
            "agent" => self.agent.to_owned(),
            "video" => known(fact::VIDEO)?,
            "kind" => town.sites.get(self.who.site)?.kind.clone(),
            "minutes" => {
                let minutes = between(rng, 3, 55);
                self.since
                    .map_or(minutes, |since| (self.at - since) / 60 + 2)
                    .to_string()
            }
            "many" => between(rng, 11, 38).to_string(),
            "cpr" => numbers::personal(&self.who.lang, rng),
            "clock" => {
                let back = between(rng, 0, 1_500);
                self.time(self.since.unwrap_or(self.at - back))?
            }
            // Meetings begin at full quarters of an hour.
            "soon" => self.time((self.at + between(rng, 600, 9_000)) / 900 * 900 + 900)?,
            _ => return None,
        })
    }
}
