//! From the index to the roll-out watch.

use jiff::Timestamp;

use super::Board;
use crate::domain::ids::DeviceId;
use crate::domain::numbers::{Known, Reach, WEEK};
use crate::domain::rollout::{Rollout, Told, VersionLog, rollouts};

impl Board {
    /// Puts what is known of changed versions in the place of what was known.
    pub fn set_versions(&mut self, versions: VersionLog) {
        self.fleet.set_versions(versions);
    }

    /// The roll-outs that go on, with the tickets of the last seven days, or of as much as is known.
    pub fn rollouts(&self, reach: Reach, now: Timestamp) -> Vec<Rollout> {
        let week = now.checked_sub(WEEK).unwrap_or(now);
        let known = Known::of(&self.deeds, false, reach, now).flow;
        let from = known.unwrap_or(now).max(week);
        let tickets: Vec<Told> = self
            .rows()
            .filter(|row| row.ticket().created >= from)
            .filter_map(|row| {
                let finding = row.finding.as_ref();
                // A mail that nobody wrote says nothing of what people have to bear.
                let is_automatic = finding.is_some_and(|finding| finding.automatic.is_some());
                (!is_automatic).then(|| Told {
                    devices: self.devices_of(row),
                    at: row.ticket().created,
                    group: row.group.clone(),
                    is_howto: finding.is_some_and(|finding| finding.howto == Some(true)),
                })
            })
            .collect();
        rollouts(
            self.fleet.iter(),
            self.fleet.versions(),
            &tickets,
            from,
            now,
        )
    }

    /// The device that a ticket names, else those that its requester holds.
    fn devices_of(&self, row: &super::Row) -> Vec<DeviceId> {
        let ticket = row.ticket();
        let named = ticket.device.known().map(String::as_str);
        let requester = ticket.requester().map(|who| &who.id);
        let around = self.fleet.around(named, requester);
        let is_named = |name: &str, device: &crate::domain::device::Device| {
            name == device.name || name == device.id.as_str()
        };
        let of_it = around
            .iter()
            .find(|device| named.is_some_and(|name| is_named(name, device)));
        match of_it {
            Some(device) => vec![device.id.clone()],
            None => around.iter().map(|device| device.id.clone()).collect(),
        }
    }
}
