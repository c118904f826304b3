//! Devices that begin to fail before anybody writes.

use std::collections::BTreeMap;

use super::engine::Engine;
use super::fleet::{DeviceNo, Sign, ValueId};
use super::share::{Shown, by_fact, shared};
use super::stats::{real, surprise};
use super::suspect::Suspect;
use super::usual::GroupNo;
use crate::domain::device::Device;

/// How far back new failures are looked for, and what they are compared with, in seconds.
const LOOK: i64 = 900;
const BEFORE: i64 = 6 * 3_600;

/// Fewest devices.
const LEAST: usize = 8;

/// Share of the fleet that fails anew in a day as usual; our judgement, until something is seen.
const PER_DAY: f64 = 0.05;

/// The surprise that a value must pass.
const LIMIT: f64 = 16.0;

impl Engine {
    pub(super) fn tell_device(&mut self, device: &Device, now: Option<i64>) {
        let owner = device
            .holder
            .known()
            .map(|holder| self.person_no(&holder.id));
        let (no, began) = self.fleet.tell(device, owner, now);
        for value in self.fleet.values_of(no).to_vec() {
            let (fact, text) = self.fleet.name(value);
            if matches!(fact, "site" | "town" | "isp" | "carrier" | "department") {
                let text = text.to_owned();
                self.lexis.name(&text);
            }
        }
        for sign in began {
            self.failures.push_back((self.now, no, sign));
        }
    }

    /// Raises an incident when devices with one value begin to fail together.
    pub(super) fn look_at_devices(&mut self) {
        let now = self.now;
        while self
            .failures
            .front()
            .is_some_and(|(at, ..)| *at < now - BEFORE)
        {
            self.failures.pop_front();
        }
        for sign in Sign::ALL {
            let group = self.group(&sign.group());
            // A device that comes and goes is one device.
            let mut first: BTreeMap<DeviceNo, i64> = BTreeMap::new();
            for (at, device, of) in self.failures.iter().rev() {
                if *of == sign {
                    first.insert(*device, *at);
                }
            }
            let lately: Vec<DeviceNo> = first
                .iter()
                .filter(|(device, at)| {
                    **at >= now - LOOK && self.fleet.failing(**device, sign).now()
                })
                .map(|(device, _)| *device)
                .collect();
            if lately.len() < LEAST || self.is_known(sign, group, &lately) {
                continue;
            }
            let before = first.len() - lately.len();
            if let Some(values) = self.stand_out(&lately, before) {
                self.raise_from_devices(sign, group, &lately, values);
            }
        }
    }

    /// Whether an open incident is about these devices already.
    fn is_known(&self, sign: Sign, group: GroupNo, lately: &[DeviceNo]) -> bool {
        self.suspects.iter().filter(|s| s.is_open()).any(|s| {
            s.sign == Some(sign) || {
                let values = s.profile.first();
                let with = lately
                    .iter()
                    .filter(|d| self.fleet.has_all(**d, values))
                    .count();
                // A carrier that is ill shows in more ways than one.
                let is_same = !values.is_empty() && with * 5 >= lately.len() * 3;
                is_same || s.group == group && with * 2 >= lately.len()
            }
        })
    }

    /// The values that explain why they fail now, of at most two facts; none where there is no reason to raise anything.
    fn stand_out(&mut self, lately: &[DeviceNo], before: usize) -> Option<Vec<ValueId>> {
        let fleet = real(self.fleet.len());
        let usual = (PER_DAY * fleet / 24.0 + real(before)) / 7.0 * (900.0 / 3_600.0);
        let mut counts: BTreeMap<ValueId, usize> = BTreeMap::new();
        for device in lately {
            for value in self.fleet.values_of(*device) {
                *counts.entry(*value).or_default() += 1;
            }
        }
        let mut best: Option<(f64, ValueId)> = None;
        for (value, count) in &counts {
            let share = self.fleet.share(*value);
            let others = real(lately.len() - count);
            let theta = (2.0 + others) / (2.0 / usual.max(0.05) + (1.0 - share));
            let found = surprise(*count, share * theta, 2.0 + others);
            if *count >= LEAST && found > LIMIT && best.is_none_or(|(most, _)| found > most) {
                best = Some((found, *value));
            }
        }
        if best.is_some() {
            let shown: Vec<Shown> = lately.iter().map(|d| self.fleet.shown(*d)).collect();
            let shared = shared(&shown, &self.fleet, false);
            let two = by_fact(&shared, &self.fleet).take(2).flatten();
            let values: Vec<ValueId> = two.map(|s| s.value).collect();
            return Some(values).filter(|values| !values.is_empty());
        }
        // All of them at once, whatever they are: a fifth of the fleet. In a rise of everybody many fail in their own way.
        (!self.is_flood() && real(lately.len()) >= 0.2 * fleet && lately.len() >= 3 * LEAST)
            .then(Vec::new)
    }

    fn raise_from_devices(
        &mut self,
        sign: Sign,
        group: GroupNo,
        lately: &[DeviceNo],
        values: Vec<ValueId>,
    ) {
        let Ok(no) = u16::try_from(self.suspects.len()) else {
            return;
        };
        let since = self
            .failures
            .iter()
            .filter(|(_, device, of)| *of == sign && lately.contains(device))
            .map(|(at, ..)| *at)
            .min()
            .unwrap_or(self.now);
        let mut suspect = Suspect::new(no, group, since);
        suspect.levels = self.own_levels(since);
        suspect.sign = Some(sign);
        suspect.is_born_of_devices = true;
        suspect.seed = values;
        suspect.last = self.now;
        suspect.silent = lately.to_vec();
        self.adopt(suspect);
    }
}
