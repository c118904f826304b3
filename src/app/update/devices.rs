//! The Devices screen: which devices, in which order.

use crate::domain::device::{Device, Value};
use crate::domain::ids::GroupId;
use crate::domain::query::eval::device_fact;
use crate::domain::query::{Field, Op, Query, QueryError, Test};
use crate::domain::source::{Pulse, Source};
use crate::text::fold;

use super::super::model::screen::{BreakDown, DeviceSort};
use super::super::model::{Area, Model};
use super::sync;

/// Makes the list anew: devices that match, in order. The cursor stays with its device.
pub(super) fn list(model: &mut Model) {
    let screen = &model.screens.devices;
    let health = &model.settings.health;
    let mut rows: Vec<(bool, &Device)> = model
        .board
        .fleet()
        .iter()
        .map(|device| (health.is_failing(device, model.now), device))
        .filter(|(failing, _)| *failing || !screen.failing_only)
        .filter(|(_, device)| screen.query.as_ref().is_none_or(|q| matches(q, device)))
        .collect();
    match screen.sort {
        DeviceSort::Failing => {
            // What does not work stands before what is poor, and many faults before one.
            rows.sort_by_cached_key(|(failing, device)| {
                let facts = if *failing {
                    health.failing(device, model.now)
                } else {
                    Vec::new()
                };
                let worst = facts.first().map(|(_, grade)| *grade);
                (std::cmp::Reverse((worst, facts.len())), device.name.clone())
            });
        }
        DeviceSort::Name => rows.sort_by(|(_, x), (_, y)| x.name.cmp(&y.name)),
        DeviceSort::Holder => rows.sort_by_cached_key(|(_, d)| {
            let holder = d.holder.known().map(|h| fold::fold(&h.name));
            (holder.is_none(), holder, d.name.clone())
        }),
        DeviceSort::Site => rows.sort_by_cached_key(|(_, d)| {
            let site = d.text("site").map(fold::fold);
            (site.is_none(), site, d.name.clone())
        }),
        // Never heard of stands last: it is unknown, not oldest.
        DeviceSort::LastSeen => {
            rows.sort_by_key(|(_, d)| {
                (d.last_seen.known().is_none(), d.last_seen.known().copied())
            });
        }
    }
    let rows = rows
        .into_iter()
        .map(|(_, device)| device.id.clone())
        .collect();
    model.screens.devices.rows = rows;
}

/// Counts the failing devices of each group, to compare with later. Only while the desk is live: what is old or half
/// read would make a rise out of nothing.
pub(super) fn count_failing(model: &mut Model) {
    if model.desk.pulse(Source::Desk) != Pulse::Live || model.board.fleet().is_empty() {
        return;
    }
    let (health, fleet, now) = (&model.settings.health, model.board.fleet(), model.now);
    let failing = GroupId::BUILT_IN
        .iter()
        .filter_map(|slug| {
            let group = GroupId::from(*slug);
            let counted = health.of_group(&group, fleet.iter(), now)?;
            Some((group, counted.failing))
        })
        .collect();
    model.fleet_past.note(now, failing);
}

/// Makes the list anew after a key that arranges it.
fn arrange(model: &mut Model) {
    list(model);
    let height = model.height(Area::Devices);
    let screen = &mut model.screens.devices;
    screen.list.reset();
    screen.list.settle(screen.rows.as_slice(), height);
    model.touch();
}

pub(super) fn sort(model: &mut Model) {
    model.screens.devices.sort = model.screens.devices.sort.next();
    arrange(model);
}

pub(super) fn failing(model: &mut Model) {
    model.screens.devices.failing_only = !model.screens.devices.failing_only;
    arrange(model);
}

pub(super) fn break_down(model: &mut Model) {
    let now = model.screens.devices.break_down;
    let next = match now.and_then(|now| BreakDown::ALL.iter().position(|b| *b == now)) {
        None => BreakDown::ALL.first(),
        Some(at) => BreakDown::ALL.get(at + 1),
    };
    model.screens.devices.break_down = next.copied();
}

pub(super) fn set_filter(model: &mut Model, text: &str, query: Query) {
    let screen = &mut model.screens.devices;
    text.trim().clone_into(&mut screen.filter);
    screen.query = (!query.is_empty()).then_some(query);
    arrange(model);
    sync::settle_lists(model);
}

/// Reads a filter for devices: the query language, as far as it is about devices.
pub(super) fn parse(text: &str) -> Result<Query, QueryError> {
    const KNOWN: [&str; 4] = ["device", "site", "requester", "owner"];
    let query = Query::parse(text)?;
    for term in &query.terms {
        if let Test::Field {
            field: Field::Named(name),
            ..
        } = &term.test
            && !KNOWN.contains(&name.as_str())
        {
            let column = text.to_lowercase().find(&format!("{name}:"));
            let column = column
                .and_then(|at| text.get(..at))
                .map_or(0, |t| t.chars().count());
            return Err(QueryError {
                column: column + 1,
                message: format!(
                    "devices have no {name}; ask for device:NAME, site:NAME, owner:NAME or a fact such as device.rsrp_dbm<-110"
                ),
            });
        }
    }
    Ok(query)
}

fn matches(query: &Query, device: &Device) -> bool {
    let has = |hay: &str, needle: &str| fold::contains_folded(&fold::fold(hay), needle);
    let holder = device.holder.known();
    query.terms.iter().all(|term| {
        let holds = match &term.test {
            Test::Text(words) => {
                has(&device.name, words)
                    || holder.is_some_and(|h| has(&h.name, words) || has(h.id.as_str(), words))
                    || device.kind.known().is_some_and(|kind| has(kind, words))
                    || device.facts.values().any(|fact| match &fact.value {
                        Value::Text(text) => has(text, words),
                        Value::Number(_) | Value::Flag(_) => false,
                    })
            }
            Test::Field { field, op, values } => values.iter().any(|value| match field {
                Field::Fact(key) => device_fact(device, key, *op, value),
                Field::Named(name) => match name.as_str() {
                    "device" => has(&device.name, value),
                    "site" => device_fact(device, "site", Op::Is, value),
                    _ if value == "none" => device.holder == crate::domain::Fact::Empty,
                    _ => holder.is_some_and(|h| has(&h.name, value) || has(h.id.as_str(), value)),
                },
            }),
        };
        holds != term.negated
    })
}
