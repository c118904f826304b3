//! What goes wrong, and when.

use super::chance::{between, percent, ppm, skewed};
use super::engine::{Event, Town};
use super::fleet::fact;
use crate::demo::options::Scenario;

/// Groups that a town working from home writes about.
const FROM_HOME: [&str; 6] = ["vpn", "video", "mobile", "wifi", "remote", "login"];

/// Something that goes wrong for many.
#[derive(Debug, Clone)]
pub(crate) struct Outage {
    /// The gateway that is dead.
    pub(crate) gateway: String,
    /// Whether it is over.
    pub(crate) over: bool,
}

impl Town {
    /// Plans what the scenario holds, from its start on.
    pub(crate) fn plan_scenario(&mut self, start: i64) {
        if self.scenario == Scenario::Surge {
            self.plan(start + 20, Event::GatewayDies("gw2".to_owned()));
        }
        if self.scenario != Scenario::Still {
            self.plan(start, Event::Minute);
            self.plan(start + 5, Event::Report);
        }
    }

    /// How many times as many tickets of a group come in this scenario, in tenths.
    pub(crate) fn tenfold(&self, group: &str) -> u32 {
        match self.scenario {
            Scenario::Lockdown if FROM_HOME.contains(&group) => 60,
            Scenario::Lockdown => 15,
            _ => 10,
        }
    }

    /// A gateway dies: its devices go down within minutes, some of their holders write.
    pub(crate) fn gateway_dies(&mut self, at: i64, gateway: &str) {
        let outage = self.outages.len();
        self.outages.push(Outage {
            gateway: gateway.to_owned(),
            over: false,
        });
        let hit: Vec<usize> = (0..self.devices.len())
            .filter(|number| {
                self.devices.get(*number).is_some_and(|device| {
                    device.fact(fact::GATEWAY) == gateway && device.fact(fact::VPN_STATE) == "up"
                })
            })
            .collect();
        // About a third writes, but no more than some 120 people however large the fleet.
        let many = u32::try_from(hit.len()).unwrap_or(u32::MAX).max(1);
        let share = 350_000_u32.min(120_000_000 / many);
        for (number, device) in hit.into_iter().enumerate() {
            // The first two notice at once and write at once.
            let prompt = number < 2;
            let down = at
                + if prompt {
                    between(&mut self.rng, 1, 8)
                } else {
                    skewed(&mut self.rng, 1, 240)
                };
            self.plan(down, Event::DeviceFails { device, outage });
            if prompt || ppm(&mut self.rng, share) {
                let delay = if prompt {
                    between(&mut self.rng, 10, 40)
                } else {
                    skewed(&mut self.rng, 15, 2_400)
                };
                let group = "vpn".to_owned();
                self.plan(
                    down + delay,
                    Event::Writes {
                        resident: device,
                        group,
                        outage: Some(outage),
                    },
                );
            }
        }
        let over = at + between(&mut self.rng, 2_100, 3_000);
        self.plan(over, Event::GatewayReturns(outage));
    }

    /// A gateway is back: most devices with it, some not; some writers say so.
    pub(crate) fn gateway_returns(&mut self, at: i64, outage: usize) {
        let Some(found) = self.outages.get_mut(outage) else {
            return;
        };
        found.over = true;
        let gateway = found.gateway.clone();
        for device in 0..self.devices.len() {
            let down = self.devices.get(device).is_some_and(|device| {
                device.fact(fact::GATEWAY) == gateway && device.fact(fact::VPN_STATE) == "down"
            });
            if down {
                let delay = if percent(&mut self.rng, 94) {
                    between(&mut self.rng, 5, 600)
                } else {
                    between(&mut self.rng, 7_200, 20_000)
                };
                self.plan(at + delay, Event::DeviceReturns { device });
            }
        }
        let writers: Vec<usize> = self
            .tickets
            .iter()
            .enumerate()
            .filter(|(_, ticket)| ticket.outage == Some(outage))
            .map(|(number, _)| number)
            .collect();
        for ticket in writers {
            if percent(&mut self.rng, 30) {
                let delay = between(&mut self.rng, 300, 2_400);
                self.plan(at + delay, Event::Reacts { ticket });
            }
        }
    }
}
