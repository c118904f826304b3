//! Who writes about what: the ordinary stream of tickets, and the mails of those who are hit.

use std::sync::Arc;

use super::chance::{between, percent, ppm, skewed, weighted};
use super::engine::{Event, Happening, Told, Town, queue_of};
use super::rhythm;
use super::style::{self, Mail};

impl Town {
    /// A group of problems, by its share of an ordinary day and by the scenario.
    pub(crate) fn draw_group(&mut self, at: i64) -> String {
        let data = Arc::clone(&self.data);
        let school = if self.plan.rhythm {
            rhythm::at_work("school", at, &self.plan.zone)
        } else {
            60
        };
        let weights: Vec<u32> = data
            .town
            .groups
            .iter()
            .map(|(group, weight)| {
                let open = if group == "school" { school } else { 60 };
                weight * self.tenfold(at, group) * open
            })
            .collect();
        let place = weighted(&mut self.rng, weights.into_iter());
        data.town
            .groups
            .keys()
            .nth(place)
            .cloned()
            .unwrap_or_default()
    }

    /// How many times as many tickets of a group come, in tenths; the past was ordinary.
    pub(super) fn tenfold(&self, at: i64, group: &str) -> u32 {
        if at < self.scenario_start {
            10
        } else {
            self.plot.tenfold(group)
        }
    }

    /// How busy people are at a moment, of a thousand.
    pub(super) fn busy(&self, at: i64) -> u32 {
        if self.plan.rhythm {
            rhythm::per_mille(at, &self.plan.zone)
        } else {
            1_000
        }
    }

    /// How many mails come in a second of the minute at `at`, where `more` come for each `plain` of an
    /// ordinary day.
    pub(super) fn mails_a_second(&mut self, at: i64, more: u32, plain: u32) -> u32 {
        let per_hour = u64::from(self.plan.per_hour) * u64::from(self.busy(at)) * u64::from(more)
            / u64::from(plain.max(1));
        // per hour and thousandths → millionths a second
        let mut left = per_hour * 1_000 / 3_600;
        let mut mails = 0;
        while left > 0 {
            let share = u32::try_from(left.min(1_000_000)).unwrap_or(1_000_000);
            left -= u64::from(share);
            mails += u32::from(ppm(&mut self.rng, share));
        }
        mails
    }

    /// Draws the tickets of the minute that begins, second by second.
    pub(super) fn minute(&mut self, at: i64) {
        self.plan(at + 60, Event::Minute);
        let groups = &self.data.town.groups;
        let plain: u32 = groups.values().sum();
        let more: u32 = groups
            .iter()
            .map(|(group, weight)| weight * self.tenfold(at, group))
            .sum();
        for second in 0..60 {
            for _ in 0..self.mails_a_second(at, more, plain * 10) {
                let group = self.draw_group(at);
                let resident = self.somebody(at, &group);
                self.plan(
                    at + second,
                    Event::Writes {
                        resident,
                        group,
                        trouble: None,
                        howto: false,
                    },
                );
            }
        }
    }

    /// Any resident.
    pub(crate) fn anybody(&mut self) -> usize {
        let last = i64::try_from(self.residents.len()).unwrap_or(1) - 1;
        usize::try_from(between(&mut self.rng, 0, last)).unwrap_or(0)
    }

    /// `office`, `school` or `care`.
    pub(crate) fn site_kind(&self, resident: usize) -> &str {
        self.residents
            .get(resident)
            .and_then(|who| self.data.town.sites.get(who.site))
            .map_or("office", |site| site.kind.as_str())
    }

    /// Somebody who would write about this group at this hour: pupils' devices are a matter of
    /// schools, care records of those who care, and nobody writes who is not at work.
    pub(crate) fn somebody(&mut self, at: i64, group: &str) -> usize {
        let needed = match group {
            "school" => Some("school"),
            "health" => Some("care"),
            _ => None,
        };
        let at_work = |kind: &str| {
            if self.plan.rhythm {
                rhythm::at_work(kind, at, &self.plan.zone)
            } else {
                100
            }
        };
        let (office, school, care) = (at_work("office"), at_work("school"), at_work("care"));
        let mut found = self.anybody();
        for _ in 0..80 {
            let kind = self.site_kind(found);
            let fits = needed.is_none_or(|needed| needed == kind);
            let there = match kind {
                "school" => school,
                "care" => care,
                _ => office,
            };
            if fits && percent(&mut self.rng, there) {
                break;
            }
            found = self.anybody();
        }
        found
    }

    /// Somebody writes a mail about what hit them, or about something of an ordinary day.
    pub(super) fn writes(
        &mut self,
        at: i64,
        resident: usize,
        group: String,
        trouble: Option<usize>,
        howto: bool,
    ) -> Vec<Happening> {
        if trouble.is_some_and(|trouble| !self.is_ill(trouble, resident)) {
            return Vec::new();
        }
        if trouble.is_none() && self.has_a_part(resident) {
            return Vec::new();
        }
        let sections: Vec<String> = match trouble.and_then(|trouble| self.truth_of(trouble)) {
            Some(truth) if howto => truth.howto_texts.clone(),
            Some(truth) => truth.texts.clone(),
            None => vec![group.clone()],
        };
        let last = i64::try_from(sections.len()).unwrap_or(1) - 1;
        let section = usize::try_from(between(&mut self.rng, 0, last)).unwrap_or(0);
        let section = sections
            .into_iter()
            .nth(section)
            .unwrap_or_else(|| group.clone());
        let written = self.with_writer(at, resident, "", |grammar, facts, rng| {
            style::mail(grammar, &section, &group, facts, rng)
        });
        let Some((mail, traits)) = written else {
            return Vec::new();
        };
        let again = match trouble.and_then(|trouble| self.truth_of(trouble)) {
            Some(truth) => truth.twice,
            None => 2,
        };
        let ticket = self.tickets.len();
        if percent(&mut self.rng, again) && at >= self.scenario_start {
            let delay = skewed(&mut self.rng, 600, 3_600);
            self.plan(at + delay, Event::WritesAgain { ticket });
        }
        let told = Told {
            desk: 0,
            resident,
            at,
            group,
            also: traits.also,
            trouble,
            howto: howto || traits.howto,
            subject: mail.subject.clone(),
        };
        self.tell(told, mail)
    }

    /// The impatient write a second mail instead of answering the first.
    pub(super) fn writes_again(&mut self, at: i64, ticket: usize) -> Vec<Happening> {
        let Some(first) = self.tickets.get(ticket).cloned() else {
            return Vec::new();
        };
        if first
            .trouble
            .is_some_and(|trouble| !self.is_ill(trouble, first.resident))
        {
            return Vec::new();
        }
        let written = self.with_writer(at, first.resident, "", |grammar, facts, rng| {
            style::second(grammar, &first.group, &first.subject, facts, rng)
        });
        match written {
            Some(mail) => {
                let subject = mail.subject.clone();
                self.tell(
                    Told {
                        desk: 0,
                        at,
                        also: None,
                        subject,
                        ..first
                    },
                    mail,
                )
            }
            None => Vec::new(),
        }
    }

    fn tell(&mut self, told: Told, mail: Mail) -> Vec<Happening> {
        let ticket = self.tickets.len();
        let queue = if percent(&mut self.rng, 30) {
            queue_of(&told.group)
        } else {
            "Servicedesk"
        };
        let (at, crisis) = (told.at, told.trouble.is_some());
        let truth = told.trouble.and_then(|trouble| self.truth_of(trouble));
        let is_left_alone = truth.is_some_and(|truth| truth.alone);
        self.tickets.push(told);
        if !is_left_alone {
            self.plan_colleagues(at, ticket, crisis);
        }
        let device = percent(&mut self.rng, 40);
        // The desk's mail rules lift what many write about.
        let urgent = percent(&mut self.rng, if crisis { 35 } else { 8 });
        vec![Happening::Wrote {
            ticket,
            mail,
            queue,
            device,
            urgent,
        }]
    }
}
