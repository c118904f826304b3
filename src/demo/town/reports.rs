//! What devices report.

use super::chance::{between, percent, skewed};
use super::engine::{Event, Happening, Town};
use super::fleet::{connected, fact, rolled_out};

impl Town {
    /// One device reports: small changes, now and then a failure of its own.
    pub(super) fn report(&mut self, at: i64) -> Vec<Happening> {
        let count = i64::try_from(self.devices.len()).unwrap_or(1).max(1);
        // Every device once an hour, as long as that is not too many.
        let faster = self.plan.report_every;
        self.plan(at + (3_600 / count).max(faster), Event::Report);
        let device = self.anybody();
        // What a trouble shows is not overwritten by an ordinary day.
        if (0..self.troubles.len()).any(|trouble| self.is_ill(trouble, device)) {
            return self.facts(at, device, &[]);
        }
        let mut changes = vec![(fact::RTT, (8 + between(&mut self.rng, 0, 30)).to_string())];
        let state = self
            .devices
            .get(device)
            .map_or("", |device| device.fact(fact::VPN_STATE))
            .to_owned();
        let data = std::sync::Arc::clone(&self.data);
        let since = at.saturating_sub(self.scenario_start).max(0);
        if let Some(found) = self.devices.get(device) {
            changes.extend(rolled_out(&data, found, device, since));
        }
        match between(&mut self.rng, 0, 99) {
            0..=1 if state == "up" && !self.is_barred(device) => {
                changes.push((fact::VPN_STATE, "down".to_owned()));
                let back = between(&mut self.rng, 600, 5_400);
                self.plan(at + back, Event::DeviceReturns { device });
                if percent(&mut self.rng, 20) && self.tenfold(at, "vpn") > 0 {
                    let delay = skewed(&mut self.rng, 240, 1_800);
                    self.plan(
                        at + delay,
                        Event::Writes {
                            resident: device,
                            group: "vpn".to_owned(),
                            trouble: None,
                            howto: false,
                        },
                    );
                }
            }
            2..=8 if state == "up" => changes.push((fact::VPN_STATE, "off".to_owned())),
            2..=8 if state == "off" && !self.is_barred(device) && self.has_seat(device) => {
                changes.push((fact::VPN_STATE, "up".to_owned()));
            }
            9 => changes.push((
                fact::LOSS,
                format!(
                    "{}.{}",
                    between(&mut self.rng, 1, 4),
                    between(&mut self.rng, 0, 9)
                ),
            )),
            10..=14 => changes.push((fact::LOSS, format!("0.{}", between(&mut self.rng, 0, 5)))),
            _ => {}
        }
        self.facts(at, device, &changes)
    }

    /// Whether the gateway of a device has a seat left.
    pub(super) fn has_seat(&self, device: usize) -> bool {
        let gateway = self
            .devices
            .get(device)
            .map_or("", |device| device.fact(fact::GATEWAY));
        let seats = self
            .data
            .town
            .gateways
            .iter()
            .find(|known| known.name == gateway)
            .map_or(100, |found| found.seats);
        let (connected, using) = connected(&self.devices, gateway);
        (connected + 1) * 100 <= using * seats
    }

    /// A device reports these facts, and that it was seen.
    pub(super) fn facts(
        &mut self,
        at: i64,
        device: usize,
        facts: &[(usize, String)],
    ) -> Vec<Happening> {
        let Some(found) = self.devices.get_mut(device) else {
            return Vec::new();
        };
        let mut changes: Vec<(usize, String)> = facts
            .iter()
            .filter_map(|(which, value)| found.change(*which, value.clone()))
            .collect();
        changes.extend(found.change(fact::LAST_SEEN, crate::demo::query::dates::wire_time(at)));
        vec![Happening::Facts { device, changes }]
    }
}
