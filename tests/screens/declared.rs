//! Declared incidents on the screens.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use vagt::app::Msg;
use vagt::app::msg::DeclaredNews;
use vagt::domain::declared::Declared;
use vagt::domain::ids::{ActionId, TicketId};
use vagt::domain::incident::IncidentState;

use super::fixture::{Desk, Scene, ago, me};
use super::{at_all_sizes, incidents};

/// The first incident was declared; three of its tickets came later.
fn declared(scene: &mut Scene) {
    scene.watch(incidents::many());
    let members = [4200, 4207, 4214, 4221, 4228, 4235, 4242];
    let members: BTreeSet<TicketId> = members.map(|n| TicketId::new(n.to_string())).into();
    let record = Declared {
        id: ActionId::new(Uuid::from_u128(77)),
        incident: "i1".into(),
        group: "vpn".into(),
        title: "VPN: 7 people since 07:05".into(),
        since: ago(65),
        at: ago(20),
        by: Some(me()),
        create: None,
        parent: Some("4200".into()),
        bulks: Vec::new(),
        waiting: Vec::new(),
        members,
        left_out: BTreeMap::from([("4249".into(), "does not fit i1".to_owned())]),
        follow: false,
        template: None,
        over: None,
    };
    scene.tell(Msg::Declared {
        record: record.id,
        result: Ok(Some(Box::new(DeclaredNews {
            record,
            bulk: None,
            answers: None,
            items: Vec::new(),
        }))),
    });
    scene.draw();
}

#[test]
fn an_incident_that_was_declared_is_told_apart_from_a_suspected_one() {
    let of = |mut s: Scene| {
        declared(&mut s);
        s
    };
    at_all_sizes("declared_board", Desk::Full, of);
    at_all_sizes("declared_list", Desk::Full, |s| of(s).press("i"));
    at_all_sizes("declared_incident", Desk::Full, |s| of(s).press("i enter"));
    at_all_sizes("declared_joiners", Desk::Full, |s| of(s).press("i l"));
}

#[test]
fn one_that_nobody_new_writes_about_is_not_forgotten() {
    let of = |mut s: Scene| {
        declared(&mut s);
        let mut watch = incidents::many();
        for standing in &mut watch.standings {
            standing.incident.state = IncidentState::Ended;
        }
        watch.surges.clear();
        s.watch(watch);
        s.draw();
        s
    };
    at_all_sizes("quiet_board", Desk::Full, of);
    at_all_sizes("quiet_list", Desk::Full, |s| of(s).press("i"));
    at_all_sizes("quiet_wall", Desk::Full, |s| of(s).press("W"));
}

#[test]
fn the_question_before_an_incident_is_declared() {
    let asked = |mut s: Scene| {
        s.watch(incidents::one());
        s.press("i d")
    };
    at_all_sizes("declare", Desk::Full, asked);
    at_all_sizes("declare_promote", Desk::Full, |s| asked(s).press("down"));
}
