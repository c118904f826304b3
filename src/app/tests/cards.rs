//! Action cards beside a ticket, and 4G as the way out.

use std::collections::BTreeMap;

use super::session::{Session, device, ticket};
use crate::app::model::Overlay;
use crate::app::msg::Msg;
use crate::config::cards;
use crate::domain::device::{Device, DeviceFact, Value};
use crate::domain::fact::Fact;
use crate::domain::ids::GroupId;
use crate::domain::source::{Changes, Pulse, SourceEvent};

fn read(s: &mut Session, problems: &[&str]) {
    let problems = problems.iter().map(ToString::to_string).collect();
    let cards = cards::load(None).cards;
    s.msg(Msg::Cards { cards, problems });
}

#[test]
fn a_card_opens_offline_too_and_a_bad_file_is_told() {
    let mut s = Session::new();
    read(&mut s, &["cards/own.md:3: there is no key lane"]);
    s.pulse(Pulse::Stale, None);
    s.keys("K");
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Card { ticket, .. }) if ticket.as_str() == "4205")
    );
    assert!(s.told().contains("own.md:3"), "{}", s.told());
    let names: Vec<&str> = s
        .model
        .cards_for(&"4205".into())
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(names, ["vpn-outage"]);
    s.keys("esc");
    assert!(s.model.overlays.is_empty());
}

#[test]
fn where_no_card_fits_that_is_said() {
    let mut s = Session::new();
    read(&mut s, &[]);
    let mut other = ticket("4205");
    other.group = Fact::Known(GroupId::from("printing"));
    other.updated = s.now;
    s.changed(vec![other]);
    s.keys("8 K");
    assert!(s.told().contains("4205: no action card"), "{}", s.told());
    assert!(s.model.overlays.is_empty());
}

fn with(facts: &[(&str, Value)]) -> Device {
    let facts: BTreeMap<_, _> = facts
        .iter()
        .map(|(key, value)| {
            let value = value.clone();
            ((*key).to_owned(), DeviceFact { value, seen: None })
        })
        .collect();
    Device {
        facts,
        ..device("7", "LT-0007", "down")
    }
}

#[test]
fn a_sim_with_good_signal_is_a_way_out_and_nothing_else_is() {
    let dbm = |n: f64| ("rsrp_dbm", Value::Number(n));
    let text = |key, word: &str| (key, Value::Text(word.to_owned()));
    let mut s = Session::new();
    let mut out = |device: Device, group: &str| {
        let mut known = ticket("4205");
        known.group = Fact::Known(GroupId::from(group));
        known.updated = s.now;
        s.source(SourceEvent::Changed(Changes {
            tickets: vec![known],
            devices: vec![device],
            ..Changes::default()
        }));
        let found = s.model.way_out(&"4205".into());
        found
            .first()
            .map(|(device, dbm)| (device.name.clone(), *dbm))
    };
    let good = Some(("LT-0007".to_owned(), -88.0));
    assert_eq!(out(with(&[dbm(-88.0)]), "vpn"), good);
    assert_eq!(
        out(with(&[dbm(-88.0), text("access", "Wi-Fi")]), "wifi"),
        good
    );
    assert_eq!(out(with(&[dbm(-88.0)]), "video"), None, "another trouble");
    assert_eq!(out(with(&[dbm(-108.0)]), "vpn"), None, "weak");
    assert_eq!(out(with(&[]), "vpn"), None, "unknown");
    assert_eq!(out(with(&[dbm(-1.0)]), "vpn"), None, "a reading error");
    assert_eq!(
        out(with(&[dbm(-88.0), text("access", "4G")]), "vpn"),
        None,
        "it is on 4G already"
    );
    assert_eq!(
        out(with(&[dbm(-88.0), ("sinr_db", Value::Number(-8.0))]), "vpn"),
        None,
        "noise"
    );
}
